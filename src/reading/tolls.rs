//! "killing at least 12 people", "no casualties among US troops": who was harmed and how many.

use std::ops::Range;

use crate::incident::{Count, Harm, OfWhom};

use super::numbers::{Number, number_at};
use super::sentences::{Token, Words};
use super::words::{self, Part, Strength};

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

/// Words of harm.
const HARM_WORDS: &[(Harm, &[&str])] = &[
    (
        Harm::Killed,
        &[
            "killed",
            "kill",
            "kills",
            "killing",
            "dead",
            "died",
            "dying",
            "slain",
            "perished",
            "deaths",
            "death",
            "fatalities",
            "martyred",
            "executed",
            "massacred",
            "drowned",
            "beheaded",
            "murdered",
        ],
    ),
    (
        Harm::Injured,
        &[
            "wounded", "wounding", "injured", "injuring", "hurt", "injuries", "hurting", "maimed",
            "wounds", "injures",
        ],
    ),
    (Harm::Missing, &["missing", "unaccounted"]),
    (
        Harm::Displaced,
        &[
            "displaced",
            "displacing",
            "homeless",
            "evacuated",
            "uprooted",
        ],
    ),
    (
        Harm::Captured,
        &[
            "kidnapped",
            "abducted",
            "captured",
            "detained",
            "arrested",
            "kidnapping",
            "abducting",
        ],
    ),
];

fn harm_word(word: &str) -> Option<Harm> {
    HARM_WORDS
        .iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(harm, _)| *harm)
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
    "tourists",
    "guests",
    "staff",
    "employees",
    "rescuers",
    "man",
    "woman",
    "one",
    "palestinians",
    "afghans",
    "nigerians",
    "teenagers",
    "pedestrians",
    "worshipers",
    "schoolchildren",
    "survivors",
    "rioters",
    "labourers",
    "laborers",
    "drivers",
    "settlers",
    "herders",
    "fishermen",
    "traders",
    "motorists",
    "spectators",
    "shepherds",
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
    "advisers",
    "advisors",
    "firefighters",
    "guardsmen",
    "recruits",
    "cadets",
    "conscripts",
];

/// The figures of a sentence.
#[must_use]
pub fn find(tokens: &[Token]) -> Vec<TollMention> {
    let words = Words(tokens);
    let mut out: Vec<TollMention> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let told = none_harmed(words, i)
            .or_else(|| lives_lost(words, i))
            .or_else(|| toll_of(tokens, i))
            .or_else(|| one_person_killed(words, i))
            .or_else(|| one_person_was_killed(tokens, i));
        if let Some(found) = told {
            i = found.tokens.end;
            // "no deaths or injuries": nobody was injured either.
            let also = found.count == Count::exactly(0)
                && found.harm == Harm::Killed
                && words.any(found.tokens.clone(), &["or", "nor", "and"])
                && words.any(found.tokens.clone(), &["injuries", "injured", "wounded"]);
            if also {
                out.push(TollMention {
                    harm: Harm::Injured,
                    ..found.clone()
                });
            }
            out.push(found);
            continue;
        }
        if let Some(number) = number_at(tokens, i) {
            i = number.end;
            if let Some(found) = counted(tokens, number, &out) {
                i = i.max(found.tokens.end);
                out.push(found);
            }
            continue;
        }
        i += 1;
    }
    out
}

/// Words that say that nobody was.
const NOBODY: &[&str] = &["no", "none", "nobody", "without", "neither"];

/// Nouns and participles of harm after them.
const NO_HARM: &[&str] = &[
    "casualties",
    "deaths",
    "injuries",
    "fatalities",
    "hurt",
    "injured",
    "killed",
    "harmed",
    "wounded",
    "victims",
    "loss",
];

/// Words between "no" and the harm that name nobody.
const NO_FILLERS: &[&str] = &[
    "one",
    "was",
    "were",
    "has",
    "have",
    "been",
    "immediate",
    "reports",
    "reported",
    "of",
    "known",
    "initial",
    "further",
    "other",
    "are",
    "is",
    "any",
    "had",
    "there",
    "people",
    "person",
    "persons",
    "deaths",
    "or",
    "and",
    "serious",
];

/// "No immediate reports of casualties" is nobody's nought.
const NO_WORD_OF: &[&str] = &[
    "reports",
    "report",
    "word",
    "information",
    "details",
    "confirmation",
    "figure",
    "figures",
    "number",
    "estimate",
    "count",
];

/// "no casualties", "no one was hurt", "none of them were hurt", "without injuries".
fn none_harmed(words: Words, i: usize) -> Option<TollMention> {
    /// Longest phrase with a negation, in tokens.
    const PHRASE_MAX: usize = 12;
    // "No fewer than ten" is a number.
    let counts = ["fewer", "less", "more"].contains(&words.at(i + 1));
    if !NOBODY.contains(&words.at(i)) || counts {
        return None;
    }
    let limit = (i + PHRASE_MAX).min(words.len());
    let ends = &[",", ".", ";", "but", "because", "while"];
    let end = words.first(i + 1..limit, ends).unwrap_or(limit);
    let at = words.first(i + 1..end, NO_HARM)?;
    let harm = words.at(at);
    if harm == "loss" && words.at(at + 2) != "life" || words.any(i + 1..at, NO_WORD_OF) {
        return None;
    }
    let among = words.first(at + 1..end, &["among", "to", "of"]);
    let group: Vec<&str> = match among {
        Some(p) if harm != "loss" => (p + 1..end).map(|k| words.at(k)).collect(),
        _ => (i + 1..at).map(|k| words.at(k)).collect(),
    };
    let someone: Vec<&str> = group
        .into_iter()
        .filter(|w| !NO_FILLERS.contains(w))
        .collect();
    let harm = match harm {
        "injuries" | "injured" | "wounded" => Harm::Injured,
        _ => Harm::Killed,
    };
    let of = if someone.is_empty() {
        OfWhom::Everybody
    } else {
        OfWhom::Some
    };
    Some(TollMention {
        tokens: i..end,
        harm,
        count: Count::exactly(0),
        of,
        of_whom: someone.join(" "),
        part: false,
    })
}

fn killed(tokens: Range<usize>, count: Count) -> TollMention {
    TollMention {
        tokens,
        harm: Harm::Killed,
        count,
        of: OfWhom::Everybody,
        of_whom: String::new(),
        part: false,
    }
}

/// "loss of life", "claimed lives": at least one, number not told.
fn lives_lost(words: Words, i: usize) -> Option<TollMention> {
    let (len, least) = match (words.at(i), words.at(i + 1), words.at(i + 2)) {
        ("loss", "of", "life" | "lives") => (3, 1),
        ("claimed" | "cost", "lives", _) => (2, 2),
        _ => return None,
    };
    let none = ["no", "without", "avoid"].contains(&words.before(i, 1));
    (!none).then(|| killed(i..i + len, Count { least, most: None }))
}

/// Words that lead from "the death toll" to its figure.
const TOLL_LEADS: &[&str] = &[
    "to",
    "at",
    "reached",
    "reaches",
    "passed",
    "exceeded",
    "exceeds",
    "surpassed",
    "was",
    "is",
    "of",
    "topped",
    "hit",
];

/// "The death toll from Monday's bombing rose to 101", "the number of dead was 21".
fn toll_of(tokens: &[Token], i: usize) -> Option<TollMention> {
    /// How far the figure stands behind "toll", in tokens.
    const REACH: usize = 24;
    let words = Words(tokens);
    let dead = &[
        "dead",
        "deaths",
        "killed",
        "fatalities",
        "injured",
        "wounded",
        "missing",
    ];
    let named = match words.at(i) {
        "toll" => i + 1,
        "number" if words.at(i + 1) == "of" => words.first(i + 2..i + 5, dead)? + 1,
        _ => return None,
    };
    let limit = (named + REACH).min(tokens.len());
    let end = words.first(named..limit, &[";", "."]).unwrap_or(limit);
    let number = (named..end).find_map(|k| {
        number_at(tokens, k).filter(|n| n.first == k && TOLL_LEADS.contains(&words.before(k, 1)))
    })?;
    let unit = words.at(number.end);
    if UNITS.contains(&unit) {
        return None;
    }
    // "The toll passed 29": more than that.
    let more = ["passed", "exceeded", "exceeds", "surpassed", "topped"]
        .contains(&words.before(number.first, 1));
    let count = if more {
        Count {
            least: number.count.least.saturating_add(1),
            most: None,
        }
    } else {
        number.count
    };
    let harm = (i..named)
        .find_map(|k| harm_word(words.at(k)))
        .unwrap_or(Harm::Killed);
    let (_, of, of_whom) = whom(tokens, number.end);
    Some(TollMention {
        tokens: number.first..number.end,
        harm,
        count,
        of,
        of_whom,
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
    "baby",
    "toddler",
    "infant",
    "pensioner",
    "villager",
    "protester",
    "demonstrator",
    "passenger",
    "resident",
    "peacekeeper",
    "policewoman",
    "firefighter",
    "medic",
    "nurse",
    "lawmaker",
    "activist",
    "shepherd",
    "fisherman",
    "militant",
    "fighter",
    "gunman",
    "rebel",
    "cameraman",
    "paramedic",
    "volunteer",
    "bystander",
    "official",
    "priest",
    "sailor",
    "judge",
    "prosecutor",
    "lawyer",
    "cleric",
    "imam",
    "pastor",
    "monk",
    "nun",
    "missionary",
    "engineer",
    "trader",
    "shopkeeper",
    "herder",
    "councillor",
    "senator",
    "politician",
    "photographer",
    "pupil",
    "schoolboy",
    "schoolgirl",
    "prisoner",
    "migrant",
    "refugee",
    "motorcyclist",
    "cyclist",
    "pedestrian",
];

/// Words that may stand between "a" and the person: "a 46-year-old woman".
const PERSON_WORDS_MAX: usize = 4;

/// Of whom a figure of one person is told.
fn of_one(noun: &str) -> OfWhom {
    if SIDES.contains(&noun) {
        OfWhom::Some
    } else if noun == "civilian" {
        OfWhom::Civilians
    } else {
        OfWhom::Everybody
    }
}

/// Words behind which another noun than that of the harmed stands: "was killed a day after a judge".
const APART: &[&str] = &["of", "in", "at", "after", "before"];

/// "killing a newborn boy", "wounded a police officer", "shot dead a judge".
fn one_person_killed(words: Words, i: usize) -> Option<TollMention> {
    let active = [
        "killed", "killing", "kills", "wounding", "wounded", "injuring", "injured",
    ];
    let shot_dead = words.at(i) == "dead" && words.before(i, 1) == "shot";
    let harms = active.contains(&words.at(i)) || shot_dead;
    if !harms || !["a", "an"].contains(&words.at(i + 1)) {
        return None;
    }
    let end = i + 2 + PERSON_WORDS_MAX + 1;
    let noun = words.first(i + 2..end, ONE_PERSON)?;
    let broken = (i + 2..noun).any(|k| is_break(words, k) || APART.contains(&words.at(k)));
    let harm = if shot_dead {
        Harm::Killed
    } else {
        harm_word(words.at(i))?
    };
    (!broken).then(|| TollMention {
        harm,
        of: of_one(words.at(noun)),
        of_whom: if of_one(words.at(noun)) == OfWhom::Everybody {
            String::new()
        } else {
            words.at(noun).to_owned()
        },
        ..killed(i..noun + 1, Count::exactly(1))
    })
}

/// Before the verb: nobody, or a thing.
const NOT_ONE: &[&str] = &[
    "no", "nobody", "none", "neither", "who", "which", "tank", "vehicle", "nor",
];

/// "Hamza has been killed", "a soldier was killed", "an elderly woman died": one person, where no
/// number is told.
fn one_person_was_killed(tokens: &[Token], i: usize) -> Option<TollMention> {
    /// How far the person's name stands before the verb, in tokens.
    const NAME_REACH: usize = 14;
    let words = Words(tokens);
    let (len, harm) = match (words.at(i), words.at(i + 1), words.at(i + 2)) {
        ("was", "killed" | "assassinated", _) => (2, Harm::Killed),
        ("has" | "had", "been", "killed" | "assassinated") => (3, Harm::Killed),
        ("was", "shot", "dead") => (3, Harm::Killed),
        ("was", "shot", "and") if words.at(i + 3) == "killed" => (4, Harm::Killed),
        (
            "was",
            "stabbed" | "beaten" | "hacked" | "burned" | "burnt" | "crushed" | "trampled"
            | "kicked",
            "to",
        ) if words.at(i + 3) == "death" => (4, Harm::Killed),
        ("was", "found", "dead") => (3, Harm::Killed),
        ("was", "wounded" | "injured" | "hurt", _) => (2, Harm::Injured),
        (
            "was",
            "seriously" | "badly" | "lightly" | "critically",
            "wounded" | "injured" | "hurt",
        ) => (3, Harm::Injured),
        ("died", _, _) => (1, Harm::Killed),
        _ => return None,
    };
    let before = i.saturating_sub(NAME_REACH)..i;
    // The subject begins after the last mark or conjunction.
    let start = before
        .clone()
        .rev()
        .find(|k| is_break(words, *k) || ["and", "that", "said"].contains(&words.at(*k)))
        .map_or(before.start, |k| k + 1);
    let counted = (start..i).any(|k| number_at(tokens, k).is_some());
    let noun = words.first(start..i, ONE_PERSON);
    let passive = words.at(i) != "died";
    let murdered = words.any(i..i + len, &["assassinated"]);
    let named = passive
        && harm == Harm::Killed
        && tokens[before.clone()].iter().skip(1).any(|t| t.capital)
        && !has_count(tokens)
        || murdered && !plural_subject(words, start..i);
    if counted && noun.is_none() || words.any(before, NOT_ONE) || !named && noun.is_none() {
        return None;
    }
    if noun.is_some_and(|n| {
        counted
            && !["a", "an", "one", "the"]
                .iter()
                .any(|a| words.any(start..n, &[a]))
    }) {
        return None;
    }
    if noun.is_none() && counted || noun.is_some() && plural_subject(words, start..i) {
        return None;
    }
    let of = noun.map_or(OfWhom::Everybody, |n| of_one(words.at(n)));
    let of_whom = match (of, noun) {
        (OfWhom::Everybody, _) | (_, None) => String::new(),
        (_, Some(n)) => words.at(n).to_owned(),
    };
    Some(TollMention {
        harm,
        of,
        of_whom,
        ..killed(i..i + len, Count::exactly(1))
    })
}

/// "a man and two women died" is counted elsewhere.
fn plural_subject(words: Words, subject: Range<usize>) -> bool {
    words.any(subject, &["people", "men", "women", "children", "soldiers"])
}

/// Does the sentence count people anywhere?
fn has_count(tokens: &[Token]) -> bool {
    let words = Words(tokens);
    (0..tokens.len()).any(|k| {
        number_at(tokens, k).is_some_and(|n| {
            (n.end..n.end + 4).any(|j| {
                [EVERYBODY, SIDES, CIVILIANS]
                    .iter()
                    .any(|list| list.contains(&words.at(j)))
            })
        })
    })
}

/// What is measured or counted besides people.
const UNITS: &[&str] = &[
    "%",
    "percent",
    "per",
    "km",
    "kilometers",
    "kilometres",
    "miles",
    "metres",
    "meters",
    "days",
    "hours",
    "minutes",
    "years",
    "months",
    "weeks",
    "am",
    "pm",
    "a.m",
    "p.m",
    "aircraft",
    "drones",
    "missiles",
    "rockets",
    "houses",
    "buildings",
    "vehicles",
    "times",
    "million",
    "km/h",
    "cars",
    "tanks",
    "shells",
    "bombs",
    "schools",
    "shops",
    "cattle",
    "cows",
    "sheep",
    "goats",
    "camels",
    "horses",
    "dogs",
    "animals",
    "livestock",
    "villages",
    "attacks",
    "incidents",
    "strikes",
    "explosions",
    "blasts",
    "raids",
    "provinces",
    "districts",
    "regions",
    "cities",
    "towns",
    "places",
    "countries",
    "states",
    "hectares",
    "acres",
    "tonnes",
    "tons",
    "boats",
    "ships",
    "vessels",
    "trucks",
    "buses",
    "planes",
    "helicopters",
    "hospitals",
    "separate",
    "different",
];

/// How far a harm word may stand from its number, in tokens.
const REACH: usize = 9;

/// How far it may stand where "were killed" closes a long name: "seven workers of the charity X
/// were killed", in tokens.
const LONG_REACH: usize = 16;

/// A number with a noun for people and a word of harm beside it.
fn counted(tokens: &[Token], number: Number, before: &[TollMention]) -> Option<TollMention> {
    let words = Words(tokens);
    let (noun_at, of, of_whom) = whom(tokens, number.end);
    let after_noun = noun_at.map_or(number.end, |n| n + 1);
    let nought = number.count == Count::exactly(0);
    // "In 2021 one person was killed": a year, whatever follows.
    let dated = ["in", "since", "during", "of", "by", "until", "from"]
        .contains(&words.before(number.first, 1));
    if is_year(number) && dated || is_day_of_month(words, number) {
        return None;
    }
    if nought || UNITS.contains(&words.at(number.end)) || noun_at.is_none() && is_year(number) {
        return None;
    }
    let lead = words.before(number.first, 1);
    let part = is_part(words, number, before);
    let forward = harm_after(tokens, number, after_noun)
        .or_else(|| harm_after_apposition(words, after_noun).filter(|_| noun_at.is_some()))
        .or_else(|| harm_after_long_name(tokens, number, after_noun))
        .or_else(|| harm_after_second_number(tokens, after_noun).filter(|_| noun_at.is_some()));
    let backward = harm_before(words, number, after_noun, noun_at.is_some());
    let taken = ["claimed", "claiming", "cost", "taking", "taken", "took"];
    let claimed = words.at(number.end) == "lives" && taken.contains(&lead)
        || lead == "of"
            && words.before(number.first, 2) == "lives"
            && words.any(number.first.saturating_sub(5)..number.first, &taken);
    let bodies = words.at(number.end) == "bodies"
        || lead == "of" && words.before(number.first, 2) == "bodies";
    let lost = lead == "lost" && of == OfWhom::Some;
    let (harm, end) = if lost {
        (Harm::Killed, after_noun)
    } else if let Some(harm) = directly_before(lead) {
        (harm, after_noun)
    } else if let Some((harm, k)) = forward {
        (harm, k + 1)
    } else if claimed || bodies {
        (Harm::Killed, (number.end + 1).min(tokens.len()))
    } else if let Some(harm) = backward {
        (harm, after_noun)
    } else if part {
        (before.last()?.harm, after_noun)
    } else {
        return None;
    };
    Some(TollMention {
        tokens: number.first..end.max(number.end),
        harm,
        count: number.count,
        of,
        of_whom,
        part,
    })
}

/// "gunmen 9 August killed": the day of a date.
fn is_day_of_month(words: Words, number: Number) -> bool {
    number.end == number.first + 1
        && words.at(number.first).bytes().all(|b| b.is_ascii_digit())
        && super::dates::names_month_or_year(words.at(number.end))
}

/// A year or an age is no toll: "killed in 2015".
fn is_year(number: Number) -> bool {
    (1900..=2100).contains(&number.count.least) && number.count.most == Some(number.count.least)
}

/// "including three", "among them three", "three of them", "seven of the dead".
fn is_part(words: Words, number: Number, before: &[TollMention]) -> bool {
    let lead = words.before(number.first, 1);
    let lead2 = words.before(number.first, 2);
    let beside = lead == "including" || lead == "them" && ["of", "among"].contains(&lead2);
    // "carrying labourers, killing 11 of them": no figure is told beside it.
    let of_them =
        words.at(number.end) == "of" && ["them", "whom"].contains(&words.at(number.end + 1));
    !before.is_empty() && (beside || of_them) || of_those_told(words, number.end)
}

/// "seven of the dead", "two of those killed": a part of a figure told before.
fn of_those_told(words: Words, at: usize) -> bool {
    let dead = ["dead", "victims", "killed", "wounded", "injured"];
    words.at(at) == "of"
        && (words.at(at + 1) == "those"
            || words.at(at + 1) == "the" && dead.contains(&words.at(at + 2)))
}

/// "killed 12": a verb of harm right before the number.
fn directly_before(lead: &str) -> Option<Harm> {
    if lead == "buried" {
        return Some(Harm::Killed);
    }
    let noun = [
        "dead",
        "death",
        "deaths",
        "fatalities",
        "injuries",
        "missing",
        "homeless",
        "died",
        "wounds",
        "drowned",
        "perished",
    ];
    harm_word(lead).filter(|_| !noun.contains(&lead))
}

/// Words between the people and what befell them: "12 people were also reported dead".
const LINKS: &[&str] = &[
    "were",
    "was",
    "have",
    "has",
    "had",
    "been",
    "are",
    "is",
    "also",
    "reported",
    "confirmed",
    "left",
    "reportedly",
    "being",
    "to",
    "more",
    "feared",
    "lay",
    "believed",
    "dead",
    "and",
    "wounded",
    "or",
    "at",
    "least",
    "on",
    "board",
    "in",
    "it",
    "the",
    "still",
    "then",
    "later",
    "who",
    "seriously",
    "others",
    "now",
    "known",
    "found",
    "badly",
    "lightly",
    "presumed",
    "froze",
    "burned",
    "burnt",
    "starved",
    "trampled",
    "crushed",
    "severely",
    "critically",
    "hacked",
    "beaten",
    "stabbed",
    "clubbed",
];

/// "12 people were killed", "12 dead", "12 were wounded", "12 others injured".
fn harm_after(tokens: &[Token], number: Number, after_noun: usize) -> Option<(Harm, usize)> {
    /// Adverbs longer than this need no list.
    const ADVERB_CHARS_MIN: usize = 12;
    let words = Words(tokens);
    if ["lost", "lose"].contains(&words.at(after_noun))
        && ["lives", "life"].contains(&words.at(after_noun + 2))
    {
        return Some((Harm::Killed, after_noun + 2));
    }
    // "Four members of one family lost their lives"
    const FAMILY_WORDS_MAX: usize = 5;
    let lost = words.first(after_noun..after_noun + FAMILY_WORDS_MAX, &["lost"]);
    if let Some(at) = lost
        && ["lives", "life"].contains(&words.at(at + 2))
        && (after_noun..at)
            .all(|k| !is_break(words, k) && number_at(tokens, k).is_none_or(|n| n.count.least == 1))
    {
        return Some((Harm::Killed, at + 2));
    }
    (number.end..(after_noun + REACH).min(tokens.len()))
        .take_while(|k| {
            !is_break(words, *k) && (*k < after_noun || number_at(tokens, *k).is_none())
        })
        .find_map(|k| {
            let harm = harm_word(words.at(k))?;
            let linked = (after_noun..k)
                .all(|j| LINKS.contains(&words.at(j)) || words.at(j).len() > ADVERB_CHARS_MIN);
            (linked || k <= after_noun + 1).then_some((harm, k))
        })
}

/// "Two civilians and four soldiers were killed": the verb behind the second number is of both.
fn harm_after_second_number(tokens: &[Token], after_noun: usize) -> Option<(Harm, usize)> {
    let words = Words(tokens);
    if !["and", ","].contains(&words.at(after_noun)) {
        return None;
    }
    let second = number_at(tokens, after_noun + 1)?;
    let noun = whom(tokens, second.end).0?;
    let (harm, at) = harm_after(tokens, second, noun + 1)?;
    let verb = words.any(noun + 1..at, &["were", "have", "had"]) || words.at(at) == "died";
    // The figure ends with its own noun: the second is still to be read.
    verb.then_some((harm, after_noun.saturating_sub(1)))
}

/// Verbs between a subject and its participle.
const AUXILIARIES: &[&str] = &["were", "was", "have", "has", "been", "had", "also", "all"];

/// The harm behind ", both of them soldiers, were".
fn harm_after_apposition(words: Words, at: usize) -> Option<(Harm, usize)> {
    /// Longest apposition skipped, in tokens.
    const APPOSITION_MAX: usize = 12;
    if words.at(at) != "," {
        return None;
    }
    let close = words.first(at + 1..at + 1 + APPOSITION_MAX, &[","])?;
    let mut k = close + 1;
    while AUXILIARIES.contains(&words.at(k)) {
        k += 1;
    }
    let verb = k > close + 1 || words.at(k) == "died";
    Some((harm_word(words.at(k)).filter(|_| verb)?, k))
}

/// "Seven workers of the charity World Central Kitchen were killed": a long name between, but no
/// other verb, number or mark.
fn harm_after_long_name(
    tokens: &[Token],
    number: Number,
    after_noun: usize,
) -> Option<(Harm, usize)> {
    let words = Words(tokens);
    if is_break(words, number.end) {
        return None;
    }
    let limit = (after_noun + LONG_REACH).min(tokens.len());
    let stop = |k: usize| {
        is_break(words, k)
            || ["who", "which", "that", "where", "as"].contains(&words.at(k))
            || number_at(tokens, k).is_some()
            || is_event_verb(tokens, k)
    };
    let at = (after_noun..limit).take_while(|k| !stop(*k)).find(|k| {
        [
            "were", "was", "have", "has", "had", "died", "perished", "drowned",
        ]
        .contains(&words.at(*k))
    })?;
    let mut k = at;
    while AUXILIARIES.contains(&words.at(k)) || LINKS.contains(&words.at(k)) && k < at + 5 {
        if harm_word(words.at(k)).is_some() {
            break;
        }
        k += 1;
    }
    Some((harm_word(words.at(k))?, k))
}

/// "hit", "struck": a verb of an event that is no harm.
fn is_event_verb(tokens: &[Token], at: usize) -> bool {
    words::events().at(tokens, at).is_some_and(|(_, rows)| {
        rows.iter()
            .all(|r| r.part == Part::Verb && r.strength != Strength::Harm)
    })
}

/// Words between what befell people and their number: "death toll rose to 12".
const LEADS: &[&str] = &[
    "at",
    "least",
    "some",
    "about",
    "more",
    "than",
    "over",
    "toll",
    "rose",
    "to",
    "rises",
    "risen",
    "has",
    "had",
    "stood",
    "stands",
    "was",
    "is",
    "of",
    "from",
    "reached",
    "as",
    "many",
    "up",
    "put",
    "for",
    "climbed",
    "passed",
    "the",
    "exceeded",
    "a",
    "an",
    "and",
    "wounded",
    "wounding",
    "injured",
    "injuring",
    "another",
    "in",
    "quake",
    "attack",
    "all",
    "number",
    "estimated",
];

/// "killing 12 people", "death toll rose to 12", "wounded at least 12".
fn harm_before(words: Words, number: Number, after_noun: usize, has_noun: bool) -> Option<Harm> {
    let first = number.first;
    let lead = words.before(first, 1);
    // "Six were killed and 48 were trapped": the second number has a verb of its own.
    let own_verb =
        ["were", "was", "are", "remain", "remained", "have", "had"].contains(&words.at(after_noun));
    if lead == "and" && own_verb {
        return None;
    }
    // "died in two attacks": a number of something else.
    let next = words.at(number.end);
    let bare = !has_noun
        && next.chars().next().is_some_and(char::is_alphabetic)
        && !BARE_FOLLOWERS.contains(&next);
    if bare {
        return None;
    }
    (first.saturating_sub(REACH)..first)
        .rev()
        .take_while(|k| !is_break(words, *k))
        .find_map(|k| {
            let harm = harm_word(words.at(k))?;
            let direct = (k + 1..first).all(|j| LEADS.contains(&words.at(j)));
            direct.then_some(harm)
        })
}

/// What may follow a number of people without a noun: "killing 12 in Homs and wounding 30 more".
const BARE_FOLLOWERS: &[&str] = &[
    "in",
    "on",
    "at",
    "and",
    "more",
    "others",
    "other",
    "of",
    "as",
    "when",
    "after",
    "near",
    "by",
    "from",
    "during",
    "who",
    "since",
    "before",
    "while",
    "or",
    "over",
    "inside",
    "outside",
    "with",
    "across",
    "overnight",
    "late",
    "early",
    "there",
    "including",
    "this",
    "last",
    "so",
    "according",
    "was",
    "were",
    "is",
    "but",
    "for",
    "that",
    "yesterday",
    "today",
];

/// Words and marks at which a figure's words end.
const BREAKS: &[&str] = &[
    ";", ".", ",", "but", "while", "when", "after", "(", ")", "—", "–",
];

fn is_break(words: Words, at: usize) -> bool {
    BREAKS.contains(&words.at(at))
}

/// Words at which the search for a noun of people ends.
const NOUN_ENDS: &[&str] = &["were", "was", "have", "had", "in", "on", "at", "and", "by"];

/// The noun after a number: where it stands, of whom the figure is told, and the words.
fn whom(tokens: &[Token], at: usize) -> (Option<usize>, OfWhom, String) {
    /// Words that may stand between a number and its noun.
    const NOUN_REACH: usize = 7;
    let words = Words(tokens);
    let text = |end: usize| {
        (at..=end)
            .map(|k| words.at(k))
            .filter(|w| !["of", "the", "its", "their", "more", "other"].contains(w))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (k, token) in tokens.iter().enumerate().skip(at).take(NOUN_REACH) {
        let w = token.lower.as_str();
        if !token.is_word() && w != "-" {
            break;
        }
        // "members" alone says nothing; "members of the security forces" does.
        let armed = w != "members"
            || words.any(
                at..k + 5,
                &["security", "forces", "force", "group", "militia"],
            );
        if SIDES.contains(&w) && armed {
            return (Some(k), OfWhom::Some, text(k));
        }
        let adjective = w == "civilian" && SIDES.contains(&words.at(k + 1));
        if CIVILIANS.contains(&w) && !adjective {
            let of = if ["civilians", "civilian"].contains(&w) {
                OfWhom::Civilians
            } else {
                OfWhom::Everybody
            };
            return (Some(k), of, text(k));
        }
        if EVERYBODY.contains(&w) {
            // "12 people, all soldiers" stays a figure of everybody.
            return (Some(k), OfWhom::Everybody, String::new());
        }
        if harm_word(w).is_some() || NOUN_ENDS.contains(&w) {
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
    fn one_person_and_no_other() {
        check(
            "Gunmen shot dead a judge outside her house.",
            &["killed 1..1 everybody"],
        );
        check("A bomb wounded a prosecutor.", &["injured 1..1 everybody"]);
        check(
            "The leader was shot dead a day after a judge resigned.",
            &["killed 1..1 everybody"],
        );
        check("They shot dead a dog.", &[]);
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
