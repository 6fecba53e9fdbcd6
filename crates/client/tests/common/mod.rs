//! A scripted HTTP server: every request goes to a closure, which says what is answered, and where the line breaks.

#![allow(dead_code, reason = "each test uses a part of it")]

pub mod mill;

use client::{Client, Key, Login, Patience};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub method: String,
    /// With the query.
    pub path: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status, headers, a body.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The head of an answer with this body, of which only so many bytes come.
    Cut(Vec<u8>, usize),
    /// The line breaks without an answer.
    Break,
    /// Events, then the end of the stream.
    Events(String),
}

pub fn json(status: u16, body: serde_json::Value) -> Reply {
    Reply::Answer(status, vec![("content-type", "application/json".into())], body.to_string().into_bytes())
}

/// Refuses as a server does.
pub fn problem(status: u16, code: &str, detail: &str) -> Reply {
    json(status, serde_json::json!({ "status": status, "code": code, "title": code, "detail": detail }))
}

type Script = dyn FnMut(&Request) -> Reply + Send;

/// A server that lives as long as the test's process.
pub struct Server {
    pub url: String,
    pub seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers by `script`, one request after the other.
    pub fn start(script: impl FnMut(&Request) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, script) = (Arc::clone(&seen), Arc::new(Mutex::new(script)));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, script) = (Arc::clone(&log), Arc::clone(&script));
                // A client that hangs up is part of the game.
                thread::spawn(move || drop(answer(stream.unwrap(), &log, &mut *script.lock().unwrap())));
            }
        });
        Self { url, seen }
    }

    /// Requests with this method whose path begins so.
    pub fn count(&self, method: &str, path: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|r| r.method == method && r.path.starts_with(path)).count()
    }
}

/// A client that never waits.
pub fn client(url: &str, tries: u32) -> Client {
    let login = Login { url: url.into(), key: Key::try_from(KEY.to_owned()).unwrap() };
    Client::new(login, Patience { tries, sleep: Arc::new(|_| {}), ..Patience::default() })
}

pub const KEY: &str = "rmk_1_secret";

fn answer(stream: TcpStream, log: &Mutex<Vec<Request>>, script: &mut Script) -> std::io::Result<()> {
    let mut reader = BufReader::new(&stream);
    let mut request = head(&mut reader)?;
    let length = request.headers.get("content-length").map_or(0, |l| l.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.body = body;
    log.lock().unwrap().push(request.clone());
    let mut to = &stream;
    match script(&request) {
        Reply::Answer(status, headers, body) => {
            let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            write!(to, "HTTP/1.1 {status} X\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n", body.len())?;
            to.write_all(&body)?;
        }
        Reply::Cut(body, at) => {
            write!(to, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len())?;
            to.write_all(&body[..at])?;
        }
        Reply::Break => {}
        Reply::Events(text) => {
            write!(to, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n{text}")?;
        }
    }
    stream.shutdown(Shutdown::Both)
}

fn head(reader: &mut impl BufRead) -> std::io::Result<Request> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        ..Request::default()
    };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { return Ok(request) };
        request.headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
}
