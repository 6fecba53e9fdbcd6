//! What a report says of a batch beside its sums: how it went, and how its photos spread. Bins are few, however many photos
//! there are, and hold whatever a plot needs.

use batch::report::bins;
use ledger::{AttemptState, TaskRecord, TaskState, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// Bins of time.
const BINS: usize = 60;
/// Bins of a spread.
const SPREAD: usize = 30;

/// How the batch went, in sixty bins of equal length from its submission to its end, or until now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Course {
    /// Seconds of a bin.
    pub bin_s: f64,
    /// Photos that succeeded in each bin.
    pub succeeded: Vec<u64>,
    /// Photos that failed for good in each bin.
    pub failed: Vec<u64>,
    /// Photos that workers had, on average over each bin.
    pub busy: Vec<f64>,
}

/// How a figure of the photos that succeeded spreads, in thirty bins of equal width from 0 to the largest; no bin where
/// there is no photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct Spread {
    /// Width of a bin.
    pub bin: f64,
    /// Photos in it.
    pub photos: Vec<u64>,
}

impl Spread {
    /// Of these figures.
    pub fn of(figures: &[f64]) -> Self {
        let bins::Spread { bin, counts } = bins::Spread::of(figures, SPREAD);
        Self { bin, photos: counts }
    }
}

/// What is kept of each photo until all are read, in milliseconds of the wall's clock.
#[derive(Debug, Default)]
pub struct Kept {
    spans: Vec<(i64, Option<i64>)>,
    succeeded: Vec<i64>,
    failed: Vec<i64>,
}

impl Kept {
    /// Keeps a photo's attempts, and when it had its outcome.
    pub fn add(&mut self, task: &TaskRecord) {
        self.spans.extend(task.attempts.iter().map(|a| (a.started.0, a.ended.map(|ended| ended.0))));
        let won = task.attempts.iter().find(|a| a.state == AttemptState::Succeeded);
        self.succeeded.extend(won.and_then(|a| a.ended).map(|at| at.0));
        let last = task.attempts.last().filter(|_| task.state == TaskState::Failed);
        self.failed.extend(last.and_then(|a| a.ended).map(|at| at.0));
    }

    /// From the submission to the end; what is at work yet is so until then.
    pub fn course(&self, begin: Timestamp, end: Timestamp) -> Course {
        let second = |at: i64| (at - begin.0).max(0) as f64 / 1e3;
        let wall_s = second(end.0);
        let spans = self.spans.iter().map(|(from, to)| (second(*from), second(to.unwrap_or(end.0))));
        let bins::Course { bin_s, busy } = bins::Course::of(spans, wall_s, BINS);
        let ended = |moments: &[i64]| bins::counts(moments.iter().map(|at| second(*at)), wall_s, BINS);
        Course { bin_s, succeeded: ended(&self.succeeded), failed: ended(&self.failed), busy }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{AttemptRecord, Input, TaskId};

    fn attempt(state: AttemptState, started: i64, ended: Option<i64>) -> AttemptRecord {
        let (started, ended) = (Timestamp(started), ended.map(Timestamp));
        AttemptRecord { number: 1, state, worker: "w".into(), started, ended, fault: None, usage: None }
    }

    #[test]
    fn a_course_is_told_in_sixty_bins() {
        let input = Input { name: "a".into(), size: 1, modified_ns: 0, hash: None };
        let of = |state, attempts| TaskRecord {
            id: TaskId(1),
            input: input.clone(),
            detail: String::new(),
            state,
            attempts,
            outputs: Vec::new(),
        };
        let (failed, won, runs) = (AttemptState::Failed, AttemptState::Succeeded, AttemptState::Running);
        let mut kept = Kept::default();
        kept.add(&of(
            TaskState::Succeeded,
            vec![attempt(failed, 5_000, Some(6_000)), attempt(won, 6_000, Some(8_000))],
        ));
        kept.add(&of(TaskState::Failed, vec![attempt(failed, 5_500, Some(7_500))]));
        kept.add(&of(TaskState::Running, vec![attempt(runs, 64_500, None)]));
        let course = kept.course(Timestamp(5_000), Timestamp(65_000));
        assert_eq!((course.bin_s, course.busy.len()), (1.0, 60));
        assert_eq!((&course.busy[..4], course.busy[59]), (&[1.5, 2.0, 1.5, 0.0][..], 0.5));
        let at = |counts: &[u64]| {
            counts.iter().enumerate().filter(|(_, n)| **n > 0).map(|(at, n)| (at, *n)).collect::<Vec<_>>()
        };
        assert_eq!((at(&course.succeeded), at(&course.failed)), (vec![(3, 1)], vec![(2, 1)]));
    }
}
