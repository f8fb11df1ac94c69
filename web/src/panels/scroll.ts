// Rows drawn only where they are seen, walked by keys; the selected one is kept in sight. Where the server has more
// than is here, the rest is asked for when the end comes near.

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Incident } from '../state/incident';
import { far } from '../state/state';
import type { Panel } from './parts';

export type Scroll<E> = {
  box: RefObject<E | null>;
  /** The selected row's number, or -1. */
  at: number;
  /** The rows to be drawn: from, to (not included). */
  from: number;
  to: number;
  keys: (event: KeyboardEvent) => void;
};

/** `row_px` as in the style sheet; `head` rows at the top are covered; `beyond` rows more are drawn on either side. */
export function useScroll<E extends HTMLElement>(
  { state, dispatch }: Panel,
  list: readonly Incident[],
  { row_px, head, beyond }: { row_px: number; head: number; beyond: number },
): Scroll<E> {
  const box = useRef<E>(null);
  const [seen, setSeen] = useState({ top: 0, height: 800 });
  const { selected } = state.view;
  const at = list.findIndex((it) => it.id === selected);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => setSeen({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element || at < 0) return;
    const top = at * row_px;
    const end = top + (1 + head) * row_px;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (end > element.scrollTop + element.clientHeight) element.scrollTop = end - element.clientHeight;
  }, [at]);

  const from = Math.max(0, Math.floor(seen.top / row_px) - beyond);
  const to = Math.min(list.length, Math.ceil((seen.top + seen.height) / row_px) + beyond);
  const wanted = to >= list.length - beyond && list.length > 0 ? far(state)?.rows.cursor : null;
  useEffect(() => {
    if (wanted) dispatch({ is: 'more-asked' });
  }, [wanted]);

  const keys = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(seen.height / row_px) - 1 - head);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -list.length,
      End: list.length,
    };
    const by = steps[event.key];
    const chosen = list[at];
    if (by !== undefined) dispatch({ is: 'selection-stepped', by });
    else if ((event.key === 'Enter' || event.key === ' ') && chosen) dispatch({ is: 'opened', id: chosen.id });
    else return;
    event.preventDefault();
  };
  return { box, at, from, to, keys };
}
