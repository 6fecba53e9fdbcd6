//! Designs to begin with.

/// A bundled design.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// By which `rawmill cloud init` knows it.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! example {
    ($name:literal, $about:literal) => {
        Example { name: $name, about: $about, text: include_str!(concat!("../designs/", $name, ".toml")) }
    };
}

/// All of them.
pub const EXAMPLES: &[Example] = &[
    example!("booknook-v1", "a bookshop on one machine"),
    example!("booknook-v2", "the same behind a balancer: two zones, RDS, Redis and a bucket"),
    example!("growth-v1", "four steps of one service: all on a free machine"),
    example!("growth-v2", "the database and a CI server apart, all of it public"),
    example!("growth-v3", "a network of its own, with reverse proxy, bastion and NAT instance"),
    example!("growth-v4", "a balancer, two colours, an edge cache and somebody who watches, on the smallest machines"),
    example!(
        "rawmill-fleet",
        "rawmill itself: web servers, workers by backlog, PostgreSQL, Redis, SQS and two buckets"
    ),
    example!("report-saas", "slow work by a queue, with neither NAT nor any way to the internet"),
    example!("securewallet", "three tiers over two zones, with the network ACL as it is commonly drawn"),
    example!("securewallet-fixed", "the same, mended"),
];

/// The one of this name.
pub fn named(name: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.name == name)
}
