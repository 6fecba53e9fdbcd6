//! Users: changed and removed by their tenant, never the last owner.

use super::*;
use crate::registry::{NewKey, Scope};

/// Runs these examples.
pub async fn all<L: Ledger + Registry + People>(desk: &impl AsyncFn() -> Desk<L>) {
    a_change_is_told_and_true_at_once(&desk().await).await;
    only_their_tenant_sees_and_changes_users(&desk().await).await;
    a_user_that_is_gone_is_out(&desk().await).await;
    the_last_owner_stays(&desk().await).await;
    whoever_is_no_owner_any_more_invites_nobody(&desk().await).await;
    a_log_is_read_from_its_end(&desk().await).await;
    keys_are_told(&desk().await).await;
}

fn role(role: Role) -> UserChange {
    UserChange { role: Some(role), disabled: None }
}

fn disabled(disabled: bool) -> UserChange {
    UserChange { role: None, disabled: Some(disabled) }
}

async fn a_change_is_told_and_true_at_once<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let zoe = desk.enter(ANNA, "zoe", Role::Viewer).await;
    let change = UserChange { role: Some(Role::Operator), disabled: Some(false) };
    let Changed::Done(after) = people.change_user(ANNA, zoe.id, change, "key 7").await.unwrap() else { panic!() };
    assert_eq!(after, User { role: Role::Operator, ..zoe });
    assert_eq!(people.session("zoe").await.unwrap().unwrap().1, after);
    assert_eq!(desk.told(ANNA, 1).await, [row("key 7", Deed::UserChanged, "user zoe, role operator, enabled")]);
    people.change_user(ANNA, zoe.id, disabled(true), BY).await.unwrap();
    assert!(!desk.is_in("zoe").await, "she is out");
    let since = people.user("zoe").await.unwrap().unwrap().disabled;
    assert_eq!(since, Some(crate::Clock::wall(&*desk.clock)));
    desk.clock.pass(DAY);
    people.change_user(ANNA, zoe.id, disabled(true), BY).await.unwrap();
    assert_eq!(people.user("zoe").await.unwrap().unwrap().disabled, since, "since the first time");
    assert!(!people.log_in(&after, &session("s"), None).await.unwrap());
    people.change_user(ANNA, zoe.id, disabled(false), BY).await.unwrap();
    assert!(!desk.is_in("zoe").await, "a session that ended does not go on");
    assert!(people.log_in(&after, &session("s"), None).await.unwrap());
}

async fn only_their_tenant_sees_and_changes_users<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    let zoe = desk.enter(ANNA, "zoe", Role::Viewer).await;
    let bert = desk.enter(BERT, "bert", Role::Owner).await;
    assert_eq!(people.change_user(BERT, zoe.id, disabled(true), BY).await.unwrap(), Changed::Unknown);
    assert_eq!(people.drop_user(BERT, zoe.id, BY).await.unwrap(), Changed::Unknown);
    assert_eq!(people.users(ANNA).await.unwrap(), [anna, zoe]);
    assert_eq!(people.users(BERT).await.unwrap(), [bert]);
}

async fn a_user_that_is_gone_is_out<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    desk.enter(ANNA, "anna", Role::Owner).await;
    let zoe = desk.enter(ANNA, "zoe", Role::Owner).await;
    assert_eq!(people.drop_user(ANNA, zoe.id, "user anna").await.unwrap(), Changed::Done(zoe.clone()));
    assert_eq!(people.drop_user(ANNA, zoe.id, BY).await.unwrap(), Changed::Unknown);
    assert!(!desk.is_in("zoe").await && desk.is_in("anna").await);
    assert!(!people.log_in(&zoe, &session("s"), None).await.unwrap());
    assert_eq!(desk.told(ANNA, 1).await, [row("user anna", Deed::UserRemoved, "user zoe")]);
    let again = desk.enter(ANNA, "zoe", Role::Viewer).await;
    assert_eq!(people.user("zoe").await.unwrap(), Some(again), "the login is free again");
}

async fn the_last_owner_stays<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    let zoe = desk.enter(ANNA, "zoe", Role::Operator).await;
    desk.enter(BERT, "bert", Role::Owner).await;
    let refused = async || {
        for change in [role(Role::Operator), role(Role::Viewer), disabled(true)] {
            assert_eq!(people.change_user(ANNA, anna.id, change, BY).await.unwrap(), Changed::LastOwner);
        }
        assert_eq!(people.drop_user(ANNA, anna.id, BY).await.unwrap(), Changed::LastOwner);
        assert_eq!(people.user("anna").await.unwrap().as_ref(), Some(&anna));
    };
    refused().await;
    let before = desk.told(ANNA, 99).await.len();
    people.change_user(ANNA, zoe.id, UserChange { role: Some(Role::Owner), disabled: Some(true) }, BY).await.unwrap();
    refused().await;
    assert_eq!(desk.told(ANNA, 99).await.len(), before + 1, "what is refused is not told as done");
    let same = people.change_user(ANNA, anna.id, role(Role::Owner), BY).await.unwrap();
    assert_eq!(same, Changed::Done(anna.clone()));
    people.change_user(ANNA, zoe.id, disabled(false), BY).await.unwrap();
    assert!(matches!(people.change_user(ANNA, anna.id, role(Role::Viewer), BY).await.unwrap(), Changed::Done(_)));
    assert!(matches!(people.drop_user(ANNA, anna.id, BY).await.unwrap(), Changed::Done(_)));
    assert_eq!(people.drop_user(ANNA, zoe.id, BY).await.unwrap(), Changed::LastOwner);
}

async fn whoever_is_no_owner_any_more_invites_nobody<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    desk.enter(ANNA, "anna", Role::Owner).await;
    for (at, how) in ["demoted", "disabled", "removed"].into_iter().enumerate() {
        let user = desk.enter(ANNA, how, Role::Owner).await;
        people.invite(&invitation(ANNA, how, Role::Owner), &user.who()).await.unwrap();
        people.invite(&invitation(ANNA, &format!("other {how}"), Role::Owner), BY).await.unwrap();
        people.change_user(ANNA, user.id, role(Role::Owner), BY).await.unwrap();
        assert!(people.invitation(how).await.unwrap().is_some());
        match at {
            0 => drop(people.change_user(ANNA, user.id, role(Role::Operator), BY).await.unwrap()),
            1 => drop(people.change_user(ANNA, user.id, disabled(true), BY).await.unwrap()),
            _ => drop(people.drop_user(ANNA, user.id, BY).await.unwrap()),
        }
        assert_eq!(people.invitation(how).await.unwrap(), None, "{how}");
        assert!(people.invitation(&format!("other {how}")).await.unwrap().is_some());
        assert_eq!(desk.told(ANNA, 1).await, [row(BY, Deed::InvitationRemoved, "role owner")]);
    }
}

async fn a_log_is_read_from_its_end<L: Ledger + Registry + People>(desk: &Desk<L>) {
    for at in 0..5 {
        desk.clock.pass(DAY);
        desk.people.invite(&invitation(ANNA, &at.to_string(), Role::Viewer), &format!("key {at}")).await.unwrap();
        desk.people.invite(&invitation(BERT, &format!("b{at}"), Role::Viewer), "key 9").await.unwrap();
    }
    let list = async |after, most| desk.people.audit(ANNA, Page { after, most }).await.unwrap();
    let first = list(None, 2).await;
    assert_eq!((first[0].who.as_str(), first[1].who.as_str()), ("key 4", "key 3"));
    assert_eq!(first[0].at.0 - first[1].at.0, 86_400_000);
    let rest: Vec<_> = list(Some(first[1].id), 9).await.into_iter().map(|row| row.who).collect();
    assert_eq!(rest, ["key 2", "key 1", "key 0"]);
}

async fn keys_are_told<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let (name, prefix, hash) = ("Lightroom".into(), "p".into(), "h".into());
    let key = NewKey { tenant: ANNA, name, prefix, hash, scopes: vec![Scope::Read], expires: None };
    let id = desk.people.add_key(&key, "user anna").await.unwrap();
    assert!(desk.people.add_key(&key, "user zoe").await.is_err(), "the prefix is taken");
    assert!(!desk.people.drop_key(BERT, id, BY).await.unwrap());
    assert!(desk.people.drop_key(ANNA, id, BY).await.unwrap());
    let about = format!("key {id}, Lightroom");
    let rows = [row(BY, Deed::KeyRemoved, &about), row("user anna", Deed::KeyMade, &about)];
    assert_eq!(desk.told(ANNA, 9).await, rows);
    assert_eq!(desk.told(BERT, 9).await, []);
}
