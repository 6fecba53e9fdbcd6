//! Presigned URLs: what was signed is admitted, and nothing else.

use proptest::prelude::*;
use std::time::Duration;
use store::links::{BadSigner, FileName, MediaType};
use store::*;

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const HOUR: Duration = Duration::from_secs(3_600);

fn signing_key(number: u8) -> SigningKey {
    SigningKey::new(&format!("k{number}"), &[number; 32]).unwrap()
}

fn signer(newest: u8, previous: Option<u8>) -> Signer {
    Signer::new("https://photos.example", signing_key(newest), previous.map(signing_key)).unwrap()
}

fn grant() -> impl Strategy<Value = Grant> {
    let key = "[A-Za-z0-9_-]{1,9}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,9}){0,3}".prop_map(|text| Key::parse(&text).unwrap());
    let kind = prop_oneof!["[a-z]{1,9}/[a-z+.-]{1,9}", Just("text/html; charset=\"a b&sig=1\"".to_owned())];
    let kind = kind.prop_map(|text| MediaType::parse(&text).unwrap());
    let name = prop_oneof!["\\PC{1,40}", Just("a&kid=k2&sig=00&expires=9%\r\n".to_owned())];
    let reply = (kind.clone(), prop::option::of(name.prop_map(|text| FileName::parse(&text).unwrap())));
    let reply = reply.prop_map(|(content_type, filename)| Reply { content_type, filename });
    let upload = (key.clone(), "[0-9a-f]{32}");
    let upload = upload.prop_map(|(key, id)| Upload { key, id: UploadId::parse(&id).unwrap() });
    let part = (1..=10_000u32, any::<u64>(), prop::option::of(any::<[u8; 32]>().prop_map(Sha256)));
    let part = part.prop_map(|(n, size, sha256)| Part { number: PartNumber::new(n).unwrap(), size, sha256 });
    prop_oneof![
        (key, reply).prop_map(|(key, reply)| Grant::Get { key, reply }),
        (upload, part, prop::option::of(kind)).prop_map(|(upload, part, content_type)| Grant::PutPart {
            upload,
            part,
            content_type
        }),
    ]
}

fn request<'a>(grant: &'a Grant, target: &'a str) -> Request<'a> {
    match grant {
        Grant::Get { .. } => Request { method: "GET", target, content_length: None, content_type: None },
        Grant::PutPart { part, content_type, .. } => Request {
            method: "PUT",
            target,
            content_length: Some(part.size),
            content_type: content_type.as_ref().map(MediaType::as_str),
        },
    }
}

fn target(url: &PresignedUrl) -> &str {
    url.expose().strip_prefix("https://photos.example").unwrap()
}

proptest! {
    #[test]
    fn what_was_signed_is_admitted(grant in grant(), lasts in 1..604_800u64) {
        let (signer, lasts) = (signer(1, None), Duration::from_secs(lasts));
        let url = signer.presign(&grant, NOW, lasts).unwrap();
        let request = request(&grant, target(&url));
        prop_assert!(request.target.bytes().all(|b| b.is_ascii_graphic()), "{}", url);
        prop_assert_eq!(signer.admit(&request, NOW), Ok(grant.clone()));
        let (signed, signature) = request.target.rsplit_once('=').unwrap();
        let capitals = format!("{signed}={}", signature.to_uppercase());
        let respelled = Request { target: &capitals, ..request };
        prop_assert_eq!(signer.admit(&respelled, NOW), Err(Denial::Signature));
        let end = NOW.after(lasts);
        prop_assert_eq!(signer.admit(&request, Timestamp(end.0 - 1)), Ok(grant.clone()));
        prop_assert_eq!(signer.admit(&request, end), Err(Denial::Expired));
    }

    #[test]
    fn no_byte_can_be_changed(grant in grant(), at in any::<prop::sample::Index>(), new in 0x21..0x7fu8, how in 0..3u8) {
        let signer = signer(1, Some(2));
        let url = signer.presign(&grant, NOW, HOUR).unwrap();
        let mut bytes = target(&url).as_bytes().to_vec();
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = new,
            1 => bytes.insert(at, new),
            _ => drop(bytes.remove(at)),
        }
        prop_assume!(bytes != target(&url).as_bytes());
        let changed = String::from_utf8(bytes).unwrap();
        let denied = signer.admit(&request(&grant, &changed), NOW);
        prop_assert!(denied.is_err(), "{changed} was admitted as {denied:?}");
    }

    #[test]
    fn another_grant_needs_another_signature(one in grant(), two in grant()) {
        prop_assume!(one != two);
        let signer = signer(1, None);
        let [one_url, two_url] = [&one, &two].map(|grant| signer.presign(grant, NOW, HOUR).unwrap());
        let signature = |url: &PresignedUrl| url.expose().rsplit_once("sig=").unwrap().1.to_owned();
        prop_assert_ne!(signature(&one_url), signature(&two_url));
        let forged = target(&one_url).replace(&signature(&one_url), &signature(&two_url));
        prop_assert_eq!(signer.admit(&request(&one, &forged), NOW), Err(Denial::Signature));
    }

    #[test]
    fn a_request_must_be_the_one_that_was_signed(grant in grant(), size in any::<u64>()) {
        let signer = signer(1, None);
        let url = signer.presign(&grant, NOW, HOUR).unwrap();
        let good = request(&grant, target(&url));
        for method in ["GET", "PUT", "HEAD", "POST", "DELETE", "get"] {
            let admitted = signer.admit(&Request { method, ..good }, NOW);
            prop_assert_eq!(admitted.is_ok(), method == grant.method(), "{}", method);
        }
        if let Grant::PutPart { part, content_type, .. } = &grant {
            for content_length in [None, Some(size), Some(part.size.wrapping_add(1))] {
                let admitted = signer.admit(&Request { content_length, ..good }, NOW);
                prop_assert_eq!(admitted.is_ok(), content_length == Some(part.size));
            }
            for other in [None, Some("text/x-other")] {
                let admitted = signer.admit(&Request { content_type: other, ..good }, NOW);
                prop_assert_eq!(admitted.is_ok(), content_type.is_none());
            }
        }
    }

    #[test]
    fn two_keys_are_live(grant in grant()) {
        let url = signer(1, None).presign(&grant, NOW, HOUR).unwrap();
        let request = request(&grant, target(&url));
        prop_assert_eq!(signer(2, Some(1)).admit(&request, NOW), Ok(grant.clone()), "the old key still admits");
        prop_assert_eq!(signer(3, Some(2)).admit(&request, NOW), Err(Denial::UnknownKey));
        let renamed = Signer::new("https://photos.example", SigningKey::new("k1", &[9; 32]).unwrap(), None).unwrap();
        prop_assert_eq!(renamed.admit(&request, NOW), Err(Denial::Signature), "the id alone is no key");
        let new = signer(2, Some(1)).presign(&grant, NOW, HOUR).unwrap();
        prop_assert!(new.expose().contains("&kid=k2&"), "the newest signs");
    }

    #[test]
    fn any_target_is_a_denial(target in "(/blob/)?\\PC{0,40}(&expires=[0-9]{0,3})?(&kid=k1)?(&sig=[0-9a-f]{0,70})?") {
        let request = Request { method: "GET", target: &target, content_length: None, content_type: None };
        prop_assert!(signer(1, None).admit(&request, NOW).is_err());
    }

    #[test]
    fn a_log_has_no_signature(grant in grant(), before in "[a-z&;?=/%]{0,9}", name in "[sS](i|I|%69)[gG]|X-Amz-Signature") {
        let url = signer(1, None).presign(&grant, NOW, HOUR).unwrap();
        let signature = url.expose().rsplit_once('=').unwrap().1;
        for text in [format!("{url}"), format!("{url:?}"), redact(target(&url)), redact(&format!("{}&a=b", url.expose()))] {
            prop_assert!(!text.contains(signature), "{}", text);
            prop_assert!(text.contains("sig=…") && text.contains(grant.key().as_str()), "{}", text);
        }
        let odd = redact(&format!("/blob/x?{before}&{name}={signature}#end"));
        prop_assert!(!odd.contains(signature), "{}", odd);
    }
}

/// Computed apart from this code, with Python:
/// `hmac.new(bytes(range(32)), b"rawmill presigned 1\nGET\n/blob/b1/web.jpg?type=…&kid=k1", "sha256").hexdigest()`
#[test]
fn the_signature_is_the_one_of_another_program() {
    let secret: Vec<u8> = (0..32).collect();
    let signer = Signer::new("https://photos.example/lab", SigningKey::new("k1", &secret).unwrap(), None).unwrap();
    let reply = Reply {
        content_type: MediaType::parse("image/jpeg").unwrap(),
        filename: Some(FileName::parse("Öl 1.jpg").unwrap()),
    };
    let grant = Grant::Get { key: Key::parse("b1/web.jpg").unwrap(), reply };
    let url = signer.presign(&grant, NOW, HOUR).unwrap();
    let expected = "https://photos.example/lab/blob/b1/web.jpg?type=image%2Fjpeg&name=%C3%96l%201.jpg\
                    &expires=1790003600&kid=k1&sig=2727043c3b077fb6c0c262cf8c85694a013b47f1f803a3defbf3b6c2d5ace02b";
    assert_eq!(url.expose(), expected);
}

#[test]
fn redacting_leaves_the_rest() {
    let cases = [
        ("/blob/a?type=x&sig=00&b=1", "/blob/a?type=x&sig=…&b=1"),
        (
            "https://b.s3.amazonaws.com/k?X-Amz-Credential=A%2F1&X-Amz-Date=2&X-Amz-Signature=ff",
            "https://b.s3.amazonaws.com/k?X-Amz-Credential=…&X-Amz-Date=2&X-Amz-Signature=…",
        ),
        ("/blob/a?X-Amz-Security-Token=t==&design=v4", "/blob/a?X-Amz-Security-Token=…&design=v4"),
        ("/blob/sig=1/x", "/blob/sig=…/x"),
        ("/batches/7?after=3", "/batches/7?after=3"),
        ("", ""),
    ];
    for (target, redacted) in cases {
        assert_eq!(redact(target), redacted);
    }
}

#[test]
fn a_signer_is_well_configured_or_none() {
    let key = || SigningKey::new("k1", &[1; 32]).unwrap();
    for bad in ["", "photos.example", "ftp://a", "https://", "https://u:p@a", "https://a?x", "https://a#x", "file:///a"]
    {
        assert_eq!(Signer::new(bad, key(), None).unwrap_err(), BadSigner::PublicUrl, "{bad}");
    }
    assert_eq!(Signer::new("http://a", key(), Some(key())).unwrap_err(), BadSigner::SameId("k1".into()));
    assert!(matches!(SigningKey::new("k1", &[1; 31]), Err(BadSigner::Secret { bytes: 31, .. })));
    for bad in ["", "a b", "a&sig=", &"a".repeat(33)] {
        assert!(matches!(SigningKey::new(bad, &[1; 32]), Err(BadSigner::KeyId(_))), "{bad}");
    }
    let shown = format!(
        "{:?}",
        Signer::new("http://a", SigningKey::new("k9", b"0123456789abcdef0123456789abcdef").unwrap(), None)
    );
    assert!(shown.contains("k9") && !shown.contains("0123456789"), "{shown}");
}
