// The built basemap: no streak of land across the Pacific, and the borders it promises.

import { existsSync, readFileSync } from 'node:fs';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { PMTiles, type RangeResponse } from 'pmtiles';
import { beforeAll, expect, test } from 'vitest';
import { inside } from '../../scripts/dateline.mjs';

const FILE = new URL('../../public/basemap.pmtiles', import.meta.url);
let map: PMTiles;

beforeAll(() => {
  if (!existsSync(FILE)) throw new Error('no public/basemap.pmtiles: run `npm run basemap` first');
  const bytes = readFileSync(FILE);
  map = new PMTiles({
    getKey: () => 'basemap',
    getBytes: async (offset: number, length: number): Promise<RangeResponse> => ({
      data: new Uint8Array(bytes.subarray(offset, offset + length)).buffer,
    }),
  });
});

async function layer(name: string, z: number, x: number, y: number): Promise<[number, number][][]> {
  const tile = await map.getZxy(z, x, y);
  const found = tile && new VectorTile(new PbfReader(new Uint8Array(tile.data))).layers[name];
  if (!found) return [];
  return Array.from({ length: found.length }, (_, i) => found.feature(i).loadGeometry())
    .flat()
    .map((ring) => ring.map((at) => degrees(z, x + at.x / found.extent, y + at.y / found.extent)));
}

function degrees(z: number, x: number, y: number): [number, number] {
  const n = Math.PI * (1 - (2 * y) / 2 ** z);
  return [(x / 2 ** z) * 360 - 180, (Math.atan(Math.sinh(n)) * 180) / Math.PI];
}

/** Land by the even-odd rule over all rings of the tile that holds the point. */
async function isLand(lon: number, lat: number, z: number): Promise<boolean> {
  const y = (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
  const rings = await layer('land', z, Math.floor(((lon + 180) / 360) * 2 ** z), Math.floor(y * 2 ** z));
  return rings.filter((ring) => inside([lon, lat], ring)).length % 2 === 1;
}

test.each([0, 2, 4, 6])('zoom %d: no land in the empty Pacific', async (z) => {
  for (let lat = -20; lat <= -14; lat += 0.25) expect(await isLand(-130, lat, z)).toBe(false);
});

test.each([
  ['Damascus', 36.3, 33.5, true],
  ['Khartoum', 32.5, 15.6, true],
  ['Chukotka, east of the date line', -175, 66.5, true],
  ['Chukotka, west of it', 175, 67, true],
  ['Antarctica', 10, -82, true],
  ['Antarctica at the date line', -179.5, -84.5, true],
  ['the Atlantic', -30, 0, false],
  ['the Caspian', 51, 42, false],
])('%s', async (_, lon, lat, land) => {
  expect(await isLand(lon, lat, 6)).toBe(land);
});

test('what is disputed is dashed', async () => {
  const near = (lines: [number, number][][], lon: number, lat: number): boolean =>
    lines.flat().some(([x, y]) => Math.hypot(x - lon, y - lat) < 0.12);
  // Golan, and the Line of Control in Kashmir.
  expect(near(await layer('borders_unsettled', 6, 38, 25), 35.82, 33.14)).toBe(true);
  expect(near(await layer('borders', 6, 38, 25), 35.82, 33.14)).toBe(false);
  expect(near(await layer('borders_unsettled', 6, 45, 25), 75.71, 34.51)).toBe(true);
});
