//! Objects in the order of their keys.

use super::layout::{self, Layout};
use super::{entries, present};
use crate::port::environment;
use crate::{Entry, Key, StoreError};
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

/// What a list looks for.
struct Search<'a> {
    after: Option<&'a Key>,
    limit: usize,
    found: Vec<Entry>,
}

/// See [`crate::Store::list`].
pub(super) fn list(
    layout: &Layout,
    under: Option<&Key>,
    after: Option<&Key>,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let mut search = Search { after, limit, found: Vec::new() };
    match under {
        None => search.walk(&layout.objects, "")?,
        Some(under) => {
            let mut folder = layout.object(under).into_os_string();
            folder.push("+");
            search.walk(&PathBuf::from(folder), &format!("{under}/"))?;
        }
    }
    Ok(search.found)
}

impl Search<'_> {
    /// Goes through a folder, whose keys all start with `prefix`. One folder's names are held at a time, and those above.
    fn walk(&mut self, folder: &Path, prefix: &str) -> Result<(), StoreError> {
        let named = |entry: DirEntry| Some((format!("{prefix}{}", name(&entry)?), entry.path()));
        let mut names: Vec<_> = entries(folder)?.into_iter().filter_map(named).collect();
        names.retain(|(name, _)| self.wants(name));
        names.sort_unstable();
        for (name, path) in names {
            if self.found.len() >= self.limit {
                break;
            }
            if name.ends_with('/') { self.walk(&path, &name)? } else { self.add(&path, &name)? }
        }
        Ok(())
    }

    /// Whether a key, or a key that starts with this text and its slash, may be after the one to start from.
    fn wants(&self, name: &str) -> bool {
        self.after
            .is_none_or(|after| name > after.as_str() || (name.ends_with('/') && after.as_str().starts_with(name)))
    }

    /// Adds the object of this name, unless it was deleted meanwhile or is no object of ours.
    fn add(&mut self, path: &Path, name: &str) -> Result<(), StoreError> {
        let data = present(fs::metadata(path)).map_err(environment("read", path))?;
        let entry = data.zip(Key::parse(name).ok()).map(|(data, key)| Entry { key, head: layout::head(&data) });
        self.found.extend(entry);
        Ok(())
    }
}

/// What an entry adds to a key: a file its name, a folder its name with a slash in place of the `+`.
fn name(entry: &DirEntry) -> Option<String> {
    let (kind, name) = (entry.file_type().ok()?, entry.file_name().into_string().ok()?);
    match name.strip_suffix('+') {
        Some(folder) if kind.is_dir() => Some(format!("{folder}/")),
        None if kind.is_file() => Some(name),
        _ => None,
    }
}
