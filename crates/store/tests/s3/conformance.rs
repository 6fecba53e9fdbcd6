//! The suite that every backend runs, and random histories.

use super::common::{fresh, proxy};
use crate::steps::step;
use proptest::prelude::*;
use store::conformance::{all, follow};

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

#[test]
fn s3_conforms() {
    let proxy = proxy();
    block_on(all(async || fresh(&proxy)));
    assert_eq!(proxy.count("denied"), 0, "{:?}", proxy.requests());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn s3_follows_the_model(steps in prop::collection::vec(step(), 1..30)) {
        let proxy = proxy();
        block_on(async { follow(&fresh(&proxy), &steps).await });
    }
}
