//! KML, streamed: one placemark an incident, with its time and every column as extended data.

use std::io::{self, Write};

use std::fs::File;

use zip::ZipWriter;

use super::columns::{COLUMNS, Type, Value};
use super::geometry::{Geometry, drawn, number};
use super::{About, Sink, xlsx};
use crate::incident::{Incident, Shown};

/// One document.
pub(super) struct Document<W> {
    out: W,
    buffer: Vec<u8>,
}

impl<W: Write> Document<W> {
    pub(super) fn begin(about: &About, mut out: W) -> io::Result<Self> {
        let mut buffer = Vec::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>Incidents</name>\n",
        );
        buffer.extend_from_slice(b"<description>");
        let credits = about.credits.join("; ");
        escaped(
            &mut buffer,
            &format!(
                "Written by {}; confidence: {}. {} {credits}",
                about.generator,
                about.confidence,
                super::HOW_READ
            ),
        );
        buffer.extend_from_slice(b"</description>\n<Schema name=\"incident\" id=\"incident\">");
        for column in COLUMNS {
            let of = match column.of {
                Type::Integer => "int",
                Type::Real => "double",
                Type::Text | Type::Date | Type::DateTime => "string",
            };
            write!(
                buffer,
                "<SimpleField type=\"{of}\" name=\"{}\"/>",
                column.name
            )?;
        }
        buffer.extend_from_slice(b"</Schema>\n");
        out.write_all(&buffer)?;
        Ok(Self { out, buffer })
    }
}

impl<W: Write> Sink for Document<W> {
    fn add(&mut self, shown: &Shown, _: Option<&Incident>) -> io::Result<()> {
        let out = &mut self.buffer;
        out.clear();
        out.extend_from_slice(b"<Placemark id=\"");
        escaped(out, &shown.incident_id);
        out.extend_from_slice(b"\"><name>");
        escaped(out, &shown.title);
        out.extend_from_slice(b"</name>");
        if shown.when.start.is_some() || shown.when.end.is_some() {
            out.extend_from_slice(b"<TimeSpan>");
            if let Some(day) = shown.when.start {
                write!(out, "<begin>{day}</begin>")?;
            }
            if let Some(day) = shown.when.end {
                write!(out, "<end>{day}</end>")?;
            }
            out.extend_from_slice(b"</TimeSpan>");
        }
        out.extend_from_slice(b"<ExtendedData><SchemaData schemaUrl=\"#incident\">");
        for column in COLUMNS {
            let text = match (column.value)(shown) {
                Value::Null => continue,
                Value::Text(text) => text.into_owned(),
                Value::Integer(n) => n.to_string(),
                Value::Real(n) => n.to_string(),
            };
            write!(out, "<SimpleData name=\"{}\">", column.name)?;
            escaped(out, &text);
            out.extend_from_slice(b"</SimpleData>");
        }
        out.extend_from_slice(b"</SchemaData></ExtendedData>");
        shape(out, Geometry::of(shown));
        out.extend_from_slice(b"</Placemark>\n");
        self.out.write_all(out)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.write_all(END)?;
        self.out.flush()
    }
}

/// What closes a document.
const END: &[u8] = b"</Document></kml>\n";

/// KMZ: the document alone in an archive, packed as it is written.
pub(super) struct Archive<W: Write> {
    out: W,
    inner: Document<ZipWriter<File>>,
}

impl<W: Write> Archive<W> {
    pub(super) fn begin(about: &About, out: W) -> io::Result<Self> {
        let mut zip = xlsx::packed()?;
        zip.start_file("doc.kml", xlsx::entry())?;
        Ok(Self {
            out,
            inner: Document::begin(about, zip)?,
        })
    }
}

impl<W: Write> Sink for Archive<W> {
    fn add(&mut self, shown: &Shown, incident: Option<&Incident>) -> io::Result<()> {
        self.inner.add(shown, incident)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.inner.out.write_all(END)?;
        xlsx::copied(self.inner.out, &mut self.out)
    }
}

fn shape(out: &mut Vec<u8>, geometry: Geometry<'_>) {
    let position = |out: &mut Vec<u8>, x: f64, y: f64| {
        number(out, x);
        out.push(b',');
        number(out, y);
    };
    match geometry {
        Geometry::None => {}
        Geometry::Point(at) => {
            out.extend_from_slice(b"<Point><coordinates>");
            position(out, at.lon(), at.lat());
            out.extend_from_slice(b"</coordinates></Point>");
        }
        Geometry::Area(area) => {
            out.extend_from_slice(b"<MultiGeometry>");
            for polygon in &drawn(area) {
                out.extend_from_slice(b"<Polygon>");
                let outer = std::iter::once(("outerBoundaryIs", polygon.exterior()));
                let inner = polygon.interiors().iter().map(|r| ("innerBoundaryIs", r));
                for (element, ring) in outer.chain(inner) {
                    let open = format!("<{element}><LinearRing><coordinates>");
                    out.extend_from_slice(open.as_bytes());
                    for (i, c) in ring.coords().enumerate() {
                        if i > 0 {
                            out.push(b' ');
                        }
                        position(out, c.x, c.y);
                    }
                    let close = format!("</coordinates></LinearRing></{element}>");
                    out.extend_from_slice(close.as_bytes());
                }
                out.extend_from_slice(b"</Polygon>");
            }
            out.extend_from_slice(b"</MultiGeometry>");
        }
    }
}

/// Text as XML takes it; control characters, which XML has no way to write, are left out.
pub(super) fn escaped(out: &mut Vec<u8>, text: &str) {
    let mut utf8 = [0; 4];
    for c in text.chars() {
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => {}
            c => out.extend_from_slice(c.encode_utf8(&mut utf8).as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Detail, Format, samples, sink};

    #[test]
    fn what_strangers_wrote_stays_text() {
        let mut out = Vec::new();
        escaped(&mut out, "<b>\u{7}&\"");
        assert_eq!(out, b"&lt;b&gt;&amp;&quot;");
    }

    #[test]
    fn the_document_is_well_formed() {
        let mut out = Vec::new();
        let about = About::default();
        let mut file = sink(Format::Kml, Detail::Flat, &about, &mut out).expect("memory");
        for incident in samples::all() {
            file.add(&incident.shown(), None).expect("memory");
        }
        file.finish().expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut placemarks = 0;
        loop {
            match reader.read_event().expect("well-formed") {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(e) if e.name().as_ref() == b"Placemark" => {
                    placemarks += 1;
                }
                _ => {}
            }
        }
        assert_eq!(placemarks, 3);
        assert!(text.contains("<coordinates>38.618,33.506</coordinates>"));
        assert!(text.contains("<begin>2022-06-15</begin>"));
    }
}
