//! "Russian forces", "the Sudanese army", "gunmen", "Boko Haram": who did it and to whom, as told.

use std::ops::Range;

use super::sentences::{Token, Words};
use super::words;

/// Words that name somebody in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartyMention {
    /// Tokens in the sentence.
    pub tokens: Range<usize>,
    /// The canonical name, or one made of the words.
    pub name: String,
    /// The table's id or `state:RU`.
    pub id: Option<String>,
    /// `forces`, `armed_group`, `government`, `civilians`, `gunmen`, `speaker`, ...
    pub kind: String,
    /// ISO 3166-1, where it belongs to one state.
    pub country: Option<String>,
}

/// A name of a country, or a word for its people, where it stands in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CountryWord {
    /// Tokens in the sentence.
    pub tokens: Range<usize>,
    /// ISO 3166-1.
    pub country: String,
    /// The country's name.
    pub name: String,
    /// The adjective ("Russian").
    pub adjective: String,
    /// True for "Russian", "Russians"; false for "Russia", "Moscow".
    pub demonym: bool,
}

/// Nouns that make armed forces of a country's adjective.
const FORCE_NOUNS: &[&str] = &[
    "forces",
    "force",
    "troops",
    "army",
    "military",
    "soldiers",
    "soldier",
    "warplanes",
    "jets",
    "jet",
    "aircraft",
    "planes",
    "fighters",
    "navy",
    "marines",
    "artillery",
    "drones",
    "drone",
    "missiles",
    "missile",
    "rockets",
    "servicemen",
    "paratroopers",
    "bombers",
    "helicopters",
    "pilots",
    "gunboats",
    "commandos",
    "strikes",
    "airstrikes",
    "shelling",
    "air",
    "troop",
    "shells",
    "bombs",
    "warships",
    "airstrike",
    "strike",
    "bombing",
    "bombers",
    "fire",
    "machines",
    "special",
    "bombardment",
    "raids",
    "raid",
    "attack",
    "attacks",
    "personnel",
    "advisers",
    "advisors",
    "fighter",
    "operation",
    "soldiers'",
    "sukhoi",
];

/// Nouns that speak for a government or a people, not for its arms.
const GOVERNMENT_NOUNS: &[&str] = &[
    "government",
    "president",
    "minister",
    "ministry",
    "officials",
    "official",
    "authorities",
    "parliament",
    "embassy",
    "foreign",
    "prime",
    "administration",
    "spokesman",
    "spokesperson",
    "media",
    "news",
    "agency",
    "diplomat",
    "diplomats",
    "leader",
    "leaders",
    "court",
];

/// Words for armed people nobody names.
const NAMELESS: &[(&str, &str)] = &[
    ("gunmen", "armed_group"),
    ("gunman", "armed_group"),
    ("militants", "armed_group"),
    ("militant", "armed_group"),
    ("insurgents", "armed_group"),
    ("rebels", "armed_group"),
    ("jihadists", "armed_group"),
    ("assailants", "armed_group"),
    ("attackers", "armed_group"),
    ("bandits", "armed_group"),
    ("militiamen", "armed_group"),
    ("extremists", "armed_group"),
    ("separatists", "armed_group"),
    ("fighters", "armed_group"),
    ("pirates", "armed_group"),
    ("mercenaries", "armed_group"),
    ("kidnappers", "armed_group"),
    ("terrorists", "armed_group"),
    ("herders", "armed_group"),
    ("settlers", "armed_group"),
    ("gangs", "armed_group"),
    ("gang", "armed_group"),
    ("police", "police"),
    ("policemen", "police"),
    ("gendarmes", "police"),
    ("officers", "police"),
    ("army", "forces"),
    ("soldiers", "forces"),
    ("troops", "forces"),
    ("military", "forces"),
    ("military planes", "forces"),
    ("warplanes", "forces"),
    ("peacekeepers", "forces"),
    ("convoy", "forces"),
    ("patrol", "forces"),
    ("protesters", "protesters"),
    ("demonstrators", "protesters"),
    ("civilians", "civilians"),
    ("villagers", "civilians"),
    ("worshippers", "civilians"),
    ("residents", "civilians"),
    ("passengers", "civilians"),
    ("migrants", "civilians"),
    ("refugees", "civilians"),
    ("students", "civilians"),
    ("farmers", "civilians"),
    ("journalists", "civilians"),
    ("mourners", "civilians"),
    ("miners", "civilians"),
    ("workers", "civilians"),
    ("people", "civilians"),
];

/// Words before "men" and the like: "armed men", "masked men".
const ARMED_ADJECTIVES: &[&str] = &["armed", "masked", "unidentified", "unknown", "suspected"];

/// Nouns behind them.
const ARMED_NOUNS: &[&str] = &[
    "men",
    "group",
    "groups",
    "militants",
    "gunmen",
    "assailants",
    "rebels",
    "jihadists",
];

/// Words at which the search for a country's noun ends.
const NOUN_ENDS: &[&str] = &[
    "and", "in", "on", "at", "of", "the", "was", "were", "has", "have", "said", "to", "for", "with",
];

/// The parties of a sentence, in order, not overlapping.
#[must_use]
pub fn find(text: &str, tokens: &[Token], countries: &[CountryWord]) -> Vec<PartyMention> {
    let mut out: Vec<PartyMention> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let found = named(text, tokens, i)
            .or_else(|| of_country(text, tokens, i, countries))
            .or_else(|| nameless(text, tokens, i));
        match found {
            Some(party) => {
                i = party.tokens.end.max(i + 1);
                out.push(party);
            }
            None => i += 1,
        }
    }
    out
}

/// A named actor of the table. Case counts where the spelling is short or upper case.
fn named(text: &str, tokens: &[Token], at: usize) -> Option<PartyMention> {
    /// Spellings no longer than this are words of the language too: "IS", "Wa".
    const SHORT_CHARS_MAX: usize = 4;
    let (len, rows) = words::actors().at(tokens, at)?;
    let span = tokens[at].span.start..tokens[at + len - 1].span.end;
    let written = text[span].replace(['’', '‘'], "'");
    let row = rows.into_iter().find(|row| {
        let mut letters = row.spelling.chars().filter(|c| c.is_alphabetic());
        let has_case = row.spelling.chars().any(char::is_uppercase);
        let shouting = letters.all(char::is_uppercase);
        if !has_case {
            return true;
        }
        if shouting || row.spelling.chars().count() <= SHORT_CHARS_MAX {
            written == row.spelling
        } else {
            written.chars().any(char::is_uppercase)
        }
    })?;
    Some(PartyMention {
        tokens: at..at + len,
        name: row.name.clone(),
        id: Some(row.id.clone()),
        kind: row.kind.clone(),
        country: row.country.clone(),
    })
}

/// "Russian forces", "Russia", "Moscow's forces", "the Russians", "US-led" is a coalition's.
fn of_country(
    text: &str,
    tokens: &[Token],
    at: usize,
    countries: &[CountryWord],
) -> Option<PartyMention> {
    let words = Words(tokens);
    let country = countries.iter().find(|c| c.tokens.start == at)?;
    let (kind, end) = country_noun(words, country, countries);
    let air_force = words.before(end, 1) == "air" && words.at(end) == "force";
    let end = end + usize::from(air_force);
    let written = text.get(tokens[at].span.start..tokens[country.tokens.end - 1].span.end)?;
    let plural = country.demonym
        && country.tokens.len() == 1
        && written.ends_with('s')
        && words.at(at) != "us";
    let name = match kind {
        "forces" => format!("{} forces", country.adjective),
        "government" => format!("{} government", country.adjective),
        "people" if plural => written.to_owned(),
        "people" => return None,
        _ => country.name.clone(),
    };
    Some(PartyMention {
        tokens: at..end,
        name,
        id: Some(format!("state:{}", country.country)),
        kind: kind.to_owned(),
        country: Some(country.country.clone()),
    })
}

/// What the noun behind a country's name makes of it, and where it ends: "Syrian and allied
/// forces", "Russian Su-35 jets", "Sudanese government forces".
fn country_noun(
    words: Words,
    country: &CountryWord,
    countries: &[CountryWord],
) -> (&'static str, usize) {
    /// Words from a country to its noun.
    const NOUN_REACH: usize = 4;
    let mut end = country.tokens.end;
    let mut kind = if country.demonym { "people" } else { "state" };
    // "Russian and US fighter jets": the noun belongs to both.
    let second = (words.at(end) == "and")
        .then(|| countries.iter().find(|c| c.tokens.start == end + 1))
        .flatten();
    let from = second.map_or(end, |c| c.tokens.end);
    for k in from..(from + NOUN_REACH).min(words.len()) {
        let word = words.at(k).trim_end_matches("'s");
        if FORCE_NOUNS.contains(&word) {
            return ("forces", if second.is_some() { end } else { k + 1 });
        }
        if ["government", "regime", "state"].contains(&word) {
            (kind, end) = ("government", k + 1);
            continue;
        }
        if GOVERNMENT_NOUNS.contains(&word) {
            return ("government", k + 1);
        }
        let mark = !word.starts_with(char::is_alphanumeric);
        if mark || NOUN_ENDS.contains(&word) {
            break;
        }
    }
    (kind, end)
}

fn nameless(text: &str, tokens: &[Token], at: usize) -> Option<PartyMention> {
    let words = Words(tokens);
    let party = |len: usize, name: String, kind: &str| PartyMention {
        tokens: at..at + len,
        name,
        id: None,
        kind: kind.to_owned(),
        country: None,
    };
    let next = words.at(at + 1);
    if ARMED_ADJECTIVES.contains(&words.at(at)) && ARMED_NOUNS.contains(&next) {
        let written = &text[tokens[at].span.start..tokens[at + 1].span.end];
        return Some(party(2, written.to_lowercase(), "armed_group"));
    }
    if words.at(at) == "security" && ["forces", "personnel", "officers"].contains(&next) {
        return Some(party(2, "security forces".to_owned(), "forces"));
    }
    let (noun, kind) = NAMELESS.iter().find(|(n, _)| *n == words.at(at))?;
    Some(party(1, (*noun).to_owned(), kind))
}

/// Sorts of target by the nouns that tell them, the one that matters most first: a hospital in a
/// camp is a hospital.
const TARGETS: &[(&str, &[&str])] = &[
    (
        "health",
        &[
            "hospital",
            "clinic",
            "ambulance",
            "ambulances",
            "maternity",
            "hospitals",
            "medics",
        ],
    ),
    (
        "school",
        &[
            "school",
            "schools",
            "university",
            "kindergarten",
            "classroom",
        ],
    ),
    ("aid", &["aid", "humanitarian", "ngo", "unrwa", "relief"]),
    ("market", &["market", "bazaar", "marketplace"]),
    (
        "religious",
        &["mosque", "church", "synagogue", "temple", "worshippers"],
    ),
    (
        "military",
        &[
            "base",
            "garrison",
            "outpost",
            "barracks",
            "checkpoint",
            "army",
            "military",
            "convoy",
            "troops",
            "soldiers",
            "airbase",
        ],
    ),
    (
        "ship",
        &["ship", "vessel", "tanker", "carrier", "freighter", "boat"],
    ),
    (
        "transport",
        &[
            "train", "bus", "station", "railway", "airport", "port", "bridge",
        ],
    ),
    (
        "infrastructure",
        &[
            "power",
            "dam",
            "refinery",
            "oil",
            "gas",
            "plant",
            "pipeline",
            "substation",
        ],
    ),
    (
        "residential",
        &[
            "apartment",
            "residential",
            "house",
            "houses",
            "home",
            "homes",
            "building",
        ],
    ),
    ("camp", &["camp", "refugees", "displaced"]),
];

/// What a thing hit is, for `target_kind`.
#[must_use]
pub fn target_kind(words: &[&str]) -> Option<&'static str> {
    TARGETS
        .iter()
        .find(|(_, nouns)| words.iter().any(|w| nouns.contains(w)))
        .map(|(kind, _)| *kind)
}
