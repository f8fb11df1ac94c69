// How long ten machine-read incidents take a person to correct and keep, by the keystroke-level model: every key,
// click, look and thought of the way has its usual time, and what the page itself takes is measured beside.
//
//   PLACETIME_URL=http://127.0.0.1:8080/ npm run trial      a running service with an empty store: reports are kept in it
//
// The times are those of Card, Moran and Newell (1980) for an average typist, and Brysbaert's (2019) for silent
// reading. Of each report the place and the day are corrected, whether they were wrong or not.

import { readdirSync, readFileSync } from 'node:fs';
import { launch, mapIdle, missing } from '../test/e2e/browser.mjs';

const KEY_S = 0.28;
const POINT_S = 1.1;
const THINK_S = 1.35;
const HANDS_S = 0.4;
const WORDS_A_MINUTE = 238;
const INCIDENTS = 10;
const GOAL_S = 600;

const absent = missing();
if (absent || !process.env.PLACETIME_URL) {
  console.log(absent ?? 'PLACETIME_URL names no running service; nothing was tried');
  process.exit(0);
}
const samples = new URL('../../samples/', import.meta.url);
const texts = readdirSync(samples)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => readFileSync(new URL(name, samples), 'utf8'));

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(new URL('?page=read', process.env.PLACETIME_URL).href);
await page.waitForSelector('#report-words');
await mapIdle(page);

let person_s = 0;
let hands = 0;
const think = () => {
  person_s += THINK_S;
};
const key = async (name) => {
  person_s += KEY_S;
  hands += 1;
  await page.keyboard.press(name);
};
const click = async (what) => {
  person_s += HANDS_S + POINT_S + KEY_S;
  hands += 1;
  await page.click(what);
};

const began = performance.now();
let corrected = 0;
let reports = 0;
for (const text of texts) {
  if (corrected >= INCIDENTS) break;
  reports += 1;
  think();
  await page.fill('#report-words', text);
  person_s += 2 * KEY_S;
  await click('#read-go');
  await page.waitForSelector('.card');
  person_s += (text.split(/\s+/).length / WORDS_A_MINUTE) * 60;
  for (const id of await page.locator('.card').evaluateAll((all) => all.map((it) => it.dataset.id))) {
    if (corrected >= INCIDENTS) break;
    if (!(await page.locator(`.card.chosen[data-id="${id}"]`).count()))
      await click(`.card[data-id="${id}"] .card-head`);
    think();
    await key('l');
    await page.waitForSelector('.editor');
    await page.waitForTimeout(300);
    if (await page.locator('.combo-list [role="option"]').count()) {
      think();
      await key('ArrowDown');
      await key('Enter');
    } else await key('Escape');
    await page.waitForSelector('.editor', { state: 'detached' });
    think();
    await key('d');
    await page.waitForFunction(() => document.activeElement?.closest('.calendar'));
    think();
    await key('ArrowLeft');
    await key('Enter');
    await page.waitForSelector('.editor', { state: 'detached' });
    corrected += 1;
  }
  think();
  await click('#keep');
  await page.waitForSelector('.keep [role="status"]', { timeout: 20_000 });
  await click('.keep [role="status"] .strong');
  await page.waitForSelector('#report-words');
}
const page_s = (performance.now() - began) / 1000;
const all_s = person_s + page_s;
console.log(
  `${reports} reports, ${corrected} incidents with place and day corrected and kept: ${hands} keys and clicks, ` +
    `${person_s.toFixed(0)} s of a person and ${page_s.toFixed(0)} s of the page, ${all_s.toFixed(0)} s (goal ${GOAL_S} s)`,
);
await browser.close();
process.exit(all_s <= GOAL_S ? 0 : 1);
