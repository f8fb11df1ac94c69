//! The map as files: what goes out, what never does, and what happens to the folder.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::house::{Desk, Done, skipped};

/// A word that stands in a draft only.
const CANARY: &str = "Kanarienvogel";

/// Publishes; `None` where the program was built without the page.
fn published(test: &str, desk: &Desk, arguments: &[&str]) -> Option<Done> {
    let all: Vec<&str> = ["publish"].iter().chain(arguments).copied().collect();
    let done = desk.run(&all);
    if done.told.contains("without the map page") {
        assert_eq!(done.status, 1);
        skipped(test, "the map page was not built (`make web`)");
        return None;
    }
    Some(done)
}

/// A desk with one published point, one published area, and a draft that nobody may see.
fn desk() -> Desk {
    let desk = Desk::with_incidents();
    let all = desk.run(&["export"]).json();
    for feature in all["features"].as_array().expect("features") {
        if !feature["geometry"].is_null() {
            let id = feature["id"].as_str().expect("an id");
            let why = [
                "rule",
                "publish",
                id,
                "--who",
                "Reviewer Name",
                "--why",
                "seen",
            ];
            assert_eq!(desk.run(&why).status, 0);
        }
    }
    let draft = format!(
        "date: 2022-06-18\npublisher: {CANARY} Post\nurl: https://example.org/{CANARY}\n\n\
         Gunmen attacked the {CANARY} market in Homs on Wednesday, killing four people.\n"
    );
    desk.file("draft.txt", draft);
    assert_eq!(desk.run(&["add", "draft.txt"]).status, 0);
    desk
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn what_is_published_goes_out_in_every_format_and_a_draft_in_no_byte() {
    let test = "what_is_published_goes_out_in_every_format_and_a_draft_in_no_byte";
    let desk = desk();
    let Some(done) = published(test, &desk, &["site"]) else {
        return;
    };
    assert_eq!(done.status, 0, "{}", done.told);
    assert!(
        done.out
            .contains("2 published incidents (1 points, 1 areas"),
        "{}",
        done.out
    );
    let site = desk.path("site");
    let whole = json(&site.join("incidents.geojson"));
    let features = whole["features"].as_array().expect("features");
    assert_eq!(features.len(), 2);
    let manifest = json(&site.join("placetime-site.json"));
    let prefix = usize::try_from(manifest["details_prefix"].as_u64().expect("a number"))
        .expect("a small number");
    for feature in features {
        let id = feature["id"].as_str().expect("an id");
        let details = json(&site.join(format!("details/{}.json", &id[..prefix])));
        let accounts = &details[id]["properties"]["accounts"];
        assert_eq!(accounts.as_array().expect("accounts").len(), 1, "{id}");
    }
    for file in files(&site) {
        let bytes = std::fs::read(&file).expect("a file");
        for secret in [CANARY, "Qwertzuiopu", "Reviewer Name"] {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret} stands in {}", file.display());
        }
    }
    for (name, row) in manifest["files"].as_object().expect("files") {
        let bytes = std::fs::metadata(site.join(name)).expect("listed and there");
        assert_eq!(Some(bytes.len()), row["bytes"].as_u64(), "{name}");
    }
}

#[test]
fn a_second_run_leaves_every_file_as_it_was() {
    let test = "a_second_run_leaves_every_file_as_it_was";
    let desk = desk();
    if published(test, &desk, &["site"]).is_none() {
        return;
    }
    let done = desk.run(&["publish", "site"]);
    assert!(done.out.contains("0 files written"), "{}", done.out);
    assert!(done.out.contains("0 removed"), "{}", done.out);
}

#[test]
fn only_what_is_asked_for_goes_out() {
    let test = "only_what_is_asked_for_goes_out";
    let desk = desk();
    let Some(done) = published(test, &desk, &["--datetime", "2022-06-15", "site"]) else {
        return;
    };
    assert_eq!(done.status, 0, "{}", done.told);
    let whole = json(&desk.path("site/incidents.geojson"));
    assert_eq!(whole["features"].as_array().expect("features").len(), 1);
    let wrong = desk.run(&["publish", "--bbox", "1,2,3", "site"]);
    assert_eq!(wrong.status, 2, "{}", wrong.told);
}

#[test]
fn a_folder_of_somebody_else_is_refused_and_left_alone() {
    let test = "a_folder_of_somebody_else_is_refused_and_left_alone";
    let desk = desk();
    std::fs::create_dir(desk.path("thesis")).expect("a folder");
    desk.file("thesis/chapter.txt", "long work");
    let Some(done) = published(test, &desk, &["thesis"]) else {
        return;
    };
    assert_eq!(done.status, 1);
    assert!(done.told.contains("holds other things"), "{}", done.told);
    assert_eq!(files(&desk.path("thesis")).len(), 1);
}
