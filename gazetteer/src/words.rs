//! Small lists of words, as the files in `words/` hold them: one word after another, `#` comments.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::fold::Quick;

/// One list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum List {
    /// Words that are never a place by themselves.
    Never,
    /// Words that are a place only with support from what stands beside them.
    Common,
    /// Given names.
    FirstNames,
    /// "University", "Times": what stands before them is part of a name.
    Organisations,
    /// "said", "warned": a capital before them is a government.
    Speech,
    /// Further given names: a hint among others.
    GivenNames,
    /// "Judge", "Mr": a person follows.
    Titles,
    /// "Street", "Highway": they end the name of a street.
    Streets,
    /// "Hospital", "Stadium": they end the name of a building or ground.
    Facilities,
    /// "resident", "police", "-based": somebody of the place before them.
    Residents,
    /// "testified", "who": a person stands before them.
    Acts,
}

const FILES: [&str; 11] = [
    include_str!("../words/never.txt"),
    include_str!("../words/common.txt"),
    include_str!("../words/first_names.txt"),
    include_str!("../words/organisations.txt"),
    include_str!("../words/speech.txt"),
    include_str!("../words/given_names.txt"),
    include_str!("../words/titles.txt"),
    include_str!("../words/streets.txt"),
    include_str!("../words/facilities.txt"),
    include_str!("../words/residents.txt"),
    include_str!("../words/acts.txt"),
];

/// The lists that have a word, looked up once.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Lists(u16);

impl Lists {
    /// The lists that have the folded word.
    pub(crate) fn of(word: &str) -> Self {
        static TABLE: OnceLock<HashMap<&'static str, u16, Quick>> = OnceLock::new();
        let table = TABLE.get_or_init(|| {
            let mut table: HashMap<&'static str, u16, Quick> = HashMap::default();
            for (word, lists) in Self::all() {
                *table.entry(word).or_default() |= lists.0;
            }
            table
        });
        Self(table.get(word).copied().unwrap_or(0))
    }

    /// Every word of every list, with the list.
    pub(crate) fn all() -> impl Iterator<Item = (&'static str, Self)> {
        FILES.iter().enumerate().flat_map(|(n, text)| {
            text.lines()
                .filter(|line| !line.starts_with('#'))
                .flat_map(str::split_whitespace)
                .map(move |word| (word, Self(1 << n)))
        })
    }

    /// The lists of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when the list is among them.
    pub(crate) fn has(self, list: List) -> bool {
        self.0 & (1 << list as u16) != 0
    }
}

/// True when the list has the folded word.
pub(crate) fn has(list: List, word: &str) -> bool {
    Lists::of(word).has(list)
}
