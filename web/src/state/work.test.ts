import { describe, expect, test } from 'vitest';
import { type Account, type Feature, feature, type Read } from '../api/columns';
import { changeOf, parsed } from '../live';
import { codePointsBefore, cut, sentences } from '../words/cut';
import { applied, dated, moveTo, moveToPoint, namesOf, spanAt, wrongToll } from './edit';
import { sifted } from './filter';
import { incident } from './incident';
import { asked, copies, queryString, shellQuoted } from './query';
import {
  changeReading,
  EMPTY,
  mediaOf,
  mediaOfText,
  type Reading,
  type ReadingEvent,
  readingFeatures,
} from './reading';
import { maybeTwice, pairName, queued } from './review';
import { NO_FILTERS } from './view';

const made = (id: string, properties: object = {}, at: [number, number] | null = [38.6, 33.5]): Feature => {
  const geometry = at && { type: 'Point', coordinates: at };
  const found = feature({ id, geometry, properties: { kind: 'strike', radius_m: 2000, ...properties } });
  if (!found) throw new Error('a feature with an id is a feature');
  return found;
};
const day = (text: string): number => Date.parse(text) / 86_400_000;

describe('counts of one pass', () => {
  const all = [
    made('a', { country: 'SY', actors: 'one; two', status: 'draft' }),
    made('b', { country: 'SY', actors: 'two', status: 'published', kind: 'clash' }),
    made('c', { country: 'IQ', status: 'published' }),
  ].map(incident);
  const counts = (facet: 'country' | 'actor', filters = {}) =>
    Object.fromEntries(sifted(all, { ...NO_FILTERS, ...filters }).facets[facet]);

  test('lists count for each of their names, what is not told has a name of its own', () => {
    expect(counts('actor')).toEqual({ one: 1, two: 2, '-': 1 });
  });

  test('a facet obeys the others and not itself', () => {
    const only = { only: { country: ['SY'] } };
    expect(counts('country', only)).toEqual({ SY: 2, IQ: 1 });
    expect(counts('actor', only)).toEqual({ one: 1, two: 2 });
    expect(sifted(all, { ...NO_FILTERS, ...only }).kinds.strike).toBe(1);
    expect(counts('country', { kinds: ['strike'] })).toEqual({ SY: 1, IQ: 1 });
  });

  test('two facets narrow together', () => {
    const hits = sifted(all, { ...NO_FILTERS, only: { country: ['SY'], actor: ['one'] } }).hits;
    expect(hits.map((it) => it.id)).toEqual(['a']);
  });
});

describe('a reading', () => {
  const read: Read = {
    features: [made('x', { title: 'One' }), made('y', { title: 'Two' })],
    accounts: { x: [] as Account[], y: [] as Account[] },
    reports: [],
    notices: [],
  };
  const through = (...events: ReadingEvent[]): Reading =>
    [{ is: 'read-came', read } as ReadingEvent, ...events].reduce(changeReading, EMPTY);
  const edit = dated(day('2022-06-15'), day('2022-06-15'), 'day');

  test('shows corrections, leaves out what is no incident, takes in what was missed', () => {
    const added = { id: 'new-1', report: 'r', start: 0, end: 4, feature: made('new-1'), body: {} };
    const state = through({ is: 'edited', id: 'x', edit }, { is: 'dropped', id: 'y' }, { is: 'incident-added', added });
    expect(readingFeatures(state).map((it) => it.id)).toEqual(['x', 'new-1']);
    expect(readingFeatures(state)[0]?.row).toMatchObject({ date_start: '2022-06-15', review: 'corrected' });
  });

  test('takes the last correction back, whichever incident it was of', () => {
    const state = through(
      { is: 'edited', id: 'x', edit },
      { is: 'edited', id: 'y', edit },
      { is: 'edited', id: 'x', edit: dated(null, null, 'unknown') },
      { is: 'edit-undone' },
    );
    expect(Object.fromEntries(Object.entries(state.edits).map(([id, list]) => [id, list.length]))).toEqual({
      x: 1,
      y: 1,
    });
  });

  test('other words begin a new reading', () => {
    expect(changeReading(through({ is: 'dropped', id: 'x' }), { is: 'written', text: 'other' })).toEqual({
      ...EMPTY,
      text: 'other',
    });
  });

  test('files and pasted words say what they are', () => {
    expect([mediaOf('a.EML'), mediaOf('b.jsonl'), mediaOf('c'), mediaOf('d.csv')]).toEqual([
      'message/rfc822',
      'application/x-ndjson',
      'text/plain',
      'text/csv',
    ]);
    expect([
      mediaOfText(' <?xml version="1.0"?><rss>'),
      mediaOfText('<!DOCTYPE html>'),
      mediaOfText('{"id":1,"text":"x"}'),
      mediaOfText('A clash.'),
    ]).toEqual(['application/xml', 'text/html', 'application/x-ndjson', 'text/plain']);
  });
});

describe('corrections', () => {
  const candidate = {
    name: 'Homs',
    kind: 'city',
    country: 'SY',
    admin1: null,
    lat: 34.7,
    lon: 36.7,
    radius_m: 6000,
    because: [],
    area: null,
  };

  test('a place goes by its id, a spot beside one by where it lies, an area never as a point', () => {
    expect(moveTo({ ...candidate, id: 's:homs', precision: 'place' }, null).decision).toEqual({
      verdict: 'move',
      place: { id: 's:homs' },
    });
    expect(
      moveTo({ ...candidate, name: '27 km north of Homs', id: 's:homs', precision: 'near_place' }, null).decision,
    ).toEqual({
      verdict: 'move',
      place: { lat: 34.7, lon: 36.7, name: '27 km north of Homs' },
      radius_m: 6000,
    });
    const area = moveTo({ ...candidate, kind: 'admin1', id: 's:homs-g', precision: null }, null);
    expect(area.geometry).toBeNull();
    expect(area.row.place_precision).toBe('admin');
    expect(moveToPoint(1, 2, 500, null).decision).toEqual({
      verdict: 'move',
      place: { lat: 1, lon: 2 },
      radius_m: 500,
    });
  });

  test('a day stands for its week, month or year', () => {
    const at = day('2022-06-15');
    expect(spanAt(at, 'week')).toEqual({ first: day('2022-06-13'), last: day('2022-06-19') });
    expect(spanAt(at, 'month')).toEqual({ first: day('2022-06-01'), last: day('2022-06-30') });
    expect(spanAt(day('2024-02-29'), 'month').last).toBe(day('2024-02-29'));
    expect(spanAt(at, 'year')).toEqual({ first: day('2022-01-01'), last: day('2022-12-31') });
    expect(dated(at, at, 'before').decision).toEqual({
      verdict: 'date',
      start: null,
      end: '2022-06-15',
      precision: 'before',
    });
  });

  test('later corrections win, and an incident is not changed by being shown', () => {
    const before = made('x', { place: 'A' });
    const now = applied(before, [moveToPoint(1, 2, 500, 'B'), moveToPoint(3, 4, 900, 'C')]);
    expect([now.row.place, now.geometry]).toEqual(['C', { type: 'Point', coordinates: [4, 3] }]);
    expect(before.row.place).toBe('A');
  });

  test('figures must agree', () => {
    const none = {
      killed_min: null,
      killed_max: null,
      injured_min: null,
      injured_max: null,
      civilians_killed_min: null,
      civilians_killed_max: null,
    };
    expect(wrongToll(none)).toBeNull();
    expect(wrongToll({ ...none, killed_min: 5, killed_max: 3 })).toBe('toll_order');
    expect(wrongToll({ ...none, killed_max: 3, civilians_killed_min: 4 })).toBe('toll_civilians');
    expect(namesOf(' a ; b;; c ')).toEqual(['a', 'b', 'c']);
  });
});

describe('told twice?', () => {
  const near = { date_start: '2022-06-15', date_end: '2022-06-15' };
  test('one kind, about one day, doubts that meet; never two that were published as two', () => {
    const all = [
      made('a', near),
      made('b', { ...near, date_start: '2022-06-16', date_end: '2022-06-16' }),
      made('c', { ...near, kind: 'clash' }),
      made('d', near, [50, 10]),
      made('e', { ...near, date_start: '2022-06-19', date_end: '2022-06-19' }),
      made('f', {}),
    ].map(incident);
    expect(maybeTwice(all, new Set()).map(({ a, b }) => [a.id, b.id])).toEqual([['a', 'b']]);
    expect(maybeTwice(all, new Set([pairName('b', 'a')]))).toEqual([]);
    const published = [made('a', { ...near, status: 'published' }), made('b', { ...near, status: 'published' })].map(
      incident,
    );
    expect(maybeTwice(published, new Set())).toEqual([]);
  });

  test('the queue holds what waits for a person', () => {
    const all = [
      made('a', { status: 'draft', confidence: 0.2 }),
      made('b', { status: 'published', standing: 'disputed' }),
    ].map(incident);
    expect(queued(all, 'drafts', []).map((it) => it.id)).toEqual(['a']);
    expect(queued(all, 'disputed', []).map((it) => it.id)).toEqual(['b']);
    expect(queued(all, 'unsure', []).map((it) => it.id)).toEqual(['a']);
  });
});

describe('the query to take along', () => {
  test('says in CQL2 what the view filters by, quotes doubled', () => {
    const filters = {
      ...NO_FILTERS,
      kinds: ['clash', 'strike'] as const,
      exact: 5000,
      from: '2022-01-01',
      words: " d'or ",
      only: { country: ['SY', '-'], actor: ["o'b%"] },
    };
    const question = asked(filters, { west: 35, south: 32, east: 42.123456, north: 37 });
    expect(question.cql2).toBe(
      "kind IN ('clash', 'strike') AND radius_m <= 5000 AND (country = 'SY' OR country IS NULL) AND A_OVERLAPS(actors, ('o''b%'))",
    );
    expect([question.datetime, question.bbox, question.q]).toEqual(['2022-01-01/..', '35,32,42.1235,37', "d'or"]);
    expect(queryString(asked(NO_FILTERS, null))).toBe('');
  });

  test('a shell gets one word', () => {
    expect(shellQuoted("a'b")).toBe("'a'\\''b'");
    expect(copies('http://x/', 'http://x/?a', asked(NO_FILTERS, null)).curl).toBe(
      "curl --compressed -o incidents.geojson 'http://x/incidents.geojson'",
    );
  });
});

describe('marks', () => {
  test('pieces join to the text, offsets are code points', () => {
    const text = '🜂 Homs was hit on Monday. حمص';
    const quotes = [
      { id: 'a', field: 'event', start: 0, end: 25 },
      { id: 'a', field: 'place', start: 2, end: 6 },
      { id: 'b', field: 'date', start: 18, end: 24 },
      { id: 'b', field: 'place', start: 90, end: 95 },
    ];
    const pieces = cut(text, quotes);
    expect(pieces.map((it) => it.text).join('')).toBe(text);
    expect(pieces.find((it) => it.text === 'Homs')).toMatchObject({ marks: ['place', 'event'], ids: ['a'] });
    expect(pieces.find((it) => it.text === 'Monday')).toMatchObject({ marks: ['date', 'event'], ids: ['a', 'b'] });
    expect(codePointsBefore(text, 3)).toBe(2);
  });

  test('sentences by code points, in several scripts', () => {
    const text = '🜂 One. Two!\n\nثلاثة؟ Four';
    expect(sentences(text).map(({ start, end }) => Array.from(text).slice(start, end).join(''))).toEqual([
      '🜂 One.',
      'Two!',
      'ثلاثة؟',
      'Four',
    ]);
  });
});

test('a block of the stream', () => {
  expect(parsed('event: incident\nid: 7\ndata: {"id":"a","what":"new"}')).toEqual({
    event: 'incident',
    id: '7',
    data: '{"id":"a","what":"new"}',
  });
  expect(parsed(': hello')).toMatchObject({ event: 'message', id: null });
  expect(changeOf('{"id":"a","what":"gone"}')).toEqual({ id: 'a', what: 'gone' });
  expect(changeOf('nonsense')).toBeNull();
});
