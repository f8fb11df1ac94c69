//! CQL2, the filter language of OGC API: text or JSON in, a test of incidents out.
//!
//! ```text
//! type = 'airstrike' AND killed_min >= 3
//! S_INTERSECTS(geometry, POLYGON((36 33, 39 33, 39 35, 36 35, 36 33)))
//! T_DURING(INTERVAL(date_start, date_end), INTERVAL('2022-06-01', '2022-07-01'))
//! CASEI(title) LIKE '%hospital%' OR A_CONTAINS(actors, ('Russian forces'))
//! ```
//!
//! [`text`] and [`json`] make the same tree of operations ([`Spot`]); [`bind`] holds it against the
//! columns and gives a [`Test`]; [`eval`] asks the test of one incident. As in SQL, what is not
//! known is neither true nor false: `killed_min > 3` and its negation both leave out an incident
//! of which nothing was said.
//!
//! # What is not here
//!
//! No index: a server asks [`Filter::bounds`] which incidents cannot match and leaves them out.

mod bind;
mod eval;
mod json;
mod text;

use std::fmt;

use geo_types::Geometry;

use super::crs::Crs;
use super::{Bounds, Subject};
use bind::Test;

/// Text without differences of case and without accents.
pub(super) fn folded_bare(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    eval::unaccented(&eval::folded(text))
}

/// The longest filter, in bytes: the longest query a server takes.
pub const BYTES_MAX: usize = 65_536;

/// Nesting of brackets and operations: a person's filter has three or four.
const DEPTH_MAX: usize = 32;

/// Operations, names and literals in all; each costs at most a look at every incident.
const NODES_MAX: usize = 1_000;

/// Positions in all shapes of a filter: a country's outline in some detail has a few thousand.
const POSITIONS_MAX: usize = 5_000;

/// Why a filter is none: where, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilterError {
    /// `character 17`, or `args[0].args[1]` in JSON.
    pub at: String,
    /// What is wrong there, and what would help.
    pub what: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {}", self.at, self.what)
    }
}

impl std::error::Error for FilterError {}

/// A filter, held against the columns.
#[derive(Clone, PartialEq, Debug)]
pub struct Filter {
    test: Test,
}

impl Filter {
    /// Reads CQL2 text; coordinates of its shapes are in `crs`.
    pub fn from_text(text: &str, crs: &Crs) -> Result<Self, FilterError> {
        Self::of(&text::read(text)?, crs)
    }

    /// Reads CQL2 JSON; coordinates of its shapes are in `crs`.
    pub fn from_json(text: &str, crs: &Crs) -> Result<Self, FilterError> {
        Self::of(&json::read(text)?, crs)
    }

    fn of(spot: &Spot, crs: &Crs) -> Result<Self, FilterError> {
        Ok(Self {
            test: bind::bound(spot, crs)?,
        })
    }

    /// True when the filter holds for an incident; false when it does not, or when too little is
    /// known of the incident to say.
    pub fn takes(&self, subject: &dyn Subject) -> bool {
        eval::holds(&self.test, subject) == Some(true)
    }

    /// What every incident that the filter takes has in common, for an index.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let mut bounds = Bounds {
            complete: true,
            ..Bounds::default()
        };
        bind::narrow(&self.test, &mut bounds);
        bounds
    }
}

/// One operation, name or literal, and where it stands.
#[derive(Clone, PartialEq, Debug)]
struct Spot {
    at: String,
    node: Node,
}

#[derive(Clone, PartialEq, Debug)]
enum Node {
    /// A name.
    Property(String),
    Text(String),
    Number(f64),
    Bool(bool),
    /// `DATE('2022-06-15')`, not read yet.
    Date(String),
    /// `TIMESTAMP('…')`, not read yet.
    Timestamp(String),
    /// `INTERVAL(a, b)`: texts, `..` for open, or names.
    Interval(Box<Spot>, Box<Spot>),
    /// A shape, in the coordinates told.
    Shape(Geometry<f64>),
    /// `BBOX(w, s, e, n)`; the west may be greater than the east.
    Box([f64; 4]),
    List(Vec<Spot>),
    /// An operation by its name in CQL2 JSON.
    Op(String, Vec<Spot>),
}

impl Spot {
    fn refused(&self, what: impl Into<String>) -> FilterError {
        FilterError {
            at: self.at.clone(),
            what: what.into(),
        }
    }
}

/// Every operation with the number of its arguments (least, most).
const OPERATIONS: &[(&str, usize, usize)] = &[
    ("and", 2, NODES_MAX),
    ("or", 2, NODES_MAX),
    ("not", 1, 1),
    ("=", 2, 2),
    ("<>", 2, 2),
    ("<", 2, 2),
    (">", 2, 2),
    ("<=", 2, 2),
    (">=", 2, 2),
    ("like", 2, 2),
    ("between", 3, 3),
    ("in", 2, 2),
    ("isNull", 1, 1),
    ("casei", 1, 1),
    ("accenti", 1, 1),
    ("+", 2, 2),
    ("-", 2, 2),
    ("*", 2, 2),
    ("/", 2, 2),
    ("%", 2, 2),
    ("div", 2, 2),
    ("^", 2, 2),
    ("s_intersects", 2, 2),
    ("s_disjoint", 2, 2),
    ("s_equals", 2, 2),
    ("s_touches", 2, 2),
    ("s_within", 2, 2),
    ("s_contains", 2, 2),
    ("s_overlaps", 2, 2),
    ("s_crosses", 2, 2),
    ("t_after", 2, 2),
    ("t_before", 2, 2),
    ("t_contains", 2, 2),
    ("t_disjoint", 2, 2),
    ("t_during", 2, 2),
    ("t_equals", 2, 2),
    ("t_finishedBy", 2, 2),
    ("t_finishes", 2, 2),
    ("t_intersects", 2, 2),
    ("t_meets", 2, 2),
    ("t_metBy", 2, 2),
    ("t_overlappedBy", 2, 2),
    ("t_overlaps", 2, 2),
    ("t_startedBy", 2, 2),
    ("t_starts", 2, 2),
    ("a_contains", 2, 2),
    ("a_containedBy", 2, 2),
    ("a_equals", 2, 2),
    ("a_overlaps", 2, 2),
];

/// The operation of a name, whatever its case; `None` for one we do not know.
fn operation(name: &str) -> Option<&'static str> {
    OPERATIONS
        .iter()
        .find(|(known, _, _)| known.eq_ignore_ascii_case(name))
        .map(|(known, _, _)| *known)
}

/// Refuses a wrong number of arguments.
fn counted(at: &str, op: &'static str, count: usize) -> Result<(), FilterError> {
    let (_, least, most) = OPERATIONS
        .iter()
        .find(|(known, _, _)| *known == op)
        .expect("the operation was found in the list");
    if (*least..=*most).contains(&count) {
        return Ok(());
    }
    let wanted = if least == most {
        least.to_string()
    } else {
        format!("at least {least}")
    };
    Err(FilterError {
        at: at.to_owned(),
        what: format!("“{op}” takes {wanted} argument(s), not {count}"),
    })
}

/// The refusal of an operation nobody knows, with the ones known.
fn unknown(at: &str, name: &str) -> FilterError {
    let of_kind: Vec<&str> = OPERATIONS
        .iter()
        .map(|(known, _, _)| *known)
        .filter(|known| match name.get(..2).map(str::to_ascii_lowercase) {
            Some(mark) if mark.ends_with('_') => known.starts_with(&mark),
            _ => known.chars().all(char::is_alphabetic),
        })
        .collect();
    FilterError {
        at: at.to_owned(),
        what: format!(
            "there is no operation “{name}”; known are {}",
            of_kind.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests;
