//! `[console.oidc]`: a provider of OpenID Connect by which people log in.

use super::{ConfigError, is_plain_and_here};
use ledger::people::Role;
use oidc::{Provider, Settings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use url::Url;

/// The path to which the provider sends browsers back.
pub const CALLBACK: &str = "/v1/oidc/callback";

/// On whose word people may come in, and who may who was not invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// What people call it, on the button.
    pub name: String,
    /// As it calls itself, to the letter.
    pub issuer: String,
    /// As it calls us.
    pub client_id: String,
    /// A file with what we show it; a public client has none.
    pub client_secret_file: Option<PathBuf>,
    /// What we ask for; `openid` is among it.
    #[serde(default = "scopes")]
    pub scopes: Vec<String>,
    /// Certificates (PEM) that are trusted instead of the public ones.
    pub ca_file: Option<PathBuf>,
    /// The tenant of those who come without an invitation; the first one if absent.
    pub tenant: Option<String>,
    /// What those may do whom no one invited; they stay outside if absent. Never `owner`.
    pub default_role: Option<Role>,
    /// Domains of e-mail addresses, of which those must have one that the provider has verified; all whom it knows if empty.
    #[serde(default)]
    pub domains: Vec<String>,
    /// The claim that tells roles, a text or a list of them; dots lead into it.
    pub roles_claim: Option<String>,
    /// What its values mean here; the strongest counts, for a user who is made.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
}

fn scopes() -> Vec<String> {
    ["openid", "email", "profile"].map(str::to_owned).into()
}

impl Oidc {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let wrong = |key, why: &str| Err(ConfigError::Range { key, why: why.into() });
        self.check_issuer()?;
        if !(1..=40).contains(&self.name.chars().count()) || self.name.contains(char::is_control) {
            return wrong("console.oidc.name", "has 1 to 40 characters");
        }
        if self.client_id.is_empty() {
            return wrong("console.oidc.client_id", "is empty; the provider says it when rawmill is registered there");
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return wrong("console.oidc.scopes", "lacks `openid`, without which nobody says who somebody is");
        }
        if self.default_role == Some(Role::Owner) {
            return wrong("console.oidc.default_role", "is `owner`; whoever was not invited never looks after people");
        }
        if self.roles_claim.is_some() == self.roles.is_empty() {
            return wrong("console.oidc.roles", "and console.oidc.roles_claim stand together, or neither does");
        }
        if !self.domains.is_empty() && self.default_role.is_none() && self.roles.is_empty() {
            return wrong("console.oidc.domains", "is for those without an invitation; set default_role too");
        }
        if self.domains.iter().any(|domain| domain.is_empty() || domain.contains(['@', '*', ' '])) {
            return wrong("console.oidc.domains", "holds names such as `lab.example`, and nothing else");
        }
        Ok(())
    }

    fn check_issuer(&self) -> Result<(), ConfigError> {
        let wrong = |why: &str| Err(ConfigError::Range { key: "console.oidc.issuer", why: why.into() });
        let Ok(url) = Url::parse(&self.issuer) else { return wrong("is no URL") };
        if url.scheme() != "https" && !is_plain_and_here(&self.issuer) {
            return wrong("is not https://, and what it says could be anybody's; http:// is for this machine alone");
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return wrong("has a user, a query or a fragment, which no issuer has");
        }
        Ok(())
    }

    /// Whoever asks it, for a service that people reach at this URL.
    pub(crate) fn open(&self, url: &str) -> Result<Provider, String> {
        let settings = Settings {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: self.secret()?,
            scopes: self.scopes.clone(),
            redirect_uri: format!("{url}{CALLBACK}"),
            ca_file: self.ca_file.clone(),
        };
        Provider::new(settings).map_err(|e| e.to_string())
    }

    fn secret(&self) -> Result<Option<String>, String> {
        let Some(path) = &self.client_secret_file else { return Ok(None) };
        let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read `{}`: {e}", path.display()))?;
        let secret = text.trim();
        if secret.is_empty() { Err(format!("`{}` is empty", path.display())) } else { Ok(Some(secret.into())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(lines: &str) -> Result<(), String> {
        let issuer = if lines.contains("issuer") { "" } else { "issuer = \"https://id.example\"\n" };
        let text = format!("name = \"ID\"\nclient_id = \"rawmill\"\n{issuer}{lines}");
        let oidc: Oidc = toml::from_str(&text).map_err(|e| e.to_string())?;
        oidc.check().map_err(|e| e.to_string())
    }

    #[test]
    fn what_is_in_order_is_taken() {
        for lines in [
            "",
            "issuer = \"https://id.example/realms/lab\"",
            "issuer = \"http://127.0.0.1:3000\"",
            "default_role = \"viewer\"\ndomains = [\"lab.example\"]",
            "roles_claim = \"groups\"\nroles = { admins = \"owner\" }",
        ] {
            checked(lines).unwrap();
        }
    }

    #[test]
    fn mistakes_name_their_key() {
        for (lines, key) in [
            ("issuer = \"http://id.example\"", "issuer` is not https"),
            ("issuer = \"http://127.0.0.1.evil.example\"", "issuer` is not https"),
            ("issuer = \"ftp://127.0.0.1\"", "issuer` is not https"),
            ("issuer = \"id.example\"", "issuer` is no URL"),
            ("issuer = \"https://id.example?x=1\"", "issuer` has"),
            ("issuer = \"https://me:hush@id.example\"", "issuer` has"),
            ("default_role = \"owner\"", "default_role"),
            ("default_role = \"king\"", "king"),
            ("scopes = [\"email\"]", "scopes"),
            ("domains = [\"lab.example\"]", "domains"),
            ("default_role = \"viewer\"\ndomains = [\"@lab.example\"]", "domains"),
            ("roles_claim = \"groups\"", "roles"),
            ("roles = { a = \"viewer\" }", "roles"),
            ("colour = \"red\"", "colour"),
        ] {
            let error = checked(lines).unwrap_err();
            assert!(error.contains(key) && !error.contains("hush"), "{lines}: {error}");
        }
    }
}
