//! Passwords as argon2id, with 19 MiB, two passes and one lane, as OWASP advises.
//!
//! A hash takes a core for a while and its memory with it. So two are computed at a time, off the threads that answer;
//! others wait in line, and not for ever.

use crate::web::Problem;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use ledger::people::PasswordHash;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Computed at a time.
const SEATS: usize = 2;
/// Longest wait for one of them.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a password is compared with where there is no user: one of no use to anybody, with the same parameters.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Where passwords are hashed and compared.
#[derive(Debug)]
pub struct Passwords {
    seats: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { seats: Arc::new(Semaphore::new(SEATS)), patience: PATIENCE }
    }
}

impl Passwords {
    /// Hash of a new password.
    pub async fn hash(&self, password: &str) -> Result<PasswordHash, Problem> {
        let password = password.to_owned();
        let hashed = self.compute(move || Argon2::default().hash_password(password.as_bytes()));
        let hashed = hashed.await?.map_err(|e| Problem::unavailable(format!("the password cannot be hashed: {e}")))?;
        Ok(PasswordHash(hashed.to_string()))
    }

    /// Is it this password. Where there is none it takes as long, and it is not.
    pub async fn verify(&self, password: &str, kept: Option<&PasswordHash>) -> Result<bool, Problem> {
        let (password, is_there) = (password.to_owned(), kept.is_some());
        let kept = kept.map_or(NOBODYS, |kept| &kept.0).to_owned();
        let same = move || {
            let kept = Phc::new(&kept);
            kept.is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
        };
        Ok(self.compute(same).await? && is_there)
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let seat = tokio::time::timeout(self.patience, Arc::clone(&self.seats).acquire_owned()).await;
        let busy = || Problem::too_many("many passwords are being looked at; try again in a few seconds").after(5);
        let seat = seat.ok().and_then(Result::ok).ok_or_else(busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Whoever asked may have gone: the seat is taken until the work is done.
            drop(seat);
            done
        });
        done.await.map_err(Problem::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_by_its_hash() {
        let passwords = Passwords::default();
        let [a, b] = [passwords.hash("correct horse").await.unwrap(), passwords.hash("correct horse").await.unwrap()];
        assert!(a.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", a.0);
        assert_ne!(a, b, "each has a salt of its own");
        assert!(passwords.verify("correct horse", Some(&a)).await.unwrap());
        assert!(passwords.verify("correct horse", Some(&b)).await.unwrap());
        assert!(!passwords.verify("correct horsf", Some(&a)).await.unwrap());
        for broken in ["", "correct horse", "$argon2id$v=19$m=1,t=1,p=1$AAAA$AAAA"] {
            assert!(!passwords.verify("correct horse", Some(&PasswordHash(broken.into()))).await.unwrap(), "{broken}");
        }
    }

    #[tokio::test]
    async fn nobody_is_compared_at_the_same_cost() {
        let (nobody, somebody) =
            (Phc::new(NOBODYS).unwrap(), Passwords::default().hash("correct horse").await.unwrap());
        let somebody = Phc::new(&somebody.0).unwrap();
        assert_eq!((nobody.algorithm, nobody.version), (somebody.algorithm, somebody.version));
        assert_eq!(nobody.params, somebody.params);
        assert_eq!(nobody.hash.unwrap().len(), somebody.hash.unwrap().len());
        assert_eq!(nobody.salt.unwrap().len(), somebody.salt.unwrap().len());
        assert!(!Passwords::default().verify("correct horse", None).await.unwrap());
    }

    #[tokio::test]
    async fn two_at_a_time_and_nobody_waits_for_ever() {
        let passwords = Passwords { patience: Duration::from_millis(10), ..Passwords::default() };
        let taken = Arc::clone(&passwords.seats).acquire_many_owned(2).await.unwrap();
        let refused = passwords.verify("correct horse", None).await.unwrap_err();
        assert_eq!((refused.status, refused.retry_after_s), (429, Some(5)));
        drop(taken);
        assert!(!passwords.verify("correct horse", None).await.unwrap());
    }
}
