//! Invitations: good once, for a while, for whom they are meant.

use super::*;
use crate::LedgerError;

/// Runs these examples.
pub async fn all<L: Ledger + Registry + People>(desk: &impl AsyncFn() -> Desk<L>) {
    an_invitation_is_good_once(&desk().await).await;
    its_time_ends(&desk().await).await;
    it_is_seen_and_taken_back_by_its_tenant(&desk().await).await;
    one_for_a_login_is_good_for_no_other(&desk().await).await;
    a_login_belongs_to_one_user_of_the_house(&desk().await).await;
    one_for_a_user_sets_the_password_anew(&desk().await).await;
}

async fn an_invitation_is_good_once<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    people.invite(&invitation(ANNA, "i", Role::Operator), BY).await.unwrap();
    let unknown = people.accept("j", &new("anna"), &session("s")).await.unwrap();
    assert_eq!(unknown, Accepted::Unknown);
    let Accepted::In(user) = people.accept("i", &new("anna"), &session("s")).await.unwrap() else { panic!() };
    let created = crate::Clock::wall(&*desk.clock);
    let (NewUser { login, name, .. }, password) = (new("anna"), Some(password("anna")));
    let expected =
        User { id: user.id, tenant: ANNA, login, name, role: Role::Operator, password, created, disabled: None };
    assert_eq!((&user, people.user("anna").await.unwrap().as_ref()), (&expected, Some(&expected)));
    assert_eq!(people.session("s").await.unwrap().unwrap().1, expected);
    assert_eq!(people.accept("i", &new("berta"), &session("t")).await.unwrap(), Accepted::Unknown);
    assert_eq!(people.invitations(ANNA).await.unwrap(), []);
    let rows = [
        row("user anna", Deed::Login, "from 192.0.2.7"),
        row("user anna", Deed::UserAdded, "user anna, role operator, invited by operator"),
        row(BY, Deed::InvitationMade, "role operator"),
    ];
    assert_eq!(desk.told(ANNA, 9).await, rows);
    assert_eq!(desk.told(BERT, 9).await, []);
    let nowhere = people.invite(&invitation(TenantId(9), "k", Role::Owner), BY).await;
    assert!(matches!(nowhere, Err(LedgerError::UnknownTenant(TenantId(9)))), "{nowhere:?}");
}

async fn its_time_ends<L: Ledger + Registry + People>(desk: &Desk<L>) {
    desk.people.invite(&invitation(ANNA, "i", Role::Viewer), BY).await.unwrap();
    desk.clock.pass(7 * DAY - Duration::from_millis(1));
    let found = desk.people.invitation("i").await.unwrap().expect("it is good");
    assert_eq!(desk.people.invitations(ANNA).await.unwrap(), [found]);
    desk.clock.pass(Duration::from_millis(1));
    assert_eq!(desk.people.invitation("i").await.unwrap(), None);
    assert_eq!(desk.people.invitations(ANNA).await.unwrap(), []);
    assert_eq!(desk.people.accept("i", &new("anna"), &session("s")).await.unwrap(), Accepted::Unknown);
    desk.people.sweep("broom").await.unwrap().unwrap();
    assert_eq!(desk.people.user("anna").await.unwrap(), None);
}

async fn it_is_seen_and_taken_back_by_its_tenant<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let id = people.invite(&invitation(ANNA, "i", Role::Viewer), "user anna").await.unwrap();
    let found = people.invitation("i").await.unwrap().unwrap();
    assert_eq!((found.id, found.by.as_str(), found.role, found.tenant), (id, "user anna", Role::Viewer, ANNA));
    assert_eq!(found.expires.0 - found.created.0, 7 * 86_400_000);
    assert_eq!(people.invitations(BERT).await.unwrap(), []);
    assert!(!people.drop_invitation(BERT, id, BY).await.unwrap());
    assert!(people.invitation("i").await.unwrap().is_some());
    assert!(people.drop_invitation(ANNA, id, BY).await.unwrap());
    assert!(!people.drop_invitation(ANNA, id, BY).await.unwrap());
    assert_eq!(people.invitation("i").await.unwrap(), None);
    assert_eq!(desk.told(ANNA, 1).await, [row(BY, Deed::InvitationRemoved, "role viewer")]);
}

async fn one_for_a_login_is_good_for_no_other<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let named = NewInvitation { login: Some("anna".into()), ..invitation(ANNA, "i", Role::Viewer) };
    desk.people.invite(&named, BY).await.unwrap();
    assert_eq!(desk.told(ANNA, 1).await, [row(BY, Deed::InvitationMade, "role viewer, for anna")]);
    assert_eq!(desk.people.accept("i", &new("berta"), &session("s")).await.unwrap(), Accepted::OtherLogin);
    assert!(matches!(desk.people.accept("i", &new("anna"), &session("s")).await.unwrap(), Accepted::In(_)));
}

async fn a_login_belongs_to_one_user_of_the_house<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    people.invite(&invitation(ANNA, "here", Role::Owner), BY).await.unwrap();
    people.invite(&invitation(BERT, "there", Role::Owner), BY).await.unwrap();
    let named = NewInvitation { login: Some("anna".into()), ..invitation(BERT, "named", Role::Owner) };
    people.invite(&named, BY).await.unwrap();
    for hash in ["here", "there", "named"] {
        let other = NewUser { proof: Proof::Password(password("a thief")), ..new("anna") };
        assert_eq!(people.accept(hash, &other, &session(hash)).await.unwrap(), Accepted::LoginTaken);
        assert!(people.invitation(hash).await.unwrap().is_some(), "{hash} is good for another login");
        assert!(!desk.is_in(hash).await);
    }
    assert_eq!(people.user("anna").await.unwrap(), Some(anna));
}

async fn one_for_a_user_sets_the_password_anew<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    let berta = desk.enter(ANNA, "berta", Role::Owner).await;
    let named = NewInvitation { login: Some("anna".into()), ..invitation(ANNA, "i", Role::Viewer) };
    people.invite(&named, "user berta").await.unwrap();
    let disabled = |disabled| UserChange { disabled: Some(disabled), role: None };
    people.change_user(ANNA, anna.id, disabled(true), BY).await.unwrap();
    let anew = password("somebody new");
    let other = NewUser { proof: Proof::Password(anew.clone()), name: "ignored".into(), ..new("anna") };
    assert_eq!(people.accept("i", &other, &session("s")).await.unwrap(), Accepted::Disabled);
    people.change_user(ANNA, anna.id, disabled(false), BY).await.unwrap();
    assert!(people.log_in(&anna, &session("old"), None).await.unwrap());
    let Accepted::In(after) = people.accept("i", &other, &session("s")).await.unwrap() else { panic!() };
    assert_eq!(after, User { password: Some(anew), ..anna }, "nothing else of her has changed");
    assert!(desk.is_in("s").await && !desk.is_in("old").await && desk.is_in("berta").await);
    let reset = row("user anna", Deed::PasswordChanged, "user anna, by an invitation");
    assert_eq!(desk.told(ANNA, 2).await[1], reset);
    assert_eq!(people.users(ANNA).await.unwrap(), [after, berta]);
}
