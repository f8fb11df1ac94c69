//! Names of a text as a list of words sees them: quickly, and without asking what they are used for.
//!
//! One pass over the bytes. A word with a capital (or of a script without capitals) is hashed with
//! those that follow it for as long as a longer name may begin so, and the longest run that the
//! gazetteer lists is given. Nothing is kept of the text, so that its length does not matter.
//! Whether "Jordan" is a country or a person is for [`crate::Gazetteer::expressions`].

use std::ops::Range;

use crate::fold::{self, Key, is_apostrophe};
use crate::layout::Layout;
use crate::spot::roles::Roles;
use crate::tokens::word_len;
use crate::words::List;

/// The most words a name has that count.
const WORDS_MAX: usize = 9;
/// Bytes of a word that are folded.
const WORD_BYTES_MAX: usize = 200;
/// Letters of a word that may be short for another before a full stop ("St. Louis").
const SHORT_LETTERS_MAX: usize = 3;

/// The names of a text, from left to right, not overlapping: [`crate::Gazetteer::names_in`].
#[derive(Debug)]
pub struct NamesIn<'g, 't> {
    layout: &'g Layout,
    text: &'t str,
    at: usize,
    folded: String,
}

/// A word, folded and hashed.
struct Word {
    end: usize,
    hash: u64,
    article: bool,
    /// Never a place by itself.
    never: bool,
    letters: usize,
    /// A name may end with it.
    ends: bool,
}

impl<'g, 't> NamesIn<'g, 't> {
    pub(crate) fn of(layout: &'g Layout, text: &'t str) -> Self {
        Self {
            layout,
            text,
            at: 0,
            folded: String::new(),
        }
    }

    /// The word that begins at a byte.
    fn word(&mut self, at: usize) -> Word {
        let bytes = &self.text.as_bytes()[at..];
        let plain = bytes
            .iter()
            .position(|b| !b.is_ascii_alphanumeric())
            .unwrap_or(bytes.len());
        let alone = bytes
            .get(plain)
            .is_none_or(|next| next.is_ascii() && !matches!(next, b'\'' | b'`'));
        self.folded.clear();
        let (end, ends) = if alone && plain > 0 && plain <= WORD_BYTES_MAX {
            self.folded.push_str(&self.text[at..at + plain]);
            self.folded.make_ascii_lowercase();
            (at + plain, !bytes[0].is_ascii_lowercase())
        } else {
            let rest = &self.text[at..];
            let mut word = &rest[..word_len(rest)];
            for suffix in ["'s", "’s", "'S", "’S"] {
                if let Some(shorter) = word.strip_suffix(suffix).filter(|w| w.len() > 1) {
                    word = shorter;
                    break;
                }
            }
            word = word.trim_end_matches(is_apostrophe);
            fold::fold_into(fold::cut(word, WORD_BYTES_MAX), &mut self.folded);
            let small = word
                .chars()
                .find(|c| c.is_alphabetic())
                .is_some_and(char::is_lowercase);
            (at + word.len().max(1), !small)
        };
        let whole = fold::word_hash(&self.folded);
        let bare = fold::without_arabic_article(&self.folded);
        Word {
            end,
            hash: if bare.len() == self.folded.len() {
                whole
            } else {
                fold::word_hash(bare)
            },
            article: fold::is_article(&self.folded),
            never: Roles::of(&self.folded, whole).lists.has(List::Never),
            letters: plain,
            ends,
        }
    }

    /// Where the next word begins, if a name may go on across what stands between.
    fn next_word(&self, end: usize, letters: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let start = match *bytes.get(end..)? {
            [b' ' | b'-' | b'\n', ..] => end + 1,
            [b'.', b' ', ..] if letters <= SHORT_LETTERS_MAX => end + 2,
            [b'.', ..] if letters == 1 => end + 1,
            _ => return None,
        };
        begins(self.text, start).map(|_| start)
    }

    /// The end of the longest name that begins with a word, and that word's own end.
    fn longest(&mut self, start: usize) -> (Option<usize>, usize) {
        let first = self.word(start);
        let own_end = first.end;
        if first.article {
            return (None, own_end);
        }
        let mut best = None;
        let mut key = Key::EMPTY;
        let mut counted = 0;
        let mut word = first;
        loop {
            if !word.article {
                key = key.and(word.hash);
                counted += 1;
                let named = self.layout.named(key.mixed());
                let known = named.importance.is_some() && !(counted == 1 && word.never);
                if known && word.ends {
                    best = Some(word.end);
                }
                if !named.may_begin || counted >= WORDS_MAX {
                    break;
                }
            }
            match self.next_word(word.end, word.letters) {
                Some(next) => word = self.word(next),
                None => break,
            }
        }
        (best, own_end)
    }
}

/// How a word begins.
enum Begins {
    /// With a capital, or a letter of a script that has none.
    Name,
    /// In small letters, or with a digit.
    Small,
}

/// How the word at a byte begins; `None` where none does.
fn begins(text: &str, at: usize) -> Option<Begins> {
    match *text.as_bytes().get(at)? {
        b'A'..=b'Z' => Some(Begins::Name),
        b'a'..=b'z' | b'0'..=b'9' => Some(Begins::Small),
        0..0x80 => None,
        _ => {
            let c = text.get(at..)?.chars().next()?;
            match (c.is_alphanumeric(), c.is_lowercase() || c.is_numeric()) {
                (false, _) => None,
                (true, true) => Some(Begins::Small),
                (true, false) => Some(Begins::Name),
            }
        }
    }
}

impl Iterator for NamesIn<'_, '_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match begins(self.text, self.at) {
                Some(Begins::Name) => {
                    let start = self.at;
                    let (name, own_end) = self.longest(start);
                    self.at = name.unwrap_or(own_end);
                    if let Some(end) = name {
                        return Some(start..end);
                    }
                }
                Some(Begins::Small) => {
                    // The rest of the word; letters with marks and apostrophes inside belong to it.
                    self.at += 1;
                    while let Some(byte) = bytes.get(self.at) {
                        if byte.is_ascii_alphanumeric() {
                            self.at += 1;
                            continue;
                        }
                        let plain = byte.is_ascii() && !matches!(byte, b'\'' | b'`');
                        if plain || !self.text.is_char_boundary(self.at) {
                            if plain {
                                break;
                            }
                            self.at += 1;
                            continue;
                        }
                        let Some(c) = self.text[self.at..].chars().next() else {
                            break;
                        };
                        if !(c.is_alphanumeric()
                            || is_apostrophe(c)
                            || unicode_normalization::char::is_combining_mark(c))
                        {
                            break;
                        }
                        self.at += c.len_utf8();
                    }
                }
                None if byte.is_ascii() => self.at += 1,
                None => {
                    // What is no letter: on to the next character.
                    self.at += 1;
                    while !self.text.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::Gazetteer;

    fn names(text: &str) -> Vec<&str> {
        let gazetteer = Gazetteer::starter();
        gazetteer.names_in(text).map(|span| &text[span]).collect()
    }

    #[test]
    fn the_longest_name_at_each_word() {
        for (text, told) in [
            (
                "He flew from Homs to South Sudan.",
                &["Homs", "South Sudan"][..],
            ),
            (
                "al-Tanf, Syria's base near IRAQ",
                &["Tanf", "Syria", "IRAQ"],
            ),
            ("The Homs-Aleppo road", &["Homs", "Aleppo"]),
            ("قصف حلب وحمص", &["حلب"]),
            ("Київ, Харків", &["Київ", "Харків"]),
            ("no name at all; in the north", &[]),
            ("", &[]),
            ("…🙂 \u{200d}", &[]),
        ] {
            assert_eq!(names(text), told, "{text}");
        }
    }
}
