//! DNG opcode lists (DNG 1.7.1, chapter 7): small programs that a camera asks the reader to run.
//!
//! List 1 works on stored samples; the unpacking library runs it. List 2 works on linear samples before demosaicing, run
//! here. Of list 3, after demosaicing, the lens corrections are handed on. What stays undone is named in a note.

use super::raw::{Header, Pixels};
use crate::{BlackLevel, LensCorrection, Samples};
use flashraw::low_level::codecs::dng_opcodes::{self, Opcode, RowOps};
use flashraw::low_level::core::decoder::OpcodeLists;

/// The lists of a file, sorted by who runs them.
#[derive(Debug, Default)]
pub(super) struct Opcodes {
    before_demosaic: Vec<Opcode>,
    /// For the stages after demosaicing.
    pub lens: Vec<LensCorrection>,
    /// What is done, and what is not.
    pub notes: Vec<String>,
}

/// After list 2, whole-number samples hold black here and white at 65535: room for noise below black.
const BLACK_AFTER: f32 = 2048.0;

impl Opcodes {
    /// Reads the lists; a broken one is named in a note and left out.
    pub(super) fn read(lists: &OpcodeLists) -> Self {
        let mut found = Self::default();
        for (list, bytes) in lists.lists.iter().enumerate().filter(|(_, bytes)| bytes.len() > 4) {
            match dng_opcodes::parse(bytes) {
                Ok(opcodes) => opcodes.into_iter().for_each(|o| found.sort_in(list + 1, o)),
                Err(e) => found.notes.push(format!("DNG OpcodeList{} is damaged and not applied: {e}", list + 1)),
            }
        }
        found
    }

    fn sort_in(&mut self, list: usize, opcode: Opcode) {
        let name = opcode.name();
        let done = match list {
            1 => opcode.is_pixel_opcode(),
            2 if opcode.is_pixel_opcode() && opcode.is_row_local() => {
                self.before_demosaic.push(opcode);
                true
            }
            _ => lens_correction(&opcode).map(|l| self.lens.push(l)).is_some(),
        };
        let verb = if done { "is applied" } else { "is not applied" };
        let note = format!("DNG opcode {name} (list {list}) {verb}");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Runs list 2. The samples are rescaled, and the levels of `header` with them: black 2048 and white 65535, or 0 and 1
    /// for floats. Whole numbers are clipped at white, as the specification asks.
    pub(super) fn apply_before_demosaic(&self, header: &mut Header, samples: &mut Samples) {
        let planes = header.channels() as usize;
        let active = header.active;
        let (left, width) = (active.x as usize, active.width as usize);
        let Some(ops) =
            RowOps::new(&self.before_demosaic, width, planes, 0, width, active.height as usize, f32::from(u16::MAX))
        else {
            return;
        };
        if ops.is_empty() {
            return;
        }
        let row_len = header.size.width as usize * planes;
        let mut row = vec![0f32; row_len];
        for y in 0..header.size.height as usize {
            for (i, v) in row.iter_mut().enumerate() {
                *v = header.linear(i / planes, y, i % planes, samples.at(y * row_len + i));
            }
            if let Some(y) = y.checked_sub(active.y as usize).filter(|&y| y < active.height as usize) {
                ops.apply(y, &mut row[left * planes..(left + width) * planes]);
            }
            store(&row, samples, y * row_len);
        }
        header.set_uniform_levels(matches!(samples, Samples::U16(_)));
    }
}

impl Header {
    /// A stored sample as a fraction of saturation.
    fn linear(&self, x: usize, y: usize, plane: usize, sample: f32) -> f32 {
        let (black, white) = match &self.pixels {
            Pixels::Mosaic { cfa, black } => (black.at(x, y), self.white[cfa.color_at(x, y) as usize]),
            Pixels::Linear { black, .. } => (black[plane], self.white[plane]),
        };
        (sample - black) / (white - black).max(f32::MIN_POSITIVE)
    }

    fn set_uniform_levels(&mut self, whole_numbers: bool) {
        let (level, white) = if whole_numbers { (BLACK_AFTER, 65535.0) } else { (0.0, 1.0) };
        self.white = [white; 3];
        match &mut self.pixels {
            Pixels::Mosaic { black, .. } => *black = BlackLevel::uniform(level),
            Pixels::Linear { black, .. } => *black = [level; 3],
        }
    }
}

fn store(row: &[f32], samples: &mut Samples, at: usize) {
    match samples {
        Samples::U16(v) => {
            for (to, from) in v[at..at + row.len()].iter_mut().zip(row) {
                *to = (from * (65535.0 - BLACK_AFTER) + BLACK_AFTER).round() as u16;
            }
        }
        Samples::F32(v) => v[at..at + row.len()].copy_from_slice(row),
    }
}

/// The corrections that the pipeline knows; `None` also for impossible parameters.
fn lens_correction(opcode: &Opcode) -> Option<LensCorrection> {
    let finite = |values: &[f64]| values.iter().all(|v| v.is_finite());
    match opcode {
        Opcode::WarpRectilinear { planes, cx, cy } if matches!(planes.len(), 1 | 3) => {
            let planes: Vec<[f64; 6]> = planes.iter().map(|([a, b, c, d], [e, f])| [*a, *b, *c, *d, *e, *f]).collect();
            let usable = finite(planes.as_flattened()) && finite(&[*cx, *cy]);
            usable.then_some(LensCorrection::WarpRectilinear { planes, center: (*cx, *cy) })
        }
        Opcode::FixVignetteRadial { k, cx, cy } if finite(k) && finite(&[*cx, *cy]) => {
            Some(LensCorrection::FixVignetteRadial { k: *k, center: (*cx, *cy) })
        }
        _ => None,
    }
}
