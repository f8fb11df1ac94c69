//! The corridor: one report to its accounts.

use std::ops::Range;

use gazetteer::{Basis, Gazetteer, Located};
use sha2::{Digest, Sha256};

use crate::incident::{Account, DatePrecision, Party, PlaceTold, Quote, Sketch, Standing, Terms};
pub use crate::reading::other::OtherReading;
use crate::reading::parties::PartyMention;
use crate::reading::tellings::{PlaceWords, Telling};
use crate::reading::{self, Reading};
use crate::report::{Notice, Report};

/// The name under which our own reader signs its accounts.
pub const READER: &str = concat!("placetime ", env!("CARGO_PKG_VERSION"));

/// Longest quote kept with an account, in characters.
pub const QUOTE_CHARS_MAX: usize = 400;

/// Reads a report: every telling of an event becomes an account, standing and all; what could not
/// be understood becomes a notice.
#[must_use]
pub fn accounts(report: &Report, gazetteer: &Gazetteer) -> (Vec<Account>, Vec<Notice>) {
    let reading = reading::read(report, gazetteer);
    accounts_of(report, &reading, READER)
}

/// The same by what another reader marked: its words, where they stand in the text; everything
/// else, positions and days before all, is ours.
#[must_use]
pub fn accounts_marked(
    report: &Report,
    other: &OtherReading,
    gazetteer: &Gazetteer,
) -> (Vec<Account>, Vec<Notice>) {
    let (reading, dropped) = reading::read_marked(report, other, gazetteer);
    let reader = other.reader();
    let (accounts, notices) = accounts_of(report, &reading, &reader);
    let dropped = dropped
        .into_iter()
        .map(|what| Notice::new(&report.id, format!("{reader}: {what}")));
    (accounts, dropped.chain(notices).collect())
}

fn accounts_of(report: &Report, reading: &Reading, reader: &str) -> (Vec<Account>, Vec<Notice>) {
    let offsets = Offsets::of(&report.text);
    let sha256 = sha256_hex(&report.text);
    let sketch = Sketch::of(&report.text);
    let accounts: Vec<Account> = reading
        .tellings
        .iter()
        .enumerate()
        .map(|(ordinal, t)| {
            let account = account(report, reading, &offsets, (&sha256, &sketch), ordinal, t);
            Account {
                reader: reader.to_owned(),
                ..account
            }
        })
        .collect();
    let notices = notices(report, reading, &accounts);
    (accounts, notices)
}

/// SHA-256 of a text in hex.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn account(
    report: &Report,
    reading: &Reading,
    offsets: &Offsets,
    (sha256, sketch): (&str, &Sketch),
    ordinal: usize,
    telling: &Telling,
) -> Account {
    let text = report.text.as_str();
    let quote = |field: &str, span: &Range<usize>| offsets.quote(text, field, span);
    let mut quotes: Vec<Quote> = Vec::new();
    // The sentences that tell of the event, then the words of each field.
    for span in telling.events.iter().take(4) {
        let next = reading
            .sentences
            .partition_point(|s| s.span.start <= span.start);
        let sentence = next
            .checked_sub(1)
            .map(|i| &reading.sentences[i])
            .filter(|s| s.span.contains(&span.start));
        let sentence = sentence.map_or_else(|| span.clone(), |s| s.span.clone());
        let told = quote("event", &sentence);
        if !quotes.contains(&told) {
            quotes.push(told);
        }
    }
    let place = telling.place.map(|i| &reading.places[i]);
    quotes.extend(place.map(|p| quote("place", &p.span)));
    quotes.extend(telling.when_span.as_ref().map(|s| quote("date", s)));
    quotes.extend(telling.actors.iter().map(|(_, s)| quote("actor", s)));
    quotes.extend(telling.targets.iter().map(|(_, s)| quote("target", s)));
    quotes.extend(telling.tolls.iter().map(|t| quote("toll", &t.span)));
    let party = |(p, span): &(PartyMention, Range<usize>)| Party {
        name: p.name.clone(),
        id: p.id.clone(),
        kind: p.kind.clone(),
        country: p.country.clone(),
        text: text[span.clone()].to_owned(),
    };
    Account {
        report: report.id.clone(),
        ordinal,
        url: report.origin.url.clone(),
        archived_url: report.origin.archived_url.clone(),
        retrieved: report.origin.retrieved.clone(),
        sha256: sha256.to_owned(),
        publisher: report.origin.publisher.clone(),
        published: reading.published.map(|p| p.day),
        licence: report.origin.licence.clone(),
        reader: READER.to_owned(),
        quotes,
        kind: telling.kind,
        tags: telling.tags.clone(),
        standing: telling.standing,
        when: telling.when.clone(),
        place: place.map_or_else(PlaceTold::default, |p| {
            place_told(text, p, telling.place_inferred)
        }),
        actors: telling.actors.iter().map(party).collect(),
        actors_by: telling
            .says
            .first()
            .cloned()
            .filter(|_| !telling.actors.is_empty()),
        targets: telling.targets.iter().map(party).collect(),
        target_kind: telling.target_kind.clone(),
        tolls: telling.tolls.iter().map(|t| t.toll.clone()).collect(),
        says: telling.says.clone(),
        denies: telling.denies.clone(),
        confidence: (telling.confidence.clamp(0.05, 0.95) * 100.0).round() / 100.0,
        sketch: sketch.clone(),
        terms: Terms::default(),
    }
}

fn place_told(text: &str, words: &PlaceWords, inferred: Option<&str>) -> PlaceTold {
    let passed_over = |l: &Located| {
        let country = l.country.map(|c| format!(", {c}")).unwrap_or_default();
        let why = l
            .because
            .first()
            .map(|w| format!(": {w}"))
            .unwrap_or_default();
        format!("{}{country}{why}", l.name)
    };
    let mut located = words.candidates.first().cloned();
    if let (Some(place), Some(why)) = (&mut located, inferred) {
        place.basis = Basis::Inferred;
        place.because.insert(0, why.to_owned());
    }
    PlaceTold {
        located,
        text: text[words.span.clone()].to_owned(),
        alternatives: words
            .candidates
            .iter()
            .skip(1)
            .take(reading::ALTERNATIVES_MAX)
            .map(passed_over)
            .collect(),
    }
}

fn notices(report: &Report, reading: &Reading, accounts: &[Account]) -> Vec<Notice> {
    let mut out = Vec::new();
    let about = &report.id;
    let features = accounts.iter().filter(|a| a.standing.is_feature()).count();
    if reading.published.is_none() && features > 0 {
        out.push(Notice::new(
            about,
            "the day of publication is not known, so weekdays and days without a year stay as told; give it with --published or a date: line",
        ));
    }
    if reading.unread {
        out.push(Notice::new(
            about,
            "the language of this report is not read, so no incident was looked for; read are English, Arabic, Ukrainian, Russian, French and Spanish; another reader's mentions can be given with --reading",
        ));
    } else if features == 0 {
        out.push(Notice::new(about, "no incident found in this report"));
    }
    for a in accounts.iter().filter(|a| a.standing == Standing::Happened) {
        if a.when.precision == DatePrecision::Day && a.when.because.contains("but the text says") {
            out.push(Notice::new(
                about,
                format!(
                    "a weekday and a day contradict each other: {}",
                    a.when.because
                ),
            ));
        }
    }
    out
}

/// Code points between two that are remembered: an eighth of a byte for each byte of the text.
const OFFSET_STEP: usize = 64;

/// From bytes to Unicode code points.
struct Offsets {
    /// The byte of every so many code points.
    starts: Vec<usize>,
}

impl Offsets {
    fn of(text: &str) -> Self {
        let every = text.char_indices().step_by(OFFSET_STEP);
        Self {
            starts: every.map(|(i, _)| i).collect(),
        }
    }

    /// How many code points begin before a byte.
    fn chars(&self, text: &str, byte: usize) -> usize {
        let known = self.starts.partition_point(|s| *s <= byte);
        match known.checked_sub(1) {
            Some(k) => k * OFFSET_STEP + text[self.starts[k]..byte].chars().count(),
            None => 0,
        }
    }

    fn quote(&self, text: &str, field: &str, span: &Range<usize>) -> Quote {
        let start = self.chars(text, span.start);
        let words = &text[span.clone()];
        let mut told = words.char_indices();
        let last = told.nth(QUOTE_CHARS_MAX).map_or(words.len(), |(i, _)| i);
        Quote {
            field: field.to_owned(),
            start,
            end: start + words[..last].chars().count(),
            text: words[..last].to_owned(),
        }
    }
}
