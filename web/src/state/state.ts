// The whole page as one value. Every change is `change(state, event)`; the map, the lists and the address bar
// are drawings of what comes out.

import type { Decision } from '../api/client';
import type { Account, Feature, FoundPlace, Report, Ruling } from '../api/columns';
import { distance_m } from '../map/shapes';
import { iso } from './day';
import { RADIUS_USUAL_M } from './edit';
import { ordered, type Sifted, sifted, totals } from './filter';
import { type Bars, bars, type Spell, windowOf } from './histogram';
import { type Box, type Incident, incident, seen } from './incident';
import { type Many, type Part, parts } from './many';
import { changeReading, EMPTY, type Reading, type ReadingEvent, readingFeatures } from './reading';
import { maybeTwice, type Pair, type Queue, queued } from './review';
import { type Camera, type Filters, NO_FILTERS, type Page, type View } from './view';

export type Asked<T> = { is: 'asked' } | { is: 'failed'; why: string } | { is: 'here'; value: T };

/** Incidents at a spot: by their ids, or by the square or outline that the server lists. */
export type Spot = { ids: readonly string[]; camera: Camera | null; box?: Box | null; area?: string | null };

export type Theme = 'system' | 'light' | 'dark';

/** What of the selected incident is being corrected. */
export type Editing = 'place' | 'date' | 'type' | 'toll' | 'actors' | 'merge' | 'split' | 'reject' | 'note' | 'new';

/** A spot being chosen on the map, with its doubt. */
export type Pick = { at: { lat: number; lon: number } | null; radius_m: number };

/** A decision that was not taken, and why. */
export type Refusal_ = {
  id: string;
  why: string;
  /** With a decision to send again where somebody else was faster. */
  decision: Decision | null;
  changed: readonly Ruling[];
  version: number | null;
  /** A token is wanted. */
  token: boolean;
};

/** A decision of this reader, for taking it back. */
export type Mine = { ruling: number; id: string; verdict: string };

export type State = {
  view: View;
  data: Asked<readonly Incident[]>;
  /** Where the server holds too many to give: its counts. `data` is then the list as far as it was asked for. */
  many: Many | null;
  /** The selected incident's accounts, by its id. */
  accounts: { id: string; asked: Asked<readonly Account[]> } | null;
  /** Texts of reports the reader asked for, by report id. */
  reports: Readonly<Record<string, Asked<Report>>>;
  /** Ids of the incidents at a spot that was clicked; null = no such list. */
  spot: Spot | null;
  /** Places that answer to the words in the search box. */
  places: readonly FoundPlace[];
  /** What the map is asked to show; a new `turn` asks again. */
  goTo: { to: Box | Camera; turn: number } | null;
  map: 'starting' | 'drawn' | 'absent';
  /** Who made the basemap, where it is the operator's own. */
  credit: string | null;
  /** What the map shows now. */
  box: Box | null;
  theme: Theme;
  shown: 'nothing' | 'help' | 'filters' | 'download' | 'copy' | 'token' | 'language';
  /** Grows with every change of the language, so that everything is said anew. */
  spoken: number;
  reading: Reading;
  queue: Queue;
  /** Pairs that a reviewer found to be two (`pairName`). */
  apart: readonly string[];
  editing: Editing | null;
  pick: Pick | null;
  ruling: 'none' | 'asked';
  refused: Refusal_ | null;
  mine: readonly Mine[];
  history: { id: string; asked: Asked<readonly Ruling[]> } | null;
  /** New incidents that came while the page was open and are not shown yet. */
  news: readonly Feature[];
  playing: boolean;
  /** The whole list is drawn, for paper. */
  printing: boolean;
  /** A short sentence about what was just done. */
  said: { words: string; turn: number } | null;
};

export type Event =
  | ReadingEvent
  | { is: 'page-turned'; page: Page }
  | { is: 'spoken' }
  | { is: 'language-chosen'; lang: View['lang'] }
  | { is: 'tabled'; table: boolean }
  | { is: 'queue-chosen'; queue: Queue }
  | { is: 'pair-parted'; name: string }
  | { is: 'editing'; what: Editing | null }
  | { is: 'picking'; pick: Pick | null }
  | { is: 'rule'; id: string; decision: Decision; anyway?: number }
  | {
      is: 'ruled';
      id: string;
      ruling: Ruling | null;
      feature: Feature;
      accounts: readonly Account[];
      gone: readonly string[];
    }
  | { is: 'ruling-refused'; refused: Refusal_ }
  | { is: 'refusal-read' }
  | { is: 'undo'; ruling: number; id: string }
  | { is: 'undone'; ruling: number }
  | { is: 'history-asked'; id: string }
  | { is: 'history-came'; id: string; rulings: readonly Ruling[] }
  | { is: 'history-failed'; id: string; why: string }
  | { is: 'incident-made'; feature: Feature }
  | { is: 'changes-came'; fresh: readonly Feature[]; changed: readonly Feature[]; gone: readonly string[] }
  | { is: 'news-shown' }
  | { is: 'playing'; playing: boolean }
  | { is: 'printing'; printing: boolean }
  | { is: 'said'; words: string }
  | { is: 'data-asked' }
  | { is: 'data-came'; features: readonly Feature[] }
  | { is: 'data-failed'; why: string }
  /** `rows` are the list from its beginning, `further` what comes behind it. */
  | { is: 'many-came'; part: Partial<Many>; rows?: readonly Feature[]; further?: readonly Feature[] }
  | { is: 'more-asked' }
  | { is: 'single-came'; feature: Feature }
  | { is: 'accounts-asked'; id: string }
  | { is: 'accounts-came'; id: string; accounts: readonly Account[] }
  | { is: 'accounts-failed'; id: string; why: string }
  | { is: 'report-asked'; id: string }
  | { is: 'report-came'; id: string; report: Report }
  | { is: 'report-failed'; id: string; why: string }
  | { is: 'places-came'; places: readonly FoundPlace[] }
  | { is: 'place-chosen'; place: FoundPlace }
  | { is: 'address-changed'; view: View }
  | { is: 'map-drawn'; credit?: string | null }
  | { is: 'map-absent' }
  /** `camera` is null for the page's own first look, which the address bar need not hold. */
  | { is: 'map-moved'; camera: Camera | null; box: Box }
  | { is: 'filtered'; by: Partial<Filters> }
  | { is: 'filters-cleared' }
  | { is: 'window-stepped'; by: 1 | -1 }
  | { is: 'listed'; list: View['list'] }
  | { is: 'selected'; id: string }
  | { is: 'selection-stepped'; by: number }
  | { is: 'opened'; id: string }
  | { is: 'closed' }
  | ({ is: 'spot-clicked' } & Spot)
  | { is: 'spot-zoomed' }
  | { is: 'themed'; theme: Theme }
  | { is: 'shown'; what: State['shown'] };

export function start(view: View, theme: Theme): State {
  return {
    view,
    data: { is: 'asked' },
    many: null,
    accounts: null,
    reports: {},
    spot: null,
    places: [],
    goTo: null,
    map: 'starting',
    credit: null,
    box: null,
    theme,
    shown: 'nothing',
    spoken: 0,
    reading: EMPTY,
    queue: 'drafts',
    apart: [],
    editing: null,
    pick: null,
    ruling: 'none',
    refused: null,
    mine: [],
    history: null,
    news: [],
    playing: false,
    printing: false,
    said: null,
  };
}

export function change(state: State, event: Event): State {
  const { view } = state;
  switch (event.is) {
    case 'page-turned':
      return {
        ...state,
        view: { ...view, page: event.page, selected: null, open: false },
        shown: 'nothing',
        ...IDLE,
      };
    case 'spoken':
      return { ...state, spoken: state.spoken + 1 };
    case 'language-chosen':
      return { ...state, shown: 'nothing', view: { ...view, lang: event.lang } };
    case 'tabled':
      return { ...state, view: { ...view, table: event.table, open: false } };
    case 'queue-chosen':
      return { ...state, queue: event.queue, view: { ...view, selected: null, open: false }, ...IDLE };
    case 'pair-parted':
      return { ...state, apart: [...state.apart, event.name] };
    case 'editing':
      return { ...state, editing: event.what, pick: null };
    case 'picking':
      return { ...state, pick: event.pick };
    case 'rule':
      return { ...state, ruling: 'asked', refused: null };
    case 'ruled':
      return ruled(state, event);
    case 'ruling-refused':
      return { ...state, ruling: 'none', refused: event.refused, shown: event.refused.token ? 'token' : state.shown };
    case 'refusal-read':
      return { ...state, refused: null };
    case 'undo':
      return { ...state, ruling: 'asked', refused: null };
    case 'undone':
      return { ...state, ruling: 'none', mine: state.mine.filter((it) => it.ruling !== event.ruling) };
    case 'history-asked':
      return { ...state, history: { id: event.id, asked: { is: 'asked' } } };
    case 'history-came':
      return { ...state, history: { id: event.id, asked: { is: 'here', value: event.rulings } } };
    case 'history-failed':
      return { ...state, history: { id: event.id, asked: { is: 'failed', why: event.why } } };
    case 'incident-made':
      return { ...state, data: changedData(state, [event.feature], []), editing: null };
    case 'changes-came':
      return {
        ...state,
        data: changedData(state, event.changed, event.gone),
        news: [...state.news.filter((it) => !event.fresh.some((one) => one.id === it.id)), ...event.fresh].filter(
          (it) => !event.gone.includes(it.id),
        ),
        ...(view.selected !== null && event.changed.some((it) => it.id === view.selected)
          ? { accounts: null, history: null }
          : {}),
      };
    case 'news-shown':
      return { ...state, data: changedData(state, state.news, []), news: [] };
    case 'playing':
      return { ...state, playing: event.playing };
    case 'printing':
      return { ...state, printing: event.printing, shown: 'nothing' };
    case 'said':
      return { ...state, said: { words: event.words, turn: (state.said?.turn ?? 0) + 1 } };
    case 'data-asked':
      // Asked again, what is here stays until the answer comes.
      return state.data.is === 'here' ? { ...state } : { ...state, data: { is: 'asked' } };
    case 'data-came':
      return { ...state, news: [], data: { is: 'here', value: ordered(event.features.map(incident)) } };
    case 'many-came': {
      const many = { ...(state.many ?? (event.part as Many)), ...event.part };
      const { rows, further } = event;
      const before = state.data.is === 'here' ? state.data.value : [];
      const data = rows
        ? { is: 'here' as const, value: rows.map(incident) }
        : further
          ? { is: 'here' as const, value: [...before, ...further.map(incident)] }
          : state.data;
      return { ...state, many, data, news: rows ? [] : state.news };
    }
    case 'more-asked':
      return { ...state };
    case 'single-came':
      return state.many ? { ...state, many: { ...state.many, single: incident(event.feature) } } : state;
    case 'data-failed':
      return { ...state, data: { is: 'failed', why: event.why } };
    case 'accounts-asked':
      return { ...state, accounts: { id: event.id, asked: { is: 'asked' } } };
    case 'accounts-came':
      return forSelected(state, event.id, { is: 'here', value: event.accounts });
    case 'accounts-failed':
      return forSelected(state, event.id, { is: 'failed', why: event.why });
    case 'report-asked':
      return { ...state, reports: { ...state.reports, [event.id]: { is: 'asked' } } };
    case 'report-came':
      return { ...state, reports: { ...state.reports, [event.id]: { is: 'here', value: event.report } } };
    case 'report-failed':
      return { ...state, reports: { ...state.reports, [event.id]: { is: 'failed', why: event.why } } };
    case 'places-came':
      return { ...state, places: event.places };
    case 'place-chosen':
      return {
        ...state,
        view: { ...view, filters: { ...view.filters, words: '' } },
        places: [],
        goTo: asked(state, around(event.place)),
      };
    case 'address-changed':
      return {
        ...state,
        view: event.view,
        spot: null,
        goTo: event.view.camera ? asked(state, event.view.camera) : state.goTo,
      };
    case 'map-drawn':
      return { ...state, map: 'drawn', credit: event.credit ?? null };
    case 'map-absent':
      return { ...state, map: 'absent', view: view.list === 'in-view' ? { ...view, list: 'all' } : view };
    case 'map-moved':
      return { ...state, view: event.camera ? { ...view, camera: event.camera } : view, box: event.box };
    case 'filtered':
      return { ...state, spot: null, view: { ...view, filters: { ...view.filters, ...event.by } } };
    case 'filters-cleared':
      return { ...state, spot: null, places: [], view: { ...view, filters: NO_FILTERS } };
    case 'window-stepped':
      return { ...state, spot: null, view: { ...view, filters: { ...view.filters, ...stepped(state, event.by) } } };
    case 'listed':
      return { ...state, spot: null, view: { ...view, list: event.list, open: false } };
    case 'selected':
      return selected(state, event.id, false);
    case 'selection-stepped': {
      const list = listed(state);
      const at = list.findIndex((it) => it.id === view.selected);
      const next = list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + event.by))];
      return next ? selected(state, next.id, view.open) : state;
    }
    case 'opened':
      return selected(state, event.id, true);
    case 'closed':
      return closed(state);
    case 'spot-clicked': {
      const [only] = event.ids;
      if (only !== undefined && event.ids.length === 1 && !event.box)
        return { ...selected(state, only, true), spot: null };
      return { ...state, spot: { ...event }, view: { ...view, open: false } };
    }
    case 'spot-zoomed':
      return state.spot?.camera ? { ...state, goTo: asked(state, state.spot.camera) } : state;
    case 'themed':
      return { ...state, theme: event.theme };
    case 'shown':
      return { ...state, shown: state.shown === event.what ? 'nothing' : event.what };
    case 'read-came': {
      // The first incident is open at once: the eye goes there anyway.
      const [first] = event.read.features;
      return {
        ...state,
        ...IDLE,
        reading: changeReading(state.reading, event),
        view: { ...view, selected: first?.id ?? null, open: first !== undefined },
      };
    }
    default:
      return { ...state, reading: changeReading(state.reading, event), ...(event.is === 'edited' ? IDLE : {}) };
  }
}

/** No correction is under way. */
const IDLE = { editing: null, pick: null, refused: null } as const;

/** An incident as it was decided; the reviewer's eye goes on to the next in the queue when this one left it. */
function ruled(state: State, event: Extract<Event, { is: 'ruled' }>): State {
  const { ruling, feature } = event;
  const before = listed(state);
  const at = before.findIndex((it) => it.id === event.id);
  const mine = ruling ? [...state.mine, { ruling: ruling.id, id: event.id, verdict: ruling.verdict }] : state.mine;
  const now: State = {
    ...state,
    ...IDLE,
    ruling: 'none',
    mine,
    history: null,
    accounts: { id: feature.id, asked: { is: 'here', value: event.accounts } },
    // What is rejected is given out to nobody; it comes back when the ruling is taken back.
    data:
      feature.row.status === 'rejected'
        ? changedData(state, [], [event.id])
        : changedData(state, [feature], event.gone),
  };
  if (state.view.page !== 'review' || state.view.selected !== event.id) return now;
  const left = listed(now);
  if (left.some((it) => it.id === event.id)) return now;
  const next = left[Math.min(at, left.length - 1)];
  return { ...now, accounts: null, view: { ...now.view, selected: next?.id ?? null, open: next !== undefined } };
}

/** Incidents that are known stay where they stand in the list; new ones come in by their day. */
function changedData(state: State, features: readonly Feature[], gone: readonly string[]): State['data'] {
  if (state.data.is !== 'here') return state.data;
  const changed = new Map(features.map((it) => [it.id, incident(it)]));
  const kept = state.data.value.flatMap((it) => {
    const now = changed.get(it.id);
    changed.delete(it.id);
    return gone.includes(it.id) ? [] : [now ?? it];
  });
  return { is: 'here', value: changed.size > 0 ? ordered([...kept, ...changed.values()]) : kept };
}

/** Esc: the nearest thing that can be closed. */
function closed(state: State): State {
  const { view } = state;
  if (state.pick) return { ...state, pick: null };
  if (state.editing) return { ...state, editing: null };
  if (state.refused) return { ...state, refused: null };
  if (state.shown !== 'nothing') return { ...state, shown: 'nothing' };
  if (view.open) return { ...state, view: { ...view, open: false } };
  if (state.spot) return { ...state, spot: null };
  return { ...state, view: { ...view, selected: null } };
}

function selected(state: State, id: string, open: boolean): State {
  const accounts = state.accounts?.id === id ? state.accounts : null;
  const other = state.view.selected !== id ? IDLE : {};
  return { ...state, ...other, accounts, view: { ...state.view, selected: id, open } };
}

function forSelected(state: State, id: string, asked: Asked<readonly Account[]>): State {
  return state.view.selected === id ? { ...state, accounts: { id, asked } } : state;
}

function stepped(state: State, by: 1 | -1): Partial<Filters> {
  const found = histogram(state);
  if (!found) return {};
  const window = windowOf(found, state.view.filters.from, state.view.filters.to);
  const last = found.bins.length - 1;
  const whole = window.from === 0 && window.to === last;
  const width = whole ? 0 : window.to - window.from;
  const wished = whole ? (by > 0 ? 0 : last) : window.from + by;
  const from = Math.max(0, Math.min(last - width, wished));
  const [first, end] = [found.bins[from], found.bins[from + width]];
  return first && end ? { from: iso(first.first), to: iso(end.last) } : {};
}

function asked(state: State, to: Box | Camera): State['goTo'] {
  return { to, turn: (state.goTo?.turn ?? 0) + 1 };
}

/** A place's own circle, at least a town wide. */
function around({ lat, lon, radius_m }: FoundPlace): Box {
  const lat_deg = Math.max(radius_m ?? 0, 8_000) / 111_000;
  const lon_deg = lat_deg / Math.max(0.1, Math.cos((lat * Math.PI) / 180));
  return {
    west: lon - lon_deg,
    south: Math.max(-85, lat - lat_deg),
    east: lon + lon_deg,
    north: Math.min(85, lat + lat_deg),
  };
}

// What follows is read off a state. Each answer is kept for the last state's parts it was made of.

const NOBODY: readonly Incident[] = [];

export function everything(state: State): readonly Incident[] {
  if (state.view.page === 'read') return keptReading(state.reading);
  return state.data.is === 'here' ? state.data.value : NOBODY;
}

const keptReading = kept((reading: Reading): readonly Incident[] => readingFeatures(reading).map(incident));
const keptSifted = kept((all: readonly Incident[], filters: Filters) => sifted(all, filters));
const keptBars = kept((all: readonly Spell[], some: readonly Spell[]) => bars(all, some));
const keptById = kept((all: readonly Incident[]) => new Map(all.map((it) => [it.id, it])));
const keptPairs = kept((all: readonly Incident[], apart: readonly string[]) => maybeTwice(all, new Set(apart)));
const keptQueue = kept(queued);
const keptListed = kept(
  (all: readonly Incident[], hits: readonly Incident[], list: View['list'], box: Box | null, spot: State['spot']) => {
    if (spot) return all.filter((it) => spot.ids.includes(it.id));
    if (list === 'unplaced') return hits.filter((it) => it.geometry === null);
    if (list === 'in-view' && box) return hits.filter((it) => it.box !== null && seen(it.box, box));
    return hits;
  },
);

/** The server's counts, on the pages that show what it holds. */
export function far(state: State): Many | null {
  return state.view.page === 'read' ? null : state.many;
}

export type Counts = {
  all: number;
  hits: number;
  points: number;
  areas: number;
  unplaced: number;
  /** Without a calendar day: of all, and of what passes the filters. */
  undatedOfAll: number;
  undated: number;
  kinds: Sifted['kinds'];
  facets: Sifted['facets'];
};

const undatedOf = (some: readonly Incident[]): number => some.reduce((n, it) => n + Number(it.span === null), 0);
const keptCounts = kept(
  (all: readonly Incident[], { hits, kinds, facets }: Sifted): Counts => ({
    all: all.length,
    hits: hits.length,
    ...totals(hits),
    undatedOfAll: undatedOf(all),
    undated: undatedOf(hits),
    kinds,
    facets,
  }),
);
const keptFar = kept(
  ({ whole, now }: Many): Counts => ({ ...now, all: whole.n, hits: now.n, undatedOfAll: whole.undated }),
);

/** Every number the page shows, counted here or by the server. */
export function counts(state: State): Counts {
  const many = far(state);
  return many ? keptFar(many) : keptCounts(everything(state), sifting(state));
}

/** Single filters without which something would pass, each with the filters that are left. */
export function widenings(state: State): [Part | 'words' | 'exact', Filters][] {
  const { filters } = state.view;
  const { kinds, facets } = counts(state);
  const some = (all: Iterable<number>): boolean => [...all].some((n) => n > 0);
  const passes = (part: Part): boolean =>
    part === 'kinds'
      ? some(Object.values(kinds))
      : part === 'spans'
        ? (far(state)?.now.spells ?? sifting(state).anyTime).length > 0
        : some(facets[part].values());
  return [
    ...parts(filters).filter(([part]) => passes(part)),
    ...(filters.words ? [['words', { ...filters, words: '' }] as ['words', Filters]] : []),
    ...(filters.exact !== null ? [['exact', { ...filters, exact: null }] as ['exact', Filters]] : []),
  ];
}

/** The hit nearest to the middle of the map, how far and which way (0 north, clockwise in degrees). */
export function nearest({ box }: State, some: readonly Incident[]): { id: string; m: number; way: number } | null {
  if (!box) return null;
  const middle = (of: Box): [number, number] => [(of.west + of.east) / 2, (of.south + of.north) / 2];
  const here = middle(box);
  let found: { id: string; m: number; way: number } | null = null;
  for (const it of some) {
    if (!it.box) continue;
    const there = middle(it.box);
    const m = distance_m(here, there);
    if (found && m >= found.m) continue;
    const east = ((((there[0] - here[0] + 180) % 360) + 360) % 360) - 180;
    const way = (Math.atan2(east * Math.cos((here[1] * Math.PI) / 180), there[1] - here[1]) * 180) / Math.PI;
    found = { id: it.id, m, way: (way + 360) % 360 };
  }
  return found;
}

/** How many the list has, of which the page may hold the first only. */
export function listedInAll(state: State): number {
  const many = far(state);
  return many && !(state.view.page === 'review' && state.queue === 'twice') ? many.rows.n : listed(state).length;
}

/** Hits and counts of one pass. A reading and a queue are shown whole. */
export function sifting(state: State): Sifted {
  return keptSifted(everything(state), state.view.page === 'map' ? state.view.filters : NO_FILTERS);
}

/** What passes the filters: on the map, in the list and in the header's count alike. */
export function hits(state: State): readonly Incident[] {
  return far(state) ? everything(state) : sifting(state).hits;
}

/** What the map draws: the hits, or what waits in the reviewer's queue. */
export function onMap(state: State): readonly Incident[] {
  return state.view.page === 'review' ? queue(state, state.queue) : hits(state);
}

export function listed(state: State): readonly Incident[] {
  if (state.view.page === 'review') return queue(state, state.queue);
  if (state.view.page === 'read' || far(state)) return hits(state);
  return keptListed(everything(state), hits(state), state.view.list, state.box, state.spot);
}

export function queue(state: State, which: Queue): readonly Incident[] {
  return which === state.queue
    ? keptQueue(everything(state), which, pairs(state))
    : queued(everything(state), which, pairs(state));
}

/** How many wait in a queue; null where only the server could say and is not asked. */
export function waiting(state: State, which: Queue): number | null {
  const many = far(state);
  if (!many) return queue(state, which).length;
  const { status, standing } = many.whole.facets;
  if (which === 'drafts') return status.get('draft') ?? 0;
  if (which === 'disputed') return (standing.get('disputed') ?? 0) + (standing.get('claimed') ?? 0);
  // Looked for among the drafts that are here.
  if (which === 'twice') return which === state.queue ? queue(state, which).length : null;
  return which === state.queue ? many.rows.n : null;
}

/** Incidents that may be one told twice. */
export function pairs(state: State): readonly Pair[] {
  return keptPairs(everything(state), state.apart);
}

export function histogram(state: State): Bars | null {
  const many = far(state);
  if (many) return many.whole.spells.length > 0 ? keptBars(many.whole.spells, many.now.spells) : null;
  return keptBars(everything(state), sifting(state).anyTime);
}

/** The pick's radius where the reader has not said one. */
export const PICK_START: Pick = { at: null, radius_m: RADIUS_USUAL_M };

export function selection(state: State): Incident | null {
  const { selected } = state.view;
  if (selected === null) return null;
  const { single = null } = far(state) ?? {};
  return keptById(everything(state)).get(selected) ?? (single?.id === selected ? single : null);
}

/** `make` asked again with the same values answers with the same value. */
function kept<In extends unknown[], Out>(make: (...parts: In) => Out): (...parts: In) => Out {
  let last: { parts: In; out: Out } | null = null;
  return (...parts) => {
    if (!last || parts.some((part, i) => part !== last?.parts[i])) last = { parts, out: make(...parts) };
    return last.out;
  };
}
