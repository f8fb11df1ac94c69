// The incidents as a list: the same content as the map, for every reader and every browser.
//
// Rows have one height, so that fifty thousand of them are drawn only where they are seen.

import type { JSX } from 'preact';
import { siteList } from '../api/site';
import type { Incident } from '../state/incident';
import { hits as allHits, counts, listed, listedInAll, nearest, widenings } from '../state/state';
import type { View } from '../state/view';
import { figure } from '../words/toll';
import { dayInWords, when, whenShort } from '../words/when';
import { doubt, unplacedBecause, where } from '../words/where';
import { distance, type Key, t } from '../words/words';
import { TablePanel, Welcome } from './later';
import { Facts, Icon, Mark, type Panel } from './parts';
import { useScroll } from './scroll';

/** As in the style sheet (`.incident`). */
const ROW_PX = 72;
const BEYOND = 6;

/** Rows on paper: some forty pages. */
const PRINTED_MAX = 1_000;

export function ListPanel({ state, dispatch }: Panel): JSX.Element {
  const list = listed(state);
  const n = listedInAll(state);
  const tabs: View['list'][] = state.map === 'absent' ? ['all', 'unplaced'] : ['all', 'in-view', 'unplaced'];
  const names = { all: 'list_all', 'in-view': 'list_in_view', unplaced: 'list_unplaced' } as const;
  return (
    <section class="list" aria-label={t('list')}>
      {state.spot ? (
        <div class="list-head spot">
          <h2>{t('list_spot', { n })}</h2>
          <div class="buttons">
            {state.spot.camera && (
              <button type="button" class="plain" onClick={() => dispatch({ is: 'spot-zoomed' })}>
                {t('spot_zoom')}
              </button>
            )}
            <button type="button" class="plain" onClick={() => dispatch({ is: 'closed' })}>
              {t('spot_back')}
            </button>
          </div>
        </div>
      ) : (
        <div class="list-head">
          <h2 class="unseen">{t('list')}</h2>
          <div class="tabs">
            {tabs.map((tab) => (
              <button
                key={tab}
                type="button"
                aria-pressed={state.view.list === tab}
                onClick={() => dispatch({ is: 'listed', list: tab })}
              >
                {t(names[tab])}
              </button>
            ))}
            <button
              type="button"
              class="square"
              id="as-table"
              aria-pressed={state.view.table}
              aria-label={t('as_table')}
              title={t('as_table')}
              onClick={() => dispatch({ is: 'tabled', table: !state.view.table })}
            >
              <Icon name="table" />
            </button>
          </div>
          <News state={state} dispatch={dispatch} />
          <Totals state={state} dispatch={dispatch} />
        </div>
      )}
      {state.view.list === 'unplaced' && !state.spot && list.length > 0 && <p class="hint">{t('unplaced_why')}</p>}
      <Body state={state} dispatch={dispatch} list={list} />
    </section>
  );
}

/** What came while the page was open. It waits: nothing moves under the reader. */
function News({ state, dispatch }: Panel): JSX.Element | null {
  const n = state.news.length;
  if (n === 0) return null;
  return (
    <button type="button" id="news" class="plain news" onClick={() => dispatch({ is: 'news-shown' })}>
      {t('news', { n })}
    </button>
  );
}

/** Points, areas, and what is not on the map: always said, always adding up to the count above. */
function Totals({ state, dispatch }: Panel): JSX.Element | null {
  if (state.data.is !== 'here') return null;
  const { points, areas, unplaced } = counts(state);
  return (
    <p class="totals">
      {t('totals_points', { n: points })} · {t('totals_areas', { n: areas })} ·{' '}
      <button type="button" class="link" onClick={() => dispatch({ is: 'listed', list: 'unplaced' })}>
        {t('totals_unplaced', { n: unplaced })}
      </button>
    </p>
  );
}

function Body({ state, dispatch, list }: Panel & { list: readonly Incident[] }): JSX.Element {
  if (state.data.is === 'asked') {
    return (
      <div class="rows" aria-busy="true">
        <p class="unseen" role="status">
          {t('loading')}
        </p>
        {[0, 1, 2, 3, 4].map((i) => (
          <div key={i} class="skeleton" />
        ))}
      </div>
    );
  }
  if (state.data.is === 'failed') {
    return (
      <div class="notice" role="alert">
        <p>{t('failed')}</p>
        <p class="soft-text">{state.data.why}</p>
        <button type="button" class="plain" onClick={() => dispatch({ is: 'data-asked' })}>
          {t('retry')}
        </button>
      </div>
    );
  }
  if (list.length === 0) return <Nothing state={state} dispatch={dispatch} />;
  if (state.view.table) return <TablePanel state={state} dispatch={dispatch} list={list} />;
  return <Rows state={state} dispatch={dispatch} list={list} />;
}

function Nothing({ state, dispatch }: Panel): JSX.Element {
  const { all, hits } = counts(state);
  if (all === 0) return siteList ? <p class="notice">{t('list_none')}</p> : <Welcome dispatch={dispatch} />;
  if (hits > 0) {
    const near = state.view.list === 'in-view' ? nearest(state, allHits(state)) : null;
    return (
      <div class="notice">
        <p>{t(state.view.list === 'unplaced' ? 'list_empty_unplaced' : 'list_empty_view')}</p>
        {near && (
          <button type="button" class="plain" id="nearest" onClick={() => dispatch({ is: 'opened', id: near.id })}>
            {t('list_nearest', { distance: distance(near.m) })}{' '}
            <span aria-hidden="true">{ARROWS[Math.round(near.way / 45) % 8]}</span>
          </button>
        )}
        <button type="button" class="plain" onClick={() => dispatch({ is: 'listed', list: 'all' })}>
          {t('spot_back')}
        </button>
      </div>
    );
  }
  const names = { kinds: 'kinds', spans: 'dates', words: 'search', exact: 'exact' } as const;
  return (
    <div class="notice">
      <p>{t('list_empty')}</p>
      {widenings(state).map(([part, left]) => (
        <button key={part} type="button" class="plain" onClick={() => dispatch({ is: 'filtered', by: left })}>
          {t('list_without', { what: t(part in names ? names[part as keyof typeof names] : (`facet_${part}` as Key)) })}
        </button>
      ))}
      <button type="button" class="plain" onClick={() => dispatch({ is: 'filters-cleared' })}>
        {t('filters_clear')}
      </button>
    </div>
  );
}

/** By the eighth of the compass, clockwise from north. */
const ARROWS = ['↑', '↗', '→', '↘', '↓', '↙', '←', '↖'];

export function Rows({ state, dispatch, list }: Panel & { list: readonly Incident[] }): JSX.Element {
  const { box, at, from, to, keys } = useScroll<HTMLDivElement>({ state, dispatch }, list, {
    row_px: ROW_PX,
    head: 0,
    beyond: BEYOND,
  });
  const { selected } = state.view;
  // The row a screen reader is told about must exist.
  const begin = state.printing ? 0 : from;
  const end = state.printing ? Math.min(list.length, PRINTED_MAX) : to;
  const drawn = list.slice(begin, end).map((incident, i) => ({ incident, i: begin + i }));
  const chosen = list[at];
  if (chosen && (at < begin || at >= end)) drawn.push({ incident: chosen, i: at });

  return (
    <div
      ref={box}
      id="list"
      class="rows"
      role="listbox"
      tabIndex={0}
      aria-label={t('list')}
      aria-activedescendant={chosen ? `row-${at}` : undefined}
      onKeyDown={keys}
    >
      <div class="rows-all" role="presentation" style={{ height: `${list.length * ROW_PX}px` }}>
        {drawn.map(({ incident, i }) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the list box
          <div
            key={incident.id}
            id={`row-${i}`}
            class="incident"
            role="option"
            tabIndex={-1}
            aria-selected={incident.id === selected}
            aria-posinset={i + 1}
            aria-setsize={listedInAll(state)}
            data-id={incident.id}
            style={{ top: `${i * ROW_PX}px` }}
            onClick={() => dispatch({ is: 'opened', id: incident.id })}
          >
            <Row incident={incident} reasonFirst={state.view.list === 'unplaced'} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Row({ incident, reasonFirst }: { incident: Incident; reasonFirst: boolean }): JSX.Element {
  const { row } = incident;
  return (
    <>
      <Mark incident={incident} />
      <div class="incident-words">
        <p class="title" dir="auto">
          {row.title ?? row.type_label ?? t(`kind_${incident.kind}`)}
        </p>
        <p class="meta">
          <Facts of={metaOf(incident, reasonFirst)} />
        </p>
      </div>
    </>
  );
}

/** What the title does not say yet: day, place and doubt, the dead as told, how many sources. */
function metaOf(incident: Incident, reasonFirst: boolean): string[] {
  const { row } = incident;
  const title = row.title ?? '';
  const day = dayInWords(row.date_start);
  const said = (words: string | null): boolean => words !== null && title.includes(words);
  const parts: string[] = [];
  if (!said(day) && !said(when(row))) parts.push(whenShort(row));
  const [reason = ''] = unplacedBecause(incident);
  // Among others without a place the reason is what is looked for, and a long title leaves one line.
  if (incident.geometry === null) parts.splice(reasonFirst ? 0 : parts.length, 0, reason);
  else parts.push(...(said(row.place) ? [] : [where(row)]), doubt(incident));
  if (row.killed_min || row.killed_max)
    parts.push(t('list_killed', { figure: figure(row.killed_min, row.killed_max) }));
  if ((row.source_count ?? 1) > 1) parts.push(t('sources', { n: row.source_count ?? 1 }));
  return parts;
}
