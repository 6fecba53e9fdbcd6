//! Random histories of archives.

use ledger::conformance::parcels::Step;
use ledger::parcels::Built;
use proptest::prelude::*;

/// One operation.
pub fn step() -> impl Strategy<Value = Step> {
    let built = prop_oneof![
        3 => Just(Built::Ready), 3 => "[a-c]".prop_map(Built::Failed), 1 => Just(Built::HandedBack), 2 => Just(Built::Lost),
    ];
    let (t, nth, build) = (any::<bool>, || 0..4usize, || 1..4u32);
    prop_oneof![
        6 => (t(), t(), t(), 0..90u16).prop_map(|(t, batch, name, kept)| Step::Want(t, batch, name, kept)),
        6 => (0..40u16).prop_map(Step::Take),
        2 => (nth(), build(), 0..1_000u64).prop_map(|(nth, build, done)| Step::Renew(nth, build, done)),
        6 => (nth(), build(), built).prop_map(|(nth, build, built)| Step::End(nth, build, built)),
        1 => t().prop_map(Step::Drop),
        1 => Just(Step::Sweep),
        4 => (0..40u16).prop_map(Step::Pass),
    ]
}
