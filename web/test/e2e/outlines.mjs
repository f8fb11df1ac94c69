// The operator's own basemap and borders: what the page draws of a file in Protomaps' layers, and of none.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { pmtiles } from '../../scripts/pmtiles-writer.mjs';
import { finished, idle, opened } from './page.mjs';

const square = (west, south, east, north) => ({
  type: 'Polygon',
  coordinates: [
    [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ],
  ],
});
const line = (disputed, lat) => ({
  type: 'Feature',
  properties: { kind: 'country', ...(disputed && { disputed: true }) },
  geometry: {
    type: 'LineString',
    coordinates: [
      [20, lat],
      [60, lat],
    ],
  },
});
const layer = (...features) => ({
  type: 'FeatureCollection',
  features: features.map((it) => (it.type === 'Feature' ? it : { type: 'Feature', properties: {}, geometry: it })),
});

/** One tile of the whole world in Protomaps' layers. */
function protomaps() {
  const layers = {
    earth: layer(square(10, 10, 70, 60)),
    water: layer(square(30, 30, 34, 34)),
    boundaries: layer(line(false, 40), line(true, 20)),
  };
  const found = Object.entries(layers).map(([name, data]) => [
    name,
    new GeoJSONVT(data, { maxZoom: 0, indexMaxZoom: 0 }).getTile(0, 0, 0),
  ]);
  const bytes = fromGeojsonVt(Object.fromEntries(found), { version: 2, extent: 4096 });
  return pmtiles([{ z: 0, x: 0, y: 0, bytes }], {
    minZoom: 0,
    maxZoom: 0,
    bounds: [-180, -85, 180, 85],
    metadata: {
      attribution: '<a href="https://maps.example">Somebody’s map</a>',
      vector_layers: Object.keys(layers).map((id) => ({ id, fields: {} })),
    },
  });
}

const drawn = (page, layers) =>
  page.evaluate(
    (ids) =>
      ids.map((id) => {
        const { map } = window.__placetime;
        return map.getLayer(id) ? map.queryRenderedFeatures({ layers: [id] }).length : null;
      }),
    layers,
  );

export const outlines = {
  async 'a basemap of one’s own in Protomaps’ layers, borders from it, hidden, or from a file'(browser, { started }) {
    if (!started) return 'not here';
    const folder = mkdtempSync(join(tmpdir(), 'placetime-outlines-'));
    const [tiles, lines] = [join(folder, 'own.pmtiles'), join(folder, 'lines.geojson')];
    writeFileSync(tiles, protomaps());
    writeFileSync(lines, JSON.stringify(layer(line(false, 45), line(true, 25), line(true, 15))));
    const ids = ['earth', 'water', 'land', 'borders', 'borders-unsettled'];
    for (const [borders, wished] of [
      ['drawn', [1, 1, null, 1, 1]],
      ['hidden', [1, 1, null, null, null]],
      [lines, [1, 1, null, 1, 2]],
    ]) {
      const service = await started({ options: ['--basemap', tiles, '--borders', borders] });
      const page = await opened(browser, service.url, { query: '?map=2/35/40' });
      await idle(page);
      const found = (await drawn(page, ids)).map((it, i) =>
        it === null || wished[i] === null ? it : Math.min(it, wished[i]),
      );
      assert.deepEqual(found, wished, borders);
      // The note on borders stays, and the file's makers are named, their markup left out.
      const credits = await page.textContent('.credits');
      assert.match(credits, /nothing about status/);
      assert.match(credits, /Somebody’s map/);
      assert.equal(await page.locator('.credits a').count(), 0);
      await finished(page);
      await service.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  },
};
