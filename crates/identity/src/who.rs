//! Who the cloud says that we are.

use crate::cached::Cached;
use crate::chain::Link;
use crate::error::IdentityError;
use crate::place::Place;
use crate::signed::Service;
use crate::xml;
use std::time::SystemTime;

/// Who this process is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The link of the chain that answered.
    pub link: Link,
    /// The account.
    pub account: String,
    /// The role or user, in full.
    pub arn: String,
    /// Until when these credentials are valid; for ever where nothing is said.
    pub until: Option<SystemTime>,
}

impl Who {
    /// Asks the cloud (STS GetCallerIdentity, which needs no permission).
    pub async fn ask(place: &Place, region: &str, identity: &Cached) -> Result<Self, IdentityError> {
        let found = identity.get().await?;
        let text = Service::sts(place, region, identity).call("GetCallerIdentity", &[]).await?;
        let value = |tag: &str| {
            let why = || format!("its answer has no {tag}");
            let refused = || IdentityError::Refused { service: "sts", action: "GetCallerIdentity".into(), why: why() };
            xml::value(&text, tag).ok_or_else(refused)
        };
        let (account, arn) = (value("Account")?, value("Arn")?);
        Ok(Self { link: found.link, account, arn, until: found.credentials.expiry() })
    }
}
