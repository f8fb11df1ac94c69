//! A place that must not be told exactly is told exactly nowhere: in no format, on no page, by no
//! search. And a source that may not be republished is nowhere at all.

use crate::house::{Desk, Server};

/// A village of a made-up gazetteer would do; these words stand in no other report.
const SECRET: &str = "date: 2023-05-06\nurl: https://example.org/news/quailfeather-raid-at-the-dam\n\
    publisher: Example Times\n\n\
    Gunmen raided a shelter in Manbij, near the Quailfeather bridge, on 5 May 2023, killing 4 people, \
    the mayor of Manbij said. Quailfeather residents fled.\n";

/// Words of which none may leave.
const WORDS: [&str; 4] = ["quailfeather", "manbij", "secret-name", "dam-raid"];

fn feature(server: &Server, place: &str) -> Option<serde_json::Value> {
    let all = server.get("/incidents.geojson").json();
    let features = all["features"].as_array().expect("features").clone();
    features.into_iter().find(|f| {
        f["properties"]["title"]
            .as_str()
            .is_some_and(|t| t.contains(place))
    })
}

/// Every address a stranger may ask, by format and by page.
fn addresses(id: &str) -> Vec<String> {
    let mut all: Vec<String> = [
        "/",
        "/collections",
        "/collections/incidents",
        "/collections/incident_areas/items",
        "/collections/incidents/items",
        "/collections/incidents_unplaced/items",
        "/stats",
        "/explore",
        "/explore/columns",
        "/explore/list",
        "/explore/areas",
        "/reports",
        "/reports/secret-name.txt",
        "/reports?incident=none",
        "/api",
        "/healthz",
        "/readyz",
        "/changes.atom",
        "/metrics",
    ]
    .map(str::to_owned)
    .to_vec();
    for ending in [
        "geojson", "geojsonl", "csv", "kml", "gpkg", "kmz", "xlsx", "fgb", "parquet",
    ] {
        all.push(format!("/incidents.{ending}"));
        for layer in [
            "incidents",
            "incident_areas",
            "incidents_unplaced",
            "accounts",
            "reports",
            "places",
        ] {
            all.push(format!("/downloads/{layer}.{ending}"));
        }
    }
    for z in 0..=12_u32 {
        let (lon, lat): (f64, f64) = (37.9556, 36.5281);
        let n = f64::from(2_u32.pow(z));
        let x = ((lon + 180.0) / 360.0 * n).floor();
        let y = ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * n).floor();
        all.push(format!("/tiles/incidents/{z}/{x}/{y}.mvt"));
    }
    all.push(format!("/incidents/{id}"));
    all.push(format!("/incidents/{id}/rulings"));
    for layer in ["incidents", "incident_areas", "incidents_unplaced"] {
        all.push(format!("/collections/{layer}/items/{id}"));
    }
    all
}

fn holds(bytes: &[u8], word: &str) -> bool {
    let small = bytes.to_ascii_lowercase();
    small.windows(word.len()).any(|w| w == word.as_bytes())
}

fn clean(what: &str, bytes: &[u8]) {
    // A refusal repeats what was asked for.
    for word in WORDS.iter().filter(|word| !what.contains(**word)) {
        assert!(
            !holds(bytes, word),
            "{word} in {what}: {}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn a_withheld_place_is_told_nowhere() {
    let desk = Desk::with_incidents();
    desk.file("secret-name.txt", SECRET);
    assert_eq!(desk.run(&["add", "secret-name.txt"]).status, 0);
    let all = desk.run(&["export"]).json();
    let secret = all["features"]
        .as_array()
        .expect("features")
        .iter()
        .find(|f| f.to_string().to_lowercase().contains("manbij"))
        .expect("it was read")
        .clone();
    let id = secret["id"].as_str().expect("an id");
    let exact = &secret["geometry"]["coordinates"];
    let (lon, lat) = (
        exact[0].as_f64().expect("a number"),
        exact[1].as_f64().expect("a number"),
    );
    let digits = |number: f64| format!("{number:.3}");
    for level in ["1km", "10km", "50km", "admin"] {
        let why = "a secret-name place";
        let done = desk.run(&["rule", "sensitive", id, level, "--why", why]);
        assert_eq!(done.status, 0, "{}", done.told);
        let done = desk.run(&["rule", "publish", id, "--who", "Quailfeather Desk"]);
        assert_eq!(done.status, 0, "{}", done.told);
        desk.run(&["rule", "note", id, "--why", "Manbij, see the file"]);
        for format in ["geojson", "geojsonl", "csv", "kml", "gpkg"] {
            for detail in ["flat", "full"] {
                let name = format!("out.{format}");
                let arguments = ["export", "--detail", detail, "-o", &name];
                let done = desk.run(&arguments);
                assert_eq!(done.status, 0, "{}", done.told);
                let bytes = std::fs::read(desk.path(&name)).expect("the file");
                let what = format!("{level} {format} {detail}");
                // Division and country are what the level gives; the rest is not.
                clean(&what, &bytes);
                let told = String::from_utf8_lossy(&bytes);
                let both = told.contains(&digits(lon)) && told.contains(&digits(lat));
                assert!(!both, "the position in {what}");
            }
        }
        let public = desk.serve_everybody();
        for address in addresses(id) {
            let answer = public.get(&address);
            clean(&format!("{level} {address}"), &answer.body);
        }
        let given = public.get(&format!("/incidents/{id}"));
        assert_eq!(given.status, 200, "it is given out, coarsely");
        let given = given.json();
        let because = given["properties"]["place_because"].to_string();
        assert!(
            because.contains("withheld"),
            "it is said to be so: {because}"
        );
        assert_eq!(given["properties"]["report_ids"], "withheld");
        // A search by box finds the square, however closely it asks.
        if let Some(square) = level.strip_suffix("km") {
            let side: f64 = square.parse().expect("a number");
            let count = |w: f64, s: f64, e: f64, n: f64| {
                let path = format!("/incidents.geojson?bbox={w},{s},{e},{n}");
                let features = public.get(&path).json()["features"].clone();
                features
                    .as_array()
                    .expect("features")
                    .iter()
                    .filter(|f| f["id"] == id)
                    .count()
            };
            let ring = &given["geometry"]["coordinates"][0][0];
            let corner = |at: usize, axis: usize| ring[at][axis].as_f64().expect("a number");
            let (west, south) = (corner(0, 0), corner(0, 1));
            let (east, north) = (corner(2, 0), corner(2, 1));
            assert!((west..=east).contains(&lon) && (south..=north).contains(&lat));
            assert!(((north - south) * 111.2 / side - 1.0).abs() < 0.02);
            let (wide, high) = ((east - west) / 8.0, (north - south) / 8.0);
            for i in 0..8 {
                for j in 0..8 {
                    let w = west + wide * f64::from(i) + wide * 0.1;
                    let s = south + high * f64::from(j) + high * 0.1;
                    let found = count(w, s, w + wide * 0.8, s + high * 0.8);
                    assert_eq!(found, 1, "every part of the square answers alike");
                }
            }
            assert_eq!(count(east + 0.01, south, east + 1.0, north), 0);
        }
    }
    // The person in front of the machine sees all of it.
    let own = desk.serve();
    assert!(holds(&own.get(&format!("/incidents/{id}")).body, "manbij"));
    let mine = desk.run(&["export", "--exact"]).out;
    assert!(holds(mine.as_bytes(), "manbij"));
    // Hidden is hidden.
    assert_eq!(desk.run(&["rule", "sensitive", id, "hidden"]).status, 0);
    let public = desk.serve_everybody();
    assert_eq!(public.get(&format!("/incidents/{id}")).status, 404);
    assert!(!holds(&public.get("/incidents.geojson").body, id));
    assert!(!holds(desk.run(&["export"]).out.as_bytes(), id));
    assert!(
        !holds(&desk.serve().get("/incidents.geojson").body, id),
        "in no file"
    );
}

#[test]
fn a_source_that_may_not_be_republished_is_nowhere() {
    let desk = Desk::with_incidents();
    desk.file("secret-name.txt", SECRET);
    assert_eq!(desk.run(&["add", "secret-name.txt"]).status, 0);
    let server = desk.serve();
    let found = feature(&server, "Manbij").expect("it was read");
    let id = found["id"].as_str().expect("an id").to_owned();
    assert_eq!(desk.run(&["rule", "publish", &id]).status, 0);
    let set = ["source", "set", "example times", "--republish", "no"];
    assert_eq!(desk.run(&set).status, 0);
    for format in ["geojson", "csv", "kml"] {
        let out = desk.run(&["export", "--format", format]).out;
        clean(format, out.as_bytes());
    }
    let public = desk.serve_everybody();
    for address in addresses(&id) {
        clean(&address, &public.get(&address).body);
    }
    assert_eq!(public.get(&format!("/incidents/{id}")).status, 404);
    let back = ["source", "set", "Example Times", "--republish", "yes"];
    assert_eq!(desk.run(&back).status, 0);
    let public = desk.serve_everybody();
    assert_eq!(public.get(&format!("/incidents/{id}")).status, 200);
    assert_eq!(desk.run(&["source", "list"]).out, "");
}
