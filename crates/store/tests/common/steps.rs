//! Random steps for [`store::conformance::follow`].

use proptest::prelude::*;
use store::conformance::Step;

pub fn step() -> impl Strategy<Value = Step> {
    let lie = prop_oneof![4 => Just(0i8), 1 => -2..=2i8];
    prop_oneof![
        4 => (any::<u8>(), 0..3_000u16).prop_map(|(at, size)| Step::Put(at, size)),
        3 => any::<u8>().prop_map(Step::Delete),
        2 => (any::<u8>(), 0..3_000u16, 0..3_000u16).prop_map(|(at, a, b)| Step::Get(at, a, b)),
        2 => (any::<u8>(), any::<u8>(), 0..6u8).prop_map(|(under, after, limit)| Step::List(under, after, limit)),
        2 => any::<u8>().prop_map(Step::Begin),
        8 => (any::<u8>(), 0..5u8, 0..3_000u16, lie).prop_map(|(u, n, size, lie)| Step::PutPart(u, n, size, lie)),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(which, but)| Step::Complete(which, but)),
        1 => any::<u8>().prop_map(Step::Abort),
        1 => Just(Step::Sweep),
    ]
}
