//! HTTP to one server, and an end to every wait.

use super::{BadOptions, Failure, S3Options};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use https::Https;
use hyper::body::{Body, Incoming};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::client::legacy::Error;
use std::time::Duration;

/// Bytes a second that a network must bring at least, or the wait for an answer ends.
const SLOWEST: u64 = 64 << 10;

/// Most of an answer that is held at once.
const TEXT_MAX: usize = 16 << 20;

/// The client of one bucket.
#[derive(Debug, Clone)]
pub(super) struct Http {
    client: Https<Full<Bytes>>,
    timeout: Duration,
}

/// An answer, of which the body is yet to come.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Coming,
}

/// A body on its way in, whose blocks do not keep anybody waiting for ever.
#[derive(Debug)]
pub(super) struct Coming {
    body: Incoming,
    timeout: Duration,
}

impl Http {
    pub(super) fn new(options: &S3Options) -> Result<Self, BadOptions> {
        Ok(Self { client: https::client(options.ca_file.as_deref())?, timeout: options.timeout })
    }

    /// Sends a request and waits for the head of the answer.
    pub(super) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
        let size = request.body().size_hint().lower();
        let limit = self.timeout + Duration::from_secs(size / SLOWEST);
        let answer = tokio::time::timeout(limit, self.client.request(request)).await;
        let answer = answer.map_err(|_| Failure::Silent(limit))?.map_err(unreachable)?;
        let (head, body) = answer.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body: Coming { body, timeout: self.timeout } })
    }
}

fn unreachable(error: Error) -> Failure {
    Failure::Unreachable(error.into())
}

impl Answer {
    /// A header, if it is there and a text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All of the body, as a text.
    pub(super) async fn text(mut self) -> Result<String, Failure> {
        let mut all = Vec::new();
        while let Some(block) = self.body.next().await? {
            if all.len() + block.len() > TEXT_MAX {
                return Err(Failure::Strange("it does not end"));
            }
            all.extend_from_slice(&block);
        }
        String::from_utf8(all).map_err(|_| Failure::Strange("it is no text"))
    }
}

impl Coming {
    /// The next block, or the end; an error where the connection ended before the body did.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let frame = tokio::time::timeout(self.timeout, self.body.frame()).await;
            let Some(frame) = frame.map_err(|_| Failure::Silent(self.timeout))? else { return Ok(None) };
            let frame = frame.map_err(|e| Failure::Unreachable(e.into()))?;
            if let Ok(block) = frame.into_data() {
                return Ok(Some(block));
            }
        }
    }
}
