//! How a design is paid for.

use super::prices::ON_DEMAND;
use crate::design::Purchase;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// How instances are paid for, and what comes free of charge. Whatever is no instance is always paid by use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plan {
    /// Each instance by the purchase that the design names.
    #[default]
    AsDesigned,
    /// All by the hour.
    OnDemand,
    /// All by a promise for a year.
    SavingsPlan,
    /// All of what is left over.
    Spot,
    /// All by the hour, less what accounts from before 15 July 2025 have free of charge in their first year.
    FreeTierBefore,
    /// All by the hour, less what accounts since then have free of charge; their credits are told apart.
    FreeTierSince,
}

/// Their names.
const NAMES: [(&str, Plan); 6] = [
    ("as-designed", Plan::AsDesigned),
    ("on-demand", Plan::OnDemand),
    ("savings-plan", Plan::SavingsPlan),
    ("spot", Plan::Spot),
    ("free-tier-before", Plan::FreeTierBefore),
    ("free-tier-since", Plan::FreeTierSince),
];

impl Plan {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(_, plan)| *plan)
    }

    /// The plan of the rows that price an instance.
    pub(super) fn row(self, purchase: Purchase) -> &'static str {
        match self {
            Self::AsDesigned => row(purchase),
            Self::OnDemand | Self::FreeTierBefore | Self::FreeTierSince => ON_DEMAND,
            Self::SavingsPlan => row(Purchase::SavingsPlan),
            Self::Spot => row(Purchase::Spot),
        }
    }
}

fn row(purchase: Purchase) -> &'static str {
    match purchase {
        Purchase::OnDemand => ON_DEMAND,
        Purchase::SavingsPlan => "savings-plan-1y-no-upfront",
        Purchase::Spot => "spot",
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = NAMES.iter().find(|(_, plan)| plan == self).map_or("", |(name, _)| *name);
        f.pad(name)
    }
}

impl FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = NAMES.iter().find(|(name, _)| *name == text).map(|(_, plan)| *plan);
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        found.ok_or_else(|| format!("expected one of {}, found `{text}`", names.join(", ")))
    }
}
