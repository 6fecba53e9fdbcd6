//! All rules, by name.

mod acl_allows_nobody;
mod balancer_in_one_zone;
mod capacity_below_peak;
mod exhausted_range;
mod health_check_needs_store;
mod nat_in_one_zone;
mod presigned_links_locked_out;
mod public_database;
mod s3_through_nat;
mod scaling_divides_by_zero;
mod scaling_on_total_messages;
mod scaling_on_uncollected_metric;
mod shadowed_acl_entry;
mod single_point_of_failure;
mod store_in_one_zone;
mod unencrypted_store;
mod unprotected_scale_in;
mod visibility_too_short;
mod wildcard_permission;

use super::Rule;

/// All of them.
pub const RULES: &[Rule] = &[
    acl_allows_nobody::RULE,
    balancer_in_one_zone::RULE,
    capacity_below_peak::RULE,
    exhausted_range::RULE,
    health_check_needs_store::RULE,
    nat_in_one_zone::RULE,
    presigned_links_locked_out::RULE,
    public_database::RULE,
    s3_through_nat::RULE,
    scaling_divides_by_zero::RULE,
    scaling_on_total_messages::RULE,
    scaling_on_uncollected_metric::RULE,
    shadowed_acl_entry::RULE,
    single_point_of_failure::RULE,
    store_in_one_zone::RULE,
    unencrypted_store::RULE,
    unprotected_scale_in::RULE,
    visibility_too_short::RULE,
    wildcard_permission::RULE,
];
