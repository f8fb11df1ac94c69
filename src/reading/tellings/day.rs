//! Which date and time of day belong to which event.

use std::ops::Range;

use crate::incident::{DatePrecision, When};
use crate::reading::dates::{self, DateMention, Form, Unit};
use crate::reading::events::{Article, EventMention};

use super::Report;
use super::look::{Found, cost};

/// Largest cost at which a date still belongs to an event, in tokens: four clauses away and a few
/// words, or one word of speech between.
const DATE_COST_MAX: usize = 48;

/// The same in a sentence that tells of nothing else: "executed 300 men in X, a town in Y, between
/// 27 and 31 March".
const LONE_COST_MAX: usize = 75;

/// So much nearer another event has to stand to take a date from the one that asks, in tokens.
const RIVAL_MARGIN: usize = 6;

/// A time of day stands in the clause of its event or the next, in tokens.
const TIME_COST_MAX: usize = 24;

/// The date nearest to the mention, unless another mention of the sentence is nearer to it.
pub(super) fn date_of<'a>(f: &'a Found, mention: &EventMention) -> Option<&'a DateMention> {
    let usable = |d: &&DateMention| {
        !matches!(d.form, Form::Duration { .. })
            && !is_of_another_thing(f, d)
            && !of_another_verb(f, mention, d)
            && !of_the_speech(f, mention, d)
            && !of_a_person(f, &d.tokens)
            && !of_the_aftermath(f, mention, d)
    };
    let (d, own) = f
        .dates
        .iter()
        .filter(usable)
        .map(|d| (d, cost(f, mention, &d.tokens) + vagueness(d)))
        .filter(|(_, c)| *c <= DATE_COST_MAX || f.events.len() == 1 && *c <= LONE_COST_MAX)
        .min_by_key(|(_, c)| *c)?;
    let rival = f
        .events
        .iter()
        .filter(|m| m.tokens != mention.tokens)
        .map(|m| cost(f, m, &d.tokens))
        .min();
    let opens = d.tokens.start <= 1;
    (opens || rival.is_none_or(|r| r + RIVAL_MARGIN >= own)).then_some(d)
}

/// "On 28 October the council announced that the chief had been dismissed and that people had
/// died": the day of the announcement, where what is told lies before it.
fn of_the_speech(f: &Found, m: &EventMention, d: &DateMention) -> bool {
    /// How far from the first word such a date ends, in tokens.
    const OPENS_WITHIN: usize = 4;
    let words = f.words();
    let at = m.tokens.start;
    d.tokens.end <= OPENS_WITHIN
        && d.tokens.end < at
        && m.earlier
        && (d.tokens.end..at).any(|i| {
            (SPOKEN.contains(&words.at(i)) || words.at(i) == "admitted")
                && words.any(i + 1..at, &["that"])
        })
}

/// "..., who was in X on Saturday for talks, ...": where a person was, and when.
pub(super) fn of_a_person(f: &Found, thing: &Range<usize>) -> bool {
    /// How far "who" stands before the thing, in tokens.
    const REACH: usize = 8;
    let words = f.words();
    let who = (thing.start.saturating_sub(REACH)..thing.start)
        .rev()
        .find(|i| words.at(*i) == "who");
    who.is_some_and(|w| {
        [
            "was",
            "is",
            "arrived",
            "visited",
            "met",
            "flew",
            "travelled",
            "spoke",
            "returned",
        ]
        .contains(&words.at(w + 1))
            && !words.at(w + 2).ends_with("ing")
            && !words.any(
                w..thing.start,
                &[
                    ",", ";", "killed", "wounded", "injured", "shot", "attacked", "hit", "died",
                ],
            )
            && !(w..thing.start).any(|i| f.is_event(i))
            && !(thing.end..(thing.end + 3).min(words.len())).any(|i| f.is_event(i))
    })
}

/// What is done when it is over.
const AFTERMATH: &[&str] = &[
    "searching",
    "searched",
    "search",
    "rescuers",
    "rescue",
    "mourning",
    "mourned",
    "mourners",
    "buried",
    "bodies",
    "funeral",
    "funerals",
    "aid",
    "relief",
    "survivors",
    "digging",
    "combing",
    "cleaning",
];

/// "Rescue teams were searching houses on Wednesday after the fire": the day of the search.
fn of_the_aftermath(f: &Found, m: &EventMention, d: &DateMention) -> bool {
    let words = f.words();
    let at = m.tokens.start;
    let after = d.tokens.end <= at
        && (m.article == Article::Definite
            || words.any(d.tokens.end..at, &["after", "when", "who"]));
    // "Flags flew at half-mast on Monday for the victims of the floods"
    let for_the_victims = d.tokens.end <= at
        && words.any(d.tokens.end..at, &["victims", "memory", "anniversary"])
        && !f.events.iter().any(|o| o.tokens.start < d.tokens.start);
    if for_the_victims {
        return true;
    }
    after
        && d.tokens.end <= at
        && words.any(0..d.tokens.start, AFTERMATH)
        && !f.events.iter().any(|o| o.tokens.start < d.tokens.start)
}

/// "Asia's strongest storm this year": a year is more often a comparison than a date, in tokens.
fn vagueness(d: &DateMention) -> usize {
    match d.form {
        Form::Year(_)
        | Form::Relative {
            unit: Unit::Year, ..
        } => 20,
        // "hours after troops took position on Wednesday": a calendar day says more.
        Form::FromEvent {
            unit: Unit::Hour | Unit::Minute,
            ..
        }
        | Form::Ago {
            unit: Unit::Hour | Unit::Minute,
            ..
        } => 30,
        _ => 0,
    }
}

/// "At 9:15 p.m. on Tuesday": a time so near its day belongs to the day's event, in tokens.
const TIME_BY_DAY: usize = 2;

/// The time of day nearest to the mention, or that stands with the mention's day.
pub(super) fn time_of<'a>(f: &'a Found, mention: &EventMention) -> Option<&'a str> {
    let day = date_of(f, mention).map(|d| &d.tokens);
    let with_day = |t: &Range<usize>| {
        day.is_some_and(|d| t.end <= d.start + TIME_BY_DAY && d.start <= t.end + TIME_BY_DAY)
    };
    f.times
        .iter()
        .map(|t| (t, cost(f, mention, &t.tokens)))
        .filter(|(t, c)| *c <= TIME_COST_MAX || with_day(&t.tokens))
        .min_by_key(|(_, c)| *c)
        .map(|(t, _)| t.time.as_str())
}

/// Words of speech and print whose date is not the event's.
const SPOKEN: &[&str] = &[
    "said",
    "says",
    "wrote",
    "reported",
    "announced",
    "told",
    "statement",
    "stated",
    "tweeted",
    "confirmed",
    "added",
    "reuters",
    "afp",
    "reporters",
    "briefing",
    "issued",
    "accusations",
    "comments",
    "warned",
    "posted",
    "denied",
    "rejected",
    "condemned",
    "accused",
    "criticised",
    "criticized",
    "acknowledged",
    "admitted",
    "declared",
    "called",
    "charged",
    "correction",
    "published",
];

/// Verbs by which a count of the dead moves.
const MOVED: &[&str] = &[
    "rose",
    "risen",
    "rises",
    "climbed",
    "climbs",
    "jumped",
    "increased",
    "reached",
    "passed",
    "hit",
    "topped",
];

/// How far "as of" stands before its date, over a time of day, in tokens.
const AS_OF_REACH: usize = 5;

/// How far such a verb stands before its date, in tokens.
const TOLL_REACH: usize = 6;

/// "since 2011", "until Friday", "said on Friday": a date of something else.
pub(super) fn is_of_another_thing(f: &Found, d: &DateMention) -> bool {
    let words = f.words();
    let at = d.tokens.start;
    let word = |k: usize| words.before(at, k);
    // "called Friday's strike an atrocity": the day of the strike.
    let owner =
        words.at(d.tokens.end - 1).ends_with("'s") || words.at(d.tokens.end - 1).ends_with("’s");
    if owner && (d.tokens.end..d.tokens.end + 5).any(|i| f.is_event(i)) {
        return false;
    }
    // "no permit by Saturday morning"
    if ["until", "till", "by"].contains(&word(1)) {
        return true;
    }
    if word(1) == "since" {
        return !is_recent_start(f, d);
    }
    // "date 2022-06-18", "published 3 May": the day of the report, not of what it tells.
    if at <= 2 && ["date", "dated", "published", "updated", "posted"].contains(&word(1)) {
        return true;
    }
    // "as I reported in a post four days ago"
    let print_work = [
        "post",
        "article",
        "report",
        "story",
        "interview",
        "piece",
        "dispatch",
    ];
    if print_work.contains(&word(1))
        && ["a", "an", "my", "our", "earlier", "previous"].contains(&word(2))
    {
        return true;
    }
    // "2:09 a.m. (1809 GMT on Monday)": the day elsewhere.
    if word(1) == "on" && ["gmt", "utc"].contains(&word(2)) {
        return true;
    }
    // "told American media on Wednesday"
    const LISTENERS_MAX: usize = 4;
    let told = (2..=LISTENERS_MAX + 1).find(|k| ["told", ",", "that"].contains(&word(*k)));
    if word(1) == "on" && told.is_some_and(|k| word(k) == "told") {
        return true;
    }
    // "the death toll rose to 165 on Monday": the day of the count.
    let counted = (1..=TOLL_REACH).any(|k| MOVED.contains(&word(k)))
        && words.any(0..at, &["toll", "dead", "deaths", "number", "count"]);
    if counted {
        return true;
    }
    // "186 dead as of 6 p.m. Sunday": the day of the count.
    if (1..=AS_OF_REACH).any(|k| word(k) == "of" && word(k + 1) == "as") {
        return true;
    }
    // "planned for Wednesday", "scheduled for Monday"
    if word(1) == "for" && ["planned", "scheduled", "due", "set", "expected"].contains(&word(2)) {
        return true;
    }
    // "said on Friday", "it was reported on Friday": the day of the words.
    let on = usize::from(["on", "late", "early", "earlier"].contains(&word(1)));
    // "the Washington Post": a name.
    let print = word(on + 1) == "post"
        && (["a", "my", "our", "blog", "facebook", "telegram", "online"].contains(&word(on + 2))
            || at
                .checked_sub(on + 1)
                .is_some_and(|i| f.sentence.tokens[i].capital));
    // "a video released on Monday showed": the day of the pictures.
    let shown = [
        "released",
        "published",
        "shared",
        "aired",
        "broadcast",
        "posted",
    ]
    .contains(&word(on + 1))
        && (2..5).any(|k| {
            [
                "video",
                "videos",
                "footage",
                "statement",
                "images",
                "photographs",
                "recording",
                "report",
                "pictures",
            ]
            .contains(&word(on + k))
        });
    if shown {
        return true;
    }
    let that = ["that", "when"].contains(&word(on + 1));
    print || SPOKEN.contains(&word(on + 1)) || SPOKEN.contains(&word(on + 2)) && !that
}

/// "has killed nine people since Saturday": the days since then, where then is near.
pub(super) fn is_recent_start(f: &Found, d: &DateMention) -> bool {
    let words = f.words();
    words.before(d.tokens.start, 1) == "since"
        && matches!(
            d.form,
            Form::Weekday { .. }
                | Form::Day(_)
                | Form::Relative {
                    unit: Unit::Week,
                    ..
                }
        )
}

/// Words that open a clause with a verb of its own.
const OPENERS: &[&str] = &["after", "before", "since", "until", "because"];

/// Verbs that do not end in "ed".
const IRREGULAR: &[&str] = &[
    "was", "were", "took", "began", "left", "fell", "became", "won", "lost", "met", "came", "had",
    "went", "got", "gave", "died", "quit", "broke",
];

/// "The protests began after Congress removed the president on 7 December": the date belongs to a
/// verb that tells of no incident.
fn of_another_verb(f: &Found, mention: &EventMention, d: &DateMention) -> bool {
    let words = f.words();
    let at = d.tokens.start;
    if mention.tokens.end > at {
        return false;
    }
    let Some(opener) = (mention.tokens.end..at)
        .rev()
        .find(|i| OPENERS.contains(&words.at(*i)))
    else {
        return false;
    };
    let verb = |i: usize| {
        let word = words.at(i);
        !f.is_event(i)
            && (word.len() > 4 && word.ends_with("ed") || IRREGULAR.contains(&word))
            && !f.sentence.tokens[i].capital
    };
    let own = (opener + 1..at).any(|i| f.is_event(i));
    !own && (opener + 1..at).any(verb)
}

/// The days the mention's date means, and the date itself where it is told by way of another event.
pub(super) struct Dated {
    /// Told only to say when another was: "a day after a drone hit X".
    pub(super) aside: bool,
    pub(super) when: Option<(When, std::ops::Range<usize>)>,
    pub(super) relative: Option<(DateMention, std::ops::Range<usize>)>,
}

/// Reads the date of a mention.
pub(super) fn dated(report: &Report, f: &Found, m: &EventMention) -> Dated {
    let none = Dated {
        aside: false,
        when: None,
        relative: None,
    };
    // "hours after a vehicle rammed the gates on Wednesday": the calendar day says more.
    let of_hours = |d: &DateMention| {
        matches!(
            d.form,
            Form::FromEvent {
                unit: Unit::Hour | Unit::Minute,
                ..
            }
        )
    };
    if let Some((when, span)) = day_before_it(report, f, m) {
        return Dated {
            when: Some((when, span)),
            ..none
        };
    }
    if let Some(back) = after_what_came(f, m) {
        let span = f.bytes(&back.tokens);
        return Dated {
            relative: Some((back, span)),
            ..none
        };
    }
    let day_told = || date_of(f, m).is_some_and(|d| !of_hours(d));
    if let Some(back) = steps_back(f, m).filter(|back| !(of_hours(back) && day_told())) {
        let span = f.bytes(&back.tokens);
        return Dated {
            aside: true,
            relative: Some((back, span)),
            ..none
        };
    }
    let Some(d) = date_of(f, m) else {
        return none;
    };
    if is_set_beside(f, m) && d.tokens.start > m.tokens.end
        || is_a_time_mark(f, m) && d.tokens.end <= m.tokens.start
    {
        return none;
    }
    // "On Monday the ministry announced arrests in connection with the attack": not its day.
    let connected = m.article != Article::Verb
        && f.words().any(
            m.tokens.start.saturating_sub(4)..m.tokens.start,
            &[
                "connection",
                "linked",
                "connected",
                "involvement",
                "inquiry",
                "investigation",
                "probe",
                "trial",
            ],
        );
    if connected && d.tokens.end <= m.tokens.start {
        return none;
    }
    let span = f.bytes(&d.tokens);
    if matches!(d.form, Form::FromEvent { .. }) {
        if let Some(day) = day_beside(report, f, d) {
            let when = dates::from_event(d, report.words(&span), &day, report.published);
            return Dated {
                when: Some((when, span)),
                ..none
            };
        }
        return Dated {
            relative: Some((d.clone(), span)),
            ..none
        };
    }
    let when = if is_start(f, m, d) {
        since(report, f, d)
    } else {
        resolved(report, f, d)
    };
    let told = when.precision != DatePrecision::Unknown || !when.because.is_empty();
    Dated {
        when: told.then_some((when, span)),
        ..none
    }
}

/// "Survivors came out on Thursday of the theatre that was hit the day before": the day that the
/// sentence tells before a step back, where no incident of the sentence was on it.
fn day_beside(report: &Report, f: &Found, d: &DateMention) -> Option<When> {
    if !matches!(
        d.form,
        Form::FromEvent {
            n: Some(1..),
            unit: Unit::Day | Unit::Week,
            later: false
        }
    ) {
        return None;
    }
    let before = f.dates.iter().rev().find(|o| {
        o.tokens.end <= d.tokens.start
            && matches!(
                o.form,
                Form::Weekday { .. } | Form::DayMonth { .. } | Form::Full(_) | Form::Day(_)
            )
    })?;
    Some(resolved(report, f, before)).filter(|w| w.precision == DatePrecision::Day)
}

/// The "after" that stands so far before the mention at most, and whether no event of the sentence
/// comes before the mention.
fn after_which(f: &Found, m: &EventMention, reach: usize) -> Option<(usize, bool)> {
    let at = m.tokens.start;
    let after = (at.saturating_sub(reach)..at)
        .rev()
        .find(|i| f.words().at(*i) == "after")?;
    Some((after, f.events.iter().all(|o| o.tokens.start >= at)))
}

/// "The decision came a day after 17 people were killed in X": counted from the day told before.
fn after_what_came(f: &Found, m: &EventMention) -> Option<DateMention> {
    /// How far the event's words stand behind "after", in tokens.
    const REACH: usize = 8;
    let words = f.words();
    let at = m.tokens.start;
    let (after, first) = after_which(f, m, REACH)?;
    let clear = (after + 1..at).all(|i| ![",", ";", "."].contains(&words.at(i)));
    let came = words.any(0..after, &["came", "comes"]);
    let back = dates::steps_before(&f.sentence.tokens, after)?;
    let alone = f.dates.iter().all(|d| d.tokens.start >= back.tokens.start);
    let of_days = matches!(
        back.form,
        Form::FromEvent {
            unit: Unit::Day,
            ..
        }
    );
    (first && clear && came && alone && of_days).then_some(back)
}

/// "Two days after": how far "after" stands from the first word, in tokens.
const OPENING_TOKENS: usize = 3;

/// "Rescuers were still at work on Saturday, a day after an air raid": no other event of the sentence
/// was on the day told, so that the raid was a day before it.
fn day_before_it(report: &Report, f: &Found, m: &EventMention) -> Option<(When, Range<usize>)> {
    /// How far the event's words stand behind "after", in tokens.
    const REACH: usize = 6;
    let words = f.words();
    let at = m.tokens.start;
    let (after, first) = after_which(f, m, REACH)?;
    let clear = (after + 1..at).all(|i| ![",", ";", "."].contains(&words.at(i)));
    if !first || !clear {
        return None;
    }
    let back = dates::steps_before(&f.sentence.tokens, after)?;
    if !matches!(
        back.form,
        Form::FromEvent {
            unit: Unit::Day | Unit::Week,
            ..
        }
    ) {
        return None;
    }
    // "Two days after gunmen attacked a train, the number of those taken is still not known": seen
    // from the day of the report.
    let of_days = matches!(
        back.form,
        Form::FromEvent {
            unit: Unit::Day,
            n: Some(_),
            ..
        }
    );
    if of_days
        && after <= OPENING_TOKENS
        && f.n <= 1
        && f.dates.iter().all(|d| d.tokens.start <= after)
    {
        let published = report.published?;
        let day = When {
            start: Some(published),
            end: Some(published),
            ..dates::before(Some(published), "", "")
        };
        let span = f.bytes(&back.tokens);
        let when = dates::from_event(&back, report.words(&span), &day, report.published);
        return Some((when, span));
    }
    let day = f.dates.iter().rev().find(|d| {
        d.tokens.end <= back.tokens.start
            && matches!(
                d.form,
                Form::Weekday { .. } | Form::DayMonth { .. } | Form::Full(_) | Form::Day(_)
            )
            && !is_of_another_thing(f, d)
    })?;
    let day = Some(resolved(report, f, day)).filter(|w| w.precision == DatePrecision::Day)?;
    let span = f.bytes(&back.tokens);
    let when = dates::from_event(&back, report.words(&span), &day, report.published);
    Some((when, span))
}

/// "On Saturday, two days after an ambush": the ambush was two days before the event told first.
fn steps_back(f: &Found, m: &EventMention) -> Option<DateMention> {
    /// How far the event's words stand behind "after", in tokens.
    const REACH: usize = 22;
    let words = f.words();
    let at = m.tokens.start;
    let (after, first) = after_which(f, m, REACH)?;
    // Nothing but the subject and small words stands between.
    // "a day after fighters of X, a group linked to Y, overran a base": words beside the subject.
    let commas = (after + 1..at).filter(|i| words.at(*i) == ",").count();
    let clear = [0, 2].contains(&commas)
        && (after + 1..at).all(|i| ![";", "."].contains(&words.at(i)) && !f.is_event(i));
    let span = dates::steps_before(&f.sentence.tokens, after)?;
    (clear && !first).then_some(span)
}

/// "With this, 81 have been killed this year", "the number of people killed since the start of the
/// campaign has risen to 2,641": a count over a time, of no one event.
fn counts_up(f: &Found) -> bool {
    let words = f.words();
    let all = 0..words.len();
    let over = |d: &DateMention| match &d.form {
        Form::Year(_) => true,
        Form::Relative {
            unit: Unit::Year, ..
        } => true,
        Form::Since(since) => matches!(
            **since,
            Form::Year(_) | Form::MonthYear { .. } | Form::Month { .. } | Form::DayMonth { .. }
        ),
        _ => words.before(d.tokens.start, 1) == "since" && !is_recent_start(f, d),
    };
    let long = f.dates.iter().any(over) || words.any(all.clone(), &["since"]);
    let number = words
        .first(all.clone(), &["number", "total", "toll"])
        .is_some_and(|i| words.at(i + 1) == "of" || words.at(i).starts_with("toll"))
        && words.any(
            all.clone(),
            &[
                "rises", "risen", "rose", "brings", "bringing", "reached", "stands",
            ],
        )
        && words.any(all, &["since"]);
    let so_far = (["with", "so"].contains(&words.at(0))
        && ["this", "far", "the", "these"].contains(&words.at(1)))
        && (0..words.len()).any(|i| {
            ["have", "has"].contains(&words.at(i)) && words.any(i + 1..i + 3, &["been", "killed"])
        });
    // "More than 1,500 people have been killed this year alone"
    let this_year = f.n > 1
        && (0..words.len()).any(|i| {
            ["have", "has"].contains(&words.at(i))
                && words.any(i + 1..i + 4, &["killed", "died", "displaced", "murdered", "slain"])
        })
        && f.dates.iter().any(|d| {
            matches!(d.form, Form::Relative { unit: Unit::Year, .. })
                || matches!(&d.form, Form::Since(since) if matches!(**since, Form::Year(_) | Form::MonthYear { .. }))
                || words.before(d.tokens.start, 1) == "since"
                    && matches!(d.form, Form::Year(_) | Form::MonthYear { .. })
        });
    long && (number || so_far) || this_year
}

/// "The attack comes as the region braces for an answer to the killing of X in Y last week": what
/// follows is not of the attack.
pub(super) fn is_set_beside(f: &Found, m: &EventMention) -> bool {
    let words = f.words();
    let end = m.tokens.end;
    m.article == Article::Definite
        && ["comes", "came", "come"].contains(&words.at(end))
        && ["as", "amid", "amidst", "while", "against", "at"].contains(&words.at(end + 1))
        && !f.times.iter().any(|t| t.tokens.start <= end + 3)
}

/// "In the night before that raid, a strike on X killed three": told only to say when.
pub(super) fn is_a_time_mark(f: &Found, m: &EventMention) -> bool {
    let words = f.words();
    let at = m.tokens.start;
    m.article == Article::Definite
        && words.any(at.saturating_sub(3)..at, &["before", "after"])
        && words.any(at.saturating_sub(2)..at, &["that", "this", "the"])
        && f.events.iter().any(|o| o.tokens.start > at)
}

/// "Since 2010 more than 150 have been murdered": a sentence that sums up a time.
pub(super) fn sums_up(f: &Found) -> bool {
    if counts_up(f) {
        return true;
    }
    f.words().at(0) == "since"
        && f.dates.first().is_some_and(|d| {
            d.tokens.start <= 3
                && matches!(
                    d.form,
                    Form::Year(_) | Form::MonthYear { .. } | Form::Month { .. } | Form::Since(_)
                )
        })
}

/// Does the sentence's last date lie years back (`Some(true)`), or near (`Some(false)`)? `None`
/// where it tells none.
pub(super) fn speaks_of_the_past(report: &Report, f: &Found) -> Option<bool> {
    /// Days after which a time is no longer that of the news: a year and some.
    const PAST_DAYS_MIN: i32 = 400;
    let published = report.published?;
    let d = f
        .dates
        .iter()
        .rev()
        .find(|d| !matches!(d.form, Form::Duration { .. } | Form::FromEvent { .. }))?;
    let end = resolved(report, f, d).end?;
    Some((published - end).get_days() > PAST_DAYS_MIN)
}

/// "On March 1": the mention's date has a day and a month, and no year.
pub(super) fn is_without_its_year(f: &Found, m: &EventMention) -> bool {
    date_of(f, m).is_some_and(|d| matches!(d.form, Form::DayMonth { .. }))
}

/// The days a date of the sentence means.
pub(super) fn resolved(report: &Report, f: &Found, d: &DateMention) -> When {
    let span = f.bytes(&d.tokens);
    let direction = dates::direction_of(f.sentence, &span);
    let words = report.words(&span);
    if is_recent_start(f, d) {
        return since(report, f, d);
    }
    dates::resolve(d, words, report.published, direction)
}

/// The days from a date on.
fn since(report: &Report, f: &Found, d: &DateMention) -> When {
    let span = f.bytes(&d.tokens);
    let direction = dates::direction_of(f.sentence, &span);
    let since = DateMention {
        form: Form::Since(Box::new(d.form.clone())),
        ..d.clone()
    };
    dates::resolve(&since, report.words(&span), report.published, direction)
}

/// "since the unrest began on Monday": the day is the first of many.
fn is_start(f: &Found, m: &EventMention, d: &DateMention) -> bool {
    let words = f.words();
    let before = m.tokens.start.saturating_sub(3)..m.tokens.start;
    words.any(before, &["since"])
        && words.any(
            m.tokens.end..d.tokens.start,
            &["began", "started", "erupted", "broke"],
        )
}

/// The last calendar day a sentence tells of something that happened.
pub(super) fn last_told(report: &Report, f: &Found) -> Option<When> {
    f.dates
        .iter()
        .rev()
        .filter(|d| {
            !matches!(d.form, Form::Duration { .. } | Form::FromEvent { .. })
                && !is_of_another_thing(f, d)
        })
        .map(|d| resolved(report, f, d))
        .find(|w| matches!(w.precision, DatePrecision::Day | DatePrecision::Days))
}

/// "The worst incident of the year occurred on Friday": a sentence that only says when.
pub(super) fn occurs(f: &Found) -> bool {
    let words = f.words();
    words.any(
        0..words.len(),
        &[
            "occurred", "happened", "place", "incident", "woken", "began",
        ],
    )
}

/// Parts of the day that stand without a day: "in the morning", "before dawn".
const DAY_PARTS: &[&str] = &[
    "morning",
    "afternoon",
    "evening",
    "dawn",
    "noon",
    "midday",
    "night",
    "midnight",
    "day",
];

/// A time or part of the day without a day of its own, near the mention.
pub(super) fn has_time_only(f: &Found, m: &EventMention) -> bool {
    let words = f.words();
    let part = (0..words.len()).any(|i| {
        DAY_PARTS.contains(&words.at(i))
            && ["the", "at", "before", "after", "early", "late"].contains(&words.before(i, 1))
            && (words.at(i) != "day" || words.before(i, 2) == "during")
            && !f.dates.iter().any(|d| d.tokens.contains(&i))
            && cost(f, m, &(i..i + 1)) <= TIME_COST_MAX
    });
    part || time_of(f, m).is_some()
}

/// The day on which the sentence's speaker spoke: "said on Tuesday", "said Tuesday".
pub(super) fn spoken_on(report: &Report, f: &Found) -> Option<When> {
    let d = f.dates.iter().find(|d| {
        matches!(
            d.form,
            Form::Weekday { .. } | Form::Day(_) | Form::DayMonth { .. } | Form::Full(_)
        ) && is_of_another_thing(f, d)
            && !["since", "until", "till", "for"].contains(&f.words().before(d.tokens.start, 1))
    })?;
    Some(resolved(report, f, d)).filter(|w| w.precision == DatePrecision::Day)
}
