//! Which photos a run is about.

use crate::args::{PairsArg, WalkArgs};
use crate::far::Far;
use crate::say::{self, Trouble, words};
use batch::far::Address;
use batch::kinds::Kind;
use batch::{Listing, Pairs, WalkOptions};
use std::path::{Path, PathBuf};

/// Lists the photos of the command line that are on this machine; what cannot be read is told and left out.
pub fn list(args: &WalkArgs, out: Option<&Path>) -> Result<Listing, Trouble> {
    list_all(args, &roots(args)?, out, None)
}

/// Lists photos of this machine and of buckets.
pub fn list_all(args: &WalkArgs, roots: &[PathBuf], out: Option<&Path>, far: Option<&Far>) -> Result<Listing, Trouble> {
    let pattern = |e: String| Trouble::new("cannot use a pattern", e, "patterns look like *.NEF or day1/**");
    let kinds = args.kinds.iter().map(|word| Kind::parse(word)).collect::<Result<_, _>>();
    let options = WalkOptions {
        kinds: kinds.map_err(|e| Trouble::new("cannot use --kinds", e, ""))?,
        pairs: match args.pairs {
            PairsArg::Raw => Pairs::Raw,
            PairsArg::Jpeg => Pairs::Jpeg,
            PairsArg::Both => Pairs::Both,
        },
        include: batch::walk::globs(&args.include).map_err(pattern)?,
        exclude: batch::walk::globs(&args.exclude).map_err(pattern)?,
        out: out.map(Path::to_path_buf),
    };
    let near: Vec<_> = roots.iter().filter(|root| far.is_none() || Address::of(root).is_none()).cloned().collect();
    let mut listing = batch::walk(&near, &options);
    far.map_or(Ok(()), |far| far.list(roots, &options, &mut listing))?;
    for (path, why) in &listing.problems {
        say::error(&Trouble::new(format!("cannot read `{}`", path.display()), why, ""));
    }
    if listing.photos.is_empty() {
        let hint = "a folder yields camera RAW only; --kinds raw,jpeg takes JPEG too";
        return Err(Trouble::new("there is no photo to work on", "", hint));
    }
    Ok(listing)
}

/// The paths of the command line, the list of standard input in the place of `-`.
pub fn roots(args: &WalkArgs) -> Result<Vec<PathBuf>, Trouble> {
    let mut roots = Vec::new();
    for path in &args.paths {
        if path == Path::new("-") {
            let list = batch::walk::read_list(std::io::stdin().lock());
            roots.extend(list.map_err(|e| Trouble::new("cannot read the list on standard input", words(&e), ""))?);
        } else {
            roots.push(path.clone());
        }
    }
    Ok(roots)
}
