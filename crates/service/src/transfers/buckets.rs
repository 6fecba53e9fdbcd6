//! The buckets of customers that the configuration names.

use super::list::told;
use super::plan::Place;
use super::work::Fault;
use crate::cloud::Cloud;
use crate::config::{BucketAt, Config};
use crate::house::House;
use ledger::transfers::{Errand, TransferKind};
use std::collections::BTreeMap;
use store::s3::{Failure, Names};
use store::{Kind, S3Options, StoreError};

/// All of them.
#[derive(Debug)]
pub struct Buckets(BTreeMap<String, Bucket>);

/// One of them.
#[derive(Debug)]
pub struct Bucket {
    /// As it is configured.
    pub at: BucketAt,
    /// Its objects.
    pub names: Names,
    /// How all names begin.
    base: String,
}

impl Buckets {
    /// Those of a configuration; nobody is asked yet.
    pub fn open(config: &Config, cloud: &Cloud) -> Result<Self, String> {
        let open = |(name, at): (&String, &BucketAt)| Ok((name.clone(), Bucket::open(at, cloud)?));
        config.buckets.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Those that a tenant may use, by its name.
    pub fn of(&self, tenant: &str) -> impl Iterator<Item = (&str, &Bucket)> {
        let may = move |(_, bucket): &(&String, &Bucket)| bucket.at.tenants.iter().any(|one| one == tenant);
        self.0.iter().filter(may).map(|(name, bucket)| (name.as_str(), bucket))
    }

    /// One of these, if it may be used so.
    pub fn find(&self, tenant: &str, name: &str, kind: TransferKind) -> Option<&Bucket> {
        let mut of = self.of(tenant);
        of.find(|(called, bucket)| *called == name && bucket.lets(kind)).map(|(_, bucket)| bucket)
    }
}

/// The bucket that a transfer names, unless the configuration has changed since it was asked for.
pub async fn find<'a>(house: &'a House, errand: &Errand, place: &Place) -> Result<&'a Bucket, Fault> {
    let new = &errand.transfer.new;
    let tenant = house.standing(new.tenant).await.map_err(|problem| told(&problem))?.tenant.name;
    let gone = || format!("the bucket `{}` is not there for that any more", place.bucket.escape_debug());
    house.buckets.find(&tenant, &place.bucket, new.kind).ok_or_else(|| Fault::Refused(gone()))
}

impl Bucket {
    /// One of a configuration; nobody is asked yet.
    pub fn open(at: &BucketAt, cloud: &Cloud) -> Result<Self, String> {
        Self::of(at, at.options().map_err(|e| e.to_string())?, cloud)
    }

    /// The same, spoken to so.
    pub fn of(at: &BucketAt, options: S3Options, cloud: &Cloud) -> Result<Self, String> {
        let base = if options.prefix.is_empty() { String::new() } else { format!("{}/", options.prefix) };
        let names = Names::new(options, cloud.identity.shared()).map_err(|e| e.to_string())?;
        Ok(Self { at: at.clone(), names, base })
    }

    /// May it be used so.
    pub fn lets(&self, kind: TransferKind) -> bool {
        match kind {
            TransferKind::Import => self.at.import,
            TransferKind::Export => self.at.export,
        }
    }

    /// The whole name of what is called so below the configured prefix.
    pub fn name(&self, below: &str) -> String {
        format!("{}{below}", self.base)
    }

    /// The part of a name below the configured prefix.
    pub fn below<'a>(&self, name: &'a str) -> Option<&'a str> {
        name.strip_prefix(&self.base)
    }
}

/// What to say of a failure to a customer, and whether it may pass. What the bucket answered is told by its code; the rest
/// is the operator's affair and stands in the log.
pub fn fault(error: &StoreError) -> Fault {
    if error.kind() == Kind::NotFound {
        return Fault::refused("there is no such object any more");
    }
    tracing::warn!(error = %batch::causes(error), "a customer's bucket");
    match Failure::of(error) {
        Some(Failure::Refused { status: status @ (400..=403 | 405), code, .. }) => {
            Fault::refused(format!("the bucket answered {status} {code}; see what its policy lets us do"))
        }
        Some(Failure::Refused { code, .. }) if code == "NoSuchBucket" => Fault::refused("there is no such bucket"),
        Some(Failure::Refused { status, code, .. }) => Fault::again(format!("the bucket answered {status} {code}")),
        Some(Failure::Credentials(_) | Failure::Expired) => Fault::again("we have no credentials for the bucket now"),
        _ => Fault::again("the bucket was not reached, or broke off"),
    }
}
