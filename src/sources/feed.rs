//! RSS and Atom: one report an item.
//!
//! Simple on purpose: titles, links, dates and texts. A document type declaration is refused, since
//! nothing good comes with one (entities that grow without end).

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{base_name, date, html, shown_name};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};

/// Elements nested deeper than this are not read.
const DEPTH_MAX: usize = 64;

/// One item, field by field.
#[derive(Default)]
struct Item {
    id: String,
    link: String,
    title: String,
    published: String,
    updated: String,
    summary: String,
    content: String,
}

/// Reads every item; a broken one becomes a notice and the others still come through.
pub(super) fn read(name: &str, xml: &str) -> (Vec<Report>, Vec<Notice>) {
    let about = shown_name(name);
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut notices = Vec::new();
    let mut reports = Vec::new();
    let mut publisher = String::new();
    let mut item: Option<Item> = None;
    let mut path: Vec<String> = Vec::new();
    let mut count = 0_usize;
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let at = line_of(xml, reader.error_position());
                notices.push(Notice::new(
                    format!("{about}, line {at}"),
                    format!("is broken XML ({error}); what stood before it was read"),
                ));
                break;
            }
        };
        match event {
            Event::Eof => break,
            Event::DocType(_) => {
                notices.push(Notice::new(
                    about,
                    "has a document type declaration, which feeds need not and we refuse",
                ));
                break;
            }
            Event::Start(element) => {
                let local = local_name(&element);
                if matches!(local.as_str(), "item" | "entry") {
                    item = Some(Item::default());
                } else if let Some(item) = &mut item {
                    attributes(item, &local, &element);
                }
                path.push(local);
                if path.len() > DEPTH_MAX {
                    notices.push(Notice::new(
                        about,
                        format!(
                            "is nested deeper than {DEPTH_MAX} elements; the rest was not read"
                        ),
                    ));
                    break;
                }
            }
            Event::Empty(element) => {
                if let Some(item) = &mut item {
                    attributes(item, &local_name(&element), &element);
                }
            }
            Event::End(_) => {
                let closed = path.pop();
                if matches!(closed.as_deref(), Some("item" | "entry"))
                    && let Some(done) = item.take()
                {
                    count += 1;
                    match report(&done, &publisher, &format!("{}:{count}", base_name(name))) {
                        Ok(report) => reports.push(report),
                        Err(what) => {
                            notices.push(Notice::new(format!("{about}, item {count}"), what));
                        }
                    }
                }
            }
            Event::Text(text) => {
                let text = text.decode().map(std::borrow::Cow::into_owned);
                push(&text.unwrap_or_default(), &path, &mut item, &mut publisher);
            }
            Event::CData(text) => {
                let text = text.decode().map(std::borrow::Cow::into_owned);
                push(&text.unwrap_or_default(), &path, &mut item, &mut publisher);
            }
            Event::GeneralRef(entity) => {
                let text = match entity.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    _ => {
                        let name = entity.decode().unwrap_or_default();
                        quick_xml::escape::resolve_predefined_entity(&name)
                            .unwrap_or(" ")
                            .to_owned()
                    }
                };
                push(&text, &path, &mut item, &mut publisher);
            }
            _ => {}
        }
    }
    if count == 0 && notices.is_empty() {
        notices.push(Notice::new(about, "is XML, but no feed with items"));
    }
    (reports, notices)
}

fn local_name(element: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(element.local_name().as_ref()).to_ascii_lowercase()
}

/// Atom keeps the address in an attribute.
fn attributes(item: &mut Item, local: &str, element: &BytesStart<'_>) {
    if local != "link" {
        return;
    }
    let value = |name: &str| {
        let found = element.try_get_attribute(name).ok().flatten()?;
        let decoded = String::from_utf8_lossy(&found.value).into_owned();
        Some(quick_xml::escape::unescape(&decoded).map_or(decoded.clone(), |v| v.into_owned()))
    };
    let alternate = value("rel").is_none_or(|rel| rel == "alternate");
    if let Some(href) = value("href").filter(|_| alternate) {
        item.link = href;
    }
}

fn push(text: &str, path: &[String], item: &mut Option<Item>, publisher: &mut String) {
    let Some(item) = item else {
        if let [.., parent, last] = path
            && last == "title"
            && matches!(parent.as_str(), "channel" | "feed")
        {
            publisher.push_str(text);
        }
        return;
    };
    // XHTML inside an Atom text belongs to the element that holds it.
    let at = path.iter().rposition(|p| p == "item" || p == "entry");
    let Some(field) = at.and_then(|at| path.get(at + 1)) else {
        return;
    };
    let field = match field.as_str() {
        "title" => &mut item.title,
        "link" => &mut item.link,
        "guid" | "id" => &mut item.id,
        "pubdate" | "published" | "date" | "issued" => &mut item.published,
        "updated" | "modified" => &mut item.updated,
        "description" | "summary" => &mut item.summary,
        "encoded" | "content" => &mut item.content,
        _ => return,
    };
    field.push_str(text);
}

fn report(item: &Item, publisher: &str, otherwise: &str) -> Result<Report, String> {
    let full = html::words(&item.content);
    let summary = html::words(&item.summary);
    let text = if full.len() >= summary.len() {
        full
    } else {
        summary
    };
    let title = html::words(&item.title);
    if text.is_empty() && title.is_empty() {
        return Err("has neither title nor text; it was left out".to_owned());
    }
    let some = |s: &str| Some(s.trim().to_owned()).filter(|s| !s.is_empty());
    let url = some(&item.link).or_else(|| some(&item.id).filter(|id| id.starts_with("http")));
    let day = date::day(&item.published).or_else(|| date::day(&item.updated));
    Ok(Report {
        id: some(&item.id)
            .or_else(|| url.clone())
            .unwrap_or_else(|| otherwise.to_owned()),
        origin: Origin {
            url,
            publisher: some(&html::words(publisher)),
            ..Origin::default()
        },
        published: day.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: None,
        // An item of a headline only is still a report of that headline.
        text: if text.is_empty() { title.clone() } else { text },
        title: some(&title),
    })
}

fn line_of(text: &str, position: u64) -> usize {
    let position = usize::try_from(position).unwrap_or(usize::MAX);
    let before = &text.as_bytes()[..position.min(text.len())];
    before.iter().filter(|b| **b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rss_items_become_reports() {
        let xml = r#"<?xml version="1.0"?><rss><channel><title>Wire</title><item>
            <title>Shells &amp; fire</title><link>https://w.example/1</link><guid>w-1</guid>
            <pubDate>Sat, 18 Jun 2022 10:00:00 GMT</pubDate>
            <description><![CDATA[<p>Three shells fell near <b>Homs</b>.</p>]]></description></item>
            <item></item></channel></rss>"#;
        let (reports, notices) = read("w.rss", xml);
        assert_eq!(reports.len(), 1);
        let report = &reports[0];
        assert_eq!(report.id, "w-1");
        assert_eq!(report.title.as_deref(), Some("Shells & fire"));
        assert_eq!(report.text, "Three shells fell near Homs.");
        assert_eq!(report.origin.publisher.as_deref(), Some("Wire"));
        assert!(report.published.is_some());
        assert_eq!(
            notices[0].to_string(),
            "w.rss, item 2: has neither title nor text; it was left out"
        );
    }

    #[test]
    fn atom_entries_become_reports() {
        let xml = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry>
            <title>T</title><id>urn:1</id><link rel="alternate" href="https://a.example/?a=1&amp;b=2"/>
            <updated>2022-06-18T10:00:00Z</updated><content type="xhtml"><div><p>One.</p></div></content>
            </entry></feed>"#;
        let (reports, _) = read("a.atom", xml);
        assert_eq!(
            reports[0].origin.url.as_deref(),
            Some("https://a.example/?a=1&b=2")
        );
        assert_eq!(reports[0].text, "One.");
    }

    #[test]
    fn a_document_type_is_refused() {
        let xml = "<!DOCTYPE x [<!ENTITY a \"b\">]><rss><channel><item><title>&a;</title></item></channel></rss>";
        let (reports, notices) = read("x.rss", xml);
        assert!(reports.is_empty());
        assert!(notices[0].what.contains("document type"));
    }

    #[test]
    fn items_before_the_break_come_through() {
        let xml = "<rss><channel><item><title>One</title></item>\n<item><title>Two</tit";
        let (reports, _) = read("x.rss", xml);
        assert_eq!(reports.len(), 1);
    }
}
