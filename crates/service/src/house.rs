//! What all parts of the service share: the engines behind it, and its configuration.

use crate::cloud::Cloud;
use crate::config::Config;
use crate::engines::{self, Bell, Ledger};
use crate::images::Images;
use crate::limits::Limits;
use crate::lock::Lock;
use crate::looks::Looks;
use crate::people::Passwords;
use crate::room::Room;
use crate::scratch::Scratch;
use crate::shared::Shared;
use crate::shared::guard::{Entered, Held};
use crate::shared::wake::Happened;
use crate::timed::Timed;
use crate::transfers::Buckets;
use crate::web::Problem;
use crate::web::auth::Doorman;
use crate::web::operations::Lately;
use crate::web::scale::Pace;
use ledger::{BatchId, Clock, Ledger as _, Standing, TenantId};
use oidc::Provider;
use outward::Outward;
use queue::Queue;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// The object store, timed.
pub type Store = Timed<engines::Store>;

/// A service, whatever roles this process plays in it.
pub struct House {
    /// Says that the data folder is in use.
    pub lock: Lock,
    /// As it was read.
    pub config: Config,
    /// Batches, tenants, keys.
    pub ledger: Ledger,
    /// Bytes.
    pub store: Store,
    /// Says that there is work.
    pub bell: Bell,
    /// Brings tasks to workers, if it is there.
    pub queue: Option<Queue>,
    /// Asks whom strangers name.
    pub outward: Outward,
    /// Buckets of customers.
    pub buckets: Buckets,
    /// On whose word people may log in.
    pub oidc: Option<Provider>,
    /// Who we are to a cloud.
    pub cloud: Cloud,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Who is known.
    pub doorman: Doorman,
    /// Where passwords are looked at.
    pub passwords: Passwords,
    /// What web servers share beside the ledger.
    pub shared: Arc<Shared>,
    /// Who asks too much.
    pub limits: Limits,
    /// Requests that are to be answered once, while they are answered here.
    pub in_flight: InFlight,
    /// How long photos take.
    pub pace: Pace,
    /// How fast they are done.
    pub lately: Lately,
    /// Where previews are made.
    pub previews: Room,
    /// Where small pictures of renditions are made, if the configuration has keys for them.
    pub images: Option<Arc<Images>>,
    /// Where photos are looked at.
    pub looks: Looks,
    /// What happened to batches since this process began; wakes event streams.
    pub news: watch::Sender<u64>,
    /// This process sweeps for all.
    pub broom: AtomicBool,
    /// The process ends soon.
    pub closing: watch::Sender<bool>,
    /// Where files are on their way.
    pub scratch: Scratch,
}

impl House {
    /// What people call this process: its machine or container, and its number there.
    pub fn worker(&self) -> String {
        format!("{}:{}", rustix::system::uname().nodename().to_string_lossy(), std::process::id())
    }

    /// The same, and what no other process is called: containers may share a name and a number.
    pub fn holder(&self) -> String {
        format!("{}/{}", self.worker(), self.scratch.name())
    }

    /// Rings, and wakes streams: the ledger has changed.
    pub fn tell(&self) {
        self.news.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// How these batches stand has changed: nobody is told what was, and streams wake wherever they are.
    pub async fn changed(&self, batches: &[BatchId]) {
        self.shared.batches_changed(batches).await;
        self.tell();
        self.shared.wake().tell(Happened::News);
    }

    /// Enters the name of a request over all web servers; `None` if it is being answered.
    pub async fn enter(&self, name: String) -> Option<(Entry, Option<Held>)> {
        let shared = name.clone();
        let entry = self.in_flight.enter(name)?;
        match self.shared.enter(&shared).await {
            Entered::Held(held) => Some((entry, Some(held))),
            Entered::Alone => Some((entry, None)),
            Entered::Taken => None,
        }
    }

    /// A tenant, and what it has at the moment.
    pub async fn standing(&self, tenant: TenantId) -> Result<Standing, Problem> {
        self.ledger.tenant(tenant).await?.ok_or_else(|| Problem::not_found("your tenant is gone"))
    }

    /// Does this process sweep for all.
    pub fn has_broom(&self) -> bool {
        self.broom.load(Ordering::Relaxed)
    }

    /// Is the process about to end.
    pub fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }
}

/// Names of requests that are being answered.
#[derive(Debug, Default, Clone)]
pub struct InFlight(Arc<Mutex<HashSet<String>>>);

/// One of them; gone when dropped.
#[derive(Debug)]
pub struct Entry {
    of: InFlight,
    name: String,
}

impl InFlight {
    /// Enters a name; `None` if it is there already.
    pub fn enter(&self, name: String) -> Option<Entry> {
        let fresh = self.lock().insert(name.clone());
        fresh.then(|| Entry { of: self.clone(), name })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.of.lock().remove(&self.name);
    }
}
