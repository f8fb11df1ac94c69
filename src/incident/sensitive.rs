//! Places that may not be told exactly, and sources that may not be given out.
//!
//! A reviewer marks an incident, the operator marks a source; the coarser of the two holds. What
//! leaves the house is made by [`Incident::given_out`] before anything is computed, indexed, drawn
//! or written: the place becomes a fixed square of a grid, the division, or nothing, and every
//! free word that could name the exact place is withheld with it.
//!
//! # The grid
//!
//! Squares are fixed: bands of latitude one step high, each cut into a whole number of equal
//! pieces about as wide as high. A place always falls into the same square, however often it is
//! asked for, so nothing can be averaged out, and the square says nothing of where in it the place
//! lies.

use std::collections::BTreeSet;

use gazetteer::{Basis, Kind, Located, LonLat, Precision};
use geo_types::{MultiPolygon, polygon};

use super::kind::codes;
use super::ruling::in_force;
use super::{Account, Incident, PlaceTold, Ruling, Verdict};

codes! {
    /// How closely a place may be given out, from the closest to the coarsest.
    Sensitivity {
        /// As it is known.
        Exact "exact",
        /// A square of one kilometre.
        Km1 "1km",
        /// A square of ten kilometres.
        Km10 "10km",
        /// A square of fifty kilometres.
        Km50 "50km",
        /// The first-level division, by name.
        Admin "admin",
        /// Not given out at all.
        Hidden "hidden",
    }
}

impl Sensitivity {
    /// Place in the order from exact to hidden.
    fn rank(self) -> usize {
        Self::ALL
            .iter()
            .position(|s| *s == self)
            .unwrap_or(usize::MAX)
    }

    /// The coarser of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.rank() >= other.rank() {
            self
        } else {
            other
        }
    }

    /// The side of the square, in metres.
    #[must_use]
    pub fn square_m(self) -> Option<f64> {
        match self {
            Self::Km1 => Some(1_000.0),
            Self::Km10 => Some(10_000.0),
            Self::Km50 => Some(50_000.0),
            Self::Exact | Self::Admin | Self::Hidden => None,
        }
    }
}

/// What the operator allows to be done with a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// False: nothing of it leaves the house.
    pub republish: bool,
    /// Its places are given out no closer than this.
    pub sensitivity: Sensitivity,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            republish: true,
            sensitivity: Sensitivity::Exact,
        }
    }
}

/// Metres a degree of latitude, on the sphere.
const METRES_A_DEGREE: f64 = gazetteer::EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

/// The report's id where it is withheld: a file's name or an address often names the place.
pub const WITHHELD: &str = "withheld";

/// A square of the grid.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Square {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Square {
    /// The square of a position.
    fn of(at: LonLat, side_m: f64) -> Self {
        let step = side_m / METRES_A_DEGREE;
        let bands = (180.0 / step).floor();
        // The last band takes in what is left over at the pole.
        let band = ((at.lat() + 90.0) / step).floor().clamp(0.0, bands - 1.0);
        let south = -90.0 + band * step;
        let north = if band >= bands - 1.0 {
            90.0
        } else {
            south + step
        };
        let around = (f64::midpoint(south, north)).to_radians().cos() * 360.0;
        let pieces = (around / step).round().max(1.0);
        let wide = 360.0 / pieces;
        let piece = ((at.lon() + 180.0) / wide).floor().clamp(0.0, pieces - 1.0);
        let west = -180.0 + piece * wide;
        Self {
            west,
            south,
            east: (west + wide).min(180.0),
            north,
        }
    }

    fn centre(self) -> Option<LonLat> {
        let lon = f64::midpoint(self.west, self.east);
        LonLat::new(lon, f64::midpoint(self.south, self.north)).ok()
    }

    fn area(self) -> MultiPolygon<f64> {
        MultiPolygon(vec![polygon![
            (x: self.west, y: self.south),
            (x: self.east, y: self.south),
            (x: self.east, y: self.north),
            (x: self.west, y: self.north),
            (x: self.west, y: self.south),
        ]])
    }
}

impl Incident {
    /// How closely its place may be given out: the coarsest of its rulings and its sources.
    #[must_use]
    pub fn sensitivity(&self) -> Sensitivity {
        let mut own = Sensitivity::Exact;
        let mut merged = Sensitivity::Exact;
        for ruling in in_force(&self.rulings) {
            if let Verdict::Sensitive(level) = ruling.verdict {
                if ruling.on.is_some() {
                    merged = merged.or(level);
                } else {
                    own = level;
                }
            }
        }
        self.accounts
            .iter()
            .map(|a| a.terms.sensitivity)
            .fold(own.or(merged), Sensitivity::or)
    }

    /// True when it leaves the house as it stands: nothing of it is kept in, coarsened or told
    /// without its reviewer. What is shown of it and what is shown of [`Incident::given_out`] are
    /// the same then.
    pub(crate) fn goes_out_as_it_is(&self) -> bool {
        self.rulings.is_empty()
            && self
                .accounts
                .iter()
                .all(|a| a.terms.republish && a.terms.sensitivity == Sensitivity::Exact)
    }

    /// The incident as it may leave the house, sources that may not be republished left out and the
    /// place coarsened with every word that could name it; `None` when nothing of it may leave.
    ///
    /// Every tile, page, file and index for others is made of this and never of the incident
    /// itself.
    #[must_use]
    pub fn given_out(&self) -> Option<Incident> {
        let level = self.sensitivity();
        if level == Sensitivity::Hidden {
            return None;
        }
        let mut out = self.clone();
        out.accounts.retain(|a| a.terms.republish);
        if out.accounts.is_empty() {
            return None;
        }
        // Who decided is told as a role, and why stays in the house.
        for ruling in &mut out.rulings {
            "reviewer".clone_into(&mut ruling.who);
            ruling.why.clear();
        }
        if out.accounts.len() < self.accounts.len() {
            // The reasons may speak of the accounts left out.
            out.joined_because.clear();
        }
        if level == Sensitivity::Exact {
            return Some(out);
        }
        let exact = out.shown().place;
        let coarse = exact.as_ref().map(|place| coarsened(place, level));
        let mentions = Mentions::of(&out, exact.as_ref());
        out.joined_because.clear();
        for account in &mut out.accounts {
            withhold(account, &mentions);
        }
        // One place for all: which of several squares would tell more than one square.
        for account in &mut out.accounts {
            account.place.located.clone_from(&coarse);
        }
        out.rulings
            .retain_mut(|ruling| keeps_nothing_exact(ruling, &mentions));
        Some(out)
    }
}

/// Takes the place and every free word out of a ruling; false when nothing of it may be told.
fn keeps_nothing_exact(ruling: &mut Ruling, mentions: &Mentions) -> bool {
    match &mut ruling.verdict {
        // The place is the accounts' now, and the others name incidents and accounts.
        Verdict::Move(_) | Verdict::Note | Verdict::Merge { .. } | Verdict::Split { .. } => false,
        Verdict::Date(when) => {
            when.text.clear();
            true
        }
        Verdict::Actors(parties) => {
            for names in [&mut parties.actors, &mut parties.targets]
                .into_iter()
                .flatten()
            {
                names.retain(|name| mentions.none_in(name));
            }
            true
        }
        _ => true,
    }
}

/// The place as it may be told.
fn coarsened(exact: &Located, level: Sensitivity) -> Located {
    let country = exact.country.map(|c| format!(", {c}")).unwrap_or_default();
    let mut coarse = Located {
        name: String::new(),
        place_id: None,
        source: exact.source.clone(),
        kind: Kind::Other,
        country: exact.country,
        admin1: None,
        admin1_code: None,
        pcode: None,
        centre: None,
        radius_m: None,
        area: None,
        precision: Precision::Region,
        basis: Basis::Ruling,
        score: 0.0,
        because: Vec::new(),
    };
    // What is known more coarsely than asked for stays as coarse as it is.
    let already = |side_m: f64| exact.radius_m.is_some_and(|r| r > side_m) && exact.area.is_some();
    match (level.square_m(), exact.centre) {
        (Some(side_m), _) if already(side_m) && exact.point().is_none() => {
            coarse.name = format!("a region{country}");
            coarse.area.clone_from(&exact.area);
            coarse.centre = exact.centre;
            coarse.radius_m = exact.radius_m;
            coarse.precision = exact.precision;
        }
        (Some(side_m), Some(at)) => {
            let square = Square::of(at, side_m);
            let half = side_m * std::f64::consts::FRAC_1_SQRT_2;
            let doubt = exact.radius_m.unwrap_or(0.0);
            let how = if doubt > side_m { "around" } else { "within" };
            coarse.name = format!("{how} a {:.0} km square{country}", side_m / 1_000.0);
            coarse.area = Some(square.area());
            coarse.centre = square.centre();
            // The square, and what the doubt of the place itself adds, in whole sides: the doubt
            // itself could tell which place it is.
            coarse.radius_m = Some(half + (doubt / side_m).ceil() * side_m);
        }
        _ => {
            coarse.admin1.clone_from(&exact.admin1);
            coarse.admin1_code.clone_from(&exact.admin1_code);
            coarse.precision = if exact.admin1.is_some() {
                Precision::Admin
            } else {
                Precision::Country
            };
            let division = exact.admin1.clone();
            coarse.name = division.map_or_else(
                || {
                    exact
                        .country
                        .map_or("a place".to_owned(), |c| c.to_string())
                },
                |name| format!("{name}{country}"),
            );
        }
    }
    coarse.because = vec![format!(
        "the exact place is withheld; it is given out as: {}",
        match level.square_m() {
            Some(side_m) => format!("a fixed square of {:.0} km", side_m / 1_000.0),
            None => "the division".to_owned(),
        }
    )];
    coarse
}

/// Takes every free word from an account: any of them may name the place.
fn withhold(account: &mut Account, mentions: &Mentions) {
    account.report = WITHHELD.to_owned();
    account.url = None;
    account.archived_url = None;
    account.sha256 = String::new();
    account.publisher = account.publisher.take().filter(|p| mentions.none_in(p));
    account.quotes.clear();
    account.says.clear();
    account.denies.clear();
    account.place = PlaceTold::default();
    account.actors_by = account.actors_by.take().filter(|by| mentions.none_in(by));
    account
        .actors
        .retain(|p| p.id.is_some() || mentions.none_in(&p.name));
    account
        .targets
        .retain(|p| p.id.is_some() || mentions.none_in(&p.name));
    for party in account.actors.iter_mut().chain(&mut account.targets) {
        party.text = party.name.clone();
    }
    account.when.text = String::new();
    for toll in &mut account.tolls {
        toll.text = match toll.count.most {
            Some(most) if most == toll.count.least => format!("{most} {}", toll.harm.code()),
            Some(most) => format!("{} to {most} {}", toll.count.least, toll.harm.code()),
            None => format!("at least {} {}", toll.count.least, toll.harm.code()),
        };
        if mentions.some_in(&toll.of_whom) {
            toll.of_whom = toll.of.code().to_owned();
        }
        toll.said_by = toll.said_by.take().filter(|by| mentions.none_in(by));
    }
}

/// The words that name the place of an incident.
struct Mentions(BTreeSet<String>);

impl Mentions {
    fn of(incident: &Incident, shown: Option<&Located>) -> Self {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut located = |place: &Located| {
            names.extend(words(&place.name));
            names.extend(place.admin1.as_deref().into_iter().flat_map(words));
        };
        shown.into_iter().for_each(&mut located);
        for account in &incident.accounts {
            account.place.located.iter().for_each(&mut located);
        }
        for account in &incident.accounts {
            names.extend(words(&account.place.text));
            names.extend(account.place.alternatives.iter().flat_map(|a| words(a)));
        }
        Self(names)
    }

    fn some_in(&self, text: &str) -> bool {
        words(text).any(|w| self.0.contains(&w))
    }

    fn none_in(&self, text: &str) -> bool {
        !self.some_in(text)
    }
}

/// Words long enough to name something, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 3)
        .map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lon: f64, lat: f64) -> LonLat {
        LonLat::new(lon, lat).expect("on the globe")
    }

    #[test]
    fn a_square_holds_its_place_and_is_about_as_wide_as_asked() {
        for (lon, lat) in [
            (38.618, 33.506),
            (-179.999, -17.0),
            (179.9999, 64.2),
            (0.0, 0.0),
            (12.0, 89.99),
            (12.0, -90.0),
            (180.0, 90.0),
        ] {
            for side_m in [1_000.0, 10_000.0, 50_000.0] {
                let square = Square::of(at(lon, lat), side_m);
                assert!(square.west <= lon && lon <= square.east, "{square:?}");
                assert!(square.south <= lat && lat <= square.north, "{square:?}");
                let west = at(square.west, f64::midpoint(square.south, square.north));
                let east = at(square.east, f64::midpoint(square.south, square.north));
                if lat.abs() < 85.0 {
                    let wide = west.distance_m(east);
                    assert!((wide / side_m - 1.0).abs() < 0.1, "{wide} for {side_m}");
                }
            }
        }
    }

    #[test]
    fn every_place_in_a_square_is_given_the_same_square() {
        let one = Square::of(at(38.618, 33.506), 10_000.0);
        for step in 0..100 {
            let share = (f64::from(step) + 0.5) / 100.0;
            let inside = at(
                one.west + (one.east - one.west) * share,
                one.south + (one.north - one.south) * share,
            );
            assert_eq!(Square::of(inside, 10_000.0), one);
        }
    }

    #[test]
    fn the_coarser_of_two_holds() {
        use Sensitivity as S;
        assert_eq!(S::Exact.or(S::Km10), S::Km10);
        assert_eq!(S::Hidden.or(S::Km1), S::Hidden);
        assert_eq!(S::Km50.or(S::Admin), S::Admin);
    }
}
