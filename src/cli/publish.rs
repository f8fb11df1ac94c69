//! `publish` and `open`.

use std::io::{self, Write};

use super::{Failed, Outcome, say};
use crate::config::{self, House};
use crate::publish::{self, PublishError};
use crate::store::Store;

impl From<PublishError> for Failed {
    fn from(error: PublishError) -> Self {
        Self::Work(error.to_string())
    }
}

/// Writes the site.
pub(super) fn publish(it: &config::Publish, house: &House) -> Outcome {
    let query = super::export::asked(
        it.bbox.as_deref(),
        it.datetime.as_deref(),
        it.filter.as_deref(),
    )?;
    let gazetteer = super::gazetteer(house)?;
    let about = super::read::about(&gazetteer);
    let store = Store::open_to_read(&house.data)?;
    let done = publish::publish(&store, &gazetteer, &about, &query, &it.dir)?;
    let (counts, changes) = (done.counts, done.changes);
    writeln!(
        io::stdout().lock(),
        "{}: {} published incidents ({} points, {} areas, {} not on the map); {} files written, {} unchanged, {} removed",
        it.dir.display(),
        counts.total(),
        counts.points,
        counts.areas,
        counts.unplaced,
        changes.written,
        changes.unchanged,
        changes.removed
    )?;
    Ok(true)
}

/// Shows a published folder on this machine.
pub(super) fn open(it: &config::Open) -> Outcome {
    publish::open(&it.dir, it.port, |address| {
        say(&format!(
            "{} is shown at {address} on this machine only; Ctrl-C ends it",
            it.dir.display()
        ));
        if !it.print && io::IsTerminal::is_terminal(&io::stderr()) {
            browse(address);
        }
    })?;
    Ok(true)
}

/// Asks the desktop to open an address; where there is none, the line with the address has to do.
fn browse(address: &str) {
    use std::process::{Command, Stdio};
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let _ = Command::new(program)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}
