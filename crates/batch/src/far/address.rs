//! `s3://bucket/name`.

use std::fmt;
use std::path::Path;

/// How every address begins.
const SCHEME: &str = "s3://";

/// A bucket, and the beginning of names in it or a whole name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// The bucket.
    pub bucket: String,
    /// A name, or the beginning of names; may be empty.
    pub name: String,
}

impl Address {
    /// The address in a path; `None` for a path of this machine.
    pub fn of(path: &Path) -> Option<Self> {
        let place = path.to_str()?.strip_prefix(SCHEME)?;
        let (bucket, name) = place.split_once('/').unwrap_or((place, ""));
        Some(Self { bucket: bucket.to_owned(), name: name.to_owned() })
    }

    /// Without slashes at its end.
    pub fn folder(&self) -> Self {
        Self { name: self.name.trim_end_matches('/').to_owned(), ..self.clone() }
    }

    /// What the names of all in this folder begin with.
    pub fn below(&self) -> String {
        let name = self.name.trim_end_matches('/');
        if name.is_empty() { String::new() } else { format!("{name}/") }
    }

    /// What is at a path below it.
    pub fn join(&self, path: &str) -> Self {
        Self { bucket: self.bucket.clone(), name: format!("{}{path}", self.below()) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{SCHEME}{}/{}", self.bucket, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_bucket_and_a_name() {
        let of = |text: &str| Address::of(Path::new(text));
        let found = of("s3://lab/shoot 1/a.nef").unwrap();
        assert_eq!((found.bucket.as_str(), found.name.as_str()), ("lab", "shoot 1/a.nef"));
        assert_eq!(found.to_string(), "s3://lab/shoot 1/a.nef");
        assert_eq!(of("s3://lab").unwrap().join("a/b").to_string(), "s3://lab/a/b");
        assert_eq!(of("s3://lab/out//").unwrap().join("a/b").to_string(), "s3://lab/out/a/b");
        assert_eq!(of("s3:"), None);
        assert_eq!(of("/s3://lab"), None);
    }
}
