//! The row kernels: a formula at every site of a half row. All slices of a call have the length of the output.

use super::formula;

/// Half rows: sample `i` of each belongs to site `i` of the output.
pub type Taps<'a, const N: usize> = [&'a [f32]; N];

#[inline(always)]
fn cut<const N: usize>(taps: Taps<'_, N>, n: usize) -> Taps<'_, N> {
    taps.map(|t| &t[..n])
}

#[inline(always)]
fn energy_kernel(out: &mut [f32], taps: Taps<7>) {
    let taps = cut(taps, out.len());
    for i in 0..out.len() {
        out[i] = formula::energy(taps.map(|t| t[i]));
    }
}
crate::dispatch!(pub fn energy(out: &mut [f32], taps: Taps<7>) = energy_kernel);

#[inline(always)]
fn lean_kernel(out: &mut [f32], a: Taps<3>, b: Taps<3>) {
    let (a, b) = (cut(a, out.len()), cut(b, out.len()));
    for i in 0..out.len() {
        out[i] = formula::lean(a.map(|t| t[i]), b.map(|t| t[i]));
    }
}
crate::dispatch!(pub fn lean(out: &mut [f32], a: Taps<3>, b: Taps<3>) = lean_kernel);

#[inline(always)]
fn low_pass_kernel(out: &mut [f32], taps: Taps<9>) {
    let taps = cut(taps, out.len());
    for i in 0..out.len() {
        out[i] = formula::low_pass(taps.map(|t| t[i]));
    }
}
crate::dispatch!(pub fn low_pass(out: &mut [f32], taps: Taps<9>) = low_pass_kernel);

/// What green needs along one axis.
#[derive(Clone, Copy)]
pub struct GreenAxis<'a> {
    /// The mosaic at steps -4 to 4.
    pub mosaic: Taps<'a, 9>,
    /// The low-pass values at steps -2, 0, 2.
    pub low: Taps<'a, 3>,
}

#[inline(always)]
fn green_kernel(out: &mut [f32], v: GreenAxis, h: GreenAxis, lean: Taps<5>) {
    let n = out.len();
    let (vm, vl, hm, hl) = (cut(v.mosaic, n), cut(v.low, n), cut(h.mosaic, n), cut(h.low, n));
    let lean = cut(lean, n);
    for i in 0..n {
        let vertical = formula::green(vm.map(|t| t[i]), vl.map(|t| t[i]));
        let horizontal = formula::green(hm.map(|t| t[i]), hl.map(|t| t[i]));
        out[i] = formula::blend(vertical, horizontal, formula::decided(lean.map(|t| t[i])));
    }
}
crate::dispatch!(pub fn green(out: &mut [f32], v: GreenAxis, h: GreenAxis, lean: Taps<5>) = green_kernel);

/// What a colour needs along one axis.
#[derive(Clone, Copy)]
pub struct ColorAxis<'a> {
    /// The colour at steps -3, -1, 1, 3.
    pub color: Taps<'a, 4>,
    /// Green at steps -2 to 2.
    pub green: Taps<'a, 5>,
}

#[inline(always)]
fn color_kernel(out: &mut [f32], a: ColorAxis, b: ColorAxis, lean: Taps<5>) {
    let n = out.len();
    let (ac, ag, bc, bg) = (cut(a.color, n), cut(a.green, n), cut(b.color, n), cut(b.green, n));
    let lean = cut(lean, n);
    for i in 0..n {
        let along_a = formula::difference(ac.map(|t| t[i]), ag.map(|t| t[i]));
        let along_b = formula::difference(bc.map(|t| t[i]), bg.map(|t| t[i]));
        out[i] = ag[2][i] + formula::blend(along_a, along_b, formula::decided(lean.map(|t| t[i])));
    }
}
crate::dispatch!(
    /// A colour at sites that lack it, from its differences to green along the axes `a` and `b`.
    pub fn color(out: &mut [f32], a: ColorAxis, b: ColorAxis, lean: Taps<5>) = color_kernel
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
