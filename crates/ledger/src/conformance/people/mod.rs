//! What every keeper of people must do: examples, and random histories that two backends must answer alike.

mod agree;
mod identities;
mod invitations;
mod sessions;
mod tries;
mod users;

pub use agree::{Step, agree};

use super::shop;
use crate::people::*;
use crate::registry::Registry;
use crate::{HeldClock, Ledger, Page, TenantId};
use std::sync::Arc;
use std::time::Duration;

/// Runs every example on a fresh ledger of its own, which reads the given clock.
pub async fn all<L: Ledger + Registry + People>(fresh: impl AsyncFn(Arc<HeldClock>) -> L) {
    let desk = async || {
        let clock = Arc::<HeldClock>::default();
        Desk::open(fresh(clock.clone()).await, clock).await
    };
    invitations::all(&desk).await;
    identities::all(&desk).await;
    users::all(&desk).await;
    sessions::all(&desk).await;
    tries::all(&desk).await;
}

/// Something of each kind, of tenants 1 and 2 that are there: users in every role, one of them disabled, one without a
/// password, an invitation that is open, a session and a try that failed.
pub(super) async fn examples(people: &impl People) {
    for (tenant, logins) in [(ANNA, ["anna", "ärger"]), (BERT, ["bert", "zoe"])] {
        for (login, role) in logins.into_iter().zip([Role::Owner, Role::Viewer]) {
            enter(people, tenant, login, role).await;
        }
    }
    let zoe = people.user("zoe").await.unwrap().unwrap();
    let change = UserChange { disabled: Some(true), role: Some(Role::Operator) };
    people.change_user(BERT, zoe.id, change, BY).await.unwrap();
    people.invite(&invitation(BERT, "open", Role::Viewer), BY).await.unwrap();
    people.admit(BERT, Role::Viewer, &known("ida", "7"), &session_by("ida")).await.unwrap();
    people.try_login("anna", "::1").await.unwrap();
}

/// After a move: who was a user comes in, who was invited too, and numbers go on.
pub(super) async fn go_on(people: &impl People) {
    let anna = people.user("anna").await.unwrap().expect("she has moved");
    assert!(people.session("anna").await.unwrap().is_none() && people.sessions(ANNA).await.unwrap().is_empty());
    assert!(people.log_in(&anna, &session("there"), None).await.unwrap());
    let zoe = people.user("zoe").await.unwrap().unwrap();
    assert!(!people.log_in(&zoe, &session("zoe's"), None).await.unwrap(), "she is disabled here too");
    let accepted = people.accept("open", &new("one more"), &session("one more")).await.unwrap();
    assert!(matches!(accepted, Accepted::In(user) if user.id > zoe.id));
    people.invite(&invitation(BERT, "another", Role::Viewer), BY).await.unwrap();
    let ida = people.log_in_by(&identity("7"), &session_by("ida's"), None).await.unwrap();
    assert!(matches!(ida, Accepted::In(user) if user.login == "ida" && user.password.is_none()));
}

/// Whoever does it.
const BY: &str = "operator";
const ISSUER: &str = "https://id.example";
const ANNA: TenantId = TenantId(1);
const BERT: TenantId = TenantId(2);
const DAY: Duration = Duration::from_secs(86_400);

/// An invitation of a week, whose token has this hash.
fn invitation(tenant: TenantId, hash: &str, role: Role) -> NewInvitation {
    NewInvitation { tenant, hash: hash.into(), login: None, role, lasts: 7 * DAY }
}

/// A user to be; its password is its login's.
fn new(login: &str) -> NewUser {
    NewUser { login: login.into(), name: format!("the one called {login}"), proof: Proof::Password(password(login)) }
}

/// A user to be whom the provider knows.
fn known(login: &str, subject: &str) -> NewUser {
    NewUser { proof: Proof::Identity(identity(subject)), ..new(login) }
}

fn identity(subject: &str) -> Identity {
    Identity { issuer: ISSUER.into(), subject: subject.into() }
}

fn password(of: &str) -> PasswordHash {
    PasswordHash(format!("hash of the password of {of}"))
}

fn session(hash: &str) -> NewSession {
    NewSession { hash: hash.into(), agent: "a browser".into(), address: "192.0.2.7".into(), by: None }
}

fn session_by(hash: &str) -> NewSession {
    NewSession { by: Some(ISSUER.into()), ..session(hash) }
}

/// Invites somebody who comes at once; the session has the login as its hash.
async fn enter(people: &impl People, tenant: TenantId, login: &str, role: Role) -> User {
    let hash = format!("for {login}");
    people.invite(&invitation(tenant, &hash, role), BY).await.unwrap();
    match people.accept(&hash, &new(login), &session(login)).await.unwrap() {
        Accepted::In(user) => user,
        other => panic!("{login} is not in: {other:?}"),
    }
}

/// People of two tenants, and the clock that is read.
struct Desk<L> {
    people: L,
    clock: Arc<HeldClock>,
}

impl<L: Ledger + Registry + People> Desk<L> {
    async fn open(people: L, clock: Arc<HeldClock>) -> Self {
        for id in 1..=2 {
            people.put_tenant(&shop::tenant(id)).await.unwrap();
        }
        clock.pass(400 * DAY);
        Self { people, clock }
    }

    async fn enter(&self, tenant: TenantId, login: &str, role: Role) -> User {
        enter(&self.people, tenant, login, role).await
    }

    async fn is_in(&self, hash: &str) -> bool {
        self.people.session(hash).await.unwrap().is_some()
    }

    /// The newest rows of a log: who, what, about.
    async fn told(&self, tenant: TenantId, most: usize) -> Vec<(String, Deed, String)> {
        let rows = self.people.audit(tenant, Page { after: None, most }).await.unwrap();
        rows.into_iter().map(|row| (row.who, row.what, row.about)).collect()
    }
}

/// A row of the log.
fn row(who: &str, what: Deed, about: &str) -> (String, Deed, String) {
    (who.into(), what, about.into())
}
