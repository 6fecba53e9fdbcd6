//! Recipes that are refused, with the exact words; recipes that are accepted; the table against the model.

use super::*;
use std::collections::BTreeMap;

/// A sound recipe around `lines`, which begin on line 3.
fn recipe(lines: &str) -> String {
    format!("version = 1\n# the case\n{lines}\n[[renditions]]\nname = \"web\"\nencode = {{ format = \"jpeg\" }}\n")
}

fn check(lines: &str, expected: &str) {
    let found = match Recipe::parse(&recipe(lines), Format::Toml) {
        Ok(_) => "accepted".to_owned(),
        Err(e) => e.to_string(),
    };
    assert_eq!(found, expected, "\n{lines}");
}

#[test]
fn wrong_recipes_are_refused_with_line_key_range_and_hint() {
    for (lines, expected) in [
        ("develop.exposure = 7", "line 3: `develop.exposure`: expected a number from -5 to 5, found 7"),
        ("develop.exposure = nan", "line 3: `develop.exposure`: expected a number from -5 to 5, found NaN"),
        ("develop.exposure = \"1\"", "line 3: `develop.exposure`: expected a number from -5 to 5, found \"1\""),
        ("develop.exposre = 1", "line 3: `develop.exposre`: unknown key; did you mean `exposure`?"),
        ("[output]\nfolder = \"x\"", "line 4: `output.folder`: unknown key; known here: path"),
        (
            "develop.highlights = \"blnd\"",
            "line 3: `develop.highlights`: expected \"clip\" or \"blend\", found \"blnd\"; did you mean `blend`?",
        ),
        ("develop.hot_pixels = 1", "line 3: `develop.hot_pixels`: expected true or false, found 1"),
        ("develop.denoise = 101", "line 3: `develop.denoise`: expected a number from 0 to 100, found 101"),
        (
            "develop.denoise = true",
            "line 3: `develop.denoise`: expected \"auto\" or \"off\" or a number from 0 to 100, found true",
        ),
        (
            "develop.white_balance = \"asshot\"",
            "line 3: `develop.white_balance`: expected \"as-shot\" or \"auto\", found \"asshot\"; did you mean `as-shot`?",
        ),
        (
            "develop.white_balance = { kelvin = 900 }",
            "line 3: `develop.white_balance.kelvin`: expected a number from 2000 to 25000, found 900",
        ),
        (
            "develop.white_balance = { kelvin = 5000, multipliers = [1, 1, 1] }",
            "line 3: `develop.white_balance`: expected either kelvin or multipliers, found both",
        ),
        (
            "develop.white_balance = { tint = 3 }",
            "line 3: `develop.white_balance`: expected kelvin or multipliers, found neither",
        ),
        (
            "develop.white_balance = { multipliers = [1, 1] }",
            "line 3: `develop.white_balance.multipliers`: expected a list of 3, found 2 items",
        ),
        (
            "geometry.crop = { x = 0.5, y = 0, width = 0.6, height = 1 }",
            "line 3: `geometry.crop`: expected x + width of at most 1, found 1.1",
        ),
        (
            "geometry.crop = { x = 0, y = 0, width = 1 }",
            "line 3: `geometry.crop.height`: missing; expected a number from 0 to 1",
        ),
        (
            "geometry.crop = { x = 0, y = 0, width = 1, height = 0 }",
            "line 3: `geometry.crop`: expected a height above 0",
        ),
        ("geometry = 3", "line 3: `geometry`: expected a table, found 3"),
        (
            "[[filters]]\nop = \"unsharp-mask\"\nsigma = 1",
            "line 4: `filters[0].op`: expected one of gaussian_blur, unsharp_mask, sharpen, convolve, median, vignette, \
             grayscale, exec, found \"unsharp-mask\"; did you mean `unsharp_mask`?",
        ),
        (
            "[[filters]]\nsigma = 1",
            "line 3: `filters[0].op`: missing; expected one of gaussian_blur, unsharp_mask, sharpen, convolve, median, \
             vignette, grayscale, exec",
        ),
        (
            "[[filters]]\nop = \"median\"\nradius = 9",
            "line 5: `filters[0].radius`: expected a whole number from 1 to 7, found 9",
        ),
        (
            "[[filters]]\nop = \"median\"\nradius = 2.0",
            "line 5: `filters[0].radius`: expected a whole number from 1 to 7, found 2",
        ),
        (
            "[[filters]]\nop = \"gaussian_blur\"\nsigma = 2\namount = 1",
            "line 6: `filters[0].amount`: unknown key; known here: sigma",
        ),
        (
            "[[filters]]\nop = \"convolve\"\nkernel = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
            "line 5: `filters[0].kernel`: expected an odd square of weights (9, 25, 49 to 225), found 10",
        ),
        (
            "[[filters]]\nop = \"exec\"\ntool = \"rm -rf\"",
            "line 5: `filters[0].tool`: expected a name of 1 to 64 letters, digits, `-` or `_`, found \"rm -rf\"",
        ),
        ("[watermark]\nopacity = 0.5", "line 3: `watermark`: expected image or text, found neither"),
        (
            "[watermark]\nimage = \"a.png\"\ntext = \"a\"",
            "line 3: `watermark`: expected either image or text, found both",
        ),
        ("[watermark]\nimage = \"a.png\"\nfont = \"b.ttf\"", "line 5: `watermark.font`: font belongs to text"),
        (
            "develop.lut.strength = 50",
            "line 3: `develop.lut.file`: missing; expected the path of a file beside the recipe, without `..`",
        ),
        (
            "[watermark]\nimage = \"../a.png\"",
            "line 4: `watermark.image`: expected the path of a file beside the recipe, without `..`, found \"../a.png\"",
        ),
        (
            "[watermark]\ntext = \"a\"\ncolor = \"red\"",
            "line 5: `watermark.color`: expected a colour written #rrggbb, found \"red\"",
        ),
        (
            "output.path = \"{dir}/{name}\"",
            "line 3: `output.path`: unknown word {name}, known are {dir} {stem} {rendition} {date} {camera} {seq}",
        ),
        (
            "output.path = \"{dir}/{steam}\"",
            "line 3: `output.path`: unknown word {steam}, known are {dir} {stem} {rendition} {date} {camera} {seq}; did you \
             mean `stem`?",
        ),
        (
            "output.path = \"../{stem}\"",
            "line 3: `output.path`: an output path may not leave the output folder, found `..`",
        ),
        (
            "output.path = \"/tmp/{stem}\"",
            "line 3: `output.path`: expected a relative path of a file, found \"/tmp/{stem}\"",
        ),
        ("output.path = \"{stem\"", "line 3: `output.path`: expected a pair of braces around a word at \"{stem\""),
        (
            "output.path = \"{date}\"",
            "line 3: `output.path`: expected {stem} or {seq} in the path, so that photos do not overwrite each other",
        ),
        ("seats.denoise = 0", "line 3: `seats.denoise`: expected a whole number from 1 to 1000, found 0"),
        ("metadata.set.keywords = \"a\"", "line 3: `metadata.set.keywords`: expected a list of 0 to 200, found \"a\""),
        ("develop.exposure = 2026-11-21", "line 3: `develop.exposure`: expected a number from -5 to 5, found a date"),
    ] {
        check(lines, expected);
    }
}

fn check_renditions(text: &str, expected: &str) {
    let error = Recipe::parse(&format!("version = 1\n{text}"), Format::Toml).expect_err("refused").to_string();
    assert_eq!(error, expected, "\n{text}");
}

#[test]
fn wrong_renditions_are_refused() {
    for (text, expected) in [
        ("", "line 1: `renditions`: missing; expected a list of 1 to 32"),
        ("renditions = []", "line 2: `renditions`: expected a list of 1 to 32, found 0 items"),
        ("[[renditions]]\nname = \"a\"", "line 2: `renditions[0].encode`: missing; expected a table"),
        (
            "[[renditions]]\nname = \"a\"\nencode = { format = \"jpg\" }",
            "line 4: `renditions[0].encode.format`: expected one of jpeg, png, webp, tiff, avif, jxl, found \"jpg\"; did \
             you mean `jpeg`?",
        ),
        (
            "[[renditions]]\nname = \"a\"\nencode = { format = \"jpeg\", quality = 0 }",
            "line 4: `renditions[0].encode.quality`: expected a whole number from 1 to 100, found 0",
        ),
        (
            "[[renditions]]\nname = \"a\"\nencode = { format = \"tiff\", depth = 12 }",
            "line 4: `renditions[0].encode.depth`: expected 8 or 16, found 12",
        ),
        (
            "[[renditions]]\nname = \"a\"\nencode = { format = \"png\" }\n[[renditions]]\nname = \"A\"\nencode = { format = \
             \"jpeg\" }",
            "line 6: `renditions[1].name`: duplicate name \"A\", first on line 3",
        ),
        (
            "[[renditions]]\nname = \"a\"\nfit = \"pad\"\nwidth = 10\nencode = { format = \"png\" }",
            "line 4: `renditions[0].fit`: cover and pad need width and height of the box",
        ),
        (
            "[[renditions]]\nname = \"a\"\nwidth = 20000\nencode = { format = \"webp\" }",
            "line 4: `renditions[0].width`: webp holds at most 16383 pixels a side",
        ),
        (
            "[[renditions]]\nname = \"a\"\nintent = \"relative\"\nencode = { format = \"png\" }",
            "line 4: `renditions[0].intent`: intent belongs to profile",
        ),
        (
            "[[renditions]]\nname = \"a\"\nprofile = \"a.icc\"\nencode = { format = \"jxl\" }",
            "line 4: `renditions[0].profile`: JPEG XL with a profile of one's own is not supported; use tiff or png",
        ),
        (
            "output.path = \"{stem}\"\n[[renditions]]\nname = \"a\"\nencode = { format = \"png\" }\n[[renditions]]\nname = \
             \"b\"\nencode = { format = \"png\" }",
            "line 2: `output.path`: expected {rendition} in the path, since two renditions have the same format",
        ),
    ] {
        check_renditions(text, expected);
    }
}

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_lines() {
    check(
        "[develop]\nexposure = 9\nsaturation = 200\n[metadata]\nkeeep = \"all\"",
        "line 4: `develop.exposure`: expected a number from -5 to 5, found 9\n\
         line 5: `develop.saturation`: expected a number from -100 to 100, found 200\n\
         line 7: `metadata.keeep`: unknown key; did you mean `keep`?",
    );
}

#[test]
fn unreadable_texts_are_refused() {
    for (text, format, expected) in [
        (
            "version = 2\nrenditions = []",
            Format::Toml,
            "line 1: `version`: this rawmill knows version 1, found 2; a newer rawmill wrote it",
        ),
        (
            "renditions = []",
            Format::Toml,
            "line 1: `renditions`: expected a list of 1 to 32, found 0 items\nline 1: `version`: missing; expected a whole number from 1 to 1",
        ),
        ("{\n \"version\": 1,\n \"version\": 1 }", Format::Json, "line 3: `version`: duplicate key"),
        ("{\n \"version\": 1,\n", Format::Json, "line 3: EOF while parsing an object"),
        ("null", Format::Json, "line 1: expected a table, found null"),
        ("[1]", Format::Json, "line 1: expected a table, found a list"),
        ("photo,exposure", Format::Csv, "line 1: a recipe is TOML or JSON, not CSV"),
    ] {
        assert_eq!(Recipe::parse(text, format).expect_err("refused").to_string(), expected);
    }
    let deep = format!("{{\"version\":1,\"filters\":{}{}}}", "[".repeat(100), "]".repeat(100));
    assert!(Recipe::parse(&deep, Format::Json).expect_err("deep").to_string().contains("levels"));
    for text in ["a = [", "version = 1\nversion = 1", "\u{0}"] {
        assert!(Recipe::parse(text, Format::Toml).expect_err("syntax").to_string().starts_with("line "));
    }
}

/// Uses every key.
pub(super) const FULL: &str = include_str!("../../tests/full.toml");

fn full() -> Recipe {
    Recipe::parse(FULL, Format::Toml).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_canonical_form_reads_back_as_the_same_recipe() {
    for recipe in [full(), Recipe::parse(&recipe(""), Format::Toml).expect("sound")] {
        assert_eq!(Recipe::parse(&recipe.to_toml(), Format::Toml).unwrap_or_else(|e| panic!("{e}")), recipe);
        assert_eq!(Recipe::parse(&recipe.to_json(), Format::Json).unwrap_or_else(|e| panic!("{e}")), recipe);
    }
}

/// Every key of the table exists in the model and the other way round: the full recipe uses all keys of the table, and
/// its canonical form adds none.
#[test]
fn the_table_and_the_model_have_the_same_keys() {
    let (written, shown) = (keys(&toml_json(FULL)), keys(&toml_json(&full().to_toml())));
    assert_eq!(written, shown);
    let schema: serde_json::Value = serde_json::from_str(&schema()).expect("JSON");
    let mut known = Vec::new();
    schema_keys(&schema, &mut known);
    let used: std::collections::BTreeSet<String> =
        written.iter().map(|k| k.rsplit('.').next().unwrap_or(k).into()).collect();
    known.retain(|k| !used.contains(k) && k != "multipliers");
    assert_eq!(known, Vec::<String>::new(), "keys of the table that the full recipe lacks");
}

fn toml_json(text: &str) -> serde_json::Value {
    toml::from_str(text).expect("TOML")
}

/// Paths of all keys, without the numbers of lists.
fn keys(value: &serde_json::Value) -> std::collections::BTreeSet<String> {
    fn walk(value: &serde_json::Value, path: &str, into: &mut std::collections::BTreeSet<String>) {
        if let Some(object) = value.as_object() {
            for (key, value) in object {
                let path = format!("{path}.{key}");
                into.insert(path.clone());
                walk(value, &path, into);
            }
        }
        value.as_array().into_iter().flatten().for_each(|item| walk(item, path, into));
    }
    let mut found = std::collections::BTreeSet::new();
    walk(value, "", &mut found);
    found
}

pub(super) fn schema_keys(value: &serde_json::Value, into: &mut Vec<String>) {
    if let Some(properties) = value.get("properties").and_then(|p| p.as_object()) {
        into.extend(properties.keys().cloned());
    }
    match value {
        serde_json::Value::Object(o) => o.values().for_each(|v| schema_keys(v, into)),
        serde_json::Value::Array(a) => a.iter().for_each(|v| schema_keys(v, into)),
        _ => {}
    }
}

fn hashes(recipe: &Recipe) -> BTreeMap<String, String> {
    let digests = BTreeMap::from([("logo.png".to_owned(), "d1".to_owned())]);
    recipe.renditions.iter().map(|r| (r.name.clone(), recipe.rendition_hash(r, &digests))).collect()
}

#[test]
fn another_rendition_changes_no_hash() {
    let before = full();
    let mut after = before.clone();
    after.renditions.insert(0, Rendition { name: "new".into(), ..before.renditions[0].clone() });
    let (before, after) = (hashes(&before), hashes(&after));
    assert!(before.iter().all(|(name, hash)| after.get(name) == Some(hash)));
}

#[test]
fn what_decides_bytes_changes_the_hash() {
    let before = full();
    let name = &before.renditions[0].name;
    let changes: [fn(&mut Recipe); 6] = [
        |r| r.develop.exposure += 0.1,
        |r| r.geometry.straighten += 0.1,
        |r| r.filters.push(Filter::Grayscale),
        |r| r.renditions[0].width = Some(77),
        |r| r.metadata.keep = Keep::None,
        |r| r.watermark.as_mut().expect("full").opacity = 0.125,
    ];
    for (i, change) in changes.iter().enumerate() {
        let mut after = before.clone();
        change(&mut after);
        assert_ne!(hashes(&before)[name], hashes(&after)[name], "change {i}");
    }
    let rendition = &before.renditions[0];
    let with = |digest: &str| before.rendition_hash(rendition, &BTreeMap::from([("logo.png".into(), digest.into())]));
    assert_ne!(with("d1"), with("d2"));
}

#[test]
fn every_file_that_a_recipe_names_is_known() {
    use AssetKind::{Font, Lut, Picture, Profile};
    let mut recipe = full();
    recipe.renditions[1].watermark.as_mut().expect("full").image = Some("own.png".into());
    let named =
        [("brand.otf", Font), ("film.cube", Lut), ("logo.png", Picture), ("own.png", Picture), ("paper.icc", Profile)];
    assert_eq!(recipe.assets(), named);
    let digests = |changed: &str| {
        let digest = |name: &str| if name == changed { "new" } else { "old" };
        named.map(|(name, _)| (name.to_owned(), digest(name).to_owned())).into()
    };
    let hash = |changed: &str| recipe.rendition_hash(&recipe.renditions[1], &digests(changed));
    for (name, _) in named {
        assert_eq!(hash(name) != hash(""), name != "logo.png", "{name} is in the second rendition");
    }
    recipe.assets_mut().for_each(|id| id.insert_str(0, "new/"));
    assert_eq!(
        recipe.assets(),
        named.map(|(name, kind)| (format!("new/{name}"), kind)).each_ref().map(|(n, k)| (n.as_str(), *k))
    );
}

#[test]
fn what_does_not_decide_bytes_leaves_the_hash() {
    let before = full();
    let mut after = before.clone();
    after.seats.clear();
    after.output = Output::default();
    for rendition in &mut after.renditions {
        rendition.filters.splice(0..0, before.filters.iter().cloned());
        rendition.watermark = before.watermark_of(rendition).cloned();
    }
    (after.filters, after.watermark) = (Vec::new(), None);
    assert_eq!(hashes(&before), hashes(&after));
}

#[test]
fn overrides_replace_what_they_name() {
    let csv = "photo,exposure,kelvin,tint,crop_x,crop_y,crop_width,crop_height,straighten\n\
               a/1.dng,0.5,5500,3,0,0,0.5,0.5,\n2.dng,,,,,,,,-1.5\n";
    let toml = "['a/1.dng']\nexposure = 0.5\nwhite_balance = { kelvin = 5500, tint = 3 }\n\
                crop = { x = 0, y = 0, width = 0.5, height = 0.5 }\n['2.dng']\nstraighten = -1.5\n";
    let overrides = Overrides::parse(csv, Format::Csv).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(overrides, Overrides::parse(toml, Format::Toml).unwrap_or_else(|e| panic!("{e}")));
    assert_eq!(overrides.photos().collect::<Vec<_>>(), ["2.dng", "a/1.dng"]);
    assert_eq!(overrides.for_photo("1.dng"), None);
    let recipe = full();
    let first = recipe.with(overrides.for_photo("a/1.dng").expect("named"));
    assert_eq!(first.develop.exposure, 0.5);
    assert_eq!(first.develop.white_balance, WhiteBalance::Kelvin { kelvin: 5500.0, tint: 3.0 });
    assert_eq!(first.geometry.crop, Some(Crop { x: 0.0, y: 0.0, width: 0.5, height: 0.5 }));
    assert_eq!(first.geometry.straighten, recipe.geometry.straighten);
    let second = recipe.with(overrides.for_photo("any/2.dng").expect("by file name"));
    assert_eq!((second.geometry.straighten, second.develop.exposure), (-1.5, recipe.develop.exposure));
}

#[test]
fn wrong_overrides_are_refused() {
    for (text, format, expected) in [
        ("file,exposure\n", Format::Csv, "line 1: expected `photo` as the first column, found `file`"),
        (
            "photo,exposur\n",
            Format::Csv,
            "line 1: unknown column `exposur`, known are exposure, white_balance, kelvin, tint, straighten, crop_x, crop_y, \
             crop_width, crop_height; did you mean `exposure`?",
        ),
        ("photo,exposure,exposure\n", Format::Csv, "line 1: duplicate column `exposure`"),
        ("photo,exposure\na,1,2\n", Format::Csv, "line 2: expected 2 cells as in the header, found 3"),
        ("photo,exposure\na,1\n\na,2\n", Format::Csv, "line 4: `a`: duplicate photo, first on line 2"),
        ("photo,exposure\na,x\n", Format::Csv, "line 2: `a.exposure`: expected a number from -5 to 5, found \"x\""),
        ("photo,tint\na,1\n", Format::Csv, "line 2: `a.white_balance`: expected kelvin or multipliers, found neither"),
        (
            "photo,crop_x\na,1\n",
            Format::Csv,
            "line 2: `a.crop.y`: missing; expected a number from 0 to 1\nline 2: `a.crop.width`: missing; expected a number from 0 to 1\nline 2: `a.crop.height`: missing; expected a number from 0 to 1",
        ),
        (
            "['a']\ndemosaic = 1",
            Format::Toml,
            "line 2: `a.demosaic`: unknown key; known here: exposure, white_balance, straighten, crop",
        ),
    ] {
        assert_eq!(Overrides::parse(text, format).expect_err("refused").to_string(), expected, "{text}");
    }
}
