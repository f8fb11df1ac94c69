//! A reading that somebody else wrote: another tagger, a language model, a person.
//!
//! One report a line of JSON:
//!
//! ```text
//! {"id": "homs.txt", "reader": {"name": "tagger", "version": "2"},
//!  "mentions": [{"label": "event", "start": 6, "end": 12, "quote": "shells", "attributes": {}}],
//!  "tellings": [{"mentions": [0], "type": "shelling", "standing": "happened"}]}
//! ```
//!
//! Nothing of it is believed but where the words stand, and that only when they do stand there: a
//! mention whose quote is not the text at its offsets (Unicode code points) is dropped with a notice.
//! `attributes` are read over: positions, days, figures and merges are our own code's work.

use std::ops::Range;

use serde::Deserialize;

use crate::incident::{IncidentType, Standing};

/// Longest name of a reader, in characters.
const READER_CHARS_MAX: usize = 80;

/// Mentions taken of one report; a report of 10 MB holds fewer words of place, date and party.
const MENTIONS_MAX: usize = 100_000;

/// Tellings taken of one report.
const TELLINGS_MAX: usize = 10_000;

/// Mentions taken of one telling.
const TELLING_MENTIONS_MAX: usize = 200;

/// Notices given about one reading; the rest is counted.
const NOTICES_MAX: usize = 20;

/// What a mention is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Label {
    /// A place.
    Place,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// Who did it.
    Actor,
    /// To whom.
    Target,
    /// Words that tell of the event.
    Event,
    /// A figure of people harmed.
    Toll,
    /// Who says so.
    Speaker,
}

impl Label {
    fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "place" => Self::Place,
            "date" => Self::Date,
            "time" => Self::Time,
            "actor" => Self::Actor,
            "target" => Self::Target,
            "event" => Self::Event,
            "toll" => Self::Toll,
            "speaker" => Self::Speaker,
            _ => return None,
        })
    }
}

/// One telling as another reader marks it: the words, checked, and what it takes them for.
#[derive(Clone, PartialEq, Debug)]
pub struct Marked {
    /// Labels with byte ranges in the text, in the reader's order.
    pub mentions: Vec<(Label, Range<usize>)>,
    /// What happened, as the reader says.
    pub kind: IncidentType,
    /// Its standing, as the reader says.
    pub standing: Standing,
}

impl Marked {
    /// The byte ranges of one label.
    pub fn of(&self, label: Label) -> impl Iterator<Item = &Range<usize>> {
        self.mentions
            .iter()
            .filter(move |(l, _)| *l == label)
            .map(|(_, span)| span)
    }
}

/// A reading of one report by somebody else, as it came.
#[derive(Clone, Debug, Deserialize)]
pub struct OtherReading {
    /// The report's id.
    pub id: String,
    #[serde(default)]
    reader: Reader,
    #[serde(default)]
    mentions: Vec<Mention>,
    #[serde(default)]
    tellings: Vec<Told>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Reader {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Mention {
    label: String,
    start: u64,
    end: u64,
    quote: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Told {
    #[serde(default)]
    mentions: Vec<u64>,
    #[serde(rename = "type")]
    kind: String,
    standing: String,
}

impl OtherReading {
    /// Reads one line of JSON.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with it.
    pub fn from_json(line: &str) -> Result<Self, String> {
        serde_json::from_str(line).map_err(|error| format!("is no reading ({error})"))
    }

    /// Who read it, as an account keeps it: name and version, on one line.
    #[must_use]
    pub fn reader(&self) -> String {
        let plain = |text: &str| {
            let clean = text.chars().filter(|c| !c.is_control());
            clean.take(READER_CHARS_MAX).collect::<String>()
        };
        let told = format!(
            "{} {}",
            plain(&self.reader.name),
            plain(&self.reader.version)
        );
        match told.trim() {
            "" => "another reader".to_owned(),
            told => told.to_owned(),
        }
    }

    /// The tellings whose words stand in the text, and what was left out.
    #[must_use]
    pub fn checked(&self, text: &str) -> (Vec<Marked>, Vec<String>) {
        let mut notices = Notices::default();
        if self.mentions.len() > MENTIONS_MAX || self.tellings.len() > TELLINGS_MAX {
            notices.add(format!(
                "the reading has more than {MENTIONS_MAX} mentions or {TELLINGS_MAX} tellings; the rest was left out"
            ));
        }
        let bytes = Bytes::of(text);
        let mentions: Vec<Option<(Label, Range<usize>)>> = self
            .mentions
            .iter()
            .take(MENTIONS_MAX)
            .enumerate()
            .map(|(i, m)| match m.checked(text, &bytes) {
                Ok(found) => Some(found),
                Err(why) => {
                    notices.add(format!("mention {i} {why}; it was dropped"));
                    None
                }
            })
            .collect();
        let mut out = Vec::new();
        for (i, told) in self.tellings.iter().take(TELLINGS_MAX).enumerate() {
            match told.checked(&mentions) {
                Ok(marked) => out.push(marked),
                Err(why) => notices.add(format!("telling {i} {why}; it was dropped")),
            }
        }
        (out, notices.told())
    }
}

#[derive(Default)]
struct Notices {
    told: Vec<String>,
    more: usize,
}

impl Notices {
    fn add(&mut self, what: String) {
        if self.told.len() < NOTICES_MAX {
            self.told.push(what);
        } else {
            self.more += 1;
        }
    }

    fn told(mut self) -> Vec<String> {
        if self.more > 0 {
            self.told.push(format!(
                "and {} more of that reading were dropped",
                self.more
            ));
        }
        self.told
    }
}

/// The byte of every code point, and of the end.
struct Bytes(Vec<usize>);

impl Bytes {
    fn of(text: &str) -> Self {
        let starts = text.char_indices().map(|(i, _)| i);
        Self(starts.chain([text.len()]).collect())
    }

    fn at(&self, point: u64) -> Option<usize> {
        self.0.get(usize::try_from(point).ok()?).copied()
    }
}

impl Mention {
    fn checked(&self, text: &str, bytes: &Bytes) -> Result<(Label, Range<usize>), String> {
        /// Words shown of what does not stand there, in characters.
        const SHOWN_CHARS_MAX: usize = 40;
        let shown = |words: &str| words.chars().take(SHOWN_CHARS_MAX).collect::<String>();
        let Some(label) = Label::from_code(&self.label) else {
            return Err(format!(
                "has the label “{}”, which is none",
                shown(&self.label)
            ));
        };
        let span = bytes.at(self.start).zip(bytes.at(self.end));
        match span {
            Some((start, end)) if start < end && text[start..end] == self.quote => {
                Ok((label, start..end))
            }
            _ => Err(format!(
                "quotes “{}”, which does not stand at characters {} to {} of the text",
                shown(&self.quote),
                self.start,
                self.end
            )),
        }
    }
}

impl Told {
    fn checked(&self, mentions: &[Option<(Label, Range<usize>)>]) -> Result<Marked, String> {
        let Some(kind) = IncidentType::from_code(&self.kind) else {
            return Err("has a type that is none".to_owned());
        };
        let Some(standing) = Standing::from_code(&self.standing) else {
            return Err("has a standing that is none".to_owned());
        };
        let mentions: Vec<(Label, Range<usize>)> = self
            .mentions
            .iter()
            .take(TELLING_MENTIONS_MAX)
            .filter_map(|i| mentions.get(usize::try_from(*i).ok()?)?.clone())
            .collect();
        // An event that no words tell of is none.
        if !mentions.iter().any(|(l, _)| *l == Label::Event) {
            return Err("has no words of the report that tell of the event".to_owned());
        }
        Ok(Marked {
            mentions,
            kind,
            standing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Über Homs fielen – shells hit Homs on Monday.";

    fn reading(mentions: &str, tellings: &str) -> OtherReading {
        OtherReading::from_json(&format!(
            r#"{{"id": "a", "reader": {{"name": "tagger\u0007", "version": "2"}}, "mentions": [{mentions}], "tellings": [{tellings}]}}"#
        ))
        .expect("a reading")
    }

    #[test]
    fn words_that_stand_in_the_text_are_kept_by_code_points() {
        let it = reading(
            r#"{"label": "event", "start": 19, "end": 29, "quote": "shells hit"}, {"label": "place", "start": 30, "end": 34, "quote": "Homs", "attributes": {"lat": 0}}"#,
            r#"{"mentions": [0, 1], "type": "shelling", "standing": "happened"}"#,
        );
        let (marked, notices) = it.checked(TEXT);
        assert!(notices.is_empty(), "{notices:?}");
        let place = marked[0].of(Label::Place).next().expect("a place");
        assert_eq!(&TEXT[place.clone()], "Homs");
        assert_eq!(it.reader(), "tagger 2");
    }

    #[test]
    fn what_does_not_stand_there_is_dropped_with_a_notice() {
        let it = reading(
            r#"{"label": "event", "start": 0, "end": 6, "quote": "bombed"}, {"label": "event", "start": 19, "end": 9999, "quote": "shells"}, {"label": "command", "start": 0, "end": 4, "quote": "Über"}"#,
            r#"{"mentions": [0, 1, 2, 77], "type": "airstrike", "standing": "happened"}, {"mentions": [], "type": "publish", "standing": "published"}"#,
        );
        let (marked, notices) = it.checked(TEXT);
        assert!(marked.is_empty());
        assert_eq!(notices.len(), 5, "{notices:?}");
        assert!(notices[0].contains("“bombed”, which does not stand"));
    }
}
