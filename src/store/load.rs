//! Rows back to incidents and reports.

use rusqlite::{Connection, OptionalExtension, Row};

use super::rows::AccountRow;
use super::terms::{AllTerms, Names};
use super::verdicts::verdict_of;
use super::{Found, Kept};
use crate::incident::{Account, Incident, Ruling, Sketch, Stamp};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};

/// The number of an incident's row, and the number of the one it is shown as.
pub(super) struct Numbered {
    pub(super) number: i64,
    pub(super) root: i64,
    pub(super) gone: bool,
}

/// The row of an id.
pub(super) fn numbered(db: &Connection, id: &str) -> rusqlite::Result<Option<Numbered>> {
    db.prepare_cached("SELECT number, root, gone FROM incidents WHERE id = ?")?
        .query_row([id], |row| {
            Ok(Numbered {
                number: row.get(0)?,
                root: row.get(1)?,
                gone: row.get(2)?,
            })
        })
        .optional()
}

/// The incident a row is shown as.
pub(super) fn root_of(db: &Connection, number: i64) -> rusqlite::Result<i64> {
    db.prepare_cached("SELECT root FROM incidents WHERE number = ?")?
        .query_row([number], |row| row.get(0))
}

/// The id of a row.
pub(super) fn id_of(db: &Connection, number: i64) -> rusqlite::Result<String> {
    db.prepare_cached("SELECT id FROM incidents WHERE number = ?")?
        .query_row([number], |row| row.get(0))
}

/// The answer to an id.
pub(super) fn found(db: &Connection, id: &str) -> rusqlite::Result<Found> {
    match numbered(db, id)? {
        Some(it) if it.root != it.number => return id_of(db, it.root).map(Found::MovedTo),
        Some(it) if it.gone => return Ok(Found::Gone),
        Some(it) => {
            if let Some(incident) = load(db, it.number)? {
                return Ok(Found::Incident(Box::new(incident)));
            }
        }
        None => {}
    }
    // Written by the first schema only.
    let moved = db
        .query_row("SELECT leads_to FROM moved WHERE id = ?", [id], |row| {
            row.get::<_, Option<String>>(0)
        })
        .optional()?;
    Ok(match moved {
        Some(Some(to)) => Found::MovedTo(to),
        Some(None) => Found::Gone,
        None => Found::Unknown,
    })
}

/// A telling as it lies in its row.
pub(super) struct TellingRow {
    pub(super) number: i64,
    pub(super) told: String,
    pub(super) because: String,
    pub(super) hashes: Option<Vec<u8>>,
}

/// A ruling as it lies in its row.
pub(super) struct RulingRow {
    number: i64,
    code: String,
    detail: String,
    undoes: Option<i64>,
    who: String,
    at: String,
    why: String,
    /// Id and number of the incident it was given on.
    on: (String, i64),
}

impl RulingRow {
    /// Of the columns number, verdict, detail, undoes, who, at, why and the id and number of the
    /// incident, the first of them at `from`.
    pub(super) fn of(row: &Row<'_>, from: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(from)?,
            code: row.get(from + 1)?,
            detail: row.get(from + 2)?,
            undoes: row.get(from + 3)?,
            who: row.get(from + 4)?,
            at: row.get(from + 5)?,
            why: row.get(from + 6)?,
            on: (row.get(from + 7)?, row.get(from + 8)?),
        })
    }
}

/// The incident of a row that is shown as itself, with everything merged into it; `None` when it
/// has no account.
pub(super) fn load(db: &Connection, number: i64) -> rusqlite::Result<Option<Incident>> {
    let terms = AllTerms::of(db)?;
    let tellings = db
        .prepare_cached(
            "SELECT a.number, a.told, a.because, s.hashes FROM incidents i
             JOIN accounts a ON a.incident = i.number
             LEFT JOIN sketches s ON s.report = a.report
             WHERE i.root = ?",
        )?
        .query_map([number], |row| {
            Ok(TellingRow {
                number: row.get(0)?,
                told: row.get(1)?,
                because: row.get(2)?,
                hashes: row.get(3)?,
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    if tellings.is_empty() {
        return Ok(None);
    }
    let rulings = ruling_rows(db, number)?;
    let head = db
        .prepare_cached("SELECT id, created, updated, version FROM incidents WHERE number = ?")?
        .query_row([number], |row| {
            let stamp = Stamp {
                created: row.get(1)?,
                updated: row.get(2)?,
                version: row.get(3)?,
            };
            Ok((row.get(0)?, stamp))
        })
        .optional()?;
    match head {
        Some((id, stamp)) => assembled((number, id, stamp), tellings, rulings, &terms),
        None => Ok(None),
    }
}

/// An incident of its rows, in whatever order they come; `None` when it has no account. The head is
/// its number, its id and its stamp.
pub(super) fn assembled(
    (number, id, stamp): (i64, String, Stamp),
    mut tellings: Vec<TellingRow>,
    rulings: Vec<RulingRow>,
    terms: &AllTerms,
) -> rusqlite::Result<Option<Incident>> {
    if tellings.is_empty() {
        return Ok(None);
    }
    tellings.sort_unstable_by_key(|t| t.number);
    let mut accounts = Vec::with_capacity(tellings.len());
    let mut joined_because = Vec::new();
    for telling in tellings {
        if !telling.because.is_empty() {
            joined_because.push(telling.because);
        }
        let mut account = account_of(&telling.told)?;
        account.sketch = sketch_of(telling.hashes);
        terms.put_on(&mut account);
        accounts.push(account);
    }
    // Oldest report first, whatever the order they were added in.
    accounts.sort_by(|a: &Account, b| {
        let key = |a: &Account| (a.published.is_none(), a.published);
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.report, a.ordinal).cmp(&(&b.report, b.ordinal)))
    });
    Ok(Some(Incident {
        id,
        accounts,
        joined_because,
        rulings: rulings_read(rulings, number)?,
        stamp,
    }))
}

/// The rulings on an incident and on those merged into it, oldest first. A kind of ruling that only
/// a later version knows is passed over.
pub(super) fn rulings_of(db: &Connection, root: i64) -> rusqlite::Result<Vec<Ruling>> {
    rulings_read(ruling_rows(db, root)?, root)
}

fn ruling_rows(db: &Connection, root: i64) -> rusqlite::Result<Vec<RulingRow>> {
    db.prepare_cached(
        "SELECT r.number, r.verdict, r.detail, r.undoes, r.who, r.at, r.why, i.id, i.number
         FROM incidents i JOIN rulings r ON r.incident = i.number
         WHERE i.root = ?",
    )?
    .query_map([root], |row| RulingRow::of(row, 0))?
    .collect()
}

fn rulings_read(mut rows: Vec<RulingRow>, root: i64) -> rusqlite::Result<Vec<Ruling>> {
    rows.sort_unstable_by_key(|r| r.number);
    let mut rulings = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(verdict) = verdict_of(&row.code, &row.detail, row.undoes)? else {
            continue;
        };
        let (id, on) = row.on;
        rulings.push(Ruling {
            id: row.number,
            verdict,
            who: row.who,
            at: row.at,
            why: row.why,
            on: (on != root).then_some(id),
        });
    }
    Ok(rulings)
}

/// An account of its row.
pub(super) fn account_of(told: &str) -> rusqlite::Result<Account> {
    let row: AccountRow = serde_json::from_str(told).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(row.into())
}

fn sketch_of(bytes: Option<Vec<u8>>) -> Sketch {
    let bytes = bytes.unwrap_or_default();
    let hashes = bytes.chunks_exact(4).map(|b| {
        let mut four = [0; 4];
        four.copy_from_slice(b);
        u32::from_le_bytes(four)
    });
    Sketch::from_hashes(hashes.collect())
}

/// A report of its row, with its accounts, under the licence the operator knows of.
pub(super) fn kept(db: &Connection, id: &str) -> rusqlite::Result<Option<Kept>> {
    let Some(mut kept) = as_told(db, id)? else {
        return Ok(None);
    };
    let terms = AllTerms::of(db)?;
    let (licence, _) = terms.of_source(Names {
        publisher: kept.report.origin.publisher.as_deref(),
        url: kept.report.origin.url.as_deref(),
        report: &kept.report.id,
    });
    if let Some(licence) = licence {
        kept.report.origin.licence = Some(licence.to_owned());
    }
    Ok(Some(kept))
}

/// A report of its row as it came in, with its accounts.
pub(super) fn as_told(db: &Connection, id: &str) -> rusqlite::Result<Option<Kept>> {
    let row = db
        .prepare_cached(
            "SELECT number, id, sha256, title, published, published_by, language, url,
                 archived_url, publisher, licence, retrieved, text, added, by_hand
             FROM reports WHERE id = ?",
        )?
        .query_row([id], |row| {
            let day: Option<String> = row.get(4)?;
            let by: Option<String> = row.get(5)?;
            let published = day.and_then(|d| d.parse().ok()).map(|day| Published {
                day,
                by: match by.as_deref() {
                    Some("operator") => PublishedBy::Operator,
                    Some("text") => PublishedBy::Text,
                    _ => PublishedBy::Given,
                },
            });
            Ok((
                row.get::<_, i64>(0)?,
                Kept {
                    report: Report {
                        id: row.get(1)?,
                        origin: Origin {
                            url: row.get(7)?,
                            archived_url: row.get(8)?,
                            publisher: row.get(9)?,
                            licence: row.get(10)?,
                            retrieved: row.get(11)?,
                        },
                        title: row.get(3)?,
                        published,
                        language: row.get(6)?,
                        text: row.get(12)?,
                    },
                    sha256: row.get(2)?,
                    added: row.get(13)?,
                    by_hand: row.get(14)?,
                    terms: crate::incident::Terms::default(),
                    notices: Vec::new(),
                    accounts: Vec::new(),
                },
            ))
        })
        .optional()?;
    let Some((number, mut kept)) = row else {
        return Ok(None);
    };
    let terms = AllTerms::of(db)?;
    let names = Names {
        publisher: kept.report.origin.publisher.as_deref(),
        url: kept.report.origin.url.as_deref(),
        report: &kept.report.id,
    };
    let (_, of_source) = terms.of_source(names);
    kept.terms = of_source;
    kept.notices = db
        .prepare_cached("SELECT about, what FROM notices WHERE report = ?")?
        .query_map([number], |row| {
            Ok(Notice::new(
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
            ))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement = db.prepare_cached(
        "SELECT r.id, a.told, s.hashes FROM accounts a JOIN incidents i ON i.number = a.incident
         JOIN incidents r ON r.number = i.root LEFT JOIN sketches s ON s.report = a.report
         WHERE a.report = ? ORDER BY a.ordinal",
    )?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        let told: String = row.get(1)?;
        let mut account = account_of(&told)?;
        account.sketch = sketch_of(row.get::<_, Option<Vec<u8>>>(2)?);
        terms.put_on(&mut account);
        kept.accounts.push((row.get(0)?, account));
    }
    Ok(Some(kept))
}
