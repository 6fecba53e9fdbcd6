//! People over the web: they log in with a password, a cookie keeps them in, and owners look after them.

pub mod audit;
pub mod cookie;
pub mod invitations;
pub mod login;
pub mod me;
pub mod oidc;
pub mod origin;
pub mod peer;
pub mod sessions;
pub mod users;

pub use peer::Peer;

use super::problem::Problem;
use crate::house::House;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use cookie::Secret;
use ledger::people::NewSession;
use origin::Origin;
use peer::Address;
use std::sync::Arc;

/// Somebody who comes to log in, perhaps with the cookie of a session before.
pub struct Visitor {
    /// Where from.
    pub address: Address,
    /// What the browser calls itself.
    agent: String,
    /// Hash of the cookie.
    pub session: Option<String>,
}

impl Visitor {
    /// A session to open.
    pub fn session(&self, secret: &Secret) -> NewSession {
        let (hash, agent, address) = (secret.hash.clone(), self.agent.clone(), self.address.0.to_string());
        NewSession { hash, agent, address, by: None }
    }

    /// Whoever it is, whichever page it comes from.
    async fn from_anywhere(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        let address = Address::from_request_parts(parts, house).await?;
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let session = cookie::read(&house.config, &parts.headers);
        Ok(Self { address, agent: agent.chars().take(200).collect(), session })
    }
}

/// Somebody who comes back from a provider, whose page has sent them. What they bring along says that they left from here.
pub struct Returning(pub Visitor);

impl FromRequestParts<Arc<House>> for Returning {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        Visitor::from_anywhere(parts, house).await.map(Self)
    }
}

impl FromRequestParts<Arc<House>> for Visitor {
    type Rejection = Problem;

    /// No page of others logs anybody in.
    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        let visitor = Self::from_anywhere(parts, house).await?;
        match &visitor.session {
            Some(_) => origin::check(parts, &house.config)?,
            None if origin::of(parts, &house.config) == Origin::Others => return Err(origin::refused()),
            None => {}
        }
        Ok(visitor)
    }
}
