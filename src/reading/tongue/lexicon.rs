//! The table of words of one language, and the words of a sentence with what the table says of
//! them.
//!
//! A table is one file, `words/ar.csv` and so on, with three columns: the words (`|` between them,
//! `*` for any ending), what they are, and the value. Spelling is folded on both sides: case,
//! accents and vowel marks do not count, nor does the Arabic article unless `=` stands before the
//! word ("=اليوم" is today, "يوم" any day).
//!
//! ```text
//! غارة جوية|غارات جوية,event,airstrike
//! обстріл*,event,shelling
//! décembre,month,12
//! ```

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::Tongue;
use crate::incident::IncidentType;
use crate::reading::sentences::Token;
use crate::reading::words::arabic_actors;

/// What a row of the table says its words are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Is {
    /// Tells of an event of the type named.
    Event,
    /// Some attack; the means tell the type.
    Fire,
    /// A means that tells the type.
    Means,
    /// Armed people nobody names.
    Armed,
    /// Armed forces, beside the adjective of a state.
    Forces,
    /// The adjective of a state: its code.
    Nation,
    /// Harm: killed, injured, missing, displaced, captured.
    Harm,
    /// Two of them, in one word (the Arabic dual): a harm, or of whom.
    Two,
    /// One of them, in one word ("a soldier"): of whom.
    One,
    /// People counted: everybody, civilians, some.
    Person,
    /// A number.
    Number,
    /// An ordinal, for the days of a month.
    Ordinal,
    /// A number without bound: at least so many.
    Open,
    /// Thousand, million.
    Scale,
    /// At least, more than, about.
    Hedge,
    /// A whole phrase that says that nobody was: the harm.
    Nobody,
    /// "among them": a part of a figure told beside it.
    Including,
    /// A month, 1 to 12.
    Month,
    /// A month of the Islamic calendar, 1 to 12.
    Hijri,
    /// A weekday, Monday 1 to Sunday 7.
    Weekday,
    /// A day seen from publication: today 0, yesterday -1.
    Day,
    /// The night before publication.
    Overnight,
    /// The weekend.
    Weekend,
    /// A unit of the calendar.
    Unit,
    /// Two of a unit in one word.
    TwoUnits,
    /// "last".
    Last,
    /// "next".
    Next,
    /// "this".
    This,
    /// "ago", before the number or after it.
    Ago,
    /// "later", before the number or after it.
    Later,
    /// The day after the event told before: 1; the day before it: -1; the same day: 0.
    EventDay,
    /// "since".
    Since,
    /// "from ... to", "or": between two numbers or days.
    To,
    /// "of", articles: skipped between what belongs together.
    Of,
    /// "year", beside four digits.
    Year,
    /// "in", "at".
    In,
    /// "near".
    Near,
    /// "on", "against": a place only behind an event.
    On,
    /// A generic word for a place: its English word.
    Place,
    /// A direction or part: its English adjective.
    Side,
    /// Kilometres.
    Km,
    /// Not.
    Not,
    /// Planned.
    Plan,
    /// Possible.
    Maybe,
    /// History.
    Past,
    /// Claimed.
    Claim,
    /// Denied.
    Deny,
    /// No single event.
    Summary,
    /// Another event.
    Other,
    /// A verb of speech.
    Say,
    /// "according to".
    By,
    /// "that", after a verb of speech.
    That,
    /// Opens another clause.
    Break,
    /// "and".
    And,
    /// A shortening whose full stop ends no sentence.
    Short,
    /// A name of the table of actors: its id.
    Actor,
    /// Beside it an attack or an explosion is a figure of speech, or sport.
    Figurative,
    /// A common word that is no place by itself, though places bear it.
    Word,
    /// A word that only tells the language.
    Common,
}

impl Is {
    /// The table's word for it.
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "event" => Self::Event,
            "fire" => Self::Fire,
            "means" => Self::Means,
            "armed" => Self::Armed,
            "forces" => Self::Forces,
            "nation" => Self::Nation,
            "harm" => Self::Harm,
            "two" => Self::Two,
            "one" => Self::One,
            "person" => Self::Person,
            "number" => Self::Number,
            "ordinal" => Self::Ordinal,
            "open" => Self::Open,
            "scale" => Self::Scale,
            "hedge" => Self::Hedge,
            "nobody" => Self::Nobody,
            "including" => Self::Including,
            "month" => Self::Month,
            "hijri" => Self::Hijri,
            "weekday" => Self::Weekday,
            "day" => Self::Day,
            "overnight" => Self::Overnight,
            "weekend" => Self::Weekend,
            "unit" => Self::Unit,
            "two_units" => Self::TwoUnits,
            "last" => Self::Last,
            "next" => Self::Next,
            "this" => Self::This,
            "ago" => Self::Ago,
            "later" => Self::Later,
            "event_day" => Self::EventDay,
            "since" => Self::Since,
            "to" => Self::To,
            "of" => Self::Of,
            "year" => Self::Year,
            "in" => Self::In,
            "near" => Self::Near,
            "on" => Self::On,
            "place" => Self::Place,
            "side" => Self::Side,
            "km" => Self::Km,
            "not" => Self::Not,
            "plan" => Self::Plan,
            "maybe" => Self::Maybe,
            "past" => Self::Past,
            "claim" => Self::Claim,
            "deny" => Self::Deny,
            "summary" => Self::Summary,
            "other" => Self::Other,
            "say" => Self::Say,
            "by" => Self::By,
            "that" => Self::That,
            "break" => Self::Break,
            "and" => Self::And,
            "short" => Self::Short,
            "actor" => Self::Actor,
            "figurative" => Self::Figurative,
            "word" => Self::Word,
            "common" => Self::Common,
            _ => return None,
        })
    }
}

/// A row of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub(super) is: Is,
    pub(super) value: String,
}

impl Row {
    /// The value as a number; 0 where it is none.
    pub(super) fn n(&self) -> i64 {
        self.value.parse().unwrap_or(0)
    }

    /// The value as a type of event.
    pub(super) fn kind(&self) -> IncidentType {
        IncidentType::from_code(&self.value).unwrap_or(IncidentType::Other)
    }
}

/// One word of a phrase of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Pattern {
    Exact(String),
    Stem(String),
}

impl Pattern {
    fn of(word: &str, tongue: Tongue) -> Self {
        let bare = |w: &str| {
            let folded = folded(w.trim_start_matches('='), tongue);
            match tongue {
                Tongue::Arabic if !w.starts_with('=') => without_article(&folded).to_owned(),
                _ => folded,
            }
        };
        match word.strip_suffix('*') {
            Some(stem) => Self::Stem(bare(stem)),
            None => Self::Exact(bare(word)),
        }
    }

    fn fits(&self, word: &Word) -> bool {
        word.forms.iter().any(|form| match self {
            Self::Exact(w) => form == w,
            Self::Stem(s) => form.starts_with(s.as_str()),
        })
    }

    fn text(&self) -> &str {
        match self {
            Self::Exact(w) | Self::Stem(w) => w,
        }
    }
}

#[derive(Debug)]
struct Entry {
    rest: Vec<Pattern>,
    row: usize,
}

/// The table of words of one language.
#[derive(Debug)]
pub(super) struct Lexicon {
    rows: Vec<Row>,
    exact: HashMap<String, Vec<Entry>>,
    stems: HashMap<String, Vec<Entry>>,
    /// Endings of place names and what stands there in the base form.
    endings: Vec<(String, Vec<String>)>,
    /// Base forms that no rule gives.
    forms: HashMap<String, String>,
}

/// Shortest stem that is looked up, in characters.
const STEM_CHARS_MIN: usize = 3;

fn table(tongue: Tongue) -> &'static str {
    match tongue {
        Tongue::Arabic => include_str!("../words/ar.csv"),
        Tongue::Ukrainian => include_str!("../words/uk.csv"),
        Tongue::Russian => include_str!("../words/ru.csv"),
        Tongue::French => include_str!("../words/fr.csv"),
        Tongue::Spanish => include_str!("../words/es.csv"),
    }
}

/// The rows of a table as they stand: words, what they are, value.
pub(super) fn raw(tongue: Tongue) -> Vec<[String; 3]> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(true)
        .comment(Some(b'#'))
        .from_reader(table(tongue).as_bytes());
    reader
        .records()
        .map(|r| {
            let r = r.expect("an embedded table is well formed; its test says so");
            [0, 1, 2].map(|i| r.get(i).unwrap_or("").to_owned())
        })
        .collect()
}

impl Lexicon {
    /// The table of a language, read once.
    pub(super) fn of(tongue: Tongue) -> &'static Self {
        static TABLES: [OnceLock<Lexicon>; 5] = [const { OnceLock::new() }; 5];
        TABLES[tongue as usize].get_or_init(|| Self::read(tongue))
    }

    fn read(tongue: Tongue) -> Self {
        let mut it = Self {
            rows: Vec::new(),
            exact: HashMap::new(),
            stems: HashMap::new(),
            endings: Vec::new(),
            forms: HashMap::new(),
        };
        for [words, is, value] in raw(tongue) {
            let list = words.split('|').map(str::trim).filter(|w| !w.is_empty());
            match is.as_str() {
                "ending" => {
                    let to: Vec<String> = value.split('|').map(str::to_owned).collect();
                    it.endings.extend(list.map(|w| (w.to_owned(), to.clone())));
                }
                "form" => {
                    let of = |w: &str| w.to_lowercase();
                    it.forms.extend(list.map(|w| (of(w), value.clone())));
                }
                _ => it.add(list, &is, value.clone(), tongue),
            }
        }
        if tongue == Tongue::Arabic {
            for (id, names) in arabic_actors() {
                // A name that is a word of the table ("القاعدة", the base) is none by itself.
                let names = names.split('|').filter(|n| {
                    let folded = folded(n, tongue);
                    n.contains(' ') || !it.exact.contains_key(without_article(&folded))
                });
                let names: Vec<&str> = names.collect();
                it.add(names.into_iter(), "actor", id, tongue);
            }
        }
        // The longest ending says most.
        it.endings
            .sort_by_key(|(ending, _)| std::cmp::Reverse(ending.chars().count()));
        it
    }

    fn add<'w>(
        &mut self,
        list: impl Iterator<Item = &'w str>,
        is: &str,
        value: String,
        tongue: Tongue,
    ) {
        let Some(is) = Is::from_word(is) else { return };
        let row = self.rows.len();
        self.rows.push(Row { is, value });
        for phrase in list {
            let mut words = phrase
                .split_whitespace()
                .map(|w| Pattern::of(w, tongue))
                .collect::<Vec<_>>()
                .into_iter();
            let Some(first) = words.next() else { continue };
            let entry = Entry {
                rest: words.collect(),
                row,
            };
            let (map, key) = match first {
                Pattern::Exact(w) => (&mut self.exact, w),
                Pattern::Stem(s) => (&mut self.stems, s),
            };
            map.entry(key).or_default().push(entry);
        }
    }

    /// What the table says of the words that begin at `at`: the longest phrases.
    fn tags_at(&'static self, words: &[Word], at: usize) -> Vec<Tag> {
        // Words, bytes of the key, row, form.
        let mut found: Vec<(usize, usize, usize, usize)> = Vec::new();
        let mut look = |list: Option<&Vec<Entry>>, key_bytes: usize, form: usize| {
            for entry in list.into_iter().flatten() {
                let len = 1 + entry.rest.len();
                let fits = at + len <= words.len()
                    && entry
                        .rest
                        .iter()
                        .zip(&words[at + 1..])
                        .all(|(p, w)| p.fits(w));
                if fits {
                    let rest = entry.rest.iter().map(|p| p.text().len());
                    found.push((len, key_bytes + rest.sum::<usize>(), entry.row, form));
                }
            }
        };
        for (n, form) in words[at].forms.iter().enumerate() {
            look(self.exact.get(form.as_str()), form.len() + 1, n);
            for (end, _) in form.char_indices().skip(STEM_CHARS_MIN) {
                look(self.stems.get(&form[..end]), end, n);
            }
            if form.chars().nth(STEM_CHARS_MIN - 1).is_some() {
                look(self.stems.get(form.as_str()), form.len(), n);
            }
        }
        let longest = found.iter().map(|f| f.0).max().unwrap_or(0);
        found.retain(|f| f.0 == longest);
        found.sort_by_key(|f| std::cmp::Reverse(f.1));
        let mut tags: Vec<Tag> = Vec::new();
        for (len, _, row, form) in found {
            let row = &self.rows[row];
            if !tags.iter().any(|t| t.row.is == row.is) {
                tags.push(Tag { len, row, form });
            }
        }
        tags
    }

    /// The base form of a name of several words that no rule gives.
    pub(super) fn form(&self, words: &str) -> Option<String> {
        self.forms.get(&words.to_lowercase()).cloned()
    }

    /// What a name may be in its base form, the likeliest first; the word itself is the first.
    pub(super) fn base_forms(&self, word: &str) -> Vec<String> {
        /// Guesses kept: each costs a look-up.
        const GUESSES_MAX: usize = 8;
        let mut out = vec![word.to_owned()];
        if let Some(base) = self.forms.get(&word.to_lowercase()) {
            out.insert(0, base.clone());
        }
        for (ending, bases) in &self.endings {
            let Some(stem) = word.strip_suffix(ending.as_str()) else {
                continue;
            };
            if stem.chars().count() < 2 {
                continue;
            }
            for base in bases {
                let guess = format!("{stem}{base}");
                if !out.contains(&guess) && out.len() < GUESSES_MAX {
                    out.push(guess);
                }
            }
        }
        out
    }
}

/// What the table says of the words that begin at a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    /// How many words.
    pub(super) len: usize,
    pub(super) row: &'static Row,
    /// Which form of the first word it was found by.
    pub(super) form: usize,
}

/// A word or mark of a sentence.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Byte range in the text.
    pub(super) span: Range<usize>,
    /// The folded word, and what is left of it without what Arabic writes together with it.
    pub(super) forms: Vec<String>,
    pub(super) capital: bool,
    /// No letter or digit.
    pub(super) mark: bool,
    pub(super) tags: Vec<Tag>,
}

impl Word {
    /// The folded word.
    pub(super) fn folded(&self) -> &str {
        self.forms.first().map_or("", String::as_str)
    }

    /// What Arabic writes before one of the forms: "و", "ب", "وب", "ال".
    pub(super) fn prefix(&self, form: usize) -> &str {
        let whole = self.folded();
        let form = self.forms.get(form).map_or("", String::as_str);
        whole.strip_suffix(form).unwrap_or("")
    }
}

/// The words of a sentence with their tags.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words<'a>(pub(super) &'a [Word]);

impl<'a> Words<'a> {
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    /// The tag of a sort at a word.
    pub(super) fn tag(self, at: usize, is: Is) -> Option<&'a Tag> {
        self.0.get(at)?.tags.iter().find(|t| t.row.is == is)
    }

    /// Is the word of a sort?
    pub(super) fn is(self, at: usize, is: Is) -> bool {
        self.tag(at, is).is_some()
    }

    /// Is the word before another of a sort? Phrases of several words end there too.
    pub(super) fn ends_before(self, at: usize, is: Is) -> Option<(usize, &'a Tag)> {
        (at.saturating_sub(4)..at).rev().find_map(|i| {
            let tag = self.tag(i, is)?;
            (i + tag.len == at).then_some((i, tag))
        })
    }

    /// The words of a sort in a range.
    pub(super) fn all(self, range: Range<usize>, is: Is) -> impl Iterator<Item = (usize, &'a Tag)> {
        (range.start..range.end.min(self.len())).filter_map(move |i| Some((i, self.tag(i, is)?)))
    }

    pub(super) fn any(self, range: Range<usize>, is: Is) -> bool {
        self.all(range, is).next().is_some()
    }

    pub(super) fn mark(self, at: usize) -> bool {
        self.0.get(at).is_none_or(|w| w.mark)
    }

    pub(super) fn folded(self, at: usize) -> &'a str {
        self.0.get(at).map_or("", Word::folded)
    }

    /// The bytes of a range of words.
    pub(super) fn bytes(self, range: &Range<usize>) -> Range<usize> {
        self.0[range.start].span.start..self.0[range.end - 1].span.end
    }
}

/// What French writes together with the word behind it.
const ELIDED: &[&str] = &[
    "l", "d", "qu", "s", "n", "j", "m", "t", "c", "jusqu", "lorsqu", "puisqu", "presqu",
];

/// The words of a sentence, tagged.
pub(super) fn words(text: &str, tokens: &[Token], tongue: Tongue) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let written = &text[token.span.clone()];
        let elided = (tongue == Tongue::French)
            .then(|| written.find(['\'', '’']))
            .flatten()
            .filter(|at| ELIDED.contains(&written[..*at].to_lowercase().as_str()));
        match elided {
            Some(at) => {
                let mark = written[at..].chars().next().map_or(0, char::len_utf8);
                let start = token.span.start;
                out.push(word(text, start..start + at, tongue));
                out.push(word(text, start + at + mark..token.span.end, tongue));
            }
            None => out.push(word(text, token.span.clone(), tongue)),
        }
    }
    let lexicon = Lexicon::of(tongue);
    let mut covered = 0;
    for at in 0..out.len() {
        let tags = lexicon.tags_at(&out, at);
        let len = tags.first().map_or(1, |t| t.len);
        if at < covered && at + len <= covered {
            continue;
        }
        if len > 1 {
            covered = covered.max(at + len);
        }
        out[at].tags = tags;
    }
    out
}

fn word(text: &str, span: Range<usize>, tongue: Tongue) -> Word {
    let written = &text[span.clone()];
    let folded = folded(written, tongue);
    let mut letters = written.chars().filter(|c| !is_format(*c));
    let first = letters.next().unwrap_or(' ');
    let forms = match tongue {
        Tongue::Arabic => arabic_forms(&folded),
        _ => vec![folded],
    };
    Word {
        mark: !first.is_alphanumeric(),
        capital: first.is_uppercase(),
        span,
        forms,
        tags: Vec::new(),
    }
}

/// Marks of direction and joining that are no letters.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// A word as the tables are compared: small, without accents, vowel marks and marks of direction,
/// digits of every script as 0 to 9.
pub(super) fn folded(word: &str, tongue: Tongue) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        let c = match c {
            _ if is_format(c) => continue,
            // Vowel marks and the stretching line.
            '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}' => continue,
            '٠'..='٩' => ascii_digit(c, '٠'),
            '۰'..='۹' => ascii_digit(c, '۰'),
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' | 'ی' | 'ئ' => 'ي',
            'ؤ' => 'و',
            'ة' => 'ه',
            'ک' => 'ك',
            '’' | '‘' | 'ʼ' | '`' | 'ʹ' => '\'',
            '‑' | '‐' => '-',
            'ё' => 'е',
            'à' | 'á' | 'â' | 'ä' | 'ã' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' => 'i',
            'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            'œ' => {
                out.push('o');
                'e'
            }
            // The stress mark of dictionaries; й and ї keep theirs when composed.
            '\u{301}' | '\u{300}' => continue,
            '\u{306}' if out.ends_with('и') => {
                out.pop();
                'й'
            }
            '\u{308}' if out.ends_with('і') => {
                out.pop();
                'ї'
            }
            '\u{302}'..='\u{36f}' if tongue != Tongue::Arabic => continue,
            c => c,
        };
        out.push(c);
    }
    out
}

fn ascii_digit(c: char, zero: char) -> char {
    char::from_digit(c as u32 - zero as u32, 10).unwrap_or('0')
}

/// A folded Arabic word without its article, where enough is left.
fn without_article(word: &str) -> &str {
    match word.strip_prefix("ال") {
        Some(rest) if rest.chars().count() >= 2 => rest,
        _ => word,
    }
}

/// "وبالقرب" as it stands, and without what is written together with it: "and", "by", "to", the
/// article.
pub(super) fn arabic_forms(word: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![word.to_owned()];
    let mut push = |w: &str| {
        for form in [w, without_article(w)] {
            if form.chars().count() >= 2 && !out.iter().any(|o| o == form) {
                out.push(form.to_owned());
            }
        }
    };
    push(word);
    let joined = word.strip_prefix('و').or_else(|| word.strip_prefix('ف'));
    for w in [Some(word), joined].into_iter().flatten() {
        push(w);
        // "لل" is "to" with the article.
        if let Some(rest) = w.strip_prefix("لل") {
            push(rest);
        }
        if let Some(rest) = w.strip_prefix('ب').or_else(|| w.strip_prefix('ل')) {
            push(rest);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_well_formed() {
        for tongue in Tongue::ALL {
            let rows = raw(tongue);
            assert!(rows.len() > 100, "{tongue:?}");
            for [words, is, value] in rows {
                assert!(!words.is_empty(), "{tongue:?} {is} {value}");
                if is == "ending" || is == "form" {
                    continue;
                }
                let sort = Is::from_word(&is);
                assert!(sort.is_some(), "{tongue:?}: no sort {is} ({words})");
                match sort.expect("checked") {
                    Is::Event | Is::Fire | Is::Means => assert!(
                        IncidentType::from_code(&value).is_some(),
                        "{tongue:?}: no type {value} ({words})"
                    ),
                    Is::Number
                    | Is::Ordinal
                    | Is::Open
                    | Is::Scale
                    | Is::Month
                    | Is::Hijri
                    | Is::Weekday
                    | Is::Day
                    | Is::EventDay => {
                        assert!(value.parse::<i64>().is_ok(), "{tongue:?}: {words} {value}");
                    }
                    Is::Actor => assert!(
                        crate::reading::words::actor(&value).is_some(),
                        "{tongue:?}: no actor {value} ({words})"
                    ),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn spelling_does_not_count() {
        for (a, b, tongue) in [
            ("غَارَةٌ", "غارة", Tongue::Arabic),
            ("إدلـب", "ادلب", Tongue::Arabic),
            ("\u{202b}٣٤\u{202c}", "34", Tongue::Arabic),
            ("۱۲", "12", Tongue::Arabic),
            ("Décès", "deces", Tongue::French),
            ("Погибло", "погибло", Tongue::Russian),
            ("Ї", "ї", Tongue::Ukrainian),
            ("и\u{306}", "й", Tongue::Ukrainian),
            ("п’ять", "п'ять", Tongue::Ukrainian),
        ] {
            assert_eq!(folded(a, tongue), folded(b, tongue), "{a} {b}");
        }
    }

    #[test]
    fn what_arabic_writes_together_is_taken_apart() {
        let forms = arabic_forms("وبالمدينه");
        assert!(forms.contains(&"مدينه".to_owned()), "{forms:?}");
        assert!(arabic_forms("للقوات").contains(&"قوات".to_owned()));
    }
}
