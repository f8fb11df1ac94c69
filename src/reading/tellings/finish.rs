//! What is news, what is history, what is left open: events put together become tellings.

use jiff::civil::Date;

use crate::incident::fit::{compatible, dates_fit, located_fit};
use crate::incident::{DatePrecision, IncidentType, Kind, Standing, When};
use crate::reading::dates::{self, Form};
use crate::reading::parties::PartyMention;

use super::event::{Event, width};
use super::{NEWS_DAYS_MAX, Report, Telling};

/// Why an event has no day.
const NO_DAY: &str = "no day is told; not after the day of publication";

/// Why the dateline's town is the place.
const BY_DATELINE: &str = "the dateline; the report names no other place for it";

/// Makes tellings of events.
pub(super) fn finish(report: &Report, mut events: Vec<Event>) -> Vec<Telling> {
    fires_in_the_open(report, &mut events);
    bombs_from_the_air(report, &mut events);
    resolve_relative(report, &mut events);
    year_of_the_one_before(report, &mut events);
    day_of_the_time(report, &mut events);
    tell_one_by_one(report, &mut events);
    place_by_dateline(report, &mut events);
    place_by_region(&mut events);
    place_by_the_sentence_before(report, &mut events);
    place_by_town(report, &mut events);
    place_of_the_series(&mut events);
    day_of_the_opening(report, &mut events);
    day_of_the_list(&mut events);
    day_of_the_one_before(report, &mut events);
    let newest = events
        .iter()
        .filter_map(|e| e.when.as_ref().and_then(|(w, _)| w.end))
        .chain(report.published)
        .max();
    events
        .into_iter()
        .map(|e| (e.cause, telling(report, e, newest)))
        .filter(|(cause, t)| *cause || !says_nothing(t))
        .map(|(_, t)| t)
        .collect()
}

/// History without day, place or figure: nobody could look it up.
fn says_nothing(t: &Telling) -> bool {
    t.standing == Standing::Background
        && t.place.is_none()
        && t.when_span.is_none()
        && t.tolls.is_empty()
}

/// "Two days later" counts from the event told before.
fn resolve_relative(report: &Report, events: &mut [Event]) {
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
fn year_of_the_one_before(report: &Report, events: &mut [Event]) {
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

/// "In the morning", "at 6 a.m." without a day: the day of the event told before, or the day on
/// which the speaker told of it.
fn day_of_the_time(report: &Report, events: &mut [Event]) {
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
            let span = events[i].spans.first().cloned().unwrap_or(0..0);
            events[i].when = Some((
                When {
                    time_start: None,
                    ..above
                },
                span,
            ));
            continue;
        }
        let last = events[i]
            .told_before
            .clone()
            .filter(|w| events[i].same_time && w.precision == DatePrecision::Day);
        if let Some(last) = last {
            let because = format!("at the same time as what was told on {}", last.in_words());
            let span = events[i].spans.first().cloned().unwrap_or(0..0);
            events[i].when = Some((
                When {
                    because,
                    time_start: None,
                    ..last
                },
                span,
            ));
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
fn day_of_the_one_before(report: &Report, events: &mut [Event]) {
    if let Some(days) = &report.digest {
        for e in events.iter_mut() {
            let open = e.when.is_none() && e.relative.is_none();
            if open && !e.known && !e.cause && !e.in_the_past {
                let span = e.spans.first().cloned().unwrap_or(0..0);
                let because = format!("the heading's: {}", days.because);
                e.when = Some((
                    When {
                        because,
                        ..days.clone()
                    },
                    span,
                ));
            }
        }
    }
    day_of_the_sum(events);
    for e in events.iter_mut() {
        let open = e.when.is_none() && e.relative.is_none() && e.fresh && !e.cause;
        let Some(day) = e.day_just_before.clone().filter(|_| open) else {
            continue;
        };
        let span = e.spans.first().cloned().unwrap_or(0..0);
        let because = format!("the day told just before: {}", day.in_words());
        e.when = Some((When { because, ..day }, span));
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
        let span = e.spans.first().cloned().unwrap_or(0..0);
        let because = format!(
            "no day is told; the event told before was on {}",
            day.in_words()
        );
        events[i].when = Some((
            When {
                because,
                time_start: None,
                ..day
            },
            span,
        ));
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
            let span = e.spans.first().cloned().unwrap_or(0..0);
            let because = format!(
                "no day is told; the sum told first is of {}",
                days.in_words()
            );
            e.when = Some((
                When {
                    because,
                    time_start: None,
                    ..days.clone()
                },
                span,
            ));
        }
    }
}

/// "Two bombs went off in Somalia on Wednesday": where the report goes on to tell each, the
/// sentence on both is no event beside them, and its day is theirs.
fn tell_one_by_one(report: &Report, events: &mut Vec<Event>) {
    /// A summary is followed by its events within so many.
    const FOLLOWING_MAX: usize = 8;
    let mut summaries = Vec::new();
    for i in 0..events.len() {
        if events[i].several < 2 {
            continue;
        }
        let members: Vec<usize> = (i + 1..events.len())
            .take(FOLLOWING_MAX)
            .filter(|j| is_one_of(report, &events[i], &events[*j]))
            .collect();
        if members.len() < 2 {
            continue;
        }
        let day = events[i].when.clone();
        for j in members {
            let narrower = |(new, _): &(When, _)| {
                events[j]
                    .when
                    .as_ref()
                    .is_none_or(|(old, _)| width(new) < width(old))
            };
            if let Some(day) = day.clone().filter(narrower) {
                events[j].when = Some(day);
            }
        }
        summaries.push(i);
    }
    remove(events, &summaries);
}

/// Takes events out and keeps "the event told before" pointing at the right one.
fn remove(events: &mut Vec<Event>, gone: &[usize]) {
    // `gone` is in order.
    let stays = |i: &usize| gone.binary_search(i).is_err();
    let shift = |i: usize| i - gone.partition_point(|g| *g < i);
    for e in events.iter_mut() {
        e.follows = e.follows.filter(stays).map(shift);
    }
    let mut i = 0;
    events.retain(|_| {
        i += 1;
        stays(&(i - 1))
    });
}

/// Can the event be one of those the summary counts?
fn is_one_of(report: &Report, summary: &Event, event: &Event) -> bool {
    let violent = |t: IncidentType| {
        matches!(
            t.kind(),
            Kind::Strike | Kind::Clash | Kind::Civilians | Kind::Violence
        )
    };
    let kinds =
        compatible(summary.kind, event.kind) || violent(summary.kind) && violent(event.kind);
    let days = summary
        .when
        .as_ref()
        .zip(event.when.as_ref())
        .is_none_or(|((a, _), (b, _))| dates_fit(a, b));
    let places = summary
        .place
        .zip(event.place)
        .and_then(|(a, b)| report.place(a).zip(report.place(b)))
        .is_none_or(|(a, b)| located_fit(a, b));
    kinds && days && places && !event.cause
}

/// The report's first event, told without any place in its first sentence, was in the town of the
/// dateline: that is what agencies leave out.
fn place_by_dateline(report: &Report, events: &mut [Event]) {
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
fn place_by_region(events: &mut [Event]) {
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
fn place_of_the_series(events: &mut [Event]) {
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
fn place_by_town(report: &Report, events: &mut [Event]) {
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
fn day_of_the_opening(report: &Report, events: &mut [Event]) {
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
        let span = first.spans.first().cloned().unwrap_or(0..0);
        first.when = Some((
            When {
                because,
                time_start: None,
                ..day
            },
            span,
        ));
    }
}

/// "On 15 December the coalition conducted 21 strikes: * Near X, one strike hit a truck": the day
/// told before a list is that of its items.
fn day_of_the_list(events: &mut [Event]) {
    for e in events {
        let open = e.when.is_none() && e.relative.is_none() && e.fresh && !e.cause;
        let Some(day) = e.list_day.clone().filter(|_| open) else {
            continue;
        };
        let span = e.spans.first().cloned().unwrap_or(0..0);
        let because = format!("the day told before the list: {}", day.in_words());
        e.when = Some((
            When {
                because,
                time_start: None,
                ..day
            },
            span,
        ));
    }
}

/// Why the place of the sentences before is taken.
const BY_THE_SENTENCE_BEFORE: &str = "the place told just before; no sentence on it names another";

/// "Gunmen turned the city of X into a battlefield ... They also attacked a housing complex": what
/// is told as new, with a day or a figure and no place, was where the report just was.
fn place_by_the_sentence_before(report: &Report, events: &mut [Event]) {
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

/// "condemns the bombing of a detention centre ... the air strikes took the lives of 44": a bombing
/// whose means no word on it tells, in a report that speaks of aircraft and of no planted bomb.
fn bombs_from_the_air(report: &Report, events: &mut [Event]) {
    const AIR: &[&str] = &[
        "air strike",
        "airstrike",
        "air raid",
        "warplane",
        "fighter jet",
        "bombed by aircraft",
    ];
    const PLANTED: &[&str] = &[
        "suicide",
        "car bomb",
        "explosive device",
        "planted",
        "ied",
        "roadside",
        "vehicle bomb",
        "detonated",
        "truck bomb",
        "explosives",
    ];
    let open = |e: &Event| {
        e.kind == IncidentType::BombingIed
            && e.spans.first().is_some_and(|s| {
                ["bombing", "bombings"].contains(&report.words(s).to_lowercase().as_str())
            })
    };
    if !events.iter().any(open) {
        return;
    }
    let text = report.text.to_lowercase();
    let has = |list: &[&str]| list.iter().any(|w| text.contains(w));
    let ied = text
        .split(|c: char| !c.is_alphanumeric())
        .any(|w| w == "ied");
    let planted: Vec<&str> = PLANTED.iter().copied().filter(|w| *w != "ied").collect();
    if has(AIR) && !has(&planted) && !ied {
        for e in events.iter_mut().filter(|e| open(e)) {
            e.kind = IncidentType::Airstrike;
        }
    }
}

/// Words of a report on a fire in the open.
const OF_WILDFIRES: &[&str] = &[
    "wildfire",
    "forest",
    "hectares",
    "pine",
    "slopes",
    "bushfire",
    "scrub",
    "burnt-out",
    "burned-out",
    "gusts",
    "winds",
    "heatwave",
    "evacuate",
    "water-dropping",
];

/// Such words from which on a fire is one in the open.
const OF_WILDFIRES_MIN: usize = 3;

/// "The fire tore through a village ... on the slopes of the mountain": a fire in the open, where
/// enough of the report speaks of one.
fn fires_in_the_open(report: &Report, events: &mut [Event]) {
    let fire = |e: &Event| {
        e.kind == IncidentType::Accident
            && e.spans.first().is_some_and(|s| {
                ["fire", "blaze", "fires", "flames"]
                    .iter()
                    .any(|w| report.words(s).to_lowercase().contains(w))
            })
    };
    if !events.iter().any(fire) {
        return;
    }
    let text = report.text.to_lowercase();
    let open = OF_WILDFIRES.iter().filter(|w| text.contains(**w)).count();
    if open >= OF_WILDFIRES_MIN {
        for e in events.iter_mut().filter(|e| fire(e)) {
            e.kind = IncidentType::Wildfire;
        }
    }
}

fn telling(report: &Report, e: Event, newest: Option<Date>) -> Telling {
    let standing = standing(&e, newest);
    let place = e.place.and_then(|p| report.place(p));
    let (mut when, when_span) = told_days(report, e.when.clone());
    if e.time.is_some() {
        when.time_start.clone_from(&e.time);
    }
    let confidence = confidence(&e, &when, place, standing);
    let kind = kind(&e);
    let mut tags = e.tags;
    if e.denied && !tags.iter().any(|t| t == "denied") {
        tags.push("denied".to_owned());
    }
    Telling {
        kind,
        tags,
        standing,
        when,
        when_span,
        place: e.place,
        place_inferred: e.place_inferred,
        actors: actors(kind, e.actors),
        targets: e.targets,
        target_kind: e.target_kind,
        tolls: e.tolls,
        events: e.spans,
        says: e.says,
        denies: e.denies,
        confidence,
    }
}

/// Kinds of parties that bear arms.
pub(super) const ARMED: &[&str] = &["forces", "police", "armed_group", "militia", "coalition"];

/// Those of them that a state sends.
const OF_THE_STATE: &[&str] = &["forces", "police", "coalition"];

/// What is hit where unarmed people are.
const SOFT_TARGETS: &[&str] = &[
    "market",
    "school",
    "religious",
    "residential",
    "camp",
    "health",
];

/// An attack whose means nobody tells is one on civilians where unarmed people are named as those
/// attacked, and nobody who bears arms.
fn kind(e: &Event) -> IncidentType {
    let armed = e
        .targets
        .iter()
        .any(|(p, _)| ARMED.contains(&p.kind.as_str()));
    let unarmed = |p: &PartyMention| p.kind == "civilians";
    let named = e
        .targets
        .iter()
        .any(|(p, _)| unarmed(p) && p.name != "people");
    let people = e.targets.iter().any(|(p, _)| unarmed(p));
    // "A gunman killed eight people": nobody but nameless armed men on one side, no arms on the other.
    let gunmen = e
        .actors
        .first()
        .is_some_and(|(p, _)| p.id.is_none() && p.kind == "armed_group")
        && e.targets.first().is_some_and(|(p, _)| unarmed(p));
    let soft = gunmen
        || e.site
            .as_deref()
            .is_some_and(|s| ["village", "church", "mosque", "market", "school"].contains(&s))
        || e.target_kind
            .as_deref()
            .is_some_and(|t| SOFT_TARGETS.contains(&t));
    match e.kind {
        // "Forces gunned down 31 insurgents": armed people on either side.
        IncidentType::AttackCivilians
            if armed
                && !named
                && e.actors
                    .first()
                    .is_some_and(|(p, _)| OF_THE_STATE.contains(&p.kind.as_str())) =>
        {
            IncidentType::Clash
        }
        // "Insurgents torched a convoy of lorries": no crowd.
        IncidentType::Riot
            if e.actors
                .first()
                .is_some_and(|(p, _)| p.kind == "armed_group" && p.id.is_some()) =>
        {
            IncidentType::Sabotage
        }
        IncidentType::AttackOther if gunmen || !armed && (named || people && soft) => {
            IncidentType::AttackCivilians
        }
        kind => kind,
    }
}

/// Nobody does a hazard, and the police do not protest.
fn actors(kind: IncidentType, told: Vec<(PartyMention, Span)>) -> Vec<(PartyMention, Span)> {
    match kind.kind() {
        Kind::Hazard => Vec::new(),
        Kind::Protest => told
            .into_iter()
            .filter(|(p, _)| !ARMED.contains(&p.kind.as_str()) && p.kind != "government")
            .collect(),
        _ => told,
    }
}

type Span = std::ops::Range<usize>;

/// The days told; where none are, only that it was not after publication.
fn told_days(report: &Report, told: Option<(When, Span)>) -> (When, Option<Span>) {
    let open = |text: &str| match report.published {
        Some(p) => When {
            text: text.to_owned(),
            ..dates::before(Some(p), "", NO_DAY)
        },
        None => When::unknown(),
    };
    match told {
        Some((when, span)) if when.precision != DatePrecision::Unknown => (when, Some(span)),
        Some((when, span)) if !when.text.is_empty() => {
            let shown = if report.published.is_some() {
                open(&when.text)
            } else {
                when
            };
            (shown, Some(span))
        }
        _ => (open(""), None),
    }
}

/// Orders incidents for a reviewer. By our own ruling, not calibrated: a day, a point and an actor
/// each make a reading easier to check; a claim is less sure than a report.
fn confidence(
    e: &Event,
    when: &When,
    place: Option<&gazetteer::Located>,
    standing: Standing,
) -> f64 {
    let open = matches!(
        when.precision,
        DatePrecision::Unknown | DatePrecision::Before
    );
    let day = match when.precision {
        DatePrecision::Day => 0.2,
        _ if open => 0.0,
        _ => 0.1,
    };
    let place = match place {
        Some(p) if p.precision.is_pointlike() && e.place_inferred.is_none() => 0.2,
        Some(_) => 0.1,
        None => 0.0,
    };
    let actor = if e.actors.is_empty() { 0.0 } else { 0.1 };
    let again = if e.spans.len() > 1 { 0.05 } else { 0.0 };
    let claim = if standing == Standing::Claimed {
        0.15
    } else {
        0.0
    };
    0.35 + day + place + actor + again - claim
}

fn standing(e: &Event, newest: Option<Date>) -> Standing {
    let when = e
        .when
        .as_ref()
        .map(|(w, _)| w)
        .filter(|w| w.precision != DatePrecision::Unknown);
    let all = |list: &[Standing]| e.standings.iter().all(|s| list.contains(s));
    let nothing_told = when.is_none() && e.place.is_none() && e.tolls.is_empty();
    let only_a_cause = e.cause && e.when.is_none() && e.place.is_none();
    let goes_on = e.standings.contains(&Standing::Ongoing);
    if nothing_told && !goes_on || only_a_cause || all(&[Standing::Background]) {
        return Standing::Background;
    }
    // First told as history; what follows brings no day of its own.
    if e.standings.first() == Some(&Standing::Background) && when.is_none_or(|w| w.days().is_none())
    {
        return Standing::Background;
    }
    if e.in_the_past && when.is_none() {
        return Standing::Background;
    }
    // Told by the way, without a day: what else the report speaks of.
    let open =
        when.is_none_or(|w| w.days().is_none() && w.weekday.is_none() && w.month_day.is_none());
    let by_the_way = e.follows.is_some() && e.first_sentence > LEAD_SENTENCES;
    let nowhere = e.place.is_none() && (e.follows.is_some() || e.first_sentence > LEAD_SENTENCES);
    if open && (by_the_way || nowhere) && !goes_on {
        return Standing::Background;
    }
    // Told by the way as what the reader knows of, "the attacks of 7 October", or without a place.
    let known = e.known
        && when
            .and_then(|w| w.end)
            .zip(newest)
            .is_some_and(|(end, newest)| (newest - end).get_days() > KNOWN_DAYS_MIN);
    let placeless = e.place.is_none()
        && !e.names_unknown
        && e.relative.is_none()
        && !matches!(e.kind, IncidentType::Agreement | IncidentType::Protest);
    if by_the_way && (known || placeless) {
        return Standing::Background;
    }
    if is_old(e, when, newest) {
        return Standing::Background;
    }
    if e.denied {
        return Standing::Disputed;
    }
    if all(&[Standing::Claimed, Standing::Background]) {
        return Standing::Claimed;
    }
    if e.standings.contains(&Standing::Ongoing) && when.is_none() {
        return Standing::Ongoing;
    }
    Standing::Happened
}

/// Days before the news from which on an event told as known is background.
const KNOWN_DAYS_MIN: i32 = 7;

/// Sentences from the first on that tell what is new.
const LEAD_SENTENCES: usize = 1;

/// Days after which even what a report opens with is history: a book, a trial, a day of memory.
const LONG_AGO_DAYS: i32 = 5 * 366;

/// Days before the news after which an event that is told by its month alone is history.
pub(super) const BY_THE_WAY_DAYS_MAX: i32 = 10;

/// Sentences that a story may take to set its scene.
const SCENE_SENTENCES_MAX: usize = 2;

/// History told by the way: long before the news, and not what the report opens with.
fn is_old(e: &Event, when: Option<&When>, newest: Option<Date>) -> bool {
    let old = when
        .and_then(|w| w.end)
        .zip(newest)
        .is_some_and(|(end, newest)| (newest - end).get_days() > NEWS_DAYS_MAX);
    // "It attacked a police station in December": told only by its month, and that is over.
    let by_the_way = when.is_some_and(|w| {
        matches!(
            w.precision,
            DatePrecision::Month | DatePrecision::Year | DatePrecision::Span
        )
    }) && when
        .and_then(|w| w.end)
        .zip(newest)
        .is_some_and(|(end, newest)| (newest - end).get_days() > BY_THE_WAY_DAYS_MAX);
    let long_ago = when
        .and_then(|w| w.end)
        .zip(newest)
        .is_some_and(|(end, newest)| (newest - end).get_days() > LONG_AGO_DAYS);
    // A story that opens with a scene tells what it is about a little later.
    let opens = e.follows.is_none()
        && e.first_sentence <= SCENE_SENTENCES_MAX
        && when.is_some_and(|w| w.precision == DatePrecision::Day)
        && e.place.is_some();
    long_ago || (old || by_the_way) && !opens && (e.follows.is_some() || e.first_sentence > 0)
}
