//! What is new: the stream and the feed.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::house::{Desk, Server, TANF, TANF_AGAIN};

/// An open stream of events.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(server: &Server, headers: &str) -> Self {
        let address = server
            .url
            .strip_prefix("http://")
            .expect("http")
            .replace("0.0.0.0", "127.0.0.1");
        let mut line = TcpStream::connect(&address).expect("connected");
        line.set_read_timeout(Some(Duration::from_secs(5)))
            .expect("set");
        write!(
            line,
            "GET /changes HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"
        )
        .expect("sent");
        let mut it = Self(BufReader::new(line));
        let head = it.until("retry:");
        assert!(
            head.contains("200 OK") && head.contains("text/event-stream"),
            "{head}"
        );
        it
    }

    /// Everything up to a line that begins so, and with it.
    fn until(&mut self, begin: &str) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            let read = self
                .0
                .read_line(&mut line)
                .unwrap_or_else(|e| panic!("{e} after {all}"));
            assert!(read > 0, "closed after {all}");
            all.push_str(&line);
            if line.starts_with(begin) {
                return all;
            }
        }
    }

    /// The next event: its id and data.
    fn event(&mut self) -> (String, serde_json::Value) {
        let text = self.until("data:");
        let id = text
            .lines()
            .find_map(|l| l.strip_prefix("id: "))
            .expect("an id");
        let data = text
            .lines()
            .find_map(|l| l.strip_prefix("data: "))
            .expect("data");
        (id.to_owned(), serde_json::from_str(data).expect("JSON"))
    }
}

#[test]
fn what_another_program_adds_is_told_within_a_second() {
    let desk = Desk::new();
    desk.file("tanf.txt", TANF);
    desk.file("again.txt", TANF_AGAIN);
    assert_eq!(desk.run(&["read", "tanf.txt"]).status, 0);
    let server = desk.serve();
    let mut stream = Stream::open(&server, "");
    assert_eq!(desk.run(&["add", "tanf.txt"]).status, 0);
    let begun = Instant::now();
    let (first, data) = stream.event();
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "told after a second"
    );
    assert_eq!(data["what"], "new");
    let id = data["id"].as_str().expect("an id").to_owned();
    assert_eq!(server.get(&format!("/incidents/{id}")).status, 200);
    assert_eq!(desk.run(&["add", "again.txt"]).status, 0);
    let (_, data) = stream.event();
    assert_eq!(
        (data["what"].as_str(), data["id"].as_str()),
        (Some("changed"), Some(id.as_str()))
    );
    assert_eq!(desk.run(&["rule", "reject", &id]).status, 0);
    assert_eq!(stream.event().1["what"], "gone");
    // Who was away is told what was missed, each once, in order.
    let mut later = Stream::open(&server, &format!("Last-Event-ID: {first}\r\n"));
    assert_eq!(later.event().1["what"], "changed");
    assert_eq!(later.event().1["what"], "gone");
    // Who was away too long asks anew.
    let mut lost = Stream::open(&server, "Last-Event-ID: 999999\r\n");
    assert!(lost.until("event:").contains("resync"));
    // A stop waits for no reader of the stream.
    let begun = Instant::now();
    assert_eq!(server.stop(), 0);
    assert!(begun.elapsed() < Duration::from_secs(5), "stopped at once");
}

#[test]
fn a_draft_is_no_news_to_everybody_and_publishing_is() {
    let desk = Desk::new();
    desk.file("tanf.txt", TANF);
    assert_eq!(desk.run(&["add", "tanf.txt"]).status, 0);
    let server = desk.serve_everybody();
    let id = desk.run(&["export"]).json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let mut stream = Stream::open(&server, "");
    assert_eq!(desk.run(&["rule", "confirm", &id]).status, 0);
    assert_eq!(desk.run(&["rule", "publish", &id]).status, 0);
    let (_, data) = stream.event();
    assert_eq!(
        (data["what"].as_str(), data["id"].as_str()),
        (Some("new"), Some(id.as_str()))
    );
    let feed = server.get("/changes.atom");
    assert_eq!(
        feed.header("content-type"),
        "application/atom+xml; charset=utf-8"
    );
    let text = feed.text();
    assert!(
        text.contains(&format!("/incidents/{id}</id>")) && text.contains("<georss:point>33."),
        "{text}"
    );
}

#[test]
fn a_quiet_stream_gives_a_sign_of_life() {
    let desk = Desk::new();
    desk.file("tanf.txt", TANF);
    assert_eq!(desk.run(&["add", "tanf.txt"]).status, 0);
    let server = desk.serve();
    let mut stream = Stream::open(&server, "");
    let wait = Some(Duration::from_secs(40));
    stream.0.get_ref().set_read_timeout(wait).expect("set");
    // Nothing happens; proxies that close what is silent for a minute must not.
    let heard = stream.until(":");
    assert!(heard.contains(": still here"), "{heard}");
    assert_eq!(server.stop(), 0);
}
