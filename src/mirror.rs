//! Files of a mirror into a folder: whole, checked, and gone on with where the line broke.
//!
//! A file is written under a hidden name (`.SY.zip.part`) and gets its own only when all of it is there and it
//! is what it should be. Beside it stands what its server called it (`.SY.zip.json`): with that the next run
//! asks for the rest of a part, and a file that has not changed is not sent again.
//!
//! # What is not here
//!
//! No reading of places: [`gazetteer::build`] does that with the files.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ureq::http::{StatusCode, header};

/// Where GeoNames publishes its tables.
pub const GEONAMES: &str = "https://download.geonames.org/export/dump/";

/// The longest file taken; the whole dump of GeoNames, packed, is a tenth of it.
const FILE_BYTES_MAX: u64 = 4 << 30;

/// So often in a row a mirror may give nothing more before we give up; a try that brought bytes counts anew.
const FRUITLESS_MAX: u32 = 5;

/// The rest before the second try; it doubles with every fruitless one.
const REST: Duration = Duration::from_millis(150);

/// The longest wait for a connection and for the head of an answer.
const ANSWER: Duration = Duration::from_secs(30);

/// The longest wait for one file: 4 GB at 0.6 MB a second.
const BODY: Duration = Duration::from_secs(2 * 3600);

/// So much of a table is looked at to know its shape; the comments above GeoNames' countryInfo are 3 kB.
const HEAD_BYTES: u64 = 64 << 10;

/// Why a mirror gave no whole file; each a sentence that says what would help.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// It is no address of a mirror.
    #[error("{0}")]
    Address(String),
    /// The mirror has no such file.
    #[error("{0} is not there (404): is it the mirror's folder with GeoNames' own file names?")]
    NotThere(String),
    /// It answered with something else.
    #[error("{url} answered {status}; what was fetched is kept, try again later")]
    Status {
        /// The address.
        url: String,
        /// Its status.
        status: u16,
    },
    /// The line broke again and again.
    #[error(
        "{url} broke off at {have} of {total} bytes ({why}); what was fetched is kept, run it again to go on"
    )]
    Cut {
        /// The address.
        url: String,
        /// Bytes that are here.
        have: u64,
        /// Bytes there are, or `an unknown number`.
        total: String,
        /// What the last try said.
        why: String,
    },
    /// It has another size than was told, or too large a one.
    #[error("{0}")]
    Size(String),
    /// It is whole and not what it should be.
    #[error("{url} gave no table of places: {why}; nothing of it was kept")]
    Wrong {
        /// The address.
        url: String,
        /// What it is instead.
        why: String,
    },
    /// Our own disk.
    #[error("{0}")]
    File(String),
}

impl MirrorError {
    fn file(path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        Self::File(match error.kind() {
            io::ErrorKind::StorageFull => format!(
                "the disk is full at {path}; what was fetched is kept, make room and run it again to go on"
            ),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                format!("{path} may not be written; name another folder with --folder")
            }
            _ => format!("{path} cannot be written: {error}"),
        })
    }
}

/// What the server called a file: kept beside it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
struct Called {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
    /// Its whole length, where the server told one.
    bytes: Option<u64>,
}

/// What happened to one file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Got {
    /// All of it came.
    Fetched,
    /// The rest of it came; so many bytes were here.
    Resumed(u64),
    /// It is here as the mirror has it.
    Unchanged,
}

/// A mirror and the folder its files go to.
pub struct Mirror<'a> {
    base: String,
    folder: PathBuf,
    agent: ureq::Agent,
    /// Called with a file's name, the bytes that are here, and how many there are.
    progress: &'a mut dyn FnMut(&str, u64, Option<u64>),
    /// Locked as long as we work.
    _lock: File,
}

impl std::fmt::Debug for Mirror<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mirror({} into {})", self.base, self.folder.display())
    }
}

impl<'a> Mirror<'a> {
    /// A mirror at an address, and the folder for its files, which is made when it is not there.
    pub fn new(
        base: &str,
        folder: &Path,
        progress: &'a mut dyn FnMut(&str, u64, Option<u64>),
    ) -> Result<Self, MirrorError> {
        let uri: Option<ureq::http::Uri> = base.parse().ok();
        let web = uri.as_ref().is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
                && uri.query().is_none()
        });
        if !web {
            return Err(MirrorError::Address(format!(
                "“{base}” is no address of a mirror; it has to look like {GEONAMES}"
            )));
        }
        if uri.is_some_and(|uri| uri.authority().is_some_and(|a| a.as_str().contains('@'))) {
            return Err(MirrorError::Address(
                "the mirror's address holds a name and password, which would stand in every notice"
                    .to_owned(),
            ));
        }
        let failed = |e: io::Error| MirrorError::file(folder, &e);
        fs::create_dir_all(folder).map_err(failed)?;
        let lock = File::open(folder).map_err(failed)?;
        if matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            return Err(MirrorError::File(format!(
                "another fetch is filling {} at this moment; try again when it has ended",
                folder.display()
            )));
        }
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(ANSWER))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(BODY))
            // Packed on the way, a file's length would not be that of the file.
            .accept_encoding(ureq::config::AutoHeaderValue::None)
            .user_agent(concat!("placetime/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            base: format!("{}/", base.trim_end_matches('/')),
            folder: folder.to_owned(),
            agent: config.into(),
            progress,
            _lock: lock,
        })
    }

    /// Brings one file, named as at the mirror (`alternatenames/SY.zip`), into the folder under that name.
    pub fn fetch(&mut self, name: &str) -> Result<(PathBuf, Got), MirrorError> {
        let url = format!("{}{name}", self.base);
        let whole = self.folder.join(name);
        let part = hidden(&whole, "part");
        let called_path = hidden(&whole, "json");
        if let Some(parent) = whole.parent() {
            fs::create_dir_all(parent).map_err(|e| MirrorError::file(parent, &e))?;
        }
        let mut called = fs::read(&called_path)
            .ok()
            .and_then(|text| serde_json::from_slice::<Called>(&text).ok())
            .filter(|it| it.url == url)
            .unwrap_or_default();
        let length = |path: &Path| fs::metadata(path).map_or(0, |it| it.len());
        let began_with = length(&part);
        let mut fruitless = 0;
        // The part is of no use: the whole is asked for, and that once.
        let (mut anew, mut restarts) = (false, 0);
        loop {
            let have = length(&part);
            let is_here = have == 0 && called.bytes.is_some_and(|n| length(&whole) == n) && !anew;
            // A part of which nothing is known could be of another file.
            let resumes = have > 0 && (called.etag.is_some() || called.last_modified.is_some());
            let asked = Asked {
                from: if resumes && !anew { have } else { 0 },
                unless: is_here.then_some(&called),
                called: &called,
            };
            let tried = if have > 0 && called.bytes == Some(have) && !anew {
                // Stopped between its last byte and its name.
                Ok(Answered::Whole(called.clone()))
            } else {
                self.ask(&url, name, &part, &called_path, &asked)
            };
            let now = length(&part);
            match tried {
                Ok(Answered::Unchanged) => return Ok((whole, Got::Unchanged)),
                Ok(Answered::Whole(told)) => {
                    let checked = check(&part);
                    if let Err(why) = checked {
                        let _ = fs::remove_file(&part);
                        let _ = fs::remove_file(&called_path);
                        return Err(MirrorError::Wrong { url, why });
                    }
                    let told = Called {
                        bytes: Some(now),
                        ..told
                    };
                    keep(&called_path, &told)?;
                    fs::rename(&part, &whole).map_err(|e| MirrorError::file(&whole, &e))?;
                    let resumed = began_with > 0 && have >= began_with && !anew;
                    let got = if resumed {
                        Got::Resumed(began_with)
                    } else {
                        Got::Fetched
                    };
                    return Ok((whole, got));
                }
                Ok(Answered::Anew) if restarts == 0 => {
                    fs::remove_file(&part).map_err(|e| MirrorError::file(&part, &e))?;
                    (anew, restarts) = (true, 1);
                }
                Ok(Answered::Anew) => {
                    return Err(MirrorError::Size(format!(
                        "{url} gives another part than was asked for, twice; name another mirror"
                    )));
                }
                Ok(Answered::Cut { told, why }) => {
                    fruitless = if now > have { 0 } else { fruitless + 1 };
                    let total = told
                        .bytes
                        .map_or("an unknown number of".to_owned(), |n| n.to_string());
                    called = told;
                    anew = false;
                    if fruitless >= FRUITLESS_MAX {
                        return Err(MirrorError::Cut {
                            url,
                            have: now,
                            total,
                            why,
                        });
                    }
                    std::thread::sleep(REST * 2_u32.pow(fruitless));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks once and writes what comes behind the part.
    fn ask(
        &mut self,
        url: &str,
        name: &str,
        part: &Path,
        called_path: &Path,
        asked: &Asked<'_>,
    ) -> Result<Answered, MirrorError> {
        let mut request = self.agent.get(url);
        if let Some(called) = asked.unless {
            if let Some(etag) = &called.etag {
                request = request.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(moment) = &called.last_modified {
                request = request.header(header::IF_MODIFIED_SINCE, moment);
            }
        }
        if asked.from > 0 {
            request = request.header(header::RANGE, format!("bytes={}-", asked.from));
            // A weak tag may not stand there (RFC 9110, 13.1.5).
            let strong = asked
                .called
                .etag
                .as_ref()
                .filter(|tag| !tag.starts_with("W/"));
            if let Some(told) = strong.or(asked.called.last_modified.as_ref()) {
                request = request.header(header::IF_RANGE, told);
            }
        }
        let cut = |why: String| Answered::Cut {
            told: asked.called.clone(),
            why,
        };
        let answer = match request.call() {
            Ok(answer) => answer,
            Err(error) => return Ok(cut(error.to_string())),
        };
        let told = |name| {
            let value: &ureq::http::HeaderValue = answer.headers().get(name)?;
            Some(value.to_str().ok()?.to_owned())
        };
        let length: Option<u64> =
            told(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let range = told(header::CONTENT_RANGE);
        let (from, total) = match answer.status() {
            StatusCode::NOT_MODIFIED => return Ok(Answered::Unchanged),
            StatusCode::OK => (0, length),
            StatusCode::PARTIAL_CONTENT => {
                let Some((first, total)) = range.as_deref().and_then(range_told) else {
                    return Ok(Answered::Anew);
                };
                let as_before = asked.called.bytes.is_none_or(|n| Some(n) == total);
                if first != asked.from || !as_before {
                    return Ok(Answered::Anew);
                }
                (first, total)
            }
            StatusCode::RANGE_NOT_SATISFIABLE => return Ok(Answered::Anew),
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                return Err(MirrorError::NotThere(url.to_owned()));
            }
            status if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() => {
                return Ok(cut(format!("it answered {}", status.as_u16())));
            }
            status => {
                return Err(MirrorError::Status {
                    url: url.to_owned(),
                    status: status.as_u16(),
                });
            }
        };
        if total.is_some_and(|n| n > FILE_BYTES_MAX) {
            return Err(MirrorError::Size(format!(
                "{url} would be {} bytes; at most {FILE_BYTES_MAX} are taken",
                total.unwrap_or_default()
            )));
        }
        let called = Called {
            url: url.to_owned(),
            etag: told(header::ETAG),
            last_modified: told(header::LAST_MODIFIED),
            bytes: total,
        };
        keep(called_path, &called)?;
        let failed = |e: io::Error| MirrorError::file(part, &e);
        let mut file = File::options()
            .create(true)
            .append(from > 0)
            .write(true)
            .truncate(from == 0)
            .open(part)
            .map_err(failed)?;
        let mut body = answer
            .into_body()
            .into_reader()
            .take(FILE_BYTES_MAX - from + 1);
        let mut have = from;
        let mut buffer = vec![0; 256 << 10];
        let why = loop {
            match body.read(&mut buffer) {
                Ok(0) => break "the connection ended".to_owned(),
                Ok(n) => {
                    file.write_all(&buffer[..n]).map_err(failed)?;
                    have += n as u64;
                    (self.progress)(name, have, total);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    file.sync_all().map_err(failed)?;
                    return Ok(Answered::Cut {
                        told: called,
                        why: error.to_string(),
                    });
                }
            }
        };
        file.sync_all().map_err(failed)?;
        match total {
            Some(n) if have < n => Ok(Answered::Cut { told: called, why }),
            Some(n) if have > n => Ok(Answered::Anew),
            None if have > FILE_BYTES_MAX => Err(MirrorError::Size(format!(
                "{url} gives more than {FILE_BYTES_MAX} bytes and no length; name another mirror"
            ))),
            _ => Ok(Answered::Whole(called)),
        }
    }
}

/// One question.
struct Asked<'a> {
    /// The first byte wanted.
    from: u64,
    /// The file that is here already: it need not be sent again.
    unless: Option<&'a Called>,
    /// What the server called the file last time.
    called: &'a Called,
}

/// What one question brought.
enum Answered {
    Whole(Called),
    Unchanged,
    /// The line broke, or the server is busy: the rest can be asked for.
    Cut {
        told: Called,
        why: String,
    },
    /// What is here does not fit what the server has now.
    Anew,
}

/// A file beside another that folders of data are not read with.
fn hidden(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{ending}"))
}

fn keep(path: &Path, called: &Called) -> Result<(), MirrorError> {
    let text = serde_json::to_vec(called).expect("our own words are JSON");
    fs::write(path, text).map_err(|e| MirrorError::file(path, &e))
}

/// The first byte and the whole length of `bytes 500-999/1000`.
fn range_told(told: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = told.strip_prefix("bytes ")?.split_once('/')?;
    let first = range.split_once('-')?.0.parse().ok()?;
    Some((first, total.parse().ok()))
}

/// Reads a file through: an archive has to fit its checksums, and a table a known shape.
fn check(path: &Path) -> Result<(), String> {
    let unread = |e: io::Error| format!("it cannot be read again ({e})");
    let mut file = File::open(path).map_err(unread)?;
    let mut mark = Vec::new();
    Read::by_ref(&mut file)
        .take(4)
        .read_to_end(&mut mark)
        .map_err(unread)?;
    file.rewind().map_err(unread)?;
    let is_known = |head: &[u8]| gazetteer::build::is_geonames(&String::from_utf8_lossy(head));
    let what = |head: &[u8]| {
        let start: String = String::from_utf8_lossy(head).chars().take(60).collect();
        format!("it begins “{}”", start.trim().replace(['\n', '\t'], " "))
    };
    if mark != b"PK\x03\x04" {
        let mut head = Vec::new();
        file.take(HEAD_BYTES)
            .read_to_end(&mut head)
            .map_err(unread)?;
        return if is_known(&head) {
            Ok(())
        } else {
            Err(what(&head))
        };
    }
    let damaged = |e: &dyn std::fmt::Display| format!("the archive is damaged ({e})");
    let mut archive = zip::ZipArchive::new(file).map_err(|e| damaged(&e))?;
    let mut known = false;
    for n in 0..archive.len() {
        let mut entry = archive.by_index(n).map_err(|e| damaged(&e))?;
        let mut head = Vec::new();
        entry
            .by_ref()
            .take(HEAD_BYTES)
            .read_to_end(&mut head)
            .map_err(|e| damaged(&e))?;
        known |= is_known(&head);
        // To the end, where its checksum stands.
        io::copy(&mut entry, &mut io::sink()).map_err(|e| damaged(&e))?;
    }
    if known {
        Ok(())
    } else {
        Err("the archive holds no table of a known shape".to_owned())
    }
}

/// The files of GeoNames for some countries, or for the world where none is named: what is asked of a mirror,
/// and for a file that not every mirror has, what serves instead.
#[must_use]
pub fn geonames_files(countries: &[gazetteer::CountryCode]) -> Vec<(String, Option<&'static str>)> {
    let mut all = vec![
        ("countryInfo.txt".to_owned(), None),
        ("admin1CodesASCII.txt".to_owned(), None),
        ("admin2Codes.txt".to_owned(), None),
    ];
    if countries.is_empty() {
        all.push(("allCountries.zip".to_owned(), None));
        all.push(("alternateNamesV2.zip".to_owned(), None));
    }
    for country in countries {
        all.push((format!("{country}.zip"), None));
        all.push((
            format!("alternatenames/{country}.zip"),
            Some("alternateNamesV2.zip"),
        ));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_a_server_tells_is_read() {
        assert_eq!(range_told("bytes 500-999/1000"), Some((500, Some(1000))));
        assert_eq!(range_told("bytes 0-9/*"), Some((0, None)));
        assert_eq!(range_told("lines 0-9/10"), None);
    }

    #[test]
    fn what_is_no_address_of_a_mirror_is_refused_before_anything_is_made() {
        let desk = tempfile::tempdir().expect("a folder");
        let folder = desk.path().join("downloads");
        for wrong in [
            "",
            "geonames",
            "ftp://example.org/",
            "https://",
            "http://a:b@c/",
        ] {
            let mut quiet = |_: &str, _: u64, _: Option<u64>| {};
            assert!(Mirror::new(wrong, &folder, &mut quiet).is_err(), "{wrong}");
        }
        assert!(!folder.exists());
    }
}
