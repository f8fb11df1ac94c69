// Country outlines for clipping a named part ("southern Syria") to its country.
//
// In: Natural Earth 4.1 (public domain) from the npm package `world-atlas`, 1:110m, and 1:50m for countries
// that the small scale leaves out; ISO codes from gazetteer/data/countries.csv. Out:
// gazetteer/data/outlines.geojson, one country a line, longitude first, outer rings against the clock, cut at
// the antimeridian, two decimals (three for a country that would vanish). Run: `npm run outlines` in web/.
//
// Choices, said again in the file's own `note`:
// - Natural Earth draws who holds the ground. Crimea is moved from its Russia to Ukraine, as ISO 3166-2 (UA-43)
//   and General Assembly resolution 68/262 have it, so that "southern Ukraine" holds it.
// - Kosovo has no ISO code in the data; it gets XK, as the European Union and GeoNames use it.
// - Somaliland is joined to Somalia ("northern Somalia") and Northern Cyprus to Cyprus.
// - An outline here is a help for reading a report's words. It says nothing about status.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cut, signedArea } from '../web/scripts/dateline.mjs';

const require = createRequire(new URL('../web/package.json', import.meta.url));
const { feature, mergeArcs } = require('topojson-client');

const COUNTRIES = new URL('../gazetteer/data/countries.csv', import.meta.url);
const OUT = new URL('../gazetteer/data/outlines.geojson', import.meta.url);
const BYTES_MAX = 700_000;

const NOTE =
  'Natural Earth 4.1 (public domain) by way of the npm package world-atlas 2.0.2. Written by scripts/outlines.mjs. ' +
  'Crimea is with Ukraine (ISO 3166-2 UA-43); Kosovo has the code XK; Somaliland is joined to Somalia and Northern ' +
  'Cyprus to Cyprus. Outlines help to read words such as "southern Syria"; they say nothing about status.';

/** Territories without a code in the data, and the country whose outline they join. */
const JOINED = { Somaliland: '706', 'N. Cyprus': '196', 'Cyprus U.N. Buffer Zone': '196', 'Ashmore and Cartier Is.': '036' };

/** Crimea's polygon lies wholly in this box; no other Russian polygon does. */
const CRIMEA = [32, 44, 37, 46.4];

const codes = isoCodes(readFileSync(COUNTRIES, 'utf8'));
const features = new Map();
for (const scale of ['110m', '50m']) {
  for (const [numeric, { name, polygons }] of outlines(scale)) {
    const iso2 = numeric === 'XK' ? 'XK' : codes.get(numeric);
    if (!iso2 || features.has(iso2)) continue;
    const coordinates = shortened(polygons);
    features.set(iso2, {
      type: 'Feature',
      properties: { iso2, name, scale },
      geometry: { type: 'MultiPolygon', coordinates },
    });
  }
}

const missing = [...codes.values()].filter((iso2) => !features.has(iso2));
const lines = [...features.values()]
  .sort((a, b) => (a.properties.iso2 < b.properties.iso2 ? -1 : 1))
  .map((it) => JSON.stringify(it));
const text = `{"type":"FeatureCollection","note":${JSON.stringify(NOTE)},"features":[\n${lines.join(',\n')}\n]}\n`;
if (text.length > BYTES_MAX) throw new Error(`outlines.geojson would have ${text.length} bytes, allowed are ${BYTES_MAX}`);
writeFileSync(OUT, text);
console.log(`outlines.geojson: ${features.size} countries, ${(text.length / 1000).toFixed(0)} kB`);
if (missing.length > 0) console.log(`no outline in Natural Earth at these scales: ${missing.join(' ')}`);

/** Polygons by ISO numeric code, rings whole (not yet cut at the date line). */
function outlines(scale) {
  const topology = JSON.parse(readFileSync(require.resolve(`world-atlas/countries-${scale}.json`)));
  const parts = new Map();
  const add = (code, name, arcs) => {
    if (!parts.has(code)) parts.set(code, { name, arcs: [] });
    const part = parts.get(code);
    if (part.name in JOINED) part.name = name;
    part.arcs.push(...arcs);
  };
  for (const shape of topology.objects.countries.geometries) {
    const name = shape.properties.name;
    const code = name === 'Kosovo' ? 'XK' : (JOINED[name] ?? shape.id);
    if (!code) continue;
    const arcs = shape.type === 'Polygon' ? [shape.arcs] : shape.arcs;
    if (code !== '643') {
      add(code, name, arcs);
      continue;
    }
    const isCrimea = (polygon) =>
      feature(topology, { type: 'Polygon', arcs: polygon }).geometry.coordinates[0].every(
        ([lon, lat]) => CRIMEA[0] < lon && lon < CRIMEA[2] && CRIMEA[1] < lat && lat < CRIMEA[3],
      );
    const crimea = arcs.filter(isCrimea);
    if (crimea.length !== 1) throw new Error(`Crimea: expected one polygon at ${scale}, found ${crimea.length}`);
    add('643', name, arcs.filter((polygon) => !isCrimea(polygon)));
    add('804', 'Ukraine', crimea);
  }
  return [...parts].map(([code, { name, arcs }]) => {
    // Neighbouring parts share arcs: merged, the border between them is gone.
    const merged = mergeArcs(topology, [{ type: 'MultiPolygon', arcs }]);
    return [code, { name, polygons: feature(topology, merged).geometry.coordinates }];
  });
}

/** Cut at the antimeridian, rounded, wound by the right-hand rule. */
function shortened(polygons) {
  for (const decimals of [2, 3, 4]) {
    const found = polygons
      .flatMap(cut)
      .map((rings) => rings.map((ring, i) => wound(rounded(ring, decimals), i === 0)).filter((ring) => ring.length >= 4))
      .filter((rings) => rings.length > 0 && rings[0].length >= 4);
    if (found.length > 0) return found;
  }
  throw new Error('a country vanished in rounding');
}

function rounded(ring, decimals) {
  const places = 10 ** decimals;
  const points = ring.map(([lon, lat]) => [Math.round(lon * places) / places, Math.round(lat * places) / places]);
  const kept = points.filter(([lon, lat], i) => i === 0 || lon !== points[i - 1][0] || lat !== points[i - 1][1]);
  return signedArea(kept) === 0 ? [] : kept;
}

function wound(ring, outer) {
  return signedArea(ring) > 0 === outer ? ring : [...ring].reverse();
}

/** ISO numeric -> alpha-2 from the first columns of countries.csv (none of them is quoted). */
function isoCodes(csv) {
  const [head, ...rows] = csv.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const columns = head.split(',');
  const iso2 = columns.indexOf('iso2');
  const numeric = columns.indexOf('iso_numeric');
  if (iso2 < 0 || numeric < 0) throw new Error('countries.csv: no column iso2 or iso_numeric');
  return new Map(rows.map((row) => row.split(',')).map((cells) => [cells[numeric].padStart(3, '0'), cells[iso2]]));
}
