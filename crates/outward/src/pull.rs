//! Files of any size, as they come.

use super::fetch::{Sent, chain, why};
use super::{Outward, OutwardError, target};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::{HeaderMap, Request, StatusCode, Uri, header};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// So often a file may have moved.
const MOVES: usize = 5;

/// A file on its way.
#[derive(Debug)]
pub struct Coming {
    /// The status of the answer that is no redirection.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Bytes, where it says so.
    pub size: Option<u64>,
    body: Incoming,
    pause: Duration,
}

impl Coming {
    /// The next bytes. `None` at the end: all that was announced has come.
    pub async fn next(&mut self) -> Result<Option<Bytes>, OutwardError> {
        loop {
            let frame = timeout(self.pause, self.body.frame()).await;
            let frame = frame.map_err(|_| OutwardError::Silent { what: "bytes", after: self.pause })?;
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(OutwardError::Broken(format!("the file broke off: {}", chain(&error)))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => return Ok(Some(data)),
                    Err(_) => continue,
                },
            }
        }
    }
}

impl Outward {
    /// Asks for a file. Where it has moved, it is asked for there, and every place is looked at as the first one. No pause
    /// may be longer than `pause`.
    pub async fn pull(&self, url: &str, agent: &str, pause: Duration) -> Result<Coming, OutwardError> {
        let mut uri = target::parse(url, self.http)?;
        for _ in 0..=MOVES {
            let answer = timeout(pause, self.client.request(asking(&uri, agent)?)).await;
            let silent = |_| OutwardError::Silent { what: "answer", after: pause };
            let (head, body) = answer.map_err(silent)?.map_err(why)?.into_parts();
            match moved(&uri, head.status, &head.headers) {
                Some(to) => uri = target::parse(&to, self.http)?,
                None => {
                    let (status, headers, size) = (head.status, head.headers, body.size_hint().exact());
                    return Ok(Coming { status, headers, size, body, pause });
                }
            }
        }
        Err(OutwardError::Url { url: target::shown(url), why: format!("redirects more than {MOVES} times") })
    }
}

fn asking(uri: &Uri, agent: &str) -> Result<Request<Sent>, OutwardError> {
    let request = Request::get(uri).header(header::USER_AGENT, agent).header(header::ACCEPT, "*/*");
    request.body(Sent::default()).map_err(|e| OutwardError::Broken(e.to_string()))
}

/// Where it is now, if the answer says so.
fn moved(from: &Uri, status: StatusCode, headers: &HeaderMap) -> Option<String> {
    let to = headers.get(header::LOCATION).filter(|_| [301, 302, 303, 307, 308].contains(&status.as_u16()))?;
    let to = Url::parse(&from.to_string()).ok()?.join(to.to_str().ok()?).ok()?;
    Some(to.into())
}
