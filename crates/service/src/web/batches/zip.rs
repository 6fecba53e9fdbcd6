//! A batch as one ZIP: at once for a program, by a link for a browser.

use super::find;
use crate::house::House;
use crate::web::auth::Reader;
use crate::web::extract::{Body, Path, Query};
use crate::web::ids::{BatchId, TaskId};
use crate::web::problem::Problem;
use crate::web::time::rfc3339;
use crate::web::{Shop, links, zip};
use crate::zip::gather::{self, Choice};
use crate::zip::{Archive, KEPT, Place, wanted};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use ledger::parcels::{Parcel, ParcelState, Parcels};
use ledger::{BatchRecord, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use store::Store;
use utoipa::{IntoParams, ToSchema};

/// What is to be in it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Chosen {
    /// These renditions alone, with commas between.
    pub renditions: Option<String>,
    /// Those of these tasks alone, with commas between; for many, ask for a link.
    #[param(value_type = Option<String>)]
    pub tasks: Option<String>,
}

/// An archive to make.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewZip {
    /// These renditions alone.
    pub renditions: Option<Vec<String>>,
    /// Those of these tasks alone.
    pub tasks: Option<Vec<TaskId>>,
    /// Seconds that the link lives; a day at most.
    #[schema(minimum = 1)]
    pub expires_in: Option<u64>,
}

/// How long a link is to live.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Life {
    /// Seconds that the link lives; a day at most.
    #[param(minimum = 1)]
    pub expires_in: Option<u64>,
}

/// An archive of what was finished when somebody asked for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Zip {
    /// Names what is in it: the same files, the same id.
    pub id: String,
    /// `ready`, where it can be fetched. A worker makes it in a bucket: `wanted` and `building` before, `failed` where it cannot.
    #[schema(value_type = String)]
    pub state: ParcelState,
    /// Its bytes.
    pub size: u64,
    /// Files in it.
    pub files: u64,
    /// Of these, bytes that are made.
    pub done: u64,
    /// Where it can be fetched, as a whole or by ranges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Why it could not be made the last time; asking for it anew gives it new tries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// Finished pictures of a batch as one ZIP
///
/// With `Range`, `If-Range` and `If-None-Match`. An archive that cannot be made to its end breaks off. Where renditions lie in
/// a bucket there is only the link.
#[utoipa::path(get, operation_id = "download_zip", path = "/v1/batches/{id}/zip", tag = "batches", params(("id" = BatchId, Path), Chosen),
    responses(
        (status = 200, description = "All of it", content_type = "application/zip", body = Vec<u8>),
        (status = 206, description = "A range of it", content_type = "application/zip", body = Vec<u8>),
        (status = 304, description = "The archive that you have"),
        (status = "4XX", description = "Not given", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn download(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<BatchId>,
    Query(chosen): Query<Chosen>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    if !is_served_here(&house) {
        return Err(Problem::conflict("a worker builds this archive into the bucket: ask for a link with POST"));
    }
    let archive = Archive::new(gather::gather(&house, batch.id, &chosen.choice()?).await?);
    zip::serve(State(house), &headers, archive, &zip::reply(&file(id))?)
}

/// A link to finished pictures of a batch as one ZIP
#[utoipa::path(post, operation_id = "link_zip", path = "/v1/batches/{id}/zip", tag = "batches", params(("id" = BatchId, Path)), request_body = NewZip,
    responses(
        (status = 200, description = "It can be fetched", body = Zip),
        (status = 202, description = "A worker builds it", body = Zip, headers(
            ("Location" = String, description = "Where it can be followed"),
            ("Retry-After" = u32, description = "Seconds until it is worth looking"))),
        (status = "4XX", description = "Not made", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn ask(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<BatchId>,
    Body(new): Body<NewZip>,
) -> Result<Response, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let zip = make(&house, &batch, &new.choice(), life(&house, new.expires_in)?).await?;
    match zip.state {
        ParcelState::Ready => Ok(Json(zip).into_response()),
        _ => Ok((StatusCode::ACCEPTED, location(id, &zip), Json(zip)).into_response()),
    }
}

/// An archive that somebody asked for
#[utoipa::path(get, operation_id = "get_zip", path = "/v1/batches/{id}/zip/{zip}", tag = "batches",
    params(("id" = BatchId, Path), ("zip" = String, Path, description = "Its id"), Life),
    responses(
        (status = 200, description = "As it stands", body = Zip),
        (status = "4XX", description = "Not told", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn look(
    State(house): Shop,
    Reader(caller): Reader,
    Path((id, name)): Path<(BatchId, String)>,
    Query(asked): Query<Life>,
) -> Result<Json<Zip>, Problem> {
    let batch = find(&house, caller.tenant, id).await?;
    let place = Place { tenant: caller.tenant, batch: batch.id, name };
    standing(&house, &place, life(&house, asked.expires_in)?).await.map(Json)
}

/// Makes an archive of what is chosen, or wants it made; a link lives for so long.
pub async fn make(house: &House, batch: &BatchRecord, choice: &Choice, life: Duration) -> Result<Zip, Problem> {
    let archive = Archive::new(gather::gather(house, batch.id, choice).await?);
    let place = gather::keep(house, batch, &archive).await?;
    let parcel = match is_served_here(house) {
        true => ready(&place, &archive, house),
        false => wanted::want(house, &place, &archive).await?,
    };
    show(house, parcel, life).await
}

/// How an archive stands that somebody asked for.
pub async fn standing(house: &House, place: &Place, life: Duration) -> Result<Zip, Problem> {
    let parcel = match is_served_here(house) {
        true => ready(place, &gather::kept(house, place).await?, house),
        false => house.ledger.parcel(place.tenant, place.batch, &place.name).await?.ok_or_else(gather::gone)?,
    };
    show(house, parcel, life).await
}

impl Chosen {
    fn choice(&self) -> Result<Choice, Problem> {
        let parts = |text: &String| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let task = |id: &str| id.parse::<TaskId>().map_err(|e| Problem::malformed(format!("tasks: {e}")));
        let tasks = self.tasks.as_ref().map(|text| text.split(',').map(task).collect()).transpose()?;
        Ok(NewZip { renditions: self.renditions.as_ref().map(parts), tasks, expires_in: None }.choice())
    }
}

impl NewZip {
    fn choice(&self) -> Choice {
        Choice {
            renditions: self.renditions.as_ref().map(|names| names.iter().cloned().collect()),
            tasks: self.tasks.as_ref().map(|tasks| tasks.iter().map(|task| ledger::TaskId(task.0)).collect()),
        }
    }
}

/// What a browser saves it as.
fn file(batch: BatchId) -> String {
    format!("{batch}.zip")
}

/// No link lives longer than what it leads to.
fn life(house: &House, asked: Option<u64>) -> Result<Duration, Problem> {
    Ok(links::life(house, asked)?.min(KEPT))
}

/// Where renditions lie in a folder, web servers make the archive while it is fetched.
fn is_served_here(house: &House) -> bool {
    house.store.gate().is_some()
}

fn location(batch: BatchId, zip: &Zip) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let path = HeaderValue::try_from(format!("/v1/batches/{batch}/zip/{}", zip.id));
    headers.extend(path.ok().map(|path| (header::LOCATION, path)));
    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    headers
}

/// An archive that needs nobody to build it, as if somebody had.
fn ready(place: &Place, archive: &Archive, house: &House) -> Parcel {
    let expires = Timestamp(house.clock.wall().0 + KEPT.as_millis() as i64);
    let new = place.parcel(archive);
    let done = new.size;
    Parcel { id: 0, new, state: ParcelState::Ready, build: 0, tries: 0, until: None, done, why: None, expires }
}

/// An archive as its owner sees it, with a link if it is there.
async fn show(house: &House, parcel: Parcel, life: Duration) -> Result<Zip, Problem> {
    let (place, life) = (Place::from(&parcel.new), life.min(left(house, &parcel)));
    let (mut url, mut expires) = (None, None);
    if parcel.state == ParcelState::Ready {
        let key = place.archive().ok_or_else(gather::gone)?;
        url = Some(links::get(house, key.as_str(), &file(BatchId(place.batch.0)), life).await?);
        expires = Some(rfc3339(Timestamp(house.clock.wall().0 + life.as_millis() as i64)));
    }
    let Parcel { new, state, done, why: fault, .. } = parcel;
    Ok(Zip { id: new.name, state, size: new.size, files: new.files, done, url, expires, fault })
}

/// How long an archive stays. A link lives for a second at least.
fn left(house: &House, parcel: &Parcel) -> Duration {
    let left = parcel.expires.0.saturating_sub(house.clock.wall().0);
    Duration::from_millis(u64::try_from(left).unwrap_or(0)).max(Duration::from_secs(1))
}
