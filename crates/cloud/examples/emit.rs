//! A design on standard input, its template on standard output: for programs that judge templates. The name of another
//! format may be given, such as `github-actions`.

use cloud::Design;
use cloud::emit::{Format, emit};
use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let format = std::env::args().nth(1).map_or(Ok(Format::CloudFormation), |name| name.parse())?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let written = emit(&Design::parse(&text)?, format)?;
    Ok(std::io::stdout().write_all(written.as_bytes())?)
}
