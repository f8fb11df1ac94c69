// A date with its precision, in words: "15 June 2022", "week of 13 June 2022", "in June 2016",
// "a Wednesday, week not told". Never a day that the reports do not give.

import { date, day } from '../state/day';
import { LOCALE, t } from './words';

export type Told = {
  date_start: string | null;
  date_end: string | null;
  date_precision: string | null;
  date_text: string | null;
  date_edtf?: string | null;
};

const LONG = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const PLAIN = format({ day: 'numeric', month: 'long', year: 'numeric' });
const SHORT = format({ day: 'numeric', month: 'short', year: 'numeric' });
const DAY_MONTH = format({ day: 'numeric', month: 'long' });
const MONTH = format({ month: 'long', year: 'numeric' });
const YEAR = format({ year: 'numeric' });

export function when(told: Told): string {
  const first = day(told.date_start);
  const last = day(told.date_end);
  if (first === null && last === null) return withoutDay(told);
  if (first === null) return t('when_before', { last: PLAIN(last ?? 0) });
  if (last === null) return t('when_since', { first: PLAIN(first) });
  switch (told.date_precision) {
    case 'day':
      return first === last ? LONG(first) : span(first, last);
    case 'week':
      return t('when_week', { first: PLAIN(first) });
    case 'month':
      return MONTH(first) === MONTH(last) ? t('when_month', { month: MONTH(first) }) : span(first, last);
    case 'year':
      return YEAR(first) === YEAR(last) ? t('when_year', { year: YEAR(first) }) : span(first, last);
    case 'days':
      return t('when_days', { first: DAY_MONTH(first), last: PLAIN(last) });
    default:
      return first === last ? LONG(first) : span(first, last);
  }
}

/** For a list row: as short as it can be without saying more than is known. */
export function whenShort(told: Told): string {
  const first = day(told.date_start);
  return first !== null && told.date_start === told.date_end ? SHORT(first) : when(told);
}

export function dayInWords(text: string | null): string | null {
  const found = day(text);
  return found === null ? null : PLAIN(found);
}

/** For the time axis. */
export function axisLabel(at: number, unit: 'day' | 'month' | 'year'): string {
  return { day: SHORT, month: MONTH, year: YEAR }[unit](at);
}

function span(first: number, last: number): string {
  return t('when_span', { first: PLAIN(first), last: PLAIN(last) });
}

function withoutDay({ date_precision, date_text, date_edtf }: Told): string {
  if (date_precision === 'weekday') {
    const weekday = weekdayIn(date_text ?? '');
    if (weekday) return t('when_weekday', { weekday });
    if (date_text) return t('when_weekday_words', { words: date_text });
  }
  if (date_precision === 'day_no_year') {
    const parts = /^X{4}-(\d{2})-(\d{2})/.exec(date_edtf ?? '');
    // A leap year, so that 29 February has its name.
    const found = parts ? day(`2000-${parts[1]}-${parts[2]}`) : null;
    if (found !== null) return t('when_day_no_year', { day: DAY_MONTH(found) });
    if (date_text) return t('when_day_no_year', { day: `“${date_text}”` });
  }
  return date_text ? t('when_told_only', { words: date_text }) : t('when_none');
}

function weekdayIn(words: string): string | null {
  return (
    /\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/i.exec(words)?.[0].replace(/^./, (it) => it.toUpperCase()) ?? null
  );
}

function format(options: Intl.DateTimeFormatOptions): (day: number) => string {
  const formatter = new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: 'UTC' });
  return (at) => formatter.format(date(at)).replace(/^(\p{L}+),? (\d)/u, '$1 $2');
}
