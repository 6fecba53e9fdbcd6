//! Rows of people, and the records that they mean: the same for each backend in SQL.

use super::*;
use crate::registry::rows::{read, word};
use sqlx::{ColumnIndex, Database, Decode, FromRow, Row, Type};

/// The columns of a [`User`].
macro_rules! user {
    () => {
        "SELECT id, tenant, login, name, role, password, created, disabled FROM person"
    };
}

/// The columns of an [`Invitation`].
macro_rules! invitation {
    () => {
        "SELECT id, tenant, login, role, maker, created, expires FROM invitation"
    };
}

/// The columns of a [`Session`].
macro_rules! session {
    () => {
        "SELECT session.id, session.person, session.created, seen, expires, agent, address FROM session"
    };
}
pub(crate) use {invitation, session, user};

/// What stands in the column of a user without a password.
pub(crate) const NO_PASSWORD: &str = "";

/// A password as its column has it.
pub(crate) fn kept(password: Option<&PasswordHash>) -> &str {
    password.map_or(NO_PASSWORD, |hash| &hash.0)
}

/// The password that a column has.
pub(crate) fn read_password(column: String) -> Option<PasswordHash> {
    (column != NO_PASSWORD).then_some(PasswordHash(column))
}

read!(User, row => {
    let disabled: Option<i64> = row.try_get("disabled")?;
    Ok(Self {
        id: row.try_get("id")?,
        tenant: TenantId(row.try_get("tenant")?),
        login: row.try_get("login")?,
        name: row.try_get("name")?,
        role: word(&row.try_get::<String, _>("role")?)?,
        password: read_password(row.try_get("password")?),
        created: Timestamp(row.try_get("created")?),
        disabled: disabled.map(Timestamp),
    })
});

read!(Invitation, row => {
    Ok(Self {
        id: row.try_get("id")?,
        tenant: TenantId(row.try_get("tenant")?),
        login: row.try_get("login")?,
        role: word(&row.try_get::<String, _>("role")?)?,
        by: row.try_get("maker")?,
        created: Timestamp(row.try_get("created")?),
        expires: Timestamp(row.try_get("expires")?),
    })
});

read!(Connected, row => {
    let (issuer, subject) = (row.try_get("issuer")?, row.try_get("subject")?);
    Ok(Self { identity: Identity { issuer, subject }, since: Timestamp(row.try_get("created")?) })
});

read!(Session, row => {
    Ok(Self {
        id: row.try_get("id")?,
        user: row.try_get("person")?,
        created: Timestamp(row.try_get("created")?),
        seen: Timestamp(row.try_get("seen")?),
        expires: Timestamp(row.try_get("expires")?),
        agent: row.try_get("agent")?,
        address: row.try_get("address")?,
    })
});

read!(AuditRow, row => {
    Ok(Self {
        id: row.try_get("id")?,
        at: Timestamp(row.try_get("at")?),
        who: row.try_get("who")?,
        what: word(&row.try_get::<String, _>("what")?)?,
        about: row.try_get("about")?,
    })
});
