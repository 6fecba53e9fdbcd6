//! A design as a picture: zones are columns, tiers are rows, and an arrow is what security groups allow.
//!
//! The same design gives the same bytes. From the top down: [`plan`] says what stands in which row and column, [`flows`] who
//! may ask whom, [`words`] what is written, [`wires`] where arrows run, [`columns`] and [`rows`] how far apart, [`sheet`]
//! where all of it lies, [`draw`] draws it. [`pen`] writes SVG, for traces too.

mod columns;
mod draw;
mod flows;
mod kinds;
mod mermaid;
pub(crate) mod pen;
mod plan;
mod rows;
mod sheet;
#[cfg(test)]
mod tests;
mod wires;
mod words;

pub use mermaid::mermaid;

use crate::{Design, Network};

/// Something to say beside a part of the picture, such as a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The part: a subnet, or whatever stands in one or beside the network. Any other name is told below the picture.
    pub name: String,
    /// What is said.
    pub text: String,
}

/// The design as SVG, 1200 wide or more.
pub fn svg(design: &Design, marks: &[Mark]) -> String {
    let network = Network::new(design);
    let plan = plan::Plan::new(&network);
    let flows = flows::flows(&network);
    let words = words::Words::new(design, &network, marks);
    let sheet = sheet::Sheet::new(&plan, flows, &words);
    draw::draw(design, &network, &plan, &words, &sheet)
}
