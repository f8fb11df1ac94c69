//! One JSON object a line: `{id, url, title, published, text, publisher?}`; an array of such
//! objects is taken too.

use serde::Deserialize;

use super::{base_name, date, shown_name};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};

/// One line, as others write it. Unknown members are passed over.
#[derive(Deserialize)]
struct Line {
    id: Option<serde_json::Value>,
    url: Option<String>,
    title: Option<String>,
    #[serde(alias = "date")]
    published: Option<String>,
    text: Option<String>,
    publisher: Option<String>,
    licence: Option<String>,
    retrieved: Option<String>,
    archived_url: Option<String>,
    language: Option<String>,
}

/// Reads every line; a broken one becomes a notice that names it.
pub(super) fn read(name: &str, text: &str) -> (Vec<Report>, Vec<Notice>) {
    let mut reports = Vec::new();
    let mut notices = Vec::new();
    let mut take = |line: Result<Line, serde_json::Error>, about: String, number: usize| match line
        .map_err(|error| format!("is no report as JSON ({}); it was left out", words(&error)))
        .and_then(|line| report(line, &format!("{}:{number}", base_name(name))))
    {
        Ok((report, undated)) => {
            reports.push(report);
            notices.extend(undated.map(|what| Notice::new(about, what)));
        }
        Err(what) => notices.push(Notice::new(about, what)),
    };
    if text.trim_start().starts_with('[') {
        match serde_json::from_str::<Vec<serde_json::Value>>(text) {
            Ok(values) => {
                for (i, value) in values.into_iter().enumerate() {
                    let about = format!("{}, entry {}", shown_name(name), i + 1);
                    take(Line::deserialize(value), about, i + 1);
                }
            }
            Err(error) => notices.push(Notice::new(
                shown_name(name),
                format!("is no list of reports as JSON ({error})"),
            )),
        }
        return (reports, notices);
    }
    // A single object written over several lines is one report.
    if text.trim_start().starts_with('{')
        && let Ok(line) = serde_json::from_str::<Line>(text)
    {
        take(Ok(line), shown_name(name).to_owned(), 1);
        return (reports, notices);
    }
    for (i, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let about = format!("{}, line {}", shown_name(name), i + 1);
        take(serde_json::from_str::<Line>(line), about, i + 1);
    }
    (reports, notices)
}

/// The parser's words without its "line 1", which is always the same line.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.split_once(" at line 1 ") {
        Some((what, at)) => format!("{what}, {at}"),
        None => words,
    }
}

fn report(line: Line, otherwise: &str) -> Result<(Report, Option<String>), String> {
    let text = line.text.filter(|t| !t.trim().is_empty());
    let text = text.ok_or("has no text; it was left out")?;
    let id = match line.id {
        Some(serde_json::Value::String(id)) if !id.trim().is_empty() => Some(id),
        Some(serde_json::Value::Number(id)) => Some(id.to_string()),
        _ => line.url.clone(),
    };
    let told = line.published.filter(|p| !p.trim().is_empty());
    let day = told.as_deref().and_then(date::day);
    let undated = told
        .filter(|_| day.is_none())
        .map(|told| format!("published says “{told}”; write it as YYYY-MM-DD"));
    let report = Report {
        id: id.unwrap_or_else(|| otherwise.to_owned()),
        origin: Origin {
            url: line.url,
            archived_url: line.archived_url,
            publisher: line.publisher,
            licence: line.licence,
            retrieved: line.retrieved,
        },
        title: line.title.filter(|t| !t.trim().is_empty()),
        published: day.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: line.language,
        text,
    };
    Ok((report, undated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_line_is_named_and_the_others_come_through() {
        let text = "{\"id\":\"a\",\"text\":\"One.\",\"published\":null}\n{\"id\": broken}\n\n\
                    {\"id\":7,\"text\":\"Two.\",\"published\":\"2022-06-18T10:00:00Z\"}\n{\"id\":\"c\"}\n";
        let (reports, notices) = read("r.jsonl", text);
        let ids: Vec<&str> = reports.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["a", "7"]);
        assert!(reports[0].published.is_none() && reports[1].published.is_some());
        assert_eq!(
            notices[0].to_string(),
            "r.jsonl, line 2: is no report as JSON (expected value, column 8); it was left out"
        );
        assert_eq!(
            notices[1].to_string(),
            "r.jsonl, line 5: has no text; it was left out"
        );
    }

    #[test]
    fn a_line_without_id_is_called_by_its_address_or_its_line() {
        let text = "{\"text\":\"x\",\"url\":\"https://a.example/1\"}\n{\"text\":\"y\"}";
        let (reports, _) = read("in/r.jsonl", text);
        assert_eq!(reports[0].id, "https://a.example/1");
        assert_eq!(reports[1].id, "r.jsonl:2");
    }

    #[test]
    fn a_list_of_reports_is_read_too() {
        let (reports, notices) = read("r.json", "[{\"id\":\"a\",\"text\":\"x\"}, 3]");
        assert_eq!((reports.len(), notices.len()), (1, 1));
    }
}
