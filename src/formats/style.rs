//! How QGIS is to draw the layers of a GeoPackage: a shape and a colour for every kind, the circle
//! of doubt in metres on the ground, and the days set for its time slider.

use rusqlite::{Connection, params};

use crate::incident::Kind;

/// The table QGIS looks for, as QGIS makes it.
const TABLE: &str = "
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES
    ('layer_styles', 'attributes', 'layer_styles', 'How QGIS draws the layers');
";

/// Kind, colour (red, green, blue) and QGIS's name of a shape: kinds differ in both, so that no
/// reader depends on colour. The colours are Okabe and Ito's, told apart by every kind of eye.
const LOOKS: &[(Kind, &str, &str)] = &[
    (Kind::Clash, "213,94,0", "cross2"),
    (Kind::Strike, "230,159,0", "triangle"),
    (Kind::Civilians, "204,121,167", "diamond"),
    (Kind::Protest, "0,114,178", "square"),
    (Kind::Violence, "86,180,233", "pentagon"),
    (Kind::Hazard, "0,158,115", "hexagon"),
    (Kind::Other, "102,102,102", "circle"),
];

/// Writes the styles of the layers with geometry.
pub(super) fn write(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(TABLE)?;
    for (layer, geometry, symbol) in [
        ("incidents", 0, marker as fn(&str, &str) -> String),
        ("incident_areas", 2, fill),
    ] {
        db.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
                 f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner)
             VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '')",
            params![
                layer,
                format!("placetime {layer}"),
                qml(geometry, symbol),
                "Kind as shape and colour; the circle is the doubt, in metres on the ground",
            ],
        )?;
    }
    Ok(())
}

/// How points are drawn, as a layer of a project has it.
pub(super) fn points() -> String {
    look(marker)
}

/// How areas are drawn.
pub(super) fn areas() -> String {
    look(fill)
}

fn qml(geometry: u8, symbol: fn(&str, &str) -> String) -> String {
    let look = look(symbol);
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\
         <qgis version=\"3.22\" styleCategories=\"Symbology|Temporal\">{look}\
         <layerGeometryType>{geometry}</layerGeometryType></qgis>"
    )
}

/// Days for the time slider, and a symbol for every kind.
fn look(symbol: fn(&str, &str) -> String) -> String {
    let mut categories = String::new();
    let mut symbols = String::new();
    let of = if symbol("", "").contains("SimpleMarker") {
        "marker"
    } else {
        "fill"
    };
    for (n, (kind, colour, shape)) in LOOKS.iter().enumerate() {
        let code = kind.code();
        categories.push_str(&format!(
            "<category render=\"true\" symbol=\"{n}\" value=\"{code}\" label=\"{code}\" type=\"string\"/>"
        ));
        symbols.push_str(&format!(
            "<symbol name=\"{n}\" type=\"{of}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">{}</symbol>",
            symbol(colour, shape)
        ));
    }
    // Mode 2: from one field to the other; limit mode 1: both ends belong to it.
    format!(
        "<temporal enabled=\"1\" mode=\"2\" startField=\"date_start\" endField=\"date_end\" \
         limitMode=\"1\" durationField=\"\" durationUnit=\"days\" fixedDuration=\"0\" accumulate=\"0\" \
         startExpression=\"\" endExpression=\"\"><fixedRange><start/><end/></fixedRange></temporal>\
         <renderer-v2 type=\"categorizedSymbol\" attr=\"kind\" enableorderby=\"0\" forceraster=\"0\" symbollevels=\"0\">\
         <categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )
}

fn option(name: &str, value: &str) -> String {
    format!("<Option type=\"QString\" name=\"{name}\" value=\"{value}\"/>")
}

/// The circle of doubt, and the mark on it.
fn marker(colour: &str, shape: &str) -> String {
    let doubt: String = [
        ("name", "circle"),
        ("color", &format!("{colour},24")),
        ("outline_color", &format!("{colour},160")),
        ("outline_width", "0.2"),
        ("outline_width_unit", "MM"),
        ("size", "10000"),
        ("size_unit", "RenderMetersInMapUnits"),
        ("scale_method", "diameter"),
    ]
    .iter()
    .map(|(n, v)| option(n, v))
    .collect();
    let mark: String = [
        ("name", shape),
        ("color", &format!("{colour},255")),
        ("outline_color", "255,255,255,255"),
        ("outline_width", "0.3"),
        ("outline_width_unit", "MM"),
        ("size", "3"),
        ("size_unit", "MM"),
        ("scale_method", "diameter"),
    ]
    .iter()
    .map(|(n, v)| option(n, v))
    .collect();
    let by_radius = "<data_defined_properties><Option type=\"Map\"><Option type=\"QString\" name=\"name\" value=\"\"/>\
        <Option type=\"Map\" name=\"properties\"><Option type=\"Map\" name=\"size\"><Option type=\"bool\" name=\"active\" value=\"true\"/>\
        <Option type=\"QString\" name=\"expression\" value=\"2 * &quot;radius_m&quot;\"/><Option type=\"int\" name=\"type\" value=\"3\"/></Option></Option>\
        <Option type=\"QString\" name=\"type\" value=\"collection\"/></Option></data_defined_properties>";
    format!(
        "<layer class=\"SimpleMarker\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{doubt}</Option>{by_radius}</layer>\
         <layer class=\"SimpleMarker\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{mark}</Option></layer>"
    )
}

/// An area: hatched lightly, since its border is the division's and not the event's.
fn fill(colour: &str, _: &str) -> String {
    let look: String = [
        ("color", format!("{colour},40")),
        ("outline_color", format!("{colour},200")),
        ("outline_width", "0.3".to_owned()),
        ("outline_width_unit", "MM".to_owned()),
        ("outline_style", "dash".to_owned()),
        ("style", "solid".to_owned()),
    ]
    .iter()
    .map(|(n, v)| option(n, v))
    .collect();
    format!(
        "<layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{look}</Option></layer>"
    )
}
