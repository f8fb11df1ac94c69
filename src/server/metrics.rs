//! Figures for operators, as Prometheus reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::IntoResponse;

use super::params::Params;
use super::refusal::Answer;
use super::{CONNECTIONS_MAX, House, held};

/// Upper bounds of the histogram of answer times, in seconds.
const BOUNDS_S: [f64; 8] = [0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0];

/// One route's answers.
#[derive(Clone, Debug, Default)]
struct Answers {
    by_status: BTreeMap<u16, u64>,
    buckets: [u64; BOUNDS_S.len()],
    seconds: f64,
    count: u64,
}

/// What was counted since the start.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    routes: Mutex<BTreeMap<String, Answers>>,
    pub(super) connections: AtomicU64,
}

impl Metrics {
    /// Notes one answer; `route` is the pattern, never the address asked for.
    pub(super) fn note(&self, route: &str, status: u16, took: Duration) {
        let mut routes = held(&self.routes);
        let answers = match routes.get_mut(route) {
            Some(answers) => answers,
            None => routes.entry(route.to_owned()).or_default(),
        };
        *answers.by_status.entry(status).or_default() += 1;
        let seconds = took.as_secs_f64();
        answers.seconds += seconds;
        answers.count += 1;
        for (bound, bucket) in BOUNDS_S.iter().zip(&mut answers.buckets) {
            *bucket += u64::from(seconds <= *bound);
        }
    }

    fn written(&self) -> String {
        let mut out = String::new();
        let routes = held(&self.routes).clone();
        out.push_str("# HELP placetime_requests_total Answers by route and status.\n# TYPE placetime_requests_total counter\n");
        for (route, answers) in &routes {
            for (status, count) in &answers.by_status {
                let _ = writeln!(
                    out,
                    "placetime_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}"
                );
            }
        }
        out.push_str("# HELP placetime_answer_seconds Time to the head of the answer.\n# TYPE placetime_answer_seconds histogram\n");
        for (route, answers) in &routes {
            for (bound, count) in BOUNDS_S.iter().zip(answers.buckets) {
                let _ = writeln!(
                    out,
                    "placetime_answer_seconds_bucket{{route=\"{route}\",le=\"{bound}\"}} {count}"
                );
            }
            let _ = writeln!(
                out,
                "placetime_answer_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}} {}",
                answers.count
            );
            let _ = writeln!(
                out,
                "placetime_answer_seconds_sum{{route=\"{route}\"}} {}",
                answers.seconds
            );
            let _ = writeln!(
                out,
                "placetime_answer_seconds_count{{route=\"{route}\"}} {}",
                answers.count
            );
        }
        out
    }
}

/// `/metrics`.
pub(super) async fn metrics(State(house): State<Arc<House>>, RawQuery(query): RawQuery) -> Answer {
    Params::read(query.as_deref(), &[])?;
    let snapshot = house.snapshot.load_full();
    let mut out = house.metrics.written();
    let mut gauge = |name: &str, help: &str, value: f64| {
        let _ = write!(
            out,
            "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"
        );
    };
    #[expect(clippy::cast_precision_loss, reason = "figures to look at")]
    let number = |n: u64| n as f64;
    gauge(
        "placetime_incidents",
        "Incidents, drafts included.",
        number(snapshot.all.len() as u64),
    );
    gauge(
        "placetime_incidents_published",
        "Incidents that everybody sees.",
        number(snapshot.published.len() as u64),
    );
    gauge(
        "placetime_last_change",
        "The number of the last change shown.",
        number(snapshot.seq.unsigned_abs()),
    );
    gauge(
        "placetime_connections",
        "Connections open.",
        number(house.metrics.connections.load(Ordering::Relaxed)),
    );
    gauge(
        "placetime_connections_max",
        "Connections held at once at most.",
        number(CONNECTIONS_MAX as u64),
    );
    gauge(
        "placetime_change_readers",
        "Readers of /changes.",
        number(house.live.clients() as u64),
    );
    gauge(
        "placetime_writable",
        "1 when the store takes writing.",
        number(u64::from(house.is_writable())),
    );
    if let Some(count) = open_files() {
        gauge(
            "process_open_fds",
            "Open files and connections.",
            number(count),
        );
    }
    if let Some(bytes) = resident_bytes() {
        gauge(
            "process_resident_memory_bytes",
            "Resident memory in bytes.",
            number(bytes),
        );
    }
    out.push_str(&house.hooks.written(snapshot.seq));
    let headers = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    Ok((headers, out).into_response())
}

/// Where the system tells it.
fn open_files() -> Option<u64> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count() as u64)
}

/// Where the system tells it.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}
