//! One incident packed whole: what an index asks, every cell as JSON, the outline of its area.
//!
//! So the store keeps it ([`Packed::kept`]), and of this a server makes the form it holds in memory
//! ([`Row`]), in which what many incidents have alike is held once.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

use super::cells::{Cells, Packer};
use super::possible;
use super::row::{Areas, Row, layer_number, status_number};
use crate::formats::{COLUMNS, Geometry, Value};
use crate::incident::{Incident, IncidentType, Shown};

/// Before the lengths: marks, layer, type, status (a byte each), first and last day since 1970 (the
/// least and the greatest number when not known), longitude and latitude of a point (64 bits each),
/// where the cells begin (16 bits), the country's two letters. Numbers are little-endian.
pub(super) const HEAD_BYTES: usize = 32;

/// Places in the head.
pub(super) const LAYER: usize = 1;
pub(super) const TYPE: usize = 2;
pub(super) const STATUS: usize = 3;
pub(super) const START: usize = 4;
pub(super) const END: usize = 8;
pub(super) const LON: usize = 12;
pub(super) const LAT: usize = 20;
pub(super) const CELLS: usize = 28;
pub(super) const COUNTRY: usize = 30;

/// The mark of a row that is kept in the house.
pub(super) const KEPT_IN: u8 = 1;

/// Counts as 32 bits, coordinates as they are, all little-endian.
pub(super) fn packed_shape(shape: &MultiPolygon<f64>) -> Vec<u8> {
    let mut out = Vec::new();
    let count = |out: &mut Vec<u8>, n: usize| {
        out.extend_from_slice(&u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
    };
    count(&mut out, shape.0.len());
    for polygon in shape {
        count(&mut out, 1 + polygon.interiors().len());
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            count(&mut out, ring.0.len());
            for c in ring.coords() {
                out.extend_from_slice(&c.x.to_le_bytes());
                out.extend_from_slice(&c.y.to_le_bytes());
            }
        }
    }
    out
}

/// The first bytes of a slice, which moves on behind them.
fn taken<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(*first)
}

pub(super) fn unpacked_shape(mut packed: &[u8]) -> Option<MultiPolygon<f64>> {
    let from = &mut packed;
    // A count that is no count of what follows ends in `None`, not in a large reservation.
    let count = |from: &mut &[u8]| taken(from).map(u32::from_le_bytes);
    let mut polygons = Vec::new();
    for _ in 0..count(from)? {
        let mut rings = Vec::new();
        for _ in 0..count(from)? {
            let mut ring = Vec::new();
            for _ in 0..count(from)? {
                let x = f64::from_le_bytes(taken(from)?);
                let y = f64::from_le_bytes(taken(from)?);
                ring.push(Coord { x, y });
            }
            rings.push(LineString(ring));
        }
        let mut rings = rings.into_iter();
        polygons.push(Polygon::new(rings.next()?, rings.collect()));
    }
    from.is_empty().then_some(MultiPolygon(polygons))
}

/// Head, lengths and cells, with the place where the cells begin in the head.
pub(super) fn joined(head: &[u8], packer: Packer) -> Vec<u8> {
    let (lengths, cells) = packer.packed();
    let cells_at = u16::try_from(head.len() + lengths.len());
    let cells_at = cells_at.expect("some dozen columns of a few bytes each");
    let mut bytes = [head, &lengths, &cells].concat();
    bytes[CELLS..CELLS + 2].copy_from_slice(&cells_at.to_le_bytes());
    bytes
}

/// The cells of a row in either form; `None` when its head is none.
pub(super) fn cells_of(bytes: &[u8]) -> Option<Cells<'_>> {
    let at = bytes.get(CELLS..CELLS + 2)?;
    let at = usize::from(u16::from_le_bytes(at.try_into().ok()?));
    Some(Cells {
        lengths: bytes.get(HEAD_BYTES..at)?,
        cells: bytes.get(at..)?,
    })
}

/// One incident, every cell of it whole.
pub(crate) struct Packed {
    /// Head, lengths and cells.
    bytes: Vec<u8>,
    /// The outline of its area; empty without one.
    outline: Vec<u8>,
}

impl Packed {
    /// An incident as it is given out; one of which nothing may be given out as it is, for those who
    /// decide.
    pub(super) fn given_out(incident: &Incident) -> Self {
        let inside = incident.shown();
        if incident.goes_out_as_it_is() {
            return Self::of(&inside);
        }
        let outside = incident.given_out().map(|out| out.shown());
        Self::of_shown(outside.as_ref(), &inside)
    }

    /// The same of what is shown outside and, where nothing may leave the house, inside. Without the
    /// sources that are kept in, what is left may be no incident any more but a denial: then that
    /// is kept in too.
    pub(crate) fn of_shown(outside: Option<&Shown>, inside: &Shown) -> Self {
        match outside {
            Some(outside) if outside.standing.is_feature() => Self::of(outside),
            _ => {
                let mut packed = Self::of(inside);
                packed.bytes[0] |= KEPT_IN;
                packed
            }
        }
    }

    /// Packs what is shown of an incident.
    pub(super) fn of(shown: &Shown) -> Self {
        let mut head = [0; HEAD_BYTES];
        let geometry = Geometry::of(shown);
        let kind = IncidentType::ALL.iter().position(|t| *t == shown.kind);
        head[LAYER] = layer_number(geometry.layer());
        head[TYPE] = kind.and_then(|n| u8::try_from(n).ok()).unwrap_or(u8::MAX);
        head[STATUS] = status_number(shown.status);
        let mut set = |at: usize, value: &[u8]| head[at..at + value.len()].copy_from_slice(value);
        let (first, last) = possible(shown.when.start, shown.when.end);
        set(START, &first.to_le_bytes());
        set(END, &last.to_le_bytes());
        if let Some(country) = shown.place.as_ref().and_then(|p| p.country) {
            set(
                COUNTRY,
                country.to_string().as_bytes().get(..2).unwrap_or(b"  "),
            );
        }
        let outline = match geometry {
            Geometry::None => None,
            Geometry::Point(at) => {
                set(LON, &at.lon().to_le_bytes());
                set(LAT, &at.lat().to_le_bytes());
                None
            }
            Geometry::Area(shape) => Some(shape),
        };
        let mut cell = Vec::with_capacity(256);
        let mut packer = Packer::whole();
        for column in COLUMNS {
            cell.clear();
            let written = match (column.value)(shown) {
                Value::Null => Ok(()),
                Value::Text(text) => serde_json::to_writer(&mut cell, &text),
                Value::Integer(n) => serde_json::to_writer(&mut cell, &n),
                Value::Real(n) => serde_json::to_writer(&mut cell, &n),
            };
            written.expect("cells are JSON, and memory takes them");
            packer.push(&cell);
        }
        Self {
            bytes: joined(&head, packer),
            outline: outline.map(packed_shape).unwrap_or_default(),
        }
    }

    /// Of a head, cells and an outline.
    pub(super) fn laid<'a>(
        head: &[u8],
        cells: impl Iterator<Item = &'a [u8]>,
        outline: Option<&MultiPolygon<f64>>,
    ) -> Self {
        let mut packer = Packer::whole();
        cells.for_each(|cell| packer.push(cell));
        Self {
            bytes: joined(head, packer),
            outline: outline.map(packed_shape).unwrap_or_default(),
        }
    }

    /// As a server holds it.
    pub(super) fn held(&self, areas: &Areas) -> Row {
        Row::unpacked(&self.bytes, &self.outline, areas).expect("it was packed just now")
    }

    /// As the store keeps it: a checksum, the length of the row, the row, the outline.
    pub(crate) fn kept(&self) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len()).expect("a row of less than four gigabytes");
        let mut out = [&[0; 4], &length.to_le_bytes(), &*self.bytes, &*self.outline].concat();
        let sum = crc32fast::hash(&out[4..]);
        out[..4].copy_from_slice(&sum.to_le_bytes());
        out
    }
}

/// Row and outline of what the store kept; `None` when it is damaged.
pub(super) fn parts(mut kept: &[u8]) -> Option<(&[u8], &[u8])> {
    let from = &mut kept;
    let sum = u32::from_le_bytes(taken(from)?);
    if crc32fast::hash(from) != sum {
        return None;
    }
    let length = u32::from_le_bytes(taken(from)?) as usize;
    from.split_at_checked(length)
}
