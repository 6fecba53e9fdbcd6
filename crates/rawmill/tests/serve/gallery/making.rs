//! Links are made, listed and revoked by those who may, and told in the audit log.

use super::*;
use crate::people::{PASSWORD, owner};

#[test]
fn mistakes_are_told_before_anything_is_made() {
    let lab = Lab::open();
    let batch = develop(&lab, 1);
    let shares = format!("/v1/batches/{batch}/shares");
    let long = "a".repeat(101);
    for (wrong, why) in [
        (json!({ "expires_in_days": 0 }), "1 to 365"),
        (json!({ "expires_in_days": 366 }), "1 to 365"),
        (json!({ "passcode": "five5" }), "6 to 256"),
        (json!({ "label": long }), "100 characters"),
        (json!({ "label": "two\nlines" }), "one line"),
        (json!({ "renditions": ["web", "large"] }), "`large` is not made"),
        (json!({ "renditions": ["web"], "watermarked_only": true }), "`web` is not made with a watermark"),
        (json!({ "renditions": [] }), "choose at least one"),
        (json!({ "token": "mine" }), "unknown field"),
    ] {
        let (status, problem) = lab.post(&shares, wrong);
        assert!(status == 422 && problem.to_string().contains(why), "{why}: {problem}");
    }
    assert_eq!(lab.post("/v1/batches/bat_99/shares", json!({})).0, 404);
    assert_eq!(lab.get(&shares).1["items"], json!([]));
    let plain = "version = 1\n[[renditions]]\nname = \"web\"\nwidth = 64\nencode = { format = \"jpeg\" }\n";
    lab.post("/v1/recipes", json!({ "name": "plain", "text": plain }));
    let photo = lab.upload("photo", &photos()[2]);
    let (_, plain) = lab.post("/v1/batches", json!({ "recipe": { "name": "plain" }, "photos": [photo] }));
    let shares = format!("/v1/batches/{}/shares", plain["id"].as_str().unwrap());
    let (status, problem) = lab.post(&shares, json!({ "watermarked_only": true }));
    assert!(status == 422 && problem.to_string().contains("nothing of this batch"), "{problem}");
}

#[test]
fn a_link_is_of_its_tenant_and_batch() {
    let mut lab = Lab::open();
    let (batch, other) = (develop(&lab, 1), develop(&lab, 1));
    let (id, gallery) = share(&lab, &batch, json!({}));
    let guest = Guest::at(&lab.url);
    assert_eq!(lab.delete(&format!("/v1/batches/{other}/shares/{id}")).0, 404);
    lab.admin(&["tenant", "bert"]);
    let key = lab.admin(&["key", "bert"]).trim().to_owned();
    let own = std::mem::replace(&mut lab.key, key);
    let shares = format!("/v1/batches/{batch}/shares");
    assert_eq!([lab.get(&shares).0, lab.post(&shares, json!({})).0, lab.delete(&format!("{shares}/{id}")).0], [404; 3]);
    assert_eq!(guest.look(&gallery).status, 200);
    lab.key = own;
    assert_eq!(lab.delete(&format!("{shares}/{id}")).0, 204);
    assert_eq!(lab.delete(&format!("{shares}/{id}")).0, 404, "it is revoked already");
    assert_eq!(guest.look(&gallery).status, 404);
    let (_, listed) = lab.get(&shares);
    assert!(listed["items"][0]["revoked"].is_string() && listed["items"][0]["good"] == false, "{listed}");
}

#[test]
fn viewers_see_which_links_there_are_and_owners_who_made_them() {
    let lab = Lab::open();
    let batch = develop(&lab, 1);
    let mut anna = owner(&lab);
    let (mut otto, mut zoe) = (anna.bring("otto", "operator"), anna.bring("zoe", "viewer"));
    let shares = format!("/v1/batches/{batch}/shares");
    let made = otto.ask("POST", &shares, json!({ "label": "Kims", "passcode": PASSWORD }));
    assert_eq!(made.status, 201, "{made:?}");
    let id = made.body["id"].as_str().unwrap();
    let seen = zoe.list(&shares);
    assert_eq!((seen.len(), &seen[0]["by"], &seen[0]["passcode"]), (1, &json!("user otto"), &json!(true)));
    let one = format!("{shares}/{id}");
    assert_eq!([zoe.ask("POST", &shares, json!({})).status, zoe.ask("DELETE", &one, Value::Null).status], [403; 2]);
    let page = zoe.ask("GET", &format!("/batches/{batch}/shares"), Value::Null).body.to_string();
    assert!(
        page.contains("Kims") && !page.contains("data-api=\\\"DELETE /v1/batches") && !page.contains("<h2>"),
        "{page}"
    );
    assert_eq!(otto.ask("DELETE", &one, Value::Null).status, 204);
    let log = anna.list("/v1/audit");
    let told: Vec<_> = log.iter().map(|row| ["who", "what", "about"].map(|word| row[word].as_str().unwrap())).collect();
    let about = "link 1 to batch 1, Kims";
    assert_eq!(told[..2], [["user otto", "share.revoked", about], ["user otto", "share.made", about]]);
}
