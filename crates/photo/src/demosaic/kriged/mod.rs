//! Demosaicing by kriging: our best for every pattern.
//!
//! 1. Samples are taken to their [roots](formula::root), where noise has one strength in light and shadow, as Anscombe
//!    (1948) has it, and where an error counts about as much as the eye sees it.
//! 2. For each of four directions, [`kriging`] gives the best linear estimates of a pixel's missing colours, for a
//!    picture that runs along this direction, from the 7 × 7 samples around it.
//! 3. It also estimates the sample that is there from the others alone. How far this misses, over a neighbourhood, tells
//!    how well a direction describes the picture: cross-validation by leaving one out (N. Cressie, "Statistics for
//!    Spatial Data", 1993, chapter 2.6).
//! 4. The estimates of the directions are blended: the less a direction misses, the more it counts.

mod bank;
mod formula;
mod kernels;
mod kriging;
pub(super) mod plain;
pub(super) mod rolling;
mod stencil;
mod sums;

use crate::{Cfa, Color};
use Color::{B, G, R};

/// Rows and columns around a pixel that may change it: the window, and the neighbourhood that is cross-validated.
pub const HALO: usize = kriging::RADIUS + 2;

/// Fujifilm's pattern in one of its phases.
const FUJIFILM: Cfa = Cfa::XTrans([
    [G, G, R, G, G, B],
    [G, G, B, G, G, R],
    [B, R, G, R, B, G],
    [G, G, B, G, G, R],
    [G, G, R, G, G, B],
    [R, B, G, B, R, G],
]);
