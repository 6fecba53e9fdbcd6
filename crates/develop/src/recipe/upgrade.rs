//! Recipes of earlier versions keep working: each step rewrites the words of one version into those of the next.

use super::VERSION;
use super::error::{Problem, RecipeError};
use super::node::{Node, Value};

/// Rewrites version `n` into version `n + 1`; lines of values stay.
type Step = fn(&mut Node);

/// The step from version `i + 1`, for each `i`. Version 1 is the first that was published, so there is none yet.
const STEPS: &[Step] = &[];

/// Brings the tree to [`VERSION`]. A tree without a readable version is left to the check of keys.
pub(super) fn upgrade(root: &mut Node) -> Result<(), RecipeError> {
    upgrade_with(root, STEPS, VERSION)
}

fn upgrade_with(root: &mut Node, steps: &[Step], newest: u32) -> Result<(), RecipeError> {
    let line = root.line_of("version");
    let Some(Value::Integer(found)) = root.get("version").map(|n| n.value.clone()) else { return Ok(()) };
    let oldest = i64::from(newest) - steps.len() as i64;
    if !(oldest..=i64::from(newest)).contains(&found) {
        return Err(Problem::at(line, "version", unknown(found, oldest, newest)).into());
    }
    steps[(found - oldest) as usize..].iter().for_each(|step| step(root));
    set_version(root, newest);
    Ok(())
}

fn unknown(found: i64, oldest: i64, newest: u32) -> String {
    let known = if oldest == i64::from(newest) { newest.to_string() } else { format!("{oldest} to {newest}") };
    match found > i64::from(newest) {
        true => format!("this rawmill knows version {known}, found {found}; a newer rawmill wrote it"),
        false => format!("this rawmill knows version {known}, found {found}"),
    }
}

fn set_version(root: &mut Node, version: u32) {
    let Value::Table(entries) = &mut root.value else { return };
    if let Some(entry) = entries.iter_mut().find(|e| e.key == "version") {
        entry.node.value = Value::Integer(version.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::{Format, read};
    use super::*;

    /// Version 2 of this test's words calls `sharp` of version 1 `sharpen`; version 3 counts it in percent.
    const MADE_UP: &[Step] = &[
        |root| {
            let Value::Table(entries) = &mut root.value else { return };
            entries.iter_mut().filter(|e| e.key == "sharp").for_each(|e| e.key = "sharpen".into());
        },
        |root| {
            let Value::Table(entries) = &mut root.value else { return };
            for entry in entries.iter_mut().filter(|e| e.key == "sharpen") {
                if let Value::Number(n) = &mut entry.node.value {
                    *n *= 100.0;
                }
            }
        },
    ];

    fn upgraded(text: &str) -> Result<Node, RecipeError> {
        let mut root = read(text, Format::Toml)?;
        upgrade_with(&mut root, MADE_UP, 3).map(|()| root)
    }

    #[test]
    fn each_step_is_taken_once_from_where_the_recipe_stands() {
        for text in ["version = 1\nsharp = 0.5", "version = 2\nsharpen = 0.5", "version = 3\nsharpen = 50.0"] {
            let root = upgraded(text).expect("known version");
            assert_eq!(
                root.get("sharpen").map(|n| (n.line, n.value.clone())),
                Some((2, Value::Number(50.0))),
                "{text}"
            );
            assert_eq!(root.get("version").map(|n| n.value.clone()), Some(Value::Integer(3)));
        }
    }

    #[test]
    fn versions_outside_the_table_are_refused() {
        let text = |t| upgraded(t).expect_err("unknown version").to_string();
        assert_eq!(
            text("\nversion = 4"),
            "line 2: `version`: this rawmill knows version 1 to 3, found 4; a newer rawmill wrote it"
        );
        assert_eq!(text("version = 0"), "line 1: `version`: this rawmill knows version 1 to 3, found 0");
    }
}
