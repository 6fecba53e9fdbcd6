//! Caches at the edge by CloudFront, with the keys and controls that belong to them.

use super::{Build, table, texts};
use crate::import::resource::Resource;
use crate::import::value::{Item, Known};

impl Build<'_> {
    pub(super) fn distributions(&mut self) {
        self.take_each("AWS::CloudFront::Distribution", Self::distribution);
    }

    fn distribution(&mut self, resource: &Resource) -> Known<()> {
        let config = resource.get("DistributionConfig").ok_or("it has no DistributionConfig")?;
        let listed = config.get("Origins").map(Item::items).unwrap_or_default();
        let origins = listed.iter().map(|origin| self.origin(origin)).collect::<Known<Vec<_>>>()?;
        let behaviours = config.get("CacheBehaviors").map(Item::items).unwrap_or_default();
        let behaviours: Vec<&Item> = config.get("DefaultCacheBehavior").into_iter().chain(behaviours).collect();
        let keys: Vec<&Item> = behaviours.iter().filter_map(|behaviour| behaviour.get("TrustedKeyGroups")).collect();
        let signed = !keys.is_empty() && keys.len() == behaviours.len();
        if !signed && let Some(some) = keys.first() {
            self.left_out(resource, some.line, "signed links for some of its paths");
        }
        self.put_as("distributions", resource, table([("origins", texts(origins)), ("signed", signed.into())]));
        for keys in keys {
            self.keys(keys);
        }
        for control in listed.iter().filter_map(|origin| origin.get("OriginAccessControlId")) {
            self.belongs(control, "AWS::CloudFront::OriginAccessControl");
        }
        Ok(())
    }

    fn origin(&self, origin: &Item) -> Known<String> {
        let domain = origin.get("DomainName").ok_or("an origin has no domain")?;
        let sections = ["load_balancers", "buckets", "instances"];
        let found = sections.iter().find_map(|section| self.named(section, domain).ok());
        found.ok_or_else(|| format!("the origin in line {} is not in the design", origin.line))
    }

    /// The keys of signed links.
    fn keys(&mut self, groups: &Item) {
        for group in groups.items() {
            let Some(group) = self.belongs(group, "AWS::CloudFront::KeyGroup") else { continue };
            for key in group.body.at(&["KeyGroupConfig", "Items"]).map(Item::items).unwrap_or_default() {
                self.belongs(key, "AWS::CloudFront::PublicKey");
            }
        }
    }
}
