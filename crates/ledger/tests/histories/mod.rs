//! Random histories, for every backend.

use ledger::conformance::Step;
use proptest::option::weighted;
use proptest::prelude::*;

/// One operation.
pub fn step() -> impl Strategy<Value = Step> {
    let n = any::<u16>;
    prop_oneof![
        4 => (0..4u8, -1..2i8, prop_oneof![3 => Just(0u8), 2 => 1..4u8]).prop_map(|(t, p, s)| Step::Open(t, p, s)),
        6 => (n(), 0..7u8).prop_map(|(b, count)| Step::Add(b, count)),
        6 => (n(), weighted(0.4, 0..4u8)).prop_map(|(b, name)| Step::Submit(b, name)),
        1 => n().prop_map(Step::Seal),
        10 => (0..5u8).prop_map(Step::Claim),
        3 => (n(), 0..4u8, any::<bool>()).prop_map(|(b, most, leased)| Step::ClaimOf(b, most, leased)),
        4 => n().prop_map(Step::ClaimTask),
        3 => prop::collection::vec(n(), 0..4).prop_map(Step::Renew),
        16 => (n(), 0..5u8, prop_oneof![2 => Just(0u8), 1 => 1..40u8]).prop_map(|(t, how, in_s)| Step::End(t, how, in_s)),
        3 => prop::collection::vec((n(), 0..5u8), 0..6).prop_map(Step::EndMany),
        1 => n().prop_map(Step::Close),
        1 => n().prop_map(Step::Cancel),
        3 => (n(), weighted(0.5, n())).prop_map(|(b, only)| Step::Redrive(b, only)),
        1 => n().prop_map(Step::Forget),
        5 => Just(Step::Fold),
        2 => Just(Step::Ring),
        3 => any::<bool>().prop_map(Step::Sweep),
        8 => prop_oneof![8 => 0..12u16, 6 => 28..34u16, 1 => 60..70u16, 1 => Just(4_000u16)].prop_map(Step::Pass),
        1 => Just(Step::Reboot),
        2 => prop::bool::weighted(0.4).prop_map(Step::Pause),
        3 => (0..3u8, any::<u8>()).prop_map(|(t, kinds)| Step::Hook(t, kinds)),
        1 => (n(), weighted(0.8, any::<bool>())).prop_map(|(which, on)| Step::Switch(which, on)),
        2 => (0..3u8, 0..3u8, 0..30u8, 0..8u8, prop::bool::weighted(0.2))
            .prop_map(|(t, weight, queued, running, paused)| Step::Change(t, weight, queued, running, paused)),
    ]
}
