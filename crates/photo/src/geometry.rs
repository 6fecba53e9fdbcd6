//! Sizes and rectangles in whole pixels.

use serde::{Deserialize, Serialize};

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Size {
    /// Pixels in a row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
}

impl Size {
    /// A size from its two sides.
    pub const fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// Number of pixels; cannot overflow.
    pub const fn area(self) -> u64 {
        self.width as u64 * self.height as u64
    }

    /// Width and height exchanged.
    pub const fn transposed(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// Whether there is no pixel.
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }
}

/// A rectangle of whole pixels; `x`, `y` is the top left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Rect {
    /// Left column.
    pub x: u32,
    /// Top row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Rect {
    /// A rectangle from its corner and sides.
    pub const fn new(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self { x, y, width, height }
    }

    /// The whole of `size`.
    pub const fn full(size: Size) -> Self {
        Self::new(0, 0, size.width, size.height)
    }

    /// Its sides.
    pub const fn size(self) -> Size {
        Size::new(self.width, self.height)
    }

    /// First column to the right of it.
    pub const fn right(self) -> u32 {
        self.x + self.width
    }

    /// First row below it.
    pub const fn bottom(self) -> u32 {
        self.y + self.height
    }

    /// Whether `inner` lies in it; false when `inner` would overflow.
    pub fn contains(self, inner: Rect) -> bool {
        let fits = |at: u32, len: u32, end: u32| at.checked_add(len).is_some_and(|e| e <= end);
        inner.x >= self.x
            && inner.y >= self.y
            && fits(inner.x, inner.width, self.right())
            && fits(inner.y, inner.height, self.bottom())
    }
}
