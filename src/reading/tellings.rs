//! From mentions to tellings: which words tell of one event, and which date, place, party and
//! figure belong to it.
//!
//! A report tells an event several times: "carried out an attack ... The latest attack took place
//! Thursday ... following the strike today". Mentions that nothing tells apart are one event; a
//! later mention may bring the day, an earlier one the place. What tells them apart: another day,
//! another place, another sort of event, or a word such as "another" or "similar".

use std::ops::Range;

use gazetteer::{Kind as PlaceKind, Located, Precision, Usage};
use jiff::civil::Date;

use crate::incident::fit::{compatible, dates_fit, located_fit};
use crate::incident::{Count, DatePrecision, Harm, IncidentType, OfWhom, Standing, Toll, When};
use crate::incident::{EARLIER_FIGURE, PART_OF_FIGURE};

use super::dates::{self, DateMention, Form, direction_of};
use super::events::{self, Article, EventMention};
use super::parties::{self, CountryWord, PartyMention};
use super::sentences::{Role, Sentence, Token};
use super::tolls;

/// A place phrase of the text with what it may mean.
#[derive(Clone, Debug)]
pub struct PlaceWords {
    /// Byte range in the text.
    pub span: Range<usize>,
    /// How the words use the place.
    pub usage: Usage,
    /// What it may mean, best first.
    pub candidates: Vec<Located>,
}

impl PlaceWords {
    fn best(&self) -> Option<&Located> {
        self.candidates.first()
    }
}

/// A figure with its words in the text.
#[derive(Clone, PartialEq, Debug)]
pub struct TollTold {
    /// The figure.
    pub toll: Toll,
    /// Byte range in the text.
    pub span: Range<usize>,
}

/// One event as one report tells it.
#[derive(Clone, Debug)]
pub struct Telling {
    /// What happened.
    pub kind: IncidentType,
    /// Tags.
    pub tags: Vec<String>,
    /// Does the report say that it happened?
    pub standing: Standing,
    /// When.
    pub when: When,
    /// Byte range of the date's words.
    pub when_span: Option<Range<usize>>,
    /// Index of the place phrase among those given.
    pub place: Option<usize>,
    /// Who did it.
    pub actors: Vec<(PartyMention, Range<usize>)>,
    /// To whom.
    pub targets: Vec<(PartyMention, Range<usize>)>,
    /// What sort of thing was hit.
    pub target_kind: Option<String>,
    /// Figures.
    pub tolls: Vec<TollTold>,
    /// Byte ranges of the words that tell of the event.
    pub events: Vec<Range<usize>>,
    /// Who says so, in words.
    pub says: Vec<String>,
    /// Who denies it.
    pub denies: Vec<String>,
    /// 0 to 1.
    pub confidence: f64,
}

/// Days before publication after which an event told by the way is history, not news.
pub const NEWS_DAYS_MAX: i32 = 75;

/// One sentence with everything found in it.
struct Found<'a> {
    sentence: &'a Sentence,
    clause: Vec<usize>,
    events: Vec<EventMention>,
    dates: Vec<DateMention>,
    /// Index into the place phrases and the tokens they take.
    places: Vec<(usize, Range<usize>)>,
    parties: Vec<PartyMention>,
    tolls: Vec<tolls::TollMention>,
    speaker: Option<String>,
}

/// An event being put together.
struct Event {
    kind: IncidentType,
    sure: bool,
    standings: Vec<Standing>,
    denied: bool,
    cause: bool,
    when: Option<(When, Range<usize>)>,
    relative: Option<(DateMention, Range<usize>)>,
    place: Option<usize>,
    place_weak: bool,
    actors: Vec<(PartyMention, Range<usize>)>,
    targets: Vec<(PartyMention, Range<usize>)>,
    target_kind: Option<String>,
    tolls: Vec<TollTold>,
    spans: Vec<Range<usize>>,
    says: Vec<String>,
    denies: Vec<String>,
    last_sentence: usize,
    paragraph: usize,
    follows: Option<usize>,
    site: Option<String>,
    tags: Vec<String>,
    bare: bool,
}

/// Puts the tellings of a report together.
#[must_use]
pub fn tellings(
    text: &str,
    sentences: &[Sentence],
    places: &[PlaceWords],
    names: &super::CountryNames,
    published: Option<Date>,
) -> Vec<Telling> {
    let found: Vec<Found> = sentences
        .iter()
        .filter(|s| s.role == Role::Body)
        .map(|s| look(text, s, places, names))
        .collect();
    let mut events: Vec<Event> = Vec::new();
    for (n, f) in found.iter().enumerate() {
        // A figure read before the event it belongs to waits for the sentence's own event.
        let mut told_here: Vec<usize> = Vec::new();
        for m in &f.events {
            if let Some(index) = take(text, n, f, m, &mut events, places, published, &told_here) {
                if !told_here.contains(&index) {
                    told_here.push(index);
                }
            }
        }
        spread_place(f, &mut events, places);
        site_place(text, n, f, &mut events, places);
        add_tolls(text, n, f, &mut events, &told_here);
        add_dates_alone(text, n, f, &mut events, places, published, &told_here);
    }
    finish(text, events, places, &found, published)
}

/// Everything in a sentence.
fn look<'a>(
    text: &str,
    sentence: &'a Sentence,
    places: &[PlaceWords],
    names: &super::CountryNames,
) -> Found<'a> {
    let tokens = &sentence.tokens;
    let token_range = |span: &Range<usize>| -> Option<Range<usize>> {
        let first = tokens.iter().position(|t| t.span.end > span.start)?;
        let end = tokens.iter().rposition(|t| t.span.start < span.end)? + 1;
        (first < end).then_some(first..end)
    };
    let inside: Vec<(usize, Range<usize>)> = places
        .iter()
        .enumerate()
        .filter(|(_, p)| sentence.span.start <= p.span.start && p.span.end <= sentence.span.end)
        .filter_map(|(i, p)| Some((i, token_range(&p.span)?)))
        .collect();
    let countries: Vec<CountryWord> = inside
        .iter()
        .filter_map(|(i, range)| country_word(&places[*i], range, names))
        .collect();
    let mut parties = parties::find(text, tokens, &countries);
    let dates = dates::find(tokens);
    let found_places: Vec<(usize, Range<usize>)> = inside
        .into_iter()
        .filter(|(i, range)| {
            places[*i].usage == Usage::Place
                && !parties.iter().any(|p| {
                    p.id.as_deref().is_some_and(|id| !id.starts_with("state:"))
                        && p.tokens.start <= range.start
                        && range.end <= p.tokens.end
                })
        })
        .collect();
    // A country in a place role ("in Syria") is no party.
    parties.retain(|p| {
        !(p.kind == "state"
            && p.tokens.start > 0
            && matches!(
                tokens[p.tokens.start - 1].lower.as_str(),
                "in" | "of"
                    | "from"
                    | "across"
                    | "throughout"
                    | "into"
                    | "near"
                    | "eastern"
                    | "western"
                    | "northern"
                    | "southern"
                    | "northeastern"
                    | "northwestern"
                    | "southeastern"
                    | "southwestern"
                    | "northeast"
                    | "northwest"
                    | "southeast"
                    | "southwest"
                    | "central"
                    | "inside"
                    | "outside"
                    | "within"
                    | "over"
            ))
    });
    Found {
        clause: events::clauses(tokens),
        events: events::find(tokens),
        dates,
        places: found_places,
        tolls: tolls::find(tokens),
        speaker: speaker(text, tokens, &parties),
        parties,
        sentence,
    }
}

fn country_word(
    place: &PlaceWords,
    range: &Range<usize>,
    names: &super::CountryNames,
) -> Option<CountryWord> {
    let best = place.best()?;
    if place.usage == Usage::PartOfName {
        return None;
    }
    let whole = best.kind == PlaceKind::Country;
    let capital = best.kind == PlaceKind::Capital && place.usage == Usage::Metonym;
    if !whole && !capital && place.usage != Usage::Demonym {
        return None;
    }
    let country = best.country?.to_string();
    Some(CountryWord {
        tokens: range.clone(),
        adjective: names.adjective(&country),
        name: names.name(&country),
        country,
        demonym: place.usage == Usage::Demonym,
    })
}

/// Who speaks in the sentence: "according to X", "X said".
fn speaker(text: &str, tokens: &[Token], parties: &[PartyMention]) -> Option<String> {
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    for i in 0..tokens.len() {
        if word(i) == "according" && word(i + 1) == "to" {
            let mut end = i + 2;
            while end < tokens.len()
                && end < i + 14
                && !matches!(
                    word(end),
                    "," | "." | ";" | "who" | "which" | "cited" | "that" | "after" | "on" | "in"
                )
            {
                end += 1;
            }
            if end > i + 2 {
                return Some(text[tokens[i + 2].span.start..tokens[end - 1].span.end].to_owned());
            }
        }
    }
    let verb = (0..tokens.len()).find(|i| {
        matches!(
            word(*i),
            "said"
                | "says"
                | "told"
                | "reported"
                | "confirmed"
                | "announced"
                | "stated"
                | "added"
                | "acknowledged"
                | "put"
        )
    })?;
    // "X said" or, at the end of a sentence, "said X".
    let before = (0..verb)
        .rev()
        .take_while(|i| !matches!(word(*i), "," | ";" | "“" | "\"" | "”" | "that"))
        .last();
    if let Some(start) = before
        && verb - start <= 14
        && tokens[start..verb].iter().any(Token::is_word)
    {
        return Some(text[tokens[start].span.start..tokens[verb - 1].span.end].to_owned());
    }
    let _ = parties;
    let mut end = verb + 1;
    while end < tokens.len()
        && end < verb + 12
        && !matches!(word(end), "," | "." | ";" | "who" | "on" | "in" | "that")
    {
        end += 1;
    }
    (end > verb + 1 && !matches!(word(verb), "told" | "put"))
        .then(|| text[tokens[verb + 1].span.start..tokens[end - 1].span.end].to_owned())
}

fn bytes(f: &Found, tokens: &Range<usize>) -> Range<usize> {
    f.sentence.tokens[tokens.start].span.start..f.sentence.tokens[tokens.end - 1].span.end
}

/// How far a date or place may stand from its event: tokens, with each clause between counting
/// as so many tokens more.
const CLAUSE_COST: usize = 9;

/// The cost of joining something at `range` to a mention, by the nearest of its words.
fn cost(f: &Found, mention: &EventMention, range: &Range<usize>) -> usize {
    std::iter::once(&mention.tokens)
        .chain(&mention.also)
        .map(|trigger| cost_from(f, trigger, range))
        .min()
        .unwrap_or(usize::MAX)
}

/// The cost seen from one trigger; order words between cost more.
fn cost_from(f: &Found, trigger: &Range<usize>, range: &Range<usize>) -> usize {
    let (gap, between) = if range.start >= trigger.end {
        (range.start - trigger.end, trigger.end..range.start)
    } else {
        (
            trigger.start.saturating_sub(range.end),
            range.end..trigger.start,
        )
    };
    let crossed = f.clause[range.start].abs_diff(f.clause[trigger.start]);
    let orders = f.sentence.tokens[between.start.min(between.end)..between.end]
        .iter()
        .filter(|t| {
            matches!(
                t.lower.as_str(),
                "after"
                    | "before"
                    | "follows"
                    | "follow"
                    | "followed"
                    | "following"
                    | "said"
                    | "told"
                    | "announced"
                    | "issued"
                    | "comes"
                    | "came"
                    | "since"
                    | "until"
                    | "called"
                    | "warned"
            )
        })
        .count();
    // A date that opens the sentence belongs to its main clause.
    let opening = range.start <= 1 && range.end < trigger.start;
    gap + if opening { 0 } else { crossed * CLAUSE_COST } + orders * 14
}

/// Largest cost at which a date still belongs to an event.
const DATE_COST_MAX: usize = 48;

/// Largest cost at which a place still belongs to an event.
const PLACE_COST_MAX: usize = 52;

/// The date nearest to the mention, unless another mention of the sentence is nearer to it.
fn date_of<'a>(f: &'a Found, mention: &EventMention) -> Option<&'a DateMention> {
    let usable =
        |d: &&DateMention| !matches!(d.form, Form::Duration { .. }) && !is_of_another_thing(f, d);
    let (d, own) = f
        .dates
        .iter()
        .filter(usable)
        .map(|d| (d, cost(f, mention, &d.tokens)))
        .filter(|(_, c)| *c <= DATE_COST_MAX)
        .min_by_key(|(_, c)| *c)?;
    let rival = f
        .events
        .iter()
        .filter(|m| m.tokens != mention.tokens)
        .map(|m| cost(f, m, &d.tokens))
        .min();
    let opens = d.tokens.start <= 1;
    if rival.is_some_and(|r| r + 6 < own) && !opens {
        return None;
    }
    Some(d)
}

/// "defeated in 2019", "since 2011", "until Friday", "said on Friday": a date of something else.
fn is_of_another_thing(f: &Found, d: &DateMention) -> bool {
    let word = |k: usize| {
        d.tokens
            .start
            .checked_sub(k)
            .and_then(|i| f.sentence.tokens.get(i))
            .map_or("", |t| t.lower.as_str())
    };
    if matches!(word(1), "since" | "until" | "till") || (word(1) == "the" && word(2) == "since") {
        return true;
    }
    // "said on Friday", "wrote on Friday", "it was reported on Friday": the day of the words.
    let on = usize::from(matches!(word(1), "on" | "late" | "early" | "earlier"));
    let speech = |w: &str| {
        matches!(
            w,
            "said"
                | "says"
                | "wrote"
                | "reported"
                | "announced"
                | "told"
                | "statement"
                | "stated"
                | "tweeted"
                | "confirmed"
                | "added"
                | "reuters"
                | "afp"
                | "reporters"
                | "post"
                | "briefing"
                | "issued"
                | "accusations"
                | "comments"
                | "warned"
                | "posted"
        )
    };
    speech(word(on + 1)) || (speech(word(on + 2)) && !matches!(word(on + 1), "that" | "when"))
}

/// Words that lead to the place of an event.
const LOCATIVES: &[&str] = &[
    "in",
    "at",
    "near",
    "on",
    "around",
    "inside",
    "outside",
    "over",
    "across",
    "off",
    "into",
    "through",
    "along",
    "throughout",
    "within",
    "against",
    "between",
    "above",
    "towards",
    "toward",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "north",
    "south",
    "east",
    "west",
];

/// Nouns that make a place of the name before them: "Kramatorsk railway station".
const PLACE_NOUNS: &[&str] = &[
    "airport",
    "airfield",
    "airbase",
    "base",
    "garrison",
    "hospital",
    "station",
    "port",
    "camp",
    "prison",
    "market",
    "mosque",
    "church",
    "university",
    "school",
    "district",
    "province",
    "governorate",
    "region",
    "neighbourhood",
    "neighborhood",
    "suburb",
    "countryside",
    "area",
    "border",
    "crossing",
    "checkpoint",
    "dam",
    "bridge",
    "power",
    "nuclear",
    "railway",
    "refugee",
    "military",
    "international",
    "central",
    "city",
    "town",
    "village",
    "oblast",
    "state",
    "county",
    "refinery",
    "harbour",
    "harbor",
    "peninsula",
    "island",
    "valley",
    "sector",
    "highway",
    "road",
    "metro",
    "train",
    "displacement",
    "outskirts",
];

/// Is the place phrase used as the place of something: "in X", "struck X", "X airport", "X was
/// hit"? "Washington" in "pressed Washington" is not.
fn leads_to_place(f: &Found, range: &Range<usize>, place: &PlaceWords) -> bool {
    let tokens = &f.sentence.tokens;
    let word = |k: usize| {
        range
            .start
            .checked_sub(k)
            .and_then(|i| tokens.get(i))
            .map_or("", |t| t.lower.as_str())
    };
    let first = tokens[range.start].lower.as_str();
    let coarse = place
        .best()
        .is_some_and(|b| b.precision == Precision::Country);
    if coarse && tokens[range.end - 1].lower.ends_with("'s") {
        return false;
    }
    let relative = place.best().is_some_and(|b| {
        b.precision == Precision::NearPlace || b.basis == gazetteer::Basis::Offset
    });
    if relative || LOCATIVES.contains(&first) || super::numbers::word_value(first).is_some() {
        return !matches!(word(1), "from" | "fled" | "to" if word(1) != "to" || word(2) == "fled");
    }
    // Step back over what may stand between the preposition and the name.
    let mut k = 1;
    while k <= 5
        && matches!(
            word(k),
            "the"
                | "a"
                | "an"
                | "town"
                | "city"
                | "village"
                | "of"
                | "northern"
                | "southern"
                | "eastern"
                | "western"
                | "central"
                | "northeastern"
                | "northwestern"
                | "southeastern"
                | "southwestern"
                | "remote"
                | "area"
                | "areas"
                | "part"
                | "parts"
                | "province"
                | "governorate"
                | "region"
                | "district"
                | "outskirts"
                | "coast"
                | "capital"
                | "port"
                | "island"
                | "suburb"
                | "suburbs"
                | "border"
                | "camp"
                | "both"
                | "nearby"
                | "neighbouring"
                | "neighboring"
                | "occupied"
                | "us-occupied"
                | "besieged"
                | "held"
                | "state"
                | "county"
                | "waters"
                | "neighbourhood"
                | "neighborhood"
                | "heart"
                | "centre"
                | "center"
                | "settlement"
                | "country"
                | "country's"
        )
    {
        k += 1;
    }
    let lead = word(k);
    if LOCATIVES.contains(&lead) {
        return !(lead == "on"
            && matches!(
                word(k + 1),
                "pressure" | "sanctions" | "effect" | "impact" | "war" | "focus"
            ))
            && !(lead == "against"
                && place
                    .best()
                    .is_some_and(|b| b.precision == Precision::Country))
            && !(lead == "in" && matches!(word(k + 1), "interest" | "confidence" | "government"));
    }
    if lead == "to" {
        return matches!(
            word(k + 1),
            "close" | "next" | "jets" | "planes" | "troops" | "forces" | "spread"
        ) || (word(k + 1) == "" && false)
            || f.sentence.tokens[range.start.saturating_sub(k + 1)..range.start]
                .iter()
                .any(|t| t.lower == "area");
    }
    // "the centre of X", "the port of X": a place in its own right.
    let part = (1..k).any(|j| word(j) == "of")
        && (2..=k).any(|j| {
            matches!(
                word(j),
                "centre"
                    | "center"
                    | "heart"
                    | "outskirts"
                    | "suburb"
                    | "suburbs"
                    | "city"
                    | "town"
                    | "village"
                    | "port"
                    | "coast"
                    | "island"
                    | "capital"
                    | "district"
                    | "province"
            )
        });
    if part
        && !matches!(
            lead,
            "from" | "mayor" | "governor" | "resident" | "residents" | "outside"
        )
    {
        return true;
    }
    // "struck the sleeping quarters of X"
    let object_of = word(1) == "of"
        && (2..=7).any(|j| {
            range
                .start
                .checked_sub(j)
                .is_some_and(|i| f.events.iter().any(|m| m.tokens.contains(&i)))
        })
        && !(2..=7)
            .take_while(|j| {
                range
                    .start
                    .checked_sub(*j)
                    .is_some_and(|i| !f.events.iter().any(|m| m.tokens.contains(&i)))
            })
            .any(|j| {
                matches!(
                    word(j),
                    "," | "by" | "forces" | "troops" | "said" | "member" | "members" | "people"
                )
            });
    if object_of {
        return place
            .best()
            .is_none_or(|b| b.precision != Precision::Country);
    }
    // "X, the village that gunmen attacked"
    let taken_up = (range.end..range.end + 9).find(|i| {
        tokens
            .get(*i)
            .is_some_and(|t| matches!(t.lower.as_str(), "that" | "where" | "which"))
    });
    if let Some(at) = taken_up
        && matches!(
            tokens.get(range.end).map_or("", |t| t.lower.as_str()),
            "," | "where" | "that"
        )
        && f.events
            .iter()
            .any(|m| m.tokens.start > at && m.tokens.start <= at + 3)
    {
        return place
            .best()
            .is_none_or(|b| b.precision != Precision::Country);
    }
    // "struck X", "the shelling of X", "X, Y".
    let position = range.start.checked_sub(k);
    let after_event = position.is_some_and(|i| f.events.iter().any(|m| m.tokens.contains(&i)));
    let of_event = word(1) == "of"
        && range.start >= 2
        && f.events
            .iter()
            .any(|m| m.tokens.contains(&(range.start - 2)));
    if (after_event && !matches!(word(1), "of")) || of_event {
        return place
            .best()
            .is_none_or(|b| b.precision != Precision::Country);
    }
    let next = tokens.get(range.end).map_or("", |t| t.lower.as_str());
    if PLACE_NOUNS.contains(&next)
        && !(next == "military" && !f.events.iter().any(|m| m.tokens.start > range.end))
    {
        return place
            .best()
            .is_none_or(|b| b.precision != Precision::Country);
    }
    if matches!(next, "was" | "were" | "came")
        && tokens.get(range.end + 1).is_some_and(|t| {
            f.events.iter().any(|m| m.tokens.contains(&(range.end + 1))) || t.lower == "under"
        })
    {
        return true;
    }
    // "in X, Y" and "in X and Y": the link before leads.
    if matches!(lead, "," | "and") {
        return f
            .places
            .iter()
            .any(|(_, r)| r.end + k == range.start || r.end + k + 1 == range.start);
    }
    false
}

/// The place phrase of the mention: nearest first; of a chain ("the al-Tanf garrison in
/// southeastern Syria") the closest told.
fn place_of(f: &Found, mention: &EventMention, places: &[PlaceWords]) -> Option<usize> {
    let usable: Vec<(usize, &Range<usize>, usize)> = f
        .places
        .iter()
        .filter(|(i, r)| {
            !places[*i].candidates.is_empty()
                && leads_to_place(f, r, &places[*i])
                && !in_speech_place(f, r)
                && !of_the_harmed(f, r)
                && !adjectival(f, r, mention)
        })
        .map(|(i, r)| (*i, r, cost(f, mention, r)))
        .filter(|(_, _, c)| *c <= PLACE_COST_MAX)
        .collect();
    let (first, range, own) = usable.iter().min_by_key(|(_, _, c)| *c)?;
    let rival = f
        .events
        .iter()
        .filter(|m| m.tokens != mention.tokens)
        .map(|m| cost(f, m, range))
        .min();
    if rival.is_some_and(|r| r + 8 < *own) && mention.cause {
        return None;
    }
    // Follow the chain both ways.
    let mut chain = vec![*first];
    let mut start = range.start;
    let mut end = range.end;
    loop {
        let more = f.places.iter().find(|(i, r)| {
            !chain.contains(i)
                && !places[*i].candidates.is_empty()
                && ((r.start >= end && linked(f, end..r.start))
                    || (r.end <= start && linked(f, r.end..start)))
        });
        match more {
            Some((i, r)) => {
                chain.push(*i);
                start = start.min(r.start);
                end = end.max(r.end);
            }
            None => break,
        }
    }
    chain.into_iter().min_by_key(|i| {
        let best = places[*i].best();
        let rank = best.map_or(Precision::Unknown, |b| b.precision);
        // A place known closely wins; of two the first told.
        (
            if rank == Precision::NearPlace {
                Precision::Place
            } else {
                rank
            },
            places[*i].span.start,
        )
    })
}

/// Words between two links of a chain of places.
fn linked(f: &Found, between: Range<usize>) -> bool {
    between.len() <= 5
        && f.sentence.tokens[between].iter().all(|t| {
            matches!(
                t.lower.as_str(),
                "," | "in"
                    | "the"
                    | "on"
                    | "near"
                    | "of"
                    | "at"
                    | "a"
                    | "town"
                    | "city"
                    | "village"
                    | "northern"
                    | "southern"
                    | "eastern"
                    | "western"
                    | "central"
                    | "province"
                    | "governorate"
                    | "region"
                    | "district"
                    | "state"
                    | "and"
                    | "country's"
                    | "located"
                    | "("
                    | ")"
                    | "inside"
                    | "outside"
                    | "remote"
                    | "area"
                    | "part"
                    | "base"
                    | "garrison"
                    | "within"
            ) && t.lower != "and"
        })
}

/// "told reporters in Geneva", "said in Washington": the speaker's place.
fn in_speech_place(f: &Found, range: &Range<usize>) -> bool {
    let from = range.start.saturating_sub(4);
    let before = &f.sentence.tokens[from..range.start];
    before.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "reporters"
                | "said"
                | "told"
                | "conference"
                | "based"
                | "headquartered"
                | "spokesman"
                | "spokesperson"
                | "embassy"
                | "ambassador"
                | "born"
                | "fled"
                | "travelled"
                | "returned"
                | "speaking"
        )
    })
}

/// "taken to the hospital in Dori": where the harmed were brought, not where it happened.
fn of_the_harmed(f: &Found, range: &Range<usize>) -> bool {
    let from = range.start.saturating_sub(14);
    f.sentence.tokens[from..range.start].iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "taken"
                | "treated"
                | "rushed"
                | "transferred"
                | "flown"
                | "brought"
                | "buried"
                | "evacuated"
                | "fled"
                | "hospitalised"
                | "hospitalized"
                | "admitted"
        )
    })
}

/// A country's name that modifies a noun, or that is an actor or target, is no place of the event
/// by itself; "in Syria" is.
fn adjectival(f: &Found, range: &Range<usize>, mention: &EventMention) -> bool {
    let _ = mention;
    let tokens = &f.sentence.tokens;
    let before = range
        .start
        .checked_sub(1)
        .map_or("", |i| tokens[i].lower.as_str());
    let party = f
        .parties
        .iter()
        .any(|p| p.kind == "state" && p.tokens.start == range.start);
    party
        && !matches!(
            before,
            "in" | "near" | "across" | "over" | "on" | "inside" | "at"
        )
}

/// Takes a mention into an event known or makes a new one; gives the event's index.
#[allow(clippy::too_many_arguments)]
fn take(
    text: &str,
    n: usize,
    f: &Found,
    m: &EventMention,
    events: &mut Vec<Event>,
    places: &[PlaceWords],
    published: Option<Date>,
    told_here: &[usize],
) -> Option<usize> {
    if m.group > 1 {
        // "These two attacks": those told before; they get no day of their own here.
        let from = events.len().saturating_sub(m.group);
        return (from < events.len()).then_some(from);
    }
    if m.summary
        || m.denied && m.another
        || matches!(
            m.standing,
            Standing::Hypothetical | Standing::Planned | Standing::Negated
        )
    {
        return None;
    }
    let date = date_of(f, m);
    let (when, relative) = match date {
        Some(d) => {
            let span = bytes(f, &d.tokens);
            if matches!(d.form, Form::FromEvent { .. }) {
                (None, Some((d.clone(), span)))
            } else {
                let when = dates::resolve(
                    d,
                    &text[span.clone()],
                    published,
                    direction_of(f.sentence, &span),
                );
                let told = when.precision != DatePrecision::Unknown || !when.because.is_empty();
                (told.then_some((when, span)), None)
            }
        }
        None => (None, None),
    };
    let place = place_of(f, m, places).or_else(|| there(f, m, n, events, places));
    let (actors, targets) = roles(f, m);
    let span = bytes(f, &m.tokens);
    let link = link(
        f,
        n,
        m,
        events,
        when.as_ref().map(|w| &w.0),
        relative.is_some(),
        place,
        &actors,
        &targets,
        places,
        told_here,
    );
    let new_posture = m.kind == IncidentType::ForcePosture && matches!(link, Link::New);
    if new_posture && !posture_told(f, m, place, when.is_some()) {
        return None;
    }
    let index = match link {
        Link::To(index) => index,
        Link::None => return None,
        Link::New => {
            let previous = (!events.is_empty()).then(|| events.len() - 1);
            events.push(Event {
                kind: m.kind,
                sure: m.sure,
                standings: Vec::new(),
                denied: false,
                cause: m.cause,
                when: None,
                relative: None,
                place: None,
                place_weak: false,
                actors: Vec::new(),
                targets: Vec::new(),
                target_kind: None,
                tolls: Vec::new(),
                spans: Vec::new(),
                says: Vec::new(),
                denies: Vec::new(),
                last_sentence: n,
                paragraph: f.sentence.paragraph,
                follows: previous,
                site: None,
                tags: Vec::new(),
                bare: when.is_none() && place.is_none() && relative.is_none(),
            });
            events.len() - 1
        }
    };
    let event = &mut events[index];
    if !m.harm_only && (m.sure && !event.sure || (m.sure && vaguer(event.kind, m.kind))) {
        event.kind = m.kind;
        event.sure = true;
    }
    event.standings.push(m.standing);
    event.denied |= m.denied;
    event.last_sentence = n;
    event.paragraph = f.sentence.paragraph;
    if let Some((when, span)) = when {
        let narrower = event
            .when
            .as_ref()
            .is_none_or(|(old, _)| width(&when) < width(old));
        if narrower {
            event.when = Some((when, span));
        }
    }
    if event.when.is_none() && event.relative.is_none() {
        event.relative = relative;
    }
    if let Some(place) = place {
        let closer = event
            .place
            .is_none_or(|old| rank(&places[place]) < rank(&places[old]));
        if closer && (event.place.is_none() || event.spans.len() < 4) {
            event.place = Some(place);
        }
    }
    for (party, into) in actors
        .into_iter()
        .map(|p| (p, true))
        .chain(targets.into_iter().map(|p| (p, false)))
    {
        let span = bytes(f, &party.tokens);
        let list = if into {
            &mut event.actors
        } else {
            &mut event.targets
        };
        if !list.iter().any(|(p, _)| same_party(p, &party)) {
            list.push((party, span));
        }
    }
    let around: Vec<&str> = f.sentence.tokens
        [m.tokens.start..(m.tokens.end + 12).min(f.sentence.tokens.len())]
        .iter()
        .map(|t| t.lower.as_str())
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
    let maritime = f.sentence.tokens.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "ship" | "vessel" | "tanker" | "carrier" | "freighter" | "merchant" | "bulk"
        )
    });
    if maritime
        && f.sentence.tokens.iter().any(|t| {
            matches!(
                t.lower.as_str(),
                "sea" | "gulf" | "nautical" | "crew" | "strait" | "vessel" | "ship"
            )
        })
        && !event.tags.iter().any(|t| t == "maritime")
    {
        event.tags.push("maritime".to_owned());
    }
    if f.sentence
        .tokens
        .windows(2)
        .any(|w| w[0].lower.starts_with("claim") && w[1].lower == "responsibility")
        && !event.tags.iter().any(|t| t == "claimed")
    {
        event.tags.push("claimed".to_owned());
    }
    if m.denied
        && let Some(speaker) = &f.speaker
    {
        event.denies.push(speaker.clone());
    } else if let Some(speaker) = &f.speaker
        && !event.says.contains(speaker)
    {
        event.says.push(speaker.clone());
    }
    event.spans.push(span);
    Some(index)
}

/// A base set up is an incident where its place stands in the same clause and it is told as new.
fn posture_told(f: &Found, m: &EventMention, place: Option<usize>, dated: bool) -> bool {
    let tokens = &f.sentence.tokens;
    let here = f.clause[m.tokens.start];
    let own = f
        .places
        .iter()
        .any(|(i, r)| Some(*i) == place && f.clause[r.start].abs_diff(here) == 0);
    let new = tokens.iter().zip(&f.clause).any(|(t, c)| {
        *c == here
            && matches!(
                t.lower.as_str(),
                "recently" | "newly" | "new" | "just" | "second" | "another" | "meanwhile"
            )
    });
    own && (dated || new)
}

/// Nouns for a place that a later sentence may take up again ("The outpost, located in ...").
const SITES: &[&str] = &[
    "base",
    "outpost",
    "garrison",
    "camp",
    "hospital",
    "school",
    "market",
    "village",
    "town",
    "city",
    "station",
    "airport",
    "checkpoint",
    "facility",
    "mosque",
    "church",
    "port",
    "ship",
    "vessel",
    "prison",
    "dam",
    "convoy",
    "position",
    "positions",
    "area",
    "district",
    "building",
];

fn is_military_site(site: &str) -> bool {
    matches!(
        site,
        "base"
            | "outpost"
            | "garrison"
            | "camp"
            | "facility"
            | "position"
            | "positions"
            | "checkpoint"
    )
}

fn vaguer(old: IncidentType, new: IncidentType) -> bool {
    matches!(
        old,
        IncidentType::AttackOther | IncidentType::Explosion | IncidentType::ForcePosture
    ) && !matches!(new, IncidentType::AttackOther | IncidentType::Explosion)
}

fn width(when: &When) -> i32 {
    match (when.days(), when.precision) {
        (Some((s, e)), _) => (e - s).get_days(),
        (None, DatePrecision::DayNoYear) => 400,
        (None, DatePrecision::Weekday) => 500,
        (None, DatePrecision::Before) => 4_000,
        (None, DatePrecision::Unknown) => i32::MAX,
        _ => 5_000,
    }
}

fn rank(place: &PlaceWords) -> Precision {
    match place.best().map_or(Precision::Unknown, |b| b.precision) {
        Precision::NearPlace => Precision::Place,
        other => other,
    }
}

fn same_party(a: &PartyMention, b: &PartyMention) -> bool {
    a.name == b.name
        || (a.id.is_some() && a.id == b.id)
        || (a.country.is_some() && a.country == b.country)
}

/// A fight on the ground and fire from afar are not one event unless the words say so.
fn close_kinds(a: IncidentType, b: IncidentType) -> bool {
    use crate::incident::Kind;
    let ground = |t: IncidentType| {
        matches!(
            t,
            IncidentType::Raid
                | IncidentType::Clash
                | IncidentType::TerritoryChange
                | IncidentType::Sabotage
                | IncidentType::Arrest
        )
    };
    a == b
        || !(ground(a) && (b.kind() == Kind::Strike || b == IncidentType::AttackOther)
            || ground(b) && (a.kind() == Kind::Strike || a == IncidentType::AttackOther))
}

enum Link {
    To(usize),
    New,
    None,
}

/// Which event known does a mention tell of again?
#[allow(clippy::too_many_arguments)]
fn link(
    f: &Found,
    n: usize,
    m: &EventMention,
    events: &[Event],
    when: Option<&When>,
    relative: bool,
    place: Option<usize>,
    actors: &[PartyMention],
    targets: &[PartyMention],
    places: &[PlaceWords],
    told_here: &[usize],
) -> Link {
    let has_own =
        when.is_some_and(|w| w.precision != DatePrecision::Unknown) || place.is_some() || relative;
    let definite = m.article == Article::Definite || m.latest || m.round;
    let fits = |e: &Event| {
        compatible(e.kind, m.kind)
            && (definite || close_kinds(e.kind, m.kind))
            && e.when
                .as_ref()
                .zip(when)
                .is_none_or(|((a, _), b)| dates_fit(a, b))
            && e.place
                .zip(place)
                .is_none_or(|(a, b)| places_fit(&places[a], &places[b]))
            && (definite || actors_fit(e, actors))
    };
    if m.another && !m.latest {
        return if has_own || !actors.is_empty() && !targets.is_empty() {
            Link::New
        } else {
            Link::None
        };
    }
    if m.cause && !definite {
        // What came before the event of the sentence: known, or of no day and place of its own.
        let known = events
            .iter()
            .enumerate()
            .find(|(i, e)| e.cause && !told_here.contains(i) && compatible(e.kind, m.kind))
            .map(|(i, _)| i);
        return known.map_or(Link::New, Link::To);
    }
    if relative && !definite {
        return Link::New;
    }
    if m.harm_only && !events.is_empty() {
        // The harmed belong to the event told last, of whatever sort, or to the report's first.
        let last = (0..events.len())
            .rev()
            .filter(|i| !events[*i].cause)
            .find(|i| {
                n - events[*i].last_sentence.min(n) <= 3
                    && events[*i]
                        .when
                        .as_ref()
                        .zip(when)
                        .is_none_or(|((a, _), b)| dates_fit(a, b))
            });
        let fitting = last.or_else(|| {
            (0..events.len()).find(|i| {
                !events[*i].cause
                    && events[*i]
                        .when
                        .as_ref()
                        .zip(when)
                        .is_none_or(|((a, _), b)| dates_fit(a, b))
            })
        });
        return match fitting {
            Some(index) => Link::To(index),
            None if place.is_some() => Link::New,
            None => Link::None,
        };
    }
    if m.first
        && let Some(index) = (0..events.len()).find(|i| events[*i].kind == m.kind)
    {
        return Link::To(index);
    }
    let mut candidates: Vec<usize> = (0..events.len())
        .filter(|i| fits(&events[*i]) && !events[*i].cause)
        .collect();
    if m.latest && !events.is_empty() && fits(&events[0]) {
        return Link::To(0);
    }
    let score = |i: &usize| {
        let e = &events[*i];
        let same_day = e.when.as_ref().zip(when).is_some_and(|((a, _), b)| {
            a.start.is_some() && (a.start, a.end) == (b.start, b.end)
                || a.weekday.is_some() && a.weekday == b.weekday
        });
        let same_place = e.place.zip(place).is_some();
        let same_kind = e.kind == m.kind;
        (
            same_day,
            same_place,
            same_kind,
            told_here.contains(i),
            e.last_sentence,
        )
    };
    candidates.sort_by_key(|i| std::cmp::Reverse(score(i)));
    let Some(best) = candidates.first().copied() else {
        return if !has_own && definite {
            Link::None
        } else {
            Link::New
        };
    };
    let e = &events[best];
    if definite {
        return Link::To(best);
    }
    let both_days = e.when.is_some()
        && when.is_some_and(|w| w.start.is_some() || w.weekday.is_some() || w.month_day.is_some());
    let both_places = e.place.is_some() && place.is_some();
    let near = n - e.last_sentence.min(n) <= 2
        || f.sentence.paragraph.saturating_sub(e.paragraph) <= 1
        || best == 0;
    let listed = m.article == Article::Indefinite
        && told_here.contains(&best)
        && m.kind == e.kind
        && both_places;
    if listed {
        return Link::New;
    }
    if both_days || both_places || near {
        // Two kinds of thing a few sentences apart, with nothing in common but a vague type, stay
        // apart when the new one brings its own place and day.
        return Link::To(best);
    }
    if has_own { Link::New } else { Link::None }
}

/// Could two place phrases be of one event?
fn places_fit(a: &PlaceWords, b: &PlaceWords) -> bool {
    match (a.best(), b.best()) {
        (Some(a), Some(b)) => located_fit(a, b),
        _ => true,
    }
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

/// Who did it and to whom: subject before the verb, "by" and adjectives; objects after.
fn roles(f: &Found, m: &EventMention) -> (Vec<PartyMention>, Vec<PartyMention>) {
    let tokens = &f.sentence.tokens;
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let here = f.clause[m.tokens.start];
    let mut actors: Vec<PartyMention> = Vec::new();
    let mut targets: Vec<PartyMention> = Vec::new();
    let speech = |i: usize| {
        matches!(
            word(i),
            "said"
                | "says"
                | "told"
                | "according"
                | "reported"
                | "announced"
                | "claimed"
                | "added"
                | "confirmed"
        )
    };
    for p in &f.parties {
        if matches!(p.kind.as_str(), "agency" | "organisation") {
            continue;
        }
        let clause = f.clause[p.tokens.start];
        let before = p.tokens.end <= m.tokens.start;
        let after = p.tokens.start >= m.tokens.end;
        let lead = p.tokens.start.checked_sub(1).map_or("", |i| word(i));
        let lead2 = p.tokens.start.checked_sub(2).map_or("", |i| word(i));
        // "X officials said": a speaker, no actor.
        let speaks = speech(p.tokens.end)
            || speech(p.tokens.end + 1)
            || (lead == "to" && lead2 == "according")
            || matches!(p.kind.as_str(), "government")
                && (speech(p.tokens.end + 2) || speech(p.tokens.start.wrapping_sub(1)));
        let far_government = p.kind == "government"
            && (p.tokens.end > m.tokens.start || m.tokens.start - p.tokens.end > 3);
        // "warned Washington", "told the army": spoken to.
        let spoken_to = matches!(
            lead,
            "warned"
                | "told"
                | "informed"
                | "accused"
                | "urged"
                | "asked"
                | "notified"
                | "informing"
                | "alerted"
                | "blamed"
                | "thanked"
                | "criticised"
                | "criticized"
        );
        if speaks || far_government || spoken_to {
            continue;
        }
        let against = |w: &str| {
            matches!(
                w,
                "on" | "against"
                    | "at"
                    | "targeting"
                    | "targeted"
                    | "hit"
                    | "struck"
                    | "hitting"
                    | "killing"
                    | "killed"
                    | "attacked"
                    | "between"
                    | "with"
                    | "of"
            )
        };
        if before && clause + 1 >= here {
            let overlaps_event = p.tokens.end == m.tokens.start
                || m.tokens.start - p.tokens.end <= 2 && m.article != Article::Verb;
            let gap = m.tokens.start - p.tokens.end;
            if against(lead) || (lead == "the" && against(lead2)) {
                if clause == here && gap <= 8 && !overlaps_event {
                    targets.push(p.clone());
                }
            } else if m.passive && clause == here {
                targets.push(p.clone());
            } else if matches!(lead, "in" | "near" | "from" | "inside" | "outside")
                && !overlaps_event
            {
            } else if clause == here || gap <= 6 {
                actors.push(p.clone());
            }
        } else if p.tokens.start <= m.tokens.start && p.tokens.end >= m.tokens.end {
            // "Russian airstrikes": the adjective with the event's own noun.
            actors.push(p.clone());
        } else if after && clause <= here + 1 {
            let both = matches!(lead, "involving" | "between")
                || f.sentence.tokens[m.tokens.end..p.tokens.start]
                    .iter()
                    .any(|t| matches!(t.lower.as_str(), "involving" | "between"))
                    && p.tokens.start - m.tokens.end <= 8;
            let by = both || lead == "by" || (matches!(lead, "the" | "a" | "an") && lead2 == "by");
            let gap = p.tokens.start - m.tokens.end;
            if by && gap <= 12 {
                actors.push(p.clone());
            } else if gap <= 14
                && (clause == here || against(lead))
                && !matches!(lead, "in" | "near" | "from")
            {
                targets.push(p.clone());
            }
        }
    }
    // The subject nearest to the verb did it; the adjective before the noun is surest.
    if actors.len() > 2 {
        let keep = actors.len() - 2;
        actors.drain(..keep);
    }
    let civilians = |p: &PartyMention| matches!(p.kind.as_str(), "civilians");
    let moved: Vec<PartyMention> = actors.iter().filter(|p| civilians(p)).cloned().collect();
    if !matches!(m.kind, IncidentType::Protest | IncidentType::Riot) {
        actors.retain(|p| !civilians(p));
        targets.extend(moved);
    }
    targets.retain(|t| !actors.iter().any(|a| a.tokens == t.tokens));
    (actors, targets)
}

/// "there", "in the town": the place told last.
fn there(
    f: &Found,
    m: &EventMention,
    n: usize,
    events: &[Event],
    places: &[PlaceWords],
) -> Option<usize> {
    let tokens = &f.sentence.tokens;
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let last = events.last().filter(|e| n - e.last_sentence.min(n) <= 2)?;
    let from = m.tokens.start.saturating_sub(3);
    let said = (from..(m.tokens.end + 10).min(tokens.len())).any(|i| {
        word(i) == "there" && !matches!(word(i + 1), "were" | "was" | "is" | "are" | "has" | "have")
            || matches!(word(i), "in" | "at" | "near" | "outside")
                && word(i + 1) == "the"
                && matches!(
                    word(i + 2),
                    "town" | "city" | "village" | "camp" | "area" | "base" | "capital"
                )
    });
    let place = last.place?;
    (said
        && places[place]
            .best()
            .is_some_and(|b| b.precision.is_pointlike()))
    .then_some(place)
}

/// "All three of these attacks have occurred in the border area around X": the place of each.
fn spread_place(f: &Found, events: &mut [Event], places: &[PlaceWords]) {
    let Some(group) = f.events.iter().find(|m| m.group > 1) else {
        return;
    };
    let Some(place) = place_of(f, group, places) else {
        return;
    };
    let mut left = group.group;
    for event in events.iter_mut().rev().filter(|e| !e.cause) {
        if left == 0 {
            break;
        }
        if compatible(event.kind, group.kind) {
            if event.place.is_none() {
                event.place = Some(place);
            }
            left -= 1;
        }
    }
}

/// "The outpost, located in a remote area of southern Syria": the place of an event at an outpost.
fn site_place(text: &str, n: usize, f: &Found, events: &mut [Event], places: &[PlaceWords]) {
    let tokens = &f.sentence.tokens;
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    for i in 0..tokens.len().saturating_sub(3) {
        if !matches!(word(i), "the" | "this") || !SITES.contains(&word(i + 1)) {
            continue;
        }
        let site = word(i + 1).to_owned();
        let lead = (i + 2..(i + 8).min(tokens.len())).find(|k| {
            matches!(
                word(*k),
                "in" | "at"
                    | "near"
                    | "on"
                    | "outside"
                    | "inside"
                    | "located"
                    | "lies"
                    | "situated"
            )
        });
        let Some(lead) = lead else { continue };
        let between_ok = (i + 2..lead).all(|k| {
            matches!(
                word(k),
                "," | "which" | "is" | "was" | "located" | "lies" | "situated" | "itself"
            )
        });
        let place = f.places.iter().find(|(p, r)| {
            r.start >= lead && r.start <= lead + 7 && !places[*p].candidates.is_empty()
        });
        let (Some((place, _)), true) = (place, between_ok) else {
            continue;
        };
        let event = events.iter_mut().rev().find(|e| {
            e.place.is_none()
                && n - e.last_sentence.min(n) <= 3
                && e.site
                    .as_deref()
                    .is_some_and(|s| s == site || is_military_site(s) && is_military_site(&site))
        });
        if let Some(event) = event {
            event.place = Some(*place);
            event.place_weak = true;
        }
    }
    let _ = text;
}

/// Figures belong to the event of their sentence, else to the one told last.
fn add_tolls(text: &str, n: usize, f: &Found, events: &mut [Event], told_here: &[usize]) {
    for t in &f.tolls {
        if t.harm == Harm::Captured || is_hypothetical_toll(f, t) {
            continue;
        }
        let here = told_here
            .iter()
            .copied()
            .filter(|i| !events[*i].cause)
            .min_by_key(|i| {
                let last = events[*i].spans.last().cloned().unwrap_or(0..0);
                let at = bytes(f, &t.tokens).start;
                // The event just before the figure.
                if last.start <= at {
                    at - last.start
                } else {
                    (last.start - at) * 2
                }
            });
        let index = here.or_else(|| {
            events
                .iter()
                .enumerate()
                .rev()
                .filter(|(_, e)| !e.cause && n - e.last_sentence.min(n) <= 3)
                .max_by_key(|(_, e)| e.last_sentence)
                .map(|(i, _)| i)
        });
        let Some(index) = index else { continue };
        if f.dates
            .iter()
            .any(|d| matches!(d.form, Form::Since(_) | Form::Year(_)))
            && here.is_none()
        {
            continue;
        }
        let span = bytes(f, &t.tokens);
        let said_by = f.speaker.clone();
        let words = text[clip(text, f, t)].to_owned();
        let event = &mut events[index];
        event.last_sentence = n;
        let mut push = |harm: Harm, count: Count, of: OfWhom, of_whom: &str| {
            let toll = Toll {
                harm,
                count,
                of,
                of_whom: of_whom.to_owned(),
                said_by: said_by.clone(),
                text: words.clone(),
            };
            if !event
                .tolls
                .iter()
                .any(|o| o.toll.harm == harm && o.toll.count == count && o.toll.of == of)
            {
                event.tolls.push(TollTold {
                    toll,
                    span: span.clone(),
                });
            }
        };
        let nothing = t.count == Count::exactly(0);
        // A first count that the same report corrects, and a part of a figure, are kept in words.
        let earlier = is_earlier_figure(f, t);
        let of = if t.part || earlier {
            OfWhom::Some
        } else {
            t.of
        };
        let whom = match (earlier, t.part) {
            (true, _) => EARLIER_FIGURE,
            (_, true) => PART_OF_FIGURE,
            _ => t.of_whom.as_str(),
        };
        push(t.harm, t.count, of, whom);
        if nothing
            && t.harm == Harm::Killed
            && f.sentence.tokens[t.tokens.clone()].iter().any(|w| {
                matches!(
                    w.lower.as_str(),
                    "casualties" | "hurt" | "harmed" | "victims"
                )
            })
        {
            push(Harm::Injured, t.count, of, &t.of_whom);
        }
    }
}

/// "had at first spoken of 25": a figure the report itself calls outdated.
fn is_earlier_figure(f: &Found, t: &tolls::TollMention) -> bool {
    let tokens = &f.sentence.tokens;
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    (0..tokens.len()).any(|i| {
        matches!(word(i), "initially" | "originally")
            || (word(i) == "at" && word(i + 1) == "first")
            || (word(i) == "first"
                && matches!(word(i + 1), "count" | "reported" | "figure" | "toll"))
            || (matches!(word(i), "earlier" | "previous" | "initial" | "preliminary")
                && matches!(
                    word(i + 1),
                    "toll"
                        | "count"
                        | "figure"
                        | "reported"
                        | "estimate"
                        | "estimates"
                        | "report"
                        | "reports"
                ))
            || (word(i) == "had" && matches!(word(i + 1), "earlier" | "previously" | "first"))
            || (word(i) == "from"
                && i + 1 == t.tokens.start
                && tokens[..i].iter().any(|w| {
                    matches!(
                        w.lower.as_str(),
                        "rose" | "risen" | "up" | "lowered" | "revised" | "climbed"
                    )
                }))
    })
}

fn is_hypothetical_toll(f: &Found, t: &tolls::TollMention) -> bool {
    f.sentence.tokens[t.tokens.start.saturating_sub(6)..t.tokens.start]
        .iter()
        .any(|w| matches!(w.lower.as_str(), "could" | "would" | "might" | "if" | "may"))
}

/// The figure with a few words around it, for `toll_text`.
fn clip(text: &str, f: &Found, t: &tolls::TollMention) -> Range<usize> {
    let tokens = &f.sentence.tokens;
    let start = t.tokens.start.saturating_sub(usize::from(
        t.tokens.start > 0 && tokens[t.tokens.start - 1].is_word(),
    ));
    let _ = text;
    tokens[start].span.start..tokens[t.tokens.end - 1].span.end
}

/// "It happened on Wednesday", "The incident took place near X": a sentence that only adds.
fn add_dates_alone(
    text: &str,
    n: usize,
    f: &Found,
    events: &mut [Event],
    places: &[PlaceWords],
    published: Option<Date>,
    told_here: &[usize],
) {
    if !told_here.is_empty() {
        return;
    }
    let tokens = &f.sentence.tokens;
    let happens = tokens
        .iter()
        .position(|t| matches!(t.lower.as_str(), "happened" | "occurred"))
        .or_else(|| {
            tokens
                .windows(2)
                .position(|w| w[0].lower == "took" && w[1].lower == "place")
        });
    let (Some(at), Some(event)) = (
        happens,
        events
            .last_mut()
            .filter(|e| n - e.last_sentence.min(n) <= 2 && !e.cause),
    ) else {
        return;
    };
    let subject = tokens[..at]
        .iter()
        .any(|t| matches!(t.lower.as_str(), "it" | "this" | "incident" | "the"));
    if !subject {
        return;
    }
    let date = f.dates.iter().find(|d| {
        !is_of_another_thing(f, d)
            && !matches!(d.form, Form::Duration { .. } | Form::FromEvent { .. })
    });
    if let (Some(d), None) = (date, &event.when) {
        let span = bytes(f, &d.tokens);
        event.when = Some((
            dates::resolve(
                d,
                &text[span.clone()],
                published,
                direction_of(f.sentence, &span),
            ),
            span,
        ));
    }
    if event.place.is_none() {
        event.place = f
            .places
            .iter()
            .find(|(p, r)| !places[*p].candidates.is_empty() && leads_to_place(f, r, &places[*p]))
            .map(|(p, _)| *p);
    }
}

/// Dates relative to other events, standings, and what is news at all.
fn finish(
    text: &str,
    mut events: Vec<Event>,
    places: &[PlaceWords],
    found: &[Found],
    published: Option<Date>,
) -> Vec<Telling> {
    let _ = found;
    for i in 0..events.len() {
        let Some((mention, span)) = events[i].relative.clone() else {
            continue;
        };
        if events[i].when.is_some() {
            continue;
        }
        let anchor = events[i].follows.and_then(|j| events[j].when.clone());
        let words = &text[span.clone()];
        let when = match anchor {
            Some((anchor, _)) => dates::from_event(&mention, words, &anchor, published),
            None => dates::before(
                published,
                words,
                "relative to an event whose day is not told",
            ),
        };
        events[i].when = Some((when, span));
    }
    let newest = events
        .iter()
        .filter_map(|e| e.when.as_ref().and_then(|(w, _)| w.end))
        .max()
        .into_iter()
        .chain(published)
        .max();
    events
        .into_iter()
        .map(|e| {
            let standing = standing(&e, newest);
            let (when, when_span) = match e.when {
                Some((when, span)) if when.precision != DatePrecision::Unknown => {
                    (when, Some(span))
                }
                Some((when, span)) if !when.text.is_empty() => {
                    let before = published.map(|p| When {
                        text: when.text.clone(),
                        ..dates::before(
                            Some(p),
                            "",
                            "no day is told; not after the day of publication",
                        )
                    });
                    (before.unwrap_or(when), Some(span))
                }
                _ => {
                    let because = "no day is told; not after the day of publication";
                    (
                        published
                            .map_or_else(When::unknown, |p| dates::before(Some(p), "", because)),
                        None,
                    )
                }
            };
            let place = e.place;
            let located = place.and_then(|p| places[p].best());
            let dated = !matches!(
                when.precision,
                DatePrecision::Unknown | DatePrecision::Before
            );
            let mut confidence: f64 = 0.35;
            confidence += if when.precision == DatePrecision::Day {
                0.2
            } else if dated {
                0.1
            } else {
                0.0
            };
            confidence += match located.map(|l| l.precision) {
                Some(p) if p.is_pointlike() => 0.2,
                Some(_) => 0.1,
                None => 0.0,
            };
            confidence += if e.actors.is_empty() { 0.0 } else { 0.1 };
            confidence += if e.spans.len() > 1 { 0.05 } else { 0.0 };
            confidence -= if standing == Standing::Claimed {
                0.15
            } else {
                0.0
            };
            let mut tags = e.tags;
            if e.denied && !tags.iter().any(|t| t == "denied") {
                tags.push("denied".to_owned());
            }
            Telling {
                kind: e.kind,
                tags,
                standing,
                when,
                when_span,
                place,
                actors: e.actors,
                targets: e.targets,
                target_kind: e.target_kind,
                tolls: e.tolls,
                events: e.spans,
                says: e.says,
                denies: e.denies,
                confidence,
            }
        })
        .collect()
}

fn standing(e: &Event, newest: Option<Date>) -> Standing {
    let dated = e
        .when
        .as_ref()
        .is_some_and(|(w, _)| !matches!(w.precision, DatePrecision::Unknown));
    if !dated && e.place.is_none() && e.tolls.is_empty()
        || e.cause && (e.when.is_none() && e.place.is_none())
    {
        return Standing::Background;
    }
    if e.bare && e.standings.iter().all(|s| *s == Standing::Background) {
        return Standing::Background;
    }
    // History told by the way.
    if let (Some((when, _)), Some(newest)) = (&e.when, newest)
        && let Some(end) = when.end
        && (newest - end).get_days() > NEWS_DAYS_MAX
        && e.follows.is_some()
    {
        return Standing::Background;
    }
    if e.standings.iter().all(|s| *s == Standing::Background) {
        return Standing::Background;
    }
    if e.denied {
        return Standing::Disputed;
    }
    if e.standings
        .iter()
        .all(|s| matches!(s, Standing::Claimed | Standing::Background))
    {
        return Standing::Claimed;
    }
    if e.standings.iter().any(|s| *s == Standing::Ongoing) && e.when.is_none() {
        return Standing::Ongoing;
    }
    Standing::Happened
}
