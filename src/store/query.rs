//! Which incidents: by status, box and days. The same question is put to the database and to the
//! rows a server keeps in memory.

use gazetteer::{Extent, LonLat};
use geo_types::MultiPolygon;
use jiff::civil::Date;

use crate::incident::{Shown, Status};

/// A question for incidents; the default asks for every draft and published one.
#[derive(Clone, PartialEq, Debug)]
pub struct Query {
    /// The statuses wanted.
    pub statuses: Vec<Status>,
    /// Only incidents whose shape shares a point with the box, and those without shape.
    pub bbox: Option<Extent>,
    /// Only incidents that may have happened on one of these days, and those without a day.
    pub days: Days,
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
            days: Days::default(),
        }
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

    /// True when the span of an incident shares a day with these; an incident without days matches
    /// always.
    #[must_use]
    pub fn takes(self, first: Option<Date>, last: Option<Date>) -> bool {
        let begins = |first: Date| self.to.is_none_or(|to| first <= to);
        let ends = |last: Date| self.from.is_none_or(|from| last >= from);
        first.is_none_or(begins) && last.is_none_or(ends)
    }
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
            && self.statuses.contains(&shown.status)
            && self.days.takes(shown.when.start, shown.when.end)
            && self.bbox.is_none_or(|bbox| {
                let boxes = boxes(shown);
                boxes.is_empty() || boxes.iter().any(|b| b.intersects(bbox))
            })
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
        assert!(june.takes(None, None));
        assert!(june.takes(Some(date(2022, 5, 20)), Some(date(2022, 6, 1))));
        assert!(!june.takes(Some(date(2022, 7, 1)), Some(date(2022, 7, 2))));
        assert!(june.takes(None, Some(date(2022, 7, 2))));
        assert!(!june.takes(None, Some(date(2022, 5, 2))));
    }
}
