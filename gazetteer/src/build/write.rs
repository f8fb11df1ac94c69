//! The drafts as one flat file.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

use super::rows::PassOn;
use super::{Builder, Draft};
use crate::fold::{
    Key, fold, generic, hash_bytes, key_form, key_words, skeleton, sound, typing, word_hash,
};
use crate::layout::{
    Bytes, CELLS, CHECKED_FROM, DEGREE, DELETION_BYTES, DELETIONS_A_BUCKET, FORMS_SCANNED_MAX,
    HEADER_BYTES, Layout, MAGIC, PEAK_FAN, PLACE_BYTES, POSTING_DEMONYM, POSTING_MAIN,
    POSTING_PLACE, POSTING_SHORT, SECTIONS, Section, UNCHECKED, VERSION, bloom_place, bucket_of,
    deletion_bucket, seal,
};
use crate::{Kind, beginning};

/// Writes everything that is left after joining.
pub(crate) fn write(builder: Builder) -> Vec<u8> {
    let Builder {
        strings,
        drafts,
        by_own_key,
        sources,
        rows,
        ..
    } = builder;

    // Joined rows fall away; the others get their final numbers, in the order they came.
    let mut numbers = vec![0u32; drafts.len()];
    let mut kept: Vec<&Draft> = Vec::new();
    for (n, draft) in drafts.iter().enumerate() {
        if !draft.gone && draft.name != 0 && (kept.len() as u32) < POSTING_PLACE {
            numbers[n] = kept.len() as u32 + 1;
            kept.push(draft);
        }
    }
    let final_number = |key: u64| -> u32 {
        by_own_key
            .get(&key)
            .map_or(0, |&draft| numbers[draft as usize])
    };

    let mut places = Vec::with_capacity(kept.len() * PLACE_BYTES);
    let mut names: Vec<u8> = Vec::new();
    let mut sounds: Vec<u8> = Vec::new();
    let mut extents: Vec<u8> = Vec::new();
    let mut keys: Vec<(u64, u32)> = Vec::new();
    let mut weak: Vec<(u64, u32)> = Vec::new();
    let mut beginnings: HashSet<u64> = HashSet::new();
    let mut ids: Vec<(u64, u32)> = Vec::new();
    let mut cells: Vec<(u32, u32)> = Vec::new();
    let mut forms = Forms::default();
    let mut shape_index: Vec<u8> = Vec::new();
    let mut shapes: Vec<u8> = Vec::new();

    for (number, draft) in kept.iter().enumerate() {
        let number = number as u32;
        let mut record = [0u8; PLACE_BYTES];
        let mut put = |at: usize, value: u32| {
            record[at..at + 4].copy_from_slice(&value.to_le_bytes());
        };
        put(0, draft.name);
        put(4, draft.id);
        put(16, (names.len() / 4) as u32);
        put(20, draft.admin1);
        put(24, draft.admin1_code);
        put(28, draft.pcode);
        let lon = draft
            .at
            .map_or(i32::MIN, |at| (at.lon() * DEGREE).round() as i32);
        put(32, lon as u32);
        put(
            36,
            draft.at.map_or(0, |at| (at.lat() * DEGREE).round() as i32) as u32,
        );
        let extent = draft
            .extent
            .or_else(|| draft.shape.as_deref().and_then(crate::shape::extent));
        let radius = draft.radius_m.unwrap_or_else(|| {
            crate::size::place_radius_m(draft.kind, u64::from(draft.population), extent, draft.at)
                as f32
        });
        put(40, radius.to_bits());
        put(44, draft.population);
        if let Some(extent) = extent {
            for degree in [extent.west(), extent.south(), extent.east(), extent.north()] {
                extents.extend_from_slice(&((degree * DEGREE).round() as i32).to_le_bytes());
            }
            put(48, (extents.len() / 16) as u32);
        }
        put(52, draft.geonames_id);
        put(56, sounds.len() as u32);
        put(64, final_number(draft.within1));
        put(68, final_number(draft.within2));
        record[8..10].copy_from_slice(&draft.source.to_le_bytes());
        record[10] = Kind::ALL
            .iter()
            .position(|(kind, _)| *kind == draft.kind)
            .unwrap_or(Kind::ALL.len() - 1) as u8;
        record[11] = importance(draft);
        if let Some(country) = draft.country {
            record[12..14].copy_from_slice(country.as_str().as_bytes());
        }
        record[14..16].copy_from_slice(&(draft.names.len() as u16).to_le_bytes());
        record[60] = draft.demonyms.len().min(255) as u8;
        record[61] = u8::from(strings.text(draft.id).starts_with("starter:"));
        places.extend_from_slice(&record);
        for name in draft.names.iter().chain(draft.demonyms.iter().take(255)) {
            names.extend_from_slice(&name.to_le_bytes());
        }

        let own_names = std::iter::once(&draft.name).chain(&draft.names);
        sound::packed(own_names.map(|text| strings.text(*text)), &mut sounds);

        let first_key = keys.len();
        let mut weak_here = HashSet::new();
        for (n, &text) in std::iter::once(&draft.name).chain(&draft.names).enumerate() {
            let written = strings.text(text);
            let folded = fold(written);
            if folded.is_empty() {
                continue;
            }
            let flag = if n == 0 { POSTING_MAIN } else { 0 };
            let key = note(&folded, &mut beginnings);
            keys.push((key, number | flag));
            forms.add(key, &folded, record[11]);
            if let Some((rest, said)) = generic::without_generic(&folded)
                && rest.len() > 1
                && goes_without(&said, draft.kind)
            {
                let key = note(rest, &mut beginnings);
                keys.push((key, number | POSTING_SHORT));
                forms.add(key, rest, record[11]);
                weak_here.extend(skeleton::stored(rest));
            }
            weak_here.extend(skeleton::stored(&folded));
        }
        for &text in &draft.demonyms {
            let folded = fold(strings.text(text));
            if !folded.is_empty() {
                keys.push((note(&folded, &mut beginnings), number | POSTING_DEMONYM));
            }
        }
        // One posting a key and place: the strongest.
        keys[first_key..].sort_unstable_by_key(|(key, posting)| (*key, strength(*posting)));
        let mut last = None;
        let mut write_at = first_key;
        for read_at in first_key..keys.len() {
            if last != Some(keys[read_at].0) {
                last = Some(keys[read_at].0);
                keys[write_at] = keys[read_at];
                write_at += 1;
            }
        }
        keys.truncate(write_at);
        weak.extend(
            weak_here
                .iter()
                .map(|text| (hash_bytes(text.as_bytes()), number)),
        );

        for &id in std::iter::once(&draft.id).chain(&draft.further_ids) {
            if id != 0 {
                ids.push((hash_bytes(strings.text(id).as_bytes()), number));
            }
        }
        if let Some(at) = draft.at {
            cells.push((cell_of(at) as u32, number));
        }
        if let Some(shape) = &draft.shape {
            let packed = crate::shape::pack(shape);
            for value in [number, (shapes.len() / 4) as u32, packed.len() as u32] {
                shape_index.extend_from_slice(&value.to_le_bytes());
            }
            for value in packed {
                shapes.extend_from_slice(&value.to_le_bytes());
            }
        }
    }

    let [
        form_starts,
        form_text,
        form_peaks,
        tops,
        signs,
        one_buckets,
        one_entries,
        two_buckets,
        two_entries,
    ] = forms.sections();
    let (key_buckets, key_entries) = buckets(keys);
    let (weak_buckets, weak_entries) = buckets(weak);
    ids.sort_unstable();
    ids.dedup_by_key(|(hash, _)| *hash);
    let (cell_starts, cell_places) = by_cell(cells);
    let meta = meta(&sources, &rows);
    let sections: [Vec<u8>; SECTIONS] = [
        meta.into_bytes(),
        strings.into_bytes(),
        places,
        names,
        sounds,
        extents,
        key_buckets,
        key_entries,
        weak_buckets,
        weak_entries,
        bloom(&beginnings),
        ids.iter()
            .flat_map(|(hash, number)| {
                let mut bytes = [0u8; 12];
                bytes[..8].copy_from_slice(&hash.to_le_bytes());
                bytes[8..].copy_from_slice(&number.to_le_bytes());
                bytes
            })
            .collect(),
        cell_starts,
        cell_places,
        form_starts,
        form_text,
        form_peaks,
        tops,
        shape_index,
        shapes,
        signs,
        one_buckets,
        one_entries,
        two_buckets,
        two_entries,
    ];
    file(&sections)
}

/// Header and sections, each beginning at a multiple of eight.
fn file(sections: &[Vec<u8>; SECTIONS]) -> Vec<u8> {
    let total: usize = HEADER_BYTES
        + sections
            .iter()
            .map(|s| s.len().next_multiple_of(8))
            .sum::<usize>();
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(SECTIONS as u32).to_le_bytes());
    out.extend_from_slice(&(total as u64).to_le_bytes());
    out.extend_from_slice(&[0; 16]);
    let mut at = HEADER_BYTES;
    for section in sections {
        out.extend_from_slice(&(at as u64).to_le_bytes());
        out.extend_from_slice(&(section.len() as u64).to_le_bytes());
        at += section.len().next_multiple_of(8);
    }
    let mut checked = total;
    for (n, section) in sections.iter().enumerate() {
        if n == UNCHECKED as usize {
            checked = out.len();
        }
        out.extend_from_slice(section);
        out.resize(out.len().next_multiple_of(8), 0);
    }
    out[CHECKED_FROM..CHECKED_FROM + 8].copy_from_slice(&(checked as u64).to_le_bytes());
    let mut out = with_tops(out);
    seal(&mut out);
    out
}

/// What one to three letters lead to, found by the walk that finds it for longer beginnings.
fn with_tops(file: Vec<u8>) -> Vec<u8> {
    let file = Arc::new(file);
    let held: Bytes = Box::new(Held(Arc::clone(&file)));
    let Ok(layout) = Layout::unchecked(held) else {
        return Arc::unwrap_or_clone(file);
    };
    let mut tops = layout.section(Section::Tops).to_vec();
    beginning::fill(&layout, &mut tops);
    let at = layout.section_at(Section::Tops);
    drop(layout);
    let mut file = Arc::unwrap_or_clone(file);
    file[at].copy_from_slice(&tops);
    file
}

/// The bytes of a file that is being written, lent to its reader.
struct Held(Arc<Vec<u8>>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Every name in the form by which it is listed, once.
#[derive(Default)]
struct Forms {
    text: String,
    /// Where each lies in the text, and the importance of the most important place it names.
    rows: Vec<(u32, u32, u8)>,
    known: HashMap<u64, u32, BuildHasherDefault<PassOn>>,
}

impl Forms {
    fn add(&mut self, key: u64, folded: &str, importance: u8) {
        if let Some(&row) = self.known.get(&key) {
            let most = &mut self.rows[row as usize].2;
            *most = (*most).max(importance);
            return;
        }
        let form = key_form(folded);
        let Ok(start) = u32::try_from(self.text.len()) else {
            return;
        };
        self.known.insert(key, self.rows.len() as u32);
        self.rows.push((start, form.len() as u32, importance));
        self.text.push_str(&form);
    }

    /// The sections of the forms and of the typing errors.
    fn sections(mut self) -> [Vec<u8>; 9] {
        self.known = HashMap::default();
        let text = std::mem::take(&mut self.text);
        let form = |row: &(u32, u32, u8)| &text[row.0 as usize..(row.0 + row.1) as usize];
        self.rows.sort_unstable_by(|a, b| form(a).cmp(form(b)));
        let mut starts: Vec<u8> = Vec::with_capacity(self.rows.len() * 4 + 4);
        let mut sorted: Vec<u8> = Vec::with_capacity(text.len());
        for row in &self.rows {
            starts.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
            sorted.extend_from_slice(form(row).as_bytes());
        }
        starts.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
        let mut peaks: Vec<u8> = self.rows.iter().map(|row| row.2).collect();
        let mut level = 0..peaks.len();
        while level.len() > 1 {
            let next = peaks.len();
            for first in level.clone().step_by(PEAK_FAN) {
                let last = (first + PEAK_FAN).min(level.end);
                let most = peaks[first..last].iter().copied().max().unwrap_or(0);
                peaks.push(most);
            }
            level = next..peaks.len();
        }
        if self.rows.len() <= FORMS_SCANNED_MAX {
            let none = Vec::new;
            return [
                starts,
                sorted,
                peaks,
                none(),
                none(),
                none(),
                none(),
                none(),
                none(),
            ];
        }
        let names: Vec<&str> = self.rows.iter().map(form).collect();
        let tops = beginning::entries(&names);
        let signs = names
            .iter()
            .flat_map(|name| typing::Sign::of(name).0.to_le_bytes());
        let signs = signs.collect();
        let (one_buckets, one_entries) =
            deletions(&names, typing::PREFIX_ONE, typing::ONE_LETTERS_MIN, 1);
        let (two_buckets, two_entries) =
            deletions(&names, typing::PREFIX_TWO, typing::TWO_LETTERS_MIN, 2);
        [
            starts,
            sorted,
            peaks,
            tops,
            signs,
            one_buckets,
            one_entries,
            two_buckets,
            two_entries,
        ]
    }
}

/// The first form of each group with the same first letters, filed under the deletions of these;
/// the forms of large groups each under those of its last letters.
fn deletions(names: &[&str], prefix: usize, letters_min: usize, most: usize) -> (Vec<u8>, Vec<u8>) {
    let mut entries: Vec<u64> = Vec::with_capacity(names.len() * 4);
    let mut hashes = Vec::new();
    let mut letters: Vec<char> = Vec::new();
    let mut first = 0;
    while first < names.len() {
        letters.clear();
        letters.extend(names[first].chars().take(prefix));
        let begin_bytes: usize = letters.iter().map(|c| c.len_utf8()).sum();
        let begin = &names[first][..begin_bytes];
        let mut end = first + 1;
        // A name that is shorter than the first letters is a group by itself.
        while letters.len() == prefix && end < names.len() && names[end].starts_with(begin) {
            end += 1;
        }
        if end - first > typing::GROUP_MAX {
            for (number, name) in names.iter().enumerate().take(end).skip(first) {
                letters.clear();
                letters.extend(name.chars().take(typing::LETTERS_MAX));
                typing::last_deletions(&letters, prefix, most, &mut hashes);
                let entry = number as u64 | u64::from(typing::ALONE);
                entries.extend(hashes.iter().map(|hash| u64::from(*hash) << 32 | entry));
            }
        } else if letters.len() >= letters_min {
            typing::deletions(&letters, prefix, most, &mut hashes);
            entries.extend(
                hashes
                    .iter()
                    .map(|hash| u64::from(*hash) << 32 | first as u64),
            );
        }
        first = end;
    }
    entries.sort_unstable();
    let count = (entries.len() / DELETIONS_A_BUCKET).max(16);
    let mut starts = vec![0u32; count + 1];
    for entry in &entries {
        starts[deletion_bucket((entry >> 32) as u32, count) + 1] += 1;
    }
    for n in 0..count {
        starts[n + 1] += starts[n];
    }
    let mut bytes = Vec::with_capacity(entries.len() * DELETION_BYTES);
    for entry in &entries {
        bytes.extend_from_slice(&((entry >> 32) as u16).to_le_bytes());
        bytes.extend_from_slice(&(*entry as u32).to_le_bytes());
    }
    (starts.iter().flat_map(|n| n.to_le_bytes()).collect(), bytes)
}

/// True where people leave the generic word out: "Rukban" for the camp, "Tigris" for the river,
/// but not "Ontario" for the lake.
fn goes_without(said: &[&generic::Generic], kind: Kind) -> bool {
    let water = said.iter().any(|word| word.sort == generic::Sort::Water);
    !water || matches!(kind, Kind::River | Kind::Mountain)
}

/// The key of a folded name, its beginnings noted on the way.
fn note(folded: &str, beginnings: &mut HashSet<u64>) -> u64 {
    let mut key = Key::EMPTY;
    let mut words = key_words(folded).peekable();
    while let Some(word) = words.next() {
        key = key.and(word_hash(word));
        if words.peek().is_some() {
            beginnings.insert(key.mixed());
        }
    }
    key.mixed()
}

/// Lower is stronger.
fn strength(posting: u32) -> u8 {
    if posting & POSTING_MAIN != 0 {
        0
    } else if posting & POSTING_SHORT != 0 {
        3
    } else if posting & POSTING_DEMONYM != 0 {
        2
    } else {
        1
    }
}

/// Entries sorted by key, and where each bucket of them starts.
fn buckets(mut entries: Vec<(u64, u32)>) -> (Vec<u8>, Vec<u8>) {
    let count = (entries.len() / 4).max(16);
    entries.sort_unstable_by_key(|(key, posting)| {
        (bucket_of(*key, count), *key as u32, posting & POSTING_PLACE)
    });
    entries.dedup_by(|a, b| a.0 as u32 == b.0 as u32 && a.1 == b.1);
    let mut starts = vec![0u32; count + 1];
    for (key, _) in &entries {
        starts[bucket_of(*key, count) + 1] += 1;
    }
    for n in 0..count {
        starts[n + 1] += starts[n];
    }
    let starts = starts.iter().flat_map(|n| n.to_le_bytes()).collect();
    let mut bytes = Vec::with_capacity(entries.len() * 8);
    for (key, posting) in entries {
        bytes.extend_from_slice(&(key as u32).to_le_bytes());
        bytes.extend_from_slice(&posting.to_le_bytes());
    }
    (starts, bytes)
}

/// Twelve bits a beginning: some 1 % of wrong "maybe", each costing one look-up.
fn bloom(beginnings: &HashSet<u64>) -> Vec<u8> {
    let words = (beginnings.len() * 12 / 64).max(8);
    let mut filter = vec![0u64; words];
    for &mixed in beginnings {
        let (word, mask) = bloom_place(mixed, words);
        filter[word] |= mask;
    }
    filter.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The cell of one degree that holds a point.
pub(crate) fn cell_of(at: crate::LonLat) -> usize {
    let x = ((at.lon() + 180.0).floor() as usize).min(359);
    let y = ((at.lat() + 90.0).floor() as usize).min(179);
    y * 360 + x
}

fn by_cell(mut cells: Vec<(u32, u32)>) -> (Vec<u8>, Vec<u8>) {
    cells.sort_unstable();
    let mut starts = vec![0u32; CELLS + 1];
    for (cell, _) in &cells {
        starts[*cell as usize + 1] += 1;
    }
    for n in 0..CELLS {
        starts[n + 1] += starts[n];
    }
    (
        starts.iter().flat_map(|n| n.to_le_bytes()).collect(),
        cells.iter().flat_map(|(_, n)| n.to_le_bytes()).collect(),
    )
}

/// Sources as lines: name, licence, credit, rows.
fn meta(sources: &[super::Source], rows: &[u64]) -> String {
    let mut text = String::new();
    for (source, rows) in sources.iter().zip(rows) {
        let line = [
            &source.name,
            &source.licence,
            &source.credit,
            &rows.to_string(),
        ]
        .map(|cell| cell.replace(['\t', '\n'], " "))
        .join("\t");
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// 0 to 255: how likely the place is meant, before anything else is known; orders a search box.
///
/// Countries, then regions and capitals, then divisions, then settlements by the logarithm of
/// their inhabitants.
fn importance(draft: &Draft) -> u8 {
    let people = f64::from(draft.population).max(1.0).log10();
    let score = match draft.kind {
        Kind::Country => 225.0 + 3.0 * people,
        Kind::Continent => 225.0,
        Kind::WorldRegion => 205.0,
        Kind::Sea => 190.0,
        Kind::Capital => 140.0 + 10.0 * people,
        Kind::Strait | Kind::Gulf | Kind::Canal => 175.0,
        Kind::Region => 165.0,
        Kind::Admin1 => 150.0 + 3.0 * people,
        Kind::City | Kind::Town | Kind::Village => 45.0 + 20.0 * people,
        Kind::Admin2 => 95.0 + 4.0 * people,
        Kind::Admin3 => 75.0 + 4.0 * people,
        Kind::Neighbourhood => 40.0 + 8.0 * people,
        Kind::River | Kind::Lake | Kind::Island | Kind::Mountain => 120.0,
        _ => 110.0,
    };
    let starter = if draft.starter { 15.0 } else { 0.0 };
    (score + starter).clamp(0.0, 255.0) as u8
}
