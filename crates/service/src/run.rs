//! A process of the service, from its configuration to its end.

use crate::cloud::Cloud;
use crate::config::Config;
use crate::engines;
use crate::house::{House, InFlight};
use crate::images::Images;
use crate::limits::Limits;
use crate::lock::Lock;
use crate::looks::Looks;
use crate::people::Passwords;
use crate::preview;
use crate::scratch::{self, Scratch};
use crate::shared::{Shared, SharedError};
use crate::timed::Timed;
use crate::transfers::Buckets;
use crate::web::auth::Doorman;
use crate::web::front;
use crate::web::operations::Lately;
use crate::web::scale::Pace;
use crate::web::tls::Certificate;
use crate::web::{self, Pages, setup};
use crate::worker::{self, Until, WorkError};
use crate::{fleet, hooks, upkeep};
use ledger::{Ledger as _, LedgerError, SystemClock};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    /// Answers customers.
    pub web: bool,
    /// Develops photos.
    pub worker: bool,
}

/// Why a process could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data folder.
    #[error("cannot use the data folder `{}`: {why}", path.display())]
    Data {
        /// The folder.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// The ledger.
    #[error("cannot use the ledger: {0}")]
    Ledger(#[from] LedgerError),
    /// An address.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        why: io::Error,
    },
    /// The workers.
    #[error(transparent)]
    Work(#[from] WorkError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] web::tls::TlsError),
    /// Signals cannot be listened to.
    #[error("cannot listen to signals: {0}")]
    Signals(io::Error),
    /// What web servers share.
    #[error(transparent)]
    Shared(#[from] SharedError),
    /// The store.
    #[error("cannot use the store: {0}")]
    Store(String),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] queue::QueueError),
    /// Nobody outside can be asked.
    #[error("[outward]: {0}")]
    Outward(#[from] outward::HttpsError),
    /// The provider by whom people log in.
    #[error("[console.oidc]: {0}")]
    Oidc(String),
    /// The keys that sign links.
    #[error("signing_keys: {0}")]
    Keys(String),
    /// The keys that sign links to small pictures.
    #[error("[images] keys: {0}")]
    Images(String),
}

/// What a process tells when it is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Where it answers customers, as this machine reaches it.
    pub web: Option<String>,
    /// Where metrics are read.
    pub metrics: Option<SocketAddr>,
    /// Where the token for the first key is, while there is none.
    pub setup: Option<PathBuf>,
}

/// What goes on by itself. Boxed here, so that all of it is compiled in this crate and not again in each that waits for it.
pub type Going<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Opens the engines that the configuration names.
pub fn open(config: Config) -> Going<Result<Arc<House>, ServeError>> {
    Box::pin(open_all(config))
}

async fn open_all(config: Config) -> Result<Arc<House>, ServeError> {
    let data = |why| ServeError::Data { path: config.data.clone(), why };
    make_private(&config.data).map_err(data)?;
    let restoring = || data(io::Error::other("another process puts a ledger there; try again"));
    let lock = Lock::shared(&config.data).map_err(data)?.ok_or_else(restoring)?;
    scratch::sweep(&config.data).map_err(data)?;
    let scratch = Scratch::make(&config.data).map_err(data)?;
    let clock = Arc::new(SystemClock::new());
    let (ledger, bell) = engines::open::ledger(&config, clock.clone()).await?;
    ledger.set_seats(&config.seats).await?;
    let shared = Arc::new(Shared::open(config.redis.as_ref()).await?);
    let cloud = Cloud::here();
    let store = engines::open::store(&config, &cloud).await?;
    let queue = engines::open::queue(&config, &cloud).await?;
    Ok(Arc::new(House {
        bell,
        ledger,
        store: Timed(store),
        queue,
        outward: config.outward.open()?,
        buckets: Buckets::open(&config, &cloud).map_err(ServeError::Store)?,
        oidc: config
            .console
            .oidc
            .as_ref()
            .map(|oidc| oidc.open(&config.url()))
            .transpose()
            .map_err(ServeError::Oidc)?,
        cloud,
        clock,
        doorman: Doorman::default(),
        passwords: Passwords::default(),
        limits: Limits::new(&config.limits, Arc::clone(&shared)),
        shared,
        in_flight: InFlight::default(),
        pace: Pace::default(),
        lately: Lately::default(),
        previews: preview::room(),
        images: Images::open(&config.images).map_err(ServeError::Images)?,
        looks: Looks::default(),
        news: watch::Sender::new(0),
        broom: AtomicBool::default(),
        closing: watch::Sender::new(false),
        scratch,
        lock,
        config,
    }))
}

/// Runs the roles until a signal comes, or until the worker has nothing more to do. Returns after an orderly end.
pub fn serve(
    config: Config,
    roles: Roles,
    until: Until,
    pages: Pages,
    started: impl FnOnce(Started) + Send + 'static,
) -> Going<Result<(), ServeError>> {
    Box::pin(play(config, roles, until, pages, Box::new(started)))
}

/// Every connection is a descriptor: takes as many as the system gives.
fn take_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit { current: limit.maximum, ..limit };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::warn!(%error, most = limit.current, "cannot have more open files");
    }
}

async fn play(
    mut config: Config,
    roles: Roles,
    until: Until,
    pages: Pages,
    started: Box<dyn FnOnce(Started) + Send>,
) -> Result<(), ServeError> {
    let certificate = match config.tls.as_ref().filter(|_| roles.web) {
        Some(tls) => Some(Certificate::read(&tls.certificate, &tls.key)?),
        None => None,
    };
    take_descriptors();
    let listener = if roles.web { Some(bind(config.listen).await?) } else { None };
    // Links name the port that we got, where any was asked for.
    config.listen = listener.as_ref().and_then(|l| l.local_addr().ok()).unwrap_or(config.listen);
    let address = listener.as_ref().map(|_| config.own_url());
    SystemClock::MISSING.iter().for_each(|missing| tracing::warn!("{missing}"));
    let house = open(config).await?;
    stop_on_signals(&house).map_err(ServeError::Signals)?;
    tokio::spawn(fleet::heed_notices(Arc::clone(&house)));
    let closing = house.closing.subscribe();
    let upkeep = tokio::spawn(upkeep::keep(Arc::clone(&house), closing.clone()));
    let hooks = tokio::spawn(hooks::deliver(Arc::clone(&house), closing.clone()));
    let metrics = crate::metrics::listen(&house, closing.clone()).await?;
    // Whoever finds that it answers finds the token too.
    let setup = if roles.web { offer_setup(&house).await? } else { None };
    let server = listener.map(|listener| {
        let leave = Duration::from_secs(house.config.leave_s);
        let router = web::router(Arc::clone(&house), pages);
        tokio::spawn(front::answer(listener, certificate, router, closing.clone(), leave))
    });
    started(Started { web: address, metrics, setup });
    if roles.worker {
        worker::work(Arc::clone(&house), until, closing.clone()).await?;
    }
    if !roles.worker || until == Until::default() {
        let _ = closing.clone().wait_for(|closing| *closing).await;
    }
    house.closing.send_replace(true);
    if let Some(server) = server {
        // Answers that are under way are finished; streams end by themselves.
        let _ = server.await;
    }
    let _ = upkeep.await;
    // Messages that are on their way arrive, or their time is over.
    let _ = hooks.await;
    Ok(())
}

async fn offer_setup(house: &Arc<House>) -> Result<Option<PathBuf>, ServeError> {
    setup::offer(house).await.map_err(|why| ServeError::Data { path: house.config.data.clone(), why })
}

/// SIGTERM and Ctrl-C end the process in an orderly way.
fn stop_on_signals(house: &Arc<House>) -> io::Result<()> {
    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let (mut signals, house) = (signal(kind)?, Arc::clone(house));
        tokio::spawn(async move {
            signals.recv().await;
            house.closing.send_replace(true);
        });
    }
    Ok(())
}

/// Listens on an address.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|why| ServeError::Listen { address, why })
}

/// Makes a folder that only its owner sees into.
pub fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
