//! `import`.

use std::fs::File;
use std::io::{self, Cursor, Read, Write};

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{self, DatesOption, House, ProfileOption};
use crate::ingest::import::{
    self, DayOrder, Field, ImportError, ImportOptions, ImportTally, ImportTold, Profile,
};
use crate::sources::tables::WHOLE_BYTES_MAX;
use crate::store::Store;

/// Bad rows that are named one by one; the rest is counted.
const BAD_NAMED_MAX: usize = 100;

/// Reads tables and keeps their rows.
pub(super) fn import(it: &config::Import, house: &House) -> Outcome {
    let options = options(it)?;
    let gazetteer = gazetteer(house)?;
    let mut store = Store::open(&house.data)?;
    let mut all_read = true;
    for name in &it.files {
        let mut named = 0;
        let tell = |told: ImportTold<'_>| match told {
            ImportTold::Understood(words) | ImportTold::Noted(words) => say(&words),
            ImportTold::Bad(bad) => {
                named += 1;
                if named <= BAD_NAMED_MAX {
                    say(&format!("{name}, line {}: {}; left out", bad.line, bad.why));
                } else if named == BAD_NAMED_MAX + 1 {
                    say(&format!("{name}: further bad rows are only counted"));
                }
            }
        };
        let stdin = match name.as_str() {
            "-" => Some(standard_input()?),
            _ => None,
        };
        let open = || -> io::Result<Box<dyn Read + '_>> {
            Ok(match &stdin {
                Some(bytes) => Box::new(Cursor::new(bytes.as_slice())),
                None => Box::new(File::open(name)?),
            })
        };
        match import::import(name, open, &options, &gazetteer, &mut store, tell) {
            Ok(tally) => writeln!(io::stdout().lock(), "{name}: {}", in_words(&tally))?,
            Err(ImportError::Unread(why)) => {
                say(&why);
                all_read = false;
            }
            Err(ImportError::Usage(why)) => return Err(Failed::Usage(why)),
            Err(ImportError::Store(error)) => return Err(error.into()),
        }
    }
    Ok(all_read)
}

fn standard_input() -> Result<Vec<u8>, Failed> {
    let most = u64::try_from(WHOLE_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| Failed::Work(format!("standard input cannot be read: {e}")))?;
    if bytes.len() > WHOLE_BYTES_MAX {
        return Err(Failed::Work(format!(
            "standard input is longer than {} MB; save it as a file and give that",
            WHOLE_BYTES_MAX / 1_000_000
        )));
    }
    Ok(bytes)
}

fn options(it: &config::Import) -> Result<ImportOptions, Failed> {
    let mut map = Vec::new();
    for pair in &it.map {
        let field = pair
            .rsplit_once('=')
            .and_then(|(column, field)| Some((column.to_owned(), Field::from_code(field)?)));
        let Some(told) = field else {
            let fields: Vec<&str> = Field::ALL.iter().map(|(_, code)| *code).collect();
            return Err(Failed::Usage(format!(
                "--map {pair}: COLUMN=FIELD is meant, with one of the fields {}",
                fields.join(", ")
            )));
        };
        map.push(told);
    }
    if let Some(source) = &it.source
        && (source.is_empty() || source.contains([':', '/']) || source.len() > 64)
    {
        return Err(Failed::Usage(format!(
            "--source {source}: a name of at most 64 letters without : and / is meant"
        )));
    }
    Ok(ImportOptions {
        profile: match it.profile {
            ProfileOption::Auto => None,
            ProfileOption::Acled => Some(Profile::Acled),
            ProfileOption::Ucdp => Some(Profile::Ucdp),
            ProfileOption::Gdelt => Some(Profile::Gdelt),
            ProfileOption::Ushahidi => Some(Profile::Ushahidi),
            ProfileOption::Plain => Some(Profile::Plain),
        },
        map,
        order: match it.dates {
            None => DayOrder::Unknown,
            Some(DatesOption::DayFirst) => DayOrder::DayFirst,
            Some(DatesOption::MonthFirst) => DayOrder::MonthFirst,
        },
        source: it.source.clone(),
        licence: it.licence.clone(),
        replace: it.replace,
    })
}

fn in_words(tally: &ImportTally) -> String {
    let mut parts = vec![
        format!("{} rows", tally.rows),
        format!("{} new incidents", tally.new),
        format!("{} merged into known ones", tally.joined),
        format!("{} changed", tally.changed),
        format!("{} unchanged", tally.unchanged),
        format!("{} without a shape", tally.unplaced),
        format!("{} undated", tally.undated),
        format!("{} bad", tally.bad),
    ];
    for (n, what) in [
        (tally.no_incident, "that tell of no incident"),
        (tally.repeated, "repeated"),
        (tally.withdrawn, "taken back"),
    ] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    parts.join(", ")
}
