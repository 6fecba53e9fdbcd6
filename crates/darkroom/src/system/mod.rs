//! Where operating systems differ. Linux has all that workers need; the other Unix systems do without some of it, and say so.
//!
//! With `--cfg rawmill_portable` Linux takes what is for the others, so that it is compiled and tested (`./test --full`).

#[cfg(not(unix))]
compile_error!("rawmill needs a Unix system: Linux, or, untested, macOS, FreeBSD or NetBSD");

#[cfg(all(target_os = "linux", not(rawmill_portable)))]
#[path = "linux/mod.rs"]
mod here;
#[cfg(not(all(target_os = "linux", not(rawmill_portable))))]
#[path = "other.rs"]
mod here;

/// The allocator is the C library's, not the system's.
#[cfg(all(target_os = "linux", target_env = "gnu", not(rawmill_portable)))]
#[path = "allocator/glibc.rs"]
pub mod allocator;
#[cfg(not(all(target_os = "linux", target_env = "gnu", not(rawmill_portable))))]
#[path = "allocator/other.rs"]
pub mod allocator;

pub use here::*;

/// Process id of our parent, or of the process that took us in when it died.
pub fn parent() -> Option<i32> {
    rustix::process::getppid().map(|pid| pid.as_raw_nonzero().get())
}
