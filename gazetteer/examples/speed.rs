//! How fast the gazetteer answers, for `scripts/bench.py gazetteer`: figures as JSON.
//!
//! ```text
//! speed synth ROWS > rows.txt           rows as GeoNames gives them, from a fixed seed
//! speed build OUT FILE...               builds, and says how long it took
//! speed measure FILE [TEXT]             look-ups in FILE; names in the text
//! speed text FILE TEXT                  the latter alone
//! speed answers FILE [TEXT]             what those look-ups answer, a line each: to compare two builds
//! speed names FILE                      every form of a name, one a line, for other programs
//! speed typos FILE COUNT                misspelt names, one a line
//! ```

#![allow(clippy::print_stdout, reason = "a command-line example")]

use std::error::Error;
use std::io::{BufWriter, Write};
use std::time::Instant;

use gazetteer::build::Builder;
use gazetteer::{Context, Gazetteer};
use serde_json::json;

/// Look-ups of one kind.
const LOOKUPS: usize = 4_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |n: usize| {
        arguments
            .get(n)
            .map(String::as_str)
            .ok_or("an argument is missing")
    };
    match argument(0)? {
        "synth" => synth(argument(1)?.parse()?),
        "build" => build(argument(1)?, &arguments[2..]),
        "measure" => measure(argument(1)?, arguments.get(2).map(String::as_str)),
        "text" => {
            let mut figures = json!({});
            let text = std::fs::read_to_string(argument(2)?)?;
            running(&open(argument(1)?)?, &text, &mut figures);
            println!("{figures}");
            Ok(())
        }
        "answers" => answers(argument(1)?, arguments.get(2).map(String::as_str)),
        "names" => {
            let gazetteer = open(argument(1)?)?;
            let mut out = BufWriter::new(std::io::stdout().lock());
            for form in gazetteer.forms() {
                writeln!(out, "{form}")?;
            }
            Ok(())
        }
        "typos" => {
            let gazetteer = open(argument(1)?)?;
            for word in typos(&gazetteer, argument(2)?.parse()?, 1) {
                println!("{word}");
            }
            Ok(())
        }
        other => Err(format!("{other} is no command of this example").into()),
    }
}

fn open(file: &str) -> Result<Gazetteer, Box<dyn Error>> {
    Ok(Gazetteer::open(std::fs::read(file)?)?)
}

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
}

/// Names as villages have them: one to three words of syllables, some words far more common.
fn synth(rows: usize) -> Result<(), Box<dyn Error>> {
    const FIRST: &[&str] = &[
        "Tall ", "Khirbat ", "Al ", "Novo", "Bir ", "Deh-e ", "Kafr ", "San ", "", "", "", "",
    ];
    const SYLLABLES: &[&str] = &[
        "ba", "da", "fa", "ga", "ha", "ja", "ka", "la", "ma", "na", "qa", "ra", "sa", "ta", "wa",
        "za", "bi", "di", "fi", "gi", "hi", "ki", "li", "mi", "ni", "ri", "si", "ti", "zi", "bu",
        "du", "hu", "ku", "lu", "mu", "nu", "ru", "su", "tu", "sha", "kha", "dar", "mar", "bek",
        "abad", "ovka", "pur", "an", "ur", "iyah",
    ];
    const COUNTRIES: &[&str] = &["SY", "IQ", "UA", "AF", "NG", "PK", "YE", "SD", "ET", "CD"];
    let mut random = Random(1);
    let mut out = BufWriter::new(std::io::stdout().lock());
    for n in 0..rows {
        let mut name = String::from(FIRST[random.below(FIRST.len())]);
        for syllable in 0..2 + random.below(3) {
            let part = SYLLABLES[random.below(SYLLABLES.len())];
            if syllable == 0 {
                name.extend(part.chars().next().map(|c| c.to_ascii_uppercase()));
                name.push_str(&part[1..]);
            } else {
                name.push_str(part);
            }
        }
        let other = name.replace('a', "e");
        let country = COUNTRIES[random.below(COUNTRIES.len())];
        let (lat, lon) = (
            random.below(600_000) as f64 / 10_000.0,
            random.below(1_000_000) as f64 / 10_000.0,
        );
        let people = if random.below(10) == 0 {
            random.below(200_000)
        } else {
            0
        };
        writeln!(
            out,
            "{}\t{name}\t{name}\t{other}\t{lat:.5}\t{lon:.5}\tP\tPPL\t{country}\t\t{:02}\t\t\t\t{people}\t\t0\tUTC\t2026-01-01",
            1_000_000 + n,
            random.below(20)
        )?;
    }
    Ok(())
}

fn build(out: &str, files: &[String]) -> Result<(), Box<dyn Error>> {
    let began = Instant::now();
    let mut builder = Builder::new();
    for file in files {
        builder.add(file, &std::fs::read(file)?);
    }
    let bytes = builder.finish();
    let seconds = began.elapsed().as_secs_f64();
    std::fs::write(out, &bytes)?;
    let info = Gazetteer::open(bytes)?.info();
    let peak_kb = std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|text| {
            text.lines()
                .find(|line| line.starts_with("VmHWM"))
                .map(str::to_owned)
        })
        .and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    println!(
        "{}",
        json!({"seconds": seconds, "places": info.places, "names": info.names, "bytes": info.bytes, "peak_kb": peak_kb})
    );
    Ok(())
}

/// Names with so many typing errors.
fn typos(gazetteer: &Gazetteer, count: usize, errors: usize) -> Vec<String> {
    let forms: Vec<&str> = gazetteer
        .forms()
        .filter(|form| (6..20).contains(&form.chars().count()))
        .collect();
    let mut random = Random(99);
    (0..count)
        .map(|_| {
            let mut letters: Vec<char> = forms[random.below(forms.len())].chars().collect();
            for _ in 0..errors {
                let at = random.below(letters.len());
                match random.below(4) {
                    0 => letters[at] = 'o',
                    1 => drop(letters.remove(at)),
                    2 => letters.insert(at, 'i'),
                    _ if at + 1 < letters.len() => letters.swap(at, at + 1),
                    _ => letters.push('h'),
                }
            }
            letters.into_iter().collect()
        })
        .collect()
}

/// How often each word is asked for.
const PASSES: usize = 3;

/// Median and 99th of a hundred of what each call took, in microseconds: the least of the passes
/// over all words, as other programs may have had the core in one of them.
fn timed<T>(words: &[String], mut call: impl FnMut(&str) -> T) -> serde_json::Value {
    for word in words.iter().take(200) {
        std::hint::black_box(call(word));
    }
    let mut took = vec![f64::INFINITY; words.len()];
    for _ in 0..PASSES {
        for (word, least) in words.iter().zip(&mut took) {
            let began = Instant::now();
            std::hint::black_box(call(word));
            *least = least.min(began.elapsed().as_secs_f64() * 1e6);
        }
    }
    took.sort_by(f64::total_cmp);
    json!({"p50_us": took[took.len() / 2], "p99_us": took[took.len() * 99 / 100]})
}

fn measure(file: &str, text: Option<&str>) -> Result<(), Box<dyn Error>> {
    let bytes = std::fs::read(file)?;
    let began = Instant::now();
    let gazetteer = Gazetteer::open(bytes)?;
    let open_ms = began.elapsed().as_secs_f64() * 1e3;
    let mut random = Random(3);
    let forms: Vec<&str> = gazetteer.forms().collect();
    let names: Vec<String> = (0..LOOKUPS)
        .map(|_| forms[random.below(forms.len())].to_owned())
        .collect();
    let begin = |letters: usize| -> Vec<String> {
        names
            .iter()
            .map(|name| name.chars().take(letters).collect())
            .collect()
    };
    let phrases: Vec<String> = names
        .iter()
        .map(|name| format!("70 km northeast of {name}"))
        .collect();
    let context = Context {
        limit: 5,
        ..Context::default()
    };
    let mut figures = json!({
        "open_ms": open_ms,
        "forms": forms.len(),
        "exact": timed(&names, |name| gazetteer.knows(name)),
        "prefix2": timed(&begin(2), |name| gazetteer.beginning(name, 10)),
        "prefix3": timed(&begin(3), |name| gazetteer.beginning(name, 10)),
        "prefix5": timed(&begin(5), |name| gazetteer.beginning(name, 10)),
        "search_box": timed(&begin(4), |name| gazetteer.search(name, 10)),
        "typing_error_1": timed(&typos(&gazetteer, LOOKUPS, 1), |name| gazetteer.misspelt(name, 1)),
        "typing_error_2": timed(&typos(&gazetteer, LOOKUPS, 2), |name| gazetteer.misspelt(name, 2)),
        "resolve_name": timed(&names, |name| gazetteer.resolve(name, &context)),
        "resolve_phrase": timed(&phrases, |name| gazetteer.resolve(name, &context)),
    });
    figures["every_name_2"] = every_name(&gazetteer, &forms);
    if let Some(text) = text {
        running(&gazetteer, &std::fs::read_to_string(text)?, &mut figures);
    }
    println!("{figures}");
    Ok(())
}

/// What the look-ups that are measured answer, and what names in a text mean: a program that only
/// grew quicker says the same as the one before.
fn answers(file: &str, text: Option<&str>) -> Result<(), Box<dyn Error>> {
    let gazetteer = open(file)?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut random = Random(17);
    let forms: Vec<&str> = gazetteer.forms().collect();
    let names: Vec<&str> = (0..LOOKUPS)
        .map(|_| forms[random.below(forms.len())])
        .collect();
    let context = Context {
        limit: 5,
        ..Context::default()
    };
    for name in &names {
        for letters in 1..6 {
            let begin: String = name.chars().take(letters).collect();
            for limit in [1, 10, 30] {
                let told = gazetteer.beginning(&begin, limit);
                writeln!(out, "beginning {begin:?} {limit} {told:?}")?;
            }
        }
        let begin: String = name.chars().take(4).collect();
        let ids = |places: Vec<gazetteer::Place>| -> Vec<String> {
            places.into_iter().map(|place| place.id).collect()
        };
        writeln!(
            out,
            "search {begin:?} {:?}",
            ids(gazetteer.search(&begin, 10))
        )?;
        writeln!(
            out,
            "resolve {name:?} {:?}",
            gazetteer.resolve(name, &context)
        )?;
    }
    for errors in [1, 2] {
        for word in typos(&gazetteer, LOOKUPS, errors) {
            for most in [1, 2] {
                let told = gazetteer.misspelt(&word, most);
                writeln!(out, "misspelt {word:?} {most} {told:?}")?;
            }
            if errors == 1 {
                let told = gazetteer.resolve(&word, &context);
                writeln!(out, "resolve {word:?} {told:?}")?;
            }
        }
    }
    let Some(text) = text else { return Ok(()) };
    let text = std::fs::read_to_string(text)?;
    for span in gazetteer.names_in(&text) {
        writeln!(out, "name {span:?} {:?}", &text[span.clone()])?;
    }
    for paragraph in text.split("\n\n") {
        let spotted = gazetteer.spotted(paragraph);
        let expressions = spotted.expressions();
        let located = spotted.locate(&expressions, &Context::default(), 3);
        for (expression, located) in expressions.iter().zip(located) {
            writeln!(out, "expression {expression:?} {located:?}")?;
        }
    }
    Ok(())
}

/// Misspelt names that are compared with every name: what the index should find.
const COMPARED: usize = 60;

/// Compares misspelt words with every name, and says how many of those within two errors the
/// index missed: none.
fn every_name(gazetteer: &Gazetteer, forms: &[&str]) -> serde_json::Value {
    // What is compared of a name, and the least letters of names that are sought at two errors.
    const LETTERS: std::ops::RangeInclusive<usize> = 6..=64;
    let letters: Vec<Vec<char>> = forms.iter().map(|form| form.chars().collect()).collect();
    let mut took = Vec::new();
    let mut missed = 0;
    let mut there = 0;
    for word in typos(gazetteer, COMPARED, 2) {
        // "poladp ur" is compared without what may be an article, as the index compares it.
        let asked: Vec<char> = Gazetteer::listed_form(&word).chars().collect();
        if asked.len() < *LETTERS.start() {
            continue;
        }
        let began = Instant::now();
        let near: Vec<usize> = (0..forms.len())
            .filter(|n| {
                LETTERS.contains(&letters[*n].len())
                    && letters[*n].len().abs_diff(asked.len()) <= 2
                    && (1..=2).contains(&errors(&asked, &letters[*n]))
            })
            .collect();
        took.push(began.elapsed().as_secs_f64() * 1e6);
        let digits = |of: &[char]| -> Vec<char> {
            of.iter().copied().filter(char::is_ascii_digit).collect()
        };
        let told: Vec<&str> = gazetteer
            .misspelt(&word, 2)
            .into_iter()
            .map(|(form, _)| form)
            .collect();
        let near: Vec<&str> = near
            .into_iter()
            .filter(|n| digits(&asked) == digits(&letters[*n]))
            .map(|n| forms[n])
            .collect();
        there += near.len();
        // At most 64 are told.
        missed +=
            near.iter().filter(|form| !told.contains(form)).count() * usize::from(told.len() < 64);
    }
    took.sort_by(f64::total_cmp);
    let middle = took.get(took.len() / 2).copied().unwrap_or(0.0);
    json!({"p50_us": middle, "queries": took.len(), "there": there, "missed": missed})
}

/// Letters changed, left out, put in or neighbours swapped, by the whole table.
fn errors(a: &[char], b: &[char]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            row[j] = (last[j - 1] + usize::from(a[i - 1] != b[j - 1]))
                .min(last[j] + 1)
                .min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// Seconds of CPU time that this thread has had: other programs on the machine do not count.
fn cpu_s() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or(0.0, |ns| ns / 1e9)
}

/// Names in a running text: megabytes a second of CPU time.
fn running(gazetteer: &Gazetteer, text: &str, figures: &mut serde_json::Value) {
    let mb = text.len() as f64 / 1e6;
    // The clock of a thread goes in steps of some milliseconds.
    const LEAST_S: f64 = 0.5;
    let rate = |call: &mut dyn FnMut() -> usize| {
        let mut found = call();
        let began = (Instant::now(), cpu_s());
        let mut calls = 0.0;
        loop {
            found = std::hint::black_box(call()).max(found);
            calls += 1.0;
            let wall = began.0.elapsed().as_secs_f64();
            let cpu = cpu_s() - began.1;
            let seconds = if began.1 > 0.0 { cpu } else { wall };
            if seconds >= LEAST_S {
                return (json!(mb * calls / seconds), json!(found));
            }
        }
    };
    (figures["names_mb_s"], figures["names"]) = rate(&mut || gazetteer.names_in(text).count());
    (figures["expressions_mb_s"], figures["expressions"]) =
        rate(&mut || gazetteer.expressions(text).len());
    // Article by article, with the first of the candidates.
    let context = Context::default();
    let mut resolved = || {
        text.split("\n\n")
            .map(|paragraph| {
                let spotted = gazetteer.spotted(paragraph);
                spotted.locate(&spotted.expressions(), &context, 1).len()
            })
            .sum()
    };
    // For the first time: nothing is kept yet of what the names may mean.
    let began = cpu_s();
    std::hint::black_box(resolved());
    figures["resolved_first_mb_s"] = json!(mb / (cpu_s() - began).max(1e-9));
    (figures["resolved_mb_s"], figures["resolved"]) = rate(&mut resolved);
}
