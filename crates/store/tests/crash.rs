//! What is left when the process is killed, or the disk is full. A child process runs this very program with the name of
//! a task in the environment.

use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use store::conformance::{body_of, content, key, signer};
use store::*;
use tempfile::TempDir;

const ALWAYS: Timestamp = Timestamp(i64::MAX);

/// How often a process is killed at a moment that nobody chose.
const KILLS: usize = if cfg!(feature = "full") { 100 } else { 6 };

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// This program, to do a task on a store.
fn child(task: &str, root: &Path) -> Command {
    let mut command = Command::new("/bin/sh");
    // Nothing of 1 MiB or more can be written; without the trap, the child would be killed for trying.
    let limit = if task == "full" { "ulimit -f 2047; trap '' XFSZ; " } else { "" };
    command.arg("-c").arg(format!("{limit}exec \"$0\" \"$@\"")).arg(std::env::current_exe().unwrap());
    command.args(["--exact", "the_child", "--nocapture"]).env("STORE_TASK", task).env("STORE_ROOT", root);
    command
}

/// Starts a task and kills it when it has said so many words.
fn kill_after(words: usize, task: &str, root: &Path) {
    let mut child: Child = child(task, root).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said = lines.filter(|line| line.contains('@')).take(words).count();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(said, words, "the child ended by itself");
}

#[test]
fn the_child() {
    let Ok(task) = std::env::var("STORE_TASK") else { return };
    let root = std::env::var_os("STORE_ROOT").unwrap();
    block_on(async {
        let store = Directory::open(Path::new(&root), signer()).await.unwrap();
        match task.as_str() {
            "half a put" => drop(store.put(&key("a"), half()).await),
            "half a part" => {
                let upload = store.uploads(ALWAYS).await.unwrap().remove(0).upload;
                let part = Part { number: PartNumber::new(1).unwrap(), size: 9_000_000, sha256: None };
                drop(store.put_part(&upload, &part, half()).await);
            }
            "puts" => puts(&store).await,
            "uploads" => uploads(&store).await,
            "full" => full(&store).await,
            other => panic!("no task is called {other}"),
        }
    });
}

/// A body that says when most of it has been written, and never ends.
fn half() -> Body {
    let blocks = stream::iter(vec![Bytes::from(vec![7; 1 << 16]); 48]).map(Ok);
    let end = stream::once(async {
        println!("@");
        std::future::pending().await
    });
    Box::pin(blocks.chain(end))
}

/// An object whose bytes follow from its size.
fn versioned(seed: u64) -> Vec<u8> {
    content(seed, 100_000 + seed as usize)
}

async fn puts(store: &Directory) {
    for seed in 1.. {
        let at = key(&format!("a{}/b", seed % 3));
        store.put(&at, body_of(&versioned(seed))).await.unwrap();
        println!("@");
        if seed % 7 == 0 {
            store.delete(&at).await.unwrap();
        }
    }
}

async fn uploads(store: &Directory) {
    for seed in 1.. {
        let upload = store.begin(&key(&format!("a{}/b", seed % 3))).await.unwrap();
        let (bytes, mut tags) = (versioned(seed), Vec::new());
        // One part in every second upload: it takes another way.
        for (number, bytes) in (1..).zip(bytes.chunks(if seed % 2 == 0 { 40_000 } else { 1 << 20 })) {
            let part = Part { number: PartNumber::new(number).unwrap(), size: bytes.len() as u64, sha256: None };
            tags.push(store.put_part(&upload, &part, body_of(bytes)).await.unwrap());
            println!("@");
        }
        store.complete(&upload, &tags).await.unwrap();
        println!("@");
    }
}

async fn read(store: &Directory, at: &Key) -> Vec<u8> {
    body::collect(store.get(at, None).await.unwrap().body).await.unwrap()
}

fn left_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_kill_leaves_no_half_object() {
    let folder = TempDir::new().unwrap();
    let open = async || Directory::open(folder.path(), signer()).await.unwrap();
    block_on(async { open().await.put(&key("a"), body_of(b"old")).await.unwrap() });
    kill_after(1, "half a put", folder.path());
    block_on(async {
        let store = open().await;
        assert_eq!(store.list(None, None, 9).await.unwrap().len(), 1);
        assert_eq!(read(&store, &key("a")).await, b"old");
        assert_eq!(left_in(&folder.path().join("tmp")), 1, "the child was killed too early to show anything");
        assert_eq!(store.sweep(ALWAYS).await.unwrap(), 1);
        assert_eq!(left_in(&folder.path().join("tmp")), 0);
    });
}

#[test]
fn a_kill_leaves_no_half_part() {
    let folder = TempDir::new().unwrap();
    let open = async || Directory::open(folder.path(), signer()).await.unwrap();
    let upload = block_on(async { open().await.begin(&key("a")).await.unwrap() });
    kill_after(1, "half a part", folder.path());
    block_on(async {
        let store = open().await;
        assert_eq!(store.parts(&upload).await.unwrap(), []);
        assert_eq!(store.sweep(ALWAYS).await.unwrap(), 1);
        assert_eq!(left_in(&folder.path().join("tmp")), 0);
        store.abort(&upload).await.unwrap();
    });
}

#[test]
fn a_kill_at_any_moment_leaves_whole_objects() {
    let folder = TempDir::new().unwrap();
    for round in 0..KILLS {
        kill_after(5 + round * 3 % 40, ["puts", "uploads"][round % 2], folder.path());
        block_on(async {
            let store = Directory::open(folder.path(), signer()).await.unwrap();
            store.sweep(ALWAYS).await.unwrap();
            assert_eq!(left_in(&folder.path().join("tmp")), 0);
            for Entry { key, head } in store.list(None, None, 99).await.unwrap() {
                assert!(read(&store, &key).await == versioned(head.size - 100_000), "{key} is no whole object");
            }
            for Unfinished { upload, .. } in store.uploads(ALWAYS).await.unwrap() {
                let tags = store.parts(&upload).await.unwrap();
                if !tags.is_empty() {
                    let head = store.complete(&upload, &tags).await.unwrap();
                    assert_eq!(head.size, tags.iter().map(|tag| tag.size).sum::<u64>());
                    store.delete(&upload.key).await.unwrap();
                }
                store.abort(&upload).await.unwrap();
            }
        });
    }
}

/// Runs where no file can grow to 2 MiB.
async fn full(store: &Directory) {
    let (small, large) = (content(1, 900_000), content(2, 5_000_000));
    store.put(&key("a"), body_of(&small)).await.unwrap();
    let refused = |error: StoreError| assert_eq!(error.kind(), Kind::Environment, "{error}");
    refused(store.put(&key("a"), body_of(&large)).await.unwrap_err());
    refused(store.put(&key("b"), body_of(&large)).await.unwrap_err());
    let upload = store.begin(&key("u")).await.unwrap();
    let part = |number, size| Part { number: PartNumber::new(number).unwrap(), size, sha256: None };
    refused(store.put_part(&upload, &part(1, 5_000_000), body_of(&large)).await.unwrap_err());
    let mut tags = Vec::new();
    for number in 1..=4 {
        tags.push(store.put_part(&upload, &part(number, 900_000), body_of(&small)).await.unwrap());
    }
    refused(store.complete(&upload, &tags).await.unwrap_err());
    assert_eq!(store.parts(&upload).await.unwrap(), tags, "the upload is still what it was");
    assert_eq!(store.list(None, None, 9).await.unwrap().len(), 1);
    assert!(read(store, &key("a")).await == small);
    println!("@ all of it was seen");
}

#[test]
fn a_full_disk_is_an_error_of_the_house() {
    let folder = TempDir::new().unwrap();
    let output = child("full", folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("@ all of it was seen"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(left_in(&folder.path().join("tmp")), 0);
    block_on(async {
        let store = Directory::open(folder.path(), signer()).await.unwrap();
        let upload = store.uploads(ALWAYS).await.unwrap().remove(0).upload;
        let tags = store.parts(&upload).await.unwrap();
        assert_eq!(store.complete(&upload, &tags).await.unwrap().size, 3_600_000, "there is room again");
    });
}
