//! The data as pages a person can read: plain HTML, no script, nothing from elsewhere.

use std::fmt::Write as _;

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;

use super::features::{Beside, encoded};
use super::row::Row;
use super::view::Page;
use crate::formats::{COLUMNS, Value};
use crate::query::Subject as _;

/// The columns of a list.
const LISTED: &[&str] = &[
    "title",
    "type_label",
    "date_start",
    "date_end",
    "place",
    "place_precision",
    "radius_m",
    "country",
    "killed_min",
    "killed_max",
    "status",
];

/// True when the Accept header names HTML before JSON: browsers do, programs do not.
pub(super) fn wanted(headers: &HeaderMap) -> bool {
    let accepts = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','));
    let (mut html, mut json) = (0.0_f32, 0.0_f32);
    for part in accepts {
        let mut pieces = part.split(';').map(str::trim);
        let media = pieces.next().unwrap_or_default();
        let weight = pieces
            .find_map(|p| p.strip_prefix("q=")?.parse().ok())
            .unwrap_or(1.0);
        if matches!(media, "text/html" | "application/xhtml+xml") {
            html = html.max(weight);
        } else if media == "application/json" || media.ends_with("+json") {
            json = json.max(weight);
        }
    }
    html > json
}

/// Text as it stands in HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn given(title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/pages.css\">\
         <title>{title} · Placetime</title></head>\n<body>\n\
         <nav><a href=\"/\">Map</a> · <a href=\"/collections?f=html\">Collections</a> · \
         <a href=\"/api?f=html\">API</a> · <a href=\"/conformance?f=html\">Standards</a></nav>\n\
         <h1>{title}</h1>\n{body}</body></html>\n",
        title = escaped(title),
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::VARY, "Accept"),
    ];
    (headers, page).into_response()
}

/// Collections: what each holds, where it is read, and its files.
pub(super) fn collections(title: &str, all: &[Json]) -> Response {
    let mut body = String::new();
    for it in all {
        let text = |key: &str| it[key].as_str().unwrap_or_default();
        let here = it["links"][0]["href"].as_str().unwrap_or_default();
        let _ = write!(
            body,
            "<h2>{}</h2>\n<p>{}.</p>\n",
            anchor(&format!("{here}/items?f=html"), text("title")),
            escaped(text("description"))
        );
        let days = &it["extent"]["temporal"]["interval"][0];
        if let (Some(first), Some(last)) = (days[0].as_str(), days[1].as_str()) {
            let day = |moment: &str| escaped(moment.split('T').next().unwrap_or_default());
            let _ = writeln!(body, "<p>From {} to {}.</p>", day(first), day(last));
        }
        let box_of = &it["extent"]["spatial"]["bbox"][0];
        if let Some(degrees) = box_of.as_array() {
            let degrees: Vec<String> = degrees.iter().map(Json::to_string).collect();
            let _ = writeln!(
                body,
                "<p>West, south, east, north: {}.</p>",
                escaped(&degrees.join(", "))
            );
        }
        let ways = [
            ("items?f=html", "Read them"),
            ("schema?f=html", "What an incident holds"),
            ("queryables?f=html", "What can be asked for"),
        ];
        let ways = ways.map(|(path, words)| anchor(&format!("{here}/{path}"), words));
        let files = it["links"].as_array().into_iter().flatten();
        let files: Vec<String> = files
            .filter(|link| link["rel"] == "enclosure")
            .filter_map(|link| link["href"].as_str())
            .map(|href| anchor(href, href.rsplit('.').next().unwrap_or(href)))
            .collect();
        let _ = writeln!(
            body,
            "<p>{} · {}</p>\n<p>In one file: {}</p>",
            ways.join(" · "),
            anchor(&format!("{here}?f=json"), "As JSON"),
            files.join(", ")
        );
    }
    given(title, &body)
}

/// A JSON page as lists and links.
pub(super) fn page(title: &str, it: &Json) -> Response {
    let mut body = String::new();
    tree(&mut body, it);
    given(title, &body)
}

fn tree(out: &mut String, it: &Json) {
    match it {
        Json::Object(all) if all.contains_key("href") => {
            let text = |key: &str| all.get(key).and_then(Json::as_str).unwrap_or_default();
            let title = if text("title").is_empty() {
                text("href")
            } else {
                text("title")
            };
            let _ = write!(
                out,
                "{} <small>{} {}</small>",
                anchor(text("href"), title),
                escaped(text("rel")),
                escaped(text("type")),
            );
        }
        Json::Object(all) => {
            out.push_str("<dl>\n");
            for (key, value) in all {
                let _ = write!(out, "<dt>{}</dt><dd>", escaped(key));
                tree(out, value);
                out.push_str("</dd>\n");
            }
            out.push_str("</dl>\n");
        }
        Json::Array(all) => {
            out.push_str("<ul>\n");
            for value in all {
                out.push_str("<li>");
                tree(out, value);
                out.push_str("</li>\n");
            }
            out.push_str("</ul>\n");
        }
        Json::String(text) => out.push_str(&anchor(text, text)),
        other => out.push_str(&escaped(&other.to_string())),
    }
}

/// A link when the address is one of the web's, the words alone otherwise.
fn anchor(href: &str, words: &str) -> String {
    let is_web = ["http://", "https://", "/"]
        .iter()
        .any(|p| href.starts_with(p));
    if is_web && !href.starts_with("//") {
        format!(
            "<a href=\"{}\" rel=\"noopener noreferrer nofollow\">{}</a>",
            escaped(href),
            escaped(words)
        )
    } else {
        escaped(words)
    }
}

fn cell(row: &Row, name: &str) -> String {
    let at = COLUMNS.iter().position(|c| c.name == name);
    match at.map(|at| row.cell(at)) {
        Some(Value::Text(text)) => text.into_owned(),
        Some(Value::Integer(n)) => n.to_string(),
        Some(Value::Real(n)) => n.to_string(),
        _ => String::new(),
    }
}

/// A page of incidents as a table.
pub(super) fn items(name: &str, page: &Page<'_>, here: &str, beside: &Beside) -> Response {
    let mut body = format!(
        "<p>{} of {} incidents</p>\n<table><thead><tr>",
        page.rows.len(),
        page.matched
    );
    for column in LISTED {
        let _ = write!(body, "<th scope=\"col\">{}</th>", column.replace('_', " "));
    }
    body.push_str("</tr></thead><tbody>\n");
    for row in &page.rows {
        body.push_str("<tr>");
        for column in LISTED {
            let text = cell(row, column);
            let text = if *column == "title" {
                let href = format!("{here}/items/{}?f=html", encoded(row.id()));
                anchor(&href, &text)
            } else {
                escaped(&text)
            };
            let _ = write!(body, "<td dir=\"auto\" class=\"{column}\">{text}</td>");
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody></table>\n");
    for (rel, href) in beside.links() {
        let words = if rel == "prev" {
            "Page before"
        } else {
            "Next page"
        };
        let _ = writeln!(body, "<p>{}</p>", anchor(href, words));
    }
    given(name, &body)
}

/// One incident, column by column.
pub(super) fn item(row: &Row, here: &str) -> Response {
    let mut body = String::from("<dl>\n");
    for column in COLUMNS {
        let text = cell(row, column.name);
        if text.is_empty() {
            continue;
        }
        let words: Vec<String> = text.split("; ").map(|t| anchor(t, t)).collect();
        let _ = writeln!(
            body,
            "<dt title=\"{}\">{}</dt><dd dir=\"auto\">{}</dd>",
            escaped(column.meaning),
            column.name.replace('_', " "),
            words.join("; ")
        );
    }
    let mut geometry = Vec::new();
    row.feature_with(&mut geometry, Some(&[]), crate::query::Crs::Crs84);
    let shape: Json = serde_json::from_slice(&geometry).unwrap_or_default();
    let position = &shape["geometry"]["coordinates"];
    if let (Some(lon), Some(lat)) = (position[0].as_f64(), position[1].as_f64()) {
        let _ = writeln!(body, "<dt>position</dt><dd>{lat}, {lon}</dd>");
    }
    let _ = writeln!(
        body,
        "</dl>\n<p>{} · {}</p>",
        anchor(&format!("{here}?f=html"), "The collection"),
        anchor(
            &format!("{here}/items/{}?f=json", encoded(row.id())),
            "As GeoJSON"
        ),
    );
    given(&cell(row, "title"), &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_taken_for_html_or_an_address() {
        assert_eq!(escaped("<script>'&\""), "&lt;script&gt;&#39;&amp;&quot;");
        for evil in ["javascript:alert(1)", "data:text/html,x", "//evil.example"] {
            assert!(!anchor(evil, evil).contains("<a "), "{evil}");
        }
        assert!(!anchor("https://x/\"onclick=\"", "x").contains("\"onclick"));
    }

    #[test]
    fn browsers_are_told_from_programs() {
        let wants = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().expect("a header"));
            wanted(&headers)
        };
        assert!(wants(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        ));
        assert!(!wants("application/geo+json, text/html;q=0.5"));
        assert!(!wants("*/*"));
        assert!(!wanted(&HeaderMap::new()));
    }
}
