// The view's question in the words of the server: a link to this view, the OGC API's items, a CQL2 filter, and the
// same for the command line, QGIS and Python. What the server cannot be asked is named, not dropped in silence.

import type { Box } from './incident';
import { NONE } from './incident';
import { FACETS, type Facet, type Filters } from './view';

/** The server's column of a facet. Lists are joined by "; " in these columns. */
const COLUMN: Record<Facet, { name: string; list: boolean }> = {
  country: { name: 'country', list: false },
  precision: { name: 'place_precision', list: false },
  actor: { name: 'actors', list: true },
  source: { name: 'publishers', list: true },
  status: { name: 'status', list: false },
  standing: { name: 'standing', list: false },
};

export type Asked = {
  /** As `filter=` takes it, CQL2 text; null when nothing is filtered. */
  cql2: string | null;
  datetime: string | null;
  bbox: string | null;
  q: string | null;
};

export function asked(filters: Filters, box: Box | null): Asked {
  const tests: string[] = [];
  if (filters.kinds) tests.push(anyOf('kind', filters.kinds));
  if (filters.exact !== null) tests.push(`radius_m <= ${filters.exact}`);
  if (!filters.undated) tests.push('NOT (date_start IS NULL AND date_end IS NULL)');
  for (const facet of FACETS) {
    const values = filters.only[facet];
    if (!values) continue;
    const { name, list } = COLUMN[facet];
    const told = values.filter((it) => it !== NONE);
    // A list is asked whether it shares a name with those chosen: exactly what the facet counts.
    const parts =
      told.length === 0 ? [] : [list ? `A_OVERLAPS(${name}, (${told.map(quoted).join(', ')}))` : anyOf(name, told)];
    if (values.includes(NONE)) parts.push(`${name} IS NULL`);
    tests.push(parts.length > 1 ? `(${parts.join(' OR ')})` : (parts[0] ?? ''));
  }
  const { from, to } = filters;
  return {
    cql2: tests.length > 0 ? tests.join(' AND ') : null,
    datetime: from || to ? `${from ?? '..'}/${to ?? '..'}` : null,
    bbox: box && `${[box.west, box.south, box.east, box.north].map((it) => Number(it.toFixed(4))).join(',')}`,
    q: filters.words.trim() || null,
  };
}

function anyOf(name: string, values: readonly string[]): string {
  // No kind is nothing: every incident has one.
  if (values.length === 0) return `${name} IS NULL`;
  if (values.length === 1) return `${name} = ${quoted(values[0] as string)}`;
  return `${name} IN (${values.map(quoted).join(', ')})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `?filter=…&datetime=…`, or nothing. */
export function queryString({ cql2, datetime, bbox, q }: Asked, more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more);
  if (cql2) query.set('filter', cql2);
  if (datetime) query.set('datetime', datetime);
  if (bbox) query.set('bbox', bbox);
  if (q) query.set('q', q);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** A word for a shell, whatever is in it. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

export type Copies = { link: string; curl: string; qgis: string; python: string; items: string };

/** `base` ends with a slash. */
export function copies(base: string, here: string, question: Asked): Copies {
  const items = `${base}collections/incidents/items${queryString(question, { limit: '1000' })}`;
  const whole = `${base}incidents.geojson${queryString(question)}`;
  return {
    link: here,
    items,
    curl: `curl --compressed -o incidents.geojson ${shellQuoted(whole)}`,
    // QGIS: Layer, Add Vector Layer, Protocol HTTP(S); GDAL reads the rest of the address as it is.
    qgis: `/vsicurl/${whole}`,
    python: `import geopandas\n\nincidents = geopandas.read_file(${JSON.stringify(whole)})\nprint(len(incidents))\n`,
  };
}
