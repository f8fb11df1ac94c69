import { describe, expect, test } from 'vitest';
import { feature } from '../api/columns';
import { incident } from '../state/incident';
import { clustered, drawn, partsAt } from './clusters';

const at = (id: string, lon: number, lat: number, kind = 'clash') => {
  const found = feature({ id, geometry: { type: 'Point', coordinates: [lon, lat] }, properties: { kind } });
  if (!found) throw new Error('a feature with an id is a feature');
  return incident(found);
};

function scattered(n: number) {
  let seed = 11;
  const next = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  return Array.from({ length: n }, (_, i) =>
    at(`p-${i}`, next() * 359 - 179.5, next() * 160 - 80, i % 2 ? 'strike' : 'clash'),
  );
}

describe('clusters', () => {
  const points = scattered(3_000);

  test.each([0, 2, 5, 9])('at zoom %d every point stands in exactly one mark, and the shares add up', (zoom) => {
    const found = clustered(points, zoom, null);
    const ids = found.flatMap(({ members }) => members.map((it) => it.id));
    expect(ids.sort()).toEqual(points.map((it) => it.id).sort());
    for (const { properties } of drawn(found).features) {
      if (properties?.point_count === undefined) continue;
      expect(properties.clash + properties.strike).toBe(properties.point_count);
    }
  });

  test('no two marks that were chosen as middles are nearer than they may be', () => {
    const counts = [0, 2, 5, 9].map((zoom) => clustered(points, zoom, null).length);
    expect([...counts].sort((a, b) => a - b)).toEqual(counts);
    expect(counts[0]).toBeLessThan(300);
  });

  test('a pin stands where its incident does; points on one spot never part', () => {
    const [one] = drawn(clustered([at('a', 38.6181234, 33.5060001)], 3, null)).features;
    expect(one?.geometry.coordinates).toEqual([38.6181234, 33.5060001]);
    const same = clustered([at('a', 36.7, 34.7), at('b', 36.7, 34.7)], 3, null);
    expect(same).toHaveLength(1);
    expect(same[0] && partsAt(same[0], 3, 16)).toBeNull();
    const near = clustered([at('a', 36.7, 34.7), at('b', 36.8, 34.7)], 3, null);
    const zoom = near[0] && partsAt(near[0], 3, 16);
    expect(zoom).toBeGreaterThan(3);
    expect(clustered(near[0]?.members ?? [], Number(zoom), null)).toHaveLength(2);
  });

  test('only what may be seen is made, also across the date line', () => {
    const west = at('w', -179.5, 0);
    const east = at('e', 179.5, 0);
    const far = at('f', 0, 0);
    const seen = clustered([west, east, far], 8, { west: 175, east: 185, south: -5, north: 5 });
    expect(seen.flatMap((it) => it.members.map((one) => one.id)).sort()).toEqual(['e', 'w']);
  });
});
