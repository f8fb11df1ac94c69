//! A web page: its title, its day, and the paragraphs of its article.
//!
//! Menus, scripts, forms, asides and captions are left out: a caption tells of the picture, not of
//! the event.

use html5gum::{Token, Tokenizer};

use super::{base_name, date, shown_name};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};

/// Elements whose words are not the article's.
const PASSED_OVER: &[&str] = &[
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "nav",
    "aside",
    "footer",
    "form",
    "button",
    "select",
    "iframe",
    "figcaption",
    "head",
    "object",
    "video",
    "audio",
    "canvas",
    "dialog",
];

/// Elements passed over that are remembered inside one another; every end tag is looked for among
/// them, and real pages nest a handful.
const PASSED_OVER_DEPTH_MAX: usize = 256;

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "tr",
    "td",
    "th",
    "table",
    "section",
    "article",
    "main",
    "header",
    "figure",
    "dd",
    "dt",
    "pre",
    "hr",
];

/// Elements without an end tag.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];

/// Reads one report; its id is the file's name.
pub(super) fn read(name: &str, html: &str) -> (Vec<Report>, Vec<Notice>) {
    let page = Page::of(html);
    let mut notices = Vec::new();
    let text = page.text();
    if text.is_empty() {
        notices.push(Notice::new(
            shown_name(name),
            "no paragraph of text was found in the page",
        ));
        return (Vec::new(), notices);
    }
    let report = Report {
        id: base_name(name).to_owned(),
        origin: Origin {
            url: page.url,
            publisher: page.publisher,
            ..Origin::default()
        },
        title: page.title,
        published: page.published.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: page.language,
        text,
    };
    (vec![report], notices)
}

/// The words of a fragment of HTML, as feeds carry them; plain text stays as it is.
pub(super) fn words(fragment: &str) -> String {
    if fragment.contains('<') || fragment.contains('&') {
        Page::of(fragment).text()
    } else {
        fragment.trim().to_owned()
    }
}

/// What was seen while walking through a page once.
#[derive(Default)]
struct Page {
    title: Option<String>,
    published: Option<jiff::civil::Date>,
    url: Option<String>,
    publisher: Option<String>,
    language: Option<String>,
    /// All blocks, each with whether it stood in the article.
    blocks: Vec<(bool, String)>,
}

impl Page {
    fn of(html: &str) -> Self {
        let mut page = Self::default();
        let mut skipped: Vec<Vec<u8>> = Vec::new();
        let mut article_depth = 0_usize;
        let mut block = String::new();
        let mut title = String::new();
        let (mut in_title, mut in_data) = (false, false);
        let mut data = String::new();
        let mut seen_title = false;
        for Ok(token) in Tokenizer::new(html) {
            match token {
                Token::StartTag(tag) => {
                    let element: &[u8] = &tag.name;
                    let attribute = |name: &str| {
                        tag.attributes
                            .get(name.as_bytes())
                            .map(|v| String::from_utf8_lossy(v).into_owned())
                    };
                    match element {
                        b"html" => page.language = attribute("lang").and_then(|l| language(&l)),
                        b"meta" => page.meta(&attribute),
                        b"link" if attribute("rel").is_some_and(|r| r == "canonical") => {
                            page.url = attribute("href").or(page.url.take());
                        }
                        b"time" if page.published.is_none() => {
                            page.published = attribute("datetime").as_deref().and_then(date::day);
                        }
                        b"title" => in_title = !seen_title,
                        b"script" => {
                            in_data = attribute("type").is_some_and(|t| t == "application/ld+json");
                        }
                        _ => {}
                    }
                    let is = |list: &[&str]| list.iter().any(|e| e.as_bytes() == element);
                    if is(BLOCKS) {
                        page.close(&mut block, article_depth > 0);
                    }
                    if element == b"article" || element == b"main" {
                        article_depth += 1;
                    }
                    let room = skipped.len() < PASSED_OVER_DEPTH_MAX;
                    if room && is(PASSED_OVER) && !tag.self_closing && !is(VOID) {
                        skipped.push(element.to_vec());
                    }
                }
                Token::EndTag(tag) => {
                    let element: &[u8] = &tag.name;
                    match element {
                        b"title" if in_title => {
                            in_title = false;
                            seen_title = true;
                        }
                        b"script" if in_data => {
                            in_data = false;
                            page.linked_data(&data);
                            data.clear();
                        }
                        _ => {}
                    }
                    if BLOCKS.iter().any(|e| e.as_bytes() == element) {
                        page.close(&mut block, article_depth > 0);
                    }
                    if element == b"article" || element == b"main" {
                        article_depth = article_depth.saturating_sub(1);
                    }
                    if let Some(at) = skipped.iter().rposition(|s| s == element) {
                        skipped.truncate(at);
                    } else if element == b"body" {
                        skipped.clear();
                    }
                }
                Token::String(text) => {
                    let text = String::from_utf8_lossy(&text);
                    if in_title {
                        title.push_str(&text);
                    } else if in_data {
                        data.push_str(&text);
                    } else if skipped.is_empty() {
                        block.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page.close(&mut block, article_depth > 0);
        let title = squeezed(&title);
        if page.title.is_none() && !title.is_empty() {
            page.title = Some(title);
        }
        page
    }

    fn close(&mut self, block: &mut String, in_article: bool) {
        let text = squeezed(block);
        if !text.is_empty() {
            self.blocks.push((in_article, text));
        }
        block.clear();
    }

    fn meta(&mut self, attribute: &dyn Fn(&str) -> Option<String>) {
        let name = attribute("property").or_else(|| attribute("name"));
        let (Some(name), Some(content)) = (name, attribute("content")) else {
            return;
        };
        let content = squeezed(&content);
        if content.is_empty() {
            return;
        }
        match name.to_ascii_lowercase().as_str() {
            "og:title" => self.title = Some(content),
            "og:url" => self.url = self.url.take().or(Some(content)),
            "og:site_name" => self.publisher = Some(content),
            "article:published_time"
            | "date"
            | "pubdate"
            | "dc.date"
            | "dc.date.issued"
            | "parsely-pub-date"
            | "publish-date"
            | "sailthru.date" => {
                self.published = self.published.or_else(|| date::day(&content));
            }
            _ => {}
        }
    }

    /// JSON-LD, as most papers carry it; what we cannot read is passed over.
    fn linked_data(&mut self, data: &str) {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(data) else {
            return;
        };
        let graph = value.get("@graph").and_then(|g| g.as_array()).cloned();
        let items = match value {
            serde_json::Value::Array(items) => items,
            item => graph.unwrap_or_else(|| vec![item]),
        };
        for item in items {
            let text = |v: Option<&serde_json::Value>| v?.as_str().map(str::to_owned);
            if let Some(day) = text(item.get("datePublished")).and_then(|d| date::day(&d)) {
                self.published = Some(day);
                let publisher = item.get("publisher").and_then(|p| p.get("name"));
                self.publisher = self.publisher.take().or_else(|| text(publisher));
                self.title = self.title.take().or_else(|| text(item.get("headline")));
            }
        }
    }

    /// The article's blocks where there are any, else all.
    fn text(&self) -> String {
        let only_article = self.blocks.iter().any(|(inside, _)| *inside);
        let blocks: Vec<&str> = self
            .blocks
            .iter()
            .filter(|(inside, _)| *inside || !only_article)
            .map(|(_, text)| text.as_str())
            .collect();
        blocks.join("\n\n")
    }
}

fn language(tag: &str) -> Option<String> {
    let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
    (primary.len() == 2).then_some(primary)
}

/// White space of any length becomes one space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_is_read_and_the_furniture_left_out() {
        let html = r#"<!DOCTYPE html><html lang="en-GB"><head><title>Shells fall | Paper</title>
            <meta property="og:title" content="Shells fall"><meta property="og:site_name" content="Paper">
            <link rel="canonical" href="https://paper.example/1">
            <script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2022-06-18T10:00:00Z"}</script>
            </head><body><nav><p>Menu</p></nav><article><h1>Shells fall</h1>
            <p>Three shells <b>fell</b> near
            Homs &amp; Hama.<figure><img src=x><figcaption>A tank in 2011</figcaption></figure>
            <p>Nobody was hurt.</article><footer>About us</footer></body></html>"#;
        let (reports, notices) = read("a.html", html);
        let report = &reports[0];
        assert_eq!(
            report.text,
            "Shells fall\n\nThree shells fell near Homs & Hama.\n\nNobody was hurt."
        );
        assert_eq!(report.title.as_deref(), Some("Shells fall"));
        assert_eq!(
            report.origin.url.as_deref(),
            Some("https://paper.example/1")
        );
        assert_eq!(report.origin.publisher.as_deref(), Some("Paper"));
        assert_eq!(report.language.as_deref(), Some("en"));
        assert_eq!(report.published.expect("day").day.to_string(), "2022-06-18");
        assert!(notices.is_empty());
    }

    #[test]
    fn a_page_without_words_is_named() {
        let (reports, notices) = read("a.html", "<html><script>let x = 1;</script>");
        assert!(reports.is_empty());
        assert_eq!(
            notices[0].to_string(),
            "a.html: no paragraph of text was found in the page"
        );
    }

    #[test]
    fn noise_does_not_stop_the_reader() {
        for html in [
            "<", "<<<>>>", "</p></p>", "<p", "<script>", "<!--", "<a b='",
        ] {
            let _ = read("n.html", html);
        }
    }
}
