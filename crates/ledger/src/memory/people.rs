//! People, the plain way.

use super::{Answer, Memory, Tx};
use crate::LedgerError;
use crate::people::*;
use crate::record::{TenantId, Timestamp};
use crate::upkeep::Page;
use std::collections::BTreeMap;

/// The rows of people.
#[derive(Debug, Default)]
pub struct Crowd {
    pub users: BTreeMap<i64, User>,
    pub last_user: i64,
    /// With the hash of the token.
    pub invitations: BTreeMap<i64, (String, Invitation)>,
    pub last_invitation: i64,
    /// With the hash of the secret.
    sessions: BTreeMap<i64, (String, Session)>,
    last_session: i64,
    /// With the user, and since when.
    pub identities: BTreeMap<Identity, (i64, Timestamp)>,
    /// Login, address, when.
    tries: Vec<(String, String, i64)>,
    pub audit: BTreeMap<i64, (TenantId, AuditRow)>,
    pub last_row: i64,
}

impl Crowd {
    fn of_login(&self, login: &str) -> Option<&User> {
        self.users.values().find(|user| user.login == login)
    }

    fn of_tenant(&self, tenant: TenantId, id: i64) -> Option<User> {
        self.users.get(&id).filter(|user| user.tenant == tenant).cloned()
    }

    fn goes_on(session: &Session, now: Timestamp) -> bool {
        session.expires > now && session.seen.0 > Past::of(now).idle
    }

    fn by(&self, who: &Identity) -> Option<&User> {
        self.identities.get(who).and_then(|(user, _)| self.users.get(user))
    }

    /// Could this user get this identity.
    fn is_free(&self, user: i64, identity: &Identity) -> bool {
        let mut all = self.identities.iter();
        !all.any(|(one, (of, _))| one == identity || (*of == user && one.issuer == identity.issuer))
    }

    fn end_all(&mut self, user: i64, kept: i64) {
        self.sessions.retain(|id, (_, session)| session.user != user || *id == kept);
    }

    fn forget_tries(&mut self, login: &str) {
        self.tries.retain(|(of, ..)| of != login);
    }

    /// Active owners beside this user.
    fn other_owners(&self, user: &User) -> i64 {
        let other = |one: &&User| one.tenant == user.tenant && one.id != user.id && one.is_active_owner();
        self.users.values().filter(other).count() as i64
    }

    /// When another try may be made.
    fn wait(&self, login: &str, address: &str, now: Timestamp) -> Option<std::time::Duration> {
        let newest = |counts: &dyn Fn(&(String, String, i64)) -> bool| {
            let mut at: Vec<_> = self.tries.iter().filter(|one| counts(one)).map(|(.., at)| *at).collect();
            at.retain(|at| *at > Past::of(now).tries);
            at.sort_by_key(|at| -at);
            at
        };
        let of_login = newest(&|(of, ..)| of == login);
        let from_address = newest(&|(_, from, _)| from == address);
        wait(&of_login, TRIES_OF_LOGIN, now).max(wait(&from_address, TRIES_FROM_ADDRESS, now))
    }

    /// Removes what is over.
    pub fn sweep(&mut self, now: Timestamp) {
        self.sessions.retain(|_, (_, session)| Self::goes_on(session, now));
        self.invitations.retain(|_, (_, invitation)| invitation.expires > now);
        self.tries.retain(|(.., at)| *at > Past::of(now).tries);
    }
}

impl Tx<'_> {
    /// Writes a row of a tenant's audit log.
    pub fn note(&mut self, tenant: TenantId, who: &str, what: Deed, about: &str) {
        let at = self.wall;
        let crowd = &mut self.crowd;
        crowd.last_row += 1;
        let id = crowd.last_row;
        crowd.audit.insert(id, (tenant, AuditRow { id, at, who: who.into(), what, about: about.into() }));
    }

    fn good_invitation(&self, hash: &str) -> Option<Invitation> {
        let mut all = self.crowd.invitations.values();
        all.find(|(of, invitation)| of == hash && invitation.expires > self.wall).map(|(_, found)| found.clone())
    }

    /// Gives a user another password; whoever was in is out.
    fn set_anew(&mut self, there: User, password: &PasswordHash) -> User {
        let user = User { password: Some(password.clone()), ..there };
        self.crowd.users.insert(user.id, user.clone());
        self.crowd.forget_tries(&user.login);
        self.crowd.end_all(user.id, 0);
        let about = format!("{}, by an invitation", user.who());
        self.note(user.tenant, &user.who(), Deed::PasswordChanged, &about);
        user
    }

    /// Adds a user, unless somebody has the login, or the identity.
    fn add_user(&mut self, tenant: TenantId, role: Role, new: &NewUser, how: &str) -> Accepted {
        if self.crowd.of_login(&new.login).is_some() {
            return Accepted::LoginTaken;
        }
        let user = new.user(self.crowd.last_user + 1, tenant, role, self.wall);
        if new.identity().is_some_and(|identity| !self.crowd.is_free(user.id, identity)) {
            return Accepted::IdentityTaken;
        }
        let now = self.wall;
        self.crowd.identities.extend(new.identity().map(|identity| (identity.clone(), (user.id, now))));
        self.crowd.last_user = user.id;
        self.crowd.users.insert(user.id, user.clone());
        self.note(tenant, &user.who(), Deed::UserAdded, &format!("{}, role {role}, {how}", user.who()));
        Accepted::In(user)
    }

    /// Opens a session for somebody who is in.
    fn begin(&mut self, entered: Accepted, session: &NewSession) -> Accepted {
        if let Accepted::In(user) = &entered {
            self.open_session(user, session);
        }
        entered
    }

    fn open_session(&mut self, user: &User, new: &NewSession) {
        let now = self.wall;
        let crowd = &mut self.crowd;
        crowd.last_session += 1;
        let NewSession { hash, agent, address, .. } = new.clone();
        let (id, expires) = (crowd.last_session, later(now, LIFE));
        let session = Session { id, user: user.id, created: now, seen: now, expires, agent, address };
        crowd.sessions.insert(id, (hash, session));
        self.note(user.tenant, &user.who(), Deed::Login, &new.told());
    }

    /// The user as it is now, if it may come in and its password is the one that was looked at.
    fn unchanged(&self, user: &User) -> Option<User> {
        let found = self.crowd.of_tenant(user.tenant, user.id);
        found.filter(|found| found.password == user.password && found.disabled.is_none())
    }

    /// Takes back the invitations that a user made.
    fn take_all(&mut self, user: &User, by: &str) {
        let made = |one: &Invitation| one.tenant == user.tenant && one.by == user.who();
        let made: Vec<_> =
            self.crowd.invitations.values().map(|(_, one)| one).filter(|one| made(one)).cloned().collect();
        for invitation in made {
            self.crowd.invitations.remove(&invitation.id);
            self.note(user.tenant, by, Deed::InvitationRemoved, &invitation.told());
        }
    }

    fn knows(&self, tenant: TenantId) -> Result<(), LedgerError> {
        self.tenants.contains_key(&tenant).then_some(()).ok_or(LedgerError::UnknownTenant(tenant))
    }
}

impl People for Memory {
    async fn invite(&self, new: &NewInvitation, by: &str) -> Answer<i64> {
        let mut tx = self.begin();
        tx.knows(new.tenant)?;
        let NewInvitation { tenant, hash, login, role, lasts } = new.clone();
        let (created, expires) = (tx.wall, later(tx.wall, lasts));
        tx.crowd.last_invitation += 1;
        let id = tx.crowd.last_invitation;
        let invitation = Invitation { id, tenant, login, role, by: by.into(), created, expires };
        tx.note(tenant, by, Deed::InvitationMade, &invitation.told());
        tx.crowd.invitations.insert(id, (hash, invitation));
        Ok(id)
    }

    async fn invitation(&self, hash: &str) -> Answer<Option<Invitation>> {
        Ok(self.begin().good_invitation(hash))
    }

    async fn invitations(&self, tenant: TenantId) -> Answer<Vec<Invitation>> {
        let tx = self.begin();
        let all = tx.crowd.invitations.values().map(|(_, one)| one);
        Ok(all.filter(|one| one.tenant == tenant && one.expires > tx.wall).cloned().collect())
    }

    async fn drop_invitation(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
        let mut tx = self.begin();
        tx.knows(tenant)?;
        let theirs = tx.crowd.invitations.get(&id).is_some_and(|(_, one)| one.tenant == tenant);
        let dropped = if theirs { tx.crowd.invitations.remove(&id) } else { None };
        if let Some((_, invitation)) = &dropped {
            tx.note(tenant, by, Deed::InvitationRemoved, &invitation.told());
        }
        Ok(dropped.is_some())
    }

    async fn accept(&self, hash: &str, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        let mut tx = self.begin();
        let Some(invitation) = tx.good_invitation(hash) else { return Ok(Accepted::Unknown) };
        let there = tx.crowd.of_login(&new.login).cloned();
        if let Some(refused) = invitation.refuses(new, there.as_ref()) {
            return Ok(refused);
        }
        let entered = match there.zip(new.password()) {
            Some((there, password)) => Accepted::In(tx.set_anew(there, password)),
            None => tx.add_user(invitation.tenant, invitation.role, new, &format!("invited by {}", invitation.by)),
        };
        if matches!(entered, Accepted::In(_)) {
            tx.crowd.invitations.remove(&invitation.id);
        }
        Ok(tx.begin(entered, session))
    }

    async fn admit(&self, tenant: TenantId, role: Role, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        let mut tx = self.begin();
        tx.knows(tenant)?;
        let how = new.identity().map(known).unwrap_or_default();
        let entered = tx.add_user(tenant, role, new, &how);
        Ok(tx.begin(entered, session))
    }

    async fn user(&self, login: &str) -> Answer<Option<User>> {
        Ok(self.begin().crowd.of_login(login).cloned())
    }

    async fn users(&self, tenant: TenantId) -> Answer<Vec<User>> {
        Ok(self.begin().crowd.users.values().filter(|user| user.tenant == tenant).cloned().collect())
    }

    async fn change_user(&self, tenant: TenantId, id: i64, change: UserChange, by: &str) -> Answer<Changed> {
        let mut tx = self.begin();
        tx.knows(tenant)?;
        let Some(before) = tx.crowd.of_tenant(tenant, id) else { return Ok(Changed::Unknown) };
        let after = change.of(&before, tx.wall);
        if leaves_none(&before, Some(&after), tx.crowd.other_owners(&before)) {
            return Ok(Changed::LastOwner);
        }
        tx.crowd.users.insert(id, after.clone());
        tx.note(tenant, by, Deed::UserChanged, &change.told(&before));
        if after.disabled.is_some() {
            tx.crowd.end_all(id, 0);
        }
        if !after.is_active_owner() {
            tx.take_all(&after, by);
        }
        Ok(Changed::Done(after))
    }

    async fn drop_user(&self, tenant: TenantId, id: i64, by: &str) -> Answer<Changed> {
        let mut tx = self.begin();
        tx.knows(tenant)?;
        let Some(user) = tx.crowd.of_tenant(tenant, id) else { return Ok(Changed::Unknown) };
        if leaves_none(&user, None, tx.crowd.other_owners(&user)) {
            return Ok(Changed::LastOwner);
        }
        tx.crowd.users.remove(&id);
        tx.crowd.identities.retain(|_, (of, _)| *of != id);
        tx.note(tenant, by, Deed::UserRemoved, &user.who());
        tx.crowd.end_all(id, 0);
        tx.take_all(&user, by);
        Ok(Changed::Done(user))
    }

    async fn change_password(&self, user: &User, password: &PasswordHash, kept: i64) -> Answer<bool> {
        let mut tx = self.begin();
        let Some(user) = tx.unchanged(user) else { return Ok(false) };
        tx.crowd.users.insert(user.id, User { password: Some(password.clone()), ..user.clone() });
        tx.crowd.forget_tries(&user.login);
        tx.crowd.end_all(user.id, kept);
        tx.note(user.tenant, &user.who(), Deed::PasswordChanged, &user.who());
        Ok(true)
    }

    async fn identities(&self, user: i64) -> Answer<Vec<Connected>> {
        let tx = self.begin();
        let theirs = tx.crowd.identities.iter().filter(|(_, (of, _))| *of == user);
        let mut all: Vec<_> =
            theirs.map(|(one, (_, since))| Connected { identity: one.clone(), since: *since }).collect();
        all.sort_by_key(|one| (one.since, one.identity.issuer.clone()));
        Ok(all)
    }

    async fn connect(&self, user: &User, identity: &Identity) -> Answer<bool> {
        let mut tx = self.begin();
        let Some(user) = tx.unchanged(user) else { return Ok(false) };
        if !tx.crowd.is_free(user.id, identity) {
            return Ok(false);
        }
        let since = tx.wall;
        tx.crowd.identities.insert(identity.clone(), (user.id, since));
        let about = format!("{}, {}", user.who(), known(identity));
        tx.note(user.tenant, &user.who(), Deed::IdentityConnected, &about);
        Ok(true)
    }

    async fn disconnect(&self, user: &User, issuer: &str) -> Answer<Disconnected> {
        let mut tx = self.begin();
        let Some(user) = tx.unchanged(user) else { return Ok(Disconnected::Unknown) };
        let mut all = tx.crowd.identities.iter();
        let found = all.find(|(one, (of, _))| *of == user.id && one.issuer == issuer).map(|(one, _)| one.clone());
        let Some(identity) = found else { return Ok(Disconnected::Unknown) };
        if user.password.is_none() {
            return Ok(Disconnected::OnlyWay);
        }
        tx.crowd.identities.remove(&identity);
        let about = format!("{}, {}", user.who(), known(&identity));
        tx.note(user.tenant, &user.who(), Deed::IdentityDisconnected, &about);
        Ok(Disconnected::Done)
    }

    async fn try_login(&self, login: &str, address: &str) -> Answer<Try> {
        let mut tx = self.begin();
        if let Some(time) = tx.crowd.wait(login, address, tx.wall) {
            return Ok(Try::Wait(time));
        }
        let at = tx.wall.0;
        tx.crowd.tries.push((login.into(), address.into(), at));
        Ok(Try::Go)
    }

    async fn forget_tries(&self, login: &str, address: &str) -> Answer<()> {
        self.begin().crowd.tries.retain(|(of, from, _)| (of.as_str(), from.as_str()) != (login, address));
        Ok(())
    }

    async fn refuse_login(&self, login: &str) -> Answer<()> {
        let mut tx = self.begin();
        let Some(user) = tx.crowd.of_login(login).cloned() else { return Ok(()) };
        let since = Past::of(tx.wall).told;
        let same = |row: &AuditRow| row.what == Deed::LoginRefused && row.about == user.who() && row.at.0 > since;
        if !tx.crowd.audit.values().any(|(tenant, row)| *tenant == user.tenant && same(row)) {
            tx.note(user.tenant, "somebody", Deed::LoginRefused, &user.who());
        }
        Ok(())
    }

    async fn log_in(&self, user: &User, session: &NewSession, instead: Option<&str>) -> Answer<bool> {
        let mut tx = self.begin();
        let Some(user) = tx.unchanged(user) else { return Ok(false) };
        tx.crowd.sessions.retain(|_, (hash, _)| Some(hash.as_str()) != instead);
        tx.crowd.forget_tries(&user.login);
        tx.open_session(&user, session);
        Ok(true)
    }

    async fn log_in_by(&self, who: &Identity, session: &NewSession, instead: Option<&str>) -> Answer<Accepted> {
        let mut tx = self.begin();
        let Some(user) = tx.crowd.by(who).cloned() else { return Ok(Accepted::Unknown) };
        if user.disabled.is_some() {
            return Ok(Accepted::Disabled);
        }
        tx.crowd.sessions.retain(|_, (hash, _)| Some(hash.as_str()) != instead);
        Ok(tx.begin(Accepted::In(user), session))
    }

    async fn session(&self, hash: &str) -> Answer<Option<(Session, User)>> {
        let tx = self.begin();
        let mut all = tx.crowd.sessions.values().filter(|(_, session)| Crowd::goes_on(session, tx.wall));
        let Some((_, session)) = all.find(|(of, _)| of == hash) else { return Ok(None) };
        let user = tx.crowd.users.get(&session.user).filter(|user| user.disabled.is_none());
        Ok(user.map(|user| (session.clone(), user.clone())))
    }

    async fn see_session(&self, id: i64) -> Answer<()> {
        let mut tx = self.begin();
        let now = tx.wall;
        tx.crowd.sessions.entry(id).and_modify(|(_, session)| session.seen = session.seen.max(now));
        Ok(())
    }

    async fn sessions(&self, tenant: TenantId) -> Answer<Vec<Session>> {
        let tx = self.begin();
        let all = tx.crowd.sessions.values().rev().map(|(_, session)| session);
        let theirs = |one: &&Session| tx.crowd.of_tenant(tenant, one.user).is_some() && Crowd::goes_on(one, tx.wall);
        Ok(all.filter(theirs).cloned().collect())
    }

    async fn end_session(&self, tenant: TenantId, id: i64, by: &str, deed: Deed) -> Answer<bool> {
        let mut tx = self.begin();
        let user = tx.crowd.sessions.get(&id).and_then(|(_, session)| tx.crowd.of_tenant(tenant, session.user));
        if let Some(user) = &user {
            tx.crowd.sessions.remove(&id);
            tx.note(tenant, by, deed, &user.who());
        }
        Ok(user.is_some())
    }

    async fn audit(&self, tenant: TenantId, page: Page) -> Answer<Vec<AuditRow>> {
        let tx = self.begin();
        let rows = tx.crowd.audit.values().rev().filter(|(of, _)| *of == tenant).map(|(_, row)| row);
        let before = page.after.unwrap_or(i64::MAX);
        Ok(rows.filter(|row| row.id < before).take(page.most).cloned().collect())
    }
}
