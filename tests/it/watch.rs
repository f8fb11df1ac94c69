//! Feeds in, from a server on this machine that misbehaves in every way it can.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::house::Desk;

const FEED: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Wire</title><item><title>Strike</title>\
    <guid>w-1</guid><link>https://example.org/1</link><pubDate>Sat, 18 Jun 2022 10:00:00 GMT</pubDate>\
    <description>Russian jets carried out airstrikes on the al-Tanf garrison in Syria on Wednesday. Three people were killed.</description>\
    </item></channel></rss>";

/// A server that answers each path in its own way, and remembers what it was asked.
struct Loopback {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Loopback {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, own) = (Arc::clone(&asked), url.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, own) = (Arc::clone(&seen), own.clone());
                std::thread::spawn(move || {
                    let _ = answer(stream, &seen, &own);
                });
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> String {
        self.asked.lock().expect("no thread broke").join("\n")
    }
}

fn answer(mut stream: TcpStream, seen: &Mutex<Vec<String>>, own: &str) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut head = Vec::new();
    while let Some(Ok(line)) = lines.next() {
        if line.is_empty() {
            break;
        }
        head.push(line.to_lowercase());
    }
    let path = head
        .first()
        .and_then(|l| l.split(' ').nth(1))
        .unwrap_or("/")
        .to_owned();
    seen.lock().expect("no thread broke").push(head.join(" | "));
    let with = |head: &str, body: &[u8]| {
        let mut all = format!(
            "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        all.extend_from_slice(body);
        all
    };
    let tagged = head.iter().any(|l| l == "if-none-match: \"one\"");
    let bytes = match path.as_str() {
        "/feed" if tagged => with("304 Not Modified", b""),
        "/feed" => with("200 OK\r\nETag: \"One\"", FEED.as_bytes()),
        "/broken" => with("500 Oops", b"no"),
        "/busy" => with("503 Busy\r\nRetry-After: 7200", b"later"),
        "/gone" => with("410 Gone", b""),
        "/moved" => with(&format!("301 Moved\r\nLocation: {own}/feed"), b""),
        "/loop" => with("302 Found\r\nLocation: /loop", b""),
        "/to-file" => with("302 Found\r\nLocation: file:///etc/passwd", b""),
        "/page" => with("200 OK\r\nContent-Type: text/html", b"<html><title>Strike</title><p>Three shells fell near Homs in Syria on 15 June 2022.</p></html>"),
        "/short" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<rss>")?;
            return Ok(());
        }
        "/endless" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            let block = [b'x'; 65_536];
            // Until the other side has had enough, or far beyond it.
            for _ in 0..1_000 {
                stream.write_all(&block)?;
            }
            return Ok(());
        }
        "/bomb" => {
            let mut zip =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            for _ in 0..400 {
                zip.write_all(&[b' '; 65_536])?;
            }
            with("200 OK\r\nContent-Encoding: gzip", &zip.finish()?)
        }
        _ => with("404 Not Found", b""),
    };
    stream.write_all(&bytes)?;
    std::thread::sleep(Duration::from_millis(10));
    Ok(())
}

fn watch(desk: &Desk, url: &str) -> crate::house::Done {
    desk.run(&["watch", "--once", "--allow-private", url])
}

#[test]
fn a_feed_is_read_once_and_asked_with_its_tag() {
    let (desk, server) = (Desk::new(), Loopback::start());
    let feed = format!("{}/feed", server.url);
    let done = watch(&desk, &feed);
    assert_eq!(done.status, 0, "{}", done.told);
    assert!(
        done.out.contains("1 items, 1 new incidents"),
        "{}",
        done.out
    );
    let done = watch(&desk, &feed);
    assert!(done.out.contains("nothing new"), "{}", done.out);
    assert!(
        server.asked().contains("if-none-match: \"one\""),
        "{}",
        server.asked()
    );
    // The moved feed leads to the same items, under its own name.
    let done = watch(&desk, &format!("{}/moved", server.url));
    assert!(done.told.contains("has moved for good to"), "{}", done.told);
    let before = server.asked.lock().expect("no thread broke").len();
    watch(&desk, &format!("{}/moved", server.url));
    let asked = server.asked.lock().expect("no thread broke")[before..].join("\n");
    assert!(
        asked.contains("get /feed") && !asked.contains("get /moved"),
        "{asked}"
    );
}

#[test]
fn a_feed_that_misbehaves_is_named_and_harms_nothing() {
    let (desk, server) = (Desk::new(), Loopback::start());
    for (path, words) in [
        ("broken", "answered 500; asked again in 30 minutes"),
        ("busy", "answered 503; asked again in 120 minutes"),
        ("gone", "is gone; it is asked no more"),
        ("loop", "redirects more than 5 times"),
        ("to-file", "file:///etc/passwd is no"),
        ("short", "broke off"),
        ("endless", "gives more than 10 MB"),
        ("bomb", "gives more than 10 MB"),
        ("nothing", "answered 404"),
    ] {
        let done = watch(&desk, &format!("{}/{path}", server.url));
        assert_eq!(done.status, 1, "{path}: {}", done.told);
        assert!(done.told.contains(words), "{path}: {}", done.told);
    }
    let done = desk.run(&["export"]);
    assert_eq!(done.json()["features"].as_array().map(Vec::len), Some(0));
}

#[test]
fn private_addresses_are_not_asked_unless_that_is_said() {
    let (desk, server) = (Desk::new(), Loopback::start());
    let feed = format!("{}/feed", server.url);
    for arguments in [vec!["watch", "--once", &feed], vec!["add", &feed]] {
        let done = desk.run(&arguments);
        assert_eq!(done.status, 1, "{}", done.told);
        assert!(done.told.contains("say --allow-private"), "{}", done.told);
    }
    assert_eq!(server.asked(), "");
    // A page by its address.
    let page = format!("{}/page", server.url);
    let done = desk.run(&["add", "--allow-private", &page]);
    assert_eq!(done.status, 0, "{}", done.told);
    assert!(
        done.out.contains("1 new incident"),
        "{}{}",
        done.out,
        done.told
    );
    let all = desk.run(&["export"]).json();
    assert_eq!(
        all["features"][0]["properties"]["source_urls"],
        page.as_str()
    );
}
