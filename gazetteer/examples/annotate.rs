//! Reads documents as JSON lines, writes them with the places the gazetteer finds.
//!
//! ```text
//! annotate [--given] [--gazetteer FILE] < documents.jsonl > annotated.jsonl
//! annotate build OUT PATH...
//! annotate say PHRASE...
//! annotate spot|names TEXT
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line example"
)]

use std::error::Error;
use std::io::{BufRead, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use gazetteer::{Context, Gazetteer, Located, PlaceExpression, Usage, build::Builder};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "build") {
        return build(&arguments[1], &arguments[2..]);
    }
    let gazetteer = match arguments.iter().position(|a| a == "--gazetteer") {
        Some(n) => {
            let bytes = std::fs::read(&arguments[n + 1])?;
            arguments.drain(n..n + 2);
            Gazetteer::open(bytes)?
        }
        None => Gazetteer::starter(),
    };
    if arguments.first().is_some_and(|first| first == "spot") {
        let text = std::fs::read_to_string(&arguments[1])?;
        let expressions = gazetteer.expressions(&text);
        let located = gazetteer.locate(&text, &expressions, &Context::default());
        for (expression, answers) in expressions.iter().zip(located) {
            println!(
                "{:?} {:?} {:?}",
                expression.usage,
                &text[expression.span.clone()],
                answers.first().map(|l| (
                    &l.name,
                    l.kind,
                    l.country.map(|c| c.to_string()),
                    l.centre.map(|c| (c.lat(), c.lon())),
                    l.radius_m,
                    l.score
                ))
            );
        }
        return Ok(());
    }
    if arguments.first().is_some_and(|first| first == "names") {
        let text = std::fs::read_to_string(&arguments[1])?;
        let table = Gazetteer::name_feature_table();
        for (span, usage, features, chance) in gazetteer.name_features(&text) {
            let features: Vec<&str> = features.iter().map(|f| table[*f].0).collect();
            println!("{chance:.2} {usage:?} {:?} {features:?}", &text[span]);
        }
        return Ok(());
    }
    if arguments.first().is_some_and(|first| first == "say") {
        for phrase in &arguments[1..] {
            println!("{phrase}");
            for located in gazetteer
                .resolve(phrase, &Context::default())
                .iter()
                .take(4)
            {
                say(located);
            }
        }
        return Ok(());
    }
    let given = arguments.iter().any(|a| a == "--given");
    let demonyms = arguments.iter().any(|a| a == "--all");
    let others = arguments.iter().any(|a| a == "--others");
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let document: Value = serde_json::from_str(&line)?;
        writeln!(
            out,
            "{}",
            annotate(&gazetteer, &document, given, demonyms, others)
        )?;
    }
    Ok(())
}

fn say(located: &Located) {
    println!(
        "  {:.2} {} [{}] {} {:?} {} r={:.1}km {} area={}",
        located.score,
        located.name,
        located.kind.code(),
        located.country.map(|c| c.to_string()).unwrap_or_default(),
        located.centre.map(|at| (at.lat(), at.lon())),
        located.precision.code(),
        located.radius_m.unwrap_or_default() / 1000.0,
        located.because.join("; "),
        located.area.is_some()
    );
}

fn annotate(
    gazetteer: &Gazetteer,
    document: &Value,
    given: bool,
    demonyms: bool,
    others: bool,
) -> Value {
    let text = document["text"].as_str().unwrap_or_default();
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let byte = |n: u64| starts.get(n as usize).copied().unwrap_or(text.len());
    let context = Context {
        limit: if others { 60 } else { 5 },
        ..Context::default()
    };
    let mut usages: Vec<String> = Vec::new();
    let (spans, located): (Vec<Range<usize>>, Vec<Vec<Located>>) = if given {
        let spans: Vec<Range<usize>> = document["toponyms"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|t| byte(t["start"].as_u64().unwrap_or(0))..byte(t["end"].as_u64().unwrap_or(0)))
            .collect();
        let located = gazetteer.locate_given(text, &spans, &context);
        (spans, located)
    } else {
        let names: Vec<PlaceExpression> = gazetteer
            .mentions(text)
            .into_iter()
            .filter(|e| demonyms || e.usage != Usage::Demonym)
            .collect();
        let located = gazetteer.locate(text, &names, &context);
        usages = names
            .iter()
            .map(|name| format!("{:?}", name.usage))
            .collect();
        let spans = names.into_iter().map(|name| name.span).collect();
        (spans, located)
    };
    let characters = |at: usize| starts.partition_point(|start| *start < at);
    let toponyms: Vec<Value> = spans
        .iter()
        .zip(&located)
        .enumerate()
        .map(|(n, (span, answers))| {
            let best = answers.first();
            let mut toponym = json!({
                "usage": usages.get(n),
                "start": characters(span.start),
                "end": characters(span.end),
                "surface": &text[span.clone()],
                "lat": best.and_then(|l| l.centre).map(|c| c.lat()),
                "lon": best.and_then(|l| l.centre).map(|c| c.lon()),
                "country": best.and_then(|l| l.country).map(|c| c.to_string()),
                "geonames_id": best.and_then(|l| l.place_id.as_deref()).and_then(|id| gazetteer.geonames_id(id)),
                "radius_m": best.and_then(|l| l.radius_m),
                "score": best.map(|l| l.score),
                "name": best.map(|l| l.name.clone()),
                "kind": best.map(|l| l.kind.code()),
                "precision": best.map(|l| l.precision.code()),
                "basis": best.map(|l| l.basis.code()),
                "place_id": best.and_then(|l| l.place_id.clone()),
                "because": best.map(|l| l.because.clone()),
            });
            if others {
                toponym["others"] = answers
                    .iter()
                    .skip(1)
                    .map(|l| {
                        json!({
                            "name": l.name,
                            "kind": l.kind.code(),
                            "place_id": l.place_id,
                            "lat": l.centre.map(|c| c.lat()),
                            "lon": l.centre.map(|c| c.lon()),
                            "radius_m": l.radius_m,
                            "score": l.score,
                            "because": l.because,
                        })
                    })
                    .collect();
            }
            toponym
        })
        .collect();
    json!({"doc": document["doc"], "toponyms": toponyms})
}

fn build(out: &str, paths: &[String]) -> Result<(), Box<dyn Error>> {
    let mut builder = Builder::new();
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        collect(Path::new(path), &mut files)?;
    }
    for file in files {
        for notice in builder.add(&file.to_string_lossy(), &std::fs::read(&file)?) {
            eprintln!("{notice}");
        }
    }
    std::fs::write(out, builder.finish())?;
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path)?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<Result<_, _>>()?;
        inside.sort();
        for path in inside {
            collect(&path, files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}
