//! What the operator allows to be done with each source.
//!
//! A source is named by its publisher, by the host of its address (`news.example.org` is named by
//! `example.org` too), or, for the rows of a table, by the name that their ids begin with. Where
//! several names fit, the strictest terms hold. What an import said of a table's licence is what it
//! was told; these terms rule over it.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::incident::{Account, Sensitivity, Terms};

/// The terms of one source as the operator set them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceTerms {
    /// A publisher's name, or a host.
    pub source: String,
    /// The licence of its texts, where the operator knows better than they say.
    pub licence: Option<String>,
    /// Whether it may be given out, and how closely its places.
    pub terms: Terms,
}

/// How a source may be called.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) publisher: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    /// The report's id: that of a row begins with its table's name.
    pub(super) report: &'a str,
}

/// Every source with terms of its own; few, as the operator writes them by hand.
#[derive(Default, Debug)]
pub(super) struct AllTerms(BTreeMap<String, SourceTerms>);

/// A source's name in the form it is compared by.
pub(super) fn folded(source: &str) -> String {
    source.trim().to_lowercase()
}

impl AllTerms {
    pub(super) fn of(db: &Connection) -> rusqlite::Result<Self> {
        let list = list(db)?;
        Ok(Self(
            list.into_iter().map(|t| (folded(&t.source), t)).collect(),
        ))
    }

    /// The licence and the terms of a source.
    pub(super) fn of_source(&self, names: Names<'_>) -> (Option<&str>, Terms) {
        let mut terms = Terms::default();
        let mut licence = None;
        if self.0.is_empty() {
            return (None, terms);
        }
        let publisher = names.publisher.map(folded);
        let table = table_of(names.report).map(folded);
        let host = names.url.and_then(host_of);
        let hosts = host.iter().flat_map(|host| {
            let dots = host.match_indices('.').map(|(at, _)| at + 1);
            std::iter::once(0)
                .chain(dots)
                .map(|at| host[at..].to_owned())
        });
        for name in publisher.into_iter().chain(table).chain(hosts) {
            if let Some(found) = self.0.get(&name) {
                terms.republish &= found.terms.republish;
                terms.sensitivity = terms.sensitivity.or(found.terms.sensitivity);
                licence = licence.or(found.licence.as_deref());
            }
        }
        (licence, terms)
    }

    /// Puts the terms of its source on an account.
    pub(super) fn put_on(&self, account: &mut Account) {
        let (licence, terms) = self.of_source(Names {
            publisher: account.publisher.as_deref(),
            url: account.url.as_deref(),
            report: &account.report,
        });
        let licence = licence.map(str::to_owned);
        account.terms = terms;
        if licence.is_some() {
            account.licence = licence;
        }
    }
}

/// The name of the table whose row a report may be: `ucdp` of `ucdp:123`.
fn table_of(report: &str) -> Option<&str> {
    report.split_once(':').map(|(name, _)| name)
}

/// The host of an address, in small letters, without user, port and `www.`.
pub(super) fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
    (!host.is_empty()).then_some(host)
}

/// Every source that has terms, by name.
pub(super) fn list(db: &Connection) -> rusqlite::Result<Vec<SourceTerms>> {
    db.prepare_cached(
        "SELECT source, licence, republish, sensitivity FROM source_terms ORDER BY source",
    )?
    .query_map([], |row| {
        let level: String = row.get(3)?;
        Ok(SourceTerms {
            source: row.get(0)?,
            licence: row.get(1)?,
            terms: Terms {
                republish: row.get(2)?,
                // A level of a later version is stricter than we know.
                sensitivity: Sensitivity::from_code(&level).unwrap_or(Sensitivity::Hidden),
            },
        })
    })?
    .collect()
}

/// Writes the terms of a source; terms that allow everything and name no licence are taken away.
pub(super) fn set(db: &Connection, it: &SourceTerms) -> rusqlite::Result<()> {
    let source = folded(&it.source);
    if it.terms == Terms::default() && it.licence.is_none() {
        db.execute("DELETE FROM source_terms WHERE source = ?", [source])?;
        return Ok(());
    }
    db.execute(
        "INSERT INTO source_terms (source, licence, republish, sensitivity)
         VALUES (?1, ?2, ?3, ?4) ON CONFLICT (source)
         DO UPDATE SET licence = ?2, republish = ?3, sensitivity = ?4",
        params![
            source,
            it.licence,
            it.terms.republish,
            it.terms.sensitivity.code()
        ],
    )?;
    Ok(())
}

/// The terms of one source as they are written.
pub(super) fn one(db: &Connection, source: &str) -> rusqlite::Result<SourceTerms> {
    let source = folded(source);
    let found = list(db)?.into_iter().find(|t| t.source == source);
    let unknown = SourceTerms {
        source,
        ..SourceTerms::default()
    };
    Ok(found.unwrap_or(unknown))
}

/// The incidents that tell by a source: their numbers.
pub(super) fn incidents_of(db: &Connection, source: &str) -> rusqlite::Result<Vec<i64>> {
    let wanted = folded(source);
    let mut statement = db.prepare(
        "SELECT DISTINCT i.root, r.publisher, r.url, r.id FROM reports r
         JOIN accounts a ON a.report = r.number JOIN incidents i ON i.number = a.incident",
    )?;
    let mut rows = statement.query([])?;
    let mut numbers = std::collections::BTreeSet::new();
    while let Some(row) = rows.next()? {
        let publisher: Option<String> = row.get(1)?;
        let url: Option<String> = row.get(2)?;
        let host = url.as_deref().and_then(host_of);
        let by_host = host.is_some_and(|h| {
            h == wanted
                || h.strip_suffix(wanted.as_str())
                    .is_some_and(|l| l.ends_with('.'))
        });
        let id: String = row.get(3)?;
        let by_table = table_of(&id).is_some_and(|name| folded(name) == wanted);
        if by_host || by_table || publisher.is_some_and(|p| folded(&p) == wanted) {
            numbers.insert(row.get(0)?);
        }
    }
    Ok(numbers.into_iter().collect())
}

/// A key given to a write before: what it did, or `None` when the key is new.
pub(super) fn key_used(
    db: &Connection,
    key: &str,
) -> rusqlite::Result<Option<(String, String, i64)>> {
    db.prepare_cached("SELECT asked, what, number FROM write_keys WHERE key = ?")?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_by_publisher_or_host() {
        assert_eq!(
            host_of("https://User@WWW.News.example.org:443/a?b").as_deref(),
            Some("news.example.org")
        );
        assert_eq!(host_of("no address"), None);
        let hidden = SourceTerms {
            source: "example.org".to_owned(),
            licence: Some("CC BY 4.0".to_owned()),
            terms: Terms {
                republish: false,
                sensitivity: Sensitivity::Km10,
            },
        };
        let all = AllTerms(BTreeMap::from([("example.org".to_owned(), hidden)]));
        let of = |publisher, url| {
            let (licence, terms) = all.of_source(Names {
                publisher,
                url,
                report: "a.txt",
            });
            (licence.is_some(), terms.republish)
        };
        assert_eq!(of(None, Some("https://news.example.org/1")), (true, false));
        assert_eq!(of(Some("Example.org"), None), (true, false));
        assert_eq!(of(None, Some("https://badexample.org/1")), (false, true));
        let row = all.of_source(Names {
            publisher: Some("Another"),
            url: None,
            report: "example.org:12",
        });
        assert!(!row.1.republish);
    }
}
