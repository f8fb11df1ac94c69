// How the page bears many incidents, in the browser that the tests use (software WebGL): ratios to the basemap alone
// in the same run are what counts, since the milliseconds are this machine's.
//
//   npm run bench -- [COUNT]      50 000 unless told; figures as JSON in ../target/bench/web.json
//   PLACETIME_URL=http://127.0.0.1:8080/ npm run bench
//                                 a running service and what it holds (a million made by ../scripts/many.py, say), by
//                                 its tiles and counts; figures in ../target/bench/web_service.json

import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch, mapIdle, missing } from '../test/e2e/browser.mjs';
import { serve } from '../test/fixture-server.mjs';
import { WRITTEN } from '../test/fixtures/incidents.mjs';

const ROUNDS = 5;
const OUT = fileURLToPath(new URL('../../target/bench/', import.meta.url));

const absent = missing();
if (absent) {
  console.log(absent);
  process.exit(0);
}
const count = Number(process.argv[2] ?? 50_000);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const running = process.env.PLACETIME_URL;
const server = running ? { url: running, stop: () => {} } : await serve({ count: count - WRITTEN });
const browser = await launch();
const held = running && (await fetch(new URL('stats', running)).then((it) => it.json())).incidents;
const figures = { incidents: held || count, rounds: ROUNDS };

/** From the address to everything drawn. */
async function firstIdle(empty) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  if (empty) {
    await page.route('**/incidents.geojson', (route) =>
      route.fulfill({ contentType: 'application/geo+json', body: '{"type":"FeatureCollection","features":[]}' }),
    );
    await page.route('**/tiles/incidents.json', (route) => route.fulfill({ status: 404, body: '{}' }));
  }
  const began = performance.now();
  await page.goto(`${server.url}?map=1.5/20/30`);
  await page.waitForSelector(empty ? '.notice' : '.incident', { timeout: 120_000 });
  const list = performance.now() - began;
  await mapIdle(page);
  const idle = performance.now() - began;
  return { page, list, idle };
}

const alone = [];
const many = [];
const lists = [];
for (let i = 0; i < ROUNDS; i++) {
  for (const [empty, kept] of [
    [true, alone],
    [false, many],
  ]) {
    const { page, idle, list } = await firstIdle(empty);
    kept.push(idle);
    if (!empty) lists.push(list);
    await page.close();
  }
}
figures.basemap_only_first_idle_ms = Math.round(median(alone));
figures.first_idle_ms = Math.round(median(many));
figures.first_idle_ratio = Number((median(many) / median(alone)).toFixed(2));
figures.list_ms = Math.round(median(lists));

// A filter: from the click to the list, and to the map that shows it.
const { page } = await firstIdle(false);
const changes = await page.evaluate(async (rounds) => {
  const { map } = window.__placetime;
  const boxes = document.querySelectorAll('.kind input');
  const found = [];
  for (let i = 0; i < rounds * 2; i++) {
    const before = document.querySelector('.count').textContent;
    const began = performance.now();
    const data = new Promise((done) => {
      const look = (event) => {
        if (event.sourceId !== 'points' || event.sourceDataType !== 'content') return;
        map.off('sourcedata', look);
        done(performance.now() - began);
      };
      map.on('sourcedata', look);
    });
    boxes[1].click();
    while (document.querySelector('.count').textContent === before) await new Promise((go) => setTimeout(go, 1));
    const list = performance.now() - began;
    const source = await data;
    if (!map.loaded()) await new Promise((done) => map.once('idle', done));
    found.push({ list, source, idle: performance.now() - began });
    await new Promise((go) => setTimeout(go, 300));
  }
  return found;
}, ROUNDS);
for (const part of ['list', 'source', 'idle'])
  figures[`filter_${part}_ms`] = Math.round(median(changes.map((it) => it[part])));

await browser.close();
await server.stop();
mkdirSync(OUT, { recursive: true });
writeFileSync(`${OUT}${running ? 'web_service' : 'web'}.json`, `${JSON.stringify(figures, null, 2)}\n`);
for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(32)}${value}`);
