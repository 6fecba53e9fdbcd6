//! `rawmill cloud`, as its user has it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn rawmill(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rawmill")).arg("cloud").args(arguments).output().unwrap()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An example as a file.
fn example(folder: &Path, name: &str) -> PathBuf {
    let printed = rawmill(&["init", "--example", name]);
    assert_eq!(printed.status.code(), Some(0));
    let path = folder.join("design.toml");
    fs::write(&path, printed.stdout).unwrap();
    path
}

#[test]
fn an_example_is_printed_checked_and_traced() {
    let folder = TempDir::new().unwrap();
    let path = example(folder.path(), "securewallet");
    let design = path.to_str().unwrap();
    assert_eq!(rawmill(&["check", design]).status.code(), Some(0));
    let traced = |port: &str, more: &[&str]| {
        let question = ["trace", design, "--from", "app", "--to", "wallet", "--port", port];
        rawmill(&[&question[..], more].concat())
    };
    let blocked = traced("5432", &[]);
    assert_eq!(blocked.status.code(), Some(1));
    let text = said(&blocked.stdout);
    assert!(text.contains("blocked: the answer ends at network ACL app of private-app-a inbound"), "{text}");
    assert!(text.contains("SUBNET_ACL_RESTRICTION"), "{text}");
    let json: serde_json::Value = serde_json::from_slice(&traced("5432", &["--json"]).stdout).unwrap();
    assert_eq!(json["verdict"], "blocked");
    assert_eq!(json["legs"][0]["blocked"]["reason"], "SUBNET_ACL_RESTRICTION");
    example(folder.path(), "securewallet-fixed");
    assert_eq!(traced("5432", &[]).status.code(), Some(0));
    assert_eq!(traced("5433", &[]).status.code(), Some(1));
}

#[test]
fn what_is_wrong_is_told_and_nothing_is_printed() {
    let folder = TempDir::new().unwrap();
    let path = example(folder.path(), "securewallet");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("route_table = \"app-a\"", "route_table = \"app-c\"")).unwrap();
    for arguments in [
        &["check", path.to_str().unwrap()][..],
        &["trace", path.to_str().unwrap(), "--from", "app", "--to", "wallet", "--port", "1"],
    ] {
        let output = rawmill(arguments);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert!(said(&output.stderr).contains("expected a route table, found `app-c`"), "{}", said(&output.stderr));
    }
    let unknown = rawmill(&["init", "--example", "nothing"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(said(&unknown.stderr).contains("`rawmill cloud init --list` names them all"));
}

#[test]
fn a_page_for_an_owner_tells_the_downtime_that_promises_come_to() {
    let folder = TempDir::new().unwrap();
    let path = example(folder.path(), "booknook-v1");
    let page = |more: &[&str]| {
        let output = rawmill(&[&["compare", path.to_str().unwrap()], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", said(&output.stderr));
        said(&output.stdout)
    };
    // 99.5 % of 730 hours.
    assert!(page(&[]).contains(">3 h 39 min<"));
    assert!(page(&["--downtime", "booknook-v1=2"]).contains(">2 h<"));
    let stray = rawmill(&["compare", path.to_str().unwrap(), "--downtime", "other=2"]);
    assert_eq!(stray.status.code(), Some(2));
}

#[test]
fn a_picture_has_signs_for_findings_unless_it_is_plain() {
    let folder = TempDir::new().unwrap();
    let path = example(folder.path(), "booknook-v1");
    let drawn = |more: &[&str]| said(&rawmill(&[&["diagram", path.to_str().unwrap()], more].concat()).stdout);
    for format in ["svg", "mermaid"] {
        assert!(drawn(&["--format", format]).contains("E error, W warning, N note"), "{format}");
        assert!(!drawn(&["--format", format, "--plain"]).contains("E error"), "{format}");
    }
}

#[test]
fn an_invariant_about_a_place_that_nothing_has_proves_nothing() {
    let folder = TempDir::new().unwrap();
    let path = example(folder.path(), "securewallet-fixed");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("to = \"wallet\"", "to = \"walet\"", 1)).unwrap();
    let output = rawmill(&["prove", path.to_str().unwrap()]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(said(&output.stderr).contains("found `walet`; there is `wallet`"), "{}", said(&output.stderr));
}
