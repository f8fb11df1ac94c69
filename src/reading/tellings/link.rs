//! Which event told before a mention tells of again, or whether it is a new one.

use gazetteer::{Kind as PlaceKind, Located, Precision};

use crate::incident::fit::compatible;
use crate::incident::{DatePrecision, IncidentType, Kind, Standing, When};
use crate::reading::events::{Article, EventMention, steps_back};
use crate::reading::parties::PartyMention;

use super::event::{Before, EVENTS_REACH, Event, NEAR_SENTENCES_MAX, Told, places_fit, same_party};
use super::look::Found;
use super::{Report, site};

/// "It hit Lushan County at 8:02 a.m.": the quake, the storm or the bomb of the sentence before.
pub(super) fn it_again(f: &Found, m: &EventMention, events: &[Event]) -> Option<usize> {
    let words = f.words();
    let subject = words.at(0) == "it" && m.tokens.start <= 2 && m.article == Article::Verb;
    let last = events.len().checked_sub(1)?;
    let e = &events[last];
    let again = e.kind.kind() == Kind::Hazard
        || matches!(e.kind, IncidentType::Explosion | IncidentType::BombingIed);
    (subject && again && e.sentences_ago(f) <= NEAR_SENTENCES_MAX && !e.cause).then_some(last)
}

/// An item of a list that names its place tells of an event of its own, unless it goes on with
/// one of the same item.
pub(super) fn is_own_item(
    report: &Report,
    f: &Found,
    told: &Told,
    events: &[Event],
    before: &Before,
) -> bool {
    let placed = told.place.is_some_and(|p| !site::is_country(report, p))
        || told.place.is_none() && site::names_any_unknown(report, f);
    before.item == Some(f.sentence.paragraph)
        && placed
        && !told.definite()
        && !told.m.cause
        && !events
            .iter()
            .rev()
            .take(EVENTS_REACH)
            .any(|e| e.paragraph == f.sentence.paragraph)
}

/// A fight on the ground and fire from afar are not one event unless the words say so.
fn close_kinds(a: IncidentType, b: IncidentType) -> bool {
    use IncidentType as T;
    let ground = |t: T| {
        matches!(
            t,
            T::Raid | T::Clash | T::TerritoryChange | T::Sabotage | T::Arrest
        )
    };
    let afar = |t: T| t.kind() == Kind::Strike || t == T::AttackOther;
    a == b || !(ground(a) && afar(b) || ground(b) && afar(a))
}

/// Sentences back in which the cause of a fire or a collapse may stand.
const CAUSE_SENTENCES_MAX: usize = 2;

/// "The building collapsed", "a fire broke out", "he blew himself up as the troops came near":
/// what a strike, a quake or a raid told just before brings with it is no event of its own.
pub(super) fn consequence(
    f: &Found,
    told: &Told,
    events: &[Event],
    told_here: &[usize],
) -> Option<usize> {
    use IncidentType as T;
    let m = told.m;
    if m.another {
        return None;
    }
    // A day of its own tells another event, unless the cause has none yet and gets it here: "a
    // mudslide tore through X. Part of a hill collapsed early on Monday".
    let dated = told.when().is_some() && told_here.is_empty();
    let told_by_itself = told.place.is_some() || told.when().is_some();
    let brings = |cause: &Event| match m.kind {
        // "Commandos stormed two flats while aircraft struck the streets around them"
        T::Airstrike | T::Shelling | T::Explosion | T::AttackOther
            if !told_by_itself
                && !m.another
                && matches!(cause.kind, T::Raid | T::Clash | T::TerritoryChange) =>
        {
            true
        }
        T::Accident | T::Sabotage | T::Explosion | T::Wildfire => {
            cause.kind != m.kind
                && (matches!(
                    cause.kind.kind(),
                    Kind::Strike | Kind::Civilians | Kind::Hazard | Kind::Clash
                ) || matches!(
                    cause.kind,
                    T::AttackOther | T::Riot | T::Raid | T::WeaponsSeized | T::AirEncounter
                ))
        }
        T::Landslide | T::Flood => {
            cause.kind != m.kind && matches!(cause.kind, T::Storm | T::Earthquake)
        }
        // "A drone attack set fire to a refinery"
        T::Riot => cause.kind.kind() == Kind::Strike,
        T::SuicideBombing => matches!(cause.kind, T::Raid | T::Clash),
        // "He blew himself up during a raid": the raid is what happened.
        T::Raid => {
            cause.kind == T::SuicideBombing
                && f.words().any(
                    m.tokens.start.saturating_sub(4)..m.tokens.start,
                    &["during"],
                )
        }
        // "A jet flew within metres of a drone and fired flares, striking it"
        T::Airstrike | T::AttackOther | T::DroneStrike
            if cause.kind == T::AirEncounter && !dated && told.m.article == Article::Verb =>
        {
            true
        }
        // "The navy shot down 21 drones ... a complex attack": the attack that was fended off.
        T::AttackOther | T::DroneStrike | T::MissileStrike => {
            cause.kind == T::WeaponsSeized && told.place.is_none()
                || m.kind == T::AttackOther
                    && !m.sure
                    && cause.kind.kind() == Kind::Hazard
                    && told.actors.is_empty()
        }
        // "Shooting went on for two hours": the noise of a raid.
        T::AttackCivilians => {
            m.article == Article::Bare && matches!(cause.kind, T::Raid | T::Clash)
        }
        T::WeaponsSeized => matches!(
            cause.kind,
            T::DroneStrike | T::MissileStrike | T::Airstrike | T::Shelling
        ),
        T::Arrest => matches!(cause.kind, T::Protest | T::Riot | T::Crackdown | T::Raid),
        _ => false,
    };
    // "shot down drones that the rebels fired": one event.
    let shot_down = told_here.iter().copied().find(|i| {
        events[*i].kind == T::WeaponsSeized && m.kind.kind() == Kind::Strike && !found_before(f)
    });
    if shot_down.is_some() {
        return shot_down;
    }
    (0..events.len())
        .rev()
        .take(EVENTS_REACH)
        .find(|i| {
            let cause = &events[*i];
            let near = cause.sentences_ago(f) <= CAUSE_SENTENCES_MAX;
            let day_open = cause.when.is_none();
            let day = !dated || day_open && told.place.is_none();
            near && day && !cause.cause && brings(cause) && cause.day_fits(told.when())
        })
        .filter(|_| told.place.is_none() || m.kind != T::Arrest)
}

/// "found the vehicle from which rockets were fired": what was found and what it had done are two.
fn found_before(f: &Found) -> bool {
    let words = f.words();
    words.any(
        0..words.len(),
        &[
            "found",
            "discovered",
            "seized",
            "uncovered",
            "recovered",
            "confiscated",
        ],
    )
}

pub(super) enum Link {
    To(usize),
    New,
    None,
}

/// Sentences over which harm told alone belongs to the event before it.
const HARM_SENTENCES_MAX: usize = 3;

/// Which event known does a mention tell of again?
pub(super) fn link(
    report: &Report,
    f: &Found,
    told: &Told,
    events: &[Event],
    told_here: &[usize],
) -> Link {
    let m = told.m;
    let reach = || {
        let from = events.len().saturating_sub(EVENTS_REACH);
        (from > 0)
            .then_some(0)
            .into_iter()
            .chain(from..events.len())
    };
    let definite = told.definite();
    let relative = told.dated.relative.is_some();
    let fits = |e: &Event| fits(report, f, told, e, events);
    if m.another && !m.latest {
        let told_fully = !told.actors.is_empty() && !told.targets.is_empty();
        return if told.has_own() || told_fully || site::names_any_unknown(report, f) {
            Link::New
        } else {
            Link::None
        };
    }
    if m.cause && !definite {
        // What came before the event of the sentence: known, or of no day and place of its own.
        return reach()
            .find(|i| {
                events[*i].cause && !told_here.contains(i) && compatible(events[*i].kind, m.kind)
            })
            .map_or(Link::New, Link::To);
    }
    if relative && !definite && !told.within_hours() {
        return Link::New;
    }
    // "In August the group had killed 70 people": a month that is over is that of another event.
    if told.is_of_a_month_past(report.published)
        && events.iter().any(|e| e.first_sentence < f.n)
        && !events
            .iter()
            .any(|e| e.when().is_some() && e.when() == told.when())
    {
        return Link::New;
    }
    if m.harm_only && !events.is_empty() {
        return link_harm(report, f, told, events, &reach().collect::<Vec<_>>());
    }
    if m.first
        && let Some(index) = reach().find(|i| events[*i].kind == m.kind)
    {
        return Link::To(index);
    }
    if m.latest && !events.is_empty() && fits(&events[0]) {
        return Link::To(0);
    }
    let best = reach()
        .filter(|i| fits(&events[*i]) && !events[*i].cause)
        .max_by_key(|i| (likeness(f, told, &events[*i], told_here.contains(i)), *i));
    let Some(best) = best else {
        // "The attacks on shipping have ...": many, told of before, of no one day.
        let many = definite
            && told.when().is_none()
            && f.bytes(&m.tokens).len() > 2
            && f.words().at(m.tokens.end - 1).ends_with('s');
        return if !told.has_own() && definite || many {
            Link::None
        } else {
            Link::New
        };
    };
    if definite {
        return Link::To(best);
    }
    // "Protests also took place in Mombasa": not where the first was.
    if m.also_told && told.place.is_some() && told.place != events[best].place {
        return Link::New;
    }
    link_loosely(
        report,
        f,
        told,
        &events[best],
        best,
        told_here.contains(&best),
    )
}

/// A mention that no article ties to an event: near enough, or sharing day or place.
fn link_loosely(
    report: &Report,
    f: &Found,
    told: &Told,
    e: &Event,
    index: usize,
    here: bool,
) -> Link {
    let day_told = told
        .when()
        .is_some_and(|w| w.start.is_some() || w.weekday.is_some() || w.month_day.is_some());
    let both_days = e.when.is_some() && day_told;
    let both_places = e.place.is_some() && told.place.is_some();
    let near = e.sentences_ago(f) <= NEAR_SENTENCES_MAX
        || f.sentence.paragraph.saturating_sub(e.paragraph) <= 1
        || index == 0;
    // "Shelling hit X and a drone attack Y", each with its place.
    let listed = told.m.article == Article::Indefinite
        && told.m.kind.kind() != Kind::Hazard
        && here
        && told.m.kind == e.kind
        && both_places;
    // "A bomb hit a house in X. In Y, artillery fire wounded four": each by its own means.
    let other_means = told.m.sure
        && e.sure
        && told.m.kind != e.kind
        && told.m.kind.kind() == Kind::Strike
        && e.kind.kind() == Kind::Strike
        && told.m.kind != IncidentType::Explosion
        && e.kind != IncidentType::Explosion
        && told.place.is_some()
        && told.place != e.place
        && e.last_sentence != f.n;
    if other_means {
        return Link::New;
    }
    // "Shelling of the town of X killed two": X is not known, and it is not where the other was.
    let elsewhere = told.m.sure
        && told.place.is_none()
        && e.place.is_some()
        && e.last_sentence != f.n
        && (told.m.kind != e.kind && told.m.kind.kind() == Kind::Strike
            || matches!(told.m.article, Article::Verb | Article::Indefinite)
                && f.sentence.paragraph != e.paragraph
                && (index > 0 || e.wide)
                && told.m.kind.kind() != Kind::Hazard)
        && site::names_any_unknown(report, f);
    // "... destroyed a school in Merefa. In X, shelling killed two": Merefa, which nobody knows, is
    // not X.
    let from_unknown = e.names_unknown
        && e.place.is_none()
        && told.place.is_some()
        && e.last_sentence != f.n
        && told.m.kind.kind() == Kind::Strike;
    // "Earlier in the day a woman was killed in X by shellfire": another event of the day.
    let opens_apart = opens_apart(f)
        && e.last_sentence != f.n
        && e.kind.kind() != Kind::Hazard
        && told.m.article != Article::Bare
        && (site::names_any_unknown(report, f) && told.place.is_none()
            || told.place.is_some() && told.place != e.place);
    if elsewhere || from_unknown || opens_apart {
        return Link::New;
    }
    // "A blast shook a village of the province ... A bomb hit X": two paragraphs on, told as new.
    let anew = told.m.article == Article::Indefinite
        && told.m.kind.kind() != Kind::Hazard
        && !told.m.quoted
        && f.sentence.paragraph.saturating_sub(e.paragraph) >= 2
        && told.place.is_some_and(|p| {
            Some(p) != e.place
                && !site::is_country(report, p)
                && e.place
                    .is_some_and(|old| !report.places[old].is_pointlike())
        });
    // "Two bombs went off in Somalia": what follows is each of them.
    let one_of_several = e.several > 1 && !told.definite() && told.place.is_some();
    if anew || listed || one_of_several {
        return Link::New;
    }
    if both_days || both_places || near {
        return Link::To(index);
    }
    // "Within hours, two jets bombed facilities of the group": a deed of its own.
    let deed = told.m.article == Article::Verb
        && told.m.sure
        && !told.m.quoted
        && told.m.kind.kind() == Kind::Strike
        && told.m.standing == Standing::Happened;
    if told.has_own() || deed {
        Link::New
    } else {
        Link::None
    }
}

/// Does the sentence open by turning to another time of the day, or to something beside?
fn opens_apart(f: &Found) -> bool {
    let words = f.words();
    let turns = match words.at(0) {
        "earlier" | "later" => ["in", "that", "on", ","].contains(&words.at(1)),
        "meanwhile" | "separately" | "elsewhere" | "hours" => true,
        "in" => {
            words.at(1) == "the"
                && ["afternoon", "evening", "morning", "night", "meantime"].contains(&words.at(2))
        }
        _ => false,
    };
    // "On Monday, the house of X in Y was hit"
    turns
        || f.dates
            .first()
            .is_some_and(|d| d.tokens.start == 1 && words.at(0) == "on")
}

/// Days after an event within which its dead are still counted.
const COUNT_DAYS_MAX: i32 = 7;

/// The harmed belong to the event told last, of whatever sort, or to the report's first.
fn link_harm(report: &Report, f: &Found, told: &Told, events: &[Event], reach: &[usize]) -> Link {
    let history = |e: &Event| e.standings.iter().all(|s| *s == Standing::Background);
    let fits = |i: &usize| {
        let e = &events[*i];
        let aside = e.aside && e.last_sentence < f.n;
        let others = told.has_own() && !actors_fit(e, &told.actors);
        let elsewhere = e.last_sentence < f.n
            && e.place
                .zip(told.place)
                .is_some_and(|(a, b)| !places_fit(&report.places[a], &report.places[b]));
        !e.cause
            && !aside
            && !is_of_another_label(report, told, e)
            && !is_one_of_many(report, told, e)
            && !others
            && !history(e)
            && !elsewhere
            && e.day_fits(told.when())
    };
    // "Also on Saturday, four people were killed when their vehicle hit a mine": told as another.
    if f.words().at(0) == "also" && told.has_own() {
        return Link::New;
    }
    // "Earlier in the day a woman was killed in her house in X": X is not known.
    if opens_apart(f)
        && told.place.is_none()
        && site::names_any_unknown(report, f)
        && told.m.article == Article::Verb
    {
        return Link::New;
    }
    // "The incident came two days after bandits invaded an airport on Saturday and killed a guard"
    let stepped = steps_back(&f.sentence.tokens, 0..told.m.tokens.start)
        && told.when().is_some_and(|w| w.days().is_some());
    if stepped {
        return Link::New;
    }
    let near = |told: bool| {
        reach.iter().rev().find(|i| {
            let e = &events[**i];
            let has_own = e.when.is_some() || e.place.is_some();
            fits(i) && e.sentences_ago(f) <= HARM_SENTENCES_MAX && (has_own || !told)
        })
    };
    // "Fighters killed 1,200 people in Israel on 7 October": a day and a place of its own, and
    // neither is that of the event before.
    let apart = |i: &usize| {
        let e = &events[*i];
        let other_day = e.when().is_none_or(|w| told.when() != Some(w));
        let other_place = e.place.is_some() && e.place != told.place;
        other_day && other_place
    };
    let own = told.place.is_some()
        && told
            .when()
            .is_some_and(|w| w.month_day.is_some() || w.days().is_some());
    let near = |told: bool| near(told).filter(|i| !(own && apart(i)));
    // "Jets bombed a depot ... A monitor said that 19 people had been killed": of the deed just told.
    let just_told = near(false).filter(|i| {
        let e = &events[**i];
        e.paragraph == f.sentence.paragraph && e.first_sentence == e.last_sentence && e.sure
    });
    let last = just_told.or_else(|| near(true)).or_else(|| near(false));
    // "Six were killed and 48 were still trapped on Tuesday": a later day that does not open the
    // sentence is that of the count.
    let opens = f.dates.iter().any(|d| d.tokens.start <= 1);
    let of_the_count = || {
        reach.iter().rev().find(|i| {
            let e = &events[**i];
            let later = e
                .when()
                .and_then(|w| w.end)
                .zip(told.when().and_then(|w| w.start));
            !opens
                && told.place.is_none()
                && !e.cause
                && !history(e)
                && e.sentences_ago(f) <= HARM_SENTENCES_MAX
                && later.is_some_and(|(e, t)| e < t && (t - e).get_days() <= COUNT_DAYS_MAX)
        })
    };
    let last = last.or_else(of_the_count);
    match last.or_else(|| reach.iter().find(|i| fits(i) && !(own && apart(i)))) {
        Some(index) => Link::To(*index),
        None if told.place.is_some() || told.when().is_some() => Link::New,
        None => Link::None,
    }
}

/// "Attacks across Ukraine killed five ... In X, drones hit a depot": one of those summed up.
fn is_one_of_many(report: &Report, told: &Told, e: &Event) -> bool {
    e.wide
        && told
            .place
            .is_some_and(|p| Some(p) != e.place && !site::is_country(report, p))
}

/// Nothing tells the mention and the event apart.
fn fits(report: &Report, f: &Found, told: &Told, e: &Event, events: &[Event]) -> bool {
    let definite = told.definite();
    let one_of_many = !definite && is_one_of_many(report, told, e);
    // "air strikes, a day after a drone attack": a day that is not theirs, by other means.
    let other_day = e.relative.is_some()
        && e.when.is_none()
        && told.when().is_some_and(|w| w.days().is_some())
        && told.m.sure
        && e.sure
        && told.m.kind != e.kind;
    // "The army had taken the town on Monday": what came before, with a day of its own.
    let came_before = told.m.earlier
        && told.when().is_some_and(|w| w.days().is_some())
        && told.place.is_some()
        && e.when.is_none()
        && e.relative.is_none()
        && e.last_sentence < f.n
        && told.m.kind != e.kind;
    if came_before {
        return false;
    }
    let other_region = !definite && is_of_another_label(report, told, e);
    if one_of_many || other_day || other_region || is_of_another_time(report, f, told, e, events) {
        return false;
    }
    compatible(e.kind, told.m.kind)
        && (definite || close_kinds(e.kind, told.m.kind))
        && e.day_fits(told.when())
        && e.place
            .zip(told.place)
            .is_none_or(|(a, b)| places_fit(&report.places[a], &report.places[b]))
        && (definite || actors_fit(e, &told.actors))
}

/// "Hama: clashes ... Aleppo: a fight": paragraphs on two regions.
fn is_of_another_label(report: &Report, told: &Told, e: &Event) -> bool {
    let id = |p: usize| report.place(p).and_then(|p| p.place_id.clone());
    told.label
        .zip(e.above)
        .is_some_and(|(a, b)| a != b && id(a) != id(b))
}

/// "had lost 80% in the attacks of March 22": days long past are not those of what a report of
/// this week's news told without a day.
fn is_of_another_time(
    report: &Report,
    f: &Found,
    told: &Told,
    e: &Event,
    events: &[Event],
) -> bool {
    let ago = |w: &When| {
        report
            .published
            .zip(w.end)
            .map(|(p, end)| (p - end).get_days())
    };
    e.when.is_none()
        && !e.known
        && e.last_sentence < f.n
        && told
            .when()
            .and_then(ago)
            .is_some_and(|d| d > COUNT_DAYS_MAX)
        && events.iter().take(EVENTS_REACH).any(|o| {
            o.when()
                .filter(|w| matches!(w.precision, DatePrecision::Day | DatePrecision::Days))
                .and_then(ago)
                .is_some_and(|d| (0..=COUNT_DAYS_MAX).contains(&d))
        })
}

/// How far the site stands behind "the attack on the", in tokens.
const SITE_REACH: usize = 5;

/// What speaks for a mention being of an event, the strongest first.
fn likeness(
    f: &Found,
    told: &Told,
    e: &Event,
    here: bool,
) -> (bool, bool, bool, bool, bool, usize) {
    let site = told.definite()
        && e.site.as_deref().is_some_and(|site| {
            let near = told.m.tokens.end..told.m.tokens.end + SITE_REACH;
            f.words().any(near, &[site])
        });
    let same_day = e.when().zip(told.when()).is_some_and(|(a, b)| {
        a.start.is_some() && (a.start, a.end) == (b.start, b.end)
            || a.weekday.is_some() && a.weekday == b.weekday
    });
    let both_places = e.place.zip(told.place).is_some();
    // "Jets bombed a depot. An official said that the targets were near X": of the deed just told.
    let just_told = told.definite()
        && e.place.is_none()
        && e.last_sentence + 1 == f.n
        && e.paragraph == f.sentence.paragraph;
    (
        same_day,
        site || just_told,
        both_places,
        e.kind == told.m.kind,
        here,
        e.last_sentence,
    )
}

/// A division, and a town that lies in another of its level.
pub(super) fn in_another_division(a: &Located, b: &Located) -> bool {
    let apart = |division: &Located, town: &Located| {
        division.precision == Precision::Admin
            && division.kind == PlaceKind::Admin1
            && town.precision == Precision::Place
            && division
                .admin1_code
                .as_ref()
                .zip(town.admin1_code.as_ref())
                .is_some_and(|(a, b)| a != b)
    };
    apart(a, b) || apart(b, a)
}

/// Events by different named sides are different events.
fn actors_fit(e: &Event, actors: &[PartyMention]) -> bool {
    let named = |p: &PartyMention| p.country.is_some() || p.id.is_some();
    let mine: Vec<&PartyMention> = e
        .actors
        .iter()
        .map(|(p, _)| p)
        .filter(|p| named(p))
        .collect();
    let theirs: Vec<&PartyMention> = actors.iter().filter(|p| named(p)).collect();
    if mine.is_empty() || theirs.is_empty() {
        return true;
    }
    mine.iter().any(|a| theirs.iter().any(|b| same_party(a, b)))
        || e.targets
            .iter()
            .any(|(a, _)| theirs.iter().any(|b| same_party(a, b)))
}
