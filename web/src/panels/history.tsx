// Who decided what about an incident, when and why; and the taking back of it.

import type { JSX } from 'preact';
import type { Ruling } from '../api/columns';
import { loadHistory } from '../asking';
import type { Incident } from '../state/incident';
import { figure } from '../words/toll';
import { moment, when } from '../words/when';
import { maybe, t } from '../words/words';
import { typeName } from './editor';
import type { Panel } from './parts';

export function History({ state, dispatch, incident }: Panel & { incident: Incident }): JSX.Element {
  const asked = state.history?.id === incident.id ? state.history.asked : null;
  return (
    <section class="part history">
      <h3>{t('history')}</h3>
      {asked === null && (
        <button type="button" class="link" onClick={() => loadHistory(incident.id, dispatch)}>
          {t('history_show')}
        </button>
      )}
      {asked?.is === 'asked' && <p class="soft-text">{t('loading_short')}</p>}
      {asked?.is === 'failed' && <p class="soft-text">{asked.why}</p>}
      {asked?.is === 'here' && asked.value.length === 0 && <p class="soft-text">{t('history_none')}</p>}
      {asked?.is === 'here' && (
        <ol>
          {asked.value.map((it) => (
            <li key={it.id} class={it.undone_by === null ? '' : 'undone'}>
              <b>
                <bdi>{decided(it)}</bdi>
              </b>
              <span class="soft-text">
                {[it.who, moment(it.at)].filter(Boolean).join(', ')}
                {it.undone_by !== null && <> · {t('history_undone')}</>}
              </span>
              {it.why && (
                <q class="quoted" dir="auto">
                  {it.why}
                </q>
              )}
              {it.undone_by === null && !state.view.embed && (
                <button
                  type="button"
                  class="link"
                  disabled={state.ruling === 'asked'}
                  onClick={() => dispatch({ is: 'undo', ruling: it.id, id: incident.id })}
                >
                  {t('undo')}
                </button>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** "Place: Homs", "Published": a decision in words. */
export function decided({ verdict, detail }: Ruling): string {
  const name = maybe(`verdict_${verdict}`) ?? verdict;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const list = (value: unknown): string => (Array.isArray(value) ? value.map(String).join('; ') : '');
  let what: string | null = null;
  if (verdict === 'move') {
    const place = detail.place;
    if (place === null) what = t('where_none');
    else if (typeof place === 'object') {
      const it = place as Record<string, unknown>;
      what =
        text(it.name) ?? text(it.phrase) ?? text(it.id) ?? (number(it.lat) === null ? null : `${it.lat}, ${it.lon}`);
    }
  } else if (verdict === 'date') {
    what = when({
      date_start: text(detail.start),
      date_end: text(detail.end),
      date_precision: text(detail.precision),
      date_text: null,
    });
  } else if (verdict === 'type') what = text(detail.type) && typeName(String(detail.type));
  else if (verdict === 'toll') {
    what = [
      `${t('killed')}: ${figure(number(detail.killed_min), number(detail.killed_max))}`,
      `${t('injured')}: ${figure(number(detail.injured_min), number(detail.injured_max))}`,
    ].join('; ');
  } else if (verdict === 'actors') what = [list(detail.actors), list(detail.targets)].filter(Boolean).join(' – ');
  else if (verdict === 'merge') what = text(detail.with);
  return what ? `${name}: ${what}` : name;
}
