//! The claims of growing services, and that the page tells them as they are computed.

use crate::cost::growth::{Claim, Judgement, claims};

const PAGE: &str = include_str!("../../../../../docs/cloud-cost.md");

fn times(claim: &Claim) -> Vec<String> {
    claim.ratios.iter().map(|ratio| format!("{:.1}", ratio.times())).collect()
}

/// us-east-1: spot 0.0084 / 0.0035 = 2.4, the month (6.132 + 0.64 + 3.65) / (2.555 + 0.64 + 3.65) = 1.5; NAT 0.045 / 0.0042 =
/// 10.7, the month 36.50 / (3.066 + 0.64 + 3.65) = 5.0; size 0.1344 / 0.0084 = 16, with disks 98.752 / 6.772 = 14.6.
#[test]
fn in_virginia() {
    let [spot, nat, size] = <[Claim; 3]>::try_from(claims("us-east-1").unwrap()).unwrap();
    assert_eq!((spot.judgement, times(&spot)), (Judgement::Refuted, vec!["2.4".into(), "1.5".into()]));
    assert_eq!(nat.judgement, Judgement::BareHourOnly);
    assert_eq!(times(&nat), ["10.7", "5.0", "5.6"]);
    assert_eq!(size.judgement, Judgement::BareHourOnly);
    assert_eq!(times(&size), ["16.0", "14.6", "16.0", "2.0"]);
}

/// Seoul: spot 0.0104 / 0.0031 = 3.4, the month (7.592 + 0.7296 + 3.65) / (2.263 + 0.7296 + 3.65) = 1.8; NAT 0.059 / 0.0052 =
/// 11.3, the month 46.72 / 8.1756 = 5.7; size 0.1664 / 0.0104 = 16, with disks 122.2016 / 8.3216 = 14.7.
#[test]
fn in_seoul() {
    let [spot, nat, size] = <[Claim; 3]>::try_from(claims("ap-northeast-2").unwrap()).unwrap();
    assert_eq!((spot.judgement, times(&spot)), (Judgement::BareHourOnly, vec!["3.4".into(), "1.8".into()]));
    assert_eq!(nat.judgement, Judgement::BareHourOnly);
    assert_eq!(times(&nat), ["11.3", "5.7", "6.4"]);
    assert_eq!(size.judgement, Judgement::BareHourOnly);
    assert_eq!(times(&size), ["16.0", "14.7", "16.0", "2.0"]);
}

#[test]
fn each_names_its_sources() {
    for region in ["us-east-1", "ap-northeast-2"] {
        for claim in claims(region).unwrap() {
            assert!(claim.sources.len() >= 2, "{claim}");
            assert!(claim.sources.iter().all(|source| source.url.starts_with("http") && !source.quote.is_empty()));
        }
    }
}

#[test]
fn the_page_tells_every_claim_as_it_is_computed() {
    for region in ["us-east-1", "ap-northeast-2"] {
        let told: String = claims(region).unwrap().iter().map(ToString::to_string).collect();
        assert!(PAGE.contains(&told), "docs/cloud-cost.md must contain, for {region}:\n{told}");
    }
}
