//! Files that are damaged, disks that are full, folders that cannot be written, databases of older
//! versions: found, told in a sentence, and nothing lost.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use placetime::incident::{Incident, Status};
use placetime::store::{Query, Store, StoreError, parse_bbox};
use rusqlite::Connection;

use crate::dice::{Dice, rounds};
use crate::house::{Desk, TANF, TANF_AGAIN, placetime, skipped};

const DATABASE: &str = "placetime.sqlite";
const LOG: &str = "placetime.sqlite-wal";
const HEAD: &str = "placetime.head";

fn well(desk: &Desk, arguments: &[&str]) -> crate::house::Done {
    let done = desk.run(arguments);
    assert_eq!(done.status, 0, "{arguments:?}: {}{}", done.out, done.told);
    done
}

fn incidents(store: &Store, query: &Query) -> Result<Vec<Incident>, StoreError> {
    let mut all = Vec::new();
    store.incidents_exact(query, |it| {
        all.push(it);
        Ok::<(), StoreError>(())
    })?;
    Ok(all)
}

fn everything() -> Query {
    Query {
        statuses: Status::ALL.to_vec(),
        ..Query::default()
    }
}

/// Everything a reader can see of a store, in words.
fn seen(store: &Store) -> Result<String, StoreError> {
    let mut words = String::new();
    let near = parse_bbox("30,30,40,40").expect("a box");
    let near = Query {
        bbox: Some(near),
        ..everything()
    };
    let day = |text: &str| text.parse().ok();
    let days = placetime::store::Days {
        from: day("2022-06-01"),
        to: day("2022-06-30"),
    };
    let june = Query {
        days,
        ..everything()
    };
    for query in [everything(), near, june] {
        let all = incidents(store, &query)?;
        let _ = writeln!(words, "{all:?}");
        for it in &all {
            for account in &it.accounts {
                let _ = writeln!(words, "{:?}", store.report(&account.report)?);
            }
        }
    }
    let _ = writeln!(words, "{:?} {:?}", store.sources()?, store.counts()?);
    let _ = writeln!(words, "{:?}", store.log(None, 10_000)?);
    let _ = writeln!(words, "{:?}", store.changed_since(0)?);
    Ok(words)
}

/// A store with reports, rulings of several kinds, rows of a table, an undoing and a source's terms.
fn with_history() -> Desk {
    let desk = Desk::with_incidents();
    desk.file("again.txt", TANF_AGAIN);
    well(&desk, &["add", "again.txt"]);
    desk.file("tanf.txt", TANF.replace("Three people", "Four people"));
    well(&desk, &["add", "tanf.txt"]);
    let mut table = "id,date,lat,lon,event_type,deaths,notes\n".to_owned();
    for n in 0..40 {
        let _ = writeln!(
            table,
            "{n},2022-06-{:02},34.{n:02},37.5,Shelling,{},row {n}",
            1 + n % 28,
            n % 5
        );
    }
    desk.file("table.csv", table);
    well(&desk, &["import", "--source", "table", "table.csv"]);
    let store = Store::open_to_read(&desk.data()).expect("a store");
    let ids: Vec<String> = incidents(&store, &everything())
        .expect("incidents")
        .into_iter()
        .map(|it| it.id)
        .collect();
    drop(store);
    well(&desk, &["rule", "publish", &ids[0], "--who", "desk"]);
    well(&desk, &["rule", "move", &ids[2], "Homs", "--why", "seen"]);
    well(&desk, &["rule", "undo", "2"]);
    well(&desk, &["rule", "sensitive", &ids[1], "10km"]);
    well(
        &desk,
        &["source", "set", "Example Post", "--licence", "CC BY 4.0"],
    );
    desk
}

/// What became of a damaged file.
#[derive(PartialEq, Eq, Debug)]
enum Fate {
    /// Opening or `verify` tells of it.
    Found,
    /// Everything is read as it was written.
    Harmless,
    /// What is read is not what was written, and nobody said so.
    Served,
}

fn fate(folder: &Path, good: &str) -> Fate {
    let Ok(store) = Store::open_to_read(folder) else {
        return Fate::Found;
    };
    match store.verify(None) {
        Err(_) => return Fate::Found,
        Ok(found) if found.faults > 0 => return Fate::Found,
        Ok(_) => {}
    }
    match seen(&store) {
        Ok(now) if now == good => Fate::Harmless,
        _ => Fate::Served,
    }
}

#[test]
fn damaged_bytes_are_found_or_harm_nothing() {
    let desk = with_history();
    // The last changes stand in the write-ahead log only, as after a stop that nobody planned.
    let held = Connection::open(desk.data().join(DATABASE)).expect("opened");
    let settled = held.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    settled.expect("a checkpoint");
    desk.file(
        "late.txt",
        "date: 2022-07-02\n\nA bomb exploded in Homs on 1 July 2022.\n",
    );
    well(&desk, &["add", "late.txt"]);
    let read = |name: &str| std::fs::read(desk.data().join(name)).expect("a file");
    let files = [DATABASE, LOG, HEAD].map(|name| (name, read(name)));
    assert!(files[1].1.len() > 8_000, "something stands in the log");
    drop(held);
    let there = desk.path("damaged");
    let put = |changed: usize, bytes: Option<&[u8]>| {
        let _ = std::fs::remove_dir_all(&there);
        std::fs::create_dir(&there).expect("a folder");
        for (at, (name, whole)) in files.iter().enumerate() {
            let bytes = if at == changed {
                bytes
            } else {
                Some(&whole[..])
            };
            if let Some(bytes) = bytes {
                std::fs::write(there.join(name), bytes).expect("written");
            }
        }
    };
    put(usize::MAX, None);
    let store = Store::open_to_read(&there).expect("a store");
    let good = seen(&store).expect("read");
    drop(store);
    assert_eq!(fate(&there, &good), Fate::Harmless);

    let mut dice = Dice::new(7);
    let (mut found, mut served) = (0, Vec::new());
    let rounds = rounds(300);
    for round in 0..rounds {
        // Mostly the database, which is the largest.
        let which = [0, 0, 0, 0, 1, 1, 2][dice.below(7)];
        let (name, whole) = &files[which];
        let mut bytes = whole.clone();
        let what = match dice.below(10) {
            0 => {
                bytes.truncate(dice.below(bytes.len()));
                format!("{name} cut to {} of {} bytes", bytes.len(), whole.len())
            }
            1 => {
                let from = dice.below(bytes.len());
                let to = (from + 512).min(bytes.len());
                bytes[from..to].fill(0);
                format!("{name} blank from {from}")
            }
            _ => {
                let (at, bit) = (dice.below(bytes.len()), dice.below(8));
                bytes[at] ^= 1 << bit;
                format!("{name}: bit {bit} of byte {at}")
            }
        };
        put(which, Some(&bytes));
        match fate(&there, &good) {
            Fate::Found => found += 1,
            Fate::Harmless => {}
            Fate::Served => served.push(format!("round {round}: {what}")),
        }
    }
    put(1, None);
    assert_eq!(
        fate(&there, &good),
        Fate::Found,
        "a log of SQLite's that is lost"
    );
    assert!(
        served.is_empty(),
        "{} of {rounds} served: {served:#?}",
        served.len()
    );
    assert!(found > rounds / 3, "{found} of {rounds} found");
}

/// A file system of a few megabytes in memory; unmounted at the end.
struct Small(PathBuf);

impl Small {
    fn mounted(at: PathBuf, size: &str) -> Option<Self> {
        std::fs::create_dir_all(&at).ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(&at)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|s| s.success()).then_some(Self(at))
    }

    fn again(&self, options: &str) -> bool {
        let mut mount = Command::new("mount");
        mount
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0);
        mount.status().is_ok_and(|s| s.success())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

/// A report long enough that a small disk is full after some of it.
fn long_report(n: usize) -> String {
    format!(
        "date: 2022-03-30\nurl: https://example.org/{n}\n\nShells fell on the city of Homs on {} March 2022, killing {} people.\n\n{}\n",
        1 + n % 28,
        2 + n,
        format!("The weather of day {n} was as it often is in spring. ").repeat(4_000)
    )
}

#[test]
fn a_full_disk_is_told_in_a_sentence_and_nothing_is_lost() {
    let test = "a_full_disk_is_told_in_a_sentence_and_nothing_is_lost";
    let desk = Desk::new();
    let Some(disk) = Small::mounted(desk.data(), "4m") else {
        return skipped(
            test,
            "a small file system cannot be mounted here (root is needed)",
        );
    };
    let mut kept = Vec::new();
    let mut refused = 0;
    for n in 0..20 {
        let name = format!("{n}.txt");
        desk.file(&name, long_report(n));
        let done = desk.run(&["add", &name]);
        if done.status == 0 {
            kept.push(name);
            continue;
        }
        refused += 1;
        assert_eq!(done.status, 1);
        assert!(
            done.told.contains("is full; nothing was lost"),
            "{}",
            done.told
        );
    }
    assert!(
        !kept.is_empty() && refused > 0,
        "{} kept, {refused} refused",
        kept.len()
    );
    // Reading goes on, also in a server; it answers a writer with 507 and a sentence.
    let counted = || {
        well(&desk, &["export"]).json()["features"]
            .as_array()
            .map(Vec::len)
    };
    let before = counted();
    let server = desk.serve();
    assert_eq!(server.get("/incidents.geojson").status, 200);
    let answer = server.post("/reports", "text/plain", &long_report(21));
    assert_eq!(answer.status, 507, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(server.get("/incidents.geojson").status, 200);
    assert!(disk.again("size=64m"));
    // Without a restart.
    let answer = server.post("/reports", "text/plain", &long_report(21));
    assert!(answer.status < 300, "{}", answer.text());
    drop(server);
    assert!(counted() >= before);
    for n in 0..20 {
        well(&desk, &["add", &format!("{n}.txt")]);
    }
    let store = Store::open_to_read(&desk.data()).expect("a store");
    assert_eq!(store.verify(None).expect("looked at").told, [""; 0]);
    assert_eq!(store.counts().expect("counted").reports, 21);
}

#[test]
fn a_folder_that_cannot_be_written_is_read_and_says_so() {
    let test = "a_folder_that_cannot_be_written_is_read_and_says_so";
    let desk = Desk::new();
    let Some(disk) = Small::mounted(desk.data(), "16m") else {
        return skipped(
            test,
            "a small file system cannot be mounted here (root is needed)",
        );
    };
    desk.file("tanf.txt", TANF);
    desk.file("again.txt", TANF_AGAIN);
    well(&desk, &["add", "tanf.txt"]);
    let store = Store::open(&desk.data()).expect("a store");
    let id = incidents(&store, &everything()).expect("incidents")[0]
        .id
        .clone();
    drop(store);
    assert!(disk.again("ro"));
    for arguments in [
        &["add", "again.txt"][..],
        &["rule", "publish", &id],
        &["reread"],
        &["purge", "tanf.txt", "--why", "asked for"],
    ] {
        let done = desk.run(arguments);
        assert_eq!(done.status, 1, "{arguments:?}");
        assert!(
            done.told.contains("is read-only") || done.told.contains("is the folder writable"),
            "{arguments:?}: {}",
            done.told
        );
    }
    assert_eq!(
        well(&desk, &["export"]).json()["features"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    assert!(well(&desk, &["verify"]).out.starts_with("sound"));
    let server = desk.serve();
    assert_eq!(server.get("/incidents.geojson").status, 200);
    let refused = server.post("/reports", "text/plain", TANF_AGAIN);
    assert!(
        refused.status >= 500 && refused.text().contains("read-only"),
        "{}",
        refused.text()
    );
    drop(server);
    assert!(disk.again("rw"));
    well(&desk, &["add", "again.txt"]);
}

#[test]
fn a_file_may_not_grow_and_the_program_says_so() {
    let desk = Desk::new();
    desk.file("tanf.txt", TANF);
    well(&desk, &["add", "tanf.txt"]);
    desk.file("long.txt", long_report(1));
    // No file may be longer than so many blocks of 1,024 bytes; the signal that says so is ignored,
    // so that the write fails instead.
    let done = Command::new("bash")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 150; exec \"$0\" add long.txt",
        ])
        .arg(placetime(&[]).get_program())
        .current_dir(desk.path("."))
        .env("PLACETIME_DATA", desk.data())
        .output();
    let Ok(done) = done else {
        return skipped(
            "a_file_may_not_grow_and_the_program_says_so",
            "bash is missing",
        );
    };
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert_eq!(told.trim().lines().count(), 1, "one sentence: {told}");
    assert!(
        told.contains("placetime.sqlite") || told.contains("full"),
        "{told}"
    );
    assert!(well(&desk, &["verify"]).out.starts_with("sound"));
    well(&desk, &["add", "long.txt"]);
}

/// The steps of the schema as they were released.
const STEPS: [&str; 7] = [
    include_str!("../../src/store/schema/0001_start.sql"),
    include_str!("../../src/store/schema/0002_rulings.sql"),
    include_str!("../../src/store/schema/0003_sources.sql"),
    include_str!("../../src/store/schema/0004_tokens.sql"),
    include_str!("../../src/store/schema/0005_one_truth.sql"),
    include_str!("../../src/store/schema/0006_faces.sql"),
    include_str!("../../src/store/schema/0007_publishing.sql"),
];

/// An account as the first released version kept it: no sketch, no terms, nothing that came later.
const FIRST_TOLD: &str = r#"{"report":"old.txt","ordinal":0,"sha256":"SHA","reader":"placetime 0.1.0",
"quotes":[{"field":"event","start":0,"end":11,"text":"Shells fell"}],"type":"shelling",
"standing":"happened","when":{"start":"2021-04-05","end":"2021-04-05","precision":"day","edtf":"2021-04-05"},
"located":{"name":"Homs","source":"starter","kind":"city","country":"SY","centre":[36.72,34.73],
"radius_m":5000.0,"precision":"place","basis":"told","score":0.9},"place_text":"Homs","confidence":0.8}"#;

/// Makes a database of an older schema out of one of today's: the rows that it could have held.
fn of_schema(version: usize, from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    let db = Connection::open(to.join(DATABASE)).expect("a database");
    for step in &STEPS[..version] {
        db.execute_batch(step).expect("a step of the schema");
    }
    db.execute("ATTACH ? AS today", [from.join(DATABASE).to_string_lossy()])
        .expect("attached");
    let columns = |schema: &str, table: &str| -> Vec<String> {
        let sql = format!("SELECT name FROM pragma_table_info('{table}', '{schema}')");
        let mut statement = db.prepare(&sql).expect("a statement");
        let names = statement.query_map([], |row| row.get(0)).expect("columns");
        names.collect::<Result<_, _>>().expect("columns")
    };
    for table in [
        "reports",
        "notices",
        "incidents",
        "incident_boxes",
        "accounts",
        "rulings",
        "moved",
        "changes",
        "sketches",
        "source_terms",
        "sources",
    ] {
        let there = columns("today", table);
        let common: Vec<String> = columns("main", table)
            .into_iter()
            .filter(|name| there.contains(name))
            .collect();
        if !common.is_empty() {
            let names = common.join(", ");
            db.execute_batch(&format!(
                "INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}"
            ))
            .expect("copied");
        }
    }
    let text = "Shells fell on Homs on 5 April 2021.";
    let sha256: String = placetime_sha256(text);
    db.execute(
        "INSERT INTO reports (number, id, sha256, text, added, read_at)
         VALUES (900, 'old.txt', ?, ?, '2021-04-06T00:00:00Z', '2021-04-06T00:00:00Z')",
        [&sha256, text],
    )
    .expect("a report");
    db.execute_batch(
        "INSERT INTO incidents (number, id, created, updated, version, status, standing, feature,
             type, kind, country, first_day, last_day, boxed)
         VALUES (900, 'told-long-ago', '2021-04-06T00:00:00Z', '2021-04-06T00:00:00Z', 1,
             'published', 'happened', 1, 'shelling', 'strike', 'SY', '2021-04-05', '2021-04-05', 1);
         INSERT INTO incident_boxes VALUES (1800, 36.66, 36.78, 34.68, 34.78);
         INSERT INTO rulings (number, incident, verdict, who, at, why)
             VALUES (900, 900, 'publish', 'desk', '2021-04-06T00:00:00Z', 'seen');
         INSERT INTO report_words (rowid, title, text) SELECT number, title, text FROM reports;",
    )
    .expect("an incident");
    if version > 1 {
        db.execute_batch("UPDATE incidents SET root = number WHERE root = 0")
            .expect("roots");
    }
    db.execute(
        "INSERT INTO accounts (number, incident, report, ordinal, told) VALUES (900, 900, 900, 0, ?)",
        [FIRST_TOLD.replace("SHA", &sha256)],
    )
    .expect("an account");
    db.execute_batch("DETACH today").expect("detached");
    db.pragma_update(None, "journal_mode", "WAL").expect("WAL");
    db.pragma_update(None, "user_version", version)
        .expect("a version");
}

fn placetime_sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// Everything shown, without what an upgrade may not know of.
fn shown(folder: &Path) -> Vec<String> {
    let store = Store::open_to_read(folder).expect("a store");
    assert_eq!(store.verify(None).expect("looked at").told, [""; 0]);
    let all = incidents(&store, &everything()).expect("incidents");
    all.iter()
        .map(|it| {
            let shown = it.shown();
            let place = shown.place.as_ref().map(|p| (p.name.clone(), p.radius_m));
            format!(
                "{} {:?} {:?} {} {place:?} {:?} {} accounts {} rulings {:?}",
                it.id,
                shown.kind,
                shown.status,
                shown.when.in_words(),
                shown.killed,
                it.accounts.len(),
                it.rulings.len(),
                it.stamp.created,
            )
        })
        .collect()
}

#[test]
fn databases_of_every_released_schema_are_brought_up_to_date() {
    let desk = Desk::with_incidents();
    desk.file("again.txt", TANF_AGAIN);
    well(&desk, &["add", "again.txt"]);
    let store = Store::open_to_read(&desk.data()).expect("a store");
    let first = incidents(&store, &everything()).expect("incidents")[0]
        .id
        .clone();
    drop(store);
    well(&desk, &["rule", "publish", &first]);
    let held = Connection::open(desk.data().join(DATABASE)).expect("opened");
    let settled = held.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    settled.expect("a checkpoint");
    drop(held);
    let today = shown(&desk.data());
    // Today's schema is what all the other tests are of.
    for version in 1..STEPS.len() {
        let there = desk.path(&format!("schema-{version}"));
        of_schema(version, &desk.data(), &there);
        let run = |arguments: &[&str]| -> crate::house::Done {
            let done = placetime(arguments)
                .current_dir(desk.path("."))
                .env("PLACETIME_DATA", &there)
                .output();
            done.expect("the program runs").into()
        };
        let refused = run(&["export"]);
        assert_eq!(refused.status, 1, "schema {version}");
        assert!(
            refused.told.contains("earlier version") && refused.told.contains("reread"),
            "{}",
            refused.told
        );
        // Stopped in the middle, again and again: the old one or the new one, never half.
        for pause in 0..5 {
            let mut child = placetime(&["rule", "note", "nobody", "--why", "x"])
                .env("PLACETIME_DATA", &there)
                .stderr(Stdio::null())
                .spawn()
                .expect("the program starts");
            std::thread::sleep(std::time::Duration::from_millis(pause * 6));
            let _ = child.kill();
            let _ = child.wait();
            let db = Connection::open(there.join(DATABASE)).expect("opened");
            let found: usize = db
                .pragma_query_value(None, "user_version", |row| row.get(0))
                .expect("a version");
            assert!(found == version || found == STEPS.len(), "schema {found}");
        }
        let done = run(&["rule", "confirm", "told-long-ago"]);
        assert_eq!(done.status, 0, "schema {version}: {}", done.told);
        let all = shown(&there);
        let old: Vec<&String> = all.iter().filter(|l| l.contains("told-long-ago")).collect();
        assert_eq!(old.len(), 1, "{all:?}");
        assert!(
            old[0].contains("Shelling Published") && old[0].contains("Homs"),
            "{old:?}"
        );
        assert!(
            old[0].ends_with("1 accounts 2 rulings Some(\"2021-04-06T00:00:00Z\")"),
            "{old:?}"
        );
        let others: Vec<String> = all.iter().filter(|l| !old.contains(l)).cloned().collect();
        assert_eq!(others, today, "schema {version}");
        // What was there stands beside it as it was.
        let before = there.join(format!("before-upgrade-from-{version}.sqlite"));
        let db = Connection::open(before).expect("a copy of what was there");
        let found: usize = db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .expect("a version");
        assert_eq!(found, version);
        // And it is used like any other.
        let done = run(&["add", "tanf.txt"]);
        assert!(done.out.contains("1 unchanged"), "{}", done.out);
        assert_eq!(run(&["reread"]).status, 0);
        assert!(run(&["verify"]).out.starts_with("sound"));
    }
}

/// What becomes of a store while it is served.
struct Loss {
    told: &'static str,
    does: fn(&Desk, &Desk),
    /// What is read of the store itself, beside the map and the files, can still be believed.
    is_readable: bool,
}

const LOSSES: &[Loss] = &[
    Loss {
        told: "the folder is deleted",
        does: |desk, _| std::fs::remove_dir_all(desk.data()).expect("deleted"),
        is_readable: true,
    },
    Loss {
        told: "the database is deleted",
        does: |desk, _| std::fs::remove_file(desk.data().join(DATABASE)).expect("deleted"),
        is_readable: true,
    },
    Loss {
        told: "the write-ahead log is deleted",
        does: |desk, _| std::fs::remove_file(desk.data().join(LOG)).expect("deleted"),
        is_readable: true,
    },
    Loss {
        told: "the folder is moved away and begun anew",
        does: |desk, _| {
            std::fs::rename(desk.data(), desk.path("elsewhere")).expect("moved");
            desk.file("again.txt", TANF_AGAIN);
            well(desk, &["add", "again.txt"]);
        },
        is_readable: true,
    },
    Loss {
        told: "another store's database is moved into its place",
        does: |desk, other| {
            std::fs::rename(other.data().join(DATABASE), desk.data().join(DATABASE))
                .expect("moved");
        },
        is_readable: true,
    },
    Loss {
        told: "another store's database is copied over it",
        does: |desk, other| {
            let bytes = std::fs::read(other.data().join(DATABASE)).expect("read");
            std::fs::write(desk.data().join(DATABASE), bytes).expect("written");
        },
        is_readable: false,
    },
    Loss {
        told: "another store is copied over it, with the head of its log",
        does: |desk, other| {
            for name in [DATABASE, HEAD] {
                let bytes = std::fs::read(other.data().join(name)).expect("read");
                std::fs::write(desk.data().join(name), bytes).expect("written");
            }
        },
        is_readable: false,
    },
    Loss {
        told: "the database is emptied",
        does: |desk, _| std::fs::write(desk.data().join(DATABASE), "").expect("written"),
        is_readable: false,
    },
    Loss {
        told: "something else is written over the database",
        does: |desk, _| {
            let noise = "no database at all\n".repeat(10_000);
            std::fs::write(desk.data().join(DATABASE), noise).expect("written");
        },
        is_readable: false,
    },
    #[cfg(unix)]
    Loss {
        told: "nobody may read the database",
        does: |desk, _| {
            use std::os::unix::fs::PermissionsExt as _;
            let nobody = std::fs::Permissions::from_mode(0o000);
            std::fs::set_permissions(desk.data().join(DATABASE), nobody).expect("set");
        },
        is_readable: true,
    },
];

#[test]
fn a_store_that_vanishes_while_it_is_served_leaves_the_map_up_and_takes_nothing() {
    std::thread::scope(|scope| {
        for loss in LOSSES {
            scope.spawn(|| lost(loss));
        }
    });
}

fn lost(loss: &Loss) {
    let (desk, other) = (Desk::with_incidents(), Desk::new());
    other.file("raid.txt", crate::house::RAID);
    well(&other, &["add", "raid.txt"]);
    let server = desk.serve();
    let case = loss.told;
    let paths = [
        "/",
        "/incidents.geojson",
        "/incidents.csv",
        "/collections/incidents/items",
        "/collections/incidents/items?q=strikes",
        "/tiles/incidents/0/0/0.mvt",
        "/explore",
        "/explore/list",
        "/downloads/incidents.gpkg",
        "/changes.atom",
    ];
    let whole = server.get("/incidents.geojson");
    let id = whole.json()["features"][0]["id"].clone();
    let id = id.as_str().expect("an id");
    let reads = [
        format!("/incidents/{id}"),
        format!("/incidents/{id}/rulings"),
        "/reports/tanf.txt".to_owned(),
        "/reports".to_owned(),
        "/stats".to_owned(),
    ];
    assert_eq!(server.get("/readyz").status, 200);
    // Long enough for the server to have looked at its store.
    std::thread::sleep(std::time::Duration::from_millis(600));
    (loss.does)(&desk, &other);
    let begun = std::time::Instant::now();
    let unready = loop {
        let answer = server.get("/readyz");
        if answer.status != 200 && server.get("/healthz").json()["status"] == "read-only" {
            break answer;
        }
        let waited = begun.elapsed();
        assert!(waited < std::time::Duration::from_secs(5), "{case}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert_eq!(unready.status, 503, "{case}");
    assert_eq!(
        unready.header("content-type"),
        "application/problem+json",
        "{case}"
    );
    let metrics = server.get("/metrics").text();
    assert!(metrics.contains("\nplacetime_writable 0\n"), "{case}");
    for _ in 0..2 {
        for path in paths {
            assert_eq!(server.get(path).status, 200, "{case}: {path}");
        }
        assert_eq!(server.get("/incidents.geojson").body, whole.body, "{case}");
        let told = "{\"verdict\":\"publish\"}";
        let row = "id,date,lat,lon,event_type,notes\n1,2022-06-01,34,37,Shelling,x\n";
        let rulings = format!("/incidents/{id}/rulings");
        let made = "{\"type\":\"airstrike\",\"date\":{\"start\":\"2022-06-01\"}}";
        let writes = [
            server.post("/reports", "text/plain", TANF_AGAIN),
            server.post(&rulings, "application/json", told),
            server.post("/incidents", "application/json", made),
            server.post("/tables?store=yes", "text/csv", row),
        ];
        for (n, refused) in writes.iter().enumerate() {
            let text = refused.text();
            assert_eq!(refused.status, 503, "{case}, write {n}: {text}");
            assert_eq!(refused.header("content-type"), "application/problem+json");
            assert_eq!(refused.header("retry-after"), "5");
            assert!(text.contains("put it back"), "{case}: {text}");
        }
        for path in &reads {
            let answer = server.get(path);
            let text = answer.text();
            if loss.is_readable {
                assert_eq!(answer.status, 200, "{case}: {path}: {text}");
            } else {
                assert_eq!(answer.status, 503, "{case}: {path}: {text}");
                assert!(text.contains("put it back"), "{case}: {text}");
            }
            assert!(!text.contains(DATABASE), "{case}: {text}");
        }
        std::thread::sleep(std::time::Duration::from_millis(1_200));
    }
    let told = server.told();
    assert_eq!(told.matches("the store fails").count(), 1, "{case}: {told}");
    assert!(told.lines().count() <= 2, "{case}: {told}");
    assert!(!told.contains("panicked"), "{case}: {told}");
    assert_eq!(server.stop(), 0, "{case}");
}

#[test]
fn a_store_that_is_put_back_is_served_and_written_again() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    std::fs::rename(desk.data(), desk.path("elsewhere")).expect("moved away");
    let add = || server.post("/reports", "text/plain", TANF_AGAIN).status;
    assert_eq!(add(), 503);
    std::fs::rename(desk.path("elsewhere"), desk.data()).expect("moved back");
    desk.file(
        "more.txt",
        TANF.replace("al-Tanf garrison", "city of Palmyra"),
    );
    well(&desk, &["add", "more.txt"]);
    let begun = std::time::Instant::now();
    while server.get("/readyz").status != 200 || add() == 503 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(server.get("/healthz").json()["status"], "ok");
    let whole = server.get("/incidents.geojson").json();
    assert_eq!(whole["features"].as_array().map(Vec::len), Some(4));
    assert!(well(&desk, &["verify"]).out.starts_with("sound"));
}

#[test]
fn a_command_whose_store_is_taken_away_says_so() {
    let desk = Desk::with_incidents();
    let mut store = Store::open(&desk.data()).expect("a store");
    std::fs::remove_dir_all(desk.data()).expect("deleted");
    let terms = placetime::store::SourceTerms {
        source: "Example Post".to_owned(),
        ..placetime::store::SourceTerms::default()
    };
    let refused = store.set_source(&terms).expect_err("refused");
    let told = refused.to_string();
    assert!(
        told.contains("deleted or moved away") && told.contains("Put it back"),
        "{told}"
    );
}
