//! What only a store in a folder has to show.

use futures_util::StreamExt;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use store::conformance::{body_of, content, key, signer};
use store::*;
use tempfile::TempDir;

const ALWAYS: Timestamp = Timestamp(i64::MAX);

async fn open(root: &Path) -> Directory {
    Directory::open(root, signer()).await.unwrap()
}

/// Everything below a folder.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { [vec![path.clone()], tree(&path)].concat() } else { vec![path] })
        .collect()
}

fn part(number: u32, size: usize) -> Part {
    Part { number: PartNumber::new(number).unwrap(), size: size as u64, sha256: None }
}

#[tokio::test]
async fn everything_is_for_this_user_only() {
    let folder = TempDir::new().unwrap();
    let (root, file) = (folder.path().join("deep/store"), folder.path().join("file"));
    let store = open(&root).await;
    store.put(&key("a/b"), body_of(b"x")).await.unwrap();
    fs::write(&file, "y").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    store.put_file(&key("a/c"), &file).await.unwrap();
    let [open, done] = [store.begin(&key("a/d")).await.unwrap(), store.begin(&key("a/e")).await.unwrap()];
    store.put_part(&open, &part(1, 1), body_of(b"x")).await.unwrap();
    let tag = store.put_part(&done, &part(1, 1), body_of(b"x")).await.unwrap();
    store.complete(&done, &[tag]).await.unwrap();
    let all = tree(&root);
    assert!(all.len() >= 12, "{all:?}");
    for path in [vec![root], all].concat() {
        let (mode, expected) = (fs::metadata(&path).unwrap().mode() & 0o777, if path.is_dir() { 0o700 } else { 0o600 });
        assert_eq!(mode, expected, "{} has mode {mode:o}", path.display());
    }
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let head = store.put(&key("a/b"), body_of(b"x")).await.unwrap();
    let upload = store.begin(&key("u")).await.unwrap();
    let tags = [store.put_part(&upload, &part(1, 3), body_of(b"one")).await.unwrap()];
    let again = open(folder.path()).await;
    assert_eq!(again.head(&key("a/b")).await.unwrap(), head);
    assert_eq!(again.parts(&upload).await.unwrap(), tags);
    let done = again.complete(&upload, &tags).await.unwrap();
    assert_eq!(store.complete(&upload, &tags).await.unwrap(), done, "the other instance knows of it");
}

#[tokio::test]
async fn nothing_stays_of_what_ended() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let empty = tree(folder.path());
    let bytes = content(1, 100_000);
    for last in 1..=2 {
        store.put(&key("a/b/c"), body_of(&bytes)).await.unwrap();
        let [done, aborted] = [store.begin(&key("d/e")).await.unwrap(), store.begin(&key("d/f")).await.unwrap()];
        let of_done = || tree(&folder.path().join("uploads").join(done.id.as_str())).len();
        for number in (1..=last).cycle().take(5) {
            store.put_part(&done, &part(number, 100_000), body_of(&bytes)).await.unwrap();
        }
        assert_eq!(of_done(), 1 + last as usize, "the key, and each part once");
        store.put_part(&aborted, &part(1, 100_000), body_of(&bytes)).await.unwrap();
        store.put_part(&aborted, &part(1, 5), body_of(&bytes)).await.unwrap_err();
        let tags = store.parts(&done).await.unwrap();
        store.complete(&done, &tags).await.unwrap();
        assert_eq!(of_done(), 2, "the key, and how it was completed");
        store.abort(&aborted).await.unwrap();
        store.delete(&key("a/b/c")).await.unwrap();
        store.delete(&key("d/e")).await.unwrap();
        assert_eq!(store.sweep(ALWAYS).await.unwrap(), 1);
        assert_eq!(tree(folder.path()), empty);
    }
}

#[tokio::test]
async fn a_file_of_another_filesystem_is_copied() {
    let (folder, elsewhere) = (TempDir::new().unwrap(), Path::new("/dev/shm"));
    if fs::metadata(elsewhere).map_or(true, |data| data.dev() == fs::metadata(folder.path()).unwrap().dev()) {
        return;
    }
    let (store, file) = (open(folder.path()).await, tempfile::NamedTempFile::new_in(elsewhere).unwrap());
    let bytes = content(1, 500_000);
    fs::write(&file, &bytes).unwrap();
    let head = store.put_file(&key("a"), file.path()).await.unwrap();
    assert!(!file.path().exists());
    assert_eq!(store.head(&key("a")).await.unwrap(), head);
    assert!(fs::read(store.local_file(&key("a")).await.unwrap().unwrap()).unwrap() == bytes);
}

#[tokio::test]
async fn only_plain_files_are_taken() {
    let folder = TempDir::new().unwrap();
    let (store, link) = (open(&folder.path().join("store")).await, folder.path().join("link"));
    symlink("/etc/passwd", &link).unwrap();
    for no_file in [&link, folder.path(), Path::new("/dev/null")] {
        let error = store.put_file(&key("a"), no_file).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Environment, "{error}");
    }
    assert!(link.is_symlink());
    assert_eq!(store.list(None, None, 9).await.unwrap(), []);
}

#[tokio::test]
async fn an_upload_cannot_lead_out_of_the_folder() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder.path().join("store")).await;
    fs::write(folder.path().join("key"), "a").unwrap();
    for id in ["..", "../..", ".", "/etc", "a/b"] {
        assert!(UploadId::parse(id).is_err(), "{id}");
        assert!(serde_json::from_str::<UploadId>(&format!("\"{id}\"")).is_err(), "{id}");
        assert!(serde_json::from_str::<Key>(&format!("\"{id}/x\"")).is_err() || id == "a/b", "{id}");
    }
    let upload = Upload { key: key("a"), id: UploadId::parse("0f").unwrap() };
    assert!(matches!(store.parts(&upload).await, Err(StoreError::NotOpen(_))));
}

#[tokio::test]
async fn strangers_in_the_folder_are_passed_over() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let head = store.put(&key("a/b"), body_of(b"x")).await.unwrap();
    let upload = store.begin(&key("u")).await.unwrap();
    fs::create_dir(folder.path().join("objects/lost found")).unwrap();
    fs::create_dir(folder.path().join("objects/plain")).unwrap();
    fs::create_dir(folder.path().join("uploads/x")).unwrap();
    fs::write(folder.path().join("objects/a+/ä"), "").unwrap();
    symlink("/etc", folder.path().join("objects/etc+")).unwrap();
    symlink("/etc/passwd", folder.path().join("objects/passwd")).unwrap();
    fs::write(folder.path().join("uploads").join(upload.id.as_str()).join("1.2"), "").unwrap();
    assert_eq!(store.list(None, None, 9).await.unwrap(), [Entry { key: key("a/b"), head }]);
    assert_eq!(store.parts(&upload).await.unwrap(), []);
    assert_eq!(store.uploads(ALWAYS).await.unwrap().len(), 1);
}

/// A runtime, whose end waits for the file work that has begun.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Bytes of which three blocks are written before it never ends.
fn endless() -> Body {
    Box::pin(body_of(&content(1, 1_000_000)).chain(futures_util::stream::pending()))
}

#[test]
fn a_dropped_call_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let tmp = folder.path().join("tmp");
    let half_written = || tree(&tmp).iter().filter(|path| path.metadata().is_ok_and(|data| data.len() > 0)).count();
    let upload = runtime().block_on(async {
        let store = open(folder.path()).await;
        let upload = store.begin(&key("u")).await.unwrap();
        let (announced, a) = (part(1, 2_000_000), key("a"));
        tokio::select! {
            put = store.put(&a, endless()) => panic!("{put:?}"),
            put = store.put_part(&upload, &announced, endless()) => panic!("{put:?}"),
            () = async { while half_written() < 2 { tokio::task::yield_now().await } } => {}
        }
        upload.clone()
    });
    assert_eq!(tree(&tmp).len(), 0);
    runtime().block_on(async {
        let store = open(folder.path()).await;
        assert_eq!(store.list(None, None, 9).await.unwrap(), []);
        assert_eq!(store.parts(&upload).await.unwrap(), []);
    });
}

#[tokio::test]
async fn a_root_that_cannot_be_is_an_error() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Directory::open(&file, signer()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Environment);
    assert_eq!(error.to_string(), format!("cannot make `{}`", file.display()));
    let store = open(&folder.path().join("store")).await;
    for gone in ["store/objects", "store"] {
        let gone = folder.path().join(gone);
        fs::remove_dir_all(&gone).unwrap();
        let error = store.put(&key("a/b"), body_of(b"x")).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Environment, "{error}");
        assert!(!gone.exists(), "what the operator took away was made again");
    }
}
