//! Identities: one user's each, and nothing else of somebody leads to a user.

use super::*;
use crate::LedgerError;

/// Runs these examples.
pub async fn all<L: Ledger + Registry + People>(desk: &impl AsyncFn() -> Desk<L>) {
    an_invitation_is_accepted_by_an_identity(&desk().await).await;
    an_identity_is_one_users(&desk().await).await;
    a_login_that_is_taken_is_never_taken_over(&desk().await).await;
    whoever_is_known_comes_in_as_long_as_they_may(&desk().await).await;
    connecting_and_disconnecting_are_told(&desk().await).await;
    the_only_way_in_stays(&desk().await).await;
    tries_of_passwords_go_on_counting(&desk().await).await;
}

async fn an_invitation_is_accepted_by_an_identity<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    people.invite(&invitation(ANNA, "i", Role::Operator), BY).await.unwrap();
    let Accepted::In(ida) = people.accept("i", &known("ida", "7"), &session_by("s")).await.unwrap() else { panic!() };
    assert_eq!((ida.login.as_str(), ida.role, &ida.password, ida.tenant), ("ida", Role::Operator, &None, ANNA));
    assert_eq!(people.user("ida").await.unwrap().as_ref(), Some(&ida));
    let since = crate::Clock::wall(&*desk.clock);
    assert_eq!(people.identities(ida.id).await.unwrap(), [Connected { identity: identity("7"), since }]);
    let rows = [
        row("user ida", Deed::Login, "from 192.0.2.7, by https://id.example"),
        row("user ida", Deed::UserAdded, "user ida, role operator, invited by operator"),
    ];
    assert_eq!(desk.told(ANNA, 2).await, rows);
    assert_eq!(people.accept("i", &known("eva", "8"), &session_by("t")).await.unwrap(), Accepted::Unknown);
}

async fn an_identity_is_one_users<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    let Accepted::In(ida) = people.admit(BERT, Role::Viewer, &known("ida", "7"), &session_by("s")).await.unwrap()
    else {
        panic!()
    };
    let added = row("user ida", Deed::UserAdded, "user ida, role viewer, known to https://id.example");
    assert_eq!(desk.told(BERT, 2).await[1], added);
    people.invite(&invitation(ANNA, "i", Role::Viewer), BY).await.unwrap();
    let before = desk.told(ANNA, 99).await;
    let again = people.accept("i", &known("other", "7"), &session_by("t")).await.unwrap();
    assert_eq!(again, Accepted::IdentityTaken);
    assert!(people.invitation("i").await.unwrap().is_some(), "it is good for another one");
    let again = people.admit(ANNA, Role::Viewer, &known("other", "7"), &session_by("t")).await.unwrap();
    assert_eq!(again, Accepted::IdentityTaken);
    assert!(!people.connect(&anna, &identity("7")).await.unwrap());
    assert_eq!((people.user("other").await.unwrap(), desk.is_in("t").await), (None, false));
    assert_eq!(desk.told(ANNA, 99).await, before, "nothing of that was done");
    assert!(!people.connect(&ida, &identity("8")).await.unwrap(), "one of each provider");
    let nowhere = people.admit(TenantId(9), Role::Viewer, &known("eva", "9"), &session_by("u")).await;
    assert!(matches!(nowhere, Err(LedgerError::UnknownTenant(TenantId(9)))), "{nowhere:?}");
    people.change_user(BERT, ida.id, UserChange { role: Some(Role::Owner), disabled: None }, BY).await.unwrap();
    desk.enter(BERT, "bert", Role::Owner).await;
    people.drop_user(BERT, ida.id, BY).await.unwrap();
    assert_eq!(people.log_in_by(&identity("7"), &session_by("v"), None).await.unwrap(), Accepted::Unknown);
    assert!(people.connect(&anna, &identity("7")).await.unwrap(), "it is nobody's now");
}

async fn a_login_that_is_taken_is_never_taken_over<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    people.invite(&invitation(ANNA, "anybody's", Role::Owner), BY).await.unwrap();
    let named = NewInvitation { login: Some("anna".into()), ..invitation(ANNA, "hers", Role::Owner) };
    people.invite(&named, BY).await.unwrap();
    for hash in ["anybody's", "hers"] {
        let accepted = people.accept(hash, &known("anna", "7"), &session_by("s")).await.unwrap();
        assert_eq!(accepted, Accepted::LoginTaken);
    }
    let admitted = people.admit(BERT, Role::Viewer, &known("anna", "7"), &session_by("s")).await.unwrap();
    assert_eq!(admitted, Accepted::LoginTaken);
    assert_eq!(people.user("anna").await.unwrap().as_ref(), Some(&anna));
    assert_eq!((people.identities(anna.id).await.unwrap(), desk.is_in("s").await), (Vec::new(), false));
    assert_eq!(people.log_in_by(&identity("7"), &session_by("s"), None).await.unwrap(), Accepted::Unknown);
}

async fn whoever_is_known_comes_in_as_long_as_they_may<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    desk.enter(ANNA, "anna", Role::Owner).await;
    people.admit(ANNA, Role::Viewer, &known("ida", "7"), &session_by("first")).await.unwrap();
    let by =
        async |subject, hash, instead| people.log_in_by(&identity(subject), &session_by(hash), instead).await.unwrap();
    let Accepted::In(ida) = by("7", "second", Some("first")).await else { panic!() };
    assert!(desk.is_in("second").await && !desk.is_in("first").await && desk.is_in("anna").await);
    assert_eq!(by("8", "third", Some("second")).await, Accepted::Unknown);
    assert!(desk.is_in("second").await && !desk.is_in("third").await);
    let elsewhere = Identity { issuer: "https://id.example.evil.example".into(), ..identity("7") };
    assert_eq!(people.log_in_by(&elsewhere, &session_by("third"), None).await.unwrap(), Accepted::Unknown);
    let disabled = UserChange { disabled: Some(true), role: None };
    people.change_user(ANNA, ida.id, disabled, BY).await.unwrap();
    assert_eq!(by("7", "fourth", None).await, Accepted::Disabled);
    assert!(!desk.is_in("fourth").await && !desk.is_in("second").await);
}

async fn connecting_and_disconnecting_are_told<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    assert!(people.connect(&anna, &identity("7")).await.unwrap());
    assert!(!people.connect(&anna, &identity("7")).await.unwrap(), "it is hers already");
    let other = Identity { issuer: "https://other.example".into(), ..identity("7") };
    assert!(people.connect(&anna, &other).await.unwrap(), "another provider's is another one");
    let Accepted::In(found) = people.log_in_by(&identity("7"), &session_by("s"), None).await.unwrap() else { panic!() };
    assert_eq!(found, anna);
    assert_eq!(people.disconnect(&anna, ISSUER).await.unwrap(), Disconnected::Done);
    assert_eq!(people.disconnect(&anna, ISSUER).await.unwrap(), Disconnected::Unknown);
    assert_eq!(people.log_in_by(&identity("7"), &session_by("t"), None).await.unwrap(), Accepted::Unknown);
    assert_eq!(people.identities(anna.id).await.unwrap().len(), 1, "the other one stays");
    let about = "user anna, known to https://id.example";
    let told = desk.told(ANNA, 4).await;
    assert_eq!(told[0], row("user anna", Deed::IdentityDisconnected, about));
    assert_eq!(told[3], row("user anna", Deed::IdentityConnected, about));
    let stale = User { password: Some(password("older")), ..anna };
    assert!(!people.connect(&stale, &identity("9")).await.unwrap(), "she has another password by now");
}

async fn the_only_way_in_stays<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    desk.enter(ANNA, "anna", Role::Owner).await;
    let admitted = people.admit(ANNA, Role::Viewer, &known("ida", "7"), &session_by("s")).await.unwrap();
    let Accepted::In(ida) = admitted else { panic!() };
    assert_eq!(people.disconnect(&ida, ISSUER).await.unwrap(), Disconnected::OnlyWay);
    assert!(matches!(people.log_in_by(&identity("7"), &session_by("t"), None).await.unwrap(), Accepted::In(_)));
    let named = NewInvitation { login: Some("ida".into()), ..invitation(ANNA, "i", Role::Viewer) };
    people.invite(&named, BY).await.unwrap();
    let Accepted::In(after) = people.accept("i", &new("ida"), &session("u")).await.unwrap() else { panic!() };
    assert_eq!(after, User { password: Some(password("ida")), ..ida });
    assert!(!desk.is_in("t").await, "as with any new password");
    assert_eq!(people.disconnect(&after, ISSUER).await.unwrap(), Disconnected::Done);
}

async fn tries_of_passwords_go_on_counting<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    people.connect(&anna, &identity("7")).await.unwrap();
    for _ in 0..TRIES_OF_LOGIN {
        assert_eq!(people.try_login("anna", "192.0.2.7").await.unwrap(), Try::Go);
    }
    people.log_in_by(&identity("7"), &session_by("s"), None).await.unwrap();
    assert!(matches!(people.try_login("anna", "192.0.2.7").await.unwrap(), Try::Wait(_)));
    people.forget_tries("anna", "192.0.2.7").await.unwrap();
    assert_eq!(people.try_login("anna", "192.0.2.7").await.unwrap(), Try::Go);
}
