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
fn decided_kernel(out: &mut [f32], [own, nw, ne, sw, se]: Taps<5>) {
    let n = out.len();
    cut!(n; own nw ne sw se);
    for i in 0..n {
        out[i] = formula::decided(at!(i; own nw ne sw se));
    }
}
crate::dispatch!(pub fn decided(out: &mut [f32], lean: Taps<5>) = decided_kernel);

/// What green needs along one axis.
#[derive(Clone, Copy)]
pub struct GreenAxis<'a> {
    /// The mosaic at steps -4 to 4.
    pub mosaic: Taps<'a, 9>,
    /// Low-pass values at steps -2, 0, 2.
    pub low: Taps<'a, 3>,
}

#[inline(always)]
fn green_kernel(out: &mut [f32], a: GreenAxis, b: GreenAxis, lean: &[f32]) {
    let n = out.len();
    let ([a_m4, a_m3, a_m2, a_m1, c, a_p1, a_p2, a_p3, a_p4], [a_lm, l, a_lp]) = (a.mosaic, a.low);
    let ([b_m4, b_m3, b_m2, b_m1, _, b_p1, b_p2, b_p3, b_p4], [b_lm, _, b_lp]) = (b.mosaic, b.low);
    cut!(n; a_m4 a_m3 a_m2 a_m1 c a_p1 a_p2 a_p3 a_p4 a_lm l a_lp lean);
    cut!(n; b_m4 b_m3 b_m2 b_m1 b_p1 b_p2 b_p3 b_p4 b_lm b_lp);
    for i in 0..n {
        let a = formula::green(at!(i; a_m4 a_m3 a_m2 a_m1 c a_p1 a_p2 a_p3 a_p4), at!(i; a_lm l a_lp));
        let b = formula::green(at!(i; b_m4 b_m3 b_m2 b_m1 c b_p1 b_p2 b_p3 b_p4), at!(i; b_lm l b_lp));
        out[i] = formula::blend(a, b, lean[i]);
    }
}
crate::dispatch!(
    /// Green from two axes; both see the same sample and low-pass value at the site itself.
    pub fn green(out: &mut [f32], a: GreenAxis, b: GreenAxis, lean: &[f32]) = green_kernel
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
fn color_kernel(out: &mut [f32], a: ColorAxis, b: ColorAxis, lean: &[f32]) {
    let n = out.len();
    let ([a_m3, a_m1, a_p1, a_p3], [a_gm2, a_gm1, g, a_gp1, a_gp2]) = (a.color, a.green);
    let ([b_m3, b_m1, b_p1, b_p3], [b_gm2, b_gm1, _, b_gp1, b_gp2]) = (b.color, b.green);
    cut!(n; a_m3 a_m1 a_p1 a_p3 a_gm2 a_gm1 g a_gp1 a_gp2 lean);
    cut!(n; b_m3 b_m1 b_p1 b_p3 b_gm2 b_gm1 b_gp1 b_gp2);
    for i in 0..n {
        let a = formula::difference(at!(i; a_m3 a_m1 a_p1 a_p3), at!(i; a_gm2 a_gm1 g a_gp1 a_gp2));
        let b = formula::difference(at!(i; b_m3 b_m1 b_p1 b_p3), at!(i; b_gm2 b_gm1 g b_gp1 b_gp2));
        out[i] = g[i] + formula::blend(a, b, lean[i]);
    }
}
crate::dispatch!(
    /// A colour from two axes: green and the blend of the differences to it. Both see the same green at the site itself.
    pub fn color(out: &mut [f32], a: ColorAxis, b: ColorAxis, lean: &[f32]) = color_kernel
);

#[inline(always)]
fn split_kernel(even: &mut [f32], odd: &mut [f32], row: &[f32]) {
    let (pairs, rest) = row.as_chunks::<2>();
    for ((e, o), pair) in even.iter_mut().zip(odd).zip(pairs) {
        [*e, *o] = *pair;
    }
    if let [value] = rest {
        even[pairs.len()] = *value;
    }
}
crate::dispatch!(
    /// The samples of even and of odd columns, which may be longer.
    pub fn split(even: &mut [f32], odd: &mut [f32], row: &[f32]) = split_kernel
);

#[inline(always)]
fn join_kernel(row: &mut [f32], even: &[f32], odd: &[f32]) {
    let (pairs, rest) = row.as_chunks_mut::<2>();
    let whole = pairs.len();
    for ((pair, e), o) in pairs.iter_mut().zip(even).zip(odd) {
        *pair = [*e, *o];
    }
    if let [last] = rest {
        *last = even[whole];
    }
}
crate::dispatch!(
    /// A row from its even and its odd columns.
    pub fn join(row: &mut [f32], even: &[f32], odd: &[f32]) = join_kernel
);
