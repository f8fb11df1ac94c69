//! Which format is this, and what does it hold.
//!
//! Bytes in, reports out. The format is told by the content first and by the name's ending second,
//! so that standard input works and a wrong ending does no harm. What is broken inside an input
//! becomes a [`Notice`] and the rest still comes through; an input that is no text at all is
//! [`Unreadable`], with a sentence that says what would help.
//!
//! # What is not here
//!
//! No file and no socket: callers bring the bytes.

mod bytes;
mod date;
mod email;
mod feed;
mod html;
mod jsonfeed;
mod jsonl;
pub mod tables;
mod text;

pub use date::day as day_of;
pub use jsonfeed::json_feed;

use crate::report::{Notice, Report};

/// The longest input taken, in bytes: a year of a news agency's reports as JSONL.
pub const INPUT_BYTES_MAX: usize = 100_000_000;

/// The longest text of one report, in bytes; news reports are a thousandth of it.
pub const REPORT_BYTES_MAX: usize = 10_000_000;

/// Bytes with the name they came under; `-` for standard input.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The file's path or name.
    pub name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
}

/// An input that could not be read at all.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{name} {why}")]
pub struct Unreadable {
    /// The input's name.
    pub name: String,
    /// What it is, and what would help.
    pub why: String,
}

/// The formats reports come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Plain text or Markdown, header lines first if any.
    Text,
    /// One JSON object a line, or an array of them.
    Jsonl,
    /// RSS or Atom.
    Feed,
    /// A message with headers (RFC 5322).
    Email,
    /// A web page.
    Html,
}

/// Reads an input of any format we know.
///
/// ```
/// # use placetime::sources::{self, Input};
/// let bytes = b"date: 2022-06-18\n\nThree shells fell near Homs on Wednesday.";
/// let (reports, notices) = sources::read(Input { name: "homs.txt", bytes })?;
/// assert_eq!(reports[0].id, "homs.txt");
/// assert!(notices.is_empty());
/// # Ok::<(), placetime::sources::Unreadable>(())
/// ```
pub fn read(input: Input<'_>) -> Result<(Vec<Report>, Vec<Notice>), Unreadable> {
    let refuse = |why: String| {
        Err(Unreadable {
            name: shown_name(input.name).to_owned(),
            why,
        })
    };
    if input.bytes.len() > INPUT_BYTES_MAX {
        let size_mb = input.bytes.len() / 1_000_000;
        let max_mb = INPUT_BYTES_MAX / 1_000_000;
        return refuse(format!(
            "is {size_mb} MB long, more than the {max_mb} MB taken at once; split it"
        ));
    }
    if input.bytes.iter().all(u8::is_ascii_whitespace) {
        return refuse("is empty; there is nothing to read".to_owned());
    }
    if let Some(kind) = bytes::not_text(input.bytes) {
        return refuse(format!(
            "is {kind}, not text; save it as text or HTML first"
        ));
    }
    let format = format_of(input);
    // A message says its encodings part by part; everything else has one for the whole.
    if format == Format::Email {
        return Ok(limited(email::read(input), input));
    }
    let (text, mut notices) = match bytes::decode(input, format) {
        Ok(decoded) => decoded,
        Err(why) => return refuse(why),
    };
    if text.trim().is_empty() {
        return refuse("is empty; there is nothing to read".to_owned());
    }
    let (reports, more) = match format {
        Format::Text => text::read(input.name, &text),
        Format::Jsonl => jsonl::read(input.name, &text),
        Format::Feed => feed::read(input.name, &text),
        Format::Html => html::read(input.name, &text),
        Format::Email => unreachable!("a message was read above"),
    };
    notices.extend(more);
    Ok(limited((reports, notices), input))
}

/// Takes out what is too long to be a report, with a notice.
fn limited(
    (mut reports, mut notices): (Vec<Report>, Vec<Notice>),
    input: Input<'_>,
) -> (Vec<Report>, Vec<Notice>) {
    reports.retain(|report| {
        let fits = report.text.len() <= REPORT_BYTES_MAX;
        if !fits {
            notices.push(Notice::new(
                format!("{}, report {}", shown_name(input.name), report.id),
                format!(
                    "its text is {} MB long, more than the {} MB taken; it was left out, split it",
                    report.text.len() / 1_000_000,
                    REPORT_BYTES_MAX / 1_000_000
                ),
            ));
        }
        fits
    });
    (reports, notices)
}

/// The format of an input: strong marks of the content first, the ending second.
fn format_of(input: Input<'_>) -> Format {
    let start = bytes::start_as_text(input.bytes);
    let start = start.trim_start().to_ascii_lowercase();
    let starts = |marks: &[&str]| marks.iter().any(|mark| start.starts_with(mark));
    if starts(&["<!doctype html", "<html"]) {
        return Format::Html;
    }
    if starts(&["<rss", "<feed", "<rdf:rdf"])
        || (starts(&["<?xml"])
            && ["<rss", "<feed", "<rdf:rdf"]
                .iter()
                .any(|m| start.contains(m)))
    {
        return Format::Feed;
    }
    let ending = input.name.rsplit_once('.').map_or("", |(_, e)| e);
    match ending.to_ascii_lowercase().as_str() {
        "txt" | "md" | "markdown" | "text" => Format::Text,
        "jsonl" | "ndjson" | "json" => Format::Jsonl,
        "html" | "htm" | "xhtml" => Format::Html,
        "eml" => Format::Email,
        "rss" | "atom" | "xml" => Format::Feed,
        _ if starts(&["{", "[{"]) => Format::Jsonl,
        _ if email::looks_like_one(&start) => Format::Email,
        _ if start.starts_with('<') && start.contains("</") => Format::Html,
        _ => Format::Text,
    }
}

/// The last part of a path; `stdin` for standard input: what a report read from it is called.
fn base_name(name: &str) -> &str {
    if name == "-" {
        return "stdin";
    }
    let name = name.trim_end_matches(['/', '\\']);
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The name as a sentence says it.
pub(crate) fn shown_name(name: &str) -> &str {
    if name == "-" { "standard input" } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(name: &str, text: &str) -> Format {
        format_of(Input {
            name,
            bytes: text.as_bytes(),
        })
    }

    fn refused(name: &str, bytes: &[u8]) -> String {
        read(Input { name, bytes })
            .expect_err("refused")
            .to_string()
    }

    #[test]
    fn the_content_tells_the_format_before_the_ending_does() {
        assert_eq!(format("-", "{\"id\": \"a\"}"), Format::Jsonl);
        assert_eq!(format("-", "\n<!DOCTYPE html><html>"), Format::Html);
        assert_eq!(format("-", "<?xml version='1.0'?><rss>"), Format::Feed);
        assert_eq!(format("-", "From: a@b\nSubject: x\n\nText"), Format::Email);
        assert_eq!(format("-", "From Homs came news."), Format::Text);
        assert_eq!(format("a.txt", "{not json}"), Format::Text);
        assert_eq!(format("a.txt", "<html><p>x"), Format::Html);
    }

    #[test]
    fn what_is_no_text_is_refused_with_what_would_help() {
        assert_eq!(
            refused("report.pdf", b"%PDF-1.7\n..."),
            "report.pdf is a PDF, not text; save it as text or HTML first"
        );
        assert_eq!(
            refused("x.txt", b"\x89PNG\r\n\x1a\n...."),
            "x.txt is an image, not text; save it as text or HTML first"
        );
        assert_eq!(
            refused("-", b" \n"),
            "standard input is empty; there is nothing to read"
        );
    }
}
