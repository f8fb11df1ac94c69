//! Date expressions as TIMEX3 writes them, for `annotate dates`.
//!
//! ```text
//! "on Wednesday"             DATE      2022-06-15
//! "this week"                DATE      2022-W24
//! "three days"               DURATION  P3D
//! "to end the day"           DATE      the day told last before it
//! "the same month last year" DATE      the month told last before it, a year earlier
//! ```
//!
//! Words that take up a date told before ("the day", "the year before") tell no date of an incident
//! by themselves; they are read here and nowhere else.

use std::ops::Range;

use jiff::civil::Date;

use crate::incident::{DatePrecision, When};

use super::dates::{
    DateMention, Direction, Form, Unit, direction_of, find, find_given, from_event, plus, resolve,
};
use super::sentences::{Sentence, Token, Words, sentences, tokens};
use super::tongue::{Languages, dates_in, given_date};

/// A date expression as `annotate dates` writes it (TIMEX3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateExpression {
    /// First character, in Unicode code points.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The words.
    pub surface: String,
    /// DATE, DURATION.
    pub kind: &'static str,
    /// The TIMEX3 value: `2022-06-15`, `2022-W24`, `2022-06`, `2022`, `P3D`.
    pub value: String,
}

/// The date expressions of a text against its date. With `given` only those spans (in code
/// points) are read.
#[must_use]
pub fn annotate(
    text: &str,
    dct: Option<Date>,
    given: Option<&[Range<usize>]>,
) -> Vec<DateExpression> {
    let bytes: Vec<usize> = text
        .char_indices()
        .map(|(i, _)| i)
        .chain([text.len()])
        .collect();
    let to_chars = |b: usize| bytes.partition_point(|x| *x < b);
    let all = sentences(text);
    let languages = Languages::of(text);
    let told = all_told(text, &all, dct, &languages);
    let express = |t: &Told| DateExpression {
        start: to_chars(t.span.start),
        end: to_chars(t.span.end),
        surface: text[t.span.clone()].to_owned(),
        kind: t.kind,
        value: t.value.clone(),
    };
    let Some(given) = given else {
        return told.iter().map(express).collect();
    };
    given
        .iter()
        .filter_map(|g| {
            let span = *bytes.get(g.start)?..*bytes.get(g.end)?;
            let after = all.partition_point(|s| s.span.start <= span.start);
            let sentence = after
                .checked_sub(1)
                .map(|i| &all[i])
                .filter(|s| s.span.contains(&span.start));
            let one = match given_date(text, &span, &languages) {
                None => given_one(text, sentence, &span, dct, &told),
                Some(None) => nothing(&span),
                Some(Some(m)) => {
                    let direction = sentence.map_or(Direction::Past, |s| direction_of(s, &span));
                    self::told(text, &m, span, direction, dct, Known::default())
                }
            };
            Some(express(&one))
        })
        .collect()
}

/// An expression with its value.
struct Told {
    span: Range<usize>,
    kind: &'static str,
    value: String,
    /// What later words may take up: a day, a month, a year.
    taken_up: Known,
}

/// A calendar day, month and year told, each where it is.
#[derive(Clone, Copy, Default)]
struct Known {
    day: Option<Date>,
    month: Option<(i16, i8)>,
    year: Option<i16>,
}

impl Known {
    fn of(when: &When) -> Self {
        match (when.precision, when.start) {
            (DatePrecision::Day, Some(day)) => Self {
                day: Some(day),
                ..Self::default()
            },
            (DatePrecision::Month, Some(day)) => Self {
                month: Some((day.year(), day.month())),
                ..Self::default()
            },
            (DatePrecision::Year, Some(day)) => Self {
                year: Some(day.year()),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    /// What is known after another date was told.
    fn then(self, later: Self) -> Self {
        Self {
            day: later.day.or(self.day),
            month: later.month.or(self.month),
            year: later.year.or(self.year),
        }
    }
}

/// All expressions of a text, in order.
fn all_told(text: &str, all: &[Sentence], dct: Option<Date>, languages: &Languages) -> Vec<Told> {
    let mut out = Vec::new();
    let mut known = Known::default();
    for sentence in all {
        if let Some(found) = dates_in(text, sentence, languages) {
            for (m, direction) in found {
                let told = told(text, &m, m.span.clone(), direction, dct, known);
                known = known.then(told.taken_up);
                out.push(told);
            }
            continue;
        }
        let found = find(&sentence.tokens);
        let mut i = 0;
        while i < sentence.tokens.len() {
            let taken_up = taken_up_at(&sentence.tokens, i, false, dct, known);
            let told = match taken_up {
                Some((end, kind, value)) => {
                    let span = bytes_of(&sentence.tokens, i..end);
                    i = end;
                    Some(Told {
                        span,
                        kind,
                        value,
                        taken_up: Known::default(),
                    })
                }
                None => match found.iter().find(|m| m.tokens.start == i) {
                    Some(m) => {
                        i = m.tokens.end;
                        let direction = direction_of(sentence, &m.span);
                        Some(told(text, m, m.span.clone(), direction, dct, known))
                    }
                    None => {
                        i += 1;
                        None
                    }
                },
            };
            if let Some(told) = told {
                known = known.then(told.taken_up);
                out.push(told);
            }
        }
    }
    out
}

fn bytes_of(tokens: &[Token], range: Range<usize>) -> Range<usize> {
    tokens[range.start].span.start..tokens[range.end - 1].span.end
}

/// A date found, with its value.
fn told(
    text: &str,
    m: &DateMention,
    span: Range<usize>,
    direction: Direction,
    dct: Option<Date>,
    known: Known,
) -> Told {
    let words = &text[span.clone()];
    let when = match m.form {
        // "the same day": the one told last; other steps count from the document's day.
        Form::FromEvent {
            n: Some(0),
            unit: Unit::Day,
            ..
        } => known
            .day
            .or(dct)
            .map_or_else(When::unknown, |d| When::day(d, words, "")),
        Form::FromEvent { .. } => dct.map_or_else(When::unknown, |d| {
            from_event(m, words, &When::day(d, "", ""), None)
        }),
        _ => resolve(m, words, dct, direction),
    };
    let (kind, value) = timex(&m.form, &when);
    let taken_up = if kind == "DATE" {
        Known::of(&when)
    } else {
        Known::default()
    };
    Told {
        span,
        kind,
        value,
        taken_up,
    }
}

/// Words that tell no date we know.
fn nothing(span: &Range<usize>) -> Told {
    Told {
        span: span.clone(),
        kind: "DATE",
        value: String::new(),
        taken_up: Known::default(),
    }
}

/// The value of words that somebody else found to tell a date.
fn given_one(
    text: &str,
    sentence: Option<&Sentence>,
    span: &Range<usize>,
    dct: Option<Date>,
    all: &[Told],
) -> Told {
    let before = all.partition_point(|t| t.span.start < span.start);
    // A date is taken up within a few others; more would only cost time.
    const LOOKED_BACK: usize = 12;
    let known = all[before.saturating_sub(LOOKED_BACK)..before]
        .iter()
        .fold(Known::default(), |k, t| k.then(t.taken_up));
    let words = tokens(text, span.clone());
    let taken_up = (0..words.len()).find_map(|i| taken_up_at(&words, i, true, dct, known));
    if let Some((_, kind, value)) = taken_up {
        return Told {
            span: span.clone(),
            kind,
            value,
            taken_up: Known::default(),
        };
    }
    let direction = sentence.map_or(Direction::Past, |s| direction_of(s, span));
    let mut found = find_given(&words);
    // "October" before "of next year": the words behind the given ones decide.
    if let (Some(m), Some(s)) = (found.first_mut(), sentence)
        && let Form::Month { shift, .. } = &mut m.form
    {
        let next = s.tokens.partition_point(|t| t.span.start < span.end);
        let after = Words(&s.tokens);
        if after.at(next) == "of" && after.at(next + 2) == "year" {
            match after.at(next + 1) {
                "next" => *shift = 2,
                "last" => *shift = -1,
                _ => {}
            }
        }
    }
    match found.into_iter().next() {
        Some(m) => Told {
            span: span.clone(),
            ..told(text, &m, span.clone(), direction, dct, known)
        },
        None => nothing(span),
    }
}

/// Words before "the day" that make it the day told before: "to end the day at 8,017".
const ENDING: &[&str] = &[
    "end",
    "ends",
    "ended",
    "ending",
    "finish",
    "finished",
    "finishing",
    "close",
    "closed",
    "closing",
    "for",
    "start",
    "started",
    "starting",
    "began",
    "spent",
];

/// Words that make a whole of a year.
const WHOLE: &[&str] = &["entire", "whole", "full"];

/// Parts of a year that stand for it.
const PARTS: &[&str] = &["beginning", "start", "end", "middle", "turn", "rest"];

/// Words for a row of days or weeks that has not ended.
const IN_A_ROW: &[&str] = &["consecutive", "straight", "successive"];

/// Words that take up a date told before, from token `i` on: where they end, their type and value.
/// With `given` somebody else said that they tell a date.
fn taken_up_at(
    all: &[Token],
    i: usize,
    given: bool,
    dct: Option<Date>,
    known: Known,
) -> Option<(usize, &'static str, String)> {
    let words = Words(all);
    let w = |k: usize| words.at(i + k);
    let day = |d: Option<Date>| d.map(|d| d.to_string());
    let date = |len: usize, value: Option<String>| Some((i + len, "DATE", value?));
    match (w(0), w(1), w(2)) {
        ("the" | "that", "day", "before" | "after") => None,
        ("the" | "that", "day", _) => {
            let in_the = words.before(i, 1) == "in"
                && ["late", "later", "earlier", "early"].contains(&words.before(i, 2));
            let led = ENDING.contains(&words.before(i, 1)) || in_the;
            if given || led {
                date(2, day(known.day.or(dct)))
            } else {
                None
            }
        }
        ("the", whole, "year") if WHOLE.contains(&whole) => {
            let year = known.year.or(dct.map(Date::year))?;
            date(3, Some(format!("{year:04}")))
        }
        ("the", part, "of") if PARTS.contains(&part) && w(3) == "the" && w(4) == "year" => {
            date(5, Some(format!("{:04}", dct?.year())))
        }
        ("the", "year", "previous" | "prior" | "before" | "earlier") => {
            let year = known.year.or(dct.map(Date::year))? - 1;
            date(3, Some(format!("{year:04}")))
        }
        ("the", "same", unit @ ("month" | "period" | "quarter")) => {
            let (len, back) = match (w(3), w(4), w(5)) {
                ("a", "year", "ago" | "earlier" | "before") => (6, 1),
                ("last", "year", _) => (5, 1),
                ("the", "previous" | "prior", "year") => (6, 1),
                ("the", "year", "before" | "previous") => (6, 1),
                _ => return None,
            };
            let months = known.month.or(dct.map(|d| (d.year(), d.month())));
            match months.filter(|_| unit != "quarter") {
                Some((year, month)) => date(len, Some(format!("{:04}-{month:02}", year - back))),
                None => date(len, Some(format!("{:04}", dct?.year() - back))),
            }
        }
        (ordinal, row, unit) if IN_A_ROW.contains(&row) && is_ordinal(ordinal) => {
            date(3, unit_of(unit, dct?))
        }
        (ordinal, unit, "in") if is_ordinal(ordinal) && w(3) == "a" && w(4) == "row" => {
            date(5, unit_of(unit, dct?))
        }
        (ordinal, unit, "") if given && is_ordinal(ordinal) => date(2, unit_of(unit, dct?)),
        (unit @ ("week" | "day"), "", "") if given && i == 0 => date(1, unit_of(unit, dct?)),
        ("'", short, _) => {
            let touches = all.get(i)?.span.end == all.get(i + 1)?.span.start;
            let led = ["since", "in", "of", "from", "until"].contains(&words.before(i, 1));
            date(
                2,
                short_year(short, dct).filter(|_| touches && (given || led)),
            )
        }
        _ => None,
    }
}

fn is_ordinal(word: &str) -> bool {
    [
        "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    ]
    .contains(&word)
}

/// The day, week, month or year that a day lies in.
fn unit_of(unit: &str, day: Date) -> Option<String> {
    match unit {
        "day" => Some(day.to_string()),
        "week" => Some(week(day)),
        "month" => Some(format!("{:04}-{:02}", day.year(), day.month())),
        "year" => Some(format!("{:04}", day.year())),
        _ => None,
    }
}

fn week(day: Date) -> String {
    let iso = day.iso_week_date();
    format!("{:04}-W{:02}", iso.year(), iso.week())
}

/// "'82": the last year of that ending up to the document's.
fn short_year(word: &str, dct: Option<Date>) -> Option<String> {
    let ending: i16 = word
        .parse()
        .ok()
        .filter(|_| word.len() == 2 && word.bytes().all(|b| b.is_ascii_digit()))?;
    let now = dct?.year();
    let year = now - (now - ending).rem_euclid(100);
    Some(format!("{year:04}"))
}

/// "2009-Q4": three whole months that are a quarter of their year.
fn quarter_of(when: &When) -> Option<String> {
    let (start, end) = when.days()?;
    let quarter = (start.month() - 1) / 3 + 1;
    let whole = start.day() == 1
        && start.month() % 3 == 1
        && start.year() == end.year()
        && end.month() == start.month() + 2
        && end == end.last_of_month();
    whole.then(|| format!("{:04}-Q{quarter}", start.year()))
}

fn timex(form: &Form, when: &When) -> (&'static str, String) {
    let letter = |u: Unit| match u {
        Unit::Minute | Unit::Month => "M",
        Unit::Hour => "H",
        Unit::Day => "D",
        Unit::Week => "W",
        Unit::Year => "Y",
    };
    if let Form::Duration { n, unit } = form {
        let time = if matches!(unit, Unit::Minute | Unit::Hour) {
            "T"
        } else {
            ""
        };
        let n = n.map_or("X".to_owned(), |n| n.to_string());
        return ("DURATION", format!("P{time}{n}{}", letter(*unit)));
    }
    if let (
        Form::Ago {
            unit: Unit::Week, ..
        },
        Some((s, e)),
    ) = (form, when.days())
    {
        let middle = plus(s, (e - s).get_days() / 2);
        return ("DATE", middle.map_or_else(String::new, |d| d.to_string()));
    }
    if let (
        Form::FromEvent {
            unit: Unit::Year, ..
        },
        Some(start),
    ) = (form, when.start)
    {
        return ("DATE", format!("{:04}", start.year()));
    }
    let value = match (when.precision, when.start) {
        (DatePrecision::Week, Some(start)) => week(start),
        (DatePrecision::Month, Some(start)) => format!("{:04}-{:02}", start.year(), start.month()),
        (DatePrecision::Year, Some(start)) => format!("{:04}", start.year()),
        (DatePrecision::Day, Some(start)) => start.to_string(),
        _ => quarter_of(when).unwrap_or_else(|| when.edtf.clone()),
    };
    ("DATE", value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values found in a text, in order.
    #[track_caller]
    fn check(text: &str, dct: &str, expected: &[&str]) {
        let found: Vec<String> = annotate(text, dct.parse().ok(), None)
            .into_iter()
            .map(|e| e.value)
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_taken_up_is_the_date_told_before() {
        check(
            "Prices fell on Tuesday. They ended the day lower.",
            "2022-06-18",
            &["2022-06-14", "2022-06-14"],
        );
        check(
            "Sales rose in May compared with the same month last year.",
            "2022-06-18",
            &["2022-05", "2021-05"],
        );
        check(
            "It rained for a third consecutive day.",
            "2022-06-18",
            &["2022-06-18"],
        );
        check(
            "The plant closes in October of next year.",
            "2022-06-18",
            &["2023-10"],
        );
        check("It was the worst since '82.", "2008-10-27", &["1982"]);
        check("It was a day of mourning.", "2008-10-27", &[]);
    }

    #[test]
    fn names_of_days_are_no_days() {
        check("They recalled Bloody Sunday.", "2022-06-18", &[]);
    }
}
