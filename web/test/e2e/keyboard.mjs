// Whole pieces of work by keyboard alone, from the first screen to the end: no pointer, no focus set by the check.

import assert from 'node:assert/strict';
import { collection, finished, opened } from './page.mjs';
import { stored, whole } from './work.mjs';

/** Far more than any screen has to be walked through. */
const TABS_MAX = 120;

/** Walks by Tab to what the selector names. */
async function tabTo(page, selector) {
  for (let i = 0; i < TABS_MAX; i++) {
    if (await page.evaluate((it) => document.activeElement?.matches(it), selector)) return;
    await page.keyboard.press('Tab');
  }
  const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200));
  assert.fail(`${selector} is not reached by ${TABS_MAX} tabs; the focus is at ${at}`);
}

const key = async (page, ...names) => {
  for (const name of names) await page.keyboard.press(name);
};

/** A page that may use the clipboard, on which the pointer is never used. */
async function handsOff(browser, url) {
  const page = await opened(browser, url, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.evaluate(() => {
    window.pointed = 0;
    addEventListener('pointerdown', () => (window.pointed += 1), true);
  });
  return page;
}

async function done(page) {
  assert.equal(await page.evaluate(() => window.pointed), 0);
  await finished(page);
}

let turns = 0;

export const keyboard = {
  async 'keys alone: a report is pasted, its day said, a place corrected, and it is kept'(browser, { url, fixture }) {
    turns += 1;
    const page = await handsOff(browser, url);
    const words = `Shelling hit Aleppo on Wednesday, residents of quarter ${turns} said.`;
    await page.evaluate((text) => navigator.clipboard.writeText(text), words);
    await tabTo(page, '.pages button:nth-child(2)');
    await key(page, 'Enter');
    await page.waitForSelector('#report-words');
    await tabTo(page, '#report-words');
    await key(page, 'Control+v', 'Control+Enter');
    await page.waitForSelector('.card');
    // The page asks for the day of the report, and reads it again with it.
    await tabTo(page, '.asks input');
    await page.keyboard.type('09202024');
    await tabTo(page, '.asks button');
    await key(page, 'Enter');
    // While it is read again neither is there.
    await page.waitForFunction(() => document.querySelector('.card-head') && !document.querySelector('.asks'));
    await tabTo(page, '.card-head');
    if ((await page.getAttribute('.card-head', 'aria-expanded')) !== 'true') await key(page, 'Enter');
    await page.waitForSelector('.card.chosen');
    await key(page, 'l');
    await page.waitForSelector('.combo-list [role="option"]');
    await key(page, 'ArrowDown');
    const place = (await page.textContent('.combo-list [aria-selected="true"] bdi')).trim();
    await key(page, 'Enter');
    await page.waitForSelector('.editor', { state: 'detached' });
    await tabTo(page, '#keep');
    await key(page, 'Enter');
    await page.waitForSelector('.keep [role="status"]');
    assert.equal(await page.locator('.keep [role="alert"]').count(), 0, await page.textContent('.keep'));
    const { features } = await collection(url);
    // The stand-in counts no weekdays back.
    const day = fixture ? '2024-09-20' : '2024-09-18';
    const asSaid = ({ properties: it }) => it.review === 'corrected' && it.place === place && it.date_start === day;
    assert.ok(features.some(asSaid), `nothing is stored at ${place} on ${day}`);
    await done(page);
  },

  async 'keys alone: the queue: published, taken back, two merged, and parted again'(browser, { url, fixture }) {
    turns += 1;
    const day = `2022-0${turns}-18`;
    const [first] = await stored(url, `A clash broke out in Idlib on Tuesday, council ${turns} said.`, day);
    const [second] = await stored(url, `Shelling hit Idlib on Tuesday, council ${turns} said.`, day);
    const page = await handsOff(browser, url);
    await tabTo(page, '.pages button:nth-child(3)');
    await key(page, 'Enter');
    await page.waitForSelector('.queue .incident');
    // By j to the incident, however many wait before it.
    const here = () => page.evaluate(() => new URLSearchParams(location.search).get('incident'));
    for (let i = 0; (await here()) !== first; i++) {
      assert.ok(i < 600, 'the incident is not in the queue');
      const before = await here();
      await key(page, 'j');
      await page.waitForFunction((it) => new URLSearchParams(location.search).get('incident') !== it, before);
    }
    await page.waitForSelector('[data-rule="publish"]');
    await key(page, 'p');
    await page.waitForFunction((it) => !document.querySelector(`.incident[data-id="${it}"]`), first);
    assert.equal((await whole(url, first)).properties.status, 'published');
    await key(page, 'u');
    await page.waitForFunction((it) => new URLSearchParams(location.search).get('incident') === it, first);
    await page.waitForSelector('[data-rule="publish"]');
    assert.equal((await whole(url, first)).properties.status, 'draft');
    await key(page, 'm');
    await page.waitForSelector('#merge-editor');
    await page.keyboard.type(second);
    await page.waitForSelector('.combo-list [role="option"]');
    await key(page, 'Enter');
    await page.waitForSelector('.side-by-side.two');
    await page.keyboard.type('one evening, one place');
    await key(page, 'Enter');
    await page.waitForSelector('.side-by-side.two', { state: 'detached' });
    assert.ok((await whole(url, first)).properties.accounts.length >= 2);
    // The stand-in does not part what it merged.
    if (!fixture) {
      await key(page, 'u');
      await page.waitForSelector(`.queue .incident[data-id="${second}"]`);
      assert.equal((await whole(url, first)).properties.accounts.length, 1);
      assert.equal((await whole(url, second)).properties.accounts.length, 1);
    }
    await done(page);
  },

  async 'keys alone: filtered, one incident opened and closed, the query copied'(browser, { url }) {
    const { features } = await collection(url);
    const page = await handsOff(browser, url);
    await tabTo(page, '.kind input:checked');
    const before = await page.textContent('.count');
    await key(page, 'Space');
    await page.waitForFunction((it) => document.querySelector('.count').textContent !== it, before);
    const n = Number(await page.getAttribute('.incident', 'aria-setsize'));
    assert.ok(n < features.length);
    await tabTo(page, '#list');
    await key(page, 'ArrowDown', 'Enter');
    await page.waitForSelector('.detail');
    await page.waitForFunction(() => document.activeElement?.id === 'incident-title');
    await key(page, 'Escape');
    await page.waitForFunction(() => document.activeElement?.id === 'list');
    // Backwards is nearer.
    for (let i = 0; i < TABS_MAX; i++) {
      if (await page.evaluate(() => document.activeElement?.getAttribute('aria-controls') === 'copy')) break;
      await key(page, 'Shift+Tab');
    }
    await key(page, 'Enter');
    await page.waitForSelector('#copy_curl');
    await tabTo(page, '#copy_curl + button');
    await key(page, 'Enter');
    await page.waitForSelector('.said.shown');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await page.inputValue('#copy_curl'));
    assert.match(copied, /incidents\.geojson\?filter=kind/);
    await key(page, 'Escape');
    await page.waitForSelector('#copy', { state: 'detached' });
    await done(page);
  },
};
