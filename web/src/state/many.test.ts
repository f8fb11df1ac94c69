import { describe, expect, test } from 'vitest';
import { squares, squaresDrawn } from '../map/grid';
import { bars } from './histogram';
import { counted, listQuestion, outlines, parts, question, withPart } from './many';
import { NO_FILTERS, START, type View } from './view';

const looked = (view: Partial<View>, more: object = {}) => ({
  view: { ...START, ...view },
  queue: 'drafts' as const,
  box: null,
  spot: null,
  ...more,
});

const filtered = {
  ...NO_FILTERS,
  kinds: ['strike' as const],
  from: '2022-06-01',
  only: { country: ['SY'] },
};

describe('what the server is asked', () => {
  test('is nothing without filters, and the query to be copied with them', () => {
    expect(question(looked({}))).toBe('');
    const words = new URLSearchParams(question(looked({ filters: filtered })));
    expect(words.get('filter')).toBe("kind = 'strike' AND country = 'SY'");
    expect(words.get('datetime')).toBe('2022-06-01/..');
  });

  test('each filtered part is asked for without its own filter', () => {
    const found = parts(filtered);
    expect(found.map(([part]) => part)).toEqual(['kinds', 'spans', 'country']);
    expect(found[0]?.[1].kinds).toBeNull();
    expect(found[1]?.[1].from).toBeNull();
    expect(found[2]?.[1].only).toEqual({});
    expect(parts(NO_FILTERS)).toEqual([]);
  });

  test('the list: a spot before a tab, on one globe', () => {
    const list = (...of: Parameters<typeof looked>) => new URLSearchParams(listQuestion(looked(...of)));
    expect(list({ list: 'unplaced' }).get('layer')).toBe('incidents_unplaced');
    const box = { west: 350, south: -95, east: 380, north: 10 };
    expect(list({ list: 'in-view' }, { box }).get('bbox')).toBe('-10.0000000,-90.0000000,20.0000000,10.0000000');
    const spot = { box: { west: 1, south: 2, east: 3, north: 4 } };
    expect(list({ list: 'unplaced' }, { spot }).get('layer')).toBe('incidents');
    expect(list({}, { spot: { area: 'ab12' } }).get('area')).toBe('ab12');
    expect(list({ page: 'review' }, { spot }).get('filter')).toBe("status = 'draft'");
  });
});

describe('what it answers', () => {
  const answer = {
    incidents: 9,
    points: 5,
    areas: 3,
    unplaced: 1,
    undated: 2,
    kinds: { strike: 6, clash: 3 },
    country: [
      ['SY', 7],
      [null, 2],
    ],
    spans: [
      [19_000, 19_000, 4],
      [19_000, 19_001, 2],
      [null, 19_002, 1],
    ],
  };

  test('becomes the counts that incidents held here would give', () => {
    const it = counted(answer, null);
    expect(it.kinds.strike).toBe(6);
    expect(it.kinds.protest).toBe(0);
    expect([...it.facets.country]).toEqual([
      ['SY', 7],
      ['-', 2],
    ]);
    const found = bars(it.spells, it.spells);
    expect(found?.bins.map(({ sure, shared }) => [sure, shared])).toEqual([
      [4, 1],
      [0, 1],
      [0, 1],
    ]);
    const other = withPart(it, 'country', counted({ country: [['UA', 1]] }, null));
    expect([...other.facets.country]).toEqual([['UA', 1]]);
    expect(other.kinds).toBe(it.kinds);
  });

  test('nonsense becomes nothing, not a crash', () => {
    expect(counted(null, null).n).toBe(0);
    expect(outlines('no')).toEqual({ areas: [], areasLeft: 0 });
    expect(outlines({ features: [{ id: 'a', geometry: null }, null] }).areas).toEqual([]);
  });
});

describe('squares', () => {
  const point = (id: string, lon: number, lat: number) => ({
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { id, kind: 'clash', radius_m: 20_000 },
  });
  const cell = (lon: number, lat: number, count: number) => ({
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: { count, strike: count },
  });

  test('every incident of the tiles stands in one mark, shares add up, the box holds the middle', () => {
    const told = Array.from({ length: 400 }, (_, i) =>
      cell(((i * 37) % 360) - 179.9, ((i * 17) % 160) - 80, 1 + (i % 9)),
    );
    const all = squares(told, 3.7);
    const n = told.reduce((sum, it) => sum + it.properties.count, 0);
    expect(all.reduce((sum, it) => sum + it.n, 0)).toBe(n);
    for (const it of all) {
      expect(it.kinds.strike).toBe(it.n);
      expect(it.box.west <= it.lon && it.lon <= it.box.east && it.box.south <= it.lat && it.lat <= it.box.north).toBe(
        true,
      );
    }
  });

  test('a single point is a pin, several on one spot never part, cells may', () => {
    const [pin] = squaresDrawn(squares([point('a', 36, 34)], 8)).features;
    expect(pin?.properties).toEqual({ id: 'a', kind: 'clash', soft: true });
    const [same] = squares([point('a', 36, 34), point('b', 36, 34)], 8);
    expect([same?.n, same?.one, same?.only]).toEqual([2, true, null]);
    expect(squares([cell(36, 34, 5)], 3)[0]?.one).toBe(false);
  });
});
