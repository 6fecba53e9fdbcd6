//! One connection to Redis that nobody waits for.
//!
//! It is either there or away. The first request that waits in vain takes it away from all; then one task alone tries to
//! get it back, and others go on without. So a server that hangs costs each request at most [`PATIENCE`], once.

use super::owed::Owed;
use super::{SharedError, read};
use crate::config::Redis;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, IntoConnectionInfo, RedisResult, TlsCertificates, cmd};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Longest wait for an answer.
pub const PATIENCE: Duration = Duration::from_millis(50);
/// Longest wait for a connection; nobody else waits meanwhile.
const CONNECT: Duration = Duration::from_secs(1);
/// Rest before it is tried again.
const REST: Duration = Duration::from_millis(200);
/// Requests that may be on their way at once.
const PIPELINE: usize = 4_096;
/// The connection.
#[derive(Debug)]
pub struct Link {
    client: Client,
    prefix: String,
    live: watch::Sender<Option<Live>>,
    owed: Owed,
}

/// A connection that works, as far as is known.
#[derive(Clone)]
struct Live {
    since: Instant,
    connection: MultiplexedConnection,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.debug_struct("Live").field("since", &self.since).finish_non_exhaustive()
    }
}

impl Link {
    /// Not connected yet.
    pub fn new(config: &Redis) -> Result<Self, SharedError> {
        Ok(Self {
            client: client(config)?,
            prefix: config.prefix.clone(),
            live: watch::Sender::new(None),
            owed: Owed::default(),
        })
    }

    /// A name in Redis.
    pub fn key(&self, rest: std::fmt::Arguments) -> String {
        format!("{}:{rest}", self.prefix)
    }

    /// Does it answer.
    pub fn is_up(&self) -> bool {
        self.live.borrow().is_some()
    }

    /// Waits until it is there, or away.
    pub async fn until(&self, up: bool) {
        let _ = self.live.subscribe().wait_for(|live| live.is_some() == up).await;
    }

    /// What Redis answers; `None` while it is away.
    pub async fn ask<T, F>(&self, work: impl FnOnce(MultiplexedConnection) -> F) -> Option<T>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let live = self.live.borrow().clone()?;
        match timeout(PATIENCE, work(live.connection)).await {
            Ok(Ok(answer)) => Some(answer),
            Ok(Err(error)) => self.lose(live.since, &error.to_string()),
            Err(_) => self.lose(live.since, "it does not answer in time"),
        }
    }

    /// Finds out whether it still answers.
    pub async fn probe(&self) {
        let _: Option<()> = self.ask(async |mut c| cmd("PING").query_async(&mut c).await).await;
    }

    /// Removes these names. Those that cannot be removed now are removed before it is used again.
    pub async fn remove(&self, keys: Vec<String>) {
        self.owed.add(keys);
        let _: Option<()> = self.ask(|connection| self.settle(connection)).await;
    }

    async fn settle(&self, mut connection: MultiplexedConnection) -> RedisResult<()> {
        let (upto, keys) = self.owed.all();
        if !keys.is_empty() {
            cmd("DEL").arg(&keys).query_async::<()>(&mut connection).await?;
        }
        self.owed.settle(upto);
        Ok(())
    }

    /// Connects if it is away.
    pub async fn connect(&self) {
        if self.is_up() {
            return;
        }
        match timeout(CONNECT, self.try_to_connect()).await {
            Ok(Ok(())) => {
                tracing::info!("Redis is there");
            }
            Ok(Err(error)) => tracing::debug!(%error, "Redis is away"),
            Err(_) => tracing::debug!("Redis is away: it does not answer"),
        }
    }

    /// Gets the connection back whenever it is lost.
    pub async fn keep(self: Arc<Self>) {
        loop {
            self.until(false).await;
            sleep(REST).await;
            self.connect().await;
        }
    }

    /// A server that answers but takes nothing (a replica, or full) is away too.
    async fn try_to_connect(&self) -> RedisResult<()> {
        let config =
            AsyncConnectionConfig::new().set_pipeline_buffer_size(PIPELINE).set_response_timeout(Some(CONNECT));
        let config = config.set_connection_timeout(Some(CONNECT));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let probe = self.key(format_args!("probe"));
        cmd("SET").arg(probe).arg(1).arg("PX").arg(1_000).query_async::<()>(&mut connection).await?;
        let live = || self.live.send_replace(Some(Live { since: Instant::now(), connection: connection.clone() }));
        loop {
            self.settle(connection.clone()).await?;
            // Whoever owes something from here on finds the connection, and removes it by itself.
            if self.owed.if_none(|| drop(live())) {
                return Ok(());
            }
        }
    }

    /// A connection for messages.
    pub async fn messages(&self) -> RedisResult<redis::aio::PubSub> {
        self.client.get_async_pubsub().await
    }

    fn lose<T>(&self, since: Instant, why: &str) -> Option<T> {
        let lost = self.live.send_if_modified(|live| live.take_if(|live| live.since == since).is_some());
        if lost {
            metrics::counter!("rawmill_engine_lost_total", "engine" => "redis").increment(1);
            tracing::warn!(why, "Redis is away; every process goes on by itself");
        }
        None
    }
}

/// How the server is reached.
pub(crate) fn client(config: &Redis) -> Result<Client, SharedError> {
    let mut info = config.url.as_str().into_connection_info()?;
    if let Some(file) = &config.password_file {
        let password = String::from_utf8_lossy(&read(file)?).trim_end().to_owned();
        let settings = info.redis_settings().clone().set_password(password);
        info = info.set_redis_settings(settings);
    }
    let Some(file) = &config.ca_file else { return Ok(Client::open(info)?) };
    let certificates = TlsCertificates { client_tls: None, root_cert: Some(read(file)?) };
    Ok(Client::build_with_tls(info, certificates)?)
}

#[cfg(test)]
mod tests {
    use crate::config::Redis;
    use crate::shared::{Shared, SharedError};
    use servers::{Certificate, certify};
    use std::path::Path;

    async fn open(url: &str, ca_file: Option<&Path>, password_file: Option<&Path>) -> Result<Shared, SharedError> {
        let file = |path: Option<&Path>| path.map(Path::to_owned);
        let (ca_file, password_file) = (file(ca_file), file(password_file));
        Shared::open(Some(&Redis { url: url.into(), ca_file, password_file, prefix: "test".into() })).await
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_password_comes_from_a_file() {
        let (server, folder) = (servers::Redis::start_with_password("open"), tempfile::TempDir::new().unwrap());
        let file = folder.path().join("password");
        std::fs::write(&file, "open\n").unwrap();
        open(&server.url(), None, Some(&file)).await.unwrap().until(true).await;
        std::fs::write(&file, "shut").unwrap();
        assert_eq!(open(&server.url(), None, Some(&file)).await.unwrap().is_up(), Some(false));
        let missing = open(&server.url(), None, Some(&folder.path().join("none"))).await.unwrap_err().to_string();
        assert!(missing.contains("none"), "{missing}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn tls_trusts_the_authority_in_the_file_and_no_other() {
        let folder = tempfile::TempDir::new().unwrap();
        let [ours, certificate, key] = certify(folder.path(), "ours");
        let [other, ..] = certify(folder.path(), "other");
        let files = Certificate { certificate: &certificate, key: &key, authority: &ours };
        let server = servers::Redis::start_with_tls(files);
        open(&server.url(), Some(&ours), None).await.unwrap().until(true).await;
        assert_eq!(open(&server.url(), Some(&other), None).await.unwrap().is_up(), Some(false));
        assert!(open(&server.url(), Some(&folder.path().join("none")), None).await.is_err());
    }
}
