//! The weights, named, each with where it came from.
//!
//! A score is a sum of weights, read as the logarithm of odds; the share that a candidate gets is
//! its exponential among all candidates. Each weight that counts leaves a reason in words.

use std::collections::HashMap;

use crate::fold::generic::Sort;
use crate::layout::Layout;
use crate::resolve::{Candidate, Home, Query};
use crate::{Context, CountryCode, Kind, LonLat};

/// How a name agrees with a place, weakest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Match {
    /// The consonants only; how alike the letters are, in hundredths.
    Weak(u8),
    /// An adjective or people.
    Demonym,
    /// Without a generic word that one of the two has.
    Short,
    /// One of the further names.
    Other,
    /// The main name.
    Main,
}

/// The weights of the score, in natural logarithms of odds.
///
/// Set by hand from what a reader expects, then moved in steps of a half on the published
/// corpora's development halves; none is tied to a country or a name.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// Ten times the people: this much more likely.
    pub(crate) people: f64,
    /// The main name rather than a further one.
    pub(crate) main: f64,
    /// Lies in a country the text names, at most.
    pub(crate) country: f64,
    /// The caller's first country, as a share of the above.
    pub(crate) context_first: f64,
    /// The caller's other countries.
    pub(crate) context_other: f64,
    /// The word beside it tells the sort of place.
    pub(crate) hint: f64,
    /// The word beside it tells another sort.
    pub(crate) wrong_hint: f64,
    /// Said to lie in a division that holds it ("X, Y province").
    pub(crate) inside: f64,
    /// Said to lie in a division that does not.
    pub(crate) outside: f64,
    /// Said to lie in a country that holds it ("X, Syria").
    pub(crate) inside_country: f64,
    /// Said to lie in a country that does not.
    pub(crate) outside_country: f64,
    /// Near another place of the text.
    pub(crate) near: f64,
    /// Other places of the text lie in its country.
    pub(crate) beside: f64,
    /// A division that holds other places of the text; twice at most.
    pub(crate) holds: f64,
    /// Lies in a first-level division that the text names.
    pub(crate) in_division: f64,
    /// Near the place the caller names.
    pub(crate) near_context: f64,
    /// Stands in the hand-written tables.
    pub(crate) starter: f64,
    /// A division whose seat has its name, where no word says that the division is meant.
    pub(crate) division_of_city: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            people: 0.85,
            main: 1.0,
            country: 3.0,
            context_first: 1.2,
            context_other: 0.6,
            hint: 2.5,
            wrong_hint: -2.0,
            inside: 5.0,
            outside: -3.5,
            inside_country: 3.0,
            outside_country: -7.0,
            near: 6.0,
            beside: 2.0,
            holds: 3.0,
            in_division: 3.5,
            near_context: 3.0,
            starter: 0.5,
            division_of_city: -3.5,
        }
    }
}

/// Countries the text tells of, each with a weight of 0 to 1.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    countries: HashMap<CountryCode, f64>,
}

impl Evidence {
    pub(crate) fn country(&mut self, code: CountryCode, weight: f64) {
        *self.countries.entry(code).or_default() += weight;
    }

    /// Counts become shares of the strongest.
    pub(crate) fn settle(&mut self) {
        let most = self.countries.values().copied().fold(0.0, f64::max);
        if most > 0.0 {
            for weight in self.countries.values_mut() {
                *weight = (*weight / most).sqrt();
            }
        }
    }

    fn of(&self, code: CountryCode) -> f64 {
        self.countries.get(&code).copied().unwrap_or(0.0)
    }

    fn any(&self) -> bool {
        !self.countries.is_empty()
    }
}

/// What another name of the text was taken for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) place: u32,
    pub(crate) kind: Kind,
    pub(crate) at: Option<LonLat>,
    /// 0 to 1.
    pub(crate) sure: f64,
    pub(crate) item: usize,
}

/// How likely a kind is meant by a bare name, before its size is known.
fn kind_weight(kind: Kind) -> f64 {
    match kind {
        Kind::Country => 9.0,
        Kind::Continent => 9.0,
        Kind::WorldRegion => 8.0,
        Kind::Sea => 7.0,
        Kind::Capital => 2.0,
        Kind::Admin1 => 4.5,
        Kind::Strait | Kind::Gulf | Kind::Canal => 5.0,
        Kind::Region => 3.0,
        Kind::River | Kind::Lake | Kind::Island | Kind::Mountain => 3.5,
        Kind::Admin2 => 1.5,
        Kind::Admin3 => 0.0,
        Kind::City | Kind::Town | Kind::Village => 0.5,
        Kind::Neighbourhood => -0.5,
        Kind::Other => 0.0,
        // Installations stand in the tables because reports name them.
        _ => 3.0,
    }
}

/// The score of a candidate by itself and the countries told.
pub(crate) fn alone(
    layout: &Layout,
    weights: &Weights,
    query: &Query,
    candidate: &mut Candidate,
    evidence: &Evidence,
    context: &Context,
) {
    let record = layout.place(candidate.place);
    let mut because: Vec<(f64, String)> = Vec::new();
    let matched = match candidate.how {
        Match::Main => weights.main,
        Match::Other => 0.0,
        Match::Short => -1.0,
        Match::Demonym => -3.0,
        Match::Weak(alike) => -12.0 + 11.0 * f64::from(alike) / 100.0,
    };
    because.push((
        matched,
        match candidate.how {
            Match::Main => format!("named {}", record.name()),
            Match::Other => format!("also a name of {}", record.name()),
            Match::Short => format!("short for {}", record.name()),
            Match::Demonym => format!("an adjective of {}", record.name()),
            Match::Weak(alike) => format!(
                "a weak match: {} is spelled otherwise ({alike} % alike)",
                record.name()
            ),
        },
    ));
    let mut kind = kind_weight(record.kind());
    let people = record.population();
    // A division is known by its name more than by its people.
    let people_weight = match record.kind() {
        Kind::Country | Kind::Continent | Kind::WorldRegion => 0.0,
        Kind::Admin1 | Kind::Admin2 | Kind::Admin3 => 0.3,
        _ => weights.people,
    };
    let sized = people_weight * (people.max(1) as f64).log10();
    if people >= 1_000 && sized > 0.0 {
        because.push((sized - 2.0, format!("{} inhabitants", rounded(people))));
    }
    let mut hinted = 0.0;
    if !query.hints.is_empty() {
        let fits = query
            .hints
            .iter()
            .any(|hint| hint.kinds.contains(&record.kind()));
        let settlement = matches!(
            record.kind(),
            Kind::Capital | Kind::City | Kind::Town | Kind::Village
        );
        let near_fit = query.hints.iter().any(|hint| match hint.sort {
            Sort::Place => settlement,
            Sort::Part => matches!(record.kind(), Kind::Admin1 | Kind::Admin2 | Kind::Admin3),
            Sort::Special => {
                !settlement
                    && !matches!(
                        record.kind(),
                        Kind::Admin1 | Kind::Admin2 | Kind::Admin3 | Kind::Country
                    )
            }
            Sort::Water => false,
        });
        hinted = if fits {
            weights.hint
        } else if near_fit {
            weights.hint * 0.6
        } else {
            weights.wrong_hint
        };
        if query.hints.iter().any(|h| h.sort == Sort::Part) && record.kind() == Kind::Admin1 && fits
        {
            kind = kind.max(4.5);
        }
        let word = &query.hints[0].word;
        if hinted > 0.0 {
            because.push((hinted, format!("\"{word}\" stands beside the name")));
        } else {
            because.push((
                hinted,
                format!(
                    "\"{word}\" stands beside the name, but this is a {}",
                    record.kind().code()
                ),
            ));
        }
    }
    let mut in_country = 0.0;
    if let Some(code) = record.country() {
        let share = evidence.of(code);
        in_country = weights.country * share;
        if share > 0.0 && record.kind() != Kind::Country {
            because.push((
                in_country,
                format!(
                    "lies in {}, which the report tells of",
                    crate::country_name(code)
                ),
            ));
        } else if evidence.any() && share == 0.0 && record.kind() != Kind::Country {
            let neighbour = evidence.countries.keys().any(|c| {
                crate::build::starter::countries()
                    .get(c)
                    .is_some_and(|c| c.neighbours.contains(&code))
            });
            if neighbour {
                in_country = 0.3;
            }
        }
    }
    if kind >= 3.0 && record.kind() != Kind::Admin1 || matches!(record.kind(), Kind::Capital) {
        because.push((
            kind,
            format!("a {}", record.kind().code().replace('_', " ")),
        ));
    }
    let mut near = 0.0;
    if let (Some(here), Some(at)) = (context.near, record.at()) {
        let km = here.distance_m(at) / 1000.0;
        near = weights.near_context * (-km / 300.0).exp();
        if near > 0.5 {
            because.push((near, format!("{km:.0} km from where the report is from")));
        }
    }
    // A row of the hand-written tables is there because reports name the place.
    let chosen = if record.id().starts_with("starter:") {
        weights.starter
    } else {
        0.0
    };
    candidate.score = matched + kind + sized + hinted + in_country + near + chosen;
    candidate.because = because;
}

/// What is said of a candidate's surroundings ("X, Y province, Z"): the weight and its reason.
pub(crate) fn at_home(
    layout: &Layout,
    weights: &Weights,
    candidate: &Candidate,
    home: &Home,
) -> (f64, String) {
    let record = layout.place(candidate.place);
    let mut score = 0.0;
    let mut inside: Vec<String> = Vec::new();
    let mut outside: Vec<String> = Vec::new();
    if let Some(first) = home.countries.first() {
        if candidate
            .country
            .is_some_and(|code| home.countries.contains(&code))
        {
            score += weights.inside_country;
            inside.push(crate::country_name(*first).to_owned());
        } else {
            score += weights.outside_country;
            outside.push(crate::country_name(*first).to_owned());
        }
    }
    if let Some(first) = home.divisions.first() {
        let lies = home
            .divisions
            .iter()
            .map(|d| {
                if *d == candidate.place {
                    0.8
                } else {
                    lies_in(layout, candidate, *d)
                }
            })
            .fold(0.0, f64::max);
        let name = layout.place(*first).name().to_owned();
        if lies > 0.0 {
            score += weights.inside * lies;
            inside.insert(0, name);
        } else {
            score += if record.admin1_place().is_some() || candidate.at.is_some() {
                weights.outside
            } else {
                0.0
            };
            outside.push(name);
        }
    }
    if !home.others.is_empty() {
        let lies = home
            .others
            .iter()
            .map(|d| lies_in(layout, candidate, *d))
            .fold(0.0, f64::max);
        score += if lies > 0.0 {
            weights.inside * lies
        } else {
            -0.5
        };
        if lies > 0.0 {
            inside.insert(0, layout.place(home.others[0]).name().to_owned());
        }
    }
    let reason = if outside.is_empty() && inside.is_empty() {
        "said to lie beside another place, and does not".to_owned()
    } else if outside.is_empty() {
        format!("said to lie in {}, and does", inside.join(", "))
    } else {
        format!("said to lie in {}, but does not", outside.join(", "))
    };
    (score, reason)
}

/// What the other places of the text add.
pub(crate) fn among(
    layout: &Layout,
    weights: &Weights,
    query: &Query,
    candidate: &mut Candidate,
    picks: &[Option<Pick>],
    item: usize,
) {
    let Some(at) = candidate.at else { return };
    // A division that holds other places of the text is likely meant, or meant with them.
    if candidate.kind == Kind::Admin1 {
        let inside = picks
            .iter()
            .flatten()
            .filter(|pick| {
                pick.item != item
                    && layout.place(pick.place).admin1_place() == Some(candidate.place)
            })
            .map(|pick| pick.sure)
            .sum::<f64>();
        if inside > 0.3 {
            let weight = weights.holds * inside.min(2.0);
            candidate.score += weight;
            candidate
                .because
                .push((weight, "holds other places of the report".into()));
        }
    }
    if matches!(
        candidate.kind,
        Kind::Country | Kind::Continent | Kind::WorldRegion
    ) || query.demonym
    {
        return;
    }
    // "Nebraska" in the text speaks for the Columbus in it.
    let record = layout.place(candidate.place);
    if let Some(division) = record.admin1_place()
        && let Some(sure) = picks
            .iter()
            .flatten()
            .filter(|pick| pick.item != item && pick.kind == Kind::Admin1 && pick.place == division)
            .map(|pick| pick.sure)
            .reduce(f64::max)
    {
        let weight = weights.in_division * sure;
        candidate.score += weight;
        candidate.because.push((
            weight,
            format!(
                "lies in {}, which the report names",
                layout.place(division).name()
            ),
        ));
    }
    let mut best: Option<(f64, f64, u32)> = None;
    for pick in picks.iter().flatten() {
        if pick.item == item || pick.place == candidate.place {
            continue;
        }
        let Some(other) = pick.at else { continue };
        if matches!(
            pick.kind,
            Kind::Country | Kind::Continent | Kind::WorldRegion | Kind::Sea | Kind::Region
        ) {
            continue;
        }
        let km = at.distance_m(other) / 1000.0;
        let scale = if pick.kind == Kind::Admin1 { 0.6 } else { 1.0 };
        let near = scale * pick.sure * (0.6 * (-km / 80.0).exp() + 0.4 * (-km / 400.0).exp());
        if best.is_none_or(|(most, ..)| near > most) {
            best = Some((near, km, pick.place));
        }
    }
    if let Some((near, km, other)) = best {
        candidate.score += weights.near * near;
        if near > 0.2 {
            candidate.because.push((
                weights.near * near,
                format!("{km:.0} km from {}, also named", layout.place(other).name()),
            ));
        }
    }
}

/// What the countries of the other places add: a text full of towns in Georgia's Caucasus or in
/// Georgia's south of the United States tells which Georgia is meant.
pub(crate) fn beside(weights: &Weights, candidate: &mut Candidate, soft: &Evidence) {
    let Some(code) = candidate.country else {
        return;
    };
    let share = soft.of(code);
    let weight = weights.beside * share;
    candidate.score += weight;
    if weight > 1.0 {
        candidate.because.push((
            weight,
            format!(
                "other places of the report lie in {}",
                crate::country_name(code)
            ),
        ));
    }
}

/// How surely a candidate lies in another place: 0 to 1.
pub(crate) fn lies_in(layout: &Layout, candidate: &Candidate, container: u32) -> f64 {
    if container == candidate.place {
        return 0.0;
    }
    let record = layout.place(candidate.place);
    let outer = layout.place(container);
    match outer.kind() {
        Kind::Country => {
            f64::from(record.country().is_some() && record.country() == outer.country())
        }
        Kind::Admin1 | Kind::Admin2 | Kind::Admin3 => {
            if record.country() != outer.country() {
                return 0.0;
            }
            let direct = record.admin1_place() == Some(container)
                || record.admin2_place() == Some(container);
            if direct
                || record
                    .admin1()
                    .is_some_and(|name| same_division(name, &outer))
            {
                return 1.0;
            }
            // Where the data names another division of that level, it does not lie here.
            let level_known = outer.kind() == Kind::Admin1 && record.admin1_place().is_some();
            let (Some(at), Some(middle)) = (record.at(), outer.at()) else {
                return 0.0;
            };
            let inside = outer.extent().map_or_else(
                || at.distance_m(middle) <= outer.radius_m(),
                |extent| extent.contains(at),
            );
            match (inside, level_known) {
                (true, false) => 0.6,
                // Borders of divisions move, and data sets differ about them.
                (true, true) => 0.25,
                _ => 0.0,
            }
        }
        _ => match (record.at(), outer.at()) {
            (Some(at), Some(middle)) => {
                let reach_m = (outer.radius_m() * 1.5).max(30_000.0);
                if at.distance_m(middle) <= reach_m {
                    0.5
                } else {
                    0.0
                }
            }
            _ => 0.0,
        },
    }
}

fn same_division(name: &str, outer: &crate::layout::Record<'_>) -> bool {
    let key = |name: &str| {
        let folded = crate::fold::fold(name);
        crate::fold::Key::of(
            crate::fold::generic::without_generic(&folded).map_or(&folded[..], |(rest, _)| rest),
        )
    };
    let wanted = key(name);
    std::iter::once(outer.name())
        .chain(outer.names())
        .any(|other| key(other) == wanted)
}

/// The share of each candidate: its exponential among all, never more than the match allows.
pub(crate) fn shares(candidates: &[Candidate]) -> Vec<f64> {
    let Some(best) = candidates.iter().map(|c| c.score).reduce(f64::max) else {
        return Vec::new();
    };
    let total: f64 = candidates.iter().map(|c| (c.score - best).exp()).sum();
    candidates
        .iter()
        .map(|c| {
            let most = match c.how {
                Match::Main | Match::Other => 0.98,
                Match::Short => 0.93,
                Match::Demonym => 0.6,
                Match::Weak(alike) => 0.15 + 0.55 * f64::from(alike) / 100.0,
            };
            (c.score - best).exp() / total * most
        })
        .collect()
}

/// "1,200,000" people as "1.2 million".
fn rounded(people: u64) -> String {
    match people {
        1_000_000.. => format!("{:.1} million", people as f64 / 1e6),
        10_000.. => format!("{} thousand", people / 1000),
        _ => people.to_string(),
    }
}
