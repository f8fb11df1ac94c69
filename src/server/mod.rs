//! The server: the map, the data, and what OGC clients ask for. Every route stands on this page.
//!
//! # What is not here
//!
//! No SQL and no reading of reports: the store and `ingest` are asked.

mod downloads;
mod features;
mod guard;
mod incidents;
mod openapi;
mod params;
mod places;
mod refusal;
mod reports;
mod review;
mod snapshot;
mod tiles;
mod web;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::{get, post};
use gazetteer::Gazetteer;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::formats::About;
use crate::store::{Store, StoreError};
pub(crate) use incidents::without_names;
pub(crate) use tiles::tile as name_tile;
pub(crate) use web::page_files;

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

/// How to serve.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Address and port.
    pub listen: String,
    /// The address others reach the server by.
    pub public_url: Option<String>,
    /// The store's folder.
    pub data: PathBuf,
}

/// What every route may use.
pub(crate) struct House {
    snapshot: ArcSwap<Snapshot>,
    /// Watches for changes and answers questions that the snapshot cannot.
    reader: Mutex<Store>,
    /// `None` when the data folder is read-only.
    writer: Option<Mutex<Store>>,
    gazetteer: Arc<Gazetteer>,
    tiles: tiles::Kept,
    about: About,
    /// True when only the person in front of this machine can reach us.
    loopback: bool,
    public_url: Option<String>,
}

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
        Ok(Self {
            snapshot: ArcSwap::from_pointee(Snapshot::load(&reader)?),
            reader: Mutex::new(reader),
            writer: writer.map(Mutex::new),
            about: About {
                credits: gazetteer.credits().into_iter().map(|c| c.credit).collect(),
                ..About::default()
            },
            gazetteer: Arc::new(gazetteer),
            tiles: tiles::Kept::default(),
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
        if let Some(renewed) = self.snapshot.load().renewed(&reader)? {
            self.snapshot.store(Arc::new(renewed));
        }
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
        .route("/tiles/places/{z}/{x}/{y}", get(tiles::places))
        .route("/stats", get(features::stats))
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
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            ANSWER_WAIT,
        ))
}

/// Serves until the process is told to stop (SIGINT, SIGTERM). Errors are sentences for a person.
pub fn run(setting: &Setting, gazetteer: Gazetteer, say: fn(&str)) -> Result<(), String> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // A second server in one process (tests) keeps the first one's log.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads to serve with: {error}"))?;
    runtime.block_on(async {
        let listener = listen(&setting.listen).await?;
        let address = listener
            .local_addr()
            .map_err(|error| format!("{} cannot be listened on: {error}", setting.listen))?;
        let loopback = address.ip().is_loopback() && setting.public_url.is_none();
        let house = House::open(setting, gazetteer, loopback).map_err(|e| e.to_string())?;
        let house = Arc::new(house);
        say(&greeting(&house, address));
        serve(listener, &house, told_to_stop()).await;
        say("Placetime has stopped");
        Ok(())
    })
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
    let (all, published) = (snapshot.all.rows.len(), snapshot.published.rows.len());
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
    let service = TowerToHyperService::new(routes(house));
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
        let Ok((stream, _)) = accepted else {
            // Out of file handles, most likely: others will be closed in a moment.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_WAIT)
            .max_buf_size(HEADER_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Ends with the connection, however that ended.
            let _seat = seat;
            let _ = connection.await;
        });
    }
    drop(listener);
    watch.abort();
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(STOP_WAIT) => {}
    }
}

/// Looks for what other programs wrote.
async fn watch(house: Arc<House>) {
    let mut last = None;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let house = Arc::clone(&house);
        let looked = aside(move || {
            let now = held(&house.reader)
                .watermark()
                .map_err(|e| Refusal::store(&e))?;
            if last != Some(now) {
                house.refresh().map_err(|e| Refusal::store(&e))?;
            }
            Ok(now)
        });
        last = looked.await.ok();
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

/// Who asks. With tokens this will say more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reader {
    /// The person in front of the machine: drafts, full texts, writing.
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
