//! How much text may be made of a template: functions and aliases within each other could double it at every level.

use super::ImportError;
use super::tree::{Kind, Node};
use super::value::{Item, Value};
use std::cell::Cell;

/// Texts of more bytes than this, in all, are refused.
const MOST_BYTES: usize = 16 << 20;

/// How much was made.
#[derive(Default)]
pub(super) struct Budget(Cell<usize>);

impl Budget {
    /// Counts what is made.
    pub fn pay(&self, line: usize, bytes: usize) -> Result<(), ImportError> {
        let all = self.0.get().saturating_add(bytes);
        self.0.set(all);
        let what = || format!("functions that make more than {} MiB of text", MOST_BYTES >> 20);
        if all > MOST_BYTES { Err(ImportError::Limit { line, what: what() }) } else { Ok(()) }
    }

    /// A part as it is written, its functions not worked out: such is metadata.
    pub fn plain(&self, node: &Node) -> Result<Item, ImportError> {
        self.pay(node.line, 64)?;
        let value = match &node.kind {
            Kind::Nothing => Value::Nothing,
            Kind::Text(text) => {
                self.pay(node.line, text.len())?;
                Value::Text(text.clone())
            }
            Kind::List(items) => Value::List(items.iter().map(|item| self.plain(item)).collect::<Result<_, _>>()?),
            Kind::Map(entries) => {
                let entry = |(key, node): &(String, std::rc::Rc<Node>)| {
                    self.pay(node.line, key.len())?;
                    Ok((key.clone(), self.plain(node)?))
                };
                Value::Map(entries.iter().map(entry).collect::<Result<_, ImportError>>()?)
            }
        };
        Ok(Item { line: node.line, value })
    }
}
