//! The tables of words, one folder a language, and the look-up of their phrases in a sentence.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use super::sentences::{Token, tokens};
use crate::incident::IncidentType;

/// Phrases by their first word; the longest phrase wins.
#[derive(Debug)]
pub struct Phrases<T> {
    by_first: HashMap<String, Vec<(Vec<String>, T)>, Quick>,
}

/// Every word of a report is asked of every table: the standard hash, made to withstand an
/// adversary, would take most of the time. The words of the tables are our own.
type Quick = BuildHasherDefault<QuickHasher>;

/// Eight bytes at a time: multiply and fold back.
#[derive(Clone, Copy, Default, Debug)]
struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            let mixed = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
            self.0 = mixed ^ (mixed >> 32);
        }
    }
}

impl<T: Clone> Phrases<T> {
    fn new(rows: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, T)>, Quick> = HashMap::default();
        for (phrase, value) in rows {
            let words: Vec<String> = tokens(&phrase, 0..phrase.len())
                .into_iter()
                .map(|t| t.lower)
                .collect();
            if let Some(first) = words.first() {
                by_first
                    .entry(first.clone())
                    .or_default()
                    .push((words, value));
            }
        }
        for list in by_first.values_mut() {
            list.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        }
        Self { by_first }
    }

    /// All values of the longest phrase that starts at token `at`, with its length in tokens.
    pub fn at(&self, tokens: &[Token], at: usize) -> Option<(usize, Vec<&T>)> {
        let list = self.by_first.get(tokens.get(at)?.lower.as_str())?;
        let fits = |words: &[String]| {
            words.len() <= tokens.len() - at
                && words.iter().zip(&tokens[at..]).all(|(w, t)| *w == t.lower)
        };
        let (longest, _) = list.iter().find(|(words, _)| fits(words))?;
        let len = longest.len();
        let values = list
            .iter()
            .filter(|(w, _)| w.len() == len && fits(w))
            .map(|(_, v)| v);
        Some((len, values.collect()))
    }
}

/// Is a trigger a noun, a verb, or only the means that tells the type?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// "an air strike".
    Noun,
    /// "shelled".
    Verb,
    /// "jets", "mortar shells".
    Means,
}

/// How much a trigger says by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strength {
    /// Names its type.
    Own,
    /// Some attack; the means tell the type.
    Fire,
    /// "bombed": from the air unless something planted is named.
    Bomb,
    /// "operation": a raid where soldiers look for somebody.
    Operation,
    /// A deployment, a base set up.
    Posture,
    /// A ceasefire, an exchange.
    Agreement,
    /// People harmed; the cause may stand elsewhere.
    Harm,
    /// "heavy rains": the type, unless a word beside it names what they brought.
    Lean,
    /// "to shell", "denied attacking": a form that tells of nothing done unless another verb does.
    Infinitive,
}

/// A row of the table of event words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EventWord {
    /// Noun, verb or means.
    pub part: Part,
    /// The type it names, or leans to.
    pub kind: IncidentType,
    /// How much it says by itself.
    pub strength: Strength,
}

/// What a cue does to the words near it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cue {
    /// "could", "fears of".
    Hypothetical,
    /// "will", "plans to".
    Planned,
    /// "not", "failed to".
    Negated,
    /// "allegedly", "supposed".
    Claimed,
    /// "denied".
    Denial,
    /// "a series of": no single event.
    Summary,
    /// "recalled": history.
    Background,
    /// "dismissed as false": a rumour that nothing stands behind.
    Untrue,
}

/// Where the neighbour of a word stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Before it.
    Before,
    /// After it.
    After,
    /// On either side.
    Around,
}

/// What a neighbour makes of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sense {
    /// "struck a deal": the word tells of something else.
    Other,
    /// "deployed troops": the word tells of an event only beside one of these.
    Needs,
    /// "strikes and marches": another type.
    Kind(IncidentType),
}

/// A row of the table of senses: neighbours that decide what a word means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SenseRow {
    /// Where the neighbour stands.
    pub side: Side,
    /// How many words away it may be.
    pub reach: usize,
    /// The neighbours.
    pub neighbours: Vec<String>,
    /// What they decide.
    pub sense: Sense,
}

/// The event words of English.
pub fn events() -> &'static Phrases<EventWord> {
    static TABLE: OnceLock<Phrases<EventWord>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = rows(include_str!("en/events.csv"))
            .into_iter()
            .flat_map(|r| {
                let part = match r[1].as_str() {
                    "noun" => Part::Noun,
                    "verb" => Part::Verb,
                    _ => Part::Means,
                };
                let strength = match r[3].as_str() {
                    "fire" => Strength::Fire,
                    "bomb" => Strength::Bomb,
                    "operation" => Strength::Operation,
                    "posture" => Strength::Posture,
                    "agreement" => Strength::Agreement,
                    "harm" => Strength::Harm,
                    "infinitive" => Strength::Infinitive,
                    "lean" => Strength::Lean,
                    _ => Strength::Own,
                };
                let kind = IncidentType::from_code(&r[2]).unwrap_or(IncidentType::Other);
                split_list(&r[0])
                    .map(move |w| {
                        (
                            w,
                            EventWord {
                                part,
                                kind,
                                strength,
                            },
                        )
                    })
                    .collect::<Vec<_>>()
            });
        Phrases::new(rows)
    })
}

/// The cues of English.
pub fn cues() -> &'static Phrases<Cue> {
    static TABLE: OnceLock<Phrases<Cue>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = rows(include_str!("en/cues.csv")).into_iter().flat_map(|r| {
            let cue = match r[1].as_str() {
                "hypothetical" => Cue::Hypothetical,
                "planned" => Cue::Planned,
                "negated" => Cue::Negated,
                "claimed" => Cue::Claimed,
                "denial" => Cue::Denial,
                "summary" => Cue::Summary,
                "untrue" => Cue::Untrue,
                _ => Cue::Background,
            };
            split_list(&r[0]).map(move |w| (w, cue)).collect::<Vec<_>>()
        });
        Phrases::new(rows)
    })
}

/// The senses of English, by the words they decide on.
pub fn senses() -> &'static HashMap<String, Vec<SenseRow>> {
    static TABLE: OnceLock<HashMap<String, Vec<SenseRow>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<String, Vec<SenseRow>> = HashMap::new();
        for r in rows(include_str!("en/senses.csv")) {
            let row = SenseRow {
                side: match r[1].as_str() {
                    "before" => Side::Before,
                    "after" => Side::After,
                    _ => Side::Around,
                },
                reach: r[2]
                    .parse()
                    .expect("a number of words; the table's test says so"),
                neighbours: split_list(&r[3]).collect(),
                sense: match r[4].as_str() {
                    "other" => Sense::Other,
                    "needs" => Sense::Needs,
                    code => {
                        Sense::Kind(IncidentType::from_code(code).unwrap_or(IncidentType::Other))
                    }
                },
            };
            for word in split_list(&r[0]) {
                table.entry(word).or_default().push(row.clone());
            }
        }
        table
    })
}

/// A row of the table of actors.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActorRow {
    /// The table's id.
    pub id: String,
    /// The canonical name.
    pub name: String,
    /// `armed_group`, `forces`, ...
    pub kind: String,
    /// ISO 3166-1, where it belongs to one state.
    pub country: Option<String>,
    /// The spelling as the table writes it: upper case matters for "IS" and "WHO".
    pub spelling: String,
}

/// The named actors, by every spelling.
pub fn actors() -> &'static Phrases<ActorRow> {
    static TABLE: OnceLock<Phrases<ActorRow>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = rows(include_str!("actors.csv")).into_iter().flat_map(|r| {
            let spellings: Vec<String> = std::iter::once(r[1].clone())
                .chain(split_list(&r[4]))
                .chain(split_list(&r[5]))
                .filter(|s| !s.is_empty())
                .collect();
            spellings
                .into_iter()
                .map(move |spelling| {
                    let row = ActorRow {
                        id: r[0].clone(),
                        name: r[1].clone(),
                        kind: r[2].clone(),
                        country: Some(r[3].clone()).filter(|c| !c.is_empty()),
                        spelling: spelling.clone(),
                    };
                    (spelling, row)
                })
                .collect::<Vec<_>>()
        });
        Phrases::new(rows)
    })
}

/// The row of the table of actors that has this id.
#[must_use]
pub fn actor(id: &str) -> Option<&'static ActorRow> {
    static TABLE: OnceLock<HashMap<String, ActorRow>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let named = rows(include_str!("actors.csv")).into_iter().map(|r| {
            let row = ActorRow {
                id: r[0].clone(),
                name: r[1].clone(),
                kind: r[2].clone(),
                country: Some(r[3].clone()).filter(|c| !c.is_empty()),
                spelling: r[1].clone(),
            };
            (r[0].clone(), row)
        });
        named.collect()
    });
    table.get(id)
}

/// The Arabic names of the table of actors: id and names, `|` between them.
pub(crate) fn arabic_actors() -> impl Iterator<Item = (String, String)> {
    rows(include_str!("actors.csv"))
        .into_iter()
        .filter(|r| !r[5].is_empty())
        .map(|r| (r[0].clone(), r[5].clone()))
}

fn rows(table: &'static str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(true)
        .from_reader(table.as_bytes());
    reader
        .records()
        .map(|r| {
            let record = r.expect("an embedded table is well formed; its test says so");
            record.iter().map(str::to_owned).collect()
        })
        .collect()
}

fn split_list(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split('|')
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_tables_are_well_formed() {
        for (table, columns) in [
            (include_str!("en/events.csv"), 4),
            (include_str!("en/cues.csv"), 2),
            (include_str!("en/senses.csv"), 5),
            (include_str!("actors.csv"), 7),
        ] {
            for row in rows(table) {
                assert_eq!(row.len(), columns, "{row:?}");
            }
        }
        for row in rows(include_str!("en/events.csv")) {
            assert!(
                IncidentType::from_code(&row[2]).is_some(),
                "no such type: {}",
                row[2]
            );
        }
    }

    #[test]
    fn every_sense_decides_on_a_word_of_the_table() {
        for row in rows(include_str!("en/senses.csv")) {
            assert!(row[2].parse::<usize>().is_ok(), "{row:?}");
            let known = matches!(row[4].as_str(), "other" | "needs")
                || IncidentType::from_code(&row[4]).is_some();
            assert!(known, "{row:?}");
        }
        for word in senses().keys() {
            let toks = tokens(word, 0..word.len());
            let found = events().at(&toks, 0);
            assert!(
                found.is_some_and(|(len, _)| len == toks.len()),
                "no event word: {word}"
            );
        }
    }

    #[test]
    fn the_longest_phrase_wins() {
        let text = "a roadside bomb attack";
        let toks = tokens(text, 0..text.len());
        let (len, found) = events().at(&toks, 1).expect("the test says so");
        assert_eq!((len, found[0].kind), (3, IncidentType::BombingIed));
    }
}
