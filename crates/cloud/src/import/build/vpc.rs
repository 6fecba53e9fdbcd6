//! Which VPC, and what stands in it.

use crate::import::resource::Resource;
use crate::import::value::Value;
use crate::import::{ImportError, Options};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

/// The VPC of the design.
pub(super) fn choose<'a>(resources: &'a [Resource], options: &Options) -> Result<&'a Resource, ImportError> {
    let all: Vec<_> = resources.iter().filter(|r| r.kind == "AWS::EC2::VPC" && r.exists != Some(false)).collect();
    match (&options.vpc, all.as_slice()) {
        (Some(id), all) => {
            let found = all.iter().copied().find(|vpc| vpc.id == *id);
            found.ok_or_else(|| ImportError::NoVpc(format!("; `{id}` is none")))
        }
        (None, [one]) => Ok(one),
        (None, []) => Err(ImportError::NoVpc(String::new())),
        (None, all) => Err(ImportError::SeveralVpcs(all.iter().map(|vpc| vpc.id.clone()).collect())),
    }
}

/// The range of the VPC.
pub(super) fn range(vpc: &Resource) -> Result<Ipv4Net, ImportError> {
    let unknown = |line, why: String| ImportError::NoRange { line, vpc: vpc.id.clone(), why };
    let Some(item) = vpc.get("CidrBlock") else {
        return Err(unknown(vpc.line, "it has no CidrBlock".to_owned()));
    };
    let text = item.value.text().map_err(|why| unknown(item.line, why))?;
    let net: Ipv4Net = text.parse().map_err(|_| unknown(item.line, format!("expected a range, found `{text}`")))?;
    Ok(net.trunc())
}

/// What stands in other VPCs, or belongs to what stands there.
pub(super) fn elsewhere<'a>(resources: &'a [Resource], vpc: &Resource) -> BTreeSet<&'a str> {
    let other = |id: &str| resources.iter().any(|r| r.id == id && r.kind == "AWS::EC2::VPC" && r.id != vpc.id);
    let mut elsewhere: BTreeSet<&str> = resources.iter().filter(|r| other(&r.id)).map(|r| r.id.as_str()).collect();
    // Each round finds what belongs to what the last one found; chains are short.
    loop {
        let before = elsewhere.len();
        let belongs = |r: &&Resource| owners(r).iter().any(|id| elsewhere.contains(id));
        let found: Vec<_> = resources.iter().filter(belongs).map(|r| r.id.as_str()).collect();
        elsewhere.extend(found);
        if elsewhere.len() == before {
            return elsewhere;
        }
    }
}

/// The resources that say where one stands: its VPC, or else what it belongs to.
fn owners(resource: &Resource) -> Vec<&str> {
    let keys: &[&str] = match resource.kind.as_str() {
        _ if resource.get("VpcId").is_some() => &["VpcId"],
        "AWS::EC2::Route" => &["RouteTableId"],
        "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress" => &["GroupId"],
        "AWS::EC2::NetworkAclEntry" => &["NetworkAclId"],
        "AWS::ElasticLoadBalancingV2::Listener" => &["LoadBalancerArn"],
        "AWS::ElasticLoadBalancingV2::ListenerRule" => &["ListenerArn"],
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => &["DBSubnetGroupName", "DBClusterIdentifier"],
        "AWS::ElastiCache::CacheCluster" | "AWS::ElastiCache::ReplicationGroup" => &["CacheSubnetGroupName"],
        _ => &["SubnetId", "SubnetIds", "Subnets", "VPCZoneIdentifier"],
    };
    let items = keys.iter().filter_map(|key| resource.get(key)).flat_map(|item| item.items());
    let ids = items.filter_map(|item| if let Value::Resource(id, _) = &item.value { Some(id.as_str()) } else { None });
    ids.collect()
}
