//! The query part of an address: pairs in order, each name known or refused.

use percent_encoding::percent_decode_str;

use super::refusal::Refusal;
use crate::store::{Days, parse_bbox};
use gazetteer::Extent;

/// Longest query taken, in bytes.
const QUERY_BYTES_MAX: usize = 8_192;

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
            )));
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
            let (name, value) = (decode(name)?, decode(value)?);
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

    /// The box.
    pub(super) fn bbox(&self) -> Result<Option<Extent>, Refusal> {
        let Some(text) = self.one("bbox")? else {
            return Ok(None);
        };
        parse_bbox(text)
            .map(Some)
            .map_err(|why| Refusal::parameter("bbox", text, why))
    }

    /// The days; given twice, as GDAL does, the intersection is meant. `None` when no day can match.
    pub(super) fn days(&self) -> Result<Option<Days>, Refusal> {
        let mut days = Some(Days::default());
        for text in self.all("datetime") {
            let more =
                Days::parse(text).map_err(|why| Refusal::parameter("datetime", text, why))?;
            days = days.and_then(|d| d.and(more));
        }
        Ok(days)
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
