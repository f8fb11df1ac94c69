//! What the sentences after an event add to it, though none of their words tells of it again:
//! "A ferry sank off the coast. The boat left X on Sunday with 200 people on board."

use std::ops::Range;

use crate::incident::fit::dates_fit;
use crate::reading::dates::Form;

use super::Report;
use super::day;
use super::event::{Event, NEAR_SENTENCES_MAX, add_place, width};
use super::look::{Found, SAYING};
use super::site;

/// Why a place is taken from a sentence that tells of the event in no word of its own.
const TAKEN_FROM_THE_NEXT: &str =
    "the sentence that goes on with it; it lies where the report puts the event";

/// Verbs that go on with what happened. Whoever visits, meets or mourns does not.
const GOES_ON: &[&str] = &[
    "arrived",
    "asleep",
    "began",
    "blocked",
    "broke",
    "buried",
    "burned",
    "burst",
    "came",
    "carried",
    "carrying",
    "caught",
    "collapsed",
    "covered",
    "crossed",
    "cut",
    "damaged",
    "departed",
    "destroyed",
    "drove",
    "engulfed",
    "entered",
    "erupted",
    "fell",
    "fled",
    "forced",
    "happened",
    "herded",
    "hit",
    "landed",
    "left",
    "marched",
    "occurred",
    "raged",
    "rammed",
    "ripped",
    "rode",
    "rushed",
    "sank",
    "sheltered",
    "sheltering",
    "sleeping",
    "spread",
    "started",
    "stormed",
    "struck",
    "surrounded",
    "swept",
    "took",
    "tore",
    "travelling",
    "trapped",
    "walked",
    "went",
];

/// Those whose doings are no part of what happened.
const OTHERS: &[&str] = &[
    "president",
    "minister",
    "ministry",
    "premier",
    "chancellor",
    "governor",
    "mayor",
    "king",
    "queen",
    "pope",
    "secretary",
    "ambassador",
    "delegation",
    "envoy",
    "court",
    "parliament",
    "senate",
    "council",
    "judge",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "talks",
    "summit",
    "investigators",
    "prosecutors",
];

/// How far "since" stands before the day that a time is counted from, in tokens.
const SINCE_REACH: usize = 14;

/// How far into a sentence its subject is looked for, in tokens.
const SUBJECT_TOKENS: usize = 8;

/// Adds what a sentence that tells of no event by itself says of the one told last.
pub(super) fn add(report: &Report, f: &Found, events: &mut [Event]) {
    add_alone(report, f, events);
    go_on(report, f, events);
}

/// Adds the day and the place of a sentence that goes on with the event told last.
fn go_on(report: &Report, f: &Found, events: &mut [Event]) {
    if !f.events.is_empty() {
        return;
    }
    let words = f.words();
    let all = 0..words.len();
    // "An official described the targets as a depot near X"
    let targets = words
        .first(all.clone(), &["target", "targets"])
        .filter(|i| words.before(*i, 1) == "the");
    if let (Some(_), Some(event)) = (targets, events.last_mut())
        && event.place.is_none()
        && event.sentences_ago(f) <= 1
        && !event.cause
        && !event.wide
    {
        event.place = site::leading_closest(report, f);
    }
    let Some(verb) = words.first(all, GOES_ON) else {
        return;
    };
    if words.any(0..verb.min(SUBJECT_TOKENS), OTHERS) {
        return;
    }
    let Some(event) = events.last_mut() else {
        return;
    };
    if event.sentences_ago(f) > NEAR_SENTENCES_MAX || event.cause || event.aside || event.wide {
        return;
    }
    // "It seized a carrier off X on 19 November": another day, another event.
    let other_day = f.dates.iter().any(|d| {
        matches!(
            d.form,
            Form::DayMonth { .. }
                | Form::Full(_)
                | Form::MonthYear { .. }
                | Form::Month { .. }
                | Form::Year(_)
        ) && event
            .when
            .as_ref()
            .is_some_and(|(w, _)| w.days().is_some() && !dates_fit(w, &day::resolved(report, f, d)))
    });
    if other_day {
        return;
    }
    add_its_day(report, f, verb, event);
    add_its_place(report, f, event);
}

/// The day told in the clause of the verb, for an event that has no calendar day yet.
fn add_its_day(report: &Report, f: &Found, verb: usize, event: &mut Event) {
    let open = event
        .when
        .as_ref()
        .is_none_or(|(w, _)| w.days().is_none() && w.weekday.is_none() && w.month_day.is_none());
    if !open || event.relative.is_some() {
        return;
    }
    let d = f.dates.iter().find(|d| {
        let of_a_day = matches!(
            d.form,
            Form::Weekday { .. } | Form::DayMonth { .. } | Form::Full(_) | Form::Day(_)
        );
        of_a_day
            && f.clause[d.tokens.start].abs_diff(f.clause[verb]) <= 1
            // "encircled since the war started on 15 April"
            && !f.words().any(d.tokens.start.saturating_sub(SINCE_REACH)..d.tokens.start, &["since"])
            && !day::is_of_another_thing(f, d)
    });
    if let Some(d) = d {
        event.when = Some((day::resolved(report, f, d), f.bytes(&d.tokens)));
    }
}

/// The place of the sentence, for an event of which only what holds it is known.
fn add_its_place(report: &Report, f: &Found, event: &mut Event) {
    let said_first = f
        .words()
        .any(0..SUBJECT_TOKENS.min(f.words().len()), SAYING);
    if said_first {
        return;
    }
    let Some(place) = site::leading_closest(report, f) else {
        return;
    };
    if event
        .place
        .is_none_or(|old| site::is_closer_part(report, place, old))
    {
        event.place = Some(place);
        event.place_inferred = Some(TAKEN_FROM_THE_NEXT);
    }
}

/// "At about 3 a.m. on Friday, while people were asleep": the sentence after an event without a
/// day gives its day, where it tells a time of day too.
fn add_time_alone(report: &Report, f: &Found, events: &mut [Event]) {
    let Some(event) = events.last_mut().filter(|e| {
        e.when.is_none() && e.relative.is_none() && !e.cause && e.sentences_ago(f) <= 1
    }) else {
        return;
    };
    let timed = f.dates.iter().find(|d| {
        let near = |t: &Range<usize>| t.end.abs_diff(d.tokens.start) <= 3;
        // "Monday morning"
        let part = matches!(d.form, Form::Weekday { .. }) && report.words(&d.span).contains(' ');
        !day::is_of_another_thing(f, d)
            && matches!(
                d.form,
                Form::Weekday { .. } | Form::DayMonth { .. } | Form::Full(_)
            )
            && (part || takes_up(f) || f.times.iter().any(|t| near(&t.tokens)))
    });
    let Some(d) = timed else {
        return;
    };
    event.when = Some((day::resolved(report, f, d), f.bytes(&d.tokens)));
    event.time = event
        .time
        .take()
        .or_else(|| f.times.first().map(|t| t.time.clone()));
    if let Some(place) = site::leading(report, f) {
        add_place(report, place, event);
    }
}

/// Those a sentence takes up from the event before it: "The attackers rode in on Monday".
const TAKEN_UP: &[&str] = &[
    "attackers",
    "attacker",
    "gunmen",
    "gunman",
    "assailants",
    "rebels",
    "militants",
    "fighters",
    "bomber",
    "soldiers",
    "troops",
    "plane",
    "boat",
    "ship",
    "bus",
    "train",
    "vehicle",
    "aircraft",
    "helicopter",
    "victims",
    "vessel",
    "ferry",
];

fn takes_up(f: &Found) -> bool {
    let words = f.words();
    ["they", "he", "she"].contains(&words.at(0))
        || words.at(0) == "the" && words.any(1..3, TAKEN_UP)
}

/// "It happened on Wednesday", "The incident took place near X": a sentence that only adds.
fn add_alone(report: &Report, f: &Found, events: &mut [Event]) {
    let words = f.words();
    let all = 0..words.len();
    let happens = words
        .first(all.clone(), &["happened", "occurred", "transpired"])
        .or_else(|| {
            all.clone()
                .find(|i| words.at(*i) == "took" && words.at(i + 1) == "place")
        });
    let last = events
        .last_mut()
        .filter(|e| e.sentences_ago(f) <= NEAR_SENTENCES_MAX && !e.cause);
    let (Some(at), Some(event)) = (happens, last) else {
        return add_time_alone(report, f, events);
    };
    if !words.any(0..at, &["it", "this", "incident", "the", "encounter"]) {
        return;
    }
    let date = f.dates.iter().find(|d| {
        !day::is_of_another_thing(f, d)
            && !matches!(d.form, Form::Duration { .. } | Form::FromEvent { .. })
    });
    if let Some(d) = date {
        let told = day::resolved(report, f, d);
        // "this week ... The encounter took place on Tuesday"
        let closer = event
            .when
            .as_ref()
            .is_none_or(|(old, _)| width(&told) < width(old) && dates_fit(old, &told));
        if closer {
            event.when = Some((told, f.bytes(&d.tokens)));
        }
    }
    if event.place.is_none() {
        event.place = site::leading(report, f);
    }
}
