//! From paths to handlers, and what is done to every request.

use super::problem::Problem;
use super::{
    batches, blob, days, forms, health, images, keys, looks, objects, openapi, operations, patience, people, preview,
    progress, recipes, scale, setup, transfers, uploads, usage, webhooks,
};
use crate::house::House;
use crate::trace::TraceId;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The name of a request, for logs on both sides.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Every documented operation.
pub fn api() -> OpenApiRouter<Arc<House>> {
    OpenApiRouter::with_openapi(openapi::Head::openapi())
        .routes(routes!(uploads::open))
        .routes(routes!(uploads::look, uploads::abort))
        .routes(routes!(uploads::sign))
        .routes(routes!(uploads::complete))
        .routes(routes!(objects::list_photos))
        .routes(routes!(objects::look_at_photo, objects::remove_photo))
        .routes(routes!(looks::facts))
        .routes(routes!(looks::camera))
        .routes(routes!(objects::list_assets))
        .routes(routes!(objects::look_at_asset, objects::remove_asset))
        .routes(routes!(recipes::list, recipes::add))
        .routes(routes!(recipes::validate))
        .routes(routes!(preview::preview))
        .routes(routes!(forms::show))
        .routes(routes!(forms::change))
        .routes(routes!(recipes::newest))
        .routes(routes!(recipes::version))
        .routes(routes!(batches::list, batches::submit::submit))
        .routes(routes!(batches::look, batches::remove))
        .routes(routes!(batches::tasks::tasks))
        .routes(routes!(batches::renditions::renditions))
        .routes(routes!(batches::images::sign))
        .routes(routes!(batches::zip::download, batches::zip::ask))
        .routes(routes!(batches::zip::look))
        .routes(routes!(batches::shares::list, batches::shares::make))
        .routes(routes!(batches::shares::revoke))
        .routes(routes!(batches::report::report))
        .routes(routes!(batches::cancel))
        .routes(routes!(batches::redrive))
        .routes(routes!(progress::events))
        .routes(routes!(usage::list))
        .routes(routes!(days::days))
        .routes(routes!(days::table))
        .routes(routes!(usage::limits))
        .routes(routes!(keys::list, keys::make))
        .routes(routes!(keys::remove))
        .routes(routes!(people::login::login))
        .routes(routes!(people::login::logout))
        .routes(routes!(people::me::me))
        .routes(routes!(people::me::change_password))
        .routes(routes!(people::oidc::start::start, people::oidc::start::start_for))
        .routes(routes!(people::oidc::callback::callback))
        .routes(routes!(people::oidc::disconnect))
        .routes(routes!(people::sessions::list))
        .routes(routes!(people::sessions::end))
        .routes(routes!(people::users::list))
        .routes(routes!(people::users::change, people::users::remove))
        .routes(routes!(people::invitations::list, people::invitations::make))
        .routes(routes!(people::invitations::accept))
        .routes(routes!(people::invitations::remove))
        .routes(routes!(people::audit::list))
        .routes(routes!(webhooks::list, webhooks::make))
        .routes(routes!(webhooks::look, webhooks::change, webhooks::remove))
        .routes(routes!(webhooks::secret::rotate))
        .routes(routes!(webhooks::deliveries::test))
        .routes(routes!(webhooks::deliveries::list))
        .routes(routes!(webhooks::deliveries::redeliver))
        .routes(routes!(transfers::buckets::list))
        .routes(routes!(transfers::imports::list, transfers::imports::make))
        .routes(routes!(transfers::imports::look, transfers::imports::cancel))
        .routes(routes!(transfers::imports::files))
        .routes(routes!(transfers::imports::retry))
        .routes(routes!(transfers::exports::make))
        .routes(routes!(transfers::exports::list))
        .routes(routes!(transfers::exports::look, transfers::exports::cancel))
        .routes(routes!(transfers::exports::files))
        .routes(routes!(transfers::exports::retry))
        .routes(routes!(scale::scale_hint))
        .routes(routes!(operations::look))
        .routes(routes!(operations::pause))
        .routes(routes!(setup::setup))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}

/// Pages for people, which stand beside the API.
pub type Pages = fn(&Arc<House>) -> axum::Router<Arc<House>>;

/// The whole server.
pub fn router(house: Arc<House>, pages: Pages) -> axum::Router {
    let (documented, description) = api().split_for_parts();
    let description = description.to_json().unwrap_or_default();
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let most = house.config.limits.body_bytes;
    documented
        .route("/v1/openapi.json", get(move || std::future::ready((json, description))))
        .merge(pages(&house))
        .layer(DefaultBodyLimit::max(most))
        .route("/img/{*rest}", get(images::image))
        .route("/blob/{*rest}", any(blob::blob).layer(DefaultBodyLimit::disable()))
        .fallback(async || Problem::not_found("there is nothing at this path; /v1/openapi.json lists what there is"))
        .method_not_allowed_fallback(async || Problem::method("/v1/openapi.json lists what each path knows"))
        .layer(from_fn_with_state(Arc::clone(&house), drain))
        .layer(from_fn(patience::limit))
        .layer(from_fn(observe))
        .with_state(house)
}

/// A process that ends answers what it has, and asks clients to connect elsewhere.
async fn drain(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if house.is_closing() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Names, counts and logs a request. What stands in a query may be a signature and is never logged.
async fn observe(mut request: Request, next: Next) -> Response {
    let (start, method) = (Instant::now(), request.method().clone());
    let trace = TraceId::of(request.headers());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let id = request.headers().get(&REQUEST_ID).filter(|id| is_decent(id)).cloned().unwrap_or_else(fresh_id);
    let span = tracing::error_span!("request", request = id.to_str().unwrap_or_default(), %trace);
    request.extensions_mut().insert(trace);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, seconds) = (response.status(), start.elapsed().as_secs_f64());
    let labels = [("method", method.to_string()), ("route", route.clone()), ("status", status.as_u16().to_string())];
    metrics::counter!("rawmill_http_requests_total", &labels).increment(1);
    metrics::histogram!("rawmill_http_seconds", &labels[..2]).record(seconds);
    span.in_scope(|| tracing::info!(%method, route, status = status.as_u16(), seconds, "answered"));
    response.headers_mut().insert(REQUEST_ID, id);
    response.into_response()
}

fn is_decent(id: &HeaderValue) -> bool {
    (1..=128).contains(&id.len()) && id.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

fn fresh_id() -> HeaderValue {
    let mut bytes = [0; 8];
    // A request without a name is still answered.
    let _ = getrandom::fill(&mut bytes);
    HeaderValue::try_from(hex::encode(bytes)).unwrap_or(HeaderValue::from_static("unnamed"))
}
