//! Tries that failed: counted by login and by address, over all web servers.

use super::*;

const ADDRESS: &str = "192.0.2.7";

/// Runs these examples.
pub async fn all<L: Ledger + Registry + People>(desk: &impl AsyncFn() -> Desk<L>) {
    a_login_has_so_many_tries(&desk().await).await;
    an_address_has_so_many_tries(&desk().await).await;
    whoever_is_in_begins_anew(&desk().await).await;
    what_was_right_is_forgotten_alone(&desk().await).await;
    a_refusal_is_told_once_a_minute(&desk().await).await;
    a_sweep_leaves_what_counts(&desk().await).await;
}

impl<L: Ledger + Registry + People> Desk<L> {
    async fn tries(&self, login: &str, address: &str) -> Try {
        self.people.try_login(login, address).await.unwrap()
    }
}

async fn a_login_has_so_many_tries<L: Ledger + Registry + People>(desk: &Desk<L>) {
    for at in 0..5 {
        assert_eq!(desk.tries("anna", &format!("192.0.2.{at}")).await, Try::Go);
        desk.clock.pass(Duration::from_secs(60));
    }
    let left = |seconds| Try::Wait(Duration::from_secs(seconds));
    assert_eq!(desk.tries("anna", ADDRESS).await, left(600));
    assert_eq!(desk.tries("berta", ADDRESS).await, Try::Go, "another login");
    desk.clock.pass(Duration::from_secs(599));
    assert_eq!(desk.tries("anna", ADDRESS).await, left(1), "what was refused counts for nothing");
    desk.clock.pass(Duration::from_secs(1));
    assert_eq!(desk.tries("anna", ADDRESS).await, Try::Go);
    assert_eq!(desk.tries("anna", ADDRESS).await, left(60), "the second one is the oldest now");
}

async fn an_address_has_so_many_tries<L: Ledger + Registry + People>(desk: &Desk<L>) {
    for at in 0..20 {
        assert_eq!(desk.tries(&format!("login {at}"), ADDRESS).await, Try::Go);
    }
    assert_eq!(desk.tries("anna", ADDRESS).await, Try::Wait(WINDOW));
    assert_eq!(desk.tries("anna", "192.0.2.8").await, Try::Go, "another address");
    desk.clock.pass(WINDOW);
    assert_eq!(desk.tries("anna", ADDRESS).await, Try::Go);
}

async fn whoever_is_in_begins_anew<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let anna = desk.enter(ANNA, "anna", Role::Owner).await;
    let used_up = async || {
        for _ in 0..5 {
            assert_eq!(desk.tries("anna", ADDRESS).await, Try::Go);
        }
        assert!(matches!(desk.tries("anna", ADDRESS).await, Try::Wait(_)));
    };
    used_up().await;
    assert!(desk.people.log_in(&anna, &session("s"), None).await.unwrap());
    used_up().await;
    assert!(desk.people.change_password(&anna, &password("new"), 0).await.unwrap());
    used_up().await;
    let named = NewInvitation { login: Some("anna".into()), ..invitation(ANNA, "i", Role::Viewer) };
    desk.people.invite(&named, BY).await.unwrap();
    assert!(matches!(desk.people.accept("i", &new("anna"), &session("t")).await.unwrap(), Accepted::In(_)));
    used_up().await;
}

async fn what_was_right_is_forgotten_alone<L: Ledger + Registry + People>(desk: &Desk<L>) {
    for address in [ADDRESS, ADDRESS, "192.0.2.8", "192.0.2.8", "192.0.2.8"] {
        assert_eq!(desk.tries("anna", address).await, Try::Go);
    }
    desk.people.forget_tries("zoe", ADDRESS).await.unwrap();
    assert!(matches!(desk.tries("anna", ADDRESS).await, Try::Wait(_)));
    desk.people.forget_tries("anna", ADDRESS).await.unwrap();
    assert_eq!([desk.tries("anna", ADDRESS).await, desk.tries("anna", ADDRESS).await], [Try::Go; 2]);
    assert!(matches!(desk.tries("anna", ADDRESS).await, Try::Wait(_)), "those from elsewhere count still");
}

async fn a_refusal_is_told_once_a_minute<L: Ledger + Registry + People>(desk: &Desk<L>) {
    desk.enter(ANNA, "anna", Role::Owner).await;
    desk.enter(ANNA, "zoe", Role::Owner).await;
    let refusals = async || {
        let told = desk.told(ANNA, 99).await;
        let of = |login: &str| row("somebody", Deed::LoginRefused, &format!("user {login}"));
        ["anna", "zoe"].map(|login| told.iter().filter(|row| **row == of(login)).count())
    };
    for _ in 0..3 {
        for login in ["anna", "zoe", "nobody"] {
            desk.people.refuse_login(login).await.unwrap();
        }
    }
    assert_eq!(refusals().await, [1, 1]);
    desk.clock.pass(TOLD_ONCE - Duration::from_millis(1));
    desk.people.refuse_login("anna").await.unwrap();
    assert_eq!(refusals().await, [1, 1]);
    desk.clock.pass(Duration::from_millis(1));
    desk.people.refuse_login("anna").await.unwrap();
    assert_eq!(refusals().await, [2, 1]);
}

async fn a_sweep_leaves_what_counts<L: Ledger + Registry + People>(desk: &Desk<L>) {
    let since = crate::Clock::wall(&*desk.clock);
    for _ in 0..5 {
        desk.tries("anna", ADDRESS).await;
    }
    desk.clock.pass(WINDOW - Duration::from_millis(1));
    desk.people.sweep("broom").await.unwrap().unwrap();
    assert_eq!(desk.tries("anna", ADDRESS).await, Try::Wait(Duration::from_millis(1)));
    desk.clock.pass(Duration::from_millis(1));
    desk.people.sweep("broom").await.unwrap().unwrap();
    // Were they still there, they would count now.
    desk.clock.set_wall(since);
    assert_eq!(desk.tries("anna", ADDRESS).await, Try::Go);
}
