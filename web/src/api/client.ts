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
  const value = await json(incidentPath(id), signal);
  const found = feature(value);
  if (!found) throw new Refused(200, 'the answer is not an incident');
  return { feature: found, accounts: accounts((value as { properties: unknown }).properties) };
}

export async function reportText(id: string, signal?: AbortSignal): Promise<Report | null> {
  return report(await json(`reports/${encodeURIComponent(id)}`, signal));
}

export async function places(words: string, signal?: AbortSignal): Promise<FoundPlace[]> {
  return foundPlaces(await json(`gazetteer/search?q=${encodeURIComponent(words)}&limit=6`, signal));
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
