//! The people's part of the file; what each operation does stands in `work`.

#[path = "../people/work.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each engine")]
mod work;

use super::{Sqlite, tenants};
use crate::LedgerError;
use crate::people::*;
use crate::record::TenantId;
use crate::upkeep::Page;
pub use work::{sweep, tell};

// The words of this engine.
use super::Sqlite as Engine;
use super::writer::Tx;
use sqlx::{SqliteConnection as Connection, query, query_as, query_scalar};

type Answer<T> = Result<T, LedgerError>;

/// There is such a tenant. Whoever writes is alone in the file already.
async fn hold_tenant(tx: &mut Tx, tenant: TenantId) -> Answer<()> {
    tenants::known(tx, tenant).await
}

/// Whoever writes is alone in the file already.
async fn hold_tries(_: &mut Tx, _: &str, _: &str) -> Answer<()> {
    Ok(())
}

impl People for Sqlite {
    async fn invite(&self, new: &NewInvitation, by: &str) -> Answer<i64> {
        work::invite(self, new, by).await
    }

    async fn invitation(&self, hash: &str) -> Answer<Option<Invitation>> {
        work::invitation(self.clock.wall(), &mut *self.read().await?, hash).await
    }

    async fn invitations(&self, tenant: TenantId) -> Answer<Vec<Invitation>> {
        work::invitations(self.clock.wall(), &mut *self.read().await?, tenant).await
    }

    async fn drop_invitation(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
        work::drop_invitation(self, tenant, id, by).await
    }

    async fn accept(&self, hash: &str, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        work::accept(self, hash, new, session).await
    }

    async fn admit(&self, tenant: TenantId, role: Role, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        work::admit(self, tenant, role, new, session).await
    }

    async fn user(&self, login: &str) -> Answer<Option<User>> {
        work::user(&mut *self.read().await?, login).await
    }

    async fn users(&self, tenant: TenantId) -> Answer<Vec<User>> {
        work::users(&mut *self.read().await?, tenant).await
    }

    async fn change_user(&self, tenant: TenantId, id: i64, change: UserChange, by: &str) -> Answer<Changed> {
        work::change_user(self, tenant, id, change, by).await
    }

    async fn drop_user(&self, tenant: TenantId, id: i64, by: &str) -> Answer<Changed> {
        work::drop_user(self, tenant, id, by).await
    }

    async fn change_password(&self, user: &User, password: &PasswordHash, kept: i64) -> Answer<bool> {
        work::change_password(self, user, password, kept).await
    }

    async fn identities(&self, user: i64) -> Answer<Vec<Connected>> {
        work::identities(&mut *self.read().await?, user).await
    }

    async fn connect(&self, user: &User, identity: &Identity) -> Answer<bool> {
        work::connect(self, user, identity).await
    }

    async fn disconnect(&self, user: &User, issuer: &str) -> Answer<Disconnected> {
        work::disconnect(self, user, issuer).await
    }

    async fn try_login(&self, login: &str, address: &str) -> Answer<Try> {
        work::try_login(self, login, address).await
    }

    async fn forget_tries(&self, login: &str, address: &str) -> Answer<()> {
        work::forget_tries(self, login, address).await
    }

    async fn refuse_login(&self, login: &str) -> Answer<()> {
        work::refuse_login(self, login).await
    }

    async fn log_in(&self, user: &User, session: &NewSession, instead: Option<&str>) -> Answer<bool> {
        work::log_in(self, user, session, instead).await
    }

    async fn log_in_by(&self, who: &Identity, session: &NewSession, instead: Option<&str>) -> Answer<Accepted> {
        work::log_in_by(self, who, session, instead).await
    }

    async fn session(&self, hash: &str) -> Answer<Option<(Session, User)>> {
        work::session(self.clock.wall(), &mut *self.read().await?, hash).await
    }

    async fn see_session(&self, id: i64) -> Answer<()> {
        work::see_session(self, id).await
    }

    async fn sessions(&self, tenant: TenantId) -> Answer<Vec<Session>> {
        work::sessions(self.clock.wall(), &mut *self.read().await?, tenant).await
    }

    async fn end_session(&self, tenant: TenantId, id: i64, by: &str, deed: Deed) -> Answer<bool> {
        work::end_session(self, tenant, id, by, deed).await
    }

    async fn audit(&self, tenant: TenantId, page: Page) -> Answer<Vec<AuditRow>> {
        work::audit(&mut *self.read().await?, tenant, page).await
    }
}
