// A table of incidents: how it is understood, what its rows would become, what is wrong with some; then the import.
// Nothing is stored before that.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { sendTable, type TableIn, type TableSaid, why } from '../api/client';
import { incident } from '../state/incident';
import type { Table } from '../state/reading';
import { whenShort } from '../words/when';
import { doubt, where } from '../words/where';
import { t } from '../words/words';
import { Facts, Mark, type Panel } from './parts';

const ORDERS = ['', 'day-first', 'month-first'] as const;

export function Tables({ file, dispatch }: Pick<Panel, 'dispatch'> & { file: Table }): JSX.Element {
  const [given, setGiven] = useState<TableIn>({ ...file, map: {}, source: '', dates: '' });
  const [said, setSaid] = useState<TableSaid | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [work, setWork] = useState<'looking' | 'none' | 'storing' | 'stored'>('looking');

  // What is changed in the mapping is tried at once.
  useEffect(() => {
    const stop = new AbortController();
    setWork('looking');
    sendTable(given, false, stop.signal)
      .then((answer) => {
        setSaid(answer);
        setWrong(null);
      })
      .catch((error: unknown) => stop.signal.aborted || setWrong(why(error)))
      .finally(() => stop.signal.aborted || setWork('none'));
    return () => stop.abort();
  }, [given]);

  const store = (): void => {
    setWork('storing');
    sendTable(given, true)
      .then((answer) => {
        setSaid({ ...answer, features: [] });
        setWork('stored');
        dispatch({ is: 'data-asked' });
      })
      .catch((error: unknown) => {
        setWrong(why(error));
        setWork('none');
      });
  };
  const numbers = said && { fresh: said.new, merged: said.joined, changed: said.changed, bad: said.bad };
  return (
    <section class="give" aria-busy={work === 'looking' || work === 'storing'}>
      <h2 id="read-title" dir="auto">
        {file.name}
      </h2>
      {wrong && (
        <p role="alert" class="wrong" dir="auto">
          {wrong}
        </p>
      )}
      {!said && !wrong && <p class="soft-text">{t('table_looking')}</p>}
      {said && work === 'stored' && (
        <p role="status">
          <b>{t('table_done', numbers ?? {})}</b>
        </p>
      )}
      {said && work !== 'stored' && (
        <>
          <p role="status">
            <bdi>
              {said.profile} ({said.what})
            </bdi>
            : {t('table_rows', { n: said.rows })}.{' '}
            {t('table_counts', { fresh: said.new, unplaced: said.unplaced, undated: said.undated, bad: said.bad })}
          </p>
          <div class="pair">
            <label>
              <span>{t('table_source')}</span>
              <input
                type="text"
                id="table-source"
                maxLength={64}
                placeholder={said.source}
                value={given.source}
                onChange={(event) => setGiven({ ...given, source: event.currentTarget.value.trim() })}
              />
            </label>
            <label>
              <span>{t('table_dates')}</span>
              <select
                value={given.dates}
                onChange={(event) => setGiven({ ...given, dates: event.currentTarget.value })}
              >
                {ORDERS.map((it, i) => (
                  <option key={it} value={it}>
                    {i === 0 ? t('table_dates_auto') : i === 1 ? t('table_dates_day') : t('table_dates_month')}
                  </option>
                ))}
              </select>
            </label>
          </div>
          <table class="mapping">
            <thead>
              <tr>
                <th scope="col">{t('table_column')}</th>
                <th scope="col">{t('table_says')}</th>
              </tr>
            </thead>
            <tbody>
              {said.columns.map(({ name, field }) => (
                <tr key={name}>
                  <th scope="row" dir="auto">
                    {name}
                  </th>
                  <td>
                    <select
                      aria-label={name}
                      data-column={name}
                      value={field ?? ''}
                      onChange={(event) =>
                        setGiven({ ...given, map: { ...given.map, [name]: event.currentTarget.value || 'ignore' } })
                      }
                    >
                      <option value="">{t('table_kept')}</option>
                      {said.fields
                        .filter((it) => it !== 'ignore')
                        .map((it) => (
                          <option key={it} value={it}>
                            {it.replaceAll('_', ' ')}
                          </option>
                        ))}
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {said.features.length > 0 && <h3>{t('table_first')}</h3>}
          <ul class="table-first">
            {said.features
              .slice(0, 10)
              .map(incident)
              .map((it) => (
                <li key={it.id}>
                  <Mark incident={it} /> <b dir="auto">{it.row.title ?? t(`kind_${it.kind}`)}</b>{' '}
                  <span class="soft-text">
                    <Facts of={[whenShort(it.row), where(it.row), it.geometry ? doubt(it) : t('doubt_none')]} />
                  </span>
                </li>
              ))}
          </ul>
        </>
      )}
      {said && (said.bad_rows.length > 0 || said.notes.length > 0) && (
        <ul class="small">
          {said.bad_rows.map((it) => (
            <li key={it.line} dir="auto">
              {t('table_line', { line: it.line, why: it.why })}
            </li>
          ))}
          {said.notes.map((it) => (
            <li key={it} dir="auto">
              {it}
            </li>
          ))}
        </ul>
      )}
      <div class="buttons">
        {work === 'stored' ? (
          <button type="button" class="plain strong" onClick={() => dispatch({ is: 'page-turned', page: 'map' })}>
            {t('page_map')}
          </button>
        ) : (
          <button
            type="button"
            id="table-import"
            class="plain strong"
            disabled={work !== 'none' || !said || said.new + said.joined === 0}
            onClick={store}
          >
            {t(work === 'storing' ? 'table_importing' : 'table_import')}
          </button>
        )}
        <button type="button" class="plain" onClick={() => dispatch({ is: 'table-given', table: null })}>
          {t(work === 'stored' ? 'read_next' : 'cancel')}
        </button>
        {work !== 'stored' && <span class="soft-text">{t('read_nothing_stored')}</span>}
      </div>
    </section>
  );
}
