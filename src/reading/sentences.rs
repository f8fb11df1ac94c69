//! The text as blocks, sentences and words, each with its place in the text.
//!
//! Captions, bylines, reader comments and contact lines are set apart here, so that no later rule
//! takes them for the report's own words.

use std::ops::Range;

/// What a block of the text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The headline.
    Title,
    /// The report's own words.
    Body,
    /// A line under a picture.
    Caption,
    /// An author or date line.
    Byline,
    /// "GOMA, DR Congo (Agency) -": where the report was written, before its first sentence.
    Dateline,
    /// Comments, contact and share lines, lists of further reading.
    Furniture,
}

/// One sentence.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// What the block around it is.
    pub role: Role,
    /// Number of the paragraph, from 0.
    pub paragraph: usize,
    /// Its words and marks.
    pub tokens: Vec<Token>,
    /// It begins inside somebody's words, quoted from a sentence before.
    pub opens_quoted: bool,
}

/// A word, a number or a mark.
#[derive(Clone, Debug)]
pub struct Token {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// The word in lower case, with plain apostrophes and hyphens.
    pub lower: String,
    /// Starts with an upper-case letter.
    pub capital: bool,
}

impl Token {
    /// True for a word or a number, false for a mark.
    #[must_use]
    pub fn is_word(&self) -> bool {
        self.lower.chars().next().is_some_and(char::is_alphanumeric)
    }
}

/// The words of a sentence by position; an empty word beyond its ends.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a>(pub &'a [Token]);

impl<'a> Words<'a> {
    /// The word at a position.
    #[must_use]
    pub fn at(self, i: usize) -> &'a str {
        self.0.get(i).map_or("", |t| t.lower.as_str())
    }

    /// The word so many positions before another.
    #[must_use]
    pub fn before(self, i: usize, steps: usize) -> &'a str {
        i.checked_sub(steps).map_or("", |k| self.at(k))
    }

    /// Is one of the list among the words of a range? The range may reach beyond the sentence.
    #[must_use]
    pub fn any(self, range: Range<usize>, list: &[&str]) -> bool {
        self.first(range, list).is_some()
    }

    /// Where the first of the list stands in a range.
    #[must_use]
    pub fn first(self, range: Range<usize>, list: &[&str]) -> Option<usize> {
        let end = range.end.min(self.0.len());
        (range.start.min(end)..end).find(|i| list.contains(&self.at(*i)))
    }

    /// How many words there are, marks included.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// True for a sentence without words.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// Longest stretch taken for one sentence, in bytes. What is longer is cut: the rules look from
/// every word of a sentence at every other, and a report of a megabyte without a full stop must
/// not cost a megabyte squared.
pub const SENTENCE_BYTES_MAX: usize = 3_000;

/// Longest line that may be a headline, a caption without a full stop or a byline, in words.
const SHORT_LINE_WORDS_MAX: usize = 22;

/// Splits a text into sentences with their roles.
#[must_use]
pub fn sentences(text: &str) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut bodies = 0;
    for (paragraph, (span, role)) in blocks(text).into_iter().enumerate() {
        let mut quoted = false;
        let mut push = |span: Range<usize>, role: Role| {
            let tokens = tokens(text, span.clone());
            if tokens.iter().any(Token::is_word) {
                let opens_quoted = quoted;
                quoted = quotes(&tokens, quoted).1;
                out.push(Sentence {
                    span,
                    role,
                    paragraph,
                    tokens,
                    opens_quoted,
                });
            }
        };
        let mut body = span;
        bodies += usize::from(role == Role::Body);
        if role == Role::Body
            && bodies <= DATELINE_BLOCKS
            && let Some(end) = dateline_end(&text[body.clone()])
        {
            push(body.start..body.start + end, Role::Dateline);
            body.start += end;
        }
        for span in split(text, body) {
            for piece in cut(text, span) {
                push(piece, role);
            }
        }
    }
    out
}

/// For each token whether it stands in quoted speech, and whether the quotation goes on.
#[must_use]
pub fn quotes(tokens: &[Token], opens_quoted: bool) -> (Vec<bool>, bool) {
    let mut quoted = opens_quoted;
    let mut out = Vec::with_capacity(tokens.len());
    for (i, token) in tokens.iter().enumerate() {
        match token.lower.as_str() {
            "“" | "«" => quoted = true,
            "”" | "»" => quoted = false,
            "\"" => {
                // A straight mark that touches the word before it, and not the one after, closes.
                let touches_before = i
                    .checked_sub(1)
                    .is_some_and(|k| tokens[k].span.end == token.span.start);
                let touches_after = tokens
                    .get(i + 1)
                    .is_some_and(|t| t.span.start == token.span.end);
                quoted = match (touches_before, touches_after) {
                    (true, false) => false,
                    (false, true) => true,
                    _ => !quoted,
                };
            }
            _ => {}
        }
        out.push(quoted);
    }
    (out, quoted)
}

/// Blocks in which a dateline may stand: some sites set a summary above the report.
const DATELINE_BLOCKS: usize = 3;

/// Where the dateline of a block ends: "GOMA, DR Congo (Agency) - ".
fn dateline_end(block: &str) -> Option<usize> {
    /// Longest dateline, in bytes.
    const DATELINE_BYTES_MAX: usize = 90;
    let head_end = block
        .char_indices()
        .map(|(i, c)| i + c.len_utf8())
        .take_while(|end| *end <= DATELINE_BYTES_MAX)
        .last()?;
    let head = &block[..head_end];
    let (at, mark) = [" — ", " – ", " - ", " -- ", "— ", ": "]
        .iter()
        .filter_map(|m| Some((head.find(m)?, *m)))
        .min()?;
    let before = head[..at].trim();
    let first = before.split([',', '/', ' ', '(']).next().unwrap_or("");
    let shouted = first.chars().filter(|c| c.is_alphabetic()).count() >= 3
        && first
            .chars()
            .all(|c| c.is_uppercase() || !c.is_alphabetic());
    let agency = before.ends_with(')') && before.contains('(');
    // "BEIRUT: A man was arrested": only the name stands before a colon.
    let words_max = if mark == ": " { 3 } else { 9 };
    let short = before.split_whitespace().count() <= words_max;
    // "RUSSELLVILLE, Ark. (Agency) -": a shortened state ends no sentence.
    let ended = before
        .rsplit(". ")
        .skip(1)
        .any(|s| s.rsplit(' ').next().is_some_and(|w| w.chars().count() > 5));
    let named = shouted || agency && mark != ": ";
    (short && named && !ended).then_some(at + mark.len())
}

/// Pieces of a sentence that are not too long, cut between words where there are any.
fn cut(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = span.start;
    while span.end - start > SENTENCE_BYTES_MAX {
        let mut end = start + SENTENCE_BYTES_MAX;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let piece = &text[start..end];
        if let Some(space) = piece.rfind(char::is_whitespace).filter(|s| *s > 0) {
            end = start + space;
        }
        out.push(start..end);
        start = end;
    }
    out.push(start..span.end);
    out
}

/// The lines of a text with their roles, empty ones left out.
fn blocks(text: &str) -> Vec<(Range<usize>, Role)> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive('\n') {
        let line = piece.trim();
        if !line.is_empty() {
            let lead = piece.len() - piece.trim_start().len();
            lines.push(start + lead..start + lead + line.len());
        }
        start += piece.len();
    }
    let lines = unwrapped(text, lines);
    let first_body = lines.iter().position(|l| is_running_text(&text[l.clone()]));
    let mut furniture = false;
    let mut title_seen = false;
    let count = lines.len();
    lines
        .into_iter()
        .enumerate()
        .map(|(i, span)| {
            let line = &text[span.clone()];
            furniture |= opens_furniture(line);
            let before_body = first_body.is_some_and(|b| i < b);
            let role = if furniture || is_furniture(line) {
                Role::Furniture
            } else if is_credited_picture(line) {
                Role::Caption
            } else if is_byline(line) {
                Role::Byline
            } else if before_body && !ends_sentence(line) {
                if std::mem::replace(&mut title_seen, true) {
                    Role::Caption
                } else {
                    Role::Title
                }
            } else if is_subheading(line) && count > 1 {
                Role::Furniture
            } else {
                title_seen = true;
                Role::Body
            };
            (span, role)
        })
        .collect()
}

/// Joins lines that a mail program or an editor broke in the middle of a sentence: a line that does
/// not end a sentence and is followed, without an empty line, by one that goes on in lower case.
fn unwrapped(text: &str, lines: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for line in lines {
        let joins = out.last().is_some_and(|last| {
            let between = &text[last.end..line.start];
            let before = &text[last.clone()];
            let wrapped = between.matches('\n').count() == 1 && !ends_sentence(before);
            let goes_on = text[line.clone()].chars().next().is_some_and(|c| {
                c.is_lowercase() || (longer_than(before, 55) && c.is_alphanumeric())
            });
            let broken_in_two = between.matches('\n').count() == 2
                && !ends_sentence(before)
                && before
                    .split_whitespace()
                    .nth(SHORT_LINE_WORDS_MAX)
                    .is_some()
                && text[line.clone()].starts_with(char::is_lowercase);
            (wrapped && goes_on && longer_than(before, 40)) || broken_in_two
        });
        match out.last_mut() {
            Some(last) if joins => last.end = line.end,
            _ => out.push(line),
        }
    }
    out
}

/// True for a text of more characters than so many; looks no further than that.
fn longer_than(text: &str, chars: usize) -> bool {
    text.chars().nth(chars).is_some()
}

fn words(line: &str) -> usize {
    line.split_whitespace().count()
}

fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(['"', '”', '’', '\'', ')', '»', ']', '*'])
        .ends_with(['.', '!', '?', '…', ':', '؟', '۔', '。'])
}

/// A line long enough, or closed by a full stop and more than a few words, is running text.
fn is_running_text(line: &str) -> bool {
    !is_credited_picture(line)
        && !is_byline(line)
        && (words(line) > SHORT_LINE_WORDS_MAX || (ends_sentence(line) && words(line) > 6))
}

fn is_subheading(line: &str) -> bool {
    !ends_sentence(line) && words(line) <= 8
}

/// Words that stand beside a picture and nowhere else.
const PICTURE_CREDITS: &[&str] = &[
    "photo credit",
    "(photo",
    "[photo",
    "file photo",
    "(image",
    "image credit",
    "picture credit",
    "photograph:",
    "photo:",
    "photo by",
    "(ap photo",
    "getty images",
    "/reuters)",
    "/afp)",
    "/afp/",
    "(reuters/",
    "image:",
    "credit:",
    "(file)",
    "pictured:",
    "courtesy of",
    "screengrab",
    "handout via",
    "caption:",
    "фото:",
    "صورة:",
];

fn is_credited_picture(line: &str) -> bool {
    let length = words(line);
    let credited = || {
        let lower = line.to_lowercase();
        PICTURE_CREDITS.iter().any(|c| lower.contains(c))
    };
    length <= 70 && credited() && !(length > 45 && ends_sentence(line))
}

/// An author's or date line: "By Jane Doe", "25 July 2016", "Published: 3 May 2024, 10:15 GMT".
fn is_byline(line: &str) -> bool {
    if words(line) > 14 {
        return false;
    }
    let lower = line.to_lowercase();
    let marked = [
        "by ",
        "published",
        "updated",
        "posted",
        "last updated",
        "from our",
        "date:",
    ]
    .iter()
    .any(|m| lower.starts_with(m));
    (marked && !ends_sentence(line) && words(line) <= 12)
        || (words(line) <= 8 && super::dates::is_date_line(line))
        || (words(line) <= 3
            && !ends_sentence(line)
            && line
                .split_whitespace()
                .all(|w| w.starts_with(char::is_uppercase))
            && line
                .chars()
                .all(|c| c.is_alphabetic() || c == ' ' || c == '.' || c == '-'))
}

/// Lines after which nothing is the report's own words any more.
fn opens_furniture(line: &str) -> bool {
    if words(line) > 20 {
        return false;
    }
    let lower = line.to_lowercase();
    let number_first = lower
        .split_whitespace()
        .next()
        .is_some_and(|w| w.parse::<u32>().is_ok());
    let replies = [
        "thought on",
        "thoughts on",
        "comments on",
        "comment on",
        "responses to",
        "response to",
        "replies to",
        "comments",
    ];
    (number_first
        && replies.iter().any(|r| lower.contains(r))
        && words(line) <= 20
        && !ends_sentence(line))
        || [
            "leave a reply",
            "leave a comment",
            "comments:",
            "reader comments",
            "add a comment",
            "join the conversation",
            "to contact the",
            "contact us",
            "about the author",
            "related articles",
            "related stories",
            "related posts",
            "more from",
            "read also",
            "share this article",
            "see also:",
        ]
        .iter()
        .any(|m| lower.starts_with(m))
        || [
            "comments",
            "related",
            "share this",
            "references",
            "sources:",
            "further reading",
        ]
        .contains(&lower.trim_end_matches(':'))
}

/// A single line that is page furniture.
fn is_furniture(line: &str) -> bool {
    let lower = line.to_lowercase();
    words(line) <= 16
        && [
            "read more",
            "follow us",
            "subscribe",
            "sign up",
            "share this",
            "click here",
            "advertisement",
            "copyright",
            "all rights reserved",
            "©",
            "watch:",
            "listen:",
            "also read",
            "recommended",
            "tags:",
            "filed under",
            "http://",
            "https://",
            "www.",
        ]
        .iter()
        .any(|m| lower.starts_with(m))
}

/// Shortenings after which a full stop ends no sentence.
const SHORTENINGS: &[&str] = &[
    "gen", "lt", "col", "maj", "capt", "cpl", "sgt", "adm", "brig", "cmdr", "mr", "mrs", "ms",
    "dr", "prof", "st", "sr", "jr", "gov", "sen", "rep", "pres", "no", "vs", "etc", "inc", "ltd",
    "co", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec",
    "mon", "tue", "tues", "wed", "thu", "thurs", "fri", "sat", "sun", "u.s", "u.k", "u.n", "e.g",
    "i.e", "a.m", "p.m", "approx", "dept", "est", "fig", "hon", "rev", "ret", "km", "mt", "ft",
    "spc", "pfc", "supt", "insp", "det", "avg", "ave", "blvd",
];

/// Shortened units: a name seldom follows them.
const UNITS: &[&str] = &["km", "ft", "approx"];

/// Words that open a sentence more often than they are part of a name.
const OPENERS: &[&str] = &[
    "The",
    "A",
    "An",
    "It",
    "He",
    "She",
    "They",
    "In",
    "On",
    "But",
    "This",
    "That",
    "At",
    "More",
    "Some",
    "Two",
    "Three",
    "Police",
    "Officials",
    "Several",
    "Many",
    "There",
    "Its",
    "His",
    "Her",
    "Their",
    "We",
    "No",
    "One",
    "Most",
    "Later",
    "Earlier",
    "About",
    "After",
    "Both",
    "Around",
];

/// Splits a block into sentences.
fn split(text: &str, block: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = block.start;
    let chars: Vec<(usize, char)> = text[block.clone()]
        .char_indices()
        .map(|(i, c)| (block.start + i, c))
        .collect();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i].1;
        if matches!(c, '.' | '!' | '?' | '…' | '؟' | '۔' | '。' | '।') && is_end(text, &chars, i)
        {
            let mut end = i + 1;
            while end < chars.len()
                && matches!(
                    chars[end].1,
                    '.' | '!' | '?' | '"' | '”' | '’' | '\'' | ')' | '»' | ']' | '*'
                )
            {
                end += 1;
            }
            let end_at = chars.get(end).map_or(block.end, |(b, _)| *b);
            push_trimmed(text, start..end_at, &mut out);
            start = end_at;
            i = end;
            continue;
        }
        i += 1;
    }
    push_trimmed(text, start..block.end, &mut out);
    out
}

fn push_trimmed(text: &str, span: Range<usize>, out: &mut Vec<Range<usize>>) {
    let piece = &text[span.clone()];
    let lead = piece.len() - piece.trim_start().len();
    let len = piece.trim().len();
    if len > 0 {
        out.push(span.start + lead..span.start + lead + len);
    }
}

/// Does the mark at `i` end a sentence?
fn is_end(text: &str, chars: &[(usize, char)], i: usize) -> bool {
    let (at, mark) = chars[i];
    let next = chars.get(i + 1).map(|(_, c)| *c);
    let after: Option<char> = chars[i + 1..].iter().map(|(_, c)| *c).find(|c| {
        !c.is_whitespace() && !matches!(c, '"' | '”' | '’' | ')' | '“' | '\'' | '«' | '»' | '*')
    });
    let spaced = next
        .is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '”' | '’' | ')' | '»' | ']' | '*'));
    if !spaced {
        return false;
    }
    if mark != '.' {
        return after.is_none_or(|c| !c.is_lowercase());
    }
    /// No shortening is longer than this, in characters.
    const SHORTENING_CHARS_MAX: usize = 24;
    let before = &text[chars[i.saturating_sub(SHORTENING_CHARS_MAX)].0..at];
    let word = before
        .rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '“' | '"'))
        .next();
    let word = word.unwrap_or("").to_lowercase();
    let shortened = SHORTENINGS.contains(&word.as_str())
        || (word.chars().count() == 1 && word.chars().all(char::is_alphabetic))
        || (word.contains('.')
            && word.chars().all(|c| c.is_alphabetic() || c == '.')
            && word.len() <= 6);
    match after {
        None => true,
        Some(c) if c.is_lowercase() => false,
        Some(_) if !shortened => true,
        // "in the U.S. The army": a new sentence may open with a word that seldom is a name.
        Some(_) => {
            let rest = text[at + 1..].trim_start();
            let first = rest.split_whitespace().next().unwrap_or("");
            (word.contains('.') || UNITS.contains(&word.as_str())) && OPENERS.contains(&first)
        }
    }
}

/// The words and marks of a span.
#[must_use]
pub fn tokens(text: &str, span: Range<usize>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let piece = &text[span.clone()];
    let mut chars = piece.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let start = span.start + i;
        let mut end = start + c.len_utf8();
        if c.is_alphanumeric() {
            while let Some(&(j, d)) = chars.peek() {
                let rest = &piece[j + d.len_utf8()..];
                let inner = matches!(d, '\'' | '’' | '‘' | 'ʼ' | '-' | '‑' | '.' | ',' | ':')
                    && joins_word(c, &piece[i..j], d, rest);
                if !d.is_alphanumeric() && !is_mark(d) && !inner {
                    break;
                }
                end = span.start + j + d.len_utf8();
                chars.next();
            }
        }
        let word = &text[start..end];
        out.push(Token {
            span: start..end,
            lower: plain(word),
            capital: word.chars().next().is_some_and(char::is_uppercase),
        });
    }
    out
}

/// A combining mark belongs to the letter before it.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Does a mark inside a run of letters or digits belong to the word?
fn joins_word(first: char, so_far: &str, mark: char, rest: &str) -> bool {
    let Some(next) = rest.chars().next() else {
        return false;
    };
    let last = so_far.chars().next_back().unwrap_or(first);
    match mark {
        '.' => {
            (last.is_ascii_digit() && next.is_ascii_digit())
                || (last.is_alphabetic()
                    && next.is_alphabetic()
                    && so_far.chars().filter(|c| c.is_alphabetic()).count() <= 3
                    && so_far.split('.').all(|p| p.chars().count() == 1))
        }
        ',' => {
            last.is_ascii_digit()
                && rest.chars().take(3).filter(char::is_ascii_digit).count() == 3
                && !rest.chars().nth(3).is_some_and(|c| c.is_ascii_digit())
        }
        ':' => last.is_ascii_digit() && next.is_ascii_digit(),
        '-' | '‑' => next.is_alphanumeric() && last.is_alphanumeric(),
        _ => next.is_alphabetic() && last.is_alphanumeric(),
    }
}

/// A word in lower case with plain apostrophes and hyphens.
fn plain(word: &str) -> String {
    if word.is_ascii() && !word.contains('`') {
        return word.to_ascii_lowercase();
    }
    word.chars()
        .map(|c| match c {
            '’' | '‘' | 'ʼ' | '`' => '\'',
            '‑' | '‐' => '-',
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_all(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|s| &text[s.span]).collect()
    }

    #[test]
    fn titles_and_initials_end_no_sentence() {
        let text = "Army Gen. Erik Doe, head of U.S. Central Command, spoke. The U.S. denied it. Nobody else did.";
        assert_eq!(split_all(text).len(), 3);
    }

    #[test]
    fn comments_and_captions_are_set_apart() {
        let text = "Big news today here\n\nA lorry destroyed by fire\n\nThe army shelled the town of Homs on Monday, killing three people there.\n\n3 thoughts on “Big news”\n\n1. Nonsense, they bombed it.";
        let roles: Vec<Role> = sentences(text).iter().map(|s| s.role).collect();
        assert_eq!(roles[..3], [Role::Title, Role::Caption, Role::Body]);
        assert!(
            roles[3..].iter().all(|r| *r == Role::Furniture),
            "{roles:?}"
        );
    }

    #[test]
    fn numbers_and_names_are_one_word() {
        let text = "At-Tanf's 1,200 men met at 04:17 in the U.S. base.";
        let found: Vec<String> = tokens(text, 0..text.len())
            .into_iter()
            .map(|t| t.lower)
            .collect();
        assert_eq!(
            found,
            [
                "at-tanf's",
                "1,200",
                "men",
                "met",
                "at",
                "04:17",
                "in",
                "the",
                "u.s",
                ".",
                "base",
                "."
            ]
        );
    }
}
