//! A bucket for a test: moto behind the proxy that verifies.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use servers::{Identity, Moto, Proxy};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::{S3, S3Options};
use url::Url;

const ID: &str = "AKIDRAWMILL";
pub const SECRET: &str = "a secret with / and + in it";

/// One server for all tests of this process.
pub static MOTO: LazyLock<Moto> = LazyLock::new(Moto::start);

/// Those whom the proxy admits.
pub fn known() -> Vec<Identity> {
    vec![Identity { id: ID.into(), secret: SECRET.into(), token: None, ends: None }]
}

pub fn credentials() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::from_keys(ID, SECRET, None))
}

/// A proxy of one's own.
pub fn proxy() -> Proxy {
    Proxy::start(MOTO.server().address(), known())
}

/// An empty bucket behind this URL, and a prefix in it.
pub fn options(url: &str) -> S3Options {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let bucket = format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    MOTO.bucket(&bucket);
    let mut options = S3Options::new(&bucket, "us-east-1");
    options.prefix = "house/of-photos".to_owned();
    options.endpoint = Url::parse(url).ok();
    options.path_style = true;
    options.patience = Duration::from_secs(20);
    options.timeout = Duration::from_secs(5);
    options
}

/// A store in a bucket of its own.
pub fn fresh(proxy: &Proxy) -> S3 {
    S3::new(options(&proxy.url()), credentials()).unwrap()
}
