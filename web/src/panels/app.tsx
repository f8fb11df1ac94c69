// The page: header, filters, map, time, and the list or one incident beside it.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { everything, hits, selection } from '../state/state';
import { t } from '../words/words';
import { Detail } from './detail';
import { FiltersPanel } from './filters';
import { Header } from './header';
import { Help } from './help';
import { ListPanel } from './list';
import { MapPanel } from './map';
import type { Panel } from './parts';
import { Timeline } from './timeline';

export function App({ state, dispatch }: Panel): JSX.Element {
  const chosen = selection(state);
  const open = state.view.open && chosen !== null;
  const wasOpen = useRef(open);

  // Closing gives the focus back to the list.
  useLayoutEffect(() => {
    if (wasOpen.current && !open) document.getElementById('list')?.focus();
    wasOpen.current = open;
  }, [open]);

  return (
    <div class={`page ${state.map === 'absent' ? 'no-map' : ''} ${open ? 'open' : ''}`}>
      <a class="skip" href="#side">
        {t('skip')}
      </a>
      <Header state={state} dispatch={dispatch} />
      <FiltersPanel state={state} dispatch={dispatch} />
      <main class="main">
        <MapPanel state={state} dispatch={dispatch} />
        <Timeline state={state} dispatch={dispatch} />
      </main>
      <aside class="side" id="side" tabIndex={-1} aria-label={t('list')}>
        {open && chosen ? (
          <Detail state={state} dispatch={dispatch} incident={chosen} />
        ) : (
          <ListPanel state={state} dispatch={dispatch} />
        )}
      </aside>
      {/* Said once after a filter, politely. */}
      <p class="unseen" role="status">
        {state.data.is === 'here'
          ? t('count_said', { n: everything(state).length, hits: hits(state).length, all: everything(state).length })
          : ''}
      </p>
      {state.shown === 'help' && <Help state={state} dispatch={dispatch} />}
    </div>
  );
}
