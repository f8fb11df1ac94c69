//! From mentions to tellings: which words tell of one event, and which date, place, party and
//! figure belong to it.
//!
//! A report tells an event several times: "carried out an attack ... The latest attack took place
//! Thursday ... following the strike today". Mentions that nothing tells apart are one event; a
//! later mention may bring the day, an earlier one the place. What tells them apart: another day,
//! another place, another sort of event, or a word such as "another" or "similar".
//!
//! | file | decides |
//! | --- | --- |
//! | `look` | what stands in one sentence, and how near two things in it are |
//! | `day` | which date belongs to which event |
//! | `site` | which place belongs to which event |
//! | `who` | who did it and to whom |
//! | `event` | what a mention adds to an event |
//! | `link` | which mentions are one event |
//! | `other` | what another reader marked, with our own places, days and figures |
//! | `harm` | which figure belongs to which event |
//! | `field` | is it a game that is told of? |
//! | `ailment` | of what did people die? |
//! | `means` | what a "bombing" or a "fire" was, by the whole report |
//! | `more` | what the sentences after an event add to it |
//! | `settle` | days and places that the report tells elsewhere |
//! | `finish` | what is news, what is history, what is left open |

mod ailment;
mod day;
mod event;
mod field;
mod finish;
mod harm;
mod link;
mod look;
mod means;
mod more;
pub mod other;
mod settle;
mod site;
mod who;

use std::collections::HashMap;
use std::ops::Range;

use gazetteer::{CountryCode, Located, Precision, Usage};
use jiff::civil::Date;

use crate::incident::{IncidentType, Standing, Toll, When};

use super::parties::PartyMention;
use super::sentences::{Role, Sentence};
use event::Event;
use look::Found;

/// A place phrase of the text with what it may mean.
#[derive(Clone, Debug)]
pub struct PlaceWords {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// How the words use the place.
    pub usage: Usage,
    /// What it may mean, best first.
    pub candidates: Vec<Located>,
}

impl PlaceWords {
    fn best(&self) -> Option<&Located> {
        self.candidates.first()
    }

    fn is_pointlike(&self) -> bool {
        self.best().is_some_and(|b| b.precision.is_pointlike())
    }
}

/// A figure with its words in the text.
#[derive(Clone, PartialEq, Debug)]
pub struct TollTold {
    /// The figure.
    pub toll: Toll,
    /// Byte range in the text.
    pub span: Range<usize>,
}

/// One event as one report tells it.
#[derive(Clone, Debug)]
pub struct Telling {
    /// What happened.
    pub kind: IncidentType,
    /// Tags.
    pub tags: Vec<String>,
    /// Does the report say that it happened?
    pub standing: Standing,
    /// When.
    pub when: When,
    /// Byte range of the date's words.
    pub when_span: Option<Range<usize>>,
    /// Index of the place phrase among those given.
    pub place: Option<usize>,
    /// Why the place is taken though no sentence on the event names it; `None` where one does.
    pub place_inferred: Option<&'static str>,
    /// Who did it.
    pub actors: Vec<(PartyMention, Range<usize>)>,
    /// To whom.
    pub targets: Vec<(PartyMention, Range<usize>)>,
    /// What sort of thing was hit.
    pub target_kind: Option<String>,
    /// Figures.
    pub tolls: Vec<TollTold>,
    /// Byte ranges of the words that tell of the event.
    pub events: Vec<Range<usize>>,
    /// Who says so, in words.
    pub says: Vec<String>,
    /// Who denies it.
    pub denies: Vec<String>,
    /// 0 to 1.
    pub confidence: f64,
}

/// Days before publication after which an event told by the way is history, not news.
pub const NEWS_DAYS_MAX: i32 = 40;

/// What every rule may look at.
struct Report<'a> {
    text: &'a str,
    places: &'a [PlaceWords],
    published: Option<Date>,
    /// The place of the dateline, as an index into the place phrases.
    dateline: Option<usize>,
    /// The place of the event in the headline, as an index into the place phrases.
    headline: Option<usize>,
    /// The days that the heading of a digest gives to what it lists.
    digest: Option<When>,
    /// The country of the dateline.
    from_country: Option<CountryCode>,
    /// The countries the report speaks of, each with the ids of up to two of its places.
    told_of: HashMap<CountryCode, Vec<Option<String>>>,
}

impl Report<'_> {
    fn words(&self, span: &Range<usize>) -> &str {
        &self.text[span.clone()]
    }

    fn place(&self, index: usize) -> Option<&Located> {
        self.places[index].best()
    }
}

/// Puts the tellings of a report together.
#[must_use]
pub fn tellings(
    text: &str,
    sentences: &[Sentence],
    places: &[PlaceWords],
    names: &super::CountryNames,
    published: Option<Date>,
) -> Vec<Telling> {
    let mut report = Report {
        text,
        places,
        published,
        headline: None,
        digest: None,
        dateline: dateline(sentences, places).find(|i| places[*i].is_pointlike()),
        from_country: dateline(sentences, places).find_map(|i| {
            places[i]
                .best()
                .filter(|b| b.precision == Precision::Country)?
                .country
        }),
        told_of: told_of(places),
    };
    report.headline = headline(&report, sentences, names);
    report.digest = digest(&report, sentences, names);
    let report = report;
    let mut found: Vec<Found> = sentences
        .iter()
        .filter(|s| s.role == Role::Body)
        .enumerate()
        .map(|(n, s)| look::look(n, text, s, places, names))
        .collect();
    means::settle(text, &mut found);
    let mut events: Vec<Event> = Vec::new();
    let mut before = event::Before {
        ill: ailment::is_told(&found),
        ..event::Before::default()
    };
    for f in &found {
        // A figure read before the event it belongs to waits for the sentence's own event.
        let mut told_here: Vec<usize> = Vec::new();
        if f.opens_item() {
            before.item = Some(f.sentence.paragraph);
        } else if before.item != Some(f.sentence.paragraph) {
            before.list_day = before.date.clone();
        }
        if let Some(region) = site::opens_with_region(&report, f) {
            before.region = Some((f.sentence.paragraph, region));
        }
        for m in &f.events {
            if let Some(index) = event::take(&report, f, m, &mut events, &told_here, &before)
                && !told_here.contains(&index)
            {
                told_here.push(index);
            }
        }
        site::spread(&report, f, &mut events);
        site::taken_up(&report, f, &mut events);
        site::of_residents(&report, f, &mut events);
        site::of_traces(&report, f, &mut events);
        site::at_sea(&report, f, &mut events);
        harm::add(&report, f, &mut events, &told_here);
        if told_here.is_empty() {
            more::add(&report, f, &mut events);
        }
        if let Some(past) = day::speaks_of_the_past(&report, f) {
            before.past = past.then_some(f.sentence.paragraph);
        }
        let last = day::last_told(&report, f);
        if let Some(when) = last
            .clone()
            .filter(|_| f.events.is_empty() && day::occurs(f))
        {
            before.day_alone = Some((when, f.n, f.sentence.paragraph));
        }
        before.date = last.or(before.date);
        if let Some(place) = site::leading_closest(&report, f).or_else(|| site::is_on(&report, f)) {
            before.place = Some((place, f.n, f.sentence.paragraph));
        }
    }
    if field::is_played(&found) {
        return Vec::new();
    }
    finish::finish(&report, events)
}

/// The countries of the place phrases, each with up to two of their places: enough to say whether
/// another place than one asked about lies there.
fn told_of(places: &[PlaceWords]) -> HashMap<CountryCode, Vec<Option<String>>> {
    let mut out: HashMap<CountryCode, Vec<Option<String>>> = HashMap::new();
    for place in places.iter().filter_map(PlaceWords::best) {
        if let Some(country) = place.country {
            let ids = out.entry(country).or_default();
            if ids.len() < 2 && !ids.contains(&place.place_id) {
                ids.push(place.place_id.clone());
            }
        }
    }
    out
}

/// Words for a list of what happened in a time.
const DIGESTS: &[&str] = &[
    "digest",
    "bulletin",
    "daily",
    "roundup",
    "round-up",
    "summary",
    "brief",
    "briefs",
    "sitrep",
    "incidents",
    "log",
    "overview",
    "diary",
    "chronology",
    "developments",
];

/// "Daily digest, 14 August": the days of the heading.
fn digest(report: &Report, sentences: &[Sentence], names: &super::CountryNames) -> Option<When> {
    let title = sentences.iter().find(|s| s.role == Role::Title)?;
    let f = look::look(0, report.text, title, report.places, names);
    let words = f.words();
    if !words.any(0..words.len(), DIGESTS) {
        return None;
    }
    let when = day::last_told(report, &f)?;
    when.days().is_some().then_some(when)
}

/// The place that the headline gives to the event it tells.
fn headline(report: &Report, sentences: &[Sentence], names: &super::CountryNames) -> Option<usize> {
    let title = sentences.iter().find(|s| s.role == Role::Title)?;
    let f = look::look(0, report.text, title, report.places, names);
    let event = f.events.first()?;
    site::place_of(report, &f, event)
}

/// The places of the dateline.
fn dateline<'p>(
    sentences: &[Sentence],
    places: &'p [PlaceWords],
) -> impl Iterator<Item = usize> + use<'p> {
    let line = sentences.iter().find(|s| s.role == Role::Dateline);
    let span = line.map_or(0..0, |s| s.span.clone());
    look::inside(&span, places)
}
