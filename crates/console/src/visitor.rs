//! Who looks at a page, and in which language.

use crate::words::Language;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use ledger::registry::Scope;
use service::House;
use service::web::Problem;
use service::web::auth::{Caller, Reader};
use std::sync::Arc;

/// Somebody who may read.
pub struct Visitor {
    /// For the API.
    pub caller: Caller,
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
}

impl FromRequestParts<Arc<House>> for Visitor {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Oops> {
        let Reader(caller) = Reader::from_request_parts(parts, house).await?;
        Ok(Self { caller, language: Language::of(&parts.headers) })
    }
}

/// A problem on the way to a page; [`crate::dress`] makes a page of it, in the language of the visitor.
pub struct Oops(Problem);

impl From<Problem> for Oops {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let mut response = self.0.clone().into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}
