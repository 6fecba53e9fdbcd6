//! What the host of a machine or container in a cloud tells it: a small fake of EC2 instance metadata (version 2) and of
//! the agent of ECS, with credentials that expire when a test says so.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Shown by whoever asked for it.
const TOKEN: &str = "session-token-of-the-fake";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// A fake that runs as long as it is there.
#[derive(Debug, Clone)]
pub struct Metadata {
    address: SocketAddr,
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    /// Key and end of the credentials.
    credentials: Option<(String, SystemTime)>,
    /// What the agent of ECS or EKS wants to be shown.
    authorization: Option<String>,
    only_v1: bool,
    /// Other paths, and what stands there.
    pages: BTreeMap<String, String>,
    /// How often each path was asked for and given.
    asked: BTreeMap<String, usize>,
    /// What tasks asked of their protection, oldest first.
    protections: Vec<String>,
}

impl Metadata {
    /// Starts it, with nothing to tell.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let fake = Self { address: listener.local_addr().expect("its address"), state: Arc::default() };
        let answering = fake.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let fake = answering.clone();
                thread::spawn(move || fake.answer(stream));
            }
        });
        fake
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on these are the credentials of the role `rawmill`.
    pub fn give(&self, key: &str, for_so_long: Duration) {
        self.change(|s| s.credentials = Some((key.into(), SystemTime::now() + for_so_long)));
    }

    /// The agents of containers want to be shown this.
    pub fn demand(&self, authorization: &str) {
        self.change(|s| s.authorization = Some(authorization.into()));
    }

    /// Only version 1 is there, which gives no tokens.
    pub fn only_v1(&self, only: bool) {
        self.change(|s| s.only_v1 = only);
    }

    /// The instance will be taken away: `spot/instance-action` says so; or not any more.
    pub fn spot(&self, action: Option<&str>) {
        let page = action.map(|a| format!(r#"{{"action":"{a}","time":"2030-01-01T00:02:00Z"}}"#));
        self.page("/latest/meta-data/spot/instance-action", page);
    }

    /// What stands at any other path.
    pub fn page(&self, path: &str, text: Option<String>) {
        self.change(|s| match text {
            Some(text) => drop(s.pages.insert(path.into(), text)),
            None => drop(s.pages.remove(path)),
        });
    }

    /// How often this path was asked for and given.
    pub fn asked(&self, path: &str) -> usize {
        self.state.0.lock().unwrap().asked.get(path).copied().unwrap_or(0)
    }

    /// What tasks asked of their protection.
    pub fn protections(&self) -> Vec<String> {
        self.state.0.lock().unwrap().protections.clone()
    }

    /// Waits until tasks asked so often of their protection; says what.
    pub fn wait_for_protections(&self, count: usize) -> Vec<String> {
        let (state, changed) = &*self.state;
        let mut state = state.lock().unwrap();
        let end = Instant::now() + Duration::from_secs(60);
        while state.protections.len() < count {
            // Every question wakes us, whatever it is about.
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "only these came: {:?}", state.protections);
            state = changed.wait_timeout(state, left).unwrap().0;
        }
        state.protections.clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.0.lock().unwrap());
    }

    fn answer(&self, stream: TcpStream) {
        let mut reader = BufReader::new(&stream);
        let Some(request) = Request::read(&mut reader) else { return };
        let (status, text) = {
            let mut state = self.state.0.lock().unwrap();
            let answer = state.answer(&request);
            if answer.0 == 200 {
                *state.asked.entry(request.path.clone()).or_default() += 1;
            }
            answer
        };
        self.state.1.notify_all();
        let head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
        let _ = (&stream).write_all((head + &text).as_bytes());
    }
}

impl State {
    fn answer(&mut self, request: &Request) -> (u16, String) {
        let (method, path) = (request.method.as_str(), request.path.as_str());
        match (method, path) {
            ("PUT", "/latest/api/token") if self.only_v1 => (404, String::new()),
            ("PUT", "/latest/api/token") => match request.header("x-aws-ec2-metadata-token-ttl-seconds") {
                Some(_) => (200, TOKEN.into()),
                None => (400, String::new()),
            },
            ("PUT", "/task-protection/v1/state") => {
                self.protections.push(request.body.clone());
                (200, r#"{"protection":{},"failure":null,"error":null}"#.into())
            }
            ("GET", path) if path.starts_with("/latest/") => self.metadata(path, request),
            ("GET", "/v2/credentials/1") if request.header("authorization") == self.authorization.as_deref() => {
                self.credentials().map_or((404, String::new()), |text| (200, text))
            }
            ("GET", "/v2/credentials/1") => (401, String::new()),
            _ => (404, String::new()),
        }
    }

    fn metadata(&self, path: &str, request: &Request) -> (u16, String) {
        if !self.only_v1 && request.header("x-aws-ec2-metadata-token") != Some(TOKEN) {
            return (401, String::new());
        }
        let found = match path.strip_prefix(ROLES) {
            Some("") => self.credentials.as_ref().map(|_| "rawmill".into()),
            Some("rawmill") => self.credentials(),
            _ => self.pages.get(path).cloned(),
        };
        found.map_or((404, String::new()), |text| (200, text))
    }

    fn credentials(&self) -> Option<String> {
        let (key, end) = self.credentials.as_ref()?;
        let end = moment(*end);
        Some(format!(
            r#"{{"Code":"Success","AccessKeyId":"{key}","SecretAccessKey":"s","Token":"t","Expiration":"{end}"}}"#
        ))
    }
}

/// A moment as RFC 3339 has it.
fn moment(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Years of 365 or 366 days, then months; the days of a month count from 1.
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let (mut year, mut day) = (1970, days);
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let months = [31, 28 + u64::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= months[month] {
        day -= months[month];
        month += 1;
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, day + 1)
}

#[derive(Debug)]
struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Request {
    fn read(reader: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        let mut request = Self { method, path, headers: Vec::new(), body: String::new() };
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim().split_once(':') else { break };
            request.headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let length: u64 = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        reader.take(length).read_to_string(&mut request.body).ok()?;
        Some(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339_has_them() {
        let at = |seconds| moment(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_868_799), "2000-02-29T23:59:59Z");
        assert_eq!(at(1_893_456_000), "2030-01-01T00:00:00Z");
    }
}
