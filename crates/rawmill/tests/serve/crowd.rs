//! Many who hold a connection and ask for nothing, among some who do.

use super::lab::{Lab, until};
use super::{photos, submit};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Listeners to one batch.
const LISTENERS: usize = 1_000;
/// Senders of bodies that never come.
const SLOW: usize = 100;
/// Memory that the web server may take for all of it, in kB.
const MOST_KB: u64 = 150_000;

#[test]
fn a_thousand_listeners_and_a_hundred_slow_bodies_leave_room_for_others() {
    more_descriptors();
    let limits = "[limits]\nrequests_per_s = 1e6\nrequest_burst = 1_000_000\n";
    let mut lab = Lab::open_with(limits);
    lab.kill_and_restart(&["--role", "web"]);
    let batch = submit(&lab);
    let mut slow: Vec<_> = (0..SLOW).map(|_| slow_body(&lab)).collect();
    let mut listeners: Vec<_> = (0..LISTENERS).map(|_| listener(&lab, &batch)).collect();
    listeners.iter_mut().for_each(|stream| hear(stream, "event: batch.submitted"));
    // Others are served as ever.
    let photo = lab.upload("photo", &photos()[2]);
    assert_eq!(lab.get(&format!("/v1/photos/{photo}")).0, 200);
    let taken = memory_kb(lab.pid());
    assert!(taken < MOST_KB, "{taken} kB");
    // Nobody misses the end.
    assert_eq!(lab.post(&format!("/v1/batches/{batch}/cancel"), json!({})).0, 202);
    until(|| lab.get(&format!("/v1/batches/{batch}")).1["state"].clone(), |state| state == "cancelled");
    for stream in &mut listeners {
        let rest = to_the_end(stream);
        assert!(rest.contains("event: batch.cancelled"), "{rest}");
    }
    // Who sends nothing is not waited for. The answer may be lost, the end is not.
    slow.iter_mut().for_each(|stream| drop(to_the_end(stream)));
}

/// One process holds both ends of no connection, but many; the service inherits the limit.
fn more_descriptors() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let all = rustix::process::Rlimit { current: limit.maximum, ..limit };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, all).unwrap();
}

fn connect(lab: &Lab, head: &str) -> TcpStream {
    let mut stream = TcpStream::connect(lab.url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    let key = &lab.key;
    stream
        .write_all(format!("{head}host: a\r\nconnection: close\r\nauthorization: Bearer {key}\r\n").as_bytes())
        .unwrap();
    stream
}

/// Announces a body and sends its first byte.
fn slow_body(lab: &Lab) -> TcpStream {
    let mut stream = connect(lab, "POST /v1/uploads HTTP/1.1\r\n");
    stream.write_all(b"content-type: application/json\r\ncontent-length: 100\r\n\r\n{").unwrap();
    stream
}

fn listener(lab: &Lab, batch: &str) -> TcpStream {
    let mut stream = connect(lab, &format!("GET /v1/batches/{batch}/events HTTP/1.1\r\n"));
    stream.write_all(b"\r\n").unwrap();
    stream
}

/// Reads until these words have come.
fn hear(stream: &mut TcpStream, words: &str) {
    let (mut heard, mut block) = (String::new(), [0; 4096]);
    while !heard.contains(words) {
        let len = stream.read(&mut block).unwrap();
        assert!(len > 0, "the stream ended: {heard}");
        heard += &String::from_utf8_lossy(&block[..len]);
    }
}

fn to_the_end(stream: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    String::from_utf8_lossy(&rest).into_owned()
}

/// Anonymous pages of a process (proc(5), status).
fn memory_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}
