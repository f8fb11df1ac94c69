// The page: header, filters, map, time, and the list or one incident beside it.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { counts, selection } from '../state/state';
import { address } from '../state/view';
import { t } from '../words/words';
import { FiltersPanel } from './filters';
import { Header } from './header';
import { Detail, Help, QueuePanel, ReadPanel, RefusalNote, Rulings, Token } from './later';
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
    if (wasOpen.current && !open && state.view.page !== 'read') document.getElementById('list')?.focus();
    wasOpen.current = open;
  }, [open]);

  // A correction that is done or given up leaves the focus at the button that opened it.
  const was = useRef(state.editing);
  useLayoutEffect(() => {
    if (was.current && !state.editing && document.activeElement === document.body)
      document.querySelector<HTMLElement>(`[data-edit="${was.current}"], [data-rule="${was.current}"]`)?.focus();
    was.current = state.editing;
  }, [state.editing]);

  const { page, embed } = state.view;
  const numbers = counts(state);
  const said =
    state.data.is === 'here' && page === 'map'
      ? t('count_said', { n: numbers.all, hits: numbers.hits, all: numbers.all })
      : '';
  const looks = [
    'page',
    `page-${page}`,
    state.map === 'absent' ? 'no-map' : '',
    open ? 'open' : '',
    embed ? 'embed' : '',
    state.view.table && page === 'map' ? 'tabled' : '',
  ];
  return (
    <div class={looks.filter(Boolean).join(' ')}>
      {!embed && (
        <a class="skip" href="#side">
          {t('skip')}
        </a>
      )}
      {!embed && <Header state={state} dispatch={dispatch} />}
      {!embed && page === 'map' && <FiltersPanel state={state} dispatch={dispatch} />}
      {page === 'review' && <QueuePanel state={state} dispatch={dispatch} />}
      {page === 'read' && <ReadPanel state={state} dispatch={dispatch} />}
      <main class="main">
        {embed && <h1 class="unseen">{t('name')}</h1>}
        <MapPanel state={state} dispatch={dispatch} />
        {!embed && page === 'map' && <Timeline state={state} dispatch={dispatch} />}
        {embed && (
          <p class="embed-foot">
            <a href={address({ ...state.view, embed: false })} target="_blank" rel="noopener">
              {t('embed_open', { n: numbers.hits })}
            </a>
          </p>
        )}
      </main>
      {page !== 'read' && (!embed || open || state.spot || state.map === 'absent') && (
        <aside class="side" id="side" tabIndex={-1} aria-label={t('list')}>
          {open && chosen ? (
            <>
              {page === 'review' && <Rulings state={state} dispatch={dispatch} incident={chosen} />}
              {page === 'map' && state.refused?.id === chosen.id && <RefusalNote state={state} dispatch={dispatch} />}
              <Detail state={state} dispatch={dispatch} incident={chosen} />
            </>
          ) : page === 'review' ? (
            <p class="notice">{t('queue_choose')}</p>
          ) : (
            <ListPanel state={state} dispatch={dispatch} />
          )}
        </aside>
      )}
      {/* Said once after a filter, politely. */}
      <p class="unseen" role="status">
        {said}
      </p>
      <p class={`said ${state.said ? 'shown' : ''}`} role="status">
        {state.said?.words ?? (state.news.length > 0 ? t('news', { n: state.news.length }) : '')}
      </p>
      {state.shown === 'help' && <Help state={state} dispatch={dispatch} />}
      {state.shown === 'token' && <Token state={state} dispatch={dispatch} />}
    </div>
  );
}
