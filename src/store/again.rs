//! A report that is known is read again: which of its new tellings stands for which former one, so
//! that incidents keep their ids, their versions where nothing changed, and their rulings.

use rusqlite::Transaction;

use super::load::account_of;
use crate::incident::fit::{compatible, dates_fit};
use crate::incident::{Account, Quote};

/// A telling as it was kept.
pub(super) struct Former {
    /// The number of its row.
    pub(super) number: i64,
    /// The number of its incident's row.
    pub(super) incident: i64,
    /// Why it joined that incident.
    pub(super) because: String,
    /// The row's JSON.
    pub(super) told: String,
    account: Account,
}

/// The former tellings of a report's row, those that a person made left out.
pub(super) fn former(tx: &Transaction<'_>, report: i64) -> rusqlite::Result<Vec<Former>> {
    let mut statement = tx.prepare_cached(
        "SELECT number, incident, because, told FROM accounts WHERE report = ? AND ordinal < ?
         ORDER BY number",
    )?;
    let mut rows = statement.query(rusqlite::params![report, crate::incident::BY_HAND_ORDINAL])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let told: String = row.get(3)?;
        all.push(Former {
            number: row.get(0)?,
            incident: row.get(1)?,
            because: row.get(2)?,
            account: account_of(&told)?,
            told,
        });
    }
    Ok(all)
}

/// For every new telling the place in the list of the former one it stands for. The likest pairs
/// find each other first; nothing stands for two.
pub(super) fn matched(former: &[Former], accounts: &[Account]) -> Vec<Option<usize>> {
    let mut pairs: Vec<(u32, usize, usize)> = Vec::new();
    for (i, new) in accounts.iter().enumerate() {
        for (j, old) in former.iter().enumerate() {
            if let Some(likeness) = likeness(&old.account, new) {
                pairs.push((likeness, i, j));
            }
        }
    }
    pairs.sort_by_key(|(likeness, i, j)| (std::cmp::Reverse(*likeness), *i, *j));
    let mut found = vec![None; accounts.len()];
    let mut taken = vec![false; former.len()];
    for (_, i, j) in pairs {
        if found[i].is_none() && !taken[j] {
            found[i] = Some(j);
            taken[j] = true;
        }
    }
    found
}

/// How like a new telling is to a former one of the same report; `None` when it tells of something
/// else.
fn likeness(old: &Account, new: &Account) -> Option<u32> {
    let events = |a: &Account| -> Vec<Quote> {
        let quotes = a.quotes.iter().filter(|q| q.field == "event");
        quotes.cloned().collect()
    };
    let (before, now) = (events(old), events(new));
    let same_words = now.iter().any(|q| {
        before
            .iter()
            .any(|p| p.text == q.text && !q.text.is_empty())
    });
    let overlap = now.iter().any(|q| {
        before
            .iter()
            .any(|p| p.start < q.end && q.start < p.end && p.text.contains(&q.text[..first(q)]))
    });
    let same_kind = old.kind == new.kind;
    let same_days = old.when.days().is_some() && old.when.days() == new.when.days();
    let same_turn = old.ordinal == new.ordinal;
    let words = same_words || overlap;
    let may_be = if words {
        same_kind || compatible(old.kind, new.kind) || same_turn
    } else {
        same_kind && (same_turn || same_days && dates_fit(&old.when, &new.when))
    };
    let points = [
        (same_words, 8),
        (same_kind, 4),
        (overlap, 2),
        (same_days, 2),
        (same_turn, 1),
    ];
    let sum = points.iter().filter(|(is, _)| *is).map(|(_, n)| n).sum();
    may_be.then_some(sum)
}

/// Where the first word of a quote ends, in bytes.
fn first(quote: &Quote) -> usize {
    quote
        .text
        .find(char::is_whitespace)
        .unwrap_or(quote.text.len())
}
