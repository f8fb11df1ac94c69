// A text cut where quotes begin and end, each piece with everything it is evidence for. Offsets are Unicode code
// points, as the server counts them; the browser counts UTF-16 units, and `codePointsBefore` leads back.

/** What a mark can stand for, in the order in which one is drawn over another. */
export const MARKS = ['place', 'date', 'toll', 'actor', 'type', 'said', 'event'] as const;
export type MarkName = (typeof MARKS)[number];

export type Evidence = { id: string; field: string | null; start: number | null; end: number | null };

export type Cut = { text: string; start: number; marks: MarkName[]; ids: string[] };

/** Enough for a long report with every sentence quoted; more would only slow the page. */
const QUOTES_MAX = 2_000;

export function markOf(field: string | null): MarkName {
  switch (field) {
    case 'place':
      return 'place';
    case 'date':
    case 'time':
      return 'date';
    case 'toll':
      return 'toll';
    case 'actor':
    case 'actors':
    case 'target':
    case 'targets':
      return 'actor';
    case 'type':
      return 'type';
    case 'speaker':
      return 'said';
    default:
      return 'event';
  }
}

export function cut(text: string, quotes: readonly Evidence[]): Cut[] {
  const points = Array.from(text);
  const spans = quotes.slice(0, QUOTES_MAX).flatMap(({ id, field, start, end }) => {
    if (start === null || end === null || start < 0 || start >= end || start >= points.length) return [];
    return [{ id, mark: markOf(field), start, end: Math.min(end, points.length) }];
  });
  const edges = [...new Set([0, points.length, ...spans.flatMap(({ start, end }) => [start, end])])].sort(
    (a, b) => a - b,
  );
  const opening = new Map<number, typeof spans>();
  for (const span of spans) opening.set(span.start, [...(opening.get(span.start) ?? []), span]);
  const pieces: Cut[] = [];
  let open: typeof spans = [];
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i] as number, edges[i + 1] as number];
    open = [...open.filter(({ end }) => end > from), ...(opening.get(from) ?? [])];
    pieces.push({
      text: points.slice(from, to).join(''),
      start: from,
      marks: MARKS.filter((mark) => open.some((it) => it.mark === mark)),
      ids: [...new Set(open.map(({ id }) => id))],
    });
  }
  return pieces;
}

/** UTF-16 offset in a text -> code points before it. */
export function codePointsBefore(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length;
}

/** The sentences of a text as code points: for choosing words by key. */
export function sentences(text: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let at = 0;
  for (const part of text.split(/(?<=[.!?؟。।]["”»’)]*\s)|(?<=\n)/u)) {
    const length = Array.from(part).length;
    const lead = Array.from(part.slice(0, part.length - part.trimStart().length)).length;
    const words = Array.from(part.trim()).length;
    if (words > 0) found.push({ start: at + lead, end: at + lead + words });
    at += length;
  }
  return found;
}
