// Which incidents a view shows, and how many there are of what. A span overlaps a window; it does not fall in or out of it.

import { KINDS, type Kind } from '../api/columns';
import { day } from './day';
import { allTold, folded, type Incident, type Span } from './incident';
import { FACETS, type Facet, type Filters } from './view';

type Test = (incident: Incident) => boolean;

export function overlaps(span: Span, from: number | null, to: number | null): boolean {
  if (span === null) return false;
  return span.first <= (to ?? Infinity) && span.last >= (from ?? -Infinity);
}

/** What one pass over the incidents finds. */
export type Sifted = {
  hits: readonly Incident[];
  /** What passes every filter but that of time: the histogram counts these. */
  anyTime: readonly Incident[];
  /** Counts by kind, each obeying every filter but its own. */
  kinds: Record<Kind, number>;
  /** Counts by the values of the facets, each obeying every filter but its own. */
  facets: Record<Facet, ReadonlyMap<string, number>>;
};

/**
 * Hits and every count in one pass: an incident that fails no test is a hit and counts everywhere; one that fails
 * a single test counts for that test alone.
 */
export function sifted(all: readonly Incident[], filters: Filters): Sifted {
  const inTime = timeTest(filters);
  const others = otherTests(filters);
  const told = allTold();
  // By the number of what is told: which of it was chosen, and how often each came.
  const chosen = FACETS.map((facet) => {
    const wished = filters.only[facet];
    return wished && Uint8Array.from(told, ({ values }) => Number(values.some((it) => wished.includes(it))));
  });
  const counts = FACETS.map(() => new Int32Array(told.length));
  const { kinds: only } = filters;
  const hits: Incident[] = [];
  const anyTime: Incident[] = [];
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  const TIME = -1;
  const KIND = -2;
  const NOTHING = -3;
  for (const it of all) {
    if (others.length > 0 && !others.every((test) => test(it))) continue;
    let failed = NOTHING;
    let fails = 0;
    if (!inTime(it)) {
      failed = TIME;
      fails += 1;
    }
    if (only && !only.includes(it.kind)) {
      failed = KIND;
      fails += 1;
    }
    for (let f = 0; f < FACETS.length; f++) {
      const wished = chosen[f];
      if (wished && wished[it.facets[f] as number] === 0) {
        failed = f;
        fails += 1;
      }
    }
    if (fails > 1) continue;
    if (fails === 0) hits.push(it);
    if (fails === 0 || failed === TIME) anyTime.push(it);
    if (fails === 0 || failed === KIND) kinds[it.kind] += 1;
    for (let f = 0; f < FACETS.length; f++) {
      if (fails > 0 && failed !== f) continue;
      const of = counts[f] as Int32Array;
      const number = it.facets[f] as number;
      of[number] = (of[number] as number) + 1;
    }
  }
  const facets = Object.fromEntries(
    FACETS.map((facet, f) => {
      const values = new Map<string, number>();
      for (const { values: names, number } of told) {
        const n = counts[f]?.[number] ?? 0;
        if (n > 0) for (const name of names) values.set(name, (values.get(name) ?? 0) + n);
      }
      return [facet, values];
    }),
  ) as Record<Facet, Map<string, number>>;
  return { hits, anyTime, kinds, facets };
}

/** Exactness and words: filters without counts of their own. */
function otherTests(filters: Filters): Test[] {
  const tests: Test[] = [];
  if (filters.exact !== null) {
    const most_m = filters.exact;
    tests.push((it) => it.geometry !== null && it.row.radius_m !== null && it.row.radius_m <= most_m);
  }
  const words = folded(filters.words)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > 0) tests.push((it) => words.every((word) => it.words.includes(word)));
  return tests;
}

function timeTest({ from, to, undated }: Filters): Test {
  const [first, last] = [day(from), day(to)];
  const open = first === null && last === null;
  return (it) => (it.span === null ? undated : open || overlaps(it.span, first, last));
}

/** Newest first; what has no calendar day comes last. Equal days keep the server's order. */
export function ordered(incidents: readonly Incident[]): Incident[] {
  const at = ({ span }: Incident) => {
    if (span === null) return -Infinity;
    return Number.isFinite(span.last) ? span.last : span.first;
  };
  return [...incidents].sort((a, b) => at(b) - at(a) || 0);
}

/** Points, areas and what is not on the map: together always the whole. */
export function totals(incidents: readonly Incident[]): { points: number; areas: number; unplaced: number } {
  const unplaced = incidents.filter((it) => it.geometry === null).length;
  const points = incidents.filter((it) => it.geometry?.type === 'Point').length;
  return { points, unplaced, areas: incidents.length - unplaced - points };
}
