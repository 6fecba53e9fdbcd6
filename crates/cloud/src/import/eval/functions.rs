//! Functions over lists, maps and ranges.

use super::parameters::ZONES;
use super::{Scope, Worth};
use crate::import::tree::Node;
use crate::import::value::{Item, Value};
use ipnet::Ipv4Net;

/// `Fn::Cidr` makes no more ranges than this:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-cidr.html>.
const MOST_RANGES: usize = 256;

impl Scope<'_> {
    pub(super) fn select(&self, argument: &Node) -> Worth {
        let [index, list] = argument.items() else { return Ok(Value::unknown("expected an index and a list")) };
        let (index, list) = (self.item(index)?, self.item(list)?);
        let index = match index.number::<usize>() {
            Ok(index) => index,
            Err(why) => return Ok(Value::Unknown(why)),
        };
        Ok(match list.value {
            Value::List(items) => match items.get(index) {
                Some(item) => item.value.clone(),
                None => Value::unknown(format!("there is no item {index} in a list of {}", items.len())),
            },
            Value::Unknown(why) => Value::Unknown(why),
            mixed @ Value::Mixed(_) => Value::Unknown(mixed.text().err().unwrap_or_default()),
            _ => Value::unknown("expected a list to select from"),
        })
    }

    pub(super) fn find(&self, argument: &Node) -> Worth {
        let mut keys = Vec::new();
        for part in argument.items().iter().take(3) {
            match self.item(part)?.value.text() {
                Ok(key) => keys.push(key.to_owned()),
                Err(why) => return Ok(Value::Unknown(why)),
            }
        }
        let mappings = self.root.get("Mappings");
        let found = keys.iter().try_fold(mappings, |node, key| node.map(|node| node.get(key)).filter(Option::is_some));
        match found.flatten().filter(|_| keys.len() == 3) {
            Some(node) => Ok(self.item(node)?.value),
            None => Ok(Value::unknown(format!("there is no `{}` in the mappings", keys.join(".")))),
        }
    }

    /// The zones of the region, in the order of their letters.
    pub(super) fn zones(&self, argument: &Node) -> Worth {
        let region = self.item(argument)?;
        let region = match &region.value {
            Value::Nothing => self.options.region(),
            other => match other.text() {
                Ok("") => self.options.region(),
                Ok(region) => region,
                Err(why) => return Ok(Value::Unknown(why)),
            },
        };
        let zone = |letter| Item { line: argument.line, value: Value::Text(format!("{region}{letter}")) };
        Ok(Value::List(ZONES.chars().map(zone).collect()))
    }

    pub(super) fn exported(&self, argument: &Node) -> Worth {
        let name = self.item(argument)?;
        let name = name.value.text().unwrap_or("?");
        Ok(Value::unknown(format!("another stack exports `{name}`")))
    }

    pub(super) fn cidr(&self, argument: &Node) -> Worth {
        let parts = argument.items().iter().map(|part| self.item(part)).collect::<Worth<Vec<_>>>()?;
        let (Some(block), Some(count)) = (parts.first(), parts.get(1)) else {
            return Ok(Value::unknown("expected a range, a count and a number of bits"));
        };
        let made = (|| {
            let block = block.value.text()?;
            let net: Ipv4Net = block.parse().map_err(|_| format!("expected a range, found `{block}`"))?;
            ranges(net, count.number()?, parts.get(2).map_or(Ok(8), Item::number)?)
        })();
        let item = |net: Ipv4Net| Item { line: argument.line, value: Value::Text(net.to_string()) };
        Ok(made.map_or_else(Value::Unknown, |nets| Value::List(nets.into_iter().map(item).collect())))
    }
}

/// As many ranges of so many bits as are asked for, from the start of a range.
fn ranges(net: Ipv4Net, count: usize, bits: u8) -> Result<Vec<Ipv4Net>, String> {
    let wrong = || format!("{net} does not hold {count} ranges of {bits} bits");
    let length = 32_u8.checked_sub(bits).filter(|length| *length >= net.prefix_len()).ok_or_else(wrong)?;
    let made: Vec<_> = net.trunc().subnets(length).map_err(|_| wrong())?.take(count.min(MOST_RANGES + 1)).collect();
    if made.len() == count && (1..=MOST_RANGES).contains(&count) { Ok(made) } else { Err(wrong()) }
}
