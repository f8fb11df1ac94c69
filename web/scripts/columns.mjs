// The browser's types of the server's rows, made from the server's own tables: the columns
// (src/formats/columns.rs) and the incident types (src/incident/kind.rs). `npm run columns` writes
// src/api/generated.ts; a unit test says when that file no longer holds what the tables say.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const COLUMNS = here('../../src/formats/columns.rs');
const TYPES = here('../../src/incident/kind.rs');
export const GENERATED = here('../src/api/generated.ts');
export const LABELS = here('../src/words/types.ts');

/** The text of generated.ts, or null where the server's sources are not beside the page's. */
export function generated() {
  if (!existsSync(COLUMNS) || !existsSync(TYPES)) return null;
  const columns = [
    ...readFileSync(COLUMNS, 'utf8').matchAll(
      /^ {4}"(\w+)" "\w+" (Text|Integer|Real|Date|DateTime) "((?:[^"\\]|\\.)*)"/gm,
    ),
  ];
  const types = typesOf();
  if (columns.length < 40 || types.length < 20)
    throw new Error('the tables of the server are not as they were: look at scripts/columns.mjs');
  const named = (of) =>
    columns
      .filter(([, , type]) => of(type))
      .map(([, name, , meaning]) => `  /** ${meaning.replaceAll('\\"', '"')} */\n  '${name}',`)
      .join('\n');
  const number = (type) => type === 'Integer' || type === 'Real';
  return `// Made by scripts/columns.mjs from the server's tables of columns and of incident types. Not for editing.

/** Columns of text, days and moments. Lists are joined by "; ". */
export const TEXTS = [
${named((type) => !number(type))}
] as const;

/** Columns of numbers. */
export const NUMBERS = [
${named(number)}
] as const;

/** Every type of incident with the map's group it belongs to. */
export const TYPES = {
${types.map(([, code, , kind]) => `  ${code}: '${kind.toLowerCase()}',`).join('\n')}
} as const;
`;
}

/** The text of words/types.ts, or null. */
export function labels() {
  if (!existsSync(TYPES)) return null;
  return `// Made by scripts/columns.mjs from the server's table of incident types. Not for editing.

/** The server's words for the types, which are English. */
export const types = {
${typesOf()
  .map(([, code, label]) => `  type_${code}: '${label.replaceAll("'", "\\'")}',`)
  .join('\n')}
} as const;
`;
}

const typesOf = () => [...readFileSync(TYPES, 'utf8').matchAll(/^ {4}\w+ "(\w+)" "([^"]+)" (\w+) "[^"]*" "[^"]*";/gm)];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = generated();
  if (text === null) console.log("the server's sources are not here; generated.ts stays as it is");
  else {
    writeFileSync(GENERATED, text);
    writeFileSync(LABELS, labels());
  }
}
