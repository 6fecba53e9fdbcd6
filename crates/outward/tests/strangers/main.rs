//! Strangers' servers, and what they try.

mod behaviour;
mod inside;
mod pulls;
mod tls;

use outward::{Allowed, Answer, Found, Limits, Outward, OutwardError, Request, Resolve, Settings};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Runs it to its end on this thread.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

const LIMITS: Limits = Limits { connect: Duration::from_secs(5), whole: Duration::from_secs(2), body: 64 };

/// Plain HTTP may go to these networks.
fn settings(allow: &[&str]) -> Settings {
    let allow = Allowed(allow.iter().map(|net| net.parse().unwrap()).collect());
    Settings { allow, http: true, ca_file: None }
}

/// Answers with these addresses, one list after the other; the last one stays.
#[derive(Debug)]
struct Names {
    lists: Mutex<VecDeque<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Names {
    fn are(lists: &[&[&str]]) -> Arc<Self> {
        let list = |list: &&[&str]| list.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { lists: Mutex::new(lists.iter().map(list).collect()), asked: AtomicUsize::new(0) })
    }
}

impl Resolve for Names {
    fn resolve(&self, _: &str) -> Found {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut lists = self.lists.lock().unwrap();
        let list = if lists.len() > 1 { lists.pop_front().unwrap() } else { lists[0].clone() };
        Box::pin(std::future::ready(Ok(list)))
    }
}

/// A server that does this with every connection once the request's head is there; its address and how often it was asked.
fn serve(at: SocketAddr, behave: impl Fn(&str, &mut TcpStream) + Send + 'static) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(at).unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::<AtomicUsize>::default());
    let asked = Arc::clone(&count);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map(Result::unwrap) {
            asked.fetch_add(1, Ordering::SeqCst);
            let (mut head, mut byte) = (Vec::new(), [0]);
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.extend(byte);
            }
            behave(&String::from_utf8_lossy(&head), &mut stream);
        }
    });
    (address, count)
}

/// One that answers with this.
fn answering(at: &str, answer: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    serve(at.parse().unwrap(), move |_, stream| drop(stream.write_all(answer.as_bytes())))
}

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

async fn post(outward: &Outward, url: &str) -> Result<Answer, OutwardError> {
    outward.fetch(url, Request::post("/").body(b"hello".to_vec()).unwrap()).await
}
