//! What operators switch on: webhooks, the log for machines, framing, and how much one reader may ask.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::house::{Desk, RAID, Server, TANF};

/// What a receiver was sent.
struct Delivery {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Delivery {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// Answers `answers` one after the other, then 204; 0 is none at all for three seconds.
fn receiver(answers: &'static [u16]) -> (String, Receiver<Delivery>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://{}/hook?key=hookpath",
        listener.local_addr().expect("an address")
    );
    let (send, got) = channel();
    std::thread::spawn(move || {
        for (n, line) in listener.incoming().enumerate() {
            let mut line = line.expect("a connection");
            let mut reader = BufReader::new(line.try_clone().expect("a handle"));
            let mut headers = Vec::new();
            loop {
                let mut text = String::new();
                if reader.read_line(&mut text).unwrap_or(0) == 0 || text.trim().is_empty() {
                    break;
                }
                if let Some((name, value)) = text.trim().split_once(": ") {
                    headers.push((name.to_lowercase(), value.to_owned()));
                }
            }
            let size = headers.iter().find(|(n, _)| n == "content-length");
            let size = size.and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
            let mut body = vec![0; size];
            let _ = reader.read_exact(&mut body);
            let _ = send.send(Delivery { headers, body });
            match answers.get(n).copied().unwrap_or(204) {
                0 => std::thread::sleep(Duration::from_secs(3)),
                status => {
                    let _ = write!(line, "HTTP/1.1 {status} Said\r\ncontent-length: 0\r\n\r\n");
                }
            }
        }
    });
    (url, got)
}

const SECRET: &str = "a secret of the tests, long enough";

/// HMAC-SHA256 by its definition (RFC 2104), so that the test does not believe the library.
fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let pad = |with: u8| -> Vec<u8> {
        let key = key.iter().copied().chain(std::iter::repeat(0));
        key.take(64).map(|b| b ^ with).collect()
    };
    let inner = Sha256::digest([pad(0x36), message.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn add(server: &Server, text: &str) {
    let answer = server.post("/reports", "text/plain", text);
    assert_eq!(answer.status, 201, "{}", answer.text());
}

#[test]
fn a_webhook_is_told_what_is_new_and_tried_again() {
    let desk = Desk::with_incidents();
    // The first two tries go wrong: an error, and a receiver that hangs.
    let (url, got) = receiver(&[500, 0]);
    let file = desk.file(
        "serve.toml",
        format!(
            "listen = \"127.0.0.1:0\"\nwebhooks_private = true\nwebhook_timeout_s = 1\n\
             public_url = \"http://127.0.0.1\"\n\
             [[webhooks]]\nurl = \"{url}\"\nsecret = \"{SECRET}\"\ndrafts = true\n"
        ),
    );
    let admin = desk.token("admin", "admin");
    let server = desk.serve_with(&["--config", &file.to_string_lossy()]);
    let wait = Duration::from_secs(20);
    let tries: Vec<Delivery> = (0..3)
        .map(|_| got.recv_timeout(wait).expect("a try"))
        .collect();
    let id = tries[0].header("webhook-id").to_owned();
    for delivery in &tries {
        assert_eq!(
            delivery.header("webhook-id"),
            id,
            "the same delivery keeps its id"
        );
        assert_eq!(delivery.json()["type"], "resync", "as after every start");
        let signed = [
            id.as_bytes(),
            b".",
            delivery.header("webhook-timestamp").as_bytes(),
            b".",
            &delivery.body,
        ]
        .concat();
        let signature = format!("v1,{}", base64(&hmac(SECRET.as_bytes(), &signed)));
        assert_eq!(delivery.header("webhook-signature"), signature);
    }
    let authorization = format!("Bearer {admin}");
    let held = [
        ("authorization", authorization.as_str()),
        ("content-type", "text/plain"),
    ];
    let again = TANF.replace("al-Tanf garrison", "city of Palmyra");
    let added = server.ask("POST", "/reports", &held, Some(again.as_bytes()));
    assert_eq!(added.status, 201, "{}", added.text());
    let news = got.recv_timeout(wait).expect("the news").json();
    assert_eq!(news["type"], "incidents.changed", "{news}");
    let change = &news["data"]["changes"][0];
    assert_eq!(change["what"], "new", "{news}");
    let at = change["url"].as_str().expect("an address");
    let path = at.strip_prefix("http://127.0.0.1").expect("ours");
    assert_eq!(server.get_with(path, &held[..1]).status, 200);
    assert!(
        !news.to_string().contains("Palmyra"),
        "no words of a report: {news}"
    );
    let begun = Instant::now();
    loop {
        let figures = server.get_with("/metrics", &held[..1]).text();
        let counted = |line: &str| figures.lines().any(|l| l == line);
        if counted("placetime_webhook_tries_total{webhook=\"1\",outcome=\"delivered\"} 2")
            && counted("placetime_webhook_tries_total{webhook=\"1\",outcome=\"failed\"} 2")
            && counted("placetime_webhook_behind{webhook=\"1\"} 0")
        {
            break;
        }
        assert!(begun.elapsed() < wait, "{figures}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let told = server.told();
    assert!(told.contains("a webhook was not delivered"), "{told}");
    assert!(
        !told.contains("hookpath") && !told.contains(SECRET),
        "{told}"
    );
}

#[test]
fn a_draft_is_no_news_to_a_webhook_and_a_private_address_is_not_told() {
    let desk = Desk::new();
    let (url, got) = receiver(&[]);
    let secret = ("PLACETIME_WEBHOOK_SECRET", SECRET);
    let options = ["--listen", "127.0.0.1:0", "--webhook", &url];
    let server = desk.serve_in(&options, &[secret]);
    add(&server, TANF);
    let begun = Instant::now();
    let refused = "placetime_webhook_tries_total{webhook=\"1\",outcome=\"failed\"} 1";
    while !server.get("/metrics").text().contains(refused) {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(
        server.told().contains("private network"),
        "{}",
        server.told()
    );
    drop(server);
    assert!(got.try_recv().is_err(), "nothing was sent");
    // With leave it is told, but not of drafts.
    let mut options = options.to_vec();
    options.push("--webhooks-private");
    let server = desk.serve_in(&options, &[secret]);
    let first = got.recv_timeout(Duration::from_secs(20)).expect("a word");
    assert_eq!(first.json()["type"], "resync");
    add(&server, RAID);
    assert!(
        got.recv_timeout(Duration::from_secs(2)).is_err(),
        "a draft is no news"
    );
    drop(server);
    for (options, environment, word) in [
        (vec!["--webhook", &*url], vec![], "PLACETIME_WEBHOOK_SECRET"),
        (
            vec!["--webhook", &url],
            vec![("PLACETIME_WEBHOOK_SECRET", "short")],
            "at least 24 bytes",
        ),
        (vec!["--webhook", "ftp://x"], vec![secret], "no web address"),
        (
            vec!["--embed-origin", "https://a.example/x; script-src *"],
            vec![],
            "no origin",
        ),
    ] {
        let done = crate::house::placetime(&["serve", "--listen", "127.0.0.1:0"])
            .args(&options)
            .envs(environment)
            .env("PLACETIME_DATA", desk.data())
            .output()
            .expect("it ends");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(
            !done.status.success() && told.contains(word),
            "{options:?}: {told}"
        );
        assert!(!told.contains("hookpath"), "{told}");
    }
}

#[test]
fn the_log_for_machines_is_json_without_secrets_texts_and_readers() {
    let desk = Desk::new();
    let token = desk.token("the desk", "admin");
    let options = ["--listen", "127.0.0.1:0", "--log-format", "json"];
    let server = desk.serve_in(&options, &[("RUST_LOG", "placetime=debug")]);
    let authorization = format!("Bearer {token}");
    let held = [
        ("authorization", authorization.as_str()),
        ("content-type", "text/plain"),
        ("user-agent", "agentcanary"),
        ("referer", "https://referercanary.example/"),
    ];
    let text = TANF.replace("Russian jets", "Textcanary jets");
    assert_eq!(
        server
            .ask("POST", "/reports", &held, Some(text.as_bytes()))
            .status,
        201
    );
    server.get_with("/collections/incidents/items?q=querycanary", &held);
    server.get_with("/incidents/pathcanary", &held);
    server.get_with("/stats", &[("authorization", "Bearer wrongcanary")]);
    let begun = Instant::now();
    while server.told().lines().count() < 4 {
        assert!(
            begun.elapsed() < Duration::from_secs(5),
            "{}",
            server.told()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let told = server.told();
    let lines: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    let written = lines
        .iter()
        .find(|l| l["message"] == "written")
        .expect("the write");
    assert_eq!(
        (&written["route"], &written["status"], &written["who"]),
        (&"/reports".into(), &201.into(), &"the desk".into()),
        "{written}"
    );
    assert!(written["timestamp"].is_string() && written["duration_ms"].is_number());
    let secret = token.as_str();
    for canary in ["canary", secret, "127.0.0.1", "Textcanary"] {
        assert!(!told.contains(canary), "{canary} in {told}");
    }
}

#[test]
fn the_map_is_framed_by_the_origins_named_and_by_nobody_else() {
    let desk = Desk::with_incidents();
    let frames = |server: &Server, path: &str| {
        let answer = server.get_with(path, &[("accept", "text/html")]);
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.header("content-security-policy").to_owned();
        let frames = policy.split("frame-ancestors ").nth(1).expect("it is said");
        (
            frames.to_owned(),
            answer.header("x-frame-options").to_owned(),
        )
    };
    let nobody = ("'none'".to_owned(), "DENY".to_owned());
    let server = desk.serve();
    assert_eq!(frames(&server, "/?embed=1"), nobody);
    drop(server);
    let server = desk.serve_with(&[
        "--listen",
        "127.0.0.1:0",
        "--embed-origin",
        "https://paper.example",
        "--embed-origin",
        "https://other.example:8443",
    ]);
    let named = "https://paper.example https://other.example:8443".to_owned();
    assert_eq!(frames(&server, "/?embed=1"), (named.clone(), String::new()));
    assert_eq!(frames(&server, "/?days=1&embed=1").0, named);
    for path in ["/", "/?embed=0", "/collections?f=html", "/?q=embed=1"] {
        assert_eq!(frames(&server, path), nobody, "{path}");
    }
}

#[test]
fn one_address_reads_so_much_and_no_more() {
    let desk = Desk::with_incidents();
    let proxied = ["--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"];
    let statuses = |server: &Server, from: &str, count: usize| -> Vec<u16> {
        let headers = [("x-forwarded-for", from)];
        let ask = |_| server.get_with("/conformance", &headers).status;
        (0..count).map(ask).collect()
    };
    let mut options = proxied.to_vec();
    options.extend(["--read-rate", "1"]);
    let server = desk.serve_with(&options);
    let seen = statuses(&server, "203.0.113.7", 40);
    assert!(seen[..20].iter().all(|s| *s == 200), "{seen:?}");
    assert!(seen.contains(&429), "{seen:?}");
    let refused = loop {
        let answer = server.get_with("/conformance", &[("x-forwarded-for", "203.0.113.7")]);
        if answer.status == 429 {
            break answer;
        }
    };
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(
        statuses(&server, "203.0.113.8", 1),
        [200],
        "others are not held back"
    );
    drop(server);
    options.truncate(proxied.len());
    options.extend(["--read-rate", "0"]);
    let server = desk.serve_with(&options);
    assert!(
        statuses(&server, "203.0.113.7", 60)
            .iter()
            .all(|s| *s == 200)
    );
}

#[test]
fn a_client_that_sends_too_much_hears_so() {
    let desk = Desk::new();
    let server = desk.serve();
    let address = server.url.trim_start_matches("http://").to_owned();
    let ask = |head: &str, body: &[u8]| {
        let mut line = TcpStream::connect(&address).expect("connected");
        let wait = Some(Duration::from_secs(20));
        line.set_read_timeout(wait).expect("set");
        let head = format!(
            "POST /reports HTTP/1.1\r\nHost: {address}\r\nContent-Type: text/plain\r\n{head}\r\n"
        );
        line.write_all(head.as_bytes()).expect("the head is taken");
        // All of it is sent before an answer is looked for, as plain clients do.
        for part in body.chunks(1 << 20) {
            line.write_all(part).expect("the server reads on");
        }
        let mut answer = String::new();
        let mut reader = BufReader::new(line);
        reader.read_line(&mut answer).expect("an answer");
        answer
    };
    let long = vec![b'a'; 30_000_000];
    for _ in 0..5 {
        let answer = ask(&format!("Content-Length: {}\r\n", long.len()), &long);
        assert!(answer.contains(" 413 "), "{answer}");
    }
    // Refused for another reason, it is read on to its end too.
    let foreign = format!(
        "Origin: https://evil.example\r\nContent-Length: {}\r\n",
        long.len()
    );
    let answer = ask(&foreign, &long);
    assert!(answer.contains(" 403 "), "{answer}");
    // Who asks first is told without sending.
    let patient = format!("Expect: 100-continue\r\nContent-Length: {}\r\n", long.len());
    let answer = ask(&patient, b"");
    assert!(answer.contains(" 413 "), "{answer}");
}
