import { describe, expect, test } from 'vitest';
import { TYPES } from '../api/generated';
import { ar } from './ar';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import { uk } from './uk';
import { preferred, type Words } from './words';

const TABLES: Record<string, Words> = { ar, es, fr, uk };

const forms = (entry: unknown): Record<string, string> =>
  typeof entry === 'string' ? { other: entry } : (entry as Record<string, string>);
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string).sort();

describe.each(Object.keys(TABLES))('%s', (lang) => {
  const table = TABLES[lang] as Record<string, unknown>;

  test('has every sentence of the page, every type, and nothing else', () => {
    const wanted = [...Object.keys(en), ...Object.keys(TYPES).map((it) => `type_${it}`)].sort();
    expect(Object.keys(table).sort()).toEqual(wanted);
  });

  test('fills in what English fills in', () => {
    for (const [key, entry] of Object.entries(en)) {
      const wanted = new Set(holes(forms(entry).other as string));
      for (const [form, text] of Object.entries(forms(table[key]))) {
        // "One account" needs no number where the word says it.
        const given = new Set([...holes(text), ...(form === 'other' ? [] : ['n'])]);
        const needed = new Set([...wanted, ...(form === 'other' ? [] : ['n'])]);
        expect([...given].sort(), `${key}, ${form}`).toEqual([...needed].sort());
      }
    }
  });

  test('has the plural forms of its language, or one for all', () => {
    const needed = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(table)) {
      const own = Object.keys(forms(entry));
      // French and Spanish "many" stands for millions; the other form says the same.
      const wanted = needed.filter((it) => it !== 'many' || lang === 'ar' || lang === 'uk');
      if (own.length > 1) expect([...own].sort(), key).toEqual([...wanted].sort());
    }
  });
});

test('the first language the page speaks is spoken', () => {
  expect(preferred(['de-DE', 'uk-UA', 'en'])).toBe('uk');
  expect(preferred(['de'])).toBe('en');
  expect(preferred([])).toBe('en');
});
