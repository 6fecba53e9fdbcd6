//! Connecting: resolve, look at every address, go to one of those that were looked at.

use super::{Allowed, OutwardError};
use hyper::Uri;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

/// The addresses of a name, once they are there.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Finds the addresses of a name.
pub trait Resolve: fmt::Debug + Send + Sync {
    /// All of them; asked once for every connection.
    fn resolve(&self, host: &str) -> Found;
}

/// As the machine resolves names.
#[derive(Debug)]
pub struct System;

impl Resolve for System {
    fn resolve(&self, host: &str) -> Found {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Makes connections to nowhere but where they may go.
#[derive(Debug, Clone)]
pub struct Connector {
    resolve: Arc<dyn Resolve>,
    allowed: Arc<Allowed>,
    limit: Duration,
}

impl Connector {
    pub fn new(resolve: Arc<dyn Resolve>, allowed: Allowed, limit: Duration) -> Self {
        Self { resolve, allowed: Arc::new(allowed), limit }
    }

    /// Where a connection to this host may go.
    pub async fn addresses(&self, uri: &Uri) -> Result<Vec<SocketAddr>, OutwardError> {
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let unresolved = |why: String| OutwardError::Unresolved { host: host.into(), why };
        let found = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => self.resolve.resolve(host).await.map_err(|e| unresolved(e.to_string()))?,
        };
        if found.is_empty() {
            return Err(unresolved("it has no address".into()));
        }
        match found.iter().find(|address| !self.allowed.lets(**address)) {
            Some(address) => Err(OutwardError::Inside { host: host.into(), address: *address }),
            None => Ok(found.into_iter().map(|address| (address, port(uri)).into()).collect()),
        }
    }

    async fn connect(self, uri: Uri) -> Result<TokioIo<TcpStream>, OutwardError> {
        let connected = timeout(self.limit, async {
            let addresses = self.addresses(&uri).await?;
            TcpStream::connect(&addresses[..]).await.map_err(|e| OutwardError::Broken(format!("cannot connect: {e}")))
        });
        let stream = connected.await.map_err(|_| OutwardError::Silent { what: "connection", after: self.limit })??;
        // Without it only slower.
        let _ = stream.set_nodelay(true);
        Ok(TokioIo::new(stream))
    }
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 })
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = OutwardError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, OutwardError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OutwardError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}
