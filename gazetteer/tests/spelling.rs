//! Spellings: nothing within the distance of a typing error is missed, and a search box answers
//! with the most important first, whether the gazetteer is small (compared from end to end) or
//! large (by its index).

#![allow(
    clippy::unwrap_used,
    reason = "a test that unwraps nothing fails, as it should"
)]

use std::collections::BTreeSet;
use std::fmt::Write;

use gazetteer::build::Builder;
use gazetteer::{Context, CountryCode, Gazetteer};

/// Numbers from a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Invented names of syllables, in several scripts.
fn name(random: &mut Random) -> String {
    const LATIN: &[&str] = &[
        "ba", "qa", "mar", "ti", "sul", "no", "vo", "kha", "der", "zor", "é", "ş",
    ];
    const CYRILLIC: &[&str] = &["но", "во", "ка", "м’я", "хар", "їв", "ськ", "ли"];
    const ARABIC: &[&str] = &["تل", "خر", "با", "مي", "دي", "ر", "قل", "عة"];
    let syllables = [LATIN, LATIN, CYRILLIC, ARABIC][random.below(4)];
    (0..2 + random.below(4))
        .map(|_| random.pick(syllables))
        .collect()
}

/// One letter changed, left out, put in, or swapped with its neighbour.
fn error(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    match random.below(4) {
        0 => letters[at] = 'x',
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, 'و'),
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => letters.push('а'),
    }
    letters.into_iter().collect()
}

/// A gazetteer of so many villages with invented names, as a table would give them.
fn villages(count: usize) -> Gazetteer {
    let mut random = Random(42);
    let mut table = String::from("id,name,lat,lon,country,population\n");
    for n in 0..count {
        writeln!(
            table,
            "{n},{} {},{:.4},{:.4},SY,{}",
            // Some beginnings are those of thousands.
            match n % 6 {
                0 => "Khirbat".to_owned(),
                1 => "Qaryatayn".to_owned(),
                _ => name(&mut random),
            },
            name(&mut random),
            32.0 + random.below(50_000) as f64 / 10_000.0,
            36.0 + random.below(60_000) as f64 / 10_000.0,
            random.below(90_000)
        )
        .unwrap();
    }
    let mut builder = Builder::empty();
    builder.licence("villages.csv", "made up");
    assert!(builder.add("villages.csv", table.as_bytes()).is_empty());
    Gazetteer::open(builder.finish()).unwrap()
}

#[test]
fn every_name_within_the_distance_is_found() {
    // The first has no index and compares with every name; the second has one.
    for (count, rounds) in [(3_000, 200), (70_000, 30)] {
        let gazetteer = villages(count);
        let forms: Vec<String> = gazetteer.forms().map(str::to_owned).collect();
        let mut random = Random(count as u64);
        let mut found_any = 0;
        for round in 0..rounds {
            let mut word = forms[random.below(forms.len())].clone();
            for _ in 0..1 + round % 2 {
                word = error(&word, &mut random);
            }
            for most in 1..=2 {
                let told: BTreeSet<(String, usize)> = gazetteer
                    .misspelt(&word, most)
                    .into_iter()
                    .map(|(form, errors)| (form.to_owned(), errors))
                    .collect();
                let all: BTreeSet<(String, usize)> = forms
                    .iter()
                    .filter_map(|form| Some((form.clone(), distance(&word, form, most)?)))
                    .filter(|(form, errors)| {
                        *errors > 0 && form.chars().count() >= [4, 6][most - 1]
                    })
                    .collect();
                // At most 64 are given.
                if all.len() <= 64 {
                    assert_eq!(told, all, "{word} within {most} of {count}");
                } else {
                    assert!(told.len() == 64 && told.is_subset(&all), "{word}");
                }
                found_any += all.len();
            }
        }
        assert!(found_any > rounds, "{found_any}");
    }
}

/// Letters changed, left out, put in or swapped, by the whole table.
fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut t = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for (i, row) in t.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in t[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            t[i][j] = (t[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                .min(t[i - 1][j] + 1)
                .min(t[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                t[i][j] = t[i][j].min(t[i - 2][j - 2] + 1);
            }
        }
    }
    Some(t[a.len()][b.len()]).filter(|d| *d <= most)
}

#[test]
fn what_begins_so_comes_by_importance() {
    let gazetteer = villages(70_000);
    for begin in ["ba", "qam", "нов", "тل", "sulk", "derz", "каn"] {
        // Whoever bears just this name comes earlier than its size tells.
        if !gazetteer.named(begin).is_empty() {
            continue;
        }
        let mut all: Vec<(u8, String)> = gazetteer
            .places()
            .filter(|place| {
                std::iter::once(&place.name)
                    .chain(&place.names)
                    .any(|name| name.starts_with(begin))
            })
            .map(|place| (gazetteer.importance(&place.id).unwrap(), place.id))
            .collect();
        all.sort_by_key(|(importance, _)| std::cmp::Reverse(*importance));
        let told: Vec<u8> = gazetteer
            .search(begin, 10)
            .iter()
            .map(|place| gazetteer.importance(&place.id).unwrap())
            .collect();
        let best: Vec<u8> = all
            .iter()
            .take(10)
            .map(|(importance, _)| *importance)
            .collect();
        assert_eq!(told, best, "{begin}");
    }
    // Ten stand in the file for short beginnings; for eleven the names are walked through.
    for begin in ["b", "ba", "qa", "kh", "qam", "khi", "нов", "тل", "derz"] {
        let walked = gazetteer.beginning(begin, 11);
        for limit in [1, 3, 10] {
            let told = gazetteer.beginning(begin, limit);
            assert_eq!(told, walked[..walked.len().min(limit)], "{begin} {limit}");
        }
    }
}

#[test]
fn a_weak_match_says_so_and_comes_after_a_strong_one() {
    let gazetteer = Gazetteer::starter();
    for (typed, meant) in [
        ("Damascsu", "Damascus"),
        ("Homss", "Homs"),
        ("Qunietra", "Quneitra"),
        ("Zaporizhzhja", "Zaporizhzhia"),
        ("Gorlovka", "Horlivka"),
    ] {
        let found = gazetteer.resolve(typed, &Context::default());
        let best = found
            .first()
            .unwrap_or_else(|| panic!("{typed}: nothing found"));
        assert!(best.name.contains(meant), "{typed}: {}", best.name);
        if gazetteer.named(typed).is_empty() {
            assert!(best.score <= 0.8, "{typed}: {}", best.score);
            assert!(
                best.because.iter().any(|r| r.contains("weak match")),
                "{typed}: {:?}",
                best.because
            );
        }
    }
    let strong = gazetteer.resolve("Damascus", &Context::default());
    assert!(
        strong[0]
            .because
            .iter()
            .all(|reason| !reason.contains("weak match"))
    );
}

/// A gazetteer of a few villages, as GeoNames would give them.
fn of(rows: &[(&str, &str)]) -> Gazetteer {
    let mut text = String::new();
    for (n, (name, country)) in rows.iter().enumerate() {
        let (id, lon) = (n + 1, 30.0 + n as f64);
        writeln!(
            text,
            "{id}\t{name}\t{name}\t\t33.0\t{lon}\tP\tPPL\t{country}\t\t\t\t\t\t0\t\t\t\t"
        )
        .unwrap();
    }
    let mut builder = Builder::empty();
    builder.add("places.txt", text.as_bytes());
    Gazetteer::open(builder.finish()).unwrap()
}

#[test]
fn a_spelling_of_another_script_finds_a_place_that_nobody_wrote_so() {
    let gazetteer = of(&[
        ("Qaryat Qarqashah", "IQ"),
        ("Dhaylab", "SY"),
        ("Dulab", "SY"),
        ("Ioni", "BY"),
        ("Shilaidaha", "BD"),
        ("Shchuchin", "BY"),
        ("Mir Wahi", "PK"),
    ]);
    for (asked, place) in [
        ("قرية قرقشة", "Qaryat Qarqashah"),
        ("ذيلب", "Dhaylab"),
        ("دولاب", "Dulab"),
        ("Иони", "Ioni"),
        ("শিলাইদহ", "Shilaidaha"),
        ("Szczuczyn", "Shchuchin"),
        ("Goth Mir Wahi", "Mir Wahi"),
    ] {
        let found = gazetteer.search(asked, 3);
        assert_eq!(found.first().map(|p| &p.name[..]), Some(place), "{asked}");
    }
}

/// A weak match says so, and stands behind a name that agrees.
#[test]
fn a_weak_match_says_it_is_weak_and_comes_last() {
    let gazetteer = of(&[("Varlamovka", "RU"), ("Varlamivka", "UA")]);
    let found = gazetteer.search("Varlamovka", 2);
    assert_eq!(found[0].name, "Varlamovka");
    // Where its country is told the other is an answer too, and tells what it is.
    let context = Context {
        countries: CountryCode::new("UA").into_iter().collect(),
        ..Context::default()
    };
    let answers = gazetteer.resolve("Varlamovka", &context);
    let weak = answers.iter().find(|a| a.name == "Varlamivka").unwrap();
    assert!(
        weak.because.iter().any(|b| b.starts_with("a weak match")),
        "{:?}",
        weak.because
    );
    let exact = answers.iter().find(|a| a.name == "Varlamovka").unwrap();
    assert!(exact.because.iter().all(|b| !b.starts_with("a weak match")));
}

/// Of places as likely as each other one that has another of its name beside it comes first.
#[test]
fn where_most_of_what_may_be_meant_lies_comes_first() {
    let mut table = String::from("id,name,lat,lon,country\n");
    // By itself; then two that lie side by side.
    for (n, (lat, lon)) in [(35.0, 37.0), (35.8, 39.4), (35.86, 39.42)]
        .into_iter()
        .enumerate()
    {
        writeln!(table, "{n},Abu Hammad,{lat},{lon},SY").unwrap();
    }
    let mut builder = Builder::empty();
    builder.licence("villages.csv", "made up");
    assert!(builder.add("villages.csv", table.as_bytes()).is_empty());
    let gazetteer = Gazetteer::open(builder.finish()).unwrap();
    let answers = gazetteer.resolve("Abu Hammad", &Context::default());
    let lons: Vec<f64> = answers
        .iter()
        .filter_map(|a| Some(a.centre?.lon()))
        .collect();
    assert_eq!(lons[0], 39.4, "{lons:?}");
    assert!(lons.contains(&37.0), "{lons:?}");
}
