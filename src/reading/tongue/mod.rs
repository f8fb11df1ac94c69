//! Reports in Arabic, Ukrainian, Russian, French and Spanish: text in, the same tellings out as
//! from an English one.
//!
//! One small reader serves all five; what differs stands in one table of words a language
//! (`words/ar.csv`, `uk.csv`, `ru.csv`, `fr.csv`, `es.csv`), which somebody who writes no Rust can
//! mend. It says less than the English reader and would rather say nothing than guess: an incident
//! needs a word for it that is neither denied nor planned, and a place, a day or a figure beside it.
//!
//! | file | decides |
//! | --- | --- |
//! | `detect` | which language a stretch of text is in |
//! | `lexicon` | what a table says of the words of a sentence |
//! | `dates` | the dates told; which days they mean is for [`super::dates`] |
//! | `numbers`, `tolls` | how many, of whom |
//! | `sites` | the places told; where they lie is for the gazetteer |
//! | `voice` | fact, claim, plan, history; who says so; who did it |
//! | `tell` | which words tell of one event, and what belongs to it |
//!
//! # What is not here
//!
//! Date arithmetic, positions, merging: those know no language.

mod dates;
mod detect;
mod lexicon;
mod numbers;
mod sites;
mod tell;
mod tolls;
mod voice;

use std::ops::Range;

use gazetteer::{Gazetteer, PlaceExpression};
use jiff::civil::Date;

use super::dates::{DateMention, Direction};
use super::sentences::{self, Sentence};
use super::tellings::{PlaceWords, Telling};
use crate::incident::When;

/// A language beside English that is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tongue {
    /// Arabic.
    Arabic,
    /// Ukrainian.
    Ukrainian,
    /// Russian.
    Russian,
    /// French.
    French,
    /// Spanish.
    Spanish,
}

impl Tongue {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Arabic,
        Self::Ukrainian,
        Self::Russian,
        Self::French,
        Self::Spanish,
    ];
}

/// The language of a stretch of text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    /// English, or too short to tell.
    English,
    /// One that is read by way of its table of words.
    Read(Tongue),
    /// One that is not read.
    Other,
}

/// Which stretches of a text are in which language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Languages(Vec<detect::Run>);

impl Languages {
    /// Looks at a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(detect::runs(text))
    }

    /// Is all of it English?
    #[must_use]
    pub fn all_english(&self) -> bool {
        self.0.iter().all(|r| r.language == Language::English)
    }

    /// Is none of it in a language that is read?
    #[must_use]
    pub fn none_read(&self) -> bool {
        self.0.iter().all(|r| r.language == Language::Other)
    }

    /// The language at a byte of the text.
    #[must_use]
    pub fn at(&self, byte: usize) -> Language {
        let next = self.0.partition_point(|r| r.span.start <= byte);
        next.checked_sub(1)
            .and_then(|i| self.0.get(i))
            .map_or(Language::English, |r| r.language)
    }

    fn tongue(&self, byte: usize) -> Option<Tongue> {
        match self.at(byte) {
            Language::Read(tongue) => Some(tongue),
            _ => None,
        }
    }
}

/// What the stretches in other languages than English tell: their place phrases, and their
/// tellings, whose places are numbered among these phrases.
#[must_use]
pub fn read(
    text: &str,
    sentences: &[Sentence],
    languages: &Languages,
    gazetteer: &Gazetteer,
    published: Option<Date>,
) -> (Vec<PlaceWords>, Vec<Telling>) {
    let (mut places, mut tellings) = (Vec::new(), Vec::new());
    for tongue in Tongue::ALL {
        let own: Vec<&Sentence> = sentences
            .iter()
            .filter(|s| languages.tongue(s.span.start) == Some(tongue))
            .collect();
        if own.is_empty() {
            continue;
        }
        let first = places.len();
        let (found, told) = tell::tellings(text, &own, tongue, gazetteer, published);
        places.extend(found);
        tellings.extend(told.into_iter().map(|t| Telling {
            place: t.place.map(|p| p + first),
            ..t
        }));
    }
    (places, tellings)
}

/// The place names of the stretches in other languages, as [`Gazetteer::expressions`] gives them
/// for English ones, with what each may mean.
#[must_use]
pub fn places(text: &str, languages: &Languages, gazetteer: &Gazetteer) -> Vec<PlaceWords> {
    let mut out: Vec<PlaceWords> = Vec::new();
    for tongue in Tongue::ALL {
        let mut found = Vec::new();
        for s in sentences::sentences(text) {
            if languages.tongue(s.span.start) == Some(tongue) {
                let words = lexicon::words(text, &s.tokens, tongue);
                found.extend(sites::find(text, lexicon::Words(&words), tongue, gazetteer));
            }
        }
        out.extend(sites::located(&found, gazetteer));
    }
    out.sort_by_key(|p| p.span.start);
    out
}

/// Expressions of English stretches alone.
#[must_use]
pub fn only_english(
    expressions: Vec<PlaceExpression>,
    languages: &Languages,
) -> Vec<PlaceExpression> {
    expressions
        .into_iter()
        .filter(|e| languages.at(e.span.start) == Language::English)
        .collect()
}

/// The dates of a sentence in the language it is in; `None` for English, which reads its own.
#[must_use]
pub fn dates_in(
    text: &str,
    sentence: &Sentence,
    languages: &Languages,
) -> Option<Vec<(DateMention, Direction)>> {
    match languages.at(sentence.span.start) {
        Language::English => None,
        Language::Other => Some(Vec::new()),
        Language::Read(tongue) => {
            let words = lexicon::words(text, &sentence.tokens, tongue);
            let found = dates::find(lexicon::Words(&words), tongue);
            Some(
                found
                    .into_iter()
                    .map(|t| (t.mention, t.direction))
                    .collect(),
            )
        }
    }
}

/// Words that are known to tell a date, in the language of their surroundings; `None` for English.
#[must_use]
pub fn given_date(
    text: &str,
    span: &Range<usize>,
    languages: &Languages,
) -> Option<Option<DateMention>> {
    let tongue = languages.tongue(span.start)?;
    let words = lexicon::words(text, &sentences::tokens(text, span.clone()), tongue);
    let found = dates::find(lexicon::Words(&words), tongue);
    Some(found.into_iter().next().map(|t| t.mention))
}

/// The narrower of two days told of one event.
fn narrower(new: &When, old: &When) -> bool {
    let width = |w: &When| match (w.days(), w.month_day, w.weekday) {
        (Some((s, e)), _, _) => (e - s).get_days(),
        (None, Some(_), _) => 400,
        (None, None, Some(_)) => 500,
        _ => 5_000,
    };
    width(new) < width(old)
}
