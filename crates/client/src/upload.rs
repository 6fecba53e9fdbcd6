//! Sends a file in parts, straight to the store by presigned links.

use crate::error::{Cause, Doing, Failure};
use crate::http::Client;
use crate::journal::Journal;
use crate::wire::{Kind, Link, Links, NewUpload, Object, Part, Upload};
use serde_json::json;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

/// A file to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is; absolute.
    pub path: PathBuf,
    /// What the server is to call it: its path below the folder that was named, with `/`.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Time of its last change, in nanoseconds since 1970.
    pub modified_ns: i64,
}

impl Source {
    /// As a file is now.
    pub fn of(path: &Path, name: impl Into<String>) -> Result<Self, Failure> {
        let here = std::path::absolute(path).and_then(|absolute| Ok((absolute.metadata()?, absolute)));
        let (meta, path) = here.map_err(Cause::from).doing(|| format!("cannot read `{}`", path.display()))?;
        Ok(Self { path, name: name.into(), size: meta.len(), modified_ns: modified_ns(&meta) })
    }

    fn is_as_it_was(&self, file: &File) -> Result<(), Cause> {
        let meta = file.metadata()?;
        let same = meta.len() == self.size && modified_ns(&meta) == self.modified_ns;
        if same { Ok(()) } else { Err(Cause::Local("it is being changed; push again when that is done".into())) }
    }
}

fn modified_ns(meta: &Metadata) -> i64 {
    meta.mtime().saturating_mul(1_000_000_000).saturating_add(meta.mtime_nsec())
}

/// Sends a file unless the journal says that it is there, going on with what was begun; returns the id of what it became.
/// `sent` hears of bytes as they arrive.
pub fn upload(
    client: &Client,
    journal: &Journal,
    kind: Kind,
    source: &Source,
    sent: &(dyn Fn(u64) + Sync),
) -> Result<String, Failure> {
    let what = || format!("cannot upload `{}`", source.path.display());
    if let Some(object) = journal.stored(kind, source) {
        sent(source.size);
        return Ok(object);
    }
    let file = File::open(&source.path).map_err(Cause::from).doing(what)?;
    source.is_as_it_was(&file).doing(what)?;
    let upload = begun(client, journal, kind, source).doing(what)?;
    let upload = match upload {
        Some(upload) => upload,
        None => {
            let upload = open(client, kind, source).doing(what)?;
            journal.note_opened(kind, source, &upload.id)?;
            upload
        }
    };
    let parts = send(client, &upload, source, &file, sent).doing(what)?;
    source.is_as_it_was(&file).doing(what)?;
    let path = format!("/v1/uploads/{}/complete", upload.id);
    let object: Object = client.post(&path, &json!({ "parts": parts })).doing(what)?;
    journal.note_stored(kind, source, &object.id)?;
    Ok(object.id)
}

/// The upload that an earlier push began, if the server still has it.
fn begun(client: &Client, journal: &Journal, kind: Kind, source: &Source) -> Result<Option<Upload>, Cause> {
    let Some(id) = journal.opened(kind, source) else { return Ok(None) };
    match client.get::<Upload>(&format!("/v1/uploads/{id}")) {
        Ok(upload) => Ok(Some(upload).filter(|u| u.state != "aborted")),
        // Gone, or of no more use: another one is begun.
        Err(cause) if matches!(cause.status(), Some(404 | 409)) => Ok(None),
        Err(cause) => Err(cause),
    }
}

fn open(client: &Client, kind: Kind, source: &Source) -> Result<Upload, Cause> {
    // A backslash is a letter here and a folder elsewhere; the server takes neither it nor control characters.
    let tame = |c: char| if c.is_control() || c == '\\' { '_' } else { c };
    let name: String = source.name.chars().map(tame).collect();
    client.post("/v1/uploads", &NewUpload { kind, name: &name, size: source.size })
}

/// Sends the parts that have not arrived; returns all of them, in order. Nothing is left to do for a completed upload.
fn send(
    client: &Client,
    upload: &Upload,
    source: &Source,
    file: &File,
    sent: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Part>, Cause> {
    if upload.state == "completed" {
        sent(source.size);
        return Ok(Vec::new());
    }
    if upload.part_size == 0 || source.size.div_ceil(upload.part_size) != u64::from(upload.part_count) {
        return Err(Cause::Strange("the server's parts do not make up the file".into()));
    }
    let mut parts = Vec::new();
    for number in 1..=upload.part_count {
        let part = match upload.arrived.iter().find(|p| p.number == number) {
            Some(part) => part.clone(),
            None => Part { number, etag: send_part(client, upload, number, file)? },
        };
        parts.push(part);
        let before = u64::from(number - 1) * upload.part_size;
        sent((source.size - before).min(upload.part_size));
    }
    Ok(parts)
}

/// A link may have ended, or the store may have forgotten it: each further try has a new one.
fn send_part(client: &Client, upload: &Upload, number: u32, file: &File) -> Result<String, Cause> {
    let given = upload.links.iter().find(|l| l.number == number);
    client.patience.keep_trying(|tried| {
        let link = match given.filter(|_| tried == 0) {
            Some(link) => link.clone(),
            None => sign(client, upload, number)?,
        };
        let from = u64::from(number - 1) * upload.part_size;
        let mut bytes = Bytes { file, at: from, left: link.size, failed: None };
        let put = client.put(&link.url, link.size, &mut bytes);
        match (put, bytes.failed) {
            (Err(_), Some(failed)) => Err(failed.into()),
            (Err(cause), None) if tried == 0 && cause.status() == Some(403) => Err(Cause::Unreachable(cause.why())),
            (put, _) => put,
        }
    })
}

fn sign(client: &Client, upload: &Upload, number: u32) -> Result<Link, Cause> {
    let path = format!("/v1/uploads/{}/parts:sign", upload.id);
    let links: Links = client.post_once(&path, &json!({ "numbers": [number] }), &[])?;
    let link = links.links.into_iter().find(|l| l.number == number);
    link.ok_or_else(|| Cause::Strange(format!("the server gave no link for part {number}")))
}

/// A piece of a file. A failure to read is kept, to be told apart from one of the network.
struct Bytes<'a> {
    file: &'a File,
    at: u64,
    left: u64,
    failed: Option<io::Error>,
}

impl Read for Bytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = match self.file.read_at(&mut buffer[..most], self.at) {
            Ok(0) if most > 0 => Err(io::Error::other("the file has become shorter")),
            read => read,
        };
        match read {
            Ok(n) => {
                (self.at, self.left) = (self.at + n as u64, self.left - n as u64);
                Ok(n)
            }
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
        }
    }
}
