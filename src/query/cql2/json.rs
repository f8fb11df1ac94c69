//! CQL2 JSON, read into operations.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};
use serde_json::{Map, Value as Json};

use super::text::{RING, corners, too_many_positions};
use super::{
    BYTES_MAX, DEPTH_MAX, FilterError, NODES_MAX, Node, POSITIONS_MAX, Spot, counted, operation,
    unknown,
};

struct Reader {
    nodes: usize,
    positions: usize,
}

/// Reads a filter.
pub(super) fn read(text: &str) -> Result<Spot, FilterError> {
    let top = |what: String| FilterError {
        at: "the top".to_owned(),
        what,
    };
    if text.len() > BYTES_MAX {
        return Err(top(format!(
            "the filter is {} bytes long; at most {BYTES_MAX} are taken",
            text.len()
        )));
    }
    let json: Json = serde_json::from_str(text).map_err(|error| FilterError {
        at: format!("line {}, column {}", error.line(), error.column()),
        what: format!("the filter is not JSON ({error}); write {{\"op\": \"=\", \"args\": [{{\"property\": \"type\"}}, \"airstrike\"]}}, or leave out filter-lang for CQL2 text"),
    })?;
    let mut reader = Reader {
        nodes: 0,
        positions: 0,
    };
    reader.spot(&json, String::new(), 0)
}

impl Reader {
    fn spot(&mut self, json: &Json, path: String, depth: usize) -> Result<Spot, FilterError> {
        let at = if path.is_empty() {
            "the top".to_owned()
        } else {
            path.clone()
        };
        let refused = |what: String| FilterError {
            at: at.clone(),
            what,
        };
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(refused(format!(
                "the filter holds more than {NODES_MAX} operations, names and literals; make it shorter"
            )));
        }
        if depth > DEPTH_MAX {
            return Err(refused(format!(
                "operations stand more than {DEPTH_MAX} deep in each other; flatten the filter"
            )));
        }
        let node = match json {
            Json::Bool(it) => Node::Bool(*it),
            Json::Number(it) => Node::Number(
                it.as_f64()
                    .filter(|n| n.is_finite())
                    .ok_or_else(|| refused(format!("{it} is no number we can hold")))?,
            ),
            Json::String(it) => Node::Text(it.clone()),
            Json::Null => {
                return Err(refused(
                    "null is no value here; write {\"op\": \"isNull\", \"args\": [{\"property\": …}]}".to_owned(),
                ));
            }
            Json::Array(items) => {
                let mut all = Vec::with_capacity(items.len());
                for (n, item) in items.iter().enumerate() {
                    all.push(self.spot(item, format!("{path}[{n}]"), depth + 1)?);
                }
                Node::List(all)
            }
            Json::Object(it) => self.object(it, &path, &at, depth)?,
        };
        Ok(Spot { at, node })
    }

    fn object(
        &mut self,
        it: &Map<String, Json>,
        path: &str,
        at: &str,
        depth: usize,
    ) -> Result<Node, FilterError> {
        let refused = |what: &str| FilterError {
            at: at.to_owned(),
            what: what.to_owned(),
        };
        let below = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        let text = |name: &str| it.get(name).and_then(Json::as_str).map(str::to_owned);
        if let Some(op) = it.get("op") {
            let name = op
                .as_str()
                .ok_or_else(|| refused("“op” is the name of an operation, a text"))?;
            let op = operation(name).ok_or_else(|| unknown(at, name))?;
            let Some(Json::Array(arguments)) = it.get("args") else {
                return Err(refused("an operation has “args”, an array"));
            };
            counted(at, op, arguments.len())?;
            let mut all = Vec::with_capacity(arguments.len());
            for (n, argument) in arguments.iter().enumerate() {
                all.push(self.spot(argument, below(&format!("args[{n}]")), depth + 1)?);
            }
            return Ok(Node::Op(op.to_owned(), all));
        }
        if it.contains_key("property") {
            return text("property")
                .map(Node::Property)
                .ok_or_else(|| refused("“property” is the name of a column, a text"));
        }
        if it.contains_key("date") {
            return text("date")
                .map(Node::Date)
                .ok_or_else(|| refused("“date” is a text such as 2022-06-15"));
        }
        if it.contains_key("timestamp") {
            return text("timestamp")
                .map(Node::Timestamp)
                .ok_or_else(|| refused("“timestamp” is a text such as 2022-06-15T10:00:00Z"));
        }
        if let Some(interval) = it.get("interval") {
            let Some([from, to]) = interval.as_array().map(Vec::as_slice) else {
                return Err(refused("“interval” is an array of its two ends"));
            };
            let from = self.spot(from, below("interval[0]"), depth + 1)?;
            let to = self.spot(to, below("interval[1]"), depth + 1)?;
            return Ok(Node::Interval(Box::new(from), Box::new(to)));
        }
        if let Some(bbox) = it.get("bbox") {
            let numbers: Option<Vec<f64>> = bbox
                .as_array()
                .and_then(|all| all.iter().map(Json::as_f64).collect());
            return numbers
                .and_then(|n| corners(&n))
                .map(Node::Box)
                .ok_or_else(|| refused("“bbox” is an array of four numbers, or six with heights"));
        }
        if it.contains_key("type") {
            return self.shape(it, at, depth).map(Node::Shape);
        }
        Err(refused(
            "an object is an operation ({\"op\", \"args\"}), a {\"property\"}, a {\"date\"}, {\"timestamp\"}, {\"interval\"}, {\"bbox\"} or a GeoJSON geometry",
        ))
    }

    fn shape(
        &mut self,
        it: &Map<String, Json>,
        at: &str,
        depth: usize,
    ) -> Result<Geometry<f64>, FilterError> {
        let refused = |what: String| FilterError {
            at: at.to_owned(),
            what,
        };
        let kind = it.get("type").and_then(Json::as_str).unwrap_or_default();
        if depth > DEPTH_MAX {
            return Err(refused("shapes stand too deep in each other".to_owned()));
        }
        if kind == "GeometryCollection" {
            let parts = it.get("geometries").and_then(Json::as_array);
            let parts =
                parts.ok_or_else(|| refused("a GeometryCollection has “geometries”".to_owned()))?;
            let mut all = Vec::with_capacity(parts.len());
            for part in parts {
                let part = part
                    .as_object()
                    .ok_or_else(|| refused("a geometry is an object".to_owned()))?;
                all.push(self.shape(part, at, depth + 1)?);
            }
            return Ok(Geometry::GeometryCollection(GeometryCollection(all)));
        }
        let Some(told) = it.get("coordinates") else {
            return Err(refused("a GeoJSON geometry has “coordinates”".to_owned()));
        };
        let shape = match kind {
            "Point" => self.position(told).map(|c| Geometry::Point(Point(c))),
            "LineString" => self.line(told).map(Geometry::LineString),
            "Polygon" => self.polygon(told).map(Geometry::Polygon),
            "MultiPoint" => self
                .each(told, |it, c| it.position(c).map(Point))
                .map(|all| Geometry::MultiPoint(MultiPoint(all))),
            "MultiLineString" => self
                .each(told, Self::line)
                .map(|all| Geometry::MultiLineString(MultiLineString(all))),
            "MultiPolygon" => self
                .each(told, Self::polygon)
                .map(|all| Geometry::MultiPolygon(MultiPolygon(all))),
            other => {
                return Err(refused(format!(
                    "“{other}” is no GeoJSON geometry; known are Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon, GeometryCollection"
                )));
            }
        };
        if self.positions > POSITIONS_MAX {
            return Err(refused(too_many_positions()));
        }
        shape.map_err(|what| refused(what.to_owned()))
    }

    fn each<T>(
        &mut self,
        told: &Json,
        one: impl Fn(&mut Self, &Json) -> Result<T, &'static str>,
    ) -> Result<Vec<T>, &'static str> {
        let all = told.as_array().filter(|all| !all.is_empty());
        let all =
            all.ok_or("“coordinates” are arrays of positions, each longitude and latitude")?;
        all.iter().map(|item| one(self, item)).collect()
    }

    fn position(&mut self, told: &Json) -> Result<Coord<f64>, &'static str> {
        const WRONG: &str = "a position is an array of two numbers, longitude and latitude";
        self.positions += 1;
        if self.positions > POSITIONS_MAX {
            return Err("the shapes have too many positions");
        }
        let numbers = told.as_array().ok_or(WRONG)?;
        match numbers.as_slice() {
            [x, y] | [x, y, _] => {
                let (x, y) = (x.as_f64().ok_or(WRONG)?, y.as_f64().ok_or(WRONG)?);
                Ok(Coord { x, y })
            }
            _ => Err(WRONG),
        }
    }

    fn line(&mut self, told: &Json) -> Result<LineString<f64>, &'static str> {
        let line = self.each(told, Self::position)?;
        if line.len() < 2 {
            return Err("a line has at least two positions");
        }
        Ok(LineString(line))
    }

    fn polygon(&mut self, told: &Json) -> Result<Polygon<f64>, &'static str> {
        let mut rings = self.each(told, Self::line)?;
        for ring in &rings {
            if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
                return Err(RING);
            }
        }
        let exterior = rings.remove(0);
        Ok(Polygon::new(exterior, rings))
    }
}
