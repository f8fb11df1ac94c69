//! The drawing in ARCHITECTURE.md, held to be true: which room may import which, and which rooms
//! keep quiet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The table of ARCHITECTURE.md: a room, and the rooms it may import.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("report", &[]),
    ("sources", &["report"]),
    ("incident", &["report"]),
    ("reading", &["report", "incident"]),
    ("pipeline", &["report", "reading", "incident"]),
    ("formats", &["incident"]),
    ("query", &["incident", "formats"]),
    ("store", &["report", "incident", "query"]),
    (
        "ingest",
        &["report", "sources", "pipeline", "incident", "store"],
    ),
    (
        "server",
        &["report", "incident", "formats", "query", "store", "ingest"],
    ),
    (
        "publish",
        &["incident", "formats", "query", "store", "server"],
    ),
    ("mirror", &[]),
    ("config", &["store", "ingest", "mirror", "server"]),
    (
        "cli",
        &[
            "report", "sources", "reading", "incident", "pipeline", "formats", "query", "store",
            "ingest", "mirror", "server", "publish", "config",
        ],
    ),
];

/// Rooms that compute and do nothing else.
const QUIET: &[&str] = &[
    "report", "sources", "reading", "incident", "pipeline", "formats", "query",
];

/// Marks of a file, a socket, a clock, the environment, a process or the database.
const LOUD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::time",
    "tokio::",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant::now",
    "println!",
    "eprintln!",
];

/// Every line of code of a room, without comments and without the tests at the file's end.
fn lines() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    collect(&src, &src, &mut all);
    assert!(all.len() > 100, "the source lies in src/");
    all
}

fn collect(root: &Path, folder: &Path, all: &mut Vec<(String, String, String)>) {
    for entry in std::fs::read_dir(folder).expect("src/ can be read") {
        let path = entry.expect("src/ can be read").path();
        if path.is_dir() {
            collect(root, &path, all);
            continue;
        }
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let relative = path.strip_prefix(root).expect("inside src/");
        let first = relative.components().next().expect("a name");
        let first = first.as_os_str().to_string_lossy();
        let room = first.trim_end_matches(".rs").to_owned();
        if room == "lib" || room == "main" {
            continue;
        }
        let name = relative.to_string_lossy().into_owned();
        let is_test = name.ends_with("testing.rs") || name.ends_with("samples.rs");
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        let code = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        for line in code.lines().filter(|_| !is_test) {
            let line = line.trim();
            if !line.starts_with("//") {
                all.push((room.clone(), name.clone(), line.to_owned()));
            }
        }
    }
}

/// The rooms a line names after `crate::`, braces included.
fn imports(line: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, mark) in line.match_indices("crate::") {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &line[at + mark.len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => group
                .split('}')
                .next()
                .unwrap_or_default()
                .split(',')
                .collect(),
            None => vec![rest],
        };
        for name in names {
            let name: String = name
                .trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if !name.is_empty() {
                rooms.push(name);
            }
        }
    }
    rooms
}

#[test]
fn every_import_is_an_arrow_of_the_drawing() {
    let table: BTreeMap<&str, BTreeSet<&str>> = MAY_IMPORT
        .iter()
        .map(|(room, may)| (*room, may.iter().copied().collect()))
        .collect();
    let mut wrong = Vec::new();
    for (room, file, line) in lines() {
        let may = table
            .get(room.as_str())
            .unwrap_or_else(|| panic!("the room {room} ({file}) is not in the table"));
        for other in imports(&line) {
            let is_room = table.contains_key(other.as_str());
            if is_room && other != room && !may.contains(other.as_str()) {
                wrong.push(format!("{file}: {room} may not import {other}: {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn quiet_rooms_ask_no_file_no_socket_and_no_clock() {
    let mut wrong = Vec::new();
    for (room, file, line) in lines() {
        if !QUIET.contains(&room.as_str()) {
            continue;
        }
        // Formats that are not written from front to back wait in a nameless temporary file.
        let scratch = matches!(file.as_str(), "formats/kml.rs" | "formats/xlsx.rs")
            && line == "use std::fs::File;";
        for mark in LOUD.iter().filter(|mark| line.contains(**mark) && !scratch) {
            wrong.push(format!("{file}: {mark} in a quiet room: {line}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_store_speaks_sql() {
    // A GeoPackage is a database, to its writer and to its reader.
    let may = [
        "store",
        "formats/gpkg.rs",
        "formats/style.rs",
        "sources/tables/gpkg.rs",
    ];
    let wrong: Vec<String> = lines()
        .into_iter()
        .filter(|(room, file, line)| {
            line.contains("rusqlite")
                && !may.contains(&room.as_str())
                && !may.contains(&file.as_str())
        })
        .map(|(_, file, line)| format!("{file}: {line}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
