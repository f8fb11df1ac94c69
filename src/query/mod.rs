//! Which incidents: by status, box, days, columns, words and CQL2 filter. One question, put to the
//! store for an export and to the rows a server keeps in memory.
//!
//! # What is not here
//!
//! No database and no index: [`Query::takes`] judges one incident, [`Query::bounds`] tells an index
//! which ones it need not look at.

mod cells;
pub(crate) mod columns;
pub mod cql2;
pub mod crs;
pub(crate) mod packed;
pub(crate) mod row;
mod words;

use std::borrow::Cow;

use gazetteer::{Extent, LonLat};
use geo::Contains;
use geo_types::{Coord, MultiPolygon, Polygon, Rect};
use jiff::civil::Date;

use crate::formats::{COLUMNS, Geometry, Type, Value};
use crate::incident::{Shown, Status};
pub use cql2::{Filter, FilterError};
pub use crs::Crs;
use row::Row;
pub use words::Words;

/// The name of the shape among the queryables.
pub const GEOMETRY: &str = "geometry";

/// A question for incidents; the default asks for every draft and published one.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    /// The statuses wanted.
    pub statuses: Vec<Status>,
    /// Only incidents whose shape shares a point with the box, and those without shape.
    pub bbox: Option<Extent>,
    /// The box's true outline where it was told in a system whose boxes are none in degrees; points
    /// outside are left out.
    pub outline: Option<Polygon<f64>>,
    /// Only incidents that may have happened on one of these days, and those without a day.
    pub days: Days,
    /// Columns (by number) and the value each must have; of a joined list one item is enough.
    pub equal: Vec<(usize, String)>,
    /// Words that must occur.
    pub words: Option<Words>,
    /// A CQL2 filter that must hold.
    pub filter: Option<Filter>,
}

/// What an incident shows to a question.
pub trait Subject {
    /// The cell of the column of this number.
    fn cell(&self, column: usize) -> Value<'_>;
    /// The shape.
    fn shape(&self) -> Geometry<'_>;
}

impl Subject for Shown {
    fn cell(&self, column: usize) -> Value<'_> {
        (COLUMNS[column].value)(self)
    }

    fn shape(&self) -> Geometry<'_> {
        Geometry::of(self)
    }
}

/// What every incident a question takes has in common: an index leaves out the others unseen. The
/// default leaves out none.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Bounds {
    /// Has a shape that meets this box (west, south, east, north in degrees).
    pub shape_in: Option<[f64; 4]>,
    /// Has a first day within these, days since 1970.
    pub start_in: Option<(i32, i32)>,
    /// Has a last day within these.
    pub end_in: Option<(i32, i32)>,
    /// May have happened between these days; the undated are in.
    pub overlaps: Option<(i32, i32)>,
    /// The column of this number has one of these values.
    pub one_of: Vec<(usize, Vec<String>)>,
    /// Every point that keeps to these bounds is taken, one on the edge of `shape_in` perhaps, and
    /// nothing but the days, the type and the kind had to be asked.
    pub complete: bool,
}

impl Bounds {
    fn shape_in(&mut self, around: &Rect<f64>) {
        let (low, high) = (around.min(), around.max());
        let [w, s, e, n] = self.shape_in.unwrap_or([-180.0, -90.0, 180.0, 90.0]);
        self.shape_in = Some([w.max(low.x), s.max(low.y), e.min(high.x), n.min(high.y)]);
    }

    fn day_in(&mut self, column: &str, (from, to): (i32, i32)) {
        let slot = match column {
            "date_start" => &mut self.start_in,
            "date_end" => &mut self.end_in,
            _ => {
                self.complete = false;
                return;
            }
        };
        let (a, b) = slot.unwrap_or((i32::MIN, i32::MAX));
        *slot = Some((a.max(from), b.min(to)));
    }

    fn overlapping(&mut self, from: Option<i32>, to: Option<i32>) {
        let (a, b) = self.overlaps.unwrap_or((i32::MIN, i32::MAX));
        self.overlaps = Some((
            a.max(from.unwrap_or(i32::MIN)),
            b.min(to.unwrap_or(i32::MAX)),
        ));
    }

    fn one_of(&mut self, column: usize, texts: &[String]) {
        if COLUMNS[column].of == Type::Text {
            self.one_of.push((column, texts.to_vec()));
        }
        self.complete &= matches!(COLUMNS[column].name, "type" | "kind");
    }
}

/// The columns that hold lists, joined by "; ".
const LISTS: &[&str] = &[
    "tags",
    "place_text",
    "place_because",
    "place_alternatives",
    "actors",
    "actors_by",
    "targets",
    "toll_text",
    "report_ids",
    "source_urls",
    "publishers",
];

/// True for a column whose text is a list, joined by "; ".
#[must_use]
pub fn is_list(column: &str) -> bool {
    LISTS.contains(&column)
}

/// Days since 1970.
#[must_use]
pub fn day_number(day: Date) -> i32 {
    let (y, m, d) = (
        i32::from(day.year()),
        i32::from(day.month()),
        i32::from(day.day()),
    );
    // The year begins in March, so that the leap day is its last.
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let year = y.rem_euclid(400);
    let day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
}

/// Days since 1970 of `YYYY-MM-DD`.
fn day_of_text(text: &str) -> Option<i32> {
    text.parse::<Date>().ok().map(day_number)
}

/// Microseconds since 1970 of a moment with its zone.
fn moment_us(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(jiff::Timestamp::as_microsecond)
}

/// Days from one to another, both included; `None` is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Days {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            statuses: vec![Status::Draft, Status::Published],
            bbox: None,
            outline: None,
            days: Days::default(),
            equal: Vec::new(),
            words: None,
            filter: None,
        }
    }
}

/// A column named in a question and the value it must have; refused when the value is not of the
/// column's type. `None` when there is no such column.
pub fn equal(name: &str, value: &str) -> Option<Result<(usize, String), String>> {
    let at = COLUMNS.iter().position(|c| c.name == name)?;
    let codes = COLUMNS[at].codes();
    if !codes.is_empty() && !codes.contains(&value) {
        return Some(Err(format!("“{name}” is one of {}", codes.join(", "))));
    }
    let (fits, what) = match COLUMNS[at].of {
        Type::Text => (true, ""),
        Type::Integer => (value.parse::<i64>().is_ok(), "a whole number"),
        Type::Real => (
            value.parse::<f64>().is_ok_and(f64::is_finite),
            "a number, such as 0.8",
        ),
        Type::Date => (parse_day(value).is_some(), "a day, such as 2022-06-15"),
        Type::DateTime => (
            moment_us(value).is_some(),
            "a moment, such as 2022-06-15T10:00:00Z",
        ),
    };
    Some(if fits {
        Ok((at, value.to_owned()))
    } else {
        Err(format!("“{name}” is {what}"))
    })
}

/// Lists are joined by "; ": one of their items is enough.
fn is_equal(column: usize, value: &Value<'_>, wanted: &str) -> bool {
    match value {
        Value::Null => false,
        Value::Text(text) => {
            text == wanted
                || (is_list(COLUMNS[column].name) && text.split("; ").any(|item| item == wanted))
                || (COLUMNS[column].of == Type::DateTime
                    && moment_us(text).is_some_and(|us| moment_us(wanted) == Some(us)))
        }
        Value::Integer(n) => wanted.parse() == Ok(*n),
        Value::Real(n) => wanted.parse() == Ok(*n),
    }
}

impl Days {
    /// Days as the web writes them: `2022-06-15`, `2022-06-01/2022-06-30`, `../2022-06-30`,
    /// `2022-06-01/..`; moments (`2022-06-15T10:00:00Z`) count as their day.
    pub fn parse(text: &str) -> Result<Self, String> {
        let day = |part: &str| {
            match part {
            "" | ".." => Ok(None),
            told => parse_day(told).map(Some).ok_or_else(|| {
                format!("“{told}” is no day; write 2022-06-15, or 2022-06-01/2022-06-30 with .. for an open end")
            }),
        }
        };
        let (from, to) = match text.split_once('/') {
            Some((from, to)) => (day(from)?, day(to)?),
            None if text == ".." || text.is_empty() => {
                return Err("says no day; write 2022-06-15, or 2022-06-01/2022-06-30".to_owned());
            }
            None => (day(text)?, day(text)?),
        };
        if from.is_none() && to.is_none() {
            return Err("an interval open at both ends says nothing; leave it out".to_owned());
        }
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            return Err(format!(
                "the interval ends ({last}) before it begins ({first})"
            ));
        }
        Ok(Self { from, to })
    }

    /// The days that lie in both; `None` when there are none.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let to = match (self.to, other.to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let empty = from.zip(to).is_some_and(|(from, to)| from > to);
        (!empty).then_some(Self { from, to })
    }

    /// True when the span of an incident ([`possible`]) shares a day with these; an incident without
    /// days matches always.
    fn take(self, (first, last): (i32, i32)) -> bool {
        let begins = self.to.is_none_or(|to| first <= day_number(to));
        let ends = self.from.is_none_or(|from| last >= day_number(from));
        begins && ends
    }
}

/// First and last possible day since 1970; the least and the greatest number when not known.
fn possible(first: Option<Date>, last: Option<Date>) -> (i32, i32) {
    (
        first.map_or(i32::MIN, day_number),
        last.map_or(i32::MAX, day_number),
    )
}

/// A day, or the day of a moment.
fn parse_day(text: &str) -> Option<Date> {
    if text.len() == 10 {
        return text.parse().ok();
    }
    // GDAL 3.6 writes the day of a date column so.
    if let Some(day) = text.strip_suffix(['T', 't'])
        && day.len() == 10
    {
        return day.parse().ok();
    }
    if let Ok(moment) = text.parse::<jiff::Timestamp>() {
        return Some(moment.to_zoned(jiff::tz::TimeZone::UTC).date());
    }
    let civil = text.contains(['T', 't', ' ']);
    text.parse::<jiff::civil::DateTime>()
        .ok()
        .filter(|_| civil)
        .map(jiff::civil::DateTime::date)
}

/// A box as the web writes it: `west,south,east,north`, or with heights, which are passed over.
pub fn parse_bbox(text: &str) -> Result<Extent, String> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|n| n.trim().parse().ok()).collect();
    let [west, south, east, north] = match numbers.as_deref() {
        Some([w, s, e, n]) | Some([w, s, _, e, n, _]) => [*w, *s, *e, *n],
        _ => {
            return Err(format!(
                "“{text}” is no box; four numbers are meant: west,south,east,north in degrees"
            ));
        }
    };
    Extent::new(west, south, east, north).ok_or_else(|| {
        let swapped = Extent::new(south, west, north, east).is_some();
        format!(
            "“{text}” is no box on the globe: west,south,east,north in degrees, south below north{}",
            if swapped && (south.abs() > 90.0 || north.abs() > 90.0) {
                " (latitude and longitude swapped?)"
            } else {
                ""
            }
        )
    })
}

impl Query {
    /// True when an incident is one of those asked for.
    #[must_use]
    pub fn takes(&self, shown: &Shown) -> bool {
        shown.standing.is_feature()
            && self.takes_head(
                shown.status,
                possible(shown.when.start, shown.when.end),
                || boxes(shown).into(),
            )
            && self.takes_rest(shown)
    }

    /// The same of a packed row, as it is given out.
    pub(crate) fn takes_row(&self, row: &Row) -> bool {
        !row.is_kept_in()
            && self.takes_head(row.status(), row.days(), || row.boxes())
            && self.takes_rest(row)
    }

    /// Of the status, the days of [`possible`], and the boxes.
    fn takes_head<'a>(
        &self,
        status: Status,
        days: (i32, i32),
        boxes: impl FnOnce() -> Cow<'a, [Extent]>,
    ) -> bool {
        self.statuses.contains(&status)
            && self.days.take(days)
            && self.bbox.is_none_or(|bbox| {
                let boxes = boxes();
                boxes.is_empty() || boxes.iter().any(|b| b.intersects(bbox))
            })
    }

    /// The same of columns, words and filter alone, for those who know the rest from an index.
    #[must_use]
    pub fn takes_rest(&self, it: &dyn Subject) -> bool {
        self.takes_columns(it) && self.words.as_ref().is_none_or(|words| words.takes(it))
    }

    /// The same without the words.
    pub(crate) fn takes_columns(&self, it: &dyn Subject) -> bool {
        self.equal
            .iter()
            .all(|(column, wanted)| is_equal(*column, &it.cell(*column), wanted))
            && self
                .outline
                .as_ref()
                .is_none_or(|outline| match it.shape() {
                    Geometry::Point(at) => outline.contains(&Coord {
                        x: at.lon(),
                        y: at.lat(),
                    }),
                    _ => true,
                })
            && self.filter.as_ref().is_none_or(|filter| filter.takes(it))
    }

    /// True when [`Query::takes_rest`] holds for every incident.
    #[must_use]
    pub fn has_no_rest(&self) -> bool {
        self.equal.is_empty()
            && self.outline.is_none()
            && self.words.is_none()
            && self.filter.is_none()
    }

    /// What all incidents have in common for which [`Query::takes_rest`] holds. `complete` speaks of
    /// all but the words.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let mut bounds = self.filter.as_ref().map_or_else(
            || Bounds {
                complete: true,
                ..Bounds::default()
            },
            Filter::bounds,
        );
        for (column, wanted) in &self.equal {
            if is_list(COLUMNS[*column].name) {
                bounds.complete = false;
            } else {
                bounds.one_of(*column, std::slice::from_ref(wanted));
            }
        }
        bounds.complete &= self.outline.is_none();
        bounds
    }
}

/// The boxes of what is drawn for an incident: none, one, or two across the 180th meridian.
#[must_use]
pub(crate) fn boxes(shown: &Shown) -> Vec<Extent> {
    let Some(place) = &shown.place else {
        return Vec::new();
    };
    match (place.point(), &place.area) {
        (Some(at), _) => around_point(at).into_iter().collect(),
        (None, Some(area)) if !place.precision.is_pointlike() => around_area(area),
        _ => Vec::new(),
    }
}

fn around_point(at: LonLat) -> Option<Extent> {
    Extent::new(at.lon(), at.lat(), at.lon(), at.lat())
}

/// West and east of the 180th meridian apart, so that Fiji is not a belt around the Earth.
fn around_area(area: &MultiPolygon<f64>) -> Vec<Extent> {
    let mut halves: [Option<[f64; 4]>; 2] = [None, None];
    let spans_both = {
        let xs = area.iter().flat_map(|p| p.exterior().coords().map(|c| c.x));
        let (mut west, mut east) = (f64::MAX, f64::MIN);
        for x in xs {
            west = west.min(x);
            east = east.max(x);
        }
        east - west > 180.0
    };
    for polygon in area {
        for c in polygon.exterior().coords() {
            let half = usize::from(spans_both && c.x < 0.0);
            let [w, s, e, n] = halves[half].get_or_insert([c.x, c.y, c.x, c.y]);
            (*w, *s) = (w.min(c.x), s.min(c.y));
            (*e, *n) = (e.max(c.x), n.max(c.y));
        }
    }
    halves
        .into_iter()
        .flatten()
        .filter_map(|[w, s, e, n]| Extent::new(w.max(-180.0), s, e.min(180.0), n))
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_numbered_from_1970() {
        assert_eq!(day_number(date(1970, 1, 1)), 0);
        assert_eq!(day_number(date(2000, 3, 1)), 11_017);
        assert_eq!(day_number(date(1969, 12, 31)), -1);
        let mut day = date(1896, 1, 1);
        let mut number = day_number(day);
        while day < date(2104, 1, 1) {
            day = day.tomorrow().expect("a day after");
            assert_eq!(day_number(day), number + 1, "{day}");
            number += 1;
        }
    }

    #[test]
    fn every_list_is_a_column() {
        for name in LISTS {
            let column = crate::formats::column(name);
            assert!(column.is_some_and(|c| c.of == Type::Text), "{name}");
        }
    }

    #[test]
    fn two_ranges_of_days_are_met_where_they_meet() {
        let open = |from, to| Days { from, to };
        let day = |d| Some(date(2022, 6, d));
        assert_eq!(
            open(day(1), None).and(open(None, day(9))),
            Some(open(day(1), day(9)))
        );
        assert_eq!(open(day(9), None).and(open(None, day(1))), None);
    }

    #[test]
    fn days_are_read_as_the_web_writes_them() {
        let read = |text: &str| Days::parse(text).map(|d| (d.from, d.to));
        let day = |d| Some(date(2022, 6, d));
        assert_eq!(read("2022-06-15"), Ok((day(15), day(15))));
        assert_eq!(read("2022-06-15T"), Ok((day(15), day(15))));
        assert_eq!(read("2022-06-15T10:00:00Z"), Ok((day(15), day(15))));
        assert_eq!(read("2022-06-01T00:00:00Z/.."), Ok((day(1), None)));
        assert_eq!(read("/2022-06-30"), Ok((None, day(30))));
        assert_eq!(read("2022-06-01/2022-06-30"), Ok((day(1), day(30))));
        for wrong in [
            "",
            "..",
            "../..",
            "2022",
            "2022-13-01",
            "2022-06-30/2022-06-01",
            "a/b",
            "1/2/3",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn boxes_are_read_as_the_web_writes_them() {
        assert!(parse_bbox("38,33,39,34").is_ok());
        assert!(
            parse_bbox("177,-19,-178,-16")
                .expect("a box")
                .crosses_antimeridian()
        );
        assert!(parse_bbox("38,33,0,39,34,100").is_ok());
        for wrong in [
            "",
            "1,2,3",
            "1,2,3,x",
            "0,40,10,30",
            "NaN,0,1,1",
            "0,0,inf,1",
        ] {
            assert!(parse_bbox(wrong).is_err(), "{wrong}");
        }
        let swapped = parse_bbox("33,138,34,139").expect_err("off the globe");
        assert!(swapped.contains("swapped"), "{swapped}");
    }

    #[test]
    fn a_span_matches_where_it_overlaps_and_the_undated_always() {
        let june = Days {
            from: Some(date(2022, 6, 1)),
            to: Some(date(2022, 6, 30)),
        };
        let takes = |first, last| june.take(possible(first, last));
        assert!(takes(None, None));
        assert!(takes(Some(date(2022, 5, 20)), Some(date(2022, 6, 1))));
        assert!(!takes(Some(date(2022, 7, 1)), Some(date(2022, 7, 2))));
        assert!(takes(None, Some(date(2022, 7, 2))));
        assert!(!takes(None, Some(date(2022, 5, 2))));
    }
}
