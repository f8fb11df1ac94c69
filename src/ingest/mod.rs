//! Files in, reports to the store: reads what it is given, asks the quiet rooms, keeps the answer.

pub mod by_hand;
pub mod fetch;
pub mod import;
mod reread;
pub mod watch;

pub use reread::{Reread, reread};

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
/// Addresses are not fetched.
pub fn gather(names: &[String], stdin: impl Read, published: Option<Date>) -> Gathered {
    gather_with(names, stdin, published, None)
}

/// The same, with somebody to fetch the addresses among the names.
pub fn gather_with(
    names: &[String],
    stdin: impl Read,
    published: Option<Date>,
    fetcher: Option<&mut fetch::Fetcher>,
) -> Gathered {
    let mut all = Gathered::default();
    gather_one_by_one(names, stdin, published, fetcher, |mut one| {
        all.reports.append(&mut one.reports);
        all.notices.append(&mut one.notices);
        all.unread.append(&mut one.unread);
    });
    all
}

/// Input by input, so that not all of them are held at once. Addresses are not fetched.
pub fn gather_each(
    names: &[String],
    stdin: impl Read,
    published: Option<Date>,
    done: impl FnMut(Gathered),
) {
    gather_one_by_one(names, stdin, published, None, done);
}

fn gather_one_by_one(
    names: &[String],
    stdin: impl Read,
    published: Option<Date>,
    mut fetcher: Option<&mut fetch::Fetcher>,
    mut done: impl FnMut(Gathered),
) {
    let mut stdin = Some(stdin);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for name in names {
        let address = name.starts_with("http://") || name.starts_with("https://");
        let bytes = match &mut fetcher {
            Some(fetcher) if address => fetcher
                .fetch(name, &fetch::Remembered::default())
                .map(|fetched| fetched.body.unwrap_or_default())
                .map_err(|error| error.to_string()),
            _ => bytes_of(name, &mut stdin),
        };
        let mut all = Gathered::default();
        match bytes {
            Ok(bytes) => {
                take(name, &bytes, published, &mut all);
                if address {
                    retrieved(name, &mut all.reports);
                }
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

/// What came from an address says so; a page is called by it.
fn retrieved(address: &str, reports: &mut [Report]) {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    let now = now.to_string();
    if let [only] = reports {
        address.clone_into(&mut only.id);
        only.origin.url.get_or_insert_with(|| address.to_owned());
    }
    for report in reports {
        report.origin.retrieved = Some(now.clone());
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
            "{name} is an address; `placetime add` fetches it, or save the page as a file and give that"
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
    tell: impl FnMut(Told<'_>),
) -> Result<Tally, StoreError> {
    let read = |some: &[&Report]| -> Vec<readers::Read1> {
        some.iter()
            .map(|r| pipeline::accounts(r, gazetteer))
            .collect()
    };
    accept_read(reports, read, store, tell)
}

/// Reports that are read before the first of them is kept: enough to keep all cores busy.
const READ_AHEAD: usize = 256;

/// The same with somebody to read: gives the accounts and notices of each report, in order.
pub fn accept_read(
    reports: &[Report],
    mut read: impl FnMut(&[&Report]) -> Vec<readers::Read1>,
    store: &mut Store,
    mut tell: impl FnMut(Told<'_>),
) -> Result<Tally, StoreError> {
    let mut tally = Tally::default();
    for some in reports.chunks(READ_AHEAD) {
        let mut unknown: Vec<usize> = Vec::new();
        for (i, report) in some.iter().enumerate() {
            if store.source_of(&report.id)?.is_none() && !store.knows(report)? {
                unknown.push(i);
            }
        }
        let to_read: Vec<&Report> = unknown.iter().map(|i| &some[*i]).collect();
        let mut told: Vec<Option<readers::Read1>> = some.iter().map(|_| None).collect();
        for (i, one) in unknown.into_iter().zip(read(&to_read)) {
            told[i] = Some(one);
        }
        keep(some, told, store, &mut tell, &mut tally)?;
    }
    Ok(tally)
}

/// Keeps reports, each with what was read of it; those known already were not read.
fn keep(
    reports: &[Report],
    told: Vec<Option<readers::Read1>>,
    store: &mut Store,
    tell: &mut impl FnMut(Told<'_>),
    tally: &mut Tally,
) -> Result<(), StoreError> {
    for (report, own) in reports.iter().zip(told) {
        tally.reports += 1;
        // Whoever made a table told its rows; a report of the same id is another thing.
        if let Some(source) = store.source_of(&report.id)? {
            let what = format!(
                "a row of the source {source} has this id, so the report was left out; give it another id"
            );
            tell(Told::Noted(&Notice::new(&report.id, what)));
            continue;
        }
        if store.knows(report)? {
            tally.unchanged += 1;
            continue;
        }
        let Some((accounts, notices)) = own else {
            continue;
        };
        for notice in &notices {
            tell(Told::Noted(notice));
        }
        let told_nothing = !accounts.iter().any(|a| a.standing.is_feature());
        let added = store.add_report(report, &accounts, &notices)?;
        if told_nothing {
            tally.without_incident += 1;
        }
        count(tally, &added);
        for incident in &added.new {
            if incident.shown().standing.is_feature() {
                tell(Told::New(incident));
            }
        }
        for incident in &added.joined {
            tell(Told::Joined(incident));
        }
    }
    Ok(())
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
