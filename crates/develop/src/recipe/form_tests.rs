//! The form against the table and the parser; edits against a plain change of the tree.

use super::edit::{Change, edit};
use super::form::{Choice, Entry, Part, form};
use super::tests::{FULL, schema_keys};
use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// As people write: comments at every place, tables with dots, lists in brackets.
const WRITTEN: &str = "# mine\nversion = 1 # one\n\ndevelop.exposure = 0.3 # lighter\ndevelop.denoise = \"off\"\n\n\
    # what follows is for the shop\nfilters = [ { op = \"sharpen\", amount = 0.3 }, { op = \"grayscale\" } ] # two\n\
    watermark = { text = \"proof\" , opacity = 0.4 }\ngeometry.crop = { x = 0.1, y = 0, width = 0.5, height = 1 }\n\n\
    [[renditions]] # the large one\nname = \"web\" # for the site\nwidth = 800\n# how it is kept\n\
    [renditions.encode]\nformat = \"jpeg\" # everywhere\nquality = 80\n\n[[renditions]]\nname = \"tiny\"\n\
    encode.format = \"webp\"\nwatermark = { image = \"logo.png\" }\n# the end\n";
/// As little as can be.
const LEAST: &str = "version = 1\nrenditions = [{ name = \"a\", encode = { format = \"png\" } }]";

fn parts(text: &str) -> Vec<Part> {
    fn walk(parts: Vec<Part>, into: &mut Vec<Part>) {
        for mut part in parts {
            let inner = std::mem::take(&mut part.parts);
            into.push(part);
            walk(inner, into);
        }
    }
    let mut all = Vec::new();
    walk(form(text).unwrap().parts, &mut all);
    all
}

fn tree(text: &str) -> Json {
    toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn choices(part: &Part) -> &[Choice] {
    match &part.entry {
        Entry::Choice { choices } | Entry::List { choices } => choices,
        _ => &[],
    }
}

/// What a change means, done to the tree by JSON pointers.
fn meant(mut root: Json, change: &Change) -> Json {
    let pointer = format!("/{}", change.path.replace(['.', '['], "/").replace(']', ""));
    let (above, last) = pointer.rsplit_once('/').unwrap();
    for (at, _) in above.match_indices('/').skip(1).chain([(above.len(), "")]).filter(|(at, _)| *at > 0) {
        let (outer, key) = above[..at].rsplit_once('/').unwrap_or_default();
        let grows = pointer[at..].strip_prefix('/').is_some_and(|rest| rest == "0");
        if let Some(Json::Object(fields)) = root.pointer_mut(outer) {
            fields.entry(key).or_insert(if grows { json!([]) } else { json!({}) });
        }
    }
    let emptied = match root.pointer_mut(above).unwrap_or_else(|| panic!("{above}")) {
        Json::Array(items) => {
            let at: usize = last.parse().unwrap();
            match &change.value {
                Json::Null => drop(items.remove(at)),
                value if at == items.len() => items.push(value.clone()),
                value => items[at] = value.clone(),
            }
            items.is_empty()
        }
        Json::Object(fields) => {
            match &change.value {
                Json::Null => drop(fields.remove(last)),
                value => drop(fields.insert(last.into(), value.clone())),
            }
            false
        }
        other => panic!("{other}"),
    };
    if emptied {
        let (outer, key) = above.rsplit_once('/').unwrap();
        root.pointer_mut(outer).unwrap().as_object_mut().unwrap().remove(key);
    }
    root
}

/// Without groups that say nothing.
fn bare(mut root: Json) -> Json {
    let empty = |group: &&str| root.get(group).is_some_and(|group| *group == json!({}));
    let gone: Vec<&str> = ["develop", "geometry", "metadata", "output"].into_iter().filter(empty).collect();
    gone.into_iter().for_each(|group| drop(root.as_object_mut().unwrap().remove(group)));
    root
}

/// Does what a form would do, and demands what the parser and the tree say of it.
fn check(text: &str, changes: &[Change]) -> Result<String, String> {
    let expected = changes.iter().fold(tree(text), meant);
    match (edit(text, changes), Recipe::parse(&expected.to_string(), Format::Json)) {
        (Ok(edited), Ok(_)) => {
            assert_eq!(bare(tree(&edited)), bare(expected), "{changes:?}\n{edited}");
            Ok(edited)
        }
        (Err(found), Err(expected)) => {
            let words =
                |e: &RecipeError| e.problems.iter().map(|p| format!("{}: {}", p.path, p.what)).collect::<BTreeSet<_>>();
            assert_eq!(words(&found), words(&expected), "{changes:?}");
            Err(found.to_string())
        }
        (edited, parsed) => panic!("{changes:?}: {edited:?}, but {parsed:?}"),
    }
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once("# ").map(|(_, comment)| comment)).collect()
}

#[test]
fn the_form_has_every_key_of_the_table_and_no_other() {
    let mut known = Vec::new();
    schema_keys(&serde_json::from_str(&schema()).unwrap(), &mut known);
    // What stands below these is for the text alone; and a version is no choice.
    let known: BTreeSet<String> =
        known.into_iter().filter(|key| key != "version").chain(["op".into(), "format".into()]).collect();
    let shown: BTreeSet<String> = parts(FULL).into_iter().map(|part| part.name.to_owned()).collect();
    assert_eq!(shown, known);
    let only: BTreeSet<_> = parts(FULL).into_iter().filter(|p| p.entry == Entry::TextOnly).map(|p| p.name).collect();
    assert_eq!(only, BTreeSet::from(["kernel", "keywords", "multipliers", "seats"]));
}

#[test]
fn a_part_says_what_the_text_says_and_what_holds_else() {
    let all = parts(WRITTEN);
    let part = |path: &str| all.iter().find(|p| p.path == path).unwrap_or_else(|| panic!("{path}"));
    let number = |min, max, step| Entry::Number { min, max, step, whole: false };
    assert_eq!(
        (part("develop.exposure").value.clone(), part("develop.exposure").entry.clone()),
        (Some(json!(0.3)), number(-5.0, 5.0, 0.1))
    );
    assert_eq!((&part("develop.vibrance").value, &part("develop.vibrance").fallback), (&None, &Some(json!(0.0))));
    let beside = ["renditions[1].watermark.text", "renditions[1].watermark.font"];
    assert_eq!(part("renditions[1].watermark.image").instead, beside);
    let words = |path: &str| choices(part(path)).iter().map(|c| c.word.clone()).collect::<Vec<_>>();
    assert_eq!(words("develop.white_balance"), ["", "as-shot", "auto", "kelvin", "multipliers"]);
    assert_eq!(words("develop.denoise"), ["", "auto", "off", "strength"]);
    let chosen = |path: &str| choices(part(path)).iter().find(|c| c.chosen).map(|c| c.word.clone());
    assert_eq!(chosen("develop.denoise").as_deref(), Some("off"));
    assert_eq!(chosen("develop.white_balance").as_deref(), Some(""));
    assert_eq!(chosen("geometry.trim").as_deref(), Some(""));
    assert_eq!(chosen("geometry.crop").as_deref(), Some("on"));
    assert_eq!(chosen("filters[1].op").as_deref(), Some("grayscale"));
}

#[test]
fn mistakes_of_the_text_stand_in_the_form() {
    let found = form(&WRITTEN.replace("0.3 # lighter", "9")).unwrap();
    assert_eq!(found.problems[0].to_string(), "line 4: `develop.exposure`: expected a number from -5 to 5, found 9");
    assert!(form("version = ").is_err(), "no TOML at all");
    assert!(form(&Recipe::parse(FULL, Format::Toml).unwrap().to_json()).is_err(), "JSON");
}

#[test]
fn whatever_may_be_chosen_is_what_stands_there_afterwards() {
    let mut made = 0;
    for text in [FULL, WRITTEN, LEAST] {
        for part in parts(text) {
            for choice in choices(&part) {
                let Ok(edited) = check(text, &choice.changes) else { continue };
                made += 1;
                if let Entry::Choice { .. } = part.entry {
                    let now = parts(&edited).into_iter().find(|p| p.path == part.path).unwrap();
                    let chosen: Vec<_> = choices(&now).iter().filter(|c| c.chosen).map(|c| &c.word).collect();
                    assert_eq!(chosen, [&choice.word], "{}\n{edited}", part.path);
                }
            }
        }
    }
    assert!(made > 300, "{made}");
}

#[test]
fn an_edit_keeps_what_is_written_around_it() {
    let put = |path: &str, value: Json| check(WRITTEN, &[Change::put(path, value)]).unwrap();
    let with = |from: &str, to: &str| WRITTEN.replace(from, to);
    assert_eq!(put("develop.exposure", json!(0.7)), with("0.3 # lighter", "0.7 # lighter"));
    assert_eq!(put("renditions[0].encode.quality", json!(91)), with("quality = 80", "quality = 91"));
    assert_eq!(
        put("watermark.margin", json!(0.1)),
        with("{ text = \"proof\" , opacity = 0.4 }", "{ text = \"proof\", opacity = 0.4, margin = 0.1 }")
    );
    assert_eq!(put("renditions[0].height", json!(600)), with("width = 800\n", "width = 800\nheight = 600\n"));
    assert!(
        put("filters[2]", json!({ "amount": 1, "op": "sharpen" }))
            .contains(", { op = \"sharpen\", amount = 1 }] # two")
    );
    assert_eq!(put("filters[0]", Json::Null), with("[ { op = \"sharpen\", amount = 0.3 }, { op", "[ { op"));
}

#[test]
fn any_item_can_be_taken_away() {
    let is_item = |part: &Part| part.path.ends_with(']');
    for (text, many) in [(FULL, 15), (WRITTEN, 4)] {
        let items: Vec<Part> = parts(text).into_iter().filter(is_item).collect();
        assert_eq!(items.len(), many);
        for item in items {
            check(text, &[Change::put(&item.path, Json::Null)]).unwrap_or_else(|why| panic!("{}: {why}", item.path));
        }
    }
}

#[test]
fn items_change_places_with_what_belongs_to_them() {
    let to = |text: &str, path: &str, to| edit(text, &[Change { to: Some(to), ..Change::put(path, Json::Null) }]);
    for text in [FULL, WRITTEN] {
        let moved = tree(&to(text, "filters[0]", 1).unwrap());
        let (before, after) = (tree(text)["filters"].clone(), moved["filters"].clone());
        assert_eq!((&before[0], &before[1]), (&after[1], &after[0]));
        assert_eq!(tree(text)["renditions"], moved["renditions"]);
    }
    let list = "version = 1\n# first\n[[filters]]\nop = \"median\"\nradius = 2\n# second\n[[filters]]\nop = \"grayscale\"\n\
                [[renditions]]\nname = \"a\"\nencode.format = \"png\"\n";
    let moved = to(list, "filters[1]", 0).unwrap();
    assert_eq!(comments(&moved), ["second", "first"]);
    for (path, place) in [("filters[9]", 0), ("filters[0]", 9), ("filters", 0), ("develop", 0), ("x[0]", 0)] {
        assert!(to(list, path, place).is_err(), "{path} {place}");
    }
}

#[test]
fn what_cannot_be_is_refused_in_the_words_of_the_parser() {
    let refused =
        |text: &str, path: &str, value: Json| edit(text, &[Change::put(path, value)]).expect_err(path).to_string();
    assert_eq!(
        refused(WRITTEN, "develop.exposure", json!(7)),
        "line 4: `develop.exposure`: expected a number from -5 to 5, found 7"
    );
    assert_eq!(
        refused(WRITTEN, "develop.exposre", json!(1)),
        "line 6: `develop.exposre`: unknown key; did you mean `exposure`?"
    );
    assert_eq!(
        refused(WRITTEN, "watermark.text", Json::Null),
        "line 9: `watermark`: expected image or text, found neither"
    );
    assert!(refused(WRITTEN, "renditions[7].width", json!(1)).contains("nothing like this can stand here"));
    for nonsense in [
        "",
        ".",
        "a..b",
        "a[",
        "a[x]",
        "a]",
        "[0]",
        "a b",
        "a[0]b",
        "version[0]",
        "version.x",
        "a[99999999999999999999]",
    ] {
        refused(WRITTEN, nonsense, json!(1));
    }
    // What was wrong before keeps nobody from changing something else, or from putting it right.
    let wrong = WRITTEN.replace("0.3 # lighter", "9");
    assert!(edit(&wrong, &[Change::put("renditions[0].width", json!(900))]).is_ok());
    assert!(Recipe::parse(&edit(&wrong, &[Change::put("develop.exposure", json!(1))]).unwrap(), Format::Toml).is_ok());
}

/// A value that a form might send for a part, allowed or not.
fn value(entry: &Entry, draw: f64, word: &str) -> Option<Json> {
    match entry {
        Entry::Number { min, max, whole: true, .. } => Some(json!((min + draw * (max + 1.0 - min)) as i64)),
        Entry::Number { min, max, .. } => Some(json!(((min + draw * 1.1 * (max - min)) * 1e4).round() / 1e4)),
        Entry::Switch => Some(json!(draw < 0.5)),
        Entry::Text | Entry::Asset { .. } => Some(json!(word)),
        Entry::Colour => Some(json!(format!("#{:06x}", (draw * 16_777_215.0) as u32))),
        Entry::Choice { .. } | Entry::List { .. } | Entry::Group | Entry::TextOnly => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn an_edit_changes_what_it_says_and_nothing_else(which in 0usize..3, at in 0.0f64..1.0, draw in 0.0f64..1.0, gone in prop::bool::weighted(0.2), word in "[ -~]{0,9}|[가-힣\"\\\\#]{1,3}") {
        let text = [FULL, WRITTEN, LEAST][which];
        let all: Vec<Part> = parts(text).into_iter().filter(|p| value(&p.entry, draw, &word).is_some()).collect();
        let part = &all[(at * all.len() as f64) as usize];
        let new = if gone { Json::Null } else { value(&part.entry, draw, &word).unwrap() };
        let beside = part.instead.iter().map(|path| Change::put(path, Json::Null));
        let changes: Vec<Change> = std::iter::once(Change::put(&part.path, new)).chain(beside).collect();
        if let Ok(edited) = check(text, &changes) {
            // A comment at the end of a line goes with its value.
            let lost = comments(text).len() - comments(&edited).len().min(comments(text).len());
            prop_assert!(lost <= changes.iter().filter(|c| c.value.is_null()).count(), "{}", edited);
        }
    }

    #[test]
    fn no_text_and_no_path_breaks_the_form(text in "[a-z\\[\\]{}=., \"#0-9\n]{0,60}", path in "[a-z0-9.\\[\\]]{0,12}", number in any::<i32>()) {
        let _ = form(&text);
        let _ = edit(&text, &[Change::put(&path, json!(number))]);
        let _ = edit(WRITTEN, &[Change::put(&path, json!({ "a": [number, null] }))]);
        let _ = edit(FULL, &[Change { to: Some(number as usize), ..Change::put(path, Json::Null) }]);
    }
}
