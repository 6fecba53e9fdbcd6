//! The gallery of a link, for somebody without an account. What may be seen, `service::gallery` says; here it is shown.

mod grid;
mod passcode;
mod photo;
mod zip;

use crate::dress::Kind;
use crate::frame::Frame;
use crate::show::page;
use crate::words::Language;
use askama::Template;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use service::House;
use service::web::Problem;
use std::sync::Arc;

/// Its pages, and what they ask for.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/g/{token}", get(grid::look))
        .route("/g/{token}/passcode", post(passcode::show))
        .route("/g/{token}/zip", post(zip::ask))
        .route("/g/{token}/zip/{ticket}", get(zip::look))
        .route("/g/{token}/{task}", get(photo::look))
        .route("/g/{token}/{task}/picture", get(photo::picture))
        .route("/g/{token}/{task}/files/{rendition}", get(photo::file))
        .layer(from_fn(dress))
}

/// Why there is nothing to see.
#[derive(Template)]
#[template(path = "gallery/closed.html")]
struct Closed {
    frame: Frame,
    is_gone: bool,
}

/// Around every page: problems become pages for people who have never heard of us, and the address, which is a secret, is told
/// neither to other sites nor to search engines.
async fn dress(request: Request, next: Next) -> Response {
    let (language, kind, path) = (Language::of(request.headers()), Kind::of(request.headers()), request.uri().path());
    let token = path.split('/').nth(2).unwrap_or_default().to_owned();
    let mut response = next.run(request).await;
    if let (Kind::Page, Some(problem)) = (kind, response.extensions().get::<Problem>()) {
        response = trouble(problem.status, Frame::outside(language), token);
    }
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

fn trouble(status: u16, frame: Frame, token: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = match status {
        StatusCode::FORBIDDEN => passcode::ask(frame, token),
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST => page(&Closed { frame, is_gone: true }),
        _ => page(&Closed { frame, is_gone: false }),
    };
    (status, page).into_response()
}
