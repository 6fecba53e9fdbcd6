//! Names by Route 53: a name has a record for each of its targets.

use super::{Build, table, texts};
use crate::import::resource::Resource;
use crate::import::value::{Item, Known};
use std::collections::BTreeMap;

/// The records of a name.
struct Records {
    policy: &'static str,
    /// With their place: the primary comes first.
    targets: Vec<(u8, String)>,
    health_path: Option<String>,
}

impl Build<'_> {
    pub(super) fn records(&mut self) {
        let mut all: BTreeMap<String, Records> = BTreeMap::new();
        for resource in self.existing("AWS::Route53::RecordSet") {
            let read = self.record(resource, &mut all);
            self.taken(resource, read);
        }
        for (name, mut records) in all {
            records.targets.sort_by_key(|(place, _)| *place);
            let targets = records.targets.into_iter().map(|(_, target)| target).collect();
            let mut record = table([("policy", records.policy.into()), ("targets", texts(targets))]);
            record.extend(records.health_path.map(|path| ("health_path".to_owned(), path.into())));
            self.put("records", &name, record);
        }
    }

    fn record(&mut self, resource: &Resource, all: &mut BTreeMap<String, Records>) -> Known<()> {
        let name = resource.get("Name").ok_or("it has no name")?.value.text()?.to_owned();
        match resource.get("Type").ok_or("it has no type")?.value.text()? {
            "A" | "CNAME" => {}
            other => return Err(format!("a record of the type {other}")),
        }
        let (policy, place) = policy(resource)?;
        let target = self.target_of(resource)?;
        let health_path = self.health_path(resource)?;
        let path = health_path.clone();
        let records = all.entry(name).or_insert_with(|| Records { policy, targets: Vec::new(), health_path });
        if records.policy != policy || records.health_path != path {
            return Err("it is chosen or asked otherwise than others of its name".to_owned());
        }
        records.targets.push((place, target));
        Ok(())
    }

    fn target_of(&self, resource: &Resource) -> Known<String> {
        let found =
            match (resource.body.at(&["AliasTarget", "DNSName"]), resource.get("ResourceRecords").map(Item::items)) {
                (Some(alias), _) => alias,
                (None, Some([one])) => one,
                (None, Some(_)) => return Err("a design has one address a record".to_owned()),
                (None, None) => return Err("it leads nowhere".to_owned()),
            };
        let sections = ["load_balancers", "distributions", "instances"];
        let target = sections.iter().find_map(|section| self.named(section, found).ok());
        target.ok_or_else(|| format!("it leads to what is not in the design, line {}", found.line))
    }

    /// The path that must answer, where somebody asks.
    fn health_path(&mut self, resource: &Resource) -> Known<Option<String>> {
        let Some(item) = resource.get("HealthCheckId") else { return Ok(None) };
        let check = self.find(item.resource()?, "AWS::Route53::HealthCheck").ok_or("its health check is not here")?;
        let path = check.body.at(&["HealthCheckConfig", "ResourcePath"]).ok_or("its health check asks no path")?;
        let path = path.value.text()?.to_owned();
        self.taken(check, Ok(()));
        Ok(Some(path))
    }
}

/// How it is chosen among others of its name, and the place that this gives it.
fn policy(resource: &Resource) -> Known<(&'static str, u8)> {
    if let Some(other) =
        ["Weight", "MultiValueAnswer", "CidrRoutingConfig"].iter().find(|key| resource.get(key).is_some())
    {
        return Err(format!("a record chosen by {other}"));
    }
    if let Some(item) = resource.get("Failover") {
        return Ok(("failover", u8::from(item.value.text()? != "PRIMARY")));
    }
    let by = [("Region", "latency"), ("GeoLocation", "geolocation")];
    let found = by.iter().find(|(key, _)| resource.get(key).is_some());
    Ok((found.map_or("simple", |(_, policy)| policy), 0))
}
