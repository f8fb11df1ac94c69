// A report on the table: its words with every mark, what was made of them, corrections, what was missed, and the
// keeping. Nothing is stored before that.

import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { fetched, why } from '../api/client';
import { giveFiles } from '../asking';
import { accountsOf, corrections, type Reading, reportShown, reportsOf, undatedReports } from '../state/reading';
import { everything } from '../state/state';
import type { Evidence } from '../words/cut';
import { dayInWords, whenShort } from '../words/when';
import { doubt, where } from '../words/where';
import { t } from '../words/words';
import { Editor } from './editor';
import { Correct, FiguresWho, WhenWhere } from './facts';
import { Missed } from './missed';
import { Facts, Mark, type Panel } from './parts';
import { Tables } from './tables';
import { type Chosen, MarkedText, MarksLegend } from './text';

export function ReadPanel({ state, dispatch }: Panel): JSX.Element {
  const { reading } = state;
  const here = reading.answer?.is === 'here';
  return (
    <section class="read" id="side" tabIndex={-1} aria-labelledby="read-title">
      {here ? <Answer state={state} dispatch={dispatch} /> : <Give state={state} dispatch={dispatch} />}
    </section>
  );
}

/** Words pasted, or files dropped. */
function Give({ state, dispatch }: Panel): JSX.Element {
  const { reading } = state;
  const [wrong, setWrong] = useState<string | null>(null);
  const [from, setFrom] = useState('');
  const asked = reading.answer?.is === 'asked';
  const empty = reading.text.trim() === '' && reading.files.length === 0;
  const fetchIt = (): void => {
    setWrong(null);
    fetched(from.trim())
      .then((bytes) => {
        dispatch({ is: 'files-given', files: [{ name: from, media: 'application/x-ndjson', bytes }] });
        dispatch({ is: 'read-asked' });
      })
      .catch((error: unknown) => setWrong(why(error)));
  };
  if (reading.table) return <Tables key={reading.table} file={reading.table} dispatch={dispatch} />;
  const refused = wrong ?? reading.refused;
  return (
    <form
      class="give"
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty && !asked) dispatch({ is: 'read-asked' });
      }}
    >
      <h2 id="read-title">{t('read_title')}</h2>
      <p class="soft-text">{t('read_hint')}</p>
      <label class="label" for="report-words">
        {t('read_words')}
      </label>
      <textarea
        id="report-words"
        dir="auto"
        rows={14}
        value={reading.text}
        placeholder={t('read_paste')}
        onInput={(event) => dispatch({ is: 'written', text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !empty) dispatch({ is: 'read-asked' });
        }}
      />
      <p class="files">
        <label class="plain file">
          {t('read_files')}
          <input
            type="file"
            multiple
            accept=".txt,.md,.html,.htm,.eml,.xml,.rss,.atom,.json,.jsonl,.ndjson,.csv,.tsv,.xlsx,.xls,.ods,.geojson,.geojsonl,.gpkg,.kml,.kmz,.parquet"
            onChange={(event) => void giveFiles([...(event.currentTarget.files ?? [])], dispatch)}
          />
        </label>
        <span class="soft-text">{t('read_drop')}</span>
      </p>
      {reading.files.length > 0 && <p dir="auto">{reading.files.map((it) => it.name).join(', ')}</p>}
      <div class="from">
        <label>
          <span class="label">{t('read_address')}</span>
          <input
            id="read-from"
            type="url"
            dir="ltr"
            value={from}
            placeholder="https://"
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <button type="button" id="read-fetch" class="plain" disabled={from.trim() === ''} onClick={fetchIt}>
          {t('read_fetch')}
        </button>
      </div>
      <Published state={state} dispatch={dispatch} />
      {refused && (
        <p role="alert" class="wrong" dir="auto">
          {refused}
        </p>
      )}
      {reading.answer?.is === 'failed' && (
        <p role="alert" class="wrong">
          {t('read_failed', { why: reading.answer.why })}
        </p>
      )}
      <div class="buttons">
        <button type="submit" id="read-go" class="plain strong" disabled={empty || asked}>
          {t(asked ? 'read_reading' : 'read_go')}
        </button>
        <span class="soft-text">{t('read_nothing_stored')}</span>
      </div>
    </form>
  );
}

function Published({ state, dispatch }: Panel): JSX.Element {
  return (
    <label class="field published">
      <span class="label">{t('read_published')}</span>
      <input
        id="published"
        type="date"
        value={state.reading.published ?? ''}
        onChange={(event) => dispatch({ is: 'published-said', day: event.currentTarget.value || null })}
      />
      <span class="soft-text">{t('read_published_why')}</span>
    </label>
  );
}

function Answer({ state, dispatch }: Panel): JSX.Element {
  const { reading } = state;
  const found = everything(state);
  const reports = reportsOf(reading);
  const report = reportShown(reading);
  const quotes = useMemo(() => evidence(reading), [reading.answer, reading.at]);
  const make = useRef<HTMLDivElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  // Whoever pressed the button reads on from here.
  useLayoutEffect(() => title.current?.focus({ preventScroll: true }), []);
  const undated = undatedReports(reading);
  const of = useMemo(() => found.filter((it) => tells(reading, it.id, report?.id ?? '')), [found, reading, report]);

  return (
    <>
      <div class="read-bar">
        <h2 id="read-title" ref={title} tabIndex={-1} dir="auto">
          {report?.title ?? t('read_report')}
        </h2>
        <span class="soft-text">
          {[report?.publisher, dayInWords(report?.published ?? null) ?? t('account_published_not')]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span class="grow" />
        {reports.length > 1 && (
          <span class="turn">
            <button type="button" class="plain" onClick={() => dispatch({ is: 'report-turned', by: -1 })}>
              {t('before')}
            </button>
            {t('read_of', { n: reading.at + 1, all: reports.length })}
            <button type="button" class="plain" onClick={() => dispatch({ is: 'report-turned', by: 1 })}>
              {t('after')}
            </button>
          </span>
        )}
      </div>
      {undated > 0 && (
        <form
          class="asks"
          onSubmit={(event) => {
            event.preventDefault();
            dispatch({ is: 'read-asked' });
          }}
        >
          <Published state={state} dispatch={dispatch} />
          <button type="submit" class="plain" disabled={reading.published === null}>
            {t('read_again')}
          </button>
        </form>
      )}
      <div class="read-parts">
        <div class="read-text">
          <MarksLegend quotes={quotes} />
          {report?.text && (
            <MarkedText
              key={report.id}
              text={report.text}
              quotes={quotes}
              selected={state.view.selected}
              label={t('read_words')}
              onMark={(id) => dispatch({ is: 'opened', id })}
              onWords={(words: Chosen | null) => {
                // Going on to the form takes the selection away; the words stay chosen.
                if (words !== null || document.activeElement?.closest('.words')) {
                  if (words?.text !== reading.selected?.text) dispatch({ is: 'words-selected', words });
                }
              }}
              onMake={() => make.current?.querySelector<HTMLElement>('#missed-make')?.focus()}
            />
          )}
          <p class="small">{t('missed_hint')}</p>
          <div ref={make} aria-live="polite">
            {reading.selected && report && reading.kept === null && (
              <Missed
                state={state}
                dispatch={dispatch}
                words={reading.selected}
                report={report}
                n={reading.added.length + 1}
                onMade={({ id, feature, body }) => {
                  const { start = 0, end = 0 } = reading.selected ?? {};
                  dispatch({ is: 'incident-added', added: { id, report: report.id, start, end, feature, body } });
                  dispatch({ is: 'opened', id });
                }}
              />
            )}
          </div>
        </div>
        <div class="read-found">
          <h3>{t('read_found', { n: found.length })}</h3>
          {found.length === 0 && <p class="soft-text">{t('read_found_none')}</p>}
          {reading.answer?.is === 'here' &&
            reading.answer.value.notices.map((it) => (
              <p key={it} class="hint" dir="auto">
                {it}
              </p>
            ))}
          <ul class="cards">
            {(reports.length > 1 ? of : found).map((it) => (
              <Card key={it.id} state={state} dispatch={dispatch} id={it.id} />
            ))}
          </ul>
          {reading.dropped.map((id) => (
            <p key={id} class="small">
              {t('read_dropped', { title: titleOf(reading, id) })}{' '}
              <button type="button" class="link" onClick={() => dispatch({ is: 'dropped', id })}>
                {t('read_dropped_back')}
              </button>
            </p>
          ))}
        </div>
      </div>
      <Keep state={state} dispatch={dispatch} />
    </>
  );
}

/** One incident found: a line, and when it is chosen all its facts with their corrections. */
function Card({ state, dispatch, id }: Panel & { id: string }): JSX.Element | null {
  const { reading } = state;
  const incident = everything(state).find((it) => it.id === id);
  if (!incident) return null;
  const { row } = incident;
  const chosen = state.view.selected === id;
  const accounts = accountsOf(reading, id);
  const published = accounts.find((it) => it.published)?.published ?? reading.published;
  const edits = reading.edits[id]?.length ?? 0;
  const onEdit =
    reading.kept !== null
      ? null
      : (edit: Parameters<Parameters<typeof Editor>[0]['onEdit']>[0]): void => dispatch({ is: 'edited', id, edit });
  const facts = { state, dispatch, incident, published, onEdit };
  return (
    <li class={`card ${chosen ? 'chosen' : ''}`} data-id={id}>
      <button type="button" class="card-head" aria-expanded={chosen} onClick={() => dispatch({ is: 'opened', id })}>
        <Mark incident={incident} />
        <span>
          <b dir="auto">{row.title ?? t(`kind_${incident.kind}`)}</b>
          <span class="soft-text">
            <Facts of={[whenShort(row), where(row), incident.geometry ? doubt(incident) : t('doubt_none')]} />
          </span>
          {edits > 0 && <span class="tag">{t('read_corrected', { n: edits })}</span>}
        </span>
      </button>
      {chosen && (
        <div class="card-body">
          <p class="card-tools">
            {onEdit && <Correct what="type" state={state} dispatch={dispatch} />}
            {onEdit && (
              <button
                type="button"
                class="correct"
                aria-keyshortcuts="x"
                onClick={() => dispatch({ is: 'dropped', id })}
              >
                {t('read_drop_incident')} <kbd>x</kbd>
              </button>
            )}
          </p>
          {onEdit && state.editing === 'type' && <Editor what="type" {...facts} onEdit={onEdit} />}
          <WhenWhere {...facts} />
          <FiguresWho {...facts} accounts={accounts} />
        </div>
      )}
    </li>
  );
}

function Keep({ state, dispatch }: Panel): JSX.Element {
  const { reading } = state;
  const { kept } = reading;
  const edits = corrections(reading);
  return (
    <div class="keep">
      {kept?.is === 'failed' && (
        <p role="alert" class="wrong">
          {t('keep_failed', { why: kept.why })}
        </p>
      )}
      {kept?.is === 'here' ? (
        <div role="status">
          <p>
            <b>
              {t('keep_done', { n: kept.value.reports.length })}{' '}
              {t('keep_made', { fresh: kept.value.fresh, merged: kept.value.merged })}
              {kept.value.ruled > 0 && <> {t('keep_ruled', { n: kept.value.ruled })}</>}
            </b>
          </p>
          {kept.value.failed.length > 0 && (
            <div role="alert">
              <p>{t('keep_some_failed')}</p>
              <ul>
                {kept.value.failed.map((it) => (
                  <li key={it} dir="auto">
                    {it}
                  </li>
                ))}
              </ul>
            </div>
          )}
          <div class="buttons">
            <button type="button" class="plain strong" onClick={() => dispatch({ is: 'reading-cleared' })}>
              {t('read_next')}
            </button>
            <button type="button" class="plain" onClick={() => dispatch({ is: 'page-turned', page: 'review' })}>
              {t('page_review')}
            </button>
            <button type="button" class="plain" onClick={() => dispatch({ is: 'page-turned', page: 'map' })}>
              {t('page_map')}
            </button>
          </div>
        </div>
      ) : (
        <div class="buttons">
          <button
            type="button"
            id="keep"
            class="plain strong"
            disabled={kept?.is === 'asked'}
            onClick={() => dispatch({ is: 'keep-asked' })}
          >
            {t(kept?.is === 'asked' ? 'keep_keeping' : 'keep')}
          </button>
          <button type="button" class="plain" onClick={() => dispatch({ is: 'reading-cleared' })}>
            {t('keep_not')}
          </button>
          {edits > 0 && (
            <button
              type="button"
              class="plain"
              aria-keyshortcuts="u"
              disabled={Object.keys(reading.edits).length === 0}
              onClick={() => dispatch({ is: 'edit-undone' })}
            >
              {t('undo')} <kbd>u</kbd>
            </button>
          )}
          <span class="soft-text">{edits > 0 ? t('keep_with', { n: edits }) : t('keep_as_drafts')}</span>
        </div>
      )}
    </div>
  );
}

/** Every quote of the report shown, with the incident it is evidence for; words chosen by the reader too. */
function evidence(reading: Reading): Evidence[] {
  const report = reportShown(reading);
  if (reading.answer?.is !== 'here' || !report) return [];
  return Object.entries(reading.answer.value.accounts).flatMap(([id, accounts]) =>
    accounts
      .filter((it) => it.report === report.id)
      .flatMap(({ quotes }) => quotes.map(({ field, start, end }) => ({ id, field, start, end }))),
  );
}

function tells(reading: Reading, id: string, report: string): boolean {
  return (
    accountsOf(reading, id).some((it) => it.report === report) ||
    reading.added.some((it) => it.id === id && it.report === report)
  );
}

function titleOf(reading: Reading, id: string): string {
  const found = reading.answer?.is === 'here' ? reading.answer.value.features.find((it) => it.id === id) : undefined;
  return found?.row.title ?? id;
}
