//! Is the database still the one that was opened?
//!
//! A file that was deleted or moved stays open: what is written to it is taken, and nobody finds it
//! again. One that was overwritten in its place is worse: SQLite goes on with the pages it remembers.
//! So every write asks whether the file still lies where it was opened, and who keeps a store open for
//! long asks, when the file changed, whether it still holds what was last read of it.

use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

use super::log::{self, Head};
use super::{FILE, Store, StoreError};

/// What tells one file from another of the same name.
#[cfg(unix)]
type Number = (u64, u64);
#[cfg(not(unix))]
type Number = ();

/// Where files open cannot be deleted, being there is enough.
fn number(file: &Metadata) -> Number {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        (file.dev(), file.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = file;
    }
}

/// True when nobody but an administrator could open it.
fn is_locked_away(file: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        file.mode() & 0o444 == 0
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}

/// The files as they were opened; what was not there then is not asked for.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Opened {
    database: Option<Number>,
    /// The write-ahead log: what was written last stands there only.
    log: Option<Number>,
}

impl Opened {
    /// Called when both files are open.
    pub(super) fn now(folder: &Path) -> Self {
        let of = |name: &str| {
            std::fs::metadata(folder.join(name))
                .ok()
                .as_ref()
                .map(number)
        };
        Self {
            database: of(FILE),
            log: of(&log_name()),
        }
    }
}

fn log_name() -> String {
    format!("{FILE}-wal")
}

/// Changes whenever the database file is written.
pub(crate) type Stamp = (u64, Option<SystemTime>);

impl Store {
    /// The database still lies where it was opened, with its log.
    pub fn is_there(&self) -> Result<(), StoreError> {
        for (name, opened) in [
            (FILE.to_owned(), self.opened.database),
            (log_name(), self.opened.log),
        ] {
            let Some(opened) = opened else { continue };
            let why = match std::fs::metadata(self.folder.join(&name)) {
                Ok(file) if number(&file) != opened => "another file lies in its place".to_owned(),
                Ok(file) if is_locked_away(&file) => "nobody may read it any more".to_owned(),
                Ok(_) => continue,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    "it was deleted or moved away".to_owned()
                }
                Err(error) => error.to_string(),
            };
            return Err(StoreError::Gone {
                file: self.folder.join(name),
                why,
            });
        }
        Ok(())
    }

    /// Of the database file; `None` when there is none.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        let file = std::fs::metadata(&self.file).ok()?;
        Some((file.len(), file.modified().ok()))
    }

    /// What somebody who opens the file now finds is what was opened here: its log reaches the head
    /// that was last seen.
    pub(crate) fn holds(&self, head: Option<&Head>) -> Result<(), StoreError> {
        let now = Self::open_to_read(&self.folder)?;
        let Some(head) = head else { return Ok(()) };
        let reached = log::reaches(&now.db, head).map_err(|e| now.error(e))?;
        reached.map_err(|why| StoreError::Shortened {
            file: self.file.clone(),
            why,
        })
    }
}
