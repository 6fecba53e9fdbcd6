//! The store on garage, a server of S3 that compares signatures and checksums by itself and runs lifecycle rules. It is
//! built for half an hour, so only with the feature `full`.
#![cfg(feature = "full")]

#[path = "common/customer.rs"]
#[allow(dead_code)]
mod customer;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use customer::ask;
use servers::Garage;
use servers::garage::{KEY, REGION};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use store::conformance::{all_but_empty_parts, body_of, content, key};
use store::links::MediaType;
use store::*;
use url::Url;

const HOUR: Duration = Duration::from_secs(3_600);
const ALWAYS: Timestamp = Timestamp(i64::MAX);

/// A store in a bucket of its own.
fn fresh(garage: &Garage) -> S3 {
    fresh_as(garage, KEY.1)
}

/// The same, with this secret.
fn fresh_as(garage: &Garage, secret: &str) -> S3 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let bucket = format!("test-{}", COUNT.fetch_add(1, Ordering::Relaxed));
    garage.bucket(&bucket);
    let mut options = S3Options::new(&bucket, REGION);
    options.prefix = "house/of-photos".to_owned();
    options.endpoint = Url::parse(&garage.url()).ok();
    options.path_style = true;
    S3::new(options, SharedCredentialsProvider::new(Credentials::from_keys(KEY.0, secret, None))).unwrap()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn now() -> Timestamp {
    SystemTime::now().into()
}

#[test]
fn garage_conforms() {
    let garage = Garage::start();
    block_on(all_but_empty_parts(async || fresh(&garage)));
}

#[tokio::test]
async fn what_is_signed_by_another_is_refused() {
    let garage = Garage::start();
    let store = fresh_as(&garage, &"0".repeat(64));
    for error in [store.put(&key("a"), body_of(b"a")).await.unwrap_err(), store.list(None, None, 1).await.unwrap_err()]
    {
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("403"), "{source}");
    }
}

#[tokio::test]
async fn a_large_object_goes_in_parts_and_comes_back() {
    let garage = Garage::start();
    let (store, bytes) = (fresh(&garage), content(1, 20 << 20));
    let head = store.put(&key("large"), body_of(&bytes)).await.unwrap();
    assert_eq!((head.size, store.head(&key("large")).await.unwrap()), (20 << 20, head));
    assert!(body::collect(store.get(&key("large"), None).await.unwrap().body).await.unwrap() == bytes);
    assert_eq!((store.uploads(ALWAYS).await.unwrap(), store.sweep(ALWAYS).await.unwrap()), (vec![], 0));
}

#[tokio::test]
async fn links_are_good_for_what_was_signed_and_as_long() {
    let garage = Garage::start();
    let (store, at, bytes) = (fresh(&garage), key("u/1"), content(1, 5_000));
    let upload = store.begin(&at).await.unwrap();
    let number = PartNumber::new(1).unwrap();
    let part = Part { number, size: bytes.len() as u64, sha256: Some(Sha256::of(&bytes)) };
    let grant = Grant::PutPart { upload: upload.clone(), part, content_type: None };
    let url = store.presign(&grant, now(), HOUR).await.unwrap();
    assert_ne!(ask("PUT", url.expose(), &[], &bytes).status, 200, "the header is missing");
    assert_ne!(ask("PUT", url.expose(), url.headers(), &content(2, 5_000)).status, 200, "the bytes are others");
    assert_ne!(ask("PUT", url.expose(), url.headers(), &bytes[1..]).status, 200, "a byte is missing");
    assert_eq!(store.parts(&upload).await.unwrap(), []);
    let sent = ask("PUT", url.expose(), url.headers(), &bytes);
    assert_eq!(sent.status, 200, "{sent:?}");
    let tag = PartTag { number, size: part.size, etag: sent.etag.unwrap() };
    store.complete(&upload, &[tag]).await.unwrap();
    let reply = Reply { content_type: MediaType::parse("image/jpeg").unwrap(), filename: None };
    let grant = Grant::Get { key: at, reply };
    let url = store.presign(&grant, now(), HOUR).await.unwrap();
    let got = ask("GET", url.expose(), &[], b"");
    assert!(got.status == 200 && got.body == bytes && got.kind == "image/jpeg", "{} {}", got.status, got.kind);
    for forged in [
        url.expose().replace("/u/1?", "/u/2?"),
        url.expose().replace("image%2Fjpeg", "text%2Fhtml"),
        url.expose().replace("X-Amz-Expires=3600", "X-Amz-Expires=3601"),
        url.expose().split("&X-Amz-Signature").next().unwrap().to_owned(),
    ] {
        let answer = ask("GET", &forged, &[], b"");
        assert!([400, 403].contains(&answer.status), "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    let then = Timestamp(now().0 - 7_200_000);
    let over = store.presign(&grant, then, HOUR).await.unwrap();
    let answer = ask("GET", over.expose(), &[], b"");
    assert!([400, 403].contains(&answer.status), "an expired link is answered {}", answer.status);
    assert_eq!(ask("GET", store.presign(&grant, then, 3 * HOUR).await.unwrap().expose(), &[], b"").status, 200);
}

#[test]
fn a_rule_removes_what_nobody_completes() {
    let mut garage = Garage::start();
    let store = fresh(&garage);
    let part = Part { number: PartNumber::new(1).unwrap(), size: 3, sha256: None };
    let rule: serde_json::Value = serde_json::from_str(&s3::help::lifecycle("house/of-photos", 1)).unwrap();
    let rule = &rule["Rules"][0];
    let text = format!(
        "<LifecycleConfiguration><Rule><ID>{}</ID><Status>{}</Status><Filter><Prefix>{}</Prefix></Filter>\
         <AbortIncompleteMultipartUpload><DaysAfterInitiation>{}</DaysAfterInitiation></AbortIncompleteMultipartUpload>\
         </Rule></LifecycleConfiguration>",
        rule["ID"].as_str().unwrap(),
        rule["Status"].as_str().unwrap(),
        rule["Filter"]["Prefix"].as_str().unwrap(),
        rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"],
    );
    block_on(async {
        let upload = store.begin(&key("left")).await.unwrap();
        store.put_part(&upload, &part, body_of(b"one")).await.unwrap();
        assert_eq!(store.aborts_after().await.unwrap(), None);
        store.set_lifecycle(text).await.unwrap();
        assert_eq!(store.aborts_after().await.unwrap(), Some(1));
        assert_eq!(store.uploads(ALWAYS).await.unwrap().len(), 1);
        store.put(&key("kept"), body_of(b"kept")).await.unwrap();
    });
    garage.days_later(3, "aborting 1 incomplete upload");
    // By connections of another runtime.
    let store =
        S3::new(store.options().clone(), SharedCredentialsProvider::new(Credentials::from_keys(KEY.0, KEY.1, None)));
    block_on(async {
        let store = store.unwrap();
        assert_eq!(store.uploads(ALWAYS).await.unwrap(), []);
        assert_eq!(store.head(&key("kept")).await.unwrap().size, 4);
    });
}
