//! For a search box and for "what is here?"; names that begin so, and names misspelt.

use std::collections::HashSet;

use crate::beginning::{FORM_PLACES_MAX, beginning, named_by};
use crate::fold::typing::Pattern;
use crate::fold::{self, Key, key_form, skeleton, typing};
use crate::layout::{FORMS_SCANNED_MAX, Layout, POSTING_DEMONYM, POSTING_PLACE, Section};
use crate::{Extent, Kind, LonLat, resolve};

/// What is heard otherwise, and places of it, that a search box compares: it answers while
/// somebody types.
const SKELETONS_MAX: usize = 5;
const SKELETON_PLACES_MAX: usize = 300;
/// The same for the consonants as they stand, which are the likeliest.
const FIRST_SKELETON_PLACES_MAX: usize = 1_000;
/// The least share of a query's letters, in hundredths, that a name without its first or last word
/// has.
const PART_SHARE_MIN: usize = 40;
/// What it adds to likeness, in hundredths, that the consonants of the whole query agree.
const WHOLE_AGREES: u8 = 3;
/// Rings of cells looked at around a point.
const RINGS_MAX: i64 = 12;
/// Names that differ by typing errors, of one word that is looked up.
const TYPED_MAX: usize = 64;

/// Places whose name begins with the query, most important first; then those that are spelt or
/// sound like it.
pub(crate) fn search(layout: &Layout, query: &str, limit: usize) -> Vec<u32> {
    let folded = fold::fold(query);
    if folded.is_empty() || limit == 0 {
        return Vec::new();
    }
    // How it was found, 0 for what is only like the query; how alike, in hundredths.
    let mut found: Vec<(u8, u8, u8, u32)> = Vec::new();
    for posting in layout.by_key(Key::of(&folded).mixed()) {
        let rank = if posting & POSTING_DEMONYM != 0 { 1 } else { 2 };
        let place = posting & POSTING_PLACE;
        found.push((rank, 100, layout.place(place).importance(), place));
    }
    for begin in beginnings(&folded) {
        for (importance, place) in beginning(layout, &begin, limit) {
            found.push((1, 100, importance, place));
        }
    }
    if found.len() < limit {
        let form = key_form(&folded);
        let letters = form.chars().count().max(1);
        // With a word more than is known: "Sidi Youssef" of "Douar Sidi Youssef".
        let parts = [
            folded.split_once(' ').map(|p| p.1),
            folded.rsplit_once(' ').map(|p| p.0),
        ];
        for part in parts.into_iter().flatten() {
            let share = 100 * part.chars().count() / folded.chars().count();
            if share >= PART_SHARE_MIN {
                let known = layout.by_key(Key::of(part).mixed()).take(FORM_PLACES_MAX);
                for posting in known.filter(|posting| posting & POSTING_DEMONYM == 0) {
                    let place = posting & POSTING_PLACE;
                    found.push((0, share as u8, layout.place(place).importance(), place));
                }
            }
        }
        let mut compared = resolve::Compared::with(&folded);
        let mut sounds = |place: u32, least: u8| {
            let record = layout.place(place);
            (compared.alike(&record, least), record.importance())
        };
        for (form, errors) in misspelt(layout, &form, typing::forgiven(&form)) {
            let typed = 100 - (resolve::TYPING_ERROR * usize::from(errors) / letters).min(100);
            for place in named_by(layout, form as usize) {
                let (alike, importance) = sounds(place, typed as u8);
                found.push((0, alike.max(typed as u8), importance, place));
            }
        }
        for name in skeleton::romanised(&folded) {
            let form = key_form(&name);
            let typed = misspelt(layout, &form, typing::forgiven(&form));
            let exact = layout.by_key(Key::of(&name).mixed()).take(FORM_PLACES_MAX);
            let places = exact
                .filter(|posting| posting & POSTING_DEMONYM == 0)
                .map(|posting| posting & POSTING_PLACE)
                .chain(typed.iter().flat_map(|t| named_by(layout, t.0 as usize)));
            for place in places {
                let (alike, importance) = sounds(place, resolve::ALIKE_ANYWHERE);
                if alike >= resolve::ALIKE_ANYWHERE {
                    found.push((0, alike, importance, place));
                }
            }
        }
        for (n, skeleton) in skeleton::asked(&folded)
            .iter()
            .take(SKELETONS_MAX)
            .enumerate()
        {
            let most = match n {
                0 => FIRST_SKELETON_PLACES_MAX,
                _ => SKELETON_PLACES_MAX,
            };
            for place in layout.by_skeleton(skeleton).take(most) {
                let (alike, importance) = sounds(place, resolve::ALIKE_ANYWHERE);
                if alike >= resolve::ALIKE_ANYWHERE {
                    // Likeness leaves out words such as "village"; here they agree too.
                    let whole = if n == 0 { WHOLE_AGREES } else { 0 };
                    found.push((0, alike + whole, importance, place));
                }
            }
        }
    }
    // A full name of a village goes behind a capital that begins so; but it comes before other
    // villages. What is only spelt or sounds alike comes last, however important: the likest of
    // it first, where one hundredth of likeness weighs as much as 32 of importance.
    found.sort_by_key(|(rank, alike, importance, place)| {
        let weight = match rank {
            0 => 32 * u16::from(*alike) + u16::from(*importance),
            _ => u16::from(*importance) + 20 * u16::from(*rank),
        };
        (*rank == 0, std::cmp::Reverse(weight), *place)
    });
    let mut seen = HashSet::new();
    found
        .into_iter()
        .map(|(.., place)| place)
        .filter(|place| seen.insert(*place))
        .take(limit)
        .collect()
}

/// What a query may be the beginning of: its words without articles; and where the last word may
/// be the beginning of an article ("deir e"), also without that.
fn beginnings(folded: &str) -> Vec<String> {
    let mut out = vec![key_form(folded)];
    if let Some((before, last)) = folded.rsplit_once(' ')
        && last.len() <= 2
        && fold::may_begin_article(last)
    {
        out.push(format!("{} ", key_form(before)));
    }
    out
}

/// The forms that differ from a word by at most so many typing errors, nearest first; the word
/// itself aside. Digits have to agree.
pub(crate) fn misspelt(layout: &Layout, form: &str, most: usize) -> Vec<(u32, u8)> {
    let letters: Vec<char> = form.chars().take(typing::LETTERS_MAX).collect();
    let mut found: Vec<(u32, u8)> = Vec::new();
    if most == 0 || letters.len() < typing::ONE_LETTERS_MIN {
        return found;
    }
    let pattern = Pattern::of(&letters);
    let digits = letters.iter().any(char::is_ascii_digit);
    let compare = |number: usize, bytes: &[u8], found: &mut Vec<(u32, u8)>| {
        let distance = pattern.distance(bytes);
        if distance > 0
            && distance <= most
            && (!digits && !bytes.iter().any(u8::is_ascii_digit) || {
                let name = std::str::from_utf8(bytes).unwrap_or_default();
                typing::same_digits(&letters, &name.chars().collect::<Vec<char>>())
            })
        {
            found.push((number as u32, distance as u8));
        }
    };
    if layout.forms() <= FORMS_SCANNED_MAX {
        for number in 0..layout.forms() {
            let bytes = layout.form_bytes(number);
            // A letter has at most four bytes.
            if bytes.len() + 4 * most >= letters.len()
                && bytes.len() <= 4 * (letters.len() + most)
                && letters_in(bytes).abs_diff(letters.len()) <= most
                && letters_in(bytes) >= least_letters(most)
            {
                compare(number, bytes, &mut found);
            }
        }
    } else {
        let (prefix, buckets, entries) = if most == 1 {
            (typing::PREFIX_ONE, Section::OneBuckets, Section::OneEntries)
        } else {
            (typing::PREFIX_TWO, Section::TwoBuckets, Section::TwoEntries)
        };
        let sign = typing::Sign::of(&letters.iter().collect::<String>());
        let mut hashes = Vec::new();
        typing::deletions(&letters, prefix, most, &mut hashes);
        let mut groups: Vec<u32> = Vec::new();
        let filed = |hash: &u32| layout.by_deletion(buckets, entries, *hash);
        groups.extend(hashes.iter().flat_map(filed));
        groups.sort_unstable();
        groups.dedup();
        // Names that stand in large groups are filed by their last letters too ("Khirbat ..."); but
        // where the first letters agree nearly enough it is quicker to compare them all in a row,
        // and where they do not none of them can be meant.
        let near = typing::letter_bits(&letters[..letters.len().min(prefix + most)]);
        for group in layout.large_groups(prefix) {
            if (group.bits & !near).count_ones() as usize <= most
                && pattern.distance_of_beginning(&group.begin) <= most
            {
                for (number, other) in layout.form_signs(group.forms.clone()) {
                    if sign.may_be_near(other, most as u32) {
                        let bytes = layout.form_bytes(number);
                        if letters_in(bytes).abs_diff(letters.len()) <= most {
                            compare(number, bytes, &mut found);
                        }
                    }
                }
            }
        }
        for entry in groups {
            let first = (entry & !typing::ALONE) as usize;
            if entry & typing::ALONE != 0 {
                continue;
            }
            // All forms with the same first letters stand together.
            let head = head(layout.form_bytes(first), prefix);
            for number in first..layout.forms() {
                let bytes = layout.form_bytes(number);
                if number > first && (letters_in(head) < prefix || !bytes.starts_with(head)) {
                    break;
                }
                if !sign.may_be_near(layout.form_sign(number), most as u32) {
                    continue;
                }
                let count = letters_in(bytes);
                if count.abs_diff(letters.len()) <= most && count >= least_letters(most) {
                    compare(number, bytes, &mut found);
                }
            }
        }
    }
    found.sort_unstable_by_key(|(number, distance)| (*distance, *number));
    found.truncate(TYPED_MAX);
    found
}

/// Names of fewer letters are not filed for so many errors.
fn least_letters(most: usize) -> usize {
    if most == 1 {
        typing::ONE_LETTERS_MIN
    } else {
        typing::TWO_LETTERS_MIN
    }
}

/// How many letters UTF-8 bytes hold.
fn letters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// The bytes of the first letters.
fn head(bytes: &[u8], letters: usize) -> &[u8] {
    let mut seen = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if byte & 0xc0 != 0x80 {
            if seen == letters {
                return &bytes[..at];
            }
            seen += 1;
        }
    }
    bytes
}

/// The places in a box, most important first.
pub(crate) fn most_important(layout: &Layout, extent: Extent, limit: usize) -> Vec<u32> {
    let mut found: Vec<(u8, u32)> = within(layout, extent)
        .filter_map(|place| {
            let record = layout.place(place);
            let inside = record.at().is_some_and(|at| extent.contains(at));
            inside.then(|| (record.importance(), place))
        })
        .collect();
    let order = |a: &(u8, u32), b: &(u8, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
    if found.len() > limit {
        found.select_nth_unstable_by(limit, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found.dedup();
    found.into_iter().map(|(_, place)| place).collect()
}

/// The places nearest to a point: ring after ring of cells, until no nearer one can come.
pub(crate) fn near(layout: &Layout, at: LonLat, limit: usize) -> Vec<u32> {
    if limit == 0 {
        return Vec::new();
    }
    let (x, y) = (
        (at.lon() + 180.0).floor().min(359.0) as i64,
        (at.lat() + 90.0).floor().min(179.0) as i64,
    );
    let mut found: Vec<(f64, u32)> = Vec::new();
    for ring in 0..=RINGS_MAX {
        for dy in -ring..=ring {
            for dx in -ring..=ring {
                if dx.abs().max(dy.abs()) != ring || !(0..180).contains(&(y + dy)) {
                    continue;
                }
                let cell = (y + dy) * 360 + (x + dx).rem_euclid(360);
                for place in layout.cell(cell as usize) {
                    let record = layout.place(place);
                    // The middle of a country or a sea is no place to be near to.
                    if matches!(
                        record.kind(),
                        Kind::Country
                            | Kind::Continent
                            | Kind::WorldRegion
                            | Kind::Sea
                            | Kind::Region
                            | Kind::Admin1
                            | Kind::Admin2
                            | Kind::Admin3
                    ) {
                        continue;
                    }
                    if let Some(other) = record.at() {
                        found.push((at.distance_m(other), place));
                    }
                }
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        // What lies beyond this ring is at least so far away.
        let beyond_m = ring as f64 * 111_000.0 * at.lat().to_radians().cos().abs().max(0.05);
        if found.len() >= limit && found[limit - 1].0 <= beyond_m {
            break;
        }
    }
    found
        .into_iter()
        .take(limit)
        .map(|(_, place)| place)
        .collect()
}

/// The places in the cells that a box touches.
pub(crate) fn within(layout: &Layout, extent: crate::Extent) -> impl Iterator<Item = u32> + '_ {
    let row = |lat: f64| ((lat + 90.0).floor() as usize).min(179);
    let column = |lon: f64| ((lon + 180.0).floor() as usize).min(359);
    extent
        .halves()
        .flat_map(move |(west, east)| {
            (row(extent.south())..=row(extent.north())).flat_map(move |y| {
                (column(west)..=column(east)).flat_map(move |x| layout.cell(y * 360 + x))
            })
        })
        .collect::<Vec<_>>()
        .into_iter()
}
