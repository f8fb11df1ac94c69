// Facets, table, the query to take along, pictures, frames, languages, the first minutes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { serve } from '../fixture-server.mjs';
import { axeClean, collection, finished, idle, opened, PHONE } from './page.mjs';

export const explore = {
  async 'facets: counts obey the other filters, choosing narrows, the address keeps it'(browser, { url }) {
    const { features } = await collection(url);
    const page = await opened(browser, url);
    const shown = await page
      .locator('[data-facet="country"]')
      .evaluateAll((boxes) => boxes.map((it) => [it.value, it.closest('label').querySelector('.n').textContent]));
    const counts = new Map();
    for (const { properties } of features)
      counts.set(properties.country ?? '-', (counts.get(properties.country ?? '-') ?? 0) + 1);
    assert.ok(shown.length > 0);
    for (const [value, n] of shown) assert.equal(n, String(counts.get(value)), value);
    const [value] = shown.find(([it]) => it !== '-');
    await page.click(`[data-facet="country"][value="${value}"]`);
    const n = counts.get(value);
    await page.waitForFunction(
      (text) => document.querySelector('.count').textContent.startsWith(`${text} of`),
      String(n),
    );
    assert.equal(await page.getAttribute('.incident', 'aria-setsize'), String(n));
    await page.waitForFunction((it) => new URLSearchParams(location.search).get('country') === it, value);
    // The other countries keep their counts: a facet does not narrow itself.
    for (const [other, count] of await page
      .locator('[data-facet="country"]')
      .evaluateAll((boxes) => boxes.map((it) => [it.value, it.closest('label').querySelector('.n').textContent])))
      assert.equal(count, String(counts.get(other)));
    // What is seen is what is saved.
    await page.click('button[aria-controls=download]');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download-seen')]);
    const saved = JSON.parse(readFileSync(await file.path(), 'utf8'));
    assert.deepEqual(
      saved.features.map((it) => it.id).sort(),
      features
        .filter((it) => it.properties.country === value)
        .map((it) => it.id)
        .sort(),
    );
    await finished(page);
  },

  async 'the list as a table walks by keys and opens'(browser, { url }) {
    const page = await opened(browser, url);
    await page.click('#as-table');
    await page.waitForSelector('.incident-row');
    await axeClean(page, 'table');
    await page.focus('#list');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('.incident-row[aria-rowindex="3"][aria-selected="true"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.detail');
    await page.waitForFunction(() => location.search.includes('table=1'));
    await finished(page);
  },

  async 'the copied query asks for what the list shows'(browser, { url, fixture }) {
    const page = await opened(browser, url, { query: '?kinds=clash,strike&undated=no' });
    const n = Number((await page.textContent('.count')).trim().split(' ')[0]);
    await page.click('[aria-label="Copy this query"]');
    await page.waitForSelector('#copy');
    await axeClean(page, 'copy');
    const text = async (name) => page.inputValue(`#${name}`);
    assert.equal(await text('copy_link'), new URL('?kinds=clash,strike&undated=no', url).href);
    for (const name of ['copy_curl', 'copy_qgis', 'copy_python'])
      assert.ok((await text(name)).includes('incidents.geojson?filter='));
    if (!fixture) {
      const address = /'(http[^']+)'/.exec((await text('copy_curl')).replaceAll("'\\''", '%27'))[1];
      const answer = await fetch(address);
      // A service without filters refuses the parameter by name.
      if (answer.status !== 400) assert.equal((await answer.json()).features.length, n);
    }
    await finished(page);
  },

  async 'one query: map, list, download and API count alike'(browser, { url, fixture }) {
    if (fixture) return 'not here';
    const page = await opened(browser, url, { query: '?kinds=strike,hazard&map=1.2/20/30' });
    await page.click('[aria-controls=copy]');
    const items = new URL(await page.inputValue('#copy_items'));
    await page.keyboard.press('Escape');
    const asked = {};
    for (const layer of ['incidents', 'incident_areas', 'incidents_unplaced']) {
      const at = new URL(`collections/${layer}/items${items.search}`, url);
      asked[layer] = (await fetch(at).then((it) => it.json())).numberMatched;
    }
    const { incidents: points, incident_areas: areas, incidents_unplaced: unplaced } = asked;
    const drawn = await page.evaluate(async () => {
      const of = async (id) => (await window.__placetime.map.getSource(id).getData()).features;
      return {
        points: (await of('points')).reduce((sum, it) => sum + (it.properties.point_count ?? 1), 0),
        areas: (await of('badges')).reduce((sum, it) => sum + it.properties.count, 0),
      };
    });
    assert.deepEqual(drawn, { points, areas });
    assert.ok(points > 0);
    const all = points + areas + unplaced;
    assert.equal(await page.getAttribute('.incident', 'aria-setsize'), String(all));
    await page.click('button[aria-controls=download]');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download-seen')]);
    const { features } = JSON.parse(readFileSync(await file.path(), 'utf8'));
    const of = (test) => features.filter(test).length;
    assert.deepEqual(
      [of((it) => it.geometry?.type === 'Point'), of((it) => it.geometry === null), features.length],
      [points, unplaced, all],
    );
    await finished(page);
  },

  async 'nothing passes, nothing is in view: the page says which filter, and where the nearest is'(browser, { url }) {
    const { features } = await collection(url);
    const kinds = new Set(features.map((it) => it.properties.kind));
    const none = ['violence', 'hazard', 'other', 'protest'].find((it) => !kinds.has(it));
    const page = await opened(browser, url, { query: none ? `?kinds=${none}` : '?kinds=' });
    await page.waitForSelector('.notice');
    await page.click('.notice button:has-text("Without this filter: Kind")');
    await page.waitForFunction(
      (n) => document.querySelector('.incident')?.getAttribute('aria-setsize') === n,
      String(features.length),
    );
    await finished(page);
    const away = await opened(browser, url, { query: '?list=in-view&map=6/-60/-150' });
    await away.waitForSelector('#nearest');
    assert.match(await away.textContent('#nearest'), /away [↑↗→↘↓↙←↖]/);
    await away.click('#nearest');
    await away.waitForSelector('.detail');
    await finished(away);
  },

  async 'a picture of the map with title, legend and credits'(browser, { url }) {
    const page = await opened(browser, url);
    await idle(page);
    await page.click('button[aria-controls=download]');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#download-png')]);
    const bytes = readFileSync(await file.path());
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    const canvas = await page.locator('.maplibregl-canvas').boundingBox();
    assert.ok(width >= canvas.width && height > canvas.height + 100, `${width} × ${height}`);
    // Many colours: the map is in it, not an empty sheet.
    assert.ok(bytes.length > 20_000, `${bytes.length} bytes`);
    await finished(page);
  },

  async 'inside another page: the map alone'(browser, { url }) {
    const page = await opened(browser, url, { query: '?embed=1' });
    assert.equal(await page.locator('.header, .filters, .time, .list').count(), 0);
    await page.waitForSelector('.embed-foot a');
    await axeClean(page, 'embed');
    await finished(page);
    const { features } = await collection(url);
    const first = features.find((it) => it.geometry?.type === 'Point');
    const one = await opened(browser, url, { query: `?embed=1&incident=${encodeURIComponent(first.id)}` });
    await one.waitForSelector('.detail');
    assert.equal(await one.locator('.correct').count(), 0);
    await finished(one);
  },

  async 'the window of time plays and stops at a touch'(browser, { url }) {
    const page = await opened(browser, url, { reducedMotion: 'no-preference' });
    await page.click('#play');
    await page.waitForFunction(() => new URLSearchParams(location.search).has('from'));
    const first = new URL(page.url()).searchParams.get('to');
    await page.waitForFunction((to) => new URLSearchParams(location.search).get('to') > to, first);
    await page.mouse.click(5, 300);
    await page.waitForSelector('#play[aria-pressed="false"]');
    await finished(page);
    const still = await opened(browser, url);
    assert.equal(await still.locator('#play').count(), 0);
    await finished(still);
  },

  async 'five languages: all words, direction, dates; axe in Arabic, phone too'(browser, { url, fixture }) {
    const seen = new Set();
    for (const lang of ['en', 'ar', 'es', 'fr', 'uk']) {
      const page = await opened(browser, url, { query: `?lang=${lang}` });
      await page.waitForFunction((it) => document.documentElement.lang === it, lang);
      assert.equal(await page.getAttribute('html', 'dir'), lang === 'ar' ? 'rtl' : 'ltr');
      seen.add(await page.textContent('.pages'));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wide, false, `${lang}: the page is wider than the window`);
      await finished(page);
    }
    assert.equal(seen.size, 5);
    const { features } = await collection(url);
    const one = `?lang=ar&incident=${encodeURIComponent(features.find((it) => it.geometry?.type === 'Point').id)}`;
    for (const options of fixture
      ? [{ query: '?lang=ar' }, { query: one }, { query: one, viewport: PHONE, hasTouch: true }]
      : [{ query: one }]) {
      const page = await opened(browser, url, options);
      await page.waitForSelector('html[dir="rtl"]');
      await axeClean(page, `Arabic ${JSON.stringify(options)}`);
      await finished(page);
    }
    // The switch is in the header, and the browser's own language is where it begins.
    const page = await opened(browser, url, { locale: 'fr-FR' });
    await page.waitForSelector('html[lang="fr"]');
    await page.click('[aria-controls="language"]');
    await page.click('#language [lang="uk"]');
    await page.waitForSelector('html[lang="uk"]');
    await page.waitForFunction(() => location.search.includes('lang=uk'));
    await finished(page);
  },

  async 'credits stand below the map; on the phone the filters begin below the header; a scale in the reader’s words'(
    browser,
    { url },
  ) {
    for (const options of [
      {},
      { viewport: PHONE, hasTouch: true },
      { query: '?lang=ar' },
      { query: '?lang=ar', viewport: PHONE, hasTouch: true },
      { query: '?page=review&lang=uk' },
    ]) {
      const page = await opened(browser, url, options);
      const box = (what) => page.locator(what).boundingBox();
      const [map, credits, legend] = [await box('.map-canvas'), await box('.credits'), await box('.legend')];
      const name = JSON.stringify(options);
      assert.ok(map.y + map.height <= credits.y + 0.5, `${name}: names of the map run into the credits`);
      assert.ok(legend.y + legend.height <= map.y + map.height, `${name}: the legend lies outside the map`);
      const canvas = await box('.maplibregl-canvas');
      assert.ok(Math.abs(canvas.height - map.height) < 1, `${name}: ${canvas.height} of ${map.height} px are drawn`);
      if (options.viewport) {
        await page.keyboard.press('/');
        const [header, label] = [await box('.header'), await box('.search .label')];
        assert.ok(header.y + header.height <= label.y, `${name}: the header covers the search`);
        const pages = await box('.pages');
        assert.ok(pages.y + pages.height <= header.y + header.height, `${name}: the pages run out of the header`);
      }
      const scale = await page.textContent('.maplibregl-ctrl-scale');
      assert.match(scale, options.query?.includes('ar') ? /كم|م/ : options.query ? /км|м/ : /km|m/, name);
      await finished(page);
    }
  },

  async 'names in ten scripts stand on the map, and none of their letters is a box'(browser, { fixture }) {
    if (!fixture) return 'not here';
    const scripts = {
      Latin: 'Đà Nẵng',
      Arabic: 'دير الزور',
      Cyrillic: 'Харків',
      Greek: 'Θεσσαλονίκη',
      Hebrew: 'חיפה',
      Ethiopic: 'አዲስ አበባ',
      Devanagari: 'काठमाण्डू',
      Bengali: 'ঢাকা',
      Myanmar: 'ရန်ကုန်',
      Georgian: 'თბილისი',
      Armenian: 'Երևան',
      Thai: 'เชียงใหม่',
    };
    const towns = Object.values(scripts).map((name, i) => [
      name,
      '',
      10 + (i % 4) * 12,
      40 - Math.floor(i / 4) * 12,
      'city',
      1,
    ]);
    const server = await serve({ count: 0, towns });
    const page = await opened(browser, server.url, { query: '?map=3/26/28' });
    await idle(page);
    const found = await page.evaluate((names) => {
      const { map } = window.__placetime;
      const placed = map.queryRenderedFeatures({ layers: ['names-places'] }).map((it) => it.properties.name);
      const canvas = document.createElement('canvas');
      const pen = canvas.getContext('2d', { willReadFrequently: true });
      const drawn = (letter) => {
        canvas.width = canvas.height = 48;
        pen.font = '28px system-ui, sans-serif';
        pen.fillText(letter, 8, 34);
        return pen.getImageData(0, 0, 48, 48).data.join('');
      };
      // A letter that no font has.
      const box = drawn('\uE123');
      return names.map((name) => ({
        name,
        placed: placed.includes(name),
        boxes: [...name].filter((it) => /\p{L}/u.test(it) && drawn(it) === box).join(''),
      }));
    }, Object.values(scripts));
    for (const { name, placed, boxes } of found) {
      assert.ok(placed, `${name} is not on the map`);
      assert.equal(boxes, '', `${name}: boxes for ${boxes}`);
    }
    await finished(page);
    await server.stop();
  },

  async 'an empty installation says what to do, and does it'(browser, { fixture }) {
    if (!fixture) return 'not here';
    const empty = await serve({ count: 0, empty: true });
    const page = await opened(browser, empty.url);
    await page.waitForSelector('.welcome');
    await axeClean(page, 'welcome');
    await page.click('#welcome-read');
    await page.waitForSelector('#report-words');
    await page.click('.pages button');
    await page.click('#welcome-samples');
    await page.waitForSelector('.incident');
    await finished(page);
    await empty.stop();
  },
};
