//! How far the circle grows with doubt: nine times in ten the event lies within it.
//!
//! How large a place is stands with the place ([`crate::size`]). Two doubts come on top: how
//! loosely the name agrees ([`match_m`]), and which of several places of that name is meant
//! ([`choice_m`]).

use crate::weigh::Match;
use crate::{Basis, Located, Precision};

/// How wide the circle of a loose match is: a share of the circle of the division told, and so
/// many metres where none is told.
///
/// Measured on the development halves of the UCDP places and descriptions: of the places that
/// only sound like the name told, half lie elsewhere in the division, so that the circle has to
/// be nearly that of the division; more than that, as such a place may lie at one end of it and
/// the one meant at the other. Above 92 % alike three in four are the place meant.
struct Looseness {
    share: f64,
    untold_m: f64,
}

fn looseness(how: Match) -> Looseness {
    let (share, untold_m) = match how {
        Match::Main | Match::Other | Match::Demonym => (0.0, 0.0),
        Match::Short => (0.5, 8_000.0),
        Match::Weak(98..) => (0.15, 5_000.0),
        Match::Weak(92..) => (0.7, 10_000.0),
        Match::Weak(82..) => (1.0, 20_000.0),
        Match::Weak(_) => (1.1, 30_000.0),
    };
    Looseness { share, untold_m }
}

/// A share of a very large division says no more than this.
const DIVISION_MOST_M: f64 = 200_000.0;
/// The share for a place that bears the name but lies outside the division told.
const OUTSIDE_SHARE: f64 = 1.0;

/// The doubt where the place itself is not known, and another that its words name stands in.
///
/// Measured likewise: within three quarters of the division's circle six times in seven. Where the
/// words say how the place lies to the other ("A, a village between B and C"), within a third;
/// where they name a smaller division that holds it, within six tenths.
pub(crate) fn beside_m(answer: &Located, told_m: Option<f64>) -> f64 {
    let share = match answer.precision {
        _ if answer.basis == Basis::Offset => 0.35,
        Precision::Admin => 0.6,
        _ => 0.75,
    };
    told_m.map_or(BESIDE_UNTOLD_M, |m| share * m.min(DIVISION_MOST_M))
}
const BESIDE_UNTOLD_M: f64 = 20_000.0;

/// The doubt that the match leaves: nothing for a name that agrees, and lies where it is told to.
pub(crate) fn match_m(how: Match, in_home: bool, told_m: Option<f64>) -> f64 {
    let loose = looseness(how);
    match told_m {
        Some(division_m) => {
            let share = if in_home {
                loose.share
            } else {
                loose.share.max(OUTSIDE_SHARE)
            };
            share * division_m.min(DIVISION_MOST_M)
        }
        None => loose.untold_m,
    }
}

/// The doubt of a place that bears the name and does not lie where the words say.
pub(crate) fn outside_m(told_m: Option<f64>) -> f64 {
    OUTSIDE_SHARE * told_m.map_or(CHOICE_MOST_M, |m| m.min(DIVISION_MOST_M))
}

/// Of the share of all that may be meant, what the circle has to hold: as the radius promises.
const CHOICE_MASS: f64 = 0.9;
/// A circle around one of several namesakes grows to this and no further where nothing tells the
/// country: beyond it, a circle that holds both says less than a point and the other candidate's
/// name.
const CHOICE_MOST_M: f64 = 60_000.0;
/// Where a division or country is told, the circle may hold as much of it as it takes, but a circle
/// wider than this says no more than the name of the country.
const CHOICE_TOLD_MOST_M: f64 = 400_000.0;

/// Another place that the name may mean.
pub(crate) struct Other {
    pub(crate) distance_m: f64,
    pub(crate) radius_m: f64,
    pub(crate) share: f64,
}

/// What the doubt of the choice asks of the circle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Choice {
    /// The place alone has the share that is promised.
    Clear,
    /// A circle of this radius holds enough of what may be meant.
    Within(f64),
    /// The nearest place that is missing lies too far away.
    Beyond(f64),
}

/// True when a place has the share that is promised, whatever the shares of the others.
pub(crate) fn is_clear(share: f64, others: impl Iterator<Item = f64>) -> bool {
    share >= CHOICE_MASS * (share + others.sum::<f64>())
}

/// How far the circle has to reach to hold nine tenths of what may be meant. Within a division or
/// country told, as far as it goes: from one end of it to the other.
pub(crate) fn choice_m(share: f64, others: &mut [Other], told_m: Option<f64>) -> Choice {
    let total = share + others.iter().map(|other| other.share).sum::<f64>();
    let mut held = share;
    if is_clear(share, others.iter().map(|other| other.share)) {
        return Choice::Clear;
    }
    let most_m = told_m.map_or(CHOICE_MOST_M, |m| {
        (2.0 * m).clamp(CHOICE_MOST_M, CHOICE_TOLD_MOST_M)
    });
    others.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
    let mut reach_m = 0.0f64;
    for other in others.iter() {
        if other.distance_m > most_m {
            // Within what is told the circle holds at least those that it may.
            return match told_m {
                Some(_) if reach_m > 0.0 => Choice::Within(reach_m),
                _ => Choice::Beyond(other.distance_m),
            };
        }
        reach_m = reach_m.max(other.distance_m + other.radius_m.min(5_000.0));
        held += other.share;
        if held >= CHOICE_MASS * total {
            break;
        }
    }
    Choice::Within(reach_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(km: f64, share: f64) -> Other {
        Other {
            distance_m: km * 1000.0,
            radius_m: 2_000.0,
            share,
        }
    }

    #[test]
    fn the_circle_reaches_namesakes_nearby_and_leaves_those_far_away() {
        assert_eq!(
            choice_m(0.95, &mut [other(20.0, 0.03)], None),
            Choice::Clear
        );
        assert_eq!(
            choice_m(0.6, &mut [other(300.0, 0.02), other(30.0, 0.35)], None),
            Choice::Within(32_000.0)
        );
        assert_eq!(
            choice_m(0.5, &mut [other(100.0, 0.4)], None),
            Choice::Beyond(100_000.0)
        );
        assert_eq!(
            choice_m(0.5, &mut [other(100.0, 0.4)], Some(120_000.0)),
            Choice::Within(102_000.0)
        );
        let mut far = [other(100.0, 0.2), other(900.0, 0.3)];
        assert_eq!(
            choice_m(0.5, &mut far, Some(120_000.0)),
            Choice::Within(102_000.0)
        );
        assert_eq!(choice_m(0.5, &mut far, None), Choice::Beyond(100_000.0));
    }

    #[test]
    fn a_weaker_match_is_never_a_narrower_circle() {
        for division_m in [None, Some(80_000.0)] {
            let mut last = f64::INFINITY;
            for how in [
                Match::Weak(60),
                Match::Weak(85),
                Match::Weak(95),
                Match::Short,
                Match::Main,
            ] {
                let next = match_m(how, true, division_m);
                assert!(next <= last, "{how:?} {division_m:?}");
                last = next;
            }
            assert_eq!(last, 0.0);
        }
    }
}
