//! The starter tables against the shared data sets: every row further off than its own
//! uncertainty is named.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::single_range_in_vec_init,
    reason = "a test says why it was skipped"
)]

use std::io::Write;
use std::path::PathBuf;

use gazetteer::{Gazetteer, Kind, build::Builder};

#[test]
fn no_row_is_further_off_than_it_says() {
    let shared = std::env::var_os("SHARED_DIR").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("gazetteer-data");
    if !folder.is_dir() {
        skipped("no folder of shared gazetteer data beside the project (SHARED_DIR)");
        return;
    }
    let starter = Gazetteer::starter();
    if starter.place("starter:SY").is_none() {
        eprintln!("skipped: the starter tables are empty here");
        return;
    }
    // The data sets by themselves, so that nothing is joined with what it is compared to.
    let mut builder = Builder::empty();
    for file in [
        "geonames/cities15000.txt.gz",
        "wof-places/SY.tsv.gz",
        "wof-places/IQ.tsv.gz",
        "wof-places/UA.tsv.gz",
        "wof-places/YE.tsv.gz",
        "reference/reference-places.csv",
    ] {
        if let Ok(bytes) = std::fs::read(folder.join(file)) {
            builder.add(file, &bytes);
        }
    }
    let data = Gazetteer::open(builder.finish()).expect("a file just written");
    let mut off = Vec::new();
    let mut compared = 0;
    for place in starter.places() {
        let settled = matches!(
            place.kind,
            Kind::Capital
                | Kind::City
                | Kind::Town
                | Kind::Village
                | Kind::Base
                | Kind::Camp
                | Kind::Crossing
        );
        let Some(at) = place.at.filter(|_| settled) else {
            continue;
        };
        // A derived place is told by way of another; there is nothing to compare it with.
        if place.id == "starter:zukf-base" {
            continue;
        }
        let same = |other: &gazetteer::Place| {
            other.country == place.country
                && (matches!(
                    other.kind,
                    Kind::Capital | Kind::City | Kind::Town | Kind::Village
                ) == matches!(
                    place.kind,
                    Kind::Capital | Kind::City | Kind::Town | Kind::Village
                ))
        };
        let nearest = data
            .named(&place.name)
            .into_iter()
            .filter(same)
            .filter_map(|other| other.at.map(|there| (there.distance_m(at), other)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((distance_m, other)) = nearest else {
            continue;
        };
        // A namesake far away is another place.
        if distance_m > 60_000.0 {
            continue;
        }
        compared += 1;
        if distance_m > place.radius_m + 1_000.0 {
            off.push(format!(
                "{} ({}): {:.1} km from {}, says {:.1} km",
                place.id,
                place.name,
                distance_m / 1000.0,
                other.id,
                place.radius_m / 1000.0
            ));
        }
    }
    eprintln!("{compared} rows compared");
    assert!(
        off.is_empty(),
        "{} of {compared} rows are further off than they say:\n{}",
        off.len(),
        off.join("\n")
    );
}

/// Says why the comparison is left out, also to the script that counts skips.
fn skipped(why: &str) {
    eprintln!("skipped: {why}");
    if let Some(file) = std::env::var_os("PLACETIME_SKIPS")
        && let Ok(mut file) = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
    {
        let _ = writeln!(file, "tables against shared data: {why}");
    }
}
