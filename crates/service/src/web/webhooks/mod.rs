//! Webhooks of a tenant: whom it wants told of its events.

pub mod deliveries;
pub mod secret;

use super::Shop;
use super::auth::{Admin, Reader};
use super::extract::{Body, Path};
use super::ids::WebhookId;
use super::page::Listed;
use super::problem::Problem;
use super::time::rfc3339;
use crate::hooks::fresh_secret;
use crate::house::House;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::hooks::{Change, Hook, Hooks, Kinds, NewHook};
use ledger::{EventKind, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Webhooks of a tenant.
const MOST: usize = 20;
/// Characters of a URL.
const LONGEST: usize = 2_000;

/// A webhook to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where messages are sent: `https://`, on the public internet.
    #[schema(max_length = 2000)]
    pub url: String,
    /// Which events are told: every `batch.…` and `task.dead` if absent.
    #[schema(value_type = Option<Vec<String>>, min_items = 1)]
    pub events: Option<Vec<EventKind>>,
}

/// What is to be changed of a webhook; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangedWebhook {
    /// Where messages are sent.
    #[schema(max_length = 2000)]
    pub url: Option<String>,
    /// Which events are told from now on.
    #[schema(value_type = Option<Vec<String>>, min_items = 1)]
    pub events: Option<Vec<EventKind>>,
    /// Switches it off, or on again.
    pub off: Option<bool>,
}

/// A webhook, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where messages are sent.
    pub url: String,
    /// Which events are told.
    #[schema(value_type = Vec<String>)]
    pub events: Kinds,
    /// When it was made.
    pub created: String,
    /// So many secrets sign: two after a rotation.
    pub secrets: usize,
    /// It is switched off since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_since: Option<String>,
    /// Why it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub off_why: Option<String>,
    /// Nothing has arrived since then; after three days it is switched off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<String>,
}

/// A webhook that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeWebhook {
    /// Its id.
    pub id: WebhookId,
    /// What signs its messages. It is shown this once.
    pub secret: String,
}

/// Webhooks of the tenant
#[utoipa::path(get, operation_id = "list_webhooks", path = "/v1/webhooks", tag = "webhooks", responses(
    (status = 200, description = "Oldest first", body = Listed<Webhook>),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(house): Shop, Reader(caller): Reader) -> Result<Json<Listed<Webhook>>, Problem> {
    let hooks = house.ledger.hooks(caller.tenant).await?;
    Ok(Json(Listed { items: hooks.into_iter().map(show).collect(), next: None }))
}

/// Make a webhook
#[utoipa::path(post, operation_id = "make_webhook", path = "/v1/webhooks", tag = "webhooks", request_body = NewWebhook, responses(
    (status = 201, description = "Its secret, this once", body = MadeWebhook),
    (status = "4XX", description = "Not made", body = Problem, content_type = "application/problem+json"),
))]
pub async fn make(
    State(house): Shop,
    Admin(caller): Admin,
    Body(new): Body<NewWebhook>,
) -> Result<(StatusCode, Json<MadeWebhook>), Problem> {
    let events = new.events.map_or_else(|| Ok(usual()), kinds)?;
    let url = place(&house, &new.url).await?;
    if house.ledger.hooks(caller.tenant).await?.len() >= MOST {
        return Err(Problem::conflict(format!("a tenant may have {MOST} webhooks; remove one")));
    }
    let secret = fresh_secret().map_err(|e| Problem::unavailable(format!("no randomness: {e}")))?;
    let text = secret.reveal().to_owned();
    let id = house.ledger.add_hook(&NewHook { tenant: caller.tenant, url, events, secret }).await?;
    Ok((StatusCode::CREATED, Json(MadeWebhook { id: WebhookId(id), secret: text })))
}

/// A webhook
#[utoipa::path(get, operation_id = "get_webhook", path = "/v1/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 200, description = "As it stands", body = Webhook),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn look(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<WebhookId>,
) -> Result<Json<Webhook>, Problem> {
    Ok(Json(show(find(&house, caller.tenant, id).await?)))
}

/// Change a webhook, switch it off or on again
#[utoipa::path(patch, operation_id = "change_webhook", path = "/v1/webhooks/{id}", tag = "webhooks", request_body = ChangedWebhook, params(("id" = WebhookId, Path)), responses(
    (status = 200, description = "As it stands now", body = Webhook),
    (status = "4XX", description = "Not changed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(
    State(house): Shop,
    Admin(caller): Admin,
    Path(id): Path<WebhookId>,
    Body(changed): Body<ChangedWebhook>,
) -> Result<Json<Webhook>, Problem> {
    let mut changes = Vec::new();
    if let Some(url) = changed.url {
        changes.push(Change::Url(place(&house, &url).await?));
    }
    if let Some(events) = changed.events {
        changes.push(Change::Events(kinds(events)?));
    }
    let off = || Change::Off("its owner switched it off".into());
    changes.extend(changed.off.map(|is_off| if is_off { off() } else { Change::On }));
    let hook = house.ledger.change_hook(caller.tenant, id.0, &changes).await?.ok_or_else(|| unknown(id))?;
    house.tell();
    Ok(Json(show(hook)))
}

/// Remove a webhook and its deliveries
#[utoipa::path(delete, operation_id = "remove_webhook", path = "/v1/webhooks/{id}", tag = "webhooks", params(("id" = WebhookId, Path)), responses(
    (status = 204, description = "Nothing is sent to it any more"),
    (status = "4XX", description = "Not removed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn remove(
    State(house): Shop,
    Admin(caller): Admin,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, Problem> {
    let dropped = house.ledger.drop_hook(caller.tenant, id.0).await?;
    dropped.then_some(StatusCode::NO_CONTENT).ok_or_else(|| unknown(id))
}

fn unknown(id: WebhookId) -> Problem {
    Problem::not_found(format!("there is no webhook {id}"))
}

/// A webhook of a tenant; another's is not there.
async fn find(house: &House, tenant: TenantId, id: WebhookId) -> Result<Hook, Problem> {
    house.ledger.hook(tenant, id.0).await?.ok_or_else(|| unknown(id))
}

/// The same, if it gets messages.
async fn find_on(house: &House, tenant: TenantId, id: WebhookId) -> Result<Hook, Problem> {
    let hook = find(house, tenant, id).await?;
    match &hook.off {
        Some(off) => Err(Problem::conflict(format!("{id} is switched off: {}; switch it on first", off.why))),
        None => Ok(hook),
    }
}

/// Every kind of event but those of single photos that need nobody.
fn usual() -> Kinds {
    EventKind::ALL.iter().copied().filter(|k| k.word().starts_with("batch.") || *k == EventKind::Dead).collect()
}

fn kinds(events: Vec<EventKind>) -> Result<Kinds, Problem> {
    if events.is_empty() {
        return Err(Problem::invalid("`events` is empty; name one at least, or leave it out for the usual ones"));
    }
    Ok(events.into_iter().collect())
}

/// A URL that can be asked now, in its one spelling.
async fn place(house: &House, url: &str) -> Result<String, Problem> {
    if url.chars().count() > LONGEST {
        return Err(Problem::invalid(format!("`url` has more than {LONGEST} characters")));
    }
    house.outward.check(url).await.map_err(|error| Problem::invalid(format!("`url`: {error}")))
}

fn show(hook: Hook) -> Webhook {
    Webhook {
        id: WebhookId(hook.id),
        url: hook.url,
        events: hook.events,
        created: rfc3339(hook.created),
        secrets: 1 + usize::from(hook.secrets.before.is_some()),
        off_since: hook.off.as_ref().map(|off| rfc3339(off.since)),
        off_why: hook.off.map(|off| off.why),
        failing_since: hook.failing.map(rfc3339),
    }
}
