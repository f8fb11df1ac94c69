//! One incident, packed: every cell as the JSON it goes out as, and nothing else.
//!
//! A million incidents of two kilobytes would fill the memory with the names of columns; packed
//! they take less than half, and a feature is written by laying the cells between the names.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use gazetteer::{Basis, CountryCode, Extent, Located, LonLat, Precision};
use geo_types::MultiPolygon;

use crate::formats::{COLUMNS, Geometry, Layer, Type, Value, geojson};
use crate::incident::{Count, DatePrecision, IncidentType, Shown, Standing, Status, When};
use crate::query::{Crs, Subject, boxes};

/// An area, shared by all incidents in it.
#[derive(PartialEq, Debug)]
pub(super) struct Area {
    /// As GeoJSON.
    pub(super) json: Box<[u8]>,
    pub(super) shape: MultiPolygon<f64>,
    pub(super) boxes: Vec<Extent>,
}

/// The shape of a row.
#[derive(Clone, Debug)]
pub(super) enum Drawn {
    Nothing,
    Point(LonLat),
    Area(Arc<Area>),
}

/// One incident, ready to be given out.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) drawn: Drawn,
    /// True when nothing of it may leave the house: only those who decide see it, in no file.
    pub(super) kept_in: bool,
    /// For each column the length of its cell (seven bits a byte, low first), then the cells as
    /// JSON; no length means null.
    bytes: Box<[u8]>,
}

/// `,"title":` and so on; the first without its comma.
static KEYS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let key = |(n, c): (usize, &crate::formats::Column)| {
        let comma = if n > 0 { "," } else { "" };
        format!("{comma}\"{}\":", c.name).into_bytes()
    };
    COLUMNS.iter().enumerate().map(key).collect()
});

/// The number of a column that every incident has.
fn number(name: &str) -> usize {
    COLUMNS
        .iter()
        .position(|c| c.name == name)
        .expect("a column of the one table")
}

impl Row {
    /// Packs what is shown of an incident. `area` gives one area for equal ones.
    pub(super) fn of(shown: &Shown, area: &mut impl FnMut(Area) -> Arc<Area>) -> Self {
        let mut cells = Vec::with_capacity(1024);
        let mut bytes = Vec::with_capacity(1024 + COLUMNS.len());
        for column in COLUMNS {
            let before = cells.len();
            let written = match (column.value)(shown) {
                Value::Null => Ok(()),
                Value::Text(text) => serde_json::to_writer(&mut cells, &text),
                Value::Integer(n) => serde_json::to_writer(&mut cells, &n),
                Value::Real(n) => serde_json::to_writer(&mut cells, &n),
            };
            written.expect("cells are JSON, and memory takes them");
            let mut length = cells.len() - before;
            while length >= 0x80 {
                bytes.push((length & 0x7f) as u8 | 0x80);
                length >>= 7;
            }
            bytes.push(length as u8);
        }
        bytes.extend_from_slice(&cells);
        let drawn = match Geometry::of(shown) {
            Geometry::None => Drawn::Nothing,
            Geometry::Point(at) => Drawn::Point(at),
            Geometry::Area(shape) => {
                let mut json = Vec::new();
                crate::formats::area_json(&mut json, shape);
                Drawn::Area(area(Area {
                    json: json.into(),
                    shape: shape.clone(),
                    boxes: boxes(shown),
                }))
            }
        };
        Self {
            drawn,
            bytes: bytes.into(),
            kept_in: false,
        }
    }

    /// The cells in order; an empty one is null.
    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        let mut at = 0;
        let mut next_length = move |bytes: &[u8]| {
            let (mut length, mut shift) = (0, 0);
            loop {
                let byte = bytes[at];
                at += 1;
                length |= usize::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    return (length, at);
                }
            }
        };
        // The cells begin where the lengths end.
        let mut start = {
            let mut ends = 0;
            let mut seen = 0;
            while seen < COLUMNS.len() {
                seen += usize::from(self.bytes[ends] < 0x80);
                ends += 1;
            }
            ends
        };
        (0..COLUMNS.len()).map(move |_| {
            let (length, _) = next_length(&self.bytes);
            let cell = &self.bytes[start..start + length];
            start += length;
            cell
        })
    }

    /// Gives some cells as the JSON they are, empty for null, each with the place of its column in
    /// `columns`.
    pub(super) fn raw_of<'a>(&'a self, columns: &[usize], mut take: impl FnMut(usize, &'a [u8])) {
        for (number, cell) in self.cells().enumerate() {
            if let Some(n) = columns.iter().position(|it| *it == number) {
                take(n, cell);
            }
        }
    }

    fn raw(&self, column: usize) -> &[u8] {
        self.cells().nth(column).unwrap_or_default()
    }

    /// The incident's id.
    pub(super) fn id(&self) -> &str {
        // Ids are plain words of ours: nothing in them is escaped.
        let raw = self.raw(0);
        std::str::from_utf8(raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default())
            .unwrap_or_default()
    }

    /// A text cell by its column's name.
    pub(super) fn text(&self, name: &str) -> Cow<'_, str> {
        match self.cell(number(name)) {
            Value::Text(text) => text,
            _ => Cow::Borrowed(""),
        }
    }

    /// A cell as words, whatever its type; empty for null.
    pub(super) fn text_or_number(&self, name: &str) -> String {
        match self.cell(number(name)) {
            Value::Null => String::new(),
            Value::Text(text) => text.into_owned(),
            Value::Integer(n) => n.to_string(),
            Value::Real(n) => n.to_string(),
        }
    }

    pub(super) fn layer(&self) -> Layer {
        match self.drawn {
            Drawn::Nothing => Layer::Unplaced,
            Drawn::Point(_) => Layer::Incidents,
            Drawn::Area(_) => Layer::Areas,
        }
    }

    pub(super) fn boxes(&self) -> Vec<Extent> {
        match &self.drawn {
            Drawn::Nothing => Vec::new(),
            Drawn::Point(at) => Extent::new(at.lon(), at.lat(), at.lon(), at.lat())
                .into_iter()
                .collect(),
            Drawn::Area(area) => area.boxes.clone(),
        }
    }

    pub(super) fn status(&self) -> Status {
        Status::from_code(&self.text("status")).unwrap_or(Status::Draft)
    }

    /// About how many bytes the feature has.
    pub(super) fn size(&self) -> usize {
        let shape = match &self.drawn {
            Drawn::Area(area) => area.json.len(),
            _ => 64,
        };
        self.bytes.len() + COLUMNS.len() * 16 + shape
    }

    /// Appends the flat GeoJSON feature.
    pub(super) fn feature(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        let keys = &*KEYS;
        let mut cells = self.cells();
        let id = cells.next().unwrap_or_default();
        out.extend_from_slice(id);
        out.extend_from_slice(b",\"geometry\":");
        self.geometry(out);
        out.extend_from_slice(b",\"properties\":{");
        out.extend_from_slice(&keys[0]);
        out.extend_from_slice(id);
        for (key, cell) in keys[1..].iter().zip(cells) {
            out.extend_from_slice(key);
            out.extend_from_slice(if cell.is_empty() { b"null" } else { cell });
        }
        out.extend_from_slice(b"}}");
    }

    /// The same with some columns only, and in another system of coordinates.
    pub(super) fn feature_with(&self, out: &mut Vec<u8>, columns: Option<&[usize]>, crs: Crs) {
        if columns.is_none() && crs == Crs::Crs84 {
            return self.feature(out);
        }
        out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
        out.extend_from_slice(self.raw(0));
        out.extend_from_slice(b",\"geometry\":");
        if crs == Crs::Crs84 {
            self.geometry(out);
        } else {
            self.geometry_in(out, crs);
        }
        out.extend_from_slice(b",\"properties\":{");
        let mut first = true;
        for (n, cell) in self.cells().enumerate() {
            if columns.is_some_and(|c| !c.contains(&n)) {
                continue;
            }
            let key = &KEYS[n];
            let key = if std::mem::take(&mut first) && n > 0 {
                &key[1..]
            } else {
                key
            };
            out.extend_from_slice(key);
            out.extend_from_slice(if cell.is_empty() { b"null" } else { cell });
        }
        out.extend_from_slice(b"}}");
    }

    fn geometry(&self, out: &mut Vec<u8>) {
        match &self.drawn {
            Drawn::Nothing => out.extend_from_slice(b"null"),
            Drawn::Point(at) => geojson::point(out, *at),
            Drawn::Area(area) => out.extend_from_slice(&area.json),
        }
    }

    /// The geometry in another system; null where that does not reach.
    fn geometry_in(&self, out: &mut Vec<u8>, crs: Crs) {
        let mut json = Vec::new();
        self.geometry(&mut json);
        let mut tree: serde_json::Value = serde_json::from_slice(&json).unwrap_or_default();
        let whole = tree
            .get_mut("coordinates")
            .is_none_or(|c| moved(c, crs).is_some());
        if !whole {
            tree = serde_json::Value::Null;
        }
        out.extend_from_slice(tree.to_string().as_bytes());
    }

    /// What is shown, unpacked: the columns of it are the columns of the row.
    pub(super) fn shown(&self) -> Shown {
        let text = |name: &str| {
            let it = self.text(name);
            (!it.is_empty()).then(|| it.into_owned())
        };
        let list = |name: &str| -> Vec<String> {
            text(name).map_or_else(Vec::new, |t| t.split("; ").map(str::to_owned).collect())
        };
        let day = |name: &str| text(name).and_then(|t| t.parse().ok());
        let count = |least: &str, most: &str| {
            let figure = |name: &str| match self.cell(number(name)) {
                Value::Integer(n) => u32::try_from(n).ok(),
                _ => None,
            };
            figure(least).map(|least| Count {
                least,
                most: figure(most),
            })
        };
        let real = |name: &str| match self.cell(number(name)) {
            Value::Real(n) => Some(n),
            _ => None,
        };
        let place = text("place").or_else(|| text("place_basis")).map(|_| {
            let precision = Precision::from_code(&self.text("place_precision"));
            Located {
                name: text("place").unwrap_or_default(),
                place_id: text("place_id"),
                source: text("country_by").unwrap_or_default(),
                kind: gazetteer::Kind::Other,
                country: text("country").and_then(|c| CountryCode::new(&c)),
                admin1: text("admin1"),
                admin1_code: text("admin1_code"),
                pcode: text("pcode"),
                centre: match self.drawn {
                    Drawn::Point(at) => Some(at),
                    _ => None,
                },
                radius_m: real("radius_m"),
                area: match &self.drawn {
                    Drawn::Area(area) => Some(area.shape.clone()),
                    _ => None,
                },
                precision: precision.unwrap_or(Precision::Unknown),
                basis: Basis::from_code(&self.text("place_basis")).unwrap_or(Basis::Told),
                score: 0.0,
                because: list("place_because"),
            }
        });
        Shown {
            incident_id: self.id().to_owned(),
            title: text("title").unwrap_or_default(),
            kind: IncidentType::from_code(&self.text("type")).unwrap_or(IncidentType::Other),
            tags: list("tags"),
            standing: Standing::from_code(&self.text("standing")).unwrap_or(Standing::Claimed),
            status: self.status(),
            when: When {
                start: day("date_start"),
                end: day("date_end"),
                precision: DatePrecision::from_code(&self.text("date_precision"))
                    .unwrap_or(DatePrecision::Unknown),
                edtf: text("date_edtf").unwrap_or_default(),
                text: text("date_text").unwrap_or_default(),
                because: text("date_because").unwrap_or_default(),
                time_start: text("time_start"),
                time_end: text("time_end"),
                ..When::unknown()
            },
            place,
            place_text: list("place_text"),
            place_alternatives: list("place_alternatives"),
            actors: list("actors"),
            actors_by: list("actors_by"),
            targets: list("targets"),
            target_kind: text("target_kind"),
            killed: count("killed_min", "killed_max"),
            injured: count("injured_min", "injured_max"),
            civilians_killed: count("civilians_killed_min", "civilians_killed_max"),
            toll_text: list("toll_text"),
            confidence: real("confidence").unwrap_or_default(),
            review: match &*self.text("review") {
                "confirmed" => "confirmed",
                "corrected" => "corrected",
                _ => "unreviewed",
            },
            created: text("created"),
            updated: text("updated"),
            version: match self.cell(number("version")) {
                Value::Integer(n) => Some(n),
                _ => None,
            },
            source_count: match self.cell(number("source_count")) {
                Value::Integer(n) => usize::try_from(n).unwrap_or_default(),
                _ => 0,
            },
            report_ids: list("report_ids"),
            source_urls: list("source_urls"),
            publishers: list("publishers"),
        }
    }
}

/// Every position of nested coordinates in another system; `None` when one has no place there.
fn moved(it: &mut serde_json::Value, crs: Crs) -> Option<()> {
    let items = it.as_array_mut()?;
    if let [x, y] = items.as_mut_slice()
        && let (Some(lon), Some(lat)) = (x.as_f64(), y.as_f64())
    {
        let (a, b) = crs.from_lon_lat(lon, lat)?;
        let by = 10_f64.powi(i32::try_from(crs.digits()).unwrap_or(6));
        (*x, *y) = (
            ((a * by).round() / by).into(),
            ((b * by).round() / by).into(),
        );
        return Some(());
    }
    items.iter_mut().try_for_each(|item| moved(item, crs))
}

impl Subject for Row {
    fn cell(&self, column: usize) -> Value<'_> {
        let raw = self.raw(column);
        if raw.is_empty() {
            return Value::Null;
        }
        let text = std::str::from_utf8(raw).unwrap_or_default();
        match COLUMNS[column].of {
            Type::Integer => text.parse().map_or(Value::Null, Value::Integer),
            Type::Real => text.parse().map_or(Value::Null, Value::Real),
            _ => {
                let inner = text.get(1..text.len() - 1).unwrap_or_default();
                if inner.contains('\\') {
                    Value::Text(Cow::Owned(serde_json::from_str(text).unwrap_or_default()))
                } else {
                    Value::Text(Cow::Borrowed(inner))
                }
            }
        }
    }

    fn shape(&self) -> Geometry<'_> {
        match &self.drawn {
            Drawn::Nothing => Geometry::None,
            Drawn::Point(at) => Geometry::Point(*at),
            Drawn::Area(area) => Geometry::Area(&area.shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::samples;
    use crate::incident::Incident;

    fn row(incident: &Incident) -> Row {
        Row::of(&incident.shown(), &mut Arc::new)
    }

    #[test]
    fn a_row_holds_every_cell_and_writes_the_same_feature() {
        for incident in samples::all() {
            let shown = incident.shown();
            let row = row(&incident);
            for (n, column) in COLUMNS.iter().enumerate() {
                assert_eq!(row.cell(n), (column.value)(&shown), "{}", column.name);
            }
            let (mut packed, mut written) = (Vec::new(), Vec::new());
            row.feature(&mut packed);
            geojson::feature(&mut written, &shown, None);
            assert_eq!(String::from_utf8(packed), String::from_utf8(written));
            assert_eq!(row.id(), shown.incident_id);
            assert_eq!(row.layer(), Geometry::of(&shown).layer());
        }
    }

    #[test]
    fn what_is_unpacked_shows_the_same_columns() {
        for incident in samples::all() {
            let shown = incident.shown();
            let again = row(&incident).shown();
            for column in COLUMNS {
                assert_eq!(
                    (column.value)(&again),
                    (column.value)(&shown),
                    "{}",
                    column.name
                );
            }
            let (mut a, mut b) = (Vec::new(), Vec::new());
            geojson::feature(&mut a, &again, None);
            geojson::feature(&mut b, &shown, None);
            assert_eq!(String::from_utf8(a), String::from_utf8(b));
        }
    }

    #[test]
    fn a_feature_may_be_written_elsewhere_and_in_part() {
        let row = row(&samples::all()[0]);
        let mut out = Vec::new();
        row.feature_with(&mut out, Some(&[1, 2]), Crs::Epsg3857);
        let it: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
        assert_eq!(it["properties"].as_object().expect("properties").len(), 2);
        assert!(
            (it["geometry"]["coordinates"][0].as_f64().expect("a number") - 4_298_936.1).abs()
                < 0.1
        );
    }
}
