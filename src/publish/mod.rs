//! A map as files: the page, the incidents, their accounts and the names, for any web host or a USB
//! stick; no server of ours is needed.
//!
//! Only what is published goes out. Everything is written beside the folder and exchanged at the end,
//! so a reader sees the old site or the new one ([`folder`]).
//!
//! # What is not here
//!
//! No SQL and no HTTP. Which incidents there are is the store's; how a format looks is `formats`'.

mod folder;
mod names;
mod tiles;

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use gazetteer::Gazetteer;
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use folder::{Changes, FileRow, MANIFEST, Manifest, Staging};

use crate::formats::{self, About, Detail, Format, Geometry, Layer, geojson};
use crate::incident::{Incident, Status};
use crate::query::columns::Columns;
use crate::query::row::{Areas, Row};
use crate::server::{self, SiteFile, SiteFiles, page_files, without_names};
use crate::store::{Query, Store, StoreError, boxes};

/// The formats beside the page: what its download links name.
const FORMATS: &[Format] = &[
    Format::GeoJson,
    Format::GeoJsonLines,
    Format::Csv,
    Format::Kml,
    Format::Gpkg,
];

/// The project of QGIS over the GeoPackage.
const PROJECT: &str = "incidents.qgz";

/// What the page reads where incidents are few.
const PAGE_READS_FEW: &str = "incidents.geojson";

/// What it reads where they are many.
const PAGE_READS_MANY: &str = "incidents.columns.json";

/// With more incidents than these the page reads columns; so many are some 5 MB of GeoJSON, which it takes in
/// the time the basemap needs (BENCHMARKS.md).
const MANY_FROM_INCIDENTS: usize = 4_000;

/// Incidents whose accounts share one file: a click then loads some 100 kB at most.
const DETAILS_PER_FILE: usize = 48;

/// Every id begins so; what follows is hexadecimal, and evenly spread.
const ID_HEAD: usize = "inc-".len();

/// Why a site was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something else is there.
    #[error(
        "{0} holds other things than a site of ours and is left as it is; name an empty folder or a new one"
    )]
    NotOurs(PathBuf),
    /// It was to be opened and is no site of ours.
    #[error(
        "{0} is no published site (it has no placetime-site.json); make one with: placetime publish DIR"
    )]
    NoSite(PathBuf),
    /// It was to be opened and cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unread(PathBuf, String),
    /// Another process publishes there.
    #[error("another publish is writing {0} at this moment; try again when it has ended")]
    AtWork(PathBuf),
    /// The program has no page to publish.
    #[error(
        "this program was built without the map page, so there is nothing to publish; `make web` builds the page, then build the program again"
    )]
    NoPage,
    /// A file could not be written or read.
    #[error("{0}")]
    File(String),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PublishError {
    fn file(path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        Self::File(match error.kind() {
            io::ErrorKind::StorageFull => format!(
                "the disk is full at {path}; the site stays as it was, make room and publish again"
            ),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => format!(
                "{path} may not be written; the folder of the site and the one it lies in have to be writable"
            ),
            _ => format!("{path} cannot be written: {error}; the site stays as it was"),
        })
    }
}

/// What the page and other programs read in the manifest.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Site {
    /// Who wrote it: `placetime 0.1.0`.
    pub generator: String,
    /// Whose data the places rest on.
    pub credits: Vec<String>,
    /// When the newest of the incidents was last changed, RFC 3339; null without incidents.
    pub updated: Option<String>,
    /// Incidents by where they are.
    pub incidents: Counts,
    /// The file the page reads the incidents from: GeoJSON, or columns where they are many.
    pub page_reads: &'static str,
    /// The accounts of an incident stand in `details/` + so many characters of its id + `.json`.
    pub details_prefix: usize,
}

/// Incidents with a point, with an area, and without either.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// With a point.
    pub points: usize,
    /// With an area.
    pub areas: usize,
    /// Nowhere on the map.
    pub unplaced: usize,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn total(self) -> usize {
        self.points + self.areas + self.unplaced
    }
}

/// What was published.
#[derive(Clone, PartialEq, Debug)]
pub struct Published {
    /// What went out.
    pub counts: Counts,
    /// What it did to the folder.
    pub changes: Changes,
}

/// Publishes what `query` asks for, as far as it is published, into `folder`.
///
/// The statuses of the query are not heeded: a draft never leaves this way.
pub fn publish(
    store: &Store,
    gazetteer: &Gazetteer,
    about: &About,
    query: &Query,
    folder: &Path,
) -> Result<Published, PublishError> {
    let pages: Vec<_> = page_files().collect();
    if pages.is_empty() {
        return Err(PublishError::NoPage);
    }
    let query = Query {
        statuses: vec![Status::Published],
        ..query.clone()
    };
    let mut staging = Staging::begin(folder)?;
    let mut site = Site {
        generator: about.generator.clone(),
        credits: about.credits.clone(),
        updated: None,
        incidents: Counts::default(),
        page_reads: PAGE_READS_FEW,
        details_prefix: ID_HEAD,
    };
    let mut wanted = names::Wanted::default();
    let (mut columns, areas) = (Columns::default(), Areas::default());
    let mut tiles = tiles::Tiles::default();
    let mut details = Details::begin(staging.scratch("details"))?;
    {
        let mut sinks = Vec::new();
        for format in FORMATS {
            let name = format!("incidents.{}", format.ending());
            let path = staging.path(&name)?;
            let failed = |e: io::Error| PublishError::file(&path, &e);
            let out = BufWriter::new(File::create(&path).map_err(failed)?);
            sinks.push((
                path.clone(),
                formats::sink(*format, Detail::Flat, about, out).map_err(failed)?,
            ));
        }
        store.incidents(&query, |incident| {
            let incident = without_names(&incident);
            let shown = incident.shown();
            match Geometry::of(&shown).layer() {
                Layer::Incidents => site.incidents.points += 1,
                Layer::Areas => site.incidents.areas += 1,
                Layer::Unplaced => site.incidents.unplaced += 1,
            }
            site.updated = site.updated.take().max(incident.stamp.updated.clone());
            for extent in boxes(&shown) {
                wanted.around(extent);
            }
            for (path, sink) in &mut sinks {
                sink.add(&shown, None)
                    .map_err(|e| PublishError::file(path, &e))?;
            }
            columns.add(&Row::of(&shown, &areas));
            tiles.add(&shown);
            details.add(&incident, &shown)
        })?;
        for (path, sink) in sinks {
            sink.finish().map_err(|e| PublishError::file(&path, &e))?;
        }
    }
    for format in FORMATS {
        staging.keep(&format!("incidents.{}", format.ending()))?;
    }
    staging.file(PROJECT, |out| {
        formats::qgz::write(out, &format!("incidents.{}", Format::Gpkg.ending()), about)
    })?;
    site.details_prefix = details.finish(&mut staging)?;
    if site.incidents.total() > MANY_FROM_INCIDENTS {
        site.page_reads = PAGE_READS_MANY;
        staging.file(PAGE_READS_MANY, |out| columns.write(out))?;
        staging.file(tiles::NAME, |out| tiles.write(&about.credits, out))?;
    }
    staging.file("names.pmtiles", |out| {
        wanted.write(gazetteer, &about.credits, out)
    })?;
    for (name, bytes) in pages {
        if name == "index.html" {
            staging.bytes(&name, &marked(&bytes, site.page_reads))?;
        } else {
            staging.bytes(&name, &bytes)?;
        }
    }
    let counts = site.incidents;
    let changes = staging.finish(site)?;
    Ok(Published { counts, changes })
}

/// Shows a published folder on this machine until the process is told to stop; `greet` is told the address.
pub fn open(folder: &Path, port: u16, greet: impl FnOnce(&str)) -> Result<(), PublishError> {
    let manifest = folder::manifest(folder).ok_or_else(|| match std::fs::read_dir(folder) {
        Err(error) => PublishError::Unread(folder.to_owned(), error.to_string()),
        Ok(_) => PublishError::NoSite(folder.to_owned()),
    })?;
    let own = |name: &str, tag: String| {
        let path = folder.join(name);
        (name.to_owned(), SiteFile { path, tag })
    };
    let mut files: SiteFiles = manifest
        .files
        .iter()
        .map(|(name, row)| own(name, row.sha256.clone()))
        .collect();
    // The list is not in itself; what it names is what it is.
    let whole: String = manifest
        .files
        .values()
        .map(|row| row.sha256.as_str())
        .collect();
    let sum = Sha256::digest(whole.as_bytes());
    files.extend([own(
        MANIFEST,
        sum.iter().map(|b| format!("{b:02x}")).collect(),
    )]);
    server::show(files, port, greet).map_err(PublishError::File)
}

/// The page, told that it stands on files, where their list is and which of them it reads.
fn marked(page: &[u8], reads: &str) -> Vec<u8> {
    let page = String::from_utf8_lossy(page);
    let mark = format!(
        "<head>\n    <meta name=\"placetime-site\" content=\"{MANIFEST}\" data-reads=\"{reads}\">"
    );
    page.replacen("<head>", &mark, 1).into_bytes()
}

/// The incidents with all their accounts, in files of some dozens by the beginning of their ids: an
/// incident more or less changes one file.
///
/// They come in the store's order and are wanted in that of their ids, and may be more than memory
/// holds: they wait in a file.
struct Details {
    path: PathBuf,
    waiting: BufWriter<File>,
    at: u64,
    rows: Vec<(String, u64, usize)>,
    buffer: Vec<u8>,
}

impl Details {
    fn begin(path: PathBuf) -> Result<Self, PublishError> {
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|e| PublishError::file(&path, &e))?;
        Ok(Self {
            path,
            waiting: BufWriter::new(file),
            at: 0,
            rows: Vec::new(),
            buffer: Vec::new(),
        })
    }

    fn add(
        &mut self,
        incident: &Incident,
        shown: &crate::incident::Shown,
    ) -> Result<(), PublishError> {
        self.buffer.clear();
        geojson::feature(&mut self.buffer, shown, Some(incident));
        self.waiting
            .write_all(&self.buffer)
            .map_err(|e| PublishError::file(&self.path, &e))?;
        self.rows
            .push((incident.id.clone(), self.at, self.buffer.len()));
        self.at += self.buffer.len() as u64;
        Ok(())
    }

    /// Writes the files and says how many characters of an id name one.
    fn finish(mut self, staging: &mut Staging) -> Result<usize, PublishError> {
        let failed = |e: io::Error| PublishError::file(&self.path, &e);
        let mut waiting = self
            .waiting
            .into_inner()
            .map(BufReader::new)
            .map_err(|e| failed(e.into_error()))?;
        self.rows.sort_unstable();
        let prefix = prefix_for(self.rows.len());
        let head = |id: &str| id.get(..prefix).unwrap_or(id).to_owned();
        for rows in self.rows.chunk_by(|a, b| head(&a.0) == head(&b.0)) {
            let mut text = Vec::from(b"{");
            for (i, (id, at, length)) in rows.iter().enumerate() {
                text.extend_from_slice(if i == 0 { b"\n" } else { b",\n" });
                serde_json::to_writer(&mut text, id).expect("text is JSON");
                text.push(b':');
                waiting.seek(SeekFrom::Start(*at)).map_err(failed)?;
                let before = text.len();
                waiting
                    .by_ref()
                    .take(*length as u64)
                    .read_to_end(&mut text)
                    .map_err(failed)?;
                debug_assert_eq!(text.len() - before, *length);
            }
            text.extend_from_slice(b"\n}\n");
            staging.bytes(&format!("details/{}.json", head(&rows[0].0)), &text)?;
        }
        std::fs::remove_file(&self.path).map_err(failed)?;
        Ok(prefix)
    }
}

/// So many characters of an id that about [`DETAILS_PER_FILE`] incidents share them: one more
/// hexadecimal digit parts them in sixteen.
fn prefix_for(incidents: usize) -> usize {
    let mut prefix = ID_HEAD;
    let mut share = incidents;
    while share > DETAILS_PER_FILE {
        share /= 16;
        prefix += 1;
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_told_once_that_it_stands_on_files() {
        let page = String::from_utf8(marked(
            b"<html><head><title>x</title></head></html>",
            "a.json",
        ))
        .expect("text");
        assert_eq!(page.matches("placetime-site").count(), 2);
        assert!(page.starts_with("<html><head>\n    <meta name=\"placetime-site\""));
    }

    #[test]
    fn files_of_details_hold_some_dozens() {
        assert_eq!(prefix_for(0), 4);
        assert_eq!(prefix_for(48), 4);
        assert_eq!(prefix_for(49), 5);
        assert_eq!(prefix_for(10_000), 6);
        assert_eq!(prefix_for(200_000), 8 - 1);
    }
}
