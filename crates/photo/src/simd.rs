//! Which instruction set the kernels use.
//!
//! A kernel is written once, as an `#[inline(always)]` function of plain Rust over slices, and compiled twice: as it
//! stands, and inside a `#[target_feature]` wrapper for AVX2 and the bit instructions that came with it, where the compiler
//! vectorises it wider. Rust never
//! contracts or reorders floating point operations, and no kernel calls `mul_add`, so both give identical bits.

#[cfg(target_arch = "x86_64")]
use std::arch::is_x86_feature_detected;

/// Instruction set of the kernels. [`Simd::detect`] is the only way to a wide one, so that safe code cannot ask for
/// instructions that the processor lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simd {
    avx2: bool,
}

impl Simd {
    /// What every processor of the architecture has.
    pub const PLAIN: Self = Self { avx2: false };

    /// The best that this processor has.
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        return Self {
            avx2: is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("lzcnt"),
        };
        #[cfg(not(target_arch = "x86_64"))]
        Self::PLAIN
    }

    /// Whether 256-bit AVX2 may be used, and BMI1, BMI2 and LZCNT.
    #[inline]
    pub const fn has_avx2(self) -> bool {
        self.avx2
    }

    /// Name for reports: `plain` or `avx2`.
    pub const fn name(self) -> &'static str {
        if self.avx2 { "avx2" } else { "plain" }
    }
}

/// Defines `fn $name(simd: Simd, args…)` that runs `$kernel(args…)`, an `#[inline(always)]` function, under the
/// instruction set `simd`.
///
/// ```
/// #[inline(always)]
/// fn scale_kernel(row: &mut [f32], by: f32) {
///     row.iter_mut().for_each(|v| *v *= by);
/// }
/// photo::dispatch!(/// Multiplies a row.
///     pub fn scale(row: &mut [f32], by: f32) = scale_kernel);
///
/// let mut row = [1.0, 2.0];
/// scale(photo::Simd::detect(), &mut row, 3.0);
/// assert_eq!(row, [3.0, 6.0]);
/// ```
#[macro_export]
macro_rules! dispatch {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? = $kernel:path) => {
        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        #[cfg_attr(not(target_arch = "x86_64"), allow(unused_variables))]
        $vis fn $name(simd: $crate::Simd, $($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
            #[allow(clippy::too_many_arguments)]
            fn avx2($($arg: $ty),*) $(-> $ret)? {
                $kernel($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            if simd.has_avx2() {
                // SAFETY: only `Simd::detect` makes such a value, and only on a processor that has all of them.
                return unsafe { avx2($($arg),*) };
            }
            $kernel($($arg),*)
        }
    };
}
