//! GeoPackage 1.3: one table a layer, indexed, with the meaning of every column inside.
//!
//! A GeoPackage is a database file. It grows in a temporary file, so that a million incidents need
//! no more memory than a thousand, and is copied out when it is whole.

use std::io::{self, Seek, Write};

use geo_types::{LineString, MultiPolygon};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params};

use super::columns::{COLUMNS, Type, Value};
use super::geometry::{Geometry, Layer, drawn};
use super::{About, Sink};
use crate::incident::{Account, Incident, Shown};

/// What a GeoPackage says it is: "GPKG", version 1.3.
const HEADER: &str = "PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;";

/// The tables every GeoPackage has, as the standard words them.
const FRAME: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]', 'longitude first');
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata (id));
INSERT INTO gpkg_extensions VALUES
    ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
    ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),
    ('gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write'),
    ('gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec121/#extension_metadata', 'read-write');
";

/// The file's own times are those of the newest incident, not of the writing: the same incidents give
/// the same bytes.
const AS_OF: &str = "
CREATE TEMP TABLE newest AS SELECT max(updated) AS at FROM
    (SELECT max(updated) AS updated FROM incidents UNION ALL SELECT max(updated) FROM incident_areas
     UNION ALL SELECT max(updated) FROM incidents_unplaced);
UPDATE gpkg_contents SET last_change = coalesce((SELECT at FROM newest), last_change);
UPDATE gpkg_metadata_reference SET timestamp = coalesce((SELECT at FROM newest), timestamp);
UPDATE layer_styles SET update_time = coalesce((SELECT at FROM newest), update_time);
DROP TABLE newest;";

/// What keeps the index true when somebody edits a layer, as the standard words it; TABLE stands
/// for the layer's name.
const TRIGGERS: &str = r#"
CREATE TRIGGER "rtree_TABLE_geom_insert" AFTER INSERT ON "TABLE"
    WHEN (NEW."geom" NOT NULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
    INSERT OR REPLACE INTO "rtree_TABLE_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"),
        ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "rtree_TABLE_geom_update1" AFTER UPDATE OF "geom" ON "TABLE"
    WHEN OLD."fid" = NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
    INSERT OR REPLACE INTO "rtree_TABLE_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"),
        ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "rtree_TABLE_geom_update2" AFTER UPDATE OF "geom" ON "TABLE"
    WHEN OLD."fid" = NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
    DELETE FROM "rtree_TABLE_geom" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_TABLE_geom_update3" AFTER UPDATE ON "TABLE"
    WHEN OLD."fid" != NEW."fid" AND (NEW."geom" NOTNULL AND NOT ST_IsEmpty(NEW."geom")) BEGIN
    DELETE FROM "rtree_TABLE_geom" WHERE id = OLD."fid";
    INSERT OR REPLACE INTO "rtree_TABLE_geom" VALUES (NEW."fid", ST_MinX(NEW."geom"),
        ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")); END;
CREATE TRIGGER "rtree_TABLE_geom_update4" AFTER UPDATE ON "TABLE"
    WHEN OLD."fid" != NEW."fid" AND (NEW."geom" ISNULL OR ST_IsEmpty(NEW."geom")) BEGIN
    DELETE FROM "rtree_TABLE_geom" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_TABLE_geom_delete" AFTER DELETE ON "TABLE"
    WHEN OLD."geom" NOT NULL BEGIN
    DELETE FROM "rtree_TABLE_geom" WHERE id = OLD."fid"; END;
"#;

/// The tellings, one row each, joined to the layers by `incident_id`.
const ACCOUNTS: &str = "
CREATE TABLE accounts (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, incident_id TEXT, report TEXT, publisher TEXT,
    published DATE, url TEXT, licence TEXT, sha256 TEXT, reader TEXT, type TEXT, standing TEXT,
    date_start DATE, date_end DATE, date_text TEXT, place TEXT, place_text TEXT, actors TEXT,
    targets TEXT, toll_text TEXT, quote TEXT, confidence DOUBLE);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES
    ('accounts', 'attributes', 'accounts', 'Who told what: one row a telling, joined by incident_id');
";

/// West, south, east, north.
type Bounds = [f64; 4];

/// A GeoPackage in the making.
pub(super) struct Package<W> {
    out: W,
    db: Connection,
    file: tempfile::NamedTempFile,
    bounds: [Option<Bounds>; 3],
}

impl<W: Write> Package<W> {
    pub(super) fn begin(about: &About, out: W) -> io::Result<Self> {
        let file = tempfile::Builder::new().suffix(".gpkg").tempfile()?;
        let db = Connection::open(file.path()).map_err(plain)?;
        // Nobody else reads it, and what is broken off is thrown away: no journal, no waiting.
        db.execute_batch(
            // Overwritten bytes are wiped, or the hour of the writing would be left between the rows.
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;
             PRAGMA secure_delete = FAST;",
        )
        .map_err(plain)?;
        let make = || -> rusqlite::Result<()> {
            db.execute_batch(HEADER)?;
            db.execute_batch("BEGIN")?;
            db.execute_batch(FRAME)?;
            db.execute(
                "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'https://www.rfc-editor.org/rfc/rfc8259', 'application/json', ?)",
                [about.json()],
            )?;
            db.execute(
                "INSERT INTO gpkg_metadata_reference (reference_scope, md_file_id) VALUES ('geopackage', 1)",
                [],
            )?;
            for (layer, name, description) in Layer::ALL {
                table(&db, *layer, name, description)?;
            }
            db.execute_batch(ACCOUNTS)?;
            super::style::write(&db)
        };
        make().map_err(plain)?;
        Ok(Self {
            out,
            db,
            file,
            bounds: [None; 3],
        })
    }
}

/// The layer's table, its place in the contents, and the meaning of its columns.
fn table(db: &Connection, layer: Layer, name: &str, description: &str) -> rusqlite::Result<()> {
    let geometry = match layer {
        Layer::Incidents => Some("POINT"),
        Layer::Areas => Some("MULTIPOLYGON"),
        Layer::Unplaced => None,
    };
    let mut columns = vec!["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned()];
    columns.extend(geometry.map(|of| format!("geom {of}")));
    for column in COLUMNS {
        let of = match column.of {
            Type::Text => "TEXT",
            Type::Integer => "INTEGER",
            Type::Real => "DOUBLE",
            Type::Date => "DATE",
            Type::DateTime => "DATETIME",
        };
        columns.push(format!("\"{}\" {of}", column.name));
    }
    db.execute_batch(&format!("CREATE TABLE {name} ({})", columns.join(", ")))?;
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
         VALUES (?1, ?2, ?1, ?3, ?4)",
        params![
            name,
            if geometry.is_some() {
                "features"
            } else {
                "attributes"
            },
            description,
            geometry.map(|_| 4326)
        ],
    )?;
    if let Some(of) = geometry {
        db.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)",
            params![name, of],
        )?;
        db.execute(
            "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index',
                 'http://www.geopackage.org/spec121/#extension_rtree', 'write-only')",
            [name],
        )?;
        db.execute_batch(&format!(
            "CREATE VIRTUAL TABLE rtree_{name}_geom USING rtree (id, minx, maxx, miny, maxy)"
        ))?;
    }
    for column in COLUMNS {
        db.execute(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, description) VALUES (?, ?, ?, ?)",
            params![name, column.name, column.short, column.meaning],
        )?;
    }
    Ok(())
}

impl<W: Write> Package<W> {
    /// A row of the tellings.
    fn told(&self, incident: &str, it: &Account) -> rusqlite::Result<()> {
        let names = |all: &[crate::incident::Party]| {
            let names: Vec<&str> = all.iter().map(|p| p.name.as_str()).collect();
            (!names.is_empty()).then(|| names.join("; "))
        };
        let tolls: Vec<&str> = it.tolls.iter().map(|t| t.text.as_str()).collect();
        let place = it.place.located.as_ref().map(|p| p.name.as_str());
        let quote = it.quotes.iter().find(|q| q.field == "event");
        self.db
            .prepare_cached(
                "INSERT INTO accounts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                     ?, ?, ?, ?)",
            )?
            .execute(params![
                incident,
                it.report,
                it.publisher,
                it.published.map(|d| d.to_string()),
                it.url,
                it.licence,
                it.sha256,
                it.reader,
                it.kind.code(),
                it.standing.code(),
                it.when.start.map(|d| d.to_string()),
                it.when.end.map(|d| d.to_string()),
                it.when.text,
                place,
                it.place.text,
                names(&it.actors),
                names(&it.targets),
                tolls.join("; "),
                quote.map(|q| q.text.as_str()),
                it.confidence,
            ])?;
        Ok(())
    }
}

impl<W: Write> Sink for Package<W> {
    fn add(&mut self, shown: &Shown, incident: Option<&Incident>) -> io::Result<()> {
        let geometry = Geometry::of(shown);
        let layer = geometry.layer();
        let name = layer.name();
        let mut values: Vec<Sql> = Vec::with_capacity(COLUMNS.len() + 1);
        let mut bounds = None;
        match geometry {
            Geometry::None => {}
            Geometry::Point(at) => {
                let (x, y) = (at.lon(), at.lat());
                bounds = Some([x, y, x, y]);
                values.push(Sql::Blob(point_blob(x, y)));
            }
            Geometry::Area(area) => {
                let area = drawn(area);
                let around = bounds_of(&area);
                bounds = Some(around);
                values.push(Sql::Blob(area_blob(&area, around)));
            }
        }
        for column in COLUMNS {
            values.push(match (column.value)(shown) {
                Value::Null => Sql::Null,
                Value::Text(text) if column.of == Type::DateTime => {
                    Sql::Text(to_the_thousandth(&text))
                }
                Value::Text(text) => Sql::Text(text.into_owned()),
                Value::Integer(n) => Sql::Integer(n),
                Value::Real(n) => Sql::Real(n),
            });
        }
        let marks = vec!["?"; values.len()].join(", ");
        let insert = || -> rusqlite::Result<()> {
            self.db
                .prepare_cached(&format!("INSERT INTO {name} VALUES (NULL, {marks})"))?
                .execute(rusqlite::params_from_iter(values))?;
            if let Some([w, s, e, n]) = bounds {
                self.db
                    .prepare_cached(&format!(
                        "INSERT INTO rtree_{name}_geom VALUES (?, ?, ?, ?, ?)"
                    ))?
                    .execute(params![self.db.last_insert_rowid(), w, e, s, n])?;
            }
            for account in incident.map_or(&[][..], |i| i.accounts.as_slice()) {
                self.told(&shown.incident_id, account)?;
            }
            Ok(())
        };
        insert().map_err(plain)?;
        if let Some([w, s, e, n]) = bounds {
            let whole = self.bounds[layer as usize].get_or_insert([w, s, e, n]);
            *whole = [
                whole[0].min(w),
                whole[1].min(s),
                whole[2].max(e),
                whole[3].max(n),
            ];
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let close = || -> rusqlite::Result<()> {
            for (layer, name, _) in Layer::ALL {
                if let Some([w, s, e, n]) = self.bounds[*layer as usize] {
                    self.db.execute(
                        "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
                        params![w, s, e, n, name],
                    )?;
                }
                if *layer != Layer::Unplaced {
                    self.db.execute_batch(&TRIGGERS.replace("TABLE", name))?;
                }
            }
            self.db.execute_batch(AS_OF)?;
            self.db.execute_batch("COMMIT")
        };
        close().map_err(plain)?;
        let Self { db, mut file, .. } = *self;
        db.close().map_err(|(_, error)| plain(error))?;
        let file = file.as_file_mut();
        file.rewind()?;
        io::copy(file, &mut self.out)?;
        self.out.flush()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "stands in map_err")]
fn plain(error: rusqlite::Error) -> io::Error {
    io::Error::other(error.to_string())
}

/// GeoPackage wants thousandths of a second.
fn to_the_thousandth(moment: &str) -> String {
    match moment.strip_suffix('Z') {
        Some(start) if !start.contains('.') => format!("{start}.000Z"),
        _ => moment.to_owned(),
    }
}

fn point_blob(x: f64, y: f64) -> Vec<u8> {
    // "GP", version 1, little endian without envelope, WGS 84.
    let mut out = Vec::from(b"GP\0\x01");
    out.extend_from_slice(&4326_i32.to_le_bytes());
    out.extend_from_slice(&point_wkb(x, y));
    out
}

/// A point as well-known binary, little endian.
pub(super) fn point_wkb(x: f64, y: f64) -> Vec<u8> {
    let mut out = vec![1];
    out.extend_from_slice(&1_u32.to_le_bytes());
    out.extend_from_slice(&x.to_le_bytes());
    out.extend_from_slice(&y.to_le_bytes());
    out
}

fn area_blob(area: &MultiPolygon<f64>, [w, s, e, n]: Bounds) -> Vec<u8> {
    // The same with an envelope: west, east, south, north.
    let mut out = Vec::from(b"GP\0\x03");
    out.extend_from_slice(&4326_i32.to_le_bytes());
    for edge in [w, e, s, n] {
        out.extend_from_slice(&edge.to_le_bytes());
    }
    out.extend_from_slice(&area_wkb(area));
    out
}

/// An area as well-known binary, little endian.
pub(super) fn area_wkb(area: &MultiPolygon<f64>) -> Vec<u8> {
    let mut out = Vec::new();
    let count = |out: &mut Vec<u8>, n: usize| {
        let n = u32::try_from(n).unwrap_or(u32::MAX);
        out.extend_from_slice(&n.to_le_bytes());
    };
    let ring = |out: &mut Vec<u8>, ring: &LineString<f64>| {
        count(out, ring.0.len());
        for c in ring.coords() {
            out.extend_from_slice(&c.x.to_le_bytes());
            out.extend_from_slice(&c.y.to_le_bytes());
        }
    };
    out.push(1);
    count(&mut out, 6);
    count(&mut out, area.0.len());
    for polygon in area {
        out.push(1);
        count(&mut out, 3);
        count(&mut out, 1 + polygon.interiors().len());
        ring(&mut out, polygon.exterior());
        for inner in polygon.interiors() {
            ring(&mut out, inner);
        }
    }
    out
}

pub(super) fn bounds_of(area: &MultiPolygon<f64>) -> Bounds {
    let mut all = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for c in area.iter().flat_map(|p| p.exterior().coords()) {
        all = [
            all[0].min(c.x),
            all[1].min(c.y),
            all[2].max(c.x),
            all[3].max(c.y),
        ];
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Detail, Format, samples, sink};

    #[test]
    fn the_package_holds_every_layer_with_its_index() {
        let mut out = Vec::new();
        let about = About::default();
        let mut file = sink(Format::Gpkg, Detail::Flat, &about, &mut out).expect("memory");
        for incident in samples::all() {
            file.add(&incident.shown(), None).expect("memory");
        }
        file.finish().expect("memory");
        assert!(out.starts_with(b"SQLite format 3\0"));
        assert_eq!(&out[68..72], b"GPKG");
        let mut db = Connection::open_in_memory().expect("memory");
        db.deserialize_read_exact("main", out.as_slice(), out.len(), true)
            .expect("a database");
        let count = |sql: &str| -> i64 { db.query_row(sql, [], |r| r.get(0)).expect("a count") };
        for table in ["incidents", "incident_areas", "incidents_unplaced"] {
            assert_eq!(
                count(&format!("SELECT count(*) FROM {table}")),
                1,
                "{table}"
            );
        }
        assert_eq!(count("SELECT count(*) FROM rtree_incidents_geom"), 1);
        assert_eq!(count("SELECT count(*) FROM rtree_incident_areas_geom"), 1);
        let ok: String = db
            .query_row("PRAGMA integrity_check", [], |r| r.get(0))
            .expect("an answer");
        assert_eq!(ok, "ok");
    }
}
