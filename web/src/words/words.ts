// The one door to the page's sentences: `t('count', { hits: 3, all: 9 })`, in the reader's language.

import type { TYPES } from '../api/generated';
export type Key = keyof typeof import('./en').en;

/** A sentence, or one for each of the language's plural categories (Intl.PluralRules). */
type Entry = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);

/** One language's sentences, and its words for the types of incident. A test holds every table to all of them. */
export type Words = Partial<Record<Key | `type_${keyof typeof TYPES}`, Entry>>;

export const LANGUAGES = ['en', 'ar', 'es', 'fr', 'uk'] as const;
export type Lang = (typeof LANGUAGES)[number];

/** Each language by its own name. */
export const LANGUAGE_NAMES: Record<Lang, string> = {
  en: 'English',
  ar: 'العربية',
  es: 'Español',
  fr: 'Français',
  uk: 'Українська',
};

/** English as written outside the United States: 15 June 2022. */
const LOCALES: Record<Lang, string> = { en: 'en-GB', ar: 'ar', es: 'es', fr: 'fr', uk: 'uk' };

const LOADERS: Record<Lang, () => Promise<Words>> = {
  en: () => import('./english').then((it) => it.english),
  ar: () => import('./ar').then((it) => it.ar),
  es: () => import('./es').then((it) => it.es),
  fr: () => import('./fr').then((it) => it.fr),
  uk: () => import('./uk').then((it) => it.uk),
};

let spoken: Lang = 'en';
let table: Words = {};

export function language(): Lang {
  return spoken;
}

export function locale(): string {
  return LOCALES[spoken];
}

/** From now on the page speaks `lang`; where its table cannot be loaded, as before, else English. */
export async function speak(lang: Lang): Promise<void> {
  try {
    table = await LOADERS[lang]();
    spoken = lang;
  } catch (error) {
    if (Object.keys(table).length > 0) return;
    if (lang === 'en') throw error;
    await speak('en');
  }
}

/** The first of the reader's languages that the page speaks. */
export function preferred(languages: readonly string[]): Lang {
  for (const wished of languages) {
    const found = LANGUAGES.find((lang) => wished.toLowerCase().split('-')[0] === lang);
    if (found) return found;
  }
  return 'en';
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return said(table[key] ?? key, values);
}

function said(entry: Entry, values: Record<string, string | number>): string {
  const pattern =
    typeof entry === 'string' ? entry : (entry[plural().select(Number(values.n)) as 'other'] ?? entry.other);
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

/** The sentence of a key that is put together at run time, or null when the table has none. */
export function maybe(key: string): string | null {
  const entry = table[key as Key];
  return entry === undefined ? null : said(entry, {});
}

export function number(value: number): string {
  return made('number', () => new Intl.NumberFormat(locale())).format(value);
}

/** A country in the reader's language; the code where the browser knows no name. */
export function country(code: string): string {
  try {
    return made('region', () => new Intl.DisplayNames(locale(), { type: 'region' })).of(code) ?? code;
  } catch {
    return code;
  }
}

/** `950 m`, `4.5 km`, `29 km`: two figures, so that the words are no more exact than the place. */
export function distance(metres: number): string {
  if (metres < 1000) return measured(Math.round(metres / 10) * 10 || Math.round(metres), 'meter');
  const km = metres / 1000;
  return measured(
    km < 10 ? Math.round(km * 10) / 10 : km < 100 ? Math.round(km) : Math.round(km / 10) * 10,
    'kilometer',
  );
}

function measured(value: number, unit: 'meter' | 'kilometer'): string {
  return made(unit, () => new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'short' })).format(value);
}

function plural(): Intl.PluralRules {
  return made('plural', () => new Intl.PluralRules(locale()));
}

const formatters = new Map<string, unknown>();

/** A formatter of the language spoken now; made once. */
export function made<T>(name: string, make: () => T): T {
  const key = `${spoken} ${name}`;
  if (!formatters.has(key)) formatters.set(key, make());
  return formatters.get(key) as T;
}
