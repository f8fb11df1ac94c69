//! Which words of a sentence tell of something that happened, of what type, and in what voice.

use std::ops::Range;

use crate::incident::{IncidentType, Standing};

use super::sentences::Token;
use super::words::{self, Cue, EventWord, Part, Strength};

/// How the noun of an event is introduced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Article {
    /// "the attack", "this attack", "its attack": one told before.
    Definite,
    /// "an attack".
    Indefinite,
    /// "air strikes".
    Bare,
    /// A verb: "struck".
    Verb,
}

/// Words that tell of an event.
#[derive(Clone, PartialEq, Debug)]
pub struct EventMention {
    /// The trigger's tokens.
    pub tokens: Range<usize>,
    /// What happened.
    pub kind: IncidentType,
    /// False where only the context tells the type ("attack").
    pub sure: bool,
    /// How it is introduced.
    pub article: Article,
    /// "another", "a similar", "separate": not the one told before.
    pub another: bool,
    /// "the latest attack".
    pub latest: bool,
    /// "a second round of strikes": the same event going on.
    pub round: bool,
    /// "these two attacks", "all three attacks": so many told before; 0 for one.
    pub group: usize,
    /// "in response to an attack": came before the event of the sentence.
    pub cause: bool,
    /// What its words make of it.
    pub standing: Standing,
    /// Somebody denies it in the sentence.
    pub denied: bool,
    /// No single event: "a series of attacks".
    pub summary: bool,
    /// Passive: "was attacked".
    pub passive: bool,
    /// Only harm is told ("three people died").
    pub harm_only: bool,
    /// "the first earthquake".
    pub first: bool,
    /// Other words of the sentence that tell of the same event ("killed").
    pub also: Vec<Range<usize>>,
}

/// A word that opens a clause of its own.
fn opens_clause(word: &str) -> bool {
    matches!(
        word,
        "after"
            | "before"
            | "when"
            | "while"
            | "which"
            | "where"
            | "who"
            | "whom"
            | "because"
            | "although"
            | "though"
            | "as"
            | "following"
            | "believing"
            | "claiming"
            | "amid"
            | "but"
            | "that"
            | "since"
            | "until"
            | "whereas"
            | "causing"
            | "prompting"
    )
}

/// For each token the number of its clause.
#[must_use]
pub fn clauses(tokens: &[Token]) -> Vec<usize> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut clause = 0;
    for (i, token) in tokens.iter().enumerate() {
        let word = token.lower.as_str();
        let breaks = matches!(word, ";" | "—" | "–" | ":")
            || (opens_clause(word) && i > 0)
            || (word == "," && i > 0)
            || (word == "and" && tokens.get(i + 1).is_some_and(|n| looks_like_verb(&n.lower)));
        if breaks {
            clause += 1;
        }
        out.push(clause);
    }
    out
}

fn looks_like_verb(word: &str) -> bool {
    matches!(
        word,
        "follows"
            | "followed"
            | "killed"
            | "wounded"
            | "injured"
            | "destroyed"
            | "hit"
            | "struck"
            | "seized"
            | "took"
            | "fired"
            | "attacked"
            | "shot"
            | "said"
            | "left"
            | "was"
            | "were"
            | "has"
            | "had"
            | "is"
            | "kidnapped"
            | "abducted"
            | "resulted"
            | "told"
            | "burned"
    )
}

/// The events a sentence tells of, in order.
#[must_use]
pub fn find(tokens: &[Token]) -> Vec<EventMention> {
    let clause = clauses(tokens);
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let mut triggers: Vec<(Range<usize>, EventWord)> = Vec::new();
    let mut means: Vec<(Range<usize>, IncidentType)> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let Some((len, found)) = words::events().at(tokens, i) else {
            i += 1;
            continue;
        };
        let span = i..i + len;
        let chosen = choose(tokens, &span, &found);
        if chosen.part == Part::Means {
            means.push((span, chosen.kind));
        } else if !is_other_sense(tokens, &span, chosen) {
            triggers.push((span, chosen));
        }
        i += len;
    }
    let special = special(tokens, &means);
    let mut out: Vec<EventMention> = Vec::new();
    for (span, row) in triggers {
        if let Some(mention) = mention(tokens, &clause, span, row, &means) {
            out.push(mention);
        }
    }
    if let Some(found) = special
        && !out.iter().any(|m| m.kind == found.kind)
    {
        out.push(found);
        out.sort_by_key(|m| m.tokens.start);
    }
    let _ = word;
    joined(tokens, &clause, out)
}

/// A form that is both noun and verb: what stands before tells which.
fn choose(tokens: &[Token], span: &Range<usize>, rows: &[&EventWord]) -> EventWord {
    let before = span
        .start
        .checked_sub(1)
        .map_or("", |i| tokens[i].lower.as_str());
    let noun = rows.iter().find(|r| r.part == Part::Noun);
    let verb = rows.iter().find(|r| r.part == Part::Verb);
    let word = tokens[span.start].lower.as_str();
    match (noun, verb) {
        (Some(n), Some(v)) => {
            let to = before == "to";
            let finite = word.ends_with("ed");
            if to || finite { **v } else { **n }
        }
        _ => *rows[0],
    }
}

/// "struck a deal", "heart attack", "hit by sanctions", "general strike": another sense.
fn is_other_sense(tokens: &[Token], span: &Range<usize>, row: EventWord) -> bool {
    let at = |k: isize| -> &str {
        let base = if k < 0 {
            span.start as isize + k
        } else {
            span.end as isize + k - 1
        };
        usize::try_from(base)
            .ok()
            .and_then(|i| tokens.get(i))
            .map_or("", |t| t.lower.as_str())
    };
    let first = tokens[span.start].lower.as_str();
    match first {
        "struck" | "strikes" | "strike" | "striking" => {
            matches!(
                at(1),
                "a" | "an" | "by" | "deal" | "action" | "group" | "balance"
            ) && matches!(
                at(2),
                "deal" | "agreement" | "balance" | "tone" | "chord" | "accord" | "how" | "the"
            ) || matches!(at(1), "action" | "force")
                || matches!(
                    at(-1),
                    "hunger"
                        | "general"
                        | "labour"
                        | "labor"
                        | "on"
                        | "rail"
                        | "teachers'"
                        | "doctors'"
                )
        }
        "hit" | "hits" => {
            matches!(at(1), "hard" | "back" | "out" | "record")
                || matches!(at(-1), "hard" | "worst" | "hardest" | "big")
                || (at(1) == "by"
                    && matches!(at(2), "sanctions" | "inflation" | "recession" | "criticism"))
        }
        "attack" | "attacks" | "attacked" => {
            matches!(
                at(-1),
                "heart" | "panic" | "asthma" | "personal" | "verbal" | "cyber" | "hacking"
            ) || matches!(at(1), "ad" | "line" | "helicopters")
        }
        "fired" | "fire" => {
            matches!(at(1), "from" | "him" | "her" | "minister" | "for")
                || matches!(at(-1), "was" | "were" | "been")
                    && !matches!(
                        at(1),
                        "at" | "on" | "from" | "into" | "towards" | "toward" | "by"
                    )
        }
        "march" => {
            tokens[span.start].capital
                || !matches!(
                    at(-1),
                    "a" | "the" | "protest" | "peaceful" | "this" | "mass"
                )
        }
        "rally" | "rallied" | "rallies" => {
            matches!(at(1), "behind" | "around") || matches!(at(-1), "market" | "stock" | "price")
        }
        "storm" | "storms" => matches!(at(-1), "to" | "perfect" | "political"),
        "captured" | "liberated" => {
            matches!(at(1), "on" | "in" | "by")
                && matches!(at(2), "video" | "footage" | "cameras" | "film")
        }
        "fighting"
            if !matches!(
                at(1),
                "between"
                    | "in"
                    | "around"
                    | "near"
                    | "erupted"
                    | "broke"
                    | "continued"
                    | "raged"
                    | "has"
                    | "flared"
                    | "intensified"
                    | "over"
                    | "at"
                    | "resumed"
                    | "with"
                    | ","
                    | "."
                    | "was"
                    | "on"
                    | "outside"
            ) || (at(1) == "with"
                && !matches!(
                    at(-1),
                    "fierce" | "heavy" | "intense" | "in" | "renewed" | "ongoing"
                )) =>
        {
            true
        }
        "battle" | "battles" | "fighting" | "battled" | "fought" | "clash" => {
            matches!(at(1), "against" | "for")
                && matches!(at(2), "corruption" | "cancer" | "covid-19" | "inflation")
                || matches!(at(-1), "legal" | "court" | "political" | "diplomatic")
        }
        "crash" => matches!(at(-1), "market" | "stock" | "financial"),
        "flooded" | "inundated" => {
            matches!(at(1), "with" | "by")
                && matches!(at(2), "calls" | "complaints" | "requests" | "messages")
        }
        "raised" => true,
        "killed" | "dead" | "died" | "killing" | "wounded" | "injured" => {
            matches!(at(1), "the" | "off") && matches!(at(2), "bill" | "deal" | "talks" | "idea")
        }
        "operation" | "operations" => {
            row.strength == Strength::Operation && !operation_seeks(tokens, span)
        }
        "deployed" | "redeployed" => !tokens[span.end..(span.end + 8).min(tokens.len())]
            .iter()
            .any(|t| {
                matches!(
                    t.lower.as_str(),
                    "troops"
                        | "forces"
                        | "soldiers"
                        | "jets"
                        | "aircraft"
                        | "warships"
                        | "planes"
                        | "police"
                        | "reinforcements"
                        | "tanks"
                        | "battalion"
                        | "brigade"
                        | "helicopters"
                        | "destroyer"
                        | "carrier"
                )
            }),
        "set" | "established" => {
            !tokens[span.end..(span.end + 6).min(tokens.len())]
                .iter()
                .any(|t| {
                    matches!(
                        t.lower.as_str(),
                        "base"
                            | "bases"
                            | "outpost"
                            | "outposts"
                            | "checkpoint"
                            | "checkpoints"
                            | "garrison"
                            | "camp"
                    )
                })
                && !tokens[span.start.saturating_sub(6)..span.start]
                    .iter()
                    .any(|t| {
                        matches!(
                            t.lower.as_str(),
                            "base" | "outpost" | "checkpoint" | "garrison"
                        )
                    })
        }
        "destroyed" => matches!(at(1), "by") && at(2) == "time",
        "intercepted" => tokens[span.end..(span.end + 5).min(tokens.len())]
            .iter()
            .any(|t| {
                matches!(
                    t.lower.as_str(),
                    "message" | "messages" | "call" | "calls" | "communications"
                )
            }),
        "established up" => true,
        _ => false,
    }
}

/// "an operation against militants", "operation to capture": soldiers who look for somebody.
fn operation_seeks(tokens: &[Token], span: &Range<usize>) -> bool {
    let after = &tokens[span.end..(span.end + 4).min(tokens.len())];
    let before = &tokens[span.start.saturating_sub(3)..span.start];
    let seeks = after.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "against" | "targeting" | "capture" | "apprehend" | "arrest"
        )
    });
    let special = before.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "military"
                | "relief"
                | "rescue"
                | "aid"
                | "peacekeeping"
                | "special"
                | "of"
                | "the"
                | "such"
        )
    });
    tokens[span.start].lower == "operation" && seeks && !special
}

/// "an incident involving fighter jets", "jets deployed to where another side's troops are".
fn special(tokens: &[Token], means: &[(Range<usize>, IncidentType)]) -> Option<EventMention> {
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let at = (0..tokens.len()).find(|i| {
        matches!(word(*i), "incident" | "encounter")
            && matches!(word(*i + 1), "involving" | "between" | "with")
    })?;
    let near = |list: &[&str]| (at..(at + 12).min(tokens.len())).any(|i| list.contains(&word(i)));
    let kind = if near(&[
        "jets",
        "jet",
        "aircraft",
        "planes",
        "warplanes",
        "fighters",
        "bomber",
        "drone",
    ]) {
        IncidentType::AirEncounter
    } else if near(&[
        "ship",
        "vessel",
        "vessels",
        "ships",
        "boat",
        "boats",
        "tanker",
        "coastguard",
    ]) {
        IncidentType::SeaIncident
    } else {
        return None;
    };
    let _ = means;
    Some(EventMention {
        tokens: at..at + 1,
        kind,
        sure: true,
        article: article(tokens, at).0,
        another: (at.saturating_sub(3)..at)
            .any(|i| matches!(word(i), "another" | "separate" | "second")),
        latest: false,
        round: false,
        group: 0,
        cause: false,
        standing: standing(tokens, &(at..at + 1), &clauses(tokens)).0,
        denied: false,
        summary: false,
        passive: false,
        harm_only: false,
        first: false,
        also: Vec::new(),
    })
}

/// The determiner before a noun, and where it stands.
fn article(tokens: &[Token], at: usize) -> (Article, usize) {
    let mut k = at;
    let mut steps = 0;
    while k > 0 && steps < 6 {
        k -= 1;
        steps += 1;
        let word = tokens[k].lower.as_str();
        match word {
            "the" | "this" | "these" | "those" | "that" | "its" | "their" | "his" | "such" => {
                return (Article::Definite, k);
            }
            "a" | "an" | "another" | "one" | "two" | "three" | "four" | "five" | "several"
            | "some" | "multiple" => return (Article::Indefinite, k),
            "of" | "in" | "on" | "by" | "and" | "to" | "for" | "with" | "after" | "before"
            | "from" | "against" | "when" | "that's" | "as" | "at" | "was" | "were" | "is"
            | "has" | "had" | "," | "(" | "“" | "\"" | "—" | "–" => break,
            _ => {}
        }
    }
    (Article::Bare, at)
}

fn mention(
    tokens: &[Token],
    clause: &[usize],
    span: Range<usize>,
    row: EventWord,
    means: &[(Range<usize>, IncidentType)],
) -> Option<EventMention> {
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let first = word(span.start).to_owned();
    let (article, determiner) = match row.part {
        Part::Noun => article(tokens, span.start),
        _ => (Article::Verb, span.start),
    };
    let lead: Vec<&str> = (determiner..span.start).map(word).collect();
    let before: Vec<&str> = (span.start.saturating_sub(5)..span.start)
        .map(word)
        .collect();
    let has = |list: &[&str]| lead.iter().any(|w| list.contains(w));
    let near_means = nearest_means(&span, clause, means, word);
    let mut kind = row.kind;
    let mut sure = row.strength == Strength::Own;
    match row.strength {
        Strength::Fire | Strength::Harm => {
            if let Some(found) = near_means {
                kind = found;
                sure = true;
            } else if kind == IncidentType::Airstrike && single_strike_at_sea(tokens) {
                kind = IncidentType::AttackOther;
            }
        }
        Strength::Bomb => {
            sure = true;
            if let Some(
                found @ (IncidentType::BombingIed
                | IncidentType::SuicideBombing
                | IncidentType::DroneStrike),
            ) = near_means
            {
                kind = found;
            }
        }
        Strength::Posture => {
            let jets = (span.end..(span.end + 6).min(tokens.len())).any(|i| {
                matches!(
                    word(i),
                    "jets" | "jet" | "warplanes" | "aircraft" | "planes"
                )
            });
            sure = true;
            if jets {
                kind = IncidentType::AirEncounter;
            }
        }
        Strength::Own | Strength::Operation | Strength::Agreement => {}
    }
    if kind == IncidentType::AirEncounter
        && matches!(first.as_str(), "scrambled" | "harassed" | "buzzed")
    {
        let jets = (span.start.saturating_sub(6)..(span.end + 6).min(tokens.len())).any(|i| {
            matches!(
                word(i),
                "jets" | "jet" | "aircraft" | "fighters" | "planes" | "warplanes" | "f-16s"
            )
        });
        if !jets {
            return None;
        }
    }
    // "a suicide bomber blew himself up", "a bomb exploded": the cause is told.
    if kind == IncidentType::Explosion
        && let Some(found @ (IncidentType::BombingIed | IncidentType::SuicideBombing)) = near_means
    {
        kind = found;
    }
    let (standing, denied, summary) = standing(tokens, &span, clause);
    let plural =
        first.ends_with('s') && !first.ends_with("ss") || word(span.end - 1).ends_with('s');
    let counted = (determiner.saturating_sub(3)..span.start).find_map(|i| match word(i) {
        "both" | "two" => Some(2),
        "three" => Some(3),
        "four" => Some(4),
        "five" => Some(5),
        _ => None,
    });
    let refers = (determiner.saturating_sub(3)..span.start)
        .any(|i| matches!(word(i), "these" | "those" | "all" | "both"))
        || (article == Article::Definite && counted.is_some());
    let cause = before.windows(2).any(|w| {
        matches!(
            w,
            ["response", "to"] | ["retaliation", "for"] | ["revenge", "for"] | ["reprisal", "for"]
        )
    }) || introduced_by(tokens, clause, span.start, &["believing"])
        || lead.contains(&"supposed")
        || lead.contains(&"alleged") && before.contains(&"to");
    Some(EventMention {
        kind,
        sure,
        another: new_before(tokens, &span, article)
            || has(&[
                "another",
                "second",
                "similar",
                "separate",
                "different",
                "further",
                "new",
                "third",
            ]) && !followed_by_round(tokens, &span, determiner),
        latest: has(&["latest", "last", "recent", "most"]),
        round: followed_by_round(tokens, &span, determiner),
        group: if plural && refers {
            counted.unwrap_or(2)
        } else {
            0
        },
        cause,
        standing,
        denied,
        summary,
        passive: row.part == Part::Verb && is_passive(tokens, span.start),
        harm_only: row.strength == Strength::Harm,
        first: has(&["first", "initial", "original"]) && article == Article::Definite,
        also: Vec::new(),
        article,
        tokens: span,
    })
}

/// "new attacks", "further strikes": without an article the adjective stands right before.
fn new_before(tokens: &[Token], span: &Range<usize>, article: Article) -> bool {
    article == Article::Bare
        && tokens[span.start.saturating_sub(2)..span.start]
            .iter()
            .any(|t| {
                matches!(
                    t.lower.as_str(),
                    "new" | "further" | "other" | "separate" | "similar" | "more"
                )
            })
}

/// A ship is struck by something nobody named more often than from the air.
fn single_strike_at_sea(tokens: &[Token]) -> bool {
    tokens.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "ship" | "vessel" | "tanker" | "earthquake" | "quake" | "lightning" | "storm"
        )
    })
}

fn followed_by_round(tokens: &[Token], span: &Range<usize>, determiner: usize) -> bool {
    tokens[determiner..span.start]
        .iter()
        .any(|t| matches!(t.lower.as_str(), "round" | "wave" | "volley" | "salvo"))
}

/// "was attacked", "has been hit", "killed by": passive.
fn is_passive(tokens: &[Token], at: usize) -> bool {
    tokens[at.saturating_sub(3)..at].iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "was" | "were" | "been" | "being" | "be" | "is" | "are"
        )
    })
}

/// Is the clause of token `at` opened by one of these words?
fn introduced_by(tokens: &[Token], clause: &[usize], at: usize, list: &[&str]) -> bool {
    let here = clause[at];
    (0..=at)
        .rev()
        .take_while(|i| clause[*i] + 1 >= here)
        .any(|i| list.contains(&tokens[i].lower.as_str()))
}

/// The means nearest to the trigger: same clause first, then the sentence.
fn nearest_means<'a>(
    span: &Range<usize>,
    clause: &[usize],
    means: &[(Range<usize>, IncidentType)],
    word: impl Fn(usize) -> &'a str,
) -> Option<IncidentType> {
    means
        .iter()
        .filter(|(m, _)| {
            // "drones were shot down": a thing destroyed is no means.
            !matches!(word(m.start), "fire") && clause[m.start].abs_diff(clause[span.start]) <= 2
        })
        .min_by_key(|(m, _)| {
            let distance = if m.start >= span.end {
                m.start - span.end
            } else {
                span.start.saturating_sub(m.end)
            };
            distance + 12 * clause[m.start].abs_diff(clause[span.start])
        })
        .map(|(_, kind)| *kind)
}

/// What the words around make of an event: its standing, a denial, and whether it is no single one.
fn standing(tokens: &[Token], span: &Range<usize>, clause: &[usize]) -> (Standing, bool, bool) {
    let here = clause[span.start];
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let mut standing = Standing::Happened;
    let mut denied = false;
    let mut summary = false;
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
        let into = before
            && !tokens[i..span.start].iter().any(|t| {
                matches!(
                    t.lower.as_str(),
                    "," | ";" | "but" | "when" | "after" | "before" | "which" | "while" | "who"
                )
            });
        for cue in found {
            match cue {
                Cue::Hypothetical
                    if before
                        && (same && gap <= 14 || into && gap <= 16 || gap <= 4)
                        && !past_may(tokens, i) =>
                {
                    standing = Standing::Hypothetical;
                }
                Cue::Planned
                    if before
                        && (same || into)
                        && gap <= 12
                        && !matches!(word(i), "planned" | "plan" | "scheduled") =>
                {
                    standing = Standing::Planned;
                }
                Cue::Negated
                    if before
                        && same
                        && gap <= 6
                        && !negation_elsewhere(tokens, i)
                        && gap < 4 + len + 2 =>
                {
                    standing = Standing::Negated;
                }
                Cue::Claimed
                    if near_clause
                        && !claims_responsibility(tokens, i)
                        && standing == Standing::Happened
                        && (before && gap <= 12 || same && gap <= 4) =>
                {
                    standing = Standing::Claimed;
                }
                Cue::Denial => denied |= same || (near_clause && gap <= 10),
                Cue::Summary => summary |= (before && same && gap <= 7) || (same && gap <= 3),
                Cue::Background if standing == Standing::Happened => {
                    standing = Standing::Background
                }
                _ => {}
            }
        }
        i += len;
    }
    let present = tokens[span.start.saturating_sub(6)..span.start]
        .iter()
        .any(|t| matches!(t.lower.as_str(), "are" | "is" | "continues" | "continue"));
    let ongoing = tokens[span.start.saturating_sub(5)..(span.end + 3).min(tokens.len())]
        .iter()
        .any(|t| {
            matches!(
                t.lower.as_str(),
                "engaged" | "ongoing" | "continues" | "continue" | "continuing" | "raging"
            )
        });
    if standing == Standing::Happened && present && ongoing {
        standing = Standing::Ongoing;
    }
    (standing, denied, summary)
}

/// "may" and "would" before "have" with a past participle still hedge; "would later die" does not.
fn past_may(tokens: &[Token], at: usize) -> bool {
    tokens[at].lower == "may" && tokens[at].capital
}

/// "claimed responsibility", "claimed 14 lives": no hedge.
fn claims_responsibility(tokens: &[Token], at: usize) -> bool {
    let next = |k: usize| tokens.get(at + k).map_or("", |t| t.lower.as_str());
    matches!(
        next(1),
        "responsibility" | "credit" | "the" | "lives" | "victory"
    ) || super::numbers::word_value(next(1)).is_some()
        || (tokens[at].lower.starts_with("claim") && next(1) == "at")
}

/// "not only", "no immediate claim", "no longer": another thing is negated.
fn negation_elsewhere(tokens: &[Token], at: usize) -> bool {
    let next = |k: usize| tokens.get(at + k).map_or("", |t| t.lower.as_str());
    matches!(
        next(1),
        "only"
            | "immediate"
            | "group"
            | "one"
            | "longer"
            | "us"
            | "american"
            | "casualties"
            | "claim"
            | "reports"
            | "injuries"
            | "deaths"
    ) || matches!(tokens[at].lower.as_str(), "without" | "never") && next(1) == "warning"
}

/// One clause that tells the same thing twice ("a missile hit", "carried out an attack, killing")
/// makes one mention.
fn joined(tokens: &[Token], clause: &[usize], mentions: Vec<EventMention>) -> Vec<EventMention> {
    let any_event = mentions.iter().any(|m| !m.harm_only);
    let mut out: Vec<EventMention> = Vec::new();
    for m in mentions {
        if m.harm_only && any_event {
            if let Some(last) = out.last_mut() {
                last.also.push(m.tokens);
            }
            continue;
        }
        let at = m.tokens.start;
        if let Some(last) = out.last_mut() {
            let same = clause[last.tokens.start] == clause[at];
            let near = clause[at] - clause[last.tokens.start] <= 2 && at - last.tokens.end <= 14;
            let vague = !m.sure || !last.sure || m.kind == last.kind;
            let fits = crate::incident::fit::compatible(m.kind, last.kind);
            let apart = m.another
                || m.cause
                || last.cause
                || m.group > 0
                || last.group > 0
                || between_orders(tokens, last.tokens.end, at);
            // "the quake struck", "floods hit": the verb only says that it came.
            let came = !m.sure && m.article == Article::Verb && last.sure && same && !m.another;
            let restated = fits && (same || (near && vague && m.article != Article::Indefinite));
            if came || restated && !apart {
                if m.sure && !last.sure {
                    last.kind = m.kind;
                    last.sure = true;
                }
                last.standing = weaker(last.standing, m.standing, same);
                last.denied |= m.denied;
                last.summary |= m.summary;
                last.latest |= m.latest;
                last.also.push(m.tokens);
                continue;
            }
        }
        out.push(m);
    }
    out
}

/// In one clause the hedge of either word holds for both.
fn weaker(a: Standing, b: Standing, same: bool) -> Standing {
    if same && a == Standing::Happened {
        b
    } else {
        a
    }
}

/// "after", "follows", "in response to" between two events: one came before the other.
fn between_orders(tokens: &[Token], from: usize, to: usize) -> bool {
    tokens[from..to].iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "after"
                | "before"
                | "follows"
                | "follow"
                | "followed"
                | "following"
                | "response"
                | "retaliation"
                | "days"
                | "later"
                | "earlier"
                | "since"
                | "while"
                | "elsewhere"
                | "separately"
        )
    })
}
