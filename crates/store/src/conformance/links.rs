//! Presigned URLs of a store. Where the backend serves them itself, a test of that backend must ask the server.

use super::{key, part};
use crate::links::{FileName, MediaType};
use crate::*;
use std::time::Duration;

const NOW: Timestamp = Timestamp(1_790_000_000_500);
const HOUR: Duration = Duration::from_secs(3_600);

fn grants() -> [Grant; 3] {
    let jpeg = MediaType::parse("image/jpeg").unwrap();
    let filename = Some(FileName::parse("Anna & Ölaf = 100 %?#.jpg").unwrap());
    let upload = Upload { key: key("b1/in/7"), id: UploadId::parse("0f1e").unwrap() };
    let checked = Part { sha256: Some(Sha256::of(b"x")), ..part(3, b"12345") };
    [
        Grant::Get { key: key("b1/t1/web.jpg"), reply: Reply { content_type: jpeg.clone(), filename } },
        Grant::PutPart { upload: upload.clone(), part: part(1, b""), content_type: None },
        Grant::PutPart { upload, part: checked, content_type: Some(jpeg) },
    ]
}

/// The request that a customer makes of a URL.
fn request<'a>(grant: &Grant, target: &'a str) -> Request<'a> {
    let content_length = if let Grant::PutPart { part, .. } = grant { Some(part.size) } else { None };
    Request { method: grant.method(), target, content_length, content_type: Some("image/jpeg") }
}

/// Path and query from `/blob/` on.
fn target(url: &PresignedUrl) -> &str {
    let at = url.expose().find("/blob/").unwrap();
    &url.expose()[at..]
}

pub(super) async fn a_url_gives_back_its_grant(store: &impl Store) {
    for grant in grants() {
        let url = store.presign(&grant, NOW, HOUR).await.unwrap();
        let Some(gate) = store.gate() else { continue };
        assert!(url.expose().starts_with("https://photos.example/lab/blob/"), "{url}");
        assert_eq!(gate.admit(&request(&grant, target(&url)), NOW), Ok(grant), "{url}");
    }
}

pub(super) async fn a_url_lasts_as_long_as_it_says(store: &impl Store) {
    let [grant, ..] = grants();
    for wrong in [Duration::ZERO, Duration::from_millis(999), 169 * HOUR] {
        let error = store.presign(&grant, NOW, wrong).await.unwrap_err();
        assert!(matches!(error, StoreError::Lifetime(d) if d == wrong), "{error}");
    }
    for lasts in [Duration::from_secs(1), HOUR, 168 * HOUR] {
        let url = store.presign(&grant, NOW, lasts).await.unwrap();
        let Some(gate) = store.gate() else { continue };
        let request = request(&grant, target(&url));
        let end = NOW.after(lasts).0.div_euclid(1_000) * 1_000;
        assert!(gate.admit(&request, Timestamp(end - 1)).is_ok());
        assert_eq!(gate.admit(&request, Timestamp(end)), Err(Denial::Expired));
    }
}
