//! Previews: one photo by one recipe, at once.

use super::lab::Lab;
use super::{RECIPE, by_the_mill, photos};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Width and height of a JPEG file, from its frame header.
pub fn size(jpeg: &[u8]) -> (u32, u32) {
    assert_eq!(jpeg[..2], [0xff, 0xd8], "no JPEG: {}", String::from_utf8_lossy(jpeg));
    let mut at = 2;
    while !matches!(jpeg[at + 1], 0xc0..=0xc2) {
        at += 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
    }
    let number = |at: usize| u32::from(u16::from_be_bytes([jpeg[at], jpeg[at + 1]]));
    (number(at + 7), number(at + 5))
}

fn problem((status, after, body): (u16, Option<String>, Vec<u8>)) -> (u16, Option<String>, Value) {
    (status, after, serde_json::from_slice(&body).unwrap())
}

/// Files that a process of the service keeps on their way.
pub fn scratch(lab: &Lab) -> Vec<std::path::PathBuf> {
    let list = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().map(|e| e.unwrap().path()).collect();
    let folders: Vec<_> = list(&lab.path("rawmill-data/scratch"));
    folders.iter().flat_map(|folder| list(folder)).collect()
}

#[test]
fn a_preview_is_what_a_batch_would_make() {
    let mut lab = Lab::open();
    let photo = lab.upload("photo", &photos()[0]);
    let (status, _, web) = lab.preview(json!({ "photo": photo, "text": RECIPE, "size": 1600 }));
    let made: BTreeMap<String, Vec<u8>> = by_the_mill();
    let stem = photos()[0].file_stem().unwrap().to_str().unwrap().to_owned();
    assert!(status == 200 && web == made[&format!("{stem}/web.jpg")], "the first rendition, byte by byte");
    let (_, _, smaller) = lab.preview(json!({ "photo": photo, "text": RECIPE, "size": 100 }));
    let ((width, height), (full_width, full_height)) = (size(&smaller), size(&web));
    assert_eq!((width.max(height), width < height), (100, full_width < full_height));
    lab.post("/v1/recipes", json!({ "name": "web", "text": RECIPE }));
    let small = json!({ "photo": photo, "recipe": { "name": "web", "version": 1 }, "rendition": "small" });
    lab.kill_and_restart(&["--role", "web"]);
    let (status, _, small) = lab.preview(small);
    assert_eq!((status, size(&small).0), (200, 64), "a PNG is shown as a JPEG, and no worker is needed");
    assert!(scratch(&lab).is_empty(), "{:?}", scratch(&lab));
}

#[test]
fn what_cannot_be_previewed_says_why() {
    let mut lab = Lab::open_with("[seats]\ndenoise = 1\n");
    let broken = lab.path("text.nef");
    std::fs::write(&broken, "this is no photo").unwrap();
    let (broken, photo) = (lab.upload("photo", &broken), lab.upload("photo", &photos()[2]));
    let (status, _, told) = problem(lab.preview(json!({ "photo": broken, "text": RECIPE })));
    assert_eq!((status, &told["code"]), (422, &json!("undeveloped")), "{told}");
    assert!(told["detail"].as_str().unwrap().starts_with("cannot develop this photo: "), "{told}");
    let seated = RECIPE.replacen("version = 1\n", "version = 1\nseats.denoise = 1\n", 1);
    for (asked, status, word) in [
        (json!({ "photo": "pho_99", "text": RECIPE }), 404, "pho_99"),
        (json!({ "photo": photo }), 422, "either"),
        (json!({ "photo": photo, "text": RECIPE, "recipe": { "name": "web" } }), 422, "either"),
        (json!({ "photo": photo, "recipe": { "name": "web" } }), 404, "web"),
        (json!({ "photo": photo, "text": RECIPE, "rendition": "huge" }), 422, "no rendition"),
        (json!({ "photo": photo, "text": RECIPE, "size": 1601 }), 422, "1601"),
        (json!({ "photo": photo, "text": "version = 1\n" }), 422, "mistakes"),
        (json!({ "photo": photo, "text": seated }), 422, "not supported"),
    ] {
        let (found, _, told) = problem(lab.preview(asked));
        assert_eq!((found, told["detail"].as_str().unwrap().contains(word)), (status, true), "{told}");
    }
    assert!(scratch(&lab).is_empty(), "{:?}", scratch(&lab));
    lab.admin(&["tenant", "other"]);
    lab.key = lab.admin(&["key", "other"]).trim().into();
    assert_eq!(lab.preview(json!({ "photo": photo, "text": RECIPE })).0, 404, "it is another's");
}

#[test]
fn previews_are_made_one_at_a_time() {
    let tool = "tools_of.default = [\"slow\"]\n[tools.slow]\nprogram = \"sh\"\n\
                args = [\"-c\", \"sleep 3; cp {in} {out}\"]\n";
    let lab = Lab::open_with(tool);
    let photo = lab.upload("photo", &photos()[2]);
    let text = RECIPE.replacen("[output]", "filters = [{ op = \"exec\", tool = \"slow\" }]\n[output]", 1);
    let ask = || lab.preview(json!({ "photo": photo, "text": text, "rendition": "small" }));
    let answers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let made: Vec<_> = answers.iter().filter(|(status, ..)| *status == 200).collect();
    let refused = answers.iter().filter(|(status, after, _)| *status == 429 && after.as_deref() == Some("1"));
    let told: Vec<_> = answers.iter().map(|(status, _, body)| (status, String::from_utf8_lossy(body))).collect();
    assert_eq!((made.len(), refused.count()), (1, 2), "{told:?}");
    assert_eq!(size(&made[0].2).0, 64);
    assert_eq!(ask().0, 200, "the next one comes after it");
}
