//! Random histories of a registry.

use ledger::conformance::registry::Step;
use proptest::prelude::*;

/// One operation.
pub fn step() -> impl Strategy<Value = Step> {
    let (t, id) = (any::<bool>, || 1..8i64);
    prop_oneof![
        3 => (t(), 0..4u8).prop_map(|(t, prefix)| Step::AddKey(t, prefix)),
        1 => (0..3i64, 0..9i64).prop_map(|(nth, at)| Step::Touch(nth, at)),
        1 => (t(), 0..3i64).prop_map(|(t, nth)| Step::DropKey(t, nth)),
        3 => (t(), 0..3u8, 0..3u8).prop_map(|(t, name, text)| Step::AddRecipe(t, name, text)),
        6 => (t(), t(), 1..200u64, 0..60i64).prop_map(|(t, photo, size, end)| Step::Open(t, photo, size, end)),
        4 => (t(), id()).prop_map(|(t, id)| Step::Finish(t, id)),
        2 => (t(), id()).prop_map(|(t, id)| Step::Abort(t, id)),
        1 => (t(), id()).prop_map(|(t, id)| Step::Hash(t, id)),
        3 => (t(), t(), id()).prop_map(|(t, photo, id)| Step::Drop(t, photo, id)),
        2 => (0..70u16).prop_map(Step::Pass),
    ]
}
