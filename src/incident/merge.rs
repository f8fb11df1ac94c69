//! Same event or not, with reasons.
//!
//! Incidents are compared, not texts: two accounts tell of one event when their days, places, sorts
//! of event and sides agree within what each leaves open, and nothing tells them apart. An account
//! is held against every account of an incident, so that likeness does not creep from day to day.

use gazetteer::Located;

use super::evidence::{self, Bearing, NamedThings};
use super::fit::{compatible, dates_fit, located_fit};
use super::neighbours::Neighbours;
use super::{Account, DatePrecision, Incident, Party, When};

/// Longest span of days that still says enough to merge by, in days.
const SPAN_DAYS_MAX: i32 = 9;

/// Reports of one undated event appear within so many days of each other.
const PUBLISHED_DAYS_MAX: i32 = 10;

/// What to do with an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It tells of an event not known yet.
    New,
    /// It tells of the incident at this index of those given.
    Join {
        /// Index into the slice given.
        index: usize,
        /// The reasons, in words.
        because: Vec<String>,
    },
}

/// Decides whether an account tells of one of the incidents near it in time and space.
#[must_use]
pub fn decide(account: &Account, nearby: &[Incident]) -> Decision {
    decide_among(account, nearby, 0..nearby.len())
}

/// The same among some of the incidents, by their index.
fn decide_among(
    account: &Account,
    incidents: &[Incident],
    some: impl IntoIterator<Item = usize>,
) -> Decision {
    let things = evidence::named_things(account);
    let best = some
        .into_iter()
        .filter_map(|index| Some((index, agreement(account, &things, &incidents[index])?)))
        .max_by(|(i, a), (j, b)| a.weight.cmp(&b.weight).then(j.cmp(i)));
    match best {
        Some((index, agreement)) => Decision::Join {
            index,
            because: agreement.because,
        },
        None => Decision::New,
    }
}

/// Merges accounts, in order, into incidents: what `read` does, which stores nothing.
///
/// Accounts that tell the day closely come first, so that an account that leaves the year open
/// finds the one that tells it.
#[must_use]
pub fn all(mut accounts: Vec<Account>) -> Vec<Incident> {
    accounts.sort_by(|a, b| {
        openness(&a.when)
            .cmp(&openness(&b.when))
            .then_with(|| a.report.cmp(&b.report))
            .then(a.ordinal.cmp(&b.ordinal))
    });
    let mut incidents: Vec<Incident> = Vec::new();
    let mut neighbours = Neighbours::default();
    for account in accounts {
        match decide_among(&account, &incidents, neighbours.of(&account)) {
            Decision::New => {
                neighbours.add(&account, incidents.len());
                incidents.push(Incident::of(account));
            }
            Decision::Join { index, because } => {
                neighbours.add(&account, index);
                incidents[index].joined_because.push(because.join("; "));
                incidents[index].accounts.push(account);
            }
        }
    }
    incidents.sort_by(|a, b| first_told(a).cmp(&first_told(b)));
    incidents
}

fn first_told(incident: &Incident) -> Option<(&str, usize)> {
    incident
        .accounts
        .iter()
        .map(|a| (a.report.as_str(), a.ordinal))
        .min()
}

/// How much a date leaves open: days first, then what has no calendar day.
fn openness(when: &When) -> i32 {
    match when.days() {
        Some((start, end)) => (end - start).get_days(),
        None if when.month_day.is_some() => 1_000,
        None if when.weekday.is_some() => 2_000,
        None => 3_000,
    }
}

struct Agreement {
    weight: u32,
    because: Vec<String>,
}

/// Does the account, which names these things, agree with every account of the incident, and strongly
/// with one?
fn agreement(account: &Account, things: &NamedThings, incident: &Incident) -> Option<Agreement> {
    if !account.standing.is_feature() {
        return None;
    }
    let mut best: Option<Agreement> = None;
    for other in &incident.accounts {
        // The reader kept two tellings of one report apart; so do we.
        if other.report == account.report
            || !other.standing.is_feature()
            || contradicts(account, other)
        {
            return None;
        }
        let named = evidence::named(things, other);
        if named == Bearing::Apart {
            return None;
        }
        if let Some(found) = agrees(account, other, named)
            && best.as_ref().is_none_or(|b| found.weight > b.weight)
        {
            best = Some(found);
        }
    }
    best
}

/// Anything but the names of things that tells two accounts apart.
fn contradicts(a: &Account, b: &Account) -> bool {
    !compatible(a.kind, b.kind)
        || !dates_fit(&a.when, &b.when)
        || !places_fit(a, b)
        || sides(a, b) == Sides::Apart
        || hours_apart(a, b)
        || evidence::apart(a, b)
}

fn place(account: &Account) -> Option<&Located> {
    account.place.located.as_ref()
}

fn places_fit(a: &Account, b: &Account) -> bool {
    match (place(a), place(b)) {
        (Some(x), Some(y)) => located_fit(x, y),
        _ => true,
    }
}

/// Two times of day more than so many minutes apart tell of two events. Reports of one event give
/// its beginning, its end or the first alarm; three hours hold these together in the samples.
const MINUTES_APART: i32 = 180;

/// Are the times of day too far apart? Only like with like: both with a zone, or both as told at
/// the place.
fn hours_apart(a: &Account, b: &Account) -> bool {
    const MINUTES_A_DAY: i32 = 24 * 60;
    let told = |w: &When| w.time_start.as_deref().and_then(clock);
    let (Some((x, x_zone)), Some((y, y_zone))) = (told(&a.when), told(&b.when)) else {
        return false;
    };
    if x_zone.is_some() != y_zone.is_some() {
        return false;
    }
    let utc = |minutes: i32, zone: Option<i32>| minutes - zone.unwrap_or(0);
    let apart = (utc(x, x_zone) - utc(y, y_zone)).rem_euclid(MINUTES_A_DAY);
    apart.min(MINUTES_A_DAY - apart) > MINUTES_APART
}

/// "04:17+03:00" as minutes of the day and the zone's minutes; no zone for "04:17".
fn clock(time: &str) -> Option<(i32, Option<i32>)> {
    let minutes = |text: &str| -> Option<i32> {
        let (h, m) = text.split_once(':')?;
        Some(h.parse::<i32>().ok()? * 60 + m.parse::<i32>().ok()?)
    };
    let told = minutes(time.get(..5)?)?;
    let zone = match time.get(5..)? {
        "" => None,
        "Z" => Some(0),
        zone => {
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            Some(sign * minutes(zone.get(1..)?)?)
        }
    };
    Some((told, zone))
}

#[derive(PartialEq, Eq)]
enum Sides {
    Same,
    Open,
    Apart,
}

/// Do the accounts name the same side as the one that acted?
fn sides(a: &Account, b: &Account) -> Sides {
    let named = |list: &[Party]| -> Vec<Party> {
        list.iter()
            .filter(|p| p.id.is_some() || p.country.is_some())
            .cloned()
            .collect()
    };
    let (mine, theirs) = (named(&a.actors), named(&b.actors));
    if mine.is_empty() || theirs.is_empty() {
        return Sides::Open;
    }
    let same = |x: &Party, y: &Party| {
        (x.id.is_some() && x.id == y.id) || (x.country.is_some() && x.country == y.country)
    };
    if mine.iter().any(|x| theirs.iter().any(|y| same(x, y))) {
        return Sides::Same;
    }
    // "X and Y clashed" names the other side first.
    let crossed = mine.iter().any(|x| b.targets.iter().any(|y| same(x, y)))
        || theirs.iter().any(|x| a.targets.iter().any(|y| same(x, y)));
    if crossed { Sides::Open } else { Sides::Apart }
}

/// Enough agreement to be one event; `None` when too much is left open.
fn agrees(a: &Account, b: &Account, named: Bearing) -> Option<Agreement> {
    let mut weight = 0;
    let mut because = Vec::new();
    let day = day_agreement(&a.when, &b.when, a, b);
    match &day {
        DayAgreement::Same(words) => {
            weight += 40;
            because.push(words.clone());
        }
        DayAgreement::Within(words) => {
            weight += 20;
            because.push(words.clone());
        }
        DayAgreement::Open => {}
    }
    let near = match (place(a), place(b)) {
        (Some(x), Some(y)) => {
            let (words, points) = place_words(x, y);
            weight += if points { 40 } else { 20 };
            because.push(words);
            Some(points)
        }
        _ => None,
    };
    let sides = sides(a, b);
    if sides == Sides::Same {
        weight += 25;
        because.push("the same side acted".to_owned());
    }
    if a.kind == b.kind {
        weight += 15;
        because.push(format!("both tell of: {}", a.kind.label().to_lowercase()));
    } else {
        weight += 5;
        because.push(format!(
            "{} and {} can be one event",
            a.kind.label().to_lowercase(),
            b.kind.label().to_lowercase()
        ));
    }
    let mut alike = false;
    let shared = [
        (
            evidence::targets(a, b),
            format!(
                "both name the same sort of target: {}",
                a.target_kind.as_deref().unwrap_or_default()
            ),
        ),
        (
            evidence::tolls(a, b),
            "both tell the same number of dead".to_owned(),
        ),
        (named, "both call what was hit by the same name".to_owned()),
    ];
    for (bearing, words) in shared {
        if bearing == Bearing::Same {
            alike = true;
            weight += 15;
            because.push(words);
        }
    }
    let same_target = a.target_kind.is_some() && a.target_kind == b.target_kind;
    alike |= a.kind == b.kind && same_target;
    let enough = match (&day, near) {
        // A day and a place: enough unless the place is a whole country or region.
        (DayAgreement::Same(_), Some(true)) => true,
        (DayAgreement::Same(_), Some(false)) => {
            sides == Sides::Same || alike || a.kind == b.kind && both_hazards(a, b)
        }
        (DayAgreement::Within(_), Some(true)) => sides == Sides::Same || a.kind == b.kind || alike,
        (DayAgreement::Within(_), Some(false)) => sides == Sides::Same || both_hazards(a, b),
        (DayAgreement::Open, Some(true)) => {
            sides == Sides::Same && a.kind == b.kind && published_near(a, b)
        }
        (DayAgreement::Same(_), None) => sides == Sides::Same && a.kind == b.kind,
        _ => false,
    };
    enough.then_some(Agreement { weight, because })
}

fn both_hazards(a: &Account, b: &Account) -> bool {
    a.kind == b.kind && a.kind.kind() == super::Kind::Hazard
}

enum DayAgreement {
    Same(String),
    Within(String),
    Open,
}

fn day_agreement(a: &When, b: &When, x: &Account, y: &Account) -> DayAgreement {
    use super::day_in_words;
    if let (Some((s, e)), Some((t, u))) = (a.days(), b.days()) {
        if a.precision == DatePrecision::Day && b.precision == DatePrecision::Day && s == t {
            return DayAgreement::Same(format!("both on {}", day_in_words(s)));
        }
        let spans = [(e - s).get_days(), (u - t).get_days()];
        if spans.iter().all(|d| *d <= SPAN_DAYS_MAX) {
            return DayAgreement::Within(format!("{} and {} overlap", a.in_words(), b.in_words()));
        }
        if spans.iter().all(|d| *d <= 31) && published_near(x, y) {
            return DayAgreement::Within(format!("{} and {} overlap", a.in_words(), b.in_words()));
        }
        return DayAgreement::Open;
    }
    if a.month_day.is_some() && a.month_day == b.month_day {
        return DayAgreement::Same(format!(
            "both on the same day of the year: {}",
            a.in_words()
        ));
    }
    if a.month_day.is_some() && b.days().is_some() || b.month_day.is_some() && a.days().is_some() {
        return DayAgreement::Same(format!("{} fits {}", a.in_words(), b.in_words()));
    }
    if a.weekday.is_some() && a.weekday == b.weekday {
        return DayAgreement::Within(format!("both on {}", a.in_words()));
    }
    DayAgreement::Open
}

fn published_near(a: &Account, b: &Account) -> bool {
    match (a.published, b.published) {
        (Some(p), Some(q)) => (p - q).get_days().abs() <= PUBLISHED_DAYS_MAX,
        _ => true,
    }
}

/// The agreement of two places in words, and whether both are points.
fn place_words(a: &Located, b: &Located) -> (String, bool) {
    let points = a.precision.is_pointlike() && b.precision.is_pointlike();
    let close = a.precision.is_pointlike() || b.precision.is_pointlike();
    if a.place_id.is_some() && a.place_id == b.place_id {
        return (format!("the same place: {}", a.name), points);
    }
    match (a.centre, b.centre) {
        (Some(p), Some(q)) if points => (
            format!(
                "{} and {} lie {:.0} km apart",
                a.name,
                b.name,
                p.distance_m(q) / 1000.0
            ),
            true,
        ),
        _ if close => (format!("{} and {} hold each other", a.name, b.name), false),
        _ => (format!("{} and {} agree", a.name, b.name), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_with_their_zones() {
        assert_eq!(clock("04:17"), Some((257, None)));
        assert_eq!(clock("04:17Z"), Some((257, Some(0))));
        assert_eq!(clock("04:17+03:30"), Some((257, Some(210))));
        assert_eq!(clock("04:17-05:00"), Some((257, Some(-300))));
        assert_eq!(clock("early"), None);
    }
}
