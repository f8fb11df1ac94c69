//! What stands in one sentence, and how near two things in it are to each other.

use std::ops::Range;

use gazetteer::{Kind as PlaceKind, Precision, Usage};

use super::PlaceWords;
use crate::reading::CountryNames;
use crate::reading::dates::{self, DateMention};
use crate::reading::events::{self, EventMention};
use crate::reading::parties::{self, CountryWord, PartyMention};
use crate::reading::sentences::{Sentence, Token, Words};
use crate::reading::times::{self, TimeMention};
use crate::reading::tolls::{self, TollMention};

/// One sentence of the report's own words with everything found in it.
pub(super) struct Found<'a> {
    /// Which of those sentences it is, from 0.
    pub(super) n: usize,
    pub(super) sentence: &'a Sentence,
    pub(super) clause: Vec<usize>,
    pub(super) events: Vec<EventMention>,
    pub(super) dates: Vec<DateMention>,
    pub(super) times: Vec<TimeMention>,
    /// Index into the place phrases and the tokens they take.
    pub(super) places: Vec<(usize, Range<usize>)>,
    /// Names and adjectives of countries, whatever their use.
    pub(super) countries: Vec<Range<usize>>,
    pub(super) parties: Vec<PartyMention>,
    pub(super) tolls: Vec<TollMention>,
    pub(super) speaker: Option<String>,
}

impl<'a> Found<'a> {
    pub(super) fn words(&self) -> Words<'a> {
        Words(&self.sentence.tokens)
    }

    /// Does the sentence open an item of a list?
    pub(super) fn opens_item(&self) -> bool {
        ["*", "•", "-", "–", "·", "▪", "●"].contains(&self.words().at(0))
    }

    /// The bytes that tokens take.
    pub(super) fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        let all = &self.sentence.tokens;
        all[tokens.start].span.start..all[tokens.end - 1].span.end
    }

    /// Does one of the sentence's events begin or go on at this token?
    pub(super) fn is_event(&self, at: usize) -> bool {
        self.events.iter().any(|m| m.holds(at))
    }
}

/// The place phrases inside a stretch of the text; they stand in the order of the text.
pub(super) fn inside<'p>(
    span: &Range<usize>,
    places: &'p [PlaceWords],
) -> impl Iterator<Item = usize> + use<'p> {
    let span = span.clone();
    let first = places.partition_point(|p| p.span.start < span.start);
    (first..places.len())
        .take_while(move |i| places[*i].span.start < span.end)
        .filter(move |i| places[*i].span.end <= span.end)
}

/// Everything in a sentence.
pub(super) fn look<'a>(
    n: usize,
    text: &str,
    sentence: &'a Sentence,
    places: &[PlaceWords],
    names: &CountryNames,
) -> Found<'a> {
    let tokens = &sentence.tokens;
    let token_range = |span: &Range<usize>| -> Option<Range<usize>> {
        let first = tokens.partition_point(|t| t.span.end <= span.start);
        let end = tokens.partition_point(|t| t.span.start < span.end);
        (first < end).then_some(first..end)
    };
    let inside: Vec<(usize, Range<usize>)> = inside(&sentence.span, places)
        .filter_map(|i| Some((i, token_range(&places[i].span)?)))
        .collect();
    let countries: Vec<CountryWord> = inside
        .iter()
        .filter_map(|(i, range)| country_word(&places[*i], range, names))
        .collect();
    let mut parties = parties::find(text, tokens, &countries);
    let words = Words(tokens);
    let found_places: Vec<(usize, Range<usize>)> = inside
        .into_iter()
        .filter(|(i, range)| {
            places[*i].usage == Usage::Place
                && !names_a_side(words.at(range.end - 1))
                && !parties.iter().any(|p| {
                    p.id.as_deref().is_some_and(|id| !id.starts_with("state:"))
                        && p.tokens.start <= range.start
                        && range.end <= p.tokens.end
                })
        })
        .collect();
    // A country in a place role ("in Syria") is no party.
    parties.retain(|p| {
        p.kind != "state" || !BEFORE_A_PLACE.contains(&words.before(p.tokens.start, 1))
    });
    // "China's western Xinjiang region": the owner of a place.
    parties.retain(|p| {
        let owner = p.kind == "state" && words.at(p.tokens.end - 1).ends_with("'s");
        let near = p.tokens.end..p.tokens.end + 4;
        !(owner && found_places.iter().any(|(_, r)| near.contains(&r.start)))
    });
    Found {
        n,
        clause: events::clauses(tokens),
        events: events::find(sentence),
        dates: dates::find(tokens),
        times: times::find(tokens),
        places: found_places,
        countries: countries.into_iter().map(|c| c.tokens).collect(),
        tolls: tolls::find(tokens),
        speaker: speaker(text, tokens),
        parties,
        sentence,
    }
}

/// "Britain-based", "US-backed": a name that tells whose somebody is, not where.
fn names_a_side(word: &str) -> bool {
    [
        "-based",
        "-backed",
        "-led",
        "-born",
        "-made",
        "-linked",
        "-affiliated",
        "-controlled",
        "-funded",
        "-trained",
        "-allied",
        "-supported",
        "-owned",
        "-flagged",
        "-registered",
        "-supplied",
    ]
    .iter()
    .any(|ending| word.ends_with(ending))
}

/// Words before a country that make it the place of something, no party.
const BEFORE_A_PLACE: &[&str] = &[
    "in",
    "of",
    "from",
    "across",
    "throughout",
    "into",
    "near",
    "eastern",
    "western",
    "northern",
    "southern",
    "northeastern",
    "northwestern",
    "southeastern",
    "southwestern",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "central",
    "inside",
    "outside",
    "within",
    "over",
];

fn country_word(
    place: &PlaceWords,
    range: &Range<usize>,
    names: &CountryNames,
) -> Option<CountryWord> {
    let best = place.best()?;
    if place.usage == Usage::PartOfName {
        return None;
    }
    let whole = best.kind == PlaceKind::Country && best.precision == Precision::Country;
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

/// Verbs by which somebody says something.
pub(super) const SAYING: &[&str] = &[
    "said",
    "says",
    "told",
    "reported",
    "confirmed",
    "announced",
    "stated",
    "added",
    "acknowledged",
    "put",
];

/// Words at which the speaker of "according to ..." ends.
const SPEAKER_ENDS: &[&str] = &[
    ",", ".", ";", "who", "which", "cited", "that", "after", "on", "in",
];

/// Longest name of a speaker, in tokens.
const SPEAKER_TOKENS_MAX: usize = 14;

/// Who speaks in the sentence: "according to X", "X said".
fn speaker(text: &str, tokens: &[Token]) -> Option<String> {
    let words = Words(tokens);
    let told = |range: Range<usize>| {
        let span = tokens[range.start].span.start..tokens[range.end - 1].span.end;
        (range.len() <= SPEAKER_TOKENS_MAX && tokens[range].iter().any(Token::is_word))
            .then(|| text[span].to_owned())
    };
    let end_from = |start: usize| {
        let limit = (start + SPEAKER_TOKENS_MAX).min(tokens.len());
        words.first(start..limit, SPEAKER_ENDS).unwrap_or(limit)
    };
    let according = (1..tokens.len())
        .find(|i| words.at(*i - 1) == "according" && words.at(*i) == "to")
        .map(|i| i + 1);
    if let Some(start) = according
        && end_from(start) > start
    {
        return told(start..end_from(start));
    }
    let verb = words.first(0..tokens.len(), SAYING)?;
    // "X said" or, at the end of a sentence, "said X".
    let before = (0..verb)
        .rev()
        .take_while(|i| ![",", ";", "“", "\"", "”", "that"].contains(&words.at(*i)))
        .last();
    if let Some(speaker) = before.and_then(|start| told(start..verb)) {
        return Some(speaker);
    }
    let end = end_from(verb + 1);
    (end > verb + 1 && !["told", "put"].contains(&words.at(verb)))
        .then(|| told(verb + 1..end))
        .flatten()
}

/// What a clause between a thing and its event costs, in tokens: more than the words of a short
/// clause, so that a thing in the event's own clause wins.
const CLAUSE_COST: usize = 9;

/// What a word of order ("after", "said") between them costs, in tokens: such a word nearly always
/// means that the thing belongs to something else.
const ORDER_COST: usize = 14;

/// Words of order and speech.
const ORDERS: &[&str] = &[
    "after",
    "before",
    "follows",
    "follow",
    "followed",
    "following",
    "said",
    "told",
    "announced",
    "issued",
    "comes",
    "came",
    "since",
    "until",
    "called",
    "warned",
];

/// The cost of joining something at `range` to a mention, by the nearest of its words.
pub(super) fn cost(f: &Found, mention: &EventMention, range: &Range<usize>) -> usize {
    std::iter::once(&mention.tokens)
        .chain(&mention.also)
        .map(|trigger| cost_from(f, trigger, range))
        .min()
        .unwrap_or(usize::MAX)
}

/// "since after midnight", "before dawn": a word of order that tells a time of day.
fn leads_to_a_time(f: &Found, at: usize) -> bool {
    let words = f.words();
    let time = |i: usize| {
        [
            "midnight",
            "dawn",
            "noon",
            "midday",
            "dusk",
            "sunset",
            "sunrise",
            "sundown",
            "nightfall",
            "daybreak",
            "morning",
            "this",
        ]
        .contains(&words.at(i))
            || f.times.iter().any(|t| t.tokens.contains(&i))
    };
    time(at + 1)
        || ["after", "before", "the", "shortly"].contains(&words.at(at + 1)) && time(at + 2)
}

/// The cost seen from one trigger.
fn cost_from(f: &Found, trigger: &Range<usize>, range: &Range<usize>) -> usize {
    let between = if range.start >= trigger.end {
        trigger.end..range.start
    } else {
        range.end..trigger.start.max(range.end)
    };
    let crossed = f.clause[range.start].abs_diff(f.clause[trigger.start]);
    let words = f.words();
    let orders = between
        .clone()
        .filter(|i| ORDERS.contains(&words.at(*i)) && !leads_to_a_time(f, *i))
        .count();
    // What opens the sentence belongs to its main clause.
    let opening = range.start <= 1 && range.end < trigger.start;
    let clauses = if opening { 0 } else { crossed * CLAUSE_COST };
    between.len() + clauses + orders * ORDER_COST
}
