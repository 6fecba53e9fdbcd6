//! How much memory a worker needs for a photo: the peak, from its header.

use crate::work::Settings;
use develop::Recipe;
use photo::decode::Probe;

/// What an idle worker has: its program and what the allocator keeps.
const IDLE: u64 = 24 << 20;
/// Rows of f32 that the stages of one rendition hold back.
const ROWS: u64 = 64;

/// Peak memory in bytes: the file, the decoded picture, and the rows of each rendition.
pub fn peak(probe: &Probe, file_bytes: u64, recipe: &Recipe, settings: &Settings) -> u64 {
    let width = u64::from(probe.upright.width);
    let rows = width * ROWS * 3 * 4 * (1 + recipe.renditions.len() as u64);
    let assets: u64 = settings.assets.values().map(|a| a.len() as u64).sum();
    IDLE + file_bytes + probe.decoded_bytes + probe.working_bytes + rows + assets
}
