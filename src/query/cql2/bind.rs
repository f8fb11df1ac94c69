//! Operations held against the columns: every name known, like compared with like.

use geo::{BoundingRect, CoordsIter, MapCoords, Validation};
use geo_types::{Coord, Geometry, MultiPolygon, Polygon, Rect};

use super::super::crs::Crs;
use super::super::{Bounds, GEOMETRY, day_number, is_list, moment_us, parse_day};
use super::eval::{folded, unaccented};
use super::{FilterError, Node, Spot};
use crate::formats::{COLUMNS, Type};

/// A condition.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::query) enum Test {
    Known(bool),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Compare(Compare, Scalar, Scalar),
    Like(Scalar, Vec<Part>),
    Between(Scalar, Scalar, Scalar),
    In(Scalar, Vec<Scalar>),
    Null(Scalar),
    /// The shape is null.
    Shapeless,
    Space(SpaceOp, Space, Space),
    Time(TimeOp, Span, Span),
    Lists(ListOp, Items, Items),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::query) enum Compare {
    Equal,
    Unequal,
    Less,
    More,
    AtMost,
    AtLeast,
}

/// A single value.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::query) enum Scalar {
    /// The column of this number.
    Column(usize),
    Text(String),
    Number(f64),
    /// Days since 1970.
    Day(i32),
    /// Microseconds since 1970.
    Moment(i64),
    Bool(bool),
    Casei(Box<Scalar>),
    Accenti(Box<Scalar>),
    Sum(&'static str, Box<Scalar>, Box<Scalar>),
}

/// A piece of a LIKE pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::query) enum Part {
    /// `%`
    Any,
    /// `_`
    One,
    Just(char),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::query) enum SpaceOp {
    Intersects,
    Disjoint,
    Equals,
    Touches,
    Within,
    Contains,
    Overlaps,
    Crosses,
}

/// A shape in WGS 84, longitude first, or the incident's own.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::query) enum Space {
    Own,
    Shape(Box<Geometry<f64>>, Rect<f64>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::query) enum TimeOp {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

/// An instant, or an interval whose ends may be open.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::query) enum Span {
    Instant(Scalar),
    Interval(Option<Scalar>, Option<Scalar>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::query) enum ListOp {
    Contains,
    ContainedBy,
    Equals,
    Overlaps,
}

#[derive(Clone, PartialEq, Debug)]
pub(in crate::query) enum Items {
    Column(usize),
    Texts(Vec<String>),
}

/// What may be compared with what.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sort {
    Text,
    Number,
    /// A day or a moment.
    Time,
    Bool,
}

impl Sort {
    fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Time => "a date",
            Self::Bool => "true or false",
        }
    }
}

fn sort_of(it: &Scalar) -> Sort {
    match it {
        Scalar::Column(n) => match COLUMNS[*n].of {
            Type::Text => Sort::Text,
            Type::Integer | Type::Real => Sort::Number,
            Type::Date | Type::DateTime => Sort::Time,
        },
        Scalar::Text(_) | Scalar::Casei(_) | Scalar::Accenti(_) => Sort::Text,
        Scalar::Number(_) | Scalar::Sum(..) => Sort::Number,
        Scalar::Day(_) | Scalar::Moment(_) => Sort::Time,
        Scalar::Bool(_) => Sort::Bool,
    }
}

/// The test of a condition.
pub(super) fn bound(spot: &Spot, crs: &Crs) -> Result<Test, FilterError> {
    let Node::Op(op, args) = &spot.node else {
        return match &spot.node {
            Node::Bool(it) => Ok(Test::Known(*it)),
            _ => Err(spot.refused(
                "a condition was expected, such as type = 'airstrike', and only a value stands here",
            )),
        };
    };
    let each = || {
        args.iter()
            .map(|a| bound(a, crs))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(match op.as_str() {
        "and" => Test::All(each()?),
        "or" => Test::Any(each()?),
        "not" => Test::Not(Box::new(bound(&args[0], crs)?)),
        "isNull" => match &args[0].node {
            Node::Property(name) if is_geometry(name) => Test::Shapeless,
            _ => Test::Null(scalar(&args[0])?),
        },
        "between" => {
            let mut all = alike(args)?;
            let most = all.pop().expect("three arguments");
            let least = all.pop().expect("three arguments");
            Test::Between(all.pop().expect("three arguments"), least, most)
        }
        "in" => in_list(args)?,
        "like" => like(args)?,
        _ => {
            if let Some(compare) = comparison(op) {
                return compared(compare, args);
            }
            if let Some(op) = space_op(op) {
                return Ok(Test::Space(
                    op,
                    space(&args[0], crs)?,
                    space(&args[1], crs)?,
                ));
            }
            if let Some(op) = time_op(op) {
                return Ok(Test::Time(op, span(&args[0])?, span(&args[1])?));
            }
            if let Some(op) = list_op(op) {
                return Ok(Test::Lists(op, items(&args[0])?, items(&args[1])?));
            }
            return Err(spot.refused(format!(
                "“{op}” gives a value and no condition; compare it with something"
            )));
        }
    })
}

fn comparison(op: &str) -> Option<Compare> {
    Some(match op {
        "=" => Compare::Equal,
        "<>" => Compare::Unequal,
        "<" => Compare::Less,
        ">" => Compare::More,
        "<=" => Compare::AtMost,
        ">=" => Compare::AtLeast,
        _ => return None,
    })
}

fn space_op(op: &str) -> Option<SpaceOp> {
    Some(match op {
        "s_intersects" => SpaceOp::Intersects,
        "s_disjoint" => SpaceOp::Disjoint,
        "s_equals" => SpaceOp::Equals,
        "s_touches" => SpaceOp::Touches,
        "s_within" => SpaceOp::Within,
        "s_contains" => SpaceOp::Contains,
        "s_overlaps" => SpaceOp::Overlaps,
        "s_crosses" => SpaceOp::Crosses,
        _ => return None,
    })
}

fn time_op(op: &str) -> Option<TimeOp> {
    Some(match op {
        "t_after" => TimeOp::After,
        "t_before" => TimeOp::Before,
        "t_contains" => TimeOp::Contains,
        "t_disjoint" => TimeOp::Disjoint,
        "t_during" => TimeOp::During,
        "t_equals" => TimeOp::Equals,
        "t_finishedBy" => TimeOp::FinishedBy,
        "t_finishes" => TimeOp::Finishes,
        "t_intersects" => TimeOp::Intersects,
        "t_meets" => TimeOp::Meets,
        "t_metBy" => TimeOp::MetBy,
        "t_overlappedBy" => TimeOp::OverlappedBy,
        "t_overlaps" => TimeOp::Overlaps,
        "t_startedBy" => TimeOp::StartedBy,
        "t_starts" => TimeOp::Starts,
        _ => return None,
    })
}

fn list_op(op: &str) -> Option<ListOp> {
    Some(match op {
        "a_contains" => ListOp::Contains,
        "a_containedBy" => ListOp::ContainedBy,
        "a_equals" => ListOp::Equals,
        "a_overlaps" => ListOp::Overlaps,
        _ => return None,
    })
}

fn is_geometry(name: &str) -> bool {
    matches!(name, GEOMETRY | "geom")
}

fn compared(compare: Compare, args: &[Spot]) -> Result<Test, FilterError> {
    let mut all = alike(args)?;
    let right = all.pop().expect("two arguments");
    let left = all.pop().expect("two arguments");
    if compare != Compare::Equal && compare != Compare::Unequal && sort_of(&left) == Sort::Bool {
        return Err(args[0].refused("true and false have no order; compare them with = or <>"));
    }
    Ok(Test::Compare(compare, left, right))
}

/// The values of several places that are compared with each other: all of one sort. A text beside
/// a date is read as a date.
fn alike(args: &[Spot]) -> Result<Vec<Scalar>, FilterError> {
    let mut all: Vec<Scalar> = args.iter().map(scalar).collect::<Result<_, _>>()?;
    let timely = all.iter().any(|s| sort_of(s) == Sort::Time);
    if timely {
        for (it, spot) in all.iter_mut().zip(args) {
            if let Scalar::Text(text) = it {
                *it = time_of(spot, text)?;
            }
        }
    }
    let first = sort_of(&all[0]);
    for (it, spot) in all.iter().zip(args).skip(1) {
        let sort = sort_of(it);
        if sort != first {
            return Err(spot.refused(format!(
                "{} cannot be compared with {}{}",
                first.words(),
                sort.words(),
                match (first, sort) {
                    (Sort::Text, _) => "; a text stands in quotation marks, 'so'",
                    (Sort::Number, Sort::Text) => "; a number stands without quotation marks",
                    (Sort::Time, _) => "; a date is written DATE('2022-06-15')",
                    _ => "",
                }
            )));
        }
    }
    Ok(all)
}

fn scalar(spot: &Spot) -> Result<Scalar, FilterError> {
    Ok(match &spot.node {
        Node::Property(name) => Scalar::Column(column_of(spot, name)?),
        Node::Text(text) => Scalar::Text(text.clone()),
        Node::Number(number) => Scalar::Number(*number),
        Node::Bool(it) => Scalar::Bool(*it),
        Node::Date(text) => match time_of(spot, text)? {
            Scalar::Day(day) => Scalar::Day(day),
            _ => {
                return Err(
                    spot.refused(format!("“{text}” is a moment; write TIMESTAMP('{text}')"))
                );
            }
        },
        Node::Timestamp(text) => time_of(spot, text)?,
        Node::Interval(..) => {
            return Err(spot.refused(
                "an INTERVAL is compared by T_INTERSECTS, T_DURING, T_AFTER and their like, not by signs",
            ));
        }
        Node::Shape(_) | Node::Box(_) => {
            return Err(
                spot.refused("a shape is compared by S_INTERSECTS, S_WITHIN and their like")
            );
        }
        Node::List(_) => {
            return Err(spot.refused("a list is compared by IN, or by A_CONTAINS and its like"));
        }
        Node::Op(op, args) => match op.as_str() {
            "casei" | "accenti" => {
                let inner = scalar(&args[0])?;
                if sort_of(&inner) != Sort::Text {
                    return Err(args[0].refused(format!("{} works on texts", op.to_uppercase())));
                }
                match (op.as_str(), inner) {
                    ("casei", Scalar::Text(text)) => Scalar::Text(folded(&text)),
                    ("casei", inner) => Scalar::Casei(Box::new(inner)),
                    (_, Scalar::Text(text)) => Scalar::Text(unaccented(&text)),
                    (_, inner) => Scalar::Accenti(Box::new(inner)),
                }
            }
            "+" | "-" | "*" | "/" | "%" | "div" | "^" => {
                let known = ["+", "-", "*", "/", "%", "div", "^"];
                let op = known.into_iter().find(|k| k == op).expect("one of these");
                let mut parts = Vec::new();
                for spot in args {
                    let part = scalar(spot)?;
                    if sort_of(&part) != Sort::Number {
                        return Err(spot.refused(format!("“{op}” reckons with numbers")));
                    }
                    parts.push(Box::new(part));
                }
                let right = parts.pop().expect("two arguments");
                Scalar::Sum(op, parts.pop().expect("two arguments"), right)
            }
            _ => {
                return Err(spot.refused(format!(
                    "“{op}” is a condition and no value; a value was expected here"
                )));
            }
        },
    })
}

fn column_of(spot: &Spot, name: &str) -> Result<usize, FilterError> {
    if is_geometry(name) {
        return Err(spot.refused(
            "“geometry” is compared by S_INTERSECTS, S_WITHIN and their like, or IS NULL",
        ));
    }
    if let Some(at) = COLUMNS.iter().position(|c| c.name == name) {
        return Ok(at);
    }
    let near = COLUMNS
        .iter()
        .map(|c| c.name)
        .find(|known| {
            known.eq_ignore_ascii_case(name)
                || (name.len() > 3 && (known.starts_with(name) || name.starts_with(known)))
        })
        .map(|known| format!("; “{known}” perhaps?"))
        .unwrap_or_default();
    Err(spot.refused(format!(
        "there is no column “{name}”{near} The queryables list all; a text stands in single quotation marks, 'so'"
    )))
}

/// A day or a moment.
fn time_of(spot: &Spot, text: &str) -> Result<Scalar, FilterError> {
    if text.len() > 10
        && let Some(us) = moment_us(text)
    {
        return Ok(Scalar::Moment(us));
    }
    parse_day(text)
        .map(|d| Scalar::Day(day_number(d)))
        .ok_or_else(|| {
            spot.refused(format!(
                "“{text}” is no date; write 2022-06-15, or 2022-06-15T10:00:00Z for a moment"
            ))
        })
}

fn in_list(args: &[Spot]) -> Result<Test, FilterError> {
    let Node::List(list) = &args[1].node else {
        return Err(
            args[1].refused("IN is followed by a list, such as IN ('airstrike', 'shelling')")
        );
    };
    let mut all = vec![args[0].clone()];
    all.extend(list.iter().cloned());
    let mut scalars = alike(&all)?;
    let rest = scalars.split_off(1);
    Ok(Test::In(scalars.remove(0), rest))
}

fn like(args: &[Spot]) -> Result<Test, FilterError> {
    let what = scalar(&args[0])?;
    if sort_of(&what) != Sort::Text {
        return Err(args[0].refused("LIKE works on texts"));
    }
    let Scalar::Text(pattern) = scalar(&args[1])? else {
        return Err(args[1]
            .refused("LIKE is followed by a pattern in quotation marks, such as '%hospital%'"));
    };
    let mut parts = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '%' if parts.last() == Some(&Part::Any) => continue,
            '%' => Part::Any,
            '_' => Part::One,
            '\\' => Part::Just(chars.next().unwrap_or('\\')),
            c => Part::Just(c),
        });
    }
    Ok(Test::Like(what, parts))
}

fn space(spot: &Spot, crs: &Crs) -> Result<Space, FilterError> {
    let shape = match &spot.node {
        Node::Property(name) if is_geometry(name) => return Ok(Space::Own),
        Node::Property(name) => {
            return Err(spot.refused(format!(
                "“{name}” is no shape; the shape is called geometry"
            )));
        }
        Node::Shape(shape) => shape.clone(),
        Node::Box([w, s, e, n]) => boxed(*w, *s, *e, *n),
        _ => {
            return Err(spot.refused(
                "a shape was expected: geometry, BBOX(w, s, e, n), or well-known text such as POINT(38.6 33.5)",
            ));
        }
    };
    let placed = placed(&shape, *crs).map_err(|(x, y)| {
        let swapped = *crs == Crs::Crs84 && x.abs() <= 90.0 && y.abs() <= 180.0;
        spot.refused(format!(
            "the position {x} {y} lies nowhere on the globe{}",
            if swapped {
                "; longitude comes first (or say filter-crs)"
            } else {
                ""
            }
        ))
    })?;
    placed
        .check_validation()
        .map_err(|why| spot.refused(format!("the shape is not valid: {why}")))?;
    let around = placed
        .bounding_rect()
        .ok_or_else(|| spot.refused("the shape has no position"))?;
    Ok(Space::Shape(Box::new(placed), around))
}

/// A box as a shape: two across the 180th meridian.
fn boxed(w: f64, s: f64, e: f64, n: f64) -> Geometry<f64> {
    let ring = |w: f64, e: f64| -> Polygon<f64> {
        Rect::new(Coord { x: w, y: s }, Coord { x: e, y: n }).to_polygon()
    };
    if w <= e {
        Geometry::Polygon(ring(w, e))
    } else {
        Geometry::MultiPolygon(MultiPolygon(vec![ring(w, 180.0), ring(-180.0, e)]))
    }
}

fn placed(shape: &Geometry<f64>, crs: Crs) -> Result<Geometry<f64>, (f64, f64)> {
    if let Some(c) = shape
        .coords_iter()
        .find(|c| crs.to_lon_lat(c.x, c.y).is_none())
    {
        return Err((c.x, c.y));
    }
    Ok(shape.map_coords(|c| {
        let (x, y) = crs.to_lon_lat(c.x, c.y).unwrap_or((c.x, c.y));
        Coord { x, y }
    }))
}

fn span(spot: &Spot) -> Result<Span, FilterError> {
    let end = |spot: &Spot| -> Result<Option<Scalar>, FilterError> {
        match &spot.node {
            Node::Text(text) if text == ".." || text.is_empty() => Ok(None),
            Node::Text(text) => time_of(spot, text).map(Some),
            _ => timely(spot).map(Some),
        }
    };
    match &spot.node {
        Node::Interval(from, to) => {
            let (from, to) = (end(from)?, end(to)?);
            if let (Some(Scalar::Day(a)), Some(Scalar::Day(b))) = (&from, &to)
                && a > b
            {
                return Err(spot.refused("the interval ends before it begins"));
            }
            Ok(Span::Interval(from, to))
        }
        Node::Text(text) => time_of(spot, text).map(Span::Instant),
        _ => timely(spot).map(Span::Instant),
    }
}

fn timely(spot: &Spot) -> Result<Scalar, FilterError> {
    let it = scalar(spot)?;
    if sort_of(&it) == Sort::Time {
        return Ok(it);
    }
    Err(spot.refused(
        "a date was expected: a date column, DATE('2022-06-15'), TIMESTAMP('…') or INTERVAL(date_start, date_end)",
    ))
}

fn items(spot: &Spot) -> Result<Items, FilterError> {
    let list = match &spot.node {
        Node::Property(name) => {
            let at = column_of(spot, name)?;
            if !is_list(COLUMNS[at].name) {
                return Err(spot.refused(format!("“{name}” is no list; compare it with = or IN")));
            }
            return Ok(Items::Column(at));
        }
        Node::List(list) => list.clone(),
        // A list of one looks like a value in brackets.
        Node::Text(_) => vec![spot.clone()],
        _ => return Err(spot.refused("a list was expected: a list column, or ('a', 'b')")),
    };
    let texts = list.iter().map(|it| match &it.node {
        Node::Text(text) => Ok(text.clone()),
        _ => Err(it.refused("the lists here hold texts, in quotation marks")),
    });
    texts.collect::<Result<_, _>>().map(Items::Texts)
}

/// Gathers what must hold for the test to be true, as far as an index can use it; what else must
/// hold makes the bounds incomplete.
pub(super) fn narrow(test: &Test, bounds: &mut Bounds) {
    match test {
        Test::All(parts) => parts.iter().for_each(|part| narrow(part, bounds)),
        Test::Known(true) => {}
        Test::Space(op, own, Space::Shape(shape, around))
        | Test::Space(op, Space::Shape(shape, around), own)
            if *op != SpaceOp::Disjoint && matches!(own, Space::Own) =>
        {
            bounds.shape_in(around);
            // A point in the box is in the shape when the shape is the box.
            let is_box =
                matches!(shape.as_ref(), Geometry::Polygon(it) if *it == around.to_polygon());
            bounds.complete &= is_box && *op == SpaceOp::Intersects;
        }
        Test::Compare(compare, Scalar::Column(n), Scalar::Day(day)) => {
            let days = match compare {
                Compare::Equal => (*day, *day),
                Compare::Less => (i32::MIN, day.saturating_sub(1)),
                Compare::AtMost => (i32::MIN, *day),
                Compare::More => (day.saturating_add(1), i32::MAX),
                Compare::AtLeast => (*day, i32::MAX),
                Compare::Unequal => {
                    bounds.complete = false;
                    return;
                }
            };
            bounds.day_in(COLUMNS[*n].name, days);
        }
        Test::Between(Scalar::Column(n), Scalar::Day(least), Scalar::Day(most)) => {
            bounds.day_in(COLUMNS[*n].name, (*least, *most));
        }
        Test::Compare(Compare::Equal, Scalar::Column(n), Scalar::Text(text)) => {
            bounds.one_of(*n, std::slice::from_ref(text));
        }
        Test::In(Scalar::Column(n), list) => {
            let texts: Option<Vec<String>> = list
                .iter()
                .map(|s| match s {
                    Scalar::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect();
            match texts {
                Some(texts) => bounds.one_of(*n, &texts),
                None => bounds.complete = false,
            }
        }
        Test::Time(TimeOp::Intersects | TimeOp::During | TimeOp::Equals, own, told) => {
            bounds.complete = false;
            let is = |end: &Option<Scalar>, name: &str| matches!(end, Some(Scalar::Column(n)) if COLUMNS[*n].name == name);
            let day = |end: &Option<Scalar>| match end {
                None => Some(None),
                Some(Scalar::Day(day)) => Some(Some(*day)),
                _ => None,
            };
            if let (Span::Interval(a, b), Span::Interval(from, to)) = (own, told)
                && is(a, "date_start")
                && is(b, "date_end")
                && let (Some(from), Some(to)) = (day(from), day(to))
            {
                bounds.overlapping(from, to);
            }
        }
        _ => bounds.complete = false,
    }
}
