//! The part that keeps people.

use super::{Answer, Ledger};
use ledger::TenantId;
use ledger::people::*;
use ledger::upkeep::Page;

impl People for Ledger {
    async fn invite(&self, new: &NewInvitation, by: &str) -> Answer<i64> {
        either!(self, invite(new, by))
    }

    async fn invitation(&self, hash: &str) -> Answer<Option<Invitation>> {
        either!(self, invitation(hash))
    }

    async fn invitations(&self, tenant: TenantId) -> Answer<Vec<Invitation>> {
        either!(self, invitations(tenant))
    }

    async fn drop_invitation(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
        either!(self, drop_invitation(tenant, id, by))
    }

    async fn accept(&self, hash: &str, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        either!(self, accept(hash, new, session))
    }

    async fn admit(&self, tenant: TenantId, role: Role, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        either!(self, admit(tenant, role, new, session))
    }

    async fn user(&self, login: &str) -> Answer<Option<User>> {
        either!(self, user(login))
    }

    async fn users(&self, tenant: TenantId) -> Answer<Vec<User>> {
        either!(self, users(tenant))
    }

    async fn change_user(&self, tenant: TenantId, id: i64, change: UserChange, by: &str) -> Answer<Changed> {
        either!(self, change_user(tenant, id, change, by))
    }

    async fn drop_user(&self, tenant: TenantId, id: i64, by: &str) -> Answer<Changed> {
        either!(self, drop_user(tenant, id, by))
    }

    async fn change_password(&self, user: &User, password: &PasswordHash, kept: i64) -> Answer<bool> {
        either!(self, change_password(user, password, kept))
    }

    async fn identities(&self, user: i64) -> Answer<Vec<Connected>> {
        either!(self, identities(user))
    }

    async fn connect(&self, user: &User, identity: &Identity) -> Answer<bool> {
        either!(self, connect(user, identity))
    }

    async fn disconnect(&self, user: &User, issuer: &str) -> Answer<Disconnected> {
        either!(self, disconnect(user, issuer))
    }

    async fn try_login(&self, login: &str, address: &str) -> Answer<Try> {
        either!(self, try_login(login, address))
    }

    async fn forget_tries(&self, login: &str, address: &str) -> Answer<()> {
        either!(self, forget_tries(login, address))
    }

    async fn refuse_login(&self, login: &str) -> Answer<()> {
        either!(self, refuse_login(login))
    }

    async fn log_in(&self, user: &User, session: &NewSession, instead: Option<&str>) -> Answer<bool> {
        either!(self, log_in(user, session, instead))
    }

    async fn log_in_by(&self, who: &Identity, session: &NewSession, instead: Option<&str>) -> Answer<Accepted> {
        either!(self, log_in_by(who, session, instead))
    }

    async fn session(&self, hash: &str) -> Answer<Option<(Session, User)>> {
        either!(self, session(hash))
    }

    async fn see_session(&self, id: i64) -> Answer<()> {
        either!(self, see_session(id))
    }

    async fn sessions(&self, tenant: TenantId) -> Answer<Vec<Session>> {
        either!(self, sessions(tenant))
    }

    async fn end_session(&self, tenant: TenantId, id: i64, by: &str, deed: Deed) -> Answer<bool> {
        either!(self, end_session(tenant, id, by, deed))
    }

    async fn audit(&self, tenant: TenantId, page: Page) -> Answer<Vec<AuditRow>> {
        either!(self, audit(tenant, page))
    }
}
