//! What each operation does, for each engine that speaks SQL. It is compiled once for each, with the words of that engine
//! that the module above brings.

use super::{Answer, Connection, Engine, Tx, hold_tenant, hold_tries, query, query_as, query_scalar};
use crate::people::rows::{invitation, kept, session, user};
use crate::people::*;
use crate::record::{TenantId, Timestamp};
use crate::upkeep::Page;

/// Writes a row of a tenant's audit log, in the transaction of what it tells.
pub async fn tell(tx: &mut Tx, tenant: TenantId, who: &str, what: Deed, about: &str) -> Answer<()> {
    let add = query("INSERT INTO audit (tenant, at, who, what, about) VALUES ($1, $2, $3, $4, $5)");
    let add = add.bind(tenant.0).bind(tx.wall.0).bind(who).bind(what.word()).bind(about);
    add.execute(&mut **tx).await?;
    Ok(())
}

pub async fn audit(db: &mut Connection, tenant: TenantId, page: Page) -> Answer<Vec<AuditRow>> {
    let sql = "SELECT id, at, who, what, about FROM audit WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    let rows = query_as(sql).bind(tenant.0).bind(page.after.unwrap_or(i64::MAX)).bind(limit(page.most));
    Ok(rows.fetch_all(db).await?)
}

pub async fn invite(ledger: &Engine, new: &NewInvitation, by: &str) -> Answer<i64> {
    let mut tx = ledger.begin().await?;
    hold_tenant(&mut tx, new.tenant).await?;
    let sql = "INSERT INTO invitation (tenant, hash, login, role, maker, created, expires) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    let add = query_scalar(sql).bind(new.tenant.0).bind(&new.hash).bind(&new.login).bind(new.role.word());
    let add = add.bind(by).bind(tx.wall.0).bind(later(tx.wall, new.lasts).0);
    let id = add.fetch_one(&mut *tx).await?;
    tell(&mut tx, new.tenant, by, Deed::InvitationMade, &invited(new.role, new.login.as_deref())).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn invitation(now: Timestamp, db: &mut Connection, hash: &str) -> Answer<Option<Invitation>> {
    let sql = concat!(invitation!(), " WHERE hash = $1 AND expires > $2");
    Ok(query_as(sql).bind(hash).bind(now.0).fetch_optional(db).await?)
}

pub async fn invitations(now: Timestamp, db: &mut Connection, tenant: TenantId) -> Answer<Vec<Invitation>> {
    let sql = concat!(invitation!(), " WHERE tenant = $1 AND expires > $2 ORDER BY id");
    Ok(query_as(sql).bind(tenant.0).bind(now.0).fetch_all(db).await?)
}

pub async fn drop_invitation(ledger: &Engine, tenant: TenantId, id: i64, by: &str) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    hold_tenant(&mut tx, tenant).await?;
    let sql = concat!(invitation!(), " WHERE tenant = $1 AND id = $2");
    let found: Option<Invitation> = query_as(sql).bind(tenant.0).bind(id).fetch_optional(&mut *tx).await?;
    if let Some(invitation) = &found {
        take(&mut tx, invitation).await?;
        tell(&mut tx, tenant, by, Deed::InvitationRemoved, &invitation.told()).await?;
    }
    tx.commit().await?;
    Ok(found.is_some())
}

/// Removes an invitation; was it there.
async fn take(tx: &mut Tx, invitation: &Invitation) -> Answer<bool> {
    let taken = query("DELETE FROM invitation WHERE id = $1").bind(invitation.id).execute(&mut **tx).await?;
    Ok(taken.rows_affected() > 0)
}

pub async fn accept(ledger: &Engine, hash: &str, new: &NewUser, session: &NewSession) -> Answer<Accepted> {
    let mut tx = ledger.begin().await?;
    let Some(found) = invitation(tx.wall, &mut tx, hash).await? else { return Ok(Accepted::Unknown) };
    hold_tenant(&mut tx, found.tenant).await?;
    // Somebody else may have accepted it meanwhile.
    if !take(&mut tx, &found).await? {
        return Ok(Accepted::Unknown);
    }
    let there = user(&mut tx, &new.login).await?;
    if let Some(refused) = found.refuses(new, there.as_ref()) {
        return Ok(refused);
    }
    let entered = match there.zip(new.password()) {
        Some((there, password)) => Accepted::In(set_anew(&mut tx, there, password).await?),
        None => add(&mut tx, found.tenant, found.role, new, &format!("invited by {}", found.by)).await?,
    };
    begin(tx, entered, session).await
}

pub async fn admit(
    ledger: &Engine,
    tenant: TenantId,
    role: Role,
    new: &NewUser,
    session: &NewSession,
) -> Answer<Accepted> {
    let mut tx = ledger.begin().await?;
    hold_tenant(&mut tx, tenant).await?;
    let how = new.identity().map(known).unwrap_or_default();
    let entered = add(&mut tx, tenant, role, new, &how).await?;
    begin(tx, entered, session).await
}

/// Opens a session for somebody who is in; of all others nothing is left.
async fn begin(mut tx: Tx, entered: Accepted, session: &NewSession) -> Answer<Accepted> {
    if let Accepted::In(user) = &entered {
        open(&mut tx, user, session).await?;
        tx.commit().await?;
    }
    Ok(entered)
}

/// Adds a user, unless somebody has the login, or the identity.
async fn add(tx: &mut Tx, tenant: TenantId, role: Role, new: &NewUser, how: &str) -> Answer<Accepted> {
    let sql = "INSERT INTO person (tenant, login, name, role, password, created) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT DO NOTHING RETURNING id";
    let add = query_scalar(sql).bind(tenant.0).bind(&new.login).bind(&new.name);
    let add = add.bind(role.word()).bind(kept(new.password())).bind(tx.wall.0);
    let Some(id) = add.fetch_optional(&mut **tx).await? else { return Ok(Accepted::LoginTaken) };
    let user = new.user(id, tenant, role, tx.wall);
    if let Some(identity) = new.identity()
        && !bind(tx, &user, identity).await?
    {
        return Ok(Accepted::IdentityTaken);
    }
    tell(tx, tenant, &user.who(), Deed::UserAdded, &format!("{}, role {role}, {how}", user.who())).await?;
    Ok(Accepted::In(user))
}

/// Gives a user an identity, if it is nobody's and the user has none of this provider.
async fn bind(tx: &mut Tx, user: &User, identity: &Identity) -> Answer<bool> {
    let sql = "INSERT INTO identity (issuer, subject, person, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let add = query(sql).bind(&identity.issuer).bind(&identity.subject).bind(user.id).bind(tx.wall.0);
    Ok(add.execute(&mut **tx).await?.rows_affected() > 0)
}

/// Gives a user another password; whoever was in is out.
async fn set_anew(tx: &mut Tx, user: User, password: &PasswordHash) -> Answer<User> {
    set_password(tx, &user, password).await?;
    end_all(tx, user.id, 0).await?;
    tell(tx, user.tenant, &user.who(), Deed::PasswordChanged, &format!("{}, by an invitation", user.who())).await?;
    Ok(User { password: Some(password.clone()), ..user })
}

async fn set_password(tx: &mut Tx, user: &User, password: &PasswordHash) -> Answer<()> {
    let set = query("UPDATE person SET password = $1 WHERE id = $2").bind(&password.0).bind(user.id);
    set.execute(&mut **tx).await?;
    forget_all_tries(tx, &user.login).await
}

pub async fn user(db: &mut Connection, login: &str) -> Answer<Option<User>> {
    Ok(query_as(concat!(user!(), " WHERE login = $1")).bind(login).fetch_optional(db).await?)
}

pub async fn users(db: &mut Connection, tenant: TenantId) -> Answer<Vec<User>> {
    Ok(query_as(concat!(user!(), " WHERE tenant = $1 ORDER BY id")).bind(tenant.0).fetch_all(db).await?)
}

async fn user_of(db: &mut Connection, tenant: TenantId, id: i64) -> Answer<Option<User>> {
    let sql = concat!(user!(), " WHERE tenant = $1 AND id = $2");
    Ok(query_as(sql).bind(tenant.0).bind(id).fetch_optional(db).await?)
}

/// The user as it is now, if it may come in and its password is the one that was looked at.
async fn unchanged(tx: &mut Tx, user: &User) -> Answer<Option<User>> {
    hold_tenant(tx, user.tenant).await?;
    let found = user_of(tx, user.tenant, user.id).await?;
    Ok(found.filter(|found| found.password == user.password && found.disabled.is_none()))
}

pub async fn change_user(ledger: &Engine, tenant: TenantId, id: i64, change: UserChange, by: &str) -> Answer<Changed> {
    let mut tx = ledger.begin().await?;
    hold_tenant(&mut tx, tenant).await?;
    let Some(before) = user_of(&mut tx, tenant, id).await? else { return Ok(Changed::Unknown) };
    let after = change.of(&before, tx.wall);
    if leaves_none(&before, Some(&after), other_owners(&mut tx, &before).await?) {
        return Ok(Changed::LastOwner);
    }
    let set = query("UPDATE person SET role = $1, disabled = $2 WHERE id = $3").bind(after.role.word());
    set.bind(after.disabled.map(|at| at.0)).bind(id).execute(&mut *tx).await?;
    tell(&mut tx, tenant, by, Deed::UserChanged, &change.told(&before)).await?;
    if after.disabled.is_some() {
        end_all(&mut tx, id, 0).await?;
    }
    if !after.is_active_owner() {
        take_all(&mut tx, &after, by).await?;
    }
    tx.commit().await?;
    Ok(Changed::Done(after))
}

pub async fn drop_user(ledger: &Engine, tenant: TenantId, id: i64, by: &str) -> Answer<Changed> {
    let mut tx = ledger.begin().await?;
    hold_tenant(&mut tx, tenant).await?;
    let Some(user) = user_of(&mut tx, tenant, id).await? else { return Ok(Changed::Unknown) };
    if leaves_none(&user, None, other_owners(&mut tx, &user).await?) {
        return Ok(Changed::LastOwner);
    }
    query("DELETE FROM person WHERE id = $1").bind(id).execute(&mut *tx).await?;
    query("DELETE FROM identity WHERE person = $1").bind(id).execute(&mut *tx).await?;
    tell(&mut tx, tenant, by, Deed::UserRemoved, &user.who()).await?;
    end_all(&mut tx, id, 0).await?;
    take_all(&mut tx, &user, by).await?;
    tx.commit().await?;
    Ok(Changed::Done(user))
}

/// Active owners beside this user.
async fn other_owners(tx: &mut Tx, user: &User) -> Answer<i64> {
    let sql = "SELECT count(*) FROM person WHERE tenant = $1 AND role = 'owner' AND disabled IS NULL AND id <> $2";
    Ok(query_scalar(sql).bind(user.tenant.0).bind(user.id).fetch_one(&mut **tx).await?)
}

/// Takes back the invitations that a user made.
async fn take_all(tx: &mut Tx, user: &User, by: &str) -> Answer<()> {
    let sql = concat!(invitation!(), " WHERE tenant = $1 AND maker = $2 ORDER BY id");
    let made: Vec<Invitation> = query_as(sql).bind(user.tenant.0).bind(user.who()).fetch_all(&mut **tx).await?;
    for invitation in made {
        take(tx, &invitation).await?;
        tell(tx, user.tenant, by, Deed::InvitationRemoved, &invitation.told()).await?;
    }
    Ok(())
}

pub async fn change_password(ledger: &Engine, user: &User, password: &PasswordHash, kept: i64) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let Some(user) = unchanged(&mut tx, user).await? else { return Ok(false) };
    set_password(&mut tx, &user, password).await?;
    end_all(&mut tx, user.id, kept).await?;
    tell(&mut tx, user.tenant, &user.who(), Deed::PasswordChanged, &user.who()).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn identities(db: &mut Connection, user: i64) -> Answer<Vec<Connected>> {
    let sql = "SELECT issuer, subject, created FROM identity WHERE person = $1 ORDER BY created, issuer";
    Ok(query_as(sql).bind(user).fetch_all(db).await?)
}

pub async fn connect(ledger: &Engine, user: &User, identity: &Identity) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let Some(user) = unchanged(&mut tx, user).await? else { return Ok(false) };
    if !bind(&mut tx, &user, identity).await? {
        return Ok(false);
    }
    let about = format!("{}, {}", user.who(), known(identity));
    tell(&mut tx, user.tenant, &user.who(), Deed::IdentityConnected, &about).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn disconnect(ledger: &Engine, user: &User, issuer: &str) -> Answer<Disconnected> {
    let mut tx = ledger.begin().await?;
    let Some(user) = unchanged(&mut tx, user).await? else { return Ok(Disconnected::Unknown) };
    let sql = "DELETE FROM identity WHERE person = $1 AND issuer = $2 RETURNING subject";
    let gone = query_scalar(sql).bind(user.id).bind(issuer).fetch_optional(&mut *tx).await?;
    let Some(subject) = gone else { return Ok(Disconnected::Unknown) };
    if user.password.is_none() {
        return Ok(Disconnected::OnlyWay);
    }
    let about = format!("{}, {}", user.who(), known(&Identity { issuer: issuer.into(), subject }));
    tell(&mut tx, user.tenant, &user.who(), Deed::IdentityDisconnected, &about).await?;
    tx.commit().await?;
    Ok(Disconnected::Done)
}

pub async fn try_login(ledger: &Engine, login: &str, address: &str) -> Answer<Try> {
    let mut tx = ledger.begin().await?;
    hold_tries(&mut tx, login, address).await?;
    let of_login = "SELECT at FROM login_try WHERE login = $1 AND at > $2 ORDER BY at DESC LIMIT $3";
    let from_address = "SELECT at FROM login_try WHERE address = $1 AND at > $2 ORDER BY at DESC LIMIT $3";
    let mut waits = None;
    for (sql, value, most) in [(of_login, login, TRIES_OF_LOGIN), (from_address, address, TRIES_FROM_ADDRESS)] {
        let newest = query_scalar(sql).bind(value).bind(Past::of(tx.wall).tries).bind(limit(most));
        waits = waits.max(wait(&newest.fetch_all(&mut *tx).await?, most, tx.wall));
    }
    if let Some(time) = waits {
        return Ok(Try::Wait(time));
    }
    let add = query("INSERT INTO login_try (login, address, at) VALUES ($1, $2, $3)").bind(login).bind(address);
    add.bind(tx.wall.0).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(Try::Go)
}

async fn forget_all_tries(tx: &mut Tx, login: &str) -> Answer<()> {
    query("DELETE FROM login_try WHERE login = $1").bind(login).execute(&mut **tx).await?;
    Ok(())
}

pub async fn forget_tries(ledger: &Engine, login: &str, address: &str) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    let forget = query("DELETE FROM login_try WHERE login = $1 AND address = $2").bind(login).bind(address);
    forget.execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn refuse_login(ledger: &Engine, login: &str) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    let Some(user) = user(&mut tx, login).await? else { return Ok(()) };
    hold_tenant(&mut tx, user.tenant).await?;
    let told =
        "SELECT EXISTS (SELECT 1 FROM audit WHERE what = 'login.refused' AND tenant = $1 AND about = $2 AND at > $3)";
    let told = query_scalar(told).bind(user.tenant.0).bind(user.who()).bind(Past::of(tx.wall).told);
    if !told.fetch_one(&mut *tx).await? {
        tell(&mut tx, user.tenant, "somebody", Deed::LoginRefused, &user.who()).await?;
    }
    tx.commit().await
}

pub async fn log_in(ledger: &Engine, user: &User, session: &NewSession, instead: Option<&str>) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let Some(user) = unchanged(&mut tx, user).await? else { return Ok(false) };
    end(&mut tx, instead).await?;
    forget_all_tries(&mut tx, &user.login).await?;
    open(&mut tx, &user, session).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn log_in_by(
    ledger: &Engine,
    who: &Identity,
    session: &NewSession,
    instead: Option<&str>,
) -> Answer<Accepted> {
    let mut tx = ledger.begin().await?;
    let Some(found) = user_by(&mut tx, who).await? else { return Ok(Accepted::Unknown) };
    hold_tenant(&mut tx, found.tenant).await?;
    // It may have changed until it was held.
    let Some(user) = user_by(&mut tx, who).await? else { return Ok(Accepted::Unknown) };
    if user.disabled.is_some() {
        return Ok(Accepted::Disabled);
    }
    end(&mut tx, instead).await?;
    begin(tx, Accepted::In(user), session).await
}

/// The user of an identity.
async fn user_by(db: &mut Connection, who: &Identity) -> Answer<Option<User>> {
    let sql = concat!(user!(), " WHERE id = (SELECT person FROM identity WHERE issuer = $1 AND subject = $2)");
    Ok(query_as(sql).bind(&who.issuer).bind(&who.subject).fetch_optional(db).await?)
}

/// Ends the session of this hash, if there is one.
async fn end(tx: &mut Tx, hash: Option<&str>) -> Answer<()> {
    if let Some(hash) = hash {
        query("DELETE FROM session WHERE hash = $1").bind(hash).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Opens a session.
async fn open(tx: &mut Tx, user: &User, new: &NewSession) -> Answer<()> {
    let sql = "INSERT INTO session (person, hash, created, seen, expires, agent, address) \
               VALUES ($1, $2, $3, $3, $4, $5, $6)";
    let add = query(sql).bind(user.id).bind(&new.hash).bind(tx.wall.0).bind(later(tx.wall, LIFE).0);
    add.bind(&new.agent).bind(&new.address).execute(&mut **tx).await?;
    tell(tx, user.tenant, &user.who(), Deed::Login, &new.told()).await
}

pub async fn session(now: Timestamp, db: &mut Connection, hash: &str) -> Answer<Option<(Session, User)>> {
    let sql = concat!(session!(), " WHERE hash = $1 AND expires > $2 AND seen > $3");
    let found = query_as(sql).bind(hash).bind(now.0).bind(Past::of(now).idle).fetch_optional(&mut *db).await?;
    let Some(session): Option<Session> = found else { return Ok(None) };
    let user: Option<User> = query_as(concat!(user!(), " WHERE id = $1")).bind(session.user).fetch_optional(db).await?;
    Ok(user.filter(|user| user.disabled.is_none()).map(|user| (session, user)))
}

pub async fn see_session(ledger: &Engine, id: i64) -> Answer<()> {
    let mut tx = ledger.begin().await?;
    let see = query("UPDATE session SET seen = $1 WHERE id = $2 AND seen < $1").bind(tx.wall.0).bind(id);
    see.execute(&mut *tx).await?;
    tx.commit().await
}

pub async fn sessions(now: Timestamp, db: &mut Connection, tenant: TenantId) -> Answer<Vec<Session>> {
    let sql = concat!(
        session!(),
        " JOIN person ON person.id = session.person \
         WHERE person.tenant = $1 AND expires > $2 AND seen > $3 ORDER BY session.id DESC"
    );
    Ok(query_as(sql).bind(tenant.0).bind(now.0).bind(Past::of(now).idle).fetch_all(db).await?)
}

pub async fn end_session(ledger: &Engine, tenant: TenantId, id: i64, by: &str, deed: Deed) -> Answer<bool> {
    let mut tx = ledger.begin().await?;
    let sql = "SELECT person.login FROM session JOIN person ON person.id = session.person \
               WHERE session.id = $1 AND person.tenant = $2";
    let login: Option<String> = query_scalar(sql).bind(id).bind(tenant.0).fetch_optional(&mut *tx).await?;
    let Some(login) = login else { return Ok(false) };
    let ended = query("DELETE FROM session WHERE id = $1").bind(id).execute(&mut *tx).await?.rows_affected() > 0;
    if ended {
        tell(&mut tx, tenant, by, deed, &who(&login)).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Ends all sessions of a user but one.
async fn end_all(tx: &mut Tx, user: i64, kept: i64) -> Answer<()> {
    let end = query("DELETE FROM session WHERE person = $1 AND id <> $2").bind(user).bind(kept);
    end.execute(&mut **tx).await?;
    Ok(())
}

/// Removes what is over.
pub async fn sweep(tx: &mut Tx) -> Answer<()> {
    let (now, past) = (tx.wall.0, Past::of(tx.wall));
    let sessions = query("DELETE FROM session WHERE expires <= $1 OR seen <= $2").bind(now).bind(past.idle);
    sessions.execute(&mut **tx).await?;
    query("DELETE FROM invitation WHERE expires <= $1").bind(now).execute(&mut **tx).await?;
    query("DELETE FROM login_try WHERE at <= $1").bind(past.tries).execute(&mut **tx).await?;
    Ok(())
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
