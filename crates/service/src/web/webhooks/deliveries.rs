//! Deliveries to a webhook: what was sent, what is owed, and sending again.

use super::{find, find_on};
use crate::hooks::message_id;
use crate::web::Shop;
use crate::web::auth::{Admin, Reader};
use crate::web::extract::{Path, Query};
use crate::web::ids::{BatchId, DeliveryId, TaskId, WebhookId};
use crate::web::page::{Listed, Paging};
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::hooks::{Delivery as Row, DeliveryState, Hooks, Tried};
use serde::Serialize;
use utoipa::ToSchema;

/// A message that is owed to a webhook, or was.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// The `webhook-id` of its message, the same in every try.
    pub message: String,
    /// The kind of its event; `webhook.test` for one that was asked for.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The batch of its event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchId>,
    /// Number of its event in the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<u64>,
    /// The task of its event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// When it was made.
    pub created: String,
    /// `waiting`, `delivered` or `given_up`.
    #[schema(value_type = String)]
    pub state: DeliveryState,
    /// When it is tried next, while it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_try: Option<String>,
    /// Its newest tries, oldest first.
    pub tries: Vec<Try>,
}

/// A try to deliver.
#[derive(Debug, Serialize, ToSchema)]
pub struct Try {
    /// Its number. One that is missing was begun by a process that died.
    pub number: u32,
    /// When it ended.
    pub at: String,
    /// Seconds that it took.
    pub seconds: f64,
    /// What the receiver answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why it did not arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The beginning of the answer, at most 1 KiB.
    pub answer: String,
}

/// A message that will be sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sent {
    /// Its delivery.
    pub id: DeliveryId,
}

/// Send a message without an event, to try the receiver
#[utoipa::path(post, operation_id = "test_webhook", path = "/v1/webhooks/{id}/test", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 202, description = "It is sent at once; its delivery tells how that ended", body = Sent),
    (status = "4XX", description = "Not sent", body = Problem, content_type = "application/problem+json"),
))]
pub async fn test(
    State(house): Shop,
    Admin(caller): Admin,
    Path(id): Path<WebhookId>,
) -> Result<(StatusCode, Json<Sent>), Problem> {
    find_on(&house, caller.tenant, id).await?;
    let made = house.ledger.test_hook(caller.tenant, id.0).await?.ok_or_else(|| super::unknown(id))?;
    house.tell();
    Ok((StatusCode::ACCEPTED, Json(Sent { id: DeliveryId(made) })))
}

/// Deliveries to a webhook, of the last 30 days
#[utoipa::path(get, operation_id = "list_webhook_deliveries", path = "/v1/webhooks/{id}/deliveries", tag = "webhooks", params(("id" = WebhookId, Path), Paging), responses(
    (status = 200, description = "Newest first", body = Listed<Delivery>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<WebhookId>,
    Query(paging): Query<Paging>,
) -> Result<Json<Listed<Delivery>>, Problem> {
    find(&house, caller.tenant, id).await?;
    let rows = house.ledger.deliveries(caller.tenant, id.0, paging.page()?).await?;
    Ok(Json(paging.listed(rows, |row| row.id, show)?))
}

/// Send a message again, whatever became of it
#[utoipa::path(post, operation_id = "redeliver_webhook", path = "/v1/webhooks/{id}/deliveries/{delivery}/redeliver", tag = "webhooks", params(("id" = WebhookId, Path), ("delivery" = DeliveryId, Path)), responses(
    (status = 202, description = "It is sent at once, with all its tries", body = Delivery),
    (status = "4XX", description = "Not sent", body = Problem, content_type = "application/problem+json"),
))]
pub async fn redeliver(
    State(house): Shop,
    Admin(caller): Admin,
    Path((id, delivery)): Path<(WebhookId, DeliveryId)>,
) -> Result<(StatusCode, Json<Delivery>), Problem> {
    find_on(&house, caller.tenant, id).await?;
    let row = house.ledger.redeliver(caller.tenant, id.0, delivery.0).await?;
    let row = row.ok_or_else(|| Problem::not_found(format!("{id} has no delivery {delivery}")))?;
    house.tell();
    Ok((StatusCode::ACCEPTED, Json(show(row))))
}

fn show(row: Row) -> Delivery {
    let event = row.told.as_ref().map(|told| &told.event);
    Delivery {
        id: DeliveryId(row.id),
        message: message_id(&row),
        kind: event.map_or("webhook.test", |event| event.kind.word()),
        batch: event.map(|event| BatchId(event.batch.0)),
        event: event.map(|event| event.number),
        task: event.and_then(|event| event.task).map(|task| TaskId(task.0)),
        created: rfc3339(row.made),
        state: row.state,
        next_try: (row.state == DeliveryState::Waiting).then(|| rfc3339(row.due)),
        tries: row.tries.into_iter().map(show_try).collect(),
    }
}

fn show_try(row: Tried) -> Try {
    Try {
        number: row.attempt,
        at: rfc3339(row.at),
        seconds: row.took_ms as f64 / 1e3,
        status: row.status,
        error: row.error,
        answer: row.excerpt,
    }
}
