//! What a table's words or codes for an event mean in our vocabulary.
//!
//! `sorts.csv` has the words of ACLED, CAMEO (GDELT), UCDP's types of violence, GLIDE's letters and
//! of spreadsheets: a word that stands alone, or one that the cell holds among others.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::incident::IncidentType;

const TABLE: &str = include_str!("sorts.csv");

/// What a row tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    /// An incident of a type, with tags.
    Known(IncidentType, Vec<String>),
    /// Something that is no incident: a statement, a visit, a vote.
    NoIncident,
    /// Words we do not know.
    Unknown,
}

struct Sorts {
    exactly: HashMap<String, (IncidentType, Vec<String>)>,
    holding: Vec<(String, IncidentType, Vec<String>)>,
}

fn sorts() -> &'static Sorts {
    static SORTS: OnceLock<Sorts> = OnceLock::new();
    SORTS.get_or_init(|| {
        let mut all = Sorts {
            exactly: HashMap::new(),
            holding: Vec::new(),
        };
        for line in TABLE.lines().skip(1) {
            let mut cells = line.split(',');
            let Some(kind) = cells.next().and_then(IncidentType::from_code) else {
                continue;
            };
            let mut list = || -> Vec<String> {
                let cell = cells.next().unwrap_or_default();
                let parts = cell.split('|').filter(|p| !p.is_empty());
                parts.map(str::to_owned).collect()
            };
            let tags = list();
            for word in list() {
                all.exactly.insert(word, (kind, tags.clone()));
            }
            for word in list() {
                all.holding.push((word, kind, tags.clone()));
            }
        }
        for kind in IncidentType::ALL {
            let own = || (*kind, Vec::new());
            all.exactly.insert(kind.code().to_owned(), own());
            all.exactly.insert(kind.label().to_lowercase(), own());
        }
        all
    })
}

/// The type of a row by its words, the most telling first.
pub(super) fn sort(words: &[String]) -> Sort {
    let table = sorts();
    let known = |(kind, tags): &(IncidentType, Vec<String>)| Sort::Known(*kind, tags.clone());
    let plain: Vec<String> = words.iter().map(|w| w.trim().to_lowercase()).collect();
    for word in &plain {
        // A word that says nothing yields to the next.
        if word == "other" {
            continue;
        }
        if let Some(found) = table.exactly.get(word) {
            return known(found);
        }
    }
    for word in &plain {
        for part in word.split([',', '/', '>']).map(str::trim) {
            if part != "other"
                && let Some(found) = table.exactly.get(part)
            {
                return known(found);
            }
        }
        let holds = table
            .holding
            .iter()
            .find(|(mark, ..)| word.contains(mark.as_str()));
        if let Some((_, kind, tags)) = holds {
            return Sort::Known(*kind, tags.clone());
        }
    }
    if plain.iter().any(|w| w == "other") {
        return Sort::Known(IncidentType::Other, Vec::new());
    }
    Sort::Unknown
}

/// The type of a CAMEO code, by the code itself, its base and its root.
pub(super) fn cameo(code: &str) -> Sort {
    if code.len() < 2 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Sort::Unknown;
    }
    (2..=code.len())
        .rev()
        .find_map(|n| sorts().exactly.get(&format!("cameo {}", &code[..n])))
        .map_or(Sort::NoIncident, |(kind, tags)| {
            Sort::Known(*kind, tags.clone())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(words: &[&str]) -> String {
        let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
        match sort(&words) {
            Sort::Known(kind, tags) if tags.is_empty() => kind.code().to_owned(),
            Sort::Known(kind, tags) => format!("{} + {}", kind.code(), tags.join(" ")),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_line_of_the_table_names_a_type() {
        for line in TABLE.lines().skip(1) {
            assert_eq!(line.split(',').count(), 4, "{line}");
            let kind = line.split(',').next().expect("a cell");
            assert!(IncidentType::from_code(kind).is_some(), "{line}");
        }
    }

    #[test]
    fn acled_s_words_old_and_new() {
        assert_eq!(
            code(&["Air/drone strike", "Explosions/Remote violence"]),
            "airstrike"
        );
        assert_eq!(
            code(&["Grenade", "Explosions/Remote violence"]),
            "bombing_ied + grenade"
        );
        assert_eq!(code(&["Battle-No change of territory"]), "clash");
        assert_eq!(code(&["Riots/Protests"]), "riot");
        assert_eq!(code(&["Other", "Strategic developments"]), "force_posture");
        assert_eq!(code(&["Remote violence"]), "bombing_ied");
    }

    #[test]
    fn words_of_spreadsheets() {
        assert_eq!(code(&["Suicide bombing"]), "suicide_bombing");
        assert_eq!(code(&["Violence, Mortar fire"]), "attack_other");
        assert_eq!(code(&["heavy shelling of the market"]), "shelling");
        assert_eq!(code(&["wedding"]), "Unknown");
        assert_eq!(code(&["ucdp 3"]), "attack_civilians");
    }

    #[test]
    fn cameo_codes_by_their_roots() {
        let kind = |code: &str| match cameo(code) {
            Sort::Known(kind, _) => kind.code().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(kind("1951"), "airstrike");
        assert_eq!(kind("194"), "shelling");
        assert_eq!(kind("1822"), "attack_other");
        assert_eq!(kind("141"), "protest");
        assert_eq!(kind("042"), "NoIncident");
        assert_eq!(kind("x"), "Unknown");
    }
}
