//! Three claims that are told of growing services, held against prices: spot is 3 times cheaper, a NAT instance 10 times
//! cheaper than a gateway, a t4g.xlarge 16 times a t4g.micro.
//!
//! Each is tried on the bare price of an hour and on the month that is paid: with the disk and the public address that
//! both sides need.

use super::breakeven::{Book, month};
use super::instances;
use super::money::Usd;
use super::source::Source;
use super::{CostError, prices_of};
use serde::Serialize;
use std::fmt::{self, Display};

/// What the prices make of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Judgement {
    /// It is so.
    Holds,
    /// It is so for the price of an hour, not for what a month costs.
    BareHourOnly,
    /// It is not so.
    Refuted,
    /// A price is missing.
    Unpriced,
}

/// So many times.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ratio {
    /// Of what to what.
    pub of: &'static str,
    /// The one.
    pub dear: f64,
    /// The other.
    pub cheap: f64,
}

impl Ratio {
    /// How many times.
    pub fn times(&self) -> f64 {
        self.dear / self.cheap
    }
}

/// A claim and what the prices make of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// Its words.
    pub says: &'static str,
    /// How many times it claims.
    pub claimed: f64,
    /// The figures: the bare hour first, the whole month second.
    pub ratios: Vec<Ratio>,
    /// What follows.
    pub judgement: Judgement,
    /// The prices.
    pub sources: Vec<Source>,
}

/// How a claim is compared with prices, in hours and in a month.
type Compared = fn(&Book) -> Option<Vec<Ratio>>;

/// The three claims in a region.
///
/// # Errors
/// Where it has no prices.
pub fn claims(region: &str) -> Result<Vec<Claim>, CostError> {
    let prices = prices_of(region)?;
    let tried: [(&str, f64, Compared); 3] = [
        ("a bastion on a t4g.micro by spot is 3 times cheaper than by the hour", 3.0, spot),
        ("a NAT instance (t4g.nano) is 10 times cheaper than a NAT gateway", 10.0, nat),
        ("a t4g.xlarge costs 16 times a t4g.micro", 16.0, size),
    ];
    let judged = tried.map(|(says, claimed, ratios)| {
        let book = Book::new(prices);
        let ratios = ratios(&book).unwrap_or_default();
        Claim { says, claimed, judgement: judge(claimed, &ratios), ratios, sources: book.sources() }
    });
    Ok(judged.into())
}

/// A claim holds where the figure is not more than a twentieth below it.
fn judge(claimed: f64, ratios: &[Ratio]) -> Judgement {
    let holds = |ratio: &Ratio| ratio.times() >= claimed * 0.95;
    match ratios {
        [hour, month, ..] if holds(hour) && holds(month) => Judgement::Holds,
        [hour, _, ..] if holds(hour) => Judgement::BareHourOnly,
        [_, _, ..] => Judgement::Refuted,
        _ => Judgement::Unpriced,
    }
}

fn spot(book: &Book) -> Option<Vec<Ratio>> {
    let (demand, spot) = (book.price("ec2.t4g.micro")?, book.under("ec2.t4g.micro", "spot")?);
    let address = book.address()?;
    let more = book.instance("t4g.micro")? - month(demand) + address;
    Some(vec![
        Ratio { of: "hour by demand / by spot", dear: demand.usd(), cheap: spot.usd() },
        months("month with disk and address", month(demand) + more, month(spot) + more),
    ])
}

fn nat(book: &Book) -> Option<Vec<Ratio>> {
    let (gateway, nano) = (book.price("nat-gateway.hour")?, book.price("ec2.t4g.nano")?);
    let (address, instance) = (book.address()?, book.instance("t4g.nano")?);
    let hundred = book.price("nat-gateway.gb")?.times(super::money::Quantity::whole(100));
    Some(vec![
        Ratio { of: "hour of a gateway / of a t4g.nano", dear: gateway.usd(), cheap: nano.usd() },
        months("month with disk and address, idle", month(gateway) + address, instance + address),
        months("the same and 100 GB", month(gateway) + address + hundred, instance + address),
    ])
}

fn size(book: &Book) -> Option<Vec<Ratio>> {
    let (large, small) = (instances::named("t4g.xlarge")?, instances::named("t4g.micro")?);
    let hours = [book.price("ec2.t4g.xlarge")?, book.price("ec2.t4g.micro")?];
    let months_of = [book.instance("t4g.xlarge")?, book.instance("t4g.micro")?];
    [large, small].into_iter().for_each(|kind| book.add_type(kind));
    Some(vec![
        Ratio { of: "hour of a t4g.xlarge / of a t4g.micro", dear: hours[0].usd(), cheap: hours[1].usd() },
        months("month with disk", months_of[0], months_of[1]),
        Ratio { of: "memory", dear: large.gib, cheap: small.gib },
        Ratio { of: "vCPUs", dear: f64::from(large.vcpus), cheap: f64::from(small.vcpus) },
    ])
}

fn months(of: &'static str, dear: Usd, cheap: Usd) -> Ratio {
    Ratio { of, dear: dear.number(), cheap: cheap.number() }
}

impl Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self {
            Self::Holds => "holds",
            Self::BareHourOnly => "holds for the bare hour, not for the month that is paid",
            Self::Refuted => "refuted",
            Self::Unpriced => "unknown: a price is missing",
        })
    }
}

impl Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "{}: {}", self.says, self.judgement)?;
        let line = |ratio: &Ratio| {
            format!("  {}: {} / {} = {:.1}", ratio.of, short(ratio.dear), short(ratio.cheap), ratio.times())
        };
        self.ratios.iter().try_for_each(|ratio| writeln!(f, "{}", line(ratio)))
    }
}

/// At most four digits after the point.
fn short(figure: f64) -> String {
    let text = format!("{figure:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
