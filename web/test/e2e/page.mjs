// A page of the browser that notes what must never happen, and what several checks ask of it.

import assert from 'node:assert/strict';
import AxeBuilder from '@axe-core/playwright';
import { mapIdle } from './browser.mjs';

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };
export const WAIT = { timeout: 20_000 };

/** A page that notes what must never happen: errors, requests elsewhere, breaches of the content policy. */
export async function opened(browser, url, { query = '', webgl = true, ...options } = {}) {
  const context = await browser.newContext({
    viewport: DESKTOP,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT.timeout);
  const origin = new URL(url).origin;
  page.wrongs = [];
  page.on('pageerror', (error) => page.wrongs.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (!['data:', 'blob:'].includes(to.protocol) && to.origin !== origin) page.wrongs.push(`request to ${to.origin}`);
  });
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) page.wrongs.push(`policy: ${message.text()}`);
  });
  await page.addInitScript(() => {
    window.breaches = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      window.breaches.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  page.answer = await page.goto(new URL(query, url).href);
  await page.waitForSelector('.incident, .incident-row, .detail, .notice, .give, .queue, .embed');
  if (webgl) await mapIdle(page);
  return page;
}

export async function finished(page) {
  page.wrongs.push(...(await page.evaluate(() => window.breaches)));
  assert.deepEqual(page.wrongs, []);
  await page.context().close();
}

export async function collection(url) {
  const answer = await fetch(new URL('incidents.geojson', url));
  assert.equal(answer.status, 200);
  return answer.json();
}

export async function idle(page) {
  await page.waitForTimeout(120);
  await mapIdle(page);
}

export async function axeClean(page, name) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes
        .map((it) => `${it.target} ${it.failureSummary ?? ''}`)
        .join('; ')
        .slice(0, 600)})`,
  );
  assert.deepEqual(found, [], name);
}
