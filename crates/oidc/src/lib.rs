//! Who somebody is, on the word of a provider of OpenID Connect: the authorization code flow with PKCE, and what must be true
//! of an ID token before it is believed (RFC 6749, 7636, 9207, 9700; OpenID Connect Core and Discovery).
//!
//! ```text
//!  begin ──▶ the browser goes to the provider ──▶ comes back with a code ──▶ finish ──▶ Granted
//! ```
//! Nothing is remembered between the two but what the provider says of itself: whoever asks keeps the state, the nonce and
//! the verifier. One [`Provider`] is asked at a time by everybody; what it says is kept for an hour.

mod ask;
mod discovery;
mod jwk;
mod jws;
mod kept;
mod token;

pub use jws::Algorithm;
pub use outward::HttpsError;

use discovery::Metadata;
use jwk::Keys;
use kept::Kept;
use outward::Outward;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::Arc;
use token::Expected;

/// Claims of somebody, as they came.
pub type Claims = Map<String, Value>;

/// Whom to believe, and as whom to ask. It holds a secret, so it is not shown.
pub struct Settings {
    /// As the provider calls itself.
    pub issuer: String,
    /// As the provider calls us.
    pub client_id: String,
    /// What we show it; a public client has none.
    pub client_secret: Option<String>,
    /// What we ask for.
    pub scopes: Vec<String>,
    /// Where browsers come back to.
    pub redirect_uri: String,
    /// Certificates that are trusted instead of the public ones, in PEM.
    pub ca_file: Option<PathBuf>,
}

/// What goes with the browser; none of it is a secret. What it was made of is.
pub struct Leave<'a> {
    /// Comes back as it is.
    pub state: &'a str,
    /// Stands in the token.
    pub nonce: &'a str,
    /// Hash of the verifier.
    pub challenge: &'a str,
}

/// Somebody whom the provider knows.
pub struct Granted {
    /// Who, for ever.
    pub subject: String,
    /// What the token says of them.
    pub claims: Claims,
    /// To ask for more.
    access_token: String,
}

/// Why somebody is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The provider is away, or does not speak as it must.
    #[error("the provider does not answer as it should: {0}")]
    Provider(String),
    /// It does not give a token for the code.
    #[error("the provider did not take the code: {0}")]
    Code(String),
    /// The answer is not this provider's, or not for us, or not for this login.
    #[error("the answer of the provider is not valid: {0}")]
    Token(String),
}

/// A provider.
pub struct Provider {
    settings: Settings,
    outward: Outward,
    metadata: Kept<Metadata>,
    keys: Kept<Keys>,
}

impl Provider {
    /// Asks nobody yet.
    pub fn new(settings: Settings) -> Result<Self, HttpsError> {
        let outward = ask::outward(&settings)?;
        Ok(Self { settings, outward, metadata: Kept::default(), keys: Kept::default() })
    }

    /// As it calls itself.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Is the document there in which it says of itself what we need.
    pub async fn answers(&self) -> Result<(), OidcError> {
        self.metadata().await.map(drop)
    }

    /// How many of its keys may sign what we take.
    pub async fn usable_keys(&self) -> Result<usize, OidcError> {
        let metadata = self.metadata().await?;
        Ok(self.keys.get(|| jwk::fetch(&self.outward, &metadata)).await?.usable())
    }

    /// Where to send a browser.
    pub async fn begin(&self, leave: &Leave<'_>) -> Result<String, OidcError> {
        let mut url = self.metadata().await?.authorization()?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.settings.redirect_uri)
            .append_pair("scope", &self.settings.scopes.join(" "))
            .append_pair("state", leave.state)
            .append_pair("nonce", leave.nonce)
            .append_pair("code_challenge", leave.challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// Is an answer that names this issuer, or none, this provider's (RFC 9207).
    pub async fn check_answer(&self, issuer: Option<&str>) -> Result<(), OidcError> {
        match issuer {
            Some(issuer) if issuer == self.settings.issuer => Ok(()),
            Some(_) => Err(OidcError::Token("it names another issuer".into())),
            None if self.metadata().await?.names_itself() => Err(OidcError::Token("it names no issuer".into())),
            None => Ok(()),
        }
    }

    /// Who came back with this code, at so many seconds since 1970.
    pub async fn finish(&self, code: &str, verifier: &str, nonce: &str, now: i64) -> Result<Granted, OidcError> {
        let metadata = self.metadata().await?;
        let tokens = ask::exchange(&self.outward, &self.settings, &metadata, code, verifier).await?;
        let signed = jws::parse(&tokens.id_token)?;
        self.keys_for(&metadata, &signed).await?.verify(&signed)?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client_id: &self.settings.client_id,
            nonce,
            access_token: &tokens.access_token,
            algorithm: signed.algorithm,
            now,
        };
        let (subject, claims) = token::check(&signed.payload, &expected)?;
        Ok(Granted { subject, claims, access_token: tokens.access_token })
    }

    /// All that the provider says of somebody: what the token says, and what it tells whoever holds it.
    pub async fn profile(&self, granted: &Granted) -> Result<Claims, OidcError> {
        let metadata = self.metadata().await?;
        let mut claims = granted.claims.clone();
        if let Some(more) = ask::userinfo(&self.outward, &metadata, &granted.access_token).await? {
            if more.get("sub").and_then(Value::as_str) != Some(&granted.subject) {
                return Err(OidcError::Token("what it tells of somebody is of somebody else".into()));
            }
            // What is signed goes first.
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(claims)
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, OidcError> {
        self.metadata.get(|| discovery::discover(&self.outward, &self.settings)).await
    }

    /// The keys of now; where none is the one that signed, those are asked for once more: providers change them.
    async fn keys_for(&self, metadata: &Metadata, signed: &jws::Signed<'_>) -> Result<Arc<Keys>, OidcError> {
        let fetch = || jwk::fetch(&self.outward, metadata);
        let keys = self.keys.get(fetch).await?;
        if keys.has(signed) { Ok(keys) } else { self.keys.anew(&keys, fetch).await }
    }
}
