//! What a transfer is, as the ledger keeps it.

use crate::trace::TraceId;
use ledger::TaskId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The customer's bucket; an import from URLs has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What becomes of what came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<Wish>,
    /// These renditions alone are exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renditions: Option<BTreeSet<String>>,
    /// Those of these tasks alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tasks: Option<BTreeSet<TaskId>>,
    /// Other objects of the same name are replaced.
    #[serde(default)]
    pub overwrite: bool,
    /// The request that asked for it, for logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceId>,
}

/// Where in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name in the configuration.
    pub bucket: String,
    /// How names begin, below what the configuration says.
    pub prefix: String,
}

/// A batch that is to be submitted when all has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The recipe.
    pub recipe: String,
    /// Its version.
    pub version: u32,
    /// The greater goes first among the tenant's batches.
    pub priority: i32,
    /// Days after its end until it is removed.
    pub retention_days: Option<u32>,
}

impl Plan {
    /// As it was kept.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
