//! The cookie of a session. It holds 256 random bits, of which the ledger keeps a hash.

use crate::config::{Config, is_plain_and_here};
use crate::web::Problem;
use crate::web::auth::hash;
use axum::http::{HeaderMap, HeaderValue, header};
use ledger::people::LIFE;

/// The secret of a session or an invitation, and what is kept of it.
pub struct Secret {
    /// What its holder shows.
    pub text: String,
    /// What the ledger knows.
    pub hash: String,
}

impl Secret {
    /// A new one from the system's randomness.
    pub fn make() -> Result<Self, Problem> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|e| Problem::unavailable(format!("no randomness: {e}")))?;
        let text = hex::encode(bytes);
        Ok(Self { hash: hash(&text), text })
    }
}

/// Whether browsers keep the cookie for HTTPS alone: always, but where we are spoken to on this machine by plain HTTP.
pub fn is_secure(config: &Config) -> bool {
    config.tls.is_some() || config.behind_tls || !is_plain_and_here(&config.url())
}

/// The cookie of a session.
const SESSION: &str = "rawmill";

/// A browser takes a name that begins so only with `Secure`, from HTTPS and for one host.
fn full_name(config: &Config, name: &str) -> String {
    let prefix = if is_secure(config) { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

/// What the browser is to keep for so many seconds.
pub fn write(config: &Config, name: &str, value: &str, seconds: u64) -> Result<HeaderValue, Problem> {
    let only = if is_secure(config) { "; Secure" } else { "" };
    let name = full_name(config, name);
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{only}");
    text.try_into().map_err(Problem::internal)
}

/// The cookie of a session that begins.
pub fn set(config: &Config, secret: &Secret) -> Result<HeaderValue, Problem> {
    write(config, SESSION, &secret.text, LIFE.as_secs())
}

/// The cookie of a session that ended.
pub fn clear(config: &Config) -> Result<HeaderValue, Problem> {
    write(config, SESSION, "", 0)
}

/// Hash of the cookie of a session that came with a request.
pub fn read(config: &Config, headers: &HeaderMap) -> Option<String> {
    find(config, SESSION, headers).map(hash)
}

/// The cookie of this name that came with a request. Of several none is ours for sure.
pub fn find<'a>(config: &Config, name: &str, headers: &'a HeaderMap) -> Option<&'a str> {
    let name = full_name(config, name);
    let mut ours = values(headers, &name);
    let value = ours.next().filter(|value| !value.is_empty())?;
    ours.next().is_none().then_some(value)
}

/// What came with a request as cookies of this name.
pub fn values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(of, _)| *of == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> Config {
        Config { public_url: Some(url.into()), ..Config::default() }
    }

    #[test]
    fn only_this_machine_goes_without_https() {
        assert!(!is_secure(&Config::default()));
        for here in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:80/"] {
            assert!(!is_secure(&at(here)), "{here}");
            assert!(is_secure(&Config { behind_tls: true, ..at(here) }));
        }
        for there in ["https://lab.example", "https://localhost", "http://lab.example", "http://localhost.lab.example"]
        {
            assert!(is_secure(&at(there)), "{there}");
        }
    }

    #[test]
    fn a_cookie_says_all_that_browsers_ask_for() {
        let secret = Secret { text: "c0ffee".into(), hash: String::new() };
        let far = "__Host-rawmill=c0ffee; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(set(&at("https://lab.example"), &secret).unwrap(), far);
        let near = "rawmill=c0ffee; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax";
        assert_eq!(set(&Config::default(), &secret).unwrap(), near);
        assert_eq!(clear(&Config::default()).unwrap(), "rawmill=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let found = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, line.parse().unwrap());
            }
            read(&Config::default(), &headers)
        };
        let ours = Some(hash("c0ffee"));
        assert_eq!(found(&["rawmill=c0ffee"]), ours);
        assert_eq!(found(&["a=b; rawmill=c0ffee; c=d"]), ours);
        assert_eq!(found(&["a=b", "rawmill=c0ffee"]), ours);
        for none in [&["a=b"] as &[&str], &[], &["rawmill="], &["__Host-rawmill=c0ffee"], &["xrawmill=c0ffee"]] {
            assert_eq!(found(none), None, "{none:?}");
        }
        assert_eq!(found(&["rawmill=other; rawmill=c0ffee"]), None, "somebody has put a second one there");
    }

    #[test]
    fn secrets_are_long_and_differ() {
        let (a, b) = (Secret::make().unwrap(), Secret::make().unwrap());
        assert!(a.text.len() == 64 && a.text != b.text && a.hash == hash(&a.text) && a.hash != a.text);
    }
}
