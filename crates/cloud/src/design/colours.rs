//! Two groups of machines of which one serves while the other is made ready: a release changes which.

use super::{Design, Listener, TargetGroup, Text};
use serde::{Deserialize, Serialize};

/// Two target groups of which one is live (blue and green). A listener or rule that leads to one of them leads, after a
/// release, to the other.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Colours {
    /// The target group that gets the requests.
    pub live: Text,
    /// The other one: it gets only those that a rule sends to it.
    pub idle: Text,
    /// The bucket from which machines of both fetch their release when they start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub releases: Option<Text>,
}

impl Colours {
    /// Both, the live one first.
    pub fn both(&self) -> [&Text; 2] {
        [&self.live, &self.idle]
    }

    /// Is a target group one of the two.
    pub fn has(&self, target: &Text) -> bool {
        self.both().iter().any(|colour| colour.get_ref() == target.get_ref())
    }
}

impl Listener {
    /// The target groups to which it leads: those of its rules, then its own.
    pub fn targets(&self) -> impl Iterator<Item = &Text> {
        self.rules.iter().map(|rule| &rule.target).chain([&self.target])
    }
}

impl Design {
    /// Is a target group the colour that waits for the next release.
    pub fn is_idle(&self, target: &Text) -> bool {
        self.colours.as_ref().is_some_and(|colours| colours.idle.get_ref() == target.get_ref())
    }

    /// The target groups that a listener concerns: where it leads to one colour, the other is behind it too.
    pub fn behind<'a>(&'a self, listener: &'a Listener) -> impl Iterator<Item = &'a Text> {
        let pair = self.colours.iter().filter(|colours| listener.targets().any(|target| colours.has(target)));
        let other = |colour: &&Text| !listener.targets().any(|target| target.get_ref() == colour.get_ref());
        listener.targets().chain(pair.flat_map(Colours::both).filter(other))
    }

    /// The auto-scaling group that is a target group's only member.
    pub fn group_of(&self, target: &Text) -> Option<&Text> {
        let [member] = self.target_groups.get(target.get_ref().as_str())?.members.as_slice() else { return None };
        self.auto_scaling_groups.get_key_value(member.get_ref().as_str()).map(|(name, _)| name)
    }

    /// Does a group of machines stand in the idle colour alone.
    pub fn waits(&self, group: &Text) -> bool {
        let has = |targets: &TargetGroup| targets.members.iter().any(|member| member.get_ref() == group.get_ref());
        let serves = self.serving().any(|(_, targets)| has(targets));
        !serves && self.target_groups.iter().any(|(name, targets)| self.is_idle(name) && has(targets))
    }

    /// The target groups that bear requests of customers: all but the idle colour.
    pub fn serving(&self) -> impl Iterator<Item = (&Text, &TargetGroup)> {
        self.target_groups.iter().filter(|(name, _)| !self.is_idle(name))
    }
}
