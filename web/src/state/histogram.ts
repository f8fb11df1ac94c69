// Incidents over time: days, weeks, months, years or decades, whichever gives a readable number of bars.
//
// A record known to the day stands in one bar. A record known only to a longer span is spread evenly over the
// bars it may belong to, and counted apart, so that it can be drawn paler. Where only one end is known ("before
// 15 June") the record stands, paler, at that end: nothing says how far the other may be.

import { date, day, dayOf } from './day';
import type { Span } from './incident';

/** Days that one or several incidents may belong to. */
export type Spell = { span: Span; n?: number };

/** First and last day of a bar, what is certain to lie in it, and the even shares of what may. */
export type Bin = { first: number; last: number; sure: number; shared: number };

export type Unit = 'day' | 'week' | 'month' | 'year' | 'decade';

export type Bars = { unit: Unit; bins: readonly Bin[] };

/** About as many bars as fit under a map with two or three pixels each. */
const BARS_MAX = 140;

const UNIT_DAYS: [Unit, number][] = [
  ['day', 1],
  ['week', 7],
  ['month', 30.44],
  ['year', 365.25],
  ['decade', 3652.5],
];

/** The axis spans `all`; the bars count `some`. null when nothing has a calendar day. */
export function bars(all: readonly Spell[], some: readonly Spell[]): Bars | null {
  let first = Infinity;
  let last = -Infinity;
  for (const { span } of all) {
    if (!span) continue;
    for (const end of [span.first, span.last]) {
      if (!Number.isFinite(end)) continue;
      first = Math.min(first, end);
      last = Math.max(last, end);
    }
  }
  if (first > last) return null;
  const unit = UNIT_DAYS.find(([, days]) => (last - first + 1) / days <= BARS_MAX)?.[0] ?? 'decade';
  const bins = edges(unit, first, last);
  // The bar of a day, looked up rather than searched for.
  const begin = bins[0]?.first ?? 0;
  const barOf = new Int16Array((bins.at(-1)?.last ?? begin) - begin + 1);
  for (const [i, bin] of bins.entries()) barOf.fill(i, bin.first - begin, bin.last - begin + 1);
  const bar = (at: number): number => barOf[at - begin] ?? indexOf(bins, at);
  for (const { span, n = 1 } of some) {
    if (!span) continue;
    const open = !Number.isFinite(span.first) || !Number.isFinite(span.last);
    const from = bar(Number.isFinite(span.first) ? span.first : span.last);
    const to = open ? from : bar(span.last);
    for (let i = from; i <= to; i++) {
      const bin = bins[i];
      if (!bin) continue;
      if (from === to && !open) bin.sure += n;
      else bin.shared += n / (to - from + 1);
    }
  }
  return { unit, bins };
}

/** The bars a window covers, both ends included; the whole axis where there is no bound. */
export function windowOf({ bins }: Bars, from: string | null, to: string | null): { from: number; to: number } {
  const [first, last] = [day(from), day(to)];
  const start = first === null ? 0 : indexOf(bins, first);
  const end = last === null ? bins.length - 1 : indexOf(bins, last);
  return { from: Math.min(start, end), to: Math.max(start, end) };
}

function edges(unit: Unit, first: number, last: number): Bin[] {
  const bins: Bin[] = [];
  for (let at = floor(unit, first); at <= last; ) {
    const next = after(unit, at);
    bins.push({ first: at, last: next - 1, sure: 0, shared: 0 });
    at = next;
  }
  return bins;
}

function floor(unit: Unit, at: number): number {
  const when = date(at);
  const year = when.getUTCFullYear();
  switch (unit) {
    case 'day':
      return at;
    case 'week':
      // Weeks begin on Monday (ISO 8601); 1970-01-01 was a Thursday.
      return at - ((((at + 3) % 7) + 7) % 7);
    case 'month':
      return dayOf(year, when.getUTCMonth());
    case 'year':
      return dayOf(year, 0);
    case 'decade':
      return dayOf(year - (year % 10), 0);
  }
}

function after(unit: Unit, at: number): number {
  const when = date(at);
  const year = when.getUTCFullYear();
  switch (unit) {
    case 'day':
      return at + 1;
    case 'week':
      return at + 7;
    case 'month':
      return dayOf(year, when.getUTCMonth() + 1);
    case 'year':
      return dayOf(year + 1, 0);
    case 'decade':
      return dayOf(year + 10, 0);
  }
}

function indexOf(bins: readonly Bin[], at: number): number {
  let low = 0;
  let high = bins.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bins[middle]?.first ?? Infinity) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
