// The reviewer's table: the queue on one side, one incident with its rulings on the other.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { RULE_KEYS } from '../keys';
import type { Incident } from '../state/incident';
import { pairName, QUEUES } from '../state/review';
import { type Editing, everything, pairs, queue, type State, waiting } from '../state/state';
import { figure } from '../words/toll';
import { when, whenShort } from '../words/when';
import { doubt, where } from '../words/where';
import { type Key, number, t } from '../words/words';
import { Combo } from './combo';
import { Cancel } from './editor';
import { decided } from './history';
import { Rows } from './list';
import { Facts, Mark, type Panel } from './parts';

export function QueuePanel({ state, dispatch }: Panel): JSX.Element {
  const list = queue(state, state.queue);
  return (
    <section class="queue" aria-label={t('queue')}>
      <div class="list-head">
        <h2>{t('queue')}</h2>
        <fieldset class="queues">
          <legend class="unseen">{t('queue')}</legend>
          {QUEUES.map((it) => (
            <button
              key={it}
              type="button"
              aria-pressed={state.queue === it}
              onClick={() => dispatch({ is: 'queue-chosen', queue: it })}
            >
              {t(`queue_${it}` as Key)} <span class="n">{inWords(waiting(state, it))}</span>
            </button>
          ))}
        </fieldset>
      </div>
      {list.length > 0 ? (
        <Rows state={state} dispatch={dispatch} list={list} />
      ) : (
        <p class="notice">{t(state.data.is === 'here' ? 'queue_empty' : 'loading')}</p>
      )}
    </section>
  );
}

const inWords = (n: number | null): string => (n === null ? '' : number(n));

/** Rulings by button and by key, what each asks for, and what became of the last. */
export function Rulings({ state, dispatch, incident }: Panel & { incident: Incident }): JSX.Element {
  const { refused, mine } = state;
  const last = mine.at(-1);
  const { status } = incident.row;
  const offered = RULE_KEYS.filter(([, verdict]) =>
    status === 'published' ? verdict !== 'publish' : verdict !== 'reopen' || status === 'rejected',
  );
  return (
    <section class="rulings" aria-label={t('rulings')}>
      {refused?.id === incident.id && <RefusalNote state={state} dispatch={dispatch} />}
      {state.editing && <Asks state={state} dispatch={dispatch} incident={incident} />}
      <div class="buttons">
        {offered.map(([key, verdict, name]) => {
          const plain = verdict === 'publish' || verdict === 'confirm' || verdict === 'reopen';
          return (
            <button
              key={verdict}
              type="button"
              class={`plain ${verdict === 'publish' ? 'strong' : ''}`}
              aria-keyshortcuts={key}
              data-rule={verdict}
              disabled={state.ruling === 'asked'}
              onClick={() =>
                dispatch(
                  plain
                    ? { is: 'rule', id: incident.id, decision: { verdict } }
                    : { is: 'editing', what: verdict as Editing },
                )
              }
            >
              {t(name)} <kbd>{key}</kbd>
            </button>
          );
        })}
        {last && (
          <button
            type="button"
            class="plain"
            aria-keyshortcuts="u"
            disabled={state.ruling === 'asked'}
            onClick={() => dispatch({ is: 'undo', ruling: last.ruling, id: last.id })}
          >
            {t('undo')} <kbd>u</kbd>
          </button>
        )}
      </div>
    </section>
  );
}

/** What somebody else decided meanwhile, or why the server would not. */
export function RefusalNote({ state, dispatch }: Panel): JSX.Element | null {
  const { refused } = state;
  if (!refused) return null;
  const { decision, version, id } = refused;
  return (
    <div role="alert" class="wrong">
      <p>{version === null ? t('rule_failed', { why: refused.why }) : t('rule_conflict')}</p>
      {refused.changed.length > 0 && (
        <ul>
          {refused.changed.map((it) => (
            <li key={it.id}>
              <b>
                <bdi>{it.who ?? t('somebody')}</bdi>
              </b>
              {': '}
              <bdi>{decided(it)}</bdi>
              {it.why && (
                <>
                  {' '}
                  <q dir="auto">{it.why}</q>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {version !== null && refused.changed.length === 0 && <p>{refused.why}</p>}
      <div class="buttons">
        {decision && version !== null && (
          <button type="button" class="plain" onClick={() => dispatch({ is: 'rule', id, decision, anyway: version })}>
            {t('rule_anyway')}
          </button>
        )}
        {refused.token && (
          <button type="button" class="plain" onClick={() => dispatch({ is: 'shown', what: 'token' })}>
            {t('token')}
          </button>
        )}
        <button type="button" class="plain" onClick={() => dispatch({ is: 'refusal-read' })}>
          {t(version === null ? 'close' : 'rule_leave')}
        </button>
      </div>
    </div>
  );
}

/** Reasons, and which: for rejecting, noting, merging, splitting. */
function Asks({ state, dispatch, incident }: Panel & { incident: Incident }): JSX.Element | null {
  switch (state.editing) {
    case 'reject':
    case 'note':
      return <Why state={state} dispatch={dispatch} incident={incident} verdict={state.editing} />;
    case 'merge':
      return <Merge state={state} dispatch={dispatch} incident={incident} />;
    case 'split':
      return <Split state={state} dispatch={dispatch} incident={incident} />;
    default:
      return null;
  }
}

function Why({ dispatch, incident, verdict }: Panel & { incident: Incident; verdict: 'reject' | 'note' }): JSX.Element {
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => box.current?.focus({ preventScroll: true }), []);
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        const why = box.current?.value.trim() ?? '';
        if (verdict === 'note' && why === '') return;
        dispatch({ is: 'rule', id: incident.id, decision: { verdict, why } });
      }}
    >
      <label class="field">
        <span>{t(verdict === 'note' ? 'note_words' : 'reject_why')}</span>
        <input ref={box} id="ruling-why" type="text" dir="auto" maxLength={2_000} />
      </label>
      <div class="buttons">
        <button type="submit" class="plain strong">
          {t(`rule_${verdict}`)}
        </button>
        <Cancel dispatch={dispatch} />
      </div>
    </form>
  );
}

const OFFERED_MAX = 8;

function Merge({ state, dispatch, incident }: Panel & { incident: Incident }): JSX.Element {
  const [words, setWords] = useState('');
  const [other, setOther] = useState<Incident | null>(null);
  const why = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => why.current?.focus({ preventScroll: true }), [other]);
  if (!other) {
    return (
      <div class="editor">
        <Combo
          id="merge-editor"
          label={t('merge_with')}
          hint={t('merge_hint')}
          words={words}
          onWords={setWords}
          options={offeredFor(state, incident, words)}
          keyOf={(it) => it.id}
          show={(it) => (
            <>
              <span dir="auto">{it.row.title}</span>{' '}
              <span class="soft-text">
                <Facts of={[whenShort(it.row), where(it.row)]} />
              </span>
            </>
          )}
          onTake={setOther}
          empty={t('merge_none')}
        />
        <div class="buttons">
          <Cancel dispatch={dispatch} />
        </div>
      </div>
    );
  }
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        dispatch({
          is: 'rule',
          id: incident.id,
          decision: { verdict: 'merge', with: other.id, why: why.current?.value.trim() ?? '' },
        });
      }}
    >
      <SideBySide a={incident} b={other} />
      <label class="field">
        <span>{t('merge_why')}</span>
        <input ref={why} id="ruling-why" type="text" dir="auto" maxLength={2_000} />
      </label>
      <div class="buttons">
        <button type="submit" class="plain strong">
          {t('rule_merge')}
        </button>
        <button
          type="button"
          class="plain"
          onClick={() => {
            dispatch({ is: 'pair-parted', name: pairName(incident.id, other.id) });
            dispatch({
              is: 'rule',
              id: incident.id,
              decision: { verdict: 'note', why: `not the same as ${other.id}` },
            });
          }}
        >
          {t('merge_not')}
        </button>
        <Cancel dispatch={dispatch} />
      </div>
    </form>
  );
}

/** Likely ones first; with words whatever holds them. */
function offeredFor(state: State, incident: Incident, words: string): Incident[] {
  const wished = words.trim().toLowerCase();
  const others = pairs(state).flatMap(({ a, b }) => (a.id === incident.id ? [b] : b.id === incident.id ? [a] : []));
  if (wished === '') return others.slice(0, OFFERED_MAX);
  return everything(state)
    .filter((it) => it.id !== incident.id && (it.words.includes(wished) || it.id.includes(wished)))
    .slice(0, OFFERED_MAX);
}

/** Two incidents that may be one. */
export function SideBySide({ a, b }: { a: Incident; b: Incident }): JSX.Element {
  const rows: [string, (it: Incident) => string][] = [
    [t('when'), (it) => when(it.row)],
    [t('where'), (it) => `${where(it.row)}, ${doubt(it)}`],
    [t('killed'), (it) => figure(it.row.killed_min, it.row.killed_max)],
    [t('injured'), (it) => figure(it.row.injured_min, it.row.injured_max)],
    [t('by'), (it) => it.row.actors ?? t('unclear')],
    [t('to_whom'), (it) => it.row.targets ?? t('unclear')],
    [t('facet_source'), (it) => it.row.publishers ?? '–'],
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, also by key
    <section class="side-by-side two" tabIndex={0} aria-label={t('merge_side_by_side')}>
      <table>
        <thead>
          <tr>
            <td />
            {[a, b].map((it) => (
              <th key={it.id} scope="col" dir="auto">
                <Mark incident={it} /> {it.row.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, words]) => (
            <tr key={name} class={words(a) === words(b) ? 'same' : ''}>
              <th scope="row">{name}</th>
              {[a, b].map((it) => (
                <td key={it.id} dir="auto">
                  {words(it)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Split({ state, dispatch, incident }: Panel & { incident: Incident }): JSX.Element {
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const why = useRef<HTMLInputElement>(null);
  const asked = state.accounts?.id === incident.id ? state.accounts.asked : null;
  const accounts = asked?.is === 'here' ? asked.value : [];
  const box = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => box.current?.querySelector('input')?.focus({ preventScroll: true }), []);
  if (accounts.length < 2) {
    return (
      <div class="editor">
        <p>{t('split_one')}</p>
        <div class="buttons">
          <Cancel dispatch={dispatch} />
        </div>
      </div>
    );
  }
  const possible = chosen.length > 0 && chosen.length < accounts.length;
  return (
    <form
      ref={box}
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        if (possible)
          dispatch({
            is: 'rule',
            id: incident.id,
            decision: { verdict: 'split', accounts: chosen, why: why.current?.value.trim() ?? '' },
          });
      }}
    >
      <fieldset>
        <legend>{t('split_which')}</legend>
        {accounts.map((it, i) => (
          <label key={it.report ?? i} class="row">
            <input
              type="checkbox"
              checked={chosen.includes(i)}
              onChange={(event) =>
                setChosen(event.currentTarget.checked ? [...chosen, i] : chosen.filter((at) => at !== i))
              }
            />
            <span dir="auto">
              {[it.publisher ?? t('account_of', { n: i + 1 }), it.date_text, it.place_text].filter(Boolean).join(' · ')}
            </span>
          </label>
        ))}
      </fieldset>
      <label class="field">
        <span>{t('merge_why')}</span>
        <input ref={why} id="ruling-why" type="text" dir="auto" maxLength={2_000} />
      </label>
      <div class="buttons">
        <button type="submit" class="plain strong" disabled={!possible}>
          {t('rule_split')}
        </button>
        <Cancel dispatch={dispatch} />
      </div>
    </form>
  );
}
