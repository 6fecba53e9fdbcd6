//! Whatever somebody asks for is the same part of the same archive.

use archive::{File, Layout, Piece};
use proptest::prelude::*;
use std::ops::Range;

/// The bytes of a file: any, but always the same.
fn content(at: usize, size: u64) -> Vec<u8> {
    (0..size).map(|n| (n * 31 + at as u64 * 7) as u8).collect()
}

fn file(at: usize, name: String, size: u64, modified: i64) -> File {
    File { name, size, crc32: crc32fast::hash(&content(at, size)), modified }
}

fn files() -> impl Strategy<Value = Vec<File>> {
    let name = prop_oneof!["[a-c]{0,2}(/[.a-b]{0,3}){0,2}", ".{0,20}", "(\\.\\./){1,3}[A-Ca-c]\\.jpg"];
    let size = prop_oneof![Just(0), 0..5_000u64];
    let any = prop::collection::vec((name, size, any::<i64>()), 0..12);
    any.prop_map(|all| all.into_iter().enumerate().map(|(at, (n, size, m))| file(at, n, size, m)).collect())
}

/// These bytes of the archive, put together.
fn read(layout: &Layout, files: &[File], mut range: Range<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(piece) = layout.next(&mut range) {
        match piece {
            Piece::Bytes(some) => bytes.extend(some),
            Piece::Of { file, range } => {
                let all = content(file, files[file].size);
                bytes.extend(&all[range.start as usize..range.end as usize]);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn ranges_put_together_are_the_whole(files in files(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20)) {
        let layout = Layout::new(files.clone());
        let whole = read(&layout, &files, 0..layout.size());
        prop_assert_eq!(whole.len() as u64, layout.size());
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(whole.len() + 1)).chain([0, whole.len()]).collect();
        cuts.sort_unstable();
        for cut in cuts.windows(2) {
            let some = read(&layout, &files, cut[0] as u64..cut[1] as u64);
            prop_assert!(some == whole[cut[0]..cut[1]], "{:?}", cut);
        }
    }

    #[test]
    fn names_are_harmless_and_each_has_its_own(files in files()) {
        let layout = Layout::new(files);
        let names: Vec<_> = layout.names().map(str::to_lowercase).collect();
        for (at, name) in names.iter().enumerate() {
            prop_assert!(name.split('/').all(|part| !["", ".", ".."].contains(&part)), "{:?}", name);
            prop_assert!(!name.chars().any(|c| c.is_control() || c == '\\' || c == ':'), "{:?}", name);
            let folder = format!("{name}/");
            prop_assert!(names.iter().enumerate().all(|(n, other)| n == at || other != name && !other.starts_with(&folder)));
        }
    }
}

#[test]
fn nothing_is_beyond_the_end() {
    let layout = Layout::new([file(0, "a".into(), 10, 0)]);
    for range in [layout.size()..u64::MAX, u64::MAX..u64::MAX, 5..5] {
        assert_eq!(layout.next(&mut range.clone()), None);
    }
}

#[test]
fn an_archive_of_eight_billion_gigabytes_overflows_nowhere() {
    let huge = File { name: "a".into(), size: u64::MAX / 2, crc32: 0, modified: 0 };
    let layout = Layout::new([huge.clone(), huge.clone(), huge]);
    assert_eq!(layout.size(), u64::MAX);
    let mut range = 0..u64::MAX;
    while layout.next(&mut range).is_some() {}
}
