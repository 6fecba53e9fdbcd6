//! Designs to begin with.

/// A bundled design.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// By which `rawmill cloud init` knows it.
    pub name: &'static str,
    /// What it shows.
    pub about: &'static str,
    /// The file.
    pub text: &'static str,
}

macro_rules! example {
    ($name:literal, $about:literal) => {
        Example { name: $name, about: $about, text: include_str!(concat!("../designs/", $name, ".toml")) }
    };
}

/// All of them.
pub const EXAMPLES: &[Example] = &[
    example!("securewallet", "three tiers over two zones, with the network ACL as it is commonly drawn"),
    example!("securewallet-fixed", "the same, mended"),
];

/// The one of this name.
pub fn named(name: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.name == name)
}
