//! When it happened, as closely as the words allow and no closer.

use jiff::civil::Date;

use super::kind::codes;

codes! {
    /// How closely the date is told.
    DatePrecision {
        /// One calendar day.
        Day "day",
        /// Two to six days.
        Days "days",
        /// A named week.
        Week "week",
        /// A month.
        Month "month",
        /// A span between two days.
        Span "span",
        /// Not after a day.
        Before "before",
        /// A year.
        Year "year",
        /// A weekday without a week.
        Weekday "weekday",
        /// Day and month without a year.
        DayNoYear "day_no_year",
        /// Nothing told.
        Unknown "unknown",
    }
}

/// When one incident happened, as one report (or several together) tell it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct When {
    /// First possible day.
    pub start: Option<Date>,
    /// Last possible day.
    pub end: Option<Date>,
    /// How closely it is told.
    pub precision: DatePrecision,
    /// EDTF levels 1 and 2; `XXXX-06-15` for a day without a year; empty when unknown.
    pub edtf: String,
    /// The report's words.
    pub text: String,
    /// The rule in words: "Wednesday before Saturday 18 June 2022".
    pub because: String,
    /// Time of day with its zone, where told: `04:17Z`, `04:17+03:00`, `04:17`.
    pub time_start: Option<String>,
    /// The end of a span of hours.
    pub time_end: Option<String>,
    /// ISO weekday 1 (Monday) to 7, where the words name one.
    pub weekday: Option<i8>,
    /// Month and day, where told without a year.
    pub month_day: Option<(i8, i8)>,
}

impl When {
    /// Nothing told.
    #[must_use]
    pub fn unknown() -> Self {
        Self {
            start: None,
            end: None,
            precision: DatePrecision::Unknown,
            edtf: String::new(),
            text: String::new(),
            because: String::new(),
            time_start: None,
            time_end: None,
            weekday: None,
            month_day: None,
        }
    }

    /// One calendar day.
    #[must_use]
    pub fn day(day: Date, text: impl Into<String>, because: impl Into<String>) -> Self {
        Self {
            start: Some(day),
            end: Some(day),
            precision: DatePrecision::Day,
            edtf: day.to_string(),
            text: text.into(),
            because: because.into(),
            weekday: Some(day.weekday().to_monday_one_offset()),
            ..Self::unknown()
        }
    }

    /// The first and the last possible day, where both are calendar days.
    #[must_use]
    pub fn days(&self) -> Option<(Date, Date)> {
        self.start.zip(self.end)
    }
}

/// English month names, for titles and reasons.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// English weekday names, Monday first.
pub(crate) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// "15 June 2022".
pub(crate) fn day_in_words(day: Date) -> String {
    format!("{} {} {}", day.day(), month_name(day.month()), day.year())
}

/// "June"; an empty text for a number that is no month.
pub(crate) fn month_name(month: i8) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|i| MONTHS.get(i))
        .copied()
        .unwrap_or("")
}

/// "Wednesday", from an ISO weekday; an empty text for a number that is none.
pub(crate) fn weekday_name(weekday: i8) -> &'static str {
    usize::try_from(weekday - 1)
        .ok()
        .and_then(|i| WEEKDAYS.get(i))
        .copied()
        .unwrap_or("")
}

impl When {
    /// The date as a reader says it, with its precision: "15 June 2022", "June 2016", "week of
    /// 13 June 2022", "a Wednesday, week not told", "date not told".
    #[must_use]
    pub fn in_words(&self) -> String {
        let span = |s: Date, e: Date| format!("{} to {}", day_in_words(s), day_in_words(e));
        match (self.precision, self.start, self.end) {
            (DatePrecision::Day, Some(day), _) => day_in_words(day),
            (DatePrecision::Week, Some(start), _) => format!("week of {}", day_in_words(start)),
            (DatePrecision::Month, Some(start), _) => {
                format!("{} {}", month_name(start.month()), start.year())
            }
            (DatePrecision::Year, Some(start), _) => start.year().to_string(),
            (DatePrecision::Before, _, Some(end)) => {
                format!("on or before {}", day_in_words(end))
            }
            (_, Some(start), Some(end)) => span(start, end),
            (_, Some(start), None) => format!("on or after {}", day_in_words(start)),
            (_, None, Some(end)) => format!("on or before {}", day_in_words(end)),
            (DatePrecision::DayNoYear, None, None) => match self.month_day {
                Some((month, day)) => format!("{day} {}, year not told", month_name(month)),
                None => format!("{}, year not told", self.text),
            },
            (DatePrecision::Weekday, None, None) => match self.weekday {
                Some(weekday) => format!("a {}, week not told", weekday_name(weekday)),
                None => format!("{}, no calendar day", self.text),
            },
            (_, None, None) if self.text.is_empty() => "date not told".to_owned(),
            (_, None, None) => format!("“{}”, no calendar day", self.text),
        }
    }
}

/// Why a date that a reviewer set makes no sense.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InvalidWhen {
    /// The end lies before the start.
    #[error("the date ends ({end}) before it begins ({start})")]
    Backwards {
        /// First day given.
        start: Date,
        /// Last day given.
        end: Date,
    },
    /// The precision says something else than the days.
    #[error("{start} to {end} is no {precision}; leave the precision out and the days decide")]
    Unlike {
        /// First day given, or "..".
        start: String,
        /// Last day given, or "..".
        end: String,
        /// The precision given.
        precision: &'static str,
    },
}

/// Days up to which a span is called "days"; more is a week or a span.
const DAYS_MAX: i32 = 6;

impl When {
    /// A date as a person sets it. Without a precision the days decide: one day, some days, a whole
    /// month or year, a span; only an end is "before"; neither is unknown.
    pub fn set(
        start: Option<Date>,
        end: Option<Date>,
        precision: Option<DatePrecision>,
    ) -> Result<Self, InvalidWhen> {
        if let (Some(start), Some(end)) = (start, end)
            && start > end
        {
            return Err(InvalidWhen::Backwards { start, end });
        }
        let plain = match (start, end) {
            (None, None) => DatePrecision::Unknown,
            (None, Some(_)) => DatePrecision::Before,
            (Some(_), None) => DatePrecision::Span,
            (Some(s), Some(e)) if s == e => DatePrecision::Day,
            (Some(s), Some(e)) if s == s.first_of_month() && e == s.last_of_month() => {
                DatePrecision::Month
            }
            (Some(s), Some(e)) if s == s.first_of_year() && e == s.last_of_year() => {
                DatePrecision::Year
            }
            (Some(s), Some(e)) if (e - s).get_days() < DAYS_MAX => DatePrecision::Days,
            _ => DatePrecision::Span,
        };
        let fits = |wanted: DatePrecision| match (wanted, start, end) {
            (DatePrecision::Week, Some(s), Some(e)) => (e - s).get_days() <= DAYS_MAX,
            (DatePrecision::Days | DatePrecision::Span, Some(s), Some(e)) => s < e,
            (wanted, _, _) => wanted == plain,
        };
        let precision = match precision {
            Some(wanted) if !fits(wanted) => {
                let told = |day: Option<Date>| day.map_or("..".to_owned(), |d| d.to_string());
                return Err(InvalidWhen::Unlike {
                    start: told(start),
                    end: told(end),
                    precision: wanted.code(),
                });
            }
            Some(wanted) => wanted,
            None => plain,
        };
        let edtf = match (precision, start, end) {
            (DatePrecision::Day, Some(day), _) => day.to_string(),
            (DatePrecision::Month, Some(s), _) => s.strftime("%Y-%m").to_string(),
            (DatePrecision::Year, Some(s), _) => s.strftime("%Y").to_string(),
            (_, Some(s), Some(e)) => format!("{s}/{e}"),
            (_, Some(s), None) => format!("{s}/.."),
            (_, None, Some(e)) => format!("../{e}"),
            (_, None, None) => String::new(),
        };
        let weekday = start.filter(|_| precision == DatePrecision::Day);
        Ok(Self {
            start,
            end,
            precision,
            edtf,
            text: String::new(),
            because: "set by a reviewer".to_owned(),
            weekday: weekday.map(|d| d.weekday().to_monday_one_offset()),
            ..Self::unknown()
        })
    }

    /// A date as a person writes it: `2022-06-15`, `2022-06`, `2022`, `2022-06-15/2022-06-17`,
    /// `../2022-06-15`, `unknown`. `None` for anything else.
    #[must_use]
    pub fn days_of(text: &str) -> Option<(Option<Date>, Option<Date>)> {
        let part = |text: &str| -> Option<Option<(Date, Date)>> {
            if text.is_empty() || text == ".." {
                return Some(None);
            }
            let plain = |c: char| c.is_ascii_digit() || c == '-';
            if !text.chars().all(plain) {
                return None;
            }
            let span = match text.len() {
                10 => text.parse().ok().map(|day: Date| (day, day)),
                7 => format!("{text}-01")
                    .parse()
                    .ok()
                    .map(|d: Date| (d, d.last_of_month())),
                4 => format!("{text}-01-01")
                    .parse()
                    .ok()
                    .map(|d: Date| (d, d.last_of_year())),
                _ => None,
            };
            span.map(Some)
        };
        match text.trim() {
            "unknown" => Some((None, None)),
            "" | ".." => None,
            told => match told.split_once('/') {
                Some((from, to)) => Some((part(from)?.map(|(s, _)| s), part(to)?.map(|(_, e)| e))),
                None => part(told)?.map(|(s, e)| (Some(s), Some(e))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> When {
        let (start, end) = When::days_of(text).expect("days");
        When::set(start, end, None).expect("a date")
    }

    #[test]
    fn a_date_set_by_hand_says_how_close_it_is() {
        for (text, precision, edtf) in [
            ("2022-06-15", DatePrecision::Day, "2022-06-15"),
            ("2022-06", DatePrecision::Month, "2022-06"),
            ("2022", DatePrecision::Year, "2022"),
            (
                "2022-06-15/2022-06-17",
                DatePrecision::Days,
                "2022-06-15/2022-06-17",
            ),
            (
                "2022-06-15/2022-07-17",
                DatePrecision::Span,
                "2022-06-15/2022-07-17",
            ),
            ("../2022-06-15", DatePrecision::Before, "../2022-06-15"),
            ("unknown", DatePrecision::Unknown, ""),
        ] {
            let when = set(text);
            assert_eq!((when.precision, when.edtf.as_str()), (precision, edtf));
        }
        for wrong in ["", "..", "June", "2022-13", "2022-06-15/x", "20220615"] {
            assert_eq!(When::days_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_date_that_contradicts_itself_is_refused() {
        let day = |d| Some(jiff::civil::date(2022, 6, d));
        let backwards = When::set(day(9), day(1), None).expect_err("refused");
        assert!(backwards.to_string().contains("before it begins"));
        assert!(When::set(day(1), day(9), Some(DatePrecision::Day)).is_err());
        assert!(When::set(day(6), day(12), Some(DatePrecision::Week)).is_ok());
        assert!(When::set(None, None, Some(DatePrecision::Unknown)).is_ok());
    }
}
