// Tables and addresses given to the page: what is guessed is shown before anything is stored, corrected, and stored.

import assert from 'node:assert/strict';
import { axeClean, collection, finished, opened } from './page.mjs';

const TABLE = `Kennung,When it was,Town,Land,Type,Dead
t-1,2023-04-05,Aleppo,Syria,Shelling,2
t-2,2023-04-06,Idlib,Syria,Armed clash,0
t-3,2023-02-31,Raqqa,Syria,Airstrike,1
`;

async function dropped(page, name, content) {
  await page.setInputFiles('.file input', { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  await page.waitForSelector('.mapping, .give [role="alert"]');
}

export const tables = {
  async 'a table is understood, its mapping corrected, its bad rows named; then it is imported'(
    browser,
    { url, fixture },
  ) {
    if (fixture) return 'not here';
    const before = (await collection(url)).features.length;
    const page = await opened(browser, url, { query: '?page=read' });
    await dropped(page, 'events.csv', TABLE);
    const says = (column) => page.inputValue(`[data-column="${column}"]`);
    assert.equal(await says('Town'), 'place');
    // A header nobody could know is said by hand, and tried at once.
    const counted = () => page.textContent('.give [role="status"]');
    await page.selectOption('[data-column="When it was"]', 'date');
    await page.waitForFunction(() => /line 4|Line 4/.test(document.querySelector('.give .small')?.textContent ?? ''));
    assert.match(await counted(), /3 rows/);
    assert.match(await counted(), /Incidents: 2/);
    assert.match(await page.textContent('.table-first'), /Aleppo/);
    await axeClean(page, 'a table');
    assert.equal((await collection(url)).features.length, before, 'stored before it was said');
    await page.click('#table-import');
    await page.waitForFunction(() =>
      /Imported/.test(document.querySelector('.give [role="status"]')?.textContent ?? ''),
    );
    const { features } = await collection(url);
    assert.equal(features.length, before + 2);
    assert.ok(features.some((it) => it.properties.place === 'Aleppo' && it.properties.date_start === '2023-04-05'));
    await finished(page);
  },

  async 'a GeoJSON table by keys alone; a file that is none is refused with the reason'(browser, { url, fixture }) {
    if (fixture) return 'not here';
    const page = await opened(browser, url, { query: '?page=read' });
    const collected = {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [37.16, 36.2] },
          properties: { id: 'g-1', date: '2023-05-06', type: 'Protest' },
        },
      ],
    };
    await dropped(page, 'points.geojson', JSON.stringify(collected));
    assert.match(await page.textContent('.give [role="status"]'), /1 row/);
    await page.focus('#table-import');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() =>
      /Imported/.test(document.querySelector('.give [role="status"]')?.textContent ?? ''),
    );
    await page.keyboard.press('Tab');
    await page.click('.give .buttons button:last-of-type');
    await page.waitForSelector('#report-words');
    await dropped(page, 'broken.xlsx', 'this is no workbook');
    assert.match(await page.textContent('.give [role="alert"]'), /broken\.xlsx/);
    await finished(page);
  },

  async 'an address of this machine is not asked, and the page says why'(browser, { url, fixture }) {
    if (fixture) return 'not here';
    const page = await opened(browser, url, { query: '?page=read' });
    await page.fill('#read-from', new URL('incidents.geojson', url).href);
    await page.click('#read-fetch');
    await page.waitForSelector('.give [role="alert"]');
    assert.match(await page.textContent('.give [role="alert"]'), /private network/);
    await finished(page);
  },
};
