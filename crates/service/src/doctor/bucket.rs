//! What is peculiar to a bucket: whom to ask for which right, its clock, and its settings.

use super::{Report, Verdict};
use batch::causes;
use std::path::Path;
use std::time::{Instant, SystemTime};
use store::s3::{CorsRule, Encryption, Failure};
use store::{S3, S3Options, StoreError, Timestamp};

/// Seconds apart from which on a signature is near its end, and at which it is refused.
const APART_S: [i64; 2] = [60, 15 * 60];

/// What to do where a right is missing.
pub struct Hints {
    /// Where the objects are.
    pub place: String,
    /// ARNs of the bucket and of the objects in it; none for a folder.
    arns: Option<(String, String)>,
    kms: bool,
    /// Where the configuration names it.
    section: String,
    /// A customer's policy has to let us in.
    foreign: bool,
}

impl Hints {
    /// For a bucket.
    pub fn of(options: &S3Options) -> Self {
        let S3Options { bucket, prefix, .. } = options;
        let arn = super::rights::bucket(options);
        let below = if prefix.is_empty() { "*".to_owned() } else { format!("{prefix}/*") };
        let kms = matches!(options.encryption, Encryption::Kms(_));
        let (place, section) = (format!("s3://{bucket}/{prefix}"), "store".to_owned());
        Self { place, arns: Some((arn.clone(), format!("{arn}/{below}"))), kms, section, foreign: false }
    }

    /// For a bucket of a customer.
    pub fn of_customer(options: &S3Options, name: &str) -> Self {
        Self { section: format!("buckets.{name}"), foreign: true, ..Self::of(options) }
    }

    /// For a folder.
    pub fn folder(path: &Path) -> Self {
        let (place, section) = (format!("`{}`", path.display()), "store".to_owned());
        Self { place, arns: None, kms: false, section, foreign: false }
    }

    /// What is to be done about this failure.
    pub fn advice(&self, right: &str, error: &StoreError) -> String {
        let Some((bucket, objects)) = &self.arns else {
            return "see that the disk has room, and that the user that rawmill runs as may write there".into();
        };
        match Failure::of(error) {
            Some(Failure::Refused { status: 404, .. }) => {
                let section = &self.section;
                format!("see that {section}.url names a bucket that is there, in the region of {section}.region")
            }
            Some(Failure::Refused { status: 403, code, .. }) if code == "AccessDenied" => {
                let (actions, thing) = match right {
                    "list" => ("s3:ListBucket", bucket),
                    "uploads" => ("s3:ListBucketMultipartUploads", bucket),
                    "get" => ("s3:GetObject", objects),
                    "part" => ("s3:PutObject and s3:ListMultipartUploadParts", objects),
                    "abort" => ("s3:AbortMultipartUpload", objects),
                    "delete" => ("s3:DeleteObject", objects),
                    _ => ("s3:PutObject", objects),
                };
                let kms = if self.kms { ", and the use of the key (kms:GenerateDataKey, kms:Decrypt)" } else { "" };
                match self.foreign {
                    true => format!("ask the customer to allow {actions} on {thing} to this identity{kms}"),
                    false => {
                        format!(
                            "allow {actions} on {thing}{kms}; `rawmill doctor --policy worker` prints all that is needed"
                        )
                    }
                }
            }
            Some(Failure::Refused { code, .. }) if code == "RequestTimeTooSkewed" => {
                "set the clock of this machine".into()
            }
            Some(Failure::Refused { code, .. })
                if ["InvalidAccessKeyId", "SignatureDoesNotMatch"].contains(&code.as_str()) =>
            {
                "the server does not know these credentials; see which identity was found".into()
            }
            Some(Failure::Credentials(_) | Failure::Expired) => "give this process credentials".into(),
            Some(Failure::Unreachable(_) | Failure::Silent(_)) => {
                format!("see that {}.endpoint is right and can be reached", self.section)
            }
            _ => "ask the operator of the bucket".into(),
        }
    }

    /// Whether the first thing that was tried failed in a way that all others will.
    pub fn is_hopeless(&self, report: &Report) -> bool {
        let hopeless =
            ["NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "no credentials"];
        let last = report.checks.last().filter(|last| last.verdict == Verdict::Fail && self.arns.is_some());
        last.is_some_and(|last| hopeless.iter().any(|word| last.found.contains(word)))
    }
}

/// Compares the clocks; `false` where nobody answers.
pub async fn clock(bucket: &S3, report: &mut Report) -> bool {
    let began = Instant::now();
    let there = match bucket.clock().await {
        Ok(there) => there,
        Err(error) => {
            report.fail("store", causes(&error), "see that store.endpoint is right and can be reached from here");
            return false;
        }
    };
    let (latency, here) = (began.elapsed(), Timestamp::from(SystemTime::now()));
    report.ok("store", format!("{} answers", server(bucket.options())));
    report.took(latency);
    let ahead = (there.0 - here.0) / 1_000;
    let side = if ahead < 0 { "behind" } else { "ahead of" };
    let found = format!("the server's is {} s {side} ours", ahead.abs());
    let advice =
        "set the clock of this machine by NTP: signatures are refused from 15 min on, and links end early or late";
    match ahead.abs() {
        apart if apart >= APART_S[1] => report.fail("store clock", found, advice),
        apart if apart >= APART_S[0] => report.warn("store clock", found, advice),
        _ => report.ok("store clock", found),
    }
    true
}

fn server(options: &S3Options) -> String {
    options.endpoint.as_ref().map_or_else(|| format!("Amazon S3 in {}", options.region), |url| url.to_string())
}

/// What browsers may do, and what becomes of uploads that nobody completes.
pub async fn settings(bucket: &S3, report: &mut Report) {
    match bucket.cors().await {
        Ok(rules) => tell_cors(&rules, report),
        Err(error) => report.warn("store CORS", causes(&error), "only an admin's identity needs to see it"),
    }
    match bucket.aborts_after().await {
        Ok(Some(days)) => report.ok("store lifecycle", format!("parts that nobody completes go after {days} days")),
        Ok(None) => {
            let found = "parts stay for ever where a process dies before it made an object of them";
            report.warn("store lifecycle", found, "set what `rawmill doctor --lifecycle 7` prints");
        }
        Err(error) => report.warn("store lifecycle", causes(&error), "only an admin's identity needs to see it"),
    }
}

fn tell_cors(rules: &[CorsRule], report: &mut Report) {
    let has = |all: &[String], word: &str| all.iter().any(|one| one == "*" || one.eq_ignore_ascii_case(word));
    let enough = |rule: &&CorsRule| ["GET", "PUT"].iter().all(|m| has(&rule.methods, m)) && has(&rule.exposed, "ETag");
    match rules.iter().find(enough) {
        Some(rule) => report.ok("store CORS", format!("browsers may send and fetch from {}", rule.origins.join(", "))),
        None => {
            let advice = "if customers use browsers, set what `rawmill doctor --cors https://ORIGIN` prints";
            report.warn("store CORS", "browsers cannot send parts and read their tags", advice);
        }
    }
}
