//! The server, asked by a real client.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use crate::house::{Desk, NOWHERE, TANF, TANF_AGAIN};

/// Months by name, as reports write them.
const MONTHS: [&str; 7] = [
    "January", "February", "March", "April", "May", "June", "July",
];

/// A problem document that names what was wrong.
fn refused(answer: &crate::house::Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    let detail = problem["detail"].as_str().expect("a detail");
    assert!(detail.contains(words), "{words} in {detail}");
}

#[test]
fn the_whole_is_one_address_with_a_tag() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let all = server.get("/incidents.geojson");
    assert_eq!(all.header("content-type"), "application/geo+json");
    assert_eq!(
        all.json()["features"].as_array().expect("features").len(),
        3
    );
    let tag = all.header("etag").to_owned();
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    let same = server.get_with("/incidents.geojson", &[("if-none-match", &tag)]);
    assert_eq!((same.status, same.body.len()), (304, 0));
    let packed = server.get_packed("/incidents.geojson");
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_ne!(packed.header("etag"), tag);
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.body.as_slice())
        .read_to_string(&mut text)
        .expect("gzip");
    assert_eq!(text, all.text());
    let exported = desk.run(&["export"]).json();
    let ids = |v: &serde_json::Value| {
        let mut ids: Vec<String> = v["features"]
            .as_array()
            .expect("features")
            .iter()
            .map(|f| f["id"].to_string())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&all.json()), ids(&exported));
    for (path, media) in [
        ("/incidents.csv", "text/csv; charset=utf-8; header=present"),
        ("/incidents.kml", "application/vnd.google-earth.kml+xml"),
        ("/downloads/incident_areas.geojsonl", "application/x-ndjson"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, media));
    }
    refused(&server.get("/incidents.docx"), 404, "known are geojson");
    refused(&server.get("/incidents.geojson?colour=red"), 400, "colour");
    let boxed = server.get("/incidents.geojson?bbox=38,33,39,34").json();
    assert_eq!(boxed["features"].as_array().expect("features").len(), 2);
}

#[test]
fn collections_hold_one_geometry_type_each_and_pages_add_up() {
    let desk = Desk::with_incidents();
    for (n, month) in MONTHS.iter().enumerate() {
        desk.file(
            &format!("h{n}.txt"),
            format!(
                "date: 2021-0{m}-20\n\nShells fell near the city of Homs on 1{n} {month} 2021, killing two people.\n",
                m = n + 1,
            ),
        );
        assert_eq!(desk.run(&["add", &format!("h{n}.txt")]).status, 0);
    }
    let server = desk.serve();
    let all = server.get("/collections").json();
    let names: Vec<&str> = all["collections"]
        .as_array()
        .expect("collections")
        .iter()
        .map(|c| c["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(names, ["incidents", "incident_areas", "incidents_unplaced"]);
    let mut seen = Vec::new();
    let mut path = "/collections/incidents/items?limit=3".to_owned();
    let mut matched = 0;
    loop {
        let page = server.get(&path).json();
        matched = page["numberMatched"]
            .as_u64()
            .expect("a count")
            .max(matched);
        let features = page["features"].as_array().expect("features");
        assert_eq!(page["numberReturned"], features.len());
        seen.extend(features.iter().map(|f| f["id"].to_string()));
        let next = page["links"]
            .as_array()
            .expect("links")
            .iter()
            .find(|l| l["rel"] == "next");
        match next {
            Some(link) => {
                let href = link["href"].as_str().expect("an address");
                path = href.strip_prefix(&server.url).expect("ours").to_owned();
            }
            None => break,
        }
    }
    assert_eq!(seen.len() as u64, matched);
    assert_eq!(matched, 8);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 8);
    let count = |query: &str| {
        let path = format!("/collections/incidents/items?{query}");
        server.get(&path).json()["numberMatched"].as_u64()
    };
    assert_eq!(count("type=airstrike"), Some(1));
    assert_eq!(count("kind=strike&country=SY"), Some(8));
    assert_eq!(count("killed_min=3"), Some(1));
    assert_eq!(count("datetime=2021-01-01/2021-03-31"), Some(3));
    // GDAL writes a range as two parameters.
    assert_eq!(
        count("datetime=2021-01-01/..&datetime=../2021-03-31"),
        Some(3)
    );
    assert_eq!(count("datetime=2021-05-01&datetime=2021-01-01"), Some(0));
    assert_eq!(count("bbox=36,34,37,35"), Some(7));
    assert_eq!(count("limit=99999"), Some(8));
    let items = |query: &str| server.get(&format!("/collections/incidents/items?{query}"));
    refused(&items("limit=0"), 400, "limit");
    refused(&items("limit=many"), 400, "limit");
    refused(&items("bbox=1,2,3"), 400, "four numbers");
    refused(&items("datetime=June"), 400, "2022-06-15");
    refused(&items("killed_min=many"), 400, "whole number");
    refused(&items("colour=red"), 400, "no parameter “colour”");
    refused(&items("crs=EPSG:1"), 400, "CRS84");
    refused(&items("f=docx"), 400, "json or one of");
    assert_eq!(items("colour=red").json()["parameter"], "colour");
    let id = server.get("/collections/incident_areas/items").json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let one = server.get(&format!("/collections/incident_areas/items/{id}"));
    assert_eq!(one.json()["geometry"]["type"], "MultiPolygon");
    refused(
        &server.get(&format!("/collections/incidents/items/{id}")),
        404,
        &id,
    );
    refused(
        &server.get("/collections/roads"),
        404,
        "known are incidents",
    );
}

#[test]
fn the_description_names_what_is_served() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let api = server.get("/api");
    assert!(
        api.header("content-type")
            .starts_with("application/vnd.oai.openapi+json;version=3.0")
    );
    let api = api.json();
    let limit = &api["components"]["parameters"]["limit"]["schema"];
    assert_eq!(
        (&limit["minimum"], &limit["default"], &limit["maximum"]),
        (&1.into(), &1000.into(), &10000.into())
    );
    for (path, item) in api["paths"].as_object().expect("paths") {
        // The stream of changes has no end; it is read in live.rs.
        if item.get("get").is_none() || path.contains('{') || path == "/changes" {
            continue;
        }
        let query = match path.as_str() {
            "/gazetteer/search" => "?q=Homs",
            "/gazetteer/reverse" => "?lat=33.5&lon=38.6",
            _ => "",
        };
        let answer = server.get_with(&format!("{path}{query}"), &[("accept", "application/json")]);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let declared = item["get"]["responses"]["200"]["content"]
            .as_object()
            .expect("a media type");
        let media = answer
            .header("content-type")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        assert!(declared.contains_key(&media), "{path} answers {media}");
    }
    let landing = server
        .get_with("/", &[("accept", "application/json")])
        .json();
    let rels: Vec<&str> = landing["links"]
        .as_array()
        .expect("links")
        .iter()
        .map(|l| l["rel"].as_str().expect("a rel"))
        .collect();
    for rel in ["self", "service-desc", "conformance", "data"] {
        assert!(rels.contains(&rel), "{rel}");
    }
    assert_eq!(server.get("/").json()["title"], "Placetime");
    assert!(
        server
            .get_with("/", &[("accept", "text/html,*/*;q=0.8")])
            .text()
            .contains("<html")
    );
}

#[test]
fn one_incident_comes_with_its_accounts_and_rulings() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let id = server.get("/collections/incidents/items").json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/incidents/{id}");
    let one = server.get(&path).json();
    assert_eq!(one["properties"]["accounts"][0]["report"], "tanf.txt");
    assert_eq!(one["properties"]["rulings"], serde_json::json!([]));
    let rulings = format!("{path}/rulings");
    let stale = server.post(
        &rulings,
        "application/json",
        r#"{"verdict":"publish","version":7}"#,
    );
    refused(&stale, 409, "version 7");
    let done = server.post(
        &rulings,
        "application/json",
        r#"{"verdict":"publish","who":"desk","why":"seen"}"#,
    );
    assert_eq!(done.status, 200, "{}", done.text());
    let one = server.get(&path).json();
    assert_eq!(one["properties"]["status"], "published");
    assert_eq!(one["properties"]["rulings"][0]["who"], "desk");
    let items = server
        .get(&format!("/collections/incidents/items/{id}"))
        .json();
    assert_eq!(items["properties"]["status"], "published");
    refused(
        &server.post(&rulings, "application/json", r#"{"verdict":"maybe"}"#),
        400,
        "publish, confirm, reject",
    );
    refused(
        &server.post(&rulings, "application/json", "{"),
        400,
        "not the JSON",
    );
    refused(
        &server.post(&rulings, "text/plain", "x"),
        415,
        "application/json",
    );
    refused(
        &server.get("/incidents/inc-0"),
        404,
        "there is no incident inc-0",
    );
    refused(&server.get("/nothing/here"), 404, "/nothing/here");
    refused(&server.ask("DELETE", &path, &[], None), 405, "DELETE");
    let report = server.get("/reports/tanf.txt").json();
    assert!(
        report["text"]
            .as_str()
            .expect("the text")
            .contains("al-Tanf")
    );
    assert_eq!(report["accounts"][0]["incident_id"], id);
}

#[test]
fn a_stranger_s_page_gets_what_is_published_and_writes_nothing() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let foreign = [
        ("origin", "https://example.org"),
        ("sec-fetch-site", "cross-site"),
    ];
    let count = || {
        let all = server.get_with("/incidents.geojson", &foreign);
        assert_eq!(all.header("access-control-allow-origin"), "*");
        all.json()["features"].as_array().expect("features").len()
    };
    assert_eq!(count(), 0);
    let own = server.get("/incidents.geojson");
    assert_eq!(own.header("access-control-allow-origin"), "");
    let id = own.json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/incidents/{id}");
    assert_eq!(server.get_with(&path, &foreign).status, 404);
    let body = br#"{"verdict":"publish","who":"A. Person","why":"a secret"}"#;
    let post = |headers: &[(&str, &str)]| {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        server.ask("POST", &format!("{path}/rulings"), &all, Some(body))
    };
    refused(&post(&foreign), 403, "other sites");
    assert_eq!(post(&[]).status, 200);
    assert_eq!(count(), 1);
    let seen = server.get_with(&path, &foreign).text();
    assert!(
        !seen.contains("A. Person") && !seen.contains("a secret"),
        "{seen}"
    );
    let reports: Vec<serde_json::Value> = ["tanf.txt", "raid.txt", "nowhere.txt"]
        .iter()
        .map(|r| server.get_with(&format!("/reports/{r}"), &foreign))
        .filter(|a| a.status == 200)
        .map(|a| a.json())
        .collect();
    assert_eq!(reports.len(), 1);
    assert!(reports[0].get("text").is_none());
    // A stranger's name that leads to this machine.
    let rebound = server.get_with("/incidents.geojson", &[("host", "evil.example")]);
    refused(&rebound, 421, "localhost");
}

#[test]
fn a_server_for_everybody_shows_what_is_published_only() {
    let desk = Desk::with_incidents();
    let server = desk.serve_everybody();
    let all = server.get("/incidents.geojson");
    assert_eq!(all.header("access-control-allow-origin"), "*");
    assert_eq!(all.json()["features"], serde_json::json!([]));
    refused(&server.post("/reports", "text/plain", TANF), 401, "writing");
    assert_eq!(server.get("/reports").status, 401);
    let id = desk.run(&["export"]).json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_eq!(
        desk.run(&["rule", "publish", &id, "--who", "A. Person"])
            .status,
        0
    );
    let begun = Instant::now();
    while server.get("/incidents.geojson").json()["features"] == serde_json::json!([]) {
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "seen after a second"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    let one = server.get(&format!("/incidents/{id}"));
    assert_eq!(one.status, 200);
    assert!(!one.text().contains("A. Person"));
    assert_eq!(
        server.get("/collections/incidents_unplaced/items").json()["numberMatched"],
        0
    );
}

#[test]
fn every_answer_is_dressed_for_safety() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    for path in ["/", "/incidents.geojson", "/nothing", "/healthz"] {
        let answer = server.get(path);
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
    assert_eq!(server.get("/healthz").json()["status"], "ok");
    assert_eq!(server.get("/readyz").status, 200);
}

#[test]
fn reports_are_tried_and_added_over_http() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let tried = server.post("/read", "text/plain", TANF_AGAIN);
    assert_eq!(tried.status, 200, "{}", tried.text());
    assert_eq!(
        tried.json()["features"][0]["properties"]["date_start"],
        "2022-06-15"
    );
    assert_eq!(
        server.get("/incidents.geojson").json()["features"]
            .as_array()
            .expect("features")
            .len(),
        3
    );
    let added = server.post("/reports", "text/plain", TANF_AGAIN);
    assert_eq!(added.status, 201, "{}", added.text());
    assert_eq!(added.json()["merged"].as_array().expect("ids").len(), 1);
    let again = server.post("/reports", "text/plain", TANF_AGAIN);
    assert_eq!((again.status, &again.json()["unchanged"]), (200, &1.into()));
    refused(
        &server.post("/read", "text/plain", " "),
        400,
        "the body is empty",
    );
    refused(
        &server.post("/read", "application/pdf", "%PDF"),
        415,
        "application/pdf",
    );
    refused(
        &server.post("/read", "text/plain", "%PDF-1.7"),
        400,
        "is a PDF",
    );
    refused(
        &server.post("/read", "application/json", "{"),
        400,
        "the body",
    );
    let long = "a ".repeat(6_000_000);
    refused(&server.post("/read", "text/plain", &long), 413, "10 MB");
}

#[test]
fn what_another_program_adds_is_seen_within_a_second() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let count = || {
        let all = server.get("/incidents.geojson").json();
        all["features"].as_array().expect("features").len()
    };
    assert_eq!(count(), 3);
    desk.file(
        "more.txt",
        NOWHERE
            .replace("two civilians", "five civilians")
            .replace("2019", "2020"),
    );
    assert_eq!(desk.run(&["add", "more.txt"]).status, 0);
    let begun = Instant::now();
    while count() < 4 {
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "seen after a second"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn places_are_searched_resolved_and_drawn() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let found = server.get("/gazetteer/search?q=hom&limit=3").json();
    assert!(found["results"][0]["lat"].is_number());
    refused(&server.get("/gazetteer/search"), 400, "“q” is the name");
    refused(&server.get("/gazetteer/reverse?lat=33"), 400, "both");
    refused(
        &server.get("/gazetteer/reverse?lat=133&lon=38"),
        400,
        "“lat” from -90 to 90",
    );
    let near = server.get("/gazetteer/reverse?lat=33.5&lon=38.6").json();
    assert!(near["results"][0]["distance_m"].is_number());
    let body = r#"{"phrase":"70 km northeast of al-Tanf","country":["SY"],"near":{"lat":33.5,"lon":38.6}}"#;
    let resolved = server
        .post("/gazetteer/resolve", "application/json", body)
        .json();
    assert_eq!(resolved["results"][0]["precision"], "near_place");
    refused(
        &server.post("/gazetteer/resolve", "application/json", "{}"),
        400,
        "phrase",
    );
    refused(
        &server.post(
            "/gazetteer/resolve",
            "application/json",
            r#"{"phrase":"x","country":"Syria"}"#,
        ),
        400,
        "two letters",
    );
    let tile = server.get("/tiles/places/2/2/1.mvt");
    assert_eq!(
        (tile.status, tile.header("content-type")),
        (200, "application/vnd.mapbox-vector-tile")
    );
    let same = server.get_with(
        "/tiles/places/2/2/1.mvt",
        &[("if-none-match", tile.header("etag"))],
    );
    assert_eq!(same.status, 304);
    for wrong in ["2/9/1.mvt", "99/0/0.mvt", "2/2/1.png", "a/b/c.mvt"] {
        refused(
            &server.get(&format!("/tiles/places/{wrong}")),
            404,
            "there is no tile",
        );
    }
}

#[test]
fn a_silent_connection_is_closed_and_a_stop_is_graceful() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let address = server.url.strip_prefix("http://").expect("http").to_owned();
    let mut silent = std::net::TcpStream::connect(&address).expect("connected");
    silent
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("set");
    silent.write_all(b"GET / HTTP/1.1\r\nHost: ").expect("sent");
    let mut rest = Vec::new();
    let begun = Instant::now();
    // Closed with an answer (408) or without one.
    let _ = silent.read_to_end(&mut rest);
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "closed within its time"
    );
    assert_eq!(server.stop(), 0);
    assert!(std::net::TcpStream::connect(&address).is_err());
}
