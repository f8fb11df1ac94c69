//! A named place on the ground, as the gazetteer keeps it.

use crate::{Extent, LonLat};

/// What sort of place a name means. Codes are lower case, as the tables and the API write them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// A continent.
    Continent,
    /// A region of several countries ("Middle East").
    WorldRegion,
    /// A region without sharp borders ("the Donbas").
    Region,
    /// A country or a territory with an ISO 3166-1 code.
    Country,
    /// A first-level division: governorate, province, state, oblast.
    Admin1,
    /// A second-level division: district, county.
    Admin2,
    /// A third-level division or smaller.
    Admin3,
    /// A capital of a country.
    Capital,
    /// A city: seat of a division or more than some 100,000 inhabitants.
    City,
    /// A town.
    Town,
    /// A village or hamlet.
    Village,
    /// A part of a city.
    Neighbourhood,
    /// A military base, outpost or garrison.
    Base,
    /// An air base.
    Airbase,
    /// A camp of refugees or displaced people.
    Camp,
    /// A border crossing.
    Crossing,
    /// A dam.
    Dam,
    /// A power plant.
    PowerPlant,
    /// An airport.
    Airport,
    /// A port.
    Port,
    /// A prison.
    Prison,
    /// A zone drawn by agreement or declaration (deconfliction, buffer).
    Zone,
    /// An oil or gas field.
    OilField,
    /// A bridge.
    Bridge,
    /// A mountain pass.
    Pass,
    /// Another installation.
    Installation,
    /// An ocean, a sea.
    Sea,
    /// A strait.
    Strait,
    /// A gulf or bay.
    Gulf,
    /// A lake.
    Lake,
    /// A river.
    River,
    /// A canal.
    Canal,
    /// A mountain, range or hill.
    Mountain,
    /// An island.
    Island,
    /// Anything else that has a name.
    Other,
}

impl Kind {
    /// Every kind with its code: the one list.
    pub const ALL: &'static [(Kind, &'static str)] = &[
        (Kind::Continent, "continent"),
        (Kind::WorldRegion, "world_region"),
        (Kind::Region, "region"),
        (Kind::Country, "country"),
        (Kind::Admin1, "admin1"),
        (Kind::Admin2, "admin2"),
        (Kind::Admin3, "admin3"),
        (Kind::Capital, "capital"),
        (Kind::City, "city"),
        (Kind::Town, "town"),
        (Kind::Village, "village"),
        (Kind::Neighbourhood, "neighbourhood"),
        (Kind::Base, "base"),
        (Kind::Airbase, "airbase"),
        (Kind::Camp, "camp"),
        (Kind::Crossing, "crossing"),
        (Kind::Dam, "dam"),
        (Kind::PowerPlant, "power_plant"),
        (Kind::Airport, "airport"),
        (Kind::Port, "port"),
        (Kind::Prison, "prison"),
        (Kind::Zone, "zone"),
        (Kind::OilField, "oil_field"),
        (Kind::Bridge, "bridge"),
        (Kind::Pass, "pass"),
        (Kind::Installation, "installation"),
        (Kind::Sea, "sea"),
        (Kind::Strait, "strait"),
        (Kind::Gulf, "gulf"),
        (Kind::Lake, "lake"),
        (Kind::River, "river"),
        (Kind::Canal, "canal"),
        (Kind::Mountain, "mountain"),
        (Kind::Island, "island"),
        (Kind::Other, "other"),
    ];

    /// The code of the kind, as the API writes it.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("other", |(_, code)| code)
    }

    /// The kind of a code; `None` for a code not in the list.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, c)| *c == code)
            .map(|(kind, _)| *kind)
    }
}

/// A two-letter ISO 3166-1 code in upper case (`XK` for Kosovo, as usual).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// A code from two ASCII letters, in any case.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        Self::of_bytes(code.as_bytes().try_into().ok()?)
    }

    /// The same from two bytes.
    pub(crate) fn of_bytes(code: [u8; 2]) -> Option<Self> {
        code.iter()
            .all(u8::is_ascii_alphabetic)
            .then(|| Self(code.map(|letter| letter.to_ascii_uppercase())))
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters are UTF-8")
    }
}

impl std::fmt::Display for CountryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place as a gazetteer row tells it.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// `source:local-id`, stable: `starter:tanf-garrison`, `geonames:172344`.
    pub id: String,
    /// The common English (or Latin-script) name.
    pub name: String,
    /// What sort of place it is.
    pub kind: Kind,
    /// ISO 3166-1 of the country, where one is told.
    pub country: Option<CountryCode>,
    /// ISO 3166-2 (or the source's own code) of the first-level division.
    pub admin1_code: Option<String>,
    /// The name of that division.
    pub admin1: Option<String>,
    /// OCHA P-code, where known.
    pub pcode: Option<String>,
    /// The representative point; `None` when the place is known only by description.
    pub at: Option<LonLat>,
    /// The place lies within this many metres of the point.
    pub radius_m: f64,
    /// The box that holds it.
    pub extent: Option<Extent>,
    /// Inhabitants; 0 when not known.
    pub population: u64,
    /// Every further spelling, in every script.
    pub names: Vec<String>,
    /// Adjectives and people of the place ("Syrian", "Syrians").
    pub demonyms: Vec<String>,
    /// Where the row comes from, in words or as a data set's name.
    pub source: String,
}
