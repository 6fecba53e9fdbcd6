//! Sessions: they end by themselves, by their user, or by an owner.

use super::*;

/// Runs these examples.
pub async fn all<L: Ledger + Registry + People>(desk: &impl AsyncFn() -> Desk<L>) {
    a_session_ends_after_its_life(&desk().await).await;
    a_session_that_is_not_seen_ends(&desk().await).await;
    a_login_takes_the_place_of_a_session(&desk().await).await;
    a_login_with_an_older_password_is_none(&desk().await).await;
    another_password_ends_all_other_sessions(&desk().await).await;
    a_tenant_sees_and_ends_its_own(&desk().await).await;
    a_sweep_takes_what_is_over(&desk().await).await;
}

async fn a_session_ends_after_its_life<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    let (found, user) = desk.people.session("anna").await.unwrap().unwrap();
    let now = crate::Clock::wall(&*desk.clock);
    let expires = crate::Timestamp(now.0 + 30 * 86_400_000);
    let (agent, address) = ("a browser".to_owned(), "192.0.2.7".to_owned());
    let expected = Session { id: found.id, user: anna.id, created: now, seen: now, expires, agent, address };
    assert_eq!((found, user), (expected.clone(), anna));
    for _ in 0..5 {
        desk.clock.pass(6 * DAY - Duration::from_millis(1));
        assert!(desk.is_in("anna").await);
        desk.people.see_session(expected.id).await.unwrap();
    }
    let (found, _) = desk.people.session("anna").await.unwrap().unwrap();
    assert_eq!(found, Session { seen: crate::Clock::wall(&*desk.clock), ..expected });
    desk.clock.pass(Duration::from_millis(5));
    assert!(!desk.is_in("anna").await);
    assert_eq!(desk.people.sessions(ANNA).await.unwrap(), []);
}

async fn a_session_that_is_not_seen_ends<L: Ledger + Registry + People>(desk: &Desk<L>) {
    desk.enter(ANNA, "anna", Role::Owner).await;
    desk.clock.pass(IDLE - Duration::from_millis(1));
    assert!(desk.is_in("anna").await);
    assert_eq!(desk.people.sessions(ANNA).await.unwrap().len(), 1);
    desk.clock.pass(Duration::from_millis(1));
    assert!(!desk.is_in("anna").await);
    assert_eq!(desk.people.sessions(ANNA).await.unwrap(), []);
}

async fn a_login_takes_the_place_of_a_session<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    desk.enter(BERT, "bert", Role::Owner).await;
    assert!(desk.people.log_in(&anna, &session("new"), Some("anna")).await.unwrap());
    assert!(!desk.is_in("anna").await && desk.is_in("new").await && desk.is_in("bert").await);
    assert!(desk.people.log_in(&anna, &session("second"), Some("nobody's")).await.unwrap());
    assert!(desk.is_in("new").await && desk.is_in("second").await);
    let logins = desk.told(ANNA, 9).await;
    let login = row("user anna", Deed::Login, "from 192.0.2.7");
    assert_eq!(logins.into_iter().filter(|told| *told == login).count(), 3);
}

async fn a_login_with_an_older_password_is_none<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    assert!(desk.people.change_password(&anna, &password("new"), 0).await.unwrap());
    assert!(!desk.people.log_in(&anna, &session("late"), None).await.unwrap());
    assert!(!desk.people.change_password(&anna, &password("later"), 0).await.unwrap());
    assert!(!desk.is_in("late").await);
    let after = desk.people.user("anna").await.unwrap().unwrap();
    assert_eq!(after, User { password: Some(password("new")), ..anna });
    assert!(desk.people.log_in(&after, &session("good"), None).await.unwrap());
}

async fn another_password_ends_all_other_sessions<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    desk.enter(ANNA, "zoe", Role::Owner).await;
    desk.people.log_in(&anna, &session("kept"), None).await.unwrap();
    let (kept, _) = desk.people.session("kept").await.unwrap().unwrap();
    assert!(desk.people.change_password(&anna, &password("new"), kept.id).await.unwrap());
    assert!(desk.is_in("kept").await && !desk.is_in("anna").await && desk.is_in("zoe").await);
    assert_eq!(desk.told(ANNA, 1).await, [row("user anna", Deed::PasswordChanged, "user anna")]);
}

async fn a_tenant_sees_and_ends_its_own<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let people = &desk.people;
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    desk.enter(BERT, "bert", Role::Owner).await;
    people.log_in(&anna, &session("second"), None).await.unwrap();
    let ids = async |tenant| people.sessions(tenant).await.unwrap().into_iter().map(|s| s.id).collect::<Vec<_>>();
    let [first, second, foreign] = ["anna", "second", "bert"];
    let id = async |hash| people.session(hash).await.unwrap().unwrap().0.id;
    let (first, second, foreign) = (id(first).await, id(second).await, id(foreign).await);
    assert_eq!(ids(ANNA).await, [second, first], "newest first");
    assert!(!people.end_session(ANNA, foreign, BY, Deed::SessionEnded).await.unwrap());
    assert!(people.end_session(ANNA, first, "user anna", Deed::Logout).await.unwrap());
    assert!(!people.end_session(ANNA, first, "user anna", Deed::Logout).await.unwrap());
    assert!(!desk.is_in("anna").await && desk.is_in("bert").await);
    assert_eq!(ids(ANNA).await, [second]);
    assert_eq!(desk.told(ANNA, 1).await, [row("user anna", Deed::Logout, "user anna")]);
    people.see_session(first).await.expect("nobody minds");
}

async fn a_sweep_takes_what_is_over<L: Ledger + Registry + People>(desk: &Desk<L>) {
    desk.enter(ANNA, "anna", Role::Owner).await;
    desk.people.sweep("broom").await.unwrap().unwrap();
    assert!(desk.is_in("anna").await, "nothing else is taken");
    desk.clock.pass(IDLE);
    desk.people.sweep("broom").await.unwrap().unwrap();
    // Were the session still there, it would go on now.
    desk.clock.set_wall(crate::Timestamp(400 * 86_400_000));
    assert!(!desk.is_in("anna").await);
}
