//! Dates as told in another language, put into the forms that [`crate::reading::dates`] resolves.
//!
//! Only the words differ: which Wednesday is meant, what stays open without a day of publication
//! and how a span is written is decided once, for every language, over there.

use jiff::ToSpan;
use jiff::civil::Date;

use super::Tongue;
use super::lexicon::{Is, Words};
use super::numbers::{self, digits};
use crate::incident::When;
use crate::reading::calendars::{ISLAMIC_YEARS, from_islamic};
use crate::reading::dates::{DateMention, Direction, Form, Unit, YEARS};

/// A date told, with what is known of its use.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) mention: DateMention,
    /// "since 2014": the start of something, no day of an event.
    pub(super) since: bool,
    /// Where a plan is told, an incomplete date points forward.
    pub(super) direction: Direction,
    /// Reckoned from the Islamic calendar.
    hijri: bool,
}

impl Told {
    /// The days it means, given the day of publication.
    pub(super) fn resolved(&self, text: &str, published: Option<Date>) -> When {
        let words = &text[self.mention.span.clone()];
        let when = crate::reading::dates::resolve(&self.mention, words, published, self.direction);
        if !self.hijri {
            return when;
        }
        When {
            because: "reckoned from the Islamic calendar, whose months begin when the new moon is seen: a day either way".to_owned(),
            ..when
        }
    }
}

/// The date expressions of a sentence, in order, not overlapping.
pub(super) fn find(words: Words, tongue: Tongue) -> Vec<Told> {
    let scan = Scan { words, tongue };
    let mut out: Vec<Told> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let Some(found) = scan.at(i).filter(|f| f.end > i) else {
            i += 1;
            continue;
        };
        let since = words.ends_before(i, Is::Since).is_some();
        out.push(Told {
            mention: DateMention {
                span: words.bytes(&(i..found.end)),
                tokens: i..found.end,
                form: found.form,
                weekday: found.weekday,
                time: None,
            },
            since,
            direction: direction(words, i),
            hijri: found.hijri,
        });
        i = found.end;
    }
    out
}

/// A word of planning before the date, or close behind it, points it forward.
fn direction(words: Words, at: usize) -> Direction {
    /// How far the plan stands from the date, in words.
    const REACH: usize = 8;
    let around = at.saturating_sub(REACH)..(at + REACH).min(words.len());
    let plan = words.all(around, Is::Plan).any(|(i, _)| {
        let mut between = i.min(at)..i.max(at);
        !between.any(|k| words.mark(k))
    });
    if plan {
        Direction::Future
    } else {
        Direction::Past
    }
}

struct Found {
    form: Form,
    end: usize,
    weekday: Option<i8>,
    hijri: bool,
}

impl Found {
    fn new(form: Form, end: usize) -> Self {
        Self {
            form,
            end,
            weekday: None,
            hijri: false,
        }
    }
}

struct Scan<'a> {
    words: Words<'a>,
    tongue: Tongue,
}

impl Scan<'_> {
    fn at(&self, i: usize) -> Option<Found> {
        self.numeric(i)
            .or_else(|| self.weekday_and_day(i))
            .or_else(|| self.day_month(i))
            .or_else(|| self.hijri(i))
            .or_else(|| self.month(i))
            .or_else(|| self.weekday(i))
            .or_else(|| self.near(i))
            .or_else(|| self.counted(i))
            .or_else(|| self.unit(i))
            .or_else(|| self.year(i))
    }

    fn value(&self, i: usize, is: Is) -> Option<(i8, usize)> {
        let tag = self.words.tag(i, is)?;
        Some((i8::try_from(tag.row.n()).ok()?, i + tag.len))
    }

    /// Past articles and "of".
    fn past_of(&self, mut i: usize) -> usize {
        while let Some(tag) = self.words.tag(i, Is::Of) {
            i += tag.len;
        }
        i
    }

    /// "last", "next" or "this" at a word: the shift and where it ends.
    fn shift(&self, i: usize) -> Option<(i8, usize)> {
        [(Is::Last, -1), (Is::Next, 1), (Is::This, 0)]
            .into_iter()
            .find_map(|(is, shift)| Some((shift, i + self.words.tag(i, is)?.len)))
    }

    /// "2022-06-15", "15.06.2022", "15/06/2022": the day stands first in all these languages.
    fn numeric(&self, i: usize) -> Option<Found> {
        let whole = self.words.folded(i);
        let joined: String = (i..i + 5).map(|k| self.words.folded(k)).collect();
        let slashed = self.words.folded(i + 1) == "/" && self.words.folded(i + 3) == "/";
        let (text, end) = if slashed {
            (joined.as_str(), i + 5)
        } else {
            (whole, i + 1)
        };
        let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
        let [a, b, c] = parts[..] else { return None };
        let number = |w: &str| {
            w.bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| w.parse::<i16>().ok())?
        };
        let (a, b, c) = (number(a)?, number(b)?, number(c)?);
        let (year, month, day) = if a > 31 { (a, b, c) } else { (c, b, a) };
        let day = Date::new(
            Some(year).filter(|y| YEARS.contains(y))?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        );
        Some(Found::new(Form::Full(day.ok()?), end))
    }

    /// A day of the month in digits or as an ordinal: "15", "1er", "15-го", "الخامس".
    fn day_number(&self, i: usize) -> Option<(i8, usize)> {
        if let Some(n) = self.value(i, Is::Ordinal) {
            return Some(n);
        }
        let word = self.words.0.get(i)?;
        let day = word.forms.iter().find_map(|form| {
            let bare = ["er", "-го", "-е", "-я", "º", "ro", "°"]
                .iter()
                .find_map(|s| form.strip_suffix(s))
                .unwrap_or(form);
            digits(bare)
        })?;
        i8::try_from(day)
            .ok()
            .filter(|d| (1..=31).contains(d))
            .map(|d| (d, i + 1))
    }

    /// "15 de junio de 2022", "15 июня", "3-5 mai", "du 3 au 5 mai", "15 أيار/مايو 2022".
    fn day_month(&self, i: usize) -> Option<Found> {
        if let Some((first, last)) = self.words.folded(i).split_once('-')
            && let (Some(first), Some(last)) = (day_of(first), day_of(last))
        {
            let (month, end) = self.month_word(self.past_of(i + 1))?;
            return Some(self.between(first, last, month, end));
        }
        let (day, mut at) = self.day_number(i)?;
        let to = self.words.tag(at, Is::To).map(|t| t.len);
        let to = to.or_else(|| self.words.tag(at, Is::And).map(|t| t.len));
        let to = to.or_else(|| matches!(self.words.folded(at), "-" | "–").then_some(1));
        if let Some(len) = to
            && let Some((last, end)) = self.day_number(self.past_of(at + len))
            && let Some((month, end)) = self.month_word(self.past_of(end))
        {
            return Some(self.between(day, last, month, end));
        }
        at = self.past_of(at);
        let (month, end) = self.month_word(at)?;
        let (form, end) = self.with_year(month, day, end);
        Some(Found::new(form, end))
    }

    fn between(&self, first: i8, last: i8, month: i8, end: usize) -> Found {
        let (first, after) = self.with_year(month, first, end);
        let (last, _) = self.with_year(month, last, end);
        Found::new(Form::Between(first.into(), last.into()), after)
    }

    /// A month's name; Arabic often tells it in both namings ("أيار/مايو").
    fn month_word(&self, i: usize) -> Option<(i8, usize)> {
        let (month, mut end) = self.value(i, Is::Month)?;
        let joined = matches!(self.words.folded(end), "/" | "(" | "-");
        if joined
            && let Some((again, after)) = self.value(end + 1, Is::Month)
            && again == month
        {
            let close = usize::from(self.words.folded(after) == ")");
            end = after + close;
        }
        Some((month, end))
    }

    /// Four digits that are a year, and where they end with the word "year" behind them.
    fn year_number(&self, i: usize) -> Option<(i16, usize)> {
        let mut at = self.past_of(i);
        at += self.words.tag(at, Is::Year).map_or(0, |t| t.len);
        let word = self.words.0.get(at)?;
        let year = word
            .forms
            .iter()
            .find_map(|w| (w.len() == 4).then(|| digits(w))?)?;
        let year = i16::try_from(year).ok().filter(|y| YEARS.contains(y))?;
        let mut end = at + 1;
        if let Some(tag) = self.words.tag(end, Is::Year) {
            end += tag.len;
            end += usize::from(self.words.folded(end) == "." && tag.row.value == "short");
        }
        Some((year, end))
    }

    fn with_year(&self, month: i8, day: i8, at: usize) -> (Form, usize) {
        let comma = usize::from(matches!(self.words.folded(at), "," | "،"));
        if let Some((year, end)) = self.year_number(at + comma)
            && let Ok(date) = Date::new(year, month, day)
        {
            return (Form::Full(date), end);
        }
        (Form::DayMonth { month, day }, at)
    }

    fn weekday_and_day(&self, i: usize) -> Option<Found> {
        let (weekday, mut at) = self.value(i, Is::Weekday)?;
        if let Some((_, end)) = self.shift(at) {
            at = end;
        }
        while matches!(self.words.folded(at), "," | "(" | "،") {
            at += 1;
        }
        let bracket = self.words.folded(at.wrapping_sub(1)) == "(";
        at = self.past_of(at);
        let mut found = self.day_month(at).or_else(|| self.numeric(at))?;
        found.end += usize::from(bracket && self.words.folded(found.end) == ")");
        found.weekday = Some(weekday);
        Some(found)
    }

    /// "15 رمضان 1445": told in the Islamic calendar. The months begin when the new moon is seen,
    /// so the reckoned day may be one off either way.
    fn hijri(&self, i: usize) -> Option<Found> {
        let (day, at) = self.day_number(i)?;
        let (month, at) = self.value(self.past_of(at), Is::Hijri)?;
        let mut at = self.past_of(at);
        at += self.words.tag(at, Is::Year).map_or(0, |t| t.len);
        let year = digits(self.words.folded(at)).and_then(|y| i64::try_from(y).ok())?;
        let middle = ISLAMIC_YEARS
            .contains(&year)
            .then(|| from_islamic(year, i64::from(month), i64::from(day)))??;
        let mut end = at + 1;
        end += self.words.tag(end, Is::Year).map_or(0, |t| t.len);
        let first = middle.checked_sub(1.day()).ok()?;
        let last = middle.checked_add(1.day()).ok()?;
        let form = Form::Between(Form::Full(first).into(), Form::Full(last).into());
        Some(Found {
            hijri: true,
            ..Found::new(form, end)
        })
    }

    /// "in June 2022", "last May": a month without a day, where the words around make it one.
    fn month(&self, i: usize) -> Option<Found> {
        let (before, at) = match self.shift(i) {
            Some((shift, end)) => (Some(shift), self.past_of(end)),
            None => (None, i),
        };
        let (month, end) = self.month_word(at)?;
        if let Some((year, end)) = self.year_number(end) {
            return Some(Found::new(Form::MonthYear { year, month }, end));
        }
        let after = self.shift(end);
        let led = self.words.ends_before(i, Is::In).is_some()
            || self.words.ends_before(i, Is::Of).is_some()
            || self.words.ends_before(i, Is::Since).is_some()
            || self.words.ends_before(i, Is::Unit).is_some();
        if before.is_none() && after.is_none() && !led {
            return None;
        }
        let end = after.map_or(end, |(_, e)| e);
        let next = before.or(after.map(|(s, _)| s)) == Some(1);
        let shift = i8::from(next);
        Some(Found::new(Form::Month { month, shift }, end))
    }

    /// "lundi dernier", "в понедельник", "يوم الاثنين الماضي", "la noche del lunes".
    fn weekday(&self, i: usize) -> Option<Found> {
        let (before, at) = match self.shift(i) {
            Some((shift, end)) => (Some(shift), self.past_of(end)),
            None => (None, i),
        };
        let (weekday, mut end) = self.value(at, Is::Weekday)?;
        let mut shift = before;
        if let Some((after, e)) = self.shift(end) {
            // "هذا الأسبوع" begins another expression.
            let unit = self.words.is(e, Is::Unit);
            if !unit {
                shift = Some(after);
                end = e;
            }
        }
        // "Last Monday" of a report is the Monday before it: the plain weekday, but not today's.
        let shift = shift.unwrap_or(0);
        Some(Found::new(Form::Weekday { weekday, shift }, end))
    }

    /// "yesterday", "overnight", "the next day", "at the weekend".
    fn near(&self, i: usize) -> Option<Found> {
        if let Some(tag) = self.words.tag(i, Is::Day) {
            let days = i32::try_from(tag.row.n()).ok()?;
            return Some(Found::new(Form::Day(days), i + tag.len));
        }
        if let Some(tag) = self.words.tag(i, Is::Overnight) {
            return Some(Found::new(Form::Overnight, i + tag.len));
        }
        if let Some(tag) = self.words.tag(i, Is::EventDay) {
            let n = tag.row.n();
            let form = Form::FromEvent {
                n: u32::try_from(n.abs()).ok(),
                unit: Unit::Day,
                later: n >= 0,
            };
            return Some(Found::new(form, i + tag.len));
        }
        let (before, at) = match self.shift(i) {
            Some((shift, end)) => (Some(shift), self.past_of(end)),
            None => (None, i),
        };
        let tag = self.words.tag(at, Is::Weekend)?;
        let after = self.shift(at + tag.len);
        let end = after.map_or(at + tag.len, |(_, e)| e);
        let shift = before.or(after.map(|(s, _)| s)).unwrap_or(0);
        Some(Found::new(Form::Weekend(i32::from(shift)), end))
    }

    fn unit_word(&self, i: usize) -> Option<(Unit, usize)> {
        let tag = self.words.tag(i, Is::Unit)?;
        Some((unit(&tag.row.value)?, i + tag.len))
    }

    /// "il y a deux jours", "два дні тому", "قبل يومين", "deux jours plus tard", "три дня".
    fn counted(&self, i: usize) -> Option<Found> {
        let ago = self
            .words
            .tag(i, Is::Ago)
            .filter(|t| t.row.value != "after");
        let later = self
            .words
            .tag(i, Is::Later)
            .filter(|t| t.row.value != "after");
        let at = i + ago.or(later).map_or(0, |t| t.len);
        let two = self.words.tag(at, Is::TwoUnits);
        let (n, unit, end) = if let Some(tag) = two {
            (Some(2), unit(&tag.row.value)?, at + tag.len)
        } else if let Some((unit, end)) = self.unit_word(at).filter(|_| at > i) {
            (Some(1), unit, end)
        } else if let Some(tag) = self.words.tag(at, Is::Open) {
            let (unit, end) = self.unit_word(self.past_of(at + tag.len))?;
            (None, unit, end)
        } else {
            let number = numbers::plain(self.words, at)?;
            let (unit, end) = self.unit_word(self.past_of(number.end))?;
            (u32::try_from(number.value).ok(), unit, end)
        };
        let before = self
            .words
            .tag(end, Is::Ago)
            .filter(|t| t.row.value != "before");
        let after = self
            .words
            .tag(end, Is::Later)
            .filter(|t| t.row.value != "before");
        // "بعد يومين من": the days after something told here, not after the event before.
        let of_here = later.is_some() && self.words.is(end, Is::Of);
        Some(
            match (
                ago.is_some() || before.is_some(),
                later.is_some() || after.is_some(),
            ) {
                (true, _) => Found::new(Form::Ago { n, unit }, end + before.map_or(0, |t| t.len)),
                (_, true) if !of_here => Found::new(
                    Form::FromEvent {
                        n,
                        unit,
                        later: true,
                    },
                    end + after.map_or(0, |t| t.len),
                ),
                _ => Found::new(Form::Duration { n, unit }, end),
            },
        )
    }

    /// "la semaine dernière", "на этой неделе", "الشهر الماضي".
    fn unit(&self, i: usize) -> Option<Found> {
        let (before, at) = match self.shift(i) {
            Some((shift, end)) => (Some(shift), self.past_of(end)),
            None => (None, i),
        };
        let (unit, end) = self.unit_word(at)?;
        if !matches!(unit, Unit::Week | Unit::Month | Unit::Year) {
            return None;
        }
        let after = if before.is_none() {
            self.shift(end)
        } else {
            None
        };
        let shift = before.or(after.map(|(s, _)| s))?;
        let form = Form::Relative {
            unit,
            shift: i32::from(shift),
            so_far: false,
        };
        Some(Found::new(form, after.map_or(end, |(_, e)| e)))
    }

    /// "en 2015", "у 2015 році", "عام 2015".
    fn year(&self, i: usize) -> Option<Found> {
        let marked = self.words.is(i, Is::Year);
        let (year, end) = self.year_number(i)?;
        let led = self.words.ends_before(i, Is::In).is_some()
            || self.words.ends_before(i, Is::Since).is_some();
        let behind = self.words.ends_before(end, Is::Year).is_some();
        (marked || behind || led && self.tongue != Tongue::Arabic)
            .then(|| Found::new(Form::Year(year), end))
    }
}

fn day_of(word: &str) -> Option<i8> {
    let n = digits(word)?;
    i8::try_from(n).ok().filter(|d| (1..=31).contains(d))
}

fn unit(code: &str) -> Option<Unit> {
    Some(match code {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sentences::tokens;
    use crate::reading::tongue::lexicon;

    /// Published on Saturday 18 June 2022: each date in EDTF.
    #[track_caller]
    fn check(tongue: Tongue, text: &str, expected: &[&str]) {
        let published: Date = "2022-06-18".parse().expect("a day");
        let list = lexicon::words(text, &tokens(text, 0..text.len()), tongue);
        let found: Vec<String> = find(Words(&list), tongue)
            .into_iter()
            .map(|t| t.resolved(text, Some(published)).edtf)
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn dates_of_each_language() {
        use Tongue::{Arabic, French, Russian, Spanish, Ukrainian};
        check(Arabic, "قصفت المدينة يوم الأربعاء", &["2022-06-15"]);
        check(
            Arabic,
            "وقع الهجوم في ١٥ حزيران/يونيو ٢٠٢٢",
            &["2022-06-15"],
        );
        check(Arabic, "في 3 جوان 2021", &["2021-06-03"]);
        check(Arabic, "قتلوا أمس الجمعة", &["2022-06-17", "2022-06-17"]);
        check(Arabic, "الأسبوع الماضي", &["2022-06-06/2022-06-12"]);
        check(Arabic, "قبل يومين", &["2022-06-16"]);
        check(Arabic, "في 15 رمضان 1443 هـ", &["2022-04-16/2022-04-18"]);
        check(Ukrainian, "у середу, 15 червня 2022 року", &["2022-06-15"]);
        check(
            Ukrainian,
            "вчора та минулого тижня",
            &["2022-06-17", "2022-06-06/2022-06-12"],
        );
        check(Ukrainian, "два дні тому", &["2022-06-16"]);
        check(Russian, "в среду, 15 июня", &["2022-06-15"]);
        check(
            Russian,
            "15.06.2022 и 3-5 мая 2021 г.",
            &["2022-06-15", "2021-05-03/2021-05-05"],
        );
        check(Russian, "в прошлом месяце", &["2022-05"]);
        check(French, "mercredi 15 juin", &["2022-06-15"]);
        check(
            French,
            "lundi dernier, il y a deux jours",
            &["2022-06-13", "2022-06-16"],
        );
        check(French, "le 1er mai 2020", &["2020-05-01"]);
        check(French, "la semaine dernière", &["2022-06-06/2022-06-12"]);
        check(Spanish, "el miércoles 15 de junio de 2022", &["2022-06-15"]);
        check(
            Spanish,
            "ayer, hace tres días y el pasado lunes",
            &["2022-06-17", "2022-06-15", "2022-06-13"],
        );
        check(Spanish, "del 3 al 5 de mayo", &["2022-05-03/2022-05-05"]);
    }

    #[test]
    fn a_number_of_people_is_no_date() {
        use Tongue::{Arabic, French, Russian, Spanish};
        check(Arabic, "قتل 15 شخصا", &[]);
        check(Russian, "погибли 15 человек", &[]);
        check(French, "15 personnes ont marché", &[]);
        check(Spanish, "murieron 2022 personas", &[]);
    }
}
