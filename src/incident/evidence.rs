//! What two tellings of one day and place have in common, or what tells them apart: whom or what it
//! hit, by its sort and by its name, and how many were harmed.

use std::collections::{BTreeMap, BTreeSet};

use super::toll::{EARLIER_FIGURE, PART_OF_FIGURE};
use super::{Account, Count, Harm, OfWhom};

/// How two tellings stand to each other in one respect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Bearing {
    /// Both say the same.
    Same,
    /// One says nothing, or both fit.
    Open,
    /// What one says cannot be what the other says.
    Apart,
}

/// Sorts of target so general that another sort may be the same thing: a house stands beside the
/// school, and a base is named for the depot in it.
const VAGUE_TARGETS: &[&str] = &[
    "residential",
    "military",
    "transport",
    "civilians",
    "government",
];

/// What was hit.
pub(super) fn targets(a: &Account, b: &Account) -> Bearing {
    let (Some(x), Some(y)) = (&a.target_kind, &b.target_kind) else {
        return Bearing::Open;
    };
    let vague = |kind: &String| VAGUE_TARGETS.contains(&kind.as_str());
    if vague(x) || vague(y) {
        Bearing::Open
    } else if x == y {
        Bearing::Same
    } else {
        Bearing::Apart
    }
}

/// How many were killed, in a figure that says it of everybody or of civilians.
fn killed(account: &Account) -> Option<Count> {
    let whole = |of_whom: &str| of_whom != EARLIER_FIGURE && of_whom != PART_OF_FIGURE;
    account
        .tolls
        .iter()
        .filter(|t| t.harm == Harm::Killed && t.of != OfWhom::Some && whole(&t.of_whom))
        .map(|t| t.count)
        .max_by_key(|c| c.least)
}

/// From so many dead on, the same figure in two reports is no chance: strikes that kill one or two
/// are told every day.
const TELLING_FIGURE: u32 = 3;

/// How many were killed. Figures rise while a report is young, and hardly ever fall.
pub(super) fn tolls(a: &Account, b: &Account) -> Bearing {
    let (Some(x), Some(y)) = (killed(a), killed(b)) else {
        return Bearing::Open;
    };
    // "16" and "at least 16" are one figure.
    if x.least == y.least {
        return if x.least >= TELLING_FIGURE {
            Bearing::Same
        } else {
            Bearing::Open
        };
    }
    let (first, later) = match (a.published, b.published) {
        (Some(p), Some(q)) if p < q => (x, Some(y)),
        (Some(p), Some(q)) if q < p => (y, Some(x)),
        _ => (x, None),
    };
    let (few, many) = (x.least.min(y.least), x.least.max(y.least));
    let bounded = |c: Count| c.most.is_some();
    let fits = match later {
        // Risen: by more than tenfold it is another event.
        Some(later) if later.least >= first.least => many <= 10 * few + 10,
        // Fallen, or told on one day.
        _ => many <= 2 * few + 5 || !bounded(x) && !bounded(y) && many <= 5 * few + 5,
    };
    if fits { Bearing::Open } else { Bearing::Apart }
}

/// Things that bear a name of their own, by the noun it stands with.
const NAMED_THINGS: &[&str] = &[
    "hospital",
    "clinic",
    "school",
    "university",
    "kindergarten",
    "market",
    "mosque",
    "church",
    "monastery",
    "bridge",
    "dam",
    "station",
    "substation",
    "plant",
    "factory",
    "refinery",
    "airport",
    "airbase",
    "port",
    "prison",
    "hotel",
    "camp",
    "theatre",
    "stadium",
    "tower",
];

/// The longest name looked for before its noun, in words.
const NAME_WORDS_MAX: usize = 4;

/// What an account calls by name, by the noun it stands with.
pub(super) type NamedThings = BTreeMap<&'static str, BTreeSet<String>>;

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// The one thing of each noun that an account's words of the event name: "the Railway Bridge" is the
/// bridge called railway, "School No. 7" the school called 7. The town's own name tells none apart.
pub(super) fn named_things(account: &Account) -> NamedThings {
    let mut things = NamedThings::new();
    let mut several: BTreeSet<&'static str> = BTreeSet::new();
    for quote in account.quotes.iter().filter(|q| q.field == "event") {
        let words: Vec<&str> = quote.text.split_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            let Some(noun) = NAMED_THINGS
                .iter()
                .find(|n| n.eq_ignore_ascii_case(bare(word)))
            else {
                continue;
            };
            let name = name_of(account, &words, at);
            if name.is_empty() {
                continue;
            }
            match things.get_mut(noun) {
                Some(known) if known.is_disjoint(&name) => {
                    several.insert(noun);
                }
                Some(known) => known.extend(name),
                None => {
                    things.insert(noun, name);
                }
            }
        }
    }
    // Where two of a kind are named, either may be the one that was hit.
    things.retain(|noun, _| !several.contains(noun));
    things
}

/// The words of the name of the thing at `at`, and its number.
fn name_of(account: &Account, words: &[&str], at: usize) -> BTreeSet<String> {
    let located = account.place.located.as_ref();
    let town = format!(
        "{} {}",
        account.place.text,
        located.map_or("", |l| l.name.as_str())
    )
    .to_lowercase();
    let before = words[..at].iter().enumerate().rev().take(NAME_WORDS_MAX);
    let mut name: BTreeSet<String> = before
        .skip_while(|(_, w)| **w == "power" || **w == "railway")
        // The first word of a sentence is written large whatever it is.
        .take_while(|(i, w)| *i > 0 && w.starts_with(char::is_uppercase))
        .map(|(_, w)| bare(w).to_lowercase())
        .filter(|w| !w.is_empty() && !town.contains(w.as_str()))
        .collect();
    let ends_here = words[at].ends_with([',', '.', ';']);
    let number = words.get(at + 2).map(|w| bare(w)).filter(|w| {
        ["No.", "No", "Number", "number", "#"].contains(&words[at + 1])
            && w.chars().all(|c| c.is_ascii_digit())
    });
    name.extend(number.filter(|_| !ends_here).map(str::to_owned));
    name
}

/// What is called by its own name: the things that one account names against another account.
pub(super) fn named(mine: &NamedThings, other: &Account) -> Bearing {
    // Most accounts name nothing; then the other's words need not be read.
    if mine.is_empty() {
        return Bearing::Open;
    }
    let theirs = named_things(other);
    let mut bearing = Bearing::Open;
    for (noun, name) in mine {
        match theirs.get(noun) {
            Some(other) if name.is_disjoint(other) => return Bearing::Apart,
            Some(_) => bearing = Bearing::Same,
            None => {}
        }
    }
    bearing
}

/// Do target or figures tell the two apart? What else they share is then a coincidence: two strikes on
/// one day may well kill four each.
pub(super) fn apart(a: &Account, b: &Account) -> bool {
    targets(a, b) == Bearing::Apart || tolls(a, b) == Bearing::Apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Toll;
    use crate::store::testing::account;

    fn told(kind: Option<&str>, dead: Option<(u32, Option<u32>)>, published: &str) -> Account {
        let mut it = account("a.txt", "2022-06-15", None);
        it.target_kind = kind.map(str::to_owned);
        it.published = published.parse().ok();
        it.tolls = dead
            .map(|(least, most)| Toll {
                harm: Harm::Killed,
                count: Count { least, most },
                of: OfWhom::Everybody,
                of_whom: String::new(),
                said_by: None,
                text: String::new(),
            })
            .into_iter()
            .collect();
        it
    }

    #[test]
    fn a_hospital_is_no_market_and_a_house_may_be_both() {
        let of = |a, b| targets(&told(Some(a), None, ""), &told(Some(b), None, ""));
        assert_eq!(of("health", "market"), Bearing::Apart);
        assert_eq!(of("health", "health"), Bearing::Same);
        assert_eq!(of("health", "residential"), Bearing::Open);
        assert_eq!(
            targets(&told(None, None, ""), &told(Some("aid"), None, "")),
            Bearing::Open
        );
    }

    #[test]
    fn two_bridges_of_one_town_are_told_apart_by_name() {
        let of = |a: &str, b: &str| {
            let telling = |text: &str| {
                let mut it = told(Some("transport"), None, "");
                it.place.text = "Homs".to_owned();
                it.quotes[0].text = text.to_owned();
                it
            };
            named(&named_things(&telling(a)), &telling(b))
        };
        let railway = "Jets hit the Railway Bridge in Homs.";
        assert_eq!(
            of(railway, "The Mansour bridge was bombed."),
            Bearing::Apart
        );
        assert_eq!(
            of(railway, "The old Railway Bridge was bombed."),
            Bearing::Same
        );
        assert_eq!(of(railway, "Shells hit a bridge in Homs."), Bearing::Open);
        assert_eq!(of(railway, "Shells hit the Homs bridge."), Bearing::Open);
        assert_eq!(
            of("Shells hit School No. 7.", "Shells hit School No. 12."),
            Bearing::Apart
        );
        assert_eq!(
            of(
                railway,
                "Jets hit the Railway Bridge, then the Mansour bridge."
            ),
            Bearing::Open,
            "either may be meant"
        );
    }

    #[test]
    fn figures_rise_and_hardly_fall() {
        let (day, next) = ("2022-06-15", "2022-06-17");
        let of = |(x, p): (u32, &str), (y, q): (u32, &str)| {
            tolls(
                &told(None, Some((x, Some(x))), p),
                &told(None, Some((y, Some(y))), q),
            )
        };
        assert_eq!(of((4, day), (4, next)), Bearing::Same);
        assert_eq!(
            of((1, day), (1, next)),
            Bearing::Open,
            "one dead is told every day"
        );
        assert_eq!(of((3, day), (12, next)), Bearing::Open, "risen");
        assert_eq!(of((12, day), (3, next)), Bearing::Apart, "fallen");
        assert_eq!(of((3, day), (15, day)), Bearing::Apart, "on one day");
        assert_eq!(of((3, day), (60, next)), Bearing::Apart, "twentyfold");
        let at_least = |n| told(None, Some((n, None)), day);
        assert_eq!(tolls(&at_least(3), &at_least(15)), Bearing::Open);
    }
}
