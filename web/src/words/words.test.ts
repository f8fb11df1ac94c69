import { describe, expect, test } from 'vitest';
import { safe } from '../panels/parts';
import { marked, passages } from './marked';
import { figure } from './toll';
import { type Told, when } from './when';
import { unplacedBecause, where } from './where';
import { distance, t } from './words';

const told = (more: Partial<Told>): Told => ({
  date_start: null,
  date_end: null,
  date_precision: null,
  date_text: null,
  ...more,
});
const span = (date_start: string | null, date_end: string | null, date_precision: string): Told =>
  told({ date_start, date_end, date_precision });

describe('dates say no more than is known', () => {
  test.each([
    [span('2022-06-15', '2022-06-15', 'day'), 'Wednesday 15 June 2022'],
    [span('2017-06-06', '2017-06-08', 'days'), '6 June to 8 June 2017'],
    [span('2022-06-13', '2022-06-19', 'week'), 'week of 13 June 2022'],
    [span('2016-06-01', '2016-06-30', 'month'), 'in June 2016'],
    [span('2016-06-01', '2016-07-25', 'span'), 'between 1 June 2016 and 25 July 2016'],
    [span(null, '2022-06-14', 'before'), '14 June 2022 or earlier'],
    [span('2022-06-14', null, 'span'), '14 June 2022 or later'],
    [span('2023-01-01', '2023-12-31', 'year'), 'in 2023'],
    [told({ date_precision: 'weekday', date_text: 'on Wednesday' }), 'a Wednesday, week not told'],
    [told({ date_precision: 'weekday', date_text: 'الأربعاء' }), '“الأربعاء”, week not told'],
    [told({ date_precision: 'day_no_year', date_edtf: 'XXXX-06-15' }), '15 June, year not told'],
    [told({ date_precision: 'day_no_year', date_edtf: 'XXXX-02-29' }), '29 February, year not told'],
    [told({ date_precision: 'unknown', date_text: 'recently' }), '“recently”, no calendar day'],
    [told({}), 'date not told'],
  ])('%#', (given, words) => {
    expect(when(given)).toBe(words);
  });
});

test('nothing said is never nought', () => {
  expect(figure(null, null)).toBe('no figure given');
  expect(figure(0, 0)).toBe('none, as told');
  expect(figure(3, 3)).toBe('3');
  expect(figure(3, 5)).toBe('3–5');
  expect(figure(24, null)).toBe('at least 24');
  expect(figure(null, 5)).toBe('at most 5');
});

test('a distance is no more exact than the place', () => {
  expect([4, 950, 4700, 29_300, 164_000].map(distance)).toEqual(['4 m', '950 m', '4.7 km', '29 km', '160 km']);
});

test('places in words', () => {
  const at = (place: string | null, place_precision: string, place_text: string | null = null): string =>
    where({ place, place_precision, place_text, radius_m: null });
  expect(at('Homs', 'place')).toBe('Homs');
  expect(at('Homs', 'near_place')).toBe('near Homs');
  expect(at('70 km northeast of al-Tanf', 'near_place')).toBe('70 km northeast of al-Tanf');
  expect(at('North Darfur', 'admin')).toBe('somewhere in North Darfur');
  expect(at(null, 'unknown', 'the base')).toBe('“the base”, not placed');
  expect(at(null, 'unknown')).toBe('place not told');
});

test('why something is not on the map', () => {
  const row = { place: null, place_text: 'a base' } as Parameters<typeof unplacedBecause>[0]['row'];
  const nowhere = { row, span: null } as Parameters<typeof unplacedBecause>[0];
  expect(unplacedBecause(nowhere)).toEqual(['place known only as “a base”', 'date unknown']);
});

test('offsets of quotes are code points', () => {
  const pieces = marked('𝄞 at Homs, at Homs', [
    { start: 5, end: 9 },
    { start: 7, end: 12 },
    { start: 90, end: 99 },
    { start: null, end: 3 },
  ]);
  expect(pieces.map((it) => (it.quote ? `[${it.text}]` : it.text)).join('')).toBe('𝄞 at [Homs][, a]t Homs');
});

test('a sentence is quoted once, its own evidence marked', () => {
  const found = passages([
    { field: 'event', start: 10, end: 30, text: 'A strike hit 𝄞 Homs.' },
    { field: 'place', start: 25, end: 29, text: 'Homs' },
    { field: 'date', start: 0, end: 9, text: 'On Monday' },
  ]);
  expect(found.map(({ pieces }) => pieces.map((it) => (it.quote ? `[${it.text}]` : it.text)).join(''))).toEqual([
    'On Monday',
    'A strike hit 𝄞 [Homs].',
  ]);
  expect(found[1]?.fields).toEqual(['event', 'place']);
});

test('links lead to http and https only', () => {
  expect(safe('https://example.org/a')).toBe('https://example.org/a');
  expect(safe('javascript:alert(1)')).toBeNull();
  expect(safe('data:text/html,x')).toBeNull();
  expect(safe(' JaVaScRiPt:alert(1)')).toBeNull();
  expect(safe('not an address')).toBeNull();
  expect(safe(null)).toBeNull();
});

test('plurals and numbers', () => {
  expect(t('sources', { n: 1 })).toBe('1 independent source');
  expect(t('sources', { n: 1200 })).toBe('1,200 independent sources');
});
