//! What the other names of a text say about one of them.
//!
//! Each name was taken for a place by itself; what these places are, together, tells which of its
//! namesakes another name means. A name counts once, never for itself, and nearness only within a
//! window of names, so that the work grows with the length of the text and no faster.

use std::collections::HashMap;
use std::rc::Rc;

use crate::fold::Quick;
use crate::layout::Layout;
use crate::resolve::{Candidate, Query};
use crate::weigh::{Evidence, Match, Part, Weights, lies_in};
use crate::{CountryCode, Kind, LonLat};

/// Names are looked at in blocks of so many, with as many before and behind.
pub(crate) const BLOCK: usize = 64;
/// Nearness in kilometres to a place in the same town or county, and in the same part of a country.
const CLOSE_KM: f64 = 80.0;
const REGIONAL_KM: f64 = 400.0;
/// Nearness to the first place of the text: a local paper's dateline speaks for its county.
const FIRST_KM: f64 = 150.0;
/// Beyond this a place is near to nothing (the logarithm of nearness is below -5).
const FAR_KM: f64 = 2_000.0;

/// What a name of the text was taken for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) place: u32,
    pub(crate) kind: Kind,
    pub(crate) country: Option<CountryCode>,
    pub(crate) at: Option<LonLat>,
    /// 0 to 1.
    pub(crate) sure: f64,
    /// The name, by its number among the names of the text.
    pub(crate) name: usize,
}

/// How near a candidate lies to a place that another name was taken for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nearness {
    place: u32,
    km: f64,
    /// How much of it counts.
    scale: f64,
    /// 1 at the place, and less with the distance.
    falls: f64,
}

/// A sum over names, of which one can be left out.
#[derive(Debug, Default)]
struct ByName {
    total: f64,
    of: HashMap<usize, f64, Quick>,
}

impl ByName {
    fn add(&mut self, name: usize, value: f64) {
        let of = self.of.entry(name).or_default();
        if value > *of {
            self.total += value - *of;
            *of = value;
        }
    }

    fn without(&self, name: usize) -> f64 {
        (self.total - self.of.get(&name).copied().unwrap_or(0.0)).max(0.0)
    }
}

/// The names of a text and what they were taken for.
#[derive(Debug)]
pub(crate) struct Around {
    /// With the cosine of each pick's latitude.
    blocks: Vec<Vec<(Pick, f64)>>,
    first: Vec<Pick>,
    named: HashMap<u32, ByName, Quick>,
    inside: HashMap<u32, ByName, Quick>,
    countries: HashMap<CountryCode, ByName, Quick>,
}

impl Around {
    /// Gathers the picks of the slots of a text, in the order of the text.
    pub(crate) fn of(layout: &Layout, picks: &[Option<Pick>]) -> Self {
        let mut named: HashMap<u32, ByName, Quick> = HashMap::default();
        let mut inside: HashMap<u32, ByName, Quick> = HashMap::default();
        let mut countries: HashMap<CountryCode, ByName, Quick> = HashMap::default();
        for pick in picks.iter().flatten() {
            if pick.kind == Kind::Admin1 {
                named
                    .entry(pick.place)
                    .or_default()
                    .add(pick.name, pick.sure);
            }
            if let Some(division) = layout.place(pick.place).admin1_place() {
                inside
                    .entry(division)
                    .or_default()
                    .add(pick.name, pick.sure);
            }
            if let Some(code) = pick.country.filter(|_| pick.kind != Kind::Country) {
                countries.entry(code).or_default().add(pick.name, pick.sure);
            }
        }
        let close = |pick: &&Pick| {
            pick.at.is_some()
                && !matches!(
                    pick.kind,
                    Kind::Country | Kind::Continent | Kind::WorldRegion | Kind::Sea | Kind::Region
                )
        };
        let blocks = (0..picks.len().div_ceil(BLOCK))
            .map(|block| {
                let start = (block * BLOCK).saturating_sub(BLOCK);
                let end = ((block + 2) * BLOCK).min(picks.len());
                let mut best: HashMap<(usize, u32), Pick, Quick> = HashMap::default();
                for pick in picks[start..end].iter().flatten().filter(close) {
                    let known = best.entry((pick.name, pick.place)).or_insert(*pick);
                    if pick.sure > known.sure {
                        *known = *pick;
                    }
                }
                let mut list: Vec<Pick> = best.into_values().collect();
                list.sort_by_key(|pick| (pick.name, pick.place));
                list.into_iter()
                    .map(|pick| (pick, pick.at.map_or(0.0, LonLat::cos_lat)))
                    .collect()
            })
            .collect();
        let mut first: Vec<Pick> = Vec::new();
        for pick in picks
            .iter()
            .flatten()
            .filter(close)
            .filter(|pick| pick.kind != Kind::Admin1)
        {
            if first.iter().all(|known| known.name != pick.name) {
                first.push(*pick);
            }
            if first.len() == 2 {
                break;
            }
        }
        Self {
            blocks,
            first,
            named,
            inside,
            countries,
        }
    }

    /// The countries of the other names, as shares of the strongest.
    fn country_share(&self, code: CountryCode, name: usize, most: f64) -> f64 {
        let weight = self
            .countries
            .get(&code)
            .map_or(0.0, |list| list.without(name));
        if most > 0.0 {
            (weight / most).sqrt()
        } else {
            0.0
        }
    }

    /// The weight of the strongest country, a name left out.
    pub(crate) fn most(&self, name: usize) -> f64 {
        self.countries
            .values()
            .map(|list| list.without(name))
            .fold(0.0, f64::max)
    }

    /// Adds what the other names say about a candidate of a slot.
    #[allow(
        clippy::too_many_arguments,
        reason = "the slot, its name and what the text says of countries are all asked for"
    )]
    pub(crate) fn tell(
        &self,
        layout: &Layout,
        weights: &Weights,
        query: &Query,
        candidate: &mut Candidate,
        slot: usize,
        name: usize,
        most: f64,
        evidence: &Evidence,
    ) {
        // A division that holds other places of the text is likely meant, or meant with them.
        if candidate.kind == Kind::Admin1 {
            let held = self
                .inside
                .get(&candidate.place)
                .map_or(0.0, |list| list.without(name));
            if held > 0.0 {
                let weight = candidate.tell(weights, Part::Holds, held.min(2.0));
                if held > 0.3 {
                    candidate.because(weight, || "holds other places of the report".into());
                }
            }
        }
        let share = candidate
            .country
            .map_or(0.0, |code| self.country_share(code, name, most));
        if share > 0.0 {
            let weight = candidate.tell(weights, Part::Beside, share);
            if weight > 1.0
                && let Some(code) = candidate.country
            {
                candidate.because(weight, || {
                    format!(
                        "other places of the report lie in {}",
                        crate::country_name(code)
                    )
                });
            }
        } else if most > 0.0 && !query.demonym {
            let named = candidate
                .country
                .is_some_and(|code| evidence.of(code) > 0.0);
            match candidate.kind {
                Kind::Country => {
                    candidate.tell(weights, Part::CountryAlone, 1.0);
                }
                Kind::Capital | Kind::City if !named => {
                    candidate.tell(weights, Part::FarCity, 1.0);
                }
                _ => {}
            }
        }
        let Some(at) = candidate.at else { return };
        if matches!(
            candidate.kind,
            Kind::Country | Kind::Continent | Kind::WorldRegion
        ) || query.demonym
        {
            return;
        }
        // "Nebraska" in the text speaks for the Columbus in it.
        let record = layout.place(candidate.place);
        if let Some(division) = record.admin1_place() {
            let sure = self
                .named
                .get(&division)
                .map_or(0.0, |list| list.without(name).min(1.0));
            if sure > 0.0 {
                let weight = candidate.tell(weights, Part::InDivision, sure);
                candidate.because(weight, || {
                    format!(
                        "lies in {}, which the report names",
                        layout.place(division).name()
                    )
                });
            }
            let others = self
                .inside
                .get(&division)
                .map_or(0.0, |list| list.without(name));
            if others > 0.0 {
                candidate.tell(weights, Part::SameDivision, others / (1.0 + others));
            }
        }
        let mut best: Option<(f64, f64, u32)> = None;
        let mut all = 0.0;
        let block = self.blocks.get(slot / BLOCK).map_or(&[][..], |b| &b[..]);
        let own_cos = at.cos_lat();
        // What was measured in the round before, in the same order but for the picks that changed.
        let before = candidate.near.take();
        let mut left = before.as_deref().map_or(&[][..], |known| &known[..]);
        let mut measured: Vec<Nearness> = Vec::new();
        if before.is_none() {
            measured.reserve(block.len());
        }
        for (pick, other_cos) in block {
            let Some(other) = pick.at.filter(|_| pick.name != name) else {
                continue;
            };
            if pick.place == candidate.place || (at.lat() - other.lat()).abs() * 111.0 > FAR_KM {
                continue;
            }
            let ahead = left.iter().take(3).position(|n| n.place == pick.place);
            let nearness = match ahead {
                Some(n) => {
                    let known = left[n];
                    left = &left[n + 1..];
                    known
                }
                None => {
                    let km = at.distance_with(own_cos, other, *other_cos) / 1000.0;
                    // Which of several namesakes lies nearest to the middle of its own division
                    // says nothing. One that is only spelled alike may not be the place at all:
                    // then the middle is where the place is missed by least.
                    let scale = match pick.kind {
                        Kind::Admin1
                            if !matches!(candidate.how, Match::Weak(_))
                                && lies_in(layout, candidate, pick.place) >= 1.0 =>
                        {
                            0.0
                        }
                        Kind::Admin1 => 0.6,
                        _ => 1.0,
                    };
                    Nearness {
                        place: pick.place,
                        km,
                        scale,
                        falls: 0.6 * (-km / CLOSE_KM).exp() + 0.4 * (-km / REGIONAL_KM).exp(),
                    }
                }
            };
            if before.is_none() {
                measured.push(nearness);
            }
            let near = nearness.scale * pick.sure * nearness.falls;
            all += near;
            if best.is_none_or(|(most, ..)| near > most) {
                best = Some((near, nearness.km, pick.place));
            }
        }
        candidate.near = before.or_else(|| Some(Rc::new(measured)));
        if let Some((near, km, other)) = best {
            let weight = candidate.tell(weights, Part::Near, near);
            candidate.tell(weights, Part::NearMany, (all - near).min(2.0));
            if near > 0.2 {
                candidate.because(weight, || {
                    format!("{km:.0} km from {}, also named", layout.place(other).name())
                });
            }
        }
        if let Some(first) = self.first.iter().find(|pick| pick.name != name)
            && let Some(other) = first.at
        {
            let km = at.distance_m(other) / 1000.0;
            candidate.tell(
                weights,
                Part::NearFirst,
                first.sure * (-km / FIRST_KM).exp(),
            );
        }
    }
}
