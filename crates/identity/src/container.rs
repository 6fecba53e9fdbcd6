//! Credentials of a container: an agent beside it hands them out.

use crate::chain::parse;
use crate::http::ask_host;
use crate::place::Place;
use aws_credential_types::Credentials;
use std::net::IpAddr;
use ureq::http::Request;
use ureq::http::header::AUTHORIZATION;

/// Addresses beside this machine itself at which agents answer by plain HTTP: ECS, and EKS by IPv4 and IPv6.
const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

/// A task of ECS.
pub async fn ecs(place: &Place) -> Result<Option<Credentials>, String> {
    let Some(path) = place.var("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") else { return Ok(None) };
    let url = format!("{}{path}", place.container());
    ask(place, &url, "ECS").await.map(Some)
}

/// A pod of EKS.
pub async fn eks(place: &Place) -> Result<Option<Credentials>, String> {
    let Some(url) = place.var("AWS_CONTAINER_CREDENTIALS_FULL_URI") else { return Ok(None) };
    if !is_safe(&url) {
        return Err(format!("`{url}` would carry credentials in the open; expected https, or an agent on this host"));
    }
    ask(place, &url, "EKS").await.map(Some)
}

async fn ask(place: &Place, url: &str, from: &'static str) -> Result<Credentials, String> {
    let mut request = Request::get(url);
    if let Some(token) = token(place)? {
        request = request.header(AUTHORIZATION, token);
    }
    let request = request.body(String::new()).map_err(|e| format!("{url}: {e}"))?;
    parse(&ask_host(request).await.map_err(|e| e.to_string())?.granted()?, from)
}

/// Read anew each time: the file changes.
fn token(place: &Place) -> Result<Option<String>, String> {
    match place.var("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(file) => {
            let token = std::fs::read_to_string(&file).map_err(|e| format!("cannot read `{file}`: {e}"))?;
            Ok(Some(token.trim().to_owned()))
        }
        None => Ok(place.var("AWS_CONTAINER_AUTHORIZATION_TOKEN")),
    }
}

/// By https, or to this host alone.
fn is_safe(url: &str) -> bool {
    let Ok(uri) = url.parse::<ureq::http::Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let address: Option<IpAddr> = host.parse().ok();
    let here = host == "localhost" || address.is_some_and(|a| a.is_loopback());
    uri.scheme_str() == Some("https") || here || AGENTS.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_travel_by_https_or_stay_on_this_host() {
        for url in ["https://a.example/x", "http://127.0.0.1:9/x", "http://[::1]/x", "http://169.254.170.23/v1"] {
            assert!(is_safe(url), "{url}");
        }
        for url in ["http://a.example/x", "http://10.0.0.1/x", "http://169.254.169.254/x", "ftp://a", ""] {
            assert!(!is_safe(url), "{url}");
        }
    }
}
