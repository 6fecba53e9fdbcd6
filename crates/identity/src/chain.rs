//! The links of the chain, in their order.

use crate::error::IdentityError;
use crate::imds::Imds;
use crate::place::Place;
use crate::{container, profile, web_identity};
use aws_credential_types::Credentials;
use serde::Deserialize;
use std::fmt;
use std::time::SystemTime;

/// Where credentials come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A token in a file (`AWS_WEB_IDENTITY_TOKEN_FILE`), changed for credentials by STS.
    WebIdentity,
    /// The agent of ECS (`AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`).
    Ecs,
    /// The agent of EKS pod identity (`AWS_CONTAINER_CREDENTIALS_FULL_URI`).
    Eks,
    /// The metadata of an EC2 instance, version 2.
    Imds,
    /// `AWS_ACCESS_KEY_ID` and its like.
    Environment,
    /// A profile in `~/.aws/credentials` or `~/.aws/config`.
    Profile,
}

/// In the order of asking.
pub(crate) const LINKS: [Link; 6] =
    [Link::WebIdentity, Link::Ecs, Link::Eks, Link::Imds, Link::Environment, Link::Profile];

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::WebIdentity => "web identity",
            Self::Ecs => "ECS",
            Self::Eks => "EKS pod identity",
            Self::Imds => "IMDSv2",
            Self::Environment => "the environment",
            Self::Profile => "a profile",
        })
    }
}

/// Credentials and where they are from.
#[derive(Debug, Clone)]
pub struct Found {
    /// The link that answered.
    pub link: Link,
    /// What it said.
    pub credentials: Credentials,
}

/// All links, in a place.
#[derive(Debug, Clone)]
pub struct Chain(Place);

impl Chain {
    /// The chain as seen from there.
    pub fn new(place: Place) -> Self {
        Self(place)
    }

    /// Asks the links one after the other.
    pub async fn find(&self) -> Result<Found, IdentityError> {
        for link in LINKS {
            let credentials = self.ask(link).await.map_err(|why| IdentityError::link(link, why))?;
            if let Some(credentials) = credentials {
                return Ok(Found { link, credentials });
            }
        }
        Err(IdentityError::Nobody)
    }

    /// Credentials of this link; `None` where it is not set up.
    async fn ask(&self, link: Link) -> Result<Option<Credentials>, String> {
        match link {
            Link::WebIdentity => web_identity::ask(&self.0).await,
            Link::Ecs => container::ecs(&self.0).await,
            Link::Eks => container::eks(&self.0).await,
            Link::Imds => match Imds::new(&self.0) {
                Some(imds) => imds.credentials().await,
                None => Ok(None),
            },
            Link::Environment => environment(&self.0),
            Link::Profile => profile::read(&self.0),
        }
    }
}

fn environment(place: &Place) -> Result<Option<Credentials>, String> {
    match (place.var("AWS_ACCESS_KEY_ID"), place.var("AWS_SECRET_ACCESS_KEY")) {
        (Some(key), Some(secret)) => {
            Ok(Some(Credentials::new(key, secret, place.var("AWS_SESSION_TOKEN"), None, "environment")))
        }
        (None, None) => Ok(None),
        _ => Err("only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set; set both or none".into()),
    }
}

/// Credentials as the agents of ECS, EKS and EC2 write them.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: Option<String>,
}

/// Reads what an agent says.
pub(crate) fn parse(text: &str, from: &'static str) -> Result<Credentials, String> {
    // The text itself is a secret: it is not told.
    let unreadable = |_| "its answer is not the JSON of credentials".to_string();
    let Written { access_key_id, secret_access_key, token, expiration } =
        serde_json::from_str(text).map_err(unreadable)?;
    let expires = expiration.as_deref().map(moment).transpose()?;
    Ok(Credentials::new(access_key_id, secret_access_key, token, expires, from))
}

/// A moment such as `2030-01-31T12:00:00Z`.
pub(crate) fn moment(text: &str) -> Result<SystemTime, String> {
    let moment: jiff::Timestamp = text.parse().map_err(|_| format!("`{text}` is no moment"))?;
    Ok(moment.into())
}
