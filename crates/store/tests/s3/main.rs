//! The store on S3, with moto behind a proxy that verifies every signature and every body, and does harm on command.

mod common;
mod conformance;
mod credentials;
#[path = "../common/customer.rs"]
mod customer;
mod faults;
mod links;
mod names;
#[path = "../common/steps.rs"]
mod steps;
