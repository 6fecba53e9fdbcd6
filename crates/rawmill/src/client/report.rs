//! `rawmill batch report`: what a batch took, in the words of a run's summary.

use super::batch::{all_of, dead};
use super::{tell, timed_summary};
use crate::args::BatchArg;
use crate::say::Trouble;
use crate::shell::print;
use crate::{DONE, SOME_FAILED};
use client::Client;
use client::api::read;
use client::error::printable;
use client::wire::Report;
use serde_json::Value;
use std::fmt::Write;

/// Stages that are named.
const STAGES: usize = 6;

/// Prints it, and tells what failed.
pub fn report(client: &Client, arg: &BatchArg) -> Result<u8, Trouble> {
    let answer: Value = client.report(&arg.id)?;
    let report: Report = read(answer.clone())?;
    print(if arg.json { format!("{answer}\n") } else { text(&report) }.as_bytes())?;
    if report.totals.failed > 0 && !arg.json {
        tell(dead(client, &arg.id)?, &all_of(client, &arg.id));
    }
    let well = report.totals.failed + report.totals.cancelled == 0;
    Ok(if well { DONE } else { SOME_FAILED })
}

fn text(report: &Report) -> String {
    let Report { times, waits, .. } = report;
    let (id, state) = (printable(&report.batch), printable(&report.state));
    let mut text = format!("{id}: {state}, {}\n", timed_summary(&report.totals, report.wall_s));
    if let Some(slowest) = report.slowest.first() {
        let (p50, p99, photo) = (times.p50_s, times.p99_s, printable(&slowest.photo));
        let _ = writeln!(
            text,
            "half of the photos took {p50:.2} s, 99 % {p99:.2} s; slowest: {photo} {:.2} s",
            slowest.seconds
        );
    }
    let stages = report.stages.iter().take(STAGES).map(|s| format!("{} {:.2} s", printable(&s.name), s.seconds));
    let stages = stages.collect::<Vec<_>>().join(", ");
    if !stages.is_empty() {
        let _ = writeln!(text, "stages: {stages}");
    }
    let _ = writeln!(text, "waited {:.1} s for memory, {:.1} s for seats", waits.memory_s, waits.seats_s);
    let [read, written, peak] = [report.bytes_in, report.bytes_out, report.memory.largest_peak].map(|n| n as f64 / 1e6);
    let _ = writeln!(text, "read {read:.1} MB, written {written:.1} MB, largest worker {peak:.0} MB");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_tells_what_a_run_tells() {
        let answer = json!({
            "batch": "bat_7", "state": "closed", "wall_s": 90.0, "bytes_in": 72_100_000, "bytes_out": 5_300_000,
            "totals": { "found": 4, "succeeded": 3, "failed": 1, "cancelled": 0, "remaining": 0 },
            "memory": { "largest_peak": 181_400_000 }, "waits": { "memory_s": 0.25, "seats_s": 2.0 },
            "stages": [{ "name": "demosaic", "seconds": 1.5 }, { "name": "enc\u{7}ode", "seconds": 0.5 }],
            "times": { "p50_s": 0.62, "p99_s": 1.1 }, "slowest": [{ "photo": "a.nef", "seconds": 1.1 }],
        });
        let told = text(&serde_json::from_value(answer).unwrap());
        let expected = "bat_7: closed, 3 of 4 photos done, 1 failed in 1 min 30 s (0.03 photos/s)\n\
                        half of the photos took 0.62 s, 99 % 1.10 s; slowest: a.nef 1.10 s\n\
                        stages: demosaic 1.50 s, enc\u{fffd}ode 0.50 s\n\
                        waited 0.2 s for memory, 2.0 s for seats\n\
                        read 72.1 MB, written 5.3 MB, largest worker 181 MB\n";
        assert_eq!(told, expected);
    }
}
