//! "at 4:17 a.m. local time", "04:17 GMT", "2 am": the time of day, with its zone where told.
//!
//! ```text
//! "4:17 a.m. local time"        -> 04:17         the place's own time; which zone is not told
//! "04:17 UTC"                   -> 04:17Z
//! "5 a.m. Moscow time"          -> 05:00+03:00
//! "4:17 a.m. (0117 GMT)"        -> 04:17+03:00   both told: the difference is the zone
//! "in the early hours"          ->               no time; the words stay with the date
//! ```

use std::ops::Range;

use super::sentences::{Token, Words};

/// A time of day in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeMention {
    /// First and one past the last token.
    pub tokens: Range<usize>,
    /// `04:17`, `04:17Z`, `04:17+03:00`.
    pub time: String,
}

/// Zones that keep one offset all year, in minutes. "Local time" names none; summer time is told
/// by its own name.
const ZONES: &[(&str, i32)] = &[
    ("gmt", 0),
    ("utc", 0),
    ("z", 0),
    ("cet", 60),
    ("cest", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("moscow", 180),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("pst", -480),
    ("pdt", -420),
    ("jst", 540),
];

const MINUTES_A_DAY: i32 = 24 * 60;

/// The times of day of a sentence.
#[must_use]
pub fn find(tokens: &[Token]) -> Vec<TimeMention> {
    let words = Words(tokens);
    let mut out = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let Some((minutes, end)) = clock(words, i) else {
            i += 1;
            continue;
        };
        let (zone, end) = zone(words, end);
        let (zone, end) = match zone {
            Some(zone) => (Some(zone), end),
            None => second_clock(words, end, minutes),
        };
        let suffix = zone.map_or_else(String::new, offset);
        out.push(TimeMention {
            tokens: i..end,
            time: format!("{:02}:{:02}{suffix}", minutes / 60, minutes % 60),
        });
        i = end;
    }
    out
}

fn offset(minutes: i32) -> String {
    if minutes == 0 {
        return "Z".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// "4:17 a.m.", "7 pm", "04:17", "11.30pm", "0117 GMT", "noon", "midnight": minutes, and where it
/// ends.
fn clock(words: Words, at: usize) -> Option<(i32, usize)> {
    let word = words.at(at);
    if ["noon", "midday", "midnight"].contains(&word) {
        // "Around noon", "just after midnight" are vague; "at midnight" is a time.
        let told = words.before(at, 1) == "at";
        return told.then_some((if word == "midnight" { 0 } else { 12 * 60 }, at + 1));
    }
    let (digits, glued) = halves(word);
    let half = glued.or_else(|| half_of_day(words.at(at + 1)));
    let after = at + 1 + usize::from(glued.is_none() && half.is_some());
    // "a.m" may leave its last full stop as a mark of its own.
    let after = after + usize::from(half.is_some() && words.at(after) == ".");
    let (hour, minute) = match digits.split_once([':', '.']) {
        Some((h, m)) if m.len() == 2 => (h.parse::<i32>().ok()?, m.parse::<i32>().ok()?),
        Some(_) => return None,
        None if half.is_some() => (digits.parse::<i32>().ok()?, 0),
        // "0117 GMT", "1430 hours"
        None if digits.len() == 4 && zone(words, after).0.is_some() => {
            let n = digits.parse::<i32>().ok()?;
            (n / 100, n % 100)
        }
        None => return None,
    };
    // "11.30" is a time only beside a.m., p.m. or a zone: it may be a share price.
    let sure = digits.contains(':') || half.is_some() || zone(words, after).0.is_some();
    let hour = match half {
        Some(_) if hour > 12 => hour,
        Some(Half::Am) => hour % 12,
        Some(Half::Pm) => hour % 12 + 12,
        None => hour,
    };
    (sure && (0..24).contains(&hour) && (0..60).contains(&minute))
        .then_some((hour * 60 + minute, after))
}

#[derive(Clone, Copy)]
enum Half {
    Am,
    Pm,
}

fn half_of_day(word: &str) -> Option<Half> {
    match word.trim_end_matches('.') {
        "a.m" | "am" => Some(Half::Am),
        "p.m" | "pm" => Some(Half::Pm),
        _ => None,
    }
}

/// "7pm" in two: the digits and the half of the day.
fn halves(word: &str) -> (&str, Option<Half>) {
    let letters = word.find(|c: char| c.is_alphabetic()).unwrap_or(word.len());
    let (digits, rest) = word.split_at(letters);
    match half_of_day(rest) {
        Some(half) if !digits.is_empty() => (digits, Some(half)),
        _ => (word, None),
    }
}

/// The zone told after a time, and where it ends; "local time" ends the words but names none.
fn zone(words: Words, at: usize) -> (Option<i32>, usize) {
    if words.at(at) == "local" && words.at(at + 1) == "time" {
        return (None, at + 2);
    }
    let found = ZONES.iter().find(|(name, _)| *name == words.at(at));
    match found {
        Some(("moscow", minutes)) if words.at(at + 1) == "time" => (Some(*minutes), at + 2),
        Some(("moscow", _)) | None => (None, at),
        Some((_, minutes)) => (Some(*minutes), at + 1),
    }
}

/// "(0117 GMT)" after a local time: the difference is the local zone.
fn second_clock(words: Words, at: usize, local: i32) -> (Option<i32>, usize) {
    let bracket = usize::from(words.at(at) == "(");
    let slash = usize::from(["/", ","].contains(&words.at(at)));
    if bracket + slash == 0 {
        return (None, at);
    }
    let Some((other, end)) = clock(words, at + bracket + slash) else {
        return (None, at);
    };
    let (Some(zone), end) = zone(words, end) else {
        return (None, at);
    };
    let utc = other - zone;
    let mut difference = (local - utc).rem_euclid(MINUTES_A_DAY);
    // No zone lies more than 14 hours ahead of UTC.
    if difference > 14 * 60 {
        difference -= MINUTES_A_DAY;
    }
    let close = usize::from(words.at(end) == ")");
    (Some(difference), end + close)
}

#[cfg(test)]
mod tests {
    use super::super::sentences::tokens;
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = find(&tokens(text, 0..text.len()))
            .into_iter()
            .map(|t| t.time)
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn times_as_told() {
        check("struck at 4:17 a.m. local time on Monday", &["04:17"]);
        check("at 04:17 UTC", &["04:17Z"]);
        check("at around 8:20 a.m., a teacher said", &["08:20"]);
        check("by 5 a.m. Moscow time without losses", &["05:00+03:00"]);
        check("at 7.30pm on Friday", &["19:30"]);
        check("at 12:05 am", &["00:05"]);
        check("at 4:17 a.m. (0117 GMT) on Monday", &["04:17+03:00"]);
        check("at 11:30 p.m. (0330 GMT)", &["23:30-04:00"]);
        check("at 1430 GMT", &["14:30Z"]);
        check("in the early hours, around 2 am", &["02:00"]);
    }

    #[test]
    fn what_is_no_time_stays_none() {
        check("in the early hours of Monday", &[]);
        check("the score was 3 to 2", &[]);
        check("shares fell to 11.30", &[]);
        check("about 1500 people", &[]);
        check("I am here", &[]);
    }
}
