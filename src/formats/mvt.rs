//! Mapbox Vector Tiles (version 2.1): points with a few properties, written by hand.
//!
//! A tile is a protocol buffer of layers; the few fields we need are written here as their
//! specification numbers them.

use std::collections::HashMap;

/// Units along a tile's edge.
pub const EXTENT: u32 = 4096;

/// A property of a feature.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Cell {
    /// Text.
    Text(String),
    /// A number.
    Number(u64),
}

/// One layer of points.
#[derive(Debug)]
pub struct Points {
    name: &'static str,
    features: Vec<u8>,
    keys: Vec<&'static str>,
    values: Vec<Cell>,
    known: HashMap<Cell, u64>,
}

impl Points {
    /// An empty layer.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            features: Vec::new(),
            keys: Vec::new(),
            values: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// Adds a point; `x` and `y` are in units of the tile, `y` southwards.
    pub fn add(&mut self, x: i32, y: i32, cells: impl IntoIterator<Item = (&'static str, Cell)>) {
        let mut tags = Vec::new();
        for (key, cell) in cells {
            let at = self.keys.iter().position(|k| *k == key);
            let key = at.unwrap_or_else(|| {
                self.keys.push(key);
                self.keys.len() - 1
            });
            varint(&mut tags, key as u64);
            let values = &mut self.values;
            let value = *self.known.entry(cell).or_insert_with_key(|cell| {
                values.push(cell.clone());
                values.len() as u64 - 1
            });
            varint(&mut tags, value);
        }
        let mut geometry = Vec::new();
        // MoveTo, once.
        varint(&mut geometry, 9);
        varint(&mut geometry, zigzag(x));
        varint(&mut geometry, zigzag(y));
        let mut feature = Vec::new();
        block(&mut feature, 2, &tags);
        // Type 1: point.
        number(&mut feature, 3, 1);
        block(&mut feature, 4, &geometry);
        block(&mut self.features, 2, &feature);
    }

    /// The tile of this one layer.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let mut layer = Vec::new();
        block(&mut layer, 1, self.name.as_bytes());
        layer.extend_from_slice(&self.features);
        for key in &self.keys {
            block(&mut layer, 3, key.as_bytes());
        }
        for value in &self.values {
            let mut it = Vec::new();
            match value {
                Cell::Text(text) => block(&mut it, 1, text.as_bytes()),
                Cell::Number(n) => number(&mut it, 5, *n),
            }
            block(&mut layer, 4, &it);
        }
        number(&mut layer, 5, EXTENT.into());
        number(&mut layer, 15, 2);
        let mut tile = Vec::new();
        block(&mut tile, 3, &layer);
        tile
    }
}

fn varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn number(out: &mut Vec<u8>, field: u64, n: u64) {
    varint(out, field << 3);
    varint(out, n);
}

fn block(out: &mut Vec<u8>, field: u64, bytes: &[u8]) {
    varint(out, field << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn zigzag(n: i32) -> u64 {
    u64::from(((n << 1) ^ (n >> 31)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_specification_says() {
        assert_eq!([zigzag(0), zigzag(-1), zigzag(1), zigzag(-2)], [0, 1, 2, 3]);
        let mut out = Vec::new();
        varint(&mut out, 300);
        assert_eq!(out, [0xac, 0x02]);
    }

    #[test]
    fn a_tile_of_one_point_is_these_bytes() {
        let mut points = Points::new("p");
        points.add(1, 2, [("k", Cell::Text("v".to_owned()))]);
        let expected = [
            &[0x1a, 29][..],
            &[0x0a, 1, b'p'],
            &[0x12, 11, 0x12, 2, 0, 0, 0x18, 1, 0x22, 3, 9, 2, 4],
            &[0x1a, 1, b'k'],
            &[0x22, 3, 0x0a, 1, b'v'],
            &[0x28, 0x80, 0x20],
            &[0x78, 2],
        ]
        .concat();
        assert_eq!(points.finish(), expected);
    }
}
