//! Linux: a stopwatch that goes on while the machine sleeps, and a name for each boot.

/// What is missing here: nothing.
pub const MISSING: Option<&str> = None;

/// Which start of the machine this is.
pub fn boot() -> String {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().into()
}

/// Milliseconds since then.
pub fn ms() -> i64 {
    let at = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    at.tv_sec * 1_000 + at.tv_nsec / 1_000_000
}
