//! `rule`: what a reviewer decides.

use std::io::{self, Write};

use gazetteer::Located;

use super::{Failed, Outcome, gazetteer, lat_lon, say};
use crate::config::{By, House, LevelOption, PublishingOptions, Rule, RuleCommand};
use crate::incident::{
    Count, DatePrecision, Incident, IncidentType, PartiesRuled, Sensitivity, TollRuled, Verdict,
    When, undone_by,
};
use crate::ingest::by_hand::{self, PlaceAsked, Telling};
use crate::store::{Asked, ByHand, Found, MadeByHand, Ruled, Store, filter_of};

/// Decides.
pub(super) fn rule(it: &Rule, house: &House) -> Outcome {
    let by = &it.by;
    match &it.command {
        RuleCommand::Publish(of) => on_each(&of.ids, &Verdict::Publish, by, house),
        RuleCommand::Confirm(of) => on_each(&of.ids, &Verdict::Confirm, by, house),
        RuleCommand::Reject(of) => on_each(&of.ids, &Verdict::Reject, by, house),
        RuleCommand::Reopen(of) => on_each(&of.ids, &Verdict::Reopen, by, house),
        RuleCommand::Note(of) => on_each(&of.ids, &Verdict::Note, by, house),
        RuleCommand::Move {
            id,
            place,
            name,
            radius_m,
        } => {
            let place = placed(place, name.as_deref(), *radius_m, house)?;
            on_one(id, Verdict::Move(place.map(Box::new)), by, house)
        }
        RuleCommand::Date {
            id,
            days,
            precision,
        } => {
            let when = when(days, precision.as_deref())?;
            on_one(id, Verdict::Date(Box::new(when)), by, house)
        }
        RuleCommand::Type { id, r#type } => on_one(id, Verdict::Type(kind(r#type)?), by, house),
        RuleCommand::Toll {
            id,
            killed,
            injured,
            civilians_killed,
        } => {
            let toll = TollRuled {
                killed: figure(killed.as_deref())?,
                injured: figure(injured.as_deref())?,
                civilians_killed: figure(civilians_killed.as_deref())?,
            };
            if toll == TollRuled::default() {
                return Err(Failed::Usage(
                    "a toll needs a figure: --killed, --injured or --civilians-killed".to_owned(),
                ));
            }
            on_one(id, Verdict::Toll(toll), by, house)
        }
        RuleCommand::Actors { id, actor, target } => {
            if actor.is_empty() && target.is_empty() {
                return Err(Failed::Usage(
                    "name somebody: --actor or --target".to_owned(),
                ));
            }
            let names = |list: &[String]| {
                let named = list.iter().filter(|n| !n.trim().is_empty()).cloned();
                (!list.is_empty()).then(|| named.collect())
            };
            let parties = PartiesRuled {
                actors: names(actor),
                targets: names(target),
            };
            on_one(id, Verdict::Actors(parties), by, house)
        }
        RuleCommand::Merge { id, with } => {
            let with = with.clone();
            on_one(id, Verdict::Merge { with }, by, house)
        }
        RuleCommand::Split { id, accounts } => split(id, accounts, by, house),
        RuleCommand::Sensitive { id, level: asked } => {
            on_one(id, Verdict::Sensitive(level(*asked)), by, house)
        }
        RuleCommand::Undo { ruling } => {
            let mut store = Store::open(&house.data)?;
            let ruled = store.undo(*ruling, &by.who, &by.why, by.key.as_deref())?;
            told(ruled, &format!("there is no ruling {ruling}"))
        }
        RuleCommand::Redo { ruling } => {
            let mut store = Store::open(&house.data)?;
            let ruled = store.redo(*ruling, &by.who, &by.why, by.key.as_deref())?;
            told(ruled, &format!("there is no ruling {ruling}"))
        }
        RuleCommand::Make { .. } => make(&it.command, by, house),
        RuleCommand::Show { id } => show(id, house),
    }
}

/// Shows or sets how incidents are published.
pub(super) fn publishing(it: &PublishingOptions, house: &House) -> Outcome {
    if it.people.is_none() && it.rule.is_none() {
        let stands = Store::open_to_read(&house.data)?.publishing()?;
        writeln!(
            io::stdout().lock(),
            "people\t{}\nrule\t{}",
            stands.people,
            stands.rule.as_deref().unwrap_or("none")
        )?;
        return Ok(true);
    }
    if let Some(rule) = it.rule.as_deref().filter(|r| *r != "none") {
        filter_of(rule).map_err(|why| Failed::Usage(format!("--rule cannot be read {why}")))?;
    }
    let mut store = Store::open(&house.data)?;
    let mut wanted = store.publishing()?;
    wanted.people = it.people.unwrap_or(wanted.people);
    if let Some(rule) = &it.rule {
        wanted.rule = Some(rule.clone()).filter(|r| r != "none");
    }
    let (published, fallen) = store.set_publishing(&wanted, &it.who)?;
    say(&format!(
        "published by {}; rule: {} ({published} published by it now, {fallen} back to drafts)",
        match wanted.people {
            1 => "one person",
            _ => "two people",
        },
        wanted.rule.as_deref().unwrap_or("none")
    ));
    Ok(true)
}

pub(super) fn level(it: LevelOption) -> Sensitivity {
    match it {
        LevelOption::Exact => Sensitivity::Exact,
        LevelOption::Km1 => Sensitivity::Km1,
        LevelOption::Km10 => Sensitivity::Km10,
        LevelOption::Km50 => Sensitivity::Km50,
        LevelOption::Admin => Sensitivity::Admin,
        LevelOption::Hidden => Sensitivity::Hidden,
    }
}

fn on_each(ids: &[String], verdict: &Verdict, by: &By, house: &House) -> Outcome {
    if ids.len() > 1 && (by.version.is_some() || by.key.is_some()) {
        return Err(Failed::Usage(
            "--version and --key are for one incident; name one".to_owned(),
        ));
    }
    let mut all_done = true;
    for id in ids {
        all_done &= on_one(id, verdict.clone(), by, house)?;
    }
    Ok(all_done)
}

fn on_one(id: &str, verdict: Verdict, by: &By, house: &House) -> Outcome {
    let mut store = Store::open(&house.data)?;
    let asked = Asked {
        verdict,
        who: by.who.clone(),
        why: by.why.clone(),
        version: by.version,
        key: by.key.clone(),
    };
    let mut ruled = store.rule(id, &asked)?;
    if let Ruled::MovedTo(to) = &ruled {
        say(&format!(
            "{id} was merged into {to}; the ruling is given on that"
        ));
        ruled = store.rule(&to.clone(), &asked)?;
    }
    told(ruled, &format!("there is no incident {id}"))
}

/// Says what came of a ruling; false when nothing did.
fn told(ruled: Ruled, unknown: &str) -> Outcome {
    match ruled {
        Ruled::Done(done) => {
            let it = &done.incident;
            let again = if done.again { " (done before)" } else { "" };
            say(&format!(
                "{}: {} ({}, version {}, ruling {}: {}){again}",
                it.status().code(),
                it.shown().title,
                it.id,
                it.stamp.version.unwrap_or_default(),
                done.ruling.id,
                done.ruling.verdict.code()
            ));
            if done.ruling.verdict == Verdict::Propose {
                say("proposed; it is published when a second person says so too");
            }
            if let Verdict::Split { into, .. } = &done.ruling.verdict {
                say(&format!("the accounts that left make {into}"));
            }
            Ok(true)
        }
        Ruled::Changed(changed) => {
            let since: Vec<&str> = changed.all.iter().map(|(_, what)| what.as_str()).collect();
            Err(Failed::Work(format!(
                "the incident is at version {} now (since then: {}); nothing was decided, look again",
                changed.version,
                since.join(", ")
            )))
        }
        Ruled::MovedTo(to) => Err(Failed::Work(format!("it was merged into {to}; name that"))),
        Ruled::Unknown => {
            say(unknown);
            Ok(false)
        }
        Ruled::Refused(why) => Err(Failed::Work(why)),
        Ruled::KeyTaken => Err(Failed::Work(
            "this --key was used for another write; take a new one".to_owned(),
        )),
    }
}

fn found(id: &str, house: &House) -> Result<Option<Box<Incident>>, Failed> {
    let store = Store::open_to_read(&house.data)?;
    Ok(match store.incident(id)? {
        Found::Incident(incident) => Some(incident),
        Found::MovedTo(to) => {
            say(&format!("{id} was merged into {to}"));
            match store.incident(&to)? {
                Found::Incident(incident) => Some(incident),
                _ => None,
            }
        }
        Found::Gone | Found::Unknown => {
            say(&format!("there is no incident {id}"));
            None
        }
    })
}

fn split(id: &str, wanted: &[usize], by: &By, house: &House) -> Outcome {
    let Some(incident) = found(id, house)? else {
        return Ok(false);
    };
    let mut accounts = Vec::new();
    for index in wanted {
        let Some(account) = incident.accounts.get(*index) else {
            return Err(Failed::Usage(format!(
                "{id} has {} accounts, counted from 0; there is no {index}",
                incident.accounts.len()
            )));
        };
        accounts.push((account.report.clone(), account.ordinal));
    }
    let into = String::new();
    on_one(&incident.id, Verdict::Split { accounts, into }, by, house)
}

/// Lists accounts and rulings, a line each.
fn show(id: &str, house: &House) -> Outcome {
    let Some(it) = found(id, house)? else {
        return Ok(false);
    };
    let shown = it.shown();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{}\t{}\tversion {}\t{}",
        it.id,
        it.status().code(),
        it.stamp.version.unwrap_or_default(),
        shown.title
    )?;
    for (index, a) in it.accounts.iter().enumerate() {
        let place = a.place.located.as_ref().map_or("-", |l| l.name.as_str());
        writeln!(
            out,
            "account {index}\t{}\t{}\t{}\t{place}",
            a.report,
            a.kind.code(),
            a.when.in_words()
        )?;
    }
    for r in &it.rulings {
        let undone = undone_by(&it.rulings, r.id);
        writeln!(
            out,
            "ruling {}\t{}\t{}\t{}\t{}{}",
            r.id,
            r.verdict.code(),
            r.at,
            r.who,
            r.why,
            undone.map_or(String::new(), |by| format!(" (undone by {by})"))
        )?;
    }
    Ok(true)
}

fn make(it: &RuleCommand, by: &By, house: &House) -> Outcome {
    let RuleCommand::Make {
        r#type,
        place,
        name,
        radius_m,
        date,
        title,
        report,
        from,
        to,
    } = it
    else {
        return Ok(false);
    };
    let words = match (report, from, to) {
        (Some(id), Some(from), Some(to)) => {
            let kept = Store::open_to_read(&house.data)?.report(id)?;
            let Some(kept) = kept else {
                return Err(Failed::Work(format!("there is no report {id}")));
            };
            Some((kept.report, *from..*to))
        }
        _ => None,
    };
    let place = match place {
        Some(place) => placed(place, name.as_deref(), *radius_m, house)?,
        None => None,
    };
    let telling = Telling {
        words,
        kind: kind(r#type)?,
        place,
        when: when(date, None)?,
        title: title.clone(),
        why: by.why.clone(),
    };
    let (account, report) = by_hand::account(telling).map_err(Failed::Usage)?;
    let made = Store::open(&house.data)?.add_by_hand(&ByHand {
        account,
        report,
        who: by.who.clone(),
        why: by.why.clone(),
        key: by.key.clone(),
    })?;
    match made {
        MadeByHand::Done { incident, again } => {
            let how = if again { "made before" } else { "new" };
            say(&format!(
                "{how}: {} ({})",
                incident.shown().title,
                incident.id
            ));
            writeln!(io::stdout().lock(), "{}", incident.id)?;
            Ok(true)
        }
        MadeByHand::NoReport(id) => Err(Failed::Work(format!("there is no report {id}"))),
        MadeByHand::KeyTaken => Err(Failed::Work(
            "this --key was used for another write; take a new one".to_owned(),
        )),
    }
}

/// A place in a person's words: a position, an id, a phrase, or "unknown".
fn placed(
    text: &str,
    name: Option<&str>,
    radius_m: Option<f64>,
    house: &House,
) -> Result<Option<Located>, Failed> {
    let gazetteer = gazetteer(house)?;
    let text = text.trim();
    let asked = if text == "unknown" {
        PlaceAsked::Nowhere
    } else if text.contains(',') && text.chars().all(|c| "0123456789.,-+ ".contains(c)) {
        PlaceAsked::Point {
            at: lat_lon(text)?,
            name: name.map(str::to_owned),
        }
    } else if gazetteer.place(text).is_some() {
        PlaceAsked::Id(text.to_owned())
    } else {
        PlaceAsked::Phrase(text.to_owned())
    };
    by_hand::place(&asked, radius_m, &gazetteer).map_err(Failed::Usage)
}

fn when(text: &str, precision: Option<&str>) -> Result<When, Failed> {
    let Some((start, end)) = When::days_of(text) else {
        return Err(Failed::Usage(format!(
            "“{text}” is no date; write 2022-06-15, 2022-06, 2022, 2022-06-15/2022-06-17, ../2022-06-15 or unknown"
        )));
    };
    let precision = match precision {
        None => None,
        Some(code) => Some(DatePrecision::from_code(code).ok_or_else(|| {
            Failed::Usage(format!(
                "“{code}” is no precision; day, days, week, month, span, before, year and unknown are"
            ))
        })?),
    };
    When::set(start, end, precision).map_err(|e| Failed::Usage(e.to_string()))
}

fn kind(code: &str) -> Result<IncidentType, Failed> {
    IncidentType::from_code(code).ok_or_else(|| {
        let codes: Vec<&str> = IncidentType::ALL.iter().map(|t| t.code()).collect();
        Failed::Usage(format!(
            "“{code}” is no type; a type is one of {}",
            codes.join(", ")
        ))
    })
}

/// A figure as a person writes it: 3, 3-5, 3+, -5, unknown.
fn figure(text: Option<&str>) -> Result<Option<Option<Count>>, Failed> {
    let Some(text) = text.map(str::trim) else {
        return Ok(None);
    };
    if text == "unknown" {
        return Ok(Some(None));
    }
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let count = if let Some(least) = text.strip_suffix('+') {
        number(least).map(|least| Count { least, most: None })
    } else if let Some(most) = text.strip_prefix('-') {
        number(most).map(|most| Count {
            least: 0,
            most: Some(most),
        })
    } else if let Some((least, most)) = text.split_once('-') {
        number(least)
            .zip(number(most))
            .filter(|(least, most)| least <= most)
            .map(|(least, most)| Count {
                least,
                most: Some(most),
            })
    } else {
        number(text).map(Count::exactly)
    };
    count.map(|count| Some(Some(count))).ok_or_else(|| {
        Failed::Usage(format!(
            "“{text}” is no figure; write 3, 3-5, 3+ (at least), -5 (at most) or unknown"
        ))
    })
}
