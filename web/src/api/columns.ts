// What the server sends, as types. One row of `incidents.geojson` is `Row`; `incidents/{id}` adds accounts.
//
// Nothing here trusts the bytes: `row` makes a whole `Row` of whatever came, with null for what is not there.

import type { Geometry, MultiPolygon, Point, Polygon } from 'geojson';

export const KINDS = ['clash', 'strike', 'civilians', 'protest', 'violence', 'hazard', 'other'] as const;
export type Kind = (typeof KINDS)[number];

export type DatePrecision =
  | 'day'
  | 'days'
  | 'week'
  | 'month'
  | 'span'
  | 'before'
  | 'year'
  | 'weekday'
  | 'day_no_year'
  | 'unknown';

const TEXTS = [
  'incident_id',
  'title',
  'type',
  'type_label',
  'tags',
  'standing',
  'status',
  'date_start',
  'date_end',
  'time_start',
  'time_end',
  'date_precision',
  'date_edtf',
  'date_text',
  'date_because',
  'place',
  'place_id',
  'place_text',
  'place_precision',
  'place_basis',
  'place_because',
  'place_alternatives',
  'country',
  'admin1',
  'admin2',
  'country_by',
  'actors',
  'actors_by',
  'targets',
  'target_kind',
  'toll_text',
  'review',
  'report_ids',
  'source_urls',
  'publishers',
] as const;

const NUMBERS = [
  'radius_m',
  'killed_min',
  'killed_max',
  'injured_min',
  'injured_max',
  'civilians_killed_min',
  'civilians_killed_max',
  'confidence',
  'source_count',
] as const;

/** The flat columns the page uses. null = nothing said. */
export type Row = { kind: Kind } & Record<(typeof TEXTS)[number], string | null> &
  Record<(typeof NUMBERS)[number], number | null>;

export type Place = Point | Polygon | MultiPolygon;

export type Feature = { id: string; geometry: Place | null; row: Row };

/** Some figure about people, as one report tells it. */
export type Toll = {
  least: number | null;
  most: number | null;
  of_whom: string | null;
  state: string | null;
  said_by: string | null;
  text: string | null;
};

export type Quote = { field: string | null; start: number | null; end: number | null; text: string };

/** One report's telling of the incident. */
export type Account = {
  report: string | null;
  url: string | null;
  archived_url: string | null;
  publisher: string | null;
  published: string | null;
  retrieved: string | null;
  licence: string | null;
  reader: string | null;
  standing: string | null;
  type: string | null;
  date_start: string | null;
  date_end: string | null;
  date_precision: string | null;
  date_text: string | null;
  date_because: string | null;
  place: string | null;
  place_text: string | null;
  place_precision: string | null;
  place_because: string | null;
  place_alternatives: string | null;
  radius_m: number | null;
  says: string | null;
  denies: string | null;
  quotes: Quote[];
  toll: Toll[];
};

export type Report = {
  id: string;
  title: string | null;
  url: string | null;
  publisher: string | null;
  text: string | null;
};

export type FoundPlace = {
  name: string;
  kind: string | null;
  country: string | null;
  lat: number;
  lon: number;
  radius_m: number | null;
};

/** Features of a collection; what is no feature is left out. */
export function features(collection: unknown): Feature[] {
  const list = field(collection, 'features');
  if (!Array.isArray(list)) throw new Error('incidents.geojson holds no list of features');
  return list.map(feature).filter((it) => it !== null);
}

export function feature(value: unknown): Feature | null {
  const properties = field(value, 'properties') ?? {};
  const id = text(field(value, 'id')) ?? text(field(properties, 'incident_id'));
  if (id === null) return null;
  return { id, geometry: place(field(value, 'geometry')), row: row(properties) };
}

function row(properties: unknown): Row {
  const kind = field(properties, 'kind');
  const known = KINDS.find((it) => it === kind) ?? 'other';
  const texts = TEXTS.map((name) => [name, text(field(properties, name))]);
  const numbers = NUMBERS.map((name) => [name, number(field(properties, name))]);
  return { kind: known, ...Object.fromEntries(texts), ...Object.fromEntries(numbers) };
}

export function accounts(properties: unknown): Account[] {
  return objects(field(properties, 'accounts')).map((it) => ({
    report: text(it.report),
    url: text(it.url),
    archived_url: text(it.archived_url),
    publisher: text(it.publisher),
    published: text(it.published),
    retrieved: text(it.retrieved),
    licence: text(it.licence),
    reader: typeof it.reader === 'object' ? text(field(it.reader, 'name')) : text(it.reader),
    standing: text(it.standing),
    type: text(it.type),
    date_start: text(it.date_start),
    date_end: text(it.date_end),
    date_precision: text(it.date_precision),
    date_text: text(it.date_text),
    date_because: text(it.date_because),
    place: text(it.place),
    place_text: text(it.place_text),
    place_precision: text(it.place_precision),
    place_because: text(it.place_because),
    place_alternatives: text(it.place_alternatives),
    radius_m: number(it.radius_m),
    says: text(it.says),
    denies: text(it.denies),
    quotes: objects(it.quotes).flatMap((quote) => {
      const words = text(quote.text);
      return words === null
        ? []
        : [{ field: text(quote.field), start: number(quote.start), end: number(quote.end), text: words }];
    }),
    toll: objects(it.toll).map((toll) => ({
      least: number(toll.least),
      most: number(toll.most),
      of_whom: text(toll.of_whom),
      state: text(toll.state),
      said_by: text(toll.said_by),
      text: text(toll.text),
    })),
  }));
}

export function report(value: unknown): Report | null {
  const id = text(field(value, 'id'));
  if (id === null) return null;
  return {
    id,
    title: text(field(value, 'title')),
    url: text(field(value, 'url')),
    publisher: text(field(value, 'publisher')),
    text: text(field(value, 'text')),
  };
}

export function foundPlaces(value: unknown): FoundPlace[] {
  return objects(field(value, 'results')).flatMap((it) => {
    const [name, lat, lon] = [text(it.name), number(it.lat), number(it.lon)];
    if (name === null || lat === null || lon === null) return [];
    return [{ name, lat, lon, kind: text(it.kind), country: text(it.country), radius_m: number(it.radius_m) }];
  });
}

function place(value: unknown): Place | null {
  const geometry = value as Geometry | null;
  if (!geometry || !('coordinates' in geometry) || !Array.isArray(geometry.coordinates)) return null;
  return geometry.type === 'Point' || geometry.type === 'Polygon' || geometry.type === 'MultiPolygon' ? geometry : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Text, a number as text, or a list joined by "; ". Empty text says nothing. */
function text(value: unknown): string | null {
  if (Array.isArray(value))
    return text(
      value
        .map((it) => text(it) ?? '')
        .filter((it) => it !== '')
        .join('; '),
    );
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((it) => typeof it === 'object' && it !== null) : [];
}
