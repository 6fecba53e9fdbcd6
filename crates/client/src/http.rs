//! One request and its answer, and when it is worth asking again.

use crate::error::{Cause, Problem, words};
use crate::login::{Key, Login};
use crate::patience::Patience;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;
use std::time::Duration;
use ureq::http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, RETRY_AFTER};
use ureq::http::{Request, Response, request};
use ureq::{Agent, Body, SendBody};

/// Longest time to connect.
const CONNECT: Duration = Duration::from_secs(10);
/// Longest silence of either side. A server that follows a batch says something every 15 seconds.
const SILENCE: Duration = Duration::from_secs(60);
/// Longest answer that is read into memory, in bytes.
const ANSWER: u64 = 64 << 20;

/// A server, and a key for it.
#[derive(Debug, Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    key: Option<Key>,
    /// How long to try.
    pub patience: Patience,
}

impl Client {
    /// Talks with this key.
    pub fn new(login: Login, patience: Patience) -> Self {
        Self { key: Some(login.key), ..Self::without_key(login.url, patience) }
    }

    /// Talks without a key: the way to the first one.
    pub fn without_key(url: String, patience: Patience) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // An API does not move; a redirect would carry a body or the key elsewhere.
            .max_redirects(0)
            .user_agent(concat!("rawmill/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE))
            .max_idle_connections_per_host(8);
        Self { agent: config.build().into(), url, key: None, patience }
    }

    /// Where the server is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks for JSON; asks again while that may help.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Cause> {
        self.patience.keep_trying(|_| {
            let request = self.request("GET", path).body(SendBody::none());
            json(&mut self.run(request)?)
        })
    }

    /// Sends JSON; asks again while that may help. For what may be done twice.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Cause> {
        self.patience.keep_trying(|_| self.post_once(path, body, &[]))
    }

    /// Sends JSON; asks again only where the server has done nothing.
    pub fn post_untouched<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Cause> {
        self.patience.try_untouched(|_| self.post_once(path, body, &[]))
    }

    /// Sends JSON under a name that makes it happen once, however often it is sent.
    pub fn post_named<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize, name: &str) -> Result<T, Cause> {
        self.patience.keep_trying(|_| self.post_once(path, body, &[("idempotency-key", name)]))
    }

    /// Sends JSON; does not ask again.
    pub(crate) fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
        headers: &[(&str, &str)],
    ) -> Result<T, Cause> {
        let body = serde_json::to_vec(body).map_err(|e| Cause::Local(e.to_string()))?;
        let request = self.request("POST", path).header(CONTENT_TYPE, "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.header(CONTENT_LENGTH, body.len());
        json(&mut self.run(request.body(SendBody::from_reader(&mut body.as_slice())))?)
    }

    /// Opens a stream of events behind the one with this number; does not ask again.
    pub fn events(&self, path: &str, last: Option<u64>) -> Result<impl Read + use<>, Cause> {
        let request = self.request("GET", path).header(ACCEPT, "text/event-stream");
        let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
        let response = self.run(request.body(SendBody::none()))?;
        let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("text/event-stream") {
            return Err(Cause::Strange(format!("expected a stream of events, found `{}`", kind.escape_debug())));
        }
        Ok(response.into_body().into_with_config().limit(u64::MAX).reader())
    }

    /// Puts `size` bytes at a presigned link, without the key; returns the ETag. Does not ask again.
    pub fn put(&self, link: &str, size: u64, mut bytes: impl Read) -> Result<String, Cause> {
        let request = Request::put(link).header(CONTENT_LENGTH, size);
        let response = self.run(request.body(SendBody::from_reader(&mut bytes)))?;
        let etag = response.headers().get(ETAG).and_then(|v| v.to_str().ok()).map(str::to_owned);
        etag.ok_or_else(|| Cause::Strange("the answer to a part has no ETag".into()))
    }

    /// The bytes behind a presigned link, without the key. Does not ask again.
    pub fn fetch(&self, link: &str) -> Result<impl Read + use<>, Cause> {
        let response = self.run(Request::get(link).body(SendBody::none()))?;
        Ok(response.into_body().into_with_config().limit(u64::MAX).reader())
    }

    fn request(&self, method: &str, path: &str) -> request::Builder {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        self.key.iter().fold(request, |request, key| request.header(AUTHORIZATION, key.header()))
    }

    fn run(&self, request: Result<Request<SendBody>, ureq::http::Error>) -> Result<Response<Body>, Cause> {
        let request = request.map_err(|_| Cause::Strange("the URL cannot be used".into()))?;
        let mut response = self.agent.run(request).map_err(|e| unreachable(&e))?;
        if response.status().is_success() { Ok(response) } else { Err(refusal(&mut response)) }
    }
}

fn json<T: DeserializeOwned>(response: &mut Response<Body>) -> Result<T, Cause> {
    let body = response.body_mut().with_config().limit(ANSWER).read_to_vec();
    let body = body.map_err(|e| unreachable(&e))?;
    serde_json::from_slice(&body).map_err(|e| Cause::Strange(format!("the answer is not as expected: {e}")))
}

/// What the server says, or the status alone where somebody in between has answered.
fn refusal(response: &mut Response<Body>) -> Cause {
    let status = response.status().as_u16();
    let header = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    if let (300..400, Some(to)) = (status, response.headers().get("location").and_then(|v| v.to_str().ok())) {
        return Cause::Strange(format!("the server sends us to `{}`; log in there", to.escape_debug()));
    }
    let body = response.body_mut().with_config().limit(ANSWER).read_to_vec().unwrap_or_default();
    let problem: Problem = serde_json::from_slice(&body).unwrap_or_default();
    Cause::Refused(Problem { status, retry_after_s: problem.retry_after_s.or(header), ..problem }.into())
}

/// Without the URL: a presigned one is a secret.
fn unreachable(error: &ureq::Error) -> Cause {
    match error {
        ureq::Error::Io(e) => Cause::Unreachable(words(e)),
        ureq::Error::Timeout(_) => Cause::Unreachable("no answer came in time".into()),
        ureq::Error::HostNotFound => Cause::Unreachable("there is no host of this name".into()),
        ureq::Error::ConnectionFailed => Cause::Unreachable("cannot connect".into()),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Cause::Strange("the URL cannot be used".into()),
        ureq::Error::BodyExceedsLimit(most) => Cause::Strange(format!("the answer has more than {most} bytes")),
        other => Cause::Unreachable(other.to_string()),
    }
}
