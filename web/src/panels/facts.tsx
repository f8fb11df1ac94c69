// The facts of one incident: when, where and placed by what, figures, who. Each can be corrected where it stands.

import type { ComponentChildren, JSX } from 'preact';
import type { Account, Toll } from '../api/columns';
import { EDIT_KEYS } from '../keys';
import type { Edit } from '../state/edit';
import type { Incident } from '../state/incident';
import type { Editing } from '../state/state';
import { figure } from '../words/toll';
import { when } from '../words/when';
import { doubt, unplacedBecause, where } from '../words/where';
import { type Key, t } from '../words/words';
import { Editor } from './editor';
import type { Panel } from './parts';

export type Facts = Panel & {
  incident: Incident;
  /** Day of publication, where the calendar may open. */
  published: string | null;
  /** null: nothing can be corrected here. */
  onEdit: ((edit: Edit) => void) | null;
};

export function WhenWhere(props: Facts): JSX.Element {
  const { incident } = props;
  const { row } = incident;
  return (
    <>
      <Part name={t('when')} edit="date" {...props}>
        <p class="lead">
          <bdi>{when(row)}</bdi>
        </p>
        {row.date_text && <Quoted words={row.date_text} />}
        {row.date_because && (
          <p class="soft-text" dir="auto">
            {row.date_because}
          </p>
        )}
      </Part>

      <Part name={t('where')} edit="place" {...props}>
        <p class="lead">
          <bdi>{where(row)}</bdi>
        </p>
        <p>{incident.geometry === null ? unplacedBecause(incident).join('; ') : doubt(incident)}</p>
        <PlacedBy incident={incident} />
      </Part>
    </>
  );
}

export function FiguresWho({ accounts, ...props }: Facts & { accounts: readonly Account[] }): JSX.Element {
  const { row } = props.incident;
  return (
    <>
      <Part name={t('figures')} edit="toll" {...props}>
        <dl class="figures">
          <Figure name={t('killed')} words={figure(row.killed_min, row.killed_max)} />
          <Figure name={t('injured')} words={figure(row.injured_min, row.injured_max)} />
          {(row.civilians_killed_min !== null || row.civilians_killed_max !== null) && (
            <Figure name={t('civilians_killed')} words={figure(row.civilians_killed_min, row.civilians_killed_max)} />
          )}
        </dl>
        <Tolls accounts={accounts} fallback={row.toll_text} />
      </Part>

      <Part name={t('who')} edit="actors" {...props}>
        <dl class="figures">
          <Figure name={t('by')} words={row.actors ?? t('unclear')}>
            {row.actors && row.actors_by && (
              <span class="soft-text">
                {' '}
                <bdi>{t('according_to', { who: row.actors_by })}</bdi>
              </span>
            )}
          </Figure>
          <Figure name={t('to_whom')} words={row.targets ?? t('unclear')} />
        </dl>
      </Part>
    </>
  );
}

/** The button that opens a correction, with its key. */
export function Correct({ what, state, dispatch }: Panel & { what: Editing }): JSX.Element {
  const [key, , name] = EDIT_KEYS.find(([, it]) => it === what) ?? ['', what, 'correct' as Key];
  return (
    <button
      type="button"
      class="correct"
      aria-expanded={state.editing === what}
      aria-label={t(name)}
      aria-keyshortcuts={key}
      data-edit={what}
      onClick={() => dispatch({ is: 'editing', what: state.editing === what ? null : what })}
    >
      {t('correct')} <kbd>{key}</kbd>
    </button>
  );
}

function Part({
  name,
  edit,
  children,
  ...facts
}: Facts & { name: string; edit: Editing; children: ComponentChildren }): JSX.Element {
  const { onEdit, ...rest } = facts;
  return (
    <section class="part">
      <h3>
        {name}
        {onEdit && <Correct what={edit} state={facts.state} dispatch={facts.dispatch} />}
      </h3>
      <div class="part-body">
        {onEdit && facts.state.editing === edit && <Editor what={edit} {...rest} onEdit={onEdit} />}
        {children}
      </div>
    </section>
  );
}

function Quoted({ words }: { words: string }): JSX.Element {
  return (
    <p class="quoted" dir="auto">
      <q>{words}</q>
    </p>
  );
}

/** The words in the report, the reasons, and the candidates passed over. */
function PlacedBy({ incident: { row } }: { incident: Incident }): JSX.Element {
  const reasons = listOf(row.place_because);
  const others = listOf(row.place_alternatives);
  return (
    <details class="placed" open={reasons.length > 0 || others.length > 0}>
      <summary>{t('placed_by')}</summary>
      <h4>{t('placed_words')}</h4>
      {row.place_text ? <Quoted words={row.place_text} /> : <p class="soft-text">{t('placed_words_none')}</p>}
      {reasons.length > 0 && (
        <>
          <h4>{t('placed_reasons')}</h4>
          <Points lines={reasons} />
        </>
      )}
      {others.length > 0 && (
        <>
          <h4>{t('placed_passed_over')}</h4>
          <Points lines={others} />
        </>
      )}
    </details>
  );
}

function Points({ lines }: { lines: string[] }): JSX.Element {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line} dir="auto">
          {line}
        </li>
      ))}
    </ul>
  );
}

function Figure({ name, words, children }: { name: string; words: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{words}</bdi>
        {children}
      </dd>
    </div>
  );
}

/** Each figure with who said it and where. Without accounts, the row's own words. */
function Tolls({ accounts, fallback }: { accounts: readonly Account[]; fallback: string | null }): JSX.Element | null {
  const told = accounts.flatMap((account, i) => account.toll.map((toll) => ({ toll, account, i })));
  if (told.length === 0) {
    return fallback ? (
      <p class="soft-text" dir="auto">
        {fallback}
      </p>
    ) : null;
  }
  return (
    <ul class="tolls">
      {told.map(({ toll, account, i }, at) => (
        <li key={at}>
          <b>
            <bdi>{tollWords(toll)}</bdi>
          </b>
          {toll.said_by && (
            <>
              {', '}
              <bdi>{t('according_to', { who: toll.said_by })}</bdi>
            </>
          )}{' '}
          <span class="soft-text">
            (<bdi>{account.publisher ?? t('account_of', { n: i + 1 })}</bdi>)
          </span>
        </li>
      ))}
    </ul>
  );
}

export function tollWords({ least, most, of_whom, state }: Toll): string {
  return [figure(least, most), of_whom, state].filter(Boolean).join(' ');
}

function listOf(text: string | null): string[] {
  return (text ?? '').split(/;\s+/).filter((it) => it !== '');
}
