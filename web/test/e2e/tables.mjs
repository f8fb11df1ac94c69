// Tables and addresses given to the page, by choosing, by letting fall or by name: what is guessed is shown before anything is stored, corrected, and stored.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { crc32 } from '../../scripts/small-png.mjs';
import { axeClean, collection, finished, opened } from './page.mjs';

const TABLE = `Kennung,When it was,Town,Land,Type,Dead
t-1,2023-04-05,Aleppo,Syria,Shelling,2
t-2,2023-04-06,Idlib,Syria,Armed clash,0
t-3,2023-02-31,Raqqa,Syria,Airstrike,1
`;

async function chosen(page, name, content) {
  await page.setInputFiles('.file input', { name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  await page.waitForSelector('.mapping, .give [role="alert"]');
}

/** Lets a file fall where it is told, as a hand does. */
async function dropped(page, where, name, content) {
  const data = await page.evaluateHandle(
    ({ name, bytes }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], name));
      return data;
    },
    { name, bytes: [...Buffer.from(content)] },
  );
  await page.dispatchEvent(where, 'dragover', { dataTransfer: data });
  await page.waitForSelector('#app.over');
  await page.dispatchEvent(where, 'drop', { dataTransfer: data });
  await page.waitForSelector('#app:not(.over)');
}

/** A workbook with one sheet, as a spreadsheet program would write it: parts stored in a ZIP. */
function workbook(rows) {
  const cell = (value, at) =>
    typeof value === 'number'
      ? `<c r="${at}"><v>${value}</v></c>`
      : `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
  const lines = rows.map(
    (row, r) =>
      `<row r="${r + 1}">${row.map((it, c) => cell(it, `${String.fromCharCode(65 + c)}${r + 1}`)).join('')}</row>`,
  );
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
  const office = 'http://schemas.openxmlformats.org';
  return zip({
    '[Content_Types].xml': `${head}<Types xmlns="${office}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${office}/spreadsheetml/2006/main" xmlns:r="${office}/officeDocument/2006/relationships"><sheets><sheet name="Events" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${office}/package/2006/relationships"><Relationship Id="r1" Type="${office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${head}<worksheet xmlns="${office}/spreadsheetml/2006/main"><sheetData>${lines.join('')}</sheetData></worksheet>`,
  });
}

function zip(files) {
  const [parts, list] = [[], []];
  let at = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, bytes] = [Buffer.from(path), Buffer.from(text)];
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(bytes.length, 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt16LE(name.length, 22);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(at, 10);
    parts.push(Buffer.from('PK\x03\x04'), head, name, bytes);
    list.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), head, where, name);
    at += 30 + name.length + bytes.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(files).length, 4);
  end.writeUInt16LE(Object.keys(files).length, 6);
  end.writeUInt32LE(Buffer.concat(list).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, ...list, Buffer.from('PK\x05\x06'), end]);
}

const imported = (page) =>
  page.waitForFunction(() => /Imported/.test(document.querySelector('.give [role="status"]')?.textContent ?? ''));

/** A feed at an address of this machine, and what was asked of it. */
async function fed(xml) {
  const asked = [];
  const host = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(200, { 'content-type': 'application/rss+xml' });
    response.end(xml);
  });
  await new Promise((listening) => host.listen(0, '127.0.0.1', listening));
  return {
    asked,
    url: `http://127.0.0.1:${host.address().port}/news.xml`,
    stop: () => new Promise((stopped) => host.close(stopped)),
  };
}

const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>Upland Courier</title>
<item><title>Shelling in Aleppo</title><link>https://courier.example/1</link><pubDate>Fri, 15 Mar 2024 08:00:00 GMT</pubDate>
<description>Shelling hit Aleppo on Wednesday, killing three people, residents said.</description></item>
<item><title>Clash near Idlib</title><link>https://courier.example/2</link><pubDate>Sat, 16 Mar 2024 08:00:00 GMT</pubDate>
<description>A clash broke out in Idlib on Thursday, two councils said.</description></item>
</channel></rss>`;

export const tables = {
  async 'a table is understood, its mapping corrected, its bad rows named; then it is imported'(
    browser,
    { url, fixture },
  ) {
    if (fixture) return 'not here';
    const before = (await collection(url)).features.length;
    const page = await opened(browser, url, { query: '?page=read' });
    await chosen(page, 'events.csv', TABLE);
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
    await imported(page);
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
    await chosen(page, 'points.geojson', JSON.stringify(collected));
    assert.match(await page.textContent('.give [role="status"]'), /1 row/);
    await page.focus('#table-import');
    await page.keyboard.press('Enter');
    await imported(page);
    await page.keyboard.press('Tab');
    await page.click('.give .buttons button:last-of-type');
    await page.waitForSelector('#report-words');
    await chosen(page, 'broken.xlsx', 'this is no workbook');
    assert.match(await page.textContent('.give [role="alert"]'), /broken\.xlsx/);
    await finished(page);
  },

  async 'a CSV file and a workbook let fall on the map: looked at first, then kept'(browser, { url, fixture }) {
    if (fixture) return 'not here';
    const count = async () => (await collection(url)).features.length;
    const before = await count();
    const page = await opened(browser, url);
    const rows = [
      ['No', 'Date', 'Town', 'Country', 'Type', 'Killed'],
      ['x-1', '2023-07-01', 'Hama', 'Syria', 'Shelling', 4],
      ['x-2', '2023-07-02', 'Latakia', 'Syria', 'Protest', 0],
    ];
    for (const [name, content, town, day] of [
      [
        'let-fall.csv',
        TABLE.replaceAll('t-', 'd-')
          .replaceAll('2023-04', '2021-09')
          .replace('When it was', 'Date')
          .replace('Land', 'Country'),
        'Idlib',
        '2021-09-06',
      ],
      ['let-fall.xlsx', workbook(rows), 'Latakia', '2023-07-02'],
    ]) {
      const held = await count();
      await dropped(page, '.map-canvas', name, content);
      await page.waitForSelector('.mapping');
      assert.equal((await page.textContent('#read-title')).trim(), name);
      // The mapping as guessed, and the first rows as they would be.
      const says = (column) => page.inputValue(`[data-column="${column}"]`);
      assert.deepEqual([await says('Date'), await says('Town'), await says('Country')], ['date', 'place', 'country']);
      assert.match(await page.textContent('.table-first'), new RegExp(town));
      assert.equal(await count(), held, 'stored before it was said');
      await page.click('#table-import');
      await imported(page);
      const { features } = await collection(url);
      assert.equal(features.length, held + 2);
      assert.ok(features.some(({ properties: it }) => it.place === town && it.date_start === day));
      await page.click('.give .strong');
      await page.waitForSelector('.page-map .incident');
    }
    assert.equal(await count(), before + 4);
    await finished(page);
  },

  async 'a text let fall on the map is read; corrections under way are not given up for a file'(browser, { url }) {
    const page = await opened(browser, url);
    await dropped(page, '.map-canvas', 'news.txt', 'Shelling hit Aleppo on Wednesday, residents said.');
    await page.waitForSelector('.card');
    await page.click('.card-head');
    await page.keyboard.press('x');
    await page.waitForSelector('.read-found .link');
    await dropped(page, '.read-text', 'other.txt', 'A clash broke out in Idlib on Tuesday.');
    await page.waitForTimeout(500);
    assert.match(await page.textContent('.words'), /Shelling hit Aleppo/);
    await page.click('.keep .plain:not(.strong)');
    await dropped(page, '.give', 'other.txt', 'A clash broke out in Idlib on Tuesday.');
    await page.waitForSelector('.card');
    assert.match(await page.textContent('.words'), /A clash broke out/);
    await finished(page);
  },

  async 'a feed is named: its reports are shown as they were read, and kept when that is said'(browser, { started }) {
    if (!started) return 'not here';
    const [feed, service] = [await fed(FEED), await started({ options: ['--fetch-private'] })];
    const before = (await collection(service.url)).features.length;
    const page = await opened(browser, service.url, { query: '?page=read' });
    await page.fill('#read-from', feed.url);
    await page.click('#read-fetch');
    await page.waitForSelector('.read-parts');
    assert.deepEqual(feed.asked, ['/news.xml']);
    assert.match(await page.textContent('.turn'), /1 of 2/);
    const shown = () => page.textContent('.read-bar');
    assert.match(await shown(), /Shelling in Aleppo.*Upland Courier.*15 March 2024/);
    assert.match(await page.textContent('.words'), /killing three people/);
    assert.match(await page.textContent('.card'), /13 Mar.*2024.*Aleppo|Aleppo.*13 Mar.*2024/);
    await page.click('.turn button >> nth=1');
    await page.waitForFunction(() => /Clash near Idlib/.test(document.querySelector('.read-bar').textContent));
    assert.match(await page.textContent('.card'), /Idlib/);
    assert.equal((await collection(service.url)).features.length, before, 'stored before it was said');
    await page.click('#keep');
    await page.waitForSelector('.keep [role="status"]');
    const { features } = await collection(service.url);
    assert.equal(features.length, before + 2);
    assert.ok(features.some(({ properties: it }) => it.place === 'Aleppo' && it.publishers === 'Upland Courier'));
    await finished(page);
    await feed.stop();
    await service.stop();
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
