//! The commands, from the outside: what they print, what they say, and how they end.

use crate::house::{Desk, NOWHERE, RAID, TANF, TANF_AGAIN, placetime};

/// A command that went well.
fn well(desk: &Desk, arguments: &[&str]) -> crate::house::Done {
    let done = desk.run(arguments);
    assert_eq!(done.status, 0, "{arguments:?}: {}", done.told);
    done
}

#[test]
fn read_prints_a_collection_and_stores_nothing() {
    let desk = Desk::new();
    desk.file("tanf.txt", TANF);
    let all = well(&desk, &["read", "tanf.txt"]).json();
    let feature = &all["features"][0];
    assert_eq!(feature["geometry"]["type"], "Point");
    assert_eq!(feature["properties"]["date_start"], "2022-06-15");
    assert_eq!(feature["properties"]["report_ids"], "tanf.txt");
    assert_eq!(feature["properties"]["publishers"], "Example Agency");
    assert!(feature["properties"].get("accounts").is_none());
    assert!(!desk.data().exists());
}

#[test]
fn read_merges_over_all_the_reports_given_and_shows_accounts_on_demand() {
    let desk = Desk::new();
    desk.file("a.txt", TANF);
    desk.file("b.txt", TANF_AGAIN);
    let all = well(&desk, &["read", "--detail", "full", "a.txt", "b.txt"]).json();
    assert_eq!(all["features"].as_array().expect("features").len(), 1);
    let accounts = &all["features"][0]["properties"]["accounts"];
    assert_eq!(accounts.as_array().expect("accounts").len(), 2);
    let lines = well(&desk, &["read", "--format", "jsonl", "a.txt"]).out;
    let line: serde_json::Value = serde_json::from_str(lines.trim()).expect("one feature a line");
    assert_eq!(line["properties"]["accounts"][0]["report"], "a.txt");
    let table = well(&desk, &["read", "--format", "csv", "a.txt"]).out;
    assert!(table.starts_with("incident_id,title,type,"), "{table}");
    assert_eq!(table.trim_end().lines().count(), 2);
}

#[test]
fn a_report_without_a_date_is_read_and_takes_the_day_it_is_given() {
    let desk = Desk::new();
    desk.file("a.txt", TANF.split_once("\n\n").expect("a header").1);
    let undated = well(&desk, &["read", "a.txt"]).json();
    let properties = &undated["features"][0]["properties"];
    assert_eq!(properties["date_start"], serde_json::Value::Null);
    assert_eq!(properties["date_precision"], "weekday");
    let dated = well(&desk, &["read", "--published", "2022-06-18", "a.txt"]).json();
    assert_eq!(
        dated["features"][0]["properties"]["date_start"],
        "2022-06-15"
    );
}

#[test]
fn adding_twice_changes_nothing_and_what_came_in_goes_out() {
    let desk = Desk::with_incidents();
    let again = well(&desk, &["add", "tanf.txt", "raid.txt", "nowhere.txt"]);
    assert!(again.out.contains("0 new incidents"), "{}", again.out);
    assert!(again.out.contains("3 unchanged"), "{}", again.out);
    desk.file("b.txt", TANF_AGAIN);
    let more = well(&desk, &["add", "b.txt"]);
    assert!(more.out.contains("1 merged"), "{}", more.out);
    let all = well(&desk, &["export"]).json();
    let shapes: Vec<&str> = all["features"]
        .as_array()
        .expect("features")
        .iter()
        .map(|f| f["geometry"]["type"].as_str().unwrap_or("none"))
        .collect();
    assert_eq!(shapes, ["Point", "MultiPolygon", "none"]);
    assert_eq!(all["features"][0]["properties"]["source_count"], 2);
    let published = well(&desk, &["export", "--status", "published"]).json();
    assert_eq!(published["features"].as_array().expect("features").len(), 0);
}

#[test]
fn a_rejected_incident_is_given_out_only_when_asked_for() {
    let desk = Desk::with_incidents();
    let count = |arguments: &[&str]| {
        let all = well(&desk, arguments).json();
        all["features"].as_array().expect("features").len()
    };
    let all = well(&desk, &["export"]).json();
    let id = all["features"][2]["id"].as_str().expect("an id").to_owned();
    well(
        &desk,
        &["rule", "reject", &id, "--who", "desk", "--why", "no event"],
    );
    assert_eq!(count(&["export"]), 2);
    assert_eq!(count(&["export", "--status", "rejected"]), 1);
    let unknown = desk.run(&["rule", "publish", "inc-0"]);
    assert_eq!(unknown.status, 1);
    assert_eq!(unknown.told.trim(), "there is no incident inc-0");
}

#[test]
fn the_same_report_read_again_keeps_its_id() {
    let desk = Desk::with_incidents();
    let id = |n: usize| well(&desk, &["export"]).json()["features"][n]["id"].clone();
    let before = id(0);
    desk.file("tanf.txt", TANF.replace("Three people", "Four people"));
    let done = well(&desk, &["add", "tanf.txt"]);
    assert!(done.out.contains("1 read again"), "{}", done.out);
    assert_eq!(id(0), before);
    let all = well(&desk, &["export"]).json();
    assert_eq!(all["features"][0]["properties"]["killed_max"], 4);
    assert_eq!(all["features"].as_array().expect("features").len(), 3);
}

#[test]
fn export_writes_the_format_of_the_ending_and_filters() {
    let desk = Desk::with_incidents();
    for (file, start) in [
        ("x.geojson", "{\"type\":\"FeatureCollection\""),
        ("x.geojsonl", "{\"type\":\"Feature\""),
        ("x.csv", "incident_id,"),
        ("x.kml", "<?xml"),
    ] {
        well(&desk, &["export", "-o", file]);
        let text = std::fs::read_to_string(desk.path(file)).expect("a file");
        assert!(text.starts_with(start), "{file}: {text}");
        let beside = std::fs::read_dir(desk.path(".")).expect("a folder");
        let mut names = beside.flatten().map(|it| it.file_name());
        assert!(!names.any(|name| name.to_string_lossy().ends_with(".part")));
    }
    let wrong = desk.run(&["export", "-o", "x.docx"]);
    assert_eq!(wrong.status, 2);
    assert!(
        wrong
            .told
            .contains("“docx” is no format this version writes"),
        "{}",
        wrong.told
    );
    // What has no shape matches every box.
    let boxed = well(&desk, &["export", "--bbox", "38,33,39,34"]).json();
    assert_eq!(boxed["features"].as_array().expect("features").len(), 2);
    let dated = well(&desk, &["export", "--datetime", "2022-06-01/2022-06-30"]).json();
    assert_eq!(dated["features"].as_array().expect("features").len(), 1);
    for (option, value) in [
        ("--bbox", "1,2,3"),
        ("--datetime", "June"),
        ("--bbox", "33,138,34,139"),
    ] {
        let done = desk.run(&["export", option, value]);
        assert_eq!(done.status, 2, "{}", done.told);
    }
}

#[test]
fn every_bad_input_is_named_and_the_rest_goes_on() {
    let desk = Desk::new();
    desk.file("empty.txt", "");
    desk.file("report.pdf", b"%PDF-1.7\n1 0 obj");
    desk.file("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    desk.file("tanf.txt", TANF);
    let done = desk.run(&[
        "read",
        "empty.txt",
        "report.pdf",
        "picture.txt",
        "gone.txt",
        ".",
        "tanf.txt",
    ]);
    assert_eq!(done.status, 1);
    for sentence in [
        "empty.txt is empty; there is nothing to read",
        "report.pdf is a PDF, not text; save it as text or HTML first",
        "picture.txt is an image, not text; save it as text or HTML first",
        "gone.txt does not exist",
        ". is a folder; name the files in it (./*)",
    ] {
        assert!(done.told.contains(sentence), "{sentence} in {}", done.told);
    }
    assert_eq!(
        done.json()["features"].as_array().expect("features").len(),
        1
    );
    let added = desk.run(&["add", "empty.txt", "tanf.txt"]);
    assert_eq!(added.status, 1);
    assert!(added.out.contains("1 new incident,"), "{}", added.out);
}

#[test]
fn invalid_utf8_and_broken_lines_are_notices() {
    let desk = Desk::new();
    let mut bytes = TANF.as_bytes().to_vec();
    bytes.extend_from_slice(b"Caf\xe9\n");
    desk.file("latin.txt", bytes);
    let done = desk.run(&["read", "latin.txt"]);
    assert_eq!(done.status, 0);
    assert!(
        done.told.contains("latin.txt: some bytes are no UTF-8"),
        "{}",
        done.told
    );
    let text = TANF.split_once("\n\n").expect("a header").1.trim();
    let good = serde_json::json!({"id": "a", "published": "2022-06-18", "text": text});
    desk.file("r.jsonl", format!("{good}\n{{\"id\": \"b\", \n"));
    let done = desk.run(&["read", "r.jsonl"]);
    assert_eq!(done.status, 0);
    assert!(
        done.told.contains("r.jsonl, line 2: is no report as JSON"),
        "{}",
        done.told
    );
    assert_eq!(done.json()["features"][0]["properties"]["report_ids"], "a");
    // Standard input is recognised by its content.
    let piped = desk.run_with(&["read", "-"], good.to_string().as_bytes());
    assert_eq!(piped.json()["features"][0]["properties"]["report_ids"], "a");
    let piped = desk.run_with(&["read"], TANF.as_bytes());
    assert_eq!(
        piped.json()["features"][0]["properties"]["report_ids"],
        "stdin"
    );
}

#[test]
fn an_unknown_place_stays_unplaced() {
    let desk = Desk::new();
    desk.file("nowhere.txt", NOWHERE);
    let all = well(&desk, &["read", "nowhere.txt"]).json();
    let feature = &all["features"][0];
    assert_eq!(feature["geometry"], serde_json::Value::Null);
    assert_eq!(feature["properties"]["place_precision"], "unknown");
    let none = well(&desk, &["resolve", "--json", "x7 y8 z9"]);
    assert_eq!(none.json(), serde_json::json!([]));
    let none = well(&desk, &["resolve", "x7 y8 z9"]);
    assert!(none.told.contains("no place is known for “x7 y8 z9”"));
}

#[test]
fn a_part_of_a_country_is_an_area() {
    let desk = Desk::new();
    desk.file("raid.txt", RAID);
    let all = well(&desk, &["read", "raid.txt"]).json();
    assert_eq!(all["features"][0]["geometry"]["type"], "MultiPolygon");
}

#[test]
fn resolve_gives_what_was_promised() {
    let desk = Desk::new();
    let all = well(&desk, &["resolve", "--json", "70 km northeast of al-Tanf"]).json();
    let first = &all[0];
    for key in [
        "name",
        "id",
        "source",
        "kind",
        "country",
        "admin1",
        "lat",
        "lon",
        "radius_m",
        "precision",
        "score",
        "because",
    ] {
        assert!(first.get(key).is_some(), "{key} in {first}");
    }
    assert_eq!(first["precision"], "near_place");
    let area = well(&desk, &["resolve", "--json", "southeastern", "Syria"]).json();
    assert_eq!(area[0]["geometry"]["type"], "MultiPolygon");
    let wrong = desk.run(&["resolve", "--country", "Syria", "x"]);
    assert_eq!(wrong.status, 2);
    let wrong = desk.run(&["resolve", "--near", "133,38", "x"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.told.contains("no such place"), "{}", wrong.told);
}

#[test]
fn annotate_marks_places_and_dates_and_keeps_the_rest() {
    let desk = Desk::new();
    let line = serde_json::json!({
        "doc": "d", "text": "Clashes near Homs in Syria.", "date": "Nov 22, 20", "corpus": "c",
        "toponyms": [{"start": 13, "end": 17, "lat": 1.0, "lon": 2.0}],
    });
    let place = |arguments: &[&str]| {
        let done = desk.run_with(arguments, format!("{line}\n").as_bytes());
        assert_eq!(done.status, 0, "{}", done.told);
        done.json()
    };
    let marked = place(&["annotate", "places"]);
    assert_eq!(marked["corpus"], "c");
    let homs = &marked["toponyms"][0];
    assert_eq!(
        (&homs["surface"], &homs["start"], &homs["end"]),
        (&"Homs".into(), &13.into(), &17.into())
    );
    assert!((homs["lat"].as_f64().expect("placed") - 34.73).abs() < 0.1);
    let given = place(&["annotate", "places", "--given"]);
    assert_eq!(given["toponyms"].as_array().expect("one").len(), 1);
    assert!((given["toponyms"][0]["lat"].as_f64().expect("placed") - 34.73).abs() < 0.1);
    let dates =
        serde_json::json!({"id": "d", "dct": "2022-06-18", "text": "It fell on Wednesday."});
    let done = desk.run_with(&["annotate", "dates"], dates.to_string().as_bytes());
    assert_eq!(done.json()["expressions"][0]["value"], "2022-06-15");
}

#[test]
fn a_gazetteer_is_built_described_and_used() {
    let desk = Desk::new();
    desk.file(
        "own.csv",
        "name,kind,lat,lon,country\nQwertzuiopu,village,35.5,38.5,SY\n",
    );
    let built = desk.run(&["gazetteer", "build", "-o", "own.gaz", "own.csv"]);
    assert_eq!(built.status, 0, "{}", built.told);
    let found = well(
        &desk,
        &[
            "--gazetteer",
            "own.gaz",
            "gazetteer",
            "search",
            "--json",
            "Qwertzuiopu",
        ],
    )
    .json();
    let names: Vec<&str> = found
        .as_array()
        .expect("places")
        .iter()
        .filter_map(|p| p["name"].as_str())
        .collect();
    assert!(names.contains(&"Qwertzuiopu"), "{names:?}: {}", built.told);
    let info = well(
        &desk,
        &["gazetteer", "info", "--json", "--gazetteer", "own.gaz"],
    )
    .json();
    assert!(info["places"].as_u64().expect("a count") > 600);
    let near = well(&desk, &["gazetteer", "reverse", "--json", "33.5,38.6"]).json();
    assert!(near[0]["distance_m"].as_f64().expect("metres") < 20_000.0);
    desk.file("bad.gaz", "no gazetteer");
    let bad = desk.run(&["--gazetteer", "bad.gaz", "resolve", "Homs"]);
    assert_eq!(bad.status, 1);
    assert!(
        bad.told.contains("bad.gaz cannot be opened"),
        "{}",
        bad.told
    );
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let desk = Desk::new();
    desk.file("tanf.txt", TANF);
    // The root user may write anywhere but here.
    for folder in ["/proc/placetime-data", "/dev/null/placetime-data"] {
        let done = desk.run(&["--data", folder, "add", "tanf.txt"]);
        assert_eq!(done.status, 1);
        assert!(done.told.contains("data folder"), "{}", done.told);
        assert!(done.told.contains("--data"), "{}", done.told);
    }
    let served = desk.run(&[
        "--data",
        "/proc/placetime-data",
        "serve",
        "--listen",
        "127.0.0.1:0",
    ]);
    assert_eq!(served.status, 1);
    assert!(served.told.contains("data folder"), "{}", served.told);
    let nothing = desk.run(&["export"]);
    assert_eq!(nothing.status, 1);
    assert!(
        nothing.told.contains("there is no data in"),
        "{}",
        nothing.told
    );
    std::fs::create_dir(desk.data()).expect("a folder");
    std::fs::write(
        desk.data().join("placetime.sqlite"),
        "not a database, but long enough to look",
    )
    .expect("a file");
    let theirs = desk.run(&["add", "tanf.txt"]);
    assert_eq!(theirs.status, 1);
    assert!(
        theirs.told.contains("is not a placetime database"),
        "{}",
        theirs.told
    );
}

#[test]
fn wrong_usage_is_status_2_and_a_closed_pipe_is_quiet() {
    let desk = Desk::with_incidents();
    assert_eq!(desk.run(&["read", "--colour"]).status, 2);
    assert_eq!(desk.run(&[]).status, 2);
    assert_eq!(desk.run(&["--version"]).status, 0);
    let mut child = placetime(&["export", "--detail", "full"])
        .env("PLACETIME_DATA", desk.data())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    assert!(
        output.stderr.is_empty(),
        "{:?}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_port_in_use_is_named() {
    let desk = Desk::with_incidents();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let done = desk.run(&["serve", "--listen", &address]);
    assert_eq!(done.status, 1);
    assert!(
        done.told
            .contains(&format!("{address} is in use by another program")),
        "{}",
        done.told
    );
    let done = desk.run(&["serve", "--listen", "nonsense"]);
    assert_eq!(done.status, 1);
}
