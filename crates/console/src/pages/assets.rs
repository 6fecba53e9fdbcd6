//! Assets: logos, fonts, profiles and looks that recipes name.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::{self, page};
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use service::media::asset_kind;
use service::web::Shop;
use service::web::extract::Query;
use service::web::forms::AssetKind;
use service::web::objects::{self, Filter, Stored};
use service::web::recipes;
use std::sync::Arc;

/// Assets of one page.
const MANY: usize = 50;

#[derive(Template)]
#[template(path = "assets.html")]
struct Assets {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    asset: Stored,
    /// What it can be used for; else its media type.
    content: String,
    size: String,
    came: String,
    /// Recipes of which the newest version names it.
    users: Vec<String>,
}

/// Which page.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    cursor: Option<String>,
}

/// The page.
pub async fn list(State(house): Shop, visitor: Visitor, Query(which): Query<Which>) -> Page {
    let words = &visitor.language.words().form;
    let filter = Filter { cursor: which.cursor, limit: Some(MANY), ..Filter::default() };
    let listed = objects::list_assets(State(Arc::clone(&house)), visitor.reader(), Query(filter)).await?.0;
    let recipes = recipes::list(State(house), visitor.reader()).await?.0.items;
    let content = |media_type: &str| match asset_kind(media_type) {
        Some(AssetKind::Picture) => words.kind_picture.to_owned(),
        Some(AssetKind::Font) => words.kind_font.to_owned(),
        Some(AssetKind::Profile) => words.kind_profile.to_owned(),
        Some(AssetKind::Lut) => words.kind_lut.to_owned(),
        None => media_type.to_owned(),
    };
    let row = |asset: Stored| Row {
        content: content(&asset.media_type),
        size: show::bytes(asset.size),
        came: show::moment(&asset.created),
        users: recipes.iter().filter(|r| r.assets.contains(&asset.id)).map(|r| r.name.clone()).collect(),
        asset,
    };
    let rows = listed.items.into_iter().map(row).collect();
    Ok(page(&Assets { frame: Frame::of(&visitor, Place::Recipes), rows, next: listed.next }))
}
