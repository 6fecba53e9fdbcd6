//! Signed requests. Of services that we ask seldom and little (STS, CloudWatch, Auto Scaling), one form and one answer in
//! XML; a client of each would be a minute of every fresh build.

use crate::cached::Cached;
use crate::error::IdentityError;
use crate::http::ask;
use crate::place::Place;
use crate::xml;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::SystemTime;
use ureq::http::Request;

/// What stands for itself in a form.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A service of the cloud, in a region.
#[derive(Debug, Clone)]
pub struct Service {
    name: &'static str,
    version: &'static str,
    region: String,
    url: String,
    identity: Cached,
}

impl Service {
    /// The security token service.
    pub fn sts(place: &Place, region: &str, identity: &Cached) -> Self {
        Self::new("sts", "2011-06-15", place, region, identity)
    }

    /// CloudWatch.
    pub fn cloudwatch(place: &Place, region: &str, identity: &Cached) -> Self {
        Self::new("monitoring", "2010-08-01", place, region, identity)
    }

    /// Auto Scaling.
    pub fn autoscaling(place: &Place, region: &str, identity: &Cached) -> Self {
        Self::new("autoscaling", "2011-01-01", place, region, identity)
    }

    fn new(name: &'static str, version: &'static str, place: &Place, region: &str, identity: &Cached) -> Self {
        let url = place.endpoint(name, region);
        Self { name, version, region: region.into(), url, identity: identity.clone() }
    }

    /// Asks for this action; the answer is XML.
    pub async fn call(&self, action: &str, asked: &[(&str, &str)]) -> Result<String, IdentityError> {
        let whole: Vec<_> = [("Action", action), ("Version", self.version)].iter().chain(asked).copied().collect();
        let refused = |why: String| IdentityError::Refused { service: self.name, action: action.into(), why };
        let (url, header) = (format!("{}/", self.url), ("content-type", "application/x-www-form-urlencoded"));
        let whom = Whom { service: self.name, region: &self.region, url: &url };
        let request = post(&self.identity, whom, &[header], form(&whole)).await?;
        let answer = ask(request).await.map_err(|e| refused(e.to_string()))?;
        let why = xml::value(&answer.text, "Message");
        answer.granted().map_err(|plain| refused(why.unwrap_or(plain)))
    }
}

/// Whom a request is for.
#[derive(Debug, Clone, Copy)]
pub struct Whom<'a> {
    /// The service, by its name in signatures.
    pub service: &'static str,
    /// Its region.
    pub region: &'a str,
    /// Where it is asked.
    pub url: &'a str,
}

/// A POST that is signed now.
pub async fn post(
    identity: &Cached,
    whom: Whom<'_>,
    headers: &[(&'static str, &str)],
    body: String,
) -> Result<Request<String>, IdentityError> {
    let credentials = identity.get().await?.credentials;
    let refused = |why: String| IdentityError::Refused { service: whom.service, action: "sign".into(), why };
    sign(credentials, whom, headers, body).map_err(|e| refused(e.to_string()))
}

fn sign(
    credentials: Credentials,
    whom: Whom,
    headers: &[(&'static str, &str)],
    body: String,
) -> Result<Request<String>, Box<dyn std::error::Error>> {
    let identity = credentials.into();
    let params = v4::SigningParams::builder().identity(&identity).region(whom.region).name(whom.service);
    let params = params.time(SystemTime::now()).settings(SigningSettings::default()).build()?.into();
    let signed = SignableBody::Bytes(body.as_bytes());
    let signable = SignableRequest::new("POST", whom.url, headers.iter().copied(), signed)?;
    let (signature, _) = http_request::sign(signable, &params)?.into_parts();
    let request = headers.iter().fold(Request::post(whom.url), |request, (name, value)| request.header(*name, *value));
    let mut request = request.body(body)?;
    signature.apply_to_request_http1x(&mut request);
    Ok(request)
}

/// A form as one text.
pub(crate) fn form(asked: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", utf8_percent_encode(value, PLAIN));
    asked.iter().map(pair).collect::<Vec<_>>().join("&")
}
