//! The word that was meant.

/// The nearest of `known` to `word`, when at most a third of its letters (and never more than three) differ.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let far = (word.chars().count() / 3).clamp(1, 3);
    let word = word.to_lowercase().replace('_', "-");
    let scored = known.into_iter().map(|k| (distance(&word, &k.to_lowercase().replace('_', "-")), k));
    scored.filter(|(d, _)| *d <= far).min_by_key(|(d, _)| *d).map(|(_, k)| k)
}

/// Letters to insert, remove, exchange or swap with their neighbour (optimal string alignment distance).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let exchanged = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = exchanged.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_slips_are_understood() {
        let known = ["gaussian_blur", "unsharp_mask", "sharpen", "median", "exec"];
        for (slip, meant) in [
            ("unsharp-mask", Some("unsharp_mask")),
            ("unsharpmask", Some("unsharp_mask")),
            ("shapren", Some("sharpen")),
            ("Median", Some("median")),
            ("exce", Some("exec")),
            ("watercolour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(slip, known), meant, "{slip}");
        }
    }
}
