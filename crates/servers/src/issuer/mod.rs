//! A provider of OpenID Connect for tests: strict with whoever asks it, and as hostile in its answers as a test wants.

mod keys;

pub use keys::{Keys, Sign};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// As whom rawmill is registered there.
pub const CLIENT: &str = "rawmill at home";
/// What it shows.
pub const SECRET: &str = "p%ssword: with all+sorts";

/// How an answer comes, in place of the usual one.
#[derive(Debug, Clone)]
pub enum Page {
    /// With this status, this `Location` and this body.
    Says(u16, &'static str, String),
    /// A body that does not end.
    Endless,
    /// Never.
    Never,
}

/// What the issuer does.
pub struct Behaviour {
    /// How it signs.
    pub sign: Sign,
    /// The keys that sign.
    pub signing: Keys,
    /// The keys that it shows; those that sign if none.
    pub shown: Option<Keys>,
    /// Over the header of a token; null takes something away.
    pub header: Value,
    /// Over the claims of a token.
    pub claims: Value,
    /// Over its document.
    pub document: Value,
    /// Over what it tells whoever has a token, which is of whom the last one was.
    pub userinfo: Value,
    /// What answers at these paths.
    pub pages: BTreeMap<&'static str, Page>,
    /// How often each path was asked for.
    pub asked: BTreeMap<String, usize>,
    codes: BTreeMap<String, Grant>,
    given: usize,
    last: Value,
}

/// What a code is good for, once.
struct Grant {
    nonce: String,
    challenge: String,
    redirect: String,
}

/// An issuer that runs as long as the process.
#[derive(Clone)]
pub struct Issuer {
    address: SocketAddr,
    behaviour: Arc<Mutex<Behaviour>>,
}

type Form = BTreeMap<String, String>;

impl Issuer {
    /// Starts it; it knows somebody called `7`.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let behaviour = Behaviour {
            sign: Sign::Rs256,
            signing: Keys::make("1"),
            shown: None,
            header: json!({}),
            claims: json!({}),
            document: json!({}),
            userinfo: json!({}),
            pages: BTreeMap::new(),
            asked: BTreeMap::new(),
            codes: BTreeMap::new(),
            given: 0,
            last: Value::Null,
        };
        let issuer =
            Self { address: listener.local_addr().expect("its address"), behaviour: Arc::new(Mutex::new(behaviour)) };
        let answering = issuer.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let issuer = answering.clone();
                thread::spawn(move || issuer.answer(stream));
            }
        });
        issuer
    }

    /// As it calls itself.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it does, to be changed.
    pub fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.behaviour.lock().expect("no test has panicked here")
    }

    /// Somebody comes with this URL, says yes, and is sent back to the returned one.
    pub fn consent(&self, url: &str) -> String {
        let (place, query) = url.split_once('?').expect("a query");
        assert_eq!(place, format!("{}/authorize", self.url()));
        let asked = form(query);
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"), "{asked:?}");
        let mut behaviour = self.behaviour();
        behaviour.given += 1;
        let code = format!("code-{}", behaviour.given);
        let grant = Grant {
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect: asked["redirect_uri"].clone(),
        };
        behaviour.codes.insert(code.clone(), grant);
        format!("{}?code={code}&state={}", asked["redirect_uri"], asked["state"])
    }

    fn answer(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream);
        let Some((path, headers, body)) = read(&mut reader) else { return };
        let stream = reader.get_mut();
        let page = {
            let mut behaviour = self.behaviour();
            *behaviour.asked.entry(path.clone()).or_default() += 1;
            behaviour.pages.get(path.as_str()).cloned()
        };
        // Whoever asked may have gone.
        let _ = match page.unwrap_or_else(|| self.usual(&path, &headers, &body)) {
            Page::Says(status, location, body) => write!(
                stream,
                "HTTP/1.1 {status} X\r\nlocation: {location}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            ),
            Page::Endless => endless(stream),
            Page::Never => stream.read(&mut [0]).map(drop),
        };
    }

    fn usual(&self, path: &str, headers: &Form, body: &str) -> Page {
        let behaviour = self.behaviour();
        match path {
            "/.well-known/openid-configuration" => says(200, &self.document(&behaviour.document)),
            "/keys" => says(200, &json!({ "keys": behaviour.shown.as_ref().unwrap_or(&behaviour.signing).public() })),
            "/userinfo" => {
                let mut told = json!({ "sub": behaviour.last });
                over(&mut told, &behaviour.userinfo);
                says(200, &told)
            }
            "/token" => {
                drop(behaviour);
                self.token(headers, &form(body)).unwrap_or_else(|error| says(400, &json!({ "error": error })))
            }
            _ => says(404, &json!({})),
        }
    }

    fn document(&self, change: &Value) -> Value {
        let url = self.url();
        let mut document = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"),
            "userinfo_endpoint": format!("{url}/userinfo"),
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
        });
        over(&mut document, change);
        document
    }

    fn token(&self, headers: &Form, form: &Form) -> Result<Page, &'static str> {
        let part =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let shown = headers.get("authorization").and_then(|value| STANDARD.decode(value.strip_prefix("Basic ")?).ok());
        let shown = shown.and_then(|text| String::from_utf8(text).ok()).map(|text| plain(&text));
        let in_body = form.get("client_id").zip(form.get("client_secret")).map(|(id, secret)| format!("{id}:{secret}"));
        if shown.or(in_body) != Some(plain(&format!("{}:{}", part(CLIENT), part(SECRET)))) {
            return Err("invalid_client");
        }
        let mut behaviour = self.behaviour();
        let get = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let grant = behaviour.codes.remove(get("code")).ok_or("invalid_grant")?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(get("code_verifier")));
        if get("grant_type") != "authorization_code"
            || get("redirect_uri") != grant.redirect
            || challenge != grant.challenge
        {
            return Err("invalid_grant");
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let mut claims = json!({
            "iss": self.url(), "sub": "7", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": grant.nonce,
        });
        over(&mut claims, &behaviour.claims);
        behaviour.last = claims["sub"].clone();
        let token = behaviour.signing.sign(behaviour.sign, &behaviour.header, &claims);
        Ok(says(200, &json!({ "access_token": "a", "token_type": "Bearer", "id_token": token })))
    }
}

/// Puts what a test wants over what is usual; null takes away.
fn over(usual: &mut Value, change: &Value) {
    for (name, value) in change.as_object().into_iter().flatten() {
        match value {
            Value::Null => drop(usual.as_object_mut().and_then(|usual| usual.remove(name))),
            value => usual[name] = value.clone(),
        }
    }
}

fn says(status: u16, body: &Value) -> Page {
    Page::Says(status, "", body.to_string())
}

/// A space may be written in two ways.
fn plain(text: &str) -> String {
    percent_decode_str(&text.replace('+', "%20")).decode_utf8_lossy().into_owned()
}

fn form(text: &str) -> Form {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (plain(name), plain(value))).collect()
}

fn endless(stream: &mut TcpStream) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 200 X\r\nconnection: close\r\n\r\n{{\"issuer\": \"")?;
    loop {
        stream.write_all(&[b'x'; 4096])?;
    }
}

/// Path, headers and body of a request.
fn read(reader: &mut BufReader<TcpStream>) -> Option<(String, Form, String)> {
    reader.get_ref().set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split_whitespace().nth(1)?.to_owned();
    let mut headers = Form::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length: u64 = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = String::new();
    reader.take(length).read_to_string(&mut body).ok()?;
    Some((path, headers, body))
}
