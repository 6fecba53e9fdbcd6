//! Other systems: no stopwatch that outlives sleep and tells boots apart is common to them, so the wall clock serves.

/// What is missing here.
pub const MISSING: Option<&str> = Some(
    "rawmill is untested on this system: leases follow the wall clock, which must not be set back while work is going on",
);

/// All boots are one: the wall clock goes on from one to the next.
pub fn boot() -> String {
    String::new()
}

/// Milliseconds of the wall clock.
pub fn ms() -> i64 {
    crate::clock::wall_ms()
}
