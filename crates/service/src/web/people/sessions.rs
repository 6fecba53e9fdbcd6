//! Sessions: where people are logged in.

use crate::house::House;
use crate::web::Shop;
use crate::web::auth::{Caller, Reader};
use crate::web::extract::Path;
use crate::web::ids::{SessionId, UserId};
use crate::web::page::Listed;
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::people::{Deed, People, Session as Row};
use ledger::registry::Scope;
use serde::Serialize;
use utoipa::ToSchema;

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its id, which lets nobody in.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Is it the one that asks.
    pub current: bool,
    /// When somebody logged in.
    pub created: String,
    /// When it was last seen, to the minute.
    pub seen: String,
    /// When it ends, however often it is seen.
    pub expires: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it came from.
    pub address: String,
}

/// Sessions that go on
///
/// Your own; for an owner, or a key with the scope `admin`, all of the tenant.
#[utoipa::path(get, operation_id = "list_sessions", path = "/v1/sessions", tag = "people", responses(
    (status = 200, description = "Newest first", body = Listed<Session>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(house): Shop, Reader(caller): Reader) -> Result<Json<Listed<Session>>, Problem> {
    let current = caller.person().ok().map(|person| person.session);
    let rows = seen(&house, &caller).await?;
    Ok(Json(Listed { items: rows.into_iter().map(|row| show(row, current)).collect(), next: None }))
}

/// End a session
///
/// One of your own; for an owner, or a key with the scope `admin`, any of the tenant.
#[utoipa::path(delete, operation_id = "end_session", path = "/v1/sessions/{id}", tag = "people", params(("id" = SessionId, Path)), responses(
    (status = 204, description = "Its next request is refused, wherever it is asked"),
    (status = "4XX", description = "Not ended", body = Problem, content_type = "application/problem+json"),
))]
pub async fn end(State(house): Shop, Reader(caller): Reader, Path(id): Path<SessionId>) -> Result<StatusCode, Problem> {
    let is_seen = seen(&house, &caller).await?.iter().any(|row| row.id == id.0);
    if is_seen && house.ledger.end_session(caller.tenant, id.0, &caller.who(), Deed::SessionEnded).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::not_found(format!("there is no session {id}")))
}

/// Sessions that the caller may look at. A key that may not look after people has nothing to look for here.
async fn seen(house: &House, caller: &Caller) -> Result<Vec<Row>, Problem> {
    let whose = match caller.may(Scope::Admin) {
        Ok(()) => None,
        Err(problem) => Some(caller.person().map_err(|_| problem)?.user.id),
    };
    let mut rows = house.ledger.sessions(caller.tenant).await?;
    rows.retain(|row| whose.is_none_or(|user| row.user == user));
    Ok(rows)
}

fn show(row: Row, current: Option<i64>) -> Session {
    Session {
        id: SessionId(row.id),
        user: UserId(row.user),
        current: current == Some(row.id),
        created: rfc3339(row.created),
        seen: rfc3339(row.seen),
        expires: rfc3339(row.expires),
        agent: row.agent,
        address: row.address,
    }
}
