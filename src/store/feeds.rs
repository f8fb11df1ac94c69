//! What is remembered of feeds between two askings.

use rusqlite::{OptionalExtension, params};

use super::log::SOURCES;
use super::{Store, StoreError, now};

/// What is remembered of a feed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Feed {
    /// The address it was named by.
    pub name: String,
    /// The address it has moved to for good.
    pub moved_to: Option<String>,
    /// The tag it had.
    pub etag: Option<String>,
    /// When it was changed, in the server's words.
    pub last_modified: Option<String>,
    /// When it was last asked, RFC 3339.
    pub asked: Option<String>,
    /// When it is to be asked again, RFC 3339.
    pub due: Option<String>,
    /// How often it failed since it last answered.
    pub failures: u32,
}

impl Store {
    /// What is remembered of a feed; an empty memory for a new one.
    pub fn feed(&self, name: &str) -> Result<Feed, StoreError> {
        let ask = || {
            self.db
                .prepare_cached(
                    "SELECT address, etag, last_modified, asked, due, failures FROM sources
                     WHERE name = ? AND kind = 'feed'",
                )?
                .query_row([name], |r| {
                    Ok(Feed {
                        name: name.to_owned(),
                        moved_to: r.get(0)?,
                        etag: r.get(1)?,
                        last_modified: r.get(2)?,
                        asked: r.get(3)?,
                        due: r.get(4)?,
                        failures: r.get(5)?,
                    })
                })
                .optional()
        };
        let known = ask().map_err(|e| self.error(e))?;
        Ok(known.unwrap_or_else(|| Feed {
            name: name.to_owned(),
            ..Feed::default()
        }))
    }

    /// Remembers a feed.
    pub fn keep_feed(&mut self, feed: &Feed) -> Result<(), StoreError> {
        let touched = self.touched.clone();
        self.write(|tx, entry| {
            entry.what = "feed".to_owned();
            entry.about.clone_from(&feed.name);
            entry.who = "placetime".to_owned();
            let known: Option<i64> = tx
                .prepare_cached("SELECT number FROM sources WHERE name = ?")?
                .query_row([&feed.name], |r| r.get(0))
                .optional()?;
            let keep = || {
                tx.prepare_cached(
                    "INSERT INTO sources (name, kind, added, address, etag, last_modified, asked,
                         due, failures)
                     VALUES (?1, 'feed', ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                     ON CONFLICT (name) DO UPDATE SET address = ?3, etag = ?4, last_modified = ?5,
                         asked = ?6, due = ?7, failures = ?8",
                )?
                .execute(params![
                    feed.name,
                    now(),
                    feed.moved_to,
                    feed.etag,
                    feed.last_modified,
                    feed.asked,
                    feed.due,
                    feed.failures
                ])
            };
            // When a feed was asked and what it answered is nothing the log follows; that it is
            // a source of ours is.
            match known {
                Some(number) => touched.unless_before((SOURCES, number), keep)?,
                None => keep()?,
            };
            Ok(())
        })
    }
}
