//! Random histories of webhooks.

use ledger::conformance::hooks::Step;
use proptest::prelude::*;

/// One operation.
pub fn step() -> impl Strategy<Value = Step> {
    let (t, hook, id) = (|| prop::bool::weighted(0.7), || 1..5i64, || 1..12i64);
    prop_oneof![
        3 => t().prop_map(Step::Add),
        3 => (t(), hook(), 0..7u8).prop_map(|(t, hook, how)| Step::Change(t, hook, how)),
        1 => (t(), hook()).prop_map(|(t, hook)| Step::Drop(t, hook)),
        8 => (t(), hook()).prop_map(|(t, hook)| Step::Test(t, hook)),
        2 => (t(), hook(), id()).prop_map(|(t, hook, id)| Step::Redeliver(t, hook, id)),
        6 => (0..6u8, 0..4u8).prop_map(|(most, per_hook)| Step::Take(most, per_hook)),
        8 => (any::<u16>(), 0..6u8).prop_map(|(which, how)| Step::End(which, how)),
        1 => (0..40u16, 0..4u8).prop_map(|(seconds, most)| Step::Forget(seconds, most)),
        6 => prop_oneof![3 => 0..40u32, 1 => Just(8_000u32), 1 => Just(90_000u32)].prop_map(Step::Pass),
    ]
}
