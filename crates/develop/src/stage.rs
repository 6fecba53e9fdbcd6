//! The chain that the rows of a picture pass through.
//!
//! Rows are pushed from top to bottom in strips. A stage may change a strip in place, or hold rows back until it has the
//! neighbours that it needs; what it emits is again whole rows from top to bottom. So memory stays at a few strips,
//! whatever the height of the picture.

use crate::{error::DevelopError, meter::Meter};
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
    /// Name in the report's stage table.
    fn name(&self) -> &'static str;

    /// Takes the next rows of the picture.
    fn push(&mut self, strip: &mut Strip) -> Result<(), DevelopError>;

    /// There are no more rows.
    fn finish(&mut self) -> Result<(), DevelopError>;
}

/// Stages in order, and where they end; each pays for its own time.
pub struct Chain<'a> {
    /// The first takes the source's rows.
    pub stages: Vec<Box<dyn Stage + 'a>>,
    /// Takes the last one's rows.
    pub sink: Box<dyn Sink + 'a>,
    /// Charges the time.
    pub meter: &'a Meter<'a>,
}

impl Sink for Chain<'_> {
    fn name(&self) -> &'static str {
        self.stages.first().map_or(self.sink.name(), |stage| stage.name())
    }

    fn push(&mut self, strip: &mut Strip) -> Result<(), DevelopError> {
        feed(&mut self.stages, self.sink.as_mut(), self.meter, strip)
    }

    fn finish(&mut self) -> Result<(), DevelopError> {
        for first in 0..self.stages.len() {
            let (stage, rest) = self.stages[first..].split_first_mut().expect("first is below len");
            let before = self.meter.enter(stage.name());
            stage.finish(&mut |strip| feed(rest, self.sink.as_mut(), self.meter, strip))?;
            self.meter.enter(before);
        }
        let before = self.meter.enter(self.sink.name());
        self.sink.finish()?;
        self.meter.enter(before);
        Ok(())
    }
}

fn feed(
    stages: &mut [Box<dyn Stage + '_>],
    sink: &mut dyn Sink,
    meter: &Meter,
    strip: &mut Strip,
) -> Result<(), DevelopError> {
    let Some((first, rest)) = stages.split_first_mut() else {
        let before = meter.enter(sink.name());
        sink.push(strip)?;
        meter.enter(before);
        return Ok(());
    };
    let before = meter.enter(first.name());
    first.push(strip, &mut |strip| feed(rest, sink, meter, strip))?;
    meter.enter(before);
    Ok(())
}
