//! Which incidents an account can agree with at all: those of its days, or of its side.
//!
//! [`super::merge::agrees`] joins two accounts only where their dates name a common day, month and
//! day or weekday, or where the same side did the same thing. Each of these is a key here, so that
//! merging a year of reports, or one report of ten megabytes, need not hold every account against
//! every other. Nothing is decided here: what is not found here could not have agreed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Account, IncidentType};

/// Longest span of days kept day by day; [`super::merge`] asks nothing of longer ones but whether
/// they hold a day without a year.
const SPAN_DAYS_MAX: i32 = 31;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Day(Date),
    /// A day without a year.
    MonthDay(i8, i8),
    /// Any day without a year.
    SomeMonthDay,
    /// Days further apart than are kept one by one.
    LongSpan,
    Weekday(i8),
    /// A weekday that is all that is told.
    OnlyWeekday(i8),
    /// The same sort of event by the same side, as the table or the state names it.
    Side(IncidentType, String),
}

/// Incidents by what their accounts could agree on.
#[derive(Default)]
pub(super) struct Neighbours {
    /// A number for each report, so that the accounts of one report are passed over together: they
    /// are never one incident.
    reports: HashMap<String, usize>,
    by_key: HashMap<Key, BTreeMap<usize, Vec<usize>>>,
}

impl Neighbours {
    /// The incidents, in order, that an account may agree with.
    pub(super) fn of(&self, account: &Account) -> BTreeSet<usize> {
        let own = self.reports.get(&account.report);
        asked(account)
            .iter()
            .filter_map(|key| self.by_key.get(key))
            .flatten()
            .filter(|(report, _)| Some(*report) != own)
            .flat_map(|(_, incidents)| incidents)
            .copied()
            .collect()
    }

    /// Remembers that an incident has an account.
    pub(super) fn add(&mut self, account: &Account, incident: usize) {
        let next = self.reports.len();
        let report = match self.reports.get(&account.report) {
            Some(known) => *known,
            None => *self.reports.entry(account.report.clone()).or_insert(next),
        };
        for key in told(account) {
            let incidents = self.by_key.entry(key).or_default().entry(report);
            incidents.or_default().push(incident);
        }
    }
}

/// The days of a span that is not too long.
fn days(account: &Account) -> Option<Vec<Date>> {
    let (start, end) = account.when.days()?;
    let last = (end - start).get_days();
    (0..=SPAN_DAYS_MAX).contains(&last).then(|| {
        (0..=last)
            .filter_map(|n| start.checked_add(n.days()).ok())
            .collect()
    })
}

fn sides(account: &Account) -> impl Iterator<Item = Key> + '_ {
    let named = account.actors.iter().flat_map(|p| {
        let country = p.country.as_ref().map(|c| format!("country:{c}"));
        p.id.clone().into_iter().chain(country)
    });
    named.map(|name| Key::Side(account.kind, name))
}

/// What an account can be found by.
fn told(account: &Account) -> Vec<Key> {
    let when = &account.when;
    let mut keys: Vec<Key> = sides(account).collect();
    match days(account) {
        Some(days) => keys.extend(days.into_iter().map(Key::Day)),
        None if when.days().is_some() => keys.push(Key::LongSpan),
        None => {
            if let Some((month, day)) = when.month_day {
                keys.extend([Key::MonthDay(month, day), Key::SomeMonthDay]);
            }
            keys.extend(when.weekday.map(Key::OnlyWeekday));
        }
    }
    keys.extend(when.weekday.map(Key::Weekday));
    keys
}

/// What it asks for.
fn asked(account: &Account) -> Vec<Key> {
    let when = &account.when;
    let mut keys: Vec<Key> = sides(account).collect();
    match days(account) {
        Some(days) => {
            keys.extend(days.iter().map(|d| Key::MonthDay(d.month(), d.day())));
            keys.extend(days.into_iter().map(Key::Day));
            keys.extend(when.weekday.map(Key::OnlyWeekday));
        }
        None if when.days().is_some() => keys.push(Key::SomeMonthDay),
        None => {
            if let Some((month, day)) = when.month_day {
                keys.extend([Key::MonthDay(month, day), Key::LongSpan]);
                keys.extend(
                    YEARS_ASKED
                        .filter_map(|year| Date::new(year, month, day).ok())
                        .map(Key::Day),
                );
            }
            keys.extend(when.weekday.map(Key::Weekday));
        }
    }
    keys
}

/// Years in which a day without a year is looked for; news is of these.
const YEARS_ASKED: std::ops::RangeInclusive<i16> = 1900..=2100;
