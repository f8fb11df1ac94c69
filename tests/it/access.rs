//! Who may do what: tokens, roles, private servers, other sites and other names.

use std::time::{Duration, Instant};

use crate::house::{Answer, Desk, Server, TANF};

fn bearer(token: &str) -> (String, String) {
    ("authorization".to_owned(), format!("Bearer {token}"))
}

fn ask(server: &Server, method: &str, path: &str, token: Option<&str>) -> Answer {
    let held = token.map(bearer);
    let mut headers: Vec<(&str, &str)> = vec![("content-type", "application/json")];
    if let Some((name, value)) = &held {
        headers.push((name, value));
    }
    let body: &[u8] = if method == "POST" { b"{}" } else { b"" };
    server.ask(method, path, &headers, Some(body))
}

/// What a method at a path needs; `-` is nothing. One line a route, as an operator would read it.
const MATRIX: &[(&str, &str, &str)] = &[
    ("GET", "/", "-"),
    ("GET", "/healthz", "-"),
    ("GET", "/readyz", "-"),
    ("GET", "/metrics", "admin"),
    ("GET", "/incidents.geojson", "published"),
    ("GET", "/downloads/incidents.csv", "published"),
    ("GET", "/conformance", "published"),
    ("GET", "/api", "published"),
    ("GET", "/collections", "published"),
    ("GET", "/collections/incidents", "published"),
    ("GET", "/collections/incidents/queryables", "published"),
    ("GET", "/collections/incidents/schema", "published"),
    ("GET", "/collections/incidents/items", "published"),
    ("GET", "/collections/incidents/items/inc-0", "published"),
    (
        "GET",
        "/collections/incidents/tiles/WebMercatorQuad/0/0/0",
        "published",
    ),
    ("GET", "/incidents/inc-0", "published"),
    ("GET", "/incidents/inc-0/rulings", "published"),
    ("POST", "/incidents/inc-0/rulings", "review"),
    ("POST", "/incidents", "review"),
    ("POST", "/rulings/1/undo", "review"),
    ("GET", "/reports", "read"),
    ("POST", "/reports", "ingest"),
    ("GET", "/reports/tanf.txt", "published"),
    ("POST", "/read", "published"),
    ("POST", "/tables?name=t.csv", "ingest"),
    ("POST", "/fetch", "admin"),
    ("GET", "/tiles/places/0/0/0.mvt", "published"),
    ("GET", "/tiles/incidents.json", "published"),
    ("GET", "/tiles/incidents/0/0/0.mvt", "published"),
    ("GET", "/stats", "published"),
    ("GET", "/explore", "published"),
    ("GET", "/explore/columns", "published"),
    ("GET", "/explore/list", "published"),
    ("GET", "/explore/areas", "published"),
    ("GET", "/changes.atom", "published"),
    ("GET", "/gazetteer/search?q=Homs", "published"),
    ("GET", "/gazetteer/reverse?lat=34&lon=36", "published"),
    ("POST", "/gazetteer/resolve", "published"),
];

/// Every path and method that the server describes is in the matrix; `/changes` never ends and has its
/// own tests.
fn none_is_missing(server: &Server) {
    let document = server.get("/api").json();
    let fits = |known: &str, path: &str| {
        let known = known.split('?').next().unwrap_or(known);
        let (a, b): (Vec<_>, Vec<_>) = (known.split('/').collect(), path.split('/').collect());
        let same = |(a, b): (&&str, &&str)| match b.split_once('{') {
            Some((before, _)) => a.starts_with(before),
            None => a == b,
        };
        a.len() == b.len() && a.iter().zip(&b).all(same)
    };
    for (path, item) in document["paths"].as_object().expect("paths") {
        // One format stands for all of them: they are one route, and so are the collections.
        let path = match path.split_once('.') {
            Some(("/incidents", _)) => "/incidents.geojson".to_owned(),
            Some((begin, _)) if begin.starts_with("/downloads/") => {
                "/downloads/incidents.csv".to_owned()
            }
            _ => path
                .replace("/incident_areas", "/incidents")
                .replace("/incidents_unplaced", "/incidents"),
        };
        if path == "/changes" {
            continue;
        }
        for method in item.as_object().expect("methods").keys() {
            let method = method.to_uppercase();
            assert!(
                MATRIX
                    .iter()
                    .any(|(m, known, _)| *m == method && fits(known, &path)),
                "{method} {path} is not in the matrix"
            );
        }
    }
}

#[test]
fn every_route_opens_to_those_it_is_for_and_to_nobody_else() {
    let desk = Desk::with_incidents();
    none_is_missing(&desk.serve());
    let scopes = ["read", "review", "ingest", "admin"];
    let tokens: Vec<String> = scopes.iter().map(|s| desk.token("a desk", s)).collect();
    let holds = |scope: &str, needed: &str| match scope {
        "admin" => true,
        "review" => matches!(needed, "review" | "read"),
        other => other == needed,
    };
    for private in [false, true] {
        let mut options = vec!["--listen", "127.0.0.1:0"];
        if private {
            options.push("--private");
        }
        let server = desk.serve_with(&options);
        for (method, path, needs) in MATRIX {
            let needed = match *needs {
                "published" if private => "read",
                "published" => "-",
                other => other,
            };
            let nobody = ask(&server, method, path, None);
            let is_open = needed == "-";
            assert_eq!(
                nobody.status == 401,
                !is_open,
                "{method} {path} to nobody: {}",
                nobody.status
            );
            for (scope, token) in scopes.iter().zip(&tokens) {
                let status = ask(&server, method, path, Some(token)).status;
                let may = is_open || holds(scope, needed);
                assert_eq!(status == 403, !may, "{method} {path} to {scope}: {status}");
                assert_ne!(status, 401, "{method} {path} to {scope}");
                assert!(status < 500, "{method} {path} to {scope}: {status}");
            }
        }
    }
}

#[test]
fn a_token_shows_drafts_and_is_gone_a_second_after_it_is_revoked() {
    let desk = Desk::with_incidents();
    let token = desk.token("desk", "read");
    let server = desk.serve_everybody();
    let count = |token: Option<&str>| {
        let all = ask(&server, "GET", "/incidents.geojson", token).json();
        all["features"].as_array().expect("features").len()
    };
    assert_eq!((count(None), count(Some(&token))), (0, 3));
    let wrong = ask(&server, "GET", "/healthz", Some("ptk_0"));
    assert_eq!(wrong.status, 401);
    assert!(wrong.header("www-authenticate").starts_with("Bearer"));
    // In an address it is no token.
    assert_eq!(
        server
            .get(&format!("/incidents.geojson?token={token}"))
            .status,
        400
    );
    // One reader's tag never answers another's question.
    let held = bearer(&token);
    let mine = server.get_with("/incidents.geojson", &[(&held.0, &held.1)]);
    assert!(mine.header("cache-control").contains("private"));
    assert!(
        mine.header("vary").contains("Authorization")
            || mine
                .headers
                .iter()
                .any(|(n, v)| n == "vary" && v.contains("Authorization"))
    );
    for path in [
        "/incidents.geojson",
        "/downloads/incidents.csv",
        "/tiles/incidents/0/0/0.mvt",
    ] {
        let mine = server.get_with(path, &[(&held.0, &held.1)]);
        let theirs = server.get_with(path, &[("if-none-match", mine.header("etag"))]);
        assert_eq!(theirs.status, 200, "{path}");
    }
    assert_eq!(desk.run(&["token", "revoke", "1"]).status, 0);
    let begun = Instant::now();
    while ask(&server, "GET", "/healthz", Some(&token)).status != 401 {
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "revoked for a second"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let list = desk.run(&["token", "list"]).out;
    assert!(list.contains("revoked") && !list.contains(&token), "{list}");
    assert_eq!(desk.run(&["token", "revoke", "1"]).status, 1);
    assert_eq!(
        desk.run(&["token", "add", "x", "--scope", "write"]).status,
        2
    );
}

#[test]
fn what_is_a_draft_is_seen_by_no_stranger() {
    let desk = Desk::new();
    let canary = "Zyxwvutsr";
    desk.file("c.txt", format!("date: 2022-06-18\npublisher: {canary} Press\nurl: https://{canary}.example/x\n\nThe {canary} brigade shelled the city of Homs on Wednesday, killing 7 people.\n"));
    assert_eq!(desk.run(&["add", "c.txt"]).status, 0);
    let server = desk.serve_everybody();
    let id = desk.run(&["export"]).json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for path in [
        "/",
        "/incidents.geojson",
        "/incidents.csv",
        "/incidents.kml",
        "/incidents.gpkg",
        "/downloads/incidents.geojsonl",
        "/collections",
        "/collections/incidents",
        "/collections/incidents/items",
        "/collections/incidents/items?f=html",
        "/stats",
        "/stats?killed_min=7",
        "/tiles/incidents.json",
        "/tiles/incidents/0/0/0.mvt",
        "/tiles/incidents/10/616/407.mvt",
        "/changes.atom",
        "/reports/c.txt",
        "/collections/incidents/items?q=homs",
        "/collections/incidents/items?killed_min=7",
        &format!("/incidents/{id}"),
        &format!("/incidents/{id}/rulings"),
        &format!("/collections/incidents/items/{id}"),
        &format!("/collections/incidents/items?cursor={id}"),
    ] {
        let answer = server.get(path);
        let bytes = String::from_utf8_lossy(&answer.body).into_owned();
        // A refusal repeats the id that was asked for, and nothing else.
        let bytes = if answer.status == 404 {
            bytes.replace(&id, "")
        } else {
            bytes.replace(&format!("cursor={id}"), "")
        };
        assert!(
            !bytes.contains(canary) && !bytes.contains(&id),
            "{path}: {bytes}"
        );
        for (name, value) in &answer.headers {
            assert!(!value.contains(canary), "{path}: {name}");
        }
        if let Ok(page) = serde_json::from_slice::<serde_json::Value>(&answer.body) {
            assert!(
                page["numberMatched"].as_u64().unwrap_or(0) == 0,
                "{path}: {page}"
            );
        }
    }
}

#[test]
fn nothing_is_changed_by_other_sites_and_nothing_served_under_other_names() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let origins: [&[(&str, &str)]; 5] = [
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("origin", "https://evil.example"),
        ],
    ];
    for (method, path, _) in MATRIX.iter().filter(|(method, _, _)| *method == "POST") {
        for origin in origins {
            let mut headers = vec![("content-type", "application/json")];
            headers.extend_from_slice(origin);
            let answer = server.ask(method, path, &headers, Some(b"{}"));
            assert_eq!(answer.status, 403, "{path} from {origin:?}");
        }
        // A page of our own.
        let own = [
            ("content-type", "application/json"),
            ("sec-fetch-site", "same-origin"),
            ("origin", server.url.as_str()),
        ];
        assert_ne!(
            server.ask(method, path, &own, Some(b"{}")).status,
            403,
            "{path}"
        );
    }
    drop(server);
    let server = desk.serve_with(&[
        "--listen",
        "127.0.0.1:0",
        "--public-url",
        "https://map.example/",
        "--host",
        "other.example",
    ]);
    for (host, status) in [
        ("map.example", 200),
        ("other.example:443", 200),
        ("evil.example", 421),
        ("map.example.evil", 421),
    ] {
        assert_eq!(
            server.get_with("/healthz", &[("host", host)]).status,
            status,
            "{host}"
        );
    }
    let links = server.get("/collections?f=json").text();
    assert!(links.contains("https://map.example/collections"), "{links}");
}

#[test]
fn forwarded_headers_are_believed_of_named_proxies_only() {
    let desk = Desk::with_incidents();
    let forged = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
    ];
    let server = desk.serve();
    assert!(
        !server
            .get_with("/collections?f=json", &forged)
            .text()
            .contains("evil.example")
    );
    drop(server);
    let server = desk.serve_with(&["--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"]);
    assert!(
        server
            .get_with("/collections?f=json", &forged)
            .text()
            .contains("https://evil.example/collections")
    );
    // Behind a proxy every address has its own measure of writing.
    let write = |from: &str| {
        let headers = [("content-type", "text/plain"), ("x-forwarded-for", from)];
        server
            .ask("POST", "/read", &headers, Some(TANF.as_bytes()))
            .status
    };
    let statuses: Vec<u16> = (0..200).map(|_| write("203.0.113.7")).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(write("203.0.113.8"), 200);
}

#[test]
fn a_file_of_options_is_read_and_its_faults_are_named() {
    let desk = Desk::with_incidents();
    let file = desk.file("serve.toml", "listen = \"127.0.0.1:0\"\nprivate = true\n");
    let server = desk.serve_with(&["--config", &file.to_string_lossy()]);
    assert_eq!(
        server.get("/stats").status,
        200,
        "the person in front of the machine"
    );
    drop(server);
    desk.token("x", "read");
    let server = desk.serve_with(&["--config", &file.to_string_lossy()]);
    assert_eq!(server.get("/stats").status, 401);
    drop(server);
    let wrong = desk.file("wrong.toml", "listn = \"127.0.0.1:0\"\n");
    let done = desk.run(&["serve", "--config", &wrong.to_string_lossy()]);
    assert_eq!(done.status, 2);
    assert!(
        done.told.contains("listn") && done.told.contains("wrong.toml"),
        "{}",
        done.told
    );
}

#[test]
fn figures_for_operators_name_routes_and_no_readers() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    server.get("/collections/incidents/items?q=secretword");
    let text = server.get("/metrics").text();
    assert!(
        text.contains(
            "placetime_requests_total{route=\"/collections/{layer}/items\",status=\"200\"} 1"
        ),
        "{text}"
    );
    assert!(text.contains("placetime_incidents 3"), "{text}");
    assert!(
        !text.contains("secretword") && !text.contains("127.0.0.1"),
        "{text}"
    );
}
