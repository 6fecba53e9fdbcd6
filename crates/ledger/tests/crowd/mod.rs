//! Random histories of people.

use ledger::conformance::people::Step;
use proptest::option::of;
use proptest::prelude::*;

/// One operation.
pub fn step() -> impl Strategy<Value = Step> {
    let (t, n) = (any::<bool>, any::<u8>);
    let login = || 0..4u8;
    prop_oneof![
        5 => (t(), of(login()), 0..3u8).prop_map(|(t, login, role)| Step::Invite(t, login, role)),
        1 => (t(), n()).prop_map(|(t, n)| Step::DropInvitation(t, n)),
        6 => (n(), login()).prop_map(|(n, login)| Step::Accept(n, login)),
        3 => (n(), login(), 0..6u8).prop_map(|(n, login, who)| Step::AcceptBy(n, login, who)),
        2 => (t(), login(), 0..3u8, 0..6u8).prop_map(|(t, login, role, who)| Step::Admit(t, login, role, who)),
        3 => (0..6u8, of(n())).prop_map(|(who, n)| Step::LogInBy(who, n)),
        2 => (login(), 0..6u8).prop_map(|(login, who)| Step::Connect(login, who)),
        2 => (login(), t()).prop_map(|(login, first)| Step::Disconnect(login, first)),
        3 => (t(), n(), of(0..3u8), of(t())).prop_map(|(t, n, role, off)| Step::Change(t, n, role, off)),
        1 => (t(), n()).prop_map(|(t, n)| Step::DropUser(t, n)),
        1 => (login(), n()).prop_map(|(login, n)| Step::ChangePassword(login, n)),
        6 => (login(), 0..2u8).prop_map(|(login, from)| Step::Try(login, from)),
        1 => (login(), 0..2u8).prop_map(|(login, from)| Step::Forget(login, from)),
        2 => login().prop_map(Step::Refuse),
        4 => (login(), of(n())).prop_map(|(login, n)| Step::LogIn(login, n)),
        2 => n().prop_map(Step::See),
        1 => (t(), n()).prop_map(|(t, n)| Step::End(t, n)),
        1 => Just(Step::Sweep),
        3 => prop_oneof![4 => 0..4u16, 2 => 10..20u16, 2 => 9_000..12_000u16].prop_map(Step::Pass),
    ]
}
