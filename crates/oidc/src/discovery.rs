//! What a provider says of itself (OpenID Connect Discovery 1.0).

use super::{OidcError, Settings, ask};
use outward::Outward;
use serde::Deserialize;
use url::Url;

/// The document, as far as we go by it.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    response_types_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// How we show the provider who we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// In the header.
    Basic,
    /// In the body.
    Post,
}

/// Reads the document, and sees whether we can work with this provider.
pub async fn discover(outward: &Outward, settings: &Settings) -> Result<Metadata, OidcError> {
    let url = format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'));
    let metadata: Metadata = ask::get(outward, &url, None).await?;
    metadata.check(settings).map(|()| metadata)
}

impl Metadata {
    fn check(&self, settings: &Settings) -> Result<(), OidcError> {
        let wrong = |why: &str| Err(OidcError::Provider(why.into()));
        let lacks = |list: &Option<Vec<String>>, word| list.as_ref().is_some_and(|l| !l.iter().any(|one| one == word));
        if self.issuer != settings.issuer {
            return wrong("its document names another issuer; `issuer` must be written as the provider writes it");
        }
        if lacks(&self.response_types_supported, "code") {
            return wrong("it does not know the authorization code flow");
        }
        if lacks(&self.code_challenge_methods_supported, "S256") {
            return wrong("it does not know PKCE with S256");
        }
        self.authorization()?;
        self.manner().map(drop)
    }

    /// Where browsers go: over TLS, but where the provider is on this machine.
    pub fn authorization(&self) -> Result<Url, OidcError> {
        let wrong = |_| OidcError::Provider("its authorization endpoint is no URL".into());
        let url = Url::parse(&self.authorization_endpoint).map_err(wrong)?;
        let is_fit = url.scheme() == "https" || (url.scheme() == "http" && self.issuer.starts_with("http://"));
        is_fit.then_some(url).ok_or_else(|| OidcError::Provider("its authorization endpoint is not https://".into()))
    }

    /// In the header where it does not say, as the specification has it.
    pub fn manner(&self) -> Result<Manner, OidcError> {
        let Some(known) = &self.token_endpoint_auth_methods_supported else { return Ok(Manner::Basic) };
        let knows = |word: &str| known.iter().any(|one| one == word);
        match (knows("client_secret_basic"), knows("client_secret_post"), knows("none")) {
            (true, ..) => Ok(Manner::Basic),
            (_, true, _) | (.., true) => Ok(Manner::Post),
            _ => Err(OidcError::Provider("it takes neither client_secret_basic nor client_secret_post".into())),
        }
    }

    /// Its answers name their issuer.
    pub fn names_itself(&self) -> bool {
        self.authorization_response_iss_parameter_supported
    }
}
