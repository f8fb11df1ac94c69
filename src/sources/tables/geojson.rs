//! GeoJSON, feature by feature: a collection, or one feature a line (with or without the record
//! separators of RFC 8142). Plain JSON objects without geometry are rows too.

use std::cell::RefCell;
use std::io::Read;
use std::rc::Rc;

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use serde_json::{Map, Value};

use super::delimited::Decoded;
use super::wkt::{CORNERS_MAX, on_earth};
use super::{BadRow, Row, Shape, Table};

/// The longest feature, in bytes: an outline of a million corners.
const FEATURE_BYTES_MAX: usize = 32_000_000;

/// How deep a feature may be nested; a multipolygon's positions lie eight deep.
const DEPTH_MAX: usize = 32;

/// Opens a collection or lines; `head` is the start of the text.
pub(super) fn open<'a, R: Read + 'a>(head: &str, text: Decoded<R>) -> Result<Table<'a>, String> {
    if let Some(crs) = head.split("\"crs\"").nth(1) {
        let crs: String = crs.chars().take(200).collect();
        let named = crs.contains("EPSG") && !crs.contains("4326") && !crs.contains("CRS84");
        if named {
            return Err(
                "says that its coordinates are not WGS 84; convert it (ogr2ogr -t_srs EPSG:4326)"
                    .to_owned(),
            );
        }
    }
    let collection = head.contains("\"FeatureCollection\"");
    let header = Rc::new(RefCell::new(Vec::new()));
    let names = Rc::clone(&header);
    let mut objects = Objects::new(text, collection);
    let mut number = 0;
    let rows = std::iter::from_fn(move || {
        let next = objects.next()?;
        number += 1;
        let line = if collection { number } else { objects.began_on };
        Some(
            next.and_then(|object| row(&object, &mut names.borrow_mut()))
                .map(|mut row| {
                    row.line = line;
                    row
                })
                .map_err(|why| BadRow { line, why }),
        )
    });
    let what = if collection {
        "GeoJSON"
    } else {
        "GeoJSON lines"
    };
    Ok(Table::new(what, header, Box::new(rows)))
}

/// One feature (or plain object) as a row; names not met before join the header.
fn row(object: &str, names: &mut Vec<String>) -> Result<Row, String> {
    let value: Value = serde_json::from_str(object).map_err(|e| format!("is no JSON ({e})"))?;
    let Value::Object(mut feature) = value else {
        return Err("is no object".to_owned());
    };
    let mut row = Row::default();
    let is_feature = feature.get("type").and_then(Value::as_str) == Some("Feature");
    let mut properties = if is_feature {
        row.shape = match feature.get("geometry") {
            None | Some(Value::Null) => None,
            Some(geometry) => Some(shape(geometry)?),
        };
        match feature.remove("properties") {
            Some(Value::Object(properties)) => properties,
            _ => Map::new(),
        }
    } else {
        std::mem::take(&mut feature)
    };
    if is_feature
        && !properties.contains_key("id")
        && let Some(id) = feature.remove("id")
    {
        properties.insert("id".to_owned(), id);
    }
    for (name, value) in &properties {
        let at = names.iter().position(|n| n == name).unwrap_or_else(|| {
            names.push(name.clone());
            names.len() - 1
        });
        if row.cells.len() <= at {
            row.cells.resize(at + 1, String::new());
        }
        row.cells[at] = cell(value);
    }
    if properties.get("accounts").is_some_and(Value::is_array) {
        row.nested = Some(Box::new(properties));
    }
    Ok(row)
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            texts.join("; ")
        }
        other => other.to_string(),
    }
}

/// A geometry as a shape; lines have none here.
pub fn shape(geometry: &Value) -> Result<Shape, String> {
    let kind = geometry["type"].as_str().unwrap_or_default();
    let coordinates = &geometry["coordinates"];
    let mut corners = 0;
    match kind {
        "Point" => {
            let [x, y] = pair(coordinates)?;
            Ok(Shape::Point(x, y))
        }
        "MultiPoint" => match coordinates.as_array().map(Vec::as_slice) {
            Some([one]) => pair(one).map(|[x, y]| Shape::Point(x, y)),
            _ => Err("has several points; an incident has one".to_owned()),
        },
        "Polygon" => Ok(Shape::Area(MultiPolygon(vec![polygon(
            coordinates,
            &mut corners,
        )?]))),
        "MultiPolygon" => {
            let polygons = coordinates.as_array().ok_or("has no coordinates")?;
            let polygons: Result<Vec<_>, _> =
                polygons.iter().map(|p| polygon(p, &mut corners)).collect();
            Ok(Shape::Area(MultiPolygon(polygons?)))
        }
        other => Err(format!(
            "has a geometry of type {other}; points, polygons and multipolygons are read"
        )),
    }
}

fn pair(position: &Value) -> Result<[f64; 2], String> {
    match (position[0].as_f64(), position[1].as_f64()) {
        (Some(x), Some(y)) if x.is_finite() && y.is_finite() => Ok([x, y]),
        _ => Err("has a position that is no pair of numbers".to_owned()),
    }
}

fn polygon(rings: &Value, corners: &mut usize) -> Result<Polygon<f64>, String> {
    let mut read = Vec::new();
    for ring in rings.as_array().ok_or("has no coordinates")? {
        let mut line = Vec::new();
        for position in ring.as_array().ok_or("has no coordinates")? {
            let [x, y] = pair(position)?;
            if !on_earth(x, y) {
                return Err(format!(
                    "has the position {x}, {y}, which is nowhere on Earth"
                ));
            }
            *corners += 1;
            if *corners > CORNERS_MAX {
                return Err(format!("has more than {CORNERS_MAX} corners"));
            }
            line.push(Coord { x, y });
        }
        if line.len() < 4 {
            return Err("has a ring of fewer than four corners".to_owned());
        }
        read.push(LineString(line));
    }
    let mut read = read.into_iter();
    let exterior = read.next().ok_or("has a polygon without a ring")?;
    Ok(Polygon::new(exterior, read.collect()))
}

/// The objects of a text, one by one: those in the array `features`, or those at the top.
struct Objects<R> {
    text: Decoded<R>,
    buffer: String,
    at: usize,
    line: usize,
    began_on: usize,
    ended: bool,
    /// How deep the objects lie: 2 in a collection, 0 for lines, 1 for an array of objects.
    depth_wanted: usize,
    depth: usize,
    /// In a collection: between the brackets of `features`.
    inside: bool,
    last_key: String,
}

impl<R: Read> Objects<R> {
    fn new(text: Decoded<R>, collection: bool) -> Self {
        Self {
            text,
            buffer: String::new(),
            at: 0,
            line: 1,
            began_on: 1,
            ended: false,
            depth_wanted: if collection { 2 } else { 0 },
            depth: 0,
            inside: !collection,
            last_key: String::new(),
        }
    }

    /// Makes sure that another byte is there.
    fn filled(&mut self) -> Result<bool, String> {
        while self.at >= self.buffer.len() {
            if self.ended {
                return Ok(false);
            }
            self.buffer.clear();
            self.at = 0;
            let more = self.text.more_of(&mut self.buffer);
            self.ended = !more.map_err(|e| format!("the file cannot be read on: {e}"))?;
        }
        Ok(true)
    }

    fn next(&mut self) -> Option<Result<String, String>> {
        loop {
            match self.filled() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(why) => {
                    self.ended = true;
                    self.buffer.clear();
                    return Some(Err(why));
                }
            }
            let byte = self.buffer.as_bytes()[self.at];
            match byte {
                b'{' if self.inside && self.depth == self.depth_wanted => {
                    self.began_on = self.line;
                    return Some(self.object());
                }
                b'{' | b'[' => {
                    let features = self.depth == 1 && byte == b'[' && self.last_key == "features";
                    self.inside |= features;
                    // An array of plain objects.
                    if self.depth == 0 && byte == b'[' && self.depth_wanted == 0 {
                        self.depth_wanted = 1;
                    }
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth_wanted == 2 && self.depth == 1 {
                        self.inside = false;
                    }
                }
                b'"' => match self.string() {
                    Ok(text) => {
                        if self.depth == 1 {
                            self.last_key = text;
                        }
                        continue;
                    }
                    Err(why) => return Some(Err(why)),
                },
                b'\n' => self.line += 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// A string outside of the objects wanted; only short ones are kept.
    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        let mut escaped = false;
        while self.filled()? {
            let byte = self.buffer.as_bytes()[self.at];
            self.at += 1;
            match byte {
                b'"' if !escaped => return Ok(text),
                b'\\' if !escaped => escaped = true,
                _ => {
                    escaped = false;
                    if text.len() < 20 && byte.is_ascii() {
                        text.push(char::from(byte));
                    }
                }
            }
        }
        Err("a string is broken off".to_owned())
    }

    /// The object that begins here, to its closing bracket.
    fn object(&mut self) -> Result<String, String> {
        let mut out = String::new();
        let (mut depth, mut quoted, mut escaped, mut too_long) = (0_usize, false, false, false);
        let mut deepest = 0;
        loop {
            if !self.filled()? {
                return Err("the feature is broken off at the end of the file".to_owned());
            }
            let bytes = self.buffer.as_bytes();
            let start = self.at;
            let mut end = start;
            let mut done = false;
            while end < bytes.len() {
                let byte = bytes[end];
                end += 1;
                if byte == b'\n' {
                    self.line += 1;
                }
                if quoted {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => quoted = false,
                        _ => {}
                    }
                    continue;
                }
                match byte {
                    b'"' => quoted = true,
                    b'{' | b'[' => {
                        depth += 1;
                        deepest = deepest.max(depth);
                    }
                    b'}' | b']' => {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            done = true;
                            break;
                        }
                    }
                    _ => {}
                }
            }
            if out.len() + (end - start) > FEATURE_BYTES_MAX {
                too_long = true;
                out.clear();
            }
            if !too_long {
                // Chunks end between characters: the decoder gives whole ones.
                out.push_str(self.buffer.get(start..end).unwrap_or_default());
            }
            self.at = end;
            if done {
                return if too_long {
                    Err(format!("is longer than {FEATURE_BYTES_MAX} bytes"))
                } else if deepest > DEPTH_MAX {
                    Err(format!("is nested deeper than {DEPTH_MAX}"))
                } else {
                    Ok(out)
                };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;

    fn rows(text: &str) -> (Vec<String>, Vec<Result<Row, BadRow>>) {
        let mut table = open(text, Decoded::new(text.as_bytes(), UTF_8)).expect("a table");
        let rows: Vec<_> = table.by_ref().collect();
        (table.header(), rows)
    }

    #[test]
    fn features_of_a_collection_and_of_lines() {
        let one = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[38.6,33.5]},"properties":{"date":"2022-06-15","n":3}}"#;
        let two = r#"{"type":"Feature","id":"b","geometry":null,"properties":{"date":null,"tags":["x","y"],"odd":"}]"}}"#;
        for text in [
            format!(
                "{{\"type\":\"FeatureCollection\",\"metadata\":{{\"features\":[1]}},\"features\":[\n{one},\n{two}\n],\"links\":[{{}}]}}"
            ),
            format!("{one}\n{two}\n"),
            format!("\u{1e}{one}\n\u{1e}{two}\n"),
        ] {
            let (header, rows) = rows(&text);
            assert_eq!(header, ["date", "n", "id", "odd", "tags"], "{text}");
            assert_eq!(rows.len(), 2, "{text}");
            let first = rows[0].as_ref().expect("a row");
            assert_eq!(first.shape, Some(Shape::Point(38.6, 33.5)));
            assert_eq!(first.cells, ["2022-06-15", "3"]);
            let second = rows[1].as_ref().expect("a row");
            assert_eq!(second.cells[2..], ["b", "}]", "x; y"]);
        }
        let (header, found) = rows(r#"[{"a":1,"b":2},{"b":3,"c":{"d":1}}]"#);
        assert_eq!((header.len(), found.len()), (3, 2));
    }

    #[test]
    fn a_broken_feature_is_bad_and_the_next_is_read() {
        let text = "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[\"x\",1]},\"properties\":{}}\n\
                    {\"type\":\"Feature\" oops}\n{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":1}}\n{\"a\":";
        let (_, rows) = rows(text);
        let lines: Vec<_> = rows
            .iter()
            .map(|r| r.as_ref().map(|r| r.line).map_err(|b| b.line))
            .collect();
        assert_eq!(lines, [Err(1), Err(2), Ok(3), Err(4)]);
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let (_, rows) = super::tests::rows(&deep);
        assert!(rows[0].is_err());
    }
}
