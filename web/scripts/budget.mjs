// The app beside MapLibre stays small: 80 kB gzip for everything that is our own or Preact's.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const APP_KB_MAX = 80;
const ASSETS = fileURLToPath(new URL('../dist/assets/', import.meta.url));

if (!existsSync(ASSETS)) {
  console.log('bundle budget: no dist/ (run `npm run build`); not checked, 1 skipped');
  process.exit(0);
}
const sizes = readdirSync(ASSETS)
  .filter((name) => /\.(js|css)$/.test(name))
  .map((name) => ({ name, kb: gzipSync(readFileSync(ASSETS + name), { level: 9 }).length / 1000 }));
const sum = (some) => some.reduce((total, { kb }) => total + kb, 0);
const app = sum(sizes.filter(({ name }) => !name.startsWith('maplibre')));
const library = sum(sizes.filter(({ name }) => name.startsWith('maplibre')));
console.log(
  `bundle budget: app ${app.toFixed(1)} of ${APP_KB_MAX} kB gzip, beside MapLibre with ${library.toFixed(1)} kB`,
);
if (app > APP_KB_MAX) {
  console.log('the app is over its budget');
  process.exit(1);
}
