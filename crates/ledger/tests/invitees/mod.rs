//! Random histories of links.

use ledger::conformance::shares::Step;
use proptest::prelude::*;

/// One operation.
pub fn step() -> impl Strategy<Value = Step> {
    let (second, of, nth) = (|| prop::bool::weighted(0.2), any::<bool>, || 0..4usize);
    prop_oneof![
        5 => (second(), of(), of(), 0..6u16).prop_map(|(second, of, all, lasts)| Step::Add(second, of, all, lasts)),
        4 => (second(), of(), nth()).prop_map(|(second, of, nth)| Step::See(second, of, nth)),
        3 => (second(), of(), nth()).prop_map(|(second, of, nth)| Step::Revoke(second, of, nth)),
        1 => of().prop_map(Step::Drop),
        4 => prop_oneof![0..40u16, 55..65u16, 100..400u16].prop_map(Step::Pass),
    ]
}
