//! What stands before every route: who asks, whether they may, and the headers of every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use super::{House, Reader};

/// Nothing runs in our pages but our own scripts, and nobody frames them.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Judges a request, passes it on, and dresses the answer.
pub(super) async fn guard(
    State(house): State<Arc<House>>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let foreign = is_foreign(headers);
    let reader = if house.loopback && !foreign {
        Reader::Trusted
    } else {
        Reader::Anybody
    };
    let is_read = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let refused = refusal(&house, &request, is_read);
    let is_options = request.method() == Method::OPTIONS;
    let mut response = match refused {
        Some(refusal) => refusal.into_response(),
        None if is_options => StatusCode::NO_CONTENT.into_response(),
        None => {
            request.extensions_mut().insert(reader);
            next.run(request).await
        }
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "no-referrer");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    // What the trusted reader sees must not be loaded into a stranger's page; what is published may.
    let open = is_read && reader == Reader::Anybody;
    set(
        HeaderName::from_static("cross-origin-resource-policy"),
        if open { "cross-origin" } else { "same-origin" },
    );
    if open {
        set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        set(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "ETag, Link, Content-Disposition, Content-Range",
        );
    }
    if is_options {
        set(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
        set(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Accept, If-None-Match, Range",
        );
        set(header::ACCESS_CONTROL_MAX_AGE, "86400");
    }
    headers.append(
        header::VARY,
        HeaderValue::from_static("Origin, Sec-Fetch-Site"),
    );
    response
}

fn refusal(house: &House, request: &Request, is_read: bool) -> Option<Refusal> {
    let headers = request.headers();
    // A name of a stranger's that leads to this machine (DNS rebinding) must not open our drafts.
    if house.loopback && !host_is_local(headers) {
        return Some(Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            "this server answers to localhost only; start it with --public-url to answer to another name",
        ));
    }
    if !is_read && is_foreign(headers) {
        return Some(Refusal::forbidden(
            "requests that change something are taken from this server's own pages and from programs, not from other sites",
        ));
    }
    None
}

/// True when another site's page sent the request. A link followed in the browser is not foreign:
/// that page never sees the answer.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let mode = text(HeaderName::from_static("sec-fetch-mode"));
    if let Some(site) = site
        && !matches!(site, "same-origin" | "none")
    {
        return mode != Some("navigate") || text(header::ORIGIN).is_some();
    }
    match text(header::ORIGIN) {
        None => headers.contains_key(header::ORIGIN),
        Some(origin) => {
            let host = text(header::HOST).unwrap_or_default();
            origin.split_once("://").map(|(_, o)| o) != Some(host)
        }
    }
}

fn host_is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|h| h.to_str().ok()) else {
        // HTTP/1.0 programs send none; browsers always do.
        return true;
    };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// The answer to a method a route does not have.
pub(super) async fn wrong_method(request: Request) -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!(
            "{} does not take {}; the Allow header says what it takes",
            request.uri().path(),
            request.method()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect()
    }

    #[test]
    fn other_sites_are_told_from_our_own_pages_and_from_programs() {
        let foreign = |pairs: &[(&'static str, &'static str)]| is_foreign(&headers(pairs));
        let host = ("host", "127.0.0.1:8080");
        assert!(!foreign(&[host]));
        assert!(!foreign(&[host, ("sec-fetch-site", "same-origin")]));
        assert!(!foreign(&[host, ("origin", "http://127.0.0.1:8080")]));
        assert!(!foreign(&[
            host,
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate")
        ]));
        assert!(foreign(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[host, ("sec-fetch-site", "same-site")]));
        assert!(foreign(&[host, ("origin", "https://evil.example")]));
        assert!(foreign(&[host, ("origin", "null")]));
        // A form on another site that posts to us.
        assert!(foreign(&[
            host,
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
            ("origin", "https://evil.example")
        ]));
    }

    #[test]
    fn a_stranger_s_name_for_this_machine_is_refused() {
        for name in [
            "localhost:80",
            "127.0.0.1",
            "[::1]:8080",
            "a.localhost",
            "LOCALHOST",
        ] {
            let headers = HeaderMap::from_iter([(
                header::HOST,
                HeaderValue::from_str(name).expect("a header"),
            )]);
            assert!(host_is_local(&headers), "{name}");
        }
        assert!(!host_is_local(&headers(&[("host", "evil.example")])));
        assert!(!host_is_local(&headers(&[(
            "host",
            "localhost.evil.example"
        )])));
        assert!(!host_is_local(&headers(&[("host", "10.0.0.1")])));
    }
}
