//! Small lists of words, as the files in `words/` hold them: one word after another, `#` comments.

use std::collections::HashSet;
use std::sync::OnceLock;

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
}

/// True when the list has the folded word.
pub(crate) fn has(list: List, word: &str) -> bool {
    static LISTS: OnceLock<[HashSet<&'static str>; 5]> = OnceLock::new();
    let lists = LISTS.get_or_init(|| {
        [
            include_str!("../words/never.txt"),
            include_str!("../words/common.txt"),
            include_str!("../words/first_names.txt"),
            include_str!("../words/organisations.txt"),
            include_str!("../words/speech.txt"),
        ]
        .map(|text| {
            text.lines()
                .filter(|line| !line.starts_with('#'))
                .flat_map(str::split_whitespace)
                .collect()
        })
    });
    lists[list as usize].contains(word)
}
