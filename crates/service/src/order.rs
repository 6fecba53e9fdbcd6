//! What a batch asks of its workers, as the ledger keeps it: a recipe whose assets are keys of the store.

use crate::trace::TraceId;
use develop::Recipe;
use develop::recipe::{Filter, Format, RecipeError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The same for every photo of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Name of the recipe.
    pub recipe: String,
    /// Its version.
    pub version: u32,
    /// Its text.
    pub text: String,
    /// Keys of the assets that it names.
    pub assets: BTreeMap<String, String>,
    /// Tools that it may use.
    pub tools: Vec<String>,
    /// Links to renditions are given until the batch is so many days old.
    pub retention_days: Option<u32>,
    /// The request that submitted it, for logs.
    #[serde(default)]
    pub trace: Option<TraceId>,
}

/// What a worker must know of one photo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Number of the photo.
    pub photo: i64,
    /// Name of the customer's file.
    pub name: String,
    /// Number in the batch, from 1.
    pub seq: u64,
}

/// Reads a recipe; JSON if it looks so.
pub fn parse(text: &str) -> Result<Recipe, RecipeError> {
    let json = text.trim_start().starts_with('{');
    Recipe::parse(text, if json { Format::Json } else { Format::Toml })
}

/// Names of the tools that a recipe uses, each once.
pub fn tools(recipe: &Recipe) -> Vec<String> {
    let filters = recipe.filters.iter().chain(recipe.renditions.iter().flat_map(|r| &r.filters));
    let names = filters.filter_map(|f| if let Filter::Exec { tool } = f { Some(tool.clone()) } else { None });
    names.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
