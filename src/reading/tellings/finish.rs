//! What is news, what is history, what is left open: events put together become tellings.

use jiff::civil::Date;

use crate::incident::fit::{compatible, dates_fit, located_fit};
use crate::incident::{DatePrecision, IncidentType, Kind, Standing, When};
use crate::reading::dates;
use crate::reading::parties::PartyMention;

use super::event::{Event, width};
use super::settle::{
    day_of_the_list, day_of_the_one_before, day_of_the_opening, day_of_the_time, place_by_dateline,
    place_by_region, place_by_the_sentence_before, place_by_town, place_of_the_series,
    resolve_relative, year_of_the_one_before,
};
use super::{NEWS_DAYS_MAX, Report, Telling};

/// Why an event has no day.
const NO_DAY: &str = "no day is told; not after the day of publication";

/// Why an event of no day is no later than one.
const NOT_AFTER_SPOKEN: &str = "no day is told; not after the day on which it was spoken of";

/// Makes tellings of events.
pub(super) fn finish(report: &Report, mut events: Vec<Event>) -> Vec<Telling> {
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

fn telling(report: &Report, e: Event, newest: Option<Date>) -> Telling {
    let place = e.place.and_then(|p| report.place(p));
    let standing = standing(&e, place, newest);
    let (mut when, when_span) = told_days(report, e.when.clone());
    // "has been killed, officials said on Wednesday": no later than they spoke of it.
    let spoken = e.spoken.as_ref().and_then(|w| w.end);
    if when.precision == DatePrecision::Before
        && when.start.is_none()
        && let (Some(end), Some(spoken)) = (when.end, spoken)
        && spoken < end
    {
        when = dates::before(Some(spoken), &when.text, NOT_AFTER_SPOKEN);
    }
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

fn standing(e: &Event, place: Option<&gazetteer::Located>, newest: Option<Date>) -> Standing {
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
    // "Forces have meanwhile set up a base at X": where they stand now.
    let posted =
        e.kind == IncidentType::ForcePosture && place.is_some_and(|p| p.precision.is_pointlike());
    if open && (by_the_way || nowhere) && !goes_on && !posted {
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
pub(super) const LEAD_SENTENCES: usize = 1;

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
