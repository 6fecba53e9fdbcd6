//! People at a browser.

use super::{ConfigError, Oidc};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

/// How people come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Console {
    /// Networks of fronts whose `X-Forwarded-For` is believed. Others may write what they like there.
    pub trusted_proxies: Vec<IpNet>,
    /// Names of tenants whose owners and operators see how the whole house stands, and may pause the queue.
    pub operators: Vec<String>,
    /// A provider of OpenID Connect by which people may log in; by password alone if absent.
    pub oidc: Option<Oidc>,
}

impl Default for Console {
    fn default() -> Self {
        // The tenant that comes with the first key.
        Self { trusted_proxies: Vec::new(), operators: vec![crate::web::setup::FIRST.into()], oidc: None }
    }
}

impl Console {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.oidc.as_ref().map_or(Ok(()), Oidc::check)
    }
}
