//! From a list of photos to tasks: checked wholly, then written in pieces that nobody sees until the last one.

use super::{Batch, find, show};
use crate::house::House;
use crate::limits::Refusal;
use crate::order::{Detail, Order};
use crate::trace::TraceId;
use crate::web::Shop;
use crate::web::auth::Writer;
use crate::web::extract::Body;
use crate::web::ids::{BatchId, PhotoId};
use crate::web::once;
use crate::web::problem::{Mistake, Problem};
use crate::web::recipes::{self, Parsed};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::{Extension, Json};
use ledger::registry::{Object, ObjectKind, Registry};
use ledger::{Input, Ledger, NewTask, Once, Submitted, TenantId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// Tasks that are written at once, so that no heartbeat waits long behind them.
const PIECE: usize = 1_000;

/// A batch to submit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatch {
    /// The recipe.
    pub recipe: RecipeName,
    /// Photos, each once.
    #[schema(min_items = 1)]
    pub photos: Vec<PhotoId>,
    /// The greater goes first among the tenant's batches; -100 to 100.
    #[serde(default)]
    #[schema(minimum = -100, maximum = 100)]
    pub priority: i32,
    /// Days after its end until it is removed with its renditions; never if absent.
    #[schema(minimum = 1, maximum = 3650)]
    pub retention_days: Option<u32>,
}

/// Which recipe.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipeName {
    /// Its name.
    pub name: String,
    /// Its version; the newest if absent.
    #[schema(minimum = 1)]
    pub version: Option<u32>,
}

/// Submit a batch
#[utoipa::path(post, operation_id = "submit_batch", path = "/v1/batches", tag = "batches", request_body = NewBatch,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same one within a day is the same batch")),
    responses(
        (status = 202, description = "It is queued", body = Batch, headers(
            ("Location" = String, description = "Where it can be followed"),
            ("Retry-After" = u32, description = "Seconds until it is worth looking"))),
        (status = "4XX", description = "Not submitted", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn submit(
    State(house): Shop,
    Writer(caller): Writer,
    Extension(trace): Extension<TraceId>,
    headers: HeaderMap,
    Body(new): Body<NewBatch>,
) -> Result<(StatusCode, HeaderMap, Json<Batch>), Problem> {
    house.limits.batch(caller.tenant).await.map_err(|Refusal { after_s }| {
        let most = house.config.limits.batches_per_min;
        Problem::too_many(format!("a tenant may submit {most} batches a minute")).after(after_s)
    })?;
    let once = once::named(&headers, &new)?;
    let batch = match once {
        None => write(&house, caller.tenant, new, trace, None).await?,
        Some(once) => {
            let _entry = once::enter(&house, caller.tenant, &once).await?;
            match house.ledger.submitted(caller.tenant, &once).await? {
                Some(answer) => repeated(answer)?,
                None => write(&house, caller.tenant, new, trace, Some(&once)).await?,
            }
        }
    };
    let record = find(&house, caller.tenant, BatchId(batch.0)).await?;
    Ok((StatusCode::ACCEPTED, location(BatchId(batch.0)), Json(show(record))))
}

fn location(batch: BatchId) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let path = HeaderValue::try_from(format!("/v1/batches/{batch}"));
    headers.extend(path.ok().map(|path| (header::LOCATION, path)));
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    headers
}

fn repeated(answer: Submitted) -> Result<ledger::BatchId, Problem> {
    match answer {
        Submitted::Repeated(batch) => Ok(batch),
        _ => Err(once::other_body()),
    }
}

/// Writes a batch; the same name stands for the same one.
pub async fn write(
    house: &House,
    tenant: TenantId,
    new: NewBatch,
    trace: TraceId,
    once: Option<&Once>,
) -> Result<ledger::BatchId, Problem> {
    check(house, &new)?;
    let row = recipes::find(house, tenant, &new.recipe.name, new.recipe.version).await?;
    let parsed = recipes::check(house, tenant, &row.text).await?;
    let photos = photos(house, tenant, &new.photos).await?;
    let seats = parsed.recipe.seats.clone();
    let order = Order { trace: Some(trace), ..order(&new, row.version, row.text, parsed) };
    let order = serde_json::to_string(&order).map_err(Problem::internal)?;
    let recipe = new.recipe.name;
    let batch = ledger::NewBatch { tenant, recipe, order, priority: new.priority, seats };
    let batch = house.ledger.open_batch(&batch).await?;
    for (piece, photos) in photos.chunks(PIECE).enumerate() {
        let tasks: Result<Vec<_>, _> = (piece * PIECE + 1..).zip(photos).map(|(seq, p)| task(seq as u64, p)).collect();
        house.ledger.add(batch, &tasks?).await?;
    }
    seal(house, batch, once).await
}

async fn seal(house: &House, batch: ledger::BatchId, once: Option<&Once>) -> Result<ledger::BatchId, Problem> {
    match house.ledger.submit(batch, once, once::KEPT).await? {
        Submitted::Accepted => {
            house.tell();
            Ok(batch)
        }
        Submitted::OverCap { queued, cap } => {
            house.ledger.forget(batch).await?;
            let detail = format!("{queued} photos are queued, {cap} may be; wait until some are done");
            Err(Problem::too_many(detail).after(30))
        }
        answer => repeated(answer),
    }
}

fn check(house: &House, new: &NewBatch) -> Result<(), Problem> {
    let (most, found) = (house.config.limits.photos_per_batch, new.photos.len());
    if found > most {
        return Err(Problem::too_large(format!("a batch may have {most} photos, this one has {found}")));
    }
    let mistake = |path: &str, what: &str| Mistake { path: path.into(), line: None, what: what.into() };
    let mut errors = Vec::new();
    if found == 0 {
        errors.push(mistake("photos", "expected at least one"));
    }
    if new.photos.iter().collect::<BTreeSet<_>>().len() != found {
        errors.push(mistake("photos", "a photo stands there twice"));
    }
    if !(-100..=100).contains(&new.priority) {
        errors.push(mistake("priority", "allowed are -100 to 100"));
    }
    if !(1..=3650).contains(&new.retention_days.unwrap_or(1)) {
        errors.push(mistake("retention_days", "allowed are 1 to 3650"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid("this is no batch").with(errors)) }
}

/// The photos in the order in which they were named.
async fn photos(house: &House, tenant: TenantId, ids: &[PhotoId]) -> Result<Vec<Object>, Problem> {
    let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let found = house.ledger.objects_of(tenant, ObjectKind::Photo, &numbers).await?;
    let place = |id: i64| found.binary_search_by_key(&id, |o| o.id).ok();
    let missing = |id: &&PhotoId| place(id.0).is_none();
    let errors: Vec<_> = ids.iter().filter(missing).take(20).map(|id| unknown(*id)).collect();
    if !errors.is_empty() {
        return Err(Problem::invalid("some of the photos are not there").with(errors));
    }
    Ok(numbers.into_iter().filter_map(|id| place(id).map(|at| found[at].clone())).collect())
}

fn unknown(id: PhotoId) -> Mistake {
    Mistake { path: "photos".into(), line: None, what: format!("there is no photo {id}") }
}

fn order(new: &NewBatch, version: u32, text: String, parsed: Parsed) -> Order {
    let (recipe, retention_days) = (new.recipe.name.clone(), new.retention_days);
    Order { recipe, version, text, assets: parsed.assets, tools: parsed.tools, retention_days, trace: None }
}

fn task(seq: u64, photo: &Object) -> Result<NewTask, Problem> {
    let detail = Detail { photo: photo.id, name: photo.name.clone(), seq };
    let detail = serde_json::to_string(&detail).map_err(Problem::internal)?;
    let input = Input { name: photo.key.clone(), size: photo.size, modified_ns: 0, hash: photo.sha256.clone() };
    Ok(NewTask { input, skip: false, detail })
}
