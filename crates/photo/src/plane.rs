//! The values of one channel, laid so that vectors do not straddle cache lines.

use std::ops::{Deref, DerefMut};

/// Values of a cache line, 64 bytes on every processor that we care for.
const LINE: usize = 64 / size_of::<f32>();

/// A list of values of which the first begins a cache line. So does each row of a plane whose rows are multiples of 16
/// values long, as those of most cameras are; a vector that lies in two lines costs two accesses.
///
/// ```
/// let plane = photo::Plane::new(100);
/// assert_eq!(plane.as_ptr().align_offset(64), 0);
/// assert_eq!(plane[..], [0.0; 100]);
/// ```
#[derive(Default)]
pub struct Plane {
    /// Everything allocated.
    room: Vec<f32>,
    /// Where the first value lies in it.
    first: usize,
    len: usize,
}

impl Plane {
    /// So many zeros.
    pub fn new(len: usize) -> Self {
        let mut plane = Self::default();
        plane.resize(len);
        plane
    }

    /// Makes it longer or shorter, keeping what fits; values that are new are unspecified but initialised.
    pub fn resize(&mut self, len: usize) {
        if self.first + len > self.room.len() {
            let room = vec![0.0; len.max(2 * self.len) + LINE];
            let first = room.as_ptr().align_offset(64).min(LINE);
            let old = std::mem::replace(self, Self { room, first, len: self.len });
            self.copy_from_slice(&old);
        }
        self.len = len;
    }

    /// Appends values.
    pub fn extend_from_slice(&mut self, more: &[f32]) {
        let before = self.len;
        self.resize(before + more.len());
        self[before..].copy_from_slice(more);
    }

    /// All of it.
    #[inline]
    pub fn as_slice(&self) -> &[f32] {
        &self.room[self.first..][..self.len]
    }

    /// All of it.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.room[self.first..][..self.len]
    }
}

impl Deref for Plane {
    type Target = [f32];

    #[inline]
    fn deref(&self) -> &[f32] {
        self.as_slice()
    }
}

impl DerefMut for Plane {
    #[inline]
    fn deref_mut(&mut self) -> &mut [f32] {
        self.as_mut_slice()
    }
}

impl From<&[f32]> for Plane {
    fn from(values: &[f32]) -> Self {
        let mut plane = Self::new(values.len());
        plane.copy_from_slice(values);
        plane
    }
}

impl From<Vec<f32>> for Plane {
    fn from(values: Vec<f32>) -> Self {
        Self::from(values.as_slice())
    }
}

impl Clone for Plane {
    fn clone(&self) -> Self {
        Self::from(self.as_slice())
    }
}

impl PartialEq for Plane {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl std::fmt::Debug for Plane {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.as_slice().fmt(f)
    }
}

impl<'a> IntoIterator for &'a Plane {
    type Item = &'a f32;
    type IntoIter = std::slice::Iter<'a, f32>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Plane {
    type Item = &'a mut f32;
    type IntoIter = std::slice::IterMut<'a, f32>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_grows_like_a_vector_and_stays_aligned(lengths in proptest::collection::vec(0usize..300, 1..30)) {
            let (mut plane, mut list) = (Plane::default(), Vec::new());
            for (i, len) in lengths.into_iter().enumerate() {
                let kept = len.min(list.len());
                plane.resize(len);
                prop_assert_eq!(&plane[..kept], &list[..kept]);
                list.resize(len, 0.0);
                plane.iter_mut().zip(&mut list).for_each(|(a, b)| (*a, *b) = (i as f32, i as f32));
                plane.extend_from_slice(&[7.0; 3]);
                list.extend_from_slice(&[7.0; 3]);
                prop_assert_eq!(plane.as_slice(), list.as_slice());
                prop_assert_eq!(plane.as_ptr().align_offset(64), 0);
                prop_assert_eq!(plane.clone(), Plane::from(list.clone()));
            }
        }
    }
}
