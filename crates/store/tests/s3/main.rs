//! The store on S3, with moto behind a proxy that verifies every signature and every body, and does harm on command.

mod common;
mod conformance;
#[path = "../common/steps.rs"]
mod steps;
