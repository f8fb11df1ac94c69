//! Files in, reports to the store: reads what it is given, asks the quiet rooms, keeps the answer.

pub mod by_hand;

use std::collections::BTreeSet;
use std::io::Read;

use gazetteer::Gazetteer;
use jiff::civil::Date;

use crate::incident::{Account, Incident, merge};
use crate::pipeline;
use crate::report::{Notice, Published, PublishedBy, Report};
use crate::sources::{self, Input};

pub use crate::sources::day_of;
use crate::store::{Added, Store, StoreError};

pub mod readers;

/// What came out of the inputs, before anything was read from the words.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The reports, in order.
    pub reports: Vec<Report>,
    /// What the user should know; nothing was lost by it.
    pub notices: Vec<Notice>,
    /// Inputs that could not be read at all, a sentence each.
    pub unread: Vec<String>,
}

/// Reads the inputs named; `-` is standard input. `published` is for reports that carry no date.
pub fn gather(names: &[String], stdin: impl Read, published: Option<Date>) -> Gathered {
    let mut all = Gathered::default();
    gather_each(names, stdin, published, |mut one| {
        all.reports.append(&mut one.reports);
        all.notices.append(&mut one.notices);
        all.unread.append(&mut one.unread);
    });
    all
}

/// The same input by input, so that not all of them are held at once.
pub fn gather_each(
    names: &[String],
    stdin: impl Read,
    published: Option<Date>,
    mut done: impl FnMut(Gathered),
) {
    let mut stdin = Some(stdin);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let mut all = Gathered::default();
        match bytes_of(name, &mut stdin) {
            Ok(bytes) => {
                take(name, &bytes, published, &mut all);
                // Two files of one name in different folders are two reports.
                for report in &mut all.reports {
                    if !seen.insert(report.id.clone()) && report.id != *name {
                        all.notices.push(Notice::new(
                            name,
                            format!(
                                "a report called {} came before; this one is called by its path",
                                report.id
                            ),
                        ));
                        report.id.clone_from(name);
                        seen.insert(report.id.clone());
                    }
                }
            }
            Err(why) => all.unread.push(why),
        }
        done(all);
    }
}

/// Reads bytes that came under a name, such as the body of a request.
#[must_use]
pub fn gather_bytes(name: &str, bytes: &[u8], published: Option<Date>) -> Gathered {
    let mut all = Gathered::default();
    take(name, bytes, published, &mut all);
    all
}

fn take(name: &str, bytes: &[u8], published: Option<Date>, all: &mut Gathered) {
    match sources::read(Input { name, bytes }) {
        Ok((mut reports, notices)) => {
            for report in &mut reports {
                if let (None, Some(day)) = (report.published, published) {
                    let by = PublishedBy::Operator;
                    report.published = Some(Published { day, by });
                }
            }
            all.reports.append(&mut reports);
            all.notices.extend(notices);
        }
        Err(unreadable) => all.unread.push(unreadable.to_string()),
    }
}

fn bytes_of(name: &str, stdin: &mut Option<impl Read>) -> Result<Vec<u8>, String> {
    // One byte more than is taken tells that there was more.
    let most = u64::try_from(sources::INPUT_BYTES_MAX).unwrap_or(u64::MAX) + 1;
    let mut bytes = Vec::new();
    if name == "-" {
        let Some(stdin) = stdin.take() else {
            return Err("standard input was named twice; it can be read once".to_owned());
        };
        let read = stdin.take(most).read_to_end(&mut bytes);
        return read
            .map(|_| bytes)
            .map_err(|error| format!("standard input cannot be read: {error}"));
    }
    if name.starts_with("http://") || name.starts_with("https://") {
        return Err(format!(
            "{name} is an address, and this version does not fetch addresses; save the page as a file and give that"
        ));
    }
    let path = std::path::Path::new(name);
    if path.is_dir() {
        return Err(format!(
            "{name} is a folder; name the files in it ({name}/*)"
        ));
    }
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map(|_| bytes)
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!("{name} does not exist"),
            _ => format!("{name} cannot be read: {error}"),
        })
}

/// What would be made of reports; nothing is stored.
#[must_use]
pub fn preview(reports: &[Report], gazetteer: &Gazetteer) -> (Vec<Incident>, Vec<Notice>) {
    let mut accounts = Vec::new();
    let mut notices = Vec::new();
    for report in reports {
        let (told, noted) = pipeline::accounts(report, gazetteer);
        accounts.extend(told);
        notices.extend(noted);
    }
    (merged(accounts), notices)
}

/// The incidents that accounts tell of, and that are shown.
#[must_use]
pub fn merged(accounts: Vec<Account>) -> Vec<Incident> {
    let mut incidents = merge::all(accounts);
    incidents.retain(|incident| incident.shown().standing.is_feature());
    incidents
}

/// What happened to the reports added.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Reports given.
    pub reports: usize,
    /// Reports known already, word for word.
    pub unchanged: usize,
    /// Reports known with another text, read again.
    pub replaced: usize,
    /// Reports that became no incident.
    pub without_incident: usize,
    /// Incidents made.
    pub new: usize,
    /// Incidents that gained an account or were read again.
    pub joined: usize,
    /// Incidents that lost their last account.
    pub withdrawn: usize,
    /// Of the new and joined: without a place that can be drawn.
    pub unplaced: usize,
    /// Of the new and joined: without a day.
    pub undated: usize,
}

/// Something to tell while reports are added.
#[derive(Debug)]
pub enum Told<'a> {
    /// An incident was made.
    New(&'a Incident),
    /// An incident gained an account or was read again.
    Joined(&'a Incident),
    /// Something the user should know.
    Noted(&'a Notice),
}

/// Reads reports and keeps them, one transaction each.
pub fn accept(
    reports: &[Report],
    gazetteer: &Gazetteer,
    store: &mut Store,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Tally, StoreError> {
    let mut tally = Tally::default();
    for report in reports {
        tally.reports += 1;
        if store.knows(report)? {
            tally.unchanged += 1;
            continue;
        }
        let (accounts, notices) = pipeline::accounts(report, gazetteer);
        for notice in &notices {
            tell(Told::Noted(notice));
        }
        let told_nothing = !accounts.iter().any(|a| a.standing.is_feature());
        let added = store.add_report(report, &accounts, &notices)?;
        if told_nothing {
            tally.without_incident += 1;
        }
        count(&mut tally, &added);
        for incident in &added.new {
            if incident.shown().standing.is_feature() {
                tell(Told::New(incident));
            }
        }
        for incident in &added.joined {
            tell(Told::Joined(incident));
        }
    }
    Ok(tally)
}

fn count(tally: &mut Tally, added: &Added) {
    tally.unchanged += usize::from(added.unchanged);
    tally.replaced += usize::from(added.replaced);
    tally.withdrawn += added.withdrawn.len();
    for (incident, new) in added
        .new
        .iter()
        .map(|i| (i, true))
        .chain(added.joined.iter().map(|i| (i, false)))
    {
        let shown = incident.shown();
        if !shown.standing.is_feature() {
            continue;
        }
        if new {
            tally.new += 1;
        } else {
            tally.joined += 1;
        }
        tally.unplaced += usize::from(!has_shape(&shown));
        tally.undated += usize::from(shown.when.start.is_none() && shown.when.end.is_none());
    }
}

/// True when something can be drawn for the incident.
fn has_shape(shown: &crate::incident::Shown) -> bool {
    shown.place.as_ref().is_some_and(|place| {
        place.point().is_some()
            || (!place.precision.is_pointlike()
                && place.area.as_ref().is_some_and(|a| !a.0.is_empty()))
    })
}
