//! A store that keeps what it has in the clear.

use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "unencrypted-store",
    severity: Severity::Error,
    finds: "a database or bucket that is not encrypted",
    why: "copies, snapshots and disks that go astray can be read. A database cannot be encrypted later but by a copy of a \
          snapshot; S3 encrypts new objects by itself since January 2023, so a bucket that says otherwise has old ones",
    remedy: "encrypted = true; for a bucket with old objects, copy them onto themselves",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let databases = seen.design.databases.iter().map(|(name, database)| ("database", name, database.encrypted));
    let buckets = seen.design.buckets.iter().map(|(name, bucket)| ("bucket", name, bucket.encrypted));
    let clear = databases.chain(buckets).filter(|(.., encrypted)| !encrypted);
    let found = clear.map(|(kind, name, _)| {
        Found::of(name, format!("{kind} {} is not encrypted", name.get_ref()), seen.key(name, "encrypted"))
    });
    found.collect()
}
