//! What is kept stays as it was written, and is found out where it is not.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::house::{Desk, TANF, TANF_AGAIN};

const DATABASE: &str = "placetime.sqlite";

fn well(desk: &Desk, arguments: &[&str]) -> crate::house::Done {
    let done = desk.run(arguments);
    assert_eq!(done.status, 0, "{arguments:?}: {}{}", done.out, done.told);
    done
}

/// A store with a history: reports, another text, rulings, an undoing, a merging, one by hand.
fn desk() -> (Desk, Vec<String>) {
    let desk = Desk::with_incidents();
    desk.file("again.txt", TANF_AGAIN);
    well(&desk, &["add", "again.txt"]);
    desk.file("tanf.txt", TANF.replace("Three people", "Four people"));
    well(&desk, &["add", "tanf.txt"]);
    let ids = ids(&desk);
    well(&desk, &["rule", "publish", &ids[0], "--who", "desk"]);
    well(&desk, &["rule", "move", &ids[2], "Homs", "--why", "seen"]);
    well(&desk, &["rule", "undo", "2"]);
    well(&desk, &["rule", "merge", &ids[1], &ids[2]]);
    well(
        &desk,
        &["rule", "make", "--type", "flood", "--place", "Homs"],
    );
    well(
        &desk,
        &["source", "set", "Example Post", "--licence", "CC BY 4.0"],
    );
    (desk, ids)
}

fn ids(desk: &Desk) -> Vec<String> {
    let all = well(desk, &["export"]).json();
    let features = all["features"].as_array().expect("features");
    let id = |f: &Value| f["id"].as_str().expect("an id").to_owned();
    features.iter().map(id).collect()
}

/// Everything told and decided, without what the clock set.
fn content(desk: &Desk) -> Vec<Value> {
    let arguments = [
        "export",
        "--exact",
        "--format",
        "geojsonl",
        "--detail",
        "full",
        "--status",
        "draft",
        "--status",
        "published",
        "--status",
        "rejected",
    ];
    let lines = well(desk, &arguments).out;
    let mut all: Vec<Value> = lines
        .lines()
        .map(|line| {
            let mut it: Value = serde_json::from_str(line).expect("JSON");
            for name in ["created", "updated"] {
                it["properties"][name] = Value::Null;
            }
            for ruling in it["properties"]["rulings"].as_array_mut().expect("rulings") {
                ruling["at"] = Value::Null;
            }
            it
        })
        .collect();
    all.sort_by_key(|it| it["id"].to_string());
    all
}

fn database(desk: &Desk) -> Connection {
    Connection::open(desk.data().join(DATABASE)).expect("the database")
}

/// Lets nothing stand in the write-ahead log.
fn settle(desk: &Desk) {
    let settled = database(desk).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    settled.expect("a checkpoint");
}

fn copy_of(desk: &Desk, name: &str) -> PathBuf {
    settle(desk);
    let copy = desk.path(name);
    std::fs::copy(desk.data().join(DATABASE), &copy).expect("a copy");
    copy
}

fn put_back(desk: &Desk, copy: &Path) {
    for tail in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(desk.data().join(format!("{DATABASE}{tail}")));
    }
    std::fs::copy(copy, desk.data().join(DATABASE)).expect("put back");
}

#[test]
fn a_store_with_a_history_is_sound() {
    let (desk, _) = desk();
    let sound = well(&desk, &["verify", "--json"]).json();
    assert_eq!(
        (&sound["sound"], &sound["faults"]),
        (&json!(true), &json!(0))
    );
    assert!(sound["entries"].as_u64().expect("a count") >= 11, "{sound}");
    let head = well(&desk, &["log", "--head"]).out;
    assert_eq!(sound["head"], head.trim());
    well(&desk, &["rule", "note", &ids(&desk)[0], "--why", "more"]);
    well(&desk, &["verify", "--head", head.trim()]);
    let history = well(&desk, &["log", &ids(&desk)[0]]).out;
    assert!(
        history.contains("publish") && history.contains("desk"),
        "{history}"
    );
    let wrong = head
        .trim()
        .replace(|c: char| c.is_ascii_digit() && c != ':', "1");
    assert_eq!(desk.run(&["verify", "--head", &wrong]).status, 1);
}

#[test]
fn what_was_changed_by_anything_else_is_found() {
    let (desk, _) = desk();
    let copy = copy_of(&desk, "good.sqlite");
    let tries = [
        "UPDATE accounts SET told = replace(told, 'Four people', 'Five people')",
        "UPDATE accounts SET incident = 1 WHERE incident != 1",
        "DELETE FROM accounts WHERE number = (SELECT min(number) FROM accounts)",
        "UPDATE reports SET text = text || ' '",
        "UPDATE reports SET publisher = 'Another Post' WHERE publisher IS NOT NULL",
        "UPDATE reports SET published = '2022-06-19' WHERE published = '2022-06-18'",
        "DELETE FROM reports WHERE number = (SELECT max(number) FROM reports)",
        "UPDATE rulings SET who = 'another' WHERE number = 1",
        "UPDATE rulings SET verdict = 'reject' WHERE number = 1",
        "DELETE FROM rulings WHERE number = 1",
        "INSERT INTO rulings (incident, verdict, who, at, why) VALUES (1, 'publish', 'x', '', '')",
        "UPDATE incidents SET merged_into = NULL, root = number",
        "UPDATE incidents SET status = 'published', feature = 1",
        "UPDATE incidents SET first_day = '2001-01-01'",
        "UPDATE source_terms SET licence = 'none'",
        "DELETE FROM source_terms",
        "UPDATE log SET who = 'another' WHERE seq = 3",
        "UPDATE log SET at = '2001-01-01T00:00:00Z' WHERE seq = 3",
        "UPDATE log SET about = 'another' WHERE seq = 3",
        "DELETE FROM log_payloads WHERE seq = 4",
        "UPDATE log_payloads SET body = replace(body, 'rows', 'raws') WHERE seq = 4",
    ];
    for sql in tries {
        let db = database(&desk);
        let changed = db
            .execute_batch(&format!("PRAGMA foreign_keys = off; {sql}"))
            .map(|()| db.changes());
        assert!(changed.expect(sql) > 0, "{sql}");
        drop(db);
        let found = desk.run(&["verify", "--json"]);
        assert_eq!(found.status, 1, "not found: {sql}");
        assert_eq!(found.json()["sound"], json!(false), "{sql}");
        put_back(&desk, &copy);
        assert_eq!(desk.run(&["verify"]).status, 0, "the copy is sound");
    }
    // A middle entry cut out, with its payload.
    database(&desk)
        .execute_batch("DELETE FROM log_payloads WHERE seq = 5; DELETE FROM log WHERE seq = 5")
        .expect("deleted");
    let found = desk.run(&["verify"]);
    assert_eq!(found.status, 1);
    assert!(found.out.contains("has no entry 5"), "{}", found.out);
}

#[test]
fn a_store_that_lost_its_last_changes_is_not_opened() {
    let (desk, ids) = desk();
    let copy = copy_of(&desk, "older.sqlite");
    well(&desk, &["rule", "note", &ids[0], "--why", "the last word"]);
    well(&desk, &["backup", "whole.sqlite"]);
    put_back(&desk, &copy);
    for command in [
        &["export"][..],
        &["verify"],
        &["rule", "publish", &ids[0]],
        &["serve", "--listen", "127.0.0.1:0"],
    ] {
        let refused = desk.run(command);
        assert_eq!(refused.status, 1, "{command:?}");
        assert!(
            refused.told.contains("changes are lost"),
            "{}",
            refused.told
        );
    }
    well(&desk, &["restore", "whole.sqlite"]);
    well(&desk, &["verify"]);
    let history = well(&desk, &["log", &ids[0]]).out;
    assert!(history.contains("the last word"), "{history}");
    // A head that is torn is told, not passed over.
    std::fs::write(desk.data().join("placetime.head"), "torn").expect("written");
    assert!(desk.run(&["export"]).told.contains("is damaged"));
}

#[test]
fn a_backup_is_made_and_put_back_while_a_server_runs() {
    let (desk, ids) = desk();
    let server = desk.serve();
    let before = content(&desk);
    well(&desk, &["backup", "b.sqlite"]);
    well(&desk, &["rule", "reject", &ids[0]]);
    well(&desk, &["rule", "make", "--type", "storm"]);
    assert_ne!(content(&desk), before);
    well(&desk, &["restore", "b.sqlite"]);
    assert_eq!(content(&desk), before);
    let wanted = before.len();
    let seen = |server: &crate::house::Server| {
        let all = server.get("/incidents.geojson").json();
        all["features"].as_array().expect("features").len()
    };
    for _ in 0..40 {
        if seen(&server) == wanted {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(seen(&server), wanted, "the server follows");
    well(&desk, &["verify"]);
    let old: Vec<_> = std::fs::read_dir(desk.data())
        .expect("the folder")
        .filter_map(|e| e.ok()?.file_name().into_string().ok())
        .filter(|n| n.starts_with("before-restore-"))
        .collect();
    assert_eq!(old.len(), 1, "what was there is kept: {old:?}");
    // A backup that is not whole is refused before anything is overwritten.
    let bytes = std::fs::read(desk.path("b.sqlite")).expect("the backup");
    let text = b"Four people";
    let at = bytes
        .windows(text.len())
        .position(|w| w == text)
        .expect("the words");
    let mut bad = bytes;
    bad[at] = b'f';
    desk.file("bad.sqlite", &bad);
    desk.file("none.sqlite", "no database");
    for name in ["bad.sqlite", "none.sqlite", "missing.sqlite"] {
        let refused = desk.run(&["restore", name]);
        assert_eq!(refused.status, 1, "{name}");
        assert!(
            refused.told.contains("cannot be put back"),
            "{}",
            refused.told
        );
    }
    assert_eq!(content(&desk), before);
}

#[test]
fn a_purged_report_leaves_no_word_behind() {
    let desk = Desk::with_incidents();
    let text = "date: 2022-03-08\nurl: https://example.org/zebrafinch\n\n\
        Shells fell near the city of Homs on 7 March 2022, killing two people, Zebrafinch said.\n";
    desk.file("secret.txt", text.replace("two", "six"));
    well(&desk, &["add", "secret.txt"]);
    desk.file("secret.txt", text);
    well(&desk, &["add", "secret.txt"]);
    assert_eq!(ids(&desk).len(), 4);
    let holds = || -> Vec<PathBuf> {
        let files = std::fs::read_dir(desk.data()).expect("the folder");
        files
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                let bytes = std::fs::read(path).unwrap_or_default();
                let small = bytes.to_ascii_lowercase();
                small.windows(10).any(|w| w == b"zebrafinch")
            })
            .collect()
    };
    assert!(!holds().is_empty(), "the words are there before");
    assert_eq!(
        desk.run(&["purge", "secret.txt"]).status,
        2,
        "a reason is asked for"
    );
    well(
        &desk,
        &[
            "purge",
            "secret.txt",
            "--why",
            "asked for by the person named",
        ],
    );
    assert_eq!(holds(), Vec::<PathBuf>::new());
    assert_eq!(ids(&desk).len(), 3);
    let sound = well(&desk, &["verify", "--json"]).json();
    assert_eq!(sound["purged"], 2, "{sound}");
    let log = well(&desk, &["log", "--limit", "1"]).out;
    assert!(log.contains("purged") && log.contains("asked for"), "{log}");
    well(&desk, &["add", "secret.txt"]);
    assert_eq!(ids(&desk).len(), 3, "it is not taken in again");
    assert_eq!(
        desk.run(&["purge", "secret.txt", "--why", "again"]).status,
        1
    );
}

#[test]
fn reading_everything_again_changes_nothing_that_is_read_alike() {
    let (desk, ids) = desk();
    let before = content(&desk);
    let done = well(&desk, &["reread"]).out;
    assert!(done.starts_with("4 reports read again:"), "{done}");
    assert!(
        done.contains(" 0 new incidents, 0 changed, 0 withdrawn"),
        "{done}"
    );
    assert_eq!(content(&desk), before);
    well(&desk, &["verify"]);
    // What another version read otherwise is mended, and a ruling on it stays.
    let db = database(&desk);
    db.execute_batch(
        "UPDATE accounts SET told = replace(told, '\"type\":\"airstrike\"', '\"type\":\"shelling\"')",
    )
    .expect("changed");
    drop(db);
    assert_ne!(content(&desk), before);
    let done = well(&desk, &["reread", "--from-start"]).out;
    assert!(done.contains(" 0 new incidents"), "{done}");
    let after = content(&desk);
    let kinds = |all: &[Value]| -> Vec<Value> {
        let kind = |it: &Value| {
            json!([
                it["id"],
                it["properties"]["type"],
                it["properties"]["status"]
            ])
        };
        all.iter().map(kind).collect()
    };
    assert_eq!(kinds(&after), kinds(&before));
    assert!(after.iter().any(|it| it["id"] == ids[0]));
}

#[test]
fn a_reading_again_is_taken_up_where_it_was_left() {
    let (desk, _) = desk();
    let before = content(&desk);
    // As a run that was stopped after the second report leaves it.
    let unfinished = well(&desk, &["reread"]);
    drop(unfinished);
    let db = database(&desk);
    let of: String = {
        let gazetteer = gazetteer::Gazetteer::starter().info();
        format!(
            "placetime {}, {} places, {} names, {} bytes",
            env!("CARGO_PKG_VERSION"),
            gazetteer.places,
            gazetteer.names,
            gazetteer.bytes
        )
    };
    db.execute(
        "INSERT INTO work (name, past, detail) VALUES ('reread', 2, ?)",
        [of],
    )
    .expect("written");
    drop(db);
    let done = well(&desk, &["reread"]).out;
    assert!(done.contains("2 reports read again (taken up"), "{done}");
    assert_eq!(content(&desk), before);
}
