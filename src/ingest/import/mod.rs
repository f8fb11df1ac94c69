//! Tables in: rows to accounts, in batches, each row by itself.
//!
//! A table is read twice: once to see how it is written (the encoding, which of two numbers is the
//! day, which points many rows share), and once to take its rows. Nothing is held but a batch.
//!
//! # What is not here
//!
//! No formats ([`crate::sources::tables`]) and no SQL ([`crate::store`]).

mod account;
mod nested;
mod places;
mod sorts;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;

use gazetteer::Gazetteer;
use sha2::{Digest, Sha256};

use self::account::{Made, Making, RowText};
use self::places::{Crowds, DOUBTED, Flag, Placer};
use crate::sources::tables::{self, BadRow, Mapping, Table, given};
pub use crate::sources::tables::{DayOrder, Field, Profile};
use crate::store::{RowDone, RowTold, SourceName, Store, StoreError, WholeIncident};

/// Rows kept in one transaction: a commit costs some milliseconds, a row a tenth of one.
pub const BATCH_ROWS: usize = 1_000;

/// Different words for a type that are named at the end.
const UNKNOWN_WORDS_MAX: usize = 20;

/// How a table is to be read.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Whose table it is; `None` to see by its header.
    pub profile: Option<Profile>,
    /// Columns and what they say, by the operator.
    pub map: Vec<(String, Field)>,
    /// Which number is the day, where the table leaves it open.
    pub order: DayOrder,
    /// The name its rows are kept under; `None` for the profile's or the file's.
    pub source: Option<String>,
    /// The licence of its rows.
    pub licence: Option<String>,
    /// The table is the whole of its source: rows it has no more are taken back.
    pub replace: bool,
}

/// What became of a table's rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImportTally {
    /// Rows read, bad ones too.
    pub rows: usize,
    /// New incidents.
    pub new: usize,
    /// Rows that joined an incident others told of.
    pub joined: usize,
    /// Rows known with other words, replaced.
    pub changed: usize,
    /// Rows known word for word.
    pub unchanged: usize,
    /// Rows that could not be taken.
    pub bad: usize,
    /// Rows that say the same as one before them.
    pub repeated: usize,
    /// Rows that tell of no incident.
    pub no_incident: usize,
    /// Rows taken back.
    pub withdrawn: usize,
    /// Of the new, joined and changed: without a shape.
    pub unplaced: usize,
    /// Of the same: without a day.
    pub undated: usize,
}

/// Something to tell while a table is read.
#[derive(Debug)]
pub enum ImportTold<'a> {
    /// How the table is understood: what it is, and what each column says.
    Understood(String),
    /// A row could not be taken.
    Bad(&'a BadRow),
    /// Something to know; nothing was lost by it.
    Noted(String),
}

/// Why a table could not be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It could not be read at all: a sentence.
    #[error("{0}")]
    Unread(String),
    /// The options make no sense for it.
    #[error("{0}")]
    Usage(String),
    /// The store did not do its work.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the first reading saw.
struct Seen {
    legacy: bool,
    header: Vec<String>,
    profile: Profile,
    mapping: Mapping,
    order: DayOrder,
    crowds: Crowds,
    what: &'static str,
}

/// How a table is understood, before any of its rows is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Understood {
    /// What kind of file it is, in words.
    pub what: &'static str,
    /// Whose table it is.
    pub profile: Profile,
    /// The name its rows would be kept under.
    pub source: String,
    /// Each column, and what it says; `None` for one that is only kept with its row.
    pub columns: Vec<(String, Option<Field>)>,
}

/// Reads a table once and says how it is understood. `open` gives its bytes from the start.
pub fn understood<R: Read>(
    name: &str,
    mut open: impl FnMut() -> std::io::Result<R>,
    options: &ImportOptions,
) -> Result<Understood, ImportError> {
    let mut opened = |legacy: bool| -> Result<Table<'_>, ImportError> {
        let input = open().map_err(|e| ImportError::Unread(cannot(name, &e)))?;
        tables::open(name, input, legacy).map_err(|e| ImportError::Unread(e.to_string()))
    };
    let seen = see(name, &mut opened, options)?;
    let field_of = |at: usize| {
        let mut fields = Field::ALL.iter().map(|(field, _)| *field);
        fields.find(|field| seen.mapping.columns(*field).contains(&at))
    };
    Ok(Understood {
        what: seen.what,
        profile: seen.profile,
        source: source_of(name, &seen, options).name,
        columns: seen
            .header
            .iter()
            .enumerate()
            .map(|(at, column)| (column.clone(), field_of(at)))
            .collect(),
    })
}

/// Reads a table and keeps its rows. `open` gives its bytes from the start, and is asked twice.
pub fn import<R: Read>(
    name: &str,
    mut open: impl FnMut() -> std::io::Result<R>,
    options: &ImportOptions,
    gazetteer: &Gazetteer,
    store: &mut Store,
    mut tell: impl FnMut(ImportTold<'_>),
) -> Result<ImportTally, ImportError> {
    store.with_room(|store| imported(name, &mut open, options, gazetteer, store, &mut tell))?
}

fn imported<R: Read>(
    name: &str,
    open: &mut impl FnMut() -> std::io::Result<R>,
    options: &ImportOptions,
    gazetteer: &Gazetteer,
    store: &mut Store,
    tell: &mut impl FnMut(ImportTold<'_>),
) -> Result<ImportTally, ImportError> {
    let mut opened = |legacy: bool| -> Result<Table<'_>, ImportError> {
        let input = open().map_err(|e| ImportError::Unread(cannot(name, &e)))?;
        tables::open(name, input, legacy).map_err(|e| ImportError::Unread(e.to_string()))
    };
    let seen = see(name, &mut opened, options)?;
    let source = source_of(name, &seen, options);
    tell(ImportTold::Understood(format!(
        "{name}: {} ({}), kept as source “{}”; {}",
        seen.profile.in_words(),
        seen.what,
        source.name,
        seen.mapping.in_words()
    )));
    if seen.legacy {
        tell(ImportTold::Noted(format!(
            "{name}: some bytes are no UTF-8, so it is read as Windows-1252; save it as UTF-8 if letters come out wrong"
        )));
    }
    let Seen {
        legacy,
        header,
        profile,
        mapping,
        order,
        crowds,
        ..
    } = seen;
    let making = Making {
        source: &source.name,
        profile,
        publisher: source.publisher.as_deref(),
        licence: source.licence.as_deref(),
        mapping: &mapping,
        gazetteer,
    };
    let mut placer = Placer::new(gazetteer, crowds);
    let mut under_way = store.begin_import(&source)?;
    let mut tally = ImportTally::default();
    let mut flags: BTreeMap<Flag, usize> = BTreeMap::new();
    let mut odd: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines: HashMap<u64, usize> = HashMap::new();
    let mut batch: Vec<RowTold> = Vec::with_capacity(BATCH_ROWS);
    let mut deleted: Vec<String> = Vec::new();
    let mut keep = |batch: &mut Vec<RowTold>,
                    whole: &mut Vec<WholeIncident>,
                    tally: &mut ImportTally|
     -> Result<(), ImportError> {
        if !whole.is_empty() {
            for (incident, new) in whole.iter().zip(store.import_incidents(whole)?) {
                if new {
                    tally.new += 1;
                    let drawn = |a: &crate::incident::Account| {
                        let place = a.place.located.as_ref();
                        place.is_some_and(|p| p.point().is_some() || p.area.is_some())
                    };
                    tally.unplaced += usize::from(!incident.accounts.iter().any(drawn));
                } else {
                    tally.unchanged += 1;
                }
            }
            whole.clear();
        }
        if batch.is_empty() {
            return Ok(());
        }
        let done = store.import_rows(&mut under_way, batch)?;
        for (row, done) in batch.iter().zip(done) {
            let counted = match done {
                RowDone::New => &mut tally.new,
                RowDone::Joined => &mut tally.joined,
                RowDone::Changed => &mut tally.changed,
                RowDone::Unchanged => {
                    tally.unchanged += 1;
                    continue;
                }
                RowDone::Taken => {
                    tally.bad += 1;
                    let why = format!(
                        "has the id {}, which a report of another source has; say --source NAME",
                        row.report.id
                    );
                    odd.entry(why).or_insert((0, 0)).1 += 1;
                    continue;
                }
            };
            *counted += 1;
            let place = row.account.place.located.as_ref();
            let drawn = place.is_some_and(|p| p.point().is_some() || p.area.is_some());
            tally.unplaced += usize::from(!drawn);
            let when = &row.account.when;
            tally.undated += usize::from(when.start.is_none() && when.end.is_none());
        }
        batch.clear();
        Ok(())
    };
    let mut whole: Vec<WholeIncident> = Vec::new();
    let mut oddities: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in opened(legacy)? {
        tally.rows += 1;
        let line = match &row {
            Ok(row) => row.line,
            Err(bad) => bad.line,
        };
        // Our own full detail is kept as it is told, under its own ids.
        let nested = row.as_ref().ok().and_then(|row| row.nested.as_deref());
        if let Some(properties) = nested {
            match nested::whole(properties) {
                Ok(incident) => whole.push(incident),
                Err(why) => {
                    tally.bad += 1;
                    tell(ImportTold::Bad(&BadRow { line, why }));
                }
            }
            if whole.len() >= BATCH_ROWS {
                keep(&mut batch, &mut whole, &mut tally)?;
            }
            continue;
        }
        let taken = row.and_then(|row| {
            let text = RowText::of(&header, &row.cells);
            let digest = (row.cells.clone(), row.shape.clone());
            given(row, &mapping, profile, order).map(|given| (given, text, digest))
        });
        let (given, text, (cells, shape)) = match taken {
            Ok(taken) => taken,
            Err(bad) => {
                tally.bad += 1;
                tell(ImportTold::Bad(&bad));
                continue;
            }
        };
        let local = match &given.id {
            Some(id) => id.clone(),
            None => id_of_cells(&header, &cells, shape.as_ref()),
        };
        let id = format!("{}:{local}", making.source);
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let key = hasher.finish();
        if let Some(first) = lines.get(&key) {
            if given.id.is_some() {
                tally.bad += 1;
                let why = format!("has the id {local}, which line {first} has already");
                tell(ImportTold::Bad(&BadRow { line, why }));
            } else {
                tally.repeated += 1;
            }
            continue;
        }
        lines.insert(key, line);
        if given.deleted {
            deleted.push(id);
            continue;
        }
        if says_nothing(&given) {
            tally.bad += 1;
            let why = "says neither what happened, nor where, nor when".to_owned();
            tell(ImportTold::Bad(&BadRow { line, why }));
            continue;
        }
        for why in &given.odd {
            oddities.entry(why.clone()).or_insert((line, 0)).1 += 1;
        }
        let (place, flagged) = placer.place(&given);
        let mut given = given;
        for (flag, _) in &flagged {
            *flags.entry(*flag).or_default() += 1;
        }
        if !flagged.is_empty() {
            given.tags.push(DOUBTED.to_owned());
        }
        let made = account::made(&given, text, &id, place, &making, |words| {
            if unknown.len() < UNKNOWN_WORDS_MAX || unknown.contains_key(words) {
                *unknown.entry(words.to_owned()).or_default() += 1;
            }
        });
        match made {
            Made::NoIncident => tally.no_incident += 1,
            Made::Row(row) => {
                batch.push(*row);
                if batch.len() >= BATCH_ROWS {
                    keep(&mut batch, &mut whole, &mut tally)?;
                }
            }
        }
    }
    keep(&mut batch, &mut whole, &mut tally)?;
    tally.withdrawn += store.withdraw_rows(&under_way, &deleted)?;
    if options.replace {
        let missing = store.rows_missing(&under_way)?;
        if tally.bad > 0 && !missing.is_empty() {
            tell(ImportTold::Noted(format!(
                "{name}: {} rows known before are not in this table, but {} could not be read, so none was taken back; mend these and import again",
                missing.len(),
                tally.bad
            )));
        } else {
            tally.withdrawn += store.withdraw_rows(&under_way, &missing)?;
        }
    }
    for (why, (line, n)) in odd.into_iter().chain(oddities) {
        let lines = match (line, n) {
            (0, 1) => "a row".to_owned(),
            (0, n) => format!("{n} rows"),
            (line, 1) => format!("line {line}"),
            (line, n) => format!("{n} rows, the first on line {line}"),
        };
        tell(ImportTold::Noted(format!("{name}, {lines}: {why}")));
    }
    for (flag, n) in flags {
        tell(ImportTold::Noted(format!(
            "{name}: {n} row{} {}",
            if n == 1 { "" } else { "s" },
            flag.in_words()
        )));
    }
    if !unknown.is_empty() {
        let words: Vec<String> = unknown.iter().map(|(w, n)| format!("{w} ({n})")).collect();
        tell(ImportTold::Noted(format!(
            "{name}: words for a type that are not known, so the type was read from the row's own words where it could be: {}",
            words.join(", ")
        )));
    }
    Ok(tally)
}

fn cannot(name: &str, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("{name} does not exist"),
        _ => format!("{name} cannot be read: {error}"),
    }
}

/// The first reading: what the table is and how it is written.
fn see<'t>(
    name: &str,
    opened: &mut impl FnMut(bool) -> Result<Table<'t>, ImportError>,
    options: &ImportOptions,
) -> Result<Seen, ImportError> {
    let understood = |header: &[String]| {
        tables::mapping(header, options.profile, &options.map)
            .map_err(|why| ImportError::Usage(format!("{name}: {why}")))
    };
    let mut table = opened(false)?;
    let mut header = table.header();
    let mut tried = tables::mapping(&header, options.profile, &options.map).ok();
    let mut order = DayOrder::default();
    let mut crowds = Crowds::default();
    while let Some(row) = table.next() {
        let Ok(row) = row else { continue };
        // Features bring new names along.
        let now = table.header();
        if now.len() != header.len() {
            header = now;
            tried = tables::mapping(&header, options.profile, &options.map).ok();
        }
        let Some((profile, mapping)) = &tried else {
            continue;
        };
        for field in [Field::Date, Field::DateEnd, Field::Published] {
            for cell in mapping.all(&row.cells, field) {
                order = order.seen(cell);
            }
        }
        if let Ok(given) = given(row, mapping, *profile, DayOrder::DayFirst)
            && let Some(at) = given.position
        {
            crowds.count(at);
        }
    }
    let (profile, mapping) = understood(&header)?;
    if options.order != DayOrder::Unknown {
        order = options.order;
    }
    let tells = [
        Field::Date,
        Field::DateEnd,
        Field::Year,
        Field::Place,
        Field::Lat,
        Field::Coordinates,
        Field::Wkt,
        Field::Notes,
        Field::Title,
        Field::Deleted,
    ];
    if !tells.iter().any(|f| mapping.has(*f)) {
        let fields: Vec<&str> = Field::ALL.iter().map(|(_, code)| *code).collect();
        return Err(ImportError::Usage(format!(
            "{name}: no column was understood ({}); say --map COLUMN=FIELD, with the fields {}",
            header.join(", "),
            fields.join(", ")
        )));
    }
    Ok(Seen {
        legacy: table.misfit(),
        header,
        profile,
        mapping,
        order,
        crowds,
        what: table.what,
    })
}

/// The name the rows are kept under.
fn source_of(name: &str, seen: &Seen, options: &ImportOptions) -> SourceName {
    let stem = || {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let stem = file.split('.').next().unwrap_or(file);
        let plain: String = stem
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        let plain = plain.trim_matches('-').to_lowercase();
        if plain.is_empty() {
            "table".to_owned()
        } else {
            plain
        }
    };
    let publisher = seen.profile.publisher().map(str::to_owned);
    let name = options.source.clone();
    let name = name.or_else(|| seen.profile.source().map(str::to_owned));
    let name = name.unwrap_or_else(stem);
    SourceName {
        publisher: publisher.or_else(|| Some(name.clone())),
        name,
        licence: options.licence.clone(),
    }
}

/// An id for a row that has none: the same cells give it again.
fn id_of_cells(header: &[String], cells: &[String], shape: Option<&tables::Shape>) -> String {
    let mut hash = Sha256::new();
    for (name, cell) in header.iter().zip(cells) {
        if !cell.trim().is_empty() {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(cell.trim().as_bytes());
            hash.update([0]);
        }
    }
    if let Some(shape) = shape {
        hash.update(format!("{shape:?}").as_bytes());
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("row-{hex}")
}

fn says_nothing(it: &tables::Given) -> bool {
    it.start.is_none()
        && it.end.is_none()
        && it.position.is_none()
        && it.area.is_none()
        && it.names == tables::Names::default()
        && it.sorts.is_empty()
        && it.notes.is_none()
        && it.title.is_none()
}
