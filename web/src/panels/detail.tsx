// One incident: what, when with its precision, where with its doubt and why there, each account beside the
// others, each figure with who said it, links. Report text is hostile: text nodes only.

import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { incidentPath } from '../api/client';
import type { Account, Quote, Report } from '../api/columns';
import { siteList } from '../api/site';
import { makeOne } from '../asking';
import type { Edit } from '../state/edit';
import type { Incident } from '../state/incident';
import type { Asked } from '../state/state';
import { address } from '../state/view';
import { type Piece, passages } from '../words/marked';
import { dayInWords, when } from '../words/when';
import { maybe, t } from '../words/words';
import { Editor, typeName } from './editor';
import { Correct, FiguresWho, tollWords, WhenWhere } from './facts';
import { History } from './history';
import { Missed } from './missed';
import { Icon, Mark, Out, type Panel } from './parts';
import { type Chosen, MarkedText, MarksLegend } from './text';

export function Detail({ state, dispatch, incident }: Panel & { incident: Incident }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const { row } = incident;
  const asked = state.accounts?.id === incident.id ? state.accounts.asked : null;
  const accounts = asked?.is === 'here' ? asked.value : [];
  const published = accounts.find((it) => it.published !== null)?.published ?? null;
  const onEdit =
    state.view.embed || siteList
      ? null
      : (edit: Edit): void => dispatch({ is: 'rule', id: incident.id, decision: edit.decision });

  // Whoever opened it, by key or by pointer, reads on from its title.
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('.detail')?.scrollTo(0, 0);
  }, [incident.id]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling panel must be reachable by key
    <article class="detail" aria-labelledby="incident-title" tabIndex={0}>
      {state.view.page !== 'review' && (
        <div class="detail-bar">
          <button type="button" class="plain" onClick={() => dispatch({ is: 'closed' })}>
            <Icon name="back" />
            {t('back')}
          </button>
        </div>
      )}

      <header class="what">
        <p class="kind-line">
          <Mark incident={incident} />
          <span>
            {[...new Set([t(`kind_${incident.kind}`), ...(row.type ? [typeName(row.type)] : [])])].join(' · ')}
          </span>
          {onEdit && <Correct what="type" state={state} dispatch={dispatch} />}
        </p>
        {onEdit && state.editing === 'type' && (
          <Editor
            what="type"
            state={state}
            dispatch={dispatch}
            incident={incident}
            published={published}
            onEdit={onEdit}
          />
        )}
        <h2 id="incident-title" ref={heading} tabIndex={-1} dir="auto">
          {row.title ?? row.type_label ?? t(`kind_${incident.kind}`)}
        </h2>
        <p class="tags">
          {row.standing && row.standing !== 'happened' && maybe(`standing_${row.standing}`) && (
            <span class="tag">{maybe(`standing_${row.standing}`)}</span>
          )}
          {row.status === 'draft' && <span class="tag">{t('draft')}</span>}
          {row.review === 'corrected' && <span class="tag">{t('corrected')}</span>}
        </p>
      </header>

      <WhenWhere state={state} dispatch={dispatch} incident={incident} published={published} onEdit={onEdit} />

      <Accounts asked={asked} state={state} dispatch={dispatch} />

      <FiguresWho
        state={state}
        dispatch={dispatch}
        incident={incident}
        published={published}
        onEdit={onEdit}
        accounts={accounts}
      />

      {onEdit && <History state={state} dispatch={dispatch} incident={incident} />}

      <p class="links">
        <a href={address({ ...state.view, selected: incident.id, open: true })}>{t('permalink')}</a>
        {!siteList && <a href={incidentPath(incident.id)}>{t('geojson')}</a>}
      </p>
    </article>
  );
}

function Accounts({ asked, state, dispatch }: Panel & { asked: Asked<readonly Account[]> | null }): JSX.Element {
  if (asked === null || asked.is === 'asked') {
    return (
      <section class="part">
        <p class="soft-text" role="status">
          {t('accounts_loading')}
        </p>
        <div class="skeleton" />
      </section>
    );
  }
  if (asked.is === 'failed') {
    return (
      <section class="part">
        <p class="soft-text" role="alert">
          {t('accounts_failed', { why: asked.why })}
        </p>
      </section>
    );
  }
  // The newest claim last.
  const accounts = [...asked.value].sort((a, b) => (a.published ?? '').localeCompare(b.published ?? ''));
  return (
    <section class="part accounts">
      <h3>{t('accounts', { n: accounts.length })}</h3>
      {accounts.length > 1 && <SideBySide accounts={accounts} />}
      {accounts.map((account, i) => (
        <AccountCard key={account.report ?? i} n={i + 1} account={account} state={state} dispatch={dispatch} />
      ))}
    </section>
  );
}

/** What the reports agree on and what not, one column each. */
function SideBySide({ accounts }: { accounts: readonly Account[] }): JSX.Element {
  const rows: [string, (account: Account) => string][] = [
    [
      t('when'),
      (it) => (it.date_start || it.date_end || it.date_text ? when(it as Parameters<typeof when>[0]) : t('when_none')),
    ],
    [t('where'), (it) => it.place_text ?? it.place ?? t('where_none')],
    [t('figures'), (it) => it.toll.map(tollWords).join('; ') || t('toll_none')],
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, also by key
    <section class="side-by-side" tabIndex={0} aria-label={t('accounts', { n: accounts.length })}>
      <table>
        <thead>
          <tr>
            <td />
            {accounts.map((it, i) => (
              <th key={it.report ?? i} scope="col">
                <bdi>{it.publisher ?? t('account_of', { n: i + 1 })}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, words]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {accounts.map((it, i) => (
                <td key={it.report ?? i} dir="auto">
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

function AccountCard({ n, account, state, dispatch }: Panel & { n: number; account: Account }): JSX.Element {
  const published = dayInWords(account.published);
  const text = account.report ? state.reports[account.report] : undefined;
  const { report } = account;
  return (
    <section class="account">
      <h4>
        <bdi>{account.publisher ?? t('account_of', { n })}</bdi>
        <span class="soft-text">
          {published ? t('account_published', { date: published }) : t('account_published_not')}
        </span>
      </h4>
      <Quotes quotes={account.quotes} />
      {account.says && <Said name={t('account_says')} words={account.says} />}
      {account.denies && <Said name={t('account_denies')} words={account.denies} />}
      <p class="links">
        <Out to={account.url}>{t('source_link')}</Out>
        <Out to={account.archived_url}>{t('source_archived')}</Out>
        {report && !text && !siteList && (
          <button type="button" class="link" onClick={() => dispatch({ is: 'report-asked', id: report })}>
            {t('report_text')}
          </button>
        )}
      </p>
      {(account.licence || account.reader) && (
        <p class="small">
          <bdi>
            {[
              account.licence && t('licence', { licence: account.licence }),
              account.reader && t('account_read_by', { reader: account.reader }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </bdi>
        </p>
      )}
      {text && <ReportText asked={text} account={account} state={state} dispatch={dispatch} />}
    </section>
  );
}

function Said({ name, words }: { name: string; words: string }): JSX.Element {
  return (
    <p>
      <b>{name}:</b> <bdi>{words}</bdi>
    </p>
  );
}

/** A sentence is quoted once, with everything it is evidence for. */
function Quotes({ quotes }: { quotes: readonly Quote[] }): JSX.Element {
  const found = passages(quotes);
  if (found.length === 0) return <p class="soft-text">{t('quotes_none')}</p>;
  const name = (field: string): string => maybe(`quote_${field}`) ?? field;
  return (
    <ul class="quotes">
      {found.map(({ pieces, fields }) => (
        <li key={pieces.map((it) => it.text).join('')}>
          <blockquote dir="auto">
            <Pieces pieces={pieces} />
          </blockquote>
          {fields.length > 0 && (
            <span class="field">
              <bdi>{[...new Set(fields.map(name))].join(', ')}</bdi>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Pieces({ pieces }: { pieces: readonly Piece[] }): JSX.Element {
  return <>{pieces.map(({ text, quote, start }) => (quote ? <mark key={start}>{text}</mark> : text))}</>;
}

/** The whole report with every mark; words of it that were passed over can be made an incident here, too. */
function ReportText({
  asked,
  account,
  state,
  dispatch,
}: Panel & { asked: Asked<Report>; account: Account }): JSX.Element {
  const [words, setWords] = useState<Chosen | null>(null);
  const box = useRef<HTMLDivElement>(null);
  if (asked.is === 'asked') return <p class="soft-text">{t('report_loading')}</p>;
  if (asked.is === 'failed' || asked.value.text === null) return <p class="soft-text">{t('report_absent')}</p>;
  const report = asked.value;
  const id = state.view.selected ?? '';
  const others = report.tellings
    .filter((it) => it.incident_id !== id)
    .flatMap((it) => it.quotes.map((quote) => ({ ...quote, id: it.incident_id })));
  const quotes = [...account.quotes.map((quote) => ({ ...quote, id })), ...others];
  return (
    <div ref={box}>
      <MarksLegend quotes={quotes} />
      <MarkedText
        text={report.text ?? ''}
        quotes={quotes}
        selected={id}
        label={report.title ?? t('report_text')}
        onMark={(other) => dispatch({ is: 'opened', id: other })}
        onWords={state.view.embed ? null : (chosen) => chosen && setWords(chosen)}
        onMake={() => box.current?.querySelector<HTMLElement>('#missed-make')?.focus()}
      />
      {words && (
        <Missed
          state={state}
          dispatch={dispatch}
          words={words}
          report={report}
          n={1}
          onMade={({ body }) => {
            setWords(null);
            makeOne({ ...body, report: report.id, start: words.start, end: words.end }, dispatch);
          }}
        />
      )}
    </div>
  );
}
