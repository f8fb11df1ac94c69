//! The program as others meet it: started as a process, asked over HTTP.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use placetime::incident::{Incident, Status};
use placetime::store::{Query, Store, StoreError};
use serde_json::Value;

/// A report whose event, day and place are told in plain words.
pub(crate) const TANF: &str = "date: 2022-06-18\nurl: https://example.org/tanf\npublisher: Example Agency\n\n\
    Russian jets carried out airstrikes on the al-Tanf garrison in Syria on Wednesday. Three people were killed.\n";

/// The same event in another paper's words.
pub(crate) const TANF_AGAIN: &str = "date: 2022-06-17\npublisher: Example Post\n\n\
    Russian aircraft struck the al-Tanf base in southern Syria on 15 June, an official said.\n";

/// An event known to a part of a country only.
pub(crate) const RAID: &str = "date: 2023-02-18\n\nUS forces raided a house in northeastern Syria on Thursday, the military said.\n";

/// An event without a place we know.
pub(crate) const NOWHERE: &str = "date: 2019-08-02\n\nGunmen attacked the village of Qwertzuiopu on Wednesday, killing two civilians.\n";

/// The program, built with the tests.
pub(crate) fn placetime(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_placetime"));
    command.args(arguments);
    for name in [
        "PLACETIME_DATA",
        "PLACETIME_GAZETTEER",
        "PLACETIME_LISTEN",
        "PLACETIME_CONFIG",
        "PLACETIME_PUBLIC_URL",
        "PLACETIME_PRIVATE",
        "PLACETIME_HOSTS",
        "PLACETIME_TRUSTED_PROXIES",
        "PLACETIME_EMBED_ORIGINS",
        "PLACETIME_READ_RATE",
        "PLACETIME_WEBHOOKS",
        "PLACETIME_WEBHOOKS_PRIVATE",
        "PLACETIME_LOG_FORMAT",
    ] {
        command.env_remove(name);
    }
    command
}

/// What a command did.
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) told: String,
}

impl From<Output> for Done {
    fn from(it: Output) -> Self {
        Self {
            status: it.status.code().unwrap_or(-1),
            out: String::from_utf8(it.stdout).expect("our output is UTF-8"),
            told: String::from_utf8(it.stderr).expect("our words are UTF-8"),
        }
    }
}

impl Done {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

/// A folder with files and a store, gone when the test ends.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// A desk whose store holds a point, an area and an incident without place.
    pub(crate) fn with_incidents() -> Self {
        let desk = Self::new();
        desk.file("tanf.txt", TANF);
        desk.file("raid.txt", RAID);
        desk.file("nowhere.txt", NOWHERE);
        let done = desk.run(&["add", "tanf.txt", "raid.txt", "nowhere.txt"]);
        assert_eq!(done.status, 0, "{}", done.told);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file can be written");
        path
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Runs a command in the folder, with its store.
    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        self.run_with(arguments, b"")
    }

    /// The same with something on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &[u8]) -> Done {
        let mut child = placetime(arguments)
            .current_dir(self.folder.path())
            .env("PLACETIME_DATA", self.data())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // A command that reads nothing may be gone before we have written.
        let _ = child.stdin.take().expect("piped").write_all(stdin);
        child.wait_with_output().expect("the program ends").into()
    }

    /// Starts a server on a free port.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&["--listen", "127.0.0.1:0"])
    }

    /// Starts a server with options.
    pub(crate) fn serve_with(&self, options: &[&str]) -> Server {
        Server::start(&self.data(), options, &[])
    }

    /// The same in an environment.
    pub(crate) fn serve_in(&self, options: &[&str], environment: &[(&str, &str)]) -> Server {
        Server::start(&self.data(), options, environment)
    }

    /// Shows a published folder.
    pub(crate) fn shown(&self, folder: &str) -> Server {
        let folder = self.path(folder).to_string_lossy().into_owned();
        Server::begun(&["open", "--print", &folder], &self.data(), &[])
    }

    /// Makes a token.
    pub(crate) fn token(&self, name: &str, scope: &str) -> String {
        let done = self.run(&["token", "add", name, "--scope", scope]);
        assert_eq!(done.status, 0, "{}", done.told);
        done.out.trim().to_owned()
    }

    /// Starts a server that others could reach.
    pub(crate) fn serve_everybody(&self) -> Server {
        self.serve_with(&["--listen", "0.0.0.0:0"])
    }
}

/// A running server; stopped when the test ends.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    told: Arc<Mutex<Vec<u8>>>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }
}

impl Server {
    fn start(data: &Path, options: &[&str], environment: &[(&str, &str)]) -> Self {
        let all: Vec<&str> = ["serve"].iter().chain(options).copied().collect();
        Self::begun(&all, data, environment)
    }

    fn begun(arguments: &[&str], data: &Path, environment: &[(&str, &str)]) -> Self {
        let mut child = placetime(arguments)
            .envs(environment.iter().copied())
            .env("PLACETIME_DATA", data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let mut told = BufReader::new(child.stderr.take().expect("piped"));
        told.read_line(&mut line).expect("it says where it listens");
        let url = line
            .split_whitespace()
            .find(|w| w.starts_with("http://"))
            .unwrap_or_else(|| panic!("no address in: {line}"))
            .trim_end_matches('/')
            .to_owned();
        // Whatever else it says is read, so that it never waits for us.
        let all = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&all);
        std::thread::spawn(move || {
            let mut line = Vec::new();
            while told.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
                heard.lock().expect("no panic").append(&mut line);
            }
        });
        Self {
            child,
            url,
            told: all,
        }
    }

    /// What it said on standard error since it told where it listens.
    pub(crate) fn told(&self) -> String {
        let all = self.told.lock().expect("no panic").clone();
        String::from_utf8(all).expect("our words are UTF-8")
    }

    /// The process, for its figures under /proc.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    pub(crate) fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, None)
    }

    /// The same, byte for byte as it comes: the client library unpacks what is packed.
    pub(crate) fn get_packed(&self, path: &str) -> Answer {
        use std::io::Read;
        let address = self.url.trim_start_matches("http://");
        let mut line = std::net::TcpStream::connect(address).expect("connected");
        let asked = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        );
        line.write_all(asked.as_bytes()).expect("sent");
        let mut all = Vec::new();
        line.read_to_end(&mut all).expect("an answer");
        let end = all
            .windows(4)
            .position(|w| w == b"\r\n\r\n")
            .expect("a header");
        let head = String::from_utf8(all[..end].to_vec()).expect("words");
        let mut lines = head.lines();
        let status = lines.next().and_then(|l| l.split(' ').nth(1)?.parse().ok());
        let headers = lines
            .filter_map(|l| l.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        Answer {
            status: status.expect("a status"),
            headers,
            body: all[end + 4..].to_vec(),
        }
    }

    pub(crate) fn post(&self, path: &str, media: &str, body: &str) -> Answer {
        let headers = [("content-type", media)];
        self.ask("POST", path, &headers, Some(body.as_bytes()))
    }

    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .accept_encoding(ureq::config::AutoHeaderValue::None)
            .allow_non_standard_methods(true)
            .build()
            .into();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(body.unwrap_or_default().to_vec())
            .expect("a request");
        let mut response = agent.run(request).expect("an answer");
        let headers = response
            .headers()
            .iter()
            .map(|(n, v)| {
                (
                    n.to_string(),
                    String::from_utf8_lossy(v.as_bytes()).into_owned(),
                )
            })
            .collect();
        Answer {
            status: response.status().as_u16(),
            headers,
            body: response
                .body_mut()
                .with_config()
                .limit(50_000_000)
                .read_to_vec()
                .expect("a body"),
        }
    }

    /// Asks the process to stop and waits; the exit status.
    pub(crate) fn stop(mut self) -> i32 {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        assert!(asked.expect("kill is there").success());
        self.child.wait().expect("it ends").code().unwrap_or(-1)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Says that a test was left out and why, to the runner where it listens.
pub(crate) fn skipped(test: &str, why: &str) {
    let line = format!("{test}: {why}");
    if let Some(file) = std::env::var_os("PLACETIME_SKIPS") {
        let file = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(file);
        if let Ok(mut file) = file {
            let _ = writeln!(file, "{line}");
        }
    }
    let _ = writeln!(std::io::stderr(), "skipped: {line}");
}

/// Everything told and decided, as a store keeps it, without what the clock set; what `verify` says of
/// it has to be nothing.
pub(crate) fn content(store: &Store) -> Vec<String> {
    let found = store.verify(None).expect("looked at");
    assert_eq!(found.told, [""; 0]);
    let mut all = Vec::new();
    let query = Query {
        statuses: Status::ALL.to_vec(),
        ..Query::default()
    };
    let take = |mut it: Incident| {
        it.stamp = Default::default();
        for ruling in &mut it.rulings {
            ruling.at = String::new();
        }
        all.push(format!("{it:?}"));
        Ok::<(), StoreError>(())
    };
    store.incidents_exact(&query, take).expect("incidents");
    all.sort();
    all
}
