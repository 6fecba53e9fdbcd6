//! The network of a service on AWS, before anyone deploys it: a design is one readable file, a trace follows one packet
//! through it and says which rule decides.
//!
//! Nothing here reads a file, prints, or knows of photos. From the top down: [`Design`] is what a person wrote, [`Network`]
//! is what it means, [`trace()`] follows packets through that, [`prove()`] all of them, [`examples`] are designs to begin with.
//!
//! A definite verdict is right for every way in which the unknown could be completed; where two ways differ, the verdict
//! is *unknown*.

pub mod availability;
pub mod compare;
pub mod cost;
pub mod design;
pub mod diagram;
pub mod emit;
pub mod examples;
pub mod findings;
pub mod import;
pub mod network;
pub mod packet;
pub mod prove;
pub mod rule;
pub mod trace;

pub use cost::cost;
pub use design::{Design, DesignError};
pub use import::{ImportError, import};
pub use network::Network;
pub use prove::prove;
pub use trace::{Question, Verdict, trace};
