// The incidents as a table, in step with list and map. Drawn only where it is seen, like the list.

import type { JSX } from 'preact';
import type { Incident } from '../state/incident';
import { listedInAll } from '../state/state';
import { figure } from '../words/toll';
import { whenShort } from '../words/when';
import { doubt, where } from '../words/where';
import { country, maybe, t } from '../words/words';
import { typeName } from './editor';
import { Mark, type Panel } from './parts';
import { useScroll } from './scroll';

/** As in the style sheet (`.table td`). */
const ROW_PX = 36;
const BEYOND = 8;

export function TablePanel({ state, dispatch, list }: Panel & { list: readonly Incident[] }): JSX.Element {
  const { box, from, to, keys } = useScroll<HTMLElement>({ state, dispatch }, list, {
    row_px: ROW_PX,
    head: 2,
    beyond: BEYOND,
  });
  const { selected } = state.view;
  const heads = ['table_what', 'when', 'where', 'facet_country', 'killed', 'injured', 'by', 'facet_source'] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: rows are walked by key
    <section ref={box} id="list" class="table" tabIndex={0} aria-label={t('table')} onKeyDown={keys}>
      <table aria-rowcount={listedInAll(state) + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {heads.map((it) => (
              <th key={it} scope="col">
                {t(it)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr class="room" style={{ height: `${from * ROW_PX}px` }} />
          {list.slice(from, to).map((it, i) => (
            <tr
              key={it.id}
              class="incident-row"
              aria-rowindex={from + i + 2}
              aria-selected={it.id === selected}
              data-id={it.id}
              onClick={() => dispatch({ is: 'opened', id: it.id })}
            >
              <Cells incident={it} />
            </tr>
          ))}
          <tr class="room" style={{ height: `${(list.length - to) * ROW_PX}px` }} />
        </tbody>
      </table>
    </section>
  );
}

function Cells({ incident }: { incident: Incident }): JSX.Element {
  const { row } = incident;
  return (
    <>
      <td>
        <Mark incident={incident} /> <bdi>{row.type ? typeName(row.type) : t(`kind_${incident.kind}`)}</bdi>
        {row.standing && row.standing !== 'happened' && maybe(`standing_${row.standing}`) && (
          <> ({maybe(`standing_${row.standing}`)})</>
        )}
      </td>
      <td dir="auto">{whenShort(row)}</td>
      <td dir="auto">
        {where(row)} <span class="soft-text">{doubt(incident)}</span>
      </td>
      <td dir="auto">{row.country ? country(row.country) : '–'}</td>
      <td dir="auto">{figure(row.killed_min, row.killed_max)}</td>
      <td dir="auto">{figure(row.injured_min, row.injured_max)}</td>
      <td dir="auto">{row.actors ?? t('unclear')}</td>
      <td dir="auto">{row.publishers ?? '–'}</td>
    </>
  );
}
