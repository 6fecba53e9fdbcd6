//! Files that belong to a run besides the photos: recipe, overrides, assets, tools.

use crate::say::{Trouble, words};
use darkroom::Tool;
use develop::Recipe;
use develop::recipe::{Format, Overrides, RecipeError};
use develop::render::Assets;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Largest asset in bytes.
const MAX_ASSET: u64 = 64 << 20;

/// Reads a recipe.
pub fn recipe(path: &Path) -> Result<Recipe, Trouble> {
    let text = text(path)?;
    Recipe::parse(&text, format(path)?)
        .map_err(|e| wrong(path, &e, "`rawmill recipe schema` lists what may stand in it"))
}

/// Reads overrides.
pub fn overrides(path: &Path) -> Result<Overrides, Trouble> {
    Overrides::parse(&text(path)?, format(path)?).map_err(|e| wrong(path, &e, ""))
}

/// Reads the assets that a recipe names, from beside it.
pub fn assets(recipe: &Recipe, beside: &Path) -> Result<Assets, Trouble> {
    let folder = beside.parent().unwrap_or(Path::new(""));
    recipe.assets().into_iter().map(|(id, _)| Ok((id.to_owned(), asset(&folder.join(id), beside)?))).collect()
}

fn asset(path: &Path, recipe: &Path) -> Result<Vec<u8>, Trouble> {
    let cannot = |why: String| {
        let what = format!("cannot read `{}`, which `{}` names", path.display(), recipe.display());
        Trouble::new(what, why, "paths in a recipe are relative to its own folder")
    };
    let bytes = fs::metadata(path).map_err(|e| cannot(words(&e)))?.len();
    if bytes > MAX_ASSET {
        return Err(cannot(format!("it has {bytes} bytes, an asset may have {MAX_ASSET}")));
    }
    fs::read(path).map_err(|e| cannot(words(&e)))
}

/// Reads the operator's tools: a table a tool, with `program`, `args` and `memory`.
pub fn tools(path: &Path) -> Result<BTreeMap<String, Tool>, Trouble> {
    let parsed = toml::from_str(&text(path)?);
    parsed.map_err(|e| Trouble::new(format!("`{}` is not a list of tools", path.display()), e.message(), ""))
}

/// A digest of each asset and tool, for the hash of a rendition.
pub fn digests(assets: &Assets, tools: &BTreeMap<String, Tool>) -> BTreeMap<String, String> {
    let assets = assets.iter().map(|(id, bytes)| (id.clone(), blake3::hash(bytes).to_hex().to_string()));
    let tools = tools.iter().map(|(name, tool)| {
        let words = [std::slice::from_ref(&tool.program), &tool.args].concat().join("\0");
        (name.clone(), blake3::hash(words.as_bytes()).to_hex().to_string())
    });
    assets.chain(tools).collect()
}

fn text(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path).map_err(|e| Trouble::unreadable(path, &e))
}

fn format(path: &Path) -> Result<Format, Trouble> {
    let suffix = path.extension().and_then(|s| s.to_str()).unwrap_or_default();
    let unknown =
        || Trouble::new(format!("cannot read `{}`", path.display()), "its name ends neither in .toml nor in .json", "");
    Format::from_suffix(suffix).ok_or_else(unknown)
}

fn wrong(path: &Path, error: &RecipeError, hint: &str) -> Trouble {
    Trouble::new(format!("`{}` has mistakes", path.display()), error, hint)
}
