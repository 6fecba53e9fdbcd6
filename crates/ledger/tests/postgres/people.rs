//! Several web servers at once: what is decided by looking and writing is decided once.

use crate::{SERVER, database};
use ledger::conformance::shop;
use ledger::people::*;
use ledger::{Ledger, Postgres, PostgresOptions, TenantId};
use std::time::Duration;

const ANNA: TenantId = TenantId(1);

/// As many processes as there are things to do, on one new database with a tenant.
async fn processes(count: usize) -> Vec<Postgres> {
    let database = database();
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(Postgres::open(PostgresOptions::new(SERVER.url(&database))).await.unwrap());
    }
    all[0].put_tenant(&shop::tenant(1)).await.unwrap();
    all
}

fn session(hash: &str) -> NewSession {
    NewSession { hash: hash.into(), agent: String::new(), address: String::new(), by: None }
}

fn new(login: &str) -> NewUser {
    NewUser { login: login.into(), name: String::new(), proof: Proof::Password(PasswordHash("a hash".into())) }
}

async fn invite(people: &Postgres, hash: &str, role: Role) {
    let lasts = Duration::from_secs(60);
    let new = NewInvitation { tenant: ANNA, hash: hash.into(), login: None, role, lasts };
    people.invite(&new, "operator").await.unwrap();
}

async fn owner(people: &Postgres, login: &str) -> User {
    invite(people, login, Role::Owner).await;
    match people.accept(login, &new(login), &session(login)).await.unwrap() {
        Accepted::In(user) => user,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_the_owners_stays_however_they_go() {
    let all = processes(6).await;
    for round in 0..10 {
        let mut owners = all[0].users(ANNA).await.unwrap();
        for at in owners.len()..all.len() {
            owners.push(owner(&all[0], &format!("{round} {at}")).await);
        }
        for user in &owners {
            let back = UserChange { role: Some(Role::Owner), disabled: Some(false) };
            all[0].change_user(ANNA, user.id, back, "operator").await.unwrap();
        }
        let going = all.iter().cloned().zip(owners).enumerate().map(|(at, (people, user))| {
            tokio::spawn(async move {
                let demoted = UserChange { role: Some(Role::Viewer), disabled: None };
                let disabled = UserChange { role: None, disabled: Some(true) };
                match at % 3 {
                    0 => people.change_user(ANNA, user.id, demoted, "operator").await.unwrap(),
                    1 => people.change_user(ANNA, user.id, disabled, "operator").await.unwrap(),
                    _ => people.drop_user(ANNA, user.id, "operator").await.unwrap(),
                }
            })
        });
        let mut kept = 0;
        for going in going.collect::<Vec<_>>() {
            kept += usize::from(going.await.unwrap() == Changed::LastOwner);
        }
        let left = all[0].users(ANNA).await.unwrap().iter().filter(|user| user.is_active_owner()).count();
        assert_eq!((kept, left), (1, 1), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_invitation_is_accepted_by_one() {
    let all = processes(6).await;
    for round in 0..10 {
        invite(&all[0], &format!("i{round}"), Role::Viewer).await;
        let coming = all.iter().cloned().enumerate().map(|(at, people)| {
            tokio::spawn(async move {
                let login = format!("{round} {at}");
                people.accept(&format!("i{round}"), &new(&login), &session(&login)).await.unwrap()
            })
        });
        let mut came = 0;
        for coming in coming.collect::<Vec<_>>() {
            came += usize::from(matches!(coming.await.unwrap(), Accepted::In(_)));
        }
        assert_eq!((came, all[0].users(ANNA).await.unwrap().len()), (1, round + 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tries_are_counted_over_all() {
    let all = processes(4).await;
    let trying = (0..24).map(|at| {
        let people = all[at % all.len()].clone();
        tokio::spawn(async move { people.try_login("anna", &format!("address {at}")).await.unwrap() })
    });
    let mut went = 0;
    for trying in trying.collect::<Vec<_>>() {
        went += usize::from(trying.await.unwrap() == Try::Go);
    }
    assert_eq!(went, TRIES_OF_LOGIN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_comes_in_by_a_password_that_is_being_changed() {
    let all = processes(2).await;
    let mut user = owner(&all[0], "anna").await;
    for round in 0..20 {
        let password = PasswordHash(format!("password {round}"));
        let coming = tokio::spawn({
            let (people, user) = (all[1].clone(), user.clone());
            async move { people.log_in(&user, &session(&format!("s{round}")), None).await.unwrap() }
        });
        assert!(all[0].change_password(&user, &password, 0).await.unwrap());
        coming.await.unwrap();
        assert_eq!(all[0].session(&format!("s{round}")).await.unwrap(), None, "it came before, or not at all");
        user.password = Some(password);
    }
}
