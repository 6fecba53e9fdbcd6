//! One picture feeds several renditions.

use crate::{
    DevelopError,
    stage::{Chain, Sink},
};
use photo::{
    Simd, Size, Strip,
    resample::{Halver, Lanczos, Scaling},
};

/// Resamples the source for each rendition. Half levels that several of them need are made once: which levels a rendition
/// uses depends on its own [`Scaling`] alone, so its bytes do not depend on the others.
pub struct FanOut<'a> {
    /// Makes half level `i + 1` from level `i`.
    halvers: Vec<Halver>,
    branches: Vec<Branch<'a>>,
}

struct Branch<'a> {
    level: u32,
    lanczos: Lanczos,
    chain: Chain<'a>,
}

/// Name of the work in the stage table.
const RESAMPLE: &str = "resample";

impl<'a> FanOut<'a> {
    /// Branches for a source of size `source`: each its scaling and what follows.
    pub fn new(simd: Simd, source: Size, branches: Vec<(Scaling, Chain<'a>)>) -> Self {
        let deepest = branches.iter().map(|(scaling, _)| scaling.levels()).max().unwrap_or(0);
        let halvers = (0..deepest).scan(source, |size, _| {
            let halver = Halver::new(simd, *size);
            *size = halver.output_size();
            Some(halver)
        });
        let branches = branches.into_iter().map(|(scaling, chain)| Branch {
            level: scaling.levels(),
            lanczos: Lanczos::new(simd, &scaling.at_last_level()),
            chain,
        });
        Self { halvers: halvers.collect(), branches: branches.collect() }
    }
}

impl Sink for FanOut<'_> {
    fn name(&self) -> &'static str {
        RESAMPLE
    }

    fn push(&mut self, strip: &mut Strip) -> Result<(), DevelopError> {
        deliver(&mut self.halvers, 0, &mut self.branches, strip)
    }

    fn finish(&mut self) -> Result<(), DevelopError> {
        self.branches.iter_mut().try_for_each(|branch| branch.chain.finish())
    }
}

/// Gives rows of level `level` to the renditions that begin there, and to the next half level.
fn deliver(halvers: &mut [Halver], level: u32, branches: &mut [Branch], strip: &Strip) -> Result<(), DevelopError> {
    for branch in branches.iter_mut().filter(|b| b.level == level) {
        branch.lanczos.push(strip, &mut |rows| branch.chain.push(rows))?;
    }
    match halvers.split_first_mut() {
        None => Ok(()),
        Some((next, rest)) => next.push(strip, &mut |rows| deliver(rest, level + 1, branches, rows)),
    }
}
