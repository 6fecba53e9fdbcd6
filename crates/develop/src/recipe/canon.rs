//! The canonical form of a recipe, and the hash that says whether a rendition must be made again.

use super::model::{Develop, Filter, Geometry, Metadata, Recipe, Rendition, Watermark};
use super::overrides::Override;
use std::collections::BTreeMap;

/// Changes whenever the same recipe would give other pixels, so that finished outputs are made again.
pub const PIPELINE_VERSION: u32 = 2;

/// All that decides the bytes of one rendition, apart from the photo.
#[derive(serde::Serialize)]
struct Decisive<'a> {
    pipeline: u32,
    develop: &'a Develop,
    geometry: &'a Geometry,
    filters: Vec<&'a Filter>,
    watermark: Option<&'a Watermark>,
    metadata: &'a Metadata,
    rendition: Rendition,
    assets: BTreeMap<&'a str, Option<&'a str>>,
}

impl Recipe {
    /// The full recipe as TOML, defaults written out. Reading it gives the same recipe.
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).expect("a recipe has text keys and plain values")
    }

    /// The full recipe as JSON, defaults written out. Reading it gives the same recipe.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a recipe has text keys and plain values")
    }

    /// Filters of a rendition in the order in which they are done: the recipe's, then its own.
    pub fn filters_of<'a>(&'a self, rendition: &'a Rendition) -> impl Iterator<Item = &'a Filter> {
        self.filters.iter().chain(&rendition.filters)
    }

    /// Watermark of a rendition: its own, or else the recipe's.
    pub fn watermark_of<'a>(&'a self, rendition: &'a Rendition) -> Option<&'a Watermark> {
        rendition.watermark.as_ref().or(self.watermark.as_ref())
    }

    /// Hash of all that decides the bytes of `rendition`, as 64 hexadecimal digits. Other renditions do not matter, so
    /// adding one changes no hash; nor does it matter whether a filter stands in the recipe or in the rendition.
    ///
    /// `digests` hold a digest of the bytes of each asset by id, and of the configuration of each tool by name.
    pub fn rendition_hash(&self, rendition: &Rendition, digests: &BTreeMap<String, String>) -> String {
        let filters: Vec<&Filter> = self.filters_of(rendition).collect();
        let watermark = self.watermark_of(rendition);
        let tools = filters.iter().filter_map(|f| if let Filter::Exec { tool } = f { Some(tool) } else { None });
        let assets = self.assets_of(rendition).map(|(id, _)| id);
        let ids = tools.map(String::as_str).chain(assets);
        let decisive = Decisive {
            pipeline: PIPELINE_VERSION,
            develop: &self.develop,
            geometry: &self.geometry,
            watermark,
            metadata: &self.metadata,
            rendition: Rendition { filters: Vec::new(), watermark: None, ..rendition.clone() },
            assets: ids.map(|id| (id, digests.get(id).map(String::as_str))).collect(),
            filters,
        };
        let json = serde_json::to_vec(&decisive).expect("a recipe has text keys and plain values");
        blake3::hash(&json).to_hex().to_string()
    }

    /// This recipe with what the override says of one photo.
    pub fn with(&self, change: &Override) -> Self {
        let mut recipe = self.clone();
        recipe.develop.exposure = change.exposure.unwrap_or(recipe.develop.exposure);
        recipe.develop.white_balance = change.white_balance.unwrap_or(recipe.develop.white_balance);
        recipe.geometry.straighten = change.straighten.unwrap_or(recipe.geometry.straighten);
        recipe.geometry.crop = change.crop.or(recipe.geometry.crop);
        recipe
    }
}
