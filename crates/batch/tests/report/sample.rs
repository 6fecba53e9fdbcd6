//! The log of a run that never was.

use batch::run::{RunLog, Work};
use darkroom::{Attempt, Cost, Header, Made, PhotoOutcome};
use ledger::{Failure, Fault, FaultClass, Input, TaskId, Totals};

const MB: u64 = 1_000_000;

/// Three workers; every 13th photo fails. Names want escaping and Hangul.
pub fn log(photos: u64) -> RunLog {
    let mut log = RunLog { workers: 3, memory: 900 * MB, before_s: 0.05, ..RunLog::default() };
    let mut free_s = [0.01; 3];
    for id in 1..=photos {
        let slot = id as usize % 3;
        let work = work(id, slot, free_s[slot]);
        free_s[slot] = work.end_s + 0.01;
        if let Err(fault) = &work.attempt.result {
            let (what, why, advice) = (fault.what.clone(), fault.why.clone(), fault.hint.clone());
            let input = Input { name: work.photo.clone(), size: 48 * MB, modified_ns: 0, hash: None };
            let faults = vec![Fault { class: FaultClass::Input, what, why, advice }];
            log.failures.push(Failure { task: TaskId(id as i64), input, attempts: 1, faults });
        }
        log.work.push(work);
    }
    let failed = log.failures.len() as u64;
    log.totals = Totals { found: photos + 2, succeeded: photos - failed, failed, skipped: 2, ..Totals::default() };
    log.wall_s = log.before_s + free_s.into_iter().fold(0.0, f64::max) + 0.02;
    log
}

fn work(id: u64, slot: usize, start_s: f64) -> Work {
    let peak = (150 + id * 7 % 40) * MB;
    let header = Header { file_bytes: 48 * MB, estimate: peak + peak / 8, ..Header::default() };
    let took = 0.4 + (id * 37 % 10) as f64 / 40.0;
    let made = Made { rendition: "web".into(), path: "x".into(), size: Default::default(), bytes: 2 * MB, crc32: 0 };
    let mut result = Ok(PhotoOutcome { renditions: vec![made], notes: vec![] });
    if id.is_multiple_of(13) {
        let what = "cannot develop this photo".into();
        let why = "strip 3 ends at byte 18223104, but the file has 12582912 bytes".into();
        let hint = "copy it from the card again".into();
        let failure = darkroom::Failure { class: darkroom::Class::Input, what, why, hint };
        result = Err(failure);
    }
    let cost = Cost {
        worker_s: took,
        cpu_s: took * 0.98,
        peak_bytes: peak,
        record_bytes: 3_100,
        wait_memory_s: 0.01,
        stages_s: vec![
            ("decode".into(), took * 0.2),
            ("demosaic <rcd>".into(), took * 0.5),
            ("encode".into(), took * 0.3),
        ],
        ..Cost::default()
    };
    let photo = format!("/사진/결혼식 & <Fest>/IMG_{id:04}.NEF");
    let attempt = Attempt { task: id, slot, header: Some(header), result, cost };
    Work { photo, slot, start_s, end_s: start_s + took, attempt }
}
