// How the published folder opens over a plain static file server: first idle with all incidents beside that of the
// same page without any, in the same browser and run; the ratio is what counts.
//
//   npm run bench:site -- [COUNT...]    10 000 and 200 000 unless told; figures in ../target/bench/site.json
//
// PLACETIME_BIN names the program (by default the debug build; the release build publishes faster).

import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, mapIdle, missing } from '../test/e2e/browser.mjs';
import { made } from '../test/e2e/site.mjs';
import { serveFiles } from '../test/static-server.mjs';

const ROUNDS = 5;
const OUT = fileURLToPath(new URL('../../target/bench/', import.meta.url));
const NOTHING = {
  'incidents.geojson': '{"type":"FeatureCollection","features":[]}',
  'incidents.columns.json': '{"placetime_columns":1,"ids":[],"lon":[],"lat":[],"area":[],"areas":[],"columns":{}}',
};

const absent = missing();
if (absent) {
  console.log(absent);
  process.exit(0);
}
const counts = process.argv.slice(2).map(Number);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const all = [];

for (const count of counts.length > 0 ? counts : [10_000, 200_000]) {
  const began = performance.now();
  const it = made(count);
  if (it.missing) {
    console.log(it.missing);
    process.exit(0);
  }
  const made_s = (performance.now() - began) / 1000;
  const host = await serveFiles(it.site);
  const browser = await launch();
  const [alone, many, lists] = [[], [], []];
  for (let i = 0; i < ROUNDS; i++) {
    for (const empty of [true, false]) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
      if (empty)
        await page.route(`**/${it.list.page_reads}`, (route) =>
          route.fulfill({ contentType: 'application/json', body: NOTHING[it.list.page_reads] }),
        );
      const start = performance.now();
      await page.goto(`${host.url}?map=1.5/20/30`);
      await page.waitForSelector(empty ? '.notice' : '.incident', { timeout: 120_000 });
      if (!empty) lists.push(performance.now() - start);
      await mapIdle(page);
      (empty ? alone : many).push(performance.now() - start);
      await page.close();
    }
  }
  await browser.close();
  await host.stop();
  const figures = {
    incidents: it.total,
    page_reads: it.list.page_reads,
    page_reads_mb: Number((statSync(join(it.site, it.list.page_reads)).size / 1e6).toFixed(1)),
    made_and_published_s: Number(made_s.toFixed(1)),
    basemap_only_first_idle_ms: Math.round(median(alone)),
    list_ms: Math.round(median(lists)),
    first_idle_ms: Math.round(median(many)),
    first_idle_ratio: Number((median(many) / median(alone)).toFixed(2)),
  };
  it.gone();
  all.push(figures);
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(32)}${value}`);
  console.log();
}
mkdirSync(OUT, { recursive: true });
writeFileSync(`${OUT}site.json`, `${JSON.stringify(all, null, 2)}\n`);
