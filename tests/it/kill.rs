//! The program is killed at any moment of what it does; it is started again and asked the same.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use placetime::incident::Incident;
use placetime::store::{Query, Store, StoreError};

use crate::dice::{Dice, rounds};
use crate::house::{Desk, placetime};

/// Rounds for each of four sorts of work. `PLACETIME_ROUNDS=1000` makes thousands.
const ROUNDS: usize = 64;

/// The `n`th report; two papers tell of each event.
fn report(n: usize) -> String {
    let (day, town) = (1 + n / 2, ["Homs", "Palmyra", "Raqqa"][n / 2 % 3]);
    format!(
        "date: 2022-03-30\nurl: https://example.org/{n}\npublisher: Paper {}\n\n\
         Shells fell on the city of {town} on {day} March 2022, killing {} people, report {n} said.\n\n\
         On 29 March 2022 a bomb exploded in the town of Hama, wounding {} people.\n",
        n % 2,
        2 + n / 2,
        3 + n
    )
}

/// What a data folder holds.
fn content(folder: &Path) -> Vec<String> {
    crate::house::content(&Store::open(folder).expect("the store opens"))
}

/// A copy of a data folder that nobody has open.
fn copied(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to).expect("a folder");
    for file in std::fs::read_dir(from).into_iter().flatten() {
        let file = file.expect("a file").path();
        let name = file.file_name().expect("a name");
        std::fs::copy(&file, to.join(name)).expect("copied");
    }
}

/// One sort of work that is killed.
struct Work<'a> {
    desk: &'a Desk,
    /// The data folder before it.
    before: PathBuf,
    arguments: Vec<&'a str>,
}

impl Work<'_> {
    fn start(&self, data: &Path) -> std::process::Child {
        placetime(&self.arguments)
            .current_dir(self.desk.path("."))
            .env("PLACETIME_DATA", data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    fn run(&self, data: &Path) -> Duration {
        let began = Instant::now();
        let done = self.start(data).wait_with_output().expect("it ends");
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{:?}: {told}", self.arguments);
        began.elapsed()
    }

    /// Kills it so many times; `check` is given what the killed one said and the store as it left
    /// it. The answer is what an undisturbed run leaves.
    fn killed(&self, seed: u64, by_default: usize, check: impl Fn(&str, &Store)) -> Vec<String> {
        let undisturbed = self.desk.path("undisturbed");
        copied(&self.before, &undisturbed);
        let whole = self.run(&undisturbed);
        let wanted = content(&undisturbed);
        let data = self.desk.path("killed");
        let mut dice = Dice::new(seed);
        let mut stopped = 0;
        for round in 0..rounds(by_default) {
            copied(&self.before, &data);
            let mut child = self.start(&data);
            let most = usize::try_from(whole.as_micros())
                .unwrap_or(usize::MAX)
                .max(1);
            std::thread::sleep(Duration::from_micros(dice.below(most) as u64));
            let _ = child.kill();
            let done = child.wait_with_output().expect("it ends");
            stopped += usize::from(!done.status.success());
            let said = format!(
                "{}{}",
                String::from_utf8_lossy(&done.stderr),
                String::from_utf8_lossy(&done.stdout)
            );
            let store = Store::open(&data).unwrap_or_else(|e| panic!("round {round}: {e}"));
            let found = store.verify(None).expect("looked at");
            assert_eq!(found.told, [""; 0], "round {round}");
            check(&said, &store);
            drop(store);
            self.run(&data);
            assert_eq!(content(&data), wanted, "round {round}: as undisturbed");
        }
        assert!(stopped > 0, "nothing was killed in time");
        wanted
    }
}

fn added(desk: &Desk, reports: std::ops::Range<usize>) {
    let names: Vec<String> = reports.map(|n| format!("{n}.txt")).collect();
    let mut arguments = vec!["add"];
    arguments.extend(names.iter().map(String::as_str));
    let done = desk.run(&arguments);
    assert_eq!(done.status, 0, "{}", done.told);
}

/// Reports as files, `0.txt` and on.
fn written(desk: &Desk, count: usize) -> Vec<String> {
    (0..count)
        .map(|n| {
            let name = format!("{n}.txt");
            desk.file(&name, report(n));
            name
        })
        .collect()
}

/// Every id that a line of the program names in parentheses is an incident of the store.
fn acknowledged(said: &str, store: &Store) {
    for line in said.lines().filter(|l| l.ends_with(')')) {
        let Some((_, told)) = line.rsplit_once(" (") else {
            continue;
        };
        let id = told
            .trim_end_matches(')')
            .split(", ")
            .next()
            .unwrap_or_default();
        let kept = store.incident(id).expect("an answer");
        assert_ne!(kept, placetime::store::Found::Unknown, "lost after: {line}");
    }
}

/// No report is there by halves: it has both its tellings or is not there.
fn no_half_report(store: &Store, names: &[String]) {
    for name in names {
        if let Some(kept) = store.report(name).expect("an answer") {
            assert_eq!(kept.accounts.len(), 2, "{name} is there by halves");
        }
    }
}

#[test]
fn adding_may_be_killed_at_any_moment() {
    let desk = Desk::new();
    let names = written(&desk, 8);
    let mut arguments = vec!["add"];
    arguments.extend(names.iter().map(String::as_str));
    let before = desk.path("none");
    std::fs::create_dir(&before).expect("a folder");
    let work = Work {
        desk: &desk,
        before,
        arguments,
    };
    work.killed(1, ROUNDS, |said, store| {
        acknowledged(said, store);
        no_half_report(store, &names);
    });
}

#[test]
fn an_import_may_be_killed_at_any_moment() {
    let desk = Desk::new();
    written(&desk, 2);
    added(&desk, 0..2);
    let mut table = "id,date,lat,lon,event_type,deaths,notes\n".to_owned();
    for n in 0..1_500 {
        table += &format!(
            "{n},2021-{:02}-{:02},{}.{n:03},3{}.5,Shelling,{},row {n}\n",
            1 + n % 12,
            1 + n % 28,
            33 + n % 3,
            6 + n % 4,
            n % 7
        );
    }
    desk.file("table.csv", &table);
    let work = Work {
        desk: &desk,
        before: desk.data(),
        arguments: vec!["import", "--source", "table", "table.csv"],
    };
    let batches = std::cell::RefCell::new(std::collections::BTreeSet::new());
    work.killed(2, ROUNDS / 4, |_, store| {
        batches
            .borrow_mut()
            .insert(store.counts().expect("counted").reports);
    });
    // The two reports beside it, and whole batches.
    for reports in batches.into_inner() {
        assert!(
            (reports - 2) % placetime::ingest::import::BATCH_ROWS == 0 || reports == 1_502,
            "{reports} reports: a batch is there by halves"
        );
    }
}

#[test]
fn reading_again_may_be_killed_at_any_moment() {
    let desk = Desk::new();
    let names = written(&desk, 8);
    // Read with a gazetteer that knows two of the towns, elsewhere: every telling is read anew.
    desk.file(
        "places.csv",
        "id,name,lat,lon,country,kind\n1,Homs,34.5,36.5,SY,city\n2,Hama,35.3,36.6,SY,city\n",
    );
    let built = desk.run(&["gazetteer", "build", "-o", "places.gaz", "places.csv"]);
    assert_eq!(built.status, 0, "{}", built.told);
    let mut arguments = vec!["add", "--gazetteer", "places.gaz"];
    arguments.extend(names.iter().map(String::as_str));
    let done = desk.run(&arguments);
    assert_eq!(done.status, 0, "{}", done.told);
    let before = content(&desk.data());
    let work = Work {
        desk: &desk,
        before: desk.data(),
        arguments: vec!["reread"],
    };
    let after = work.killed(3, ROUNDS, |_, store| no_half_report(store, &names));
    assert_ne!(before, after, "it was read otherwise");
}

#[test]
fn rulings_may_be_killed_at_any_moment() {
    let desk = Desk::new();
    written(&desk, 4);
    added(&desk, 0..4);
    let store = Store::open_to_read(&desk.data()).expect("a store");
    let mut ids = Vec::new();
    let take = |it: Incident| {
        ids.push(it.id);
        Ok::<(), StoreError>(())
    };
    store.incidents(&Query::default(), take).expect("incidents");
    drop(store);
    let rulings: &[&[&str]] = &[
        &["rule", "publish", &ids[0]],
        &["rule", "merge", &ids[0], &ids[1]],
        &["rule", "move", &ids[0], "33.5,38.6"],
    ];
    for (seed, ruling) in (10..).zip(rulings) {
        let key = format!("key {seed}");
        let mut arguments = ruling.to_vec();
        if ruling[0] == "rule" {
            arguments.extend(["--key", &key, "--why", "looked at"]);
        }
        let before = desk.data();
        let work = Work {
            desk: &desk,
            before,
            arguments,
        };
        work.killed(seed, ROUNDS / rulings.len(), |said, store| {
            let acknowledged = said.contains("looked at") || said.contains("ruling ");
            let given: usize = ids
                .iter()
                .flat_map(|id| store.rulings(id).expect("rulings"))
                .filter(|r| r.why == "looked at")
                .count();
            assert!(!acknowledged || given > 0, "lost after: {said}");
        });
    }
}
