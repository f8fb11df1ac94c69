//! Which rows hold which words: what `q` is answered from, so that no row has to be read for it.
//!
//! Built aside, when the server is up or the first `q` is asked; until then rows are asked one by
//! one. The words are those of [`Words::each`], so that index and rows never disagree.

use std::collections::HashMap;
use std::sync::Arc;

use super::row::Row;
use crate::query::Words;

/// A set of rows by their rank.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Ranks(Vec<u64>);

impl Ranks {
    /// None of so many rows.
    pub(super) fn none(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    pub(super) fn add(&mut self, rank: u32) {
        self.0[rank as usize / 64] |= 1 << (rank % 64);
    }

    pub(super) fn has(&self, rank: u32) -> bool {
        self.0[rank as usize / 64] & 1 << (rank % 64) != 0
    }

    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// In their order.
    pub(super) fn each(&self) -> impl Iterator<Item = u32> {
        self.0.iter().enumerate().flat_map(|(n, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    n as u32 * 64 + bit
                })
            })
        })
    }
}

/// The ranks of one word: the distances from one to the next, seven bits a byte, low first.
#[derive(Default)]
struct List {
    /// One more than the last rank.
    next: u32,
    bytes: Vec<u8>,
}

impl List {
    fn push(&mut self, rank: u32) {
        if self.next > rank {
            // Twice in one row.
            return;
        }
        let mut step = rank - self.next;
        self.next = rank + 1;
        while step >= 0x80 {
            self.bytes.push((step & 0x7f) as u8 | 0x80);
            step >>= 7;
        }
        self.bytes.push(step as u8);
    }
}

/// The index.
#[derive(Debug)]
pub(super) struct Postings {
    rows: usize,
    /// Every word there is, sorted, one behind the other; where each ends.
    words: String,
    word_ends: Vec<u32>,
    /// Their lists in the same order; where each ends.
    lists: Vec<u8>,
    list_ends: Vec<u64>,
}

impl Postings {
    /// Reads all rows.
    pub(super) fn of(rows: &[Arc<Row>]) -> Self {
        let mut known: HashMap<Box<str>, List> = HashMap::new();
        for (rank, row) in rows.iter().enumerate() {
            Words::each(&**row, |word| match known.get_mut(word) {
                Some(list) => list.push(rank as u32),
                None => known.entry(word.into()).or_default().push(rank as u32),
            });
        }
        let mut all: Vec<(Box<str>, List)> = known.into_iter().collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut it = Self {
            rows: rows.len(),
            words: String::new(),
            word_ends: Vec::with_capacity(all.len()),
            lists: Vec::new(),
            list_ends: Vec::with_capacity(all.len()),
        };
        for (word, list) in all {
            it.words.push_str(&word);
            it.word_ends.push(it.words.len() as u32);
            it.lists.extend_from_slice(&list.bytes);
            it.list_ends.push(it.lists.len() as u64);
        }
        it.words.shrink_to_fit();
        it.lists.shrink_to_fit();
        it
    }

    fn word(&self, n: usize) -> &str {
        let start = n.checked_sub(1).map_or(0, |n| self.word_ends[n]);
        &self.words[start as usize..self.word_ends[n] as usize]
    }

    /// Adds the ranks of every word that begins so.
    fn add_beginning(&self, with: &str, to: &mut Ranks) {
        let (mut first, mut end) = (0, self.word_ends.len());
        while first < end {
            let middle = first.midpoint(end);
            if self.word(middle) < with {
                first = middle + 1;
            } else {
                end = middle;
            }
        }
        for n in first..self.word_ends.len() {
            if !self.word(n).starts_with(with) {
                break;
            }
            let start = n.checked_sub(1).map_or(0, |n| self.list_ends[n]);
            let (mut next, mut step, mut shift) = (0, 0, 0);
            for byte in &self.lists[start as usize..self.list_ends[n] as usize] {
                step |= u32::from(byte & 0x7f) << shift;
                shift += 7;
                if *byte < 0x80 {
                    to.add(next + step);
                    next += step + 1;
                    (step, shift) = (0, 0);
                }
            }
        }
    }

    /// The rows in which the words occur.
    pub(super) fn find(&self, words: &Words) -> Ranks {
        let mut found = Ranks::none(self.rows);
        for list in words.lists() {
            let mut all: Option<Ranks> = None;
            for word in list {
                let mut one = Ranks::none(self.rows);
                self.add_beginning(word, &mut one);
                if let Some(all) = &all {
                    one.0.iter_mut().zip(&all.0).for_each(|(a, b)| *a &= b);
                }
                all = Some(one);
            }
            if let Some(all) = all {
                found.0.iter_mut().zip(&all.0).for_each(|(a, b)| *a |= b);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_given_in_order_and_counted() {
        let mut ranks = Ranks::none(200);
        for rank in [0, 63, 64, 127, 199] {
            ranks.add(rank);
        }
        assert_eq!(ranks.each().collect::<Vec<_>>(), [0, 63, 64, 127, 199]);
        assert_eq!(ranks.count(), 5);
        assert!(ranks.has(64) && !ranks.has(65));
    }
}
