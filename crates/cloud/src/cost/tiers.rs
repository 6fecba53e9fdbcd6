//! Prices that change with the amount. What lies beyond the last tier that a list knows is *unpriced*.

use super::draft::Draft;
use super::money::Quantity;
use super::span::Span;

/// A step of a price: its row, and how many units it covers; the last one covers whatever is left.
type Tier = (&'static str, Option<u64>);

/// TB of 1,024 GB, as the rows of `egress.internet` show (10,240 GB for the first 10 TB).
const TB: u64 = 1024;

/// Items with tiers. The bounds stand in the quotes of the rows, and for S3 on <https://aws.amazon.com/s3/pricing/>.
const TIERED: &[(&str, &[Tier])] = &[
    (
        "egress.internet",
        &[
            ("egress.internet.first-10tb", Some(10 * TB)),
            ("egress.internet.next-40tb", Some(40 * TB)),
            ("egress.internet.next-100tb", Some(100 * TB)),
            ("egress.internet.over-150tb", None),
        ],
    ),
    (
        "cloudfront.egress",
        &[
            ("cloudfront.egress.first-10tb", Some(10 * TB)),
            ("cloudfront.egress.next-40tb", Some(40 * TB)),
            ("cloudfront.egress.over-50tb", None),
        ],
    ),
    ("s3.standard", &[("s3.standard", Some(50 * TB)), ("s3.standard.over-50tb", None)]),
    (
        "vpc-endpoint.interface.gb",
        &[("vpc-endpoint.interface.gb", Some(1000 * TB)), ("vpc-endpoint.interface.gb.over-1pb", None)],
    ),
    ("route53.queries", &[("route53.queries", Some(1000)), ("route53.queries.over-1b", None)]),
];

/// One draft for every step that is reached.
pub(super) fn split(draft: Draft) -> Vec<Draft> {
    let Some((_, tiers)) = TIERED.iter().find(|(item, _)| *item == draft.item) else { return vec![draft] };
    let mut rest = draft.quantity;
    let step = |(item, width): &Tier| {
        let width = width.map(Quantity::whole);
        let here = rest.map(|rest| width.map_or(rest, |width| rest.min(width)));
        rest = rest.with(here, Quantity::less);
        Draft { item: (*item).to_owned(), quantity: here, ..draft.clone() }
    };
    let mut steps: Vec<Draft> = tiers.iter().map(step).collect();
    // What was free of charge is told once.
    steps.iter_mut().skip(1).for_each(|step| step.free = Span::fixed(Quantity::default()));
    steps
}
