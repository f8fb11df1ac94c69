//! Every listed incident as it is given out, kept beside what it is computed of.
//!
//! Putting a million incidents together from their tellings takes a minute; reading a million faces
//! takes seconds. The accounts and rulings are the truth all the same: a face of another version of
//! its incident, made by other rules or damaged is passed over and computed again.

use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::index::where_of;
use super::{Store, StoreError, stream};
use crate::incident::Incident;
use crate::query::Query;
use crate::query::row::{Areas, Row};

/// Marks the rules that make a face: a hash of their source, by `build.rs`.
const MADE_BY: &str = env!("PLACETIME_FACES");

/// The same as SQLite keeps it.
fn made_by() -> i64 {
    u64::from_str_radix(MADE_BY, 16).unwrap_or(0).cast_signed()
}

/// Incidents that are listed: those the rules tell of, drafts and published.
const LISTED: &str = "i.feature AND i.status IN ('draft', 'published')";

/// Rows put together at once where they are not kept.
const ROWS_AT_ONCE: usize = 1_024;

/// What [`Store::faces`] read.
#[derive(Debug, Default)]
pub(crate) struct Faces {
    /// The number of the last change in it.
    pub(crate) seq: i64,
    /// Every listed incident, in no order.
    pub(crate) rows: Vec<Row>,
    /// From here on they had to be made anew, and are worth being kept.
    pub(crate) made_from: usize,
}

/// Writes the face of an incident that is listed.
pub(super) fn keep(
    tx: &Transaction<'_>,
    number: i64,
    version: i64,
    face: &[u8],
) -> rusqlite::Result<()> {
    // Not "OR REPLACE": see [`super::index::next_number`].
    take_away(tx, number)?;
    tx.prepare_cached("INSERT INTO faces (incident, version, made_by, face) VALUES (?, ?, ?, ?)")?
        .execute(params![number, version, made_by(), face])?;
    Ok(())
}

/// Takes the face of an incident away that is listed no more.
pub(super) fn take_away(tx: &Transaction<'_>, number: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM faces WHERE incident = ?")?
        .execute([number])?;
    Ok(())
}

/// True when no face is kept of a version of an incident that passes for a good one and is another.
/// `face` is what is computed, `None` of an incident that is not listed.
pub(super) fn holds(
    db: &Connection,
    number: i64,
    version: i64,
    face: Option<&[u8]>,
) -> rusqlite::Result<bool> {
    let kept: Option<Vec<u8>> = db
        .prepare_cached(
            "SELECT face FROM faces WHERE incident = ? AND version = ? AND made_by = ?",
        )?
        .query_row(params![number, version, made_by()], |row| row.get(0))
        .optional()?;
    // One that is torn is passed over wherever it is read, and made anew.
    let passes = |kept: &Vec<u8>| Row::read(kept, &Areas::default()).is_some();
    Ok(kept
        .filter(passes)
        .is_none_or(|kept| face == Some(kept.as_slice())))
}

/// All faces, at one moment: what is written meanwhile is not in it.
fn read(db: &Connection, areas: &Areas) -> rusqlite::Result<Faces> {
    let tx = db.unchecked_transaction()?;
    let seq = tx.query_row("SELECT coalesce(max(seq), 0) FROM changes", [], |row| {
        row.get(0)
    })?;
    let mut rows: Vec<Row> = Vec::new();
    let mut missing: Vec<i64> = Vec::new();
    {
        let mut statement = tx.prepare(&format!(
            "SELECT i.number, f.face FROM incidents i
             LEFT JOIN faces f ON f.incident = i.number AND f.version = i.version AND f.made_by = ?
             WHERE {LISTED} ORDER BY i.number"
        ))?;
        let mut found = statement.query([made_by()])?;
        while let Some(it) = found.next()? {
            match read_face(it.get_ref(1)?, areas) {
                Some(row) => rows.push(row),
                None => missing.push(it.get(0)?),
            }
        }
    }
    let made_from = rows.len();
    rows.extend(made(&tx, &missing, areas)?);
    Ok(Faces {
        seq,
        rows,
        made_from,
    })
}

/// Rows of some incidents, made anew.
fn made(db: &Connection, numbers: &[i64], areas: &Areas) -> rusqlite::Result<Vec<Row>> {
    let mut rows = Vec::with_capacity(numbers.len());
    let make = |incident: Incident| Some(Row::given_out(&incident, areas));
    let taken = stream::each_of(db, numbers, &make, |row| {
        rows.push(row);
        Ok::<(), std::convert::Infallible>(())
    })?;
    match taken {
        Ok(()) => Ok(rows),
        Err(never) => match never {},
    }
}

/// A kept face as a row; `None` when there is none, or it is torn.
fn read_face(face: ValueRef<'_>, areas: &Areas) -> Option<Row> {
    match face {
        ValueRef::Blob(kept) => Row::read(kept, areas),
        _ => None,
    }
}

impl Store {
    /// What [`Store::incidents`] gives, as ready-made rows and at one moment: where they are kept,
    /// nothing is computed.
    pub(crate) fn rows_given_out<E: From<StoreError>>(
        &self,
        query: &Query,
        take: impl FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        self.rows_asked(query, take)
            .unwrap_or_else(|error| Err(self.error(error).into()))
    }

    fn rows_asked<E>(
        &self,
        query: &Query,
        mut take: impl FnMut(&Row) -> Result<(), E>,
    ) -> rusqlite::Result<Result<(), E>> {
        let moment = self.db.unchecked_transaction()?;
        // Days are indexed as they are inside; the boxes as they are given out.
        let indexed = Query {
            statuses: query.statuses.clone(),
            bbox: query.bbox,
            ..Query::default()
        };
        let (wanted, values) = where_of(&indexed);
        let mut statement = moment.prepare(&format!(
            "SELECT i.number, f.face FROM (SELECT * FROM incidents WHERE {wanted}) i
             LEFT JOIN faces f ON f.incident = i.number AND f.version = i.version AND f.made_by = ?
             ORDER BY i.number"
        ))?;
        let values = values.into_iter().chain([made_by().into()]);
        let mut found = statement.query(rusqlite::params_from_iter(values))?;
        let areas = Areas::default();
        let mut rows: Vec<Option<Row>> = Vec::with_capacity(ROWS_AT_ONCE);
        let mut missing: Vec<i64> = Vec::new();
        loop {
            let next = found.next()?;
            let is_over = next.is_none();
            if let Some(it) = next {
                let row = read_face(it.get_ref(1)?, &areas);
                if row.is_none() {
                    missing.push(it.get(0)?);
                }
                rows.push(row);
            }
            if rows.len() < ROWS_AT_ONCE && !is_over {
                continue;
            }
            let mut made = made(&moment, &missing, &areas)?.into_iter();
            missing.clear();
            for row in rows.drain(..).filter_map(|row| row.or_else(|| made.next())) {
                if query.takes_row(&row)
                    && let Err(error) = take(&row)
                {
                    return Ok(Err(error));
                }
            }
            if is_over {
                return Ok(Ok(()));
            }
        }
    }

    /// Every draft and published incident as it is given out, at one moment.
    pub(crate) fn faces(&self, areas: &Areas) -> Result<Faces, StoreError> {
        read(&self.db, areas).map_err(|e| self.error(e))
    }

    /// Keeps faces that were made anew; one whose incident changed since is passed over. The answer
    /// is how many were kept.
    pub(crate) fn keep_faces(&mut self, rows: &[Arc<Row>]) -> Result<usize, StoreError> {
        self.write(|tx, _| {
            let mut kept = 0;
            let mut statement = tx.prepare_cached(
                "INSERT OR REPLACE INTO faces (incident, version, made_by, face)
                 SELECT number, version, ?, ? FROM incidents
                 WHERE id = ? AND version = ? AND feature",
            )?;
            for row in rows {
                let Ok(version) = row.text_or_number("version").parse::<i64>() else {
                    continue;
                };
                kept += statement.execute(params![
                    made_by(),
                    row.packed().kept(),
                    row.id(),
                    version
                ])?;
            }
            Ok(kept)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::{Status, Verdict};
    use crate::store::testing::{self, account, report};

    fn features(faces: &Faces) -> Vec<String> {
        let mut all: Vec<String> = faces
            .rows
            .iter()
            .map(|row| {
                let mut out = Vec::new();
                row.feature(&mut out);
                String::from_utf8(out).expect("JSON")
            })
            .collect();
        all.sort();
        all
    }

    fn faces(store: &Store) -> Faces {
        store.faces(&Areas::default()).expect("faces")
    }

    fn made(faces: &Faces) -> usize {
        faces.rows.len() - faces.made_from
    }

    #[test]
    fn faces_are_what_is_computed_whatever_happened() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path()).expect("a store");
        let mut ids = Vec::new();
        for n in 0..6 {
            let name = format!("{n}.txt");
            let told = account(
                &name,
                &format!("2022-06-{:02}", n * 4 + 1),
                Some((30.0 + f64::from(n), 20.0)),
            );
            let added = store
                .add_report(&report(&name, &name), &[told], &[])
                .expect("added");
            ids.push(added.new[0].id.clone());
        }
        testing::rule(&mut store, &ids[0], Verdict::Publish);
        testing::rule(&mut store, &ids[1], Verdict::Reject);
        testing::rule(
            &mut store,
            &ids[2],
            Verdict::Merge {
                with: ids[3].clone(),
            },
        );
        let hidden = Verdict::Sensitive(crate::incident::Sensitivity::Hidden);
        testing::rule(&mut store, &ids[4], hidden);
        let kept = faces(&store);
        assert_eq!((kept.rows.len(), made(&kept)), (4, 0));
        let expected = features(&kept);
        let wrecked = [
            "UPDATE faces SET made_by = 0",
            "UPDATE faces SET version = version - 1",
            "UPDATE faces SET face = substr(face, 1, 40)",
            "DELETE FROM faces",
        ];
        for wreck in wrecked {
            store.db.execute_batch(wreck).expect("done");
            let computed = faces(&store);
            assert_eq!(
                (made(&computed), features(&computed)),
                (4, expected.clone()),
                "{wreck}"
            );
            let rows: Vec<Arc<Row>> = computed.rows.into_iter().map(Arc::new).collect();
            assert_eq!(store.keep_faces(&rows).expect("kept"), 4);
            let again = faces(&store);
            assert_eq!(
                (made(&again), features(&again)),
                (0, expected.clone()),
                "{wreck}"
            );
        }
        let faults = store.verify(None).expect("verified");
        assert_eq!(faults.told, Vec::<String>::new());
    }

    #[test]
    fn a_row_that_was_written_over_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path()).expect("a store");
        for n in 0..2 {
            let name = format!("{n}.txt");
            let day = format!("2022-06-{:02}", n * 9 + 1);
            let told = account(&name, &day, Some((30.0 + f64::from(n), 20.0)));
            let added = store.add_report(&report(&name, &name), &[told], &[]);
            added.expect("added");
        }
        let faults = |store: &Store| store.verify(None).expect("verified").told;
        assert_eq!(faults(&store), Vec::<String>::new());
        // The other incident's row in the place of the first one's: whole, and a lie.
        let swap = "UPDATE faces SET face = (SELECT face FROM faces WHERE incident = 2)
            WHERE incident = 1";
        store.db.execute_batch(swap).expect("done");
        let told = faults(&store);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("the row kept ready"), "{told:?}");
    }

    /// Features of what a question asks for: of the kept rows, and computed.
    fn asked(store: &Store, query: &Query) -> (Vec<String>, Vec<String>) {
        let (mut kept, mut computed) = (Vec::new(), Vec::new());
        store
            .rows_given_out(query, |row| {
                let mut out = Vec::new();
                row.feature(&mut out);
                kept.push(String::from_utf8(out).expect("JSON"));
                Ok::<(), StoreError>(())
            })
            .expect("rows");
        store
            .incidents(query, |incident| {
                let mut out = Vec::new();
                crate::formats::geojson::feature(&mut out, &incident.shown(), None);
                computed.push(String::from_utf8(out).expect("JSON"));
                Ok::<(), StoreError>(())
            })
            .expect("incidents");
        (kept, computed)
    }

    #[test]
    fn rows_asked_for_are_the_incidents_asked_for_in_their_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path()).expect("a store");
        let mut ids = Vec::new();
        for n in 0..12 {
            let name = format!("{n}.txt");
            let at = (n % 4 != 3).then(|| (30.0 + f64::from(n), 20.0));
            let mut told = account(&name, &format!("2022-06-{:02}", n * 2 + 1), at);
            let mut from = report(&name, &name);
            from.origin.publisher = Some(format!("Paper {}", n % 3));
            told.publisher.clone_from(&from.origin.publisher);
            let added = store.add_report(&from, &[told], &[]);
            ids.push(added.expect("added").new[0].id.clone());
        }
        testing::rule(&mut store, &ids[0], Verdict::Publish);
        testing::rule(&mut store, &ids[1], Verdict::Reject);
        let hidden = Verdict::Sensitive(crate::incident::Sensitivity::Hidden);
        testing::rule(&mut store, &ids[4], hidden);
        let coarse = Verdict::Sensitive(crate::incident::Sensitivity::Km50);
        testing::rule(&mut store, &ids[5], coarse);
        let with = ids[9].clone();
        testing::rule(&mut store, &ids[6], Verdict::Merge { with });
        let kept_in = crate::incident::Terms {
            republish: false,
            ..Default::default()
        };
        let paper = crate::store::SourceTerms {
            source: "Paper 2".to_owned(),
            licence: None,
            terms: kept_in,
        };
        store.set_source(&paper).expect("set");
        let days = |text| crate::query::Days::parse(text).expect("days");
        let queries = [
            Query::default(),
            Query {
                statuses: vec![Status::Published, Status::Rejected],
                ..Query::default()
            },
            Query {
                bbox: Some(crate::query::parse_bbox("34,10,36.5,30").expect("a box")),
                ..Query::default()
            },
            Query {
                days: days("2022-06-05/2022-06-12"),
                ..Query::default()
            },
            Query {
                filter: Some(
                    crate::query::Filter::from_text("radius_m > 1", &crate::query::Crs::Crs84)
                        .expect("a filter"),
                ),
                ..Query::default()
            },
        ];
        for wreck in [
            "",
            "DELETE FROM faces WHERE incident % 2",
            "DELETE FROM faces",
        ] {
            store.db.execute_batch(wreck).expect("done");
            for query in &queries {
                let (kept, computed) = asked(&store, query);
                assert!(!computed.is_empty(), "{query:?}");
                assert_eq!(kept, computed, "{wreck} {query:?}");
            }
        }
    }

    #[test]
    fn a_face_that_came_late_is_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = Store::open(folder.path()).expect("a store");
        let told = account("a.txt", "2022-06-01", Some((30.0, 20.0)));
        let added = store
            .add_report(&report("a.txt", "a"), &[told], &[])
            .expect("added");
        let late: Vec<Arc<Row>> = faces(&store).rows.into_iter().map(Arc::new).collect();
        testing::rule(&mut store, &added.new[0].id, Verdict::Publish);
        assert_eq!(store.keep_faces(&late).expect("kept"), 0);
        assert!(features(&faces(&store))[0].contains("\"published\""));
    }
}
