//! "on Wednesday", "15 June", "in June", "earlier in the week": dates as told, and the calendar
//! days they mean against the day of publication.
//!
//! ```text
//! published Saturday 2022-06-18:  "on Wednesday"        -> 2022-06-15
//!                                 "earlier in the week" -> 2022-06-13/2022-06-17
//!                                 "in June"             -> 2022-06
//! published: not known            "on Wednesday"        -> a Wednesday, no calendar day
//!                                 "15 June"             -> XXXX-06-15
//! ```
//!
//! A day nobody told is never made up: without a day of publication a weekday stays a weekday and a
//! day without year stays one.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use crate::incident::{DatePrecision, When};

use super::calendars::{self, Calendar};
use super::numbers::{digits, word_value};
use super::sentences::{Token, tokens};

/// Years taken for years; anything else is a number.
pub const YEARS: std::ops::RangeInclusive<i16> = 1800..=2100;

/// A unit of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months.
    Month,
    /// Years.
    Year,
}

/// A date as the words give it, before anyone asks when the report was published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Form {
    /// A full calendar day.
    Full(Date),
    /// Day and month.
    DayMonth {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
    /// Month and year.
    MonthYear {
        /// The year.
        year: i16,
        /// 1 to 12.
        month: i8,
    },
    /// A month; part: -1 early, 0 whole, 1 late.
    Month {
        /// 1 to 12.
        month: i8,
        /// -1 the year before, 0 the nearest, 1 the next, 2 the year after ("of next year").
        shift: i8,
    },
    /// A year.
    Year(i16),
    /// A weekday; shift -1 "last", 0 plain, 1 "next".
    Weekday {
        /// Monday 1 to Sunday 7.
        weekday: i8,
        /// -1 last, 0 plain, 1 next.
        shift: i8,
    },
    /// A day relative to publication: today 0, yesterday -1.
    Day(i32),
    /// The night before publication: the day of publication or the one before.
    Overnight,
    /// A unit relative to publication: last week, this month, next year.
    Relative {
        /// Week, month or year.
        unit: Unit,
        /// -1, 0, 1.
        shift: i32,
        /// "earlier in the week": not after the day of publication.
        so_far: bool,
    },
    /// The weekend: -1 last, 0 this or the.
    Weekend(i32),
    /// "two days ago"; the number is open for "days ago".
    Ago {
        /// How many; `None` for "days ago".
        n: Option<u32>,
        /// Of what.
        unit: Unit,
    },
    /// "two days later", "the next day", "a day earlier": relative to another incident.
    FromEvent {
        /// How many; `None` for "days later".
        n: Option<u32>,
        /// Of what.
        unit: Unit,
        /// Later, or earlier.
        later: bool,
    },
    /// From one day to another.
    Between(Box<Form>, Box<Form>),
    /// "since 2015": ongoing from then.
    Since(Box<Form>),
    /// "before 15 June".
    Before(Box<Form>),
    /// A span without an anchor: "90 minutes", "three days".
    Duration {
        /// How many; `None` when open.
        n: Option<u32>,
        /// Of what.
        unit: Unit,
    },
}

/// Words that tell a date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateMention {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// First and one past the last token in the sentence.
    pub tokens: Range<usize>,
    /// What they say.
    pub form: Form,
    /// A weekday that stands beside a day and month ("Wednesday, 15 June").
    pub weekday: Option<i8>,
    /// Time of day, where told: "04:17".
    pub time: Option<String>,
}

/// Is this line nothing but a date? Returns the day when it is a full one.
#[must_use]
pub fn is_date_line(line: &str) -> bool {
    date_line(line).is_some()
}

/// The full day of a line that is nothing but a date (with "Published", a weekday or a time).
#[must_use]
pub fn date_line(line: &str) -> Option<Date> {
    let words = tokens(line, 0..line.len());
    let found = find(&words);
    let day = found.iter().find_map(|m| match m.form {
        Form::Full(day) => Some(day),
        _ => None,
    })?;
    let mut others = words
        .iter()
        .enumerate()
        .filter(|(i, t)| !found.iter().any(|m| m.tokens.contains(i)) && t.is_word());
    let filler = [
        "published",
        "updated",
        "posted",
        "date",
        "on",
        "at",
        "gmt",
        "utc",
        "est",
        "edt",
        "am",
        "pm",
        "a.m",
        "p.m",
        "a.m.",
        "p.m.",
        "p",
        "m",
        "a",
        "et",
        "ist",
        "local",
        "time",
        "by",
        "last",
        "modified",
        "bst",
        "cet",
    ];
    let clean = others.all(|(_, t)| {
        filler.contains(&t.lower.as_str())
            || t.lower.contains(':')
            || t.lower.chars().all(|c| c.is_ascii_digit()) && t.lower.len() <= 2
    });
    clean.then_some(day)
}

fn month(word: &str) -> Option<i8> {
    if !matches!(
        word.as_bytes().first(),
        Some(b'j' | b'f' | b'm' | b'a' | b's' | b'o' | b'n' | b'd')
    ) {
        return None;
    }
    let word = word.trim_end_matches('.');
    Some(match word {
        "january" | "jan" => 1,
        "february" | "feb" => 2,
        "march" | "mar" => 3,
        "april" | "apr" => 4,
        "may" => 5,
        "june" | "jun" => 6,
        "july" | "jul" => 7,
        "august" | "aug" => 8,
        "september" | "sept" | "sep" => 9,
        "october" | "oct" => 10,
        "november" | "nov" => 11,
        "december" | "dec" => 12,
        _ => return None,
    })
}

/// Is the word a weekday?
pub(super) fn is_weekday(word: &str) -> bool {
    weekday(word).is_some()
}

/// Is the word a weekday or a month?
pub(super) fn names_a_day(word: &str) -> bool {
    weekday(word).is_some() || month(word).is_some()
}

/// Is the word a month's name or a year?
pub(super) fn names_month_or_year(word: &str) -> bool {
    month(word).is_some() || year(word).is_some()
}

fn weekday(word: &str) -> Option<i8> {
    if !matches!(
        word.as_bytes().first(),
        Some(b'm' | b't' | b'w' | b'f' | b's')
    ) {
        return None;
    }
    let word = word.trim_end_matches("'s");
    Some(match word {
        "monday" | "mondays" => 1,
        "tuesday" => 2,
        "wednesday" => 3,
        "thursday" => 4,
        "friday" | "fridays" => 5,
        "saturday" => 6,
        "sunday" | "sundays" => 7,
        _ => return None,
    })
}

fn unit(word: &str) -> Option<Unit> {
    if !matches!(
        word.as_bytes().first(),
        Some(b'm' | b'h' | b'd' | b'w' | b'y')
    ) {
        return None;
    }
    Some(match word.trim_end_matches("'s") {
        "minute" | "minutes" => Unit::Minute,
        "hour" | "hours" => Unit::Hour,
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" => Unit::Year,
        _ => return None,
    })
}

fn ordinal_day(word: &str) -> Option<i8> {
    if !word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let bare = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|s| word.strip_suffix(s))
        .unwrap_or(word);
    if bare.len() > 2 || !bare.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    bare.parse::<i8>().ok().filter(|d| (1..=31).contains(d))
}

fn year(word: &str) -> Option<i16> {
    let four = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    four.then(|| word.parse().ok())
        .flatten()
        .filter(|y| YEARS.contains(y))
}

/// "2022-06-15", "15/06/2022", "15.06.2022"; a slash date that could be read both ways is none.
fn numeric_date(word: &str) -> Option<Date> {
    // Every word is asked; few have a digit.
    if !word.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let iso: Vec<&str> = word.split('-').collect();
    if let [y, m, d] = iso[..] {
        return Date::new(year(y)?, m.parse().ok()?, d.parse().ok()?).ok();
    }
    let parts: Vec<&str> = word.split(['/', '.']).collect();
    let [a, b, y] = parts[..] else { return None };
    let (a, b): (i8, i8) = (a.parse().ok()?, b.parse().ok()?);
    let y = year(y)?;
    match word.contains('.') || a > 12 {
        true => Date::new(y, b, a).ok(),
        false if b > 12 || a == b => Date::new(y, a, b).ok(),
        false => None,
    }
}

/// The date expressions of one sentence, in order, not overlapping.
#[must_use]
pub fn find(tokens: &[Token]) -> Vec<DateMention> {
    scan(&Scan {
        tokens,
        given: false,
    })
}

/// The date expressions of words that are known to tell a date: a bare "1998" or "March" counts.
pub(super) fn find_given(tokens: &[Token]) -> Vec<DateMention> {
    scan(&Scan {
        tokens,
        given: true,
    })
}

/// A number that stands where a year would, and is none.
fn is_no_year(token: &Token) -> bool {
    /// Digits from which on a number is no year.
    const DIGITS_MIN: usize = 5;
    let digits = !token.lower.is_empty() && token.lower.bytes().all(|b| b.is_ascii_digit());
    digits && (token.lower.len() >= DIGITS_MIN || token.lower.bytes().all(|b| b == b'0'))
}

fn scan(scan: &Scan) -> Vec<DateMention> {
    let tokens = scan.tokens;
    let mut out: Vec<DateMention> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        match scan.at(i) {
            Some(found) if found.end > i => {
                let span = tokens[i].span.start..tokens[found.end - 1].span.end;
                out.push(DateMention {
                    span,
                    tokens: i..found.end,
                    form: found.form,
                    weekday: found.weekday,
                    time: found.time,
                });
                i = found.end;
            }
            _ => i += 1,
        }
    }
    // "on 15 June 99999", "15 June 0": a year that is none, and no date of this year.
    out.retain(|d| {
        !(matches!(d.form, Form::DayMonth { .. } | Form::Month { .. })
            && tokens.get(d.tokens.end).is_some_and(is_no_year))
    });
    out
}

struct Found {
    form: Form,
    end: usize,
    weekday: Option<i8>,
    time: Option<String>,
}

impl Found {
    fn new(form: Form, end: usize) -> Self {
        Self {
            form,
            end,
            weekday: None,
            time: None,
        }
    }
}

struct Scan<'a> {
    /// The words are known to tell a date.
    given: bool,
    tokens: &'a [Token],
}

impl Scan<'_> {
    fn word(&self, i: usize) -> &str {
        self.tokens.get(i).map_or("", |t| t.lower.as_str())
    }

    fn capital(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| t.capital)
    }

    fn at(&self, i: usize) -> Option<Found> {
        self.numeric(i)
            .or_else(|| self.weekday_and_day(i))
            .or_else(|| self.day_month(i))
            .or_else(|| self.month_day(i))
            .or_else(|| self.month_year(i))
            .or_else(|| self.other_calendar(i))
            .or_else(|| self.quarter(i))
            .or_else(|| self.weekday_alone(i))
            .or_else(|| self.relative(i))
            .or_else(|| self.counted(i))
            .or_else(|| self.month_alone(i))
            .or_else(|| self.year_alone(i))
    }

    fn numeric(&self, i: usize) -> Option<Found> {
        if let Some(day) = numeric_date(self.word(i)) {
            return Some(Found::new(Form::Full(day), i + 1));
        }
        // Tokens hold "15.06.2022" whole, but "15/06/2022" in five pieces.
        if self.word(i + 1) == "/" && self.word(i + 3) == "/" {
            let joined: String = (i..(i + 5).min(self.tokens.len()))
                .map(|k| self.word(k))
                .collect();
            return numeric_date(&joined).map(|d| Found::new(Form::Full(d), i + 5));
        }
        None
    }

    /// "3 Ramadan 1445", "12 Bahman 1402", "Ramadan 3, 1445": a day of another calendar, with its
    /// year. The Islamic months begin when the new moon is seen: a day either way.
    fn other_calendar(&self, i: usize) -> Option<Found> {
        let month_at = |at: usize| {
            if !self.capital(at) {
                return None;
            }
            let two = format!("{} {}", self.word(at), self.word(at + 1));
            let named = |name: &str, len: usize| {
                calendars::month_named(name).map(|(calendar, month)| (calendar, month, at + len))
            };
            named(&two, 2).or_else(|| named(self.word(at), 1))
        };
        let (day, (calendar, month, mut at)) = match ordinal_day(self.word(i)) {
            Some(day) => (
                day,
                month_at(i + 1 + usize::from(self.word(i + 1) == "of"))?,
            ),
            None => {
                let (calendar, month, at) = month_at(i)?;
                (ordinal_day(self.word(at))?, (calendar, month, at + 1))
            }
        };
        at += usize::from(self.word(at) == ",");
        let year = i64::try_from(digits(self.word(at))?).ok()?;
        let day = i64::from(day);
        let mut end = at + 1;
        end += usize::from(matches!(self.word(end), "ah" | "hijri" | "h"));
        let form = match calendar {
            Calendar::Solar => Form::Full(calendars::from_solar(year, month, day)?),
            Calendar::Islamic => {
                let middle = calendars::ISLAMIC_YEARS
                    .contains(&year)
                    .then(|| calendars::from_islamic(year, month, day))??;
                let first = plus(middle, -1)?;
                let last = plus(middle, 1)?;
                Form::Between(Form::Full(first).into(), Form::Full(last).into())
            }
        };
        Some(Found::new(form, end))
    }

    /// "the first quarter of 2024", "Q3 2023": its months.
    fn quarter(&self, i: usize) -> Option<Found> {
        let (n, at) = match self.word(i) {
            "q1" => (0, i + 1),
            "q2" => (1, i + 1),
            "q3" => (2, i + 1),
            "q4" => (3, i + 1),
            word if self.word(i + 1) == "quarter" => {
                let n = match word {
                    "first" | "1st" => 0,
                    "second" | "2nd" => 1,
                    "third" | "3rd" => 2,
                    "fourth" | "4th" | "last" | "final" => 3,
                    _ => return None,
                };
                (n, i + 2)
            }
            _ => return None,
        };
        let at = at + usize::from(matches!(self.word(at), "of" | ","));
        let year = year(self.word(at))?;
        let month = |month: i8| Box::new(Form::MonthYear { year, month });
        let form = Form::Between(month(n * 3 + 1), month(n * 3 + 3));
        Some(Found::new(form, at + 1))
    }

    /// "Wednesday, 15 June", "Wednesday, June 15", "Wednesday (June 15)".
    fn weekday_and_day(&self, i: usize) -> Option<Found> {
        let weekday = weekday(self.word(i))?;
        let mut at = i + 1;
        while matches!(
            self.word(at),
            "," | "(" | "the" | "night" | "morning" | "evening" | "afternoon" | "on" | "."
        ) {
            at += 1;
            if at > i + 4 {
                return None;
            }
        }
        let mut found = self
            .day_month(at)
            .or_else(|| self.month_day(at))
            .or_else(|| self.numeric(at))?;
        if self.word(found.end) == ")" && self.word(at.wrapping_sub(1)) == "(" {
            found.end += 1;
        }
        found.weekday = Some(weekday);
        Some(found)
    }

    /// "15 June 2022", "15 June", "15th of June", "3-5 June", "3 and 4 June".
    fn day_month(&self, i: usize) -> Option<Found> {
        if let Some((first, last)) = self.word(i).split_once('-') {
            let (first, last) = (ordinal_day(first)?, ordinal_day(last)?);
            let month = month(self.word(i + 1)).filter(|_| self.capital(i + 1))?;
            let (first, end) = self.with_year(month, first, i + 2);
            let (last, _) = self.with_year(month, last, i + 2);
            return Some(Found::new(Form::Between(first.into(), last.into()), end));
        }
        let day = ordinal_day(self.word(i))?;
        let mut at = i + 1;
        if matches!(self.word(at), "and" | "to" | "–" | "-" | "until" | "or")
            && let Some(last) = ordinal_day(self.word(at + 1))
            && let Some(m) = month(self.word(at + 2)).filter(|_| self.capital(at + 2))
        {
            let (first, end) = self.with_year(m, day, at + 3);
            let (last, _) = self.with_year(m, last, at + 3);
            return Some(Found::new(Form::Between(first.into(), last.into()), end));
        }
        at += usize::from(self.word(at) == "of");
        let month = month(self.word(at)).filter(|_| self.capital(at))?;
        let (form, end) = self.with_year(month, day, self.skip_dot(at + 1));
        if self.is_no_year(end) {
            return None;
        }
        Some(Found::new(form, end))
    }

    /// "June 15, 2022", "June 15", "Oct. 7", "June 3-5".
    fn month_day(&self, i: usize) -> Option<Found> {
        let month = month(self.word(i)).filter(|_| self.capital(i))?;
        let at = self.skip_dot(i + 1);
        let at = at + usize::from(self.word(at) == "the");
        if let Some((first, last)) = self.word(at).split_once('-')
            && let (Some(first), Some(last)) = (ordinal_day(first), ordinal_day(last))
        {
            let (first, end) = self.with_year(month, first, at + 1);
            let (last, _) = self.with_year(month, last, at + 1);
            return Some(Found::new(Form::Between(first.into(), last.into()), end));
        }
        let day = ordinal_day(self.word(at))?;
        // "June 15 2022" and "June 15, 2022"; "June 22,000" is none.
        if matches!(self.word(at + 1), "–" | "and" | "to")
            && let Some(last) = ordinal_day(self.word(at + 2))
            && month_follows_not(self.word(at + 3))
        {
            let (first, end) = self.with_year(month, day, at + 3);
            let (last, _) = self.with_year(month, last, at + 3);
            return Some(Found::new(Form::Between(first.into(), last.into()), end));
        }
        let (form, end) = self.with_year(month, day, at + 1);
        Some(Found::new(form, end))
    }

    /// "5 May 99999", "1 January 0": no year, and no day of this one either.
    fn is_no_year(&self, at: usize) -> bool {
        let word = self.word(at);
        (word.len() > 4 && word.bytes().all(|b| b.is_ascii_digit())) || word == "0"
    }

    /// A year after day and month, with or without a comma.
    fn with_year(&self, month: i8, day: i8, at: usize) -> (Form, usize) {
        let comma = usize::from(self.word(at) == ",");
        if let Some(y) = year(self.word(at + comma))
            && let Ok(date) = Date::new(y, month, day)
        {
            return (Form::Full(date), at + comma + 1);
        }
        (Form::DayMonth { month, day }, at)
    }

    fn skip_dot(&self, at: usize) -> usize {
        let short = self.word(at.wrapping_sub(1)).len() <= 4;
        if short && self.word(at) == "." {
            at + 1
        } else {
            at
        }
    }

    /// "June 2022", "June of last year", "early June 2022".
    fn month_year(&self, i: usize) -> Option<Found> {
        let i = i + usize::from(matches!(self.word(i), "early" | "late" | "mid" | "mid-"));
        let m = self.month_word(i)?;
        let at = self.skip_dot(i + 1);
        let at = at + usize::from(matches!(self.word(at), "," | "of"));
        if let Some(y) = year(self.word(at)) {
            return Some(Found::new(Form::MonthYear { year: y, month: m }, at + 1));
        }
        let shift = match (self.word(at), self.word(at + 1)) {
            ("last", "year") => -1,
            ("next", "year") => 2,
            ("this", "year") => 0,
            _ => return None,
        };
        Some(Found::new(Form::Month { month: m, shift }, at + 2))
    }

    /// A month's name with a capital; "mid-June" too.
    fn month_word(&self, i: usize) -> Option<i8> {
        let word = self.word(i);
        let word = ["mid-", "early-", "late-"]
            .iter()
            .find_map(|p| word.strip_prefix(p))
            .unwrap_or(word);
        let prefixed = word.len() != self.word(i).len();
        month(word).filter(|_| self.capital(i) || prefixed)
    }

    /// "in June", "last June", "since March", "June's": a month's name that is no other word here.
    fn month_alone(&self, i: usize) -> Option<Found> {
        let first = self.word(i);
        let (at, shift) = match first {
            "last" => (i + 1, 0),
            "next" => (i + 1, 1),
            "this" | "early" | "late" | "mid" => (i + 1, 0),
            _ => (i, 0),
        };
        let m = self.month_word(at)?;
        let before = if at > i {
            first
        } else {
            self.word(i.wrapping_sub(1))
        };
        let ambiguous = matches!(
            self.word(at),
            "may" | "march" | "august" | "mar" | "dec" | "sep" | "jun" | "jan"
        );
        let led = matches!(
            before,
            "in" | "of"
                | "since"
                | "last"
                | "this"
                | "next"
                | "early"
                | "late"
                | "mid"
                | "until"
                | "by"
                | "during"
                | "from"
                | "to"
                | "through"
                | "before"
                | "after"
                | "and"
                | "between"
                | "end"
                | "every"
        );
        let short = self.word(at).trim_end_matches('.').len() == 3 && self.word(at) != "may";
        if (ambiguous || short) && !led && !self.given {
            return None;
        }
        Some(Found::new(Form::Month { month: m, shift }, at + 1))
    }

    /// "on Wednesday", "Wednesday night", "last Wednesday", "next Wednesday".
    fn weekday_alone(&self, i: usize) -> Option<Found> {
        let (at, shift) = match self.word(i) {
            "last" | "past" | "previous" => (i + 1, -1),
            "next" | "coming" => (i + 1, 1),
            "this" => (i + 1, 0),
            _ => (i, 0),
        };
        let day = weekday(self.word(at)).filter(|_| self.capital(at))?;
        // "Black Monday", "Good Friday", "Bloody Sunday": names of other days.
        let named = matches!(
            self.word(i.wrapping_sub(1)),
            "black" | "good" | "bloody" | "ash" | "cyber" | "palm" | "easter" | "maundy" | "holy"
        );
        if named && self.capital(i.wrapping_sub(1)) {
            return None;
        }
        let end = at
            + 1
            + usize::from(matches!(
                self.word(at + 1),
                "night" | "morning" | "evening" | "afternoon" | "dawn"
            ));
        Some(Found::new(
            Form::Weekday {
                weekday: day,
                shift,
            },
            end,
        ))
    }

    fn relative(&self, i: usize) -> Option<Found> {
        let w = |k: usize| self.word(i + k);
        let day_part = |k: usize| {
            usize::from(matches!(
                w(k),
                "morning" | "night" | "evening" | "afternoon"
            ))
        };
        let found = match (w(0), w(1)) {
            ("today" | "today's" | "today’s", _) => (Form::Day(0), 1),
            ("yesterday" | "yesterday's" | "yesterday’s", _) => (Form::Day(-1), 1 + day_part(1)),
            ("tomorrow", _) => (Form::Day(1), 1 + day_part(1)),
            ("tonight" | "tonight's", _) => (Form::Day(0), 1),
            ("overnight", _) => (Form::Overnight, 1),
            ("last", "night") => (Form::Overnight, 2),
            ("during" | "in" | "through" | "throughout", "the")
                if w(2) == "night" && !matches!(w(3), "of" | "on" | "to" | "from" | "sky") =>
            {
                (Form::Overnight, 3)
            }
            ("this", "morning" | "afternoon" | "evening") => (Form::Day(0), 2),
            ("earlier", "today") => (Form::Day(0), 2),
            ("earlier" | "later", "this") if unit(w(2)).is_some() => (
                Form::Relative {
                    unit: unit(w(2))?,
                    shift: 0,
                    so_far: w(0) == "earlier",
                },
                3,
            ),
            ("earlier", "in") if w(2) == "the" && unit(w(3)).is_some() => (
                Form::Relative {
                    unit: unit(w(3))?,
                    shift: 0,
                    so_far: true,
                },
                4,
            ),
            ("earlier", "on") if weekday(w(2)).is_some() => (
                Form::Weekday {
                    weekday: weekday(w(2))?,
                    shift: 0,
                },
                3,
            ),
            ("this" | "last" | "next" | "previous", "weekend") => {
                (Form::Weekend(shift_of(w(0))), 2)
            }
            ("the", "weekend" | "weekend's") => (Form::Weekend(0), 2),
            ("this" | "last" | "next", _)
                if matches!(unit(w(1)), Some(Unit::Week | Unit::Month | Unit::Year)) =>
            {
                (
                    Form::Relative {
                        unit: unit(w(1))?,
                        shift: shift_of(w(0)),
                        so_far: false,
                    },
                    2,
                )
            }
            ("the", "previous" | "following" | "next" | "same")
                if matches!(
                    w(2),
                    "day" | "night" | "morning" | "week" | "month" | "year" | "evening"
                ) =>
            {
                let n = u32::from(w(1) != "same");
                let unit = unit(w(2)).unwrap_or(Unit::Day);
                (
                    Form::FromEvent {
                        n: Some(n),
                        unit,
                        later: w(1) != "previous",
                    },
                    3,
                )
            }
            ("the", "past" | "last" | "previous") if self.last_hours(i).is_some() => {
                return self.last_hours(i);
            }
            ("the", "day") if matches!(w(2), "before" | "after") && w(3) != "yesterday" => (
                Form::FromEvent {
                    n: Some(1),
                    unit: Unit::Day,
                    later: w(2) == "after",
                },
                3,
            ),
            ("the", "day") if w(2) == "before" && w(3) == "yesterday" => (Form::Day(-2), 4),
            (
                "days" | "weeks" | "months" | "hours" | "years" | "minutes",
                "later" | "earlier" | "ago",
            ) => {
                let unit = unit(w(0))?;
                let form = match w(1) {
                    "ago" => Form::Ago { n: None, unit },
                    side => Form::FromEvent {
                        n: None,
                        unit,
                        later: side == "later",
                    },
                };
                (form, 2)
            }
            // "Days before, more than 200 people were seized"
            ("days" | "weeks" | "hours", "before") if w(2) == "," => {
                let form = Form::FromEvent {
                    n: None,
                    unit: unit(w(0))?,
                    later: false,
                };
                (form, 2)
            }
            _ => return None,
        };
        Some(Found::new(found.0, i + found.1))
    }

    /// "the past 24 hours", "the last day", "the past three days": from then to publication.
    fn last_hours(&self, i: usize) -> Option<Found> {
        /// Days from which on such a stretch is a time of many events.
        const DAYS_MAX: i32 = 7;
        let (n, at) = match word_value(self.word(i + 2)) {
            Some(n) => (i32::try_from(n).ok()?, i + 3),
            None => (1, i + 2),
        };
        let days = match unit(self.word(at))? {
            Unit::Hour if at == i + 3 => (n + 23) / 24,
            Unit::Day if self.word(at) != "day's" => n,
            _ => return None,
        };
        let form = Form::Between(Box::new(Form::Day(-days)), Box::new(Form::Day(0)));
        (days <= DAYS_MAX).then(|| Found::new(form, at + 1))
    }

    /// "two days ago", "a week later", "within 90 minutes", "three days".
    fn counted(&self, i: usize) -> Option<Found> {
        let within = usize::from(matches!(
            self.word(i),
            "within" | "about" | "around" | "some" | "just" | "nearly" | "almost"
        ));
        let at = i + within;
        let (n, after) = match self.word(at) {
            "a" | "an" | "one" => match self.word(at + 1) {
                "few" | "couple" => (None, at + 2 + usize::from(self.word(at + 2) == "of")),
                _ => (Some(1), at + 1),
            },
            "several" | "many" | "some" => (None, at + 1),
            word => (Some(u32::try_from(word_value(word)?).ok()?), at + 1),
        };
        let unit = unit(self.word(after))?;
        let form = match self.word(after + 1) {
            "ago" => Form::Ago { n, unit },
            "later" | "afterwards" => Form::FromEvent {
                n,
                unit,
                later: true,
            },
            "earlier" | "before"
                if self.word(after + 1) == "earlier" || self.word(after + 2) != "the" =>
            {
                Form::FromEvent {
                    n,
                    unit,
                    later: false,
                }
            }
            _ if digits(self.word(at)).is_none() && self.word(at) == "a" => return None,
            _ => {
                return Some(Found::new(Form::Duration { n, unit }, after + 1));
            }
        };
        Some(Found::new(form, after + 2))
    }

    /// "in 2015", "since 2011", "2016": a year that is no other number.
    fn year_alone(&self, i: usize) -> Option<Found> {
        let y = year(self.word(i))?;
        let before = self.word(i.wrapping_sub(1));
        let after = self.word(i + 1);
        let led = matches!(
            before,
            "in" | "since"
                | "of"
                | "from"
                | "until"
                | "by"
                | "during"
                | "to"
                | "before"
                | "after"
                | "the"
                | "early"
                | "late"
                | "mid"
                | "("
                | "between"
                | "and"
                | "-"
                | "–"
        );
        // "the 2008 model": no number of things stands in such a year; "Conference 2010" ends a title.
        let of_its_year = before == "the"
            && (1_900..=2_099).contains(&y)
            && y % 100 != 0
            && !NUMBERED.contains(&after);
        let of_a_title = after.is_empty() && i > 0 && self.capital(i - 1);
        // "In 2019 tankers were attacked": what opens a sentence so is a year.
        let opens = i == 1 && before == "in" && (1_900..=2_099).contains(&y);
        if of_its_year || of_a_title || opens {
            return Some(Found::new(Form::Year(y), i + 1));
        }
        let counts = after.chars().next().is_some_and(char::is_lowercase)
            && !matches!(
                after,
                "and"
                    | "to"
                    | "when"
                    | "as"
                    | "after"
                    | "but"
                    | "by"
                    | "the"
                    | "in"
                    | "on"
                    | "at"
                    | "for"
                    | "with"
                    | "war"
                    | "that"
                    | "which"
                    | "until"
                    | "before"
                    | "while"
                    | "a"
                    | "an"
                    | "or"
                    | "was"
                    | "is"
                    | "were"
                    | "has"
                    | "had"
                    | "election"
                    | "elections"
            )
            && !EVENTS_OF_A_YEAR.contains(&after);
        (self.given || led && !counts).then(|| Found::new(Form::Year(y), i + 1))
    }
}

/// What is counted by such numbers after "the".
const NUMBERED: &[&str] = &[
    "people",
    "soldiers",
    "men",
    "women",
    "children",
    "victims",
    "dead",
    "killed",
    "members",
    "troops",
    "families",
    "homes",
    "houses",
    "or",
    "pages",
    "votes",
    "metres",
    "meters",
    "miles",
    "kilometres",
    "tonnes",
    "workers",
    "prisoners",
    "civilians",
    "fighters",
    "migrants",
];

/// What is called by its year: "the 1960 earthquake", "the 1994 genocide".
const EVENTS_OF_A_YEAR: &[&str] = &[
    "earthquake",
    "quake",
    "tsunami",
    "flood",
    "floods",
    "disaster",
    "revolution",
    "uprising",
    "coup",
    "massacre",
    "massacres",
    "genocide",
    "attack",
    "attacks",
    "bombing",
    "bombings",
    "explosion",
    "crash",
    "invasion",
    "crisis",
    "protests",
    "riots",
    "ceasefire",
    "agreement",
    "siege",
    "hurricane",
    "cyclone",
    "famine",
    "conflict",
];

/// "two days" before "after" at `after`: so much earlier than the event told first.
#[must_use]
pub fn steps_before(tokens: &[Token], after: usize) -> Option<DateMention> {
    let word = |k: usize| {
        after
            .checked_sub(k)
            .map_or("", |i| tokens[i].lower.as_str())
    };
    let unit = unit(word(1))?;
    let n = match word(2) {
        "a" | "an" => Some(1),
        other => word_value(other).and_then(|n| u32::try_from(n).ok()),
    };
    let start = after - if n.is_some() { 2 } else { 1 };
    Some(DateMention {
        span: tokens[start].span.start..tokens[after].span.end,
        tokens: start..after,
        form: Form::FromEvent {
            n,
            unit,
            later: false,
        },
        weekday: None,
        time: None,
    })
}

fn month_follows_not(word: &str) -> bool {
    month(word).is_none()
}

fn shift_of(word: &str) -> i32 {
    match word {
        "last" | "previous" | "past" => -1,
        "next" => 1,
        _ => 0,
    }
}

/// Which way an incomplete date points: news tells the past unless the verb says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// "was hit on Wednesday".
    Past,
    /// "will meet on Wednesday".
    Future,
}

/// The days a date means, given the day of publication.
#[must_use]
pub fn resolve(
    mention: &DateMention,
    words: &str,
    published: Option<Date>,
    direction: Direction,
) -> When {
    let mut when = resolve_form(&mention.form, words, published, direction);
    if when.time_start.is_none() {
        when.time_start.clone_from(&mention.time);
    }
    if let (Some(told), Some(day)) = (mention.weekday, when.start)
        && when.precision == DatePrecision::Day
    {
        let is = day.weekday().to_monday_one_offset();
        if is != told {
            when.because.push_str(&format!(
                "; but the text says {} and that day is a {}",
                crate::incident::weekday_name(told),
                crate::incident::weekday_name(is)
            ));
        }
    }
    if when.weekday.is_none() {
        when.weekday = mention.weekday;
    }
    when
}

fn resolve_form(form: &Form, words: &str, published: Option<Date>, direction: Direction) -> When {
    use crate::incident::{day_in_words, month_name, weekday_name};
    let told = |when: When| When {
        text: words.to_owned(),
        ..when
    };
    let open = |precision| When {
        precision,
        text: words.to_owned(),
        ..When::unknown()
    };
    let anchor = |p: Date| {
        format!(
            "{} {}",
            weekday_name(p.weekday().to_monday_one_offset()),
            day_in_words(p)
        )
    };
    match form {
        Form::Full(day) => When::day(*day, words, "the full date is told"),
        Form::DayMonth { month, day } => {
            let Some(published) = published else {
                return When {
                    edtf: format!("XXXX-{month:02}-{day:02}"),
                    month_day: Some((*month, *day)),
                    because: "day and month are told, the year is not, and the day of publication is not known".to_owned(),
                    ..open(DatePrecision::DayNoYear)
                };
            };
            let pick = |offset: i16| Date::new(published.year() + offset, *month, *day).ok();
            let chosen = match direction {
                Direction::Past => [0, -1, -2, -3, -4]
                    .into_iter()
                    .find_map(|o| pick(o).filter(|d| *d <= published)),
                Direction::Future => [0, 1, 2, 3, 4]
                    .into_iter()
                    .find_map(|o| pick(o).filter(|d| *d >= published)),
            };
            let side = if direction == Direction::Past {
                "last"
            } else {
                "next"
            };
            match chosen {
                Some(d) => When {
                    month_day: Some((*month, *day)),
                    ..When::day(
                        d,
                        words,
                        format!(
                            "the {side} {day} {} seen from {}",
                            month_name(*month),
                            anchor(published)
                        ),
                    )
                },
                None => When {
                    because: "no such day in the calendar".to_owned(),
                    ..open(DatePrecision::Unknown)
                },
            }
        }
        Form::MonthYear { year, month } => told(month_of(*year, *month, "month and year are told")),
        Form::Month { month, shift } => {
            let Some(published) = published else {
                return When {
                    edtf: format!("XXXX-{month:02}"),
                    because: "the month is told, the year is not".to_owned(),
                    ..open(DatePrecision::Unknown)
                };
            };
            let this_year = published.year();
            let year = match (*shift, direction) {
                (-1, _) => this_year - 1,
                (2, _) => this_year + 1,
                (1, _) | (_, Direction::Future) => {
                    this_year + i16::from(*month < published.month())
                }
                _ => this_year - i16::from(*month > published.month()),
            };
            let because = format!(
                "the nearest {} seen from {}",
                month_name(*month),
                anchor(published)
            );
            told(capped(
                month_of(year, *month, &because),
                published,
                direction,
            ))
        }
        Form::Year(year) => told(year_of(*year, "the year is told")),
        Form::Weekday { weekday, shift } => {
            let Some(published) = published else {
                return When {
                    weekday: Some(*weekday),
                    because: "a weekday is told, and the day of publication is not known"
                        .to_owned(),
                    ..open(DatePrecision::Weekday)
                };
            };
            let is = published.weekday().to_monday_one_offset();
            let mut days = match (direction, *shift) {
                (Direction::Future, _) | (_, 1) => i32::from((*weekday - is).rem_euclid(7)),
                _ => -i32::from((is - *weekday).rem_euclid(7)),
            };
            if *shift == -1 && days == 0 {
                days = -7;
            }
            if *shift == 1 && days == 0 {
                days = 7;
            }
            let Some(day) = plus(published, days) else {
                return open(DatePrecision::Unknown);
            };
            let name = weekday_name(*weekday);
            let because = match days {
                0 => format!(
                    "{name}, the day of publication, {}",
                    day_in_words(published)
                ),
                d if d < 0 => format!("{name} before {}", anchor(published)),
                _ => format!("{name} after {}", anchor(published)),
            };
            When::day(day, words, because)
        }
        Form::Day(shift) => match published.and_then(|p| plus(p, *shift)) {
            Some(day) => When::day(
                day,
                words,
                format!(
                    "seen from the day of publication, {}",
                    published.map(anchor).unwrap_or_default()
                ),
            ),
            None => When {
                because: "the day of publication is not known".to_owned(),
                ..open(DatePrecision::Unknown)
            },
        },
        Form::Overnight => match published.and_then(|p| Some((plus(p, -1)?, p))) {
            Some((start, end)) => told(span(
                start,
                end,
                DatePrecision::Days,
                "the night before publication",
            )),
            None => When {
                because: "the day of publication is not known".to_owned(),
                ..open(DatePrecision::Unknown)
            },
        },
        Form::Relative {
            unit,
            shift,
            so_far,
        } => match published {
            Some(p) => told(relative(*unit, *shift, *so_far, p, &anchor(p), direction)),
            None => When {
                because: "the day of publication is not known".to_owned(),
                ..open(DatePrecision::Unknown)
            },
        },
        Form::Weekend(shift) => match published {
            Some(p) => {
                let since_saturday =
                    i32::from((p.weekday().to_monday_one_offset() - 6).rem_euclid(7));
                let back = since_saturday
                    + if *shift == -1 && since_saturday < 2 {
                        7
                    } else {
                        0
                    };
                match plus(p, -back).and_then(|s| Some((s, plus(s, 1)?))) {
                    Some((s, e)) => told(span(
                        s,
                        if *shift == 1 { e } else { e.min(p.max(s)) },
                        DatePrecision::Days,
                        &format!("the weekend before {}", anchor(p)),
                    )),
                    None => open(DatePrecision::Unknown),
                }
            }
            None => When {
                because: "the day of publication is not known".to_owned(),
                ..open(DatePrecision::Unknown)
            },
        },
        Form::Ago { n, unit } => match published {
            Some(p) => told(ago(*n, *unit, p, &anchor(p))),
            None => When {
                because: "the day of publication is not known".to_owned(),
                ..open(DatePrecision::Unknown)
            },
        },
        Form::Between(first, last) => {
            let (a, b) = (
                resolve_form(first, words, published, direction),
                resolve_form(last, words, published, direction),
            );
            match (a.start, b.end) {
                (Some(s), Some(e)) if s <= e => {
                    let days = (e - s).get_days();
                    let precision = match days {
                        0 => DatePrecision::Day,
                        1..=5 => DatePrecision::Days,
                        6 => DatePrecision::Week,
                        _ => DatePrecision::Span,
                    };
                    told(span(
                        s,
                        e,
                        precision,
                        &format!("first and last day are told; {}", a.because),
                    ))
                }
                _ => When {
                    because: a.because.clone(),
                    edtf: if a.edtf.is_empty() {
                        String::new()
                    } else {
                        format!("{}/{}", a.edtf, b.edtf)
                    },
                    ..open(DatePrecision::Unknown)
                },
            }
        }
        Form::Since(from) => {
            let a = resolve_form(from, words, published, direction);
            When {
                end: published.or(a.end),
                precision: DatePrecision::Span,
                ..a
            }
        }
        Form::Before(until) => {
            let a = resolve_form(until, words, published, direction);
            before(a.end, words, "before the day told")
        }
        Form::FromEvent { .. } | Form::Duration { .. } => open(DatePrecision::Unknown),
    }
}

/// Not after a day.
#[must_use]
pub fn before(end: Option<Date>, words: &str, because: &str) -> When {
    When {
        end,
        precision: if end.is_some() {
            DatePrecision::Before
        } else {
            DatePrecision::Unknown
        },
        edtf: end.map(|e| format!("../{e}")).unwrap_or_default(),
        text: words.to_owned(),
        because: because.to_owned(),
        ..When::unknown()
    }
}

/// The days of "two days later" and the like, seen from another event.
#[must_use]
pub fn from_event(
    mention: &DateMention,
    words: &str,
    event: &When,
    published: Option<Date>,
) -> When {
    let Form::FromEvent { n, unit, later } = mention.form else {
        return When::unknown();
    };
    let Some((first, last)) = event.days() else {
        return When {
            text: words.to_owned(),
            because: "relative to an event whose day is not known".to_owned(),
            ..When::unknown()
        };
    };
    let step = |day: Date, n: u32| -> Option<Date> {
        let n = i64::from(n) * if later { 1 } else { -1 };
        match unit {
            Unit::Minute | Unit::Hour => day.checked_add((n / 24).days()).ok(),
            Unit::Day => day.checked_add(n.days()).ok(),
            Unit::Week => day.checked_add(n.weeks()).ok(),
            Unit::Month => day.checked_add(n.months()).ok(),
            Unit::Year => day.checked_add(n.years()).ok(),
        }
    };
    let because = format!("{words}, seen from {}", event.in_words());
    let built = match n {
        Some(n) => step(first, n).zip(step(last, n)).map(|(s, e)| {
            if s == e && matches!(unit, Unit::Day | Unit::Hour | Unit::Minute) {
                When::day(s, words, because.clone())
            } else {
                let days = (e - s).get_days();
                let precision = if days < 6 {
                    DatePrecision::Days
                } else {
                    DatePrecision::Span
                };
                span(s, e, precision, &because)
            }
        }),
        // "days later" sets no bound but the day of publication.
        None if later => {
            let start = step(first, if matches!(unit, Unit::Day) { 2 } else { 0 });
            let end = published
                .and_then(|p| plus(p, -1))
                .filter(|p| start.is_none_or(|s| s <= *p));
            start.map(|s| match end {
                Some(e) => span(
                    s,
                    e,
                    DatePrecision::Span,
                    &format!("{because}; no bound is told but the day of publication"),
                ),
                None => When {
                    start: Some(s),
                    precision: DatePrecision::Span,
                    edtf: format!("{s}/.."),
                    because: because.clone(),
                    ..When::unknown()
                },
            })
        }
        None => Some(before(step(last, 1), words, &because)),
    };
    built.map_or_else(When::unknown, |w| When {
        text: words.to_owned(),
        ..w
    })
}

pub(super) fn plus(day: Date, days: i32) -> Option<Date> {
    day.checked_add(i64::from(days).days()).ok()
}

fn span(start: Date, end: Date, precision: DatePrecision, because: &str) -> When {
    When {
        start: Some(start),
        end: Some(end),
        precision,
        edtf: if start == end {
            start.to_string()
        } else {
            format!("{start}/{end}")
        },
        because: because.to_owned(),
        ..When::unknown()
    }
}

fn month_of(year: i16, month: i8, because: &str) -> When {
    match Date::new(year, month, 1) {
        Ok(first) => When {
            edtf: format!("{year:04}-{month:02}"),
            ..span(first, first.last_of_month(), DatePrecision::Month, because)
        },
        Err(_) => When::unknown(),
    }
}

fn year_of(year: i16, because: &str) -> When {
    match (Date::new(year, 1, 1), Date::new(year, 12, 31)) {
        (Ok(first), Ok(last)) => When {
            edtf: format!("{year:04}"),
            ..span(first, last, DatePrecision::Year, because)
        },
        _ => When::unknown(),
    }
}

/// A past span does not reach beyond the day of publication.
fn capped(when: When, published: Date, direction: Direction) -> When {
    match (direction, when.end) {
        (Direction::Past, Some(end))
            if end > published && when.start.is_some_and(|s| s <= published) =>
        {
            When {
                end: Some(published),
                ..when
            }
        }
        _ => when,
    }
}

fn relative(
    unit: Unit,
    shift: i32,
    so_far: bool,
    p: Date,
    anchor: &str,
    direction: Direction,
) -> When {
    let when = match unit {
        Unit::Week => {
            let since_monday = i32::from(p.weekday().to_monday_one_offset()) - 1;
            match plus(p, 7 * shift - since_monday).and_then(|s| Some((s, plus(s, 6)?))) {
                Some((monday, sunday)) => When {
                    edtf: format!("{monday}/{sunday}"),
                    ..span(
                        monday,
                        sunday,
                        DatePrecision::Week,
                        &format!("the week of {anchor}"),
                    )
                },
                None => When::unknown(),
            }
        }
        Unit::Month => {
            let first = p.first_of_month();
            match first.checked_add(i64::from(shift).months()) {
                Ok(m) => month_of(m.year(), m.month(), &format!("seen from {anchor}")),
                Err(_) => When::unknown(),
            }
        }
        Unit::Year => year_of(
            p.year() + i16::try_from(shift).unwrap_or(0),
            &format!("seen from {anchor}"),
        ),
        _ => When::unknown(),
    };
    if shift == 0 && (so_far || direction == Direction::Past) {
        // "Earlier in the week" was over on the day of publication.
        let last = plus(p, if so_far { -1 } else { 0 }).unwrap_or(p);
        let capped = match when.start {
            Some(start) if start > last => When {
                end: Some(start),
                ..when
            },
            _ => capped(when, last, Direction::Past),
        };
        match capped.days() {
            Some((s, e)) if unit == Unit::Week => When {
                edtf: if s == e {
                    s.to_string()
                } else {
                    format!("{s}/{e}")
                },
                ..capped
            },
            _ => capped,
        }
    } else {
        when
    }
}

fn ago(n: Option<u32>, unit: Unit, p: Date, anchor: &str) -> When {
    let because = format!("counted back from {anchor}");
    let Some(n) = n else {
        return before(Some(p), "", &because);
    };
    let n = i64::from(n);
    match unit {
        Unit::Minute | Unit::Hour => {
            plus(p, i32::try_from(-(n / 24)).unwrap_or(0)).map(|d| When::day(d, "", because))
        }
        Unit::Day => {
            plus(p, i32::try_from(-n).unwrap_or(i32::MIN)).map(|d| When::day(d, "", because))
        }
        // "a week ago" is no day: the count is rounded, so half a unit to either side.
        Unit::Week => p.checked_sub(n.weeks()).ok().and_then(|d| {
            Some(span(
                plus(d, -3)?,
                plus(d, 3)?,
                DatePrecision::Week,
                &because,
            ))
        }),
        Unit::Month => p
            .checked_sub(n.months())
            .ok()
            .map(|d| month_of(d.year(), d.month(), &because)),
        Unit::Year => p
            .checked_sub(n.years())
            .ok()
            .map(|d| year_of(d.year(), &because)),
    }
    .unwrap_or_else(When::unknown)
}

/// Words before "to be" that tell what is, not what will be: "believed to be Russian".
const OF_BELIEF: &[&str] = &[
    "believe",
    "believed",
    "thought",
    "said",
    "known",
    "appeared",
    "appear",
    "appears",
    "seem",
    "seems",
    "seemed",
    "understood",
    "considered",
    "found",
    "reported",
    "claimed",
    "claim",
    "alleged",
    "suspected",
    "continue",
    "continues",
    "purported",
];

/// A future verb before the date in the same clause points an incomplete date forward.
#[must_use]
pub fn direction_of(sentence: &super::sentences::Sentence, span: &Range<usize>) -> Direction {
    let tokens = &sentence.tokens;
    let at = tokens
        .iter()
        .position(|t| t.span.end > span.start)
        .unwrap_or(0);
    let clause = super::events::clauses(tokens);
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let ahead = |i: usize| {
        matches!(
            word(i),
            "will" | "shall" | "upcoming" | "due" | "scheduled" | "deadline" | "expires"
        ) || (word(i) == "to"
            && word(i + 1) == "be"
            && !i
                .checked_sub(1)
                .is_some_and(|k| OF_BELIEF.contains(&word(k))))
            || (matches!(word(i), "plans" | "planned" | "expected") && word(i + 1) == "to")
    };
    let opening = at <= 2;
    let future = (0..tokens.len()).filter(|i| ahead(*i)).any(|i| {
        let near = i < at && clause[i] == clause[at] && at - i <= 12;
        let follows = (i > at && i - at <= 3)
            || (opening && i > at && clause[i] <= clause[at] + 1 && i - at <= 14);
        near || follows
    });
    if future {
        Direction::Future
    } else {
        Direction::Past
    }
}

/// Monday of the ISO week, for tests and titles.
#[must_use]
pub fn monday_of(day: Date) -> Date {
    let back = i64::from(day.weekday().since(Weekday::Monday));
    day.checked_sub(back.days()).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "words|published" -> EDTF.
    #[track_caller]
    fn check(words: &str, published: Option<&str>, edtf: &str) {
        let toks = tokens(words, 0..words.len());
        let found = find(&toks);
        let mention = found
            .first()
            .unwrap_or_else(|| panic!("no date in {words}"));
        let published = published.map(|p| p.parse().expect("the test says so"));
        let when = resolve(
            mention,
            &words[mention.span.clone()],
            published,
            Direction::Past,
        );
        assert_eq!(when.edtf, edtf, "{words}: {when:?}");
    }

    #[test]
    fn a_number_that_is_no_year_leaves_no_date_of_this_year() {
        for text in ["on 15 June 99999", "on 15 June 0", "in June 00000"] {
            let toks = crate::reading::sentences::tokens(text, 0..text.len());
            assert!(find(&toks).is_empty(), "{text}");
        }
        let text = "on 15 June 2022";
        let toks = crate::reading::sentences::tokens(text, 0..text.len());
        assert_eq!(find(&toks).len(), 1);
    }

    #[test]
    fn days_against_the_day_of_publication() {
        let saturday = Some("2022-06-18");
        check("on Wednesday", saturday, "2022-06-15");
        check("on Saturday", saturday, "2022-06-18");
        check("last Saturday", saturday, "2022-06-11");
        check("15 June", saturday, "2022-06-15");
        check("June 15, 2021", saturday, "2021-06-15");
        check("on 20 December", saturday, "2021-12-20");
        check("Oct. 7", saturday, "2021-10-07");
        check("Wednesday, June 15", saturday, "2022-06-15");
        check("this week", saturday, "2022-06-13/2022-06-18");
        check("earlier in the week", saturday, "2022-06-13/2022-06-17");
        check("last week", saturday, "2022-06-06/2022-06-12");
        check("two days ago", saturday, "2022-06-16");
        check("yesterday", saturday, "2022-06-17");
        check("overnight", saturday, "2022-06-17/2022-06-18");
        check("in February 2018", saturday, "2018-02");
        check("in July", saturday, "2021-07");
        check("since 2015", saturday, "2015");
        check("3-5 June", saturday, "2022-06-03/2022-06-05");
        check("June 3 to 5", saturday, "2022-06-03/2022-06-05");
        check("2022-06-15", saturday, "2022-06-15");
    }

    #[test]
    fn other_calendars_quarters_and_the_past_hours() {
        let june = Some("2024-06-20");
        check("12 Bahman 1402", None, "2024-02-01");
        check("3 Ramadan 1445", None, "2024-03-12/2024-03-14");
        check("the first quarter of 2024", None, "2024-01-01/2024-03-31");
        check("Q3 2023", None, "2023-07-01/2023-09-30");
        check("in the past 24 hours", june, "2024-06-19/2024-06-20");
        check("over the last three days", june, "2024-06-17/2024-06-20");
    }

    #[test]
    fn without_a_day_of_publication_nothing_is_made_up() {
        check("on Wednesday", None, "");
        check("15 June", None, "XXXX-06-15");
        check("today", None, "");
        check("in June", None, "XXXX-06");
    }

    #[test]
    fn a_weekday_that_contradicts_the_day_is_named() {
        let words = "Thursday, June 15";
        let found = find(&tokens(words, 0..words.len()));
        let when = resolve(
            &found[0],
            words,
            Some("2022-06-18".parse().expect("the test says so")),
            Direction::Past,
        );
        assert_eq!(when.edtf, "2022-06-15");
        assert!(
            when.because
                .contains("says Thursday and that day is a Wednesday"),
            "{}",
            when.because
        );
    }

    #[test]
    fn may_and_march_are_also_verbs() {
        for words in ["they may attack", "troops march on Kyiv", "It May rain"] {
            assert!(find(&tokens(words, 0..words.len())).is_empty(), "{words}");
        }
    }

    #[test]
    fn days_later_is_bounded_only_by_publication() {
        let words = "Days later";
        let found = find(&tokens(words, 0..words.len()));
        let june = month_of(2016, 6, "");
        let when = from_event(
            &found[0],
            words,
            &june,
            Some("2016-07-25".parse().expect("the test says so")),
        );
        assert_eq!(when.edtf, "2016-06-03/2016-07-24");
    }

    #[test]
    fn a_date_line_is_nothing_but_a_date() {
        assert_eq!(
            date_line("25 July 2016"),
            Some("2016-07-25".parse().expect("the test says so"))
        );
        assert_eq!(
            date_line("Published: May 3, 2024 10:15 GMT"),
            Some("2024-05-03".parse().expect("the test says so"))
        );
        assert_eq!(date_line("The war began on 25 July 2016"), None);
    }
}
