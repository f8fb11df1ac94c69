//! Who reads the reports: our own reader on as many cores as are given, a file of another reader's
//! mentions, or a program that listens on this machine.
//!
//! Another reader only marks words. What they mean is worked out by [`crate::pipeline`], which drops
//! what does not stand in the text. A report that the other reader does not know, or on which it
//! fails, is read by our own, with a notice.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use gazetteer::Gazetteer;

use crate::incident::Account;
use crate::pipeline::{self, OtherReading};
use crate::report::{Notice, Report};

/// What came of one report.
pub type Read1 = (Vec<Account>, Vec<Notice>);

/// Longest file of readings, in bytes: some times the reports themselves.
pub const READINGS_BYTES_MAX: u64 = 400_000_000;

/// Longest answer of a reader, in bytes.
pub const ANSWER_BYTES_MAX: u64 = 16_000_000;

/// Reports in a row on which a reader may fail before it is asked no more.
pub const FAILURES_MAX: usize = 3;

/// Stack of a reading thread, in bytes: what the main thread has.
const STACK_BYTES: usize = 8 * 1024 * 1024;

/// Reports below which other threads cost more than they save.
const REPORTS_FOR_THREADS_MIN: usize = 4;

/// Reads reports on so many threads; the answers stand in the order of the reports, whatever their
/// number.
#[must_use]
pub fn read_all(reports: &[&Report], gazetteer: &Gazetteer, jobs: usize) -> Vec<Read1> {
    let jobs = jobs.clamp(1, reports.len().max(1));
    let alone = || {
        let read = reports.iter().map(|r| pipeline::accounts(r, gazetteer));
        read.collect::<Vec<_>>()
    };
    if jobs == 1 || reports.len() < REPORTS_FOR_THREADS_MIN {
        return alone();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(report) = reports.get(i) else {
                return done;
            };
            done.push((i, pipeline::accounts(report, gazetteer)));
        }
    };
    let mut done: Vec<(usize, Read1)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..jobs)
            .filter_map(|_| {
                let builder = std::thread::Builder::new().stack_size(STACK_BYTES);
                // Where no thread is to be had, the others do its work.
                builder.spawn_scoped(scope, work).ok()
            })
            .collect();
        let mut done = work();
        for thread in threads {
            match thread.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, read)| read).collect()
}

/// Another reader's mentions, by report.
#[derive(Debug, Default)]
pub struct Readings {
    by_report: HashMap<String, OtherReading>,
}

impl Readings {
    /// Reads a file of readings; a broken line is named and left out.
    ///
    /// # Errors
    ///
    /// A sentence, where the file cannot be read at all.
    pub fn open(path: &Path) -> Result<(Self, Vec<Notice>), String> {
        let name = path.display().to_string();
        let failed = |error: &std::io::Error| format!("{name} cannot be read: {error}");
        let file = std::fs::File::open(path).map_err(|e| failed(&e))?;
        let mut lines = BufReader::new(file.take(READINGS_BYTES_MAX + 1));
        let mut all = Self::default();
        let mut notices = Vec::new();
        let mut bytes = 0;
        let mut line = Vec::new();
        for n in 1.. {
            line.clear();
            let len = lines.read_until(b'\n', &mut line).map_err(|e| failed(&e))?;
            bytes += u64::try_from(len).unwrap_or(u64::MAX);
            if bytes > READINGS_BYTES_MAX {
                let mb = READINGS_BYTES_MAX / 1_000_000;
                return Err(format!("{name} is longer than the {mb} MB taken; split it"));
            }
            if len == 0 {
                break;
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() {
                continue;
            }
            let about = format!("{name}, line {n}");
            match OtherReading::from_json(text) {
                Ok(reading) => {
                    let id = reading.id.clone();
                    if all.by_report.insert(id.clone(), reading).is_some() {
                        let what = format!("{id} was read before; this reading counts");
                        notices.push(Notice::new(about, what));
                    }
                }
                Err(why) => notices.push(Notice::new(about, format!("{why}; it was left out"))),
            }
        }
        Ok((all, notices))
    }

    /// Reads a report by what the file says of it.
    #[must_use]
    pub fn read(&mut self, report: &Report, gazetteer: &Gazetteer) -> Read1 {
        match self.by_report.remove(&report.id) {
            Some(other) => pipeline::accounts_marked(report, &other, gazetteer),
            None => by_our_own(
                report,
                gazetteer,
                "the other reading does not know this report",
            ),
        }
    }

    /// Readings of reports that were not given.
    #[must_use]
    pub fn left(&self) -> Vec<Notice> {
        let mut ids: Vec<&String> = self.by_report.keys().collect();
        ids.sort();
        let told = ids.into_iter().map(|id| {
            Notice::new(
                id,
                "a reading of this report was given, but not the report; it was left out",
            )
        });
        told.collect()
    }
}

fn by_our_own(report: &Report, gazetteer: &Gazetteer, why: &str) -> Read1 {
    let (accounts, mut notices) = pipeline::accounts(report, gazetteer);
    let what = format!("{why}; our own reader read it");
    notices.insert(0, Notice::new(&report.id, what));
    (accounts, notices)
}

/// A reader that listens on this machine.
#[derive(Debug)]
pub struct Listener {
    at: SocketAddr,
    host: String,
    path: String,
    timeout: Duration,
    failed: usize,
}

impl Listener {
    /// An address such as `http://127.0.0.1:9000/read`; only this machine is ever asked.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with the address.
    pub fn at(url: &str, timeout: Duration) -> Result<Self, String> {
        let wrong = || {
            format!(
                "“{url}” is no address of a reader on this machine; write it as http://127.0.0.1:PORT/PATH"
            )
        };
        let rest = url.strip_prefix("http://").ok_or_else(wrong)?;
        let (host, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, "/"),
        };
        let clean = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
        if !clean(host) || !clean(path) || host.contains('@') {
            return Err(wrong());
        }
        // A name is never looked up: what it means could change between two requests.
        let at = match host.strip_prefix("localhost") {
            Some(port) => {
                let port = match port {
                    "" => 80,
                    port => port
                        .strip_prefix(':')
                        .and_then(|p| p.parse().ok())
                        .ok_or_else(wrong)?,
                };
                SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
            }
            None => match host.parse::<SocketAddr>() {
                Ok(at) => at,
                Err(_) => {
                    let bare = host.trim_start_matches('[').trim_end_matches(']');
                    SocketAddr::new(bare.parse().map_err(|_| wrong())?, 80)
                }
            },
        };
        if !at.ip().is_loopback() {
            return Err(wrong());
        }
        Ok(Self {
            at,
            host: host.to_owned(),
            path: path.to_owned(),
            timeout,
            failed: 0,
        })
    }

    /// Asks the reader about a report; where it fails, our own reads it.
    #[must_use]
    pub fn read(&mut self, report: &Report, gazetteer: &Gazetteer) -> Read1 {
        if self.failed >= FAILURES_MAX {
            return by_our_own(
                report,
                gazetteer,
                "the other reader failed too often and is asked no more",
            );
        }
        match self.ask(report) {
            Ok(other) if other.id == report.id => {
                self.failed = 0;
                pipeline::accounts_marked(report, &other, gazetteer)
            }
            Ok(_) => {
                self.failed += 1;
                by_our_own(
                    report,
                    gazetteer,
                    "the other reader answered for another report",
                )
            }
            Err(why) => {
                self.failed += 1;
                by_our_own(report, gazetteer, &format!("the other reader {why}"))
            }
        }
    }

    /// One request in HTTP/1.0, which needs no more than a connection that ends with the answer.
    fn ask(&self, report: &Report) -> Result<OtherReading, String> {
        let until = Instant::now() + self.timeout;
        let slow = || format!("did not answer within {} s", self.timeout.as_secs_f32());
        let left = || {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                Err(slow())
            } else {
                Ok(left)
            }
        };
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => slow(),
            _ => format!("cannot be reached at {}: {error}", self.at),
        };
        let body = serde_json::json!({
            "id": report.id,
            "title": report.title,
            "published": report.published.map(|p| p.day.to_string()),
            "language": report.language,
            "text": report.text,
        })
        .to_string();
        let mut stream = TcpStream::connect_timeout(&self.at, left()?).map_err(failed)?;
        stream.set_write_timeout(Some(left()?)).map_err(failed)?;
        let head = format!(
            "POST {} HTTP/1.0\r\nHost: {}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n",
            self.path,
            self.host,
            body.len()
        );
        stream.write_all(head.as_bytes()).map_err(failed)?;
        stream.write_all(body.as_bytes()).map_err(failed)?;
        let mut answer = Vec::new();
        let mut piece = [0_u8; 16 * 1024];
        loop {
            // A reader that sends a byte a second ends too.
            stream.set_read_timeout(Some(left()?)).map_err(failed)?;
            let n = stream.read(&mut piece).map_err(failed)?;
            if n == 0 {
                break;
            }
            answer.extend_from_slice(&piece[..n]);
            if answer.len() as u64 > ANSWER_BYTES_MAX {
                return Err(format!(
                    "answered more than {} MB",
                    ANSWER_BYTES_MAX / 1_000_000
                ));
            }
        }
        let end = answer
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .ok_or_else(|| "gave no answer in HTTP".to_owned())?;
        let status = String::from_utf8_lossy(&answer[..end]);
        let status = status.split_whitespace().nth(1).unwrap_or("").to_owned();
        if status != "200" {
            return Err(format!("answered with status {status}"));
        }
        let body = String::from_utf8_lossy(&answer[end + 4..]);
        OtherReading::from_json(body.trim()).map_err(|why| format!("gave an answer that {why}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_asked() {
        let at = |url: &str| Listener::at(url, Duration::from_secs(1)).map(|l| l.at.to_string());
        assert_eq!(
            at("http://127.0.0.1:9000/read").as_deref(),
            Ok("127.0.0.1:9000")
        );
        assert_eq!(at("http://[::1]:9000").as_deref(), Ok("[::1]:9000"));
        assert_eq!(
            at("http://localhost:9000/x").as_deref(),
            Ok("127.0.0.1:9000")
        );
        for url in [
            "https://127.0.0.1/",
            "http://example.org/",
            "http://10.0.0.1:80/",
            "http://169.254.169.254/",
            "http://localhost.example.org/",
            "http://localhost@example.org/",
            "http://127.0.0.1@example.org:80/",
            "http://0.0.0.0:1/",
            "http://[::ffff:10.0.0.1]:80/",
            "http://127.0.0.1:80/a b",
            "file:///etc/passwd",
        ] {
            assert!(at(url).is_err(), "{url}");
        }
    }
}
