// The loud room of the page: it keeps the one state, asks the server, writes the address bar and hears the
// keyboard. Everything else is a drawing of the state.

import { render } from 'preact';
import { howMany, incident, incidents, places, Refused, reportText, why } from './api/client';
import { type Change, listen } from './live';
import { begin, follow, further, recount } from './many';
import './look/page.css';
import './look/work.css';
import './look/print.css';
import { siteList } from './api/site';
import { hotkey } from './keys';
import { DARK, groundOf } from './look/ground';
import { paintPage } from './look/palette';
import { App } from './panels/app';
import { more } from './panels/later';
import { HELD_MAX } from './state/many';
import { corrections } from './state/reading';
import { change, type Event, everything, histogram, type State, selection, start, type Theme } from './state/state';
import { address, type View, viewOf } from './state/view';
import { language, preferred, speak, t } from './words/words';

/** The reader has stopped typing, so to say. */
const TYPING_MS = 180;
/** The address bar follows at this pace; browsers refuse a faster one. */
const ADDRESS_MS = 150;

/** As in the style sheet. */
const NARROW = '(max-width: 1080px)';

const THEME_KEY = 'placetime.theme';

/** The list is drawn whole before it goes to paper. */
const PRINT_MS = 300;

/** When the rest of the page is fetched: after the first drawing, before somebody opens an incident. */
const AFTER_MS = 1_500;

/** One step of the player. */
const STEP_MS = 800;

/** With more changes than this at once, everything is asked anew. */
const ASKED_ONE_BY_ONE_MAX = 40;

const root = document.getElementById('app');
if (!root) throw new Error('the page has no #app');

let state = start(viewHere(), keptTheme());
let drawn = false;
let spoken = false;
const stateNow = (): State => state;

/** A published site has nobody to read to and nothing to decide. */
function viewHere(): View {
  const view = viewOf(location.search);
  return siteList ? { ...view, page: 'map' } : view;
}

function dispatch(event: Event): void {
  const before = state;
  state = change(state, event);
  if (state === before) return;
  if (!drawn) {
    drawn = true;
    queueMicrotask(draw);
  }
  act(state, before, event);
}

function draw(): void {
  drawn = false;
  // Without its words the page says nothing.
  if (root && spoken) render(<App state={state} dispatch={dispatch} />, root);
}

/** What a change asks of the world outside. */
function act(now: State, before: State, event: Event): void {
  if (event.is === 'data-asked') loadIncidents();
  if (event.is === 'report-asked') loadReport(event.id);
  if (event.is === 'read-asked') void more().then((it) => it.readIt(now.reading, dispatch));
  if (event.is === 'keep-asked') void more().then((it) => it.keepIt(now.reading, dispatch));
  if (event.is === 'rule') {
    const version = event.anyway ?? versionOf(now, event.id);
    void more().then((it) => it.rule(event.id, event.decision, version, dispatch));
  }
  if (event.is === 'undo') void more().then((it) => it.takeBack(event, dispatch));
  if (now.many) actOnMany(now, event);
  if (event.is === 'said') say(event.words);
  if (event.is === 'page-turned' && before.view.page === 'read' && now.data.is !== 'here') loadIncidents();
  if (now.view.lang !== before.view.lang) speakNow();
  if (now.playing !== before.playing) play(now.playing);
  if (now.printing && !before.printing) setTimeout(() => window.print(), PRINT_MS);
  if (now.theme !== before.theme) {
    paintPage(groundOf(now.theme), document.documentElement);
    keepTheme(now.theme);
  }
  const { selected, open } = now.view;
  if (open && selected !== null && now.view.page !== 'read' && now.data.is === 'here') {
    if (now.accounts?.id !== selected && selection(now)) loadAccounts(selected);
    if (now.view.page === 'review' && now.history?.id !== selected && selection(now))
      void more().then((it) => it.loadHistory(selected, dispatch));
  }
  if (now.view !== before.view && event.is !== 'address-changed') {
    // Opening an incident is a step back goes to; moving the map is not.
    const step =
      now.view.page !== before.view.page || open !== before.view.open || (open && selected !== before.view.selected);
    writeAddress(step);
  }
  if (now.view.filters.words !== before.view.filters.words && event.is === 'filtered')
    searchPlaces(now.view.filters.words);
}

function loadIncidents(): void {
  loaded().catch((error: unknown) => {
    dispatch({ is: 'data-failed', why: why(error) });
    if (error instanceof Refused && error.status === 401) dispatch({ is: 'shown', what: 'token' });
  });
}

async function loaded(): Promise<void> {
  const count = state.many ? Infinity : await howMany();
  if (count <= HELD_MAX) return dispatch({ is: 'data-came', features: await incidents(count) });
  await begin(stateNow, dispatch);
}

/** The server is asked for what this page does not hold. */
function actOnMany(now: State, event: Event): void {
  const { selected } = now.view;
  if (selected !== null && !selection(now) && single !== selected && now.data.is === 'here') {
    single = selected;
    incident(selected)
      .then(({ feature }) => dispatch({ is: 'single-came', feature }))
      // An address may name what is no more; the list is there.
      .catch(() => {});
  }
  if (event.is === 'news-shown') loadIncidents();
  const decided = event.is === 'ruled' || event.is === 'incident-made' || event.is === 'changes-came';
  if (event.is === 'more-asked') further(now, dispatch);
  else if (decided) recount(now, dispatch);
  else if (event.is !== 'many-came') follow(stateNow, dispatch);
}

/** The incident asked for by its own. */
let single: string | null = null;

function loadAccounts(id: string): void {
  dispatch({ is: 'accounts-asked', id });
  incident(id)
    .then(({ accounts }) => dispatch({ is: 'accounts-came', id, accounts }))
    .catch((error: unknown) => dispatch({ is: 'accounts-failed', id, why: why(error) }));
}

function loadReport(id: string): void {
  reportText(id)
    .then((report) => {
      if (!report) throw new Error('the answer is not a report');
      dispatch({ is: 'report-came', id, report });
    })
    .catch((error: unknown) => dispatch({ is: 'report-failed', id, why: why(error) }));
}

/** How long a short sentence stays. */
const SAID_MS = 6_000;
let saying: ReturnType<typeof setTimeout> | undefined;

let typing: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | undefined;

function searchPlaces(words: string): void {
  clearTimeout(typing);
  asking?.abort();
  typing = setTimeout(() => {
    if (words.trim().length < 2) return dispatch({ is: 'places-came', places: [] });
    asking = new AbortController();
    places(words, asking.signal)
      .then((found) => dispatch({ is: 'places-came', places: found }))
      // Without the gazetteer's answer the words still filter.
      .catch(() => {});
  }, TYPING_MS);
}

let writing: ReturnType<typeof setTimeout> | undefined;

function writeAddress(step: boolean): void {
  clearTimeout(writing);
  const write = (): void => {
    const url = `${location.pathname}${address(state.view)}`;
    if (step) history.pushState(null, '', url);
    else history.replaceState(null, '', url);
  };
  if (step) write();
  else writing = setTimeout(write, ADDRESS_MS);
}

function keys(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  const typing =
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range'].includes(target.type));
  if (state.playing && event.key !== ' ') dispatch({ is: 'playing', playing: false });
  if (event.key === 'Escape') dispatch({ is: 'closed' });
  else if (typing) return;
  else if (event.key === '/') toSearch(event);
  else {
    // Keyboards of other scripts: the key that has the Latin letter.
    const latin = /^[\x20-\x7e]$/.test(event.key) ? null : /^Key([A-Z])$/.exec(event.code)?.[1];
    const meant = hotkey(state, latin?.toLowerCase() ?? event.key);
    if (!meant) return;
    event.preventDefault();
    dispatch(meant);
  }
}

/** On a narrow screen the search box is behind the button for the filters. */
function toSearch(event: KeyboardEvent): void {
  event.preventDefault();
  if (state.shown !== 'filters' && matchMedia(NARROW).matches) dispatch({ is: 'shown', what: 'filters' });
  queueMicrotask(() => document.getElementById('search')?.focus());
}

/** Files dropped anywhere are read; what is being corrected is not given up for them. */
function drop(event: DragEvent): void {
  const files = event.dataTransfer?.files;
  if (!files?.length || !mayDrop(event)) return;
  event.preventDefault();
  // They are gone from the event when it is over.
  const given = [...files];
  if (state.view.page !== 'read') dispatch({ is: 'page-turned', page: 'read' });
  if (state.reading.kept || corrections(state.reading) === 0) void more().then((it) => it.giveFiles(given, dispatch));
}

/** Marks the page as the place to drop at. */
function mayDrop(event: DragEvent): boolean {
  const may = !siteList && !state.view.embed && !!event.dataTransfer?.types.includes('Files');
  root?.classList.toggle('over', may && event.type === 'dragover');
  if (may && event.type === 'dragover') event.preventDefault();
  return may;
}

function versionOf(now: State, id: string): number | null {
  return everything(now).find((it) => it.id === id)?.row.version ?? null;
}

/** Said once by screen readers and shown for a moment. */
function say(_: string): void {
  clearTimeout(saying);
  saying = setTimeout(() => {
    state = { ...state, said: null };
    draw();
  }, SAID_MS);
}

let player: ReturnType<typeof setInterval> | undefined;

/** Moves the window of time step by step, until its end or until the reader touches anything. */
function play(on: boolean): void {
  clearInterval(player);
  if (!on) return;
  player = setInterval(() => {
    const before = state.view.filters.to;
    dispatch({ is: 'window-stepped', by: 1 });
    if (state.view.filters.to === before || !histogram(state)) dispatch({ is: 'playing', playing: false });
  }, STEP_MS);
}

async function speakNow(): Promise<void> {
  await speak(state.view.lang ?? preferred(navigator.languages));
  const { documentElement: html } = document;
  html.lang = language();
  html.dir = language() === 'ar' ? 'rtl' : 'ltr';
  document.title = t('name');
  spoken = true;
  dispatch({ is: 'spoken' });
}

/** What changed at the server: known incidents are brought up to date in place, new ones wait until asked for. */
async function heard(changes: Change[]): Promise<void> {
  const newest = new Map(changes.map((it) => [it.id, it]));
  if (newest.size > ASKED_ONE_BY_ONE_MAX && !state.many) return loadIncidents();
  const known = new Set(state.data.is === 'here' ? state.data.value.map((it) => it.id) : []);
  const gone = [...newest.values()].filter((it) => it.what === 'gone').map((it) => it.id);
  const asked = await Promise.all(
    [...newest.keys()]
      .slice(0, ASKED_ONE_BY_ONE_MAX)
      .filter((id) => !gone.includes(id))
      .map((id) =>
        incident(id).catch((error: unknown) => {
          if (error instanceof Refused) gone.push(id);
          return null;
        }),
      ),
  );
  const features = asked.flatMap((it) => (it && it.feature.row.status !== 'rejected' ? [it.feature] : []));
  gone.push(...asked.flatMap((it) => (it?.feature.row.status === 'rejected' ? [it.feature.id] : [])));
  const stale = (id: string, version: number | null): boolean => version === null || version !== versionOf(state, id);
  dispatch({
    is: 'changes-came',
    fresh: features.filter((it) => !known.has(it.id)),
    changed: features.filter((it) => known.has(it.id) && stale(it.id, it.row.version)),
    gone: gone.filter((id) => known.has(id)),
  });
}

function keptTheme(): Theme {
  try {
    const kept = localStorage.getItem(THEME_KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    // A browser may forbid storage; the system's choice serves.
    return 'system';
  }
}

function keepTheme(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // As above.
  }
}

paintPage(groundOf(state.theme), document.documentElement);
matchMedia(DARK).addEventListener('change', () => {
  paintPage(groundOf(state.theme), document.documentElement);
  // A new value, so that the map is drawn on the new ground.
  state = { ...state };
  draw();
});
document.addEventListener('keydown', keys);
document.addEventListener('dragover', mayDrop);
document.addEventListener('dragleave', mayDrop);
document.addEventListener('drop', drop);
window.addEventListener('afterprint', () => state.printing && dispatch({ is: 'printing', printing: false }));
window.addEventListener('popstate', () => dispatch({ is: 'address-changed', view: viewHere() }));
document.addEventListener(
  'pointerdown',
  ({ target }) => {
    // Any touch pauses; the button itself does so by its click.
    const itself = target instanceof Element && target.closest('#play');
    if (state.playing && !itself) dispatch({ is: 'playing', playing: false });
  },
  true,
);
speakNow()
  // What is not on the first screen follows when that is drawn.
  .then(() => setTimeout(() => void more().catch(() => {}), AFTER_MS));
loadIncidents();
if (!state.view.embed && !siteList) {
  listen({
    changes: (changes) => void heard(changes),
    resync: loadIncidents,
  });
}
