//! In what voice an event is told: as fact, claim, plan, fear, history, or as not having happened.
//!
//! The cues are rows of `words/en/cues.csv`; how far each reaches is said here.

use std::ops::Range;

use crate::incident::Standing;

use super::dates;
use super::numbers::word_value;
use super::sentences::{Token, Words};
use super::words::{self, Cue};

/// What the words around an event make of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Voice {
    /// Fact, claim, plan, ...
    pub standing: Standing,
    /// Somebody denies it.
    pub denied: bool,
    /// No single event: "a series of attacks".
    pub summary: bool,
}

/// How far "could" reaches forward in its own clause, in tokens.
const HEDGE_REACH: usize = 14;

/// How far it reaches where no comma or conjunction stands between, in tokens.
const HEDGE_REACH_INTO: usize = 16;

/// How far "plans to" and "allegedly" reach forward, in tokens.
const PLAN_REACH: usize = 12;

/// How far "not" reaches forward, in tokens.
const NEGATION_REACH: usize = 6;

/// How far "denied" reaches into the clause beside it, in tokens.
const DENIAL_REACH: usize = 10;

/// How far "a series of" reaches forward, in tokens.
const SUMMARY_REACH: usize = 7;

/// Words at which a hedge that reaches into the next clause ends.
const HEDGE_ENDS: &[&str] = &[
    ",", ";", "but", "when", "after", "before", "which", "while", "who",
];

/// What is done about an event that has happened.
const LOOKING_INTO: &[&str] = &[
    "investigate",
    "investigating",
    "investigation",
    "inquiry",
    "probe",
    "examine",
    "avenge",
    "condemn",
    "mourn",
    "discuss",
];

/// Plans that say when something else is meant to be.
const PLAN_ADJECTIVES: &[&str] = &["planned", "plan", "scheduled", "ordered"];

/// The voice in which the words at `span` are told; `noun` for "the attack", not "attacked".
#[must_use]
pub fn heard(tokens: &[Token], span: &Range<usize>, clause: &[usize], noun: bool) -> Voice {
    let words = Words(tokens);
    let here = clause[span.start];
    let mut voice = Voice {
        standing: Standing::Happened,
        denied: false,
        summary: false,
    };
    let mut i = 0;
    while i < tokens.len() {
        let Some((len, found)) = words::cues().at(tokens, i) else {
            i += 1;
            continue;
        };
        let before = i < span.start;
        let gap = if before {
            span.start - i
        } else {
            i.saturating_sub(span.end)
        };
        let same = clause[i] == here;
        let near_clause = clause[i].abs_diff(here) <= 1;
        // "would have to guarantee that ...": the hedge reaches into a clause with "that".
        let into = before && !words.any(i..span.start, HEDGE_ENDS);
        // "said it would investigate an air strike that killed dozens": what is looked into is done.
        let looked_into = noun && before && words.any(i..span.start, LOOKING_INTO);
        for cue in found {
            match cue {
                Cue::Hypothetical
                    if before
                        && (same && gap <= HEDGE_REACH
                            || into && gap <= HEDGE_REACH_INTO
                            || gap <= 4)
                        && !looked_into
                        && !is_month(tokens, i) =>
                {
                    voice.standing = Standing::Hypothetical;
                }
                Cue::Planned
                    if before
                        && (same || into)
                        && gap <= PLAN_REACH
                        && !looked_into
                        && !PLAN_ADJECTIVES.contains(&words.at(i)) =>
                {
                    voice.standing = Standing::Planned;
                }
                Cue::Negated
                    if before
                        && same
                        && gap <= NEGATION_REACH.min(len + 5)
                        && !negates_another_thing(words, i, span.start) =>
                {
                    voice.standing = Standing::Negated;
                }
                Cue::Untrue if before && (same || into) && gap <= HEDGE_REACH_INTO => {
                    voice.standing = Standing::Negated;
                }
                Cue::Claimed
                    if near_clause
                        && !claims_responsibility(words, i)
                        && voice.standing == Standing::Happened
                        && (before && gap <= PLAN_REACH || same && gap <= 4) =>
                {
                    voice.standing = Standing::Claimed;
                }
                // "their disputed border": no denial.
                Cue::Denial if is_disputed_ground(words, i) => {}
                Cue::Denial => {
                    // "killed 20 villagers, which the army denies"
                    let taken_up = !before
                        && clause[i] - here <= 2
                        && words.any(
                            span.end..i,
                            &["which", "but", "charge", "accusation", "allegation"],
                        );
                    voice.denied |= same || near_clause && gap <= DENIAL_REACH || taken_up;
                }
                Cue::Summary => {
                    // "fired a number of missiles": missiles are counted, no events.
                    let counts = words.at(i + len - 1) == "of";
                    voice.summary |=
                        same && (before && gap <= SUMMARY_REACH || gap <= 3 && !counts);
                }
                // "in the past 24 hours"
                Cue::Background
                    if words.at(i + len - 1) == "past" && {
                        let next = words.at(i + len);
                        word_value(next).is_some() || ["day", "hours", "days"].contains(&next)
                    } => {}
                // "He recalled that the army on Sunday had killed four"
                Cue::Background
                    if words.at(i).starts_with("recall")
                        && (i..span.end + 6).any(|k| dates::is_weekday(words.at(k))) => {}
                // "opened fire at a parade to mark the anniversary": what the parade is for.
                Cue::Background
                    if !before
                        && words.any(i.saturating_sub(4)..i, &["mark", "marking", "marked"])
                        && words.any(i.saturating_sub(4)..i, &["to", "marking"]) => {}
                Cue::Background if voice.standing == Standing::Happened && near_clause => {
                    voice.standing = Standing::Background;
                }
                _ => {}
            }
        }
        i += len;
    }
    voice.summary |= counted_over_time(words, span, clause);
    // "The plot to attack the parliament was thwarted"
    if words.any(span.end..words.len(), &["thwarted", "foiled"])
        && !matches!(voice.standing, Standing::Background)
    {
        voice.standing = Standing::Negated;
    }
    if noun && voice.standing == Standing::Happened {
        voice.standing = foretold(words, span).unwrap_or(voice.standing);
    }
    let history = is_history(words, span, clause)
        || marks_anniversary(words, span.start)
        || in_a_past_war(words, span.start);
    if voice.standing == Standing::Happened && history {
        voice.standing = Standing::Background;
    }
    if voice.standing == Standing::Happened && goes_on(words, span) {
        voice.standing = Standing::Ongoing;
    }
    voice
}

/// "attacked more than 160 times since October", "attacks that have killed 18 since March": a sum
/// over time.
fn counted_over_time(words: Words, span: &Range<usize>, clause: &[usize]) -> bool {
    /// How far "times" stands behind the event, in tokens.
    const REACH: usize = 6;
    /// "Came under fire four times" is told of one day.
    const FEW_TIMES_MAX: u64 = 6;
    let times = (span.end..(span.end + REACH).min(words.len())).any(|i| {
        words.at(i) == "times"
            && word_value(words.before(i, 1)).is_some_and(|n| n > FEW_TIMES_MAX)
            && clause[i] == clause[span.start]
    });
    let plural = words.at(span.end - 1).ends_with('s') && !words.at(span.end - 1).ends_with("ss");
    let since = (span.end..(span.end + REACH).min(words.len())).any(|i| {
        words.at(i) == "since"
            && clause[i].abs_diff(clause[span.start]) <= 1
            && super::dates::names_month_or_year(words.at(i + 1))
    });
    // "Protests have been held in X every Friday since"
    let every = (span.end..words.len()).any(|i| {
        words.at(i) == "every"
            && (super::dates::names_a_day(words.at(i + 1))
                || ["day", "week", "month", "year", "night"].contains(&words.at(i + 1)))
            && clause[i].abs_diff(clause[span.start]) <= 1
    });
    times || plural && since || plural && every
}

/// Verbs that tell what is, beside those that end in "ed".
const TELLING: &[&str] = &[
    "would", "could", "might", "will", "may", "is", "are", "was", "were", "has", "have", "had",
    "hit", "left", "took", "struck", "broke", "began", "said", "came", ",", ";",
];

/// "the storm would weaken", "a rally was planned", "an attack on the dam could flood": what the
/// verb after the noun makes of it.
fn foretold(words: Words, span: &Range<usize>) -> Option<Standing> {
    /// How far the verb stands from its noun.
    const VERB_REACH: usize = 8;
    let verb = (span.end..span.end + VERB_REACH).find(|i| {
        let word = words.at(*i);
        // "an air strike in the vicinity on May 26": the month.
        let month = words.0.get(*i).is_some_and(|t| t.capital) && word == "may";
        !month && TELLING.contains(&word) || word.len() > 4 && word.ends_with("ed")
    })?;
    match words.at(verb) {
        "will" => Some(Standing::Planned),
        "would" | "could" | "might" | "may" => Some(Standing::Hypothetical),
        "is" | "are" if ["possible", "likely", "feared"].contains(&words.at(verb + 1)) => {
            Some(Standing::Hypothetical)
        }
        _ => [
            "planned",
            "expected",
            "scheduled",
            "due",
            "foreseen",
            "organised",
            "organized",
            "plotted",
            "prepared",
            "called",
            "imminent",
        ]
        .contains(&words.at(verb + 1))
        .then_some(Standing::Planned),
    }
}

/// "the disputed border", "a disputed island": an adjective of ground.
fn is_disputed_ground(words: Words, at: usize) -> bool {
    words.at(at) == "disputed"
        && words.any(
            at + 1..at + 3,
            &[
                "border",
                "borders",
                "territory",
                "area",
                "region",
                "island",
                "islands",
                "sea",
                "waters",
                "stretch",
                "temple",
                "election",
                "elections",
                "frontier",
                "zone",
                "land",
                "reef",
                "shoal",
                "vote",
                "valley",
                "boundary",
            ],
        )
}

/// "Rwanda marks thirty years since the genocide": what a day of remembrance tells of is history.
fn marks_anniversary(words: Words, at: usize) -> bool {
    /// How far the span of years stands behind the verb, in tokens.
    const REACH: usize = 9;
    (0..at).any(|i| {
        [
            "marks",
            "marked",
            "mark",
            "marking",
            "commemorates",
            "commemorated",
            "remembers",
        ]
        .contains(&words.at(i))
            && words.any(
                i + 1..i + REACH,
                &["anniversary", "years", "decades", "decade", "centenary"],
            )
            && !words.any(i + 1..i + REACH, &["by"])
    })
}

/// "In the six-day war some 760 civilians were killed": opens with a time that is over.
fn in_a_past_war(words: Words, at: usize) -> bool {
    let over = ["war", "genocide", "dictatorship", "uprising", "revolution"];
    let lead = ["in", "during"].contains(&words.at(0)) && ["the", "that"].contains(&words.at(1));
    let noun = words.first(2..5, &over);
    lead && noun.is_some_and(|n| n < at && words.at(n + 1) != "in" && words.at(n + 1) != "on")
}

/// Superlatives that set an event against those before it.
const SUPERLATIVES: &[&str] = &[
    "deadliest",
    "worst",
    "biggest",
    "largest",
    "heaviest",
    "bloodiest",
    "first",
    "strongest",
    "most",
    "highest",
];

/// "the worst since 1992, when a plane hit a hillside", "fighting there has gone on since 2017":
/// what is told for comparison is history.
fn is_history(words: Words, span: &Range<usize>, clause: &[usize]) -> bool {
    // "The worst day until now was 15 December, when ten people died"
    let worst = words.any(0..4, SUPERLATIVES)
        && (0..words.len()).any(|i| {
            words.at(i) == "until" && words.at(i + 1) == "now"
                || words.at(i) == "so" && words.at(i + 1) == "far" && i < span.start
        })
        && words.any(0..span.start, &["when", "in"]);
    if worst {
        return true;
    }
    let Some(since) = words.first(0..words.len(), &["since"]) else {
        return false;
    };
    if since < span.start {
        // "Yagi, the strongest storm this year, has killed 82 since it made landfall" compares
        // nothing: the superlative stands in a clause of its own.
        let compared = (0..since)
            .any(|i| SUPERLATIVES.contains(&words.at(i)) && clause[since] - clause[i] <= 1);
        return compared && clause[since] == clause[span.start]
            || words.any(since..span.start, &["when"]);
    }
    // "has gone on since 2017", "have killed thousands since then"
    let year = word_value(words.at(since + 1)).is_some_and(|y| (1_800..=2_100).contains(&y))
        || words.any(
            since + 1..since + 4,
            &["then", "independence", "decades", "years"],
        );
    // "has been shaken by protests since she died"
    let clause_follows = (since + 2..(since + 9).min(words.len()))
        .any(|i| ["died", "was", "were", "took", "began", "came"].contains(&words.at(i)))
        && words.any(0..since, &["has", "have"]);
    (year || clause_follows)
        && words.any(0..since, &["has", "have", "had"])
        && clause[since].abs_diff(clause[span.start]) <= 1
        && !words.any(0..since, SUPERLATIVES)
}

/// Verbs and adjectives of what has not ended.
const GOING_ON: &[&str] = &[
    "engaged",
    "ongoing",
    "continues",
    "continue",
    "continuing",
    "raging",
    "burning",
    "under",
    "underway",
];

fn goes_on(words: Words, span: &Range<usize>) -> bool {
    /// How far "is still raging" stands behind its noun.
    const REACH: usize = 9;
    let end = words
        .first(span.end..span.end + REACH, &[",", ";", "said", "when"])
        .unwrap_or(span.end + REACH);
    let present = words.any(
        span.start.saturating_sub(6)..end,
        &["are", "is", "continues", "continue", "still"],
    );
    let at = words.first(span.start.saturating_sub(5)..end, GOING_ON);
    present && at.is_some_and(|i| words.at(i) != "under" || words.at(i + 1) == "way")
}

/// "May" with a capital is the month more often than the verb.
fn is_month(tokens: &[Token], at: usize) -> bool {
    tokens[at].lower == "may" && tokens[at].capital
}

/// "claimed responsibility", "claimed 14 lives": no hedge.
fn claims_responsibility(words: Words, at: usize) -> bool {
    let next = words.at(at + 1);
    [
        "responsibility",
        "credit",
        "the",
        "lives",
        "victory",
        "it",
        "to",
    ]
    .contains(&next)
        && words.at(at).starts_with("claim")
        && !(next == "to" && words.at(at) != "claim")
        || word_value(next).is_some()
        || words.at(at).starts_with("claim") && next == "at"
}

/// What "no" and "not" turn to when they leave the event alone.
const NEGATED_OTHERS: &[&str] = &[
    "only",
    "immediate",
    "group",
    "one",
    "longer",
    "us",
    "american",
    "casualties",
    "claim",
    "reports",
    "injuries",
    "deaths",
    "far",
    "clear",
    "known",
    "immediately",
];

/// "not only", "no immediate claim", "no longer": another thing is negated.
fn negates_another_thing(words: Words, at: usize, trigger: usize) -> bool {
    // "No one attacked the convoy": the event itself.
    if words.at(at + 1) == "one" && trigger == at + 2 {
        return false;
    }
    NEGATED_OTHERS.contains(&words.at(at + 1))
        || ["without", "never"].contains(&words.at(at)) && words.at(at + 1) == "warning"
}
