//! Imports and exports: photos that come from other places, and renditions that go to one.

mod buckets;
mod site;
mod urls;

use super::fleet::Engines;
use super::lab::{Lab, until};
use super::preview::scratch;
use super::{RECIPE, by_the_mill, photos, renditions, sample};
use serde_json::{Value, json};
use site::*;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Files may come from this machine, and nobody waits long.
const HERE: &str = "[outward]\nallow = [\"127.0.0.0/8\"]\nhttp = true\n[transfers]\npause_s = 2\n";
/// The same, and everybody waits long.
const SLOW: &str = "[outward]\nallow = [\"127.0.0.0/8\"]\nhttp = true\n[transfers]\npause_s = 600\n";

fn bytes(path: &PathBuf) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// Begins an import; its id.
fn import(lab: &Lab, new: Value) -> String {
    let (status, made) = lab.post("/v1/imports", new);
    assert_eq!(status, 202, "{made}");
    made["id"].as_str().unwrap().into()
}

/// How an import or export stands, once it is over.
fn over(lab: &Lab, path: &str) -> Value {
    until(|| lab.get(path).1, |transfer| transfer["state"] == "ended" || transfer["state"] == "cancelled")
}

fn files(lab: &Lab, path: &str) -> Vec<Value> {
    lab.get(&format!("{path}/files")).1["items"].as_array().unwrap().clone()
}

fn recipe(lab: &Lab) {
    assert_eq!(lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE })).0, 201);
}
