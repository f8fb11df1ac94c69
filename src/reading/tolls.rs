//! "killing at least 12 people", "no casualties among US troops": who was harmed and how many.

use std::ops::Range;

use crate::incident::{Count, Harm, OfWhom};

use super::numbers::{Number, number_at};
use super::sentences::Token;

/// A figure found in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TollMention {
    /// Tokens of the figure with its words.
    pub tokens: Range<usize>,
    /// What befell them.
    pub harm: Harm,
    /// How many.
    pub count: Count,
    /// Of whom.
    pub of: OfWhom,
    /// Of whom, in words.
    pub of_whom: String,
    /// "including three children": part of a figure told beside it.
    pub part: bool,
}

/// Verbs and participles of harm.
fn harm_word(word: &str) -> Option<Harm> {
    Some(match word {
        "killed" | "kill" | "kills" | "killing" | "dead" | "died" | "dying" | "slain"
        | "perished" | "deaths" | "death" | "fatalities" | "martyred" | "executed"
        | "massacred" | "drowned" => Harm::Killed,
        "wounded" | "wounding" | "injured" | "injuring" | "hurt" | "injuries" | "hurting"
        | "maimed" => Harm::Injured,
        "missing" | "unaccounted" => Harm::Missing,
        "displaced" | "displacing" | "homeless" | "evacuated" | "uprooted" => Harm::Displaced,
        "kidnapped" | "abducted" | "captured" | "detained" | "arrested" | "kidnapping"
        | "abducting" => Harm::Captured,
        _ => return None,
    })
}

/// Nouns for people without a side: a figure of them is a figure of everybody.
const EVERYBODY: &[&str] = &[
    "people",
    "persons",
    "person",
    "lives",
    "dead",
    "others",
    "victims",
    "fatalities",
    "deaths",
    "residents",
    "inhabitants",
    "villagers",
    "passengers",
    "worshippers",
    "students",
    "pupils",
    "crew",
    "sailors",
    "seafarers",
    "crewmen",
    "migrants",
    "refugees",
    "miners",
    "workers",
    "protesters",
    "demonstrators",
    "men",
    "bodies",
    "casualties",
    "individuals",
    "patients",
    "pilgrims",
    "farmers",
    "members",
    "mourners",
    "shoppers",
    "commuters",
    "prisoners",
    "inmates",
    "detainees",
    "families",
    "homes",
    "tourists",
    "guests",
    "staff",
    "employees",
    "rescuers",
    "man",
    "woman",
    "one",
];

/// Nouns for people who are no fighters.
const CIVILIANS: &[&str] = &[
    "civilians",
    "civilian",
    "women",
    "children",
    "child",
    "noncombatants",
    "non-combatants",
];

/// Nouns for people of a side: a figure of them says nothing of the others.
const SIDES: &[&str] = &[
    "soldiers",
    "soldier",
    "troops",
    "troop",
    "fighters",
    "fighter",
    "militants",
    "militant",
    "rebels",
    "rebel",
    "insurgents",
    "gunmen",
    "gunman",
    "officers",
    "officer",
    "policemen",
    "policeman",
    "police",
    "servicemen",
    "personnel",
    "combatants",
    "jihadists",
    "terrorists",
    "guards",
    "guard",
    "members",
    "attackers",
    "attacker",
    "commanders",
    "commander",
    "assailants",
    "bandits",
    "militiamen",
    "peacekeepers",
    "peacekeeper",
    "marines",
    "russians",
    "americans",
    "israelis",
    "syrians",
    "ukrainians",
    "palestinians",
    "mercenaries",
    "contractors",
    "extremists",
    "agents",
    "operatives",
    "pilots",
    "journalists",
    "journalist",
    "doctors",
    "medics",
    "nurses",
    "teachers",
    "paramedics",
    "volunteers",
    "responders",
];

/// The figures of a sentence.
#[must_use]
pub fn find(tokens: &[Token]) -> Vec<TollMention> {
    let mut out: Vec<TollMention> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if let Some(found) = none_harmed(tokens, i)
            .or_else(|| lives_lost(tokens, i))
            .or_else(|| somebody_killed(tokens, i))
        {
            i = found.tokens.end;
            out.push(found);
            continue;
        }
        if let Some(number) = number_at(tokens, i) {
            if let Some(found) = counted(tokens, number, &out) {
                i = found.tokens.end.max(number.end);
                out.push(found);
                continue;
            }
            i = number.end;
            continue;
        }
        i += 1;
    }
    out
}

fn word(tokens: &[Token], i: usize) -> &str {
    tokens.get(i).map_or("", |t| t.lower.as_str())
}

/// "no casualties", "no one was hurt", "none of them were hurt", "without injuries".
fn none_harmed(tokens: &[Token], i: usize) -> Option<TollMention> {
    let w = |k: usize| word(tokens, i + k);
    let negation = matches!(w(0), "no" | "none" | "nobody" | "without" | "neither");
    if !negation {
        return None;
    }
    let limit = (i + 12).min(tokens.len());
    let stop = (i + 1..limit).find(|k| {
        matches!(
            word(tokens, *k),
            "," | "." | ";" | "but" | "because" | "while"
        )
    });
    let end = stop.unwrap_or(limit);
    let at = (i + 1..end).find(|k| {
        matches!(
            word(tokens, *k),
            "casualties"
                | "deaths"
                | "injuries"
                | "fatalities"
                | "hurt"
                | "injured"
                | "killed"
                | "harmed"
                | "wounded"
                | "victims"
                | "losses"
                | "loss"
        )
    })?;
    if word(tokens, at) == "loss" && word(tokens, at + 2) != "life" {
        return None;
    }
    // "No American soldier was near the base" tells nothing of the harmed.
    let harm_noun = word(tokens, at).to_owned();
    if matches!(harm_noun.as_str(), "losses") {
        return None;
    }
    let before: Vec<&str> = (i + 1..at).map(|k| word(tokens, k)).collect();
    let after: Vec<&str> = (at + 1..end).map(|k| word(tokens, k)).collect();
    let among = after
        .iter()
        .position(|w| matches!(*w, "among" | "to" | "of"));
    let group: Vec<&str> = match among {
        Some(p) => after[p + 1..].to_vec(),
        None => before
            .iter()
            .copied()
            .filter(|w| {
                !matches!(
                    *w,
                    "one"
                        | "was"
                        | "were"
                        | "has"
                        | "have"
                        | "been"
                        | "immediate"
                        | "reports"
                        | "reported"
                        | "of"
                        | "known"
                        | "initial"
                        | "further"
                        | "other"
                        | "are"
                        | "is"
                        | "any"
                )
            })
            .collect(),
    };
    // "No immediate reports of casualties" is nobody's nought.
    if before.iter().any(|w| {
        matches!(
            *w,
            "reports" | "report" | "word" | "information" | "details" | "confirmation"
        )
    }) {
        return None;
    }
    let someone: Vec<&str> = group
        .iter()
        .copied()
        .filter(|w| !matches!(*w, "people" | "person" | "persons" | "us-or"))
        .collect();
    let harms: &[Harm] = match harm_noun.as_str() {
        "deaths" | "fatalities" | "killed" => &[Harm::Killed],
        "injuries" | "injured" | "wounded" => &[Harm::Injured],
        _ => &[Harm::Killed, Harm::Injured],
    };
    let of = if someone.is_empty() {
        OfWhom::Everybody
    } else {
        OfWhom::Some
    };
    Some(TollMention {
        tokens: i..end,
        harm: harms[0],
        count: Count::exactly(0),
        of,
        of_whom: someone.join(" "),
        part: false,
    })
}

/// "loss of life", "claimed lives": at least one, number not told.
fn lives_lost(tokens: &[Token], i: usize) -> Option<TollMention> {
    let w = |k: usize| word(tokens, i + k);
    let (len, least) = match (w(0), w(1), w(2)) {
        ("loss", "of", "life" | "lives") => (3, 1),
        ("claimed" | "cost", "lives", _) => (2, 2),
        ("deadly" | "fatal", _, _) => return None,
        _ => return None,
    };
    if matches!(word(tokens, i.wrapping_sub(1)), "no" | "without" | "avoid") {
        return None;
    }
    Some(TollMention {
        tokens: i..i + len,
        harm: Harm::Killed,
        count: Count { least, most: None },
        of: OfWhom::Everybody,
        of_whom: String::new(),
        part: false,
    })
}

/// Nouns for one person, for "a soldier was killed".
const ONE_PERSON: &[&str] = &[
    "man",
    "woman",
    "boy",
    "girl",
    "child",
    "soldier",
    "journalist",
    "officer",
    "commander",
    "leader",
    "teenager",
    "person",
    "civilian",
    "policeman",
    "driver",
    "pilot",
    "student",
    "teacher",
    "doctor",
    "mayor",
    "general",
    "reporter",
    "worker",
    "farmer",
    "guard",
];

/// "Hamza has been killed", "a soldier was killed": one person, where no number is told.
fn somebody_killed(tokens: &[Token], i: usize) -> Option<TollMention> {
    let w = |k: usize| word(tokens, i + k);
    let len = match (w(0), w(1), w(2)) {
        ("was", "killed" | "assassinated", _) => 2,
        ("has" | "had", "been", "killed" | "assassinated") => 3,
        ("was", "shot", "dead") => 3,
        _ => return None,
    };
    let counted = (0..tokens.len()).any(|k| {
        number_at(tokens, k).is_some_and(|n| {
            (n.end..n.end + 4).any(|j| {
                EVERYBODY.contains(&word(tokens, j))
                    || SIDES.contains(&word(tokens, j))
                    || CIVILIANS.contains(&word(tokens, j))
            })
        })
    });
    let before = &tokens[i.saturating_sub(14)..i];
    let one = before.iter().skip(1).any(|t| t.capital)
        || before
            .iter()
            .any(|t| ONE_PERSON.contains(&t.lower.as_str()));
    let none = before.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "no" | "nobody" | "none" | "neither" | "who" | "which" | "tank" | "vehicle"
        )
    });
    (one && !none && !counted).then(|| TollMention {
        tokens: i..i + len,
        harm: Harm::Killed,
        count: Count::exactly(1),
        of: OfWhom::Everybody,
        of_whom: String::new(),
        part: false,
    })
}

/// How far a harm word may stand from its number, in tokens.
const REACH: usize = 9;

/// A number with a noun for people and a word of harm beside it.
fn counted(tokens: &[Token], number: Number, before: &[TollMention]) -> Option<TollMention> {
    let (noun_at, of, of_whom) = whom(tokens, number.end);
    let after_noun = noun_at.map_or(number.end, |n| n + 1);
    let unit = word(tokens, number.end);
    if matches!(
        unit,
        "%" | "percent"
            | "per"
            | "km"
            | "kilometers"
            | "kilometres"
            | "miles"
            | "metres"
            | "meters"
            | "days"
            | "hours"
            | "minutes"
            | "years"
            | "months"
            | "weeks"
            | "am"
            | "pm"
            | "a.m"
            | "p.m"
            | "aircraft"
            | "drones"
            | "missiles"
            | "rockets"
            | "houses"
            | "buildings"
            | "vehicles"
            | "times"
            | "million"
            | "km/h"
    ) {
        return None;
    }
    let including = word(tokens, number.first.wrapping_sub(1)) == "including"
        || (word(tokens, number.first.wrapping_sub(1)) == "of"
            && word(tokens, number.first.wrapping_sub(2)) == "them")
        || matches!(word(tokens, number.first.wrapping_sub(1)), "them")
        || of_those_told(tokens, number.end);
    // "12 people were killed", "12 dead", "12 people dead", "12 were wounded", "12 others injured"
    let forward = (number.end..(after_noun + REACH).min(tokens.len()))
        .take_while(|k| !is_break(tokens, *k) && (*k < after_noun || !starts_number(tokens, *k)))
        .find_map(|k| {
            let harm = harm_word(word(tokens, k))?;
            let linked = (after_noun..k).all(|j| {
                matches!(
                    word(tokens, j),
                    "were"
                        | "was"
                        | "have"
                        | "has"
                        | "had"
                        | "been"
                        | "are"
                        | "is"
                        | "also"
                        | "reported"
                        | "confirmed"
                        | "left"
                        | "reportedly"
                        | "being"
                        | "to"
                        | "more"
                        | "feared"
                        | "lay"
                        | "believed"
                        | "dead"
                        | "and"
                        | "wounded"
                        | "or"
                        | "at"
                        | "least"
                        | "on"
                        | "board"
                        | "in"
                        | "it"
                        | "the"
                        | "still"
                        | "then"
                        | "later"
                        | "who"
                        | "seriously"
                        | "others"
                        | "now"
                        | "known"
                        | "found"
                ) || word(tokens, j).len() > 12
            });
            (linked || k <= after_noun + 1).then_some((harm, k))
        });
    // "two people, both of them soldiers, were killed"
    let past_apposition = past_apposition(tokens, after_noun)
        .and_then(|k| Some((harm_word(word(tokens, k))?, k)))
        .filter(|_| noun_at.is_some());
    let forward = forward.or(past_apposition);
    // "killing 12 people", "death toll rose to 12", "wounded at least 12", "left 12 dead"
    let backward = (number.first.saturating_sub(REACH)..number.first)
        .rev()
        .take_while(|k| !is_break(tokens, *k))
        .find_map(|k| {
            let harm = harm_word(word(tokens, k))?;
            let direct = (k + 1..number.first).all(|j| {
                matches!(
                    word(tokens, j),
                    "at" | "least"
                        | "some"
                        | "about"
                        | "more"
                        | "than"
                        | "over"
                        | "toll"
                        | "rose"
                        | "to"
                        | "rises"
                        | "risen"
                        | "has"
                        | "had"
                        | "stood"
                        | "stands"
                        | "was"
                        | "is"
                        | "of"
                        | "from"
                        | "reached"
                        | "as"
                        | "many"
                        | "up"
                        | "put"
                        | "for"
                        | "climbed"
                        | "passed"
                        | "the"
                        | "exceeded"
                        | "a"
                        | "an"
                        | "and"
                        | "wounded"
                        | "wounding"
                        | "injured"
                        | "injuring"
                        | "another"
                        | "in"
                        | "quake"
                        | "attack"
                        | "all"
                        | "number"
                        | "estimated"
                )
            });
            direct.then_some(harm)
        });
    let claimed_lives = word(tokens, number.end) == "lives"
        && matches!(
            word(tokens, number.first.wrapping_sub(1)),
            "claimed" | "claiming" | "cost" | "taking" | "taken"
        );
    // "the bodies of 12 people", "12 bodies"
    let bodies = word(tokens, number.end) == "bodies";
    let directly_before = matches!(
        word(tokens, number.first.wrapping_sub(1)),
        "killed"
            | "killing"
            | "kills"
            | "wounded"
            | "wounding"
            | "injured"
            | "injuring"
            | "hurting"
            | "displaced"
            | "displacing"
            | "kidnapped"
            | "abducted"
            | "abducting"
            | "kidnapping"
            | "arrested"
            | "detained"
            | "buried"
    );
    let (harm, end) = if directly_before {
        let buried = word(tokens, number.first.wrapping_sub(1)) == "buried";
        (if buried { Harm::Killed } else { backward? }, after_noun)
    } else if let Some((harm, k)) = forward {
        (harm, k + 1)
    } else if let Some(harm) = backward {
        (harm, after_noun)
    } else if claimed_lives || bodies {
        (Harm::Killed, number.end + 1)
    } else if including {
        (before.last()?.harm, after_noun)
    } else {
        return None;
    };
    if noun_at.is_none() && forward.is_none() && backward.is_none() && !including {
        return None;
    }
    // A year or an age is no toll: "killed in 2015", "killed, 23,".
    if (1900..=2100).contains(&number.count.least)
        && noun_at.is_none()
        && number.count.most == Some(number.count.least)
    {
        return None;
    }
    Some(TollMention {
        tokens: number.first..end.max(number.end),
        harm,
        count: number.count,
        of,
        of_whom,
        part: including,
    })
}

/// "seven of the dead", "two of those killed": a part of a figure told before.
fn of_those_told(tokens: &[Token], at: usize) -> bool {
    let w = |k: usize| word(tokens, at + k);
    w(0) == "of"
        && (w(1) == "them"
            || w(1) == "those"
            || (w(1) == "the"
                && matches!(w(2), "dead" | "victims" | "killed" | "wounded" | "injured")))
}

/// The token of harm behind ", both of them soldiers, were".
fn past_apposition(tokens: &[Token], at: usize) -> Option<usize> {
    /// Longest apposition skipped, in tokens.
    const APPOSITION_MAX: usize = 9;
    if word(tokens, at) != "," {
        return None;
    }
    let close = (at + 1..at + 1 + APPOSITION_MAX).find(|k| word(tokens, *k) == ",")?;
    let mut k = close + 1;
    while matches!(
        word(tokens, k),
        "were" | "was" | "have" | "has" | "been" | "had" | "also"
    ) {
        k += 1;
    }
    (k > close + 1).then_some(k)
}

fn is_break(tokens: &[Token], at: usize) -> bool {
    matches!(
        word(tokens, at),
        ";" | "." | "," | "but" | "while" | "when" | "after" | "(" | ")" | "—" | "–"
    )
}

fn starts_number(tokens: &[Token], at: usize) -> bool {
    number_at(tokens, at).is_some()
}

/// The noun after a number: where it stands, of whom the figure is told, and the words.
fn whom(tokens: &[Token], at: usize) -> (Option<usize>, OfWhom, String) {
    let mut words = Vec::new();
    for k in at..(at + 7).min(tokens.len()) {
        let w = word(tokens, k);
        if !tokens[k].is_word() && w != "-" {
            break;
        }
        words.push(&tokens[k]);
        let text = || {
            words
                .iter()
                .map(|t| t.lower.as_str())
                .filter(|w| !matches!(*w, "of" | "the" | "its" | "their" | "more" | "other"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        if SIDES.contains(&w)
            && !(w == "members"
                && !words.iter().any(|t| {
                    matches!(
                        t.lower.as_str(),
                        "security" | "forces" | "group" | "militia"
                    )
                }))
        {
            return (Some(k), OfWhom::Some, text());
        }
        if CIVILIANS.contains(&w)
            && !(w == "civilian"
                && k + 1 < tokens.len()
                && tokens[k + 1].is_word()
                && SIDES.contains(&word(tokens, k + 1)))
        {
            return (
                Some(k),
                if matches!(w, "civilians" | "civilian") {
                    OfWhom::Civilians
                } else {
                    OfWhom::Everybody
                },
                text(),
            );
        }
        if EVERYBODY.contains(&w) {
            return (Some(k), OfWhom::Everybody, String::new());
        }
        if harm_word(w).is_some()
            || matches!(
                w,
                "were" | "was" | "have" | "had" | "in" | "on" | "at" | "and" | "by"
            )
        {
            break;
        }
    }
    (None, OfWhom::Everybody, String::new())
}

#[cfg(test)]
mod tests {
    use super::super::sentences::tokens;
    use super::*;

    /// Each figure as "harm least..most of".
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = find(&tokens(text, 0..text.len()))
            .into_iter()
            .filter(|t| !t.part)
            .map(|t| {
                let most = t.count.most.map_or(String::new(), |m| m.to_string());
                format!(
                    "{} {}..{} {}",
                    t.harm.code(),
                    t.count.least,
                    most,
                    t.of.code()
                )
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn figures_as_told() {
        check(
            "The strike killed 12 people and wounded 30.",
            &["killed 12..12 everybody", "injured 30..30 everybody"],
        );
        check(
            "At least 12 people were killed and dozens wounded.",
            &["killed 12.. everybody", "injured 24.. everybody"],
        );
        check(
            "The death toll rose to 1,200, officials said.",
            &["killed 1200..1200 everybody"],
        );
        check("Three civilians were killed.", &["killed 3..3 civilians"]);
        check(
            "The blast left five dead and two missing.",
            &["killed 5..5 everybody", "missing 2..2 everybody"],
        );
        check(
            "It killed 20 soldiers of the army.",
            &["killed 20..20 some"],
        );
        check("The attack claimed 14 lives.", &["killed 14..14 everybody"]);
        check("It resulted in loss of life.", &["killed 1.. everybody"]);
        check("There were no casualties.", &["killed 0..0 everybody"]);
        check(
            "It caused no casualties among US or coalition troops.",
            &["killed 0..0 some"],
        );
        check("There were no immediate reports of casualties.", &[]);
        check("He was killed in 2015.", &[]);
        check("Some 20 drones were shot down.", &[]);
        check(
            "Two people, both of them soldiers, were killed.",
            &["killed 2..2 everybody"],
        );
        check("Seven of the dead were children.", &[]);
        check(
            "Residents buried 160 people in a grave.",
            &["killed 160..160 everybody"],
        );
        check(
            "On Monday Hamza Doe was killed.",
            &["killed 1..1 everybody"],
        );
        check("killing several hundred Russians", &["killed 200.. some"]);
    }
}
