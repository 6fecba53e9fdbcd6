//! Linear-light resampling.
