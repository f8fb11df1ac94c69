// Which incidents a view shows. A span overlaps a window; it does not fall in or out of it.

import { KINDS, type Kind } from '../api/columns';
import { day } from './day';
import { folded, type Incident, type Span } from './incident';
import type { Filters } from './view';

type Test = (incident: Incident) => boolean;

export function overlaps(span: Span, from: number | null, to: number | null): boolean {
  if (span === null) return false;
  return span.first <= (to ?? Infinity) && span.last >= (from ?? -Infinity);
}

/** Everything but the named test: the histogram obeys the other filters, a kind's count too. */
export function filtered(
  all: readonly Incident[],
  filters: Filters,
  without: 'nothing' | 'time' | 'kinds' = 'nothing',
): Incident[] {
  const tests: Test[] = [];
  if (filters.kinds && without !== 'kinds') {
    const kinds = filters.kinds;
    tests.push((it) => kinds.includes(it.kind));
  }
  if (without !== 'time') tests.push(timeTest(filters));
  if (filters.exact !== null) {
    const most_m = filters.exact;
    tests.push((it) => it.geometry !== null && it.row.radius_m !== null && it.row.radius_m <= most_m);
  }
  const words = folded(filters.words)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > 0) tests.push((it) => words.every((word) => it.words.includes(word)));
  return all.filter((it) => tests.every((test) => test(it)));
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

export function countsByKind(incidents: readonly Incident[]): Record<Kind, number> {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  for (const { kind } of incidents) counts[kind] += 1;
  return counts;
}

/** Points, areas and what is not on the map: together always the whole. */
export function totals(incidents: readonly Incident[]): { points: number; areas: number; unplaced: number } {
  const unplaced = incidents.filter((it) => it.geometry === null).length;
  const points = incidents.filter((it) => it.geometry?.type === 'Point').length;
  return { points, unplaced, areas: incidents.length - unplaced - points };
}
