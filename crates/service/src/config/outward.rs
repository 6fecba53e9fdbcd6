//! `[outward]`: requests to addresses that customers choose, for webhooks and imports.

use ipnet::IpNet;
use outward::{Allowed, HttpsError, Settings};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Whom customers may have us ask. Without any of it: HTTPS to the public internet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outward {
    /// Networks of our own that may be named too, as `10.0.0.0/8`.
    pub allow: Vec<IpNet>,
    /// Plain HTTP is let through.
    pub http: bool,
    /// Certificates that are trusted instead of the public ones, in PEM.
    pub ca_file: Option<PathBuf>,
}

impl Outward {
    /// Whoever asks.
    pub(crate) fn open(&self) -> Result<outward::Outward, HttpsError> {
        let settings = Settings { allow: Allowed(self.allow.clone()), http: self.http, ca_file: self.ca_file.clone() };
        outward::Outward::new(&settings, crate::hooks::LIMITS)
    }
}
