//! `[buckets.NAME]`: buckets of customers, from which photos are imported and to which renditions are exported; and
//! `[transfers]`: how that is done.

use super::model::within;
use super::{ConfigError, StoreAt};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;
use store::S3Options;

/// A bucket of a customer. There is no key here: the customer's policy names who the process is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketAt {
    /// `s3://bucket` or `s3://bucket/prefix`: nobody comes to what is outside of the prefix.
    pub url: String,
    /// Its region.
    pub region: String,
    /// Whom to ask, if not Amazon.
    pub endpoint: Option<String>,
    /// The bucket stands in the path of a URL, as many servers want it.
    #[serde(default)]
    pub path_style: bool,
    /// `AES256`, `aws:kms`, or what the bucket does by itself.
    pub encryption: Option<String>,
    /// The key for `aws:kms`; the account's own if absent.
    pub kms_key: Option<String>,
    /// Certificates (PEM) that are trusted instead of the public ones.
    pub ca_file: Option<PathBuf>,
    /// Names of the tenants that may use it.
    pub tenants: Vec<String>,
    /// Photos may be imported from it.
    #[serde(default)]
    pub import: bool,
    /// Renditions may be exported to it.
    #[serde(default)]
    pub export: bool,
}

impl BucketAt {
    pub(super) fn check(&self, name: &str) -> Result<(), ConfigError> {
        let wrong = |key: &str, why: String| ConfigError::Bucket { name: name.into(), key: key.into(), why };
        let decent = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 64 || !name.chars().all(decent) {
            return Err(wrong("", "is no name: expected 1 to 64 of A-Z a-z 0-9 _ -".into()));
        }
        self.options().map(drop).map_err(|error| match error {
            ConfigError::Range { key, why } => wrong(key.trim_start_matches("store."), why),
            other => other,
        })
    }

    /// As the store wants it.
    pub fn options(&self) -> Result<S3Options, ConfigError> {
        let Self { url, region, endpoint, path_style, encryption, kms_key, ca_file, .. } = self.clone();
        StoreAt { url, region, endpoint, public_endpoint: None, path_style, encryption, kms_key, ca_file }.options()
    }
}

/// How imports and exports are done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transfers {
    /// Files of this process that are on their way at a time; 1 to 256.
    pub slots: usize,
    /// Of these, of one tenant, over all processes; 1 to 10000.
    pub per_tenant: usize,
    /// Longest time for one file in seconds; 1 to 86400.
    pub file_s: u64,
    /// Longest time in seconds in which nothing of a file comes; 1 to 600.
    pub pause_s: u64,
}

impl Default for Transfers {
    fn default() -> Self {
        Self { slots: 8, per_tenant: 4, file_s: 3_600, pause_s: 30 }
    }
}

impl Transfers {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        within("transfers.slots", self.slots as u64, 1, 256)?;
        within("transfers.per_tenant", self.per_tenant as u64, 1, 10_000)?;
        within("transfers.file_s", self.file_s, 1, 86_400)?;
        within("transfers.pause_s", self.pause_s, 1, 600)
    }

    /// Longest time for one file.
    pub fn file(&self) -> Duration {
        Duration::from_secs(self.file_s)
    }

    /// Longest time in which nothing of a file comes.
    pub fn pause(&self) -> Duration {
        Duration::from_secs(self.pause_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, lines: &str) -> Result<(), String> {
        let text = format!("url = \"s3://photos/in\"\nregion = \"eu-central-1\"\ntenants = [\"a\"]\n{lines}");
        toml::from_str::<BucketAt>(&text).unwrap().check(name).map_err(|e| e.to_string())
    }

    #[test]
    fn mistakes_name_the_bucket_and_the_key() {
        check("shoots", "import = true").unwrap();
        assert!(check("shoots", "kms_key = \"k\"").unwrap_err().contains("`buckets.shoots.kms_key`"));
        assert!(check("shoots", "endpoint = \"x\"").unwrap_err().contains("`buckets.shoots.endpoint`"));
        assert!(check("a b", "").unwrap_err().contains("no name"));
    }
}
