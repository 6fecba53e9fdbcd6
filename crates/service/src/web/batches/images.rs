//! Links to small pictures of what a batch has made.

use super::find;
use crate::images::link::Link;
use crate::images::{options, source};
use crate::web::Shop;
use crate::web::auth::Reader;
use crate::web::extract::{Body, Path};
use crate::web::ids::{BatchId, TaskId};
use crate::web::images::wrong;
use crate::web::problem::Problem;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What picture.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewImage {
    /// `w=400,h=300,fit=cover,q=80,f=webp`, or the name of a preset; `exp=` and seconds since 1970 end the link.
    #[schema(min_length = 1, max_length = 200)]
    pub options: String,
    /// The rendition it is made of; the smallest that is large enough if absent.
    pub rendition: Option<String>,
}

/// A link to a small picture.
#[derive(Debug, Serialize, ToSchema)]
pub struct Image {
    /// The options as they stand in the link: there is one way to write them.
    pub options: String,
    /// Where it is made. No key is needed there.
    pub url: String,
}

/// Sign a link to a small picture of a finished rendition
///
/// Whoever has the link has the picture, until the link ends or the batch is removed.
#[utoipa::path(post, operation_id = "sign_image", path = "/v1/batches/{id}/tasks/{task}/images", tag = "batches",
    params(("id" = BatchId, Path), ("task" = TaskId, Path)), request_body = NewImage, responses(
        (status = 200, description = "The link", body = Image),
        (status = "4XX", description = "No link", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn sign(
    State(house): Shop,
    Reader(caller): Reader,
    Path((batch, task)): Path<(BatchId, TaskId)>,
    Body(new): Body<NewImage>,
) -> Result<Json<Image>, Problem> {
    find(&house, caller.tenant, batch).await?;
    let off = || Problem::conflict("this service makes no small pictures; its operator can give it keys in [images]");
    let images = house.images.as_ref().ok_or_else(off)?;
    let options = options::read(&new.options, images.config.most_px).map_err(wrong)?;
    let picture = images.wanted(&options)?;
    let link = Link { options, batch, task, rendition: new.rendition };
    source::find(&house, &link, &picture).await?;
    let url = format!("{}{}", house.config.url(), link.path(&images.keys));
    Ok(Json(Image { options: link.options.to_string(), url }))
}
