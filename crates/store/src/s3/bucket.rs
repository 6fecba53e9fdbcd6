//! Calls to a bucket: made, signed, sent, and sent again while that may help.

use super::http::{Answer, Http};
use super::identity::{self, Identity};
use super::sign::{self, Asked, Fields, Signing, UNSIGNED};
use super::{BadOptions, Encryption, Failure, S3Options};
use crate::{Key, PresignedUrl, Sha256, StoreError, Timestamp};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use bytes::Bytes;
use hyper::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use hyper::{Method, Request};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;
use url::Url;

/// The first pause before a call is made again, and the longest; each is twice the one before.
const PAUSES: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// One bucket, and who we are to it.
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) options: S3Options,
    /// Whether something is written down beside the objects: see `done`.
    pub(super) notes: bool,
    http: Http,
    identity: Identity,
    inside: Base,
    outside: Base,
}

/// Where requests go: scheme and host, and what comes before a key in the path.
#[derive(Debug, Clone)]
struct Base {
    scheme: String,
    host: String,
    path: String,
}

/// One request to the bucket.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: Method,
    /// The full name of an object; empty for the bucket itself.
    pub(super) name: String,
    pub(super) query: Fields,
    pub(super) headers: Fields,
    pub(super) body: Bytes,
}

impl Call {
    pub(super) fn new(method: Method, name: String) -> Self {
        Self { method, name, query: Fields::new(), headers: Fields::new(), body: Bytes::new() }
    }

    pub(super) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub(super) fn body(self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self }
    }
}

impl Base {
    /// Virtual hosts are Amazon's way; a dot in the name of a bucket would spoil the certificate.
    fn new(options: &S3Options, endpoint: Option<&Url>) -> Self {
        let S3Options { bucket, region, .. } = options;
        let china = if region.starts_with("cn-") { ".cn" } else { "" };
        let amazon = || ("https".to_owned(), format!("s3.{region}.amazonaws.com{china}"));
        let (scheme, host) = endpoint.map_or_else(amazon, |url| (url.scheme().to_owned(), authority(url)));
        match options.path_style || bucket.contains('.') {
            true => Self { scheme, host, path: format!("/{bucket}/") },
            false => Self { scheme, host: format!("{bucket}.{host}"), path: "/".to_owned() },
        }
    }
}

/// Host and port, without the port that goes with the scheme.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl Bucket {
    pub(super) fn new(options: S3Options, credentials: SharedCredentialsProvider) -> Result<Self, BadOptions> {
        options.check()?;
        let outside = options.public_endpoint.as_ref().or(options.endpoint.as_ref());
        let (http, identity) = (Http::new(&options)?, Identity::new(credentials));
        let (inside, outside) = (Base::new(&options, options.endpoint.as_ref()), Base::new(&options, outside));
        Ok(Self { options, notes: true, http, identity, inside, outside })
    }

    /// The same; nothing is written down beside the objects.
    pub(super) fn without_notes(self) -> Self {
        Self { notes: false, ..self }
    }

    /// The name in the bucket of what has this key.
    pub(super) fn name(&self, key: &Key) -> String {
        self.under(key.as_str())
    }

    /// A name below the prefix.
    pub(super) fn under(&self, name: &str) -> String {
        let prefix = &self.options.prefix;
        if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") }
    }

    /// The key of what has this name; `None` for what is not ours.
    pub(super) fn key(&self, name: &str) -> Option<Key> {
        let prefix = &self.options.prefix;
        let rest = if prefix.is_empty() { name } else { name.strip_prefix(prefix)?.strip_prefix('/')? };
        Key::parse(rest).ok()
    }

    /// For `map_err`: the house failed at doing this to that object.
    pub(super) fn failed(&self, doing: &'static str, key: &Key) -> impl FnOnce(Failure) -> StoreError + use<> {
        let place = format!("s3://{}/{}", self.options.bucket, self.name(key));
        move |failure| failure.doing(doing, place)
    }

    /// The headers by which the bucket is told to encrypt.
    pub(super) fn encrypted(&self, call: Call) -> Call {
        const HOW: &str = "x-amz-server-side-encryption";
        match &self.options.encryption {
            Encryption::Default => call,
            Encryption::Aes256 => call.header(HOW, "AES256"),
            Encryption::Kms(None) => call.header(HOW, "aws:kms"),
            Encryption::Kms(Some(id)) => {
                call.header(HOW, "aws:kms").header("x-amz-server-side-encryption-aws-kms-key-id", id)
            }
        }
    }

    /// Makes a call, again and again while the failure is one that passes; what it answers has begun to come.
    pub(super) async fn call(&self, call: &Call) -> Result<Answer, Failure> {
        let mut patience = Patience::new(self.options.patience);
        loop {
            match self.once(call).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => patience.bear(failure).await?,
            }
        }
    }

    /// The same for answers that are documents; an error hidden in one is an error.
    pub(super) async fn text(&self, call: &Call) -> Result<String, Failure> {
        let mut patience = Patience::new(self.options.patience);
        loop {
            match self.read(call).await {
                Ok(text) => return Ok(text),
                Err(failure) => patience.bear(failure).await?,
            }
        }
    }

    async fn read(&self, call: &Call) -> Result<String, Failure> {
        let text = self.once(call).await?.text().await?;
        Failure::hidden(&text).map_or(Ok(text), Err)
    }

    /// Makes a call; twice, where credentials have expired that we thought good.
    async fn once(&self, call: &Call) -> Result<Answer, Failure> {
        let hash = Sha256::of(&call.body).to_string();
        let credentials = self.identity.get().await?;
        match self.send(call, &credentials, &hash).await {
            Err(failure) if failure.is_of_credentials() => {
                self.identity.drop(&credentials).await;
                self.send(call, &self.identity.get().await?, &hash).await
            }
            other => other,
        }
    }

    async fn send(&self, call: &Call, credentials: &Credentials, hash: &str) -> Result<Answer, Failure> {
        let request = self.signed(call, credentials, hash, SystemTime::now().into());
        let request = request.body(call.body.clone().into());
        let answer = self.http.send(request.map_err(|_| Failure::Strange("no request can be made of this"))?).await?;
        if answer.status.is_success() {
            return Ok(answer);
        }
        // An error that broke off says nothing: which one it is, decides what we do.
        let status = answer.status;
        Err(answer.text().await.map_or_else(|broken| broken, |text| Failure::read(status, &text)))
    }

    /// What the head of an answer, whichever it is, says of the time there.
    pub(super) async fn date(&self) -> Result<String, Failure> {
        let url = self.inside.url(&self.inside.path, "");
        let request = Request::builder().method(Method::HEAD).uri(url).body(Bytes::new().into());
        let answer = self.http.send(request.map_err(|_| Failure::Strange("no request can be made of this"))?).await?;
        answer.header("date").map(str::to_owned).ok_or(Failure::Strange("it names no date"))
    }

    /// The request, with its signature in a header.
    fn signed(&self, call: &Call, who: &Credentials, hash: &str, now: Timestamp) -> hyper::http::request::Builder {
        let path = format!("{}{}", self.inside.path, call.name);
        let mut headers = call.headers.clone();
        headers.extend([("host", self.inside.host.clone()), ("x-amz-content-sha256", hash.to_owned())]);
        headers.push(("x-amz-date", sign::date(now)));
        headers.extend(who.session_token().map(|token| ("x-amz-security-token", token.to_owned())));
        let (method, query) = (call.method.as_str(), &call.query);
        let asked = Asked { method, path: &path, query, headers: &headers, payload: hash };
        let authorization = self.signing(who, now).authorization(&asked);
        let request = Request::builder().method(&call.method).uri(self.inside.url(&path, &sign::query(query)));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, hidden(name, value)));
        request.header(AUTHORIZATION, hidden("authorization", &authorization)).header(USER_AGENT, "rawmill")
    }

    /// A URL with which anybody may make this call, for as long as asked or as our credentials live.
    pub(super) async fn presigned(
        &self,
        call: &Call,
        now: Timestamp,
        lasts: Duration,
    ) -> Result<PresignedUrl, Failure> {
        let who = self.identity.get().await?;
        let now = Timestamp(now.0.div_euclid(1_000) * 1_000);
        let life = identity::end(&who).map_or(u64::MAX, |end| u64::try_from((end.0 - now.0) / 1_000).unwrap_or(0));
        let seconds = lasts.as_secs().min(life);
        if seconds == 0 {
            return Err(Failure::Expired);
        }
        let path = format!("{}{}", self.outside.path, call.name);
        let mut headers = call.headers.clone();
        headers.push(("host", self.outside.host.clone()));
        let (method, query) = (call.method.as_str(), &call.query);
        let asked = Asked { method, path: &path, query, headers: &headers, payload: UNSIGNED };
        let query = self.signing(&who, now).presigned(&asked, seconds);
        let url =
            Url::parse(&self.outside.url(&path, &query)).map_err(|_| Failure::Strange("no URL can be made of this"))?;
        let told: Fields = call.headers.iter().filter(|(name, _)| *name != "content-length").cloned().collect();
        Ok(PresignedUrl::new(url, now.after(Duration::from_secs(seconds))).with_headers(told))
    }

    fn signing<'a>(&'a self, who: &'a Credentials, now: Timestamp) -> Signing<'a> {
        let (key_id, secret, token) = (who.access_key_id(), who.secret_access_key(), who.session_token());
        Signing { key_id, secret, token, region: &self.options.region, service: "s3", now }
    }
}

impl Base {
    fn url(&self, path: &str, query: &str) -> String {
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}://{}{}{mark}{query}", self.scheme, self.host, sign::path(path))
    }
}

/// The value of a header; one that is a secret says nothing of itself when it is shown. What cannot be a header becomes
/// an empty one, whose signature is refused.
fn hidden(name: &str, value: &str) -> HeaderValue {
    let mut value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(matches!(name, "authorization" | "x-amz-security-token"));
    value
}

/// How long failures that may pass are borne. The pauses are drawn at random, so that those who failed together do not
/// come again together.
struct Patience {
    pause: Duration,
    end: Instant,
}

impl Patience {
    fn new(patience: Duration) -> Self {
        Self { pause: PAUSES[0], end: Instant::now() + patience }
    }

    /// Waits a while; or gives the failure back, if it does not pass or the time is over.
    async fn bear(&mut self, failure: Failure) -> Result<(), Failure> {
        if !failure.passes() || Instant::now() + self.pause >= self.end {
            return Err(failure);
        }
        tokio::time::sleep(jitter(self.pause)).await;
        self.pause = (self.pause * 2).min(PAUSES[1]);
        Ok(())
    }
}

/// Some time up to this one, and half of it at least.
fn jitter(pause: Duration) -> Duration {
    pause.mul_f64(0.5 + f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(options: S3Options) -> (String, String) {
        let base = Base::new(&options, options.endpoint.as_ref());
        (base.url(&format!("{}a+b", base.path), ""), base.host)
    }

    #[test]
    fn a_bucket_stands_before_the_host_or_in_the_path() {
        let options = S3Options::new("photos", "eu-central-1");
        let (url, host) = base(options.clone());
        assert_eq!(url, "https://photos.s3.eu-central-1.amazonaws.com/a%2Bb");
        assert_eq!(host, "photos.s3.eu-central-1.amazonaws.com");
        let local = S3Options { endpoint: Url::parse("http://localhost:9000").ok(), path_style: true, ..options };
        assert_eq!(base(local), ("http://localhost:9000/photos/a%2Bb".into(), "localhost:9000".into()));
        assert!(
            base(S3Options::new("my.photos", "cn-north-1"))
                .0
                .starts_with("https://s3.cn-north-1.amazonaws.com.cn/my.photos/")
        );
    }

    #[test]
    fn pauses_differ_and_stay_below_their_bound() {
        let pauses: Vec<_> = (0..50).map(|_| jitter(PAUSES[1])).collect();
        assert!(pauses.iter().all(|pause| (PAUSES[1] / 2..=PAUSES[1]).contains(pause)));
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
