//! Notation for row kernels.

/// Cuts slices to one length, so that the loop needs no bounds checks. Spelled out, since `array::map` over slices
/// keeps the compiler from vectorising.
macro_rules! cut {
    ($n:expr; $($tap:ident)*) => { $(let $tap = &$tap[..$n];)* };
}

/// The values of site `i`.
macro_rules! at {
    ($i:ident; $($tap:ident)*) => { [$($tap[$i]),*] };
}

pub(super) use {at, cut};
