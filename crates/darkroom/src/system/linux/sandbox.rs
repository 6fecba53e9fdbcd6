//! What a worker may ask of the kernel: compute, and use the descriptors that it was given.
//!
//! Two independent locks, each where the kernel has it. Landlock: no path at all, no network, no signal to others.
//! Seccomp: an allow-list; whatever is not on it fails with EPERM, so a library that tries something new gets an error
//! that it can handle. A worker opens nothing, starts nothing, connects to nothing.

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;

type Lock = fn() -> Result<(), String>;

/// The locks, and what a worker can do where the kernel lacks one.
const LOCKS: [(Lock, &str); 2] = [
    (no_paths, "workers can name files: Landlock is not available"),
    (few_calls, "workers can use every system call: seccomp failed"),
];

/// Locks this thread in for ever; returns a sentence for each lock that the kernel lacks.
pub fn enter() -> Vec<String> {
    LOCKS.iter().filter_map(|(lock, open)| lock().err().map(|why| format!("{open} ({why})"))).collect()
}

fn no_paths() -> Result<(), String> {
    let abi = ABI::V6;
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))
        .and_then(|r| r.handle_access(AccessNet::from_all(abi)))
        .and_then(|r| r.scope(Scope::from_all(abi)))
        .and_then(|r| r.create())
        .and_then(|r| r.restrict_self());
    match rules.map_err(|e| e.to_string())?.ruleset {
        RulesetStatus::NotEnforced => Err("the kernel does not offer it".into()),
        _ => Ok(()),
    }
}

fn few_calls() -> Result<(), String> {
    let arch = std::env::consts::ARCH.try_into().map_err(|e| format!("{e}"))?;
    let rules = allowed().map_err(|e| e.to_string())?;
    let denied = SeccompAction::Errno(libc::EPERM as u32);
    let filter = SeccompFilter::new(rules, denied, SeccompAction::Allow, arch).map_err(|e| e.to_string())?;
    let program: BpfProgram = filter.try_into().map_err(|e: seccompiler::BackendError| e.to_string())?;
    seccompiler::apply_filter(&program).map_err(|e| e.to_string())
}

/// The allowed calls; those with rules only for these arguments.
fn allowed() -> Result<BTreeMap<i64, Vec<SeccompRule>>, seccompiler::BackendError> {
    let mut calls: BTreeMap<i64, Vec<SeccompRule>> = ALWAYS.iter().map(|&call| (call, Vec::new())).collect();
    // A signal to oneself is how abort works; reading a limit is how the standard library finds its stack.
    calls.insert(libc::SYS_tgkill, vec![argument_is(0, std::process::id().into())?]);
    calls.insert(libc::SYS_prlimit64, vec![argument_is(2, 0)?]);
    Ok(calls)
}

fn argument_is(index: u8, value: u64) -> Result<SeccompRule, seccompiler::BackendError> {
    SeccompRule::new(vec![SeccompCondition::new(index, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, value)?])
}

const ALWAYS: &[i64] = &[
    // the descriptors that were given
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_ftruncate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_fcntl,
    libc::SYS_close,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    // memory
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    // time, randomness and facts about the machine
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_getcpu,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sysinfo,
    libc::SYS_getpid,
    libc::SYS_gettid,
    // oneself
    libc::SYS_futex,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::io;
    use std::os::unix::net::UnixDatagram;

    /// What the kernel says, behind one lock alone, to opening a file and to making a socket. Locks hold for the thread
    /// that enters them.
    fn behind(lock: Lock) -> [Option<i32>; 2] {
        let said = |result: io::Result<()>| result.err().and_then(|e| e.raw_os_error());
        let tried = std::thread::spawn(move || {
            lock().expect("the kernel has this lock");
            [said(File::open("/etc/passwd").map(drop)), said(UnixDatagram::unbound().map(drop))]
        });
        tried.join().expect("a thread that fails only by its errors")
    }

    #[test]
    fn landlock_alone_denies_paths() {
        assert_eq!(behind(LOCKS[0].0), [Some(libc::EACCES), None]);
    }

    #[test]
    fn seccomp_alone_denies_calls() {
        assert_eq!(behind(LOCKS[1].0), [Some(libc::EPERM), Some(libc::EPERM)]);
    }
}
