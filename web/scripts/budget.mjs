// The app beside MapLibre stays small: 80 kB gzip for all code and styles that are our own, Preact's or pmtiles', in
// however many files they come, with the largest of the languages, since a reader loads one of them.

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
const languages = sizes.filter(({ name }) => /^(ar|english|es|fr|uk)-/.test(name));
const largest = Math.max(0, ...languages.map(({ kb }) => kb));
const own = sizes.filter((it) => !it.name.startsWith('maplibre') && !languages.includes(it));
const app = sum(own) + largest;
const library = sum(sizes.filter(({ name }) => name.startsWith('maplibre')));
const first = sum(own.filter(({ name }) => /^(index|view|site)-/.test(name))) + largest;
console.log(
  `bundle budget: app ${app.toFixed(1)} of ${APP_KB_MAX} kB gzip with the largest of ${languages.length} languages (${largest.toFixed(1)} kB), beside MapLibre with ${library.toFixed(1)} kB\ncounted: ${own.map(({ name, kb }) => `${name.replace(/-[^-]*\./, '.')} ${kb.toFixed(1)}`).join(', ')}; the list is there with ${first.toFixed(1)} kB of them`,
);
if (app > APP_KB_MAX) {
  console.log('the app is over its budget');
  process.exit(1);
}
