//! Plain text and Markdown, with header lines in front if there are any.
//!
//! ```text
//! date: 2022-06-18
//! publisher: Example Agency
//! url: https://example.org/1
//!
//! Three shells fell near Homs on Wednesday.
//! ```
//!
//! A date line inside the text is the reading's business, not ours.

use super::{base_name, date, shown_name};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};

/// A header block longer than this is no header block.
const HEADER_LINES_MAX: usize = 40;

/// Reads one report; its id is the file's name.
pub(super) fn read(name: &str, text: &str) -> (Vec<Report>, Vec<Notice>) {
    let mut notices = Vec::new();
    let mut report = Report {
        id: base_name(name).to_owned(),
        origin: Origin::default(),
        title: None,
        published: None,
        language: None,
        text: text.to_owned(),
    };
    if let Some((headers, body)) = headers(text) {
        body.clone_into(&mut report.text);
        for (key, value) in headers {
            apply(&mut report, key, value, shown_name(name), &mut notices);
        }
    }
    if report.text.trim().is_empty() {
        notices.push(Notice::new(
            shown_name(name),
            "has header lines but no text below them",
        ));
    }
    (vec![report], notices)
}

/// The header lines and the text below them; `None` when the text begins at once.
fn headers(text: &str) -> Option<(Vec<(&str, &str)>, &str)> {
    // Markdown's front matter: the same lines between two rules.
    let (fenced, text) = match text
        .strip_prefix("---\n")
        .or_else(|| text.strip_prefix("---\r\n"))
    {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut found: Vec<(&str, &str)> = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim_end_matches('\r');
        let end = if fenced {
            line.trim_end() == "---"
        } else {
            line.trim().is_empty()
        };
        if end {
            let known = found.iter().any(|(key, _)| is_known(key));
            return (known || (fenced && !found.is_empty())).then_some((found, after));
        }
        let (key, value) = line.split_once(':')?;
        let plain = !key.is_empty()
            && key.len() <= 30
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' '));
        // The first line must be one of ours, or a sentence with a colon would be eaten.
        let first_is_ours = fenced || !found.is_empty() || is_known(key);
        if !plain || !first_is_ours || found.len() >= HEADER_LINES_MAX || after.is_empty() {
            return None;
        }
        found.push((key, value.trim().trim_matches('"')));
        rest = after;
    }
}

fn is_known(key: &str) -> bool {
    let key = key.trim().to_ascii_lowercase();
    matches!(
        key.as_str(),
        "date"
            | "published"
            | "url"
            | "publisher"
            | "title"
            | "licence"
            | "license"
            | "retrieved"
            | "archived"
            | "language"
            | "source"
    )
}

fn apply(report: &mut Report, key: &str, value: &str, about: &str, notices: &mut Vec<Notice>) {
    if value.is_empty() {
        return;
    }
    let told = || Some(value.to_owned());
    match key.trim().to_ascii_lowercase().as_str() {
        "date" | "published" => match date::day(value) {
            Some(day) => {
                let by = PublishedBy::Given;
                report.published = Some(Published { day, by });
            }
            None => notices.push(Notice::new(
                about,
                format!("the header says the date is “{value}”; write it as YYYY-MM-DD"),
            )),
        },
        "url" => report.origin.url = told(),
        "publisher" | "source" => report.origin.publisher = told(),
        "title" => report.title = told(),
        "licence" | "license" => report.origin.licence = told(),
        "retrieved" => report.origin.retrieved = told(),
        "archived" => report.origin.archived_url = told(),
        "language" => report.language = told(),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> (Report, Vec<Notice>) {
        let (mut reports, notices) = read("in/homs.txt", text);
        (reports.remove(0), notices)
    }

    #[test]
    fn header_lines_come_off_and_fill_the_fields() {
        let (report, notices) = one(
            "Date: 2022-06-18\nurl: https://example.org/a:b\npublisher: Agency\nauthor: N.\n\nShells fell.\n",
        );
        assert_eq!(report.id, "homs.txt");
        assert_eq!(report.text, "Shells fell.\n");
        assert_eq!(
            report.origin.url.as_deref(),
            Some("https://example.org/a:b")
        );
        assert_eq!(report.origin.publisher.as_deref(), Some("Agency"));
        assert_eq!(report.published.expect("day").day.to_string(), "2022-06-18");
        assert!(notices.is_empty());
    }

    #[test]
    fn a_sentence_with_a_colon_is_no_header() {
        for text in [
            "Homs: three shells fell.\n\nMore.",
            "date: 2022-06-18\nThen the text goes on.\n\nMore.",
            "date: 2022-06-18",
            "\nurl: x\n\ny",
        ] {
            assert_eq!(one(text).0.text, text);
        }
    }

    #[test]
    fn front_matter_is_understood() {
        let (report, _) = one("---\ntitle: \"Shells\"\ndate: 2022-06-18\n---\nText.");
        assert_eq!(report.title.as_deref(), Some("Shells"));
        assert_eq!(report.text, "Text.");
    }

    #[test]
    fn a_date_we_cannot_read_is_named() {
        let (report, notices) = one("date: last week\n\nText.");
        assert_eq!(report.published, None);
        assert_eq!(
            notices[0].to_string(),
            "in/homs.txt: the header says the date is “last week”; write it as YYYY-MM-DD"
        );
    }
}
