//! `rawmill doctor` beside real engines: what it says when all is well, and when something is not.

use serde_json::{Value, json};
use servers::issuer::{CLIENT, Issuer, Page, SECRET};
use servers::postgres::Postgres;
use servers::proxy::{Action, Fault, Identity};
use servers::redis::Redis;
use servers::{Moto, Proxy};
use std::collections::BTreeSet;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Who the process is to the bucket. Neither may ever be printed.
const KEY: (&str, &str) = ("AKIADOCTOR", "the-secret-of-the-doctor");

/// A fleet's engines and a configuration that names them.
struct Ward {
    folder: TempDir,
    postgres: Postgres,
    redis: Redis,
    bucket: Proxy,
    moto: Moto,
}

impl Ward {
    fn open() -> Self {
        let (moto, bucket) = Moto::guarded(KEY);
        let (postgres, folder) = (Postgres::start(), TempDir::new().unwrap());
        postgres.create("rawmill");
        let ward = Self { folder, postgres, redis: Redis::start(), bucket, moto };
        ward.write(&ward.lines());
        ward
    }

    fn lines(&self) -> String {
        let (ledger, bucket, redis) = (self.postgres.url("rawmill"), self.bucket.url(), self.redis.url());
        format!(
            "[ledger]\nurl = \"{ledger}\"\nlisten_url = \"{ledger}\"\n[redis]\nurl = \"{redis}\"\n\
             [store]\nurl = \"s3://lab/photos\"\nregion = \"us-east-1\"\nendpoint = \"{bucket}\"\npath_style = true\n\
             encryption = \"aws:kms\"\nkms_key = \"arn:aws:kms:us-east-1:1:key/k\"\n"
        )
    }

    fn write(&self, lines: &str) {
        std::fs::write(self.folder.path().join("fleet.toml"), lines).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
        command
            .arg(arguments[0])
            .args(["--config", "fleet.toml"])
            .args(&arguments[1..])
            .current_dir(self.folder.path());
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_ENDPOINT_URL_STS", self.bucket.url());
        command.env("AWS_ACCESS_KEY_ID", KEY.0).env("AWS_SECRET_ACCESS_KEY", KEY.1);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
        for secret in [KEY.0, KEY.1, SECRET, "Signature"] {
            assert!(!said.contains(secret), "a key was printed: {said}");
        }
        output
    }

    /// Exit code and what it found.
    fn examine(&self) -> (i32, Findings) {
        self.examine_with(&[])
    }

    fn examine_with(&self, more: &[&str]) -> (i32, Findings) {
        let output = self.run(&[&["doctor", "--json"], more].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        let found: Value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
        (output.status.code().unwrap(), Findings(found))
    }
}

struct Findings(Value);

impl Findings {
    /// Verdict, what was found, what to do.
    fn of(&self, check: &str) -> [String; 3] {
        let all = self.0["checks"].as_array().unwrap();
        let one = all.iter().find(|one| one["check"] == check).unwrap_or_else(|| panic!("no {check}: {:#}", self.0));
        ["verdict", "found", "advice"].map(|word| one[word].as_str().unwrap().to_owned())
    }

    fn verdict(&self, check: &str) -> String {
        let [verdict, ..] = self.of(check);
        verdict
    }

    fn failed(&self) -> Vec<&str> {
        let all = self.0["checks"].as_array().unwrap().iter().filter(|one| one["verdict"] == "fail");
        all.map(|one| one["check"].as_str().unwrap()).collect()
    }
}

const RIGHTS: [&str; 7] = ["put", "get", "list", "part", "uploads", "abort", "delete"];

#[test]
fn a_healthy_fleet_is_said_to_be_healthy() {
    let ward = Ward::open();
    let before = ward.examine();
    assert_eq!(
        (before.0, before.1.verdict("ledger schema")),
        (0, "warn".into()),
        "nobody has served yet: {:#}",
        before.1.0
    );
    assert!(ward.postgres.sql("rawmill", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").trim() == "0");
    assert!(ward.run(&["admin", "tenants"]).status.success());
    let (code, found) = ward.examine();
    assert_eq!((code, found.failed()), (0, vec![]), "{:#}", found.0);
    for right in RIGHTS {
        assert_eq!(found.verdict(&format!("store {right}")), "ok", "{:#}", found.0);
    }
    for check in ["data folder", "identity", "identity seen", "ledger schema", "ledger clock", "store clock"] {
        assert_eq!(found.verdict(check), "ok", "{check}: {:#}", found.0);
    }
    assert!(found.of("identity")[1].contains("from the environment"));
    assert!(found.of("identity seen")[1].contains("arn:aws:"));
    assert!(found.of("ledger")[1].starts_with("PostgreSQL 1") && found.of("redis")[1].starts_with("Redis "));
    let engines = ["ledger", "store", "redis"].map(|engine| {
        let all = found.0["checks"].as_array().unwrap();
        all.iter().find(|one| one["check"] == engine).unwrap()["ms"].is_u64()
    });
    assert_eq!(engines, [true; 3], "how long each took");
    let left = ward.bucket.requests();
    let probes =
        left.iter().filter(|line| line.starts_with("PUT /lab/photos/doctor/") && !line.contains("uploadId")).count();
    let gone = left.iter().filter(|line| line.starts_with("DELETE /lab/photos/doctor/")).count();
    assert_eq!((probes, gone), (2, 4), "each probe and each upload is taken away");
    let text = String::from_utf8(ward.run(&["doctor"]).stdout).unwrap();
    assert_eq!(text.lines().count(), found.0["checks"].as_array().unwrap().len(), "a line a check:\n{text}");
    assert!(text.lines().all(|line| ["ok ", "warn ", "fail "].iter().any(|word| line.starts_with(word))), "{text}");
}

#[test]
fn settings_of_the_bucket_are_looked_at_and_what_is_printed_mends_them() {
    let ward = Ward::open();
    let (_, found) = ward.examine();
    let [verdict, _, advice] = found.of("store CORS");
    assert!(verdict == "warn" && advice.contains("--cors"), "{:#}", found.0);
    assert!(found.of("store lifecycle")[2].contains("--lifecycle"), "{:#}", found.0);
    let json = |arguments: &[&str]| -> Value {
        let output = ward.run(&[&["doctor"], arguments].concat());
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let (cors, lifecycle) = (json(&["--cors", "https://lab.example"]), json(&["--lifecycle", "7"]));
    let (cors, rule) = (&cors["CORSRules"][0], &lifecycle["Rules"][0]);
    let list = |name: &str, of: &Value| -> String {
        of.as_array().unwrap().iter().map(|one| format!("<{name}>{}</{name}>", one.as_str().unwrap())).collect()
    };
    set(
        &ward.moto,
        "cors",
        &format!(
            "<CORSConfiguration><CORSRule>{}{}{}</CORSRule></CORSConfiguration>",
            list("AllowedOrigin", &cors["AllowedOrigins"]),
            list("AllowedMethod", &cors["AllowedMethods"]),
            list("ExposeHeader", &cors["ExposeHeaders"]),
        ),
    );
    set(
        &ward.moto,
        "lifecycle",
        &format!(
            "<LifecycleConfiguration><Rule><ID>r</ID><Filter><Prefix>{}</Prefix></Filter><Status>Enabled</Status>\
         <AbortIncompleteMultipartUpload><DaysAfterInitiation>{}</DaysAfterInitiation></AbortIncompleteMultipartUpload>\
         </Rule></LifecycleConfiguration>",
            rule["Filter"]["Prefix"].as_str().unwrap(),
            rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"],
        ),
    );
    let (_, found) = ward.examine();
    assert_eq!(
        (found.verdict("store CORS"), found.verdict("store lifecycle")),
        ("ok".into(), "ok".into()),
        "{:#}",
        found.0
    );
    assert!(
        found.of("store CORS")[1].contains("https://lab.example") && found.of("store lifecycle")[1].contains("7 days")
    );
}

/// Sets something of the bucket, as its administrator does.
fn set(moto: &Moto, what: &str, text: &str) {
    let who = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
    ureq::put(format!("{}/lab?{what}", moto.url())).header("authorization", who).send(text).unwrap();
}

#[test]
fn a_missing_right_is_named_and_the_others_are_tried_all_the_same() {
    let ward = Ward::open();
    let denied = || Action::Status { status: 403, code: "AccessDenied".into() };
    for (method, check, action) in [
        ("PUT /lab/photos/doctor", "store put", "s3:PutObject on arn:aws:s3:::lab/photos/*"),
        ("GET /lab/photos/doctor", "store get", "s3:GetObject"),
        ("GET /lab/?list-type", "store list", "s3:ListBucket on arn:aws:s3:::lab;"),
        ("GET /lab/?prefix", "store uploads", "s3:ListBucketMultipartUploads"),
    ] {
        ward.bucket.fault(Fault::always(method, denied()));
        let (code, found) = ward.examine();
        ward.bucket.clear();
        let [verdict, said, advice] = found.of(check);
        assert_eq!((code, verdict.as_str()), (1, "fail"), "{:#}", found.0);
        assert!(said.contains("403 AccessDenied") && advice.contains(&action.replace(';', "")), "{said}; {advice}");
        assert!(advice.contains("kms:GenerateDataKey"), "the key may be what is missing: {advice}");
        assert_eq!(found.verdict("store delete"), "ok", "{:#}", found.0);
    }
    ward.bucket.fault(Fault::always("DELETE /lab/photos/doctor", denied()));
    let (_, found) = ward.examine();
    assert_eq!(found.failed(), ["store abort", "store delete"]);
    assert!(found.of("store abort")[2].contains("s3:AbortMultipartUpload"), "{:#}", found.0);
}

#[test]
fn a_bucket_that_is_not_there_is_named() {
    let ward = Ward::open();
    ward.write(&ward.lines().replace("s3://lab/", "s3://labor/"));
    let (code, found) = ward.examine();
    let [verdict, said, advice] = found.of("store put");
    assert_eq!((code, verdict.as_str()), (1, "fail"));
    assert!(said.contains("NoSuchBucket") && said.contains("s3://labor/photos"), "{said}");
    assert!(advice.contains("store.url"), "{advice}");
    // Whoever the bucket does not know is told once, not seven times.
    ward.write(&ward.lines());
    ward.bucket.admit(vec![Identity { id: "OTHER".into(), secret: "other".into(), token: None, ends: None }]);
    let (code, found) = ward.examine();
    assert_eq!((code, found.failed()), (1, vec!["store put"]), "{:#}", found.0);
    assert!(found.of("store put")[2].contains("identity"), "{:#}", found.0);
}

#[test]
fn clocks_are_compared() {
    let ward = Ward::open();
    for (ahead_s, verdict, words) in [(-120, "warn", "behind ours"), (1_200, "fail", "ahead of ours"), (5, "ok", "")] {
        ward.bucket.fault(Fault::always("HEAD /lab/?", Action::Clock { ahead_s }));
        let (code, found) = ward.examine();
        ward.bucket.clear();
        let [said, what, _] = found.of("store clock");
        assert_eq!((said.as_str(), code == 1), (verdict, verdict == "fail"), "{:#}", found.0);
        assert!(what.contains(words), "{what}");
    }
    let refused = Action::Status { status: 403, code: "RequestTimeTooSkewed".into() };
    ward.bucket.fault(Fault::always("PUT /lab/photos/doctor", refused));
    let (_, found) = ward.examine();
    assert!(found.of("store put")[2].contains("clock of this machine"), "{:#}", found.0);
}

#[test]
fn engines_that_are_away_are_said_to_be_away() {
    let ward = Ward::open();
    ward.postgres.kill();
    ward.redis.kill();
    let (code, found) = ward.examine();
    assert_eq!((code, found.failed()), (1, vec!["ledger", "redis"]), "{:#}", found.0);
    let [_, said, advice] = found.of("ledger");
    assert!(said.contains("away") && advice.contains("ledger.url"), "{said}; {advice}");
    ward.write(&ward.lines().replace(&ward.bucket.url(), "http://127.0.0.1:1"));
    let (_, found) = ward.examine();
    assert!(found.of("store")[2].contains("store.endpoint"), "{:#}", found.0);
    let nobody = Command::new(env!("CARGO_BIN_EXE_rawmill"))
        .args(["doctor", "--config", "fleet.toml"])
        .current_dir(ward.folder.path())
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HOME", ward.folder.path())
        .env_remove("AWS_ACCESS_KEY_ID")
        .output()
        .unwrap();
    let text = String::from_utf8(nobody.stdout).unwrap();
    assert!(text.contains("fail  identity: no credentials"), "{text}");
}

#[test]
fn a_file_and_a_folder_are_looked_at_too() {
    let ward = Ward::open();
    ward.write("");
    let (code, found) = ward.examine();
    assert_eq!((code, found.verdict("ledger"), found.verdict("store")), (0, "warn".into(), "warn".into()));
    assert!(!ward.folder.path().join("rawmill-data").exists(), "whoever looks makes nothing");
    assert!(ward.run(&["admin", "tenants"]).status.success());
    let (code, found) = ward.examine();
    assert_eq!((code, found.failed()), (0, vec![]), "{:#}", found.0);
    assert!(found.of("ledger")[1].starts_with("SQLite 3"), "{:#}", found.0);
    for right in RIGHTS {
        assert_eq!(found.verdict(&format!("store {right}")), "ok", "{:#}", found.0);
    }
    let ledger = ward.folder.path().join("rawmill-data/ledger.sqlite");
    // Its log would make it whole again.
    let _ = std::fs::remove_file(ledger.with_extension("sqlite-wal"));
    std::fs::write(ledger, "this is no ledger").unwrap();
    let (code, found) = ward.examine();
    assert_eq!((code, found.failed()), (1, vec!["ledger"]), "{:#}", found.0);
}

#[test]
fn a_ledger_of_a_newer_version_is_told() {
    let ward = Ward::open();
    assert!(ward.run(&["admin", "tenants"]).status.success());
    ward.postgres.sql("rawmill", "UPDATE schema_version SET version = 99");
    let (code, found) = ward.examine();
    let [verdict, said, _] = found.of("ledger schema");
    assert_eq!((code, verdict.as_str()), (0, "warn"), "it can be worked with: {:#}", found.0);
    assert!(said.starts_with("99, this version knows "), "{said}");
    ward.postgres.sql("rawmill", "UPDATE schema_version SET oldest_reader = 99");
    let is_refused = || {
        let (code, found) = ward.examine();
        assert_eq!((code, found.failed()), (1, vec!["ledger"]), "{:#}", found.0);
        assert!(found.of("ledger")[1].contains("the ledger has schema 99"), "{:#}", found.0);
    };
    is_refused();
    ward.write("");
    assert!(ward.run(&["admin", "tenants"]).status.success());
    let file = ward.folder.path().join("rawmill-data/ledger.sqlite");
    let _ = std::fs::remove_file(file.with_extension("sqlite-wal"));
    let mut bytes = std::fs::read(&file).unwrap();
    // Where the format of the file has the number that is the user's.
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&file, bytes).unwrap();
    is_refused();
}

/// The right that S3 wants for a request, as its manual says.
fn right_for(request: &str) -> &'static str {
    let (method, path) = request.split_once(' ').unwrap();
    let (is_object, has) = (path.starts_with("/lab/photos/"), |word| path.contains(word));
    match (method, is_object) {
        ("PUT" | "POST", true) => "s3:PutObject",
        ("DELETE", true) if has("uploadId") => "s3:AbortMultipartUpload",
        ("DELETE", true) => "s3:DeleteObject",
        ("GET", true) if has("uploadId") => "s3:ListMultipartUploadParts",
        ("GET" | "HEAD", true) => "s3:GetObject",
        ("GET", false) if has("cors") => "s3:GetBucketCORS",
        ("GET", false) if has("lifecycle") => "s3:GetLifecycleConfiguration",
        ("GET", false) if has("uploads") => "s3:ListBucketMultipartUploads",
        ("GET" | "HEAD", false) => "s3:ListBucket",
        _ => panic!("who asks for this: {request}"),
    }
}

/// What a printed policy allows with the bucket.
fn rights_of(policy: &Value) -> BTreeSet<&str> {
    let statements = policy["Statement"].as_array().unwrap().iter();
    let actions = statements.flat_map(|statement| statement["Action"].as_array().unwrap());
    actions.map(|action| action.as_str().unwrap()).filter(|action| action.starts_with("s3:")).collect()
}

#[test]
fn a_policy_allows_what_is_asked_of_a_bucket_and_no_more() {
    let ward = Ward::open();
    let (code, found) = ward.examine();
    assert_eq!(code, 0, "{:#}", found.0);
    let requests = ward.bucket.requests();
    // Who we are was asked too, of somebody else behind the same proxy.
    let of_bucket = requests.iter().filter(|request| request.contains(" /lab/"));
    let asked: BTreeSet<_> = of_bucket.map(|request| right_for(request)).collect();
    for role in ["web", "worker", "admin"] {
        let policy: Value = serde_json::from_slice(&ward.run(&["doctor", "--policy", role]).stdout).unwrap();
        // Only an administrator looks at settings.
        let wanted =
            asked.iter().filter(|right| role == "admin" || !right.starts_with("s3:Get") || **right == "s3:GetObject");
        assert_eq!(rights_of(&policy), wanted.copied().collect(), "{role}");
    }
}

#[test]
fn a_policy_is_the_least_for_its_role() {
    let ward = Ward::open();
    let policy = |role: &str| String::from_utf8(ward.run(&["doctor", "--policy", role]).stdout).unwrap();
    for role in ["web", "worker", "admin"] {
        let text = policy(role);
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["Version"], "2012-10-17");
        for word in [
            "s3:AbortMultipartUpload",
            "kms:Decrypt",
            "kms:GenerateDataKey",
            "arn:aws:s3:::lab/photos/*",
            "arn:aws:kms:us-east-1:1:key/k",
        ] {
            assert!(text.contains(word), "{role} has no {word}: {text}");
        }
        assert_eq!(text.contains("s3:GetBucketCORS"), role == "admin", "{text}");
    }
    ward.write("");
    let none = ward.run(&["doctor", "--policy", "web"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8(none.stderr).unwrap().contains("[store]"));
}

#[test]
fn a_queue_is_tried_on_one_that_is_only_there_for_that() {
    let ward = Ward::open();
    let [work, probe] = ["work", "probe"].map(|name| ward.moto.queue(name, json!({})));
    let endpoint = ward.bucket.url();
    let queue = format!("[queue]\nurl = \"{work}\"\nregion = \"us-east-1\"\nendpoint = \"{endpoint}\"\n");
    ward.write(&(ward.lines() + &queue));
    let (code, found) = ward.examine();
    assert_eq!((code, found.verdict("queue")), (0, "ok".into()), "{:#}", found.0);
    assert!(found.of("queue settings")[1].contains("redrive"), "there is no DLQ");
    assert!(found.of("queue rights")[2].contains("--probe-queue"));
    let (code, found) = ward.examine_with(&["--probe-queue", &probe]);
    for right in ["send", "receive", "hide", "delete"] {
        assert_eq!((code, found.verdict(&format!("queue {right}"))), (0, "ok".into()), "{:#}", found.0);
    }
    assert_eq!((ward.moto.depth(&work), ward.moto.depth(&probe)), (0, 0), "nothing is left");
    let (code, found) = ward.examine_with(&["--probe-queue", &work]);
    assert!(code == 1 && found.of("queue rights")[1].contains("production"), "{:#}", found.0);
    let policy = String::from_utf8(ward.run(&["doctor", "--policy", "worker"]).stdout).unwrap();
    assert!(policy.contains("sqs:ChangeMessageVisibility") && policy.contains(":work\""), "{policy}");
}

#[test]
fn a_provider_is_asked_who_it_is_and_for_its_keys() {
    let (ward, issuer) = (Ward::open(), Issuer::start());
    std::fs::write(ward.folder.path().join("secret"), SECRET).unwrap();
    let lines = |url: &str| {
        format!(
            "public_url = \"https://lab.example\"\n[console.oidc]\nname = \"Lab ID\"\nissuer = \"{url}\"\n\
             client_id = \"{CLIENT}\"\nclient_secret_file = \"secret\"\n"
        )
    };
    ward.write(&lines(&issuer.url()));
    let (code, found) = ward.examine();
    assert_eq!((code, found.of("oidc keys")), (0, ["ok", "3 can be used", ""].map(str::to_owned)), "{:#}", found.0);
    assert!(found.of("oidc")[1].contains("https://lab.example/v1/oidc/callback"), "{:#}", found.0);
    let says = |body: Value| Page::Says(200, "", body.to_string());
    let short = json!({ "keys": [{ "kty": "RSA", "n": "AQAB", "e": "AQAB" }, { "kty": "oct", "k": "AQAB" }] });
    for (page, answer, check, why) in [
        ("/keys", says(short), "oidc keys", "none of its keys can be used"),
        ("/keys", Page::Says(500, "", String::new()), "oidc keys", "answers with the status 500"),
        ("/.well-known/openid-configuration", says(json!({})), "oidc", "what is not expected"),
        ("/.well-known/openid-configuration", Page::Never, "oidc", "does not answer"),
    ] {
        issuer.behaviour().pages = [(page, answer)].into();
        let (code, found) = ward.examine();
        let [verdict, said, advice] = found.of(check);
        assert_eq!((code, verdict.as_str()), (1, "fail"), "{why}: {:#}", found.0);
        assert!(said.contains(why) && !advice.is_empty(), "{why}: {said}; {advice}");
    }
    issuer.behaviour().pages.clear();
    issuer.behaviour().document = json!({ "issuer": "https://other.example" });
    assert!(ward.examine().1.of("oidc")[1].contains("names another issuer"));
    ward.write(&lines("http://127.0.0.1:1"));
    assert!(ward.examine().1.of("oidc")[2].contains("console.oidc.issuer"));
    std::fs::remove_file(ward.folder.path().join("secret")).unwrap();
    assert!(ward.examine().1.of("oidc")[1].contains("cannot read `secret`"));
}
