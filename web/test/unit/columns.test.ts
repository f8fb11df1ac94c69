import { expect, test } from 'vitest';
import { NUMBERS, TEXTS } from '../../src/api/generated';
import { columnFeatures, complete } from '../../src/api/many-columns';
import { incident } from '../../src/state/incident';

const FILE = {
  placetime_columns: 1,
  ids: ['inc-1', 'inc-2', 'inc-3'],
  lon: [38.6, null, null],
  lat: [33.5, null, null],
  area: [0, 1, 0],
  areas: [
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [2, 0],
          [2, 3],
          [0, 0],
        ],
      ],
    },
  ],
  columns: {
    kind: { values: ['strike', 'nonsense'], codes: [1, 2, 0] },
    title: ['A', null, ''],
    country: { values: ['SY'], codes: [1, 1, 0] },
    killed_min: [3, null, 'three'],
    date_start: { values: ['2022-06-15'], codes: [1, 0, 0] },
    date_end: { values: ['2022-06-15'], codes: [1, 0, 0] },
  },
};

test('rows of columns read as rows of GeoJSON do', () => {
  const [point, area, nowhere] = columnFeatures(FILE);
  if (!point || !area || !nowhere) throw new Error('three rows');
  expect(point.row.incident_id).toBe('inc-1');
  expect(point.geometry).toEqual({ type: 'Point', coordinates: [38.6, 33.5] });
  expect(area.geometry?.type).toBe('Polygon');
  expect(nowhere.geometry).toBeNull();
  expect([point, area, nowhere].map((it) => it.row.kind)).toEqual(['strike', 'other', 'other']);
  expect([point, area, nowhere].map((it) => it.row.title)).toEqual(['A', null, null]);
  expect([point, area, nowhere].map((it) => it.row.killed_min)).toEqual([3, null, null]);
  expect(point.row.place).toBeNull();
  const held = incident(point);
  expect(held.span?.first).toBe(held.span?.last);
  expect(held.words).toContain('sy');
});

test('rows of columns are written into a file as rows of GeoJSON are', () => {
  const [point] = columnFeatures(FILE);
  const written = JSON.parse(JSON.stringify(point?.row));
  expect(written.title).toBe('A');
  expect(written.killed_min).toBe(3);
  expect(written.place).toBeNull();
  expect(Object.keys(written).sort()).toEqual([...TEXTS, ...NUMBERS].sort());
});

test('the details of an open incident fill its row', () => {
  const [first, second] = columnFeatures(FILE);
  if (!first || !second) throw new Error('rows');
  const whole = { ...first.row, ...Object.fromEntries([['place_because', 'a name of a base']]) };
  complete(first.row, { ...whole, kind: 'strike', title: 'A' } as typeof first.row);
  expect(first.row.place_because).toBe('a name of a base');
  expect(second.row.place_because).toBeNull();
});

test('a file that is not one says what helps', () => {
  for (const wrong of [null, {}, { ...FILE, placetime_columns: 2 }, { ...FILE, lon: [1] }])
    expect(() => columnFeatures(wrong)).toThrow('published again');
});
