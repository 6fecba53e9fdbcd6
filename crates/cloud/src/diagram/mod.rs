//! A design as a picture: zones are columns, tiers are rows, and an arrow is what security groups allow.
//!
//! The same design gives the same bytes. From the top down: [`plan`] says what stands in which row and column, [`flows`] who
//! may ask whom, [`words`] what is written, [`marks`] what was found, [`wires`] where arrows run, [`columns`] and [`rows`] how far apart, [`sheet`]
//! where all of it lies, [`draw`] draws it. [`pen`] writes SVG, for traces too.

mod columns;
mod draw;
mod flows;
mod kinds;
mod marks;
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

use crate::findings::Finding;
use crate::{Design, Network};

/// The design as SVG, 1200 wide or more, with findings at what they concern and in a list below.
pub fn svg(design: &Design, findings: &[Finding]) -> String {
    let network = Network::new(design);
    let plan = plan::Plan::new(&network);
    let flows = flows::flows(&network);
    let words = words::Words::new(design, &network, marks::Marks(findings));
    let sheet = sheet::Sheet::new(&plan, flows, &words);
    draw::draw(design, &network, &plan, &words, &sheet)
}
