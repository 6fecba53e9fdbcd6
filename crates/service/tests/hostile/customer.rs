//! A service in this process, and who asks it.

use serde_json::{Value, json};
use service::config::{Config, Worker};
use service::run::{Roles, serve};
use service::worker::Until;
use sha2::Digest;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use ureq::Agent;

/// Time of a lease, in seconds: the shortest that may be.
const LEASE_S: u64 = 10;
const RECIPE: &str = "version = 1\n[[renditions]]\nname = \"web\"\nencode = { format = \"jpeg\" }\n";

/// Who asks.
pub struct Customer {
    agent: Agent,
    url: String,
    key: String,
    data: tempfile::TempDir,
}

impl Customer {
    /// Of a service in this process.
    pub fn of_a_new_service(change: impl FnOnce(&mut Worker)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config { data: data.path().join("data"), lease_s: LEASE_S, ..Config::default() };
        config.listen.set_port(0);
        change(&mut config.worker);
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let started = move |started| tell.send(started).unwrap();
            let no_pages = |_: &_| axum::Router::new();
            runtime.block_on(serve(config, Roles { web: true, worker: true }, Until::default(), no_pages, started))
        });
        let started = told.recv_timeout(Duration::from_secs(60)).expect("the service starts");
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        let token = std::fs::read_to_string(started.setup.unwrap()).unwrap();
        let mut customer = Self { agent, url: started.web.unwrap(), key: String::new(), data };
        customer.key = customer.post("/v1/setup", json!({ "token": token }))["key"].as_str().unwrap().into();
        customer.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
        customer
    }

    /// The folder of the service's data.
    pub fn data(&self) -> PathBuf {
        self.data.path().join("data")
    }

    /// Time of a lease.
    pub fn lease(&self) -> Duration {
        Duration::from_secs(LEASE_S)
    }

    pub fn post(&self, path: &str, body: Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.url)).header("authorization", self.bearer());
        let text = request.content_type("application/json").send(body.to_string()).unwrap().body_mut().read_to_string();
        serde_json::from_str(&text.unwrap()).unwrap()
    }

    pub fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.url)).header("authorization", self.bearer());
        serde_json::from_str(&request.call().unwrap().body_mut().read_to_string().unwrap()).unwrap()
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key)
    }

    pub fn upload(&self, n: usize, deed: &str) -> String {
        let bytes = format!("{deed} {n}");
        let sha256 = hex::encode(sha2::Sha256::digest(&bytes));
        let new = json!({ "kind": "photo", "name": format!("{n}.dng"), "size": bytes.len(), "sha256": sha256 });
        let upload = self.post("/v1/uploads", new);
        let put = self.agent.put(upload["links"][0]["url"].as_str().unwrap()).send(&bytes).unwrap();
        let etag = put.headers()["etag"].to_str().unwrap();
        let parts = json!({ "parts": [{ "number": 1, "etag": etag }] });
        let photo = self.post(&format!("/v1/uploads/{}/complete", upload["id"].as_str().unwrap()), parts);
        photo["id"].as_str().unwrap_or_else(|| panic!("{photo}")).into()
    }

    /// A new batch of these photos.
    pub fn submit(&self, photos: &[String]) -> String {
        let batch = self.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": photos }));
        batch["id"].as_str().unwrap_or_else(|| panic!("{batch}")).into()
    }

    /// The batch once it is over.
    pub fn wait(&self, batch: &str) -> Value {
        self.until(batch, |batch| batch["state"] == "closed")
    }

    /// The batch once it is as wished.
    pub fn until(&self, batch: &str, wish: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let found = self.get(&format!("/v1/batches/{batch}"));
            if wish(&found) {
                return found;
            }
            assert!(start.elapsed() < Duration::from_secs(120), "{found}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}
