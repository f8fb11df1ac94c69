//! Names in, places out.

mod extent;
mod located;
mod lonlat;
mod place;

pub use extent::Extent;
pub use located::{Basis, Located, Precision};
pub use lonlat::{EARTH_RADIUS_M, InvalidLonLat, LonLat};
pub use place::{CountryCode, Kind, Place};

use std::ops::Range;

/// What is known before looking: country, dateline, neighbours.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Countries named or meant, likeliest first.
    pub countries: Vec<CountryCode>,
    /// A place the text is about or comes from.
    pub near: Option<LonLat>,
    /// How many candidates to give at most; 0 for all.
    pub limit: usize,
}

/// Words of a running text that tell a place: a name, or a place told by way of others.
#[derive(Clone, Debug)]
pub struct PlaceExpression {
    /// Byte range of the whole phrase in the text ("70 kilometers northeast of Al-Tanf").
    pub span: Range<usize>,
    /// Byte ranges of the names in it ("Al-Tanf").
    pub names: Vec<Range<usize>>,
    /// How the words use the place.
    pub usage: Usage,
}

/// How the words use a place name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    /// A place where something may be.
    Place,
    /// An adjective or people ("Syrian troops", "Russians").
    Demonym,
    /// A capital or building that stands for a government ("Washington said").
    Metonym,
    /// Part of the name of a person, organisation or ship ("Jordan Smith").
    PartOfName,
}

/// Every known name, and what it may mean.
#[derive(Debug, Default)]
pub struct Gazetteer {}

impl Gazetteer {
    /// The embedded starter gazetteer: the hand-written tables.
    #[must_use]
    pub fn starter() -> Self {
        Self::default()
    }

    /// What a place phrase may mean, best first: a name, an offset, a part of a country.
    #[must_use]
    pub fn resolve(&self, _phrase: &str, _context: &Context) -> Vec<Located> {
        Vec::new()
    }

    /// The place phrases of a running text, in order, not overlapping.
    #[must_use]
    pub fn expressions(&self, _text: &str) -> Vec<PlaceExpression> {
        Vec::new()
    }

    /// What each of the expressions of one text means: decided together, so that neighbours help
    /// each other. The inner lists are best first; empty = not known.
    #[must_use]
    pub fn locate(
        &self,
        _text: &str,
        _expressions: &[PlaceExpression],
        _context: &Context,
    ) -> Vec<Vec<Located>> {
        Vec::new()
    }

    /// A place by its id.
    #[must_use]
    pub fn place(&self, _id: &str) -> Option<Place> {
        None
    }

    /// Places whose name begins with or is like `query`, most important first: for a search box.
    #[must_use]
    pub fn search(&self, _query: &str, _limit: usize) -> Vec<Place> {
        Vec::new()
    }

    /// The places nearest to a point, nearest first.
    #[must_use]
    pub fn near(&self, _at: LonLat, _limit: usize) -> Vec<Place> {
        Vec::new()
    }
}
