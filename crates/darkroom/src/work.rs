//! The work on one photo, wherever it runs: in a child process or on a thread.

use crate::task::{Class, Failure, Header};
use develop::render::{Assets, Job, ToolRunner, render};
use develop::{DevelopError, Recipe};
use photo::decode::{self, Limits, Preview, PreviewSize};
use photo::encode::Output;
use photo::{PhotoError, Simd, Size};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// What holds for every photo of a run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Instruction set.
    pub simd: Simd,
    /// Largest picture in megapixels.
    pub max_megapixels: u64,
    /// Pictures and fonts that the recipe names.
    pub assets: Arc<Assets>,
}

/// The bytes of a photo and its file name (whose extension helps where the bytes do not tell).
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The whole file.
    pub bytes: &'a [u8],
    /// Its name.
    pub name: &'a str,
}

/// A photo whose bytes the work may let go of as soon as it has decoded them.
#[derive(Debug)]
pub struct Loaded<'a> {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Its name.
    pub name: &'a str,
}

/// A rendition's open file.
pub type OpenFile = (String, File);

/// What a worker made of a photo.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Worked {
    /// One entry an output, in the order of the recipe.
    pub files: Vec<WrittenFile>,
    /// Sentences for the user.
    pub notes: Vec<String>,
    /// Seconds by stage.
    pub stages_s: Vec<(String, f64)>,
}

/// A file as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenFile {
    /// Name of the rendition.
    pub rendition: String,
    /// Size in pixels.
    pub size: Size,
    /// Bytes written.
    pub bytes: u64,
    /// CRC-32 (IEEE) of them.
    pub crc32: u32,
}

/// Something that can be done to a photo under limits.
pub trait Work: Send + 'static {
    /// Reads the header and says how much memory the photo will need beside what the worker holds already.
    fn header(&mut self, input: Input, recipe: &Recipe, settings: &Settings) -> Result<Header, Failure>;

    /// Makes the renditions whose files are given.
    fn develop(
        &mut self,
        input: Loaded,
        recipe: &Recipe,
        settings: &Settings,
        outputs: Vec<OpenFile>,
        tools: ToolRunner,
    ) -> Result<Worked, Failure>;

    /// Tells all that the header says; writes the embedded preview where a file for it is given.
    fn look(&mut self, input: Input, settings: &Settings, preview: Option<File>) -> Result<Facts, Failure>;
}

/// What a header says, for people and scripts: a JSON object.
pub type Facts = serde_json::Value;

/// The real work: decode and develop.
#[derive(Debug, Clone, Copy, Default)]
pub struct Darkroom;

impl Work for Darkroom {
    fn header(&mut self, input: Input, recipe: &Recipe, settings: &Settings) -> Result<Header, Failure> {
        let probe = decode::probe(input.bytes, input.name).map_err(|e| refused(&e))?;
        Limits { max_megapixels: settings.max_megapixels }.check(probe.stored).map_err(|e| refused(&e))?;
        let (file_bytes, preview) = (input.bytes.len() as u64, small_preview(input));
        Ok(Header {
            format: format!("{} ({})", probe.format, probe.decoder),
            size: probe.upright,
            file_bytes,
            estimate: crate::estimate::peak(&probe, file_bytes, preview.as_ref(), recipe, settings),
            capture: probe.capture,
        })
    }

    fn develop(
        &mut self,
        input: Loaded,
        recipe: &Recipe,
        settings: &Settings,
        outputs: Vec<OpenFile>,
        tools: ToolRunner,
    ) -> Result<Worked, Failure> {
        let limits = Limits { max_megapixels: settings.max_megapixels };
        let start = Instant::now();
        let photo = decode::decode(&input.bytes, input.name, &limits).map_err(|e| refused(&e))?;
        let decode_s = start.elapsed().as_secs_f64();
        let preview = small_preview(Input { bytes: &input.bytes, name: input.name });
        drop(input.bytes);
        let wanted: Vec<String> = outputs.iter().map(|(name, _)| name.clone()).collect();
        let files = Files::new(outputs);
        let job = Job {
            photo: &photo,
            recipe,
            wanted: &wanted,
            assets: &settings.assets,
            preview: preview.as_ref().map(|p| p.jpeg.as_slice()),
            tools,
            clock: &|| start.elapsed().as_secs_f64(),
            simd: settings.simd,
        };
        let made = render(&job, &mut |rendition| files.open(&rendition.name)).map_err(|e| files.blame(&e))?;
        let notes = photo.notes.iter().chain(&made.notes).cloned().collect();
        let stages_s = std::iter::once(("decode".to_owned(), decode_s)).chain(made.stages_s).collect();
        Ok(Worked { files: files.finish(&made.renditions)?, notes, stages_s })
    }

    fn look(&mut self, input: Input, _settings: &Settings, preview: Option<File>) -> Result<Facts, Failure> {
        match preview {
            Some(file) => write_preview(input, file),
            None => {
                let probe = decode::probe(input.bytes, input.name).map_err(|e| refused(&e))?;
                serde_json::to_value(&probe).map_err(|e| unreported(&e))
            }
        }
    }
}

/// The camera's own picture, which says how light ours shall be; one that cannot be read counts as none.
fn small_preview(input: Input) -> Option<Preview> {
    decode::preview(input.bytes, input.name, PreviewSize::Small).ok().flatten()
}

fn write_preview(input: Input, mut file: File) -> Result<Facts, Failure> {
    let preview = decode::preview(input.bytes, input.name, PreviewSize::Largest).map_err(|e| refused(&e))?;
    let none =
        || Failure::new(Class::Input, "cannot write a preview", "the file embeds none", "make one with `rawmill run`");
    let preview = preview.ok_or_else(none)?;
    file.write_all(&preview.upright()).map_err(|e| crate::output::cannot_write("the preview".as_ref(), &e))?;
    serde_json::to_value(preview.size).map_err(|e| unreported(&e))
}

fn unreported(error: &serde_json::Error) -> Failure {
    Failure::new(Class::Crash, "cannot report on this photo", error.to_string(), "please report this as a bug")
}

/// A photo that is refused because of what its file holds.
pub fn refused(error: &PhotoError) -> Failure {
    let (class, hint) = match error {
        PhotoError::NotRead { advice, .. } => (Class::Input, *advice),
        PhotoError::UnknownFormat { .. } => (Class::Input, "only camera RAW, JPEG, PNG, TIFF and WebP files are read"),
        PhotoError::Unsupported { .. } => (Class::Input, "convert it to DNG, or leave it out with --exclude"),
        PhotoError::Damaged { .. } => (Class::Input, "the copy looks damaged; compare it with the card"),
        PhotoError::TooLarge { .. } => (Class::Limit, "allow it with --max-megapixels"),
        PhotoError::Write { .. } => (Class::Environment, ""),
        PhotoError::Encode { .. } | PhotoError::Profile { .. } => (Class::Recipe, ""),
    };
    Failure::new(class, "cannot develop this photo", error.to_string(), hint)
}

fn undeveloped(error: &DevelopError) -> Failure {
    let why = error.to_string();
    match error {
        DevelopError::Photo(error) => refused(error),
        DevelopError::Step { .. } => Failure::new(Class::Recipe, "cannot develop this photo", why, ""),
        DevelopError::AssetMissing { .. } => {
            Failure::new(Class::Recipe, "cannot develop this photo", why, "put the file beside the recipe")
        }
        DevelopError::Tool { .. } => {
            Failure::new(Class::Environment, "cannot develop this photo", why, "run the tool by hand on one picture")
        }
    }
}

/// The output files of one photo while they are written.
struct Files(Vec<(String, Rc<RefCell<Tally>>)>);

/// A file, what went into it, and the system's word where a write failed.
struct Tally {
    file: File,
    at: u64,
    /// Bytes that the checksum covers, from the start.
    bytes: u64,
    crc: crc32fast::Hasher,
    /// Something was written before the end: the checksum must be taken from the file.
    rewritten: bool,
    error: Option<io::Error>,
}

impl Files {
    fn new(outputs: Vec<OpenFile>) -> Self {
        let tally =
            |file| Tally { file, at: 0, bytes: 0, crc: crc32fast::Hasher::new(), rewritten: false, error: None };
        Self(outputs.into_iter().map(|(name, file)| (name, Rc::new(RefCell::new(tally(file))))).collect())
    }

    fn open(&self, rendition: &str) -> Result<Box<dyn Output>, DevelopError> {
        let tally = self.0.iter().find(|(name, _)| name == rendition).map(|(_, tally)| Tallied(Rc::clone(tally)));
        let why = || format!("rendition `{rendition}` has no file, since it is not wanted");
        tally.map(|t| Box::new(t) as Box<dyn Output>).ok_or_else(|| DevelopError::Step { step: "render", why: why() })
    }

    /// A failed write is the machine's fault, whatever the encoder made of it.
    fn blame(&self, error: &DevelopError) -> Failure {
        let culprit = self.0.iter().find_map(|(name, tally)| tally.borrow_mut().error.take().map(|e| (name, e)));
        match culprit {
            Some((name, io)) => crate::output::cannot_write(name.as_ref(), &io),
            None => undeveloped(error),
        }
    }

    fn finish(self, sizes: &[(String, Size)]) -> Result<Vec<WrittenFile>, Failure> {
        let size_of = |name: &str| sizes.iter().find(|(n, _)| n == name).map(|(_, size)| *size);
        let entry = |(rendition, tally): (String, Rc<RefCell<Tally>>)| {
            let size = size_of(&rendition).ok_or_else(|| unmade(&rendition))?;
            let tally = tally.borrow();
            let crc32 = tally.checksum().map_err(|e| crate::output::cannot_write(rendition.as_ref(), &e))?;
            Ok(WrittenFile { rendition, size, bytes: tally.bytes, crc32 })
        };
        self.0.into_iter().map(entry).collect()
    }
}

fn unmade(rendition: &str) -> Failure {
    let why = format!("rendition `{rendition}` was not made, though no step failed");
    Failure::new(Class::Crash, "cannot develop this photo", why, "please report this as a bug")
}

impl Tally {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        if self.at == self.bytes {
            self.crc.update(&bytes[..written]);
        } else {
            self.rewritten = true;
        }
        self.at += written as u64;
        self.bytes = self.bytes.max(self.at);
        Ok(written)
    }

    fn checksum(&self) -> io::Result<u32> {
        if !self.rewritten {
            return Ok(self.crc.clone().finalize());
        }
        let (mut crc, mut block) = (crc32fast::Hasher::new(), vec![0; 1 << 16]);
        let mut at = 0;
        while at < self.bytes {
            match self.file.read_at(&mut block, at)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => {
                    crc.update(&block[..n]);
                    at += n as u64;
                }
            }
        }
        Ok(crc.finalize())
    }
}

/// The encoder's view of a file.
struct Tallied(Rc<RefCell<Tally>>);

impl Write for Tallied {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut tally = self.0.borrow_mut();
        tally.write(bytes).inspect_err(|e| {
            tally.error = Some(e.raw_os_error().map_or_else(|| e.kind().into(), io::Error::from_raw_os_error));
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Tallied {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let mut tally = self.0.borrow_mut();
        tally.at = tally.file.seek(to)?;
        Ok(tally.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_file_even_when_the_encoder_goes_back() {
        let files = Files::new(vec![("web".into(), tempfile::tempfile().unwrap())]);
        let mut out = files.open("web").unwrap();
        out.write_all(b"????-second").unwrap();
        out.seek(SeekFrom::Start(0)).unwrap();
        out.write_all(b"1234").unwrap();
        out.seek(SeekFrom::End(0)).unwrap();
        out.write_all(b"!").unwrap();
        assert!(files.open("print").is_err());
        let made = files.finish(&[("web".into(), Size::new(2, 3))]).unwrap();
        assert_eq!((made[0].bytes, made[0].crc32), (12, crc32fast::hash(b"1234-second!")));
    }

    #[test]
    fn a_full_disk_is_the_machine_s_fault() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let files = Files::new(vec![("web".into(), full)]);
        let error = files.open("web").unwrap().write_all(b"x").unwrap_err();
        let blamed = files.blame(&DevelopError::Photo(PhotoError::Write { what: error.to_string() }));
        assert_eq!(blamed.class, Class::Environment);
        assert_eq!(blamed.to_string(), "cannot write `web`: no space left on device");
    }
}
