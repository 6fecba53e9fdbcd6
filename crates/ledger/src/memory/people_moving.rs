//! People, as rows of a move and made of them. Sessions and tries stay: people log in anew.

use super::people::Crowd;
use crate::LedgerError;
use crate::moving::{self, Row, Shelf};
use crate::people::rows::{kept, read_password};
use crate::people::*;
use crate::record::{TenantId, Timestamp};

impl Crowd {
    /// Rows of a shelf.
    pub fn given_out(&self, shelf: Shelf) -> Vec<Row> {
        match shelf {
            Shelf::Person => self.users.values().map(person).collect(),
            Shelf::Identity => self.identities.iter().map(identity).collect(),
            Shelf::Invitation => self.invitations.values().map(|(hash, one)| invitation(hash, one)).collect(),
            _ => self.audit.values().map(|(tenant, row)| audit(*tenant, row)).collect(),
        }
    }

    /// Puts a row here.
    pub fn take_in(&mut self, row: Row) -> Result<(), LedgerError> {
        match row {
            Row::Person(row) => {
                self.last_user = self.last_user.max(row.id);
                self.users.insert(row.id, user(row)?);
            }
            Row::Invitation(row) => {
                self.last_invitation = self.last_invitation.max(row.id);
                self.invitations.insert(row.id, invited(row)?);
            }
            Row::Identity(moving::Identity { issuer, subject, person, created }) => {
                self.identities.insert(Identity { issuer, subject }, (person, Timestamp(created)));
            }
            Row::Audit(moving::Audit { id, tenant, at, who, what, about }) => {
                self.last_row = self.last_row.max(id);
                let row = AuditRow { id, at: Timestamp(at), who, what: what.parse()?, about };
                self.audit.insert(id, (TenantId(tenant), row));
            }
            _ => {}
        }
        Ok(())
    }
}

fn person(user: &User) -> Row {
    let User { id, tenant, login, name, role, password, created, disabled } = user.clone();
    let (role, disabled) = (role.word().into(), disabled.map(|at| at.0));
    Row::Person(moving::Person {
        id,
        tenant: tenant.0,
        login,
        name,
        role,
        password: kept(password.as_ref()).into(),
        created: created.0,
        disabled,
    })
}

fn user(row: moving::Person) -> Result<User, LedgerError> {
    let moving::Person { id, tenant, login, name, role, password, created, disabled } = row;
    let (tenant, created, disabled) = (TenantId(tenant), Timestamp(created), disabled.map(Timestamp));
    Ok(User { id, tenant, login, name, role: role.parse()?, password: read_password(password), created, disabled })
}

fn identity((one, (person, since)): (&Identity, &(i64, Timestamp))) -> Row {
    let Identity { issuer, subject } = one.clone();
    Row::Identity(moving::Identity { issuer, subject, person: *person, created: since.0 })
}

fn invitation(hash: &str, one: &Invitation) -> Row {
    let Invitation { id, tenant, login, role, by, created, expires } = one.clone();
    Row::Invitation(moving::Invitation {
        id,
        tenant: tenant.0,
        hash: hash.into(),
        login,
        role: role.word().into(),
        maker: by,
        created: created.0,
        expires: expires.0,
    })
}

fn invited(row: moving::Invitation) -> Result<(String, Invitation), LedgerError> {
    let moving::Invitation { id, tenant, hash, login, role, maker: by, created, expires } = row;
    let (tenant, created, expires) = (TenantId(tenant), Timestamp(created), Timestamp(expires));
    Ok((hash, Invitation { id, tenant, login, role: role.parse()?, by, created, expires }))
}

fn audit(tenant: TenantId, row: &AuditRow) -> Row {
    let AuditRow { id, at, who, what, about } = row.clone();
    Row::Audit(moving::Audit { id, tenant: tenant.0, at: at.0, who, what: what.word().into(), about })
}
