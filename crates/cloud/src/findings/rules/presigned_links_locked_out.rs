//! Links for people outside, to a bucket that lets nobody outside in.

use crate::findings::{Found, Rule, Seen, Severity};

pub const RULE: Rule = Rule {
    name: "presigned-links-locked-out",
    severity: Severity::Error,
    finds: "a bucket that hands out presigned links and may only be reached through an endpoint",
    why: "a policy that denies whatever does not come through the endpoint (`aws:sourceVpce`) denies presigned requests too: \
          whoever has the link is outside and gets 403",
    remedy: "keep what stays inside in a bucket of its own with that policy, and hand out links to another, or through a \
             distribution",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html",
    look,
};

fn look(seen: &Seen) -> Vec<Found> {
    let both = seen.design.buckets.iter().filter(|(_, bucket)| bucket.presigned);
    let both = both.filter_map(|(name, bucket)| Some((name, bucket.only_through.as_ref()?)));
    let found = both.map(|(name, endpoint)| {
        let what =
            format!("links to {} lead outside, but only {} lets requests in", name.get_ref(), endpoint.get_ref());
        Found::of(name, what, endpoint.span().start)
    });
    found.collect()
}
