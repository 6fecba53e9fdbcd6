//! An allocator that we do not know, and leave alone.

/// What a worker finds in its environment.
pub const SETTINGS: &[(&str, &str)] = &[];

/// What is known of it: nothing.
pub struct Heap;

impl Heap {
    /// Nothing to remember.
    pub fn begin() -> Self {
        Self
    }

    /// Nothing to do.
    pub fn give_back(&self) {}

    /// Not known.
    pub fn slack(&self) -> u64 {
        0
    }
}
