//! Users of a tenant.

use crate::web::Shop;
use crate::web::auth::Admin;
use crate::web::extract::{Body, Path};
use crate::web::ids::UserId;
use crate::web::page::Listed;
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::people::{Changed, People, Role, User as Row, UserChange as Change};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// As it is called when it comes in.
    pub login: String,
    /// For people.
    pub name: String,
    /// What it may do: `owner`, `operator`, `viewer`.
    #[schema(value_type = String)]
    pub role: Role,
    /// When it came.
    pub created: String,
    /// Nobody comes in as this user, since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<String>,
}

/// What is to be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// What it may do from now on: `owner`, `operator`, `viewer`.
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    /// May nobody come in as it.
    pub disabled: Option<bool>,
}

/// Users of the tenant
#[utoipa::path(get, operation_id = "list_users", path = "/v1/users", tag = "people", responses(
    (status = 200, description = "Oldest first", body = Listed<User>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(house): Shop, Admin(caller): Admin) -> Result<Json<Listed<User>>, Problem> {
    let rows = house.ledger.users(caller.tenant).await?;
    Ok(Json(Listed { items: rows.into_iter().map(show).collect(), next: None }))
}

/// Change what a user may do
///
/// It holds from the user's next request on. Whoever is disabled is logged out. A tenant keeps an owner.
#[utoipa::path(patch, operation_id = "change_user", path = "/v1/users/{id}", tag = "people", request_body = UserChange, params(("id" = UserId, Path)), responses(
    (status = 200, description = "The user now", body = User),
    (status = "4XX", description = "Not changed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(
    State(house): Shop,
    Admin(caller): Admin,
    Path(id): Path<UserId>,
    Body(asked): Body<UserChange>,
) -> Result<Json<User>, Problem> {
    let change = Change { role: asked.role, disabled: asked.disabled };
    if change == Change::default() {
        return Err(Problem::invalid("say what is to be changed: `role`, `disabled`"));
    }
    let changed = house.ledger.change_user(caller.tenant, id.0, change, &caller.who()).await?;
    done(changed, id).map(|user| Json(show(user)))
}

/// Remove a user
///
/// It is logged out everywhere. Keys that it made stay. A tenant keeps an owner.
#[utoipa::path(delete, operation_id = "remove_user", path = "/v1/users/{id}", tag = "people", params(("id" = UserId, Path)), responses(
    (status = 204, description = "It is gone"),
    (status = "4XX", description = "Not removed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(State(house): Shop, Admin(caller): Admin, Path(id): Path<UserId>) -> Result<StatusCode, Problem> {
    let changed = house.ledger.drop_user(caller.tenant, id.0, &caller.who()).await?;
    done(changed, id).map(|_| StatusCode::NO_CONTENT)
}

fn done(changed: Changed, id: UserId) -> Result<Row, Problem> {
    match changed {
        Changed::Done(user) => Ok(user),
        Changed::Unknown => Err(Problem::not_found(format!("there is no user {id}"))),
        Changed::LastOwner => {
            Err(Problem::conflict("this is the last owner, and a tenant keeps one; make somebody else an owner first"))
        }
    }
}

fn show(row: Row) -> User {
    User {
        id: UserId(row.id),
        login: row.login,
        name: row.name,
        role: row.role,
        created: rfc3339(row.created),
        disabled: row.disabled.map(rfc3339),
    }
}
