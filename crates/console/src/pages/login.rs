//! Coming in: by password, or by an invitation. The forms speak to the API.

use crate::frame::Frame;
use crate::show::page;
use crate::words::Language;
use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use service::web::extract::Query;

#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    frame: Frame,
    /// Where to go then.
    then: String,
}

#[derive(Template)]
#[template(path = "invite.html")]
struct Invite {
    frame: Frame,
}

/// Where somebody wanted to go.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    then: Option<String>,
}

/// The page of the password.
pub async fn login(headers: HeaderMap, Query(way): Query<Way>) -> Response {
    let then = way.then.filter(|then| stays(then)).unwrap_or_else(|| "/".into());
    page(&Login { frame: Frame::outside(Language::of(&headers)), then })
}

/// The page of an invitation, whose secret stands in the fragment and never comes to us with the page.
pub async fn invite(headers: HeaderMap) -> Response {
    page(&Invite { frame: Frame::outside(Language::of(&headers)) })
}
