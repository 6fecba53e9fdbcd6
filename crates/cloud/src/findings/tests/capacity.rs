//! Capacity after a zone is lost, against a count of instances one by one.

use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn it_is_below_the_peak_exactly_when_those_who_are_left_cannot_bear_it(
        min in 1..8_u32, more in 0..8_u32, cpu in 10..100_u32, peak in 1..400_u32, each in 1..100_u32,
    ) {
        let max = min + more;
        let text = changed(&[
            ("min = 2\nmax = 6", &format!("min = {min}\nmax = {max}")),
            ("target = 50.0", &format!("target = {cpu}.0")),
            ("peak_requests_per_s = 100.0", &format!("peak_requests_per_s = {peak}.0")),
            ("requests_per_s_an_instance = 50.0", &format!("requests_per_s_an_instance = {each}.0")),
        ]);
        // In whole numbers: scaling adds instances while they are busier than the target, then a zone takes every other one.
        let mut count = min;
        while count < max && 100 * peak > cpu * each * count {
            count += 1;
        }
        let left = (0..count).filter(|n| n % 2 == 1).count() as u32;
        let found = judged(&text).findings.iter().any(|finding| finding.rule == "capacity-below-peak");
        prop_assert_eq!(found, left * each < peak, "{} of {} left", left, count);
    }
}
