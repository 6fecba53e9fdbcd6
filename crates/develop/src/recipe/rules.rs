//! What concerns several values of a recipe at once. The tree gives the lines.

use super::error::Problems;
use super::model::{Crop, Filter, Fit, Recipe, Rendition, Watermark};
use super::node::{Node, Value};
use super::template::Template;
use photo::encode::Encode;
use std::collections::HashMap;

/// Adds a problem for every broken rule of a recipe whose single values are sound.
pub(super) fn check(recipe: &Recipe, root: &Node, problems: &mut Problems) {
    let empty = Node::table(root.line, Vec::new());
    let at = |key| root.get(key).unwrap_or(&empty);
    crop(recipe.geometry.crop, at("geometry"), "geometry.", problems);
    filters(&recipe.filters, at("filters"), "filters", problems);
    watermark(recipe.watermark.as_ref(), at("watermark"), "watermark", problems);
    let nodes = at("renditions").items();
    for (i, (rendition, node)) in recipe.renditions.iter().zip(nodes).enumerate() {
        self::rendition(rendition, node, &format!("renditions[{i}]"), problems);
    }
    names(&recipe.renditions, nodes, problems);
    output(recipe, at("output"), problems);
}

/// `kelvin` or `multipliers`, in the table `node` that may have `white_balance`.
pub(super) fn white_balance(node: &Node, prefix: &str, problems: &mut Problems) {
    let Some(balance) = node.get("white_balance").filter(|n| matches!(n.value, Value::Table(_))) else { return };
    let path = format!("{prefix}white_balance");
    let has = |key| balance.get(key).is_some();
    match (has("kelvin"), has("multipliers")) {
        (true, true) => problems.add(balance.line, &path, "expected either kelvin or multipliers, found both"),
        (false, false) => problems.add(balance.line, &path, "expected kelvin or multipliers, found neither"),
        (false, true) if has("tint") => problems.add(balance.line_of("tint"), &path, "tint belongs to kelvin"),
        _ => {}
    }
}

/// The crop lies inside the picture.
pub(super) fn crop(crop: Option<Crop>, node: &Node, prefix: &str, problems: &mut Problems) {
    let Some(crop) = crop else { return };
    let (line, path) = (node.line_of("crop"), format!("{prefix}crop"));
    for (from, length, start, side) in [(crop.x, crop.width, "x", "width"), (crop.y, crop.height, "y", "height")] {
        if length <= 0.0 {
            problems.add(line, &path, format!("expected a {side} above 0"));
        }
        // Decimal fractions that sum to one may exceed it in binary by a rounding error.
        if from + length > 1.00001 {
            problems.add(line, &path, format!("expected {start} + {side} of at most 1, found {}", from + length));
        }
    }
}

fn rendition(rendition: &Rendition, node: &Node, path: &str, problems: &mut Problems) {
    let free_side = rendition.width.is_none() || rendition.height.is_none();
    if free_side && matches!(rendition.fit, Fit::Cover | Fit::Pad) {
        problems.add(node.line_of("fit"), &format!("{path}.fit"), "cover and pad need width and height of the box");
    }
    let (format, max_side) = match rendition.encode {
        Encode::Webp(_) => ("webp", 16_383),
        Encode::Jpeg(_) => ("jpeg", 65_500),
        _ => ("a file", 65_535),
    };
    for (key, side) in [("width", rendition.width), ("height", rendition.height)] {
        if side.is_some_and(|s| s > max_side) {
            problems.add(
                node.line_of(key),
                &format!("{path}.{key}"),
                format!("{format} holds at most {max_side} pixels a side"),
            );
        }
    }
    if rendition.profile.is_some() && matches!(rendition.encode, Encode::Jxl(_)) {
        let what = "JPEG XL with a profile of one's own is not supported; use tiff or png";
        problems.add(node.line_of("profile"), &format!("{path}.profile"), what);
    }
    if rendition.profile.is_none() && node.get("intent").is_some() {
        problems.add(node.line_of("intent"), &format!("{path}.intent"), "intent belongs to profile");
    }
    let empty = Node::table(node.line, Vec::new());
    filters(&rendition.filters, node.get("filters").unwrap_or(&empty), &format!("{path}.filters"), problems);
    let at = node.get("watermark").unwrap_or(&empty);
    watermark(rendition.watermark.as_ref(), at, &format!("{path}.watermark"), problems);
}

fn filters(filters: &[Filter], node: &Node, path: &str, problems: &mut Problems) {
    for (i, (filter, node)) in filters.iter().zip(node.items()).enumerate() {
        let Filter::Convolve { kernel, divisor, .. } = filter else { continue };
        let side = kernel.len().isqrt();
        if side * side != kernel.len() || side % 2 == 0 {
            let what = format!("expected an odd square of weights (9, 25, 49 to 225), found {}", kernel.len());
            problems.add(node.line_of("kernel"), &format!("{path}[{i}].kernel"), what);
        }
        if *divisor == Some(0.0) {
            problems.add(node.line_of("divisor"), &format!("{path}[{i}].divisor"), "expected a number other than 0");
        }
    }
}

fn watermark(mark: Option<&Watermark>, node: &Node, path: &str, problems: &mut Problems) {
    match mark.map(|m| (&m.image, &m.text)) {
        Some((Some(_), Some(_))) => problems.add(node.line, path, "expected either image or text, found both"),
        Some((None, None)) => problems.add(node.line, path, "expected image or text, found neither"),
        _ => {}
    }
    if mark.is_some_and(|m| m.font.is_some() && m.text.is_none()) {
        problems.add(node.line_of("font"), &format!("{path}.font"), "font belongs to text");
    }
}

/// Names differ, also on file systems that do not tell `a` from `A`.
fn names(renditions: &[Rendition], nodes: &[Node], problems: &mut Problems) {
    let mut first = HashMap::new();
    for (i, (rendition, node)) in renditions.iter().zip(nodes).enumerate() {
        let line = node.line_of("name");
        match first.entry(rendition.name.to_ascii_lowercase()) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(line);
            }
            std::collections::hash_map::Entry::Occupied(place) => {
                let what = format!("duplicate name \"{}\", first on line {}", rendition.name, place.get());
                problems.add(line, &format!("renditions[{i}].name"), what);
            }
        }
    }
}

/// The path is sound, and keeps the renditions of one photo apart.
fn output(recipe: &Recipe, node: &Node, problems: &mut Problems) {
    let line = node.line_of("path");
    let template = match Template::parse(&recipe.output.path) {
        Ok(template) => template,
        Err(what) => return problems.add(line, "output.path", what),
    };
    let formats: Vec<_> = recipe.renditions.iter().map(|r| std::mem::discriminant(&r.encode)).collect();
    let alike = (1..formats.len()).any(|i| formats[..i].contains(&formats[i]));
    if alike && !template.has_rendition() {
        problems.add(
            line,
            "output.path",
            "expected {rendition} in the path, since two renditions have the same format",
        );
    }
    if !template.tells_photos_apart() {
        problems.add(
            line,
            "output.path",
            "expected {stem} or {seq} in the path, so that photos do not overwrite each other",
        );
    }
}
