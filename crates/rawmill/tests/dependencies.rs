//! The direction of the house: every crate depends only on those below it.

use cargo_metadata::{DependencyKind, MetadataCommand};
use std::collections::BTreeMap;

/// Each crate with the crates that it may use.
const HOUSE: &[(&str, &[&str])] = &[
    ("servers", &[]),
    ("archive", &[]),
    ("identity", &[]),
    ("photo", &[]),
    ("develop", &["photo"]),
    ("ledger", &[]),
    ("cloud", &[]),
    ("https", &[]),
    ("outward", &["https"]),
    ("oidc", &["outward"]),
    ("store", &["https"]),
    ("queue", &["https", "identity", "ledger"]),
    ("darkroom", &["develop", "photo"]),
    ("batch", &["darkroom", "develop", "ledger", "photo", "store"]),
    ("client", &["darkroom", "develop"]),
    (
        "service",
        &[
            "archive", "batch", "darkroom", "develop", "identity", "ledger", "oidc", "outward", "photo", "queue",
            "store",
        ],
    ),
    ("console", &["batch", "ledger", "service"]),
    (
        "rawmill",
        &[
            "batch", "client", "cloud", "console", "darkroom", "develop", "identity", "ledger", "photo", "service",
            "store",
        ],
    ),
];

/// Crates that do I/O, start threads or print, which the pure ones must not name.
const IMPURE: &[&str] = &["tokio", "sqlx", "rustix", "rayon", "libc", "memmap2", "indicatif", "clap", "signal-hook"];

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = MetadataCommand::new().no_deps().other_options(["--offline".into()]).exec().unwrap();
    let used = |p: &cargo_metadata::Package| {
        let normal = p.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
        normal.map(|d| d.name.clone()).collect()
    };
    metadata.packages.iter().map(|p| (p.name.to_string(), used(p))).collect()
}

#[test]
fn dependencies_point_down() {
    let found = dependencies();
    let ours: Vec<&str> = HOUSE.iter().map(|(name, _)| *name).collect();
    assert_eq!(found.len(), HOUSE.len(), "a new crate needs its place in HOUSE: {:?}", found.keys());
    for (name, allowed) in HOUSE {
        let up = found[*name].iter().filter(|d| ours.contains(&d.as_str()) && !allowed.contains(&d.as_str()));
        assert_eq!(up.collect::<Vec<_>>(), Vec::<&String>::new(), "`{name}` depends on a crate that is not below it");
    }
}

#[test]
fn pure_crates_stay_pure() {
    let found = dependencies();
    for name in ["archive", "photo", "develop", "cloud"] {
        let impure = found[name].iter().filter(|d| IMPURE.contains(&d.as_str()));
        assert_eq!(impure.collect::<Vec<_>>(), Vec::<&String>::new(), "`{name}` must stay pure");
    }
}
