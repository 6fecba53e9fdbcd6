//! The recipe of a push: one that the server has, or a file of ours whose assets are uploaded first.

use crate::error::{Doing, Failure};
use crate::http::Client;
use crate::journal::Journal;
use crate::upload::{Source, upload};
use crate::wire::{Kind, NewRecipe, Recipe};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Which recipe.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// The newest of this name on the server.
    Named(String),
    /// One to add under this name.
    Given {
        /// Letters, digits, `-` and `_`.
        name: String,
        /// The recipe; its assets are files in `folder`, or ids of assets.
        recipe: Box<develop::Recipe>,
        /// Where its assets are.
        folder: PathBuf,
    },
}

/// The version of the recipe that the server has now, added if need be.
pub fn settle(client: &Client, journal: &Journal, wanted: &Wanted) -> Result<Recipe, Failure> {
    match wanted {
        Wanted::Named(name) => {
            client.get(&format!("/v1/recipes/{name}")).doing(|| format!("cannot use the recipe `{name}`"))
        }
        Wanted::Given { name, recipe, folder } => {
            let mut ids = HashMap::new();
            for (asset, _) in recipe.assets() {
                let path = folder.join(asset);
                if is_id(asset) && !path.exists() {
                    continue;
                }
                ids.insert(asset.to_owned(), send(client, journal, &path, name)?);
            }
            let text = renamed(recipe, &ids).to_toml();
            // The same text twice is the same version.
            client
                .post("/v1/recipes", &NewRecipe { name, text: &text })
                .doing(|| format!("cannot add the recipe `{name}`"))
        }
    }
}

/// Uploads an asset of the recipe; returns its id.
fn send(client: &Client, journal: &Journal, path: &Path, recipe: &str) -> Result<String, Failure> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let source = Source::of(path, name);
    let source = source.map_err(|f| Failure { what: format!("{}, which the recipe `{recipe}` names", f.what), ..f })?;
    upload(client, journal, Kind::Asset, &source, &|_| {})
}

/// A name that the server can have.
pub fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn is_id(asset: &str) -> bool {
    asset.strip_prefix("ast_").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The recipe with ids in the place of files.
fn renamed(recipe: &develop::Recipe, ids: &HashMap<String, String>) -> develop::Recipe {
    let mut recipe = recipe.clone();
    for asset in recipe.assets_mut() {
        if let Some(id) = ids.get(asset) {
            asset.clone_from(id);
        }
    }
    recipe
}
