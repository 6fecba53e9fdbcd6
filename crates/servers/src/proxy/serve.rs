//! One request on its way to the server behind, and its answer on the way back.

use super::Shared;
use super::faults::{Action, Fault};
use super::guard::{Fate, Guard};
use super::verify::{Denial, Seen, announced, verify};
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, DATE, HeaderValue, TRANSFER_ENCODING};
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustix::net::sockopt::set_socket_linger;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::net::{TcpListener, TcpStream};

type Through = UnsyncBoxBody<Bytes, io::Error>;

/// Where faults are ordered and counts are read.
const CONTROL: &str = "/_fault";

/// Serves connections until nobody waits for it any more.
pub(super) async fn serve(listener: std::net::TcpListener, shared: Arc<Shared>) {
    let listener = TcpListener::from_std(listener).expect("a listener that does not block");
    let client = Client::builder(TokioExecutor::new()).build_http();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        tokio::spawn(connection(stream, shared.clone(), client.clone()));
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>, client: Client<HttpConnector, Through>) {
    let Ok(socket) = stream.as_fd().try_clone_to_owned() else { return };
    let passage = Arc::new(Passage { shared, client, socket });
    let serve = hyper::service::service_fn(move |request| {
        let passage = passage.clone();
        async move { passage.handle(request).await }
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), serve).await;
}

struct Passage {
    shared: Arc<Shared>,
    client: Client<HttpConnector, Through>,
    /// The connection once more, to reset it.
    socket: OwnedFd,
}

impl Passage {
    /// An error ends the connection without an answer.
    async fn handle(&self, request: Request<Incoming>) -> io::Result<Response<Through>> {
        if request.uri().path() == CONTROL {
            return Ok(self.control(request).await);
        }
        let action = self.shared.script().next(&line(&request));
        match action {
            Some(Action::Status { status, code }) => Ok(error(status, &code, "injected")),
            Some(Action::HiddenError { code }) => Ok(answer(200, &format!("\n\n{}", document(&code, "injected")))),
            Some(Action::Delay { ms }) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                self.pass(request, None, None).await
            }
            Some(Action::Reset { after }) => {
                drop(self.pass(request, Some(after), None).await);
                Err(self.reset())
            }
            Some(Action::Lose) => {
                let done = self.pass(request, None, None).await?;
                drop(done.into_body().collect().await);
                Err(self.reset())
            }
            Some(Action::Clock { ahead_s }) => {
                let mut answer = self.pass(request, None, None).await?;
                answer.headers_mut().insert(DATE, date(ahead_s)?);
                Ok(answer)
            }
            Some(Action::Truncate { after }) => self.pass(request, None, Some(after)).await,
            None => self.pass(request, None, None).await,
        }
    }

    /// Verifies and forwards; the request's body is cut after so many bytes, or the answer's.
    async fn pass(
        &self,
        request: Request<Incoming>,
        cut: Option<u64>,
        truncate: Option<u64>,
    ) -> io::Result<Response<Through>> {
        let (mut head, body) = request.into_parts();
        let fate = Fate::default();
        // Other services than S3 sign the hash of the body without saying it.
        let unsaid = head.headers.contains_key("authorization") && !head.headers.contains_key("x-amz-content-sha256");
        let (body, hash): (Through, _) = if unsaid {
            let bytes = body.collect().await.map_err(io::Error::other)?.to_bytes();
            let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&bytes));
            (Full::new(bytes).map_err(|never| match never {}).boxed_unsync(), Some(hash))
        } else {
            let guard = Guard::new(body, announced(&head.headers), cut, fate.clone());
            (guard.boxed_unsync(), None)
        };
        if let Err(denial) = self.verify(&head, hash.as_deref()) {
            self.shared.script().count("denied");
            return Ok(error(denial.status, denial.code, denial.message));
        }
        head.uri = self.upstream(&head.uri)?;
        head.headers.remove(CONNECTION);
        head.headers.remove(TRANSFER_ENCODING);
        match self.client.request(Request::from_parts(head, body)).await {
            Ok(answer) => Ok(back(answer, truncate)),
            Err(_) if fate.is_other() => Ok(error(400, "XAmzContentSHA256Mismatch", "not the bytes that were signed")),
            Err(_) if fate.is_cut() => Err(self.reset()),
            Err(e) => Err(io::Error::other(e)),
        }
    }

    fn verify(&self, head: &hyper::http::request::Parts, body: Option<&str>) -> Result<(), Denial> {
        let known = self.shared.known();
        if known.is_empty() {
            return Ok(());
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let (method, path) = (head.method.as_str(), head.uri.path());
        let seen = Seen { method, path, query: head.uri.query().unwrap_or_default(), headers: &head.headers, body };
        verify(&seen, &known, i64::try_from(now).unwrap_or(i64::MAX))
    }

    fn upstream(&self, uri: &Uri) -> io::Result<Uri> {
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        format!("http://{}{target}", self.shared.upstream).parse().map_err(io::Error::other)
    }

    /// The end of the connection, without a word.
    fn reset(&self) -> io::Error {
        let _ = set_socket_linger(&self.socket, Some(Duration::ZERO));
        io::Error::from(io::ErrorKind::ConnectionReset)
    }

    /// `POST` a [`Fault`] to add it, `DELETE` to clear them, `GET` for the counts and the last requests.
    async fn control(&self, request: Request<Incoming>) -> Response<Through> {
        match *request.method() {
            Method::DELETE => self.shared.script().clear(),
            Method::POST => {
                let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
                match serde_json::from_slice::<Fault>(&body) {
                    Ok(fault) => self.shared.script().add(fault),
                    Err(e) => return answer(400, &format!("{e}\n")),
                }
            }
            _ => {}
        }
        let script = self.shared.script();
        answer(200, &serde_json::json!({ "counts": script.counts, "last": script.last }).to_string())
    }
}

/// An answer as it goes back.
fn back(answer: Response<Incoming>, truncate: Option<u64>) -> Response<Through> {
    let (mut head, body) = answer.into_parts();
    head.headers.remove(CONNECTION);
    head.headers.remove(TRANSFER_ENCODING);
    let body = match truncate {
        Some(after) => Guard::new(body, None, Some(after), Fate::default()).boxed_unsync(),
        None => body.map_err(io::Error::other).boxed_unsync(),
    };
    Response::from_parts(head, body)
}

/// The time of a clock that is so far ahead of ours, as a header says it.
fn date(ahead_s: i64) -> io::Result<HeaderValue> {
    let then = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(ahead_s);
    HeaderValue::from_str(&then.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).map_err(io::Error::other)
}

/// A request as faults match it: without what signs it, which is nobody's business.
fn line(request: &Request<Incoming>) -> String {
    let fields = request.uri().query().unwrap_or_default().split('&').filter(|field| !field.starts_with("X-Amz-"));
    format!("{} {}?{}", request.method(), request.uri().path(), fields.collect::<Vec<_>>().join("&"))
}

fn error(status: u16, code: &str, message: &str) -> Response<Through> {
    answer(status, &document(code, message))
}

fn document(code: &str, message: &str) -> String {
    let id = "<RequestId>proxy</RequestId>";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>{id}</Error>"
    )
}

fn answer(status: u16, text: &str) -> Response<Through> {
    let body = Full::new(Bytes::copy_from_slice(text.as_bytes())).map_err(|never| match never {}).boxed_unsync();
    let mut answer = Response::new(body);
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if text.starts_with('{') { "application/json" } else { "application/xml" };
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}
