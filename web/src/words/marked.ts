// A text cut into pieces, some of them quoted. Offsets are Unicode code points, as the server counts them.

export type Piece = { text: string; quote: boolean; start: number };

export function marked(text: string, quotes: readonly { start: number | null; end: number | null }[]): Piece[] {
  const points = Array.from(text);
  const spans = quotes
    .flatMap(({ start, end }) =>
      start !== null && end !== null && start < end ? [{ start, end: Math.min(end, points.length) }] : [],
    )
    .filter(({ start }) => start >= 0 && start < points.length)
    .sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let at = 0;
  const add = (end: number, quote: boolean): void => {
    if (end > at) pieces.push({ text: points.slice(at, end).join(''), quote, start: at });
    at = Math.max(at, end);
  };
  for (const { start, end } of spans) {
    add(start, false);
    add(end, true);
  }
  add(points.length, false);
  return pieces;
}

export type Passage = { pieces: Piece[]; fields: string[] };

type Span = { field: string | null; start: number | null; end: number | null; text: string };

/**
 * Quotes as a reader wants them: a sentence once, the words inside it that are evidence of their own marked, and
 * what it is all evidence for. A quote that lies in no other stands alone.
 */
export function passages(quotes: readonly Span[]): Passage[] {
  const length = (it: Span): number => (it.start === null || it.end === null ? 0 : it.end - it.start);
  const found: { whole: Span; inside: Span[] }[] = [];
  for (const quote of [...quotes].sort((a, b) => length(b) - length(a))) {
    const holder = found.find(({ whole }) => holds(whole, quote));
    if (holder) holder.inside.push(quote);
    else found.push({ whole: quote, inside: [] });
  }
  found.sort((a, b) => (a.whole.start ?? 0) - (b.whole.start ?? 0));
  return found.map(({ whole, inside }) => {
    const from = whole.start ?? 0;
    const own = inside.filter((it) => length(it) < length(whole));
    const spans = own.map((it) => ({ start: (it.start ?? 0) - from, end: (it.end ?? 0) - from }));
    const fields = [whole, ...inside].flatMap((it) => (it.field === null ? [] : [it.field]));
    return { pieces: marked(whole.text, spans), fields: [...new Set(fields)] };
  });
}

function holds(whole: Span, part: Span): boolean {
  if (whole.start === null || whole.end === null || part.start === null || part.end === null)
    return whole.text === part.text;
  return whole.start <= part.start && part.end <= whole.end;
}
