//! What stands before every route: who asks, whether they may, and the headers of every answer.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hyper::body::{Body as _, Frame, SizeHint};

use super::access::{Need, Shown, need_of};
use super::refusal::Refusal;
use super::{House, Peer, Reader, Setting, held};
use crate::store::{Scope, Scopes};

/// Nothing runs in our pages but our own scripts, and nobody frames them.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors";

/// Judges a request, passes it on, and dresses the answer.
pub(super) async fn guard(
    State(house): State<Arc<House>>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let peer = peer_of(&house, &mut request);
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let is_read = matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
    let is_options = method == Method::OPTIONS;
    let framed = framed_by(&house, &request);
    let judged = judge(&house, &request, peer, route.as_deref(), is_read);
    let unread = Unread::of(&mut request);
    let (reader, name) = match &judged {
        Ok(asker) => (asker.reader, asker.name.clone()),
        Err(_) => (Reader::Anybody, None),
    };
    let mut response = match judged {
        Err(refusal) => *refusal,
        Ok(_) if is_options => StatusCode::NO_CONTENT.into_response(),
        // Told before it is sent, where the client asks first.
        Ok(_) if request.body().size_hint().lower() > super::BODY_BYTES_MAX as u64 => {
            too_long().into_response()
        }
        Ok(asker) => {
            request.extensions_mut().insert(asker.reader);
            request.extensions_mut().insert(asker);
            next.run(request).await
        }
    };
    // What the framework refuses by itself it says in plain words; ours are the same everywhere.
    let is_bare = response.status() == StatusCode::BAD_REQUEST
        && response
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|media| media.as_bytes().starts_with(b"text/plain"));
    if is_bare {
        response =
            Refusal::bad("the path of this address is no UTF-8 once decoded").into_response();
    }
    if let Some(unread) = unread {
        unread.read_on().await;
    }
    dress(
        &mut response,
        reader,
        is_read,
        is_options,
        framed.as_deref(),
    );
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let route = route.as_deref().unwrap_or("other");
    house.metrics.note(route, status, took);
    // Neither address nor query nor body: readers are not tracked, and texts stay where they are.
    if is_read {
        tracing::debug!(%method, route, status, duration_ms = took.as_millis() as u64, "answered");
    } else {
        let who = name.as_deref().unwrap_or("nobody");
        tracing::info!(%method, route, status, who, duration_ms = took.as_millis() as u64, "written");
    }
    response
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    /// What is shown.
    pub(super) reader: Reader,
    /// Whose token it was; the person in front of the machine has none.
    pub(super) name: Option<String>,
}

/// Who asks, when they may; the refusal otherwise.
fn judge(
    house: &House,
    request: &Request,
    peer: Option<IpAddr>,
    route: Option<&str>,
    is_read: bool,
) -> Result<Asker, Box<Response>> {
    let headers = request.headers();
    if let Some(refusal) = stranger(house, headers, is_read) {
        return Err(Box::new(refusal.into_response()));
    }
    let keys = house.keys.load();
    let now = Instant::now();
    // What was forwarded comes from the proxy's readers and not from this machine.
    let is_limited = peer.is_some_and(|p| !p.is_loopback());
    let (scopes, name) = match keys.shown(headers) {
        Shown::Known(name, scopes) => (scopes, Some(name)),
        Shown::Wrong => {
            let limited = peer.filter(|_| is_limited);
            if limited.is_some_and(|p| !house.wrong_tokens.take(p, now)) {
                return Err(Box::new(too_many(
                    "too many wrong tokens came from this address",
                )));
            }
            return Err(Box::new(unauthorized(
                "the token is not known here, or was revoked",
            )));
        }
        // The person in front of the machine, as long as nobody gave out tokens.
        Shown::None if house.loopback && keys.is_empty() && !is_foreign(headers) => {
            (Scopes::ALL, None)
        }
        Shown::None => (Scopes::NONE, None),
    };
    let asker = Asker {
        reader: if scopes.has(Scope::Read) {
            Reader::Trusted
        } else {
            Reader::Anybody
        },
        name,
    };
    let method = request.method();
    if *method == Method::OPTIONS {
        return Ok(asker);
    }
    let Some(need) = need_of(route, method) else {
        tracing::error!(?route, "a route stands in no table of needs");
        return Err(Box::new(
            Refusal::forbidden("this is open to nobody").into_response(),
        ));
    };
    let needed = match need {
        Need::Nothing => None,
        Need::Published if house.private => Some(Scope::Read),
        Need::Published => None,
        Need::Of(scope) => Some(scope),
    };
    if let Some(scope) = needed.filter(|s| !scopes.has(*s)) {
        let word = Scope::ALL
            .iter()
            .find(|(s, _)| *s == scope)
            .map_or("", |(_, n)| *n);
        return Err(Box::new(if scopes == Scopes::NONE {
            let act = if is_read { "reading this" } else { "writing" };
            unauthorized(&format!(
                "{act} needs a token with the scope {word}, sent as Authorization: Bearer …; placetime token add makes one"
            ))
        } else {
            Refusal::forbidden(format!("this token allows {scopes}, and this needs {word}"))
                .into_response()
        }));
    }
    let reads = house.reads.as_ref().filter(|_| is_read);
    if let (Some(reads), Some(peer)) = (reads, peer.filter(|_| is_limited))
        && !reads.take(peer, now)
    {
        return Err(Box::new(too_many(
            "too many requests that read came from this address",
        )));
    }
    let limited = peer.filter(|_| is_limited && !is_read);
    if limited.is_some_and(|peer| !house.writes.take(peer, now)) {
        return Err(Box::new(too_many(
            "too many requests that write came from this address",
        )));
    }
    if let Some(packed) = headers.get(header::CONTENT_ENCODING).filter(|_| !is_read) {
        let packed = String::from_utf8_lossy(packed.as_bytes());
        if !packed.trim().eq_ignore_ascii_case("identity") {
            return Err(Box::new(is_packed(&packed)));
        }
    }
    Ok(asker)
}

/// 415: unpacked, a small body may fill the memory; read as it is, it would be noise.
fn is_packed(encoding: &str) -> Response {
    let detail = "a body is taken as it is; send it without Content-Encoding";
    let refusal = Refusal::parameter("Content-Encoding", encoding, detail);
    let refusal = refusal.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    ([(header::ACCEPT_ENCODING, "identity")], refusal).into_response()
}

fn unauthorized(detail: &str) -> Response {
    let refusal = Refusal::new(StatusCode::UNAUTHORIZED, detail);
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer realm=\"placetime\"")];
    (challenge, refusal).into_response()
}

/// 413.
pub(super) fn too_long() -> Refusal {
    Refusal::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!(
            "the body is longer than {} MB; split it",
            super::BODY_BYTES_MAX / 1_000_000
        ),
    )
    .limit(super::BODY_BYTES_MAX)
}

fn too_many(detail: &str) -> Response {
    Refusal::new(
        StatusCode::TOO_MANY_REQUESTS,
        format!("{detail}; wait a little"),
    )
    .into_response()
}

/// The address that asks: the connection's, or the one a trusted proxy names. Headers of proxies
/// that are not trusted are taken away, so that nothing behind believes them.
fn peer_of(house: &House, request: &mut Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>().map(|p| p.0)?;
    if house.trusted_proxies.contains(&peer) {
        let forwarded = request.headers().get_all("x-forwarded-for");
        let named: Vec<IpAddr> = forwarded
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(','))
            .filter_map(|v| v.trim().parse().ok())
            .collect();
        // From the right: what stands further left was written by the client.
        let client = named
            .iter()
            .rev()
            .find(|ip| !house.trusted_proxies.contains(ip));
        return Some(client.copied().unwrap_or(peer));
    }
    for name in [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
    ] {
        request.headers_mut().remove(name);
    }
    Some(peer)
}

/// The names the server answers to; empty for any.
pub(super) fn hosts_of(setting: &Setting) -> Vec<String> {
    let public = setting.public_url.iter().filter_map(|url| {
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        Some(name_of(rest.split('/').next()?).to_ascii_lowercase())
    });
    let named = setting.hosts.iter().map(|h| h.to_ascii_lowercase());
    public.chain(named).filter(|h| !h.is_empty()).collect()
}

/// Who may frame the page asked for: the origins the operator named, for the map made to be framed.
fn framed_by(house: &House, request: &Request) -> Option<String> {
    let uri = request.uri();
    let asked = uri.path() == "/"
        && uri
            .query()
            .is_some_and(|query| query.split('&').any(|pair| pair == "embed=1"));
    (asked && !house.embed_origins.is_empty()).then(|| house.embed_origins.join(" "))
}

/// A body that its route may leave unread, at least in part.
struct Unread {
    body: Arc<Mutex<Body>>,
    /// The client sends nothing until it is asked to, and was not.
    waits: bool,
}

/// A refused body is read on to its end for so long at most...
const READ_ON_WAIT: Duration = Duration::from_secs(3);

/// ... and so far: ten times the longest body that is taken.
const READ_ON_BYTES_MAX: u64 = 10 * super::BODY_BYTES_MAX as u64;

impl Unread {
    /// Takes hold of a request's body, when there is one.
    fn of(request: &mut Request) -> Option<Self> {
        if request.body().is_end_stream() {
            return None;
        }
        let waits = request
            .headers()
            .get(header::EXPECT)
            .is_some_and(|v| v.as_bytes().eq_ignore_ascii_case(b"100-continue"));
        let body = std::mem::take(request.body_mut());
        let body = Arc::new(Mutex::new(body));
        *request.body_mut() = Body::new(Lent(Arc::clone(&body)));
        Some(Self { body, waits })
    }

    /// Reads what is left and forgets it. Who is still sending when a connection is closed may never
    /// see the answer; a client that reads only when it has sent all gets it so.
    async fn read_on(self) {
        let mut left = READ_ON_BYTES_MAX;
        let begun = held(&self.body).is_end_stream();
        if begun || self.waits {
            return;
        }
        let all = std::future::poll_fn(|context| {
            let mut body = held(&self.body);
            loop {
                match std::task::ready!(Pin::new(&mut *body).poll_frame(context)) {
                    Some(Ok(frame)) => {
                        let size = frame.data_ref().map_or(0, |data| data.len() as u64);
                        left = left.saturating_sub(size);
                        if left == 0 {
                            return Poll::Ready(());
                        }
                    }
                    _ => return Poll::Ready(()),
                }
            }
        });
        // Whatever came of it: the answer goes out.
        let _ = tokio::time::timeout(READ_ON_WAIT, all).await;
    }
}

/// A body that is given back.
struct Lent(Arc<Mutex<Body>>);

impl hyper::body::Body for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut *held(&self.0)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        held(&self.0).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        held(&self.0).size_hint()
    }
}

/// The headers of every answer.
fn dress(
    response: &mut Response,
    reader: Reader,
    is_read: bool,
    is_options: bool,
    framed: Option<&str>,
) {
    let headers = response.headers_mut();
    let policy = format!("{POLICY} {}", framed.unwrap_or("'none'"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // It knows no list of origins; where there is one the policy alone speaks.
    if framed.is_none() {
        set(header::X_FRAME_OPTIONS, "DENY");
    }
    set(header::REFERRER_POLICY, "no-referrer");
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
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
            "Accept-Ranges, ETag, Link, Content-Crs, Content-Disposition, Content-Range, Retry-After",
        );
    }
    if is_options {
        set(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
        set(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Accept, Authorization, If-Match, If-None-Match, If-Range, Range, Last-Event-ID",
        );
        set(header::ACCESS_CONTROL_MAX_AGE, "86400");
    }
    // No cache on the way gives one reader's answer to another.
    if reader == Reader::Trusted {
        let kept = headers.get(header::CACHE_CONTROL);
        let is_file = kept.is_some_and(|c| c.as_bytes().starts_with(b"public"));
        if !is_file {
            let private = HeaderValue::from_static("private, no-cache");
            headers.insert(header::CACHE_CONTROL, private);
        }
    }
    headers.append(
        header::VARY,
        HeaderValue::from_static("Origin, Sec-Fetch-Site, Authorization"),
    );
}

/// The refusal of requests that other sites or other names lead here.
fn stranger(house: &House, headers: &HeaderMap, is_read: bool) -> Option<Refusal> {
    // A name of a stranger's that leads to this machine (DNS rebinding) must not open our drafts.
    let known = host_is_local(headers)
        || if house.loopback {
            false
        } else {
            house.hosts.is_empty() || host_of(headers).is_none_or(|h| house.hosts.contains(&h))
        };
    if !known {
        return Some(Refusal::new(
            StatusCode::MISDIRECTED_REQUEST,
            if house.loopback {
                "this server answers to localhost only; start it with --public-url to answer to another name"
            } else {
                "this server does not answer to that name; --public-url and --host say to which it does"
            },
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

/// A host without its port and brackets.
fn name_of(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// The name in the Host header, in small letters.
fn host_of(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().unwrap_or("?");
    Some(name_of(host).to_ascii_lowercase())
}

fn host_is_local(headers: &HeaderMap) -> bool {
    // HTTP/1.0 programs send none; browsers always do.
    host_of(headers).is_none_or(|name| {
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
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
