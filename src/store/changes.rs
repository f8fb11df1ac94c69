//! What changed, in order: for those who follow along.

use super::{Store, StoreError};

impl Store {
    /// The number of the last change; 0 when there was none.
    pub fn last_change(&self) -> Result<i64, StoreError> {
        self.db
            .query_row("SELECT coalesce(max(seq), 0) FROM changes", [], |row| {
                row.get(0)
            })
            .map_err(|e| self.error(e))
    }

    /// The incidents changed after a change's number, each with the number of its last change, in
    /// the order of these.
    pub fn changes_after(&self, seq: i64) -> Result<Vec<(i64, String)>, StoreError> {
        let ask = || -> rusqlite::Result<Vec<(i64, String)>> {
            let mut statement = self.db.prepare_cached(
                "SELECT max(seq), incident FROM changes WHERE seq > ? GROUP BY incident ORDER BY 1",
            )?;
            let rows = statement.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        };
        ask().map_err(|e| self.error(e))
    }
}
