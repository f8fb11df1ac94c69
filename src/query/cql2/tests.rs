//! Filters, and which of the sample incidents they take.

use super::super::Subject;
use super::*;
use crate::formats::samples;
use crate::incident::Shown;

fn shown() -> Vec<Shown> {
    samples::all()
        .iter()
        .map(crate::incident::Incident::shown)
        .collect()
}

/// Which samples (point, area, unplaced) the filter takes, as 0 and 1.
fn taken(filter: &str) -> String {
    let filter = Filter::from_text(filter, &Crs::Crs84).unwrap_or_else(|e| panic!("{filter}: {e}"));
    bits(&filter)
}

fn taken_json(filter: &str) -> String {
    let filter = Filter::from_json(filter, &Crs::Crs84).unwrap_or_else(|e| panic!("{filter}: {e}"));
    bits(&filter)
}

fn bits(filter: &Filter) -> String {
    shown()
        .iter()
        .map(|s| if filter.takes(s) { '1' } else { '0' })
        .collect()
}

fn refused(filter: &str, at: &str, what: &str) {
    let error = Filter::from_text(filter, &Crs::Crs84).expect_err(filter);
    assert_eq!(error.at, at, "{filter}: {error}");
    assert!(error.what.contains(what), "{filter}: {error}");
}

#[test]
fn shapes_are_compared_by_how_they_lie() {
    // The first sample is a point at 38.618 33.506.
    assert_eq!(
        taken("S_INTERSECTS(geometry, POLYGON((38 33, 39 33, 39 34, 38 34, 38 33)))").as_bytes()[0],
        b'1'
    );
    assert_eq!(taken("S_WITHIN(geometry, BBOX(38, 33, 39, 34))"), "100");
    assert_eq!(
        taken("S_INTERSECTS(geometry, POINT(38.618 33.506))").as_bytes()[0],
        b'1'
    );
    assert_eq!(taken("S_EQUALS(geometry, POINT(38.618 33.506))"), "100");
    assert_eq!(
        taken("S_DISJOINT(geometry, BBOX(38, 33, 39, 34))").as_bytes()[0],
        b'0'
    );
    assert_eq!(
        taken("S_TOUCHES(geometry, POLYGON((38.618 33, 39 33, 39 34, 38.618 34, 38.618 33)))"),
        "100"
    );
    assert_eq!(taken("S_CONTAINS(BBOX(38, 33, 39, 34), geometry)"), "100");
    assert_eq!(
        taken("S_INTERSECTS(geometry, BBOX(170, -20, -170, -10))"),
        "000"
    );
    assert_eq!(taken("geometry IS NULL"), "001");
    assert_eq!(taken("geometry IS NOT NULL"), "110");
    // What has no shape is neither inside nor outside.
    assert_eq!(
        taken("S_INTERSECTS(geometry, BBOX(0,0,1,1)) OR NOT S_INTERSECTS(geometry, BBOX(0,0,1,1))"),
        "110"
    );
    assert_eq!(
        taken_json(r#"{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[38,33],[39,33],[39,34],[38,34],[38,33]]]}]}"#).as_bytes()[0],
        b'1'
    );
}

#[test]
fn shapes_may_be_told_in_other_systems() {
    let text = "S_WITHIN(geometry, POLYGON((33 38, 33 39, 34 39, 34 38, 33 38)))";
    let filter = Filter::from_text(text, &Crs::Epsg4326).expect("a filter");
    assert_eq!(bits(&filter), "100");
    let metres = Filter::from_text(
        "S_WITHIN(geometry, BBOX(4230000, 3895000, 4341000, 4028000))",
        &Crs::Epsg3857,
    );
    assert_eq!(bits(&metres.expect("a filter")), "100");
    refused(
        "S_WITHIN(geometry, POINT(33 138))",
        "character 20",
        "longitude comes first",
    );
}

#[test]
fn texts_and_numbers_are_compared() {
    let it = &shown()[0];
    let column = |name: &str| {
        let at = crate::formats::COLUMNS
            .iter()
            .position(|c| c.name == name)
            .expect("a column");
        it.cell(at)
    };
    let crate::formats::Value::Text(kind) = column("type") else {
        panic!("a text")
    };
    assert_eq!(
        taken(&format!("type = '{kind}' AND geometry IS NOT NULL")).as_bytes()[0],
        b'1'
    );
    assert_eq!(
        taken(&format!("type IN ('x', '{kind}')")).as_bytes()[0],
        b'1'
    );
    assert_eq!(
        taken(&format!("type NOT IN ('x', '{kind}')")).as_bytes()[0],
        b'0'
    );
    assert_eq!(
        taken("CASEI(title) LIKE casei('%TANF%')").as_bytes()[0],
        b'1'
    );
    assert_eq!(taken("title LIKE '%TANF%'").as_bytes()[0], b'0');
    assert_eq!(
        taken("ACCENTI(title) LIKE ACCENTI('%Tánf%')").as_bytes()[0],
        b'1'
    );
    assert_eq!(taken("confidence BETWEEN 0 AND 1"), "111");
    assert_eq!(taken("confidence NOT BETWEEN 0 AND 1"), "000");
    assert_eq!(taken("confidence * 2 + 1 >= 1"), "111");
    assert_eq!(taken("killed_min / 0 = 1"), "000");
    assert_eq!(taken("killed_min = 0").as_bytes()[2], b'1');
    assert_eq!(taken("injured_min IS NULL").as_bytes()[2], b'1');
    // Nothing said is neither more nor less.
    assert_eq!(
        taken("injured_min > 3 OR injured_min <= 3").as_bytes()[2],
        b'0'
    );
    assert_eq!(taken("NOT (injured_min > 3)").as_bytes()[2], b'0');
    assert_eq!(taken("true"), "111");
    assert_eq!(taken("NOT false"), "111");
    assert_eq!(taken("\"title\" IS NOT NULL"), "111");
}

#[test]
fn days_are_compared_as_days() {
    let day = shown()[0].when.start.expect("a day").to_string();
    let first = |filter: &str| taken(&filter.replace("$", &day)).as_bytes()[0] == b'1';
    assert!(first("date_start = DATE('$')"));
    assert!(first("date_start = '$'"));
    assert!(first("date_start >= TIMESTAMP('$T00:00:00Z')"));
    assert!(first("date_start < TIMESTAMP('9999-01-01T00:00:00Z')"));
    assert!(first("T_EQUALS(date_start, DATE('$'))"));
    assert!(first(
        "T_INTERSECTS(INTERVAL(date_start, date_end), INTERVAL('$', '..'))"
    ));
    assert!(first("T_AFTER(date_start, DATE('1999-01-01'))"));
    assert!(!first("T_BEFORE(date_start, DATE('$'))"));
    assert!(first(
        "T_DURING(INTERVAL(date_start, date_end), INTERVAL('1999-01-01', '2099-01-01'))"
    ));
    assert!(!first(
        "T_DURING(INTERVAL(date_start, date_end), INTERVAL('$', '2099-01-01'))"
    ));
    assert!(first(
        "T_STARTS(INTERVAL(date_start, date_end), INTERVAL('$', '2099-01-01'))"
    ));
    assert!(first(
        "T_DISJOINT(date_start, INTERVAL('..', '1999-01-01'))"
    ));
    refused("date_start = 'June'", "character 14", "2022-06-15");
    refused(
        "T_AFTER(title, DATE('2022-06-15'))",
        "character 9",
        "a date was expected",
    );
    refused(
        "T_AFTER(date_start, INTERVAL('2022-06-15', '2022-06-01'))",
        "character 21",
        "ends before",
    );
}

#[test]
fn lists_are_compared_item_by_item() {
    let actors = shown()[0].actors.clone();
    let Some(one) = actors.first() else { return };
    let quoted = one.replace('\'', "''");
    assert_eq!(
        taken(&format!("A_CONTAINS(actors, ('{quoted}'))")).as_bytes()[0],
        b'1'
    );
    assert_eq!(
        taken(&format!("A_OVERLAPS(actors, ('x', '{quoted}'))")).as_bytes()[0],
        b'1'
    );
    assert_eq!(taken("A_CONTAINS(actors, ('x', 'y'))"), "000");
    refused("A_CONTAINS(title, ('x'))", "character 12", "no list");
}

#[test]
fn a_fault_says_where_and_what_would_help() {
    refused("", "character 1", "empty");
    refused("type", "character 1", "a condition was expected");
    refused("type = airstrike", "character 8", "quotation marks");
    refused("typ = 'x'", "character 1", "there is no column “typ”");
    refused("type = 5", "character 8", "cannot be compared");
    refused("type = 'x", "character 8", "never closed");
    refused("type = 'x' type", "character 12", "AND, OR");
    refused("type == 'x'", "character 7", "stands where");
    refused("type != 'x'", "character 6", "<>");
    refused("(type = 'x'", "character 12", "“)” was expected");
    refused(
        "S_NEAR(geometry, POINT(1 2))",
        "character 1",
        "s_intersects",
    );
    refused(
        "S_WITHIN(geometry, POLYGON((0 0, 1 0, 1 1)))",
        "character 27",
        "at least four",
    );
    refused(
        "S_WITHIN(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))",
        "character 20",
        "not valid",
    );
    refused("S_WITHIN(geometry)", "character 1", "2 argument");
    refused("geometry = 'x'", "character 1", "S_INTERSECTS");
    refused("type LIKE 5", "character 11", "pattern");
    let deep = format!("{}type = 'x'{}", "(".repeat(40), ")".repeat(40));
    refused(&deep, "character 34", "deep");
    let wide = vec!["type = 'x'"; 400].join(" OR ");
    assert!(Filter::from_text(&wide, &Crs::Crs84).is_err_and(|e| e.what.contains("more than")));
}

#[test]
fn json_says_the_same_as_text() {
    let both = |text: &str, json: &str| {
        let a = Filter::from_text(text, &Crs::Crs84).expect(text);
        let b = Filter::from_json(json, &Crs::Crs84).expect(json);
        assert_eq!(a, b);
    };
    both(
        "type = 'airstrike' AND NOT killed_min >= 3",
        r#"{"op":"and","args":[{"op":"=","args":[{"property":"type"},"airstrike"]},{"op":"not","args":[{"op":">=","args":[{"property":"killed_min"},3]}]}]}"#,
    );
    both(
        "date_start BETWEEN DATE('2022-06-01') AND DATE('2022-06-30') OR type IN ('a','b')",
        r#"{"op":"or","args":[{"op":"between","args":[{"property":"date_start"},{"date":"2022-06-01"},{"date":"2022-06-30"}]},{"op":"in","args":[{"property":"type"},["a","b"]]}]}"#,
    );
    both(
        "T_INTERSECTS(INTERVAL(date_start, date_end), INTERVAL('2022-06-01', '..'))",
        r#"{"op":"t_intersects","args":[{"interval":[{"property":"date_start"},{"property":"date_end"}]},{"interval":["2022-06-01",".."]}]}"#,
    );
    both(
        "S_WITHIN(geometry, BBOX(1,2,3,4)) AND CASEI(place) LIKE 'x%' AND tags IS NULL",
        r#"{"op":"and","args":[{"op":"s_within","args":[{"property":"geometry"},{"bbox":[1,2,3,4]}]},{"op":"like","args":[{"op":"casei","args":[{"property":"place"}]},"x%"]},{"op":"isNull","args":[{"property":"tags"}]}]}"#,
    );
    let wrong = |json: &str, at: &str, what: &str| {
        let error = Filter::from_json(json, &Crs::Crs84).expect_err(json);
        assert!(
            error.at == at && error.what.contains(what),
            "{json}: {error}"
        );
    };
    wrong("type = 'x'", "line 1, column 2", "leave out filter-lang");
    wrong(
        r#"{"op":"and","args":[{"op":"=","args":[{"property":"typ"},"x"]},true]}"#,
        "args[0].args[0]",
        "no column",
    );
    wrong(r#"{"op":"=","args":[1]}"#, "the top", "2 argument");
    wrong(r#"{"colour":"red"}"#, "the top", "an object is");
}

#[test]
fn patterns_are_matched_without_waiting() {
    let filter = format!("title LIKE '{}b'", "%a".repeat(400));
    assert_eq!(taken(&filter), "000");
    assert_eq!(taken("title LIKE '%'"), "111");
    assert_eq!(taken("title LIKE ''"), "000");
    assert_eq!(taken("title LIKE '\\%%'"), "000");
}

#[test]
fn noise_is_refused_and_never_panics() {
    let mut seed = 7_u64;
    let pieces = [
        "type",
        "=",
        "'x'",
        "(",
        ")",
        "AND",
        "OR",
        "NOT",
        "S_WITHIN",
        "geometry",
        "POINT",
        "1",
        ",",
        "DATE",
        "'2022-06-15'",
        "IN",
        "IS",
        "NULL",
        "LIKE",
        "BETWEEN",
        "INTERVAL",
        "-",
        "*",
        "%",
        "é",
        "\"",
        "'",
        "\\",
        "^",
        "POLYGON((0 0, 1 0, 1 1, 0 0))",
        "date_start",
        "A_CONTAINS",
        "tags",
        "CASEI",
    ];
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
            text.push(' ');
        }
        if let Ok(filter) = Filter::from_text(&text, &Crs::Crs84) {
            bits(&filter);
        }
    }
}
