//! Presigned URLs in the hands of a customer, who has nothing else.

use super::common::{SECRET, fresh, options, proxy};
use crate::customer::ask;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use servers::Identity;
use std::time::{Duration, SystemTime};
use store::conformance::{body_of, content, key};
use store::links::{FileName, MediaType};
use store::*;

const HOUR: Duration = Duration::from_secs(3_600);

fn now() -> Timestamp {
    SystemTime::now().into()
}

fn part(number: u32, bytes: &[u8]) -> Part {
    Part { number: PartNumber::new(number).unwrap(), size: bytes.len() as u64, sha256: None }
}

async fn url(store: &S3, upload: &Upload, part: Part) -> PresignedUrl {
    let grant = Grant::PutPart { upload: upload.clone(), part, content_type: None };
    store.presign(&grant, now(), HOUR).await.unwrap()
}

fn get(at: &Key) -> Grant {
    let filename = Some(FileName::parse("Anna & Ölaf = 100 %?#.jpg").unwrap());
    Grant::Get { key: at.clone(), reply: Reply { content_type: MediaType::parse("image/jpeg").unwrap(), filename } }
}

#[tokio::test]
async fn a_customer_sends_parts_and_reads_the_object() {
    let proxy = proxy();
    let (store, at) = (fresh(&proxy), key("u/1"));
    let (one, two) = (content(1, 300_000), content(2, 7));
    let upload = store.begin(&at).await.unwrap();
    let mut tags = Vec::new();
    for (number, bytes) in (1..).zip([&one, &two]) {
        let url = url(&store, &upload, part(number, bytes)).await;
        let answer = ask("PUT", url.expose(), &[], bytes);
        assert_eq!(answer.status, 200, "{answer:?}");
        let part = part(number, bytes);
        tags.push(PartTag { number: part.number, size: part.size, etag: answer.etag.unwrap() });
    }
    assert_eq!(store.parts(&upload).await.unwrap(), tags);
    store.complete(&upload, &tags).await.unwrap();
    let url = store.presign(&get(&at), now(), HOUR).await.unwrap();
    let answer = ask("GET", url.expose(), &[], b"");
    assert!(answer.status == 200 && answer.body == [one, two].concat());
    assert_eq!(answer.kind, "image/jpeg");
    assert!(answer.disposition.starts_with("attachment; filename="), "{}", answer.disposition);
    assert!(answer.disposition.contains("filename*=UTF-8''Anna%20&%20%C3%96laf"), "{}", answer.disposition);
    let some = ask("GET", url.expose(), &[("range", "bytes=5-9".to_owned())], b"");
    assert!(some.status == 206 && some.body == answer.body[5..10]);
    assert_eq!(proxy.count("denied"), 0);
}

#[tokio::test]
async fn a_link_is_good_for_one_thing_and_unchanged() {
    let proxy = proxy();
    let (store, at) = (fresh(&proxy), key("a"));
    for name in ["a", "b"] {
        store.put(&key(name), body_of(name.as_bytes())).await.unwrap();
    }
    let url = store.presign(&get(&at), now(), HOUR).await.unwrap();
    let url = url.expose();
    assert_eq!(ask("GET", url, &[], b"").body, b"a");
    let (head, last) = url.split_at(url.len() - 1);
    let flipped = format!("{head}{}", if last == "0" { '1' } else { '0' });
    let cases = [
        ("PUT", url.to_owned()),
        ("DELETE", url.to_owned()),
        ("GET", url.replace("/a?", "/b?")),
        ("GET", url.replace("image%2Fjpeg", "text%2Fhtml")),
        ("GET", url.replace("X-Amz-Expires=3600", "X-Amz-Expires=3601")),
        ("GET", url.replace("AKIDRAWMILL", "AKIDSOMEBODY")),
        ("GET", url.split("&X-Amz-Signature").next().unwrap().to_owned()),
        ("GET", url.split('?').next().unwrap().to_owned()),
        ("GET", url.replace("X-Amz-Signature=", "X-Amz-Signature=0")),
        ("GET", flipped),
    ];
    for (at, (method, changed)) in cases.iter().enumerate() {
        assert!(*method != "GET" || changed != url, "case {at} changes nothing");
        let answer = ask(method, changed, &[], b"x");
        assert_eq!(answer.status, 403, "case {at} {method}: {}", String::from_utf8_lossy(&answer.body));
    }
    assert_eq!(body::collect(store.get(&at, None).await.unwrap().body).await.unwrap(), b"a");
}

#[tokio::test]
async fn a_link_ends() {
    let proxy = proxy();
    let (store, at) = (fresh(&proxy), key("a"));
    store.put(&at, body_of(b"a")).await.unwrap();
    let then = Timestamp(now().0 - 7_200_000);
    let over = store.presign(&get(&at), then, HOUR).await.unwrap();
    assert_eq!(over.expires(), Timestamp((then.0 + 3_600_000) / 1_000 * 1_000));
    let answer = ask("GET", over.expose(), &[], b"");
    assert_eq!(answer.status, 403);
    assert!(String::from_utf8_lossy(&answer.body).contains("expired"));
    let good = store.presign(&get(&at), then, 3 * HOUR).await.unwrap();
    assert_eq!(ask("GET", good.expose(), &[], b"").status, 200);
}

#[tokio::test]
async fn a_link_ends_with_the_credentials_that_signed_it() {
    let (proxy, token) = (proxy(), "a token/+=");
    let end = SystemTime::now() + Duration::from_secs(900);
    let provider = Credentials::new("AKIDRAWMILL", SECRET, Some(token.into()), Some(end), "test");
    let (id, secret) = ("AKIDRAWMILL".into(), SECRET.into());
    proxy.admit(vec![Identity { id, secret, token: Some(token.into()), ends: None }]);
    let store = S3::new(options(&proxy.url()), SharedCredentialsProvider::new(provider)).unwrap();
    store.put(&key("a"), body_of(b"a")).await.unwrap();
    let url = store.presign(&get(&key("a")), now(), HOUR).await.unwrap();
    let end = Timestamp::from(end).0;
    assert!((end - 2_000..=end).contains(&url.expires().0), "{:?} is not the end of the credentials", url.expires());
    assert_eq!(ask("GET", url.expose(), &[], b"").body, b"a");
    let other = url.expose().replace("a%20token", "another%20token");
    assert_ne!(other, url.expose());
    assert_eq!(ask("GET", &other, &[], b"").status, 400);
    let short = store.presign(&get(&key("a")), now(), Duration::from_secs(60)).await.unwrap();
    assert!(short.expires().0 <= now().0 + 60_000);
    for shown in [format!("{url:?}"), format!("{store:?}")] {
        assert!(!shown.contains("token/") && !shown.contains("token%2F") && !shown.contains(SECRET), "{shown}");
    }
    let signature = url.expose().rsplit_once("Signature=").unwrap().1;
    assert!(!format!("{url} {url:?}").contains(signature));
}

#[tokio::test]
async fn a_part_has_the_size_and_the_hash_that_were_announced() {
    let proxy = proxy();
    let store = fresh(&proxy);
    let upload = store.begin(&key("u")).await.unwrap();
    let (bytes, others) = (content(1, 5_000), content(2, 5_000));
    let sized = url(&store, &upload, part(1, &bytes)).await;
    for wrong in [&bytes[1..], &[&bytes[..], b"x"].concat()] {
        assert_eq!(ask("PUT", sized.expose(), &[], wrong).status, 403);
    }
    assert!(sized.headers().is_empty());
    let hashed = url(&store, &upload, Part { sha256: Some(Sha256::of(&bytes)), ..part(1, &bytes) }).await;
    let headers = hashed.headers();
    assert_eq!(headers[0].0, "x-amz-checksum-sha256");
    assert_eq!(ask("PUT", hashed.expose(), &[], &bytes).status, 403, "the header is missing");
    assert_eq!(ask("PUT", hashed.expose(), headers, &others).status, 400, "the bytes are others");
    assert_eq!(store.parts(&upload).await.unwrap(), []);
    assert_eq!(ask("PUT", hashed.expose(), headers, &bytes).status, 200);
    let kind = MediaType::parse("image/jpeg").unwrap();
    let grant = Grant::PutPart { upload: upload.clone(), part: part(2, &bytes), content_type: Some(kind) };
    let typed = store.presign(&grant, now(), HOUR).await.unwrap();
    assert_eq!(ask("PUT", typed.expose(), &[("content-type", "text/html".into())], &bytes).status, 403);
    assert_eq!(ask("PUT", typed.expose(), typed.headers(), &bytes).status, 200);
}
