//! What depends on how far groups have grown.

use serde::Serialize;

/// A figure with every group at its least, at the mean load where that is known, and with every group at its most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Span<T> {
    /// Every group at its `min`.
    pub least: T,
    /// As many instances as the mean load needs; none where the load does not say.
    pub mean: Option<T>,
    /// Every group at its `max`.
    pub most: T,
}

impl<T: Copy> Span<T> {
    /// The same always.
    pub fn fixed(value: T) -> Self {
        Self { least: value, mean: Some(value), most: value }
    }

    /// Each of the three by itself.
    pub fn map<U>(self, by: impl Fn(T) -> U) -> Span<U> {
        Span { least: by(self.least), mean: self.mean.map(&by), most: by(self.most) }
    }

    /// Each of the three with that of another; the mean is known where both are.
    pub fn with<U: Copy, V>(self, other: Span<U>, by: impl Fn(T, U) -> V) -> Span<V> {
        let mean = self.mean.zip(other.mean).map(|(a, b)| by(a, b));
        Span { least: by(self.least, other.least), mean, most: by(self.most, other.most) }
    }
}
