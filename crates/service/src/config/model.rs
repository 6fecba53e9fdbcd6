//! What may stand in the configuration, with its defaults and ranges.

use super::{
    BucketAt, ConfigError, Console, Images, LedgerAt, Metrics, Outward, QueueAt, Redis, Scale, Secret, StoreAt,
    Transfers, Worker,
};
use darkroom::Tool;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;
use url::{Host, Url};

/// All of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of the ledger and of the objects; made where it is missing.
    pub data: PathBuf,
    /// Where the web servers listen.
    pub listen: SocketAddr,
    /// What customers call it by: the beginning of every link.
    pub public_url: Option<String>,
    /// A front that is trusted ends TLS before us, so that plain HTTP may leave the machine.
    pub behind_tls: bool,
    /// The certificate for HTTPS; plain HTTP if absent.
    pub tls: Option<Tls>,
    /// Where metrics are read; nowhere if absent. Never for customers.
    pub metrics_listen: Option<SocketAddr>,
    /// Seconds for which a worker has a task until it must renew; 10 to 3600.
    pub lease_s: u64,
    /// Seconds for which a web server that is to end goes on answering, says so, and asks clients to connect elsewhere; 0 to 600.
    pub leave_s: u64,
    /// Keys that sign links, `ID:SECRET` with the secret in hexadecimal digits, newest first; made in the data folder where there are none.
    pub signing_keys: Vec<Secret>,
    /// The ledger's database; a file in the data folder if absent.
    pub ledger: Option<LedgerAt>,
    /// The bucket of objects; a folder in the data folder if absent.
    pub store: Option<StoreAt>,
    /// The queue that brings tasks to workers; without it, they ask the ledger.
    pub queue: Option<QueueAt>,
    /// Whom else figures are told.
    pub metrics: Metrics,
    /// The workers.
    pub worker: Worker,
    /// People at a browser.
    pub console: Console,
    /// What a tenant may ask for.
    pub limits: Limits,
    /// Links.
    pub links: Links,
    /// Small pictures of renditions, made when somebody asks for them.
    pub images: Images,
    /// What web servers share beside the ledger; each has its own if absent.
    pub redis: Option<Redis>,
    /// Whom strangers may have us ask: the receivers of webhooks, and where photos are imported from.
    pub outward: Outward,
    /// How imports and exports are done.
    pub transfers: Transfers,
    /// Buckets of customers by the names by which they ask for them.
    pub buckets: BTreeMap<String, BucketAt>,
    /// How many workers there should be.
    pub scale: Scale,
    /// Seats by pool, over all workers.
    pub seats: BTreeMap<String, u32>,
    /// Programs that `exec` filters may name.
    pub tools: BTreeMap<String, Tool>,
    /// Tools that tenants may use, by the tenant's name. Others may use none.
    pub tools_of: BTreeMap<String, Vec<String>>,
}

/// The certificate of the web server. Files that change are read again within a minute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The server's certificate and those between it and a known authority, in PEM.
    pub certificate: PathBuf,
    /// Its private key, in PEM.
    pub key: PathBuf,
}

/// What a tenant may ask for; each is also a default that `rawmill admin` can change where it says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests a second, on average.
    pub requests_per_s: f64,
    /// Requests that may come at once.
    pub request_burst: u32,
    /// Batches a minute, on average.
    pub batches_per_min: f64,
    /// Batches that may come at once.
    pub batch_burst: u32,
    /// Photos in one batch.
    pub photos_per_batch: usize,
    /// Bytes of one upload.
    pub upload_bytes: u64,
    /// Bytes that a tenant may store.
    pub storage_bytes: u64,
    /// Tasks without an outcome; for new tenants.
    pub queued: u64,
    /// Tasks running; for new tenants.
    pub running: u64,
    /// Bytes of a request that is no upload.
    pub body_bytes: usize,
}

/// Links to objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Links {
    /// Seconds that a link lives, where nobody asks for less or more.
    pub expires_s: u64,
    /// Most seconds that anybody may ask for.
    pub longest_s: u64,
    /// Bytes of every part of an upload but the last; 1 MiB to 1 GiB.
    pub part_bytes: u64,
    /// Seconds until an upload that was not completed is given up.
    pub upload_s: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "rawmill-data".into(),
            listen: (Ipv4Addr::LOCALHOST, 8080).into(),
            public_url: None,
            behind_tls: false,
            tls: None,
            metrics_listen: None,
            lease_s: 30,
            leave_s: 0,
            signing_keys: Vec::new(),
            ledger: None,
            store: None,
            queue: None,
            metrics: Metrics::default(),
            worker: Worker::default(),
            console: Console::default(),
            limits: Limits::default(),
            links: Links::default(),
            images: Images::default(),
            redis: None,
            outward: Outward::default(),
            transfers: Transfers::default(),
            buckets: BTreeMap::new(),
            scale: Scale::default(),
            seats: BTreeMap::new(),
            tools: BTreeMap::new(),
            tools_of: BTreeMap::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_s: 100.0,
            request_burst: 400,
            batches_per_min: 60.0,
            batch_burst: 60,
            photos_per_batch: 10_000,
            upload_bytes: 2 << 30,
            storage_bytes: 1 << 40,
            queued: 100_000,
            running: 1_000,
            body_bytes: 4 << 20,
        }
    }
}

impl Default for Links {
    fn default() -> Self {
        Self { expires_s: 3_600, longest_s: 7 * 86_400, part_bytes: 16 << 20, upload_s: 86_400 }
    }
}

impl Config {
    /// How customers reach us, without a slash at the end.
    pub fn url(&self) -> String {
        self.public_url.as_ref().map_or_else(|| self.own_url(), |url| url.trim_end_matches('/').to_owned())
    }

    /// How this machine reaches us.
    pub fn own_url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.listen)
    }

    /// Time of a lease.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_s)
    }

    /// As TOML; secrets are not shown.
    pub fn show(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_else(|e| format!("# cannot be shown: {e}\n"))
    }

    /// Values that are in their type but out of range.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("lease_s", self.lease_s, 10, 3_600)?;
        within("leave_s", self.leave_s, 0, 600)?;
        within("worker.photo_s", self.worker.photo_s, 1, 86_400)?;
        within("worker.max_megapixels", self.worker.max_megapixels, 1, 10_000)?;
        within("worker.nice", u64::try_from(self.worker.nice).unwrap_or(u64::MAX), 0, 19)?;
        within("worker.slots", self.worker.slots.unwrap_or(1) as u64, 1, 1_024)?;
        within("links.part_bytes", self.links.part_bytes, 1 << 20, 1 << 30)?;
        within("links.expires_s", self.links.expires_s, 1, self.links.longest_s)?;
        within("links.longest_s", self.links.longest_s, 1, 7 * 86_400)?;
        within("limits.photos_per_batch", self.limits.photos_per_batch as u64, 1, 100_000)?;
        self.images.check()?;
        self.console.check()?;
        self.scale.check()?;
        self.redis.as_ref().map_or(Ok(()), Redis::check)?;
        self.ledger.as_ref().map_or(Ok(()), LedgerAt::check)?;
        self.store.as_ref().map_or(Ok(()), StoreAt::check)?;
        self.queue.as_ref().map_or(Ok(()), QueueAt::check)?;
        self.transfers.check()?;
        self.buckets.iter().try_for_each(|(name, at)| at.check(name))?;
        self.check_addresses()
    }

    fn check_addresses(&self) -> Result<(), ConfigError> {
        let outside = |address: &SocketAddr| !address.ip().is_loopback();
        if outside(&self.listen) && !self.behind_tls && self.tls.is_none() {
            let why = format!(
                "is {}, which is not this machine alone, and plain HTTP would carry keys in the open; \
                 name a certificate in [tls], or put a front with TLS before it and set behind_tls = true, \
                 or listen on 127.0.0.1",
                self.listen
            );
            return Err(ConfigError::Range { key: "listen", why });
        }
        let url = self.url();
        if !(url.starts_with("http://") || url.starts_with("https://")) || url.contains(['?', '#', ' ']) {
            return Err(ConfigError::Range { key: "public_url", why: format!("is `{url}`, expected http(s)://HOST") });
        }
        if outside(&self.listen) && self.public_url.is_none() {
            let why = "is missing, and links need the name by which customers reach us".into();
            return Err(ConfigError::Range { key: "public_url", why });
        }
        Ok(())
    }
}

/// Is it plain HTTP to this machine.
pub(crate) fn is_plain_and_here(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    };
    url.scheme() == "http" && here
}

pub(super) fn within(key: &'static str, found: u64, least: u64, most: u64) -> Result<(), ConfigError> {
    let why = || format!("is {found}, allowed are {least} to {most}");
    if (least..=most).contains(&found) { Ok(()) } else { Err(ConfigError::Range { key, why: why() }) }
}
