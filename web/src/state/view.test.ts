import { describe, expect, test } from 'vitest';
import { KINDS } from '../api/columns';
import { LANGUAGES } from '../words/words';
import {
  address,
  type Chosen,
  camera,
  EXACT_M,
  FACETS,
  type Facet,
  NO_FILTERS,
  START,
  type View,
  viewOf,
  WORDS_MAX,
} from './view';

/** A small generator with a fixed seed: the same thousand views every time. */
function chance(): () => number {
  let seed = 7;
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
}

function anyView(next: () => number): View {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const day = () => `20${10 + Math.floor(next() * 15)}-0${1 + Math.floor(next() * 9)}-1${Math.floor(next() * 10)}`;
  const selected = pick([null, 'i-1', 'a b&c=d', 'https://x/#?', 'التنف', '%2F']);
  const chosen = (facet: Facet): Chosen =>
    next() < 0.6 ? {} : { [facet]: pick([['SY'], ['-', 'a; b', 'c,d&e'], ['«حمص»']]) };
  return {
    page: pick(['map', 'read', 'review'] as const),
    lang: pick([null, ...LANGUAGES]),
    embed: next() < 0.2,
    table: next() < 0.2,
    camera: next() < 0.3 ? null : camera(next() * 170 - 85, next() * 360 - 180, next() * 16),
    filters: {
      kinds: next() < 0.4 ? null : KINDS.filter(() => next() < 0.5),
      from: pick([null, day()]),
      to: pick([null, day()]),
      undated: next() < 0.5,
      exact: pick([null, ...EXACT_M]),
      only: Object.assign({}, ...FACETS.map(chosen)),
      words: pick(['', 'Homs', ' two  words ', 'a&b=c#d?e/f,g:h+i%20', 'حمص', '<script>']),
    },
    list: pick(['all', 'in-view', 'unplaced'] as const),
    selected,
    open: selected !== null && next() < 0.5,
  };
}

describe('the address bar', () => {
  test('view -> address -> view is the identity', () => {
    const next = chance();
    for (let i = 0; i < 1000; i++) {
      const view = anyView(next);
      expect(viewOf(address(view))).toEqual(view);
    }
  });

  test('the plain page has the plain address', () => {
    expect(address(START)).toBe('');
    expect(viewOf('')).toEqual(START);
  });

  test('reads well', () => {
    const view: View = {
      ...START,
      camera: { zoom: 5.2, lat: 33.5, lon: 38.6 },
      filters: { ...NO_FILTERS, kinds: ['clash', 'strike'], from: '2022-06-01' },
      list: 'all',
      selected: 'i-1',
      open: true,
    };
    expect(address(view)).toBe('?map=5.2/33.5/38.6&kinds=clash,strike&from=2022-06-01&incident=i-1');
  });

  test('unknown names and impossible values are passed over', () => {
    expect(viewOf('?colour=red&map=north&from=2022-02-31&to=yesterday&exact=7&list=table&q=')).toEqual(START);
    expect(viewOf('?map=99/0/0').camera).toBeNull();
    expect(viewOf('?map=1/2').camera).toBeNull();
    expect(viewOf('?map=//').camera).toBeNull();
    expect(viewOf('?kinds=clash,parade').filters.kinds).toEqual(['clash']);
    expect(viewOf(`?q=${'x'.repeat(10_000)}`).filters.words).toHaveLength(WORDS_MAX);
  });
});
