//! From words to tellings: which words tell of one event, and which place, day and figure belong
//! to it.
//!
//! ```text
//! sentence -> what stands in it (Look) -> the events it tells (Seen) -> events of the report
//! ```

use std::ops::Range;

use gazetteer::{Gazetteer, Usage};
use jiff::civil::Date;

use super::dates::{self, Told};
use super::lexicon::{self, Is, Word, Words};
use super::sites::{self, Lead, Site};
use super::tolls::{self, Figure};
use super::{Tongue, narrower, voice};
use crate::incident::fit::{compatible, dates_fit, located_fit};
use crate::incident::{DatePrecision, Harm, IncidentType, Kind, OfWhom, Standing, Toll, When};
use crate::reading::dates::{Direction, Form, before, from_event};
use crate::reading::parties::PartyMention;
use crate::reading::sentences::{Role, Sentence, tokens};
use crate::reading::tellings::{NEWS_DAYS_MAX, PlaceWords, Telling, TollTold};

/// Why an event has no day.
const NO_DAY: &str = "no day is told; not after the day of publication";
/// Why the dateline's town is the place.
const BY_DATELINE: &str = "the dateline; the report names no other place for it";
/// Sentences back in which an event may be taken up again.
const LINK_SENTENCES_MAX: usize = 3;
/// Sentences back to which a figure, or a denial, without an event of its own belongs.
const FOLLOWS_SENTENCES_MAX: usize = 2;
/// What a step into another clause costs, in words.
const CLAUSE_COST: usize = 6;
/// The largest cost at which a date still belongs to one of several events, in words.
const DATE_COST_MAX: usize = 20;
/// Words behind an event in which a place led by "on" or "of" is its own.
const TARGET_REACH: usize = 6;
/// The same where a word such as "city" says that it is a place.
const NAMED_TARGET_REACH: usize = 10;
/// Words between an event and a place that nothing leads to.
const BARE_REACH: usize = 3;

/// A sentence with everything found in it.
struct Look {
    /// Which sentence, from 0.
    n: usize,
    words: Vec<Word>,
    clause: Vec<usize>,
    dates: Vec<Told>,
    /// Place phrases with their numbers among the report's.
    sites: Vec<(usize, Site)>,
    figures: Vec<Figure>,
    speaker: Option<String>,
}

/// An event as one sentence tells it, then as the report does.
struct Seen {
    kind: IncidentType,
    standings: Vec<Standing>,
    denied: bool,
    other: bool,
    summary: bool,
    /// A day after publication is told of it.
    to_come: bool,
    when: Option<(When, Range<usize>)>,
    /// "the next day": seen from the event told before.
    relative: Option<Told>,
    place: Option<usize>,
    by_dateline: bool,
    actors: Vec<(PartyMention, Range<usize>)>,
    tolls: Vec<TollTold>,
    spans: Vec<Range<usize>>,
    /// Its words in the sentence, for what stands near.
    at: Vec<Range<usize>>,
    says: Vec<String>,
    denies: Vec<String>,
    first: usize,
    last: usize,
}

/// What one report says in one language.
pub(super) fn tellings(
    text: &str,
    sentences: &[&Sentence],
    tongue: Tongue,
    gazetteer: &Gazetteer,
    published: Option<Date>,
) -> (Vec<PlaceWords>, Vec<Telling>) {
    let mut all_sites: Vec<Site> = Vec::new();
    let mut take = |words: Words| -> Vec<(usize, Site)> {
        let found = sites::find(text, words, tongue, gazetteer);
        let first = all_sites.len();
        all_sites.extend(found.iter().cloned());
        found
            .into_iter()
            .enumerate()
            .map(|(i, s)| (first + i, s))
            .collect()
    };
    let line = sentences.iter().find(|s| s.role == Role::Dateline);
    let dateline: Vec<(usize, Site)> = line.map_or_else(Vec::new, |s| {
        take(Words(&lexicon::words(text, &s.tokens, tongue)))
    });
    let looks: Vec<Look> = whole_sentences(text, sentences, tongue)
        .into_iter()
        .enumerate()
        .map(|(n, span)| {
            let words = lexicon::words(text, &tokens(text, span), tongue);
            let dates = dates::find(Words(&words), tongue);
            let sites = take(Words(&words));
            let taken: Vec<Range<usize>> = dates
                .iter()
                .map(|d| d.mention.tokens.clone())
                .chain(sites.iter().map(|(_, s)| s.words.clone()))
                .collect();
            Look {
                n,
                clause: voice::clauses(Words(&words)),
                figures: tolls::find(Words(&words), &taken),
                speaker: voice::speaker(text, Words(&words)),
                dates,
                sites,
                words,
            }
        })
        .collect();
    let places = sites::located(&all_sites, gazetteer);
    let teller = Teller {
        text,
        places: &places,
        published,
        gazetteer,
    };
    let mut events: Vec<Seen> = Vec::new();
    for look in &looks {
        let told = teller.seen(look);
        let own = !told.is_empty();
        for seen in told {
            teller.add(look, seen, &mut events);
        }
        if !own {
            teller.follow(look, &mut events);
        }
    }
    let dateline = dateline.iter().map(|(i, _)| *i).find(|i| {
        places[*i]
            .candidates
            .first()
            .is_some_and(|c| c.precision.is_pointlike())
    });
    let tellings = teller.finish(events, dateline);
    (places, tellings)
}

/// The report's own sentences; one that ends in a shortening of the language goes on.
fn whole_sentences(text: &str, sentences: &[&Sentence], tongue: Tongue) -> Vec<Range<usize>> {
    let mut out: Vec<(Range<usize>, usize)> = Vec::new();
    for s in sentences.iter().filter(|s| s.role == Role::Body) {
        let goes_on = out.last().is_some_and(|(span, paragraph)| {
            *paragraph == s.paragraph && ends_short(&text[span.clone()], tongue)
        });
        match out.last_mut() {
            Some((span, _)) if goes_on => span.end = s.span.end,
            _ => out.push((s.span.clone(), s.paragraph)),
        }
    }
    out.into_iter().map(|(span, _)| span).collect()
}

fn ends_short(sentence: &str, tongue: Tongue) -> bool {
    let Some(bare) = sentence.strip_suffix('.') else {
        return false;
    };
    let bare = bare.trim_end();
    let last = bare.split_whitespace().next_back().unwrap_or("");
    let start = bare.len() - last.len();
    let words = lexicon::words(bare, &tokens(bare, start..bare.len()), tongue);
    words.last().is_some_and(|w| {
        w.tags
            .iter()
            .any(|t| t.row.is == Is::Short || t.row.value == "short")
    })
}

struct Teller<'a> {
    text: &'a str,
    places: &'a [PlaceWords],
    published: Option<Date>,
    gazetteer: &'a Gazetteer,
}

impl Teller<'_> {
    fn located(&self, place: usize) -> Option<&gazetteer::Located> {
        self.places[place].candidates.first()
    }

    /// The events that a sentence tells, with what it says of each.
    fn seen(&self, look: &Look) -> Vec<Seen> {
        let words = Words(&look.words);
        let mut out: Vec<Seen> = Vec::new();
        let mut i = 0;
        while i < words.len() {
            let taken = look.dates.iter().any(|d| d.mention.tokens.contains(&i))
                || look.sites.iter().any(|(_, s)| s.words.contains(&i));
            let event = words.tag(i, Is::Event).or_else(|| words.tag(i, Is::Fire));
            let Some(tag) = event.filter(|_| !taken) else {
                i += 1;
                continue;
            };
            let at = i..i + tag.len;
            i = at.end;
            let kind = self.kind(look, &at, tag.row.kind());
            self.take(look, at, kind, &mut out);
        }
        if out.is_empty()
            && let Some(at) = armed_killing(look)
        {
            self.take(look, at, IncidentType::AttackOther, &mut out);
        }
        self.give_dates(look, &mut out);
        out.retain(|seen| !seen.to_come || seen.when.is_some());
        self.give_places(look, &mut out);
        self.give_figures(look, &mut out);
        for seen in &mut out {
            let civilians = seen.tolls.iter().any(|t| t.toll.of == OfWhom::Civilians);
            let armed = words.any(0..words.len(), Is::Armed);
            if seen.kind == IncidentType::AttackOther && civilians && armed {
                seen.kind = IncidentType::AttackCivilians;
            }
        }
        out
    }

    /// A word that tells of an event: of one the sentence told already, or of a new one.
    fn take(&self, look: &Look, at: Range<usize>, kind: IncidentType, out: &mut Vec<Seen>) {
        let words = Words(&look.words);
        if vague(kind) && words.any(0..words.len(), Is::Figurative) {
            return;
        }
        let heard = voice::heard(words, &at, &look.clause);
        if matches!(
            heard.standing,
            Standing::Negated | Standing::Planned | Standing::Hypothetical
        ) {
            return;
        }
        let span = words.bytes(&at);
        let actors = if matches!(kind.kind(), Kind::Hazard | Kind::Protest) {
            Vec::new()
        } else {
            voice::actors(words, &at, &look.clause, self.gazetteer)
        };
        let same = out.iter_mut().rev().find(|s| {
            !heard.other
                && (compatible(s.kind, kind) || brings(s.kind, kind) || brings(kind, s.kind))
        });
        if let Some(seen) = same {
            if vague(seen.kind) && tells_the_means(kind) && compatible(seen.kind, kind)
                || brings(kind, seen.kind)
                || (seen.kind, kind) == (IncidentType::Airstrike, IncidentType::DroneStrike)
            {
                seen.kind = kind;
            }
            seen.standings.push(heard.standing);
            seen.summary &= heard.summary;
            seen.spans.push(span);
            seen.at.push(at);
            add_actors(&mut seen.actors, actors);
            return;
        }
        out.push(Seen {
            kind,
            standings: vec![heard.standing],
            denied: heard.denied,
            other: heard.other,
            summary: heard.summary,
            to_come: false,
            when: None,
            relative: None,
            place: None,
            by_dateline: false,
            actors,
            tolls: Vec::new(),
            spans: vec![span],
            at: vec![at],
            says: look
                .speaker
                .iter()
                .filter(|_| !heard.denied)
                .cloned()
                .collect(),
            denies: look
                .speaker
                .iter()
                .filter(|_| heard.denied)
                .cloned()
                .collect(),
            first: look.n,
            last: look.n,
        });
    }

    /// "attack" with its means: the nearest in the sentence, its own clause first.
    fn kind(&self, look: &Look, at: &Range<usize>, told: IncidentType) -> IncidentType {
        /// How far the means stands from its event, in words.
        const REACH: usize = 14;
        /// How far behind an air strike the drone stands, in words.
        const DRONE_REACH: usize = 4;
        let words = Words(&look.words);
        // "an Israeli raid by a drone": the drone says more than the raid.
        let drone = words
            .all(at.start..(at.end + DRONE_REACH).min(words.len()), Is::Means)
            .any(|(i, tag)| {
                tag.row.kind() == IncidentType::DroneStrike
                    && look.clause[i] == look.clause[at.start]
            });
        if told == IncidentType::Airstrike && drone {
            return IncidentType::DroneStrike;
        }
        if !vague(told) {
            return told;
        }
        let cost = |i: usize| {
            let gap = i.abs_diff(at.start);
            gap + CLAUSE_COST * look.clause[i].abs_diff(look.clause[at.start])
        };
        words
            .all(0..words.len(), Is::Means)
            .filter(|(i, _)| cost(*i) <= REACH)
            .min_by_key(|(i, _)| cost(*i))
            .map(|(_, tag)| tag.row.kind())
            .filter(|kind| compatible(told, *kind))
            .unwrap_or(told)
    }

    fn give_dates(&self, look: &Look, out: &mut [Seen]) {
        let words = Words(&look.words);
        for (n, date) in look.dates.iter().enumerate() {
            let m = &date.mention;
            let duration = matches!(m.form, Form::Duration { .. });
            if date.since || duration || date.direction == Direction::Future || spoken(words, date)
            {
                continue;
            }
            // "the war that began in 2014": a year is no day of what is told in detail.
            let Some(seen) = nearest(look, out, &m.tokens, DATE_COST_MAX) else {
                continue;
            };
            let seen = &mut out[seen];
            if matches!(m.form, Form::FromEvent { .. }) {
                seen.relative.get_or_insert_with(|| look.dates[n].clone());
                continue;
            }
            let when = date.resolved(self.text, self.published);
            // What is told of a day to come is a plan, whatever the verb.
            if let (Some(start), Some(published)) = (when.start, self.published)
                && start > published
            {
                seen.to_come = true;
                continue;
            }
            let better = seen
                .when
                .as_ref()
                .is_none_or(|(old, _)| narrower(&when, old));
            if better {
                seen.when = Some((when, m.span.clone()));
            }
        }
    }

    fn give_places(&self, look: &Look, out: &mut [Seen]) {
        for (i, site) in &look.sites {
            if site.usage != Usage::Place || self.located(*i).is_none() || !is_place(look, site) {
                continue;
            }
            let Some(seen) = nearest(look, out, &site.words, usize::MAX) else {
                continue;
            };
            let seen = &mut out[seen];
            let closer = match seen.place {
                None => true,
                Some(old) => {
                    let (new, old) = (self.located(*i), self.located(old));
                    new.zip(old).is_some_and(|(n, o)| {
                        n.precision.is_pointlike() && !o.precision.is_pointlike()
                            || finer(n) < finer(o) && !o.precision.is_pointlike()
                    })
                }
            };
            if closer {
                seen.place = Some(*i);
            }
        }
    }

    fn give_figures(&self, look: &Look, out: &mut [Seen]) {
        for figure in &look.figures {
            if let Some(seen) = nearest(look, out, &figure.words, usize::MAX) {
                let told = self.toll(look, figure);
                add_toll(&mut out[seen].tolls, told);
            }
        }
    }

    fn toll(&self, look: &Look, figure: &Figure) -> TollTold {
        let words = Words(&look.words);
        let span = words.bytes(&figure.words);
        let of_whom = figure
            .of_whom
            .as_ref()
            .map_or("", |range| &self.text[words.bytes(range)]);
        TollTold {
            toll: Toll {
                harm: figure.harm,
                count: figure.count,
                of: figure.of,
                of_whom: of_whom.to_owned(),
                said_by: look.speaker.clone(),
                text: self.text[span.clone()].to_owned(),
            },
            span,
        }
    }

    /// Takes what a sentence tells into an event known, or makes a new one of it.
    fn add(&self, look: &Look, mut seen: Seen, events: &mut Vec<Seen>) {
        if let Some(date) = seen.relative.take()
            && seen.when.is_none()
        {
            let words = &self.text[date.mention.span.clone()];
            let anchor = events.iter().rev().find_map(|e| e.when.as_ref());
            let when = match anchor {
                Some((anchor, _)) => from_event(&date.mention, words, anchor, self.published),
                None => before(
                    self.published,
                    words,
                    "relative to an event whose day is not told",
                ),
            };
            seen.when = Some((when, date.mention.span));
            seen.other = true;
        }
        let of_day = seen
            .when
            .as_ref()
            .is_some_and(|(w, _)| w.precision == DatePrecision::Day);
        if seen.summary && !of_day {
            return;
        }
        let index = events.iter().rposition(|e| {
            look.n - e.last <= LINK_SENTENCES_MAX && !seen.other && self.same(e, &seen)
        });
        let Some(index) = index else {
            let told = seen.place.is_some() || seen.when.is_some() || !seen.tolls.is_empty();
            // Those caught after what is told before are no incident of their own.
            let sequel =
                seen.kind == IncidentType::Arrest && seen.place.is_none() && !events.is_empty();
            if told && !sequel {
                events.push(seen);
            }
            return;
        };
        let event = &mut events[index];
        if vague(event.kind) && tells_the_means(seen.kind) && compatible(event.kind, seen.kind) {
            event.kind = seen.kind;
        }
        if let Some((when, span)) = seen.when {
            let better = event
                .when
                .as_ref()
                .is_none_or(|(old, _)| narrower(&when, old));
            if better {
                event.when = Some((when, span));
            }
        }
        let closer = match (event.place, seen.place) {
            (None, place) => place,
            (Some(old), Some(new)) => {
                let point = |p: usize| self.located(p).is_some_and(|l| l.precision.is_pointlike());
                Some(if point(new) && !point(old) { new } else { old })
            }
            (old, None) => old,
        };
        event.place = closer;
        event.denied |= seen.denied;
        event.standings.extend(seen.standings);
        event.spans.extend(seen.spans);
        event.last = look.n;
        for told in seen.tolls {
            add_toll(&mut event.tolls, told);
        }
        add_actors(&mut event.actors, seen.actors);
        for (list, new) in [
            (&mut event.says, seen.says),
            (&mut event.denies, seen.denies),
        ] {
            for speaker in new {
                if !list.contains(&speaker) {
                    list.push(speaker);
                }
            }
        }
    }

    /// Can a sentence tell more of an event known?
    fn same(&self, event: &Seen, seen: &Seen) -> bool {
        let kinds = compatible(event.kind, seen.kind) || brings(event.kind, seen.kind);
        let days = event
            .when
            .as_ref()
            .zip(seen.when.as_ref())
            .is_none_or(|((a, _), (b, _))| dates_fit(a, b));
        let places = event
            .place
            .zip(seen.place)
            .and_then(|(a, b)| self.located(a).zip(self.located(b)))
            .is_none_or(|(a, b)| located_fit(a, b));
        // What is told as history is no more of the news.
        let past = |s: &Seen| s.standings.contains(&Standing::Background);
        kinds && days && places && past(event) == past(seen)
    }

    /// A sentence without an event of its own: figures of, or a denial of, the one before.
    fn follow(&self, look: &Look, events: &mut [Seen]) {
        let words = Words(&look.words);
        let all = 0..words.len();
        let Some(event) = events
            .last_mut()
            .filter(|e| look.n - e.last <= FOLLOWS_SENTENCES_MAX)
        else {
            return;
        };
        if words.any(all.clone(), Is::Deny) {
            event.denied = true;
            event.denies.extend(look.speaker.clone());
            return;
        }
        let of_another = words.any(all.clone(), Is::Past)
            || words.any(all.clone(), Is::Plan)
            || words.any(all.clone(), Is::Maybe)
            || words.any(all, Is::Summary)
            || look.dates.iter().any(|d| {
                let when = d.resolved(self.text, self.published);
                d.since
                    || matches!(d.mention.form, Form::Year(_) | Form::MonthYear { .. })
                    || event
                        .when
                        .as_ref()
                        .is_some_and(|(w, _)| !dates_fit(w, &when))
            });
        let elsewhere = look.sites.iter().any(|(i, site)| {
            let here = event.place.and_then(|p| self.located(p));
            site.usage == Usage::Place
                && here
                    .zip(self.located(*i))
                    .is_some_and(|(a, b)| !located_fit(a, b))
        });
        if of_another || elsewhere {
            return;
        }
        for figure in &look.figures {
            add_toll(&mut event.tolls, self.toll(look, figure));
            event.last = look.n;
        }
    }

    fn finish(&self, mut events: Vec<Seen>, dateline: Option<usize>) -> Vec<Telling> {
        let background = |e: &Seen| e.standings.contains(&Standing::Background);
        if let Some(first) = events.first_mut().filter(|e| !background(e))
            && first.place.is_none()
            && first.first == 0
            && let Some(place) = dateline
        {
            first.place = Some(place);
            first.by_dateline = true;
        }
        let newest = events
            .iter()
            .filter_map(|e| e.when.as_ref().and_then(|(w, _)| w.end))
            .chain(self.published)
            .max();
        // What is told by the way of something newer may be history.
        let beside = events.len() > 1;
        events
            .into_iter()
            .map(|e| self.telling(e, newest, beside))
            .collect()
    }

    fn telling(&self, e: Seen, newest: Option<Date>, beside: bool) -> Telling {
        let standing = standing(&e, newest, beside);
        let (when, when_span) = match e.when {
            Some((when, span)) if when.precision != DatePrecision::Unknown => (when, Some(span)),
            Some((when, span)) => match self.published {
                Some(p) => (
                    When {
                        text: when.text,
                        ..before(Some(p), "", NO_DAY)
                    },
                    Some(span),
                ),
                None => (when, Some(span)),
            },
            None => match self.published {
                Some(p) => (before(Some(p), "", NO_DAY), None),
                None => (When::unknown(), None),
            },
        };
        let place = e.place.and_then(|p| self.located(p));
        // The English reader's ruling, a step lower: less of the sentence is understood.
        let day = match when.precision {
            DatePrecision::Day => 0.2,
            DatePrecision::Unknown | DatePrecision::Before => 0.0,
            _ => 0.1,
        };
        let point = match place {
            Some(p) if p.precision.is_pointlike() && !e.by_dateline => 0.2,
            Some(_) => 0.1,
            None => 0.0,
        };
        let claim = if standing == Standing::Claimed {
            0.15
        } else {
            0.0
        };
        let mut tags = Vec::new();
        if e.denied {
            tags.push("denied".to_owned());
        }
        Telling {
            kind: e.kind,
            tags,
            standing,
            when,
            when_span,
            place: e.place,
            place_inferred: e.by_dateline.then_some(BY_DATELINE),
            actors: e.actors,
            targets: Vec::new(),
            target_kind: None,
            tolls: e.tolls,
            events: e.spans,
            says: e.says,
            denies: e.denies,
            confidence: 0.3 + day + point - claim,
        }
    }
}

/// How fine a place is told: radius in metres.
fn finer(located: &gazetteer::Located) -> f64 {
    located.radius_m.unwrap_or(f64::MAX)
}

/// A type that says no means.
fn vague(kind: IncidentType) -> bool {
    matches!(kind, IncidentType::AttackOther | IncidentType::Explosion)
}

/// Does a type say how an attack was made? A fire set or somebody taken on the way does not.
fn tells_the_means(kind: IncidentType) -> bool {
    use IncidentType as T;
    !vague(kind) && !matches!(kind, T::Sabotage | T::Abduction | T::Riot | T::Arrest)
}

/// Does an event bring another with it, which is none of its own: the blast of a strike, the flood
/// of a storm?
fn brings(cause: IncidentType, kind: IncidentType) -> bool {
    use IncidentType as T;
    match kind {
        T::Explosion | T::Sabotage | T::Accident => cause.kind() == Kind::Strike,
        T::Landslide | T::Flood => matches!(cause, T::Storm | T::Earthquake),
        _ => false,
    }
}

/// "Gunmen killed five people": an attack told by who and whom alone.
fn armed_killing(look: &Look) -> Option<Range<usize>> {
    /// How far the killing stands from those who did it, in words.
    const REACH: usize = 8;
    let words = Words(&look.words);
    let killed = |tag: &&lexicon::Tag| tag.row.value == Harm::Killed.code();
    words.all(0..words.len(), Is::Armed).find_map(|(i, _)| {
        // Armed people counted are those who fell.
        let counted = look
            .figures
            .iter()
            .any(|f| f.words.contains(&i) || f.of_whom.as_ref().is_some_and(|r| r.contains(&i)));
        let people = look
            .figures
            .iter()
            .any(|f| f.harm == Harm::Killed && f.of != OfWhom::Some);
        let (at, tag) = words
            .all(
                i.saturating_sub(REACH)..(i + REACH).min(words.len()),
                Is::Harm,
            )
            .find(|(_, tag)| killed(tag))?;
        (!counted && people && look.clause[at] == look.clause[i]).then(|| at..at + tag.len)
    })
}

/// The event of the sentence to which words belong: the nearest, its own clause first.
fn nearest(look: &Look, out: &[Seen], range: &Range<usize>, cost_max: usize) -> Option<usize> {
    let cost = |seen: &Seen| {
        seen.at
            .iter()
            .map(|at| {
                let gap = if range.start >= at.end {
                    range.start - at.end
                } else {
                    at.start.saturating_sub(range.end)
                };
                gap + CLAUSE_COST * look.clause[range.start].abs_diff(look.clause[at.start])
            })
            .min()
            .unwrap_or(usize::MAX)
    };
    if out.len() == 1 {
        return Some(0);
    }
    (0..out.len())
        .map(|i| (cost(&out[i]), i))
        .filter(|(cost, _)| *cost <= cost_max)
        .min()
        .map(|(_, i)| i)
}

/// "said on Monday": the day of the words, not of the event.
fn spoken(words: Words, date: &Told) -> bool {
    /// How far the verb of speech stands before the day, in words.
    const REACH: usize = 6;
    /// Right before it, no "that" is needed.
    const CLOSE: usize = 2;
    let at = &date.mention.tokens;
    let from = at.start.saturating_sub(REACH);
    // "according to a report of Monday": unless the event follows in the same clause.
    let source = words
        .all(from..at.start, Is::By)
        .last()
        .filter(|(i, tag)| (i + tag.len..at.start).all(|k| !words.mark(k) && !tells(words, k)))
        .is_some();
    let goes_on = (at.end..words.len())
        .take_while(|k| !words.mark(*k) && !words.is(*k, Is::Break))
        .any(|k| tells(words, k));
    if source && !goes_on {
        return true;
    }
    let said = words
        .all(from..at.start, Is::Say)
        .last()
        .filter(|(i, tag)| {
            (i + tag.len..at.start)
                .all(|k| !words.mark(k) && !words.is(k, Is::That) && !tells(words, k))
        });
    let Some((i, tag)) = said else {
        return false;
    };
    let that = (at.end..at.end + 3).any(|k| words.is(k, Is::That));
    let ends = words.mark(at.end);
    let gap = (i + tag.len..at.start)
        .filter(|k| !words.is(*k, Is::In) && !words.is(*k, Is::Of))
        .count();
    that || ends || gap <= CLOSE
}

/// Does a word tell of an event or of harm?
fn tells(words: Words, at: usize) -> bool {
    [Is::Event, Is::Fire, Is::Harm]
        .into_iter()
        .any(|is| words.is(at, is))
}

/// Is a phrase the place of something, in this sentence?
fn is_place(look: &Look, site: &Site) -> bool {
    let words = Words(&look.words);
    let event_in = |range: Range<usize>| {
        words.any(range.clone(), Is::Event)
            || words.any(range.clone(), Is::Fire)
            || words.any(range, Is::Harm)
    };
    let at = &site.words;
    match site.lead {
        Lead::In => true,
        Lead::On | Lead::Of => {
            let reach = if site.named_as_place {
                NAMED_TARGET_REACH
            } else {
                TARGET_REACH
            };
            let near = at.start.saturating_sub(reach)..at.start;
            // "in a school of A": where the event is, told by what stands there.
            let in_something = site.lead == Lead::Of
                && words
                    .all(near.clone(), Is::In)
                    .any(|(k, _)| (k..at.start).all(|j| !words.mark(j) && !words.is(j, Is::Break)));
            !site.country && (event_in(near) || in_something)
        }
        Lead::Bare => {
            !site.country
                && event_in(
                    at.start.saturating_sub(BARE_REACH)..(at.end + BARE_REACH).min(words.len()),
                )
        }
    }
}

fn add_actors(
    list: &mut Vec<(PartyMention, Range<usize>)>,
    new: Vec<(PartyMention, Range<usize>)>,
) {
    for (party, span) in new {
        if !list.iter().any(|(p, _)| p.id == party.id) {
            list.push((party, span));
        }
    }
}

/// Adds a figure unless it is told already, or is less than one told before it of the same people:
/// that is a part of it more often than another count.
fn add_toll(list: &mut Vec<TollTold>, told: TollTold) {
    let known = list.iter().any(|t| {
        t.toll.harm == told.toll.harm
            && t.toll.of == told.toll.of
            && t.toll.of_whom == told.toll.of_whom
            && t.toll.count.least >= told.toll.count.least
            && t.toll.said_by == told.toll.said_by
    });
    if !known {
        list.push(told);
    }
}

fn standing(e: &Seen, newest: Option<Date>, beside: bool) -> Standing {
    let all = |list: &[Standing]| e.standings.iter().all(|s| list.contains(s));
    if e.standings.contains(&Standing::Background) {
        return Standing::Background;
    }
    let old = e
        .when
        .as_ref()
        .and_then(|(w, _)| w.end)
        .zip(newest)
        .is_some_and(|(end, newest)| (newest - end).get_days() > NEWS_DAYS_MAX);
    if old && (beside || e.first > 0) {
        return Standing::Background;
    }
    if e.denied {
        Standing::Disputed
    } else if all(&[Standing::Claimed]) {
        Standing::Claimed
    } else {
        Standing::Happened
    }
}
