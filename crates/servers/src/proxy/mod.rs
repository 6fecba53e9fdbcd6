//! A proxy before moto: it admits what is signed, as S3 would, and does harm on command.
//!
//! ```text
//!  request ──▶ faults ──▶ signature ──▶ hash of the body as it passes ──▶ moto
//!                │            └─ 403, 400      └─ 400, and moto never sees the end
//!                └─ 503, pause, reset, lost or cut answer, error in a 200
//! ```
//!
//! Bodies pass in blocks. Faults are ordered by [`Proxy::fault`], or from elsewhere by `POST /_fault` with a [`Fault`] as
//! JSON; `DELETE /_fault` clears them, `GET /_fault` tells what was counted.

mod faults;
mod guard;
mod serve;
pub mod verify;

pub use faults::{Action, Fault};
pub use verify::Identity;

use faults::Script;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Runtime;

/// The proxy, in threads of this process; it ends when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    shared: Arc<Shared>,
    address: SocketAddr,
    runtime: Option<Runtime>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    known: Mutex<Vec<Identity>>,
    script: Mutex<Script>,
}

impl Shared {
    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> Vec<Identity> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Proxy {
    /// Starts it before a server. Only these are admitted; everybody, where there are none.
    pub fn start(upstream: SocketAddr, known: Vec<Identity>) -> Self {
        let (known, script) = (Mutex::new(known), Mutex::default());
        let shared = Arc::new(Shared { upstream, known, script });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime for the proxy");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket of ours");
        let address = listener.local_addr().expect("its address");
        runtime.spawn(serve::serve(listener, shared.clone()));
        Self { shared, address, runtime: Some(runtime) }
    }

    /// `http://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Orders a failure. The first that matches a request befalls it.
    pub fn fault(&self, fault: Fault) {
        self.shared.script().add(fault);
    }

    /// Takes all orders back.
    pub fn clear(&self) {
        self.shared.script().clear();
    }

    /// Admits these from now on, and nobody else.
    pub fn admit(&self, known: Vec<Identity>) {
        *self.shared.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// How many requests of this method came; `faults` for those that a failure befell, `denied` for those refused.
    pub fn count(&self, what: &str) -> u64 {
        self.shared.script().counts.get(what).copied().unwrap_or_default()
    }

    /// The last requests: `METHOD /path?query`, without what signs.
    pub fn requests(&self) -> Vec<String> {
        self.shared.script().last.iter().cloned().collect()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
