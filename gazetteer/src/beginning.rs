//! A few letters in, the most important places out whose name begins so: for what is shown while
//! somebody types.
//!
//! Thousands of names begin with the same one to three letters. What those lead to is found when the file
//! is built and stands in it; longer beginnings have few names, which are walked through.

use std::collections::BinaryHeap;

use crate::fold::Key;
use crate::layout::{Layout, PEAK_FAN, POSTING_DEMONYM, POSTING_PLACE, Section};

/// Places of one form that are looked at: names such as San José have some thousand.
pub(crate) const FORM_PLACES_MAX: usize = 512;
/// Letters of a beginning whose places are stored.
const STORED_LETTERS: usize = 3;
/// Places that are stored for each.
const STORED: usize = 10;
/// Beginnings of so many forms or fewer are quickly walked through.
const WALKED: usize = 64;
/// Bytes of the letters, then of the places: one entry of the section.
const LETTER_BYTES: usize = STORED_LETTERS * 4;
const ENTRY_BYTES: usize = LETTER_BYTES + STORED * 4;
/// No place.
const NONE: u32 = u32::MAX;

/// The most important places among the forms that begin with a text, most important first.
pub(crate) fn beginning(layout: &Layout, begin: &str, limit: usize) -> Vec<(u8, u32)> {
    match stored(layout, begin) {
        Some(places) if limit <= STORED => places
            .map(|place| (layout.place(place).importance(), place))
            .take(limit)
            .collect(),
        _ => walked(layout, begin, limit),
    }
}

/// Those that stand in the file.
fn stored<'l>(layout: &'l Layout, begin: &str) -> Option<impl Iterator<Item = u32> + use<'l>> {
    let wanted = letters(begin)?;
    let entries = layout.section(Section::Tops);
    let (mut low, mut high) = (0, entries.len() / ENTRY_BYTES);
    while low < high {
        let middle = usize::midpoint(low, high);
        let entry = entries.get(middle * ENTRY_BYTES..(middle + 1) * ENTRY_BYTES)?;
        let (known, places) = entry.split_at(LETTER_BYTES);
        match known.cmp(&wanted[..]) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => {
                let numbers = places.chunks_exact(4).map(|n| crate::layout::u32_at(n, 0));
                return Some(numbers.take_while(|place| *place != NONE));
            }
        }
    }
    None
}

/// One to three letters as an entry has them: noughts behind, so that they sort as the forms do.
fn letters(begin: &str) -> Option<[u8; LETTER_BYTES]> {
    let mut out = [0; LETTER_BYTES];
    out.get_mut(..begin.len())?
        .copy_from_slice(begin.as_bytes());
    (1..=STORED_LETTERS)
        .contains(&begin.chars().count())
        .then_some(out)
}

/// The beginnings that are stored of sorted forms, sorted: an entry for each, without its places.
pub(crate) fn entries<'f>(forms: &[&'f str]) -> Vec<u8> {
    let mut begins: Vec<&'f str> = Vec::new();
    for count in 1..=STORED_LETTERS {
        let begin = |form: &'f str| -> Option<&'f str> {
            let mut ends = form.char_indices().map(|(at, _)| at).chain([form.len()]);
            form.get(..ends.nth(count)?)
        };
        let same = |a: &&'f str, b: &&'f str| begin(a) == begin(b);
        let groups = forms.chunk_by(same).filter(|group| group.len() > WALKED);
        begins.extend(groups.filter_map(|group| begin(group.first()?)));
    }
    begins.sort_unstable();
    let mut out = Vec::with_capacity(begins.len() * ENTRY_BYTES);
    for begin in begins.into_iter().filter_map(letters) {
        out.extend_from_slice(&begin);
        out.resize(out.len() + STORED * 4, 0xff);
    }
    out
}

/// Fills in the places of those entries.
pub(crate) fn fill(layout: &Layout, entries: &mut [u8]) {
    for entry in entries.chunks_exact_mut(ENTRY_BYTES) {
        let (begin, room) = entry.split_at_mut(LETTER_BYTES);
        let end = begin.iter().position(|byte| *byte == 0);
        let begin = std::str::from_utf8(&begin[..end.unwrap_or(LETTER_BYTES)]);
        let places = walked(layout, begin.unwrap_or_default(), STORED);
        for (room, (_, place)) in room.chunks_exact_mut(4).zip(places) {
            room.copy_from_slice(&place.to_le_bytes());
        }
    }
}

/// The most important places among the forms that begin with a text, most important first.
///
/// A walk down the tree of importances, best node first, so that as few forms are looked at as
/// the answer has.
fn walked(layout: &Layout, begin: &str, limit: usize) -> Vec<(u8, u32)> {
    let first = layout.first_form(begin.as_bytes());
    let end = layout.end_of_forms(begin.as_bytes(), first);
    let mut out: Vec<(u8, u32)> = Vec::with_capacity(limit);
    if first >= end {
        return out;
    }
    let peaks = layout.peaks();
    // Where each level of the tree begins, and how long it is.
    let mut levels = vec![(0, layout.forms())];
    while let Some(&(at, len)) = levels.last()
        && len > 1
    {
        levels.push((at + len, len.div_ceil(PEAK_FAN)));
    }
    // (importance, a place before a node, level, number)
    let mut heap: BinaryHeap<(u8, bool, usize, u32)> = BinaryHeap::new();
    // The smallest level at which the range has only a few nodes.
    let (mut level, mut low, mut high) = (0, first, end - 1);
    while high - low >= PEAK_FAN && level + 1 < levels.len() {
        level += 1;
        low /= PEAK_FAN;
        high /= PEAK_FAN;
    }
    let peak = |level: usize, node: usize| peaks.get(levels[level].0 + node).copied().unwrap_or(0);
    for node in low..=high {
        heap.push((peak(level, node), false, level, node as u32));
    }
    while let Some((importance, is_place, level, node)) = heap.pop() {
        if is_place {
            if !out.iter().any(|(_, place)| *place == node) {
                out.push((importance, node));
            }
            if out.len() >= limit {
                break;
            }
        } else if level == 0 {
            for place in named_by(layout, node as usize) {
                heap.push((layout.place(place).importance(), true, 0, place));
            }
        } else {
            let below = level - 1;
            let (mut from, mut to) = (first, end - 1);
            for _ in 0..below {
                from /= PEAK_FAN;
                to /= PEAK_FAN;
            }
            let node = node as usize * PEAK_FAN;
            for child in node.max(from)..=(node + PEAK_FAN - 1).min(to) {
                heap.push((peak(below, child), false, below, child as u32));
            }
        }
    }
    out
}

/// The places that a form names, demonyms aside.
pub(crate) fn named_by(layout: &Layout, form: usize) -> impl Iterator<Item = u32> + '_ {
    layout
        .by_key(Key::of_form(layout.form(form)).mixed())
        .filter(|posting| posting & POSTING_DEMONYM == 0)
        .map(|posting| posting & POSTING_PLACE)
        .take(FORM_PLACES_MAX)
}
