//! A batch that is shown to somebody without an account: what a link lets see, and all that it does not.

mod making;
mod refusals;
mod servers;
mod tries;

use super::lab::{Lab, until};
use super::{photos, sample};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// A watermark on one of three renditions.
const RECIPE: &str = "version = 1\n[output]\npath = \"{stem}/{rendition}\"\n\
                      [[renditions]]\nname = \"proof\"\nwidth = 320\nencode = { format = \"jpeg\" }\nwatermark = { text = \"PROOF\" }\n\
                      [[renditions]]\nname = \"web\"\nwidth = 640\nencode = { format = \"jpeg\" }\n\
                      [[renditions]]\nname = \"small\"\nwidth = 64\nencode = { format = \"png\" }\n";

/// Submits so many photos and one that is none; returns the batch once it is over.
fn develop(lab: &Lab, many: usize) -> String {
    lab.post("/v1/recipes", json!({ "name": "proofs", "text": RECIPE }));
    let text = lab.path("text.nef");
    std::fs::write(&text, "this is no photo").unwrap();
    let ids: Vec<_> = photos().iter().take(many).chain([&text]).map(|path| lab.upload("photo", path)).collect();
    let (status, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "proofs" }, "photos": ids }));
    assert_eq!(status, 202, "{batch}");
    let batch = batch["id"].as_str().unwrap().to_owned();
    lab.wait(&batch);
    batch
}

/// Makes a link; returns its id and the path of its address.
fn share(lab: &Lab, batch: &str, new: Value) -> (String, String) {
    let (status, made) = lab.post(&format!("/v1/batches/{batch}/shares"), new);
    assert_eq!(status, 201, "{made}");
    let (id, url) = (made["id"].as_str().unwrap(), made["url"].as_str().unwrap());
    let (server, token) = url.split_once("/g/").unwrap();
    assert!(server.starts_with("http://127.0.0.1:") && token.len() == 43, "{url}");
    (id.into(), format!("/g/{token}"))
}

/// Numbers of tasks by their state.
fn tasks(lab: &Lab, batch: &str, state: &str) -> Vec<String> {
    let (_, page) = lab.get(&format!("/v1/batches/{batch}/tasks?state={state}"));
    page["items"].as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap().to_owned()).collect()
}

/// Somebody at a browser who has no account.
struct Guest {
    agent: Agent,
    url: String,
    cookie: Option<String>,
}

/// What a guest gets.
struct Got {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Got {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Guest {
    fn at(url: &str) -> Self {
        let config =
            Agent::config_builder().http_status_as_error(false).max_redirects(0).max_redirects_will_error(false);
        Self { agent: config.max_idle_connections(0).build().into(), url: url.into(), cookie: None }
    }

    fn send(&self, method: &str, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Got {
        let at = if path.starts_with('/') { format!("{}{path}", self.url) } else { path.to_owned() };
        let request = Request::builder().method(method).uri(at);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = self.cookie.iter().fold(request, |request, cookie| request.header("cookie", cookie));
        let answer = match body {
            Some(body) => {
                self.agent.run(request.header("content-type", "application/json").body(body.to_string()).unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut answer = answer.unwrap();
        let bytes = answer.body_mut().with_config().limit(u64::MAX).read_to_vec().unwrap();
        Got { status: answer.status().as_u16(), headers: answer.headers().clone(), bytes }
    }

    /// A page, as somebody looks at it.
    fn look(&self, path: &str) -> Got {
        self.send("GET", path, None, &[("accept", "text/html"), ("accept-language", "en")])
    }

    /// A picture or file: what the link behind it gives, or the refusal.
    fn fetch(&self, path: &str) -> Got {
        let got = self.send("GET", path, None, &[("accept", "image/*")]);
        match got.status {
            307 => self.send("GET", got.header("location"), None, &[]),
            _ => got,
        }
    }

    /// Files of the archive of these tasks, or of all.
    fn zip(&self, gallery: &str, chosen: Value) -> BTreeMap<String, Vec<u8>> {
        let got = self.send("POST", &format!("{gallery}/zip"), Some(chosen), &[]);
        assert_eq!(got.status, 200, "{}", got.text());
        let look =
            || self.send("GET", &format!("{gallery}/zip/{}", got.json()["id"].as_str().unwrap()), None, &[]).json();
        let made = until(look, |made| made.get("url").is_some());
        super::zip::unpack(&self.fetch(made["url"].as_str().unwrap()).bytes)
    }

    /// Says what the passcode is; keeps the cookie.
    fn say(&mut self, gallery: &str, passcode: &str) -> Got {
        let got = self.send("POST", &format!("{gallery}/passcode"), Some(json!({ "passcode": passcode })), &[]);
        if let Some(pair) = got.header("set-cookie").split(';').next().filter(|pair| !pair.is_empty()) {
            self.cookie = Some(pair.to_owned());
        }
        got
    }
}

#[test]
fn a_link_shows_a_batch_to_anybody() {
    let lab = Lab::open();
    let batch = develop(&lab, 3);
    let (id, gallery) = share(&lab, &batch, json!({ "label": "The <Kims>" }));
    let guest = Guest::at(&lab.url);
    let page = guest.look(&gallery);
    let text = page.text();
    assert!(
        page.status == 200 && text.contains("The &#60;Kims&#62;") && text.contains("3 photos, here until"),
        "{text}"
    );
    assert_eq!([page.header("cache-control"), page.header("x-robots-tag")], ["private, no-store", "noindex"]);
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'; script-src 'self';"));
    let done = tasks(&lab, &batch, "succeeded");
    let all = super::renditions(&lab, &batch);
    assert!(done.iter().all(|task| text.contains(&format!("{gallery}/{task}\""))), "{text}");
    for (task, folder) in done.iter().zip(photos().map(|path| path.file_stem().unwrap().to_owned())) {
        for (rendition, file) in [("web", "web.jpg"), ("proof", "proof.jpg"), ("small", "small.png")] {
            let path = format!("{}/{file}", folder.to_str().unwrap());
            let got = guest.fetch(&format!("{gallery}/{task}/files/{rendition}"));
            assert!(got.status == 200 && got.bytes == all[&path], "{path}");
            assert!(got.header("content-disposition").starts_with(&format!("attachment; filename=\"{file}\"")));
        }
        let [small, large] = ["", "?large=true"].map(|which| guest.fetch(&format!("{gallery}/{task}/picture{which}")));
        assert!(small.bytes.len() < large.bytes.len() && large.header("content-type") == "image/jpeg");
    }
    assert!(guest.zip(&gallery, json!({})) == all, "the files differ");
    let two = guest.zip(&gallery, json!({ "tasks": done[1..] }));
    assert_eq!((two.len(), two.keys().all(|path| !path.starts_with("dev_portrait"))), (6, true));
    let (_, listed) = lab.get(&format!("/v1/batches/{batch}/shares"));
    let one = &listed["items"][0];
    assert_eq!((&one["id"], &one["views"], &one["good"]), (&json!(id), &json!(1), &json!(true)), "{listed}");
    assert!(one["last_view"].is_string() && one.get("hash").is_none() && !lab.log().contains(&gallery), "{listed}");
}

#[test]
fn photos_come_in_pages_and_have_neighbours() {
    let lab = Lab::open();
    let _other = develop(&lab, 1);
    let batch = develop(&lab, 3);
    let (_, gallery) = share(&lab, &batch, json!({}));
    let (guest, done) = (Guest::at(&lab.url), tasks(&lab, &batch, "succeeded"));
    let first = guest.look(&format!("{gallery}?limit=2")).text();
    let number = |task: &str| task.strip_prefix("tsk_").unwrap().to_owned();
    assert!(
        first.contains(&format!("{gallery}?cursor={}\"", number(&done[1]))) && !first.contains(&done[2]),
        "{first}"
    );
    let second = guest.look(&format!("{gallery}?limit=2&cursor={}", number(&done[1]))).text();
    assert!(second.contains(&done[2]) && !second.contains(&done[1]) && !second.contains("cursor="), "{second}");
    for at in 0..3 {
        let page = guest.look(&format!("{gallery}/{}", done[at])).text();
        let leads = |rel: &str, to: Option<usize>| match to.and_then(|to| done.get(to)) {
            Some(task) => page.contains(&format!("rel=\"{rel}\" href=\"{gallery}/{task}\"")),
            None => !page.contains(&format!("rel=\"{rel}\"")),
        };
        assert!(leads("prev", at.checked_sub(1)) && leads("next", Some(at + 1)), "{at}: {page}");
    }
    let wrong = guest.look(&format!("{gallery}?limit=5000"));
    assert!(wrong.status == 400 && wrong.text().contains("This link does not work"), "{}", wrong.text());
}

#[test]
fn neighbours_are_found_over_a_gap() {
    let lab = Lab::open();
    lab.post("/v1/recipes", json!({ "name": "proofs", "text": RECIPE }));
    let text = lab.path("text.nef");
    std::fs::write(&text, "this is no photo").unwrap();
    let photo = sample("real_kodak_dc50_DC0011M.KDC");
    let ids: Vec<_> =
        (0..42).map(|at| lab.upload("photo", if [0, 41].contains(&at) { &photo } else { &text })).collect();
    let (status, made) = lab.post("/v1/batches", json!({ "recipe": { "name": "proofs" }, "photos": ids }));
    assert_eq!(status, 202, "{made}");
    let batch = made["id"].as_str().unwrap();
    lab.wait(batch);
    let (_, gallery) = share(&lab, batch, json!({}));
    let done = tasks(&lab, batch, "succeeded");
    let page = Guest::at(&lab.url).look(&format!("{gallery}/{}", done[1])).text();
    assert!(page.contains(&format!("rel=\"prev\" href=\"{gallery}/{}\"", done[0])), "{page}");
}
