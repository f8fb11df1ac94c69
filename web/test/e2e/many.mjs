// More incidents than the page holds: the server's counts, list, outlines and tiles. It is told that there are a million,
// and everything else it is told is the service's own.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { axeClean, collection, finished, idle, opened } from './page.mjs';

const of = (features, test) => features.filter(test).length;
const MARKS_MS_MAX = 15_000;
const isPoint = (it) => it.geometry?.type === 'Point';

/** The page that believes in a million; the requests for the whole are counted. */
async function many(browser, url, query = '', count = 1_000_000) {
  const page = await opened(browser, url, { query: '?lang=en' });
  const asked = [];
  page.on('request', (it) => asked.push(new URL(it.url())));
  await page.route('**/tiles/incidents.json', (route) =>
    route.fulfill({ contentType: 'application/json', body: JSON.stringify({ counts: { points: count } }) }),
  );
  await page.goto(new URL(query, url).href);
  await page.waitForSelector('.incident, .incident-row, .notice');
  await idle(page);
  return { page, asked };
}

const marks = (page) =>
  page.evaluate(async () => {
    const of = async (id) => (await window.__placetime.map.getSource(id).getData()).features;
    return {
      points: (await of('points')).reduce((sum, it) => sum + (it.properties.point_count ?? 1), 0),
      areas: (await of('badges')).reduce((sum, it) => sum + it.properties.count, 0),
    };
  });

/** The marks follow the list by one answer of the server: they are waited for, and said when they never come. */
async function marksAre(page, told) {
  let seen = {};
  for (let end = performance.now() + MARKS_MS_MAX; performance.now() < end; await page.waitForTimeout(50)) {
    seen = await marks(page);
    if (Object.entries(told).every(([name, n]) => seen[name] === n)) return;
  }
  assert.deepEqual(seen, { ...seen, ...told });
}

const settled = async (page, n) => {
  await page.waitForFunction(
    (text) => document.querySelector('.count').textContent.trim().startsWith(`${text} of`),
    String(n),
  );
  await page.waitForFunction(
    (text) => (document.querySelector('.incident')?.getAttribute('aria-setsize') ?? '0') === text,
    String(n),
  );
  await idle(page);
};

export const manyFlows = {
  async 'some thousands come by columns: list, counts, marks, an open incident and the saved file are as with few'(
    browser,
    { url },
  ) {
    const { features } = await collection(url);
    const few = await opened(browser, url, { query: '?lang=en&map=1.2/20/30' });
    const { page, asked } = await many(browser, url, '?lang=en&map=1.2/20/30', 20_000);
    await settled(page, features.length);
    const was = (what) => asked.some((it) => it.pathname.endsWith(what));
    assert.ok(was('/explore/columns') && !was('/incidents.geojson'));
    for (const what of ['.incident', '.totals', '.kind', '.facet', '.axis'])
      assert.deepEqual(await page.locator(what).allInnerTexts(), await few.locator(what).allInnerTexts(), what);
    await marksAre(page, await marks(few));
    await finished(few);
    // What columns leave out is asked for with the incident.
    const told = features.find((it) => it.properties.place_because && it.geometry?.type === 'Point');
    await page.click('[aria-controls=download]');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#download-seen')]);
    const kept = JSON.parse(readFileSync(await saved.path(), 'utf8')).features;
    assert.deepEqual(kept.find((it) => it.id === told.id).properties, told.properties);
    assert.equal(kept.length, features.length);
    await page.goto(new URL(`?lang=en&incident=${encodeURIComponent(told.id)}`, url).href);
    const [reason] = told.properties.place_because.split('; ');
    await page.waitForFunction((words) => document.querySelector('.detail')?.textContent.includes(words), reason);
    await finished(page);
  },

  async 'a million: counts, totals, facets, list and marks are those of incidents.geojson, which is not asked for'(
    browser,
    { url, fixture },
  ) {
    if (fixture) return 'not here';
    const { features } = await collection(url);
    const { page, asked } = await many(browser, url, '?map=1.2/20/30');
    const [points, unplaced] = [of(features, isPoint), of(features, (it) => it.geometry === null)];
    const n = features.length;
    await settled(page, n);
    assert.equal((await page.textContent('.count')).trim(), `${n} of ${n} incidents`);
    assert.match(
      await page.textContent('.totals'),
      new RegExp(`^${points} at a place · ${n - points - unplaced} in an area · ${unplaced} not on the map`),
    );
    await marksAre(page, { points, areas: n - points - unplaced });
    const kinds = {};
    for (const it of features) kinds[it.properties.kind] = (kinds[it.properties.kind] ?? 0) + 1;
    const shown = await page.locator('.kind .n').allTextContents();
    assert.equal(
      shown.reduce((sum, it) => sum + Number(it), 0),
      n,
    );
    for (const [value, count] of await page
      .locator('[data-facet="country"]')
      .evaluateAll((boxes) => boxes.map((it) => [it.value, it.closest('label').querySelector('.n').textContent])))
      assert.equal(count, String(of(features, (it) => (it.properties.country ?? '-') === value)), value);
    // Newest first, as the page orders them itself.
    const first = await page.getAttribute('.incident[aria-posinset="1"]', 'data-id');
    const plain = await opened(browser, url);
    assert.equal(await plain.getAttribute('.incident[aria-posinset="1"]', 'data-id'), first);
    const bars = (on) => on.locator('.bars rect').evaluateAll((all) => all.map((it) => it.getAttribute('height')));
    assert.deepEqual(await bars(page), await bars(plain));
    await finished(plain);
    assert.ok(asked.every((it) => it.pathname !== '/incidents.geojson'));
    assert.ok(asked.some((it) => /^\/tiles\/incidents\/\d/.test(it.pathname)));
    await axeClean(page, 'many');
    await finished(page);
  },

  async 'a million: filters narrow counts, list, marks and download alike; the address holds them'(
    browser,
    { url, fixture },
  ) {
    if (fixture) return 'not here';
    const { features } = await collection(url);
    const { page } = await many(browser, url, '?map=1.2/20/30&kinds=strike');
    const strikes = features.filter((it) => it.properties.kind === 'strike');
    await settled(page, strikes.length);
    await marksAre(page, { points: of(strikes, isPoint) });
    // The other kinds keep their counts: a filter does not narrow itself.
    const shown = await page.locator('.kind .n').allTextContents();
    assert.equal(
      shown.reduce((sum, it) => sum + Number(it), 0),
      features.length,
    );
    const [value] = await page
      .locator('[data-facet="country"]')
      .evaluateAll((boxes) => boxes.map((it) => it.value).filter((it) => it !== '-'));
    await page.click(`[data-facet="country"][value="${value}"]`);
    const both = strikes.filter((it) => it.properties.country === value);
    await settled(page, both.length);
    await marksAre(page, { points: of(both, isPoint) });
    await page.waitForFunction((it) => new URLSearchParams(location.search).get('country') === it, value);
    await page.click('button[aria-controls=download]');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download-seen')]);
    const saved = JSON.parse(readFileSync(await file.path(), 'utf8'));
    assert.deepEqual(saved.features.map((it) => it.id).sort(), both.map((it) => it.id).sort());
    await finished(page);
  },

  async 'a million: not on the map, in view, a mark, an outline; the selection draws its doubt'(
    browser,
    { url, fixture },
  ) {
    if (fixture) return 'not here';
    const { features } = await collection(url);
    const { page } = await many(browser, url, '?map=1.2/20/30');
    const setsize = (n) =>
      page.waitForFunction(
        (text) => (document.querySelector('.incident')?.getAttribute('aria-setsize') ?? '0') === text,
        String(n),
      );
    await page.click('.totals button');
    await setsize(of(features, (it) => it.geometry === null));
    await page.click('.tabs button');
    await setsize(features.length);
    // A mark's list holds as many as the mark says.
    const mark = await page.evaluate(() => {
      const { map } = window.__placetime;
      const all = map.queryRenderedFeatures({ layers: ['clusters'] });
      const it = all.sort((a, b) => b.properties.point_count - a.properties.point_count)[0];
      const { x, y } = map.project(it.geometry.coordinates);
      const box = map.getContainer().getBoundingClientRect();
      return { x: x + box.left, y: y + box.top, n: it.properties.point_count };
    });
    await page.mouse.click(mark.x, mark.y);
    await page.waitForSelector('.list-head.spot');
    await setsize(mark.n);
    await page.keyboard.press('Escape');
    await page.waitForSelector('.tabs');
    // An incident that the list need not hold, by its address alone.
    const one = features.findLast((it) => isPoint(it) && it.properties.radius_m > 0);
    await page.goto(new URL(`?incident=${encodeURIComponent(one.id)}`, url).href);
    await page.waitForSelector('.quotes');
    await idle(page);
    const doubt = await page.evaluate(async () => (await window.__placetime.map.getSource('doubt').getData()).features);
    assert.equal(doubt[0].properties.id, one.id);
    assert.equal(await page.evaluate(() => window.__placetime.map.getPaintProperty('pins', 'icon-opacity')), 0.22);
    await finished(page);
  },

  async 'a million: the reviewer’s queue is the server’s'(browser, { url, fixture }) {
    if (fixture) return 'not here';
    const { features } = await collection(url);
    const { page } = await many(browser, url, '?page=review');
    const drafts = of(features, (it) => it.properties.status === 'draft');
    await page.waitForFunction(
      (n) => document.querySelector('.incident')?.getAttribute('aria-setsize') === String(n),
      drafts,
    );
    await finished(page);
  },
};
