//! What can be told of one event, and what tells two apart: sorts of event, days, places.
//!
//! Both the reader (two mentions in one report) and the merging (two reports) ask here.

use gazetteer::{Basis, Located, Precision};
use jiff::civil::Date;

use super::{IncidentType, When};

/// Can two types be words for one event?
#[must_use]
pub fn compatible(a: IncidentType, b: IncidentType) -> bool {
    use IncidentType as T;
    let violent = |t: T| {
        t.kind() == super::Kind::Strike
            || matches!(
                t,
                T::AttackOther
                    | T::AttackCivilians
                    | T::Assassination
                    | T::Abduction
                    | T::Clash
                    | T::Raid
                    | T::Sabotage
                    | T::SeaIncident
                    | T::Riot
                    | T::Crackdown
            )
    };
    let fire = |t: T| {
        matches!(
            t,
            T::Airstrike | T::DroneStrike | T::MissileStrike | T::Shelling
        )
    };
    a == b
        || a == T::AttackOther && violent(b)
        || b == T::AttackOther && violent(a)
        || fire(a) && fire(b)
        || PAIRS.iter().any(|p| *p == (a, b) || *p == (b, a))
}

/// Types that reports use for one another beside an attack whose means is not told.
const PAIRS: &[(IncidentType, IncidentType)] = {
    use IncidentType as T;
    &[
        (T::Explosion, T::BombingIed),
        (T::Explosion, T::SuicideBombing),
        (T::Explosion, T::MissileStrike),
        (T::Explosion, T::Airstrike),
        (T::Explosion, T::DroneStrike),
        (T::Explosion, T::Shelling),
        (T::Explosion, T::Accident),
        (T::BombingIed, T::SuicideBombing),
        (T::AttackCivilians, T::Assassination),
        (T::AttackCivilians, T::Abduction),
        (T::AttackCivilians, T::Crackdown),
        (T::AttackCivilians, T::Sabotage),
        (T::Protest, T::Crackdown),
        (T::Protest, T::Riot),
        (T::Protest, T::Arrest),
        (T::Riot, T::Crackdown),
        (T::Riot, T::Arrest),
        (T::Riot, T::Clash),
        (T::Riot, T::Sabotage),
        (T::Crackdown, T::Arrest),
        (T::Flood, T::Storm),
        (T::Flood, T::Landslide),
        (T::Flood, T::Accident),
        (T::Storm, T::Landslide),
        (T::Raid, T::Arrest),
        (T::Raid, T::Clash),
        (T::Raid, T::Assassination),
        (T::Raid, T::AttackCivilians),
        (T::Assassination, T::Clash),
        (T::AirEncounter, T::WeaponsSeized),
        (T::Clash, T::TerritoryChange),
        (T::SeaIncident, T::MissileStrike),
        (T::SeaIncident, T::DroneStrike),
        (T::SeaIncident, T::Abduction),
        (T::AirEncounter, T::ForcePosture),
    ]
};

/// Could two dates be of one event?
#[must_use]
pub fn dates_fit(a: &When, b: &When) -> bool {
    if let (Some((s, e)), Some((t, u))) = (a.days(), b.days()) {
        return s <= u && t <= e;
    }
    if let (Some(x), Some(y)) = (a.month_day, b.month_day) {
        return x == y;
    }
    if let (Some(x), Some(y)) = (a.weekday, b.weekday) {
        return x == y;
    }
    let day_in = |w: &When, month: i8, day: i8| {
        w.days().is_none_or(|(s, e)| {
            (s.year()..=e.year()).any(|y| Date::new(y, month, day).is_ok_and(|d| s <= d && d <= e))
        })
    };
    match (a.month_day, b.month_day) {
        (Some((m, d)), None) => return day_in(b, m, d),
        (None, Some((m, d))) => return day_in(a, m, d),
        _ => {}
    }
    match (a.days(), b.end, b.start) {
        (Some((s, _)), Some(end), None) => return s <= end,
        (Some((_, e)), None, Some(start)) => return e >= start,
        _ => {}
    }
    match (b.days(), a.end, a.start) {
        (Some((s, _)), Some(end), None) => s <= end,
        (Some((_, e)), None, Some(start)) => e >= start,
        _ => true,
    }
}

/// Distance up to which two places told by name may be one, beside their own doubt.
pub const SAME_PLACE_M: f64 = 25_000.0;

/// Could two places be of one event: near each other within their doubt, or one within the other?
#[must_use]
pub fn located_fit(a: &Located, b: &Located) -> bool {
    if a.place_id.is_some() && a.place_id == b.place_id {
        return true;
    }
    if let (Some(x), Some(y)) = (a.country, b.country)
        && x != y
        && (a.precision == Precision::Country || b.precision == Precision::Country)
    {
        return false;
    }
    // A province of one country is no province or town of another, however near.
    let province = |l: &Located| {
        l.precision == Precision::Admin || l.precision == Precision::Region && !l.is_of_a_border()
    };
    let town = |l: &Located| {
        l.precision == Precision::Place
            || l.precision == Precision::NearPlace && l.basis == Basis::Told
    };
    if let (Some(x), Some(y)) = (a.country, b.country)
        && x != y
        && (province(a) && (province(b) || town(b)) || province(b) && town(a))
    {
        return false;
    }
    // Two divisions of one level are two places, however near.
    if a.precision == Precision::Admin
        && b.precision == Precision::Admin
        && a.kind == b.kind
        && a.place_id.is_some()
        && b.place_id.is_some()
        && matches!(a.kind, gazetteer::Kind::Admin1 | gazetteer::Kind::Admin2)
    {
        return false;
    }
    let (Some(p), Some(q)) = (a.centre, b.centre) else {
        return true;
    };
    let reach = |l: &Located| l.radius_m.unwrap_or(SAME_PLACE_M);
    if a.precision.is_pointlike() && b.precision.is_pointlike() {
        return p.distance_m(q)
            <= SAME_PLACE_M
                .min((reach(a) + reach(b)) * 2.0)
                .max(reach(a).max(reach(b)));
    }
    if a.precision.is_pointlike() || b.precision.is_pointlike() {
        return p.distance_m(q) <= reach(a) + reach(b);
    }
    p.distance_m(q) <= reach(a).max(reach(b))
}

#[cfg(test)]
mod tests {
    use gazetteer::{Context, Gazetteer, Located};

    use super::located_fit;

    #[test]
    fn what_is_along_a_border_may_lie_on_its_other_side() {
        let gazetteer = Gazetteer::starter();
        let best =
            |phrase: &str| -> Located { gazetteer.resolve(phrase, &Context::default()).remove(0) };
        let qaim = best("al-Qaim");
        assert!(located_fit(&best("the border of Syria and Iraq"), &qaim));
        // A part of one country is no town of another.
        assert!(!located_fit(&best("eastern Syria"), &qaim));
    }
}
