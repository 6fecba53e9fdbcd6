//! Blue and green: two target groups behind one weighted action, and a parameter that says which of them is live.

use super::template::{Allowed, equals, id, reference, when};
use super::yaml::{Yaml, map};
use super::{Done, Emitter};
use crate::design::{Colours, Text};

/// The parameter that says which colour is live.
const LIVE: &str = "Live";

/// All requests; none. A weight is from 0 to 999
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-elasticloadbalancingv2-listener-targetgrouptuple.html>).
const ALL: u32 = 100;
const NONE: u32 = 0;

impl Emitter<'_> {
    /// The parameter, its condition, and what a release needs to know.
    pub(super) fn colours(&mut self) -> Done {
        let Some(colours) = &self.design.colours else { return Ok(()) };
        let words = colours.both().map(word);
        let both = words.each_ref().map(String::as_str);
        let about = "The colour that gets all requests; the other waits for the next release";
        self.template.parameter_of(LIVE, about, both[0], Allowed::Values(&both));
        self.template.condition(is_live(colours), equals(reference(LIVE), both[0]));
        let outputs = [
            ("Live", "The colour that gets all requests", reference(LIVE)),
            ("Idle", "The other one", self.by_colour(colours, |colour| word(colour).into(), false)),
            ("LiveGroupName", "The machines of the live colour", self.by_colour(colours, |c| self.group(c), true)),
            ("IdleGroupName", "Those of the other", self.by_colour(colours, |colour| self.group(colour), false)),
            ("IdleTargetGroupArn", "Where it is asked whether they are well", {
                self.by_colour(colours, target_group, false)
            }),
        ];
        outputs.into_iter().for_each(|(id, about, value)| self.template.output(id.to_owned(), about, value));
        Ok(())
    }

    /// What is said of the colour that is live, or of the other, whichever that is at a time.
    fn by_colour(&self, colours: &Colours, said: impl Fn(&Text) -> Yaml, live: bool) -> Yaml {
        let (first, second) = if live { (&colours.live, &colours.idle) } else { (&colours.idle, &colours.live) };
        when(is_live(colours), said(first), said(second))
    }

    fn group(&self, colour: &Text) -> Yaml {
        let group = self.design.group_of(colour).map_or("", |group| group.get_ref());
        reference(id(group, "AutoScalingGroup"))
    }

    /// Passes requests on to a target group; to one of two colours, by which of them is live.
    pub(super) fn forward(&self, target: &Text) -> Yaml {
        let pair = self.design.colours.as_ref().filter(|colours| colours.has(target));
        let action = map! { "Type" => "forward" };
        vec![match pair {
            None => action.with("TargetGroupArn", target_group(target)),
            Some(colours) => {
                let live = target.get_ref() == colours.live.get_ref();
                action.with("ForwardConfig", map! { "TargetGroups" => weighted(colours, live) })
            }
        }]
        .into()
    }
}

/// A colour as the value of a parameter, a part of the name of an object, and a word in scripts: its name, where that has
/// letters, digits, - and _ alone.
pub(super) fn word(colour: &Text) -> String {
    let name = colour.get_ref();
    let known = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if known && !name.is_empty() { name.clone() } else { id(name, "Colour") }
}

/// Both colours: all requests to the one that is live, or all to the other.
fn weighted(colours: &Colours, live: bool) -> Vec<Yaml> {
    let share = |first: bool| if first == live { (ALL, NONE) } else { (NONE, ALL) };
    let pair = [(&colours.live, share(true)), (&colours.idle, share(false))];
    let tuple = |(colour, (now, then)): (&Text, (u32, u32))| {
        map! {
            "TargetGroupArn" => target_group(colour),
            "Weight" => when(is_live(colours), now.into(), then.into()),
        }
    };
    pair.map(tuple).to_vec()
}

/// The condition that the colour which the design calls live is so.
fn is_live(colours: &Colours) -> String {
    id(colours.live.get_ref(), "IsLive")
}

fn target_group(target: &Text) -> Yaml {
    reference(id(target.get_ref(), "TargetGroup"))
}
