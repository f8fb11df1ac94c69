//! Every listed incident as it is given out, kept beside what it is computed of.
//!
//! Putting a million incidents together from their tellings takes a minute; reading a million faces
//! takes seconds. The accounts and rulings are the truth all the same: a face of another version of
//! its incident, made by other rules or damaged is passed over and computed again.

use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Transaction, params};

use super::{Store, StoreError, stream};
use crate::incident::Incident;
use crate::query::row::{Areas, Row};

/// Marks the rules that make a face: a hash of their source, by `build.rs`.
const MADE_BY: &str = env!("PLACETIME_FACES");

/// The same as SQLite keeps it.
fn made_by() -> i64 {
    u64::from_str_radix(MADE_BY, 16).unwrap_or(0).cast_signed()
}

/// Incidents that are listed: those the rules tell of, drafts and published.
const LISTED: &str = "i.feature AND i.status IN ('draft', 'published')";

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
pub(super) fn keep(tx: &Transaction<'_>, number: i64, incident: &Incident) -> rusqlite::Result<()> {
    let row = Row::given_out(incident, &Areas::default());
    tx.prepare_cached(
        "INSERT OR REPLACE INTO faces (incident, version, made_by, face) VALUES (?, ?, ?, ?)",
    )?
    .execute(params![
        number,
        incident.stamp.version,
        made_by(),
        row.kept()
    ])?;
    Ok(())
}

/// Takes the face of an incident away that is listed no more.
pub(super) fn take_away(tx: &Transaction<'_>, number: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM faces WHERE incident = ?")?
        .execute([number])?;
    Ok(())
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
            let kept = match it.get_ref(1)? {
                ValueRef::Blob(kept) => Row::read(kept, areas),
                _ => None,
            };
            match kept {
                Some(row) => rows.push(row),
                None => missing.push(it.get(0)?),
            }
        }
    }
    let made_from = rows.len();
    let make = |incident: Incident| Some(Row::given_out(&incident, areas));
    let taken = stream::each_of(&tx, &missing, &make, |row| {
        rows.push(row);
        Ok::<(), std::convert::Infallible>(())
    })?;
    match taken {
        Ok(()) => {}
        Err(never) => match never {},
    }
    Ok(Faces {
        seq,
        rows,
        made_from,
    })
}

impl Store {
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
                kept += statement.execute(params![made_by(), row.kept(), row.id(), version])?;
            }
            Ok(kept)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Verdict;
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
