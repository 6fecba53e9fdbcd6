//! What an operator does beside the API.

use super::lab::Lab;
use super::{renditions, submit};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_paused_queue_takes_batches_and_begins_nothing() {
    let lab = Lab::open();
    assert!(lab.admin(&["queue", "pause"]).contains("paused\t0\t0\t0\n"));
    let batch = submit(&lab);
    // Longer than a worker needs to hear of it.
    std::thread::sleep(Duration::from_secs(1));
    let (_, found) = lab.get(&format!("/v1/batches/{batch}"));
    assert_eq!((&found["totals"]["remaining"], &found["totals"]["running"]), (&json!(4), &json!(0)));
    assert_eq!(lab.get("/health/ready"), (200, json!({ "status": "paused" })));
    assert!(lab.admin(&["queue"]).contains("paused\t4\t0\t0\n"), "asking changes nothing");
    lab.admin(&["queue", "resume"]);
    assert_eq!(lab.wait(&batch)["totals"]["succeeded"], 3);
    assert_eq!(lab.get("/health/ready"), (200, json!({ "status": "ok" })));
    assert!(lab.admin(&["queue"]).contains("open\t0\t0\t1\n"));
}

#[test]
fn a_backup_is_restored_where_nothing_is_there() {
    let mut lab = Lab::open();
    let batch = submit(&lab);
    lab.wait(&batch);
    let made = renditions(&lab, &batch);
    lab.admin(&["backup", "kept.sqlite"]);
    let lost = submit(&lab);
    lab.wait(&lost);
    let restore = ["restore", "kept.sqlite"];
    assert!(lab.admin_fails(&restore).contains("stop all of them first"));
    lab.kill();
    assert!(lab.admin_fails(&restore).contains("ledger.sqlite` is there already"));
    for entry in std::fs::read_dir(lab.path("rawmill-data")).unwrap().map(Result::unwrap) {
        if entry.file_name().to_str().unwrap().starts_with("ledger.sqlite") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let mut damaged = std::fs::read(lab.path("kept.sqlite")).unwrap();
    let last = damaged.len() - 4_096;
    damaged[last..].fill(0xa5);
    std::fs::write(lab.path("damaged.sqlite"), damaged).unwrap();
    let told = lab.admin_fails(&["restore", "damaged.sqlite"]);
    assert!(told.contains("`damaged.sqlite` cannot be restored: the ledger is damaged"), "{told}");
    assert!(lab.admin_fails(&["restore", "serve.toml"]).contains("cannot be restored"));
    assert!(lab.admin_fails(&["restore", "nothing.sqlite"]).contains("cannot copy"));
    let told = lab.admin(&restore);
    assert!(told.contains("10 objects named, 0 missing"), "{told}");
    lab.restart(&[]);
    assert!(renditions(&lab, &batch) == made, "what was there is there");
    assert_eq!(lab.get(&format!("/v1/batches/{lost}")).0, 404);
    let next = submit(&lab);
    let number = |id: &str| id[4..].parse::<u64>().unwrap();
    assert!(number(&next) > number(&lost) + 1_000, "{next}: nobody is given what was {lost}");
    assert_eq!(lab.wait(&next)["totals"]["succeeded"], 3);
}
