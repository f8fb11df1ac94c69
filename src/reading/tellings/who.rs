//! Who did it and to whom: subject before the verb, "by" and adjectives; objects after.

use crate::incident::IncidentType;
use crate::reading::events::{Article, EventMention};
use crate::reading::parties::PartyMention;
use crate::reading::sentences::Words;

use super::look::Found;

/// Verbs whose subject speaks.
const SPEAKING: &[&str] = &[
    "said",
    "says",
    "told",
    "according",
    "reported",
    "announced",
    "claimed",
    "added",
    "confirmed",
];

/// Verbs whose object is spoken to or of.
const SPOKEN_TO: &[&str] = &[
    "warned",
    "told",
    "informed",
    "accused",
    "urged",
    "asked",
    "notified",
    "informing",
    "alerted",
    "blamed",
    "thanked",
    "criticised",
    "criticized",
    "condemned",
];

/// Words that lead to whom it was done.
const AGAINST: &[&str] = &[
    "on",
    "against",
    "at",
    "targeting",
    "targeted",
    "hit",
    "struck",
    "hitting",
    "killing",
    "killed",
    "attacked",
    "between",
    "with",
    "of",
];

/// Verbs of harm, whose object stands behind them.
const HARMING: &[&str] = &[
    "killed",
    "killing",
    "wounded",
    "wounding",
    "injured",
    "injuring",
    "eliminated",
    "neutralised",
    "neutralized",
];

/// How far the object of such a verb stands behind it, over its number, in tokens.
const HARMED_REACH: usize = 4;

/// Words that make a place of what follows.
const PLACING: &[&str] = &["in", "near", "from", "inside", "outside"];

/// How far the subject of another clause may stand before its verb, in tokens.
const SUBJECT_REACH: usize = 6;

/// How far an object may stand from the event, in tokens.
const OBJECT_REACH: usize = 14;

/// How far "by X" may stand behind the event, in tokens.
const BY_REACH: usize = 12;

/// How near a government's name has to stand to be the one that acted, in tokens.
const GOVERNMENT_REACH: usize = 3;

/// Actors kept: the two nearest before the verb.
const ACTORS_MAX: usize = 2;

enum Role {
    Actor,
    Target,
    Neither,
}

/// The actors and targets of a mention.
pub(super) fn roles(f: &Found, m: &EventMention) -> (Vec<PartyMention>, Vec<PartyMention>) {
    let mut actors: Vec<PartyMention> = Vec::new();
    let mut targets: Vec<PartyMention> = Vec::new();
    for p in &f.parties {
        match role(f, m, p) {
            Role::Actor => actors.push(p.clone()),
            Role::Target => targets.push(p.clone()),
            Role::Neither => {}
        }
    }
    if actors.len() > ACTORS_MAX {
        actors.drain(..actors.len() - ACTORS_MAX);
    }
    // Unarmed people act where people protest; elsewhere they are those it was done to.
    if !matches!(m.kind, IncidentType::Protest | IncidentType::Riot) {
        let (unarmed, armed): (Vec<_>, Vec<_>) =
            actors.into_iter().partition(|p| p.kind == "civilians");
        actors = armed;
        targets.extend(unarmed);
    }
    targets.retain(|t| !actors.iter().any(|a| a.tokens == t.tokens));
    (actors, targets)
}

fn role(f: &Found, m: &EventMention, p: &PartyMention) -> Role {
    if matches!(p.kind.as_str(), "agency" | "organisation") || speaks_or_is_told(f, m, p) {
        return Role::Neither;
    }
    let words = f.words();
    let here = f.clause[m.tokens.start];
    let clause = f.clause[p.tokens.start];
    let lead = words.before(p.tokens.start, 1);
    let lead2 = words.before(p.tokens.start, 2);
    if p.tokens.end <= m.tokens.start {
        return if clause + 1 >= here {
            role_before(f, m, p)
        } else {
            Role::Neither
        };
    }
    if p.tokens.start <= m.tokens.start && p.tokens.end > m.tokens.start {
        // "Russian airstrikes", "a Russian drone strike": the adjective with the event's own noun.
        return Role::Actor;
    }
    if p.tokens.start < m.tokens.end || clause > here + 1 {
        return Role::Neither;
    }
    let gap = p.tokens.start - m.tokens.end;
    let sides = ["involving", "between"];
    let both = sides.contains(&lead) || gap <= 8 && words.any(m.tokens.end..p.tokens.start, &sides);
    let by = both || lead == "by" || ["the", "a", "an"].contains(&lead) && lead2 == "by";
    if by && gap <= BY_REACH {
        Role::Actor
    } else if gap <= OBJECT_REACH
        && (clause == here || AGAINST.contains(&lead))
        && !["in", "near", "from"].contains(&lead)
    {
        Role::Target
    } else {
        Role::Neither
    }
}

/// The role of a party that stands before the event's word.
fn role_before(f: &Found, m: &EventMention, p: &PartyMention) -> Role {
    let words = f.words();
    let own_clause = f.clause[p.tokens.start] == f.clause[m.tokens.start];
    let lead = words.before(p.tokens.start, 1);
    let lead2 = words.before(p.tokens.start, 2);
    let gap = m.tokens.start - p.tokens.end;
    let with_noun = gap == 0 || gap <= 2 && m.article != Article::Verb;
    if AGAINST.contains(&lead) || lead == "the" && AGAINST.contains(&lead2) {
        return if own_clause && gap <= 8 && !with_noun {
            Role::Target
        } else {
            Role::Neither
        };
    }
    if m.passive && own_clause {
        return Role::Target;
    }
    // "killed 20 militants in an air raid": those who came to harm did not do it.
    let from = p.tokens.start.saturating_sub(HARMED_REACH);
    if words.any(from..p.tokens.start, HARMING)
        && !words.any(from..p.tokens.start, &["by", ",", "who", "that"])
    {
        return Role::Target;
    }
    if PLACING.contains(&lead) && !with_noun {
        return Role::Neither;
    }
    if own_clause || gap <= SUBJECT_REACH {
        Role::Actor
    } else {
        Role::Neither
    }
}

/// "X officials said", "according to X", "warned X": no part in the event.
fn speaks_or_is_told(f: &Found, m: &EventMention, p: &PartyMention) -> bool {
    let words: Words = f.words();
    let speech = |i: usize| SPEAKING.contains(&words.at(i));
    let lead = words.before(p.tokens.start, 1);
    let government = p.kind == "government";
    let speaks = speech(p.tokens.end)
        || speech(p.tokens.end + 1)
        || lead == "to" && words.before(p.tokens.start, 2) == "according"
        || government
            && (speech(p.tokens.end + 2) || SPEAKING.contains(&words.before(p.tokens.start, 1)));
    let far_government = government
        && (p.tokens.end > m.tokens.start || m.tokens.start - p.tokens.end > GOVERNMENT_REACH);
    // "militias backed by Iran"
    let backer = lead == "by"
        && ["backed", "supported", "armed", "trained", "funded", "led"]
            .contains(&words.before(p.tokens.start, 2));
    speaks || far_government || backer || SPOKEN_TO.contains(&lead)
}
