// A date with its precision, in words: "15 June 2022", "week of 13 June 2022", "in June 2016",
// "a Wednesday, week not told". Never a day that the reports do not give.

import { date, day } from '../state/day';
import { language, locale, made, t } from './words';

export type Told = {
  date_start: string | null;
  date_end: string | null;
  date_precision: string | null;
  date_text: string | null;
  date_edtf?: string | null;
};

const LONG = format('long', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const PLAIN = format('plain', { day: 'numeric', month: 'long', year: 'numeric' });
const SHORT = format('short', { day: 'numeric', month: 'short', year: 'numeric' });
const DAY_MONTH = format('day-month', { day: 'numeric', month: 'long' });
const MONTH = format('month', { month: 'long', year: 'numeric' });
const YEAR = format('year', { year: 'numeric' });

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

const WEEKDAYS = ['Mon', 'Tues', 'Wednes', 'Thurs', 'Fri', 'Satur', 'Sun'];

/** The weekday that English words name, in the reader's language. */
function weekdayIn(words: string): string | null {
  const found = /\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/i.exec(words)?.[1];
  const at = WEEKDAYS.findIndex((it) => it.toLowerCase() === found?.toLowerCase());
  return at < 0 ? null : weekday(at);
}

/** 0 = Monday. */
export function weekday(at: number, width: 'long' | 'short' | 'narrow' = 'long'): string {
  // 1 January 2024 was a Monday.
  const monday = Date.UTC(2024, 0, 1) / 86_400_000;
  return format(`weekday-${width}`, { weekday: width })(monday + at);
}

export function monthName(at: number): string {
  return MONTH(at);
}

/** A moment of the log: day and minute, in the reader's own time zone, which is named. */
export function moment(text: string | null): string | null {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) return null;
  return made(
    'moment',
    () =>
      new Intl.DateTimeFormat(locale(), {
        day: 'numeric',
        month: 'short',
        year: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        timeZoneName: 'short',
      }),
  ).format(at);
}

function format(name: string, options: Intl.DateTimeFormatOptions): (day: number) => string {
  return (at) => {
    const made_ = made(`date-${name}`, () => new Intl.DateTimeFormat(locale(), { ...options, timeZone: 'UTC' }));
    const words = made_.format(date(at));
    return language() === 'en' ? words.replace(/^(\p{L}+),? (\d)/u, '$1 $2') : words;
  };
}
