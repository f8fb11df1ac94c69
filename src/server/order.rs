//! The order of the rows by one column, so that a page in any order costs no sorting of all rows, and
//! its place is walked to from either side.

use std::cmp::Ordering;
use std::sync::Arc;

use super::row::Row;
use crate::formats::Value;
use crate::query::Subject as _;

/// The place of what is not known.
const UNKNOWN: u32 = u32::MAX;

/// The order by one column, or by the day.
#[derive(Debug)]
pub(super) struct Order {
    /// By rank: the place of its value among the different values, from 0.
    places: Vec<u32>,
    /// Every rank, in the order of the places and then of the ranks; what is not known stands last.
    ranks: Vec<u32>,
    /// How many are known.
    known: usize,
}

/// Where walking an order begins: at a number ([`Order::number`], not turned) and a rank.
pub(super) type Start = (u32, u32);

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
        let ranks = keys.iter().map(|key| key.rank);
        Self::laid(rows.len(), ranks, |a, b| order(&keys[a], &keys[b]).is_ne())
    }

    /// Sorts days, one for each rank.
    pub(super) fn of_days(days: &[Option<i32>]) -> Self {
        let known = days.iter().enumerate();
        let mut keys: Vec<(i32, u32)> = known
            .filter_map(|(rank, day)| Some(((*day)?, rank as u32)))
            .collect();
        keys.sort_unstable();
        let ranks = keys.iter().map(|(_, rank)| *rank);
        Self::laid(days.len(), ranks, |a, b| keys[a].0 != keys[b].0)
    }

    /// Of so many rows; the ranks of the known ones in the order of their values, and whether two
    /// neighbours differ.
    fn laid(
        rows: usize,
        sorted: impl Iterator<Item = u32>,
        differ: impl Fn(usize, usize) -> bool,
    ) -> Self {
        let mut places = vec![UNKNOWN; rows];
        let mut ranks: Vec<u32> = Vec::with_capacity(rows);
        let (mut place, mut first) = (0, 0);
        for (n, rank) in sorted.enumerate() {
            if n > 0 && differ(n - 1, n) {
                // Sorted once they are known to be alike: many values are those of many rows.
                ranks[first..].sort_unstable();
                (place, first) = (place + 1, n);
            }
            places[rank as usize] = place;
            ranks.push(rank);
        }
        ranks[first..].sort_unstable();
        let known = ranks.len();
        ranks.extend((0..rows as u32).filter(|rank| places[*rank as usize] == UNKNOWN));
        Self {
            places,
            ranks,
            known,
        }
    }

    /// The place of a rank's value.
    pub(super) fn place(&self, rank: u32) -> u32 {
        self.places[rank as usize]
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
        let known = &self.ranks[..self.known];
        let at = |rank: u32| order(&rows[rank as usize]);
        let below = known.partition_point(|rank| at(*rank).is_lt());
        let number = match known.get(below) {
            Some(rank) => 2 * self.place(*rank) + u32::from(at(*rank).is_eq()),
            None => known.last().map_or(0, |rank| 2 * self.place(*rank) + 2),
        };
        turned(number, down)
    }

    /// The number of what is not known.
    pub(super) const UNKNOWN: u32 = UNKNOWN;

    /// Gives the ranks from a place on, in order (from the greatest value when `down`), until `take`
    /// has enough and says false.
    pub(super) fn walk(&self, down: bool, from: Option<Start>, mut take: impl FnMut(u32) -> bool) {
        let (known, unknown) = self.ranks.split_at(self.known);
        let (number, first) = from.unwrap_or((if down { UNKNOWN - 1 } else { 0 }, 0));
        let mut all = |ranks: &[u32]| ranks.iter().all(|rank| take(*rank));
        let behind = |ranks: &[u32]| ranks.partition_point(|rank| *rank < first);
        if number == UNKNOWN {
            all(&unknown[behind(unknown)..]);
            return;
        }
        let (below, upto) = self.group(number);
        let group = &known[below..upto];
        if !all(&group[behind(group)..]) {
            return;
        }
        if !down {
            let _ = all(&known[upto..]) && all(unknown);
            return;
        }
        let mut end = below;
        while end > 0 {
            let place = self.place(known[end - 1]);
            let start = known[..end].partition_point(|rank| self.place(*rank) < place);
            if !all(&known[start..end]) {
                return;
            }
            end = start;
        }
        all(unknown);
    }

    /// The same the other way: what stands before a place, the nearest first.
    pub(super) fn walk_back(&self, down: bool, from: Start, mut take: impl FnMut(u32) -> bool) {
        let (known, unknown) = self.ranks.split_at(self.known);
        let (number, first) = from;
        let mut all = |ranks: &[u32]| ranks.iter().rev().all(|rank| take(*rank));
        let before = |ranks: &[u32]| ranks.partition_point(|rank| *rank < first);
        let mut start = 0;
        if number == UNKNOWN {
            if !all(&unknown[..before(unknown)]) {
                return;
            }
            if !down {
                all(known);
                return;
            }
        } else {
            let (below, upto) = self.group(number);
            let group = &known[below..upto];
            if !all(&group[..before(group)]) {
                return;
            }
            if !down {
                all(&known[..below]);
                return;
            }
            start = upto;
        }
        while start < known.len() {
            let place = self.place(known[start]);
            let more = known[start..].partition_point(|rank| self.place(*rank) <= place);
            if !all(&known[start..start + more]) {
                return;
            }
            start += more;
        }
    }

    /// Where the known ranks of a number lie; where they would, when there are none.
    fn group(&self, number: u32) -> (usize, usize) {
        let known = &self.ranks[..self.known];
        let own = |rank: &u32| 2 * self.place(*rank) + 1;
        let below = known.partition_point(|rank| own(rank) < number);
        let upto = below + known[below..].partition_point(|rank| own(rank) <= number);
        (below, upto)
    }
}

/// The number as it is when nothing is turned, and back.
pub(super) fn turned(number: u32, down: bool) -> u32 {
    match number {
        UNKNOWN => UNKNOWN,
        known if down => UNKNOWN - 1 - known,
        known => known,
    }
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
