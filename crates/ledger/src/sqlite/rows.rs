//! Rows as the database gives them, and the records that they mean.

use crate::LedgerError;
use crate::record::*;
use crate::states::Standing;

/// Name, size, time of change, hash.
type InputRow = (String, i64, i64, Option<String>);
/// Task, attempt, input.
pub type ClaimRow = (i64, u32, String, i64, i64, Option<String>);
/// State of the batch, newest attempt, state of the attempt, photo faults.
pub type StandingRow = (String, u32, String, u32);
/// Task, newest attempt, input, and one of its faults: class, what, why, advice.
pub type FailureRow =
    (i64, u32, String, i64, i64, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
/// Input, rendition, its hash, path, size, CRC-32.
pub type WrittenRow = (String, i64, i64, Option<String>, String, String, String, i64, u32);

pub fn claim((task, attempt, name, bytes, modified, hash): ClaimRow) -> Result<Claim, LedgerError> {
    Ok(Claim { token: Token { task: TaskId(task), attempt }, input: input((name, bytes, modified, hash))? })
}

pub fn standing((batch, newest, attempt, photo_faults): StandingRow, number: u32) -> Result<Standing, LedgerError> {
    Ok(Standing { batch: batch.parse()?, newest, number, attempt: attempt.parse()?, photo_faults })
}

/// One failure a task; its faults stand in neighbouring rows.
pub fn failures(rows: Vec<FailureRow>) -> Result<Vec<Failure>, LedgerError> {
    let mut failures: Vec<Failure> = Vec::new();
    for (task, attempts, name, size, modified, hash, class, what, why, advice) in rows {
        let task = TaskId(task);
        if failures.last().is_none_or(|f| f.task != task) {
            failures.push(Failure { task, input: input((name, size, modified, hash))?, attempts, faults: Vec::new() });
        }
        let (Some(class), Some(failure)) = (class, failures.last_mut()) else { continue };
        let text = Option::unwrap_or_default;
        failure.faults.push(Fault { class: class.parse()?, what: text(what), why: text(why), advice: text(advice) });
    }
    Ok(failures)
}

pub fn written(row: WrittenRow) -> Result<Written, LedgerError> {
    let (name, bytes, modified, hash, rendition, rendition_hash, path, written, crc32) = row;
    let output = Output { rendition, rendition_hash, path, size: size(written)?, crc32 };
    Ok(Written { input: input((name, bytes, modified, hash))?, output })
}

fn input((name, bytes, modified_ns, hash): InputRow) -> Result<Input, LedgerError> {
    Ok(Input { name, size: size(bytes)?, modified_ns, hash })
}

fn size(bytes: i64) -> Result<u64, LedgerError> {
    u64::try_from(bytes).map_err(|_| LedgerError::Unreadable { what: "size", found: bytes.to_string() })
}
