//! Who may do what: one table of routes and what each needs. What is not in it is refused.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

use axum::http::{HeaderMap, Method, header};

use crate::store::{Scope, Scopes, Token, TokenHash, hash_of_token};

/// What a route needs of who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Need {
    /// Nothing, ever: the page itself, and whether the process lives.
    Nothing,
    /// Nothing, unless the operator keeps what is published private too.
    Published,
    /// A scope.
    Of(Scope),
}

const PUBLISHED: Need = Need::Published;
const READ: Need = Need::Of(Scope::Read);
const REVIEW: Need = Need::Of(Scope::Review);
const INGEST: Need = Need::Of(Scope::Ingest);
const ADMIN: Need = Need::Of(Scope::Admin);

/// Every route with what reading and what writing it needs; `None` where the route has no such
/// method. A test holds it against the routes.
pub(super) const NEEDS: &[(&str, Option<Need>, Option<Need>)] = &[
    ("/", Some(Need::Nothing), None),
    ("/healthz", Some(Need::Nothing), None),
    ("/readyz", Some(Need::Nothing), None),
    ("/metrics", Some(ADMIN), None),
    ("/incidents.{ending}", Some(PUBLISHED), None),
    ("/downloads/{file}", Some(PUBLISHED), None),
    ("/conformance", Some(PUBLISHED), None),
    ("/api", Some(PUBLISHED), None),
    ("/collections", Some(PUBLISHED), None),
    ("/collections/{layer}", Some(PUBLISHED), None),
    ("/collections/{layer}/queryables", Some(PUBLISHED), None),
    ("/collections/{layer}/schema", Some(PUBLISHED), None),
    ("/collections/{layer}/items", Some(PUBLISHED), None),
    ("/collections/{layer}/items/{id}", Some(PUBLISHED), None),
    (
        "/collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}",
        Some(PUBLISHED),
        None,
    ),
    ("/incidents", None, Some(REVIEW)),
    ("/incidents/{id}", Some(PUBLISHED), None),
    ("/incidents/{id}/rulings", Some(PUBLISHED), Some(REVIEW)),
    ("/rulings/{id}/undo", None, Some(REVIEW)),
    ("/reports", Some(READ), Some(INGEST)),
    ("/reports/{id}", Some(PUBLISHED), None),
    ("/read", None, Some(PUBLISHED)),
    ("/tables", None, Some(INGEST)),
    // Whoever may name an address makes this machine ask it.
    ("/fetch", None, Some(ADMIN)),
    ("/tiles/places/{z}/{x}/{y}", Some(PUBLISHED), None),
    ("/tiles/incidents.json", Some(PUBLISHED), None),
    ("/tiles/incidents/{z}/{x}/{y}", Some(PUBLISHED), None),
    ("/stats", Some(PUBLISHED), None),
    ("/explore", Some(PUBLISHED), None),
    ("/explore/columns", Some(PUBLISHED), None),
    ("/explore/list", Some(PUBLISHED), None),
    ("/explore/areas", Some(PUBLISHED), None),
    ("/changes", Some(PUBLISHED), None),
    ("/changes.atom", Some(PUBLISHED), None),
    ("/gazetteer/search", Some(PUBLISHED), None),
    ("/gazetteer/reverse", Some(PUBLISHED), None),
    ("/gazetteer/resolve", None, Some(PUBLISHED)),
];

/// What a request needs; `None` for one the table does not know.
pub(super) fn need_of(route: Option<&str>, method: &Method) -> Option<Need> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let Some(route) = route else {
        // The files of the page, or nothing.
        return Some(Need::Nothing);
    };
    let (_, read, write) = NEEDS.iter().find(|(path, _, _)| *path == route)?;
    match (if is_read { read } else { write }, read.or(*write)) {
        (Some(need), _) => Some(*need),
        // The route answers that it has no such method; who may not know the route hears nothing.
        (None, other) => other,
    }
}

/// The tokens that hold, by their hash.
#[derive(Debug, Default)]
pub(super) struct Keys {
    by_hash: HashMap<TokenHash, (String, Scopes)>,
}

/// What a request showed of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Shown {
    /// No token.
    None,
    /// A token that holds: whose, and what for.
    Known(String, Scopes),
    /// One that does not.
    Wrong,
}

impl Keys {
    pub(super) fn of(tokens: Vec<Token>) -> Self {
        let hold = tokens.into_iter().filter(|t| t.revoked.is_none());
        Self {
            by_hash: hold.map(|t| (t.hash, (t.name, t.scopes))).collect(),
        }
    }

    /// True when no token was ever given out, or all were revoked.
    pub(super) fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    /// The token in a request's header. It is looked up by its hash, so that the time tells nothing.
    pub(super) fn shown(&self, headers: &HeaderMap) -> Shown {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Shown::None;
        };
        let token = value.to_str().ok().and_then(|v| {
            let (kind, token) = v.split_once(' ')?;
            kind.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let known = token.and_then(|t| self.by_hash.get(&hash_of_token(t)));
        known.map_or(Shown::Wrong, |(name, scopes)| {
            Shown::Known(name.clone(), *scopes)
        })
    }
}

/// How many requests of a sort one address may send.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// At once.
    pub(super) burst: f64,
    /// A second, lasting.
    pub(super) per_second: f64,
}

/// Writing: a person reviews a few a minute, a feed adds some hundred reports in one request.
pub(super) const WRITES: Rate = Rate {
    burst: 120.0,
    per_second: 10.0,
};

/// Reading, unless the operator says otherwise: a map that is opened and moved asks for some hundred
/// tiles, and many readers of one office share an address.
pub(super) const READS: Rate = Rate {
    burst: 2_000.0,
    per_second: 100.0,
};

/// Seconds of lasting reading that may come at once.
const READ_BURST_S: f64 = 20.0;

/// So many readings a second; `None` when nobody is held back.
pub(super) fn reads(per_second: u32) -> Option<Rate> {
    let per_second = f64::from(per_second);
    (per_second > 0.0).then_some(Rate {
        burst: per_second * READ_BURST_S,
        per_second,
    })
}

/// Wrong tokens: after some tries, one every ten seconds.
pub(super) const WRONG_TOKENS: Rate = Rate {
    burst: 10.0,
    per_second: 0.1,
};

/// Addresses remembered; then those that were quiet are forgotten.
const ADDRESSES_MAX: usize = 50_000;

/// A bucket for each address, filled by time and emptied by requests.
#[derive(Debug)]
pub(super) struct Limiter {
    rate: Rate,
    buckets: Mutex<HashMap<IpAddr, (f64, Instant)>>,
}

impl Limiter {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            buckets: Mutex::default(),
        }
    }

    /// What the bucket holds now.
    fn held(&self, (left, since): (f64, Instant), now: Instant) -> f64 {
        let filled = now.saturating_duration_since(since).as_secs_f64() * self.rate.per_second;
        (left + filled).min(self.rate.burst)
    }

    /// Takes one; false when nothing is left.
    pub(super) fn take(&self, address: IpAddr, now: Instant) -> bool {
        let mut buckets = super::held(&self.buckets);
        if buckets.len() >= ADDRESSES_MAX {
            buckets.retain(|_, bucket| self.held(*bucket, now) < self.rate.burst);
        }
        let bucket = buckets.entry(address).or_insert((self.rate.burst, now));
        let left = self.held(*bucket, now);
        let fits = left >= 1.0;
        *bucket = (if fits { left - 1.0 } else { left }, now);
        fits
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::time::Duration;

    use super::*;

    /// The routes as they stand in `mod.rs`: path, and whether it is read and written.
    fn routes() -> BTreeMap<String, (bool, bool)> {
        let source = include_str!("mod.rs");
        let begin = source.find("fn routes(").expect("the routes");
        let code = &source[begin..begin + source[begin..].find("\n}").expect("their end")];
        let mut all = BTreeMap::new();
        for part in code.split(".route(").skip(1) {
            let path = part.split('"').nth(1).expect("a path").to_owned();
            let part = part.split(".fallback").next().unwrap_or_default();
            all.insert(path, (part.contains("get("), part.contains("post(")));
        }
        assert!(all.len() > 20, "the routes were found");
        all
    }

    #[test]
    fn every_route_says_what_it_needs() {
        let table: BTreeSet<&str> = NEEDS.iter().map(|(path, _, _)| *path).collect();
        assert_eq!(table.len(), NEEDS.len(), "no route twice");
        for (path, (read, write)) in routes() {
            let entry = NEEDS.iter().find(|(known, _, _)| *known == path);
            let (_, reading, writing) = entry.unwrap_or_else(|| panic!("{path} is not in NEEDS"));
            assert_eq!(
                (reading.is_some(), writing.is_some()),
                (read, write),
                "{path}"
            );
        }
    }

    #[test]
    fn every_route_is_described() {
        let document = crate::server::openapi::document("");
        let described: Vec<&String> = document["paths"]
            .as_object()
            .expect("paths")
            .keys()
            .collect();
        for (path, (read, write)) in routes() {
            let same = |known: &str| {
                let (a, b): (Vec<_>, Vec<_>) =
                    (path.split('/').collect(), known.split('/').collect());
                let fits = |(a, b): (&&str, &&str)| match a.split_once('{') {
                    Some((before, _)) => b.starts_with(before),
                    None => a == b,
                };
                a.len() == b.len() && a.iter().zip(&b).all(fits)
            };
            let found = described.iter().find(|known| same(known));
            let found = found.unwrap_or_else(|| panic!("{path} is not in the OpenAPI document"));
            let item = &document["paths"][found.as_str()];
            assert_eq!(
                (item.get("get").is_some(), item.get("post").is_some()),
                (read, write),
                "{path}"
            );
        }
    }

    #[test]
    fn what_is_not_in_the_table_is_refused() {
        assert_eq!(need_of(Some("/secret"), &Method::GET), None);
        assert_eq!(need_of(Some("/reports"), &Method::POST), Some(INGEST));
        assert_eq!(need_of(Some("/reports"), &Method::HEAD), Some(READ));
        // Nothing that changes the store is open to everybody.
        for (path, _, write) in NEEDS {
            let computes_only = ["/read", "/gazetteer/resolve"].contains(path);
            assert!(
                computes_only || !matches!(write, Some(Need::Nothing | Need::Published)),
                "{path}"
            );
        }
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limiter = Limiter::new(Rate {
            burst: 2.0,
            per_second: 1.0,
        });
        let (address, now) = (IpAddr::from([10, 0, 0, 1]), Instant::now());
        assert!(limiter.take(address, now) && limiter.take(address, now));
        assert!(!limiter.take(address, now));
        assert!(limiter.take(IpAddr::from([10, 0, 0, 2]), now));
        assert!(limiter.take(address, now + Duration::from_secs(1)));
    }
}
