//! The page of operations while an engine is away: who may still look, and what is said of it.

use crate::show;
use crate::visitor::Visitor;
use crate::words::outage::Outage;
use crate::words::{Language, say};
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use service::House;
use service::web::Problem;
use service::web::operations::{Engine, Operator};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long the ledger may think about who looks.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who looks.
pub enum Looker {
    /// Somebody who runs the house.
    Known(Box<(Visitor, Operator)>),
    /// Somebody of whom the ledger, which is away, cannot say who.
    Unknown(Language),
}

impl FromRequestParts<Arc<House>> for Looker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        match timeout(PATIENCE, known(parts, house)).await {
            Ok(Ok(both)) => Ok(Self::Known(Box::new(both))),
            Ok(Err(problem)) if problem.status != StatusCode::SERVICE_UNAVAILABLE.as_u16() => Err(problem),
            Ok(Err(_)) | Err(_) => Ok(Self::Unknown(Language::of(&parts.headers))),
        }
    }
}

async fn known(parts: &mut Parts, house: &Arc<House>) -> Result<(Visitor, Operator), Problem> {
    let visitor = Visitor::from_request_parts(parts, house).await?;
    Ok((visitor, Operator::from_request_parts(parts, house).await?))
}

/// An engine that is away.
pub struct Away {
    /// What it was asked.
    pub asked: String,
    /// What that means, and what to do.
    pub means: &'static str,
}

impl Away {
    /// Nothing where it answers.
    pub fn of(engine: &Engine, w: &Outage) -> Option<Self> {
        let (asked, means) = match engine.name {
            "ledger" => (w.ledger_asked, w.ledger_means),
            "store" => (w.store_asked, w.store_means),
            "queue" => (w.queue_asked, w.queue_means),
            _ => (w.redis_asked, w.redis_means),
        };
        let after = show::seconds(engine.answered_s.unwrap_or_default());
        (!engine.up).then(|| Self { asked: say(asked, &[&after]), means })
    }
}
