//! The five real reports and other published answers, where they lie beside the project.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder of shared data, or `None` with a word of why a test is left out.
pub(crate) fn shared(test: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("SHARED_DIR").map_or_else(
        || root.join("../shared"),
        |d| {
            let d = PathBuf::from(d);
            if d.is_absolute() { d } else { root.join(d) }
        },
    );
    if folder.is_dir() {
        return Some(folder);
    }
    crate::house::skipped(
        test,
        "no folder of shared data beside the project (SHARED_DIR)",
    );
    None
}

/// Runs `score.py` with the program's reading of the five reports; gives what it printed.
fn scored(shared: &std::path::Path, dates: bool, measure: &str) -> (bool, String) {
    let script = shared.join("reports/score.py");
    let mut to_jsonl = Command::new("python3");
    to_jsonl
        .arg(&script)
        .arg("to-jsonl")
        .arg(shared.join("reports"));
    if !dates {
        to_jsonl.arg("--no-dates-given");
    }
    let reports = to_jsonl.output().expect("python3 runs").stdout;
    let mut read = Command::new(env!("CARGO_BIN_EXE_placetime"))
        .args(["read", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    read.stdin
        .take()
        .expect("a pipe")
        .write_all(&reports)
        .expect("the program reads");
    let incidents = read.wait_with_output().expect("the program ends").stdout;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("read.geojson");
    std::fs::write(&file, incidents).expect("a file");
    let out = Command::new("python3")
        .arg(&script)
        .arg(measure)
        .arg(shared.join("reports"))
        .arg(&file)
        .output()
        .expect("python3 runs");
    (
        out.status.success(),
        String::from_utf8_lossy(&out.stdout).into_owned(),
    )
}

/// "required found     7/7  recall ..." -> (7, 7)
fn figure(printed: &str, name: &str) -> (u32, u32) {
    let line = printed
        .lines()
        .find(|l| l.starts_with(name))
        .unwrap_or_else(|| panic!("no {name} in {printed}"));
    let pair = line[name.len()..]
        .split_whitespace()
        .next()
        .expect("a figure");
    let (a, b) = pair.split_once('/').expect("a ratio");
    (a.parse().expect("a number"), b.parse().expect("a number"))
}

#[test]
fn the_five_reports_are_read_right() {
    let Some(shared) = shared("the_five_reports_are_read_right") else {
        return;
    };
    let (_, printed) = scored(&shared, true, "score");
    assert_eq!(figure(&printed, "required found"), (7, 7), "{printed}");
    assert_eq!(figure(&printed, "kept apart"), (7, 7), "{printed}");
    let (right, all) = figure(&printed, "toll right");
    assert_eq!(right, all, "{printed}");
    let (right, all) = figure(&printed, "predictions right");
    assert!(all - right <= 2, "{printed}");
    assert!(figure(&printed, "merged").0 >= 1, "{printed}");
}

#[test]
fn no_year_is_made_up_for_reports_without_a_date() {
    let Some(shared) = shared("no_year_is_made_up_for_reports_without_a_date") else {
        return;
    };
    let (ok, printed) = scored(&shared, false, "undated");
    assert!(ok, "{printed}");
    assert!(printed.contains(" 0 with an invented year"), "{printed}");
}
