//! Photos that crash their worker, eat memory or never end, among good ones, through the API.
//!
//! No test harness of the compiler: this program is also the worker, and does what the content of a "photo" says.

use darkroom::work::{Facts, Input, Loaded, OpenFile, Settings, Work, Worked, WrittenFile};
use darkroom::{Failure, Header};
use develop::Recipe;
use develop::render::ToolRunner;
use photo::Size;
use serde_json::{Value, json};
use service::config::Config;
use service::run::{Roles, serve};
use service::worker::Until;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use ureq::Agent;

const RECIPE: &str = "version = 1\n[[renditions]]\nname = \"web\"\nencode = { format = \"jpeg\" }\n";

/// What the photos do, and what is told of those that misbehave.
const PHOTOS: [(&str, Option<&str>); 8] = [
    ("fine", None),
    ("abort", Some("abort")),
    ("fine", None),
    ("eat", Some("needed more than")),
    ("fine", None),
    ("hang", Some("over 1 s")),
    ("corrupt", Some("no photo")),
    ("fine", None),
];

fn main() -> ExitCode {
    if let Some(code) = darkroom::run_if_asked(Misbehave) {
        return code;
    }
    let trial = libtest_mimic::Trial::test("each_misdeed_is_one_dead_letter", || {
        each_misdeed_is_one_dead_letter();
        Ok(())
    });
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), vec![trial]).exit_code()
}

/// Does what the photo says.
#[derive(Clone, Copy)]
struct Misbehave;

impl Work for Misbehave {
    fn header(&mut self, input: Input, _: &Recipe, _: &Settings) -> Result<Header, Failure> {
        let (format, size) = (input.name.into(), Size::new(1, 1));
        let (file_bytes, estimate) = (input.bytes.len() as u64, 50_000_000);
        Ok(Header { format, size, file_bytes, capture: photo::Capture::default(), estimate })
    }

    fn develop(
        &mut self,
        input: Loaded,
        _: &Recipe,
        _: &Settings,
        outputs: Vec<OpenFile>,
        _: ToolRunner,
    ) -> Result<Worked, Failure> {
        match input.bytes.split(|&b| b == b' ').next().unwrap_or_default() {
            b"abort" => std::process::abort(),
            b"eat" => eat(),
            b"hang" => loop {
                std::hint::spin_loop();
            },
            b"corrupt" => {
                return Err(Failure::new(darkroom::Class::Input, "cannot decode", "this is no photo", "leave it out"));
            }
            _ => {}
        }
        let write = |(rendition, mut file): OpenFile| {
            file.write_all(&input.bytes).map_err(|e| darkroom::output::cannot_write(Path::new(&rendition), &e))?;
            let crc32 = crc32fast::hash(&input.bytes);
            Ok(WrittenFile { rendition, size: Size::new(1, 1), bytes: input.bytes.len() as u64, crc32 })
        };
        let files = outputs.into_iter().map(write).collect::<Result<_, Failure>>()?;
        Ok(Worked { files, notes: Vec::new(), stages_s: Vec::new() })
    }

    fn look(&mut self, input: Input, _: &Settings, _: Option<std::fs::File>) -> Result<Facts, Failure> {
        Ok(input.name.into())
    }
}

/// Takes far more memory than was said.
fn eat() {
    let mut memory = vec![0u8; 8 << 30];
    memory.iter_mut().step_by(4096).for_each(|b| *b = 1);
    std::hint::black_box(memory);
}

fn each_misdeed_is_one_dead_letter() {
    let customer = Customer::of_a_new_service();
    let photos: Vec<String> = PHOTOS.iter().enumerate().map(|(n, (deed, _))| customer.upload(n, deed)).collect();
    customer.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
    let batch = customer.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": photos }));
    let batch = batch["id"].as_str().unwrap().to_owned();
    let ended = customer.wait(&batch);
    let bad = PHOTOS.iter().filter(|(_, told)| told.is_some()).count();
    let totals = (&ended["totals"]["succeeded"], &ended["totals"]["failed"]);
    assert_eq!(totals, (&json!(PHOTOS.len() - bad), &json!(bad)), "{ended}");
    let failed = customer.get(&format!("/v1/batches/{batch}/tasks?state=failed"));
    for (n, (deed, told)) in PHOTOS.iter().enumerate() {
        let Some(told) = told else { continue };
        let name = format!("{n}.dng");
        let task = failed["items"].as_array().unwrap().iter().find(|t| t["name"] == json!(name)).unwrap();
        let attempts = task["attempts"].as_array().unwrap();
        // A photo that is none fails the same way every time; the others get three tries.
        assert_eq!(attempts.len(), if *deed == "corrupt" { 1 } else { 3 }, "{task}");
        let why = attempts.last().unwrap()["fault"]["why"].as_str().unwrap();
        assert!(why.contains(told), "{deed}: {why}");
    }
}

/// Who asks.
struct Customer {
    agent: Agent,
    url: String,
    key: String,
    _data: tempfile::TempDir,
}

impl Customer {
    /// Of a service in this process, with a worker that has a second for each photo.
    fn of_a_new_service() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config { data: data.path().join("data"), lease_s: 10, ..Config::default() };
        config.listen.set_port(0);
        (config.worker.slots, config.worker.photo_s) = (Some(2), 1);
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            let started = move |started| tell.send(started).unwrap();
            runtime.block_on(serve(config, Roles { web: true, worker: true }, Until::default(), started))
        });
        let started = told.recv_timeout(Duration::from_secs(60)).expect("the service starts");
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        let token = std::fs::read_to_string(started.setup.unwrap()).unwrap();
        let mut customer = Self { agent, url: started.web.unwrap(), key: String::new(), _data: data };
        customer.key = customer.post("/v1/setup", json!({ "token": token }))["key"].as_str().unwrap().into();
        customer
    }

    fn post(&self, path: &str, body: Value) -> Value {
        let request = self.agent.post(format!("{}{path}", self.url)).header("authorization", self.bearer());
        let text = request.content_type("application/json").send(body.to_string()).unwrap().body_mut().read_to_string();
        serde_json::from_str(&text.unwrap()).unwrap()
    }

    fn get(&self, path: &str) -> Value {
        let request = self.agent.get(format!("{}{path}", self.url)).header("authorization", self.bearer());
        serde_json::from_str(&request.call().unwrap().body_mut().read_to_string().unwrap()).unwrap()
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key)
    }

    fn upload(&self, n: usize, deed: &str) -> String {
        let bytes = format!("{deed} {n}");
        let new = json!({ "kind": "photo", "name": format!("{n}.dng"), "size": bytes.len() });
        let upload = self.post("/v1/uploads", new);
        let put = self.agent.put(upload["links"][0]["url"].as_str().unwrap()).send(&bytes).unwrap();
        let etag = put.headers()["etag"].to_str().unwrap();
        let parts = json!({ "parts": [{ "number": 1, "etag": etag }] });
        let photo = self.post(&format!("/v1/uploads/{}/complete", upload["id"].as_str().unwrap()), parts);
        photo["id"].as_str().unwrap_or_else(|| panic!("{photo}")).into()
    }

    fn wait(&self, batch: &str) -> Value {
        let start = Instant::now();
        loop {
            let found = self.get(&format!("/v1/batches/{batch}"));
            if found["state"] == "closed" {
                return found;
            }
            assert!(start.elapsed() < Duration::from_secs(300), "{found}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
