//! What instance types have: processors and memory, each with its source.

use super::money::Quantity;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The file.
pub const TEXT: &str = include_str!("../../data/instances.toml");

/// A type.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceType {
    /// Such as `t3.medium`.
    #[serde(rename = "type")]
    pub name: String,
    /// Virtual processors.
    pub vcpus: u32,
    /// Memory.
    pub gib: f64,
    /// Is it of the ARM kind; of x86 otherwise.
    pub arm: bool,
    /// The words that say so.
    pub quote: String,
    /// Where they stand.
    pub url: String,
    /// Of when they are.
    pub date: String,
}

impl InstanceType {
    /// Its memory, exactly.
    pub fn memory(&self) -> Quantity {
        Quantity::read(self.gib).unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Types {
    instance: Vec<InstanceType>,
}

static TYPES: LazyLock<Types> =
    LazyLock::new(|| toml::from_str(TEXT).expect("a file of this crate, which a test reads"));

/// All that are known.
pub fn all() -> &'static [InstanceType] {
    &TYPES.instance
}

/// The one of this name.
pub fn named(name: &str) -> Option<&'static InstanceType> {
    all().iter().find(|kind| kind.name == name)
}
