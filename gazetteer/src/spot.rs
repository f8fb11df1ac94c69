//! Names in running text, and the phrases that tell a place by way of them.
//!
//! First every name: the words of the text are hashed once and runs of them looked up, the longest
//! first. Then the small grammar: "70 km northeast of A", "near the town of A", "southern A",
//! "between A and B". What the words around say about their use comes last.

mod grammar;
pub(crate) mod judge;
pub(crate) mod roles;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use crate::fold::generic::{GENERIC_WORDS_MAX, Generic, Sort, generic};
use crate::fold::{Key, Quick};
use crate::layout::{Layout, Named, POSTING_PLACE};
use crate::relative::Offset;
use crate::tokens::{Gap, Tokens};
use crate::words::{List, has};
use crate::{CountryCode, Kind, Usage};
use roles::Role;

/// The most words a name in running text has.
const NAME_WORDS_MAX: usize = 9;
/// So important (see the builder) is a country, a capital, a city of some 300 000.
const WELL_KNOWN: u8 = 155;

/// How strictly words are taken for names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// A running text: capitals count, common words need support.
    Running,
    /// A phrase that is known to tell a place, with capitals where they belong.
    Phrase,
    /// The same, all in small letters: they will do.
    Small,
}

/// A name in the text.
#[derive(Clone, Debug)]
pub(crate) struct NameAt {
    /// The words of the name itself.
    pub(crate) words: Range<usize>,
    /// With the generic words around it ("the town of ...").
    pub(crate) whole: Range<usize>,
    /// What those said.
    pub(crate) hints: Vec<&'static Generic>,
    /// Looked up and found.
    pub(crate) known: bool,
    /// Found as an adjective or people only.
    pub(crate) demonym: bool,
    /// The importance of the most important place of that name.
    pub(crate) importance: u8,
    /// The kind of that place.
    pub(crate) kind: Kind,
    /// The country of that place.
    pub(crate) country: Option<CountryCode>,
    /// The words are short for this name: "Ky." for Kentucky.
    pub(crate) short_for: Option<&'static str>,
    /// The words stand for this country: "the Kremlin", "the country" after a place in it.
    pub(crate) stands_for: Option<CountryCode>,
}

/// A side or the middle of something.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Part {
    /// Towards a direction.
    Side(crate::relative::Direction),
    /// "Central Syria".
    Middle,
}

/// How close "near" is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Near {
    /// "near", "close to", "not far from".
    Beside,
    /// "outside", "on the outskirts of".
    Outskirts,
    /// "the A area", "around A", "the border area around A".
    Area,
}

/// How a phrase tells its place.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Way {
    /// By its name.
    Name,
    /// In numbers.
    Coordinates(crate::coordinates::Position),
    /// By distance, or direction, or both, from the first name.
    Offset(Offset),
    /// By several distances, each from the name of the same number.
    Several(Vec<Offset>),
    /// So far inside the border of the first name: its metres.
    Inside(f64),
    /// By direction alone.
    Towards(crate::relative::Direction),
    /// Near the first name.
    Near(Near),
    /// A part of the first name.
    Part(Part),
    /// The countryside of the first name, or a part of it.
    Countryside(Option<Part>),
    /// Between the two names.
    Between(Line),
    /// The border of the two names, or of the first.
    Border,
    /// At sea off the first name, as far and that way where it is told.
    Sea(Option<Offset>),
}

/// What lies between two names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Line {
    /// Whatever does: "between A and B".
    Any,
    /// A road, railway or axis, up to its ends.
    Road,
}

/// A phrase that tells a place.
#[derive(Clone, Debug)]
pub(crate) struct Spotted {
    /// Its words.
    pub(crate) whole: Range<usize>,
    pub(crate) way: Way,
    /// The names in it. For a relative phrase those it is told by way of.
    pub(crate) names: Vec<NameAt>,
    /// The place's own name, where it stands before the relative phrase ("A, 70 km from B").
    pub(crate) subject: Option<NameAt>,
    pub(crate) usage: Usage,
}

/// Finds names and phrases.
pub(crate) fn spot(layout: &Layout, tokens: &Tokens, text: &str, mode: Mode) -> Vec<Spotted> {
    let mut spotted = candidates(layout, tokens, text, mode);
    if mode == Mode::Running {
        let kept = judge::kept(layout, tokens, &spotted);
        let mut kept = kept.iter();
        spotted.retain(|_| kept.next().copied().unwrap_or(true));
    }
    spotted
}

/// Every name and phrase, likely or not.
pub(crate) fn candidates(layout: &Layout, tokens: &Tokens, text: &str, mode: Mode) -> Vec<Spotted> {
    let small = mode == Mode::Phrase && tokens.iter().all(|t| !t.capital);
    let mode = if small { Mode::Small } else { mode };
    let names = names(layout, tokens, mode);
    let mut spotted = grammar::read(layout, tokens, text, &names, mode);
    if mode == Mode::Running {
        for item in &mut spotted {
            item.usage = usage(tokens, item);
        }
    }
    spotted
}

/// The names of a text, asked for by the word they begin at.
#[derive(Debug)]
struct Names {
    list: Vec<NameAt>,
    /// For each word one more than the number of the name that begins there; 0 where none does.
    at: Vec<u32>,
}

impl Names {
    /// The name that begins at a word; `None` beyond the last word.
    fn get(&self, n: usize) -> Option<Option<&NameAt>> {
        let number = *self.at.get(n)? as usize;
        Some(number.checked_sub(1).and_then(|n| self.list.get(n)))
    }

    /// True when a name begins at a word.
    fn begins(&self, n: usize) -> bool {
        self.at.get(n).is_some_and(|number| *number != 0)
    }
}

/// The longest names that begin at each word; they do not overlap.
fn names(layout: &Layout, tokens: &Tokens, mode: Mode) -> Names {
    let mut found = Names {
        list: Vec::new(),
        at: vec![0; tokens.len()],
    };
    let mut at = 0;
    while at < tokens.len() {
        if mode == Mode::Running
            && let Some(len) = no_place(tokens, at).or_else(|| disease(tokens, at))
        {
            at += len;
            continue;
        }
        match abbreviation(tokens, at)
            .or_else(|| metonym(tokens, at))
            .or_else(|| longest(layout, tokens, at, mode))
        {
            Some(name) => {
                let end = name.words.end;
                found.list.push(name);
                found.at[at] = found.list.len() as u32;
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The longest name that begins at a word.
fn longest(layout: &Layout, tokens: &Tokens, start: usize, mode: Mode) -> Option<NameAt> {
    let first = &tokens[start];
    let running = mode != Mode::Small;
    let begins = first.capital
        || first.caseless
        || !running
        || (first.digit && tokens.get(start + 1).is_some_and(|t| t.capital))
        // "al-Tanf": a small article joined to a capital.
        || (first.article && tokens.get(start + 1).is_some_and(|next| next.gap == Gap::Hyphen && next.capital));
    if !begins {
        return None;
    }
    // "The" opens a name only where nothing else would ("The Hague"); "at" only when joined.
    if first.article && !joined_article(tokens, start) {
        return None;
    }
    let mut key = Key::EMPTY;
    let mut best = None;
    let mut counted = 0;
    for n in start..tokens.len().min(start + NAME_WORDS_MAX) {
        let token = &tokens[n];
        if n > start && !continues(tokens, n) {
            break;
        }
        if token.article && n + 1 < tokens.len() {
            // Articles do not count; a name never ends in one.
            if running
                && n > start
                && token.gap == Gap::Space
                && !token.capital
                && tokens
                    .get(n + 1)
                    .is_none_or(|t| t.gap != Gap::Hyphen && !t.capital)
            {
                break;
            }
            continue;
        }
        key = key.and(token.hash);
        counted += 1;
        let mixed = key.mixed();
        let ends = token.capital
            || token.caseless
            || token.digit
            || !running
            || (n > start && token.gap == Gap::Hyphen);
        let named = layout.named(mixed);
        if ends && let Some(found) = found(layout, tokens, start..n + 1, named, counted, mode) {
            best = Some(found);
        }
        if !named.may_begin {
            break;
        }
    }
    best
}

/// True when a name may go on across the gap before this word.
fn continues(tokens: &Tokens, n: usize) -> bool {
    let token = &tokens[n];
    match token.gap {
        Gap::Space | Gap::Hyphen => true,
        Gap::Dot => tokens.folded(n - 1).chars().count() <= 3,
        _ => false,
    }
}

/// "al-Tanf" and "Al Tanf" but neither "the Tanf" nor "at Tanf".
fn joined_article(tokens: &Tokens, start: usize) -> bool {
    let first = &tokens[start];
    let Some(next) = tokens.get(start + 1) else {
        // Alone it is a word of its own ("Es" in Switzerland): not worth the confusion.
        return false;
    };
    if next.gap == Gap::Hyphen {
        return next.capital || next.caseless || !first.capital || next.span.len() > 2;
    }
    let english = matches!(
        tokens.folded(start),
        "the" | "at" | "as" | "an" | "en" | "es" | "er"
    );
    next.gap == Gap::Space
        && next.capital
        && first.capital
        && !(english && (first.starts || tokens.folded(start) == "the"))
}

/// The best place that a run of words names, if any.
fn found(
    layout: &Layout,
    tokens: &Tokens,
    words: Range<usize>,
    named: Named,
    counted: usize,
    mode: Mode,
) -> Option<NameAt> {
    let Named {
        importance,
        kind,
        country,
        demonym,
        ..
    } = named;
    let importance = importance?;
    let first_word = tokens.folded(words.start);
    let direction = first_word.chars().count() > 2
        && crate::relative::Direction::from_word(first_word).is_some();
    // "Western" alone is a direction, though provinces bear the name.
    if direction && words.len() == 1 && (mode == Mode::Running || tokens.len() > 1) {
        return None;
    }
    // "Southern Syria" may stand in a table of regions; the part of the outline says it better.
    if direction && kind == Kind::Region && words.len() > 1 {
        let rest = Key::of(&tokens.folded_range(words.start + 1..words.end)).mixed();
        let of_country = layout.by_key(rest).any(|posting| {
            let record = layout.place(posting & POSTING_PLACE);
            record.kind() == Kind::Country && record.country() == country
        });
        if of_country {
            return None;
        }
    }
    // "the village of X" holds no place named Village.
    if counted == 1 && mode != Mode::Running && tokens.len() > 1 && words.len() == 1 {
        let folded = tokens.folded(words.start);
        if generic(folded).is_some() || has(List::Never, folded) || is_place_word(folded) {
            return None;
        }
    }
    if counted == 1 && mode == Mode::Running {
        let word = words.clone().rev().find(|n| !tokens[*n].article)?;
        let folded = tokens.folded(word);
        let token = &tokens[word];
        let letters = folded.chars().count();
        // "US" is a country, "us" and "Us" are not; no place of one letter is meant.
        if letters < 2
            || (letters <= 3
                && !token.caseless
                && token.capital
                && !token.shouted
                && importance >= 200)
        {
            return None;
        }
        let spelled =
            token.shouted && letters <= 3 && importance >= 200 && !(neighbour_shouts(tokens, word));
        if token.digit || (has(List::Never, folded) && words.len() == 1 && !spelled) {
            return None;
        }
        if generic(folded).is_some() && words.len() == 1 && !demonym {
            return None;
        }
        if token.caseless && letters < 3 && importance < WELL_KNOWN {
            return None;
        }
    }
    Some(NameAt {
        whole: words.clone(),
        words,
        hints: Vec::new(),
        known: true,
        demonym,
        importance,
        kind,
        country,
        stands_for: None,
        short_for: None,
    })
}

/// True when a word beside is written in capitals too: a headline, where "US" may be "us".
fn neighbour_shouts(tokens: &Tokens, n: usize) -> bool {
    [n.checked_sub(1), Some(n + 1)]
        .into_iter()
        .flatten()
        .filter_map(|n| tokens.get(n))
        .any(|t| t.shouted && t.span.len() > 4)
}

/// The full name and country of a short form, as `words/abbreviations.csv` has it.
pub(crate) fn unabbreviated(folded: &str) -> Option<(&'static str, CountryCode)> {
    static TABLE: OnceLock<HashMap<&'static str, (&'static str, CountryCode)>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        include_str!("../words/abbreviations.csv")
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.split(',');
                let (short, country, name) = (cells.next()?, cells.next()?, cells.next()?);
                Some((short, (name, CountryCode::new(country)?)))
            })
            .collect()
    });
    table.get(folded).copied()
}

/// A state or province in short, after a comma: "Paris, Tex.", "Barrie, Ont.", "Albany, N.Y.".
fn abbreviation(tokens: &Tokens, start: usize) -> Option<NameAt> {
    let first = tokens.get(start)?;
    if first.gap != Gap::Comma || !first.capital || start == 0 || !tokens[start - 1].capital {
        return None;
    }
    let words = (1..=3).rev().map(|len| start..start + len).find(|words| {
        words.end <= tokens.len()
            && words.clone().skip(1).all(|n| tokens[n].gap == Gap::Dot)
            && unabbreviated(&tokens.folded_range(words.clone())).is_some()
    })?;
    let (name, country) = unabbreviated(&tokens.folded_range(words.clone()))?;
    // Two letters are a code only when both are capitals.
    if words.len() == 1
        && first.span.len() <= 2
        && !first.shouted
        && !matches!(
            tokens.folded(start),
            "ga" | "pa" | "va" | "la" | "ky" | "mo" | "md" | "vt"
        )
    {
        return None;
    }
    Some(NameAt {
        whole: words.clone(),
        words,
        hints: Vec::new(),
        known: true,
        demonym: false,
        importance: 170,
        kind: Kind::Admin1,
        country: Some(country),
        stands_for: None,
        short_for: Some(name),
    })
}

/// How many words from here name an organisation, a paper, a title: `words/not_places.txt`.
fn no_place(tokens: &Tokens, start: usize) -> Option<usize> {
    static TABLE: OnceLock<HashMap<u64, Vec<Vec<&'static str>>, Quick>> = OnceLock::new();
    let first = tokens.get(start)?;
    if !first.roles.has(Role::NoPlace) {
        return None;
    }
    let table = TABLE.get_or_init(|| {
        let mut table: HashMap<u64, Vec<Vec<&'static str>>, Quick> = HashMap::default();
        for line in no_place_words() {
            let words: Vec<&str> = line.split(' ').collect();
            table
                .entry(crate::fold::word_hash(words[0]))
                .or_default()
                .push(words);
        }
        for list in table.values_mut() {
            list.sort_by_key(|words| std::cmp::Reverse(words.len()));
        }
        table
    });
    table.get(&first.hash)?.iter().find_map(|words| {
        let fits = words.iter().enumerate().all(|(n, word)| {
            tokens.folded(start + n) == *word && (n == 0 || continues(tokens, start + n))
        });
        let capital = tokens
            .get(start + words.len() - 1)
            .is_some_and(|t| t.capital);
        (fits && capital).then_some(words.len())
    })
}

/// Words that make a disease, or its agent, of the names before them.
const DISEASES: &[&str] = &[
    "virus",
    "viruses",
    "ebolavirus",
    "hantavirus",
    "fever",
    "flu",
    "influenza",
    "strain",
    "syndrome",
    "haemorrhagic",
    "hemorrhagic",
    "encephalitis",
    "respiratory",
];

/// "Marburg virus", "Rift Valley fever", "the Zaire strain": how many words from here name a
/// disease.
fn disease(tokens: &Tokens, start: usize) -> Option<usize> {
    /// Longest name before such a word, in words.
    const NAME_WORDS_MAX: usize = 2;
    (1..=NAME_WORDS_MAX).find_map(|len| {
        let named = (start..start + len).all(|i| {
            tokens.get(i).is_some_and(|t| t.capital) && (i == start || continues(tokens, i))
        });
        let word = start + len;
        let agent = named
            && tokens.get(word).is_some()
            && continues(tokens, word)
            && DISEASES.contains(&tokens.folded(word));
        agent.then_some(len + 1)
    })
}

/// The lines of `words/not_places.txt`.
fn no_place_words() -> impl Iterator<Item = &'static str> {
    include_str!("../words/not_places.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// The folded words of `words/metonyms.csv`.
fn metonym_words() -> impl Iterator<Item = &'static str> {
    metonyms().keys().map(|word| &word[..])
}

fn metonyms() -> &'static HashMap<String, CountryCode, Quick> {
    static TABLE: OnceLock<HashMap<String, CountryCode, Quick>> = OnceLock::new();
    TABLE.get_or_init(|| {
        include_str!("../words/metonyms.csv")
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(','))
            .filter_map(|(word, code)| Some((crate::fold::fold(word), CountryCode::new(code)?)))
            .collect()
    })
}

/// Buildings and bodies that stand for a government: "the Kremlin". The table is
/// `words/metonyms.csv`.
fn metonym(tokens: &Tokens, start: usize) -> Option<NameAt> {
    let first = tokens.get(start)?;
    if !first.roles.has(Role::Metonym) {
        return None;
    }
    let table = metonyms();
    if !first.capital && !first.caseless {
        return None;
    }
    let (words, code) = (1..=2).rev().find_map(|len| {
        let words = start..start + len;
        let near = len == 1 || tokens.get(start + 1).is_some_and(|t| t.gap == Gap::Space);
        let known = near && words.end <= tokens.len();
        let code = known.then(|| table.get(&tokens.folded_range(words.clone())))??;
        Some((words, *code))
    })?;
    Some(NameAt {
        whole: words.clone(),
        words,
        hints: Vec::new(),
        known: true,
        demonym: false,
        importance: 220,
        kind: Kind::Installation,
        country: Some(code),
        stands_for: Some(code),
        short_for: None,
    })
}

/// A generic word, or several, at a place in the text: how many words, and what it says.
pub(crate) fn generic_at(tokens: &Tokens, start: usize) -> Option<(usize, &'static Generic)> {
    let mut best = None;
    if !tokens.get(start)?.roles.has(Role::Generic) {
        return None;
    }
    for len in 1..=GENERIC_WORDS_MAX {
        let end = start + len;
        if end > tokens.len()
            || (len > 1 && !matches!(tokens[end - 1].gap, Gap::Space | Gap::Hyphen))
        {
            break;
        }
        let word = if len == 1 {
            generic(tokens.folded(start))
        } else {
            generic(&tokens.folded_range(start..end))
        };
        if let Some(word) = word {
            best = Some((len, word));
        }
    }
    best
}

/// How the words around use a name.
fn usage(tokens: &Tokens, item: &Spotted) -> Usage {
    if !matches!(item.way, Way::Name) {
        return Usage::Place;
    }
    let Some(name) = item.names.first() else {
        return Usage::Place;
    };
    let (first, last) = (item.whole.start, item.whole.end - 1);
    let next = tokens
        .get(last + 1)
        .filter(|t| matches!(t.gap, Gap::Space | Gap::Hyphen) && !tokens[last].possessive);
    let next_word = if next.is_some() {
        tokens.folded(last + 1)
    } else {
        ""
    };
    if name.demonym {
        return Usage::Demonym;
    }
    if name.stands_for.is_some() {
        return Usage::Metonym;
    }
    if let Some(next) = next {
        let generic_next = generic_at(tokens, last + 1).is_some();
        if has(List::Organisations, next_word) && next.capital && !generic_next {
            return Usage::PartOfName;
        }
        // "Aleppo Health Directorate", "Syrian Observatory": two capitals on, an organisation.
        if name.kind == Kind::Country && is_short_adjective(tokens, name) && is_people(next_word) {
            return Usage::Demonym;
        }
        if matches!(
            next_word,
            "government" | "regime" | "administration" | "authorities"
        ) && matches!(name.kind, Kind::Capital | Kind::City)
        {
            return Usage::Metonym;
        }
        if next.capital
            && !next.shouted
            && !generic_next
            && next.gap == Gap::Space
            && !has(List::Never, next_word)
            && person_like(tokens, name)
        {
            return Usage::PartOfName;
        }
    }
    if is_saints_house(tokens, &name.words) {
        return Usage::PartOfName;
    }
    if first > 0 {
        let before = &tokens[first - 1];
        let word = tokens.folded(first - 1);
        let beside = matches!(tokens[first].gap, Gap::Space);
        if beside
            && before.capital
            && has(List::FirstNames, word)
            && item.whole.len() == 1
            && !matches!(name.kind, Kind::Country)
        {
            return Usage::PartOfName;
        }
        if beside
            && word == "of"
            && first > 1
            && has(List::Organisations, tokens.folded(first - 2))
            && tokens[first - 2].capital
        {
            return Usage::PartOfName;
        }
        // "Gen. Kurilla", "President Washington".
        if matches!(tokens[first].gap, Gap::Space | Gap::Dot)
            && before.capital
            && is_title(word)
            && name.importance < 200
        {
            return Usage::PartOfName;
        }
    }
    if next.is_some()
        && has(List::Speech, next_word)
        && matches!(name.kind, Kind::Capital | Kind::Country)
    {
        return Usage::Metonym;
    }
    if first > 0 && matches!(name.kind, Kind::Capital) {
        let word = tokens.folded(first - 1);
        let governed = tokens[first].possessive || tokens[last].possessive;
        if governed
            && !matches!(word, "in" | "near" | "at" | "from")
            && tokens
                .get(last + 1)
                .is_some_and(|_| is_of_government(tokens.folded(last + 1)))
        {
            return Usage::Metonym;
        }
        if matches!(
            word,
            "warned"
                | "told"
                | "informed"
                | "accused"
                | "urged"
                | "asked"
                | "against"
                | "with"
                | "allowed"
        ) && tokens[first].gap == Gap::Space
        {
            return Usage::Metonym;
        }
    }
    Usage::Place
}

/// "the church of St. Peter", "St. Mark's Cathedral", "St George hospital": a house named after a
/// saint, not the town of that name.
fn is_saints_house(tokens: &Tokens, name: &Range<usize>) -> bool {
    /// Words of the saint's name that may stand between it and the house.
    const REACH: usize = 4;
    let house = |at: usize| {
        matches!(
            tokens.folded(at),
            "church"
                | "cathedral"
                | "basilica"
                | "chapel"
                | "monastery"
                | "convent"
                | "abbey"
                | "parish"
                | "shrine"
                | "square"
                | "hospital"
                | "school"
                | "college"
        )
    };
    if !matches!(tokens.folded(name.start), "st" | "saint" | "sts" | "saints") {
        return false;
    }
    let of = name.start >= 2 && tokens.folded(name.start - 1) == "of" && house(name.start - 2);
    let named = (name.end..(name.end + REACH).min(tokens.len()))
        .take_while(|at| tokens[*at].capital || house(*at))
        .any(house);
    of || named
}

fn is_short_adjective(tokens: &Tokens, name: &NameAt) -> bool {
    name.words.clone().all(|n| tokens[n].shouted) && name.words.len() <= 2
}

/// People and things that an abbreviated country stands before as an adjective ("US troops").
fn is_people(word: &str) -> bool {
    matches!(
        word,
        "troops"
            | "forces"
            | "force"
            | "officials"
            | "official"
            | "military"
            | "soldiers"
            | "soldier"
            | "army"
            | "air"
            | "navy"
            | "marines"
            | "special"
            | "coalition"
            | "led"
            | "backed"
            | "allied"
            | "president"
            | "government"
            | "authorities"
            | "citizens"
            | "citizen"
            | "national"
            | "nationals"
            | "diplomats"
            | "diplomat"
            | "envoy"
            | "ambassador"
            | "embassy"
            | "secretary"
            | "senator"
            | "congress"
            | "senate"
            | "state"
            | "department"
            | "drone"
            | "drones"
            | "jets"
            | "jet"
            | "fighter"
            | "warplanes"
            | "warplane"
            | "airstrike"
            | "airstrikes"
            | "strike"
            | "strikes"
            | "sanctions"
            | "dollars"
            | "dollar"
            | "mission"
            | "personnel"
            | "servicemen"
            | "commander"
            | "general"
            | "defense"
            | "defence"
            | "peacekeepers"
            | "aid"
            | "intelligence"
            | "policy"
            | "occupation"
            | "occupied"
            | "central"
            | "puppet"
            | "imperialism"
            | "american"
            | "agency"
            | "envoys"
            | "base"
            | "bases"
            | "dod"
            | "coast"
            | "navy’s"
            | "warship"
            | "warships"
            | "helicopters"
            | "helicopter"
    )
}

fn is_of_government(word: &str) -> bool {
    matches!(
        word,
        "forces"
            | "troops"
            | "government"
            | "allies"
            | "military"
            | "targeting"
            | "campaign"
            | "policy"
            | "intervention"
            | "airstrikes"
            | "operation"
            | "ambassador"
            | "envoy"
            | "stance"
            | "decision"
            | "foreign"
    )
}

fn is_title(word: &str) -> bool {
    matches!(
        word,
        "president"
            | "minister"
            | "general"
            | "gen"
            | "colonel"
            | "col"
            | "major"
            | "maj"
            | "captain"
            | "capt"
            | "lieutenant"
            | "lt"
            | "sgt"
            | "sergeant"
            | "mr"
            | "mrs"
            | "ms"
            | "dr"
            | "sen"
            | "senator"
            | "rep"
            | "gov"
            | "governor"
            | "sheikh"
            | "shaykh"
            | "professor"
            | "prof"
            | "judge"
            | "officer"
            | "sheriff"
            | "king"
            | "queen"
            | "prince"
            | "princess"
            | "sir"
            | "lord"
            | "lady"
            | "admiral"
            | "secretary"
            | "ambassador"
            | "imam"
            | "coach"
            | "mayor"
            | "chief"
            | "director"
    )
}

/// True for names that persons bear too.
fn person_like(tokens: &Tokens, name: &NameAt) -> bool {
    if name.words.len() != 1 {
        return false;
    }
    let word = tokens.folded(name.words.start);
    has(List::FirstNames, word) || (name.importance < 120 && !supported(tokens, &name.whole))
}

/// Prepositions and the like before a place.
fn is_place_word(word: &str) -> bool {
    matches!(
        word,
        "in" | "at"
            | "near"
            | "from"
            | "to"
            | "outside"
            | "around"
            | "toward"
            | "towards"
            | "into"
            | "between"
            | "across"
            | "through"
            | "throughout"
            | "inside"
            | "within"
            | "of"
            | "around‏"
            | "entering"
            | "leaving"
            | "reached"
            | "captured"
            | "seized"
            | "besieged"
            | "en"
            | "dans"
            | "à"
            | "a"
            | "nach"
            | "aus"
            | "في"
            | "من"
            | "الى"
            | "قرب"
            | "على"
            | "بين"
            | "в"
            | "у"
            | "под"
            | "біля"
            | "près"
            | "on"
            | "via"
            | "for"
            | "and"
    )
}

/// True when what stands beside a name says that it is a place.
fn supported(tokens: &Tokens, whole: &Range<usize>) -> bool {
    let before = whole.start.checked_sub(1).map(|n| {
        // "in the Tanf", "near al-Tanf".
        if tokens[n].article && n > 0 { n - 1 } else { n }
    });
    let preposition = before.is_some_and(|n| {
        matches!(tokens[whole.start].gap, Gap::Space)
            && is_place_word(tokens.folded(n))
            && !matches!(tokens.folded(n), "for" | "and" | "on" | "a" | "of")
    });
    let weak = before.is_some_and(|n| tokens.folded(n) == "of");
    let generic_next = generic_at(tokens, whole.end).is_some()
        && tokens.get(whole.end).is_some_and(|t| t.gap == Gap::Space);
    let contained = tokens
        .get(whole.end)
        .is_some_and(|t| t.gap == Gap::Comma && t.capital)
        && before.is_some_and(|n| is_place_word(tokens.folded(n)));
    preposition || generic_next || contained || (weak && !person_before(tokens, whole.start))
}

fn person_before(tokens: &Tokens, start: usize) -> bool {
    start >= 2
        && tokens[start - 2].capital
        && !tokens[start - 2].starts
        && generic(tokens.folded(start - 2)).is_none()
}

/// True for a generic word of a division ("province").
pub(crate) fn is_division(word: &Generic) -> bool {
    word.sort == Sort::Part
}
