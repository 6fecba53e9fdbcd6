//! What was fetched, for a while.

use super::OidcError;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// For so long what came is believed.
const LIFE: Duration = Duration::from_secs(3_600);
/// For so long nobody asks again where nothing came.
const FAILED: Duration = Duration::from_secs(5);
/// What is young already is asked for no more often.
const PAUSE: Duration = Duration::from_secs(30);

/// One thing, fetched by one at a time; the others wait for it.
pub struct Kept<T>(Mutex<State<T>>);

struct State<T> {
    held: Option<(Instant, Result<Arc<T>, OidcError>)>,
    /// When it was last asked for though it was young.
    hurried: Option<Instant>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(State { held: None, hurried: None }))
    }
}

impl<T> Kept<T> {
    /// What is held, or what comes.
    pub async fn get<F>(&self, fetch: impl FnOnce() -> F) -> Result<Arc<T>, OidcError>
    where
        F: Future<Output = Result<T, OidcError>>,
    {
        let mut state = self.0.lock().await;
        if let Some((since, held)) = &state.held
            && since.elapsed() < if held.is_ok() { LIFE } else { FAILED }
        {
            return held.clone();
        }
        let came = fetch().await.map(Arc::new);
        state.held = Some((Instant::now(), came.clone()));
        came
    }

    /// Another one than this, which lacks something; the same where it was asked for a moment ago.
    pub async fn anew<F>(&self, lacking: &Arc<T>, fetch: impl FnOnce() -> F) -> Result<Arc<T>, OidcError>
    where
        F: Future<Output = Result<T, OidcError>>,
    {
        let mut state = self.0.lock().await;
        if let Some((_, Ok(held))) = &state.held
            && !Arc::ptr_eq(held, lacking)
        {
            return Ok(Arc::clone(held));
        }
        if state.hurried.is_some_and(|at| at.elapsed() < PAUSE) {
            return Ok(Arc::clone(lacking));
        }
        state.hurried = Some(Instant::now());
        let came = Arc::new(fetch().await?);
        state.held = Some((Instant::now(), Ok(Arc::clone(&came))));
        Ok(came)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_fetches_and_the_others_have_it() {
        let kept = Kept::default();
        let first = kept.get(async || Ok(1)).await.unwrap();
        let second = kept.get(async || panic!("it is there")).await.unwrap();
        assert_eq!((*first, Arc::ptr_eq(&first, &second)), (1, true));
    }

    #[tokio::test]
    async fn a_failure_is_told_to_those_who_wait() {
        let kept = Kept::<u8>::default();
        let failed = OidcError::Provider("away".into());
        let told = failed.clone();
        assert_eq!(kept.get(async || Err(told)).await.unwrap_err(), failed);
        assert_eq!(kept.get(async || panic!("a moment ago")).await.unwrap_err(), failed);
    }

    #[tokio::test]
    async fn what_lacks_something_is_fetched_once_more_and_not_again() {
        let kept = Kept::default();
        let first = kept.get(async || Ok(1)).await.unwrap();
        let second = kept.anew(&first, async || Ok(2)).await.unwrap();
        assert_eq!(*second, 2);
        assert_eq!(*kept.anew(&first, async || panic!("another one is there")).await.unwrap(), 2);
        assert_eq!(*kept.anew(&second, async || panic!("a moment ago")).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn what_was_there_outlives_a_failure() {
        let kept = Kept::default();
        let first = kept.get(async || Ok(1)).await.unwrap();
        assert!(kept.anew(&first, async || Err(OidcError::Provider("away".into()))).await.is_err());
        assert_eq!(*kept.get(async || panic!("it is there")).await.unwrap(), 1);
    }
}
