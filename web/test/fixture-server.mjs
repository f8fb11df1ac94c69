// A stand-in for the service: the built page with the production headers, and the made-up incidents of
// test/fixtures. `node test/fixture-server.mjs [PORT] [COUNT]`.

import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GeoJSONVT } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import { columns } from './columns.mjs';
import { fake } from './fake.mjs';
import { fixtures, NAMES } from './fixtures/incidents.mjs';

export const CSP =
  "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.pmtiles': 'application/octet-stream',
};

/** Listens on a free port unless one is named; answers with the address and a way to stop. */
export async function serve({ port = 0, count = 240, empty = false, more = [], towns: places = NAMES } = {}) {
  const made = fixtures(count, more);
  if (empty) {
    made.collection.features = [];
    made.one.clear();
  }
  const { collection, one, reports, towns } = made;
  const others = fake(made);
  const names = new GeoJSONVT(
    {
      type: 'FeatureCollection',
      features: places.map(([name, name_ar, lon, lat, kind, rank]) => ({
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [lon, lat] },
        properties: { name, name_ar, name_local: name_ar, kind, rank },
      })),
    },
    { maxZoom: 12, indexMaxZoom: 0 },
  );

  /** Written once for as long as nothing is decided: tens of thousands take a second. */
  const kept = (write) => {
    let written = null;
    return () => {
      if (written?.turn !== others.turn()) written = { turn: others.turn(), bytes: Buffer.from(write()) };
      return written.bytes;
    };
  };
  const wholeNow = kept(() => JSON.stringify(collection));
  const columnsNow = kept(() => JSON.stringify(columns(collection.features)));

  const answer = (path, query) => {
    if (path === '/incidents.geojson') return ['application/geo+json', wholeNow()];
    if (path === '/explore/columns') return ['application/json', columnsNow()];
    if (path === '/tiles/incidents.json') return found({ counts: { incidents: collection.features.length } });
    if (path === '/incidents.csv')
      return [
        'text/csv',
        `incident_id,title\n${collection.features.map((it) => `${it.id},"${it.properties.title.replaceAll('"', '""')}"`).join('\n')}\n`,
      ];
    if (path.startsWith('/incidents/')) return found(one.get(path.slice('/incidents/'.length)));
    if (path.startsWith('/reports/')) return found(reports.get(path.slice('/reports/'.length)));
    if (path === '/gazetteer/search') {
      const words = (query.get('q') ?? '').toLowerCase();
      const results = towns
        .filter(([name]) => name.toLowerCase().startsWith(words))
        .map(([name, lon, lat, country]) => ({
          name,
          id: `fixture:${name}`,
          kind: 'city',
          country,
          lat,
          lon,
          radius_m: 8000,
        }));
      return found({ results: results.slice(0, 6) });
    }
    const tile = /^\/tiles\/places\/(\d+)\/(\d+)\/(\d+)\.mvt$/.exec(path);
    if (tile) {
      const [z, x, y] = tile.slice(1).map(Number);
      const features = names.getTile(z, x, y)?.features.filter((it) => it.tags.rank <= Math.max(0, z - 1)) ?? [];
      return [
        'application/vnd.mapbox-vector-tile',
        features.length > 0
          ? Buffer.from(fromGeojsonVt({ places: { features } }, { version: 2, extent: 4096 }))
          : Buffer.alloc(0),
      ];
    }
    const file = path === '/' ? 'index.html' : path.slice(1);
    if (!/^[\w./-]+$/.test(file) || file.includes('..')) return null;
    try {
      statSync(DIST + file);
      return [TYPES[extname(file)] ?? 'application/octet-stream', readFileSync(DIST + file)];
    } catch {
      return null;
    }
  };
  const found = (value) => (value ? ['application/json', JSON.stringify(value)] : null);

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://fixture');
    if (url.pathname === '/changes') return others.listen(response);
    const ours =
      request.method === 'POST'
        ? others.post(decodeURIComponent(url.pathname), url.searchParams, await whole(request), request.headers)
        : others.get(decodeURIComponent(url.pathname));
    if (ours) {
      response.writeHead(ours.status, {
        'content-type': ours.type ?? 'application/json',
        'content-security-policy': CSP,
      });
      response.end(JSON.stringify(ours.body));
      return;
    }
    const [type, body] = answer(decodeURIComponent(url.pathname), url.searchParams) ?? [];
    const headers = {
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    };
    if (!type) {
      response.writeHead(404, { ...headers, 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ title: 'not found', status: 404, detail: `nothing at ${url.pathname}` }));
      return;
    }
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (range) {
      const [first, last] = [Number(range[1]), Math.min(Number(range[2]), bytes.length - 1)];
      response.writeHead(206, {
        ...headers,
        'content-type': type,
        etag: `"${bytes.length}"`,
        'content-range': `bytes ${first}-${last}/${bytes.length}`,
      });
      response.end(bytes.subarray(first, last + 1));
      return;
    }
    response.writeHead(200, { ...headers, 'content-type': type });
    response.end(bytes);
  });
  const whole = async (request) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  };
  await new Promise((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    others,
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => {
      // A browser keeps its connections; waiting for them would be waiting for it.
      server.closeAllConnections();
      return new Promise((stopped) => server.close(stopped));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [port = '8099', count = '240'] = process.argv.slice(2);
  const { url } = await serve({ port: Number(port), count: Number(count) });
  console.error(`made-up incidents at ${url}`);
}
