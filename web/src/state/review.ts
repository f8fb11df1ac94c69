// The reviewer's queue: what waits for a person, and which incidents may be one told twice.

import { distance_m } from '../map/shapes';
import type { Incident } from './incident';

export const QUEUES = ['drafts', 'disputed', 'unsure', 'twice'] as const;
export type Queue = (typeof QUEUES)[number];

/** Below this the reader itself is not sure. */
const UNSURE = 0.5;

/** Two tellings of one event may be a day apart (time zones, "overnight"). */
const DAYS_APART = 1;

/** Within this two names may mean one place, however small their own doubt. */
const NEAR_M = 5_000;

/** Each is compared with at most so many that follow it in time. */
const COMPARED_MAX = 400;

export type Pair = { a: Incident; b: Incident; because: 'place' | 'area' };

export function queued(all: readonly Incident[], queue: Queue, pairs: readonly Pair[]): readonly Incident[] {
  const draft = (it: Incident): boolean => it.row.status !== 'published' && it.row.status !== 'rejected';
  switch (queue) {
    case 'drafts':
      return all.filter(draft);
    case 'disputed':
      return all.filter((it) => it.row.standing === 'disputed' || it.row.standing === 'claimed');
    case 'unsure':
      return all
        .filter((it) => draft(it) && (it.row.confidence ?? 1) < UNSURE)
        .sort((x, y) => (x.row.confidence ?? 1) - (y.row.confidence ?? 1));
    case 'twice':
      return pairs.map(({ a }) => a);
  }
}

/** The name of a pair, whichever comes first. */
export function pairName(x: string, y: string): string {
  return [x, y].sort().join(' ');
}

/**
 * Incidents of one group on about the same day whose doubts meet: for a person to look at, nothing more. What
 * has no day is left out, since everything would pair with it.
 */
export function maybeTwice(all: readonly Incident[], apart: ReadonlySet<string>): Pair[] {
  const dated = all
    .filter((it) => it.span !== null && Number.isFinite(it.span.first) && Number.isFinite(it.span.last))
    .filter((it) => (it.span?.last ?? 0) - (it.span?.first ?? 0) <= 31 && it.geometry !== null)
    .sort((x, y) => (x.span?.first ?? 0) - (y.span?.first ?? 0));
  const pairs: Pair[] = [];
  for (let i = 0; i < dated.length; i++) {
    const a = dated[i] as Incident;
    const until = (a.span?.last ?? 0) + DAYS_APART;
    for (let j = i + 1; j < Math.min(dated.length, i + COMPARED_MAX); j++) {
      const b = dated[j] as Incident;
      if ((b.span?.first ?? 0) > until) break;
      // What two people published as two is two.
      if (a.row.status === 'published' && b.row.status === 'published') continue;
      if (a.kind !== b.kind || apart.has(pairName(a.id, b.id))) continue;
      const because = near(a, b);
      if (because) pairs.push({ a, b, because });
    }
  }
  return pairs;
}

function near(a: Incident, b: Incident): Pair['because'] | null {
  if (a.geometry?.type === 'Point' && b.geometry?.type === 'Point') {
    const reach = Math.max(NEAR_M, (a.row.radius_m ?? 0) + (b.row.radius_m ?? 0));
    return distance_m(a.geometry.coordinates, b.geometry.coordinates) <= reach ? 'place' : null;
  }
  // The same area, told twice; a town inside a province is too little to go by.
  return a.row.place_id !== null && a.row.place_id === b.row.place_id ? 'area' : null;
}
