// The service with tokens given out: what strangers see, and what the holder of a real one sees and decides.

import assert from 'node:assert/strict';
import { axeClean, finished, opened } from './page.mjs';

const seen = (page) =>
  page.evaluate(() => Number(document.querySelector('.incident')?.getAttribute('aria-setsize') ?? 0));

export const desk = {
  async 'a token made by `placetime token add`: drafts are seen and decided with it, and only with it'(
    browser,
    { started },
  ) {
    if (!started) return 'not here';
    const service = await started({ token: 'review' });
    const page = await opened(browser, service.url);
    // Nothing is published yet: strangers see nothing, and are told how it goes on.
    assert.equal(await seen(page), 0);
    const asked = [];
    page.on('request', (it) => asked.push({ url: it.url(), header: it.headers().authorization }));
    await page.click('[aria-label="Reviewer’s token"]');
    await page.waitForSelector('#token');
    await page.fill('#token', 'ptk_made-up');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    // A token that nobody made is refused in words, and the page asks again.
    await page.waitForSelector('#token');
    await page.fill('#token', service.token);
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    await page.waitForSelector('.incident');
    const drafts = await seen(page);
    assert.ok(drafts > 5, `${drafts} drafts`);
    await page.click('.pages button:nth-child(3)');
    await page.waitForSelector('.queue .incident');
    await page.click('.queue .incident');
    await page.waitForSelector('[data-rule="publish"]');
    const id = await page.evaluate(() => new URLSearchParams(location.search).get('incident'));
    await axeClean(page, 'review with a token');
    await page.keyboard.press('p');
    await page.waitForFunction((it) => !document.querySelector(`.incident[data-id="${it}"]`), id);
    assert.ok(asked.some((it) => it.header === `Bearer ${service.token}`));
    assert.ok(asked.every((it) => !it.url.includes(service.token)));
    await finished(page);
    const stranger = await opened(browser, service.url);
    assert.equal(await seen(stranger), 1);
    await stranger.waitForSelector(`.incident[data-id="${id}"]`);
    // Whoever has no token can decide nothing: the page asks for one.
    await stranger.click('.incident');
    await stranger.waitForSelector('.detail');
    await stranger.keyboard.press('t');
    await stranger.waitForSelector('#type-editor');
    await stranger.keyboard.type('protest');
    await stranger.keyboard.press('Enter');
    await stranger.waitForSelector('#token');
    await finished(stranger);
    await service.stop();
  },
};
