//! Our direction-adaptive method for X-Trans sensors.
//!
//! 1. Linear interpolation gives a first lightness; the products of its gradient, smoothed, tell how strongly the
//!    picture changes along each of four directions (the structure tensor of W. Förstner and J. Bigün, 1987).
//! 2. For each direction the best linear estimate of the missing colours, by [`kriging`].
//! 3. The estimates are blended; the less the picture changes along a direction, the more it counts.

mod bank;
mod formula;
mod kriging;
pub(super) mod plain;
pub(super) mod rolling;

use crate::{Cfa, Color};
use Color::{B, G, R};

/// Rows and columns around a pixel that may change it.
pub const HALO: usize = 4;

/// Fujifilm's pattern in one of its phases.
const PATTERN: Cfa = Cfa::XTrans([
    [G, G, R, G, G, B],
    [G, G, B, G, G, R],
    [B, R, G, R, B, G],
    [G, G, B, G, G, R],
    [G, G, R, G, G, B],
    [R, B, G, B, R, G],
]);
