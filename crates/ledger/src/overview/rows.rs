//! Rows as a database gives them.

use super::{AtWork, Day, DeadLetter, Done, on_the_wall};
use crate::LedgerError;
use crate::record::{BatchId, TaskId, TenantId, Timestamp, Token};
use crate::rows::{fault, small};

/// Day, photos, pixels, bytes of photos and of renditions, processor seconds.
pub type DayRow = (i64, i64, i64, i64, i64, f64);
/// Worker, task, attempt, batch, tenant and its name, detail, since when, end of the lease.
pub type AtWorkRow = (String, i64, i64, i64, i64, String, String, i64, Option<i64>);
/// Task, batch, tenant and its name, detail, newest attempt, since when, fault.
pub type DeadRow =
    (i64, i64, i64, String, String, i64, i64, Option<String>, Option<String>, Option<String>, Option<String>);

pub fn day((day, photos, pixels, bytes_in, bytes_out, cpu_s): DayRow) -> Day {
    let [photos, pixels, bytes_in, bytes_out] = [photos, pixels, bytes_in, bytes_out].map(i64::cast_unsigned);
    Day { day, photos, pixels, bytes_in, bytes_out, cpu_s }
}

pub fn done((photos, pixels): (i64, i64)) -> Done {
    Done { photos: photos.cast_unsigned(), pixels: pixels.cast_unsigned() }
}

/// Leases are of the stopwatch.
pub fn at_work(row: AtWorkRow, ticks: i64, wall: Timestamp) -> Result<AtWork, LedgerError> {
    let (worker, task, attempt, batch, tenant, name, detail, since, lease) = row;
    let token = Token { task: TaskId(task), attempt: small("attempt", attempt)? };
    let until = lease.map(|lease| on_the_wall(lease, ticks, wall));
    let (batch, tenant, since) = (BatchId(batch), TenantId(tenant), Timestamp(since));
    Ok(AtWork { worker, token, batch, tenant, name, detail, since, until })
}

pub fn dead_letter(row: DeadRow) -> Result<DeadLetter, LedgerError> {
    let (task, batch, tenant, name, detail, attempts, since, class, what, why, advice) = row;
    let (attempts, fault) = (small("attempt", attempts)?, fault(class, what, why, advice)?);
    let (task, batch, tenant, since) = (TaskId(task), BatchId(batch), TenantId(tenant), Timestamp(since));
    Ok(DeadLetter { task, batch, tenant, name, detail, attempts, since, fault })
}
