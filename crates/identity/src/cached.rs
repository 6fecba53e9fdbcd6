//! Credentials that are kept, and fetched anew before they expire.

use crate::chain::{Chain, Found};
use crate::error::IdentityError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Mutex;

/// Fetched anew when so much is left.
const BEFORE: Duration = Duration::from_secs(300);
/// Nobody is asked again for so long, as long as the old ones still work.
const PAUSE: Duration = Duration::from_secs(10);

/// The one identity of a process. Copies share what they know.
#[derive(Debug, Clone)]
pub struct Cached(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    chain: Chain,
    kept: RwLock<Option<Found>>,
    /// Whoever holds it asks; when the last one asked.
    turn: Mutex<Option<Instant>>,
    pause: Duration,
}

impl Cached {
    /// Nothing is asked before somebody needs it.
    pub fn new(chain: Chain) -> Self {
        Self::with_pause(chain, PAUSE)
    }

    fn with_pause(chain: Chain, pause: Duration) -> Self {
        Self(Arc::new(Inner { chain, kept: RwLock::default(), turn: Mutex::default(), pause }))
    }

    /// What engines take.
    pub fn shared(&self) -> SharedCredentialsProvider {
        SharedCredentialsProvider::new(self.clone())
    }

    /// Credentials that are valid now. Where they expire soon one caller asks, and nobody waits for it who can do without.
    pub async fn get(&self) -> Result<Found, IdentityError> {
        match self.kept() {
            Some(kept) if left(&kept) > BEFORE => Ok(kept),
            Some(kept) if left(&kept) > Duration::ZERO => Ok(self.renewed(kept).await),
            _ => self.fresh().await,
        }
    }

    fn kept(&self) -> Option<Found> {
        self.0.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Newer ones if they can be had; otherwise the old ones are still good.
    async fn renewed(&self, old: Found) -> Found {
        let Ok(mut turn) = self.0.turn.try_lock() else { return old };
        if turn.is_some_and(|last| last.elapsed() < self.0.pause) {
            return old;
        }
        *turn = Some(Instant::now());
        self.fetch().await.unwrap_or_else(|error| {
            tracing::warn!(%error, left_s = left(&old).as_secs(), "credentials expire soon and cannot be renewed");
            old
        })
    }

    /// There are none: all wait for the one who asks.
    async fn fresh(&self) -> Result<Found, IdentityError> {
        let mut turn = self.0.turn.lock().await;
        if let Some(kept) = self.kept().filter(|kept| left(kept) > Duration::ZERO) {
            return Ok(kept);
        }
        *turn = Some(Instant::now());
        self.fetch().await
    }

    async fn fetch(&self) -> Result<Found, IdentityError> {
        let found = self.0.chain.find().await?;
        let left_s = found.credentials.expiry().map(|_| left(&found).as_secs());
        tracing::info!(from = %found.link, left_s, "credentials");
        *self.0.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(found.clone());
        Ok(found)
    }
}

/// How long they are valid.
fn left(found: &Found) -> Duration {
    let expiry = found.credentials.expiry();
    expiry.map_or(Duration::MAX, |end| end.duration_since(SystemTime::now()).unwrap_or_default())
}

impl ProvideCredentials for Cached {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { Ok(self.get().await?.credentials) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Place;
    use servers::Metadata;

    const ROLE: &str = "/latest/meta-data/iam/security-credentials/rawmill";

    fn cached(metadata: &Metadata) -> Cached {
        let place = Place::of(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &metadata.url())], "");
        Cached::with_pause(Chain::new(place), Duration::ZERO)
    }

    async fn key(cached: &Cached) -> String {
        cached.get().await.unwrap().credentials.access_key_id().to_owned()
    }

    #[tokio::test]
    async fn they_are_kept_until_shortly_before_they_expire() {
        let metadata = Metadata::start();
        metadata.give("FIRST", Duration::from_secs(600));
        let cached = cached(&metadata);
        assert_eq!((key(&cached).await, key(&cached).await), ("FIRST".into(), "FIRST".into()));
        assert_eq!(metadata.asked(ROLE), 1, "kept");
        let cached = self::cached(&metadata);
        metadata.give("SECOND", Duration::from_secs(240));
        assert_eq!(key(&cached).await, "SECOND");
        metadata.give("THIRD", Duration::from_secs(600));
        assert_eq!(key(&cached).await, "THIRD", "fetched anew with four minutes left");
        assert_eq!(key(&cached).await, "THIRD");
        assert_eq!(metadata.asked(ROLE), 3);
    }

    #[tokio::test]
    async fn old_ones_are_used_while_no_new_ones_can_be_had() {
        let metadata = Metadata::start();
        metadata.give("OLD", Duration::from_secs(240));
        let cached = cached(&metadata);
        assert_eq!(key(&cached).await, "OLD");
        metadata.only_v1(true);
        assert_eq!(key(&cached).await, "OLD");
        metadata.only_v1(false);
        metadata.give("NEW", Duration::from_secs(600));
        assert_eq!(key(&cached).await, "NEW");
    }

    #[tokio::test]
    async fn expired_ones_are_never_given() {
        let metadata = Metadata::start();
        metadata.give("GONE", Duration::ZERO);
        let cached = cached(&metadata);
        cached.get().await.unwrap();
        metadata.only_v1(true);
        assert!(cached.get().await.is_err());
    }

    #[tokio::test]
    async fn many_who_need_them_ask_once() {
        let metadata = Metadata::start();
        metadata.give("ONE", Duration::from_secs(600));
        let cached = cached(&metadata);
        let all = (0..20).map(|_| {
            let cached = cached.clone();
            tokio::spawn(async move { key(&cached).await })
        });
        for one in all.collect::<Vec<_>>() {
            assert_eq!(one.await.unwrap(), "ONE");
        }
        assert_eq!(metadata.asked(ROLE), 1);
    }
}
