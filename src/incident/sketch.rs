//! Is a text another paper's copy of one we have?
//!
//! A text is cut into runs of four words, each run is hashed, and the smallest hashes are kept.
//! Two sketches say what share of the shorter text's runs stand in the longer one, so a changed
//! headline, another byline or a text cut short does not hide the copy.

use sha2::{Digest, Sha256};

/// Words in a run. Independent reports of one event share hardly any four words in a row but names
/// and quotes.
const RUN_WORDS: usize = 4;

/// Hashes kept: a share of one half is told from one of three quarters nearly always.
const KEPT_MAX: usize = 128;

/// Shorter texts are compared by their hash only: too few runs to tell a copy from a coincidence.
const RUNS_MIN: usize = 8;

/// The share of the shorter text's runs above which it is a copy.
const COPY_SHARE: f64 = 0.5;

/// The smallest hashes of a text's runs of words, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sketch(Vec<u32>);

impl Sketch {
    /// The sketch of a text; empty for a text too short to tell.
    #[must_use]
    pub fn of(text: &str) -> Self {
        // The words in a row, a nought behind each: a run is a piece of it.
        let mut row = String::with_capacity(text.len() + text.len() / 4);
        let mut starts = vec![0];
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            if word.is_empty() {
                continue;
            }
            if word.is_ascii() {
                row.extend(word.bytes().map(|b| char::from(b.to_ascii_lowercase())));
            } else {
                row.push_str(&word.to_lowercase());
            }
            row.push('\0');
            starts.push(row.len());
        }
        let mut hashes: Vec<u32> = starts
            .windows(RUN_WORDS + 1)
            .map(|run| hash(&row.as_bytes()[run[0]..run[RUN_WORDS]]))
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        if hashes.len() < RUNS_MIN {
            return Self::default();
        }
        hashes.truncate(KEPT_MAX);
        Self(hashes)
    }

    /// The hashes as the store keeps them.
    #[must_use]
    pub fn hashes(&self) -> &[u32] {
        &self.0
    }

    /// The sketch of hashes kept; sorted again, so that any bytes make a sketch.
    #[must_use]
    pub fn from_hashes(mut hashes: Vec<u32>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(KEPT_MAX);
        Self(hashes)
    }

    /// The share of the shorter text's runs that stand in the other, 0 to 1; `None` when one of
    /// them is too short to tell.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Option<f64> {
        // Up to the smaller of the two largest hashes kept both lists are complete.
        let reach = |it: &Self| {
            if it.0.len() < KEPT_MAX {
                Some(u32::MAX)
            } else {
                it.0.last().copied()
            }
        };
        let most = reach(self)?.min(reach(other)?);
        let upto = |it: &Self| it.0.partition_point(|h| *h <= most);
        let (a, b) = (&self.0[..upto(self)], &other.0[..upto(other)]);
        if a.len().min(b.len()) < RUNS_MIN {
            return None;
        }
        let both = a.iter().filter(|h| b.binary_search(h).is_ok()).count();
        #[expect(clippy::cast_precision_loss, reason = "at most 128")]
        Some(both as f64 / a.len().min(b.len()) as f64)
    }

    /// True when one text is a copy of the other, or of a part of it.
    #[must_use]
    pub fn is_copy_of(&self, other: &Self) -> bool {
        self.shared(other).is_some_and(|share| share >= COPY_SHARE)
    }
}

/// The same on every machine and in every version.
fn hash(run: &[u8]) -> u32 {
    let bytes = Sha256::digest(run);
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    const AGENCY: &str = "Three shells struck the central market of the town early on Tuesday, \
        killing seven people and wounding at least twenty, the head of the local hospital said. \
        Rescue workers searched the rubble through the night. The army said it had targeted a \
        weapons store and that it regretted any harm done to civilians. Residents said that there \
        had been no fighters in the market, which was crowded before the holiday.";

    #[test]
    fn a_copy_under_another_headline_and_byline_is_known() {
        let paper = format!(
            "Market shelled before holiday, seven dead. By our correspondent. {AGENCY} Reporting by A and B."
        );
        assert!(Sketch::of(AGENCY).is_copy_of(&Sketch::of(&paper)));
        let cut = &AGENCY[..220];
        assert!(Sketch::of(cut).is_copy_of(&Sketch::of(AGENCY)));
    }

    #[test]
    fn the_same_event_in_other_words_is_no_copy() {
        let other = "At least seven civilians died when artillery fire hit a busy market on Tuesday \
            morning, according to medics at the scene. The military, which has besieged the town \
            for a month, said its guns had aimed at an arms depot. People who had come to shop for \
            the holiday described scenes of panic. Ambulances were still arriving hours later.";
        assert!(!Sketch::of(AGENCY).is_copy_of(&Sketch::of(other)));
    }

    #[test]
    fn a_text_of_a_few_words_says_nothing() {
        let few = Sketch::of("A strike on al-Tanf.");
        assert_eq!(few, Sketch::default());
        assert_eq!(few.shared(&few), None);
    }
}
