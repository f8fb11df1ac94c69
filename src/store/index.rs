//! What is computed of an incident, kept beside it to be searched.

use gazetteer::Extent;
use rusqlite::types::Value as Sql;
use rusqlite::{Transaction, params, params_from_iter};

use super::faces;
use super::load::{id_of, load};
use super::publishing;
use crate::incident::{Incident, Shown, Stamp, Status};
use crate::query::packed::Packed;
use crate::query::{Query, boxes};

/// Writes what is computed of an incident beside it, and notes the change; `None` when no account
/// is left. The number is that of an incident that is shown as itself.
///
/// The boxes are those of what is given out: a search for a withheld place finds its square.
pub(super) fn index(
    tx: &Transaction<'_>,
    number: i64,
    now: &str,
    what: &str,
) -> rusqlite::Result<Option<Incident>> {
    let Some(mut incident) = load(tx, number)? else {
        return Ok(None);
    };
    publishing::ruled(tx, number, &mut incident, now)?;
    incident.stamp.updated = Some(now.to_owned());
    incident.stamp.version = incident.stamp.version.map(|version| version + 1);
    let seen = Seen::of(&incident);
    tx.prepare_cached("DELETE FROM incident_boxes WHERE number IN (?1 * 2, ?1 * 2 + 1)")?
        .execute([number])?;
    tx.prepare_cached(
        "UPDATE incidents SET updated = ?1, version = ?2, status = ?3, standing = ?4, feature = ?5,
             type = ?6, kind = ?7, country = ?8, first_day = ?9, last_day = ?10, boxed = ?11,
             gone = 0
         WHERE number = ?12",
    )?
    .execute(params_from_iter(
        seen.cells().into_iter().chain([number.into()]),
    ))?;
    seen.write(tx, number, now, what)?;
    Ok(Some(incident))
}

/// Writes the row of a new incident of one account, with everything that is computed of it, and
/// notes the change: what [`super::add::insert_incident`], the account and [`index`] make one after
/// another, without reading it back. The answer is the row's number; the account is written next.
///
/// Not for an incident that comes back with its rulings, nor where a rule publishes.
pub(super) fn create(
    tx: &Transaction<'_>,
    incident: &mut Incident,
    now: &str,
) -> rusqlite::Result<i64> {
    incident.stamp = Stamp {
        created: Some(now.to_owned()),
        updated: Some(now.to_owned()),
        version: Some(1),
    };
    let seen = Seen::of(incident);
    // An id that led nowhere leads to the incident again.
    tx.prepare_cached("DELETE FROM moved WHERE id = ?")?
        .execute([&incident.id])?;
    let number = next_number(tx)?;
    let row: [Sql; 2] = [incident.id.clone().into(), number.into()];
    tx.prepare_cached(
        "INSERT INTO incidents (updated, version, status, standing, feature, type, kind, country,
             first_day, last_day, boxed, id, created, number, root)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?1, ?13, ?13)",
    )?
    .execute(params_from_iter(seen.cells().into_iter().chain(row)))?;
    seen.write(tx, number, now, "created")?;
    Ok(number)
}

/// The number of the next incident's row.
///
/// Asked by itself: a statement that selects what it inserts is a step that SQLite can take back,
/// and before each such step the full text index is written out, for each row of an import.
pub(super) fn next_number(tx: &Transaction<'_>) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM incidents")?
        .query_row([], |row| row.get(0))
}

/// What is computed of an incident with the stamp it has.
pub(super) struct Seen {
    pub(super) inside: Shown,
    /// As it is given out, where that is not the same; `Some(None)`: nothing of it is.
    outside: Option<Option<Shown>>,
    /// Of what is given out.
    pub(super) boxes: Vec<Extent>,
}

impl Seen {
    pub(super) fn of(incident: &Incident) -> Self {
        let inside = incident.shown();
        let outside = match incident.goes_out_as_it_is() {
            true => None,
            false => Some(incident.given_out().map(|out| out.shown())),
        };
        let mut seen = Self {
            inside,
            outside,
            boxes: Vec::new(),
        };
        seen.boxes = seen.outside().map(boxes).unwrap_or_default();
        seen
    }

    fn outside(&self) -> Option<&Shown> {
        match &self.outside {
            None => Some(&self.inside),
            Some(outside) => outside.as_ref(),
        }
    }

    /// The row that is kept ready; `None` of an incident that is not listed.
    pub(super) fn face(&self) -> Option<Vec<u8>> {
        let it = &self.inside;
        let is_listed = it.standing.is_feature() && it.status != Status::Rejected;
        is_listed.then(|| Packed::of_shown(self.outside(), it).kept())
    }

    /// The columns that are searched, in the order of the statements above.
    fn cells(&self) -> [Sql; 11] {
        let it = &self.inside;
        let text = |code: &str| Sql::Text(code.to_owned());
        let or_null = |text: Option<String>| text.map_or(Sql::Null, Sql::Text);
        let country = it.place.as_ref().and_then(|p| p.country);
        [
            or_null(it.updated.clone()),
            it.version.into(),
            text(it.status.code()),
            text(it.standing.code()),
            it.standing.is_feature().into(),
            text(it.kind.code()),
            text(it.kind.kind().code()),
            or_null(country.map(|c| c.to_string())),
            or_null(it.when.start.map(|d| d.to_string())),
            or_null(it.when.end.map(|d| d.to_string())),
            (!self.boxes.is_empty()).into(),
        ]
    }

    /// Writes the boxes, the face and the change.
    fn write(
        &self,
        tx: &Transaction<'_>,
        number: i64,
        now: &str,
        what: &str,
    ) -> rusqlite::Result<()> {
        for (second, [west, east, south, north]) in halves(&self.boxes).enumerate() {
            let second = i64::from(second > 0);
            tx.prepare_cached("INSERT INTO incident_boxes VALUES (?, ?, ?, ?, ?)")?
                .execute(params![number * 2 + second, west, east, south, north])?;
        }
        let it = &self.inside;
        let version = it.version.unwrap_or_default();
        change(tx, now, (&it.incident_id, version), what)?;
        match self.face() {
            Some(face) => faces::keep(tx, number, version, &face),
            None => faces::take_away(tx, number),
        }
    }
}

/// Boxes as they are kept, at most two an incident: west, east, south, north in degrees.
pub(super) fn halves(boxes: &[Extent]) -> impl Iterator<Item = [f64; 4]> + '_ {
    boxes
        .iter()
        .flat_map(|b| b.halves().map(move |(w, e)| [w, e, b.south(), b.north()]))
        .take(2)
}

/// Takes an incident off every list, and notes the change; its row, its accounts and its rulings
/// stay. The answer is its id.
pub(super) fn retire(
    tx: &Transaction<'_>,
    number: i64,
    now: &str,
    what: &str,
) -> rusqlite::Result<String> {
    tx.execute(
        "DELETE FROM incident_boxes WHERE number IN (?1 * 2, ?1 * 2 + 1)",
        [number],
    )?;
    faces::take_away(tx, number)?;
    let version: i64 = tx.query_row(
        "UPDATE incidents SET updated = ?, version = version + 1, feature = 0, boxed = 0
         WHERE number = ? RETURNING version",
        params![now, number],
        |row| row.get(0),
    )?;
    let id = id_of(tx, number)?;
    change(tx, now, (&id, version), what)?;
    Ok(id)
}

/// Notes what happened to which incident, for those who follow.
fn change(
    tx: &Transaction<'_>,
    now: &str,
    (id, version): (&str, i64),
    what: &str,
) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO changes (at, incident, what, version) VALUES (?, ?, ?, ?)")?
        .execute(params![now, id, what, version])?;
    Ok(())
}

/// SQL for the incidents a query asks for, as closely as the index knows.
pub(super) fn where_of(query: &Query) -> (String, Vec<Sql>) {
    let mut wanted = vec!["feature".to_owned()];
    let mut values: Vec<Sql> = Vec::new();
    let statuses: Vec<String> = query
        .statuses
        .iter()
        .map(|s| format!("'{}'", s.code()))
        .collect();
    wanted.push(format!("status IN ({})", statuses.join(", ")));
    if let Some(to) = query.days.to {
        wanted.push("(first_day IS NULL OR first_day <= ?)".to_owned());
        values.push(to.to_string().into());
    }
    if let Some(from) = query.days.from {
        wanted.push("(last_day IS NULL OR last_day >= ?)".to_owned());
        values.push(from.to_string().into());
    }
    if let Some(bbox) = query.bbox {
        wanted.push(format!("(NOT boxed OR {})", in_boxes(&[bbox], &mut values)));
    }
    (wanted.join(" AND "), values)
}

/// A box with so many degrees on every side.
pub(super) fn widened(b: Extent, degrees: f64) -> Extent {
    // Meridians draw together towards the poles.
    let latitude = b.south().abs().max(b.north().abs()).min(85.0);
    let wide = degrees / latitude.to_radians().cos();
    let width = (b.east() - b.west()).rem_euclid(360.0) + 2.0 * wide;
    let (south, north) = (
        (b.south() - degrees).max(-90.0),
        (b.north() + degrees).min(90.0),
    );
    let wrap = |lon: f64| (lon + 540.0).rem_euclid(360.0) - 180.0;
    let widened = if width >= 360.0 {
        Extent::new(-180.0, south, 180.0, north)
    } else {
        Extent::new(wrap(b.west() - wide), south, wrap(b.east() + wide), north)
    };
    widened.unwrap_or(b)
}

/// SQL for "one of its boxes meets one of these".
pub(super) fn in_boxes(boxes: &[Extent], values: &mut Vec<Sql>) -> String {
    let mut parts = Vec::new();
    for b in boxes {
        for (west, east) in b.halves() {
            parts.push("(west <= ? AND east >= ? AND south <= ? AND north >= ?)");
            values.extend([east, west, b.north(), b.south()].map(Sql::from));
        }
    }
    format!(
        "number IN (SELECT number / 2 FROM incident_boxes WHERE {})",
        parts.join(" OR ")
    )
}
