//! Who was harmed, how many, and who says so.

use super::kind::codes;

codes! {
    /// What befell the people counted.
    Harm {
        /// Killed.
        Killed "killed",
        /// Injured.
        Injured "injured",
        /// Missing.
        Missing "missing",
        /// Displaced.
        Displaced "displaced",
        /// Taken captive or arrested.
        Captured "captured",
    }
}

codes! {
    /// Of whom a figure is told.
    OfWhom {
        /// Of everybody.
        Everybody "everybody",
        /// Of civilians.
        Civilians "civilians",
        /// Of some party or group only; the words are kept beside it.
        Some "some",
    }
}

/// `of_whom` of a first count that the report itself corrects.
pub const EARLIER_FIGURE: &str = "an earlier figure, corrected since";

/// `of_whom` of a part of a figure told beside it ("including three children").
pub const PART_OF_FIGURE: &str = "a part of the figure beside it";

/// A number of people, as told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Count {
    /// At least so many.
    pub least: u32,
    /// At most so many; `None` when the report sets no bound ("dozens").
    pub most: Option<u32>,
}

impl Count {
    /// Exactly so many.
    #[must_use]
    pub fn exactly(n: u32) -> Self {
        Self {
            least: n,
            most: Some(n),
        }
    }

    /// The span that holds both tellings: reports that differ widen the doubt, never average.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            most: self.most.zip(other.most).map(|(a, b)| a.max(b)),
        }
    }
}

/// One figure of one report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Toll {
    /// What befell them.
    pub harm: Harm,
    /// How many.
    pub count: Count,
    /// Of whom.
    pub of: OfWhom,
    /// Of whom, in the report's words ("US or coalition troops"); empty for everybody.
    pub of_whom: String,
    /// Who says so, in the report's words.
    pub said_by: Option<String>,
    /// The words.
    pub text: String,
}
