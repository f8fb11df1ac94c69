//! What is computed of an incident, kept beside it to be searched.

use gazetteer::Extent;
use rusqlite::types::Value as Sql;
use rusqlite::{Transaction, params};

use super::faces;
use super::load::{id_of, load};
use super::publishing;
use crate::incident::{Incident, Status};
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
    let shown = incident.shown();
    let outside = incident.given_out().map(|out| out.shown());
    let boxes = outside.as_ref().map(boxes).unwrap_or_default();
    tx.prepare_cached("DELETE FROM incident_boxes WHERE number IN (?1 * 2, ?1 * 2 + 1)")?
        .execute([number])?;
    for (second, [west, east, south, north]) in halves(&boxes).enumerate() {
        let second = i64::from(second > 0);
        tx.prepare_cached("INSERT INTO incident_boxes VALUES (?, ?, ?, ?, ?)")?
            .execute(params![number * 2 + second, west, east, south, north])?;
    }
    let country = shown.place.as_ref().and_then(|p| p.country);
    let version: i64 = tx
        .prepare_cached(
            "UPDATE incidents SET updated = ?, version = version + 1, status = ?, standing = ?,
                 feature = ?, type = ?, kind = ?, country = ?, first_day = ?, last_day = ?,
                 boxed = ?, gone = 0
             WHERE number = ? RETURNING version",
        )?
        .query_row(
            params![
                now,
                shown.status.code(),
                shown.standing.code(),
                shown.standing.is_feature(),
                shown.kind.code(),
                shown.kind.kind().code(),
                country.map(|c| c.to_string()),
                shown.when.start.map(|d| d.to_string()),
                shown.when.end.map(|d| d.to_string()),
                !boxes.is_empty(),
                number
            ],
            |row| row.get(0),
        )?;
    change(tx, now, (&incident.id, version), what)?;
    incident.stamp.updated = Some(now.to_owned());
    incident.stamp.version = Some(version);
    if shown.standing.is_feature() && shown.status != Status::Rejected {
        faces::keep(tx, number, &incident)?;
    } else {
        faces::take_away(tx, number)?;
    }
    Ok(Some(incident))
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
