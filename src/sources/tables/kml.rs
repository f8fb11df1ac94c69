//! KML, as My Maps and Google Earth write it: one row a placemark.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::wkt::{CORNERS_MAX, on_earth};
use super::{BadRow, Row, Shape, Table};
use crate::sources::html;

/// Elements nested deeper than this are not read.
const DEPTH_MAX: usize = 64;

/// The most attributes of an element.
const ATTRIBUTES_MAX: usize = 256;

/// The longest text of an element, in bytes; an outline's coordinates may be longer.
const TEXT_BYTES_MAX: usize = 1_000_000;

/// The longest list of coordinates, in bytes.
const COORDINATES_BYTES_MAX: usize = 32_000_000;

#[derive(Default)]
struct Placemark {
    line: usize,
    id: String,
    cells: Vec<(String, String)>,
    point: Option<(f64, f64)>,
    polygons: Vec<Polygon<f64>>,
    rings: Vec<LineString<f64>>,
    wrong: Option<String>,
}

/// Reads every placemark.
pub(super) fn read<'a>(xml: &str) -> Result<Table<'a>, String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut header: Vec<String> = Vec::new();
    let mut rows: Vec<Result<Row, BadRow>> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    let mut mark: Option<Placemark> = None;
    let mut text = String::new();
    let mut data_name = String::new();
    let mut is_kml = false;
    let mut lines = Lines::default();
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let line = lines.at(xml, reader.error_position());
                let why = format!("is broken XML ({error}); what stood before it was read");
                rows.push(Err(BadRow { line, why }));
                break;
            }
        };
        match event {
            Event::Eof => break,
            Event::DocType(_) => {
                return Err(
                    "has a document type declaration, which KML needs not and we refuse".to_owned(),
                );
            }
            Event::Start(element) => {
                let name = local(&element);
                is_kml |= matches!(name.as_str(), "kml" | "Placemark");
                text.clear();
                let attribute = |wanted: &str| {
                    element
                        .attributes()
                        .take(ATTRIBUTES_MAX)
                        .flatten()
                        .find(|a| a.key.local_name().as_ref() == wanted.as_bytes())
                        .and_then(|a| {
                            let value = std::str::from_utf8(&a.value).ok()?;
                            Some(quick_xml::escape::unescape(value).ok()?.into_owned())
                        })
                };
                match name.as_str() {
                    "Placemark" => {
                        mark = Some(Placemark {
                            line: lines.at(xml, reader.buffer_position()),
                            id: attribute("id").unwrap_or_default(),
                            ..Placemark::default()
                        });
                    }
                    "Data" | "SimpleData" => data_name = attribute("name").unwrap_or_default(),
                    "Folder" => folders.push(String::new()),
                    _ => {}
                }
                path.push(name);
                if path.len() > DEPTH_MAX {
                    return Err(format!("is nested deeper than {DEPTH_MAX} elements"));
                }
            }
            Event::Text(words) => {
                let words = words.decode().map_err(|e| e.to_string())?;
                append(&mut text, &words, path.last());
            }
            Event::CData(words) => {
                let words = String::from_utf8_lossy(&words).into_owned();
                append(&mut text, &words, path.last());
            }
            Event::GeneralRef(entity) => {
                let entity = format!("&{};", String::from_utf8_lossy(&entity));
                if let Ok(words) = quick_xml::escape::unescape(&entity) {
                    append(&mut text, &words, path.last());
                }
            }
            Event::End(_) => {
                let Some(name) = path.pop() else { continue };
                let parent = path.last().map_or("", String::as_str);
                match (&mut mark, name.as_str()) {
                    (Some(_), "Placemark") => {
                        let done = mark.take().unwrap_or_default();
                        rows.push(row(done, &folders, &mut header));
                    }
                    (Some(mark), _) => take(mark, &name, parent, &text, &data_name),
                    (None, "Folder") => {
                        folders.pop();
                    }
                    (None, "name") if parent == "Folder" => {
                        if let Some(folder) = folders.last_mut() {
                            *folder = text.trim().to_owned();
                        }
                    }
                    _ => {}
                }
                text.clear();
            }
            _ => {}
        }
    }
    if !is_kml {
        return Err(
            "is XML, but no KML; CSV, TSV, XLSX, ODS, GeoJSON, KML, KMZ, GPKG and Parquet are read (placetime add reads feeds and pages)"
                .to_owned(),
        );
    }
    Ok(Table::whole("KML", header, rows))
}

fn append(text: &mut String, words: &str, element: Option<&String>) {
    let most = match element.map(String::as_str) {
        Some("coordinates") => COORDINATES_BYTES_MAX,
        _ => TEXT_BYTES_MAX,
    };
    if text.len() + words.len() <= most {
        text.push_str(words);
    }
}

fn local(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.local_name().as_ref()).into_owned()
}

/// What a closed element gives the placemark.
fn take(mark: &mut Placemark, name: &str, parent: &str, text: &str, data_name: &str) {
    let told = text.trim();
    let mut cell = |column: &str, value: &str| {
        if !value.is_empty() {
            mark.cells.push((column.to_owned(), value.to_owned()));
        }
    };
    match (parent, name) {
        ("Placemark", "name") => cell("name", told),
        ("Placemark", "description") => cell("description", &html::words(told)),
        ("Placemark", "address") => cell("address", told),
        ("TimeStamp", "when") => cell("when", told),
        ("TimeSpan", "begin") => cell("begin", told),
        ("TimeSpan", "end") => cell("end", told),
        ("Data", "value") | (_, "SimpleData") => cell(data_name, told),
        ("Point", "coordinates") => match positions(told).as_deref() {
            Ok([one]) => mark.point = Some((one.x, one.y)),
            Ok(_) => mark.wrong = Some("has a point that is no single position".to_owned()),
            Err(why) => mark.wrong = Some(why.clone()),
        },
        ("LinearRing", "coordinates") => match positions(told) {
            Ok(ring) if ring.len() >= 4 => mark.rings.push(LineString(ring)),
            Ok(_) => mark.wrong = Some("has a ring of fewer than four corners".to_owned()),
            Err(why) => mark.wrong = Some(why),
        },
        (_, "Polygon") => {
            let mut rings = std::mem::take(&mut mark.rings).into_iter();
            if let Some(exterior) = rings.next() {
                mark.polygons.push(Polygon::new(exterior, rings.collect()));
            }
        }
        _ => {}
    }
}

/// "lon,lat[,height] lon,lat ...".
fn positions(text: &str) -> Result<Vec<Coord<f64>>, String> {
    let mut all = Vec::new();
    for part in text.split_whitespace() {
        let mut numbers = part.split(',').map(|n| n.trim().parse::<f64>());
        let (Some(Ok(x)), Some(Ok(y))) = (numbers.next(), numbers.next()) else {
            return Err(format!(
                "has the position “{}”, which is no pair of numbers",
                super::values::shortened(part)
            ));
        };
        if !on_earth(x, y) {
            return Err(format!(
                "has the position {x}, {y}, which is nowhere on Earth"
            ));
        }
        all.push(Coord { x, y });
        if all.len() > CORNERS_MAX {
            return Err(format!("has more than {CORNERS_MAX} corners"));
        }
    }
    Ok(all)
}

fn row(mark: Placemark, folders: &[String], header: &mut Vec<String>) -> Result<Row, BadRow> {
    let line = mark.line;
    if let Some(why) = mark.wrong {
        return Err(BadRow { line, why });
    }
    let mut cells = mark.cells;
    let has = |cells: &[(String, String)], name: &str| cells.iter().any(|(n, _)| n == name);
    if !mark.id.is_empty() && !has(&cells, "id") && !has(&cells, "incident_id") {
        cells.push(("id".to_owned(), mark.id));
    }
    let layer = folders.iter().rev().find(|f| !f.is_empty());
    if let (Some(layer), false) = (layer, has(&cells, "folder")) {
        cells.push(("folder".to_owned(), layer.clone()));
    }
    let mut row = Row {
        line,
        ..Row::default()
    };
    for (name, value) in cells {
        let at = header.iter().position(|n| *n == name).unwrap_or_else(|| {
            header.push(name);
            header.len() - 1
        });
        if row.cells.len() <= at {
            row.cells.resize(at + 1, String::new());
        }
        if row.cells[at].is_empty() {
            row.cells[at] = value;
        }
    }
    row.shape = match mark.point {
        Some((x, y)) => Some(Shape::Point(x, y)),
        None if !mark.polygons.is_empty() => Some(Shape::Area(MultiPolygon(mark.polygons))),
        None => None,
    };
    Ok(row)
}

/// Line numbers of rising positions.
#[derive(Default)]
struct Lines {
    at: usize,
    line: usize,
}

impl Lines {
    fn at(&mut self, text: &str, position: u64) -> usize {
        let position = usize::try_from(position)
            .unwrap_or(text.len())
            .min(text.len());
        let passed = text.as_bytes().get(self.at..position).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count();
        self.at = self.at.max(position);
        self.line + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_s_placemarks() {
        let xml = r#"<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Folder><name>Strikes</name>
<Placemark id="p1"><name>Strike &amp; fire</name><description><![CDATA[Three <b>killed</b>]]></description>
<TimeSpan><begin>2022-06-15</begin><end>2022-06-16</end></TimeSpan>
<ExtendedData><Data name="killed"><value>3</value></Data></ExtendedData>
<Point><coordinates>38.6,33.5,0</coordinates></Point></Placemark>
<Placemark><name>Area</name><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Bad</name><Point><coordinates>x,y</coordinates></Point></Placemark>
</Folder></Document></kml>"#;
        let mut table = read(xml).expect("a table");
        let rows: Vec<_> = table.by_ref().collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(
            table.header(),
            [
                "name",
                "description",
                "begin",
                "end",
                "killed",
                "id",
                "folder"
            ]
        );
        let first = rows[0].as_ref().expect("a row");
        assert_eq!(first.cells[0], "Strike & fire");
        assert_eq!(first.cells[1], "Three killed");
        assert_eq!(first.shape, Some(Shape::Point(38.6, 33.5)));
        assert!(matches!(
            rows[1].as_ref().expect("a row").shape,
            Some(Shape::Area(_))
        ));
        assert_eq!(rows[2].as_ref().expect_err("bad").line, 8);
        assert!(read("<!DOCTYPE x><kml/>").is_err());
        assert!(read("<rss/>").is_err());
    }
}
