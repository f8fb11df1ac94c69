//! Words that tell the sort of place: "province", "garrison", "village".
//!
//! They are hints, not noise: "Aleppo province" is not the city, "Tanf garrison" not the village.
//! The table is `words/generic.csv`.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::Kind;

/// What a generic word says about the place it stands beside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sort {
    /// A division: the name beside it is a part of a country.
    Part,
    /// A settlement.
    Place,
    /// An installation, camp, crossing ...
    Special,
    /// Water, mountains, islands.
    Water,
}

/// A generic word and the kinds it may mean, likeliest first.
#[derive(Debug)]
pub(crate) struct Generic {
    pub(crate) word: String,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) sort: Sort,
}

/// The most words a generic phrase has ("local government area").
pub(crate) const GENERIC_WORDS_MAX: usize = 3;

/// The generic word that a folded phrase is, if it is one.
pub(crate) fn generic(folded: &str) -> Option<&'static Generic> {
    table().get(folded)
}

/// Every generic word.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    table().keys().map(|word| &word[..])
}

fn table() -> &'static HashMap<String, Generic, super::Quick> {
    static TABLE: OnceLock<HashMap<String, Generic, super::Quick>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let text = include_str!("../../words/generic.csv");
        let mut table: HashMap<String, Generic, super::Quick> = HashMap::default();
        for line in text.lines().skip(1) {
            let mut cells = line.split(',');
            let (Some(word), Some(kinds), Some(sort)) = (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let word = super::fold(word);
            let kinds = kinds.split('|').filter_map(Kind::from_code).collect();
            let sort = match sort {
                "part" => Sort::Part,
                "place" => Sort::Place,
                "special" => Sort::Special,
                _ => Sort::Water,
            };
            table.insert(word.clone(), Generic { word, kinds, sort });
        }
        table
    })
}

/// A folded name without the generic words at its ends, and what they said.
///
/// `None` when there are none, or when nothing else would be left.
pub(crate) fn without_generic(folded: &str) -> Option<(&str, Vec<&'static Generic>)> {
    let mut rest = folded;
    let mut said = Vec::new();
    while let Some((shorter, word)) = strip_end(rest).or_else(|| strip_start(rest)) {
        rest = shorter;
        said.push(word);
    }
    (!said.is_empty()).then_some((rest, said))
}

/// "rukban camp" -> "rukban".
fn strip_end(folded: &str) -> Option<(&str, &'static Generic)> {
    let mut best = None;
    for (n, (at, _)) in folded.rmatch_indices(' ').enumerate() {
        if n >= GENERIC_WORDS_MAX {
            break;
        }
        if let Some(word) = generic(&folded[at + 1..]) {
            best = Some((&folded[..at], word));
        }
    }
    best.filter(|(rest, _)| !rest.is_empty() && !super::is_article(rest))
}

/// "town of tanf" -> "tanf", "camp rukban" -> "rukban".
fn strip_start(folded: &str) -> Option<(&str, &'static Generic)> {
    let mut best = None;
    let inner = folded.strip_prefix("the ").unwrap_or(folded);
    for (n, (at, _)) in inner.match_indices(' ').enumerate() {
        if n >= GENERIC_WORDS_MAX {
            break;
        }
        if let Some(word) = generic(&inner[..at]) {
            best = Some((&inner[at + 1..], word));
        }
    }
    best.map(|(rest, word)| (rest.strip_prefix("of ").unwrap_or(rest), word))
        .filter(|(rest, _)| !rest.is_empty() && !super::is_article(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn the_word_beside_the_name_says_the_sort() {
        for (name, rest, sort) in [
            ("Rukban refugee camp", "rukban", Sort::Special),
            ("the town of al-Tanf", "al tanf", Sort::Place),
            ("Qaḑā’ Tikrīt", "tikrit", Sort::Part),
            ("محافظة حمص", "حمص", Sort::Part),
            ("Tanf garrison", "tanf", Sort::Special),
        ] {
            let folded = fold(name);
            let (found, said) = without_generic(&folded).expect(name);
            assert_eq!((found, said[0].sort), (rest, sort), "{name}");
        }
        assert!(without_generic("homs").is_none());
        assert!(without_generic("city").is_none());
    }
}
