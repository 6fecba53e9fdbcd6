//! Changes to the text of a recipe that leave all else as it is: comments, order, blank lines.
//!
//! The document is edited, then read again; what was read must be what was meant, or nothing is changed.

use super::error::{Problem, RecipeError};
use super::read::{self, Format};
use super::steps::{self, Step};
use super::{Recipe, document, fresh};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use toml_edit::DocumentMut;

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Where: a path as problems name it, such as `develop.exposure` or `filters[0]`.
    pub path: String,
    /// What stands there from now on; null takes it away.
    #[serde(default)]
    pub value: Json,
    /// In place of a value: the new place, from 0, of the item of a list that the path names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<usize>,
}

impl Change {
    /// Puts a value somewhere.
    pub fn put(path: impl Into<String>, value: Json) -> Self {
        Self { path: path.into(), value, to: None }
    }
}

/// The text with all changes done.
///
/// # Errors
/// A text that is no TOML; a change that cannot be made; whatever is wrong with the recipe afterwards and was not before,
/// in the words of [`Recipe::parse`].
pub fn edit(text: &str, changes: &[Change]) -> Result<String, RecipeError> {
    let mut meant = read::read(text, Format::Toml)?.to_json();
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| Problem::at(1, "", e.message()))?;
    for change in changes {
        let way = steps::steps(&change.path).ok_or_else(|| refused(change, "there is no such key"))?;
        make(&mut meant, &mut document, &way, change)
            .ok_or_else(|| refused(change, "nothing like this can stand here"))?;
    }
    let edited = document.to_string();
    match read::read(&edited, Format::Toml) {
        Ok(read) if alike(&read.to_json(), &meant) => strictly(text, edited),
        _ => {
            Err(Problem::at(1, changes.first().map_or("", |c| &c.path), "this can be changed in the text alone").into())
        }
    }
}

fn make(meant: &mut Json, document: &mut DocumentMut, way: &[Step], change: &Change) -> Option<()> {
    match change.to {
        Some(to) => {
            steps::shift(meant, way, to)?;
            document::shift(document.as_table_mut(), way, to)
        }
        None => {
            steps::put(meant, way, &change.value)?;
            document::put(document.as_table_mut(), way, &change.value)
        }
    }
}

/// Is it what was meant. With the last of the keys `geometry.crop`, `geometry.trim`, their group is gone too, which says the
/// same; a table that says something by being there must be there.
fn alike(read: &Json, meant: &Json) -> bool {
    match (read, meant) {
        (Json::Object(read), Json::Object(meant)) => {
            let is_nothing = |key: &str, value: &Json| *value == Json::Object(Map::new()) && !fresh::is_switched(key);
            read.keys().all(|key| meant.contains_key(key))
                && meant.iter().all(|(key, value)| match read.get(key) {
                    Some(found) => alike(found, value),
                    None => is_nothing(key, value),
                })
        }
        (Json::Array(read), Json::Array(meant)) => {
            read.len() == meant.len() && read.iter().zip(meant).all(|(read, meant)| alike(read, meant))
        }
        _ => read == meant,
    }
}

/// The edited text, unless there is something wrong with it that was not before.
fn strictly(before: &str, edited: String) -> Result<String, RecipeError> {
    let wrong = |text: &str| Recipe::parse(text, Format::Toml).err().map(|e| e.problems).unwrap_or_default();
    let known = wrong(before);
    let is_new = |p: &Problem| !known.iter().any(|k| (&k.path, &k.what) == (&p.path, &p.what));
    let problems: Vec<Problem> = wrong(&edited).into_iter().filter(is_new).collect();
    if problems.is_empty() { Ok(edited) } else { Err(RecipeError { problems }) }
}

fn refused(change: &Change, why: &str) -> RecipeError {
    Problem::at(1, &change.path, why).into()
}
