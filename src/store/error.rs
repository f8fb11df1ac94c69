//! Why the store did not do what it was asked, in sentences.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder cannot be made or opened.
    #[error("the data folder {folder} cannot be used: {why}")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words, and what would help.
        why: String,
    },
    /// Nothing can be written.
    #[error(
        "the data folder {0} is read-only; choose another with --data, or change its permissions"
    )]
    ReadOnly(PathBuf),
    /// No room left.
    #[error("the disk of {0} is full; nothing was lost, make room and try again")]
    Full(PathBuf),
    /// Not our file.
    #[error("{0} is not a placetime database; move it away or choose another folder with --data")]
    NotOurs(PathBuf),
    /// Made by a later version.
    #[error(
        "{file} was written by a later version of placetime (schema {found}, this version knows {known}); update the program"
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// Its schema.
        found: usize,
        /// The latest schema known here.
        known: usize,
    },
    /// Made by an earlier version, opened for reading only.
    #[error(
        "{file} was written by an earlier version of placetime (schema {found}, this version writes {known}); any command that writes, such as `placetime reread`, brings it up to date"
    )]
    Older {
        /// The file.
        file: PathBuf,
        /// Its schema.
        found: usize,
        /// The schema written here.
        known: usize,
    },
    /// The log does not reach its head.
    #[error(
        "{file} is not as it was left: {why}. Put a backup in its place with `placetime restore FILE`; if you put back an older copy yourself and know it, take the file placetime.head beside it away"
    )]
    Shortened {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Taken away while it was open.
    #[error(
        "{file} is not the file that was opened: {why}. Put it back as it was; to go on with what lies there now, start the program again"
    )]
    Gone {
        /// The file.
        file: PathBuf,
        /// What became of it.
        why: String,
    },
    /// A backup that cannot be used.
    #[error("{file} cannot be put back: {why}")]
    Backup {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There is none yet.
    #[error("there is no data in {0} yet; `placetime add FILE` puts reports in")]
    Nothing(PathBuf),
    /// Another writer did not finish.
    #[error("another program keeps {0} busy; try again")]
    Busy(PathBuf),
    /// Anything else the database said.
    #[error("the database {file} answered: {said}")]
    Database {
        /// The file.
        file: PathBuf,
        /// Its words.
        said: String,
    },
}

pub(super) fn error_of(error: &rusqlite::Error, file: &Path, folder: &Path) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied,
        ) => StoreError::ReadOnly(folder.to_owned()),
        Some(ErrorCode::CannotOpen) => StoreError::Folder {
            folder: folder.to_owned(),
            why: format!(
                "{} cannot be opened; is the folder writable? Choose another with --data",
                file.display()
            ),
        },
        Some(ErrorCode::DiskFull) => StoreError::Full(folder.to_owned()),
        Some(ErrorCode::NotADatabase) => StoreError::NotOurs(file.to_owned()),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Busy(file.to_owned())
        }
        _ => StoreError::Database {
            file: file.to_owned(),
            said: error.to_string(),
        },
    }
}
