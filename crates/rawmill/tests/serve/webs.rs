//! Two web servers on the same data behind one address that sends every connection to the next.

use super::lab::{Lab, until};
use super::{RECIPE, events, photos, submit};
use serde_json::json;
use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A proxy that takes servers in turn, and passes over those that are gone; returns its address.
fn round_robin(servers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let turn = AtomicUsize::new(0);
    let next = move || {
        let tries = 0..servers.len();
        tries
            .into_iter()
            .find_map(|_| TcpStream::connect(&servers[turn.fetch_add(1, Ordering::Relaxed) % servers.len()]).ok())
    };
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            if let Some(server) = next() {
                join(client, server);
            }
        }
    });
    format!("http://{address}")
}

/// Copies both ways until one side ends.
fn join(client: TcpStream, server: TcpStream) {
    let (client, server) = (Arc::new(client), Arc::new(server));
    for (from, to) in [(Arc::clone(&client), Arc::clone(&server)), (server, client)] {
        std::thread::spawn(move || {
            let _ = io::copy(&mut &*from, &mut &*to);
            let _ = to.shutdown(Shutdown::Both);
        });
    }
}

#[test]
fn what_began_at_one_goes_on_at_the_other() {
    let mut lab = Lab::open();
    let (other, url) = lab.another(&["--role", "web"]);
    let bare = |url: &str| url.strip_prefix("http://").unwrap().to_owned();
    lab.url = round_robin(vec![bare(&lab.url), bare(&url)]);
    lab.one_connection_a_request();
    // Opened at one, its parts put and completed at whichever comes next.
    let photo = lab.upload("photo", &photos()[2]);
    for _ in 0..2 {
        assert_eq!(lab.get(&format!("/v1/photos/{photo}")).0, 200, "both know it");
    }
    let (status, _) = lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
    assert_eq!(status, 201);
    let order = json!({ "recipe": { "name": "web" }, "photos": [photo] });
    let same: Vec<_> = (0..4)
        .map(|_| lab.post_with("/v1/batches", order.clone(), &[("idempotency-key", "once")]))
        .map(|(status, batch)| (status, batch["id"].clone()))
        .collect();
    assert!(same.iter().all(|answer| *answer == same[0]) && same[0].0 == 202, "{same:?}");
    let batch = submit(&lab);
    let numbers = |lab: &Lab, last: &str| events(lab, &batch, last).into_iter().map(|(n, _)| n).collect::<Vec<_>>();
    assert_eq!(numbers(&lab, "0"), (1..=6).collect::<Vec<_>>());
    assert_eq!(numbers(&lab, "3"), [4, 5, 6], "at the other server");
    drop(other);
    assert_eq!(numbers(&lab, "5"), [6], "when one of them was killed");
}

#[test]
fn a_web_server_that_ends_says_so_and_answers_until_it_has_left() {
    let lab = Lab::open_with("leave_s = 600\n");
    lab.ask_to_end();
    until(|| lab.get("/health/ready").0, |status| *status == 503);
    // The connection that this ends would stay open otherwise.
    let answer = lab.raw("GET /health/live HTTP/1.1\r\nhost: a\r\n\r\n").to_lowercase();
    assert!(answer.starts_with("http/1.1 200") && answer.contains("connection: close"), "{answer}");
}
