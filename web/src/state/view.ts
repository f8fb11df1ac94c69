// What the reader looks at: the part of the state that the address bar holds.

import { KINDS, type Kind } from '../api/columns';
import { LANGUAGES, type Lang } from '../words/words';
import { day } from './day';

export type Camera = { lat: number; lon: number; zoom: number };

/** What incidents are counted by, beside their kind. */
export const FACETS = ['country', 'precision', 'actor', 'source', 'status', 'standing'] as const;
export type Facet = (typeof FACETS)[number];

/** Nothing chosen in a facet is everything. */
export type Chosen = Partial<Record<Facet, readonly string[]>>;

export type Page = 'map' | 'read' | 'review';

export type Filters = {
  /** null = every kind, also ones a later version may know. */
  kinds: readonly Kind[] | null;
  /** First and last day of the window, or null for no bound. */
  from: string | null;
  to: string | null;
  /** Whether incidents without a calendar day are shown. */
  undated: boolean;
  /** Largest radius of doubt in metres, null = any, also what is not on the map. */
  exact: number | null;
  words: string;
  only: Chosen;
};

export type View = {
  page: Page;
  /** null = the browser's language. */
  lang: Lang | null;
  /** Shown inside another page: the map alone. */
  embed: boolean;
  /** The list as a table. */
  table: boolean;
  /** null = where the incidents are. */
  camera: Camera | null;
  filters: Filters;
  list: 'all' | 'in-view' | 'unplaced';
  selected: string | null;
  /** Whether the selected incident's panel is open. */
  open: boolean;
};

export const EXACT_M = [1_000, 5_000, 25_000, 100_000] as const;

/** A search is words, not a document. */
export const WORDS_MAX = 200;

/** As many values as a facet takes from an address. */
const CHOSEN_MAX = 50;

export const NO_FILTERS: Filters = {
  kinds: null,
  from: null,
  to: null,
  undated: true,
  exact: null,
  words: '',
  only: {},
};

export const START: View = {
  page: 'map',
  lang: null,
  embed: false,
  table: false,
  camera: null,
  filters: NO_FILTERS,
  list: 'all',
  selected: null,
  open: false,
};

/** The view as the query of an address; what stands at its default is left out. */
export function address(view: View): string {
  const { camera, filters } = view;
  const query = new URLSearchParams();
  if (view.page !== 'map') query.set('page', view.page);
  if (view.lang) query.set('lang', view.lang);
  if (view.embed) query.set('embed', '1');
  if (camera) query.set('map', `${camera.zoom}/${camera.lat}/${camera.lon}`);
  if (filters.kinds) query.set('kinds', filters.kinds.join(','));
  if (filters.from) query.set('from', filters.from);
  if (filters.to) query.set('to', filters.to);
  if (!filters.undated) query.set('undated', 'no');
  if (filters.exact !== null) query.set('exact', String(filters.exact));
  if (filters.words) query.set('q', filters.words);
  for (const facet of FACETS) for (const value of filters.only[facet] ?? []) query.append(facet, value);
  if (view.list !== 'all') query.set('list', view.list);
  if (view.table) query.set('table', '1');
  if (view.selected) query.set(view.open ? 'incident' : 'at', view.selected);
  const text = query.toString().replaceAll('%2F', '/').replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? '' : `?${text}`;
}

/** The view an address asks for. Unknown names and impossible values are passed over. */
export function viewOf(search: string): View {
  const query = new URLSearchParams(search);
  const kinds = query.get('kinds');
  const exact = Number(query.get('exact'));
  const list = query.get('list');
  const open = query.get('incident');
  const page = query.get('page');
  return {
    page: page === 'read' || page === 'review' ? page : 'map',
    lang: LANGUAGES.find((it) => it === query.get('lang')) ?? null,
    embed: query.get('embed') === '1',
    table: query.get('table') === '1',
    camera: cameraOf(query.get('map')),
    filters: {
      kinds: kinds === null ? null : KINDS.filter((kind) => kinds.split(',').includes(kind)),
      from: dayOrNull(query.get('from')),
      to: dayOrNull(query.get('to')),
      undated: query.get('undated') !== 'no',
      exact: EXACT_M.find((it) => it === exact) ?? null,
      words: (query.get('q') ?? '').slice(0, WORDS_MAX),
      only: chosenOf(query),
    },
    list: list === 'in-view' || list === 'unplaced' ? list : 'all',
    selected: open || query.get('at') || null,
    open: Boolean(open),
  };
}

/** A camera as it is written: about a metre at the deepest zoom. */
export function camera(lat: number, lon: number, zoom: number): Camera {
  const wrapped = ((((lon + 180) % 360) + 360) % 360) - 180;
  return { lat: rounded(lat, 5), lon: rounded(wrapped, 5), zoom: rounded(zoom, 2) };
}

function chosenOf(query: URLSearchParams): Chosen {
  const chosen: Chosen = {};
  for (const facet of FACETS) {
    const values = [...new Set(query.getAll(facet))].filter((it) => it !== '').slice(0, CHOSEN_MAX);
    if (values.length > 0) chosen[facet] = values;
  }
  return chosen;
}

/** A facet's values with one put in or taken out. */
export function toggled(only: Chosen, facet: Facet, value: string): Chosen {
  const now = only[facet] ?? [];
  const next = now.includes(value) ? now.filter((it) => it !== value) : [...now, value];
  const { [facet]: _, ...rest } = only;
  return next.length === 0 ? rest : { ...rest, [facet]: next };
}

function cameraOf(text: string | null): Camera | null {
  const parts = (text ?? '').split('/');
  if (parts.length !== 3 || parts.some((part) => part.trim() === '')) return null;
  const [zoom, lat, lon] = parts.map(Number) as [number, number, number];
  const sound = zoom >= 0 && zoom <= 24 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  return sound ? camera(lat, lon, zoom) : null;
}

function dayOrNull(text: string | null): string | null {
  return text !== null && text.length === 10 && day(text) !== null ? text : null;
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0;
}
