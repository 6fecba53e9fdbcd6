//! What must be known of somebody who comes back from the provider: a cookie that lives for ten minutes.
//!
//! It holds 256 random bits, and state, nonce and verifier are hashes of all that it says. So a server keeps nothing, any
//! other one may see them come back, and an answer belongs to one cookie alone. Whoever holds the cookie may write what they
//! like into it: they would have to be the same person at the provider all the same.

use crate::config::Config;
use crate::web::people::cookie::{self, Secret};
use crate::web::people::origin::stays;
use crate::web::problem::Problem;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Seconds that somebody may take at the provider.
const LIFE: i64 = 600;
/// Its name, before what a browser must see in it.
const NAME: &str = "rawmill-way";
/// Longest path to go to then.
const PATH: usize = 1_000;

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// To come in.
    LogIn,
    /// To accept the invitation of this token.
    Accept(String),
    /// To come in so too, from this session on.
    Connect(i64),
}

/// Somebody on their way.
#[derive(Serialize, Deserialize)]
pub struct Way {
    secret: String,
    /// Seconds since 1970.
    began: i64,
    /// Where to go then.
    then: String,
    pub goal: Goal,
}

impl Way {
    /// Somebody leaves now.
    pub fn begin(goal: Goal, then: Option<String>, now: i64) -> Result<Self, Problem> {
        let then = then.filter(|then| stays(then) && then.len() <= PATH).unwrap_or_else(|| "/".into());
        Ok(Self { secret: Secret::make()?.text, began: now, then, goal })
    }

    /// Comes back as it is.
    pub fn state(&self) -> String {
        self.derive("rawmill 2026-11 oidc state")
    }

    /// Stands in the token.
    pub fn nonce(&self) -> String {
        self.derive("rawmill 2026-11 oidc nonce")
    }

    /// Shows that the code was asked for here.
    pub fn verifier(&self) -> String {
        self.derive("rawmill 2026-11 oidc verifier")
    }

    /// What the provider knows of it (RFC 7636).
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier()))
    }

    /// Where to go then, a path of ours.
    pub fn then(&self) -> &str {
        if stays(&self.then) { &self.then } else { "/" }
    }

    /// For the browser to keep.
    pub fn cookie(&self, config: &Config) -> Result<HeaderValue, Problem> {
        cookie::write(config, NAME, &URL_SAFE_NO_PAD.encode(self.text()), LIFE.cast_unsigned())
    }

    /// For the browser to forget.
    pub fn no_cookie(config: &Config) -> Result<HeaderValue, Problem> {
        cookie::write(config, NAME, "", 0)
    }

    /// The one of somebody who is back with this state, in time.
    pub fn read(config: &Config, headers: &HeaderMap, state: &str, now: i64) -> Option<Self> {
        let text = URL_SAFE_NO_PAD.decode(cookie::find(config, NAME, headers)?).ok()?;
        let way: Self = serde_json::from_slice(&text).ok()?;
        (way.state() == state && (way.began..way.began.saturating_add(LIFE)).contains(&now)).then_some(way)
    }

    fn text(&self) -> String {
        // Nothing in it can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn derive(&self, purpose: &str) -> String {
        URL_SAFE_NO_PAD.encode(blake3::derive_key(purpose, self.text().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header;

    const NOW: i64 = 1_700_000_000;

    fn begun() -> Way {
        Way::begin(Goal::Connect(7), Some("/batches".into()), NOW).unwrap()
    }

    fn headers(cookie: &HeaderValue) -> HeaderMap {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        HeaderMap::from_iter([(header::COOKIE, pair.parse().unwrap())])
    }

    fn read(headers: &HeaderMap, state: &str, now: i64) -> Option<Way> {
        Way::read(&Config::default(), headers, state, now)
    }

    #[test]
    fn it_comes_back_as_it_left_and_in_time() {
        let way = begun();
        let headers = headers(&way.cookie(&Config::default()).unwrap());
        let back = read(&headers, &way.state(), NOW + LIFE - 1).unwrap();
        assert_eq!((back.then(), &back.goal), ("/batches", &Goal::Connect(7)));
        assert_eq!((back.nonce(), back.verifier()), (way.nonce(), way.verifier()));
        assert!(read(&headers, &way.state(), NOW + LIFE).is_none(), "too late");
        assert!(read(&headers, &way.state(), NOW - 1).is_none(), "before it began");
        assert!(read(&headers, "", NOW).is_none() && read(&HeaderMap::new(), &way.state(), NOW).is_none());
        assert!(read(&headers, &begun().state(), NOW).is_none(), "another one's answer");
    }

    #[test]
    fn whatever_is_changed_belongs_to_another_state() {
        let way = begun();
        let other = |way: Way| way.state() != begun().state();
        assert!(other(Way { then: "/people".into(), ..begun() }));
        let changed = Way { goal: Goal::LogIn, secret: way.secret.clone(), then: way.then.clone(), began: NOW };
        assert_ne!(changed.state(), way.state());
        let later = Way { began: NOW + 1, secret: way.secret.clone(), then: way.then.clone(), goal: Goal::Connect(7) };
        assert_ne!(later.state(), way.state());
    }

    #[test]
    fn its_parts_tell_nothing_of_each_other() {
        let way = begun();
        let parts = [way.state(), way.nonce(), way.verifier(), way.challenge(), way.secret.clone()];
        for (at, part) in parts.iter().enumerate() {
            assert!(part.len() >= 43 && !parts[..at].contains(part));
        }
    }

    #[test]
    fn nobody_is_led_out_of_the_house() {
        let led = |then: &str| Way::begin(Goal::LogIn, Some(then.into()), NOW).unwrap().then().to_owned();
        assert_eq!(led("/batches?x=1"), "/batches?x=1");
        for out in ["https://evil.example", "//evil.example", "/\\evil.example", &format!("/{}", "x".repeat(PATH))] {
            assert_eq!(led(out), "/", "{out}");
        }
        assert_eq!(Way { then: "//evil.example".into(), ..begun() }.then(), "/", "nor by a cookie");
    }
}
