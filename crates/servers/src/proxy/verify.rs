//! Signature version 4 from the other side: does this request come from who it says, as it was signed?
//!
//! Written apart from the signer of `store`, from <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>
//! and what S3 adds to it, so that each is a check of the other.

use hmac::{Hmac, KeyInit, Mac};
use hyper::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Seconds that a clock may be off.
const SKEW: i64 = 15 * 60;

/// Longest life of a presigned URL, in seconds.
const WEEK: i64 = 7 * 24 * 3_600;

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Somebody who may ask.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Name of the key.
    pub id: String,
    /// The key.
    pub secret: String,
    /// The token that must come with it.
    pub token: Option<String>,
    /// When it ends, in seconds since 1970.
    pub ends: Option<i64>,
}

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its path, not decoded.
    pub path: &'a str,
    /// Its query, not decoded.
    pub query: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// The SHA-256 of its body, where that was read.
    pub body: Option<&'a str>,
}

/// Why a request is refused, as S3 says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denial {
    /// Status of HTTP.
    pub status: u16,
    /// Code of the error.
    pub code: &'static str,
    /// Text of the error.
    pub message: &'static str,
}

const fn denial(status: u16, code: &'static str, message: &'static str) -> Denial {
    Denial { status, code, message }
}

/// No signature, or none that can be read.
pub const UNSIGNED: Denial = denial(403, "AccessDenied", "the request is not signed");
/// A time limit that is over.
pub const EXPIRED: Denial = denial(403, "AccessDenied", "Request has expired");
/// A signature that belongs to another request.
pub const MISMATCH: Denial = denial(403, "SignatureDoesNotMatch", "the signature does not belong to this request");
const UNKNOWN: Denial = denial(403, "InvalidAccessKeyId", "the access key does not exist");
const OVER: Denial = denial(400, "ExpiredToken", "the provided token has expired");
const TOKEN: Denial = denial(400, "InvalidToken", "the provided token is malformed or otherwise invalid");
const SKEWED: Denial = denial(403, "RequestTimeTooSkewed", "the clocks differ by more than 15 minutes");
const LOOSE: Denial = denial(403, "AccessDenied", "there were headers present in the request which were not signed");
const HASHLESS: Denial = denial(400, "InvalidRequest", "missing required header: x-amz-content-sha256");
const CHUNKED: Denial = denial(501, "NotImplemented", "signed chunks are not understood here");
const LIFE: Denial = denial(400, "AuthorizationQueryParametersError", "X-Amz-Expires must be from 1 to 604800");

/// What a request says of its signature, wherever that stands.
struct Claim {
    id: String,
    /// Date, region, service, and a word that is always the same.
    scope: [String; 4],
    date: String,
    signed: Vec<String>,
    signature: String,
    token: Option<String>,
    /// Seconds that a presigned URL lasts.
    expires: Option<i64>,
}

/// Whether one of these may have made this request at this time (seconds since 1970).
pub fn verify(seen: &Seen, known: &[Identity], now: i64) -> Result<(), Denial> {
    let claim = if seen.headers.contains_key("authorization") { in_header(seen)? } else { in_query(seen)? };
    let who = known.iter().find(|who| who.id == claim.id).ok_or(UNKNOWN)?;
    in_time(&claim, now)?;
    if claim.token != who.token {
        return Err(TOKEN);
    }
    all_signed(seen, &claim)?;
    let expected = signature(seen, &claim, &who.secret, &payload(seen, &claim)?)?;
    // Every byte is compared, so that the time tells nothing.
    let differs = expected.bytes().zip(claim.signature.bytes()).fold(0, |d, (a, b)| d | (a ^ b));
    if differs != 0 || expected.len() != claim.signature.len() {
        return Err(MISMATCH);
    }
    if who.ends.is_some_and(|end| now >= end) { Err(OVER) } else { Ok(()) }
}

/// The SHA-256 that the body must have, in hexadecimal digits, where the request says one.
pub fn announced(headers: &HeaderMap) -> Option<String> {
    let hash = header(headers, "x-amz-content-sha256").filter(|hash| hash.len() == 64);
    hash.or_else(|| {
        use base64::prelude::{BASE64_STANDARD, Engine};
        BASE64_STANDARD.decode(header(headers, "x-amz-checksum-sha256")?).ok().map(hex::encode)
    })
}

fn in_header(seen: &Seen) -> Result<Claim, Denial> {
    let text = header(seen.headers, "authorization").ok_or(UNSIGNED)?;
    let fields = text.strip_prefix("AWS4-HMAC-SHA256 ").ok_or(UNSIGNED)?;
    let fields: BTreeMap<_, _> = fields.split(',').filter_map(|field| field.trim().split_once('=')).collect();
    let field = |name| fields.get(name).map(|value| (*value).to_owned()).ok_or(UNSIGNED);
    let date = header(seen.headers, "x-amz-date").ok_or(UNSIGNED)?;
    let token = header(seen.headers, "x-amz-security-token");
    claim(&field("Credential")?, date, &field("SignedHeaders")?, field("Signature")?, token, None)
}

fn in_query(seen: &Seen) -> Result<Claim, Denial> {
    let fields: BTreeMap<_, _> = pairs(seen.query).into_iter().collect();
    let field = |name: &str| fields.get(name).cloned().ok_or(UNSIGNED);
    if field("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
        return Err(UNSIGNED);
    }
    let expires = field("X-Amz-Expires")?.parse().map_err(|_| LIFE)?;
    let token = field("X-Amz-Security-Token").ok();
    let signature = field("X-Amz-Signature")?;
    claim(
        &field("X-Amz-Credential")?,
        field("X-Amz-Date")?,
        &field("X-Amz-SignedHeaders")?,
        signature,
        token,
        Some(expires),
    )
}

fn claim(
    credential: &str,
    date: String,
    signed: &str,
    signature: String,
    token: Option<String>,
    expires: Option<i64>,
) -> Result<Claim, Denial> {
    let mut scope = credential.rsplitn(5, '/').map(str::to_owned).collect::<Vec<_>>();
    scope.reverse();
    let [id, scope @ ..] = <[String; 5]>::try_from(scope).map_err(|_| UNSIGNED)?;
    let signed = signed.split(';').map(str::to_owned).collect();
    Ok(Claim { id, scope, date, signed, signature, token, expires })
}

/// Whether the time is the right one: about now, or within the life of a URL.
fn in_time(claim: &Claim, now: i64) -> Result<(), Denial> {
    let made = seconds(&claim.date).ok_or(UNSIGNED)?;
    if !claim.date.starts_with(&claim.scope[0]) || claim.scope[3] != "aws4_request" {
        return Err(MISMATCH);
    }
    match claim.expires {
        None if (now - made).abs() > SKEW => Err(SKEWED),
        Some(life) if !(1..=WEEK).contains(&life) => Err(LIFE),
        Some(_) if made - now > SKEW => Err(denial(403, "AccessDenied", "Request is not valid yet")),
        Some(life) if now >= made + life => Err(EXPIRED),
        _ => Ok(()),
    }
}

/// The host is signed, and whatever may change what is done.
fn all_signed(seen: &Seen, claim: &Claim) -> Result<(), Denial> {
    let has = |name: &str| claim.signed.iter().any(|signed| signed == name);
    // A presigned query holds most of them; the hash of a body says something of the body alone.
    let matters =
        |name: &str| name.starts_with("x-amz-") && !(claim.expires.is_some() && name == "x-amz-content-sha256");
    let loose = seen.headers.keys().any(|name| matters(name.as_str()) && !has(name.as_str()));
    if !has("host") || loose { Err(LOOSE) } else { Ok(()) }
}

/// What stands for the body in the signature.
fn payload(seen: &Seen, claim: &Claim) -> Result<String, Denial> {
    match (header(seen.headers, "x-amz-content-sha256"), claim.expires, seen.body) {
        (Some(hash), ..) if hash.starts_with("STREAMING-") => Err(CHUNKED),
        (Some(hash), ..) => Ok(hash),
        (None, Some(_), _) => Ok("UNSIGNED-PAYLOAD".to_owned()),
        (None, None, Some(hash)) if claim.scope[2] != "s3" => Ok(hash.to_owned()),
        (None, None, _) => Err(HASHLESS),
    }
}

fn signature(seen: &Seen, claim: &Claim, secret: &str, payload: &str) -> Result<String, Denial> {
    let request = canonical(seen, claim, payload)?;
    let [day, region, service, word] = &claim.scope;
    let scope = claim.scope.join("/");
    let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", claim.date, hex::encode(Sha256::digest(request)));
    let mut key = format!("AWS4{secret}").into_bytes();
    for step in [day, region, service, word, &text] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| MISMATCH)?;
        mac.update(step.as_bytes());
        key = mac.finalize().into_bytes().to_vec();
    }
    Ok(hex::encode(key))
}

fn canonical(seen: &Seen, claim: &Claim, payload: &str) -> Result<String, Denial> {
    let mut text = format!("{}\n{}\n{}\n", seen.method, path(seen.path, &claim.scope[2]), query(seen.query));
    for name in &claim.signed {
        let values: Vec<_> = seen.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        if values.is_empty() {
            return Err(MISMATCH);
        }
        let words: Vec<_> = values.iter().map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        text += &format!("{name}:{}\n", words.join(","));
    }
    text += &format!("\n{}\n{payload}", claim.signed.join(";"));
    Ok(text)
}

/// S3 escapes a path once, the other services escape what was escaped.
fn path(raw: &str, service: &str) -> String {
    let escape = |segment: &str| match service {
        "s3" => escape(&decode(segment)),
        _ => escape(segment.as_bytes()),
    };
    raw.split('/').map(escape).collect::<Vec<_>>().join("/")
}

fn query(raw: &str) -> String {
    let fields = pairs(raw).into_iter().filter(|(name, _)| name != "X-Amz-Signature");
    let mut fields: Vec<_> =
        fields.map(|(name, value)| format!("{}={}", escape(name.as_bytes()), escape(value.as_bytes()))).collect();
    fields.sort();
    fields.join("&")
}

fn pairs(raw: &str) -> Vec<(String, String)> {
    let text = |part: &str| String::from_utf8_lossy(&decode(part)).into_owned();
    let fields = raw.split('&').filter(|field| !field.is_empty());
    fields.map(|field| field.split_once('=').unwrap_or((field, ""))).map(|(n, v)| (text(n), text(v))).collect()
}

fn decode(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

fn escape(bytes: &[u8]) -> String {
    percent_encode(bytes, ESCAPED).to_string()
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Seconds since 1970 of `20130524T000000Z`.
fn seconds(date: &str) -> Option<i64> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn known(id: &str, secret: &str) -> Vec<Identity> {
        vec![Identity { id: id.into(), secret: secret.into(), token: None, ends: None }]
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (hyper::header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect()
    }

    /// The suite of signature version 4: name, method, path, query, signature.
    const VANILLA: [(&str, &str, &str, &str, &str); 5] = [
        ("get-vanilla", "GET", "/", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("post-vanilla", "POST", "/", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "get-vanilla-query-order-key-case",
            "GET",
            "/",
            "Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "get-vanilla-empty-query-key",
            "GET",
            "/",
            "Param1=value1",
            "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        ),
        (
            "get-unreserved",
            "GET",
            "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            "",
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        ),
    ];

    #[test]
    fn the_suite_of_signature_version_4_is_admitted() {
        let now = seconds("20150830T123600Z").unwrap();
        let known = known("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        for (name, method, path, query, signature) in VANILLA {
            let authorization = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={signature}"
            );
            let common = [("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")];
            let headers = headers(&[common[0], common[1], ("authorization", &authorization)]);
            let seen = Seen { method, path, query, headers: &headers, body: Some(EMPTY) };
            assert_eq!(verify(&seen, &known, now), Ok(()), "{name}");
            assert_eq!(verify(&seen, &known, now + SKEW + 1), Err(SKEWED), "{name}");
            for other in [Seen { method: "PUT", ..seen }, Seen { path: "/x", ..seen }, Seen { query: "a=b", ..seen }] {
                assert_eq!(verify(&other, &known, now), Err(MISMATCH), "{name}");
            }
        }
    }

    #[test]
    fn the_presigned_example_of_s3_is_admitted_for_a_day() {
        let start = seconds("20130524T000000Z").unwrap();
        let known = known("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F\
            aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
            &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        let plain = headers(&[("host", "examplebucket.s3.amazonaws.com")]);
        let seen = Seen { method: "GET", path: "/test.txt", query, headers: &plain, body: None };
        assert_eq!(verify(&seen, &known, start + 86_399), Ok(()));
        assert_eq!(verify(&seen, &known, start + 86_400), Err(EXPIRED));
        assert_eq!(verify(&seen, &known, start - SKEW - 1).unwrap_err().code, "AccessDenied");
        assert_eq!(verify(&Seen { method: "PUT", ..seen }, &known, start), Err(MISMATCH));
        let longer = query.replace("86400", "86401");
        assert_eq!(verify(&Seen { query: &longer, ..seen }, &known, start), Err(MISMATCH));
        assert_eq!(verify(&seen, &[], start), Err(UNKNOWN));
        let more = headers(&[("host", "examplebucket.s3.amazonaws.com"), ("x-amz-acl", "public-read")]);
        assert_eq!(verify(&Seen { headers: &more, ..seen }, &known, start), Err(LOOSE));
    }

    #[test]
    fn the_example_of_s3_is_admitted_with_its_body_alone() {
        let start = seconds("20130524T000000Z").unwrap();
        let known = known("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let hash = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
        let authorization = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,\
            SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,\
            Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd";
        let with = |hash: &str| {
            headers(&[
                ("authorization", authorization),
                ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                ("host", "examplebucket.s3.amazonaws.com"),
                ("x-amz-content-sha256", hash),
                ("x-amz-date", "20130524T000000Z"),
                ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            ])
        };
        let (right, wrong) = (with(hash), with(EMPTY));
        let seen = Seen { method: "PUT", path: "/test%24file.text", query: "", headers: &right, body: None };
        assert_eq!(verify(&seen, &known, start), Ok(()));
        assert_eq!(announced(&right).as_deref(), Some(hash));
        assert_eq!(verify(&Seen { headers: &wrong, ..seen }, &known, start), Err(MISMATCH));
        let tokened = vec![Identity { token: Some("t".into()), ..known[0].clone() }];
        assert_eq!(verify(&seen, &tokened, start), Err(TOKEN));
        let over = vec![Identity { ends: Some(start), ..known[0].clone() }];
        assert_eq!(verify(&seen, &over, start), Err(OVER));
        assert_eq!(verify(&seen, &over, start - 1), Ok(()));
    }
}
