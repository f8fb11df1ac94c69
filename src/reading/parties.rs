//! "Russian forces", "the Sudanese army", "gunmen", "Boko Haram": who did it and to whom, as told.

use std::ops::Range;

use super::sentences::Token;
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

/// Nouns before "men" and the like: "armed men", "masked men".
const ARMED_ADJECTIVES: &[&str] = &["armed", "masked", "unidentified", "unknown", "suspected"];

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
    let (len, rows) = words::actors().at(tokens, at)?;
    let span = tokens[at].span.start..tokens[at + len - 1].span.end;
    let written = text[span].replace(['’', '‘'], "'");
    let row = rows.into_iter().find(|row| {
        let has_case = row.spelling.chars().any(char::is_uppercase);
        let shouting = row
            .spelling
            .chars()
            .filter(|c| c.is_alphabetic())
            .all(char::is_uppercase);
        if !has_case {
            return true;
        }
        if shouting || row.spelling.chars().count() <= 4 {
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
    let word = |k: usize| tokens.get(k).map_or("", |t| t.lower.as_str());
    let country = countries.iter().find(|c| c.tokens.start == at)?;
    let mut end = country.tokens.end;
    // "Syrian and allied forces", "Russian Su-35 jets", "Sudanese government forces"
    let mut kind = if country.demonym { "people" } else { "state" };
    let mut government = false;
    // "Russian and US fighter jets": the noun belongs to both.
    let mut from = end;
    if word(from) == "and"
        && let Some(next) = countries.iter().find(|c| c.tokens.start == from + 1)
    {
        from = next.tokens.end;
    }
    let shared = from > end;
    for k in from..(from + 4).min(tokens.len()) {
        let w = word(k).trim_end_matches("'s");
        if FORCE_NOUNS.contains(&w) {
            kind = "forces";
            if !shared {
                end = k + 1;
            }
            break;
        }
        if w == "government" || w == "regime" || w == "state" {
            government = true;
            kind = "government";
            end = k + 1;
            continue;
        }
        if GOVERNMENT_NOUNS.contains(&w) {
            kind = "government";
            end = k + 1;
            break;
        }
        if !tokens[k].is_word()
            || matches!(
                w,
                "and"
                    | "in"
                    | "on"
                    | "at"
                    | "of"
                    | "the"
                    | "was"
                    | "were"
                    | "has"
                    | "have"
                    | "said"
                    | "to"
                    | "for"
                    | "with"
            )
        {
            break;
        }
    }
    if word(end.wrapping_sub(1)) == "air" && word(end) == "force" {
        end += 1;
    }
    let _ = (text, government);
    let written = text.get(tokens[at].span.start..tokens[country.tokens.end - 1].span.end)?;
    let plural =
        country.demonym && country.tokens.len() == 1 && written.ends_with('s') && word(at) != "us";
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

fn nameless(text: &str, tokens: &[Token], at: usize) -> Option<PartyMention> {
    let word = |k: usize| tokens.get(k).map_or("", |t| t.lower.as_str());
    if ARMED_ADJECTIVES.contains(&word(at))
        && matches!(
            word(at + 1),
            "men"
                | "group"
                | "groups"
                | "militants"
                | "gunmen"
                | "assailants"
                | "rebels"
                | "jihadists"
        )
    {
        return Some(PartyMention {
            tokens: at..at + 2,
            name: text[tokens[at].span.start..tokens[at + 1].span.end].to_lowercase(),
            id: None,
            kind: "armed_group".to_owned(),
            country: None,
        });
    }
    if word(at) == "security" && matches!(word(at + 1), "forces" | "personnel" | "officers") {
        return Some(PartyMention {
            tokens: at..at + 2,
            name: "security forces".to_owned(),
            id: None,
            kind: "forces".to_owned(),
            country: None,
        });
    }
    let (noun, kind) = NAMELESS.iter().find(|(n, _)| *n == word(at))?;
    Some(PartyMention {
        tokens: at..at + 1,
        name: (*noun).to_owned(),
        id: None,
        kind: (*kind).to_owned(),
        country: None,
    })
}

/// What a thing hit is, for `target_kind`.
#[must_use]
pub fn target_kind(words: &[&str]) -> Option<&'static str> {
    let has = |list: &[&str]| words.iter().any(|w| list.contains(w));
    if has(&[
        "hospital",
        "clinic",
        "ambulance",
        "ambulances",
        "maternity",
        "hospitals",
        "medics",
    ]) {
        Some("health")
    } else if has(&[
        "school",
        "schools",
        "university",
        "kindergarten",
        "classroom",
    ]) {
        Some("school")
    } else if has(&["aid", "humanitarian", "ngo", "unrwa", "relief"]) {
        Some("aid")
    } else if has(&["market", "bazaar", "marketplace"]) {
        Some("market")
    } else if has(&["mosque", "church", "synagogue", "temple", "worshippers"]) {
        Some("religious")
    } else if has(&[
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
    ]) {
        Some("military")
    } else if has(&["ship", "vessel", "tanker", "carrier", "freighter", "boat"]) {
        Some("ship")
    } else if has(&[
        "train", "bus", "station", "railway", "airport", "port", "bridge",
    ]) {
        Some("transport")
    } else if has(&[
        "power",
        "dam",
        "refinery",
        "oil",
        "gas",
        "plant",
        "pipeline",
        "substation",
    ]) {
        Some("infrastructure")
    } else if has(&[
        "apartment",
        "residential",
        "house",
        "houses",
        "home",
        "homes",
        "building",
    ]) {
        Some("residential")
    } else if has(&["camp", "refugees", "displaced"]) {
        Some("camp")
    } else {
        None
    }
}
