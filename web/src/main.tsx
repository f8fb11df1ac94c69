// The loud room of the page: it keeps the one state, asks the server, writes the address bar and hears the
// keyboard. Everything else is a drawing of the state.

import { render } from 'preact';
import { incident, incidents, places, reportText } from './api/client';
import './look/page.css';
import { DARK, groundOf } from './look/ground';
import { paintPage } from './look/palette';
import { App } from './panels/app';
import { change, type Event, type State, start, type Theme } from './state/state';
import { address, viewOf } from './state/view';

/** The reader has stopped typing, so to say. */
const TYPING_MS = 180;
/** The address bar follows at this pace; browsers refuse a faster one. */
const ADDRESS_MS = 150;

/** As in the style sheet. */
const NARROW = '(max-width: 1080px)';

const THEME_KEY = 'placetime.theme';

const root = document.getElementById('app');
if (!root) throw new Error('the page has no #app');

let state = start(viewOf(location.search), keptTheme());
let drawn = false;

function dispatch(event: Event): void {
  const before = state;
  state = change(state, event);
  if (state === before) return;
  if (!drawn) {
    drawn = true;
    queueMicrotask(() => {
      drawn = false;
      if (root) render(<App state={state} dispatch={dispatch} />, root);
    });
  }
  act(state, before, event);
}

/** What a change asks of the world outside. */
function act(now: State, before: State, event: Event): void {
  if (event.is === 'data-asked') loadIncidents();
  if (event.is === 'report-asked') loadReport(event.id);
  if (now.theme !== before.theme) {
    paintPage(groundOf(now.theme), document.documentElement);
    keepTheme(now.theme);
  }
  const { selected, open } = now.view;
  if (open && selected !== null && now.data.is === 'here' && now.accounts?.id !== selected) loadAccounts(selected);
  if (now.view !== before.view && event.is !== 'address-changed') {
    // Opening an incident is a step back goes to; moving the map is not.
    const step = open !== before.view.open || (open && selected !== before.view.selected);
    writeAddress(step);
  }
  if (now.view.filters.words !== before.view.filters.words && event.is === 'filtered')
    searchPlaces(now.view.filters.words);
}

function loadIncidents(): void {
  incidents()
    .then((features) => dispatch({ is: 'data-came', features }))
    .catch((error: unknown) => dispatch({ is: 'data-failed', why: why(error) }));
}

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
    (target instanceof HTMLInputElement && target.type !== 'checkbox' && target.type !== 'range');
  if (event.key === 'Escape') dispatch({ is: 'closed' });
  else if (typing) return;
  else if (event.key === '/') toSearch(event);
  else if (event.key === '?') dispatch({ is: 'shown', what: 'help' });
  else if (event.key === '[') dispatch({ is: 'window-stepped', by: -1 });
  else if (event.key === ']') dispatch({ is: 'window-stepped', by: 1 });
}

/** On a narrow screen the search box is behind the button for the filters. */
function toSearch(event: KeyboardEvent): void {
  event.preventDefault();
  if (state.shown !== 'filters' && matchMedia(NARROW).matches) dispatch({ is: 'shown', what: 'filters' });
  queueMicrotask(() => document.getElementById('search')?.focus());
}

function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
  if (root) render(<App state={state} dispatch={dispatch} />, root);
});
document.addEventListener('keydown', keys);
window.addEventListener('popstate', () => dispatch({ is: 'address-changed', view: viewOf(location.search) }));
render(<App state={state} dispatch={dispatch} />, root);
loadIncidents();
