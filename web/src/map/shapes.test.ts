import type { MultiPolygon } from 'geojson';
import { describe, expect, test } from 'vitest';
import { circle, distance_m, holds, roomiest } from './shapes';

describe('the circle of doubt', () => {
  test.each([
    [38.6, 33.5, 29_000],
    [0, 0, 1_000],
    [179.9, -17, 80_000],
    [-179.9, 70, 500_000],
    [25, 60, 1_500_000],
  ])('round %d, %d: every corner lies %d m away', (lon, lat, radius_m) => {
    for (const corner of circle(lon, lat, radius_m).coordinates[0] ?? [])
      expect(Math.abs(distance_m([lon, lat], corner) - radius_m)).toBeLessThan(radius_m / 1000);
  });

  test('over the date line it does not jump', () => {
    const ring = circle(179.9, -17, 80_000).coordinates[0] ?? [];
    for (const [i, at] of ring.entries())
      if (i > 0) expect(Math.abs((at[0] ?? 0) - (ring[i - 1]?.[0] ?? 0))).toBeLessThan(1);
  });

  test('round a pole it is closed along the edge of the map', () => {
    const ring = circle(10, 89, 500_000).coordinates[0] ?? [];
    expect(ring.at(0)).toEqual(ring.at(-1));
    const lons = ring.map(([lon]) => lon ?? 0);
    expect(Math.max(...lons) - Math.min(...lons)).toBeCloseTo(360);
    expect(Math.max(...ring.map(([, lat]) => lat ?? 0))).toBeCloseTo(85.0511);
  });

  test('runs against the clock, as outer rings do', () => {
    const ring = circle(10, 50, 10_000).coordinates[0] ?? [];
    const area = ring
      .slice(1)
      .reduce((sum, [x = 0, y = 0], i) => sum + (ring[i]?.[0] ?? 0) * y - x * (ring[i]?.[1] ?? 0), 0);
    expect(area).toBeGreaterThan(0);
  });
});

test("an area's count stands inside the area, also in a crescent", () => {
  const crescent: MultiPolygon = {
    type: 'MultiPolygon',
    coordinates: [
      [
        [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
          [0, 8],
          [8, 8],
          [8, 2],
          [0, 2],
          [0, 0],
        ],
      ],
    ],
  };
  const at = roomiest(crescent);
  expect(holds(crescent, at)).toBe(true);
  expect(holds(crescent, [4, 5])).toBe(false);
});
