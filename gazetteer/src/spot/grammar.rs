//! The small grammar of places told by way of others. Rules are tried at each word, in the order
//! of [`read`]; the first that fits takes its words.

use std::ops::Range;

use super::roles::Role;
use super::{Line, Mode, NameAt, Names, Near, Part, Spotted, Way, generic_at};
use crate::fold::generic::Sort;
use crate::layout::Layout;
use crate::relative::{Direction, Offset, rounding_m};
use crate::tokens::{Gap, Tokens};
use crate::words::{List, has};
use crate::{Kind, Usage};

/// Distances of one place that are read; nobody tells more.
const OFFSETS_MAX: usize = 4;

/// Metres of a unit of length.
fn unit_m(word: &str) -> Option<f64> {
    Some(match word {
        "km"
        | "kms"
        | "kilometer"
        | "kilometers"
        | "kilometre"
        | "kilometres"
        | "kilometro"
        | "kilometros"
        | "كم"
        | "كيلومتر"
        | "كيلومترا"
        | "км"
        | "километров"
        | "километра"
        | "километрах"
        | "кілометрів"
        | "кілометрах"
        | "kilometre’s" => 1_000.0,
        "mile" | "miles" | "mi" => 1_609.344,
        "m" | "meter" | "meters" | "metre" | "metres" => 1.0,
        "nautical" | "nm" => 1_852.0,
        _ => return None,
    })
}

/// Words that [`number_word`] knows, or that stand before them ("a few").
pub(super) const NUMBER_WORDS: &[&str] = &[
    "one", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve",
    "fifteen", "twenty", "thirty", "forty", "fifty", "few", "several",
];

/// Small numbers in words.
fn number_word(word: &str) -> Option<f64> {
    Some(match word {
        "one" | "a" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "twelve" => 12.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        "fifty" => 50.0,
        "few" => 3.0,
        "several" => 5.0,
        _ => return None,
    })
}

/// What the rules look at.
struct Reader<'a> {
    layout: &'a Layout,
    tokens: &'a Tokens,
    text: &'a str,
    names: &'a Names,
    mode: Mode,
    /// The last country, city and division read: what "the country", "the city" mean.
    last: Vec<NameAt>,
}

/// Reads a text word by word.
pub(super) fn read(
    layout: &Layout,
    tokens: &Tokens,
    text: &str,
    names: &Names,
    mode: Mode,
) -> Vec<Spotted> {
    read_where(layout, tokens, text, names, mode, |reader, at| {
        reader.opens(at)
    })
}

/// The same, at the words of which something may begin.
fn read_where(
    layout: &Layout,
    tokens: &Tokens,
    text: &str,
    names: &Names,
    mode: Mode,
    opens: impl Fn(&Reader<'_>, usize) -> bool,
) -> Vec<Spotted> {
    let mut reader = Reader {
        layout,
        tokens,
        text,
        names,
        mode,
        last: Vec::new(),
    };
    let mut out: Vec<Spotted> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !opens(&reader, at) {
            at += 1;
            continue;
        }
        let spotted = reader
            .coordinates(at)
            .or_else(|| reader.offset(at))
            .or_else(|| reader.between(at))
            .or_else(|| reader.part(at))
            .or_else(|| reader.countryside(at))
            .or_else(|| reader.near(at))
            .or_else(|| reader.coast(at))
            .or_else(|| reader.border(at))
            .or_else(|| reader.plain(at));
        let Some(mut item) = spotted else {
            at += 1;
            continue;
        };
        item = reader.joined(item);
        if matches!(item.way, Way::Offset(_)) {
            item = reader.and_offsets(item);
        }
        at = item.whole.end.max(at + 1);
        // "A, 70 km northeast of B": the name before the comma is the place.
        if matches!(item.way, Way::Offset(_) | Way::Towards(_) | Way::Several(_))
            && let Some(before) = out.last()
            && matches!(before.way, Way::Name)
            && before.whole.end == item.whole.start
            && matches!(tokens[item.whole.start].gap, Gap::Comma | Gap::Open)
            && let Some(subject) = before.names.first().filter(|name| !name.demonym)
        {
            item.subject = Some(subject.clone());
            item.whole.start = before.whole.start;
            out.pop();
        }
        for name in &item.names {
            reader.last.push(name.clone());
        }
        out.push(item);
    }
    out
}

impl Reader<'_> {
    /// False where no rule can begin: at most words.
    fn opens(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        let before_the = token.roles.has(Role::OpensBeforeThe) && self.word(at + 1) == "the";
        before_the
            || self.names.begins(at)
            || token.digit
            || token.roles.has(Role::Opens)
            || token.roles.has(Role::Generic)
            || self.hemisphere(at)
    }

    /// "N 33.5": a letter before a number.
    fn hemisphere(&self, at: usize) -> bool {
        let token = &self.tokens[at];
        token.span.len() == 1
            && matches!(&self.text[token.span.clone()], "N" | "S" | "E" | "W")
            && self.tokens.get(at + 1).is_some_and(|next| next.digit)
    }

    fn word(&self, n: usize) -> &str {
        self.tokens.folded(n)
    }

    /// True when word `n` follows word `n - 1` with nothing but space or a hyphen.
    fn close(&self, n: usize) -> bool {
        self.tokens
            .get(n)
            .is_some_and(|t| matches!(t.gap, Gap::Space | Gap::Hyphen))
    }

    fn spotted(way: Way, whole: Range<usize>, names: Vec<NameAt>) -> Spotted {
        Spotted {
            whole,
            way,
            names,
            subject: None,
            usage: Usage::Place,
        }
    }

    /// A name with the generic words around it, from a word on: "the town of al-Tanf", "Tanf
    /// garrison".
    fn name(&self, start: usize) -> Option<NameAt> {
        let mut at = start;
        let mut hints = Vec::new();
        if self.word(at) == "the" && self.close(at + 1) && self.names.get(at)?.is_none() {
            at += 1;
        }
        if self.names.get(at)?.is_none() {
            // Words such as "strategic", "besieged" may stand before "town of".
            let small = |n: usize| {
                self.tokens
                    .get(n)
                    .is_some_and(|t| !t.capital && !t.caseless)
            };
            let adjective = usize::from(
                small(at)
                    && generic_at(self.tokens, at).is_none()
                    && at > start
                    && generic_at(self.tokens, at + 1).is_some(),
            );
            if let Some((len, generic)) = generic_at(self.tokens, at + adjective) {
                let mut next = at + adjective + len;
                let of = self.word(next) == "of" && self.close(next);
                if of {
                    next += 1;
                }
                let takes = self.close(next)
                    && (of
                        || generic.sort != Sort::Part
                        || self.tokens[at].caseless
                        || self.mode != Mode::Running
                        || self.tokens[at].capital);
                if takes && self.names.get(next).is_some_and(|n| n.is_some()) {
                    hints.push(generic);
                    at = next;
                } else if takes
                    && self.word(next) == "the"
                    && self.names.get(next + 1).is_some_and(|n| n.is_some())
                {
                    hints.push(generic);
                    at = next + 1;
                }
            }
        }
        let mut name = self.names.get(at)?.cloned()?;
        name.whole = if hints.is_empty() {
            name.words.clone()
        } else {
            start..name.words.end
        };
        // "Tanf garrison", "Aleppo province", "Damascus International Airport".
        let mut end = name.words.end;
        while !self.tokens[end - 1].possessive
            && self.close(end)
            && let Some((len, generic)) = generic_at(self.tokens, end)
        {
            // "Syria camp" tells of no camp named Syria; "New York State" of a state.
            if matches!(
                name.kind,
                Kind::Country | Kind::WorldRegion | Kind::Continent
            ) || name.demonym
            {
                break;
            }
            hints.push(generic);
            end += len;
        }
        if end > name.words.end {
            name.whole.end = end;
        }
        if hints.is_empty() {
            name.whole.start = at;
        } else if self.word(at.wrapping_sub(1)) == "the" && start < at {
            name.whole.start = start;
        }
        name.hints = hints;
        Some(name)
    }

    /// A name that a phrase asks for at this place: known, or else the capitalised words there.
    fn name_or_unknown(&self, start: usize) -> Option<NameAt> {
        if let Some(name) = self.name(start) {
            return Some(name);
        }
        let mut at = start;
        let mut hints = Vec::new();
        if self.word(at) == "the" && self.close(at + 1) {
            at += 1;
        }
        if let Some((len, generic)) = generic_at(self.tokens, at) {
            let mut next = at + len;
            if self.word(next) == "of" {
                next += 1;
            }
            if next < self.tokens.len() && self.close(next) {
                hints.push(generic);
                at = next;
            }
        }
        let first = self.tokens.get(at)?;
        let fits = |n: usize| {
            let t = &self.tokens[n];
            t.capital
                || t.caseless
                || self.mode == Mode::Small
                || (t.article
                    && self
                        .tokens
                        .get(n + 1)
                        .is_some_and(|u| u.gap == Gap::Hyphen && u.capital))
        };
        if !fits(at)
            || first.digit
            || (self.mode == Mode::Running && has(List::Never, self.word(at)))
        {
            return None;
        }
        let mut end = at + 1;
        while end < self.tokens.len()
            && end - at < 5
            && self.close(end)
            && fits(end)
            && generic_at(self.tokens, end).is_none()
        {
            if self.mode != Mode::Running
                && matches!(
                    self.word(end),
                    "in" | "near" | "and" | "on" | "from" | "at" | "of" | "which" | "where"
                )
            {
                break;
            }
            end += 1;
        }
        let words = at..end;
        let mut whole = start..end;
        if let Some((len, generic)) = generic_at(self.tokens, end).filter(|_| self.close(end)) {
            hints.push(generic);
            whole.end = end + len;
        }
        Some(NameAt {
            words,
            whole,
            hints,
            known: false,
            demonym: false,
            importance: 0,
            kind: Kind::Other,
            country: None,
            stands_for: None,
            short_for: None,
        })
    }

    /// "A" or "the town of A".
    fn plain(&self, start: usize) -> Option<Spotted> {
        let name = self.name(start)?;
        Some(Self::spotted(Way::Name, name.whole.clone(), vec![name]))
    }

    /// A number and how it is rounded: "70", "3.5", "12-13", "two", "a few".
    fn number(&self, start: usize) -> Option<(f64, f64, usize)> {
        let word = self.word(start);
        let parse = |word: &str| {
            word.replace(',', ".")
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite() && *n >= 0.0)
        };
        if let Some(first) = parse(word) {
            let next = self.tokens.get(start + 1);
            if next.is_some_and(|t| t.gap == Gap::Dot && t.digit)
                && let Some(number) = parse(&format!("{word}.{}", self.word(start + 1)))
            {
                return Some((number, rounding_m(number, 1.0), start + 2));
            }
            let mut second = start + 1;
            if self.word(second) == "to" {
                second += 1;
            }
            if next.is_some_and(|t| t.gap == Gap::Hyphen || second == start + 2)
                && let Some(most) = parse(self.word(second)).filter(|most| *most > first)
            {
                return Some((
                    f64::midpoint(first, most),
                    (most - first) / 2.0 + 0.5,
                    second + 1,
                ));
            }
            return Some((first, rounding_m(first, 1.0), start + 1));
        }
        let article = usize::from(word == "a" && matches!(self.word(start + 1), "few"));
        let number = number_word(self.word(start + article))?;
        let vague = if article == 1 || word == "several" {
            number * 0.6
        } else {
            rounding_m(number, 1.0)
        };
        Some((number, vague, start + article + 1))
    }

    /// A distance: "70 km", "70km", "5-kilometer".
    fn distance(&self, start: usize) -> Option<(f64, f64, usize)> {
        let token = self.tokens.get(start)?;
        if token.digit {
            // "70km" is one word.
            let word = self.word(start);
            let split = word
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(word.len());
            if split < word.len()
                && let (Ok(number), Some(unit)) =
                    (word[..split].parse::<f64>(), unit_m(&word[split..]))
            {
                return Some((number * unit, rounding_m(number, unit), start + 1));
            }
        }
        let (number, doubt, next) = self.number(start)?;
        let unit = unit_m(self.word(next))?;
        let nautical = usize::from(self.word(next) == "nautical");
        (number < 5_000.0).then_some((number * unit, doubt * unit, next + 1 + nautical))
    }

    /// A direction of one or two words: "northeast", "north-east", "south western".
    fn direction(&self, start: usize) -> Option<(Direction, usize)> {
        let one = Direction::from_word(self.word(start))?;
        if self.close(start + 1) {
            let two = format!("{} {}", self.word(start), self.word(start + 1));
            if let Some(direction) = Direction::from_word(&two) {
                let three = format!("{two} {}", self.word(start + 2));
                if self.close(start + 2)
                    && let Some(finer) = Direction::from_word(&three)
                {
                    return Some((finer, start + 3));
                }
                return Some((direction, start + 2));
            }
        }
        Some((one, start + 1))
    }

    /// How many words lead to a distance in other languages: "à 20 km", "a 20 km", "в 20 км",
    /// "على بعد 20 كم".
    fn before_number(&self, start: usize) -> usize {
        let digit = |n: usize| self.tokens.get(n).is_some_and(|t| t.digit);
        match self.word(start) {
            "a" if digit(start + 1) && self.mode != Mode::Running => 1,
            "в" | "у" | "за" | "на" if digit(start + 1) => 1,
            "علي" | "على" if matches!(self.word(start + 1), "بعد" | "مسافه" | "مسافة") => {
                2 * usize::from(digit(start + 2))
            }
            _ => 0,
        }
    }

    /// Words between a distance, or nothing, and a direction: "au nord de", "al sur de", "к
    /// востоку от", "на схід від".
    fn leads_to_direction(&self, n: usize) -> bool {
        matches!(
            self.word(n),
            "au" | "al" | "a" | "à" | "la" | "к" | "на" | "до" | "الى"
        )
    }

    /// "of" in the languages that are read.
    fn is_of(&self, n: usize) -> bool {
        matches!(
            self.word(n),
            "of" | "from" | "de" | "du" | "des" | "del" | "от" | "від" | "من"
        )
    }

    /// "about", "some", "located", "just" before a distance belong to the phrase.
    fn offset(&self, start: usize) -> Option<Spotted> {
        let mut at = start + self.before_number(start);
        while matches!(
            self.word(at),
            "about"
                | "some"
                | "around"
                | "approximately"
                | "roughly"
                | "nearly"
                | "almost"
                | "just"
                | "over"
                | "less"
                | "more"
                | "than"
                | "located"
                | "situated"
                | "within"
                | "only"
        ) {
            if at > start + 3 {
                return None;
            }
            at += 1;
        }
        let distance = self.distance(at);
        if distance.is_none() && at > start {
            return None;
        }
        if let Some((distance_m, doubt_m, next)) = distance {
            let mut next = next;
            // "25 miles (40 km) north of": the same distance told twice.
            if self.tokens.get(next).is_some_and(|t| t.gap == Gap::Open)
                && let Some((_, _, after)) = self.distance(next)
            {
                next = after;
            }
            // "70 km to the northeast of", "5 km away", "10 km outside".
            while matches!(
                self.word(next),
                "to" | "the"
                    | "away"
                    | "further"
                    | "due"
                    | "up"
                    | "down"
                    | "in"
                    | "drive"
                    | "direction"
            ) && next < at + 8
                || self.leads_to_direction(next) && self.direction(next + 1).is_some()
            {
                next += 1;
            }
            let direction = self.direction(next).filter(|(_, end)| {
                self.is_of(*end)
                    || matches!(self.word(*end), "to" | "off" | "the")
                    || self.names.get(*end).is_some_and(|n| n.is_some())
                    || self.mode != Mode::Running
            });
            let (direction, mut next) = direction.map_or((None, next), |(d, end)| (Some(d), end));
            let inside =
                direction.is_none() && (self.word(next) == "inside" || self.word(next) == "into");
            let linked = matches!(
                self.word(next),
                "of" | "from"
                    | "outside"
                    | "off"
                    | "away"
                    | "inside"
                    | "into"
                    | "beyond"
                    | "past"
                    | "before"
                    | "near"
                    | "عن"
                    | "to"
            ) || self.is_of(next);
            let off = self.word(next) == "off";
            // "10 km off the coast of A", "off the Libyan coast".
            if off && let Some(sea) = self.coast(next) {
                let offset = Offset {
                    distance_m,
                    distance_doubt_m: doubt_m,
                    direction,
                };
                return Some(Spotted {
                    way: Way::Sea(Some(offset)),
                    whole: start..sea.whole.end,
                    ..sea
                });
            }
            if linked {
                next += 1;
                if matches!(self.word(next), "from" | "of") {
                    next += 1;
                }
            }
            if !linked && direction.is_none() && self.mode == Mode::Running {
                return None;
            }
            if matches!(self.word(next), "the")
                && matches!(self.word(next + 1), "centre" | "center")
            {
                next += 2;
                if self.word(next) == "of" {
                    next += 1;
                }
            }
            let anchor = self.name_or_unknown(next)?;
            if anchor.demonym
                && self.mode == Mode::Running
                && !self.border_follows(anchor.whole.end)
            {
                return None;
            }
            // "10 km inside Syria", "20 km inside the Iraqi border".
            if inside && matches!(anchor.kind, Kind::Country | Kind::Admin1) {
                let end = anchor.whole.end + usize::from(self.border_follows(anchor.whole.end));
                let mut anchor = anchor;
                anchor.demonym = false;
                return Some(Self::spotted(
                    Way::Inside(distance_m),
                    start..end,
                    vec![anchor],
                ));
            }
            let offset = Offset {
                distance_m,
                distance_doubt_m: doubt_m,
                direction,
            };
            let sea = off || self.at_sea(start, next);
            let way = if sea {
                Way::Sea(Some(offset))
            } else {
                Way::Offset(offset)
            };
            return Some(Self::spotted(way, start..anchor.whole.end, vec![anchor]));
        }
        // "north of Homs", "to the east of the town of A"; a country has no outside like this.
        let leads = usize::from(self.leads_to_direction(start) && self.mode != Mode::Running);
        let (direction, next) = self.direction(start + leads)?;
        if !self.is_of(next) || self.preceded_by_the(start) && self.mode == Mode::Running {
            return None;
        }
        let anchor = self.name_or_unknown(next + 1)?;
        let large = matches!(
            anchor.kind,
            Kind::Country | Kind::Admin1 | Kind::WorldRegion | Kind::Region | Kind::Continent
        ) && anchor.hints.is_empty();
        let way = if large {
            Way::Part(Part::Side(direction))
        } else {
            Way::Towards(direction)
        };
        let first = leads == 0 && self.tokens[start].folded_len_one(self.word(start));
        (!first).then(|| Self::spotted(way, start..anchor.whole.end, vec![anchor]))
    }

    /// True where what stands before a distance, or its unit, tells that it is one at sea: "at sea
    /// 20 miles west of", "offshore, 5 km from", "30 nautical miles".
    fn at_sea(&self, start: usize, end: usize) -> bool {
        let before = |n: usize| start.checked_sub(n).map_or("", |at| self.word(at));
        before(1) == "offshore"
            || (before(1) == "sea" && matches!(before(2), "at" | "the"))
            || (before(1) == "waters"
                && matches!(
                    before(2),
                    "in" | "the" | "territorial" | "international" | "coastal"
                ))
            || (start..end).any(|n| matches!(self.word(n), "nautical" | "nm"))
    }

    /// "70 km northeast of A and 130 km west of B": each further offset of the same place.
    fn and_offsets(&self, first: Spotted) -> Spotted {
        let Way::Offset(offset) = first.way else {
            return first;
        };
        let mut offsets = vec![offset];
        let mut item = first;
        while offsets.len() < OFFSETS_MAX {
            let mut next = item.whole.end;
            let comma = self.tokens.get(next).is_some_and(|t| t.gap == Gap::Comma);
            let and = matches!(self.word(next), "and" | "et" | "y" | "و" | "и" | "та");
            if and {
                next += 1;
            }
            if !comma && !and {
                break;
            }
            let Some(more) = self.offset(next) else { break };
            let Way::Offset(offset) = more.way else { break };
            if self.tokens[next].gap == Gap::Sentence {
                break;
            }
            offsets.push(offset);
            item.whole.end = more.whole.end;
            item.names.extend(more.names);
        }
        if offsets.len() > 1 {
            item.way = Way::Several(offsets);
        }
        item
    }

    fn preceded_by_the(&self, start: usize) -> bool {
        start > 0 && self.word(start - 1) == "the"
    }

    fn border_follows(&self, at: usize) -> bool {
        matches!(self.word(at), "border" | "frontier" | "coast")
    }

    /// "between A and B", "on the A-B road".
    fn between(&self, start: usize) -> Option<Spotted> {
        if matches!(
            self.word(start),
            "between" | "entre" | "بين" | "между" | "між"
        ) {
            let mut at = start + 1;
            if self.word(at) == "the" {
                at += 1;
            }
            if generic_plural(self.tokens, at) {
                at += 1;
                if self.word(at) == "of" {
                    at += 1;
                }
            }
            let a = self.name_or_unknown_before_and(at)?;
            let mut and = a.whole.end;
            if !matches!(
                self.word(and),
                "and" | "et" | "و" | "и" | "та" | "і" | "й" | "y" | "e"
            ) {
                return None;
            }
            and += 1;
            let b = self.name_or_unknown(and)?;
            if a.demonym || b.demonym || (self.mode == Mode::Running && !(a.known && b.known)) {
                return None;
            }
            // "fighting between Russia and Ukraine" tells of parties, no place.
            if matches!((a.kind, b.kind), (Kind::Country, Kind::Country)) {
                return None;
            }
            return Some(Self::spotted(
                Way::Between(Line::Any),
                start..b.whole.end,
                vec![a, b],
            ));
        }
        // "the road from Kabul to Jalalabad", "the highway linking A with B".
        let article = usize::from(self.word(start) == "the");
        if matches!(
            self.word(start + article),
            "road" | "highway" | "motorway" | "route" | "railway"
        ) && matches!(
            self.word(start + article + 1),
            "from" | "linking" | "connecting" | "joining"
        ) {
            let a = self.name_or_unknown(start + article + 2)?;
            let to = a.whole.end;
            if !matches!(self.word(to), "to" | "and" | "with" | "towards") {
                return None;
            }
            let b = self.name_or_unknown(to + 1)?;
            let known = a.known && b.known || self.mode != Mode::Running;
            return (known && !a.demonym && !b.demonym)
                .then(|| Self::spotted(Way::Between(Line::Road), start..b.whole.end, vec![a, b]));
        }
        // "the Bangui-Boali road", "Homs–Tartus highway".
        let the = usize::from(self.word(start) == "the" && self.names.get(start)?.is_none());
        let a = self.names.get(start + the)??;
        let mut next = a.words.end;
        // "the Banki Junction-Bama road".
        if let Some((len, _)) = generic_at(self.tokens, next)
            && self
                .tokens
                .get(next + len)
                .is_some_and(|t| matches!(t.gap, Gap::Hyphen | Gap::Slash | Gap::Other))
        {
            next += len;
        }
        let ends = next;
        if self.word(next) == "to" {
            next += 1;
        }
        if self
            .tokens
            .get(next)
            .is_none_or(|t| !matches!(t.gap, Gap::Hyphen | Gap::Slash | Gap::Other) && next == ends)
        {
            return None;
        }
        let b = self.names.get(next)??;
        let road = matches!(
            self.word(b.words.end),
            "road" | "highway" | "axis" | "route" | "motorway" | "line" | "railway"
        );
        (road && self.close(b.words.end) && !a.demonym && !b.demonym).then(|| {
            Self::spotted(
                Way::Between(Line::Road),
                start..b.words.end + 1,
                vec![a.clone(), b.clone()],
            )
        })
    }

    /// An unknown name that stops before "and".
    fn name_or_unknown_before_and(&self, start: usize) -> Option<NameAt> {
        let mut name = self.name_or_unknown(start)?;
        if !name.known
            && let Some(and) = name
                .words
                .clone()
                .find(|n| matches!(self.word(*n), "and" | "et" | "y" | "و"))
        {
            name.words.end = and;
            name.whole.end = and;
        }
        (!name.words.is_empty()).then_some(name)
    }

    /// "southern Syria", "northern Aleppo province", "the southeast of the country", "central
    /// Mali", "the western part of the city".
    fn part(&self, start: usize) -> Option<Spotted> {
        // A name of its own wins: "South Sudan", "North Korea", "Eastern Ghouta", "West Bank".
        if self.names.get(start)?.is_some_and(|name| !name.demonym) {
            return None;
        }
        let mut at = start;
        if self.word(at) == "the" {
            at += 1;
        }
        let far = usize::from(matches!(
            self.word(at),
            "far" | "extreme" | "deep" | "upper" | "remote"
        ));
        at += far;
        let (part, mut next, adjective) = match self.direction(at) {
            Some((direction, next)) => {
                let stem = self.word(next - 1);
                if stem.chars().count() < 3 {
                    return None;
                }
                (Part::Side(direction), next, stem.ends_with("ern"))
            }
            None if matches!(self.word(at), "central" | "centre" | "center" | "middle") => {
                (Part::Middle, at + 1, self.word(at) == "central")
            }
            None => return None,
        };
        let mut of = false;
        let rural = matches!(self.word(next), "countryside" | "hinterland");
        if matches!(
            self.word(next),
            "part"
                | "parts"
                | "region"
                | "regions"
                | "area"
                | "areas"
                | "side"
                | "corner"
                | "half"
                | "section"
                | "sector"
                | "districts"
                | "suburbs"
                | "provinces"
                | "province"
                | "outskirts"
                | "countryside"
        ) && self.word(next + 1) == "of"
        {
            next += 1;
        }
        if self.word(next) == "of" {
            of = true;
            next += 1;
        }
        if !of && !self.close(next) {
            return None;
        }
        // "the southeast of the country", "the west of the city".
        let the = usize::from(self.word(next) == "the");
        let back = match self.word(next + the) {
            "country" | "nation" if the == 1 || of => {
                // The country of the last place told, before any people of other countries.
                let mut last = self.last.iter().rev();
                let place = last.clone().find(|n| !n.demonym && n.country.is_some());
                place.or_else(|| last.find(|n| n.kind == Kind::Country))
            }
            "city" | "town" | "capital" if the == 1 => {
                // A province may stand for its city; "US" is no town, though some town is called so.
                self.last.iter().rev().find(|n| {
                    let may_be = matches!(
                        n.kind,
                        Kind::Capital | Kind::City | Kind::Town | Kind::Admin1 | Kind::Admin2
                    );
                    may_be && !n.demonym && !super::judge::acronym(self.tokens, &n.words)
                })
            }
            "province" | "governorate" | "state" | "region" if the == 1 => {
                self.last.iter().rev().find(|n| {
                    !n.demonym
                        && (n.kind == Kind::Admin1 || n.hints.iter().any(|h| super::is_division(h)))
                })
            }
            _ => None,
        };
        if let Some(back) = back {
            let mut back = back.clone();
            back.demonym = false;
            if matches!(self.word(next + the), "country" | "nation") {
                back.stands_for = back.country;
                back.hints.clear();
                back.kind = Kind::Country;
            }
            return Some(Self::spotted(
                Way::Part(part),
                start..next + the + 1,
                vec![back],
            ));
        }
        // "the western city of Nara": the adjective says where in the country the city lies.
        if matches!(self.word(next), "city" | "town" | "village" | "port")
            && self.word(next + 1) == "of"
        {
            return None;
        }
        let mut whole = self.name(next)?;
        if whole.demonym {
            // "the southern Syrian province of Deraa", "northern Iraqi city of Mosul": the named
            // place counts, the adjective only helps.
            return None;
        }
        // "northern Homs countryside"
        let mut end = whole.whole.end;
        if matches!(
            self.word(end),
            "countryside" | "outskirts" | "suburbs" | "rif"
        ) && self.close(end)
        {
            end += 1;
            whole.whole.end = end;
            return Some(Self::spotted(
                Way::Countryside(Some(part)),
                start..end,
                vec![whole],
            ));
        }
        if rural && of {
            return Some(Self::spotted(
                Way::Countryside(Some(part)),
                start..end,
                vec![whole],
            ));
        }
        let _ = (adjective, far);
        // "غرب الموصل" is west of the city, "غرب العراق" the west of the country.
        // So is what lies "to the west of the city"; "in the west of the city" is a part of it.
        let noun = matches!(self.word(at), "شمال" | "جنوب" | "شرق" | "غرب")
            || (of && start > 0 && self.word(start - 1) == "to");
        if let Part::Side(direction) = part
            && noun
            && matches!(
                whole.kind,
                Kind::Capital | Kind::City | Kind::Town | Kind::Village | Kind::Neighbourhood
            )
        {
            return Some(Self::spotted(
                Way::Towards(direction),
                start..end,
                vec![whole],
            ));
        }
        // "East London" may be a town; "the north Homs" is none.
        let large = matches!(
            whole.kind,
            Kind::Country
                | Kind::Admin1
                | Kind::Admin2
                | Kind::Region
                | Kind::WorldRegion
                | Kind::Continent
                | Kind::Island
                | Kind::Capital
                | Kind::City
                | Kind::Town
                | Kind::Zone
        ) || !whole.hints.is_empty();
        (large || self.mode != Mode::Running)
            .then(|| Self::spotted(Way::Part(part), start..end, vec![whole]))
    }

    /// "the Homs countryside", "rural Damascus", "the countryside of Idlib", "ريف حمص".
    fn countryside(&self, start: usize) -> Option<Spotted> {
        let mut at = start;
        if self.word(at) == "the" {
            at += 1;
        }
        let before = matches!(self.word(at), "countryside" | "rural" | "ريف");
        if before {
            // Some village is called Rif; before another name it is the countryside.
            if self.names.get(start)?.is_some() && self.word(at) != "ريف" {
                return None;
            }
            at += 1;
            if self.word(at) == "of" {
                at += 1;
            }
            let name = self.name(at)?;
            let end = name.whole.end;
            return (!name.demonym)
                .then(|| Self::spotted(Way::Countryside(None), start..end, vec![name]));
        }
        let name = self.name(at)?;
        let end = name.whole.end;
        let direction = self.direction(end).filter(|_| self.close(end));
        let (part, end) = direction.map_or((None, end), |(d, next)| (Some(Part::Side(d)), next));
        (self.close(end)
            && matches!(self.word(end), "countryside" | "rif" | "hinterland")
            && !name.demonym)
            .then(|| Self::spotted(Way::Countryside(part), start..end + 1, vec![name]))
    }

    /// "near A", "close to the town of A", "outside A", "the A area", "border area around A".
    fn near(&self, start: usize) -> Option<Spotted> {
        let w = |n: usize| self.word(start + n);
        let mut start_at = start;
        let (near, mut next) = match (w(0), w(1), w(2)) {
            ("near", "to", _) | ("close", "to", _) | ("next", "to", _) | ("adjacent", "to", _) => {
                (Near::Beside, start + 2)
            }
            (
                "pres" | "cerca" | "недалеко" | "неподалік",
                "de" | "du" | "des" | "del" | "от" | "від",
                _,
            ) => (Near::Beside, start + 2),
            ("بالقرب", "من", _) => (Near::Beside, start + 2),
            ("под" | "під", _, _) if self.mode != Mode::Running => (Near::Beside, start + 1),
            (
                "near" | "nearby" | "beside" | "قرب" | "pres" | "cerca" | "біля" | "около"
                | "возле" | "поблизу",
                _,
                _,
            ) => (Near::Beside, start + 1),
            ("not", "far", "from") => (Near::Beside, start + 3),
            ("in" | "on", "the", "outskirts" | "edge" | "periphery" | "suburbs")
                if self.word(start + 3) == "of" =>
            {
                start_at = start + 1;
                (Near::Outskirts, start + 4)
            }
            ("the", "outskirts" | "edge" | "vicinity" | "surroundings", "of") => (
                if w(1) == "vicinity" {
                    Near::Beside
                } else {
                    Near::Outskirts
                },
                start + 3,
            ),
            ("outskirts" | "edge", "of", _) => (Near::Outskirts, start + 2),
            ("vicinity", "of", _) => (Near::Beside, start + 2),
            ("outside", "of", _) => (Near::Outskirts, start + 2),
            ("outside", _, _) => (Near::Outskirts, start + 1),
            ("around" | "surrounding", _, _) => (Near::Area, start + 1),
            ("border", "area", "around" | "near" | "of") => (Near::Area, start + 3),
            ("area" | "areas", "of" | "around" | "near" | "surrounding", _) => {
                (Near::Area, start + 2)
            }
            ("the", "area" | "areas", "of" | "around" | "near" | "surrounding") => {
                (Near::Area, start + 3)
            }
            ("the", "border", "area")
                if matches!(self.word(start + 3), "around" | "near" | "of") =>
            {
                (Near::Area, start + 4)
            }
            _ => return self.named_area(start),
        };
        if matches!(self.word(next), "the")
            && matches!(self.word(next + 1), "border" | "frontier")
            && matches!(self.word(next + 2), "with" | "between" | "of")
        {
            let mut border = self.border(next)?;
            border.whole.start = start_at;
            return Some(border);
        }
        if let Some(mut border) = self.border(next) {
            border.whole.start = start_at;
            return Some(border);
        }
        if self.word(next) == "of" {
            next += 1;
        }
        let name = self.name_or_unknown(next)?;
        if name.demonym
            || (self.mode == Mode::Running
                && !name.known
                && (near != Near::Beside || self.tokens[name.words.start].caseless))
        {
            return None;
        }
        // "around Syria", "outside Russia" tell no circle.
        if matches!(
            name.kind,
            Kind::Country | Kind::WorldRegion | Kind::Continent
        ) && name.hints.is_empty()
        {
            return None;
        }
        Some(Self::spotted(
            Way::Near(near),
            start_at..name.whole.end,
            vec![name],
        ))
    }

    /// "the Al-Tanf area", "Tanf region".
    fn named_area(&self, start: usize) -> Option<Spotted> {
        let name = self.name(start)?;
        let end = name.whole.end;
        let follows = self.close(end)
            && matches!(
                self.word(end),
                "area" | "areas" | "environs" | "vicinity" | "outskirts" | "suburbs"
            );
        let small = !matches!(
            name.kind,
            Kind::Country | Kind::WorldRegion | Kind::Continent | Kind::Sea
        );
        let near = if matches!(self.word(end), "outskirts" | "suburbs") {
            Near::Outskirts
        } else {
            Near::Area
        };
        (follows && small && !name.demonym).then(|| {
            let the = usize::from(
                start > 0 && self.word(start - 1) == "the" && self.mode != Mode::Running,
            );
            Self::spotted(Way::Near(near), start - the..end + 1, vec![name])
        })
    }

    /// "off the coast of A", "off A".
    fn coast(&self, start: usize) -> Option<Spotted> {
        if self.word(start) != "off" && self.word(start) != "coast" {
            return None;
        }
        let mut at = start;
        if self.word(at) == "off" {
            at += 1;
            if self.word(at) == "the" {
                at += 1;
            }
            // "off the Libyan coast", "off Yemen's Red Sea coast"
            if let Some(name) = self.names.get(at)?
                && matches!(self.word(name.words.end), "coast" | "coastline" | "shore")
            {
                let mut name = name.clone();
                name.demonym = false;
                return Some(Self::spotted(
                    Way::Sea(None),
                    start..name.words.end + 1,
                    vec![name],
                ));
            }
        }
        let coast = matches!(self.word(at), "coast" | "coasts" | "shores" | "shore");
        if coast {
            at += 1;
            if self.word(at) != "of" || self.word(start) != "off" {
                return None;
            }
            at += 1;
        }
        let name = self.name(at)?;
        (coast && !name.demonym)
            .then(|| Self::spotted(Way::Sea(None), start..name.whole.end, vec![name]))
    }

    /// "the Syria/Iraq border", "the Syrian-Jordanian border", "the border of A and B", "the
    /// Jordanian border".
    fn border(&self, start: usize) -> Option<Spotted> {
        let mut at = start;
        if self.word(at) == "the" {
            at += 1;
        }
        let is_border = |n: usize| {
            matches!(
                self.word(n),
                "border" | "borders" | "frontier" | "borderline"
            ) && self.close(n)
        };
        if matches!(self.word(at), "border" | "frontier") {
            let mut next = at + 1;
            if !matches!(self.word(next), "with" | "between" | "of") {
                return None;
            }
            next += 1;
            let a = self.name(next)?;
            let mut names = vec![a.clone()];
            let mut end = a.whole.end;
            if self.word(end) == "and"
                && let Some(b) = self.name(end + 1)
            {
                end = b.whole.end;
                names.push(b);
            }
            return Some(Self::spotted(Way::Border, start..end, names));
        }
        let a = self.names.get(at)??;
        let mut end = a.words.end;
        let mut b = None;
        if self
            .tokens
            .get(end)
            .is_some_and(|t| matches!(t.gap, Gap::Hyphen | Gap::Slash | Gap::Other))
            && let Some(Some(other)) = self.names.get(end)
        {
            end = other.words.end;
            b = Some(other);
        }
        if !is_border(end) || generic_at(self.tokens, end).is_some_and(|(len, _)| len > 1) {
            return None;
        }
        let names: Vec<NameAt> = std::iter::once(a).chain(b).cloned().collect();
        let country = names
            .iter()
            .all(|n| matches!(n.kind, Kind::Country | Kind::Admin1));
        (country && !self.tokens[end - 1].possessive)
            .then(|| Self::spotted(Way::Border, start..end + 1, names))
    }

    /// "33.506, 38.618", "33°30′21″N 38°37′04″E".
    fn coordinates(&self, start: usize) -> Option<Spotted> {
        let token = self.tokens.get(start)?;
        if !token.digit && !self.hemisphere(start) {
            return None;
        }
        // A minus sign belongs to the number.
        let begin = token.span.start;
        let begin = if self.text[..begin].ends_with(['-', '−', '+']) {
            begin
                - self.text[..begin]
                    .chars()
                    .next_back()
                    .map_or(0, char::len_utf8)
        } else {
            begin
        };
        let (at, len) = crate::coordinates::read(&self.text[begin..])?;
        let end_byte = begin + len;
        let end = (start..self.tokens.len())
            .find(|n| self.tokens[*n].span.start >= end_byte)
            .unwrap_or(self.tokens.len());
        Some(Self::spotted(Way::Coordinates(at), start..end, Vec::new()))
    }

    /// What follows a phrase and belongs to it.
    fn joined(&self, mut item: Spotted) -> Spotted {
        let _ = self.layout;
        // "In the Al-Tanf area near the Syria/Iraq border" stays two phrases; nothing joins here
        // but an area word after a relative phrase.
        if matches!(item.way, Way::Near(_))
            && self.close(item.whole.end)
            && matches!(self.word(item.whole.end), "area" | "region")
        {
            item.whole.end += 1;
        }
        item
    }
}

/// "the towns of", "the cities of": plural generic words before a list.
fn generic_plural(tokens: &Tokens, at: usize) -> bool {
    matches!(
        tokens.folded(at),
        "towns" | "villages" | "cities" | "provinces" | "districts" | "governorates"
    )
}

impl crate::tokens::Token {
    /// True for a direction of one letter, which is none in running text ("S of").
    fn folded_len_one(&self, folded: &str) -> bool {
        folded.chars().count() == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word in quotation marks of this file, and names.
    fn words() -> Vec<String> {
        let mut words: Vec<String> = include_str!("grammar.rs")
            .split('"')
            .skip(1)
            .step_by(2)
            .flat_map(str::split_whitespace)
            .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
            .filter(|word| !word.is_empty() && word.len() < 20)
            .collect();
        for name in [
            "Homs",
            "Aleppo",
            "Syria",
            "Syrian",
            "Tanf",
            "Russia",
            "Kyiv",
            "70",
            "12",
            "Qwxyz",
            "city",
            "town",
            "village",
            "province",
            "camp",
            "north",
            "southeast",
            "N",
            "ريف",
            "حمص",
        ] {
            // Names are half of the words, or few rules would have one.
            words.extend((0..40).map(|_| name.to_owned()));
        }
        words
    }

    #[test]
    fn no_rule_begins_at_a_word_that_is_passed_over() {
        let gazetteer = crate::Gazetteer::starter();
        let layout = &gazetteer.layout;
        let words = words();
        assert!(
            words.len() > 1_000,
            "the words of the rules: {}",
            words.len()
        );
        let mut seed = 11u64;
        let mut random = |most: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % most
        };
        let mut found = 0;
        for round in 0..4_000 {
            let mut text = String::new();
            for _ in 0..12 {
                text.push_str(&words[random(words.len())]);
                text.push_str([" ", " ", " ", " ", "-", ", "][random(6)]);
            }
            let tokens = Tokens::of(&text);
            let mode = [Mode::Running, Mode::Phrase, Mode::Small][round % 3];
            let names = super::super::names(layout, &tokens, mode);
            let told = |spotted: Vec<Spotted>| -> Vec<(Range<usize>, Way, usize)> {
                spotted
                    .into_iter()
                    .map(|s| (s.whole, s.way, s.names.len()))
                    .collect()
            };
            let some = told(read(layout, &tokens, &text, &names, mode));
            let all = told(read_where(layout, &tokens, &text, &names, mode, |_, _| {
                true
            }));
            assert_eq!(some, all, "{text}");
            found += some.iter().filter(|(_, way, _)| *way != Way::Name).count();
        }
        assert!(found > 1_000, "phrases that are more than a name: {found}");
    }
}
