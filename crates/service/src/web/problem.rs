//! Errors as customers see them: problem details (RFC 9457) with a code that does not change.

use crate::upkeep::UpkeepError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::LedgerError;
use serde::Serialize;
use std::error::Error;
use std::fmt::Display;
use store::{Kind, StoreError};
use utoipa::ToSchema;

/// What went wrong: which kind, what exactly, and what to do.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Problem {
    /// The kind, as a reference that does not change.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The kind in one word; programs compare it.
    pub code: &'static str,
    /// The kind for people.
    pub title: &'static str,
    /// What happened here, and what to do about it.
    pub detail: String,
    /// Single mistakes, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Mistake>,
    /// When to come back, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}

/// One mistake in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Mistake {
    /// Where: a key of the body, or of the recipe.
    pub path: String,
    /// Line of the recipe, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What was expected and found.
    pub what: String,
}

/// One constructor a kind: code, status and title stand side by side.
macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $title:literal;)+) => {
        impl Problem {
            $($(#[$doc])* pub fn $name(detail: impl Display) -> Self {
                Self::new(StatusCode::$status, concat!("/problems/", $code), $code, $title, detail)
            })+
        }
    };
}

kinds! {
    /// The request cannot be read.
    malformed = BAD_REQUEST, "malformed", "The request cannot be read";
    /// No key or session, or one that is not known.
    unauthenticated = UNAUTHORIZED, "unauthenticated", "A valid key or session is needed";
    /// The key or the user may not do that.
    forbidden = FORBIDDEN, "forbidden", "You may not do that";
    /// It is not there, or belongs to someone else.
    not_found = NOT_FOUND, "not-found", "There is no such thing";
    /// The path knows other methods.
    method = METHOD_NOT_ALLOWED, "method-not-allowed", "The path knows other methods";
    /// It does not fit to how things stand.
    conflict = CONFLICT, "conflict", "This does not fit to how things stand";
    /// A request with this Idempotency-Key is being answered.
    in_flight = CONFLICT, "in-flight", "The same request is being answered";
    /// Too large for a limit.
    too_large = PAYLOAD_TOO_LARGE, "too-large", "This is more than is allowed";
    /// Understood, but wrong.
    invalid = UNPROCESSABLE_ENTITY, "invalid", "Some of this is wrong";
    /// The photo, or the recipe with this photo, is to blame.
    undeveloped = UNPROCESSABLE_ENTITY, "undeveloped", "The photo cannot be developed";
    /// The Idempotency-Key stands for something else.
    other_body = UNPROCESSABLE_ENTITY, "idempotency-key-reused", "The Idempotency-Key stands for another request";
    /// Too many requests, or too much queued.
    too_many = TOO_MANY_REQUESTS, "too-many", "Too much at once";
    /// A store or database is away.
    unavailable = SERVICE_UNAVAILABLE, "unavailable", "Something that is needed is away";
    /// A bug.
    internal = INTERNAL_SERVER_ERROR, "internal", "This is our mistake";
}

impl Problem {
    fn new(
        status: StatusCode,
        kind: &'static str,
        code: &'static str,
        title: &'static str,
        detail: impl Display,
    ) -> Self {
        Self {
            kind,
            status: status.as_u16(),
            code,
            title,
            detail: detail.to_string(),
            errors: Vec::new(),
            retry_after_s: None,
        }
    }

    /// With single mistakes.
    pub fn with(self, errors: Vec<Mistake>) -> Self {
        Self { errors, ..self }
    }

    /// With the time after which it is worth trying again.
    pub fn after(self, seconds: u64) -> Self {
        Self { retry_after_s: Some(seconds.max(1)), ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after_s;
        let mut response = (status, Json(&self)).into_response();
        // Whoever makes pages of answers says it in its own way.
        response.extensions_mut().insert(self);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"rawmill\""));
        }
        response
    }
}

impl From<LedgerError> for Problem {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::UnknownBatch(batch) => Self::not_found(format!("there is no batch bat_{batch}")),
            LedgerError::NotOpen { .. } => Self::conflict(error),
            error => {
                tracing::error!(%error, "the ledger failed");
                metrics::counter!("rawmill_engine_errors_total", "engine" => "ledger").increment(1);
                Self::unavailable("the ledger does not answer; try again in a few seconds").after(5)
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error.kind() {
            Kind::NotFound => Self::not_found(error),
            Kind::Refused => Self::invalid(error),
            Kind::Conflict => Self::conflict(error),
            Kind::Environment => {
                tracing::error!(%error, cause = error.source().map(ToString::to_string), "the store failed");
                Self::unavailable("the store does not answer; try again in a few seconds").after(5)
            }
        }
    }
}

impl From<UpkeepError> for Problem {
    fn from(error: UpkeepError) -> Self {
        match error {
            UpkeepError::Ledger(error) => error.into(),
            UpkeepError::Store(error) => error.into(),
            error @ (UpkeepError::Queue(_) | UpkeepError::Cloud(_)) => {
                tracing::error!(%error, "the queue failed");
                Self::unavailable("the queue does not answer; try again in a few seconds").after(5)
            }
        }
    }
}
