// The questions the page asks the server. Every address is relative to the page; the token, where there is
// one, goes into the header of each question and never into an address.

import {
  type Account,
  accounts,
  type Candidate,
  candidates,
  type Feature,
  feature,
  features,
  type Read,
  type Report,
  type Ruling,
  read,
  report,
  ruling,
  rulings,
} from './columns';
import { detailsPath, type Site, siteColumns, siteList, siteOf } from './site';
import { token } from './token';

/** An answer that is not 2xx, in the words of its problem+json where it has some. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
    /** With 409: what somebody else decided since the reader looked. */
    readonly changed: readonly Ruling[] = [],
    readonly version: number | null = null,
  ) {
    super(detail);
  }
}

export function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export type Whole = { feature: Feature; accounts: Account[] };

/** A decision as the server takes it: the verdict, its fields, why. */
export type Decision = { verdict: string; why?: string } & Record<string, unknown>;

/** What `POST /reports` answers. */
export type Kept = { reports: string[]; fresh: number; merged: number; unchanged: number };

/** With more incidents than these the server is asked for columns; so many are some 5 MB of GeoJSON. */
const WHOLE_ROWS_MAX = 4_000;

/** All of them; `count` is how many there are. */
export async function incidents(count: number, signal?: AbortSignal): Promise<Feature[]> {
  const columns = siteColumns ?? (count > WHOLE_ROWS_MAX ? 'explore/columns' : null);
  if (columns === null) return features(await json('incidents.geojson', signal));
  const [{ columnFeatures }, file] = await Promise.all([import('./many-columns'), json(columns, signal)]);
  inColumns = columnFeatures(file);
  return inColumns;
}

/** Incidents that came as columns: their rows lack what only an open incident shows. */
let inColumns: Feature[] = [];

export function cameAsColumns(): boolean {
  return inColumns.length > 0;
}

/** How many incidents there are, told at once; 0 where the server does not say it. */
export async function howMany(): Promise<number> {
  if (siteList) return 0;
  const { counts } = (await json('tiles/incidents.json', undefined).catch(() => ({}))) as { counts?: object };
  return Object.values(counts ?? {}).reduce((sum: number, n) => sum + (Number(n) || 0), 0);
}

export async function incident(id: string, signal?: AbortSignal): Promise<Whole> {
  const found = whole(siteList ? await inSite(siteList, id, signal) : await json(incidentPath(id), signal));
  const listed = inColumns.find((it) => it.id === id);
  if (listed) (await import('./many-columns')).complete(listed.row, found.feature.row);
  return found;
}

export async function reportText(id: string, signal?: AbortSignal): Promise<Report | null> {
  // A report's full text is not published; the page has its quotes and the link.
  if (siteList) return null;
  return report(await json(`reports/${encodeURIComponent(id)}`, signal));
}

export async function places(words: string, signal?: AbortSignal, limit = 6): Promise<Candidate[]> {
  if (siteList) return [];
  return candidates(await json(`gazetteer/search?q=${encodeURIComponent(words)}&limit=${limit}`, signal));
}

export async function placesAt(lat: number, lon: number, signal?: AbortSignal): Promise<Candidate[]> {
  return candidates(await json(`gazetteer/reverse?lat=${lat}&lon=${lon}&limit=3`, signal));
}

export async function meanings(phrase: string, countries: string[], signal?: AbortSignal): Promise<Candidate[]> {
  return candidates(await sent('gazetteer/resolve', { phrase, country: countries, limit: 8 }, { signal }));
}

/** What would be made of it; nothing is stored. */
export async function readOnly(body: BodyInit, media: string, published: string | null): Promise<Read> {
  return read(await posted(`read${dayQuery(published)}`, body, { 'content-type': media }));
}

/** A table, and what was said about it. */
export type TableIn = {
  name: string;
  bytes: ArrayBuffer;
  /** Columns whose meaning was said by hand. */
  map: Readonly<Record<string, string>>;
  source: string;
  dates: string;
};

/** What `POST /tables` answers. */
export type TableSaid = Record<'rows' | 'new' | 'joined' | 'changed' | 'bad' | 'unplaced' | 'undated', number> & {
  what: string;
  profile: string;
  source: string;
  columns: { name: string; field: string | null }[];
  fields: string[];
  bad_rows: { line: number; why: string }[];
  notes: string[];
  features: Feature[];
};

/** How a table is understood; its rows are kept only with `store`. */
export async function sendTable(given: TableIn, store: boolean, signal?: AbortSignal): Promise<TableSaid> {
  const query = new URLSearchParams({ name: given.name });
  for (const [column, field] of Object.entries(given.map)) query.append('map', `${column}=${field}`);
  if (given.source) query.set('source', given.source);
  if (given.dates) query.set('dates', given.dates);
  if (store) query.set('store', 'yes');
  const media = { 'content-type': 'application/octet-stream' };
  const said = (await posted(`tables?${query}`, given.bytes, media, signal)) as TableSaid;
  return { ...said, features: said.features ? features(said) : [] };
}

/** The reports of an address, as lines of JSON; for those who may make the server ask. */
export async function fetched(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(new URL('fetch', document.baseURI), {
    method: 'POST',
    body: JSON.stringify({ url }),
    headers: signed({ 'content-type': 'application/json' }),
  });
  if (!answer.ok) await answered(answer);
  return answer.arrayBuffer();
}

export async function keep(body: BodyInit, media: string, published: string | null): Promise<Kept> {
  const answer = (await posted(`reports${dayQuery(published)}`, body, { 'content-type': media })) as Record<
    string,
    unknown
  >;
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  return {
    reports: list(answer.reports),
    fresh: list(answer.new).length,
    merged: list(answer.merged).length,
    unchanged: Number(answer.unchanged) || 0,
  };
}

export async function decide(id: string, decision: Decision, version: number | null): Promise<Ruling | null> {
  const body = version === null ? decision : { ...decision, version };
  const answer = await sent(`${incidentPath(id)}/rulings`, body, { once: true });
  return ruling((answer as { ruling?: unknown }).ruling);
}

export async function undo(id: number, why: string): Promise<void> {
  await sent(`rulings/${id}/undo`, { why }, { once: true });
}

export async function makeIncident(body: Record<string, unknown>): Promise<Whole> {
  return whole(await sent('incidents', body, { once: true }));
}

export async function history(id: string, signal?: AbortSignal): Promise<Ruling[]> {
  return rulings(await json(`${incidentPath(id)}/rulings`, signal));
}

let listed: Promise<Site> | null = null;

async function inSite(list: string, id: string, signal: AbortSignal | undefined): Promise<unknown> {
  listed ??= json(list, undefined).then(siteOf);
  const all = (await json(detailsPath(await listed, id), signal)) as Record<string, unknown>;
  if (!Object.hasOwn(all, id)) throw new Refused(404, `there is no incident ${id} on this site`);
  return all[id];
}

export function incidentPath(id: string): string {
  return `incidents/${encodeURIComponent(id)}`;
}

/** The headers every question carries. */
export function signed(headers: Record<string, string>): Record<string, string> {
  const kept = token();
  return kept === null ? headers : { ...headers, authorization: `Bearer ${kept}` };
}

function whole(value: unknown): Whole {
  const found = feature(value);
  if (!found) throw new Refused(200, 'the answer is not an incident');
  return { feature: found, accounts: accounts((value as { properties: unknown }).properties) };
}

function dayQuery(published: string | null): string {
  return published === null ? '' : `?published=${encodeURIComponent(published)}`;
}

/** `once`: with a key of its own, so that a question sent twice by the network is answered once. */
function sent(path: string, body: unknown, how: { once?: boolean; signal?: AbortSignal | undefined } = {}) {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (how.once) headers['idempotency-key'] = key();
  return posted(path, JSON.stringify(body), headers, how.signal);
}

function key(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function posted(
  path: string,
  body: BodyInit,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<unknown> {
  return answered(
    await fetch(new URL(path, document.baseURI), {
      method: 'POST',
      body,
      headers: signed({ accept: 'application/geo+json, application/json', ...headers }),
      signal: signal ?? null,
    }),
  );
}

export async function json(path: string, signal: AbortSignal | undefined): Promise<unknown> {
  return answered(
    await fetch(new URL(path, document.baseURI), {
      headers: signed({ accept: 'application/geo+json, application/json' }),
      signal: signal ?? null,
    }),
  );
}

/** A file of the server's, for saving. */
export async function file(path: string): Promise<Blob> {
  const answer = await fetch(new URL(path, document.baseURI), { headers: signed({}) });
  if (!answer.ok) await answered(answer);
  return answer.blob();
}

async function answered(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json();
  const problem: Record<string, unknown> = await answer.json().catch(() => ({}));
  const detail = problem.detail ?? problem.title;
  const version = typeof problem.current_version === 'number' ? problem.current_version : null;
  throw new Refused(
    answer.status,
    typeof detail === 'string' ? detail : `${answer.status} ${answer.statusText}`.trim(),
    rulings({ rulings: problem.changed }),
    version,
  );
}
