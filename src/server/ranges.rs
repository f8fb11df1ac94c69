//! Parts of a body, as interrupted downloads ask for them (RFC 9110, 13 and 14).
//!
//! A range is always one of the plain body, never of a compressed one, and is answered only as long
//! as the client's `If-Range` is the strong tag of what lies here now: a download that was broken
//! off is never continued with bytes of another state.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;

/// What of a body is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Whole,
    /// From the first to the last byte, both given.
    Bytes(u64, u64),
    /// Bytes that are not there.
    Outside,
}

/// True when a part is asked for and may be given of the body with this tag (with its quotes).
pub(super) fn is_asked(headers: &HeaderMap, tag: &str) -> bool {
    let fits = headers
        .get(header::IF_RANGE)
        .is_none_or(|known| known == tag);
    // Several ranges at once are answered with the whole, as anybody may.
    fits && one_range(headers).is_some()
}

fn one_range(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::RANGE).iter();
    let range = all.next()?.to_str().ok()?.strip_prefix("bytes=")?;
    let is_one = all.next().is_none() && !range.contains(',') && range.contains('-');
    is_one.then(|| range.trim())
}

/// The part of a body of `size` bytes.
pub(super) fn part_of(headers: &HeaderMap, tag: &str, size: u64) -> Part {
    if !is_asked(headers, tag) {
        return Part::Whole;
    }
    let Some((first, last)) = one_range(headers).and_then(|r| r.split_once('-')) else {
        return Part::Whole;
    };
    let number = |text: &str| text.parse::<u64>().ok();
    if first.is_empty() {
        return match number(last) {
            None => Part::Whole,
            Some(0) => Part::Outside,
            Some(_) if size == 0 => Part::Outside,
            Some(count) => Part::Bytes(size.saturating_sub(count), size - 1),
        };
    }
    match (number(first), number(last)) {
        (Some(first), None) if last.is_empty() && first < size => Part::Bytes(first, size - 1),
        (Some(_), None) if last.is_empty() => Part::Outside,
        (Some(first), Some(last)) if first > last => Part::Whole,
        (Some(first), Some(last)) if first < size => Part::Bytes(first, last.min(size - 1)),
        (Some(_), Some(_)) => Part::Outside,
        _ => Part::Whole,
    }
}

/// `Content-Range` of a part.
pub(super) fn content_range(first: u64, last: u64, size: u64) -> (HeaderName, String) {
    (
        header::CONTENT_RANGE,
        format!("bytes {first}-{last}/{size}"),
    )
}

/// 416.
pub(super) fn outside(size: u64) -> Response {
    let content = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
    let refusal = Refusal::new(
        StatusCode::RANGE_NOT_SATISFIABLE,
        format!("the file has {size} bytes, and the range asked for lies outside"),
    );
    (content, refusal).into_response()
}

/// 412 when the client wants this body only while it has one of its tags (`If-Match`), and it has not.
pub(super) fn gone_on(headers: &HeaderMap, tag: &str) -> Option<Refusal> {
    let wished: Vec<&str> = headers
        .get_all(header::IF_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(str::trim)
        .collect();
    let holds = wished.is_empty() || wished.iter().any(|t| *t == "*" || *t == tag);
    (!holds).then(|| {
        Refusal::new(
            StatusCode::PRECONDITION_FAILED,
            "this file changed since; ask for it anew, without If-Match",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(range: &str, if_range: Option<&str>, size: u64) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().expect("a header"));
        if let Some(tag) = if_range {
            headers.insert(header::IF_RANGE, tag.parse().expect("a header"));
        }
        part_of(&headers, "\"tag\"", size)
    }

    #[test]
    fn ranges_are_read_as_browsers_and_downloaders_write_them() {
        for (range, expected) in [
            ("bytes=0-99", Part::Bytes(0, 99)),
            ("bytes=900-", Part::Bytes(900, 999)),
            ("bytes=-10", Part::Bytes(990, 999)),
            ("bytes=-5000", Part::Bytes(0, 999)),
            ("bytes=0-9999", Part::Bytes(0, 999)),
            ("bytes=0-99999999999999999999", Part::Whole),
            ("bytes=1000-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=5-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=-", Part::Whole),
            ("lines=0-1", Part::Whole),
        ] {
            assert_eq!(part(range, None, 1000), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", None, 0), Part::Outside);
    }

    #[test]
    fn a_part_is_given_of_the_same_state_only() {
        assert_eq!(part("bytes=1-2", Some("\"tag\""), 9), Part::Bytes(1, 2));
        for other in ["\"other\"", "W/\"tag\"", "Mon, 01 Jan 2024 00:00:00 GMT"] {
            assert_eq!(part("bytes=1-2", Some(other), 9), Part::Whole, "{other}");
        }
    }
}
