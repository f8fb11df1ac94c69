// The four questions the page asks the server. Every address is relative to the page.

import {
  type Account,
  accounts,
  type Feature,
  type FoundPlace,
  feature,
  features,
  foundPlaces,
  type Report,
  report,
} from './columns';
import { detailsPath, type Site, siteList, siteOf } from './site';

/** An answer that is not 2xx, in the words of its problem+json where it has some. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

export type Whole = { feature: Feature; accounts: Account[] };

export async function incidents(signal?: AbortSignal): Promise<Feature[]> {
  return features(await json('incidents.geojson', signal));
}

export async function incident(id: string, signal?: AbortSignal): Promise<Whole> {
  const value = siteList ? await inSite(siteList, id, signal) : await json(incidentPath(id), signal);
  const found = feature(value);
  if (!found) throw new Refused(200, 'the answer is not an incident');
  return { feature: found, accounts: accounts((value as { properties: unknown }).properties) };
}

export async function reportText(id: string, signal?: AbortSignal): Promise<Report | null> {
  // A report's full text is not published; the page has its quotes and the link.
  if (siteList) return null;
  return report(await json(`reports/${encodeURIComponent(id)}`, signal));
}

export async function places(words: string, signal?: AbortSignal): Promise<FoundPlace[]> {
  if (siteList) return [];
  return foundPlaces(await json(`gazetteer/search?q=${encodeURIComponent(words)}&limit=6`, signal));
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

async function json(path: string, signal: AbortSignal | undefined): Promise<unknown> {
  const answer = await fetch(new URL(path, document.baseURI), {
    headers: { accept: 'application/geo+json, application/json' },
    signal: signal ?? null,
  });
  if (!answer.ok) {
    const detail = await answer
      .json()
      .then((it: { detail?: unknown; title?: unknown }) => it.detail ?? it.title)
      .catch(() => null);
    throw new Refused(
      answer.status,
      typeof detail === 'string' ? detail : `${answer.status} ${answer.statusText}`.trim(),
    );
  }
  return answer.json();
}
