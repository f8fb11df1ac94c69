//! Several hundred short made-up reports whose events are known: how well are tellings of one event
//! brought together, and those of two kept apart?
//!
//! Reports come from `told`, a generator with a seed; they are read and merged as any other, both as
//! `read` does it and as the store does it. Two reports are a pair when they tell of a common event.

mod told;

use std::collections::{BTreeMap, BTreeSet};

use gazetteer::Gazetteer;
use placetime::incident::{Incident, merge};
use placetime::pipeline;
use placetime::report::Report;
use placetime::store::{Query, Store, StoreError};

use told::Told;

/// Floors of the figure, on the mean of the seeds that are measured.
const F1_AT_LEAST: f64 = 0.95;
const PRECISION_AT_LEAST: f64 = 0.97;

/// At least so many reports, whatever the seed.
const REPORTS_AT_LEAST: usize = 200;

/// The first seed; `PLACETIME_ROUNDS=20` measures the next nineteen beside it.
const SEED: u64 = 20_260_101;

type Pairs = BTreeSet<(String, String)>;

/// All pairs among groups of report ids.
fn pairs<'a>(groups: impl Iterator<Item = BTreeSet<&'a str>>) -> Pairs {
    let mut pairs = Pairs::new();
    for group in groups {
        for a in &group {
            for b in
                group.range::<&str, _>((std::ops::Bound::Excluded(*a), std::ops::Bound::Unbounded))
            {
                pairs.insert(((*a).to_owned(), (*b).to_owned()));
            }
        }
    }
    pairs
}

fn true_pairs(set: &[Told]) -> Pairs {
    let mut by_event: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for told in set {
        for event in &told.events {
            by_event.entry(*event).or_default().insert(&told.report.id);
        }
    }
    pairs(by_event.into_values())
}

fn found_pairs(incidents: &[Incident]) -> Pairs {
    pairs(incidents.iter().map(|it| {
        it.accounts
            .iter()
            .filter(|a| a.standing.is_feature())
            .map(|a| a.report.as_str())
            .collect()
    }))
}

struct Figure {
    f1: f64,
    precision: f64,
    words: String,
}

fn figure(set: &[Told], wanted: &Pairs, incidents: &[Incident]) -> Figure {
    let found = found_pairs(incidents);
    let right = found.intersection(wanted).count() as f64;
    let precision = right / (found.len() as f64).max(1.0);
    let recall = right / wanted.len() as f64;
    let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
    let text_of = |id: &str| {
        set.iter().find(|t| t.report.id == id).map_or("", |t| {
            t.report.text.split("\n\n").next().unwrap_or_default()
        })
    };
    let list = |what: &str, a: &Pairs, b: &Pairs| -> String {
        a.difference(b)
            .take(40)
            .map(|(x, y)| format!("{what} {x}: {}\n    {y}: {}\n", text_of(x), text_of(y)))
            .collect()
    };
    Figure {
        f1,
        precision,
        words: format!(
            "{} reports, {} pairs: F1 {f1:.3}, precision {precision:.3}, recall {recall:.3}\n{}{}",
            set.len(),
            wanted.len(),
            list("missed", wanted, &found),
            list("joined", &found, wanted),
        ),
    }
}

/// As `placetime read` does it: all at once.
fn read(set: &[Told], gazetteer: &Gazetteer) -> Vec<Incident> {
    let accounts = set.iter().flat_map(|t| accounts(&t.report, gazetteer));
    merge::all(accounts.collect())
}

/// As `placetime add` does it: one after the other, as they came out.
fn added(set: &[Told], gazetteer: &Gazetteer) -> Vec<Incident> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(folder.path()).expect("a store");
    for told in set {
        store
            .add_report(&told.report, &accounts(&told.report, gazetteer), &[])
            .expect("added");
    }
    let mut incidents = Vec::new();
    let take = |it: Incident| {
        incidents.push(it);
        Ok::<(), StoreError>(())
    };
    store
        .incidents_exact(&Query::default(), take)
        .expect("incidents");
    incidents
}

fn accounts(report: &Report, gazetteer: &Gazetteer) -> Vec<placetime::incident::Account> {
    pipeline::accounts(report, gazetteer).0
}

#[test]
fn tellings_of_one_event_are_one_incident_and_no_others() {
    let gazetteer = Gazetteer::starter();
    let rounds = crate::dice::rounds(1);
    let mut sums = [("read", 0.0, 0.0), ("add", 0.0, 0.0)];
    let mut words = String::new();
    for seed in (SEED..).take(rounds) {
        let set = told::set(seed);
        assert!(set.len() >= REPORTS_AT_LEAST, "{} reports", set.len());
        let wanted = true_pairs(&set);
        let ways = [read(&set, &gazetteer), added(&set, &gazetteer)];
        for ((way, f1, precision), incidents) in sums.iter_mut().zip(ways) {
            let figure = figure(&set, &wanted, &incidents);
            *f1 += figure.f1;
            *precision += figure.precision;
            words += &format!("{way}, seed {seed}: {}", figure.words);
        }
    }
    eprintln!("{words}");
    for (way, f1, precision) in sums {
        let (f1, precision) = (f1 / rounds as f64, precision / rounds as f64);
        eprintln!("{way}, mean of {rounds}: F1 {f1:.3}, precision {precision:.3}");
        assert!(
            f1 >= F1_AT_LEAST && precision >= PRECISION_AT_LEAST,
            "{way}: F1 {f1:.3}, precision {precision:.3}\n{words}"
        );
    }
}

#[test]
fn the_same_seed_makes_the_same_reports() {
    let texts = |seed| -> Vec<String> {
        let set = told::set(seed);
        set.into_iter().map(|t| t.report.text).collect()
    };
    assert_eq!(texts(1), texts(1));
    assert_ne!(texts(1), texts(2));
}
