//! A small mill: it takes uploads in parts of ten bytes, and its renditions are the photos backwards.

use super::{KEY, Reply, Request, json, problem};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Mill {
    /// Where it is, for links.
    pub url: String,
    pub uploads: Vec<Upload>,
    /// Names of submissions, with what they asked for.
    pub batches: Vec<(String, Value)>,
    pub recipes: Vec<Value>,
}

#[derive(Debug, Default, Clone)]
pub struct Upload {
    pub name: String,
    pub kind: String,
    pub size: usize,
    pub parts: BTreeMap<usize, Vec<u8>>,
    pub done: bool,
}

const PART: usize = 10;

impl Mill {
    pub fn answer(&mut self, request: &Request) -> Reply {
        let path = request.path.split('?').next().unwrap();
        let words: Vec<&str> = path.split('/').skip(1).collect();
        if words[0] == "v1" {
            assert_eq!(request.headers.get("authorization"), Some(&format!("Bearer {KEY}")));
        } else {
            assert_eq!(request.headers.get("authorization"), None, "the key goes to the API alone");
        }
        match (request.method.as_str(), words.as_slice()) {
            ("POST", ["v1", "uploads"]) => self.open(&request.json()),
            ("GET", ["v1", "uploads", id]) => self.look(number(id)),
            ("POST", ["v1", "uploads", id, "parts:sign"]) => self.sign(number(id), &request.json()),
            ("POST", ["v1", "uploads", id, "complete"]) => self.complete(number(id), &request.json()),
            ("PUT", ["part", upload, part]) => self.put(upload.parse().unwrap(), part.parse().unwrap(), request),
            ("GET", ["v1", "recipes", "web"]) => json(200, value!({ "name": "web", "version": 3 })),
            ("POST", ["v1", "recipes"]) => {
                self.recipes.push(request.json());
                json(201, value!({ "name": request.json()["name"], "version": 1 }))
            }
            ("POST", ["v1", "batches"]) => self.submit(request),
            ("GET", ["v1", "batches", id]) => self.batch(number(id)),
            ("GET", ["v1", "batches", id, "events"]) => self.events(number(id)),
            ("GET", ["v1", "batches", id, "tasks"]) => self.dead(number(id)),
            ("GET", ["v1", "batches", id, "renditions"]) => self.renditions(number(id)),
            ("GET", ["made", id]) => Reply::Answer(200, vec![], self.rendition(number(id))),
            _ => problem(404, "not-found", "there is nothing at this path"),
        }
    }

    fn open(&mut self, new: &Value) -> Reply {
        if new["size"] == 0 {
            return problem(422, "invalid", "an empty file is no photo");
        }
        let text = |key: &str| new[key].as_str().unwrap().to_owned();
        let size = new["size"].as_u64().unwrap() as usize;
        self.uploads.push(Upload { name: text("name"), kind: text("kind"), size, ..Upload::default() });
        self.look(self.uploads.len())
    }

    fn look(&self, id: usize) -> Reply {
        let upload = &self.uploads[id - 1];
        let count = upload.size.div_ceil(PART);
        let missing = (1..=count).filter(|n| !upload.parts.contains_key(n));
        let links: Vec<Value> = missing.map(|n| self.link(id, n)).collect();
        let arrived: Vec<Value> =
            upload.parts.keys().map(|n| value!({ "number": n, "etag": format!("\"{n}\"") })).collect();
        let state = if upload.done { "completed" } else { "open" };
        json(
            200,
            value!({ "id": format!("upl_{id}"), "state": state, "part_size": PART, "part_count": count,
                     "arrived": arrived, "links": links }),
        )
    }

    fn link(&self, id: usize, part: usize) -> Value {
        let size = (self.uploads[id - 1].size - (part - 1) * PART).min(PART);
        value!({ "number": part, "size": size, "url": format!("{}/part/{id}/{part}?signature=s", self.url) })
    }

    fn sign(&self, id: usize, wanted: &Value) -> Reply {
        let numbers = wanted["numbers"].as_array().unwrap();
        let links: Vec<Value> = numbers.iter().map(|n| self.link(id, n.as_u64().unwrap() as usize)).collect();
        json(200, value!({ "links": links }))
    }

    fn put(&mut self, upload: usize, part: usize, request: &Request) -> Reply {
        self.uploads[upload - 1].parts.insert(part, request.body.clone());
        Reply::Answer(200, vec![("etag", format!("\"{part}\""))], vec![])
    }

    fn complete(&mut self, id: usize, told: &Value) -> Reply {
        let upload = &mut self.uploads[id - 1];
        let have: usize = upload.parts.values().map(Vec::len).sum();
        if !upload.done && (have != upload.size || told["parts"].as_array().unwrap().len() != upload.parts.len()) {
            return problem(422, "invalid", "parts are missing");
        }
        upload.done = true;
        let prefix = if upload.kind == "asset" { "ast" } else { "pho" };
        json(201, value!({ "id": format!("{prefix}_{id}"), "name": upload.name }))
    }

    fn submit(&mut self, request: &Request) -> Reply {
        let name = request.headers["idempotency-key"].clone();
        let known = self.batches.iter().position(|(n, _)| *n == name);
        let at = known.unwrap_or_else(|| {
            self.batches.push((name, request.json()));
            self.batches.len() - 1
        });
        assert_eq!(self.batches[at].1, request.json(), "the same name for another body");
        self.batch(at + 1)
    }

    fn photos(&self, batch: usize) -> Vec<usize> {
        let photos = self.batches[batch - 1].1["photos"].as_array().unwrap();
        photos.iter().map(|p| number(p.as_str().unwrap())).collect()
    }

    /// A photo that begins with `bad` cannot be developed.
    fn is_bad(&self, photo: usize) -> bool {
        self.bytes(photo).starts_with(b"bad")
    }

    fn bytes(&self, photo: usize) -> Vec<u8> {
        self.uploads[photo - 1].parts.values().flatten().copied().collect()
    }

    fn rendition(&self, photo: usize) -> Vec<u8> {
        self.bytes(photo).into_iter().rev().collect()
    }

    fn batch(&self, id: usize) -> Reply {
        let photos = self.photos(id);
        let failed = photos.iter().filter(|p| self.is_bad(**p)).count();
        let (found, succeeded) = (photos.len(), photos.len() - failed);
        json(
            200,
            value!({ "id": format!("bat_{id}"), "recipe": "web", "state": "closed", "totals":
                { "found": found, "succeeded": succeeded, "failed": failed, "cancelled": 0, "remaining": 0, "running": 0 } }),
        )
    }

    fn events(&self, _: usize) -> Reply {
        Reply::Events("id: 1\nevent: batch.closed\ndata: {}\n\n".into())
    }

    fn dead(&self, id: usize) -> Reply {
        let bad = self.photos(id).into_iter().filter(|p| self.is_bad(*p)).map(|p| {
            let fault = value!({ "what": "cannot develop this photo", "why": "it is bad", "advice": "take another" });
            value!({ "id": format!("tsk_{p}"), "photo": format!("pho_{p}"), "name": self.uploads[p - 1].name,
                     "attempts": [{ "number": 1, "fault": fault }] })
        });
        json(200, value!({ "items": bad.collect::<Vec<_>>() }))
    }

    fn renditions(&self, id: usize) -> Reply {
        let good = self.photos(id).into_iter().filter(|p| !self.is_bad(*p)).map(|p| {
            let bytes = self.rendition(p);
            let name = &self.uploads[p - 1].name;
            value!({ "task": format!("tsk_{p}"), "rendition": "web", "path": format!("{name}.jpg"), "size": bytes.len(),
                     "crc32": format!("{:08x}", crc32fast::hash(&bytes)), "url": format!("{}/made/pho_{p}", self.url) })
        });
        json(200, value!({ "items": good.collect::<Vec<_>>() }))
    }
}

fn number(id: &str) -> usize {
    id.split_once('_').unwrap().1.parse().unwrap()
}
