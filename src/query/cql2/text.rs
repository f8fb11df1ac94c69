//! CQL2 text, read into operations.
//!
//! One grammar for conditions and values: whether `(a + b)` is a number or a condition is decided
//! when it is held against the columns.

use geo_types::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

use super::{
    BYTES_MAX, DEPTH_MAX, FilterError, NODES_MAX, Node, POSITIONS_MAX, Spot, counted, operation,
    unknown,
};

#[derive(Clone, PartialEq, Debug)]
enum Token {
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    Text(String),
    Number(f64),
    /// An operator or a bracket.
    Mark(&'static str),
    End,
}

/// Longest first, so that `<=` is not `<` and `=`.
const MARKS: &[&str] = &[
    "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", "%", "^",
];

struct Reader {
    /// Each with the number of its first character, from 1.
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
    nodes: usize,
    positions: usize,
}

/// Reads a filter.
pub(super) fn read(text: &str) -> Result<Spot, FilterError> {
    if text.len() > BYTES_MAX {
        return Err(refused(
            BYTES_MAX,
            format!(
                "the filter is {} bytes long; at most {BYTES_MAX} are taken",
                text.len()
            ),
        ));
    }
    let mut reader = Reader {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        nodes: 0,
        positions: 0,
    };
    if reader.peek() == &Token::End {
        return Err(refused(
            1,
            "the filter is empty; write a condition, such as type = 'airstrike'",
        ));
    }
    let spot = reader.either()?;
    match reader.peek() {
        Token::End => Ok(spot),
        other => Err(refused(
            reader.at(),
            format!(
                "{} does not belong here; AND, OR or the end was expected",
                shown(other)
            ),
        )),
    }
}

fn refused(character: usize, what: impl Into<String>) -> FilterError {
    FilterError {
        at: format!("character {character}"),
        what: what.into(),
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("“{word}”"),
        Token::Quoted(name) => format!("“\"{name}\"”"),
        Token::Text(text) => format!("'{text}'"),
        Token::Number(number) => format!("“{number}”"),
        Token::Mark(mark) => format!("“{mark}”"),
        Token::End => "the end of the filter".to_owned(),
    }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, FilterError> {
    let chars: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        let start = i;
        if c.is_whitespace() {
            i += 1;
            continue;
        }
        let token = if c == '\'' || c == '"' {
            let mut inside = String::new();
            i += 1;
            loop {
                match (chars.get(i), chars.get(i + 1)) {
                    (None, _) => {
                        return Err(refused(
                            start + 1,
                            format!("the quotation mark {c} that opens here is never closed"),
                        ));
                    }
                    // A quotation mark inside is doubled, or stands behind a backslash.
                    (Some(a), Some(b)) if *b == c && (*a == c || *a == '\\') => {
                        inside.push(c);
                        i += 2;
                    }
                    (Some(a), _) if *a == c => {
                        i += 1;
                        break;
                    }
                    (Some(a), _) => {
                        inside.push(*a);
                        i += 1;
                    }
                }
            }
            if c == '"' {
                Token::Quoted(inside)
            } else {
                Token::Text(inside)
            }
        } else if c.is_ascii_digit()
            || (c == '.' && chars.get(i + 1).is_some_and(char::is_ascii_digit))
        {
            while i < chars.len() && (chars[i].is_ascii_digit() || chars[i] == '.') {
                i += 1;
            }
            if chars.get(i).is_some_and(|c| matches!(c, 'e' | 'E')) {
                let sign = usize::from(chars.get(i + 1).is_some_and(|c| matches!(c, '+' | '-')));
                if chars.get(i + 1 + sign).is_some_and(char::is_ascii_digit) {
                    i += 1 + sign;
                    while i < chars.len() && chars[i].is_ascii_digit() {
                        i += 1;
                    }
                }
            }
            let told: String = chars[start..i].iter().collect();
            let number = told.parse::<f64>().ok().filter(|n| n.is_finite());
            Token::Number(
                number.ok_or_else(|| refused(start + 1, format!("“{told}” is no number")))?,
            )
        } else if c.is_alphabetic() || c == '_' || c == ':' {
            while chars
                .get(i)
                .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '.'))
            {
                i += 1;
            }
            Token::Word(chars[start..i].iter().collect())
        } else {
            let mark = MARKS.iter().find(|m| {
                m.chars()
                    .enumerate()
                    .all(|(n, wanted)| chars.get(i + n) == Some(&wanted))
            });
            let Some(mark) = mark else {
                let hint = match c {
                    '!' => "; “not equal” is written <>",
                    ';' => "; one condition is taken, joined by AND and OR",
                    '“' | '”' | '‘' | '’' | '`' => "; text stands in straight quotes, 'so'",
                    _ => "",
                };
                return Err(refused(
                    start + 1,
                    format!("“{c}” means nothing here{hint}"),
                ));
            };
            i += mark.len();
            Token::Mark(mark)
        };
        all.push((start + 1, token));
    }
    all.push((chars.len() + 1, Token::End));
    Ok(all)
}

impl Reader {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].1
    }

    fn at(&self) -> usize {
        self.tokens[self.next].0
    }

    fn take(&mut self) -> Token {
        let token = self.tokens[self.next].1.clone();
        if self.next + 1 < self.tokens.len() {
            self.next += 1;
        }
        token
    }

    /// Takes a word when it comes next.
    fn word(&mut self, wanted: &str) -> bool {
        let is = matches!(self.peek(), Token::Word(word) if word.eq_ignore_ascii_case(wanted));
        if is {
            self.take();
        }
        is
    }

    /// Takes a mark when it comes next.
    fn mark(&mut self, wanted: &str) -> bool {
        let is = matches!(self.peek(), Token::Mark(mark) if *mark == wanted);
        if is {
            self.take();
        }
        is
    }

    fn expect(&mut self, wanted: &str, why: &str) -> Result<(), FilterError> {
        if self.mark(wanted) {
            return Ok(());
        }
        Err(refused(
            self.at(),
            format!(
                "“{wanted}” was expected {why}, and {} stands there",
                shown(self.peek())
            ),
        ))
    }

    fn spot(&mut self, at: usize, node: Node) -> Result<Spot, FilterError> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(refused(
                at,
                format!(
                    "the filter holds more than {NODES_MAX} operations, names and literals; make it shorter"
                ),
            ));
        }
        Ok(Spot {
            at: format!("character {at}"),
            node,
        })
    }

    fn op(&mut self, at: usize, op: &str, arguments: Vec<Spot>) -> Result<Spot, FilterError> {
        self.spot(at, Node::Op(op.to_owned(), arguments))
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, FilterError>,
    ) -> Result<T, FilterError> {
        if self.depth == DEPTH_MAX {
            return Err(refused(
                self.at(),
                format!(
                    "brackets and operations stand more than {DEPTH_MAX} deep in each other; flatten the filter"
                ),
            ));
        }
        self.depth += 1;
        let it = read(self);
        self.depth -= 1;
        it
    }

    /// `a OR b OR …`
    fn either(&mut self) -> Result<Spot, FilterError> {
        self.chain("or", Self::both)
    }

    /// `a AND b AND …`
    fn both(&mut self) -> Result<Spot, FilterError> {
        self.chain("and", Self::negated)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Spot, FilterError>,
    ) -> Result<Spot, FilterError> {
        let at = self.at();
        let mut all = vec![part(self)?];
        while self.word(word) {
            all.push(part(self)?);
        }
        match all.len() {
            1 => Ok(all.remove(0)),
            _ => self.op(at, word, all),
        }
    }

    fn negated(&mut self) -> Result<Spot, FilterError> {
        let at = self.at();
        if self.word("not") {
            let inner = self.deeper(Self::negated)?;
            return self.op(at, "not", vec![inner]);
        }
        self.compared()
    }

    fn compared(&mut self) -> Result<Spot, FilterError> {
        let at = self.at();
        let left = self.sum()?;
        if let Token::Mark(mark @ ("=" | "<>" | "<" | ">" | "<=" | ">=")) = *self.peek() {
            self.take();
            let right = self.sum()?;
            return self.op(at, mark, vec![left, right]);
        }
        if self.word("is") {
            let not = self.word("not");
            if !self.word("null") {
                return Err(refused(
                    self.at(),
                    "NULL was expected after IS; write IS NULL or IS NOT NULL",
                ));
            }
            let test = self.op(at, "isNull", vec![left])?;
            return self.unless(at, not, test);
        }
        let not = self.word("not");
        if self.word("like") {
            let pattern = self.sum()?;
            let test = self.op(at, "like", vec![left, pattern])?;
            return self.unless(at, not, test);
        }
        if self.word("between") {
            let least = self.sum()?;
            if !self.word("and") {
                return Err(refused(
                    self.at(),
                    "AND was expected: BETWEEN is written a BETWEEN 1 AND 9",
                ));
            }
            let most = self.sum()?;
            let test = self.op(at, "between", vec![left, least, most])?;
            return self.unless(at, not, test);
        }
        if self.word("in") {
            let list_at = self.at();
            self.expect("(", "after IN")?;
            let list = self.arguments()?;
            let list = self.spot(list_at, Node::List(list))?;
            let test = self.op(at, "in", vec![left, list])?;
            return self.unless(at, not, test);
        }
        if not {
            return Err(refused(
                self.at(),
                "LIKE, BETWEEN or IN was expected after NOT",
            ));
        }
        Ok(left)
    }

    fn unless(&mut self, at: usize, not: bool, test: Spot) -> Result<Spot, FilterError> {
        if not {
            self.op(at, "not", vec![test])
        } else {
            Ok(test)
        }
    }

    fn sum(&mut self) -> Result<Spot, FilterError> {
        let at = self.at();
        let mut left = self.product()?;
        while let Token::Mark(mark @ ("+" | "-")) = *self.peek() {
            self.take();
            let right = self.product()?;
            left = self.op(at, mark, vec![left, right])?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Spot, FilterError> {
        let at = self.at();
        let mut left = self.power()?;
        loop {
            let op = match self.peek() {
                Token::Mark(mark @ ("*" | "/" | "%")) => *mark,
                Token::Word(word) if word.eq_ignore_ascii_case("div") => "div",
                _ => return Ok(left),
            };
            self.take();
            let right = self.power()?;
            left = self.op(at, op, vec![left, right])?;
        }
    }

    fn power(&mut self) -> Result<Spot, FilterError> {
        let at = self.at();
        let left = self.value()?;
        if self.mark("^") {
            let right = self.deeper(Self::power)?;
            return self.op(at, "^", vec![left, right]);
        }
        Ok(left)
    }

    /// A literal, a name, a function, or something in brackets.
    fn value(&mut self) -> Result<Spot, FilterError> {
        let at = self.at();
        match self.take() {
            Token::Text(text) => self.spot(at, Node::Text(text)),
            Token::Number(number) => self.spot(at, Node::Number(number)),
            Token::Quoted(name) => self.spot(at, Node::Property(name)),
            Token::Mark("-") => {
                let inner = self.deeper(Self::value)?;
                if let Node::Number(number) = inner.node {
                    return self.spot(at, Node::Number(-number));
                }
                let nought = self.spot(at, Node::Number(0.0))?;
                self.op(at, "-", vec![nought, inner])
            }
            Token::Mark("+") => self.deeper(Self::value),
            Token::Mark("(") => {
                if self.mark(")") {
                    return self.spot(at, Node::List(Vec::new()));
                }
                let mut all = vec![self.deeper(Self::either)?];
                while self.mark(",") {
                    all.push(self.deeper(Self::either)?);
                }
                self.expect(")", "to close the bracket")?;
                match all.len() {
                    1 => Ok(all.remove(0)),
                    _ => self.spot(at, Node::List(all)),
                }
            }
            Token::Word(word) => self.named(at, &word),
            other => Err(refused(
                at,
                format!(
                    "{} stands where a name, a value or a bracket was expected",
                    shown(&other)
                ),
            )),
        }
    }

    fn named(&mut self, at: usize, word: &str) -> Result<Spot, FilterError> {
        let upper = word.to_ascii_uppercase();
        match upper.as_str() {
            "TRUE" => return self.spot(at, Node::Bool(true)),
            "FALSE" => return self.spot(at, Node::Bool(false)),
            "AND" | "OR" | "NOT" | "LIKE" | "BETWEEN" | "IN" | "IS" | "NULL" | "DIV" => {
                return Err(refused(
                    at,
                    format!("“{word}” stands where a name or a value was expected"),
                ));
            }
            _ => {}
        }
        let empty = matches!(self.peek(), Token::Word(w) if w.eq_ignore_ascii_case("empty"));
        let dimension = matches!(self.peek(), Token::Word(w) if matches!(w.to_ascii_uppercase().as_str(), "Z" | "M" | "ZM"));
        if is_shape(&upper) && (dimension || empty || self.peek() == &Token::Mark("(")) {
            let shape = self.shape(&upper, at)?;
            return self.spot(at, Node::Shape(shape));
        }
        if !self.mark("(") {
            return self.spot(at, Node::Property(word.to_owned()));
        }
        match upper.as_str() {
            "DATE" | "TIMESTAMP" => {
                let text = match self.take() {
                    Token::Text(text) => text,
                    other => {
                        return Err(refused(
                            at,
                            format!(
                                "{upper} holds a text, such as {upper}('2022-06-15'), not {}",
                                shown(&other)
                            ),
                        ));
                    }
                };
                self.expect(")", "to close the bracket")?;
                let node = if upper == "DATE" {
                    Node::Date(text)
                } else {
                    Node::Timestamp(text)
                };
                self.spot(at, node)
            }
            "INTERVAL" => {
                let from = self.value()?;
                self.expect(",", "between the two ends of an INTERVAL")?;
                let to = self.value()?;
                self.expect(")", "to close the bracket")?;
                self.spot(at, Node::Interval(Box::new(from), Box::new(to)))
            }
            "BBOX" => {
                let mut numbers = vec![self.number()?];
                while self.mark(",") {
                    numbers.push(self.number()?);
                }
                self.expect(")", "to close the bracket")?;
                let corners = corners(&numbers).ok_or_else(|| {
                    refused(
                        at,
                        "BBOX holds four numbers, west, south, east, north, or six with heights",
                    )
                })?;
                self.spot(at, Node::Box(corners))
            }
            _ => {
                let Some(op) = operation(word).filter(|op| op.starts_with(char::is_alphabetic))
                else {
                    return Err(unknown(&format!("character {at}"), word));
                };
                let arguments = self.arguments()?;
                counted(&format!("character {at}"), op, arguments.len())?;
                self.op(at, op, arguments)
            }
        }
    }

    /// What stands between the brackets of a function or list, up to and with the closing one.
    fn arguments(&mut self) -> Result<Vec<Spot>, FilterError> {
        let mut all = Vec::new();
        if self.mark(")") {
            return Ok(all);
        }
        loop {
            all.push(self.deeper(Self::either)?);
            if !self.mark(",") {
                self.expect(")", "to close the bracket")?;
                return Ok(all);
            }
        }
    }

    fn number(&mut self) -> Result<f64, FilterError> {
        let at = self.at();
        let negative = self.mark("-");
        if !negative {
            self.mark("+");
        }
        match self.take() {
            Token::Number(number) => Ok(if negative { -number } else { number }),
            other => Err(refused(
                at,
                format!("a number was expected, and {} stands there", shown(&other)),
            )),
        }
    }

    // Well-known text

    fn shape(&mut self, name: &str, at: usize) -> Result<Geometry<f64>, FilterError> {
        if self.word("empty") {
            return Err(refused(
                at,
                "an empty shape meets nothing; leave the condition out",
            ));
        }
        for mark in ["z", "m", "zm"] {
            if self.word(mark) {
                break;
            }
        }
        self.deeper(|it| match name {
            "POINT" => {
                it.expect("(", "after POINT")?;
                let c = it.position()?;
                it.expect(")", "after the position")?;
                Ok(Geometry::Point(Point(c)))
            }
            "LINESTRING" => Ok(Geometry::LineString(it.line(2, at)?)),
            "POLYGON" => Ok(Geometry::Polygon(it.polygon()?)),
            "MULTIPOINT" => {
                let points = it.several(|it| {
                    let inner = it.mark("(");
                    let c = it.position()?;
                    if inner {
                        it.expect(")", "after the position")?;
                    }
                    Ok(Point(c))
                })?;
                Ok(Geometry::MultiPoint(MultiPoint(points)))
            }
            "MULTILINESTRING" => {
                let lines = it.several(|it| it.line(2, at))?;
                Ok(Geometry::MultiLineString(MultiLineString(lines)))
            }
            "MULTIPOLYGON" => {
                let polygons = it.several(Self::polygon)?;
                Ok(Geometry::MultiPolygon(MultiPolygon(polygons)))
            }
            _ => {
                let parts = it.several(|it| {
                    let at = it.at();
                    match it.take() {
                        Token::Word(word) if is_shape(&word.to_ascii_uppercase()) => {
                            it.shape(&word.to_ascii_uppercase(), at)
                        }
                        other => Err(refused(
                            at,
                            format!("a shape was expected, and {} stands there", shown(&other)),
                        )),
                    }
                })?;
                Ok(Geometry::GeometryCollection(GeometryCollection(parts)))
            }
        })
    }

    fn several<T>(
        &mut self,
        one: impl Fn(&mut Self) -> Result<T, FilterError>,
    ) -> Result<Vec<T>, FilterError> {
        self.expect("(", "to open a list of positions or shapes")?;
        let mut all = vec![one(self)?];
        while self.mark(",") {
            all.push(one(self)?);
        }
        self.expect(")", "to close the bracket")?;
        Ok(all)
    }

    fn line(&mut self, least: usize, at: usize) -> Result<LineString<f64>, FilterError> {
        let line = self.several(Self::position)?;
        if line.len() < least {
            return Err(refused(
                at,
                format!("a line has at least {least} positions"),
            ));
        }
        Ok(LineString(line))
    }

    fn polygon(&mut self) -> Result<Polygon<f64>, FilterError> {
        let at = self.at();
        let mut rings = self.several(|it| it.line(1, at))?;
        for ring in &rings {
            if ring.0.len() < 4 || ring.0.first() != ring.0.last() {
                return Err(refused(at, RING));
            }
        }
        let exterior = rings.remove(0);
        Ok(Polygon::new(exterior, rings))
    }

    fn position(&mut self) -> Result<Coord<f64>, FilterError> {
        self.positions += 1;
        if self.positions > POSITIONS_MAX {
            return Err(refused(self.at(), too_many_positions()));
        }
        let (x, y) = (self.number()?, self.number()?);
        // A height is passed over.
        for _ in 0..2 {
            if matches!(self.peek(), Token::Number(_) | Token::Mark("-")) {
                self.number()?;
            }
        }
        Ok(Coord { x, y })
    }
}

/// What every ring of a polygon is.
pub(super) const RING: &str =
    "a polygon's ring has at least four positions, and the last is the first again";

pub(super) fn too_many_positions() -> String {
    format!("the filter's shapes have more than {POSITIONS_MAX} positions; simplify them")
}

/// West, south, east, north of four numbers, or of six with heights.
pub(super) fn corners(numbers: &[f64]) -> Option<[f64; 4]> {
    match numbers {
        [w, s, e, n] | [w, s, _, e, n, _] => Some([*w, *s, *e, *n]),
        _ => None,
    }
}

fn is_shape(upper: &str) -> bool {
    matches!(
        upper,
        "POINT"
            | "LINESTRING"
            | "POLYGON"
            | "MULTIPOINT"
            | "MULTILINESTRING"
            | "MULTIPOLYGON"
            | "GEOMETRYCOLLECTION"
    )
}
