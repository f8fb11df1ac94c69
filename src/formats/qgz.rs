//! A project of QGIS over a GeoPackage of ours: its layers, drawn and timed as [`super::style`] says, in one
//! click. It holds no data and names the GeoPackage beside it.

use std::io::{self, Seek, Write};

use super::{About, Layer, style};

/// WGS 84, as QGIS wants it told.
const WGS84: &str = "<spatialrefsys><authid>EPSG:4326</authid><srid>4326</srid><srsid>3452</srsid>\
    <proj4>+proj=longlat +datum=WGS84 +no_defs</proj4><description>WGS 84</description>\
    <projectionacronym>longlat</projectionacronym><ellipsoidacronym>EPSG:7030</ellipsoidacronym>\
    <geographicflag>true</geographicflag></spatialrefsys>";

/// The layers from the top of the map down, each with its title.
const LAYERS: [(Layer, &str); 3] = [
    (Layer::Incidents, "Incidents, with the circle of doubt"),
    (Layer::Areas, "Known only to an area"),
    (Layer::Unplaced, "Not on the map"),
];

/// Writes the project (`.qgz`) for a GeoPackage that lies beside it under the name `gpkg`.
pub fn write(out: impl Write + Seek, gpkg: &str, about: &About) -> io::Result<()> {
    let mut archive = zip::ZipWriter::new(out);
    archive.start_file("incidents.qgs", zip::write::SimpleFileOptions::default())?;
    archive.write_all(project(gpkg, about).as_bytes())?;
    archive.finish()?.flush()
}

fn project(gpkg: &str, about: &About) -> String {
    let gpkg = escaped(gpkg);
    let (mut tree, mut order, mut layers) = (String::new(), String::new(), String::new());
    for (layer, title) in LAYERS {
        let name = layer.name();
        let source = format!("./{gpkg}|layername={name}");
        // QGIS makes up another id for a layer whose own has ten letters or fewer.
        let id = format!("placetime_{name}");
        tree.push_str(&format!(
            "<layer-tree-layer id=\"{id}\" name=\"{title}\" source=\"{source}\" providerKey=\"ogr\" checked=\"Qt::Checked\" expanded=\"1\"/>"
        ));
        order.push_str(&format!("<layer id=\"{id}\"/>"));
        let (geometry, look) = match layer {
            Layer::Incidents => ("Point", style::points()),
            Layer::Areas => ("Polygon", style::areas()),
            Layer::Unplaced => ("No geometry", String::new()),
        };
        let wkb = match layer {
            Layer::Incidents => "Point",
            Layer::Areas => "MultiPolygon",
            Layer::Unplaced => "NoGeometry",
        };
        layers.push_str(&format!(
            "<maplayer type=\"vector\" geometry=\"{geometry}\" wkbType=\"{wkb}\" readOnly=\"0\" \
             hasScaleBasedVisibilityFlag=\"0\" styleCategories=\"AllStyleCategories\">\
             <id>{id}</id><datasource>{source}</datasource><layername>{title}</layername>\
             <srs>{WGS84}</srs><provider encoding=\"UTF-8\">ogr</provider>\
             <previewExpression>\"title\"</previewExpression>{look}</maplayer>"
        ));
    }
    let credits = escaped(&about.credits.join("; "));
    format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
         <qgis projectname=\"Incidents\" version=\"3.22.0-Białowieża\"><title>Incidents</title>\
         <projectCrs>{WGS84}</projectCrs>\
         <layer-tree-group>{tree}</layer-tree-group>\
         <mapcanvas name=\"theMapCanvas\"><units>degrees</units>\
         <extent><xmin>-180</xmin><ymin>-60</ymin><xmax>180</xmax><ymax>75</ymax></extent>\
         <destinationsrs>{WGS84}</destinationsrs></mapcanvas>\
         <projectlayers>{layers}</projectlayers><layerorder>{order}</layerorder>\
         <projectMetadata><title>Incidents</title><abstract>Written by {}. {credits}</abstract></projectMetadata>\
         <properties><Paths><Absolute type=\"bool\">false</Absolute></Paths></properties></qgis>\n",
        escaped(&about.generator)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_well_formed_and_names_its_layers() {
        let about = About {
            credits: vec!["A & B <c>".to_owned()],
            ..About::default()
        };
        let text = project("x & y.gpkg", &about);
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut sources = 0;
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(e) if e.name().as_ref() == b"datasource" => {
                    sources += 1;
                }
                _ => {}
            }
        }
        assert_eq!(sources, 3);
        assert!(text.contains("./x &amp; y.gpkg|layername=incidents"));
        assert!(text.contains("2 * &quot;radius_m&quot;"));
        let mut out = io::Cursor::new(Vec::new());
        write(&mut out, "incidents.gpkg", &about).expect("memory");
        assert_eq!(&out.into_inner()[..2], b"PK");
    }
}
