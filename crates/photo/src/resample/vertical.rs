//! Sums of whole rows: every column does the same, so the vector units are full.

/// Columns that are summed at once, in registers.
const COLUMNS: usize = 32;

/// `out = Σ weights[k] * rows[k]`, in the order of `k`. All rows are as long as `out`.
#[inline(always)]
fn sum_kernel(rows: &[&[f32]], weights: &[f32], out: &mut [f32]) {
    let whole = out.len() - out.len() % COLUMNS;
    for x in (0..whole).step_by(COLUMNS) {
        let mut sum = [0f32; COLUMNS];
        for (row, weight) in rows.iter().zip(weights) {
            let row: &[f32; COLUMNS] = row[x..x + COLUMNS].try_into().expect("COLUMNS of them");
            for (sum, value) in sum.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        out[x..x + COLUMNS].copy_from_slice(&sum);
    }
    for (x, out) in out.iter_mut().enumerate().skip(whole) {
        *out = rows.iter().zip(weights).fold(0.0, |sum, (row, weight)| sum + weight * row[x]);
    }
}

crate::dispatch!(/// `out = Σ weights[k] * rows[k]`, in the order of `k`. All rows are as long as `out`.
    pub(super) fn sum(rows: &[&[f32]], weights: &[f32], out: &mut [f32]) = sum_kernel);
