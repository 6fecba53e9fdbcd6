//! What a file is by its name. The content decides later, in a worker.

use std::ffi::OsStr;

/// Extensions of camera files that the decoders claim, lower case, sorted.
const RAW: &[&str] = &[
    "3fr", "ari", "arw", "bay", "cap", "cr2", "cr3", "crw", "dcr", "dcs", "dng", "drf", "eip", "erf", "fff", "gpr",
    "iiq", "k25", "kdc", "mef", "mos", "mrw", "nef", "nrw", "orf", "ori", "pef", "pxn", "qtk", "raf", "raw", "rw2",
    "rwl", "rwz", "sr2", "srf", "srw", "x3f",
];

/// Extensions of files that go with a photo and are none, lower case, sorted.
const SIDECAR: &[&str] =
    &["aae", "acr", "arp", "comask", "cos", "cot", "dop", "exif", "nksc", "on1", "pp2", "pp3", "thm", "vrd", "xmp"];

/// Extensions of pictures that are no camera files, lower case.
const PICTURES: &[&str] = &["jpg", "jpeg", "jpe", "jfif", "png", "tif", "tiff", "webp"];

/// Extensions of all files that may be photos, lower case.
pub fn extensions() -> impl Iterator<Item = &'static str> {
    RAW.iter().chain(PICTURES).copied()
}

/// Kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A camera file.
    Raw,
    /// `.jpg`
    Jpeg,
    /// `.png`
    Png,
    /// `.tif`
    Tiff,
    /// `.webp`
    Webp,
    /// Settings of another program that go with a photo.
    Sidecar,
    /// Anything else.
    Other,
}

impl Kind {
    /// By the extension, in any case.
    pub fn of(name: &OsStr) -> Self {
        let ext =
            std::path::Path::new(name).extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
        match ext.as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "png" => Self::Png,
            "tif" | "tiff" => Self::Tiff,
            "webp" => Self::Webp,
            ext if RAW.binary_search(&ext).is_ok() => Self::Raw,
            ext if SIDECAR.binary_search(&ext).is_ok() => Self::Sidecar,
            _ => Self::Other,
        }
    }

    /// The word that `--kinds` takes.
    pub fn parse(word: &str) -> Result<Self, String> {
        match word {
            "raw" => Ok(Self::Raw),
            "jpeg" | "jpg" => Ok(Self::Jpeg),
            "png" => Ok(Self::Png),
            "tiff" | "tif" => Ok(Self::Tiff),
            "webp" => Ok(Self::Webp),
            _ => Err(format!("expected raw, jpeg, png, tiff or webp, found `{}`", word.escape_debug())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_for_the_search() {
        assert!(RAW.is_sorted() && SIDECAR.is_sorted());
    }

    #[test]
    fn kinds_go_by_extension_in_any_case() {
        let kinds = ["IMG_1.NEF", "a.Dng", "a.nef.xmp", "a.JPG", "nef", "a.", "X3F.x3f", "3fr.3FR"]
            .map(|n| Kind::of(OsStr::new(n)));
        use Kind::*;
        assert_eq!(kinds, [Raw, Raw, Sidecar, Jpeg, Other, Other, Raw, Raw]);
    }
}
