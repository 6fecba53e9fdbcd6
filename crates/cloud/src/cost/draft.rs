//! What a design uses, before anyone asks for the price.

use super::loads::Loads;
use super::money::{HOURS, Quantity};
use super::plan::Plan;
use super::prices::ON_DEMAND;
use super::span::Span;
use crate::design::{AutoScalingGroup, Design, Text};
use crate::network::Network;

/// A design and how it is to be paid for.
pub(super) struct Asked<'a> {
    pub design: &'a Design,
    pub network: Network,
    pub plan: Plan,
    pub loads: Loads,
}

/// So much of something.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// Whose it is: a name of the design, or a word for what belongs to all of it.
    pub name: String,
    /// What it is, in words.
    pub what: String,
    /// As the price lists name it.
    pub item: String,
    /// The plan of its row.
    pub plan: &'static str,
    /// The unit in which it is counted, which must be that of its row.
    pub unit: &'static str,
    /// How much of it, a month.
    pub quantity: Span<Quantity>,
    /// How much of it was free of charge.
    pub free: Span<Quantity>,
}

impl Draft {
    /// Something that is paid by use.
    pub fn new(
        name: &str,
        what: impl Into<String>,
        item: impl Into<String>,
        unit: &'static str,
        quantity: Span<Quantity>,
    ) -> Self {
        let (name, free) = (name.to_owned(), Span::fixed(Quantity::default()));
        Self { name, what: what.into(), item: item.into(), plan: ON_DEMAND, unit, quantity, free }
    }

    /// So many that run all month.
    pub fn hours(name: &str, what: impl Into<String>, item: impl Into<String>, count: Span<u64>) -> Self {
        Self::new(name, what, item, "hour", count.map(|count| Quantity::whole(count).times(HOURS)))
    }

    /// The same figure however far groups have grown.
    pub fn fixed(
        name: &str,
        what: impl Into<String>,
        item: impl Into<String>,
        unit: &'static str,
        quantity: Quantity,
    ) -> Self {
        Self::new(name, what, item, unit, Span::fixed(quantity))
    }

    /// Paid for in another way.
    pub fn by(self, plan: &'static str) -> Self {
        Self { plan, ..self }
    }
}

impl Asked<'_> {
    /// How many instances a group has. The mean is known where all requests go to this group alone, and the load says how
    /// many there are and what one instance bears; and of the idle colour, which gets none and stays at its least.
    pub fn count(&self, name: &Text, group: &AutoScalingGroup) -> Span<u64> {
        let (least, most) = (u64::from(group.min), u64::from(group.max));
        let needed = self.loads.requests_per_s.wholes(self.loads.requests_per_s_an_instance);
        let mean = if least == most || self.design.waits(name) {
            Some(least)
        } else {
            needed.filter(|_| self.serves_alone(name))
        };
        Span { least, mean: mean.map(|count| count.clamp(least, most)), most }
    }

    fn serves_alone(&self, name: &Text) -> bool {
        let mut members = self.design.serving().flat_map(|(_, group)| &group.members).peekable();
        members.peek().is_some() && members.all(|member| member.get_ref() == name.get_ref())
    }
}
