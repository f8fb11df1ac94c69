//! Who publishes: one person, two of them, or a rule that the operator set.
//!
//! With two people the first one's "publish" is kept as a proposal and the second one's publishes.
//! The rule is a CQL2 filter: an incident that it takes gets a ruling "publish" of the rule's own,
//! which falls when the incident is no longer so. Where a person has decided, the rule keeps out.

use rusqlite::{OptionalExtension, Transaction, params};

use super::load::{load, rulings_of};
use super::log::Entry;
use super::{Store, StoreError, index, now, rule};
use crate::incident::{BY_RULE, Incident, Ruling, Status, Verdict, holding, in_force};
use crate::query::{Crs, Filter};

/// Incidents looked at in one transaction when the rule changes.
const BATCH: usize = 500;

/// How incidents are published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Publishing {
    /// How many people it takes: one or two.
    pub people: u8,
    /// A CQL2 filter, text or JSON: what it takes is published.
    pub rule: Option<String>,
}

impl Default for Publishing {
    fn default() -> Self {
        Self {
            people: 1,
            rule: None,
        }
    }
}

/// A rule as it is held against incidents; a sentence when it cannot be read.
pub fn filter_of(rule: &str) -> Result<Filter, String> {
    let read = if rule.trim_start().starts_with('{') {
        Filter::from_json
    } else {
        Filter::from_text
    };
    read(rule, &Crs::Crs84).map_err(|error| error.to_string())
}

impl Store {
    /// How incidents are published.
    pub fn publishing(&self) -> Result<Publishing, StoreError> {
        of(&self.db).map_err(|e| self.error(e))
    }

    /// Sets how incidents are published, and lets the rule look at every incident: how many it
    /// published, and how many of its own rulings fell. Asked again it goes on where it was
    /// stopped.
    ///
    /// The rule has to be one that [`filter_of`] reads.
    pub fn set_publishing(
        &mut self,
        it: &Publishing,
        who: &str,
    ) -> Result<(usize, usize), StoreError> {
        let stands = self.publishing()?;
        if stands != *it {
            self.write(|tx, entry| set(tx, it, &stands, who, entry))?;
        }
        let (mut past, mut published, mut fallen) = (0, 0, 0);
        if it.rule.is_none() {
            return Ok((0, 0));
        }
        loop {
            let now = now();
            let (last, done) = self.write(|tx, entry| {
                told(entry, who);
                let numbers: Vec<i64> = tx
                    .prepare_cached(
                        "SELECT number FROM incidents WHERE number > ? AND root = number
                             AND NOT gone ORDER BY number LIMIT ?",
                    )?
                    .query_map(params![past, BATCH], |row| row.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                let mut done = Vec::new();
                for number in &numbers {
                    let decided = match load(tx, *number)? {
                        Some(incident) => by_rule(tx, &incident)?,
                        None => None,
                    };
                    if let Some(verdict) = decided {
                        done.push(matches!(verdict, Verdict::Publish));
                        index::index(tx, *number, &now, verdict.code())?;
                    }
                }
                Ok((numbers.last().copied(), done))
            })?;
            published += done.iter().filter(|published| **published).count();
            fallen += done.iter().filter(|published| !**published).count();
            match last {
                Some(last) => past = last,
                None => return Ok((published, fallen)),
            }
        }
    }
}

fn told(entry: &mut Entry, who: &str) {
    entry.what = "publishing".to_owned();
    who.clone_into(&mut entry.who);
}

fn set(
    tx: &Transaction<'_>,
    it: &Publishing,
    before: &Publishing,
    who: &str,
    entry: &mut Entry,
) -> rusqlite::Result<()> {
    told(entry, who);
    entry.detail = serde_json::json!({
        "people": it.people,
        "rule": it.rule,
        "before": {"people": before.people, "rule": before.rule},
    });
    tx.execute(
        "INSERT INTO publishing (number, people, rule) VALUES (1, ?1, ?2)
         ON CONFLICT (number) DO UPDATE SET people = ?1, rule = ?2",
        params![it.people, it.rule],
    )?;
    Ok(())
}

pub(super) fn of(db: &rusqlite::Connection) -> rusqlite::Result<Publishing> {
    let found = db
        .prepare_cached("SELECT people, rule FROM publishing")?
        .query_row([], |row| {
            Ok(Publishing {
                people: row.get(0)?,
                rule: row.get(1)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// What becomes of a person's "publish": it stands, or it is a proposal; a sentence when the same
/// person proposed it before.
pub(super) fn by_person(
    tx: &Transaction<'_>,
    incident: &Incident,
    who: &str,
) -> rusqlite::Result<Result<Verdict, String>> {
    if of(tx)?.people < 2 || incident.status() == Status::Published {
        return Ok(Ok(Verdict::Publish));
    }
    // Only proposals since the status was last set count.
    let mut proposals: Vec<&Ruling> = Vec::new();
    for ruling in in_force(&incident.rulings) {
        if ruling.on.is_some() {
            continue;
        }
        match ruling.verdict {
            Verdict::Propose => proposals.push(ruling),
            _ if ruling.verdict.status().is_some() => proposals.clear(),
            _ => {}
        }
    }
    if proposals.iter().any(|r| r.who != who) {
        return Ok(Ok(Verdict::Publish));
    }
    Ok(match proposals.first() {
        None => Ok(Verdict::Propose),
        Some(own) => Err(format!(
            "{who} proposed to publish it already (ruling {}); a second person publishes it",
            own.id
        )),
    })
}

/// True when a rule publishes what it takes.
pub(super) fn has_rule(tx: &Transaction<'_>) -> rusqlite::Result<bool> {
    Ok(of(tx)?.rule.is_some())
}

/// What the rule does with an incident: publishes it, takes its own publishing back, or nothing.
pub(super) fn by_rule(
    tx: &Transaction<'_>,
    incident: &Incident,
) -> rusqlite::Result<Option<Verdict>> {
    let Some(rule) = of(tx)?.rule else {
        return Ok(None);
    };
    // A rule that a later version wrote and this one cannot read publishes nothing.
    let Ok(filter) = filter_of(&rule) else {
        return Ok(None);
    };
    let holding = holding(&incident.rulings);
    let held: Vec<&Ruling> = incident
        .rulings
        .iter()
        .filter(|r| r.on.is_none() && holding.contains(&r.id))
        .collect();
    let ours = |id: i64| {
        incident
            .rulings
            .iter()
            .any(|r| r.id == id && r.who == BY_RULE)
    };
    let person_decided = held.iter().any(|r| {
        r.who != BY_RULE
            && match r.verdict {
                Verdict::Undo { ruling } => ours(ruling),
                _ => r.verdict.status().is_some(),
            }
    });
    if person_decided {
        return Ok(None);
    }
    let own = held
        .iter()
        .find(|r| r.who == BY_RULE && r.verdict == Verdict::Publish);
    let shown = incident.shown();
    let takes = shown.standing.is_feature() && filter.takes(&shown);
    Ok(match (takes, own) {
        (true, None) => Some(Verdict::Publish),
        (false, Some(own)) => Some(Verdict::Undo { ruling: own.id }),
        _ => None,
    })
}

/// Gives the rule's ruling on an incident, if it has one to give; true when it did.
pub(super) fn ruled(
    tx: &Transaction<'_>,
    number: i64,
    incident: &mut Incident,
    now: &str,
) -> rusqlite::Result<bool> {
    let Some(verdict) = by_rule(tx, incident)? else {
        return Ok(false);
    };
    let undoes = match verdict {
        Verdict::Undo { ruling } => Some(ruling),
        _ => None,
    };
    let why = match undoes {
        None => of(tx)?.rule.unwrap_or_default(),
        Some(_) => "the rule does not take it any more".to_owned(),
    };
    let ruling = rule::insert(tx, number, (&verdict, undoes), (BY_RULE, &why), now)?;
    tx.prepare_cached(
        "UPDATE rulings SET version = (SELECT version + 1 FROM incidents WHERE number = ?1)
         WHERE number = ?2",
    )?
    .execute([number, ruling])?;
    incident.rulings = rulings_of(tx, number)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::IncidentType;
    use crate::store::testing::{account, report};
    use crate::store::{Asked, Found, Ruled};

    const TANF: Option<(f64, f64)> = Some((38.618, 33.506));

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        (folder, store)
    }

    fn added(store: &mut Store, name: &str, day: &str) -> String {
        let added = store
            .add_report(&report(name, name), &[account(name, day, TANF)], &[])
            .expect("added");
        let all = added.new.iter().chain(&added.joined);
        all.map(|i| i.id.clone()).next().expect("an incident")
    }

    fn incident(store: &Store, id: &str) -> Incident {
        match store.incident(id).expect("an answer") {
            Found::Incident(it) => *it,
            other => panic!("{other:?}"),
        }
    }

    fn rule(store: &mut Store, id: &str, verdict: Verdict, who: &str) -> Ruled {
        let asked = Asked {
            verdict,
            who: who.to_owned(),
            why: String::new(),
            version: None,
            key: None,
        };
        store.rule(id, &asked).expect("an answer")
    }

    fn sound(store: &Store) {
        assert_eq!(store.verify(None).expect("looked at").told, [""; 0]);
    }

    #[test]
    fn two_people_publish_where_the_operator_asks_for_two() {
        let (_folder, mut store) = store();
        let id = added(&mut store, "a.txt", "2022-06-01");
        let two = Publishing {
            people: 2,
            rule: None,
        };
        store.set_publishing(&two, "operator").expect("set");
        let Ruled::Done(first) = rule(&mut store, &id, Verdict::Publish, "ana") else {
            panic!("a proposal is kept");
        };
        assert_eq!(first.ruling.verdict, Verdict::Propose);
        assert_eq!(first.incident.status(), Status::Draft);
        assert_eq!(first.incident.shown().review, "unreviewed");
        let again = rule(&mut store, &id, Verdict::Publish, "ana");
        assert!(matches!(again, Ruled::Refused(why) if why.contains("second person")));
        let Ruled::Done(second) = rule(&mut store, &id, Verdict::Publish, "ben") else {
            panic!("the second publishes");
        };
        assert_eq!(second.ruling.verdict, Verdict::Publish);
        assert_eq!(second.incident.status(), Status::Published);
        // Reopened, it takes two again.
        rule(&mut store, &id, Verdict::Reopen, "ben");
        let Ruled::Done(third) = rule(&mut store, &id, Verdict::Publish, "ben") else {
            panic!("a proposal is kept");
        };
        assert_eq!(third.incident.status(), Status::Draft);
        sound(&store);
    }

    #[test]
    fn a_rule_publishes_what_it_takes_and_keeps_out_where_a_person_decided() {
        let (_folder, mut store) = store();
        let one = added(&mut store, "a.txt", "2022-06-01");
        let other = added(&mut store, "b.txt", "2022-06-11");
        rule(&mut store, &other, Verdict::Reject, "ana");
        let by_rule = Publishing {
            people: 2,
            rule: Some(
                "source_count >= 2 OR type = 'airstrike' AND date_start < '2022-06-20'".to_owned(),
            ),
        };
        let done = store.set_publishing(&by_rule, "operator").expect("set");
        assert_eq!(done, (1, 0));
        let published = incident(&store, &one);
        assert_eq!(published.status(), Status::Published);
        assert_eq!(
            published.shown().review,
            "unreviewed",
            "no person looked at it"
        );
        assert_eq!(published.rulings[0].who, BY_RULE);
        assert_eq!(incident(&store, &other).status(), Status::Rejected);
        // What comes in later, at once.
        let third = added(&mut store, "c.txt", "2022-06-15");
        assert_eq!(incident(&store, &third).status(), Status::Published);
        let fourth = added(&mut store, "d.txt", "2022-06-25");
        assert_eq!(incident(&store, &fourth).status(), Status::Draft);
        // No longer so: the rule's own ruling falls.
        rule(
            &mut store,
            &third,
            Verdict::Type(IncidentType::Flood),
            "ana",
        );
        assert_eq!(incident(&store, &third).status(), Status::Draft);
        // Undone by a person, it stays so.
        let ruling = published.rulings[0].id;
        store.undo(ruling, "ana", "too soon", None).expect("undone");
        assert_eq!(incident(&store, &one).status(), Status::Draft);
        let done = store.set_publishing(&by_rule, "operator").expect("set");
        assert_eq!(done, (0, 0));
        // Another rule: what it does not take is a draft again, what it takes is published.
        rule(
            &mut store,
            &third,
            Verdict::Type(IncidentType::Airstrike),
            "ana",
        );
        assert_eq!(incident(&store, &third).status(), Status::Published);
        let late = Publishing {
            rule: Some("date_start > '2022-06-20'".to_owned()),
            ..by_rule
        };
        assert_eq!(
            store.set_publishing(&late, "operator").expect("set"),
            (1, 1)
        );
        assert_eq!(incident(&store, &fourth).status(), Status::Published);
        assert_eq!(incident(&store, &third).status(), Status::Draft);
        sound(&store);
        let refused = rule(&mut store, &one, Verdict::Publish, BY_RULE);
        assert!(matches!(refused, Ruled::Refused(why) if why.contains("rule")));
    }
}
