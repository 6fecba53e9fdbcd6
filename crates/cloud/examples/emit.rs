//! A design on standard input, its template on standard output: for programs that judge templates.

use cloud::Design;
use cloud::emit::{Format, emit};
use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let template = emit(&Design::parse(&text)?, Format::CloudFormation)?;
    Ok(std::io::stdout().write_all(template.as_bytes())?)
}
