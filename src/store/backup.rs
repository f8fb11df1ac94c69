//! The whole store in one file, and back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::error::error_of;
use super::log::{self, Entry};
use super::{STEPS, Store, StoreError, verify};

/// The mark of our databases (`application_id`).
const MARK: i64 = 0x504C_4143;

/// How often a copy is tried while another program writes, and the pause between.
const TRIES: usize = 200;
const PAUSE: std::time::Duration = std::time::Duration::from_millis(50);

/// Copies the database into a file beside the one named, and puts it in place when it is whole.
pub(super) fn backup(db: &Connection, to: &Path) -> Result<(), String> {
    if to.is_dir() {
        return Err("it is a folder; name a file".to_owned());
    }
    let mut name = to.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let copied = copy(db, &part).map_err(|e| match e.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => "the disk is full".to_owned(),
        Some(rusqlite::ErrorCode::CannotOpen) => "it cannot be written there".to_owned(),
        _ => e.to_string(),
    });
    let placed = copied.and_then(|()| {
        let file = std::fs::File::open(&part).map_err(|e| e.to_string())?;
        file.sync_all().map_err(|e| e.to_string())?;
        std::fs::rename(&part, to).map_err(|e| e.to_string())?;
        let folder = to.parent().filter(|p| !p.as_os_str().is_empty());
        let folder = std::fs::File::open(folder.unwrap_or(Path::new(".")));
        folder.and_then(|f| f.sync_all()).map_err(|e| e.to_string())
    });
    if placed.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    placed
}

fn copy(from: &Connection, to: &Path) -> rusqlite::Result<()> {
    // What an interrupted backup left behind.
    let _ = std::fs::remove_file(to);
    let mut copy = Connection::open(to)?;
    copy_pages(from, &mut copy)?;
    // One file, without a write-ahead log beside it.
    copy.pragma_update(None, "journal_mode", "DELETE")
}

/// Every page in one step: one moment's state, whoever writes meanwhile.
fn copy_pages(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    let copy = Backup::new(from, to)?;
    for _ in 0..TRIES {
        match copy.step(-1)? {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(PAUSE),
        }
    }
    Err(rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY),
        None,
    ))
}

/// Puts a backup in place, as one more transaction that others see: a running server takes it in.
pub(super) fn restore(
    store: &mut Store,
    from: &Path,
    now: &str,
) -> Result<Option<PathBuf>, StoreError> {
    let unusable = |why: String| StoreError::Backup {
        file: from.to_owned(),
        why,
    };
    let source = check(from).map_err(unusable)?;
    let (last, ids) = known_to_readers(&store.db).map_err(|e| store.error(e))?;
    let kept = if ids.is_empty() {
        None
    } else {
        let name = format!("before-restore-{}.sqlite", now.replace(':', ""));
        let path = store.folder.join(name);
        store.backup(&path)?;
        Some(path)
    };
    copy_pages(&source, &mut store.db).map_err(|e| error_of(&e, &store.file, &store.folder))?;
    store
        .db
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(|e| store.error(e))?;
    log::forget_head(&store.folder).map_err(|error| StoreError::Folder {
        folder: store.folder.clone(),
        why: error.to_string(),
    })?;
    store.migrate()?;
    // Readers follow numbers of changes: every incident of before and now is told anew, beyond the
    // last number they have seen.
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    let about = name.into_owned();
    store
        .write(|tx, entry: &mut Entry| {
            entry.what = "restored".to_owned();
            entry.who = "placetime".to_owned();
            entry.about.clone_from(&about);
            let (_, now_there) = known_to_readers(tx)?;
            tx.execute(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'changes'",
                [last],
            )?;
            for id in ids.union(&now_there) {
                tx.prepare_cached(
                    "INSERT INTO changes (at, incident, what) VALUES (?, ?, 'restored')",
                )?
                .execute([now, id])?;
            }
            // An entry of the log even where no row of it was touched.
            let payload = log::Payload {
                about: about.clone(),
                rows: Vec::new(),
                detail: serde_json::Value::Null,
            };
            log::append(tx, entry, &payload, now)
        })
        .and_then(|head| {
            log::keep_head(&store.folder, &head).map_err(|error| StoreError::Folder {
                folder: store.folder.clone(),
                why: error.to_string(),
            })
        })?;
    Ok(kept)
}

/// The number of the last change and every incident's id.
fn known_to_readers(db: &Connection) -> rusqlite::Result<(i64, BTreeSet<String>)> {
    let last = db.query_row("SELECT coalesce(max(seq), 0) FROM changes", [], |row| {
        row.get(0)
    })?;
    let mut statement = db.prepare("SELECT id FROM incidents")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok((last, ids.collect::<rusqlite::Result<_>>()?))
}

/// Opens a backup and looks at all of it before anything is overwritten.
fn check(from: &Path) -> Result<Connection, String> {
    if !from.is_file() {
        return Err("there is no such file".to_owned());
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let said = |e: rusqlite::Error| e.to_string();
    let db = Connection::open_with_flags(from, flags).map_err(said)?;
    let pragma = |name: &str| {
        db.pragma_query_value(None, name, |row| row.get::<_, i64>(0))
            .map_err(said)
    };
    if pragma("application_id")? != MARK {
        return Err("it is not a backup of placetime".to_owned());
    }
    let version = usize::try_from(pragma("user_version")?).unwrap_or(usize::MAX);
    if version > STEPS.len() {
        return Err("a later version of placetime made it; update the program".to_owned());
    }
    if version == STEPS.len() {
        let verified = verify::verify(&db, &[]).map_err(said)?;
        if let Some(fault) = verified.told.first() {
            return Err(format!("it is damaged: {fault}"));
        }
    }
    Ok(db)
}
