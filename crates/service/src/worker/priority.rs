//! How important the work is beside what else the machine does.

/// Makes this thread nicer, and the threads and children that it starts from now on.
#[cfg(all(target_os = "linux", not(rawmill_portable)))]
pub fn step_back(nice: i32) -> rustix::io::Result<()> {
    rustix::process::nice(nice).map(drop)
}

/// On other systems it would hold for the web server too.
#[cfg(not(all(target_os = "linux", not(rawmill_portable))))]
pub fn step_back(nice: i32) -> Result<(), &'static str> {
    if nice == 0 { Ok(()) } else { Err("this system knows priorities of whole processes only") }
}
