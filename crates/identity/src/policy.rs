//! The least that each role must be allowed, as policies for IAM.

use serde_json::{Value, json};

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Answers customers: signs links, which carry its own rights, and rings.
    Web,
    /// Develops photos.
    Worker,
    /// Sets up and looks after: `rawmill doctor`, `rawmill admin`.
    Admin,
}

/// What the policy is about. All names are ARNs but the prefix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Things {
    /// The bucket.
    pub bucket: String,
    /// The beginning of every key in it, without a slash at the end; empty for the whole bucket.
    pub prefix: String,
    /// The queue, if there is one.
    pub queue: Option<String>,
    /// Where its messages go that nobody could do anything with.
    pub dlq: Option<String>,
    /// The key that encrypts objects, if it is not the service's own.
    pub kms_key: Option<String>,
    /// The namespace of the custom metric, if there is one.
    pub namespace: Option<String>,
}

/// Objects are written, read, listed and removed by all: any process may do the upkeep.
const OBJECTS: [&str; 5] =
    ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"];

/// Any process rings, and reads what nobody could do anything with.
const RING: [&str; 3] = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"];
const TAKE: [&str; 3] = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"];

/// The policy of a role.
pub fn policy(role: Role, things: &Things) -> Value {
    let mut statements = vec![objects(things), listing(things)];
    statements.extend(things.queue.as_ref().map(|queue| messages(role, queue)));
    statements.extend(things.dlq.as_ref().map(|dlq| allow("Dlq", &[&RING[..2], &TAKE[1..]].concat(), &[dlq])));
    statements.extend(things.kms_key.as_ref().map(|key| allow("Key", &["kms:Decrypt", "kms:GenerateDataKey"], &[key])));
    statements.extend(things.namespace.as_ref().map(|namespace| backlog(namespace)));
    if role == Role::Admin {
        let settings = ["s3:GetBucketCORS", "s3:GetLifecycleConfiguration"];
        statements.push(allow("Settings", &settings, &[&things.bucket]));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// What else a worker must be allowed that protects its instance from being scaled in.
pub fn scale_in_protection(group: &str) -> Value {
    let protect = allow("Protect", &["autoscaling:SetInstanceProtection"], &[group]);
    // Which group an instance is in can only be asked about all.
    let look = allow("Look", &["autoscaling:DescribeAutoScalingInstances"], &["*"]);
    json!({ "Version": "2012-10-17", "Statement": [protect, look] })
}

fn objects(things: &Things) -> Value {
    let below = if things.prefix.is_empty() { "*".into() } else { format!("{}/*", things.prefix) };
    allow("Objects", &OBJECTS, &[&format!("{}/{below}", things.bucket)])
}

fn listing(things: &Things) -> Value {
    let mut statement = allow("Listing", &["s3:ListBucket", "s3:ListBucketMultipartUploads"], &[&things.bucket]);
    if !things.prefix.is_empty() {
        let prefixes = [things.prefix.clone(), format!("{}/*", things.prefix)];
        // Asked about one upload or object, a bucket is given no prefix to compare.
        statement["Condition"] = json!({ "StringLikeIfExists": { "s3:prefix": prefixes } });
    }
    statement
}

fn messages(role: Role, queue: &str) -> Value {
    match role {
        Role::Web => allow("Ring", &RING, &[queue]),
        Role::Worker => allow("Work", &[RING, TAKE].concat(), &[queue]),
        // Looks, and rings again; what is probed is another queue.
        Role::Admin => allow("Ring", &RING, &[queue]),
    }
}

fn backlog(namespace: &str) -> Value {
    let mut statement = allow("Backlog", &["cloudwatch:PutMetricData"], &["*"]);
    statement["Condition"] = json!({ "StringEquals": { "cloudwatch:namespace": namespace } });
    statement
}

fn allow(name: &str, actions: &[&str], things: &[&str]) -> Value {
    json!({ "Sid": name, "Effect": "Allow", "Action": actions, "Resource": things })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn all() -> Things {
        let some = |text: &str| Some(text.to_owned());
        Things {
            bucket: "arn:aws:s3:::lab".into(),
            prefix: "mill".into(),
            queue: some("arn:aws:sqs:eu-central-1:1:work"),
            dlq: some("arn:aws:sqs:eu-central-1:1:dead"),
            kms_key: some("arn:aws:kms:eu-central-1:1:key/k"),
            namespace: some("Rawmill"),
        }
    }

    /// Who may do what to what.
    fn allowed(role: Role, things: &Things) -> BTreeSet<(String, String)> {
        let policy = policy(role, things);
        let statements = policy["Statement"].as_array().unwrap();
        let texts =
            |v: &Value| v.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect::<Vec<_>>();
        let pairs = statements.iter().flat_map(|s| {
            let things = texts(&s["Resource"]);
            texts(&s["Action"]).into_iter().flat_map(move |a| things.clone().into_iter().map(move |t| (a.clone(), t)))
        });
        pairs.collect()
    }

    fn may(role: Role, action: &str, thing: &str) -> bool {
        allowed(role, &all()).contains(&(action.into(), thing.into()))
    }

    const QUEUE: &str = "arn:aws:sqs:eu-central-1:1:work";
    const OBJECTS: &str = "arn:aws:s3:::lab/mill/*";

    #[test]
    fn a_worker_may_do_its_work_and_a_web_server_may_not() {
        for action in ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"] {
            assert!(may(Role::Worker, action, QUEUE), "{action}");
            assert!(!may(Role::Web, action, QUEUE) && !may(Role::Admin, action, QUEUE), "{action}");
        }
        for role in [Role::Web, Role::Worker, Role::Admin] {
            assert!(may(role, "sqs:SendMessage", QUEUE));
            for action in ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"] {
                assert!(may(role, action, OBJECTS), "{action}");
            }
            for action in ["kms:GenerateDataKey", "kms:Decrypt"] {
                assert!(may(role, action, "arn:aws:kms:eu-central-1:1:key/k"), "{action}");
            }
        }
    }

    #[test]
    fn nothing_is_allowed_by_a_star_and_nothing_on_everything_but_a_metric() {
        for role in [Role::Web, Role::Worker, Role::Admin] {
            for (action, thing) in allowed(role, &all()) {
                assert!(!action.contains('*'), "{action}");
                assert!(thing != "*" || action == "cloudwatch:PutMetricData", "{action} on {thing}");
            }
        }
        let text = policy(Role::Worker, &all()).to_string();
        assert!(text.contains("cloudwatch:namespace") && text.contains("s3:prefix"), "{text}");
    }

    #[test]
    fn what_is_not_there_is_not_mentioned() {
        let things = Things { bucket: "arn:aws:s3:::lab".into(), ..Things::default() };
        let allowed = allowed(Role::Worker, &things);
        assert!(allowed.iter().all(|(action, _)| action.starts_with("s3:")), "{allowed:?}");
        assert!(allowed.contains(&("s3:GetObject".into(), "arn:aws:s3:::lab/*".into())));
    }
}
