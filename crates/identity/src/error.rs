//! Why nobody knows who this process is.

use crate::chain::Link;
use aws_credential_types::provider::error::CredentialsError;

/// Why there are no credentials, or why they could not be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum IdentityError {
    /// No link of the chain is set up.
    #[error(
        "no credentials: none from web identity, ECS, EKS, IMDSv2, AWS_ACCESS_KEY_ID or the profile; give this process a \
         role, or set the variables"
    )]
    Nobody,
    /// A link is set up and fails.
    #[error("credentials from {link}: {why}")]
    Link {
        /// Which one.
        link: Link,
        /// Why.
        why: String,
    },
    /// A service refused, or did not answer.
    #[error("{service} {action}: {why}")]
    Refused {
        /// Its name.
        service: &'static str,
        /// What was asked of it.
        action: String,
        /// Why.
        why: String,
    },
    /// The service is asked in a region, and none is known.
    #[error("no region: set `region` in the configuration, or AWS_REGION")]
    NoRegion,
}

impl IdentityError {
    pub(crate) fn link(link: Link, why: impl ToString) -> Self {
        Self::Link { link, why: why.to_string() }
    }
}

impl From<IdentityError> for CredentialsError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Nobody => Self::not_loaded(error),
            error => Self::provider_error(error),
        }
    }
}
