//! Two versions of a recipe, line by line.

use super::Page;
use crate::frame::{Frame, Place};
use crate::show::page;
use crate::visitor::Visitor;
use crate::words::say;
use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use service::House;
use service::web::extract::{Path, Query};
use service::web::recipes;
use service::web::{Problem, Shop};
use similar::{ChangeTag, TextDiff};
use std::sync::Arc;
use std::time::Duration;

/// After so long it is told more coarsely.
const PATIENCE: Duration = Duration::from_millis(500);
/// Lines around a change that are shown.
const AROUND: usize = 3;

#[derive(Template)]
#[template(path = "changes.html")]
struct Changes {
    frame: Frame,
    name: String,
    title: String,
    /// Places that differ.
    places: Vec<Vec<Line>>,
}

/// `+`, `-` or a blank, its style, and the line.
#[derive(Debug, PartialEq)]
struct Line {
    sign: &'static str,
    style: &'static str,
    text: String,
}

/// Which versions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    from: u32,
    to: u32,
}

/// The page.
pub async fn look(State(house): Shop, visitor: Visitor, Path(name): Path<String>, Query(which): Query<Which>) -> Page {
    let before = text(&house, &visitor, &name, which.from).await?;
    let after = text(&house, &visitor, &name, which.to).await?;
    let frame = Frame::of(&visitor, Place::Recipes);
    let title = say(frame.w.form.compared, &[&which.from, &which.to]);
    Ok(page(&Changes { frame, name, title, places: places(&before, &after) }))
}

async fn text(house: &Arc<House>, visitor: &Visitor, name: &str, version: u32) -> Result<String, Problem> {
    let path = Path((name.to_owned(), version));
    Ok(recipes::version(State(Arc::clone(house)), visitor.reader(), path).await?.0.text)
}

fn places(before: &str, after: &str) -> Vec<Vec<Line>> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(before, after);
    let groups = diff.grouped_ops(AROUND);
    let lines = |ops: &Vec<similar::DiffOp>| ops.iter().flat_map(|op| diff.iter_changes(op)).map(line).collect();
    groups.iter().map(lines).collect()
}

fn line(change: similar::Change<&str>) -> Line {
    let (sign, style) = match change.tag() {
        ChangeTag::Insert => ("+", "good"),
        ChangeTag::Delete => ("-", "bad"),
        ChangeTag::Equal => (" ", ""),
    };
    Line { sign, style, text: change.value().trim_end_matches(['\n', '\r']).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: &str, after: &str) -> Vec<String> {
        let lines = places(before, after).into_iter().flatten();
        lines.map(|line| format!("{}{}", line.sign, line.text)).collect()
    }

    #[test]
    fn what_went_and_what_came_is_told_in_its_surroundings() {
        let before = "1\n2\n3\n4\nold\n5\n6\n7\n8\n";
        assert_eq!(told(before, &before.replace("old", "new")), [" 2", " 3", " 4", "-old", "+new", " 5", " 6", " 7"]);
        assert_eq!(told(before, before), [""; 0]);
        assert_eq!(told("", "a"), ["+a"]);
    }
}
