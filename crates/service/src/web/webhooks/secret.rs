//! The secrets of a webhook.

use super::unknown;
use crate::hooks::fresh_secret;
use crate::web::Shop;
use crate::web::auth::Admin;
use crate::web::extract::{Body, Path};
use crate::web::ids::WebhookId;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use ledger::hooks::{Change, Hooks};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a secret is rotated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// `rotate`: a new secret signs, and the one until now too, until the next rotation. `replace`: a new secret alone
    /// signs. `finish`: the newest alone signs, and no new one is made.
    pub how: How,
}

/// How a secret is rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A new one, beside the one until now.
    Rotate,
    /// A new one alone.
    Replace,
    /// The newest alone.
    Finish,
}

/// What signs now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rotated {
    /// The new secret, if one was made. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// So many secrets sign.
    pub secrets: usize,
}

/// Give a webhook another secret
#[utoipa::path(post, operation_id = "rotate_webhook_secret", path = "/v1/webhooks/{id}/secret", tag = "webhooks", request_body = Rotation, params(("id" = WebhookId, Path)), responses(
    (status = 200, description = "The new secret, this once", body = Rotated),
    (status = "4XX", description = "Not rotated", body = Problem, content_type = "application/problem+json"),
))]
pub async fn rotate(
    State(house): Shop,
    Admin(caller): Admin,
    Path(id): Path<WebhookId>,
    Body(Rotation { how }): Body<Rotation>,
) -> Result<Json<Rotated>, Problem> {
    let fresh = fresh_secret().map_err(|e| Problem::unavailable(format!("no randomness: {e}")))?;
    let text = fresh.reveal().to_owned();
    let change = match how {
        How::Rotate => Change::Secret { new: fresh, keep: true },
        How::Replace => Change::Secret { new: fresh, keep: false },
        How::Finish => Change::OneSecret,
    };
    let hook = house.ledger.change_hook(caller.tenant, id.0, &[change]).await?.ok_or_else(|| unknown(id))?;
    let secrets = 1 + usize::from(hook.secrets.before.is_some());
    Ok(Json(Rotated { secret: (how != How::Finish).then_some(text), secrets }))
}
