//! Who calls: a key in the `Authorization` header, or the cookie of a session, becomes a tenant with scopes. Where there is a
//! key, nobody looks at the cookie.
//!
//! A key is `rmk_PREFIX_SECRET`. The secret has 256 random bits, so a plain hash of the whole key is enough to keep; it is
//! compared in constant time. What is known stays known for a few seconds, so that polling does not ask the ledger. A session is
//! looked up at every request: whatever becomes of it or of its user is true at the next one.

use super::people::{cookie, origin};
use super::problem::Problem;
use crate::house::House;
use crate::limits::Refusal;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use ledger::TenantId;
use ledger::people::{People, Role, User};
use ledger::registry::{Key, Registry, Scope};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer of the ledger is believed. A key that is removed dies within it.
const BELIEVED: Duration = Duration::from_secs(5);
/// When a session was seen is noted so often.
const SEEN: Duration = Duration::from_secs(60);

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

/// A caller who may do something.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose data it sees.
    pub tenant: TenantId,
    by: By,
    scopes: Arc<[Scope]>,
}

/// How it came.
#[derive(Debug, Clone)]
enum By {
    Key(i64),
    Person(Box<Person>),
}

/// A user who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub user: User,
    /// In this session.
    pub session: i64,
}

impl Caller {
    /// Errs if a scope is lacking.
    pub fn may(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        Err(Problem::forbidden(match &self.by {
            By::Key(_) => format!("this needs a key with the scope `{scope}`"),
            By::Person(person) => format!("the role `{}` does not allow this; ask an owner", person.user.role),
        }))
    }

    /// What the audit log calls it.
    pub fn who(&self) -> String {
        match &self.by {
            By::Key(id) => format!("key {id}"),
            By::Person(person) => person.user.who(),
        }
    }

    /// Is it this key.
    pub fn is_key(&self, id: i64) -> bool {
        matches!(self.by, By::Key(own) if own == id)
    }

    /// The user; errs where a key called.
    pub fn person(&self) -> Result<&Person, Problem> {
        match &self.by {
            By::Person(person) => Ok(person),
            By::Key(_) => Err(Problem::forbidden("this needs somebody who is logged in; a key is nobody")),
        }
    }
}

/// What a role may do, in the words of keys.
fn scopes(role: Role) -> &'static [Scope] {
    match role {
        Role::Owner => &[Scope::Read, Scope::Write, Scope::Admin],
        Role::Operator => &[Scope::Read, Scope::Write],
        Role::Viewer => &[Scope::Read],
    }
}

/// A caller that may read.
pub struct Reader(pub Caller);
/// A caller that may write.
pub struct Writer(pub Caller);
/// A caller that may make keys and look after people.
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

impl FromRequestParts<Arc<House>> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Problem> {
        caller(parts, house).await?.person().cloned()
    }
}

async fn caller(parts: &Parts, house: &House) -> Result<Caller, Problem> {
    let caller = match parts.headers.get(AUTHORIZATION) {
        Some(header) => by_key(header, house).await?,
        None => by_session(parts, house).await?,
    };
    house.limits.request(caller.tenant).await.map_err(|Refusal { after_s }| {
        let most = house.config.limits.requests_per_s;
        Problem::too_many(format!("a tenant may send {most} requests a second")).after(after_s)
    })?;
    Ok(caller)
}

async fn by_key(header: &HeaderValue, house: &House) -> Result<Caller, Problem> {
    let text = header.to_str().ok().and_then(|h| h.strip_prefix("Bearer ")).map(str::trim);
    let unknown = || Problem::unauthenticated("this key is not known, or its time is over");
    let key = house.doorman.key(text.ok_or_else(unknown)?, house).await?.ok_or_else(unknown)?;
    Ok(Caller { tenant: key.new.tenant, by: By::Key(key.id), scopes: key.new.scopes.into() })
}

async fn by_session(parts: &Parts, house: &House) -> Result<Caller, Problem> {
    let nobody = || Problem::unauthenticated("send `Authorization: Bearer KEY`, or log in");
    let cookie = cookie::read(&house.config, &parts.headers).ok_or_else(nobody)?;
    origin::check(parts, &house.config)?;
    let over = || Problem::unauthenticated("this session has ended; log in again");
    let (session, user) = house.ledger.session(&cookie).await?.ok_or_else(over)?;
    if house.clock.wall().0 - session.seen.0 >= SEEN.as_millis() as i64 {
        house.ledger.see_session(session.id).await?;
    }
    let scopes = scopes(user.role).into();
    Ok(Caller { tenant: user.tenant, by: By::Person(Box::new(Person { user, session: session.id })), scopes })
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
