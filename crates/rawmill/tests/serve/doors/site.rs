//! Somebody's web server, which behaves as a test says.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens at a path: the number of the visit, from 1, and the connection.
pub type Behaviour = Box<dyn Fn(usize, &mut TcpStream) + Send + Sync>;

/// A web server on this machine.
pub struct Site {
    pub at: SocketAddr,
    asked: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Site {
    pub fn open(paths: Vec<(&'static str, Behaviour)>) -> Self {
        Self::open_at("127.0.0.1:0", paths)
    }

    pub fn open_at(at: &str, paths: Vec<(&'static str, Behaviour)>) -> Self {
        let listener = TcpListener::bind(at).unwrap();
        let (at, asked) = (listener.local_addr().unwrap(), Arc::<Mutex<BTreeMap<String, usize>>>::default());
        let (paths, counts) = (Arc::new(paths), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                let (paths, counts) = (Arc::clone(&paths), Arc::clone(&counts));
                std::thread::spawn(move || answer(stream, &paths, &counts));
            }
        });
        Self { at, asked }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// So often somebody came to this path.
    pub fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().get(path).copied().unwrap_or(0)
    }
}

fn answer(mut stream: TcpStream, paths: &[(&'static str, Behaviour)], counts: &Mutex<BTreeMap<String, usize>>) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let visit = {
        let mut counts = counts.lock().unwrap();
        let count = counts.entry(path.clone()).or_default();
        *count += 1;
        *count
    };
    match paths.iter().find(|(known, _)| *known == path) {
        Some((_, behave)) => behave(visit, &mut stream),
        None => status(404)(visit, &mut stream),
    }
}

/// A file, whole.
pub fn file(bytes: Vec<u8>) -> Behaviour {
    Box::new(move |_, stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", bytes.len());
        let _ = stream.write_all(&bytes);
    })
}

/// This much is announced, this comes, and then the connection ends.
pub fn broken(size: usize, bytes: Vec<u8>) -> Behaviour {
    Box::new(move |_, stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n");
        let _ = stream.write_all(&bytes);
    })
}

/// The same, and the connection stays open.
pub fn stuck(size: usize, bytes: Vec<u8>) -> Behaviour {
    Box::new(move |_, stream| {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {size}\r\n\r\n");
        let _ = stream.write_all(&bytes);
        let _ = stream.read(&mut [0; 1]);
    })
}

/// The same, and when the other side goes, that is noted.
pub fn noted(gone: Arc<AtomicBool>) -> Behaviour {
    let stuck = stuck(9_000, vec![1; 9]);
    Box::new(move |visit, stream| {
        stuck(visit, stream);
        gone.store(true, Ordering::SeqCst);
    })
}

/// A file, once it is let go.
pub fn held(let_go: Arc<AtomicBool>, bytes: Vec<u8>) -> Behaviour {
    let file = file(bytes);
    Box::new(move |visit, stream| {
        while !let_go.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(20));
        }
        file(visit, stream);
    })
}

/// Bytes without an end.
pub fn endless() -> Behaviour {
    Box::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(&[b"10000\r\n", &[7_u8; 65_536][..], b"\r\n"].concat()).is_ok() {}
    })
}

/// No file.
pub fn status(status: u16) -> Behaviour {
    Box::new(move |_, stream| drop(write!(stream, "HTTP/1.1 {status} Told\r\ncontent-length: 0\r\n\r\n")))
}

/// It has moved.
pub fn moved(to: String) -> Behaviour {
    Box::new(move |_, stream| {
        let _ = write!(stream, "HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    })
}

/// The first visits go one way, all others the other.
pub fn first(visits: usize, one: Behaviour, then: Behaviour) -> Behaviour {
    Box::new(move |visit, stream| if visit <= visits { one(visit, stream) } else { then(visit, stream) })
}
