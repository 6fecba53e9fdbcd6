//! What the parts of a template are worth: functions, parameters, conditions and mappings worked out as far as they are
//! known.

mod conditions;
mod functions;
mod parameters;
mod text;

pub(super) use parameters::given;

use super::budget::Budget;
use super::tree::{Kind, Node};
use super::value::{Item, Value};
use super::{ImportError, Options};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// More levels than this, of parts and of conditions that need each other, are refused.
const DEEPEST: usize = 200;

/// What names mean in a template.
pub(super) struct Scope<'a> {
    pub root: &'a Node,
    pub options: &'a Options,
    pub parameters: BTreeMap<String, Value>,
    /// Conditions that were worked out; none where that is not known.
    conditions: RefCell<BTreeMap<String, Option<bool>>>,
    /// What is being worked out, to find circles.
    open: RefCell<Vec<String>>,
    /// The resources that were referred to since it was emptied.
    pub met: RefCell<BTreeSet<String>>,
    pub budget: Budget,
    depth: Cell<usize>,
}

pub(super) type Worth<T = Value> = Result<T, ImportError>;

impl<'a> Scope<'a> {
    pub fn new(root: &'a Node, options: &'a Options, parameters: BTreeMap<String, Value>, budget: Budget) -> Self {
        Self {
            root,
            options,
            parameters,
            conditions: RefCell::default(),
            open: RefCell::default(),
            met: RefCell::default(),
            budget,
            depth: Cell::new(0),
        }
    }

    /// What a part is worth.
    pub fn item(&self, node: &Node) -> Worth<Item> {
        self.deeper(node.line, || self.item_here(node))
    }

    fn item_here(&self, node: &Node) -> Worth<Item> {
        let value = match (&node.kind, node.call()) {
            (_, Some((name, argument))) => {
                let value = self.call(name, argument)?;
                self.pay(node.line, weight(&value))?;
                value
            }
            (Kind::Nothing, _) => Value::Nothing,
            (Kind::Text(text), _) => Value::Text(self.spend(node.line, text.clone())?),
            (Kind::List(items), _) => Value::List(self.items(items.iter().map(|item| &**item))?),
            (Kind::Map(entries), _) => {
                let entry = |(key, node): &(String, Rc<Node>)| Ok((key.clone(), self.item(node)?));
                Value::Map(entries.iter().map(entry).collect::<Worth<_>>()?)
            }
        };
        Ok(Item { line: node.line, value })
    }

    /// What a part is worth as a text; nothing where it is none.
    fn text(&self, node: &Node) -> Worth<String> {
        Ok(self.item(node)?.value.text().unwrap_or_default().to_owned())
    }

    /// What the items of a list are worth; those without value are no items.
    fn items<'n>(&self, nodes: impl Iterator<Item = &'n Node>) -> Worth<Vec<Item>> {
        let mut items = Vec::new();
        for node in nodes {
            let item = self.item(node)?;
            if !matches!(item.value, Value::Nothing) {
                items.push(item);
            }
        }
        Ok(items)
    }

    fn call(&self, name: &str, argument: &Node) -> Worth {
        match name {
            "Ref" => {
                Ok(argument.text().map_or_else(|| Value::unknown("expected a name after Ref"), |id| self.name(id)))
            }
            "Fn::GetAtt" => self.attribute(argument),
            "Fn::Sub" => self.sub(argument),
            "Fn::Join" => self.join(argument),
            "Fn::Split" => self.split(argument),
            "Fn::If" => self.choose(argument),
            "Fn::Select" => self.select(argument),
            "Fn::FindInMap" => self.find(argument),
            "Fn::Cidr" => self.cidr(argument),
            "Fn::GetAZs" => self.zones(argument),
            "Fn::Base64" => Ok(Value::unknown("a text in Base64")),
            "Fn::ImportValue" => self.exported(argument),
            "Condition" | "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => {
                let held = self.condition(name, argument, argument.line)?;
                Ok(held.map_or_else(|| Value::unknown("a condition that is not known"), |h| Value::Text(h.to_string())))
            }
            other => Ok(Value::unknown(format!("the function {other} is not supported"))),
        }
    }

    /// What a name stands for: a parameter, a resource, or what AWS says of the stack.
    fn name(&self, name: &str) -> Value {
        let text = |text: &str| Value::Text(text.to_owned());
        match name {
            "AWS::Region" => text(self.options.region()),
            "AWS::StackName" => text(self.options.name()),
            "AWS::Partition" => text("aws"),
            "AWS::URLSuffix" => text("amazonaws.com"),
            "AWS::NoValue" => Value::Nothing,
            other if other.starts_with("AWS::") => Value::unknown(format!("`{other}` is known to AWS alone")),
            other => self.parameters.get(other).cloned().unwrap_or_else(|| self.resource(other, None)),
        }
    }

    fn resource(&self, id: &str, attribute: Option<String>) -> Value {
        if self.root.get("Resources").and_then(|resources| resources.get(id)).is_none() {
            return Value::unknown(format!("there is no parameter or resource `{id}`"));
        }
        self.met.borrow_mut().insert(id.to_owned());
        Value::Resource(id.to_owned(), attribute)
    }

    /// An attribute of a resource; those that the template itself says are worked out.
    fn attribute(&self, argument: &Node) -> Worth {
        let (id, attribute) = match &argument.kind {
            Kind::Text(text) => match text.split_once('.') {
                Some((id, attribute)) => (id.to_owned(), attribute.to_owned()),
                None => return Ok(Value::unknown(format!("expected a resource and an attribute, found `{text}`"))),
            },
            _ => match argument.items() {
                [id, attribute] => (self.text(id)?, self.text(attribute)?),
                _ => return Ok(Value::unknown("expected a resource and an attribute")),
            },
        };
        self.attribute_of(&id, &attribute, argument.line)
    }

    fn attribute_of(&self, id: &str, attribute: &str, line: usize) -> Worth {
        let resource = self.root.get("Resources").and_then(|resources| resources.get(id));
        let kind = resource.and_then(|r| r.get("Type")).and_then(Node::text).unwrap_or_default();
        let property = match (kind, attribute) {
            ("AWS::EC2::VPC", "CidrBlock") | ("AWS::EC2::Subnet", "CidrBlock" | "AvailabilityZone") => attribute,
            _ => return Ok(self.resource(id, Some(attribute.to_owned()))),
        };
        let node = resource.and_then(|r| r.get("Properties")).and_then(|p| p.get(property));
        self.met.borrow_mut().insert(id.to_owned());
        match node {
            Some(node) => self.within(&format!("{id}.{attribute}"), line, || Ok(self.item(node)?.value)),
            None => Ok(Value::unknown(format!("`{id}` does not say its {property}"))),
        }
    }

    /// Works something out that must not need itself.
    fn within<T>(&self, name: &str, line: usize, work: impl FnOnce() -> Worth<T>) -> Worth<T> {
        let first = self.open.borrow().iter().position(|open| open == name);
        if let Some(first) = first {
            let names = self.open.borrow()[first..].iter().cloned().chain([name.to_owned()]).collect();
            return Err(ImportError::Circle { line, names });
        }
        self.open.borrow_mut().push(name.to_owned());
        let worth = work();
        self.open.borrow_mut().pop();
        worth
    }

    /// Works something out one level further down.
    fn deeper<T>(&self, line: usize, work: impl FnOnce() -> Worth<T>) -> Worth<T> {
        if self.depth.get() == DEEPEST {
            return Err(ImportError::Limit {
                line,
                what: format!("more than {DEEPEST} levels of conditions and values"),
            });
        }
        self.depth.set(self.depth.get() + 1);
        let worth = work();
        self.depth.set(self.depth.get() - 1);
        worth
    }

    /// Counts what is written.
    fn spend(&self, line: usize, text: String) -> Worth<String> {
        self.pay(line, text.len() + 16)?;
        Ok(text)
    }

    fn pay(&self, line: usize, bytes: usize) -> Worth<()> {
        self.budget.pay(line, bytes)
    }
}

/// What a value that a function made takes, in bytes, more or less.
fn weight(value: &Value) -> usize {
    match value {
        Value::List(items) => items.iter().map(|item| 64 + weight(&item.value)).sum(),
        Value::Map(entries) => entries.iter().map(|(key, item)| 64 + key.len() + weight(&item.value)).sum(),
        Value::Mixed(parts) => parts.iter().map(|part| 64 + weight(part)).sum(),
        Value::Text(text) | Value::Unknown(text) | Value::Resource(text, _) | Value::Service(text) => text.len(),
        Value::Nothing => 0,
    }
}
