//! Photos and assets: what uploads became.

use super::Shop;
use super::auth::{Reader, Writer};
use super::extract::{Path, Query};
use super::ids::{AssetId, PhotoId};
use super::links;
use super::page::{Listed, Paging};
use super::problem::Problem;
use super::recipes;
use super::time::rfc3339;
use super::uploads::is_sha256;
use crate::house::House;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::TenantId;
use ledger::registry::{Object as Row, ObjectKind, Registry};
use serde::{Deserialize, Serialize};
use store::{Key, Store};
use utoipa::{IntoParams, ToSchema};

/// A stored file.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stored {
    /// Its id.
    pub id: String,
    /// Name of the customer's file.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// What it is, found by looking at it.
    pub media_type: String,
    /// SHA-256 of its bytes, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// When it came.
    pub created: String,
    /// Where it can be fetched, until the link ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Which of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only those whose bytes have this SHA-256, as whoever uploaded them said or as it was found.
    #[param(pattern = "^[0-9a-f]{64}$")]
    pub sha256: Option<String>,
    /// As `next` of the page before it says.
    #[param(pattern = "^[0-9]{1,19}$")]
    pub cursor: Option<String>,
    /// Most entries; 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<usize>,
}

/// The four operations on objects of a kind.
macro_rules! operations {
    ($kind:ident, $id:ident, $tag:literal, $list:ident, $look:ident, $remove:ident, $what:literal, $but:literal) => {
        #[doc = concat!("The tenant's ", $what, "s")]
        #[utoipa::path(get, path = concat!("/v1/", $tag), tag = $tag, params(Filter), responses(
            (status = 200, description = "Newest first", body = Listed<Stored>),
            (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn $list(
            State(house): Shop,
            Reader(caller): Reader,
            Query(filter): Query<Filter>,
        ) -> Result<Json<Listed<Stored>>, Problem> {
            list(&house, caller.tenant, ObjectKind::$kind, filter).await.map(Json)
        }

        #[doc = concat!("One ", $what, ", with a link to its bytes")]
        #[utoipa::path(get, path = concat!("/v1/", $tag, "/{id}"), tag = $tag, params(("id" = $id, Path)), responses(
            (status = 200, description = "What it is", body = Object),
            (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn $look(
            State(house): Shop,
            Reader(caller): Reader,
            Path(id): Path<$id>,
        ) -> Result<Json<Stored>, Problem> {
            let row = house.ledger.object(caller.tenant, ObjectKind::$kind, id.0).await?;
            let row = row.ok_or_else(|| Problem::not_found(format!("there is no {} {id}", $what)))?;
            let url = links::get(&house, &row.key, &row.name, links::life(&house, None)?).await?;
            Ok(Json(Stored { url: Some(url), ..show(row) }))
        }

        #[doc = concat!("Remove one ", $what, $but)]
        #[utoipa::path(delete, path = concat!("/v1/", $tag, "/{id}"), tag = $tag, params(("id" = $id, Path)), responses(
            (status = 204, description = "It is gone"),
            (status = "4XX", description = "Not removed", body = Problem, content_type = "application/problem+json"),
        ))]
        pub async fn $remove(
            State(house): Shop,
            Writer(caller): Writer,
            Path(id): Path<$id>,
        ) -> Result<StatusCode, Problem> {
            let gone = remove(&house, caller.tenant, ObjectKind::$kind, id.0).await?;
            let gone = gone.then_some(StatusCode::NO_CONTENT);
            gone.ok_or_else(|| Problem::not_found(format!("there is no {} {id}", $what)))
        }
    };
}

operations!(
    Photo,
    PhotoId,
    "photos",
    list_photos,
    look_at_photo,
    remove_photo,
    "photo",
    "; a batch that still needs it will fail on it"
);
operations!(
    Asset,
    AssetId,
    "assets",
    list_assets,
    look_at_asset,
    remove_asset,
    "asset",
    ", unless the newest version of a recipe names it; a batch that still needs it will fail on it"
);

async fn list(house: &House, tenant: TenantId, kind: ObjectKind, filter: Filter) -> Result<Listed<Stored>, Problem> {
    let paging = Paging { cursor: filter.cursor, limit: filter.limit };
    let rows = match &filter.sha256 {
        Some(sha256) if !is_sha256(sha256) => return Err(Problem::malformed("`sha256` is 64 hexadecimal digits")),
        Some(sha256) => house.ledger.objects_by_hash(tenant, kind, sha256, paging.page()?).await?,
        None => house.ledger.objects(tenant, kind, paging.page()?).await?,
    };
    paging.listed(rows, |row| row.id, show)
}

/// The row first: what nobody knows any more can be swept, a row without bytes would be a lie.
async fn remove(house: &House, tenant: TenantId, kind: ObjectKind, id: i64) -> Result<bool, Problem> {
    if kind == ObjectKind::Asset {
        let users = recipes::users_of(house, tenant, &AssetId(id).to_string()).await?;
        if !users.is_empty() {
            let which = users.join("`, `");
            return Err(Problem::conflict(format!(
                "recipes name it: `{which}`; add versions of them that do not, first"
            )));
        }
    }
    let Some(row) = house.ledger.drop_object(tenant, kind, id).await? else { return Ok(false) };
    let key = Key::parse(&row.key).map_err(Problem::internal)?;
    house.store.delete(&key).await?;
    Ok(true)
}

/// An object as its owner sees it.
pub fn show(row: Row) -> Stored {
    let id = match row.kind {
        ObjectKind::Photo => PhotoId(row.id).to_string(),
        ObjectKind::Asset => AssetId(row.id).to_string(),
    };
    let created = rfc3339(row.created);
    Stored { id, name: row.name, size: row.size, media_type: row.media_type, sha256: row.sha256, created, url: None }
}
