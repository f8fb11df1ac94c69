//! Everything wrong that can be asked, at every route the server describes: a clear refusal that names
//! what was wrong, or a closed connection; never a failure of ours, and nothing left behind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::house::{Answer, Desk, Server};

/// Values that a parameter cannot have, percent-encoded.
fn wrong_values(name: &str, schema: &Value) -> Vec<String> {
    let all: &[&str] = match name {
        "bbox" => &[
            "",
            "1",
            "1,2,3",
            "1,2,3,4,5,6,7",
            "a,b,c,d",
            "NaN,0,1,1",
            "1e999,0,2e999,1",
            "0,91,1,95",
            "0,1,1,-1",
            "1;2;3;4",
            "%5B1,2,3,4%5D",
        ],
        "bbox-crs" | "filter-crs" | "crs" => &["", "x", "EPSG:99999", "http://example.org/crs"],
        "datetime" => &[
            "",
            "yesterday",
            "2022-13-01",
            "2022-06-31",
            "2022-06-30/2022-06-01",
            "a/b",
            "1/2/3",
            "../..%00",
        ],
        "filter" => &[
            "",
            "type%20%3D",
            "nosuch%20%3D%201",
            "%7B%7D",
            "%7B%22op%22:%22no%22,%22args%22:%5B%5D%7D",
            "%7B",
            "1%20%3D",
            "type%20%3D%20'a",
            "S_INTERSECTS(geometry,POINT(1))",
            "killed_min%20%3E%20'x'",
        ],
        "filter-lang" => &["", "sql", "CQL"],
        "q" => &["", "%20", "+"],
        "sortby" => &["", "colour", "-", "title,", "a;b"],
        "properties" => &["", "colour", "title,,type"],
        "cursor" => &[""],
        "lat" => &["", "x", "91", "-90.1", "NaN", "inf"],
        "lon" => &["", "x", "181", "-180.1", "NaN"],
        "published" => &["x", "2022-02-30"],
        "status" => &["", "colour", "draft;published"],
        "last-event-id" => &[],
        _ => &[],
    };
    let mut values: Vec<String> = all.iter().map(|v| (*v).to_owned()).collect();
    if all.is_empty() {
        let more: &[&str] = match schema["type"].as_str() {
            Some("integer") => &["", "x", "1.5", "99999999999999999999", "0x10", "%2B%2B1"],
            Some("number") => &["", "x", "1e999", "NaN"],
            Some("string") if schema["format"] == "date" => &["x", "2022-02-30", "15.6.2022"],
            Some("string") if schema["enum"].is_array() => &["", "colour", "COLOUR", "a,b"],
            _ => &[],
        };
        values.extend(more.iter().map(|v| (*v).to_owned()));
    }
    if name == "limit" {
        values.extend(["0", "-1"].map(str::to_owned));
    }
    // Bytes that are no text are wrong everywhere.
    values.push("%FF%FE".to_owned());
    values
}

fn refused(answer: &Answer, path: &str) -> Value {
    assert_eq!(answer.status, 400, "{path}: {}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{path}"
    );
    let problem = answer.json();
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(!detail.is_empty(), "{path}: {problem}");
    assert!(
        answer.body.len() < 40_000,
        "{path}: {} bytes",
        answer.body.len()
    );
    problem
}

#[test]
fn every_parameter_wrong_in_every_way_is_named() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let document = server.get("/api").json();
    let id = server.get("/incidents.geojson").json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let (mut routes, mut asked) = (0, 0);
    for (path, item) in document["paths"].as_object().expect("paths") {
        let filled = path
            .replace(
                "{id}",
                if path.starts_with("/rulings") {
                    "1"
                } else {
                    &id
                },
            )
            .replace("{z}", "0")
            .replace("{x}", "0")
            .replace("{y}", "0");
        if let Some(post) = item.get("post") {
            assert!(post["requestBody"].is_object(), "{path}");
            let answer = server.post(&format!("{filled}?nonsense=1"), "application/json", "{}");
            assert_eq!(refused(&answer, path)["parameter"], "nonsense", "{path}");
            routes += 1;
        }
        let Some(get) = item.get("get") else { continue };
        routes += 1;
        let answer = server.get(&format!("{filled}?nonsense=1"));
        assert_eq!(refused(&answer, path)["parameter"], "nonsense", "{path}");
        // The downloads take the same questions by the same code; two of them are asked everything.
        let is_like_others = path.starts_with("/downloads/") || path.starts_with("/incidents.");
        if is_like_others
            && !["/incidents.csv", "/downloads/incidents.geojson"].contains(&path.as_str())
        {
            continue;
        }
        let none = Vec::new();
        for parameter in get["parameters"].as_array().unwrap_or(&none) {
            let at = parameter["$ref"].as_str();
            // Columns, and days as GDAL asks for them: each is a further condition.
            let may_repeat =
                at.is_some_and(|at| at.contains("/column_") || at.ends_with("/datetime"));
            let parameter = match at {
                Some(at) => document.pointer(&at[1..]).expect("it is there"),
                None => parameter,
            };
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().expect("a name");
            let mut queries: Vec<String> = wrong_values(name, &parameter["schema"])
                .iter()
                .map(|value| format!("{name}={value}"))
                .collect();
            if !may_repeat {
                queries.push(format!("{name}=1&{name}=1"));
            }
            for query in queries {
                // What is needed beside is right.
                let beside = match (path.as_str(), name) {
                    ("/gazetteer/search", "limit") => "q=Homs&",
                    ("/gazetteer/reverse", "lat") => "lon=1&",
                    ("/gazetteer/reverse", "lon") => "lat=1&",
                    ("/gazetteer/reverse", _) => "lat=1&lon=1&",
                    _ => "",
                };
                let address = format!("{filled}?{beside}{query}");
                let problem = refused(&server.get(&address), &address);
                assert_eq!(problem["parameter"], name, "{address}: {problem}");
                asked += 1;
            }
        }
    }
    assert!(
        routes > 60 && asked > 500,
        "{routes} routes, {asked} questions"
    );
}

#[test]
fn a_value_that_a_column_never_has_is_refused_with_those_it_has() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let document = server.get("/api").json();
    let parameters = &document["components"]["parameters"];
    let columns = [
        "type",
        "type_label",
        "kind",
        "standing",
        "status",
        "date_precision",
        "place_precision",
        "place_basis",
        "review",
    ];
    let routes = [
        "/collections/incidents/items",
        "/collections/incident_areas/items",
        "/collections/incidents_unplaced/items",
        "/tiles/incidents/0/0/0.mvt",
        "/tiles/incidents.json",
        "/collections/incidents/tiles/WebMercatorQuad/0/0/0",
        "/stats",
        "/incidents.geojson",
        "/incidents.csv",
        "/downloads/incidents.gpkg",
        "/downloads/incident_areas.fgb",
        "/explore",
        "/explore/list",
        "/explore/areas",
    ];
    for name in columns {
        let schema = &parameters[format!("column_{name}")]["schema"];
        let of = if schema["type"] == "array" {
            &schema["items"]
        } else {
            schema
        };
        let known = of["enum"]
            .as_array()
            .expect("the document names the values");
        for layer in ["incidents", "incident_areas", "incidents_unplaced"] {
            for page in ["queryables", "schema"] {
                let page = server
                    .get(&format!("/collections/{layer}/{page}?f=json"))
                    .json();
                assert_eq!(
                    &page["properties"][name]["enum"], &of["enum"],
                    "{layer} {name}"
                );
            }
        }
        for route in routes {
            let address = format!("{route}?{name}=Nonsense");
            let problem = refused(&server.get(&address), &address);
            assert_eq!(problem["parameter"], name, "{address}");
            assert_eq!(problem["value"], "Nonsense", "{address}");
            let detail = problem["detail"].as_str().expect("a sentence");
            for value in known {
                let value = value.as_str().expect("a code");
                assert!(detail.contains(value), "{address}: {value} in {detail}");
            }
        }
        // Each of those named is taken.
        for value in known {
            let value = value.as_str().expect("a code").replace(' ', "%20");
            let answer = server.get(&format!("/explore/list?{name}={value}"));
            assert_eq!(answer.status, 200, "{name}={value}: {}", answer.text());
        }
    }
    // What every incident shows is one of the values named.
    for feature in server.get("/incidents.geojson").json()["features"]
        .as_array()
        .expect("features")
    {
        for name in columns {
            let schema = &document["components"]["schemas"]["feature"]["properties"]["properties"]
                ["properties"][name];
            let known = schema["enum"].as_array().expect("values");
            assert!(
                known.contains(&feature["properties"][name]),
                "{name}: {feature}"
            );
        }
    }
}

#[test]
fn bodies_that_are_none_are_refused_with_a_word() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let id = server.get("/incidents.geojson").json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let deep = "[".repeat(200_000);
    let keys = format!("{{{}\"verdict\":1}}", "\"verdict\":1,".repeat(1_000));
    let bodies: [(&str, &[u8]); 12] = [
        ("application/json", b""),
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"null"),
        ("application/json", b"{\"nonsense\":1}"),
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", deep.as_bytes()),
        ("application/json", keys.as_bytes()),
        (
            "application/json",
            b"{\"phrase\":1e400,\"type\":1e400,\"verdict\":1e400}",
        ),
        (
            "application/json",
            b"{\"phrase\":\"\\ud800\",\"type\":\"\\ud800\",\"verdict\":\"\\ud800\"}",
        ),
        ("text/plain", b"{}"),
        ("application/octet-stream", b"\x00\x01"),
    ];
    for path in [
        "/gazetteer/resolve".to_owned(),
        "/incidents".to_owned(),
        format!("/incidents/{id}/rulings"),
    ] {
        for (media, body) in bodies {
            let headers = [("content-type", media)];
            let answer = server.ask("POST", &path, &headers, Some(body));
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]);
            assert!(
                (400..500).contains(&answer.status),
                "{path} {shown}: {}",
                answer.status
            );
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{path} {shown}"
            );
            let detail = answer.json()["detail"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            assert!(
                !detail.is_empty() && !detail.contains("src/"),
                "{path} {shown}: {detail}"
            );
        }
    }
    // A report may be anything; it is read or refused, and never breaks anything.
    for (media, body) in bodies {
        let answer = server.ask("POST", "/read", &[("content-type", media)], Some(body));
        assert!(answer.status < 500, "{}", answer.text());
    }
}

/// A body that unpacks to a thousand times its size is not unpacked, and not read as if it were text.
#[test]
fn a_packed_body_is_refused_and_not_unpacked() {
    use flate2::write::GzEncoder;
    let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..200 {
        packer.write_all(&[b'a'; 1 << 20]).expect("packed");
    }
    let bomb = packer.finish().expect("packed");
    let desk = Desk::with_incidents();
    let server = desk.serve();
    server.get("/incidents.geojson");
    let (_, before) = figures(&server);
    let whole = server.get("/incidents.geojson").body;
    for path in [
        "/reports",
        "/read",
        "/tables?store=yes",
        "/incidents",
        "/gazetteer/resolve",
    ] {
        for encoding in [
            "gzip",
            "zstd",
            "br",
            "deflate",
            "gzip, identity",
            "nonsense",
        ] {
            let headers = [
                ("content-type", "text/plain"),
                ("content-encoding", encoding),
            ];
            let answer = server.ask("POST", path, &headers, Some(&bomb));
            assert_eq!(answer.status, 415, "{path} {encoding}: {}", answer.text());
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.json()["value"], encoding, "{path}");
        }
    }
    let plain = [
        ("content-type", "text/plain"),
        ("content-encoding", "identity"),
    ];
    let read = server.ask("POST", "/read", &plain, Some(crate::house::TANF.as_bytes()));
    assert_eq!(read.status, 200, "{}", read.text());
    assert_eq!(server.get("/incidents.geojson").body, whole);
    let (_, after) = figures(&server);
    assert!(after < before + 64_000, "{before} kB, then {after} kB");
}

#[test]
fn paths_lead_to_what_is_served_and_nowhere_else() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    for path in [
        "/../../etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/..%5c..%5cx",
        "//etc/passwd",
        "/downloads/..%2f..%2fetc%2fpasswd",
        "/downloads/incidents.geojson%00.csv",
        "/downloads/%c0%ae%c0%ae%2fx.csv",
        "/incidents.%2e%2e",
        "/incidents/..%2f..%2fdata%2fplacetime.db",
        "/reports/..%2f..%2fetc%2fpasswd",
        "/reports/%00",
        "/tiles/places/../../x",
        "/tiles/incidents/99/0/0.mvt",
        "/tiles/incidents/1/2/0.mvt",
        "/tiles/incidents/-1/0/0.mvt",
        "/tiles/incidents/0/0/0.exe",
        "/tiles/incidents/0/0/99999999999999999999.mvt",
        "/collections/..%2f/items",
        "/collections/nosuch/items",
        "/collections/incidents/items/nosuch",
        "/incidents.exe",
        "/placetime.db",
        "/.git/config",
        "/C:%5cboot.ini",
    ] {
        let answer = raw(
            &server,
            &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        );
        let status: u16 = answer
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .unwrap_or(0);
        assert!((400..405).contains(&status), "{path}: {answer}");
        assert!(
            answer.contains("application/problem+json"),
            "{path}: {answer}"
        );
        assert!(!answer.contains("root:"), "{path}");
    }
}

/// What the server answers to bytes; nothing when it closed the connection without a word.
fn raw(server: &Server, bytes: &str) -> String {
    let mut line = TcpStream::connect(server.url.trim_start_matches("http://")).expect("connected");
    line.set_read_timeout(Some(Duration::from_secs(20)))
        .expect("set");
    // It may be closed while we write.
    let _ = line.write_all(bytes.as_bytes());
    let mut answer = Vec::new();
    let _ = line.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Open files and resident kilobytes of the server.
fn figures(server: &Server) -> (usize, usize) {
    let folder = format!("/proc/{}", server.id());
    let files = std::fs::read_dir(format!("{folder}/fd"))
        .expect("its files")
        .count();
    let status = std::fs::read_to_string(format!("{folder}/status")).expect("its figures");
    let rss = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let rss = rss.and_then(|l| l.split_whitespace().next()?.parse().ok());
    (files, rss.expect("a figure"))
}

#[test]
fn requests_that_are_none_close_the_connection_and_leave_nothing() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    server.get("/incidents.geojson");
    let (files, before) = figures(&server);
    let long = "a".repeat(10_000_000);
    for bytes in [
        format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET /?q={long} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X-Many: 1\r\n".repeat(10_000)),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!".to_owned(),
        "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n".to_owned(),
        "POST /read HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost : evil\r\n\r\n".to_owned(),
    ] {
        let answer = raw(&server, &bytes);
        let first = answer.lines().next().unwrap_or_default().to_owned();
        let status: u16 = first.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(400);
        assert!((400..500).contains(&status), "{}: {first}", &bytes[..bytes.len().min(60)]);
    }
    assert_eq!(server.get("/healthz").status, 200);
    let (open, after) = figures(&server);
    assert!(open <= files + 4, "{files} files were open, now {open}");
    assert!(after < before + 64_000, "{before} kB, then {after} kB");
}

#[test]
fn readers_that_vanish_sleep_or_only_listen_harm_nobody() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let address = server.url.trim_start_matches("http://").to_owned();
    server.get("/downloads/incidents.csv");
    let (files, before) = figures(&server);
    let open = |bytes: &str| {
        let mut line = TcpStream::connect(&address).expect("connected");
        line.write_all(bytes.as_bytes()).expect("sent");
        line
    };
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    {
        let idle: Vec<TcpStream> = (0..150).map(|_| open("")).collect();
        let half: Vec<TcpStream> = (0..100)
            .map(|_| open("GET / HTTP/1.1\r\nHost: l"))
            .collect();
        let listening: Vec<TcpStream> = (0..150).map(|_| open(&get("/changes"))).collect();
        let asleep: Vec<TcpStream> = (0..10)
            .map(|_| open(&get("/downloads/incidents.gpkg")))
            .collect();
        for _ in 0..100 {
            // Asked for, and gone before it came.
            drop(open(&get("/downloads/incidents.kml")));
        }
        let begun = Instant::now();
        for _ in 0..20 {
            assert_eq!(server.get("/collections/incidents/items").status, 200);
        }
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "others are served meanwhile"
        );
        let (_, now) = figures(&server);
        assert!(now < before + 200_000, "{before} kB, then {now} kB");
        drop((idle, half, listening, asleep));
    }
    let begun = Instant::now();
    loop {
        let (open, _) = figures(&server);
        if open <= files + 4 {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{files} files were open, now {open}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    let (_, after) = figures(&server);
    assert!(after < before + 100_000, "{before} kB, then {after} kB");
    let figures = server.get("/metrics").text();
    assert!(figures.contains("placetime_change_readers 0"), "{figures}");
}

#[test]
fn a_store_that_is_moved_away_leaves_the_map_up_and_nothing_is_lost() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let whole = server.get("/incidents.geojson").body;
    std::fs::rename(desk.data(), desk.path("elsewhere")).expect("moved away");
    std::thread::sleep(Duration::from_millis(600));
    // What was read is served on.
    assert_eq!(server.get("/incidents.geojson").body, whole);
    assert_eq!(server.get("/collections/incidents/items").status, 200);
    let added = server.post("/reports", "text/plain", crate::house::TANF_AGAIN);
    // Nothing is said to be kept that nobody would find again, and nothing of the inside is told.
    assert_eq!(added.status, 503, "{}", added.text());
    assert!(!added.text().contains("/data"), "{}", added.text());
    assert_eq!(server.get("/healthz").status, 200);
    drop(server);
    std::fs::rename(desk.path("elsewhere"), desk.data()).expect("moved back");
    let server = desk.serve();
    assert_eq!(
        server.get("/incidents.geojson").json()["features"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
}

/// One limit: its name, the most that is taken, and a request of so many.
type Limit<'a> = (&'a str, usize, Box<dyn Fn(usize) -> Answer + 'a>);

#[test]
fn every_limit_takes_what_it_says_and_one_more_is_refused_by_its_number() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let all = server.get("/incidents.geojson").json();
    let id = all["features"][0]["id"].as_str().expect("an id").to_owned();
    let json = "application/json";
    let rulings = format!("/incidents/{id}/rulings");
    let ruled = |body: Value| server.post(&rulings, json, &body.to_string());
    let limits: Vec<Limit<'_>> = vec![
        (
            "places found",
            100,
            Box::new(|n| server.get(&format!("/gazetteer/search?q=Homs&limit={n}"))),
        ),
        (
            "bytes of a query",
            8_192,
            Box::new(|n| {
                let zeros = "0".repeat(n - "bbox=0,0,1,1.".len());
                server.get(&format!(
                    "/collections/incidents/items?bbox=0,0,1,1.{zeros}"
                ))
            }),
        ),
        (
            "columns of an order",
            4,
            Box::new(|n| {
                let columns = ["date_start", "title", "killed_min", "country", "type"];
                let columns = columns[..n].join(",");
                server.get(&format!("/collections/incidents/items?sortby={columns}"))
            }),
        ),
        (
            "characters of a name",
            200,
            Box::new(|n| server.get(&format!("/gazetteer/search?q={}", "a".repeat(n)))),
        ),
        (
            "characters of a phrase",
            1_000,
            Box::new(|n| {
                let body = serde_json::json!({ "phrase": "a".repeat(n) }).to_string();
                server.post("/gazetteer/resolve", json, &body)
            }),
        ),
        (
            "bytes of a body",
            10_000_000,
            Box::new(|n| {
                let body = "{\"phrase\":\"Homs\"";
                let body = format!("{body}{}}}", " ".repeat(n - body.len() - 1));
                server.post("/gazetteer/resolve", json, &body)
            }),
        ),
        (
            "reports in a body",
            1_000,
            Box::new(|n| {
                let line = "{\"text\":\"Nothing happened.\"}\n";
                server.post("/read", "application/x-ndjson", &line.repeat(n))
            }),
        ),
        (
            "characters of a reason",
            2_000,
            Box::new(|n| ruled(serde_json::json!({"verdict": "note", "why": "a".repeat(n)}))),
        ),
        (
            "names in a ruling",
            50,
            Box::new(|n| ruled(serde_json::json!({"verdict": "actors", "actors": vec!["A"; n]}))),
        ),
        (
            "characters of a key",
            200,
            Box::new(|n| {
                let key = format!("{n:0n$}");
                let headers = [("content-type", json), ("idempotency-key", key.as_str())];
                let body = serde_json::json!({"verdict": "note", "why": key}).to_string();
                server.ask("POST", &rulings, &headers, Some(body.as_bytes()))
            }),
        ),
    ];
    for (name, most, ask) in limits {
        for n in [most - 1, most] {
            let answer = ask(n);
            assert!(answer.status < 300, "{name}, {n}: {}", answer.text());
        }
        let answer = ask(most + 1);
        assert!(
            (400..500).contains(&answer.status),
            "{name}: {}",
            answer.status
        );
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{name}"
        );
        let problem = answer.json();
        assert_eq!(problem["limit"], most, "{name}: {problem}");
        assert_eq!(problem["status"], answer.status, "{name}");
        assert!(
            problem["type"].is_string() && problem["detail"].is_string(),
            "{name}"
        );
    }
    assert_eq!(server.stop(), 0);
}
