//! The cells of a packed row: their lengths, then their bytes; and the cells that many incidents have
//! alike, held once for all of them.
//!
//! "the only place of that name", a province, "civilians": a third of a row's bytes stand in a
//! thousand others as well. In memory such a cell is two bytes, the number of its words in a table
//! that only grows, within bounds. What the store keeps is whole: [`Packer`] writes both forms.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::formats::COLUMNS;

/// Columns whose cells are alike in many incidents.
const ALIKE: &[&str] = &[
    "type",
    "type_label",
    "kind",
    "standing",
    "status",
    "date_precision",
    "date_because",
    "place_precision",
    "place_basis",
    "place_because",
    "country",
    "iso3",
    "country_by",
    "admin1",
    "admin1_code",
    "admin2",
    "actors",
    "actors_by",
    "targets",
    "target_kind",
    "review",
    "publishers",
];

/// Longer cells are each held by themselves.
const BYTES_MAX: usize = 256;

/// Shorter ones too: two bytes stand for them, and a byte or two are lost in their lengths.
const BYTES_MIN: usize = 4;

/// So many different cells of one column are held; further ones each by themselves. They are never
/// let go: the table is at most some ten megabytes.
const OF_A_COLUMN_MAX: u16 = 2_000;

/// All of them fit into two bytes.
const HELD_MAX: usize = ALIKE.len() * OF_A_COLUMN_MAX as usize;
const _: () = assert!(HELD_MAX <= u16::MAX as usize);

/// The mark in a length that the cell is held once for all: the length is that of its number.
const HELD: usize = 1;

/// The cells by their numbers.
static TABLE: [OnceLock<Box<[u8]>>; HELD_MAX] = [const { OnceLock::new() }; HELD_MAX];

/// The numbers of the cells, and how many there are of each column.
#[derive(Default)]
struct Numbers {
    of: HashMap<&'static [u8], u16>,
    columns: [u16; ALIKE.len()],
}

static NUMBERS: LazyLock<Mutex<Numbers>> = LazyLock::new(Mutex::default);

/// For each column its place in [`ALIKE`].
static PLACES: LazyLock<Vec<Option<usize>>> = LazyLock::new(|| {
    let place = |name: &str| ALIKE.iter().position(|it| *it == name);
    COLUMNS.iter().map(|c| place(c.name)).collect()
});

impl Numbers {
    /// The number of a cell; `None` for one that is held by itself.
    fn number(&mut self, column: usize, cell: &[u8]) -> Option<u16> {
        let place = (*PLACES.get(column)?)?;
        if !(BYTES_MIN..=BYTES_MAX).contains(&cell.len()) {
            return None;
        }
        if let Some(number) = self.of.get(cell) {
            return Some(*number);
        }
        let held = u16::try_from(self.of.len()).ok()?;
        let of_column = &mut self.columns[place];
        if *of_column == OF_A_COLUMN_MAX {
            return None;
        }
        *of_column += 1;
        let cell = TABLE.get(usize::from(held))?.get_or_init(|| cell.into());
        self.of.insert(cell, held);
        Some(held)
    }
}

/// Writes lengths and cells behind one another.
pub(super) struct Packer {
    /// Seven bits a byte, low first.
    lengths: Vec<u8>,
    cells: Vec<u8>,
    column: usize,
    numbers: Option<MutexGuard<'static, Numbers>>,
}

impl Packer {
    /// For the memory: cells that many have alike are told by their number.
    pub(super) fn in_memory() -> Self {
        Self {
            numbers: Some(NUMBERS.lock().unwrap_or_else(PoisonError::into_inner)),
            ..Self::whole()
        }
    }

    /// For the store: every cell is there.
    pub(super) fn whole() -> Self {
        Self {
            lengths: Vec::with_capacity(COLUMNS.len() + 32),
            cells: Vec::with_capacity(1024),
            column: 0,
            numbers: None,
        }
    }

    /// The next column's cell as JSON, empty for null.
    pub(super) fn push(&mut self, cell: &[u8]) {
        let numbers = self.numbers.as_mut();
        let number = numbers.and_then(|numbers| numbers.number(self.column, cell));
        let mut length = match number {
            Some(number) => {
                self.cells.extend_from_slice(&number.to_le_bytes());
                size_of::<u16>() << 1 | HELD
            }
            None => {
                self.cells.extend_from_slice(cell);
                cell.len() << 1
            }
        };
        while length >= 0x80 {
            self.lengths.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        self.lengths.push(length as u8);
        self.column += 1;
    }

    /// Lengths and cells.
    pub(super) fn packed(self) -> (Vec<u8>, Vec<u8>) {
        (self.lengths, self.cells)
    }
}

/// The cells in order; an empty one is null. Where the bytes end too early, so do the cells.
pub(super) struct Cells<'a> {
    pub(super) lengths: &'a [u8],
    pub(super) cells: &'a [u8],
}

impl<'a> Iterator for Cells<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (mut length, mut shift) = (0_usize, 0_u32);
        loop {
            let (byte, rest) = self.lengths.split_first()?;
            self.lengths = rest;
            length |= usize::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if *byte < 0x80 {
                break;
            }
        }
        let (cell, rest) = self.cells.split_at_checked(length >> 1)?;
        self.cells = rest;
        if length & HELD == 0 {
            return Some(cell);
        }
        let number = u16::from_le_bytes(cell.try_into().ok()?);
        Some(TABLE.get(usize::from(number))?.get()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(mut packer: Packer, cells: &[Vec<u8>]) -> (usize, Vec<Vec<u8>>) {
        for cell in cells {
            packer.push(cell);
        }
        let (lengths, bytes) = packer.packed();
        let read = Cells {
            lengths: &lengths,
            cells: &bytes,
        };
        (
            lengths.len() + bytes.len(),
            read.map(<[u8]>::to_vec).collect(),
        )
    }

    #[test]
    fn cells_come_back_in_both_forms() {
        for length in [0, 1, 3, 4, 60, 63, 64, 130, 256, 257, 20_000] {
            let cells: Vec<Vec<u8>> = (0..COLUMNS.len())
                .map(|n| vec![b'a' + (n % 26) as u8; length])
                .collect();
            let (whole, same) = round(Packer::whole(), &cells);
            assert_eq!(same, cells, "{length}");
            let (held, same) = round(Packer::in_memory(), &cells);
            assert_eq!(same, cells, "{length}");
            let is_shorter = (BYTES_MIN..=BYTES_MAX).contains(&length);
            assert_eq!(held < whole, is_shorter, "{length}: {held} of {whole}");
        }
    }

    #[test]
    fn a_column_of_ever_new_cells_fills_its_own_share_only() {
        let column = COLUMNS.iter().position(|c| c.name == "targets");
        let other = COLUMNS.iter().position(|c| c.name == "admin1");
        let (column, other) = (column.expect("there"), other.expect("there"));
        for n in 0..usize::from(OF_A_COLUMN_MAX) + 10 {
            let name = format!("\"a target that nobody else has, {n}\"");
            let mut row = vec![Vec::new(); COLUMNS.len()];
            row[column] = name.into_bytes();
            let (_, same) = round(Packer::in_memory(), &row);
            assert_eq!(same, row);
        }
        let held = |column: usize, cell: &[u8]| {
            let mut numbers = NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
            numbers.number(column, cell)
        };
        assert_eq!(held(column, b"\"one more target\""), None);
        assert!(held(other, b"\"a province nobody has\"").is_some());
        assert_eq!(held(COLUMNS.len(), b"\"no such column\""), None);
    }

    #[test]
    fn torn_bytes_end_early() {
        let mut packer = Packer::in_memory();
        for _ in COLUMNS {
            packer.push(b"\"a cell\"");
        }
        let (lengths, cells) = packer.packed();
        for at in 0..lengths.len() {
            let read = Cells {
                lengths: &lengths[..at],
                cells: &cells,
            };
            assert!(read.count() < COLUMNS.len());
        }
        let read = Cells {
            lengths: &[0xff; 20],
            cells: &cells,
        };
        assert_eq!(read.count(), 0);
        let read = Cells {
            lengths: &[5],
            cells: &[0xff, 0xff],
        };
        assert_eq!(read.count(), 0, "a number that nothing has");
    }
}
