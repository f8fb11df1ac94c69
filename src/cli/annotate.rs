//! `annotate`: the same JSONL with the places (or dates) marked.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::ops::Range;

use gazetteer::{Context, Gazetteer, Located, Usage};
use serde_json::{Map, Value, json};

use super::{Failed, Outcome, gazetteer as open, say};
use crate::config::{Annotate, AnnotateInput, House};
use crate::incident::Account;
use crate::pipeline;
use crate::reading::timex::annotate as annotate_dates;
use crate::reading::tongue::{Languages, only_english, places as tongue_places};
use crate::report::{Origin, Published, PublishedBy, Report};
use crate::sources;

/// Marks places or dates.
pub(super) fn annotate(it: &Annotate, house: &House) -> Outcome {
    match it {
        Annotate::Places(input) => {
            let gazetteer = open(house)?;
            each_line(input, |line| places(line, input.given, &gazetteer))
        }
        Annotate::Dates(input) => each_line(input, |line| dates(line, input.given)),
    }
}

/// Changes each line of JSON and writes it; a broken one is named and left out.
fn each_line(
    input: &AnnotateInput,
    change: impl Fn(&mut Map<String, Value>) -> Result<(), String>,
) -> Outcome {
    let name = if input.file == "-" {
        "standard input"
    } else {
        &input.file
    };
    let lines: Box<dyn BufRead> = if input.file == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = std::fs::File::open(&input.file)
            .map_err(|error| Failed::Work(format!("{name} cannot be read: {error}")))?;
        Box::new(BufReader::new(file))
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for (i, line) in lines.lines().enumerate() {
        let line = match line {
            Ok(line) => line,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                say(&format!(
                    "{name}, line {}: is no UTF-8; it was left out",
                    i + 1
                ));
                continue;
            }
            Err(error) => return Err(Failed::Work(format!("{name} cannot be read: {error}"))),
        };
        let line = line.trim_start_matches('\u{feff}');
        if line.trim().is_empty() {
            continue;
        }
        let changed = serde_json::from_str::<Map<String, Value>>(line)
            .map_err(|error| format!("is no JSON object ({error}); it was left out"))
            .and_then(|mut it| change(&mut it).map(|()| it));
        match changed {
            Ok(it) => {
                serde_json::to_writer(&mut out, &it).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
            }
            Err(why) => say(&format!("{name}, line {}: {why}", i + 1)),
        }
    }
    out.flush()?;
    Ok(true)
}

/// A name's span in bytes, and how it is used.
type Named = (Range<usize>, Usage);

/// Marks the places of one document.
pub(super) fn places(
    line: &mut Map<String, Value>,
    given: bool,
    gazetteer: &Gazetteer,
) -> Result<(), String> {
    let text = match line.get("text") {
        Some(Value::String(text)) => text.clone(),
        _ => return Err("has no text; it was left out".to_owned()),
    };
    let offsets = Offsets::of(&text);
    let context = Context::default();
    let (spans, usages, located) = if given {
        let spans = given_spans(line.get("toponyms"), &offsets);
        let located = gazetteer.locate_given(&text, &spans, &context);
        (spans, Vec::new(), located)
    } else {
        let languages = Languages::of(&text);
        let names = only_english(gazetteer.mentions(&text), &languages);
        let located = gazetteer.locate(&text, &names, &context);
        let mut found: Vec<(Named, Vec<Located>)> = names
            .into_iter()
            .map(|n| (n.span, n.usage))
            .zip(located)
            .collect();
        if !languages.all_english() {
            let others = tongue_places(&text, &languages, gazetteer);
            found.extend(
                others
                    .into_iter()
                    .map(|p| ((p.span, p.usage), p.candidates)),
            );
            found.sort_by_key(|((span, _), _)| span.start);
        }
        let (named, located): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let (spans, usages) = named.into_iter().unzip();
        (spans, usages, located)
    };
    let toponyms: Vec<Value> = spans
        .iter()
        .zip(located)
        .enumerate()
        .map(|(n, (span, found))| {
            let (start, end) = offsets.points(span);
            let best = found.first();
            let at = best.and_then(|b| b.centre);
            let geonames = best
                .and_then(|b| b.place_id.as_deref())
                .and_then(|id| gazetteer.geonames_id(id));
            let mut toponym = json!({
                "start": start,
                "end": end,
                "surface": &text[span.clone()],
                "lat": at.map(gazetteer::LonLat::lat),
                "lon": at.map(gazetteer::LonLat::lon),
                "country": best.and_then(|b| b.country).map(|c| c.to_string()),
                "geonames_id": geonames,
                "radius_m": best.and_then(|b| b.radius_m),
                "score": best.map(|b| b.score),
            });
            // How the words use it, for those who want no adjectives ("Syrian troops").
            if let Some(usage) = usages.get(n) {
                toponym["usage"] = json!(usage.code());
            }
            toponym
        })
        .collect();
    line.insert("toponyms".to_owned(), Value::Array(toponyms));
    let date = line.get("date").and_then(Value::as_str);
    let published = date.and_then(sources::day_of).map(|day| Published {
        day,
        by: PublishedBy::Given,
    });
    let id = line.get("doc").map_or(String::new(), |d| match d {
        Value::String(id) => id.clone(),
        other => other.to_string(),
    });
    let report = Report {
        id,
        origin: Origin::default(),
        title: None,
        published,
        language: None,
        text,
    };
    line.remove("event");
    if let Some(event) = event(&pipeline::accounts(&report, gazetteer).0) {
        line.insert("event".to_owned(), event);
    }
    Ok(())
}

/// The spans somebody else found, in bytes; those outside the text are left out.
fn given_spans(list: Option<&Value>, offsets: &Offsets) -> Vec<Range<usize>> {
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|t| offsets.bytes(t.get("start")?.as_u64()?, t.get("end")?.as_u64()?))
        .collect()
}

/// Marks the dates of one document.
pub(super) fn dates(line: &mut Map<String, Value>, given: bool) -> Result<(), String> {
    let text = match line.get("text") {
        Some(Value::String(text)) => text.clone(),
        _ => return Err("has no text; it was left out".to_owned()),
    };
    let day = line.get("dct").and_then(Value::as_str);
    let day = day.and_then(sources::day_of);
    // These offsets are code points on both sides.
    let spans: Vec<Range<usize>> = line
        .get("expressions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|t| {
            let at = |key: &str| usize::try_from(t.get(key)?.as_u64()?).ok();
            Some(at("start")?..at("end")?)
        })
        .collect();
    let found = annotate_dates(&text, day, given.then_some(spans.as_slice()));
    let expressions: Vec<Value> = found
        .iter()
        .map(|e| {
            json!({
                "start": e.start, "end": e.end, "surface": e.surface,
                "type": e.kind, "value": e.value,
            })
        })
        .collect();
    line.insert("expressions".to_owned(), Value::Array(expressions));
    Ok(())
}

/// The event the document tells of: its first account that has a place.
fn event(accounts: &[Account]) -> Option<Value> {
    let placed = |a: &&Account| a.standing.is_feature();
    accounts.iter().filter(placed).find_map(|account| {
        let located = account.place.located.as_ref()?;
        let at = located.centre?;
        Some(json!({"lat": at.lat(), "lon": at.lon(), "radius_m": located.radius_m}))
    })
}

/// Code points to bytes and back.
struct Offsets {
    /// The byte at which each code point begins, and the length at the end.
    bytes: Vec<usize>,
}

impl Offsets {
    fn of(text: &str) -> Self {
        let starts = text.char_indices().map(|(i, _)| i);
        Self {
            bytes: starts.chain([text.len()]).collect(),
        }
    }

    /// The bytes of a span in code points; `None` when it lies outside the text.
    fn bytes(&self, start: u64, end: u64) -> Option<Range<usize>> {
        let at = |n: u64| self.bytes.get(usize::try_from(n).ok()?).copied();
        let (start, end) = (at(start)?, at(end)?);
        (start < end).then_some(start..end)
    }

    fn points(&self, span: &Range<usize>) -> (usize, usize) {
        let at = |byte| self.bytes.partition_point(|b| *b < byte);
        (at(span.start), at(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_code_points() {
        let text = "في التنف – x";
        let offsets = Offsets::of(text);
        let span = offsets.bytes(3, 8).expect("inside");
        assert_eq!(&text[span.clone()], "التنف");
        assert_eq!(offsets.points(&span), (3, 8));
        assert_eq!(offsets.bytes(3, 99), None);
    }
}
