//! Which place belongs to which event: what leads to a place, which of a chain is meant, and what
//! "there", "the town" and "the outpost" take up again.

use std::ops::Range;

use gazetteer::{Basis, Located, Precision};

use crate::incident::IncidentType;
use crate::incident::fit::{compatible, located_fit};
use crate::reading::events::{EventMention, steps_back};
use crate::reading::numbers::word_value;

use super::event::{EVENTS_REACH, Event};
use super::look::{Found, SAYING, cost};
use super::{PlaceWords, Report};

/// Largest cost at which a place still belongs to an event, in tokens: a little more than for a
/// date, as places stand in chains.
const PLACE_COST_MAX: usize = 52;

/// So much nearer another event has to stand to take a place from what only caused it, in tokens.
const RIVAL_MARGIN: usize = 8;

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

/// Words that may stand between the preposition and the name: "in the northern port city of".
const BEFORE_A_NAME: &[&str] = &[
    "#",
    "the",
    "a",
    "an",
    "its",
    "own",
    "their",
    "second",
    "biggest",
    "second-biggest",
    "strategic",
    "key",
    "ancient",
    "historic",
    "embattled",
    "town",
    "towns",
    "city",
    "cities",
    "village",
    "villages",
    "of",
    "northern",
    "southern",
    "eastern",
    "western",
    "central",
    "northeastern",
    "northwestern",
    "southeastern",
    "southwestern",
    "remote",
    "area",
    "areas",
    "part",
    "parts",
    "province",
    "governorate",
    "region",
    "district",
    "outskirts",
    "coast",
    "capital",
    "port",
    "island",
    "suburb",
    "suburbs",
    "border",
    "camp",
    "both",
    "nearby",
    "neighbouring",
    "neighboring",
    "occupied",
    "us-occupied",
    "besieged",
    "held",
    "state",
    "county",
    "waters",
    "neighbourhood",
    "neighborhood",
    "heart",
    "centre",
    "center",
    "settlement",
    "country",
    "country's",
    "coastal",
    "provincial",
    "territory",
    "department",
    "restive",
    "largest",
    "second-largest",
    "main",
    "mountainous",
    "rural",
    "hills",
    "mining",
    "frontline",
    "front-line",
    "government-held",
    "rebel-held",
    "opposition-held",
];

/// Nouns for a part of a place or a sort of place before "of".
const SORTS_OF_PLACE: &[&str] = &[
    "centre",
    "center",
    "heart",
    "outskirts",
    "suburb",
    "suburbs",
    "city",
    "town",
    "village",
    "port",
    "coast",
    "island",
    "capital",
    "district",
    "province",
    "axis",
    "axes",
    "front",
    "fronts",
    "kibbutz",
    "moshav",
    "hamlet",
    "community",
    "settlement",
    "commune",
    "neighbourhood",
    "neighborhood",
    "quarter",
    "villages",
    "towns",
];

/// Nouns for the parts of a division, behind their names.
const PARTS_OF_PLACE: &[&str] = &[
    "area",
    "district",
    "county",
    "region",
    "township",
    "municipality",
    "department",
    "commune",
    "neighbourhood",
    "neighborhood",
    "quarter",
    "subdistrict",
    "village",
    "town",
];

/// What hazards do to a place: "shook a mountainous part of X".
const SHAKING: &[&str] = &[
    "shook",
    "rocked",
    "jolted",
    "rattled",
    "battered",
    "lashed",
    "ravaged",
    "devastated",
    "pummelled",
    "hammered",
    "slammed",
    "swept",
    "engulfed",
    "ripped",
    "tore",
    "inundated",
];

/// Words before such a noun that make it somebody's home or office.
const OF_A_PERSON: &[&str] = &[
    "from",
    "mayor",
    "governor",
    "resident",
    "residents",
    "outside",
    "head",
    "bishop",
    "people",
];

fn is_whole_country(place: &PlaceWords) -> bool {
    place
        .best()
        .is_some_and(|b| b.precision == Precision::Country)
}

/// Is the place phrase a whole country?
pub(super) fn is_country(report: &Report, place: usize) -> bool {
    is_whole_country(&report.places[place])
}

fn is_offset(place: &PlaceWords) -> bool {
    place
        .best()
        .is_some_and(|b| b.precision == Precision::NearPlace || b.basis == Basis::Offset)
}

/// How far back the preposition of a name stands: over "the northern port city of", demonyms
/// ("the Ukrainian port of") and owners ("Nigeria's Plateau state").
fn steps_to_lead(f: &Found, range: &Range<usize>) -> usize {
    /// Words stepped over.
    const STEPS_MAX: usize = 8;
    let words = f.words();
    let mut k = 1;
    while k <= STEPS_MAX {
        let Some(at) = range.start.checked_sub(k) else {
            break;
        };
        let word = words.at(at);
        let country = f.countries.iter().find(|c| c.contains(&at));
        let owner = word.ends_with("'s") && f.sentence.tokens[at].capital;
        // "in the Chikun area of X": a part that nobody knows.
        let part = f.sentence.tokens[at].capital && PARTS_OF_PLACE.contains(&words.at(at + 1));
        let passes = BEFORE_A_NAME.contains(&word)
            || part
            || word.ends_with("-held")
            || owner
            || country.is_some() && !owner_speaks(f, at);
        if !passes {
            break;
        }
        k += match country {
            Some(c) => at - c.start + 1,
            None => 1,
        };
    }
    k
}

/// "Ukraine said": a country that is the subject, not the owner of the name after it.
fn owner_speaks(f: &Found, at: usize) -> bool {
    SAYING.contains(&f.words().at(at + 1))
}

/// Is the place phrase used as the place of something: "in X", "struck X", "X airport", "X was
/// hit"? "Washington" in "pressed Washington" is not.
fn leads_to_place(f: &Found, range: &Range<usize>, place: &PlaceWords) -> bool {
    let words = f.words();
    let word = |k: usize| words.before(range.start, k);
    let country = is_whole_country(place);
    if country && words.at(range.end - 1).ends_with("'s") {
        // "a missile attack on Ukraine's power grid"
        return ["on", "against", "in"].contains(&word(1))
            && range.start >= 2
            && f.is_event(range.start - 2);
    }
    let first = words.at(range.start);
    if is_offset(place) || LOCATIVES.contains(&first) || word_value(first).is_some() {
        let from = ["from", "fled"].contains(&word(1)) || word(1) == "to" && word(2) == "fled";
        return !from;
    }
    let k = steps_to_lead(f, range);
    let lead = word(k);
    if LOCATIVES.contains(&lead) {
        return locative_leads(f, range, k, country);
    }
    let posted = f.events.iter().any(|m| {
        m.kind == IncidentType::ForcePosture
            && m.tokens.end <= range.start
            && range.start - m.tokens.end <= POSTED_REACH
    });
    if lead == "to" && posted {
        return true;
    }
    if lead == "to" {
        return [
            "close", "next", "jets", "planes", "troops", "forces", "spread", "road", "highway",
        ]
        .contains(&word(k + 1))
            || words.any(range.start.saturating_sub(k + 1)..range.start, &["area"]);
    }
    if SHAKING.contains(&lead) {
        return true;
    }
    // "the centre of X", "the port of X": a place in its own right.
    let part =
        (1..k).any(|j| word(j) == "of") && (2..=k).any(|j| SORTS_OF_PLACE.contains(&word(j)));
    if part && !OF_A_PERSON.contains(&lead) {
        return true;
    }
    if country {
        return passive_subject(f, range) || listed(f, range, k, lead);
    }
    is_object_of_event(f, range, k)
        || is_taken_up(f, range)
        || in_apposition(f, range)
        || is_a_place_noun(f, range)
        || passive_subject(f, range)
        || listed(f, range, k, lead)
}

/// How far a place stands behind the word for those who were sent there, in tokens.
const POSTED_REACH: usize = 14;

/// Words that make something else of a preposition: "pressure on X", "interest in X".
fn locative_leads(f: &Found, range: &Range<usize>, k: usize, country: bool) -> bool {
    let lead = f.words().before(range.start, k);
    let before = f.words().before(range.start, k + 1);
    match lead {
        "on" => ![
            "pressure",
            "sanctions",
            "effect",
            "impact",
            "war",
            "focus",
            "embargo",
        ]
        .contains(&before),
        "against" => !country,
        "in" => ![
            "interest",
            "confidence",
            "government",
            "believe",
            "war",
            "conflict",
            "genocide",
            "crisis",
        ]
        .contains(&before),
        _ => true,
    }
}

/// "struck the sleeping quarters of X", "struck X", "the shelling of X".
fn is_object_of_event(f: &Found, range: &Range<usize>, k: usize) -> bool {
    /// How far the event's word stands before "of X".
    const REACH: usize = 7;
    let words = f.words();
    let word = |j: usize| words.before(range.start, j);
    let event_at = |j: usize| range.start.checked_sub(j).is_some_and(|i| f.is_event(i));
    let before_of = word(1) == "of";
    // "battled for control of X"
    if before_of && ["control", "outskirts", "streets"].contains(&word(2)) && !f.events.is_empty() {
        return true;
    }
    if before_of {
        let event = (2..=REACH).find(|j| event_at(*j));
        let clear = |end: usize| {
            (2..end).all(|j| {
                ![
                    ",", "by", "forces", "troops", "said", "member", "members", "people",
                ]
                .contains(&word(j))
            })
        };
        return event.is_some_and(clear);
    }
    event_at(k)
}

/// "X, the village that gunmen attacked".
fn is_taken_up(f: &Found, range: &Range<usize>) -> bool {
    let words = f.words();
    let relative = words.first(range.end..range.end + 9, &["that", "where", "which"]);
    let linked = [",", "where", "that"].contains(&words.at(range.end));
    relative.is_some_and(|at| {
        linked
            && f.events
                .iter()
                .any(|m| m.tokens.start > at && m.tokens.start <= at + 3)
    })
}

/// "in Lebanon's largest refugee camp, X,": a name behind the sort of place it is.
fn in_apposition(f: &Found, range: &Range<usize>) -> bool {
    let words = f.words();
    words.before(range.start, 1) == ","
        && words.any(
            range.start.saturating_sub(3)..range.start,
            &[
                "camp", "city", "town", "village", "port", "capital", "base", "prison",
            ],
        )
        && words.any(range.start.saturating_sub(10)..range.start, LOCATIVES)
}

/// "X airport", "X province".
fn is_a_place_noun(f: &Found, range: &Range<usize>) -> bool {
    let next = f.words().at(range.end);
    let of_arms = next == "military" && !f.events.iter().any(|m| m.tokens.start > range.end);
    PLACE_NOUNS.contains(&next) && !of_arms
}

/// "X was shelled", "X came under fire".
fn passive_subject(f: &Found, range: &Range<usize>) -> bool {
    let words = f.words();
    let falls = ["fell", "falls", "fallen"].contains(&words.at(range.end))
        || ["has", "had"].contains(&words.at(range.end)) && words.at(range.end + 1) == "fallen";
    falls && f.is_event(range.end)
        || ["was", "were", "came"].contains(&words.at(range.end))
            && (f.is_event(range.end + 1) || words.at(range.end + 1) == "under")
}

/// "in X, Y" and "in X and Y": the link before leads.
fn listed(f: &Found, range: &Range<usize>, k: usize, lead: &str) -> bool {
    [",", "and"].contains(&lead)
        && f.places
            .iter()
            .any(|(_, r)| r.end + k == range.start || r.end + k + 1 == range.start)
}

/// How closely a place is told; near a place counts as the place.
pub(super) fn rank(place: &PlaceWords) -> Precision {
    match place.best().map_or(Precision::Unknown, |b| b.precision) {
        Precision::NearPlace => Precision::Place,
        other => other,
    }
}

/// The place phrase of the mention: nearest first; of a chain ("the al-Tanf garrison in
/// southeastern Syria") the closest told; "in Tunisia ... in the city of Sfax" the city.
pub(super) fn place_of(report: &Report, f: &Found, mention: &EventMention) -> Option<usize> {
    let places = report.places;
    if super::day::is_set_beside(f, mention) {
        return None;
    }
    let time_mark = super::day::is_a_time_mark(f, mention);
    let usable: Vec<(usize, &Range<usize>, usize)> = f
        .places
        .iter()
        .filter(|(i, r)| {
            is_of_what_happened(report, f, *i, r)
                && !is_of_the_one_before(f, mention, r)
                && !is_behind_since(f, mention, r)
                && (!time_mark
                    || r.start >= mention.tokens.end && r.start - mention.tokens.end <= 2)
                && !is_topic(f, mention, r)
        })
        .map(|(i, r)| (*i, r, cost(f, mention, r)))
        .filter(|(_, _, c)| *c <= PLACE_COST_MAX)
        .collect();
    // "a strike on Iran's consulate in Damascus": the owner gives way to any place told.
    let owner = |i: usize, r: &Range<usize>| {
        is_whole_country(&places[i]) && f.words().at(r.end - 1).ends_with("'s")
    };
    let told_otherwise = usable.iter().any(|(i, r, _)| !owner(*i, r));
    let usable: Vec<(usize, &Range<usize>, usize)> = usable
        .into_iter()
        .filter(|(i, r, _)| !told_otherwise || !owner(*i, r))
        .collect();
    let (nearest, range, own) = usable.iter().min_by_key(|(_, _, c)| *c)?;
    let rival = f
        .events
        .iter()
        .filter(|m| m.tokens != mention.tokens)
        .map(|m| cost(f, m, range))
        .min();
    let seized = mention.kind == IncidentType::WeaponsSeized && f.events.len() > 1;
    if rival.is_some_and(|r| r + RIVAL_MARGIN < *own) && (mention.cause || seized) {
        return None;
    }
    let chain = chain_of(report, f, *nearest, range);
    let chosen = closest(report, &chain).filter(|i| !is_far_namesake(report, *i))?;
    let chosen = refined(report, &usable, f, mention, chosen);
    let at = usable
        .iter()
        .find(|(i, _, _)| *i == chosen)
        .map(|(_, r, _)| (*r).clone());
    if places[chosen].is_pointlike()
        && let Some(at) = at
        && names_an_unknown_place(f, mention, &at)
        && !is_beside_the_unknown(f, &at)
    {
        return chain
            .iter()
            .copied()
            .filter(|i| !places[*i].is_pointlike())
            .min_by_key(|i| rank(&places[*i]));
    }
    Some(chosen)
}

/// Is the place phrase used as the place of something, and not as anybody's home, office, side or way?
fn is_of_what_happened(report: &Report, f: &Found, index: usize, range: &Range<usize>) -> bool {
    let place = &report.places[index];
    !place.candidates.is_empty()
        && leads_to_place(f, range, place)
        && !is_speakers(f, range)
        && !is_of_the_harmed(f, range)
        && !is_party(f, range)
        && !is_origin(f, range)
        && !is_a_road_or_ship(f, range)
        && !super::day::of_a_person(f, range)
        && !is_flag(f, range)
        && !is_unlikely(report, index)
}

/// The places linked to one another: "the town of X, in the Y district of Z".
fn chain_of(report: &Report, f: &Found, first: usize, range: &Range<usize>) -> Vec<usize> {
    let mut chain = vec![first];
    let (mut start, mut end) = (range.start, range.end);
    loop {
        let more = f.places.iter().find(|(i, r)| {
            !chain.contains(i)
                && !is_origin(f, r)
                && !report.places[*i].candidates.is_empty()
                && !is_unlikely(report, *i)
                && ((r.start >= end && linked(f, end..r.start))
                    || (r.end <= start && linked(f, r.end..start)))
        });
        let Some((i, r)) = more else {
            return chain;
        };
        chain.push(*i);
        start = start.min(r.start);
        end = end.max(r.end);
    }
}

/// A place known closely wins, of two the first told; one that contradicts all others of its chain
/// is another place of that name.
fn closest(report: &Report, chain: &[usize]) -> Option<usize> {
    let fits = |i: &usize| {
        let others = chain.iter().filter(|j| *j != i);
        let Some(mine) = report.place(*i) else {
            return false;
        };
        chain.len() == 1
            || others
                .filter_map(|j| report.place(*j))
                .any(|other| located_fit(mine, other))
    };
    let key = |i: &usize| (rank(&report.places[*i]), report.places[*i].span.start);
    chain
        .iter()
        .copied()
        .filter(fits)
        .min_by_key(key)
        // "the Bab el Oued district of Algiers": where they contradict each other, the one whose
        // country the report speaks of.
        .or_else(|| {
            chain
                .iter()
                .copied()
                .filter(|i| is_supported(report, *i))
                .min_by_key(key)
        })
        .or_else(|| {
            chain.iter().copied().max_by_key(|i| {
                (
                    std::cmp::Reverse(rank(&report.places[*i])),
                    report.places[*i].span.start,
                )
            })
        })
}

/// Does the report speak of the place's country by another place too?
fn is_supported(report: &Report, index: usize) -> bool {
    report.place(index).is_some_and(|place| {
        place
            .country
            .and_then(|c| report.told_of.get(&c))
            .is_some_and(|ids| ids.iter().any(|id| *id != place.place_id))
    })
}

/// "George" in a report from South Africa is not George Town in Malaysia: a place known by another
/// name than the words say, in a country that nothing else in the report speaks of.
fn is_far_namesake(report: &Report, index: usize) -> bool {
    let words = &report.places[index];
    let (Some(place), Some(from)) = (words.best(), report.from_country) else {
        return false;
    };
    let Some(country) = place.country.filter(|c| *c != from) else {
        return false;
    };
    let told = report.words(&words.span).to_lowercase();
    let supported = report
        .told_of
        .get(&country)
        .is_some_and(|ids| ids.iter().any(|id| *id != place.place_id));
    !told.contains(&place.name.to_lowercase()) && place.precision == Precision::Place && !supported
}

/// A closer place of the same sentence that lies within the one chosen, unless another event of
/// the sentence stands nearer to it.
fn refined(
    report: &Report,
    usable: &[(usize, &Range<usize>, usize)],
    f: &Found,
    mention: &EventMention,
    chosen: usize,
) -> usize {
    let Some(coarse) = report.place(chosen).filter(|c| !c.precision.is_pointlike()) else {
        return chosen;
    };
    usable
        .iter()
        .filter(|(i, r, own)| {
            let nearer_to_another = f
                .events
                .iter()
                .filter(|m| m.tokens != mention.tokens)
                .any(|m| cost(f, m, r) < *own);
            !nearer_to_another
                && rank(&report.places[*i]) < coarse.precision
                && report.place(*i).is_some_and(|fine| lies_in(fine, coarse))
        })
        .min_by_key(|(i, _, c)| (rank(&report.places[*i]), *c))
        .map_or(chosen, |(i, _, _)| *i)
}

/// Is one place part of another? A sea holds nothing but its own waters.
fn lies_in(fine: &Located, coarse: &Located) -> bool {
    let same_country =
        fine.country.is_none() || coarse.country.is_none() || fine.country == coarse.country;
    coarse.precision != Precision::Sea && same_country && located_fit(fine, coarse)
}

/// Words between two links of a chain of places.
const LINKS: &[&str] = &[
    ",",
    "in",
    "the",
    "on",
    "near",
    "of",
    "at",
    "a",
    "town",
    "city",
    "village",
    "northern",
    "southern",
    "eastern",
    "western",
    "central",
    "province",
    "governorate",
    "region",
    "district",
    "state",
    "country's",
    "located",
    "(",
    ")",
    "inside",
    "outside",
    "remote",
    "area",
    "part",
    "base",
    "garrison",
    "within",
    "some",
    "department",
    "territory",
];

/// Longest link of a chain, in tokens.
const LINK_TOKENS_MAX: usize = 5;

fn linked(f: &Found, between: Range<usize>) -> bool {
    let words = f.words();
    between.len() <= LINK_TOKENS_MAX && between.into_iter().all(|i| LINKS.contains(&words.at(i)))
}

/// Words of a speaker before his place: "told reporters in Geneva", "the embassy in X said".
const SPEAKERS: &[&str] = &[
    "reporters",
    "said",
    "told",
    "conference",
    "based",
    "headquartered",
    "spokesman",
    "spokesperson",
    "ambassador",
    "born",
    "fled",
    "travelled",
    "returned",
    "speaking",
];

/// The speaker's place, not the event's: "told reporters in Geneva", "services in X said".
fn is_speakers(f: &Found, range: &Range<usize>) -> bool {
    /// Words of a name between the place and the verb: "in the Valencia region said".
    const BEFORE_SAYING: usize = 2;
    let words = f.words();
    let spoke_before = words.any(range.start.saturating_sub(4)..range.start, SPEAKERS);
    let speaks_after = words
        .first(range.end..range.end + BEFORE_SAYING, SAYING)
        .is_some_and(|at| {
            let plain = (range.end..at).all(|i| {
                ["region", "province", "state", "district", "area", "city"].contains(&words.at(i))
            });
            // "two soldiers were killed in X, the army said": a comma stands between.
            let start = (0..range.start)
                .rev()
                .find(|i| [",", ";"].contains(&words.at(*i)))
                .map_or(0, |i| i + 1);
            plain && !(start..range.start).any(|i| f.is_event(i))
        });
    // "..., a monitoring group in Britain, said": words beside the speaker's name.
    let beside = words.at(range.end) == "," && SAYING.contains(&words.at(range.end + 1)) && {
        let start = (0..range.start)
            .rev()
            .find(|i| [",", ";"].contains(&words.at(*i)))
            .map_or(0, |i| i + 1);
        start > 0
            && ["a", "an", "the", "who", "which", "whose"].contains(&words.at(start))
            && !(start..range.start).any(|i| f.is_event(i))
    };
    let speaks_after = speaks_after || beside;
    spoke_before || speaks_after
}

/// Score below which a name that the gazetteer spells otherwise needs something else of its country
/// in the report: of the names of villages that the starter does not hold, none of those it took
/// for others scored higher.
const WEAK_SCORE: f64 = 0.6;

/// "Tougan" in a report on Burkina Faso is not Tighina in Moldova: a weak match in a country that
/// nothing else in the report speaks of, while it speaks of another.
fn is_unlikely(report: &Report, index: usize) -> bool {
    let words = &report.places[index];
    let Some(place) = words.best() else {
        return false;
    };
    let Some(country) = place.country.filter(|_| place.score < WEAK_SCORE) else {
        return false;
    };
    let supported = report
        .told_of
        .get(&country)
        .is_some_and(|ids| ids.iter().any(|id| *id != place.place_id));
    let told = report.words(&words.span).to_lowercase();
    let named = told.contains(&place.name.trim_start_matches("near ").to_lowercase())
        || !place.because.iter().any(|b| b.starts_with("a weak match"));
    !supported && !named && report.told_of.len() > 1
}

/// "a strike, two days after one near X": X is of the one before.
fn is_of_the_one_before(f: &Found, mention: &EventMention, range: &Range<usize>) -> bool {
    f.events.iter().any(|m| {
        m.tokens.start >= mention.tokens.end
            && m.tokens.start < range.start
            && steps_back(&f.sentence.tokens, mention.tokens.end..m.tokens.start)
    })
}

/// "the first ambassador to be killed since one was shot in X": where the last one was.
fn is_behind_since(f: &Found, mention: &EventMention, range: &Range<usize>) -> bool {
    let words = f.words();
    mention.tokens.end < range.start
        && (mention.tokens.end..range.start).any(|i| {
            words.at(i) == "since"
                && f.clause[i].abs_diff(f.clause[range.start]) <= 1
                && f.clause[i] != f.clause[mention.tokens.start]
        })
}

/// Words between a protest and what it is about.
const ABOUT: &[&str] = &[
    "support",
    "solidarity",
    "over",
    "about",
    "demanding",
    "denouncing",
];

/// "a rally in support of the people caught in X": what a protest is about, not where it is.
fn is_topic(f: &Found, mention: &EventMention, range: &Range<usize>) -> bool {
    mention.kind == IncidentType::Protest
        && mention.tokens.end < range.start
        && f.words().any(mention.tokens.end..range.start, ABOUT)
        && !f.words().any(mention.tokens.end..range.start, &[","])
}

/// "Road 90", "the Delta Blue": a name of a road or a ship that a place shares.
fn is_a_road_or_ship(f: &Found, range: &Range<usize>) -> bool {
    let words = f.words();
    let road = ["road", "route", "highway", "street"].contains(&words.at(range.start))
        && range.len() == 1
        && words
            .at(range.end)
            .starts_with(|c: char| c.is_ascii_digit());
    let next = f.sentence.tokens.get(range.end);
    let ship = words.before(range.start, 1) == "the"
        && next.is_some_and(|t| t.capital)
        && words.any(
            0..words.len(),
            &[
                "ship",
                "ships",
                "vessel",
                "vessels",
                "tanker",
                "carrier",
                "freighter",
            ],
        )
        && !f.places.iter().any(|(_, r)| r.start == range.end)
        && !PLACE_NOUNS.contains(&words.at(range.end));
    road || ship
}

/// What fire comes from, behind "from".
const FIRED_FROM: &[&str] = &[
    "base",
    "bases",
    "position",
    "positions",
    "territory",
    "airfield",
    "airfields",
    "area",
    "areas",
    "region",
    "ship",
    "ships",
    "site",
    "sites",
    "silos",
    "side",
    "province",
    "waters",
    "desert",
    "submarine",
    "launchers",
    "villages",
    "airbase",
    "airbases",
];

/// "jets that had taken off from X in Qatar", "missiles launched from bases in Y": where it came
/// from, not where it struck.
fn is_origin(f: &Found, range: &Range<usize>) -> bool {
    /// How far the verb stands before "from", in tokens.
    const VERB_REACH: usize = 12;
    let words = f.words();
    let sent = |from: usize| {
        words.any(
            from.saturating_sub(VERB_REACH)..from,
            &[
                "fired",
                "launched",
                "flew",
                "flown",
                "taken",
                "took",
                "came",
                "operating",
                "missiles",
                "rockets",
                "drones",
            ],
        ) && !words.any(
            from.saturating_sub(1)..from,
            &["away", "km", "miles", "kilometres", "kilometers"],
        )
    };
    let k = steps_to_lead(f, range);
    let Some(lead) = range.start.checked_sub(k) else {
        return false;
    };
    if words.at(lead) == "from" {
        return sent(lead);
    }
    if !["in", "at", "near", ",", "on"].contains(&words.at(lead)) {
        return false;
    }
    // "from bases in X"
    let noun = lead.checked_sub(1);
    let from = (lead.saturating_sub(4)..lead)
        .rev()
        .find(|i| words.at(*i) == "from");
    if let (Some(noun), Some(from)) = (noun, from) {
        // "from Cape Chauda in Crimea"
        let named = f
            .places
            .iter()
            .any(|(_, r)| r.start > from && r.end == lead)
            || from + 1 < lead && (from + 1..lead).all(|i| f.sentence.tokens[i].capital);
        return (named || FIRED_FROM.contains(&words.at(noun))) && sent(from);
    }
    false
}

/// "flying the flag of Belize": where a ship is registered, not where it was.
fn is_flag(f: &Found, range: &Range<usize>) -> bool {
    let words = f.words();
    let before = range.start.saturating_sub(3)..range.start;
    words.any(before.clone(), &["flag", "registered"])
        || words.before(range.start, 1) == "for" && words.any(before, &["bound", "heading"])
}

/// Words of those who are brought away.
const BROUGHT: &[&str] = &[
    "taken",
    "treated",
    "rushed",
    "transferred",
    "flown",
    "brought",
    "buried",
    "hospitalised",
    "hospitalized",
    "admitted",
];

/// "taken to the hospital in Dori": where the harmed were brought, not where it happened.
fn is_of_the_harmed(f: &Found, range: &Range<usize>) -> bool {
    /// How far the verb stands before the place, in tokens.
    const REACH: usize = 14;
    let words = f.words();
    let mut before = range.start.saturating_sub(REACH)..range.start;
    // "fled to X"; those who fled their homes near X fled from where it happened.
    let fled = words.first(before.clone(), &["fled", "evacuated"]);
    let led = fled.is_some_and(|at| words.any(at..range.start, &["to", "into", "towards"]));
    let brought = before.any(|i| {
        BROUGHT.contains(&words.at(i))
            && match words.at(i) {
                "taken" | "brought" => {
                    words.any(i + 1..i + 5, &["to"]) && words.at(i + 1) != "into"
                }
                "buried" | "treated" | "admitted" => {
                    words.any(i.saturating_sub(2)..i, &["was", "were", "been", "being"])
                }
                _ => true,
            }
    });
    brought || led
}

/// A country's name that is an actor or target is no place of the event by itself; "in Syria" is.
fn is_party(f: &Found, range: &Range<usize>) -> bool {
    let led = ["in", "near", "across", "over", "on", "inside", "at"]
        .contains(&f.words().before(range.start, 1));
    !led && f
        .parties
        .iter()
        .any(|p| p.kind == "state" && p.tokens.start == range.start)
}

/// Prepositions before a name nobody knows.
const AT_A_NAME: &[&str] = &["in", "near", "at", "outside", "of"];

/// Does the mention's own clause name a place that the gazetteer does not know ("clashes in the
/// town of Andahuaylas"), nearer than the place that would be taken from elsewhere?
fn names_an_unknown_place(f: &Found, mention: &EventMention, chosen: &Range<usize>) -> bool {
    /// How far the name stands behind the event, in tokens.
    const REACH: usize = 12;
    let words = f.words();
    let tokens = &f.sentence.tokens;
    let here = f.clause[mention.tokens.start];
    if f.clause[chosen.start] == here && chosen.start > mention.tokens.start {
        return false;
    }
    let end = (mention.tokens.end + REACH).min(tokens.len());
    (mention.tokens.end..end)
        .filter(|i| tokens[*i].capital && f.clause[*i].abs_diff(here) <= 1)
        .any(|i| {
            let known = f.places.iter().any(|(_, r)| r.contains(&i))
                || f.dates.iter().any(|d| d.tokens.contains(&i))
                || f.parties.iter().any(|p| p.tokens.contains(&i))
                || f.countries.iter().any(|c| c.contains(&i));
            let led = AT_A_NAME.contains(&words.before(i, 1))
                && (words.before(i, 1) != "of"
                    || ["town", "village", "city", "port"].contains(&words.before(i, 2)));
            led && !known
        })
}

/// "in Merefa, near Kharkiv": where a place that nobody knows lies, told by one that is known.
fn is_beside_the_unknown(f: &Found, range: &Range<usize>) -> bool {
    let words = f.words();
    let near = words.at(range.start) == "near" || is_told_from(words.at(range.start));
    let at = range.start.checked_sub(2);
    near && words.before(range.start, 1) == "," && at.is_some_and(|i| f.sentence.tokens[i].capital)
}

/// "some 20 km", "20 km", "just": a distance from a known place.
fn is_told_from(word: &str) -> bool {
    matches!(word, "some" | "about" | "just" | "around") || word_value(word).is_some()
}

/// Does the sentence lead to a name that is no known place, date or side: "near Damboa"?
pub(super) fn names_any_unknown(report: &Report, f: &Found) -> bool {
    let words = f.words();
    let tokens = &f.sentence.tokens;
    (1..tokens.len()).filter(|i| tokens[*i].capital).any(|i| {
        let sure = |p: usize| !report.places[p].candidates.is_empty() && !is_unlikely(report, p);
        let known = f.places.iter().any(|(p, r)| r.contains(&i) && sure(*p))
            || f.dates.iter().any(|d| d.tokens.contains(&i))
            || f.parties.iter().any(|p| p.tokens.contains(&i))
            || f.countries.iter().any(|c| c.contains(&i));
        let lead = words.before(i, 1);
        // "in the Zenda Jan and Injil districts"
        let in_a_part = lead == "the"
            && AT_A_NAME.contains(&words.before(i, 2))
            && words.any(i + 1..i + 6, PARTS_OF_DIVISIONS);
        if !known && in_a_part {
            return true;
        }
        let of_a_town = || SORTS_OF_PLACE.contains(&words.before(i, 2));
        !known && AT_A_NAME.contains(&lead) && (lead != "of" || of_a_town())
    })
}

/// Nouns behind the names of parts of a division.
const PARTS_OF_DIVISIONS: &[&str] = &[
    "district",
    "districts",
    "area",
    "areas",
    "village",
    "villages",
    "county",
    "counties",
    "municipality",
    "commune",
    "subdistrict",
    "neighbourhood",
    "neighborhood",
    "valley",
];

/// Nouns for the parts of a town, before or behind their names.
const PARTS_OF_TOWN: &[&str] = &[
    "district",
    "neighbourhood",
    "neighborhood",
    "suburb",
    "quarter",
    "neighbourhoods",
    "neighborhoods",
    "districts",
    "suburbs",
];

/// "in the seaside district of X", "in the X neighbourhood", and nobody knows X.
pub(super) fn names_unknown_part(f: &Found) -> bool {
    let words = f.words();
    let tokens = &f.sentence.tokens;
    let unknown = |i: usize| {
        tokens.get(i).is_some_and(|t| t.capital) && !f.places.iter().any(|(_, r)| r.contains(&i))
    };
    (1..tokens.len()).any(|i| {
        PARTS_OF_TOWN.contains(&words.at(i))
            && (words.at(i + 1) == "of" && unknown(i + 2)
                || unknown(i - 1) && f.words().any(i.saturating_sub(5)..i, LOCATIVES))
    })
}

/// "across France", "throughout the country": the whole of a place.
pub(super) fn is_wide(f: &Found, place: usize) -> bool {
    let words = f.words();
    f.places.iter().any(|(p, r)| {
        *p == place
            && words.any(
                r.start.saturating_sub(3)..r.start + 1,
                &["across", "throughout", "nationwide"],
            )
    })
}

/// Nouns that take up the place told before.
const THE_PLACE: &[&str] = &["town", "city", "village", "camp", "area", "base", "capital"];

/// "there", "in the town": the place told last, or the dateline's town.
pub(super) fn there(
    report: &Report,
    f: &Found,
    m: &EventMention,
    events: &[Event],
) -> Option<usize> {
    /// How far behind the event the words stand, in tokens.
    const REACH: usize = 10;
    let words = f.words();
    let from = m.tokens.start.saturating_sub(3);
    let to = (m.tokens.end + REACH).min(words.len());
    let be = &["were", "was", "is", "are", "has", "have"];
    let there = (from..to).any(|i| words.at(i) == "there" && !be.contains(&words.at(i + 1)));
    let noun = (from..to).find_map(|i| {
        let led = [
            "in", "at", "near", "outside", "inside", "on", "hit", "struck", "targeted",
        ]
        .contains(&words.at(i))
            && words.at(i + 1) == "the";
        let own = !["of", "'s"].contains(&words.at(i + 3));
        (led && own && THE_PLACE.contains(&words.at(i + 2))).then_some(words.at(i + 2))
    });
    if !there && noun.is_none() {
        return None;
    }
    if let Some(site) = noun.and_then(|noun| named_before(report, f, noun)) {
        return Some(site);
    }
    let last = events
        .last()
        .filter(|e| f.n.saturating_sub(e.last_sentence) <= 2)
        .and_then(|e| e.place);
    let town = ["town", "city", "capital"].contains(&noun.unwrap_or(""));
    last.or(report.dateline.filter(|_| town && events.is_empty()))
        .filter(|p| report.places[*p].is_pointlike())
}

/// "landed inside the base": the base named last.
fn named_before(report: &Report, f: &Found, noun: &str) -> Option<usize> {
    /// Place phrases back to which it may have been named.
    const PHRASES_MAX: usize = 24;
    use gazetteer::Kind as K;
    let wanted = |kind: K| match noun {
        "base" => matches!(kind, K::Base | K::Airbase),
        "camp" => matches!(kind, K::Camp),
        _ => false,
    };
    let end = report
        .places
        .partition_point(|p| p.span.start < f.sentence.span.start);
    (end.saturating_sub(PHRASES_MAX)..end).rev().find(|i| {
        let told = report.words(&report.places[*i].span).to_lowercase();
        let says = told.ends_with(noun);
        report.places[*i].is_pointlike()
            && report.place(*i).is_some_and(|p| {
                (wanted(p.kind) || says && ["base", "camp"].contains(&noun))
                    && p.precision == Precision::Place
            })
    })
}

/// "All three of these attacks have occurred in the border area around X": the place of each.
pub(super) fn spread(report: &Report, f: &Found, events: &mut [Event]) {
    let Some(group) = f.events.iter().find(|m| m.group > 1) else {
        return;
    };
    let Some(place) = place_of(report, f, group) else {
        return;
    };
    let told = events
        .iter_mut()
        .rev()
        .take(EVENTS_REACH)
        .filter(|e| !e.cause && compatible(e.kind, group.kind))
        .take(group.group);
    for event in told {
        event.place = event.place.or(Some(place));
    }
}

/// Nouns for a place that a later sentence may take up again ("The outpost, located in ...").
pub(super) const SITES: &[&str] = &[
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
    "hotel",
    "restaurant",
    "theatre",
    "theater",
    "refinery",
    "embassy",
    "consulate",
    "stadium",
    "courthouse",
    "parliament",
    "wedding",
    "funeral",
    "parade",
    "university",
    "concert",
    "rally",
];

/// Sites that stand for each other: the base is the outpost told before.
const MILITARY_SITES: &[&str] = &[
    "base",
    "outpost",
    "garrison",
    "camp",
    "facility",
    "position",
    "positions",
    "checkpoint",
];

/// Words between a site and its place.
const LIES: &[&str] = &[
    ",", "which", "is", "was", "located", "lies", "situated", "itself",
];

/// Words that lead from a site to its place.
const LIES_IN: &[&str] = &[
    "in", "at", "near", "on", "outside", "inside", "located", "lies", "situated",
];

/// Sentences back in which the event of a site may stand.
const SITE_SENTENCES_MAX: usize = 3;

/// "The outpost, located in a remote area of southern Syria": the place of an event at an outpost.
pub(super) fn taken_up(report: &Report, f: &Found, events: &mut [Event]) {
    let words = f.words();
    for i in 0..words.len().saturating_sub(3) {
        let site = words.at(i + 1);
        if !["the", "this"].contains(&words.at(i)) || !SITES.contains(&site) {
            continue;
        }
        let Some(lead) = words.first(i + 2..i + 8, LIES_IN) else {
            continue;
        };
        if !(i + 2..lead).all(|k| LIES.contains(&words.at(k))) {
            continue;
        }
        let place = f.places.iter().find(|(p, r)| {
            r.start >= lead && r.start <= lead + 7 && !report.places[*p].candidates.is_empty()
        });
        let alike =
            |s: &str| s == site || MILITARY_SITES.contains(&s) && MILITARY_SITES.contains(&site);
        let event = events.iter_mut().rev().take(EVENTS_REACH).find(|e| {
            e.place.is_none()
                && f.n.saturating_sub(e.last_sentence) <= SITE_SENTENCES_MAX
                && e.site.as_deref().is_some_and(alike)
        });
        if let (Some((place, _)), Some(event)) = (place, event) {
            event.place = Some(*place);
        }
    }
}

/// Words for where a quake began, and for what is left of a vehicle.
const TRACES: &[&str] = &[
    "epicentre",
    "epicenter",
    "hypocentre",
    "hypocenter",
    "centred",
    "centered",
    "wreck",
    "wreckage",
    "debris",
];

/// "Epicentre: 45 km south-west of X", "They found the wreck near Y": the place of the quake or the
/// crash told before, where none as close is known.
pub(super) fn of_traces(report: &Report, f: &Found, events: &mut [Event]) {
    let words = f.words();
    let Some(at) = words.first(0..words.len(), TRACES) else {
        return;
    };
    let quake = ["epi", "hyp", "cen"]
        .iter()
        .any(|p| words.at(at).starts_with(p));
    let wanted = |e: &&mut Event| {
        let kind = if quake {
            crate::incident::IncidentType::Earthquake
        } else {
            crate::incident::IncidentType::Accident
        };
        let open =
            e.place_inferred.is_some() || e.place.is_none_or(|p| !report.places[p].is_pointlike());
        e.kind == kind
            && open
            && !e.cause
            && f.n.saturating_sub(e.last_sentence) <= SITE_SENTENCES_MAX
    };
    let Some(event) = events.iter_mut().rev().take(EVENTS_REACH).find(wanted) else {
        return;
    };
    let place = f
        .places
        .iter()
        .filter(|(p, r)| {
            r.start > at && !report.places[*p].candidates.is_empty() && !is_unlikely(report, *p)
        })
        .map(|(p, _)| *p)
        .min_by_key(|p| (rank(&report.places[*p]), *p));
    let fits = |p: &usize| {
        event
            .place
            .and_then(|old| report.place(old))
            .zip(report.place(*p))
            .is_none_or(|(old, new)| located_fit(old, new))
    };
    if let Some(place) = place.filter(fits) {
        event.place = Some(place);
        event.place_inferred = None;
    }
}

/// "The vessel sailed on a route in the Gulf of Oman": the waters of an event at sea told before, for
/// which none were told.
pub(super) fn at_sea(report: &Report, f: &Found, events: &mut [Event]) {
    let waters = f.places.iter().map(|(p, _)| *p).find(|p| {
        report
            .place(*p)
            .is_some_and(|place| place.precision == Precision::Sea)
    });
    let Some(waters) = waters else {
        return;
    };
    for event in events.iter_mut().rev().take(2) {
        let near = f.n.saturating_sub(event.last_sentence) <= SITE_SENTENCES_MAX;
        if near
            && event.place.is_none()
            && !event.cause
            && event.tags.iter().any(|t| t == "maritime")
        {
            event.place = Some(waters);
        }
    }
}

/// People of a place who saw what happened there.
const WITNESSES: &[&str] = &[
    "residents",
    "resident",
    "witnesses",
    "witness",
    "inhabitants",
    "people",
    "mayor",
];

/// Those who speak for the place where it happened.
const OFFICE_HOLDERS: &[&str] = &[
    "residents",
    "resident",
    "witnesses",
    "mayor",
    "governor",
    "administrator",
    "head",
];

/// "Residents of Atmeh said helicopters landed": the town of an event told only as "in
/// northwestern Syria", where it lies there.
pub(super) fn of_residents(report: &Report, f: &Found, events: &mut [Event]) {
    let words = f.words();
    let near = |e: &&mut Event| {
        !e.cause && !e.wide && f.n.saturating_sub(e.last_sentence) <= SITE_SENTENCES_MAX
    };
    let of = |r: &Range<usize>, people: &[&str]| {
        let k = steps_to_lead(f, r);
        let of = (1..=k).any(|j| ["of", "in", "from"].contains(&words.before(r.start, j)));
        of && (1..=k + 1).any(|j| people.contains(&words.before(r.start, j)))
    };
    for event in events.iter_mut().rev().take(2).filter(near) {
        let coarse = event.place.and_then(|p| report.place(p));
        let town = f.places.iter().find(|(p, r)| match coarse {
            Some(coarse) => {
                !coarse.precision.is_pointlike()
                    && of(r, WITNESSES)
                    && report.places[*p].is_pointlike()
                    && report.place(*p).is_some_and(|fine| lies_in(fine, coarse))
            }
            None => event.last_sentence == f.n && of(r, OFFICE_HOLDERS),
        });
        let Some((town, _)) = town else {
            continue;
        };
        event.place_inferred = Some(if coarse.is_some() {
            "the town of those who saw it; it lies where the report puts the event"
        } else {
            "the place of those who speak of it; the report names no other for it"
        });
        event.place = Some(*town);
    }
}

/// Does the sentence name any place of an event? "Kenya's parliament" names none.
pub(super) fn any_told(report: &Report, f: &Found) -> bool {
    f.places
        .iter()
        .any(|(p, r)| leads_to_place(f, r, &report.places[*p]))
}

/// "In the Kharkiv region, ...": the division or part of a country that a sentence opens with.
pub(super) fn opens_with_region(report: &Report, f: &Found) -> Option<usize> {
    /// How far from the first word it stands, in tokens.
    const REACH: usize = 4;
    let (place, range) = f.places.first()?;
    let located = report.place(*place)?;
    // "Aleppo: A landmine killed a shepherd": the label of a list's item.
    let label = range.start == 0 && f.words().at(range.end) == ":";
    let opens = f.words().at(0) == "in"
        && range.start <= REACH
        && matches!(located.precision, Precision::Admin | Precision::Region);
    (opens || label).then_some(*place)
}

/// The first place of a sentence that is used as a place.
pub(super) fn leading(report: &Report, f: &Found) -> Option<usize> {
    f.places
        .iter()
        .find(|(p, r)| {
            !report.places[*p].candidates.is_empty() && leads_to_place(f, r, &report.places[*p])
        })
        .map(|(p, _)| *p)
}

/// The place of a sentence that is used as a place and is nobody's home, office or way, the closest
/// told.
pub(super) fn leading_closest(report: &Report, f: &Found) -> Option<usize> {
    f.places
        .iter()
        .filter(|(p, r)| is_of_what_happened(report, f, *p, r))
        .map(|(p, _)| *p)
        .min_by_key(|p| (rank(&report.places[*p]), *p))
}

/// "Almaty, the largest city, was calm on Saturday": the town that a sentence is on.
pub(super) fn is_on(report: &Report, f: &Found) -> Option<usize> {
    let (place, range) = f.places.first()?;
    let opens = range.start == 0
        && report.places[*place].is_pointlike()
        && !is_unlikely(report, *place)
        && (f.words().at(range.end) == ","
            || ["was", "has", "is", "had"].contains(&f.words().at(range.end)));
    opens.then_some(*place)
}

/// Is one place told more closely than another, and part of it?
pub(super) fn is_closer_part(report: &Report, fine: usize, coarse: usize) -> bool {
    rank(&report.places[fine]) < rank(&report.places[coarse])
        && report
            .place(fine)
            .zip(report.place(coarse))
            .is_some_and(|(a, b)| !b.precision.is_pointlike() && lies_in(a, b))
}
