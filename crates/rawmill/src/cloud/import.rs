//! `rawmill cloud import`.

use crate::DONE;
use crate::args::ImportArgs;
use crate::say::{self, Trouble};
use crate::shell::print;
use ::cloud::import::{LONGEST, Options, import};
use std::io::Read;
use std::path::Path;

/// Prints the design that a template becomes, and says on standard error what is not known of it.
pub fn run(args: &ImportArgs) -> Result<u8, Trouble> {
    let path = &args.template;
    let options = Options {
        name: args.name.clone(),
        file: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
        region: args.region.clone(),
        parameters: args.parameters.iter().cloned().collect(),
        vpc: args.vpc.clone(),
    };
    let imported = import(&text(path)?, &options)
        .map_err(|error| Trouble::new(format!("cannot import the template `{}`", path.display()), error, ""))?;
    print(imported.design.to_toml().as_bytes())?;
    imported.notes.iter().for_each(say::note);
    say::note(format!("{} of {} resources are known wholly", imported.resolved, imported.resources));
    Ok(DONE)
}

/// The text of a template, and of a longer one no more than is needed to refuse it.
fn text(path: &Path) -> Result<String, Trouble> {
    let unreadable = |error| Trouble::unreadable(path, &error);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > LONGEST {
        // What was read may end within a letter; it is refused for its length all the same.
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    String::from_utf8(bytes)
        .map_err(|_| Trouble::new(format!("cannot read `{}`", path.display()), "it is not UTF-8", ""))
}
