//! Tellings that another reader marked: its words, our places, days and figures.

use std::ops::Range;

use crate::incident::{DatePrecision, When};
use crate::reading::dates::{self, DateMention, Form};
use crate::reading::other::{Label, Marked};
use crate::reading::parties::PartyMention;
use crate::reading::sentences::Sentence;

use super::look::{self, Found};
use super::{PlaceWords, Report, Telling, TollTold, day};

/// Makes a telling of what another reader marked. `places` are the place phrases of the text, those
/// it marked among them.
#[must_use]
pub fn told(
    text: &str,
    sentences: &[Sentence],
    places: &[PlaceWords],
    names: &crate::reading::CountryNames,
    published: Option<jiff::civil::Date>,
    marked: &Marked,
) -> Telling {
    let report = Report {
        text,
        places,
        published,
        headline: None,
        digest: None,
        dateline: None,
        from_country: None,
        told_of: super::told_of(places),
    };
    let look = |span: &Range<usize>| -> Option<Found<'_>> {
        let after = sentences.partition_point(|s| s.span.start <= span.start);
        let at = after.checked_sub(1)?;
        let sentence = sentences.get(at).filter(|s| s.span.end >= span.end)?;
        Some(look::look(at, text, sentence, places, names))
    };
    let (when, when_span) = marked
        .of(Label::Date)
        .map(|span| (days(&report, look(span).as_ref(), span), Some(span.clone())))
        .next()
        .unwrap_or_else(|| (open(&report), None));
    let time = marked.of(Label::Time).find_map(|span| {
        let f = look(span)?;
        let overlaps = |r: &Range<usize>| touches(&f.bytes(r), span);
        f.times
            .iter()
            .find(|t| overlaps(&t.tokens))
            .map(|t| t.time.clone())
    });
    let party = |span: &Range<usize>| -> (PartyMention, Range<usize>) {
        let known = look(span).and_then(|f| {
            let here = f
                .parties
                .iter()
                .find(|p| touches(&f.bytes(&p.tokens), span));
            here.cloned()
        });
        let plain = PartyMention {
            tokens: 0..0,
            name: text[span.clone()].to_owned(),
            id: None,
            kind: String::new(),
            country: None,
        };
        (known.unwrap_or(plain), span.clone())
    };
    let tolls: Vec<TollTold> = marked
        .of(Label::Toll)
        .filter_map(|span| {
            let f = look(span)?;
            let t = f
                .tolls
                .iter()
                .find(|t| touches(&f.bytes(&t.tokens), span))?;
            Some(TollTold {
                toll: crate::incident::Toll {
                    harm: t.harm,
                    count: t.count,
                    of: t.of,
                    of_whom: t.of_whom.clone(),
                    said_by: f.speaker.clone(),
                    text: text[span.clone()].to_owned(),
                },
                span: span.clone(),
            })
        })
        .collect();
    let place = marked.of(Label::Place).find_map(|span| {
        places
            .iter()
            .position(|p| touches(&p.span, span) && !p.candidates.is_empty())
    });
    let says = marked
        .of(Label::Speaker)
        .map(|s| text[s.clone()].to_owned());
    let actors: Vec<_> = marked.of(Label::Actor).map(party).collect();
    let day = if when.precision == DatePrecision::Day {
        0.2
    } else {
        0.0
    };
    let pointlike = place.is_some_and(|p| places[p].is_pointlike());
    let confidence =
        0.35 + day + if pointlike { 0.2 } else { 0.0 } + if actors.is_empty() { 0.0 } else { 0.1 };
    Telling {
        kind: marked.kind,
        tags: Vec::new(),
        standing: marked.standing,
        when: When {
            time_start: time.or(when.time_start),
            ..when
        },
        when_span,
        place,
        place_inferred: None,
        actors,
        targets: marked.of(Label::Target).map(party).collect(),
        target_kind: None,
        tolls,
        events: marked.of(Label::Event).cloned().collect(),
        says: says.collect(),
        denies: Vec::new(),
        confidence,
    }
}

fn touches(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn open(report: &Report) -> When {
    dates::before(
        report.published,
        "",
        "no day is told; not after the day of publication",
    )
}

/// The days that marked words mean, by our own rules.
fn days(report: &Report, f: Option<&Found>, span: &Range<usize>) -> When {
    let words = report.words(span);
    let found = f.and_then(|f| {
        let d: &DateMention = f.dates.iter().find(|d| touches(&d.span, span))?;
        Some((f, d))
    });
    match found {
        Some((_, d)) if matches!(d.form, Form::FromEvent { .. } | Form::Duration { .. }) => {
            dates::before(
                report.published,
                words,
                "relative to an event whose day is not told",
            )
        }
        Some((f, d)) => day::resolved(report, f, d),
        None => dates::before(report.published, words, "no date that we can read"),
    }
}
