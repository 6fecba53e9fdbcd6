//! A stage around a filter that needs neighbouring rows.

use crate::rows::{RowWindow, Rows};
use crate::stage::Down;
use crate::{DevelopError, Stage};
use photo::Strip;

/// A filter that makes a row from the rows around it.
pub(super) trait RowFilter {
    /// As the recipe writes it.
    fn name(&self) -> &'static str;

    /// Rows that are needed above, and below.
    fn half(&self) -> usize;

    /// Changes rows on their way into the window.
    fn prepare(&self, _strip: &mut Strip) {}

    /// Makes the row in the middle of the window; `out` holds R, G, B.
    fn make(&mut self, rows: &Rows, out: [&mut [f32]; 3]);
}

/// The stage of such a filter.
pub(super) struct Windowed<F> {
    filter: F,
    window: RowWindow,
}

impl<'a, F: RowFilter + 'a> Windowed<F> {
    pub fn boxed(filter: F) -> Box<dyn Stage + 'a> {
        Box::new(Self { window: RowWindow::new(filter.half()), filter })
    }
}

impl<F: RowFilter> Stage for Windowed<F> {
    fn name(&self) -> &'static str {
        self.filter.name()
    }

    fn push(&mut self, strip: &mut Strip, down: Down) -> Result<(), DevelopError> {
        self.filter.prepare(strip);
        self.window.push(strip, down, |rows, out| self.filter.make(rows, out))
    }

    fn finish(&mut self, down: Down) -> Result<(), DevelopError> {
        self.window.finish(down, |rows, out| self.filter.make(rows, out))
    }
}
