// The project's own sample reports as one file beside the page, for the first minutes of an empty installation.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FROM = fileURLToPath(new URL('../../samples/', import.meta.url));
const OUT = fileURLToPath(new URL('../public/samples.jsonl', import.meta.url));

/** One report a line: its header lines (`date: …`) become fields. */
export function line(name, file) {
  const [head, ...rest] = file.split(/\r?\n\r?\n/);
  const fields = Object.fromEntries([...head.matchAll(/^(\w+): (.*)$/gm)].map(([, key, value]) => [key, value.trim()]));
  const { date = null, url = null, publisher = null, title = null } = fields;
  return JSON.stringify({ id: name, url, publisher, title, published: date, text: rest.join('\n\n').trim() });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && existsSync(FROM)) {
  const names = readdirSync(FROM)
    .filter((name) => name.endsWith('.txt'))
    .sort();
  mkdirSync(new URL('../public/', import.meta.url), { recursive: true });
  writeFileSync(OUT, `${names.map((name) => line(name, readFileSync(FROM + name, 'utf8'))).join('\n')}\n`);
}
