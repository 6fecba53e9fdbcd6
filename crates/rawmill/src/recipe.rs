//! `rawmill recipe`.

use crate::args::RecipeCommand;
use crate::files;
use crate::say::{self, Trouble};
use crate::shell::print;
use crate::{COULD_NOT_RUN, DONE};
use std::path::PathBuf;

/// Checks, shows or describes recipes.
pub fn recipe(command: &RecipeCommand) -> Result<u8, Trouble> {
    match command {
        RecipeCommand::Check { files } => Ok(check(files)),
        RecipeCommand::Show { file, json } => {
            let recipe = files::recipe(file)?;
            let text = if *json { recipe.to_json() } else { recipe.to_toml() };
            print(format!("{}\n", text.trim_end()).as_bytes())
        }
        RecipeCommand::Schema => print(format!("{}\n", develop::recipe::schema().trim_end()).as_bytes()),
    }
}

fn check(files: &[PathBuf]) -> u8 {
    let wrong = files.iter().filter_map(|file| files::recipe(file).and_then(|r| files::assets(&r, file)).err());
    let wrong: Vec<Trouble> = wrong.collect();
    wrong.iter().for_each(say::error);
    if wrong.is_empty() { DONE } else { COULD_NOT_RUN }
}
