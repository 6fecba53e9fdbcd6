//! Coming in: by password, by a provider, or by an invitation. The forms speak to the API.

use crate::frame::Frame;
use crate::show::page;
use crate::words::Language;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use service::House;
use service::web::Shop;
use service::web::extract::Query;
use service::web::people::oidc::Why;
use service::web::people::origin::stays;
use url::form_urlencoded::byte_serialize;

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    frame: Frame,
    /// Where to go then.
    then: String,
    /// What people call the provider, where there is one.
    provider: Option<String>,
    /// Why somebody who comes back from it is here.
    trouble: Option<Why>,
}

#[derive(Template)]
#[template(path = "invite.html")]
struct Invite {
    frame: Frame,
    provider: Option<String>,
}

impl Login {
    /// Where the provider's button leads.
    fn start(&self) -> String {
        format!("/v1/oidc/start?then={}", byte_serialize(self.then.as_bytes()).collect::<String>())
    }
}

/// Where somebody wanted to go.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    then: Option<String>,
    trouble: Option<String>,
}

/// What people call the provider, where there is one.
pub fn provider(house: &House) -> Option<String> {
    house.config.console.oidc.as_ref().map(|oidc| oidc.name.clone())
}

/// The page of the password.
pub async fn login(State(house): Shop, headers: HeaderMap, Query(way): Query<Way>) -> Response {
    let then = way.then.filter(|then| stays(then)).unwrap_or_else(|| "/".into());
    let trouble = way.trouble.as_deref().and_then(Why::of);
    page(&Login { frame: Frame::outside(Language::of(&headers)), then, provider: provider(&house), trouble })
}

/// The page of an invitation, whose secret stands in the fragment and never comes to us with the page.
pub async fn invite(State(house): Shop, headers: HeaderMap) -> Response {
    page(&Invite { frame: Frame::outside(Language::of(&headers)), provider: provider(&house) })
}
