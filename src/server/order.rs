//! The order of the rows by one column, so that a page in any order costs no sorting of all rows.

use std::cmp::Ordering;
use std::sync::Arc;

use super::row::Row;
use crate::formats::Value;
use crate::query::Subject as _;

/// The place of what is not known.
const UNKNOWN: u32 = u32::MAX;

/// The order by one column.
#[derive(Debug)]
pub(super) struct Order {
    /// By rank: the place of its value among the different values, from 0.
    places: Vec<u32>,
    /// By place: the rank of one row that has the value.
    samples: Vec<u32>,
}

/// A value to be sorted: its first fifteen bytes and its length, or a number; longer texts are
/// compared whole.
struct Key {
    first: u128,
    /// Where the text lies, when it is longer.
    text: (usize, usize),
    rank: u32,
}

/// Bytes of a text that stand in a key.
const FIRST_BYTES: usize = 15;

impl Order {
    /// Sorts the rows by a column.
    pub(super) fn of(rows: &[Arc<Row>], column: usize) -> Self {
        let mut texts = String::new();
        let mut keys: Vec<Key> = Vec::with_capacity(rows.len());
        let mut places = vec![UNKNOWN; rows.len()];
        for (rank, row) in rows.iter().enumerate() {
            let mut at = (0, 0);
            let first = match row.cell(column) {
                Value::Null => continue,
                #[expect(clippy::cast_precision_loss, reason = "counts of people and reports")]
                Value::Integer(n) => in_order(n as f64).into(),
                Value::Real(n) => in_order(n).into(),
                Value::Text(text) => {
                    let bytes = text.as_bytes();
                    let mut first = [0; 16];
                    let length = bytes.len().min(FIRST_BYTES);
                    first[..length].copy_from_slice(&bytes[..length]);
                    first[FIRST_BYTES] = bytes.len().min(FIRST_BYTES + 1) as u8;
                    if bytes.len() > FIRST_BYTES {
                        at = (texts.len(), texts.len() + bytes.len());
                        texts.push_str(&text);
                    }
                    u128::from_be_bytes(first)
                }
            };
            let rank = rank as u32;
            keys.push(Key {
                first,
                text: at,
                rank,
            });
        }
        let order = |a: &Key, b: &Key| {
            a.first
                .cmp(&b.first)
                .then_with(|| texts[a.text.0..a.text.1].cmp(&texts[b.text.0..b.text.1]))
        };
        keys.sort_unstable_by(order);
        let mut samples = Vec::new();
        let mut last: Option<&Key> = None;
        for key in &keys {
            if last.is_none_or(|last| order(last, key).is_ne()) {
                samples.push(key.rank);
            }
            places[key.rank as usize] = samples.len() as u32 - 1;
            last = Some(key);
        }
        samples.shrink_to_fit();
        Self { places, samples }
    }

    /// A number for the row of a rank: the order of the numbers is the order of the rows, from the
    /// greatest when `down`; what is not known stands last.
    pub(super) fn number(&self, rank: u32, down: bool) -> u32 {
        match self.places[rank as usize] {
            UNKNOWN => UNKNOWN,
            place => turned(2 * place + 1, down),
        }
    }

    /// The number of a value that no row need have; `order` says how a row's value stands to it.
    pub(super) fn number_of(
        &self,
        rows: &[Arc<Row>],
        order: impl Fn(&Row) -> Ordering,
        down: bool,
    ) -> u32 {
        let at = |rank: u32| order(&rows[rank as usize]);
        let below = self.samples.partition_point(|rank| at(*rank).is_lt());
        let same = self
            .samples
            .get(below)
            .is_some_and(|rank| at(*rank).is_eq());
        turned(2 * below as u32 + u32::from(same), down)
    }

    /// The number of what is not known.
    pub(super) const UNKNOWN: u32 = UNKNOWN;
}

fn turned(number: u32, down: bool) -> u32 {
    if down { UNKNOWN - 1 - number } else { number }
}

/// The bits of a number such that they are ordered as numbers are.
fn in_order(n: f64) -> u64 {
    let bits = n.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}
