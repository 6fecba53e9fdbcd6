//! Keys of a tenant.

use super::Shop;
use super::auth::{Admin, FreshKey};
use super::extract::{Body, Path};
use super::ids::KeyId;
use super::page::Listed;
use super::problem::Problem;
use super::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::Timestamp;
use ledger::registry::{Key as Row, NewKey as Fresh, Registry, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A key to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// For people; at most 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it may do: `read`, `write`, `admin`.
    #[schema(value_type = Vec<String>, min_items = 1)]
    pub scopes: Vec<Scope>,
    /// Days until it ends; never if absent.
    #[schema(minimum = 1, maximum = 3650)]
    pub expires_days: Option<u32>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// For people.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// What it may do.
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: String,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// When it was last seen, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used: Option<String>,
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeKey {
    /// The key itself. It is shown this once.
    pub key: String,
    /// Its id.
    pub id: KeyId,
}

/// Keys of the tenant
#[utoipa::path(get, operation_id = "list_keys", path = "/v1/keys", tag = "keys", responses(
    (status = 200, description = "Oldest first", body = Listed<Key>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(house): Shop, Admin(caller): Admin) -> Result<Json<Listed<Key>>, Problem> {
    let rows = house.ledger.keys(caller.tenant).await?;
    Ok(Json(Listed { items: rows.into_iter().map(show).collect(), next: None }))
}

/// Make a key
#[utoipa::path(post, operation_id = "make_key", path = "/v1/keys", tag = "keys", request_body = NewKey, responses(
    (status = 201, description = "The key, this once", body = MadeKey),
    (status = "4XX", description = "Not made", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(house): Shop,
    Admin(caller): Admin,
    Body(new): Body<NewKey>,
) -> Result<(StatusCode, Json<MadeKey>), Problem> {
    let length = new.name.chars().count();
    if !(1..=100).contains(&length) || new.scopes.is_empty() || !(1..=3650).contains(&new.expires_days.unwrap_or(1)) {
        return Err(Problem::invalid("a key has a name of 1 to 100 characters, a scope, and 1 to 3650 days or none"));
    }
    let fresh = FreshKey::make()?;
    let end = |days: u32| Timestamp(house.clock.wall().0 + i64::from(days) * 86_400_000);
    let row = Fresh {
        tenant: caller.tenant,
        name: new.name,
        prefix: fresh.prefix,
        hash: fresh.hash,
        scopes: new.scopes,
        expires: new.expires_days.map(end),
    };
    let id = house.ledger.add_key(&row, &caller.who()).await?;
    Ok((StatusCode::CREATED, Json(MadeKey { key: fresh.text, id: KeyId(id) })))
}

/// Remove a key
#[utoipa::path(delete, operation_id = "remove_key", path = "/v1/keys/{id}", tag = "keys", params(("id" = KeyId, Path)), responses(
    (status = 204, description = "It is good for nothing any more"),
    (status = "4XX", description = "Not removed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(State(house): Shop, Admin(caller): Admin, Path(id): Path<KeyId>) -> Result<StatusCode, Problem> {
    if caller.is_key(id.0) {
        return Err(Problem::conflict("a key cannot remove itself; use another one"));
    }
    let keys = house.ledger.keys(caller.tenant).await?;
    let key = keys.iter().find(|k| k.id == id.0).ok_or_else(|| Problem::not_found(format!("there is no key {id}")))?;
    house.ledger.drop_key(caller.tenant, id.0, &caller.who()).await?;
    house.doorman.forget(&key.new.prefix);
    Ok(StatusCode::NO_CONTENT)
}

fn show(row: Row) -> Key {
    Key {
        id: KeyId(row.id),
        name: row.new.name,
        prefix: format!("rmk_{}", row.new.prefix),
        scopes: row.new.scopes,
        created: rfc3339(row.created),
        expires: row.new.expires.map(rfc3339),
        last_used: row.last_used.map(rfc3339),
    }
}
