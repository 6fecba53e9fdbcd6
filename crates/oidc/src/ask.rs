//! Requests to the provider. It may name any host; no redirect is followed, and no answer is long or late.

use super::discovery::{Manner, Metadata};
use super::{Claims, HttpsError, OidcError, Settings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use outward::{Allowed, Answer, Limits, Method, Outward, Request, StatusCode, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use url::form_urlencoded::{Serializer, byte_serialize};

const LIMITS: Limits = Limits { connect: Duration::from_secs(4), whole: Duration::from_secs(8), body: 256 << 10 };

/// What comes for a code.
#[derive(Deserialize)]
pub struct Tokens {
    pub id_token: String,
    pub access_token: String,
    token_type: String,
}

/// Why nothing came for it (RFC 6749, section 5.2).
#[derive(Default, Deserialize)]
struct Refused {
    error: Option<String>,
    error_description: Option<String>,
}

/// Whoever asks: anywhere, as the operator has chosen the provider.
pub fn outward(settings: &Settings) -> Result<Outward, HttpsError> {
    let everywhere = [IpNet::V4(Default::default()), IpNet::V6(Default::default())];
    let http = settings.issuer.starts_with("http://");
    let ca_file = settings.ca_file.clone();
    Outward::new(&outward::Settings { allow: Allowed(everywhere.to_vec()), http, ca_file }, LIMITS)
}

/// Reads a document of JSON.
pub async fn get<T: DeserializeOwned>(outward: &Outward, url: &str, token: Option<&str>) -> Result<T, OidcError> {
    let mut request = Request::builder().method(Method::GET).header(header::ACCEPT, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let answer = send(outward, url, request.body(Vec::new())).await?;
    if answer.status != StatusCode::OK {
        return Err(OidcError::Provider(format!("`{url}` answers with {}", told(&answer))));
    }
    let wrong = |e| OidcError::Provider(format!("`{url}` answers with what is not expected: {e}"));
    serde_json::from_slice(&answer.body).map_err(wrong)
}

/// Gives a code, and proves that it was asked for here.
pub async fn exchange(
    outward: &Outward,
    settings: &Settings,
    metadata: &Metadata,
    code: &str,
    verifier: &str,
) -> Result<Tokens, OidcError> {
    let answer = send(outward, &metadata.token_endpoint, order(settings, metadata.manner()?, code, verifier)).await?;
    if answer.status != StatusCode::OK {
        return Err(OidcError::Code(refusal(&answer)));
    }
    let tokens: Tokens =
        serde_json::from_slice(&answer.body).map_err(|_| OidcError::Token("there is no ID token in it".into()))?;
    if !tokens.token_type.eq_ignore_ascii_case("bearer") {
        return Err(OidcError::Token("its access token is of another type than `Bearer`".into()));
    }
    Ok(tokens)
}

/// The request for tokens.
fn order(
    settings: &Settings,
    manner: Manner,
    code: &str,
    verifier: &str,
) -> Result<Request<Vec<u8>>, impl std::fmt::Display> {
    let mut form = Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code").append_pair("code", code);
    form.append_pair("redirect_uri", &settings.redirect_uri).append_pair("code_verifier", verifier);
    let mut request = Request::builder().method(Method::POST).header(header::ACCEPT, "application/json");
    request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    match (&settings.client_secret, manner) {
        (Some(secret), Manner::Basic) => {
            request = request.header(header::AUTHORIZATION, basic(&settings.client_id, secret));
        }
        (Some(secret), Manner::Post) => {
            form.append_pair("client_id", &settings.client_id).append_pair("client_secret", secret);
        }
        (None, _) => drop(form.append_pair("client_id", &settings.client_id)),
    }
    request.body(form.finish().into_bytes())
}

/// What the provider tells whoever holds a token, if it tells anything.
pub async fn userinfo(outward: &Outward, metadata: &Metadata, token: &str) -> Result<Option<Claims>, OidcError> {
    match &metadata.userinfo_endpoint {
        Some(url) => get(outward, url, Some(token)).await.map(Some),
        None => Ok(None),
    }
}

/// Each part is written as in a form (RFC 6749, section 2.3.1).
fn basic(id: &str, secret: &str) -> String {
    let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", part(id), part(secret))))
}

async fn send(
    outward: &Outward,
    url: &str,
    request: Result<Request<Vec<u8>>, impl std::fmt::Display>,
) -> Result<Answer, OidcError> {
    let request = request.map_err(|e| OidcError::Provider(format!("`{url}` cannot be asked: {e}")))?;
    let sent = outward.fetch(url, request).await;
    let answer = sent.map_err(|e| OidcError::Provider(format!("`{url}` cannot be asked: {e}")))?;
    if answer.cut {
        return Err(OidcError::Provider(format!("`{url}` answers with more than {} bytes", LIMITS.body)));
    }
    Ok(answer)
}

fn told(answer: &Answer) -> String {
    let redirect = if answer.status.is_redirection() { ", and no redirect is followed" } else { "" };
    format!("the status {}{redirect}", answer.status.as_u16())
}

/// In the provider's words, as far as they are fit to be shown.
fn refusal(answer: &Answer) -> String {
    let said: Refused = serde_json::from_slice(&answer.body).unwrap_or_default();
    let words = [said.error, said.error_description].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let words: String = words.chars().take(200).filter(|c| !c.is_control()).collect();
    if words.is_empty() { told(answer) } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_may_have_any_character() {
        let header = basic("a:b", "p%s w+ö");
        let text = STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "a%3Ab:p%25s+w%2B%C3%B6");
    }
}
