//! What one tenant has is nobody else's: tried on every operation that the description lists.

use super::lab::Lab;
use super::people::{self, Browser};
use super::{RECIPE, photos};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A receiver that is away.
const NOWHERE: &str = "http://127.0.0.1:65535/";

/// What happens when a stranger with all scopes calls an operation with real ids of the owner.
enum Expect {
    /// It says that there is no such thing.
    Hidden(Value),
    /// It answers with what the stranger has, and names nothing of the owner's.
    Own,
    /// It refuses a body that names the owner's things.
    Refused(Value),
    /// It is for whoever runs the service, which is another tenant.
    Withheld(Value),
    /// It knows no tenant.
    Public,
}

/// What the owner has.
struct Things {
    ids: Vec<(&'static str, String)>,
    anna: Browser,
    /// An archive of the batch.
    zip: String,
    /// A link to it.
    share: String,
}

impl Things {
    fn make(lab: &Lab) -> Self {
        let asset = lab.upload("asset", &super::sample("dev_xtrans_14bit_ljpeg.truth640.png"));
        let (status, recipe) = lab.post("/v1/recipes", json!({ "name": "owners-web", "text": RECIPE }));
        assert_eq!(status, 201, "{recipe}");
        let photo = lab.upload("photo", &photos()[2]);
        let (_, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "owners-web" }, "photos": [photo] }));
        let batch = batch["id"].as_str().unwrap().to_owned();
        lab.wait(&batch);
        let (_, upload) = lab.post("/v1/uploads", json!({ "kind": "photo", "name": "b.dng", "size": 10 }));
        let (_, key) = lab.post("/v1/keys", json!({ "name": "owners", "scopes": ["read"] }));
        let mut anna = people::owner(lab);
        let me = anna.ask("GET", "/v1/me", Value::Null).body;
        let (_, invitation) = lab.post("/v1/invitations", json!({ "role": "viewer" }));
        let (_, hook) = lab.post("/v1/webhooks", json!({ "url": NOWHERE }));
        let (_, zip) = lab.post(&format!("/v1/batches/{batch}/zip"), json!({}));
        let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let (_, share) = lab.post(&format!("/v1/batches/{batch}/shares"), json!({}));
        let (_, import) = lab.post("/v1/imports", json!({ "urls": [format!("{NOWHERE}owners.dng")] }));
        let (_, export) = lab.post(&format!("/v1/batches/{batch}/exports"), json!({ "bucket": "results" }));
        lab.post(&format!("/v1/webhooks/{}/test", text(&hook)), json!({}));
        Self {
            anna,
            zip: text(&zip),
            share: text(&share),
            ids: vec![
                ("assets", asset),
                ("photos", photo),
                ("batches", batch),
                ("uploads", text(&upload)),
                ("keys", text(&key)),
                ("webhooks", text(&hook)),
                ("imports", text(&import)),
                ("exports", text(&export)),
                ("recipes", "owners-web".into()),
                ("users", text(&me)),
                ("sessions", me["session"].as_str().unwrap().into()),
                ("invitations", text(&invitation)),
            ],
        }
    }

    fn of(&self, kind: &str) -> &str {
        &self.ids.iter().find(|(k, _)| *k == kind).unwrap_or_else(|| panic!("nothing of {kind}")).1
    }

    /// The path with the owner's ids in it.
    fn fill(&self, path: &str) -> String {
        let kind = path.split('/').nth(2).unwrap_or_default();
        let path = path.replace("{version}", "1").replace("{delivery}", "dlv_1").replace("{zip}", &self.zip);
        let path = path.replace("{share}", &self.share).replace("{task}", "tsk_1");
        if path.contains('{') { path.replace("{id}", self.of(kind)).replace("{name}", self.of(kind)) } else { path }
    }
}

/// Every operation, by hand: one that is new must be thought about.
fn table(things: &Things) -> Vec<(&'static str, Expect)> {
    use Expect::*;
    let none = || Hidden(Value::Null);
    let empty = || Hidden(json!({}));
    let order = json!({ "recipe": { "name": "strangers" }, "photos": [things.of("photos")] });
    let preview = json!({ "text": RECIPE, "photo": things.of("photos") });
    let recipe = RECIPE.to_owned() + &format!("[watermark]\nimage = \"{}\"\n", things.of("assets"));
    let recipe = json!({ "name": "strangers", "text": recipe });
    vec![
        ("get /health/live", Public),
        ("get /health/ready", Public),
        ("post /v1/setup", Public),
        ("get /v1/assets", Own),
        ("get /v1/assets/{id}", none()),
        ("delete /v1/assets/{id}", none()),
        ("get /v1/batches", Own),
        ("post /v1/batches", Refused(order)),
        ("get /v1/batches/{id}", none()),
        ("delete /v1/batches/{id}", none()),
        ("post /v1/batches/{id}/cancel", empty()),
        ("get /v1/batches/{id}/events", none()),
        ("post /v1/batches/{id}/redrive", empty()),
        ("get /v1/batches/{id}/renditions", none()),
        ("get /v1/batches/{id}/report", none()),
        ("get /v1/batches/{id}/tasks", none()),
        ("get /v1/batches/{id}/zip", none()),
        ("post /v1/batches/{id}/zip", empty()),
        ("get /v1/batches/{id}/zip/{zip}", none()),
        ("get /v1/batches/{id}/shares", none()),
        ("post /v1/batches/{id}/shares", empty()),
        ("delete /v1/batches/{id}/shares/{share}", none()),
        ("post /v1/batches/{id}/tasks/{task}/images", Hidden(json!({ "options": "w=100" }))),
        ("post /v1/batches/{id}/exports", Hidden(json!({ "bucket": "results" }))),
        ("get /v1/exports", Own),
        ("get /v1/exports/{id}", none()),
        ("delete /v1/exports/{id}", none()),
        ("get /v1/exports/{id}/files", none()),
        ("post /v1/exports/{id}/retry", empty()),
        ("get /v1/buckets", Own),
        ("get /v1/imports", Own),
        ("post /v1/imports", Own),
        ("get /v1/imports/{id}", none()),
        ("delete /v1/imports/{id}", none()),
        ("get /v1/imports/{id}/files", none()),
        ("post /v1/imports/{id}/retry", empty()),
        ("get /v1/scale-hint", Own),
        ("get /v1/operations", Withheld(Value::Null)),
        ("post /v1/operations/queue", Withheld(json!({ "paused": true }))),
        ("get /v1/keys", Own),
        ("post /v1/keys", Own),
        ("delete /v1/keys/{id}", none()),
        ("post /v1/login", Public),
        ("get /v1/me", Public),
        ("post /v1/me/password", Public),
        ("delete /v1/me/identity", Public),
        ("get /v1/oidc/start", Public),
        ("post /v1/oidc/start", Public),
        ("get /v1/oidc/callback", Public),
        ("get /v1/sessions", Own),
        ("delete /v1/sessions/{id}", none()),
        ("get /v1/users", Own),
        ("patch /v1/users/{id}", Hidden(json!({ "disabled": true }))),
        ("delete /v1/users/{id}", none()),
        ("get /v1/invitations", Own),
        ("post /v1/invitations", Own),
        ("delete /v1/invitations/{id}", none()),
        ("post /v1/invitations/accept", Public),
        ("get /v1/audit", Own),
        ("get /v1/limits", Own),
        ("get /v1/photos", Own),
        ("get /v1/photos/{id}", none()),
        ("delete /v1/photos/{id}", none()),
        ("get /v1/recipes", Own),
        ("post /v1/recipes", Refused(recipe.clone())),
        ("post /v1/recipes/check", Refused(recipe)),
        ("post /v1/recipes/preview", Refused(preview)),
        ("post /v1/recipes/form", Public),
        ("post /v1/recipes/edit", Public),
        ("get /v1/recipes/{name}", none()),
        ("get /v1/recipes/{name}/versions/{version}", none()),
        ("post /v1/uploads", Own),
        ("get /v1/uploads/{id}", none()),
        ("delete /v1/uploads/{id}", none()),
        ("post /v1/uploads/{id}/complete", Hidden(json!({ "parts": [{ "number": 1, "etag": "\"x\"" }] }))),
        ("post /v1/uploads/{id}/parts:sign", Hidden(json!({ "numbers": [1] }))),
        ("get /v1/usage", Own),
        ("get /v1/usage/days", Own),
        ("get /v1/usage/days.csv", Own),
        ("get /v1/photos/{id}/facts", none()),
        ("get /v1/photos/{id}/camera", none()),
        ("get /v1/webhooks", Own),
        ("post /v1/webhooks", Own),
        ("get /v1/webhooks/{id}", none()),
        ("patch /v1/webhooks/{id}", Hidden(json!({ "off": true }))),
        ("delete /v1/webhooks/{id}", none()),
        ("get /v1/webhooks/{id}/deliveries", none()),
        ("post /v1/webhooks/{id}/deliveries/{delivery}/redeliver", empty()),
        ("post /v1/webhooks/{id}/secret", Hidden(json!({ "how": "replace" }))),
        ("post /v1/webhooks/{id}/test", empty()),
        // The last one: it ends a session that asks.
        ("post /v1/logout", Public),
    ]
}

/// `method path` of every operation that the service describes.
fn described(lab: &Lab) -> BTreeSet<String> {
    let (_, api) = lab.get("/v1/openapi.json");
    let paths = api["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, ops)| ops.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect()
}

/// Doors that lead nowhere, for the owner; and small pictures.
fn doors() -> String {
    let bucket = "url = \"s3://nowhere/out\"\nregion = \"us-east-1\"\ntenants = [\"default\"]\nexport = true\n";
    format!(
        "[images]\nkeys = [\"k1:{}\"]\n[outward]\nallow = [\"127.0.0.0/8\"]\nhttp = true\n\
         [buckets.results]\nendpoint = \"{NOWHERE}\"\npath_style = true\n{bucket}",
        "ab".repeat(32)
    )
}

#[test]
fn a_stranger_finds_nothing_by_any_operation() {
    let mut lab = Lab::open_with(&doors());
    // A body that nobody reads ends its connection, which a request right behind it cannot know.
    lab.one_connection_a_request();
    let mut things = Things::make(&lab);
    lab.rawmill(&["admin", "--config", "serve.toml", "tenant", "stranger"]);
    let make = ["admin", "--config", "serve.toml", "key", "stranger", "--scopes", "read,write,admin"];
    let owner = std::mem::take(&mut lab.key);
    lab.key = lab.rawmill(&make).trim().into();
    let (status, answer) = lab.post("/v1/recipes", json!({ "name": "strangers", "text": RECIPE }));
    assert_eq!(status, 201, "{answer}");
    let tried: BTreeSet<String> = table(&things).iter().map(|(operation, _)| (*operation).to_owned()).collect();
    assert_eq!(described(&lab), tried, "an operation that this test does not know");
    // By a key, then by a session.
    for cookie in [None, people::owner_of(&lab, "stranger", "stranger").cookie] {
        lab.cookie = cookie;
        for (operation, expect) in table(&things) {
            let (method, path) = operation.split_once(' ').unwrap();
            try_one(&lab, &things, method, path, expect);
        }
    }
    lab.cookie = None;
    lab.key = lab.rawmill(&["admin", "--config", "serve.toml", "key", "stranger"]).trim().into();
    assert_eq!(lab.get("/v1/keys").0, 403, "an ordinary key has no scope for that");
    // Nothing of the owner's has changed.
    lab.key = owner;
    let has_page = |kind: &str| !["keys", "users", "sessions", "invitations"].contains(&kind);
    for (kind, id) in things.ids.iter().filter(|(kind, _)| has_page(kind)) {
        assert_eq!(lab.get(&format!("/v1/{kind}/{id}")).0, 200, "{id} of {kind}");
    }
    assert_eq!(lab.delete(&format!("/v1/keys/{}", things.of("keys"))).0, 204);
    assert_eq!(things.anna.list("/v1/users").len(), 1);
    assert_eq!(things.anna.list("/v1/invitations").len(), 1);
}

fn try_one(lab: &Lab, things: &Things, method: &str, path: &str, expect: Expect) {
    let target = things.fill(path);
    let body = match &expect {
        Expect::Hidden(body) | Expect::Refused(body) | Expect::Withheld(body) => body.clone(),
        Expect::Own if path == "/v1/imports" => json!({ "urls": [format!("{NOWHERE}strangers.dng")] }),
        Expect::Own if path == "/v1/webhooks" => json!({ "url": NOWHERE }),
        Expect::Own if path == "/v1/keys" => json!({ "name": "mine", "scopes": ["read"] }),
        Expect::Own if path == "/v1/invitations" => json!({ "role": "viewer" }),
        _ => json!({ "kind": "photo", "name": "c.dng", "size": 10 }),
    };
    let (status, answer) = match method {
        "get" => lab.get(&target),
        "delete" => lab.delete(&target),
        "patch" => lab.patch(&target, body),
        _ => lab.post(&target, body),
    };
    match expect {
        Expect::Hidden(_) => assert_eq!(status, 404, "{method} {path}: {answer}"),
        Expect::Withheld(_) => assert_eq!(status, 403, "{method} {path}: {answer}"),
        Expect::Refused(_) => {
            assert!((400..500).contains(&status) || answer["errors"][0].is_object(), "{path}: {answer}")
        }
        Expect::Own => {
            assert!((200..300).contains(&status), "{method} {path}: {answer}");
            let told = answer.to_string();
            let found = things.ids.iter().find(|(_, id)| told.contains(&format!("\"{id}\"")));
            assert!(found.is_none(), "{method} {path} tells {found:?}: {told}");
        }
        Expect::Public => {}
    }
}
