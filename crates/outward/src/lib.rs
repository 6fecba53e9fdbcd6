//! Requests to addresses that strangers choose: the URL of a webhook, of a file to import.
//!
//! A stranger may name what only this machine or its network can reach. So a name is resolved once, every address that it
//! has is looked at ([`address`]), and the connection goes to those very addresses, while TLS and the `Host` header go by
//! the name in the URL. A name that has a single address that is refused is refused as a whole: one that points inside as
//! well as outside is a mistake or an attack, and half of the connections would hide that.
//!
//! No redirect is followed where something is sent: an answer that redirects is given as it is. Where a file is fetched
//! ([`Outward::pull`]), each place that a redirect leads to is looked at as the first one. No connection serves twice, so
//! every request is checked anew.
//!
//! Any port from 1024 on is fine, and of those below only 80 and 443, where HTTP is at home: the others belong to mail,
//! shells, files and such, which must not be spoken to in our name.

pub mod address;
mod connect;
mod fetch;
mod pull;
mod target;

pub use address::Allowed;
pub use connect::{Found, Resolve};
pub use fetch::{Answer, Limits, Outward, Settings};
pub use https::HttpsError;
pub use hyper::{HeaderMap, Method, Request, StatusCode, header};
pub use pull::Coming;

use std::net::IpAddr;
use std::time::Duration;

/// Why nobody was asked, or nobody answered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum OutwardError {
    /// No URL that anybody may be asked at.
    #[error("`{url}` {why}")]
    Url {
        /// As it was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// It points to where nobody from outside has any business. The text does not tell where: it may be shown to whoever
    /// chose the URL.
    #[error("`{host}` is not on the public internet; name a host that everybody can reach")]
    Inside {
        /// The host of the URL.
        host: String,
        /// What it is.
        address: IpAddr,
    },
    /// The name is not known.
    #[error("`{host}` cannot be resolved: {why}")]
    Unresolved {
        /// The host of the URL.
        host: String,
        /// Why.
        why: String,
    },
    /// No connection, or it broke off.
    #[error("{0}")]
    Broken(String),
    /// It took too long.
    #[error("no {what} within {} s", .after.as_secs())]
    Silent {
        /// What did not come.
        what: &'static str,
        /// The limit.
        after: Duration,
    },
}
