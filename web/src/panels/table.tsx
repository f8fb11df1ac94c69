// The incidents as a table, in step with list and map. Drawn only where it is seen, like the list.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Incident } from '../state/incident';
import { figure } from '../words/toll';
import { whenShort } from '../words/when';
import { doubt, where } from '../words/where';
import { country, maybe, t } from '../words/words';
import { typeName } from './editor';
import { Mark, type Panel } from './parts';

/** As in the style sheet (`.table td`). */
const ROW_PX = 36;
const BEYOND = 8;

export function TablePanel({ state, dispatch, list }: Panel & { list: readonly Incident[] }): JSX.Element {
  const box = useRef<HTMLElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
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
    const top = at * ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + 3 * ROW_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = top + 3 * ROW_PX - element.clientHeight;
  }, [at]);

  const from = Math.max(0, Math.floor(seen.top / ROW_PX) - BEYOND);
  const to = Math.min(list.length, Math.ceil((seen.top + seen.height) / ROW_PX) + BEYOND);
  const keys = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -list.length, End: list.length }[
      event.key
    ];
    if (step !== undefined) {
      event.preventDefault();
      dispatch({ is: 'selection-stepped', by: step });
    } else if (event.key === 'Enter' && selected) {
      event.preventDefault();
      dispatch({ is: 'opened', id: selected });
    }
  };
  const heads = ['table_what', 'when', 'where', 'facet_country', 'killed', 'injured', 'by', 'facet_source'] as const;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: rows are walked by key
    <section ref={box} id="list" class="table" tabIndex={0} aria-label={t('table')} onKeyDown={keys}>
      <table aria-rowcount={list.length + 1}>
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
