//! Whoever is logged in, and their password.

use super::Visitor;
use super::login::prove;
use super::oidc;
use crate::house::House;
use crate::people;
use crate::web::Shop;
use crate::web::auth::Person;
use crate::web::extract::Body;
use crate::web::ids::{SessionId, UserId};
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::people::{People, Role, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whoever is logged in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The user.
    pub id: UserId,
    /// As it is called when it comes in.
    pub login: String,
    /// For people.
    pub name: String,
    /// What it may do: `owner`, `operator`, `viewer`.
    #[schema(value_type = String)]
    pub role: Role,
    /// Name of the tenant whose data it sees.
    pub tenant: String,
    /// This session.
    pub session: SessionId,
    /// Has it a password. One who came by a provider has none until a link of an owner sets it.
    pub has_password: bool,
    /// Since when it comes in by the provider too, or only so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connected: Option<String>,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The one until now.
    #[schema(format = Password)]
    pub old: String,
    /// The one from now on.
    #[schema(format = Password, min_length = 12, max_length = 256)]
    pub new: String,
}

/// A user as it is shown to itself.
pub async fn show(house: &House, user: &User, session: i64) -> Result<Me, Problem> {
    let tenant = house.standing(user.tenant).await?.tenant.name;
    let (has_password, connected) = (user.password.is_some(), oidc::since(house, user).await?);
    let User { id, login, name, role, .. } = user.clone();
    Ok(Me { id: UserId(id), login, name, role, tenant, session: SessionId(session), has_password, connected })
}

/// Who is logged in
#[utoipa::path(get, operation_id = "me", path = "/v1/me", tag = "people", security(("session" = [])), responses(
    (status = 200, description = "You", body = Me),
    (status = "4XX", description = "Nobody", body = Problem, content_type = "application/problem+json"),
))]
pub async fn me(State(house): Shop, person: Person) -> Result<Json<Me>, Problem> {
    Ok(Json(show(&house, &person.user, person.session).await?))
}

/// Change the password
///
/// All other sessions end. A wrong old one counts as a wrong password at login does.
#[utoipa::path(post, operation_id = "change_password", path = "/v1/me/password", tag = "people", request_body = NewPassword,
    security(("session" = [])), responses(
    (status = 204, description = "It is changed"),
    (status = "4XX", description = "It is not", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change_password(
    State(house): Shop,
    person: Person,
    visitor: Visitor,
    Body(asked): Body<NewPassword>,
) -> Result<StatusCode, Problem> {
    people::password(&asked.new, &person.user.login)?;
    if person.user.password.is_none() {
        return Err(Problem::conflict("you have no password yet; a link from an owner, for your login, sets one"));
    }
    let user = prove(&house, visitor.address, &person.user.login, &asked.old).await;
    let user = user.map_err(|problem| match problem.status {
        // Whoever asks is logged in all the same.
        401 => Problem::forbidden("the old password is wrong"),
        _ => problem,
    })?;
    let password = house.passwords.hash(&asked.new).await?;
    match house.ledger.change_password(&user, &password, person.session).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::conflict("the password was changed by somebody else just now; log in again")),
    }
}
