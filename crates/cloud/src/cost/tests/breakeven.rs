//! Where two ways meet, by hand.

use crate::cost::breakeven::{BreakEven, break_evens};
use crate::cost::money::Usd;

fn of(title: &str) -> BreakEven {
    let all = break_evens("ap-northeast-2", Usd::hundredths_of_a_cent(1_000_000)).unwrap();
    all.into_iter().find(|found| found.title == title).unwrap()
}

fn row(found: &BreakEven, name: &str) -> Vec<String> {
    found.table.rows.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("{found}"))[1..].to_vec()
}

/// An idle gateway in Seoul is 730 x (0.059 + 0.005) = 46.72. A t4g.nano is 730 x (0.0052 + 0.005) + 8 x 0.0912 = 8.1756,
/// cheaper from the start. A t4g.xlarge is 730 x (0.1664 + 0.005) + 0.7296 = 125.8516: (125.8516 - 46.72) / 0.059 = 1341.2.
#[test]
fn a_gateway_and_an_instance() {
    let found = of("NAT gateway or NAT instance");
    assert_eq!(row(&found, "t4g.nano"), ["8.18", "0"]);
    assert_eq!(row(&found, "t4g.xlarge"), ["125.85", "1342"]);
    assert!(found.says[0].contains("46.72") && found.says[0].contains("0.059"), "{found}");
}

/// 1000 GB: NAT 59.00, interface endpoint 2 x 730 x 0.013 + 1000 x 0.01 = 28.98. They meet at 9.49 / 0.049 = 193.7 GB a zone.
#[test]
fn a_gateway_and_endpoints() {
    let found = of("NAT gateway or endpoint");
    assert_eq!(row(&found, "1000"), ["59.00", "0.00", "28.98"]);
    assert!(found.says[1].contains("from 194 GB in 1 zone, 388 in 2, 582 in 3"), "{found}");
}

/// t3.medium: 37.96 + 0.7296 = 38.6896; Fargate 730 x (2 x 0.04656 + 4 x 0.00511) = 82.8988; 46.7 %.
#[test]
fn instances_and_fargate() {
    let found = of("instances or Fargate");
    assert_eq!(row(&found, "t3.medium"), ["38.69", "82.90", "46.7 %"]);
}

/// For 100 USD: a c5.xlarge is 0.192 x 730 + 0.7296 = 140.8896 and does not fit; t3.large 76.6496 once; t3.medium 38.6896
/// twice; t4g.micro 0.0104 x 730 + 0.7296 = 8.3216 twelve times.
#[test]
fn up_and_out() {
    let found = of("scale up or scale out");
    assert_eq!(row(&found, "c5.xlarge")[1..], ["0", "0", "0", "does not fit"]);
    assert_eq!(row(&found, "t3.large"), ["76.65", "1", "2", "8", "0 %"]);
    assert_eq!(row(&found, "t3.medium"), ["38.69", "2", "4", "8", "50 %"]);
    assert_eq!(row(&found, "t4g.micro"), ["8.32", "12", "24", "12", "91 %"]);
}

#[test]
fn each_says_its_formula_and_its_sources() {
    for region in ["ap-northeast-2", "us-east-1"] {
        let all = break_evens(region, Usd::hundredths_of_a_cent(1_000_000)).unwrap();
        assert_eq!(all.len(), 4, "{region}");
        for found in all {
            assert!(!found.sources.is_empty() && found.formula.contains('='), "{found}");
            assert!(found.table.rows.iter().all(|row| row.len() == found.table.head.len()));
        }
    }
}

/// A little below the point one way is cheaper, at it the other.
#[test]
fn the_point_is_where_it_turns() {
    let cost = |instance: bool, gb: f64| if instance { 125.8516 } else { 46.72 + gb * 0.059 };
    let point: f64 = row(&of("NAT gateway or NAT instance"), "t4g.xlarge")[1].parse().unwrap();
    assert!(cost(true, point - 1.0) > cost(false, point - 1.0));
    assert!(cost(true, point) <= cost(false, point));
}
