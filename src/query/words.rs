//! `q`: words that must occur in what an incident shows.
//!
//! All words must occur; of several lists parted by commas one is enough: `hospital Homs, clinic`.
//! Case and accents make no difference. A word matches the beginning of a word: `bomb` finds
//! "bombing".

use std::sync::LazyLock;

use super::Subject;
use super::cql2::folded_bare;
use crate::formats::{COLUMNS, Value};

/// The columns searched.
const SEARCHED: &[&str] = &[
    "title",
    "type_label",
    "tags",
    "place",
    "place_text",
    "country",
    "admin1",
    "admin2",
    "actors",
    "actors_by",
    "targets",
    "target_kind",
    "date_text",
    "toll_text",
    "publishers",
];

/// Words asked for at most: a line typed into a search box has a few.
const WORDS_MAX: usize = 20;

/// Words that must occur.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// One of these lists must occur whole; words are folded.
    any: Vec<Vec<String>>,
}

impl Words {
    /// Reads what was typed; a sentence when there is no word in it, or too many.
    pub fn parse(text: &str) -> Result<Self, String> {
        let any: Vec<Vec<String>> = text
            .split(',')
            .map(|part| parts(&folded_bare(part)).map(str::to_owned).collect())
            .filter(|words: &Vec<String>| !words.is_empty())
            .collect();
        let count: usize = any.iter().map(Vec::len).sum();
        if count == 0 {
            return Err("“q” holds no word; write what to look for, such as q=hospital".to_owned());
        }
        if count > WORDS_MAX {
            return Err(format!(
                "“q” holds {count} words; at most {WORDS_MAX} are looked for"
            ));
        }
        Ok(Self { any })
    }

    /// Gives every word of an incident that is searched, folded; some more than once.
    pub(crate) fn each(it: &dyn Subject, mut take: impl FnMut(&str)) {
        for column in &*COLUMNS_SEARCHED {
            if let Value::Text(text) = it.cell(*column) {
                let bare = folded_bare(&text);
                parts(&bare).for_each(&mut take);
            }
        }
    }

    /// One of these lists must occur whole: each word at the beginning of a word.
    pub(crate) fn lists(&self) -> &[Vec<String>] {
        &self.any
    }

    /// True when the words occur.
    #[must_use]
    pub fn takes(&self, it: &dyn Subject) -> bool {
        let mut found: Vec<Vec<bool>> = self.any.iter().map(|w| vec![false; w.len()]).collect();
        Self::each(it, |word| {
            for (wanted, found) in self.any.iter().zip(&mut found) {
                for (wanted, found) in wanted.iter().zip(found) {
                    *found |= word.starts_with(wanted.as_str());
                }
            }
        });
        found.iter().any(|list| list.iter().all(|f| *f))
    }
}

/// The numbers of the columns searched.
static COLUMNS_SEARCHED: LazyLock<Vec<usize>> = LazyLock::new(|| {
    SEARCHED
        .iter()
        .filter_map(|name| COLUMNS.iter().position(|c| c.name == *name))
        .collect()
});

/// The words of a text without case and accents.
fn parts(bare: &str) -> impl Iterator<Item = &str> {
    bare.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::samples;

    #[test]
    fn words_are_found_without_case_and_accents() {
        let shown = samples::all()[0].shown();
        let finds = |q: &str| Words::parse(q).expect("words").takes(&shown);
        let title = shown.title.clone();
        let first = title
            .split_whitespace()
            .next()
            .expect("a word")
            .to_uppercase();
        assert!(finds(&first), "{first} in {title}");
        assert!(finds("TÁNF"), "{title}");
        assert!(!finds("tanf atlantis"));
        assert!(finds("atlantis, tanf"));
        assert!(!finds("anf"), "a word matches from its beginning");
        assert!(Words::parse(" , ").is_err());
        assert!(Words::parse(&"a ".repeat(21)).is_err());
    }

    #[test]
    fn every_searched_name_is_a_column() {
        for name in SEARCHED {
            assert!(crate::formats::column(name).is_some(), "{name}");
        }
    }
}
