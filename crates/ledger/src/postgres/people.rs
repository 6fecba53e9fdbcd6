//! The people's part of the database; what each operation does stands in `work`.

#[path = "../people/work.rs"]
#[allow(clippy::duplicate_mod, reason = "once for each engine")]
mod work;

use super::{Postgres, again, read, unnamed};
use crate::LedgerError;
use crate::people::*;
use crate::record::TenantId;
use crate::upkeep::Page;
pub use work::{sweep, tell};

// The words of this engine.
use super::Postgres as Engine;
use super::tx::Tx;
use super::unnamed::{query, query_as, query_scalar};
use sqlx::postgres::PgConnection as Connection;

type Answer<T> = Result<T, LedgerError>;

/// There is such a tenant, and nobody else changes its people before the end of this transaction.
async fn hold_tenant(tx: &mut Tx, tenant: TenantId) -> Answer<()> {
    let hold = unnamed::query("SELECT 1 FROM tenant WHERE id = $1 FOR UPDATE").bind(tenant.0);
    let held = hold.fetch_optional(&mut **tx).await?;
    held.map(drop).ok_or(LedgerError::UnknownTenant(tenant))
}

/// Nobody else tries this login, or from this address, before the end of this transaction.
async fn hold_tries(tx: &mut Tx, login: &str, address: &str) -> Answer<()> {
    for (kind, name) in [(1_i64, login), (2, address)] {
        let hold = unnamed::query("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))").bind(name).bind(kind);
        hold.execute(&mut **tx).await?;
    }
    Ok(())
}

impl People for Postgres {
    async fn invite(&self, new: &NewInvitation, by: &str) -> Answer<i64> {
        again!(self, work::invite(self, new, by))
    }

    async fn invitation(&self, hash: &str) -> Answer<Option<Invitation>> {
        read!(self, tx => work::invitation(tx.wall, &mut tx, hash))
    }

    async fn invitations(&self, tenant: TenantId) -> Answer<Vec<Invitation>> {
        read!(self, tx => work::invitations(tx.wall, &mut tx, tenant))
    }

    async fn drop_invitation(&self, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
        again!(self, work::drop_invitation(self, tenant, id, by))
    }

    async fn accept(&self, hash: &str, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        again!(self, work::accept(self, hash, new, session))
    }

    async fn admit(&self, tenant: TenantId, role: Role, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
        again!(self, work::admit(self, tenant, role, new, session))
    }

    async fn user(&self, login: &str) -> Answer<Option<User>> {
        read!(self, tx => work::user(&mut tx, login))
    }

    async fn users(&self, tenant: TenantId) -> Answer<Vec<User>> {
        read!(self, tx => work::users(&mut tx, tenant))
    }

    async fn change_user(&self, tenant: TenantId, id: i64, change: UserChange, by: &str) -> Answer<Changed> {
        again!(self, work::change_user(self, tenant, id, change, by))
    }

    async fn drop_user(&self, tenant: TenantId, id: i64, by: &str) -> Answer<Changed> {
        again!(self, work::drop_user(self, tenant, id, by))
    }

    async fn change_password(&self, user: &User, password: &PasswordHash, kept: i64) -> Answer<bool> {
        again!(self, work::change_password(self, user, password, kept))
    }

    async fn identities(&self, user: i64) -> Answer<Vec<Connected>> {
        read!(self, tx => work::identities(&mut tx, user))
    }

    async fn connect(&self, user: &User, identity: &Identity) -> Answer<bool> {
        again!(self, work::connect(self, user, identity))
    }

    async fn disconnect(&self, user: &User, issuer: &str) -> Answer<Disconnected> {
        again!(self, work::disconnect(self, user, issuer))
    }

    async fn try_login(&self, login: &str, address: &str) -> Answer<Try> {
        again!(self, work::try_login(self, login, address))
    }

    async fn forget_tries(&self, login: &str, address: &str) -> Answer<()> {
        again!(self, work::forget_tries(self, login, address))
    }

    async fn refuse_login(&self, login: &str) -> Answer<()> {
        again!(self, work::refuse_login(self, login))
    }

    async fn log_in(&self, user: &User, session: &NewSession, instead: Option<&str>) -> Answer<bool> {
        again!(self, work::log_in(self, user, session, instead))
    }

    async fn log_in_by(&self, who: &Identity, session: &NewSession, instead: Option<&str>) -> Answer<Accepted> {
        again!(self, work::log_in_by(self, who, session, instead))
    }

    async fn session(&self, hash: &str) -> Answer<Option<(Session, User)>> {
        read!(self, tx => work::session(tx.wall, &mut tx, hash))
    }

    async fn see_session(&self, id: i64) -> Answer<()> {
        again!(self, work::see_session(self, id))
    }

    async fn sessions(&self, tenant: TenantId) -> Answer<Vec<Session>> {
        read!(self, tx => work::sessions(tx.wall, &mut tx, tenant))
    }

    async fn end_session(&self, tenant: TenantId, id: i64, by: &str, deed: Deed) -> Answer<bool> {
        again!(self, work::end_session(self, tenant, id, by, deed))
    }

    async fn audit(&self, tenant: TenantId, page: Page) -> Answer<Vec<AuditRow>> {
        read!(self, tx => work::audit(&mut tx, tenant, page))
    }
}
