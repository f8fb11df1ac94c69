//! `read` and `add`.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use gazetteer::Gazetteer;

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{self, DetailOption, House, ReadFormat};
use crate::formats::{self, About, Detail, Format};
use crate::ingest::fetch::Fetcher;
use crate::ingest::readers::{self, Listener, Read1, Readings};
use crate::ingest::{self, Gathered, Told};
use crate::report::Report;
use crate::store::Store;

/// Reads reports and prints the incidents.
pub(super) fn read(it: &config::Read, house: &House) -> Outcome {
    let mut reader = Reader::of(&it.by)?;
    let gazetteer = gazetteer(house)?;
    let mut accounts = Vec::new();
    let mut waiting: Vec<Report> = Vec::new();
    let mut all_read = true;
    let mut take = |waiting: &mut Vec<Report>| {
        let all: Vec<&Report> = waiting.iter().collect();
        for (told, notices) in reader.read(&all, &gazetteer) {
            accounts.extend(told);
            for notice in &notices {
                say(&notice.to_string());
            }
        }
        waiting.clear();
    };
    ingest::gather_each(&it.files, io::stdin().lock(), it.published, |mut one| {
        tell(&one);
        all_read &= one.unread.is_empty();
        waiting.append(&mut one.reports);
        let bytes: usize = waiting.iter().map(|r| r.text.len()).sum();
        if waiting.len() >= WAITING_MAX || bytes >= WAITING_BYTES_MAX {
            take(&mut waiting);
        }
    });
    take(&mut waiting);
    reader.finish();
    let incidents = ingest::merged(accounts);
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
    Ok(all_read)
}

/// Reports that wait to be read at once.
const WAITING_MAX: usize = 1_024;

/// Bytes of text that do.
const WAITING_BYTES_MAX: usize = 16_000_000;

/// Who reads.
enum Reader {
    Own { jobs: usize },
    File(Readings),
    Listening(Listener),
}

impl Reader {
    fn of(it: &config::ReadBy) -> Result<Self, Failed> {
        if let Some(file) = &it.reading {
            let (readings, notices) = Readings::open(file).map_err(Failed::Work)?;
            for notice in &notices {
                say(&notice.to_string());
            }
            return Ok(Self::File(readings));
        }
        if let Some(url) = &it.reader {
            let timeout = Duration::from_secs(it.reader_timeout);
            return Listener::at(url, timeout)
                .map(Self::Listening)
                .map_err(Failed::Usage);
        }
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self::Own {
            jobs: it.jobs.map_or_else(cores, usize::from),
        })
    }

    fn read(&mut self, reports: &[&Report], gazetteer: &Gazetteer) -> Vec<Read1> {
        let one_by_one =
            |read: &mut dyn FnMut(&Report) -> Read1| reports.iter().map(|r| read(r)).collect();
        match self {
            Self::Own { jobs } => readers::read_all(reports, gazetteer, *jobs),
            Self::File(it) => one_by_one(&mut |r| it.read(r, gazetteer)),
            Self::Listening(it) => one_by_one(&mut |r| it.read(r, gazetteer)),
        }
    }

    fn finish(&self) {
        if let Self::File(readings) = self {
            for notice in readings.left() {
                say(&notice.to_string());
            }
        }
    }
}

/// Reads reports and keeps them.
pub(super) fn add(it: &config::Add, house: &House) -> Outcome {
    let mut reader = Reader::of(&it.by)?;
    let gazetteer = gazetteer(house)?;
    let mut store = Store::open(&house.data)?;
    let mut fetcher = Fetcher::new(it.allow_private);
    let stdin = io::stdin().lock();
    let gathered = ingest::gather_with(&it.files, stdin, it.published, Some(&mut fetcher));
    tell(&gathered);
    let tally = ingest::accept_read(
        &gathered.reports,
        |reports| reader.read(reports, &gazetteer),
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
    reader.finish();
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
