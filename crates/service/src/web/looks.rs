//! What a photo's header says, and the picture that its camera made.

use super::Shop;
use super::auth::Reader;
use super::extract::Path;
use super::ids::PhotoId;
use super::problem::Problem;
use crate::house::House;
use crate::worker::input;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use darkroom::Failure;
use ledger::TenantId;
use ledger::registry::{ObjectKind, Registry};
use serde_json::Value;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

/// What the header of a photo says
///
/// Camera, lens, exposure, size, colours: the words of `rawmill inspect --json`, which grow with time.
#[utoipa::path(get, operation_id = "get_photo_facts", path = "/v1/photos/{id}/facts", tag = "photos", params(("id" = PhotoId, Path)), responses(
    (status = 200, description = "What it says", body = Object),
    (status = "4XX", description = "Nothing", body = Problem, content_type = "application/problem+json"),
))]
pub async fn facts(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<PhotoId>,
) -> Result<Json<Value>, Problem> {
    with_photo(&house, caller.tenant, id, async |house, photo, _| told(house.looks.facts(photo).await)).await.map(Json)
}

/// The picture that the camera made itself
///
/// The largest JPEG that the file embeds.
#[utoipa::path(get, operation_id = "get_camera_picture", path = "/v1/photos/{id}/camera", tag = "photos", params(("id" = PhotoId, Path)), responses(
    (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"),
    (status = "4XX", description = "There is none", body = Problem, content_type = "application/problem+json"),
))]
pub async fn camera(
    State(house): Shop,
    Reader(caller): Reader,
    Path(id): Path<PhotoId>,
) -> Result<impl IntoResponse, Problem> {
    let jpeg = with_photo(&house, caller.tenant, id, async |house, photo, folder| {
        let out = folder.join("camera.jpg");
        told(house.looks.camera(photo, out.clone()).await)?;
        tokio::fs::read(&out).await.map_err(input::cannot_read)
    });
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        // A photo never changes.
        (header::CACHE_CONTROL, "private, max-age=86400"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ];
    Ok((headers, jpeg.await?))
}

/// Does something with the file of a photo, in a folder that is gone afterwards.
async fn with_photo<T>(
    house: &Arc<House>,
    tenant: TenantId,
    id: PhotoId,
    work: impl AsyncFnOnce(&House, PathBuf, &FilePath) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let photo = house.ledger.object(tenant, ObjectKind::Photo, id.0).await?;
    let photo = photo.ok_or_else(|| Problem::not_found(format!("there is no photo {id}")))?;
    let folder = house.previews.folder(house).map_err(input::cannot_read)?;
    let file = input::file(house, &photo.key, &folder.join("photo")).await?;
    work(house, file, &folder).await
}

fn told(looked: Option<Result<Value, Failure>>) -> Result<Value, Problem> {
    let busy = || Problem::unavailable("many others look at photos; try again in a few seconds").after(5);
    Ok(looked.ok_or_else(busy)??)
}
