//! The command line of `rawmill cloud import`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A CloudFormation template, YAML or JSON
    #[arg(value_name = "TEMPLATE")]
    pub template: PathBuf,
    /// A value for a parameter of the template, in place of its default; may be repeated
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    pub parameters: Vec<(String, String)>,
    /// The region that the template is deployed in [default: as its metadata says, or else us-east-1]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// What the design and the stack are called [default: as the metadata says, or else the file's name]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The VPC to take, by its logical id, where there are several
    #[arg(long, value_name = "ID")]
    pub vpc: Option<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
