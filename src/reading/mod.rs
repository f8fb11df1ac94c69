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
pub mod voice;
pub mod words;

use gazetteer::{Context, CountryCode, Gazetteer};
use jiff::civil::Date;

use crate::report::{Published, PublishedBy, Report};
use other::{Label, OtherReading};
use sentences::{Role, Sentence};
use tellings::{PlaceWords, Telling};

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
}

/// Reads a report.
#[must_use]
pub fn read(report: &Report, gazetteer: &Gazetteer) -> Reading {
    let text = report.text.as_str();
    let published = report.published.or_else(|| published_in(text));
    let sentences = sentences::sentences(text);
    let places = place_words(text, gazetteer);
    let names = CountryNames::of(&places, gazetteer);
    let tellings = tellings::tellings(text, &sentences, &places, &names, published.map(|p| p.day));
    Reading {
        published,
        sentences,
        places,
        tellings,
    }
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
    let mut places = place_words(text, gazetteer);
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
    };
    (reading, dropped)
}

/// The place phrases of a text with what they may mean.
fn place_words(text: &str, gazetteer: &Gazetteer) -> Vec<PlaceWords> {
    let expressions = gazetteer.expressions(text);
    let located = gazetteer.locate(text, &expressions, &Context::default());
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
