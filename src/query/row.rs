//! One incident, packed: every cell as the JSON it goes out as, and nothing else.
//!
//! A million incidents of two kilobytes would fill the memory with the names of columns; packed
//! they take less than half, and a feature is written by laying the cells between the names. The
//! store keeps the same ([`Packed`]), so that a server starts without computing anything anew.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use gazetteer::{Basis, CountryCode, Extent, Located, LonLat, Precision};
use geo_types::MultiPolygon;
use sha2::{Digest, Sha256};

use super::cells::Packer;
use super::packed::{
    self, COUNTRY, END, HEAD_BYTES, KEPT_IN, LAT, LAYER, LON, Packed, START, STATUS, TYPE,
};
use super::{Crs, Subject, around_area};
use crate::formats::{COLUMNS, Geometry, Layer, Type, Value, geojson};
use crate::incident::{
    Count, DatePrecision, Incident, IncidentType, Shown, Standing, Status, When,
};

/// An area, shared by all incidents in it.
#[derive(PartialEq, Debug)]
pub(crate) struct Area {
    /// As GeoJSON.
    pub(crate) json: Box<[u8]>,
    pub(crate) shape: MultiPolygon<f64>,
    pub(crate) boxes: Vec<Extent>,
}

/// Areas by the hash of their outline, so that a thousand incidents in a province hold it once.
#[derive(Debug, Default)]
pub(crate) struct Areas(Mutex<HashMap<[u8; 16], Weak<Area>>>);

impl Areas {
    /// The area of an outline, packed by [`packed::packed_shape`].
    fn of_packed(&self, packed: &[u8]) -> Option<Arc<Area>> {
        let digest = Sha256::digest(packed);
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        let held = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = held().get(&key).and_then(Weak::upgrade) {
            return Some(same);
        }
        let shape = packed::unpacked_shape(packed)?;
        let mut json = Vec::new();
        crate::formats::area_json(&mut json, &shape);
        let area = Arc::new(Area {
            json: json.into(),
            boxes: around_area(&shape),
            shape,
        });
        held().insert(key, Arc::downgrade(&area));
        Some(area)
    }
}

/// One incident, ready to be given out.
#[derive(Debug)]
pub(crate) struct Row {
    area: Option<Arc<Area>>,
    /// What an index asks (see [`HEAD_BYTES`]), for each column the length of its cell, then the cells
    /// as JSON; no length means null. Cells that many have alike are held once ([`cells`]).
    ///
    /// [`cells`]: super::cells
    bytes: Box<[u8]>,
}

/// A layer as the number that rows and their index hold.
pub(crate) fn layer_number(layer: Layer) -> u8 {
    match layer {
        Layer::Incidents => 0,
        Layer::Areas => 1,
        Layer::Unplaced => 2,
    }
}

/// A status as the number that rows and their index hold.
pub(crate) fn status_number(status: Status) -> u8 {
    match status {
        Status::Draft => 0,
        Status::Published => 1,
        Status::Rejected => 2,
    }
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
    /// An incident as it is given out; one of which nothing may be given out as it is, for those who
    /// decide.
    pub(crate) fn given_out(incident: &Incident, areas: &Areas) -> Self {
        Packed::given_out(incident).held(areas)
    }

    /// What is shown of an incident.
    pub(crate) fn of(shown: &Shown, areas: &Areas) -> Self {
        Packed::of(shown).held(areas)
    }

    /// A row as the store kept it; `None` when it is damaged.
    pub(crate) fn read(kept: &[u8], areas: &Areas) -> Option<Self> {
        let (bytes, outline) = packed::parts(kept)?;
        Self::unpacked(bytes, outline, areas)
    }

    /// A row of its whole form; `None` when that is none.
    pub(super) fn unpacked(bytes: &[u8], outline: &[u8], areas: &Areas) -> Option<Self> {
        let layer = *bytes.get(LAYER)?;
        let area = match layer {
            1 => Some(areas.of_packed(outline)?),
            _ => None,
        };
        let mut packer = Packer::in_memory();
        let mut columns = 0;
        for cell in packed::cells_of(bytes)? {
            packer.push(cell);
            columns += 1;
        }
        let row = Self {
            area,
            bytes: packed::joined(bytes.get(..HEAD_BYTES)?, packer).into(),
        };
        let is_whole = columns == COLUMNS.len() && (layer != 0 || row.point().is_some());
        is_whole.then_some(row)
    }

    /// The whole form, as the store keeps it.
    pub(crate) fn packed(&self) -> Packed {
        let outline = self.area.as_ref().map(|area| &area.shape);
        Packed::laid(&self.bytes[..HEAD_BYTES], self.cells(), outline)
    }

    fn four(&self, at: usize) -> [u8; 4] {
        let mut four = [0; 4];
        four.copy_from_slice(&self.bytes[at..at + 4]);
        four
    }

    fn eight(&self, at: usize) -> [u8; 8] {
        let mut eight = [0; 8];
        eight.copy_from_slice(&self.bytes[at..at + 8]);
        eight
    }

    fn point(&self) -> Option<LonLat> {
        let (lon, lat) = (self.eight(LON), self.eight(LAT));
        LonLat::new(f64::from_le_bytes(lon), f64::from_le_bytes(lat)).ok()
    }

    /// The area it is known to, where it is drawn as one.
    pub(crate) fn area(&self) -> Option<&Arc<Area>> {
        self.area.as_ref()
    }

    /// True when nothing of it may leave the house: only those who decide see it, in no file.
    pub(crate) fn is_kept_in(&self) -> bool {
        self.bytes[0] & KEPT_IN != 0
    }

    /// True when everybody may see it.
    pub(crate) fn is_public(&self) -> bool {
        self.status() == Status::Published && !self.is_kept_in()
    }

    /// First and last possible day since 1970; the least and the greatest number when not known.
    pub(crate) fn days(&self) -> (i32, i32) {
        (
            i32::from_le_bytes(self.four(START)),
            i32::from_le_bytes(self.four(END)),
        )
    }

    /// The type's place in [`IncidentType::ALL`].
    pub(crate) fn type_number(&self) -> u8 {
        self.bytes[TYPE]
    }

    /// The country's two letters; noughts when not known.
    pub(crate) fn country(&self) -> [u8; 2] {
        [self.bytes[COUNTRY], self.bytes[COUNTRY + 1]]
    }

    /// The cells in order; an empty one is null.
    fn cells(&self) -> impl Iterator<Item = &[u8]> {
        packed::cells_of(&self.bytes).into_iter().flatten()
    }

    /// Gives some cells as the JSON they are, empty for null, each with the place of its column in
    /// `columns`.
    pub(crate) fn raw_of<'a>(&'a self, columns: &[usize], mut take: impl FnMut(usize, &'a [u8])) {
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
    pub(crate) fn id(&self) -> &str {
        // The first cell. Ids are plain words of ours: nothing in them is escaped.
        let raw = self.raw(0);
        std::str::from_utf8(raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default())
            .unwrap_or_default()
    }

    /// A text cell by its column's name.
    pub(crate) fn text(&self, name: &str) -> Cow<'_, str> {
        match self.cell(number(name)) {
            Value::Text(text) => text,
            _ => Cow::Borrowed(""),
        }
    }

    /// A cell as words, whatever its type; empty for null.
    pub(crate) fn text_or_number(&self, name: &str) -> String {
        match self.cell(number(name)) {
            Value::Null => String::new(),
            Value::Text(text) => text.into_owned(),
            Value::Integer(n) => n.to_string(),
            Value::Real(n) => n.to_string(),
        }
    }

    /// Where it is drawn.
    pub(crate) fn layer(&self) -> Layer {
        match self.bytes[LAYER] {
            0 => Layer::Incidents,
            1 => Layer::Areas,
            _ => Layer::Unplaced,
        }
    }

    /// The boxes of what is drawn: none, one, or two across the 180th meridian.
    pub(crate) fn boxes(&self) -> Cow<'_, [Extent]> {
        match self.shape() {
            Geometry::None => Cow::Borrowed(&[]),
            Geometry::Point(at) => Extent::new(at.lon(), at.lat(), at.lon(), at.lat())
                .into_iter()
                .collect(),
            Geometry::Area(_) => Cow::Borrowed(self.area.as_ref().map_or(&[], |a| &a.boxes)),
        }
    }

    /// The status.
    pub(crate) fn status(&self) -> Status {
        match self.bytes[STATUS] {
            0 => Status::Draft,
            1 => Status::Published,
            _ => Status::Rejected,
        }
    }

    /// About how many bytes the feature has.
    pub(crate) fn size(&self) -> usize {
        let shape = self.area.as_ref().map_or(64, |area| area.json.len());
        self.bytes.len() + COLUMNS.len() * 24 + shape
    }

    /// Appends the flat GeoJSON feature.
    pub(crate) fn feature(&self, out: &mut Vec<u8>) {
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
    pub(crate) fn feature_with(&self, out: &mut Vec<u8>, columns: Option<&[usize]>, crs: Crs) {
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
        match (self.shape(), &self.area) {
            (Geometry::Point(at), _) => geojson::point(out, at),
            (Geometry::Area(_), Some(area)) => out.extend_from_slice(&area.json),
            _ => out.extend_from_slice(b"null"),
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
    pub(crate) fn shown(&self) -> Shown {
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
                centre: match self.shape() {
                    Geometry::Point(at) => Some(at),
                    _ => None,
                },
                radius_m: real("radius_m"),
                area: self.area.as_ref().map(|area| area.shape.clone()),
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
        match (self.bytes[LAYER], &self.area) {
            (0, _) => self.point().map_or(Geometry::None, Geometry::Point),
            (_, Some(area)) => Geometry::Area(&area.shape),
            _ => Geometry::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::samples;
    use crate::incident::Incident;

    fn row(incident: &Incident) -> Row {
        Row::of(&incident.shown(), &Areas::default())
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
    fn a_row_comes_back_as_it_was_kept_and_a_damaged_one_does_not() {
        let areas = Areas::default();
        for incident in samples::all() {
            let row = row(&incident);
            let kept = row.packed().kept();
            let again = Row::read(&kept, &areas).expect("whole");
            let (mut a, mut b) = (Vec::new(), Vec::new());
            again.feature(&mut a);
            row.feature(&mut b);
            assert_eq!(String::from_utf8(a), String::from_utf8(b));
            assert_eq!((again.days(), again.boxes()), (row.days(), row.boxes()));
            assert_eq!(again.packed().kept(), kept);
            for at in 0..kept.len() {
                let mut damaged = kept.clone();
                damaged[at] ^= 0x10;
                assert!(Row::read(&damaged, &areas).is_none(), "byte {at}");
                assert!(Row::read(&kept[..at], &areas).is_none(), "cut at {at}");
            }
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
