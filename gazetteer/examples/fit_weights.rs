//! Fits the weights of the gazetteer on annotated documents, and says how well they carry over.
//!
//! ```text
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
        _ => Err("fit_weights names --gazetteer FILE GOLD.jsonl...".into()),
    }
}

/// One case to be told: its features, and whether it holds.
struct Case {
    features: Vec<usize>,
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
                    features: features.clone(),
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
        for f in case.features {
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
            let p = chance(&weights, &case.features);
            let off = case.weight * (f64::from(u8::from(case.holds)) - p);
            let bend = case.weight * p * (1.0 - p);
            for f in &case.features {
                slope[*f] += off;
                for g in &case.features {
                    curve[*f][*g] += bend;
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
