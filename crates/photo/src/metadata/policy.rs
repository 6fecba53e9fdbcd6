//! What a recipe may say of metadata.

use serde::{Deserialize, Serialize};

/// What is written into the files besides pixels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metadata {
    /// What is kept of the photo's own.
    pub keep: Keep,
    /// What is set, whatever the photo says.
    pub set: SetMetadata,
}

/// What is kept of the photo's own metadata.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// Nothing.
    None,
    /// Copyright, artist and capture data; never GPS or serial numbers.
    #[default]
    Safe,
    /// Also caption, keywords, rating, GPS and serial numbers.
    All,
}

/// Metadata set by the recipe.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetMetadata {
    /// Creator (EXIF Artist, IPTC By-line, dc:creator).
    pub creator: Option<String>,
    /// Copyright notice.
    pub copyright: Option<String>,
    /// Keywords (IPTC Keywords, dc:subject).
    pub keywords: Vec<String>,
}
