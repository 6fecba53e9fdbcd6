//! The recipe: what a batch does to each photo.
//!
//! A text becomes a [`Recipe`] in five steps, one a file: [`read`] keeps the line of every value, [`upgrade`] brings old
//! versions to the present words, [`check`] compares with the table in [`words`], serde fills the [`model`], and
//! [`rules`] judges what concerns several values at once.

mod assets;
mod canon;
mod check;
mod document;
pub mod edit;
pub mod error;
pub mod form;
mod fresh;
pub mod model;
mod nearest;
mod node;
pub mod overrides;
mod read;
mod rules;
mod schema;
mod shape;
mod steps;
pub mod template;
mod upgrade;
mod words;

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod tests;

pub use assets::AssetKind;
pub use canon::PIPELINE_VERSION;
pub use error::{Problem, RecipeError};
pub use model::*;
pub use overrides::{Override, Overrides};
pub use read::Format;
pub use schema::schema;
pub use template::{PathFacts, Template};

use error::Problems;
use node::Node;

/// The version of the recipe's words that this program writes.
pub const VERSION: u32 = 1;

impl Recipe {
    /// Reads and checks a recipe, and reports all that is wrong with it at once.
    ///
    /// # Errors
    /// Every unknown key, wrong type, value out of range and broken rule, with its line and key path; syntax errors and
    /// unknown versions alone, since nothing behind them can be trusted.
    pub fn parse(text: &str, format: Format) -> Result<Self, RecipeError> {
        let mut root = read::read(text, format)?;
        upgrade::upgrade(&mut root)?;
        let mut problems = Problems::default();
        check::check(&root, &words::RECIPE, "", &mut problems);
        root.get("develop").iter().for_each(|develop| rules::white_balance(develop, "develop.", &mut problems));
        problems.take_result()?;
        let recipe = fill::<Self>(&root)?;
        rules::check(&recipe, &root, &mut problems);
        problems.take_result().map(|()| recipe)
    }
}

/// Fills a model type with a checked tree.
fn fill<T: serde::de::DeserializeOwned>(node: &Node) -> Result<T, RecipeError> {
    serde_json::from_value(node.to_json()).map_err(|e| Problem::at(node.line, "", e.to_string()).into())
}
