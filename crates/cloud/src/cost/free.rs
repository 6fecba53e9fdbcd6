//! What AWS gives free of charge, to accounts from before 15 July 2025 and to those since.

use super::draft::Draft;
use super::money::Quantity;
use super::plan::Plan;
use super::prices::ON_DEMAND;
use super::span::Span;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// The file.
pub const TEXT: &str = include_str!("../../data/free_tier.toml");

/// So much a month.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// Of what.
    pub item: String,
    /// How much; none where nobody found a figure.
    #[serde(default)]
    pub per_month: Option<u64>,
    /// In which unit.
    pub unit: String,
    /// For how many months of an account, or `always`.
    pub months: toml::Value,
    /// Which accounts.
    pub accounts: Accounts,
    /// The words that say so.
    #[serde(default)]
    pub quote: String,
    /// Where they stand.
    #[serde(default)]
    pub url: String,
    /// Of when they are.
    #[serde(default)]
    pub date: String,
}

/// An amount once an account, for whatever it is spent on.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// For what.
    pub item: String,
    /// How much.
    pub usd: f64,
    /// For how many months.
    pub months: u32,
    /// Which accounts.
    pub accounts: Accounts,
    /// The words that say so.
    pub quote: String,
    /// Where they stand.
    pub url: String,
    /// Of when they are.
    pub date: String,
}

/// Accounts by the day on which they were opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub enum Accounts {
    /// Before it.
    #[serde(rename = "before-2025-07-15")]
    Before,
    /// On it, or later.
    #[serde(rename = "since-2025-07-15")]
    Since,
}

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// By the month.
    #[serde(rename = "free")]
    pub allowances: Vec<Allowance>,
    /// Once.
    #[serde(rename = "credit")]
    pub credits: Vec<Credit>,
}

static FREE: LazyLock<Free> = LazyLock::new(|| toml::from_str(TEXT).expect("a file of this crate, which a test reads"));

/// Which items of the price lists an allowance covers, shared among them. The allowance for databases is taken to be for
/// one without a copy.
pub(super) const COVERS: &[(&str, &[&str])] = &[
    ("ec2.t2.micro-or-t3.micro", &["ec2.t2.micro", "ec2.t3.micro"]),
    ("rds.db.t3.micro", &["rds.postgres.db.t3.micro.single-az", "rds.mysql.db.t3.micro.single-az"]),
    ("alb.hour", &["alb.hour"]),
    ("alb.lcu-hour", &["alb.lcu-hour"]),
    ("s3.standard", &["s3.standard"]),
    ("s3.get", &["s3.get"]),
    ("s3.put", &["s3.put"]),
    (
        "elasticache.cache.t2.micro-or-cache.t3.micro",
        &["elasticache.redis.cache.t2.micro", "elasticache.redis.cache.t3.micro"],
    ),
    ("public-ipv4.hour", &["public-ipv4.hour"]),
    ("sqs.requests", &["sqs.standard", "sqs.fifo"]),
    ("cloudwatch.custom-metric", &["cloudwatch.custom-metric"]),
    ("cloudwatch.alarm", &["cloudwatch.alarm"]),
    ("egress.internet", &["egress.internet"]),
    ("cloudfront.egress", &["cloudfront.egress"]),
    ("cloudfront.requests", &["cloudfront.requests.https", "cloudfront.requests.http"]),
];

impl Free {
    /// What is known.
    pub fn known() -> &'static Self {
        &FREE
    }

    /// What a plan has free of charge.
    pub fn of(&self, plan: Plan) -> impl Iterator<Item = &Allowance> {
        self.allowances.iter().filter(move |allowance| accounts(plan) == Some(allowance.accounts))
    }

    /// The credits of a plan.
    pub fn credits_of(&self, plan: Plan) -> impl Iterator<Item = &Credit> {
        self.credits.iter().filter(move |credit| accounts(plan) == Some(credit.accounts))
    }
}

fn accounts(plan: Plan) -> Option<Accounts> {
    match plan {
        Plan::FreeTierBefore => Some(Accounts::Before),
        Plan::FreeTierSince => Some(Accounts::Since),
        Plan::AsDesigned | Plan::OnDemand | Plan::SavingsPlan | Plan::Spot => None,
    }
}

/// Takes away what a plan has free of charge.
pub(super) fn deduct(drafts: &mut [Draft], plan: Plan) {
    for allowance in Free::known().of(plan) {
        let covered = COVERS.iter().find(|(item, _)| *item == allowance.item).map_or(&[][..], |(_, covers)| covers);
        let mut pool = None;
        let paid = drafts.iter_mut().filter(|draft| draft.plan == ON_DEMAND);
        for draft in paid.filter(|draft| covered.contains(&draft.item.as_str())) {
            let left = pool.unwrap_or_else(|| Span::fixed(amount(allowance, draft.unit)));
            let taken = draft.quantity.with(left, Quantity::min);
            draft.quantity = draft.quantity.with(taken, Quantity::less);
            draft.free = taken;
            pool = Some(left.with(taken, Quantity::less));
        }
    }
}

/// An allowance in the unit in which a price counts.
fn amount(allowance: &Allowance, unit: &str) -> Quantity {
    let whole = Quantity::whole(allowance.per_month.unwrap_or_default());
    whole.part(size(&allowance.unit), size(unit))
}

/// How many of the smallest unit of its kind.
fn size(unit: &str) -> u64 {
    match unit {
        "1000-requests" => 1000,
        "10000-requests" => 10_000,
        "million-requests" => 1_000_000,
        _ => 1,
    }
}
