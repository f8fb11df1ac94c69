//! Fits the weights of the gazetteer on annotated documents, and says how well they carry over.
//!
//! ```text
//! fit_weights choice --gazetteer FILE GOLD.jsonl...  > words/choice_weights.csv
//! fit_weights surety --gazetteer FILE GOLD.jsonl...  > words/surety_weights.csv
//! fit_weights names --gazetteer FILE GOLD.jsonl... words/training.txt > words/name_weights.csv
//! ```
//!
//! Only weights come out, one for each feature; no word of the documents does. On stderr: what each
//! corpus reaches with weights fitted on itself and the others, on the other folds of documents
//! (ten folds), and on the other corpora alone.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a command-line example"
)]

use std::error::Error;
use std::ops::Range;

use gazetteer::{Gazetteer, Usage};
use serde_json::Value;

/// How strongly weights are drawn to nought: the variance of a weight is its inverse.
const RIDGE: f64 = 1.0;
/// Folds of documents.
const FOLDS: usize = 10;
/// Steps of Newton's method; it settles in about eight.
const STEPS: usize = 12;
/// A name is taken for a place from this chance on: about half of the F1 that is reached, where
/// one more name neither raises nor lowers it.
const CUT: f64 = 0.42;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let gazetteer = match arguments.iter().position(|a| a == "--gazetteer") {
        Some(n) => {
            let bytes = std::fs::read(&arguments[n + 1])?;
            arguments.drain(n..n + 2);
            Gazetteer::open(bytes)?
        }
        None => Gazetteer::starter(),
    };
    match arguments.first().map(String::as_str) {
        Some("names") => names(&gazetteer, &arguments[1..]),
        Some("surety") => surety(&gazetteer, &arguments[1..]),
        Some("choice") => choice(&gazetteer, &arguments[1..]),
        _ => Err("fit_weights names|choice|surety --gazetteer FILE GOLD.jsonl...".into()),
    }
}

/// One case to be told: its features with their values, and whether it holds.
struct Case {
    features: Vec<(usize, f64)>,
    holds: bool,
    weight: f64,
}

/// One document: the gold spans and the names found.
struct Document {
    corpus: usize,
    fold: usize,
    gold: Vec<Range<usize>>,
    names: Vec<(Range<usize>, Usage, Vec<usize>, f64)>,
}

fn names(gazetteer: &Gazetteer, paths: &[String]) -> Result<(), Box<dyn Error>> {
    let table = Gazetteer::name_feature_table();
    let mut documents = Vec::new();
    for (corpus, path) in paths.iter().enumerate() {
        for (n, line) in std::fs::read_to_string(path)?.lines().enumerate() {
            let (text, gold) = if path.ends_with(".jsonl") {
                annotated(&serde_json::from_str(line)?)
            } else if line.starts_with('#') {
                continue;
            } else {
                bracketed(line)
            };
            documents.push(Document {
                corpus,
                fold: n % FOLDS,
                gold,
                names: gazetteer.name_features(&text),
            });
        }
    }
    // A corpus whose annotators leave adjectives out says nothing about which are meant.
    let adjectives: Vec<bool> = (0..paths.len())
        .map(|corpus| {
            let (mut all, mut hit) = (0, 0);
            for d in documents.iter().filter(|d| d.corpus == corpus) {
                for (span, usage, ..) in &d.names {
                    if *usage == Usage::Demonym {
                        all += 1;
                        hit += usize::from(d.gold.iter().any(|g| overlap(g, span)));
                    }
                }
            }
            hit * 4 > all
        })
        .collect();
    let totals: Vec<usize> = (0..paths.len())
        .map(|corpus| {
            documents
                .iter()
                .filter(|d| d.corpus == corpus)
                .map(|d| d.names.len())
                .sum()
        })
        .collect();
    let mean = totals.iter().sum::<usize>() as f64 / totals.len() as f64;
    let cases = |keep: &dyn Fn(&Document) -> bool| -> Vec<Case> {
        let mut out = Vec::new();
        for d in documents.iter().filter(|d| keep(d)) {
            for (span, usage, features, _) in &d.names {
                if *usage == Usage::Demonym && !adjectives[d.corpus] {
                    continue;
                }
                out.push(Case {
                    features: features.iter().map(|f| (*f, 1.0)).collect(),
                    holds: d.gold.iter().any(|g| overlap(g, span)),
                    // Each corpus counts nearly alike, however long it is.
                    weight: (mean / totals[d.corpus] as f64).sqrt(),
                });
            }
        }
        out
    };
    let size = table.len();
    let all = fitted(&cases(&|_| true), size);
    eprintln!("corpus: own weights / other folds / other corpora (precision recall F1)");
    for (corpus, path) in paths.iter().enumerate() {
        let mut line = format!("{}:", path.rsplit('/').next().unwrap_or(path));
        let own = |d: &Document| d.corpus == corpus;
        line += &figure(&documents, &own, &|_| &all);
        let folds: Vec<Vec<f64>> = (0..FOLDS)
            .map(|fold| fitted(&cases(&|d| d.fold != fold), size))
            .collect();
        line += &figure(&documents, &own, &|d| &folds[d.fold]);
        let others = fitted(&cases(&|d| d.corpus != corpus), size);
        line += &figure(&documents, &own, &|_| &others);
        eprintln!("{line}");
    }
    println!(
        "# The weights of names in running text, in natural logarithms of odds; fitted by examples/fit_weights.rs."
    );
    println!("# feature,weight,what it asks");
    let mut seen = vec![0usize; size];
    for case in cases(&|_| true) {
        for (f, _) in case.features {
            seen[f] += 1;
        }
    }
    for (n, (name, why)) in table.iter().enumerate() {
        println!("{name},{:.2},\"{why}\"", all[n]);
        if seen[n] < 20 {
            eprintln!("{name} is asked {} times only", seen[n]);
        }
    }
    Ok(())
}

/// A weight of the choice is drawn to the hand's with this strength.
const HAND: f64 = 3.0;
/// What is fitted depends on what the other names were taken for: so often is it asked again.
const ROUNDS: usize = 2;
/// Steps of the ascent in one round.
const ASCENT: usize = 150;
/// A place so near is the one meant: 100 miles in the corpora of news, 25 km in those of events.
const RIGHT_M: f64 = 161_000.0;
const RIGHT_EVENT_M: f64 = 25_000.0;
/// Candidates of a name that are compared; the others have no chance under any weights.
const COMPARED_MAX: usize = 24;
/// Documents of events are many and alike: each counts so much.
const EVENT_WEIGHT: f64 = 0.5;

/// A text whose names are known, and where they lie.
struct Known {
    corpus: usize,
    fold: usize,
    text: String,
    spans: Vec<Range<usize>>,
    at: Vec<Option<gazetteer::LonLat>>,
    events: bool,
}

/// A name to be chosen: the parts of each candidate, and which are right.
struct Choice {
    weight: f64,
    right: Vec<bool>,
    /// What the first answers to the questions of how sure it is.
    answers: Vec<(usize, f64)>,
    parts: Vec<Vec<(usize, f64)>>,
}

/// The annotated documents of the files.
fn known(paths: &[String]) -> Result<Vec<Known>, Box<dyn Error>> {
    let mut documents: Vec<Known> = Vec::new();
    for (corpus, path) in paths.iter().enumerate() {
        for (n, line) in std::fs::read_to_string(path)?.lines().enumerate() {
            let document: Value = serde_json::from_str(line)?;
            let (text, spans) = annotated(&document);
            let at = document["toponyms"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|t| gazetteer::LonLat::new(t["lon"].as_f64()?, t["lat"].as_f64()?).ok())
                .collect();
            documents.push(Known {
                corpus,
                fold: n % FOLDS,
                text,
                spans,
                at,
                events: path.contains("ucdp"),
            });
        }
    }
    Ok(documents)
}

/// The choices of every document, asked under some weights.
fn gathered(gazetteer: &Gazetteer, documents: &[Known], weights: &[f64]) -> Vec<Vec<Choice>> {
    documents
        .iter()
        .map(|d| {
            let told = gazetteer.choice_parts(&d.text, &d.spans, weights);
            let least = if d.events { RIGHT_EVENT_M } else { RIGHT_M };
            let mut out = Vec::new();
            for ((candidates, answers), at) in told.into_iter().zip(&d.at) {
                let Some(at) = at else { continue };
                let mut candidates = candidates;
                candidates.truncate(COMPARED_MAX);
                let right: Vec<bool> = candidates
                    .iter()
                    .map(|(place, _)| place.is_some_and(|p| p.distance_m(*at) <= least))
                    .collect();
                out.push(Choice {
                    weight: if d.events { EVENT_WEIGHT } else { 1.0 },
                    right,
                    answers,
                    parts: candidates.into_iter().map(|(_, parts)| parts).collect(),
                });
            }
            out
        })
        .collect()
}

/// Fits the chance that an answer is right, for the weights of the choice that are in use.
fn surety(gazetteer: &Gazetteer, paths: &[String]) -> Result<(), Box<dyn Error>> {
    let table = Gazetteer::surety_table();
    let documents = known(paths)?;
    let weights: Vec<f64> = Gazetteer::choice_part_table().iter().map(|p| p.1).collect();
    let in_use = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("words/choice_weights.csv"),
    )?;
    let weights: Vec<f64> = Gazetteer::choice_part_table()
        .iter()
        .zip(weights)
        .map(|((name, ..), hand)| {
            in_use
                .lines()
                .find_map(|l| {
                    l.strip_prefix(name)?
                        .strip_prefix(',')?
                        .split(',')
                        .next()?
                        .parse()
                        .ok()
                })
                .unwrap_or(hand)
        })
        .collect();
    let asked = gathered(gazetteer, &documents, &weights);
    let cases = |keep: &dyn Fn(&Known) -> bool| -> Vec<Case> {
        asked
            .iter()
            .zip(&documents)
            .filter(|(_, d)| keep(d))
            .flat_map(|(choices, _)| choices)
            .filter(|choice| !choice.answers.is_empty())
            .map(|choice| Case {
                features: choice.answers.clone(),
                holds: choice.right.first().copied().unwrap_or(false),
                weight: 1.0,
            })
            .collect()
    };
    let all = fitted(&cases(&|_| true), table.len());
    println!(
        "# The weights of how sure an answer is, in natural logarithms of odds; fitted by examples/fit_weights.rs."
    );
    println!("# question,weight,what it asks");
    for (n, (name, _, why)) in table.iter().enumerate() {
        println!("{name},{:.2},\"{why}\"", all[n]);
    }
    let halves: Vec<Vec<f64>> = (0..2)
        .map(|half| fitted(&cases(&|d| d.fold % 2 != half), table.len()))
        .collect();
    eprintln!(
        "corpus: answered with 0.8 or more, of these wrong (own weights / the other half / other corpora)"
    );
    for (corpus, path) in paths.iter().enumerate() {
        let others = fitted(&cases(&|d| d.corpus != corpus), table.len());
        let mut line = format!("{}:", path.rsplit('/').next().unwrap_or(path));
        for n in 0..3 {
            let (mut count, mut high, mut wrong) = (0usize, 0usize, 0usize);
            for (half, of_half) in halves.iter().enumerate() {
                let weights = [&all, of_half, &others][n];
                for case in cases(&|d| d.corpus == corpus && d.fold % 2 == half) {
                    count += 1;
                    if 1.0 / (1.0 + (-score(weights, &case.features)).exp()) >= 0.8 {
                        high += 1;
                        wrong += usize::from(!case.holds);
                    }
                }
            }
            line += &format!(
                "  {:.3} {:.4}",
                high as f64 / count.max(1) as f64,
                wrong as f64 / high.max(1) as f64
            );
        }
        eprintln!("{line}");
    }
    Ok(())
}

fn choice(gazetteer: &Gazetteer, paths: &[String]) -> Result<(), Box<dyn Error>> {
    let table = Gazetteer::choice_part_table();
    let hand: Vec<f64> = table.iter().map(|(_, hand, _)| *hand).collect();
    let documents = known(paths)?;
    let gather = |weights: &[f64]| gathered(gazetteer, &documents, weights);
    let fit = |keep: &dyn Fn(&Known) -> bool| -> Vec<f64> {
        let mut weights = hand.clone();
        for _ in 0..ROUNDS {
            let all = gather(&weights);
            let cases: Vec<&Choice> = all
                .iter()
                .zip(&documents)
                .filter(|(_, d)| keep(d))
                .flat_map(|(choices, _)| choices)
                .collect();
            weights = ascended(&cases, &hand, &weights);
        }
        weights
    };
    let rate =
        |weights: &[f64], asked: &[Vec<Choice>], keep: &dyn Fn(&Known) -> bool| -> (usize, usize) {
            let (mut hit, mut all) = (0, 0);
            for (choices, d) in asked.iter().zip(&documents) {
                if !keep(d) {
                    continue;
                }
                for choice in choices {
                    all += 1;
                    let best = (0..choice.parts.len()).max_by(|a, b| {
                        let of = |n: &usize| score(weights, &choice.parts[*n]);
                        of(a).total_cmp(&of(b))
                    });
                    hit += usize::from(best.is_some_and(|n| choice.right[n]));
                }
            }
            (hit, all)
        };
    let all = fit(&|_| true);
    let folds: Vec<Vec<f64>> = if std::env::var_os("QUICK").is_some() {
        Vec::new()
    } else {
        (0..2).map(|half| fit(&|d| d.fold % 2 != half)).collect()
    };
    println!(
        "# The weights of the choice among namesakes, in natural logarithms of odds; fitted by examples/fit_weights.rs."
    );
    println!("# part,weight,a reader's,what it asks");
    for (n, (name, hand, why)) in table.iter().enumerate() {
        println!("{name},{:.2},{hand},\"{why}\"", all[n]);
    }
    let asked: Vec<(Vec<f64>, Vec<Vec<Choice>>)> = [hand.clone(), all]
        .into_iter()
        .chain(folds)
        .map(|weights| {
            let asked = gather(&weights);
            (weights, asked)
        })
        .collect();
    eprintln!(
        "corpus: by hand / own weights / the other half of the documents / other corpora (share right)"
    );
    for (corpus, path) in paths.iter().enumerate() {
        let share = |(hit, all): (usize, usize)| hit as f64 / all.max(1) as f64;
        let own = |d: &Known| d.corpus == corpus;
        let mut line = format!("{}:", path.rsplit('/').next().unwrap_or(path));
        for (weights, asked) in &asked[..2] {
            line += &format!(" {:.3}", share(rate(weights, asked, &own)));
        }
        if asked.len() > 2 {
            let (mut hit, mut count) = (0, 0);
            for (half, (weights, asked)) in asked[2..].iter().enumerate() {
                let (h, c) = rate(weights, asked, &|d| own(d) && d.fold % 2 == half);
                hit += h;
                count += c;
            }
            line += &format!(" {:.3}", share((hit, count)));
            let others = fit(&|d| d.corpus != corpus);
            line += &format!(" {:.3}", share(rate(&others, &gather(&others), &own)));
        }
        eprintln!("{line}");
    }
    Ok(())
}

fn score(weights: &[f64], parts: &[(usize, f64)]) -> f64 {
    parts.iter().map(|(n, value)| weights[*n] * value).sum()
}

/// The weights that make the right candidates likeliest, drawn to the hand's: gradient ascent with
/// a step of its own for each weight (Adam, Kingma and Ba 2015).
fn ascended(cases: &[&Choice], hand: &[f64], start: &[f64]) -> Vec<f64> {
    let mut weights = start.to_vec();
    let (mut mean, mut square) = (vec![0.0; hand.len()], vec![0.0; hand.len()]);
    for step in 1..=ASCENT {
        let mut slope: Vec<f64> = weights
            .iter()
            .zip(hand)
            .map(|(w, h)| -HAND * (w - h))
            .collect();
        for case in cases {
            if !case.right.iter().any(|r| *r) || case.right.iter().all(|r| *r) {
                continue;
            }
            let scores: Vec<f64> = case.parts.iter().map(|p| score(&weights, p)).collect();
            let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let odds: Vec<f64> = scores.iter().map(|s| (s - most).exp()).collect();
            let total: f64 = odds.iter().sum();
            let right: f64 = odds
                .iter()
                .zip(&case.right)
                .filter(|(_, r)| **r)
                .map(|(o, _)| o)
                .sum();
            for ((parts, o), r) in case.parts.iter().zip(&odds).zip(&case.right) {
                let wanted = if *r { o / right.max(1e-12) } else { 0.0 };
                let off = case.weight * (wanted - o / total);
                if off.abs() < 1e-6 {
                    continue;
                }
                for (n, value) in parts {
                    slope[*n] += off * value;
                }
            }
        }
        let rate = 0.06 * (1.0 - step as f64 / (ASCENT + 1) as f64) + 0.002;
        for n in 0..weights.len() {
            mean[n] = 0.9 * mean[n] + 0.1 * slope[n];
            square[n] = 0.99 * square[n] + 0.01 * slope[n] * slope[n];
            let m = mean[n] / (1.0 - 0.9f64.powi(step as i32));
            let v = square[n] / (1.0 - 0.99f64.powi(step as i32));
            weights[n] += rate * m / (v.sqrt() + 1e-9);
        }
    }
    weights
}

/// The text and the spans of a document of the corpora.
fn annotated(document: &Value) -> (String, Vec<Range<usize>>) {
    let text = document["text"].as_str().unwrap_or_default();
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let byte = |v: &Value| starts[v.as_u64().unwrap_or(0) as usize];
    let gold = document["toponyms"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|t| byte(&t["start"])..byte(&t["end"]))
        .collect();
    (text.to_owned(), gold)
}

/// The text and the spans of a sentence of our own, where names stand in double brackets.
fn bracketed(line: &str) -> (String, Vec<Range<usize>>) {
    let (mut text, mut gold) = (String::new(), Vec::new());
    for (n, piece) in line.split("[[").enumerate() {
        if n == 0 {
            text.push_str(piece);
            continue;
        }
        let (name, rest) = piece.split_once("]]").unwrap_or((piece, ""));
        gold.push(text.len()..text.len() + name.len());
        text.push_str(name);
        text.push_str(rest);
    }
    (text, gold)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Precision, recall and F1 of the documents under the weights that each is given.
fn figure<'w>(
    documents: &[Document],
    keep: &dyn Fn(&Document) -> bool,
    weights: &dyn Fn(&Document) -> &'w Vec<f64>,
) -> String {
    let (mut hit, mut found, mut gold) = (0usize, 0usize, 0usize);
    for d in documents.iter().filter(|d| keep(d)) {
        let weights = weights(d);
        let mut free: Vec<bool> = vec![true; d.gold.len()];
        gold += d.gold.len();
        for (span, _, features, _) in &d.names {
            if chance(weights, features) < CUT {
                continue;
            }
            found += 1;
            if let Some(n) = (0..d.gold.len()).find(|n| free[*n] && overlap(&d.gold[*n], span)) {
                free[n] = false;
                hit += 1;
            }
        }
    }
    let p = hit as f64 / found.max(1) as f64;
    let r = hit as f64 / gold.max(1) as f64;
    format!("  {p:.3} {r:.3} {:.3}", 2.0 * p * r / (p + r))
}

fn chance(weights: &[f64], features: &[usize]) -> f64 {
    let sum: f64 = features.iter().map(|f| weights[*f]).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// Logistic regression with a ridge, by Newton's method.
fn fitted(cases: &[Case], size: usize) -> Vec<f64> {
    let mut weights = vec![0.0; size];
    for _ in 0..STEPS {
        let mut slope: Vec<f64> = weights.iter().map(|w| -RIDGE * w).collect();
        let mut curve = vec![vec![0.0; size]; size];
        for (n, row) in curve.iter_mut().enumerate() {
            row[n] = RIDGE;
        }
        for case in cases {
            let p = 1.0 / (1.0 + (-score(&weights, &case.features)).exp());
            let off = case.weight * (f64::from(u8::from(case.holds)) - p);
            let bend = case.weight * p * (1.0 - p);
            for (f, v) in &case.features {
                slope[*f] += off * v;
                for (g, w) in &case.features {
                    curve[*f][*g] += bend * v * w;
                }
            }
        }
        let step = solved(curve, slope);
        for (weight, step) in weights.iter_mut().zip(&step) {
            *weight += step;
        }
    }
    weights
}

/// The solution of a symmetric positive system, by Gauss.
fn solved(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let size = right.len();
    for n in 0..size {
        let pivot = matrix[n].clone();
        for m in n + 1..size {
            let factor = matrix[m][n] / pivot[n];
            if factor == 0.0 {
                continue;
            }
            for (cell, above) in matrix[m][n..].iter_mut().zip(&pivot[n..]) {
                *cell -= factor * above;
            }
            right[m] -= factor * right[n];
        }
    }
    for n in (0..size).rev() {
        let known: f64 = (n + 1..size).map(|m| matrix[n][m] * right[m]).sum();
        right[n] = (right[n] - known) / matrix[n][n];
    }
    right
}
