// One key, one thing: what a key means where the reader is now. The table is what the help shows, too.

import { type Editing, type Event, listed, type State, selection } from './state/state';
import type { Key } from './words/words';

/** Corrections of the selected incident, by their key. */
export const EDIT_KEYS: [string, Editing, Key][] = [
  ['l', 'place', 'correct_place'],
  ['d', 'date', 'correct_date'],
  ['t', 'type', 'correct_type'],
  ['f', 'toll', 'correct_toll'],
  ['w', 'actors', 'correct_actors'],
];

/** Rulings on the incident under review. */
export const RULE_KEYS: [string, string, Key][] = [
  ['p', 'publish', 'rule_publish'],
  ['c', 'confirm', 'rule_confirm'],
  ['x', 'reject', 'rule_reject'],
  ['r', 'reopen', 'rule_reopen'],
  ['m', 'merge', 'rule_merge'],
  ['s', 'split', 'rule_split'],
  ['n', 'note', 'rule_note'],
];

export function hotkey(state: State, key: string): Event | null {
  if (key === '?') return { is: 'shown', what: 'help' };
  if (state.shown === 'help' || state.shown === 'token') return null;
  const { page } = state.view;
  if (page === 'map') {
    if (key === '[') return { is: 'window-stepped', by: -1 };
    if (key === ']') return { is: 'window-stepped', by: 1 };
  }
  if (key === 'u' && page !== 'read') {
    const last = state.mine.at(-1);
    return last ? { is: 'undo', ruling: last.ruling, id: last.id } : null;
  }
  if (key === 'u') return { is: 'edit-undone' };
  if ((key === 'j' || key === 'k') && page !== 'map') {
    const list = listed(state);
    const at = list.findIndex((it) => it.id === state.view.selected);
    const next = list[Math.max(0, Math.min(list.length - 1, at + (key === 'j' ? 1 : -1)))];
    return next ? { is: 'opened', id: next.id } : null;
  }
  const chosen = selection(state);
  if (!chosen || !(state.view.open || page === 'read')) return null;
  if (state.editing) return null;
  const edit = EDIT_KEYS.find(([it]) => it === key);
  if (edit) return { is: 'editing', what: edit[1] };
  if (page === 'read') return key === 'x' ? { is: 'dropped', id: chosen.id } : null;
  const rule = RULE_KEYS.find(([it]) => it === key)?.[1];
  if (!rule || state.ruling === 'asked') return null;
  if (rule === 'publish' || rule === 'confirm' || rule === 'reopen')
    return { is: 'rule', id: chosen.id, decision: { verdict: rule } };
  return { is: 'editing', what: rule as Editing };
}
