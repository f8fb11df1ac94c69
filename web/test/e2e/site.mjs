// The published folder over a plain static file server, in a sub-folder of a host that is not ours: a hundred
// incidents and ten thousand, with and without ranges. `npm run bench:site` measures it, also with 200,000.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveFiles } from '../static-server.mjs';
import { finished, opened } from './page.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Made-up incidents (scripts/many.py) as a published folder; a sentence where that cannot be done. */
export function made(count, folder = mkdtempSync(join(tmpdir(), 'placetime-site-'))) {
  const program = process.env.PLACETIME_BIN ?? here('../../../target/debug/placetime');
  if (!existsSync(program)) return { missing: `no program at ${program}` };
  const data = join(folder, 'data');
  const stored = spawnSync('python3', [here('../../../scripts/many.py'), data, String(count)], { encoding: 'utf8' });
  if (stored.error) return { missing: 'python3 is missing' };
  assert.equal(stored.status, 0, stored.stderr);
  const site = join(folder, 'site');
  const published = spawnSync(program, ['--data', data, 'publish', site], { encoding: 'utf8' });
  assert.equal(published.status, 0, published.stderr);
  const list = JSON.parse(readFileSync(join(site, 'placetime-site.json'), 'utf8'));
  const { points, areas, unplaced } = list.incidents;
  return { site, list, total: points + areas + unplaced, gone: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Opens an incident, filters, and looks for what must be there. */
async function tried(browser, { url, total, list }) {
  const page = await opened(browser, url);
  const said = await page.textContent('.count');
  const count = new RegExp(`\\b${String(total).replace(/\B(?=(\d{3})+$)/g, '[,. \\u202f\\u00a0]?')}\\b`);
  assert.match(said, count);
  await page.click('.incident');
  await page.waitForSelector('.detail');
  // The accounts come from the files of details.
  await page.waitForSelector('.detail blockquote, .detail .account, .detail q');
  await page.keyboard.press('Escape');
  await page.click('.kind input >> nth=1');
  await page.waitForFunction((before) => document.querySelector('.count').textContent !== before, said);
  const drawn = await page.evaluate(() => {
    const { map } = window.__placetime;
    return map.querySourceFeatures('points').length + map.querySourceFeatures('badges').length;
  });
  assert.ok(drawn > 0, 'marks are on the map');
  const asked = await page.evaluate(() => performance.getEntriesByType('resource').map((it) => it.name));
  assert.ok(
    asked.some((it) => it.endsWith(list.page_reads)),
    `the page reads ${list.page_reads}`,
  );
  await finished(page);
}

export const siteFlows = {
  async 'a hundred incidents over plain files, also without ranges'(browser) {
    const it = made(100);
    if (it.missing) return 'not here';
    try {
      assert.equal(it.list.page_reads, 'incidents.geojson');
      for (const ranges of [true, false]) {
        const host = await serveFiles(it.site, { ranges });
        await tried(browser, { ...it, url: host.url });
        await host.stop();
      }
    } finally {
      it.gone();
    }
  },

  async 'ten thousand incidents over plain files, by columns'(browser) {
    const it = made(10_000);
    if (it.missing) return 'not here';
    const host = await serveFiles(it.site);
    try {
      assert.equal(it.list.page_reads, 'incidents.columns.json');
      await tried(browser, { ...it, url: host.url });
    } finally {
      await host.stop();
      it.gone();
    }
  },

  async 'an article of another host embeds the folder'(browser) {
    const it = made(100);
    if (it.missing) return 'not here';
    const host = await serveFiles(it.site);
    const article = `<!doctype html><title>An article</title><p>Words.</p>
      <iframe src="${host.url}?embed=1" title="Incidents" width="100%" height="520"></iframe>`;
    const paper = await serveFiles(it.site, { under: '/none/', more: { '/article': article } });
    const page = await browser.newPage();
    try {
      await page.goto(`${paper.host}/article`);
      const frame = page.frameLocator('iframe');
      await frame.locator('.embed').waitFor();
      await frame.locator('canvas').first().waitFor();
    } finally {
      await page.close();
      await host.stop();
      await paper.stop();
      it.gone();
    }
  },
};
