//! `read` and `add`.

use std::io::{self, BufWriter, Write};

use gazetteer::Gazetteer;

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{self, DetailOption, House, ReadFormat};
use crate::formats::{self, About, Detail, Format};
use crate::ingest::fetch::Fetcher;
use crate::ingest::{self, Gathered, Told};
use crate::store::Store;

/// Reads reports and prints the incidents.
pub(super) fn read(it: &config::Read, house: &House) -> Outcome {
    if it.reading.is_some() {
        return Err(Failed::Usage(
            "--reading is not understood by this version".to_owned(),
        ));
    }
    let gazetteer = gazetteer(house)?;
    let gathered = ingest::gather(&it.files, io::stdin().lock(), it.published);
    tell(&gathered);
    let (incidents, notices) = ingest::preview(&gathered.reports, &gazetteer);
    for notice in &notices {
        say(&notice.to_string());
    }
    let (format, usual) = match it.format {
        ReadFormat::Geojson => (Format::GeoJson, Detail::Flat),
        ReadFormat::Jsonl => (Format::GeoJsonLines, Detail::Full),
        ReadFormat::Csv => (Format::Csv, Detail::Flat),
    };
    let detail = match it.detail {
        None => usual,
        Some(DetailOption::Flat) => Detail::Flat,
        Some(DetailOption::Full) => Detail::Full,
    };
    let out = BufWriter::new(io::stdout());
    let mut sink = formats::sink(format, detail, &about(&gazetteer), out)?;
    for incident in &incidents {
        sink.add(&incident.shown(), Some(incident))?;
    }
    sink.finish()?;
    Ok(gathered.unread.is_empty())
}

/// Reads reports and keeps them.
pub(super) fn add(it: &config::Add, house: &House) -> Outcome {
    let gazetteer = gazetteer(house)?;
    let mut store = Store::open(&house.data)?;
    let mut fetcher = Fetcher::new(it.allow_private);
    let stdin = io::stdin().lock();
    let gathered = ingest::gather_with(&it.files, stdin, it.published, Some(&mut fetcher));
    tell(&gathered);
    let tally = ingest::accept(
        &gathered.reports,
        &gazetteer,
        &mut store,
        |told| match told {
            Told::New(incident) => say(&format!(
                "new: {} ({})",
                incident.shown().title,
                incident.id
            )),
            Told::Joined(incident) => say(&format!(
                "merged: {} ({}, {} accounts)",
                incident.shown().title,
                incident.id,
                incident.accounts.len()
            )),
            Told::Noted(notice) => say(&notice.to_string()),
        },
    )?;
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}: {}, {} merged into known ones ({} unplaced, {} undated), {} unchanged, {} read again, {} without an incident{}",
        counted(tally.reports, "report"),
        counted(tally.new, "new incident"),
        tally.joined,
        tally.unplaced,
        tally.undated,
        tally.unchanged,
        tally.replaced,
        tally.without_incident,
        match tally.withdrawn {
            0 => String::new(),
            n => format!(", {} withdrawn", counted(n, "incident")),
        }
    )?;
    Ok(gathered.unread.is_empty())
}

/// "1 report", "2 reports".
fn counted(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// What the file says of itself.
pub(super) fn about(gazetteer: &Gazetteer) -> About {
    About {
        credits: gazetteer.credits().into_iter().map(|c| c.credit).collect(),
        ..About::default()
    }
}

fn tell(gathered: &Gathered) {
    for notice in &gathered.notices {
        say(&notice.to_string());
    }
    for sentence in &gathered.unread {
        say(sentence);
    }
}
