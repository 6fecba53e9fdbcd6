//! The row kernels: a formula at every site of a half row. All slices of a call have the length of the output.

use super::formula;
use crate::demosaic::lanes::{at, cut};

/// Half rows: sample `i` of each belongs to site `i` of the output.
pub type Taps<'a, const N: usize> = [&'a [f32]; N];

#[inline(always)]
fn energy_kernel(out: &mut [f32], [m3, m2, m1, c, p1, p2, p3]: Taps<7>) {
    let n = out.len();
    cut!(n; m3 m2 m1 c p1 p2 p3);
    for i in 0..n {
        out[i] = formula::energy(at!(i; m3 m2 m1 c p1 p2 p3));
    }
}
crate::dispatch!(pub fn energy(out: &mut [f32], taps: Taps<7>) = energy_kernel);

#[inline(always)]
fn lean_kernel(out: &mut [f32], [a0, a1, a2]: Taps<3>, [b0, b1, b2]: Taps<3>) {
    let n = out.len();
    cut!(n; a0 a1 a2 b0 b1 b2);
    for i in 0..n {
        out[i] = formula::lean(at!(i; a0 a1 a2), at!(i; b0 b1 b2));
    }
}
crate::dispatch!(pub fn lean(out: &mut [f32], a: Taps<3>, b: Taps<3>) = lean_kernel);

#[inline(always)]
fn low_pass_kernel(out: &mut [f32], [nw, n, ne, w, c, e, sw, s, se]: Taps<9>) {
    let len = out.len();
    cut!(len; nw n ne w c e sw s se);
    for i in 0..len {
        out[i] = formula::low_pass(at!(i; nw n ne w c e sw s se));
    }
}
crate::dispatch!(pub fn low_pass(out: &mut [f32], taps: Taps<9>) = low_pass_kernel);

#[inline(always)]
fn green_kernel(out: &mut [f32], [m4, m3, m2, m1, c, p1, p2, p3, p4]: Taps<9>, [lm, l, lp]: Taps<3>) {
    let n = out.len();
    cut!(n; m4 m3 m2 m1 c p1 p2 p3 p4 lm l lp);
    for i in 0..n {
        out[i] = formula::green(at!(i; m4 m3 m2 m1 c p1 p2 p3 p4), at!(i; lm l lp));
    }
}
crate::dispatch!(
    /// Green along one axis, from the mosaic at steps -4 to 4 and the low-pass values at steps -2, 0, 2.
    pub fn green(out: &mut [f32], mosaic: Taps<9>, low: Taps<3>) = green_kernel
);

/// What a colour needs along one axis.
#[derive(Clone, Copy)]
pub struct ColorAxis<'a> {
    /// The colour at steps -3, -1, 1, 3.
    pub color: Taps<'a, 4>,
    /// Green at steps -2 to 2.
    pub green: Taps<'a, 5>,
}

#[inline(always)]
fn difference_kernel(out: &mut [f32], axis: ColorAxis) {
    let n = out.len();
    let ([m3, m1, p1, p3], [g_m2, g_m1, g, g_p1, g_p2]) = (axis.color, axis.green);
    cut!(n; m3 m1 p1 p3 g_m2 g_m1 g g_p1 g_p2);
    for i in 0..n {
        out[i] = formula::difference(at!(i; m3 m1 p1 p3), at!(i; g_m2 g_m1 g g_p1 g_p2));
    }
}
crate::dispatch!(
    /// Difference of a colour to green along one axis.
    pub fn difference(out: &mut [f32], axis: ColorAxis) = difference_kernel
);

#[inline(always)]
fn decided_kernel(out: &mut [f32], [own, nw, ne, sw, se]: Taps<5>) {
    let n = out.len();
    cut!(n; own nw ne sw se);
    for i in 0..n {
        out[i] = formula::decided(at!(i; own nw ne sw se));
    }
}
crate::dispatch!(pub fn decided(out: &mut [f32], lean: Taps<5>) = decided_kernel);

#[inline(always)]
fn blend_kernel(out: &mut [f32], a: &[f32], b: &[f32], lean: &[f32]) {
    let n = out.len();
    cut!(n; a b lean);
    for i in 0..n {
        out[i] = formula::blend(a[i], b[i], lean[i]);
    }
}
crate::dispatch!(pub fn blend(out: &mut [f32], a: &[f32], b: &[f32], lean: &[f32]) = blend_kernel);

#[inline(always)]
fn blend_onto_kernel(out: &mut [f32], base: &[f32], a: &[f32], b: &[f32], lean: &[f32]) {
    let n = out.len();
    cut!(n; base a b lean);
    for i in 0..n {
        out[i] = base[i] + formula::blend(a[i], b[i], lean[i]);
    }
}
crate::dispatch!(
    /// `base` plus the blend of differences.
    pub fn blend_onto(out: &mut [f32], base: &[f32], a: &[f32], b: &[f32], lean: &[f32]) = blend_onto_kernel
);

#[inline(always)]
fn split_kernel(even: &mut [f32], odd: &mut [f32], row: &[f32]) {
    let pairs = row.chunks_exact(2);
    let rest = pairs.remainder();
    for ((e, o), pair) in even.iter_mut().zip(odd.iter_mut()).zip(pairs) {
        (*e, *o) = (pair[0], pair[1]);
    }
    if let (Some(last), [value]) = (even.last_mut(), rest) {
        *last = *value;
    }
}
crate::dispatch!(
    /// The samples of even and of odd columns.
    pub fn split(even: &mut [f32], odd: &mut [f32], row: &[f32]) = split_kernel
);

#[inline(always)]
fn join_kernel(row: &mut [f32], even: &[f32], odd: &[f32]) {
    let pairs = row.len() / 2;
    let mut chunks = row.chunks_exact_mut(2);
    for ((pair, e), o) in (&mut chunks).zip(even).zip(odd) {
        (pair[0], pair[1]) = (*e, *o);
    }
    if let [last] = chunks.into_remainder() {
        *last = even[pairs];
    }
}
crate::dispatch!(
    /// A row from its even and its odd columns.
    pub fn join(row: &mut [f32], even: &[f32], odd: &[f32]) = join_kernel
);
