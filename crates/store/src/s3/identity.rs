//! The credentials in use: asked for once, renewed before they end, and never shown.

use super::Failure;
use crate::Timestamp;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// How long before their end credentials are renewed, if they live that long.
const EARLY: Duration = Duration::from_secs(300);

/// How long their provider may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A provider, and what it gave last.
#[derive(Debug)]
pub(super) struct Identity {
    provider: SharedCredentialsProvider,
    held: Mutex<Option<Held>>,
}

#[derive(Debug, Clone)]
struct Held {
    credentials: Credentials,
    /// From when on others are asked for: five minutes before the end, or after half of a short life.
    renew: Option<SystemTime>,
}

impl Held {
    fn new(credentials: Credentials, now: SystemTime) -> Self {
        let renew = credentials.expiry().map(|end| {
            let life = end.duration_since(now).unwrap_or_default();
            now + life.saturating_sub(EARLY).max(life / 2)
        });
        Self { credentials, renew }
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        self.renew.is_none_or(|renew| now < renew)
    }

    fn is_alive(&self, now: SystemTime) -> bool {
        self.credentials.expiry().is_none_or(|end| now < end)
    }
}

impl Identity {
    pub(super) fn new(provider: SharedCredentialsProvider) -> Self {
        Self { provider, held: Mutex::default() }
    }

    /// Credentials that are good now. One call at a time asks the provider; the others wait for what it brings.
    pub(super) async fn get(&self) -> Result<Credentials, Failure> {
        let mut held = self.held.lock().await;
        let now = SystemTime::now();
        if let Some(fresh) = held.as_ref().filter(|held| held.is_fresh(now)) {
            return Ok(fresh.credentials.clone());
        }
        match (self.ask().await, &*held) {
            (Ok(credentials), _) => {
                let new = held.insert(Held::new(credentials, now));
                if new.is_alive(now) { Ok(new.credentials.clone()) } else { Err(Failure::Expired) }
            }
            // Not renewed, but not yet over.
            (Err(_), Some(old)) if old.is_alive(now) => Ok(old.credentials.clone()),
            (Err(e), _) => Err(Failure::Credentials(e)),
        }
    }

    /// Forgets credentials that the bucket did not take, unless others are held by now.
    pub(super) async fn drop(&self, refused: &Credentials) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| held.credentials == *refused) {
            *held = None;
        }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let asked = tokio::time::timeout(PATIENCE, self.provider.provide_credentials()).await;
        asked.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(PATIENCE)))
    }
}

/// When these credentials end, if they do.
pub(super) fn end(credentials: &Credentials) -> Option<Timestamp> {
    credentials.expiry().map(Timestamp::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_credential_types::provider::future;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Gives credentials of this life, named by their count; those of an odd count fail if told so.
    #[derive(Debug, Clone)]
    struct Counting {
        asked: Arc<AtomicU64>,
        life: Duration,
        only: u64,
    }

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let count = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
            let end = SystemTime::now() + self.life;
            let given = Credentials::new(format!("id{count}"), "secret", None, Some(end), "test");
            future::ProvideCredentials::ready(match count <= self.only {
                true => Ok(given),
                false => Err(CredentialsError::not_loaded("away")),
            })
        }
    }

    fn identity(life: Duration, only: u64) -> (Identity, Arc<AtomicU64>) {
        let asked = Arc::<AtomicU64>::default();
        let provider = Counting { asked: asked.clone(), life, only };
        (Identity::new(SharedCredentialsProvider::new(provider)), asked)
    }

    #[tokio::test]
    async fn credentials_are_asked_for_once_and_again_when_refused() {
        let (identity, asked) = identity(Duration::from_secs(3_600), 9);
        let first = identity.get().await.unwrap();
        assert_eq!(identity.get().await.unwrap(), first);
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        identity.drop(&first).await;
        let second = identity.get().await.unwrap();
        assert_ne!(second.access_key_id(), first.access_key_id());
        identity.drop(&first).await;
        assert_eq!(identity.get().await.unwrap(), second, "others are held by now");
    }

    #[tokio::test]
    async fn credentials_that_cannot_be_renewed_are_used_to_their_end() {
        let now = SystemTime::now();
        let (identity, asked) = identity(Duration::from_secs(3_600), 0);
        assert!(matches!(identity.get().await, Err(Failure::Credentials(_))));
        let old = Credentials::new("old", "secret", None, Some(now + Duration::from_secs(60)), "test");
        *identity.held.lock().await = Some(Held { credentials: old.clone(), renew: Some(now) });
        assert_eq!(identity.get().await.unwrap(), old);
        assert_eq!(asked.load(Ordering::Relaxed), 2, "it was tried");
        let over = Credentials::new("old", "secret", None, Some(now - Duration::from_secs(1)), "test");
        *identity.held.lock().await = Some(Held::new(over, now));
        assert!(matches!(identity.get().await, Err(Failure::Credentials(_))));
    }

    #[test]
    fn renewal_comes_before_the_end() {
        let now = SystemTime::now();
        for (life, renew) in [(3_600, 3_300), (400, 200), (4, 2)] {
            let [life, renew] = [life, renew].map(Duration::from_secs);
            let credentials = Credentials::new("id", "secret", None, Some(now + life), "test");
            assert_eq!(Held::new(credentials, now).renew, Some(now + renew));
        }
        assert!(!format!("{:?}", Credentials::new("id", "hidden", None, None, "test")).contains("hidden"));
    }
}
