//! What this process uses, read from `/proc/self` through files that were opened before the sandbox closed.

use crate::worker::Usage;
use rustix::time::{ClockId, clock_gettime};
use std::fs::File;
use std::os::unix::fs::FileExt;

/// Measures one photo after the other.
pub struct Meter {
    status: Option<File>,
    clear: Option<File>,
    cpu_at_start_s: f64,
}

impl Meter {
    /// Opens the files; a number whose file is missing stays 0.
    pub fn open() -> Self {
        let clear = File::options().write(true).open("/proc/self/clear_refs").ok();
        Self { status: File::open("/proc/self/status").ok(), clear, cpu_at_start_s: 0.0 }
    }

    /// Begins a new photo: the peak starts again from what is resident now.
    pub fn start(&mut self) {
        if let Some(file) = &self.clear {
            // 5 resets the peak (proc(5)); where it is refused the peak is that of the worker's whole life.
            let _ = file.write_at(b"5", 0);
        }
        self.cpu_at_start_s = cpu_s();
    }

    /// What is resident now, in bytes; 0 where the system does not say.
    pub fn resident(&self) -> u64 {
        self.status_bytes("VmRSS:").unwrap_or(0)
    }

    /// What was used since the start.
    pub fn read(&self) -> Usage {
        Usage {
            cpu_s: cpu_s() - self.cpu_at_start_s,
            peak_bytes: self.status_bytes("VmHWM:").unwrap_or(0),
            record_bytes: 0,
        }
    }

    fn status_bytes(&self, key: &str) -> Option<u64> {
        let mut text = [0; 4096];
        let len = self.status.as_ref()?.read_at(&mut text, 0).ok()?;
        kilobytes(std::str::from_utf8(&text[..len]).ok()?, key).map(|kb| kb * 1024)
    }
}

/// The number of a line such as `VmHWM:     5120 kB`.
pub fn kilobytes(status: &str, key: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix(key))?.split_whitespace().next()?.parse().ok()
}

fn cpu_s() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_holds_what_was_touched_and_can_be_reset() {
        let mut meter = Meter::open();
        meter.start();
        let before = meter.read().peak_bytes;
        let touched = std::hint::black_box(vec![1u8; 64 << 20]);
        let with = meter.read().peak_bytes;
        // Other tests of this process may give memory back meanwhile, so the difference is not asked for.
        assert!(with >= touched.len() as u64, "{before} then {with}");
        drop(touched);
        meter.start();
        assert!(meter.read().peak_bytes < with);
    }

    #[test]
    fn numbers_are_found_by_their_key() {
        assert_eq!(kilobytes("Name:\tx\nVmHWM:\t  5120 kB\nVmRSS:\t 1 kB\n", "VmHWM:"), Some(5120));
        assert_eq!(kilobytes("Name:\tx\n", "VmHWM:"), None);
    }
}
