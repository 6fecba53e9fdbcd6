//! The passcode of a link that has one.

use crate::frame::Frame;
use crate::show::page;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use service::gallery::Link;
use service::web::extract::Body;
use service::web::people::peer::Address;
use service::web::{Problem, Shop};

#[derive(Template)]
#[template(path = "gallery/passcode.html")]
struct Passcode {
    frame: Frame,
    token: String,
}

/// The page that asks for it, in place of whatever page was asked for.
pub fn ask(frame: Frame, token: String) -> Response {
    page(&Passcode { frame, token })
}

/// What somebody says it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    passcode: String,
}

/// Somebody says it; where it is right, a cookie lets them in from now on.
pub async fn show(
    State(house): Shop,
    link: Link,
    from: Address,
    Body(said): Body<Said>,
) -> Result<(StatusCode, [(HeaderName, HeaderValue); 1]), Problem> {
    let cookie = link.unlock(&house, from, &said.passcode).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}
