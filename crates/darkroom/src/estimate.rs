//! How much memory a worker needs for a photo: the peak, from its header.

use crate::work::Settings;
use develop::Recipe;
use photo::decode::Probe;

/// What an idle worker has: its program and what the allocator keeps.
const IDLE: u64 = 24 << 20;

/// Peak memory in bytes: the worker, the file, the decoded picture, the assets, and what the pipeline holds.
pub fn peak(probe: &Probe, file_bytes: u64, recipe: &Recipe, settings: &Settings) -> u64 {
    let assets: u64 = settings.assets.values().map(|a| a.len() as u64).sum();
    let decoded = probe.decoded_bytes + probe.working_bytes;
    IDLE + file_bytes + decoded + assets + develop::estimate(probe, recipe)
}
