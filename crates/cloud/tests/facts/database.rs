//! Databases by RDS.

use crate::plan::Plan;
use cloud::trace::Reason::{GroupMismatch, NoRoute};

/// A database with a public address, in subnets that have this table.
fn public(table: &str) -> Plan {
    let keys = "engine = \"postgres\"\nsubnets = [\"in-data-a\", \"in-data-b\"]\nsecurity_groups = [\"data\"]\n\
                instance_class = \"db.t3.micro\"\npublic_address = true";
    Plan::new()
        .subnet("data-a", "10.0.21.0/24", "public")
        .subnet("data-b", "10.0.22.0/24", table)
        .zone("data-b", "b")
        .group("data", &["tcp 5432 from 0.0.0.0/0"], &[])
        .put("databases.data", keys)
}

/// Within the network its name leads to its private address, outside to its public one.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html>
#[test]
fn within_the_network_its_name_leads_to_its_private_address() {
    public("public").allows("internet", "data", "tcp 5432");
    // Without a way outside it is reached all the same, and as a member of a group.
    let plan = public("public").routes("private", &[]).group("data", &["tcp 5432 from left"], &[]);
    plan.allows("left", "data", "tcp 5432");
}

/// Its group decides, public or not.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html>
#[test]
fn its_group_decides() {
    let plan = public("public").group("data", &["tcp 5432 from left"], &[]);
    plan.blocks("internet", "data", "tcp 5432", GroupMismatch);
}

/// All of its subnets have to be public, since AWS decides in which it stands.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html>
#[test]
fn all_of_its_subnets_have_to_be_public() {
    let trace = public("private").loses_answers("internet", "data", "tcp 5432", NoRoute);
    assert_eq!(trace.pairs, (2, 1), "{trace}");
}
