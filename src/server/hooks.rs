//! Webhooks: what is new, told to addresses the operator named.
//!
//! Signed as [Standard Webhooks](https://www.standardwebhooks.com/) says: HMAC-SHA256 with the
//! address's own secret over `id.timestamp.body`, in the header `webhook-signature` as `v1,` and
//! base64, beside `webhook-id` and `webhook-timestamp`. The same delivery keeps its id when it is
//! tried again, so that a receiver can leave out what it has.
//!
//! What waits for an address is the ring of `/changes`: nothing is queued a second time, and an
//! address that was away longer than the ring reaches back is told to ask for everything anew
//! (`resync`), as it is after a start.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use super::live::Told;
use super::{House, Reader, held};
use crate::ingest::fetch::{FetchError, Poster};

/// Addresses told at most: each has a thread while it is being told.
const HOOKS_MAX: usize = 16;

/// The shortest secret, in bytes: those of an AES-192 key, as Standard Webhooks asks.
pub const SECRET_BYTES_MIN: usize = 24;

/// Changes in one delivery; some ten kilobytes.
const CHANGES_MAX: usize = 100;

/// How long changes are gathered, so that a batch of reports is one delivery.
const GATHER: Duration = Duration::from_millis(200);

/// How often a delivery is tried: with [`REST_FIRST`] doubled each time, a little over eight minutes.
const TRIES_MAX: u32 = 10;

/// The rest after the first failure.
const REST_FIRST: Duration = Duration::from_secs(1);

/// The longest rest between two tries.
const REST_MAX: Duration = Duration::from_secs(300);

/// Prefix of secrets that are written in base64.
const BASE64_PREFIX: &str = "whsec_";

/// The secret of an address. Prints as `****`.
#[derive(Clone, PartialEq, Eq)]
pub struct HookSecret(Vec<u8>);

impl HookSecret {
    /// Reads a secret: `whsec_` and base64, or the bytes of the text themselves.
    ///
    /// # Errors
    ///
    /// A sentence when it is no base64 after that prefix, or shorter than [`SECRET_BYTES_MIN`].
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let bytes = match text.strip_prefix(BASE64_PREFIX) {
            None => text.as_bytes().to_vec(),
            Some(coded) => STANDARD
                .decode(coded)
                .map_err(|_| format!("behind {BASE64_PREFIX} a webhook's secret is base64"))?,
        };
        if bytes.len() < SECRET_BYTES_MIN {
            return Err(format!(
                "a webhook's secret has at least {SECRET_BYTES_MIN} bytes; this one has {}",
                bytes.len()
            ));
        }
        Ok(Self(bytes))
    }

    /// The signature of a delivery.
    fn signature(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for HookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// An address that is told what is new.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhook {
    /// Where to.
    pub url: String,
    /// What deliveries are signed with.
    pub secret: HookSecret,
    /// Drafts too, not only what is published.
    pub drafts: bool,
}

/// How webhooks are delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhooks {
    /// The addresses.
    pub to: Vec<Webhook>,
    /// Addresses of this machine and of private networks are told too.
    pub allow_private: bool,
    /// How long an address may take to answer.
    pub patience: Duration,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            to: Vec::new(),
            allow_private: false,
            patience: Duration::from_secs(10),
        }
    }
}

impl Webhooks {
    /// A sentence when something of this cannot be.
    pub(super) fn fault(&self) -> Option<String> {
        if self.to.len() > HOOKS_MAX {
            return Some(format!("at most {HOOKS_MAX} webhooks are told"));
        }
        let bad = |hook: &Webhook| Poster::check(&hook.url).err();
        self.to.iter().find_map(bad).map(|why| why.to_string())
    }
}

/// How deliveries to one address went. Counted by its place among the options: an address may hold
/// what is nobody's business.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    delivered: AtomicU64,
    failed: AtomicU64,
    given_up: AtomicU64,
    /// The number of the last change it was told of.
    at: AtomicI64,
}

/// Every address's deliveries.
#[derive(Debug, Default)]
pub(super) struct Hooks {
    counts: Mutex<BTreeMap<usize, Arc<Deliveries>>>,
}

impl Hooks {
    /// For `/metrics`: lines of tries by outcome, and how far each address is behind the last change.
    pub(super) fn written(&self, last: i64) -> String {
        use fmt::Write as _;
        let counts = held(&self.counts);
        let mut out = String::new();
        if counts.is_empty() {
            return out;
        }
        out.push_str("# HELP placetime_webhook_tries_total Tries to deliver, by webhook and outcome.\n# TYPE placetime_webhook_tries_total counter\n");
        for (hook, it) in counts.iter() {
            for (outcome, count) in [
                ("delivered", &it.delivered),
                ("failed", &it.failed),
                ("given_up", &it.given_up),
            ] {
                let count = count.load(Relaxed);
                let _ = writeln!(
                    out,
                    "placetime_webhook_tries_total{{webhook=\"{hook}\",outcome=\"{outcome}\"}} {count}"
                );
            }
        }
        out.push_str("# HELP placetime_webhook_behind Changes a webhook was not told of yet.\n# TYPE placetime_webhook_behind gauge\n");
        for (hook, it) in counts.iter() {
            let behind = (last - it.at.load(Relaxed)).max(0);
            let _ = writeln!(
                out,
                "placetime_webhook_behind{{webhook=\"{hook}\"}} {behind}"
            );
        }
        out
    }
}

/// Tells every address, until the server stops.
pub(super) fn start(house: &Arc<House>, hooks: &Webhooks) {
    let poster = Arc::new(Poster::new(hooks.allow_private, hooks.patience));
    for (number, hook) in hooks.to.iter().enumerate() {
        let counts = Arc::new(Deliveries::default());
        held(&house.hooks.counts).insert(number + 1, Arc::clone(&counts));
        let owner = Arc::clone(house);
        let hook = hook.clone();
        let poster = Arc::clone(&poster);
        tokio::spawn(async move {
            let follower = Follower {
                house: owner,
                number: number + 1,
                hook,
                poster,
                counts,
            };
            follower.follow().await;
        });
    }
}

struct Follower {
    house: Arc<House>,
    number: usize,
    hook: Webhook,
    poster: Arc<Poster>,
    counts: Arc<Deliveries>,
}

/// How a delivery ended.
enum Outcome {
    Done,
    GivenUp,
    /// The receiver is gone for good (410), or the server stops.
    Over,
}

impl Follower {
    async fn follow(&self) {
        let reader = if self.hook.drafts {
            Reader::Trusted
        } else {
            Reader::Anybody
        };
        // What happened before the start is not known here.
        let mut resync = true;
        let mut at = self.house.live.last();
        loop {
            self.counts.at.store(at, Relaxed);
            let told = match self.house.live.since(at, reader, CHANGES_MAX) {
                Some(told) if !resync => told,
                // After a start, a failure, or a gap longer than the ring.
                _ => {
                    resync = true;
                    Told {
                        to: self.house.live.last(),
                        events: Vec::new(),
                        more: false,
                    }
                }
            };
            if resync || !told.events.is_empty() {
                match self.delivered(self.body(&told.events), told.to).await {
                    Outcome::Done => resync = false,
                    Outcome::GivenUp => resync = true,
                    Outcome::Over => return,
                }
            }
            at = told.to;
            self.counts.at.store(at, Relaxed);
            if !told.more {
                if !self.house.live.news_after(at).await {
                    return;
                }
                tokio::time::sleep(GATHER).await;
            }
        }
    }

    /// The changes, or the word to ask anew when there are none.
    fn body(&self, events: &[Json]) -> Json {
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
        let base = self.house.public_url.as_deref();
        if events.is_empty() {
            return json!({"type": "resync", "timestamp": now.to_string(), "data": {
                "url": base.map(|base| format!("{base}/incidents.geojson")),
            }});
        }
        let changes: Vec<Json> = events
            .iter()
            .map(|event| {
                let mut event = event.clone();
                let id = event["id"].as_str().unwrap_or_default();
                event["url"] = json!(
                    base.map(|base| format!("{base}/incidents/{}", super::features::encoded(id)))
                );
                event
            })
            .collect();
        json!({"type": "incidents.changed", "timestamp": now.to_string(), "data": {"changes": changes}})
    }

    async fn delivered(&self, body: Json, to: i64) -> Outcome {
        let body = Arc::new(body.to_string().into_bytes());
        let id = format!(
            "msg_{}_{to}_{}",
            self.number,
            jiff::Timestamp::now().as_millisecond()
        );
        let mut rest = REST_FIRST;
        for tried in 1..=TRIES_MAX {
            let timestamp = jiff::Timestamp::now().as_second();
            let headers = vec![
                ("content-type", "application/json".to_owned()),
                ("webhook-id", id.clone()),
                ("webhook-timestamp", timestamp.to_string()),
                (
                    "webhook-signature",
                    self.hook.secret.signature(&id, timestamp, &body),
                ),
            ];
            let (poster, url, body) = (
                Arc::clone(&self.poster),
                self.hook.url.clone(),
                Arc::clone(&body),
            );
            let posted = tokio::task::spawn_blocking(move || poster.post(&url, &headers, &body));
            let posted = tokio::select! {
                posted = posted => posted,
                () = self.house.live.stopped() => return Outcome::Over,
            };
            let why = match posted {
                Ok(Ok(())) => {
                    self.counts.delivered.fetch_add(1, Relaxed);
                    return Outcome::Done;
                }
                Ok(Err(FetchError::Status { status: 410, .. })) => {
                    self.counts.given_up.fetch_add(1, Relaxed);
                    tracing::warn!(
                        webhook = self.number,
                        "a webhook answered 410 and is told no more"
                    );
                    return Outcome::Over;
                }
                Ok(Err(FetchError::Status { status, .. })) => format!("it answered {status}"),
                Ok(Err(FetchError::Private(_))) => {
                    "it leads into a private network, and that is not allowed".to_owned()
                }
                Ok(Err(_)) | Err(_) => "it did not take it".to_owned(),
            };
            self.counts.failed.fetch_add(1, Relaxed);
            // The address stays out of the log: it may hold a secret.
            tracing::warn!(
                webhook = self.number,
                tried,
                why,
                "a webhook was not delivered"
            );
            if tried < TRIES_MAX {
                tokio::select! {
                    () = tokio::time::sleep(rest) => {}
                    () = self.house.live.stopped() => return Outcome::Over,
                }
                rest = (rest * 2).min(REST_MAX);
            }
        }
        self.counts.given_up.fetch_add(1, Relaxed);
        Outcome::GivenUp
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_standard_webhooks() {
        // The example of the specification's own libraries.
        let secret = HookSecret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let body = br#"{"test": 2432232314}"#;
        assert_eq!(
            secret.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(format!("{secret:?}"), "****");
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(HookSecret::read("short").is_err());
        assert!(HookSecret::read("whsec_!!!").is_err());
        assert!(HookSecret::read("a sentence that nobody else will guess").is_ok());
    }
}
