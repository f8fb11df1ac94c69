//! Which mentions are one event.

use std::ops::Range;

use gazetteer::{Kind as PlaceKind, Located, Precision};

use crate::incident::fit::{compatible, dates_fit, located_fit};
use crate::incident::{DatePrecision, IncidentType, Kind, Standing, When};
use crate::reading::dates::{DateMention, Form, Unit};
use crate::reading::events::{Article, EventMention, steps_back};
use crate::reading::parties::{self, PartyMention};

use super::ailment;
use super::day::{self, Dated};
use super::finish::BY_THE_WAY_DAYS_MAX;
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

    fn when(&self) -> Option<&When> {
        self.when.as_ref().map(|(w, _)| w)
    }

    /// Could a day be its day?
    fn day_fits(&self, when: Option<&When>) -> bool {
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
struct Told<'a> {
    m: &'a EventMention,
    dated: Dated,
    place: Option<usize>,
    actors: Vec<PartyMention>,
    targets: Vec<PartyMention>,
    /// The region that its paragraph is on.
    label: Option<usize>,
}

impl Told<'_> {
    fn when(&self) -> Option<&When> {
        self.dated.when.as_ref().map(|(w, _)| w)
    }

    fn has_own(&self) -> bool {
        self.when()
            .is_some_and(|w| w.precision != DatePrecision::Unknown)
            || self.place.is_some()
            || self.dated.relative.is_some()
    }

    /// Told by a month, a year or a span that is over.
    fn is_of_a_month_past(&self, published: Option<jiff::civil::Date>) -> bool {
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

    fn definite(&self) -> bool {
        self.m.article == Article::Definite || self.m.latest || self.m.round
    }

    /// "half an hour later": the same event going on.
    fn within_hours(&self) -> bool {
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

/// What the sentences before told of time.
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
    let told = Told {
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
    let mut told = told;
    // "It began in February 2013 ... On March 1, shots were exchanged": a day of that year, which is
    // long past.
    if before.past == Some(f.sentence.paragraph) && day::is_without_its_year(f, m) {
        told.dated.when = None;
    }
    let told = told;
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

/// "It hit Lushan County at 8:02 a.m.": the quake, the storm or the bomb of the sentence before.
fn it_again(f: &Found, m: &EventMention, events: &[Event]) -> Option<usize> {
    let words = f.words();
    let subject = words.at(0) == "it" && m.tokens.start <= 2 && m.article == Article::Verb;
    let last = events.len().checked_sub(1)?;
    let e = &events[last];
    let again = e.kind.kind() == Kind::Hazard
        || matches!(e.kind, IncidentType::Explosion | IncidentType::BombingIed);
    (subject && again && e.sentences_ago(f) <= NEAR_SENTENCES_MAX && !e.cause).then_some(last)
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

/// An item of a list that names its place tells of an event of its own, unless it goes on with
/// one of the same item.
fn is_own_item(report: &Report, f: &Found, told: &Told, events: &[Event], before: &Before) -> bool {
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

fn same_party(a: &PartyMention, b: &PartyMention) -> bool {
    a.name == b.name
        || (a.id.is_some() && a.id == b.id)
        || (a.country.is_some() && a.country == b.country)
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
fn consequence(f: &Found, told: &Told, events: &[Event], told_here: &[usize]) -> Option<usize> {
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

enum Link {
    To(usize),
    New,
    None,
}

/// Events back to which a mention may link, beside the report's first: keeps a report of a
/// thousand events linear.
pub(super) const EVENTS_REACH: usize = 48;

/// Parties, speakers and figures kept of one event: a report that names more tells of many events,
/// and each new one is held against those kept.
pub(super) const LISTED_MAX: usize = 64;

/// Sentences over which harm told alone belongs to the event before it.
const HARM_SENTENCES_MAX: usize = 3;

/// Sentences over which a mention with nothing of its own is of the event before it.
pub(super) const NEAR_SENTENCES_MAX: usize = 2;

/// Which event known does a mention tell of again?
fn link(report: &Report, f: &Found, told: &Told, events: &[Event], told_here: &[usize]) -> Link {
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
    // "Two bombs went off in Somalia": what follows is each of them.
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
    if anew {
        return Link::New;
    }
    let one_of_several = e.several > 1 && !told.definite() && told.place.is_some();
    if listed || one_of_several {
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
            ["the"].contains(&words.at(1))
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
        let one_of_many = e.wide
            && told
                .place
                .is_some_and(|p| Some(p) != e.place && !site::is_country(report, p));
        !e.cause
            && !aside
            && !is_of_another_label(report, told, e)
            && !one_of_many
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

/// Nothing tells the mention and the event apart.
fn fits(report: &Report, f: &Found, told: &Told, e: &Event, events: &[Event]) -> bool {
    let definite = told.definite();
    // "Attacks across Ukraine killed five ... In X, drones hit a depot": one of those summed up.
    let one_of_many = e.wide
        && !definite
        && told
            .place
            .is_some_and(|p| Some(p) != e.place && !site::is_country(report, p));
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

/// Could two place phrases be of one event?
fn places_fit(a: &PlaceWords, b: &PlaceWords) -> bool {
    match (a.best(), b.best()) {
        (Some(a), Some(b)) => located_fit(a, b) && !in_another_division(a, b),
        _ => true,
    }
}

/// A division, and a town that lies in another of its level.
fn in_another_division(a: &Located, b: &Located) -> bool {
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
