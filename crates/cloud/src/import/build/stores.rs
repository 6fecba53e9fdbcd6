//! Databases and caches.

use super::machines::is_empty_list;
use super::{Build, table, texts};
use crate::import::NoteKind;
use crate::import::resource::Resource;
use crate::import::value::{Item, Known};

impl<'a> Build<'a> {
    pub(super) fn databases(&mut self) {
        let alone = self.existing("AWS::RDS::DBInstance");
        let clusters = self.existing("AWS::RDS::DBCluster");
        for resource in &alone {
            let cluster = resource.get("DBClusterIdentifier").and_then(|item| item.resource().ok());
            let cluster = cluster.and_then(|id| self.find(id, "AWS::RDS::DBCluster"));
            self.database(resource, cluster);
        }
        for cluster in clusters {
            let has =
                |r: &&&Resource| r.get("DBClusterIdentifier").and_then(|i| i.resource().ok()) == Some(&cluster.id);
            if !alone.iter().any(|r| has(&r)) {
                self.database(cluster, None);
            }
        }
    }

    /// A database; what an instance does not say its cluster says.
    fn database(&mut self, resource: &Resource, cluster: Option<&Resource>) {
        let get = |key: &str| resource.get(key).or_else(|| cluster.and_then(|cluster| cluster.get(key)));
        let groups = get("VPCSecurityGroups").or_else(|| get("VpcSecurityGroupIds"));
        let read = (|| -> Known<_> {
            let engine = get("Engine").ok_or("it has no engine")?.value.text()?;
            let engine = engine_of(engine)?;
            let port = get("Port").map(Item::number::<u16>).transpose()?;
            let public = get("PubliclyAccessible").map(Item::truth).transpose()?;
            Ok((engine, port, public))
        })();
        let (engine, port, public) = match read {
            Ok(read) => read,
            Err(why) => return self.left_out(resource, resource.line, why),
        };
        let Some(subnets) = self.of_subnet_group(resource, get("DBSubnetGroupName"), "AWS::RDS::DBSubnetGroup") else {
            return;
        };
        let public = public.unwrap_or_else(|| self.public_by_default(resource));
        let groups = self.groups(resource, groups);
        let class = self.text_or(resource, get("DBInstanceClass"));
        let truth = |key: &str| get(key).is_some_and(|item| item.truth() == Ok(true));
        let storage = get("AllocatedStorage").and_then(|item| item.number::<u32>().ok()).unwrap_or(20);
        let mut database = table([
            ("engine", engine.into()),
            ("subnets", texts(subnets)),
            ("security_groups", texts(groups)),
            ("instance_class", class.into()),
            ("storage_gb", i64::from(storage).into()),
            ("multi_az", truth("MultiAZ").into()),
            ("public_address", public.into()),
            ("encrypted", truth("StorageEncrypted").into()),
        ]);
        database.extend(port.map(|port| ("port".to_owned(), i64::from(port).into())));
        self.put_as("databases", resource, database);
    }

    /// With a subnet group, and nothing said, a database is public where its VPC has an internet gateway:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
    fn public_by_default(&mut self, resource: &Resource) -> bool {
        let gateway = self.design.get("vpc").and_then(|vpc| vpc.get("internet_gateway")).and_then(toml::Value::as_bool);
        let public = gateway == Some(true);
        if public {
            let what = "it does not say PubliclyAccessible and is public, since the VPC has an internet gateway";
            self.note(resource, resource.line, NoteKind::Assumed, what);
        }
        public
    }

    /// The subnets of a subnet group; a note where none of them is known.
    fn of_subnet_group(&mut self, of: &Resource, item: Option<&Item>, kind: &str) -> Option<Vec<String>> {
        let Some(item) = item else {
            self.left_out(of, of.line, "it has no subnet group, so it stands in the default VPC");
            return None;
        };
        let by_id = item.resource().ok().and_then(|id| self.find(id, kind));
        let found = by_id.or_else(|| self.self_named(item, kind));
        let listed = found.and_then(|group| group.get("SubnetIds").map(|item| (group, item)));
        let subnets =
            listed.map(|(group, item)| (self.all_named(group, "subnets", Some(item)), is_empty_list(Some(item))));
        let subnets = subnets.filter(|(subnets, empty)| *empty || !subnets.is_empty()).map(|(subnets, _)| subnets);
        if subnets.is_none() {
            self.left_out(of, item.line, "the subnets of its subnet group are not known");
        }
        subnets
    }

    /// A subnet group may be named by the name that it gives itself.
    fn self_named(&self, item: &Item, kind: &str) -> Option<&'a Resource> {
        let text = item.value.text().ok()?;
        let own = |group: &&Resource| {
            let name = group.get("DBSubnetGroupName").or_else(|| group.get("CacheSubnetGroupName"));
            name.is_some_and(|name| name.value.text() == Ok(text))
        };
        self.possible(kind).into_iter().find(own)
    }

    pub(super) fn caches(&mut self) {
        for kind in ["AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup"] {
            for resource in self.existing(kind) {
                self.cache(resource);
            }
        }
    }

    fn cache(&mut self, resource: &Resource) {
        let engine = resource.get("Engine").map_or(Ok("redis"), |item| item.value.text());
        if !matches!(engine, Ok("redis" | "valkey")) {
            let what = format!("a cache by {}", engine.unwrap_or("?"));
            return self.left_out(resource, resource.line, what);
        }
        let port = match resource.get("Port").map_or(Ok(6379), Item::number::<u16>) {
            Ok(port) => port,
            Err(why) => return self.left_out(resource, resource.line, format!("its port: {why}")),
        };
        let group = resource.get("CacheSubnetGroupName");
        let Some(subnets) = self.of_subnet_group(resource, group, "AWS::ElastiCache::SubnetGroup") else { return };
        let groups = resource.get("VpcSecurityGroupIds").or_else(|| resource.get("SecurityGroupIds"));
        let groups = self.groups(resource, groups);
        let node = self.text_or(resource, resource.get("CacheNodeType"));
        let count =
            ["NumCacheClusters", "NumCacheNodes"].iter().find_map(|key| resource.get(key)?.number::<u32>().ok());
        let cache = table([
            ("subnets", texts(subnets)),
            ("security_groups", texts(groups)),
            ("node_type", node.into()),
            ("nodes", i64::from(count.unwrap_or(1)).into()),
            ("port", i64::from(port).into()),
        ]);
        self.put_as("caches", resource, cache);
    }
}

/// The engine as a design calls it.
fn engine_of(engine: &str) -> Known<&'static str> {
    match engine.to_ascii_lowercase().as_str() {
        "postgres" | "aurora-postgresql" => Ok("postgres"),
        "mysql" | "mariadb" | "aurora" | "aurora-mysql" => Ok("mysql"),
        other => Err(format!("a database by {other}")),
    }
}
