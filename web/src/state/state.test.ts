import { describe, expect, test } from 'vitest';
import { type Feature, feature } from '../api/columns';
import { overlaps, totals } from './filter';
import { bars, windowOf } from './histogram';
import { incident, spanOf } from './incident';
import { change, type Event, histogram, hits, listed, type State, start } from './state';
import { START } from './view';

const POINT = { type: 'Point', coordinates: [38.6, 33.5] };
const AREA = {
  type: 'MultiPolygon',
  coordinates: [
    [
      [
        [36, 32],
        [39, 32],
        [39, 34],
        [36, 32],
      ],
    ],
  ],
};

function made(id: string, properties: object, geometry: object | null = POINT): Feature {
  const found = feature({ id, geometry, properties });
  if (!found) throw new Error('a feature with an id is a feature');
  return found;
}

const DAY = made('day', {
  kind: 'strike',
  title: 'Strike at Ḥomṣ',
  date_start: '2022-06-15',
  date_end: '2022-06-15',
  radius_m: 5000,
});
const MONTH = made(
  'month',
  { kind: 'clash', date_start: '2016-06-01', date_end: '2016-06-30', radius_m: 150_000 },
  AREA,
);
const BEFORE = made('before', { kind: 'strike', date_end: '2022-06-14' }, null);
const NO_DAY = made('no-day', { kind: 'protest', date_precision: 'weekday', radius_m: 900 });

const following = (...events: Event[]): State =>
  [{ is: 'data-came', features: [DAY, MONTH, BEFORE, NO_DAY] } as Event, ...events].reduce(
    change,
    start(START, 'system'),
  );
const shown = (...events: Event[]): string[] => hits(following(...events)).map((it) => it.id);
const filtered = (by: Extract<Event, { is: 'filtered' }>['by']): Event => ({ is: 'filtered', by });

describe('a span overlaps a window', () => {
  const june = spanOf({ date_start: '2016-06-01', date_end: '2016-06-30' });
  const day = (text: string): number => Date.parse(text) / 86_400_000;
  test.each([
    ['2016-05-01', '2016-05-31', false],
    ['2016-05-01', '2016-06-01', true],
    ['2016-06-10', '2016-06-12', true],
    ['2016-06-30', '2016-12-31', true],
    ['2016-07-01', '2016-12-31', false],
  ])('June 2016 and %s to %s: %s', (from, to, answer) => {
    expect(overlaps(june, day(from), day(to))).toBe(answer);
  });

  test('an end that is not told reaches as far as it may', () => {
    const before = spanOf({ date_start: null, date_end: '2022-06-14' });
    expect(overlaps(before, day('1990-01-01'), day('1990-01-02'))).toBe(true);
    expect(overlaps(before, day('2022-06-15'), null)).toBe(false);
    expect(spanOf({ date_start: null, date_end: null })).toBeNull();
  });
});

describe('filters', () => {
  test('newest first, no calendar day last', () => {
    expect(shown()).toEqual(['day', 'before', 'month', 'no-day']);
  });

  test('what has no calendar day stays until it is switched off', () => {
    expect(shown(filtered({ from: '2022-06-15', to: '2022-06-30' }))).toEqual(['day', 'no-day']);
    expect(shown(filtered({ from: '2022-06-15', undated: false }))).toEqual(['day']);
  });

  test('exactness leaves out what is wider and what has no place', () => {
    expect(shown(filtered({ exact: 5000 }))).toEqual(['day', 'no-day']);
    expect(shown(filtered({ exact: 1000 }))).toEqual(['no-day']);
  });

  test('words are found without their marks', () => {
    expect(shown(filtered({ words: 'homs STRIKE' }))).toEqual(['day']);
  });

  test('no kind is nothing, all kinds is everything', () => {
    expect(shown(filtered({ kinds: [] }))).toEqual([]);
    expect(shown(filtered({ kinds: null }))).toHaveLength(4);
  });

  test('points, areas and what is not on the map add up', () => {
    expect(totals(hits(following()))).toEqual({ points: 2, areas: 1, unplaced: 1 });
    expect(listed(following({ is: 'listed', list: 'unplaced' })).map((it) => it.id)).toEqual(['before']);
  });
});

describe('selection', () => {
  test('arrows walk the list and stop at its ends', () => {
    const down: Event = { is: 'selection-stepped', by: 1 };
    expect(following(down).view.selected).toBe('day');
    expect(following(down, down).view.selected).toBe('before');
    expect(following(down, { is: 'selection-stepped', by: -1 }).view.selected).toBe('day');
    expect(following({ is: 'selection-stepped', by: 99 }, { is: 'selection-stepped', by: 99 }).view.selected).toBe(
      'no-day',
    );
  });

  test('escape closes the panel, then the selection', () => {
    const open = following({ is: 'opened', id: 'day' });
    const shut = change(open, { is: 'closed' });
    expect(shut.view).toMatchObject({ selected: 'day', open: false });
    expect(change(shut, { is: 'closed' }).view.selected).toBeNull();
  });

  test('several at one spot are listed, one alone is opened', () => {
    const several = following({ is: 'spot-clicked', ids: ['day', 'no-day'], camera: null });
    expect(listed(several).map((it) => it.id)).toEqual(['day', 'no-day']);
    expect(several.view.open).toBe(false);
    expect(following({ is: 'spot-clicked', ids: ['day'], camera: null }).view).toMatchObject({
      selected: 'day',
      open: true,
    });
  });

  test('an answer that comes too late is not shown', () => {
    const state = following(
      { is: 'opened', id: 'day' },
      { is: 'opened', id: 'month' },
      { is: 'accounts-came', id: 'day', accounts: [] },
    );
    expect(state.accounts).toBeNull();
  });
});

describe('the histogram', () => {
  const all = [DAY, MONTH, BEFORE, NO_DAY].map(incident);

  test('a month stands in one bar of months and is spread over bars of days', () => {
    const months = bars(all, all);
    expect(months?.unit).toBe('month');
    expect(months?.bins[0]).toMatchObject({ sure: 1, shared: 0 });
    const june = [made('a', { date_start: '2016-06-01', date_end: '2016-06-30' })].map(incident);
    const days = bars(june, june);
    expect(days?.unit).toBe('day');
    expect(days?.bins).toHaveLength(30);
    expect(days?.bins.reduce((sum, it) => sum + it.shared, 0)).toBeCloseTo(1);
  });

  test('counts every dated incident once', () => {
    const sum = bars(all, all)?.bins.reduce((total, it) => total + it.sure + it.shared, 0);
    expect(sum).toBeCloseTo(3);
  });

  test('nothing dated, no histogram', () => {
    expect(bars([incident(NO_DAY)], [])).toBeNull();
  });

  test('the window steps bar by bar and stays on the axis', () => {
    const first = following({ is: 'window-stepped', by: 1 });
    expect(first.view.filters).toMatchObject({ from: '2016-06-01', to: '2016-06-30' });
    expect(change(first, { is: 'window-stepped', by: 1 }).view.filters).toMatchObject({
      from: '2016-07-01',
      to: '2016-07-31',
    });
    expect(change(first, { is: 'window-stepped', by: -1 }).view.filters.from).toBe('2016-06-01');
    expect(following({ is: 'window-stepped', by: -1 }).view.filters.to).toBe('2022-06-30');
  });

  test('obeys the other filters and not the window itself', () => {
    const narrow = following(filtered({ from: '2022-06-01', to: '2022-06-30', kinds: ['clash'] }));
    const found = histogram(narrow);
    expect(found?.bins.reduce((sum, it) => sum + it.sure + it.shared, 0)).toBe(1);
    expect(found && windowOf(found, '2022-06-01', '2022-06-30')).toEqual({ from: 72, to: 72 });
  });
});
