//! Which words of a sentence tell of something that happened, of what type, and in what voice.

use std::ops::Range;

use crate::incident::fit::compatible;
use crate::incident::{Count, Harm, IncidentType, Kind, Standing};

use super::numbers::{number_at, word_value};
use super::sentences::{Sentence, Token, Words, quotes};
use super::voice;
use super::words::{self, EventWord, Part, Sense, Side, Strength};

/// How the noun of an event is introduced.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Article {
    /// "the attack", "this attack", "its attack": one told before.
    Definite,
    /// "an attack".
    Indefinite,
    /// "air strikes".
    Bare,
    /// A verb: "struck".
    Verb,
}

/// Words that tell of an event.
#[derive(Clone, PartialEq, Debug)]
pub struct EventMention {
    /// The trigger's tokens.
    pub tokens: Range<usize>,
    /// What happened.
    pub kind: IncidentType,
    /// False where only the context tells the type ("attack").
    pub sure: bool,
    /// How it is introduced.
    pub article: Article,
    /// "another", "a similar", "separate": not the one told before.
    pub another: bool,
    /// "protests also took place": beside the one told before.
    pub also_told: bool,
    /// "the latest attack".
    pub latest: bool,
    /// "a second round of strikes": the same event going on.
    pub round: bool,
    /// "these two attacks", "all three attacks": so many told before; 0 for one.
    pub group: usize,
    /// "two bombs went off", "ten died in two attacks": so many that the report goes on to tell
    /// one by one; 0 for one.
    pub several: usize,
    /// "in response to an attack": came before the event of the sentence.
    pub cause: bool,
    /// What its words make of it.
    pub standing: Standing,
    /// Told in somebody's quoted words.
    pub quoted: bool,
    /// Somebody denies it in the sentence.
    pub denied: bool,
    /// No single event: "a series of attacks".
    pub summary: bool,
    /// Passive: "was attacked".
    pub passive: bool,
    /// Only harm is told ("three people died").
    pub harm_only: bool,
    /// Its own word tells of harm ("killed"), whatever the means beside it.
    pub harm: bool,
    /// "the first earthquake".
    pub first: bool,
    /// "had killed", "had been hit": told as what came before.
    pub earlier: bool,
    /// "to protest against taxes": told as what the deed of the sentence is for.
    pub purpose: bool,
    /// Other words of the sentence that tell of the same event ("killed").
    pub also: Vec<Range<usize>>,
}

impl EventMention {
    /// Is the token one of the words that tell of the event?
    #[must_use]
    pub fn holds(&self, at: usize) -> bool {
        self.tokens.contains(&at) || self.also.iter().any(|r| r.contains(&at))
    }
}

/// Words that open a clause of their own.
const CLAUSE_OPENERS: &[&str] = &[
    "after",
    "before",
    "when",
    "while",
    "which",
    "where",
    "who",
    "whom",
    "because",
    "although",
    "though",
    "as",
    "following",
    "believing",
    "claiming",
    "amid",
    "but",
    "that",
    "since",
    "until",
    "whereas",
    "causing",
    "prompting",
];

/// Verbs that open a clause after "and".
const VERBS_AFTER_AND: &[&str] = &[
    "follows",
    "followed",
    "killed",
    "wounded",
    "injured",
    "destroyed",
    "hit",
    "struck",
    "seized",
    "took",
    "fired",
    "attacked",
    "shot",
    "said",
    "left",
    "was",
    "were",
    "has",
    "had",
    "is",
    "kidnapped",
    "abducted",
    "resulted",
    "told",
    "burned",
];

/// Marks between clauses.
const CLAUSE_MARKS: &[&str] = &[";", "—", "–", ":"];

/// For each token the number of its clause.
#[must_use]
pub fn clauses(tokens: &[Token]) -> Vec<usize> {
    let words = Words(tokens);
    let mut out = Vec::with_capacity(tokens.len());
    let mut clause = 0;
    for i in 0..tokens.len() {
        let word = words.at(i);
        let breaks = CLAUSE_MARKS.contains(&word)
            || i > 0 && (word == "," || CLAUSE_OPENERS.contains(&word))
            || word == "and" && VERBS_AFTER_AND.contains(&words.at(i + 1))
            // "... in X, and on Tuesday 14 died in Y"
            || word == "and"
                && words.at(i + 1) == "on"
                && super::dates::names_a_day(words.at(i + 2));
        // What a semicolon parts stands by itself.
        clause += if word == ";" { 3 } else { usize::from(breaks) };
        out.push(clause);
    }
    out
}

/// The means a sentence names, with the tokens that name them.
type Means = Vec<(Range<usize>, IncidentType)>;

/// The events a sentence tells of, in order.
#[must_use]
pub fn find(sentence: &Sentence) -> Vec<EventMention> {
    let tokens = sentence.tokens.as_slice();
    let clause = clauses(tokens);
    let (quoted, _) = quotes(tokens, sentence.opens_quoted);
    let mut triggers: Vec<(Range<usize>, EventWord)> = Vec::new();
    let mut means: Means = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let Some((len, found)) = words::events().at(tokens, i) else {
            i += 1;
            continue;
        };
        let span = i..i + len;
        let chosen = choose(tokens, &span, &found);
        if chosen.part == Part::Means {
            let kind = if is_a_person(Words(tokens), &span) {
                IncidentType::SuicideBombing
            } else {
                chosen.kind
            };
            means.push((span, kind));
        } else if let Some(row) = in_its_sense(tokens, &span, chosen) {
            triggers.push((span, row));
        }
        i += len;
    }
    let one = taken_up_by_one(tokens, &triggers);
    triggers.extend(one.clone());
    triggers.sort_by_key(|(t, _)| t.start);
    let encounter = encounter(tokens, &clause);
    let mut out: Vec<EventMention> = triggers
        .into_iter()
        .filter_map(|(span, row)| mention(tokens, &clause, span, row, &means))
        .collect();
    apart_once(Words(tokens), &mut out);
    if let Some(found) = encounter
        && !out.iter().any(|m| m.kind == found.kind)
    {
        out.push(found);
        out.sort_by_key(|m| m.tokens.start);
    }
    if out.is_empty() {
        out.extend(by_its_means(tokens, &clause, &means));
    }
    for m in &mut out {
        m.quoted = quoted[m.tokens.start];
        // What is only compared with is told by the way.
        if one.as_ref().is_some_and(|(at, _)| *at == m.tokens) {
            if Words(tokens).before(m.tokens.start, 1) == "and" {
                m.another = true;
            } else {
                m.standing = Standing::Background;
            }
        }
    }
    setting_left_out(Words(tokens), &mut out);
    destroyed_left_out(Words(tokens), &mut out);
    framed(Words(tokens), &mut out);
    joined(tokens, &clause, out)
}

/// Words beside which a bomber is an aircraft.
const OF_AIRCRAFT: &[&str] = &[
    "b-1",
    "b-2",
    "b-52",
    "tu-22",
    "tu-95",
    "tu-22m3",
    "strategic",
    "fighter",
    "jet",
    "jets",
    "aircraft",
    "air",
    "warplanes",
    "stealth",
    "planes",
    "dropped",
    "escorted",
    "nuclear-capable",
    "flew",
    "runway",
    "airfield",
    "long-range",
    "intercepted",
];

/// "A fourth bomber attacked a checkpoint": a person with a bomb, where nothing speaks of aircraft.
fn is_a_person(words: Words, span: &Range<usize>) -> bool {
    /// Words before a person with a bomb.
    const ONE: &[&str] = &[
        "a",
        "an",
        "the",
        "one",
        "two",
        "three",
        "second",
        "third",
        "fourth",
        "fifth",
        "first",
        "another",
        "female",
        "male",
        "teenage",
        "suspected",
        "lone",
        "young",
        "other",
    ];
    ["bomber", "bombers"].contains(&words.at(span.end - 1))
        && span.len() == 1
        && ONE.contains(&words.before(span.start, 1))
        && !words.any(0..words.len(), OF_AIRCRAFT)
}

/// "Elsewhere, 21 people died when shells hit a school": the word turns to one other event, which
/// the first of its words tells.
fn apart_once(words: Words, mentions: &mut [EventMention]) {
    /// How far an adjective of its own stands before an event's word, in tokens.
    const REACH: usize = 4;
    let Some((first, rest)) = mentions.split_first_mut() else {
        return;
    };
    if !(words.any(0..first.tokens.start, ELSEWHERE) || opens_separately(words)) {
        return;
    }
    for m in rest {
        let own = m.tokens.start.saturating_sub(REACH).max(first.tokens.end)..m.tokens.start;
        m.another &= words.any(own, ANOTHER);
    }
}

/// "In a separate attack in X, gunmen abducted 12 women": the noun that opens the sentence and the
/// deed that it tells are one event.
fn framed(words: Words, mentions: &mut Vec<EventMention>) {
    /// How far the noun stands from the first word, in tokens.
    const OPENS_WITHIN: usize = 5;
    let [frame, deed, ..] = mentions.as_slice() else {
        return;
    };
    let opens = words.at(0) == "in"
        && frame.tokens.start <= OPENS_WITHIN
        && frame.kind == IncidentType::AttackOther
        && !frame.sure
        && frame.article == Article::Indefinite;
    let told = deed.article == Article::Verb
        && !deed.another
        && matches!(deed.standing, Standing::Happened | Standing::Claimed);
    if !(opens && told) {
        return;
    }
    let frame = mentions.remove(0);
    mentions[0].another |= frame.another;
    mentions[0].also.push(frame.tokens);
}

/// "The death toll from a suicide lorry bomb rose to 165": harm and the means of it, and no word of
/// the event itself.
fn by_its_means(tokens: &[Token], clause: &[usize], means: &Means) -> Option<EventMention> {
    let (span, kind) = means.first()?;
    // Aircraft and drones also carry those who come to harm.
    let carries = matches!(kind, IncidentType::Airstrike | IncidentType::DroneStrike);
    let harmed = !carries
        && super::tolls::find(tokens).iter().any(|t| {
            matches!(t.harm, Harm::Killed | Harm::Injured) && t.count != Count::exactly(0)
        });
    if !harmed {
        return None;
    }
    let kind = means
        .iter()
        .map(|(_, kind)| *kind)
        .find(|kind| *kind == IncidentType::SuicideBombing)
        .unwrap_or(*kind);
    let row = EventWord {
        part: Part::Noun,
        kind,
        strength: Strength::Own,
    };
    mention(tokens, clause, span.clone(), row, means)
}

/// "was shot at a rally": where protests are only the setting of a deed, they are no event.
fn setting_left_out(words: Words, mentions: &mut Vec<EventMention>) {
    let deed = mentions.iter().any(|m| {
        !m.harm_only
            && (matches!(m.kind.kind(), Kind::Strike | Kind::Civilians | Kind::Hazard)
                || m.kind == IncidentType::AttackOther)
            && m.kind != IncidentType::Crackdown
    });
    let accident = mentions.iter().any(|m| m.kind == IncidentType::Accident);
    mentions.retain(|m| {
        let set = m.kind == IncidentType::Protest
            && m.article == Article::Indefinite
            && words.any(
                m.tokens.start.saturating_sub(5)..m.tokens.start,
                &["at", "during", "attending", "addressing"],
            );
        // "The ship went down in a storm": the weather of an accident.
        let weather = m.kind == IncidentType::Storm
            && m.article == Article::Indefinite
            && ["in", "during"].contains(&words.before(m.tokens.start, 2));
        !(deed && set || accident && weather)
    });
}

/// "one strike destroyed a car bomb and a weapons cache": what a strike destroyed is no event.
fn destroyed_left_out(words: Words, mentions: &mut Vec<EventMention>) {
    let Some(strike) = mentions
        .iter()
        .find(|m| m.kind.kind() == Kind::Strike || m.kind == IncidentType::AttackOther)
        .map(|m| m.tokens.clone())
    else {
        return;
    };
    mentions.retain(|m| {
        let thing = m.article != Article::Verb
            && matches!(
                m.kind,
                IncidentType::BombingIed | IncidentType::WeaponsSeized
            )
            && m.tokens.start > strike.end;
        !(thing && is_destroyed(words, &strike, &m.tokens))
    });
}

/// Adjectives before "one" that make it another event of the sort told before.
const ANOTHER_ONE: &[&str] = &[
    "similar", "earlier", "previous", "separate", "deadlier", "second",
];

/// "eight days after a similar one near X": "one" is another event of the sort told before it.
fn taken_up_by_one(
    tokens: &[Token],
    triggers: &[(Range<usize>, EventWord)],
) -> Option<(Range<usize>, EventWord)> {
    let words = Words(tokens);
    // "an attack on Friday on a post at X, and one on May 23 on the camp of Y"
    let listed = |i: usize| {
        words.before(i, 1) == "and" && ["on", "in", "at", "near"].contains(&words.at(i + 1))
    };
    let at = (1..tokens.len()).find(|i| {
        words.at(*i) == "one" && (ANOTHER_ONE.contains(&words.before(*i, 1)) || listed(*i))
    })?;
    let (_, row) = triggers.iter().rev().find(|(t, _)| t.end <= at)?;
    Some((
        at..at + 1,
        EventWord {
            part: Part::Noun,
            strength: Strength::Own,
            ..*row
        },
    ))
}

/// A form that is both noun and verb: what stands before tells which.
fn choose(tokens: &[Token], span: &Range<usize>, rows: &[&EventWord]) -> EventWord {
    let words = Words(tokens);
    let noun = rows.iter().find(|r| r.part == Part::Noun);
    let verb = rows.iter().find(|r| r.part == Part::Verb);
    let open = rows.iter().find(|r| r.strength == Strength::Infinitive);
    if let Some(open) = open.filter(|_| is_open_form(words, span)) {
        return **open;
    }
    match (noun, verb) {
        (Some(n), Some(v)) if v.strength != Strength::Infinitive => {
            let infinitive = words.before(span.start, 1) == "to";
            if infinitive || words.at(span.start).ends_with("ed") {
                **v
            } else {
                **n
            }
        }
        (Some(n), _) => **n,
        _ => {
            let finite = rows.iter().find(|r| r.strength != Strength::Infinitive);
            **finite.unwrap_or(&rows[0])
        }
    }
}

/// Words before a bare verb.
const BEFORE_INFINITIVE: &[&str] = &[
    "to", "not", "will", "could", "might", "may", "would", "should", "shall", "cannot", "can",
    "didn't", "must", "did", "never", "won't", "wouldn't",
];

/// Words before a verb in "ing".
const BEFORE_GERUND: &[&str] = &[
    "of", "for", "denied", "denies", "denying", "admitted", "from", "by",
];

/// "to shell", "did not explode", "denied attacking".
fn is_open_form(words: Words, span: &Range<usize>) -> bool {
    let before = words.before(span.start, 1);
    let gerund = words.at(span.start).ends_with("ing");
    // "to later march", "not even explode": an adverb may stand between.
    let list = if gerund {
        BEFORE_GERUND
    } else {
        BEFORE_INFINITIVE
    };
    list.contains(&before) || before.ends_with("ly") && list.contains(&words.before(span.start, 2))
}

/// The row as its neighbours make it; `None` for "struck a deal", "heart attack", "riot police".
fn in_its_sense(tokens: &[Token], span: &Range<usize>, row: EventWord) -> Option<EventWord> {
    let words = Words(tokens);
    let first = words.at(span.start);
    let phrase: Vec<&str> = span.clone().map(|i| words.at(i)).collect();
    let near = |side: Side, reach: usize, list: &[String]| {
        let before = span.start.saturating_sub(reach)..span.start;
        let after = span.end..(span.end + reach).min(words.len());
        let has = |mut range: Range<usize>| range.any(|i| list.iter().any(|w| w == words.at(i)));
        match side {
            Side::Before => has(before),
            Side::After => has(after),
            Side::Around => has(before) || has(after),
        }
    };
    if row.strength == Strength::Infinitive && !is_headline_present(words, span) {
        return is_open_form(words, span).then_some(row);
    }
    if row.part == Part::Verb && is_attributive(tokens, span) {
        return None;
    }
    // "with a noise like an explosion": nothing of the sort happened.
    let alike = words.before(span.start, 2) == "like"
        && ["a", "an", "the"].contains(&words.before(span.start, 1));
    if row.part == Part::Noun && alike {
        return None;
    }
    let mut row = row;
    if row.strength == Strength::Infinitive {
        row.strength = if row.kind == IncidentType::AttackOther {
            Strength::Fire
        } else {
            Strength::Own
        };
    }
    let mut needs: Option<bool> = None;
    for sense in words::senses().get(&phrase.join(" ")).into_iter().flatten() {
        let found = near(sense.side, sense.reach, &sense.neighbours);
        match sense.sense {
            Sense::Other if found => return None,
            Sense::Needs => needs = Some(needs.unwrap_or(false) || found),
            Sense::Kind(kind) if found => {
                row.kind = kind;
                row.strength = Strength::Own;
                needs = Some(true);
            }
            _ => {}
        }
    }
    if needs == Some(false) {
        return None;
    }
    let other = match first {
        "march" | "marches" => {
            let led = &["a", "the", "protest", "peaceful", "this", "mass", "and"];
            tokens[span.start].capital || !led.contains(&words.before(span.start, 1))
        }
        "fired" if span.len() == 1 => {
            // "was fired": lost his job, unless something was fired at somebody.
            ["was", "were", "been"].contains(&words.before(span.start, 1))
                && !["at", "on", "from", "into", "towards", "toward", "by"]
                    .contains(&words.at(span.end))
        }
        "operation" | "operations" => {
            row.strength == Strength::Operation && !operation_seeks(words, span)
        }
        "entered" => !armed_entry(tokens, span),
        "took" | "taken" | "takes" | "taking" if span.len() == 1 => {
            row.kind = taken_what(tokens, span)?;
            false
        }
        "captured" | "seized" if span.len() == 1 => {
            row.kind = seized_what(tokens, span)?;
            false
        }
        "capture" => seized_what(tokens, span) != Some(IncidentType::TerritoryChange),
        _ => false,
    };
    (!other).then_some(row)
}

/// What soldiers look for in an operation.
const SEEKING: &[&str] = &["against", "targeting", "capture", "apprehend", "arrest"];

/// Words before "operation" that make it something else, or something told before.
const OTHER_OPERATIONS: &[&str] = &[
    "military",
    "relief",
    "rescue",
    "aid",
    "peacekeeping",
    "special",
    "of",
    "the",
    "such",
];

/// "an operation against militants", "operation to capture": soldiers who look for somebody.
fn operation_seeks(words: Words, span: &Range<usize>) -> bool {
    // "the police carried out an operation in X"
    let police = words.any(
        span.start.saturating_sub(5)..span.start,
        &["carried", "conducted", "mounted", "staged", "launched"],
    ) && words.any(
        0..span.start,
        &["police", "gendarmerie", "gendarmes", "constabulary"],
    );
    // "forces killed four members of the group in an operation near X"
    let killed = words.any(0..span.start, SECURITY)
        && words.any(
            0..span.start,
            &["killed", "arrested", "captured", "detained"],
        )
        && words.any(span.start.saturating_sub(4)..span.start, &["in", "during"]);
    words.at(span.start) == "operation"
        && (police || killed || words.any(span.end..span.end + 4, SEEKING))
        && !words.any(span.start.saturating_sub(3)..span.start, OTHER_OPERATIONS)
}

/// Nouns for armed people who enter a town.
const ARMED: &[&str] = &[
    "troops",
    "forces",
    "army",
    "soldiers",
    "rebels",
    "fighters",
    "militants",
    "militia",
    "tanks",
    "insurgents",
    "military",
    "paramilitary",
    "groups",
];

/// Nouns for what is taken when territory changes hands.
const GROUND: &[&str] = &[
    "town",
    "towns",
    "city",
    "cities",
    "village",
    "villages",
    "base",
    "bases",
    "airport",
    "territory",
    "district",
    "districts",
    "capital",
    "settlement",
    "settlements",
    "positions",
    "area",
    "areas",
    "province",
    "headquarters",
    "hill",
    "hills",
    "bridge",
    "crossing",
    "palace",
    "neighbourhood",
    "neighborhood",
    "region",
    "control",
    "garrison",
    "stronghold",
    "port",
    "island",
    "outpost",
    "post",
    "posts",
    "dam",
    "field",
    "checkpoint",
    "refinery",
    "barracks",
    "plant",
    "mine",
    "complex",
    "compound",
    "factory",
    "highway",
    "ridge",
];

/// Nouns for ships and what else is seized at sea.
const SHIPS: &[&str] = &[
    "ship",
    "vessel",
    "tanker",
    "freighter",
    "boat",
    "boats",
    "vessels",
    "ships",
    "trawler",
    "dhow",
    "carrier",
    "corvette",
    "frigate",
    "ferry",
    "yacht",
    "barge",
    "catamaran",
    "dinghy",
];

/// Nouns for people who are taken.
const TAKEN: &[&str] = &[
    "girls",
    "boys",
    "pupils",
    "students",
    "schoolgirls",
    "schoolchildren",
    "children",
    "women",
    "hostages",
    "villagers",
    "travellers",
    "travelers",
    "passengers",
    "worshippers",
    "workers",
    "civilians",
    "tourists",
    "journalists",
    "nurse",
    "nurses",
    "priest",
    "priests",
    "missionary",
    "missionaries",
    "engineer",
    "engineers",
    "journalist",
    "foreigners",
    "citizens",
    "people",
    "pastor",
    "nuns",
    "doctor",
    "doctors",
    "teacher",
    "teachers",
    "woman",
    "child",
    "crew",
    "sailors",
    "fishermen",
    "farmers",
];

/// What is seized with arms in it.
const CONTRABAND: &[&str] = &[
    "weapons",
    "weapon",
    "ammunition",
    "explosives",
    "rifles",
    "arms",
    "guns",
    "rockets",
    "cocaine",
    "heroin",
    "missiles",
    "drugs",
    "munitions",
    "cache",
    "handguns",
];

/// Nouns for prisoners of war and suspects: their capture is no incident of its own.
const PRISONERS: &[&str] = &[
    "men",
    "soldiers",
    "fighters",
    "suspect",
    "suspects",
    "militant",
    "militants",
    "leader",
    "commander",
    "prisoners",
    "troops",
    "him",
    "her",
    "them",
    "weapons",
    "power",
    "drugs",
    "assets",
    "ammunition",
    "vehicles",
    "opportunity",
    "on",
];

/// What is seized with the people in it.
const CARRIERS: &[&str] = &["train", "bus", "plane", "airliner", "coach", "minibus"];

/// "Troops entered Kherson": armed people before the verb and a name or a town after it.
fn armed_entry(tokens: &[Token], span: &Range<usize>) -> bool {
    let words = Words(tokens);
    let object = span.end..(span.end + 7).min(tokens.len());
    words.any(span.start.saturating_sub(10)..span.start, ARMED)
        && (words.any(object.clone(), GROUND) || tokens[object].iter().any(|t| t.capital))
}

/// "captured the town", "seized a tanker", "seized 270 girls": what is taken tells the type.
fn seized_what(tokens: &[Token], span: &Range<usize>) -> Option<IncidentType> {
    let words = Words(tokens);
    /// How far the object stands from its verb.
    const OBJECT_REACH: usize = 7;
    let object = span.end..(span.end + OBJECT_REACH).min(tokens.len());
    for i in object.clone() {
        let word = words.at(i);
        if SHIPS.contains(&word) {
            return Some(IncidentType::SeaIncident);
        }
        if TAKEN.contains(&word) || CARRIERS.contains(&word) {
            return Some(IncidentType::Abduction);
        }
        if CONTRABAND.contains(&word) && words.at(span.start) == "seized" {
            return Some(IncidentType::WeaponsSeized);
        }
        if PRISONERS.contains(&word) {
            return None;
        }
        if GROUND.contains(&word) {
            return Some(IncidentType::TerritoryChange);
        }
        if [",", ".", ";"].contains(&word) {
            break;
        }
    }
    // "200 people were seized by gunmen": the object stands before.
    let passive = ["was", "were", "been", "being"].contains(&words.before(span.start, 1));
    if passive && words.any(0..span.start, TAKEN) {
        return Some(IncidentType::Abduction);
    }
    // "landed on the ship and seized it": the object stands before.
    if ["it", "her", "them"].contains(&words.at(span.end)) {
        let before = 0..span.start;
        return if words.any(before.clone(), SHIPS) {
            Some(IncidentType::SeaIncident)
        } else {
            words
                .any(before, GROUND)
                .then_some(IncidentType::TerritoryChange)
        };
    }
    // "a ship, the Rwabee, seized off Hodeida"
    let ship = words.any(span.start.saturating_sub(8)..span.start, SHIPS);
    if ship && ["off", "in", "near", "by", "from"].contains(&words.at(span.end)) {
        return Some(IncidentType::SeaIncident);
    }
    // "a train that separatists had seized"
    let carrier = words.first(span.start.saturating_sub(6)..span.start, CARRIERS);
    if carrier.is_some_and(|c| words.any(c..span.start, &["that", "which"])) {
        return Some(IncidentType::Abduction);
    }
    let named = tokens[object].iter().take(4).any(|t| t.capital);
    // "the only capital that they captured": the object stands before.
    let before = words.any(span.start.saturating_sub(6)..span.start, GROUND);
    (named || before).then_some(IncidentType::TerritoryChange)
}

/// Those who bear arms, as plural subjects: "Gunmen abduct 30 pupils" in a headline.
const HEADLINE_SUBJECTS: &[&str] = &[
    "gunmen",
    "militants",
    "rebels",
    "jihadists",
    "bandits",
    "insurgents",
    "terrorists",
    "fighters",
    "soldiers",
    "troops",
    "forces",
    "police",
    "settlers",
    "pirates",
    "attackers",
    "assailants",
    "separatists",
    "kidnappers",
    "militiamen",
    "drones",
    "missiles",
    "warplanes",
    "jets",
    "protesters",
    "demonstrators",
    "workers",
    "farmers",
    "students",
    "thousands",
    "hundreds",
    "houthis",
    "commandos",
    "marines",
];

/// "Gunmen abduct 30 pupils", "Drones hit a refinery": the present of a headline.
fn is_headline_present(words: Words, span: &Range<usize>) -> bool {
    HEADLINE_SUBJECTS.contains(&words.before(span.start, 1))
}

/// Words before a participle that is an adjective.
const BEFORE_ADJECTIVE: &[&str] = &[
    "the", "a", "an", "of", "in", "through", "from", "under", "into", "their", "its", "his", "her",
    "with", "these", "those", "near", "inside", "several", "some", "many", "this", "that", "our",
];

/// Words after a participle that is a verb: an object does not begin so, and no noun does.
const AFTER_VERB: &[&str] = &[
    "in",
    "on",
    "at",
    "by",
    "after",
    "when",
    "during",
    "near",
    "into",
    "while",
    "as",
    "and",
    "or",
    "to",
    "from",
    "with",
    "for",
    "of",
    "off",
    "over",
    "around",
    "outside",
    "inside",
    "before",
    "early",
    "late",
    "overnight",
    "since",
    "last",
    "this",
    "the",
    "a",
    "an",
    "its",
    "their",
    "his",
    "two",
    "three",
    "four",
    "five",
    "six",
    "at",
    "about",
    "some",
    "several",
    "dozens",
    "scores",
    "hundreds",
    "thousands",
    "what",
    "where",
    "who",
    "that",
    "through",
    "under",
    "against",
    "along",
    "across",
    "up",
    "down",
    "within",
    "yesterday",
    "today",
    "more",
    "nearly",
    "almost",
    "least",
    "all",
    "both",
    "people",
    "",
];

/// "collapsed houses", "the captured soldiers": a participle that tells what sort of thing.
fn is_attributive(tokens: &[Token], span: &Range<usize>) -> bool {
    let words = Words(tokens);
    let participle = span.len() == 1 && {
        let word = words.at(span.start);
        word.ends_with("ed") && word.len() > 4
    };
    let next = words.at(span.end);
    participle
        && BEFORE_ADJECTIVE.contains(&words.before(span.start, 1))
        && words.before(span.start, 2) != "one"
        && !AFTER_VERB.contains(&next)
        && tokens
            .get(span.end)
            .is_some_and(|t| t.is_word() && !t.capital && word_value(next).is_none())
}

/// "took two aid workers hostage", "troops took the village", "rebels took Adan Yabal".
fn taken_what(tokens: &[Token], span: &Range<usize>) -> Option<IncidentType> {
    /// How far "hostage" stands behind the verb, in tokens.
    const HOSTAGE_REACH: usize = 9;
    let words = Words(tokens);
    let hostage = span.end..span.end + HOSTAGE_REACH;
    if words.any(hostage, &["hostage", "hostages", "captive", "captives"]) {
        return Some(IncidentType::Abduction);
    }
    /// How far those who were taken stand behind the verb, in tokens.
    const TAKEN_REACH: usize = 5;
    /// How far "from" stands behind them, in tokens.
    const AWAY_REACH: usize = 3;
    /// How far the subject stands before the verb, in tokens.
    const SUBJECT_REACH: usize = 9;
    let mut before = span.start.saturating_sub(SUBJECT_REACH)..span.start;
    let by_arms = words.any(before.clone(), ARMED)
        || before.any(|i| super::words::actors().at(tokens, i).is_some());
    // "gunmen took 287 pupils from a school"
    let people = words.first(span.end..span.end + TAKEN_REACH, TAKEN);
    let away = people.is_some_and(|at| words.any(at..at + AWAY_REACH, &["from", "away", "into"]));
    let subject = span.start.saturating_sub(SUBJECT_REACH)..span.start;
    if away && (by_arms || words.any(subject, HEADLINE_SUBJECTS)) {
        return Some(IncidentType::Abduction);
    }
    let ground = words.first(span.end..span.end + 4, GROUND);
    let bare = ground
        .is_some_and(|g| (span.end..g).all(|i| !["of", "in", "from", "to"].contains(&words.at(i))));
    let named = tokens
        .get(span.end)
        .is_some_and(|t| t.capital && t.is_word());
    let passive = ["was", "were", "been"].contains(&words.before(span.start, 1))
        && words.at(span.end) == "by"
        && words.any(span.end..span.end + 5, ARMED);
    (by_arms && (bare || named) || passive).then_some(IncidentType::TerritoryChange)
}

/// Aircraft, for encounters in the air.
const AIRCRAFT: &[&str] = &[
    "jets",
    "jet",
    "aircraft",
    "planes",
    "warplanes",
    "fighters",
    "bomber",
    "drone",
];

/// Ships, for encounters at sea.
const VESSELS: &[&str] = &[
    "ship",
    "vessel",
    "vessels",
    "ships",
    "boat",
    "boats",
    "tanker",
    "coastguard",
];

/// "an incident involving fighter jets": an encounter in the air or at sea.
fn encounter(tokens: &[Token], clause: &[usize]) -> Option<EventMention> {
    let words = Words(tokens);
    let at = (0..tokens.len()).find(|i| {
        ["incident", "encounter"].contains(&words.at(*i))
            && ["involving", "between", "with"].contains(&words.at(*i + 1))
    })?;
    let kind = if words.any(at..at + 12, AIRCRAFT) {
        IncidentType::AirEncounter
    } else if words.any(at..at + 12, VESSELS) {
        IncidentType::SeaIncident
    } else {
        return None;
    };
    let span = at..at + 1;
    Some(EventMention {
        kind,
        sure: true,
        article: article(words, at).0,
        another: words.any(at.saturating_sub(3)..at, &["another", "separate", "second"]),
        also_told: false,
        latest: false,
        round: false,
        group: 0,
        several: 0,
        cause: false,
        standing: voice::heard(tokens, &span, clause, true).standing,
        quoted: false,
        denied: false,
        summary: false,
        passive: false,
        harm_only: false,
        harm: false,
        first: false,
        purpose: false,
        earlier: false,
        also: Vec::new(),
        tokens: span,
    })
}

/// Words that point at something told before.
const DEFINITE: &[&str] = &[
    "the", "this", "these", "those", "that", "its", "their", "his", "such",
];

/// Words that bring in something new.
const INDEFINITE: &[&str] = &[
    "a", "an", "another", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "dozens", "several", "some", "multiple",
];

/// Words before which a noun's own words end.
const NOUN_EDGES: &[&str] = &[
    "of", "in", "on", "by", "and", "to", "for", "with", "after", "before", "from", "against",
    "when", "that's", "as", "at", "was", "were", "is", "has", "had", ",", "(", "“", "\"", "—", "–",
];

/// The determiner before a noun, and where it stands.
fn article(words: Words, at: usize) -> (Article, usize) {
    /// Words that may stand between a determiner and its noun.
    const ADJECTIVES_MAX: usize = 6;
    for k in (at.saturating_sub(ADJECTIVES_MAX)..at).rev() {
        let word = words.at(k);
        if DEFINITE.contains(&word) {
            return (Article::Definite, k);
        }
        if INDEFINITE.contains(&word) {
            return (Article::Indefinite, k);
        }
        if NOUN_EDGES.contains(&word) {
            break;
        }
    }
    (Article::Bare, at)
}

/// Words that set an event apart from the one told before.
const ANOTHER: &[&str] = &[
    "another",
    "second",
    "similar",
    "separate",
    "different",
    "further",
    "new",
    "third",
];

/// Words that turn to another event, anywhere before it in its sentence.
const ELSEWHERE: &[&str] = &["elsewhere", "separately"];

/// Verbs that make an agreement news.
const AGREEING: &[&str] = &[
    "agreed",
    "signed",
    "announced",
    "reached",
    "brokered",
    "declared",
    "effect",
    "exchanged",
    "accepted",
    "agree",
    "force",
    "struck",
    "concluded",
    "swapped",
    "freed",
];

/// "agreed on a ceasefire": the talk of one is no agreement.
fn is_agreed(words: Words, span: &Range<usize>) -> bool {
    /// How far the verb stands from the noun, in tokens.
    const REACH: usize = 12;
    words.any(span.start.saturating_sub(REACH)..span.end + REACH, AGREEING)
}

/// What came before the event that answers it.
const ANSWERS: &[[&str; 2]] = &[
    ["response", "to"],
    ["retaliation", "for"],
    ["revenge", "for"],
    ["reprisal", "for"],
    ["answer", "to"],
    ["reply", "to"],
    ["retaliation", "against"],
    ["retaliated", "for"],
    ["avenge", "the"],
    ["responding", "to"],
    ["reprisals", "for"],
    ["punishment", "for"],
];

/// Those who did an attack told before.
const ITS_PEOPLE: &[&str] = &[
    "ringleaders",
    "perpetrators",
    "masterminds",
    "mastermind",
    "planners",
    "organisers",
    "organizers",
    "culprits",
    "suspects",
];

fn mention(
    tokens: &[Token],
    clause: &[usize],
    span: Range<usize>,
    row: EventWord,
    means: &Means,
) -> Option<EventMention> {
    let words = Words(tokens);
    if row.strength == Strength::Agreement && !is_agreed(words, &span) {
        return None;
    }
    let (article, determiner) = match row.part {
        Part::Noun => article(words, span.start),
        _ => (Article::Verb, span.start),
    };
    let (kind, sure) = kind_of(tokens, clause, &span, row, means);
    let mut voice = voice::heard(tokens, &span, clause, row.part == Part::Noun);
    // "tried to storm", "on its way to attack": nothing is told as done.
    let done = words.any(span.start.saturating_sub(4)..span.start, SUCCEEDING);
    let mut purpose = false;
    let gerund = words.at(span.start).ends_with("ing");
    if row.strength == Strength::Infinitive
        && !gerund
        && !done
        && voice.standing == Standing::Happened
    {
        voice.standing = Standing::Planned;
        purpose = true;
    }
    let lead = determiner..span.start;
    let has = |list: &[&str]| words.any(lead.clone(), list);
    let plural = is_plural(words.at(span.start)) || words.at(span.end - 1).ends_with('s');
    let counted = (determiner.saturating_sub(3)..span.start).find_map(|i| match words.at(i) {
        "both" | "two" => Some(2),
        "three" => Some(3),
        "four" => Some(4),
        "five" => Some(5),
        _ => None,
    });
    let refers = words.any(
        determiner.saturating_sub(3)..span.start,
        &["these", "those", "all", "both"],
    ) || (article == Article::Definite && counted.is_some());
    let before = span.start.saturating_sub(5)..span.start;
    let answered = before.clone().skip(1).any(|i| {
        ANSWERS
            .iter()
            .any(|[a, b]| words.at(i - 1) == *a && words.at(i) == *b)
    });
    // "the ringleaders of the recent attack", "those behind the bombing"
    let of_its_people = article == Article::Definite
        && row.part == Part::Noun
        && (words.any(determiner.saturating_sub(3)..determiner, ITS_PEOPLE)
            || words.before(determiner, 1) == "behind"
                && ["those", "people", "men", "ones", "group", "cell"]
                    .contains(&words.before(determiner, 2)));
    let cause = answered
        || of_its_people
        || introduced_by(words, clause, span.start, &["believing"])
        || has(&["supposed"])
        || has(&["alleged"]) && words.any(before, &["to"]);
    let round = followed_by_round(words, &lead);
    let elsewhere = words.any(0..span.start, ELSEWHERE) || opens_separately(words);
    Some(EventMention {
        kind,
        sure,
        another: (new_before(words, &span, article)
            || has(ANOTHER) && !is_counted_up(words, determiner, article)
            || elsewhere
            || another_did(words, &span, row.part))
            && !round,
        also_told: words.any(
            span.start.saturating_sub(2)..span.end + 2,
            &["also", "similar"],
        ),
        latest: has(&["latest", "last", "recent", "most"]),
        round,
        group: if plural && refers {
            counted.unwrap_or(2)
        } else {
            0
        },
        several: if refers {
            0
        } else {
            several(tokens, &span, row.part).max(several_targets(tokens, &span))
        },
        cause,
        standing: voice.standing,
        quoted: false,
        denied: voice.denied,
        summary: voice.summary || counts_many(tokens, &span, row.part),
        passive: row.part == Part::Verb && is_passive(words, span.start),
        harm_only: row.strength == Strength::Harm && kind == row.kind,
        harm: row.strength == Strength::Harm,
        first: has(&["first", "initial", "original"]) && article == Article::Definite,
        purpose,
        earlier: row.part == Part::Verb
            && words.any(span.start.saturating_sub(3)..span.start, &["had"]),
        also: Vec::new(),
        article,
        tokens: span,
    })
}

fn is_plural(noun: &str) -> bool {
    noun.ends_with('s') && !noun.ends_with("ss")
}

/// "In a separate incident", "In another attack": the sentence turns to another event.
fn opens_separately(words: Words) -> bool {
    words.at(0) == "in"
        && ["a", "another", "other"].contains(&words.at(1))
        && words.any(1..4, &["separate", "another", "different", "second"])
}

/// Nouns that are counted one event each: "two bombs went off".
const ONE_EACH: &[&str] = &[
    "bombs",
    "explosions",
    "blasts",
    "bombings",
    "attacks",
    "bombers",
    "earthquakes",
    "quakes",
    "crashes",
];

/// Events counted in one breath from which on they are a sum over time, and none of them is told.
const MANY_EVENTS: u32 = 21;

/// "more than 190 mass shootings", "300 strikes": a sum over time, no event.
fn counts_many(tokens: &[Token], span: &Range<usize>, part: Part) -> bool {
    /// Words that may stand between the number and the noun.
    const BETWEEN_MAX: usize = 3;
    let words = Words(tokens);
    part == Part::Noun
        && words.at(span.end - 1).ends_with('s')
        && (span.start.saturating_sub(BETWEEN_MAX)..span.start).any(|i| {
            number_at(tokens, i).is_some_and(|n| {
                let year = (1_900..=2_100).contains(&n.count.least) && n.count.most.is_some();
                let apart = words.any(n.end..span.start, NOUN_EDGES);
                n.end <= span.start && n.count.least >= MANY_EVENTS && !year && !apart
            }) || words.at(i + 1) != "of"
                && ["hundreds", "dozens", "thousands", "scores"].contains(&words.at(i))
        })
}

/// "two attacks", "three bombs went off": how many events are counted before they are told.
fn several(tokens: &[Token], span: &Range<usize>, part: Part) -> usize {
    let words = Words(tokens);
    /// Words that may stand between the number and the noun.
    const BETWEEN_MAX: usize = 3;
    let noun = match part {
        Part::Noun => Some(span.end - 1),
        _ => span.start.checked_sub(1),
    };
    let Some(noun) = noun.filter(|n| ONE_EACH.contains(&words.at(*n))) else {
        return 0;
    };
    (noun.saturating_sub(BETWEEN_MAX)..noun)
        .find_map(|i| number_at(tokens, i))
        .filter(|n| (2..=20).contains(&n.count.least))
        .map_or(0, |n| n.count.least as usize)
}

/// What is counted where one telling is of several places.
const PLACES_EACH: &[&str] = &[
    "bases",
    "towns",
    "villages",
    "cities",
    "locations",
    "sites",
    "provinces",
    "districts",
    "regions",
    "oblasts",
    "governorates",
    "outposts",
    "camps",
    "areas",
    "settlements",
];

/// "fired rockets at two bases", "struck targets in four provinces": how many places are counted
/// behind the verb, before they are told.
fn several_targets(tokens: &[Token], span: &Range<usize>) -> usize {
    /// How far the noun stands behind the event, in tokens.
    const REACH: usize = 12;
    let words = Words(tokens);
    (span.end..(span.end + REACH).min(tokens.len()))
        .find(|i| PLACES_EACH.contains(&words.at(*i)))
        .and_then(|noun| {
            (noun.saturating_sub(3)..noun)
                .find_map(|i| number_at(tokens, i))
                .filter(|n| (2..=20).contains(&n.count.least))
        })
        .map_or(0, |n| n.count.least as usize)
}

/// Vehicles that crash: "a plane hit a hillside" is no attack.
const VEHICLES: &[&str] = &[
    "train",
    "trains",
    "bus",
    "plane",
    "airliner",
    "minibus",
    "lorry",
    "ferry",
    "coach",
    "tram",
    "funicular",
    "carriage",
    "carriages",
    "locomotive",
    "speedboat",
    "motorist",
];

/// What happens to them.
const CRASHING: &[&str] = &[
    "crashed",
    "crash",
    "crashes",
    "collided",
    "collision",
    "capsized",
    "overturned",
    "sank",
    "derailed",
    "plunged",
    "landing",
];

/// Who is fired at when a protest is broken up.
const CROWD: &[&str] = &[
    "protesters",
    "protestors",
    "demonstrators",
    "protest",
    "protests",
    "marchers",
    "rally",
    "demonstration",
    "demonstrations",
];

/// Those who break it up.
const SECURITY: &[&str] = &[
    "police",
    "officers",
    "security",
    "soldiers",
    "troops",
    "army",
    "forces",
    "gendarmes",
];

/// Words beside which a strike comes from nobody's aircraft.
const NOT_FROM_THE_AIR: &[&str] = &[
    "ship",
    "vessel",
    "tanker",
    "earthquake",
    "quake",
    "lightning",
    "storm",
];

/// People whose killing is aimed at them for what they are.
const OFFICES: &[&str] = &[
    "president",
    "minister",
    "mayor",
    "governor",
    "senator",
    "lawmaker",
    "candidate",
    "judge",
    "prosecutor",
    "ambassador",
    "councillor",
    "premier",
    "chancellor",
    "deputy",
    "mp",
    "congressman",
    "congresswoman",
    "lawmakers",
    "politician",
    "opposition",
    "ex-president",
];

/// People who are killed for what they are, where those who did it came for them.
const OF_NOTE: &[&str] = &[
    "journalist",
    "activist",
    "commander",
    "general",
    "colonel",
    "cleric",
    "imam",
    "priest",
    "bishop",
    "lawyer",
    "official",
    "lawmaker",
    "leader",
    "scientist",
    "politician",
    "blogger",
    "envoy",
    "warlord",
    "chief",
    "councillor",
    "mayor",
    "judge",
    "prosecutor",
    "reporter",
    "editor",
    "broadcaster",
    "elder",
    "collaborator",
    "informant",
    "militiaman",
    "officer",
    "candidate",
];

/// How killers who came for one person are told.
const KILLERS: &[&str] = &[
    "gunmen",
    "gunman",
    "assailants",
    "assailant",
    "attackers",
    "motorcycle",
    "motorbike",
    "motorcycles",
    "unidentified",
    "unknown",
    "assassins",
    "hitmen",
    "hitman",
    "outside",
    "silencer",
    "home",
    "sniper",
];

/// "A journalist was gunned down outside his home", "gunmen killed a former commander": one person,
/// killed for what he was, by somebody who came for him.
fn is_aimed_at_one(words: Words, span: &Range<usize>, row: EventWord) -> bool {
    /// How far the person stands from the verb, in tokens.
    const REACH: usize = 9;
    let killing = [
        "killed",
        "shot",
        "gunned",
        "stabbed",
        "murdered",
        "assassinated",
        "died",
    ]
    .contains(&words.at(span.start))
        && row.part == Part::Verb;
    if !killing {
        return false;
    }
    let passive = is_passive(words, span.start);
    let person = if passive {
        span.start.saturating_sub(REACH)..span.start
    } else {
        span.end..span.end + REACH
    };
    let one = words
        .first(person.clone(), OF_NOTE)
        .or_else(|| words.first(person.clone(), OFFICES));
    let Some(one) = one else { return false };
    let many = (person.start..one).any(|i| {
        word_value(words.at(i)).is_some_and(|n| n > 1)
            || ["people", "soldiers", "and"].contains(&words.at(i))
    });
    let ambush = words.any(span.end..span.end + 4, &["ambush"]);
    let forces = words.any(0..words.len(), SECURITY)
        && !words.any(0..words.len(), &["unknown", "unidentified"]);
    !many && (ambush || words.any(0..words.len(), KILLERS) && !forces)
}

/// Those of a state who storm a place: a raid.
const STORMING: &[&str] = &["troops", "police", "commandos", "soldiers"];

/// How far such a word stands before "was shot", in tokens: names and "on Friday" stand between.
const OFFICE_REACH: usize = 6;

/// "was shot", "was gunned down", "was stabbed".
fn is_shot(words: Words, span: &Range<usize>) -> bool {
    ["was", "were", "been"].contains(&words.before(span.start, 1))
        && (["shot", "stabbed", "assassinated"].contains(&words.at(span.start))
            || words.at(span.start) == "gunned")
}

/// The type its own word, the means beside it and the people around it make, and whether it is
/// sure.
fn kind_of(
    tokens: &[Token],
    clause: &[usize],
    span: &Range<usize>,
    row: EventWord,
    means: &Means,
) -> (IncidentType, bool) {
    let words = Words(tokens);
    let hit: Means = means
        .iter()
        .filter(|(m, _)| !is_what_was_hit(words, clause, span, m))
        .cloned()
        .collect();
    let means = &hit;
    let near = nearest_means(span, clause, means).filter(|found| {
        // "killed when his helicopter crashed": the aircraft is no means.
        let flown = matches!(found, IncidentType::Airstrike | IncidentType::DroneStrike);
        !(flown
            && row.strength == Strength::Harm
            && (words.any(0..tokens.len(), CRASHING)
                || (1..tokens.len()).any(|i| words.at(i) == "down" && words.at(i - 1) == "came")))
    });
    if is_shot(words, span)
        && words.any(span.start.saturating_sub(OFFICE_REACH)..span.start, OFFICES)
        || is_aimed_at_one(words, span, row)
    {
        return (IncidentType::Assassination, true);
    }
    let storming = ["stormed", "storming"].contains(&words.at(span.start));
    if storming && words.any(span.start.saturating_sub(4)..span.start, STORMING) {
        return (IncidentType::Raid, true);
    }
    let all = 0..tokens.len();
    let crowd = words.any(all.clone(), CROWD);
    let mut kind = row.kind;
    let mut sure = row.strength == Strength::Own;
    match row.strength {
        Strength::Fire | Strength::Harm => {
            let by_vehicle = ["hit", "struck", "slammed into", "smashed into"]
                .contains(&words.at(span.start))
                && !is_passive(words, span.start)
                && words.any(all.clone(), VEHICLES);
            let killed_in_a_crowd =
                row.strength == Strength::Harm && crowd && words.any(0..span.start, SECURITY);
            if let Some(found) = near {
                (kind, sure) = (found, true);
            } else if (by_vehicle || hit_by_vehicle(words, span)) && row.strength == Strength::Fire
            {
                (kind, sure) = (IncidentType::Accident, true);
            } else if killed_in_a_crowd {
                (kind, sure) = (IncidentType::Crackdown, true);
            } else if kind == IncidentType::Airstrike && words.any(all.clone(), NOT_FROM_THE_AIR) {
                kind = IncidentType::AttackOther;
            }
        }
        Strength::Bomb => {
            sure = true;
            if let Some(
                found @ (IncidentType::BombingIed
                | IncidentType::SuicideBombing
                | IncidentType::DroneStrike),
            ) = near
                && !words.at(span.start).starts_with("drop")
            {
                kind = found;
            }
        }
        Strength::Posture => {
            sure = true;
            if words.any(
                span.end..span.end + 6,
                &["jets", "jet", "warplanes", "aircraft", "planes"],
            ) {
                kind = IncidentType::AirEncounter;
            }
        }
        // "A drone set fire to a refinery": the fire is the drone's work.
        Strength::Own
            if row.part == Part::Verb
                && matches!(row.kind, IncidentType::Riot | IncidentType::Sabotage)
                && near.is_some_and(|found| found.kind() == Kind::Strike) =>
        {
            (kind, sure) = (near.unwrap_or(kind), true);
        }
        Strength::Own | Strength::Operation | Strength::Agreement => {}
        Strength::Lean => {}
        Strength::Infinitive => sure = kind != IncidentType::AttackOther,
    }
    // "a suicide bomber blew himself up", "a bomb exploded": the cause is told.
    if kind == IncidentType::Explosion
        && let Some(found @ (IncidentType::BombingIed | IncidentType::SuicideBombing)) = near
    {
        kind = found;
    }
    // "bombs landed on a camp": they came from afar.
    if kind == IncidentType::BombingIed
        && row.kind == IncidentType::Shelling
        && row.strength == Strength::Fire
    {
        kind = IncidentType::Shelling;
    }
    // "Security forces shot dead 11 demonstrators"
    if kind == IncidentType::AttackCivilians && crowd && words.any(all.clone(), SECURITY) {
        (kind, sure) = (IncidentType::Crackdown, true);
    }
    // "shot at the crowd", "clashed with protesters"
    let reach = if row.strength == Strength::Fire
        && words.any(span.end..span.end + 14, &["at", "on", "into"])
    {
        14
    } else {
        6
    };
    let at_crowd = words.any(span.end..span.end + reach, CROWD);
    match kind {
        IncidentType::AttackCivilians | IncidentType::AttackOther
            if at_crowd && row.strength != Strength::Harm =>
        {
            (kind, sure) = (IncidentType::Crackdown, true);
        }
        IncidentType::Clash
            if crowd || words.any(all, &["protesters", "demonstrators", "rioters"]) =>
        {
            kind = IncidentType::Riot;
        }
        _ => {}
    }
    (kind, sure)
}

/// Words for what flies and is hit itself.
const FLYING: &[&str] = &[
    "helicopter",
    "helicopters",
    "plane",
    "planes",
    "aircraft",
    "jet",
    "jets",
    "warplane",
    "warplanes",
    "bomber",
    "bombers",
    "drone",
    "drones",
    "gunship",
    "gunships",
    "fighter",
];

/// "a helicopter sent to rescue the crew was hit by rebels", "shot down six helicopters": the
/// aircraft is what was hit, not what struck.
fn is_what_was_hit(
    words: Words,
    clause: &[usize],
    span: &Range<usize>,
    means: &Range<usize>,
) -> bool {
    if is_destroyed(words, span, means) {
        return true;
    }
    if !words.any(means.clone(), FLYING) {
        return false;
    }
    let shot = |i: usize| {
        ["shot", "shoots", "shooting", "brought"].contains(&words.at(i))
            && words.at(i + 1) == "down"
            || ["downed", "downing", "intercepted", "destroyed"].contains(&words.at(i))
    };
    // "was hit by a drone" names the means behind the verb.
    let subject = means.end <= span.start
        && is_passive(words, span.start)
        && clause[means.start] == clause[span.start]
        && !words.any(means.end..span.start, &["by", "from"]);
    subject
        || (means.start.saturating_sub(8)..means.start)
            .any(|i| shot(i) && clause[i] == clause[means.start])
        || (means.end..means.end + 4)
            .any(|i| shot(i) && ["was", "were", "been", "being"].contains(&words.before(i, 1)))
}

/// Verbs whose object is what is lost, not what struck.
const DESTROYING: &[&str] = &[
    "destroyed",
    "destroying",
    "destroy",
    "suppressed",
    "suppressing",
    "damaged",
    "damaging",
    "engaged",
    "engaging",
    "disabled",
    "dismantled",
    "neutralised",
    "neutralized",
];

/// Words that lead to the means behind such a verb.
const BY_MEANS_OF: &[&str] = &["by", "with", "using", "in", "from", "when", "as", "after"];

/// "two strikes destroyed ten tanks and three artillery systems": the artillery was hit.
fn is_destroyed(words: Words, span: &Range<usize>, thing: &Range<usize>) -> bool {
    /// How far a list of what was destroyed reaches, in tokens.
    const REACH: usize = 24;
    let from = thing.start.saturating_sub(REACH).max(span.start);
    let verb = (from..thing.start)
        .rev()
        .find(|i| DESTROYING.contains(&words.at(*i)));
    verb.is_some_and(|v| !words.any(v + 1..thing.start, BY_MEANS_OF))
}

/// "hit by a container ship", "struck by a lorry".
fn hit_by_vehicle(words: Words, span: &Range<usize>) -> bool {
    const HEAVY: &[&str] = &[
        "ship", "vessel", "truck", "lorry", "barge", "car", "bus", "train", "van", "vehicle",
        "tram", "boat", "trailer", "tanker",
    ];
    words.at(span.end) == "by" && words.any(span.end + 1..span.end + 5, HEAVY)
}

/// Verbs that make an infinitive a fact.
const SUCCEEDING: &[&str] = &[
    "managed",
    "able",
    "began",
    "started",
    "went",
    "continued",
    "continue",
    "continues",
    "proceeded",
    "claimed",
    "did",
];

/// "new attacks", "further strikes": without an article the adjective stands right before.
fn new_before(words: Words, span: &Range<usize>, article: Article) -> bool {
    article == Article::Bare
        && words.any(
            span.start.saturating_sub(2)..span.start,
            &["new", "further", "other", "separate", "similar", "more"],
        )
}

/// "..., the second mass kidnapping in a week": what the sentence tells, counted up with those before it.
fn is_counted_up(words: Words, determiner: usize, article: Article) -> bool {
    /// "In the second attack": what opens a sentence turns to another event.
    const OPENING_TOKENS: usize = 3;
    article == Article::Definite
        && determiner > OPENING_TOKENS
        && ["in", ","].contains(&words.before(determiner, 1))
        && words.any(determiner + 1..determiner + 3, &["second", "third"])
}

/// "Another drone set fire to a depot": a subject that is not the one told before.
fn another_did(words: Words, span: &Range<usize>, part: Part) -> bool {
    /// How far the verb stands behind its sentence's first word, in tokens.
    const REACH: usize = 4;
    part == Part::Verb
        && span.start <= REACH
        && ["another", "second"]
            .iter()
            .any(|w| words.at(0) == *w || words.at(0) == "a" && words.at(1) == *w)
}

fn followed_by_round(words: Words, lead: &Range<usize>) -> bool {
    words.any(lead.clone(), &["round", "wave", "volley", "salvo"])
}

/// "was attacked", "has been hit", "killed by": passive.
fn is_passive(words: Words, at: usize) -> bool {
    words.any(
        at.saturating_sub(3)..at,
        &["was", "were", "been", "being", "be", "is", "are"],
    )
}

/// Is the clause of token `at` opened by one of these words?
fn introduced_by(words: Words, clause: &[usize], at: usize, list: &[&str]) -> bool {
    let here = clause[at];
    (0..=at)
        .rev()
        .take_while(|i| clause[*i] + 1 >= here)
        .any(|i| list.contains(&words.at(i)))
}

/// What a step into another clause costs when means are joined to a trigger, in tokens.
const MEANS_CLAUSE_COST: usize = 12;

/// The means nearest to the trigger: same clause first, then the sentence.
fn nearest_means(span: &Range<usize>, clause: &[usize], means: &Means) -> Option<IncidentType> {
    let crossed = |m: &Range<usize>| clause[m.start].abs_diff(clause[span.start]);
    // "A helicopter dropped a canister of toxic gas": what was dropped outweighs what carried it.
    let gas = means
        .iter()
        .find(|(m, kind)| *kind == IncidentType::ChemicalAttack && crossed(m) <= 1);
    if let Some((_, kind)) = gas {
        return Some(*kind);
    }
    means
        .iter()
        .filter(|(m, _)| crossed(m) <= 2)
        .min_by_key(|(m, _)| {
            let distance = if m.start >= span.end {
                m.start - span.end
            } else {
                span.start.saturating_sub(m.end)
            };
            distance + MEANS_CLAUSE_COST * crossed(m)
        })
        .map(|(_, kind)| *kind)
}

/// One clause that tells the same thing twice ("a missile hit", "carried out an attack, killing")
/// makes one mention.
fn joined(tokens: &[Token], clause: &[usize], mentions: Vec<EventMention>) -> Vec<EventMention> {
    let any_event = mentions.iter().any(|m| !m.harm_only);
    let mut out: Vec<EventMention> = Vec::new();
    for (i, m) in mentions.iter().cloned().enumerate() {
        if m.harm_only && any_event {
            let next = next_event(&mentions, i);
            let own = next.is_some_and(|e| steps_back(tokens, m.tokens.end..e.start));
            // "struck nine sites, two weeks after gunmen killed 26": what came before is another.
            let before = out.last().is_some_and(|last| {
                steps_back(tokens, last.tokens.end..m.tokens.start)
                    || m.earlier && Words(tokens).any(last.tokens.end..m.tokens.start, &["after"])
            });
            if before {
                out.push(m);
                continue;
            }
            if let Some(last) = out.last_mut() {
                last.also.push(m.tokens);
                continue;
            }
            // "killed seven people, two days after an ambush": an event of its own.
            if !own {
                continue;
            }
            out.push(m);
            continue;
        }
        if let Some(last) = out.last_mut()
            && brought_about(Words(tokens), last, &m)
        {
            last.kind = m.kind;
            last.sure = m.sure;
            last.also.push(m.tokens);
            continue;
        }
        // "A bomb landed on a camp, killing nine": the harm is that of the event just told, and so
        // are the means beside it.
        if m.harm
            && let Some(last) = out.last_mut()
            && !last.harm
            && clause[m.tokens.start] - clause[last.tokens.start] <= 1
            && !Words(tokens).any(last.tokens.end..m.tokens.start, ORDERING)
            && !matches!(
                m.kind,
                IncidentType::Assassination | IncidentType::Crackdown
            )
        {
            if m.sure && !last.sure && compatible(last.kind, m.kind) {
                last.kind = m.kind;
                last.sure = true;
            }
            last.also.push(m.tokens);
            continue;
        }
        match out.last_mut() {
            Some(last) if tells_the_same(tokens, clause, last, &m) => {
                let same = clause[last.tokens.start] == clause[m.tokens.start];
                // "blew up the track and opened fire on the train": the worse of the two tells
                // what it was.
                let riot = last.kind == IncidentType::Sabotage
                    && (m.kind == IncidentType::Riot || m.kind.kind() == Kind::Civilians);
                // "was hit by a missile and set ablaze": the fire is what came of it.
                let ablaze = matches!(m.kind, IncidentType::Sabotage | IncidentType::Riot)
                    && last.kind == IncidentType::AttackOther
                    && !last.harm
                    && ["hit", "struck", "attacked", "targeted"]
                        .contains(&Words(tokens).at(last.tokens.start));
                if m.sure && !last.sure && !ablaze || riot {
                    last.kind = m.kind;
                    last.sure = true;
                }
                if !m.purpose {
                    last.standing = weaker(last.standing, m.standing, same);
                }
                last.denied |= m.denied;
                last.summary |= m.summary;
                last.latest |= m.latest;
                last.several = last.several.max(m.several);
                last.also.push(m.tokens);
                last.also.extend(m.also);
            }
            _ => out.push(m),
        }
    }
    out
}

/// Does the noun name what the verb before it tells the effect of?
fn brought_about(words: Words, verb: &EventMention, noun: &EventMention) -> bool {
    /// How far behind the verb the noun stands, in tokens.
    const REACH: usize = 5;
    let between = verb.tokens.end..noun.tokens.start;
    if between.len() > REACH || noun.article == Article::Verb {
        return false;
    }
    // "a building that collapsed after shelling"
    let fell = verb.kind == IncidentType::Accident
        && verb.article == Article::Verb
        && noun.kind.kind() == Kind::Strike
        && matches!(noun.article, Article::Bare | Article::Indefinite)
        && words.any(between.clone(), &["after", "following", "in", "by"]);
    // "a day after it was hit by a strong earthquake"
    let hit = verb.kind == IncidentType::AttackOther
        && !verb.sure
        && !verb.harm_only
        && noun.kind.kind() == Kind::Hazard
        && words.any(between, &["by"]);
    fell || hit
}

/// Where the next event that is no mere harm stands.
fn next_event(mentions: &[EventMention], i: usize) -> Option<Range<usize>> {
    mentions[i..]
        .iter()
        .find(|m| !m.harm_only)
        .map(|m| m.tokens.clone())
}

/// "two days after", "a week after they": words that lead from one event to one before it.
#[must_use]
pub fn steps_back(tokens: &[Token], between: Range<usize>) -> bool {
    /// How far the event's words stand behind "after", in tokens.
    const REACH: usize = 10;
    let words = Words(tokens);
    let units = [
        "days", "day", "weeks", "week", "months", "month", "hours", "hour",
    ];
    let from = between.end.saturating_sub(REACH).max(between.start);
    (from..between.end).any(|i| words.at(i) == "after" && units.contains(&words.before(i, 1)))
}

/// Largest gap between two words for one event in neighbouring clauses, in tokens.
const RESTATED_GAP_MAX: usize = 14;

fn tells_the_same(
    tokens: &[Token],
    clause: &[usize],
    last: &EventMention,
    m: &EventMention,
) -> bool {
    let at = m.tokens.start;
    let from = last.tokens.start;
    let same = clause[from] == clause[at];
    let near = clause[at] - clause[from] <= 2 && at - last.tokens.end <= RESTATED_GAP_MAX;
    let vague = !m.sure || !last.sure || m.kind == last.kind;
    let fits = compatible(m.kind, last.kind);
    let apart = m.another
        || m.cause
        || last.cause
        || m.group > 0
        || last.group > 0
        || Words(tokens).any(last.tokens.end..at, ORDERING);
    // "the quake struck", "floods hit": the verb only says that it came.
    let came = !m.sure && m.article == Article::Verb && last.sure && same && !m.another;
    // "left the tracks and was hit by another train": one accident.
    let crashed =
        m.kind == last.kind && m.kind.kind() == Kind::Hazard && m.article == Article::Verb;
    // "retook the town after fighting that lasted all day": how it was taken.
    let fought = last.kind == IncidentType::TerritoryChange
        && m.kind == IncidentType::Clash
        && m.article == Article::Bare
        && Words(tokens).any(at.saturating_sub(3)..at, &["after", "following"]);
    // "the earthquake that struck the island": the verb of the noun's own clause.
    let own_clause = last.article != Article::Verb
        && m.article == Article::Verb
        && !m.sure
        && at == last.tokens.end + 1
        && ["that", "which"].contains(&Words(tokens).at(last.tokens.end))
        && (last.kind.kind() == Kind::Hazard || last.sure);
    if fought || own_clause {
        return true;
    }
    let restated = fits && (same || (near && vague && m.article != Article::Indefinite));
    came || (restated || crashed && near) && !apart
}

/// In one clause the hedge of either word holds for both.
fn weaker(a: Standing, b: Standing, same: bool) -> Standing {
    if same && a == Standing::Happened {
        b
    } else {
        a
    }
}

/// Words between two events that say that one came before the other.
const ORDERING: &[&str] = &[
    "after",
    "before",
    "follows",
    "follow",
    "followed",
    "following",
    "response",
    "retaliation",
    "days",
    "later",
    "earlier",
    "since",
    "while",
    "elsewhere",
    "separately",
];
