//! Connections: accepted, secured, kept from waiting for ever, and ended in order.

use super::people::Peer;
use super::tls::Certificate;
use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// Connections at a time; more wait until one ends.
const MOST: usize = 16_384;
/// Longest time for a TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Longest time until the head of a request is there, or a connection is used again.
const HEAD: Duration = Duration::from_secs(60);
/// A peer that does not answer for so long has gone (HTTP/2).
const ALIVE: Duration = Duration::from_secs(20);
/// Rest after the system refused a connection: mostly there are too many open files, and trying at once is no help.
const REST: Duration = Duration::from_millis(500);

/// Answers until `closing` and for `leave` longer, so that nobody finds the door shut who was not told before; then
/// requests that are under way are finished.
pub async fn answer(
    listener: TcpListener,
    certificate: Option<Arc<Certificate>>,
    router: Router,
    mut closing: watch::Receiver<bool>,
    leave: Duration,
) {
    let left = async {
        let _ = closing.wait_for(|closing| *closing).await;
        sleep(leave).await;
    };
    let mut left = pin!(left);
    let front = Front { acceptor: certificate.map(|c| c.acceptor()), builder: builder(), router };
    let (front, graceful, slots) = (Arc::new(front), GracefulShutdown::new(), Arc::new(Semaphore::new(MOST)));
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut left => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (front, watcher) = (Arc::clone(&front), graceful.watcher());
                tokio::spawn(async move {
                    front.welcome(stream, Peer(peer.ip()), watcher).await;
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                sleep(REST).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

/// What all connections share.
struct Front {
    acceptor: Option<TlsAcceptor>,
    builder: Builder<TokioExecutor>,
    router: Router,
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(ALIVE).keep_alive_timeout(ALIVE);
    builder
}

impl Front {
    /// Who breaks off, or speaks no HTTP, is let go without a word.
    async fn welcome(&self, stream: TcpStream, peer: Peer, watcher: Watcher) {
        let _ = stream.set_nodelay(true);
        match &self.acceptor {
            None => self.serve(stream, peer, watcher).await,
            Some(acceptor) => match timeout(HANDSHAKE, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => self.serve(stream, peer, watcher).await,
                Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
                Err(_) => tracing::debug!("a handshake took too long"),
            },
        }
    }

    async fn serve(&self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer, watcher: Watcher) {
        let router = TowerToHyperService::new(self.router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            router.call(request)
        });
        let connection = self.builder.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection.into_owned()).await {
            tracing::debug!(error, "a connection broke");
        }
    }
}
