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
    for file in ["x.geojson", "x.geojsonl", "x.csv", "x.kml"] {
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
        assert_eq!(counts(&text), [3], "{file}: {text}");
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
    assert_eq!(counts(&text), [1, 1, 1], "{text}");
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
            3,
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
    assert_eq!(counts(&text), [1, 1, 1]);
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
