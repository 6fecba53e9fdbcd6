//! Is the process alive, and should it get requests.

use super::Shop;
use super::problem::Problem;
use crate::figures;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Good.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`; `paused` while the operator lets nothing be begun.
    pub status: &'static str,
}

/// The process answers
#[utoipa::path(get, path = "/health/live", tag = "health", security(()), responses(
    (status = 200, description = "It lives", body = Health),
))]
pub async fn live() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The process can do its work: ledger and store answer, and it does not end soon
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()), responses(
    (status = 200, description = "It is ready", body = Health),
    (status = 503, description = "It is not, and why", body = Problem, content_type = "application/problem+json"),
))]
pub async fn ready(State(house): Shop) -> Result<Json<Health>, Problem> {
    if house.is_closing() {
        return Err(Problem::unavailable("draining"));
    }
    let (_, depth) = figures::ledger(&house).await;
    let depth = depth.ok_or_else(|| Problem::unavailable("the ledger does not answer"))?;
    if !figures::store(&house).await.up {
        return Err(Problem::unavailable("the store does not answer"));
    }
    Ok(Json(Health { status: if depth.paused { "paused" } else { "ok" } }))
}
