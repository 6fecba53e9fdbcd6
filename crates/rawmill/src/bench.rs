//! `rawmill bench --scaling`: the same run with more and more workers.

use crate::args::RunArgs;
use crate::run::{Shop, develop, workers};
use crate::say::Trouble;
use crate::shell::print;
use crate::{DONE, SOME_FAILED, photos, report};
use batch::far::Address;
use batch::report::scaling::{Measured, karp_flatt};
use std::time::Instant;

/// Runs with 1, 2, 4 … workers, each into its own folder below the output folder, prints a table, and writes the
/// report of the last run with the figures of all.
pub fn scaling(args: &RunArgs) -> Result<u8, Trouble> {
    let mut paths = args.walk.paths.iter().chain([&args.out]);
    if paths.any(|path| Address::of(path).is_some()) {
        return Err(Trouble::new(
            "cannot measure with buckets",
            "not supported",
            "name files and folders of this machine",
        ));
    }
    let shop = Shop::open(args)?;
    let listing = photos::list(&args.walk, Some(&args.out))?;
    let mut measured = Vec::new();
    let mut failed = 0;
    for number in series(workers(args)) {
        let one = with_workers(args, number);
        let log = develop(&one, &shop, &listing, None, Instant::now())?;
        measured.push(Measured { workers: number, photos_per_s: log.totals.succeeded as f64 / log.wall_s });
        report::write(&one, &report::of(&one, &listing, &log, measured.clone()))?;
        failed += log.totals.failed;
    }
    print(table(&measured).as_bytes())?;
    Ok(if failed == 0 { DONE } else { SOME_FAILED })
}

fn with_workers(args: &RunArgs, number: u32) -> RunArgs {
    let mut one = args.clone();
    one.jobs = Some(number);
    one.out = args.out.join(format!("workers-{number}"));
    (one.force, one.resume, one.quiet) = (true, false, true);
    one
}

/// 1, 2, 4 … and at last `most`.
fn series(most: usize) -> Vec<u32> {
    let most = most.max(1) as u32;
    std::iter::successors(Some(1), |n| Some(n * 2)).take_while(|&n| n < most).chain([most]).collect()
}

fn table(measured: &[Measured]) -> String {
    let mut text = String::from("workers  photos/s  speed-up  Karp-Flatt\n");
    let one = measured.first().map_or(1.0, |m| m.photos_per_s);
    for m in measured {
        let speedup = m.photos_per_s / one;
        let serial = if m.workers > 1 { format!("{:.4}", karp_flatt(speedup, m.workers)) } else { "-".into() };
        text += &format!("{:>7}  {:>8.3}  {speedup:>8.2}  {serial:>10}\n", m.workers, m.photos_per_s);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_doubles_up_to_the_most() {
        assert_eq!(series(1), [1]);
        assert_eq!(series(6), [1, 2, 4, 6]);
        assert_eq!(series(8), [1, 2, 4, 8]);
    }

    #[test]
    fn the_table_compares_with_one_worker() {
        let at = |workers, photos_per_s| Measured { workers, photos_per_s };
        let text = table(&[at(1, 1.5), at(2, 3.0)]);
        assert_eq!(text.lines().last(), Some("      2     3.000      2.00      0.0000"));
    }
}
