//! The way from phrases to places: candidates, weigh, agree, pick.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::rc::Rc;

use crate::around::{Around, BLOCK, Nearness, Pick};
use crate::fold::generic::Generic;
use crate::fold::{self, Key, Quick, skeleton, sound, typing};
use crate::layout::{
    Cut, CutOf, Layout, POSTING_DEMONYM, POSTING_MAIN, POSTING_PLACE, POSTING_SHORT,
};
use crate::located::BORDER_OF;
use crate::relative::{self, Offset};
use crate::spot::{self, Mode, NameAt, Near, Spotted, Way};
use crate::tokens::{Gap, Tokens};
use crate::weigh::{self, Match, Part, Weights};
use crate::{
    Basis, Context, CountryCode, Kind, Located, LonLat, Precision, beginning, doubt, parts, sea,
    search, shape, surety,
};

/// Candidates of one name that are weighed; the less important of more are left out.
const CANDIDATES_MAX: usize = 60;
/// Places by way of which a phrase is told that are tried.
const ANCHORS_MAX: usize = 5;
/// Every answer.
const ALL_WANTED: Wanted = Wanted {
    most: usize::MAX,
    enough: usize::MAX,
};
/// Candidates that an answer carries when the caller sets no limit.
const ANSWERS_MAX: usize = 20;
/// Places of a division that are compared letter by letter at most.
const DIVISION_PLACES_MAX: usize = 40_000;
/// How alike a name of the division told must sound, in hundredths, to be a candidate.
const LIKE_IN_DIVISION: u8 = 72;
/// Answers of one name whose circles are fitted to the doubt: those anybody looks at.
const WIDENED_MAX: usize = 8;
/// How alike a name must sound, in hundredths, where nothing tells which division or country to
/// look in. Below this, half of the answers on the development halves lay in another country.
pub(crate) const ALIKE_ANYWHERE: u8 = 75;
/// How far beyond the circle of a division its places may lie: data sets draw borders apart.
const BEYOND_DIVISION_M: f64 = 20_000.0;
/// How much less likely (a logarithm) the second place of "between A and B" may be by itself.
const BETWEEN_LESS_LIKELY: f64 = 4.0;
/// Places of a name that are tried as ends of a way.
const ENDS_TRIED: usize = 12;
/// Ways that the press names are some 60 km long at the median: each so many metres between the
/// ends make a pair of places less likely by one (a logarithm).
const WAY_M: f64 = 80_000.0;
/// Two great cities may be named as the ends of a long way: no pair loses more than this.
const WAY_MOST: f64 = 6.0;
/// The circle around the one end of a way whose other end nobody knows.
const WAY_UNKNOWN_M: f64 = 40_000.0;
/// Weak matches of one name and one skeleton that are compared letter by letter.
const WEAK_MAX: usize = 400;
/// How alike a name with the same consonants must sound, in hundredths.
const LEAST_ALIKE: u8 = 60;
/// How alike a name of one word has to be for what else stands in the phrase to be left aside.
const SURE_OF_ONE: u8 = 85;
/// The same for a name of two consonants, which agree by chance.
const SURE_OF_SHORT: u8 = 92;
/// The same for a name of several words: all of them agreeing loosely say more than one of them
/// agreeing to the letter.
const SURE_OF_SEVERAL: u8 = 80;
/// How alike a name has to be to that of "A, 70 km from B", where the place lies so.
const WEAK_SUBJECT: u8 = 72;
/// How far outside the circle of "70 km from B" a place of a name like A may lie.
const WEAK_SUBJECT_M: f64 = 2_000.0;
/// Places of a further name that are tried where several distances are told.
const ANCHORS_TRIED: usize = 5;
/// What is left of the score where the distances told contradict each other.
const CONTRADICTED: f64 = 0.5;
/// A distance from an area wider than this tells no point.
const COARSE_ANCHOR_M: f64 = 120_000.0;
/// Likeness to a part of a name counts for so much of likeness to the whole.
const LIKE_A_PART: f64 = 0.9;
/// What one typing error costs of a name's likeness, in hundredths of a letter.
pub(crate) const TYPING_ERROR: usize = 110;

/// A name to look up: its folded words and what the words beside it said.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) folded: String,
    pub(crate) hints: Vec<&'static Generic>,
    pub(crate) demonym: bool,
    /// Other readings of the same words, tried where the first finds nothing.
    pub(crate) otherwise: Vec<String>,
    /// How many of those, from the first on, stand for the whole name.
    pub(crate) whole: usize,
    /// A word of a few capitals, among words that are not.
    pub(crate) acronym: bool,
}

impl Query {
    /// True when all that is weighed of both but their words is the same.
    fn weighs_as(&self, other: &Self) -> bool {
        self.demonym == other.demonym && self.acronym == other.acronym && self.hinted_as(other)
    }

    /// True when the same words stand beside both.
    fn hinted_as(&self, other: &Self) -> bool {
        self.hints.len() == other.hints.len()
            && self
                .hints
                .iter()
                .zip(&other.hints)
                .all(|(a, b)| std::ptr::eq(*a, *b))
    }
}

/// Other readings of a name that nobody knows as it stands: one of two spellings beside a slash,
/// without a number behind it, without the word at either end.
///
/// How many of them, from the first on, stand for the whole name.
fn readings(folded: &str, written: &str) -> (Vec<String>, usize) {
    let mut out = Vec::new();
    let add = |out: &mut Vec<String>, text: &str| {
        let text = fold::fold(text);
        let rest = fold::generic::without_generic(&text).map_or(&text[..], |(rest, _)| rest);
        // "Tall" of "Tall al-X" is a word of a thousand names.
        let names = !fold::key_words(rest).all(fold::is_usual);
        if names && rest.chars().count() >= 3 && rest != folded && !out.iter().any(|o| o == rest) {
            out.push(rest.to_owned());
        }
    };
    for half in written
        .split(['/', '(', ')', '='])
        .filter(|half| half.len() < written.len())
    {
        add(&mut out, half);
    }
    let words: Vec<&str> = folded.split(' ').collect();
    if words.len() > 1 {
        let last = words[words.len() - 1];
        if last.chars().all(|c| c.is_ascii_digit())
            || matches!(last, "i" | "ii" | "iii" | "iv" | "v")
        {
            add(&mut out, &words[..words.len() - 1].join(" "));
        }
    }
    let whole = out.len();
    if words.len() > 2 {
        add(&mut out, &words[..words.len() - 1].join(" "));
        add(&mut out, &words[1..].join(" "));
    }
    (out, whole)
}

/// A place that a name may mean, with what speaks for it.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) place: u32,
    pub(crate) how: Match,
    pub(crate) kind: Kind,
    pub(crate) country: Option<CountryCode>,
    pub(crate) at: Option<LonLat>,
    pub(crate) score: f64,
    /// What the score is made of.
    pub(crate) parts: Vec<(weigh::Part, f64)>,
    /// How many of the parts it has by itself, and what they add up to, once that is known: only
    /// what the other names say changes from round to round.
    alone: Option<(usize, f64)>,
    /// How near it lies to what the other names were first taken for.
    pub(crate) near: Option<Rc<Vec<Nearness>>>,
    /// True while reasons are put in words: for the few candidates that are told.
    pub(crate) telling: bool,
    pub(crate) because: Vec<(f64, String)>,
}

impl Candidate {
    /// Adds a reason, where reasons are asked for.
    pub(crate) fn because(&mut self, weight: f64, words: impl FnOnce() -> String) {
        if self.telling {
            self.because.push((weight, words()));
        }
    }
}

/// One phrase to resolve.
#[derive(Debug)]
pub(crate) struct Item {
    /// Where it stands in the text.
    pub(crate) span: Range<usize>,
    pub(crate) way: Way,
    pub(crate) names: Vec<Query>,
    pub(crate) subject: Option<Query>,
    /// True for adjectives and the like: they tell of a country, not of a place.
    pub(crate) only_evidence: bool,
    /// Answers after which no more are made: 0 for what only helps to choose.
    pub(crate) enough: usize,
    /// True where the words say that it lies by a border: "the border village of A".
    pub(crate) by_border: bool,
}

/// An item from what was spotted in the words.
pub(crate) fn item(tokens: &Tokens, spotted: &Spotted, enough: usize) -> Item {
    let query = |name: &NameAt| {
        let (otherwise, whole) = if name.known {
            (Vec::new(), 0)
        } else {
            readings(&tokens.folded_range(name.words.clone()), "")
        };
        Query {
            folded: match name.stands_for {
                Some(code) => fold::fold(crate::country_name(code)),
                None => match name.short_for {
                    Some(full) => fold::fold(full),
                    // "the western part of the city": a word for any place, and no place's name.
                    None if only_generic(tokens, &name.words) => String::new(),
                    None => tokens.folded_range(name.words.clone()),
                },
            },
            hints: name.hints.clone(),
            demonym: name.demonym,
            acronym: spot::judge::acronym(tokens, &name.words),
            otherwise,
            whole,
        }
    };
    Item {
        span: tokens.span(spotted.whole.clone()),
        enough,
        by_border: false,
        way: spotted.way.clone(),
        names: spotted.names.iter().map(query).collect(),
        subject: spotted.subject.as_ref().map(query),
        only_evidence: spotted.usage != crate::Usage::Place,
    }
}

/// Words in small letters that stand for any place of their kind.
fn only_generic(tokens: &Tokens, words: &Range<usize>) -> bool {
    let small = |n: usize| tokens.get(n).is_some_and(|t| !t.capital && !t.caseless);
    let folded = tokens.folded_range(words.clone());
    let bare = folded.strip_prefix("the ").unwrap_or(&folded);
    words.clone().all(small) && fold::generic::generic(bare).is_some()
}

/// Reads one phrase that is known to tell a place. Words nobody knows become a name.
pub(crate) fn phrase_item(layout: &Layout, phrase: &str, offset: usize) -> (Item, Vec<Item>) {
    let phrase = fold::cut(phrase, fold::NAME_BYTES_MAX);
    let tokens = Tokens::of(phrase);
    let (mut first, mut others) = phrase_items(layout, phrase, &tokens, offset);
    if (0..tokens.len()).any(|n| matches!(tokens.folded(n), "border" | "frontier")) {
        first.by_border = true;
        for other in &mut others {
            other.by_border = true;
        }
    }
    (first, others)
}

/// The same, of the words.
fn phrase_items(
    layout: &Layout,
    phrase: &str,
    tokens: &Tokens,
    offset: usize,
) -> (Item, Vec<Item>) {
    let whole = || Query {
        folded: fold::fold(phrase),
        hints: Vec::new(),
        demonym: false,
        acronym: false,
        otherwise: Vec::new(),
        whole: 0,
    };
    let named = |query: Query| Item {
        span: offset..offset + phrase.len(),
        way: Way::Name,
        names: vec![query],
        subject: None,
        only_evidence: false,
        enough: usize::MAX,
        by_border: false,
    };
    // The whole phrase as a name goes first: "South Sudan", "Gulf of Aden".
    let folded = fold::fold(phrase);
    if (phrase.ends_with('.') || phrase.chars().all(char::is_uppercase))
        && let Some((full, _)) = spot::unabbreviated(&folded)
        && !matches!(&folded[..], "in" | "or" | "me" | "de" | "on" | "us")
    {
        let full = fold::fold(full);
        return (
            named(Query {
                folded: full,
                ..whole()
            }),
            Vec::new(),
        );
    }
    let spotted = spot::spot(layout, tokens, phrase, Mode::Phrase);
    // "Al-Tanf area" may stand in a table of regions; what the words say comes before.
    let told_otherwise = spotted.first().is_some_and(|s| {
        matches!(
            s.way,
            Way::Near(_) | Way::Offset(_) | Way::Several(_) | Way::Inside(_) | Way::Sea(_)
        ) || (matches!(s.way, Way::Part(_))
            && s.names
                .first()
                .is_some_and(|name| name.kind == Kind::Country))
    });
    if !told_otherwise && layout.by_key(Key::of(&folded).mixed()).next().is_some() {
        // "محافظة إدلب" is a name of the governorate, and short for a city that has none.
        let hints = fold::generic::without_generic(&folded)
            .map(|(_, hints)| hints)
            .filter(|hints| hints.iter().any(|hint| spot::is_division(hint)))
            .unwrap_or_default();
        return (named(Query { hints, ..whole() }), Vec::new());
    }
    let mut items: Vec<Item> = spotted
        .iter()
        .map(|s| {
            let mut item = item(tokens, s, usize::MAX);
            item.span = item.span.start + offset..item.span.end + offset;
            item
        })
        .collect();
    // The part before the first comma or bracket names the place.
    let head_end = (1..tokens.len())
        .find(|n| {
            !matches!(
                tokens[*n].gap,
                Gap::Space | Gap::Hyphen | Gap::Dot | Gap::Slash
            )
        })
        .unwrap_or(tokens.len());
    // "The Iraqi-Syrian border near A": what is told by way of a place goes before a border.
    let first_relative = spotted
        .iter()
        .position(|s| !matches!(s.way, Way::Name | Way::Border))
        .filter(|n| spotted[*n].names.iter().any(|name| name.known))
        .or_else(|| spotted.iter().position(|s| !matches!(s.way, Way::Name)));
    let covers = spotted.first().is_some_and(|s| {
        s.whole.start == 0 && s.whole.end >= head_end && matches!(s.way, Way::Name)
    });
    if covers
        && first_relative != Some(0)
        && !(first_relative.is_some()
            && spotted[first_relative.unwrap_or(0)].whole.start < head_end)
    {
        let first = items.remove(0);
        return (first, items);
    }
    if let Some(n) = first_relative
        && (spotted[n].whole.start < head_end || head_end == 0)
    {
        let mut first = items.remove(n);
        // "The village of A on the A-B road": A is meant, where it is known by the way.
        let on_a_way = |before: &Spotted| {
            matches!(before.way, Way::Name)
                && before.names.iter().all(|name| name.known && !name.demonym)
                && (before.whole.end..spotted[n].whole.start).all(|word| {
                    matches!(
                        tokens.folded(word),
                        "on" | "along" | "at" | "the" | "in" | "of"
                    )
                })
        };
        if first.subject.is_none()
            && matches!(first.way, Way::Between(_))
            && let Some(before) = n.checked_sub(1).map(|n| &spotted[n])
            && on_a_way(before)
        {
            first.subject = item(tokens, before, usize::MAX).names.into_iter().next();
        }
        // "Tal Afar west of Mosul": what stands before may be the name of the place.
        if first.subject.is_none()
            && matches!(
                first.way,
                Way::Offset(_) | Way::Towards(_) | Way::Near(_) | Way::Several(_)
            )
            && let Some(subject) = named_before(tokens, spotted[n].whole.start)
        {
            first.subject = Some(subject);
        }
        return (first, items);
    }
    let head_start = (0..head_end)
        .find(|n| {
            !matches!(
                tokens.folded(*n),
                "in" | "at"
                    | "on"
                    | "from"
                    | "to"
                    | "inside"
                    | "into"
                    | "the"
                    | "dans"
                    | "en"
                    | "a"
                    | "في"
            )
        })
        .unwrap_or(0);
    let head = tokens.folded_range(head_start..head_end);
    if head.is_empty() {
        return match items.is_empty() {
            true => (named(whole()), items),
            false => (items.remove(0), items),
        };
    }
    let (rest, hints) = match fold::generic::without_generic(&head) {
        Some((rest, hints)) => (rest.to_owned(), hints),
        None => (head.clone(), Vec::new()),
    };
    let known = layout.by_key(Key::of(&head).mixed()).next().is_some();
    let mut query = if known {
        Query {
            folded: head,
            hints: Vec::new(),
            demonym: false,
            acronym: false,
            otherwise: Vec::new(),
            whole: 0,
        }
    } else {
        Query {
            folded: rest,
            hints,
            demonym: false,
            acronym: false,
            otherwise: Vec::new(),
            whole: 0,
        }
    };
    (query.otherwise, query.whole) = readings(
        &query.folded,
        &phrase[..tokens.get(head_end).map_or(phrase.len(), |t| t.span.start)],
    );
    // Names inside an unknown head ("Manitoba Chambers of Commerce") are a last resort.
    let head_bytes = offset + tokens.get(head_end).map_or(phrase.len(), |t| t.span.start);
    if known {
        items.retain(|item| item.span.start >= head_bytes);
    }
    (named(query), items)
}

/// The words before a relative phrase as a name: capitalised, or of a script without capitals.
fn named_before(tokens: &Tokens, end: usize) -> Option<Query> {
    let mut start = end;
    while start > 0
        && (tokens[start - 1].capital || tokens[start - 1].caseless || tokens[start - 1].article)
        && (start == end || matches!(tokens[start].gap, Gap::Space | Gap::Hyphen))
    {
        start -= 1;
    }
    if start == end || !matches!(tokens[end].gap, Gap::Space | Gap::Comma | Gap::Open) {
        return None;
    }
    let folded = tokens.folded_range(start..end);
    let (rest, hints) = match fold::generic::without_generic(&folded) {
        Some((rest, hints)) => (rest.to_owned(), hints),
        None => (folded, Vec::new()),
    };
    let named = rest.chars().count() >= 3 && fold::generic::generic(&rest).is_none();
    named.then_some(Query {
        folded: rest,
        hints,
        demonym: false,
        otherwise: Vec::new(),
        whole: 0,
        acronym: false,
    })
}

/// Every place a name may mean, unweighed: strong matches, or else the weak ones.
pub(crate) fn candidates(
    layout: &Layout,
    query: &Query,
    countries: &[CountryCode],
) -> Vec<Candidate> {
    let (mut found, whole) = strong_candidates(layout, query);
    if found.is_empty() {
        found = weak_candidates(layout, &query.folded, countries);
    } else {
        let told = |c: &Candidate| {
            countries.is_empty() || c.country.is_none_or(|code| countries.contains(&code))
        };
        let elsewhere = !found.iter().any(|c| {
            told(c) || matches!(c.kind, Kind::Country | Kind::Continent | Kind::WorldRegion)
        });
        // A part of the name agrees, or a name of another country than the one told: the whole of it
        // may be spelt otherwise.
        if !whole || elsewhere {
            for weak in weak_candidates(layout, &query.folded, countries) {
                if weak.how >= Match::Weak(SURE_OF_ONE) && (!elsewhere || told(&weak)) {
                    add(layout, &mut found, weak.place, weak.how);
                }
            }
        }
    }
    if found.len() > CANDIDATES_MAX * 4 {
        // Of names that agree the well-known first; of those that are only like it the likest.
        found.sort_by_key(|c| {
            let importance = layout.place(c.place).importance();
            let weight = match c.how {
                Match::Weak(alike) => (0, alike, importance),
                _ => (1, importance, 0),
            };
            (std::cmp::Reverse(weight), c.place)
        });
        found.truncate(CANDIDATES_MAX * 4);
    }
    found
}

/// A candidate before it is weighed.
fn candidate(layout: &Layout, place: u32, how: Match) -> Candidate {
    let record = layout.place(place);
    Candidate {
        place,
        how,
        kind: record.kind(),
        country: record.country(),
        at: record.at(),
        score: 0.0,
        parts: Vec::new(),
        alone: None,
        near: None,
        telling: false,
        because: Vec::new(),
    }
}

/// Adds a candidate, or the better of two matches of one place.
fn add(layout: &Layout, found: &mut Vec<Candidate>, place: u32, how: Match) {
    match found.iter_mut().find(|c| c.place == place) {
        Some(known) if known.how >= how => {}
        Some(known) => {
            known.how = how;
            (known.alone, known.near) = (None, None);
        }
        None => found.push(candidate(layout, place, how)),
    }
}

/// Places whose name has the key of the words; false where only a part of the words has.
fn strong_candidates(layout: &Layout, query: &Query) -> (Vec<Candidate>, bool) {
    let mut found: Vec<Candidate> = Vec::new();
    for posting in layout.by_key(Key::of(&query.folded).mixed()) {
        let how = if posting & POSTING_DEMONYM != 0 {
            Match::Demonym
        } else if posting & POSTING_SHORT != 0 {
            Match::Short
        } else if posting & POSTING_MAIN != 0 {
            Match::Main
        } else {
            Match::Other
        };
        add(layout, &mut found, posting & POSTING_PLACE, how);
    }
    // With its generic word the name may be stored as one: "Rukban camp".
    if let Some(first) = query.hints.first() {
        for with in [
            format!("{} {}", query.folded, first.word),
            format!("{} {}", first.word, query.folded),
        ] {
            for posting in layout.by_key(Key::of(&with).mixed()) {
                if posting & POSTING_DEMONYM == 0 {
                    add(layout, &mut found, posting & POSTING_PLACE, Match::Main);
                }
            }
        }
    }
    if found.is_empty()
        && let Some((rest, _)) = fold::generic::without_generic(&query.folded)
    {
        for posting in layout.by_key(Key::of(rest).mixed()) {
            if posting & POSTING_DEMONYM == 0 {
                add(layout, &mut found, posting & POSTING_PLACE, Match::Short);
            }
        }
    }
    let mut whole = true;
    if found.is_empty() {
        for (n, other) in query.otherwise.iter().enumerate() {
            for posting in layout.by_key(Key::of(other).mixed()) {
                if posting & (POSTING_DEMONYM | POSTING_SHORT) == 0 {
                    add(layout, &mut found, posting & POSTING_PLACE, Match::Short);
                    whole &= n < query.whole;
                }
            }
        }
    }
    (found, whole)
}

/// How a query sounds.
pub(crate) struct Sound {
    /// As it is written, then as other hands would have meant it.
    said: Vec<Vec<u8>>,
    no_vowels: bool,
}

impl Sound {
    pub(crate) fn of(folded: &str) -> Self {
        let mut said = vec![sound::sounds(folded)];
        for meant in skeleton::in_hands(folded) {
            let more = sound::sounds(&meant);
            if !said.contains(&more) {
                said.push(more);
            }
        }
        Self {
            said,
            no_vowels: sound::writes_no_vowels(folded),
        }
    }

    /// How alike a place sounds under the best of its names: less than `least` hundredths where
    /// no name is so much alike.
    pub(crate) fn alike(&self, record: &crate::layout::Record<'_>, least: u8) -> f64 {
        let mut best = (f64::from(least) - 0.5) / 100.0;
        for (no_vowels, sounds) in record.sounds() {
            // Where vowels are not written less is compared, so less is sure.
            let sure = if self.no_vowels || no_vowels {
                UNVOWELLED
            } else {
                1.0
            };
            for said in &self.said {
                let alike = sound::alike_beyond(said, sounds, best / sure - 1e-9);
                best = alike.map_or(best, |alike| best.max(sure * alike));
            }
        }
        best
    }
}

/// What likeness counts where one of the two scripts writes no short vowels.
const UNVOWELLED: f64 = 0.93;

/// How alike the places sound that were compared with one text.
pub(crate) struct Compared {
    sound: Sound,
    /// In hundredths; and from which likeness on that is exact.
    known: HashMap<u32, (u8, u8), Quick>,
}

impl Compared {
    pub(crate) fn with(folded: &str) -> Self {
        Self {
            sound: Sound::of(folded),
            known: HashMap::default(),
        }
    }

    /// How alike a place sounds, in hundredths; anything less than `least` where it is less.
    pub(crate) fn alike(&mut self, record: &crate::layout::Record<'_>, least: u8) -> u8 {
        let fresh = || ((self.sound.alike(record, least) * 100.0) as u8, least);
        match self.known.entry(record.number) {
            Entry::Vacant(place) => place.insert(fresh()).0,
            Entry::Occupied(mut place) => {
                let (alike, exact_from) = *place.get();
                if alike < exact_from && least < exact_from {
                    place.insert(fresh());
                }
                place.get().0
            }
        }
    }
}

/// Places whose consonants agree or that are spelt with a typing error, by how alike they are; those
/// of the countries told are compared first.
fn weak_candidates(layout: &Layout, folded: &str, countries: &[CountryCode]) -> Vec<Candidate> {
    layout
        .likes(folded, countries, || like(layout, folded, countries))
        .iter()
        .map(|(place, alike)| candidate(layout, *place, Match::Weak(*alike)))
        .collect()
}

/// The same: each place with how alike it is, in hundredths.
fn like(layout: &Layout, folded: &str, countries: &[CountryCode]) -> Vec<(u32, u8)> {
    let mut compared = Compared::with(folded);
    let mut found: HashMap<u32, u8, Quick> = HashMap::default();
    let mut compare = |place: u32, least: u8, found: &mut HashMap<u32, u8, Quick>| {
        let record = layout.place(place);
        // The names of countries and continents are spelled one way, or nearly.
        let known = matches!(
            record.kind(),
            Kind::Country | Kind::Continent | Kind::WorldRegion | Kind::Region
        );
        let least = if known { 90 } else { least };
        let alike = compared.alike(&record, least);
        if alike >= least {
            let known = found.entry(place).or_default();
            *known = alike.max(*known);
        }
    };
    for name in skeleton::romanised(folded) {
        for posting in layout.by_key(Key::of(&name).mixed()).take(WEAK_MAX) {
            if posting & POSTING_DEMONYM == 0 {
                compare(posting & POSTING_PLACE, LEAST_ALIKE, &mut found);
            }
        }
        for (place, _) in mistyped(layout, &name) {
            compare(place, LEAST_ALIKE, &mut found);
        }
    }
    for (n, wanted) in skeleton::asked(folded).iter().enumerate() {
        // Two consonants agree by chance, and so does what was heard otherwise; then the letters
        // have to.
        let least = match (wanted.len() <= 2, n) {
            (true, _) => 80,
            (false, 0) => LEAST_ALIKE,
            (false, _) => 70,
        };
        let told = |place: &u32| {
            let country = layout.place(*place).country();
            country.is_some_and(|code| countries.contains(&code))
        };
        if !countries.is_empty() {
            for place in layout.by_skeleton(wanted).filter(told).take(WEAK_MAX) {
                compare(place, least, &mut found);
            }
        }
        for place in layout.by_skeleton(wanted).take(WEAK_MAX) {
            compare(place, least, &mut found);
        }
    }
    for (place, alike) in mistyped(layout, folded) {
        compare(place, LEAST_ALIKE, &mut found);
        let known = found.entry(place).or_default();
        *known = alike.max(*known);
    }
    let mut found: Vec<(u32, u8)> = found.into_iter().collect();
    found.sort_unstable_by_key(|(place, alike)| (std::cmp::Reverse(*alike), *place));
    found.truncate(WEAK_MAX);
    found
}

/// Places whose name is one or two typing errors away, with how alike it is, in hundredths.
fn mistyped(layout: &Layout, folded: &str) -> Vec<(u32, u8)> {
    let form = fold::key_form(folded);
    let letters = form.chars().count();
    let mut out = Vec::new();
    for (number, errors) in search::misspelt(layout, &form, typing::forgiven(&form)) {
        let alike = 100 - (TYPING_ERROR * usize::from(errors) / letters.max(1)).min(100);
        for place in beginning::named_by(layout, number as usize) {
            if out.len() >= WEAK_MAX {
                return out;
            }
            let record = layout.place(place);
            let known = matches!(
                record.kind(),
                Kind::Country | Kind::Continent | Kind::WorldRegion | Kind::Region
            );
            if !known || errors == 1 {
                out.push((place, alike as u8));
            }
        }
    }
    out
}

/// What a name is said to lie in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Home {
    pub(crate) countries: Vec<CountryCode>,
    pub(crate) divisions: Vec<u32>,
    pub(crate) others: Vec<u32>,
    /// The country that the caller tells, where the words tell none.
    pub(crate) caller: Option<CountryCode>,
}

impl Home {
    pub(crate) fn is_empty(&self) -> bool {
        self.countries.is_empty() && self.divisions.is_empty() && self.others.is_empty()
    }

    /// False when a circle lies clear of every country and division told.
    pub(crate) fn reaches(&self, layout: &Layout, at: Option<LonLat>, radius_m: f64) -> bool {
        let near = |outer: u32| {
            let outer = layout.place(outer);
            match (at, outer.at()) {
                (Some(at), Some(middle)) => {
                    at.distance_m(middle) <= outer.radius_m() + radius_m + BEYOND_DIVISION_M
                }
                _ => true,
            }
        };
        if !self.divisions.is_empty() {
            return self.divisions.iter().any(|d| near(*d));
        }
        self.countries.is_empty()
            || self
                .countries
                .iter()
                .any(|code| layout.country_place(*code).is_none_or(near))
    }

    /// The radius of the division told, or else that of the country.
    pub(crate) fn told_m(&self, layout: &Layout) -> Option<f64> {
        let outer = self.divisions.first().copied().or_else(|| {
            let country = self.countries.first().copied().or(self.caller)?;
            layout.country_place(country)
        })?;
        Some(layout.place(outer).radius_m())
    }

    /// The radius of the largest division told, or else that of the country.
    fn told_most_m(&self, layout: &Layout) -> Option<f64> {
        let divisions = self.divisions.iter().map(|d| layout.place(*d).radius_m());
        divisions.reduce(f64::max).or_else(|| self.told_m(layout))
    }

    /// True when an answer may lie in what was told.
    pub(crate) fn admits(&self, layout: &Layout, answer: &Located) -> bool {
        let country =
            self.countries.is_empty() || answer.country.is_none_or(|c| self.countries.contains(&c));
        country && self.reaches(layout, answer.centre, answer.radius_m.unwrap_or(0.0))
    }

    /// True when the place lies in the country and in one of the divisions told.
    fn holds(&self, layout: &Layout, candidate: &Candidate) -> bool {
        let country = self.countries.is_empty()
            || candidate
                .country
                .is_some_and(|c| self.countries.contains(&c));
        let division = self.divisions.is_empty()
            || self
                .divisions
                .iter()
                .any(|d| *d == candidate.place || weigh::lies_in(layout, candidate, *d) > 0.0);
        country && division
    }
}

/// Importance from which on a town is known beyond its country: 100,000 inhabitants, fewer for a capital
/// or one of the starter's (`build::write::importance`).
const WELL_KNOWN: u8 = 145;

/// Likeness, in hundredths, below which a name spelled otherwise does not stand against a
/// well-known town of that very name: "Kherson, Russia" is not Kursk.
const LIKE_A_WELL_KNOWN: u8 = 85;

/// Where no place of that name lies in what was told, those of weaker likeness that do.
fn widen(layout: &Layout, query: &Query, home: &Home, found: &mut Vec<Candidate>) {
    if found
        .iter()
        .any(|c| home.holds(layout, c) && c.how >= Match::Short)
    {
        return;
    }
    let known = found
        .iter()
        .any(|c| c.how >= Match::Other && layout.place(c.place).importance() >= WELL_KNOWN);
    let in_country = |c: &Candidate| {
        home.countries.is_empty() || c.country.is_some_and(|code| home.countries.contains(&code))
    };
    // "Qaryat al-Hamam" is a place elsewhere; here the village of al-Hamam may be meant.
    if let Some((rest, _)) = fold::generic::without_generic(&query.folded) {
        for posting in layout.by_key(Key::of(rest).mixed()) {
            let place = posting & POSTING_PLACE;
            if posting & POSTING_DEMONYM == 0
                && home.holds(layout, &candidate(layout, place, Match::Short))
            {
                add(layout, found, place, Match::Short);
            }
        }
        if found
            .iter()
            .any(|c| home.holds(layout, c) && c.how >= Match::Short)
        {
            return;
        }
    }
    for (n, reading) in std::iter::once(&query.folded)
        .chain(&query.otherwise)
        .enumerate()
    {
        for mut weak in weak_candidates(layout, reading, &home.countries) {
            // Likeness to a part of the name says less.
            if let (Match::Weak(alike), true) = (weak.how, n > query.whole) {
                weak.how = Match::Weak((f64::from(alike) * LIKE_A_PART) as u8);
            }
            let alike = !known || weak.how >= Match::Weak(LIKE_A_WELL_KNOWN);
            if alike && in_country(&weak) {
                add(layout, found, weak.place, weak.how);
            }
        }
    }
    let likely = |c: &Candidate| home.holds(layout, c) && c.how >= Match::Weak(85);
    if known || found.iter().any(likely) {
        return;
    }
    // Letter by letter through the division told.
    let readings: Vec<(Sound, f64)> = std::iter::once(&query.folded)
        .chain(&query.otherwise)
        .take(3)
        .enumerate()
        .map(|(n, reading)| {
            let part = if n > query.whole { LIKE_A_PART } else { 1.0 };
            (Sound::of(reading), part)
        })
        .filter(|(sound, _)| sound.said[0].len() >= 4)
        .collect();
    for division in &home.divisions {
        let outer = layout.place(*division);
        let Some(extent) = division_box(&outer) else {
            continue;
        };
        for place in crate::search::within(layout, extent).take(DIVISION_PLACES_MAX) {
            let inner = candidate(layout, place, Match::Weak(0));
            if !in_country(&inner)
                || matches!(inner.kind, Kind::Country | Kind::Admin1)
                || weigh::lies_in(layout, &inner, *division) == 0.0
            {
                continue;
            }
            let record = layout.place(place);
            let alike = readings
                .iter()
                .map(|(sound, part)| sound.alike(&record, LIKE_IN_DIVISION) * part)
                .fold(0.0, f64::max);
            if alike >= f64::from(LIKE_IN_DIVISION) / 100.0 {
                add(layout, found, place, Match::Weak((alike * 100.0) as u8));
            }
        }
    }
}

/// The box of a division, from its extent or its circle.
fn division_box(record: &crate::layout::Record<'_>) -> Option<crate::Extent> {
    record.extent().or_else(|| {
        let at = record.at()?;
        let dy = record.radius_m() / 111_000.0;
        let dx = dy / at.lat().to_radians().cos().max(0.1);
        crate::Extent::new(
            (at.lon() - dx).max(-180.0),
            (at.lat() - dy).max(-90.0),
            (at.lon() + dx).min(180.0),
            (at.lat() + dy).min(90.0),
        )
    })
}

/// What one item means.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    /// Best first.
    pub(crate) answers: Vec<Located>,
    /// True when the name is known as it stands, and lies where it is said to.
    pub(crate) sure_of_name: bool,
    /// The division it is said to lie in, for a name that nobody knows.
    pub(crate) fallback: Option<Located>,
    /// What the first of its names is said to lie in.
    pub(crate) home: Home,
    /// For a plain name what its candidates are weighed by: for fitting the weights.
    pub(crate) told: crate::Told,
}

/// A name with the places it may mean, weighed, and what it is said to lie in.
#[derive(Clone, Copy)]
struct Weighed<'a> {
    candidates: &'a [Candidate],
    home: &'a Home,
    /// Its number among the names of the text.
    slot: usize,
    /// Why a candidate of a slot weighs what it does: asked for those alone that are told.
    reasons: &'a Reasons<'a>,
}

/// The reasons of a candidate of a slot, each with how much it weighed.
type Reasons<'a> = dyn Fn(usize, &Candidate) -> Vec<(f64, String)> + 'a;

impl Weighed<'_> {
    /// A candidate as an answer.
    fn located(&self, layout: &Layout, candidate: &Candidate, score: f64) -> Located {
        let because = (self.reasons)(self.slot, candidate);
        located(layout, candidate, because, score)
    }
}

/// How many answers of one phrase are asked for.
#[derive(Clone, Copy)]
struct Wanted {
    /// Of the candidates in order.
    most: usize,
    /// Of those that may lie where the phrase is said to.
    enough: usize,
}

/// What candidates are weighed by.
struct Weighing<'a> {
    layout: &'a Layout,
    weights: &'a Weights,
    context: &'a Context,
    evidence: &'a weigh::Evidence,
    /// Name and place: what another mention of the name is said to lie in.
    said: HashMap<(usize, u32), f64, Quick>,
    around: Around,
}

impl Weighing<'_> {
    /// Weighs a candidate of a slot: its number, that of its name, and the most of its countries.
    fn weigh(
        &self,
        query: &Query,
        candidate: &mut Candidate,
        (slot, name, most): (usize, usize, f64),
        home: &Home,
    ) {
        let (layout, weights) = (self.layout, self.weights);
        match candidate.alone.filter(|_| !candidate.telling) {
            Some((parts, score)) => {
                candidate.parts.truncate(parts);
                candidate.score = score;
            }
            None => weigh::alone(
                layout,
                weights,
                query,
                candidate,
                self.evidence,
                self.context,
            ),
        }
        if !candidate.telling {
            candidate.alone = Some((candidate.parts.len(), candidate.score));
        }
        if home.is_empty() {
            if let Some(lies) = self.said.get(&(name, candidate.place)) {
                let weight = candidate.tell(weights, Part::SaidElsewhere, *lies);
                candidate.because(weight, || {
                    "said elsewhere in the report to lie in what holds it".into()
                });
            }
        } else {
            let (parts, reason) = weigh::at_home(layout, candidate, home, candidate.telling);
            let mut lies = 0.0;
            for (part, value) in parts {
                lies += candidate.tell(weights, part, value);
            }
            candidate.because(lies, || reason);
        }
        self.around.tell(
            layout,
            weights,
            query,
            candidate,
            slot,
            name,
            most,
            self.evidence,
        );
    }

    /// Why a candidate weighs what it does, in the order in which that was found.
    fn reasons(
        &self,
        query: &Query,
        candidate: &Candidate,
        at: (usize, usize, f64),
        home: &Home,
    ) -> Vec<(f64, String)> {
        let mut told = Candidate {
            telling: true,
            ..candidate.clone()
        };
        self.weigh(query, &mut told, at, home);
        if candidate
            .parts
            .iter()
            .any(|(p, _)| *p == Part::DivisionOfCity)
        {
            prefer_city(self.weights, &mut told);
        }
        if candidate
            .parts
            .iter()
            .any(|(p, _)| *p == Part::FarFromBorder)
        {
            far_from_border(self.weights, &mut told);
        }
        told.because
    }
}

/// What the items of one text mean, best first for each.
pub(crate) fn locate(
    layout: &Layout,
    text: &str,
    items: &[Item],
    context: &Context,
    weights: &Weights,
) -> Vec<Resolved> {
    // Every name of every item, with its candidates.
    struct Slot<'q> {
        item: usize,
        query: &'q Query,
        /// The first slot of the same words: its candidates are looked up, the others have them
        /// when they are weighed.
        first: usize,
        candidates: Vec<Candidate>,
    }
    let mut slots: Vec<Slot<'_>> = Vec::new();
    let mut firsts: HashMap<&str, Vec<usize>, Quick> = HashMap::default();
    let mut of_item: Vec<(Option<usize>, Vec<usize>)> = Vec::new();
    for (n, item) in items.iter().enumerate() {
        let mut subject = None;
        let mut own = Vec::new();
        for (is_subject, query) in item
            .subject
            .iter()
            .map(|q| (true, q))
            .chain(item.names.iter().map(|q| (false, q)))
        {
            let slot = slots.len();
            let known = firsts.entry(&query.folded).or_default();
            let first = known
                .iter()
                .copied()
                .find(|first| slots[*first].query.hinted_as(query));
            let found = if first.is_none() {
                known.push(slot);
                candidates(layout, query, &context.countries)
            } else {
                Vec::new()
            };
            if is_subject {
                subject = Some(slot);
            } else {
                own.push(slot);
            }
            slots.push(Slot {
                item: n,
                query,
                first: first.unwrap_or(slot),
                candidates: found,
            });
        }
        of_item.push((subject, own));
    }

    // Which countries and divisions the text names, and how often.
    let mut evidence = weigh::Evidence::default();
    for (n, code) in context.countries.iter().enumerate() {
        evidence.country(
            *code,
            if n == 0 {
                weigh::CONTEXT_FIRST
            } else {
                weigh::CONTEXT_OTHER
            },
        );
    }
    for slot in &slots {
        let candidates = &slots[slot.first].candidates;
        if let Some(code) = candidates
            .iter()
            .filter(|c| c.kind == Kind::Country)
            .max_by_key(|c| c.how)
            .and_then(|c| c.country)
        {
            let others = candidates
                .iter()
                .any(|c| c.kind != Kind::Country && layout.place(c.place).importance() > 170);
            evidence.country(code, if others { 0.4 } else { 1.0 });
        }
    }
    evidence.settle();

    // What each slot is said to lie in: "X, Y" and "X in Y".
    let containers: Vec<Vec<(usize, bool)>> = slots
        .iter()
        .map(|slot| {
            let own = &items[slot.item];
            if !matches!(own.way, Way::Name | Way::Between(_)) && own.names.len() > 1 {
                return Vec::new();
            }
            said_after(text, items, slot.item)
                .into_iter()
                .chain(said_before(text, items, slot.item).map(|n| (n, false)))
                .map(|(n, nested)| (of_item[n].1[0], nested))
                .collect()
        })
        .collect();

    // Each name has a number: a name counts once.
    let mut numbers: HashMap<&str, usize, Quick> = HashMap::default();
    let name_of: Vec<usize> = slots
        .iter()
        .map(|slot| {
            let next = numbers.len();
            *numbers.entry(&slot.query.folded).or_insert(next)
        })
        .collect();

    // First by themselves, then again with what the others turned out to be.
    for n in 0..slots.len() {
        let first = slots[n].first;
        if first != n {
            let known = slots[first].candidates.clone();
            slots[n].candidates = known;
            if slots[first].query.weighs_as(slots[n].query) {
                continue;
            }
        }
        let slot = &mut slots[n];
        for candidate in &mut slot.candidates {
            weigh::alone(layout, weights, slot.query, candidate, &evidence, context);
            candidate.alone = Some((candidate.parts.len(), candidate.score));
        }
        prefer_cities(layout, weights, slot.query, &mut slot.candidates);
        order(&mut slot.candidates);
    }
    let mut homes: Vec<Home> = Vec::new();
    let mut last = None;
    let mut widened = vec![false; slots.len()];
    for round in 0..2 {
        homes = (0..slots.len())
            .map(|n| {
                let tops = |c: &usize| {
                    let list = &slots[*c].candidates;
                    let best = list.first().map_or(0.0, |c| c.score);
                    list.iter().take(6).filter(move |c| c.score > best - 2.5)
                };
                let mut home = Home {
                    caller: match context.countries[..] {
                        [only] => Some(only),
                        _ => None,
                    },
                    ..Home::default()
                };
                let own = slots[n].candidates.first().map(|c| c.kind);
                let hinted = !slots[n].query.hints.is_empty();
                // A country lies in nothing; "Armenia, Azerbaijan" is a list.
                let strong = slots[n]
                    .candidates
                    .first()
                    .is_some_and(|c| c.how >= Match::Short);
                if matches!(
                    own,
                    Some(Kind::Country | Kind::Continent | Kind::WorldRegion)
                ) && !hinted
                    && strong
                {
                    return home;
                }
                for top in containers[n].iter().filter_map(|(c, _)| tops(c).next()) {
                    if let (Kind::Country, Some(code)) = (top.kind, top.country) {
                        home.countries.push(code);
                    }
                }
                for (c, _) in &containers[n] {
                    // "X, western Y countryside": the division of that name, not the city.
                    let slot = &slots[*c];
                    if matches!(items[slot.item].way, Way::Part(_) | Way::Countryside(_))
                        && let Some(division) = slot.candidates.iter().find(|d| {
                            d.kind == Kind::Admin1
                                && d.how >= Match::Short
                                && slot
                                    .candidates
                                    .first()
                                    .is_some_and(|t| t.country == d.country)
                        })
                    {
                        home.divisions.push(division.place);
                    }
                }
                for (nested, top) in containers[n]
                    .iter()
                    .flat_map(|(c, nested)| tops(c).map(move |top| (*nested, top)))
                {
                    let fits = home.countries.is_empty()
                        || top.country.is_some_and(|c| home.countries.contains(&c));
                    match top.kind {
                        // "Texas, Virginia": a list too.
                        Kind::Admin1 if own == Some(Kind::Admin1) && !hinted => {}
                        Kind::Admin1 | Kind::Admin2 | Kind::Admin3 if fits => {
                            home.divisions.push(top.place);
                        }
                        Kind::Capital | Kind::City | Kind::Town | Kind::Village
                            if fits && !nested =>
                        {
                            home.others.push(top.place);
                        }
                        _ => {}
                    }
                }
                home
            })
            .collect();
        if round == 0 {
            for (n, slot) in slots.iter_mut().enumerate() {
                if !homes[n].countries.is_empty() || !homes[n].divisions.is_empty() {
                    widen(layout, slot.query, &homes[n], &mut slot.candidates);
                    widened[n] = true;
                }
            }
        }
        let picks: Vec<Option<Pick>> = slots
            .iter()
            .zip(&name_of)
            .map(|(slot, name)| {
                let best = slot.candidates.first()?;
                let sure = match slot.candidates.get(1) {
                    Some(second) => 1.0 - (-(best.score - second.score)).exp().min(1.0),
                    None => 1.0,
                };
                Some(Pick {
                    place: best.place,
                    kind: best.kind,
                    country: best.country,
                    at: best.at,
                    sure,
                    name: *name,
                })
            })
            .collect();
        let around = Around::of(layout, &picks);
        // One name means one place throughout a text: what one mention is said to lie in helps
        // the others.
        let mut said: HashMap<(usize, u32), f64, Quick> = HashMap::default();
        for (n, slot) in slots.iter().enumerate() {
            if homes[n].is_empty() {
                continue;
            }
            for candidate in &slot.candidates {
                let lies = weights.sum(&weigh::at_home(layout, candidate, &homes[n], false).0);
                if lies > 0.0 {
                    let entry = said.entry((name_of[n], candidate.place)).or_default();
                    *entry = entry.max(lies);
                }
            }
        }
        let weighing = Weighing {
            layout,
            weights,
            context,
            evidence: &evidence,
            said,
            around,
        };
        // A name that is repeated near by, and said to lie in nothing, weighs what it did before.
        let mut before: HashMap<(usize, usize), Vec<usize>, Quick> = HashMap::default();
        for n in 0..slots.len() {
            let alike = before.entry((name_of[n], n / BLOCK)).or_default();
            let own = slots[n].query;
            let same = homes[n].is_empty() && !widened[n];
            if same && let Some(known) = alike.iter().find(|m| slots[**m].query.weighs_as(own)) {
                let known = slots[*known].candidates.clone();
                slots[n].candidates = known;
                continue;
            }
            let slot = &mut slots[n];
            let most = weighing.around.most(name_of[n]);
            for candidate in &mut slot.candidates {
                weighing.weigh(slot.query, candidate, (n, name_of[n], most), &homes[n]);
            }
            prefer_cities(layout, weights, slot.query, &mut slot.candidates);
            order(&mut slot.candidates);
            if same {
                alike.push(n);
            }
        }
        last = Some(weighing);
    }
    // What does not even lie in the country told is not meant.
    for (slot, home) in slots.iter_mut().zip(&homes) {
        // A way may lead across a border.
        let crosses = matches!(items[slot.item].way, Way::Between(_));
        if !home.countries.is_empty() && !crosses {
            slot.candidates
                .retain(|c| c.country.is_none_or(|code| home.countries.contains(&code)));
        }
        if items[slot.item].by_border {
            prefer_by_border(layout, weights, &mut slot.candidates);
        }
        // Likeness speaks for a place only where one was said to be.
        slot.candidates.retain(|c| match c.how {
            Match::Weak(alike) if home.is_empty() => alike >= ALIKE_ANYWHERE,
            Match::Weak(_) => home.reaches(layout, c.at, layout.place(c.place).radius_m()),
            _ => true,
        });
        prefer_crowd(&mut slot.candidates);
    }

    let reasons = |n: usize, candidate: &Candidate| {
        let Some(weighing) = &last else {
            return Vec::new();
        };
        let most = weighing.around.most(name_of[n]);
        weighing.reasons(slots[n].query, candidate, (n, name_of[n], most), &homes[n])
    };
    let most = if context.limit == 0 {
        ANSWERS_MAX
    } else {
        context.limit
    };
    items
        .iter()
        .zip(&of_item)
        .map(|(item, (subject, own))| {
            let weighed = |n: usize| Weighed {
                candidates: &slots[n].candidates,
                home: &homes[n],
                slot: n,
                reasons: &reasons,
            };
            let lists: Vec<Weighed<'_>> = own.iter().map(|n| weighed(*n)).collect();
            let head = subject.or(own.first().copied());
            let subject = subject.map(weighed);
            let wanted = Wanted {
                most,
                enough: item.enough,
            };
            let answers = answer(layout, item, subject, &lists, wanted);
            let top = |n: usize| slots[n].candidates.first();
            let sure_of_name = matches!(item.way, Way::Coordinates(_))
                || own.first().copied().into_iter().chain(head).any(|n| {
                    top(n).is_some_and(|c| {
                        let several = fold::key_form(&slots[n].query.folded).contains(' ');
                        let alike = if several {
                            SURE_OF_SEVERAL
                        } else if skeleton::is_short(&slots[n].query.folded) {
                            SURE_OF_SHORT
                        } else {
                            SURE_OF_ONE
                        };
                        (c.how >= Match::Short
                            || (c.how >= Match::Weak(alike) && c.how < Match::Demonym))
                            && homes[n].holds(layout, c)
                    })
                });
            let fallback = head.and_then(|n| {
                let division = homes[n]
                    .divisions
                    .first()
                    .copied()
                    .or_else(|| layout.country_place(*homes[n].countries.first()?))?;
                let outer = candidate(layout, division, Match::Short);
                let mut place = located(layout, &outer, Vec::new(), 0.3);
                place.because = vec![format!(
                    "no place of that name is known there; said to lie in {}",
                    place.name
                )];
                Some(place)
            });
            Resolved {
                answers,
                sure_of_name,
                fallback,
                home: head.map(|n| homes[n].clone()).unwrap_or_default(),
                told: match (&item.way, head) {
                    (Way::Name, Some(n)) if context.limit == usize::MAX => {
                        let candidates = &slots[n].candidates;
                        let share = share_around(candidates, &weigh::shares(candidates));
                        let parts = candidates
                            .iter()
                            .map(|c| {
                                let parts =
                                    c.parts.iter().map(|(p, v)| (*p as usize, *v)).collect();
                                (c.at, parts)
                            })
                            .collect();
                        (parts, surety::answers(layout, candidates, share))
                    }
                    _ => crate::Told::default(),
                },
            }
        })
        .collect()
}

/// A base, crossing or airport lies this near to the town that it is named after.
const BY_TOWN_M: f64 = 40_000.0;

fn is_installation(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Base
            | Kind::Airbase
            | Kind::Camp
            | Kind::Crossing
            | Kind::Dam
            | Kind::PowerPlant
            | Kind::Airport
            | Kind::Port
            | Kind::Prison
            | Kind::OilField
            | Kind::Bridge
            | Kind::Pass
            | Kind::Installation
    )
}

/// Damascus is a governorate too; without a type word the city is meant. So is Homs, but not
/// "Anbar", which no city of any size shares.
fn prefer_cities(layout: &Layout, weights: &Weights, slot: &Query, candidates: &mut [Candidate]) {
    if slot.hints.iter().any(|hint| spot::is_division(hint)) {
        return;
    }
    let cities: Vec<(Option<CountryCode>, LonLat, f64)> = candidates
        .iter()
        .filter(|c| {
            matches!(c.kind, Kind::Capital | Kind::City | Kind::Town)
                && matches!(c.how, Match::Main | Match::Other)
        })
        .filter(|c| layout.place(c.place).population() >= 20_000 || c.kind != Kind::Town)
        .filter_map(|c| Some((c.country, c.at?, c.score)))
        .collect();
    let settled: Vec<LonLat> = candidates
        .iter()
        .filter(|c| {
            matches!(
                c.kind,
                Kind::Capital | Kind::City | Kind::Town | Kind::Village
            ) && matches!(c.how, Match::Main | Match::Other)
        })
        .filter_map(|c| c.at)
        .collect();
    for candidate in candidates.iter_mut() {
        // "Kobani" is the town, not its border crossing.
        if candidate.how == Match::Short
            && is_installation(candidate.kind)
            && slot.hints.is_empty()
            && let Some(at) = candidate.at
            && settled.iter().any(|town| town.distance_m(at) <= BY_TOWN_M)
        {
            prefer_city(weights, candidate);
            continue;
        }
        if !matches!(candidate.kind, Kind::Admin1 | Kind::Admin2 | Kind::Admin3) {
            continue;
        }
        let record = layout.place(candidate.place);
        let Some(at) = candidate.at else { continue };
        let seat = cities.iter().any(|(country, city, score)| {
            *country == candidate.country
                && *score > candidate.score - 6.0
                && (record.extent().is_some_and(|e| e.contains(*city))
                    || city.distance_m(at) <= record.radius_m().max(60_000.0))
        });
        if seat {
            prefer_city(weights, candidate);
        }
    }
}

/// The city of a division's name is meant.
fn prefer_city(weights: &Weights, division: &mut Candidate) {
    let weight = division.tell(weights, Part::DivisionOfCity, 1.0);
    division.because(weight, || {
        "without a type word the city of that name is meant".into()
    });
}

/// Candidates that are asked how far from a border they lie.
const BY_BORDER_TRIED: usize = 12;

/// "The border village of A": of several places of that name one by a border.
fn prefer_by_border(layout: &Layout, weights: &Weights, candidates: &mut [Candidate]) {
    let mut known: HashMap<CountryCode, Vec<geo_types::MultiPolygon<f64>>> = HashMap::new();
    for candidate in candidates.iter_mut().take(BY_BORDER_TRIED) {
        let (Some(at), Some(code)) = (candidate.at, candidate.country) else {
            continue;
        };
        let lands = known
            .entry(code)
            .or_insert_with(|| neighbours(layout, code));
        let far = border_m(lands, at).is_some_and(|m| m > BY_BORDER_M);
        if far && precision(candidate.kind) == Precision::Place {
            far_from_border(weights, candidate);
        }
    }
    order(candidates);
}

/// Places of one name no farther apart than this are as good as one, in metres: villages whose
/// extent nobody knows have circles of half of it.
const CROWD_M: f64 = 10_000.0;
/// Candidates of which each is asked which others lie so near.
const CROWD_TRIED: usize = 24;
/// How much less likely (a logarithm) than the likeliest a place of a crowd may be by itself.
const CROWD_LESS_LIKELY: f64 = 1.4;

/// The candidates that lie around a place, it too, likeliest first.
fn crowd(candidates: &[Candidate], at: LonLat) -> impl Iterator<Item = usize> + '_ {
    let near = move |other: LonLat| {
        (at.lat() - other.lat()).abs() * 111_000.0 <= CROWD_M * 1.01
            && at.distance_m(other) <= CROWD_M
    };
    candidates
        .iter()
        .take(CROWD_TRIED)
        .enumerate()
        .filter(move |(_, c)| precision(c.kind) == Precision::Place && c.at.is_some_and(near))
        .map(|(n, _)| n)
}

/// Of places about as likely comes first the one around which most of what may be meant lies: two
/// rows of one village, or two villages that share a name, before one by itself elsewhere.
fn prefer_crowd(candidates: &mut [Candidate]) {
    let Some(best) = candidates.first().map(|first| first.score) else {
        return;
    };
    let likely = candidates
        .iter()
        .take(CROWD_TRIED)
        .take_while(|c| best - c.score <= CROWD_LESS_LIKELY);
    if likely.clone().count() < 2 || precision(candidates[0].kind) != Precision::Place {
        return;
    }
    let (mut chosen, mut most) = (0, 0.0);
    for candidate in likely.filter(|c| precision(c.kind) == Precision::Place) {
        let Some(at) = candidate.at else { continue };
        let all: f64 = crowd(candidates, at)
            .map(|n| (candidates[n].score - best).exp())
            .sum();
        if all > most {
            most = all;
            chosen = crowd(candidates, at).next().unwrap_or(0);
        }
    }
    candidates[..=chosen].rotate_right(1);
}

fn far_from_border(weights: &Weights, candidate: &mut Candidate) {
    let weight = candidate.tell(weights, Part::FarFromBorder, 1.0);
    candidate.because(weight, || {
        "said to lie by a border that it does not lie by".into()
    });
}

/// How far the nearest of the neighbours' lands is; `None` where none is known.
fn border_m(neighbours: &[geo_types::MultiPolygon<f64>], at: LonLat) -> Option<f64> {
    neighbours
        .iter()
        .map(|land| shape::beside(land, at))
        .map(|beside| if beside.inside { 0.0 } else { beside.edge_m })
        .reduce(f64::min)
}

/// The items that follow an item as what holds it: "X, Y province, Z"; with true, those that stand
/// inside its own phrase. A list ("X, Y and Z") holds nothing.
fn said_after(text: &str, items: &[Item], n: usize) -> Vec<(usize, bool)> {
    let mut nested = Vec::new();
    let mut chain = Vec::new();
    let own_end = items[n].span.end;
    let mut end = own_end;
    for (m, next) in items.iter().enumerate().skip(n + 1) {
        // "X, the British agency said": an adjective holds nothing that stands before it.
        // "X, northern Y province" lies in Y.
        let single = next.names.len() == 1
            && matches!(next.way, Way::Name | Way::Part(_) | Way::Countryside(_))
            && next.subject.is_none()
            && !next.only_evidence;
        if next.span.start < own_end {
            if single && next.span.start > items[n].span.start {
                nested.push((m, true));
            }
            continue;
        }
        if next.span.start < end {
            continue;
        }
        let between = text
            .get(end..next.span.start)
            .unwrap_or("?")
            .trim()
            .trim_start_matches(['.', ')'])
            .trim();
        if matches!(
            between,
            "and" | ", and" | "&" | "or" | ", or" | "y" | "et" | "و"
        ) && !chain.is_empty()
        {
            return nested;
        }
        let chained = matches!(
            between,
            "," | ",," | "(" | "in" | "in the" | ", in" | ", in the" | "،" | "في" | ", the"
        );
        if !chained || !single || chain.len() >= 4 {
            break;
        }
        chain.push((m, false));
        end = next.span.end;
    }
    nested.extend(chain);
    nested
}

/// The item before that holds this one: "Syria's Homs", "the Syrian town of X".
fn said_before(text: &str, items: &[Item], n: usize) -> Option<usize> {
    let before = items.get(n.checked_sub(1)?)?;
    let between = text.get(before.span.end..items[n].span.start)?;
    let close = between.len() < 40 && !between.contains([',', '.', ';', '\n', '(']);
    let start = between.trim_start();
    let possessive = start.starts_with("'s") || start.starts_with("’s");
    let adjective = before.only_evidence && names_a_sort(between);
    (close && (possessive || adjective) && before.names.len() == 1).then_some(n - 1)
}

/// Words between an adjective and a name that make the one hold the other: none, or a sort of
/// place ("town of", "port city"). "The Saudi hospital in X" says nothing of where X lies.
fn names_a_sort(between: &str) -> bool {
    const SORTS: &[&str] = &[
        "of",
        "city",
        "town",
        "village",
        "province",
        "governorate",
        "port",
        "capital",
        "region",
        "district",
        "state",
        "island",
        "camp",
        "base",
        "suburb",
        "oblast",
        "county",
        "coast",
        "border",
        "resort",
        "hamlet",
        "settlement",
        "enclave",
        "peninsula",
    ];
    const SORT_WORDS_MAX: usize = 4;
    let words: Vec<&str> = between.split_whitespace().collect();
    // "Russian shelling of the city of X": the shelling is Russian.
    let of_a_sort = words
        .iter()
        .position(|w| *w == "of")
        .is_none_or(|of| of > 0 && SORTS.contains(&words[of - 1]));
    of_a_sort
        && words.len() <= SORT_WORDS_MAX
        && words.last().is_none_or(|w| SORTS.contains(w))
        && !words
            .iter()
            .any(|w| matches!(*w, "in" | "at" | "on" | "near" | "to" | "from" | "and"))
}

fn order(candidates: &mut [Candidate]) {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.place.cmp(&b.place)));
}

/// The answers of one item.
fn answer(
    layout: &Layout,
    item: &Item,
    subject: Option<Weighed<'_>>,
    names: &[Weighed<'_>],
    wanted: Wanted,
) -> Vec<Located> {
    if wanted.enough == 0 {
        return Vec::new();
    }
    if let Way::Coordinates(position) = item.way {
        let at = position.at;
        return vec![Located {
            name: format!("{:.4}, {:.4}", at.lat(), at.lon()),
            place_id: None,
            source: "text".into(),
            kind: Kind::Other,
            country: None,
            admin1: None,
            admin1_code: None,
            pcode: None,
            centre: Some(at),
            radius_m: Some(position.radius_m),
            area: None,
            precision: Precision::Point,
            basis: Basis::Told,
            score: 0.99,
            because: vec!["told in numbers".into()],
        }];
    }
    let Some(first) = names.first().copied() else {
        return Vec::new();
    };
    let mut told: Vec<Located> = match item.way {
        Way::Name | Way::Coordinates(_) if subject.is_none() => {
            return named(layout, first, wanted);
        }
        Way::Name | Way::Coordinates(_) => named(layout, first, ALL_WANTED),
        Way::Part(_) | Way::Countryside(_) => first
            .candidates
            .iter()
            .zip(anchors(layout, first, ANCHORS_MAX))
            .filter_map(|(candidate, anchor)| relative_to(layout, item, candidate, anchor, names))
            .map(|part| clipped(layout, part))
            .collect(),
        Way::Between(line) if names.len() > 1 => {
            let anchors = anchors(layout, first, ENDS_TRIED);
            let ends = self::anchors(layout, names[1], ENDS_TRIED);
            pairs(first.candidates, names[1].candidates)
                .into_iter()
                .take(ANCHORS_MAX)
                .filter_map(|(a, b)| {
                    let other = b.and_then(|b| ends.get(b));
                    Some(clipped(layout, between(anchors.get(a)?, other, line)))
                })
                .collect()
        }
        _ => first
            .candidates
            .iter()
            .zip(anchors(layout, first, ANCHORS_MAX))
            .filter_map(|(candidate, anchor)| relative_to(layout, item, candidate, anchor, names))
            .collect(),
    };
    // A place of that name with a sea goes before one without.
    if matches!(item.way, Way::Sea(_)) {
        told.sort_by(|a, b| b.score.total_cmp(&a.score));
    }
    if matches!(item.way, Way::Offset(_)) {
        seat_first(&mut told);
    }
    if !matches!(item.way, Way::Sea(_) | Way::Name | Way::Coordinates(_)) {
        told = told
            .into_iter()
            .map(|place| within_told(layout, first.home, place))
            .collect();
    }
    // "A, 70 km northeast of B": A where the gazetteer knows it near there, else the offset
    // under A's name.
    if let Some(subject) = subject {
        told = with_subject(layout, item, subject, told);
    }
    told.truncate(wanted.most);
    told
}

/// "28 km north of Herat": from the town, not from the province that bears its name, whose middle
/// tells no point.
fn seat_first(told: &mut [Located]) {
    let Some(first) = told.first().filter(|f| !f.precision.is_pointlike()) else {
        return;
    };
    let seat = told.iter().position(|other| {
        other.precision.is_pointlike() && other.name == first.name && other.country == first.country
    });
    if let Some(seat) = seat {
        let (sure, less) = (told[0].score, told[seat].score);
        (told[0].score, told[seat].score) = (less, sure);
        told[..=seat].rotate_right(1);
    }
}

/// The share of the first candidate, with those that lie around it: which of two rows of one village
/// is meant makes no difference.
fn share_around(candidates: &[Candidate], shares: &[f64]) -> f64 {
    let place = candidates
        .first()
        .filter(|c| precision(c.kind) == Precision::Place);
    match place.and_then(|c| c.at) {
        Some(at) => crowd(candidates, at).map(|n| shares[n]).sum(),
        None => shares.first().copied().unwrap_or(0.0),
    }
}

/// How sure each answer is: the first as its evidence says, the others share what is left.
fn sureties(layout: &Layout, candidates: &[Candidate], shares: &[f64]) -> Vec<f64> {
    let Some(first) = shares.first().copied() else {
        return Vec::new();
    };
    let around = share_around(candidates, shares);
    let sure = surety::chance(&surety::answers(layout, candidates, around));
    let rest = (1.0 - sure) / (1.0 - first).max(0.02);
    shares
        .iter()
        .enumerate()
        // A candidate passed over is never surer than the one chosen.
        .map(|(n, share)| {
            if n == 0 {
                sure
            } else {
                (share * rest).min(sure)
            }
        })
        .collect()
}

/// Plain names: the candidates as they stand.
fn named(layout: &Layout, weighed: Weighed<'_>, wanted: Wanted) -> Vec<Located> {
    let candidates = weighed.candidates;
    let scores = weigh::shares(candidates);
    let mut answers: Vec<Located> = Vec::new();
    let mut admitted = 0;
    for (n, (candidate, score)) in candidates
        .iter()
        .zip(&sureties(layout, candidates, &scores))
        .take(CANDIDATES_MAX.min(wanted.most))
        .enumerate()
    {
        if admitted >= wanted.enough {
            break;
        }
        let mut answer = weighed.located(layout, candidate, *score);
        if n < WIDENED_MAX {
            widen_circle(layout, weighed, &scores, n, &mut answer);
        }
        admitted += usize::from(weighed.home.admits(layout, &answer));
        answers.push(answer);
    }
    answers
}

/// The places by way of which another is told: as plain names, but the namesakes of each lead to
/// points of their own, and do not widen its circle, unless a division told holds them all.
fn anchors(layout: &Layout, weighed: Weighed<'_>, most: usize) -> Vec<Located> {
    if !weighed.home.divisions.is_empty() {
        return named(layout, weighed, Wanted { most, ..ALL_WANTED });
    }
    let scores = weigh::shares(weighed.candidates);
    weighed
        .candidates
        .iter()
        .zip(&sureties(layout, weighed.candidates, &scores))
        .take(most)
        .map(|(candidate, score)| {
            let mut anchor = weighed.located(layout, candidate, *score);
            widen_for_match(layout, weighed, candidate, &mut anchor);
            anchor
        })
        .collect()
}

/// Lets the circle of a point grow with what the match leaves open.
fn widen_for_match(
    layout: &Layout,
    weighed: Weighed<'_>,
    candidate: &Candidate,
    answer: &mut Located,
) {
    if answer.precision != Precision::Place {
        return;
    }
    let in_home = weighed.home.divisions.is_empty() || weighed.home.holds(layout, candidate);
    let match_m = doubt::match_m(candidate.how, in_home, weighed.home.told_m(layout));
    if answer.radius_m.is_some_and(|own_m| match_m > own_m) {
        answer.radius_m = Some(match_m);
        answer.because.push(format!(
            "{}: the circle is widened to {:.0} km",
            if in_home {
                "the name does not agree to the letter"
            } else {
                "the place does not lie where the words say"
            },
            match_m / 1000.0
        ));
    }
}

/// Lets the circle of a point grow with the doubt of the match and of the choice.
fn widen_circle(
    layout: &Layout,
    weighed: Weighed<'_>,
    scores: &[f64],
    n: usize,
    answer: &mut Located,
) {
    widen_for_match(layout, weighed, &weighed.candidates[n], answer);
    let (Some(at), Some(radius_m)) = (answer.centre, answer.radius_m) else {
        return;
    };
    if answer.precision != Precision::Place {
        return;
    }
    let others = weighed
        .candidates
        .iter()
        .zip(scores)
        .enumerate()
        .filter(|(m, (c, _))| *m != n && precision(c.kind) == Precision::Place)
        .filter_map(|(_, (c, share))| Some((c, c.at?, *share)));
    // How far they lie is asked only where they matter.
    if doubt::is_clear(scores[n], others.clone().map(|(.., share)| share)) {
        return;
    }
    let mut others: Vec<doubt::Other> = others
        .map(|(c, other, share)| doubt::Other {
            distance_m: at.distance_m(other),
            radius_m: layout.place(c.place).radius_m(),
            share,
        })
        .collect();
    match doubt::choice_m(scores[n], &mut others, weighed.home.told_m(layout)) {
        doubt::Choice::Clear => {}
        doubt::Choice::Within(reach_m) if reach_m > radius_m => {
            answer.radius_m = Some(reach_m);
            answer.because.push(format!(
                "other places that may be meant lie near: the circle of {:.0} km takes them in",
                reach_m / 1000.0
            ));
        }
        doubt::Choice::Within(_) => {}
        doubt::Choice::Beyond(distance_m) => answer.because.push(format!(
            "another place that may be meant lies {:.0} km away, outside the circle",
            distance_m / 1000.0
        )),
    }
}

/// One candidate as an answer.
fn located(
    layout: &Layout,
    candidate: &Candidate,
    mut because: Vec<(f64, String)>,
    score: f64,
) -> Located {
    let record = layout.place(candidate.place);
    let kind = record.kind();
    let precision = precision(kind);
    let area = matches!(
        precision,
        Precision::Country | Precision::Admin | Precision::Region
    )
    .then(|| layout.shape(candidate.place))
    .flatten();
    because.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    Located {
        name: record.name().to_owned(),
        place_id: Some(record.id().to_owned()).filter(|id| !id.is_empty()),
        source: layout.source_name(record.source()).to_owned(),
        kind,
        country: record.country(),
        admin1: if kind == Kind::Admin1 {
            Some(record.name().to_owned())
        } else {
            record.admin1().map(str::to_owned)
        },
        admin1_code: record.admin1_code().map(str::to_owned),
        pcode: record.pcode().map(str::to_owned),
        centre: record
            .at()
            .or_else(|| record.extent().map(crate::Extent::centre)),
        radius_m: Some(record.radius_m()),
        area,
        precision,
        basis: Basis::Told,
        score,
        because: because.into_iter().map(|(_, text)| text).collect(),
    }
}

/// Several places told at once: the circle around them all, and their areas where all have one.
/// Never a point: no one of them is meant more than the others.
pub(crate) fn together(members: &[Located]) -> Option<Located> {
    let mut out = members.first()?.clone();
    let circles: Vec<(LonLat, f64)> = members
        .iter()
        .filter_map(|m| Some((m.centre?, m.radius_m.unwrap_or(0.0))))
        .collect();
    // The middle of the two that lie farthest apart.
    let farthest = circles
        .iter()
        .enumerate()
        .flat_map(|(n, a)| circles[n + 1..].iter().map(move |b| (a.0, b.0)))
        .max_by(|x, y| x.0.distance_m(x.1).total_cmp(&y.0.distance_m(y.1)));
    out.centre = match farthest {
        Some((a, b)) => Some(a.offset(a.bearing_deg(b), a.distance_m(b) / 2.0)),
        None => circles.first().map(|(at, _)| *at),
    };
    out.radius_m = out.centre.map(|middle| {
        circles
            .iter()
            .map(|(at, radius_m)| middle.distance_m(*at) + radius_m)
            .fold(0.0, f64::max)
    });
    let areas: Vec<&geo_types::MultiPolygon<f64>> =
        members.iter().filter_map(|m| m.area.as_ref()).collect();
    out.area = (areas.len() == members.len()).then(|| parts::union(&areas));
    let same = |of: fn(&Located) -> Option<String>| {
        let first = of(&members[0]);
        members.iter().all(|m| of(m) == first)
    };
    if !same(|m| m.country.map(|c| c.to_string())) {
        out.country = None;
    }
    if !same(|m| m.admin1.clone()) {
        out.admin1 = None;
        out.admin1_code = None;
    }
    let names: Vec<&str> = members.iter().map(|m| &m.name[..]).collect();
    let (last, before) = names.split_last()?;
    out.name = format!("{} and {last}", before.join(", "));
    (out.place_id, out.pcode) = (None, None);
    out.kind = Kind::Other;
    out.precision = Precision::Region;
    out.score = members.iter().map(|m| m.score).fold(1.0, f64::min);
    out.because = vec!["several places told at once: each stands below".to_owned()];
    Some(out)
}

/// How closely a place of a kind tells where.
pub(crate) fn precision(kind: Kind) -> Precision {
    match kind {
        Kind::Continent | Kind::WorldRegion | Kind::Region => Precision::Region,
        Kind::Country => Precision::Country,
        Kind::Admin1 | Kind::Admin2 | Kind::Admin3 => Precision::Admin,
        Kind::Sea | Kind::Strait | Kind::Gulf => Precision::Sea,
        Kind::River | Kind::Canal | Kind::Mountain | Kind::Island | Kind::Lake | Kind::Zone => {
            Precision::Region
        }
        _ => Precision::Place,
    }
}

/// The place told by way of an anchor.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the anchor becomes the answer"
)]
fn relative_to(
    layout: &Layout,
    item: &Item,
    candidate: &Candidate,
    anchor: Located,
    names: &[Weighed<'_>],
) -> Option<Located> {
    let at = anchor.centre?;
    let anchor_m = anchor.radius_m.unwrap_or(2_000.0);
    let mut out = anchor.clone();
    out.basis = Basis::Offset;
    out.area = None;
    out.precision = Precision::NearPlace;
    match &item.way {
        Way::Name | Way::Coordinates(_) => return Some(anchor),
        Way::Several(offsets) => {
            return several_from(layout, offsets, at, anchor, names);
        }
        Way::Inside(distance_m) => {
            out = anchor.clone();
            out.basis = Basis::Offset;
            out.precision = Precision::Region;
            out.name = format!("{} km inside {}", km(*distance_m), anchor.name);
            // From half as far to half as far again.
            out.area = anchor.country.and_then(|code| {
                let between_m = [distance_m * 0.5, distance_m * 1.5];
                inside(layout, candidate.place, code, between_m)
            });
            out.because.insert(
                0,
                format!(
                    "{} km inside the border of {}; where along it is not told",
                    km(*distance_m),
                    anchor.name
                ),
            );
        }
        Way::Offset(offset) if !anchor.precision.is_pointlike() && anchor_m > COARSE_ANCHOR_M => {
            // "30 km from Syria" tells no point: the middle of a country is no place.
            out.name = offset_name(*offset, &anchor.name);
            out.precision = Precision::Region;
            out.radius_m = Some(anchor_m + offset.distance_m);
            out.because.insert(
                0,
                format!(
                    "{}, which is too large for a distance from it to tell a point",
                    out.name
                ),
            );
        }
        Way::Offset(offset) => {
            let doubt_m = anchor_doubt_m(&anchor);
            let (at, radius_m) = relative::applied(*offset, at, doubt_m);
            let most_km = relative::largest_m(*offset, doubt_m) / 1000.0;
            out.name = offset_name(*offset, &anchor.name);
            out.centre = Some(at);
            out.radius_m = Some(radius_m);
            out.because.insert(0, match offset.direction {
                Some(direction) => format!("{} km {} of {}, within {:.0} km ({most_km:.0} km at most): the wedge of that direction and what is not known of {}", km(offset.distance_m), direction.name(), anchor.name, radius_m / 1000.0, anchor.name),
                None => format!("{} km from {}, in a direction not told ({most_km:.0} km at most)", km(offset.distance_m), anchor.name),
            });
        }
        Way::Towards(direction)
            if !anchor.precision.is_pointlike() && anchor_m > COARSE_ANCHOR_M =>
        {
            // "East of the Euphrates": a side of something long, and no point.
            out.name = format!("{} of {}", direction.name(), anchor.name);
            out.precision = Precision::Region;
            out.radius_m = Some(2.0 * anchor_m);
            out.because.insert(
                0,
                format!("{}, which is too large for it to tell a point", out.name),
            );
        }
        Way::Towards(direction) => {
            let distance_m = relative::DIRECTION_ONLY_M.max(anchor_m * 1.2);
            let offset = Offset {
                distance_m,
                distance_doubt_m: distance_m * 0.8,
                direction: Some(*direction),
            };
            let (at, radius_m) = relative::applied(offset, at, anchor_doubt_m(&anchor));
            out.name = format!("{} of {}", direction.name(), anchor.name);
            out.centre = Some(at);
            out.radius_m = Some(radius_m);
            out.because.insert(
                0,
                format!("{} of {}, no distance told", direction.name(), anchor.name),
            );
        }
        Way::Near(near) => {
            if !matches!(precision(anchor.kind), Precision::Place | Precision::Point)
                && anchor_m > relative::NEAR_MOST_M
            {
                // "The Homs governorate area" is the governorate.
                return Some(anchor);
            }
            let (radius_m, words) = match near {
                Near::Beside => (relative::near_m(anchor_m), "near"),
                Near::Outskirts => (relative::OUTSKIRTS_M + anchor_m, "on the outskirts of"),
                Near::Area => (relative::AREA_M.max(anchor_m), "in the area of"),
            };
            out.name = format!("{words} {}", anchor.name);
            out.radius_m = Some(radius_m);
            out.because.insert(
                0,
                format!(
                    "{words} {}: taken as within {:.0} km",
                    anchor.name,
                    radius_m / 1000.0
                ),
            );
        }
        Way::Part(part) => return part_of(layout, candidate, anchor, *part),
        Way::Countryside(part) => {
            let because = names
                .first()
                .map_or_else(Vec::new, |first| (first.reasons)(first.slot, candidate));
            return countryside(layout, candidate, because, anchor, *part);
        }
        // One end alone: near there.
        Way::Between(line) => return Some(between(&anchor, None, *line)),
        Way::Border => return border(layout, candidate, anchor, names),
        Way::Sea(offset) => return off_coast(layout, candidate, anchor, *offset),
    }
    Some(out)
}

/// At sea off a place or a country.
fn off_coast(
    layout: &Layout,
    candidate: &Candidate,
    anchor: Located,
    offset: Option<Offset>,
) -> Option<Located> {
    let at = anchor.centre?;
    let anchor_m = anchor_doubt_m(&anchor);
    let mut out = anchor.clone();
    out.basis = Basis::Offset;
    out.area = None;
    out.name = match offset {
        Some(offset) if offset.direction.is_some() => {
            format!("at sea {}", offset_name(offset, &anchor.name))
        }
        Some(offset) => format!("{} km off {}", km(offset.distance_m), anchor.name),
        None => format!("off the coast of {}", anchor.name),
    };
    if anchor.precision != Precision::Place {
        // A country has a long coast: no point is told.
        out.precision = Precision::Sea;
        let far_m = offset.map_or(sea::OFF_COAST_M, |offset| offset.distance_m);
        let strip = layout.shape(candidate.place).and_then(|outline| {
            let land = sea::Land::around(layout, shape::extent(&outline)?, far_m)?;
            land.before(&outline, far_m)
        });
        let strip = strip.or_else(|| {
            let offset = offset.unwrap_or(OFF_COAST);
            off_point(layout, offset, at, anchor_m)
        });
        match strip {
            Some((middle, radius_m)) => {
                out.centre = Some(middle);
                out.radius_m = Some(radius_m + far_m);
            }
            None => out.score *= CONTRADICTED,
        }
        out.because.insert(0, format!("at sea off {}", anchor.name));
        return Some(out);
    }
    out.precision = Precision::NearPlace;
    let told = offset.unwrap_or(OFF_COAST);
    if let Some((middle, radius_m)) = off_point(layout, told, at, anchor_m) {
        let radius_m = radius_m.max(anchor_m);
        out.centre = Some(middle);
        out.radius_m = Some(radius_m);
        out.because.insert(
            0,
            format!(
                "{}: the sea there, within {:.0} km",
                out.name,
                radius_m / 1000.0
            ),
        );
        return Some(out);
    }
    let (middle, radius_m) = relative::applied(told, at, anchor_m);
    out.centre = Some(middle);
    out.radius_m = Some(radius_m);
    out.score *= CONTRADICTED;
    let reason = format!("{}: no sea is known so near to {}", out.name, anchor.name);
    out.because.insert(0, reason);
    Some(out)
}

/// "Off the coast" without a distance: as far as territorial waters go.
const OFF_COAST: Offset = Offset {
    distance_m: sea::OFF_COAST_M / 2.0,
    distance_doubt_m: sea::OFF_COAST_M / 2.0,
    direction: None,
};

/// The middle and circle of the sea that an offset leads to.
fn off_point(
    layout: &Layout,
    offset: Offset,
    anchor: LonLat,
    anchor_m: f64,
) -> Option<(LonLat, f64)> {
    let reach_m = offset.distance_m + offset.distance_doubt_m + anchor_m;
    let point = crate::Extent::new(anchor.lon(), anchor.lat(), anchor.lon(), anchor.lat())?;
    sea::Land::around(layout, point, reach_m)?.off(&relative::Leg {
        offset,
        anchor,
        anchor_m,
    })
}

/// The share of a circle that has to lie in the country told for the rest to be left out; less
/// says that the outline or the country is not meant so.
const CLIPPED_SHARE_MIN: f64 = 0.03;

/// The circle of a place told by way of another, without what lies beyond the border of the country
/// told: a point stays a point, moved into the country where it lay outside.
fn within_told(layout: &Layout, home: &Home, mut out: Located) -> Located {
    let told = match home.countries[..] {
        [only] => Some(only),
        [] => home.caller,
        _ => None,
    };
    let (Some(code), Some(at), Some(radius_m)) = (told, out.centre, out.radius_m) else {
        return out;
    };
    if !out.precision.is_pointlike() || out.country != Some(code) || radius_m > CLIPPED_MOST_M {
        return out;
    }
    let Some(land) = layout
        .country_place(code)
        .and_then(|place| layout.shape(place))
    else {
        return out;
    };
    let own = shape::beside(&land, at);
    if own.inside && own.edge_m >= radius_m {
        return out;
    }
    let points: Vec<LonLat> = relative::over_circle(at, radius_m).collect();
    let all = points.len();
    let inside: Vec<LonLat> = points
        .into_iter()
        .filter(|at| shape::beside(&land, *at).inside)
        .collect();
    let country = crate::country_name(code);
    if (inside.len() as f64) < CLIPPED_SHARE_MIN * all as f64 {
        if !own.inside {
            out.because
                .push(format!("lies outside {country}, which is told"));
        }
        return out;
    }
    if own.inside {
        // No farther than the country goes.
        let farthest_m = inside.iter().map(|p| at.distance_m(*p)).fold(0.0, f64::max);
        out.radius_m = Some(radius_m.min(farthest_m * 1.05));
    } else if let Some((middle, held_m)) = relative::middle_among(&inside) {
        out.centre = Some(middle);
        out.radius_m = Some(held_m.max(radius_m * 0.25));
    }
    if out.radius_m != Some(radius_m) || out.centre != Some(at) {
        out.because
            .insert(1.min(out.because.len()), format!("clipped to {country}"));
    }
    out
}

/// Farther than this from any border a place is not by it, whatever is rounded: a border region is
/// some 30 to 50 km wide in the agreements that define one.
const BY_BORDER_M: f64 = 50_000.0;

/// Lets the circle of a place that is said to lie by a border, and does not, grow to what is told:
/// another place of that name may be meant.
pub(crate) fn by_border(layout: &Layout, home: &Home, answer: &mut Located) {
    let (Some(at), Some(own_m), Some(code)) = (answer.centre, answer.radius_m, answer.country)
    else {
        return;
    };
    if !answer.precision.is_pointlike() {
        return;
    }
    let Some(border_m) = border_m(&neighbours(layout, code), at) else {
        return;
    };
    let doubt_m = doubt::outside_m(home.told_most_m(layout));
    let near_m = border_m + relative::NEAR_M;
    if border_m > BY_BORDER_M {
        if doubt_m > own_m {
            answer.radius_m = Some(doubt_m);
            answer.because.push(format!(
                "said to lie by a border, and the next is {:.0} km away: the circle is widened to \
                 {:.0} km",
                border_m / 1000.0,
                doubt_m / 1000.0
            ));
        }
    } else if answer.precision == Precision::NearPlace && near_m > own_m {
        // "In the border area near A": the stretch of the border that is near A.
        answer.radius_m = Some(near_m);
        answer.because.push(format!(
            "by the border, which is {:.0} km away: the circle of {:.0} km reaches it",
            border_m / 1000.0,
            near_m / 1000.0
        ));
    }
}

/// The likeliest pairs of places as the ends of a way: by themselves and by how near they lie to
/// each other. Every first place once, with its best other end.
fn pairs(first: &[Candidate], second: &[Candidate]) -> Vec<(usize, Option<usize>)> {
    let best = |list: &[Candidate]| list.first().map_or(0.0, |c| c.score);
    let (least_a, least_b) = (
        best(first) - BETWEEN_LESS_LIKELY,
        best(second) - BETWEEN_LESS_LIKELY,
    );
    let mut out: Vec<(f64, usize, Option<usize>)> = first
        .iter()
        .enumerate()
        .take(ENDS_TRIED)
        .filter(|(_, a)| a.score > least_a)
        .map(|(n, a)| {
            let other = second
                .iter()
                .enumerate()
                .take(ENDS_TRIED)
                .filter(|(_, b)| b.score > least_b && b.place != a.place)
                .filter_map(|(m, b)| {
                    let way = (a.at?.distance_m(b.at?) / WAY_M).min(WAY_MOST);
                    Some((b.score - way, m))
                })
                .max_by(|a, b| a.0.total_cmp(&b.0));
            match other {
                Some((score, m)) => (a.score + score, n, Some(m)),
                None => (a.score - WAY_MOST + least_b, n, None),
            }
        })
        .collect();
    out.sort_by(|a, b| b.0.total_cmp(&a.0));
    out.into_iter().map(|(_, a, b)| (a, b)).collect()
}

/// The way between two places; near the first where the other is not known.
fn between(anchor: &Located, other: Option<&Located>, line: spot::Line) -> Located {
    let mut out = anchor.clone();
    out.basis = Basis::Offset;
    out.area = None;
    out.precision = Precision::NearPlace;
    let anchor_m = anchor.radius_m.unwrap_or(2_000.0);
    let ends = other.and_then(|other| Some((anchor.centre?, other.centre?, other)));
    let Some((at, other_at, other)) = ends else {
        out.name = format!("on a way from {}", anchor.name);
        out.radius_m = Some(anchor_m.max(WAY_UNKNOWN_M));
        out.because.insert(
            0,
            format!(
                "on a way from {} to a place that is not known: taken as within {:.0} km",
                anchor.name,
                anchor_m.max(WAY_UNKNOWN_M) / 1000.0
            ),
        );
        return out;
    };
    let (middle, radius_m) = relative::between(
        (at, anchor_m),
        (other_at, other.radius_m.unwrap_or(2_000.0)),
        match line {
            spot::Line::Any => relative::BETWEEN_SHARE,
            spot::Line::Road => relative::road_share(),
        },
    );
    out.name = format!("between {} and {}", anchor.name, other.name);
    out.centre = Some(middle);
    out.radius_m = Some(radius_m);
    if radius_m > 200_000.0 {
        out.precision = Precision::Region;
    }
    out.because.insert(
        0,
        format!(
            "the way between {} and {} is {:.0} km",
            anchor.name,
            other.name,
            at.distance_m(other_at) / 1000.0
        ),
    );
    out
}

/// Several distances at once: where they all hold, with the nearest likely places of the further
/// names; where none of these fits, the first distance alone, and the contradiction is told.
fn several_from(
    layout: &Layout,
    offsets: &[Offset],
    at: LonLat,
    anchor: Located,
    names: &[Weighed<'_>],
) -> Option<Located> {
    let leg = |offset: Offset, place: &Located| {
        Some(relative::Leg {
            offset,
            anchor: place.centre?,
            anchor_m: anchor_doubt_m(place),
        })
    };
    let mut legs = vec![leg(offsets[0], &anchor)?];
    let mut told = vec![offset_name(offsets[0], &anchor.name)];
    let mut apart: Vec<String> = Vec::new();
    let mut found = None;
    for (offset, list) in offsets.iter().zip(names).skip(1) {
        let best = list.candidates.first().map_or(0.0, |c| c.score);
        let mut other_name = None;
        let mut fitted = false;
        for other in list
            .candidates
            .iter()
            .take(ANCHORS_TRIED)
            .filter(|c| c.score > best - BETWEEN_LESS_LIKELY)
        {
            let other = located(layout, other, Vec::new(), 1.0);
            let name = offset_name(*offset, &other.name);
            let Some(next) = leg(*offset, &other) else {
                continue;
            };
            other_name.get_or_insert(name.clone());
            legs.push(next);
            if let Some(circle) = relative::several(&legs) {
                found = Some(circle);
                told.push(name);
                fitted = true;
                break;
            }
            legs.pop();
        }
        if !fitted {
            apart.extend(other_name);
        }
    }
    let mut out = anchor;
    out.area = None;
    out.basis = Basis::Offset;
    out.precision = Precision::NearPlace;
    out.name = told.join(" and ");
    match found {
        Some((middle, radius_m)) => {
            out.centre = Some(middle);
            out.radius_m = Some(radius_m);
            out.because.insert(
                0,
                format!(
                    "where {} hold together, within {:.0} km",
                    told.join(" and "),
                    radius_m / 1000.0
                ),
            );
        }
        None => {
            let (alone, radius_m) = relative::applied(offsets[0], at, legs[0].anchor_m);
            out.centre = Some(alone);
            out.radius_m = Some(radius_m);
        }
    }
    if !apart.is_empty() {
        out.score *= CONTRADICTED;
        out.because.insert(
            0,
            format!(
                "the distances told contradict each other: {} is left aside",
                apart.join(" and ")
            ),
        );
    }
    Some(out)
}

fn km(m: f64) -> String {
    let km = m / 1000.0;
    if (km - km.round()).abs() < 0.05 {
        format!("{km:.0}")
    } else {
        format!("{km:.1}")
    }
}

fn offset_name(offset: Offset, anchor: &str) -> String {
    match offset.direction {
        Some(direction) => format!(
            "{} km {} of {anchor}",
            km(offset.distance_m),
            direction.name()
        ),
        None => format!("{} km from {anchor}", km(offset.distance_m)),
    }
}

/// What is not known of an anchor's point: of a division only its seat or middle is meant.
fn anchor_doubt_m(anchor: &Located) -> f64 {
    anchor.radius_m.unwrap_or(2_000.0).min(60_000.0)
}

/// A part of an area.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the anchor becomes the answer"
)]
fn part_of(
    layout: &Layout,
    candidate: &Candidate,
    whole: Located,
    part: spot::Part,
) -> Option<Located> {
    let words = match part {
        spot::Part::Middle => "central".to_owned(),
        spot::Part::Side(direction) => format!("{}ern", direction.name()),
    };
    let mut out = whole.clone();
    out.name = format!("{words} {}", whole.name);
    out.basis = Basis::Told;
    if whole.precision == Precision::Place {
        // "Western Aleppo": a part of a city is a point with the city's doubt.
        let radius_m = whole.radius_m.unwrap_or(5_000.0);
        if let spot::Part::Side(direction) = part {
            out.centre = whole
                .centre
                .map(|at| at.offset(direction.bearing_deg, radius_m * 0.5));
        }
        out.radius_m = Some((radius_m * 0.75).max(2_000.0));
        out.precision = Precision::NearPlace;
        out.because
            .insert(0, format!("the {words} part of {}", whole.name));
        return Some(out);
    }
    out.precision = Precision::Region;
    if let Some(cut) = parts::kept_part(layout, candidate.place, part) {
        let (centre, radius_m) = cut.circle?;
        out.centre = Some(centre);
        out.radius_m = Some(radius_m);
        out.area = cut.area.clone();
        out.because.insert(
            0,
            format!("the {words} part of {}, cut from its outline", whole.name),
        );
        return Some(out);
    }
    let extent = layout.place(candidate.place).extent();
    let (centre, radius_m) = match extent {
        Some(extent) => parts::part_of_extent(extent, part)?,
        None => {
            let radius_m = whole.radius_m?;
            let at = whole.centre?;
            let to = match part {
                spot::Part::Middle => at,
                spot::Part::Side(direction) => at.offset(direction.bearing_deg, radius_m * 0.45),
            };
            (to, radius_m * 0.6)
        }
    };
    out.centre = Some(centre);
    out.radius_m = Some(radius_m);
    out.area = None;
    out.because.insert(
        0,
        format!(
            "the {words} part of {}; its outline is not known",
            whole.name
        ),
    );
    Some(out)
}

/// The countryside of a city: the division of that name where there is one.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the anchor becomes the answer"
)]
fn countryside(
    layout: &Layout,
    candidate: &Candidate,
    because: Vec<(f64, String)>,
    anchor: Located,
    part: Option<spot::Part>,
) -> Option<Located> {
    let record = layout.place(candidate.place);
    let division = if matches!(anchor.kind, Kind::Admin1 | Kind::Admin2) {
        Some(candidate.place)
    } else {
        record.admin1_place().filter(|n| {
            let key = |name: &str| {
                let folded = fold::fold(name);
                Key::of(
                    fold::generic::without_generic(&folded).map_or(&folded[..], |(rest, _)| rest),
                )
            };
            let own = key(record.name());
            let above = layout.place(*n);
            std::iter::once(above.name())
                .chain(above.names())
                .any(|name| key(name) == own)
        })
    };
    if let Some(division) = division {
        let inner = Candidate {
            place: division,
            ..candidate.clone()
        };
        let whole = located(layout, &inner, because, anchor.score);
        let mut out = match part {
            Some(part) => part_of(layout, &inner, whole, part)?,
            None => whole,
        };
        out.name = format!("{} countryside", out.name);
        out.because.insert(
            0,
            format!(
                "the countryside of {}: the division of that name",
                anchor.name
            ),
        );
        return Some(out);
    }
    let mut out = anchor.clone();
    let radius_m = 30_000.0 + anchor.radius_m.unwrap_or(5_000.0);
    if let Some(spot::Part::Side(direction)) = part {
        out.centre = anchor
            .centre
            .map(|at| at.offset(direction.bearing_deg, radius_m * 0.5));
    }
    out.name = format!("{} countryside", anchor.name);
    out.radius_m = Some(radius_m);
    out.basis = Basis::Offset;
    out.precision = Precision::NearPlace;
    out.because.insert(
        0,
        format!(
            "the countryside around {}: taken as within {:.0} km",
            anchor.name,
            radius_m / 1000.0
        ),
    );
    Some(out)
}

/// How far from a border what is told to lie along it may lie: a day's walk.
const BORDER_STRIP_M: f64 = 20_000.0;

/// The outlines of the countries that a country borders on.
fn neighbours(layout: &Layout, code: CountryCode) -> Vec<geo_types::MultiPolygon<f64>> {
    crate::build::starter::countries()
        .get(&code)
        .map(|country| &country.neighbours[..])
        .unwrap_or_default()
        .iter()
        .filter_map(|other| layout.shape(layout.country_place(*other)?))
        .collect()
}

/// The land of a country between two distances from its neighbours.
fn inside(
    layout: &Layout,
    place: u32,
    code: CountryCode,
    [from_m, to_m]: [f64; 2],
) -> Option<geo_types::MultiPolygon<f64>> {
    let told = [from_m, to_m].map(f64::to_bits);
    let cut = layout.cut(CutOf::Inside(place, told), || {
        let land = layout.shape(place)?;
        let area = parts::inside(&land, &neighbours(layout, code), from_m, to_m);
        Some(Cut { area, circle: None })
    });
    cut?.area.clone()
}

/// A circle that tells no point, as the part of the country told that it holds.
fn clipped(layout: &Layout, mut out: Located) -> Located {
    if out.precision == Precision::Region
        && out.area.is_none()
        && let (Some(centre), Some(radius_m), Some(code)) = (out.centre, out.radius_m, out.country)
        && radius_m <= CLIPPED_MOST_M
    {
        out.area = layout.country_place(code).and_then(|place| {
            let told = [centre.lon(), centre.lat(), radius_m].map(f64::to_bits);
            let cut = layout.cut(CutOf::Circle(place, told), || {
                let land = layout.shape(place)?;
                let area = parts::clip(&parts::circle(centre, radius_m)?, &land)?;
                Some(Cut {
                    area: Some(area),
                    circle: None,
                })
            });
            cut?.area.clone()
        });
    }
    out
}
/// A circle wider than this says no more than the name of the country.
const CLIPPED_MOST_M: f64 = 600_000.0;

/// A border: the strip along which two outlines lie close, as an area of the first country.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the anchor becomes the answer"
)]
fn border(
    layout: &Layout,
    candidate: &Candidate,
    first: Located,
    names: &[Weighed<'_>],
) -> Option<Located> {
    let mut out = first.clone();
    out.precision = Precision::Region;
    out.basis = Basis::Offset;
    let second = names.get(1).and_then(|list| list.candidates.first());
    let other_name = second.map(|c| layout.place(c.place).name().to_owned());
    out.name = match &other_name {
        Some(other) => format!("{BORDER_OF}{} and {other}", first.name),
        None => format!("{BORDER_OF}{}", first.name),
    };
    out.area = None;
    let shared = second.and_then(|second| {
        layout.cut(CutOf::Border(candidate.place, second.place), || {
            let (a, b) = (layout.shape(candidate.place)?, layout.shape(second.place)?);
            let circle = Some(shape::shared_border(&a, &b)?);
            let area = parts::strip(&a, &b, BORDER_STRIP_M);
            Some(Cut { area, circle })
        })
    });
    if let Some(shared) = shared
        && let Some((centre, radius_m)) = shared.circle
    {
        out.centre = Some(centre);
        out.radius_m = Some(radius_m + 10_000.0);
        out.area = shared.area.clone();
        out.because.insert(
            0,
            format!(
                "along the border of {} and {}",
                first.name,
                other_name.unwrap_or_default()
            ),
        );
        return Some(out);
    }
    if second.is_none()
        && let Some(code) = first.country.filter(|_| first.kind == Kind::Country)
    {
        out.area = inside(layout, candidate.place, code, [0.0, BORDER_STRIP_M]);
    }
    out.because
        .insert(0, format!("somewhere along the border of {}", first.name));
    Some(out)
}

/// The named place beside a relative phrase: it, where known nearby; else the offset by its name.
fn with_subject(
    layout: &Layout,
    item: &Item,
    subject: Weighed<'_>,
    told: Vec<Located>,
) -> Vec<Located> {
    let Some(offset) = told.first() else {
        return named(layout, subject, ALL_WANTED);
    };
    let own = named(layout, subject, ALL_WANTED);
    let name = item
        .subject
        .as_ref()
        .map(|q| q.folded.clone())
        .unwrap_or_default();
    let fits = |n: usize, place: &Located| {
        let (Some(at), Some(told), Some(reach_m)) = (place.centre, offset.centre, offset.radius_m)
        else {
            return false;
        };
        match subject.candidates.get(n).map(|c| c.how) {
            // A name that is only like it has to lie where the words say.
            Some(Match::Weak(alike)) => {
                alike >= WEAK_SUBJECT && at.distance_m(told) <= reach_m + WEAK_SUBJECT_M
            }
            _ => at.distance_m(told) <= 2.0 * (reach_m + place.radius_m.unwrap_or(0.0)) + 5_000.0,
        }
    };
    if let Some(n) = own.iter().enumerate().position(|(n, place)| fits(n, place)) {
        let mut list = own;
        let mut best = list.remove(n);
        best.score = best.score.max(0.9);
        best.because.insert(
            0,
            format!(
                "known by name, and it lies where the words say: {}",
                offset.name
            ),
        );
        list.insert(0, best);
        list.extend(told);
        return list;
    }
    let mut list: Vec<Located> = told;
    if let Some(best) = list.first_mut() {
        best.because.insert(
            0,
            format!("told as {}; no place \"{name}\" is known there", best.name),
        );
    }
    list.extend(own.into_iter().map(|mut place| {
        place.score *= 0.3;
        place
    }));
    list
}
