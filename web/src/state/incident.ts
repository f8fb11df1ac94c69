// One incident as the page holds it: the row, and what is asked of it at every filter, worked out once.

import type { Feature, Kind, Place, Row } from '../api/columns';
import { day } from './day';

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
  readonly words: string;
  /** What it counts for in each facet, by the number in `allTold`. */
  facets: readonly number[];
};

/** A facet's value for what is not told. */
export const NONE = '-';

export function incident({ id, geometry, row }: Feature): Incident {
  let words: string | null = null;
  return {
    id,
    kind: row.kind,
    row,
    geometry,
    box: geometry && boxOf(geometry),
    span: spanOf(row),
    // Fifty thousand rows are folded when somebody searches, not before the list is shown.
    get words() {
      words ??= folded(toldIn(row));
      return words;
    },
    // In the order of FACETS.
    facets: [
      row.country,
      row.place_precision === 'unknown' ? null : row.place_precision,
      row.actors,
      row.publishers,
      row.status,
      row.standing,
    ].map((text) => list(text).number),
  };
}

function toldIn(row: Row): string {
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
  return words.filter((it) => it !== null).join(' ');
}

/** Values told together. Rows share them: a country is told a thousand times, and counted once by its number. */
export type Told = { readonly values: readonly string[]; readonly number: number };

const tellings: Told[] = [];
const known = new Map<string | null, Told>();

function list(text: string | null): Told {
  const told = known.get(text);
  if (told) return told;
  const values = text === null ? [NONE] : [...new Set(text.split(/;\s*/).filter((it) => it !== ''))];
  const made = { values, number: tellings.length };
  tellings.push(made);
  known.set(text, made);
  return made;
}

/** Everything told so far, by its number. */
export function allTold(): readonly Told[] {
  return tellings;
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
  if (geometry.type === 'Point') {
    const [lon = 0, lat = 0] = geometry.coordinates;
    return { west: lon, south: lat, east: lon, north: lat };
  }
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

/** A box may lie a turn further on: the map scrolls round the globe. */
export function seen(box: Box, view: Box): boolean {
  return [-360, 0, 360].some((turn) => overlap({ ...box, west: box.west + turn, east: box.east + turn }, view));
}
