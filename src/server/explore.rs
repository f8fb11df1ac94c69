//! What the map page asks: all incidents column by column, or counts, a list and outlines where they are too many.
//!
//! `/explore/columns` gives everything as far as a list and a filter need it. With the same filters as
//! everywhere `/explore` counts, `/explore/list` gives incidents of every
//! layer, newest first, page by page, and `/explore/areas` gives each outline once with how many
//! are known only to it. The points themselves are the tiles of [`super::incident_tiles`].
//!
//! # What is not here
//!
//! What may not be given out in a file is neither counted nor listed, so that the counts are those
//! of `/incidents.geojson`.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use serde_json::{Value as Json, json};

use super::params::{Params, question_and};
use super::refusal::{Answer, Refusal};
use super::row::{Area, Row};
use super::snapshot::{Whole, tag_of};
use super::view::{Behind, By, Head, KINDS, Sorted, View, day_of, first_of};
use super::{House, Reader, aside, downloads};
use crate::formats::{COLUMNS, Layer};
use crate::query::Query;
use crate::query::columns::Columns;

/// Incidents on a page of the list when nobody says otherwise: a screen shows a dozen.
const LIST_USUAL: usize = 100;

/// Incidents on a page of the list at most.
const LIST_MAX: usize = 1_000;

/// Values given of one facet; the page shows 60, and chosen ones come first there.
const VALUES_MAX: usize = 500;

/// Different first and last days told one by one; with more the ends are those of their months.
const SPANS_MAX: usize = 40_000;

/// Outlines given at once, those with most incidents first.
const OUTLINES_MAX: usize = 300;

/// Bytes of outlines given at once: what a browser takes in a moment.
const OUTLINES_BYTES_MAX: usize = 2_000_000;

/// Incidents given column by column; the page takes half as many, and the answer is kept in memory.
const COLUMNS_MAX: usize = 100_000;

/// Letters of an outline's key.
const KEY_CHARS: usize = 16;

/// What is counted by, as the page calls it, and its column; lists are split.
const FACETS: [(&str, &str); 6] = [
    ("country", "country"),
    ("precision", "place_precision"),
    ("actor", "actors"),
    ("source", "publishers"),
    ("status", "status"),
    ("standing", "standing"),
];

fn column(name: &str) -> usize {
    let found = COLUMNS.iter().position(|c| c.name == name);
    found.expect("a column of the one table")
}

/// What is to be counted: all, or one thing.
fn counted(params: &Params) -> Result<Option<&str>, Refusal> {
    let known = |it: &str| it == "kinds" || it == "spans" || FACETS.iter().any(|(n, _)| *n == it);
    match params.one("only")? {
        Some(other) if !known(other) => {
            let mut names = vec!["kinds", "spans"];
            names.extend(FACETS.iter().map(|(name, _)| *name));
            Err(Refusal::parameter(
                "only",
                other,
                format!("“only” is one of {}", names.join(", ")),
            ))
        }
        it => Ok(it),
    }
}

/// `/explore`: how many there are of what, and on which days.
pub(super) async fn counts(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let params = Params::read(query.as_deref(), &question_and(&["only"]))?;
    counted(&params)?;
    let asked = params.query()?;
    let snapshot = house.snapshot.load_full();
    let whole = aside(move || {
        let only = counted(&params)?;
        let key = query.unwrap_or_default();
        let view = reader.view(&snapshot);
        Ok(view.answer(&key, || {
            let page = asked.as_ref().map_or_else(
                || Counts::default().page(only),
                |query| Counts::of(view, query, only).page(only),
            );
            page.to_string().into_bytes()
        }))
    })
    .await?;
    Ok(downloads::given(&whole, "application/json", None, &headers))
}

/// What one pass over the incidents counts.
#[derive(Default)]
struct Counts {
    layers: [usize; 3],
    kinds: [usize; KINDS.len()],
    undated: usize,
    /// By the cell as it lies in the row.
    facets: [HashMap<Box<[u8]>, usize>; FACETS.len()],
    spans: HashMap<(i32, i32), usize>,
}

impl Counts {
    fn of(view: &View, query: &Query, only: Option<&str>) -> Self {
        let mut all = Self::default();
        let wants = |name: &str| only.is_none_or(|only| only == name);
        let spans = wants("spans");
        let facets: Vec<usize> = (0..FACETS.len()).filter(|n| wants(FACETS[*n].0)).collect();
        let columns: Vec<usize> = facets.iter().map(|n| column(FACETS[*n].1)).collect();
        view.each(None, query, |head, row| {
            if row.is_kept_in() {
                return;
            }
            all.layers[usize::from(head.layer_number())] += 1;
            all.kinds[head.kind()] += 1;
            all.undated += usize::from(head.start == i32::MIN && head.end == i32::MAX);
            if spans {
                *all.spans.entry((head.start, head.end)).or_default() += 1;
            }
            row.raw_of(&columns, |n, cell| {
                let counts = &mut all.facets[facets[n]];
                match counts.get_mut(cell) {
                    Some(count) => *count += 1,
                    None => {
                        counts.insert(cell.into(), 1);
                    }
                }
            });
        });
        all
    }

    fn page(self, only: Option<&str>) -> Json {
        let [points, areas, unplaced] = self.layers;
        let mut page = json!({
            "incidents": points + areas + unplaced,
            "points": points,
            "areas": areas,
            "unplaced": unplaced,
            "undated": self.undated,
        });
        let wants = |name: &str| only.is_none_or(|only| only == name);
        if wants("kinds") {
            let each = KINDS.iter().zip(self.kinds);
            page["kinds"] = each
                .map(|(kind, n)| (kind.code().to_owned(), json!(n)))
                .collect::<serde_json::Map<_, _>>()
                .into();
        }
        for (&(name, _), counts) in FACETS.iter().zip(self.facets) {
            if wants(name) {
                page[name] = values(name, &counts);
            }
        }
        if wants("spans") {
            page["spans"] = spans(self.spans);
        }
        page
    }
}

/// The values told in cells, most frequent first: `[[value, n], …]`; null is nothing told.
fn values(facet: &str, counts: &HashMap<Box<[u8]>, usize>) -> Json {
    let mut each: HashMap<Option<String>, usize> = HashMap::new();
    for (cell, n) in counts {
        let told: Option<String> = serde_json::from_slice(cell).ok();
        // A place that is not known is no precision.
        let told = told.filter(|it| !(facet == "precision" && it == "unknown"));
        match told {
            None => *each.entry(None).or_default() += n,
            Some(told) => {
                let mut seen: Vec<&str> = told
                    .split(';')
                    .map(str::trim_start)
                    .filter(|it| !it.is_empty())
                    .collect();
                seen.sort_unstable();
                seen.dedup();
                for value in seen {
                    *each.entry(Some(value.to_owned())).or_default() += n;
                }
            }
        }
    }
    let mut each: Vec<(Option<String>, usize)> = each.into_iter().collect();
    each.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    each.truncate(VALUES_MAX);
    each.into_iter()
        .map(|(value, n)| json!([value, n]))
        .collect()
}

/// `[[first day, last day, n], …]` in days since 1970; null is an open end. What has neither is
/// `undated` and not here.
fn spans(counts: HashMap<(i32, i32), usize>) -> Json {
    let date = |day: i32| {
        let span = jiff::Span::new().try_days(day).ok()?;
        jiff::civil::date(1970, 1, 1).checked_add(span).ok()
    };
    let counts = if counts.len() <= SPANS_MAX {
        counts
    } else {
        let mut wide: HashMap<(i32, i32), usize> = HashMap::new();
        for ((start, end), n) in counts {
            let first = date(start).map_or(start, |d| crate::query::day_number(d.first_of_month()));
            let last = date(end).map_or(end, |d| crate::query::day_number(d.last_of_month()));
            *wide.entry((first, last)).or_default() += n;
        }
        wide
    };
    let mut all: Vec<((i32, i32), usize)> = counts
        .into_iter()
        .filter(|(span, _)| *span != (i32::MIN, i32::MAX))
        .collect();
    all.sort_unstable();
    all.into_iter()
        .map(|((start, end), n)| {
            json!([
                (start != i32::MIN).then_some(start),
                (end != i32::MAX).then_some(end),
                n
            ])
        })
        .collect()
}

/// `/explore/columns`: everything, for a page that filters by itself.
pub(super) async fn columns(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    Params::read(query.as_deref(), &[])?;
    let snapshot = house.snapshot.load_full();
    let whole = aside(move || {
        let view = reader.view(&snapshot);
        if view.len() > COLUMNS_MAX {
            return Err(Refusal::unknown(format!(
                "there are {} incidents here, and so many are not given column by column; ask /explore and /explore/list",
                view.len()
            ))
            .limit(COLUMNS_MAX));
        }
        Ok(view.answer("columns", || {
            let mut all = Columns::default();
            let mut rows = Vec::new();
            let query = Query::default();
            view.each(None, &query, |_, row| {
                if !row.is_kept_in() {
                    rows.push((day_of(row).unwrap_or(i32::MIN), row));
                }
            });
            // As the list shows them: a page has less to sort.
            rows.sort_unstable_by(newest_first);
            for (_, row) in rows {
                all.add(row);
            }
            let mut out = Vec::new();
            all.write(&mut out).expect("memory takes what is written");
            out
        }))
    })
    .await?;
    Ok(downloads::given(&whole, "application/json", None, &headers))
}

/// `/explore/list`: incidents of every layer, newest first; what has no day comes last.
pub(super) async fn list(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
) -> Answer {
    let more = ["area", "cursor", "layer", "limit"];
    let params = Params::read(query.as_deref(), &question_and(&more))?;
    let asked = params.query()?;
    let limit = params.number("limit", 1, LIST_MAX, LIST_USUAL)?;
    let layer = match params.one("layer")? {
        None => None,
        Some(name) => Some(Layer::from_name(name).ok_or_else(|| {
            let names: Vec<&str> = Layer::ALL.iter().map(|(_, name, _)| *name).collect();
            let known = format!("“layer” is one of {}", names.join(", "));
            Refusal::parameter("layer", name, known)
        })?),
    };
    let area = params.one("area")?.map(str::to_owned);
    let after = match params.one("cursor")? {
        None => None,
        Some(text) => {
            let told = text.split_once('~');
            let told = told.and_then(|(day, id)| Some((day.parse::<i32>().ok()?, id.to_owned())));
            Some(told.ok_or_else(|| {
                Refusal::parameter("cursor", text, "a cursor is one that this list gave")
            })?)
        }
    };
    let snapshot = house.snapshot.load_full();
    aside(move || {
        let view = reader.view(&snapshot);
        let Newest {
            matched,
            rows: found,
            more,
        } = asked.as_ref().map_or_else(Newest::default, |query| {
            newest(view, query, (layer, area), after.as_ref(), limit)
        });
        let cursor = found
            .last()
            .filter(|_| more)
            .map(|(day, row)| format!("{day}~{}", row.id()));
        let mut out = Vec::with_capacity(2_000 * found.len() + 200);
        let head = format!(
            "{{\"type\":\"FeatureCollection\",\"numberMatched\":{matched},\"numberReturned\":{},\"cursor\":{},\"features\":[\n",
            found.len(),
            json!(cursor),
        );
        out.extend_from_slice(head.as_bytes());
        for (n, (_, row)) in found.iter().enumerate() {
            if n > 0 {
                out.extend_from_slice(b",\n");
            }
            row.feature(&mut out);
        }
        out.extend_from_slice(b"\n]}\n");
        Ok(([(header::CONTENT_TYPE, "application/geo+json")], out).into_response())
    })
    .await
}

/// The beginning of a list: the rows and the days it goes by, where no day is the least number.
#[derive(Default)]
struct Newest<'a> {
    matched: usize,
    rows: Vec<(i32, &'a Arc<Row>)>,
    more: bool,
}

/// The order of lists: the newest day first, and the ids of a day.
fn newest_first(a: &(i32, &Arc<Row>), b: &(i32, &Arc<Row>)) -> Ordering {
    b.0.cmp(&a.0).then_with(|| a.1.id().cmp(b.1.id()))
}

/// What matches, newest first, behind a day and an id.
fn newest<'a>(
    view: &'a View,
    query: &'a Query,
    (layer, area): (Option<Layer>, Option<String>),
    after: Option<&(i32, String)>,
    limit: usize,
) -> Newest<'a> {
    let is_known = |_: usize| after.is_some_and(|(day, _)| *day != i32::MIN);
    let stands = |_: usize, row: &Row| {
        after.map_or(Ordering::Equal, |(day, _)| {
            day_of(row).unwrap_or(i32::MIN).cmp(day)
        })
    };
    let behind = after.map(|(_, id)| Behind {
        id,
        is_known: &is_known,
        order: &stands,
    });
    let sorted = Sorted {
        by: &[(By::Day, true)],
        from: behind.as_ref(),
        back: false,
        limit,
    };
    let probe = view.probe(query, layer).given_out();
    let in_area = area.is_some();
    let mut inside = Inside::new(area);
    let mut only = |_: &Head, row: &Row| inside.holds(row);
    let only: Option<&mut dyn FnMut(&'a Head, &'a Row) -> bool> =
        if in_area { Some(&mut only) } else { None };
    let (matched, rows) = view.sorted(&probe, &sorted, only);
    let days = rows
        .into_iter()
        .map(|row| (day_of(row).unwrap_or(i32::MIN), row));
    let mut rows: Vec<(i32, &Arc<Row>)> = days
        .filter(|(day, row)| {
            after.is_none_or(|(last, id)| day < last || (day == last && row.id() > id.as_str()))
        })
        .collect();
    let more = first_of(&mut rows, limit, newest_first);
    Newest {
        matched,
        rows,
        more,
    }
}

fn key_of(area: &Area) -> String {
    let mut key = tag_of(&area.json);
    key.truncate(KEY_CHARS);
    key
}

/// Whether rows are known to one outline; each outline is looked at once.
struct Inside {
    key: Option<String>,
    known: HashMap<*const Area, bool>,
}

impl Inside {
    fn new(key: Option<String>) -> Self {
        Self {
            key,
            known: HashMap::new(),
        }
    }

    fn holds(&mut self, row: &Row) -> bool {
        let Some(key) = &self.key else { return true };
        let Some(area) = row.area() else {
            return false;
        };
        let at = Arc::as_ptr(area);
        *self.known.entry(at).or_insert_with(|| key_of(area) == *key)
    }
}

/// `/explore/areas`: each outline once, with how many incidents are known only to it.
pub(super) async fn areas(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let params = Params::read(query.as_deref(), &question_and(&[]))?;
    let asked = params.query()?;
    let snapshot = house.snapshot.load_full();
    let whole: Arc<Whole> = aside(move || {
        let view = reader.view(&snapshot);
        let key = format!("areas?{}", query.unwrap_or_default());
        Ok(view.answer(&key, || outlines(view, asked.as_ref())))
    })
    .await?;
    Ok(downloads::given(
        &whole,
        "application/geo+json",
        None,
        &headers,
    ))
}

fn outlines(view: &View, query: Option<&Query>) -> Vec<u8> {
    type Counted<'a> = (&'a Arc<Area>, [usize; KINDS.len()]);
    let mut groups: HashMap<*const Area, Counted<'_>> = HashMap::new();
    if let Some(query) = query {
        view.each(Some(Layer::Areas), query, |head, row| {
            if let (Some(area), false) = (row.area(), row.is_kept_in()) {
                let group = groups
                    .entry(Arc::as_ptr(area))
                    .or_insert((area, [0; KINDS.len()]));
                group.1[head.kind()] += 1;
            }
        });
    }
    let sum = |kinds: &[usize]| kinds.iter().sum::<usize>();
    let mut all: Vec<(String, Counted<'_>)> = groups
        .into_values()
        .map(|group| (key_of(group.0), group))
        .collect();
    all.sort_unstable_by(|a, b| sum(&b.1.1).cmp(&sum(&a.1.1)).then_with(|| a.0.cmp(&b.0)));
    let mut out = b"{\"type\":\"FeatureCollection\",\"features\":[".to_vec();
    let (mut given, mut left, mut left_incidents) = (0, 0, 0);
    for (key, (area, kinds)) in &all {
        let count = sum(kinds);
        if given >= OUTLINES_MAX || (given > 0 && out.len() + area.json.len() > OUTLINES_BYTES_MAX)
        {
            left += 1;
            left_incidents += count;
            continue;
        }
        if given > 0 {
            out.push(b',');
        }
        given += 1;
        let one = kinds.iter().filter(|n| **n > 0).count() == 1;
        let kind = kinds.iter().position(|n| *n > 0).filter(|_| one);
        let kind = kind.map_or("mixed", |n| KINDS[n].code());
        let mut head = String::new();
        let _ = write!(
            head,
            "\n{{\"type\":\"Feature\",\"id\":\"{key}\",\"properties\":{{\"count\":{count},\"kind\":\"{kind}\"}},\"geometry\":"
        );
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(&area.json);
        out.push(b'}');
    }
    let end = format!("\n],\"outlines_left\":{left},\"incidents_left\":{left_incidents}}}\n");
    out.extend_from_slice(end.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::super::view::tests::{Chance, taken, varied_queries, varied_states};
    use super::*;

    /// `PLACETIME_ROUNDS` makes it longer.
    #[test]
    fn a_list_is_what_sorting_every_row_by_its_day_gives() {
        let rounds = std::env::var("PLACETIME_ROUNDS").ok();
        let rounds: usize = rounds.and_then(|r| r.parse().ok()).unwrap_or(300);
        let layers = [
            None,
            Some(Layer::Incidents),
            Some(Layer::Areas),
            Some(Layer::Unplaced),
        ];
        let queries = varied_queries();
        let mut chance = Chance(4);
        let mut in_areas = 0;
        for (all, published, rows) in varied_states() {
            let taken = taken(&rows, &queries);
            let day = |row: &Row| day_of(row).unwrap_or(i32::MIN);
            let mut keys: Vec<String> = rows
                .iter()
                .filter_map(|row| row.area().map(|it| key_of(it)))
                .collect();
            keys.sort_unstable();
            keys.dedup();
            for _ in 0..rounds {
                let public = chance.below(2);
                let view = [&all, &published][public];
                let n = chance.below(queries.len());
                let query = &queries[n];
                let layer = layers[chance.below(4)];
                let area = (chance.below(4) == 0).then(|| keys[chance.below(keys.len())].clone());
                let limit = [1, 7, 100, 1_000][chance.below(4)];
                let last = &rows[chance.below(rows.len())];
                let after = match chance.below(4) {
                    0 => None,
                    1 => Some((day(last) / 2, "inc-0".to_owned())),
                    2 => Some((day(last), format!("{}x", last.id()))),
                    _ => Some((day(last), last.id().to_owned())),
                };
                let mut naive: Vec<(i32, &str)> = taken[n][public]
                    .iter()
                    .filter(|row| layer.is_none_or(|it| it == row.layer()))
                    .filter(|row| !row.is_kept_in())
                    .filter(|row| {
                        area.as_ref()
                            .is_none_or(|key| row.area().is_some_and(|it| key_of(it) == *key))
                    })
                    .map(|row| (day(row), row.id()))
                    .collect();
                let matched = naive.len();
                naive.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
                if let Some((day, id)) = &after {
                    naive.retain(|it| it.0 < *day || (it.0 == *day && it.1 > id.as_str()));
                }
                let more = naive.len() > limit;
                naive.truncate(limit);
                in_areas += usize::from(area.is_some() && !naive.is_empty());
                let told = format!("{query:?} {layer:?} {area:?} {after:?} {limit}");
                let list = newest(view, query, (layer, area), after.as_ref(), limit);
                let seen: Vec<(i32, &str)> = list
                    .rows
                    .iter()
                    .map(|(day, row)| (*day, row.id()))
                    .collect();
                assert_eq!(seen, naive, "{told}");
                assert_eq!((list.matched, list.more), (matched, more), "{told}");
            }
        }
        assert!(
            in_areas > rounds / 20,
            "{in_areas} lists of {rounds} were of an area"
        );
    }
}
