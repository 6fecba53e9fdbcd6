//! What an ID token must say (OpenID Connect Core 1.0, section 3.1.3.7).

use super::jws::Algorithm;
use super::{Claims, OidcError};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use serde_json::Value;

/// Clocks may differ by so many seconds.
const SKEW: f64 = 60.0;

/// What must stand there.
pub struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub access_token: &'a str,
    pub algorithm: Algorithm,
    /// Seconds since 1970.
    pub now: i64,
}

/// Reads claims whose signature is right; returns who it is and all of them.
pub fn check(payload: &[u8], expected: &Expected) -> Result<(String, Claims), OidcError> {
    let wrong = |why: &str| OidcError::Token(why.into());
    let claims: Claims = serde_json::from_slice(payload).map_err(|_| wrong("it holds no claims"))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(wrong("it is another issuer's"));
    }
    audience(&claims, expected.client_id).map_err(wrong)?;
    times(&claims, expected.now as f64).map_err(wrong)?;
    if text("nonce") != Some(expected.nonce) {
        return Err(wrong("it was given for another login"));
    }
    if claims.get("at_hash").is_some_and(|hash| *hash != half_hash(expected.algorithm, expected.access_token)) {
        return Err(wrong("it was given for another access token"));
    }
    let subject = text("sub").filter(|sub| (1..=255).contains(&sub.len())).ok_or_else(|| wrong("it names nobody"))?;
    Ok((subject.to_owned(), claims))
}

/// It is for us; where it is for others too, we have asked for it.
fn audience(claims: &Claims, client: &str) -> Result<(), &'static str> {
    let all: Vec<_> = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().map(Value::as_str).collect(),
        one => one.map(Value::as_str).into_iter().collect(),
    };
    if !all.contains(&Some(client)) {
        return Err("it is for somebody else");
    }
    match claims.get("azp") {
        None if all.len() > 1 => Err("it is for several, and does not say who has asked for it"),
        Some(azp) if azp.as_str() != Some(client) => Err("somebody else has asked for it"),
        _ => Ok(()),
    }
}

fn times(claims: &Claims, now: f64) -> Result<(), &'static str> {
    let time = |name: &str| claims.get(name).map(|time| time.as_f64().ok_or("its times are no numbers")).transpose();
    let (ends, began) = (time("exp")?, time("iat")?);
    if ends.ok_or("it does not say when it ends")? <= now - SKEW {
        return Err("its time is over");
    }
    if began.ok_or("it does not say when it was made")? > now + SKEW || time("nbf")?.is_some_and(|at| at > now + SKEW) {
        return Err("its time has not begun; compare the clocks of both machines");
    }
    Ok(())
}

/// The left half of a hash, by the hash of the signature.
fn half_hash(algorithm: Algorithm, text: &str) -> String {
    let how = if algorithm == Algorithm::EdDsa { &digest::SHA512 } else { &digest::SHA256 };
    let hash = digest::digest(how, text.as_bytes());
    let hash = hash.as_ref();
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: i64 = 1_700_000_000;

    fn good() -> Value {
        json!({ "iss": "https://id.example", "sub": "7", "aud": "us", "exp": NOW + 300, "iat": NOW, "nonce": "n" })
    }

    /// What is said of claims that are good but for this.
    fn said(change: Value) -> String {
        let mut claims = good();
        for (name, value) in change.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let expected = Expected {
            issuer: "https://id.example",
            client_id: "us",
            nonce: "n",
            access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            algorithm: Algorithm::Rs256,
            now: NOW,
        };
        let checked = check(claims.to_string().as_bytes(), &expected);
        checked.map_or_else(|e| e.to_string(), |(subject, _)| subject)
    }

    #[test]
    fn what_is_in_order_is_taken() {
        for change in [
            json!({}),
            json!({ "aud": ["us"] }),
            json!({ "aud": ["us", "others"], "azp": "us" }),
            json!({ "exp": NOW - 59, "iat": NOW + 60, "nbf": NOW + 60 }),
            json!({ "exp": NOW as f64 + 0.5 }),
            // OpenID Connect Core, appendix A.3.
            json!({ "at_hash": "77QmUPtjPfzWtF2AnpK9RQ" }),
        ] {
            assert_eq!(said(change.clone()), "7", "{change}");
        }
    }

    #[test]
    fn each_claim_is_looked_at() {
        for (change, why) in [
            (json!({ "iss": "https://id.example/" }), "another issuer's"),
            (json!({ "iss": null }), "another issuer's"),
            (json!({ "aud": "them" }), "for somebody else"),
            (json!({ "aud": [] }), "for somebody else"),
            (json!({ "aud": null }), "for somebody else"),
            (json!({ "aud": ["us", "others"] }), "for several"),
            (json!({ "azp": "others" }), "somebody else has asked"),
            (json!({ "aud": ["us", "others"], "azp": "others" }), "somebody else has asked"),
            (json!({ "exp": NOW - 60 }), "is over"),
            (json!({ "exp": null }), "when it ends"),
            (json!({ "exp": (NOW + 300).to_string() }), "no numbers"),
            (json!({ "iat": null }), "when it was made"),
            (json!({ "iat": NOW + 61 }), "not begun"),
            (json!({ "nbf": NOW + 61 }), "not begun"),
            (json!({ "nbf": "never" }), "no numbers"),
            (json!({ "nonce": "m" }), "another login"),
            (json!({ "nonce": null }), "another login"),
            (json!({ "at_hash": "77QmUPtjPfzWtF2AnpK9RR" }), "another access token"),
            (json!({ "at_hash": 7 }), "another access token"),
            (json!({ "sub": null }), "nobody"),
            (json!({ "sub": "" }), "nobody"),
            (json!({ "sub": 7 }), "nobody"),
            (json!({ "sub": "x".repeat(256) }), "nobody"),
        ] {
            let said = said(change.clone());
            assert!(said.contains(why) && said != "7", "{change}: {said}");
        }
    }
}
