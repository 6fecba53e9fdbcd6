//! A look at one photo by a recipe, before a batch is submitted.

use super::Shop;
use super::auth::Reader;
use super::batches::submit::RecipeName;
use super::extract::Body;
use super::ids::PhotoId;
use super::problem::Problem;
use super::recipes::{self, Parsed};
use crate::house::House;
use crate::preview;
use crate::room::Wanted;
use crate::worker::input;
use crate::worker::orders::{self, OrderError};
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;
use darkroom::{Class, Failure};
use ledger::TenantId;
use ledger::registry::{Object, ObjectKind, Registry};
use serde::Deserialize;
use std::path::Path;
use std::sync::Arc;
use utoipa::ToSchema;

/// Longest side in pixels: where nobody asks for one, and at most.
const SIDE: u32 = 1_024;
const LONGEST: u32 = 1_600;

/// What to look at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preview {
    /// The photo.
    pub photo: PhotoId,
    /// A recipe that was added. Either this or `text`.
    pub recipe: Option<RecipeName>,
    /// The text of a recipe, as it would be added.
    #[schema(max_length = 262144)]
    pub text: Option<String>,
    /// Name of the rendition; the recipe's first one if absent.
    pub rendition: Option<String>,
    /// Longest side in pixels; the rendition's own where that is smaller.
    #[schema(minimum = 16, maximum = 1600, default = 1024)]
    pub size: Option<u32>,
}

/// Develop one photo now and look at it: a JPEG. One at a time
#[utoipa::path(post, operation_id = "preview_recipe", path = "/v1/recipes/preview", tag = "recipes", request_body = Preview,
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 429, description = "Another one is being made for you", body = Problem, content_type = "application/problem+json",
            headers(("Retry-After" = u32, description = "Seconds until it is worth trying again"))),
        (status = "4XX", description = "No picture, and the photo's own error where it is to blame", body = Problem,
            content_type = "application/problem+json"),
    ))]
pub async fn preview(
    State(house): Shop,
    Reader(caller): Reader,
    Body(asked): Body<Preview>,
) -> Result<impl IntoResponse, Problem> {
    let entry = house.in_flight.enter(format!("preview/{}", caller.tenant));
    let entry = entry.ok_or_else(|| Problem::too_many("one preview at a time; wait for the other one").after(1))?;
    if preview::are_many(&house.previews) {
        return Err(Problem::unavailable("many others wait for previews; try again in a few seconds").after(5));
    }
    // It goes on, and cleans up after itself, even if its customer leaves.
    let made = tokio::spawn(async move {
        let made = make(&house, caller.tenant, asked).await;
        drop(entry);
        made
    });
    let jpeg = made.await.map_err(Problem::internal)??;
    let nosniff = (HeaderName::from_static("x-content-type-options"), "nosniff");
    Ok(([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store"), nosniff], jpeg))
}

async fn make(house: &Arc<House>, tenant: TenantId, asked: Preview) -> Result<Vec<u8>, Problem> {
    let parsed = recipe(house, tenant, &asked).await?;
    let photo = house.ledger.object(tenant, ObjectKind::Photo, asked.photo.0).await?;
    let photo = photo.ok_or_else(|| Problem::not_found(format!("there is no photo {}", asked.photo)))?;
    let folder = house.previews.folder(house).map_err(input::cannot_read)?;
    develop(house, parsed, &photo, &folder).await
}

async fn develop(house: &House, parsed: Parsed, photo: &Object, folder: &Path) -> Result<Vec<u8>, Problem> {
    let Parsed { recipe, assets, .. } = parsed;
    let assets = orders::assets(house, &assets).await?;
    let input = input::file(house, &photo.key, &folder.join("photo")).await?;
    input::compare(&input, photo.sha256.as_deref()).await?;
    let wanted = Wanted { recipe, assets, input, folder: folder.into() };
    Ok(house.previews.make(house, wanted).await?)
}

/// The recipe with the rendition that is wanted, and what that one names.
async fn recipe(house: &House, tenant: TenantId, asked: &Preview) -> Result<Parsed, Problem> {
    let text = match (&asked.recipe, &asked.text) {
        (Some(RecipeName { name, version }), None) => recipes::find(house, tenant, name, *version).await?.text,
        (None, Some(text)) => text.clone(),
        _ => return Err(Problem::invalid("either `recipe` or `text` says how the photo is developed")),
    };
    let size = asked.size.unwrap_or(SIDE);
    if !(16..=LONGEST).contains(&size) {
        return Err(Problem::invalid(format!("`size` is {size}, allowed are 16 to {LONGEST}")));
    }
    let Parsed { recipe, mut assets, tools } = recipes::check(house, tenant, &text).await?;
    if !recipe.seats.is_empty() {
        return Err(Problem::invalid("previews by a recipe with seats are not supported: they wait in no line"));
    }
    let missing = || Problem::invalid("the recipe has no rendition of that name");
    let recipe = preview::only(recipe, asked.rendition.as_deref(), size).ok_or_else(missing)?;
    assets.retain(|id, _| recipe.assets().contains(&id.as_str()));
    Ok(Parsed { recipe, assets, tools })
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        if !preview::is_its_own(&failure) {
            tracing::error!(%failure, "a picture could not be made");
            return Self::unavailable("pictures cannot be made at the moment; try again in a few seconds").after(5);
        }
        // Hints about limits are for whoever sets them.
        let hint = if failure.class == Class::Limit { "" } else { failure.hint.as_str() };
        let hint = if hint.is_empty() { String::new() } else { format!("; {hint}") };
        Self::undeveloped(format!("{failure}{hint}"))
    }
}

impl From<OrderError> for Problem {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Ledger(error) => error.into(),
            OrderError::Store(error) => error.into(),
            OrderError::Photo(error) => {
                tracing::error!(%error, "a photo cannot be read");
                Self::unavailable("the photo cannot be read at the moment; try again in a few seconds").after(5)
            }
            OrderError::Differs { .. } => Self::undeveloped(format!("{error}; upload it again")),
            OrderError::Unreadable(_) => Self::internal(error),
        }
    }
}
