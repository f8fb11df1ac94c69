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
    /// As names have it: without an article that is written together with it.
    hash: u64,
    /// As lists of words have it.
    whole: u64,
    article: bool,
    letters: usize,
    /// A name may end with it.
    ends: bool,
}

/// What a byte of a text may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Byte {
    /// A letter or digit of ASCII.
    Plain,
    /// What ends a word.
    Ends,
    /// An apostrophe, or of a character beyond ASCII: what may belong to a word.
    Asks,
}

/// For every byte.
const BYTES: [Byte; 256] = {
    let mut bytes = [Byte::Asks; 256];
    let mut n = 0u8;
    while n < 0x80 {
        if n.is_ascii_alphanumeric() {
            bytes[n as usize] = Byte::Plain;
        } else if n != b'\'' && n != b'`' {
            bytes[n as usize] = Byte::Ends;
        }
        n += 1;
    }
    bytes
};

/// How many bytes from the first on are plain, and what comes behind them.
#[inline]
fn plain(bytes: &[u8]) -> (usize, Byte) {
    let mut len = 0;
    while let Some(byte) = bytes.get(len) {
        match BYTES[usize::from(*byte)] {
            Byte::Plain => len += 1,
            other => return (len, other),
        }
    }
    (len, Byte::Ends)
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
    #[inline]
    fn word(&mut self, at: usize) -> Word {
        let bytes = &self.text.as_bytes()[at..];
        let (letters, behind) = plain(bytes);
        let word = &bytes[..letters];
        if behind == Byte::Ends && (1..=WORD_BYTES_MAX).contains(&letters) {
            let hash = fold::plain_word_hash(word);
            return Word {
                end: at + letters,
                hash,
                whole: hash,
                article: fold::is_article_plain(word),
                letters,
                ends: !word[0].is_ascii_lowercase(),
            };
        }
        self.long_word(at, letters)
    }

    /// The same for a word with marks, apostrophes or letters of other scripts.
    #[cold]
    fn long_word(&mut self, at: usize, letters: usize) -> Word {
        let rest = &self.text[at..];
        let mut word = &rest[..word_len(rest)];
        for suffix in ["'s", "’s", "'S", "’S"] {
            if let Some(shorter) = word.strip_suffix(suffix).filter(|w| w.len() > 1) {
                word = shorter;
                break;
            }
        }
        word = word.trim_end_matches(is_apostrophe);
        self.folded.clear();
        fold::fold_into(fold::cut(word, WORD_BYTES_MAX), &mut self.folded);
        let small = word
            .chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(char::is_lowercase);
        Word {
            end: at + word.len().max(1),
            hash: fold::word_hash(fold::without_arabic_article(&self.folded)),
            whole: fold::word_hash(&self.folded),
            article: fold::is_article(&self.folded),
            letters,
            ends: !small,
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
                let (names, may_begin) = self.layout.lists(key.mixed());
                if names
                    && word.ends
                    // Some words are never a place by themselves.
                    && !(counted == 1 && Roles::listed(word.whole).lists.has(List::Never))
                {
                    best = Some(word.end);
                }
                if !may_begin || counted >= WORDS_MAX {
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
#[inline]
fn begins(text: &str, at: usize) -> Option<Begins> {
    match *text.as_bytes().get(at)? {
        b'A'..=b'Z' => Some(Begins::Name),
        b'a'..=b'z' | b'0'..=b'9' => Some(Begins::Small),
        0..0x80 => None,
        _ => begins_beyond_ascii(text, at),
    }
}

/// The same for a character beyond ASCII.
#[cold]
fn begins_beyond_ascii(text: &str, at: usize) -> Option<Begins> {
    let c = text.get(at..)?.chars().next()?;
    match (c.is_alphanumeric(), c.is_lowercase() || c.is_numeric()) {
        (false, _) => None,
        (true, true) => Some(Begins::Small),
        (true, false) => Some(Begins::Name),
    }
}

/// Where the word that goes on at a byte ends: letters with marks and apostrophes inside belong to
/// it.
#[cold]
fn end_of_word(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    loop {
        if text.is_char_boundary(at) {
            let goes_on = |c: &char| {
                c.is_alphanumeric()
                    || is_apostrophe(*c)
                    || unicode_normalization::char::is_combining_mark(*c)
            };
            match text[at..].chars().next().filter(goes_on) {
                Some(c) => at += c.len_utf8(),
                None => return at,
            }
        } else {
            at += 1;
        }
        let (more, behind) = plain(&bytes[at..]);
        at += more;
        if behind == Byte::Ends {
            return at;
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
                    let (rest, behind) = plain(&bytes[self.at..]);
                    self.at += rest.max(1);
                    if behind == Byte::Asks {
                        self.at = end_of_word(self.text, self.at);
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
