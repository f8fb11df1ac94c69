//! `gazetteer fetch` against a mirror on this machine that misbehaves in every way a mirror can.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use crate::house::{Desk, Done};

/// How the mirror gives a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manner {
    /// As it should.
    Well,
    /// The line breaks after so many bytes, each time.
    CutAfter(usize),
    /// It promises more than there is, each time.
    Promises(usize),
    /// It gives another part than was asked for.
    OtherPart,
    /// It is always busy.
    Busy,
    /// It is busy once.
    BusyOnce,
}

struct File {
    bytes: Vec<u8>,
    tag: String,
    manner: Manner,
}

type Files = Arc<Mutex<HashMap<String, File>>>;

/// A mirror; what it was asked is kept.
struct Mirror {
    url: String,
    files: Files,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Mirror {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/export/", listener.local_addr().expect("bound"));
        let (files, asked) = (Files::default(), Arc::new(Mutex::new(Vec::new())));
        let (shared, log) = (Arc::clone(&files), Arc::clone(&asked));
        // Ends with the test's process.
        std::thread::spawn(move || {
            for line in listener.incoming().flatten() {
                // A client that goes away in the middle is no failure of the mirror.
                let _ = answer(line, &shared, &log);
            }
        });
        Self { url, files, asked }
    }

    /// A mirror with one country, small and whole.
    fn with_syria() -> Self {
        let mirror = Self::start();
        let head = "# countries\n#ISO\tISO3\n";
        let cells = ["SY", "SYR"]
            .into_iter()
            .chain([""; 17])
            .collect::<Vec<_>>();
        mirror.give("countryInfo.txt", format!("{head}{}\n", cells.join("\t")));
        mirror.give("admin1CodesASCII.txt", "SY.11\tHoms\tHoms\t169575\n");
        mirror.give("admin2Codes.txt", "SY.11.1\tTadmur\tTadmur\t169576\n");
        let place = |id: u32, name: &str, country: &str| {
            format!(
                "{id}\t{name}\t{name}\t\t33.5\t38.6\tP\tPPL\t{country}\t\t11\t\t\t\t20000\t\t500\tAsia/Damascus\t2024-01-01\n"
            )
        };
        let dump = place(9_000_001, "Qwertzville", "SY") + &place(9_000_002, "Otherside", "IQ");
        mirror.give(
            "SY.zip",
            zipped(&[("readme.txt", "about"), ("SY.txt", &dump)]),
        );
        let names =
            "1\t9000001\tar\tكورتزفيل\t1\t\t\t\t\t\n2\t9000777\ten\tNowheretown\t\t\t\t\t\t\n";
        mirror.give("alternatenames/SY.zip", zipped(&[("SY.txt", names)]));
        mirror
    }

    fn give(&self, name: &str, bytes: impl Into<Vec<u8>>) {
        let bytes = bytes.into();
        let tag = format!(
            "\"{}-{}\"",
            bytes.len(),
            self.files.lock().expect("ours").len()
        );
        let manner = Manner::Well;
        let file = File { bytes, tag, manner };
        self.files
            .lock()
            .expect("ours")
            .insert(name.to_owned(), file);
    }

    fn manner(&self, name: &str, manner: Manner) {
        let mut files = self.files.lock().expect("ours");
        files.get_mut(name).expect("given").manner = manner;
    }

    fn remove(&self, name: &str) {
        self.files.lock().expect("ours").remove(name);
    }

    /// What was asked since the last asking: `SY.zip bytes=300-`.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("ours"))
    }
}

fn answer(mut line: TcpStream, files: &Files, log: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(line.try_clone()?);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let mut headers = HashMap::new();
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            match header.trim().split_once(": ") {
                Some((name, value)) => headers.insert(name.to_lowercase(), value.to_owned()),
                None => break,
            };
        }
        let path = first.split(' ').nth(1).unwrap_or_default();
        let name = path.trim_start_matches("/export/");
        let range = headers.get("range").cloned().unwrap_or_default();
        log.lock()
            .expect("ours")
            .push(format!("{name} {range}").trim().to_owned());
        let mut files = files.lock().expect("ours");
        let Some(file) = files.get_mut(name) else {
            write!(line, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        };
        if matches!(file.manner, Manner::Busy | Manner::BusyOnce) {
            if file.manner == Manner::BusyOnce {
                file.manner = Manner::Well;
            }
            write!(line, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        }
        if headers.get("if-none-match") == Some(&file.tag) {
            write!(
                line,
                "HTTP/1.1 304 Not Modified\r\nETag: {}\r\n\r\n",
                file.tag
            )?;
            continue;
        }
        let all = file.bytes.len();
        let fits = headers.get("if-range").is_none_or(|tag| *tag == file.tag);
        let from: usize = range
            .strip_prefix("bytes=")
            .and_then(|r| r.trim_end_matches('-').parse().ok())
            .filter(|from| fits && *from < all)
            .unwrap_or(0);
        let told = match file.manner {
            Manner::OtherPart if from > 0 => from - 1,
            _ => from,
        };
        let promised = match file.manner {
            Manner::Promises(more) => all - from + more,
            _ => all - from,
        };
        let head = if from > 0 {
            format!(
                "206 Partial\r\nContent-Range: bytes {told}-{}/{all}",
                all - 1
            )
        } else {
            "200 OK".to_owned()
        };
        write!(
            line,
            "HTTP/1.1 {head}\r\nETag: {}\r\nContent-Length: {promised}\r\n\r\n",
            file.tag
        )?;
        let (end, broken) = match file.manner {
            Manner::CutAfter(n) => ((from + n).min(all), from + n < all),
            Manner::OtherPart if from == 0 => (all / 2, true),
            Manner::Promises(_) => (all, true),
            _ => (all, false),
        };
        line.write_all(&file.bytes[from..end])?;
        if broken {
            return line.shutdown(std::net::Shutdown::Both);
        }
    }
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in files {
        archive.start_file(*name, options).expect("memory");
        archive.write_all(text.as_bytes()).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

fn fetch(desk: &Desk, mirror: &Mirror) -> Done {
    let all = [
        "gazetteer",
        "fetch",
        "--country",
        "SY",
        "--base-url",
        &mirror.url,
    ];
    desk.run(&all)
}

/// Whether the gazetteer that was built knows what the mirror told.
fn built(desk: &Desk) {
    for name in ["Qwertzville", "كورتزفيل"] {
        let done = desk.run(&["--gazetteer", "geonames.gaz", "resolve", "--json", name]);
        assert_eq!(
            done.json()[0]["id"],
            "geonames:9000001",
            "{name}: {}",
            done.out
        );
    }
}

#[test]
fn a_country_is_fetched_built_and_not_sent_again() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 0, "{}", done.told);
    built(&desk);
    // The pack holds its country, its credits, and no texts of elsewhere.
    let done = desk.run(&["--gazetteer", "geonames.gaz", "gazetteer", "info", "--json"]);
    let credits = done.json()["credits"].to_string();
    assert!(
        credits.contains("GeoNames") && credits.contains("CC BY 4.0"),
        "{credits}"
    );
    let bytes = std::fs::read(desk.path("geonames.gaz")).expect("built");
    for other in ["Otherside", "Nowheretown"] {
        let found = bytes.windows(other.len()).any(|w| w == other.as_bytes());
        assert!(!found, "{other} is of no use in a pack of Syria");
    }
    mirror.asked();
    let before = std::fs::metadata(desk.path("geonames/SY.zip"))
        .expect("kept")
        .modified();
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 0, "{}", done.told);
    assert_eq!(
        done.told.matches("as it was last time").count(),
        5,
        "{}",
        done.told
    );
    let after = std::fs::metadata(desk.path("geonames/SY.zip"))
        .expect("kept")
        .modified();
    assert_eq!(before.expect("a time"), after.expect("a time"));
}

#[test]
fn a_line_that_breaks_again_and_again_still_brings_the_whole() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    mirror.manner("SY.zip", Manner::CutAfter(100));
    mirror.manner("admin2Codes.txt", Manner::BusyOnce);
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 0, "{}", done.told);
    built(&desk);
    let asked = mirror.asked();
    assert!(asked.contains(&"SY.zip bytes=100-".to_owned()), "{asked:?}");
    assert!(asked.contains(&"SY.zip bytes=200-".to_owned()), "{asked:?}");
}

#[test]
fn what_was_fetched_is_kept_and_the_next_run_goes_on_from_there() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    mirror.manner("SY.zip", Manner::CutAfter(0));
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 1, "{}", done.told);
    assert!(
        done.told.contains("SY.zip broke off at 0 of"),
        "{}",
        done.told
    );
    assert!(!desk.path("geonames.gaz").exists());
    // As a run that was ended in the middle leaves it.
    let half = mirror.files.lock().expect("ours")["SY.zip"].bytes[..150].to_vec();
    desk.file("geonames/.SY.zip.part", half);
    mirror.manner("SY.zip", Manner::Well);
    mirror.asked();
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 0, "{}", done.told);
    assert!(
        done.told.contains("150 of them from last time"),
        "{}",
        done.told
    );
    assert!(mirror.asked().contains(&"SY.zip bytes=150-".to_owned()));
    assert!(!desk.path("geonames/.SY.zip.part").exists());
    built(&desk);
}

#[test]
fn a_part_of_a_file_that_has_changed_since_is_not_gone_on_with() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    mirror.manner("SY.zip", Manner::CutAfter(0));
    assert_eq!(fetch(&desk, &mirror).status, 1);
    desk.file("geonames/.SY.zip.part", vec![7; 150]);
    let other = mirror.files.lock().expect("ours")["SY.zip"].bytes.clone();
    mirror.give("SY.zip", other);
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 0, "{}", done.told);
    built(&desk);
}

#[test]
fn sizes_that_do_not_fit_are_told_and_nothing_is_built() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    mirror.manner("SY.zip", Manner::Promises(1000));
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 1);
    assert!(done.told.contains("SY.zip broke off at"), "{}", done.told);
    mirror.manner("SY.zip", Manner::OtherPart);
    std::fs::remove_file(desk.path("geonames/.SY.zip.part")).expect("kept");
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 1);
    assert!(
        done.told.contains("another part than was asked for"),
        "{}",
        done.told
    );
    assert!(!desk.path("geonames.gaz").exists());
}

#[test]
fn what_is_not_there_is_named_and_names_are_looked_for_in_the_whole_list() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    let names = mirror.files.lock().expect("ours")["alternatenames/SY.zip"]
        .bytes
        .clone();
    mirror.remove("alternatenames/SY.zip");
    mirror.give("alternateNamesV2.zip", names);
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 0, "{}", done.told);
    assert!(
        done.told.contains("alternateNamesV2.zip has its names too"),
        "{}",
        done.told
    );
    built(&desk);
    mirror.remove("SY.zip");
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 1);
    let told = format!("{}SY.zip is not there (404)", mirror.url);
    assert!(done.told.contains(&told), "{}", done.told);
}

#[test]
fn a_page_of_a_wireless_network_and_a_damaged_archive_are_no_tables() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    mirror.give(
        "admin2Codes.txt",
        "<!DOCTYPE html><title>Welcome, please sign in</title>",
    );
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 1);
    let told = &done.told;
    assert!(
        told.contains("admin2Codes.txt gave no table of places"),
        "{told}"
    );
    assert!(!desk.path("geonames/admin2Codes.txt").exists());
    assert!(!desk.path("geonames/.admin2Codes.txt.part").exists());

    let mirror = Mirror::with_syria();
    let mut damaged = mirror.files.lock().expect("ours")["SY.zip"].bytes.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    mirror.give("SY.zip", damaged);
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 1);
    assert!(
        done.told.contains("SY.zip gave no table of places"),
        "{}",
        done.told
    );
}

#[test]
fn a_busy_mirror_a_full_disk_and_a_wrong_address_each_have_their_sentence() {
    let (desk, mirror) = (Desk::new(), Mirror::with_syria());
    mirror.manner("SY.zip", Manner::Busy);
    let done = fetch(&desk, &mirror);
    assert_eq!(done.status, 1);
    assert!(done.told.contains("it answered 503"), "{}", done.told);

    #[cfg(target_os = "linux")]
    {
        mirror.manner("SY.zip", Manner::Well);
        // Every write to it fails as on a full disk.
        let part = desk.path("geonames/.SY.zip.part");
        let _ = std::fs::remove_file(&part);
        std::os::unix::fs::symlink("/dev/full", part).expect("a link");
        let done = fetch(&desk, &mirror);
        assert_eq!(done.status, 1);
        assert!(done.told.contains("the disk is full at"), "{}", done.told);
        assert!(!desk.path("geonames.gaz").exists());
    }

    let done = desk.run(&["gazetteer", "fetch", "--base-url", "geonames"]);
    assert_eq!(done.status, 2, "{}", done.told);
    let done = desk.run(&["gazetteer", "fetch", "--country", "Syria"]);
    assert_eq!(done.status, 2, "{}", done.told);
    assert!(done.told.contains("two letters"), "{}", done.told);
}
