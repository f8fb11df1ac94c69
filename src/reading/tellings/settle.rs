//! The days and places of events that none of their own sentences tells: what the report says just
//! before, above or at its head.

use jiff::civil::Date;

use crate::incident::fit::located_fit;
use crate::incident::{DatePrecision, IncidentType, Standing, When};
use crate::reading::dates::{self, Form};

use super::Report;
use super::event::Event;
use super::finish::LEAD_SENTENCES;

/// Why the dateline's town is the place.
const BY_DATELINE: &str = "the dateline; the report names no other place for it";

/// "Two days later" counts from the event told before.
pub(super) fn resolve_relative(report: &Report, events: &mut [Event]) {
    for i in 0..events.len() {
        let Some((mention, span)) = events[i].relative.clone() else {
            continue;
        };
        if events[i].when.is_some() {
            continue;
        }
        let same_day = matches!(mention.form, Form::FromEvent { n: Some(0), .. });
        let event = events[i].follows.and_then(|j| events[j].when.clone());
        let event = event.map(|(w, _)| w);
        let told = events[i].told_before.clone();
        let anchor = if same_day {
            told.or(event)
        } else {
            event.or(told)
        };
        // "Russia said on Tuesday that they had crossed a day earlier"
        let anchor = anchor.or_else(|| events[i].spoken.clone());
        let words = report.words(&span);
        let when = match anchor {
            Some(anchor) => dates::from_event(&mention, words, &anchor, report.published),
            None => dates::before(
                report.published,
                words,
                "relative to an event whose day is not told",
            ),
        };
        // "Ten days earlier, ten people were shot dead in Buffalo": what is told for comparison.
        let compared = events[i]
            .when
            .as_ref()
            .is_none_or(|(w, _)| w.precision == DatePrecision::Unknown)
            && is_long_before(&mention.form);
        if compared && i > 0 && events[i].first_sentence > LEAD_SENTENCES {
            events[i].standings = vec![Standing::Background];
        }
        events[i].when = Some((when, span));
    }
}

/// Days between a date without its year and the full date told before it, up to which the two are
/// of one year.
const SAME_YEAR_DAYS_MAX: i32 = 60;

/// "A truce from noon on 10 October 2020 ... In the early hours of 11 October": the year of the full
/// date told just before, in a report whose own day is not known.
pub(super) fn year_of_the_one_before(report: &Report, events: &mut [Event]) {
    if report.published.is_some() {
        return;
    }
    for e in events {
        let Some(full) = e
            .told_before
            .as_ref()
            .filter(|w| w.precision == DatePrecision::Day)
        else {
            continue;
        };
        let Some((when, _)) = e.when.as_mut() else {
            continue;
        };
        let Some((month, day)) = when.month_day.filter(|_| when.days().is_none()) else {
            continue;
        };
        let Some(anchor) = full.start else {
            continue;
        };
        let Ok(date) = Date::new(anchor.year(), month, day) else {
            continue;
        };
        if (date - anchor).get_days().abs() <= SAME_YEAR_DAYS_MAX {
            let because = format!("the year of the date told before it, {}", full.in_words());
            *when = When {
                time_start: when.time_start.clone(),
                ..When::day(date, &when.text, because)
            };
        }
    }
}

/// "Ten days earlier", "a month before".
fn is_long_before(form: &Form) -> bool {
    use crate::reading::dates::Unit;
    /// Days before the news from which on it is only compared with.
    const DAYS_MIN: u32 = 5;
    match form {
        Form::FromEvent {
            n,
            unit,
            later: false,
        } => match unit {
            Unit::Day => n.is_none_or(|n| n >= DAYS_MIN),
            Unit::Week | Unit::Month | Unit::Year => true,
            Unit::Minute | Unit::Hour => false,
        },
        _ => false,
    }
}

/// Gives an event a day that is told of another, without its hour, and says why.
fn lend(event: &mut Event, day: When, because: String) {
    let span = event.spans.first().cloned().unwrap_or(0..0);
    let day = When {
        because,
        time_start: None,
        ..day
    };
    event.when = Some((day, span));
}

/// "In the morning", "at 6 a.m." without a day: the day of the event told before, or the day on
/// which the speaker told of it.
pub(super) fn day_of_the_time(report: &Report, events: &mut [Event]) {
    for i in 0..events.len() {
        let e = &events[i];
        if e.when.is_some() || e.relative.is_some() || !e.time_only && !e.also && !e.same_time {
            continue;
        }
        let before = (0..i)
            .rev()
            .take(4)
            .filter_map(|j| events[j].when.clone())
            .find(|(w, _)| w.precision == DatePrecision::Day);
        // "Overnight update. At about 02:30 ...": the days told just above.
        let above = events[i]
            .told_before
            .clone()
            .filter(|w| before.is_none() && w.precision == DatePrecision::Days && i == 0);
        if let Some(above) = above {
            let because = above.because.clone();
            lend(&mut events[i], above, because);
            continue;
        }
        let last = events[i]
            .told_before
            .clone()
            .filter(|w| events[i].same_time && w.precision == DatePrecision::Day);
        if let Some(last) = last {
            let because = format!("at the same time as what was told on {}", last.in_words());
            lend(&mut events[i], last, because);
            continue;
        }
        let spoken = events[i].spoken.clone();
        let span = events[i].spans.first().cloned().unwrap_or(0..0);
        let when = match (before, spoken) {
            (Some((day, _)), _) => Some(When {
                because: format!(
                    "a time of day is told; the event told before was on {}",
                    day.in_words()
                ),
                time_start: None,
                ..day
            }),
            (None, Some(day)) => Some(When {
                because: format!(
                    "a time of day is told, and it was spoken of on {}",
                    day.in_words()
                ),
                ..day
            }),
            (None, None) => None,
        };
        if let Some(when) = when.filter(|w| w.end <= report.published || report.published.is_none())
        {
            events[i].when = Some((when, span));
        }
    }
}

/// Sentences over which the day of the event told before holds for one that brings none.
const SAME_DAY_SENTENCES_MAX: usize = 6;

/// Days before publication within which a report tells of one day's events.
const SAME_DAY_NEWS_MAX: i32 = 7;

/// "A drone hit a bus in Kherson on Monday ... In Nikopol, shells killed two": what is told as new,
/// with a place of its own and no day, was on the day of the event told before it.
pub(super) fn day_of_the_one_before(report: &Report, events: &mut [Event]) {
    if let Some(days) = &report.digest {
        for e in events.iter_mut() {
            let open = e.when.is_none() && e.relative.is_none();
            if open && !e.known && !e.cause && !e.in_the_past {
                let because = format!("the heading's: {}", days.because);
                lend(e, days.clone(), because);
            }
        }
    }
    day_of_the_sum(events);
    for e in events.iter_mut() {
        let open = e.when.is_none() && e.relative.is_none() && e.fresh && !e.cause;
        let Some(day) = e.day_just_before.clone().filter(|_| open) else {
            continue;
        };
        let because = format!("the day told just before: {}", day.in_words());
        lend(e, day, because);
    }
    for i in 1..events.len() {
        let e = &events[i];
        let placed = e.place.and_then(|p| report.place(p)).is_some_and(|p| {
            !matches!(
                p.precision,
                gazetteer::Precision::Country | gazetteer::Precision::Unknown
            )
        });
        let wants = e.when.is_none()
            && e.relative.is_none()
            && e.fresh
            && !e.cause
            && (placed || e.place.is_none() && e.names_unknown);
        if !wants || e.in_the_past || e.wide {
            continue;
        }
        let anchor = events[..i].iter().rev().find(|o| {
            let day = o.when.as_ref().is_some_and(|(w, _)| {
                matches!(w.precision, DatePrecision::Day | DatePrecision::Days)
                    && w.end.zip(report.published).is_none_or(|(end, day)| {
                        let ago = (day - end).get_days();
                        (0..=SAME_DAY_NEWS_MAX).contains(&ago)
                    })
            });
            day && !o.cause
                && !o.aside
                && e.first_sentence.saturating_sub(o.last_sentence) <= SAME_DAY_SENTENCES_MAX
        });
        let Some((day, _)) = anchor.and_then(|o| o.when.clone()) else {
            continue;
        };
        let because = format!(
            "no day is told; the event told before was on {}",
            day.in_words()
        );
        lend(&mut events[i], day, because);
    }
}

/// "Attacks across Ukraine over the past day killed five ... At least ten strikes were recorded in
/// X": the days of what is summed up first are those of its parts.
fn day_of_the_sum(events: &mut [Event]) {
    let Some((sum, parts)) = events.split_first_mut() else {
        return;
    };
    let days = sum
        .when
        .clone()
        .filter(|(w, _)| matches!(w.precision, DatePrecision::Day | DatePrecision::Days));
    let Some((days, _)) = days.filter(|_| sum.wide && sum.first_sentence <= LEAD_SENTENCES) else {
        return;
    };
    for e in parts {
        let open = e.when.is_none() && e.relative.is_none() && !e.cause && !e.known;
        let told = e.standings.iter().any(|s| {
            matches!(
                s,
                Standing::Happened | Standing::Claimed | Standing::Ongoing
            )
        });
        if open && told && e.place.is_some() && !e.in_the_past {
            let because = format!(
                "no day is told; the sum told first is of {}",
                days.in_words()
            );
            lend(e, days.clone(), because);
        }
    }
}

/// The report's first event, told without any place in its first sentence, was in the town of the
/// dateline: that is what agencies leave out.
pub(super) fn place_by_dateline(report: &Report, events: &mut [Event]) {
    place_by_headline(report, events);
    let Some(place) = report.dateline else {
        return;
    };
    let first = events
        .iter_mut()
        .find(|e| !e.cause && !e.standings.iter().all(|s| *s == Standing::Background));
    if let Some(event) = first
        && event.place.is_none()
        && event.first_sentence == 0
        && !event.names_a_place
        && !matches!(
            event.kind,
            IncidentType::Agreement | IncidentType::ForcePosture | IncidentType::AirEncounter
        )
        && !event.tags.iter().any(|t| t == "maritime")
    {
        event.place = Some(place);
        event.place_inferred = Some(BY_DATELINE);
    }
}

/// Why the region told just before is the place.
const BY_REGION: &str = "the region told just before; its own place is not known";

/// "In the X region, troops tried to break through. A bomb hit a house in Y": where Y is not known,
/// the region just told is the place.
pub(super) fn place_by_region(events: &mut [Event]) {
    for event in events {
        if event.place.is_none() && event.names_unknown && !event.cause {
            event.place = event.above;
            event.place_inferred = event.above.map(|_| BY_REGION);
        }
    }
}

/// Why the place of the first of a series is taken.
const BY_THE_SERIES: &str = "the first of the kind that the report tells; no other place is named";

/// "A second strong quake on Wednesday killed one", "On July 7 three drones were harassed": one
/// more of what the report tells first, with a day of its own and no place.
pub(super) fn place_of_the_series(events: &mut [Event]) {
    let Some((first, rest)) = events.split_first_mut() else {
        return;
    };
    if !matches!(
        first.kind,
        IncidentType::AirEncounter | IncidentType::Earthquake
    ) {
        return;
    }
    for e in rest {
        let open = e.place.is_none() && e.kind == first.kind && !e.cause;
        if open && e.when.as_ref().is_some_and(|(w, _)| w.days().is_some()) {
            e.place = first.place;
            e.place_inferred = first.place.map(|_| BY_THE_SERIES);
        }
    }
}

/// Why the dateline's town is the place of what happened in a part of it.
const BY_TOWN: &str = "the dateline's town; the part of it that is named is not known";

/// "KYIV, 3 May. ... mortar rounds landed in the X district": the town whose part is not known.
pub(super) fn place_by_town(report: &Report, events: &mut [Event]) {
    let Some(town) = report.dateline else {
        return;
    };
    for event in events {
        let open = event.place.is_none() && event.names_unknown_part && !event.cause;
        if open {
            event.place = Some(town);
            event.place_inferred = Some(BY_TOWN);
        }
    }
}

/// "The barracks burned out in the early hours of Friday ... The ministry claims that the army fired
/// at them": the day told before the first event, where none is told of it.
pub(super) fn day_of_the_opening(report: &Report, events: &mut [Event]) {
    /// Sentences within which the first event follows the day.
    const SENTENCES_MAX: usize = 5;
    let Some(first) = events.first_mut() else {
        return;
    };
    let open = first.when.is_none()
        && first.relative.is_none()
        && !first.cause
        && !first.known
        && first.place.is_some()
        && !first.tolls.is_empty()
        && first.first_sentence <= SENTENCES_MAX;
    let day = first.told_before.clone().filter(|w| {
        w.precision == DatePrecision::Day
            && w.end
                .zip(report.published)
                .is_some_and(|(end, p)| (0..=SAME_DAY_NEWS_MAX).contains(&(p - end).get_days()))
    });
    if let Some(day) = day.filter(|_| open) {
        let because = format!(
            "no day is told of it; the report told of {} before",
            day.in_words()
        );
        lend(first, day, because);
    }
}

/// "On 15 December the coalition conducted 21 strikes: * Near X, one strike hit a truck": the day
/// told before a list is that of its items.
pub(super) fn day_of_the_list(events: &mut [Event]) {
    for e in events {
        let open = e.when.is_none() && e.relative.is_none() && e.fresh && !e.cause;
        let Some(day) = e.list_day.clone().filter(|_| open) else {
            continue;
        };
        let because = format!("the day told before the list: {}", day.in_words());
        lend(e, day, because);
    }
}

/// Why the place of the sentences before is taken.
const BY_THE_SENTENCE_BEFORE: &str = "the place told just before; no sentence on it names another";

/// "Gunmen turned the city of X into a battlefield ... They also attacked a housing complex": what
/// is told as new, with a day or a figure and no place, was where the report just was.
pub(super) fn place_by_the_sentence_before(report: &Report, events: &mut [Event]) {
    for event in events {
        let told = event
            .when
            .as_ref()
            .is_some_and(|(w, _)| w.days().is_some() || w.weekday.is_some())
            || !event.tolls.is_empty();
        let open = event.place.is_none()
            && !event.names_unknown
            && !event.names_a_place
            && !event.cause
            && !event.known
            && !event.aside
            && event.fresh
            && told
            && !matches!(
                event.kind,
                IncidentType::Agreement | IncidentType::ForcePosture | IncidentType::AirEncounter
            );
        let near = event
            .place_before
            .filter(|p| report.places[*p].is_pointlike());
        if let Some(place) = near.filter(|_| open) {
            event.place = Some(place);
            event.place_inferred = Some(BY_THE_SENTENCE_BEFORE);
        }
    }
}

/// Why the headline's place is taken.
const BY_HEADLINE: &str = "the headline; the report names no other place for it";

/// What the report opens with was where its headline says, where no sentence says it closer.
fn place_by_headline(report: &Report, events: &mut [Event]) {
    let Some(place) = report.headline else {
        return;
    };
    let first = events
        .iter_mut()
        .find(|e| !e.cause && !e.standings.iter().all(|s| *s == Standing::Background));
    let Some(event) = first.filter(|e| e.first_sentence <= LEAD_SENTENCES) else {
        return;
    };
    let told = event.place.and_then(|p| report.place(p));
    let finer = told.is_none_or(|old| {
        !old.precision.is_pointlike()
            && report
                .place(place)
                .is_some_and(|new| new.precision < old.precision)
            && report
                .place(place)
                .is_some_and(|new| located_fit(new, old) && new.country == old.country)
    });
    if finer && !event.wide {
        event.place = Some(place);
        event.place_inferred = Some(BY_HEADLINE);
    }
}
