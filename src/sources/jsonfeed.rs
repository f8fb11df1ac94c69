//! JSON Feed, versions 1 and 1.1: one report an item.

use serde::Deserialize;

use super::{date, html};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};

#[derive(Deserialize)]
struct JsonFeed {
    version: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    items: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Item {
    id: serde_json::Value,
    url: Option<String>,
    title: Option<String>,
    content_html: Option<String>,
    content_text: Option<String>,
    summary: Option<String>,
    date_published: Option<String>,
    language: Option<String>,
}

/// Reads a JSON feed; `None` for what is none.
#[must_use]
pub fn json_feed(name: &str, bytes: &[u8]) -> Option<(Vec<Report>, Vec<Notice>)> {
    let feed: JsonFeed = serde_json::from_slice(bytes).ok()?;
    if !feed.version.contains("jsonfeed.org/version/") {
        return None;
    }
    let mut reports = Vec::new();
    let mut notices = Vec::new();
    for (n, item) in feed.items.into_iter().enumerate() {
        match serde_json::from_value::<Item>(item)
            .ok()
            .and_then(|i| report(i, &feed.title))
        {
            Some(report) => reports.push(report),
            None => notices.push(Notice::new(
                format!("{name}, item {}", n + 1),
                "has no id, or neither title nor text; it was left out",
            )),
        }
    }
    Some((reports, notices))
}

fn report(item: Item, publisher: &str) -> Option<Report> {
    let id = match item.id {
        serde_json::Value::String(id) if !id.trim().is_empty() => id,
        serde_json::Value::Number(id) => id.to_string(),
        _ => return None,
    };
    let filled = |s: Option<String>| s.filter(|s| !s.trim().is_empty());
    let title = filled(item.title);
    let text = filled(item.content_text)
        .or_else(|| filled(item.content_html).map(|h| html::words(&h)))
        .or_else(|| filled(item.summary))
        .or_else(|| title.clone())?;
    let day = item.date_published.as_deref().and_then(date::day);
    Some(Report {
        id,
        origin: Origin {
            url: filled(item.url),
            publisher: filled(Some(publisher.to_owned())),
            ..Origin::default()
        },
        title,
        published: day.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: filled(item.language),
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_become_reports() {
        let text = br#"{"version":"https://jsonfeed.org/version/1.1","title":"Wire","items":[
            {"id":"1","url":"https://w.example/1","title":"T","content_html":"<p>Three <b>shells</b>.</p>","date_published":"2022-06-18T10:00:00Z"},
            {"url":"https://w.example/2"}]}"#;
        let (reports, notices) = json_feed("w.json", text).expect("a feed");
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].text, "Three shells.");
        assert_eq!(reports[0].origin.publisher.as_deref(), Some("Wire"));
        assert_eq!(notices.len(), 1);
        assert!(json_feed("x", b"{\"version\":\"1\"}").is_none());
        assert!(json_feed("x", b"<rss/>").is_none());
    }
}
