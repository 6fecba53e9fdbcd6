//! A worker's loop waits neither for a photo that is on its way nor for the ledger.

use crate::customer::Customer;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// One photo never comes: a pipe that nobody writes to stands in its place. Those behind it are done all the same.
pub fn a_photo_on_its_way_keeps_no_other_waiting() {
    let customer = Customer::of_a_new_service(|worker| worker.slots = Some(2));
    let photos: Vec<String> = (0..6).map(|n| customer.upload(n, "fine")).collect();
    let late = file_with(&customer.data().join("store"), b"fine 0").expect("the photo is stored");
    std::fs::remove_file(&late).unwrap();
    mknodat(CWD, &late, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let batch = customer.submit(&photos);
    let totals = customer.until(&batch, |batch| batch["totals"]["succeeded"] == 5)["totals"].clone();
    assert_eq!((&totals["running"], &totals["failed"]), (&json!(1), &json!(0)), "{totals}");
}

/// The ledger takes no heartbeat, since someone else writes to it. The photo is stopped before its lease ends.
pub fn a_silent_ledger_keeps_no_photo_alive() {
    let others = children();
    let customer = Customer::of_a_new_service(|worker| (worker.slots, worker.photo_s) = (Some(1), 3600));
    let batch = customer.submit(&[customer.upload(0, "hang")]);
    customer.until(&batch, |batch| batch["totals"]["running"] == 1);
    let claimed = Instant::now();
    let ours = || children().difference(&others).copied().collect::<BTreeSet<_>>();
    let develops = until("a child develops the photo", || ours().into_iter().find(|child| is_busy(*child)));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = format!("sqlite://{}", customer.data().join("ledger.sqlite").display());
    let mut busy = runtime.block_on(SqliteConnection::connect(&url)).unwrap();
    runtime.block_on(sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut busy)).unwrap();
    until("the child ends", || (!ours().contains(&develops)).then_some(()));
    assert!(claimed.elapsed() < customer.lease(), "the lease ended {:?} after the claim", claimed.elapsed());
    runtime.block_on(sqlx::raw_sql("ROLLBACK").execute(&mut busy)).unwrap();
}

/// The file below `folder` with these bytes.
fn file_with(folder: &Path, bytes: &[u8]) -> Option<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).find_map(|path| match path.is_dir() {
        true => file_with(&path, bytes),
        false => (std::fs::read(&path).unwrap() == bytes).then_some(path),
    })
}

/// Process numbers of our children.
fn children() -> BTreeSet<u32> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path().join("children"));
    // A thread may be gone by now.
    let lists = tasks.filter_map(|list| std::fs::read_to_string(list).ok());
    lists.flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>()).collect()
}

/// It has computed for a fifth of a second (proc(5), stat: utime in ticks of 10 ms).
fn is_busy(child: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
    let ticks = stat.rsplit(") ").next().and_then(|rest| rest.split(' ').nth(11)).and_then(|t| t.parse::<u64>().ok());
    ticks.is_some_and(|ticks| ticks >= 20)
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
