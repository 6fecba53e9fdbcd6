//! People at a browser.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// How people come in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Console {
    /// Networks of fronts whose `X-Forwarded-For` is believed. Others may write what they like there.
    pub trusted_proxies: Vec<IpNet>,
}
