//! What a folder yields.

use batch::kinds::Kind;
use batch::walk::{Ignored, Pairs, WalkOptions, globs, read_list, walk};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use tempfile::TempDir;

fn folder(files: &[&str]) -> TempDir {
    let root = TempDir::new().unwrap();
    for file in files {
        let path = root.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    root
}

fn list(root: &TempDir, options: &WalkOptions) -> (Vec<String>, Ignored) {
    let listing = walk(&[root.path().into()], options);
    (listing.photos.into_iter().map(|p| p.relative).collect(), listing.ignored)
}

#[test]
fn a_folder_yields_raw_in_natural_order_and_counts_the_rest() {
    let root = folder(&[
        "IMG_10.NEF",
        "IMG_9.NEF",
        "IMG_9.xmp",
        "IMG_9.NEF.dop",
        "._IMG_9.NEF",
        ".hidden/a.NEF",
        "notes.txt",
        "x.jpg",
        "b/사진.ARW",
        "out/IMG_9_web.dng",
    ]);
    let options = WalkOptions { out: Some(root.path().join("out")), ..WalkOptions::default() };
    let (names, ignored) = list(&root, &options);
    assert_eq!(names, ["IMG_9.NEF", "IMG_10.NEF", "b/사진.ARW"]);
    assert_eq!(ignored, Ignored { sidecars: 2, hidden: 2, other_kinds: 2, output_folder: 1, ..Ignored::default() });
}

#[test]
fn pairs_go_by_name_within_a_folder() {
    let root = folder(&["a.NEF", "a.JPG", "b.jpg", "c.NEF", "d/c.jpg"]);
    let with = |pairs, kinds: &[Kind]| {
        list(&root, &WalkOptions { pairs, kinds: kinds.iter().copied().collect(), ..WalkOptions::default() }).0
    };
    assert_eq!(with(Pairs::Raw, &[Kind::Raw]), ["a.NEF", "c.NEF"]);
    assert_eq!(with(Pairs::Jpeg, &[Kind::Raw]), ["a.JPG", "c.NEF"]);
    assert_eq!(with(Pairs::Both, &[Kind::Raw]), ["a.JPG", "a.NEF", "c.NEF"]);
    assert_eq!(with(Pairs::Raw, &[Kind::Raw, Kind::Jpeg]), ["a.NEF", "b.jpg", "c.NEF", "d/c.jpg"]);
}

#[test]
fn an_explicit_path_is_always_taken_and_only_once() {
    let root = folder(&["a.NEF", "b.jpg"]);
    let paths = ["b.jpg", "a.NEF", "", "gone.NEF"].map(|n| root.path().join(n));
    let listing = walk(&paths, &WalkOptions::default());
    let names: Vec<_> = listing.photos.iter().map(|p| p.relative.as_str()).collect();
    assert_eq!(names, ["a.NEF", "b.jpg"]);
    assert_eq!(listing.photos[0].input.size, 5);
    assert_eq!(listing.ignored.repeated, 1);
    assert_eq!(listing.problems, [(root.path().join("gone.NEF"), "no such file or folder".into())]);
}

#[test]
fn patterns_choose() {
    let root = folder(&["a/1.NEF", "a/2.NEF", "b/1.NEF"]);
    let glob = |p: &str| globs(&[p.into()]).unwrap();
    let with = |include, exclude| list(&root, &WalkOptions { include, exclude, ..WalkOptions::default() }).0;
    assert_eq!(with(glob("1.*"), glob("b/**")), ["a/1.NEF"]);
    assert_eq!(with(globs(&[]).unwrap(), glob("1.NEF")), ["a/2.NEF"]);
    assert!(globs(&["a[".into()]).unwrap_err().starts_with("pattern `a[`: "));
}

#[test]
fn a_loop_of_links_is_reported_and_left() {
    let root = folder(&["a/1.NEF"]);
    symlink(root.path(), root.path().join("a/up")).unwrap();
    let listing = walk(&[root.path().into()], &WalkOptions::default());
    assert_eq!(listing.photos.len(), 1);
    assert_eq!(listing.problems[0].1, format!("this link leads back to {}", root.path().display()));
}

#[test]
fn a_list_is_lines_or_zero_separated() {
    let read = |text: &str| read_list(text.as_bytes()).unwrap();
    assert_eq!(read("a\r\n\nb c"), [PathBuf::from("a"), "b c".into()]);
    assert_eq!(read("a\nb\0c\0"), [PathBuf::from("a\nb"), "c".into()]);
}
