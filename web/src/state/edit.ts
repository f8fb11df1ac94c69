// A reviewer's change: the decision as the server takes it, and what it makes of the row shown meanwhile.

import type { Decision } from '../api/client';
import type { Candidate, Feature, Kind, Place, Row } from '../api/columns';
import { TYPES } from '../api/generated';
import { date, day, dayOf, iso } from './day';

export type Edit = { decision: Decision; row: Partial<Row>; geometry?: Place | null };

export type Precision = 'day' | 'days' | 'week' | 'month' | 'span' | 'before' | 'year' | 'unknown';
export const PRECISIONS: readonly Precision[] = ['day', 'days', 'week', 'month', 'year', 'span', 'before', 'unknown'];

/** A point set on the map needs some doubt; nobody knows a place to the metre from a report. */
export const RADIUS_USUAL_M = 2_000;

export function applied(feature: Feature, edits: readonly Edit[]): Feature {
  if (edits.length === 0) return feature;
  const row: Row = Object.assign({}, feature.row, ...edits.map((it) => it.row), { review: 'corrected' });
  const moved = edits.findLast((it) => it.geometry !== undefined);
  return { ...feature, row, geometry: moved?.geometry === undefined ? feature.geometry : moved.geometry };
}

const WIDE = ['admin', 'region', 'country', 'sea'];

/** How closely a candidate is known: a place's kind says it where the gazetteer was asked by name. */
export function precisionOf({ precision, kind }: Candidate): string {
  if (precision !== null) return precision;
  return WIDE.find((it) => kind?.startsWith(it)) ?? 'place';
}

/** A candidate of the gazetteer; `radius_m` only where the reviewer set one. */
export function moveTo(candidate: Candidate, radius_m: number | null): Edit {
  const precision = precisionOf(candidate);
  // "27 km northwest of" a place has that place's id, and is another spot.
  const itself = candidate.id !== null && precision !== 'near_place';
  const place = itself ? { id: candidate.id } : { lat: candidate.lat, lon: candidate.lon, name: candidate.name };
  const radius = radius_m ?? candidate.radius_m;
  const told = radius_m !== null || !itself ? { radius_m: radius } : {};
  return {
    decision: { verdict: 'move', place, ...told },
    row: {
      place: candidate.name,
      place_id: itself ? candidate.id : null,
      place_precision: precision,
      place_basis: 'ruling',
      place_because: null,
      radius_m: radius,
      country: candidate.country,
      admin1: candidate.admin1,
    },
    geometry: WIDE.includes(precision)
      ? candidate.area
      : { type: 'Point', coordinates: [candidate.lon, candidate.lat] },
  };
}

/** A point set by hand. */
export function moveToPoint(lat: number, lon: number, radius_m: number, name: string | null): Edit {
  return {
    decision: { verdict: 'move', place: { lat, lon, ...(name ? { name } : {}) }, radius_m },
    row: {
      place: name ?? `${lat}, ${lon}`,
      place_id: null,
      place_precision: 'point',
      place_basis: 'ruling',
      place_because: null,
      radius_m,
    },
    geometry: { type: 'Point', coordinates: [lon, lat] },
  };
}

/** Nobody knows where. */
export function moveNowhere(): Edit {
  return {
    decision: { verdict: 'move', place: null },
    row: { place: null, place_id: null, place_precision: 'unknown', place_basis: 'ruling', radius_m: null },
    geometry: null,
  };
}

/** The days that a day stands for when told as its week, month or year. */
export function spanAt(at: number, precision: Precision): { first: number; last: number } {
  const when = date(at);
  const [year, month] = [when.getUTCFullYear(), when.getUTCMonth()];
  switch (precision) {
    case 'week': {
      // ISO 8601: a week begins on Monday; 1970-01-01 was a Thursday.
      const first = at - ((((at + 3) % 7) + 7) % 7);
      return { first, last: first + 6 };
    }
    case 'month':
      return { first: dayOf(year, month), last: dayOf(year, month + 1) - 1 };
    case 'year':
      return { first: dayOf(year, 0), last: dayOf(year + 1, 0) - 1 };
    default:
      return { first: at, last: at };
  }
}

export function dated(first: number | null, last: number | null, precision: Precision): Edit {
  const start = precision === 'before' || precision === 'unknown' || first === null ? null : iso(first);
  const end = precision === 'unknown' || last === null ? null : iso(last);
  return {
    decision: { verdict: 'date', start, end, precision },
    row: { date_start: start, date_end: end, date_precision: precision, date_edtf: null, date_because: null },
  };
}

export function typed(type: keyof typeof TYPES, label: string): Edit {
  return { decision: { verdict: 'type', type }, row: { type, type_label: label, kind: TYPES[type] as Kind } };
}

export const TOLLS = [
  'killed_min',
  'killed_max',
  'injured_min',
  'injured_max',
  'civilians_killed_min',
  'civilians_killed_max',
] as const;
export type Tolls = Record<(typeof TOLLS)[number], number | null>;

/** Only the figures that were changed are ruled on: what reports say of the others may still grow. */
export function counted(toll: Tolls, before: Tolls): Edit {
  const changed: Partial<Tolls> = {};
  for (const [least, most] of [
    ['killed_min', 'killed_max'],
    ['injured_min', 'injured_max'],
    ['civilians_killed_min', 'civilians_killed_max'],
  ] as const)
    if (toll[least] !== before[least] || toll[most] !== before[most]) {
      changed[least] = toll[least];
      changed[most] = toll[most];
    }
  return { decision: { verdict: 'toll', ...changed }, row: changed };
}

export function named(actors: string[], targets: string[], before: Pick<Row, 'actors' | 'targets'>): Edit {
  const joined = (names: string[]): string | null => names.join('; ') || null;
  const row: Partial<Row> = {};
  const decision: Decision = { verdict: 'actors' };
  if (joined(actors) !== joined(namesOf(before.actors))) {
    decision.actors = actors;
    row.actors = joined(actors);
  }
  if (joined(targets) !== joined(namesOf(before.targets))) {
    decision.targets = targets;
    row.targets = joined(targets);
  }
  return { decision, row };
}

export function namesOf(text: string | null): string[] {
  return (text ?? '')
    .split(';')
    .map((it) => it.trim())
    .filter((it) => it !== '');
}

/** What is wrong with figures, as the key of a sentence; null when nothing is. */
export function wrongToll(toll: Tolls): 'toll_order' | 'toll_civilians' | null {
  const over = (least: number | null, most: number | null): boolean => least !== null && most !== null && least > most;
  if (
    over(toll.killed_min, toll.killed_max) ||
    over(toll.injured_min, toll.injured_max) ||
    over(toll.civilians_killed_min, toll.civilians_killed_max)
  )
    return 'toll_order';
  return over(toll.civilians_killed_min, toll.killed_max) ? 'toll_civilians' : null;
}

/** Where a calendar opens: the day known so far, else the day of publication, else today. */
export function calendarAt(row: Pick<Row, 'date_start' | 'date_end'>, published: string | null, today: number): number {
  return day(row.date_start) ?? day(row.date_end) ?? day(published) ?? today;
}
