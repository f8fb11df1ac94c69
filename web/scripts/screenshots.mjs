// Pictures of the page in its main states, for looking at. From PLACETIME_URL, else from made-up incidents.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch, mapIdle, missing } from '../test/e2e/browser.mjs';
import { serve } from '../test/fixture-server.mjs';
import { smallPng } from './small-png.mjs';

const OUT = fileURLToPath(new URL('../../target/screenshots/', import.meta.url));
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Read by the service and by its stand-in alike. */
const WORDS =
  'Shelling hit Aleppo on Wednesday, residents of the old quarter said.\n\nA clash broke out near Idlib on Tuesday between two armed groups, the town council said.\n\nNobody crosses the old bridge at Raqqa any more, an engineer said.';

const TABLE = `Ref,Date,Town,Country,What happened,Killed
1,2023-04-05,Aleppo,Syria,Shelling,2
2,2023-04-06,Idlib,Syria,Armed clash,
3,2023-02-31,Raqqa,Syria,Airstrike,1
4,2023-04-09,Homs,Syria,Protest,0
`;

const only = process.argv.slice(2);
const SHOTS = [
  { name: 'desktop-light', size: DESKTOP, dark: false },
  { name: 'desktop-dark', size: DESKTOP, dark: true },
  { name: 'selected-light', size: DESKTOP, dark: false, query: '?incident=FIRST' },
  { name: 'selected-dark', size: DESKTOP, dark: true, query: '?incident=FIRST' },
  { name: 'area-light', size: DESKTOP, dark: false, query: '?incident=AREA' },
  { name: 'unplaced', size: DESKTOP, dark: false, query: '?list=unplaced&map=2.2/25/30' },
  { name: 'laptop-light', size: { width: 1180, height: 760 }, dark: false },
  {
    name: 'window-light',
    size: DESKTOP,
    dark: false,
    query: '?from=2023-01-01&to=2023-12-31&map=5.2/34.5/39',
    legend: true,
  },
  { name: 'help', size: DESKTOP, dark: true, keys: '?' },
  { name: 'phone-light', size: PHONE, dark: false, phone: true },
  { name: 'phone-dark-selected', size: PHONE, dark: true, phone: true, query: '?incident=FIRST' },
  { name: 'phone-filters', size: PHONE, dark: false, phone: true, keys: '/' },
  { name: 'facets-table-dark', size: DESKTOP, dark: true, query: '?table=1&country=SY' },
  { name: 'arabic-selected', size: DESKTOP, dark: false, query: '?lang=ar&incident=FIRST' },
  { name: 'arabic-phone', size: PHONE, dark: true, phone: true, query: '?lang=ar' },
  { name: 'read-paste', size: DESKTOP, dark: false, query: '?page=read' },
  { name: 'read-answer', size: DESKTOP, dark: false, query: '?page=read', read: true },
  { name: 'read-answer-dark-phone', size: PHONE, dark: true, phone: true, query: '?page=read', read: true },
  { name: 'read-place', size: DESKTOP, dark: true, query: '?page=read', read: true, keys: 'l' },
  { name: 'review', size: DESKTOP, dark: false, query: '?page=review&incident=DRAFT' },
  { name: 'review-date-dark', size: DESKTOP, dark: true, query: '?page=review&incident=DRAFT', keys: 'd' },
  {
    name: 'review-ukrainian',
    size: { width: 1180, height: 760 },
    dark: false,
    query: '?page=review&lang=uk&incident=DRAFT',
  },
  { name: 'review-phone', size: PHONE, dark: false, phone: true, query: '?page=review&incident=DRAFT' },
  { name: 'embed', size: { width: 800, height: 500 }, dark: false, query: '?embed=1' },
  { name: 'copy', size: DESKTOP, dark: false, query: '?kinds=strike&country=SY', press: '[aria-controls=copy]' },
  // The README's pictures: the service with the samples (PLACETIME_URL), an incident known to an area.
  { name: 'readme-map', size: { width: 1280, height: 800 }, dark: false, query: '?incident=AREA&map=4.7/34/38.5' },
  {
    name: 'readme-read',
    size: { width: 1280, height: 800 },
    dark: false,
    query: '?page=read',
    read: '../../samples/02-tanf-may-2017.txt',
    keys: 'l',
  },
  { name: 'welcome', size: DESKTOP, dark: false, empty: true },
  { name: 'table-in', size: DESKTOP, dark: false, query: '?page=read', table: true },
  { name: 'print', size: DESKTOP, dark: false, query: '?kinds=strike', print: true },
  { name: 'no-webgl', size: DESKTOP, dark: false, webgl: false },
];

const absent = missing();
if (absent) {
  console.log(absent);
  process.exit(0);
}
mkdirSync(OUT, { recursive: true });
// The tests' own server knows one report and no tables: the README's pictures and the table's are the service's.
const wanted = SHOTS.filter(({ name }) =>
  only.length > 0
    ? only.includes(name)
    : Boolean(process.env.PLACETIME_URL) || !(name.startsWith('readme') || name === 'table-in'),
);
const server = process.env.PLACETIME_URL ? { url: process.env.PLACETIME_URL, stop: () => {} } : await serve();
const { features } = await fetch(new URL('incidents.geojson', server.url)).then((it) => it.json());
const named = {
  FIRST: (features.find((it) => it.id === 'i-2') ?? features.find((it) => it.geometry?.type === 'Point'))?.id,
  DRAFT: (features.find((it) => it.id === 'i-11') ?? features.find((it) => it.properties.status === 'draft'))?.id,
  AREA: features.find((it) => it.geometry?.type === 'MultiPolygon')?.id,
};
for (const webgl of [true, false]) {
  const shots = wanted.filter((it) => (it.webgl ?? true) === webgl);
  if (shots.length === 0) continue;
  const browser = await launch({ webgl });
  for (const { name, size, dark, phone = false, query = '', keys, legend, read, press, empty, table, print } of shots) {
    const page = await browser.newPage({
      viewport: size,
      colorScheme: dark ? 'dark' : 'light',
      hasTouch: phone,
      deviceScaleFactor: phone ? 2 : 1,
      reducedMotion: 'reduce',
    });
    if (empty)
      await page.route('**/incidents.geojson', (route) =>
        route.fulfill({ contentType: 'application/geo+json', body: '{"type":"FeatureCollection","features":[]}' }),
      );
    await page.goto(
      new URL(
        query.replace(/FIRST|AREA|DRAFT/, (it) => encodeURIComponent(named[it] ?? '')),
        server.url,
      ).href,
    );
    await page.waitForSelector('.incident, .incident-row, .detail, .notice, .give, .embed');
    if (webgl) await mapIdle(page);
    if (read) {
      await page.fill('#report-words', read === true ? WORDS : readFileSync(new URL(read, import.meta.url), 'utf8'));
      await page.click('#read-go');
      await page.waitForSelector('.card');
      await page.click('.card-head');
    }
    if (table) {
      await page.setInputFiles('.file input', { name: 'events.csv', mimeType: 'text/csv', buffer: Buffer.from(TABLE) });
      await page.waitForSelector('.mapping, .wrong');
    }
    if (print) await page.emulateMedia({ media: 'print' });
    if (press) await page.click(press);
    if (keys) await page.keyboard.press(keys);
    if (legend) await page.click('.legend summary');
    await page.waitForTimeout(300);
    if (webgl) await mapIdle(page);
    const picture = await page.screenshot();
    writeFileSync(`${OUT}${name}.png`, name.startsWith('readme') ? smallPng(picture) : picture);
    console.log(`target/screenshots/${name}.png`);
    await page.close();
  }
  await browser.close();
}
await server.stop();
