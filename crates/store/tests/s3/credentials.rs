//! Credentials that end while they are needed, and refusals.

use super::common::{MOTO, credentials, options, proxy};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use servers::{Action, Fault, Identity};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use store::conformance::{body_of, content, key};
use store::s3::Encryption;
use store::*;

/// Gives other credentials every time, which think themselves good for an hour.
#[derive(Debug, Clone, Default)]
struct Rolling(Arc<AtomicU64>);

impl ProvideCredentials for Rolling {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let turn = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let end = SystemTime::now() + Duration::from_secs(3_600);
        let given = Credentials::new(format!("id{turn}"), "secret", Some(token(turn)), Some(end), "rolling");
        future::ProvideCredentials::ready(Ok(given))
    }
}

fn token(turn: u64) -> String {
    format!("token{turn}")
}

fn identity(turn: u64, ends: Option<i64>) -> Identity {
    Identity { id: format!("id{turn}"), secret: "secret".into(), token: Some(token(turn)), ends }
}

#[tokio::test]
async fn credentials_that_expire_in_the_middle_are_renewed() {
    let (proxy, provider) = (proxy(), Rolling::default());
    let store = S3::new(options(&proxy.url()), SharedCredentialsProvider::new(provider.clone())).unwrap();
    proxy.admit(vec![identity(1, None), identity(2, None)]);
    let bytes = content(1, 50_000);
    let part = |number: u32| Part { number: PartNumber::new(number).unwrap(), size: 50_000, sha256: None };
    let upload = store.begin(&key("u")).await.unwrap();
    let one = store.put_part(&upload, &part(1), body_of(&bytes)).await.unwrap();
    assert_eq!(provider.0.load(Ordering::SeqCst), 1);
    // From now on the first ones are over, whatever they say of themselves.
    proxy.admit(vec![identity(1, Some(0)), identity(2, None)]);
    let two = store.put_part(&upload, &part(2), body_of(&bytes)).await.unwrap();
    let head = store.complete(&upload, &[one, two]).await.unwrap();
    assert_eq!((head.size, provider.0.load(Ordering::SeqCst)), (100_000, 2), "asked once more, and no more");
    // The answer to a HEAD does not say what is wrong.
    proxy.admit(vec![identity(2, Some(0)), identity(3, None)]);
    assert_eq!(store.head(&key("u")).await.unwrap(), head);
    // In an object of our own, of which several parts are under way.
    proxy.admit(vec![identity(3, Some(0)), identity(4, None)]);
    assert_eq!(store.put(&key("large"), body_of(&content(2, 9 << 20))).await.unwrap().size, 9 << 20);
    assert_eq!(provider.0.load(Ordering::SeqCst), 4);
    // Those that come are as bad: it ends.
    proxy.admit((1..99).map(|turn| identity(turn, Some(0))).collect());
    let error = store.get(&key("u"), None).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Environment, "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("ExpiredToken") && !source.contains("secret") && !source.contains("token5"), "{source}");
}

#[tokio::test]
async fn encryption_is_asked_for_where_something_is_stored() {
    let proxy = proxy();
    let kms = Encryption::Kms(Some("arn:aws:kms:us-east-1:1:key/k".into()));
    let by_key = "x-amz-server-side-encryption-aws-kms-key-id: arn:aws:kms:us-east-1:1:key/k\r\n";
    for (encryption, expected) in [
        (Encryption::Aes256, "x-amz-server-side-encryption: aes256\r\n"),
        (Encryption::Kms(None), "x-amz-server-side-encryption: aws:kms\r\n"),
        (kms, by_key),
    ] {
        let mut options = options(&proxy.url());
        options.encryption = encryption;
        let bucket = options.bucket.clone();
        let store = S3::new(options, credentials()).unwrap();
        store.put(&key("a"), body_of(b"a")).await.unwrap();
        let upload = store.begin(&key("b")).await.unwrap();
        let part = Part { number: PartNumber::new(1).unwrap(), size: 1, sha256: None };
        let tag = store.put_part(&upload, &part, body_of(b"b")).await.unwrap();
        store.complete(&upload, &[tag]).await.unwrap();
        // One that goes in parts of ours, and what is written down beside them.
        store.put(&key("c"), body_of(&content(1, 9 << 20))).await.unwrap();
        let keys = MOTO.keys(&bucket);
        assert_eq!(keys.len(), 4, "three objects, and how the second was completed: {keys:?}");
        for key in keys {
            let head = MOTO.head(&bucket, &key);
            assert!(head.contains(expected), "{key}: {head}");
        }
    }
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let mut options = S3Options::new("lab", "us-east-1");
    options.ca_file = Some("no-such-ca.pem".into());
    let error = S3::new(options, credentials()).unwrap_err();
    assert!(error.to_string().contains("no-such-ca.pem"), "{error}");
}

#[tokio::test]
async fn a_refusal_is_told_at_once() {
    let proxy = proxy();
    let mut options = options(&proxy.url());
    options.patience = Duration::from_secs(600);
    let nobody = Credentials::from_keys("AKIDNOBODY", "secret", None);
    let store = S3::new(options, SharedCredentialsProvider::new(nobody)).unwrap();
    let error = store.put(&key("a"), body_of(b"a")).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("403 InvalidAccessKeyId"), "{source}");
    assert_eq!((error.kind(), proxy.count("PUT")), (Kind::Environment, 1));
    proxy.fault(Fault::always("", Action::Status { status: 501, code: "NotImplemented".into() }));
    store.put(&key("a"), body_of(b"a")).await.unwrap_err();
    assert_eq!(proxy.count("PUT"), 2);
}
