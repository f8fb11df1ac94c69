//! `watch`.

use std::io::{self, Write};
use std::time::Duration;

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{self, House};
use crate::ingest::Told;
use crate::ingest::fetch::Fetcher;
use crate::ingest::watch::{self, Asked};
use crate::store::Store;

/// Longest rest between two looks at what is due.
const REST_MAX: Duration = Duration::from_secs(60);

/// Asks feeds again and again, or once.
pub(super) fn watch(it: &config::Watch, house: &House) -> Outcome {
    if it.every == 0 {
        return Err(Failed::Usage(
            "--every 0: at least a minute is meant".to_owned(),
        ));
    }
    let every = Duration::from_secs(u64::from(it.every) * 60);
    let gazetteer = gazetteer(house)?;
    let mut store = Store::open(&house.data)?;
    let mut fetcher = Fetcher::new(it.allow_private);
    let mut gone = vec![false; it.feeds.len()];
    loop {
        let mut rest = REST_MAX;
        let mut all_read = true;
        for (address, gone) in it.feeds.iter().zip(&mut gone) {
            if *gone {
                continue;
            }
            let tell = |told: Told<'_>| match told {
                Told::New(incident) => {
                    say(&format!(
                        "new: {} ({})",
                        incident.shown().title,
                        incident.id
                    ));
                }
                Told::Joined(incident) => {
                    say(&format!(
                        "merged: {} ({})",
                        incident.shown().title,
                        incident.id
                    ));
                }
                Told::Noted(notice) => say(&notice.to_string()),
            };
            let asked = watch::ask(
                address,
                every,
                it.once,
                &mut fetcher,
                &gazetteer,
                &mut store,
                tell,
            )?;
            let mut out = io::stdout().lock();
            match asked {
                Asked::Read(tally) => writeln!(
                    out,
                    "{address}: {} items, {} new incidents, {} merged into known ones, {} unchanged",
                    tally.reports, tally.new, tally.joined, tally.unchanged
                )?,
                Asked::Unchanged => writeln!(out, "{address}: nothing new")?,
                Asked::NotDue(seconds) => {
                    let seconds = u64::try_from(seconds).unwrap_or(1).max(1);
                    rest = rest.min(Duration::from_secs(seconds));
                }
                Asked::Failed(why) => {
                    say(&why);
                    all_read = false;
                }
                Asked::Gone => {
                    say(&format!(
                        "{address} says that it is gone; it is asked no more"
                    ));
                    *gone = true;
                    all_read = false;
                }
            }
            out.flush()?;
        }
        if it.once {
            return Ok(all_read);
        }
        if gone.iter().all(|g| *g) {
            return Ok(false);
        }
        std::thread::sleep(rest);
    }
}
