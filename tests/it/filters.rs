//! Questions for incidents: filters, words, orders and coordinate systems, over HTTP and in exports.

use serde_json::Value;

use crate::house::{Answer, Desk, Server};

fn refused(answer: &Answer, parameter: &str, words: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["parameter"], parameter, "{problem}");
    let detail = problem["detail"].as_str().expect("a detail");
    assert!(detail.contains(words), "{words} in {detail}");
}

/// Text as a part of an address.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(b).to_string()
            }
            b => format!("%{b:02X}"),
        })
        .collect()
}

fn matched(server: &Server, layer: &str, query: &str) -> u64 {
    let path = format!("/collections/{layer}/items?{query}");
    let answer = server.get(&path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()["numberMatched"].as_u64().expect("a count")
}

/// A desk with seven incidents near Homs beside the usual three.
fn desk() -> Desk {
    let desk = Desk::with_incidents();
    let months = [
        "January", "February", "March", "April", "May", "June", "July",
    ];
    for (n, month) in months.iter().enumerate() {
        let text = format!(
            "date: 2021-0{m}-20\n\nShells fell near the city of Homs on 1{n} {month} 2021, killing {m} people.\n",
            m = n + 1,
        );
        desk.file(&format!("h{n}.txt"), text);
        assert_eq!(desk.run(&["add", &format!("h{n}.txt")]).status, 0);
    }
    desk
}

#[test]
fn a_filter_means_the_same_everywhere() {
    let desk = desk();
    let server = desk.serve();
    // What each filter means, said once more over the whole.
    let whole = server.get("/incidents.geojson").json();
    let killed = |f: &Value| f["properties"]["killed_min"].as_i64();
    let is = |f: &Value, code: &str| f["properties"]["type"] == code;
    let from = |f: &Value, day: &str| {
        f["properties"]["date_start"]
            .as_str()
            .is_some_and(|d| d >= day)
    };
    let till = |f: &Value, day: &str| {
        f["properties"]["date_end"]
            .as_str()
            .is_some_and(|d| d < day)
    };
    let lon = |f: &Value| f["geometry"]["coordinates"][0].as_f64().unwrap_or_default();
    type Meaning<'a> = &'a dyn Fn(&Value) -> bool;
    let cases: [(&str, Meaning<'_>); 10] = [
        ("type = 'shelling'", &|f| is(f, "shelling")),
        ("type = 'shelling' AND killed_min >= 4", &|f| {
            is(f, "shelling") && killed(f) >= Some(4)
        }),
        ("killed_min BETWEEN 2 AND 3 AND type = 'shelling'", &|f| {
            is(f, "shelling") && killed(f).is_some_and(|k| (2..=3).contains(&k))
        }),
        (
            "date_start >= DATE('2021-03-01') AND date_end < DATE('2021-06-01')",
            &|f| from(f, "2021-03-01") && till(f, "2021-06-01"),
        ),
        (
            "T_DURING(INTERVAL(date_start, date_end), INTERVAL('2021-01-31', '2021-05-01'))",
            &|f| from(f, "2021-02-01") && till(f, "2021-05-01"),
        ),
        (
            "S_INTERSECTS(geometry, POLYGON((36 34, 37 34, 37 35, 36 35, 36 34)))",
            &|f| lon(f) < 37.0,
        ),
        (
            "S_WITHIN(geometry, BBOX(38, 33, 39, 34)) AND CASEI(title) LIKE CASEI('%TANF%')",
            &|f| lon(f) > 38.0,
        ),
        ("NOT type = 'shelling'", &|f| !is(f, "shelling")),
        ("type IN ('airstrike', 'flood')", &|f| is(f, "airstrike")),
        ("type = 'flood'", &|_| false),
    ];
    for (filter, means) in cases {
        let drawn = whole["features"].as_array().expect("features").iter();
        let points = drawn
            .filter(|f| f["geometry"]["type"] == "Point" && means(f))
            .count() as u64;
        let q = format!("filter={}", encoded(filter));
        assert_eq!(matched(&server, "incidents", &q), points, "{filter}");
        let file = server
            .get(&format!("/downloads/incidents.geojson?{q}"))
            .json();
        assert_eq!(
            file["features"].as_array().expect("features").len() as u64,
            points,
            "{filter}"
        );
        let stats = server.get(&format!("/stats?{q}")).json();
        assert_eq!(
            stats["by_layer"]["incidents"].as_u64().unwrap_or(0),
            points,
            "{filter}"
        );
        let tiles = server.get(&format!("/tiles/incidents.json?{q}")).json();
        assert_eq!(tiles["counts"]["points"], points, "{filter}");
        let export = desk.run(&["export", "--filter", filter]).json();
        let drawn = export["features"].as_array().expect("features").iter();
        let exported = drawn.filter(|f| f["geometry"]["type"] == "Point").count();
        assert_eq!(exported as u64, points, "{filter}");
    }
    let json = r#"{"op":"and","args":[{"op":"=","args":[{"property":"type"},"shelling"]},{"op":"=","args":[{"property":"killed_min"},3]}]}"#;
    let q = format!("filter-lang=cql2-json&filter={}", encoded(json));
    assert_eq!(matched(&server, "incidents", &q), 1);
    let wrong = |filter: &str, words: &str| {
        let path = format!("/collections/incidents/items?filter={}", encoded(filter));
        refused(&server.get(&path), "filter", words);
    };
    wrong("typ = 'x'", "at character 1: there is no column “typ”");
    wrong("type = 'x' AND", "at character 15");
    wrong("S_WITHIN(geometry, POINT(33 138))", "longitude comes first");
    let lang = "/collections/incidents/items?filter-lang=sql&filter=1";
    refused(&server.get(lang), "filter-lang", "cql2-text");
    let export = desk.run(&["export", "--filter", "typ = 'x'"]);
    assert_eq!(export.status, 2);
    assert!(export.told.contains("character 1"), "{}", export.told);
}

#[test]
fn words_are_looked_for_without_case_and_accents() {
    let desk = desk();
    let server = desk.serve();
    // al-Tanf lies in the governorate of Homs.
    assert_eq!(matched(&server, "incidents", "q=HOMS"), 8);
    assert_eq!(matched(&server, "incidents", "q=h%C3%B3ms+shelling"), 7);
    assert_eq!(matched(&server, "incidents", "q=tanf,homs"), 8);
    assert_eq!(matched(&server, "incidents", "q=atlantis"), 0);
    refused(
        &server.get("/collections/incidents/items?q=+"),
        "q",
        "no word",
    );
}

#[test]
fn pages_in_another_order_add_up_too() {
    let desk = desk();
    let server = desk.serve();
    for sortby in [
        "killed_min",
        "-date_start",
        "type,-killed_min",
        "injured_min",
    ] {
        let mut path = format!(
            "/collections/incidents/items?limit=3&properties=killed_min,date_start&sortby={sortby}"
        );
        let mut seen: Vec<Value> = Vec::new();
        loop {
            let page = server.get(&path).json();
            assert_eq!(page["numberMatched"], 8, "{sortby}");
            seen.extend(
                page["features"]
                    .as_array()
                    .expect("features")
                    .iter()
                    .cloned(),
            );
            let links = page["links"].as_array().expect("links");
            match links.iter().find(|l| l["rel"] == "next") {
                Some(link) => {
                    let href = link["href"].as_str().expect("an address");
                    path = href.strip_prefix(&server.url).expect("ours").to_owned();
                }
                None => break,
            }
        }
        let mut ids: Vec<&str> = seen
            .iter()
            .map(|f| f["id"].as_str().expect("an id"))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 8, "{sortby}");
        assert_eq!(
            seen[0]["properties"].as_object().expect("properties").len(),
            2
        );
        let numbers: Vec<f64> = seen
            .iter()
            .filter_map(|f| f["properties"]["killed_min"].as_f64())
            .collect();
        if sortby == "killed_min" {
            assert!(numbers.is_sorted(), "{numbers:?}");
        }
        if sortby == "-date_start" {
            let days: Vec<&str> = seen
                .iter()
                .filter_map(|f| f["properties"]["date_start"].as_str())
                .collect();
            assert!(days.iter().rev().is_sorted(), "{days:?}");
        }
    }
    refused(
        &server.get("/collections/incidents/items?sortby=colour"),
        "sortby",
        "colour",
    );
    refused(
        &server.get("/collections/incidents/items?properties=colour"),
        "properties",
        "colour",
    );
    refused(
        &server.get("/collections/incidents/items?cursor=%5B&sortby=title"),
        "cursor",
        "next link",
    );
}

#[test]
fn coordinates_come_and_go_in_other_systems() {
    let desk = desk();
    let server = desk.serve();
    let first = |query: &str| {
        let path = format!("/collections/incidents/items?type=airstrike&{query}");
        let answer = server.get(&path);
        let crs = answer.header("content-crs").to_owned();
        (
            answer.json()["features"][0]["geometry"]["coordinates"].clone(),
            crs,
        )
    };
    let (plain, crs) = first("");
    assert!(crs.ends_with("CRS84>"), "{crs}");
    let (lon, lat) = (
        plain[0].as_f64().expect("a number"),
        plain[1].as_f64().expect("a number"),
    );
    let (swapped, crs) = first("crs=http://www.opengis.net/def/crs/EPSG/0/4326");
    assert!(crs.ends_with("/4326>"), "{crs}");
    assert_eq!(
        (swapped[0].as_f64(), swapped[1].as_f64()),
        (Some(lat), Some(lon))
    );
    let (metres, _) = first("crs=http://www.opengis.net/def/crs/EPSG/0/3857");
    assert!((metres[0].as_f64().expect("a number") - lon.to_radians() * 6_378_137.0).abs() < 0.02);
    let boxed = |crs: &str, bbox: &str| {
        matched(&server, "incidents", &format!("bbox-crs={crs}&bbox={bbox}"))
    };
    assert_eq!(boxed("EPSG:4326", "33,38,34,39"), 1);
    assert_eq!(boxed("EPSG:3857", "4230000,3895000,4341000,4028000"), 1);
    assert_eq!(boxed("EPSG:32637", "400000,3650000,520000,3750000"), 1);
    refused(
        &server.get("/collections/incidents/items?crs=EPSG:1"),
        "crs",
        "CRS84",
    );
    refused(
        &server.get("/collections/incidents/items?bbox-crs=EPSG:4326&bbox=38,133,39,134,1"),
        "bbox",
        "four numbers",
    );
    // Areas too.
    let area = server
        .get("/collections/incident_areas/items?crs=EPSG:3857")
        .json();
    let x = &area["features"][0]["geometry"]["coordinates"][0][0][0][0];
    assert!(x.as_f64().expect("a number").abs() > 1_000.0, "{x}");
}

#[test]
fn pages_for_people_show_the_same() {
    let desk = desk();
    let server = desk.serve();
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let id = server.get("/collections/incidents/items").json()["features"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for path in [
        "/collections".to_owned(),
        "/collections/incidents".to_owned(),
        "/collections/incidents/queryables".to_owned(),
        "/collections/incidents/items".to_owned(),
        format!("/collections/incidents/items/{id}"),
        "/conformance".to_owned(),
        "/api".to_owned(),
    ] {
        let page = server.get_with(&path, &browser);
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{path}"
        );
        let text = page.text();
        assert!(text.contains("<h1>") && !text.contains("<script"), "{path}");
        let again = server.get(&format!("{path}?f=html"));
        assert_eq!(
            again.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        assert!(
            server.get(&path).header("content-type").contains("json"),
            "{path}"
        );
    }
    let list = server
        .get("/collections/incidents/items?f=html&limit=2")
        .text();
    assert!(
        list.contains("2 of 8 incidents") && list.contains("Next page"),
        "{list}"
    );
}

#[test]
fn every_wrong_parameter_is_named() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    for route in [
        "/collections/incidents/items",
        "/incidents.geojson",
        "/downloads/incidents.csv",
        "/stats",
        "/tiles/incidents/0/0/0.mvt",
        "/tiles/incidents.json",
        "/changes.atom",
        "/conformance",
    ] {
        refused(
            &server.get(&format!("{route}?colour=red")),
            "colour",
            "no parameter",
        );
    }
    for (parameter, values) in [
        (
            "bbox",
            &["1,2,3", "a,b,c,d", "0,0,0,91", "NaN,0,1,1", ""][..],
        ),
        ("datetime", &["June", "2022-13-01", "../..", "1/2/3"]),
        ("killed_min", &["many", "1.5", ""]),
        ("confidence", &["high", "inf", "NaN"]),
        ("created", &["yesterday"]),
        ("filter", &["", "(", "'", "1", "type", "x=1", "{"]),
        ("limit", &["0", "-1", "1.5", "ten"]),
    ] {
        for value in values {
            let path = format!(
                "/collections/incidents/items?{parameter}={}",
                encoded(value)
            );
            let answer = server.get(&path);
            assert_eq!(answer.status, 400, "{path}: {}", answer.text());
            assert_eq!(answer.json()["parameter"], parameter, "{path}");
        }
    }
    let long = format!("/collections/incidents/items?q={}", "a".repeat(9_000));
    assert_eq!(server.get(&long).status, 400);
}

#[test]
fn prev_leads_back_over_the_same_pages() {
    let desk = desk();
    let server = desk.serve();
    let go = |path: &str, rel: &str| -> Option<String> {
        let page = server.get(path).json();
        let links = page["links"].as_array().expect("links").clone();
        let link = links.iter().find(|l| l["rel"] == rel)?;
        let href = link["href"].as_str().expect("an address");
        Some(href.strip_prefix(&server.url).expect("ours").to_owned())
    };
    let ids = |path: &str| -> Vec<String> {
        let page = server.get(path).json();
        assert_eq!(page["numberMatched"], 8, "{path}");
        let features = page["features"].as_array().expect("features");
        let id = |f: &Value| f["id"].as_str().expect("an id").to_owned();
        features.iter().map(id).collect()
    };
    for more in [
        "",
        "&sortby=-date_start",
        "&datetime=2000-01-01/..",
        "&sortby=injured_min",
    ] {
        let mut path = format!("/collections/incidents/items?limit=3{more}");
        assert_eq!(go(&path, "prev"), None, "nothing lies before the first");
        let mut there = vec![ids(&path)];
        while let Some(next) = go(&path, "next") {
            path = next;
            there.push(ids(&path));
        }
        assert_eq!(there.len(), 3, "{more}");
        let mut back = vec![ids(&path)];
        while let Some(prev) = go(&path, "prev") {
            path = prev;
            back.push(ids(&path));
            assert_eq!(
                ids(&go(&path, "next").expect("the way one came")),
                back[back.len() - 2],
                "{more}"
            );
        }
        back.reverse();
        assert_eq!(there, back, "{more}");
    }
    // Formats without room for links name both in a header.
    let csv = server.get("/collections/incidents/items?limit=3&f=csv");
    let next = csv.header("link").trim_start_matches('<');
    let next = next.split('>').next().expect("an address");
    let next = next.strip_prefix(&server.url).expect("ours");
    let rels: Vec<String> = server
        .get(next)
        .headers
        .into_iter()
        .filter(|(name, _)| name == "link")
        .map(|(_, value)| value)
        .collect();
    assert!(
        rels.len() == 2 && rels[0].contains("rel=\"prev\"") && rels[1].contains("rel=\"next\""),
        "{rels:?}"
    );
    let page = server
        .get("/collections/incidents/items?limit=3&f=html")
        .text();
    assert!(page.contains("Next page") && !page.contains("Page before"));
}

#[test]
fn a_broken_download_goes_on_where_it_ended() {
    let desk = desk();
    let server = desk.serve();
    for path in [
        "/incidents.geojson",
        "/incidents.geojson?type=airstrike",
        "/incidents.csv",
        "/downloads/incidents.geojson",
        "/downloads/incidents.geojsonl",
        "/downloads/incidents.csv",
        "/downloads/incidents.kml",
        "/downloads/incidents.kmz",
        "/downloads/incidents.xlsx",
        "/downloads/incidents.gpkg",
        "/downloads/incidents.fgb",
        "/downloads/incidents.parquet",
    ] {
        // The size is not known yet: the part comes right nevertheless.
        let early = server.get_with(path, &[("range", "bytes=10-19")]);
        let whole = server.get(path);
        assert_eq!((early.status, whole.status), (206, 200), "{path}");
        assert_eq!(early.body, whole.body[10..20], "{path}");
        let size = whole.body.len();
        assert_eq!(
            early.header("content-range"),
            format!("bytes 10-19/{size}"),
            "{path}"
        );
        assert_eq!(whole.header("accept-ranges"), "bytes", "{path}");
        let tag = whole.header("etag").to_owned();
        assert!(tag.starts_with('"'), "{path}: {tag} is strong");
        let name = whole.header("content-disposition").to_owned();
        assert!(
            name.contains(&tag[1..9]),
            "{path}: {name} names the state {tag}"
        );
        let rest = [
            ("range", &*format!("bytes={}-", size / 2)),
            ("if-range", &tag),
        ];
        let rest = server.get_with(path, &rest);
        assert_eq!(rest.status, 206, "{path}");
        assert_eq!(
            rest.header("content-length"),
            (size - size / 2).to_string(),
            "{path}"
        );
        assert_eq!(rest.body, whole.body[size / 2..], "{path}");
        let last = server.get_with(path, &[("range", "bytes=-7")]);
        assert_eq!(last.body, whole.body[size - 7..], "{path}");
        let beyond = server.get_with(path, &[("range", &format!("bytes={size}-"))]);
        assert_eq!(beyond.status, 416, "{path}");
        assert_eq!(
            beyond.header("content-range"),
            format!("bytes */{size}"),
            "{path}"
        );
        let other = [("range", "bytes=1-2"), ("if-range", "\"other\"")];
        let other = server.get_with(path, &other);
        assert_eq!((other.status, other.body.len()), (200, size), "{path}");
        let packed = [("accept-encoding", "gzip"), ("range", "bytes=1-2")];
        assert_eq!(
            server.get_with(path, &packed).body,
            whole.body[1..3],
            "{path}"
        );
        assert_eq!(
            server.get_with(path, &[("if-none-match", &tag)]).status,
            304,
            "{path}"
        );
        assert_eq!(
            server.get_with(path, &[("if-match", &tag)]).status,
            200,
            "{path}"
        );
        assert_eq!(
            server.get_with(path, &[("if-match", "\"x\"")]).status,
            412,
            "{path}"
        );
    }
    // Another state is another file: nothing is continued with its bytes.
    let path = "/downloads/incidents.csv";
    let before = server.get(path);
    desk.file(
        "more.txt",
        crate::house::TANF.replace("al-Tanf garrison", "city of Palmyra"),
    );
    assert_eq!(desk.run(&["add", "more.txt"]).status, 0);
    let begun = std::time::Instant::now();
    while server.get(path).header("etag") == before.header("etag") {
        assert!(begun.elapsed().as_secs() < 5, "the change shows");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let rest = [("range", "bytes=100-"), ("if-range", before.header("etag"))];
    let rest = server.get_with(path, &rest);
    assert_eq!(rest.status, 200);
    assert_ne!(
        rest.header("content-disposition"),
        before.header("content-disposition")
    );
}
