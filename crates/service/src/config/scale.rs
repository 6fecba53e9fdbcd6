//! `[scale]`: how many workers there should be.

use super::ConfigError;
use super::model::within;
use serde::{Deserialize, Serialize};

/// What the scale hint is computed from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scale {
    /// Seconds in which all that waits should be done; 1 to 604800.
    pub target_drain_s: u64,
    /// Slots of one worker process; 1 to 1024.
    pub slots_per_worker: u64,
    /// Never fewer workers.
    pub min: u64,
    /// Never more workers.
    pub max: u64,
    /// Seconds that a photo takes, until some are done.
    pub task_s: u64,
}

impl Default for Scale {
    fn default() -> Self {
        Self { target_drain_s: 600, slots_per_worker: 4, min: 0, max: 100, task_s: 5 }
    }
}

impl Scale {
    /// Values that are in their type but out of range.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("scale.target_drain_s", self.target_drain_s, 1, 604_800)?;
        within("scale.slots_per_worker", self.slots_per_worker, 1, 1_024)?;
        within("scale.max", self.max, 1, 100_000)?;
        within("scale.min", self.min, 0, self.max)?;
        within("scale.task_s", self.task_s, 1, 86_400)
    }
}
