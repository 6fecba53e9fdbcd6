//! Random histories on two backends at once: the plain one says what the other must answer.

use super::*;
use std::fmt::Debug;

/// One operation. There are two tenants, a few logins and addresses, and things are named by their place among all of
/// their kind, so that steps meet each other's rows.
#[derive(Debug, Clone)]
pub enum Step {
    /// This tenant invites this login, or anybody, in this role.
    Invite(bool, Option<u8>, u8),
    /// Takes the nth invitation back.
    DropInvitation(bool, u8),
    /// This login accepts the nth invitation that was ever made.
    Accept(u8, u8),
    /// The same by the nth identity.
    AcceptBy(u8, u8, u8),
    /// This login is let in without an invitation, in this role, by the nth identity.
    Admit(bool, u8, u8, u8),
    /// Whoever has the nth identity comes in; the nth session that ever was is replaced.
    LogInBy(u8, Option<u8>),
    /// This login gets the nth identity.
    Connect(u8, u8),
    /// This login gives up the one of this provider.
    Disconnect(u8, bool),
    /// The nth user gets this role, and is disabled or not.
    Change(bool, u8, Option<u8>, Option<bool>),
    /// The nth user is removed.
    DropUser(bool, u8),
    /// This login gets another password; the nth session is kept.
    ChangePassword(u8, u8),
    /// This login tries a password from this address.
    Try(u8, u8),
    /// What it tried from this address was right.
    Forget(u8, u8),
    /// Its password was wrong.
    Refuse(u8),
    /// It was right; the nth session that ever was is replaced.
    LogIn(u8, Option<u8>),
    /// The nth session that ever was is seen.
    See(u8),
    /// The nth session is ended.
    End(bool, u8),
    /// Somebody sweeps.
    Sweep,
    /// Time goes by, in minutes.
    Pass(u16),
}

/// Does the steps on both; panics at the first difference in an answer, or in what there is to look at. Both are empty
/// and read this clock.
pub async fn agree(plain: &(impl Ledger + People), other: &(impl Ledger + People), clock: &HeldClock, steps: &[Step]) {
    for id in 1..=2 {
        plain.put_tenant(&shop::tenant(id)).await.unwrap();
        other.put_tenant(&shop::tenant(id)).await.unwrap();
    }
    let mut made = Made { invitations: Vec::new(), sessions: Vec::new() };
    for (at, step) in steps.iter().enumerate() {
        if let Step::Pass(minutes) = step {
            clock.pass(Duration::from_secs(60 * u64::from(*minutes)));
        }
        let expected = answer(plain, step, at, &made).await;
        assert_eq!(answer(other, step, at, &made).await, expected, "{step:?}");
        made.note(step, at);
        assert_eq!(look(other, &made).await, look(plain, &made).await, "after {step:?}");
    }
}

/// Hashes of all that was ever made.
struct Made {
    invitations: Vec<String>,
    sessions: Vec<String>,
}

impl Made {
    fn note(&mut self, step: &Step, at: usize) {
        match step {
            Step::Invite(..) => self.invitations.push(format!("i{at}")),
            Step::Accept(..) | Step::AcceptBy(..) | Step::Admit(..) | Step::LogIn(..) | Step::LogInBy(..) => {
                self.sessions.push(format!("s{at}"))
            }
            _ => {}
        }
    }
}

fn nth<T>(all: &[T], nth: u8) -> Option<&T> {
    all.get(usize::from(nth) % all.len().max(1))
}

fn tenant(first: bool) -> TenantId {
    if first { ANNA } else { BERT }
}

fn login(nth: u8) -> String {
    format!("login {nth}")
}

fn role(nth: u8) -> Role {
    Role::ALL[usize::from(nth) % Role::ALL.len()]
}

fn told(answer: Result<impl Debug, crate::LedgerError>) -> String {
    answer.map_or_else(|error| error.to_string(), |answer| format!("{answer:?}"))
}

/// Numbers are given as a backend likes.
fn plain(user: User) -> (User, Option<PasswordHash>) {
    (User { id: 0, ..user.clone() }, user.password)
}

fn entered(entered: Accepted) -> String {
    match entered {
        Accepted::In(user) => format!("{:?}", plain(user)),
        other => format!("{other:?}"),
    }
}

/// One of a few at two providers.
fn nth_identity(nth: u8) -> Identity {
    Identity { issuer: issuer(nth.is_multiple_of(2)), ..identity(&(nth % 6 / 2).to_string()) }
}

fn issuer(first: bool) -> String {
    if first { ISSUER.into() } else { format!("{ISSUER}/other") }
}

fn changed(changed: Changed) -> String {
    match changed {
        Changed::Done(user) => format!("{:?}", plain(user)),
        other => format!("{other:?}"),
    }
}

async fn answer(people: &(impl Ledger + People), step: &Step, at: usize, made: &Made) -> String {
    let new_session = session(&format!("s{at}"));
    match step {
        Step::Invite(t, of, what) => {
            let of = of.map(login);
            let new = NewInvitation { login: of.clone(), ..invitation(tenant(*t), &format!("i{at}"), role(*what)) };
            let by = of.map_or(BY.to_owned(), |login| format!("user {login}"));
            told(people.invite(&new, &by).await.map(drop))
        }
        Step::DropInvitation(t, n) => {
            let mut all = people.invitations(ANNA).await.unwrap();
            all.extend(people.invitations(BERT).await.unwrap());
            let id = nth(&all, *n).map_or(i64::MAX, |one| one.id);
            told(people.drop_invitation(tenant(*t), id, BY).await)
        }
        Step::Accept(n, of) => {
            let hash = nth(&made.invitations, *n).cloned().unwrap_or_default();
            let new = NewUser { proof: Proof::Password(password(&at.to_string())), ..new(&login(*of)) };
            entered(people.accept(&hash, &new, &new_session).await.unwrap())
        }
        Step::AcceptBy(n, of, who) => {
            let hash = nth(&made.invitations, *n).cloned().unwrap_or_default();
            let new = NewUser { proof: Proof::Identity(nth_identity(*who)), ..new(&login(*of)) };
            entered(people.accept(&hash, &new, &new_session).await.unwrap())
        }
        Step::Admit(t, of, what, who) => {
            let new = NewUser { proof: Proof::Identity(nth_identity(*who)), ..new(&login(*of)) };
            entered(people.admit(tenant(*t), role(*what), &new, &new_session).await.unwrap())
        }
        Step::LogInBy(who, n) => {
            let instead = n.and_then(|n| nth(&made.sessions, n)).map(String::as_str);
            entered(people.log_in_by(&nth_identity(*who), &new_session, instead).await.unwrap())
        }
        Step::Connect(of, who) => match people.user(&login(*of)).await.unwrap() {
            Some(user) => told(people.connect(&user, &nth_identity(*who)).await),
            None => String::new(),
        },
        Step::Disconnect(of, first) => match people.user(&login(*of)).await.unwrap() {
            Some(user) => told(people.disconnect(&user, &issuer(*first)).await),
            None => String::new(),
        },
        Step::Change(t, n, what, disabled) => {
            let change = UserChange { role: what.map(role), disabled: *disabled };
            changed(people.change_user(tenant(*t), user_id(people, *n).await, change, BY).await.unwrap())
        }
        Step::DropUser(t, n) => changed(people.drop_user(tenant(*t), user_id(people, *n).await, BY).await.unwrap()),
        Step::ChangePassword(of, n) => match people.user(&login(*of)).await.unwrap() {
            Some(user) => {
                let kept = session_id(people, made, *n).await;
                told(people.change_password(&user, &password(&at.to_string()), kept).await)
            }
            None => String::new(),
        },
        Step::Try(of, from) => told(people.try_login(&login(*of), &from.to_string()).await),
        Step::Forget(of, from) => told(people.forget_tries(&login(*of), &from.to_string()).await),
        Step::Refuse(of) => told(people.refuse_login(&login(*of)).await),
        Step::LogIn(of, n) => match people.user(&login(*of)).await.unwrap() {
            Some(user) => {
                let instead = n.and_then(|n| nth(&made.sessions, n)).map(String::as_str);
                told(people.log_in(&user, &new_session, instead).await)
            }
            None => String::new(),
        },
        Step::See(n) => told(people.see_session(session_id(people, made, *n).await).await),
        Step::End(t, n) => {
            let id = session_id(people, made, *n).await;
            told(people.end_session(tenant(*t), id, BY, Deed::SessionEnded).await)
        }
        Step::Sweep => told(people.sweep("broom").await),
        Step::Pass(_) => String::new(),
    }
}

async fn user_id(people: &impl People, n: u8) -> i64 {
    let mut all = people.users(ANNA).await.unwrap();
    all.extend(people.users(BERT).await.unwrap());
    nth(&all, n).map_or(i64::MAX, |user| user.id)
}

async fn session_id(people: &impl People, made: &Made, n: u8) -> i64 {
    let hash = nth(&made.sessions, n).cloned().unwrap_or_default();
    people.session(&hash).await.unwrap().map_or(i64::MAX, |(session, _)| session.id)
}

/// All that there is.
async fn look(people: &impl People, made: &Made) -> String {
    let mut text = String::new();
    for tenant in [ANNA, BERT] {
        let users = people.users(tenant).await.unwrap();
        for user in &users {
            text += &format!("{:?}\n", people.identities(user.id).await.unwrap());
        }
        let users: Vec<_> = users.into_iter().map(plain).collect();
        let invitations = people.invitations(tenant).await.unwrap().into_iter();
        let invitations: Vec<_> = invitations.map(|one| Invitation { id: 0, ..one }).collect();
        let audit = people.audit(tenant, Page { after: None, most: 9 }).await.unwrap().into_iter();
        let audit: Vec<_> = audit.map(|row| AuditRow { id: 0, ..row }).collect();
        let sessions = people.sessions(tenant).await.unwrap().into_iter();
        let sessions: Vec<_> = sessions.map(|one| Session { id: 0, user: 0, ..one }).collect();
        let hashes: Vec<_> = users.iter().map(|(_, hash)| hash.as_ref().map(|hash| &hash.0)).collect();
        text += &format!("{users:?}\n{hashes:?}\n{invitations:?}\n{audit:?}\n{sessions:?}\n");
    }
    for hash in &made.sessions {
        let found = people.session(hash).await.unwrap();
        text += &format!("{:?}\n", found.map(|(one, user)| (Session { id: 0, user: 0, ..one }, user.login)));
    }
    text
}
