//! How well a spelling is found that nobody stored: one further name of each of some places is
//! left out of a gazetteer, and looked for in it.
//!
//! ```text
//! heldout GAZETTEER [PLACES]      so many places of each group, 1 000 unless told
//! ```
//!
//! Of each group (Arabic, Cyrillic and South Asian countries) places with two names or more are
//! taken from a fixed seed, and of each one further name, in the script of the group or in Latin
//! letters. The others are built into a gazetteer as GeoNames gives them; the name left out counts
//! as found when its place, or another that bears the place's main name, is among the first ten that
//! a search box shows. A name that still finds a place letter by letter as it is folded is no
//! spelling that nobody stored, and is not asked.

#![allow(clippy::print_stdout, reason = "a command-line example")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::error::Error;
use std::fmt::Write as _;

use gazetteer::build::Builder;
use gazetteer::{Context, Gazetteer, Kind, Place};

/// Answers that a search box shows.
const SHOWN: usize = 10;
/// Places of each group, where nothing is told.
const PLACES: usize = 1_000;

const GROUPS: &[(&str, &[&str])] = &[
    (
        "Arabic",
        &[
            "AE", "BH", "DZ", "EG", "IQ", "JO", "KW", "LB", "LY", "MA", "OM", "PS", "QA", "SA",
            "SD", "SY", "TN", "YE",
        ],
    ),
    (
        "Cyrillic",
        &["BG", "BY", "KG", "KZ", "MK", "MN", "RS", "RU", "TJ", "UA"],
    ),
    ("South Asian", &["BD", "IN", "LK", "NP", "PK"]),
];

/// A name left out.
struct Hidden {
    place: usize,
    row: &'static str,
    name: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = arguments.first().ok_or("which gazetteer?")?;
    let most = arguments.get(1).map_or(Ok(PLACES), |n| n.parse())?;
    let full = Gazetteer::open(std::fs::read(file)?)?;
    let places: Vec<Place> = full
        .places()
        .filter(|place| place.at.is_some() && place.country.is_some())
        .collect();
    let hidden = chosen(&places, most);
    let mut left_out: HashMap<usize, &str> = HashMap::new();
    for it in &hidden {
        left_out.insert(it.place, &it.name);
    }
    let mut rows = String::new();
    for (n, place) in places.iter().enumerate() {
        row(&mut rows, n, place, left_out.get(&n).copied());
    }
    let mut builder = Builder::empty();
    builder.add("places.txt", rows.as_bytes());
    drop(rows);
    let less = Gazetteer::open(builder.finish())?;

    // (asked, in a search box, first of all in a phrase with its country told), of all names left
    // out and of those that nothing is named by
    let mut counts: BTreeMap<&str, [[usize; 3]; 2]> = BTreeMap::new();
    let show = std::env::var_os("MISSES").is_some();
    for it in &hidden {
        let nobody = less.named(&it.name).is_empty();
        // Two villages of one name are one spelling: which of them is meant is another question.
        let mut right: HashSet<String> = less
            .named(&places[it.place].name)
            .into_iter()
            .map(|place| place.id)
            .collect();
        right.insert(format!("geonames:{}", it.place + 1));
        let found = less
            .search(&it.name, SHOWN)
            .iter()
            .any(|place| right.contains(&place.id));
        let context = Context {
            countries: places[it.place].country.into_iter().collect(),
            limit: SHOWN,
            ..Context::default()
        };
        let resolved = less
            .resolve(&it.name, &context)
            .into_iter()
            .any(|answer| answer.place_id.is_some_and(|id| right.contains(&id)));
        let entry = counts.entry(it.row).or_default();
        for count in entry.iter_mut().take(if nobody { 2 } else { 1 }) {
            count[0] += 1;
            count[1] += usize::from(found);
            count[2] += usize::from(resolved);
        }
        if show && !(found && resolved) {
            println!(
                "{}: {} {} {:?} of {:?}{}",
                it.row,
                found,
                resolved,
                it.name,
                places[it.place].name,
                if nobody { "" } else { ", named by others" }
            );
        }
    }
    println!(
        "| names of | left out | search, first {SHOWN} | resolve, country told, first {SHOWN} | \
         stored by nobody | search | resolve |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut all = [[0; 3]; 2];
    for (row, count) in &counts {
        line(row, *count);
        for (sum, n) in all.as_flattened_mut().iter_mut().zip(count.as_flattened()) {
            *sum += n;
        }
    }
    line("all", all);
    Ok(())
}

fn line(row: &str, counts: [[usize; 3]; 2]) {
    print!("| {row} |");
    for [asked, found, resolved] in counts {
        let share = |n: usize| n as f64 / asked.max(1) as f64;
        print!(" {asked} | {:.3} | {:.3} |", share(found), share(resolved));
    }
    println!();
}

/// The names that are left out: of each group so many places by a fixed order, of each place one
/// further name of the row that has fewer so far.
fn chosen(places: &[Place], most: usize) -> Vec<Hidden> {
    let mut order: Vec<usize> = (0..places.len())
        .filter(|n| !places[*n].names.is_empty())
        .collect();
    order.sort_by_key(|n| mixed(&places[*n].id));
    let mut out: Vec<Hidden> = Vec::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for n in order {
        let place = &places[n];
        if matches!(place.kind, Kind::Country | Kind::Continent) {
            continue;
        }
        let Some((group, _)) = GROUPS.iter().find(|(_, countries)| {
            place
                .country
                .is_some_and(|country| countries.contains(&country.as_str()))
        }) else {
            continue;
        };
        let best = place
            .names
            .iter()
            .filter_map(|name| Some((row_of(group, name)?, name)))
            .min_by_key(|(row, name)| (counts.get(row).copied().unwrap_or(0), mixed(name)));
        let Some((row, name)) = best else { continue };
        let count = counts.entry(row).or_default();
        if *count < most {
            *count += 1;
            out.push(Hidden {
                place: n,
                row,
                name: name.clone(),
            });
        }
    }
    out
}

/// The line of the table that a name counts in: its group, and its script.
fn row_of(group: &str, name: &str) -> Option<&'static str> {
    if name.chars().count() < 3 || name.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let has = |from: char, to: char| name.chars().any(|c| (from..=to).contains(&c));
    let latin = name
        .chars()
        .all(|c| !c.is_alphabetic() || c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c));
    Some(match group {
        "Arabic" if has('\u{600}', '\u{6ff}') => "Arabic countries, Arabic letters",
        "Arabic" if latin => "Arabic countries, Latin letters",
        "Cyrillic" if has('\u{400}', '\u{4ff}') => "Cyrillic countries, Cyrillic letters",
        "Cyrillic" if latin => "Cyrillic countries, Latin letters",
        "South Asian" if has('\u{900}', '\u{dff}') => "South Asia, own letters",
        "South Asian" if has('\u{600}', '\u{6ff}') => "South Asia, Arabic letters",
        "South Asian" if latin => "South Asia, Latin letters",
        _ => return None,
    })
}

/// A number of a text that looks like chance and is always the same (FNV-1a).
fn mixed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A place as a row of a GeoNames dump, one of its names left out.
fn row(out: &mut String, number: usize, place: &Place, left_out: Option<&str>) {
    let Some(at) = place.at else { return };
    let clean = |name: &str| name.replace(['\t', '\n', ','], " ");
    let names: Vec<String> = place
        .names
        .iter()
        .filter(|name| Some(&name[..]) != left_out)
        .map(|name| clean(name))
        .collect();
    let (class, code) = match place.kind {
        Kind::Country => ("A", "PCLI"),
        Kind::Admin1 => ("A", "ADM1"),
        Kind::Admin2 => ("A", "ADM2"),
        Kind::Admin3 => ("A", "ADM3"),
        Kind::Capital => ("P", "PPLC"),
        Kind::City | Kind::Town | Kind::Village => ("P", "PPL"),
        Kind::Neighbourhood => ("P", "PPLX"),
        Kind::River => ("H", "STM"),
        Kind::Lake => ("H", "LK"),
        Kind::Mountain => ("T", "MT"),
        Kind::Island => ("T", "ISL"),
        Kind::Airport => ("S", "AIRP"),
        _ => ("L", "LCTY"),
    };
    let name = clean(&place.name);
    let country = place.country.map(|c| c.to_string()).unwrap_or_default();
    let _ = writeln!(
        out,
        "{}\t{name}\t{name}\t{}\t{}\t{}\t{class}\t{code}\t{country}\t\t\t\t\t\t{}\t\t\t\t",
        number + 1,
        names.join(","),
        at.lat(),
        at.lon(),
        place.population
    );
}
