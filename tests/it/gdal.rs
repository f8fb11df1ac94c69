//! GDAL, as a judge from outside: opens what we write and reads what we serve.

use std::process::Command;

use crate::house::{Desk, skipped};

/// What `ogrinfo` says; `None` when GDAL is not here.
fn ogrinfo(test: &str, arguments: &[&str]) -> Option<String> {
    match Command::new("ogrinfo").args(arguments).output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{text}{told}");
            assert!(!told.contains("ERROR"), "{told}");
            Some(text)
        }
        Err(_) => {
            skipped(test, "ogrinfo is missing (Debian package gdal-bin)");
            None
        }
    }
}

/// The feature counts in the order of the layers.
fn counts(text: &str) -> Vec<usize> {
    text.lines()
        .filter_map(|l| l.strip_prefix("Feature Count: ")?.parse().ok())
        .collect()
}

#[test]
fn every_export_opens_with_every_incident() {
    let desk = Desk::with_incidents();
    for (file, expected) in [
        ("x.geojson", vec![3]),
        ("x.geojsonl", vec![3]),
        ("x.csv", vec![3]),
        ("x.kml", vec![3]),
        ("x.kmz", vec![3]),
        // An index of places has no room for what has none.
        ("x.fgb", vec![2]),
    ] {
        assert_eq!(desk.run(&["export", "-o", file]).status, 0);
        let path = desk.path(file);
        let path = path.to_string_lossy();
        let name = if file == "x.geojsonl" {
            format!("GeoJSONSeq:{path}")
        } else {
            path.into_owned()
        };
        let Some(text) = ogrinfo(
            "every_export_opens_with_every_incident",
            &["-ro", "-al", "-so", &name],
        ) else {
            return;
        };
        assert_eq!(counts(&text), expected, "{file}: {text}");
    }
}

#[test]
fn a_geopackage_has_its_layers_types_and_index() {
    let test = "a_geopackage_has_its_layers_types_and_index";
    let desk = Desk::with_incidents();
    assert_eq!(desk.run(&["export", "-o", "x.gpkg"]).status, 0);
    let path = desk.path("x.gpkg").to_string_lossy().into_owned();
    let Some(text) = ogrinfo(test, &["-ro", "-al", "-so", &path]) else {
        return;
    };
    // The three layers, the tellings, and how QGIS draws it.
    assert_eq!(counts(&text), [1, 1, 1, 3, 2], "{text}");
    assert!(
        text.contains("Geometry: Point") && text.contains("Geometry: Multi Polygon"),
        "{text}"
    );
    for column in [
        "date_start: Date",
        "created: DateTime",
        "radius_m: Real",
        "killed_min: Integer64",
        "civilians_killed_min: Integer64",
    ] {
        assert_eq!(
            text.lines().filter(|l| l.starts_with(column)).count(),
            3 + usize::from(column == "date_start: Date"),
            "{column}: {text}"
        );
    }
    let near = [
        "-ro",
        "-al",
        "-so",
        "-spat",
        "38",
        "33",
        "39",
        "34",
        &path,
        "incidents",
    ];
    assert_eq!(counts(&ogrinfo(test, &near).expect("it was here")), [1]);
    let far = [
        "-ro",
        "-al",
        "-so",
        "-spat",
        "0",
        "0",
        "1",
        "1",
        &path,
        "incidents",
    ];
    assert_eq!(counts(&ogrinfo(test, &far).expect("it was here")), [0]);
    // Edited by another program, the index follows.
    let delete = ["-sql", "DELETE FROM incidents", &path];
    ogrinfo(test, &delete).expect("it was here");
    let served = desk.file("s.gpkg", desk.serve().get("/incidents.gpkg").body);
    let served = served.to_string_lossy().into_owned();
    let text = ogrinfo(test, &["-ro", "-al", "-so", &served]).expect("it was here");
    assert_eq!(counts(&text)[..3], [1, 1, 1]);
}

#[test]
fn the_collections_are_layers_with_types_counts_and_pages() {
    let test = "the_collections_are_layers_with_types_counts_and_pages";
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let source = format!("OAPIF:{}", server.url);
    let Some(text) = ogrinfo(test, &["-ro", "-al", "-so", &source]) else {
        return;
    };
    assert_eq!(counts(&text), [1, 1, 1], "{text}");
    assert!(
        text.contains("Geometry: Point") && text.contains("Geometry: Multi Polygon"),
        "{text}"
    );
    assert!(
        text.contains("date_start: Date") && text.contains("radius_m: Real"),
        "{text}"
    );
    let count = |arguments: &[&str]| {
        let mut all = vec!["-ro", "-al", "-so", "-oo", "PAGE_SIZE=1"];
        all.extend_from_slice(arguments);
        all.extend([source.as_str(), "incidents"]);
        counts(&ogrinfo(test, &all).expect("it was here a moment ago"))
    };
    assert_eq!(count(&["-spat", "38", "33", "39", "34"]), [1]);
    assert_eq!(count(&["-spat", "0", "0", "1", "1"]), [0]);
    assert_eq!(count(&["-where", "type = 'airstrike'"]), [1]);
    assert_eq!(count(&["-where", "type = 'flood'"]), [0]);
    assert_eq!(
        count(&[
            "-where",
            "date_start >= '2022-06-01' AND date_start <= '2022-06-30'"
        ]),
        [1]
    );
}

#[test]
fn a_tile_of_names_is_a_vector_tile() {
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let tile = desk.file("1.mvt", server.get("/tiles/places/2/2/1.mvt").body);
    let path = tile.to_string_lossy().into_owned();
    let arguments = [
        "-al",
        "-so",
        "-oo",
        "X=2",
        "-oo",
        "Y=1",
        "-oo",
        "Z=2",
        path.as_str(),
    ];
    let Some(text) = ogrinfo("a_tile_of_names_is_a_vector_tile", &arguments) else {
        return;
    };
    assert!(text.contains("Layer name: places"), "{text}");
    assert!(counts(&text)[0] > 10, "{text}");
}

#[test]
fn a_workbook_has_numbers_days_and_no_formula() {
    let desk = Desk::with_incidents();
    assert_eq!(desk.run(&["export", "-o", "x.xlsx"]).status, 0);
    let path = desk.path("x.xlsx").to_string_lossy().into_owned();
    let test = "a_workbook_has_numbers_days_and_no_formula";
    let Some(text) = ogrinfo(test, &["-ro", "-al", "-so", &path, "incidents"]) else {
        return;
    };
    assert_eq!(counts(&text), [3], "{text}");
    for column in [
        "date_start: Date",
        "killed_min: Integer",
        "updated: DateTime",
    ] {
        assert!(text.contains(column), "{column}: {text}");
    }
}

/// The fields with their types, as GDAL sees them.
fn fields(text: &str) -> Vec<String> {
    text.lines()
        .filter(|l| l.contains(": ") && l.ends_with("(0.0)"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn types_are_the_same_for_no_row_one_and_many() {
    let test = "types_are_the_same_for_no_row_one_and_many";
    let (empty, full) = (Desk::new(), Desk::with_incidents());
    empty.file(
        "none.txt",
        "date: 2022-06-18\n\nThe minister spoke about the weather.\n",
    );
    assert_eq!(empty.run(&["add", "none.txt"]).status, 0);
    for file in ["x.gpkg", "x.fgb"] {
        let mut seen = Vec::new();
        for desk in [&empty, &full] {
            let done = desk.run(&["export", "-o", file]);
            assert_eq!(done.status, 0, "{}", done.told);
            let path = desk.path(file).to_string_lossy().into_owned();
            let Some(text) = ogrinfo(test, &["-ro", "-al", "-so", &path]) else {
                return;
            };
            seen.push(fields(&text));
        }
        assert!(seen[0].len() > 40, "{file}: {:?}", seen[0]);
        assert_eq!(seen[0], seen[1], "{file}");
    }
}

/// Rows of many sorts: every third without a place, every fourth without a day, names in several
/// scripts.
pub(crate) fn table(rows: usize) -> String {
    let mut table = "id,date,lat,lon,event_type,deaths,actor\n".to_owned();
    for n in 0..rows {
        let date = match n % 4 {
            3 => String::new(),
            _ => format!("20{:02}-{:02}-{:02}", 10 + n % 12, 1 + n % 12, 1 + n % 28),
        };
        let (lat, lon) = match n % 3 {
            2 => (String::new(), String::new()),
            _ => (
                format!("{}.{:04}", 30 + n % 9, n),
                format!("{}.{:04}", 35 + n % 7, n),
            ),
        };
        let actor = [
            "جيش الشمال",
            "Северный фронт",
            "北方阵线",
            "Frente de Ñuñoa",
        ][n % 4];
        table += &format!("{n},{date},{lat},{lon},Shelling,{},{actor} {n}\n", n % 9);
    }
    table
}

#[test]
fn types_are_the_same_for_one_row_ten_thousand_and_nothing_but_nulls() {
    let test = "types_are_the_same_for_one_row_ten_thousand_and_nothing_but_nulls";
    let nulls = "id,date,lat,lon,event_type,deaths,actor\n1,,,,Shelling,,\n";
    let mut seen: Vec<(usize, Vec<Vec<String>>)> = Vec::new();
    for (rows, text) in [
        (1, table(1)),
        (10_000, table(10_000)),
        (1, nulls.to_owned()),
    ] {
        let desk = Desk::new();
        desk.file("t.csv", text);
        let done = desk.run(&["import", "--profile", "plain", "--source", "t", "t.csv"]);
        assert_eq!(done.status, 0, "{}", done.told);
        let mut formats = Vec::new();
        for file in ["x.gpkg", "x.fgb"] {
            assert_eq!(desk.run(&["export", "-o", file]).status, 0);
            let path = desk.path(file).to_string_lossy().into_owned();
            let Some(text) = ogrinfo(test, &["-ro", "-al", "-so", &path]) else {
                return;
            };
            if file == "x.gpkg" {
                // Points, areas and what has no place; the tellings follow.
                assert_eq!(counts(&text)[..3].iter().sum::<usize>(), rows, "{text}");
                assert_eq!(text.matches("ID[\"EPSG\",4326]").count(), 2, "{text}");
            }
            formats.push(fields(&text));
        }
        seen.push((rows, formats));
    }
    assert!(seen[0].1[0].len() > 100, "{:?}", seen[0]);
    for (rows, formats) in &seen[1..] {
        assert_eq!(formats, &seen[0].1, "{rows} rows");
    }
}

#[test]
fn ogr2ogr_carries_our_files_on() {
    let test = "ogr2ogr_carries_our_files_on";
    let desk = Desk::with_incidents();
    for file in ["x.geojson", "x.gpkg"] {
        assert_eq!(desk.run(&["export", "-o", file]).status, 0);
    }
    let path = |name: &str| desk.path(name).to_string_lossy().into_owned();
    for (from, to, more) in [
        ("x.geojson", "a.gpkg", vec!["-nlt", "GEOMETRY"]),
        (
            "x.geojson",
            "a.fgb",
            vec!["-where", "OGR_GEOMETRY IS NOT NULL", "-nlt", "GEOMETRY"],
        ),
        (
            "x.geojson",
            "a.shp",
            vec!["-where", "OGR_GEOMETRY='POINT'", "-nlt", "POINT"],
        ),
        (
            "x.gpkg",
            "b.gpkg",
            vec!["incidents", "incident_areas", "incidents_unplaced"],
        ),
        ("x.gpkg", "b.fgb", vec!["incidents"]),
        ("x.gpkg", "b.shp", vec!["incidents"]),
    ] {
        let mut command = Command::new("ogr2ogr");
        command.args([path(to), path(from)]).args(&more);
        let Ok(output) = command.output() else {
            return skipped(test, "ogr2ogr is missing (Debian package gdal-bin)");
        };
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !told.contains("ERROR"),
            "{from} to {to}: {told}"
        );
        let text = ogrinfo(test, &["-ro", "-al", "-so", &path(to)]).expect("it was here");
        assert!(counts(&text).iter().sum::<usize>() >= 1, "{to}: {text}");
    }
}

#[test]
fn qgis_opens_every_format_and_draws_the_circle_of_doubt() {
    let test = "qgis_opens_every_format_and_draws_the_circle_of_doubt";
    let python = "/usr/bin/python3";
    let here = Command::new(python)
        .args(["-c", "import qgis.core"])
        .output()
        .is_ok_and(|o| o.status.success());
    if !here {
        return skipped(test, "QGIS is missing (Debian package python3-qgis)");
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/open_in_qgis.py");
    let desk = Desk::with_incidents();
    let mut pairs = Vec::new();
    for (file, layer, count) in [
        ("x.gpkg", "|layername=incidents", "1"),
        ("x.gpkg", "|layername=incident_areas", "1"),
        ("x.gpkg", "|layername=incidents_unplaced", "1"),
        ("x.gpkg", "|layername=accounts", "3"),
        ("x.geojsonl", "", "3"),
        ("x.csv", "", "3"),
        ("x.xlsx", "|layername=incidents", "3"),
        ("x.fgb", "", "2"),
    ] {
        assert_eq!(desk.run(&["export", "-o", file]).status, 0);
        let path = desk.path(file);
        let path = path.to_string_lossy();
        let driver = if file == "x.geojsonl" {
            "GeoJSONSeq:"
        } else {
            ""
        };
        pairs.push(format!("{driver}{path}{layer}"));
        pairs.push(count.to_owned());
    }
    let asked = |arguments: &[String]| {
        let output = Command::new(python)
            .arg(script)
            .args(arguments)
            .output()
            .expect("python runs");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{out}{told}");
        out
    };
    asked(&pairs);
    let gpkg = desk.path("x.gpkg").to_string_lossy().into_owned();
    let out = asked(&["--style".to_owned(), gpkg]);
    assert!(out.contains("categories 7"), "{out}");
    assert!(out.contains("time True date_start date_end"), "{out}");
    // Unit 2 is metres on the ground.
    assert!(out.contains("size 2 * \"radius_m\" unit"), "{out}");
}

#[test]
fn the_project_of_a_published_site_opens_and_draws_in_qgis() {
    let test = "the_project_of_a_published_site_opens_and_draws_in_qgis";
    let python = "/usr/bin/python3";
    let here = Command::new(python)
        .args(["-c", "import qgis.core"])
        .output()
        .is_ok_and(|o| o.status.success());
    if !here {
        return skipped(test, "QGIS is missing (Debian package python3-qgis)");
    }
    let desk = Desk::with_incidents();
    for feature in desk.run(&["export"]).json()["features"]
        .as_array()
        .expect("features")
    {
        let id = feature["id"].as_str().expect("an id");
        assert_eq!(
            desk.run(&["rule", "publish", id, "--who", "desk"]).status,
            0
        );
    }
    let done = desk.run(&["publish", "site"]);
    if done.told.contains("without the map page") {
        return skipped(test, "the map page was not built (`make web`)");
    }
    // The folder may lie anywhere.
    std::fs::rename(desk.path("site"), desk.path("moved")).expect("renamed");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/open_in_qgis.py");
    let output = Command::new(python)
        .args([script, "--project"])
        .args([desk.path("moved/incidents.qgz"), picture(&desk, "qgis.png")])
        .output()
        .expect("python runs");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}{told}");
    for line in [
        "read True",
        "placetime_incidents True 1 True",
        "placetime_incident_areas True 1 True",
        "placetime_incidents_unplaced True 1 False",
    ] {
        assert!(out.lines().any(|l| l == line), "{line}: {out}{told}");
    }
    let colours = out
        .lines()
        .find_map(|l| l.strip_prefix("colours ")?.parse().ok());
    // White ground, the hatched area, the circle, the mark and its edge.
    assert!(colours.is_some_and(|n: usize| n >= 5), "{out}");
}

/// Where a picture goes: into the folder that `PLACETIME_PICTURES` names, to be looked at.
fn picture(desk: &Desk, name: &str) -> std::path::PathBuf {
    match std::env::var_os("PLACETIME_PICTURES") {
        Some(folder) => std::path::Path::new(&folder).join(name),
        None => desk.path(name),
    }
}

#[test]
fn qgis_reads_the_server_by_url_and_as_ogc_api_features() {
    let test = "qgis_reads_the_server_by_url_and_as_ogc_api_features";
    let python = "/usr/bin/python3";
    let here = Command::new(python)
        .args(["-c", "import qgis.core"])
        .output()
        .is_ok_and(|o| o.status.success());
    if !here {
        return skipped(test, "QGIS is missing (Debian package python3-qgis)");
    }
    let desk = Desk::with_incidents();
    let server = desk.serve();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/open_in_qgis.py");
    let output = Command::new(python)
        .args([script, "--live", &server.url])
        .output()
        .expect("python runs");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in [
        "by URL True 3",
        "incidents True 1 1",
        "incident_areas True 1 6",
        "incidents_unplaced True 1 100",
    ] {
        assert!(out.lines().any(|l| l == line), "{line}: {out}");
    }
}

#[test]
fn qgis_pages_through_the_collections_and_draws_the_tiles() {
    let test = "qgis_pages_through_the_collections_and_draws_the_tiles";
    let python = "/usr/bin/python3";
    let here = Command::new(python)
        .args(["-c", "import qgis.core"])
        .output()
        .is_ok_and(|o| o.status.success());
    if !here {
        return skipped(test, "QGIS is missing (Debian package python3-qgis)");
    }
    let desk = Desk::new();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    let mut add = vec!["add".to_owned()];
    for entry in std::fs::read_dir(samples).expect("the samples") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|e| e == "txt") {
            add.push(path.to_string_lossy().into_owned());
        }
    }
    let add: Vec<&str> = add.iter().map(String::as_str).collect();
    assert_eq!(desk.run(&add).status, 0);
    let server = desk.serve();
    let matched = |path: &str| -> u64 {
        let page = server.get(&format!("/collections/{path}")).json();
        page["numberMatched"].as_u64().expect("a count")
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/open_in_qgis.py");
    let picture = picture(&desk, "qgis").to_string_lossy().into_owned();
    let output = Command::new(python)
        .args([script, "--server", &server.url, &picture])
        .output()
        .expect("python runs");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{out}{told}");
    // Two features a page: all of them are there by way of the next links.
    for (layer, crs) in [
        ("incidents", "EPSG:4326"),
        ("incident_areas", "EPSG:4326"),
        ("incidents_unplaced", ""),
    ] {
        let count = matched(&format!("{layer}/items?limit=1"));
        let line = format!("{layer} True {count} {crs} Integer");
        assert!(out.lines().any(|l| l == line), "{line}: {out}");
    }
    let near = matched("incidents/items?limit=1&bbox=36,31,43,38");
    assert!(
        near > 0 && out.contains(&format!("near {near}\n")),
        "{near}: {out}"
    );
    for drawn in [
        "points inked ",
        "cells tiles True inked ",
        "points tiles True inked ",
    ] {
        let inked = out.lines().find_map(|l| l.strip_prefix(drawn));
        let inked: usize = inked.and_then(|n| n.parse().ok()).unwrap_or(0);
        assert!(inked > 100, "{drawn}: {out}");
    }
}
