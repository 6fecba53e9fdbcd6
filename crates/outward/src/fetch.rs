//! A request and its answer, within limits.

use super::connect::{Connector, System};
use super::{Allowed, OutwardError, Resolve, target};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use https::HttpsError;
use hyper::body::Incoming;
use hyper::{HeaderMap, Request, StatusCode};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Whom we may ask, and whom we trust.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Networks of our own that URLs may name.
    pub allow: Allowed,
    /// Lets plain HTTP through.
    pub http: bool,
    /// Certificates that are trusted instead of the public ones, in PEM.
    pub ca_file: Option<PathBuf>,
}

/// An end to everything.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Resolving the name and connecting.
    pub connect: Duration,
    /// All of it, to the last byte of the answer that is read.
    pub whole: Duration,
    /// Bytes of the answer's body that are read; the rest is left.
    pub body: usize,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status, a redirection too.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, as far as it was read.
    pub body: Vec<u8>,
    /// There was more.
    pub cut: bool,
}

/// The body of a request.
pub type Sent = Full<Bytes>;

/// Whoever asks. Copies are the same.
#[derive(Debug, Clone)]
pub struct Outward {
    pub(super) client: Client<HttpsConnector<Connector>, Sent>,
    connector: Connector,
    limits: Limits,
    pub(super) http: bool,
}

impl Outward {
    /// Asks where the machine's resolver says.
    pub fn new(settings: &Settings, limits: Limits) -> Result<Self, HttpsError> {
        Self::resolving(settings, limits, Arc::new(System))
    }

    /// Asks where another resolver says.
    pub fn resolving(settings: &Settings, limits: Limits, resolve: Arc<dyn Resolve>) -> Result<Self, HttpsError> {
        let connector = Connector::new(resolve, settings.allow.clone(), limits.connect);
        let tls = https::over(connector.clone(), settings.ca_file.as_deref())?;
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(tls);
        Ok(Self { client, connector, limits, http: settings.http })
    }

    /// Could this URL be asked now: it is one, and points to where we may go. Returns its one spelling.
    pub async fn check(&self, url: &str) -> Result<String, OutwardError> {
        let uri = target::parse(url, self.http)?;
        let silent = |_| OutwardError::Silent { what: "answer about its name", after: self.limits.connect };
        timeout(self.limits.connect, self.connector.addresses(&uri)).await.map_err(silent)??;
        Ok(uri.to_string())
    }

    /// Is this a URL that may be asked, as far as its text tells. Returns its one spelling.
    pub fn read(&self, url: &str) -> Result<String, OutwardError> {
        target::parse(url, self.http).map(|uri| uri.to_string())
    }

    /// Sends a request to a URL; what its own says is not looked at.
    pub async fn fetch(&self, url: &str, mut request: Request<Vec<u8>>) -> Result<Answer, OutwardError> {
        *request.uri_mut() = target::parse(url, self.http)?;
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let answer = timeout(self.limits.whole, async {
            let answer = self.client.request(request).await.map_err(why)?;
            read(answer.into_parts(), self.limits.body).await
        });
        answer.await.map_err(|_| OutwardError::Silent { what: "whole answer", after: self.limits.whole })?
    }
}

async fn read((head, mut rest): (hyper::http::response::Parts, Incoming), most: usize) -> Result<Answer, OutwardError> {
    let (mut body, mut cut) = (Vec::new(), false);
    while let Some(frame) = rest.frame().await {
        let frame = frame.map_err(|e| OutwardError::Broken(format!("the answer broke off: {}", chain(&e))))?;
        let Ok(data) = frame.into_data() else { continue };
        let room = most - body.len();
        body.extend_from_slice(&data[..room.min(data.len())]);
        if data.len() > room {
            cut = true;
            break;
        }
    }
    Ok(Answer { status: head.status, headers: head.headers, body, cut })
}

/// What the connector said, if it was the connector.
pub fn why(error: hyper_util::client::legacy::Error) -> OutwardError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(ours) = error.downcast_ref::<OutwardError>() {
            return ours.clone();
        }
        cause = error.source();
    }
    OutwardError::Broken(chain(&error))
}

/// The error and what caused it.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
