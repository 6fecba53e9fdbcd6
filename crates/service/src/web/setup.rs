//! The first key of a fresh service, for whoever can read a file of its machine.
//!
//! While there is no key at all, a file in the data folder holds a token that is good for one key. Only the owner of the
//! folder can read it.

use super::Shop;
use super::auth::{FreshKey, hash};
use super::extract::Body;
use super::ids::KeyId;
use super::keys::MadeKey;
use super::problem::Problem;
use crate::house::House;
use crate::secret_file::make_once;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::registry::{NewKey, Registry, Scope};
use ledger::{Ledger, Tenant, TenantId};
use serde::Deserialize;
use std::io;
use std::path::{Path, PathBuf};
use utoipa::ToSchema;

/// The first tenant.
pub const FIRST: &str = "default";

/// The token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// As the file holds it.
    pub token: String,
}

/// Where the token is.
pub fn path(data: &Path) -> PathBuf {
    data.join("setup-token")
}

/// Writes a token if nobody has a key yet; returns the path of its file.
pub async fn offer(house: &House) -> Result<Option<PathBuf>, io::Error> {
    for standing in house.ledger.tenants().await.map_err(io::Error::other)? {
        if !house.ledger.keys(standing.tenant.id).await.map_err(io::Error::other)?.is_empty() {
            return Ok(None);
        }
    }
    let path = path(&house.config.data);
    let token = || Ok(format!("{}\n", FreshKey::make().map_err(|p| io::Error::other(p.detail))?.text));
    make_once(&path, token)?;
    Ok(Some(path))
}

/// The first key, for the token in the file
#[utoipa::path(post, path = "/v1/setup", tag = "keys", request_body = Setup, security(()), responses(
    (status = 201, description = "The key, this once; the token is good for nothing any more", body = MadeKey),
    (status = "4XX", description = "No key", body = Problem, content_type = "application/problem+json"),
))]
pub async fn setup(State(house): Shop, Body(asked): Body<Setup>) -> Result<(StatusCode, Json<MadeKey>), Problem> {
    let wrong = || Problem::unauthenticated("this token is not known, or was used");
    let path = path(&house.config.data);
    let _entry =
        house.in_flight.enter("setup".into()).ok_or_else(|| Problem::in_flight("somebody else is at it").after(1))?;
    let kept = std::fs::read_to_string(&path).map_err(|_| wrong())?;
    if hash(kept.trim()) != hash(asked.token.trim()) {
        return Err(wrong());
    }
    // Whoever removes the file has the key: a second process finds it gone.
    std::fs::remove_file(&path).map_err(|_| wrong())?;
    let tenant = first_tenant(&house).await?;
    let scopes = [Scope::Read, Scope::Write, Scope::Admin];
    let (text, id) = add_key(&house, tenant, "first", &scopes, "the setup token").await?;
    Ok((StatusCode::CREATED, Json(MadeKey { key: text, id: KeyId(id) })))
}

/// The first tenant, who is there already if a process was killed before it had a key.
async fn first_tenant(house: &House) -> Result<TenantId, Problem> {
    let all = house.ledger.tenants().await?;
    match all.iter().find(|s| s.tenant.name == FIRST) {
        Some(found) => Ok(found.tenant.id),
        None => add_tenant(house, FIRST).await,
    }
}

/// Adds a tenant with the caps of the configuration.
pub async fn add_tenant(house: &House, name: &str) -> Result<TenantId, Problem> {
    let limits = &house.config.limits;
    let (queued_cap, running_cap) = (limits.queued, limits.running);
    let tenant = Tenant { id: TenantId(0), name: name.into(), weight: 1, queued_cap, running_cap, paused: false };
    Ok(house.ledger.put_tenant(&tenant).await?)
}

/// Adds a key; returns its text and number.
pub async fn add_key(
    house: &House,
    tenant: TenantId,
    name: &str,
    scopes: &[Scope],
    by: &str,
) -> Result<(String, i64), Problem> {
    let fresh = FreshKey::make()?;
    let (prefix, hash) = (fresh.prefix, fresh.hash);
    let key = NewKey { tenant, name: name.into(), prefix, hash, scopes: scopes.to_vec(), expires: None };
    Ok((fresh.text, house.ledger.add_key(&key, by).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[tokio::test]
    async fn a_key_is_offered_until_there_is_one() {
        let folder = tempfile::TempDir::new().unwrap();
        let config = Config { data: folder.path().into(), ..Config::default() };
        let house = crate::run::open(config).await.unwrap();
        // A process was killed when it had the tenant and not yet the key.
        add_tenant(&house, FIRST).await.unwrap();
        let path = offer(&house).await.unwrap().expect("nobody has a key");
        let token = std::fs::read_to_string(path).unwrap();
        let (status, Json(made)) = setup(State(house.clone()), Body(Setup { token })).await.unwrap();
        assert_eq!(status, StatusCode::CREATED);
        assert!(made.key.starts_with("rmk_"));
        assert_eq!(offer(&house).await.unwrap(), None);
    }
}
