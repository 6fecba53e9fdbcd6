//! Small pictures of finished renditions, for whoever has a link.

use super::lab::{Lab, until};
use super::preview::{scratch, size};
use super::zip::{Got, get};
use super::{RECIPE, photos, sample};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The secret of a key, in hexadecimal digits.
fn secret(digit: &str) -> String {
    digit.repeat(64)
}

/// The configuration with these keys, by id and digit.
fn keys(keys: &[(&str, &str)]) -> String {
    let keys: Vec<_> = keys.iter().map(|(id, digit)| format!("\"{id}:{}\"", secret(digit))).collect();
    format!("[images]\nkeys = [{}]\n", keys.join(", "))
}

/// A batch of one photo by this recipe, and its task.
fn batch(lab: &Lab, photo: &Path, recipe: &str) -> (String, String) {
    assert_eq!(lab.post("/v1/recipes", json!({ "name": "web", "text": recipe })).0, 201);
    let photo = lab.upload("photo", photo);
    let (status, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "web" }, "photos": [photo] }));
    assert_eq!(status, 202, "{batch}");
    let batch = batch["id"].as_str().unwrap().to_owned();
    lab.wait(&batch);
    let task = lab.get(&format!("/v1/batches/{batch}/tasks")).1["items"][0]["id"].as_str().unwrap().to_owned();
    (batch, task)
}

/// A service with one finished photo.
fn finished(lines: &str) -> (Lab, String, String) {
    let lab = Lab::open_with(lines);
    let (batch, task) = batch(&lab, &photos()[0], RECIPE);
    (lab, batch, task)
}

/// The path of a link that the API signs.
fn link(lab: &Lab, (batch, task): (&str, &str), new: Value) -> String {
    let (status, made) = lab.post(&format!("/v1/batches/{batch}/tasks/{task}/images"), new);
    assert_eq!(status, 200, "{made}");
    let url = made["url"].as_str().unwrap();
    url[url.find("/img/").unwrap()..].to_owned()
}

/// What somebody gets at a path.
fn look(lab: &Lab, path: &str, headers: &[(&str, &str)]) -> Got {
    get(&format!("{}{path}", lab.url), headers)
}

/// Status and words of a refusal.
fn refused(lab: &Lab, path: &str) -> (u16, String) {
    let (status, headers, body) = look(lab, path, &[]);
    let text = String::from_utf8_lossy(&body.unwrap()).into_owned();
    assert_eq!(headers["cache-control"], "no-store", "{text}");
    (status, text)
}

/// A program that stands in the documentation in a block of this language.
fn documented(language: &str) -> String {
    let text = include_str!("../../../../docs/images.md");
    let block = text.split(&format!("```{language}\n")).nth(1).expect("it is there");
    block.split("```").next().unwrap().to_owned()
}

/// The path of a link as customers sign it by themselves, in Python.
fn signed(key: (&str, &str), what: &str) -> String {
    let python = std::env::var("ORACLES_PYTHON").unwrap_or("python3".into());
    let program = format!("{}\nimport sys; print(image('', *sys.argv[1:]))", documented("python"));
    let key = format!("{}:{}", key.0, secret(key.1));
    let output = Command::new(python).args(["-c", &program, &key, what]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_link_is_good_for_a_picture() {
    let (mut lab, batch, task) = finished(&keys(&[("k1", "1")]));
    let url = link(&lab, (&batch, &task), json!({ "options": "h=90,w=120" }));
    assert!(url.ends_with(&format!("/w=120,h=90/{batch}/{task}")), "one way to write it: {url}");
    let (status, headers, jpeg) = look(&lab, &url, &[]);
    let jpeg = jpeg.unwrap();
    assert_eq!((status, headers["content-type"].as_str()), (200, "image/jpeg"), "{headers:?}");
    let (width, height) = size(&jpeg);
    assert!((width, height) == (120, 90) || width == 120 && height < 90 || width < 120 && height == 90);
    assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
    let number = |id: &str| id.split('_').nth(1).unwrap().to_owned();
    assert_eq!(headers["cache-tag"], format!("batch-{},task-{},tenant-1", number(&batch), number(&task)));
    assert_eq!((headers["vary"].as_str(), headers["x-content-type-options"].as_str()), ("Accept", "nosniff"));
    let tag = headers["etag"].clone();
    assert!(tag.starts_with('"'), "a strong one: {tag}");
    assert!(jpeg.len() < 30_000 && !jpeg.windows(4).any(|w| w == b"Exif"), "pixels and nothing else");

    let (_, of_webp, webp) = look(&lab, &url, &[("accept", "image/avif,image/webp,*/*")]);
    assert_eq!((of_webp["content-type"].as_str(), &webp.unwrap()[8..12]), ("image/webp", b"WEBP".as_slice()));
    assert_ne!(of_webp["etag"], tag);
    let avif = link(&lab, (&batch, &task), json!({ "options": "w=64,f=avif", "rendition": "web" }));
    let (status, headers, bytes) = look(&lab, &avif, &[]);
    assert_eq!((status, headers.get("vary"), &bytes.unwrap()[4..12]), (200, None, b"ftypavif".as_slice()));

    let (status, headers, nothing) = look(&lab, &url, &[("if-none-match", &format!("\"x\", {tag}"))]);
    assert_eq!((status, nothing.unwrap().len(), &headers["etag"]), (304, 0, &tag));
    assert_eq!((headers["vary"].as_str(), headers.contains_key("cache-tag")), ("Accept", true));
    let head = lab.raw(&format!("HEAD {url} HTTP/1.1\r\nhost: lab\r\nconnection: close\r\n\r\n")).to_lowercase();
    assert!(head.starts_with("http/1.1 200") && head.contains(&format!("etag: {tag}")), "{head}");
    assert!(head.contains(&format!("content-length: {}", jpeg.len())) && head.ends_with("\r\n\r\n"), "{head}");
    lab.kill_and_restart(&["--role", "web"]);
    let (_, headers, again) = look(&lab, &url, &[]);
    assert_eq!((&headers["etag"], again.unwrap() == jpeg), (&tag, true), "another process makes the same bytes");
    assert!(scratch(&lab).is_empty(), "{:?}", scratch(&lab));
}

#[test]
fn what_is_not_signed_so_is_refused() {
    let (lab, batch, task) = finished(&keys(&[("k1", "1")]));
    let what = format!("w=120/{batch}/{task}");
    let good = signed(("k1", "1"), &what);
    assert_eq!(good, link(&lab, (&batch, &task), json!({ "options": "w=120" })), "Python's hmac agrees");
    let shell = format!("{}\nimage '' k1 {} '{what}'", documented("sh"), secret("1"));
    let shell = Command::new("sh").args(["-c", &shell]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&shell.stdout).trim(), good, "so does openssl");
    assert_eq!(look(&lab, &good, &[]).0, 200);
    let upper = good.replacen("k1.", "K1.", 1);
    let signature = good.split('/').nth(2).unwrap().to_owned();
    for bad in [
        good.replace("w=120", "w=121"),
        good.replace("w=120", "w%3D120"),
        good.replace(&batch, "bat_9"),
        format!("{good}/web"),
        format!("{good}?x=1"),
        format!("{good}?"),
        upper,
        good.replace(&signature, "unsigned"),
        good.replace(&signature, "k1."),
        good.replace(&signature, &format!("{signature}A")),
        format!("/img/{what}"),
        "/img/k1.x".into(),
        signed(("k1", "2"), &what),
        signed(("k9", "1"), &what),
    ] {
        let (status, told) = refused(&lab, &bad);
        assert_eq!(status, 403, "{bad}: {told}");
        assert!(!told.contains(&signature[3..]) && !told.contains(&secret("1")), "{told}");
    }
    for (what, status, word) in [
        (format!("h=9,w=120/{batch}/{task}"), 400, "one way to write"),
        (format!("w=0120/{batch}/{task}"), 400, "one way to write"),
        (format!("w=120,fit=inside/{batch}/{task}"), 400, "one way to write"),
        (format!("w=9999,q=0/{batch}/{task}"), 400, "`q` is 0"),
        (format!("w=120/{task}/{batch}"), 400, "bat_NUMBER"),
        ("w=120".into(), 400, "/img/SIGNATURE"),
        (format!("thumb/{batch}/{task}"), 422, "no preset `thumb`"),
        (format!("w=120,exp=1000/{batch}/{task}"), 403, "expired"),
        (format!("w=120/bat_99/{task}"), 404, "bat_99"),
        (format!("w=120/{batch}/tsk_99"), 404, "tsk_99"),
        (format!("w=120/{batch}/tsk_0"), 404, "tsk_0"),
        (format!("w=120/{batch}/{task}/huge"), 404, "no finished rendition"),
    ] {
        let (found, told) = refused(&lab, &signed(("k1", "1"), &what));
        assert_eq!((found, told.contains(word)), (status, true), "{what}: {told}");
    }
    let metrics = lab.log();
    assert!(!metrics.contains(&signature) && !metrics.contains(&secret("1")), "no log holds a signature");
}

#[test]
fn keys_are_changed_without_a_link_breaking() {
    let (mut lab, batch, task) = finished(&keys(&[("k1", "1")]));
    let old = link(&lab, (&batch, &task), json!({ "options": "w=50" }));
    let mut change = |now: &[(&str, &str)]| {
        let text = format!("listen = \"127.0.0.1:0\"\nlease_s = 10\n{}", keys(now));
        std::fs::write(lab.path("serve.toml"), text).unwrap();
        lab.kill_and_restart(&["--role", "web"]);
        let new = link(&lab, (&batch, &task), json!({ "options": "w=50" }));
        let key = new.split(['/', '.']).nth(2).unwrap().to_owned();
        (key, look(&lab, &new, &[]).0, look(&lab, &old, &[]).0)
    };
    assert_eq!(change(&[("k2", "2"), ("k1", "1")]), ("k2".into(), 200, 200), "both are live, the newest signs");
    assert_eq!(change(&[("k3", "3"), ("k2", "2")]), ("k3".into(), 200, 403));
}

#[test]
fn a_link_ends_when_it_says() {
    let (lab, batch, task) = finished(&keys(&[("k1", "1")]));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let url = link(&lab, (&batch, &task), json!({ "options": format!("exp={},w=50", now + 600) }));
    let (status, headers, _) = look(&lab, &url, &[]);
    let age = headers["cache-control"].strip_prefix("public, max-age=").unwrap().split(',').next().unwrap();
    assert!(status == 200 && (1..=600).contains(&age.parse::<u64>().unwrap()), "{headers:?}");
    let (status, _, _) = look(&lab, &link(&lab, (&batch, &task), json!({ "options": "w=50,exp=1" })), &[]);
    assert_eq!(status, 403);
}

#[test]
fn presets_alone_where_the_operator_says_so() {
    let lines = format!(
        "{}presets_only = true\nmost_px = 200\n[images.presets]\nthumb = \"w=60,h=60,fit=cover,f=jpeg\"\n",
        keys(&[("k1", "1")])
    );
    let (lab, batch, task) = finished(&lines);
    let url = link(&lab, (&batch, &task), json!({ "options": "thumb" }));
    let (status, _, jpeg) = look(&lab, &url, &[("accept", "image/webp")]);
    assert_eq!((status, size(&jpeg.unwrap())), (200, (60, 60)));
    let (status, told) = refused(&lab, &signed(("k1", "1"), &format!("w=60/{batch}/{task}")));
    assert_eq!((status, told.contains("thumb")), (403, true), "{told}");
    let ask =
        |options: &str| lab.post(&format!("/v1/batches/{batch}/tasks/{task}/images"), json!({ "options": options }));
    assert_eq!((ask("w=60").0, ask("huge").0, ask("w=201").0, ask("thumb,w=3").0), (403, 422, 400, 400));
}

#[test]
fn whoever_signs_answers_for_it() {
    let (mut lab, batch, task) = finished(&keys(&[("k1", "1")]));
    let url = link(&lab, (&batch, &task), json!({ "options": "w=50" }));
    lab.admin(&["tenant", "other"]);
    let other = lab.admin(&["key", "other"]).trim().to_owned();
    let own = std::mem::replace(&mut lab.key, other);
    let sign =
        |lab: &Lab| lab.post(&format!("/v1/batches/{batch}/tasks/{task}/images"), json!({ "options": "w=50" })).0;
    assert_eq!((sign(&lab), look(&lab, &url, &[]).0), (404, 200), "another tenant gets no link, but a link is a link");
    lab.key = own;
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}")).0, 204);
    assert_eq!((sign(&lab), refused(&lab, &url).0), (404, 404), "what is removed is gone");
}

#[test]
fn there_are_none_without_keys() {
    let (lab, batch, task) = finished("");
    let (status, told) = lab.post(&format!("/v1/batches/{batch}/tasks/{task}/images"), json!({ "options": "w=50" }));
    assert_eq!((status, told["detail"].to_string().contains("[images]")), (409, true), "{told}");
    assert_eq!(refused(&lab, &signed(("k1", "1"), &format!("w=50/{batch}/{task}"))).0, 404);
}

/// The file in the store that holds these bytes.
fn stored(folder: &Path, bytes: &[u8]) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?.map(|entry| entry.unwrap().path());
    let find = |path: PathBuf| match path.is_dir() {
        true => stored(&path, bytes),
        false => std::fs::read(&path).is_ok_and(|found| found == bytes).then_some(path),
    };
    entries.into_iter().find_map(find)
}

#[test]
fn a_rendition_that_was_replaced_costs_its_own_picture() {
    let (lab, batch, task) = finished(&keys(&[("k1", "1")]));
    let (_, page) = lab.get(&format!("/v1/batches/{batch}/renditions"));
    let (_, web) = lab.fetch(page["items"][0]["url"].as_str().unwrap());
    let file = stored(&lab.path("rawmill-data"), &web).expect("the web rendition is in the store");
    let put = |bytes: &[u8]| {
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, bytes).unwrap();
    };
    let url = |width: u32| link(&lab, (&batch, &task), json!({ "options": format!("w={width}"), "rendition": "web" }));
    // A header that promises 4 gigapixels, text, half of a file, and nothing at all.
    let mut half = std::fs::read(sample("real_kodak_dc50_DC0011M.KDC")).unwrap();
    half.truncate(300);
    let huge = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\0\0\0\x01\0\0\x08\x02\0\0\0".as_slice(), &[0; 64]].concat();
    for (width, bytes) in [(101, huge.as_slice()), (102, b"<svg/>"), (103, &half), (104, b"")] {
        put(bytes);
        let (status, told) = refused(&lab, &url(width));
        assert_eq!((status, told.contains("undeveloped")), (422, true), "{width}: {told}");
    }
    put(&web);
    assert_eq!(look(&lab, &url(105), &[]).0, 200, "the next one is made");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(refused(&lab, &url(106)).0, 404);
}

/// What all of these get who ask at once.
fn at_once(lab: &Lab, urls: &[String]) -> Vec<Got> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = urls.iter().map(|url| scope.spawn(|| look(lab, url, &[]))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn one_picture_is_made_once_and_many_are_too_many() {
    let metrics = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lines = format!("metrics_listen = \"{metrics}\"\n{}slots = 1\nqueue = 0\n", keys(&[("k1", "1")]));
    let lab = Lab::open_with(&lines);
    let figure = |name: &str| {
        let text = String::from_utf8(get(&format!("http://{metrics}/metrics"), &[]).2.unwrap()).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        line.unwrap_or_else(|| panic!("{name}: {text}"))
    };
    let large = RECIPE.replacen("width = 640", "width = 3000\nenlarge = true", 1);
    let (batch, task) = batch(&lab, &photos()[0], &large);
    let url =
        |width: u32| link(&lab, (&batch, &task), json!({ "options": format!("w={width},f=webp"), "rendition": "web" }));
    let same = vec![url(1500); 8];
    let answers = at_once(&lab, &same);
    let first = answers[0].2.as_ref().unwrap();
    assert!(
        answers.iter().all(|(status, _, bytes)| *status == 200 && bytes.as_ref().unwrap() == first),
        "{:?}",
        answers.iter().map(|a| a.0).collect::<Vec<_>>()
    );
    let made = "rawmill_images_total{outcome=\"made\"}";
    assert_eq!((figure("rawmill_image_seconds_count"), figure(made)), (1.0, 8.0), "made once for all");
    assert!(look(&lab, &same[0], &[]).2.unwrap() == *first);
    assert_eq!(figure("rawmill_image_seconds_count"), 2.0, "nothing is kept of it");
    let others: Vec<_> = (0..8).map(|n| url(1400 + n)).collect();
    let answers = at_once(&lab, &others);
    let busy: Vec<_> = answers.iter().filter(|(status, ..)| *status == 503).collect();
    assert!(!busy.is_empty() && busy.len() < 8, "{}", busy.len());
    assert!(busy.iter().all(|(_, headers, _)| headers["retry-after"] == "2" && headers["cache-control"] == "no-store"));
    assert_eq!(figure("rawmill_images_total{outcome=\"busy\"}"), busy.len() as f64);
    until(|| look(&lab, &others[0], &[]).0, |status| *status == 200);
}
