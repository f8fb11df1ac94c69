//! A spelling in, the form that all spellings of the same word share out.
//!
//! Three forms, from strict to weak:
//!
//! | form | `"Al-Ḥasakah Governorate"` | also reached from |
//! |---|---|---|
//! | [`fold`] | `al hasakah governorate` | other case, marks, hyphens, apostrophes |
//! | [`Key`] (articles aside) | `hasakah governorate` | `Hasakah governorate`, `ash-` for `al-sh` |
//! | [`skeleton`](skeleton::skeleton) | `hsk` | `Hassakeh`, `الحسكة`, `Эль-Хасака` |
//!
//! A stronger form that agrees always counts for more than a weaker one.

mod chars;
pub(crate) mod generic;
mod letters;
pub(crate) mod skeleton;
pub(crate) mod sound;
pub(crate) mod typing;

pub(crate) use chars::{fold, fold_into, is_apostrophe, is_joiner, is_word_char};

/// Longest spelling that is looked at, in bytes; the rest of a longer one is not read.
///
/// The longest name in use has some 170 letters; a phrase of a report has fewer than 400.
pub(crate) const NAME_BYTES_MAX: usize = 600;

/// Cuts a text to at most `bytes_max` bytes without splitting a character.
pub(crate) fn cut(text: &str, bytes_max: usize) -> &str {
    if text.len() <= bytes_max {
        return text;
    }
    let mut end = bytes_max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Articles that may stand before, or be missing from, a name: the Arabic one with its sun letters
/// as the press writes it, and the English one.
const ARTICLES: &[&str] = &[
    "al", "el", "ul", "il", "ad", "ed", "ud", "ar", "er", "ur", "as", "es", "ash", "esh", "ush",
    "an", "en", "at", "et", "az", "ez", "ath", "eth", "adh", "edh", "the",
];

/// True for a folded word that is an article in some spelling of Arabic or in English.
pub(crate) fn is_article(word: &str) -> bool {
    is_article_with(word.as_bytes(), 0)
}

/// The same of letters and digits in ASCII, large or small.
pub(crate) fn is_article_plain(word: &[u8]) -> bool {
    is_article_with(word, SMALL)
}

/// The same with a bit set in each byte.
#[inline]
fn is_article_with(word: &[u8], bit: u8) -> bool {
    /// Each as one number: every word of a text is compared with all of them.
    const NUMBERS: [u32; ARTICLES.len()] = {
        let mut numbers = [0; ARTICLES.len()];
        let mut n = 0;
        while n < numbers.len() {
            numbers[n] = match ARTICLES[n].as_bytes() {
                [a, b] => u32::from_le_bytes([*a, *b, 0, 0]),
                [a, b, c] => u32::from_le_bytes([*a, *b, *c, 0]),
                _ => panic!("an article has two or three letters"),
            };
            n += 1;
        }
        numbers
    };
    let number = match *word {
        [a, b] => u32::from_le_bytes([a | bit, b | bit, 0, 0]),
        [a, b, c] => u32::from_le_bytes([a | bit, b | bit, c | bit, 0]),
        _ => return false,
    };
    NUMBERS
        .iter()
        .fold(false, |any, known| any | (*known == number))
}

/// The bit that makes a letter of ASCII small, and that digits have.
const SMALL: u8 = 0x20;

/// True for the first letters of an article: of somebody who is still typing.
pub(crate) fn may_begin_article(word: &str) -> bool {
    ARTICLES.iter().any(|article| article.starts_with(word))
}

/// A folded word without the Arabic article that is written together with it.
pub(crate) fn without_arabic_article(word: &str) -> &str {
    match word.strip_prefix("ال") {
        // At least three letters must be left: "الى" is no name with an article.
        Some(rest) if rest.len() >= 6 => rest,
        _ => word,
    }
}

/// True for a word that stands in many names: a title, a side, "Tall", "Abu".
pub(crate) fn is_usual(word: &str) -> bool {
    letters::variant(word).is_some()
}

/// The words of a folded name that count: articles dropped, unless nothing else is left.
pub(crate) fn key_words(folded: &str) -> impl Iterator<Item = &str> {
    let only_articles = folded.split(' ').all(is_article);
    folded
        .split(' ')
        .filter(move |word| !word.is_empty() && (only_articles || !is_article(word)))
        .map(without_arabic_article)
}

/// Tables of words are asked for every word of a text: the standard library's hash, made to resist
/// an adversary, would take most of the time.
#[derive(Clone, Copy, Default)]
pub(crate) struct QuickHasher(u64);

impl std::hash::Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.rotate_left(5) ^ hash_bytes(bytes);
    }
    fn write_u8(&mut self, byte: u8) {
        self.0 = self.0.rotate_left(5) ^ u64::from(byte);
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
    fn write_u64(&mut self, n: u64) {
        let h = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
        self.0 = h ^ (h >> 32);
    }
}

/// Builds [`QuickHasher`]s.
pub(crate) type Quick = std::hash::BuildHasherDefault<QuickHasher>;

/// The words that count as one text: the form in which names are listed and misspellings sought.
pub(crate) fn key_form(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    for word in key_words(folded) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The hash of a sequence of words, one word at a time: the same for a stored name and for the
/// words of a running text, so that names are found in one pass.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Key(u64);

impl Key {
    /// The key of no words.
    pub(crate) const EMPTY: Self = Self(0x9e37_79b9_7f4a_7c15);

    /// The key of a folded name, articles aside.
    pub(crate) fn of(folded: &str) -> Self {
        key_words(folded).fold(Self::EMPTY, |key, word| key.and(word_hash(word)))
    }

    /// The key of words that are without articles already: a form of [`key_form`].
    pub(crate) fn of_form(form: &str) -> Self {
        form.split(' ')
            .fold(Self::EMPTY, |key, word| key.and(word_hash(word)))
    }

    /// The key of the words so far and one more.
    pub(crate) fn and(self, word_hash: u64) -> Self {
        Self((self.0.rotate_left(23) ^ word_hash).wrapping_mul(0xff51_afd7_ed55_8ccd))
    }

    /// The key as a well mixed number.
    pub(crate) fn mixed(self) -> u64 {
        let h = self.0 ^ (self.0 >> 32);
        let h = h.wrapping_mul(0xd6e8_feb8_6659_fd93);
        h ^ (h >> 29)
    }
}

/// The hash of one folded word.
pub(crate) fn word_hash(word: &str) -> u64 {
    hash_bytes(word.as_bytes())
}

/// A hash of bytes, eight at a time: the same on every machine and in every run.
///
/// Multiply and fold back: what only the high bits know after a multiplication has to come down
/// before the next bytes are mixed in, or ids that count upwards ("table:12345") meet. Not meant
/// to resist an adversary, whose names could at worst slow his own look-ups.
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    hash_with(bytes, 0)
}

/// The hash of a word of ASCII letters and digits as if it were folded.
pub(crate) fn plain_word_hash(word: &[u8]) -> u64 {
    hash_with(word, SMALL)
}

/// The hash of bytes with a bit set in each of them.
#[inline]
fn hash_with(bytes: &[u8], bit: u8) -> u64 {
    const K: u64 = 0x517c_c1b7_2722_0a95;
    let mix = |h: u64, word: u64| {
        let h = (h ^ word).wrapping_mul(K);
        h ^ (h >> 32)
    };
    let bits = u64::from_le_bytes([bit; 8]);
    let mut h = (bytes.len() as u64).wrapping_mul(K);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().expect("a chunk of eight bytes"));
        h = mix(h, word | bits);
    }
    // The rest byte by byte: a copy of so few costs more than they do.
    let last = chunks
        .remainder()
        .iter()
        .rev()
        .fold(0, |last, byte| last << 8 | u64::from(*byte | bit));
    let h = mix(h, last).wrapping_mul(K);
    h ^ (h >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        for (a, b) in [
            ("Al-Tanf", "at tanf"),
            ("التنف", "تنف"),
            ("Deir ez-Zor", "Deir al Zor"),
            ("Aḑ Ḑulū‘īyah", "Al-Duluiyah"),
            ("The Hague", "hague"),
            ("إدلب", "ادلب"),
            ("Ar-Raqqah", "RAQQAH"),
        ] {
            assert_eq!(Key::of(&fold(a)), Key::of(&fold(b)), "{a} and {b}");
        }
        assert_ne!(Key::of(&fold("Homs")), Key::of(&fold("Hama")));
        assert_ne!(Key::of("a b"), Key::of("b a"));
    }

    #[test]
    fn plain_words_are_hashed_and_known_for_articles_as_if_they_were_folded() {
        for word in [
            "",
            "x",
            "AL",
            "the",
            "Homs",
            "Aleppo1",
            "Damascus",
            "Kafr0Nabl99",
            "70KM",
        ] {
            let folded = fold(word);
            assert_eq!(
                plain_word_hash(word.as_bytes()),
                word_hash(&folded),
                "{word}"
            );
            assert_eq!(
                is_article_plain(word.as_bytes()),
                is_article(&folded),
                "{word}"
            );
        }
        assert!(ARTICLES.iter().all(|article| is_article(article)));
        assert!(!is_article("\u{1}l") && !is_article("a") && !is_article("they"));
    }

    #[test]
    fn ids_that_count_upwards_do_not_meet() {
        let mut seen = std::collections::HashSet::new();
        for n in 0..200_000 {
            assert!(
                seen.insert(hash_bytes(format!("table:{n}").as_bytes())),
                "{n}"
            );
        }
    }
}
