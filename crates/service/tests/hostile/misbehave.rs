//! The worker's work: it does what the content of a "photo" says.

use darkroom::work::{Facts, Input, Loaded, OpenFile, Settings, Work, Worked, WrittenFile};
use darkroom::{Failure, Header};
use develop::Recipe;
use develop::render::ToolRunner;
use photo::Size;
use std::io::Write;
use std::path::Path;

/// Does what the photo says.
#[derive(Clone, Copy)]
pub struct Misbehave;

impl Work for Misbehave {
    fn header(&mut self, input: Input, _: &Recipe, _: &Settings) -> Result<Header, Failure> {
        let (format, size) = (input.name.into(), Size::new(1, 1));
        let (file_bytes, estimate) = (input.bytes.len() as u64, 50_000_000);
        Ok(Header { format, size, file_bytes, capture: photo::Capture::default(), estimate })
    }

    fn develop(
        &mut self,
        input: Loaded,
        _: &Recipe,
        _: &Settings,
        outputs: Vec<OpenFile>,
        _: ToolRunner,
    ) -> Result<Worked, Failure> {
        match input.bytes.split(|&b| b == b' ').next().unwrap_or_default() {
            b"abort" => std::process::abort(),
            b"eat" => eat(),
            b"hang" => loop {
                std::hint::spin_loop();
            },
            b"corrupt" => {
                return Err(Failure::new(darkroom::Class::Input, "cannot decode", "this is no photo", "leave it out"));
            }
            _ => {}
        }
        let write = |(rendition, mut file): OpenFile| {
            file.write_all(&input.bytes).map_err(|e| darkroom::output::cannot_write(Path::new(&rendition), &e))?;
            let crc32 = crc32fast::hash(&input.bytes);
            Ok(WrittenFile { rendition, size: Size::new(1, 1), bytes: input.bytes.len() as u64, crc32 })
        };
        let files = outputs.into_iter().map(write).collect::<Result<_, Failure>>()?;
        Ok(Worked { files, notes: Vec::new(), stages_s: Vec::new() })
    }

    fn look(&mut self, input: Input, _: &Settings, _: Option<std::fs::File>) -> Result<Facts, Failure> {
        Ok(input.name.into())
    }
}

/// Takes far more memory than was said.
fn eat() {
    let mut memory = vec![0u8; 8 << 30];
    memory.iter_mut().step_by(4096).for_each(|b| *b = 1);
    std::hint::black_box(memory);
}
