//! From a design to a template of CloudFormation, in an order in which a person reads: parameters, network, rules,
//! machines, services, outputs. The same design gives the same bytes.
//!
//! A template must lead back to its design, so each part is written in one way only:
//!
//! - A part `app-a` becomes a resource `AppASubnet`: its words with capital letters, and what it is. What stands for a part
//!   carries the name as `Metadata: rawmill: name:`; a resource without one belongs to another (a launch template, a
//!   route, a policy). The template's own `Metadata: rawmill:` has `version`, `name`, `region`, `load`, `invariants`, and
//!   `prefix_lists`: the service of each parameter that is the id of a prefix list.
//! - The zone `a` is `!Select [0, !GetAZs '']`, `b` is 1, and so on.
//! - A rule of a security group stands in the group where it names a range or a prefix list, and in a resource of its own
//!   where it names a group: two groups may name each other. Such a resource carries `place`, where in its list the rule
//!   stood; put them back from the lowest place on. Each rule has its own words as `Description`.
//! - A group without outbound rules of its own kind has `127.0.0.1/32` in their place, since an empty list would be filled
//!   by AWS with a rule that allows all: it reads back as no rule.
//! - Prefix lists have other ids in every region: `prefix s3` is the parameter `PrefixListS3`. Types of machines are
//!   parameters too, with the design's as default.
//! - `Metadata: rawmill:` of a resource carries what AWS has no word for. NAT instances: `nat`, since no route need lead to
//!   one; `default_type`, the type that was taken where the design names none. Auto-scaling groups and instances:
//!   `processes`; `purchase`, where it is a promise to pay and no property (`spot` is one); `protected`. Target groups:
//!   health's `needs`; `members`, where their order is not that of a template. Queues: `heartbeat_s`, `work_p99_s`.
//!   Buckets: `presigned`, `encrypted` where that is false. Policies of roles: `with_path`, the places of rights such as
//!   `s3:GetObject on media/*`. What a design may say though it means nothing: `instance_type` of a NAT gateway,
//!   `security_groups` of a gateway endpoint, `queue` of a scaling that counts no messages.
//! - What a resource says is in no metadata: whoever edits the template edits the design that it becomes.
//!
//! - Two colours: `Live` is a parameter, its default the design's `live`. An action that leads to one of them has both, in
//!   the order of the design, with weights by `Live`. The bucket of releases carries `releases`.
//!
//! What a template cannot say, or AWS would understand otherwise, is an error that names it: a template is whole or none.

mod alarms;
mod balancers;
mod buckets;
mod colours;
mod edge;
mod endpoints;
mod error;
mod groups;
mod lists;
mod machines;
mod nats;
mod network;
mod queues;
mod records;
mod releases;
mod roles;
mod scaling;
mod stores;
mod template;
mod workflow;
mod yaml;

pub use error::EmitError;

use crate::design::{Design, Load, Text};
use template::{Template, reference};
use yaml::{Entry, Yaml, map};

/// What a template is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// AWS CloudFormation, YAML.
    CloudFormation,
    /// A workflow of GitHub Actions that releases onto the stack of that template.
    GitHubActions,
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "cloudformation" => Ok(Self::CloudFormation),
            "github-actions" => Ok(Self::GitHubActions),
            _ => Err(format!("expected cloudformation or github-actions, found `{text}`")),
        }
    }
}

/// As many as a template may have
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>).
const MOST_RESOURCES: usize = 500;

/// The design as a template, or the workflow that releases onto its stack.
///
/// # Errors
/// Names what a template cannot say, or what a release lacks.
pub fn emit(design: &Design, format: Format) -> Result<String, EmitError> {
    match format {
        Format::CloudFormation => template(design),
        Format::GitHubActions => workflow::workflow(design),
    }
}

fn template(design: &Design) -> Result<String, EmitError> {
    let mut emitter = Emitter { design, template: Template::default(), prefix_lists: Vec::new() };
    emitter.all()?;
    emitter.template.whole()?;
    let resources = emitter.template.len();
    if resources > MOST_RESOURCES {
        let why = format!("a template has {MOST_RESOURCES} at most; divide the design");
        return Err(EmitError::unsupported(format!("a template of {resources} resources"), why));
    }
    let about = format!("{}, as designed for {}", design.name, design.region);
    let meta = meta(design, emitter.prefix_lists)?;
    Ok(format!("{HEAD}{}", emitter.template.finish(&about, meta).write()))
}

const HEAD: &str = "\
# Written by `rawmill cloud emit`: change the design, not this file.
# Zones are those of the region it is deployed to. Software comes with the image.
";

/// What the template as a whole carries beside its resources.
fn meta(design: &Design, prefix_lists: Vec<Entry>) -> Result<Yaml, EmitError> {
    let json = |value: serde_json::Result<serde_json::Value>| value.expect("a part of a design is a table of texts");
    let load = (design.load != Load::default()).then(|| json(serde_json::to_value(&design.load)));
    let invariants = (!design.invariants.is_empty()).then(|| json(serde_json::to_value(&design.invariants)));
    if load.as_ref().and_then(|load| load.as_object()).is_some_and(|load| load.values().any(|figure| figure.is_null()))
    {
        return Err(EmitError::unsupported("a load without end", "write a number"));
    }
    let lists = (!prefix_lists.is_empty()).then_some(Yaml::Map(prefix_lists));
    let meta = map! { "version" => design.version, "name" => design.name.as_str(), "region" => design.region.as_str() };
    Ok(meta.with_some("prefix_lists", lists).with_some("load", load).with_some("invariants", invariants))
}

/// A template while a design is written into it.
struct Emitter<'a> {
    design: &'a Design,
    template: Template,
    /// The parameters that are ids of prefix lists, with their services.
    prefix_lists: Vec<Entry>,
}

/// Done, or not supported.
type Done = Result<(), EmitError>;

impl Emitter<'_> {
    /// All parts, in the order of a reader.
    fn all(&mut self) -> Done {
        self.colours()?;
        self.template.heading("Network");
        self.vpc()?;
        self.subnets()?;
        self.route_tables()?;
        self.nats()?;
        self.template.heading("Rules");
        self.network_acls()?;
        self.security_groups()?;
        self.endpoints()?;
        self.template.heading("Rights");
        self.roles()?;
        self.release_role()?;
        self.template.heading("Machines");
        self.load_balancers()?;
        self.target_groups()?;
        self.auto_scaling_groups()?;
        self.instances()?;
        self.databases()?;
        self.caches()?;
        self.template.heading("Services");
        self.queues()?;
        self.buckets()?;
        self.distributions()?;
        self.records()?;
        self.alarms()
    }

    /// Whose it is. A tag has fewer characters than a name may have
    /// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html>).
    fn tags(&self, name: &str) -> Yaml {
        let known = |c: char| if c.is_alphanumeric() || " _.:/=+-@".contains(c) { c } else { '_' };
        let tag =
            |key: &str, value: &str| map! { "Key" => key, "Value" => value.chars().map(known).collect::<String>() };
        vec![tag("Name", name), tag("Design", &self.design.name)].into()
    }

    /// The ids of security groups. Without one, AWS would put the interface into the default group of the network.
    fn groups_of(&self, what: &str, groups: &[Text]) -> Result<Yaml, EmitError> {
        if groups.is_empty() {
            let why = "AWS gives what has none the default group, which lets all out; name a group";
            return Err(EmitError::unsupported(format!("`{what}` without a security group"), why));
        }
        let ids = groups.iter().map(|group| security_group(group.get_ref()));
        Ok(ids.collect::<Vec<_>>().into())
    }
}

/// The id of a security group.
fn security_group(group: &str) -> Yaml {
    template::attribute(&template::id(group, "SecurityGroup"), "GroupId")
}

/// References to subnets.
fn subnets_of(subnets: &[Text]) -> Yaml {
    subnets.iter().map(|subnet| reference(template::id(subnet.get_ref(), "Subnet"))).collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests;
