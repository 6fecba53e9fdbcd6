//! The resources of a template, worked out.

use super::ImportError;
use super::eval::Scope;
use super::tree::Node;
use super::value::{Item, Value};
use std::collections::{BTreeMap, BTreeSet};

/// CloudFormation takes no more resources than this (CloudFormation user guide, quotas):
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
const MOST: usize = 500;

/// A resource, worked out.
#[derive(Debug)]
pub(super) struct Resource {
    /// Its logical id.
    pub id: String,
    /// Its type, such as `AWS::EC2::Subnet`.
    pub kind: String,
    /// Where, counted from 1.
    pub line: usize,
    /// Does its condition hold; none where that is not known.
    pub exists: Option<bool>,
    /// Its properties.
    pub body: Item,
    /// What its metadata tells of a design, as `rawmill cloud emit` writes it.
    told: Option<Item>,
    /// The resources that it refers to.
    pub needs: BTreeSet<String>,
}

impl Resource {
    /// Something that its metadata tells of a design.
    pub fn told(&self, key: &str) -> Option<&Item> {
        self.told.as_ref()?.get(key)
    }

    /// A property; none where it is left out.
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.body.get(key)
    }
}

/// All resources of a template, in its order.
pub(super) fn all(scope: &Scope) -> Result<Vec<Resource>, ImportError> {
    let Some(resources) = scope.root.get("Resources") else {
        return Err(ImportError::NoTemplate("it has no `Resources`".to_owned()));
    };
    if resources.entries().len() > MOST {
        return Err(ImportError::Limit { line: resources.line, what: format!("more than {MOST} resources") });
    }
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    for (id, node) in resources.entries() {
        let sound = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
        if !sound && !id.starts_with("Fn::") {
            let what = format!("expected a logical id of letters and digits, found `{id}`");
            return Err(ImportError::Syntax { line: node.line, what });
        }
        if !seen.insert(id) {
            return Err(ImportError::Syntax { line: node.line, what: format!("`{id}` is there twice") });
        }
        all.push(one(scope, id, node)?);
    }
    circle(&all).map_or(Ok(all), Err)
}

fn one(scope: &Scope, id: &str, node: &Node) -> Result<Resource, ImportError> {
    let exists = match node.get("Condition").and_then(Node::text) {
        Some(name) => scope.holds(name, node.line)?,
        None => Some(true),
    };
    scope.met.take();
    let body = match node.get("Properties").filter(|_| exists != Some(false)) {
        Some(properties) => scope.item(properties)?,
        None => Item { line: node.line, value: Value::Nothing },
    };
    let kind = node.get("Type").and_then(Node::text).unwrap_or(id);
    let told = node.get("Metadata").and_then(|meta| meta.get("rawmill"));
    let told = told.map(|told| scope.budget.plain(told)).transpose()?;
    let (id, kind, needs) = (id.to_owned(), kind.to_owned(), scope.met.take());
    Ok(Resource { id, kind, line: node.line, exists, body, told, needs })
}

/// A resource that needs itself, which CloudFormation refuses.
fn circle(all: &[Resource]) -> Option<ImportError> {
    let by_id: BTreeMap<&str, &Resource> = all.iter().map(|resource| (resource.id.as_str(), resource)).collect();
    let mut done = BTreeSet::new();
    for start in all {
        // The way down from the start: each with those of its needs that were not looked at yet.
        let mut way = vec![(start, start.needs.iter())];
        while let Some((at, needs)) = way.last_mut() {
            let at = *at;
            let Some(next) = needs.next().and_then(|id| by_id.get(id.as_str()).copied()) else {
                done.insert(at.id.as_str());
                way.pop();
                continue;
            };
            if let Some(first) = way.iter().position(|(on, _)| on.id == next.id) {
                let names = way[first..].iter().map(|(on, _)| on.id.clone()).chain([next.id.clone()]).collect();
                return Some(ImportError::Circle { line: next.line, names });
            }
            if !done.contains(next.id.as_str()) {
                way.push((next, next.needs.iter()));
            }
        }
    }
    None
}
