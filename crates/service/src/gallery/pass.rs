//! What visitors of a gallery bring along, signed by a secret of their link that only the ledger knows: so any web server
//! reads it without having made it, and it is worth nothing at another link.

use crate::config::Config;
use crate::web::Problem;
use crate::web::people::cookie::{is_secure, values};
use axum::http::{HeaderMap, HeaderValue};
use ledger::Timestamp;
use ledger::shares::Share;

/// A passcode is asked for again after so many seconds.
const LIFE: i64 = 7 * 86_400;

/// A browser takes a name that begins so only from HTTPS.
fn name(config: &Config) -> &'static str {
    if is_secure(config) { "__Secure-rawmill-link" } else { "rawmill-link" }
}

/// The cookie of a visitor who knew the passcode: until when it is good, and a seal. It is sent for this link alone.
pub fn cookie(config: &Config, share: &Share, token: &str, now: Timestamp) -> Result<HeaderValue, Problem> {
    let end = (now.0 / 1_000 + LIFE).min(share.expires.0 / 1_000);
    let (seal, seconds) = (seal(share, &knows(end)).to_hex(), end - now.0 / 1_000);
    let only = if is_secure(config) { "; Secure" } else { "" };
    let name = name(config);
    let text = format!("{name}={end}.{seal}; Path=/g/{token}; Max-Age={seconds}; HttpOnly; SameSite=Lax{only}");
    text.try_into().map_err(Problem::internal)
}

/// Has a visitor shown that cookie.
pub fn is_shown(config: &Config, headers: &HeaderMap, share: &Share, now: Timestamp) -> bool {
    values(headers, name(config)).any(|value| {
        let Some((end, seal)) = value.split_once('.') else { return false };
        end.parse().is_ok_and(|end: i64| end > now.0 / 1_000 && is_sealed(share, &knows(end), seal))
    })
}

/// Where an archive that was made for this link is followed: its name and a seal, since the names of others lead to
/// archives with more in them.
pub fn ticket(share: &Share, zip: &str) -> String {
    format!("{zip}-{}", seal(share, &made(zip)).to_hex())
}

/// The name of the archive, if it was made for this link.
pub fn archive<'a>(share: &Share, ticket: &'a str) -> Option<&'a str> {
    let (zip, seal) = ticket.split_once('-')?;
    is_sealed(share, &made(zip), seal).then_some(zip)
}

fn knows(end: i64) -> String {
    format!("knows the passcode until {end}")
}

fn made(zip: &str) -> String {
    format!("archive {zip}")
}

fn seal(share: &Share, what: &str) -> blake3::Hash {
    let key = blake3::derive_key("rawmill gallery 1", share.new.secret.reveal().as_bytes());
    blake3::keyed_hash(&key, format!("{} {what}", share.id).as_bytes())
}

/// Hashes are compared in constant time.
fn is_sealed(share: &Share, what: &str, found: &str) -> bool {
    blake3::Hash::from_hex(found).is_ok_and(|found| found == seal(share, what))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::shares::NewShare;
    use ledger::{BatchId, TenantId};

    fn share(id: i64, secret: &str) -> Share {
        let new = NewShare {
            tenant: TenantId(1),
            batch: BatchId(1),
            label: String::new(),
            hash: String::new(),
            secret: secret.to_owned().into(),
            passcode: None,
            watermarked_only: false,
            renditions: None,
        };
        let expires = Timestamp(100 * 86_400_000);
        Share { id, new, by: String::new(), created: Timestamp(0), expires, revoked: None, views: 0, seen: None }
    }

    fn set(config: &Config, now: i64) -> String {
        cookie(config, &share(1, "s"), "t0ken", Timestamp(now)).unwrap().to_str().unwrap().to_owned()
    }

    fn shows(config: &Config, pair: &str, share: &Share, now: i64) -> bool {
        let headers = HeaderMap::from_iter([(axum::http::header::COOKIE, pair.parse().unwrap())]);
        is_shown(config, &headers, share, Timestamp(now))
    }

    #[test]
    fn a_cookie_is_for_one_link_and_a_while() {
        let config = Config::default();
        let text = set(&config, 5_000);
        let pair = text.split(';').next().unwrap();
        assert!(text.ends_with("; Path=/g/t0ken; Max-Age=604800; HttpOnly; SameSite=Lax"), "{text}");
        assert!(shows(&config, pair, &share(1, "s"), 5_000) && shows(&config, pair, &share(1, "s"), 604_804_999));
        assert!(!shows(&config, pair, &share(1, "s"), 604_805_000), "its time is over");
        assert!(!shows(&config, pair, &share(2, "s"), 5_000) && !shows(&config, pair, &share(1, "t"), 5_000));
        let later = pair.replace("604805.", "604806.");
        assert!(later != pair && !shows(&config, &later, &share(1, "s"), 5_000), "nobody makes it last longer");
        for none in ["rawmill-link=", "rawmill-link=.", "rawmill-link=9999999999.", "other=1", ""] {
            assert!(!shows(&config, none, &share(1, "s"), 5_000), "{none}");
        }
        let both = format!("rawmill-link=1.2; {pair}");
        assert!(shows(&config, &both, &share(1, "s"), 5_000), "somebody's beside it changes nothing");
    }

    #[test]
    fn it_ends_with_its_link_and_is_for_https_where_we_are() {
        assert!(set(&Config::default(), 99 * 86_400_000).contains("; Max-Age=86400;"));
        let far = Config { public_url: Some("https://lab.example".into()), ..Config::default() };
        let text = set(&far, 0);
        assert!(text.starts_with("__Secure-rawmill-link=") && text.ends_with("; SameSite=Lax; Secure"), "{text}");
    }

    #[test]
    fn a_ticket_is_for_its_archive_and_link() {
        let ticket = ticket(&share(1, "s"), "0abc");
        assert_eq!(archive(&share(1, "s"), &ticket), Some("0abc"));
        assert_eq!(archive(&share(1, "t"), &ticket), None);
        assert_eq!(archive(&share(2, "s"), &ticket), None);
        assert_eq!(archive(&share(1, "s"), &ticket.replace("0abc", "0abd")), None);
        assert_eq!(archive(&share(1, "s"), "0abc"), None);
        let end = set(&Config::default(), 0);
        let seal = end.split(';').next().unwrap().split('.').next_back().unwrap().to_owned();
        assert_eq!(archive(&share(1, "s"), &format!("604800-{seal}")), None, "a cookie is no ticket");
    }
}
