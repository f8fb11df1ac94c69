//! The weights, named, each with where it came from.
//!
//! A score is a sum of weights, read as the logarithm of odds; the share that a candidate gets is
//! its exponential among all candidates. Each weight that counts leaves a reason in words.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::fold::Quick;
use crate::fold::generic::Sort;
use crate::layout::Layout;
use crate::resolve::{Candidate, Home, Query};
use crate::{Context, CountryCode, Kind};

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

macro_rules! parts {
    ($($name:ident: $hand:literal, $why:literal,)*) => {
        /// What is asked of a candidate.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub(crate) enum Part { $($name),* }

        /// Every part of the score: its name, the weight a reader would give it, and what it asks.
        pub(crate) const PARTS: &[(&str, f64, &str)] = &[$((stringify!($name), $hand, $why)),*];
    };
}

parts! {
    Main: 1.0, "the main name rather than a further one",
    Short: -1.0, "short for the name: a generic word is missing on one side",
    Demonym: -3.0, "an adjective or people",
    Weak: -12.0, "only the consonants agree, or the name but for an error",
    WeakAlike: 11.0, "how alike the letters then are, 0 to 1",
    Country: 9.0, "a country",
    Continent: 9.0, "a continent",
    WorldRegion: 8.0, "a region of several countries",
    Sea: 7.0, "a sea",
    Capital: 2.0, "a capital",
    Admin1: 4.5, "a first-level division",
    Strait: 5.0, "a strait, gulf or canal",
    Region: 3.0, "a region",
    River: 3.5, "a river, lake, island or mountain",
    Admin2: 1.5, "a second-level division",
    Settlement: 0.5, "a city, town or village",
    Quarter: -0.5, "a part of a town",
    Installation: 3.0, "a base, camp, crossing and the like: it stands in the tables because reports name it",
    People: 0.85, "the decimal logarithm of the people of a settlement",
    PeopleOfDivision: 0.3, "the same for a division, which is known by its name more than by its people",
    Hint: 2.5, "the word beside it tells this sort of place",
    NearHint: 1.5, "the word beside it tells a like sort",
    WrongHint: -2.0, "the word beside it tells another sort",
    InCountry: 3.0, "lies in a country the text names: the country's share",
    Neighbour: 0.3, "lies in a neighbour of one",
    NearContext: 3.0, "near the place the caller names, 0 to 1",
    Starter: 0.5, "stands in the hand-written tables",
    InsideDivision: 5.0, "said to lie in a division that holds it, 0 to 1",
    OutsideDivision: -3.5, "said to lie in a division that does not",
    InsideCountry: 3.0, "said to lie in a country that holds it",
    OutsideCountry: -7.0, "said to lie in a country that does not",
    InsideOther: 5.0, "said to lie in a town that it lies by, 0 to 1",
    OutsideOther: -0.5, "said to lie in a town that it does not lie by",
    SaidElsewhere: 0.7, "another mention is said to lie in what holds it: the weight of that",
    Holds: 3.0, "a division that holds other places of the text, 0 to 2",
    InDivision: 3.5, "lies in a first-level division that the text names",
    SameDivision: 0.0, "other places of the text lie in its first-level division: n / (1 + n)",
    Near: 6.0, "near another place of the text, 0 to 1",
    NearMany: 0.0, "near further places of the text, 0 to 2",
    NearFirst: 0.0, "near the first place of the text, 0 to 1",
    Beside: 2.0, "other places of the text lie in its country: the country's share",
    CountryAlone: 0.0, "a country, and no other place of the text lies in it",
    FarCity: 0.0, "a capital or city of a country that nothing else in the text lies in or names",
    DivisionOfCity: -3.5, "a division whose seat has its name, where no word says that the division is meant",
    FarFromBorder: -2.5, "said to lie by a border that it does not lie by",
    Acronym: 0.0, "a settlement for a word of a few capitals, among words that are not",
}

/// The weights of the parts, in natural logarithms of odds: those of `words/choice_weights.csv`,
/// fitted by `examples/fit_weights.rs`; the hand's for a part that the table does not have.
#[derive(Clone, Debug)]
pub(crate) struct Weights(Vec<f64>);

impl Weights {
    /// The weights in use.
    pub(crate) fn fitted() -> &'static Self {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(|| {
            let table: HashMap<&str, f64> = include_str!("../words/choice_weights.csv")
                .lines()
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| {
                    let mut cells = line.split(',');
                    Some((cells.next()?, cells.next()?.trim().parse().ok()?))
                })
                .collect();
            Self(
                PARTS
                    .iter()
                    .map(|(name, hand, _)| table.get(name).copied().unwrap_or(*hand))
                    .collect(),
            )
        })
    }

    /// Weights of somebody's own, one for each part.
    pub(crate) fn of(weights: &[f64]) -> Self {
        Self(
            PARTS
                .iter()
                .enumerate()
                .map(|(n, (_, hand, _))| weights.get(n).copied().unwrap_or(*hand))
                .collect(),
        )
    }

    fn weight(&self, part: Part) -> f64 {
        self.0.get(part as usize).copied().unwrap_or(0.0)
    }

    /// What parts add up to.
    pub(crate) fn sum(&self, parts: &[(Part, f64)]) -> f64 {
        parts
            .iter()
            .map(|(part, value)| self.weight(*part) * value)
            .sum()
    }
}

/// The caller's first country, as a share of one that the text names, and the others.
pub(crate) const CONTEXT_FIRST: f64 = 1.2;
pub(crate) const CONTEXT_OTHER: f64 = 0.6;

impl Candidate {
    /// Adds a part of the score and gives what it weighs.
    pub(crate) fn tell(&mut self, weights: &Weights, part: Part, value: f64) -> f64 {
        let weight = weights.weight(part) * value;
        self.parts.push((part, value));
        self.score += weight;
        weight
    }
}

/// Countries the text tells of, each with a weight of 0 to 1.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    countries: HashMap<CountryCode, f64, Quick>,
    /// The countries that border on one of them.
    neighbours: HashSet<CountryCode, Quick>,
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
        let table = crate::build::starter::countries();
        let told = self.countries.keys().filter_map(|code| table.get(code));
        self.neighbours = told
            .flat_map(|country| &country.neighbours)
            .copied()
            .collect();
    }

    pub(crate) fn of(&self, code: CountryCode) -> f64 {
        self.countries.get(&code).copied().unwrap_or(0.0)
    }
}

/// The part of the score that tells how likely a kind is meant by a bare name.
fn kind_part(kind: Kind) -> Option<Part> {
    Some(match kind {
        Kind::Country => Part::Country,
        Kind::Continent => Part::Continent,
        Kind::WorldRegion => Part::WorldRegion,
        Kind::Sea => Part::Sea,
        Kind::Capital => Part::Capital,
        Kind::Admin1 => Part::Admin1,
        Kind::Strait | Kind::Gulf | Kind::Canal => Part::Strait,
        Kind::Region => Part::Region,
        Kind::River | Kind::Lake | Kind::Island | Kind::Mountain => Part::River,
        Kind::Admin2 => Part::Admin2,
        Kind::City | Kind::Town | Kind::Village => Part::Settlement,
        Kind::Neighbourhood => Part::Quarter,
        Kind::Admin3 | Kind::Other => return None,
        _ => Part::Installation,
    })
}

/// Parts that most scores have at most: room for them is made at once.
const PARTS_USUAL: usize = 20;

/// What of the number of people counts for a match: the name of a great city is known to those who
/// write it, so that what is only loosely like it is rather the name of a village nobody knows.
fn known_as(how: Match) -> f64 {
    /// How alike, in hundredths, a name has to be for the people to count at all, and in full.
    const LOOSE: f64 = 70.0;
    const CLOSE: f64 = 90.0;
    match how {
        Match::Weak(alike) => ((f64::from(alike) - LOOSE) / (CLOSE - LOOSE)).clamp(0.0, 1.0),
        _ => 1.0,
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
    candidate.because.clear();
    candidate.parts.clear();
    candidate.parts.reserve(PARTS_USUAL);
    candidate.score = 0.0;
    let matched = match candidate.how {
        Match::Main => candidate.tell(weights, Part::Main, 1.0),
        Match::Other => 0.0,
        Match::Short => candidate.tell(weights, Part::Short, 1.0),
        Match::Demonym => candidate.tell(weights, Part::Demonym, 1.0),
        Match::Weak(alike) => {
            candidate.tell(weights, Part::Weak, 1.0)
                + candidate.tell(weights, Part::WeakAlike, f64::from(alike) / 100.0)
        }
    };
    let how = candidate.how;
    candidate.because(matched, || match how {
        Match::Main => format!("named {}", record.name()),
        Match::Other => format!("also a name of {}", record.name()),
        Match::Short => format!("short for {}", record.name()),
        Match::Demonym => format!("an adjective of {}", record.name()),
        Match::Weak(alike) => format!(
            "a weak match: {} is spelled otherwise ({alike} % alike)",
            record.name()
        ),
    });
    let kind = kind_part(record.kind()).map_or(0.0, |part| candidate.tell(weights, part, 1.0));
    let settlement = matches!(
        record.kind(),
        Kind::Capital | Kind::City | Kind::Town | Kind::Village
    );
    let division = matches!(record.kind(), Kind::Admin1 | Kind::Admin2 | Kind::Admin3);
    let people = record.population();
    let size = (people.max(1) as f64).log10();
    // A division is known by its name more than by its people.
    let sized = match record.kind() {
        Kind::Country | Kind::Continent | Kind::WorldRegion => 0.0,
        _ if division => candidate.tell(weights, Part::PeopleOfDivision, size),
        _ => candidate.tell(weights, Part::People, size * known_as(candidate.how)),
    };
    if people >= 1_000 && sized > 0.0 {
        candidate.because(sized - 2.0, || format!("{} inhabitants", rounded(people)));
    }
    if let Some(first) = query.hints.first() {
        let fits = query
            .hints
            .iter()
            .any(|hint| hint.kinds.contains(&record.kind()));
        let near_fit = query.hints.iter().any(|hint| match hint.sort {
            Sort::Place => settlement,
            Sort::Part => division,
            Sort::Special => !settlement && !division && record.kind() != Kind::Country,
            Sort::Water => false,
        });
        let part = if fits {
            Part::Hint
        } else if near_fit {
            Part::NearHint
        } else {
            Part::WrongHint
        };
        let hinted = candidate.tell(weights, part, 1.0);
        let word = &first.word;
        candidate.because(hinted, || {
            if part == Part::WrongHint {
                format!(
                    "\"{word}\" stands beside the name, but this is a {}",
                    record.kind().code()
                )
            } else {
                format!("\"{word}\" stands beside the name")
            }
        });
    }
    if let Some(code) = record.country() {
        let share = evidence.of(code);
        if share > 0.0 {
            let in_country = candidate.tell(weights, Part::InCountry, share);
            if record.kind() != Kind::Country {
                candidate.because(in_country, || {
                    format!(
                        "lies in {}, which the report tells of",
                        crate::country_name(code)
                    )
                });
            }
        } else if record.kind() != Kind::Country && evidence.neighbours.contains(&code) {
            candidate.tell(weights, Part::Neighbour, 1.0);
        }
    }
    if kind >= 3.0 && record.kind() != Kind::Admin1 || matches!(record.kind(), Kind::Capital) {
        candidate.because(kind, || {
            format!("a {}", record.kind().code().replace('_', " "))
        });
    }
    if let (Some(here), Some(at)) = (context.near, record.at()) {
        let km = here.distance_m(at) / 1000.0;
        let near = candidate.tell(weights, Part::NearContext, (-km / 300.0).exp());
        if near > 0.5 {
            candidate.because(near, || format!("{km:.0} km from where the report is from"));
        }
    }
    // A row of the hand-written tables is there because reports name the place.
    if record.is_starter() {
        candidate.tell(weights, Part::Starter, 1.0);
    }
    if query.acronym && settlement {
        candidate.tell(weights, Part::Acronym, 1.0);
    }
}

/// What is said of a candidate's surroundings ("X, Y province, Z"): the weight and, where it is
/// asked for, its reason.
pub(crate) fn at_home(
    layout: &Layout,
    candidate: &Candidate,
    home: &Home,
    telling: bool,
) -> (Vec<(Part, f64)>, String) {
    let record = layout.place(candidate.place);
    let mut parts: Vec<(Part, f64)> = Vec::new();
    let mut inside: Vec<&str> = Vec::new();
    let mut outside: Vec<&str> = Vec::new();
    if let Some(first) = home.countries.first() {
        if candidate
            .country
            .is_some_and(|code| home.countries.contains(&code))
        {
            parts.push((Part::InsideCountry, 1.0));
            inside.push(crate::country_name(*first));
        } else {
            parts.push((Part::OutsideCountry, 1.0));
            outside.push(crate::country_name(*first));
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
        let name = layout.place(*first).name();
        if lies > 0.0 {
            parts.push((Part::InsideDivision, lies));
            inside.insert(0, name);
        } else {
            if record.admin1_place().is_some() || candidate.at.is_some() {
                parts.push((Part::OutsideDivision, 1.0));
            }
            outside.push(name);
        }
    }
    if !home.others.is_empty() {
        let lies = home
            .others
            .iter()
            .map(|d| lies_in(layout, candidate, *d))
            .fold(0.0, f64::max);
        parts.push(if lies > 0.0 {
            (Part::InsideOther, lies)
        } else {
            (Part::OutsideOther, 1.0)
        });
        if lies > 0.0 {
            inside.insert(0, layout.place(home.others[0]).name());
        }
    }
    if !telling {
        return (parts, String::new());
    }
    let reason = if outside.is_empty() && inside.is_empty() {
        "said to lie beside another place, and does not".to_owned()
    } else if outside.is_empty() {
        format!("said to lie in {}, and does", inside.join(", "))
    } else {
        format!("said to lie in {}, but does not", outside.join(", "))
    };
    (parts, reason)
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
            if direct || in_division_named(layout, &record, &outer) {
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

/// True when the division that a place is said to lie in bears a name of another, generic words
/// aside. What was asked is kept: each place of a division is asked whether it lies in it.
fn in_division_named(
    layout: &Layout,
    record: &crate::layout::Record<'_>,
    outer: &crate::layout::Record<'_>,
) -> bool {
    layout.kept_answer(record.admin1_told(), outer.number, || {
        record.admin1().is_some_and(|name| bears(name, outer))
    })
}

fn bears(name: &str, outer: &crate::layout::Record<'_>) -> bool {
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
