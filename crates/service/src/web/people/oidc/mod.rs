//! Logging in on the word of a provider of OpenID Connect. What it takes to believe it stands in the crate `oidc`; here is
//! who may come in by it.
//!
//! ```text
//!  start ──▶ the provider ──▶ callback ──▶ in: known, invited, or admitted
//!                                     └──▶ refused, with a word that the console knows
//! ```
//! A server remembers nothing between the two: [`way`] is a cookie.

pub mod callback;
mod profile;
mod refused;
pub mod start;
mod way;

pub use refused::Why;

use crate::config::Oidc;
use crate::house::House;
use crate::web::Shop;
use crate::web::auth::Person;
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::people::{Disconnected, People, User};
use oidc::Provider;

/// The provider, and what the configuration says of it.
fn provider(house: &House) -> Result<(&Provider, &Oidc), Problem> {
    let both = house.oidc.as_ref().zip(house.config.console.oidc.as_ref());
    both.ok_or_else(|| Problem::not_found("no provider is configured; log in with a password"))
}

/// Since when a user is known to the provider.
pub async fn since(house: &House, user: &User) -> Result<Option<String>, Problem> {
    let Some(provider) = &house.oidc else { return Ok(None) };
    let all = house.ledger.identities(user.id).await?;
    let ours = all.into_iter().find(|one| one.identity.issuer == provider.issuer());
    Ok(ours.map(|one| rfc3339(one.since)))
}

/// Disconnect the provider
///
/// It lets you in no more. Sessions go on. Whoever has no password keeps it.
#[utoipa::path(delete, operation_id = "disconnect", path = "/v1/me/identity", tag = "people", security(("session" = [])), responses(
    (status = 204, description = "You come in by password alone"),
    (status = "4XX", description = "Not disconnected", body = Problem, content_type = "application/problem+json"),
))]
pub async fn disconnect(State(house): Shop, person: Person) -> Result<StatusCode, Problem> {
    let (provider, _) = provider(&house)?;
    match house.ledger.disconnect(&person.user, provider.issuer()).await? {
        Disconnected::Done => Ok(StatusCode::NO_CONTENT),
        Disconnected::Unknown => Err(Problem::not_found("you are not connected with this provider")),
        Disconnected::OnlyWay => Err(Problem::conflict(
            "you have no password, so you could not come in any more; ask an owner for a link that sets one first",
        )),
    }
}
