//! A place as an answer: where, how sure, and why.

use geo_types::MultiPolygon;

use crate::{CountryCode, Kind, LonLat};

/// How closely the words tell the place (the scale of the vocabulary).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Precision {
    /// A position told in numbers.
    Point,
    /// A named place.
    Place,
    /// Near a named place, or an offset from one.
    NearPlace,
    /// A division of a country.
    Admin,
    /// A part of a country, or a region without sharp borders.
    Region,
    /// A country.
    Country,
    /// A sea, a strait, airspace.
    Sea,
    /// Not known.
    Unknown,
}

impl Precision {
    /// Every precision, the closest first.
    pub const ALL: &'static [Self] = &[
        Self::Point,
        Self::Place,
        Self::NearPlace,
        Self::Admin,
        Self::Region,
        Self::Country,
        Self::Sea,
        Self::Unknown,
    ];

    /// The code, as the columns write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Place => "place",
            Self::NearPlace => "near_place",
            Self::Admin => "admin",
            Self::Region => "region",
            Self::Country => "country",
            Self::Sea => "sea",
            Self::Unknown => "unknown",
        }
    }

    /// The precision of a code; `None` for a code not in the list.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.code() == code)
    }

    /// True where a point with a radius may stand for the place; anything coarser is an area or
    /// has no geometry.
    #[must_use]
    pub fn is_pointlike(self) -> bool {
        matches!(self, Self::Point | Self::Place | Self::NearPlace)
    }
}

/// On what the place rests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Basis {
    /// The words name it.
    Told,
    /// Distance or direction from a named place.
    Offset,
    /// Taken from the context of the report.
    Inferred,
    /// Read off imagery.
    Imagery,
    /// A reviewer decided.
    Ruling,
}

impl Basis {
    /// Every basis.
    pub const ALL: &'static [Self] = &[
        Self::Told,
        Self::Offset,
        Self::Inferred,
        Self::Imagery,
        Self::Ruling,
    ];

    /// The code, as the columns write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Offset => "offset",
            Self::Inferred => "inferred",
            Self::Imagery => "imagery",
            Self::Ruling => "ruling",
        }
    }

    /// The basis of a code; `None` for a code not in the list.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|b| b.code() == code)
    }
}

/// One place the words may mean.
#[derive(Clone, PartialEq, Debug)]
pub struct Located {
    /// The name to show: the gazetteer's, or one made from it ("southeastern Syria").
    pub name: String,
    /// The gazetteer's id of the place or of the place it is told by way of.
    pub place_id: Option<String>,
    /// The data set the place comes from.
    pub source: String,
    /// What sort of place.
    pub kind: Kind,
    /// ISO 3166-1 of the country.
    pub country: Option<CountryCode>,
    /// Name of the first-level division.
    pub admin1: Option<String>,
    /// ISO 3166-2 of the first-level division.
    pub admin1_code: Option<String>,
    /// OCHA P-code of the place.
    pub pcode: Option<String>,
    /// The representative point. Not to be drawn unless `precision.is_pointlike()`.
    pub centre: Option<LonLat>,
    /// Nine times in ten the event lies within this many metres of `centre`; for an area the
    /// radius of the circle around it.
    pub radius_m: Option<f64>,
    /// The area, where one is known and the precision is coarser than a place.
    pub area: Option<MultiPolygon<f64>>,
    /// How closely the words tell the place.
    pub precision: Precision,
    /// On what the place rests.
    pub basis: Basis,
    /// 0 to 1: how much better than the others.
    pub score: f64,
    /// The reasons, heaviest first, in words.
    pub because: Vec<String>,
}

impl Located {
    /// The point to draw: only where the precision allows one.
    #[must_use]
    pub fn point(&self) -> Option<LonLat> {
        self.centre.filter(|_| self.precision.is_pointlike())
    }

    /// Is it the strip along a border? Its area is on one side; what is told to be along a border
    /// may lie on the other.
    #[must_use]
    pub fn is_of_a_border(&self) -> bool {
        self.precision == Precision::Region
            && self.basis == Basis::Offset
            && self.name.starts_with(BORDER_OF)
    }
}

/// How the name of a strip along a border begins.
pub(crate) const BORDER_OF: &str = "border of ";
