//! The buckets that a tenant may name.

use crate::web::Shop;
use crate::web::auth::Reader;
use crate::web::page::Listed;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// A bucket that the operator has configured.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bucket {
    /// The name by which it is asked for.
    pub name: String,
    /// Where it is: `s3://bucket/prefix`.
    pub url: String,
    /// Photos may be imported from it.
    pub import: bool,
    /// Renditions may be exported to it.
    pub export: bool,
}

/// Buckets of the tenant
#[utoipa::path(get, operation_id = "list_buckets", path = "/v1/buckets", tag = "transfers", responses(
    (status = 200, description = "By name", body = Listed<Bucket>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(house): Shop, Reader(caller): Reader) -> Result<Json<Listed<Bucket>>, Problem> {
    let tenant = house.standing(caller.tenant).await?.tenant.name;
    let show = |(name, bucket): (&str, &crate::transfers::Bucket)| {
        let at = &bucket.at;
        Bucket { name: name.into(), url: at.url.clone(), import: at.import, export: at.export }
    };
    Ok(Json(Listed { items: house.buckets.of(&tenant).map(show).collect(), next: None }))
}
