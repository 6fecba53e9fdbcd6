//! Who calls: a key in the `Authorization` header becomes a tenant with scopes.
//!
//! A key is `rmk_PREFIX_SECRET`. The secret has 256 random bits, so a plain hash of the whole key is enough to keep; it is
//! compared in constant time. What is known stays known for a few seconds, so that polling does not ask the ledger.

use super::problem::Problem;
use crate::house::House;
use crate::limits::Refusal;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use ledger::TenantId;
use ledger::registry::{Key, Registry, Scope};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer of the ledger is believed. A key that is removed dies within it.
const BELIEVED: Duration = Duration::from_secs(5);

/// A key as it is handed out once.
pub struct FreshKey {
    /// The whole key.
    pub text: String,
    /// The part that finds it.
    pub prefix: String,
    /// Hash of the whole key.
    pub hash: String,
}

impl FreshKey {
    /// A new key from the system's randomness.
    pub fn make() -> Result<Self, Problem> {
        let mut bytes = [0; 40];
        getrandom::fill(&mut bytes).map_err(|e| Problem::unavailable(format!("no randomness: {e}")))?;
        let hex = hex::encode(bytes);
        let (prefix, secret) = hex.split_at(16);
        let text = format!("rmk_{prefix}_{secret}");
        Ok(Self { hash: hash(&text), prefix: prefix.into(), text })
    }
}

/// Hash of a whole key, in hexadecimal digits.
pub fn hash(key: &str) -> String {
    blake3::hash(key.as_bytes()).to_hex().to_string()
}

/// A caller whose key is good for something.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose data it sees.
    pub tenant: TenantId,
    /// The key.
    pub key: i64,
    scopes: Arc<[Scope]>,
}

impl Caller {
    /// Errs if the key lacks a scope.
    pub fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        Err(Problem::forbidden(format!("this needs a key with the scope `{scope}`")))
    }
}

/// A caller that may read.
pub struct Reader(pub Caller);
/// A caller that may write.
pub struct Writer(pub Caller);
/// A caller that may make keys.
pub struct Admin(pub Caller);

macro_rules! extractors {
    ($($name:ident needs $scope:ident;)+) => {$(
        impl FromRequestParts<Arc<House>> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
                let caller = caller(parts, house).await?;
                caller.may(Scope::$scope).map(|()| Self(caller))
            }
        }
    )+};
}

extractors! {
    Reader needs Read;
    Writer needs Write;
    Admin needs Admin;
}

async fn caller(parts: &Parts, house: &House) -> Result<Caller, Problem> {
    let header =
        parts.headers.get(AUTHORIZATION).ok_or_else(|| Problem::unauthenticated("send `Authorization: Bearer KEY`"))?;
    let text = header.to_str().ok().and_then(|h| h.strip_prefix("Bearer ")).map(str::trim);
    let unknown = || Problem::unauthenticated("this key is not known, or its time is over");
    let key = house.doorman.key(text.ok_or_else(unknown)?, house).await?.ok_or_else(unknown)?;
    let caller = Caller { tenant: key.new.tenant, key: key.id, scopes: key.new.scopes.into() };
    house.limits.request(caller.tenant).await.map_err(|Refusal { after_s }| {
        let most = house.config.limits.requests_per_s;
        Problem::too_many(format!("a tenant may send {most} requests a second")).after(after_s)
    })?;
    Ok(caller)
}

/// Knows keys, for a while.
#[derive(Debug, Default)]
pub struct Doorman {
    known: Mutex<HashMap<String, (Instant, Key)>>,
}

impl Doorman {
    /// The key of this text, if it is good now.
    async fn key(&self, text: &str, house: &House) -> Result<Option<Key>, Problem> {
        let Some(prefix) = text.strip_prefix("rmk_").and_then(|t| t.split_once('_')).map(|(prefix, _)| prefix) else {
            return Ok(None);
        };
        let key = match self.remembered(prefix) {
            Some(key) => Some(key),
            None => self.look_up(prefix, house).await?,
        };
        let now = house.clock.wall();
        Ok(key.filter(|k| same(&k.new.hash, &hash(text)) && k.new.expires.is_none_or(|end| now < end)))
    }

    fn remembered(&self, prefix: &str) -> Option<Key> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(prefix).filter(|(at, _)| at.elapsed() < BELIEVED).map(|(_, key)| key.clone())
    }

    async fn look_up(&self, prefix: &str, house: &House) -> Result<Option<Key>, Problem> {
        let found = house.ledger.key(prefix).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, _)| at.elapsed() < BELIEVED);
        if let Some(key) = &found {
            known.insert(prefix.into(), (Instant::now(), key.clone()));
        }
        Ok(found)
    }

    /// Forgets a key that was removed.
    pub fn forget(&self, prefix: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(prefix);
    }

    /// Keys that were used since the ledger was last told.
    pub fn used(&self) -> Vec<i64> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().map(|(_, key)| key.id).collect()
    }
}

/// Compares in a time that does not depend on where texts differ. Both are hashes of equal length.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_keys_differ_and_hash_to_what_is_kept() {
        let (a, b) = (FreshKey::make().unwrap(), FreshKey::make().unwrap());
        assert_ne!(a.text, b.text);
        assert!(same(&a.hash, &hash(&a.text)) && !same(&a.hash, &b.hash) && !same("", &a.hash));
        assert!(a.text.starts_with(&format!("rmk_{}_", a.prefix)) && a.text.len() == 4 + 16 + 1 + 64);
    }
}
