//! Ratio corrected demosaicing (L. Sanz Rodríguez, "Ratio Corrected Demosaicing", 2017).
//!
//! 1. The energy of the high-passed mosaic tells at each site whether the picture runs along rows or columns.
//! 2. Green at red and blue sites: along each axis the neighbours, scaled by the ratio of low-pass values.
//! 3. Blue at red sites and red at blue sites: colour differences along the diagonals.
//! 4. Red and blue at green sites: colour differences along rows and columns.

mod formula;
mod kernels;
pub(super) mod plain;
pub(super) mod rolling;

/// Rows and columns around a pixel that may change it.
pub const HALO: usize = 10;
