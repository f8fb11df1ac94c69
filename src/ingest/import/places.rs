//! Where a row puts its event, and no closer than it knows.
//!
//! A table gives a point to every row, also to those that know only a province: the grade beside
//! the point says so, and where there is none the point itself may give it away. It lies at 0,0; it
//! lies in another country until latitude and longitude are exchanged; it is the middle of the
//! country; it is the capital's, like that of a hundred other rows. Such a row is flagged, and
//! becomes the area it really tells, or has no shape.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use gazetteer::{Basis, Context, CountryCode, Gazetteer, Kind, Located, LonLat, Precision};
use geo::{BoundingRect, Centroid, Contains};
use geo_types::{MultiPolygon, Point};

use crate::incident::PlaceTold;
use crate::sources::tables::{Given, Names, PlaceGrade, Position};

/// The doubt of a point that a table calls the place itself: towns are coded by one point, and the
/// event is somewhere in or about the town. Half of a small town's reach is below it.
const PLACE_RADIUS_M: f64 = 5_000.0;

/// "Near": ACLED's and UCDP's second grade is "within about 25 km".
const NEAR_RADIUS_M: f64 = 25_000.0;

/// A known place of the row's name counts as the row's place up to this distance.
const SAME_NAME_M: f64 = 25_000.0;

/// Points this close to a country's middle or a division's are that middle, when no closer place
/// is named: tables take the middles from many sources, which differ by some kilometres.
const MIDDLE_M: f64 = 10_000.0;

/// A point this far outside of the country named is in another place than its row says.
const OUTSIDE_M: f64 = 100_000.0;

/// From so many rows on one exact point on, a capital's point may stand for "somewhere in the
/// country".
pub(super) const CROWD_ROWS: usize = 20;

/// Points this close to a capital are its own.
const CAPITAL_M: f64 = 10_000.0;

/// Candidates passed over that are kept.
const ALTERNATIVES_MAX: usize = 4;

/// Why a row's point is not what it seems.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) enum Flag {
    /// At 0,0.
    NullIsland,
    /// Latitude and longitude exchanged.
    Swapped,
    /// Far outside of the country named.
    OtherCountry,
    /// The middle of a country.
    CountryMiddle,
    /// The middle of a division.
    DivisionMiddle,
    /// A capital's point, like many other rows'.
    Capital,
    /// The place named is a country or a division, the point only stands for it.
    NameIsCoarse,
}

impl Flag {
    /// For the count at the end: "12 rows ...".
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::NullIsland => "lie at latitude 0, longitude 0; they were given no shape",
            Self::Swapped => "have latitude and longitude exchanged; they were exchanged back",
            Self::OtherCountry => {
                "have a point far outside of their country; the point was not taken"
            }
            Self::CountryMiddle => {
                "have the middle of their country for a point; they became the country's area"
            }
            Self::DivisionMiddle => {
                "have the middle of a division for a point; they became the division"
            }
            Self::Capital => {
                "share the exact point of a capital and name no place there; they were not set on it"
            }
            Self::NameIsCoarse => {
                "name a country or division only; their point was not taken for the place"
            }
        }
    }
}

/// A misspelt name is no place with a wider circle, in metres: larger than any division's.
const MISSPELT_RADIUS_MAX_M: f64 = 1_000_000.0;

/// The tag of a row whose point was doubted.
pub(super) const DOUBTED: &str = "place_doubted";

/// Points shared by many rows: exact position to rows.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    rows: HashMap<(i64, i64), u32>,
}

/// The most different points counted; beyond it a table has no crowds worth the memory.
const POINTS_MAX: usize = 2_000_000;

impl Crowds {
    pub(super) fn count(&mut self, at: Position) {
        if self.rows.len() < POINTS_MAX {
            *self.rows.entry(key(at.lon, at.lat)).or_default() += 1;
        }
    }

    fn at(&self, at: LonLat) -> usize {
        self.rows
            .get(&key(at.lon(), at.lat()))
            .map_or(0, |n| *n as usize)
    }
}

/// To the sixth decimal.
fn key(lon: f64, lat: f64) -> (i64, i64) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be degrees, or of no matter"
    )]
    let micro = |x: f64| (x * 1e6).round() as i64;
    (micro(lon), micro(lat))
}

type Known<T> = HashMap<(String, Option<CountryCode>), T>;

/// Asks the gazetteer, and remembers: tables name the same places again and again.
pub(super) struct Placer<'a> {
    gazetteer: &'a Gazetteer,
    crowds: Crowds,
    countries: HashMap<String, Option<CountryCode>>,
    outlines: HashMap<CountryCode, Option<Rc<Outline>>>,
    divisions: Known<Option<Located>>,
    named: HashMap<String, Rc<Vec<gazetteer::Place>>>,
    phrases: Known<Vec<Located>>,
    capitals: HashMap<(i64, i64), Option<String>>,
}

struct Outline {
    area: MultiPolygon<f64>,
    middles: Vec<LonLat>,
}

/// The most entries a memory holds; then it begins anew.
const REMEMBERED_MAX: usize = 200_000;

impl<'a> Placer<'a> {
    pub(super) fn new(gazetteer: &'a Gazetteer, crowds: Crowds) -> Self {
        Self {
            gazetteer,
            crowds,
            countries: HashMap::new(),
            outlines: HashMap::new(),
            divisions: HashMap::new(),
            named: HashMap::new(),
            phrases: HashMap::new(),
            capitals: HashMap::new(),
        }
    }

    /// Where the row puts its event, and what was wrong with its point.
    pub(super) fn place(&mut self, row: &Given) -> (PlaceTold, Vec<(Flag, String)>) {
        let mut flags: Vec<(Flag, String)> = Vec::new();
        let whole = row.place_grade == Some(PlaceGrade::Country);
        let country = self.country(&row.names, whole);
        let mut grade = row.place_grade;
        let mut at = match row.position {
            Some(at) => self.checked(at, country, grade, &mut flags),
            None => None,
        };
        if let Some(position) = at
            && matches!(grade, None | Some(PlaceGrade::Place | PlaceGrade::Near))
            && let Some((flag, why, really)) = self.doubt(position, row, country)
        {
            flags.push((flag, why));
            grade = Some(really);
            at = None;
        }
        let mut told = PlaceTold {
            located: None,
            text: words(&row.names),
            alternatives: Vec::new(),
        };
        told.located = match (grade, at) {
            _ if row.area.is_some() => self.area(row, country),
            (Some(PlaceGrade::Unknown), _) => None,
            (None | Some(PlaceGrade::Place | PlaceGrade::Near), Some(at)) => {
                Some(self.point(at, row, country))
            }
            (None | Some(PlaceGrade::Place | PlaceGrade::Near), None) => {
                let mut all = self.by_name(&row.names, country);
                if let (Some(PlaceGrade::Near), Some(first)) = (grade, all.first_mut())
                    && first.precision.is_pointlike()
                {
                    first.precision = Precision::NearPlace;
                    first.radius_m = first.radius_m.map(|r| r.max(NEAR_RADIUS_M));
                }
                told.alternatives = all
                    .iter()
                    .skip(1)
                    .take(ALTERNATIVES_MAX)
                    .map(|l| l.name.clone())
                    .collect();
                all.into_iter().next()
            }
            (Some(grade), _) => self.coarse(grade, row, country),
        };
        if let Some(place) = &mut told.located {
            for (_, why) in flags.iter().rev() {
                place.because.insert(0, why.clone());
            }
        }
        (told, flags)
    }

    /// The country of the row, by code or by name; `whole` says that the place is the country.
    fn country(&mut self, names: &Names, whole: bool) -> Option<CountryCode> {
        if let Some(code) = names.country_code.as_deref().and_then(CountryCode::new) {
            return Some(code);
        }
        // GDELT's full names end with the country.
        let name = match (&names.country, &names.place) {
            (Some(country), _) => country.as_str(),
            (None, Some(place)) if place.contains(", ") || whole => place.rsplit(", ").next()?,
            _ => return None,
        };
        if let Some(known) = self.countries.get(name) {
            return *known;
        }
        let found = self.country_of(name).or_else(|| {
            // "Yemen (North Yemen)".
            let (plain, rest) = name.split_once('(')?;
            self.country_of(plain.trim())
                .or_else(|| self.country_of(rest.trim_end_matches(')')))
        });
        self.countries.insert(name.to_owned(), found);
        found
    }

    fn country_of(&self, name: &str) -> Option<CountryCode> {
        let all = self.gazetteer.named(name);
        let country = all.iter().find(|p| p.kind == Kind::Country)?;
        country.country
    }

    fn outline(&mut self, country: CountryCode) -> Option<Rc<Outline>> {
        if let Some(known) = self.outlines.get(&country) {
            return known.clone();
        }
        let found = self.gazetteer.outline(country).map(|area| {
            let mut middles = Vec::new();
            let mut add = |x: f64, y: f64| middles.extend(LonLat::new(x, y).ok());
            if let Some(c) = area.centroid() {
                add(c.x(), c.y());
            }
            if let Some(b) = area.bounding_rect() {
                add(b.center().x, b.center().y);
            }
            // The largest part alone: the mainland without its islands.
            let largest = area.iter().max_by(|a, b| {
                use geo::Area;
                a.unsigned_area().total_cmp(&b.unsigned_area())
            });
            if let Some(c) = largest.and_then(Centroid::centroid) {
                add(c.x(), c.y());
            }
            let named = self.gazetteer.country(country).map(|c| c.name.as_str());
            let places = named.map(|n| self.gazetteer.named(n)).unwrap_or_default();
            middles.extend(
                places
                    .iter()
                    .filter(|p| p.kind == Kind::Country)
                    .filter_map(|p| p.at),
            );
            Rc::new(Outline { area, middles })
        });
        self.outlines.insert(country, found.clone());
        found
    }

    /// The position, if it can be one: not 0,0, on the globe, in its country.
    fn checked(
        &mut self,
        at: Position,
        country: Option<CountryCode>,
        grade: Option<PlaceGrade>,
        flags: &mut Vec<(Flag, String)>,
    ) -> Option<LonLat> {
        if at.lon == 0.0 && at.lat == 0.0 {
            let why = "the table puts it at latitude 0, longitude 0, which is how tables write that a place is not known";
            flags.push((Flag::NullIsland, why.to_owned()));
            return None;
        }
        let told = LonLat::new(at.lon, at.lat).ok();
        let other = LonLat::new(at.lat, at.lon).ok();
        let Some(outline) = country.and_then(|c| self.outline(c)) else {
            if told.is_none() {
                let why = format!(
                    "latitude {} and longitude {} are possible only the other way round",
                    at.lat, at.lon
                );
                flags.push((Flag::Swapped, why));
                return other;
            }
            return told;
        };
        let inside = |at: LonLat| is_near(&outline.area, at);
        match (told, other) {
            (Some(told), _) if inside(told) || grade == Some(PlaceGrade::Sea) => Some(told),
            (_, Some(other)) if inside(other) => {
                let why = format!(
                    "latitude {} and longitude {} lie in the country named only the other way round",
                    at.lat, at.lon
                );
                flags.push((Flag::Swapped, why));
                Some(other)
            }
            _ => {
                let why = format!(
                    "the table's point (latitude {}, longitude {}) lies far outside of the country it names",
                    at.lat, at.lon
                );
                flags.push((Flag::OtherCountry, why));
                None
            }
        }
    }

    /// Does the point only stand for something wider?
    fn doubt(
        &mut self,
        at: LonLat,
        row: &Given,
        country: Option<CountryCode>,
    ) -> Option<(Flag, String, PlaceGrade)> {
        let names = &row.names;
        let place = names.place.as_deref().or(names.admin3.as_deref());
        let same =
            |a: &str, b: Option<&str>| b.is_some_and(|b| a.trim().eq_ignore_ascii_case(b.trim()));
        if let (Some(place), Some(code)) = (place, country)
            && row.place_grade.is_none()
            && (same(place, names.country.as_deref()) || self.country_of(place) == Some(code))
            && !self.is_town(place, at)
        {
            let why = format!("the place named is {place}, the whole country");
            return Some((Flag::NameIsCoarse, why, PlaceGrade::Country));
        }
        let place = place.filter(|p| !same(p, names.country.as_deref()));
        let division = names.admin2.as_deref().or(names.admin1.as_deref());
        let only_division = match (place, division) {
            (None, Some(division)) => Some(division),
            (Some(place), _)
                if (same(place, names.admin1.as_deref())
                    || same(place, names.admin2.as_deref()))
                    && !self.is_town(place, at) =>
            {
                Some(place)
            }
            _ => None,
        };
        let middle_m = MIDDLE_M + rounding_m(row.position.map_or(15, |p| p.decimals));
        if place.is_none()
            && division.is_none()
            && let Some(outline) = country.and_then(|c| self.outline(c))
            && outline.middles.iter().any(|m| m.distance_m(at) <= middle_m)
        {
            let why =
                "the table's point is the middle of the country, and it names no closer place";
            return Some((Flag::CountryMiddle, why.to_owned(), PlaceGrade::Country));
        }
        if let Some(name) = only_division {
            let known = self.division(name, country);
            let middle = known.as_ref().and_then(|l| l.centre);
            if middle.is_some_and(|m| m.distance_m(at) <= middle_m) {
                let why = format!(
                    "the table's point is the middle of {name}, and it names no closer place"
                );
                let grade = if names.admin2.as_deref() == Some(name) {
                    PlaceGrade::District
                } else {
                    PlaceGrade::Province
                };
                return Some((Flag::DivisionMiddle, why, grade));
            }
        }
        let crowd = self.crowds.at(at);
        if crowd >= CROWD_ROWS
            && let Some(capital) = self.capital_at(at)
            && !place.is_some_and(|p| self.is_town(p, at))
        {
            let why = format!(
                "{crowd} rows of the table share this exact point of {capital}, and this one names no place there"
            );
            let grade = match (place, names.admin1.is_some()) {
                // A place elsewhere is looked up by its name.
                (Some(_), _) => PlaceGrade::Place,
                (None, true) => PlaceGrade::Province,
                (None, false) => PlaceGrade::Country,
            };
            return Some((Flag::Capital, why, grade));
        }
        None
    }

    /// The capital a point belongs to.
    fn capital_at(&mut self, at: LonLat) -> Option<String> {
        let key = key(at.lon(), at.lat());
        if let Some(known) = self.capitals.get(&key) {
            return known.clone();
        }
        let near = self.gazetteer.near(at, 20);
        let found = near
            .iter()
            .find(|p| {
                p.kind == Kind::Capital && p.at.is_some_and(|c| c.distance_m(at) <= CAPITAL_M)
            })
            .map(|p| p.name.clone());
        self.capitals.insert(key, found.clone());
        found
    }

    /// True when a town (or anything smaller than a division) of the name lies there.
    fn is_town(&mut self, name: &str, at: LonLat) -> bool {
        self.known_at(name, at).is_some()
    }

    /// A known place of a name near a point, no division and no country.
    fn known_at(&mut self, name: &str, at: LonLat) -> Option<gazetteer::Place> {
        let name = name.split(',').next().unwrap_or(name).trim();
        if self.named.len() > REMEMBERED_MAX {
            self.named.clear();
        }
        let gazetteer = self.gazetteer;
        let all = match self.named.get(name) {
            Some(known) => Rc::clone(known),
            None => {
                let mut all = gazetteer.named(name);
                all.retain(|p| !is_wide(p.kind));
                let all = Rc::new(all);
                self.named.insert(name.to_owned(), Rc::clone(&all));
                all
            }
        };
        all.iter()
            .filter_map(|p| Some((p.at?.distance_m(at), p)))
            .filter(|(distance_m, _)| *distance_m <= SAME_NAME_M)
            .min_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, p)| p.clone())
    }

    /// A point with its doubt.
    fn point(&mut self, at: LonLat, row: &Given, country: Option<CountryCode>) -> Located {
        let names = &row.names;
        let known = names.place.as_deref().and_then(|p| self.known_at(p, at));
        let mut because = vec![match row.place_grade {
            Some(PlaceGrade::Near) => "the table gives a point near the place".to_owned(),
            Some(_) => "the table gives the point of the place".to_owned(),
            None => "the table gives a point and does not say how close".to_owned(),
        }];
        let near = row.place_grade == Some(PlaceGrade::Near);
        let usual_m = if near { NEAR_RADIUS_M } else { PLACE_RADIUS_M };
        let mut radius_m = match (row.radius_m, &known) {
            (Some(told), _) => told,
            (None, Some(known)) if !near => {
                because.push(format!("{} is known there", known.name));
                known.radius_m.max(1_000.0)
            }
            _ => usual_m,
        };
        let rounding_m = rounding_m(row.position.map_or(15, |p| p.decimals));
        if rounding_m > radius_m {
            because.push("the point is told in few decimals".to_owned());
            radius_m = rounding_m;
        }
        let name = names.place.clone().or_else(|| names.admin3.clone());
        let name = name
            .or_else(|| names.admin2.clone())
            .or_else(|| names.text.clone());
        let unnamed = || format!("{:.3}, {:.3}", at.lat(), at.lon());
        Located {
            name: name.unwrap_or_else(unnamed),
            place_id: known.as_ref().map(|p| p.id.clone()),
            source: "table".to_owned(),
            kind: known.as_ref().map_or(Kind::Other, |p| p.kind),
            country: country.or(known.as_ref().and_then(|p| p.country)),
            admin1: names
                .admin1
                .clone()
                .or(known.as_ref().and_then(|p| p.admin1.clone())),
            admin1_code: known.as_ref().and_then(|p| p.admin1_code.clone()),
            pcode: known.as_ref().and_then(|p| p.pcode.clone()),
            centre: Some(at),
            radius_m: Some(radius_m),
            area: None,
            precision: if near || radius_m > NEAR_RADIUS_M {
                Precision::NearPlace
            } else {
                Precision::Place
            },
            basis: Basis::Told,
            score: 1.0,
            because,
        }
    }

    /// What the names alone mean, best first.
    fn by_name(&mut self, names: &Names, country: Option<CountryCode>) -> Vec<Located> {
        let closest = [&names.place, &names.admin3, &names.admin2, &names.text];
        let Some(closest) = closest.into_iter().flatten().next() else {
            return match (&names.admin1, country) {
                (Some(name), _) => self.division(name, country).into_iter().collect(),
                (None, Some(code)) => vec![self.whole_country(code)],
                (None, None) => Vec::new(),
            };
        };
        let mut phrase = closest.clone();
        for wider in [&names.admin1, &names.country].into_iter().flatten() {
            if !phrase.contains(wider.as_str()) {
                phrase = format!("{phrase}, {wider}");
            }
        }
        let key = (phrase, country);
        if let Some(known) = self.phrases.get(&key) {
            return known.clone();
        }
        let context = Context {
            countries: country.into_iter().collect(),
            ..Context::default()
        };
        let mut all = self.gazetteer.resolve(&key.0, &context);
        if let Some(code) = country {
            all.retain(|l| l.country.is_none_or(|c| c == code));
        }
        // A name that is spelled otherwise may be a misspelt town, not a misspelt ocean.
        let wide = |l: &Located| l.radius_m.is_some_and(|m| m > MISSPELT_RADIUS_MAX_M);
        let weak = |l: &Located| l.because.iter().any(|b| b.starts_with("a weak match"));
        all.retain(|l| !(wide(l) && weak(l)));
        if self.phrases.len() > REMEMBERED_MAX {
            self.phrases.clear();
        }
        self.phrases.insert(key, all.clone());
        all
    }

    /// A division by its name.
    fn division(&mut self, name: &str, country: Option<CountryCode>) -> Option<Located> {
        let key = (name.to_owned(), country);
        if let Some(known) = self.divisions.get(&key) {
            return known.clone();
        }
        let context = Context {
            countries: country.into_iter().collect(),
            ..Context::default()
        };
        let fits = |l: &Located| {
            l.precision == Precision::Admin && (country.is_none() || l.country == country)
        };
        let found = ["", " province", " governorate", " district"]
            .iter()
            .find_map(|what| {
                let phrase = format!("{name}{what}");
                self.gazetteer
                    .resolve(&phrase, &context)
                    .into_iter()
                    .find(fits)
            });
        if self.divisions.len() > REMEMBERED_MAX {
            self.divisions.clear();
        }
        self.divisions.insert(key, found.clone());
        found
    }

    fn whole_country(&mut self, code: CountryCode) -> Located {
        let name = self.gazetteer.country(code).map(|c| c.name.clone());
        let outline = self.outline(code);
        let middle = outline.as_ref().and_then(|o| o.middles.first().copied());
        Located {
            name: name.unwrap_or_else(|| code.to_string()),
            place_id: None,
            source: "table".to_owned(),
            kind: Kind::Country,
            country: Some(code),
            admin1: None,
            admin1_code: None,
            pcode: None,
            centre: middle,
            radius_m: outline
                .as_ref()
                .zip(middle)
                .map(|(o, m)| reach_m(&o.area, m)),
            area: outline.map(|o| o.area.clone()),
            precision: Precision::Country,
            basis: Basis::Told,
            score: 1.0,
            because: vec!["the table tells the country only".to_owned()],
        }
    }

    /// A place told no closer than a division, a region, a country or a sea.
    fn coarse(
        &mut self,
        grade: PlaceGrade,
        row: &Given,
        country: Option<CountryCode>,
    ) -> Option<Located> {
        let names = &row.names;
        let (precision, why, closest) = match grade {
            PlaceGrade::Country => return country.map(|code| self.whole_country(code)),
            PlaceGrade::District => (
                Precision::Admin,
                "the table tells the district only",
                names.admin2.as_ref().or(names.admin1.as_ref()),
            ),
            PlaceGrade::Province => (
                Precision::Admin,
                "the table tells the province only",
                names.admin1.as_ref(),
            ),
            PlaceGrade::Sea => (
                Precision::Sea,
                "the table tells waters or airspace only",
                names.place.as_ref(),
            ),
            _ => (
                Precision::Region,
                "the table tells a region only",
                names.text.as_ref().or(names.place.as_ref()),
            ),
        };
        let name = closest
            .or(names.place.as_ref())
            .or(names.admin1.as_ref())
            .or(names.country.as_ref());
        let mut found = match precision {
            Precision::Admin => name.and_then(|n| self.division(n, country)),
            _ => self
                .by_name(names, country)
                .into_iter()
                .find(|l| l.precision == precision),
        };
        if let Some(found) = &mut found {
            found.because.insert(0, why.to_owned());
            return Some(found.clone());
        }
        // Not known here: named, and without a shape.
        Some(Located {
            name: name.cloned().or_else(|| names.text.clone())?,
            place_id: None,
            source: "table".to_owned(),
            kind: Kind::Other,
            country,
            admin1: names.admin1.clone(),
            admin1_code: None,
            pcode: None,
            centre: row.position.and_then(|p| LonLat::new(p.lon, p.lat).ok()),
            radius_m: None,
            area: None,
            precision,
            basis: Basis::Told,
            score: 1.0,
            because: vec![why.to_owned()],
        })
    }

    /// The table's own area.
    fn area(&mut self, row: &Given, country: Option<CountryCode>) -> Option<Located> {
        let area = row.area.clone()?;
        let middle = area.centroid().and_then(|c| LonLat::new(c.x(), c.y()).ok());
        let precision = match row.place_grade {
            Some(PlaceGrade::District | PlaceGrade::Province) => Precision::Admin,
            Some(PlaceGrade::Country) => Precision::Country,
            Some(PlaceGrade::Sea) => Precision::Sea,
            _ => Precision::Region,
        };
        let names = &row.names;
        let name = [
            &names.place,
            &names.text,
            &names.admin2,
            &names.admin1,
            &names.country,
        ];
        let name = name.into_iter().flatten().next().cloned();
        Some(Located {
            name: name.unwrap_or_else(|| "an area of the table".to_owned()),
            place_id: None,
            source: "table".to_owned(),
            kind: Kind::Other,
            country,
            admin1: names.admin1.clone(),
            admin1_code: None,
            pcode: None,
            centre: middle,
            radius_m: (row.radius_m).or_else(|| middle.map(|m| reach_m(&area, m))),
            area: Some(area),
            precision,
            basis: Basis::Told,
            score: 1.0,
            because: vec!["the table gives an area".to_owned()],
        })
    }
}

/// Divisions, countries, regions, seas.
fn is_wide(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Continent
            | Kind::WorldRegion
            | Kind::Region
            | Kind::Country
            | Kind::Admin1
            | Kind::Admin2
            | Kind::Admin3
            | Kind::Sea
            | Kind::Gulf
            | Kind::River
    )
}

/// Inside of the area, or close to its border: outlines are drawn coarsely, coasts most of all.
fn is_near(area: &MultiPolygon<f64>, at: LonLat) -> bool {
    area.contains(&Point::new(at.lon(), at.lat()))
        || area.iter().any(|polygon| {
            polygon.exterior().lines().any(|l| {
                // The nearest point of the side, on a plane about the point.
                let squeeze = at.lat().to_radians().cos();
                let (dx, dy) = (l.end.x - l.start.x, l.end.y - l.start.y);
                let (px, py) = (at.lon() - l.start.x, at.lat() - l.start.y);
                let length = dx * dx * squeeze * squeeze + dy * dy;
                let along = if length > 0.0 {
                    ((px * dx * squeeze * squeeze + py * dy) / length).clamp(0.0, 1.0)
                } else {
                    0.0
                };
                let (x, y) = ((px - along * dx) * squeeze, py - along * dy);
                (x * x + y * y).sqrt() * 111_195.0 <= OUTSIDE_M
            })
        })
}

/// The distance from the middle to the farthest corner.
fn reach_m(area: &MultiPolygon<f64>, middle: LonLat) -> f64 {
    area.iter()
        .flat_map(|p| p.exterior().coords())
        .filter_map(|c| LonLat::new(c.x, c.y).ok())
        .map(|c| c.distance_m(middle))
        .fold(0.0, f64::max)
}

/// Half of the last decimal's step, in metres, along both axes.
fn rounding_m(decimals: u8) -> f64 {
    let step = 10_f64.powi(-i32::from(decimals.min(9)));
    step * 111_195.0 / 2.0 * std::f64::consts::SQRT_2
}

/// The row's words for its place.
fn words(names: &Names) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let all = [
        &names.place,
        &names.text,
        &names.admin3,
        &names.admin2,
        &names.admin1,
        &names.country,
    ];
    let mut seen = HashSet::new();
    for name in all.into_iter().flatten() {
        if seen.insert(name.to_lowercase()) {
            parts.push(name);
        }
    }
    parts.join(", ")
}
