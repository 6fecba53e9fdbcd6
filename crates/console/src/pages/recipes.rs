//! Recipes: a list, and an editor that looks at a photo while one writes.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use service::House;
use service::web::extract::{Path, Query};
use service::web::objects::{self, Filter, Stored};
use service::web::recipes::{self, Recipe};
use service::web::{Problem, Shop};
use std::sync::Arc;

/// A recipe to begin with.
const FIRST: &str = include_str!("first.toml");
/// Photos to look at.
const PHOTOS: usize = 50;

#[derive(Template)]
#[template(path = "recipes.html")]
struct Recipes {
    frame: Frame,
    recipes: Vec<Recipe>,
}

#[derive(Template)]
#[template(path = "recipe.html")]
struct Editor {
    frame: Frame,
    name: String,
    /// The one that is shown; 0 for one that is new.
    version: u32,
    newest: u32,
    text: String,
    renditions: Vec<String>,
    photos: Vec<Stored>,
}

impl Editor {
    /// Of the histogram.
    fn channels(&self) -> [&'static str; 4] {
        let form = &self.frame.w.form;
        [form.red, form.green, form.blue, form.luminance]
    }
}

/// All of them.
pub async fn list(State(house): Shop, visitor: Visitor) -> Page {
    let recipes = recipes::list(State(house), visitor.reader()).await?.0.items;
    Ok(page(&Recipes { frame: Frame::of(&visitor, Place::Recipes), recipes }))
}

/// A new one.
pub async fn blank(State(house): Shop, visitor: Visitor) -> Page {
    let photos = photos(house, &visitor).await?;
    let frame = Frame::of(&visitor, Place::Recipes);
    let (name, text) = (String::new(), FIRST.to_owned());
    Ok(page(&Editor { frame, name, version: 0, newest: 0, text, renditions: Vec::new(), photos }))
}

/// Which version.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    version: Option<u32>,
}

/// One of them.
pub async fn look(State(house): Shop, visitor: Visitor, Path(name): Path<String>, Query(which): Query<Which>) -> Page {
    let newest = recipes::newest(State(Arc::clone(&house)), visitor.reader(), Path(name.clone())).await?.0;
    let number = newest.version;
    let shown = match which.version {
        Some(version) if version != number => {
            recipes::version(State(Arc::clone(&house)), visitor.reader(), Path((name, version))).await?.0
        }
        _ => newest,
    };
    let photos = photos(house, &visitor).await?;
    let Recipe { name, version, text, renditions, .. } = shown;
    let frame = Frame::of(&visitor, Place::Recipes);
    Ok(page(&Editor { frame, name, version, newest: number, text, renditions, photos }))
}

/// The newest photos.
async fn photos(house: Arc<House>, visitor: &Visitor) -> Result<Vec<Stored>, Problem> {
    let filter = Filter { limit: Some(PHOTOS), ..Filter::default() };
    Ok(objects::list_photos(State(house), visitor.reader(), Query(filter)).await?.0.items)
}
