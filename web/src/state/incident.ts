// One incident as the page holds it: the row, and what is asked of it at every filter, worked out once.

import type { Feature, Kind, Place, Row } from '../api/columns';
import { day } from './day';
import type { Facet } from './view';

export type Box = { west: number; south: number; east: number; north: number };

/** First and last possible day; an open end is ±Infinity; null when no calendar day is known. */
export type Span = { first: number; last: number } | null;

export type Incident = {
  id: string;
  kind: Kind;
  row: Row;
  geometry: Place | null;
  box: Box | null;
  span: Span;
  /** Everything the text filter looks at, folded. */
  words: string;
  /** What it counts for in each facet; `NONE` where nothing is told. */
  facets: Record<Facet, readonly string[]>;
};

/** A facet's value for what is not told. */
export const NONE = '-';

export function incident({ id, geometry, row }: Feature): Incident {
  const words = [
    row.title,
    row.type_label,
    row.place,
    row.place_text,
    row.country,
    row.admin1,
    row.actors,
    row.targets,
    row.toll_text,
    row.publishers,
    row.tags,
  ];
  return {
    id,
    kind: row.kind,
    row,
    geometry,
    box: geometry && boxOf(geometry),
    span: spanOf(row),
    words: folded(words.filter((it) => it !== null).join(' ')),
    facets: {
      country: list(row.country),
      precision: list(row.place_precision === 'unknown' ? null : row.place_precision),
      actor: list(row.actors),
      source: list(row.publishers),
      status: list(row.status),
      standing: list(row.standing),
    },
  };
}

const NOTHING: readonly string[] = [NONE];
/** Rows share their lists: a country is told a thousand times. */
const lists = new Map<string, readonly string[]>();

function list(text: string | null): readonly string[] {
  if (text === null) return NOTHING;
  const known = lists.get(text);
  if (known) return known;
  const made = [...new Set(text.split(/;\s*/).filter((it) => it !== ''))];
  lists.set(text, made);
  return made;
}

/** Small letters without marks, so that "Sanaa" finds "Ṣanʿāʾ". */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{Mn}ʿʾʼ’'`]/gu, '')
    .toLowerCase();
}

export function spanOf(row: Pick<Row, 'date_start' | 'date_end'>): Span {
  const first = day(row.date_start);
  const last = day(row.date_end);
  if (first === null && last === null) return null;
  return { first: first ?? Number.NEGATIVE_INFINITY, last: last ?? Number.POSITIVE_INFINITY };
}

export function boxOf(geometry: Place): Box {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  const add = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    const [lon, lat] = value;
    if (typeof lon === 'number' && typeof lat === 'number') {
      box.west = Math.min(box.west, lon);
      box.east = Math.max(box.east, lon);
      box.south = Math.min(box.south, lat);
      box.north = Math.max(box.north, lat);
    } else for (const part of value) add(part);
  };
  add(geometry.coordinates);
  return box;
}

export function overlap(a: Box, b: Box): boolean {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}
