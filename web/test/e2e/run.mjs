// The page in a real browser: production headers, pointer, keys alone, accessibility, hostile text, no WebGL.
//
// It runs against the service itself (PLACETIME_BIN, by default the debug build) with the sample reports in a
// store of its own, and against the made-up incidents of test/fixtures, which hold what samples do not: hostile
// text, areas, every precision. PLACETIME_URL names a running service instead of starting one. A word after
// `npm run e2e --` runs only the checks whose names hold it.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../fixture-server.mjs';
import { launch, missing } from './browser.mjs';
import { desk } from './desk.mjs';
import { explore } from './explore.mjs';
import { flows, withoutWebgl } from './flows.mjs';
import { keyboard } from './keyboard.mjs';
import { manyFlows } from './many.mjs';
import { outlines } from './outlines.mjs';
import { siteFlows } from './site.mjs';
import { tables } from './tables.mjs';
import { work } from './work.mjs';

/** A start includes reading the gazetteer; a debug build takes its time. */
const START_MS_MAX = 60_000;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const only = process.argv[2] ?? '';
const counts = { passed: 0, failed: 0, skipped: 0 };
const skip = (why) => {
  console.log(`skipped: ${why}`);
  counts.skipped += 1;
};

await main();
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);

async function main() {
  const absent = missing();
  if (absent) return skip(absent);
  if (!existsSync(here('../../dist/index.html')))
    return skip('no dist/: run `npm run build` first; the browser tests were left out.');

  const fixture = await serve();
  const service = await started();
  const places = [{ name: 'made-up incidents', url: fixture.url, fixture: true, others: fixture.others }];
  if (service) places.push({ name: 'service', url: service.url, fixture: false, started: service.own && started });
  for (const webgl of [true, false]) {
    const browser = await launch({ webgl });
    for (const place of places) {
      for (const [name, check] of Object.entries(
        webgl
          ? { ...flows, ...explore, ...manyFlows, ...work, ...keyboard, ...tables, ...desk, ...outlines }
          : withoutWebgl,
      )) {
        const whole = `${place.name}: ${name}`;
        if (whole.includes(only)) await run(whole, () => check(browser, place));
      }
    }
    for (const [name, check] of Object.entries(webgl ? siteFlows : {})) {
      const whole = `published folder: ${name}`;
      if (whole.includes(only)) await run(whole, () => check(browser));
    }
    await browser.close();
  }
  await fixture.stop();
  await service?.stop();
}

async function run(name, check) {
  const began = performance.now();
  try {
    // Some checks need what only the made-up incidents hold; there they have been made.
    if ((await check()) === 'not here') return;
    counts.passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    counts.failed += 1;
    console.log(`FAIL  ${name}\n      ${String(error.stack ?? error).replaceAll('\n', '\n      ')}`);
  }
}

/** The service with the samples in a folder of its own, or null where it is not built; `token`: a scope to give one out for. */
async function started({ token = '', options = [] } = {}) {
  if (process.env.PLACETIME_URL) return { url: process.env.PLACETIME_URL, stop: () => {} };
  const program = process.env.PLACETIME_BIN ?? here('../../../target/debug/placetime');
  if (!existsSync(program)) {
    skip(`no service at ${program} (cargo build, or PLACETIME_BIN): only the made-up incidents were tried.`);
    return null;
  }
  const data = mkdtempSync(join(tmpdir(), 'placetime-e2e-'));
  const samples = here('../../../samples/');
  const reports = existsSync(samples) ? readdirSync(samples).filter((name) => name.endsWith('.txt')) : [];
  const added = spawnSync(program, ['--data', data, 'add', ...reports.map((name) => join(samples, name))], {
    encoding: 'utf8',
  });
  if (added.status !== 0) throw new Error(`placetime add answered ${added.status}: ${added.stderr}`);
  const made =
    token && spawnSync(program, ['--data', data, 'token', 'add', 'a desk', '--scope', token], { encoding: 'utf8' });
  const child = spawn(program, ['--data', data, 'serve', '--listen', '127.0.0.1:0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(data, { recursive: true, force: true });
  };
  const url = await new Promise((done, failed) => {
    let said = '';
    const timer = setTimeout(() => failed(new Error(`no address within ${START_MS_MAX} ms: ${said}`)), START_MS_MAX);
    const hear = (bytes) => {
      said += bytes;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (!found) return;
      clearTimeout(timer);
      done(`${found[0]}/`);
    };
    child.stderr.on('data', hear);
    child.stdout.on('data', hear);
    child.once('exit', (code) => failed(new Error(`placetime serve ended with ${code}: ${said}`)));
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url, stop, own: true, token: made ? made.stdout.trim() : null };
}
