//! Databases and caches.

use super::template::{Resource, attribute, id, reference};
use super::yaml::map;
use super::{Done, EmitError, Emitter, subnets_of};
use crate::design::{Cache, Database, Text};
use std::collections::BTreeSet;

/// A primary has five copies at most
/// (<https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.Redis-RedisCluster.html>).
const MOST_NODES: u32 = 6;

impl Emitter<'_> {
    pub(super) fn databases(&mut self) -> Done {
        for (name, database) in &self.design.databases {
            let name = name.get_ref();
            let group = map! {
                "DBSubnetGroupDescription" => format!("Where {name} may stand"),
                "SubnetIds" => subnets_of(&database.subnets),
                "Tags" => self.tags(name),
            };
            self.template.add(Resource::new(id(name, "SubnetGroup"), "AWS::RDS::DBSubnetGroup", name), group)?;
            self.database(name, database)?;
        }
        Ok(())
    }

    /// RDS makes the password, keeps it in Secrets Manager and changes it every week
    /// (<https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html>): no template has it.
    fn database(&mut self, name: &str, database: &Database) -> Done {
        let class = id(name, "InstanceClass");
        let about = format!("What {name} runs on");
        self.template.parameter(&class, "String", &about, Some(&database.instance_class));
        self.template.parameter("DatabaseUser", "String", "The first user of the databases", Some("owner"));
        let properties = map! {
            "Engine" => database.engine.as_str(),
            "DBInstanceClass" => reference(class),
            "AllocatedStorage" => database.storage_gb.to_string(),
            "StorageType" => "gp3",
            "StorageEncrypted" => database.encrypted,
            "MultiAZ" => database.multi_az,
            "PubliclyAccessible" => database.public_address,
        };
        let properties = properties
            .with_some("Port", database.port.map(|port| port.to_string()))
            .with("DBSubnetGroupName", reference(id(name, "SubnetGroup")))
            .with("VPCSecurityGroups", self.groups_of(name, &database.security_groups)?)
            .with("MasterUsername", reference("DatabaseUser"))
            .with("ManageMasterUserPassword", true)
            .with("BackupRetentionPeriod", 7)
            .with("Tags", self.tags(name));
        let resource = Resource::new(id(name, "Database"), "AWS::RDS::DBInstance", name).named();
        let kept = resource.attribute("DeletionPolicy", "Snapshot").attribute("UpdateReplacePolicy", "Snapshot");
        self.template.add(kept, properties)?;
        self.database_outputs(name);
        Ok(())
    }

    fn database_outputs(&mut self, name: &str) {
        let database = id(name, "Database");
        for (output, about, value) in [
            ("Address", "where it answers", "Endpoint.Address"),
            ("Port", "its port", "Endpoint.Port"),
            ("SecretArn", "its password, in Secrets Manager", "MasterUserSecret.SecretArn"),
        ] {
            let about = format!("{name}: {about}");
            self.template.output(format!("{database}{output}"), &about, attribute(&database, value));
        }
    }

    pub(super) fn caches(&mut self) -> Done {
        for (name, cache) in &self.design.caches {
            let name = name.get_ref();
            if !(1..=MOST_NODES).contains(&cache.nodes) {
                let why = format!("a primary has up to {} copies", MOST_NODES - 1);
                return Err(EmitError::unsupported(format!("cache `{name}` of {} nodes", cache.nodes), why));
            }
            let group = map! {
                "Description" => format!("Where {name} may stand"),
                "SubnetIds" => subnets_of(&cache.subnets),
                "Tags" => self.tags(name),
            };
            self.template.add(Resource::new(id(name, "SubnetGroup"), "AWS::ElastiCache::SubnetGroup", name), group)?;
            self.cache(name, cache)?;
        }
        Ok(())
    }

    fn cache(&mut self, name: &str, cache: &Cache) -> Done {
        let kind = id(name, "NodeType");
        self.template.parameter(&kind, "String", &format!("What {name} runs on"), Some(&cache.node_type));
        let copies = cache.nodes > 1;
        let properties = map! {
            "ReplicationGroupDescription" => name,
            "Engine" => "redis",
            "CacheNodeType" => reference(kind),
            "NumCacheClusters" => cache.nodes,
            "AutomaticFailoverEnabled" => copies,
            "MultiAZEnabled" => copies && self.zones(&cache.subnets) > 1,
            "Port" => cache.port,
            "CacheSubnetGroupName" => reference(id(name, "SubnetGroup")),
            "SecurityGroupIds" => self.groups_of(name, &cache.security_groups)?,
            "AtRestEncryptionEnabled" => true,
            "Tags" => self.tags(name),
        };
        let resource = Resource::new(id(name, "Cache"), "AWS::ElastiCache::ReplicationGroup", name).named();
        let kept = resource.attribute("DeletionPolicy", "Snapshot").attribute("UpdateReplacePolicy", "Snapshot");
        self.template.add(kept, properties)?;
        let cache = id(name, "Cache");
        let about = format!("{name}: where it answers");
        self.template.output(format!("{cache}Address"), &about, attribute(&cache, "PrimaryEndPoint.Address"));
        Ok(())
    }

    /// In how many zones subnets stand.
    fn zones(&self, subnets: &[Text]) -> usize {
        let zone = |subnet: &Text| self.design.subnets[subnet.get_ref().as_str()].zone.as_str();
        subnets.iter().map(zone).collect::<BTreeSet<_>>().len()
    }
}
