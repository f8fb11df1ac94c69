// A report on the reader's table: its words, what would be made of them, what the reader corrects, and whether
// it was kept. Nothing of this is stored before it is kept.

import type { Kept } from '../api/client';
import type { Account, Feature, Read, Report } from '../api/columns';
import { applied, type Edit } from './edit';

export type Work<T> = { is: 'asked' } | { is: 'failed'; why: string } | { is: 'here'; value: T };

/** Bytes of a file that was dropped; text that was pasted stands in `text`. */
export type File_ = { name: string; media: string; bytes: ArrayBuffer };

export type Table = { name: string; bytes: ArrayBuffer };

/** An incident the reader found in words that were passed over. */
export type Added = {
  id: string;
  report: string;
  start: number;
  end: number;
  feature: Feature;
  body: Record<string, unknown>;
};

export type KeptNow = Kept & { ruled: number; failed: string[] };

export type Reading = {
  text: string;
  files: readonly File_[];
  /** A table, which is looked at before its rows are stored. */
  table: Table | null;
  /** Why the files given cannot be taken. */
  refused: string | null;
  published: string | null;
  answer: Work<Read> | null;
  /** Which of several reports is shown. */
  at: number;
  edits: Readonly<Record<string, readonly Edit[]>>;
  /** Incidents of the reading that the reader rejects. */
  dropped: readonly string[];
  added: readonly Added[];
  /** Words selected for an incident that was missed, as code points of the report shown. */
  selected: { start: number; end: number; text: string } | null;
  kept: Work<KeptNow> | null;
};

export type ReadingEvent =
  | { is: 'written'; text: string }
  | { is: 'files-given'; files: readonly File_[] }
  | { is: 'table-given'; table: Table | null }
  | { is: 'files-refused'; why: string | null }
  | { is: 'published-said'; day: string | null }
  | { is: 'read-asked' }
  | { is: 'read-came'; read: Read }
  | { is: 'read-failed'; why: string }
  | { is: 'report-turned'; by: number }
  | { is: 'words-selected'; words: Reading['selected'] }
  | { is: 'edited'; id: string; edit: Edit }
  | { is: 'edit-undone' }
  | { is: 'dropped'; id: string }
  | { is: 'incident-added'; added: Added }
  | { is: 'keep-asked' }
  | { is: 'keep-came'; kept: KeptNow }
  | { is: 'keep-failed'; why: string }
  | { is: 'reading-cleared' };

export const EMPTY: Reading = {
  text: '',
  files: [],
  table: null,
  refused: null,
  published: null,
  answer: null,
  at: 0,
  edits: {},
  dropped: [],
  added: [],
  selected: null,
  kept: null,
};

export function changeReading(reading: Reading, event: ReadingEvent): Reading {
  switch (event.is) {
    case 'written':
      return { ...EMPTY, text: event.text, published: reading.published };
    case 'files-given':
      return { ...EMPTY, files: event.files, published: reading.published };
    case 'table-given':
      return { ...EMPTY, table: event.table };
    case 'files-refused':
      return { ...reading, refused: event.why };
    case 'published-said':
      return { ...reading, published: event.day };
    case 'read-asked':
      return {
        ...reading,
        answer: { is: 'asked' },
        edits: {},
        dropped: [],
        added: [],
        selected: null,
        kept: null,
        at: 0,
      };
    case 'read-came':
      return { ...reading, answer: { is: 'here', value: event.read } };
    case 'read-failed':
      return { ...reading, answer: { is: 'failed', why: event.why } };
    case 'report-turned': {
      const last = reportsOf(reading).length - 1;
      return { ...reading, selected: null, at: Math.max(0, Math.min(last, reading.at + event.by)) };
    }
    case 'words-selected':
      return reading.selected === event.words ? reading : { ...reading, selected: event.words };
    case 'edited': {
      // Whoever was corrected last stands last, so that undoing takes the last thing back.
      const { [event.id]: before = [], ...rest } = reading.edits;
      return { ...reading, edits: { ...rest, [event.id]: [...before, event.edit] } };
    }
    case 'edit-undone': {
      const last = Object.entries(reading.edits).at(-1);
      if (!last) return reading;
      const [id, edits] = last;
      const { [id]: _, ...rest } = reading.edits;
      return { ...reading, edits: edits.length > 1 ? { ...rest, [id]: edits.slice(0, -1) } : rest };
    }
    case 'dropped':
      return {
        ...reading,
        added: reading.added.filter((it) => it.id !== event.id),
        dropped: reading.dropped.includes(event.id)
          ? reading.dropped.filter((it) => it !== event.id)
          : [...reading.dropped, event.id],
      };
    case 'incident-added':
      return { ...reading, added: [...reading.added, event.added], selected: null };
    case 'keep-asked':
      return { ...reading, kept: { is: 'asked' } };
    case 'keep-came':
      return { ...reading, kept: { is: 'here', value: event.kept } };
    case 'keep-failed':
      return { ...reading, kept: { is: 'failed', why: event.why } };
    case 'reading-cleared':
      return EMPTY;
  }
}

/** Corrections that stand nowhere but on this page. */
export function corrections({ edits, dropped, added }: Reading): number {
  return Object.values(edits).flat().length + dropped.length + added.length;
}

export function reportsOf(reading: Reading): readonly Report[] {
  return reading.answer?.is === 'here' ? reading.answer.value.reports : [];
}

export function reportShown(reading: Reading): Report | null {
  return reportsOf(reading)[reading.at] ?? null;
}

export function accountsOf(reading: Reading, id: string): readonly Account[] {
  return reading.answer?.is === 'here' ? (reading.answer.value.accounts[id] ?? []) : [];
}

/** What the map and the list show of it: the reading with the reader's corrections. */
export function readingFeatures(reading: Reading): Feature[] {
  if (reading.answer?.is !== 'here') return [];
  const found = reading.answer.value.features
    .filter((it) => !reading.dropped.includes(it.id))
    .map((it) => applied(it, reading.edits[it.id] ?? []));
  const added = reading.added.map((it) => applied(it.feature, reading.edits[it.id] ?? []));
  return [...found, ...added];
}

/** Whether some report does not say when it was published. */
export function undatedReports(reading: Reading): number {
  return reportsOf(reading).filter((it) => it.published === null).length;
}

const TABLES = /\.(csv|tsv|xlsx|xls|ods|geojson|geojsonl|gpkg|kml|kmz|parquet)$/i;

/** By its name; `.json` may hold reports and is asked as such. */
export function isTable(name: string): boolean {
  return TABLES.test(name);
}

/** How a file's name says what is in it. */
export function mediaOf(name: string): string {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  return (
    {
      html: 'text/html',
      htm: 'text/html',
      eml: 'message/rfc822',
      xml: 'application/xml',
      rss: 'application/rss+xml',
      atom: 'application/atom+xml',
      jsonl: 'application/x-ndjson',
      ndjson: 'application/x-ndjson',
      json: 'application/json',
      csv: 'text/csv',
      tsv: 'text/tab-separated-values',
    }[ending] ?? 'text/plain'
  );
}

/** Pasted text says by its beginning what it is: a feed, a page, lines of JSON, or words. */
export function mediaOfText(text: string): string {
  const start = text.trimStart().slice(0, 400).toLowerCase();
  if (start.startsWith('<?xml') || start.startsWith('<rss') || start.startsWith('<feed')) return 'application/xml';
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'text/html';
  if (start.startsWith('{') && start.includes('"text"')) return 'application/x-ndjson';
  return 'text/plain';
}
