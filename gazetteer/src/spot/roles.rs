//! What a word may begin, asked once for each word of a text.
//!
//! Most words of a text begin no name and no phrase that tells a place. A table of the words that
//! do spares the others every rule: [`Roles::of`] is one look-up by the hash that the word has
//! anyway. A word that a rule of the grammar newly begins with goes into [`OPENING`]; a test asks
//! every word of the grammar's own file whether it is there.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::fold::{Quick, generic, word_hash};
use crate::relative::Direction;
use crate::words::Lists;

/// Words with which a phrase of the grammar begins: number words and directions aside, which are
/// asked for by their own functions, and generic words.
const OPENING: &[&str] = &[
    // How far: before a distance.
    "about",
    "some",
    "around",
    "approximately",
    "roughly",
    "nearly",
    "almost",
    "just",
    "over",
    "less",
    "more",
    "than",
    "located",
    "situated",
    "within",
    "only",
    // Between two.
    "between",
    "entre",
    "بين",
    "между",
    "між",
    // A part.
    "the",
    "far",
    "extreme",
    "deep",
    "upper",
    "remote",
    "central",
    "centre",
    "center",
    "middle",
    // The country around.
    "countryside",
    "rural",
    "ريف",
    // Near it.
    "near",
    "close",
    "next",
    "adjacent",
    "nearby",
    "beside",
    "قرب",
    "pres",
    "cerca",
    "біля",
    "около",
    "возле",
    "not",
    "outskirts",
    "edge",
    "vicinity",
    "outside",
    "surrounding",
    "border",
    "area",
    "areas",
    "недалеко",
    "неподалік",
    "поблизу",
    "под",
    "під",
    "بالقرب",
    // Before a distance or a direction in other languages.
    "a",
    "au",
    "al",
    "la",
    "в",
    "у",
    "за",
    "на",
    "к",
    "до",
    "علي",
    "على",
    "الى",
    // A way by its two ends.
    "road",
    "highway",
    "motorway",
    "route",
    "railway",
    // Coasts and borders.
    "off",
    "coast",
    "frontier",
];

/// Words that open a phrase only before "the" ("on the outskirts of").
const OPENING_BEFORE_THE: &[&str] = &["in", "on"];

/// What a word may begin, as bits, and the lists that have it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Roles {
    pub(crate) lists: Lists,
    bits: u8,
}

/// One of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Role {
    /// A phrase of the grammar.
    Opens = 1,
    /// The same, where "the" follows.
    OpensBeforeThe = 2,
    /// A generic word or several ("local government area").
    Generic = 4,
    /// Words that name no place, of `words/not_places.txt`.
    NoPlace = 8,
    /// A building or body that stands for a government.
    Metonym = 16,
}

impl Roles {
    /// What the folded word with this hash may begin.
    pub(crate) fn of(word: &str, hash: u64) -> Self {
        let mut roles = Self::listed(hash);
        // The directions in Latin letters stand in the table.
        if !word.bytes().all(|b| b.is_ascii_lowercase())
            && roles.bits & (Role::Opens as u8) == 0
            && Direction::from_word(word).is_some()
        {
            roles.bits |= Role::Opens as u8;
        }
        roles
    }

    /// What the tables say of the folded word with this hash.
    pub(crate) fn listed(hash: u64) -> Self {
        static TABLE: OnceLock<HashMap<u64, Roles, Quick>> = OnceLock::new();
        let table = TABLE.get_or_init(|| {
            let mut table: HashMap<u64, Roles, Quick> = HashMap::default();
            let mut note = |word: &str, role: Role| {
                if let Some(first) = word.split(' ').next() {
                    table.entry(word_hash(first)).or_default().bits |= role as u8;
                }
            };
            for word in OPENING.iter().chain(super::grammar::NUMBER_WORDS) {
                note(word, Role::Opens);
            }
            for word in Direction::plain_words() {
                note(&word, Role::Opens);
            }
            for word in OPENING_BEFORE_THE {
                note(word, Role::OpensBeforeThe);
            }
            for word in generic::all() {
                note(word, Role::Generic);
            }
            for word in super::no_place_words() {
                note(word, Role::NoPlace);
            }
            for word in super::metonym_words() {
                note(word, Role::Metonym);
            }
            for (word, lists) in Lists::all() {
                let known = table.entry(word_hash(word)).or_default();
                known.lists = known.lists.and(lists);
            }
            table
        });
        table.get(&hash).copied().unwrap_or_default()
    }

    pub(crate) fn has(self, role: Role) -> bool {
        self.bits & role as u8 != 0
    }
}
