//! `score` against the public scorers beside the project, which compute the same figures another way.

use std::process::Command;

use serde_json::Value;

use crate::gold::shared;
use crate::house::{Desk, skipped};

/// Runs a scorer of the public benchmarks.
fn scored(arguments: &[&std::ffi::OsStr]) -> Option<String> {
    let output = Command::new("python3").args(arguments).output().ok()?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{told}");
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn the_figures_are_those_of_the_public_scorers() {
    let test = "the_figures_are_those_of_the_public_scorers";
    let Some(shared) = shared(test) else {
        return;
    };
    let folder = shared.join("benchmarks/geoparsing");
    let gold = folder.join("trnews.dev.jsonl");
    let path = gold.to_string_lossy().into_owned();
    let desk = Desk::new();
    let ours = desk.run(&["score", "--format", "json", &path]).json();
    let ours = &ours[0];
    let share = |part: &str, whole: &str| {
        ours[part].as_f64().expect("a count") / ours[whole].as_f64().expect("a count")
    };
    for (mode, more) in [("e2e", None), ("gold", Some("--given"))] {
        let arguments: Vec<&str> = ["annotate", "places"]
            .into_iter()
            .chain(more)
            .chain([path.as_str()])
            .collect();
        let said = desk.file("said.jsonl", desk.run(&arguments).out);
        let scorer = folder.join("score.py");
        let arguments = [
            scorer.as_os_str(),
            "--gold".as_ref(),
            gold.as_os_str(),
            "--pred".as_ref(),
            said.as_os_str(),
            "--mode".as_ref(),
            mode.as_ref(),
            "--json".as_ref(),
        ];
        let Some(theirs) = scored(&arguments) else {
            skipped(test, "python3 is missing");
            return;
        };
        let theirs: Value = serde_json::from_str(&theirs).expect("JSON");
        let equal = |ours: f64, theirs: &Value, what: &str| {
            let theirs = theirs.as_f64().expect("a figure");
            assert!(
                (ours - theirs).abs() < 1e-9,
                "{what}: {ours} is not {theirs}"
            );
        };
        if mode == "e2e" {
            let overlap = &theirs["scores"]["overlap"];
            equal(
                share("found", "names"),
                &overlap["recognition"]["recall"],
                "recall",
            );
            equal(
                share("near", "placed"),
                &overlap["end_to_end@161km"]["precision"],
                "placed",
            );
            equal(
                share("near", "located"),
                &overlap["end_to_end@161km"]["recall"],
                "near",
            );
        } else {
            let gold = &theirs["scores"]["gold"]["resolution"];
            equal(share("given_near", "located"), &gold["acc@161km"], "161 km");
            equal(share("given_close", "located"), &gold["acc@25km"], "25 km");
            equal(share("held", "circles"), &gold["within_radius"], "circles");
        }
    }
    let gold = shared.join("benchmarks/dates/meantime_dev.jsonl");
    let path = gold.to_string_lossy().into_owned();
    let ours = desk.run(&["score", &path]).out;
    let said = desk.file("said.jsonl", desk.run(&["annotate", "dates", &path]).out);
    let scorer = shared.join("benchmarks/dates/score.py");
    let theirs =
        scored(&[scorer.as_os_str(), gold.as_os_str(), said.as_os_str()]).expect("python3");
    let end_to_end = theirs.trim().rsplit(' ').next().expect("a figure");
    assert!(ours.trim().ends_with(end_to_end), "{ours}\n{theirs}");
}

#[test]
fn what_is_no_benchmark_is_named_and_the_rest_is_scored() {
    let desk = Desk::new();
    desk.file("other.jsonl", "{\"text\":\"Aleppo\"}\n");
    desk.file("empty.jsonl", "");
    desk.file(
        "mine.jsonl",
        "{\"doc\":\"a\",\"text\":\"Shells hit Aleppo.\",\"toponyms\":[{\"start\":11,\"end\":17,\"lat\":36.2,\"lon\":37.15}]}\n",
    );
    let done = desk.run(&[
        "score",
        "other.jsonl",
        "empty.jsonl",
        "absent.jsonl",
        "mine.jsonl",
    ]);
    assert_eq!(done.status, 1);
    for named in [
        "neither “toponyms” nor",
        "holds no document",
        "absent.jsonl: cannot be read",
    ] {
        assert!(done.told.contains(named), "{}", done.told);
    }
    assert!(done.out.contains("mine.jsonl"), "{}", done.out);
    let table = desk.run(&["score", "--format", "markdown", "mine.jsonl"]);
    assert!(table.out.starts_with("| places "), "{}", table.out);
    assert_eq!(desk.run(&["score", "other.jsonl"]).status, 1);
}

#[test]
fn names_given_are_judged_by_kind_and_only_those_asked_for() {
    let desk = Desk::new();
    let line = |doc: u32, text: &str, end: usize, lat: f64, lon: f64, kind: &str, grade: u32| {
        format!(
            "{{\"doc\": \"{doc}\", \"text\": \"{text}\", \"toponyms\": [{{\"start\": 0, \"end\": {end}, \
             \"lat\": {lat}, \"lon\": {lon}, \"kind\": \"{kind}\", \"where_prec\": {grade}}}]}}\n"
        )
    };
    let gold = line(1, "Homs, Syria", 4, 34.73, 36.72, "plain", 1)
        + &line(2, "Aleppo, Syria", 6, 36.2, 37.16, "plain", 2)
        // The truth is told to lie far away.
        + &line(3, "Damascus, Syria", 8, 50.0, 10.0, "near", 1)
        + &line(4, "Hama, Syria", 4, 35.13, 36.75, "near", 3);
    desk.file("gold.jsonl", gold);
    let asked = [
        "score",
        "--format",
        "json",
        "--by",
        "kind",
        "--where",
        "where_prec=1,2",
        "gold.jsonl",
    ];
    let told = desk.run(&asked).json();
    let row = |n: usize, field: &str| told[n][field].as_u64();
    assert_eq!(told.as_array().map(Vec::len), Some(3), "{told}");
    assert_eq!(
        (row(0, "names"), row(0, "given_close")),
        (Some(3), Some(2)),
        "{told}"
    );
    assert_eq!(told[1]["by"], "near");
    assert_eq!(
        (row(1, "names"), row(1, "given_near")),
        (Some(1), Some(0)),
        "{told}"
    );
    assert_eq!(row(1, "sure_wrong"), row(1, "sure"), "{told}");
    assert_eq!(told[2]["by"], "plain");
    assert_eq!(
        (row(2, "names"), row(2, "given_close")),
        (Some(2), Some(2)),
        "{told}"
    );
    let done = desk.run(&["score", "--given", "gold.jsonl"]);
    assert!(
        done.out.contains("places given") && done.out.contains("0.750"),
        "{}",
        done.out
    );
    assert_eq!(
        desk.run(&["score", "--where", "kind", "gold.jsonl"]).status,
        2
    );
    assert_eq!(
        desk.run(&["score", "--where", "kind=far", "gold.jsonl"])
            .status,
        1
    );
}
