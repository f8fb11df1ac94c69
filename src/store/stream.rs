//! Many incidents, read in batches and put together on all cores.
//!
//! One connection reads the rows of a batch with one question for each table; what costs is parsing
//! the tellings and computing what is shown of them, and that is done by as many threads as there
//! are cores while the next batch is read. What comes out is in the order the incidents came in.
//!
//! Only [`super::Store`] asks; one incident by its id is [`super::load`]'s.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::load::{RulingRow, TellingRow, assembled};
use super::terms::AllTerms;
use crate::incident::{Incident, Stamp};

/// Incidents read at once: enough that a batch's questions cost little beside its tellings, few
/// enough that the batches under way stay within some dozen megabytes.
const BATCH: usize = 128;

/// Batches under way for each thread: one in work, one waiting.
const AHEAD: usize = 2;

/// More threads than these only wait for the one that reads.
const THREADS_MAX: usize = 16;

/// The rows of one incident, as they lie.
struct Raw {
    number: i64,
    id: String,
    stamp: Stamp,
    tellings: Vec<TellingRow>,
    rulings: Vec<RulingRow>,
}

/// What became of a batch: what was made of it, or the error, or what a panic said.
type Made<T> = Result<rusqlite::Result<Vec<T>>, Box<dyn Any + Send>>;

/// Gives `take` what `make` makes of each of the incidents that `wanted` (SQL over the incidents'
/// columns, with its values) asks for, in the order they came in. What another program withdraws
/// meanwhile is left out. The outer error is the database's, the inner one `take`'s.
pub(super) fn each<T: Send, E>(
    db: &Connection,
    (wanted, values): (&str, Vec<Sql>),
    make: &(impl Fn(Incident) -> Option<T> + Sync),
    take: impl FnMut(T) -> Result<(), E>,
) -> rusqlite::Result<Result<(), E>> {
    let numbers: Vec<i64> = db
        .prepare(&format!(
            "SELECT number FROM incidents WHERE {wanted} ORDER BY number"
        ))?
        .query_map(rusqlite::params_from_iter(values), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    each_of(db, &numbers, make, take)
}

/// The same of the incidents of some numbers, in their order.
pub(super) fn each_of<T: Send, E>(
    db: &Connection,
    numbers: &[i64],
    make: &(impl Fn(Incident) -> Option<T> + Sync),
    mut take: impl FnMut(T) -> Result<(), E>,
) -> rusqlite::Result<Result<(), E>> {
    let terms = AllTerms::of(db)?;
    let batches = numbers.chunks(BATCH);
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(batches.len()).min(THREADS_MAX);
    if threads < 2 {
        for batch in batches {
            for made in made_of(batch_of(db, batch)?, &terms, make)? {
                if let Err(error) = take(made) {
                    return Ok(Err(error));
                }
            }
        }
        return Ok(Ok(()));
    }
    std::thread::scope(|scope| {
        let (send, jobs) = mpsc::channel::<(usize, Vec<Raw>)>();
        let (done, results) = mpsc::channel::<(usize, Made<T>)>();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let (jobs, done, terms) = (Arc::clone(&jobs), done.clone(), &terms);
            scope.spawn(move || {
                loop {
                    // The lock is held while waiting: the others would wait for the same.
                    let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((n, batch)) = job else { return };
                    let made = catch_unwind(AssertUnwindSafe(|| made_of(batch, terms, make)));
                    if done.send((n, made)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done);
        let mut batches = batches.enumerate();
        // Made, but an earlier one is still under way.
        let mut early: BTreeMap<usize, Made<T>> = BTreeMap::new();
        let (mut sent, mut taken) = (0, 0);
        loop {
            while sent - taken < threads * AHEAD
                && let Some((n, batch)) = batches.next()
            {
                sent += 1;
                if send.send((n, batch_of(db, batch)?)).is_err() {
                    break;
                }
            }
            if taken == sent {
                return Ok(Ok(()));
            }
            let made = match early.remove(&taken) {
                Some(made) => made,
                None => match results.recv() {
                    Ok((n, made)) if n == taken => made,
                    Ok((n, made)) => {
                        early.insert(n, made);
                        continue;
                    }
                    Err(mpsc::RecvError) => return Ok(Ok(())),
                },
            };
            taken += 1;
            for made in made.unwrap_or_else(|panic| resume_unwind(panic))? {
                if let Err(error) = take(made) {
                    return Ok(Err(error));
                }
            }
        }
    })
}

fn made_of<T>(
    batch: Vec<Raw>,
    terms: &AllTerms,
    make: &impl Fn(Incident) -> Option<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut made = Vec::with_capacity(batch.len());
    for raw in batch {
        let head = (raw.number, raw.id, raw.stamp);
        let incident = assembled(head, raw.tellings, raw.rulings, terms)?;
        made.extend(incident.and_then(make));
    }
    Ok(made)
}

/// The rows of some incidents that are shown as themselves, with everything merged into them.
fn batch_of(db: &Connection, numbers: &[i64]) -> rusqlite::Result<Vec<Raw>> {
    // The numbers as one JSON text, so that every batch is the same prepared statement.
    let list: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let list = format!("[{}]", list.join(","));
    let mut batch = Vec::with_capacity(numbers.len());
    let mut at = HashMap::with_capacity(numbers.len());
    {
        let mut statement = db.prepare_cached(
            "SELECT i.number, i.id, i.created, i.updated, i.version
             FROM json_each(?) j CROSS JOIN incidents i ON i.number = j.value
             ORDER BY i.number",
        )?;
        let mut rows = statement.query([&list])?;
        while let Some(row) = rows.next()? {
            let number = row.get(0)?;
            at.insert(number, batch.len());
            batch.push(Raw {
                number,
                id: row.get(1)?,
                stamp: Stamp {
                    created: row.get(2)?,
                    updated: row.get(3)?,
                    version: row.get(4)?,
                },
                tellings: Vec::new(),
                rulings: Vec::new(),
            });
        }
    }
    {
        // Put in order afterwards: sorted by the database, every telling would be copied first.
        let mut statement = db.prepare_cached(
            "SELECT m.root, a.number, a.told, a.because, s.hashes
             FROM json_each(?) j CROSS JOIN incidents m ON m.root = j.value
             CROSS JOIN accounts a ON a.incident = m.number
             LEFT JOIN sketches s ON s.report = a.report",
        )?;
        let mut rows = statement.query([&list])?;
        while let Some(row) = rows.next()? {
            if let Some(raw) = at.get(&row.get(0)?).and_then(|n| batch.get_mut(*n)) {
                raw.tellings.push(TellingRow {
                    number: row.get(1)?,
                    told: row.get(2)?,
                    because: row.get(3)?,
                    hashes: row.get(4)?,
                });
            }
        }
    }
    {
        let mut statement = db.prepare_cached(
            "SELECT m.root, r.number, r.verdict, r.detail, r.undoes, r.who, r.at, r.why, m.id,
                 m.number
             FROM json_each(?) j CROSS JOIN incidents m ON m.root = j.value
             CROSS JOIN rulings r ON r.incident = m.number",
        )?;
        let mut rows = statement.query([&list])?;
        while let Some(row) = rows.next()? {
            if let Some(raw) = at.get(&row.get(0)?).and_then(|n| batch.get_mut(*n)) {
                raw.rulings.push(RulingRow::of(row, 1)?);
            }
        }
    }
    Ok(batch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Verdict;
    use crate::query::Query;
    use crate::store::testing::{self, account, report};
    use crate::store::{Found, Store, StoreError};

    /// A store of more incidents than a few batches hold.
    fn many() -> (tempfile::TempDir, Store, usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path()).expect("a store");
        let count = 3 * BATCH + 7;
        let told: Vec<_> = (0..count)
            .map(|n| {
                let (east, north) = (n % 100, n / 100);
                let at = (east as f64 * 1.5 - 80.0, north as f64 * 5.0 - 20.0);
                let day = format!("{}-06-15", 1990 + n % 30);
                let mut it = account("a.txt", &day, Some(at));
                it.ordinal = n;
                it
            })
            .collect();
        let added = store.add_report(&report("a.txt", "Many strikes."), &told, &[]);
        assert_eq!(added.expect("added").new.len(), count);
        (folder, store, count)
    }

    fn all(store: &Store) -> Vec<Incident> {
        let mut all = Vec::new();
        store
            .incidents_exact(&Query::default(), |incident| {
                all.push(incident);
                Ok::<(), StoreError>(())
            })
            .expect("incidents");
        all
    }

    #[test]
    fn many_come_in_order_and_each_as_it_comes_alone() {
        let (_folder, mut store, count) = many();
        let before = all(&store);
        assert_eq!(before.len(), count);
        // The younger of two batches far apart, merged into the older, which is decided on.
        let (into, merged) = (before[3].id.clone(), before[count - 1].id.clone());
        let with = merged.clone();
        testing::rule(&mut store, &into, Verdict::Merge { with });
        testing::rule(&mut store, &into, Verdict::Publish);
        let after = all(&store);
        assert_eq!(after.len(), count - 1);
        let order = |list: &[Incident]| list.iter().map(|i| i.id.clone()).collect::<Vec<_>>();
        let mut expected = order(&before);
        expected.retain(|id| *id != merged);
        assert_eq!(order(&after), expected);
        assert!(after.iter().any(|i| i.accounts.len() == 2));
        for incident in after {
            let alone = store.incident(&incident.id).expect("asked");
            assert_eq!(alone, Found::Incident(Box::new(incident)));
        }
    }

    #[test]
    fn an_error_of_the_taker_ends_it() {
        let (_folder, store, _) = many();
        let mut taken = 0;
        let ended = store.incidents_exact(&Query::default(), |_| {
            taken += 1;
            if taken == BATCH + 1 {
                return Err(StoreError::Nothing("here".into()));
            }
            Ok(())
        });
        assert!(matches!(ended, Err(StoreError::Nothing(_))));
        assert_eq!(taken, BATCH + 1);
    }

    #[test]
    #[should_panic(expected = "one of them")]
    fn a_panic_of_the_maker_is_passed_on() {
        let (_folder, store, _) = many();
        let one = std::sync::atomic::AtomicUsize::new(0);
        let make = |_: Incident| {
            let n = one.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            assert!(n != BATCH, "one of them");
            Some(())
        };
        let _ = store.incidents_made(&Query::default(), make, |()| Ok::<(), StoreError>(()));
    }
}
