//! The audit log of a tenant.

use crate::web::Shop;
use crate::web::auth::Admin;
use crate::web::extract::Query;
use crate::web::page::{Listed, Paging};
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use axum::Json;
use axum::extract::State;
use ledger::people::{AuditRow, Deed, People};
use serde::Serialize;
use utoipa::ToSchema;

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Audit {
    /// When.
    pub at: String,
    /// Who did it: `user LOGIN`, `key NUMBER`, `operator` on the machine, or `somebody`.
    pub who: String,
    /// What was done, such as `login` or `user.changed`.
    #[schema(value_type = String)]
    pub what: Deed,
    /// To whom or what.
    pub about: String,
}

/// What was done, and by whom
#[utoipa::path(get, operation_id = "audit", path = "/v1/audit", tag = "people", params(Paging), responses(
    (status = 200, description = "Newest first", body = Listed<Audit>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    State(house): Shop,
    Admin(caller): Admin,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<Audit>>, Problem> {
    let rows = house.ledger.audit(caller.tenant, paging.page()?).await?;
    Ok(Json(paging.listed(rows, |row| row.id, show)?))
}

fn show(row: AuditRow) -> Audit {
    Audit { at: rfc3339(row.at), who: row.who, what: row.what, about: row.about }
}
