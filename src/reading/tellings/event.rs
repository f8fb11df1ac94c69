//! What a mention adds to an event.

use std::ops::Range;

use crate::incident::fit::{compatible, dates_fit, located_fit};
use crate::incident::{DatePrecision, IncidentType, Kind, Standing, When};
use crate::reading::dates::{DateMention, Form, Unit};
use crate::reading::events::{Article, EventMention};
use crate::reading::parties::{self, PartyMention};

use super::ailment;
use super::day::{self, Dated};
use super::finish::BY_THE_WAY_DAYS_MAX;
use super::link::{Link, consequence, is_own_item, it_again, link};
use super::look::Found;
use super::site::{self, SITES, rank};
use super::{PlaceWords, Report, TollTold, who};

/// An event being put together.
pub(super) struct Event {
    pub(super) kind: IncidentType,
    pub(super) sure: bool,
    pub(super) standings: Vec<Standing>,
    pub(super) denied: bool,
    /// Told only as the cause of another.
    pub(super) cause: bool,
    pub(super) when: Option<(When, Range<usize>)>,
    /// "two days later": resolved when all days are known.
    pub(super) relative: Option<(DateMention, Range<usize>)>,
    /// Time of day, with its zone where told.
    pub(super) time: Option<String>,
    /// A time or part of the day is told, its day is not.
    pub(super) time_only: bool,
    /// The day on which the speaker of its sentence spoke.
    pub(super) spoken: Option<When>,
    pub(super) place: Option<usize>,
    pub(super) place_inferred: Option<&'static str>,
    pub(super) actors: Vec<(PartyMention, Range<usize>)>,
    pub(super) targets: Vec<(PartyMention, Range<usize>)>,
    pub(super) target_kind: Option<String>,
    pub(super) tolls: Vec<TollTold>,
    pub(super) spans: Vec<Range<usize>>,
    pub(super) says: Vec<String>,
    pub(super) denies: Vec<String>,
    pub(super) first_sentence: usize,
    pub(super) last_sentence: usize,
    pub(super) paragraph: usize,
    /// The event told before it, for "two days later".
    pub(super) follows: Option<usize>,
    pub(super) site: Option<String>,
    pub(super) tags: Vec<String>,
    /// "two attacks": so many, told one by one later.
    pub(super) several: usize,
    /// Its first sentence names a place of any kind.
    pub(super) names_a_place: bool,
    /// "also": on the day of the one told before, unless another is told.
    pub(super) also: bool,
    /// "across France": the whole of its place, not one town of it.
    pub(super) wide: bool,
    /// The date told last before it, for "the same day".
    pub(super) told_before: Option<When>,
    /// Told without a date in a paragraph that tells of a time long past.
    pub(super) in_the_past: bool,
    /// Told only to say when another was; what follows is of the other.
    pub(super) aside: bool,
    /// Told as something new: "a bomb went off", "gunmen killed", not "the attacks", "had killed".
    pub(super) fresh: bool,
    /// First told as something the reader knows of: "the attacks of 7 October".
    pub(super) known: bool,
    /// Its first sentence names a place that the gazetteer does not know.
    pub(super) names_unknown: bool,
    /// The region that an earlier sentence of its paragraph is on.
    pub(super) above: Option<usize>,
    /// "At the same time": on the day told last.
    pub(super) same_time: bool,
    /// The day told in the sentence before, which tells of no event by itself.
    pub(super) day_just_before: Option<When>,
    /// Its day is that on which somebody spoke of it, until another is told.
    pub(super) day_of_speech: bool,
    /// The place told in the sentences just before, where it brings none of its own.
    pub(super) place_before: Option<usize>,
    /// The day told before the list that it is an item of.
    pub(super) list_day: Option<When>,
    /// Its sentence names a part of a town that the gazetteer does not know.
    pub(super) names_unknown_part: bool,
}

impl Event {
    fn new(report: &Report, f: &Found, m: &EventMention, previous: Option<usize>) -> Self {
        Self {
            kind: m.kind,
            sure: m.sure,
            standings: Vec::new(),
            denied: false,
            cause: m.cause,
            when: None,
            relative: None,
            time: None,
            time_only: false,
            spoken: None,
            place: None,
            place_inferred: None,
            actors: Vec::new(),
            targets: Vec::new(),
            target_kind: None,
            tolls: Vec::new(),
            spans: Vec::new(),
            says: Vec::new(),
            denies: Vec::new(),
            first_sentence: f.n,
            last_sentence: f.n,
            paragraph: f.sentence.paragraph,
            follows: previous,
            site: None,
            tags: Vec::new(),
            several: m.several,
            names_a_place: site::any_told(report, f),
            also: m.also_told,
            wide: false,
            told_before: None,
            in_the_past: false,
            aside: false,
            known: m.article == Article::Definite && !m.latest && !is_announced(f, m),
            names_unknown: site::names_any_unknown(report, f),
            above: None,
            list_day: None,
            day_of_speech: false,
            day_just_before: None,
            same_time: at_the_same_time(f),
            place_before: None,
            names_unknown_part: site::names_unknown_part(f),
            fresh: (matches!(m.article, Article::Verb | Article::Indefinite)
                || m.article == Article::Bare && !f.words().at(m.tokens.end - 1).ends_with('s'))
                && !f.words().any(0..f.words().len(), AT_SOME_TIME)
                && m.kind != IncidentType::ForcePosture
                && !m.quoted
                && !m.earlier
                && !m.denied
                && matches!(m.standing, Standing::Happened | Standing::Claimed),
        }
    }

    pub(super) fn when(&self) -> Option<&When> {
        self.when.as_ref().map(|(w, _)| w)
    }

    /// Could a day be its day?
    pub(super) fn day_fits(&self, when: Option<&When>) -> bool {
        self.when().zip(when).is_none_or(|(a, b)| dates_fit(a, b))
    }

    pub(super) fn sentences_ago(&self, f: &Found) -> usize {
        f.n.saturating_sub(self.last_sentence)
    }
}

/// "Almost at the same time a truck exploded": at the time told last.
fn at_the_same_time(f: &Found) -> bool {
    let words = f.words();
    (0..words.len().min(8)).any(|i| words.at(i) == "same" && words.at(i + 1) == "time")
}

/// "The ministry announced the arrest of 22": told as news, whatever its article.
fn is_announced(f: &Found, m: &EventMention) -> bool {
    let words = f.words();
    words.any(
        m.tokens.start.saturating_sub(3)..m.tokens.start,
        &["announced", "announces", "reported", "confirmed"],
    )
}

/// Words for some time before, which is not the day of the event told before.
const AT_SOME_TIME: &[&str] = &[
    "recently",
    "previously",
    "once",
    "already",
    "often",
    "long",
    "ago",
    "earlier",
    "later",
];

/// A mention with what its sentence says of it.
pub(super) struct Told<'a> {
    pub(super) m: &'a EventMention,
    pub(super) dated: Dated,
    pub(super) place: Option<usize>,
    pub(super) actors: Vec<PartyMention>,
    pub(super) targets: Vec<PartyMention>,
    /// The region that its paragraph is on.
    pub(super) label: Option<usize>,
}

impl Told<'_> {
    pub(super) fn when(&self) -> Option<&When> {
        self.dated.when.as_ref().map(|(w, _)| w)
    }

    pub(super) fn has_own(&self) -> bool {
        self.when()
            .is_some_and(|w| w.precision != DatePrecision::Unknown)
            || self.place.is_some()
            || self.dated.relative.is_some()
    }

    /// Told by a month, a year or a span that is over.
    pub(super) fn is_of_a_month_past(&self, published: Option<jiff::civil::Date>) -> bool {
        self.when().is_some_and(|w| {
            matches!(
                w.precision,
                DatePrecision::Month | DatePrecision::Year | DatePrecision::Span
            ) && w
                .end
                .zip(published)
                .is_some_and(|(end, day)| (day - end).get_days() > BY_THE_WAY_DAYS_MAX)
        })
    }

    pub(super) fn definite(&self) -> bool {
        self.m.article == Article::Definite || self.m.latest || self.m.round
    }

    /// "half an hour later": the same event going on.
    pub(super) fn within_hours(&self) -> bool {
        self.dated.relative.as_ref().is_some_and(|(d, _)| {
            matches!(
                d.form,
                Form::FromEvent {
                    unit: Unit::Minute | Unit::Hour,
                    ..
                }
            )
        })
    }
}

/// What the sentences before told: day, place, list.
#[derive(Default)]
pub(super) struct Before {
    /// The date told last.
    pub(super) date: Option<When>,
    /// The paragraph whose last date is of a time long past.
    pub(super) past: Option<usize>,
    /// The paragraph and the region that a sentence of it opens with.
    pub(super) region: Option<(usize, usize)>,
    /// The day told by a sentence without an event, with that sentence and its paragraph.
    pub(super) day_alone: Option<(When, usize, usize)>,
    /// The place told last, with its sentence and paragraph.
    pub(super) place: Option<(usize, usize, usize)>,
    /// The report tells of an illness.
    pub(super) ill: bool,
    /// The paragraph, where it is an item of a list.
    pub(super) item: Option<usize>,
    /// The day told before the list.
    pub(super) list_day: Option<When>,
}

/// Takes a mention into an event known or makes a new one; gives the event's index.
pub(super) fn take(
    report: &Report,
    f: &Found,
    m: &EventMention,
    events: &mut Vec<Event>,
    told_here: &[usize],
    before: &Before,
) -> Option<usize> {
    if m.group > 1 {
        // "These two attacks": those told before; they get no day of their own here.
        let from = events.len().saturating_sub(m.group);
        return (from < events.len()).then_some(from);
    }
    let not_told = matches!(
        m.standing,
        Standing::Hypothetical | Standing::Planned | Standing::Negated
    );
    if m.denied && m.another || not_told {
        return None;
    }
    if day::sums_up(f) || is_since(f, m) {
        return None;
    }
    let renamed = fire_of_wildfire(f, m, events);
    let m = renamed.as_ref().unwrap_or(m);
    let (actors, targets) = who::roles(f, m);
    let at_the_armed = killing_of_the_armed(f, m, &targets);
    let m = at_the_armed.as_ref().unwrap_or(m);
    let mut told = Told {
        m,
        dated: day::dated(report, f, m),
        // "another quake in the same area" brings no place of its own.
        place: site::place_of(report, f, m)
            .or_else(|| site::there(report, f, m, events).filter(|_| !m.another)),
        actors,
        targets,
        label: before
            .region
            .filter(|(paragraph, _)| *paragraph == f.sentence.paragraph)
            .map(|(_, place)| place),
    };
    // "It began in February 2013 ... On March 1, shots were exchanged": a day of that year, which is
    // long past.
    if before.past == Some(f.sentence.paragraph) && day::is_without_its_year(f, m) {
        told.dated.when = None;
    }
    // "A series of attacks on Sunday" is told as one; "a series of attacks" is none.
    let dated_behind = told.dated.when.as_ref().is_some_and(|(w, span)| {
        w.precision == DatePrecision::Day && span.start > f.bytes(&m.tokens).start
    });
    if m.summary && !dated_behind {
        return None;
    }
    let link = match it_again(f, m, events).or_else(|| consequence(f, &told, events, told_here)) {
        Some(index) => Link::To(index),
        None if is_own_item(report, f, &told, events, before) => Link::New,
        None => link(report, f, &told, events, told_here),
    };
    let new = matches!(link, Link::New);
    // "Hospitals treated the injured": nothing is told of how they were hurt.
    if new
        && m.harm_only
        && f.words().before(m.tokens.start, 1) == "the"
        && ["injured", "wounded", "dead"].contains(&f.words().at(m.tokens.start))
    {
        return None;
    }
    if new && (is_aftermath(f, &told, events) || is_beginning(f, &told, events)) {
        return None;
    }
    // What somebody is quoted with is seldom the first word on an event.
    let full = told.place.is_some() && told.when().is_some();
    if new && m.quoted && !events.is_empty() && !full {
        return None;
    }
    if new && m.kind == IncidentType::ForcePosture && !posture_told(f, &told) {
        return None;
    }
    if new && ailment::is_no_deed(f, m, by_somebody(&told), before.ill) {
        return None;
    }
    let index = match link {
        Link::To(index) => index,
        Link::None => return None,
        Link::New => {
            let previous = (!events.is_empty()).then(|| events.len() - 1);
            events.push(Event {
                aside: told.dated.aside,
                told_before: before.date.clone(),
                in_the_past: before.past == Some(f.sentence.paragraph),
                above: told.label,
                day_just_before: before
                    .day_alone
                    .as_ref()
                    .filter(|(_, n, paragraph)| n + 1 == f.n && *paragraph == f.sentence.paragraph)
                    .map(|(when, _, _)| when.clone()),
                place_before: before
                    .place
                    .filter(|(_, n, paragraph)| {
                        *paragraph == f.sentence.paragraph || f.n - n <= PLACE_BEFORE_SENTENCES_MAX
                    })
                    .map(|(place, _, _)| place),
                list_day: before
                    .list_day
                    .clone()
                    .filter(|_| before.item == Some(f.sentence.paragraph)),
                ..Event::new(report, f, m, previous)
            });
            events.len() - 1
        }
    };
    if new {
        let kind = kind_of_the_sum(&told, events, index);
        events[index].kind = kind.unwrap_or(events[index].kind);
    }
    add_mention(report, f, told, &mut events[index]);
    Some(index)
}

/// "Missiles struck cities across the country ... In X, 11 people were killed", "floods ... Southern
/// Bavaria was hit too": what is told of another place by its harm alone is of the sort told first.
fn kind_of_the_sum(told: &Told, events: &[Event], index: usize) -> Option<IncidentType> {
    let m = told.m;
    let first = events.first().filter(|_| index > 0)?;
    let vague = m.kind == IncidentType::AttackOther
        && !m.sure
        && m.article == Article::Verb
        && told.actors.is_empty()
        && told.place.is_some();
    let sum = first.wide && first.kind.kind() == Kind::Strike
        || first.kind.kind() == Kind::Hazard && first.kind != IncidentType::Accident;
    let one_day = first.day_fits(told.when());
    (vague && sum && one_day).then_some(first.kind)
}

/// "the deadliest attack since he began his offensive on X": what a time is counted from.
fn is_since(f: &Found, m: &EventMention) -> bool {
    /// How far "since" stands before the noun, in tokens.
    const REACH: usize = 24;
    /// The same before a verb.
    const VERB_REACH: usize = 8;
    let words = f.words();
    let at = m.tokens.start;
    let since = (at.saturating_sub(REACH)..at)
        .rev()
        .find(|i| words.at(*i) == "since");
    // "47 dead since he was removed and arrested on 7 December"
    let verb = m.article == Article::Verb
        && since.is_some_and(|s| {
            s > 2
                && at - s <= VERB_REACH
                && !words.any(s..at, &[",", ";", "has", "have"])
                && !f
                    .events
                    .iter()
                    .any(|o| o.tokens.start > s && o.tokens.start < at)
        })
        && f.events.iter().all(|o| o.tokens.start >= at);
    verb || m.article == Article::Definite
        && since.is_some_and(|s| {
            s > 0
                && words.any(
                    s..at,
                    &[
                        "began",
                        "launched",
                        "started",
                        "start",
                        "beginning",
                        "onset",
                    ],
                )
        })
}

/// Sentences back in which the place told last may be that of an event told without one.
const PLACE_BEFORE_SENTENCES_MAX: usize = 3;

/// Does the sentence name somebody armed who did it, or somebody armed to whom it was done?
fn by_somebody(told: &Told) -> bool {
    let armed = |p: &PartyMention| super::finish::ARMED.contains(&p.kind.as_str());
    told.actors.iter().any(armed) || told.targets.iter().any(armed)
}

/// "Gunmen massacred 13 policemen": those killed bear arms, so that it is no attack on civilians.
fn killing_of_the_armed(
    f: &Found,
    m: &EventMention,
    targets: &[PartyMention],
) -> Option<EventMention> {
    // "the 13 state policemen who were massacred"
    const BEARERS: &[&str] = &[
        "policemen",
        "soldiers",
        "officers",
        "troops",
        "police",
        "guards",
        "marines",
        "gendarmes",
        "guardsmen",
        "commandos",
    ];
    let at = m.tokens.start;
    let passive = m.passive && f.words().any(at.saturating_sub(7)..at, BEARERS);
    let armed = passive
        || targets
            .first()
            .is_some_and(|p| super::finish::ARMED.contains(&p.kind.as_str()));
    (m.kind == IncidentType::AttackCivilians && armed).then(|| EventMention {
        kind: IncidentType::AttackOther,
        sure: false,
        ..m.clone()
    })
}

/// "The fire broke out near X" after a wildfire was told: the same fire.
fn fire_of_wildfire(f: &Found, m: &EventMention, events: &[Event]) -> Option<EventMention> {
    let word = f.words().at(m.tokens.start);
    let fire = ["fire", "fires", "blaze", "flames", "fire's"].contains(&word);
    let near =
        events.iter().rev().take(EVENTS_REACH).any(|e| {
            e.kind == IncidentType::Wildfire && e.sentences_ago(f) <= AFTERMATH_SENTENCES_MAX
        });
    (fire && near && m.kind == IncidentType::Accident && m.article == Article::Definite).then(
        || EventMention {
            kind: IncidentType::Wildfire,
            ..m.clone()
        },
    )
}

/// Sentences after an event within which its arrests are told.
const AFTERMATH_SENTENCES_MAX: usize = 4;

/// "A suspect was arrested an hour later": what follows from a crime or an accident told before is
/// no incident of its own, unless it has a place of its own.
fn is_aftermath(f: &Found, told: &Told, events: &[Event]) -> bool {
    told.m.kind == IncidentType::Arrest
        && told.place.is_none()
        && events.iter().rev().take(EVENTS_REACH).any(|e| {
            let crime = matches!(
                e.kind.kind(),
                Kind::Civilians | Kind::Strike | Kind::Hazard | Kind::Clash
            ) || matches!(
                e.kind,
                IncidentType::AttackOther | IncidentType::Sabotage | IncidentType::SeaIncident
            );
            crime && e.sentences_ago(f) <= AFTERMATH_SENTENCES_MAX
        })
}

/// "The protests began on 1 July": the beginning of what the report tells of, long before its news.
fn is_beginning(f: &Found, told: &Told, events: &[Event]) -> bool {
    /// How far the verb stands behind the noun, in tokens.
    const REACH: usize = 4;
    let after = told.m.tokens.start..told.m.tokens.end + REACH;
    told.definite()
        && told.place.is_none()
        && f.words()
            .any(after, &["began", "started", "erupted", "broke"])
        && events.iter().any(|e| e.kind == told.m.kind)
}

/// Adds what a mention tells to its event.
fn add_mention(report: &Report, f: &Found, told: Told, event: &mut Event) {
    let m = told.m;
    let sharper = m.sure && (!event.sure || vaguer(event.kind, m.kind));
    if !m.harm_only && sharper && tells_the_means(m.kind) && compatible(event.kind, m.kind) {
        event.kind = m.kind;
        event.sure = true;
    }
    if m.kind == IncidentType::Raid && event.kind == IncidentType::SuicideBombing {
        event.kind = m.kind;
    }
    // Which standings were told and which came first is all that is asked later.
    if !event.standings.contains(&m.standing) {
        event.standings.push(m.standing);
    }
    event.denied |= m.denied;
    // What a later sentence tells again is no aside.
    event.aside &= told.dated.aside || f.n == event.first_sentence;
    event.last_sentence = f.n;
    event.paragraph = f.sentence.paragraph;
    add_day(report, f, m, told.dated, event);
    // "..., since 2014, when the group abducted 276 girls in X": the place of what is compared with.
    let compared = m.standing == Standing::Background
        && event.standings.first() != Some(&Standing::Background);
    if let Some(place) = told.place.filter(|_| !compared) {
        add_place(report, place, event);
        event.wide |= site::is_wide(f, place);
    }
    let parties = (told.actors.into_iter().map(|p| (p, true)))
        .chain(told.targets.into_iter().map(|p| (p, false)));
    for (party, acted) in parties {
        let span = f.bytes(&party.tokens);
        let list = if acted {
            &mut event.actors
        } else {
            &mut event.targets
        };
        if list.len() < LISTED_MAX && !list.iter().any(|(p, _)| same_party(p, &party)) {
            list.push((party, span));
        }
    }
    add_marks(f, m, event);
    event.spans.push(f.bytes(&m.tokens));
}

fn add_day(report: &Report, f: &Found, m: &EventMention, dated: Dated, event: &mut Event) {
    let undated = dated.when.is_none() && dated.relative.is_none();
    // "On Sunday the country marked the anniversary": the day of the remark.
    if m.standing == Standing::Background
        && dated
            .when
            .as_ref()
            .is_some_and(|(w, _)| w.weekday.is_some() || w.precision == DatePrecision::Week)
    {
        return;
    }
    if let Some((when, span)) = dated.when {
        let narrower = event.when().is_none_or(|old| width(&when) < width(old));
        if narrower || event.day_of_speech {
            event.when = Some((when, span));
            event.day_of_speech = false;
        }
    }
    if event.when.is_none() && event.relative.is_none() {
        event.relative = dated.relative;
    }
    if event.time.is_none() {
        event.time = day::time_of(f, m).map(str::to_owned);
    }
    if undated && !event.time_only {
        event.time_only = day::has_time_only(f, m);
    }
    if event.spoken.is_none() {
        event.spoken = day::spoken_on(report, f);
    }
    // The report's first event, at a time of the day on which somebody spoke of it: what follows
    // with another day is another event.
    let first = event.follows.is_none() && event.when.is_none() && event.relative.is_none();
    if let Some(day) = event.spoken.clone().filter(|_| first && event.time_only) {
        let when = When {
            because: format!(
                "a time of day is told, and it was spoken of on {}",
                day.in_words()
            ),
            ..day
        };
        event.when = Some((when, f.bytes(&m.tokens)));
        event.day_of_speech = true;
    }
}

/// A place told more closely, within the first sentences on the event, takes the place of one told
/// less closely.
pub(super) fn add_place(report: &Report, place: usize, event: &mut Event) {
    /// Mentions after which a closer place is more often one of background.
    const MENTIONS_MAX: usize = 4;
    let closer = event
        .place
        .is_none_or(|old| rank(&report.places[place]) < rank(&report.places[old]));
    if event.wide {
        return;
    }
    // "35 of the dead were found near X": a place that does not fit the one told is another's.
    let fits = event
        .place
        .is_none_or(|old| places_fit(&report.places[old], &report.places[place]));
    if closer && fits && (event.place.is_none() || event.spans.len() < MENTIONS_MAX) {
        event.place = Some(place);
        event.place_inferred = None;
    }
}

/// Words for ships.
const SHIPS: &[&str] = &[
    "ship",
    "vessel",
    "tanker",
    "carrier",
    "freighter",
    "merchant",
    "bulk",
];

/// Words beside them that say that the ship was at sea.
const AT_SEA: &[&str] = &[
    "sea", "gulf", "nautical", "crew", "strait", "vessel", "ship",
];

/// Target, site, tags and voices.
fn add_marks(f: &Found, m: &EventMention, event: &mut Event) {
    /// Words after the event's own in which its target stands.
    const TARGET_REACH: usize = 12;
    let words = f.words();
    let around: Vec<&str> = (m.tokens.start..m.tokens.end + TARGET_REACH)
        .map(|i| words.at(i))
        .collect();
    if event.target_kind.is_none() {
        event.target_kind = parties::target_kind(&around).map(str::to_owned);
    }
    if event.site.is_none() {
        event.site = around
            .iter()
            .find(|w| SITES.contains(w))
            .map(|w| (*w).to_owned());
    }
    let mut all = 0..words.len();
    let maritime = words.any(all.clone(), SHIPS) && words.any(all.clone(), AT_SEA);
    let claimed =
        all.any(|i| words.at(i).starts_with("claim") && words.at(i + 1) == "responsibility");
    for (is, tag) in [(maritime, "maritime"), (claimed, "claimed")] {
        if is && !event.tags.iter().any(|t| t == tag) {
            event.tags.push(tag.to_owned());
        }
    }
    if let Some(speaker) = &f.speaker {
        let list = if m.denied {
            &mut event.denies
        } else {
            &mut event.says
        };
        if list.len() < LISTED_MAX && !list.contains(speaker) {
            list.push(speaker.clone());
        }
    }
}

/// Words that tell a base set up as news.
const NEWLY: &[&str] = &[
    "recently",
    "newly",
    "new",
    "just",
    "second",
    "another",
    "meanwhile",
];

/// A base set up is an incident where its place stands in the same clause and it is told as new.
fn posture_told(f: &Found, told: &Told) -> bool {
    let here = f.clause[told.m.tokens.start];
    let own = f
        .places
        .iter()
        .any(|(i, r)| Some(*i) == told.place && f.clause[r.start] == here);
    let words = f.words();
    let new = (0..words.len()).any(|i| f.clause[i] == here && NEWLY.contains(&words.at(i)));
    own && (told.dated.when.is_some() || new)
}

/// Does a type say how an attack was made? A fire set or somebody taken on the way does not.
fn tells_the_means(kind: IncidentType) -> bool {
    use IncidentType as T;
    !matches!(kind, T::Sabotage | T::Abduction | T::Riot | T::Arrest)
}

/// May a type that says more take the place of the one held?
fn vaguer(old: IncidentType, new: IncidentType) -> bool {
    use IncidentType as T;
    matches!(old, T::AttackOther | T::Explosion | T::ForcePosture)
        && !matches!(new, T::AttackOther | T::Explosion)
}

/// How much a date leaves open, in days; what has no calendar day leaves more open than any span.
pub(super) fn width(when: &When) -> i32 {
    match (when.days(), when.precision) {
        (Some((s, e)), _) => (e - s).get_days(),
        (None, DatePrecision::DayNoYear) => 400,
        (None, DatePrecision::Weekday) => 500,
        (None, DatePrecision::Before) => 4_000,
        (None, DatePrecision::Unknown) => i32::MAX,
        _ => 5_000,
    }
}

pub(super) fn same_party(a: &PartyMention, b: &PartyMention) -> bool {
    a.name == b.name
        || (a.id.is_some() && a.id == b.id)
        || (a.country.is_some() && a.country == b.country)
}

/// Events back to which a mention may link, beside the report's first: keeps a report of a
/// thousand events linear.
pub(super) const EVENTS_REACH: usize = 48;

/// Parties, speakers and figures kept of one event: a report that names more tells of many events,
/// and each new one is held against those kept.
pub(super) const LISTED_MAX: usize = 64;

/// Sentences over which a mention with nothing of its own is of the event before it.
pub(super) const NEAR_SENTENCES_MAX: usize = 2;

/// Could two place phrases be of one event?
pub(super) fn places_fit(a: &PlaceWords, b: &PlaceWords) -> bool {
    match (a.best(), b.best()) {
        (Some(a), Some(b)) => located_fit(a, b) && !super::link::in_another_division(a, b),
        _ => true,
    }
}
