//! The report of a batch.

use super::lab::Lab;
use super::{RECIPE, photos};
use serde_json::{Value, json};

fn sum<'a>(items: &'a Value, figure: impl Fn(&'a Value) -> u64) -> u64 {
    items.as_array().unwrap().iter().map(figure).sum()
}

#[test]
fn a_report_adds_up() {
    let lab = Lab::open_with("[seats]\ndenoise = 1\n[worker]\nslots = 2\n");
    let text = RECIPE.replacen("version = 1\n", "version = 1\nseats.denoise = 1\n", 1);
    let (status, recipe) = lab.post("/v1/recipes", json!({ "name": "seated", "text": text }));
    assert_eq!(status, 201, "{recipe}");
    let broken = lab.path("text.nef");
    std::fs::write(&broken, "this is no photo").unwrap();
    let ids: Vec<String> = photos().iter().chain([&broken]).map(|p| lab.upload("photo", p)).collect();
    let (_, batch) = lab.post("/v1/batches", json!({ "recipe": { "name": "seated" }, "photos": ids }));
    let id = batch["id"].as_str().unwrap();
    let ended = lab.wait(id);
    let (status, report) = lab.get(&format!("/v1/batches/{id}/report"));
    assert_eq!((status, &report["totals"]), (200, &ended["totals"]), "{report}");
    let bytes: u64 = photos().iter().map(|p| p.metadata().unwrap().len()).sum();
    let (_, made) = lab.get(&format!("/v1/batches/{id}/renditions"));
    let made = sum(&made["items"], |r| r["size"].as_u64().unwrap());
    assert_eq!((&report["bytes_in"], &report["bytes_out"]), (&json!(bytes), &json!(made)));
    let (_, usage) = lab.get("/v1/usage");
    assert_eq!(report["pixels"], sum(&usage["items"], |u| u["pixels"].as_u64().unwrap()));
    let figure = |path: &str| report.pointer(path).unwrap().as_f64().unwrap();
    assert!(figure("/wall_s") > 0.0 && figure("/photos_per_s") > 0.0 && figure("/pixels") > 1e6);
    assert!(figure("/memory/largest_peak") > 1e6, "{report}");
    assert!(figure("/waits/seats_s") >= 0.001, "two slots, one seat, whole milliseconds: {report}");
    assert!(0.0 < figure("/times/p50_s") && figure("/times/p50_s") <= figure("/times/longest_s"));
    assert_eq!(report["slowest"].as_array().unwrap().len(), 3);
    assert_eq!(figure("/slowest/0/seconds"), figure("/times/longest_s"));
    let stages = report["stages"].as_array().unwrap();
    assert!(stages.len() > 3 && stages.iter().any(|s| s["name"] == "decode"), "{report}");
    let failed = &report["failures"][0];
    assert_eq!(
        (&failed["photo"], &failed["attempts"], &failed["photo_id"]),
        (&json!("text.nef"), &json!(1), &json!(ids[3]))
    );
    assert!(failed["why"].as_str().unwrap().len() > 10, "{failed}");
}
