//! What is done to every page: problems become pages, and headers say what a browser may do with it.

use crate::frame::Frame;
use crate::show::page;
use crate::words::Language;
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use service::House;
use service::web::{Problem, Shop, links};
use url::form_urlencoded::byte_serialize;

const HEADERS: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::CACHE_CONTROL, "private, no-store"),
];

/// A problem as a page.
#[derive(Template)]
#[template(path = "problem.html")]
struct Trouble {
    frame: Frame,
    problem: Problem,
}

/// What is asked for.
pub enum Kind {
    /// A page, by somebody who looks at it.
    Page,
    /// A part of one, by htmx. Where it cannot be had, the whole page says why.
    Part,
    /// Something else, by a script.
    Data,
}

impl Kind {
    /// As the headers of a request say.
    pub fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        match headers.contains_key("hx-request") {
            true => Self::Part,
            false if accepted.contains("text/html") => Self::Page,
            false => Self::Data,
        }
    }
}

/// Around every page.
pub async fn dress(State(house): Shop, request: Request, next: Next) -> Response {
    let (language, uri, kind) = (Language::of(request.headers()), request.uri().clone(), Kind::of(request.headers()));
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = match kind {
            Kind::Page => trouble(problem, language, &uri),
            Kind::Part => (StatusCode::NO_CONTENT, [("hx-refresh", "true")]).into_response(),
            Kind::Data => response,
        };
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.extend(policy(&house).await.map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    response
}

/// Nothing stands inline, and nothing comes from elsewhere but from the store: pictures, and where uploads go.
async fn policy(house: &House) -> Option<HeaderValue> {
    let store = links::origin(house).await.unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: {store}; \
         connect-src 'self' {store}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).ok()
}

/// Who is not known is asked who they are, and comes back.
fn trouble(problem: Problem, language: Language, uri: &Uri) -> Response {
    if problem.status == StatusCode::UNAUTHORIZED.as_u16() {
        let there: String = byte_serialize(uri.path_and_query().map_or("/", |p| p.as_str()).as_bytes()).collect();
        return Redirect::to(&format!("/login?then={there}")).into_response();
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, page(&Trouble { frame: Frame::outside(language), problem })).into_response()
}
