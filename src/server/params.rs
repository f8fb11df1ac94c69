//! The query part of an address: pairs in order, each name known or refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;

use super::refusal::Refusal;
use crate::formats::COLUMNS;
use crate::incident::Status;
use crate::query::{self, Crs, Days, Filter, Query, Words, parse_bbox};
use gazetteer::Extent;
use geo_types::{Coord, LineString, Polygon};

/// Longest query taken, in bytes.
const QUERY_BYTES_MAX: usize = 8_192;

/// Pieces each edge of a box in metres is taken in: the edges of a UTM zone bend by less than a
/// hundredth of their length within a piece.
const BBOX_PIECES: u8 = 16;

/// The parameters every question for incidents takes, beside the names of columns.
const QUESTION: &[&str] = &[
    "bbox",
    "bbox-crs",
    "datetime",
    "filter",
    "filter-crs",
    "filter-lang",
    "q",
];

/// The names a question for incidents knows, with further ones of its route.
pub(super) fn question_and(more: &[&'static str]) -> Vec<&'static str> {
    let columns = COLUMNS.iter().map(|c| c.name);
    QUESTION
        .iter()
        .chain(more)
        .copied()
        .chain(columns)
        .collect()
}

/// The parameters of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// Reads the query; names outside `known` are refused by name.
    pub(super) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Refusal> {
        let query = query.unwrap_or_default();
        if query.len() > QUERY_BYTES_MAX {
            return Err(Refusal::bad(format!(
                "the query is {} bytes long; at most {QUERY_BYTES_MAX} are taken",
                query.len()
            ))
            .limit(QUERY_BYTES_MAX));
        }
        let decode = |part: &str| {
            let spaced = part.replace('+', " ");
            percent_decode_str(&spaced)
                .decode_utf8()
                .map(std::borrow::Cow::into_owned)
                .map_err(|_| Refusal::bad(format!("“{part}” is no UTF-8 once decoded")))
        };
        let mut pairs = Vec::new();
        for pair in query.split('&').filter(|p| !p.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            let value = decode(value).map_err(|why| why.of(&name))?;
            if !known.contains(&name.as_str()) {
                let mut known: Vec<&str> = known.to_vec();
                known.sort_unstable();
                return Err(Refusal::parameter(
                    &name,
                    &value,
                    format!(
                        "there is no parameter “{name}” here; known are {}",
                        if known.is_empty() {
                            "none".to_owned()
                        } else {
                            known.join(", ")
                        }
                    ),
                ));
            }
            pairs.push((name, value));
        }
        Ok(Self { pairs })
    }

    /// The value of a parameter that may come once.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.all(name);
        let first = values.next();
        match values.next() {
            Some(second) => Err(Refusal::parameter(
                name,
                second,
                format!("“{name}” was given twice; once is meant"),
            )),
            None => Ok(first),
        }
    }

    /// Every value of a parameter.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    /// All pairs, in order.
    pub(super) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// A number within bounds.
    pub(super) fn number(
        &self,
        name: &str,
        least: usize,
        most: usize,
        usual: usize,
    ) -> Result<usize, Refusal> {
        let Some(text) = self.one(name)? else {
            return Ok(usual);
        };
        text.parse()
            .ok()
            .filter(|n| (least..=most).contains(n))
            .ok_or_else(|| {
                Refusal::parameter(
                    name,
                    text,
                    format!("“{name}” is a whole number from {least} to {most}"),
                )
                .limit(most)
            })
    }

    /// A number with a fraction.
    pub(super) fn real(&self, name: &str) -> Result<Option<f64>, Refusal> {
        let Some(text) = self.one(name)? else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|n: &f64| n.is_finite());
        number.map(Some).ok_or_else(|| {
            Refusal::parameter(name, text, format!("“{name}” is a number, such as 33.5"))
        })
    }

    /// The box, and its true outline where it was told in a system whose boxes are none in degrees.
    fn bbox(&self) -> Result<(Option<Extent>, Option<Polygon<f64>>), Refusal> {
        let crs = self.crs("bbox-crs")?.unwrap_or_default();
        let Some(text) = self.one("bbox")? else {
            return Ok((None, None));
        };
        if crs == Crs::Crs84 {
            let it = parse_bbox(text);
            return it
                .map(|it| (Some(it), None))
                .map_err(|why| Refusal::parameter("bbox", text, why));
        }
        let refused = || {
            Refusal::parameter(
                "bbox",
                text,
                format!(
                    "“{text}” is no box of {}: four numbers, the lower corner and the upper one, in the order of its axes",
                    crs.uri()
                ),
            )
        };
        let numbers: Option<Vec<f64>> = text
            .split(',')
            .map(|n| n.trim().parse().ok().filter(|n: &f64| n.is_finite()))
            .collect();
        let [x0, y0, x1, y1] = match numbers.as_deref() {
            Some([a, b, c, d] | [a, b, _, c, d, _]) => [*a, *b, *c, *d],
            _ => return Err(refused()),
        };
        if crs == Crs::Epsg4326 {
            let it = Extent::new(y0, x0, y1, x1).ok_or_else(refused)?;
            return Ok((Some(it), None));
        }
        if x0 > x1 || y0 > y1 {
            return Err(refused());
        }
        // Straight edges there are bent here: each is taken in pieces.
        let mut ring = Vec::new();
        let corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)];
        for pair in corners.windows(2) {
            for n in 0..BBOX_PIECES {
                let part = f64::from(n) / f64::from(BBOX_PIECES);
                let (x, y) = (
                    pair[0].0 + (pair[1].0 - pair[0].0) * part,
                    pair[0].1 + (pair[1].1 - pair[0].1) * part,
                );
                let (x, y) = crs.to_lon_lat(x, y).ok_or_else(refused)?;
                ring.push(Coord { x, y });
            }
        }
        ring.push(ring[0]);
        let fold = |f: fn(f64, f64) -> f64, of: fn(&Coord<f64>) -> f64| {
            ring.iter().map(of).reduce(f).unwrap_or_default()
        };
        let around = Extent::new(
            fold(f64::min, |c| c.x),
            fold(f64::min, |c| c.y),
            fold(f64::max, |c| c.x),
            fold(f64::max, |c| c.y),
        );
        // Mercator's boxes are boxes in degrees.
        let outline = !matches!(crs, Crs::Epsg3857 | Crs::Epsg3395);
        let polygon = outline.then(|| Polygon::new(LineString(ring.clone()), Vec::new()));
        Ok((Some(around.ok_or_else(refused)?), polygon))
    }

    /// A coordinate reference system.
    pub(super) fn crs(&self, name: &str) -> Result<Option<Crs>, Refusal> {
        let Some(text) = self.one(name)? else {
            return Ok(None);
        };
        Crs::parse(text)
            .map(Some)
            .map_err(|why| Refusal::parameter(name, text, why))
    }

    /// The CQL2 filter.
    fn filter(&self) -> Result<Option<Filter>, Refusal> {
        let crs = self.crs("filter-crs")?.unwrap_or_default();
        let lang = self.one("filter-lang")?;
        // What is wrong is said also where there is nothing to filter by.
        let text = self.one("filter")?;
        let read = match lang {
            // JSON is told by its brace, as a person who forgot the name would expect.
            None if text.is_some_and(|t| t.trim_start().starts_with('{')) => Filter::from_json,
            None | Some("cql2-text") => Filter::from_text,
            Some("cql2-json") => Filter::from_json,
            Some(other) => {
                return Err(Refusal::parameter(
                    "filter-lang",
                    other,
                    "“filter-lang” is cql2-text or cql2-json",
                ));
            }
        };
        let Some(text) = text else {
            return Ok(None);
        };
        read(text, &crs).map(Some).map_err(|why| {
            Refusal::parameter("filter", text, format!("the filter cannot be read {why}"))
        })
    }

    /// The question for incidents: box, days, columns, words, filter, status. `None` when nothing
    /// can match.
    pub(super) fn query(&self) -> Result<Option<Query>, Refusal> {
        let mut equal = Vec::new();
        let mut statuses = vec![Status::Draft, Status::Published];
        for (name, value) in self.pairs() {
            if name == "status" {
                let of = |code: &str| {
                    Status::from_code(code.trim()).ok_or_else(|| {
                        let known = Status::ALL.iter().map(|it| it.code()).collect::<Vec<_>>();
                        let known = known.join(", ");
                        let why = format!("“status” is one of {known}, or several with commas");
                        Refusal::parameter("status", value, why)
                    })
                };
                let asked: Vec<Status> = value.split(',').map(of).collect::<Result<_, _>>()?;
                statuses.retain(|s| asked.contains(s));
            } else if let Some(read) = query::equal(name, value) {
                equal.push(read.map_err(|why| Refusal::parameter(name, value, why))?);
            }
        }
        let words = match self.one("q")? {
            None => None,
            Some(text) => {
                Some(Words::parse(text).map_err(|why| Refusal::parameter("q", text, why))?)
            }
        };
        let (bbox, outline) = self.bbox()?;
        let filter = self.filter()?;
        Ok(self.days()?.map(|days| Query {
            statuses,
            bbox,
            outline,
            days,
            equal,
            words,
            filter,
        }))
    }

    /// The days; given twice, as GDAL does, the intersection is meant. `None` when no day can match.
    fn days(&self) -> Result<Option<Days>, Refusal> {
        let mut days = Some(Days::default());
        for text in self.all("datetime") {
            let more =
                Days::parse(text).map_err(|why| Refusal::parameter("datetime", text, why))?;
            days = days.and_then(|d| d.and(more));
        }
        Ok(days)
    }
}

/// Says of a route that it takes no parameters: any is refused by its name.
pub(super) struct NoParams;

impl<S: Sync> FromRequestParts<S> for NoParams {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Params::read(parts.uri.query(), &[]).map(|_| Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_refused_and_known_ones_decoded() {
        let read = |q| Params::read(Some(q), &["q", "limit", "datetime"]);
        let params = read("q=al%2DTanf+base&limit=5").expect("known");
        assert_eq!(params.one("q").expect("once"), Some("al-Tanf base"));
        assert_eq!(params.number("limit", 1, 10, 3).expect("fits"), 5);
        assert!(params.number("limit", 1, 4, 3).is_err());
        assert!(read("colour=red").is_err());
        assert!(read("q=%ff").is_err());
        assert!(read("q=1&q=2").expect("known").one("q").is_err());
    }

    #[test]
    fn two_datetimes_are_met_where_they_meet() {
        let read = |q| Params::read(Some(q), &["datetime"]).expect("known").days();
        let days = read("datetime=2022-06-01/..&datetime=../2022-06-30").expect("days");
        assert!(days.expect("some").from.is_some() && days.expect("some").to.is_some());
        assert_eq!(
            read("datetime=2022-07-01&datetime=2022-06-01").expect("days"),
            None
        );
    }
}
