//! Conditions: true, false, or not known.

use super::{Scope, Worth};
use crate::import::tree::{Kind, Node};
use crate::import::value::Value;

impl Scope<'_> {
    /// Does a condition of this name hold.
    pub fn holds(&self, name: &str, line: usize) -> Worth<Option<bool>> {
        if let Some(held) = self.conditions.borrow().get(name) {
            return Ok(*held);
        }
        let Some(node) = self.root.get("Conditions").and_then(|all| all.get(name)) else { return Ok(None) };
        let held = self.within(name, line, || self.judge(node))?;
        self.conditions.borrow_mut().insert(name.to_owned(), held);
        Ok(held)
    }

    fn judge(&self, node: &Node) -> Worth<Option<bool>> {
        match node.call() {
            Some((name, argument)) => self.deeper(node.line, || self.condition(name, argument, node.line)),
            None => Ok(node.text().and_then(|text| text.parse().ok())),
        }
    }

    pub(super) fn condition(&self, name: &str, argument: &Node, line: usize) -> Worth<Option<bool>> {
        let parts = || argument.items().iter().map(|part| self.judge(part)).collect::<Worth<Vec<_>>>();
        match name {
            "Condition" => argument.text().map_or(Ok(None), |name| self.holds(name, line)),
            "Fn::Equals" => self.equal(argument),
            "Fn::Not" => Ok(parts()?.first().copied().flatten().map(|held| !held)),
            "Fn::And" => Ok(all(&parts()?, true)),
            "Fn::Or" => Ok(all(&parts()?, false)),
            _ => Ok(None),
        }
    }

    fn equal(&self, argument: &Node) -> Worth<Option<bool>> {
        let [a, b] = argument.items() else { return Ok(None) };
        let (a, b) = (self.item(a)?, self.item(b)?);
        Ok(plain(&a.value).and_then(|a| plain(&b.value).map(|b| a == b)))
    }

    /// `Fn::If`: what stands behind a condition that is not known is not known.
    pub(super) fn choose(&self, argument: &Node) -> Worth {
        let [name, yes, no] = argument.items() else {
            return Ok(Value::unknown("expected a condition and two values"));
        };
        let held = match &name.kind {
            Kind::Text(name) => self.holds(name, argument.line)?,
            _ => None,
        };
        match held {
            Some(true) => Ok(self.item(yes)?.value),
            Some(false) => Ok(self.item(no)?.value),
            None => Ok(Value::unknown(format!("condition `{}` is not known", name.text().unwrap_or("?")))),
        }
    }
}

/// All are `unless` the other: known as soon as one of them is not `unless`.
fn all(parts: &[Option<bool>], unless: bool) -> Option<bool> {
    if parts.contains(&Some(!unless)) {
        return Some(!unless);
    }
    if parts.is_empty() || parts.contains(&None) { None } else { Some(unless) }
}

/// What can be compared.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Nothing => Some(String::new()),
        Value::List(items) => {
            items.iter().map(|item| plain(&item.value)).collect::<Option<Vec<_>>>().map(|all| all.join(","))
        }
        _ => None,
    }
}
