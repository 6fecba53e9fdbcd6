//! What a link does not show is nowhere: whichever path somebody tries.

use super::*;

/// Everything of a photo that a gallery has, by path below the gallery.
fn paths(task: &str, renditions: &[&str]) -> Vec<String> {
    let files = renditions.iter().map(|name| format!("/{task}/files/{name}"));
    files.chain([format!("/{task}"), format!("/{task}/picture"), format!("/{task}/picture?large=true")]).collect()
}

#[test]
fn only_what_is_shared_is_shown_fetched_and_zipped() {
    let lab = Lab::open();
    let (other, batch) = (develop(&lab, 1), develop(&lab, 3));
    let (guest, all) = (Guest::at(&lab.url), super::super::renditions(&lab, &batch));
    let done = tasks(&lab, &batch, "succeeded");
    for (new, shown, hidden) in [
        (json!({ "watermarked_only": true }), "proof", ["web", "small"]),
        (json!({ "renditions": ["small"] }), "small", ["web", "proof"]),
        (json!({ "renditions": ["proof"], "watermarked_only": true }), "proof", ["web", "small"]),
    ] {
        let (_, gallery) = share(&lab, &batch, new);
        let of =
            |name: &str| all.iter().filter(|(path, _)| path.contains(name)).map(|(_, bytes)| bytes).collect::<Vec<_>>();
        for (at, task) in done.iter().enumerate() {
            let page = guest.look(&format!("{gallery}/{task}")).text();
            assert!(page.contains(&format!("/files/{shown}\"")), "{page}");
            for name in hidden {
                assert_eq!(guest.fetch(&format!("{gallery}/{task}/files/{name}")).status, 404, "{name}");
                assert!(!page.contains(name), "{page}");
            }
            let right = [format!("files/{shown}"), "picture".into(), "picture?large=true".into()];
            for path in right.map(|path| format!("{gallery}/{task}/{path}")) {
                let got = guest.fetch(&path);
                assert!(got.status == 200 && of(shown).contains(&&got.bytes), "{at}: {path}");
            }
        }
        let zip = guest.zip(&gallery, json!({}));
        assert!(zip.len() == 3 && zip.keys().all(|path| path.contains(shown)), "{:?}", zip.keys());
        assert_eq!(guest.zip(&gallery, json!({ "tasks": [done[1]] })).len(), 1);
        // Of another batch, failed, or nowhere.
        let strangers =
            [tasks(&lab, &other, "succeeded"), tasks(&lab, &batch, "failed"), vec!["tsk_99".into()]].concat();
        for task in &strangers {
            for path in paths(task, &[shown, hidden[0]]) {
                assert_eq!(guest.fetch(&format!("{gallery}{path}")).status, 404, "{path}");
            }
            let chosen = json!({ "tasks": [task, done[0]] });
            assert_eq!(guest.send("POST", &format!("{gallery}/zip"), Some(chosen), &[]).status, 422);
        }
        for wrong in [json!({ "tasks": [] }), json!({ "renditions": ["web"] }), json!({ "tasks": ["x"] })] {
            assert_eq!(guest.send("POST", &format!("{gallery}/zip"), Some(wrong), &[]).status, 422);
        }
    }
}

#[test]
fn archives_of_others_are_not_found() {
    let lab = Lab::open();
    let batch = develop(&lab, 1);
    let (_, marked) = share(&lab, &batch, json!({ "watermarked_only": true }));
    let (_, whole) = share(&lab, &batch, json!({}));
    let guest = Guest::at(&lab.url);
    let look = |gallery: &str, ticket: &str| guest.send("GET", &format!("{gallery}/zip/{ticket}"), None, &[]).status;
    let (_, zip) = lab.post(&format!("/v1/batches/{batch}/zip"), json!({}));
    let name = zip["id"].as_str().unwrap();
    let ticket =
        guest.send("POST", &format!("{whole}/zip"), Some(json!({})), &[]).json()["id"].as_str().unwrap().to_owned();
    assert!(ticket.starts_with(name), "the same archive");
    assert_eq!(look(&whole, &ticket), 200);
    let seal = ticket.split_once('-').unwrap().1;
    let mine =
        guest.send("POST", &format!("{marked}/zip"), Some(json!({})), &[]).json()["id"].as_str().unwrap().to_owned();
    let mixed = format!("{name}-{}", mine.split_once('-').unwrap().1);
    for wrong in [name, &ticket, &mixed, &format!("{name}-{seal}0"), "x", "-", "..%2f..%2fout"] {
        assert_eq!(look(&marked, wrong), 404, "{wrong}");
    }
}

#[test]
fn a_passcode_is_asked_for_on_every_way() {
    let lab = Lab::open();
    let batch = develop(&lab, 1);
    let task = &tasks(&lab, &batch, "succeeded")[0];
    let (id, gallery) = share(&lab, &batch, json!({ "passcode": "six ch" }));
    let (_, other) = share(&lab, &batch, json!({ "passcode": "six ch" }));
    let mut guest = Guest::at(&lab.url);
    let ways: Vec<_> = paths(task, &["web"]).into_iter().chain([String::new(), "/zip/x".into()]).collect();
    let all = |guest: &Guest, gallery: &str| -> Vec<u16> {
        let zip = guest.send("POST", &format!("{gallery}/zip"), Some(json!({})), &[]).status;
        ways.iter().map(|way| guest.fetch(&format!("{gallery}{way}")).status).chain([zip]).collect()
    };
    assert!(all(&guest, &gallery).iter().all(|status| *status == 403), "{:?}", all(&guest, &gallery));
    let page = guest.look(&format!("{gallery}/{task}"));
    assert!(page.status == 403 && page.text().contains("name=\"passcode\"") && !page.text().contains("DC0011M"));
    for wrong in ["six cx", "", "SIX CH", "six ch "] {
        let got = guest.say(&gallery, wrong);
        assert_eq!((got.status, got.header("set-cookie")), (422, ""), "{wrong:?}");
    }
    let right = guest.say(&gallery, "six ch");
    let set = right.header("set-cookie");
    assert_eq!(right.status, 204);
    assert!(set.starts_with("rawmill-link=") && set.contains(&format!("; Path={gallery}; ")), "{set}");
    assert!(set.contains("; HttpOnly; SameSite=Lax") && set.contains("Max-Age=604800;"), "{set}");
    assert_eq!(guest.look(&gallery).status, 200);
    let open = all(&guest, &gallery);
    assert_eq!(open.iter().filter(|status| **status == 404).count(), 1, "only the archive that there is not: {open:?}");
    assert!(open.iter().all(|status| [200, 404].contains(status)), "{open:?}");
    assert!(all(&guest, &other).iter().all(|status| *status == 403), "the cookie is for one link");
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}/shares/{id}")).0, 204);
    assert!(all(&guest, &gallery).iter().all(|status| *status == 404), "and worth nothing when that is revoked");
    assert_eq!(guest.say(&gallery, "six ch").status, 404);
}

#[test]
fn nobody_learns_why_a_link_leads_nowhere() {
    let lab = Lab::open();
    let batch = develop(&lab, 1);
    let (id, revoked) = share(&lab, &batch, json!({ "passcode": "six ch" }));
    lab.delete(&format!("/v1/batches/{batch}/shares/{id}"));
    let (_, removed) = share(&lab, &batch, json!({}));
    let guest = Guest::at(&lab.url);
    assert_eq!(guest.look(&removed).status, 200);
    assert_eq!(lab.delete(&format!("/v1/batches/{batch}")).0, 204);
    let never = format!("/g/{}", "A".repeat(43));
    let pages = [&revoked, &removed, &never, &"/g/x".to_owned(), &"/g/%ff".to_owned()].map(|path| guest.look(path));
    for page in &pages {
        assert_eq!(
            (page.status, page.header("x-robots-tag"), page.header("referrer-policy")),
            (404, "noindex", "no-referrer")
        );
        assert_eq!(page.text(), pages[0].text());
    }
    assert!(pages[0].text().contains("This link does not work"));
    let korean = guest.send("GET", &never, None, &[("accept", "text/html"), ("accept-language", "ko-KR")]).text();
    assert!(korean.contains("사용할 수 없는 링크입니다") && korean.contains("lang=\"ko\""), "{korean}");
    let data = [&revoked, &never].map(|path| guest.fetch(&format!("{path}/tsk_1/picture")).text());
    assert_eq!(data[0], data[1]);
}
