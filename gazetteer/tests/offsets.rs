//! Places told by way of others, against where they truly are: `tests/gold/offsets.csv`.
//!
//! The phrases are told as a writer tells them, rounded, now and then by the road; the true points
//! are those of the towns. Only the starter is asked, so that anybody can run it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that unwraps nothing fails, as it should; it tells its figures"
)]

use std::collections::BTreeMap;

use gazetteer::{Context, CountryCode, Gazetteer, LonLat};

/// The share of true points that the circles have to hold: nine in ten is promised.
const INSIDE_MIN: f64 = 0.85;
/// The same for each kind by itself, of which there are few.
const INSIDE_OF_KIND_MIN: f64 = 0.75;
/// Half of the points have to lie within this share of the distance told.
const MEDIAN_ERROR_SHARE_MAX: f64 = 0.25;
/// More inside than this, and the circles are wider than they have to be.
const INSIDE_OF_OFFSETS_MAX: f64 = 0.97;

#[test]
fn circles_hold_the_true_points() {
    let gazetteer = Gazetteer::starter();
    let rows = csv::Reader::from_reader(&include_bytes!("../../tests/gold/offsets.csv")[..])
        .into_records()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    assert!(rows.len() >= 150);
    // (inside, all) by kind; errors as shares of the distance told.
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut shares = Vec::new();
    for row in &rows {
        let (kind, phrase) = (&row[0], &row[1]);
        let truth = LonLat::new(row[3].parse().unwrap(), row[2].parse().unwrap()).unwrap();
        let context = Context {
            countries: CountryCode::new(&row[4]).into_iter().collect(),
            ..Context::default()
        };
        let found = gazetteer.resolve(phrase, &context);
        let counted = kinds.entry(kind.to_owned()).or_default();
        counted.1 += 1;
        let Some(best) = found.first() else {
            eprintln!("{phrase}: nothing found");
            continue;
        };
        let (centre, radius_m) = (best.centre.unwrap(), best.radius_m.unwrap());
        let off_m = centre.distance_m(truth);
        if off_m <= radius_m {
            counted.0 += 1;
        } else {
            eprintln!(
                "{phrase} ({}): {:.0} km off, circle {:.0} km",
                &row[5],
                off_m / 1000.0,
                radius_m / 1000.0
            );
        }
        if kind == "offset" {
            let number: f64 = phrase
                .split(' ')
                .find_map(|word| word.parse().ok())
                .unwrap();
            let unit_m = if phrase.contains("mile") {
                1_609.344
            } else {
                1_000.0
            };
            shares.push(off_m / (number * unit_m));
        }
    }
    shares.sort_by(f64::total_cmp);
    let median = shares[shares.len() / 2];
    let inside: usize = kinds.values().map(|(inside, _)| inside).sum();
    eprintln!(
        "{kinds:?}; {inside} of {}; median error {median:.2} of the distance",
        rows.len()
    );
    assert!(median < MEDIAN_ERROR_SHARE_MAX, "{median}");
    assert!(inside as f64 >= INSIDE_MIN * rows.len() as f64, "{inside}");
    let (inside, all) = kinds["offset"];
    assert!(
        inside as f64 <= INSIDE_OF_OFFSETS_MAX * all as f64,
        "{inside} of {all}"
    );
    for (kind, (inside, all)) in kinds {
        assert!(
            inside as f64 >= INSIDE_OF_KIND_MIN * all as f64,
            "{kind}: {inside} of {all}"
        );
    }
}

#[test]
fn distances_at_once_meet_or_are_said_to_contradict() {
    let gazetteer = Gazetteer::starter();
    let best = |phrase: &str| gazetteer.resolve(phrase, &Context::default()).remove(0);
    let both = best("70 km northeast of al-Tanf and 180 km west of Al-Qaim");
    let one = best("70 km northeast of al-Tanf");
    assert!(both.radius_m < one.radius_m, "{both:?}");
    assert!(both.because[0].contains("hold together"), "{both:?}");
    let apart = best("20 km north of Homs and 30 km south of Baghdad");
    assert!(apart.because[0].contains("contradict"), "{apart:?}");
    assert!(apart.score < 0.6, "{apart:?}");
}

#[test]
fn a_distance_from_a_country_tells_no_point() {
    let gazetteer = Gazetteer::starter();
    for phrase in [
        "30 km from Iraq",
        "10 km inside Syria",
        "100 km north of Ukraine",
    ] {
        let found = gazetteer.resolve(phrase, &Context::default());
        assert!(found[0].point().is_none(), "{phrase}: {:?}", found[0]);
    }
}

#[test]
fn grid_references_and_angles_are_points() {
    let gazetteer = Gazetteer::starter();
    for phrase in [
        "31U DQ 48251 11932",
        "31U 448251 5411932",
        "N 48 51.492 E 2 17.670",
        "48°51′29.5″N 2°17′40.2″E",
        "485130N 0021740E",
        "48.8582, 2.2945",
    ] {
        let found = gazetteer.resolve(phrase, &Context::default());
        let at = found
            .first()
            .unwrap_or_else(|| panic!("{phrase}"))
            .centre
            .unwrap();
        let tower = LonLat::new(2.2945, 48.8582).unwrap();
        assert!(at.distance_m(tower) < 100.0, "{phrase}: {at:?}");
    }
    let text = "The patrol was last seen at grid 37S EV 35000 07000 on Tuesday.";
    let found = gazetteer.expressions(text);
    assert!(
        found
            .iter()
            .any(|e| &text[e.span.clone()] == "37S EV 35000 07000"),
        "{found:?}"
    );
}
