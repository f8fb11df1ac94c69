//! The operator's own outlines: a basemap of his, borders of his or none.
//!
//! The page is told by marks in its head; the files are given in ranges, so that a file of many
//! gigabytes is never held.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ranges::{self, Part};
use super::refusal::{Answer, Refusal};

/// The longest range given at once: tiles and directories have some hundred kilobytes.
const RANGE_BYTES_MAX: u64 = 32_000_000;

/// The longest file of borders, in bytes: a browser takes it whole.
const BORDERS_BYTES_MAX: u64 = 20_000_000;

/// What a file of `PMTiles` begins with, version 3.
const MAGIC: &[u8] = b"PMTiles\x03";

/// How borders are drawn.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Borders {
    /// As the basemap has them.
    #[default]
    Drawn,
    /// Not at all.
    Hidden,
    /// From a GeoJSON file of lines; those with `"disputed": true` are dashed.
    Own(PathBuf),
}

impl Borders {
    /// `drawn`, `hidden`, or the name of a file.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "drawn" => Self::Drawn,
            "hidden" => Self::Hidden,
            file => Self::Own(file.into()),
        }
    }
}

/// The operator's files, looked at once when the server starts.
#[derive(Debug, Default)]
pub(super) struct Outlines {
    basemap: Option<PathBuf>,
    borders: Borders,
}

impl Outlines {
    /// Checks that the files are what they should be; a sentence otherwise.
    pub(super) fn open(basemap: Option<&Path>, borders: &Borders) -> Result<Self, String> {
        if let Some(path) = basemap {
            let mut begin = [0; 8];
            let read = File::open(path).and_then(|mut file| file.read_exact(&mut begin));
            read.map_err(|e| format!("the basemap {} cannot be read: {e}", path.display()))?;
            if begin != *MAGIC {
                return Err(format!(
                    "the basemap {} is no PMTiles file of version 3",
                    path.display()
                ));
            }
        }
        if let Borders::Own(path) = borders {
            let told = |why: &str| format!("the borders {}: {why}", path.display());
            let size = std::fs::metadata(path)
                .map_err(|e| told(&e.to_string()))?
                .len();
            if size > BORDERS_BYTES_MAX {
                return Err(told("longer than 20 MB; make the lines simpler"));
            }
            let bytes = std::fs::read(path).map_err(|e| told(&e.to_string()))?;
            let tree: serde_json::Value =
                serde_json::from_slice(&bytes).map_err(|e| told(&format!("no GeoJSON: {e}")))?;
            if tree["features"].as_array().is_none() {
                return Err(told("no GeoJSON FeatureCollection of lines"));
            }
        }
        Ok(Self {
            basemap: basemap.map(Path::to_owned),
            borders: borders.clone(),
        })
    }

    /// The page with the marks that tell it of these files; `None` when there are none.
    pub(super) fn marked(&self, page: &[u8]) -> Option<Vec<u8>> {
        let borders = match self.borders {
            Borders::Drawn => None,
            Borders::Hidden => Some("hidden"),
            Borders::Own(_) => Some("own"),
        };
        let basemap = self.basemap.as_ref().map(|_| "own");
        let marks: String = [("basemap", basemap), ("borders", borders)]
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .map(|(name, value)| {
                format!("\n    <meta name=\"placetime-{name}\" content=\"{value}\">")
            })
            .collect();
        if marks.is_empty() {
            return None;
        }
        let page = String::from_utf8_lossy(page);
        Some(
            page.replacen("<head>", &format!("<head>{marks}"), 1)
                .into_bytes(),
        )
    }

    /// The operator's file under a path of the page.
    pub(super) fn given(&self, path: &str, headers: &HeaderMap) -> Option<Answer> {
        match (path, &self.basemap, &self.borders) {
            ("basemap.pmtiles", Some(file), _) => Some(ranged(file, headers)),
            ("borders.geojson", _, Borders::Own(file)) => Some(
                std::fs::read(file)
                    .map(|bytes| {
                        ([(header::CONTENT_TYPE, "application/geo+json")], bytes).into_response()
                    })
                    .map_err(|_| Refusal::broken()),
            ),
            _ => None,
        }
    }
}

/// A part of a file. Whoever asks for the whole is told to ask for ranges.
fn ranged(path: &Path, headers: &HeaderMap) -> Answer {
    let broken = |_| Refusal::broken();
    let mut file = File::open(path).map_err(broken)?;
    let about = file.metadata().map_err(broken)?;
    let size = about.len();
    let changed = about.modified().ok();
    let changed = changed.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    let tag = format!("\"{size:x}-{:x}\"", changed.map_or(0, |at| at.as_secs()));
    let Part::Bytes(first, last) = ranges::part_of(headers, &tag, size) else {
        return Err(Refusal::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            format!("the basemap has {size} bytes and is given in ranges (Range: bytes=0-16383)"),
        ));
    };
    if last - first >= RANGE_BYTES_MAX {
        return Err(Refusal::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            format!("a range of at most {RANGE_BYTES_MAX} bytes is given at once"),
        )
        .limit(RANGE_BYTES_MAX));
    }
    let length = usize::try_from(last - first + 1).map_err(|_| Refusal::broken())?;
    let mut part = vec![0; length];
    file.seek(SeekFrom::Start(first))
        .and_then(|_| file.read_exact(&mut part))
        .map_err(broken)?;
    let response: Response = (
        StatusCode::PARTIAL_CONTENT,
        [
            (header::CONTENT_TYPE, "application/vnd.pmtiles".to_owned()),
            (header::ETAG, tag),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
            (
                header::CONTENT_RANGE,
                format!("bytes {first}-{last}/{size}"),
            ),
        ],
        part,
    )
        .into_response();
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_checked_at_the_start_and_the_page_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("written");
            path
        };
        let tiles = file("a.pmtiles", b"PMTiles\x03 and so on");
        let lines = file(
            "b.geojson",
            b"{\"type\":\"FeatureCollection\",\"features\":[]}",
        );
        let page = b"<html><head><title>t</title>";
        let own = Outlines::open(Some(&tiles), &Borders::Own(lines.clone())).expect("sound files");
        let marked = String::from_utf8(own.marked(page).expect("marks")).expect("text");
        assert!(
            marked.contains("placetime-basemap\" content=\"own\""),
            "{marked}"
        );
        assert!(
            marked.contains("placetime-borders\" content=\"own\""),
            "{marked}"
        );
        assert!(Outlines::default().marked(page).is_none());
        let wrong = Outlines::open(Some(&lines), &Borders::Drawn).expect_err("no tiles");
        assert!(wrong.contains("PMTiles"), "{wrong}");
        let wrong = Outlines::open(None, &Borders::Own(tiles)).expect_err("no lines");
        assert!(wrong.contains("GeoJSON"), "{wrong}");
        assert_eq!(Borders::parse("hidden"), Borders::Hidden);

        let mut headers = HeaderMap::new();
        let whole = own
            .given("basemap.pmtiles", &headers)
            .expect("the operator's");
        assert!(whole.is_err(), "a whole basemap may be gigabytes");
        headers.insert(header::RANGE, "bytes=0-6".parse().expect("a header"));
        let part = own
            .given("basemap.pmtiles", &headers)
            .expect("the operator's");
        assert_eq!(part.expect("a part").status(), StatusCode::PARTIAL_CONTENT);
        assert!(
            Outlines::default()
                .given("basemap.pmtiles", &headers)
                .is_none()
        );
    }
}
