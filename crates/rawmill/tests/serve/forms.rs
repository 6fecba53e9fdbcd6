//! Recipes as forms, close looks, and assets that are in use.

use super::lab::Lab;
use super::{RECIPE, photos};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every pixel depends on its neighbours or on its place.
const FINE: &str = "version = 1\n[output]\npath = \"{stem}\"\n[[filters]]\nop = \"unsharp_mask\"\nsigma = 2\namount = 2\n\
                    [[filters]]\nop = \"vignette\"\nstrength = 0.8\n[watermark]\ntext = \"proof\"\ntile = true\n\
                    [[renditions]]\nname = \"fine\"\nwidth = 700\nencode = { format = \"png\" }\n";

fn logo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/assets/logo.png")
}

fn find<'a>(parts: &'a Value, path: &str) -> Option<&'a Value> {
    let within = |part: &'a Value| if part["path"] == path { Some(part) } else { find(&part["parts"], path) };
    parts.as_array()?.iter().find_map(within)
}

#[test]
fn a_text_is_shown_as_a_form_and_edited_where_it_stands() {
    let lab = Lab::open();
    let text = RECIPE.replacen("width = 640", "width = 640 # for the site", 1);
    let (status, form) = lab.post("/v1/recipes/form", json!({ "text": text }));
    assert_eq!((status, &form["errors"]), (200, &json!([])), "{form}");
    let exposure = find(&form["parts"], "develop.exposure").unwrap();
    let entry = json!({ "kind": "number", "min": -5.0, "max": 5.0, "step": 0.1, "whole": false });
    assert_eq!((&exposure["entry"], &exposure["fallback"], &exposure["value"]), (&entry, &json!(0.0), &Value::Null));
    assert_eq!(find(&form["parts"], "renditions[0].width").unwrap()["value"], 640);
    let changes = json!([{ "path": "renditions[0].width", "value": 800 }, { "path": "renditions[1]" }]);
    let (status, edited) = lab.post("/v1/recipes/edit", json!({ "text": text, "changes": changes }));
    let (first, _) = text.split_once("[[renditions]]\nname = \"small\"").unwrap();
    assert_eq!((status, edited["text"].as_str().unwrap()), (200, first.replace("640", "800").as_str()));
    // As strict as the parser, and in its words.
    for (changes, path, what) in [
        (
            json!([{ "path": "develop.exposure", "value": 9 }]),
            "develop.exposure",
            "expected a number from -5 to 5, found 9",
        ),
        (
            json!([{ "path": "renditions[1].name", "value": "WEB" }]),
            "renditions[1].name",
            "duplicate name \"WEB\", first on line 5",
        ),
        (
            json!([{ "path": "nothing.here.at.all", "value": 1 }]),
            "nothing",
            "unknown key; known here: version, develop, \
            geometry, filters, watermark, metadata, output, seats, renditions",
        ),
    ] {
        let (status, told) = lab.post("/v1/recipes/edit", json!({ "text": RECIPE, "changes": changes }));
        let error = &told["errors"][0];
        assert_eq!((status, &error["path"], &error["what"]), (422, &json!(path), &json!(what)), "{told}");
    }
    for (path, body, status) in [
        ("form", json!({ "text": "version = " }), 422),
        ("form", json!({ "text": "{ \"version\": 1 }" }), 422),
        ("form", json!({ "text": "#".repeat(300_000) }), 413),
        ("edit", json!({ "text": RECIPE, "changes": [] }), 422),
        ("edit", json!({ "text": RECIPE, "changes": [{ "path": "a", "value": 1, "also": 2 }] }), 422),
    ] {
        let (found, told) = lab.post(&format!("/v1/recipes/{path}"), body);
        assert_eq!(found, status, "{told}");
    }
}

/// Width, height and samples of an 8-bit PNG.
fn pixels(bytes: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut samples = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut samples).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width as usize, info.height as usize, samples)
}

/// What a run makes of a photo.
fn made(photo: &Path) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("fine.toml"), FINE).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rawmill"));
    command.args(["run", "--recipe", "fine.toml", "--out", "out", "--quiet"]).arg(photo).current_dir(folder.path());
    assert!(command.status().unwrap().success());
    let name = photo.file_stem().unwrap().to_str().unwrap().to_owned() + ".png";
    std::fs::read(folder.path().join("out").join(name)).unwrap()
}

#[test]
fn a_close_look_has_the_very_pixels_of_the_finished_picture() {
    let lab = Lab::open();
    let photo = lab.upload("photo", &photos()[0]);
    let (width, height, whole) = pixels(&made(&photos()[0]));
    for (x, y, columns, rows) in [(0.5, 0.5, 100, 60), (0.0, 0.0, 33, 47), (1.0, 1.0, 64, 64), (0.7, 0.2, 1600, 16)] {
        let crop = json!({ "x": x, "y": y, "width": columns, "height": rows });
        let (headers, bytes) = lab.close_look(json!({ "photo": photo, "text": FINE, "crop": crop }));
        let told = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!((told("content-type"), told("rawmill-picture")), ("image/png".into(), format!("{width}x{height}")));
        let (across, down, part) = pixels(&bytes);
        let window = told("rawmill-window");
        let numbers: Vec<usize> = window.split([',', 'x']).map(|n| n.parse().unwrap()).collect();
        let [left, top, columns, rows] = numbers[..] else { panic!("{window}") };
        assert_eq!((across, down), (columns, rows), "{window}");
        let row = |y: usize| &whole[3 * (y * width + left)..3 * (y * width + left + columns)];
        assert!(part == (top..top + rows).flat_map(row).copied().collect::<Vec<u8>>(), "{window} differs");
    }
    for (crop, more) in [
        (json!({ "x": 0.5, "y": 0.5, "width": 1601, "height": 100 }), json!({})),
        (json!({ "x": 0.5, "y": 0.5, "width": 100, "height": 15 }), json!({})),
        (json!({ "x": 1.5, "y": 0.5, "width": 100, "height": 100 }), json!({})),
        (json!({ "x": 0.5, "y": 0.5, "width": 100, "height": 100 }), json!({ "size": 100 })),
    ] {
        let mut asked = json!({ "photo": photo, "text": FINE, "crop": crop });
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(lab.preview(asked.clone()).0, 422, "{asked}");
    }
    let text = FINE.replace("width = 700\n", "width = 700\nwindow = { x = 0.5, y = 0.5, width = 9, height = 9 }\n");
    assert_eq!(lab.post("/v1/recipes", json!({ "name": "cut", "text": text })).0, 422, "no recipe says so");
}

#[test]
fn an_asset_stays_while_a_recipe_names_it_and_is_of_its_kind() {
    let lab = Lab::open();
    let with = |asset: &str| RECIPE.to_owned() + &format!("[watermark]\nimage = \"{asset}\"\n");
    let (mark, photo) = (lab.upload("asset", &logo()), lab.upload("asset", &photos()[1]));
    let (status, told) = lab.post("/v1/recipes", json!({ "name": "marked", "text": with(&photo) }));
    assert_eq!(status, 422, "{told}");
    assert!(told["errors"][0]["what"].as_str().unwrap().ends_with("; a PNG is wanted here"), "{told}");
    assert_eq!(lab.post("/v1/recipes", json!({ "name": "marked", "text": with(&mark) })).0, 201);
    let (status, told) = lab.delete(&format!("/v1/assets/{mark}"));
    assert_eq!((status, &told["code"]), (409, &json!("conflict")), "{told}");
    assert!(told["detail"].as_str().unwrap().contains("`marked`"), "{told}");
    assert_eq!(lab.post("/v1/recipes", json!({ "name": "marked", "text": RECIPE })).0, 201);
    assert_eq!(lab.delete(&format!("/v1/assets/{mark}")).0, 204, "older versions hold nothing");
}
