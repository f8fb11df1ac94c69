//! The flat file: one layout for the starter in memory and for a built gazetteer mapped from disk.
//!
//! Little-endian numbers, read with bounds checks; nothing is parsed into other structures when a
//! file is opened. A header names the version, the length and a checksum of everything behind it,
//! then says where each section lies:
//!
//! | section | holds |
//! |---|---|
//! | `Meta` | sources with licence and credit, as lines of text |
//! | `Strings` | every text once: length (u16) and bytes |
//! | `Places` | one record of [`PLACE_BYTES`] a place |
//! | `Names` | string numbers of the further names, place after place |
//! | `Sounds` | how the names of each place sound, place after place |
//! | `Extents` | boxes of the places that have one |
//! | `KeyBuckets`, `KeyEntries` | name keys, articles aside, to places |
//! | `WeakBuckets`, `WeakEntries` | consonant skeletons to places |
//! | `Beginnings` | a Bloom filter: does a longer name begin with these words? |
//! | `Ids` | hashes of ids to places, sorted |
//! | `CellStarts`, `CellPlaces` | places by cell of one degree |
//! | `FormStarts`, `FormText` | every name, articles aside, once and sorted: for what begins so |
//! | `FormPeaks` | importance of each form, then the most of every sixteen, and so on upwards |
//! | `Tops` | what one to three letters lead to: the most important places whose name begins so |
//! | `ShapeIndex`, `Shapes` | outlines: rings of positions |
//! | `FormSigns` | the letters of each form in four bytes: for typing errors |
//! | `OneBuckets` to `TwoEntries` | forms by deletions of one and two letters: for typing errors |
//!
//! The checksum leaves the last five out: what they lead to is compared letter by letter, so that
//! damage in them can lose a misspelling and nothing else, and opening a file of some hundred
//! megabytes need not read the half of it that most look-ups never touch.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::fold::typing;
use crate::{CountryCode, Extent, Kind, LonLat};

/// The first bytes of every gazetteer file.
pub(crate) const MAGIC: &[u8; 8] = b"PLACEGAZ";
/// Changes whenever an older program could misread a newer file.
pub(crate) const VERSION: u32 = 3;
/// Bytes of one place record.
pub(crate) const PLACE_BYTES: usize = 72;
/// Positions are kept in steps of 1e-7 degrees: about a centimetre.
pub(crate) const DEGREE: f64 = 1e7;
/// Cells of one degree around the globe.
pub(crate) const CELLS: usize = 360 * 180;
/// The low 28 bits of a posting are the place, the high four say how the name belongs to it.
pub(crate) const POSTING_PLACE: u32 = 0x0fff_ffff;
/// Posting: the place's main name.
pub(crate) const POSTING_MAIN: u32 = 0x1000_0000;
/// Posting: an adjective or people of the place.
pub(crate) const POSTING_DEMONYM: u32 = 0x2000_0000;
/// Posting: the name without its generic word ("Rukban" for "Rukban camp").
pub(crate) const POSTING_SHORT: u32 = 0x4000_0000;

/// The sections, in file order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Section {
    Meta,
    Strings,
    Places,
    Names,
    Sounds,
    Extents,
    KeyBuckets,
    KeyEntries,
    WeakBuckets,
    WeakEntries,
    Beginnings,
    Ids,
    CellStarts,
    CellPlaces,
    FormStarts,
    FormText,
    FormPeaks,
    Tops,
    ShapeIndex,
    Shapes,
    FormSigns,
    OneBuckets,
    OneEntries,
    TwoBuckets,
    TwoEntries,
}

/// How many sections there are.
pub(crate) const SECTIONS: usize = 25;
/// The first section that the checksum leaves out.
pub(crate) const UNCHECKED: Section = Section::FormSigns;
/// Where the checksum lies.
const CHECKSUM_AT: usize = 24;
/// What the checksum covers begins here.
pub(crate) const CHECKED_FROM: usize = 32;
/// Where the offsets and lengths of the sections begin.
pub(crate) const TABLE_AT: usize = CHECKED_FROM + 8;
/// Magic, version, section count, total length, checksum, length of what that covers, then
/// (offset, length) a section.
pub(crate) const HEADER_BYTES: usize = TABLE_AT + SECTIONS * 16;
/// Forms under one node of the tree of importances.
pub(crate) const PEAK_FAN: usize = 16;
/// A list of so many forms is compared from end to end when a misspelling is sought: it takes a
/// millisecond, and the starter stays small.
pub(crate) const FORMS_SCANNED_MAX: usize = 60_000;

/// Why bytes are not taken for a gazetteer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum OpenError {
    /// Something else altogether.
    #[error("this is no gazetteer file (it does not begin with PLACEGAZ)")]
    Foreign,
    /// Built by another version of the program.
    #[error(
        "the gazetteer file has layout version {found}, this program reads {VERSION}: build it anew"
    )]
    Version {
        /// The version the file states.
        found: u32,
    },
    /// Shorter or longer than it says.
    #[error(
        "the gazetteer file is truncated: {found} bytes of {told}: copy it again or build it anew"
    )]
    Truncated {
        /// Bytes there.
        found: usize,
        /// Bytes the header tells.
        told: u64,
    },
    /// The checksum does not fit.
    #[error(
        "the gazetteer file is damaged (its checksum does not fit): copy it again or build it anew"
    )]
    Damaged,
}

/// The bytes, wherever they lie: in memory or mapped.
pub(crate) type Bytes = Box<dyn AsRef<[u8]> + Send + Sync>;

/// A gazetteer's bytes with the places of its sections.
pub(crate) struct Layout {
    bytes: Bytes,
    sections: [Range<usize>; SECTIONS],
    named: Kept,
    listed: Kept,
    answers: Kept,
    cuts: Mutex<Cuts>,
    likes: Mutex<Likes>,
    /// The names of the data sets.
    sources: OnceLock<Vec<String>>,
    /// The large groups of forms, by how many errors they are sought with.
    groups: [OnceLock<Vec<Group>>; 2],
}

/// Forms with the same first letters: more than [`typing::GROUP_MAX`].
pub(crate) struct Group {
    pub(crate) forms: Range<usize>,
    /// Those letters.
    pub(crate) begin: Vec<char>,
    /// The same as [`typing::letter_bits`].
    pub(crate) bits: u64,
}

/// A part of an outline.
pub(crate) struct Cut {
    pub(crate) area: Option<geo_types::MultiPolygon<f64>>,
    /// The circle around it: middle and radius in metres.
    pub(crate) circle: Option<(LonLat, f64)>,
}

/// Which part of an outline; numbers by their bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum CutOf {
    /// A side or the middle of a place.
    Side(u32, u16),
    /// What a circle holds of a place: longitude, latitude, metres.
    Circle(u32, [u64; 3]),
    /// What lies between two distances from the neighbours of a country.
    Inside(u32, [u64; 2]),
    /// The strip along the border of the first with the second.
    Border(u32, u32),
}

/// Places whose name is like a text, each with how alike it is in hundredths, that are kept.
#[derive(Default)]
struct Likes {
    of: HashMap<String, Arc<[(u32, u8)]>>,
    /// How many places, and one more for each text.
    places: usize,
}

/// How many are kept: some two megabytes. The news tell of the same persons and bodies for days.
const LIKES_MAX: usize = 200_000;

/// Parts of outlines that are kept.
#[derive(Default)]
struct Cuts {
    of: HashMap<CutOf, Option<Arc<Cut>>>,
    /// How many positions they have, and some more for each.
    positions: usize,
}

/// How many positions: those of the countries in the news, some eight megabytes.
const CUT_POSITIONS_MAX: usize = 500_000;
/// What a part without an area counts for.
const CUT_POSITIONS_LEAST: usize = 16;

/// What a run of words names, in short.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Named {
    /// Of the most important place of that name; `None` where there is none.
    pub(crate) importance: Option<u8>,
    /// The kind of that place.
    pub(crate) kind: Kind,
    /// Its country.
    pub(crate) country: Option<CountryCode>,
    /// Known as an adjective or people only.
    pub(crate) demonym: bool,
    /// False when surely no longer name begins with these words.
    pub(crate) may_begin: bool,
}

impl std::fmt::Debug for Layout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layout")
            .field("bytes", &(*self.bytes).as_ref().len())
            .field("places", &self.places())
            .finish()
    }
}

impl Layout {
    /// Checks header, length and checksum.
    pub(crate) fn open(bytes: Bytes) -> Result<Self, OpenError> {
        let all = (*bytes).as_ref();
        if !all.starts_with(MAGIC) {
            let begun = MAGIC.starts_with(all) && !all.is_empty();
            return Err(if begun {
                OpenError::Truncated {
                    found: all.len(),
                    told: HEADER_BYTES as u64,
                }
            } else {
                OpenError::Foreign
            });
        }
        if all.len() < HEADER_BYTES {
            return Err(OpenError::Truncated {
                found: all.len(),
                told: HEADER_BYTES as u64,
            });
        }
        let found = u32_at(all, 8);
        if found != VERSION || u32_at(all, 12) as usize != SECTIONS {
            return Err(OpenError::Version { found });
        }
        let told = u64_at(all, 16);
        if told != all.len() as u64 {
            return Err(OpenError::Truncated {
                found: all.len(),
                told,
            });
        }
        if checksum_of(all) != Some(u64_at(all, CHECKSUM_AT)) {
            return Err(OpenError::Damaged);
        }
        Self::unchecked(bytes)
    }

    /// A file whose header and checksum nobody asks for: one that is being written.
    pub(crate) fn unchecked(bytes: Bytes) -> Result<Self, OpenError> {
        let all = (*bytes).as_ref();
        let mut sections = std::array::from_fn(|_| 0..0);
        for (n, section) in sections.iter_mut().enumerate() {
            let at = TABLE_AT + n * 16;
            let (start, len) = (u64_at(all, at), u64_at(all, at + 8));
            let end = start.checked_add(len).ok_or(OpenError::Damaged)?;
            if end > all.len() as u64 {
                return Err(OpenError::Damaged);
            }
            *section = start as usize..end as usize;
        }
        Ok(Self {
            bytes,
            sections,
            named: Kept::default(),
            listed: Kept::default(),
            answers: Kept::default(),
            cuts: Mutex::default(),
            likes: Mutex::default(),
            sources: OnceLock::new(),
            groups: Default::default(),
        })
    }

    /// Where a section lies.
    pub(crate) fn section_at(&self, section: Section) -> Range<usize> {
        self.sections[section as usize].clone()
    }

    /// What the run of words with a mixed key names: the most important place, and whether more
    /// words may follow. What was asked before is kept: the words of news are few.
    pub(crate) fn named(&self, mixed: u64) -> Named {
        let packed = self.named.get_or(mixed, || self.named_anew(mixed).packed());
        Named::unpacked(packed)
    }

    /// Whether the run of words with a mixed key names a place, and whether more words may follow.
    #[inline]
    pub(crate) fn lists(&self, mixed: u64) -> (bool, bool) {
        let packed = self.listed.get_or(mixed, || {
            let names = u64::from(self.by_key(mixed).next().is_some()) * NAMES;
            KNOWN | names | (u64::from(self.may_begin(mixed)) * MAY_BEGIN)
        });
        (packed & NAMES != 0, packed & MAY_BEGIN != 0)
    }

    /// An answer to a question about something with a number and a place, asked anew where it is
    /// not kept.
    pub(crate) fn kept_answer(&self, of: u64, place: u32, ask: impl FnOnce() -> bool) -> bool {
        let key = (of ^ (of >> 29)).wrapping_mul(0x517c_c1b7_2722_0a95)
            ^ u64::from(place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let key = key ^ (key >> 32);
        self.answers.get_or(key, || 1 + u64::from(ask())) == 2
    }

    fn named_anew(&self, mixed: u64) -> Named {
        let mut found = Named {
            importance: None,
            kind: Kind::Other,
            country: None,
            demonym: true,
            may_begin: self.may_begin(mixed),
        };
        for posting in self.by_key(mixed) {
            // "Rukban" for "Rukban camp" is a name, "Camp" for "Camp X" was never stored.
            let record = self.place(posting & POSTING_PLACE);
            let is_demonym = posting & POSTING_DEMONYM != 0;
            let mut here = record.importance();
            if posting & POSTING_SHORT != 0 {
                here = here.saturating_sub(15);
            }
            if found.importance.is_none_or(|most| here > most)
                || (found.demonym
                    && !is_demonym
                    && found.importance.is_some_and(|most| here >= most))
            {
                found.importance = Some(here);
                found.kind = record.kind();
                found.country = record.country();
                found.demonym = is_demonym;
            }
        }
        found
    }

    /// The row of a country.
    pub(crate) fn country_place(&self, code: CountryCode) -> Option<u32> {
        // Crossed with what no text and place is asked by.
        const COUNTRIES: u64 = 0x7c15_9e37_f39c_c060;
        let key = crate::fold::hash_bytes(code.as_str().as_bytes()) ^ COUNTRIES;
        let kept = self.answers.get_or(key, || {
            let id = format!("{}:{code}", crate::build::starter::SOURCE);
            self.by_id(&id).map_or(1, |place| u64::from(place) + 2)
        });
        kept.checked_sub(2).map(|place| place as u32)
    }

    /// The name of a data set by its number.
    pub(crate) fn source_name(&self, number: usize) -> &str {
        let names = self.sources.get_or_init(|| {
            let meta = std::str::from_utf8(self.section(Section::Meta)).unwrap_or_default();
            meta.lines()
                .map(|line| line.split('\t').next().unwrap_or_default().to_owned())
                .collect()
        });
        names.get(number).map_or("", |name| name)
    }

    /// The bytes of one section.
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        (*self.bytes)
            .as_ref()
            .get(self.sections[section as usize].clone())
            .unwrap_or_default()
    }

    /// All bytes, to write them to a file.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// How many places there are.
    pub(crate) fn places(&self) -> u32 {
        (self.section(Section::Places).len() / PLACE_BYTES) as u32
    }

    /// The text with a number; empty for a number that is none.
    pub(crate) fn text(&self, at: u32) -> &str {
        let strings = self.section(Section::Strings);
        let at = at as usize;
        let Some(len) = strings.get(at..at + 2) else {
            return "";
        };
        let len = usize::from(u16::from_le_bytes([len[0], len[1]]));
        strings
            .get(at + 2..at + 2 + len)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// One place.
    pub(crate) fn place(&self, number: u32) -> Record<'_> {
        let at = number as usize * PLACE_BYTES;
        const NONE: &[u8; PLACE_BYTES] = &[0; PLACE_BYTES];
        Record {
            layout: self,
            bytes: self
                .section(Section::Places)
                .get(at..at + PLACE_BYTES)
                .unwrap_or(NONE),
            number,
        }
    }

    /// The postings of a mixed key.
    pub(crate) fn postings(
        &self,
        buckets: Section,
        entries: Section,
        mixed: u64,
    ) -> impl Iterator<Item = u32> + '_ {
        let starts = self.section(buckets);
        let count = (starts.len() / 4).saturating_sub(1);
        let range = if count == 0 {
            0..0
        } else {
            let bucket = bucket_of(mixed, count);
            u32_at(starts, bucket * 4) as usize..u32_at(starts, bucket * 4 + 4) as usize
        };
        let low = mixed as u32;
        let entries = self
            .section(entries)
            .get(range.start * 8..range.end * 8)
            .unwrap_or_default();
        entries
            .chunks_exact(8)
            .skip_while(move |entry| u32_at(entry, 0) < low)
            .take_while(move |entry| u32_at(entry, 0) == low)
            .map(|entry| u32_at(entry, 4))
    }

    /// Places whose name, articles aside, has this key.
    pub(crate) fn by_key(&self, mixed: u64) -> impl Iterator<Item = u32> + '_ {
        self.postings(Section::KeyBuckets, Section::KeyEntries, mixed)
    }

    /// Places with this skeleton.
    pub(crate) fn by_skeleton(&self, skeleton: &str) -> impl Iterator<Item = u32> + '_ {
        self.postings(
            Section::WeakBuckets,
            Section::WeakEntries,
            crate::fold::hash_bytes(skeleton.as_bytes()),
        )
    }

    /// False when surely no longer name begins with the words of this key.
    pub(crate) fn may_begin(&self, mixed: u64) -> bool {
        let filter = self.section(Section::Beginnings);
        let words = filter.len() / 8;
        if words == 0 {
            return false;
        }
        let (word, mask) = bloom_place(mixed, words);
        u64_at(filter, word * 8) & mask == mask
    }

    /// The place of an id.
    pub(crate) fn by_id(&self, id: &str) -> Option<u32> {
        let ids = self.section(Section::Ids);
        let wanted = crate::fold::hash_bytes(id.as_bytes());
        let count = ids.len() / 12;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = usize::midpoint(low, high);
            if u64_at(ids, middle * 12) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < count && u64_at(ids, low * 12) == wanted).then(|| u32_at(ids, low * 12 + 8))
    }

    /// The places of a cell of one degree.
    pub(crate) fn cell(&self, cell: usize) -> impl Iterator<Item = u32> + '_ {
        let starts = self.section(Section::CellStarts);
        let (start, end) = (
            u32_at(starts, cell * 4) as usize,
            u32_at(starts, cell * 4 + 4) as usize,
        );
        self.section(Section::CellPlaces)
            .get(start * 4..end * 4)
            .unwrap_or_default()
            .chunks_exact(4)
            .map(|chunk| u32_at(chunk, 0))
    }

    /// How many forms of names there are.
    pub(crate) fn forms(&self) -> usize {
        (self.section(Section::FormStarts).len() / 4).saturating_sub(1)
    }

    /// A form, as bytes of UTF-8; empty for a number that is none.
    pub(crate) fn form_bytes(&self, number: usize) -> &[u8] {
        let starts = self.section(Section::FormStarts);
        let range = u32_at(starts, number * 4) as usize..u32_at(starts, number * 4 + 4) as usize;
        self.section(Section::FormText)
            .get(range)
            .unwrap_or_default()
    }

    /// A form: a name folded, articles aside.
    pub(crate) fn form(&self, number: usize) -> &str {
        std::str::from_utf8(self.form_bytes(number)).unwrap_or_default()
    }

    /// The first form that is not before a text.
    pub(crate) fn first_form(&self, text: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.forms());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.form_bytes(middle) < text {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The first form that does not begin with a text, from the first that does on.
    pub(crate) fn end_of_forms(&self, text: &[u8], first: usize) -> usize {
        let (mut low, mut high) = (first, self.forms());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.form_bytes(middle).starts_with(text) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// The tree of importances.
    pub(crate) fn peaks(&self) -> &[u8] {
        self.section(Section::FormPeaks)
    }

    /// A form in short.
    pub(crate) fn form_sign(&self, number: usize) -> typing::Sign {
        typing::Sign(u32_at(self.section(Section::FormSigns), number * 4))
    }

    /// The same of forms that stand in a row, each with its number.
    pub(crate) fn form_signs(
        &self,
        forms: Range<usize>,
    ) -> impl Iterator<Item = (usize, typing::Sign)> + '_ {
        let signs = self.section(Section::FormSigns);
        let bytes = signs.get(forms.start * 4..forms.end * 4);
        let signs = bytes.unwrap_or_default().chunks_exact(4);
        forms.zip(signs.map(|bytes| typing::Sign(u32_at(bytes, 0))))
    }

    /// The forms filed under a deletion.
    pub(crate) fn by_deletion(
        &self,
        buckets: Section,
        entries: Section,
        hash: u32,
    ) -> impl Iterator<Item = u32> + '_ {
        let starts = self.section(buckets);
        let count = (starts.len() / 4).saturating_sub(1);
        let range = if count == 0 {
            0..0
        } else {
            let bucket = deletion_bucket(hash, count);
            u32_at(starts, bucket * 4) as usize..u32_at(starts, bucket * 4 + 4) as usize
        };
        let bytes = |n: usize| n.saturating_mul(DELETION_BYTES);
        self.section(entries)
            .get(bytes(range.start)..bytes(range.end))
            .unwrap_or_default()
            .chunks_exact(DELETION_BYTES)
            .filter(move |entry| entry[..2] == (hash as u16).to_le_bytes())
            .map(|entry| u32_at(entry, 2))
    }

    /// The rings of a place's outline: polygons of rings of positions.
    pub(crate) fn shape(&self, place: u32) -> Option<geo_types::MultiPolygon<f64>> {
        let index = self.section(Section::ShapeIndex);
        let count = index.len() / 12;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = usize::midpoint(low, high);
            if u32_at(index, middle * 12) < place {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low >= count || u32_at(index, low * 12) != place {
            return None;
        }
        let start = u32_at(index, low * 12 + 4) as usize * 4;
        let len = u32_at(index, low * 12 + 8) as usize * 4;
        let numbers = self
            .section(Section::Shapes)
            .get(start..start.checked_add(len)?)?
            .chunks_exact(4)
            .map(|chunk| u32_at(chunk, 0) as i32);
        crate::shape::unpack_from(numbers)
    }
}

/// Answers kept: 32 768 of 16 bytes fit the second-level cache of a core. A text of a newspaper has
/// some thousand different capitalised words.
const KEPT: usize = 1 << 15;

/// Answers that stand in one line of the cache: each of them may hold what falls there, so that two
/// words of one text seldom drive each other out.
const WAYS: usize = 4;

/// One line of them.
#[derive(Default)]
#[repr(align(64))]
struct Line([[AtomicU64; 2]; WAYS]);

/// Answers to what was last asked, one a slot, by a well mixed key.
///
/// A slot is two numbers, written without a lock: the answer, and the key crossed with the answer.
/// Two writers at once leave a pair that fits no key, which is asked anew (Hyatt and Mann, "A
/// lock-less transposition table implementation for parallel search", ICGA Journal 25, 2002).
#[derive(Default)]
struct Kept {
    lines: OnceLock<Vec<Line>>,
}

impl Kept {
    /// The answer, which is never 0.
    #[inline]
    fn get_or(&self, key: u64, ask: impl FnOnce() -> u64) -> u64 {
        let lines = self
            .lines
            .get_or_init(|| (0..KEPT / WAYS).map(|_| Line::default()).collect());
        let Some(Line(slots)) = lines.get(key as usize % (KEPT / WAYS)) else {
            return ask();
        };
        for [crossed, answer] in slots {
            let kept = answer.load(Ordering::Relaxed);
            if kept != 0 && crossed.load(Ordering::Relaxed) ^ kept == key {
                return kept;
            }
        }
        let new = ask();
        // One that is free, or any: by bits of the key that did not choose the line.
        let free = slots
            .iter()
            .position(|[_, answer]| answer.load(Ordering::Relaxed) == 0);
        let [crossed, answer] = &slots[free.unwrap_or((key >> 40) as usize % WAYS)];
        answer.store(new, Ordering::Relaxed);
        crossed.store(key ^ new, Ordering::Relaxed);
        new
    }
}

/// The bits of a packed [`Named`].
const KNOWN: u64 = 1;
const NAMES: u64 = 2;
const DEMONYM: u64 = 4;
const MAY_BEGIN: u64 = 8;

impl Named {
    /// As one number, never 0.
    fn packed(self) -> u64 {
        let kind = Kind::ALL.iter().position(|(kind, _)| *kind == self.kind);
        let country = self.country.map_or([0, 0], |code| {
            let letters = code.as_str().as_bytes();
            [letters[0], letters[1]]
        });
        let flag = |bit: u64, set: bool| if set { bit } else { 0 };
        let flags = KNOWN
            | flag(NAMES, self.importance.is_some())
            | flag(DEMONYM, self.demonym)
            | flag(MAY_BEGIN, self.may_begin);
        u64::from_le_bytes([
            flags as u8,
            self.importance.unwrap_or(0),
            kind.unwrap_or(Kind::ALL.len()) as u8,
            country[0],
            country[1],
            0,
            0,
            0,
        ])
    }

    fn unpacked(packed: u64) -> Self {
        let [_, importance, kind, first, second, ..] = packed.to_le_bytes();
        Self {
            importance: (packed & NAMES != 0).then_some(importance),
            kind: Kind::ALL
                .get(usize::from(kind))
                .map_or(Kind::Other, |(kind, _)| *kind),
            country: CountryCode::of_bytes([first, second]),
            demonym: packed & DEMONYM != 0,
            may_begin: packed & MAY_BEGIN != 0,
        }
    }
}

impl Layout {
    /// A part of an outline, cut once and kept: reports of one war tell of the same few.
    pub(crate) fn cut(&self, of: CutOf, cut: impl FnOnce() -> Option<Cut>) -> Option<Arc<Cut>> {
        let kept = || self.cuts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().of.get(&of) {
            return known.clone();
        }
        let cut = cut().map(Arc::new);
        let area = cut.as_ref().and_then(|cut| cut.area.as_ref());
        let rings = area.into_iter().flatten();
        let rings = rings.flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        let positions: usize = rings.map(|ring| ring.0.len()).sum();
        let mut kept = kept();
        if kept.positions >= CUT_POSITIONS_MAX {
            *kept = Cuts::default();
        }
        kept.positions += positions + CUT_POSITIONS_LEAST;
        kept.of.insert(of, cut.clone());
        cut
    }

    /// The places whose name is like a text, sought once and kept; for the countries told.
    pub(crate) fn likes(
        &self,
        text: &str,
        countries: &[CountryCode],
        seek: impl FnOnce() -> Vec<(u32, u8)>,
    ) -> Arc<[(u32, u8)]> {
        let kept = || self.likes.lock().unwrap_or_else(PoisonError::into_inner);
        // A folded text has no line break.
        let asked = countries
            .iter()
            .fold(text.to_owned(), |asked, code| asked + "\n" + code.as_str());
        if let Some(known) = kept().of.get(&asked) {
            return Arc::clone(known);
        }
        let found: Arc<[(u32, u8)]> = seek().into();
        let mut kept = kept();
        if kept.places >= LIKES_MAX {
            *kept = Likes::default();
        }
        kept.places += 1 + found.len();
        kept.of.insert(asked, Arc::clone(&found));
        found
    }

    /// The large groups of forms with the same first letters (so many), found once: of every pair
    /// of forms that stand half a group apart those that begin alike.
    pub(crate) fn large_groups(&self, prefix: usize) -> &[Group] {
        let kept = &self.groups[usize::from(prefix == typing::PREFIX_TWO)];
        kept.get_or_init(|| {
            let step = typing::GROUP_MAX / 2;
            let begin = |number: usize| -> Option<&[u8]> {
                let form = self.form_bytes(number);
                let text = std::str::from_utf8(form).ok()?;
                let mut letters = text.char_indices().map(|(at, _)| at).chain([text.len()]);
                form.get(..letters.nth(prefix)?)
            };
            let mut groups: Vec<Group> = Vec::new();
            let mut at = 0;
            while at + step < self.forms() {
                let here = at;
                at += step;
                let Some(letters) = begin(here) else { continue };
                if !self.form_bytes(at).starts_with(letters) {
                    continue;
                }
                let first = self.first_form(letters);
                let end = self.end_of_forms(letters, first);
                if end - first > typing::GROUP_MAX {
                    let begin: Vec<char> = String::from_utf8_lossy(letters).chars().collect();
                    groups.push(Group {
                        forms: first..end,
                        bits: typing::letter_bits(&begin),
                        begin,
                    });
                }
                at = at.max(end);
            }
            groups
        })
    }
}

/// A place as the file holds it.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    layout: &'a Layout,
    bytes: &'a [u8],
    /// Its place in the table.
    pub(crate) number: u32,
}

impl<'a> Record<'a> {
    fn u32(&self, at: usize) -> u32 {
        u32_at(self.bytes, at)
    }

    pub(crate) fn name(&self) -> &'a str {
        self.layout.text(self.u32(0))
    }

    pub(crate) fn id(&self) -> &'a str {
        self.layout.text(self.u32(4))
    }

    pub(crate) fn source(&self) -> usize {
        usize::from(u16::from_le_bytes([self.bytes[8], self.bytes[9]]))
    }

    pub(crate) fn kind(&self) -> Kind {
        Kind::ALL
            .get(usize::from(self.bytes[10]))
            .map_or(Kind::Other, |(kind, _)| *kind)
    }

    /// 0 to 255: how likely the place is meant before anything else is known.
    pub(crate) fn importance(&self) -> u8 {
        self.bytes[11]
    }

    pub(crate) fn country(&self) -> Option<CountryCode> {
        CountryCode::of_bytes([self.bytes[12], self.bytes[13]])
    }

    /// Every further name.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let start = self.u32(16) as usize;
        let count = usize::from(u16::from_le_bytes([self.bytes[14], self.bytes[15]]));
        self.name_range(start, count)
    }

    pub(crate) fn demonyms(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let count = usize::from(u16::from_le_bytes([self.bytes[14], self.bytes[15]]));
        self.name_range(self.u32(16) as usize + count, usize::from(self.bytes[60]))
    }

    fn name_range(&self, start: usize, count: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        let layout = self.layout;
        layout
            .section(Section::Names)
            .get(start * 4..(start + count) * 4)
            .unwrap_or_default()
            .chunks_exact(4)
            .map(move |chunk| layout.text(u32_at(chunk, 0)))
    }

    /// True for a row of the hand-written tables.
    pub(crate) fn is_starter(&self) -> bool {
        self.bytes[61] & 1 != 0
    }

    /// How its names sound: for each whether its script writes no vowels, and its sounds.
    pub(crate) fn sounds(&self) -> impl Iterator<Item = (bool, &'a [u8])> + use<'a> {
        let sounds = self.layout.section(Section::Sounds);
        let next = self.number.saturating_add(1);
        let end = if next < self.layout.places() {
            self.layout.place(next).u32(56) as usize
        } else {
            sounds.len()
        };
        let own = sounds.get(self.u32(56) as usize..end).unwrap_or_default();
        let names = 1 + usize::from(u16::from_le_bytes([self.bytes[14], self.bytes[15]]));
        crate::fold::sound::unpacked(own).take(names)
    }

    /// The division it lies in, as a place of its own.
    pub(crate) fn admin1_place(&self) -> Option<u32> {
        self.u32(64).checked_sub(1)
    }

    pub(crate) fn admin2_place(&self) -> Option<u32> {
        self.u32(68).checked_sub(1)
    }

    /// What tells [`Record::admin1`], as a number.
    pub(crate) fn admin1_told(&self) -> u64 {
        u64::from(self.u32(20)) << 32 | u64::from(self.u32(64))
    }

    pub(crate) fn admin1(&self) -> Option<&'a str> {
        let own = self.layout.text(self.u32(20));
        if !own.is_empty() {
            return Some(own);
        }
        self.admin1_place().map(|n| self.layout.place(n).name())
    }

    pub(crate) fn admin1_code(&self) -> Option<&'a str> {
        let own = Some(self.layout.text(self.u32(24))).filter(|text| !text.is_empty());
        own.or_else(|| {
            let above = self.admin1_place().filter(|n| *n != self.number)?;
            let above = self.layout.place(above);
            Some(self.layout.text(above.u32(24))).filter(|text| !text.is_empty())
        })
    }

    pub(crate) fn pcode(&self) -> Option<&'a str> {
        Some(self.layout.text(self.u32(28))).filter(|text| !text.is_empty())
    }

    pub(crate) fn at(&self) -> Option<LonLat> {
        let (lon, lat) = (self.u32(32) as i32, self.u32(36) as i32);
        if lon == i32::MIN {
            return None;
        }
        LonLat::new(f64::from(lon) / DEGREE, f64::from(lat) / DEGREE).ok()
    }

    pub(crate) fn radius_m(&self) -> f64 {
        let radius = f64::from(f32::from_bits(self.u32(40)));
        if radius.is_finite() {
            radius.max(0.0)
        } else {
            0.0
        }
    }

    pub(crate) fn population(&self) -> u64 {
        u64::from(self.u32(44))
    }

    pub(crate) fn extent(&self) -> Option<Extent> {
        let at = (self.u32(48).checked_sub(1)? as usize) * 16;
        let extents = self.layout.section(Section::Extents);
        let bytes = extents.get(at..at + 16)?;
        let degree = |n: usize| f64::from(u32_at(bytes, n * 4) as i32) / DEGREE;
        Extent::new(degree(0), degree(1), degree(2), degree(3))
    }

    pub(crate) fn geonames_id(&self) -> Option<u32> {
        Some(self.u32(52)).filter(|id| *id != 0)
    }
}

/// The little-endian number at a place; 0 beyond the end.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// The little-endian number at a place; 0 beyond the end.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 8)
        .map_or(0, |b| u64::from_le_bytes(b.try_into().unwrap_or_default()))
}

/// Bytes of an entry of a deletion: the low half of its hash, whose high half is told by the bucket,
/// and the form.
pub(crate) const DELETION_BYTES: usize = 6;
/// Entries of a bucket of deletions on average.
pub(crate) const DELETIONS_A_BUCKET: usize = 4;

/// The bucket of a deletion among `count`.
pub(crate) fn deletion_bucket(hash: u32, count: usize) -> usize {
    ((u64::from(hash) * count as u64) >> 32) as usize
}

/// The bucket of a key among `count`, by its high bits.
pub(crate) fn bucket_of(mixed: u64, count: usize) -> usize {
    (((mixed >> 32) * count as u64) >> 32) as usize
}

/// Where a key lies in a Bloom filter of so many words of 64 bits: one word, three bits of it.
pub(crate) fn bloom_place(mixed: u64, words: usize) -> (usize, u64) {
    let word = (((mixed >> 32) * words as u64) >> 32) as usize;
    let mask = 1u64 << (mixed & 63) | 1u64 << ((mixed >> 6) & 63) | 1u64 << ((mixed >> 12) & 63);
    (word, mask)
}

/// The checksum a whole file should have; `None` where it does not hold what that covers.
fn checksum_of(all: &[u8]) -> Option<u64> {
    let end = usize::try_from(u64_at(all, CHECKED_FROM)).ok()?;
    all.get(CHECKED_FROM..end).map(checksum)
}

/// Writes the checksum of a whole file into it, where it has room for one.
pub(crate) fn seal(all: &mut [u8]) {
    if let Some(sum) = checksum_of(all) {
        all[CHECKSUM_AT..CHECKSUM_AT + 8].copy_from_slice(&sum.to_le_bytes());
    }
}

/// A checksum of bytes: four lanes of multiply and rotate, so that a mapped file of a hundred
/// megabytes is checked in some ten milliseconds.
fn checksum(bytes: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b1_85eb_ca87;
    let mut lanes = [1u64, 2, 3, 4];
    let mut chunks = bytes.chunks_exact(32);
    for chunk in &mut chunks {
        for (lane, bytes) in lanes.iter_mut().zip(chunk.chunks_exact(8)) {
            let word = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
            *lane = (*lane ^ word).wrapping_mul(K).rotate_left(29);
        }
    }
    let mut sum = bytes.len() as u64;
    for lane in lanes {
        sum = (sum ^ lane).wrapping_mul(K).rotate_left(31);
    }
    sum ^ crate::fold::hash_bytes(chunks.remainder())
}
