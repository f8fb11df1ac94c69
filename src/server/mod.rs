//! The server: the map, the data, and what OGC clients ask for. Every route stands on this page.
//!
//! # What is not here
//!
//! No SQL and no reading of reports: the store and `ingest` are asked.

mod access;
mod basemap;
mod downloads;
mod explore;
mod features;
mod guard;
mod hooks;
mod html;
mod incident_tiles;
mod incidents;
mod live;
mod metrics;
mod openapi;
mod order;
mod params;
mod patient;
mod places;
mod postings;
mod ranges;
mod refusal;
mod reports;
mod review;
mod site;
mod snapshot;
mod standing;
mod tables;
mod tiles;
mod view;
mod warm;
mod web;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use gazetteer::Gazetteer;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt as _;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate as _};
use tower_http::timeout::TimeoutLayer;

use crate::formats::About;
use crate::query::row;
use crate::store::{Store, StoreError};
pub use basemap::Borders;
pub use hooks::{HookSecret, SECRET_BYTES_MIN, Webhook, Webhooks};
pub(crate) use incidents::without_names;
pub use site::{SiteFile, SiteFiles, show};
pub(crate) use tiles::tile as name_tile;
pub(crate) use web::page_files;

use patient::Patient;
use refusal::Refusal;
use snapshot::{Snapshot, View};

/// Connections held at once; further ones wait to be accepted.
const CONNECTIONS_MAX: usize = 4_096;

/// A connection that has not sent its whole header by then is closed: no browser takes so long.
const HEADER_WAIT: Duration = Duration::from_secs(10);

/// The longest header block, in bytes.
const HEADER_BYTES_MAX: usize = 32 * 1024;

/// A request that is not answered by then is given up, its body's arrival included.
const ANSWER_WAIT: Duration = Duration::from_secs(60);

/// The longest body, in bytes: one report, or some hundred as JSONL.
const BODY_BYTES_MAX: usize = 10_000_000;

/// How often the store is asked whether another program wrote.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long open requests may take to finish when the server is told to stop.
const STOP_WAIT: Duration = Duration::from_secs(10);

/// Open files wished for: every connection, and as many again for downloads and the store.
#[cfg(unix)]
const OPEN_FILES: u64 = 2 * CONNECTIONS_MAX as u64;

/// How long work that nobody waits for any more may still take when the server ends.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// How to serve.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Address and port.
    pub listen: String,
    /// The address others reach the server by.
    pub public_url: Option<String>,
    /// The store's folder.
    pub data: PathBuf,
    /// Also what is published is given to holders of a token only.
    pub private: bool,
    /// Names the server answers to, beside that of `public_url` and this machine's own; none and no
    /// `public_url` is any name.
    pub hosts: Vec<String>,
    /// Addresses of proxies whose `X-Forwarded-…` headers are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// A basemap of the operator's, a `PMTiles` file; `None` is the one in the program.
    pub basemap: Option<PathBuf>,
    /// How borders are drawn.
    pub borders: Borders,
    /// Origins that may frame the map (`?embed=1`): `https://paper.example`.
    pub embed_origins: Vec<String>,
    /// Readings a second, lasting, from one address beside this machine's; 0 is no limit, `None` the
    /// usual one.
    pub read_rate: Option<u32>,
    /// Addresses told what is new.
    pub webhooks: Webhooks,
    /// A feed named on the page may be of this machine or a private network.
    pub fetch_private: bool,
    /// The log as JSON, an object a line.
    pub log_json: bool,
}

/// What every route may use.
pub(crate) struct House {
    snapshot: ArcSwap<Snapshot>,
    /// Watches for changes and answers questions that the snapshot cannot.
    reader: Mutex<Store>,
    /// `None` when the data folder is read-only.
    writer: Option<Mutex<Store>>,
    /// What is wrong with the store.
    fault: ArcSwapOption<standing::Fault>,
    gazetteer: Arc<Gazetteer>,
    tiles: tiles::Kept,
    /// Seats of the downloads under way.
    downloads: Arc<Semaphore>,
    /// How long files written before were.
    sizes: downloads::Sizes,
    about: About,
    /// True when only the person in front of this machine can reach us.
    loopback: bool,
    public_url: Option<String>,
    private: bool,
    hosts: Vec<String>,
    trusted_proxies: Vec<IpAddr>,
    keys: ArcSwap<access::Keys>,
    embed_origins: Vec<String>,
    fetch_private: bool,
    /// `None` when reading is not held back.
    reads: Option<access::Limiter>,
    hooks: hooks::Hooks,
    writes: access::Limiter,
    wrong_tokens: access::Limiter,
    live: live::Live,
    metrics: metrics::Metrics,
    outlines: basemap::Outlines,
    /// Rows that the store had not kept as they are now, and is to be given.
    made: Mutex<Vec<Arc<row::Row>>>,
}

/// The other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(IpAddr);

/// A lock whose holder panicked is as good as any: the database rolled its work back.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl House {
    /// Opens the store and reads everything.
    fn open(setting: &Setting, gazetteer: Gazetteer, loopback: bool) -> Result<Self, StoreError> {
        let (writer, reader) = match Store::open(&setting.data) {
            Ok(store) => (Some(store), Store::open_to_read(&setting.data)?),
            // What is there can be shown, also where nothing can be written.
            Err(why @ (StoreError::ReadOnly(_) | StoreError::Folder { .. })) => {
                let reader = Store::open_to_read(&setting.data).map_err(|_| why)?;
                (None, reader)
            }
            Err(other) => return Err(other),
        };
        let (snapshot, made) = Snapshot::load(&reader)?;
        let keys = access::Keys::of(reader.tokens()?);
        Ok(Self {
            live: live::Live::new(snapshot.seq),
            made: Mutex::new(made),
            metrics: metrics::Metrics::default(),
            outlines: basemap::Outlines::default(),
            private: setting.private,
            hosts: guard::hosts_of(setting),
            trusted_proxies: setting.trusted_proxies.clone(),
            keys: ArcSwap::from_pointee(keys),
            embed_origins: setting.embed_origins.clone(),
            fetch_private: setting.fetch_private,
            reads: setting
                .read_rate
                .map_or(Some(access::READS), access::reads)
                .map(access::Limiter::new),
            hooks: hooks::Hooks::default(),
            writes: access::Limiter::new(access::WRITES),
            wrong_tokens: access::Limiter::new(access::WRONG_TOKENS),
            snapshot: ArcSwap::from_pointee(snapshot),
            reader: Mutex::new(reader),
            writer: writer.map(Mutex::new),
            fault: ArcSwapOption::empty(),
            about: About {
                credits: gazetteer.credits().into_iter().map(|c| c.credit).collect(),
                ..About::default()
            },
            gazetteer: Arc::new(gazetteer),
            tiles: tiles::Kept::default(),
            downloads: Arc::new(Semaphore::new(downloads::DOWNLOADS_MAX)),
            sizes: downloads::Sizes::default(),
            loopback,
            public_url: setting
                .public_url
                .as_deref()
                .map(|url| url.trim_end_matches('/').to_owned()),
        })
    }

    /// Takes in what was written since; called after own writes and by the clock.
    fn refresh(&self) -> Result<(), StoreError> {
        let reader = held(&self.reader);
        let before = self.snapshot.load_full();
        // What is read of several incidents belongs together.
        let (changes, renewed) = reader.at_one_moment(|| {
            let changes = reader.changes_after(before.seq)?;
            let renewed = before.renewed(&reader, &changes)?;
            Ok((changes, renewed))
        })?;
        if let Some(renewed) = renewed {
            let renewed = Arc::new(renewed);
            self.snapshot.store(Arc::clone(&renewed));
            self.live.tell(&before, &renewed, &changes);
        }
        self.keys
            .store(Arc::new(access::Keys::of(reader.tokens()?)));
        Ok(())
    }
}

/// Work that waits on the store or the processor, off the threads that answer.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Refusal::broken()))
}

/// Every route.
fn routes(house: &Arc<House>) -> Router {
    Router::new()
        .route("/", get(web::front))
        .route("/healthz", get(incidents::healthz))
        .route("/readyz", get(incidents::readyz))
        .route("/metrics", get(metrics::metrics))
        .route("/changes", get(live::changes))
        .route("/changes.atom", get(live::atom))
        .route("/incidents.{ending}", get(downloads::incidents))
        .route("/downloads/{file}", get(downloads::layer))
        .route("/conformance", get(features::conformance))
        .route("/api", get(openapi::api))
        .route("/collections", get(features::collections))
        .route("/collections/{layer}", get(features::collection))
        .route("/collections/{layer}/queryables", get(features::queryables))
        .route("/collections/{layer}/schema", get(features::schema))
        .route("/collections/{layer}/items", get(features::items))
        .route("/collections/{layer}/items/{id}", get(features::item))
        .route("/incidents/{id}", get(incidents::one))
        .route(
            "/incidents/{id}/rulings",
            get(review::rulings).post(review::rule),
        )
        .route("/incidents", post(review::make))
        .route("/rulings/{id}/undo", post(review::undo))
        .route(
            "/reports",
            get(reports::without_incident).post(reports::add),
        )
        .route("/reports/{id}", get(reports::one))
        .route("/read", post(reports::read))
        .route("/tables", post(tables::table))
        .route("/fetch", post(tables::fetch))
        .route("/tiles/places/{z}/{x}/{y}", get(tiles::places))
        .route("/tiles/incidents.json", get(incident_tiles::described))
        .route("/tiles/incidents/{z}/{x}/{y}", get(incident_tiles::xyz))
        .route(
            "/collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}",
            get(incident_tiles::ogc),
        )
        .route("/stats", get(features::stats))
        .route("/explore", get(explore::counts))
        .route("/explore/columns", get(explore::columns))
        .route("/explore/list", get(explore::list))
        .route("/explore/areas", get(explore::areas))
        .route("/gazetteer/search", get(places::search))
        .route("/gazetteer/reverse", get(places::reverse))
        .route("/gazetteer/resolve", post(places::resolve))
        .fallback(web::file)
        .method_not_allowed_fallback(guard::wrong_method)
        .with_state(Arc::clone(house))
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(house),
            guard::guard,
        ))
        // Level 1: six times faster than the usual one, and what is asked often is kept compressed.
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(
                    DefaultPredicate::new()
                        .and(NotForContentType::const_new(downloads::PACKED[0]))
                        .and(NotForContentType::const_new(downloads::PACKED[1]))
                        .and(NotForContentType::const_new(downloads::PACKED[2])),
                ),
        )
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            ANSWER_WAIT,
        ))
        .layer(axum::middleware::map_response(said_why))
}

/// An answer that took too long says so like every other refusal.
async fn said_why(answer: Response) -> Response {
    let bare = answer.headers().get(header::CONTENT_TYPE).is_none();
    if answer.status() != StatusCode::REQUEST_TIMEOUT || !bare {
        return answer;
    }
    let seconds = ANSWER_WAIT.as_secs();
    let detail = format!(
        "the request took longer than {seconds} s; send its body faster, or ask for less at once"
    );
    refusal::Refusal::new(StatusCode::REQUEST_TIMEOUT, detail).into_response()
}

/// Serves until the process is told to stop (SIGINT, SIGTERM). Errors are sentences for a person.
pub fn run(setting: &Setting, gazetteer: Gazetteer, say: fn(&str)) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    if let Some(why) = fault_of(setting) {
        return Err(why);
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second server in one process (tests) keeps the first one's log.
    let _ = if setting.log_json {
        log.json().flatten_event(true).try_init()
    } else {
        log.try_init()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads to serve with: {error}"))?;
    more_open_files();
    let served = runtime.block_on(async {
        let listener = listen(&setting.listen).await?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("{} cannot be listened on: {error}", setting.listen))?;
        // Behind a proxy it is not the person in front of the machine who asks.
        let loopback = address.ip().is_loopback()
            && setting.public_url.is_none()
            && setting.trusted_proxies.is_empty();
        let outlines = basemap::Outlines::open(setting.basemap.as_deref(), &setting.borders)?;
        let mut house = House::open(setting, gazetteer, loopback).map_err(|e| e.to_string())?;
        house.outlines = outlines;
        let house = Arc::new(house);
        say(&greeting(&house, address));
        hooks::start(&house, &setting.webhooks);
        serve(listener, &house, told_to_stop()).await;
        say("Placetime has stopped");
        Ok(())
    });
    // A webhook that hangs, or a download nobody takes, must not hold the end up.
    runtime.shutdown_timeout(LAST_WAIT);
    served
}

/// Lets the process have a file open for every connection: many systems begin with 1,024 of them.
fn more_open_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let now = getrlimit(Resource::Nofile);
        let wanted = now.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
        if now.current.is_some_and(|current| current < wanted) {
            // Where it is not allowed, fewer connections are held at once.
            let _ = setrlimit(
                Resource::Nofile,
                Rlimit {
                    current: Some(wanted),
                    maximum: now.maximum,
                },
            );
        }
    }
}

/// What of the options cannot be, as a sentence.
fn fault_of(setting: &Setting) -> Option<String> {
    let is_origin = |text: &&String| {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        // What goes into a header is plain.
        let plain =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '*');
        host.is_some_and(|host| !host.is_empty() && host.chars().all(plain))
    };
    let wrong = setting.embed_origins.iter().find(|o| !is_origin(o));
    wrong
        .map(|it| format!("“{it}” is no origin that could frame the map; https://paper.example is meant, without a path"))
        .or_else(|| setting.webhooks.fault())
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "{address} is in use by another program; stop that, or choose another address with --listen (port 0 takes a free one)"
            ),
            std::io::ErrorKind::PermissionDenied => format!(
                "{address} may not be listened on by this user; ports below 1024 need a privilege, choose another with --listen"
            ),
            _ => format!(
                "{address} cannot be listened on: {error}; an address looks like 127.0.0.1:8080"
            ),
        })
}

fn greeting(house: &House, address: SocketAddr) -> String {
    let snapshot = house.snapshot.load();
    let (all, published) = (snapshot.all.len(), snapshot.published.len());
    let shown = if house.loopback {
        format!("{all} incidents, {} of them drafts", all - published)
    } else {
        format!(
            "{published} published incidents; {} drafts are not shown",
            all - published
        )
    };
    let read_only = if house.writer.is_some() {
        ""
    } else {
        "; the data folder is read-only"
    };
    format!("Placetime is listening on http://{address} ({shown}{read_only})")
}

/// Accepts connections until `stop` is done, then lets the open requests finish.
///
/// Not `axum::serve`: that has no timeout for headers, so that a few thousand silent connections
/// would stay for good.
async fn serve(listener: TcpListener, house: &Arc<House>, stop: impl Future<Output = ()>) {
    let watch = tokio::spawn(watch(Arc::clone(house)));
    warm::begin(house);
    let routes = routes(house);
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let seat = tokio::select! {
            seat = Arc::clone(&room).acquire_owned() => seat,
            () = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles, most likely: others will be closed in a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let peer = Peer(peer.ip().to_canonical());
        let routes = routes.clone();
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(peer);
            routes.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_WAIT)
            .max_buf_size(HEADER_BYTES_MAX)
            .serve_connection(TokioIo::new(Patient::new(stream)), service);
        let connection = graceful.watch(connection);
        let owner = Arc::clone(house);
        tokio::spawn(async move {
            owner.metrics.connections.fetch_add(1, Relaxed);
            // Ends with the connection, however that ended.
            let _ = connection.await;
            owner.metrics.connections.fetch_sub(1, Relaxed);
            drop(seat);
        });
    }
    drop(listener);
    house.live.stop();
    watch.abort();
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(STOP_WAIT) => {}
    }
}

/// Looks for what other programs wrote, and for what became of the store.
async fn watch(house: Arc<House>) {
    let mut seen = standing::Seen::default();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let house = Arc::clone(&house);
        let looked = aside(move || {
            house.look(&mut seen);
            Ok(seen)
        });
        seen = looked.await.unwrap_or_default();
    }
}

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// Who asks, as far as what is shown depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reader {
    /// The person in front of the machine, or the holder of a token that may read: drafts and full
    /// texts. What may be written is decided by the route ([`access`]).
    Trusted,
    /// Everybody else: what is published.
    Anybody,
}

impl Reader {
    /// The rows this reader may see.
    fn view(self, snapshot: &Snapshot) -> &View {
        match self {
            Self::Trusted => &snapshot.all,
            Self::Anybody => &snapshot.published,
        }
    }
}
