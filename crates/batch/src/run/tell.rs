//! What the ledger is told of an attempt of the darkroom.

use darkroom::{Attempt, Class, Failure};
use ledger::{Fault, FaultClass, Outcome, Usage};

/// What an attempt cost.
pub fn usage(attempt: &Attempt) -> Usage {
    let Attempt { header, result, cost, .. } = attempt;
    let made = result.as_ref().map(|made| made.renditions.as_slice()).unwrap_or_default();
    Usage {
        wall_s: cost.worker_s,
        cpu_s: cost.cpu_s,
        peak_bytes: cost.peak_bytes,
        bytes_in: header.as_ref().map_or(0, |h| h.file_bytes),
        bytes_out: made.iter().map(|m| m.bytes).sum(),
        pixels: header.as_ref().map_or(0, |h| h.size.area()),
        wait_memory_s: cost.wait_memory_s,
        wait_seats_s: cost.wait_seats_s,
        stages_s: cost.stages_s.clone(),
    }
}

/// A failure. A limit that stopped the photo before its pixels were touched would stop it again.
pub fn failed(failure: &Failure, developing: bool) -> Outcome {
    let class = match failure.class {
        Class::Stopped => return Outcome::HandedBack,
        Class::Input | Class::Recipe => FaultClass::Input,
        Class::Limit if !developing => FaultClass::Input,
        Class::Limit | Class::Crash => FaultClass::Photo,
        Class::Environment => FaultClass::Environment,
    };
    let (what, why, advice) = (failure.what.clone(), failure.why.clone(), failure.hint.clone());
    Outcome::Failed(Fault { class, what, why, advice })
}
