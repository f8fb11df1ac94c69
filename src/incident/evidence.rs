//! What two tellings of one day and place have in common, or what tells them apart: whom or what it
//! hit, and how many were harmed.

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

/// How many things are told alike, less how many tell the two apart.
pub(super) fn balance(a: &Account, b: &Account) -> i32 {
    let worth = |bearing| match bearing {
        Bearing::Same => 1,
        Bearing::Open => 0,
        Bearing::Apart => -1,
    };
    worth(targets(a, b)) + worth(tolls(a, b))
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
