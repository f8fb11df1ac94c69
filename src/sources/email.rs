//! A message as mail programs save it (`.eml`): headers and the text part.

use mail_parser::{HeaderValue, MessageParser};

use super::{Input, base_name, date, html, shown_name};
use crate::report::{Notice, Origin, Published, PublishedBy, Report};

/// Header names that begin a message.
const FIRST_HEADERS: &[&str] = &[
    "received:",
    "return-path:",
    "delivered-to:",
    "from:",
    "subject:",
    "mime-version:",
    "message-id:",
];

/// True for text that begins as messages do: a header of theirs, and a second one below it.
pub(super) fn looks_like_one(start: &str) -> bool {
    let mut lines = start.lines();
    let is_header = |line: &str| FIRST_HEADERS.iter().any(|h| line.starts_with(h));
    lines.next().is_some_and(is_header)
        && lines.take_while(|l| !l.is_empty()).any(|line| {
            is_header(line)
                || ["date:", "to:", "content-type:"]
                    .iter()
                    .any(|h| line.starts_with(h))
        })
}

/// Reads one report; its id is the file's name.
pub(super) fn read(input: Input<'_>) -> (Vec<Report>, Vec<Notice>) {
    let about = shown_name(input.name);
    let Some(message) = MessageParser::default().parse(input.bytes) else {
        let notice = Notice::new(about, "is no message with headers and a text");
        return (Vec::new(), vec![notice]);
    };
    let text = message
        .body_text(0)
        .filter(|t| !t.trim().is_empty())
        .map(std::borrow::Cow::into_owned)
        .or_else(|| message.body_html(0).map(|body| html::words(&body)));
    let Some(text) = text.filter(|t| !t.trim().is_empty()) else {
        let notice = Notice::new(about, "the message has no text part");
        return (Vec::new(), vec![notice]);
    };
    let day = message
        .date()
        .and_then(|stamp| date::day(&stamp.to_rfc3339()));
    let mut notices = Vec::new();
    if day.is_none() && message.header("Date").is_some() {
        notices.push(Notice::new(about, "the message's date could not be read"));
    }
    let publisher = message.from().and_then(|from| {
        let first = from.first()?;
        first.name().or_else(|| first.address()).map(str::to_owned)
    });
    let url = match message.header("Archived-At") {
        Some(HeaderValue::Text(url)) => Some(url.trim_matches(['<', '>']).to_owned()),
        _ => None,
    };
    let report = Report {
        id: base_name(input.name).to_owned(),
        origin: Origin {
            url,
            publisher,
            ..Origin::default()
        },
        title: message.subject().map(str::to_owned),
        published: day.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: None,
        text: text.replace("\r\n", "\n"),
    };
    (vec![report], notices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_an_encoded_text_part_are_read() {
        let bytes = b"From: =?utf-8?q?Desk_=C3=A9?= <desk@example.org>\r\n\
            Subject: =?utf-8?b?U2hlbGxz?=\r\nDate: Sat, 18 Jun 2022 23:10:00 +0300\r\n\
            MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nShells fell near a caf=E9 in=\r\n Homs.\r\n";
        let (reports, notices) = read(Input {
            name: "m.eml",
            bytes,
        });
        let report = &reports[0];
        assert_eq!(report.title.as_deref(), Some("Shells"));
        assert_eq!(report.origin.publisher.as_deref(), Some("Desk \u{e9}"));
        assert_eq!(
            report.text.trim_end(),
            "Shells fell near a caf\u{e9} in Homs."
        );
        assert_eq!(report.published.expect("day").day.to_string(), "2022-06-18");
        assert!(notices.is_empty());
    }

    #[test]
    fn a_message_without_text_is_named() {
        let (reports, notices) = read(Input {
            name: "m.eml",
            bytes: b"From: a@b\r\nSubject: x\r\n\r\n",
        });
        assert!(reports.is_empty() && notices.len() == 1);
    }
}
