//! A look at one photo by a recipe, before a batch is submitted.

use super::Shop;
use super::auth::Reader;
use super::batches::submit::RecipeName;
use super::extract::Body;
use super::ids::PhotoId;
use super::problem::Problem;
use super::recipes::{self, Parsed};
use crate::house::House;
use crate::preview::{self, View};
use crate::room::{Picture, Wanted};
use crate::worker::input;
use crate::worker::orders::{self, OrderError};
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use darkroom::{Class, Failure};
use develop::recipe::Window;
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
    /// In place of `size`: a part of the finished picture, pixel by pixel.
    pub crop: Option<Crop>,
}

/// A part of a finished picture. It begins at a multiple of 16 pixels, so it may be up to 15 pixels larger; what would lie
/// outside of the picture is moved inside.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Crop {
    /// Its middle, from left (0) to right (1).
    #[schema(minimum = 0, maximum = 1)]
    pub x: f32,
    /// Its middle, from top (0) to bottom (1).
    #[schema(minimum = 0, maximum = 1)]
    pub y: f32,
    /// Columns.
    #[schema(minimum = 16, maximum = 1600)]
    pub width: u32,
    /// Rows.
    #[schema(minimum = 16, maximum = 1600)]
    pub height: u32,
}

/// Develop one photo now and look at it. One at a time
///
/// All of it is a JPEG. A part of it, by `crop`, has the rendition's own format where browsers show that (JPEG, WebP, AVIF),
/// else it is a PNG.
#[utoipa::path(post, operation_id = "preview_recipe", path = "/v1/recipes/preview", tag = "recipes", request_body = Preview,
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg",
            headers(("Rawmill-Picture" = String, description = "With `crop`: size of the whole picture, as `6000x4000`"),
                ("Rawmill-Window" = String, description = "With `crop`: where the part begins, and its size, as `1600,800,1024x768`"))),
        (status = 429, description = "Another one is being made for you", body = Problem, content_type = "application/problem+json",
            headers(("Retry-After" = u32, description = "Seconds until it is worth trying again"))),
        (status = "4XX", description = "No picture, and the photo's own error where it is to blame", body = Problem,
            content_type = "application/problem+json"),
    ))]
pub async fn preview(
    State(house): Shop,
    Reader(caller): Reader,
    Body(asked): Body<Preview>,
) -> Result<Response, Problem> {
    let crop = asked.crop;
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
    let Picture { bytes, media_type, size } = made.await.map_err(Problem::internal)??;
    let nosniff = (HeaderName::from_static("x-content-type-options"), "nosniff");
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "no-store"), nosniff];
    let place = crop.map(|crop| {
        let window = window(crop).of(size);
        [
            ("rawmill-picture", format!("{}x{}", size.width, size.height)),
            ("rawmill-window", format!("{},{},{}x{}", window.x, window.y, window.width, window.height)),
        ]
    });
    Ok(match place {
        Some(place) => (headers, place, bytes).into_response(),
        None => (headers, bytes).into_response(),
    })
}

async fn make(house: &Arc<House>, tenant: TenantId, asked: Preview) -> Result<Picture, Problem> {
    let parsed = recipe(house, tenant, &asked).await?;
    let photo = house.ledger.object(tenant, ObjectKind::Photo, asked.photo.0).await?;
    let photo = photo.ok_or_else(|| Problem::not_found(format!("there is no photo {}", asked.photo)))?;
    let folder = house.previews.folder(house).map_err(input::cannot_read)?;
    develop(house, parsed, &photo, &folder).await
}

async fn develop(house: &House, parsed: Parsed, photo: &Object, folder: &Path) -> Result<Picture, Problem> {
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
    let view = view(asked)?;
    let Parsed { recipe, mut assets, tools } = recipes::check(house, tenant, &text).await?;
    if !recipe.seats.is_empty() {
        return Err(Problem::invalid("previews by a recipe with seats are not supported: they wait in no line"));
    }
    let missing = || Problem::invalid("the recipe has no rendition of that name");
    let recipe = preview::only(recipe, asked.rendition.as_deref(), view).ok_or_else(missing)?;
    assets.retain(|id, _| recipe.assets().iter().any(|(named, _)| id == named));
    Ok(Parsed { recipe, assets, tools })
}

fn view(asked: &Preview) -> Result<View, Problem> {
    let allowed = |name: &str, pixels: u32| match (16..=LONGEST).contains(&pixels) {
        true => Ok(pixels),
        false => Err(Problem::invalid(format!("`{name}` is {pixels}, allowed are 16 to {LONGEST}"))),
    };
    match (asked.crop, asked.size) {
        (None, size) => Ok(View::Whole(allowed("size", size.unwrap_or(SIDE))?)),
        (Some(_), Some(_)) => Err(Problem::invalid("either `size` or `crop` says what is shown, not both")),
        (Some(crop), None) => {
            allowed("crop.width", crop.width)?;
            allowed("crop.height", crop.height)?;
            if !((0.0..=1.0).contains(&crop.x) && (0.0..=1.0).contains(&crop.y)) {
                return Err(Problem::invalid("`crop.x` and `crop.y` are fractions of the picture, from 0 to 1"));
            }
            Ok(View::Part(window(crop)))
        }
    }
}

fn window(Crop { x, y, width, height }: Crop) -> Window {
    Window { x, y, width, height }
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
