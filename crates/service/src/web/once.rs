//! `Idempotency-Key`: a request that comes again under the same name is what the first one was.

use super::problem::Problem;
use crate::house::{Entry, House};
use crate::shared::guard::Held;
use axum::http::HeaderMap;
use ledger::{Once, TenantId};
use serde::Serialize;
use std::time::Duration;

/// How long a name stands for what was made of its request.
pub const KEPT: Duration = Duration::from_secs(86_400);

/// The name of a request that asks for this, if it has one.
pub fn named(headers: &HeaderMap, asked: &impl Serialize) -> Result<Option<Once>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|k| (1..=255).contains(&k.len()));
    let key = key.ok_or_else(|| Problem::malformed("an Idempotency-Key has 1 to 255 visible ASCII characters"))?;
    let asked = serde_json::to_vec(asked).map_err(Problem::internal)?;
    Ok(Some(Once { key: key.into(), fingerprint: blake3::hash(&asked).to_hex().to_string() }))
}

/// Enters a name over all web servers, until what is returned is dropped.
pub async fn enter(house: &House, tenant: TenantId, once: &Once) -> Result<(Entry, Option<Held>), Problem> {
    let entered = house.enter(format!("{}/{}", tenant.0, once.key)).await;
    entered.ok_or_else(|| Problem::in_flight("wait for the answer to the first one, or ask again").after(1))
}

/// The name stands for something else.
pub fn other_body() -> Problem {
    Problem::other_body("use a new key for a new request, or send the same body again")
}
