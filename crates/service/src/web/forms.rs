//! Recipes as forms: what a text may say, and changes to it that leave the rest as it is.
//!
//! The text stays the only truth. Nothing is kept here, and nobody but the recipe's own parser judges.

use super::auth::Reader;
use super::extract::Body;
use super::problem::{Mistake, Problem};
use super::recipes::{self, mistakes_of, wrong};
use axum::Json;
pub use develop::recipe::AssetKind;
pub use develop::recipe::edit::Change;
use develop::recipe::edit::edit;
pub use develop::recipe::form::{Choice, Entry, Part, form};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most changes at once.
const CHANGES: usize = 100;

/// A text to show as a form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// TOML.
    #[schema(max_length = 262144)]
    pub text: String,
}

/// A text as a form.
#[derive(Debug, Serialize, ToSchema)]
pub struct Form {
    /// Values, groups and lists: path, key, value, what holds else, kind and range, and inner parts.
    #[schema(value_type = Vec<Object>)]
    pub parts: Vec<Part>,
    /// All that is wrong with the text.
    pub errors: Vec<Mistake>,
}

/// Changes to a text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// TOML.
    #[schema(max_length = 262144)]
    pub text: String,
    /// One after the other: a path with the value that stands there from now on (null takes it away), or with the place
    /// `to` which an item of a list is moved.
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 100)]
    pub changes: Vec<Change>,
}

/// A text that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Edited {
    /// All else in it is as it was: comments, order, blank lines.
    pub text: String,
}

/// A recipe's text as a form
#[utoipa::path(post, operation_id = "show_recipe_form", path = "/v1/recipes/form", tag = "recipes", request_body = Text, responses(
    (status = 200, description = "What it says and may say", body = Form),
    (status = "4XX", description = "It is no TOML", body = Problem, content_type = "application/problem+json"),
))]
pub async fn show(_reader: Reader, Body(asked): Body<Text>) -> Result<Json<Form>, Problem> {
    check(&asked.text)?;
    let form = form(&asked.text).map_err(|e| wrong(&e))?;
    Ok(Json(Form { parts: form.parts, errors: mistakes_of(&form.problems) }))
}

/// Change a recipe's text where it stands, without adding it
#[utoipa::path(post, operation_id = "edit_recipe", path = "/v1/recipes/edit", tag = "recipes", request_body = Edit, responses(
    (status = 200, description = "The text with all changes", body = Edited),
    (status = "4XX", description = "Nothing was changed, and why", body = Problem, content_type = "application/problem+json"),
))]
pub async fn change(_reader: Reader, Body(asked): Body<Edit>) -> Result<Json<Edited>, Problem> {
    check(&asked.text)?;
    if !(1..=CHANGES).contains(&asked.changes.len()) {
        return Err(Problem::invalid(format!("expected 1 to {CHANGES} changes, found {}", asked.changes.len())));
    }
    let text = edit(&asked.text, &asked.changes).map_err(|e| wrong(&e))?;
    recipes::check_size(&text)?;
    Ok(Json(Edited { text }))
}

/// A form is one of TOML: JSON has no comments and no layout to keep.
fn check(text: &str) -> Result<(), Problem> {
    recipes::check_size(text)?;
    match text.trim_start().starts_with('{') {
        true => {
            Err(Problem::invalid("the form reads TOML alone, and this text is JSON; write it as TOML to use the form"))
        }
        false => Ok(()),
    }
}
