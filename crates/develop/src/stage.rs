//! The chain that the rows of a picture pass through.
//!
//! Rows are pushed from top to bottom in strips. A stage may change a strip in place, or hold rows back until it has the
//! neighbours that it needs; what it emits is again whole rows from top to bottom. So memory stays at a few strips,
//! whatever the height of the picture.

use crate::error::DevelopError;
use photo::{Size, Strip};

/// Where a stage sends its rows.
pub type Down<'a> = &'a mut dyn FnMut(&mut Strip) -> Result<(), DevelopError>;

/// One operation on rows.
pub trait Stage {
    /// Name in the report's stage table, as the recipe writes the operation.
    fn name(&self) -> &'static str;

    /// The size of the picture that leaves, for the size that enters.
    fn output_size(&self, input: Size) -> Size {
        input
    }

    /// Takes the next rows of the picture; sends on what is finished. May change `strip` in place and send it on.
    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError>;

    /// Sends on what was held back; called once, after the last row.
    fn finish(&mut self, _down: Down) -> Result<(), DevelopError> {
        Ok(())
    }
}

/// The end of a chain.
pub trait Sink {
    /// Takes the next rows of the picture.
    fn push(&mut self, strip: &mut Strip) -> Result<(), DevelopError>;

    /// There are no more rows.
    fn finish(&mut self) -> Result<(), DevelopError>;
}

/// Stages in order, and where they end.
pub struct Chain<'a> {
    /// The first takes the source's rows.
    pub stages: Vec<Box<dyn Stage + 'a>>,
    /// Takes the last one's rows.
    pub sink: Box<dyn Sink + 'a>,
}

impl Sink for Chain<'_> {
    fn push(&mut self, strip: &mut Strip) -> Result<(), DevelopError> {
        feed(&mut self.stages, self.sink.as_mut(), strip)
    }

    fn finish(&mut self) -> Result<(), DevelopError> {
        for first in 0..self.stages.len() {
            let (stage, rest) = self.stages[first..].split_first_mut().expect("first is below len");
            stage.finish(&mut |strip| feed(rest, self.sink.as_mut(), strip))?;
        }
        self.sink.finish()
    }
}

fn feed(stages: &mut [Box<dyn Stage + '_>], sink: &mut dyn Sink, strip: &mut Strip) -> Result<(), DevelopError> {
    match stages.split_first_mut() {
        None => sink.push(strip),
        Some((first, rest)) => first.push(strip, &mut |strip| feed(rest, sink, strip)),
    }
}
