//! What the sentences after an event add to it, though none of their words tells of it again:
//! "A ferry sank off the coast. The boat left X on Sunday with 200 people on board."

use crate::reading::dates::Form;

use super::day;
use super::event::Event;
use super::look::{Found, SAYING};
use super::site;
use super::{Report, TAKEN_FROM_THE_NEXT};

/// Sentences after the last one on an event that may still add to it.
const SENTENCES_MAX: usize = 2;

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

/// How far into a sentence its subject is looked for, in tokens.
const SUBJECT_TOKENS: usize = 8;

/// Adds the day and the place of a sentence that goes on with the event told last.
pub(super) fn add(report: &Report, f: &Found, events: &mut [Event]) {
    if !f.events.is_empty() {
        return;
    }
    let words = f.words();
    let all = 0..words.len();
    let Some(verb) = words.first(all, GOES_ON) else {
        return;
    };
    if words.any(0..verb.min(SUBJECT_TOKENS), OTHERS) {
        return;
    }
    let Some(event) = events.last_mut() else {
        return;
    };
    let near = f.n.saturating_sub(event.last_sentence) <= SENTENCES_MAX;
    if !near || event.cause || event.aside || event.wide {
        return;
    }
    add_day(report, f, verb, event);
    add_place(report, f, event);
}

/// The day told in the clause of the verb, for an event that has no calendar day yet.
fn add_day(report: &Report, f: &Found, verb: usize, event: &mut Event) {
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
            && !day::is_of_another_thing(f, d)
    });
    if let Some(d) = d {
        event.when = Some((day::resolved(report, f, d), f.bytes(&d.tokens)));
    }
}

/// The place of the sentence, for an event of which only what holds it is known.
fn add_place(report: &Report, f: &Found, event: &mut Event) {
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
