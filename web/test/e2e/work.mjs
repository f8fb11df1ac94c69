// Reading, correcting, reviewing, listening: by pointer and by keys alone, with every click and key counted where the
// number is promised. Each check works on its own report, so that it can be run against any service.

import assert from 'node:assert/strict';
import { serve } from '../fixture-server.mjs';
import { hostile, PAYLOADS } from '../fixtures/hostile.mjs';
import { axeClean, collection, finished, idle, opened, PHONE } from './page.mjs';

/** A correction takes no more clicks and keys than this. */
const HANDS_MAX = 6;

/** A place that both the made-up service and the starter gazetteer know, and a sentence that no reader takes. */
const report = (mark) =>
  `Shelling hit Aleppo on Wednesday, residents of the quarter said; the town is now called ${mark}.\n\nA clash broke out in Idlib on Tuesday, two councils said.\n\nNobody crosses the old bridge at Raqqa any more, an engineer said.`;

let marks = 0;
const mark = () => {
  marks += 1;
  return `Quarter ${marks} of ${Date.now() % 100_000}`;
};

/** Clicks and keys are counted on the way. */
function counted(page) {
  const hands = { n: 0 };
  return {
    hands,
    click: async (what) => {
      hands.n += 1;
      await page.click(what);
    },
    key: async (name) => {
      hands.n += 1;
      await page.keyboard.press(name);
    },
  };
}

async function readPage(browser, url, words, options = {}) {
  const page = await opened(browser, url, { query: '?page=read', ...options });
  await page.fill('#report-words', words);
  await page.click('#read-go');
  await page.waitForSelector('.read-parts');
  return page;
}

async function send(url, path, body) {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

/** A report of its own in the store; answers with the ids of its incidents. */
export async function stored(url, words = report(mark()), published = '2024-03-15') {
  const answer = await fetch(new URL(`reports?published=${published}`, url), {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: words,
  });
  const kept = await answer.json();
  assert.ok(answer.ok, JSON.stringify(kept));
  const one = await fetch(new URL(`reports/${kept.reports[0]}`, url)).then((it) => it.json());
  return one.accounts.map((it) => it.incident_id);
}

export const whole = (url, id) => fetch(new URL(`incidents/${id}`, url)).then((it) => it.json());

/** Rulings by hand are not in every service yet; a check that needs them says so. */
async function rules(url) {
  const answer = await fetch(new URL('rulings/999999999/undo', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"why":""}',
  });
  const problem = await answer.json().catch(() => ({}));
  return answer.status !== 405 && /no ruling/.test(problem.detail ?? '');
}

export const work = {
  async 'read: marks at their words, the day asked for, nothing stored'(browser, { url }) {
    const before = (await collection(url)).features.length;
    const words = `🜂 ${report(mark())}`;
    const page = await readPage(browser, url, words);
    assert.equal(await page.textContent('.words'), words);
    const marked = await page.locator('.words mark').allTextContents();
    for (const word of ['Aleppo', 'Wednesday']) assert.ok(marked.includes(word), `${word} in ${marked.join('|')}`);
    assert.ok((await page.locator('.card').count()) >= 2);
    // Without a day of publication “on Wednesday” is no calendar day, and the page asks.
    await page.click('.card-head');
    assert.match(await page.textContent('.card.chosen'), /week not told|no calendar day|date not told/);
    await page.fill('.asks input', '2024-03-15');
    await page.click('.asks button');
    await page.waitForFunction(() => !document.querySelector('.asks'));
    await page.click('.card-head');
    assert.match(await page.textContent('.card.chosen'), /March 2024/);
    assert.equal((await collection(url)).features.length, before);
    await finished(page);
  },

  async 'read: a wrong place, a wrong date and a missed incident in at most six clicks or keys, then kept'(
    browser,
    { url },
  ) {
    const words = report(mark());
    const page = await readPage(browser, url, words);
    await page.waitForSelector('.card');
    // A place, by keys: the first card, its place, the next candidate.
    await page.click('.card-head');
    const keys = counted(page);
    await keys.key('l');
    await page.waitForSelector('.combo-list [role="option"]');
    await keys.key('ArrowDown');
    const other = (await page.textContent('.combo-list [aria-selected="true"] bdi')).trim();
    await keys.key('Enter');
    await page.waitForFunction(
      (name) =>
        document.querySelector('.card.chosen .lead + *, .card.chosen') &&
        document.querySelector('.card.chosen').textContent.includes(name),
      other,
    );
    assert.ok(keys.hands.n <= HANDS_MAX, `a place took ${keys.hands.n}`);
    // The same on the map: correct, on the map, the spot, here.
    const clicks = counted(page);
    await clicks.click('.card.chosen [data-edit="place"]');
    await clicks.click('.editor button:has-text("On the map")');
    await idle(page);
    const canvas = await page.locator('.maplibregl-canvas').boundingBox();
    clicks.hands.n += 1;
    await page.mouse.click(canvas.x + canvas.width / 2 + 30, canvas.y + canvas.height / 2 - 20);
    await page.waitForFunction(() => /Chosen:/.test(document.querySelector('.editor')?.textContent ?? ''));
    await clicks.click('.editor .strong');
    await page.waitForSelector('.editor', { state: 'detached' });
    assert.ok(clicks.hands.n <= HANDS_MAX, `a place on the map took ${clicks.hands.n}`);
    await page.keyboard.press('u');
    // A date, by keys: three days earlier.
    const dates = counted(page);
    await dates.key('d');
    await page.waitForFunction(() => document.activeElement?.closest('.calendar'));
    for (const name of ['ArrowLeft', 'ArrowLeft', 'ArrowUp']) await dates.key(name);
    const day = await page.evaluate(() => document.activeElement.getAttribute('data-day'));
    await dates.key('Enter');
    await page.waitForSelector('.editor', { state: 'detached' });
    assert.ok(dates.hands.n <= HANDS_MAX, `a date took ${dates.hands.n}`);
    const wished = new Date(Number(day) * 86_400_000).toISOString().slice(0, 10);
    // A missed incident, by keys: the words, the sentences, on, make.
    const cards = await page.locator('.card').count();
    await page.focus('.words');
    const missed = counted(page);
    for (let i = 0; i < 3; i++) await missed.key('ArrowDown');
    await page.waitForSelector('.missed');
    assert.match(await page.textContent('.missed q'), /old bridge at Raqqa/);
    await missed.key('Enter');
    await missed.key('Enter');
    await page.waitForFunction((n) => document.querySelectorAll('.card').length === n + 1, cards);
    assert.ok(missed.hands.n <= HANDS_MAX, `a missed incident took ${missed.hands.n}`);

    await page.click('#keep');
    await page.waitForSelector('.keep [role="status"]');
    if (!(await rules(url))) return finished(page);
    assert.equal(await page.locator('.keep [role="alert"]').count(), 0, await page.textContent('.keep'));
    const { features } = await collection(url);
    const moved = features.find((it) => it.properties.date_start === wished && it.properties.review === 'corrected');
    assert.ok(moved, 'the corrected day is not stored');
    assert.ok(String(moved.properties.place).includes(other), `${moved.properties.place} is not ${other}`);
    await finished(page);
  },

  async 'read: words chosen with the pointer'(browser, { url }) {
    const page = await readPage(browser, url, report(mark()));
    const piece = page.locator('.words [data-start]').last();
    const box = await piece.boundingBox();
    await page.mouse.move(box.x + 2, box.y + box.height - 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 190, box.y + box.height - 8, { steps: 4 });
    await page.mouse.up();
    await page.waitForSelector('.missed');
    const cards = await page.locator('.card').count();
    await page.click('#missed-make');
    await page.waitForFunction((n) => document.querySelectorAll('.card').length === n + 1, cards);
    await finished(page);
  },

  async 'read: a file, a page that cannot be read, and hostile words'(browser, { url }) {
    const page = await opened(browser, url, { query: '?page=read' });
    const hostile = [
      '<script>window.hit=1</script><img src=x onerror="window.hit=1">',
      '\u202Etxet\u202C \u2066isolate\u2069 [x](javascript:window.hit=1) "><svg onload=window.hit=1>',
      'A clash broke out in Idlib on Tuesday, <b onmouseover=window.hit=1>councils</b> said. {{constructor.constructor("window.hit=1")()}}',
    ].join('\n\n');
    await page.setInputFiles('.file input', {
      name: 'hostile.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from(hostile),
    });
    await page.waitForSelector('.read-parts, .give [role="alert"]');
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.equal(
      await page.locator('.read script, .read img, .read [onerror], .read [onload], .read b[onmouseover]').count(),
      0,
    );
    await finished(page);
  },

  async 'review: publish by one key, on to the next, taken back by another'(browser, { url }) {
    if (!(await rules(url))) return 'not here';
    const [id] = await stored(url);
    const page = await opened(browser, url, { query: `?page=review&incident=${id}` });
    await page.waitForSelector('[data-rule="publish"]');
    await page.keyboard.press('p');
    await page.waitForFunction((it) => !document.querySelector(`.incident[data-id="${it}"]`), id);
    assert.equal((await whole(url, id)).properties.status, 'published');
    await page.keyboard.press('u');
    await page.waitForSelector(`.incident[data-id="${id}"]`);
    assert.equal((await whole(url, id)).properties.status, 'draft');
    await page.waitForFunction(() => /taken back/.test(document.querySelector('.history')?.textContent ?? ''));
    await finished(page);
  },

  async 'review: by keys alone: figures, who, type, a note, a rejection with its reason'(browser, { url }) {
    if (!(await rules(url))) return 'not here';
    const [id] = await stored(url);
    const page = await opened(browser, url, { query: `?page=review&incident=${id}` });
    await page.waitForSelector('.history ol, .history .soft-text');
    const key = (name) => page.keyboard.press(name);
    const version = async () => (await whole(url, id)).properties.version;
    const ruled = async (before) => {
      for (let i = 0; i < 50 && (await version()) === before; i++) await page.waitForTimeout(50);
      await page.waitForSelector('.editor', { state: 'detached' });
    };
    let before = await version();
    await key('f');
    await page.waitForFunction(() => document.activeElement?.type === 'number');
    await page.keyboard.type('3');
    await key('Tab');
    await page.keyboard.type('5');
    await key('Enter');
    await ruled(before);
    const row = (await whole(url, id)).properties;
    assert.deepEqual([row.killed_min, row.killed_max], [3, 5]);
    before = await version();
    await key('t');
    await page.waitForFunction(() => document.activeElement?.id === 'type-editor');
    await page.keyboard.type('drone');
    await key('Enter');
    await ruled(before);
    assert.equal((await whole(url, id)).properties.type, 'drone_strike');
    before = await version();
    await key('x');
    await page.waitForFunction(() => document.activeElement?.id === 'ruling-why');
    await page.keyboard.type('told in jest');
    await key('Enter');
    await page.waitForFunction((it) => !document.querySelector(`.incident[data-id="${it}"]`), id);
    const { rulings } = await fetch(new URL(`incidents/${id}/rulings`, url)).then((it) => it.json());
    assert.ok(rulings.some((it) => it.verdict === 'reject' && it.why === 'told in jest'));
    await finished(page);
  },

  async 'review: what another reviewer changed meanwhile is shown, and nothing is lost'(browser, { url }) {
    if (!(await rules(url))) return 'not here';
    const [id] = await stored(url);
    const page = await opened(browser, url, { query: `?page=review&incident=${id}` });
    await page.waitForSelector('[data-rule="publish"]');
    // Before the stream tells this page: the two decide at once.
    await page.route('**/incidents/*', (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    const other = await send(url, `incidents/${id}/rulings`, { verdict: 'note', why: 'look at the second report' });
    assert.equal(other.status, 200);
    await page.keyboard.press('p');
    await page.waitForSelector('.rulings .wrong');
    assert.match(await page.textContent('.rulings .wrong'), /somebody else decided[\s\S]*look at the second report/);
    await page.unroute('**/incidents/*');
    await page.click('.rulings .wrong button:has-text("Store mine")');
    await page.waitForFunction((it) => !document.querySelector(`.incident[data-id="${it}"]`), id);
    assert.equal((await whole(url, id)).properties.status, 'published');
    await finished(page);
  },

  async 'review: two that may be one, side by side, merged with a reason'(browser, { url }) {
    if (!(await rules(url))) return 'not here';
    // The second report tells it a day later, so that the store keeps them apart.
    const [first] = await stored(url, 'A clash broke out in Idlib on Tuesday, two councils said.', '2023-05-12');
    const [second] = await stored(url, 'Shelling hit Idlib on Tuesday, a council said.', '2023-05-12');
    if (first === second) return 'not here';
    const page = await opened(browser, url, { query: `?page=review&incident=${first}` });
    await page.waitForSelector('[data-rule="merge"]');
    await page.keyboard.press('m');
    await page.waitForSelector('#merge-editor');
    await page.keyboard.type(second);
    await page.waitForSelector('.combo-list [role="option"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.side-by-side.two');
    await axeClean(page, 'merging');
    await page.keyboard.type('one evening, one place');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.side-by-side.two', { state: 'detached' });
    await page.waitForFunction((it) => !document.querySelector(`.incident[data-id="${it}"]`), second);
    assert.ok((await whole(url, first)).properties.accounts.length >= 2);
    await finished(page);
  },

  async 'the token goes into the header, never into an address, and is kept as said'(browser, { url }) {
    // The service itself refuses a token that nobody made.
    const made = await fetch(new URL('incidents.geojson', url), { headers: { authorization: 'Bearer made-up' } });
    if (made.status === 401) return 'not here';
    const page = await opened(browser, url);
    const seen = [];
    page.on('request', (it) => seen.push({ url: it.url(), header: it.headers().authorization }));
    await page.click('[aria-label="Reviewer’s token"]');
    await page.fill('#token', 'secret-of-a-reviewer');
    await axeClean(page, 'token');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    await page.waitForSelector('.incident, .notice');
    assert.ok(seen.some((it) => it.header === 'Bearer secret-of-a-reviewer'));
    assert.ok(seen.every((it) => !it.url.includes('secret')));
    assert.equal(await page.evaluate(() => localStorage.getItem('placetime.token')), null);
    assert.equal(await page.evaluate(() => sessionStorage.getItem('placetime.token')), 'secret-of-a-reviewer');
    await page.click('[aria-label="Reviewer’s token"]');
    await Promise.all([page.waitForEvent('load'), page.click('.help button:has-text("Forget")')]);
    assert.equal(await page.evaluate(() => sessionStorage.getItem('placetime.token')), null);
    await finished(page);
  },

  async 'live: new incidents are announced, the map does not move, one tab listens'(browser, { url, others }) {
    const answer = await fetch(new URL('changes', url), { signal: AbortSignal.timeout(1_500) }).catch(() => null);
    if (!answer?.ok) return 'not here';
    await answer.body?.cancel();
    const page = await opened(browser, url);
    const second = await page.context().newPage();
    await second.goto(url);
    await second.waitForSelector('.incident, .notice');
    await page.bringToFront();
    await idle(page);
    // Two tabs agree on who listens; on a busy machine that takes a moment, and then it stays so.
    for (let left = 50; others && others.listeners.size > 1 && left > 0; left--) await page.waitForTimeout(100);
    await page.waitForTimeout(400);
    if (others) assert.ok(others.listeners.size <= 1, `${others.listeners.size} streams are open`);
    const look = () =>
      page.evaluate(() => [window.__placetime.map.getZoom(), ...window.__placetime.map.getCenter().toArray()]);
    const [before, n] = [await look(), await page.textContent('.count')];
    const top = await page.getAttribute('.incident', 'data-id');
    await stored(url, `Shelling hit Aleppo on Monday, a teacher of ${mark()} said.`, '2024-06-05');
    await page.waitForSelector('#news');
    assert.deepEqual(await look(), before);
    assert.equal(await page.textContent('.count'), n);
    assert.equal(await page.getAttribute('.incident', 'data-id'), top);
    await page.click('#news');
    await page.waitForFunction((text) => document.querySelector('.count').textContent !== text, n);
    // A page that cannot be seen holds no connection.
    if (others) {
      await second.close();
      await page.evaluate(() => {
        Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      });
      for (let i = 0; i < 40 && others.listeners.size > 0; i++) await page.waitForTimeout(50);
      assert.equal(others.listeners.size, 0);
    }
    await finished(page);
  },

  async 'hostile words in every place of an incident: nothing runs, nobody else is asked'(browser, { fixture }) {
    if (!fixture) return 'not here';
    const cases = hostile();
    const server = await serve({ count: 0, more: cases });
    const page = await opened(browser, server.url, { query: '?page=review&incident=h-0-0' });
    page.on('dialog', (it) => page.wrongs.push(`dialog: ${it.message()}`));
    const seen = new Set();
    for (let i = 0; i < cases.length + 20 && seen.size < cases.length; i++) {
      const id = await page.evaluate(() => new URLSearchParams(location.search).get('incident'));
      if (id?.startsWith('h-')) {
        await page.waitForSelector('.account');
        for (const link of await page.locator('.detail a').evaluateAll((all) => all.map((it) => it.protocol)))
          assert.match(link, /^https?:$/, id);
        if (id.endsWith('-0') && !seen.has(id)) await page.click('.account .link');
        seen.add(id);
      }
      await page.keyboard.press(i === 0 ? 'k' : 'j');
      await page.waitForTimeout(15);
      if (i === 0) for (let k = 0; k < 5; k++) await page.keyboard.press('k');
    }
    assert.ok(seen.size >= cases.length - 5, `${seen.size} of ${cases.length} were opened`);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    const run =
      '.side script, .side iframe, .side img, .side style, .side link, .side [onerror], .side [onload], .queue script';
    assert.equal(await page.locator(run).count(), 0);
    // And as the words of a report.
    await page.click('.pages button:nth-child(2)');
    for (const words of PAYLOADS) {
      await page.fill('#report-words', words.replaceAll('\u0000', ''));
      await page.click('#read-go');
      await page.waitForSelector('.keep');
      await page.click('.keep .plain:not(.strong)');
    }
    assert.equal(await page.evaluate(() => window.hit), undefined);
    await finished(page);
    await server.stop();
  },

  async 'axe finds nothing: reading, correcting, reviewing; light, dark, phone, Arabic'(browser, { url, fixture }) {
    const looks = [
      { name: 'read' },
      { name: 'read, dark', colorScheme: 'dark' },
      { name: 'read, phone', viewport: PHONE, hasTouch: true },
      { name: 'read, Arabic', lang: 'ar' },
    ];
    for (const { name, lang, ...options } of fixture ? looks : looks.slice(0, 1)) {
      const page = await opened(browser, url, { query: `?page=read${lang ? `&lang=${lang}` : ''}`, ...options });
      await axeClean(page, `${name}, empty`);
      await page.fill('#report-words', report(mark()));
      await page.click('#read-go');
      await page.waitForSelector('.card');
      await page.click('.card-head');
      for (const key of ['l', 'd', 't', 'f', 'w']) {
        await page.keyboard.press(key);
        await page.waitForSelector('.editor');
        await axeClean(page, `${name}, ${key}`);
        await page.keyboard.press('Escape');
        await page.waitForSelector('.editor', { state: 'detached' });
      }
      await finished(page);
    }
    const [id] = await stored(url);
    for (const options of fixture ? [{}, { colorScheme: 'dark' }, { viewport: PHONE, hasTouch: true }] : [{}]) {
      const page = await opened(browser, url, { query: `?page=review&incident=${id}`, ...options });
      await page.waitForSelector('.detail');
      await axeClean(page, 'review');
      await finished(page);
    }
  },
};
