// The asking for counts, list, outlines and tiles where the server holds more than a page can: after every change
// of the state the questions it stands for are compared with those asked last.

import { json, why } from './api/client';
import { features } from './api/columns';
import { counted, listQuestion, outlines, parts, question, withPart } from './state/many';
import type { Event, State } from './state/state';

type Dispatch = (event: Event) => void;

/** A slider that is drawn along asks when it rests. */
const REST_MS = 120;

const asked = { counts: '', list: '', areas: '' };
const under_way: Partial<Record<keyof typeof asked, AbortController>> = {};
let resting: ReturnType<typeof setTimeout> | undefined;

/** Asks for everything anew. Rejects where the server does not answer. */
export async function begin(state: () => State, dispatch: Dispatch): Promise<void> {
  const now = state();
  asked.counts = question(now);
  asked.list = listQuestion(now);
  asked.areas = areasQuestion(now);
  const [whole, list, areas] = await Promise.all([
    json('explore', undefined),
    json(`explore/list?${asked.list}`, undefined),
    json(`explore/areas?${asked.areas}`, undefined),
  ]);
  const all = counted(whole, null);
  dispatch({
    is: 'many-came',
    part: { whole: all, now: all, single: null, tiles: asked.counts, ...rowsOf(list), ...outlines(areas) },
    rows: features(list),
  });
  if (asked.counts !== '') await counts(now, dispatch, undefined);
}

/** What the state asks for now, after a moment of rest. */
export function follow(state: () => State, dispatch: Dispatch): void {
  clearTimeout(resting);
  resting = setTimeout(() => {
    const now = state();
    if (now.view.page === 'read' || !now.many) return;
    ask('counts', question(now), async (signal) => {
      // The tiles are asked at once; the counts take longer.
      dispatch({ is: 'many-came', part: { tiles: question(now) } });
      await counts(now, dispatch, signal);
    });
    ask('areas', areasQuestion(now), async (signal, words) => {
      dispatch({ is: 'many-came', part: outlines(await json(`explore/areas?${words}`, signal)) });
    });
    ask('list', listQuestion(now), async (signal, words) => {
      const list = await json(`explore/list?${words}`, signal);
      dispatch({ is: 'many-came', part: rowsOf(list), rows: features(list) });
    });
  }, REST_MS);

  function ask(
    what: keyof typeof asked,
    words: string,
    go: (signal: AbortSignal, words: string) => Promise<void>,
  ): void {
    if (asked[what] === words) return;
    asked[what] = words;
    under_way[what]?.abort();
    const stop = new AbortController();
    under_way[what] = stop;
    go(stop.signal, words).catch((error: unknown) => {
      if (!stop.signal.aborted) dispatch({ is: 'data-failed', why: why(error) });
    });
  }
}

/** The counts again, where something was decided or came in. */
export function recount(now: State, dispatch: Dispatch): void {
  json('explore', undefined)
    .then((whole) => dispatch({ is: 'many-came', part: { whole: counted(whole, null) } }))
    .then(() => counts(now, dispatch, undefined))
    // The numbers are a moment old, and the next question brings them up to date.
    .catch(() => {});
}

/** The rows behind those that are here. */
export function further(now: State, dispatch: Dispatch): void {
  const { cursor } = now.many?.rows ?? {};
  if (!cursor) return;
  const words = asked.list;
  json(`explore/list?${words}&cursor=${encodeURIComponent(cursor)}`, undefined)
    .then((list) => {
      if (words === asked.list) dispatch({ is: 'many-came', part: rowsOf(list), further: features(list) });
    })
    // The rows that are here stay; the end of the list asks again when it is seen again.
    .catch(() => {});
  // Until they are here nobody asks again.
  dispatch({ is: 'many-came', part: { rows: { n: now.many?.rows.n ?? 0, cursor: null } } });
}

async function counts(now: State, dispatch: Dispatch, signal: AbortSignal | undefined): Promise<void> {
  const { filters } = now.view;
  const of = now.view.page === 'review' ? [] : parts(filters);
  const [main, ...others] = await Promise.all([
    json(`explore?${question(now)}`, signal),
    ...of.map(([part, without]) => {
      const words = question(now, without);
      return json(`explore?${words}${words ? '&' : ''}only=${part}`, signal);
    }),
  ]);
  let all = counted(main, null);
  of.forEach(([part], i) => {
    all = withPart(all, part, counted(others[i], null));
  });
  dispatch({ is: 'many-came', part: { now: all } });
}

/** Where all outlines were given once, the view makes no difference. */
function areasQuestion(now: State): string {
  const box = (now.many?.areasLeft ?? 0) > 0 ? now.box : null;
  return box && box.east - box.west < 180
    ? question(now, now.view.filters, {
        bbox: [box.west, box.south, box.east, box.north].map((it) => it.toFixed(1)).join(','),
      })
    : question(now);
}

function rowsOf(list: unknown): { rows: { n: number; cursor: string | null } } {
  const { numberMatched, cursor } = (list ?? {}) as Record<string, unknown>;
  return { rows: { n: Number(numberMatched) || 0, cursor: typeof cursor === 'string' ? cursor : null } };
}
