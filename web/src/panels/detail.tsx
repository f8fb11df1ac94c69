// One incident: what, when with its precision, where with its doubt and why there, each account beside the
// others, each figure with who said it, links. Report text is hostile: text nodes only.

import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { incidentPath } from '../api/client';
import type { Account, Quote, Report, Toll } from '../api/columns';
import { siteList } from '../api/site';
import type { Incident } from '../state/incident';
import type { Asked } from '../state/state';
import { address } from '../state/view';
import { marked, type Piece, passages } from '../words/marked';
import { figure } from '../words/toll';
import { dayInWords, when } from '../words/when';
import { doubt, unplacedBecause, where } from '../words/where';
import { maybe, t } from '../words/words';
import { Icon, Mark, Out, type Panel } from './parts';

export function Detail({ state, dispatch, incident }: Panel & { incident: Incident }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  const { row } = incident;
  const asked = state.accounts?.id === incident.id ? state.accounts.asked : null;
  const accounts = asked?.is === 'here' ? asked.value : [];

  // Whoever opened it, by key or by pointer, reads on from its title.
  useLayoutEffect(() => {
    heading.current?.focus({ preventScroll: true });
    heading.current?.closest('.detail')?.scrollTo(0, 0);
  }, [incident.id]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling panel must be reachable by key
    <article class="detail" aria-labelledby="incident-title" tabIndex={0}>
      <div class="detail-bar">
        <button type="button" class="plain" onClick={() => dispatch({ is: 'closed' })}>
          <Icon name="back" />
          {t('back')}
        </button>
      </div>

      <header class="what">
        <p class="kind-line">
          <Mark incident={incident} />
          <span>
            {t(`kind_${incident.kind}`)}
            {row.type_label && (
              <>
                {' · '}
                <bdi>{row.type_label}</bdi>
              </>
            )}
          </span>
        </p>
        <h2 id="incident-title" ref={heading} tabIndex={-1} dir="auto">
          {row.title ?? row.type_label ?? t(`kind_${incident.kind}`)}
        </h2>
        <p class="tags">
          {row.standing && maybe(`standing_${row.standing}`) && (
            <span class="tag">{maybe(`standing_${row.standing}`)}</span>
          )}
          {row.status === 'draft' && <span class="tag">{t('draft')}</span>}
        </p>
      </header>

      <Part name={t('when')}>
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

      <Part name={t('where')}>
        <p class="lead">
          <bdi>{where(row)}</bdi>
        </p>
        <p>{incident.geometry === null ? unplacedBecause(incident).join('; ') : doubt(incident)}</p>
        <PlacedBy incident={incident} />
      </Part>

      <Accounts asked={asked} state={state} dispatch={dispatch} />

      <Part name={t('figures')}>
        <dl class="figures">
          <Figure name={t('killed')} words={figure(row.killed_min, row.killed_max)} />
          <Figure name={t('injured')} words={figure(row.injured_min, row.injured_max)} />
          {(row.civilians_killed_min !== null || row.civilians_killed_max !== null) && (
            <Figure name={t('civilians_killed')} words={figure(row.civilians_killed_min, row.civilians_killed_max)} />
          )}
        </dl>
        <Tolls accounts={accounts} fallback={row.toll_text} />
      </Part>

      <Part name={t('who')}>
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

      <p class="links">
        <a href={address({ ...state.view, selected: incident.id, open: true })}>{t('permalink')}</a>
        {!siteList && <a href={incidentPath(incident.id)}>{t('geojson')}</a>}
      </p>
    </article>
  );
}

function Part({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="part">
      <h3>{name}</h3>
      <div class="part-body">{children}</div>
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

function tollWords({ least, most, of_whom, state }: Toll): string {
  return [figure(least, most), of_whom, state].filter(Boolean).join(' ');
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
      {text && <ReportText asked={text} quotes={account.quotes} />}
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

function ReportText({ asked, quotes }: { asked: Asked<Report>; quotes: readonly Quote[] }): JSX.Element {
  if (asked.is === 'asked') return <p class="soft-text">{t('report_loading')}</p>;
  if (asked.is === 'failed' || asked.value.text === null) return <p class="soft-text">{t('report_absent')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling text must be reachable by key
    <section class="report" dir="auto" tabIndex={0} aria-label={asked.value.title ?? t('report_text')}>
      <Pieces pieces={marked(asked.value.text, quotes)} />
    </section>
  );
}

function listOf(text: string | null): string[] {
  return (text ?? '').split(/;\s+/).filter((it) => it !== '');
}
