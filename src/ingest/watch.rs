//! Feeds in, round by round: each asked when it is due, and its new items read as reports.
//!
//! What a feed said last time (its tag, its date) is sent along, so that an unchanged feed costs
//! one short answer. It is remembered only when all items are stored, so a round broken off is
//! taken up again. A feed that fails is left in peace for twice as long each time.

use std::time::Duration;

use gazetteer::Gazetteer;
use jiff::{SignedDuration, Timestamp};

use super::fetch::{FetchError, Fetcher, Remembered};
use super::{Tally, Told, accept, gather_bytes};
use crate::report::Notice;
use crate::sources;
use crate::store::{Feed, Store, StoreError};

/// The longest a failing feed is left alone.
const PEACE_MAX: Duration = Duration::from_secs(24 * 3600);

/// What asking a feed came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// It had something; what became of it.
    Read(Tally),
    /// Nothing new.
    Unchanged,
    /// It is not due yet; the seconds until it is.
    NotDue(i64),
    /// It gave nothing: why.
    Failed(String),
    /// It says that it is gone for good.
    Gone,
}

/// Asks a feed if it is due (or `now_anyway`), and keeps its items.
pub fn ask(
    address: &str,
    every: Duration,
    now_anyway: bool,
    fetcher: &mut Fetcher,
    gazetteer: &Gazetteer,
    store: &mut Store,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Asked, StoreError> {
    let mut feed = store.feed(address)?;
    let now = Timestamp::now();
    if let Some(due) = feed
        .due
        .as_deref()
        .and_then(|d| d.parse::<Timestamp>().ok())
    {
        let wait = due.duration_since(now).as_secs();
        if wait > 0 && !now_anyway {
            return Ok(Asked::NotDue(wait));
        }
    }
    let last = Remembered {
        etag: feed.etag.clone(),
        last_modified: feed.last_modified.clone(),
    };
    let target = feed.moved_to.clone().unwrap_or_else(|| address.to_owned());
    let fetched = match fetcher.fetch(&target, &last) {
        Ok(fetched) => fetched,
        Err(error) => {
            feed.failures += 1;
            let wait = peace(every, feed.failures, &error);
            set_asked(&mut feed, now, wait);
            store.keep_feed(&feed)?;
            return Ok(match error {
                FetchError::Status { status: 410, .. } => Asked::Gone,
                other => Asked::Failed(format!(
                    "{other}; asked again in {} minutes",
                    wait.as_secs().div_ceil(60)
                )),
            });
        }
    };
    if let Some(moved_to) = fetched.moved_to {
        tell(Told::Noted(&Notice::new(
            address,
            format!("has moved for good to {moved_to}, which is asked from now on"),
        )));
        feed.moved_to = Some(moved_to);
    }
    let asked = match fetched.body {
        None => Asked::Unchanged,
        Some(body) => {
            let mut gathered = match sources::json_feed(address, &body) {
                Some((reports, notices)) => super::Gathered {
                    reports,
                    notices,
                    unread: Vec::new(),
                },
                None => gather_bytes(address, &body, None),
            };
            for notice in &gathered.notices {
                tell(Told::Noted(notice));
            }
            if let Some(why) = gathered.unread.first() {
                feed.failures += 1;
                let wait = peace(every, feed.failures, &FetchError::Failed(String::new()));
                set_asked(&mut feed, now, wait);
                store.keep_feed(&feed)?;
                return Ok(Asked::Failed(why.clone()));
            }
            let retrieved = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            for report in &mut gathered.reports {
                report.id = scoped(address, &report.id);
                report.origin.retrieved = Some(retrieved.clone());
            }
            Asked::Read(accept(&gathered.reports, gazetteer, store, &mut tell)?)
        }
    };
    feed.failures = 0;
    feed.etag = fetched.remembered.etag;
    feed.last_modified = fetched.remembered.last_modified;
    set_asked(&mut feed, now, every);
    store.keep_feed(&feed)?;
    Ok(asked)
}

/// An item's id under its feed: no feed speaks for another's items.
fn scoped(address: &str, id: &str) -> String {
    let feed = address
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    format!("{feed}#{id}")
}

fn set_asked(feed: &mut Feed, now: Timestamp, wait: Duration) {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::ZERO);
    feed.asked = Some(now.to_string());
    feed.due = now.checked_add(wait).ok().map(|due| due.to_string());
}

/// How long a failing feed is left alone: what it asks for, or twice as long each time.
fn peace(every: Duration, failures: u32, error: &FetchError) -> Duration {
    if let FetchError::Status {
        retry_after: Some(wait),
        ..
    } = error
    {
        return (*wait).clamp(every.min(PEACE_MAX), PEACE_MAX);
    }
    every.saturating_mul(1 << failures.min(10)).min(PEACE_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_feed_is_left_alone_for_longer_and_longer() {
        let every = Duration::from_secs(900);
        let failed = FetchError::Failed(String::new());
        let waits: Vec<u64> = (1..12)
            .map(|n| peace(every, n, &failed).as_secs())
            .collect();
        assert_eq!(waits[..3], [1_800, 3_600, 7_200]);
        assert_eq!(waits.last(), Some(&86_400));
        let asked = FetchError::Status {
            address: String::new(),
            status: 503,
            retry_after: Some(Duration::from_secs(5_000)),
        };
        assert_eq!(peace(every, 1, &asked).as_secs(), 5_000);
    }

    #[test]
    fn items_are_called_after_their_feed() {
        assert_eq!(scoped("https://a.example/rss", "1"), "a.example/rss#1");
    }
}
