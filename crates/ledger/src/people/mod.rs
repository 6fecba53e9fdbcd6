//! People of a tenant: how they come in, where they are logged in, what they did.
//!
//! ```text
//!  invitation ──accept──▶ user ──log in──▶ session ──▶ ended, or its time is over
//!                 │        ▲ ▲
//!                 └────────┘ │  one for the login of a user sets its password anew
//!                          admit, whom a provider knows
//! ```
//! A user has a password, or an identity at a provider, or both. An identity is one user's, and no other sign of somebody
//! (login, e-mail address) ever leads to a user.
//!
//! Nothing here is a secret: of passwords, tokens and sessions there are hashes. A session is looked up with its user at
//! every request, so whatever changes is true at the next one, wherever it is answered. What is done is written into the
//! audit log in the same transaction.
//!
//! [`People`] is the port; [`crate::Memory`], [`crate::Sqlite`] and [`crate::Postgres`] are its backends, and
//! [`crate::conformance::people`] is the suite that each backend runs. The two that speak SQL share `work`.

pub mod record;
pub(crate) mod rows;

pub use record::*;

use crate::port::Answer;
use crate::record::{TenantId, Timestamp};
use crate::upkeep::Page;
use std::time::Duration;

/// A session ends so long after it began.
pub const LIFE: Duration = Duration::from_secs(30 * 86_400);
/// A session that is not seen for so long ends.
pub const IDLE: Duration = Duration::from_secs(7 * 86_400);
/// Tries that failed count for so long.
pub const WINDOW: Duration = Duration::from_secs(15 * 60);
/// After so many of a login nobody tries another one.
pub const TRIES_OF_LOGIN: usize = 5;
/// After so many from an address nobody tries another one.
pub const TRIES_FROM_ADDRESS: usize = 20;
/// A login that is refused again within so long is told once.
pub const TOLD_ONCE: Duration = Duration::from_secs(60);

/// The people of a service. Every operation is one transaction. Who does it (`by`) is told in the words of
/// [`AuditRow::who`].
pub trait People: Send + Sync {
    /// Invites somebody; returns the number of the invitation.
    fn invite(&self, new: &NewInvitation, by: &str) -> impl Answer<i64>;

    /// The invitation whose token has this hash, while it is good.
    fn invitation(&self, hash: &str) -> impl Answer<Option<Invitation>>;

    /// Invitations of a tenant that are good, oldest first.
    fn invitations(&self, tenant: TenantId) -> impl Answer<Vec<Invitation>>;

    /// Takes an invitation back; was it there.
    fn drop_invitation(&self, tenant: TenantId, id: i64, by: &str) -> impl Answer<bool>;

    /// Makes a user of an invitation, or gives the user of its login a new password and ends all sessions it had, and
    /// opens a session. The invitation is gone then.
    fn accept(&self, hash: &str, new: &NewUser, session: &NewSession) -> impl Answer<Accepted>;

    /// Makes a user without an invitation, on the word of its provider, and opens a session.
    fn admit(&self, tenant: TenantId, role: Role, new: &NewUser, session: &NewSession) -> impl Answer<Accepted>;

    /// The user of this login, whoever its tenant is.
    fn user(&self, login: &str) -> impl Answer<Option<User>>;

    /// Users of a tenant, oldest first.
    fn users(&self, tenant: TenantId) -> impl Answer<Vec<User>>;

    /// Changes a user. Whoever is disabled loses all sessions; whoever is no owner any more, all invitations made.
    fn change_user(&self, tenant: TenantId, id: i64, change: UserChange, by: &str) -> impl Answer<Changed>;

    /// Removes a user, its identities, its sessions and the invitations that it made.
    fn drop_user(&self, tenant: TenantId, id: i64, by: &str) -> impl Answer<Changed>;

    /// Gives a user another password, if it still has the one that was looked at, and ends all its sessions but `kept`.
    /// Tries that failed are forgotten.
    fn change_password(&self, user: &User, password: &PasswordHash, kept: i64) -> impl Answer<bool>;

    /// Identities of a user.
    fn identities(&self, user: i64) -> impl Answer<Vec<Connected>>;

    /// Lets a user come in by this identity too, if nobody else does and it has no other one of this provider.
    fn connect(&self, user: &User, identity: &Identity) -> impl Answer<bool>;

    /// Takes the identity at a provider from a user who has a password.
    fn disconnect(&self, user: &User, issuer: &str) -> impl Answer<Disconnected>;

    /// May a password be tried for this login, from this address.
    fn try_login(&self, login: &str, address: &str) -> impl Answer<Try>;

    /// What was tried for this login from this address was right: its tries do not count any more.
    fn forget_tries(&self, login: &str, address: &str) -> impl Answer<()>;

    /// A password was wrong: tells it, if it is the login of a user and was not told within [`TOLD_ONCE`].
    fn refuse_login(&self, login: &str) -> impl Answer<()>;

    /// Opens a session, if the user may come in and still has the password that was looked at. The session whose hash is
    /// `instead` ends. Tries that failed are forgotten.
    fn log_in(&self, user: &User, session: &NewSession, instead: Option<&str>) -> impl Answer<bool>;

    /// Opens a session for the user of this identity, if there is one that may come in. The session whose hash is
    /// `instead` ends. Tries of passwords go on counting.
    fn log_in_by(&self, who: &Identity, session: &NewSession, instead: Option<&str>) -> impl Answer<Accepted>;

    /// The session of this hash, while it goes on, and its user.
    fn session(&self, hash: &str) -> impl Answer<Option<(Session, User)>>;

    /// A session was seen now.
    fn see_session(&self, id: i64) -> impl Answer<()>;

    /// Sessions of a tenant that go on, newest first.
    fn sessions(&self, tenant: TenantId) -> impl Answer<Vec<Session>>;

    /// Ends a session, and tells it as this deed; was it there.
    fn end_session(&self, tenant: TenantId, id: i64, by: &str, deed: Deed) -> impl Answer<bool>;

    /// The audit log of a tenant, newest first.
    fn audit(&self, tenant: TenantId, page: Page) -> impl Answer<Vec<AuditRow>>;
}

/// Moments before which something is over.
pub(crate) struct Past {
    /// Sessions that were not seen since then have ended.
    pub idle: i64,
    /// Tries do not count any more.
    pub tries: i64,
    /// A login that was refused before is told again.
    pub told: i64,
}

impl Past {
    /// As seen from now.
    pub fn of(now: Timestamp) -> Self {
        let before = |time: Duration| now.0.saturating_sub(ms(time));
        Self { idle: before(IDLE), tries: before(WINDOW), told: before(TOLD_ONCE) }
    }
}

/// So much later.
pub(crate) fn later(now: Timestamp, time: Duration) -> Timestamp {
    Timestamp(now.0.saturating_add(ms(time)))
}

/// When another try may be made, if these many count. `newest` are the moments of those that count, the newest first.
pub(crate) fn wait(newest: &[i64], most: usize, now: Timestamp) -> Option<Duration> {
    let oldest = newest.get(most - 1)?;
    let left = oldest.saturating_add(ms(WINDOW)).saturating_sub(now.0);
    Some(Duration::from_millis(left.max(1).cast_unsigned()))
}

fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
