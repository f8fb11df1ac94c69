//! What the map page asks where it cannot hold all incidents, and the tables and addresses it is given.

use serde_json::Value;

use crate::house::{Desk, Server};

const FILTERS: [&str; 4] = [
    "",
    "q=Homs",
    "filter=type%20%3D%20%27airstrike%27",
    "datetime=2021-01-01/2021-12-31",
];

fn desk() -> Desk {
    let desk = Desk::with_incidents();
    desk.file(
        "more.csv",
        "id,date,type,place,country,lat,lon\n\
         1,2021-03-04,Shelling,Homs,Syria,34.73,36.72\n\
         2,2021-03-05,Shelling,Homs,Syria,34.73,36.72\n\
         3,2021-03-06,Protest,Homs,Syria,34.73,36.72\n\
         4,,Protest,,Syria,,\n",
    );
    assert_eq!(desk.run(&["import", "more.csv"]).status, 0);
    desk
}

fn features(page: &Value) -> &Vec<Value> {
    page["features"].as_array().expect("features")
}

/// Every page of the list, and what it says it holds in all.
fn listed(server: &Server, query: &str) -> (u64, Vec<Value>) {
    let (mut all, mut cursor, mut matched) = (Vec::new(), None::<String>, 0);
    loop {
        let more = cursor.map_or_else(String::new, |c| format!("&cursor={c}"));
        let page = server
            .get(&format!("/explore/list?{query}&limit=2{more}"))
            .json();
        matched = page["numberMatched"]
            .as_u64()
            .expect("a count")
            .max(matched);
        all.extend(features(&page).clone());
        cursor = page["cursor"].as_str().map(|c| c.replace('~', "%7E"));
        if cursor.is_none() {
            return (matched, all);
        }
    }
}

#[test]
fn counts_list_and_outlines_are_those_of_the_whole() {
    let desk = desk();
    let server = desk.serve();
    for query in FILTERS {
        let whole = server.get(&format!("/incidents.geojson?{query}")).json();
        let whole = features(&whole);
        let counts = server.get(&format!("/explore?{query}")).json();
        let shape = |f: &Value| f["geometry"]["type"].as_str().unwrap_or("none").to_owned();
        let of = |wanted: &str| whole.iter().filter(|f| shape(f) == wanted).count() as u64;
        assert_eq!(counts["incidents"], whole.len() as u64, "{query}");
        assert_eq!(counts["points"], of("Point"), "{query}");
        assert_eq!(counts["unplaced"], of("none"), "{query}");
        for (facet, column) in [("country", "country"), ("status", "status")] {
            for pair in counts[facet].as_array().expect("values") {
                let told = whole.iter().filter(|f| f["properties"][column] == pair[0]);
                assert_eq!(pair[1], told.count() as u64, "{query} {facet} {pair}");
            }
        }
        let kinds = counts["kinds"].as_object().expect("kinds").values();
        let sum: u64 = kinds.filter_map(Value::as_u64).sum();
        assert_eq!(sum, whole.len() as u64, "{query}");
        let spans = counts["spans"].as_array().expect("spans");
        let dated: u64 = spans.iter().filter_map(|s| s[2].as_u64()).sum();
        let undated = counts["undated"].as_u64().expect("a count");
        assert_eq!(dated + undated, whole.len() as u64, "{query}");

        let (matched, list) = listed(&server, query);
        assert_eq!(matched, whole.len() as u64, "{query}");
        let mut ids: Vec<&str> = list.iter().filter_map(|f| f["id"].as_str()).collect();
        let days: Vec<&str> = list
            .iter()
            .map(|f| {
                let day = |name: &str| f["properties"][name].as_str();
                day("date_end").or(day("date_start")).unwrap_or("")
            })
            .collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "{query}: {days:?}");
        ids.sort_unstable();
        let mut wished: Vec<&str> = whole.iter().filter_map(|f| f["id"].as_str()).collect();
        wished.sort_unstable();
        assert_eq!(ids, wished, "{query}");

        let outlines = server.get(&format!("/explore/areas?{query}")).json();
        let mut inside = 0;
        for outline in features(&outlines) {
            let count = outline["properties"]["count"].as_u64().expect("a count");
            let key = outline["id"].as_str().expect("a key");
            let (listed, _) = listed(&server, &format!("{query}&area={key}"));
            assert_eq!(listed, count, "{query} {key}");
            inside += count;
        }
        assert_eq!(counts["areas"], inside, "{query}");
    }
    let one = server.get("/explore?only=kinds").json();
    assert!(one.get("country").is_none() && one.get("kinds").is_some());
    for (path, parameter) in [
        ("/explore?only=colour", "only"),
        ("/explore/list?cursor=nonsense", "cursor"),
        ("/explore/list?layer=towns", "layer"),
    ] {
        let answer = server.get(path);
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json()["parameter"], parameter, "{path}");
    }
}

/// What the page holds by itself: the rows of the whole, newest first, as a published site has them.
#[test]
fn columns_are_the_rows_of_the_whole() {
    let desk = desk();
    let server = desk.serve();
    let whole = server.get("/incidents.geojson").json();
    let columns = server.get("/explore/columns").json();
    let (_, list) = listed(&server, "");
    let ids: Vec<&Value> = list.iter().map(|f| &f["id"]).collect();
    let told = columns["ids"].as_array().expect("ids");
    assert_eq!(told.iter().collect::<Vec<_>>(), ids);
    assert_eq!(told.len(), features(&whole).len());
    for feature in features(&whole) {
        let n = told.iter().position(|id| *id == feature["id"]);
        let n = n.expect("every row");
        let area = columns["area"][n].as_u64().expect("a number") as usize;
        match feature["geometry"]["type"].as_str() {
            Some("Point") => {
                for (axis, name) in ["lon", "lat"].into_iter().enumerate() {
                    let exact = feature["geometry"]["coordinates"][axis].as_f64();
                    let told = columns[name][n].as_f64();
                    let (exact, told) = (exact.expect("degrees"), told.expect("degrees"));
                    assert!((exact - told).abs() <= 5e-6, "{exact} {told}");
                }
            }
            Some(_) => assert_eq!(columns["areas"][area - 1], feature["geometry"]),
            None => assert!(area == 0 && columns["lon"][n].is_null()),
        }
        let cell = |name: &str| {
            let cells = &columns["columns"][name];
            match cells["codes"][n].as_u64() {
                Some(0) => &Value::Null,
                Some(code) => &cells["values"][code as usize - 1],
                None => &cells[n],
            }
        };
        for name in ["title", "kind", "country", "date_start", "publishers"] {
            assert_eq!(*cell(name), feature["properties"][name], "{name}");
        }
        for name in ["killed_min", "radius_m", "version"] {
            let expected = feature["properties"][name].as_f64();
            assert_eq!(cell(name).as_f64(), expected, "{name}");
        }
        // Whoever opens it asks for it.
        assert!(columns["columns"].get("place_because").is_none());
    }
    assert_eq!(server.get("/explore/columns?q=Homs").status, 400);
}

#[test]
fn a_table_is_shown_before_it_is_stored() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let table = "Ref,When,Town,Land,Type\n1,2023-04-05,Homs,Syria,Shelling\n2,2023-02-31,Homs,Syria,Shelling\n";
    let count = || server.get("/explore").json()["incidents"].as_u64();
    let before = count();
    let send = |query: &str, body: &str| {
        server.post(
            &format!("/tables?{query}"),
            "application/octet-stream",
            body,
        )
    };
    let shown = send("name=t.csv", table).json();
    assert_eq!(shown["rows"], 2, "{shown}");
    assert_eq!(shown["new"], 1, "{shown}");
    assert_eq!(shown["bad"], 1, "{shown}");
    assert_eq!(shown["bad_rows"][0]["line"], 3, "{shown}");
    assert_eq!(features(&shown).len(), 1, "{shown}");
    let says = |page: &Value, column: &str| {
        let columns = page["columns"].as_array().expect("columns").clone();
        let found = columns.into_iter().find(|c| c["name"] == column);
        found.expect("the column")["field"].clone()
    };
    assert_eq!(says(&shown, "When"), "date");
    let told = send("name=t.csv&map=Town%3Dadmin1", table).json();
    assert_eq!(says(&told, "Town"), "admin1", "{told}");
    assert_eq!(count(), before, "looking stores nothing");
    let kept = send("name=t.csv&store=yes", table).json();
    assert_eq!(kept["new"], 1, "{kept}");
    assert_eq!(count(), before.map(|n| n + 1));
    let again = send("name=t.csv&store=yes", table).json();
    assert_eq!(again["unchanged"], 1, "{again}");

    for (query, body, words) in [
        ("name=t.csv&map=Town%3Dcolour", table, "COLUMN=FIELD"),
        ("name=t.csv&map=Wheer%3Ddate", table, "there is no column"),
        ("name=t.csv&source=a%3Ab", table, "64 letters"),
        ("name=t.xlsx", "no workbook", "t.xlsx"),
        ("name=t.csv", "", "empty"),
    ] {
        let answer = send(query, body);
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        assert!(answer.text().contains(words), "{query}: {}", answer.text());
    }
}

#[test]
fn an_address_is_asked_for_those_who_may_and_never_within_the_house() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let ask = |url: &str| {
        let body = format!("{{\"url\":\"{url}\"}}");
        server.post("/fetch", "application/json", &body)
    };
    for url in [
        "http://127.0.0.1:1/feed",
        "http://localhost/feed",
        "http://[::1]/feed",
    ] {
        let answer = ask(url);
        assert_eq!(answer.status, 502, "{url}: {}", answer.text());
        assert!(
            answer.text().contains("private network"),
            "{}",
            answer.text()
        );
    }
    for url in ["file:///etc/passwd", "ftp://example.org/a", "gopher"] {
        assert_eq!(ask(url).status, 400, "{url}");
    }
}
