//! The name that somebody may have meant.

/// Longer names are not compared.
const LONGEST: usize = 64;

/// The name that differs in the fewest letters: in a third of them at most.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let comparable = known.into_iter().filter(|other| length.max(other.chars().count()) <= LONGEST);
    let near = comparable.map(|other| (distance(name, other), other));
    near.filter(|(distance, _)| distance * 3 <= length).min().map(|(_, other)| other)
}

/// How many letters must be put in, taken out or exchanged to make the one of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let exchanged = before + usize::from(from != *to);
            before = row[j + 1];
            row[j + 1] = exchanged.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slips_are_understood_and_other_words_are_not() {
        let known = || ["private-app-a", "private-app-b", "app", "s3"];
        for (name, meant) in [
            ("privat-app-a", Some("private-app-a")),
            ("private-app-c", Some("private-app-a")),
            ("ap", None),
            ("apq", Some("app")),
            ("database", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known()), meant, "{name}");
        }
    }

    proptest! {
        /// What edit distance is by its definition: symmetric, nothing for the same alone, and no detour is shorter.
        #[test]
        fn distance_is_one(a in "[ab]{0,6}", b in "[ab]{0,6}", c in "[ab]{0,6}") {
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
            prop_assert!(distance(&a, &c) <= distance(&a, &b) + distance(&b, &c));
            let mut longer = a.clone();
            longer.push('c');
            prop_assert_eq!(distance(&a, &longer), 1);
        }
    }
}
