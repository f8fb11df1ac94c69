//! What keeps the store in order: `reread`, `verify`, `log`, `purge`, `backup`, `restore`.

use std::io::{self, IsTerminal, Write};

use serde_json::json;

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{BackupFile, House, Log, Purge, Reread, Verify};
use crate::ingest;
use crate::store::{Head, Store};

/// Reads every report again.
pub(super) fn reread(it: &Reread, house: &House) -> Outcome {
    let gazetteer = gazetteer(house)?;
    let mut store = Store::open(&house.data)?;
    let terminal = io::stderr().is_terminal();
    let tally = ingest::reread(&mut store, &gazetteer, it.from_start, |done, all| {
        if terminal {
            let _ = write!(io::stderr(), "\r{done} of {all} reports");
        }
    })?;
    if terminal {
        say("");
    }
    writeln!(
        io::stdout().lock(),
        "{} reports read again{}: {} new incidents, {} changed, {} withdrawn",
        tally.reports,
        if tally.taken_up {
            " (taken up where it was left)"
        } else {
            ""
        },
        tally.new,
        tally.changed,
        tally.withdrawn
    )?;
    Ok(true)
}

/// Holds everything against the log.
pub(super) fn verify(it: &Verify, house: &House) -> Outcome {
    let elsewhere: Option<Head> = match &it.head {
        None => None,
        Some(text) => Some(text.parse().map_err(Failed::Usage)?),
    };
    let found = Store::open_to_read(&house.data)?.verify(elsewhere.as_ref())?;
    let head = found.head.as_ref().map(ToString::to_string);
    let mut out = io::stdout().lock();
    if it.json {
        let page = json!({
            "sound": found.faults == 0,
            "entries": found.entries,
            "purged": found.purged,
            "rows": found.rows,
            "incidents": found.incidents,
            "head": head,
            "faults": found.faults,
            "told": found.told,
        });
        writeln!(out, "{page:#}")?;
    } else {
        for fault in &found.told {
            writeln!(out, "{fault}")?;
        }
        writeln!(
            out,
            "{}: {} entries of the log, {} rows, {} incidents; {}; head {}",
            if found.faults == 0 {
                "sound"
            } else {
                "not sound"
            },
            found.entries,
            found.rows,
            found.incidents,
            match found.faults {
                0 => "no fault".to_owned(),
                1 => "1 fault".to_owned(),
                n => format!("{n} faults"),
            },
            head.as_deref().unwrap_or("none")
        )?;
    }
    Ok(found.faults == 0)
}

/// Shows the log.
pub(super) fn log(it: &Log, house: &House) -> Outcome {
    let store = Store::open_to_read(&house.data)?;
    let mut out = io::stdout().lock();
    if it.head {
        match store.head()? {
            Some(head) => writeln!(out, "{head}")?,
            None => say("nothing was written yet"),
        }
        return Ok(true);
    }
    for entry in store.log(it.about.as_deref(), it.limit)? {
        if it.json {
            let line = json!({
                "seq": entry.seq,
                "at": entry.at,
                "what": entry.what,
                "about": entry.about,
                "who": entry.who,
                "detail": entry.detail,
            });
            writeln!(out, "{line}")?;
            continue;
        }
        let why = entry.detail.as_ref().map(|d| &d["why"]);
        let why = why.and_then(|w| w.as_str()).unwrap_or_default();
        let purged = if entry.detail.is_none() {
            "(purged)"
        } else {
            ""
        };
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{why}{purged}",
            entry.seq, entry.at, entry.what, entry.about, entry.who
        )?;
    }
    Ok(true)
}

/// Takes a report out for good.
pub(super) fn purge(it: &Purge, house: &House) -> Outcome {
    let mut store = Store::open(&house.data)?;
    match store.purge(&it.report, &it.who, &it.why)? {
        Some(done) => {
            say(&format!(
                "{} is purged: {} incidents tell on without it, {} are withdrawn, {} entries of the log keep only their hash; backups made before still hold it",
                it.report, done.changed, done.withdrawn, done.payloads
            ));
            Ok(true)
        }
        None => {
            say(&format!("there is no report {}", it.report));
            Ok(false)
        }
    }
}

/// The whole store in one file.
pub(super) fn backup(it: &BackupFile, house: &House) -> Outcome {
    let store = Store::open_to_read(&house.data)?;
    store.backup(&it.file)?;
    let head = store.head()?.map_or("none".to_owned(), |h| h.to_string());
    say(&format!(
        "{} holds the store; head {head}",
        it.file.display()
    ));
    Ok(true)
}

/// A backup in the place of what is here.
pub(super) fn restore(it: &BackupFile, house: &House) -> Outcome {
    let mut store = Store::open_or_damaged(&house.data)?;
    let kept = store.restore(&it.file)?;
    say(&match kept {
        Some(path) => format!(
            "{} is put back; what was here is kept in {}",
            it.file.display(),
            path.display()
        ),
        None => format!("{} is put back", it.file.display()),
    });
    Ok(true)
}
