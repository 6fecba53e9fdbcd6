//! `rawmill cloud`.

mod cost;
mod import;
mod judge;

use crate::args::{CloudCommand, DiagramArgs, EmitArgs, InitArgs, Picture, ProveArgs, TraceArgs};
use crate::say::{self, Trouble};
use crate::shell::print;
use crate::{COULD_NOT_RUN, DONE};
use ::cloud::{Design, Network, Question, Verdict, diagram, examples, prove, trace};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// Something does not hold.
const DOES_NOT_HOLD: u8 = 1;

/// Prints, checks and questions designs.
pub fn cloud(command: &CloudCommand) -> Result<u8, Trouble> {
    match command {
        CloudCommand::Init(args) => init(args),
        CloudCommand::Check { designs } => Ok(check(designs)),
        CloudCommand::Import(args) => import::run(args),
        CloudCommand::Trace(args) => follow(args),
        CloudCommand::Prove(args) => prove_all(args),
        CloudCommand::Findings(args) => judge::findings(args),
        CloudCommand::Availability { design, json } => judge::availability(design, *json),
        CloudCommand::Failover(args) => judge::failover(args),
        CloudCommand::Cost(args) => cost::cost(args),
        CloudCommand::BreakEven(args) => cost::break_even(args),
        CloudCommand::Compare(args) => cost::compare(args),
        CloudCommand::Diagram(args) => draw(args),
        CloudCommand::Emit(args) => emit(args),
    }
}

fn init(args: &InitArgs) -> Result<u8, Trouble> {
    let all = || examples::EXAMPLES.iter().map(|example| format!("{:20} {}\n", example.name, example.about));
    let Some(name) = args.example.as_ref().filter(|_| !args.list) else {
        return print(all().collect::<String>().as_bytes());
    };
    let example = examples::named(name).ok_or_else(|| {
        let why = format!("there is no design `{name}`");
        Trouble::new("cannot print a design", why, "`rawmill cloud init --list` names them all")
    })?;
    print(example.text.as_bytes())
}

fn check(designs: &[PathBuf]) -> u8 {
    let wrong: Vec<Trouble> = designs.iter().filter_map(|path| design(path).err()).collect();
    wrong.iter().for_each(say::error);
    if wrong.is_empty() { DONE } else { COULD_NOT_RUN }
}

fn design(path: &Path) -> Result<Design, Trouble> {
    read(path).map(|(design, _)| design)
}

/// A design and its text.
fn read(path: &Path) -> Result<(Design, String), Trouble> {
    let text = std::fs::read_to_string(path).map_err(|error| Trouble::unreadable(path, &error))?;
    let wrong = |error| Trouble::new(format!("cannot use the design `{}`", path.display()), error, "");
    let design = Design::parse(&text).map_err(wrong)?;
    Ok((design, text))
}

fn emit(args: &EmitArgs) -> Result<u8, Trouble> {
    let template = ::cloud::emit::emit(&design(&args.design)?, args.format);
    let template = template.map_err(|error| Trouble::new("cannot emit this design", error, ""))?;
    print(template.as_bytes())
}

fn draw(args: &DiagramArgs) -> Result<u8, Trouble> {
    let (design, text) = read(&args.design)?;
    let found = if args.plain { Vec::new() } else { ::cloud::findings::findings(&design, &text).findings };
    let picture = match args.format {
        Picture::Svg => diagram::svg(&design, &found),
        Picture::Mermaid => diagram::mermaid(&design, &found),
    };
    print(picture.as_bytes())
}

fn prove_all(args: &ProveArgs) -> Result<u8, Trouble> {
    let proof = prove(&design(&args.design)?, &args.design.to_string_lossy());
    print(told(&proof, args.json.then(|| serde_json::to_string_pretty(&proof)))?.as_bytes())?;
    Ok(if proof.holds() { DONE } else { DOES_NOT_HOLD })
}

fn follow(args: &TraceArgs) -> Result<u8, Trouble> {
    let network = Network::new(&design(&args.design)?);
    let question = Question {
        from: args.from.clone(),
        to: args.to.clone(),
        protocol: args.proto,
        port: args.port.unwrap_or_default(),
        source: args.source_ip,
    };
    let found = trace(&network, &question).map_err(|error| Trouble::new("cannot follow this packet", error, ""))?;
    let text = match args.svg {
        true => found.svg(),
        false => told(&found, args.json.then(|| serde_json::to_string_pretty(&found)))?,
    };
    print(text.as_bytes())?;
    Ok(if found.verdict == Verdict::Allowed { DONE } else { DOES_NOT_HOLD })
}

fn told(words: &impl Display, object: Option<serde_json::Result<String>>) -> Result<String, Trouble> {
    let Some(object) = object else { return Ok(words.to_string()) };
    let text = object.map_err(|error| Trouble::new("cannot write JSON", error, ""))?;
    Ok(format!("{text}\n"))
}
