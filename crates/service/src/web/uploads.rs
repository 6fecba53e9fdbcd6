//! Uploads: opened, sent in parts straight to the store by signed links, completed.
//!
//! Every upload is in parts, even a small one in one part, so that there is one way through, which can be resumed.

use super::auth::{Reader, Writer};
use super::extract::{Body, Path};
use super::ids::UploadId;
use super::objects::{Stored, show};
use super::problem::{Mistake, Problem};
use super::time::rfc3339;
use super::{Shop, links};
use crate::house::House;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ledger::registry::{NewUpload as Fresh, ObjectKind, Opened, Registry, Upload as Row, UploadState};
use ledger::{TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{ETag, Key, PartNumber, PartTag, Store, StoreError, Upload as Ticket};
use utoipa::ToSchema;

/// Links that are given at once.
const LINKS: usize = 1_000;
/// Bytes at the beginning of a file by which its kind is told.
pub const SNIFFED: u64 = 64 << 10;

/// A file to upload.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUpload {
    /// `photo` or `asset`.
    #[schema(value_type = String)]
    pub kind: ObjectKind,
    /// Name of the file, or its path below the folder that the customer calls the top, with `/`; at most 255 bytes.
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
    /// Its bytes.
    #[schema(minimum = 1)]
    pub size: u64,
    /// SHA-256 of its bytes in hexadecimal digits; compared when the file is first read.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub sha256: Option<String>,
}

/// An upload.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upload {
    /// Its id. The photo or asset will have the same number.
    pub id: UploadId,
    /// `open`, `completed` or `aborted`.
    #[schema(value_type = String)]
    pub state: UploadState,
    /// Bytes of every part but the last.
    pub part_size: u64,
    /// Number of parts.
    pub part_count: u64,
    /// Until when parts are taken.
    pub expires: String,
    /// Parts that have arrived.
    pub arrived: Vec<Arrived>,
    /// Links for the first parts that have not.
    pub links: Vec<PartLink>,
}

/// A part that has arrived.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Arrived {
    /// From 1.
    #[schema(minimum = 1, maximum = 10000)]
    pub number: u32,
    /// As the answer to its PUT said.
    pub etag: String,
}

/// Where a part is to be PUT.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartLink {
    /// From 1.
    pub number: u32,
    /// Its bytes, exactly.
    pub size: u64,
    /// The link.
    pub url: String,
}

/// Parts for which links are wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Their numbers, at most 1000.
    #[schema(min_items = 1, max_items = 1000)]
    pub numbers: Vec<u32>,
}

/// Links.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartLinks {
    /// In the order in which they were asked for.
    pub links: Vec<PartLink>,
}

/// The end of an upload.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// All parts, in order.
    #[schema(min_items = 1)]
    pub parts: Vec<Arrived>,
}

/// Open an upload
#[utoipa::path(post, operation_id = "open_upload", path = "/v1/uploads", tag = "uploads", request_body = NewUpload, responses(
    (status = 201, description = "Parts are taken now", body = Upload),
    (status = "4XX", description = "Not opened", body = Problem, content_type = "application/problem+json"),
))]
pub async fn open(
    State(house): Shop,
    Writer(caller): Writer,
    Body(new): Body<NewUpload>,
) -> Result<(StatusCode, Json<Upload>), Problem> {
    check(&house, &new)?;
    let key = fresh_key(caller.tenant, new.kind, &new.name)?;
    let ticket = house.store.begin(&key).await?;
    let fresh = Fresh {
        tenant: caller.tenant,
        kind: new.kind,
        name: new.name,
        size: new.size,
        sha256: new.sha256,
        part_size: part_size(&house, new.size),
        key: key.to_string(),
        ticket: ticket.id.to_string(),
        expires: Timestamp(house.clock.wall().0 + house.config.links.upload_s.cast_signed() * 1_000),
    };
    match house.ledger.open_upload(&fresh, house.config.limits.storage_bytes).await? {
        Opened::Upload(id) => {
            Ok((StatusCode::CREATED, Json(show_upload(&house, find(&house, caller.tenant, id).await?).await?)))
        }
        Opened::OverQuota { stored } => {
            house.store.abort(&ticket).await?;
            let quota = house.config.limits.storage_bytes;
            Err(Problem::too_large(format!("{stored} of {quota} bytes are taken; remove photos or batches first")))
        }
    }
}

/// How an upload stands, with links to go on
#[utoipa::path(get, operation_id = "get_upload", path = "/v1/uploads/{id}", tag = "uploads", params(("id" = UploadId, Path)), responses(
    (status = 200, description = "As it stands", body = Upload),
    (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
))]
pub async fn look(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<UploadId>,
) -> Result<Json<Upload>, Problem> {
    Ok(Json(show_upload(&house, find(&house, caller.tenant, id.0).await?).await?))
}

/// New links for parts
#[utoipa::path(post, operation_id = "sign_parts", path = "/v1/uploads/{id}/parts:sign", tag = "uploads", params(("id" = UploadId, Path)),
    request_body = Wanted, responses(
    (status = 200, description = "Links", body = PartLinks),
    (status = "4XX", description = "No links", body = Problem, content_type = "application/problem+json"),
))]
pub async fn sign(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<UploadId>,
    Body(wanted): Body<Wanted>,
) -> Result<Json<PartLinks>, Problem> {
    let row = find_open(&house, caller.tenant, id).await?;
    let count = part_count(&row);
    let outside = |n: &&u32| !(1..=count).contains(&u64::from(**n));
    if let Some(number) = wanted.numbers.iter().find(outside) {
        return Err(Problem::invalid(format!("there is no part {number}; parts are 1 to {count}")));
    }
    let numbers = wanted.numbers.into_iter().take(LINKS);
    Ok(Json(PartLinks { links: links_for(&house, &row, numbers).await? }))
}

/// Complete an upload
#[utoipa::path(post, operation_id = "complete_upload", path = "/v1/uploads/{id}/complete", tag = "uploads", params(("id" = UploadId, Path)),
    request_body = Completion, responses(
    (status = 201, description = "The photo or asset", body = Stored),
    (status = "4XX", description = "Not completed", body = Problem, content_type = "application/problem+json"),
))]
pub async fn complete(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<UploadId>,
    Body(completion): Body<Completion>,
) -> Result<(StatusCode, Json<Stored>), Problem> {
    let row = find(&house, caller.tenant, id.0).await?;
    if row.state == UploadState::Aborted {
        return Err(Problem::conflict(format!("{id} was aborted; open another upload")));
    }
    if row.state == UploadState::Open {
        join(&house, &row, &completion).await?;
    }
    let media_type = sniff(&house, &row).await?;
    let object = house.ledger.finish_upload(caller.tenant, id.0, media_type).await?;
    let object = object.ok_or_else(|| Problem::conflict(format!("{id} was aborted; open another upload")))?;
    Ok((StatusCode::CREATED, Json(show(object))))
}

/// Give an upload up
#[utoipa::path(delete, operation_id = "abort_upload", path = "/v1/uploads/{id}", tag = "uploads", params(("id" = UploadId, Path)), responses(
    (status = 204, description = "Its parts are gone"),
    (status = "4XX", description = "Not given up", body = Problem, content_type = "application/problem+json"),
))]
pub async fn abort(
    State(house): Shop,
    Writer(caller): Writer,
    Path(id): Path<UploadId>,
) -> Result<StatusCode, Problem> {
    find(&house, caller.tenant, id.0).await?;
    let row = house.ledger.abort_upload(caller.tenant, id.0).await?;
    let row = row.ok_or_else(|| Problem::conflict(format!("{id} is completed; remove what it became")))?;
    house.store.abort(&ticket(&row)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(house: &House, new: &NewUpload) -> Result<(), Problem> {
    let most = house.config.limits.upload_bytes;
    if new.size > most {
        return Err(Problem::too_large(format!("an upload may have {most} bytes, this one has {}", new.size)));
    }
    let mistake = |path: &str, what: &str| Mistake { path: path.into(), line: None, what: what.into() };
    let mut errors = Vec::new();
    if !is_name(&new.name) {
        errors.push(mistake(
            "name",
            "expected a relative path of 1 to 255 bytes, with `/`, without `..` and control characters",
        ));
    }
    if new.size == 0 {
        errors.push(mistake("size", "an empty file is no photo"));
    }
    if !new.sha256.as_deref().is_none_or(is_sha256) {
        errors.push(mistake("sha256", "expected 64 hexadecimal digits"));
    }
    if errors.is_empty() { Ok(()) } else { Err(Problem::invalid("this cannot be uploaded").with(errors)) }
}

/// Is this a SHA-256 as we write it.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Can a file be called so.
pub fn is_name(name: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..") && !part.chars().any(|c| c.is_control() || c == '\\');
    name.len() <= 255 && name.split('/').all(part)
}

/// Bytes of a part: as configured, or more where that would need too many parts.
fn part_size(house: &House, size: u64) -> u64 {
    house.config.links.part_bytes.max(size.div_ceil(10_000))
}

fn part_count(row: &Row) -> u64 {
    row.new.size.div_ceil(row.new.part_size).max(1)
}

/// A name that nobody can guess; of the customer's name it has the extension, which tells some decoders apart.
pub fn fresh_key(tenant: TenantId, kind: ObjectKind, called: &str) -> Result<Key, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| Problem::unavailable(format!("no randomness: {e}")))?;
    let name = hex::encode(bytes);
    let extension = called.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let known = (1..=8).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    let dot = if known { format!(".{extension}") } else { String::new() };
    Key::parse(&format!("{kind}/{}/{name}{dot}", tenant.0)).map_err(Problem::internal)
}

async fn find(house: &House, tenant: TenantId, id: i64) -> Result<Row, Problem> {
    let row = house.ledger.upload(tenant, id).await?;
    row.ok_or_else(|| Problem::not_found(format!("there is no upload {}", UploadId(id))))
}

async fn find_open(house: &House, tenant: TenantId, id: UploadId) -> Result<Row, Problem> {
    let row = find(house, tenant, id.0).await?;
    if row.state == UploadState::Open {
        return Ok(row);
    }
    Err(Problem::conflict(format!("{id} is {}", row.state)))
}

fn ticket(row: &Row) -> Result<Ticket, Problem> {
    let key = Key::parse(&row.new.key).map_err(Problem::internal)?;
    let id = store::UploadId::parse(&row.new.ticket).map_err(Problem::internal)?;
    Ok(Ticket { key, id })
}

async fn links_for(house: &House, row: &Row, numbers: impl Iterator<Item = u32>) -> Result<Vec<PartLink>, Problem> {
    let ticket = ticket(row)?;
    let mut links = Vec::new();
    for number in numbers {
        let before = u64::from(number - 1) * row.new.part_size;
        let size = row.new.size.saturating_sub(before).min(row.new.part_size);
        let url = links::part(house, &ticket, PartNumber::new(number).map_err(Problem::invalid)?, size).await?;
        links.push(PartLink { number, size, url });
    }
    Ok(links)
}

/// The parts that have arrived; `None` once they are joined. Who joined them may have died, or its customer left, before
/// the ledger knew of it. The object's name is this upload's alone, so that the object itself is the proof.
async fn arrived(house: &House, row: &Row) -> Result<Option<Vec<PartTag>>, Problem> {
    let ticket = ticket(row)?;
    match house.store.parts(&ticket).await {
        Ok(parts) => Ok(Some(parts)),
        Err(StoreError::NotOpen(id)) => match house.store.head(&ticket.key).await {
            Ok(head) if head.size == row.new.size => Ok(None),
            _ => Err(StoreError::NotOpen(id).into()),
        },
        Err(error) => Err(error.into()),
    }
}

async fn join(house: &House, row: &Row, completion: &Completion) -> Result<(), Problem> {
    let Some(arrived) = arrived(house, row).await? else { return Ok(()) };
    let mut tags: Vec<PartTag> = Vec::new();
    for part in &completion.parts {
        let etag = ETag::parse(&part.etag).ok();
        let tag = arrived.iter().find(|t| u32::from(t.number) == part.number && Some(&t.etag) == etag.as_ref());
        let missing = || {
            Problem::invalid(format!(
                "part {} with the etag `{}` has not arrived",
                part.number,
                part.etag.escape_debug()
            ))
        };
        tags.push(tag.ok_or_else(missing)?.clone());
    }
    let size: u64 = tags.iter().map(|t| t.size).sum();
    if size != row.new.size {
        return Err(Problem::invalid(format!("the parts have {size} bytes, announced were {}", row.new.size)));
    }
    house.store.complete(&ticket(row)?, &tags).await?;
    Ok(())
}

/// What the bytes are, whatever the name says.
async fn sniff(house: &House, row: &Row) -> Result<&'static str, Problem> {
    let key = Key::parse(&row.new.key).map_err(Problem::internal)?;
    let head = links::head(house, &key, SNIFFED).await?;
    Ok(crate::media::media_type(&head))
}

async fn show_upload(house: &House, row: Row) -> Result<Upload, Problem> {
    let arrived = if row.state == UploadState::Open { arrived(house, &row).await? } else { None };
    let open = arrived.is_some();
    let arrived = arrived.unwrap_or_default();
    let count = part_count(&row);
    let missing = (1..=count as u32).filter(|n| open && !arrived.iter().any(|t| u32::from(t.number) == *n));
    let links = links_for(house, &row, missing.take(LINKS)).await?;
    Ok(Upload {
        id: UploadId(row.id),
        // Joined, it has only to be completed once more.
        state: if row.state == UploadState::Open && !open { UploadState::Completed } else { row.state },
        part_size: row.new.part_size,
        part_count: count,
        expires: rfc3339(row.new.expires),
        arrived: arrived.into_iter().map(|t| Arrived { number: t.number.into(), etag: t.etag.to_string() }).collect(),
        links,
    })
}
