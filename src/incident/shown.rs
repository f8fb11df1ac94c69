//! What a reader sees of an incident: one value for each column, computed from the accounts and from
//! the rulings that hold.

use std::collections::BTreeSet;

use gazetteer::Located;

use super::ruling::in_force;
use super::{
    Account, BY_RULE, Count, DatePrecision, EARLIER_FIGURE, Harm, Incident, IncidentType, OfWhom,
    PART_OF_FIGURE, PartiesRuled, Standing, Status, TollRuled, Verdict, When,
};

/// Every column of an incident, computed. Lists are joined by "; ".
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The incident's id.
    pub incident_id: String,
    /// One plain line: what, where, when, as told.
    pub title: String,
    /// What happened.
    pub kind: IncidentType,
    /// Tags of all accounts.
    pub tags: Vec<String>,
    /// Does any report say that it happened, and does any deny it?
    pub standing: Standing,
    /// Draft, published, rejected.
    pub status: Status,
    /// When, over all accounts.
    pub when: When,
    /// The place chosen among the accounts'; `None` when none is known.
    pub place: Option<Located>,
    /// The reports' words for the place.
    pub place_text: Vec<String>,
    /// Candidates passed over.
    pub place_alternatives: Vec<String>,
    /// Who did it.
    pub actors: Vec<String>,
    /// According to whom.
    pub actors_by: Vec<String>,
    /// To whom.
    pub targets: Vec<String>,
    /// What sort of target.
    pub target_kind: Option<String>,
    /// Killed, of everybody.
    pub killed: Option<Count>,
    /// Injured, of everybody.
    pub injured: Option<Count>,
    /// Killed, of civilians.
    pub civilians_killed: Option<Count>,
    /// All figures in words.
    pub toll_text: Vec<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// unreviewed, confirmed, corrected.
    pub review: &'static str,
    /// RFC 3339, from the store.
    pub created: Option<String>,
    /// RFC 3339, from the store.
    pub updated: Option<String>,
    /// From the store.
    pub version: Option<i64>,
    /// Independent sources.
    pub source_count: usize,
    /// Ids of the telling reports.
    pub report_ids: Vec<String>,
    /// Their addresses.
    pub source_urls: Vec<String>,
    /// Their publishers.
    pub publishers: Vec<String>,
}

pub(super) fn shown(incident: &Incident) -> Shown {
    let accounts = &incident.accounts;
    let ruled = Ruled::of(incident);
    let place = match ruled.place {
        Some(place) => place.cloned(),
        None => place_of(accounts),
    };
    let when = match ruled.when {
        Some(when) => with_words_of(when.clone(), accounts),
        None => when_of(accounts),
    };
    let kind = ruled.kind.unwrap_or_else(|| kind_of(accounts));
    let actors = ruled.parties.actors.unwrap_or_else(|| {
        union(
            accounts
                .iter()
                .flat_map(|a| a.actors.iter().map(|p| p.name.clone())),
        )
    });
    let targets = ruled.parties.targets.unwrap_or_else(|| {
        union(
            accounts
                .iter()
                .flat_map(|a| a.targets.iter().map(|p| p.name.clone())),
        )
    });
    let count = |ruled: Option<Option<Count>>, harm, of| {
        ruled.unwrap_or_else(|| count_of(accounts, harm, of))
    };
    Shown {
        incident_id: incident.id.clone(),
        title: title(kind, actors.first(), place.as_ref(), &when),
        kind,
        tags: union(accounts.iter().flat_map(|a| a.tags.iter().cloned())),
        standing: standing_of(accounts),
        status: incident.status(),
        place_text: union(accounts.iter().map(|a| a.place.text.clone())),
        place_alternatives: union(accounts.iter().flat_map(|a| a.place.alternatives.clone())),
        place,
        when,
        actors,
        actors_by: union(accounts.iter().filter_map(|a| a.actors_by.clone())),
        targets,
        target_kind: accounts.iter().find_map(|a| a.target_kind.clone()),
        killed: count(ruled.toll.killed, Harm::Killed, OfWhom::Everybody),
        injured: count(ruled.toll.injured, Harm::Injured, OfWhom::Everybody),
        civilians_killed: count(ruled.toll.civilians_killed, Harm::Killed, OfWhom::Civilians),
        toll_text: union(accounts.iter().flat_map(toll_words)),
        confidence: confidence_of(accounts),
        review: review_of(incident),
        created: incident.stamp.created.clone(),
        updated: incident.stamp.updated.clone(),
        version: incident.stamp.version,
        source_count: independent_sources(accounts),
        report_ids: union(accounts.iter().map(|a| a.report.clone())),
        source_urls: union(accounts.iter().filter_map(|a| a.url.clone())),
        publishers: union(accounts.iter().filter_map(|a| a.publisher.clone())),
    }
}

/// What reviewers set; of several rulings on one thing the last that holds.
#[derive(Default)]
struct Ruled<'a> {
    /// `Some(None)`: nobody knows where.
    place: Option<Option<&'a Located>>,
    when: Option<&'a When>,
    kind: Option<IncidentType>,
    toll: TollRuled,
    parties: PartiesRuled,
}

impl<'a> Ruled<'a> {
    fn of(incident: &'a Incident) -> Self {
        let mut it = Self::default();
        for ruling in in_force(&incident.rulings) {
            match &ruling.verdict {
                Verdict::Move(place) => it.place = Some(place.as_deref()),
                Verdict::Date(when) => it.when = Some(when),
                Verdict::Type(kind) => it.kind = Some(*kind),
                Verdict::Toll(toll) => {
                    it.toll.killed = toll.killed.or(it.toll.killed);
                    it.toll.injured = toll.injured.or(it.toll.injured);
                    it.toll.civilians_killed = toll.civilians_killed.or(it.toll.civilians_killed);
                }
                Verdict::Actors(parties) => {
                    let set = |new: &Option<Vec<String>>, old: &mut Option<Vec<String>>| {
                        if new.is_some() {
                            old.clone_from(new);
                        }
                    };
                    set(&parties.actors, &mut it.parties.actors);
                    set(&parties.targets, &mut it.parties.targets);
                }
                _ => {}
            }
        }
        it
    }
}

/// A date that a reviewer set, with the reports' words and, on the same day, their time of day.
fn with_words_of(mut when: When, accounts: &[Account]) -> When {
    let words = union(accounts.iter().map(|a| a.when.text.clone()));
    when.text = words.join("; ");
    let same_day = accounts
        .iter()
        .map(|a| &a.when)
        .find(|told| told.time_start.is_some() && told.days() == when.days());
    if let (None, Some(told)) = (&when.time_start, same_day) {
        when.time_start.clone_from(&told.time_start);
        when.time_end.clone_from(&told.time_end);
    }
    when
}

/// The values in order, each once, without the empty ones.
fn union(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    values
        .filter(|v| !v.is_empty() && seen.insert(v.clone()))
        .collect()
}

/// The most telling type: one that names the means before one that does not.
fn kind_of(accounts: &[Account]) -> IncidentType {
    let vague = |t: IncidentType| {
        matches!(
            t,
            IncidentType::AttackOther | IncidentType::Explosion | IncidentType::Other
        )
    };
    let mut kinds = accounts.iter().map(|a| a.kind);
    let first = kinds.next().unwrap_or(IncidentType::Other);
    if vague(first) {
        kinds.find(|t| !vague(*t)).unwrap_or(first)
    } else {
        first
    }
}

/// Disputed as soon as one account disputes it; a fact as soon as one account tells it as one.
fn standing_of(accounts: &[Account]) -> Standing {
    let any = |s: Standing| accounts.iter().any(|a| a.standing == s);
    [
        Standing::Disputed,
        Standing::Happened,
        Standing::Ongoing,
        Standing::Claimed,
    ]
    .into_iter()
    .find(|s| any(*s))
    .or_else(|| accounts.first().map(|a| a.standing))
    .unwrap_or(Standing::Happened)
}

/// The account that tells the place most closely gives it; of two equally close the smaller doubt.
fn place_of(accounts: &[Account]) -> Option<Located> {
    accounts
        .iter()
        .filter_map(|a| a.place.located.as_ref())
        .min_by(|a, b| {
            let radius = |l: &Located| l.radius_m.unwrap_or(f64::MAX);
            a.precision
                .cmp(&b.precision)
                .then(radius(a).total_cmp(&radius(b)))
        })
        .cloned()
}

/// The account that tells the date most closely gives it; a day without a year gains the year of
/// an account that agrees with it.
fn when_of(accounts: &[Account]) -> When {
    let width = |w: &When| w.days().map_or(i32::MAX, |(s, e)| (e - s).get_days());
    accounts
        .iter()
        .map(|a| &a.when)
        .min_by_key(|w| (width(w), w.precision == DatePrecision::Unknown))
        .cloned()
        .unwrap_or_else(When::unknown)
}

/// The range over all accounts of what is told of everybody (or of civilians).
fn count_of(accounts: &[Account], harm: Harm, of: OfWhom) -> Option<Count> {
    accounts
        .iter()
        .filter_map(|a| told_of(a, harm, of))
        .reduce(Count::or)
}

/// What one account tells of everybody. Nought of some says nothing of the others; 20 soldiers
/// killed are at least 20 people killed, with no bound said.
fn told_of(account: &Account, harm: Harm, of: OfWhom) -> Option<Count> {
    let figures = || account.tolls.iter().filter(|t| t.harm == harm);
    let direct = figures()
        .filter(|t| t.of == of)
        .map(|t| t.count)
        .reduce(Count::or);
    if direct.is_some() || of != OfWhom::Everybody {
        return direct;
    }
    figures()
        .filter(|t| t.count.least > 0 && t.of_whom != EARLIER_FIGURE && t.of_whom != PART_OF_FIGURE)
        .map(|t| Count {
            least: t.count.least,
            most: None,
        })
        .max_by_key(|c| c.least)
}

fn toll_words(account: &Account) -> Vec<String> {
    account
        .tolls
        .iter()
        .map(|t| {
            let by = t.said_by.as_deref().map(|s| format!(", according to {s}"));
            format!("{}{}", t.text, by.unwrap_or_default())
        })
        .collect()
}

/// Independent accounts strengthen each other; none makes certain.
fn confidence_of(accounts: &[Account]) -> f64 {
    let doubt: f64 = accounts
        .iter()
        .map(|a| 1.0 - a.confidence.clamp(0.0, 1.0))
        .product();
    let confidence = (1.0 - doubt).min(0.99);
    (confidence * 100.0).round() / 100.0
}

/// What a person did with it. An incident that a person made was looked at by one.
fn review_of(incident: &Incident) -> &'static str {
    let rulings = in_force(&incident.rulings);
    if rulings.iter().any(|r| r.verdict.corrects()) {
        return "corrected";
    }
    let confirmed = rulings
        .iter()
        .filter(|r| r.on.is_none() && r.who != BY_RULE)
        .any(|r| matches!(r.verdict, Verdict::Confirm | Verdict::Publish));
    if confirmed || incident.accounts.iter().any(Account::is_by_hand) {
        "confirmed"
    } else {
        "unreviewed"
    }
}

/// Reports with the same text are one source, whatever headline stands above it.
fn independent_sources(accounts: &[Account]) -> usize {
    let same = |a: &Account, b: &Account| {
        a.report == b.report && a.report != super::WITHHELD
            || !a.sha256.is_empty() && a.sha256 == b.sha256
            || a.sketch.is_copy_of(&b.sketch)
    };
    let mut group: Vec<usize> = (0..accounts.len()).collect();
    for (i, a) in accounts.iter().enumerate() {
        for (j, b) in accounts.iter().enumerate().take(i) {
            if group[i] != group[j] && same(a, b) {
                let (from, to) = (group[i], group[j]);
                group
                    .iter_mut()
                    .filter(|g| **g == from)
                    .for_each(|g| *g = to);
            }
        }
    }
    group.iter().collect::<BTreeSet<_>>().len()
}

/// "Air strike by Russian forces, al-Tanf garrison, Syria, 15 June 2022".
fn title(
    kind: IncidentType,
    actor: Option<&String>,
    place: Option<&Located>,
    when: &When,
) -> String {
    // "Attack, means not told" is a label; in a title the first words do.
    let mut line = kind
        .label()
        .split(',')
        .next()
        .unwrap_or_default()
        .to_owned();
    let hazard = kind.kind() == super::Kind::Hazard;
    if let Some(actor) = actor.filter(|_| !hazard) {
        line.push_str(" by ");
        line.push_str(actor);
    }
    match place {
        Some(place) => {
            line.push_str(", ");
            line.push_str(&place.name);
        }
        None => line.push_str(", place not told"),
    }
    line.push_str(", ");
    line.push_str(&when.in_words());
    line
}
