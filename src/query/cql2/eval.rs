//! A test asked of one incident. `None` is "not known", as in SQL.

use std::borrow::Cow;
use std::cmp::Ordering;

use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::relate::IntersectionMatrix;
use geo::{BoundingRect, Relate};
use geo_types::{Coord, Geometry, Point, Rect};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::super::{Subject, day_of_text, moment_us};
use super::bind::{Compare, Items, ListOp, Part, Scalar, Space, SpaceOp, Span, Test, TimeOp};
use crate::formats::{COLUMNS, Geometry as Own, Type, Value};

/// A value of an incident or of the filter.
#[derive(Clone, PartialEq, Debug)]
enum Cell<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    Time(Instant),
    Bool(bool),
}

/// A day, or a moment in microseconds; a moment beside a day counts as its day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Instant {
    Day(i32),
    Moment(i64),
}

/// Microseconds of a day.
const DAY_US: i64 = 86_400_000_000;

impl Instant {
    fn day(self) -> i64 {
        match self {
            Self::Day(day) => day.into(),
            Self::Moment(us) => us.div_euclid(DAY_US),
        }
    }

    fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Moment(a), Self::Moment(b)) => a.cmp(&b),
            (a, b) => a.day().cmp(&b.day()),
        }
    }
}

/// Text without differences of case.
pub(in crate::query) fn folded(text: &str) -> String {
    // Up and down again: ß and ss, final and inner sigma are one.
    text.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Text without accents.
pub(in crate::query) fn unaccented(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .nfc()
        .collect()
}

/// Whether the test holds; `None` when too little is known.
pub(super) fn holds(test: &Test, it: &dyn Subject) -> Option<bool> {
    match test {
        Test::Known(known) => Some(*known),
        Test::All(parts) => {
            let mut sure = Some(true);
            for part in parts {
                match holds(part, it) {
                    Some(false) => return Some(false),
                    Some(true) => {}
                    None => sure = None,
                }
            }
            sure
        }
        Test::Any(parts) => {
            let mut sure = Some(false);
            for part in parts {
                match holds(part, it) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => sure = None,
                }
            }
            sure
        }
        Test::Not(part) => holds(part, it).map(|h| !h),
        Test::Compare(compare, a, b) => {
            let order = order(&cell(a, it)?, &cell(b, it)?)?;
            Some(match compare {
                Compare::Equal => order.is_eq(),
                Compare::Unequal => order.is_ne(),
                Compare::Less => order.is_lt(),
                Compare::More => order.is_gt(),
                Compare::AtMost => order.is_le(),
                Compare::AtLeast => order.is_ge(),
            })
        }
        Test::Between(a, least, most) => {
            let a = cell(a, it)?;
            let least = order(&a, &cell(least, it)?)?;
            let most = order(&a, &cell(most, it)?)?;
            Some(least.is_ge() && most.is_le())
        }
        Test::In(a, list) => {
            let a = cell(a, it)?;
            let mut sure = Some(false);
            for b in list {
                match cell(b, it).and_then(|b| order(&a, &b)) {
                    Some(Ordering::Equal) => return Some(true),
                    Some(_) => {}
                    None => sure = None,
                }
            }
            sure
        }
        Test::Like(a, pattern) => match cell(a, it)? {
            Cell::Text(text) => Some(is_like(&text, pattern)),
            _ => None,
        },
        Test::Null(a) => Some(cell(a, it).is_none()),
        Test::Shapeless => Some(it.shape() == Own::None),
        Test::Space(op, a, b) => related(*op, a, b, it),
        Test::Time(op, a, b) => timed(*op, a, b, it),
        Test::Lists(op, a, b) => listed(*op, a, b, it),
    }
}

fn cell<'a>(scalar: &'a Scalar, it: &'a dyn Subject) -> Option<Cell<'a>> {
    Some(match scalar {
        Scalar::Column(n) => match (it.cell(*n), COLUMNS[*n].of) {
            (Value::Null, _) => return None,
            (Value::Text(text), Type::Date) => Cell::Time(Instant::Day(day_of_text(&text)?)),
            (Value::Text(text), Type::DateTime) => Cell::Time(Instant::Moment(moment_us(&text)?)),
            (Value::Text(text), _) => Cell::Text(text),
            #[expect(clippy::cast_precision_loss, reason = "counts of people and reports")]
            (Value::Integer(n), _) => Cell::Number(n as f64),
            (Value::Real(n), _) => Cell::Number(n),
        },
        Scalar::Text(text) => Cell::Text(Cow::Borrowed(text)),
        Scalar::Number(n) => Cell::Number(*n),
        Scalar::Day(day) => Cell::Time(Instant::Day(*day)),
        Scalar::Moment(us) => Cell::Time(Instant::Moment(*us)),
        Scalar::Bool(it) => Cell::Bool(*it),
        Scalar::Casei(inner) => match cell(inner, it)? {
            Cell::Text(text) => Cell::Text(Cow::Owned(folded(&text))),
            _ => return None,
        },
        Scalar::Accenti(inner) => match cell(inner, it)? {
            Cell::Text(text) => Cell::Text(Cow::Owned(unaccented(&text))),
            _ => return None,
        },
        Scalar::Sum(op, a, b) => {
            let (Cell::Number(a), Cell::Number(b)) = (cell(a, it)?, cell(b, it)?) else {
                return None;
            };
            let sum = match *op {
                "+" => a + b,
                "-" => a - b,
                "*" => a * b,
                "/" => a / b,
                "%" => a % b,
                "div" => (a / b).trunc(),
                _ => a.powf(b),
            };
            // A division by nought is not known.
            Cell::Number(Some(sum).filter(|n| n.is_finite())?)
        }
    })
}

fn order(a: &Cell<'_>, b: &Cell<'_>) -> Option<Ordering> {
    match (a, b) {
        (Cell::Text(a), Cell::Text(b)) => Some(a.cmp(b)),
        (Cell::Number(a), Cell::Number(b)) => a.partial_cmp(b),
        (Cell::Time(a), Cell::Time(b)) => Some(a.order(*b)),
        (Cell::Bool(a), Cell::Bool(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Wildcards without backtracking into earlier ones: time is the product of the lengths at worst.
fn is_like(text: &str, pattern: &[Part]) -> bool {
    let text: Vec<char> = text.chars().collect();
    let (mut t, mut p) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Part::Any) => {
                star = Some((p, t));
                p += 1;
            }
            Some(Part::One) => {
                t += 1;
                p += 1;
            }
            Some(Part::Just(c)) if *c == text[t] => {
                t += 1;
                p += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, t));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|part| *part == Part::Any)
}

fn related(op: SpaceOp, a: &Space, b: &Space, it: &dyn Subject) -> Option<bool> {
    match (a, b) {
        (Space::Own, Space::Shape(shape, around)) => own_related(op, it.shape(), shape, around),
        (Space::Shape(shape, around), Space::Own) => {
            let turned = match op {
                SpaceOp::Within => SpaceOp::Contains,
                SpaceOp::Contains => SpaceOp::Within,
                same => same,
            };
            own_related(turned, it.shape(), shape, around)
        }
        (Space::Own, Space::Own) => match it.shape() {
            Own::None => None,
            _ => Some(matches!(
                op,
                SpaceOp::Intersects | SpaceOp::Equals | SpaceOp::Within | SpaceOp::Contains
            )),
        },
        (Space::Shape(a, _), Space::Shape(b, _)) => Some(says(op, &a.relate(b.as_ref()))),
    }
}

fn own_related(
    op: SpaceOp,
    own: Own<'_>,
    shape: &Geometry<f64>,
    around: &Rect<f64>,
) -> Option<bool> {
    match own {
        Own::None => None,
        Own::Point(at) => {
            let c = Coord {
                x: at.lon(),
                y: at.lat(),
            };
            let outside = c.x < around.min().x
                || c.x > around.max().x
                || c.y < around.min().y
                || c.y > around.max().y;
            if outside {
                return Some(op == SpaceOp::Disjoint);
            }
            if matches!(shape, Geometry::Polygon(_) | Geometry::MultiPolygon(_)) {
                let position = shape.coordinate_position(&c);
                return Some(match op {
                    SpaceOp::Intersects => position != CoordPos::Outside,
                    SpaceOp::Disjoint => position == CoordPos::Outside,
                    SpaceOp::Within => position == CoordPos::Inside,
                    SpaceOp::Touches => position == CoordPos::OnBoundary,
                    SpaceOp::Equals | SpaceOp::Contains | SpaceOp::Overlaps | SpaceOp::Crosses => {
                        false
                    }
                });
            }
            Some(says(op, &Point(c).relate(shape)))
        }
        Own::Area(area) => {
            let apart = area.bounding_rect().is_none_or(|own| {
                own.max().x < around.min().x
                    || own.min().x > around.max().x
                    || own.max().y < around.min().y
                    || own.min().y > around.max().y
            });
            if apart {
                return Some(op == SpaceOp::Disjoint);
            }
            Some(says(op, &area.relate(shape)))
        }
    }
}

fn says(op: SpaceOp, matrix: &IntersectionMatrix) -> bool {
    match op {
        SpaceOp::Intersects => matrix.is_intersects(),
        SpaceOp::Disjoint => matrix.is_disjoint(),
        SpaceOp::Equals => matrix.is_equal_topo(),
        SpaceOp::Touches => matrix.is_touches(),
        SpaceOp::Within => matrix.is_within(),
        SpaceOp::Contains => matrix.is_contains(),
        SpaceOp::Overlaps => matrix.is_overlaps(),
        SpaceOp::Crosses => matrix.is_crosses(),
    }
}

/// The two ends; `None` is open.
type Ends = (Option<Instant>, Option<Instant>);

/// The ends of a span. A column's end that is not known is open; one of which neither end is known
/// is not known at all.
fn ends(span: &Span, it: &dyn Subject) -> Option<Ends> {
    let instant = |scalar: &Scalar| match cell(scalar, it) {
        Some(Cell::Time(instant)) => Some(instant),
        _ => None,
    };
    match span {
        Span::Instant(scalar) => instant(scalar).map(|at| (Some(at), Some(at))),
        Span::Interval(from, to) => {
            let of_columns = [from, to]
                .iter()
                .any(|end| matches!(end, Some(Scalar::Column(_))));
            let ends = (
                from.as_ref().and_then(instant),
                to.as_ref().and_then(instant),
            );
            if of_columns && ends == (None, None) {
                return None;
            }
            Some(ends)
        }
    }
}

fn timed(op: TimeOp, a: &Span, b: &Span, it: &dyn Subject) -> Option<bool> {
    let ((a0, a1), (b0, b1)) = (ends(a, it)?, ends(b, it)?);
    // An open begin lies before everything, an open end after everything; two open ones are equal.
    let begin = |a: Option<Instant>, b: Option<Instant>| match (a, b) {
        (Some(a), Some(b)) => a.order(b),
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Less,
        (_, None) => Ordering::Greater,
    };
    let end = |a: Option<Instant>, b: Option<Instant>| match (a, b) {
        (Some(a), Some(b)) => a.order(b),
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
    };
    // The end of one beside the begin of the other: open ones never come before.
    let end_begin = |end: Option<Instant>, begin: Option<Instant>| match (end, begin) {
        (Some(e), Some(b)) => e.order(b),
        _ => Ordering::Greater,
    };
    let (starts, finishes) = (begin(a0, b0), end(a1, b1));
    let (a_then_b, b_then_a) = (end_begin(a1, b0), end_begin(b1, a0));
    let is_before = a_then_b.is_lt();
    let is_after = b_then_a.is_lt();
    Some(match op {
        TimeOp::After => is_after,
        TimeOp::Before => is_before,
        TimeOp::Disjoint => is_before || is_after,
        TimeOp::Intersects => !is_before && !is_after,
        TimeOp::Equals => starts.is_eq() && finishes.is_eq(),
        TimeOp::During => starts.is_gt() && finishes.is_lt(),
        TimeOp::Contains => starts.is_lt() && finishes.is_gt(),
        TimeOp::Starts => starts.is_eq() && finishes.is_lt(),
        TimeOp::StartedBy => starts.is_eq() && finishes.is_gt(),
        TimeOp::Finishes => starts.is_gt() && finishes.is_eq(),
        TimeOp::FinishedBy => starts.is_lt() && finishes.is_eq(),
        TimeOp::Meets => a_then_b.is_eq(),
        TimeOp::MetBy => b_then_a.is_eq(),
        TimeOp::Overlaps => starts.is_lt() && a_then_b.is_gt() && finishes.is_lt(),
        TimeOp::OverlappedBy => starts.is_gt() && b_then_a.is_gt() && finishes.is_gt(),
    })
}

fn listed(op: ListOp, a: &Items, b: &Items, it: &dyn Subject) -> Option<bool> {
    let texts = |items: &Items| -> Option<Vec<String>> {
        match items {
            Items::Texts(texts) => Some(texts.clone()),
            Items::Column(n) => match it.cell(*n) {
                Value::Text(text) => Some(text.split("; ").map(str::to_owned).collect()),
                _ => None,
            },
        }
    };
    let (a, b) = (texts(a)?, texts(b)?);
    let within = |some: &[String], all: &[String]| some.iter().all(|s| all.contains(s));
    Some(match op {
        ListOp::Contains => within(&b, &a),
        ListOp::ContainedBy => within(&a, &b),
        ListOp::Equals => within(&a, &b) && within(&b, &a),
        ListOp::Overlaps => a.iter().any(|s| b.contains(s)),
    })
}
