//! How much memory photos may take together, where the user does not say.

use std::fs;
use std::path::{Path, PathBuf};

/// Part of what is free that we take; the rest is for the parent, the page cache and the others.
const SHARE_PERCENT: u64 = 75;

/// Where the kernel says nothing at all.
const FALLBACK: u64 = 2 << 30;

/// Three quarters of the free memory: the least of what the machine and each control group around us have left.
pub fn default() -> u64 {
    free_below(Path::new("/")).unwrap_or(FALLBACK) / 100 * SHARE_PERCENT
}

/// Free memory in bytes, as the files below `root` tell; `None` where there are none.
pub fn free_below(root: &Path) -> Option<u64> {
    let machine = read(root, "proc/meminfo").and_then(|text| available(&text));
    let groups = read(root, "proc/self/cgroup").map(|text| group_folders(&text)).unwrap_or_default();
    let groups = groups.iter().filter_map(|folder| left_in(&root.join(folder)));
    machine.into_iter().chain(groups).min()
}

fn read(root: &Path, path: &str) -> Option<String> {
    fs::read_to_string(root.join(path)).ok()
}

fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The folders of our control group and of those around it; version 2 has an empty list of controllers.
fn group_folders(cgroup: &str) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for line in cgroup.lines() {
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else { continue };
        let base = match controllers {
            "" => "sys/fs/cgroup",
            c if c.split(',').any(|c| c == "memory") => "sys/fs/cgroup/memory",
            _ => continue,
        };
        let path = Path::new(path.trim_start_matches('/'));
        folders.extend(path.ancestors().map(|up| Path::new(base).join(up)));
    }
    folders
}

/// What a group may still use: its limit less what it holds that cannot be dropped.
fn left_in(folder: &Path) -> Option<u64> {
    let number = |file| read(folder, file).and_then(|text| text.trim().parse::<u64>().ok());
    let limit = number("memory.max").or_else(|| number("memory.limit_in_bytes"))?;
    let used = number("memory.current").or_else(|| number("memory.usage_in_bytes")).unwrap_or(0);
    let stat = read(folder, "memory.stat").unwrap_or_default();
    let cache = stat.lines().find_map(|l| l.strip_prefix("inactive_file ").or(l.strip_prefix("total_inactive_file ")));
    let cache = cache.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(cache)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn machine(files: &[(&str, &str)]) -> TempDir {
        let root = TempDir::new().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal: 9000 kB\nMemAvailable:    8000 kB\n");

    #[test]
    fn the_machine_limits_where_no_group_does() {
        let free = |files: &[_]| free_below(machine(files).path());
        assert_eq!(free(&[MEMINFO]), Some(8_192_000));
        let unlimited = [MEMINFO, ("proc/self/cgroup", "0::/a\n"), ("sys/fs/cgroup/a/memory.max", "max\n")];
        assert_eq!(free(&unlimited), Some(8_192_000));
        assert_eq!(free(&[]), None);
    }

    #[test]
    fn a_group_around_ours_limits() {
        let files = [
            MEMINFO,
            ("proc/self/cgroup", "0::/a/b\n"),
            ("sys/fs/cgroup/a/b/memory.max", "max\n"),
            ("sys/fs/cgroup/a/memory.max", "1000\n"),
            ("sys/fs/cgroup/a/memory.current", "700\n"),
            ("sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 200\n"),
        ];
        assert_eq!(free_below(machine(&files).path()), Some(500));
    }

    #[test]
    fn version_1_is_read() {
        let files = [
            MEMINFO,
            ("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/x\n"),
            ("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "4000\n"),
            ("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "5000\n"),
        ];
        assert_eq!(free_below(machine(&files).path()), Some(0), "over the limit: nothing is left, no overflow");
    }
}
