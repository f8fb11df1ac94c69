// The one door to the page's sentences: `t('count', { hits: 3, all: 9 })`.

import { en } from './en';

export type Key = keyof typeof en;

/** English as written outside the United States: 15 June 2022. */
export const LOCALE = 'en-GB';

const plural = new Intl.PluralRules(LOCALE);
const numerals = new Intl.NumberFormat(LOCALE);

export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry: string | { one: string; other: string } = en[key];
  const pattern =
    typeof entry === 'string' ? entry : entry[plural.select(Number(values.n)) === 'one' ? 'one' : 'other'];
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numerals.format(value) : value;
  });
}

/** The sentence of a key that is put together at run time, or null when the table has none. */
export function maybe(key: string): string | null {
  return key in en ? t(key as Key) : null;
}

export function number(value: number): string {
  return numerals.format(value);
}

/** `950 m`, `4.5 km`, `29 km`: two figures, so that the words are no more exact than the place. */
export function distance(metres: number): string {
  if (metres < 1000) return `${number(Math.round(metres / 10) * 10 || Math.round(metres))} m`;
  const km = metres / 1000;
  const digits = km < 10 ? Math.round(km * 10) / 10 : km < 100 ? Math.round(km) : Math.round(km / 10) * 10;
  return `${number(digits)} km`;
}
