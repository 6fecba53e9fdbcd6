//! Who looks at a page, and in which language.

use crate::words::Language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use ledger::registry::Scope;
use service::House;
use service::web::Problem;
use service::web::auth::{Caller, Reader};
use service::web::operations;
use std::sync::Arc;

/// Somebody who may read.
pub struct Visitor {
    /// For the API.
    pub caller: Caller,
    /// They run the house.
    pub operates: bool,
    /// The language of the page.
    pub language: Language,
}

impl Visitor {
    /// As the API wants it.
    pub fn reader(&self) -> Reader {
        Reader(self.caller.clone())
    }

    /// May this be done here; what may not is not shown.
    pub fn may(&self, scope: Scope) -> bool {
        self.caller.may(scope).is_ok()
    }

    /// What people call them; nothing where a key came.
    pub fn name(&self) -> Option<String> {
        self.caller.person().ok().map(|person| person.user.name.clone())
    }
}

impl FromRequestParts<Arc<House>> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        let Reader(caller) = Reader::from_request_parts(parts, house).await?;
        let operates = operations::admit(&caller, house).await.is_ok();
        Ok(Self { caller, operates, language: Language::of(&parts.headers) })
    }
}
