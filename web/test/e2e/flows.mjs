// What a reader does, each as one check: `(browser, { url, fixture })`. It throws when something is amiss.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { HOSTILE } from '../fixtures/incidents.mjs';
import { axeClean, collection, DESKTOP, finished, idle, opened, PHONE, WAIT } from './page.mjs';

/** Ids that made a difference in the made-up incidents. */
const CLEAR = 'i-2';
const HOSTILE_ID = 'i-10';

/** The first incident with a point, or the one that stands clear of the others. */
async function clearPoint({ url, fixture }) {
  const { features } = await collection(url);
  const points = features.filter((it) => it.geometry?.type === 'Point' && it.properties.radius_m > 0);
  return fixture ? features.find((it) => it.id === CLEAR) : points[0];
}

export const flows = {
  async 'the page loads under the production policy and asks nobody else'(browser, { url }) {
    const page = await opened(browser, url);
    const policy = page.answer.headers()['content-security-policy'] ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/);
    assert.equal(await page.title(), 'Placetime');
    assert.equal(await page.evaluate(() => window.__placetime.map.getCanvas().width > 0), true);
    await finished(page);
  },

  async 'the count, the totals and the list are those of incidents.geojson'(browser, { url }) {
    const { features } = await collection(url);
    const page = await opened(browser, url);
    const n = features.length.toLocaleString('en-GB');
    assert.equal((await page.textContent('.count')).trim(), `${n} of ${n} incidents`);
    const of = (test) => features.filter(test).length;
    const [points, unplaced] = [of((it) => it.geometry?.type === 'Point'), of((it) => it.geometry === null)];
    assert.match(
      await page.textContent('.totals'),
      new RegExp(
        `^${points} at a place · ${features.length - points - unplaced} in an area · ${unplaced} not on the map`,
      ),
    );
    assert.equal(await page.getAttribute('.incident', 'aria-setsize'), String(features.length));
    const drawn = await page.evaluate(async () => {
      const of = async (id) => (await window.__placetime.map.getSource(id).getData()).features;
      return {
        points: (await of('points')).reduce((sum, it) => sum + (it.properties.point_count ?? 1), 0),
        areas: (await of('badges')).reduce((sum, it) => sum + it.properties.count, 0),
      };
    });
    assert.deepEqual(drawn, { points, areas: features.length - points - unplaced });
    await finished(page);
  },

  async 'what is not on the map is a list with reasons'(browser, { url }) {
    const unplaced = (await collection(url)).features.filter((it) => it.geometry === null);
    const page = await opened(browser, url);
    await page.click('.totals button');
    if (unplaced.length === 0) {
      await page.waitForSelector('.notice');
    } else {
      await page.waitForFunction(
        (n) => document.querySelector('.incident')?.getAttribute('aria-setsize') === String(n),
        unplaced.length,
      );
      const rows = await page.locator('.incident .meta').allTextContents();
      for (const row of rows) assert.match(row, /no place told|place known only as/);
    }
    await page.waitForFunction(() => location.search.includes('list=unplaced'));
    await finished(page);
  },

  async 'a row draws the doubt true to size and opens the quotes'(browser, place) {
    const incident = await clearPoint(place);
    const page = await opened(browser, place.url, { query: `?at=${encodeURIComponent(incident.id)}` });
    await page.click(`.incident[data-id="${incident.id}"]`);
    await page.waitForSelector('.quotes blockquote');
    await idle(page);
    const [lon, lat] = incident.geometry.coordinates;
    const seen = await page.evaluate(
      async ([lon, lat]) => {
        const { map } = window.__placetime;
        const { features } = await map.getSource('doubt').getData();
        const middle = map.project([lon, lat]);
        const ring = features[0].geometry.coordinates[0].map((at) => map.project(at));
        // On the screen: the dashed edge is found where the corners stand.
        const east = ring.reduce((best, at) => (at.x > best.x ? at : best));
        return {
          east_px: Math.max(...ring.map((at) => at.x)) - middle.x,
          west_px: middle.x - Math.min(...ring.map((at) => at.x)),
          zoom: map.getZoom(),
          drawn: map.queryRenderedFeatures(
            [
              [east.x - 3, east.y - 3],
              [east.x + 3, east.y + 3],
            ],
            { layers: ['doubt-edge'] },
          ).length,
          faded: map.getPaintProperty('pins', 'icon-opacity'),
        };
      },
      [lon, lat],
    );
    // Web Mercator: pixels per metre at this latitude and zoom, 512 px to a tile.
    const wished =
      (incident.properties.radius_m * 512 * 2 ** seen.zoom) /
      (2 * Math.PI * 6_371_008.8 * Math.cos((lat * Math.PI) / 180));
    assert.ok(Math.abs(seen.east_px - wished) <= 2, `east ${seen.east_px} px, record says ${wished}`);
    assert.ok(Math.abs(seen.west_px - wished) <= 2, `west ${seen.west_px} px, record says ${wished}`);
    assert.ok(seen.drawn > 0, 'the edge of the circle is not on the screen');
    assert.equal(seen.faded, 0.22);
    await finished(page);
  },

  async 'by keys alone: search, walk, open, close, step the window, help'(browser, { url }) {
    const { features } = await collection(url);
    const page = await opened(browser, url);
    const key = (name) => page.keyboard.press(name);
    const focus = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.className);
    await key('/');
    assert.equal(await focus(), 'search');
    await page.keyboard.type('zzzzqq');
    await page.waitForSelector('.notice');
    await key('Escape');
    await key('Escape');
    await page.waitForSelector('.incident');
    assert.notEqual(await focus(), 'search');
    await page.focus('#list');
    await key('ArrowDown');
    await key('ArrowDown');
    await page.waitForSelector('.incident[aria-selected="true"][aria-posinset="2"]');
    await page.waitForFunction(() => /[?&]at=/.test(location.search));
    await key('Enter');
    await page.waitForSelector('.detail #incident-title');
    await page.waitForFunction(() => /[?&]incident=/.test(location.search));
    await page.waitForFunction(() => document.activeElement?.id === 'incident-title');
    await key('Escape');
    await page.waitForSelector('.incident[aria-selected="true"]');
    await page.waitForFunction(() => document.activeElement?.id === 'list');
    await key('End');
    await page.waitForSelector(`.incident[aria-selected="true"][aria-posinset="${features.length}"]`);
    await key('Escape');
    await key('?');
    await page.waitForSelector('dialog[open]');
    await key('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    if (features.some((it) => it.properties.date_start)) {
      await key(']');
      await page.waitForFunction(() => /[?&]from=\d{4}-\d\d-\d\d&to=/.test(location.search));
      const first = new URL(page.url()).searchParams.get('from');
      await key(']');
      await page.waitForFunction((before) => new URLSearchParams(location.search).get('from') > before, first);
      await key('[');
      await page.waitForFunction((before) => new URLSearchParams(location.search).get('from') === before, first);
    }
    await finished(page);
  },

  async 'every control is reached with the tab key'(browser, { url }) {
    const page = await opened(browser, url);
    const seen = new Set();
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      seen.add(
        await page.evaluate(
          () =>
            document.activeElement?.id ||
            document.activeElement?.getAttribute('aria-label') ||
            document.activeElement?.className ||
            document.activeElement?.textContent,
        ),
      );
    }
    for (const name of [
      'search',
      'list',
      'Help and keys',
      'Light or dark',
      'First bar of the time window',
      'Last bar of the time window',
      'Zoom in',
    ])
      assert.ok(seen.has(name), `${name} is not reached; seen: ${[...seen].join(' | ')}`);
    await finished(page);
  },

  async 'the address holds the whole view, and unknown names do no harm'(browser, place) {
    const incident = await clearPoint(place);
    const query = `?map=6.5/33.1/38.2&kinds=strike,clash&undated=no&exact=100000&list=in-view&at=${encodeURIComponent(incident.id)}&unknown=1`;
    const page = await opened(browser, place.url, { query });
    await idle(page);
    const map = await page.evaluate(() => {
      const { map } = window.__placetime;
      return [map.getZoom(), map.getCenter().lat, map.getCenter().lng].map((it) => Number(it.toFixed(2)));
    });
    assert.deepEqual(map, [6.5, 33.1, 38.2]);
    assert.equal(await page.locator('.filters .kind input:checked').count(), 2);
    assert.equal(await page.inputValue('.filters select'), '100000');
    await page.click('.maplibregl-ctrl-zoom-in');
    await idle(page);
    await page.waitForFunction(() => location.search.includes('map=7.5/33.1/38.2'));
    const again = await opened(browser, place.url, { query: new URL(page.url()).search });
    assert.equal(await again.textContent('.count'), await page.textContent('.count'));
    await finished(again);
    await finished(page);
  },

  async 'several at one spot are listed'(browser, { url }) {
    const page = await opened(browser, url);
    await idle(page);
    const at = await page.evaluate(() => {
      const { map } = window.__placetime;
      const cluster = map.queryRenderedFeatures({ layers: ['clusters'] })[0];
      if (!cluster) return null;
      const { x, y } = map.project(cluster.geometry.coordinates);
      const box = map.getContainer().getBoundingClientRect();
      return { x: x + box.left, y: y + box.top, n: cluster.properties.point_count };
    });
    if (at) {
      await page.mouse.click(at.x, at.y);
      await page.waitForSelector('.list-head.spot');
      assert.ok(Number(await page.getAttribute('.incident', 'aria-setsize')) >= at.n);
      await page.keyboard.press('Escape');
      await page.waitForSelector('.tabs');
    }
    await finished(page);
  },

  async 'a place of the gazetteer is found and shown'(browser, { url, fixture }) {
    if (!fixture) return 'not here';
    const page = await opened(browser, url);
    await page.fill('#search', 'Mog');
    await page.waitForSelector('#places [role="option"]');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await idle(page);
    const { lng, lat } = await page.evaluate(() => window.__placetime.map.getCenter());
    assert.ok(Math.abs(lng - 45.34) < 0.2 && Math.abs(lat - 2.04) < 0.2);
    assert.equal(await page.inputValue('#search'), '');
    await finished(page);
  },

  async 'hostile text is shown as text'(browser, { url, fixture }) {
    if (!fixture) return 'not here';
    const page = await opened(browser, url, { query: `?incident=${HOSTILE_ID}` });
    await page.waitForSelector('.quotes');
    assert.equal(await page.textContent('#incident-title'), HOSTILE);
    await page.click('.account .link');
    await page.waitForSelector('.words mark');
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.equal(await page.locator('.detail img, .detail script, .detail [onload], .detail [onerror]').count(), 0);
    for (const to of await page.locator('.detail a').evaluateAll((links) => links.map((it) => it.protocol)))
      assert.match(to, /^https?:$/);
    await page.keyboard.press('Escape');
    await page.fill('#search', '<img');
    await page.waitForFunction(() => document.querySelectorAll('.incident').length === 1);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    await finished(page);
  },

  async 'links to sources give nothing away'(browser, place) {
    const incident = await clearPoint(place);
    const page = await opened(browser, place.url, { query: `?incident=${encodeURIComponent(incident.id)}` });
    await page.waitForSelector('.account');
    for (const rel of await page.locator('a[target=_blank]').evaluateAll((links) => links.map((it) => it.rel)))
      assert.equal(rel, 'noopener noreferrer nofollow');
    await finished(page);
  },

  async 'download gives the same features'(browser, { url }) {
    const { features } = await collection(url);
    const page = await opened(browser, url);
    await page.click('button[aria-controls=download]');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click('#download a[href="incidents.geojson"]'),
    ]);
    const kept = JSON.parse(readFileSync(await file.path(), 'utf8'));
    assert.equal(kept.features.length, features.length);
    assert.equal((await fetch(new URL('incidents.csv', url))).status, 200);
    await finished(page);
  },

  async 'light and dark: the switch is kept'(browser, { url }) {
    const page = await opened(browser, url);
    await page.click('[aria-label="Light or dark"]');
    await page.waitForSelector('html[data-ground="dark"]');
    await page.waitForFunction(() => window.__placetime.map.getPaintProperty('sea', 'background-color') === '#12171c');
    await page.reload();
    await page.waitForSelector('html[data-ground="dark"]');
    await finished(page);
  },

  async 'a server that fails is said, and asked again on request'(browser, { url }) {
    const page = await opened(browser, url, { query: '?q=' });
    let fails = true;
    await page.route('**/incidents.geojson', (route) =>
      fails
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: '{"detail":"the store is locked"}',
          })
        : route.continue(),
    );
    await page.reload();
    await page.waitForSelector('.notice');
    assert.match(await page.textContent('.notice'), /the store is locked/);
    fails = false;
    await page.click('.notice button');
    await page.waitForSelector('.incident');
    await page.unroute('**/incidents.geojson');
    await finished(page);
  },

  async 'without basemap and names the page still works'(browser, { url }) {
    const context = await browser.newContext({ viewport: DESKTOP });
    const page = await context.newPage();
    await page.route(/basemap\.pmtiles|tiles\/places|gazetteer/, (route) => route.fulfill({ status: 404, body: '' }));
    await page.goto(url);
    await page.waitForSelector('.incident');
    await page.waitForFunction(() => window.__placetime?.map.getLayer('pins'), null, WAIT);
    await page.click('.incident');
    await page.waitForSelector('.detail');
    await context.close();
  },

  async 'axe finds nothing: light, dark, phone, one incident, help'(browser, place) {
    const incident = await clearPoint(place);
    const one = `?incident=${encodeURIComponent(incident.id)}`;
    const looks = [
      { name: 'light' },
      { name: 'dark', colorScheme: 'dark' },
      { name: 'light, one incident', query: one, wait: '.account' },
      { name: 'dark, one incident', query: one, wait: '.account', colorScheme: 'dark' },
      { name: 'not on the map', query: '?list=unplaced' },
      { name: 'help', keys: '?', shows: '.help' },
      { name: 'phone', viewport: PHONE, hasTouch: true },
      { name: 'phone, filters', viewport: PHONE, hasTouch: true, keys: '/' },
      { name: 'phone, one incident', viewport: PHONE, hasTouch: true, query: one, wait: '.account' },
    ];
    // The service shows the same page: two looks are enough there.
    for (const { name, keys, wait, shows, ...options } of place.fixture ? looks : looks.slice(2, 4)) {
      const page = await opened(browser, place.url, options);
      if (wait) await page.waitForSelector(wait);
      if (keys) await page.keyboard.press(keys);
      // While it opens, what lies behind is out of reach already and it is not there yet.
      if (shows) await page.locator(shows).first().waitFor({ state: 'visible' });
      await axeClean(page, name);
      await finished(page);
    }
  },
};

export const withoutWebgl = {
  async 'without WebGL the list has the same content'(browser, { url }) {
    const { features } = await collection(url);
    const page = await opened(browser, url, { webgl: false });
    await page.waitForSelector('.map-absent');
    assert.equal(await page.getAttribute('.incident', 'aria-setsize'), String(features.length));
    await page.click('.incident');
    await page.waitForSelector('.quotes');
    await axeClean(page, 'no WebGL');
    await finished(page);
  },

  async 'without WebGL reports are read and incidents reviewed'(browser, { url, fixture }) {
    const page = await opened(browser, url, { webgl: false, query: '?page=read' });
    await page.fill('#report-words', 'Shelling hit Aleppo on Wednesday, residents said.');
    await page.click('#read-go');
    await page.waitForSelector('.card.chosen');
    await page.keyboard.press('l');
    await page.waitForSelector('.combo-list');
    assert.equal(await page.locator('.editor button:has-text("On the map")').count(), 0);
    await axeClean(page, 'no WebGL, read');
    await finished(page);
    if (!fixture) return;
    for (const query of ['?page=review&incident=i-11', '?embed=1', '?table=1']) {
      const other = await opened(browser, url, { webgl: false, query });
      await other.waitForSelector('.detail, .incident, .incident-row');
      await axeClean(other, `no WebGL, ${query}`);
      await finished(other);
    }
  },
};
