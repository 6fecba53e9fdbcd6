//! Signature version 4, as far as a bucket needs it: a header or a query that proves who asks, made from what is asked.
//!
//! Pure: time and secrets come in. <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html> is what
//! it follows, and its published examples are the tests.

use crate::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Digest;

/// What stands as itself in a path and a query; RFC 3986, 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// In place of the hash of a body that is not known beforehand.
pub(super) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Fields of a query, or headers: names and values as they are meant, not as they are written.
pub(super) type Fields = Vec<(&'static str, String)>;

/// Who signs, when, and for which service.
pub(super) struct Signing<'a> {
    pub(super) key_id: &'a str,
    pub(super) secret: &'a str,
    pub(super) token: Option<&'a str>,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
    pub(super) now: Timestamp,
}

/// A request as it will be sent.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    /// As it is meant; [`path`] writes it.
    pub(super) path: &'a str,
    pub(super) query: &'a [(&'static str, String)],
    /// Those that are signed, `host` among them, in small letters.
    pub(super) headers: &'a [(&'static str, String)],
    /// Hash of the body in hexadecimal digits, or [`UNSIGNED`].
    pub(super) payload: &'a str,
}

impl Signing<'_> {
    /// The value of `authorization`. What goes with it (`x-amz-date` and the like) is among the headers already.
    pub(super) fn authorization(&self, asked: &Asked) -> String {
        let (signed, signature) = (names(asked.headers), self.signature(asked));
        let Self { key_id, .. } = self;
        format!("AWS4-HMAC-SHA256 Credential={key_id}/{}, SignedHeaders={signed}, Signature={signature}", self.scope())
    }

    /// The query of a URL that lasts so many seconds: the fields of `asked`, those that sign, and the signature.
    pub(super) fn presigned(&self, asked: &Asked, seconds: u64) -> String {
        let mut fields = asked.query.to_vec();
        fields.extend([
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("X-Amz-Credential", format!("{}/{}", self.key_id, self.scope())),
            ("X-Amz-Date", date(self.now)),
            ("X-Amz-Expires", seconds.to_string()),
            ("X-Amz-SignedHeaders", names(asked.headers)),
        ]);
        fields.extend(self.token.map(|token| ("X-Amz-Security-Token", token.to_owned())));
        let signature = self.signature(&Asked { query: &fields, ..*asked });
        format!("{}&X-Amz-Signature={signature}", query(&fields))
    }

    fn signature(&self, asked: &Asked) -> String {
        let request = hex::encode(sha2::Sha256::digest(asked.canonical()));
        let text = format!("AWS4-HMAC-SHA256\n{}\n{}\n{request}", date(self.now), self.scope());
        hex::encode(mac(&self.key(), &text))
    }

    fn scope(&self) -> String {
        format!("{}/{}/{}/aws4_request", &date(self.now)[..8], self.region, self.service)
    }

    /// The key of this day, region and service.
    fn key(&self) -> [u8; 32] {
        let secret = format!("AWS4{}", self.secret);
        let steps = [&date(self.now)[..8], self.region, self.service, "aws4_request"];
        let [first, others @ ..] = steps;
        others.iter().fold(mac(secret.as_bytes(), first), |key, step| mac(&key, step))
    }
}

impl Asked<'_> {
    /// The one way to write this request.
    fn canonical(&self) -> String {
        let headers: String =
            sorted(self.headers).iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let (path, query) = (path(self.path), query(self.query));
        format!("{}\n{path}\n{query}\n{headers}\n{}\n{}", self.method, names(self.headers), self.payload)
    }
}

fn mac(key: &[u8], text: &str) -> [u8; 32] {
    // HMAC takes a key of any length.
    let mac =
        Hmac::<sha2::Sha256>::new_from_slice(key).map(|mac| mac.chain_update(text).finalize().into_bytes().into());
    mac.unwrap_or_default()
}

fn sorted(fields: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let mut fields = fields.to_vec();
    fields.sort();
    fields
}

fn names(headers: &[(&'static str, String)]) -> String {
    sorted(headers).iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

/// A path as it stands in a request, and in what is signed: a bucket wants it escaped once.
pub(super) fn path(path: &str) -> String {
    path.split('/').map(escape).collect::<Vec<_>>().join("/")
}

/// A query as it stands in a request, and in what is signed.
pub(super) fn query(fields: &[(&'static str, String)]) -> String {
    let mut pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.sort();
    pairs.join("&")
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

/// A time as it is signed, to the second: `20130524T000000Z`.
pub(super) fn date(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.0).unwrap_or_default();
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Of no bytes.
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    fn fields(fields: &[(&'static str, &str)]) -> Fields {
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    }

    /// Who signs in the test suite of signature version 4.
    const SUITE: Signing = Signing {
        key_id: "AKIDEXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        token: None,
        region: "us-east-1",
        service: "service",
        now: Timestamp(1_440_938_160_000),
    };

    /// Who signs in the documentation of S3.
    const S3: Signing = Signing {
        key_id: "AKIAIOSFODNN7EXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        token: None,
        region: "us-east-1",
        service: "s3",
        now: Timestamp(1_369_353_600_000),
    };

    /// Cases of the suite: name, method, path, query, more headers, signature.
    type Case = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)], &'static str);
    const VANILLA: [Case; 6] = [
        ("get-vanilla", "GET", "/", &[], "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("post-vanilla", "POST", "/", &[], "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        (
            "get-vanilla-query-order-key-case",
            "GET",
            "/",
            &[("Param2", "value2"), ("Param1", "value1")],
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "get-vanilla-empty-query-key",
            "GET",
            "/",
            &[("Param1", "value1")],
            "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        ),
        (
            "get-unreserved",
            "GET",
            "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            &[],
            "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
        ),
        ("get-utf8", "GET", "/ሴ", &[], "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    ];

    #[test]
    fn the_suite_of_signature_version_4_is_met() {
        for (name, method, path, query, signature) in VANILLA {
            let headers = fields(&[("host", "example.amazonaws.com"), ("x-amz-date", "20150830T123600Z")]);
            let asked = Asked { method, path, query: &fields(query), headers: &headers, payload: EMPTY };
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={signature}"
            );
            assert_eq!(SUITE.authorization(&asked), expected, "{name}");
        }
    }

    #[test]
    fn the_examples_of_s3_are_met() {
        let common = [("host", "examplebucket.s3.amazonaws.com"), ("x-amz-date", "20130524T000000Z")];
        let with = |more: &[(&'static str, &str)]| fields(&[&common, more].concat());
        let put = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
        let cases = [
            (
                ("GET", "/test.txt", fields(&[]), EMPTY),
                with(&[("range", "bytes=0-9"), ("x-amz-content-sha256", EMPTY)]),
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ),
            (
                ("PUT", "/test$file.text", fields(&[]), put),
                with(&[
                    ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-content-sha256", put),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ]),
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            ),
            (
                ("GET", "/", fields(&[("lifecycle", "")]), EMPTY),
                with(&[("x-amz-content-sha256", EMPTY)]),
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            ),
            (
                ("GET", "/", fields(&[("max-keys", "2"), ("prefix", "J")]), EMPTY),
                with(&[("x-amz-content-sha256", EMPTY)]),
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            ),
        ];
        for ((method, path, query, payload), headers, signature) in cases {
            let asked = Asked { method, path, query: &query, headers: &headers, payload };
            assert!(S3.authorization(&asked).ends_with(&format!("Signature={signature}")), "{method} {path}");
        }
    }

    #[test]
    fn the_presigned_example_of_s3_is_met() {
        let headers = fields(&[("host", "examplebucket.s3.amazonaws.com")]);
        let asked = Asked { method: "GET", path: "/test.txt", query: &[], headers: &headers, payload: UNSIGNED };
        let expected = "X-Amz-Algorithm=AWS4-HMAC-SHA256\
            &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z\
            &X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
            &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
        assert_eq!(S3.presigned(&asked, 86_400), expected);
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(text in "\\PC{0,40}") {
            let escaped = escape(&text);
            prop_assert!(escaped.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            prop_assert_eq!(percent_encoding::percent_decode_str(&escaped).decode_utf8().unwrap(), text);
        }
    }
}
