//! Imports and exports, and the buckets that they may name.

pub mod buckets;
pub mod exports;
pub mod imports;
mod operations;

use super::ids::{BatchId, PhotoId};
use super::once;
use super::page::{Listed, Paging};
use super::problem::{Mistake, Problem};
use super::time::rfc3339;
use crate::house::House;
use crate::transfers::plan::{Place, Plan};
use crate::transfers::{REMEMBERED, UNSEALED};
use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use ledger::transfers::{
    Begun, Counts, FIRST, Item, ItemState, LAST, NewItem, NewTransfer, Transfer as Row, TransferKind, Transfers,
};
use ledger::{Once, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Items that are written at once.
const PIECE: usize = 1_000;
/// Characters of a prefix.
const LONGEST: usize = 512;

/// How an import or export stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transfer {
    /// Its id: `imp_` or `exp_`.
    pub id: String,
    /// `listing`, `running`, `ended` or `cancelled`.
    pub state: &'static str,
    /// The bucket, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// How names begin there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// In numbers.
    pub files: Files,
    /// What is to be told of its list, or why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The batch that was submitted, or that is exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchId>,
    /// A batch was asked for, and could not be submitted: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_fault: Option<String>,
    /// When it was asked for.
    pub created: String,
    /// When it is forgotten.
    pub expires: String,
}

/// Files of an import or export by what became of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Files {
    /// They wait for a worker.
    pub waiting: u64,
    /// They are on their way.
    pub running: u64,
    /// They have arrived.
    pub done: u64,
    /// They will not arrive, unless they are tried again.
    pub failed: u64,
    /// Given up with the import or export.
    pub cancelled: u64,
}

impl Files {
    /// All of them.
    pub fn all(&self) -> u64 {
        self.waiting + self.running + self.done + self.failed + self.cancelled
    }
}

/// A file of an import or export.
#[derive(Debug, Serialize, ToSchema)]
pub struct File {
    /// From 1.
    pub number: i64,
    /// Its URL, its name in the bucket, or of an export the rendition's path.
    pub source: String,
    /// What it is called where it goes.
    pub name: String,
    /// `wanted`, `running`, `done`, `failed` or `cancelled`.
    #[schema(value_type = String)]
    pub state: ItemState,
    /// Bytes, once they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Tries that were begun.
    pub tries: u32,
    /// Why the last one failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The photo that it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub photo: Option<PhotoId>,
}

/// Which files.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Those of one state: `wanted`, `running`, `done`, `failed` or `cancelled`.
    #[param(value_type = Option<String>)]
    pub state: Option<ItemState>,
    /// As `next` of the page before it says.
    #[param(pattern = "^[0-9]{1,19}$")]
    pub cursor: Option<String>,
    /// Most entries; 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<usize>,
}

/// What a retry did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Retried {
    /// So many files, and steps of ours, wait for a worker again.
    pub files: u64,
}

/// The answer to whoever began a transfer: where it can be followed.
type Accepted = (StatusCode, [(HeaderName, String); 1], Json<Transfer>);

/// A transfer of a tenant; another's is not there.
async fn find(house: &House, tenant: TenantId, kind: TransferKind, id: i64) -> Result<(Row, Counts), Problem> {
    let found = house.ledger.transfer(tenant, id).await?.filter(|(row, _)| row.new.kind == kind);
    found.ok_or_else(|| Problem::not_found(format!("there is no {kind} {}", name(kind, id))))
}

/// The id of a transfer as customers see it.
fn name(kind: TransferKind, id: i64) -> String {
    match kind {
        TransferKind::Import => super::ids::ImportId(id).to_string(),
        TransferKind::Export => super::ids::ExportId(id).to_string(),
    }
}

/// Transfers of a tenant, newest first.
async fn list(
    house: &House,
    tenant: TenantId,
    kind: TransferKind,
    paging: &Paging,
) -> Result<Listed<Transfer>, Problem> {
    let rows = house.ledger.transfers(tenant, kind, paging.page()?).await?;
    let page = paging.listed(rows, |row| row.id, |row| row)?;
    let mut items = Vec::new();
    for row in page.items {
        items.push(show(house, find(house, tenant, kind, row.id).await?).await?);
    }
    Ok(Listed { items, next: page.next })
}

async fn cancel(house: &House, tenant: TenantId, kind: TransferKind, id: i64) -> Result<StatusCode, Problem> {
    find(house, tenant, kind, id).await?;
    house.ledger.cancel_transfer(tenant, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn retry(
    house: &House,
    tenant: TenantId,
    kind: TransferKind,
    id: i64,
) -> Result<(StatusCode, Json<Retried>), Problem> {
    find(house, tenant, kind, id).await?;
    let files = house.ledger.retry_transfer(tenant, id).await?;
    house.tell();
    Ok((StatusCode::ACCEPTED, Json(Retried { files })))
}

/// What a request begins, unless one of the same name has begun it.
async fn unless_begun(
    house: &House,
    tenant: TenantId,
    once: Option<&Once>,
    begin: impl Future<Output = Result<i64, Problem>>,
) -> Result<i64, Problem> {
    let Some(once) = once else { return begin.await };
    let _entry = once::enter(house, tenant, once).await?;
    match house.ledger.begun(tenant, once).await? {
        Some(Begun::Repeated(id)) => Ok(id),
        Some(_) => Err(once::other_body()),
        None => begin.await,
    }
}

/// Writes a transfer in pieces that nobody sees before the last one; the same name stands for the same one.
async fn write(house: &House, new: &NewTransfer, items: &[NewItem], once: Option<&Once>) -> Result<i64, Problem> {
    let id = house.ledger.open_transfer(new, UNSEALED).await?;
    for piece in items.chunks(PIECE) {
        house.ledger.add_items(id, None, piece).await?;
    }
    match house.ledger.seal_transfer(id, REMEMBERED, once.map(|once| (once, once::KEPT))).await? {
        Begun::Sealed => {
            house.tell();
            Ok(id)
        }
        Begun::Repeated(id) => Ok(id),
        Begun::OtherBody => Err(once::other_body()),
    }
}

/// The answer to whoever began one.
async fn accepted(house: &House, tenant: TenantId, kind: TransferKind, id: i64) -> Result<Accepted, Problem> {
    let made = show(house, find(house, tenant, kind, id).await?).await?;
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, format!("/v1/{kind}s/{}", made.id))], Json(made)))
}

/// An item that is a step and no file.
fn step(number: i64, source: &str) -> NewItem {
    NewItem { number, source: source.into(), name: String::new(), size: None }
}

/// A transfer as its owner sees it.
async fn show(house: &House, (row, counts): (Row, Counts)) -> Result<Transfer, Problem> {
    let plan = Plan::read(&row.new.what).map_err(Problem::internal)?;
    let (bucket, prefix) = plan.place.map(|Place { bucket, prefix }| (bucket, prefix)).unzip();
    let why = async |number: i64, counts: Option<ItemState>| match counts {
        Some(_) => step_why(house, row.id, number).await,
        None => Ok(None),
    };
    let state = match counts.first {
        _ if row.cancelled => "cancelled",
        _ if counts.is_over() => "ended",
        Some(first) if !first.is_over() => "listing",
        _ => "running",
    };
    Ok(Transfer {
        id: name(row.new.kind, row.id),
        state,
        bucket,
        prefix,
        files: Files {
            waiting: counts.wanted,
            running: counts.running,
            done: counts.done,
            failed: counts.failed,
            cancelled: counts.cancelled,
        },
        note: why(FIRST, counts.first).await?,
        batch: row.new.batch.map(|batch| BatchId(batch.0)),
        batch_fault: why(LAST, counts.last).await?,
        created: rfc3339(row.created),
        expires: rfc3339(row.expires),
    })
}

async fn step_why(house: &House, transfer: i64, number: i64) -> Result<Option<String>, Problem> {
    let page = ledger::Page { after: Some(number - 1), most: 1 };
    let found = house.ledger.items(transfer, None, page).await?.pop().filter(|item| item.new.number == number);
    Ok(found.and_then(|item| item.why))
}

/// Files of a transfer, from the first that is one.
async fn files(house: &House, kind: TransferKind, transfer: i64, which: Which) -> Result<Listed<File>, Problem> {
    let paging = Paging { cursor: which.cursor, limit: which.limit };
    let page = paging.page()?;
    let page = ledger::Page { after: Some(page.after.unwrap_or(FIRST).max(FIRST)), ..page };
    let rows = house.ledger.items(transfer, which.state, page).await?;
    paging.listed(rows, |item| item.new.number, |item| show_file(kind, item))
}

fn show_file(kind: TransferKind, item: Item) -> File {
    let Item { new, state, attempt, why, photo, .. } = item;
    let NewItem { number, source, name, size } = new;
    // Where a rendition lies is our affair.
    let source = if kind == TransferKind::Export { name.clone() } else { source };
    File { number, source, name, state, size, tries: attempt, why, photo: photo.map(PhotoId) }
}

/// What is wrong with a place in a bucket, for whoever may use it so.
async fn check_place(
    house: &House,
    tenant: TenantId,
    place: &Place,
    kind: TransferKind,
) -> Result<Vec<Mistake>, Problem> {
    let mut errors = Vec::new();
    let called = house.standing(tenant).await?.tenant.name;
    if house.buckets.find(&called, &place.bucket, kind).is_none() {
        errors.push(mistake("bucket", "you have no such bucket for that; /v1/buckets lists those that you have"));
    }
    let prefix = &place.prefix;
    let inner = prefix.strip_suffix('/').unwrap_or(prefix);
    let whole = inner.is_empty() || !inner.split('/').any(|part| matches!(part, "" | "." | ".."));
    if prefix.len() > LONGEST || prefix.chars().any(char::is_control) || !whole || prefix == "/" {
        errors.push(mistake("prefix", "expected up to 512 bytes, with single slashes inside, without `..`"));
    }
    Ok(errors)
}

fn mistake(path: &str, what: impl ToString) -> Mistake {
    Mistake { path: path.into(), line: None, what: what.to_string() }
}
