//! `rawmill run` from a bucket and into one, with moto behind a proxy that verifies, delays and refuses.

use serde_json::Value;
use servers::proxy::{Action, Fault};
use servers::{Moto, Proxy};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const KEY: (&str, &str) = ("AKIAFAR", "the-secret-of-far-away");

const RECIPE: &str = "version = 1\n[output]\npath = \"{dir}/{stem}/{rendition}\"\n\
                      [[renditions]]\nname = \"web\"\nwidth = 640\nencode = { format = \"jpeg\" }\n\
                      [[renditions]]\nname = \"small\"\nwidth = 64\nencode = { format = \"png\" }\n";

/// Names of the photos in the bucket and in the folder, and the samples that they are. The last one is no photo.
const PHOTOS: [(&str, &str); 4] = [
    ("day 1/Tür & Tor+1.dng", "dev_portrait_o6_gbrg_14bit_ljpeg.dng"),
    ("day 1/IMG_2.CRW", "real_canon_s40_CRW_0117.CRW"),
    ("day 2/IMG_3.KDC", "real_kodak_dc50_DC0011M.KDC"),
    ("day 2/bad.NEF", ""),
];

type Files = BTreeMap<String, Vec<u8>>;

/// A bucket with photos, a folder with the same, and a recipe.
struct Coast {
    folder: TempDir,
    bucket: Proxy,
    moto: Moto,
}

impl Coast {
    fn new() -> Self {
        let (moto, bucket) = Moto::guarded(KEY);
        let coast = Self { folder: TempDir::new().unwrap(), bucket, moto };
        std::fs::write(coast.path("web.toml"), RECIPE).unwrap();
        for (name, sample) in PHOTOS {
            let bytes = if sample.is_empty() {
                b"this is no photo".to_vec()
            } else {
                std::fs::read(self::sample(sample)).unwrap()
            };
            let path = coast.path("in").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &bytes).unwrap();
            coast.put(&format!("shoot/{name}"), &bytes);
        }
        coast
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts an object there, as its owner did.
    fn put(&self, name: &str, bytes: &[u8]) {
        ureq::put(self.at(name)).header("authorization", WHO).send(bytes).unwrap();
    }

    fn at(&self, name: &str) -> String {
        let escaped: String = name
            .bytes()
            .map(|b| match b {
                b'/' | b'.' | b'_' | b'-' => char::from(b).to_string(),
                b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            })
            .collect();
        format!("{}/lab/{escaped}", self.moto.url())
    }

    fn get(&self, name: &str) -> Vec<u8> {
        let mut answer = ureq::get(self.at(name)).header("authorization", WHO).call().unwrap();
        answer.body_mut().with_config().limit(u64::MAX).read_to_vec().unwrap()
    }

    /// Names in the bucket below this one, by the XML of a list.
    fn names(&self, below: &str) -> Vec<String> {
        let url = format!("{}/lab?list-type=2&prefix={below}", self.moto.url());
        let text = ureq::get(url).header("authorization", WHO).call().unwrap().body_mut().read_to_string().unwrap();
        let keys = text.split("<Key>").skip(1).map(|rest| rest.split("</Key>").next().unwrap());
        keys.map(|key| key.replace("&amp;", "&")).collect()
    }

    /// Renditions in the bucket.
    fn far(&self, below: &str) -> Files {
        let names = self.names(below).into_iter().filter(|name| !name.contains("/.rawmill/"));
        names.map(|name| (name[below.len()..].to_owned(), self.get(&name))).collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
        command.args(["run", "--recipe", "web.toml", "--quiet"]).args(arguments).current_dir(self.folder.path());
        command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_REGION", "us-east-1");
        command.env("AWS_ACCESS_KEY_ID", KEY.0).env("AWS_SECRET_ACCESS_KEY", KEY.1);
        command.env("RAWMILL_STORE__ENDPOINT", self.bucket.url()).env("RAWMILL_STORE__PATH_STYLE", "true");
        command.env("XDG_STATE_HOME", self.path("state"));
        command
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let Output { status, stderr, .. } = self.command(arguments).output().unwrap();
        let said = String::from_utf8(stderr).unwrap();
        assert!(!said.contains(KEY.0) && !said.contains(KEY.1), "{said}");
        (status.code().unwrap(), said)
    }

    /// What a run on this machine makes.
    fn near(&self) -> Files {
        let (code, said) = self.run(&["in", "--out", "near"]);
        assert_eq!(code, 1, "one is no photo: {said}");
        files(&self.path("near"))
    }

    /// Files on their way, of all runs that keep theirs in this folder.
    fn incoming(&self, folder: &str) -> usize {
        let incoming = self.path(folder).join(".rawmill/incoming");
        incoming.read_dir().map_or(0, |entries| entries.count())
    }
}

const WHO: &str =
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

/// All files below a folder but our own.
fn files(folder: &Path) -> Files {
    fn add(root: &Path, folder: &Path, found: &mut Files) {
        for entry in folder.read_dir().unwrap().map(Result::unwrap).filter(|e| e.file_name() != ".rawmill") {
            match entry.path() {
                path if path.is_dir() => add(root, &path, found),
                path => {
                    let relative = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                    found.insert(relative, std::fs::read(path).unwrap());
                }
            }
        }
    }
    let mut found = Files::new();
    add(folder, folder, &mut found);
    found
}

/// Waits for it, or says what the process did instead.
fn until(child: &mut Child, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(child.try_wait().unwrap().is_none() && start.elapsed() < Duration::from_secs(120), "it never was so");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn from_bucket_to_bucket_come_the_very_files_of_a_run() {
    let coast = Coast::new();
    let near = coast.near();
    assert_eq!(near.len(), 6);
    let (code, said) = coast.run(&["s3://lab/shoot/", "--out", "s3://lab/web/2026", "--work", "work"]);
    assert_eq!(code, 1, "one is no photo: {said}");
    assert!(said.contains("`s3://lab/shoot/day 2/bad.NEF`") && !said.contains("incoming"), "{said}");
    let far = coast.far("web/2026/");
    assert_eq!(far.keys().collect::<Vec<_>>(), near.keys().collect::<Vec<_>>());
    assert!(far == near, "the bytes differ");
    let report: Value = serde_json::from_slice(&coast.get("web/2026/.rawmill/report.json")).unwrap();
    let totals = ["found", "succeeded", "failed", "remaining"].map(|word| report["totals"][word].as_u64().unwrap());
    assert_eq!(totals, [4, 3, 1, 0], "{report}");
    assert!(coast.get("web/2026/.rawmill/report.html").starts_with(b"<!"));
    assert_eq!((coast.incoming("work"), files(&coast.path("work"))), (0, Files::new()), "nothing stays here");
    assert_eq!(coast.bucket.count("denied"), 0);
    // All is there: nothing is fetched, nothing is put but the report.
    let before = (coast.bucket.count("PUT"), coast.bucket.requests().len());
    let (code, said) = coast.run(&["s3://lab/shoot", "--out", "s3://lab/web/2026", "--work", "work", "--resume"]);
    assert_eq!(code, 1, "{said}");
    assert_eq!(coast.bucket.count("PUT"), before.0 + 2);
    let fetched =
        coast.bucket.requests().iter().skip(before.1).filter(|line| line.starts_with("GET /lab/shoot/")).count();
    assert_eq!(fetched, 1, "only the one that is no photo is tried again");
    let (code, said) = coast.run(&["s3://lab/shoot", "--out", "s3://lab/web/2026", "--work", "other"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("s3://lab/web/2026/day 1/") && said.contains("--resume"), "{said}");
}

#[test]
fn one_side_may_be_this_machine() {
    let coast = Coast::new();
    let near = coast.near();
    let (code, said) = coast.run(&["in", "--out", "s3://lab/there"]);
    assert_eq!(code, 1, "{said}");
    assert!(coast.far("there/") == near, "the bytes differ");
    let object = "s3://lab/shoot/day 2/IMG_3.KDC";
    let (code, said) = coast.run(&["s3://lab/shoot/day 1", object, "--out", "here"]);
    assert_eq!(code, 0, "{said}");
    let here = files(&coast.path("here"));
    let same = |path: &str, of: &str| assert!(here[path] == near[of], "{path}");
    same("IMG_2/web.jpg", "day 1/IMG_2/web.jpg");
    same("IMG_3/small.png", "day 2/IMG_3/small.png");
    assert_eq!(coast.incoming("here"), 0);
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_was() {
    let coast = Coast::new();
    let near = coast.near();
    let arguments = ["s3://lab/shoot", "--out", "s3://lab/web", "--work", "work", "--jobs", "1"];
    // The third rendition is on its way for ever.
    coast.bucket.fault(Fault { skip: 2, ..Fault::always("PUT /lab/web/day", Action::Delay { ms: 600_000 }) });
    let mut child = coast.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
    until(&mut child, || coast.bucket.count("faults") > 0);
    child.kill().unwrap();
    child.wait().unwrap();
    coast.bucket.clear();
    assert!(coast.incoming("work") > 0, "it had its hands full");
    let done = coast.far("web/");
    assert_eq!(done.len(), 2);
    let (code, said) = coast.run(&[&arguments[..], &["--resume"]].concat());
    assert_eq!(code, 1, "{said}");
    assert!(coast.far("web/") == near, "the bytes differ");
    let puts = |name: &str| {
        coast.bucket.requests().iter().filter(|line| line.starts_with(&format!("PUT /lab/web/{name}"))).count()
    };
    for name in done.keys() {
        let name = coast.at(name).split("/lab/").nth(1).unwrap().to_owned();
        assert_eq!(puts(&name), 1, "{name} was there already");
    }
    assert_eq!((coast.incoming("work"), files(&coast.path("work"))), (0, Files::new()), "nothing stays here");
}

#[test]
fn few_photos_are_on_the_disk_at_a_time() {
    let coast = Coast::new();
    let photo = std::fs::read(sample(PHOTOS[2].1)).unwrap();
    for at in 0..24 {
        coast.put(&format!("many/{at}.KDC"), &photo);
    }
    let arguments = ["s3://lab/many", "--out", "s3://lab/web", "--work", "work", "--jobs", "1"];
    let mut child = coast.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    let status = loop {
        most = most.max(coast.incoming("work"));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert!(status.success() && (1..=4).contains(&most), "{most} photos were on the disk");
    assert_eq!(coast.far("web/").len(), 48);
}

#[test]
fn an_object_that_cannot_be_had_costs_itself() {
    let coast = Coast::new();
    let denied = Action::Status { status: 403, code: "AccessDenied".into() };
    coast.bucket.fault(Fault::always("GET /lab/shoot/day%201/IMG_2.CRW", denied));
    coast.bucket.fault(Fault::times("GET /lab/shoot/day", 2, Action::Status { status: 503, code: "SlowDown".into() }));
    coast.bucket.fault(Fault::times("GET /lab/shoot/day", 1, Action::Truncate { after: 9_000 }));
    coast.bucket.fault(Fault::times("PUT /lab/web/day", 2, Action::Reset { after: 10 }));
    let (code, said) = coast.run(&["s3://lab/shoot", "--out", "s3://lab/web"]);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("cannot read `s3://lab/shoot/day 1/IMG_2.CRW`") && said.contains("403 AccessDenied"),
        "{said}"
    );
    assert_eq!(coast.far("web/").len(), 4, "{said}");
    let resumed = {
        coast.bucket.clear();
        coast.run(&["s3://lab/shoot", "--out", "s3://lab/web", "--resume"])
    };
    assert_eq!(resumed.0, 1, "{}", resumed.1);
    assert!(coast.far("web/") == coast.near(), "the bytes differ");
}

#[test]
fn a_bucket_that_is_not_there_is_told_before_anything_is_done() {
    let coast = Coast::new();
    let cases = [
        (vec!["s3://labor/shoot", "--out", "out"], "NoSuchBucket"),
        (vec!["in", "--out", "s3://labor/web"], "NoSuchBucket"),
        (vec!["s3://lab/none", "--out", "out"], "no such object or folder"),
        (vec!["s3://lab/shoot", "--out", "out", "--endpoint", "http://127.0.0.1:1"], "was not reached"),
        (vec!["s3://lab/shoot", "--out", "out", "--endpoint", "nonsense"], "store.endpoint"),
        (vec!["s3://Lab/shoot", "--out", "out"], "3 to 63 characters"),
    ];
    for (arguments, words) in cases {
        let (code, said) = coast.run(&arguments);
        assert_eq!(code, 2, "{arguments:?}: {said}");
        assert!(said.contains(words) && said.contains("error: "), "{arguments:?}: {said}");
    }
    assert!(!coast.path("out").exists());
    let mut nowhere = coast.command(&["s3://lab/shoot", "--out", "out"]);
    let said = nowhere.env_remove("AWS_REGION").output().unwrap().stderr;
    assert!(String::from_utf8(said).unwrap().contains("AWS_REGION"));
    // A place that takes nothing ends the run, and says so.
    coast.bucket.fault(Fault::always("PUT /lab/web", Action::Status { status: 403, code: "AccessDenied".into() }));
    let (code, said) = coast.run(&["in", "--out", "s3://lab/web"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("gave up") && said.contains("403 AccessDenied"), "{said}");
}
