//! What is known of people, and what they do.

use crate::record::{TenantId, Timestamp};
use crate::states::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

worded! {
    /// What a user may do.
    Role, "role" {
        /// Everything, people and keys included.
        Owner = "owner",
        /// Upload, submit, cancel, delete.
        Operator = "operator",
        /// Look.
        Viewer = "viewer",
    }
}

worded! {
    /// What was done, in the audit log.
    Deed, "deed" {
        /// Somebody logged in.
        Login = "login",
        /// Somebody tried with a wrong password.
        LoginRefused = "login.refused",
        /// Somebody logged out.
        Logout = "logout",
        /// A session was ended from another one.
        SessionEnded = "session.ended",
        /// A password was changed.
        PasswordChanged = "password.changed",
        /// A user may come in by the word of a provider from now on.
        IdentityConnected = "identity.connected",
        /// A user may not any more.
        IdentityDisconnected = "identity.disconnected",
        /// An invitation became a user.
        UserAdded = "user.added",
        /// A role was changed, or a user was disabled or enabled.
        UserChanged = "user.changed",
        /// A user was removed.
        UserRemoved = "user.removed",
        /// Somebody was invited.
        InvitationMade = "invitation.made",
        /// An invitation was taken back.
        InvitationRemoved = "invitation.removed",
        /// A key was made.
        KeyMade = "key.made",
        /// A key was removed.
        KeyRemoved = "key.removed",
        /// The queue was paused for all tenants.
        QueuePaused = "queue.paused",
        /// It was let go on.
        QueueResumed = "queue.resumed",
        /// A link to a batch was made.
        ShareMade = "share.made",
        /// A link to a batch was revoked.
        ShareRevoked = "share.revoked",
    }
}

/// Hash of a password, with its parameters. It is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

/// Who somebody is to a provider of OpenID Connect. Names and e-mail addresses change hands, this does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Who it is there.
    pub subject: String,
}

/// An identity of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// Who it is.
    pub identity: Identity,
    /// Since when it comes in so.
    pub since: Timestamp,
}

/// How somebody shows who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// They know a password.
    Password(PasswordHash),
    /// A provider says so.
    Identity(Identity),
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub id: i64,
    /// Whose data it sees.
    pub tenant: TenantId,
    /// What it is called when it comes in: unique in the house, in small letters.
    pub login: String,
    /// For people.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Of its password, if it has one.
    pub password: Option<PasswordHash>,
    /// When it came.
    pub created: Timestamp,
    /// Nobody comes in as this user, since then.
    pub disabled: Option<Timestamp>,
}

impl User {
    /// What the audit log calls it.
    pub fn who(&self) -> String {
        who(&self.login)
    }

    /// One of those of whom a tenant keeps at least one.
    pub fn is_active_owner(&self) -> bool {
        self.role == Role::Owner && self.disabled.is_none()
    }
}

/// A user to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// In small letters.
    pub login: String,
    /// For people.
    pub name: String,
    /// How it comes in from now on.
    pub proof: Proof,
}

impl NewUser {
    /// Of its password, if that is how it comes in.
    pub(crate) fn password(&self) -> Option<&PasswordHash> {
        match &self.proof {
            Proof::Password(hash) => Some(hash),
            Proof::Identity(_) => None,
        }
    }

    /// Who it is to a provider, if that is how it comes in.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match &self.proof {
            Proof::Password(_) => None,
            Proof::Identity(identity) => Some(identity),
        }
    }

    /// The user that it becomes.
    pub(crate) fn user(&self, id: i64, tenant: TenantId, role: Role, created: Timestamp) -> User {
        let (login, name, password) = (self.login.clone(), self.name.clone(), self.password().cloned());
        User { id, tenant, login, name, role, password, created, disabled: None }
    }
}

/// What is to be changed of a user.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserChange {
    /// What it may do from now on.
    pub role: Option<Role>,
    /// May nobody come in as it.
    pub disabled: Option<bool>,
}

impl UserChange {
    /// The user after it.
    pub(crate) fn of(self, user: &User, now: Timestamp) -> User {
        let disabled = match self.disabled {
            None => user.disabled,
            Some(false) => None,
            Some(true) => user.disabled.or(Some(now)),
        };
        User { role: self.role.unwrap_or(user.role), disabled, ..user.clone() }
    }

    /// In the audit log.
    pub(crate) fn told(self, user: &User) -> String {
        let role = self.role.map(|role| format!(", role {role}"));
        let disabled = self.disabled.map(|disabled| if disabled { ", disabled" } else { ", enabled" });
        format!("{}{}{}", user.who(), role.unwrap_or_default(), disabled.unwrap_or_default())
    }
}

/// What the audit log calls the user of a login.
pub(crate) fn who(login: &str) -> String {
    format!("user {login}")
}

/// What the audit log calls a key.
pub(crate) fn key_told(id: i64, name: &str) -> String {
    format!("key {id}, {name}")
}

/// Would nobody be left to look after a tenant's people, who has so many other active owners.
pub(crate) fn leaves_none(before: &User, after: Option<&User>, others: i64) -> bool {
    before.is_active_owner() && !after.is_some_and(User::is_active_owner) && others == 0
}

/// What became of a change of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is done; so the user stands now, or stood last.
    Done(User),
    /// The tenant has no such user.
    Unknown,
    /// Nobody would be left to look after the tenant's people.
    LastOwner,
}

/// An invitation to make. Its token is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// Where to.
    pub tenant: TenantId,
    /// Hash of the token.
    pub hash: String,
    /// For this login alone. That of a user of the tenant lets it set a new password.
    pub login: Option<String>,
    /// What a new user may do.
    pub role: Role,
    /// Good for so long.
    pub lasts: Duration,
}

/// An invitation; good once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Its number.
    pub id: i64,
    /// Where to.
    pub tenant: TenantId,
    /// For this login alone.
    pub login: Option<String>,
    /// What a new user may do.
    pub role: Role,
    /// Who made it.
    pub by: String,
    /// When.
    pub created: Timestamp,
    /// Until when it is good.
    pub expires: Timestamp,
}

/// What the audit log says of an invitation.
pub(crate) fn invited(role: Role, login: Option<&str>) -> String {
    let login = login.map(|login| format!(", for {login}"));
    format!("role {role}{}", login.unwrap_or_default())
}

impl Invitation {
    /// What the audit log says of it.
    pub(crate) fn told(&self) -> String {
        invited(self.role, self.login.as_deref())
    }

    /// Why nobody may come in by it as this one, whose login is that of a user who is there. It gives a user another
    /// password, never an identity.
    pub(crate) fn refuses(&self, new: &NewUser, there: Option<&User>) -> Option<Accepted> {
        if self.login.as_ref().is_some_and(|own| *own != new.login) {
            return Some(Accepted::OtherLogin);
        }
        let there = there?;
        if self.login.is_none() || there.tenant != self.tenant || new.identity().is_some() {
            return Some(Accepted::LoginTaken);
        }
        there.disabled.map(|_| Accepted::Disabled)
    }
}

/// What the audit log says of somebody whom a provider knows.
pub(crate) fn known(identity: &Identity) -> String {
    format!("known to {}", identity.issuer)
}

/// What became of somebody who wants to come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// They are in.
    In(User),
    /// There is no such invitation, or its time is over, or it was accepted before; or nobody has this identity.
    Unknown,
    /// It is for another login.
    OtherLogin,
    /// The login is somebody else's.
    LoginTaken,
    /// The identity is another user's.
    IdentityTaken,
    /// The user is disabled.
    Disabled,
}

/// What became of an identity that somebody gives up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disconnected {
    /// It is nobody's now.
    Done,
    /// The user had none of this provider.
    Unknown,
    /// The user has no password, so nobody could come in any more.
    OnlyWay,
}

/// A session to open. Its secret is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Hash of the secret.
    pub hash: String,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it came from.
    pub address: String,
    /// The provider on whose word; by password if absent.
    pub by: Option<String>,
}

impl NewSession {
    /// What the audit log says of it.
    pub(crate) fn told(&self) -> String {
        let by = self.by.as_ref().map(|issuer| format!(", by {issuer}"));
        format!("from {}{}", self.address, by.unwrap_or_default())
    }
}

/// A session that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its number, which is no secret.
    pub id: i64,
    /// The user's number.
    pub user: i64,
    /// When somebody logged in.
    pub created: Timestamp,
    /// When it was last seen, to the minute.
    pub seen: Timestamp,
    /// When it ends, however often it is seen.
    pub expires: Timestamp,
    /// What the browser calls itself.
    pub agent: String,
    /// Where it came from.
    pub address: String,
}

/// The answer to somebody who wants to try a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Try {
    /// It counts as one that failed until somebody logs in by it.
    Go,
    /// There were too many; another one may be made after so long.
    Wait(Duration),
}

/// A row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// `user LOGIN`, `key NUMBER`, `operator`, or whoever it was.
    pub who: String,
    /// What was done.
    pub what: Deed,
    /// To whom or what.
    pub about: String,
}
