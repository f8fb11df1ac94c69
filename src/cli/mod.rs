//! The commands: wires the house.
//!
//! Data goes to standard output, everything else to standard error. The exit status is 0 when the
//! work is done (bad rows and notices included), 1 when an input could not be read at all or the
//! work failed, 2 for wrong usage.

mod annotate;
mod export;
mod import;
mod keep;
mod places;
mod publish;
mod read;
mod rule;
mod score;
mod serve;
mod source;
mod watch;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use gazetteer::Gazetteer;

use crate::config::{Command, House, Options};

/// Why a command ended without doing its work: one sentence for standard error.
#[derive(Debug)]
pub(crate) enum Failed {
    /// Exit status 1.
    Work(String),
    /// Exit status 2: the options make no sense.
    Usage(String),
    /// Nobody reads our output any more; quiet, and no failure of ours.
    PipeClosed,
}

impl From<crate::store::StoreError> for Failed {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Work(error.to_string())
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            io::ErrorKind::StorageFull => {
                Self::Work("the disk is full; the output is not complete".to_owned())
            }
            _ => Self::Work(format!("the output cannot be written: {error}")),
        }
    }
}

/// How a command ended: `true` when every input could be read.
type Outcome = Result<bool, Failed>;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => {
            // Help and version are data; a wrong option is not.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let outcome = match &options.command {
        Command::Resolve(it) => places::resolve(it, &options.house),
        Command::Annotate(it) => annotate::annotate(it, &options.house),
        Command::Read(it) => read::read(it, &options.house),
        Command::Add(it) => read::add(it, &options.house),
        Command::Import(it) => import::import(it, &options.house),
        Command::Watch(it) => watch::watch(it, &options.house),
        Command::Export(it) => export::export(it, &options.house),
        Command::Publish(it) => publish::publish(it, &options.house),
        Command::Score(it) => score::score(it, &options.house),
        Command::Open(it) => publish::open(it),
        Command::Serve(it) => serve::serve(it, &options.house),
        Command::Gazetteer(it) => places::gazetteer(it, &options.house),
        Command::Rule(it) => rule::rule(it, &options.house),
        Command::Publishing(it) => rule::publishing(it, &options.house),
        Command::Source(it) => source::source(it, &options.house),
        Command::Token(it) => serve::token(it, &options.house),
        Command::Reread(it) => keep::reread(it, &options.house),
        Command::Verify(it) => keep::verify(it, &options.house),
        Command::Log(it) => keep::log(it, &options.house),
        Command::Purge(it) => keep::purge(it, &options.house),
        Command::Backup(it) => keep::backup(it, &options.house),
        Command::Restore(it) => keep::restore(it, &options.house),
    };
    match outcome {
        Ok(true) | Err(Failed::PipeClosed) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Failed::Work(why)) => {
            say(&format!("placetime: {why}"));
            ExitCode::FAILURE
        }
        Err(Failed::Usage(why)) => {
            say(&format!("placetime: {why}"));
            ExitCode::from(2)
        }
    }
}

/// A line on standard error; when that is closed there is nobody to tell.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// The gazetteer named in the options, or the starter.
pub(crate) fn gazetteer(house: &House) -> Result<Gazetteer, Failed> {
    match &house.gazetteer {
        None => Ok(Gazetteer::starter()),
        Some(path) => {
            let failed = |why: &dyn std::fmt::Display| {
                Failed::Work(format!(
                    "the gazetteer {} cannot be opened: {why}",
                    path.display()
                ))
            };
            let file = File::open(path).map_err(|e| failed(&e))?;
            // A mapped file must not change under us: `gazetteer build` writes a new file and puts
            // it in place, and never touches an old one.
            #[expect(
                unsafe_code,
                reason = "mapping a file is; the bytes are checked on opening"
            )]
            let bytes = unsafe { memmap2::Mmap::map(&file) }.map_err(|e| failed(&e))?;
            Gazetteer::open(bytes).map_err(|e| failed(&e))
        }
    }
}

/// `LAT,LON` as a position.
pub(crate) fn lat_lon(text: &str) -> Result<gazetteer::LonLat, Failed> {
    let numbers = text
        .split_once(',')
        .and_then(|(lat, lon)| Some((lat.trim().parse().ok()?, lon.trim().parse().ok()?)));
    let Some((lat, lon)) = numbers else {
        return Err(Failed::Usage(format!(
            "“{text}” is no position; write it as LAT,LON, such as 33.5,38.6"
        )));
    };
    gazetteer::LonLat::new(lon, lat).map_err(|error| Failed::Usage(error.to_string()))
}

/// Writes beside the file and puts it in place when it is whole, so that no reader sees half. Two
/// that write one file at once each have their own beside it; the one that ends last stays.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let failed =
        |error: &io::Error| Failed::Work(format!("{} cannot be written: {error}", path.display()));
    static WRITTEN: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let turn = WRITTEN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{turn}.part", std::process::id()));
    let part = Path::new(&name);
    let mut file = File::create(part).map_err(|e| failed(&e))?;
    let written = write(&mut file)
        .and_then(|()| file.sync_all().map_err(|e| failed(&e)))
        .and_then(|()| std::fs::rename(part, path).map_err(|e| failed(&e)));
    if written.is_err() {
        // The first failure is the one to tell.
        let _ = std::fs::remove_file(part);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_write_one_file_at_once_both_succeed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("world.gaz");
        let write =
            |file: &mut File, words: &str| file.write_all(words.as_bytes()).map_err(Failed::from);
        let outer = write_whole(&path, |file| {
            write_whole(&path, |file| write(file, "the quicker"))?;
            assert_eq!(
                std::fs::read_to_string(&path).expect("a file"),
                "the quicker"
            );
            write(file, "the slower")
        });
        assert!(outer.is_ok());
        assert_eq!(
            std::fs::read_to_string(&path).expect("a file"),
            "the slower"
        );
        assert_eq!(
            std::fs::read_dir(folder.path()).expect("a folder").count(),
            1
        );
    }
}
