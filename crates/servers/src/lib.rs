//! Real engines for tests: each in a folder of its own and on a free port, which this process owns and may kill.
//!
//! Nothing of rawmill runs with this crate; tests, benchmarks and chaos do. An engine that is not installed stops the test
//! with the name of its package: what could not run is never silent.

pub mod cable;
pub mod certificate;
pub mod garage;
pub mod issuer;
pub mod metadata;
pub mod moto;
pub mod pgbouncer;
pub mod postgres;
pub mod process;
pub mod proxy;
pub mod redis;
pub mod standby;

pub use cable::Cable;
pub use certificate::{Certificate, certify};
pub use garage::Garage;
pub use issuer::Issuer;
pub use metadata::Metadata;
pub use moto::Moto;
pub use pgbouncer::Pgbouncer;
pub use postgres::Postgres;
pub use process::{Engine, Server, free_port};
pub use proxy::{Action, Fault, Identity, Proxy};
pub use redis::Redis;
