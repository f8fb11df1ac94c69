//! `score`: the benchmarks a user has at hand, and what this version reaches on them.
//!
//! The measures are those of the literature on geoparsing (Gritta and others 2018): names found, by
//! overlapping spans matched one to one; names found and placed within 161 km (100 miles); names given
//! and placed; how often the true point lies in the circle told. Of dates: calendar values.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use gazetteer::{Gazetteer, LonLat};
use serde::Serialize;
use serde_json::{Map, Value};

use super::annotate::{dates, places};
use super::{Failed, Outcome, gazetteer as open, say};
use crate::config::{House, Score, ScoreFormat};

/// The distance within which the literature calls a place right: 100 miles.
const NEAR_KM: f64 = 161.0;

/// The stricter distance, about that of the next town.
const CLOSE_KM: f64 = 25.0;

/// A score from which an answer calls itself sure.
const SURE: f64 = 0.8;

/// What is asked of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Asked {
    /// Only what is given is judged.
    given: bool,
    /// The field of names by which rows are made.
    by: Option<String>,
    /// Fields of names and the values they may have.
    only: Vec<(String, Vec<String>)>,
}

impl Asked {
    fn of(it: &Score) -> Result<Self, Failed> {
        let only = it.only.iter().map(|told| {
            let (field, values) = told
                .split_once('=')
                .filter(|(f, v)| !f.is_empty() && !v.is_empty())?;
            Some((
                field.to_owned(),
                values.split(',').map(str::to_owned).collect(),
            ))
        });
        let only: Option<Vec<_>> = only.collect();
        Ok(Self {
            given: it.given || it.by.is_some(),
            by: it.by.clone(),
            only: only.ok_or_else(|| {
                Failed::Usage("--where is FIELD=VALUE,…, such as where_prec=1,2".to_owned())
            })?,
        })
    }

    /// Whether every name of a document has one of the values asked for.
    fn takes(&self, document: &Map<String, Value>) -> bool {
        self.only.iter().all(|(field, values)| {
            let names = document.get("toponyms").and_then(Value::as_array);
            names.is_some_and(|all| all.iter().all(|t| values.contains(&told(t, field))))
        })
    }
}

/// A field as text; what is not there is a dash.
fn told(toponym: &Value, field: &str) -> String {
    match toponym.get(field) {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// What one file came to, or the names of one value in it.
#[derive(Clone, PartialEq, Debug, Serialize)]
struct Row {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    documents: usize,
    #[serde(flatten)]
    figures: Figures,
}

/// The figures of a file of places or of dates.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "of", rename_all = "lowercase")]
enum Figures {
    Places(Places),
    Dates(Dates),
}

/// Counts of a file of places.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
struct Places {
    /// Names in the gold, those of them with a point, and those we found ourselves, right and wrong.
    names: usize,
    located: usize,
    found: usize,
    wrong: usize,
    /// Of those found, placed at all and placed near; both only where the gold can judge.
    placed: usize,
    near: usize,
    /// Of the located names given to us.
    given_near: usize,
    given_close: usize,
    /// Of the names given that got a circle: all, and those whose circle holds the true point.
    circles: usize,
    held: usize,
    /// Of the names given, answered with a score of at least 0.8, and of those over 161 km off.
    sure: usize,
    sure_wrong: usize,
    /// Nothing was found in running text, because nobody asked.
    #[serde(skip)]
    given_only: bool,
}

/// Counts of a file of dates.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
struct Dates {
    /// Calendar expressions in the gold, those given to us with the right value, and those found with it.
    expressions: usize,
    given_right: usize,
    found_right: usize,
    /// Values said, right or not.
    said: usize,
}

/// A share; `None` of nothing.
fn share(part: usize, whole: usize) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of documents on a disk")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The harmonic mean of precision and recall.
fn f1(right: usize, said: usize, wanted: usize) -> Option<f64> {
    share(2 * right, said + wanted)
}

/// Scores each file; one that cannot be read is named, and the others are scored.
pub(super) fn score(it: &Score, house: &House) -> Outcome {
    let asked = Asked::of(it)?;
    let gazetteer = open(house)?;
    let mut rows = Vec::new();
    let mut all_read = true;
    for path in &it.files {
        match score_file(path, &gazetteer, &asked) {
            Ok(found) => rows.extend(found),
            Err(why) => {
                say(&format!("{}: {why}", path.display()));
                all_read = false;
            }
        }
    }
    let mut out = io::stdout().lock();
    match it.format {
        ScoreFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &rows).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
        ScoreFormat::Text => write_tables(&rows, false, &mut out)?,
        ScoreFormat::Markdown => write_tables(&rows, true, &mut out)?,
    }
    if rows.is_empty() {
        return Err(Failed::Work("none of the files could be scored".to_owned()));
    }
    Ok(all_read)
}

fn score_file(path: &Path, gazetteer: &Gazetteer, asked: &Asked) -> Result<Vec<Row>, String> {
    let file = std::fs::File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let mut documents = 0;
    let mut figures: Option<Figures> = None;
    let mut groups: BTreeMap<String, (usize, Places)> = BTreeMap::new();
    for (i, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|error| format!("line {}: cannot be read: {error}", i + 1))?;
        if line.trim().is_empty() {
            continue;
        }
        let gold: Map<String, Value> = serde_json::from_str(&line)
            .map_err(|error| format!("line {}: is no JSON object: {error}", i + 1))?;
        let kind = if gold.contains_key("toponyms") {
            Figures::Places(Places::default())
        } else if gold.contains_key("expressions") {
            Figures::Dates(Dates::default())
        } else {
            return Err(format!(
                "line {}: has neither “toponyms” nor “expressions”, so there is nothing to compare with",
                i + 1
            ));
        };
        if !asked.takes(&gold) {
            continue;
        }
        let said = match figures.get_or_insert(kind) {
            Figures::Places(sum) => sum.add(&gold, gazetteer, asked, &mut groups),
            Figures::Dates(sum) => sum.add(&gold),
        };
        said.map_err(|why| format!("line {}: {why}", i + 1))?;
        documents += 1;
    }
    let file = path.file_name().unwrap_or(path.as_os_str());
    let file = file.to_string_lossy().into_owned();
    let mut rows = vec![Row {
        file: file.clone(),
        by: None,
        documents,
        figures: figures.ok_or("holds no document, or none with such names")?,
    }];
    rows.extend(groups.into_iter().map(|(value, (documents, sum))| Row {
        file: file.clone(),
        by: Some(value),
        documents,
        figures: Figures::Places(sum),
    }));
    Ok(rows)
}

/// A name with its span in code points, its point and the circle told.
#[derive(Clone, PartialEq, Debug)]
struct Name {
    start: u64,
    end: u64,
    at: Option<LonLat>,
    radius_km: Option<f64>,
    score: Option<f64>,
    /// The value of the field by which rows are made.
    by: Option<String>,
}

impl Name {
    fn all(document: &Map<String, Value>, by: Option<&str>) -> Result<Vec<Self>, String> {
        let list = document.get("toponyms").and_then(Value::as_array);
        list.ok_or("“toponyms” is no list")?
            .iter()
            .map(|t| {
                let number = |key: &str| t.get(key).and_then(Value::as_f64);
                let span = t.get("start").and_then(Value::as_u64);
                let span = span.zip(t.get("end").and_then(Value::as_u64));
                let (start, end) = span
                    .filter(|(start, end)| start < end)
                    .ok_or("a toponym has no span “start”, “end”")?;
                let at = number("lon")
                    .zip(number("lat"))
                    .and_then(|(lon, lat)| LonLat::new(lon, lat).ok());
                Ok(Self {
                    start,
                    end,
                    at,
                    radius_km: number("radius_m").map(|m| m / 1000.0),
                    score: number("score"),
                    by: by.map(|field| told(t, field)),
                })
            })
            .collect()
    }

    fn km_to(&self, other: &Self) -> Option<f64> {
        Some(self.at?.distance_m(other.at?) / 1000.0)
    }
}

/// Pairs of places in the two lists, one to one: equal spans first, then the largest overlaps.
fn pairs(gold: &[Name], said: &[Name]) -> Vec<(usize, usize)> {
    let mut free: BTreeSet<usize> = (0..said.len()).collect();
    let mut open: BTreeSet<usize> = (0..gold.len()).collect();
    let mut pairs = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        let same = |j: &&usize| said[**j].start == g.start && said[**j].end == g.end;
        if let Some(j) = free.iter().find(same).copied() {
            free.remove(&j);
            open.remove(&i);
            pairs.push((i, j));
        }
    }
    let mut rest = Vec::new();
    for &i in &open {
        for &j in &free {
            let (g, s) = (&gold[i], &said[j]);
            let overlap = g.end.min(s.end).saturating_sub(g.start.max(s.start));
            if overlap > 0 {
                rest.push((std::cmp::Reverse(overlap), i, j));
            }
        }
    }
    rest.sort_unstable();
    for (_, i, j) in rest {
        if open.contains(&i) && free.contains(&j) {
            open.remove(&i);
            free.remove(&j);
            pairs.push((i, j));
        }
    }
    pairs
}

impl Places {
    fn add(
        &mut self,
        document: &Map<String, Value>,
        gazetteer: &Gazetteer,
        asked: &Asked,
        groups: &mut BTreeMap<String, (usize, Self)>,
    ) -> Result<(), String> {
        let gold = Name::all(document, asked.by.as_deref())?;
        self.names += gold.len();
        self.located += gold.iter().filter(|g| g.at.is_some()).count();
        self.given_only = asked.given;
        if !asked.given {
            self.add_found(document, &gold, gazetteer)?;
        }
        let mut given = document.clone();
        places(&mut given, true, gazetteer)?;
        let given = Name::all(&given, None)?;
        let mut seen = BTreeSet::new();
        for g in &gold {
            let same = |s: &&Name| s.start == g.start && s.end == g.end;
            let answer = given.iter().find(same);
            self.judge(g, answer);
            if let Some(value) = &g.by {
                let (documents, sum) = groups.entry(value.clone()).or_default();
                *documents += usize::from(seen.insert(value.clone()));
                sum.given_only = true;
                sum.names += 1;
                sum.located += usize::from(g.at.is_some());
                sum.judge(g, answer);
            }
        }
        Ok(())
    }

    /// Judges the answer for a name that was given.
    fn judge(&mut self, gold: &Name, answer: Option<&Name>) {
        let Some((answer, km)) = answer.and_then(|s| Some((s, gold.km_to(s)?))) else {
            return;
        };
        self.given_near += usize::from(km <= NEAR_KM);
        self.given_close += usize::from(km <= CLOSE_KM);
        if let Some(radius) = answer.radius_km {
            self.circles += 1;
            self.held += usize::from(km <= radius);
        }
        if answer.score.is_some_and(|score| score >= SURE) {
            self.sure += 1;
            self.sure_wrong += usize::from(km > NEAR_KM);
        }
    }

    /// Judges what is found in the text alone.
    fn add_found(
        &mut self,
        document: &Map<String, Value>,
        gold: &[Name],
        gazetteer: &Gazetteer,
    ) -> Result<(), String> {
        let mut read = document.clone();
        places(&mut read, false, gazetteer)?;
        let said = Name::all(&read, None)?;
        let matched = pairs(gold, &said);
        self.found += matched.len();
        self.wrong += said.len() - matched.len();
        // What stands for a name that the gold could not place is neither right nor wrong.
        let aside: BTreeSet<usize> = matched
            .iter()
            .filter(|(i, _)| gold[*i].at.is_none())
            .map(|(_, j)| *j)
            .collect();
        let placed = said.iter().enumerate();
        self.placed += placed
            .filter(|(j, s)| s.at.is_some() && !aside.contains(j))
            .count();
        self.near += matched
            .iter()
            .filter(|(i, j)| gold[*i].km_to(&said[*j]).is_some_and(|km| km <= NEAR_KM))
            .count();
        Ok(())
    }

    fn cells(&self) -> Vec<String> {
        if self.given_only {
            return vec![
                self.names.to_string(),
                figure(share(self.given_near, self.located)),
                figure(share(self.given_close, self.located)),
                figure(share(self.held, self.circles)),
                figure(share(self.sure, self.located)),
                figure(share(self.sure_wrong, self.sure)),
            ];
        }
        vec![
            self.names.to_string(),
            figure(f1(self.found, self.found + self.wrong, self.names)),
            figure(f1(self.near, self.placed, self.located)),
            figure(share(self.given_near, self.located)),
            figure(share(self.given_close, self.located)),
            figure(share(self.held, self.circles)),
        ]
    }
}

/// An expression with its span in code points and its value.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Expression {
    start: u64,
    end: u64,
    value: String,
    counted: bool,
}

impl Expression {
    fn all(document: &Map<String, Value>) -> Result<Vec<Self>, String> {
        let list = document.get("expressions").and_then(Value::as_array);
        list.ok_or("“expressions” is no list")?
            .iter()
            .map(|e| {
                let span = e.get("start").and_then(Value::as_u64);
                let span = span.zip(e.get("end").and_then(Value::as_u64));
                let (start, end) = span.ok_or("an expression has no span “start”, “end”")?;
                let is = |key: &str| e.get(key).and_then(Value::as_bool) == Some(true);
                Ok(Self {
                    start,
                    end,
                    value: e
                        .get("value")
                        .and_then(Value::as_str)
                        .unwrap_or_default()
                        .to_owned(),
                    counted: is("calendar") && !is("suspect") && !is("dct"),
                })
            })
            .collect()
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// A day, week, month or year of the calendar, as ISO 8601 writes it.
    fn is_calendar(&self) -> bool {
        let digits =
            |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = self.value.split('-').collect();
        match parts.as_slice() {
            [year] => digits(year, 4),
            [year, part] => {
                digits(year, 4)
                    && (digits(part, 2) || part.strip_prefix('W').is_some_and(|w| digits(w, 2)))
            }
            [year, month, day] => digits(year, 4) && digits(month, 2) && digits(day, 2),
            _ => false,
        }
    }
}

impl Dates {
    fn add(&mut self, document: &Map<String, Value>) -> Result<(), String> {
        let gold = Expression::all(document)?;
        let mut given = document.clone();
        dates(&mut given, true)?;
        let given = Expression::all(&given)?;
        let mut own = document.clone();
        dates(&mut own, false)?;
        let own = Expression::all(&own)?;
        let mut used = BTreeSet::new();
        for g in gold.iter().filter(|g| g.counted) {
            self.expressions += 1;
            let same = |e: &&Expression| e.start == g.start && e.end == g.end;
            self.given_right += usize::from(
                given
                    .iter()
                    .rev()
                    .find(same)
                    .is_some_and(|e| e.value == g.value),
            );
            let hit = own
                .iter()
                .enumerate()
                .find(|(j, e)| !used.contains(j) && e.overlaps(g) && e.value == g.value);
            if let Some((j, _)) = hit {
                used.insert(j);
                self.found_right += 1;
            }
        }
        let aside: Vec<&Expression> = gold.iter().filter(|g| !g.counted).collect();
        let told = own.iter().enumerate().filter(|(j, e)| {
            used.contains(j) || (e.is_calendar() && !aside.iter().any(|a| a.overlaps(e)))
        });
        self.said += told.count();
        Ok(())
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.expressions.to_string(),
            figure(share(self.given_right, self.expressions)),
            figure(f1(self.found_right, self.said, self.expressions)),
        ]
    }
}

/// Two places after the point; a dash where there is nothing to share.
fn figure(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{share:.3}"))
}

fn write_tables(rows: &[Row], markdown: bool, out: &mut impl Write) -> io::Result<()> {
    let of_places = [
        "places",
        "documents",
        "names",
        "found F1",
        "found and placed F1",
        "given, 161 km",
        "given, 25 km",
        "in the circle",
    ];
    let of_dates = ["dates", "documents", "expressions", "given", "found F1"];
    let of_given = [
        "places given",
        "documents",
        "names",
        "161 km",
        "25 km",
        "in the circle",
        "sure",
        "sure, over 161 km off",
    ];
    let mut tables: [Vec<Vec<String>>; 3] = [
        vec![of_places.map(str::to_owned).to_vec()],
        vec![of_given.map(str::to_owned).to_vec()],
        vec![of_dates.map(str::to_owned).to_vec()],
    ];
    for row in rows {
        let (table, cells) = match &row.figures {
            Figures::Places(it) => (usize::from(it.given_only), it.cells()),
            Figures::Dates(it) => (2, it.cells()),
        };
        let name = match &row.by {
            None => row.file.clone(),
            Some(value) => format!("{} · {value}", row.file),
        };
        let mut all = vec![name, row.documents.to_string()];
        all.extend(cells);
        tables[table].push(all);
    }
    for table in tables.iter().filter(|t| t.len() > 1) {
        write_table(table, markdown, out)?;
    }
    Ok(())
}

fn write_table(table: &[Vec<String>], markdown: bool, out: &mut impl Write) -> io::Result<()> {
    let wide: Vec<usize> = (0..table[0].len())
        .map(|c| {
            table
                .iter()
                .map(|r| r[c].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for (i, row) in table.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&wide)
            .enumerate()
            .map(|(c, (cell, wide))| {
                if c == 0 {
                    format!("{cell:<wide$}")
                } else {
                    format!("{cell:>wide$}")
                }
            })
            .collect();
        if markdown {
            writeln!(out, "| {} |", cells.join(" | "))?;
            if i == 0 {
                let rule = wide.iter().enumerate().map(|(c, w)| {
                    if c == 0 {
                        "-".repeat(*w)
                    } else {
                        format!("{}:", "-".repeat(w.saturating_sub(1)))
                    }
                });
                writeln!(out, "| {} |", rule.collect::<Vec<_>>().join(" | "))?;
            }
        } else {
            writeln!(out, "{}", cells.join("  ").trim_end())?;
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(start: u64, end: u64) -> Name {
        Name {
            start,
            end,
            at: None,
            radius_km: None,
            score: None,
            by: None,
        }
    }

    #[test]
    fn names_are_paired_once_equal_ones_first() {
        let gold = [name(0, 10), name(12, 20), name(30, 35)];
        let said = [name(0, 4), name(12, 20), name(5, 10), name(40, 45)];
        assert_eq!(pairs(&gold, &said), [(1, 1), (0, 2)]);
    }

    #[test]
    fn calendar_values_are_days_weeks_months_and_years() {
        let of = |value: &str| Expression {
            start: 0,
            end: 1,
            value: value.to_owned(),
            counted: true,
        };
        for value in ["2022", "2022-06", "2022-06-15", "2022-W24"] {
            assert!(of(value).is_calendar(), "{value}");
        }
        for value in ["P2D", "2022-06-15T10:00", "XXXX-06-15", "2022-SU", ""] {
            assert!(!of(value).is_calendar(), "{value}");
        }
    }

    #[test]
    fn a_name_found_in_the_right_place_counts_everywhere() {
        let line = r#"{"doc":"a","text":"Shells hit Aleppo.","toponyms":[{"start":11,"end":17,"lat":36.2,"lon":37.15}]}"#;
        let mut sum = Places::default();
        let document = serde_json::from_str(line).expect("JSON");
        sum.add(
            &document,
            &Gazetteer::starter(),
            &Asked::default(),
            &mut BTreeMap::new(),
        )
        .expect("a document");
        assert_eq!((sum.names, sum.found, sum.wrong), (1, 1, 0));
        assert_eq!((sum.near, sum.given_near, sum.given_close), (1, 1, 1));
        assert_eq!(sum.cells()[1], "1.000");
    }
}
