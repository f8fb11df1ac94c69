// The whole page as one value. Every change is `change(state, event)`; the map, the lists and the address bar
// are drawings of what comes out.

import type { Account, Feature, FoundPlace, Report } from '../api/columns';
import { iso } from './day';
import { filtered, ordered } from './filter';
import { type Bars, bars, windowOf } from './histogram';
import { type Box, type Incident, incident, overlap } from './incident';
import { type Camera, type Filters, NO_FILTERS, type View } from './view';

export type Asked<T> = { is: 'asked' } | { is: 'failed'; why: string } | { is: 'here'; value: T };

export type Theme = 'system' | 'light' | 'dark';

export type State = {
  view: View;
  data: Asked<readonly Incident[]>;
  /** The selected incident's accounts, by its id. */
  accounts: { id: string; asked: Asked<readonly Account[]> } | null;
  /** Texts of reports the reader asked for, by report id. */
  reports: Readonly<Record<string, Asked<Report>>>;
  /** Ids of the incidents at a spot that was clicked; null = no such list. */
  spot: { ids: readonly string[]; camera: Camera | null } | null;
  /** Places that answer to the words in the search box. */
  places: readonly FoundPlace[];
  /** What the map is asked to show; a new `turn` asks again. */
  goTo: { to: Box | Camera; turn: number } | null;
  map: 'starting' | 'drawn' | 'absent';
  /** What the map shows now. */
  box: Box | null;
  theme: Theme;
  shown: 'nothing' | 'help' | 'filters' | 'download';
};

export type Event =
  | { is: 'data-asked' }
  | { is: 'data-came'; features: readonly Feature[] }
  | { is: 'data-failed'; why: string }
  | { is: 'accounts-asked'; id: string }
  | { is: 'accounts-came'; id: string; accounts: readonly Account[] }
  | { is: 'accounts-failed'; id: string; why: string }
  | { is: 'report-asked'; id: string }
  | { is: 'report-came'; id: string; report: Report }
  | { is: 'report-failed'; id: string; why: string }
  | { is: 'places-came'; places: readonly FoundPlace[] }
  | { is: 'place-chosen'; place: FoundPlace }
  | { is: 'address-changed'; view: View }
  | { is: 'map-drawn' }
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
  | { is: 'spot-clicked'; ids: readonly string[]; camera: Camera | null }
  | { is: 'spot-zoomed' }
  | { is: 'themed'; theme: Theme }
  | { is: 'shown'; what: State['shown'] };

export function start(view: View, theme: Theme): State {
  return {
    view,
    data: { is: 'asked' },
    accounts: null,
    reports: {},
    spot: null,
    places: [],
    goTo: null,
    map: 'starting',
    box: null,
    theme,
    shown: 'nothing',
  };
}

export function change(state: State, event: Event): State {
  const { view } = state;
  switch (event.is) {
    case 'data-asked':
      return state.data.is === 'here' ? state : { ...state, data: { is: 'asked' } };
    case 'data-came':
      return { ...state, data: { is: 'here', value: ordered(event.features.map(incident)) } };
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
      return { ...state, map: 'drawn' };
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
      if (only !== undefined && event.ids.length === 1) return { ...selected(state, only, true), spot: null };
      return { ...state, spot: { ids: event.ids, camera: event.camera }, view: { ...view, open: false } };
    }
    case 'spot-zoomed':
      return state.spot?.camera ? { ...state, goTo: asked(state, state.spot.camera) } : state;
    case 'themed':
      return { ...state, theme: event.theme };
    case 'shown':
      return { ...state, shown: state.shown === event.what ? 'nothing' : event.what };
  }
}

/** Esc: the nearest thing that can be closed. */
function closed(state: State): State {
  const { view } = state;
  if (state.shown !== 'nothing') return { ...state, shown: 'nothing' };
  if (view.open) return { ...state, view: { ...view, open: false } };
  if (state.spot) return { ...state, spot: null };
  return { ...state, view: { ...view, selected: null } };
}

function selected(state: State, id: string, open: boolean): State {
  const accounts = state.accounts?.id === id ? state.accounts : null;
  return { ...state, accounts, view: { ...state.view, selected: id, open } };
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
  return state.data.is === 'here' ? state.data.value : NOBODY;
}

const keptFiltered = kept((all: readonly Incident[], filters: Filters) => filtered(all, filters));
const keptOtherThanTime = kept((all: readonly Incident[], filters: Filters) => filtered(all, filters, 'time'));
const keptDomain = kept((all: readonly Incident[]) => bars(all, all));
const keptBars = kept((all: readonly Incident[], some: readonly Incident[]) => bars(all, some));
const keptById = kept((all: readonly Incident[]) => new Map(all.map((it) => [it.id, it])));
const keptListed = kept(
  (all: readonly Incident[], hits: readonly Incident[], list: View['list'], box: Box | null, spot: State['spot']) => {
    if (spot) return all.filter((it) => spot.ids.includes(it.id));
    if (list === 'unplaced') return hits.filter((it) => it.geometry === null);
    if (list === 'in-view' && box) return hits.filter((it) => it.box !== null && seen(it.box, box));
    return hits;
  },
);

/** What passes the filters: on the map, in the list and in the header's count alike. */
export function hits(state: State): readonly Incident[] {
  return keptFiltered(everything(state), state.view.filters);
}

export function listed(state: State): readonly Incident[] {
  return keptListed(everything(state), hits(state), state.view.list, state.box, state.spot);
}

export function histogram(state: State): Bars | null {
  const all = everything(state);
  if (keptDomain(all) === null) return null;
  return keptBars(all, keptOtherThanTime(all, state.view.filters));
}

export function selection(state: State): Incident | null {
  const { selected } = state.view;
  return selected === null ? null : (keptById(everything(state)).get(selected) ?? null);
}

/** A box may lie a turn further on: the map scrolls round the globe. */
function seen(box: Box, view: Box): boolean {
  return [-360, 0, 360].some((turn) => overlap({ ...box, west: box.west + turn, east: box.east + turn }, view));
}

/** `make` asked again with the same values answers with the same value. */
function kept<In extends unknown[], Out>(make: (...parts: In) => Out): (...parts: In) => Out {
  let last: { parts: In; out: Out } | null = null;
  return (...parts) => {
    if (!last || parts.some((part, i) => part !== last?.parts[i])) last = { parts, out: make(...parts) };
    return last.out;
  };
}
