//! What AWS says of its network, each as a test: the sentence is ours, the page is beside it. A fact that the crate breaks
//! fails here, whatever the crate says of itself.

mod acl;
mod addresses;
mod balancer;
mod database;
mod endpoint;
mod group;
mod internet;
mod limits;
mod nat;
mod plan;
mod ports;
mod route;
mod services;
