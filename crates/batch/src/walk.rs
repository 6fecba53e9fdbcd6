//! Finds the photos: files, folders and lists become one sorted listing. Looks at names and sizes, opens no file.

use crate::kinds::Kind;
use crate::names;
use crate::order::natural;
use globset::{Glob, GlobSet, GlobSetBuilder};
use ledger::Input;
use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::{self, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What to do with a RAW and a JPEG of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pairs {
    /// The RAW alone.
    #[default]
    Raw,
    /// The JPEG alone.
    Jpeg,
    /// Both.
    Both,
}

/// What to list.
#[derive(Debug, Clone)]
pub struct WalkOptions {
    /// Kinds that a folder yields.
    pub kinds: BTreeSet<Kind>,
    /// RAW and JPEG of the same name in one folder.
    pub pairs: Pairs,
    /// Where not empty, only files that fit one of these. Not for explicit paths.
    pub include: GlobSet,
    /// Files that fit one of these are left out. Not for explicit paths.
    pub exclude: GlobSet,
    /// The output folder; nothing in it is a photo.
    pub out: Option<PathBuf>,
}

impl Default for WalkOptions {
    fn default() -> Self {
        let none = GlobSet::empty();
        Self { kinds: [Kind::Raw].into(), pairs: Pairs::Raw, include: none.clone(), exclude: none, out: None }
    }
}

/// Patterns such as `*.NEF` or `2024/**`, against the path below the folder; one without `/` fits at any depth.
pub fn globs(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let anywhere = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
        set.add(Glob::new(&anywhere).map_err(|e| format!("pattern `{pattern}`: {}", e.kind()))?);
    }
    set.build().map_err(|e| e.to_string())
}

/// Paths of a list, one a line, or separated by zero bytes where it holds any.
pub fn read_list(mut list: impl Read) -> io::Result<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    list.read_to_end(&mut bytes)?;
    let separator = if bytes.contains(&0) { 0 } else { b'\n' };
    let lines =
        bytes.split(|b| *b == separator).map(|l| if separator == 0 { l } else { l.strip_suffix(b"\r").unwrap_or(l) });
    Ok(lines.filter(|l| !l.is_empty()).map(|l| std::ffi::OsString::from_vec(l.to_vec()).into()).collect())
}

/// A photo's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Absolute path.
    pub path: PathBuf,
    /// Path below the folder that was named, with `/`; the bare name of an explicit file.
    pub relative: String,
    /// What identifies its content.
    pub input: Input,
    /// Kind by name.
    pub kind: Kind,
}

/// Files that were seen and left out, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ignored {
    /// Settings of other programs.
    pub sidecars: u64,
    /// Names that begin with a dot; `._*` of macOS among them.
    pub hidden: u64,
    /// Kinds that were not asked for.
    pub other_kinds: u64,
    /// The other half of a RAW+JPEG pair.
    pub pairs: u64,
    /// By `--include` and `--exclude`.
    pub patterns: u64,
    /// Named twice.
    pub repeated: u64,
    /// 1 where the output folder was met.
    pub output_folder: u64,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The photos in natural order of their paths.
    pub photos: Vec<Found>,
    /// What was left out.
    pub ignored: Ignored,
    /// Paths that could not be read, and why.
    pub problems: Vec<(PathBuf, String)>,
}

/// Lists files and folders. Symbolic links are followed, loops are reported and left. Deterministic.
pub fn walk(roots: &[PathBuf], options: &WalkOptions) -> Listing {
    let mut listing = Listing::default();
    let out = options.out.as_ref().and_then(|out| out.canonicalize().ok());
    for root in roots {
        match std::path::absolute(root).and_then(|path| Ok((path.metadata()?, path))) {
            Ok((meta, path)) if meta.is_dir() => folder(&path, options, out.as_deref(), &mut listing),
            Ok((meta, path)) => explicit(path, &meta, &mut listing),
            Err(e) => listing.problems.push((root.clone(), reason(&e))),
        }
    }
    sort(&mut listing);
    listing
}

fn explicit(path: PathBuf, meta: &Metadata, listing: &mut Listing) {
    let Some(name) = path.file_name() else { return };
    let (kind, relative) = (Kind::of(name), names::text(Path::new(name)));
    listing.photos.push(found(path, relative, kind, meta));
}

fn found(path: PathBuf, relative: String, kind: Kind, meta: &Metadata) -> Found {
    let modified_ns = meta.mtime().saturating_mul(1_000_000_000).saturating_add(meta.mtime_nsec());
    let input = Input { name: names::text(&path), size: meta.len(), modified_ns, hash: None };
    Found { path, relative, input, kind }
}

fn folder(root: &Path, options: &WalkOptions, out: Option<&Path>, listing: &mut Listing) {
    let ignored = &mut listing.ignored;
    let enter = |entry: &DirEntry| {
        if entry.depth() == 0 || !entry.file_type().is_dir() {
            return true;
        }
        let (hidden, output) = (is_hidden(entry.file_name()), is_output(entry.path(), out));
        ignored.hidden += u64::from(hidden);
        ignored.output_folder += u64::from(output && !hidden);
        !hidden && !output
    };
    let entries: Vec<_> = WalkDir::new(root).follow_links(true).into_iter().filter_entry(enter).collect();
    let mut here = Vec::new();
    for entry in entries {
        match entry.and_then(|entry| candidate(root, &entry, options, &mut listing.ignored)) {
            Ok(found) => here.extend(found),
            Err(e) => listing.problems.push((e.path().unwrap_or(root).to_path_buf(), walk_reason(&e))),
        }
    }
    listing.photos.extend(pair(here, options, &mut listing.ignored));
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".")
}

/// By way of links too.
fn is_output(path: &Path, out: Option<&Path>) -> bool {
    out.is_some_and(|out| path == out || path.canonicalize().is_ok_and(|path| path == out))
}

/// The file, if it may be a photo. JPEGs pass: their pair decides.
fn candidate(
    root: &Path,
    entry: &DirEntry,
    options: &WalkOptions,
    ignored: &mut Ignored,
) -> walkdir::Result<Option<Found>> {
    if !entry.file_type().is_file() {
        return Ok(None);
    }
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    if is_left_out(below, options, ignored) {
        return Ok(None);
    }
    let kind = Kind::of(entry.file_name());
    Ok(Some(found(entry.path().to_path_buf(), names::text(below), kind, &entry.metadata()?)))
}

/// Whether a file is none to work on, by its path below the folder that was named; counts it then.
pub(crate) fn is_left_out(below: &Path, options: &WalkOptions, ignored: &mut Ignored) -> bool {
    let kind = Kind::of(below.file_name().unwrap_or_default());
    let left_out = if below.iter().any(is_hidden) {
        Some(&mut ignored.hidden)
    } else if kind == Kind::Sidecar {
        Some(&mut ignored.sidecars)
    } else if kind != Kind::Jpeg
        && !options.kinds.contains(&kind)
        && !(kind == Kind::Raw && options.pairs != Pairs::Raw)
    {
        Some(&mut ignored.other_kinds)
    } else if options.exclude.is_match(below) || !(options.include.is_empty() || options.include.is_match(below)) {
        Some(&mut ignored.patterns)
    } else {
        None
    };
    let Some(count) = left_out else { return false };
    *count += 1;
    true
}

/// Of a RAW and a JPEG of one name, keeps what `pairs` says; of single ones, the kinds asked for.
pub(crate) fn pair(files: Vec<Found>, options: &WalkOptions, ignored: &mut Ignored) -> Vec<Found> {
    let mut kinds: HashMap<PathBuf, (bool, bool)> = HashMap::new();
    if files.iter().any(|f| f.kind == Kind::Jpeg) {
        for file in &files {
            let seen = kinds.entry(file.path.with_extension("")).or_default();
            *seen = (seen.0 || file.kind == Kind::Raw, seen.1 || file.kind == Kind::Jpeg);
        }
    }
    let mut keep = |file: &Found| {
        let paired = !kinds.is_empty() && kinds.get(&file.path.with_extension("")) == Some(&(true, true));
        let (stays, count) = match (file.kind, paired) {
            (Kind::Raw, true) => (options.pairs != Pairs::Jpeg, &mut ignored.pairs),
            (Kind::Jpeg, true) => (options.pairs != Pairs::Raw, &mut ignored.pairs),
            (kind, _) => (options.kinds.contains(&kind), &mut ignored.other_kinds),
        };
        *count += u64::from(!stays);
        stays
    };
    files.into_iter().filter(|f| keep(f)).collect()
}

pub(crate) fn sort(listing: &mut Listing) {
    listing.photos.sort_by(|a, b| natural(a.path.as_os_str().as_bytes(), b.path.as_os_str().as_bytes()));
    let before = listing.photos.len();
    listing.photos.dedup_by(|a, b| a.path == b.path);
    listing.ignored.repeated += (before - listing.photos.len()) as u64;
    listing.problems.sort();
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

fn walk_reason(error: &walkdir::Error) -> String {
    match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => format!("this link leads back to {}", ancestor.display()),
        (None, Some(e)) => reason(e),
        (None, None) => error.to_string(),
    }
}
