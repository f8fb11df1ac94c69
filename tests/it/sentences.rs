//! Single sentences against their answers: does it say that something happened, and how many were
//! harmed. `tests/gold/README.md` explains the tables.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gazetteer::Gazetteer;
use placetime::incident::{Harm, Standing};
use placetime::reading::sentences::sentences;
use placetime::reading::{self, events, tolls};
use placetime::report::{Origin, Published, PublishedBy, Report};

/// A Thursday: every weekday of the tables lies in the week before.
const PUBLISHED: &str = "2024-05-09";

fn table(name: &str) -> Vec<(String, String)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/gold")
        .join(name);
    let mut table = csv::Reader::from_path(path).expect("the table");
    table
        .records()
        .map(|r| {
            let row = r.expect("a row");
            (row[0].to_owned(), row[1].to_owned())
        })
        .collect()
}

fn report(text: &str) -> Report {
    Report {
        id: "sentence".to_owned(),
        origin: Origin::default(),
        title: None,
        published: Some(Published {
            day: PUBLISHED.parse().expect("an ISO day"),
            by: PublishedBy::Given,
        }),
        language: None,
        text: text.to_owned(),
    }
}

/// The standing of the first telling that is a feature; of any telling; of any mention; or none.
fn standing(text: &str, gazetteer: &Gazetteer) -> &'static str {
    let read = reading::read(&report(text), gazetteer);
    let told = read.tellings.iter().map(|t| t.standing);
    if let Some(standing) = told
        .clone()
        .find(|s| s.is_feature())
        .or_else(|| told.clone().next())
    {
        return standing.code();
    }
    sentences(text)
        .iter()
        .flat_map(events::find)
        .map(|m| {
            // "A series of attacks": many, of no one day.
            if m.summary {
                Standing::Background
            } else {
                m.standing
            }
        })
        .find(|s| *s != Standing::Happened)
        .map_or("none", Standing::code)
}

/// "killed 12 12 everybody;injured 30 - everybody", in the order of the alphabet.
fn figures(text: &str) -> String {
    let mut told: Vec<String> = sentences(text)
        .iter()
        .flat_map(|s| tolls::find(&s.tokens))
        .filter(|t| !t.part)
        .map(|t| {
            let most = t.count.most.map_or("-".to_owned(), |m| m.to_string());
            let harm: Harm = t.harm;
            format!("{} {} {most} {}", harm.code(), t.count.least, t.of.code())
        })
        .collect();
    told.sort();
    told.join(";")
}

/// Compares and tells the accuracy; the words are for whoever mends a rule.
fn accuracy(rows: &[(String, String)], read: impl Fn(&str) -> String) -> (f64, String) {
    let mut wrong = Vec::new();
    let mut by_class: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (told, sentence) in rows {
        let found = read(sentence);
        let class = by_class.entry(told.as_str()).or_default();
        class.1 += 1;
        if found == *told {
            class.0 += 1;
        } else {
            wrong.push(format!("{told} read as {found}: {sentence}"));
        }
    }
    let right = rows.len() - wrong.len();
    let classes: Vec<String> = by_class
        .iter()
        .filter(|(_, (_, all))| *all >= 5)
        .map(|(class, (right, all))| format!("{class} {right}/{all}"))
        .collect();
    let words = format!(
        "{right} of {} right ({}); wrong:\n{}",
        rows.len(),
        classes.join(", "),
        wrong.join("\n")
    );
    (right as f64 / rows.len() as f64, words)
}

#[test]
fn sentences_say_whether_it_happened() {
    const AT_LEAST: f64 = 0.85;
    let gazetteer = Gazetteer::starter();
    let rows = table("standing.csv");
    let (share, words) = accuracy(&rows, |s| standing(s, &gazetteer).to_owned());
    eprintln!("standing: {words}");
    assert!(share >= AT_LEAST, "{words}");
}

#[test]
fn sentences_say_how_many_were_harmed() {
    const AT_LEAST: f64 = 0.90;
    let rows = table("tolls.csv");
    let (share, words) = accuracy(&rows, figures);
    eprintln!("tolls: {words}");
    assert!(share >= AT_LEAST, "{words}");
}
