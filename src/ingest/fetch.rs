//! Addresses out, bytes in: politely, within limits, and never to where a stranger's address
//! should not lead.
//!
//! A name is resolved once, every address it gives is checked, and only a checked address is
//! connected to: there is no second asking in between. Each redirect is an address of its own and
//! goes the same way.

use std::collections::HashMap;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::{Uri, header};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// The longest body, unpacked: a feed is a hundredth of it.
pub const BODY_BYTES_MAX: u64 = 10_000_000;

/// The longest a single asking may take, redirects apart.
const ASKING: Duration = Duration::from_secs(30);

/// The most redirects followed.
const REDIRECTS_MAX: usize = 5;

/// Time between two askings of one host.
const HOST_DELAY: Duration = Duration::from_secs(1);

/// Longest address taken.
const ADDRESS_CHARS_MAX: usize = 2_048;

/// Longest time a server may ask us to wait, in seconds: a day.
const RETRY_AFTER_S_MAX: u64 = 86_400;

/// What is remembered of an address from last time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Remembered {
    /// The tag it had.
    pub etag: Option<String>,
    /// When it was changed, in the server's words.
    pub last_modified: Option<String>,
}

/// What an address gave.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fetched {
    /// The bytes, unpacked; `None` when nothing changed since last time.
    pub body: Option<Vec<u8>>,
    /// The address that answered.
    pub address: String,
    /// The address it has for good, where every redirect on the way said so.
    pub moved_to: Option<String>,
    /// To be remembered.
    pub remembered: Remembered,
}

/// Why an address gave nothing; each a sentence.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FetchError {
    /// It is no address we ask.
    #[error("{0}")]
    Address(String),
    /// It leads into a private network.
    #[error(
        "{0} leads to an address of this machine or a private network; say --allow-private if that is meant"
    )]
    Private(String),
    /// It answered, but not with what was asked.
    #[error("{address} answered {status}")]
    Status {
        /// The address.
        address: String,
        /// The status.
        status: u16,
        /// How long it wants us to wait.
        retry_after: Option<Duration>,
    },
    /// Its body is longer than is taken.
    #[error("{0} gives more than 10 MB; nothing of it was taken")]
    TooLong(String),
    /// It did not answer, or broke off.
    #[error("{0}")]
    Failed(String),
}

/// Asks addresses, one at a time.
#[derive(Debug)]
pub struct Fetcher {
    agent: ureq::Agent,
    allow_private: bool,
    asked: HashMap<String, Instant>,
}

impl Fetcher {
    /// A fetcher; `allow_private` lets it ask this machine and private networks.
    #[must_use]
    pub fn new(allow_private: bool) -> Self {
        let config = Config::builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(ASKING))
            // A proxy would resolve the name itself, unchecked.
            .proxy(None)
            .user_agent(concat!(
                "placetime/",
                env!("CARGO_PKG_VERSION"),
                " (reads feeds; conditional requests)"
            ))
            .build();
        let resolver = Checked {
            inner: DefaultResolver::default(),
            allow_private,
        };
        Self {
            agent: ureq::Agent::with_parts(config, DefaultConnector::default(), resolver),
            allow_private,
            asked: HashMap::new(),
        }
    }

    /// Asks an address, following at most [`REDIRECTS_MAX`] redirects.
    pub fn fetch(&mut self, address: &str, last: &Remembered) -> Result<Fetched, FetchError> {
        let mut at = checked_address(address)?;
        let mut for_good = true;
        for _ in 0..=REDIRECTS_MAX {
            self.wait(&at);
            let mut asking = self
                .agent
                .get(at.to_string())
                .header(header::ACCEPT, "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.8, */*;q=0.5");
            if let Some(etag) = &last.etag {
                asking = asking.header(header::IF_NONE_MATCH, etag);
            }
            if let Some(moment) = &last.last_modified {
                asking = asking.header(header::IF_MODIFIED_SINCE, moment);
            }
            let answer = asking.call().map_err(|e| self.failed(&at, &e))?;
            let told = |name| {
                let value = answer.headers().get(name)?;
                Some(value.to_str().ok()?.to_owned())
            };
            let status = answer.status().as_u16();
            if matches!(status, 301 | 302 | 303 | 307 | 308) {
                for_good &= matches!(status, 301 | 308);
                let Some(to) = told(header::LOCATION) else {
                    return Err(FetchError::Failed(format!("{at} redirects to nowhere")));
                };
                at = checked_address(&joined(&at, &to))?;
                continue;
            }
            let moved_to = (for_good && at != address).then(|| at.to_string());
            let remembered = Remembered {
                etag: told(header::ETAG),
                last_modified: told(header::LAST_MODIFIED),
            };
            if status == 304 {
                return Ok(Fetched {
                    body: None,
                    address: at.to_string(),
                    moved_to,
                    remembered: last.clone(),
                });
            }
            if status != 200 {
                let seconds = told(header::RETRY_AFTER).and_then(|s| s.trim().parse().ok());
                return Err(FetchError::Status {
                    address: at.to_string(),
                    status,
                    retry_after: seconds
                        .map(|s: u64| Duration::from_secs(s.min(RETRY_AFTER_S_MAX))),
                });
            }
            let mut body = Vec::new();
            answer
                .into_body()
                .into_reader()
                .take(BODY_BYTES_MAX + 1)
                .read_to_end(&mut body)
                .map_err(|e| FetchError::Failed(format!("{at} broke off: {e}")))?;
            if body.len() as u64 > BODY_BYTES_MAX {
                return Err(FetchError::TooLong(at.to_string()));
            }
            return Ok(Fetched {
                body: Some(body),
                address: at.to_string(),
                moved_to,
                remembered,
            });
        }
        Err(FetchError::Failed(format!(
            "{address} redirects more than {REDIRECTS_MAX} times"
        )))
    }

    /// Lets a host rest between two askings.
    fn wait(&mut self, at: &Uri) {
        let host = at.host().unwrap_or_default().to_owned();
        if let Some(last) = self.asked.get(&host) {
            let rest = HOST_DELAY.saturating_sub(last.elapsed());
            if !rest.is_zero() && !self.allow_private {
                std::thread::sleep(rest);
            }
        }
        self.asked.insert(host, Instant::now());
    }

    fn failed(&self, at: &Uri, error: &ureq::Error) -> FetchError {
        match error {
            ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
                FetchError::Private(at.to_string())
            }
            ureq::Error::Timeout(_) => FetchError::Failed(format!(
                "{at} did not answer within {} seconds",
                ASKING.as_secs()
            )),
            other => FetchError::Failed(format!("{at} cannot be read: {other}")),
        }
    }
}

/// Sends bytes to addresses the operator named, by the same rules; redirects are not followed.
#[derive(Debug)]
pub struct Poster {
    agent: ureq::Agent,
}

impl Poster {
    /// A sender that waits so long for an answer; `allow_private` lets it reach this machine and
    /// private networks.
    #[must_use]
    pub fn new(allow_private: bool, patience: Duration) -> Self {
        let config = Config::builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(patience))
            .proxy(None)
            .max_idle_connections(0)
            .user_agent(concat!(
                "placetime/",
                env!("CARGO_PKG_VERSION"),
                " (webhook)"
            ))
            .build();
        let resolver = Checked {
            inner: DefaultResolver::default(),
            allow_private,
        };
        Self {
            agent: ureq::Agent::with_parts(config, DefaultConnector::default(), resolver),
        }
    }

    /// Whether an address is one that can be sent to at all.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with it.
    pub fn check(address: &str) -> Result<(), FetchError> {
        checked_address(address).map(|_| ())
    }

    /// Sends a body; done when the answer is 2xx. What the answer holds is not read.
    ///
    /// # Errors
    ///
    /// Another answer, none in time, or an address in a private network.
    pub fn post(
        &self,
        address: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Result<(), FetchError> {
        let at = checked_address(address)?;
        let mut asking = self.agent.post(at.to_string());
        for (name, value) in headers {
            asking = asking.header(*name, value);
        }
        let answer = asking.send(body).map_err(|error| match &error {
            ureq::Error::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied => {
                FetchError::Private(at.to_string())
            }
            other => FetchError::Failed(other.to_string()),
        })?;
        let status = answer.status().as_u16();
        if (200..300).contains(&status) {
            return Ok(());
        }
        Err(FetchError::Status {
            address: at.to_string(),
            status,
            retry_after: None,
        })
    }
}

/// An address of the web, whole.
fn checked_address(address: &str) -> Result<Uri, FetchError> {
    let refuse = |why: &str| {
        let start: String = address.chars().take(100).collect();
        FetchError::Address(format!("{start} {why}"))
    };
    if address.len() > ADDRESS_CHARS_MAX {
        return Err(refuse("is too long for an address"));
    }
    // What stands behind # is the reader's, not the server's.
    let address = address.split('#').next().unwrap_or(address);
    let at: Uri = address
        .parse()
        .map_err(|_| refuse("is no address; https://example.org/feed is meant"))?;
    if !matches!(at.scheme_str(), Some("http" | "https")) || at.host().is_none_or(str::is_empty) {
        return Err(refuse("is no web address; http:// and https:// are asked"));
    }
    if at.authority().is_some_and(|a| a.as_str().contains('@')) {
        return Err(refuse(
            "holds a name and password; they would stand in every record",
        ));
    }
    Ok(at)
}

/// A redirect's target, whole or by way of the address it came from.
fn joined(from: &Uri, to: &str) -> String {
    let scheme = from.scheme_str().unwrap_or("https");
    let authority = from.authority().map_or("", |a| a.as_str());
    if to.contains("://") {
        to.to_owned()
    } else if let Some(rest) = to.strip_prefix("//") {
        format!("{scheme}://{rest}")
    } else if to.starts_with('/') {
        format!("{scheme}://{authority}{to}")
    } else {
        let folder = from
            .path()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{to}")
    }
}

/// Resolves, and gives on only what may be asked.
#[derive(Debug)]
struct Checked {
    inner: DefaultResolver,
    allow_private: bool,
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.inner.resolve(uri, config, timeout)?;
        if self.allow_private {
            return Ok(all);
        }
        let mut checked = self.empty();
        for address in all.iter().filter(|a| is_public(a.ip())) {
            checked.push(*address);
        }
        if checked.is_empty() {
            // The one kind of error that nothing else on the way gives.
            return Err(ureq::Error::Io(std::io::ErrorKind::PermissionDenied.into()));
        }
        Ok(checked)
    }
}

/// True for addresses of the public internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        // Carriers' own (RFC 6598), protocol assignments, benchmarks, 6to4 relays.
        || a == 100 && (64..128).contains(&b)
        || a == 192 && b == 0 && c == 0
        || a == 198 && (b == 18 || b == 19)
        || a == 192 && b == 88 && c == 99)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    // An address of the old kind in a new one's clothes: mapped, compatible, 6to4, NAT64.
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    if let [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] = s {
        return high != 0 && is_public_v4(v4(high, low));
    }
    if s[0] == 0x2002 {
        return is_public_v4(v4(s[1], s[2]));
    }
    if s[0] == 0x64 && s[1] == 0xff9b {
        return is_public_v4(v4(s[6], s[7]));
    }
    // Only 2000::/3 is given out, and of that not Teredo and the documents' examples.
    s[0] & 0xe000 == 0x2000 && !(s[0] == 0x2001 && (s[1] < 0x200 || s[1] == 0x0db8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_this_machine_and_of_private_networks_are_seen() {
        for private in [
            "127.0.0.1",
            "127.1.2.3",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12:3456::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2001:db8::1",
            "2001::1",
            "::ffff:0:127.0.0.1",
        ] {
            let ip: IpAddr = private.parse().expect("an address");
            assert!(!is_public(ip), "{private}");
        }
        for public in [
            "8.8.8.8",
            "193.0.6.139",
            "2a00:1450:4001::1",
            "::ffff:8.8.8.8",
            "2606:4700::1111",
        ] {
            let ip: IpAddr = public.parse().expect("an address");
            assert!(is_public(ip), "{public}");
        }
    }

    #[test]
    fn however_it_is_written_a_private_address_is_not_asked() {
        let mut fetcher = Fetcher::new(false);
        for address in [
            "http://127.0.0.1:9/",
            "http://localhost:9/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]:9/",
            "http://[::ffff:127.0.0.1]/",
            "http://169.254.169.254/latest/meta-data/",
            "http://0/",
        ] {
            let error = fetcher.fetch(address, &Remembered::default());
            assert!(error.is_err(), "{address}");
        }
        let error = fetcher.fetch("http://127.0.0.1:9/", &Remembered::default());
        assert!(matches!(error, Err(FetchError::Private(_))), "{error:?}");
    }

    #[test]
    fn only_web_addresses_are_asked() {
        for address in [
            "file:///etc/passwd",
            "ftp://example.org/",
            "gopher://x/",
            "/feed",
            "javascript:alert(1)",
            "http://",
            "https://user:secret@example.org/",
            "http:///x",
            "",
        ] {
            let error = checked_address(address);
            assert!(matches!(error, Err(FetchError::Address(_))), "{address}");
        }
        let from: Uri = "https://a.example/x/y?z".parse().expect("an address");
        for (to, whole) in [
            ("/b", "https://a.example/b"),
            ("b", "https://a.example/x/b"),
            ("//c.example/d", "https://c.example/d"),
            ("http://e.example/", "http://e.example/"),
        ] {
            assert_eq!(joined(&from, to), whole);
        }
    }
}
