//! Statements of policies: who may do what to whom.

use crate::import::value::{Item, Known, Value};

/// A statement of a policy.
pub(super) struct Statement<'i> {
    /// Allow, or deny.
    pub allows: bool,
    pub actions: Vec<&'i str>,
    pub resources: Vec<&'i Item>,
    /// Of the policy of a resource: who.
    pub principal: Option<&'i Item>,
    /// The operator, the key and the value of its one condition.
    pub condition: Option<(&'i str, &'i str, &'i Item)>,
}

/// The statements of a document, each with its line.
pub(super) fn statements(document: Option<&Item>) -> Vec<(usize, Known<Statement<'_>>)> {
    let all = document.and_then(|document| document.get("Statement")).map(Item::items).unwrap_or_default();
    all.iter().map(|item| (item.line, statement(item))).collect()
}

fn statement(item: &Item) -> Known<Statement<'_>> {
    if let Some(not) = ["NotAction", "NotResource", "NotPrincipal"].iter().find(|key| item.get(key).is_some()) {
        return Err(format!("{not} is not supported"));
    }
    let allows = match item.get("Effect").ok_or("it has no effect")?.value.text()? {
        "Allow" => true,
        "Deny" => false,
        other => return Err(format!("expected Allow or Deny, found `{other}`")),
    };
    let actions = item.get("Action").map(Item::items).unwrap_or_default();
    let actions = actions.iter().map(|action| action.value.text()).collect::<Known<_>>()?;
    let resources = item.get("Resource").map(|resources| resources.items().iter().collect()).unwrap_or_default();
    let condition = item.get("Condition").map(condition).transpose()?;
    Ok(Statement { allows, actions, resources, principal: item.get("Principal"), condition })
}

fn condition(item: &Item) -> Known<(&str, &str, &Item)> {
    let [(operator, keys)] = item.entries() else { return Err("several conditions are not supported".to_owned()) };
    let [(key, value)] = keys.entries() else { return Err("several conditions are not supported".to_owned()) };
    Ok((operator, key, value))
}

/// The resource of this template to which an ARN belongs, and what stands behind its `/`.
pub(super) fn arn(item: &Item) -> Option<(&str, Option<&str>)> {
    match &item.value {
        Value::Resource(id, Some(attribute)) if attribute == "Arn" => Some((id, None)),
        Value::Mixed(parts) => match parts.as_slice() {
            [Value::Resource(id, Some(attribute)), Value::Text(behind)] if attribute == "Arn" => {
                behind.strip_prefix('/').map(|path| (id.as_str(), Some(path)))
            }
            _ => None,
        },
        _ => None,
    }
}
