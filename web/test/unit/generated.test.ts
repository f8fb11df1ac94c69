import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GENERATED, generated, LABELS, labels } from '../../scripts/columns.mjs';
import { NUMBERS, TEXTS, TYPES } from '../../src/api/generated';

test('the types are those of the server’s tables (else: npm run columns)', () => {
  const now: string | null = generated();
  if (now === null) return console.log('the server’s sources are not beside the page’s; not compared, 1 skipped');
  const words = (text: string): string[] => text.match(/\w+/g) ?? [];
  expect(words(readFileSync(GENERATED, 'utf8'))).toEqual(words(now));
  expect(words(readFileSync(LABELS, 'utf8'))).toEqual(words(String(labels())));
});

test('no column is of two types, and every type has a group', () => {
  expect(new Set([...TEXTS, ...NUMBERS]).size).toBe(TEXTS.length + NUMBERS.length);
  expect(Object.keys(TYPES).length).toBeGreaterThan(30);
});
