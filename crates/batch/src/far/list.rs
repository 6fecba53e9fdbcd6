//! What is in a bucket: photos, and outputs of earlier runs.

use super::{Address, Buckets, FarError};
use crate::kinds::Kind;
use crate::names;
use crate::shelf::Listed;
use crate::walk::{Found, Listing, WalkOptions, is_left_out, pair, sort};
use ledger::Input;
use std::path::{Path, PathBuf};
use store::s3::Named;

/// Adds what is at these addresses to a listing: of each the object of that very name, or all in the folder of that name.
/// What is below `out` is no photo.
pub async fn list(
    roots: &[Address],
    buckets: &Buckets,
    options: &WalkOptions,
    out: Option<&Address>,
    listing: &mut Listing,
) -> Result<(), FarError> {
    for root in roots {
        let names = buckets.of(&root.bucket)?;
        let first = if root.name.is_empty() { None } else { names.list(&root.name, 1).await?.pop() };
        match first.filter(|first| first.name == root.name && !root.name.ends_with('/')) {
            Some(object) => explicit(root, object, listing),
            None => folder(root, names.list(&root.below(), usize::MAX).await?, options, out, listing),
        }
    }
    sort(listing);
    Ok(())
}

/// What is at an address already, to the end of its names.
pub async fn shelf(at: &Address, buckets: &Buckets) -> Result<Listed, FarError> {
    let below = at.below();
    let found = buckets.of(&at.bucket)?.list(&below, usize::MAX).await?;
    let sizes =
        found.into_iter().filter_map(|object| Some((object.name.strip_prefix(&below)?.into(), object.head.size)));
    Ok(Listed { address: at.folder().to_string().trim_end_matches('/').to_owned(), sizes: sizes.collect() })
}

fn explicit(root: &Address, object: Named, listing: &mut Listing) {
    let relative = root.name.rsplit('/').next().unwrap_or_default().to_owned();
    match is_path(&relative) {
        true => listing.photos.push(found(root, &relative, &object)),
        false => listing.problems.push((root.to_string().into(), NO_PATH.into())),
    }
}

/// What a name must not be, lest an output lands elsewhere.
const NO_PATH: &str = "its name cannot be that of a file: it has an empty part, or one of `.` and `..`";

fn folder(root: &Address, objects: Vec<Named>, options: &WalkOptions, out: Option<&Address>, listing: &mut Listing) {
    let below = root.below();
    if objects.is_empty() {
        return listing.problems.push((root.to_string().into(), "no such object or folder".into()));
    }
    let out = out.filter(|out| out.bucket == root.bucket).map(Address::below).filter(|out| *out != below);
    let (mut here, mut output) = (Vec::new(), false);
    for object in objects {
        let Some(relative) = object.name.strip_prefix(&below) else { continue };
        // A marker of a folder, which some programs make.
        if relative.is_empty() || relative.ends_with('/') && object.head.size == 0 {
            continue;
        }
        let at = Address { name: object.name.clone(), ..root.clone() };
        if out.as_ref().is_some_and(|out| object.name.starts_with(out)) {
            output = true;
        } else if !is_path(relative) {
            listing.problems.push((at.to_string().into(), NO_PATH.into()));
        } else if !is_left_out(Path::new(relative), options, &mut listing.ignored) {
            here.push(found(&at, relative, &object));
        }
    }
    listing.ignored.output_folder += u64::from(output);
    listing.photos.extend(pair(here, options, &mut listing.ignored));
}

/// Whether a name can be a path below a folder.
fn is_path(name: &str) -> bool {
    name.split('/').all(|part| !matches!(part, "" | "." | "..")) && !name.contains('\0')
}

fn found(at: &Address, relative: &str, object: &Named) -> Found {
    let (path, head) = (PathBuf::from(at.to_string()), &object.head);
    let input = Input {
        name: names::text(&path),
        size: head.size,
        modified_ns: head.modified.0.saturating_mul(1_000_000),
        hash: Some(head.etag.as_str().to_owned()),
    };
    let kind = Kind::of(Path::new(relative).file_name().unwrap_or_default());
    Found { path, relative: names::text(Path::new(relative)), input, kind }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{ETag, Head, Timestamp};

    fn objects(names: &[&str]) -> Vec<Named> {
        let head = |size| Head { size, etag: ETag::parse("\"t\"").unwrap(), modified: Timestamp(1_000) };
        names.iter().map(|name| Named { name: (*name).into(), head: head(name.len() as u64) }).collect()
    }

    fn listed(names: &[&str], out: Option<&str>) -> Listing {
        let root = Address { bucket: "lab".into(), name: "in/".into() };
        let out = out.map(|name| Address { bucket: "lab".into(), name: name.into() });
        let mut listing = Listing::default();
        folder(&root, objects(names), &WalkOptions::default(), out.as_ref(), &mut listing);
        sort(&mut listing);
        listing
    }

    #[test]
    fn objects_are_listed_as_files_are() {
        let listing = listed(
            &[
                "in/b/IMG_10.NEF",
                "in/b/IMG_9.NEF",
                "in/b/IMG_9.jpg",
                "in/b/IMG_9.xmp",
                "in/.trash/a.NEF",
                "in/Tür 1.dng",
            ],
            None,
        );
        let relative: Vec<_> = listing.photos.iter().map(|photo| photo.relative.as_str()).collect();
        assert_eq!(relative, ["Tür 1.dng", "b/IMG_9.NEF", "b/IMG_10.NEF"]);
        let ignored = listing.ignored;
        assert_eq!((ignored.pairs, ignored.sidecars, ignored.hidden), (1, 1, 1));
        assert_eq!(listing.photos[0].path, Path::new("s3://lab/in/Tür 1.dng"));
    }

    #[test]
    fn outputs_and_names_that_lead_elsewhere_are_left() {
        let listing = listed(&["in/../../etc/a.NEF", "in//a.NEF", "in/web/a.NEF", "in/a.NEF", "in/"], Some("in/web"));
        assert_eq!((listing.photos.len(), listing.ignored.output_folder, listing.problems.len()), (1, 1, 2));
        assert!(listing.problems[0].1.contains("`..`"));
    }
}
