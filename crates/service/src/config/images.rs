//! `[images]`: small pictures of finished renditions, made when somebody asks for them.

use super::model::within;
use super::{ConfigError, Secret};
use crate::images::options::{self, Picture};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Small pictures at `/img`. There are none without keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Images {
    /// Keys that sign links to them, `ID:SECRET` with the secret in hexadecimal digits, newest first; two may be live.
    pub keys: Vec<Secret>,
    /// Pictures that links may ask for by name.
    pub presets: BTreeMap<String, Picture>,
    /// Links may ask for presets alone.
    pub presets_only: bool,
    /// Longest side of a picture; 16 to 8192.
    pub most_px: u32,
    /// Pictures that are made at a time; 1 to 64.
    pub slots: usize,
    /// Pictures that may wait for that; 0 to 1024.
    pub queue: usize,
    /// Seconds for which whoever got a picture may keep it.
    pub max_age_s: u64,
}

impl Default for Images {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            presets: BTreeMap::new(),
            presets_only: false,
            most_px: 2_048,
            slots: 1,
            queue: 16,
            max_age_s: 31_536_000,
        }
    }
}

impl Images {
    /// Values that are in their type but out of range.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("images.most_px", self.most_px.into(), 16, 8_192)?;
        within("images.slots", self.slots as u64, 1, 64)?;
        within("images.queue", self.queue as u64, 0, 1_024)?;
        within("images.max_age_s", self.max_age_s, 0, 31_536_000)?;
        self.presets.iter().try_for_each(|(name, picture)| self.check_preset(name, picture))
    }

    fn check_preset(&self, name: &str, picture: &Picture) -> Result<(), ConfigError> {
        let wrong = |why: String| Err(ConfigError::Range { key: "images.presets", why });
        if !options::is_name(name) {
            let name = name.escape_debug();
            return wrong(format!("has `{name}`; a preset is called 1 to 32 characters of a-z 0-9 _ -"));
        }
        match picture.mistakes(self.most_px) {
            mistakes if mistakes.is_empty() => Ok(()),
            mistakes => wrong(format!("has `{name}`: {}", mistakes.join("; "))),
        }
    }
}
