//! Databases by RDS: one instance, or one and its copy in another zone at a price of its own; the disk likewise.

use crate::cost::draft::{Asked, Draft};
use crate::cost::money::Quantity;
use crate::cost::span::Span;
use crate::design::Database;

pub(super) fn drafts(asked: &Asked) -> Vec<Draft> {
    let database = |(name, database): (&crate::design::Text, &Database)| one(name.get_ref(), database);
    asked.design.databases.iter().flat_map(database).collect()
}

fn one(name: &str, database: &Database) -> [Draft; 2] {
    let zones = if database.multi_az { "multi-az" } else { "single-az" };
    let (engine, class) = (&database.engine, &database.instance_class);
    let size = Quantity::whole(u64::from(database.storage_gb));
    let storage = format!("rds.storage.gp3.{zones}");
    [
        Draft::hours(name, format!("{class}, {zones}"), format!("rds.{engine}.{class}.{zones}"), Span::fixed(1)),
        Draft::fixed(name, format!("disk, gp3, {zones}"), storage, "gb-month", size),
    ]
}
