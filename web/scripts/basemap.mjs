// The built-in basemap: land and borders of the world in one PMTiles file.
//
// In: Natural Earth 4.1 at 1:10m (public domain) from the package `world-atlas`. Out: public/basemap.pmtiles,
// zooms 0 to 6, layers `land`, `borders` and `borders_unsettled`. Place names are not here: the server's
// gazetteer serves them. Nothing is fetched.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { feature, mesh } from 'topojson-client';
import { unrolled, unrolledLine } from './dateline.mjs';
import { pmtiles } from './pmtiles-writer.mjs';
import { STRETCHES, TERRITORIES, UNDISPUTED } from './unsettled.mjs';

const MAX_ZOOM = 6;
const OUT = new URL('../public/basemap.pmtiles', import.meta.url);

const began = performance.now();
const require = createRequire(import.meta.url);
const world = JSON.parse(readFileSync(require.resolve('world-atlas/countries-10m.json')));

const layers = {
  land: tiled(land(world)),
  borders: tiled(lines(borders(world).settled)),
  borders_unsettled: tiled(lines(borders(world).unsettled)),
};
const tiles = [];
for (let z = 0; z <= MAX_ZOOM; z++) {
  for (let x = 0; x < 2 ** z; x++) {
    for (let y = 0; y < 2 ** z; y++) {
      const found = Object.entries(layers)
        .map(([name, index]) => [name, index.getTile(z, x, y)])
        .filter(([, tile]) => tile && tile.features.length > 0);
      if (found.length === 0) continue;
      tiles.push({ z, x, y, bytes: fromGeojsonVt(Object.fromEntries(found), { version: 2, extent: 4096 }) });
    }
  }
}
const file = pmtiles(tiles, {
  minZoom: 0,
  maxZoom: MAX_ZOOM,
  bounds: [-180, -85.0511, 180, 85.0511],
  metadata: {
    name: 'Placetime outlines',
    format: 'pbf',
    attribution: 'Natural Earth',
    description:
      'Land and borders from Natural Earth 4.1, 1:10m. Borders are drawn for orientation and say nothing about status.',
    vector_layers: Object.keys(layers).map((id) => ({ id, fields: {}, minzoom: 0, maxzoom: MAX_ZOOM })),
  },
});
mkdirSync(new URL('.', OUT), { recursive: true });
writeFileSync(OUT, file);
const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(`basemap.pmtiles: ${tiles.length} tiles, ${(file.length / 1e6).toFixed(2)} MB, ${seconds} s`);

function tiled(data) {
  return new GeoJSONVT(data, { maxZoom: MAX_ZOOM, indexMaxZoom: MAX_ZOOM, tolerance: 3, buffer: 64, extent: 4096 });
}

function land(topology) {
  const shape = feature(topology, topology.objects.land);
  const polygons = shape.features
    .map((it) => it.geometry)
    .flatMap((it) => (it.type === 'Polygon' ? [it.coordinates] : it.coordinates))
    .map(unrolled);
  return {
    type: 'FeatureCollection',
    features: polygons.map((coordinates) => ({
      type: 'Feature',
      properties: {},
      geometry: { type: 'Polygon', coordinates },
    })),
  };
}

function lines(coordinates) {
  return {
    type: 'FeatureCollection',
    features: coordinates.map((line) => ({
      type: 'Feature',
      properties: {},
      geometry: { type: 'LineString', coordinates: unrolledLine(line) },
    })),
  };
}

/** Borders between two countries, told apart by whether somebody disputes them. */
function borders(topology) {
  const countries = topology.objects.countries;
  const rows = (a, b) =>
    STRETCHES.filter(
      ({ between }) => (between[0] === a.id && between[1] === b.id) || (between[0] === b.id && between[1] === a.id),
    );
  const open = (it) => it.id === undefined || TERRITORIES.some(({ code }) => code === it.id);
  const leased = (it) => UNDISPUTED.includes(it.properties.name);
  const between = (keeps) =>
    mesh(topology, countries, (a, b) => a !== b && !leased(a) && !leased(b) && keeps(a, b)).coordinates;

  const settled = between((a, b) => !open(a) && !open(b) && rows(a, b).length === 0);
  const unsettled = between((a, b) => open(a) || open(b));
  for (const pair of new Set(STRETCHES.map((row) => row.between.join()))) {
    const own = STRETCHES.filter((row) => row.between.join() === pair);
    const mine = (it) => own[0].between.includes(it.id);
    const found = between((a, b) => mine(a) && mine(b));
    if (found.length === 0) throw new Error(`no border between ${pair} in world-atlas (${own[0].what})`);
    for (const line of found) {
      for (const part of parts(line, (at) => own.some(({ box }) => !box || holds(box, at)))) {
        (part.picked ? unsettled : settled).push(part.line);
      }
    }
  }
  return { settled, unsettled };
}

function holds([west, south, east, north], [lon, lat]) {
  return west <= lon && lon <= east && south <= lat && lat <= north;
}

/** A line cut wherever `picks` changes its answer from one segment to the next. */
function parts(line, picks) {
  const found = [];
  for (let i = 0; i + 1 < line.length; i++) {
    const middle = [(line[i][0] + line[i + 1][0]) / 2, (line[i][1] + line[i + 1][1]) / 2];
    const picked = picks(middle);
    if (found.at(-1)?.picked === picked) found.at(-1).line.push(line[i + 1]);
    else found.push({ picked, line: [line[i], line[i + 1]] });
  }
  return found;
}
