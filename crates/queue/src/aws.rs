//! The client of SQS: TLS by rustls with ring, and credentials that somebody else keeps.

use crate::error::QueueError;
use crate::settings::Settings;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Config, IdentityCache, Region, SharedHttpClient};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for an answer: longer than the longest poll.
const ANSWER: Duration = Duration::from_secs(30);

/// A client for this queue.
pub fn client(settings: &Settings, credentials: SharedCredentialsProvider) -> Result<Client, QueueError> {
    settings.check()?;
    let no_region = || QueueError::Settings { key: "queue.region", why: "is missing, and the URL names none".into() };
    let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ANSWER).build();
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(settings.region().ok_or_else(no_region)?))
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::no_cache())
        .timeout_config(timeouts)
        .http_client(http());
    config.set_endpoint_url(settings.endpoint.clone());
    Ok(Client::from_conf(config.build()))
}

fn http() -> SharedHttpClient {
    Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}
