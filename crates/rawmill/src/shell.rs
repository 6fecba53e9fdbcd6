//! What shells and `man` want to know of the command line.

use crate::args::Arguments;
use crate::say::{Trouble, words};
use crate::{COULD_NOT_RUN, DONE};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::{self, ErrorKind, Write};

/// Prints a completion script.
pub fn completions(shell: Shell) -> Result<u8, Trouble> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "rawmill", &mut script);
    print(&script)
}

/// Prints the man page, then those of the commands.
pub fn man() -> Result<u8, Trouble> {
    let mut page = Vec::new();
    let command = Arguments::command();
    let rendered = std::iter::once(&command)
        .chain(command.get_subcommands())
        .try_for_each(|c| clap_mangen::Man::new(c.clone()).render(&mut page));
    rendered.map_err(|e| Trouble::new("cannot write the man page", words(&e), ""))?;
    print(&page)
}

/// Writes data to standard output; a reader that has gone away is no error.
pub fn print(data: &[u8]) -> Result<u8, Trouble> {
    let mut out = io::stdout().lock();
    match out.write_all(data).and_then(|()| out.flush()) {
        Ok(()) => Ok(DONE),
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(COULD_NOT_RUN),
        Err(e) => Err(Trouble::new("cannot write to standard output", words(&e), "")),
    }
}
