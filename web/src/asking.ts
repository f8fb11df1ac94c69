// What the page asks of the server while somebody works: reading, keeping, deciding, undoing. Each answer comes
// back as an event.

import {
  type Decision,
  decide,
  history,
  incident,
  keep,
  makeIncident,
  Refused,
  readOnly,
  reportText,
  undo,
  why,
} from './api/client';
import type { Read, Report } from './api/columns';
import type { File_, KeptNow, Reading } from './state/reading';
import { corrections, isTable, mediaOf, mediaOfText, readingFeatures, reportsOf } from './state/reading';
import type { Event, Mine } from './state/state';
import { t } from './words/words';

type Dispatch = (event: Event) => void;

/** 401 and 403: whoever has a token may try again with it. */
function wantsToken(error: unknown): boolean {
  return error instanceof Refused && (error.status === 401 || error.status === 403);
}

/** As much as the server takes in one question. */
const FILE_BYTES_MAX = 10_000_000;

/** Reads files: a table is looked at, reports are read. */
export async function giveFiles(files: readonly File[], dispatch: Dispatch): Promise<void> {
  const large = files.find((it) => it.size > FILE_BYTES_MAX);
  dispatch({ is: 'files-refused', why: large ? t('read_too_large', { name: large.name }) : null });
  if (large || files.length === 0) return;
  try {
    const given = await Promise.all(
      files.map(async (it) => ({ name: it.name, media: mediaOf(it.name), bytes: await it.arrayBuffer() })),
    );
    const table = given.find((it) => isTable(it.name));
    if (table) return dispatch({ is: 'table-given', table });
    dispatch({ is: 'files-given', files: given });
    dispatch({ is: 'read-asked' });
  } catch (error) {
    // A folder, or a file that went away.
    dispatch({ is: 'files-refused', why: why(error) });
  }
}

export function readIt(reading: Reading, dispatch: Dispatch): void {
  const { published } = reading;
  const bodies = bodiesOf(reading);
  Promise.all(bodies.map(({ body, media }) => readOnly(body, media, published)))
    .then((answers) => dispatch({ is: 'read-came', read: joined(answers) }))
    .catch((error: unknown) => dispatch({ is: 'read-failed', why: why(error) }));
}

function bodiesOf({ text, files }: Reading): { body: BodyInit; media: string }[] {
  if (files.length > 0) return files.map(({ bytes, media }: File_) => ({ body: bytes, media }));
  return [{ body: text, media: mediaOfText(text) }];
}

function joined(answers: readonly Read[]): Read {
  const all: Read = { features: [], accounts: {}, reports: [], notices: [] };
  for (const it of answers) {
    all.features.push(...it.features);
    Object.assign(all.accounts, it.accounts);
    all.reports.push(...it.reports);
    all.notices.push(...it.notices);
  }
  return all;
}

/** Stores the reports; what the reader corrected becomes rulings, what was missed becomes incidents. */
export function keepIt(reading: Reading, dispatch: Dispatch): void {
  keepAll(reading)
    .then((kept) => {
      dispatch({ is: 'keep-came', kept });
      dispatch({ is: 'data-asked' });
    })
    .catch((error: unknown) => {
      dispatch({ is: 'keep-failed', why: why(error) });
      if (wantsToken(error)) dispatch({ is: 'shown', what: 'token' });
    });
}

async function keepAll(reading: Reading): Promise<KeptNow> {
  const total: KeptNow = { reports: [], fresh: 0, merged: 0, unchanged: 0, ruled: 0, failed: [] };
  for (const { body, media } of bodiesOf(reading)) {
    const kept = await keep(body, media, reading.published);
    total.reports.push(...kept.reports);
    total.fresh += kept.fresh;
    total.merged += kept.merged;
    total.unchanged += kept.unchanged;
  }
  if (corrections(reading) === 0) return total;
  // The reading's own ids were made for it alone; the stored ones are found by the words they stand on.
  const stored = (await Promise.all(total.reports.map((id) => reportText(id)))).filter((it) => it !== null);
  const given = reportsOf(reading).map((it, i) => [it.id, total.reports[i] ?? it.id] as const);
  const decisions = [
    ...Object.entries(reading.edits).flatMap(([id, edits]) => edits.map((it) => [id, it.decision] as const)),
    ...reading.dropped.map(
      (id) => [id, { verdict: 'reject', why: 'no incident, as the reader of the report found' }] as const,
    ),
  ];
  const tried = async (name: string, ask: () => Promise<unknown>): Promise<void> => {
    try {
      await ask();
      total.ruled += 1;
    } catch (error) {
      total.failed.push(`${name}: ${why(error)}`);
    }
  };
  const made = new Map<string, string>();
  const titles = new Map(readingFeatures(reading).map((it) => [it.id, it.row.title ?? it.id]));
  for (const { id, report, start, end, body } of reading.added) {
    const kept = new Map(given).get(report) ?? report;
    await tried(titles.get(id) ?? id, async () => {
      const { feature } = await makeIncident({ ...body, report: kept, start, end });
      made.set(id, feature.id);
    });
  }
  for (const [id, decision] of decisions) {
    const at = made.get(id) ?? storedId(reading, id, stored);
    const title = titles.get(id) ?? id;
    if (at === null) total.failed.push(`${title}: not found among what was stored`);
    else await tried(title, () => decide(at, decision, null));
  }
  return total;
}

/** The stored incident one of whose tellings stands on the same words as the reading's. */
export function storedId(reading: Reading, id: string, stored: readonly Report[]): string | null {
  if (reading.answer?.is !== 'here') return null;
  const mine = (reading.answer.value.accounts[id] ?? []).map((it) => place(it.quotes));
  for (const { tellings } of stored) {
    const found = tellings.find((it) => mine.includes(place(it.quotes)));
    if (found) return found.incident_id;
  }
  return null;
}

function place(quotes: readonly { field: string | null; start: number | null; end: number | null }[]): string {
  return quotes
    .map(({ field, start, end }) => `${field} ${start} ${end}`)
    .sort()
    .join('; ');
}

/** `version` is what the reviewer looked at; a decision made anyway names the version it was refused for. */
export function rule(id: string, decision: Decision, version: number | null, dispatch: Dispatch): void {
  decide(id, decision, version)
    .then(async (ruling) => {
      const { feature, accounts } = await incident(id);
      // Merging takes one of the two away; splitting makes one more.
      const others = [id, decision.with].filter((it): it is string => typeof it === 'string' && it !== feature.id);
      dispatch({ is: 'ruled', id, ruling, feature, accounts, gone: others });
      const made = ruling?.detail.new_incident_id;
      if (typeof made === 'string') dispatch({ is: 'incident-made', feature: (await incident(made)).feature });
    })
    .catch((error: unknown) =>
      dispatch({
        is: 'ruling-refused',
        refused: {
          id,
          why: why(error),
          decision,
          changed: error instanceof Refused ? error.changed : [],
          version: error instanceof Refused && error.status === 409 ? error.version : null,
          token: wantsToken(error),
        },
      }),
    );
}

export function takeBack({ ruling, id }: Pick<Mine, 'ruling' | 'id'>, dispatch: Dispatch): void {
  undo(ruling, '')
    .then(async () => {
      const { feature, accounts } = await incident(id);
      dispatch({ is: 'undone', ruling });
      dispatch({ is: 'ruled', id, ruling: null, feature, accounts, gone: [] });
      dispatch({ is: 'opened', id: feature.id });
      // Two that were merged are two again.
      dispatch({ is: 'data-asked' });
    })
    .catch((error: unknown) =>
      dispatch({
        is: 'ruling-refused',
        refused: { id, why: why(error), decision: null, changed: [], version: null, token: wantsToken(error) },
      }),
    );
}

/** An incident by hand, from words of a stored report. */
export function makeOne(body: Record<string, unknown>, dispatch: Dispatch): void {
  makeIncident(body)
    .then(({ feature }) => {
      dispatch({ is: 'incident-made', feature });
      dispatch({ is: 'opened', id: feature.id });
    })
    .catch((error: unknown) => {
      dispatch({ is: 'said', words: why(error) });
      if (wantsToken(error)) dispatch({ is: 'shown', what: 'token' });
    });
}

export function loadHistory(id: string, dispatch: Dispatch): void {
  dispatch({ is: 'history-asked', id });
  history(id)
    .then((rulings) => dispatch({ is: 'history-came', id, rulings }))
    .catch((error: unknown) => dispatch({ is: 'history-failed', id, why: why(error) }));
}
