//! A text as words: folded once, with what stands between them.

use std::ops::Range;

use crate::fold::{self, is_apostrophe, is_joiner, is_word_char};
use crate::spot::roles::Roles;

/// What stands between a word and the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Gap {
    /// Nothing before: the text begins.
    Start,
    /// Space alone.
    Space,
    /// A hyphen, nothing else.
    Hyphen,
    /// A full stop without a space, or after an abbreviation ("U.S.", "St. Louis").
    Dot,
    /// A comma and space.
    Comma,
    /// A slash ("Syria/Iraq").
    Slash,
    /// An opening bracket or quotation mark.
    Open,
    /// The end of a sentence.
    Sentence,
    /// Anything else: brackets, colons, dashes.
    Other,
}

/// One word.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Its bytes in the text, without a possessive "'s".
    pub(crate) span: Range<usize>,
    /// Its bytes in the folded buffer.
    folded: Range<usize>,
    /// The hash of its folded form, the Arabic article aside.
    pub(crate) hash: u64,
    pub(crate) gap: Gap,
    /// Begins with a capital letter.
    pub(crate) capital: bool,
    /// All letters are capitals.
    pub(crate) shouted: bool,
    /// Of a script that has no capitals.
    pub(crate) caseless: bool,
    /// Begins with a digit.
    pub(crate) digit: bool,
    /// An article in some spelling of Arabic or English.
    pub(crate) article: bool,
    /// Had a possessive "'s".
    pub(crate) possessive: bool,
    /// First word of a sentence or headline.
    pub(crate) starts: bool,
    /// What it may begin.
    pub(crate) roles: Roles,
}

/// "And" in Arabic, written together with the word after it.
const ARABIC_AND: char = 'و';
/// "Between" in Arabic.
const ARABIC_BETWEEN: &str = "بين";
/// So many words may stand between "between" and the "and" that belongs to it.
const BETWEEN_WORDS_MAX: usize = 4;

/// The words of a text.
#[derive(Debug)]
pub(crate) struct Tokens {
    buffer: String,
    list: Vec<Token>,
}

impl std::ops::Deref for Tokens {
    type Target = [Token];
    fn deref(&self) -> &[Token] {
        &self.list
    }
}

impl Tokens {
    /// The folded form of a word.
    pub(crate) fn folded(&self, n: usize) -> &str {
        self.list
            .get(n)
            .map_or("", |t| &self.buffer[t.folded.clone()])
    }

    /// The folded forms of a range of words, one space between.
    pub(crate) fn folded_range(&self, range: Range<usize>) -> String {
        let mut out = String::new();
        for n in range {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(self.folded(n));
        }
        out
    }

    /// The bytes from the first to the last word of a range.
    pub(crate) fn span(&self, range: Range<usize>) -> Range<usize> {
        match (
            self.list.get(range.start),
            self.list.get(range.end.saturating_sub(1)),
        ) {
            (Some(first), Some(last)) if range.start < range.end => first.span.start..last.span.end,
            _ => 0..0,
        }
    }

    /// Splits a text.
    pub(crate) fn of(text: &str) -> Self {
        let mut buffer = String::with_capacity(text.len());
        let mut list: Vec<Token> = Vec::with_capacity(text.len() / 6);
        let mut at = 0;
        let mut last_end = 0;
        while at < text.len() {
            let rest = &text[at..];
            let Some(c) = rest.chars().next() else { break };
            if !begins_word(c) {
                at += c.len_utf8();
                continue;
            }
            if let Some(len) = plain_len(rest.as_bytes()) {
                let word = &text[at..at + len];
                let gap = gap(
                    before(text, last_end, at),
                    list.last().map(|t| &text[t.span.clone()]),
                );
                list.push(plain(word, at, gap, &mut buffer));
                at += len;
                last_end = at;
                continue;
            }
            let mut end = at + word_len(rest);
            // "بين حمص وحماة": between A and B, the "and" written together with B.
            if c == ARABIC_AND
                && text[at..end].chars().count() > 3
                && list
                    .iter()
                    .rev()
                    .take(BETWEEN_WORDS_MAX)
                    .any(|t| &buffer[t.folded.clone()] == ARABIC_BETWEEN)
            {
                end = at + c.len_utf8();
            }
            let mut word = &text[at..end];
            let mut possessive = false;
            for suffix in ["'s", "’s", "'S", "’S", "s’", "s'"] {
                if let Some(shorter) = word.strip_suffix(suffix).filter(|w| w.len() > 1) {
                    possessive = true;
                    word = if suffix.starts_with('s') {
                        &word[..=shorter.len()]
                    } else {
                        shorter
                    };
                    break;
                }
            }
            word = word.trim_end_matches(is_apostrophe);
            if word.is_empty() {
                at = end;
                continue;
            }
            let gap = gap(
                before(text, last_end, at),
                list.last().map(|t| &text[t.span.clone()]),
            );
            let first = buffer.len();
            fold::fold_into(fold::cut(word, 200), &mut buffer);
            let folded = first..buffer.len();
            let starts = matches!(gap, Gap::Start | Gap::Sentence);
            let letters = word.chars().filter(|c| c.is_alphabetic());
            let (mut capital, mut shouted, mut caseless, mut any) = (false, true, true, false);
            for (n, letter) in letters.enumerate() {
                any = true;
                if n == 0 {
                    capital = letter.is_uppercase();
                }
                shouted &= letter.is_uppercase();
                caseless &= !letter.is_uppercase() && !letter.is_lowercase();
            }
            let text_folded = &buffer[folded.clone()];
            let bare = fold::without_arabic_article(text_folded);
            let hash = fold::word_hash(bare);
            let whole_hash = if bare.len() == text_folded.len() {
                hash
            } else {
                fold::word_hash(text_folded)
            };
            list.push(Token {
                span: at..at + word.len(),
                hash,
                roles: Roles::of(text_folded, whole_hash),
                article: fold::is_article(text_folded),
                folded,
                gap,
                capital,
                shouted: shouted && any,
                caseless: caseless && any,
                digit: c.is_numeric(),
                possessive,
                starts,
            });
            last_end = at + word.len() + usize::from(possessive) * (end - at - word.len());
            last_end = last_end.min(end);
            at = end;
        }
        Self { buffer, list }
    }
}

/// Longest word that is read the short way, in bytes: what is folded of any word.
const PLAIN_BYTES_MAX: usize = 200;

/// The length of a word of Latin letters without marks and of digits, where nothing follows that
/// could belong to it.
fn plain_len(bytes: &[u8]) -> Option<usize> {
    let len = bytes
        .iter()
        .position(|b| !b.is_ascii_alphanumeric())
        .unwrap_or(bytes.len());
    let ends = bytes
        .get(len)
        .is_none_or(|next| next.is_ascii() && !matches!(next, b'\'' | b'`'));
    (ends && len > 0 && len <= PLAIN_BYTES_MAX).then_some(len)
}

/// Such a word as a token: what the long way makes of it, which a test compares.
fn plain(word: &str, at: usize, gap: Gap, buffer: &mut String) -> Token {
    let first = buffer.len();
    buffer.push_str(word);
    buffer[first..].make_ascii_lowercase();
    let text_folded = &buffer[first..];
    let (mut upper, mut lower) = (0, 0);
    for byte in word.bytes() {
        upper += usize::from(byte.is_ascii_uppercase());
        lower += usize::from(byte.is_ascii_lowercase());
    }
    let letter = word.bytes().find(u8::is_ascii_alphabetic);
    let hash = fold::word_hash(text_folded);
    Token {
        span: at..at + word.len(),
        hash,
        roles: Roles::of(text_folded, hash),
        article: fold::is_article(text_folded),
        folded: first..buffer.len(),
        gap,
        capital: letter.is_some_and(|b| b.is_ascii_uppercase()),
        shouted: lower == 0 && upper > 0,
        caseless: false,
        digit: word.as_bytes()[0].is_ascii_digit(),
        possessive: false,
        starts: matches!(gap, Gap::Start | Gap::Sentence),
    }
}

fn begins_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, 'ʿ' | 'ʾ' | 'ʼ')
}

/// How many bytes the word at the start of the text has. Apostrophes inside belong to it.
pub(crate) fn word_len(text: &str) -> usize {
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let inside = is_word_char(c)
            || unicode_normalization::char::is_combining_mark(c)
            || c == 'ـ'
            || matches!(c, '\u{200c}' | '\u{200d}' | 'ʿ' | 'ʾ' | 'ʼ' | 'ʹ' | 'ʺ');
        let apostrophe = is_apostrophe(c)
            && at > 0
            && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !inside && !apostrophe {
            break;
        }
        end = at + c.len_utf8();
    }
    end.max(text.chars().next().map_or(1, char::len_utf8))
}

/// How far a quotation that opens with a single mark is looked through for its end, in bytes.
const QUOTED_BYTES_MAX: usize = 300;

/// What stands between the word before and the word at `at`, without the ayn or hamza that the word
/// begins with: "Hajj ‘Umran", "al-'Umar". The same marks open a quotation; then they close it too.
fn before(text: &str, last_end: usize, at: usize) -> &str {
    let between = &text[last_end..at];
    let bare = between.trim_end_matches(is_apostrophe);
    if bare.len() == between.len() || is_closed(&text[at..]) {
        return between;
    }
    bare
}

/// True when a quotation that began before the text ends in it, on the same line.
fn is_closed(text: &str) -> bool {
    let text = fold::cut(text, QUOTED_BYTES_MAX);
    let line = text.lines().next().unwrap_or_default();
    let mut last = ' ';
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let ends = matches!(c, '\'' | '’') && !last.is_whitespace();
        if ends && chars.peek().is_none_or(|next| !next.is_alphanumeric()) {
            return true;
        }
        last = c;
    }
    false
}

/// What the characters between two words mean.
fn gap(between: &str, last: Option<&str>) -> Gap {
    let Some(last) = last else { return Gap::Start };
    match between {
        " " => return Gap::Space,
        ", " => return Gap::Comma,
        _ => {}
    }
    let shown = between.trim_start_matches(is_apostrophe);
    if shown.contains("\n\n") || shown.matches('\n').count() > 1 {
        return Gap::Sentence;
    }
    let mut chars = shown.chars();
    let first = chars.next();
    match first {
        None => return Gap::Hyphen,
        Some(c) if is_joiner(c) && chars.as_str().is_empty() => return Gap::Hyphen,
        _ => {}
    }
    let marks = shown.trim();
    match marks {
        "" => Gap::Space,
        "." => {
            // "U.S.", "St. Louis", "Gen. Kurilla": short words before a dot are abbreviations.
            let abbreviation = last.chars().count() <= 1 || is_abbreviation(last);
            if shown == "." || abbreviation {
                Gap::Dot
            } else {
                Gap::Sentence
            }
        }
        "," | "،" => Gap::Comma,
        "/" => Gap::Slash,
        "(" | "[" | "\"" | "“" | "'" | "‘" | "«" | "„" => Gap::Open,
        _ if marks.contains(['!', '?', '。', '؟'])
            || marks.contains(". ")
            || marks.starts_with('.') =>
        {
            Gap::Sentence
        }
        _ if marks.ends_with(['“', '"', '«', '„', '•', '*', '#']) && marks.chars().count() > 1 => {
            Gap::Sentence
        }
        _ => Gap::Other,
    }
}

/// Words that are followed by a dot without an end of the sentence.
fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "St" | "Mt"
            | "Ft"
            | "Gen"
            | "Col"
            | "Lt"
            | "Sgt"
            | "Maj"
            | "Capt"
            | "Dr"
            | "Mr"
            | "Mrs"
            | "Ms"
            | "Sen"
            | "Rep"
            | "Gov"
            | "Sr"
            | "Jr"
            | "No"
            | "Prof"
            | "Rev"
            | "Hon"
            | "Adm"
            | "Brig"
            | "Cpl"
            | "Pvt"
            | "Ste"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(&str, Gap)> {
        let tokens = Tokens::of(text);
        tokens
            .iter()
            .map(|t| (&text[t.span.clone()], t.gap))
            .collect()
    }

    #[test]
    fn the_short_way_reads_words_as_the_long_way_does() {
        for word in [
            "Homs", "US", "us", "70", "70km", "A1", "the", "al", "AL", "x", "1st", "3D",
        ] {
            for behind in ["", " ", ".", ", x", "-x"] {
                let text = format!("{word}{behind}");
                let short = &Tokens::of(&text)[0];
                // An invisible mark behind the word makes the long way read it.
                let marked = format!("{word}\u{200d}{behind}");
                let long = &Tokens::of(&marked)[0];
                assert_eq!(
                    (
                        short.hash,
                        short.capital,
                        short.shouted,
                        short.caseless,
                        short.digit
                    ),
                    (
                        long.hash,
                        long.capital,
                        long.shouted,
                        long.caseless,
                        long.digit
                    ),
                    "{text}"
                );
                assert_eq!(
                    (short.article, short.roles),
                    (long.article, long.roles),
                    "{text}"
                );
                assert_eq!(Tokens::of(&text).folded(0), Tokens::of(&marked).folded(0));
            }
        }
    }

    #[test]
    fn words_and_what_stands_between() {
        assert_eq!(
            words("Syria's al-Tanf, U.S. base. It fell"),
            [
                ("Syria", Gap::Start),
                ("al", Gap::Space),
                ("Tanf", Gap::Hyphen),
                ("U", Gap::Comma),
                ("S", Gap::Dot),
                ("base", Gap::Dot),
                ("It", Gap::Sentence),
                ("fell", Gap::Space),
            ]
        );
        assert_eq!(
            words("Ma'arrat an-Nu‘man"),
            [
                ("Ma'arrat", Gap::Start),
                ("an", Gap::Space),
                ("Nu‘man", Gap::Hyphen)
            ]
        );
        assert_eq!(
            words("قرب التنف"),
            [("قرب", Gap::Start), ("التنف", Gap::Space)]
        );
        assert!(words("🙂 -- \u{0}").is_empty());
        // An ayn at the beginning of a word is no quotation mark.
        for text in ["Hajj ‘Umran town", "Hajj 'Umran town", "Hajj `Umran town"] {
            let gaps: Vec<Gap> = words(text).into_iter().map(|(_, gap)| gap).collect();
            assert_eq!(gaps, [Gap::Start, Gap::Space, Gap::Space], "{text}");
        }
        assert_eq!(words("al-‘Umar field")[1], ("Umar", Gap::Hyphen));
        assert_eq!(words("near (‘Ayn Issa)")[1], ("Ayn", Gap::Open));
        for text in [
            "called ‘Umran’ by all",
            "called 'Umran' by all",
            "called 'Umran,' he said",
        ] {
            assert_eq!(words(text)[1].1, Gap::Open, "{text}");
        }
    }
}
