//! Is everything as it was written? The chain, the payloads, every row, what was computed, and the
//! head kept elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::faces;
use super::index::{Seen, halves};
use super::load::load;
use super::log::{
    self, BEGINNING, Hash, Head, Payload, ROW_BYTES, Row, TABLES, hex, link, row_hash,
};

/// Faults told one by one; more are counted.
const TOLD_MAX: usize = 100;

/// What was found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Verified {
    /// Entries of the log.
    pub entries: usize,
    /// Entries whose payload was purged.
    pub purged: usize,
    /// Rows compared with the log.
    pub rows: usize,
    /// Incidents whose computed columns were computed again.
    pub incidents: usize,
    /// The head of the log.
    pub head: Option<Head>,
    /// How many faults there are.
    pub faults: usize,
    /// The first hundred of them, a sentence each.
    pub told: Vec<String>,
}

impl Verified {
    fn fault(&mut self, sentence: String) {
        self.faults += 1;
        if self.told.len() < TOLD_MAX {
            self.told.push(sentence);
        }
    }
}

/// Looks at everything; `heads` are heads kept elsewhere, which the log must pass through.
pub(super) fn verify(db: &Connection, heads: &[Head]) -> rusqlite::Result<Verified> {
    let mut it = Verified::default();
    // With its indexes and those of words and boxes, which a search goes by.
    let sound: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        it.fault(format!("the database is damaged: {sound}"));
    }
    let wanted = walk(db, &mut it)?;
    compare(db, &wanted, &mut it)?;
    for head in heads {
        if let Err(why) = log::reaches(db, head)? {
            it.fault(why);
        }
    }
    texts(db, &mut it)?;
    computed(db, &mut it)?;
    Ok(it)
}

/// Walks the chain; what every row must look like after it.
fn walk(
    db: &Connection,
    it: &mut Verified,
) -> rusqlite::Result<BTreeMap<Row, Option<[u8; ROW_BYTES]>>> {
    let mut wanted: BTreeMap<Row, Option<[u8; ROW_BYTES]>> = BTreeMap::new();
    let mut missing: BTreeSet<i64> = BTreeSet::new();
    let mut purged: BTreeSet<i64> = BTreeSet::new();
    let (mut before, mut next): (Hash, i64) = (BEGINNING, 1);
    let mut statement = db.prepare(
        "SELECT l.seq, l.at, l.what, l.about, l.who, l.payload, l.hash, p.body FROM log l
         LEFT JOIN log_payloads p ON p.seq = l.seq ORDER BY l.seq",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        it.entries += 1;
        let seq: i64 = row.get(0)?;
        let (at, what, who) = (row.get_ref(1)?, row.get_ref(2)?, row.get_ref(4)?);
        let (at, what, who) = (at.as_str()?, what.as_str()?, who.as_str()?);
        let payload = row.get_ref(5)?.as_bytes()?;
        let hash = row.get_ref(6)?.as_bytes()?;
        if seq != next {
            it.fault(format!("the log has no entry {next}: {seq} follows"));
        }
        let made = link(&before, (seq, at, what, who), payload);
        if made != hash {
            it.fault(format!(
                "entry {seq} of the log was changed or follows another"
            ));
        }
        // The chain goes on from what stands there, so that one fault is told once.
        before = hash.try_into().unwrap_or(made);
        next = seq + 1;
        let body = row.get_ref(7)?;
        if body == rusqlite::types::ValueRef::Null {
            missing.insert(seq);
            continue;
        }
        let body = body.as_str()?;
        let body_hash: Hash = Sha256::digest(body.as_bytes()).into();
        if body_hash != payload {
            it.fault(format!("the payload of entry {seq} was changed"));
            continue;
        }
        let Ok(payload) = serde_json::from_str::<Payload>(body) else {
            it.fault(format!("the payload of entry {seq} cannot be read"));
            continue;
        };
        if payload.about != row.get_ref(3)?.as_str()? {
            it.fault(format!(
                "entry {seq} of the log is filed under another name"
            ));
        }
        if let Some(list) = payload.detail.get("purged").and_then(|p| p.as_array()) {
            purged.extend(list.iter().filter_map(serde_json::Value::as_i64));
        }
        for (table, number, hash) in payload.rows {
            if let Some(at) = TABLES.iter().position(|(name, _)| *name == table) {
                wanted.insert((at, number), hash.as_deref().and_then(unhex));
            }
        }
    }
    it.head = log::head(db)?;
    for seq in missing {
        if purged.contains(&seq) {
            it.purged += 1;
        } else {
            it.fault(format!(
                "the payload of entry {seq} is lost and was not purged"
            ));
        }
    }
    Ok(wanted)
}

fn unhex(text: &str) -> Option<[u8; ROW_BYTES]> {
    let mut bytes = [0; ROW_BYTES];
    if text.len() != 2 * ROW_BYTES {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Holds every row against the log.
fn compare(
    db: &Connection,
    wanted: &BTreeMap<Row, Option<[u8; ROW_BYTES]>>,
    it: &mut Verified,
) -> rusqlite::Result<()> {
    let mut left: BTreeSet<Row> = wanted
        .iter()
        .filter(|(_, hash)| hash.is_some())
        .map(|(row, _)| *row)
        .collect();
    for (at, (table, _)) in TABLES.iter().enumerate() {
        let mut statement = db.prepare(&format!("SELECT rowid FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            it.rows += 1;
            left.remove(&(at, number));
            match wanted.get(&(at, number)) {
                Some(Some(hash)) => {
                    if row_hash(db, at, number)?.as_ref() != Some(hash) {
                        it.fault(format!("row {number} of {table} was changed"));
                    }
                }
                Some(None) => it.fault(format!("row {number} of {table} came back")),
                None => it.fault(format!("row {number} of {table} is not in the log")),
            }
        }
    }
    for (at, number) in left {
        it.fault(format!("row {number} of {} is lost", TABLES[at].0));
    }
    Ok(())
}

/// A report's hash is that of its text.
fn texts(db: &Connection, it: &mut Verified) -> rusqlite::Result<()> {
    let mut statement = db.prepare("SELECT id, sha256, text FROM reports")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let hash: Hash = Sha256::digest(row.get_ref(2)?.as_bytes()?).into();
        if hex(&hash) != row.get_ref(1)?.as_str()? {
            it.fault(format!(
                "the text of the report {} was changed",
                row.get::<_, String>(0)?
            ));
        }
    }
    Ok(())
}

/// What is kept beside an incident to be searched is what is computed of it.
fn computed(db: &Connection, it: &mut Verified) -> rusqlite::Result<()> {
    let mut statement = db.prepare(
        "SELECT number, id, status, standing, feature, type, first_day, last_day, root, gone, kind,
             country, boxed
         FROM incidents",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        it.incidents += 1;
        let (number, id): (i64, String) = (row.get(0)?, row.get(1)?);
        let feature: bool = row.get(4)?;
        let (root, gone): (i64, bool) = (row.get(8)?, row.get(9)?);
        let incident = if root == number && !gone {
            load(db, number)?
        } else {
            None
        };
        let Some(incident) = incident else {
            if feature || !boxes_of(db, number)?.is_empty() {
                it.fault(format!("the incident {id} is listed and has no account"));
            }
            continue;
        };
        let seen = Seen::of(&incident);
        let shown = &seen.inside;
        let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string());
        let same = row.get::<_, String>(2)? == shown.status.code()
            && row.get::<_, String>(3)? == shown.standing.code()
            && feature == shown.standing.is_feature()
            && row.get::<_, String>(5)? == shown.kind.code()
            && row.get::<_, Option<String>>(6)? == day(shown.when.start)
            && row.get::<_, Option<String>>(7)? == day(shown.when.end)
            && row.get::<_, String>(10)? == shown.kind.kind().code()
            && row.get::<_, Option<String>>(11)?
                == shown
                    .place
                    .as_ref()
                    .and_then(|p| p.country)
                    .map(|c| c.to_string());
        let boxes: Vec<[f32; 4]> = halves(&seen.boxes).map(rounded).collect();
        let kept = boxes_of(db, number)?;
        let held = kept.len() == boxes.len()
            && row.get::<_, bool>(12)? != boxes.is_empty()
            && kept
                .iter()
                .zip(&boxes)
                .all(|(kept, wanted)| holds(kept, wanted));
        let same = same && held;
        if !same {
            it.fault(format!(
                "what is listed of the incident {id} is not what its accounts and rulings say"
            ));
        }
        let version = shown.version.unwrap_or_default();
        if !faces::holds(db, number, version, seen.face().as_deref())? {
            it.fault(format!(
                "the row kept ready of the incident {id} is not what its accounts and rulings say"
            ));
        }
    }
    Ok(())
}

/// An incident's boxes as they are kept: west, east, south, north in degrees.
fn boxes_of(db: &Connection, number: i64) -> rusqlite::Result<Vec<[f32; 4]>> {
    db.prepare_cached(
        "SELECT west, east, south, north FROM incident_boxes
         WHERE number BETWEEN ?1 * 2 AND ?1 * 2 + 1 ORDER BY number",
    )?
    .query_map([number], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
    })?
    .collect()
}

fn rounded(b: [f64; 4]) -> [f32; 4] {
    b.map(|degrees| degrees as f32)
}

/// SQLite rounds boxes to 32 bits, outwards.
fn holds(kept: &[f32; 4], wanted: &[f32; 4]) -> bool {
    /// Some steps of a 32-bit number at 180 degrees.
    const STEP_DEG: f32 = 0.000_1;
    kept.iter()
        .zip(wanted)
        .all(|(k, w)| (k - w).abs() <= STEP_DEG)
}
