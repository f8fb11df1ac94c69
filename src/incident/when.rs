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
