//! `[redis]`: what web servers share beside the ledger.

use super::ConfigError;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A Redis or Valkey. It makes the service faster; whatever is in it may be lost at any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    /// `redis://HOST:PORT` or `rediss://HOST:PORT` with TLS; `USER@` before the host and `/NUMBER` behind it are taken.
    pub url: String,
    /// Who signed the server's certificate, in PEM; those that the system trusts if absent.
    pub ca_file: Option<PathBuf>,
    /// File with the password.
    pub password_file: Option<PathBuf>,
    /// Beginning of every key, so that several services may share a server.
    #[serde(default = "prefix")]
    pub prefix: String,
}

fn prefix() -> String {
    "rawmill".into()
}

impl Redis {
    /// Values that are in their type but out of range.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let rest = self.url.strip_prefix("rediss://").or_else(|| self.url.strip_prefix("redis://"));
        let Some(rest) = rest.filter(|rest| !rest.is_empty()) else {
            return wrong("redis.url", "is not redis://HOST:PORT or rediss://HOST:PORT");
        };
        if rest.split_once('@').is_some_and(|(user, _)| user.contains(':')) {
            return wrong("redis.url", "holds a password; put it into a file and name that as password_file");
        }
        if self.ca_file.is_some() && !self.url.starts_with("rediss://") {
            return wrong("redis.ca_file", "is for rediss:// alone");
        }
        let good = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        if self.prefix.is_empty() || !self.prefix.bytes().all(good) {
            return wrong("redis.prefix", "may have letters, digits, `-`, `_` and `.`, and at least one");
        }
        Ok(())
    }
}

fn wrong(key: &'static str, why: &str) -> Result<(), ConfigError> {
    Err(ConfigError::Range { key, why: why.into() })
}
