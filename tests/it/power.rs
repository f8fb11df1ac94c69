//! The power goes out, or the disk gives up, at any moment of what the store does.
//!
//! A file system of our own (`disk`) stands under the real store: it passes everything on to the
//! real files and writes down each write, sync, cut and deletion. From that record images are built
//! as a disk may look after a power cut: what was synced is there; of everything else some sectors
//! are new, some old, some torn. Each image is opened by the real store.

mod disk;

use std::path::Path;

use gazetteer::Gazetteer;
use placetime::incident::{Terms, Verdict};
use placetime::pipeline;
use placetime::report::{Origin, Published, PublishedBy, Report};
use placetime::store::{Asked, Head, Ruled, SourceTerms, Store, StoreError};

use crate::dice::{Dice, rounds};
use crate::house::content;
use disk::{Failure, Recorder, What};

/// Images of a history; `PLACETIME_ROUNDS=50000` builds more.
const IMAGES: usize = 150;

/// The report of a number, some kilobytes long, so that a few of them fill many pages.
fn report(n: usize) -> Report {
    let text = format!(
        "Shells fell on the city of {} on {} March 2022, killing {} people, officials said.\n\n{}",
        ["Homs", "Palmyra", "Raqqa"][n % 3],
        1 + n,
        3 + n,
        format!("Witness {n} spoke of smoke over the town. ").repeat(40)
    );
    Report {
        id: format!("{n}.txt"),
        origin: Origin {
            publisher: Some("Example Agency".to_owned()),
            ..Origin::default()
        },
        title: None,
        published: "2022-03-30".parse().ok().map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: None,
        text,
    }
}

/// What is done to the store, one after the other.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The report of a number.
    Add(usize),
    /// The same id with other words.
    Replace(usize),
    /// Publishes the incident of the report of a number.
    Publish(usize),
    /// Writes a note on it.
    Note(usize),
    /// Sets the terms of the one source.
    Terms,
    /// The log of writes goes into the database, as when it has grown.
    Checkpoint,
    /// The store is closed and opened again.
    Reopen,
}

const HISTORY: &[Step] = &[
    Step::Add(0),
    Step::Add(1),
    Step::Publish(0),
    Step::Checkpoint,
    Step::Add(2),
    Step::Replace(1),
    Step::Note(2),
    Step::Reopen,
    Step::Terms,
    Step::Add(3),
    Step::Checkpoint,
    Step::Publish(3),
    Step::Add(4),
];

/// Does one step; an error is the store's answer.
fn done(store: &mut Store, step: Step, gazetteer: &Gazetteer) -> Result<(), StoreError> {
    match step {
        Step::Add(n) => add(store, &report(n), gazetteer),
        Step::Replace(n) => {
            let mut it = report(n);
            it.text = it.text.replace("killing", "wounding two and killing");
            add(store, &it, gazetteer)
        }
        Step::Publish(n) => rule(store, n, Verdict::Publish),
        Step::Note(n) => rule(store, n, Verdict::Note),
        Step::Terms => store
            .set_source(&SourceTerms {
                source: "Example Agency".to_owned(),
                licence: Some("CC BY 4.0".to_owned()),
                terms: Terms::default(),
            })
            .map(|_| ()),
        Step::Checkpoint => {
            let db = rusqlite::Connection::open(store.folder().join("placetime.sqlite"));
            // A disk that fails here fails no acknowledged change.
            let _ =
                db.and_then(|db| db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
            Ok(())
        }
        Step::Reopen => {
            let folder = store.folder().to_owned();
            *store = Store::open(&folder)?;
            Ok(())
        }
    }
}

fn add(store: &mut Store, it: &Report, gazetteer: &Gazetteer) -> Result<(), StoreError> {
    let (accounts, notices) = pipeline::accounts(it, gazetteer);
    assert_eq!(accounts.len(), 1, "{}", it.text);
    store.add_report(it, &accounts, &notices).map(|_| ())
}

fn rule(store: &mut Store, n: usize, verdict: Verdict) -> Result<(), StoreError> {
    let kept = store.report(&format!("{n}.txt"))?.expect("it was added");
    let asked = Asked {
        key: Some(format!("{} {n}", verdict.code())),
        verdict,
        who: "desk".to_owned(),
        why: "looked at".to_owned(),
        version: None,
    };
    match store.rule(&kept.accounts[0].0, &asked)? {
        Ruled::Done(_) => Ok(()),
        other => panic!("{other:?}"),
    }
}

/// The number of the log's last entry.
fn seq(store: &Store) -> i64 {
    store.head().expect("a head").map_or(0, |h| h.seq)
}

/// A state that was acknowledged: when, the head of the log, and what there was.
struct State {
    at: usize,
    /// `None` before the first change.
    head: Option<Head>,
    content: Vec<String>,
}

#[test]
fn a_power_cut_at_any_moment_loses_nothing_acknowledged() {
    let gazetteer = Gazetteer::starter();
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let recorder = Recorder::of(&data);
    let mut states: Vec<State> = Vec::new();
    let mut store = Store::open(&data).expect("a store");
    let mut keep = |store: &Store, recorder: &Recorder| {
        recorder.note_head(&data);
        states.push(State {
            at: recorder.len(),
            head: store.head().expect("a head"),
            content: content(store),
        });
    };
    keep(&store, &recorder);
    for step in HISTORY {
        done(&mut store, *step, &gazetteer).unwrap_or_else(|e| panic!("{step:?}: {e}"));
        keep(&store, &recorder);
    }
    drop(store);
    let ops = recorder.taken();
    assert!(ops.iter().any(|op| matches!(op, What::Sync { .. })));

    let mut dice = Dice::new(7);
    let mut unlike = 0;
    for round in 0..rounds(IMAGES) {
        let cut = dice.below(ops.len() + 1);
        let image = folder.path().join("image");
        let _ = std::fs::remove_dir_all(&image);
        let lost = disk::image(&ops[..cut], &mut dice, &image);
        unlike += usize::from(lost > 0);
        let acknowledged = states.iter().rev().find(|s| s.at <= cut);
        let mut store =
            Store::open(&image).unwrap_or_else(|e| panic!("round {round}, cut {cut}: {e}"));
        let head = store.head().expect("a head");
        let seq = |head: &Option<Head>| head.as_ref().map_or(0, |h| h.seq);
        let least = acknowledged.map_or(0, |s| seq(&s.head));
        assert!(
            seq(&head) >= least,
            "round {round}, cut {cut}: entry {least} was acknowledged, the log ends at {}",
            seq(&head)
        );
        // Not more and not less than one of the states of the history.
        let state = states.iter().find(|s| s.head == head);
        let state = state.unwrap_or_else(|| panic!("round {round}, cut {cut}: no such state"));
        assert_eq!(content(&store), state.content, "round {round}, cut {cut}");
        // And it goes on.
        add(&mut store, &report(9), &gazetteer).expect("added after the cut");
        assert_eq!(store.verify(None).expect("looked at").told, [""; 0]);
    }
    assert!(unlike > 0, "no image lost anything that was not synced");
}

/// What is done while the disk fails.
const SHORT: &[Step] = &[
    Step::Add(0),
    Step::Publish(0),
    Step::Checkpoint,
    Step::Add(1),
];

/// Opens the store; where the disk fails meanwhile, once more.
fn opened(data: &Path, failures: &mut Vec<String>) -> Store {
    match Store::open(data) {
        Ok(store) => store,
        Err(error) => {
            failures.push(error.to_string());
            Store::open(data).expect("the disk is well again")
        }
    }
}

#[test]
fn every_write_and_sync_may_fail_once() {
    let gazetteer = Gazetteer::starter();
    let folder = tempfile::tempdir().expect("a folder");
    let well = {
        let mut store = Store::open(&folder.path().join("well")).expect("a store");
        for step in SHORT {
            done(&mut store, *step, &gazetteer).expect("done");
        }
        content(&store)
    };
    let mut told = std::collections::BTreeSet::new();
    // A part of them each time; all of them where more rounds are asked for.
    let every = (97 / rounds(8)).max(1);
    for failure in [Failure::Full, Failure::Damaged] {
        for n in (1..).step_by(every) {
            let data = folder.path().join(format!("{failure:?}-{n}"));
            let recorder = Recorder::of(&data);
            recorder.fail(n, failure);
            let mut failures = Vec::new();
            let mut store = opened(&data, &mut failures);
            let mut acknowledged = seq(&store);
            for step in SHORT {
                if let Err(error) = done(&mut store, *step, &gazetteer) {
                    failures.push(error.to_string());
                    // What is acknowledged is there, and the same asked again is done once.
                    let head = seq(&store);
                    assert!(head >= acknowledged, "{failure:?} {n}: {step:?}");
                    done(&mut store, *step, &gazetteer)
                        .unwrap_or_else(|e| panic!("{failure:?} {n}: {step:?} again: {e}"));
                }
                acknowledged = seq(&store);
            }
            assert_eq!(content(&store), well, "{failure:?} {n}");
            drop(store);
            let again = Store::open(&data).expect("opened again");
            assert_eq!(content(&again), well, "{failure:?} {n}, opened again");
            let reached = recorder.has_failed();
            told.extend(failures);
            drop(again);
            let _ = std::fs::remove_dir_all(&data);
            if !reached {
                assert!(n > 50, "only {n} writes");
                break;
            }
        }
    }
    for sentence in &told {
        eprintln!(
            "{}",
            sentence.replace(&folder.path().display().to_string(), "")
        );
        assert!(sentence.contains(' ') && !sentence.contains("panicked"));
    }
    assert!(told.iter().any(|s| s.contains("is full")), "{told:?}");
}
