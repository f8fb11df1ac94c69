//! What came in, word for word: a report's text, its origin and its date.

use jiff::civil::Date;

/// How we know the day a report was published.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PublishedBy {
    /// The file, feed or table said so (a header line, a field, metadata).
    Given,
    /// The person who brought the report said so (`--published`).
    Operator,
    /// Found in the text itself: a date line under the title or the author.
    Text,
}

/// The day a report was published, and how we know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Published {
    /// The calendar day.
    pub day: Date,
    /// How we know.
    pub by: PublishedBy,
}

/// Where a report comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// The address of the report.
    pub url: Option<String>,
    /// An archived copy's address.
    pub archived_url: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// The licence of the text, as told.
    pub licence: Option<String>,
    /// When it was fetched, RFC 3339.
    pub retrieved: Option<String>,
}

/// One report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The report's id: a text file's name, a JSONL line's `id`.
    pub id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The headline, where it stands apart from the text.
    pub title: Option<String>,
    /// The day it was published; `None` when nobody told.
    pub published: Option<Published>,
    /// ISO 639-1, where told.
    pub language: Option<String>,
    /// The text, as it came (header lines taken off).
    pub text: String,
}

/// Something the user should know about an input; nothing was lost by it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// The input or report it is about ("reports.jsonl, line 3").
    pub about: String,
    /// What was seen and what would help, as a sentence without a full stop.
    pub what: String,
}

impl Notice {
    /// A notice about an input.
    pub fn new(about: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            about: about.into(),
            what: what.into(),
        }
    }
}

impl std::fmt::Display for Notice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.about, self.what)
    }
}
