//! Random histories of transfers.

use ledger::BatchId;
use ledger::conformance::transfers::Step;
use ledger::transfers::{Ended, Made};
use proptest::prelude::*;
use std::time::Duration;

/// One operation.
pub fn step() -> impl Strategy<Value = Step> {
    let made = prop_oneof![
        2 => Just(Made::List(None)), 4 => (0..9u64).prop_map(Made::File), 1 => Just(Made::Batch(BatchId(3))),
        1 => Just(Made::Photo { upload: 1, size: 1, media_type: "image/tiff".into() }),
    ];
    let asked = prop::option::of((0..900u64).prop_map(Duration::from_secs));
    let ended = prop_oneof![
        5 => made.prop_map(Ended::Done), 1 => "[a-c]".prop_map(Ended::Refused),
        2 => ("[a-c]", asked).prop_map(|(why, asked)| Ended::Failed(why, asked)), 1 => Just(Ended::HandedBack),
    ];
    let (nth, number, attempt) = (|| 0..3usize, || -1..4i64, || 1..4u32);
    prop_oneof![
        2 => any::<bool>().prop_map(Step::Open),
        6 => (nth(), number(), prop::option::of(attempt())).prop_map(|(nth, n, attempt)| Step::Add(nth, n, attempt)),
        3 => (nth(), 0..90u16, prop::option::of(any::<bool>())).prop_map(|(nth, kept, name)| Step::Seal(nth, kept, name)),
        6 => (0..4usize, 0..4usize, 0..60u16).prop_map(|(most, each, lease)| Step::Take(most, each, lease)),
        2 => (nth(), number(), attempt()).prop_map(|(nth, n, attempt)| Step::Renew(nth, n, attempt)),
        7 => (nth(), number(), attempt(), ended).prop_map(|(nth, n, attempt, ended)| Step::End(nth, n, attempt, ended)),
        1 => nth().prop_map(Step::Cancel),
        2 => nth().prop_map(Step::Retry),
        1 => Just(Step::Sweep),
        4 => (0..90u16).prop_map(Step::Pass),
    ]
}
