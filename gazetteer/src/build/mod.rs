//! Data sets in, one flat gazetteer out.
//!
//! A [`Builder`] is fed files as bytes, recognises each by its shape, skips what it does not know
//! with a notice, joins the rows that mean one place, and writes the layout of
//! [`crate::layout`]. The same inputs in the same order give the same bytes.

mod join;
mod rows;
pub(crate) mod starter;
mod write;

mod csvs;
mod geojsons;
mod geonames;
mod gns;
mod whosonfirst;
mod zips;

use crate::{CountryCode, Extent, Kind, LonLat};
use rows::Strings;
use std::collections::HashMap;

/// Bytes one input may unpack to.
///
/// The whole GeoNames dump is 1.7 GB; a gz bomb is larger.
pub const INPUT_BYTES_MAX: u64 = 4 << 30;
/// Names kept of one place; London has some 400 in every language together.
const NAMES_MAX: usize = 500;
/// The licence of a table of which nobody tells one.
pub(crate) const UNKNOWN: &str = "not stated";
/// The number of a row that was not taken.
const FALLEN: u32 = u32::MAX;
/// Bad rows named one by one in a file; the others are counted.
const BAD_ROWS_NAMED: usize = 5;

/// Something a builder passes over, in words: file, line, what was wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice(pub String);

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A data set, as the credits name it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Short name, as places state it.
    pub name: String,
    /// Licence in short.
    pub licence: String,
    /// The words its licence wants shown.
    pub credit: String,
}

/// One row as a data set tells it, before joining.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) names: Vec<String>,
    pub(crate) demonyms: Vec<String>,
    pub(crate) kind: Kind,
    pub(crate) country: Option<CountryCode>,
    pub(crate) admin1: String,
    pub(crate) admin1_code: String,
    pub(crate) pcode: String,
    pub(crate) at: Option<LonLat>,
    pub(crate) radius_m: Option<f64>,
    pub(crate) extent: Option<Extent>,
    pub(crate) population: u64,
    pub(crate) geonames_id: u32,
    /// How rows of this data set call the division that holds this one.
    pub(crate) within1: Option<String>,
    pub(crate) within2: Option<String>,
    /// How rows of this data set call this division.
    pub(crate) own_key: Option<String>,
    pub(crate) shape: Option<geo_types::MultiPolygon<f64>>,
    /// The point is the middle of the places inside, for want of a better one.
    pub(crate) middling: bool,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            names: Vec::new(),
            demonyms: Vec::new(),
            kind: Kind::Other,
            country: None,
            admin1: String::new(),
            admin1_code: String::new(),
            pcode: String::new(),
            at: None,
            radius_m: None,
            extent: None,
            population: 0,
            geonames_id: 0,
            within1: None,
            within2: None,
            own_key: None,
            shape: None,
            middling: false,
        }
    }
}

/// A place in the making: texts by number.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: u32,
    pub(crate) further_ids: Vec<u32>,
    pub(crate) name: u32,
    pub(crate) names: Vec<u32>,
    pub(crate) demonyms: Vec<u32>,
    pub(crate) kind: Kind,
    pub(crate) country: Option<CountryCode>,
    pub(crate) admin1: u32,
    pub(crate) admin1_code: u32,
    pub(crate) pcode: u32,
    pub(crate) at: Option<LonLat>,
    pub(crate) radius_m: Option<f32>,
    pub(crate) extent: Option<Extent>,
    pub(crate) population: u32,
    pub(crate) geonames_id: u32,
    pub(crate) source: u16,
    pub(crate) within1: u64,
    pub(crate) within2: u64,
    pub(crate) own_key: u64,
    pub(crate) shape: Option<Box<geo_types::MultiPolygon<f64>>>,
    pub(crate) starter: bool,
    /// The point is the middle of the places inside, for want of a better one.
    pub(crate) middling: bool,
    /// Joined into another draft: not written.
    pub(crate) gone: bool,
}

/// Collects rows of many files and writes them as one gazetteer.
#[derive(Debug)]
pub struct Builder {
    strings: Strings,
    drafts: Vec<Draft>,
    by_geonames: HashMap<u32, u32>,
    by_own_key: HashMap<u64, u32>,
    sources: Vec<Source>,
    rows: Vec<u64>,
    share_alike: bool,
    late_names: Vec<(u32, u32)>,
    codes: geonames::Codes,
    /// Licences told by the caller: file or folder, licence.
    licences: Vec<(String, String)>,
    /// The file being read and its licence, where that was told.
    told: Option<(String, String)>,
    /// P-codes of divisions that other inputs describe.
    pcodes: Vec<csvs::Pcode>,
    /// The countries whose places are taken; empty: all.
    only: Vec<CountryCode>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// A builder that already knows the starter tables: what they hold stays known in every
    /// gazetteer.
    #[must_use]
    pub fn new() -> Self {
        let mut builder = Self::empty();
        starter::add(&mut builder);
        builder
    }

    /// A builder that knows nothing yet.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            strings: Strings::default(),
            drafts: Vec::new(),
            by_geonames: HashMap::new(),
            by_own_key: HashMap::new(),
            sources: Vec::new(),
            rows: Vec::new(),
            share_alike: false,
            late_names: Vec::new(),
            codes: geonames::Codes::default(),
            licences: Vec::new(),
            told: None,
            pcodes: Vec::new(),
            only: Vec::new(),
        }
    }

    /// Takes only the places of these countries from now on, and those of no country (seas, regions). What
    /// the starter tables hold of other countries stays, so that their capitals are not taken for villages
    /// here.
    pub fn only(&mut self, countries: &[CountryCode]) {
        self.only.extend_from_slice(countries);
    }

    /// Tells the licence of an input, or of all inputs of a folder: by the name under which they
    /// are added.
    pub fn licence(&mut self, path: &str, licence: &str) {
        let path = path.trim_end_matches('/').to_owned();
        self.licences.push((path, licence.to_owned()));
    }

    /// Also takes inputs whose licence binds the whole file to the same licence (ODbL).
    pub fn allow_share_alike(&mut self) {
        self.share_alike = true;
    }

    /// Reads one file: its name (for its shape and for notices) and its bytes, packed or not.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Vec<Notice> {
        if zips::is_zip(bytes) {
            return match zips::unzip(bytes) {
                Ok(files) => files
                    .iter()
                    // GeoNames puts a page of explanations into every archive, and a list of languages
                    // to the names.
                    .filter(|(file, _)| {
                        let file = file.to_ascii_lowercase();
                        !file.ends_with("readme.txt") && !file.ends_with("iso-languagecodes.txt")
                    })
                    .flat_map(|(file, bytes)| {
                        let inner = format!("{name}/{file}");
                        if zips::is_zip(bytes) {
                            return vec![Notice(format!(
                                "{inner}: an archive in an archive, skipped"
                            ))];
                        }
                        self.add(&inner, bytes)
                    })
                    .collect(),
                Err(why) => vec![Notice(format!("{name}: {why}, skipped"))],
            };
        }
        let unpacked;
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            match zips::gunzip(bytes) {
                Ok(inner) => unpacked = inner,
                Err(why) => return vec![Notice(format!("{name}: {why}, skipped"))],
            }
            &unpacked[..]
        } else {
            bytes
        };
        self.told = self
            .licences
            .iter()
            .find(|(path, _)| name == path || name.starts_with(&format!("{path}/")))
            .map(|(_, licence)| (name.to_owned(), licence.clone()));
        if self.is_share_alike(name, bytes) {
            return vec![Notice(format!(
                "{name}: under a share-alike licence (ODbL), skipped; the whole gazetteer would \
                 have to carry it (say --share-alike to take it nevertheless)"
            ))];
        }
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let mut bad = BadRows::new(name);
        let known = match shape_of(text) {
            Some(Shape::GeoNames) => {
                geonames::add_dump(self, text, &mut bad);
                true
            }
            Some(Shape::AlternateNames) => {
                geonames::add_alternate_names(self, text, &mut bad);
                true
            }
            Some(Shape::AdminCodes) => {
                geonames::add_codes(self, text, &mut bad);
                true
            }
            Some(Shape::CountryInfo) => true,
            Some(Shape::WhosOnFirst) => {
                whosonfirst::add(self, text, &mut bad);
                true
            }
            Some(Shape::GeoJson) => geojsons::add(self, name, text, &mut bad),
            Some(Shape::Json) => geojsons::add_opensyria(self, text, &mut bad),
            Some(Shape::Gns) => {
                gns::add(self, text, &mut bad);
                true
            }
            Some(Shape::Csv) => {
                let before = self.rows.iter().sum::<u64>();
                let known = csvs::add(self, text, &mut bad);
                if self.told.is_none()
                    && self.rows.iter().sum::<u64>() > before
                    && self
                        .sources
                        .iter()
                        .zip(&self.rows)
                        .any(|(s, n)| s.licence == UNKNOWN && *n > 0)
                    && !text
                        .lines()
                        .next()
                        .is_some_and(|head| head.contains("admin1,admin2,cc"))
                {
                    bad.notices.push(Notice(format!(
                        "{name}: its licence is not known (tell it: --licence {name}=NAME)"
                    )));
                }
                known
            }
            None => false,
        };
        if !known {
            bad.notices
                .push(Notice(format!("{name}: not of a known shape, skipped")));
        }
        bad.finish()
    }

    /// True for inputs known to be under a share-alike licence, unless those are allowed.
    fn is_share_alike(&self, name: &str, bytes: &[u8]) -> bool {
        let lower = name.to_ascii_lowercase();
        let begins = String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]).to_ascii_lowercase();
        let told = self.licences.iter().any(|(path, licence)| {
            let licence = licence.to_ascii_lowercase();
            (name == path || name.starts_with(&format!("{path}/")))
                && (licence.contains("odbl") || licence.split([' ', '-']).any(|word| word == "sa"))
        });
        !self.share_alike
            && (told
                || lower.contains("odbl")
                || lower.contains("openflights")
                || begins.contains("openstreetmap contributors")
                || begins.contains("\"osm_id\""))
    }

    /// The number of a data set, noted for the credits.
    pub(crate) fn source(&mut self, name: &str, licence: &str, credit: &str) -> u16 {
        // What the caller tells of a file goes before what its shape suggests.
        let told = self.told.as_ref().map(|(file, licence)| {
            let stem = file.rsplit('/').next().unwrap_or(file);
            (format!("{name}: {stem}"), licence.clone())
        });
        let (name, licence) = told
            .as_ref()
            .map_or((name, licence), |(name, licence)| (&name[..], &licence[..]));
        let known = self.sources.iter().position(|source| source.name == name);
        let number = known.unwrap_or_else(|| {
            self.sources.push(Source {
                name: name.into(),
                licence: licence.into(),
                credit: credit.into(),
            });
            self.rows.push(0);
            self.sources.len() - 1
        });
        number as u16
    }

    /// Takes one row; rows with a GeoNames id already known are joined at once, those of countries that are
    /// not wanted fall away ([`FALLEN`]).
    pub(crate) fn push(&mut self, row: Row, source: u16) -> u32 {
        if !self.only.is_empty() && row.country.is_some_and(|it| !self.only.contains(&it)) {
            return FALLEN;
        }
        self.rows[usize::from(source)] += 1;
        let draft = self.draft(row, source);
        if draft.geonames_id != 0 {
            if let Some(&known) = self.by_geonames.get(&draft.geonames_id) {
                self.join_into(known, draft);
                return known;
            }
            self.by_geonames
                .insert(draft.geonames_id, self.drafts.len() as u32);
        }
        let number = self.drafts.len() as u32;
        if draft.own_key != 0 {
            self.by_own_key.entry(draft.own_key).or_insert(number);
        }
        self.drafts.push(draft);
        number
    }

    /// A row with its texts as numbers.
    fn draft(&mut self, row: Row, source: u16) -> Draft {
        let hash = |key: Option<String>| key.map_or(0, |k| crate::fold::hash_bytes(k.as_bytes()));
        let name = self.strings.number(&row.name);
        let mut names = Vec::with_capacity(row.names.len());
        for text in &row.names {
            let number = self.strings.number(text.trim());
            if number != 0 && number != name && !names.contains(&number) && names.len() < NAMES_MAX
            {
                names.push(number);
            }
        }
        Draft {
            id: self.strings.number(&row.id),
            further_ids: Vec::new(),
            name,
            names,
            demonyms: row
                .demonyms
                .iter()
                .map(|text| self.strings.number(text.trim()))
                .filter(|number| *number != 0)
                .collect(),
            kind: row.kind,
            country: row.country,
            admin1: self.strings.number(&row.admin1),
            admin1_code: self.strings.number(&row.admin1_code),
            pcode: self.strings.number(&row.pcode),
            at: row.at,
            radius_m: row.radius_m.map(|r| r as f32),
            extent: row.extent,
            population: u32::try_from(row.population).unwrap_or(u32::MAX),
            geonames_id: row.geonames_id,
            source,
            within1: hash(row.within1),
            within2: hash(row.within2),
            own_key: hash(row.own_key),
            shape: row.shape.map(Box::new),
            starter: false,
            middling: row.middling,
            gone: false,
        }
    }

    /// Joins what is one place, makes the indexes and gives the bytes of the file.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        let late = std::mem::take(&mut self.late_names);
        let mut named = false;
        for (geonames_id, name) in late {
            if let Some(&known) = self.by_geonames.get(&geonames_id) {
                named = true;
                let draft = &mut self.drafts[known as usize];
                if draft.name != name
                    && !draft.names.contains(&name)
                    && draft.names.len() < NAMES_MAX
                {
                    draft.names.push(name);
                }
            }
        }
        geonames::add_divisions_from_codes(&mut self);
        join::join(&mut self);
        csvs::tie_pcodes(&mut self);
        if !self.only.is_empty() {
            self.shed(named);
        }
        write::write(self)
    }

    /// Lets go of texts and credits that only rows of other countries had; `named` says that GeoNames gave
    /// names to places that are kept.
    fn shed(&mut self, named: bool) {
        self.drafts
            .iter_mut()
            .filter(|it| it.gone)
            .for_each(|it| it.names.clear());
        let old = std::mem::take(&mut self.strings);
        let mut fresh = Strings::default();
        let mut used = vec![false; self.sources.len()];
        for draft in &mut self.drafts {
            used[usize::from(draft.source)] = true;
            let one = [
                &mut draft.id,
                &mut draft.name,
                &mut draft.admin1,
                &mut draft.admin1_code,
                &mut draft.pcode,
            ];
            let many = draft
                .further_ids
                .iter_mut()
                .chain(&mut draft.names)
                .chain(&mut draft.demonyms);
            for number in one.into_iter().chain(many) {
                *number = fresh.number(old.text(*number));
            }
        }
        self.strings = fresh;
        let mut numbers = vec![0; self.sources.len()];
        let (mut sources, mut rows) = (Vec::new(), Vec::new());
        for (n, source) in std::mem::take(&mut self.sources).into_iter().enumerate() {
            if used[n] || (named && source.name.starts_with(geonames::NAME)) {
                numbers[n] = sources.len() as u16;
                sources.push(source);
                rows.push(self.rows[n]);
            }
        }
        (self.sources, self.rows) = (sources, rows);
        for draft in &mut self.drafts {
            draft.source = numbers[usize::from(draft.source)];
        }
    }
}

/// True for the beginning of a table in one of GeoNames' own shapes: places, alternate names, codes of
/// divisions, countries.
#[must_use]
pub fn is_geonames(head: &str) -> bool {
    matches!(
        shape_of(head.trim_start_matches('\u{feff}')),
        Some(Shape::GeoNames | Shape::AlternateNames | Shape::AdminCodes | Shape::CountryInfo)
    )
}

/// The shapes of input that are told apart by content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    GeoNames,
    AlternateNames,
    AdminCodes,
    CountryInfo,
    WhosOnFirst,
    GeoJson,
    Json,
    Gns,
    Csv,
}

/// Tells the shape of a file by its first lines.
fn shape_of(text: &str) -> Option<Shape> {
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'))?;
    let head = crate::fold::cut(text.trim_start(), 4000);
    if head.starts_with('{') {
        return head.contains("FeatureCollection").then_some(Shape::GeoJson);
    }
    if head.starts_with('[') {
        return Some(Shape::Json);
    }
    let tabs = first.split('\t').count();
    let number = |n: usize| -> bool {
        first
            .split('\t')
            .nth(n)
            .is_some_and(|cell| cell.parse::<f64>().is_ok())
    };
    if tabs > 8 && gns::is_header(first) {
        return Some(Shape::Gns);
    }
    match tabs {
        22 if first.starts_with("wof_id\t") => Some(Shape::WhosOnFirst),
        19 if number(0) && number(4) && number(5) => Some(Shape::GeoNames),
        19 if text.starts_with('#') => Some(Shape::CountryInfo),
        8 | 10 if number(0) && number(1) => Some(Shape::AlternateNames),
        4 if number(3) && first.contains('.') => Some(Shape::AdminCodes),
        1 if first.contains(',') => Some(Shape::Csv),
        _ => None,
    }
}

/// Bad rows of one file: the first few by line, the others by their count.
#[derive(Debug)]
pub(crate) struct BadRows {
    file: String,
    notices: Vec<Notice>,
    count: usize,
}

impl BadRows {
    fn new(file: &str) -> Self {
        Self {
            file: file.into(),
            notices: Vec::new(),
            count: 0,
        }
    }

    pub(crate) fn note(&mut self, line: usize, what: &str) {
        self.count += 1;
        if self.count <= BAD_ROWS_NAMED {
            self.notices
                .push(Notice(format!("{}:{line}: {what}, row skipped", self.file)));
        }
    }

    fn finish(mut self) -> Vec<Notice> {
        if self.count > BAD_ROWS_NAMED {
            self.notices.push(Notice(format!(
                "{}: {} more bad rows skipped",
                self.file,
                self.count - BAD_ROWS_NAMED
            )));
        }
        self.notices
    }
}
