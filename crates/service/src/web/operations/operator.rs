//! Who runs the house: owners and operators of the tenants that the configuration names, and their keys that may administer.

use crate::house::House;
use crate::web::auth::{Caller, Reader};
use crate::web::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ledger::registry::Scope;
use std::sync::Arc;

/// A caller who sees what all tenants do, and may pause the queue.
pub struct Operator(pub Caller);

impl FromRequestParts<Arc<House>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        let Reader(caller) = Reader::from_request_parts(parts, house).await?;
        admit(&caller, house).await.map(|()| Self(caller))
    }
}

/// Errs if this caller does not run the house.
pub async fn admit(caller: &Caller, house: &House) -> Result<(), Problem> {
    caller.may(if caller.person().is_ok() { Scope::Write } else { Scope::Admin })?;
    let tenant = house.standing(caller.tenant).await?.tenant;
    if house.config.console.operators.contains(&tenant.name) {
        return Ok(());
    }
    let what = "this is about all tenants, and for whoever runs the service; ask them, or let them name your tenant in \
                `console.operators` of the configuration";
    Err(Problem::forbidden(what))
}
