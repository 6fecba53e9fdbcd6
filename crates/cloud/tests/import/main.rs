//! Templates become designs.

mod back;
mod changes;
mod edits;
mod functions;
mod hostile;
mod public;
mod resources;

use cloud::import::{Imported, NoteKind, Options};
use cloud::{ImportError, Network, Question, Verdict, import, trace};

/// A design of a template without options.
fn imported(text: &str) -> Imported {
    import(text, &Options::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A network of two subnets in YAML; what is given stands behind it, as further resources.
fn with(more: &str) -> String {
    format!("{SMALL}{more}")
}

const SMALL: &str = "\
Resources:
  Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Gate: {Type: AWS::EC2::InternetGateway}
  Joined: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Net, InternetGatewayId: !Ref Gate}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1a, MapPublicIpOnLaunch: true}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.2.0/24, AvailabilityZone: us-east-1b}}
";

fn verdict(imported: &Imported, from: &str, to: &str, port: u16) -> (Verdict, String) {
    let protocol = cloud::packet::Protocol::Tcp;
    let question = Question { from: from.into(), to: to.into(), protocol, port, source: None };
    let trace = trace(&Network::new(&imported.design), &question).unwrap_or_else(|error| panic!("{error}"));
    let code =
        trace.blocked().filter(|_| trace.verdict == Verdict::Blocked).map_or("", |blocked| blocked.reason.code());
    (trace.verdict, code.to_owned())
}

/// The notes of a kind, as they are said.
fn notes(imported: &Imported, kind: NoteKind) -> Vec<String> {
    imported.notes.iter().filter(|note| note.kind == kind).map(ToString::to_string).collect()
}

fn refused(text: &str) -> ImportError {
    import(text, &Options::default()).expect_err("it should be refused")
}
