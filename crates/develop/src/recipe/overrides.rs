//! What one photo of a batch gets in place of the recipe's: exposure, white balance, crop, straighten.
//!
//! TOML and JSON hold a table a photo: `["day 1/IMG_1.CR2"]` with `exposure`, `white_balance`, `crop`, `straighten`, in
//! the words of the recipe. CSV has a column `photo` and any of `exposure`, `kelvin`, `tint`, `white_balance`, `straighten`,
//! `crop_x`, `crop_y`, `crop_width`, `crop_height`; an empty cell leaves the recipe's value.

use super::error::{Problem, Problems, RecipeError};
use super::model::{Crop, WhiteBalance};
use super::node::{Entry, Node, Value};
use super::read::{self, Format};
use super::{check, fill, rules, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one photo gets in place of the recipe's; `None` leaves that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Override {
    /// Exposure in EV.
    pub exposure: Option<f32>,
    /// White balance.
    pub white_balance: Option<WhiteBalance>,
    /// Degrees clockwise.
    pub straighten: Option<f32>,
    /// Part to keep.
    pub crop: Option<Crop>,
}

/// Overrides by photo.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    by_photo: BTreeMap<String, Override>,
}

impl Overrides {
    /// Reads and checks overrides, and reports all that is wrong with them at once.
    ///
    /// # Errors
    /// As for a recipe; also a photo that is named twice.
    pub fn parse(text: &str, format: Format) -> Result<Self, RecipeError> {
        let root = match format {
            Format::Csv => from_rows(read::read_rows(text, "photo", COLUMNS)?)?,
            _ => read::read(text, format)?,
        };
        let mut problems = Problems::default();
        check::check(&root, &words::OVERRIDES, "", &mut problems);
        root.entries().iter().for_each(|e| rules::white_balance(&e.node, &format!("{}.", e.key), &mut problems));
        problems.take_result()?;
        let by_photo = fill::<BTreeMap<String, Override>>(&root)?;
        for (photo, change) in &by_photo {
            let Some(node) = root.get(photo) else { continue };
            rules::crop(change.crop, node, &format!("{photo}."), &mut problems);
        }
        problems.take_result().map(|()| Self { by_photo })
    }

    /// What is said of the photo at `path` below the input folder, with `/`; what is said of a bare file name holds in
    /// every folder.
    pub fn for_photo(&self, path: &str) -> Option<&Override> {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.by_photo.get(path).or_else(|| self.by_photo.get(name))
    }

    /// The photos that are spoken of, so that names which fit no photo can be reported.
    pub fn photos(&self) -> impl Iterator<Item = &str> {
        self.by_photo.keys().map(String::as_str)
    }
}

/// Columns of a CSV, and the keys that they stand for.
const COLUMNS: &[(&str, &str)] = &[
    ("exposure", "exposure"),
    ("white_balance", "white_balance"),
    ("kelvin", "white_balance.kelvin"),
    ("tint", "white_balance.tint"),
    ("straighten", "straighten"),
    ("crop_x", "crop.x"),
    ("crop_y", "crop.y"),
    ("crop_width", "crop.width"),
    ("crop_height", "crop.height"),
];

fn from_rows(rows: Vec<(String, Node)>) -> Result<Node, RecipeError> {
    let mut entries: Vec<Entry> = Vec::with_capacity(rows.len());
    let mut seen = std::collections::HashMap::new();
    for (key, node) in rows {
        if let Some(first) = seen.insert(key.clone(), node.line) {
            return Err(Problem::at(node.line, &key, format!("duplicate photo, first on line {first}")).into());
        }
        entries.push(Entry { key, line: node.line, node });
    }
    Ok(Node { line: 1, value: Value::Table(entries) })
}
