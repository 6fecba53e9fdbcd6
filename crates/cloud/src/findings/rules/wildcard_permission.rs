//! A right to everything.

use crate::design::Permission;
use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "wildcard-permission",
    severity: Severity::Error,
    finds: "a role that may do everything, all of a service, or something to whatever there is",
    why: "whoever takes over one instance has the rights of its role: those that it never uses too",
    remedy: "name the actions that are used, and the queue or bucket that they are used on",
    source: "https://docs.aws.amazon.com/controltower/latest/controlreference/iam-rules.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let all = seen.design.roles.iter().flat_map(|(name, role)| role.allow.iter().map(move |allowed| (name, allowed)));
    let wide = all.filter(|(_, allowed)| is_wide(allowed.get_ref()));
    let what = |name: &str, allowed: &Permission| format!("role {name} allows `{allowed}`");
    let found = wide.map(|(name, p)| Found {
        what: what(name.get_ref(), p.get_ref()),
        at: p.span().start,
        parts: seen.with_role(name),
    });
    found.collect()
}

/// A prefix such as `s3:Get*` is narrow enough, and so are objects of one bucket. Of other services than S3 and SQS a design
/// cannot name anything, and some actions, such as `cloudwatch:PutMetricData`, know nothing narrower than `*`.
fn is_wide(allowed: &Permission) -> bool {
    let action = allowed.action.as_str();
    let nameable = action.starts_with("s3:") || action.starts_with("sqs:");
    let lists = matches!(action, "s3:ListAllMyBuckets" | "sqs:ListQueues");
    action == "*" || action.ends_with(":*") || (allowed.on == "*" && nameable && !lists)
}
