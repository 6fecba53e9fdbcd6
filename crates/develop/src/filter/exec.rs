//! A program of the operator's, over the whole picture as 16-bit RGB. Who may start programs is the caller's matter.

use crate::quantise::to_u16;
use crate::render::{ToolPicture, ToolRunner};
use crate::stage::Down;
use crate::{DevelopError, Stage};
use photo::{Simd, Size, Strip};

/// Rows of one strip of the result.
const STRIP_ROWS: usize = 16;

/// Collects the picture, calls the tool, sends its picture on. Holds 6 bytes a pixel.
pub struct Exec<'a> {
    tool: String,
    size: Size,
    tools: ToolRunner<'a>,
    samples: Vec<u16>,
    strip_samples: Vec<u16>,
}

impl<'a> Exec<'a> {
    /// The tool named `tool` over a picture of `size`.
    pub fn new(tool: String, size: Size, tools: ToolRunner<'a>) -> Self {
        Self { tool, size, tools, samples: Vec::new(), strip_samples: Vec::new() }
    }
}

impl Stage for Exec<'_> {
    fn name(&self) -> &'static str {
        "exec"
    }

    fn push(&mut self, strip: &mut Strip, _down: Down) -> Result<(), DevelopError> {
        if self.samples.is_empty() {
            self.samples.reserve_exact(3 * self.size.area() as usize);
        }
        to_u16(Simd::PLAIN, strip, &mut self.strip_samples);
        self.samples.extend_from_slice(&self.strip_samples);
        Ok(())
    }

    fn finish(&mut self, down: Down) -> Result<(), DevelopError> {
        let picture = ToolPicture { size: self.size, samples: std::mem::take(&mut self.samples) };
        let samples = call(self.tools, &self.tool, picture)?;
        let width = self.size.width as usize;
        let mut strip = Strip::default();
        for rows in samples.chunks(3 * width * STRIP_ROWS) {
            strip.reshape(width, rows.len() / (3 * width));
            unpack(rows, &mut strip);
            down(&mut strip)?;
        }
        Ok(())
    }
}

/// Calls the tool and holds its answer to the size of the question.
fn call(tools: ToolRunner, tool: &str, picture: ToolPicture) -> Result<Vec<u16>, DevelopError> {
    let (size, len) = (picture.size, picture.samples.len());
    let made = tools(tool, picture)?;
    if made.size == size && made.samples.len() == len {
        return Ok(made.samples);
    }
    let shape = |s: Size, n: usize| format!("{} × {} pixels, {n} samples", s.width, s.height);
    let why = format!("expected {}, found {}", shape(size, len), shape(made.size, made.samples.len()));
    Err(DevelopError::Tool { tool: tool.into(), why })
}

fn unpack(samples: &[u16], strip: &mut Strip) {
    for (i, pixel) in samples.chunks_exact(3).enumerate() {
        (0..3).for_each(|c| strip.planes[c][i] = f32::from(pixel[c]) / 65535.0);
    }
}

/// The same over a whole picture.
///
/// # Errors
/// Those of the tool; a picture of another size.
pub fn plain(picture: &Strip, tool: &str, tools: ToolRunner) -> Result<Strip, DevelopError> {
    let mut samples = Vec::new();
    to_u16(Simd::PLAIN, picture, &mut samples);
    let samples = call(tools, tool, ToolPicture { size: picture.size(), samples })?;
    let mut out = Strip::new(picture.width, picture.rows);
    unpack(&samples, &mut out);
    Ok(out)
}
