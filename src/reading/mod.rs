//! What the words say, before anyone asks what is known of it already.
//!
//! Text in, tellings out: one for each event the report tells of, with the words that say what,
//! where, when, who and how many. Reading never fails as a whole: what is not understood stays out,
//! and says so.
//!
//! # What is not here
//!
//! No file, no socket, no clock. The day of publication is an argument; where it is not known, no
//! calendar day is made up. Whether two reports tell of one event is for [`crate::incident::merge`].

pub mod calendars;
pub mod dates;
pub mod events;
pub mod numbers;
pub mod other;
pub mod parties;
pub mod sentences;
pub mod tellings;
pub mod times;
pub mod timex;
pub mod tolls;
pub mod tongue;
pub mod voice;
pub mod words;

use gazetteer::{Context, CountryCode, Gazetteer};
use jiff::civil::Date;

use crate::report::{Published, PublishedBy, Report};
use other::{Label, OtherReading};
use sentences::{Role, Sentence};
use tellings::{PlaceWords, Telling};
use tongue::{Language, Languages};

/// What one report says.
#[derive(Debug)]
pub struct Reading {
    /// The day of publication, told or found in the text.
    pub published: Option<Published>,
    /// The sentences with their roles.
    pub sentences: Vec<Sentence>,
    /// The place phrases with what they may mean.
    pub places: Vec<PlaceWords>,
    /// The events told.
    pub tellings: Vec<Telling>,
    /// True where all of the text is in a language that is not read.
    pub unread: bool,
}

/// Reads a report.
#[must_use]
pub fn read(report: &Report, gazetteer: &Gazetteer) -> Reading {
    let text = report.text.as_str();
    let published = report.published.or_else(|| published_in(text));
    let sentences = sentences::sentences(text);
    let languages = Languages::of(text);
    if !languages.all_english() {
        return read_mixed(text, sentences, &languages, published, gazetteer);
    }
    let (places, tellings) = read_english(text, &sentences, published, gazetteer, None);
    Reading {
        published,
        sentences,
        places,
        tellings,
        unread: false,
    }
}

/// Reads the sentences in English, and those in each of the other languages that are read.
fn read_mixed(
    text: &str,
    sentences: Vec<Sentence>,
    languages: &Languages,
    published: Option<Published>,
    gazetteer: &Gazetteer,
) -> Reading {
    let english: Vec<Sentence> = sentences
        .iter()
        .filter(|s| languages.at(s.span.start) == Language::English)
        .cloned()
        .collect();
    let (mut places, mut tellings) = if english.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        read_english(text, &english, published, gazetteer, Some(languages))
    };
    let day = published.map(|p| p.day);
    let (others, told) = tongue::read(text, &sentences, languages, gazetteer, day);
    let first = places.len();
    places.extend(others);
    tellings.extend(told.into_iter().map(|t| Telling {
        place: t.place.map(|p| p + first),
        ..t
    }));
    Reading {
        published,
        sentences,
        places,
        tellings,
        unread: languages.none_read(),
    }
}

/// The place phrases and tellings of English sentences. In a mixed text only names that stand in
/// its English stretches count.
fn read_english(
    text: &str,
    sentences: &[Sentence],
    published: Option<Published>,
    gazetteer: &Gazetteer,
    languages: Option<&Languages>,
) -> (Vec<PlaceWords>, Vec<Telling>) {
    let places = place_words(text, gazetteer, languages);
    let names = CountryNames::of(&places, gazetteer);
    let tellings = tellings::tellings(text, sentences, &places, &names, published.map(|p| p.day));
    (places, tellings)
}

/// Reads a report by what another reader marked in it; our own code says what its words mean. With
/// what was left out of the reading, a sentence each.
#[must_use]
pub fn read_marked(
    report: &Report,
    other: &OtherReading,
    gazetteer: &Gazetteer,
) -> (Reading, Vec<String>) {
    let text = report.text.as_str();
    let (marked, dropped) = other.checked(text);
    let published = report.published.or_else(|| published_in(text));
    let sentences = sentences::sentences(text);
    let mut places = place_words(text, gazetteer, None);
    // Names that we would not have seen as places.
    let unseen: Vec<std::ops::Range<usize>> = marked
        .iter()
        .flat_map(|m| m.of(Label::Place))
        .filter(|s| {
            !places
                .iter()
                .any(|p| p.span.start < s.end && s.start < p.span.end)
        })
        .cloned()
        .collect();
    let located = gazetteer.locate_given(text, &unseen, &Context::default());
    places.extend(
        unseen
            .into_iter()
            .zip(located)
            .map(|(span, candidates)| PlaceWords {
                span,
                usage: gazetteer::Usage::Place,
                candidates,
            }),
    );
    places.sort_by_key(|p| p.span.start);
    let names = CountryNames::of(&places, gazetteer);
    let day = published.map(|p| p.day);
    let tellings = marked
        .iter()
        .map(|m| tellings::other::told(text, &sentences, &places, &names, day, m))
        .collect();
    let reading = Reading {
        published,
        sentences,
        places,
        tellings,
        unread: false,
    };
    (reading, dropped)
}

/// Candidates passed over that are kept with an account.
pub const ALTERNATIVES_MAX: usize = 4;

/// Places that a phrase may mean that are asked for: the likeliest, and those passed over.
const CANDIDATES: usize = 1 + ALTERNATIVES_MAX;

/// The place phrases of a text with what they may mean.
fn place_words(
    text: &str,
    gazetteer: &Gazetteer,
    languages: Option<&Languages>,
) -> Vec<PlaceWords> {
    let spotted = gazetteer.spotted(text);
    let expressions = spotted.expressions();
    let expressions = match languages {
        Some(languages) => tongue::only_english(expressions, languages),
        None => expressions,
    };
    let located = spotted.locate(&expressions, &Context::default(), CANDIDATES);
    expressions
        .into_iter()
        .zip(located)
        .map(|(e, candidates)| PlaceWords {
            span: e.span,
            usage: e.usage,
            candidates,
        })
        .collect()
}

/// A day of publication that the text itself gives: a date line under the title or the author, or
/// "date 2022-06-18" at the very start. A caption's date is none.
#[must_use]
pub fn published_in(text: &str) -> Option<Published> {
    let found = |day: Date| {
        Some(Published {
            day,
            by: PublishedBy::Text,
        })
    };
    /// A date line holds nothing but a date; what is longer is none, in bytes.
    const DATE_LINE_BYTES_MAX: usize = 200;
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    for line in lines.take(8).filter(|l| l.len() <= DATE_LINE_BYTES_MAX) {
        if let Some(day) = dates::date_line(line) {
            return found(day);
        }
        let mut words = line.split_whitespace();
        let first = words
            .next()
            .unwrap_or("")
            .trim_end_matches(':')
            .to_lowercase();
        if matches!(first.as_str(), "date" | "published")
            && let Some(day) = words.next().and_then(|w| w.parse::<Date>().ok())
        {
            return found(day);
        }
    }
    None
}

/// Names and adjectives of the countries a text speaks of.
#[derive(Debug, Default)]
pub struct CountryNames(std::collections::HashMap<String, (String, String)>);

impl CountryNames {
    /// Looks up the countries of the place phrases.
    #[must_use]
    pub fn of(places: &[PlaceWords], gazetteer: &Gazetteer) -> Self {
        let codes: std::collections::BTreeSet<CountryCode> = places
            .iter()
            .flat_map(|p| &p.candidates)
            .filter_map(|c| c.country)
            .collect();
        let named = codes.into_iter().filter_map(|code: CountryCode| {
            let place = gazetteer.country(code)?;
            let adjective = place
                .demonyms
                .first()
                .cloned()
                .unwrap_or_else(|| place.name.clone());
            Some((code.to_string(), (place.name.clone(), adjective)))
        });
        Self(named.collect())
    }

    /// The common name, or the code where the gazetteer has none.
    #[must_use]
    pub fn name(&self, code: &str) -> String {
        self.0
            .get(code)
            .map_or_else(|| code.to_owned(), |(name, _)| name.clone())
    }

    /// "Russian".
    #[must_use]
    pub fn adjective(&self, code: &str) -> String {
        self.0
            .get(code)
            .map_or_else(|| code.to_owned(), |(_, adjective)| adjective.clone())
    }
}

/// True for words of the report itself, not of a caption or a comment.
#[must_use]
pub fn is_body(sentence: &Sentence) -> bool {
    sentence.role == Role::Body
}
