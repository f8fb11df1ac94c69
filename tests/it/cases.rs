//! The sample reports, read from end to end, against what they tell.
//!
//! `samples/expected.csv` holds one row an incident: which reports tell it, its type, days, place
//! and dead, as the texts tell them. Left empty: not told of everybody, or no point.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gazetteer::{Gazetteer, LonLat};
use placetime::incident::{Incident, merge};
use placetime::pipeline;
use placetime::report::{Origin, Published, PublishedBy, Report};

/// Types that a reader may take for each other where the text leaves the means open.
const SAME_TYPE: &[&[&str]] = &[
    &["attack_civilians", "attack_other"],
    &["raid", "attack_other", "assassination"],
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A sample with its header lines.
fn sample(path: &Path) -> Report {
    let file = std::fs::read_to_string(path).expect("a sample is a readable text");
    let (head, text) = file
        .split_once("\n\n")
        .expect("a sample has a header and a text");
    let header = |key: &str| {
        head.lines()
            .find_map(|l| l.strip_prefix(key))
            .map(|v| v.trim().to_owned())
    };
    let day = header("date:")
        .expect("a sample has a date")
        .parse()
        .expect("an ISO day");
    Report {
        id: path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned(),
        origin: Origin {
            url: header("url:"),
            publisher: header("publisher:"),
            ..Origin::default()
        },
        title: header("title:"),
        published: Some(Published {
            day,
            by: PublishedBy::Given,
        }),
        language: None,
        text: text.to_owned(),
    }
}

fn samples_read() -> Vec<Incident> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("samples"))
        .expect("the samples are there")
        .map(|f| f.expect("a readable folder").path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    let gazetteer = Gazetteer::starter();
    let accounts = files
        .iter()
        .flat_map(|f| pipeline::accounts(&sample(f), &gazetteer).0)
        .collect();
    merge::all(accounts)
}

struct Expected {
    files: BTreeSet<String>,
    row: Vec<String>,
}

impl Expected {
    fn field(&self, column: usize) -> Option<&str> {
        Some(self.row[column].as_str()).filter(|v| !v.is_empty())
    }

    /// What is wrong with an incident, in words; nothing when it is as told.
    fn faults(&self, incident: &Incident) -> Vec<String> {
        let shown = incident.shown();
        let mut faults = Vec::new();
        let wanted = self.field(1).expect("a type");
        let alike = SAME_TYPE
            .iter()
            .any(|set| set.contains(&wanted) && set.contains(&shown.kind.code()));
        if shown.kind.code() != wanted && !alike {
            faults.push(format!("type {}", shown.kind.code()));
        }
        let days = (
            shown.when.start.map(|d| d.to_string()),
            shown.when.end.map(|d| d.to_string()),
        );
        if days.1.as_deref() > self.field(3)
            || self.field(2).is_some_and(|s| days.0.as_deref() < Some(s))
        {
            faults.push(format!("days {days:?}"));
        }
        let place = shown.place.as_ref();
        match self.field(6).zip(self.field(7)) {
            Some((lat, lon)) => {
                let told = LonLat::new(lon.parse().expect("lon"), lat.parse().expect("lat"))
                    .expect("on Earth");
                let tolerance_m = 1000.0
                    * self
                        .field(8)
                        .expect("a tolerance")
                        .parse::<f64>()
                        .expect("km");
                match place.and_then(gazetteer::Located::point) {
                    Some(at) if at.distance_m(told) <= tolerance_m => {}
                    Some(at) => {
                        faults.push(format!("point {:.0} km off", at.distance_m(told) / 1000.0));
                    }
                    None => faults.push(format!("no point: {:?}", place.map(|p| p.precision))),
                }
            }
            None if place.is_some_and(|p| p.point().is_some()) => {
                faults.push("a point that nobody told".to_owned());
            }
            None => {}
        }
        let killed = shown.killed.map(|c| (c.least, c.most));
        let told = self.field(9).map(|least| {
            (
                least.parse::<u32>().expect("a number"),
                self.field(10).map(|m| m.parse::<u32>().expect("a number")),
            )
        });
        // "More than 1,000" is 1,000 in the table and 1,001 for us.
        let near =
            |a: (u32, Option<u32>), b: (u32, Option<u32>)| a.0.abs_diff(b.0) <= 1 && a.1 == b.1;
        if !killed
            .zip(told)
            .map_or(killed.is_none() && told.is_none(), |(a, b)| near(a, b))
        {
            faults.push(format!("killed {killed:?}, told {told:?}"));
        }
        faults
    }
}

fn expected() -> Vec<Expected> {
    let mut table = csv::Reader::from_path(root().join("samples/expected.csv")).expect("the table");
    table
        .records()
        .map(|r| {
            let row: Vec<String> = r.expect("a row").iter().map(str::to_owned).collect();
            Expected {
                files: row[0].split(';').map(|f| f.trim().to_owned()).collect(),
                row,
            }
        })
        .collect()
}

/// Each incident of the table, found with the fewest faults among those told by its reports.
fn found(incidents: &[Incident]) -> Vec<(Expected, Vec<String>)> {
    expected()
        .into_iter()
        .map(|e| {
            let best = incidents
                .iter()
                .filter(|i| {
                    let shown = i.shown();
                    let reports: BTreeSet<String> = shown.report_ids.iter().cloned().collect();
                    shown.standing.is_feature() && reports == e.files
                })
                .map(|i| e.faults(i))
                .min_by_key(Vec::len);
            let faults = best.unwrap_or_else(|| vec!["no incident of these reports".to_owned()]);
            (e, faults)
        })
        .collect()
}

/// Rows of the table that the reader gets right, and how many there are.
const RIGHT_AT_LEAST: usize = 15;

#[test]
fn the_samples_tell_what_they_tell() {
    let incidents = samples_read();
    let found = found(&incidents);
    let wrong: Vec<String> = found
        .iter()
        .filter(|(_, faults)| !faults.is_empty())
        .map(|(e, faults)| format!("{:?} {}: {}", e.files, e.row[1], faults.join("; ")))
        .collect();
    let right = found.len() - wrong.len();
    assert!(
        right >= RIGHT_AT_LEAST,
        "{right} of {} right; wrong:\n{}",
        found.len(),
        wrong.join("\n")
    );
}

#[test]
fn two_reports_of_one_strike_are_one_incident() {
    let incidents = samples_read();
    let strike = incidents
        .iter()
        .find(|i| {
            i.accounts.iter().any(|a| a.report.starts_with("04-"))
                && i.shown().standing.is_feature()
        })
        .expect("the strike is told");
    assert_eq!(strike.accounts.len(), 2, "{:?}", strike.shown().report_ids);
    assert!(!strike.joined_because.is_empty());
}

#[test]
fn contradicting_tolls_stay_side_by_side() {
    let incidents = samples_read();
    let solhan = incidents
        .iter()
        .find(|i| {
            i.shown().report_ids.len() == 2
                && i.accounts.iter().any(|a| a.report.starts_with("09-"))
        })
        .expect("both reports of Solhan tell one incident");
    let killed = solhan.shown().killed.expect("a figure");
    assert_eq!((killed.least, killed.most), (132, Some(160)));
    let words = solhan.shown().toll_text.join("; ");
    assert!(words.contains("132") && words.contains("160"), "{words}");
}

#[test]
fn a_region_is_never_a_point() {
    for incident in samples_read() {
        let shown = incident.shown();
        if let Some(place) = &shown.place {
            assert_eq!(
                place.point().is_some(),
                place.precision.is_pointlike(),
                "{}",
                shown.title
            );
        }
    }
}
