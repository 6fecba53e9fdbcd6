//! Photos from URLs.

use super::*;

#[test]
fn photos_from_urls_become_the_batch_that_was_asked_for() {
    let lab = Lab::open_with(HERE);
    recipe(&lab);
    let [dng, crw, kdc] = photos().map(|path| bytes(&path));
    let site = Site::open(vec![
        ("/a/dev_portrait_o6_gbrg_14bit_ljpeg.dng?key=1", file(dng)),
        ("/real_canon_s40_CRW_0117.CRW", first(1, broken(9_000_000, vec![1; 70_000]), file(crw))),
        ("/moved", moved("/real%5Fkodak_dc50_DC0011M.KDC".into())),
        ("/real%5Fkodak_dc50_DC0011M.KDC", file(kdc.clone())),
        ("/real_kodak_dc50_DC0011M.KDC", moved("/moved".into())),
    ]);
    let urls = [
        "/a/dev_portrait_o6_gbrg_14bit_ljpeg.dng?key=1",
        "/real_canon_s40_CRW_0117.CRW",
        "/real_kodak_dc50_DC0011M.KDC",
        "/none",
    ];
    let urls: Vec<_> = urls.iter().map(|path| site.url(path)).collect();
    let id = import(&lab, json!({ "urls": urls, "recipe": { "name": "web" }, "priority": 3 }));
    let path = format!("/v1/imports/{id}");
    let ended = over(&lab, &path);
    assert_eq!((&ended["files"]["done"], &ended["files"]["failed"]), (&json!(3), &json!(1)), "{ended}");
    let batch = ended["batch"].as_str().unwrap();
    assert_eq!(lab.wait(batch)["totals"]["succeeded"], 3);
    assert!(renditions(&lab, batch) == by_the_mill(), "they are the files of a run");
    let listed = files(&lab, &path);
    assert_eq!((&listed[3]["state"], &listed[3]["tries"]), (&json!("failed"), &json!(1)), "{listed:?}");
    assert!(listed[3]["why"].as_str().unwrap().contains("404"), "{listed:?}");
    assert_eq!(listed[1]["tries"], 2, "it broke off once");
    let photo = lab.get(&format!("/v1/photos/{}", listed[2]["photo"].as_str().unwrap())).1;
    assert_eq!((&photo["name"], &photo["size"]), (&json!("real_kodak_dc50_DC0011M.KDC"), &json!(kdc.len())));
    let right = Command::new("sha256sum").arg(&photos()[2]).output().unwrap().stdout;
    assert_eq!(photo["sha256"], String::from_utf8(right).unwrap()[..64], "of the bytes that came");
    assert_eq!(lab.get("/v1/photos").1["items"].as_array().unwrap().len(), 3);
    until(|| scratch(&lab), |left| !left.iter().any(|path| path.to_string_lossy().contains("transfer-")));
    let failed = lab.get(&format!("{path}/files?state=failed&limit=1")).1;
    assert_eq!((failed["items"][0]["number"].clone(), failed.get("next")), (json!(4), None));
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("9 objects named, 0 missing or of another size, 0 unnamed"), "{checked}");
}

#[test]
fn what_cannot_come_says_why_and_stops_nothing_else() {
    let lines = format!("{HERE}file_s = 20\n[limits]\nupload_bytes = 3000000\n");
    let lab = Lab::open_with(&lines);
    let site = Site::open(vec![
        ("/good.dng", file(bytes(&sample("dev_portrait_o6_gbrg_14bit_ljpeg.dng")))),
        ("/gone.nef", status(410)),
        ("/private.nef", status(403)),
        ("/page.nef", file(b"<html><title>Log in</title>".to_vec())),
        ("/empty.nef", file(Vec::new())),
        ("/huge.nef", stuck(3_000_001, Vec::new())),
        ("/endless.nef", endless()),
        ("/round.nef", moved("/round.nef".into())),
    ]);
    let paths = [
        "/gone.nef",
        "/private.nef",
        "/page.nef",
        "/empty.nef",
        "/huge.nef",
        "/endless.nef",
        "/round.nef",
        "/good.dng",
    ];
    let urls: Vec<_> = paths.iter().map(|path| site.url(path)).collect();
    let path = format!("/v1/imports/{}", import(&lab, json!({ "urls": urls })));
    let ended = over(&lab, &path);
    assert_eq!((&ended["files"]["done"], &ended["files"]["failed"]), (&json!(1), &json!(7)), "{ended}");
    let listed = files(&lab, &path);
    for (file, why) in listed.iter().zip(["410", "403", "text", "empty", "3000000 bytes", "3000000 bytes", "redirects"])
    {
        assert!(file["why"].as_str().unwrap().contains(why) && file["tries"] == 1, "{why}: {file}");
    }
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("1 objects named, 0 missing or of another size, 0 unnamed"), "{checked}");
    assert_eq!(std::fs::read_dir(lab.path("rawmill-data/store/objects/photo/1")).map_or(1, |all| all.count()), 1);
}

#[test]
fn what_may_pass_is_tried_again_and_what_failed_on_demand() {
    let lab = Lab::open_with(HERE);
    let photo = || bytes(&sample("real_kodak_dc50_DC0011M.KDC"));
    let site = Site::open(vec![
        ("/late.kdc", first(1, status(500), file(photo()))),
        ("/stuck.kdc", first(1, stuck(90_000, vec![1; 9]), file(photo()))),
        ("/closed.kdc", first(1, status(404), file(photo()))),
    ]);
    let urls: Vec<_> = ["/late.kdc", "/stuck.kdc", "/closed.kdc"].iter().map(|path| site.url(path)).collect();
    let path = format!("/v1/imports/{}", import(&lab, json!({ "urls": urls })));
    let ended = over(&lab, &path);
    assert_eq!((&ended["files"]["done"], &ended["files"]["failed"]), (&json!(2), &json!(1)), "{ended}");
    assert_eq!((site.asked("/late.kdc"), site.asked("/stuck.kdc"), site.asked("/closed.kdc")), (2, 2, 1));
    assert_eq!(lab.post(&format!("{path}/retry"), Value::Null).1["files"], 1);
    let ended = until(|| lab.get(&path).1, |transfer| transfer["files"]["done"] == 3);
    assert_eq!(ended["state"], "ended");
    assert_eq!(lab.get("/v1/photos").1["items"].as_array().unwrap().len(), 3, "each once");
}

#[test]
fn an_import_of_one_name_is_begun_once() {
    let lab = Lab::open_with(HERE);
    let site = Site::open(vec![("/a.kdc", file(bytes(&sample("real_kodak_dc50_DC0011M.KDC"))))]);
    let named = |path: &str, key: &str, new: &Value| lab.post_with(path, new.clone(), &[("idempotency-key", key)]);
    let new = json!({ "urls": [site.url("/a.kdc")] });
    let at_once: Vec<_> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| named("/v1/imports", "shoot", &new))).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    assert!(at_once.iter().all(|(status, _)| [202, 409].contains(status)), "{at_once:?}");
    let id = &at_once.iter().find(|(status, _)| *status == 202).unwrap().1["id"];
    over(&lab, &format!("/v1/imports/{}", id.as_str().unwrap()));
    let (status, again) = named("/v1/imports", "shoot", &new);
    assert_eq!((status, &again["id"], &again["state"]), (202, id, &json!("ended")), "as it stands by now");
    let other = json!({ "urls": [site.url("/a.kdc")], "priority": 1 });
    let batch = json!({ "recipe": { "name": "none" }, "photos": ["pho_1"] });
    for (path, new) in [("/v1/imports", &other), ("/v1/batches", &batch)] {
        let (status, problem) = named(path, "shoot", new);
        assert_eq!((status, &problem["code"]), (422, &json!("idempotency-key-reused")), "{path}: {problem}");
    }
    assert_eq!(named("/v1/imports", "", &new).0, 400);
    let listed = lab.get("/v1/imports").1;
    assert_eq!((listed["items"].as_array().unwrap().len(), site.asked("/a.kdc")), (1, 1), "{listed}");
    let (status, another) = named("/v1/imports", "another", &new);
    assert_eq!((status, &another["id"]), (202, &json!("imp_2")), "and nothing was begun in between");
}

/// Two of one tenant, of which one finds no room, and one of another tenant, which has its own.
#[test]
fn an_import_counts_as_uploads_do_with_the_tenant_that_asked() {
    let photo = bytes(&sample("real_kodak_dc50_DC0011M.KDC"));
    let mut lab = Lab::open_with(&format!("{HERE}[limits]\nstorage_bytes = {}\n", photo.len() + 1));
    let site = Site::open(vec![("/a.kdc", file(photo.clone())), ("/b.kdc", file(photo))]);
    let brought = |lab: &Lab, paths: &[&str]| {
        let urls: Vec<_> = paths.iter().map(|path| site.url(path)).collect();
        let path = format!("/v1/imports/{}", import(lab, json!({ "urls": urls })));
        let ended = over(lab, &path);
        let why: Vec<_> =
            files(lab, &path).into_iter().filter_map(|file| file["why"].as_str().map(str::to_owned)).collect();
        (ended["files"]["done"].as_u64().unwrap(), why)
    };
    let photos = |lab: &Lab| lab.get("/v1/photos").1["items"].as_array().unwrap().len();
    let (done, why) = brought(&lab, &["/a.kdc", "/b.kdc"]);
    assert!(done == 1 && why.len() == 1 && why[0].contains("bytes are taken; remove photos"), "{why:?}");
    lab.admin(&["tenant", "other"]);
    let other = lab.admin(&["key", "other"]).trim().to_owned();
    let own = std::mem::replace(&mut lab.key, other);
    assert_eq!((photos(&lab), brought(&lab, &["/a.kdc"]), photos(&lab)), (0, (1, vec![]), 1));
    lab.key = own;
    assert_eq!(photos(&lab), 1, "nobody else's");
}

#[test]
fn nobody_is_led_inside() {
    let trap = Site::open(vec![("/a.nef", file(vec![1; 9]))]);
    let lines = "[outward]\nallow = [\"127.0.0.2/32\"]\nhttp = true\n";
    let lab = Lab::open_with(lines);
    let port = trap.at.port();
    let hosts = [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fd00:ec2::254]",
    ];
    let inside: Vec<_> = hosts.iter().map(|host| format!("http://{host}:{port}/a.nef")).collect();
    let ways = inside.iter().map(|url| ("/way", moved(url.clone())));
    let ways: Vec<_> = ways.map(|way| Site::open_at("127.0.0.2:0", vec![way])).collect();
    let urls: Vec<_> = inside.iter().cloned().chain(ways.iter().map(|way| way.url("/way"))).collect();
    let path = format!("/v1/imports/{}", import(&lab, json!({ "urls": urls })));
    let ended = over(&lab, &path);
    assert_eq!(ended["files"]["failed"], urls.len(), "{ended}");
    for file in files(&lab, &path) {
        assert!(file["why"].as_str().unwrap().contains("not on the public internet"), "{file}");
    }
    assert_eq!(trap.asked("/a.nef"), 0, "nobody knocked");
    assert!(ways.iter().all(|way| way.asked("/way") == 1));
}

#[test]
fn all_mistakes_are_told_at_once_and_with_their_place() {
    let lab = Lab::open_with(HERE);
    let wrong = [
        ("https://me:s3cret@lab.example/a.nef", "password"),
        ("ftp://lab.example/a.nef", "no URL of the web"),
        ("https://lab.example/a.nef#b", "fragment"),
        ("lab.example/a.nef", "is no URL"),
        ("https://lab.example:25/a.nef", "port"),
        ("https://lab.example/twice.nef", ""),
        ("https://lab.example/twice.nef", "twice"),
    ];
    let urls: Vec<_> = wrong.iter().map(|(url, _)| url).collect();
    let (status, told) = lab.post("/v1/imports", json!({ "urls": urls, "priority": 101 }));
    assert_eq!((status, told["errors"].as_array().unwrap().len()), (422, 7), "{told}");
    for (at, (_, why)) in wrong.iter().enumerate().filter(|(_, (_, why))| !why.is_empty()) {
        let place = format!("urls[{at}]");
        let errors = told["errors"].as_array().unwrap();
        let error = errors.iter().find(|error| error["path"] == place.as_str()).unwrap();
        assert!(error["what"].as_str().unwrap().contains(why), "{error}");
    }
    assert!(!told.to_string().contains("s3cret"));
    let many: Vec<_> = (0..1_001).map(|n| format!("https://lab.example/{n}")).collect();
    assert_eq!(lab.post("/v1/imports", json!({ "urls": many })).0, 413);
    for new in [json!({}), json!({ "urls": [] }), json!({ "urls": ["https://a.example"], "bucket": "b" })] {
        assert_eq!(lab.post("/v1/imports", new.clone()).0, 422, "{new}");
    }
    let unknown = json!({ "urls": ["https://lab.example/a.nef"], "recipe": { "name": "none" } });
    assert_eq!(lab.post("/v1/imports", unknown).0, 404);
    assert_eq!(lab.post("/v1/imports", json!({ "bucket": "b" })).1["errors"][0]["path"], "bucket");
    assert_eq!(lab.get("/v1/imports").1["items"], json!([]), "nothing was begun");
}

#[test]
fn a_process_that_is_killed_in_the_middle_loses_and_doubles_nothing() {
    let mut lab = Lab::open_with(HERE);
    let photo = bytes(&sample("real_kodak_dc50_DC0011M.KDC"));
    let size = photo.len();
    let half = photo[..size / 2].to_vec();
    let names: Vec<&'static str> = (0..6).map(|n| &*format!("/{n}.kdc").leak()).collect();
    let behave = |n: usize| match n % 2 {
        0 => file(photo.clone()),
        _ => first(1, stuck(size, half.clone()), file(photo.clone())),
    };
    let site = Site::open(names.iter().enumerate().map(|(n, name)| (*name, behave(n))).collect());
    let urls: Vec<_> = names.iter().map(|path| site.url(path)).collect();
    let path = format!("/v1/imports/{}", import(&lab, json!({ "urls": urls })));
    until(|| names.iter().map(|name| site.asked(name)).sum::<usize>(), |asked| *asked >= 4);
    lab.kill_and_restart(&[]);
    let ended = over(&lab, &path);
    assert_eq!((&ended["files"]["done"], &ended["files"]["failed"]), (&json!(6), &json!(0)), "{ended}");
    assert_eq!(lab.get("/v1/photos").1["items"].as_array().unwrap().len(), 6, "each once");
    let checked = lab.admin(&["fsck"]);
    assert!(checked.contains("6 objects named, 0 missing or of another size, 0 unnamed"), "{checked}");
}

#[test]
fn an_import_is_cancelled_and_another_tenant_sees_nothing_of_it() {
    let lab = Lab::open_with(HERE);
    let site = Site::open(vec![("/a.nef", stuck(9_000, vec![1; 9])), ("/b.nef", stuck(9_000, vec![1; 9]))]);
    let id = import(&lab, json!({ "urls": [site.url("/a.nef"), site.url("/b.nef")], "recipe": null }));
    let path = format!("/v1/imports/{id}");
    assert_eq!(lab.get(&format!("/v1/exports/exp_{}", &id[4..])).0, 404, "it is no export");
    assert_eq!(lab.delete(&path).0, 204);
    let ended = over(&lab, &path);
    assert_eq!((&ended["state"], &ended["files"]["cancelled"]), (&json!("cancelled"), &json!(2)), "{ended}");
    assert_eq!(lab.get("/v1/photos").1["items"], json!([]));
    assert_eq!(lab.get("/v1/imports/imp_999").0, 404);
}

#[test]
fn a_file_that_nobody_wants_any_more_is_left() {
    let lab = Lab::open_with(SLOW);
    let gone = Arc::<AtomicBool>::default();
    let site = Site::open(vec![("/a.nef", noted(Arc::clone(&gone)))]);
    let path = format!("/v1/imports/{}", import(&lab, json!({ "urls": [site.url("/a.nef")] })));
    until(|| site.asked("/a.nef"), |asked| *asked == 1);
    assert_eq!(lab.delete(&path).0, 204);
    until(|| gone.load(Ordering::SeqCst), |gone| *gone);
}

#[test]
fn what_was_removed_meanwhile_is_not_in_the_batch() {
    let lab = Lab::open_with(SLOW);
    recipe(&lab);
    let (photo, let_go) = (bytes(&sample("real_kodak_dc50_DC0011M.KDC")), Arc::<AtomicBool>::default());
    let site = Site::open(vec![("/a.kdc", file(photo.clone())), ("/b.kdc", held(Arc::clone(&let_go), photo))]);
    let urls = [site.url("/a.kdc"), site.url("/b.kdc")];
    let path = format!("/v1/imports/{}", import(&lab, json!({ "urls": urls, "recipe": { "name": "web" } })));
    let listed = until(|| files(&lab, &path), |files| files[0]["state"] == "done");
    assert_eq!(lab.delete(&format!("/v1/photos/{}", listed[0]["photo"].as_str().unwrap())).0, 204);
    let_go.store(true, Ordering::SeqCst);
    let ended = over(&lab, &path);
    let batch = ended["batch"].as_str().unwrap_or_else(|| panic!("{ended}"));
    assert_eq!(lab.wait(batch)["totals"]["found"], 1, "what is left");
}
