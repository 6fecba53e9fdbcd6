//! What roles may do: statements become rights such as `s3:GetObject on media/public/*`.

use super::Build;
use super::policy::{Statement, arn, statements};
use crate::design::Permission;
use crate::import::resource::Resource;
use crate::import::value::{Item, Known, Value};
use std::collections::BTreeSet;

/// What an action may be done to.
enum Thing {
    Everything,
    Queue(String),
    /// A bucket itself, or its objects under this path.
    Bucket(String, Option<String>),
}

/// The parts of a bucket that an action may be done to.
#[derive(Default)]
struct Parts {
    bucket: String,
    itself: bool,
    paths: Vec<String>,
}

impl Build<'_> {
    pub(super) fn rights(&mut self) {
        let policies = self.possible("AWS::IAM::Policy");
        for role in self.possible("AWS::IAM::Role") {
            if self.homes.get(&role.id) != Some(&"roles") {
                continue;
            }
            if let Some(item) = role.get("ManagedPolicyArns") {
                self.left_out(role, item.line, "policies of others: a design names rights");
            }
            for inline in role.get("Policies").map(Item::items).unwrap_or_default() {
                self.add_rights(role, role, inline.get("PolicyDocument"));
            }
            let is_its = |policy: &&&Resource| {
                let roles = policy.get("Roles").map(Item::items).unwrap_or_default();
                roles.iter().any(|item| item.resource() == Ok(&role.id))
            };
            for policy in policies.iter().filter(is_its) {
                self.taken(policy, Ok(()));
                match policy.exists {
                    Some(_) => self.add_rights(role, policy, policy.get("PolicyDocument")),
                    None => self.left_out(policy, policy.line, "its condition is not known"),
                }
            }
        }
    }

    fn add_rights(&mut self, role: &Resource, policy: &Resource, document: Option<&Item>) {
        let told = policy.told("with_path").map(Item::items).unwrap_or_default();
        let with_path: BTreeSet<usize> = told.iter().filter_map(|item| item.number().ok()).collect();
        for (place, (line, statement)) in statements(document).into_iter().enumerate() {
            match statement.and_then(|statement| self.rights_of(&statement, with_path.contains(&place))) {
                Ok(rights) => {
                    let name = self.name(&role.id);
                    rights.into_iter().for_each(|right| self.push("roles", &name, "allow", right));
                }
                Err(why) => self.left_out(policy, line, format!("a right: {why}")),
            }
        }
    }

    fn rights_of(&mut self, statement: &Statement, with_path: bool) -> Known<Vec<String>> {
        if !statement.allows || statement.condition.is_some() {
            return Err("a design has none that denies or has a condition".to_owned());
        }
        if let Some(groups) = self.kept(statement) {
            self.keepers.extend(groups);
            return Ok(Vec::new());
        }
        let things = statement.resources.iter().map(|item| self.thing_of(item)).collect::<Known<Vec<_>>>()?;
        let mut rights = Vec::new();
        for action in &statement.actions {
            rights.extend(rights_on(action, &things, with_path)?);
        }
        Ok(rights)
    }

    /// The auto-scaling groups whose instances a statement lets keep themselves from being taken away.
    fn kept(&self, statement: &Statement) -> Option<Vec<String>> {
        let group = |item: &&Item| match &item.value {
            Value::Mixed(parts) => parts.iter().find_map(|part| match part {
                Value::Resource(id, None) if self.homes.get(id) == Some(&"auto_scaling_groups") => Some(id.clone()),
                _ => None,
            }),
            _ => None,
        };
        let groups: Option<Vec<String>> = statement.resources.iter().map(group).collect();
        groups.filter(|groups| !groups.is_empty() && statement.actions == ["autoscaling:SetInstanceProtection"])
    }

    fn thing_of(&self, item: &Item) -> Known<Thing> {
        if item.value.text() == Ok("*") {
            return Ok(Thing::Everything);
        }
        let (id, path) = arn(item).ok_or("expected the ARN of a queue, of a bucket or of its objects")?;
        match (self.homes.get(id), path) {
            (Some(&"queues"), None) => Ok(Thing::Queue(self.name(id))),
            (Some(&"buckets"), path) => Ok(Thing::Bucket(self.name(id), path.map(str::to_owned))),
            _ => Err(format!("`{id}` is no queue or bucket of the design")),
        }
    }

    /// Instances keep themselves where they are told to, and may.
    pub(super) fn protected(&mut self) {
        for resource in self.possible("AWS::AutoScaling::AutoScalingGroup") {
            let Some(item) = resource.told("protected").filter(|item| item.truth() == Ok(true)) else { continue };
            let may = self.keepers.contains(&resource.id);
            if !may {
                self.left_out(resource, item.line, "its instances keep themselves, but no role lets them");
            }
            if let Some(group) = self.thing("auto_scaling_groups", &self.name(&resource.id)) {
                group.insert("protected".to_owned(), may.into());
            }
        }
    }
}

/// The rights by which an action may be done to all of these.
fn rights_on(action: &str, things: &[Thing], with_path: bool) -> Known<Vec<String>> {
    let mut rights = Vec::new();
    let mut buckets: Vec<Parts> = Vec::new();
    for thing in things {
        match thing {
            Thing::Everything => rights.push(right(action, "*", None)?),
            Thing::Queue(queue) => rights.push(right(action, queue, None)?),
            Thing::Bucket(bucket, path) => {
                let parts = parts_of(&mut buckets, bucket);
                parts.itself |= path.is_none();
                parts.paths.extend(path.clone());
            }
        }
    }
    for parts in buckets {
        for path in paths(action, &parts, with_path)? {
            rights.push(right(action, &parts.bucket, path)?);
        }
    }
    Ok(rights)
}

fn parts_of<'b>(buckets: &'b mut Vec<Parts>, bucket: &str) -> &'b mut Parts {
    let found = buckets.iter().position(|parts| parts.bucket == bucket);
    let place = found.unwrap_or_else(|| {
        buckets.push(Parts { bucket: bucket.to_owned(), ..Parts::default() });
        buckets.len() - 1
    });
    &mut buckets[place]
}

/// The paths by which a design names these parts; none is the bucket alone, which means itself or its objects as the action
/// has it (`emit::roles`). Where both mean the same, the metadata says which one it was.
fn paths<'p>(action: &str, parts: &'p Parts, with_path: bool) -> Known<Vec<Option<&'p str>>> {
    let (on_itself, on_objects) = match action {
        _ if action.contains('*') => (true, true),
        _ if action.contains("Bucket") => (true, false),
        _ => (false, true),
    };
    let all = parts.paths.iter().any(|path| path == "*");
    let alone = (!on_itself || parts.itself) && (!on_objects || all) && (on_itself || !with_path);
    if on_itself && parts.itself && !alone {
        return Err(format!("a design does {action} to a bucket with all its objects"));
    }
    let covered = alone && on_objects;
    let rest = parts.paths.iter().filter(|path| !(covered && *path == "*")).map(|path| Some(path.as_str()));
    let paths: Vec<Option<&str>> = alone.then_some(None).into_iter().chain(rest).collect();
    if paths.is_empty() { Err(format!("{action} is done to objects, and it names none")) } else { Ok(paths) }
}

/// A right in the words of a design, where they mean this one.
fn right(action: &str, on: &str, path: Option<&str>) -> Known<String> {
    let whole = path.map_or_else(|| on.to_owned(), |path| format!("{on}/{path}"));
    let text = format!("{action} on {whole}");
    let reads_back = text.parse() == Ok(Permission { action: action.to_owned(), on: whole.clone() });
    if reads_back && whole.split('/').next() == Some(on) {
        Ok(text)
    } else {
        Err(format!("a design has no words for `{action}` on `{on}`"))
    }
}
