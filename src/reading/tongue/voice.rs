//! In what voice an event is told in another language, who says so, and who did it where the words
//! leave no doubt.

use std::ops::Range;

use gazetteer::{CountryCode, Gazetteer};

use super::lexicon::{Is, Words};
use crate::incident::Standing;
use crate::reading::parties::PartyMention;
use crate::reading::words as tables;

/// What the words around an event make of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Voice {
    pub(super) standing: Standing,
    pub(super) denied: bool,
    /// No single event.
    pub(super) summary: bool,
    /// Another one than that told before.
    pub(super) other: bool,
}

/// How far "not" reaches forward, in words.
const NEGATION_REACH: usize = 4;
/// How far "could" reaches forward, in words.
const MAYBE_REACH: usize = 10;
/// How far behind the event "is possible" may stand, in words.
const MAYBE_AFTER: usize = 4;
/// How far a plan reaches either way, in words.
const PLAN_REACH: usize = 9;
/// How far "a series of" reaches either way, in words.
const SUMMARY_REACH: usize = 5;
/// How far "another" reaches either way, in words.
const OTHER_REACH: usize = 3;

/// For each word the number of its clause.
pub(super) fn clauses(words: Words) -> Vec<usize> {
    let mut clause = 0;
    (0..words.len())
        .map(|i| {
            let mark = matches!(
                words.folded(i),
                "," | ";" | ":" | "،" | "؛" | "(" | ")" | "—" | "–" | "«" | "»" | "\"" | "“" | "”"
            );
            clause += usize::from(i > 0 && (mark || words.is(i, Is::Break)));
            clause
        })
        .collect()
}

/// The voice in which the words at `at` are told.
pub(super) fn heard(words: Words, at: &Range<usize>, clause: &[usize]) -> Voice {
    let here = clause[at.start];
    let before = |is: Is, reach: usize| {
        words
            .all(at.start.saturating_sub(reach)..at.start, is)
            .any(|(i, _)| clause[i] == here)
    };
    let around = |is: Is, reach: usize| {
        let from = at.start.saturating_sub(reach);
        words
            .all(from..(at.end + reach).min(words.len()), is)
            .any(|(i, _)| clause[i] == here)
    };
    let claimed = words
        .all(0..words.len(), Is::Claim)
        .any(|(i, _)| clause[i].abs_diff(here) <= 1);
    // "ударов не было": the negation stands behind.
    let none_were = words
        .all(at.end..(at.end + NEGATION_REACH).min(words.len()), Is::Not)
        .any(|(i, tag)| tag.row.value == "after" && clause[i] == here);
    let standing = if before(Is::Not, NEGATION_REACH) || none_were {
        Standing::Negated
    } else if around(Is::Plan, PLAN_REACH) {
        Standing::Planned
    } else if before(Is::Maybe, MAYBE_REACH) || around(Is::Maybe, MAYBE_AFTER) {
        Standing::Hypothetical
    } else if words.any(0..words.len(), Is::Past) {
        Standing::Background
    } else if claimed {
        Standing::Claimed
    } else {
        Standing::Happened
    };
    Voice {
        standing,
        denied: words.any(0..words.len(), Is::Deny),
        summary: around(Is::Summary, SUMMARY_REACH),
        other: around(Is::Other, OTHER_REACH),
    }
}

/// Longest name of a speaker, in words.
const SPEAKER_WORDS_MAX: usize = 12;

/// Who speaks in the sentence, in the report's words.
pub(super) fn speaker(text: &str, words: Words) -> Option<String> {
    let ends = |k: usize| {
        words.mark(k) || words.is(k, Is::That) || words.is(k, Is::Break) || words.is(k, Is::Say)
    };
    let told = |mut range: Range<usize>| {
        // Auxiliaries belong to the verb: "le maire a", "ont".
        while range.end > range.start && auxiliary(words, range.end - 1) {
            range.end -= 1;
        }
        let names = range.clone().any(|k| !words.mark(k));
        let event = range
            .clone()
            .any(|k| words.is(k, Is::Event) || words.is(k, Is::Fire) || words.is(k, Is::Harm));
        (names && !event && range.len() <= SPEAKER_WORDS_MAX)
            .then(|| text[words.bytes(&range)].to_owned())
    };
    let after = |from: usize| {
        let end = (from..words.len())
            .find(|k| ends(*k) || words.is(*k, Is::Weekday) || words.is(*k, Is::Day))
            .unwrap_or(words.len());
        (end > from).then(|| told(from..end)).flatten()
    };
    if let Some((i, tag)) = words.all(0..words.len(), Is::By).next() {
        // "وفق ما أفاد": the verb belongs to "according to".
        let mut from = i + tag.len;
        while words.is(from, Is::Say) || matches!(words.folded(from), "ما" | "لما") {
            from += 1;
        }
        return after(from);
    }
    let (i, tag) = words.all(0..words.len(), Is::Say).next()?;
    let start = (0..i).rev().take_while(|k| !ends(*k)).last();
    start
        .and_then(|start| told(start..i))
        .or_else(|| after(i + tag.len))
}

/// A small word that helps a verb.
fn auxiliary(words: Words, at: usize) -> bool {
    matches!(
        words.folded(at),
        "a" | "ont" | "ha" | "han" | "avait" | "avaient" | "habia" | "habian" | "قد" | "كان"
    )
}

/// How far the adjective of a state stands from an event or its forces, in words.
const NATION_REACH: usize = 2;
/// How far the subject stands from its verb, in words.
const SUBJECT_REACH: usize = 6;

/// Who did it: "російський удар", "غارة إسرائيلية", "l'armée syrienne a bombardé". Only where an
/// adjective stands beside the event's own word, or forces or a named group right before it with no
/// passive between.
pub(super) fn actors(
    words: Words,
    at: &Range<usize>,
    clause: &[usize],
    gazetteer: &Gazetteer,
) -> Vec<(PartyMention, Range<usize>)> {
    let here = clause[at.start];
    let mut out: Vec<(PartyMention, Range<usize>)> = Vec::new();
    let mut push = |party: PartyMention| {
        if !out.iter().any(|(p, _)| p.id == party.id) {
            let span = words.bytes(&party.tokens);
            out.push((party, span));
        }
    };
    let beside = at.start.saturating_sub(1)..(at.end + NATION_REACH).min(words.len());
    for (i, tag) in words.all(beside, Is::Nation) {
        let between = i.min(at.end)..i.max(at.start);
        let adjacent = i + tag.len == at.start
            || i >= at.end && (at.end..i).all(|k| !words.mark(k) && words.0[k].tags.is_empty());
        let forces = words.is(i + tag.len, Is::Forces) && i >= at.end;
        if adjacent && !forces && clause[i] == here && between.len() <= NATION_REACH + 1 {
            push(of_state(&tag.row.value, i..i + tag.len, gazetteer));
        }
    }
    let from = at.start.saturating_sub(SUBJECT_REACH);
    let subject = from..at.start;
    let acts = |range: &Range<usize>| {
        let led = [Is::On, Is::In, Is::Near, Is::Of, Is::By]
            .into_iter()
            .any(|is| is != Is::Of && words.ends_before(range.start, is).is_some());
        let led_past_of = words
            .ends_before(range.start, Is::Of)
            .is_some_and(|(k, _)| words.ends_before(k, Is::On).is_some());
        let speaks = words.is(range.end, Is::Say);
        let passive = (range.end..at.start).any(|k| {
            words.is(k, Is::Harm)
                || matches!(
                    words.folded(k),
                    "ete" | "fue" | "fueron" | "были" | "было" | "був" | "була"
                )
        });
        let same = clause[range.start] == here;
        same && !led && !led_past_of && !speaks && !passive
    };
    for (i, tag) in words.all(subject.clone(), Is::Forces) {
        let near = i.saturating_sub(NATION_REACH)..(i + tag.len + NATION_REACH).min(at.start);
        let nation = words.all(near, Is::Nation).next();
        if let Some((k, nation)) = nation {
            let range = i.min(k)..(i + tag.len).max(k + nation.len);
            if acts(&range) {
                push(of_state(&nation.row.value, range, gazetteer));
            }
        }
    }
    for (i, tag) in words.all(subject, Is::Actor) {
        let range = i..i + tag.len;
        if acts(&range)
            && let Some(party) = named(&tag.row.value, range)
        {
            push(party);
        }
    }
    out
}

/// The forces of a state.
fn of_state(code: &str, tokens: Range<usize>, gazetteer: &Gazetteer) -> PartyMention {
    let country = CountryCode::new(code).and_then(|c| gazetteer.country(c));
    let adjective = country.map_or_else(
        || code.to_owned(),
        |c| c.demonyms.first().unwrap_or(&c.name).clone(),
    );
    PartyMention {
        tokens,
        name: format!("{adjective} forces"),
        id: Some(format!("state:{code}")),
        kind: "forces".to_owned(),
        country: Some(code.to_owned()),
    }
}

/// A row of the table of actors.
fn named(id: &str, tokens: Range<usize>) -> Option<PartyMention> {
    let row = tables::actor(id)?;
    Some(PartyMention {
        tokens,
        name: row.name.clone(),
        id: Some(row.id.clone()),
        kind: row.kind.clone(),
        country: row.country.clone(),
    })
}
