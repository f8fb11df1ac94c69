//! Which figure belongs to which event, and which figures are parts of others.

use std::ops::Range;

use crate::incident::{Count, EARLIER_FIGURE, Harm, OfWhom, PART_OF_FIGURE, Toll};
use crate::reading::dates::{Form, Unit};
use crate::reading::tolls::TollMention;

use super::event::{Event, LISTED_MAX};
use super::look::Found;
use super::{Report, TollTold};

/// Sentences over which a figure told alone belongs to the event before it.
const SENTENCES_MAX: usize = 3;

/// Figures belong to the event of their sentence, else to the one told last.
pub(super) fn add(report: &Report, f: &Found, events: &mut [Event], told_here: &[usize]) {
    for t in &f.tolls {
        if t.harm == Harm::Captured || is_hypothetical(f, t) {
            continue;
        }
        let here = event_here(f, t, events, told_here);
        let history = f.dates.iter().any(|d| {
            matches!(
                d.form,
                Form::Since(_) | Form::Year(_) | Form::MonthYear { .. } | Form::Month { .. }
            )
        });
        // "In 2018 nearly 400 people died": no figure of the event before it.
        if history && here.is_none() || told_elsewhere(f, t) {
            continue;
        }
        let index = here.or_else(|| {
            (0..events.len())
                .rev()
                .take(SENTENCES_MAX * 8)
                .filter(|i| {
                    !events[*i].cause
                        && !events[*i].aside
                        && f.n.saturating_sub(events[*i].last_sentence) <= SENTENCES_MAX
                })
                .max_by_key(|i| {
                    let e = &events[*i];
                    let told = e.when.is_some() || e.place.is_some();
                    (told, e.last_sentence, *i)
                })
        });
        if let Some(index) = index {
            add_figure(report, f, t, &mut events[index]);
        }
    }
}

/// The event of the sentence that stands just before the figure, or the nearest after it.
fn event_here(f: &Found, t: &TollMention, events: &[Event], told_here: &[usize]) -> Option<usize> {
    let at = f.bytes(&t.tokens).start;
    told_here
        .iter()
        .copied()
        .filter(|i| !events[*i].cause)
        .min_by_key(|i| {
            let last = events[*i].spans.last().map_or(0, |s| s.start);
            if last <= at {
                at - last
            } else {
                (last - at) * 2
            }
        })
}

/// The figure stands beside an old date in its own clause: "in 1999 a quake killed 17,000".
fn told_elsewhere(f: &Found, t: &TollMention) -> bool {
    let here = f.clause[t.tokens.start];
    let words = f.words();
    f.dates.iter().any(|d| {
        let past = matches!(d.form, Form::Year(_) | Form::MonthYear { .. })
            && ["in", "of", "since"].contains(&words.before(d.tokens.start, 1));
        let ago = matches!(
            d.form,
            Form::Ago {
                unit: Unit::Year | Unit::Month,
                ..
            } | Form::Relative {
                unit: Unit::Year | Unit::Month,
                shift: -1,
                ..
            }
        );
        (past || ago)
            && f.clause[d.tokens.start].abs_diff(here) <= 1
            && !f.dates.iter().any(|o| {
                !matches!(
                    o.form,
                    Form::Year(_) | Form::MonthYear { .. } | Form::Duration { .. }
                )
            })
    })
}

fn add_figure(report: &Report, f: &Found, t: &TollMention, event: &mut Event) {
    let words = report.words(&with_word_before(f, t)).to_owned();
    let span = f.bytes(&t.tokens);
    event.last_sentence = f.n;
    // A first count that the same report corrects, and a part of a figure, are kept in words.
    let earlier = is_earlier_figure(f, t);
    let part = t.part || is_part(f, t, event);
    let (of, of_whom) = match (earlier, part) {
        (true, _) => (OfWhom::Some, EARLIER_FIGURE),
        (_, true) => (OfWhom::Some, PART_OF_FIGURE),
        _ => (t.of, t.of_whom.as_str()),
    };
    let mut push = |harm: Harm, count: Count| {
        let known = event
            .tolls
            .iter()
            .any(|o| o.toll.harm == harm && o.toll.count == count && o.toll.of == of);
        if !known && event.tolls.len() < LISTED_MAX {
            event.tolls.push(TollTold {
                toll: Toll {
                    harm,
                    count,
                    of,
                    of_whom: of_whom.to_owned(),
                    said_by: f.speaker.clone(),
                    text: words.clone(),
                },
                span: span.clone(),
            });
        }
    };
    push(t.harm, t.count);
    // "No casualties" says that nobody was injured either.
    let unharmed = f.words().any(
        t.tokens.clone(),
        &["casualties", "hurt", "harmed", "victims"],
    );
    if t.count == Count::exactly(0) && t.harm == Harm::Killed && unharmed {
        push(Harm::Injured, t.count);
    }
}

/// Words by which somebody sets a count of his own against another.
const COUNTING: &[&str] = &[
    "toll", "number", "count", "counted", "figure", "total", "put", "all",
];

/// Words for those who died after the others.
const LATER: &[&str] = &["hospital", "later", "wounds", "injuries"];

/// A smaller figure after the report's total is a part of it where it is told of one place
/// ("430 in Syria"), of bodies found, or of those who died in hospital.
fn is_part(f: &Found, t: &TollMention, event: &Event) -> bool {
    let words = f.words();
    let larger = event.tolls.iter().any(|o| {
        o.toll.harm == t.harm
            && o.toll.of == OfWhom::Everybody
            && o.toll.count.least > t.count.least
            && t.count.least > 0
    });
    if !larger {
        return false;
    }
    // "Six of them died in X and five in Y"
    if words.any(t.tokens.start..t.tokens.start + 3, &["of"])
        && words.any(
            t.tokens.start..t.tokens.start + 4,
            &["them", "whom", "these"],
        )
    {
        return true;
    }
    let around = t.tokens.start.saturating_sub(4)..t.tokens.end + 5;
    let bodies = words.any(around.clone(), &["bodies"]) || words.any(around.clone(), LATER);
    let where_at = t
        .tokens
        .start
        .checked_sub(1)
        .filter(|i| words.at(*i) == "where");
    let of_a_place = f.places.iter().any(|(p, r)| {
        if where_at.is_some_and(|w| r.end <= w && w - r.end <= 1) {
            return event.place != Some(*p);
        }
        let beside = r.start >= t.tokens.end && r.start <= t.tokens.end + 3 || r.start <= 2;
        beside && ["in", "from"].contains(&words.before(r.start, 1)) && event.place != Some(*p)
    });
    bodies && !words.any(around, COUNTING) || of_a_place
}

/// Words before a first count: "had at first spoken of 25".
const AT_FIRST: &[&str] = &["initially", "originally"];

/// Adjectives of a first count, and the nouns they stand before.
const FIRST_COUNTS: &[&str] = &["earlier", "previous", "initial", "preliminary", "first"];

const COUNTS: &[&str] = &[
    "toll",
    "count",
    "figure",
    "reported",
    "estimate",
    "estimates",
    "report",
    "reports",
    "tally",
];

/// Verbs by which a count moves away from one told before.
const MOVED: &[&str] = &["rose", "risen", "up", "lowered", "revised", "climbed"];

/// "had at first spoken of 25": a figure the report itself calls outdated.
fn is_earlier_figure(f: &Found, t: &TollMention) -> bool {
    /// How far the words of a first count stand from it, in tokens.
    const REACH: usize = 10;
    const REACH_BEHIND: usize = 4;
    let words = f.words();
    // "killing 19, a union said, raising an earlier count of 14": of the 14.
    let nearer = |i: usize| {
        f.tolls
            .iter()
            .any(|o| o.tokens != t.tokens && o.tokens.start > i && o.tokens.end <= t.tokens.start)
    };
    let from = t.tokens.start.saturating_sub(REACH);
    (from..(t.tokens.end + REACH_BEHIND).min(words.len())).any(|i| {
        if nearer(i) {
            return false;
        }
        let next = words.at(i + 1);
        AT_FIRST.contains(&words.at(i))
            || words.at(i) == "at" && next == "first"
            || FIRST_COUNTS.contains(&words.at(i)) && COUNTS.contains(&next)
            || words.at(i) == "had" && ["earlier", "previously", "first"].contains(&next)
            || words.at(i) == "from" && i + 1 == t.tokens.start && words.any(0..i, MOVED)
            || words.at(i) == "raising" && i < t.tokens.start
    })
}

fn is_hypothetical(f: &Found, t: &TollMention) -> bool {
    f.words().any(
        t.tokens.start.saturating_sub(6)..t.tokens.start,
        &["could", "would", "might", "if", "may"],
    )
}

/// The figure with the word before it, for `toll_text`.
fn with_word_before(f: &Found, t: &TollMention) -> Range<usize> {
    let tokens = &f.sentence.tokens;
    let start = match t.tokens.start.checked_sub(1) {
        Some(before) if tokens[before].is_word() => before,
        _ => t.tokens.start,
    };
    f.bytes(&(start..t.tokens.end))
}
