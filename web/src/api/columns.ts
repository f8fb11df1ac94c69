// What the server sends, as types. One row of `incidents.geojson` is `Row`; `incidents/{id}` adds accounts.
//
// Nothing here trusts the bytes: `row` makes a whole `Row` of whatever came, with null for what is not there.

import type { Geometry, MultiPolygon, Point, Polygon } from 'geojson';
import { NUMBERS, TEXTS } from './generated';

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

/** The flat columns, by the server's own table (generated.ts). null = nothing said. */
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
  /** Day of publication, or null where nobody said it. */
  published: string | null;
  text: string | null;
  /** What of it was made into which incident; only for stored reports. */
  tellings: { incident_id: string; quotes: Quote[] }[];
  notices: string[];
};

/** What would be made of a text: nothing of it is stored. */
export type Read = { features: Feature[]; accounts: Record<string, Account[]>; reports: Report[]; notices: string[] };

/** What a reviewer decided. */
export type Ruling = {
  id: number;
  verdict: string;
  who: string | null;
  at: string | null;
  why: string | null;
  /** The ruling that took this one back. */
  undone_by: number | null;
  undoes: number | null;
  /** The fields of the verdict, as words and numbers. */
  detail: Record<string, unknown>;
};

export type Candidate = FoundPlace & {
  id: string | null;
  admin1: string | null;
  precision: string | null;
  because: string[];
  area: Place | null;
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
  return { ...Object.fromEntries(texts), ...Object.fromEntries(numbers), kind: known };
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
    quotes: quotes(it.quotes),
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

function quotes(value: unknown): Quote[] {
  return objects(value).flatMap((quote) => {
    const words = text(quote.text);
    return words === null
      ? []
      : [{ field: text(quote.field), start: number(quote.start), end: number(quote.end), text: words }];
  });
}

export function report(value: unknown): Report | null {
  const id = text(field(value, 'id'));
  if (id === null) return null;
  return {
    id,
    title: text(field(value, 'title')),
    url: text(field(value, 'url')),
    publisher: text(field(value, 'publisher')),
    published: text(field(value, 'published')),
    text: text(field(value, 'text')),
    tellings: objects(field(value, 'accounts')).flatMap((it) => {
      const incident_id = text(it.incident_id);
      return incident_id === null ? [] : [{ incident_id, quotes: quotes(it.quotes) }];
    }),
    notices: notices(field(value, 'notices')),
  };
}

/** The answer of `/read`. */
export function read(value: unknown): Read {
  const found = features(value);
  const raw = field(value, 'features');
  const accountsOf = (Array.isArray(raw) ? raw : []).map((it) => [
    feature(it)?.id ?? '',
    accounts(field(it, 'properties')),
  ]);
  return {
    features: found,
    accounts: Object.fromEntries(accountsOf),
    reports: objects(field(value, 'reports'))
      .map(report)
      .filter((it) => it !== null),
    notices: notices(field(value, 'notices')),
  };
}

function notices(value: unknown): string[] {
  return objects(value).flatMap((it) => text(it.what) ?? []);
}

export function rulings(value: unknown): Ruling[] {
  return objects(field(value, 'rulings')).flatMap((it) => ruling(it) ?? []);
}

export function ruling(value: unknown): Ruling | null {
  const id = number(field(value, 'id'));
  const verdict = text(field(value, 'verdict'));
  if (id === null || verdict === null) return null;
  const detail = field(value, 'detail');
  return {
    id,
    verdict,
    who: text(field(value, 'who')),
    at: text(field(value, 'at')),
    why: text(field(value, 'why')),
    undone_by: number(field(value, 'undone_by')),
    undoes: number(field(value, 'undoes')),
    detail: typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>) : {},
  };
}

/** What a phrase or a name may mean: `/gazetteer/resolve`, `/search` and `/reverse` answer alike. */
export function candidates(value: unknown): Candidate[] {
  return objects(field(value, 'results')).flatMap((it) => {
    const [name, lat, lon] = [text(it.name), number(it.lat), number(it.lon)];
    if (name === null || lat === null || lon === null) return [];
    const because = Array.isArray(it.because) ? it.because.flatMap((why) => text(why) ?? []) : [];
    return [
      {
        name,
        lat,
        lon,
        id: text(it.id),
        kind: text(it.kind),
        country: text(it.country),
        admin1: text(it.admin1),
        radius_m: number(it.radius_m),
        precision: text(it.precision),
        because,
        area: place(it.geometry),
      },
    ];
  });
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
