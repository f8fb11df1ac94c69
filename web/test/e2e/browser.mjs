// Debian's Chromium, launched in the one way that is known to draw WebGL without a graphics card.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** A sentence that says what is missing, or null. */
export function missing() {
  return existsSync(CHROMIUM)
    ? null
    : `No Chromium at ${CHROMIUM} (Debian: apt-get install chromium fonts-noto-core; elsewhere set CHROMIUM): the browser tests were left out.`;
}

export function launch({ webgl = true } = {}) {
  const quiet = [
    '--disable-background-networking',
    '--disable-quic',
    '--no-first-run',
    '--disable-component-update',
    '--disable-sync',
  ];
  const drawing = webgl
    ? ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
    : ['--disable-3d-apis'];
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', ...drawing, ...quiet] });
}

/** The map has drawn everything it knows of. */
export function mapIdle(page) {
  return page.evaluate(
    () =>
      new Promise((done) => {
        const look = () => {
          const map = window.__placetime?.map;
          if (!map) return setTimeout(look, 50);
          if (map.loaded() && !map.isMoving()) return done();
          map.once('idle', () => done());
        };
        look();
      }),
  );
}
